"""Models with groups of many members, and what they mean, by enumeration of which members have failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import combinations, product
from math import comb
from typing import Any

from reduction.groups import orders, written

from faulttree.model import Model

# Of differences that are 1e-150 of their terms.
PRECISION = 200
Truth = Callable[[frozenset[str]], bool]


def exactly_failed(q: Sequence[Decimal]) -> list[Decimal]:
    """The probability that given k members, and no other of the n, have failed, for k = 0 to n.

    q: Q_1 to Q_n of independent causes of every set of members. By inclusion and exclusion: none of b given members has
    failed where no set that meets them has its cause.
    """
    n = len(q)
    none = [Decimal(1)] * (n + 1)
    for b in range(n + 1):
        for k, q_k in enumerate(q, start=1):
            none[b] *= (1 - q_k) ** (comb(n, k) - comb(n - b, k))
    return [
        sum(((-1) ** i * comb(s, i) * none[n - s + i] for i in range(s + 1)), start=Decimal(0)) for s in range(n + 1)
    ]


def top_probability(
    top: Truth, groups: Mapping[Sequence[str], Sequence[Decimal]], others: Mapping[str, Decimal]
) -> Decimal:
    """P(top). groups: Q_1 to Q_n by members. others: probabilities of independent events."""
    with localcontext() as context:
        context.prec = PRECISION
        choices: list[list[tuple[frozenset[str], Decimal]]] = []
        for members, q in groups.items():
            p = exactly_failed(q)
            choices.append(
                [(frozenset(some), p[k]) for k in range(len(members) + 1) for some in combinations(members, k)]
            )
        for event, p_event in others.items():
            choices.append([(frozenset([event]), p_event), (frozenset(), 1 - p_event)])
        found = Decimal(0)
        for state in product(*choices):
            if top(frozenset[str]().union(*(failed for failed, _ in state))):
                p_state = Decimal(1)
                for _, p_part in state:
                    p_state *= p_part
                found += p_state
        return found


def causes(key: str, factors: Sequence[float], n: int, q: float) -> list[Decimal]:
    """Q_1 to Q_n by the handbook's formulas; of a binomial failure rate, the members' own and both shocks' together."""
    if key == "binomial_failure_rate":
        mu, p, lethal = map(Decimal, factors)
        found = [mu * p**k * (1 - p) ** (n - k) for k in range(1, n + 1)]
        found[0] = 1 - (1 - found[0]) * (1 - Decimal(q))
        found[-1] = 1 - (1 - found[-1]) * (1 - lethal)
        return found
    return [
        Decimal(each.numerator) / each.denominator for each in orders(key, [*map(Fraction, factors)], n, Fraction(q))
    ]


def group(key: str, factors: Sequence[float]) -> dict[str, Any]:
    """A common-cause model as a model file has it."""
    if key == "binomial_failure_rate":
        shocks = ("shock_probability", "conditional", "lethal_probability")
        return {key: dict(zip(shocks, factors, strict=True))}
    return written(key, factors)


def model_of(
    gates: Mapping[str, Any], groups: Mapping[str, tuple[Sequence[str], str, Sequence[float], float]],
    others: Mapping[str, float], **more: Any,
) -> Model:  # fmt: skip
    """A model with the top T. groups: members, common-cause model, its factors, probability of a member."""
    events = {name: {"probability": p} for name, p in others.items()}
    for members, _, _, q in groups.values():
        events |= {member: {"probability": q} for member in members}
    stated = {
        name: {"events": list(members), **group(key, factors)} for name, (members, key, factors, _) in groups.items()
    }
    return Model.from_data(
        {"name": "large", "top": "T", "gates": gates, "basic_events": events, "common_cause_groups": stated, **more}
    )
