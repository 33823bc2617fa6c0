"""Cut sets by components: a component counts as failed whatever the cause, common causes included.

The minimal cut sets by components are those of the tree as written, without the expansion. Several of a group's
components in one set may have failed from one cause, so the probability of a set is not the product over its
components: it is the product over groups of the probability that all the group's components in the set have failed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

import numpy as np

from faulttree.errors import MissingProbabilityError
from faulttree.laws import Alike, alike
from faulttree.results import Records

__all__ = ["folded", "joint_probability"]


def joint_probability(q_by_order: Sequence[float], n: int, m: int) -> float:
    """Probability that m given components of a group of n have all failed, whatever of the others.

    q_by_order: Q_1, ..., Q_n, each in [0, 1]: the probability of the one independent event that fails one given set of
    1, ..., n components. 0 <= m <= n. Exact: a sum of positive terms only, so small probabilities keep their digits.
    """
    assert 0 <= m <= n == len(q_by_order), "one probability for each number of components"
    q = np.array(q_by_order, np.float64)[:, None]
    return float(alike(q, 1.0 - q).all_failed(m))


def folded(
    cut_sets: Iterable[tuple[str, ...]],
    groups: Mapping[str, Sequence[str]],
    known_of: Callable[[str], Alike],
    probability: Mapping[str, float],
) -> Records:
    """Cut sets by components with their probabilities, the likeliest first.

    cut_sets: sets of components and other events. groups: components of each common-cause group, as the expansion has
    them. known_of: what is known of the components of a group.
    probability: of every event outside the groups, in [0, 1]; a component that is itself among them, because a what-if
    gave it a probability of its own, is independent of its group.

    Records: components, order (how many), probability that all of them have failed, exact up to rounding.
    Raises MissingProbabilityError.
    """
    group_of = {component: group for group, members in groups.items() for component in members}

    @cache
    def all_failed(group: str, how_many: int) -> float:
        return float(known_of(group).all_failed(how_many))

    def probability_of(cut_set: tuple[str, ...]) -> float:
        together: dict[str, int] = {}
        factors = []
        for name in cut_set:
            if name in probability:
                factors.append(probability[name])
            elif name not in group_of:
                raise MissingProbabilityError([name])
            else:
                together[group_of[name]] = together.get(group_of[name], 0) + 1
        return math.prod([*factors, *(all_failed(group, how_many) for group, how_many in together.items())])

    ranked = sorted((-probability_of(cut_set), len(cut_set), cut_set) for cut_set in cut_sets)
    rows = ({"components": cut_set, "order": order, "probability": -p} for p, order, cut_set in ranked)
    return Records(tuple(rows), ("components", "order", "probability"))
