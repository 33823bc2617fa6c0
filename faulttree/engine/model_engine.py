"""Results that all top events and what-ifs of a model share: reduction, laws, diagrams of modules."""

from __future__ import annotations

import functools
import sys
import threading
import weakref
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from faulttree.decision_diagrams.compile import Guide, KnownPieces
from faulttree.engine.compiled import Compiled, truth_of
from faulttree.engine.limits import Limits, Report
from faulttree.errors import AnalysisError, MissingProbabilityError
from faulttree.laws import Form
from faulttree.model.tree import Model
from faulttree.reduction.common_cause import Expansion, expanded
from faulttree.reduction.exclusive import member_forms
from faulttree.reduction.reduce import reduced
from faulttree.reduction.reduced import PlainFormula, Reduced

__all__ = ["ModelEngine"]

Key = tuple[object, ...]
Truths = frozenset[tuple[str, bool | None]]
LEAST = sys.float_info.min
BELOW_FLOATS = (
    "the probability of '{event}' at {hours:g} h is above 0 and below 2.2e-308, where floating-point numbers end; "
    "give it a longer time, or a probability: 0 if it cannot occur"
)
MOST_BELOW_A_CHOICE = 1_000_000
"""Nodes of a diagram in which frequency events are decided first, before other orders are tried."""
LEAST_TO_GUIDE = 2_000
"""Nodes of a diagram whose order is tried first for a part of its tree; smaller ones find an order in no time."""


class ModelEngine:
    """A model, reduced once, and the results of one tree that another tree may use.

    every_parameter: whether its laws follow every parameter, as they else follow the uncertain ones only.
    expand: whether common-cause groups are expanded; without it their components are events.
    large: whether those that have too many events for a list are, too; without it their components are events without a
    law.
    chained: whether exclusive groups are rewritten; without it their members are events that nothing ties together.
    gates: more gates than the model has.
    A tree is compiled at most once for the same top event, truth values and limits, for as long as some tree uses it.
    Threads may share it. It can be pickled; then only the model goes along.
    """

    def __init__(
        self,
        model: Model,
        *,
        every_parameter: bool = False,
        expand: bool = True,
        large: bool = True,
        chained: bool = True,
        gates: Mapping[str, PlainFormula] | None = None,
    ) -> None:
        self.model, self.every_parameter, self.expand = model, every_parameter, expand
        self.large, self.chained, self.gates = large, chained, gates or {}
        self._sides: dict[str, tuple[float, float] | tuple[None, None]] = {}
        self._compiled: weakref.WeakValueDictionary[Key, Compiled] = weakref.WeakValueDictionary()
        self._known = KnownPieces()
        self._lock = threading.RLock()

    def __reduce__(self) -> tuple[Any, ...]:
        return _made_again, (self.model, self.every_parameter, self.expand, self.large, self.chained, self.gates)

    @functools.cached_property
    def expansion(self) -> Expansion:
        """The independent events that stand for the model's common-cause groups."""
        if not self.expand:
            return Expansion(self.model)
        return expanded(self.model, every_parameter=self.every_parameter, chain=self.large)

    @functools.cached_property
    def reduced(self) -> Reduced:
        """Static gates over independent events: what is analysed."""
        found = reduced(self.model, self.expansion, every_parameter=self.every_parameter, chained=self.chained)
        return replace(found, gates={**found.gates, **self.gates}) if self.gates else found

    @functools.cached_property
    def following_every_parameter(self) -> ModelEngine:
        """The same with a place for every parameter in the laws; it shares the diagrams where the events are the same.

        A common cause whose share is 0 as things stand is an event there, too.
        """
        other = ModelEngine(self.model, every_parameter=True)
        other._known = self._known
        if other.reduced.laws.keys() == self.reduced.laws.keys():
            other._compiled, other._lock = self._compiled, self._lock
        return other

    @functools.cached_property
    def without_expansion(self) -> ModelEngine:
        """The same with the components of common-cause groups as events."""
        return ModelEngine(self.model, every_parameter=self.every_parameter, expand=False)

    @functools.cached_property
    def of_components(self) -> ModelEngine:
        """The same with the components of groups whose independent events are not listed as events without a law."""
        return ModelEngine(self.model, every_parameter=self.every_parameter, large=False)

    @functools.cached_property
    def unchained(self) -> ModelEngine:
        """The same with the members of exclusive groups as events that nothing ties together."""
        return self.unchained_with({})

    def unchained_with(self, gates: Mapping[str, PlainFormula]) -> ModelEngine:
        """As `unchained`, with more gates; names that are taken have no effect on the model's own."""
        every, expand, large = self.every_parameter, self.expand, self.large
        return ModelEngine(self.model, every_parameter=every, expand=expand, large=large, chained=False, gates=gates)

    @functools.cached_property
    def members(self) -> Mapping[str, Form | None]:
        """The law of each member of an exclusive group; None where it is not known."""
        return {member: form for chain in self.reduced.chains for member, form in member_forms(chain).items()}

    def form_of(self, event: str) -> Form:
        """The failure law of an independent event or of a member of an exclusive group.

        Raises KeyError, MissingProbabilityError.
        """
        form = self.members[event] if event in self.members else self.reduced.laws[event]
        if form is None:
            raise MissingProbabilityError([event])
        return form

    def sides_of(self, event: str) -> tuple[float, float] | tuple[None, None]:
        """Probability of an independent event at the mission time, and of its absence; None where none is known.

        Or of a member of an exclusive group.
        """
        if event not in self._sides:
            form = self.members[event] if event in self.members else self.reduced.laws.get(event)
            if form is None:
                self._sides[event] = None, None
            else:
                law, seconds = form.law(), self.reduced.seconds
                state = law.at(seconds)
                if state.unavailability < LEAST and law.is_below_floats(seconds):
                    raise AnalysisError(BELOW_FLOATS.format(event=event, hours=seconds / 3600.0))
                self._sides[event] = float(state.unavailability), float(state.availability)
        return self._sides[event]

    def compiled(
        self,
        top: str,
        states: Mapping[str, bool | float],
        limits: Limits,
        report: Report | None = None,
        order: tuple[str, ...] | None = None,
    ) -> Compiled:
        """The function of an event or gate under the truth values that a what-if has set, within limits."""
        # An event that is given another probability is the variable that it was.
        laws = self.reduced.laws
        decided = {name: state for name, state in states.items() if isinstance(state, bool) or name not in laws}
        truths = frozenset((name, truth_of(state)) for name, state in decided.items())
        # The listener counts by identity: it need not be hashable, and lives as long as the entry.
        key = (top, truths, limits, id(report), order)
        with self._lock:
            found = self._compiled.get(key)
            if found is None:
                guide = None if order else self._guide(top, truths) or self._choice_first
                base = None if order else self._base(top, truths, limits, report)
                found = Compiled(self.reduced, top, decided, limits, report, order, self._known, guide, base)
                self._compiled[key] = found
        return found

    def _base(self, top: str, truths: Truths, limits: Limits, report: Report | None) -> Compiled | None:
        """A tree with one state less, or with none."""
        fewer = (truths - {each} for each in truths)
        candidates = (self._compiled.get((top, some, limits, id(report), None)) for some in (*fewer, frozenset()))
        return next((tree for tree in candidates if tree is not None), None) if truths else None

    @functools.cached_property
    def _choice_first(self) -> Guide | None:
        """An order in which it is decided first which frequency event it is: what follows from one knows no other."""
        chain = self.reduced.frequencies
        return Guide("the moment of one frequency event", chain.links, MOST_BELOW_A_CHOICE) if chain else None

    def _guide(self, top: str, truths: Truths) -> Guide | None:
        """The order of the smallest large diagram of a tree that holds the top event as a gate, under these truths."""
        larger = [
            (diagram.size, compiled.top, diagram.events)
            for (_, its_truths, *_), compiled in list(self._compiled.items())
            if its_truths == truths
            and (diagram := compiled.found) is not None
            and diagram.size >= LEAST_TO_GUIDE
            and top in compiled.skeleton.roots
        ]
        if not larger:
            return None
        size, name, order = min(larger)
        return Guide(f"'{name}'", order, 2 * size)


def _made_again(
    model: Model, every_parameter: bool, expand: bool, large: bool, chained: bool, gates: Mapping[str, PlainFormula]
) -> ModelEngine:
    return ModelEngine(model, every_parameter=every_parameter, expand=expand, large=large, chained=chained, gates=gates)
