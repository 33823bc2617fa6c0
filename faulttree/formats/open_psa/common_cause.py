"""Common-cause groups: a <define-CCF-group> taken in, checked, and put into the shape of the model.

The members of a group need no declaration. The group's distribution is the failure model of each of them.
Source: Open-PSA Model Exchange Format, version 2.0d, section "Common Cause Groups".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from faulttree.errors import did_you_mean
from faulttree.formats.open_psa.elements import XmlElement
from faulttree.formats.open_psa.marks import Marks, marks_of
from faulttree.formats.open_psa.scopes import Container, Definition, Scopes

__all__ = ["MODELS", "STAGGERED", "Group", "group_from"]

# The key of each model here, and the level of its first factor.
MODELS = {"beta-factor": ("beta_factor", 0), "MGL": ("mgl", 2), "alpha-factor": ("alpha_factor", 1),
          "phi-factor": ("phi_factor", 1)}  # fmt: skip
# The format knows alpha-factors for non-staggered testing only; these stand divided by their level, and are marked.
STAGGERED = "staggered"
_FIELDS = ("label", "description", "source")
Note = Callable[[str, int, str], None]


class Group(Definition):
    """A common-cause group as it was defined.

    members: names with their lines. factors: expressions from the first level on, None where one is missing.
    """

    __slots__ = ("declared", "factors", "members", "model", "staggered")

    def __init__(self, name: str, model: str, line: int, container: Container) -> None:
        super().__init__("common_cause_groups", name, line, container, False)
        self.model = model
        self.members: list[tuple[str, int]] = []
        self.declared: list[Definition] = []
        self.factors: list[XmlElement] = []
        self.staggered = False

    def declare(self, events: Scopes, note: Note) -> None:
        """Declare the members that are not declared elsewhere, and give every member the group's distribution."""
        found = []
        for name, line in self.members:
            event = events.find(name, self.container)
            if event is None:
                event = Definition("basic_events", name, line, self.container, False)
                events.add(event)
            if event.kind != "basic_events":
                note(f"member '{name}' is no basic event", line, "correct the name")
                continue
            found.append(event)
            if self.expression is None:
                continue
            if event.expression not in (None, self.expression):
                note(
                    f"member '{name}' has an expression of its own, beside the group's <distribution>", line,
                    "keep one of them, and an event in one group",
                )  # fmt: skip
                continue
            event.expression = self.expression
        self.declared = found

    def settle(self, number: Callable[[XmlElement], Any]) -> None:
        """Put the group into the shape of the model. number: the value of a factor, or a parameter's name."""
        self.data["events"] = [event.native for event in self.declared]
        key, _ = MODELS[self.model]
        factors = [number(_undivided(part, level) if self.staggered else part)
                   for level, part in enumerate(self.factors, 1)]  # fmt: skip
        if key == "beta_factor":
            self.data[key] = factors[0]
        elif key == "alpha_factor":
            self.data[key] = {"factors": factors, "testing": STAGGERED if self.staggered else "non-staggered"}
        else:
            self.data[key] = factors


def group_from(element: XmlElement, container: Container, note: Note) -> Group | None:
    """The group that an element defines; None where it says too little. Notes what is wrong."""
    name, model = (element.attributes.get(key, "").strip() for key in ("name", "model"))
    for key in element.attributes:
        if key not in ("name", "model"):
            note(f"unknown attribute '{key}'", element.line, "known are name and model")
    if model not in MODELS:
        hint = did_you_mean(model, MODELS) or f"known are {', '.join(MODELS)}"
        note(f"the common-cause model '{model[:60]}' is not known", element.line, hint)
        return None
    group = Group(name, model, element.line, container)
    marks = marks_of(element, note)
    _take_marks(group, marks, container)
    parts: dict[str, XmlElement] = {}
    for part in marks.rest:
        tag = "factors" if part.tag == "factor" else part.tag
        if tag not in ("members", "distribution", "factors"):
            note(f"<{part.tag}> cannot stand inside <define-CCF-group>", part.line,
                 "known are members, distribution, factors and factor")  # fmt: skip
        elif tag in parts:
            note(f"<{part.tag}> is one element too many", part.line, "keep one; several factors go into <factors>")
        else:
            parts[tag] = part
    if "members" not in parts or "factors" not in parts:
        missing = "members" if "members" not in parts else "factors"
        note(f"has no <{missing}>", element.line, "give them")
        return None
    _take_members(group, parts["members"], note)
    if len(group.members) < 2:
        note("has fewer than two members, and so no common cause", element.line, "name at least two basic events")
        return None
    if "distribution" in parts:
        given = parts["distribution"].children
        if len(given) != 1:
            note("a <distribution> is one expression", parts["distribution"].line, "give the members' failure model")
        else:
            group.expression = given[0]
    sound = _take_factors(group, parts["factors"], note)
    return group if sound else None


def _take_marks(group: Group, marks: Marks, container: Container) -> None:
    group.staggered = group.model == "alpha-factor" and marks.fields.get("testing") == STAGGERED
    if group.staggered:
        del marks.fields["testing"]
    group.data = marks.data(container.attributes, _FIELDS)


def _take_members(group: Group, element: XmlElement, note: Note) -> None:
    for part in element.children:
        name = part.attributes.get("name", "").strip()
        if part.tag not in ("basic-event", "event") or not name:
            note(f"<{part.tag}> is no member", part.line, 'write <basic-event name="..."/>')
        else:
            group.members.append((name, part.line))


def _take_factors(group: Group, element: XmlElement, note: Note) -> bool:
    """Take in the factors by their levels; whether every level up to the last has one."""
    parts = [element] if element.tag == "factor" else element.children
    n_members, first = len(group.members), MODELS[group.model][1]
    first = first or n_members
    levels: dict[int, XmlElement] = {}
    for position, part in enumerate(parts):
        stated = part.attributes.get("level", "").strip()
        level = first + position
        if stated:
            level = int(stated) if stated.isdecimal() and len(stated) < 4 else 0
        if part.tag != "factor" or len(part.children) != 1 or not part.attributes.keys() <= {"level"}:
            note(f"<{part.tag}> is not understood", part.line, 'write <factor level="2"><float value="..."/></factor>')
            return False
        if not first <= level <= n_members:
            wanted = f"{first}" if first == n_members else f"{first} to {n_members}"
            note(f"a factor of level {stated or level}, where {group.model} of {n_members} members has {wanted}",
                 part.line, "correct the level, or the members")  # fmt: skip
            return False
        if level in levels:
            note(f"two factors of level {level}", part.line, "keep one")
            return False
        levels[level] = part.children[0]
    missing = next((level for level in range(first, max(levels, default=first) + 1) if level not in levels), None)
    if missing is not None:
        note(f"has no factor of level {missing}", element.line, "give one; only the last may be left out, and are 0")
        return False
    group.factors = [levels[level] for level in sorted(levels)]
    return True


def _undivided(part: XmlElement, level: int) -> XmlElement:
    """The factor that stands divided by its level. The first stands as it is."""
    if level == 1:
        return part
    if part.tag == "div" and len(part.children) == 2 and part.children[1].attributes == {"value": str(level)}:
        return part.children[0]
    # Somebody changed the number: what it says counts.
    product = XmlElement("mul", {}, part.line)
    factor = XmlElement("int", {"value": str(level)}, part.line)
    product.children = [part, factor]
    return product
