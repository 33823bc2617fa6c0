"""Cut sets by components: a component counts as failed whatever the cause, common causes included.

The minimal cut sets by components are those of the tree as written, without the expansion. Several of a group's
components in one set may have failed from one cause, so the probability of a set is not the product over its
components: it is the product over groups of the probability that all the group's components in the set have failed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import TypeVar

from faulttree.errors import MissingProbabilityError
from faulttree.results import Records

__all__ = ["folded", "joint_probability"]

Name = TypeVar("Name")


def joint_probability(q_by_order: Sequence[float], n: int, m: int) -> float:
    """Probability that m given components of a group of n have all failed, whatever of the others.

    q_by_order: Q_1, ..., Q_n, each in [0, 1]: the probability of the one independent event that fails one given set of
    1, ..., n components. 0 <= m <= n <= 8. Exact: a sum of positive terms only, so small probabilities keep their
    digits.
    """
    assert 0 <= m <= n == len(q_by_order), "one probability for each number of components"
    events = (
        (components, q_by_order[order - 1]) for order in range(1, n + 1) for components in combinations(range(n), order)
    )
    return _all_failed(tuple(range(m)), events)


def folded(
    cut_sets: Iterable[tuple[str, ...]],
    groups: Mapping[str, Sequence[str]],
    causes: Mapping[str, tuple[str, ...]],
    probability: Mapping[str, float],
) -> Records:
    """Cut sets by components with their probabilities, the likeliest first.

    cut_sets: sets of components and other events. groups: components of each common-cause group, as the expansion has
    them. causes: the components that each of the expansion's independent events fails.
    probability: of every independent event and of every event outside the groups, in [0, 1]; a component that is itself
    among them, because a what-if gave it a probability of its own, is independent of its group.

    Records: components, order (how many), probability that all of them have failed, exact up to rounding.
    Raises MissingProbabilityError.
    """
    group_of = {component: group for group, members in groups.items() for component in members}
    events_of: dict[str, list[tuple[tuple[str, ...], float]]] = {group: [] for group in groups}
    missing: dict[str, None] = {}
    for event, components in causes.items():
        if event in probability:
            events_of[group_of[components[0]]].append((components, probability[event]))
        else:
            missing |= dict.fromkeys(components)
    known: dict[tuple[str, ...], float] = {}

    def probability_of(cut_set: tuple[str, ...]) -> float:
        together: dict[str, list[str]] = {}
        factors = []
        for name in cut_set:
            if name in probability:
                factors.append(probability[name])
            elif name in missing or name not in group_of:
                raise MissingProbabilityError([name])
            else:
                together.setdefault(group_of[name], []).append(name)
        for group, failed in together.items():
            key = tuple(sorted(failed))
            if key not in known:
                known[key] = _all_failed(key, events_of[group])
            factors.append(known[key])
        return math.prod(factors)

    ranked = sorted((-probability_of(cut_set), len(cut_set), cut_set) for cut_set in cut_sets)
    rows = ({"components": cut_set, "order": order, "probability": -p} for p, order, cut_set in ranked)
    return Records(tuple(rows), ("components", "order", "probability"))


def _all_failed(failed: tuple[Name, ...], events: Iterable[tuple[tuple[Name, ...], float]]) -> float:
    """Probability that every one of some components has failed, from independent events that each fail several.

    Events that fail the same of these components are taken together: some of them occurs.
    """
    bits = {component: 1 << place for place, component in enumerate(failed)}
    none_of: dict[int, list[float]] = {}
    for components, q in events:
        hit = sum(bits.get(component, 0) for component in components)
        if hit and q > 0.0:
            none_of.setdefault(hit, []).append(math.log1p(-q) if q < 1.0 else -math.inf)
    # The sums are exact before they are rounded: groups of alike components give the same numbers in any order.
    return _covered((1 << len(failed)) - 1, tuple((hit, math.fsum(none_of[hit])) for hit in sorted(none_of)))


@lru_cache(4096)
def _covered(everything: int, hits: tuple[tuple[int, float], ...]) -> float:
    """Probability that independent sets of bits, those that occur, cover all bits. hits: bits, log P(it does not)."""
    covered = {0: 1.0}
    for bits, log_not in hits:
        occurs, not_ = -math.expm1(log_not), math.exp(log_not)
        now: dict[int, float] = {}
        for before, p in covered.items():
            for after, factor in ((before | bits, occurs), (before, not_)):
                now[after] = now.get(after, 0.0) + p * factor
        covered = now
    return covered.get(everything, 0.0)
