"""The uncertainty of a number, as written in a model file: a distribution with units.

`{lognormal: {median: 1e-5 /h, error_factor: 3}}`. `distribution` gives the same in SI, for sampling.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pydantic import ModelWrapValidatorHandler, model_validator

from faulttree.model.distributions import Distribution
from faulttree.model.posteriors import WrittenBayes, WrittenJeffreys
from faulttree.model.quantities import Duration, Rate, dimension_of
from faulttree.model.written import Frozen, is_nothing, with_contradiction
from faulttree.model.written_distributions import (
    WrittenBeta,
    WrittenDistribution,
    WrittenEmpirical,
    WrittenGamma,
    WrittenHistogram,
    WrittenLognormal,
    WrittenLoguniform,
    WrittenNormal,
    WrittenTriangular,
    WrittenUniform,
)

__all__ = ["UNCERTAINTIES", "Uncertainty", "check_dimension"]


class Uncertainty(Frozen):
    """The distribution of an uncertain number. Exactly one key."""

    lognormal: WrittenLognormal | None = None
    beta: WrittenBeta | None = None
    gamma: WrittenGamma | None = None
    uniform: WrittenUniform | None = None
    loguniform: WrittenLoguniform | None = None
    normal: WrittenNormal | None = None
    triangular: WrittenTriangular | None = None
    histogram: WrittenHistogram | None = None
    empirical: WrittenEmpirical | None = None
    jeffreys: WrittenJeffreys | None = None
    bayes: WrittenBayes | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _one_distribution(cls, data: Any, handler: ModelWrapValidatorHandler[Uncertainty]) -> Uncertainty:
        wrong = None
        if isinstance(data, Mapping):
            data = {key: value for key, value in data.items() if not is_nothing(value)}
            given = [key for key in UNCERTAINTIES if key in data]
            if len(given) > 1:
                wrong = f"both `{given[0]}` and `{given[1]}` are given; keep one"
            elif not data:
                wrong = f"no distribution; give one of {', '.join(UNCERTAINTIES)}"
        made: Uncertainty = with_contradiction(wrong, cls, data, handler)
        return made

    @model_validator(mode="after")
    def _finite_mean(self) -> Uncertainty:
        if not math.isfinite(self.distribution.mean):
            raise ValueError(f"{self.kind}: the mean is larger than any number; the spread is too wide")
        return self

    @property
    def kind(self) -> str:
        """Which distribution is given, one of `UNCERTAINTIES`."""
        return next(key for key in UNCERTAINTIES if getattr(self, key) is not None)

    @property
    def dimension(self) -> str:
        """What the uncertain number is: a "rate", a "time" or a "number"."""
        return self._written.dimension

    @property
    def distribution(self) -> Distribution:
        """The distribution in SI, not cut off at 1. `Model.uncertain_inputs` cuts off what is used as a probability."""
        return self._written.distribution

    @property
    def mean(self) -> float | Rate | Duration:
        """The mean, not cut off at 1, with its unit."""
        return self._written.written_mean

    @property
    def _written(self) -> WrittenDistribution:
        written: WrittenDistribution = getattr(self, self.kind)
        return written


UNCERTAINTIES = tuple(Uncertainty.model_fields)


def check_dimension(uncertainty: Uncertainty, number: float | Rate | Duration, key: str) -> None:
    """Raise ValueError where an uncertainty is of another dimension than the number it is about."""
    given, wanted = uncertainty.dimension, dimension_of(number)
    if given != wanted:
        fix = {"rate": "write it with the unit `/h`", "time": "write it with a unit like `h`"}.get(
            wanted, "write it without a unit"
        )
        raise ValueError(f"`{key}` is a {wanted}, and its {uncertainty.kind} uncertainty is of a {given}; {fix}")
