"""Models with common-cause groups, and what they mean, by enumeration in exact fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import comb
from typing import Any

import oracles
from hypothesis import strategies as st

from faulttree.model import Model


def orders(key: str, factors: Sequence[Fraction], n: int, q: Fraction) -> list[Fraction]:
    """Q_1, ..., Q_n, each from the handbook's formula for it."""
    given = dict(enumerate(factors, 1))
    found = []
    for k in range(1, n + 1):
        share = Fraction(0)
        match key:
            case "beta_factor":
                share = (1 - factors[0]) if k == 1 else factors[0] if k == n else share
            case "mgl":
                share = Fraction(1, comb(n - 1, k - 1))
                for level in range(2, k + 1):
                    share *= given.get(level - 1, Fraction(0))
                share *= 1 - given.get(k, Fraction(0))
            case "staggered":
                share = given.get(k, Fraction(0)) / comb(n - 1, k - 1) / sum(factors)
            case "non-staggered":
                alpha_t = sum((level * alpha for level, alpha in given.items()), start=Fraction(0))
                share = k * given.get(k, Fraction(0)) / alpha_t / comb(n - 1, k - 1)
            case "phi_factor":
                share = given.get(k, Fraction(0))
        found.append(share * q)
    return found


def written(key: str, factors: Sequence[float]) -> dict[str, Any]:
    """A common-cause model as a model file has it."""
    match key:
        case "beta_factor":
            return {key: factors[0]}
        case "staggered" | "non-staggered":
            return {"alpha_factor": {"factors": list(factors), "testing": key}}
    return {key: list(factors)}


def failed_together(q: Sequence[Fraction]) -> dict[frozenset[int], Fraction]:
    """The probability of each set of components that have failed, all others being up. q: Q_1, ..., Q_n."""
    n = len(q)
    causes = [set(cause) for k in range(1, n + 1) if q[k - 1] for cause in combinations(range(n), k)]
    found: dict[frozenset[int], Fraction] = {}
    for occurs in product((False, True), repeat=len(causes)):
        failed: frozenset[int] = frozenset()
        p = Fraction(1)
        for cause, happened in zip(causes, occurs, strict=True):
            p *= q[len(cause) - 1] if happened else 1 - q[len(cause) - 1]
            failed |= cause if happened else set()
        found[failed] = found.get(failed, Fraction(0)) + p
    return found


def states(model: Model, groups: Mapping[str, Sequence[Fraction]]) -> dict[frozenset[str], Fraction]:
    """The probability of each set of basic events of a model that have failed. groups: Q_1, ..., Q_n of each group."""
    found = {frozenset[str](): Fraction(1)}
    joint = []
    for name, q in groups.items():
        members = model.common_cause_groups[name].events
        joint.append({frozenset(members[i] for i in s): p for s, p in failed_together(q).items()})
    grouped = {event for name in groups for event in model.common_cause_groups[name].events}
    for event in model.basic_events:
        if event not in grouped:
            q_event = oracles.event_probability(model, event)
            joint.append({frozenset({event}): q_event, frozenset(): 1 - q_event})
    for part in joint:
        found = {
            failed | more: p * p_more
            for (failed, p), (more, p_more) in product(found.items(), part.items())
            if p * p_more
        }
    return found


def top_probability(model: Model, groups: Mapping[str, Sequence[Fraction]]) -> Fraction:
    """The probability of the top event."""
    return sum(
        (p for failed, p in states(model, groups).items() if oracles.truth(model, model.top[0], failed)),
        start=Fraction(0),
    )


@st.composite
def factors_of(draw: st.DrawFn, n: int) -> tuple[str, list[float]]:
    """A common-cause model but for the binomial failure rate, and its factors."""
    key = draw(st.sampled_from(["beta_factor", "mgl", "staggered", "non-staggered", "phi_factor"]))
    share = st.sampled_from([0.0, 1e-9, 0.1, 0.25, 0.5, 1.0])
    if key == "beta_factor":
        return key, [draw(share)]
    if key == "mgl":
        return key, draw(st.lists(share, min_size=1, max_size=n - 1))
    weights = draw(st.lists(st.integers(0, 9), min_size=1, max_size=n).filter(any))
    return key, [weight / sum(weights) for weight in weights]


def with_groups(model: Model, sizes: list[int], data: st.DataObject) -> tuple[Model, dict[str, list[Fraction]]]:
    """A model with groups of its first events; and Q_1, ..., Q_n of each."""
    content = model.to_data()
    names, q, groups = list(model.basic_events), {}, {}
    for index, n in enumerate(sizes):
        members, names = names[:n], names[n:]
        if len(members) < n:
            break
        probability = data.draw(st.sampled_from([1e-12, 0.01, 0.3, 0.9]))
        key, factors = data.draw(factors_of(n))
        content["basic_events"] |= {name: {"probability": probability} for name in members}
        groups[f"group {index}"] = {"events": members, **written(key, factors)}
        q[f"group {index}"] = orders(key, list(map(Fraction, factors)), n, Fraction(probability))
    content["common_cause_groups"] = groups
    return Model.from_data(content), q
