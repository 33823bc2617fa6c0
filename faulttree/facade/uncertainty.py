"""How uncertain the answers are, and which uncertain input drives them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from faulttree import deadline
from faulttree.cut_sets.collection import CutSets
from faulttree.errors import InvalidRequestError, LimitExceeded, UnknownNameError
from faulttree.facade.subject import Subject, within_limits
from faulttree.facade.times import AnyTime, times_in_seconds
from faulttree.memory import FOR_SAMPLES
from faulttree.model.distributions import Distribution
from faulttree.model.quantities import dimension_of
from faulttree.model.states import states_text
from faulttree.model.tree import Model

if TYPE_CHECKING:
    from faulttree.decision_diagrams.bdd import Bdd
    from faulttree.uncertainty.band import Band
    from faulttree.uncertainty.problem import Problem
    from faulttree.uncertainty.propagation import UncertaintyAnalysis
    from faulttree.uncertainty.sensitivity import SobolIndices, Tornado

__all__ = ["WithUncertainty"]

ABOVE_SHARE = 0.5
"""Share of the remaining time for samples of the upper of two trees that enclose this one."""


@dataclass(frozen=True)
class WithUncertainty(Subject):
    """A tree that can be asked how much is known."""

    @property
    def uncertain_inputs(self) -> dict[str, Distribution]:
        """What is known of each uncertain input that an event below the top depends on, in SI, by its name."""
        forms, chain = dict(self._engine.forms), self._reduced.frequencies
        if chain is not None:  # how often those happen that are not below the top makes no difference
            own = dict(zip(chain.members, chain.forms, strict=True))
            forms = {event: form for event, form in forms.items() if event not in chain.links}
            forms |= {event: form for event in self.events if (form := own.get(event)) is not None}
        used = frozenset().union(*(form.inputs for form in forms.values()))
        return {name: spread for name, spread in self.model.uncertain_inputs().items() if name in used}

    @within_limits
    def uncertainty(
        self,
        samples: int = 10_000,
        *,
        seed: int = 0,
        method: str = "monte-carlo",
        of: str | None = None,
        gates: bool = False,
        importance: bool = False,
        executor: Executor | None = None,
        memory: int = FOR_SAMPLES,
    ) -> UncertaintyAnalysis:
        """How uncertain the top event's probability is, that of every gate and every importance if asked for.

        of: what the top event has: its `probability`, or its `frequency` where frequency events bring it about. Else
        the top's `probability` at the mission time T, or its failure `frequency` w(T) per hour, its
        `mean-unavailability` over [0, T] (PFDavg), or its `pfh`, W(0, T) / T per hour; gates and importance are of
        the probability. Frequency and PFH are for coherent trees.
        Structural importance is not among these: it does not depend on probabilities, so nothing about it is uncertain.

        samples: of the model's uncertain inputs. method: monte-carlo, latin-hypercube or sobol. seed: the same one
        gives the same result, whatever computes it. executor: any of `concurrent.futures`, or a cluster's; else
        threads. memory: bytes that the samples may keep.
        Raises InvalidRequestError, UnknownNameError, MissingProbabilityError, NotCoherentError, LimitExceeded.
        """
        from faulttree.uncertainty.between import between
        from faulttree.uncertainty.in_time import propagate_in_time
        from faulttree.uncertainty.propagation import UNITS, propagate

        has_frequency = self._engine.has_frequency
        of = of or ("frequency" if has_frequency else "probability")
        if of not in UNITS:
            raise UnknownNameError("quantity", of, UNITS)
        if of != "frequency":
            self._no_frequency(f"the {of}", "the frequency")
        if of != "probability" and not has_frequency:
            if gates or importance:
                raise InvalidRequestError(
                    f"gates and importance are of the probability, not of the {of}; leave one out"
                )
            self._mission()
            return propagate_in_time(
                self._problem_within_floats(), of, samples, seed=seed, method=method, executor=executor, memory=memory
            )
        asked: dict[str, Any] = {"seed": seed, "method": method, "executor": executor, "memory": memory}
        bounding = None if gates or importance else self._bounding_problems()
        if bounding is not None:
            below, above = bounding
            with deadline.part(ABOVE_SHARE):
                upper = propagate(above, samples, **asked)
            try:
                return between(propagate(below, samples, **asked), upper)
            except LimitExceeded:
                return between(None, upper)
        return propagate(self._problem(gates, importance), samples, importance=importance, **asked)

    @within_limits
    def band_over_time(
        self,
        times: AnyTime | Iterable[AnyTime],
        samples: int = 2_000,
        *,
        seed: int = 0,
        low: float = 5.0,
        high: float = 95.0,
        executor: Executor | None = None,
        memory: int = FOR_SAMPLES,
    ) -> Band:
        """The top's unavailability at times, between two percentiles of what is known of the uncertain inputs.

        times: one or several, such as "260 s" and "1 h", or seconds. samples: of the inputs, by Latin hypercube, the
        same at each time.
        executor and memory: as for `uncertainty`.
        Raises InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        from faulttree.uncertainty.band import band_over_time

        self._no_frequency("a band of unavailabilities", "the frequency")
        return band_over_time(
            self._problem_within_floats(),
            times_in_seconds(times),
            samples,
            seed=seed,
            low=low,
            high=high,
            executor=executor,
            memory=memory,
        )

    @within_limits
    def sobol_indices(
        self, samples: int = 8192, *, seed: int = 0, executor: Executor | None = None, memory: int = FOR_SAMPLES
    ) -> SobolIndices:
        """Which uncertain input drives the result: its first-order and total share of the variance.

        samples: pairs of points. Raises InvalidRequestError, for correlated inputs too; MissingProbabilityError,
        LimitExceeded.
        """
        from faulttree.uncertainty.sensitivity import sobol_indices

        return sobol_indices(self._problem(), samples, seed=seed, executor=executor, memory=memory)

    @within_limits
    def tornado(self, low: float = 5.0, high: float = 95.0) -> Tornado:
        """The top's probability with each uncertain input at two percentiles of its own, the largest swing first.

        Raises InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        from faulttree.uncertainty.sensitivity import tornado

        return tornado(self._problem(), low, high)

    def _problem_within_floats(self) -> Problem:
        """The same, once it is sure that the probability at the point values is no smaller than floats are.

        Raises FloatRangeExceeded.
        """
        problem = self._problem()
        problem.point()
        return problem

    def _bounding_problems(self) -> tuple[Problem, Problem] | None:
        """Two trees between which this one lies, as functions of the same inputs, where its own diagram is too large.

        None where the diagram is there, or theirs do not fit either.
        """
        engine = self._engine
        found = engine.bounding_diagrams if engine.bounds_suffice or not self.has_diagram else None
        if found is None:
            return None
        # Of the whole tree, so that the samples are those that its diagram would have.
        used = frozenset().union(*(engine.form_of(event).inputs for event in engine.simplified.variables))
        below, above = (self._problem(bdd=bdd, used=used) for bdd in found)
        return below, above

    @property
    def has_diagram(self) -> bool:
        """Whether the top event's decision diagram fits the limits."""
        try:
            return bool(self._engine.bdd.roots)
        except LimitExceeded:
            return False

    def _problem(
        self,
        gates: bool = False,
        importance: bool = False,
        bdd: Bdd | None = None,
        used: Collection[str] | None = None,
    ) -> Problem:
        """The tree as a function of those of the model's uncertain inputs that it depends on.

        gates: whether of every gate too. importance: whether with the minimal cut sets, if all are found.
        bdd: the diagram of another function in the tree's place, its root named 'top'. used: inputs that it may depend
        on; those that it does unless given.
        Raises MissingProbabilityError, LimitExceeded, InvalidRequestError where nothing below the top is uncertain.
        """
        from faulttree.quantification.batches import Batches
        from faulttree.quantification.shares import CutSetShares
        from faulttree.uncertainty.copula import UncertainInputs
        from faulttree.uncertainty.problem import Problem

        engine, is_bound = self._engine, bdd is not None
        if importance or gates:
            what = "importance" if importance else "gates' probabilities"
            self._no_frequency(f"how uncertain {what} are", "how uncertain the frequency is")
        if importance:
            self._no_alternatives("how uncertain importance is", "ask for the importance at the point values")
        if bdd is not None:
            bdd, roots = replace(bdd, roots={self.top: bdd.roots["top"]}), [self.top]
        elif gates and self.top in engine.gates_bdd.roots:
            bdd, roots = engine.gates_bdd, [self.top, *(gate for gate in self.gates if gate != self.top)]
        else:
            bdd, roots = replace(engine.bdd, roots={self.top: engine.bdd.roots["top"]}), [self.top]
        laws = engine.laws(bdd)
        depends_on = laws.inputs if used is None else used
        known = {name: distribution for name, distribution in self.uncertain_inputs.items() if name in depends_on}
        if not known and self.model.uncertain_inputs():
            where = f"with {states_text(self.states)} " if self.states else ""
            raise InvalidRequestError(
                f"{where}no uncertain input is left that '{self.top}' depends on, so nothing about it is uncertain; "
                + ("leave some of these states out" if self.states else "ask about another event")
            )
        ranks = [(each.between[0], each.between[1], each.rank) for each in self.model.correlations]
        kept = tuple((one, other, rank) for one, other, rank in ranks if one in known and other in known)
        sets = engine.all_cut_sets_or_why_not if importance and not engine.hides_events else None
        shares = CutSetShares(sets.family, laws.events) if isinstance(sets, CutSets) else None
        coherent = engine.simplified.is_negation_free or (not is_bound and engine.coherent)
        inputs = UncertainInputs(known, kept, _units(self.model))
        if not engine.has_frequency or engine.frequencies is None:
            return Problem(Batches(bdd, roots), laws, inputs, engine.seconds, coherent, shares)
        found = engine.frequencies
        happening, unit, in_si = found.forms, found.unit, found.in_si
        return Problem(Batches(bdd, roots), laws, inputs, engine.seconds, coherent, shares, happening, unit, in_si)


def _units(model: Model) -> dict[str, str]:
    """The units in which the values of uncertain rates and times are told."""
    found = {}
    for name in model.uncertain_inputs():
        parameter = model.parameters.get(name)
        if parameter is not None and parameter.uncertainty is not None:
            number: Any = model.number(name)
        else:
            _, number = model.basic_events[name].number or ("", 0.0)
        found[name] = {"rate": "1/h", "time": "h"}.get(dimension_of(number), "")
    return found
