"""What must hold between the numbers of a model: parameters, the places that name them, and their uncertainties."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Generator, Iterable, Iterator, Mapping
from itertools import chain
from math import comb
from typing import TYPE_CHECKING, Any

from faulttree.errors import Fault
from faulttree.expressions import dimension_name
from faulttree.model.distributions import (
    Distribution,
    Empirical,
    cut_off_at_one,
)
from faulttree.model.evaluating import Forms
from faulttree.model.expressions import Checked, names_in_expression, names_mentioned
from faulttree.model.failure_models import ABOVE_ZERO, DIMENSIONS, Path, error_factor_fault, magnitude, named
from faulttree.model.quantities import (
    Duration,
    Rate,
    dimension_of,
    has_unit,
    is_expression,
    misread_number,
    quantity_in,
)
from faulttree.model.sections import Sections, shown_path
from faulttree.model.uncertain_numbers import uncertainty_faults, value_faults
from faulttree.model.written import NUMBER

if TYPE_CHECKING:
    from faulttree.model.common_cause import CommonCauseGroup
    from faulttree.model.events import BasicEvent
    from faulttree.model.parameters import Parameter
    from faulttree.model.uncertainty import Uncertainty

__all__ = ["number_faults", "uncertain_inputs", "uses"]

IN_EXPRESSION = "in an expression"
# A probability may be above 1 by so much, by rounding.
_ROUNDING = 1e-12
# A member's share of all phi-factors further from 1 than this is no rounding.
_SUM_NOTICED = 1e-6


def uses(
    basic_events: Mapping[str, BasicEvent],
    parameters: Mapping[str, Parameter],
    common_cause_groups: Mapping[str, CommonCauseGroup],
) -> dict[str, set[str]]:
    """As what each parameter is used: sets of values of `DIMENSIONS`, by the parameters that are named somewhere.

    What an expression uses is `IN_EXPRESSION` there.
    """
    used: dict[str, set[str]] = {}
    users: Iterable[BasicEvent | CommonCauseGroup] = chain(basic_events.values(), common_cause_groups.values())
    for user in users:
        for path, value in user.quantities():
            for name in names_mentioned(value, parameters):
                used.setdefault(name, set()).add(_wanted(path) if name == value else IN_EXPRESSION)
    for parameter in parameters.values():
        if isinstance(parameter.value, str):
            for name in names_in_expression(parameter.value):
                used.setdefault(name, set()).add(IN_EXPRESSION)
    return used


def uncertain_inputs(
    basic_events: Mapping[str, BasicEvent],
    parameters: Mapping[str, Parameter],
    common_cause_groups: Mapping[str, CommonCauseGroup],
) -> dict[str, Distribution]:
    """The distributions of the uncertain numbers, by parameter or event; those of probabilities cut off at 1."""
    used = uses(basic_events, parameters, common_cause_groups)
    inputs = {}
    for name, parameter in parameters.items():
        if parameter.uncertainty is not None:
            distribution = parameter.uncertainty.distribution
            inputs[name] = cut_off_at_one(distribution) if "probability" in used.get(name, ()) else distribution
    for name, event in basic_events.items():
        if event.uncertainty is not None:
            distribution = event.uncertainty.distribution
            inputs[name] = distribution if event.probability is None else cut_off_at_one(distribution)
    return inputs


def number_faults(known: Sections) -> Iterator[Fault]:
    """Faults of the numbers of failure models and common-cause groups, of parameters and of uncertainties."""
    return _Numbers(known).faults()


class _Numbers:
    def __init__(self, known: Sections) -> None:
        self.known, self.parameters = known, known.sound["parameters"]
        self.used = uses(known.sound["basic_events"], self.parameters, known.sound["common_cause_groups"])
        self.expressions = Checked(known)
        self._forms: Forms | None = None
        self.has_mission_time = known.has_mission_time
        self.parameters_unclear = False

    def faults(self) -> Iterator[Fault]:
        yield from self.expressions.faults
        for section, kind in (("basic_events", "basic event"), ("common_cause_groups", "common-cause group")):
            for name, user in self.known.sound[section].items():
                yield from self._numbers_of(user, f"{kind} '{name}'", (section, name))
        for name, event in self.known.sound["basic_events"].items():
            if event.uncertainty is not None:
                yield from self._uncertain_event(name, event)
        for name, parameter in self.parameters.items():
            yield from self._parameter(name, parameter)
        clear = not self.parameters_unclear and not self.expressions.faults
        if clear and self.known.all_sound("gates", "basic_events", "common_cause_groups"):
            for name in self.parameters:
                if name not in self.used:
                    yield Fault("no event uses it", f"parameter '{name}'", "name it in an event, or remove it",
                                ("parameters", name), "warning")  # fmt: skip

    def _numbers_of(self, user: BasicEvent | CommonCauseGroup, element: str, at: Path) -> Iterator[Fault]:
        values: dict[Path, Any] = {}
        seconds = self._own_seconds(user)
        for inside, written in user.quantities():
            path = (*at, *inside)
            value: Any = written
            if isinstance(written, str) and written not in self.known.names["parameters"] and is_expression(written):
                value = yield from self._expression(written, element, inside, path, seconds)
                if value is None:
                    continue
            elif isinstance(written, str):
                fault = self._parameter_fault(written, element, inside, path)
                if fault and fault.message:
                    yield fault
                if fault or written not in self.parameters:
                    continue
                value = self.parameters[written].value
                if isinstance(value, str):
                    value = yield from self._computed(written, element, inside, path, seconds)
                    if value is None:
                        continue
                wrong = _out_of_range(str(inside[-1]), written, value, self.parameters[written].uncertainty)
                if wrong:
                    yield Fault(f"{shown_path(inside)}: {wrong[0]}", element, wrong[1], path)
            values[inside] = value
            if not self.has_mission_time and _needs_mission_time(user, inside):
                self.has_mission_time = True  # one line mends them all
                yield Fault(
                    f"{named(str(inside[0]))} needs a mission time, and the model has none", element,
                    "add `mission_time: 24 h`", path,
                )  # fmt: skip
        yield from _member_total(user, values, element, (*at, "phi_factor"))
        first_test = values.get(("periodic_test", "first_test"))
        said = getattr(user, "has_own_time", False) or getattr(user, "at", None) is not None
        if isinstance(first_test, Duration) and not said:
            yield from self._tested_in_time(first_test, element, (*at, "periodic_test", "first_test"))
        duration, interval = (values.get(("periodic_test", key)) for key in ("test_duration", "interval"))
        if duration and interval:
            yield from self._test_fits(user, duration, interval, element, (*at, "periodic_test", "test_duration"))

    def _expression(
        self, text: str, element: str, inside: Path, path: Path, seconds: float | None
    ) -> Generator[Fault, None, float | Rate | Duration | None]:
        """Faults of an expression as a number of a failure model; its value, None where it has a fault."""
        node, faults = self.expressions.checked(text, _wanted(inside), element, path, shown_path(inside))
        yield from faults
        if node is None:
            self.parameters_unclear = True
            return None
        if not self.has_mission_time and seconds is None and self.expressions.is_timed(node):
            self.has_mission_time = True
            yield Fault(f"{shown_path(inside)}: `{text}` depends on the time, and the model has no mission time",
                        element, "add `mission_time: 24 h`", path)  # fmt: skip
            return None
        return (yield from self._computed(text, element, inside, path, seconds))

    def _computed(
        self, text: str, element: str, inside: Path, path: Path, seconds: float | None
    ) -> Generator[Fault, None, float | Rate | Duration | None]:
        """What an expression, or a parameter that is one, comes to; None where a failure model cannot have that."""
        if self._forms is None:
            sound = {name: each for name, each in self.parameters.items() if name in self.expressions.power}
            self._forms = Forms(sound)
        where, wanted = shown_path(inside), _wanted(inside)
        shown = (
            f"parameter '{text}'" if text in self.parameters else f"`{text if len(text) <= 80 else text[:77] + '...'}`"
        )
        number = self._forms.value(text, self.known.mission_seconds if seconds is None else seconds)
        if wanted == "probability" and 0.0 < number - 1.0 < _ROUNDING:
            number = 1.0
        least, most = 0.0, 1.0 if wanted == "probability" else math.inf
        if math.isfinite(number) and least <= number <= most:
            quantity = quantity_in(wanted, number)
            if inside[-1] in ABOVE_ZERO and number == 0.0:
                yield Fault(f"{where}: {shown} must be above 0, and is 0", element, "", path)
                return None
            return quantity
        if math.isnan(number):
            what = "has no value, as a division by 0 or the logarithm of a negative number has none"
        else:
            range_ = "[0, 1]" if wanted == "probability" else "what it can be, from 0 on"
            stated = number if wanted in ("number", "probability") or number < 0.0 else math.inf
            unit = {"rate": "per second", "time": "s"}.get(wanted, "")
            what = f"is {f'{stated:g} {unit}'.strip()}, which lies outside {range_}"
        timed = " at its exposure" if seconds is not None else " at the mission time" * bool(self.known.mission_seconds)
        yield Fault(f"{where}: {shown} {what}{timed}", element, "check the numbers in it", path)
        return None

    def _own_seconds(self, user: BasicEvent | CommonCauseGroup) -> float | None:
        """The exposure of an event, where it has one that is a number."""
        time: Duration | str | None = getattr(user, "exposure", None)
        if isinstance(time, str):
            parameter = self.parameters.get(time)
            value = parameter.value if parameter is not None else None
            return value.seconds if isinstance(value, Duration) else None
        return None if time is None else time.seconds

    def _test_fits(
        self, user: Any, duration: Duration, interval: Duration, element: str, path: Path
    ) -> Iterator[Fault]:
        """A test is not longer than the interval, whatever an uncertain one of them turns out to be."""
        test = user.periodic_test
        if duration.seconds > interval.seconds:
            yield Fault(
                f"a test of {duration} is longer than the interval of {interval}", element,
                "give the time from the beginning of one test to that of the next", path,
            )  # fmt: skip
        elif self._reach(test.test_duration)[1] > self._reach(test.interval)[0]:
            yield Fault(
                "by their uncertainties a test may be longer than the interval between tests", element,
                "take distributions that end in between, such as uniform", path,
            )  # fmt: skip

    def _tested_in_time(self, first_test: Duration, element: str, path: Path) -> Iterator[Fault]:
        """A word where no test lies within the mission, so that the component is taken as new at its start."""
        mission = self.known.mission_time
        if mission is not None and first_test.seconds > mission.seconds:
            yield Fault(
                f"no test lies within the mission of {mission}, for the first is at {first_test}: its probability is "
                f"that of {mission} since it was new", element,
                "write `at: mean` for a demand at any time between two tests, or `at: mission` if this is meant", path,
                "warning",
            )  # fmt: skip

    def _reach(self, written: Duration | str) -> tuple[float, float]:
        """The least and the greatest that a time or a parameter can be, in seconds."""
        if not isinstance(written, str):
            return written.seconds, written.seconds
        parameter = self.parameters.get(written)
        if parameter is not None and parameter.uncertainty is not None:
            low, high = parameter.uncertainty.distribution.reach
            return low, high
        if parameter is not None and not isinstance(parameter.value, str):
            return self._reach(parameter.value)
        assert self._forms is not None, "the value of an expression was asked for before"
        value = self._forms.value(written)
        return value, value

    def _parameter_fault(self, written: str, element: str, inside: Path, path: Path) -> Fault | None:
        """What is wrong with a parameter's name as a number of a failure model."""
        where, wanted = shown_path(inside), _wanted(inside)
        if written not in self.known.names["parameters"]:
            if "parameters" in self.known.unread:
                return None
            self.parameters_unclear = True
            known = self.known.names["parameters"]
            fault = self.known.undefined(element, f"{where}: parameter '{written}'", written, known, path)
            return fault if fault.fix.startswith("did you mean") else _meant_as_number(fault, written, inside)
        if written not in self.parameters:
            return None
        parameter = self.parameters[written]
        if isinstance(parameter.value, str):
            if written not in self.expressions.power:
                self.parameters_unclear = True
                return Fault("", "", "", path)  # told already
            if written in self.expressions.timed and wanted != "probability":
                message = f"{where}: parameter '{written}' depends on the time, and a failure model's numbers do not"
                return Fault(message, element, "write the probability as a function of t", path)
            given = dimension_name(self.expressions.power[written]).partition(" ")[2] or "power of time"
        else:
            given = dimension_of(parameter.value)
        if given == wanted or (given, wanted) == ("number", "probability"):
            return None
        self.parameters_unclear = True
        example = {"rate": "give its value like '1e-5 /h'", "time": "give its value like '24 h'"}
        if given == "number":
            return Fault(f"{where}: parameter '{written}' has no unit", element, example[wanted], path)
        fix = f"write `rate: {written}`" if (where, given) == ("probability", "rate") else example.get(wanted, "")
        return Fault(f"{where}: parameter '{written}' is a {given}", element, fix or "give its value as a number", path)

    def _parameter(self, name: str, parameter: Parameter) -> Iterator[Fault]:
        value, used_as = parameter.value, self.used.get(name)
        element, path = f"parameter '{name}'", ("parameters", name)
        as_probability = "probability" in (used_as or ())
        any_number = used_as in (None, {IN_EXPRESSION})  # what no event uses is no probability either
        if isinstance(value, str):
            return
        below = value < 0.0 and not any_number if isinstance(value, float) else False
        if isinstance(value, float) and (below or (value > 1.0 and as_probability)):
            what = "value" if parameter.states_value else "the mean of its uncertainty,"
            yield Fault(
                f"{what} {value:g} lies outside [0, 1]", element, "a rate is written like '1e-5 /h'", (*path, "value")
            )
        elif parameter.uncertainty is not None:
            found = [
                *uncertainty_faults(
                    parameter.uncertainty, as_probability, element, (*path, "uncertainty"), may_be_negative=any_number
                )
            ]
            yield from found
            if parameter.states_value and all(fault.severity == "warning" for fault in found):
                yield from value_faults(value, parameter.uncertainty, "value", element, path)

    def _uncertain_event(self, name: str, event: BasicEvent) -> Iterator[Fault]:
        element, path = f"basic event '{name}'", ("basic_events", name)
        uncertainty, number = event.uncertainty, event.number
        assert uncertainty is not None and number is not None, "asked of uncertain events only"
        key, value = number
        if name in self.parameters and self.parameters[name].uncertainty is not None:
            yield Fault(
                "its uncertainty and that of the parameter of the same name cannot be told apart", element,
                "rename one of them", path,
            )  # fmt: skip
        yield from uncertainty_faults(uncertainty, key == "probability", element, (*path, "uncertainty"))
        yield from value_faults(value, uncertainty, key, element, path)


def _member_total(user: Any, values: Mapping[Path, Any], element: str, path: Path) -> Iterator[Fault]:
    """Phi-factors are of given sets: a word where those with a member in them make another total than the member's."""
    factors = getattr(user, "phi_factor", None) or ()
    given = [values.get(("phi_factor", index)) for index in range(len(factors))]
    if factors and all(isinstance(factor, float) for factor in given):
        total = sum(comb(len(user.events) - 1, index) * factor for index, factor in enumerate(given) if factor)
        if abs(total - 1.0) > _SUM_NOTICED:
            yield Fault(
                f"a member fails with {total:.4g} times the probability of its failure model, the sum of "
                "C(n - 1, k - 1) phi_k", element, "to keep the members' total, take alpha-factors or mgl", path,
                "warning",
            )  # fmt: skip


def _wanted(path: Path) -> str:
    """What the number at a place in a failure model or a common-cause group is."""
    return DIMENSIONS[next(step for step in reversed(path) if isinstance(step, str))]


def _meant_as_number(fault: Fault, written: str, inside: Path) -> Fault:
    """The fault of a parameter that is not defined, of a text that is rather a number: what is wrong with that."""
    where, wanted = shown_path(inside), _wanted(inside)
    if NUMBER.fullmatch(written):
        meant = {"rate": f"a rate is written like '{written} /h'", "time": f"a time is written like '{written} h'"}
        return dataclasses.replace(fault, fix=meant.get(wanted, "drop the quotes"))
    misread = misread_number(written, wanted)
    if misread is None:
        return fault
    message, fix = misread
    if where == "probability" and has_unit(written):
        fix = f"a failure rate is written `rate: {written}`"
    return dataclasses.replace(fault, message=f"{where}: {message}", fix=fix)


def _needs_mission_time(user: BasicEvent | CommonCauseGroup, inside: Path) -> bool:
    return not getattr(user, "has_own_time", False) and _wanted(inside) in ("rate", "time")


def _out_of_range(key: str, name: str, value: Any, uncertainty: Uncertainty | None) -> tuple[str, str] | None:
    """What is wrong with a parameter as a number that must be above 0, or as an error factor, and the fix."""
    distribution = uncertainty.distribution if uncertainty else None
    if key in ABOVE_ZERO:
        zero = magnitude(value) == 0.0
        if zero or (isinstance(distribution, Empirical) and distribution.reach[0] == 0.0):
            return f"parameter '{name}' must be above 0", ""
    if key == "error_factor":
        least = distribution.reach[0] if distribution else magnitude(value)
        wrong = error_factor_fault(least)
        if wrong:
            message, _, fix = wrong.partition("; ")
            return f"parameter '{name}': {message}", fix
    return None
