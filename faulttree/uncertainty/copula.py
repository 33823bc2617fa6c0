"""Uncertain inputs that depend on each other: rank correlations through a normal copula."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.model.distributions import Distribution
from faulttree.uncertainty.quantiles import FloatArray, quantile

__all__ = ["RankCorrelation", "UncertainInputs", "correlated"]

IN_SI = {"h": 1.0 / 3600.0, "1/h": 3600.0}
"""Factors from SI to the unit in which a value is told."""
RankCorrelation = tuple[str, str, float]
"""Two inputs and Spearman's rank correlation between them, in (-1, 1)."""


@dataclass(frozen=True, eq=False)
class UncertainInputs:
    """The uncertain inputs of a model and how they are correlated.

    distributions: by input, in the order of the sample's coordinates.
    correlations: pairs of inputs with their rank correlation; pairs that are not named have none.
    units: in which values are told, `h` of times and `1/h` of rates; the others are plain numbers.
    """

    distributions: Mapping[str, Distribution]
    correlations: tuple[RankCorrelation, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise UnknownNameError or InvalidRequestError where the correlations cannot hold."""
        assert self._mixing is not None

    def __len__(self) -> int:
        return len(self.distributions)

    def values(self, u: FloatArray) -> dict[str, FloatArray]:
        """The inputs' values at points of the unit cube: float64[B] each.

        u: float64[n_inputs, B], in (0, 1). The first of a group of correlated inputs and all that are in none
        stand at their own coordinates, whatever is stated about others.
        """
        assert len(u) == len(self), "a coordinate for every input"
        below, above = correlated(u, *self._mixing) if self.correlations else (u, 1.0 - u)
        return {
            name: quantile(distribution, below[row], above[row])
            for row, (name, distribution) in enumerate(self.distributions.items())
        }

    def told(self, name: str, values: FloatArray) -> FloatArray:
        """An input's values in its unit, from those in SI."""
        return values * IN_SI.get(self.units.get(name, ""), 1.0)

    @functools.cached_property
    def _mixing(self) -> tuple[list[int], FloatArray]:
        """The rows of the correlated inputs, and Cholesky's factor of their correlation as normal variables."""
        places = {name: row for row, name in enumerate(self.distributions)}
        for *pair, rank in self.correlations:
            for name in pair:
                if name not in places:
                    raise UnknownNameError("uncertain input", name, places)
            if pair[0] == pair[1] or not -1 < rank < 1:
                raise InvalidRequestError(
                    f"correlation of '{pair[0]}' with '{pair[1]}' is {rank!r}; "
                    "two inputs have a rank correlation between -1 and 1, both excluded"
                )
        rows = sorted({places[name] for first, second, _ in self.correlations for name in (first, second)})
        return rows, _factor([*self.distributions], rows, places, self.correlations)


def correlated(u: FloatArray, rows: Sequence[int], factor: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Coordinates of correlated inputs from independent ones, and one minus each with its own digits.

    u: float64[n, B], in (0, 1). rows: which are correlated. factor: float64[k, k], lower triangle whose product with
    its transpose is the correlation of the normal variables that stand behind the rows.
    """
    from scipy.special import ndtr, ndtri

    below, above = u.copy(), 1.0 - u
    normal = factor @ ndtri(u[rows])
    mixed = (np.abs(factor) > 0).sum(axis=1) > 1  # the others keep their coordinates to the last digit
    chosen = np.asarray(rows)[mixed]
    below[chosen], above[chosen] = ndtr(normal[mixed]), ndtr(-normal[mixed])
    return below, above


def _factor(
    names: list[str], rows: list[int], places: Mapping[str, int], correlations: Sequence[RankCorrelation]
) -> FloatArray:
    """Cholesky's factor. Normal variables of correlation 2 sin(pi r / 6) have the rank correlation r.

    Source: K. Pearson, On further methods of determining correlation, 1907.
    """
    matrix = np.eye(len(rows))
    position = {row: place for place, row in enumerate(rows)}
    for first, second, rank in correlations:
        i, j = position[places[first]], position[places[second]]
        if matrix[i, j]:
            raise InvalidRequestError(f"the correlation of '{first}' with '{second}' is given twice; give it once")
        matrix[i, j] = matrix[j, i] = 2.0 * np.sin(np.pi * rank / 6.0)
    try:
        return np.linalg.cholesky(matrix).astype(np.float64)
    except np.linalg.LinAlgError:
        inputs = ", ".join(f"'{names[row]}'" for row in rows)
        raise InvalidRequestError(
            f"no variables have the rank correlations stated between {inputs}: their matrix, as that of normal "
            "variables, is not positive definite; bring the correlations nearer to zero"
        ) from None
