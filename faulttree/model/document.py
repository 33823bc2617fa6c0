"""A model file as a tree of mappings, lists and scalars that know their lines.

The readers of YAML and JSON feed a `Composer`, which keeps its own stack and its bounds, so that no file
can make it recurse, hang or fill the memory. Faults are gathered; only what makes the rest unreadable raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from faulttree.errors import Fault, InvalidModelError
from faulttree.model.sections import element_at
from faulttree.model.written import Scalar

__all__ = ["MOST_BYTES", "Composer", "Lines", "ListNode", "MappingNode", "Node", "decoded"]

MOST_BYTES = 64 * 1024 * 1024
DEEPEST = 128
MOST_NODES = 3_000_000
MOST_KEYS = 1_000
MOST_ITEMS = 100_000
MOST_REPEATED = 200_000
MOST_FAULTS = 1_000
# Under these, the keys are the user's own, and there may be many.
_OWN_KEYS = ("attributes", "set", "observe", "hypotheses")
_REFUSED = Scalar("")


class MappingNode(dict[str, "Node"]):
    """A mapping; its keys are `Scalar`s and know their own lines."""

    __slots__ = ("line",)
    line: int


class ListNode(list["Node"]):
    """A list and the line it starts on."""

    __slots__ = ("line",)
    line: int


Node = MappingNode | ListNode | Scalar


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    node: MappingNode | ListNode
    anchor: str | None
    nodes_before: int
    key: Scalar | None = None
    key_lines: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Composer:
    """Builds one document from what a reader meets, in the order it meets it."""

    file: str = ""
    faults: list[Fault] = field(default_factory=list)
    root: Node | None = None
    _stack: list[_Open] = field(default_factory=list)
    _nodes: int = 0
    _repeated: int = 0
    _anchors: dict[str, tuple[Node, int] | None] = field(default_factory=dict)

    def scalar(self, scalar: Scalar, anchor: str | None = None) -> None:
        """Add a scalar: a key, a value or an item."""
        if anchor is not None:
            self._anchors[anchor] = (scalar, 1)
        self._add(scalar, 1)

    def open(self, node: MappingNode | ListNode, line: int, anchor: str | None = None) -> None:
        """Begin a mapping or a list."""
        node.line = line
        if len(self._stack) >= DEEPEST:
            raise self.refusal(f"nested more than {DEEPEST} levels deep", line, "name the inner parts as gates")
        if anchor is not None:
            self._anchors[anchor] = None
        self._stack.append(_Open(node, anchor, self._nodes))

    def close(self) -> None:
        """End the mapping or list that was begun last."""
        done = self._stack.pop()
        if done.anchor is not None:
            self._anchors[done.anchor] = (done.node, self._nodes - done.nodes_before + 1)
        self._add(done.node, 1)

    def alias(self, anchor: str, line: int) -> None:
        """Add again what an anchor marked; it counts in full, as if it were written out."""
        if anchor not in self._anchors:
            raise self.refusal(f"the alias '*{anchor}' refers to no anchor", line, f"mark its target with '&{anchor}'")
        target = self._anchors[anchor]
        if target is None:
            raise self.refusal(f"the alias '*{anchor}' stands inside its own anchor", line, "write the part out")
        node, nodes = target
        self._repeated += nodes
        if self._repeated > MOST_REPEATED:
            raise self.refusal(f"aliases repeat more than {MOST_REPEATED:,} values", line, "use fewer aliases")
        self._add(Scalar(node, node.plain, line) if isinstance(node, Scalar) else node, nodes)

    def fault(self, message: str, line: int, fix: str = "", path: tuple[str, ...] | None = None) -> None:
        """Note a fault at the place reached, or at a path; reading goes on."""
        if path is None:
            path = tuple(str(frame.key) for frame in self._stack if frame.key is not None)
        self.faults.append(Fault(message, element_at(path), fix, path, "error", self.file, line))
        if len(self.faults) >= MOST_FAULTS:
            raise InvalidModelError(self.faults)

    def refusal(self, message: str, line: int | None, fix: str = "") -> InvalidModelError:
        """The error that ends reading, with the faults noted so far."""
        return InvalidModelError([*self.faults, Fault(message, fix=fix, file=self.file, line=line)])

    def _add(self, node: Node, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            raise self.refusal(f"the model holds more than {MOST_NODES:,} values", node.line, "split the model")
        if not self._stack:
            self.root = node
            return
        top = self._stack[-1]
        if isinstance(top.node, ListNode):
            if len(top.node) == MOST_ITEMS:
                raise self.refusal(f"a list with more than {MOST_ITEMS:,} items", node.line, "divide it among gates")
            top.node.append(node)
        elif top.key is None:
            top.key = self._key(node, top.node)
        else:
            if top.key is not _REFUSED:
                top.node[top.key] = node
            top.key = None

    def _key(self, node: Node, mapping: MappingNode) -> Scalar:
        if not isinstance(node, Scalar):
            self.fault("a mapping or a list stands where a key is wanted", node.line, "use a name as the key")
        elif node.plain and node == "<<":
            self.fault("the merge key '<<' is not allowed", node.line, "write the keys out; quote '<<' if it is a name")
        elif node in mapping:
            self._twice(node)
        elif len(mapping) == MOST_KEYS and self._in_fixed_mapping():
            raise self.refusal(f"a mapping with more than {MOST_KEYS:,} keys", node.line, "check the indentation")
        else:
            return node
        return _REFUSED

    def _in_fixed_mapping(self) -> bool:
        """Whether a mapping inside an element is being read, and not one whose keys are the user's own."""
        return len(self._stack) > 2 and not any(frame.key in _OWN_KEYS for frame in self._stack)

    def _twice(self, key: Scalar) -> None:
        frame = self._stack[-1]
        if key not in frame.key_lines:
            frame.key_lines = {name: name.line for name in frame.node if isinstance(name, Scalar)}
        first = frame.key_lines[key]
        holder = self._stack[-2].key if len(self._stack) == 2 else None
        if holder is not None and element_at((holder, key)) != holder:
            self.fault(f"defined twice, first on line {first}", key.line, "rename or remove one", (holder, key))
        else:
            self.fault(f"the key '{key}' is given twice, first on line {first}", key.line, "keep one")


class Lines:
    """Where in a file the parts of a document stand."""

    def __init__(self, document: object) -> None:
        self._document = document
        self._keys: dict[int, dict[object, object]] = {}

    def of(self, path: tuple[str | int, ...]) -> int | None:
        """The line of the scalar at a path; of its key when it is no scalar; else of what holds it."""
        node = self._document
        line = getattr(node, "line", None)
        for step in path:
            if isinstance(node, Mapping) and step in node:
                line = getattr(self._key(node, step), "line", line)
                node = node[step]
                line = (isinstance(node, Scalar) and node.line) or line
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                node = node[step]
                line = getattr(node, "line", line)
            else:
                break
        return line

    def _key(self, mapping: Mapping[Any, object], step: object) -> object:
        if id(mapping) not in self._keys:
            self._keys[id(mapping)] = {key: key for key in mapping}
        return self._keys[id(mapping)][step]


def decoded(content: bytes, file: str) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark. Raises InvalidModelError."""
    if len(content) > MOST_BYTES:
        raise _unreadable(f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB", "split the model", file)
    name, encoding = ("UTF-16", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("UTF-8", "utf-8-sig")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(f"not {name} text", "save the file as UTF-8", file, line) from None


def _unreadable(message: str, fix: str, file: str, line: int | None = None) -> InvalidModelError:
    return InvalidModelError([Fault(message, fix=fix, file=file, line=line)])
