"""Posterior distributions of a probability or a rate, given counted failures: Bayes' rule with conjugate priors."""

from __future__ import annotations

from pydantic import Field, model_validator

from faulttree.model.distributions import Beta, Distribution, Gamma
from faulttree.model.quantities import Duration
from faulttree.model.written import Together
from faulttree.model.written_distributions import Counted, Positive, WrittenDistribution

__all__ = ["Prior", "WrittenBayes", "WrittenJeffreys"]


class FailuresSeen(WrittenDistribution):
    """Failures seen in a number of trials, or in a time."""

    either = (("trials", "time"),)

    failures: Counted
    trials: Counted | None = None
    time: Duration | None = Field(None, description="Time in operation, of all components together.")

    @property
    def dimension(self) -> str:
        """A probability per trial, or a rate."""
        return "rate" if self.trials is None else "number"

    def contradiction(self) -> str | None:
        """More failures than trials, or no time."""
        if self.trials is not None and self.failures > self.trials:
            return f"{self.failures:g} failures in {self.trials:g} trials; no more can fail than are tried"
        return "time must be above 0" if self.time is not None and self.time.seconds <= 0.0 else None

    def _posterior(self, first: float, second: float) -> Distribution:
        """Beta(first + k, second + n - k), or the gamma distribution of shape first + k and rate second + T."""
        if self.trials is not None:
            return Beta(first + self.failures, second + self.trials - self.failures)
        assert self.time is not None, "checked above"
        return Gamma(first + self.failures, 1.0 / (second + self.time.seconds))


class WrittenJeffreys(FailuresSeen):
    """The posterior of Jeffreys' prior: Beta(k + 1/2, n - k + 1/2), or a gamma distribution, (k + 1/2, 1 / T)."""

    @property
    def distribution(self) -> Distribution:
        """In SI."""
        return self._posterior(0.5, 0.5 if self.trials is not None else 0.0)


class Prior(Together):
    """What is known before the evidence: a beta distribution, or a gamma distribution of mean shape / time."""

    alpha: Positive | None = None
    beta: Positive | None = None
    shape: Positive | None = None
    time: Duration | None = None

    @model_validator(mode="after")
    def _a_pair(self) -> Prior:
        given = {key for key in type(self).model_fields if getattr(self, key) is not None}
        if given not in ({"alpha", "beta"}, {"shape", "time"}):
            raise ValueError("give `alpha` and `beta`, or `shape` and `time`")
        return self


class WrittenBayes(FailuresSeen):
    """The posterior of a prior given as a beta distribution (trials) or a gamma distribution (time)."""

    prior: Prior

    def contradiction(self) -> str | None:
        """A prior that does not go with the evidence, or what evidence alone can have."""
        if (self.trials is None) == (self.prior.shape is None):
            wanted = "`shape` and `time`, for a time" if self.trials is None else "`alpha` and `beta`, for trials"
            return f"the prior does not go with the evidence; give {wanted}"
        return super().contradiction()

    @property
    def distribution(self) -> Distribution:
        """In SI."""
        prior = self.prior
        if prior.alpha is not None and prior.beta is not None:
            return self._posterior(prior.alpha, prior.beta)
        assert prior.shape is not None and prior.time is not None, "checked above"
        return self._posterior(prior.shape, prior.time.seconds)
