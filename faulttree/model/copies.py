"""Copies of events and gates: what `{75: host}` means, and the model in which every copy has its name.

`host#1`, `host#2`, ... are independent events with the failure model of `host`, the same ones wherever they are named.
A copy of a gate has copies of all that is below it, `pump#1` and so on; house events are the same for all.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from faulttree.errors import Fault
from faulttree.model.gates import CONNECTIVES, Connected, Weighted, copy_name
from faulttree.model.sections import Sections, kind_of
from faulttree.model.written import LONGEST_NAME

__all__ = ["MOST_ELEMENTS", "as_said", "copies_faults", "named_copies", "of_copies", "to_all_copies"]

MOST_ELEMENTS = 100_000
"""Gates and events that a model may have with all copies."""
_GROUPS = {"common_cause_groups": ("events",), "exclusive_groups": ("at_most_one", "exactly_one")}
Data = dict[str, Any]


def copies_faults(known: Sections) -> Iterator[Fault]:
    """What is copied and cannot be: what is not defined, or is shared with what stands outside the copies."""
    gates, numbers = known.sound["gates"], known.copies
    taken = known.copy_names & known.events
    for name in sorted(taken):
        yield Fault("the name is that of a copy", f"'{name}'", "rename it", ())
    users = {name: {*gate.names()} for name, gate in gates.items()}
    plain = {name: {*_plainly_named(gate)} for name, gate in gates.items()}
    reached = {name for top in known.top for name in _below(top, users)}
    total = len(known.events)
    for base, number in numbers.items():
        gate = next((name for name, used in users.items() if base in used), "")
        element, path = f"gate '{gate}'", ("gates", gate)
        if base in known.names["house_events"]:
            yield Fault(f"'{base}' is a house event, and copies of it are the same", element, "name it once", path)
            continue
        if not known.is_event(base):
            continue  # told where it is named
        longest = max({base, *_below(base, users)}, key=len)
        if len(copy_name(longest, number)) > LONGEST_NAME:
            yield Fault(f"the name of a copy of '{longest[:40]}...' is longer than {LONGEST_NAME} characters", element,
                        "give what is copied a shorter name", path)  # fmt: skip
        below = _below(base, users) - {*known.names["house_events"]}
        total += number * len(below) * max([numbers[each] for each in below & numbers.keys() - {base}], default=1)
        for name, used in users.items():
            if name in below or name not in reached:
                continue
            if base in plain[name]:
                yield Fault(f"input '{base}' is named, and copies of it elsewhere", f"gate '{name}'",
                            f"name one of the copies, such as '{copy_name(base, 1)}'", ("gates", name))  # fmt: skip
            for shared in sorted((used & below) - {base}):
                yield Fault(
                    f"input '{shared}' is below '{base}', of which there are copies, and every copy has its own",
                    f"gate '{name}'", f"name '{copy_name(shared, 1)}', or take what all share out of '{base}'",
                    ("gates", name),
                )  # fmt: skip
        yield from _torn(known, base, below, element, path)
    if numbers and total > MOST_ELEMENTS:
        yield Fault(f"with all copies there are {total:,} gates and events", "gates",
                    f"at most {MOST_ELEMENTS:,} are possible", ("gates",))  # fmt: skip


def _plainly_named(formula: Connected) -> Iterator[str]:
    """The names that a formula mentions, those of what is copied left out."""
    for each in formula.written_arguments:
        inner = each.of if isinstance(each, Weighted) else each
        if isinstance(inner, str):
            yield inner
        elif isinstance(inner, Connected):
            yield from _plainly_named(inner)


def _torn(known: Sections, base: str, below: set[str], element: str, path: tuple[str | int, ...]) -> Iterator[Fault]:
    """Groups of which some members are copied and others are not, or that a copied event is in."""
    for section in _GROUPS:
        for name, group in known.sound[section].items():
            inside = below.intersection(group.events)
            if inside and (len(inside) < len(set(group.events)) or base in inside):
                yield Fault(f"copies of '{base}' tear {kind_of(section)} '{name}' apart", element,
                            "name the events of the group one by one, or copy a gate that has all of them",
                            path)  # fmt: skip


def _below(name: str, users: Mapping[str, set[str]]) -> set[str]:
    """The name and all names below it."""
    found, waiting = {name}, [name]
    while waiting:
        for each in users.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def named_copies(data: Data, numbers: Mapping[str, int]) -> tuple[Data, dict[str, tuple[str, ...]]]:
    """The model's data with a name for every copy, and the copies of each element that has any.

    data: as `Model.to_data` gives it, of a sound model. numbers: of copies, by what is copied.
    An event's own uncertainty becomes a parameter that all its copies follow: one number is not known, not many.
    """
    data = {key: dict(value) if isinstance(value, dict) else value for key, value in data.items()}
    gates, events = data.setdefault("gates", {}), data.setdefault("basic_events", {})
    houses = data.get("house_events", {})
    for name, gate in gates.items():
        gates[name] = _mapped(gate, str)
    copies: dict[str, list[str]] = {}

    def users() -> dict[str, set[str]]:
        return {name: _names(gate) for name, gate in gates.items()}

    # Copies within copies first: what is below something is fewer than that.
    for base in sorted(numbers, key=lambda name: len(_below(name, users()))):
        below = [name for name in (*gates, *events) if name in _below(base, users()) and name not in houses]
        for name in below:
            if name in events:
                events[name] = _without_own_uncertainty(name, events[name], data)
        for number in range(1, numbers[base] + 1):
            new = {name: copy_name(name, number) for name in below}
            for name in below:
                section = gates if name in gates else events
                element = section[name]
                if name in gates:
                    element = _mapped(element, functools.partial(_renamed, new))
                label = {"label": f"{element['label']} #{number}"} if "label" in element else {}
                section[new[name]] = {**element, **label}
                copies.setdefault(name, []).append(new[name])
            for key, lists in _GROUPS.items():
                for group, written in list(data.get(key, {}).items()):
                    members = [member for each in lists for member in written.get(each, ())]
                    if members and new.keys() >= {*members}:
                        changed = {each: [new[member] for member in written[each]] for each in lists if each in written}
                        data[key][copy_name(group, number)] = {**written, **changed}
    every = {name: tuple(_all_copies(name, copies)) for name in copies}
    for scenario in data.get("scenarios", {}).values():
        scenario["set"] = to_all_copies(scenario.get("set", {}), every)
    for evidence in data.get("evidence", {}).values():
        evidence["observe"] = of_copies(evidence["observe"], every)
        if "hypotheses" in evidence:
            told = evidence["hypotheses"].items()
            evidence["hypotheses"] = {name: of_copies(states, every) for name, states in told}
    return data, every


def _renamed(new: Mapping[str, str], name: str) -> str:
    return new.get(name, name)


def of_copies(
    states: Mapping[str, Any], copies: Mapping[str, tuple[str, ...]], but: Collection[str] = ()
) -> dict[str, Any]:
    """What is said of an element as said of its copies, unless more is said of one. but: what stays as it is."""
    found = {name: state for name, state in states.items() if name not in copies or name in but}
    for name, state in states.items():
        for copy in copies.get(name, ()) if name not in but else ():
            if copy not in copies:  # a copy within copies stands for several
                found.setdefault(copy, state)
    return found


def to_all_copies(states: Mapping[str, Any], copies: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """States in which what is said of an element is said of its copies, too, where nothing else is said of them."""
    found = dict(states)
    for name, state in states.items():
        for copy in copies.get(name, ()):
            found.setdefault(copy, state)
    return found


def as_said(states: Mapping[str, Any], copies: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """States of which `to_all_copies` makes the same, without those copies of which no more is said than of all."""
    if copies.keys().isdisjoint(states):
        return dict(states)
    copied = {copy for name in states for copy in copies.get(name, ())}
    roots = {name: state for name, state in states.items() if name in copies and name not in copied}
    every = to_all_copies(roots, copies)
    kept = {
        name: state
        for name, state in states.items()
        if name in roots or (type(every.get(name)), every.get(name)) != (type(state), state)
    }
    return kept if to_all_copies(kept, copies) == states else dict(states)


def _all_copies(name: str, copies: Mapping[str, list[str]]) -> Iterator[str]:
    for copy in copies.get(name, ()):
        yield copy
        yield from _all_copies(copy, copies)


def _mapped(formula: Data, new: Callable[[str], str]) -> Data:
    """A formula with other names, copies by their names."""

    def listed(inputs: list[Any]) -> list[Any]:
        found: list[Any] = []
        for each in inputs:
            if isinstance(each, dict) and len(each) == 1 and next(iter(each)).isdigit():
                ((number, of),) = each.items()
                found += [new(copy_name(of, place)) for place in range(1, int(number) + 1)]
            else:
                found.append(one(each))
        return found

    def one(argument: Any) -> Any:
        return new(argument) if isinstance(argument, str) else _mapped(argument, new)

    found = dict(formula)
    for key in CONNECTIVES:
        if key in formula:
            match formula[key]:
                case list() as inputs:
                    found[key] = listed(inputs)
                case {"of": inputs}:
                    found[key] = {**formula[key], "of": listed(inputs)}
                case {"input": of, "condition": condition}:
                    found[key] = {"input": one(of), "condition": one(condition)}
                case single:
                    found[key] = one(single)
    return found


def _names(formula: Data) -> set[str]:
    """Every name that a formula mentions."""
    found: set[str] = set()

    def noted(name: str) -> str:
        found.add(name)
        return name

    _mapped(formula, noted)
    return found


def _without_own_uncertainty(name: str, event: Data, data: Data) -> Data:
    """The event with its uncertain number as a parameter of its name; as it is where nothing of it is uncertain."""
    if "uncertainty" not in event:
        return event
    parameters = data.setdefault("parameters", {})
    parameter = name
    while parameter in parameters:
        parameter += "'"
    key = next(each for each in ("probability", "rate", "mttf", "mtbf", "frequency") if each in event)
    parameters[parameter] = {"value": event[key], "uncertainty": event["uncertainty"]}
    for key_of in ("source", "basis"):
        if key_of in event:
            parameters[parameter][key_of] = event[key_of]
    for correlation in data.get("correlations", ()):
        correlation["between"] = [parameter if each == name else each for each in correlation["between"]]
    return {inner: value for inner, value in event.items() if inner != "uncertainty"} | {key: parameter}
