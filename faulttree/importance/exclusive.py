"""What the top event does with and without each member of an exclusive group.

P(top | member) is that with the member true and the others of its group false; P(top | no member) is that with it
false, and the others, and that none is true, in the proportions that they have: conditional probabilities of the joint
distribution. So P = p P(top | member) + (1 - p) P(top | no member) for each member, and the slope is the change of P
with p, the rest of the group sharing 1 - p.
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.errors import InvalidRequestError
from faulttree.importance.conditionals import Conditionals
from faulttree.laws import Alternatives, State, chained
from faulttree.quantification.probability import FloatArray
from faulttree.quantification.settled.decimals import DecimalSweeps, difference
from faulttree.quantification.settled.sweeps import SettledSweeps
from faulttree.reduction.reduced import Chain
from faulttree.wide_arrays import wide_array
from faulttree.wide_floats import exact_decimals, product

__all__ = ["at_equal_chances", "link_sides", "member_conditionals"]

Sides = tuple[float, float]
_Case = tuple[FloatArray, FloatArray, Mapping[str, bool]]
DIGITS = 400
"""Decimal digits of differences below the smallest float."""


def link_sides(chain: Chain, members: Sequence[Sides], without: int | None = None) -> list[Sides]:
    """Probability of each link of a chain, and of its absence.

    members: probability of each member, and of its absence. without: the place of a member that is known to be false.
    Raises InvalidRequestError where that leaves nothing.
    """
    states = [State(np.array(p), np.array(not_p), np.array(0.0)) for p, not_p in members]
    given = tuple(0.0 if place == without else None for place in range(len(members)))
    found, none = Alternatives(chain.group, chain.is_exhaustive, given).states(states)
    links = (chained(found, none, place) for place in range(len(found)))
    return [(float(link.unavailability), float(link.availability)) for link in links]


def at_equal_chances(
    bdd: Bdd, chains: Sequence[Chain], states: Mapping[str, bool | float]
) -> tuple[FloatArray, FloatArray, dict[str, list[Sides]]]:
    """The sides of every level where all states of the events are equally likely, and those of each group's members.

    Every event has the probability 1/2; the members of a group of n have 1/n each where one of them is true, and
    1/(n + 1) where none may be; n counts those that the states of a what-if do not rule out.
    """
    q, not_q = np.full((2, len(bdd.variables)), 0.5)
    level = {event: place for place, event in enumerate(bdd.variables) if event}
    members = {}
    for chain in chains:
        possible = [states.get(member) is not False for member in chain.members]
        p = 1.0 / max(1, sum(possible) + (not chain.is_exhaustive))
        members[chain.group] = [(p, 1.0 - p) if each else (0.0, 1.0) for each in possible]
        for link, sides in zip(chain.links, link_sides(chain, members[chain.group]), strict=True):
            if link in level:
                q[level[link]], not_q[level[link]] = sides
    return q, not_q, members


def member_conditionals(
    bdd: Bdd,
    q: FloatArray,
    not_q: FloatArray,
    chains: Sequence[Chain],
    members: Mapping[str, Sequence[Sides]],
    *,
    is_wide: bool = False,
) -> Iterator[tuple[str, Conditionals[float]]]:
    """Each member of the chains with its conditional probabilities, numbers instead of arrays: two sweeps for each.

    q, not_q: float64[n_levels], of every independent event and of its absence. members: of each group the probability
    of each member, and of its absence. Where a member is certainly true, and one of its group has to be, what the top
    does without it is not defined: nan. Differences keep their digits as far as 30 digits of their terms do.
    is_wide: whether in numbers of any exponent, as `underflow` does for other events.
    """
    level = {event: place for place, event in enumerate(bdd.variables) if event}
    top = SettledSweeps(bdd, q, not_q).probability().at(0)
    for chain in chains:
        for place, member in enumerate(chain.members):
            own = chain.links[place]
            p = members[chain.group][place][0]
            with_it = {**dict.fromkeys(chain.links[:place], False), own: True}
            try:
                links = link_sides(chain, members[chain.group], without=place)
            except InvalidRequestError:
                certain, _, _, _ = _ends(bdd, (q, not_q, with_it), (q, not_q, with_it), is_wide)
                row = (p, certain, *[math.nan] * 4)
            else:
                without_q, without_not = q.copy(), not_q.copy()
                for link, sides in zip(chain.links, links, strict=True):
                    if link in level:
                        without_q[level[link]], without_not[level[link]] = sides
                ends = _ends(bdd, (q, not_q, with_it), (without_q, without_not, {own: False}), is_wide)
                certain, impossible, rise, error = ends
                row = (p, certain, impossible, rise, product(p, rise), error)
            yield member, Conditionals(top, *row)


def _ends(bdd: Bdd, certain: _Case, impossible: _Case, is_wide: bool) -> tuple[Any, Any, Any, Any]:
    """P(top) in two cases, the first less the second, and a bound on the error of that."""
    if not is_wide:
        first, second = (
            SettledSweeps(bdd, q, not_q).probability(settled) for q, not_q, settled in (certain, impossible)
        )
        rise = first - second
        return first.at(0), second.at(0), rise.at(0), float(rise.error[0])
    one, two = (
        DecimalSweeps(bdd, q, not_q).probability(DIGITS, settled) for q, not_q, settled in (certain, impossible)
    )
    with decimal.localcontext(exact_decimals(DIGITS)):
        first, second, step = wide_array([one[0], two[0], difference(one, two)]).tolist()
    return first, second, step, 0.0
