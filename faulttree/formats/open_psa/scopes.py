"""Names in Open-PSA: public and private elements, containers, and paths like `FT.A.B.BE2`.

A reference means the element of that name in the innermost container around it; else along the path from one of the
containers around it, or from the model; else the public element of that name.
Source: Open-PSA Model Exchange Format, version 2.0d, section "Solving Name Conflicts: Public versus Private Elements".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from faulttree.formats.open_psa.elements import XmlElement

__all__ = ["Container", "Definition", "Scopes"]


class Container:
    """A fault tree, a component or model data: its path, and what its elements take over from it."""

    __slots__ = ("attributes", "element", "path", "private")

    def __init__(self, element: XmlElement, path: str, private: bool, attributes: dict[str, Any]) -> None:
        self.element, self.path, self.private, self.attributes = element, path, private, attributes


class Definition:
    """An element as it was defined: its kind (a section of the model), its name and where it stands."""

    __slots__ = (
        "container", "data", "dropped", "expression", "kind", "line", "name", "native", "private", "unit", "uses",
    )  # fmt: skip

    def __init__(self, kind: str, name: str, line: int, container: Container, private: bool) -> None:
        self.kind, self.name, self.line, self.container, self.private = kind, name, line, container, private
        self.native = name
        self.data: dict[str, Any] = {}
        self.uses: list[tuple[str, str, int]] = []
        self.expression: XmlElement | None = None
        self.unit = ""
        self.dropped = False

    @property
    def path(self) -> str:
        """The full path of the element."""
        return f"{self.container.path}.{self.name}" if self.container.path else self.name


class Scopes:
    """Elements that share one set of names, found by reference."""

    def __init__(self) -> None:
        self.public: dict[str, Definition] = {}
        self.by_path: dict[str, Definition] = {}
        self.all: list[Definition] = []
        self._flat = True

    def add(self, definition: Definition) -> Definition | None:
        """Take in a definition; the one that already has its name, if there is one."""
        path = definition.path
        taken = self.by_path.get(path) or (None if definition.private else self.public.get(definition.name))
        if taken is not None:
            return taken
        self.by_path[path] = definition
        if definition.private:
            self._flat = False
        else:
            self.public[definition.name] = definition
        self.all.append(definition)
        return None

    def find(self, reference: str, container: Container) -> Definition | None:
        """The element that a reference inside a container means."""
        if self._flat:
            found = self.public.get(reference)
            if found is not None:
                return found
        path = container.path
        while path:
            found = self.by_path.get(f"{path}.{reference}")
            if found is not None:
                return found
            path = path.rpartition(".")[0]
        return self.by_path.get(reference) or self.public.get(reference)

    def give_native_names(self) -> None:
        """A private element keeps its name where that is the only one of its kind, and goes by its path elsewhere."""
        times: dict[str, int] = {}
        for definition in self.all:
            times[definition.name] = times.get(definition.name, 0) + 1
        for definition in self.all:
            if definition.private and times[definition.name] > 1:
                definition.native = definition.path

    def known(self) -> Iterable[str]:
        """Every name that a reference may use from anywhere."""
        return self.public.keys() | self.by_path.keys()
