"""From what is written of a basic event to the law of its component, in seconds and per second."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING, Any

from faulttree.errors import MissingProbabilityError
from faulttree.expressions import names_in
from faulttree.model.events import BasicEvent
from faulttree.model.expressions import parsed_text
from faulttree.model.failure_models import ABOVE_ZERO, DIMENSIONS, FAILURE_MODELS, Value
from faulttree.model.parameters import Parameter
from faulttree.model.quantities import UNITS, in_si

if TYPE_CHECKING:
    from faulttree.expressions.form import ExpressionForm
    from faulttree.laws import Form, LawNumber

__all__ = ["Forms"]


class Forms:
    """Makes the laws of a model's events, with a place for each uncertain input.

    A number that is the name of a parameter with uncertainty follows the input of that name; the number of an event
    with an uncertainty of its own, the input of the event's name; an expression, every such parameter in it.
    every_parameter: whether numbers follow every parameter that is a number, uncertain or not. mission: the mission
    time in seconds, over which a mean is taken of what is not tested and has no exposure.
    """

    def __init__(
        self, parameters: Mapping[str, Parameter], *, every_parameter: bool = False, mission: float = 0.0
    ) -> None:
        # Laws work with arrays; a model that is only read or drawn does without them.
        from faulttree.expressions.program import Builder

        self.parameters, self.every_parameter, self.mission = parameters, every_parameter, mission
        self._builder = Builder(self._step_of, UNITS)
        self._steps: dict[str, int] = {}

    def law_form(self, name: str, event: BasicEvent) -> Form:
        """The law of a basic event. Raises MissingProbabilityError."""
        from faulttree import laws

        form = self._form_in_time(name, event)
        # An uncertainty of the event's own is about the number of its failure model, not about this time.
        own = event.exposure is not None
        over = self.number(event.exposure, "exposure") if event.exposure is not None else laws.Quantity(self.mission)
        match event.at:
            case "mean" | "largest":
                return laws.HeldForm(form, event.at, over)
        return laws.HeldForm(form, "exposure", over) if own else form

    def _form_in_time(self, name: str, event: BasicEvent) -> Form:
        """The law of its failure model, as it goes on in time."""
        from faulttree import laws

        kind = event.failure_model
        if kind is None:
            raise MissingProbabilityError([name])
        if kind == "probability" and isinstance(event.probability, str) and self._is_computed(event.probability):
            return self._expression_form(event.probability)
        own = name if event.uncertainty is not None else ""

        def place(value: Value, key: str, function: str = "") -> LawNumber:
            return self.number(value, key, function, own)

        model = FAILURE_MODELS[kind]
        return laws.LawForm(getattr(laws, model.law), tuple(model.fields(getattr(event, kind), place).items()))

    def number(self, value: Value, key: str, function: str = "", own: str = "") -> LawNumber:
        """A number of a law. key: what it is written under. function: of `laws`. own: the input of a plain number."""
        from faulttree import laws
        from faulttree.expressions.form import Computed

        turned = getattr(laws, function) if function else None
        if not isinstance(value, str):
            return laws.Quantity(float(in_si(value)), own, turned)
        if not self._is_computed(value):
            parameter = self.parameters[value]
            return laws.Quantity(float(in_si(parameter.value)), self._input(value, parameter), turned)  # type: ignore[arg-type]  # no text, as asked above
        program, leaves = self._builder.program(self._step_of_text(value))
        most = 1.0 if DIMENSIONS.get(key) == "probability" else inf
        computed = Computed(program, leaves, 0.0, key in ABOVE_ZERO, most, turned, value)
        if computed.inputs:
            return computed
        # With nothing to follow it is its value, however that comes about.
        return laws.Quantity(float(self.value(value)), "", turned)

    def value(self, text: str, seconds: float = 0.0) -> float:
        """The number that a parameter's name or an expression is at a time, in SI, by the point values; may be nan."""
        program, leaves = self._builder.program(self._step_of_text(text))
        return float(program.run([leaf.value for leaf in leaves], seconds)[0])

    def _expression_form(self, text: str) -> ExpressionForm:
        from faulttree.expressions.form import ExpressionForm

        return ExpressionForm(*self._builder.program(self._step_of_text(text)), text)

    def _is_computed(self, text: str) -> bool:
        """Whether a text is no name of a parameter that is a number."""
        return text not in self.parameters or isinstance(self.parameters[text].value, str)

    def _input(self, name: str, parameter: Parameter) -> str:
        return name if self.every_parameter or parameter.uncertainty is not None else ""

    def _step_of_text(self, text: str) -> int:
        """The step that gives a written number; all parameters that it depends on come first, on no deep stack."""
        names = (text,) if text in self.parameters else tuple(names_in(parsed_text(text)))
        waiting = list(names)
        while waiting:
            name = waiting[-1]
            value = self.parameters[name].value
            missing: list[Any] = []
            if name not in self._steps:
                missing = [each for each in self._inner(value) if each not in self._steps]
            if not missing:
                waiting.pop()
                self._settle(name)
            waiting += missing
        return self._steps[text] if text in self.parameters else self._builder.add(parsed_text(text))

    def _inner(self, value: Any) -> tuple[str, ...]:
        return tuple(names_in(parsed_text(value))) if isinstance(value, str) else ()

    def _settle(self, name: str) -> None:
        """The step of a parameter, those that it depends on being there."""
        from faulttree import laws

        if name in self._steps:
            return
        parameter = self.parameters[name]
        if isinstance(parameter.value, str):
            self._steps[name] = self._builder.add(parsed_text(parameter.value))
        else:
            quantity = laws.Quantity(float(in_si(parameter.value)), self._input(name, parameter))
            self._steps[name] = self._builder.leaf(quantity)

    def _step_of(self, name: str) -> int:
        return self._steps[name]
