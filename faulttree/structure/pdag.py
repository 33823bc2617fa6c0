"""The propositional directed acyclic graph: a fault tree's Boolean skeleton as integer arrays.

An edge is node << 1 | complement. Node 0 is the constant: edge 0 is false, edge 1 is true. Then come the
variables, then the gates, every node after its inputs, so that one pass in index order is enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

__all__ = ["FALSE", "TRUE", "Connective", "Pdag", "PdagBuilder", "holds"]

FALSE, TRUE = 0, 1


class Connective(IntEnum):
    """What a node is. All other connectives are these with complements."""

    CONSTANT = 0
    VARIABLE = 1
    AND = 2
    OR = 3
    ATLEAST = 4
    XOR = 5


@dataclass(frozen=True, eq=False)
class Pdag:
    """Named Boolean functions over the same variables, as one graph that shares what they have in common.

    variables: names; variable i is node i + 1.
    connective: int8[n]; k: int32[n], the threshold of an ATLEAST.
    offset: int32[n + 1], argument: int32[m]: the input edges of node i are argument[offset[i]:offset[i + 1]].
    roots: the edge of each function by its name, the main one first: of a tree its top event, then the gates below it.
    """

    variables: tuple[str, ...]
    connective: npt.NDArray[np.int8]
    k: npt.NDArray[np.int32]
    offset: npt.NDArray[np.int32]
    argument: npt.NDArray[np.int32]
    roots: Mapping[str, int]

    @property
    def root(self) -> int:
        """The edge of the main function, for which algorithms of one function work."""
        return next(iter(self.roots.values()))

    @property
    def size(self) -> int:
        """Number of nodes: the constant, the variables and the gates."""
        return len(self.connective)

    @property
    def first_gate(self) -> int:
        """The first node that is a gate."""
        return len(self.variables) + 1

    def inputs(self) -> list[Sequence[int]]:
        """The input edges of every node, as plain integers."""
        argument, offset = self.argument.tolist(), self.offset.tolist()
        none: list[Sequence[int]] = [()]
        return none * self.first_gate + [argument[offset[n] : offset[n + 1]] for n in range(self.first_gate, self.size)]

    def kinds(self) -> list[Connective]:
        """The connective of every node, as plain values."""
        return [Connective(code) for code in self.connective.tolist()]

    def polarities(self) -> list[int]:
        """For every node, how the root sees it: 0 not at all, 1 plain, 2 negated, 3 both."""
        inputs, kinds = self.inputs(), self.kinds()
        seen = [0] * self.size
        seen[self.root >> 1] = 2 if self.root & 1 else 1
        for node in range(self.size - 1, 0, -1):
            if seen[node]:
                swapped = (seen[node] >> 1) | ((seen[node] & 1) << 1)
                for edge in inputs[node]:
                    both = kinds[node] is Connective.XOR
                    seen[edge >> 1] |= 3 if both else (swapped if edge & 1 else seen[node])
        return seen

    @property
    def is_negation_free(self) -> bool:
        """Whether no variable is seen negated; the function is then monotone."""
        return all(seen < 2 for seen in self.polarities()[1 : self.first_gate])

    def value(self, true: Collection[str]) -> bool:
        """The main function's value when exactly the variables named are true."""
        return self.values(true)[next(iter(self.roots))]

    def values(self, true: Collection[str]) -> dict[str, bool]:
        """The value of every root when exactly the variables named are true."""
        values = [False] * self.size
        for index, name in enumerate(self.variables, start=1):
            values[index] = name in true
        inputs, kinds, k = self.inputs(), self.connective.tolist(), self.k.tolist()
        for node in range(self.first_gate, self.size):
            values[node] = holds(kinds[node], k[node], [values[edge >> 1] != bool(edge & 1) for edge in inputs[node]])
        return {name: values[edge >> 1] != bool(edge & 1) for name, edge in self.roots.items()}


def holds(connective: int, k: int, inputs: Sequence[bool]) -> bool:
    """The value of a gate with these values of its inputs."""
    count = sum(inputs)
    match connective:
        case Connective.AND:
            return count == len(inputs)
        case Connective.OR:
            return count > 0
        case Connective.ATLEAST:
            return count >= k
    return count % 2 == 1


@dataclass
class PdagBuilder:
    """Makes a Pdag node by node; the inputs of a node come first."""

    variables: tuple[str, ...]
    connective: list[int] = field(default_factory=list)
    k: list[int] = field(default_factory=list)
    rows: list[Sequence[int]] = field(default_factory=list)
    _known: dict[tuple[int, int, tuple[int, ...]], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connective = [Connective.CONSTANT, *[Connective.VARIABLE] * len(self.variables)]
        self.k = [0] * len(self.connective)
        self.rows = [()] * len(self.connective)

    def gate(self, connective: Connective, inputs: Sequence[int], k: int = 0) -> int:
        """The edge of a new gate, exactly as given."""
        self.connective.append(connective)
        self.k.append(k)
        self.rows.append(tuple(inputs))
        return (len(self.connective) - 1) << 1

    def folded(self, connective: Connective, inputs: Sequence[int], k: int = 0) -> int:
        """The edge of a gate after constants, repetitions and complements are worked out.

        A gate equal to one that is there already is that one.
        """
        match connective:
            case Connective.AND:
                return self._conjunction(inputs)
            case Connective.OR:
                # De Morgan, so that equal functions meet whichever way they were written.
                return self._conjunction([edge ^ 1 for edge in inputs], negated=True) ^ 1
            case Connective.ATLEAST:
                return self._threshold(inputs, k)
        return self._parity(inputs)

    def freeze(self, roots: Mapping[str, int]) -> Pdag:
        """The graph so far. roots: the edge of each function by its name, the main one first; at least one."""
        assert roots, "a graph is of some function"
        offset = np.zeros(len(self.rows) + 1, np.int32)
        np.cumsum([len(row) for row in self.rows], out=offset[1:])
        arrays = (
            np.array(self.connective, np.int8),
            np.array(self.k, np.int32),
            offset,
            np.array([edge for row in self.rows for edge in row], np.int32),
        )
        for array in arrays:
            array.flags.writeable = False
        return Pdag(self.variables, *arrays, dict(roots))

    def _conjunction(self, inputs: Sequence[int], negated: bool = False) -> int:
        kept = list(dict.fromkeys(edge for edge in inputs if edge != TRUE))
        present = set(kept)
        if FALSE in present or any(edge ^ 1 in present for edge in kept):
            return FALSE
        if not kept:
            return TRUE
        if len(kept) == 1:
            return kept[0]
        if negated:
            return self._shared(Connective.OR, [edge ^ 1 for edge in kept]) ^ 1
        return self._shared(Connective.AND, kept)

    def _threshold(self, inputs: Sequence[int], k: int) -> int:
        left = Counter(edge for edge in inputs if edge > TRUE)
        k -= sum(edge == TRUE for edge in inputs)
        for edge in [edge for edge in left if not edge & 1]:
            # An input and its complement count one together, however they stand.
            pairs = min(left[edge], left[edge ^ 1])
            left[edge] -= pairs
            left[edge ^ 1] -= pairs
            k -= pairs
        kept = list(left.elements())
        if k <= 0:
            return TRUE
        if k > len(kept):
            return FALSE
        if k == len(kept):
            return self.folded(Connective.AND, kept)
        if k == 1:
            return self.folded(Connective.OR, kept)
        return self._shared(Connective.ATLEAST, kept, k)

    def _parity(self, inputs: Sequence[int]) -> int:
        odd: dict[int, None] = {}
        complement = 0
        for edge in inputs:
            complement ^= edge & 1
            node = edge >> 1
            if node in odd:
                del odd[node]
            elif node:
                odd[node] = None
        kept = [node << 1 for node in odd]
        if not kept:
            return complement
        if len(kept) == 1:
            return kept[0] ^ complement
        return self._shared(Connective.XOR, kept) ^ complement

    def _shared(self, connective: Connective, inputs: Sequence[int], k: int = 0) -> int:
        key = (connective, k, tuple(sorted(inputs)))
        if key not in self._known:
            self._known[key] = self.gate(connective, inputs, k)
        return self._known[key]
