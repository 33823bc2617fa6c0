"""What must hold between the elements of a model: references, cycles, reachability.

Works on parts, too: a reader that found faulty elements passes the sound ones, and the names of all.
"""

from __future__ import annotations

import dataclasses
import graphlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from faulttree.errors import Fault, did_you_mean
from faulttree.model.failure_models import ABOVE_ZERO, DIMENSIONS, magnitude
from faulttree.model.gates import Connected, Gate
from faulttree.model.quantities import Duration, Rate, has_unit
from faulttree.model.written import NUMBER

if TYPE_CHECKING:
    from faulttree.model.events import BasicEvent
    from faulttree.model.parameters import Parameter

__all__ = ["RESERVED_SOURCES", "element_at", "faults_between", "kind_of"]

RESERVED_SOURCES = ("assumption", "judgement")
EVENT_SECTIONS = ("gates", "basic_events", "house_events")
MOST_FAULTS = 10_000
MOST_SUGGESTIONS = 50
MOST_COMPARISONS = 200_000
_KINDS = {
    "gates": "gate",
    "basic_events": "basic event",
    "house_events": "house event",
    "parameters": "parameter",
    "scenarios": "scenario",
    "sources": "source",
}


def kind_of(section: str) -> str:
    """What an element of a section is called in messages."""
    return _KINDS.get(section, section)


def element_at(path: Sequence[str | int]) -> str:
    """What a path into a model leads to, for a message: "gate 'G1'", "timeline entry 3", "mission_time"."""
    if not path:
        return ""
    section, *rest = path
    if rest and section in _KINDS:
        return f"{_KINDS[str(section)]} '{rest[0]}'"
    if rest and section == "timeline" and isinstance(rest[0], int):
        return f"timeline entry {rest[0] + 1}"
    return str(section)


def faults_between(sections: Mapping[str, Any], names: Mapping[str, Collection[str] | None]) -> list[Fault]:
    """All faults between elements, up to ten thousand.

    sections: the sound part of each section of a model, by the section's name.
    names: every name a section defines, its faulty elements included; absent, those in `sections`;
        None where the section cannot be read, so that nothing said about its names would be certain.
    """
    return list(islice(_Checker(sections, names).faults(), MOST_FAULTS))


class _Checker:
    def __init__(self, sections: Mapping[str, Any], names: Mapping[str, Collection[str] | None]) -> None:
        self.sections = {
            name: sections.get(name) or {} for name in ("sources", "parameters", "scenarios", *EVENT_SECTIONS)
        }
        self.top: tuple[str, ...] = sections.get("top") or ()
        self.timeline = sections.get("timeline") or ()
        self.has_mission_time = sections.get("mission_time") is not None or "mission_time" in names
        self.unread = {name for name in self.sections if names.get(name, ()) is None}
        self.names = {name: names.get(name, table) or () for name, table in self.sections.items()}
        self.events = {name for section in EVENT_SECTIONS for name in self.names[section]}
        self.events_unread = not self.unread.isdisjoint(EVENT_SECTIONS)
        self.suggestions, self.comparisons = MOST_SUGGESTIONS, MOST_COMPARISONS
        self.parameters_unclear = False
        self.used_as: dict[str, set[str]] = {}

    def faults(self) -> Iterator[Fault]:
        yield from self._doubly_defined()
        yield from self._undefined_tops()
        for name, gate in self.sections["gates"].items():
            yield from self._formula(gate, f"gate '{name}'", ("gates", name))
        yield from self._cycles()
        for name, event in self.sections["basic_events"].items():
            yield from self._failure_model(name, event)
        for name, parameter in self.sections["parameters"].items():
            yield from self._parameter(name, parameter)
        for name, scenario in self.sections["scenarios"].items():
            for target in scenario.states:
                if not self._is_event(target):
                    yield self._undefined(
                        f"scenario '{name}'", f"'{target}'", target, self.events, ("scenarios", name, "set", target)
                    )
        yield from self._sources()
        yield from self._unreached()

    def _undefined(
        self, element: str, what: str, name: str, known: Collection[str], path: tuple[str | int, ...]
    ) -> Fault:
        self.suggestions -= 1
        self.comparisons -= len(known)
        hint = did_you_mean(name, known) if self.suggestions >= 0 and self.comparisons >= 0 else ""
        return Fault(f"{what} is not defined", element, hint or "define it, or correct the name", path)

    def _is_event(self, name: str) -> bool:
        return name in self.events or self.events_unread

    def _doubly_defined(self) -> Iterator[Fault]:
        first: dict[str, str] = {}
        for section in EVENT_SECTIONS:
            for name in self.names[section]:
                if name in first:
                    yield Fault(
                        f"the name is already taken by a {kind_of(first[name])}",
                        f"{kind_of(section)} '{name}'", "rename one of them", (section, name),
                    )  # fmt: skip
                first.setdefault(name, section)

    def _undefined_tops(self) -> Iterator[Fault]:
        for index, name in enumerate(self.top):
            if not self._is_event(name):
                yield self._undefined("top", f"'{name}'", name, self.events, ("top", index))
        for name, times in Counter(self.top).items():
            if times > 1:
                yield Fault(f"'{name}' is named {times} times", "top", "name it once", ("top",))

    def _formula(self, formula: Connected, element: str, path: tuple[str | int, ...]) -> Iterator[Fault]:
        connective, arguments = formula.connective, formula.arguments
        inside = (*path, connective)
        for index, argument in enumerate(arguments):
            at = (*inside, *_step(connective, index))
            if not isinstance(argument, str):
                yield from self._formula(argument, element, at)
            elif not self._is_event(argument):
                yield self._undefined(element, f"input '{argument}'", argument, self.events, at)
        for argument, times in Counter(arguments).items():
            if times > 1 and isinstance(argument, str):
                counted = connective in ("atleast", "cardinality", "xor", "iff", "imply")
                yield Fault(
                    f"input '{argument}' is named {times} times in one '{connective}'", element,
                    "name it once" if counted else "naming it once means the same",
                    inside, "error" if counted else "warning",
                )  # fmt: skip

    def _cycles(self) -> Iterator[Fault]:
        gates: Mapping[str, Gate] = self.sections["gates"]
        inputs = {name: [child for child in gate.names() if child in gates] for name, gate in gates.items()}
        try:
            graphlib.TopologicalSorter(inputs).prepare()
        except graphlib.CycleError:
            import networkx

            graph = networkx.DiGraph((name, child) for name, children in inputs.items() for child in children)
            order = {name: position for position, name in enumerate(inputs)}
            for component in networkx.strongly_connected_components(graph):
                start = min(component, key=order.__getitem__)
                if len(component) == 1 and start not in inputs[start]:
                    continue
                ring = [start, *_shortest_ring(networkx, graph.subgraph(component), start)]
                shown = [*ring[:10], "...", ring[-1]] if len(ring) > 12 else ring
                path = " -> ".join(f"'{name}'" if name != "..." else name for name in shown)
                yield Fault(f"gates form a cycle: {path}", f"gate '{start}'", "break it at one gate", ("gates", start))

    def _failure_model(self, name: str, event: BasicEvent) -> Iterator[Fault]:
        element = f"basic event '{name}'"
        values: dict[str, Any] = {}
        for inside, written in event.quantities():
            path, key = ("basic_events", name, *inside), inside[-1]
            value: Any = written
            if isinstance(written, str):
                fault = self._parameter_fault(written, element, inside, path)
                if fault:
                    yield fault
                if fault or written not in self.sections["parameters"]:
                    continue
                self.used_as.setdefault(written, set()).add(DIMENSIONS[key])
                value = self.sections["parameters"][written].value
                if key in ABOVE_ZERO and magnitude(value) == 0.0:
                    yield Fault(f"{'.'.join(inside)}: parameter '{written}' must be above 0", element, "", path)
            values[key] = value
            if key != "probability" and not self.has_mission_time:
                self.has_mission_time = True  # one line mends them all
                what = "rate" if inside == ("rate",) else inside[0]
                yield Fault(
                    f"a {what} needs a mission time, and the model has none", element, "add `mission_time: 24 h`", path
                )
        if values.keys() >= {"test_duration", "interval"} and (
            values["test_duration"].seconds > values["interval"].seconds
        ):
            yield Fault(
                f"a test of {values['test_duration']} is longer than the interval of {values['interval']}", element,
                "give the time from the beginning of one test to that of the next",
                ("basic_events", name, "periodic_test", "test_duration"),
            )  # fmt: skip

    def _parameter_fault(
        self, written: str, element: str, inside: tuple[str, ...], path: tuple[str | int, ...]
    ) -> Fault | None:
        """What is wrong with a parameter's name as a number of a failure model."""
        where, wanted = ".".join(inside), DIMENSIONS[inside[-1]]
        if written not in self.names["parameters"]:
            if "parameters" in self.unread:
                return None
            self.parameters_unclear = True
            known = self.names["parameters"]
            fault = self._undefined(element, f"{where}: parameter '{written}'", written, known, path)
            if NUMBER.fullmatch(written):
                meant = {
                    "rate": f"a rate is written like '{written} /h'",
                    "time": f"a time is written like '{written} h'",
                }
                return dataclasses.replace(fault, fix=meant.get(wanted, "drop the quotes"))
            if where == "probability" and has_unit(written):
                meant_rate = f"a probability has no unit, and a failure rate is written `rate: {written}`"
                return dataclasses.replace(fault, fix=meant_rate)
            return fault
        if written not in self.sections["parameters"]:
            return None
        value = self.sections["parameters"][written].value
        given = "rate" if isinstance(value, Rate) else "time" if isinstance(value, Duration) else "number"
        if given == wanted or (given, wanted) == ("number", "probability"):
            return None
        self.parameters_unclear = True
        example = {"rate": "give its value like '1e-5 /h'", "time": "give its value like '24 h'"}
        if given == "number":
            return Fault(f"{where}: parameter '{written}' has no unit", element, example[wanted], path)
        fix = f"write `rate: {written}`" if (where, given) == ("probability", "rate") else example.get(wanted, "")
        return Fault(f"{where}: parameter '{written}' is a {given}", element, fix or "give its value as a number", path)

    def _parameter(self, name: str, parameter: Parameter) -> Iterator[Fault]:
        value, used_as = parameter.value, self.used_as.get(name)
        events_unclear = len(self.names["basic_events"]) > len(self.sections["basic_events"])
        as_probability = used_as != {"number"} and (used_as or not events_unclear)
        if isinstance(value, float) and (value < 0.0 or (value > 1.0 and as_probability)):
            yield Fault(
                f"value {value:g} lies outside [0, 1]", f"parameter '{name}'", "a rate is written like '1e-5 /h'",
                ("parameters", name, "value"),
            )  # fmt: skip

    def _sources(self) -> Iterator[Fault]:
        if "sources" in self.unread:
            return
        known = {*self.names["sources"], *RESERVED_SOURCES}
        for section in (*EVENT_SECTIONS, "parameters", "scenarios"):
            for name, element in self.sections[section].items():
                for key in element.source:
                    if key not in known:
                        yield self._undefined(
                            f"{kind_of(section)} '{name}'", f"source '{key}'", key, known, (section, name, "source")
                        )
        for index, entry in enumerate(self.timeline):
            for key in entry.source if entry else ():
                if key not in known:
                    yield self._undefined(
                        f"timeline entry {index + 1}", f"source '{key}'", key, known, ("timeline", index, "source")
                    )

    def _unreached(self) -> Iterator[Fault]:
        gates: Mapping[str, Gate] = self.sections["gates"]
        if (
            self.events_unread
            or len(self.names["gates"]) > len(gates)
            or not (self.top and self.events.issuperset(self.top))
        ):
            return  # a faulty gate or top event may be the one that reaches the rest
        reached, waiting = set(self.top), list(self.top)
        while waiting:
            gate = gates.get(waiting.pop())
            for name in gate.names() if gate else ():
                if name not in reached:
                    reached.add(name)
                    waiting.append(name)
        for section in EVENT_SECTIONS:
            for name in self.sections[section]:
                if name not in reached:
                    yield Fault("never reached from a top event", f"{kind_of(section)} '{name}'",
                                "name it in a gate, or remove it", (section, name), "warning")  # fmt: skip
        events = self.sections["basic_events"].values()
        used = {value for event in events for _, value in event.quantities() if isinstance(value, str)}
        for name in self.sections["parameters"]:
            if name not in used and len(self.names["basic_events"]) == len(events) and not self.parameters_unclear:
                yield Fault("no event uses it", f"parameter '{name}'", "name it in an event, or remove it",
                            ("parameters", name), "warning")  # fmt: skip


def _step(connective: str, index: int) -> tuple[str | int, ...]:
    """The path from a connective to one of its inputs, as the model file has it."""
    match connective:
        case "not":
            return ()
        case "inhibit":
            return (("input", "condition")[index],)
        case "atleast" | "cardinality":
            return ("of", index)
    return (index,)


def _shortest_ring(networkx: Any, graph: Any, start: str) -> list[str]:
    """The rest of a shortest cycle through start, back to start."""
    rings = (networkx.shortest_path(graph, child, start) for child in sorted(graph.successors(start)))
    ring: list[str] = min(rings, key=len)
    return ring
