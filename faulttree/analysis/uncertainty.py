"""How uncertain the answers are, and which uncertain input drives them."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass

from faulttree.analysis.subject import Subject, seconds_of
from faulttree.model.quantities import Duration
from faulttree.model.uncertainty_laws import Distribution
from faulttree.uncertainty.band import Band, band_over_time
from faulttree.uncertainty.problem import Problem
from faulttree.uncertainty.propagation import DEFAULT_MEMORY, UncertaintyAnalysis, propagate
from faulttree.uncertainty.sensitivity import SobolIndices, Tornado, sobol_indices, tornado

__all__ = ["WithUncertainty"]


@dataclass(frozen=True)
class WithUncertainty(Subject):
    """A tree that can be asked how much is known."""

    @property
    def uncertain_inputs(self) -> dict[str, Distribution]:
        """What is known of each uncertain input that an event below the top depends on, in SI, by its name."""
        used = frozenset().union(*(form.inputs for form in self._engine.forms.values()))
        return {name: spread for name, spread in self.model.uncertain_inputs().items() if name in used}

    def uncertainty(
        self,
        samples: int = 10_000,
        *,
        seed: int = 0,
        method: str = "monte-carlo",
        gates: bool = False,
        importance: bool = False,
        executor: Executor | None = None,
        memory: int = DEFAULT_MEMORY,
    ) -> UncertaintyAnalysis:
        """How uncertain the top event's probability is, that of every gate and every importance if asked for.

        Structural importance is not among these: it does not depend on probabilities, so nothing about it is uncertain.

        samples: of the model's uncertain inputs. method: monte-carlo, latin-hypercube or sobol. seed: the same one
        gives the same result, whatever computes it. executor: any of `concurrent.futures`, or a cluster's; else
        threads. memory: bytes that the samples may keep.
        Raises InvalidRequestError, UnknownNameError, MissingProbabilityError, LimitExceeded.
        """
        return propagate(
            self._problem(gates, importance),
            samples,
            seed=seed,
            method=method,
            importance=importance,
            executor=executor,
            memory=memory,
        )

    def band_over_time(
        self,
        times: Iterable[str | Duration | float],
        samples: int = 2_000,
        *,
        seed: int = 0,
        low: float = 5.0,
        high: float = 95.0,
    ) -> Band:
        """The top's unavailability at times, between two percentiles of what is known of the uncertain inputs.

        times: such as "260 s" and "1 h", or seconds. samples: of the inputs, by Latin hypercube, the same at each time.
        Raises InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        seconds = [seconds_of(time) for time in times]
        return band_over_time(self._problem(), seconds, samples, seed=seed, low=low, high=high)

    def sobol_indices(
        self, samples: int = 8192, *, seed: int = 0, executor: Executor | None = None, memory: int = DEFAULT_MEMORY
    ) -> SobolIndices:
        """Which uncertain input drives the result: its first-order and total share of the variance.

        samples: pairs of points. Raises InvalidRequestError, for correlated inputs too; MissingProbabilityError,
        LimitExceeded.
        """
        return sobol_indices(self._problem(), samples, seed=seed, executor=executor, memory=memory)

    def tornado(self, low: float = 5.0, high: float = 95.0) -> Tornado:
        """The top's probability with each uncertain input at two percentiles of its own, the largest swing first.

        Raises InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        return tornado(self._problem(), low, high)

    def _problem(self, gates: bool = False, importance: bool = False) -> Problem:
        ranks = [(each.between[0], each.between[1], each.rank) for each in self.model.correlations]
        return self._engine.problem(self.uncertain_inputs, ranks, gates, importance)
