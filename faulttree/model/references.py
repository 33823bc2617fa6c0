"""What must hold between the elements of a model: references, cycles, reachability.

Works on parts, too: a reader that found faulty elements passes the sound ones, and the names of all.
"""

from __future__ import annotations

import graphlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any

from faulttree.errors import Fault
from faulttree.model.copies import copies_faults
from faulttree.model.dependence import dependence_faults
from faulttree.model.evidence import evidence_faults
from faulttree.model.exclusive import exclusive_faults
from faulttree.model.frequencies import frequency_faults
from faulttree.model.gates import Connected, Copies, Gate
from faulttree.model.numbers import number_faults
from faulttree.model.sections import EVENT_SECTIONS, Sections, element_at, kind_of

__all__ = ["RESERVED_SOURCES", "element_at", "faults_between", "kind_of"]

RESERVED_SOURCES = ("assumption", "judgement")
MOST_FAULTS = 10_000


def faults_between(sections: Mapping[str, Any], names: Mapping[str, Collection[str] | None]) -> list[Fault]:
    """All faults between elements, up to ten thousand.

    sections: the sound part of each section of a model, by the section's name.
    names: every name a section defines, its faulty elements included; absent, those in `sections`;
        None where the section cannot be read, so that nothing said about its names would be certain.
    """
    return list(islice(_Checker(Sections(sections, names)).faults(), MOST_FAULTS))


class _Checker:
    def __init__(self, known: Sections) -> None:
        self.known, self.sections, self.names, self.top = known, known.sound, known.names, known.top

    def faults(self) -> Iterator[Fault]:
        yield from self._doubly_defined()
        yield from self._undefined_tops()
        for name, gate in self.sections["gates"].items():
            yield from self._formula(gate, f"gate '{name}'", ("gates", name))
        yield from self._cycles()
        yield from copies_faults(self.known)
        yield from number_faults(self.known)
        yield from dependence_faults(self.known)
        yield from exclusive_faults(self.known)
        yield from frequency_faults(self.known)
        for name, scenario in self.sections["scenarios"].items():
            for target in scenario.states:
                if not self.known.is_event(target):
                    yield self.known.undefined(
                        f"scenario '{name}'", f"'{target}'", target, self.known.events,
                        ("scenarios", name, "set", target),
                    )  # fmt: skip
        yield from evidence_faults(self.known)
        yield from self._sources()
        yield from self._unreached()

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
            if not self.known.is_event(name):
                yield self.known.undefined("top", f"'{name}'", name, self.known.events, ("top", index))
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
            elif not self.known.is_event(argument):
                yield self.known.undefined(element, f"input '{argument}'", argument, self.known.events, at)
        for index, each in enumerate(formula.written_arguments):
            if isinstance(each, Copies) and not (each.of in self.known.events or self.known.events_unread):
                at = (*inside, *_step(connective, index))
                yield self.known.undefined(element, f"input '{each.of}'", each.of, self.known.events, at)
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

    def _sources(self) -> Iterator[Fault]:
        if "sources" in self.known.unread:
            return
        known = {*self.names["sources"], *RESERVED_SOURCES}
        for section in (
            *EVENT_SECTIONS,
            "parameters",
            "common_cause_groups",
            "exclusive_groups",
            "scenarios",
            "evidence",
        ):
            for name, element in self.sections[section].items():
                for key in element.source:
                    if key not in known:
                        yield self.known.undefined(
                            f"{kind_of(section)} '{name}'", f"source '{key}'", key, known, (section, name, "source")
                        )
        for index, entry in enumerate(self.known.timeline):
            for key in entry.source if entry else ():
                if key not in known:
                    yield self.known.undefined(
                        f"timeline entry {index + 1}", f"source '{key}'", key, known, ("timeline", index, "source")
                    )

    def _unreached(self) -> Iterator[Fault]:
        gates: Mapping[str, Gate] = self.sections["gates"]
        if (
            self.known.events_unread
            or len(self.names["gates"]) > len(gates)
            or not (self.top and self.known.events.issuperset(self.top))
        ):
            return  # a faulty gate or top event may be the one that reaches the rest
        reached, waiting = set(self.top), list(self.top)
        while waiting:
            gate = gates.get(waiting.pop())
            for name in gate.names() if gate else ():
                if name not in reached:
                    reached.add(name)
                    waiting.append(name)
        for group in self.sections["exclusive_groups"].values():  # an alternative may stand for "none of the others"
            if not reached.isdisjoint(group.events):
                reached.update(group.events)
        for section in EVENT_SECTIONS:
            for name in self.sections[section]:
                if name not in reached:
                    yield Fault("never reached from a top event", f"{kind_of(section)} '{name}'",
                                "name it in a gate, or remove it", (section, name), "warning")  # fmt: skip


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
