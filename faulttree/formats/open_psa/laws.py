"""From the expressions of basic events and parameters to the failure models and parameters of the model.

A built-in becomes the failure model of the same name, its numbers and parameters kept; anything else is an expression
of the model. What is lost, such as a deviate that the model has no distribution for, is told. Numbers without a unit
are hours and per hour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from faulttree.expressions import Name, Node, Number, written
from faulttree.formats.open_psa.common_cause import Group
from faulttree.formats.open_psa.deviates import uncertainty_of
from faulttree.formats.open_psa.elements import XmlElement
from faulttree.formats.open_psa.expressions import (
    BUILT_INS,
    CONSTANTS,
    DEVIATES,
    Expressions,
    FaultyError,
    built_in,
    number_in,
)
from faulttree.formats.open_psa.expressions import (
    UNITS as UNITS_KNOWN,
)
from faulttree.formats.open_psa.expressions import (
    in_hours as converted,
)
from faulttree.formats.open_psa.scopes import Container, Definition, Scopes
from faulttree.formats.open_psa.stated import Value, as_marked, in_hours, marked, same, with_unit
from faulttree.formats.open_psa.terms import with_units
from faulttree.formats.open_psa.translation import Translation
from faulttree.formats.open_psa.translation import converted as in_hours_from
from faulttree.formats.open_psa.uses import UNIT_DIMENSION, Reporter, Uses
from faulttree.model.expressions import POWERS
from faulttree.model.failure_models import DIMENSIONS
from faulttree.model.quantities import UNITS, Duration, Rate, in_si, is_expression

__all__ = ["DEFAULT_MISSION_TIME", "FORMS", "Laws", "in_hours"]

# A year, as other tools of the format take it where nothing is said.
DEFAULT_MISSION_TIME = Duration(8760.0, "h")
# Where the arguments of a built-in go, its time left out; by its name and the number of those.
FORMS: dict[tuple[str, int], tuple[str, tuple[str, ...]]] = {
    ("exponential", 1): ("rate", ("rate",)),
    ("GLM", 3): ("glm", ("on_demand", "rate", "repair_rate")),
    ("Weibull", 3): ("weibull", ("scale", "shape", "shift")),
    ("periodic-test", 3): ("periodic_test", ("rate", "interval", "first_test")),
    ("periodic-test", 4): ("periodic_test", ("rate", "repair_rate", "interval", "first_test")),
    ("periodic-test", 10): (
        "periodic_test",
        (
            "rate", "rate_in_test", "repair_rate", "interval", "first_test", "failure_at_test", "test_duration",
            "available_in_test", "coverage", "bad_restart",
        ),
    ),
}  # fmt: skip


class Laws:
    """Gives every basic event its failure model, every common-cause group its factors and every parameter its value."""

    def __init__(self, events: Scopes, parameters: Scopes, report: Reporter, groups: Sequence[Group] = ()) -> None:
        self.groups = groups
        self.events = [each for each in events.all if each.kind == "basic_events"]
        self.parameters = parameters
        self.report = report
        self.expressions = Expressions(parameters)
        # A member of a group has no uncertainty of its own; nor has an event whose name a parameter has.
        self.without_own = {id(event) for group in groups for event in group.declared}
        taken = {parameter.native for parameter in parameters.all}
        self.without_own |= {id(event) for event in self.events if event.native in taken}
        self.told: set[tuple[str, int]] = set()
        self.uses = Uses(parameters, self.expressions, report)
        self.translation = Translation(self.expressions, self.uses.mention, self.uses.input, self.uses.spread)
        self.inlined: set[int] = set()
        self.nodes: dict[int, Node] = {}

    def settle(self, stated: Duration | None) -> Duration | None:
        """Put failure models and values into the data of the definitions; the mission time, if stated or needed."""
        others = []
        for event in self.events:
            if event.expression is not None and event.expression.tag in CONSTANTS:
                self._guard(event, _constant)
            elif event.expression is not None:
                others.append(event)
        mission_time = self._mission_time(stated, others)
        if mission_time is not None:
            self.expressions.mission_hours = in_hours(mission_time)
        for event in others:
            with suppress(FaultyError):
                self.uses.collect(*self._followed(event))
        for definition in (*self.events, *self.parameters.all):
            if definition.expression is not None:
                self.uses.collect(definition.expression, definition.container)
        for event in others:
            self._guard(event, self._failure_model)
        for group in self.groups:
            self._guard(group, self._factors)
        for parameter in list(self.parameters.all):
            self._guard(parameter, self._translated)
        for parameter in self.parameters.all:
            self._guard(parameter, self._parameter)
        for definition in (*self.events, *self.parameters.all):
            definition.data.pop("quantities", None)
        return mission_time

    def _guard(self, definition: Definition, act: Callable[[Definition], None]) -> None:
        """Do something with a definition; a fault that many share is noted once."""
        path = (definition.kind, definition.native)
        try:
            act(definition)
        except FaultyError as error:
            if (error.message, error.line) not in self.told:
                self.told.add((error.message, error.line))
                self.report.note(error.message, error.line, error.fix, path)
        except ValueError as error:
            message, _, fix = str(error).partition("; ")
            self.report.note(message, definition.line, fix, path)
        if definition.kind == "parameters" and "value" not in definition.data and not definition.dropped:
            # What is worked out wrongly stands for a sound value: no fault follows from it.
            definition.data["value"] = with_unit(1.0, self.uses.dimension(definition))

    # The mission time

    def _mission_time(self, stated: Duration | None, others: list[Definition]) -> Duration | None:
        expressions = [each.expression for each in (*others, *self.parameters.all) if each.expression is not None]
        expressions += [factor for group in self.groups for factor in group.factors]
        line = self.expressions.mission_time_in(expressions)
        if stated is not None:
            return stated
        times = set() if line else {self._time_of(event) for event in others} - {None}
        if len(times) == 1:
            (time,) = times
            if time is not None and 0.0 <= time < float("inf"):
                self.report.warn(
                    f"all built-ins have the time {time:g}; it is the mission time, in hours", others[0].line
                )
                return Duration(time, "h")
        if line:
            self.report.warn(
                f"no mission time is stated; {DEFAULT_MISSION_TIME} is taken", line,
                'state it as <attribute name="faulttree-mission-time" value="24 h"/> of <opsa-mef>',
            )  # fmt: skip
            return DEFAULT_MISSION_TIME
        return None

    def _time_of(self, event: Definition) -> float | None:
        """The time of an event's built-in, if it has one that can be worked out and is not stated to be its own."""
        if _has_own_time(event.data.get("quantities")):
            return None
        try:
            expression, container = self._followed(event)
            if expression.tag in BUILT_INS and expression.children:
                return self.expressions.value(expression.children[-1], container)
        except FaultyError:
            pass  # told when the event's failure model is made
        return None

    # Basic events

    def _followed(self, event: Definition) -> tuple[XmlElement, Container]:
        """The expression of an event, or of the parameter that it names when that one is a built-in."""
        assert event.expression is not None, "only events with an expression come here"
        expression, container = event.expression, event.container
        seen: set[int] = set()
        while expression.tag == "parameter":
            parameter = self.expressions.found(expression, container)
            if parameter.expression is None or id(parameter) in seen:
                break
            marks = parameter.data.get("quantities")
            if isinstance(marks, dict) and "value" in marks:
                return event.expression, event.container  # a parameter of a model, and no law that several events share
            seen.add(id(parameter))
            expression, container = parameter.expression, parameter.container
        if expression.tag in BUILT_INS:
            self.inlined |= seen
            return expression, container
        return event.expression, event.container

    def _failure_model(self, event: Definition) -> None:
        expression, container = self._followed(event)
        data, where = event.data, (event.kind, event.native)
        marks = data.get("quantities")
        if expression.tag not in BUILT_INS:
            known = None if id(event) in self.without_own else uncertainty_of(expression, "number")
            if known is not None and known.distribution.reach[0] < 0.0:
                data["probability"] = self.expressions.value(expression, container)
                self._tell(expression, data["probability"], where, "basic events")
            elif known is not None:
                value = self.expressions.value(expression, container)
                is_mean = same(value, known.distribution.mean)
                data |= {"probability": known.mean if is_mean else value, "uncertainty": known}
            else:
                data["probability"] = self._term(expression, container, "probability", where)
                data["probability"] = as_marked(marks, "probability", data["probability"])
            return
        form = FORMS.get((expression.tag, len(expression.children) - 1))
        numbers = [self.expressions.value(part, container) for part in expression.children[:-1]]
        built_in(expression, numbers)  # refuses a wrong number of arguments, and numbers out of range
        assert form is not None, "built-ins are refused with any other number of arguments"
        *arguments, last = expression.children
        if isinstance(marks, dict) and "probability" in marks:
            kept = marked(marks, "probability", self._term(expression, container, "probability", where))
            if kept is not None:
                data["probability"] = kept
                return
        if any(self._follows_time(part, container) for part in arguments) or (
            self._follows_time(last, container) and not self._is_mission_time(last, container)
        ):
            # No failure model says that. What is the mission time by chance is not so at other times.
            data["probability"] = as_marked(
                marks, "probability", self._term(expression, container, "probability", where)
            )
            return
        data |= self._law(form, expression.children, numbers, container, where, marks)
        if not self._runs_over_the_mission(expression, container, marks):
            data["exposure"] = as_marked(marks, "exposure", self._term(last, container, "time", where))

    def _follows_time(self, element: XmlElement, container: Container) -> bool:
        """Whether an expression depends on the mission time, through parameters, too."""
        behind = (element, *self.expressions.behind(element, container))
        return any(self.expressions.mission_time_in([each]) for each in behind)

    def _is_mission_time(self, element: XmlElement, container: Container) -> bool:
        """Whether an expression is the mission time itself, or the name of a parameter that is."""
        while element.tag == "parameter":
            parameter = self.expressions.found(element, container)
            if parameter.expression is None or parameter.unit or element.attributes.get("unit"):
                return False
            element, container = parameter.expression, parameter.container
        return element.tag == "system-mission-time"

    def _runs_over_the_mission(self, expression: XmlElement, container: Container, marks: object) -> bool:
        """Whether the time of a built-in is the mission time, and not one of its own that may be the same."""
        if not expression.children:
            return True  # the number of arguments is refused where they are read
        last, mission = expression.children[-1], self.expressions.mission_hours
        if self._is_mission_time(last, container):
            return True
        own = _has_own_time(marks)
        if last.tag == "parameter":
            stated = self.expressions.found(last, container).expression
            own = own or (stated is not None and self.uses.spread(stated, container, "time") is not None)
        time = self.expressions.value(last, container)
        if not 0.0 <= time < float("inf"):
            raise FaultyError(f"<{expression.tag}> has the time {time:g}", expression.line, "give a time from 0 on")
        return not own and mission is not None and same(time, mission)

    def _law(
        self, form: tuple[str, tuple[str, ...]], parts: list[XmlElement], numbers: list[float], container: Container,
        where: tuple[str, str], marks: object,
    ) -> dict[str, Any]:  # fmt: skip
        name, keys = form
        given: dict[str, Any] = {}
        for key, part, number in zip(keys, parts, numbers, strict=False):
            if key == "available_in_test":
                given[key] = bool(number)
            elif number != float("inf") or key != "repair_rate":
                given[key] = self._term(part, container, DIMENSIONS[key], where)
        implied: dict[str, Any] = {"shift": Duration(0.0, "h"), "test_duration": Duration(0.0, "h")}
        implied |= {"rate_in_test": given["rate"]} if name == "periodic_test" else {"repair_rate": Rate(0.0, "h")}
        prefix = "" if name == "rate" else f"{name}."
        for key, value in list(given.items()):
            mark = marked(marks, prefix + key, value)
            if mark is not None:
                given[key] = mark
            elif implied.get(key) == value:
                del given[key]
        return given if name == "rate" else {name: given}

    def _term(self, element: XmlElement, container: Container, dimension: str, where: tuple[str, str]) -> Value:
        """A number of a failure model: a parameter's name where it can stay one, else its value with its unit."""
        tag, use = element.tag, "number" if dimension == "probability" else dimension
        if tag == "parameter":
            parameter = self.expressions.found(element, container)
            self.expressions.of(parameter)  # refuses one that has no value
            stated = element.attributes.get("unit", "").strip()
            fits = UNIT_DIMENSION.get(parameter.unit or stated, use) == use
            as_stated = bool(parameter.unit) or converted(1.0, stated) == 1.0
            if fits and as_stated and self.uses.as_(parameter, use) == use:
                return parameter.native
        value = self.expressions.value(element, container)
        if tag in CONSTANTS:
            return with_unit(value, dimension)
        node = self.translation.node(element, container, where[1])
        if isinstance(node, Number):
            self._tell(element, value, where, "basic events")
            return with_unit(value, dimension)
        return (
            node.name if isinstance(node, Name) and self.uses.power(node.name) == POWERS[use] else self._text(node, use)
        )

    def _text(self, node: Node, dimension: str, *, alone: bool = False) -> str:
        """An expression of the model, from one in hours and per hour. alone: whether no name could stand there."""
        text = written(with_units(node, POWERS[dimension], self.uses.power), UNITS, self.uses.names)
        return text if alone or is_expression(text) else f"({text})"

    def _tell(self, element: XmlElement, value: float, where: tuple[str, str], alike: str) -> None:
        """Warn that an expression gives way to its value."""
        tag = element.tag
        if tag in DEVIATES:
            message = f"<{tag}> is taken at its mean {value:g}; its uncertainty is not kept"
        elif tag == "parameter":
            name = element.attributes.get("name", "")
            message = f"parameter '{name}' has several units or uses; its value {value:g} is written in"
        else:
            when = " at the mission time" if self.expressions.mission_time_in([element]) else ""
            message = f"<{tag}> is worked out to {value:g}{when}; the expression is not kept"
        self.report.warn(message, element.line, path=where, alike=f"{alike} {tag if tag in DEVIATES else 'worked out'}")

    def _factors(self, definition: Definition) -> None:
        assert isinstance(definition, Group), "only groups come here"
        where = (definition.kind, definition.native)
        definition.settle(lambda factor: self._term(factor, definition.container, "probability", where))

    # Parameters

    def _translated(self, parameter: Definition) -> None:
        """The expression of a parameter that is no number, and what it mentions."""
        expression, unit = parameter.expression, parameter.unit
        if expression is None or expression.tag in CONSTANTS or (unit and unit not in UNITS_KNOWN):
            return
        self.expressions.of(parameter)
        if (
            self.uses.spread(expression, parameter.container, self.uses.dimension(parameter)) is None
            or converted(1.0, unit) != 1.0
        ):
            node = self.translation.node(expression, parameter.container, parameter.native)
            self.nodes[id(parameter)] = in_hours_from(node, unit) if converted(1.0, unit) != 1.0 else node

    def _parameter(self, parameter: Definition) -> None:
        expression, where, unit = parameter.expression, (parameter.kind, parameter.native), parameter.unit
        if expression is None:
            return  # told when it was read, or made for a deviate
        if unit and unit not in UNITS_KNOWN:
            known = f"known are {', '.join(sorted(UNITS_KNOWN))}"
            raise FaultyError(f"the unit '{unit[:60]}' is not known", parameter.line, known)
        value, used_as = self.expressions.of(parameter), self.uses.of(parameter)
        dimension = used_as or UNIT_DIMENSION.get(unit, "number")
        parameter.dropped = (
            used_as is None and id(parameter) not in self.uses.mentioned and id(parameter) in self.inlined
        )
        if parameter.dropped:
            self.report.warn(
                "no basic event uses it as it stands, and it is not kept", parameter.line, path=where, alike="not kept"
            )
            return
        node = self.nodes.get(id(parameter))
        if node is not None and not isinstance(node, Number):
            text = self._text(node, dimension, alone=True)
            parameter.data["value"] = as_marked(parameter.data.get("quantities"), "value", text)
            return
        uncertainty = (
            self.uses.spread(expression, parameter.container, dimension) if converted(1.0, unit) == 1.0 else None
        )
        if uncertainty is not None:
            parameter.data["uncertainty"] = uncertainty
        elif expression.tag not in CONSTANTS:
            self._tell(expression, value, where, "parameters")
        if unit in ("years", "years-1", "fit") and expression.tag in CONSTANTS:
            number = number_in(expression)
            kept: Value = (
                Duration(number, "y") if unit == "years" else Rate(number, "y" if unit == "years-1" else "FIT")
            )
        else:
            quantity = with_unit(value, dimension)
            if uncertainty is not None and same(in_si(quantity), uncertainty.distribution.mean):
                # Just as a parameter that states no value has it.
                quantity = uncertainty.mean
            kept = quantity
        parameter.data["value"] = as_marked(parameter.data.get("quantities"), "value", kept)


def _has_own_time(marks: object) -> bool:
    """Whether a file says that the time of a built-in is not the mission's, even if it is the same."""
    return isinstance(marks, dict) and "exposure" in marks


def _constant(event: Definition) -> None:
    assert event.expression is not None, "only events with a number come here"
    event.data["probability"] = as_marked(event.data.get("quantities"), "probability", number_in(event.expression))
