"""What a model holds while it is checked: its sections, the names they define, and how places in them are called.

Works on parts, too: a reader that found faulty elements passes the sound ones, and the names of all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from faulttree.errors import Fault, did_you_mean
from faulttree.model.gates import copy_name
from faulttree.model.quantities import Duration

__all__ = ["EVENT_SECTIONS", "Sections", "element_at", "kind_of", "shown_path"]

EVENT_SECTIONS = ("gates", "basic_events", "house_events")
MOST_SUGGESTIONS = 50
MOST_COMPARISONS = 200_000
_KINDS = {
    "gates": "gate",
    "basic_events": "basic event",
    "house_events": "house event",
    "parameters": "parameter",
    "common_cause_groups": "common-cause group",
    "exclusive_groups": "exclusive group",
    "scenarios": "scenario",
    "evidence": "evidence",
    "sources": "source",
}
_ENTRIES = {"timeline": "timeline entry", "correlations": "correlation"}


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
    if rest and section in _ENTRIES and isinstance(rest[0], int):
        return f"{_ENTRIES[str(section)]} {rest[0] + 1}"
    return str(section)


def shown_path(path: Sequence[str | int]) -> str:
    """The place inside an element: `atleast.of[3].and`, counted from 1."""
    shown = ""
    for step in path:
        shown += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if shown else step
    return shown


class Sections:
    """The sound elements of each section, and every name a section defines, its faulty elements included.

    given: the sound part of each section of a model, by the section's name. names: as `faults_between` takes them.
    """

    def __init__(self, given: Mapping[str, Any], names: Mapping[str, Collection[str] | None]) -> None:
        self.sound: dict[str, Mapping[str, Any]] = {section: given.get(section) or {} for section in _KINDS}
        self.top: tuple[str, ...] = given.get("top") or ()
        self.timeline = given.get("timeline") or ()
        self.correlations = given.get("correlations") or ()
        self.mission_time: Duration | None = given.get("mission_time")
        self.mission_seconds: float = self.mission_time.seconds if self.mission_time is not None else 0.0
        self.has_mission_time = given.get("mission_time") is not None or "mission_time" in names
        self.unread = {section for section in self.sound if names.get(section, ()) is None}
        self.names = {section: names.get(section, table) or () for section, table in self.sound.items()}
        self.events = {name for section in EVENT_SECTIONS for name in self.names[section]}
        self.copies: dict[str, int] = {}
        for gate in self.sound["gates"].values():
            for each in gate.copies():
                self.copies[each.of] = max(each.count, self.copies.get(each.of, 0))
        self.copy_names = {
            copy_name(base, number) for base, count in self.copies.items() for number in range(1, count + 1)
        }
        self.events_unread = not self.unread.isdisjoint(EVENT_SECTIONS)
        self._suggestions, self._comparisons = MOST_SUGGESTIONS, MOST_COMPARISONS

    def is_event(self, name: str) -> bool:
        """Whether a gate or event has that name, or may have it."""
        return name in self.events or name in self.copy_names or self.events_unread

    def no_basic_event(self, element: str, name: str, path: tuple[str | int, ...]) -> Iterator[Fault]:
        """The fault of naming what is no basic event where only these may stand; nothing for what may be one."""
        for section in ("gates", "house_events"):
            if name in self.names[section]:
                yield Fault(f"'{name}' is a {kind_of(section)}", element, "name basic events", path)
                return
        if "basic_events" not in self.unread and not self.events_unread:
            yield self.undefined(element, f"event '{name}'", name, self.names["basic_events"], path)

    def all_sound(self, *sections: str) -> bool:
        """Whether every element of these sections is at hand, none being faulty."""
        return all(
            section not in self.unread and len(self.names[section]) == len(self.sound[section]) for section in sections
        )

    def undefined(
        self, element: str, what: str, name: str, known: Collection[str], path: tuple[str | int, ...]
    ) -> Fault:
        """That a name is not defined, with what may be meant: for the first ones, as looking takes time."""
        self._suggestions -= 1
        self._comparisons -= len(known)
        hint = did_you_mean(name, known) if self._suggestions >= 0 and self._comparisons >= 0 else ""
        return Fault(f"{what} is not defined", element, hint or "define it, or correct the name", path)
