"""What all top events and what-ifs of a model share: its reduction, its laws, and the diagrams of its modules."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Mapping
from typing import Any

from faulttree.decision_diagrams.compile import KnownPieces
from faulttree.engine.compiled import Compiled
from faulttree.engine.limits import Limits, Report
from faulttree.errors import MissingProbabilityError
from faulttree.laws import Form
from faulttree.model.tree import Model
from faulttree.reduction.common_cause import Expansion, expanded
from faulttree.reduction.reduce import reduced
from faulttree.reduction.reduced import Reduced

__all__ = ["ModelEngine"]

Key = tuple[object, ...]


class ModelEngine:
    """A model, reduced once, and whatever was worked out for one of its trees that another may use.

    every_parameter: whether its laws follow every parameter, as they else follow the uncertain ones only.
    expand: whether common-cause groups are expanded; without it their components are events.
    A tree is compiled at most once for the same top event, truth values and limits, for as long as some tree uses it.
    It can be pickled; then only the model goes along.
    """

    def __init__(self, model: Model, *, every_parameter: bool = False, expand: bool = True) -> None:
        self.model, self.every_parameter, self.expand = model, every_parameter, expand
        self._sides: dict[str, tuple[float, float] | tuple[None, None]] = {}
        self._compiled: weakref.WeakValueDictionary[Key, Compiled] = weakref.WeakValueDictionary()
        self._known = KnownPieces()

    def __reduce__(self) -> tuple[Any, ...]:
        return _made_again, (self.model, self.every_parameter, self.expand)

    @functools.cached_property
    def expansion(self) -> Expansion:
        """The independent events that stand for the model's common-cause groups."""
        return expanded(self.model, every_parameter=self.every_parameter) if self.expand else Expansion(self.model)

    @functools.cached_property
    def reduced(self) -> Reduced:
        """Static gates over independent events: what is analysed."""
        return reduced(self.model, self.expansion, every_parameter=self.every_parameter)

    @functools.cached_property
    def following_every_parameter(self) -> ModelEngine:
        """The same with a place for every parameter in the laws; it shares the diagrams where the events are the same.

        A common cause whose share is 0 as things stand is an event there, too.
        """
        other = ModelEngine(self.model, every_parameter=True)
        other._known = self._known
        if other.reduced.laws.keys() == self.reduced.laws.keys():
            other._compiled = self._compiled
        return other

    @functools.cached_property
    def without_expansion(self) -> ModelEngine:
        """The same with the components of common-cause groups as events."""
        return ModelEngine(self.model, every_parameter=self.every_parameter, expand=False)

    def form_of(self, event: str) -> Form:
        """The failure law of an independent event. Raises KeyError, MissingProbabilityError."""
        form = self.reduced.laws[event]
        if form is None:
            raise MissingProbabilityError([event])
        return form

    def sides_of(self, event: str) -> tuple[float, float] | tuple[None, None]:
        """Probability of an independent event at the mission time, and of its absence; None where none is known."""
        if event not in self._sides:
            form = self.reduced.laws.get(event)
            if form is None:
                self._sides[event] = None, None
            else:
                state = form.law().at(self.reduced.seconds)
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
        truths = frozenset((name, state if isinstance(state, bool) else None) for name, state in states.items())
        key = (top, truths, limits, report, order)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = Compiled(self.reduced, top, states, limits, report, order, self._known)
        return found


def _made_again(model: Model, every_parameter: bool, expand: bool) -> ModelEngine:
    return ModelEngine(model, every_parameter=every_parameter, expand=expand)
