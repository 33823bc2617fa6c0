"""The skeleton as a graph that can be rewritten in place: what the steps of simplification work on.

Every conjunction and disjunction is an AND of complemented or plain edges (De Morgan), so each step is written once.
Constants, repetitions, complements, gates of one input, equal gates and, where asked for, private gates of
their user's own kind go by themselves: whatever a step touches is tidied until nothing is left to do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable

from faulttree.deadline import check
from faulttree.structure.pdag import FALSE, TRUE, Connective, Pdag, PdagBuilder

__all__ = ["AND", "ATLEAST", "GONE", "VARIABLE", "XOR", "Circuit"]

# Plain integers: comparing members of an enumeration takes several times as long.
VARIABLE, AND, ATLEAST, XOR = (
    int(Connective.VARIABLE),
    int(Connective.AND),
    int(Connective.ATLEAST),
    int(Connective.XOR),
)
GONE = -1
"""The kind of a node that has been replaced, taken into its user, or is used no more."""


class Circuit:
    """A Boolean function under rewriting; edges as in a Pdag.

    kind: of each node. inputs: of each node, edge -> how often it stands there (more than once in ATLEAST only).
    k: threshold of an ATLEAST; of an XOR 1 if it is the complement of its inputs' parity.
    users: the gates that a node is an input of. root: edge.
    coalescing: whether a gate that is only used by a gate of its own kind is taken into it.
    """

    def __init__(self, pdag: Pdag, coalescing: bool = True) -> None:
        self.variables = pdag.variables
        self.coalescing = coalescing
        self.coalesced = self.folded = 0
        self.kind: list[int] = pdag.connective.tolist()
        self.k: list[int] = pdag.k.tolist()
        self.inputs: list[dict[int, int]] = []
        self.users: list[set[int]] = [set() for _ in range(pdag.size)]
        self.root = pdag.root
        self._main = next(iter(pdag.roots))
        self._forward: dict[int, int] = {}
        self._node_of: dict[Hashable, int] = {}
        self._key_of: dict[int, Hashable] = {}
        self._waiting: deque[int] = deque()
        self._is_waiting = bytearray(pdag.size)
        self._read(pdag)

    def _read(self, pdag: Pdag) -> None:
        disjunction = int(Connective.OR)
        flipped = [int(kind == disjunction) for kind in self.kind]
        below = pdag.inputs()
        for node, edges in enumerate(below):
            own = flipped[node]
            inputs: dict[int, int] = {}
            for edge in edges:
                edge ^= flipped[edge >> 1] ^ own
                inputs[edge] = inputs.get(edge, 0) + 1
                self.users[edge >> 1].add(node)
            self.inputs.append(inputs)
            if own:
                self.kind[node] = AND
            elif self.kind[node] == XOR:
                self.k[node] = 0
        self.root ^= flipped[self.root >> 1]
        for node in range(pdag.size - 1, pdag.first_gate - 1, -1):
            if not self.users[node] and node != self.root >> 1:
                self._remove(node)
        for node in range(pdag.first_gate, pdag.size):
            self.touch(node)

    # What steps call

    @property
    def first_gate(self) -> int:
        """Nodes below this one are the constant and the variables."""
        return len(self.variables) + 1

    def make(self, kind: int, inputs: Iterable[int], k: int = 0) -> int:
        """The plain edge of a new gate; it is tidied with the rest."""
        node = len(self.kind)
        self.kind.append(kind)
        self.k.append(k)
        self.inputs.append({})
        self.users.append(set())
        self._is_waiting.append(0)
        self.rewire(node, dict.fromkeys(inputs, 1))
        return node << 1

    def rewire(self, node: int, inputs: dict[int, int]) -> None:
        """Give a gate other inputs; what nobody uses any more goes."""
        before = self.inputs[node]
        self._set_inputs(node, before, inputs)
        self.touch(node)

    def rewire_all(self, inputs_of: dict[int, dict[int, int]]) -> None:
        """Give many gates other inputs at once, from among the nodes there are before anything goes."""
        for node, inputs in inputs_of.items():
            self._set_inputs(node, {}, self.inputs[node] | inputs)
        for node, inputs in inputs_of.items():
            if self.kind[node] != GONE:
                self.rewire(node, inputs)

    def replace(self, node: int, edge: int) -> None:
        """Put an edge in a gate's place everywhere; it must have the gate's function."""
        self._forward[node] = edge
        target, users = edge >> 1, self.users[node]
        for user in users:
            self.touch(user)
        if target:
            self.users[target] |= users
        if self.root >> 1 == node:
            self.root = edge ^ (self.root & 1)
        self.users[node] = set()
        self._remove(node)

    def touch(self, node: int) -> None:
        """Have a gate looked at again by `settle`."""
        if not self._is_waiting[node]:
            self._is_waiting[node] = 1
            self._waiting.append(node)

    def settle(self) -> None:
        """Tidy what was touched, and what that touches, until nothing is left to do."""
        waiting, kind = self._waiting, self.kind
        while waiting:
            check()
            node = waiting.popleft()
            self._is_waiting[node] = 0
            if kind[node] == AND:
                self._tidy_conjunction(node)
            elif kind[node] == XOR:
                self._tidy_parity(node)
            elif kind[node] == ATLEAST:
                self._tidy_threshold(node)

    def gates(self) -> list[int]:
        """The gates, each after its inputs, as a depth-first walk from the root leaves them."""
        first_edge, inputs = self.first_gate << 1, self.inputs
        order: list[int] = []
        entered = bytearray(len(self.kind))
        stack = [self.root >> 1] if self.root >= first_edge else []
        while stack:
            check()
            node = stack.pop()
            if node < 0:
                order.append(~node)
            elif not entered[node]:
                entered[node] = 1
                stack.append(~node)
                stack += [edge >> 1 for edge in reversed(inputs[node]) if edge >= first_edge]
        return order

    def with_shared_parts(self) -> list[bool]:
        """Of every node whether it, or a node below it, has several users."""
        shares = [len(users) > 1 for users in self.users]
        # Upward from what is shared; the rest of a large tree is not looked at.
        stack = [node for node, is_shared in enumerate(shares) if is_shared]
        while stack:
            for user in self.users[stack.pop()]:
                if not shares[user]:
                    shares[user] = True
                    stack.append(user)
        return shares

    def size(self) -> tuple[int, int]:
        """Nodes, variables in use included, and edges between them. Once settled, every gate is below the root."""
        gates = sum(kind > VARIABLE for kind in self.kind)
        variables = sum(map(bool, self.users[1 : self.first_gate])) if gates else int(self.root > TRUE)
        return variables + gates, sum(map(len, self.inputs))

    def freeze(self) -> Pdag:
        """The graph as it is now, variables in their old order, those that the root does not see left out.

        A gate that the root sees negated only is written as its complement, so that a tree without negation has no
        complemented edge.
        """
        order = self.gates()
        kept = [node for node in range(1, self.first_gate) if self.users[node] or node == self.root >> 1]
        flipped = self._flipped(order)
        builder = PdagBuilder(tuple(self.variables[node - 1] for node in kept))
        place = [0] * len(self.kind)
        for index, node in enumerate(kept, start=1):
            place[node] = index << 1
        for node in order:
            check()
            flip, inputs = flipped[node], self.inputs[node]
            edges = [place[e >> 1] ^ (e & 1) ^ flip for e in inputs]
            k = self.k[node]
            if self.kind[node] == AND:
                gate = builder.gate(Connective.OR if flip else Connective.AND, edges)
            elif self.kind[node] == XOR:
                gate = builder.gate(Connective.XOR, [edge & ~1 for edge in edges])
            else:
                edges = [edge for edge, times in zip(edges, inputs.values(), strict=True) for _ in range(times)]
                gate = builder.gate(Connective.ATLEAST, edges, len(edges) - k + 1 if flip else k)
            place[node] = gate ^ flip
        return builder.freeze({self._main: place[self.root >> 1] ^ (self.root & 1)})

    def _flipped(self, order: list[int]) -> list[int]:
        """For each node whether what is written is its complement: an OR instead of an AND, the dual threshold."""
        kind, inputs = self.kind, self.inputs
        seen, flipped = [0] * len(kind), [0] * len(kind)
        seen[self.root >> 1] = 2 if self.root & 1 else 1
        for node in reversed(order):
            mine = seen[node]
            swapped = (mine >> 1) | ((mine & 1) << 1)
            if kind[node] == XOR:
                mine = swapped = 3
            for edge in inputs[node]:
                seen[edge >> 1] |= swapped if edge & 1 else mine
        for node in order:
            if kind[node] == XOR:
                # Complements of inputs are complements of the whole.
                flipped[node] = (self.k[node] + sum(flipped[edge >> 1] for edge in inputs[node])) & 1
            elif seen[node] == 3:
                negated = sum((edge & 1) ^ flipped[edge >> 1] for edge in inputs[node])
                flipped[node] = int(2 * negated > len(inputs[node]))
            else:
                flipped[node] = int(seen[node] == 2)
        return flipped

    # Bookkeeping

    def _resolved(self, edge: int) -> int:
        forward = self._forward
        while edge >> 1 in forward:
            edge = forward[edge >> 1] ^ (edge & 1)
        return edge

    def _remove(self, node: int) -> None:
        """Take a gate out, and whatever only it used."""
        stack = [node]
        while stack:
            node = stack.pop()
            if self.kind[node] == GONE:
                continue
            self.kind[node] = GONE
            self._forget_key(node)
            for edge in self.inputs[node]:
                child = self._resolved(edge) >> 1
                if self._leave(child, node):
                    stack.append(child)
            self.inputs[node] = {}

    def _leave(self, child: int, user: int) -> bool:
        """Note that a gate no longer uses a node; whether that was the last use of a gate."""
        users = self.users[child]
        users.discard(user)
        if self.kind[child] <= VARIABLE:
            return False
        if not users:
            return child != self.root >> 1
        if len(users) == 1:
            # The only user left may now take it in.
            self.touch(next(iter(users)))
        return False

    def _set_inputs(self, node: int, before: dict[int, int], after: dict[int, int]) -> None:
        self._forget_key(node)
        self.inputs[node] = after
        users = self.users
        for edge in after:
            users[edge >> 1].add(node)
        for edge in before:
            edge = self._resolved(edge)
            if edge not in after and edge ^ 1 not in after and self._leave(edge >> 1, node):
                self._remove(edge >> 1)

    def _forget_key(self, node: int) -> None:
        key = self._key_of.pop(node, None)
        if key is not None:
            del self._node_of[key]

    def _is_known(self, node: int, key: Hashable) -> int | None:
        """Another gate of the same key; if there is none, this one is known by it from now on."""
        if self._key_of.get(node) == key:
            return None
        other = self._node_of.get(key)
        if other is None:
            self._forget_key(node)
            self._node_of[key] = node
            self._key_of[node] = key
        return other

    def _become(self, node: int, edge: int) -> None:
        self.folded += 1
        self.replace(node, edge)

    # The rules

    def _will_be_taken(self, node: int) -> bool:
        """Whether the gate's only user is of its kind and takes it in.

        The user does so for a whole chain at once; were each gate of the chain to take in the next, long chains would
        cost their length squared.
        """
        users = self.users[node]
        if len(users) != 1 or not self.coalescing:
            return False
        (user,) = users
        if self.kind[user] != self.kind[node] or node << 1 not in self.inputs[user]:
            return False
        self.touch(user)
        return True

    def _expanded(self, node: int) -> list[tuple[int, int]]:
        """Inputs of an AND or XOR as they stand now, private gates of the same kind replaced by their inputs.

        Of an XOR those that stand there an odd number of times, and constants for the complements of what was taken in.
        """
        kind, users, coalescing = self.kind, self.users, self.coalescing
        own, forward = kind[node], self._forward
        found: list[tuple[int, int]] = []
        taken: dict[int, list[tuple[int, int]]] = {}
        stack = list(reversed(self.inputs[node].items()))
        while stack:
            edge, times = stack.pop()
            child = edge >> 1
            if child in forward:
                edge = self._resolved(edge)
                child = edge >> 1
            if own == XOR and not times & 1:
                continue
            if child in taken:
                # It stands here a second time, once what stood between has been replaced or taken in.
                if own == XOR:
                    stack += [(edge & 1, 1), *taken[child]]
                elif edge & 1:
                    return [(FALSE, 1)]
            elif coalescing and kind[child] == own and len(users[child]) == 1 and (own == XOR or not edge & 1):
                taken[child] = list(reversed(self.inputs[child].items()))
                if own == XOR:
                    # Complements, its own and the edge's, pass to the user as constants.
                    taken[child].append((self.k[child], 1))
                    stack.append((edge & 1, 1))
                self._dissolve(child, node)
                stack += taken[child]
            else:
                found.append((edge, times))
            if not stack and taken:
                # What was shared when it was met and has been taken in since is looked at again.
                stack = [item for item in found if item[0] >> 1 in taken]
                found = [item for item in found if item[0] >> 1 not in taken]
        return found

    def _dissolve(self, child: int, node: int) -> None:
        """Take a private gate out whose inputs pass to its user."""
        self.coalesced += 1
        self._forget_key(child)
        for edge in self.inputs[child]:
            users = self.users[self._resolved(edge) >> 1]
            users.discard(child)
            users.add(node)
        self.kind[child] = GONE
        self.users[child] = set()
        # What the user had must be compared with what it has now, so the inputs taken in are among the former.
        self.inputs[node] |= self.inputs[child]
        self.inputs[child] = {}

    def _tidy_conjunction(self, node: int) -> None:
        if self._will_be_taken(node):
            return
        kept: dict[int, int] = {}
        for edge, _ in self._expanded(node):
            if edge == TRUE:
                continue
            if edge == FALSE or edge ^ 1 in kept:
                self._become(node, FALSE)
                return
            kept[edge] = 1
        if len(kept) < 2:
            self._become(node, next(iter(kept), TRUE))
            return
        before = self.inputs[node]
        if kept.keys() != before.keys():
            self._set_inputs(node, before, kept)
        other = self._is_known(node, frozenset(kept))
        if other is not None:
            self._become(node, other << 1)

    def _tidy_parity(self, node: int) -> None:
        if self._will_be_taken(node):
            return
        odd: dict[int, int] = {}
        complement = self.k[node]
        for edge, _ in self._expanded(node):
            complement ^= edge & 1
            edge &= ~1
            if edge in odd:
                del odd[edge]
            elif edge:
                odd[edge] = 1
        self.k[node] = complement
        if len(odd) < 2:
            self._become(node, next(iter(odd), FALSE) ^ complement)
            return
        before = self.inputs[node]
        if odd != before:
            self._set_inputs(node, before, odd)
        other = self._is_known(node, (XOR, frozenset(odd)))
        if other is not None:
            self._become(node, other << 1 | (self.k[other] ^ complement))

    def _tidy_threshold(self, node: int) -> None:
        before, k = self.inputs[node], self.k[node]
        count: dict[int, int] = {}
        for edge, times in before.items():
            edge = self._resolved(edge)
            if edge <= TRUE:
                k -= edge * times
                continue
            # An input and its complement count one together, however they stand.
            pairs = min(times, count.get(edge ^ 1, 0))
            k -= pairs
            if pairs:
                count[edge ^ 1] -= pairs
                if not count[edge ^ 1]:
                    del count[edge ^ 1]
            if times > pairs:
                count[edge] = count.get(edge, 0) + times - pairs
        total = sum(count.values())
        self.k[node] = k
        if k <= 0 or k > total:
            self._become(node, TRUE if k <= 0 else FALSE)
            return
        if count != before:
            self._set_inputs(node, before, count)
        for edge, times in count.items():
            if total - times < k or times >= k:
                self._take_out(node, edge, times, total)
                return
        other = self._is_known(node, (k, frozenset(count.items())))
        complement = 0
        if other is None:
            dual = (total - k + 1, frozenset((edge ^ 1, times) for edge, times in count.items()))
            other, complement = self._node_of.get(dual), 1
        if other is not None and other != node:
            self._become(node, other << 1 | complement)

    def _take_out(self, node: int, edge: int, times: int, total: int) -> None:
        """Rewrite a threshold by an input that it needs (AND) or that suffices (OR): k = 1 and k = n among them."""
        k, count = self.k[node], dict(self.inputs[node])
        needed = [e for e, n in count.items() if total - n < k]
        if len(needed) == len(count):
            self._become(node, self.make(AND, needed))
            return
        sufficient = [e for e, n in count.items() if n >= k]
        if len(sufficient) == len(count):
            self._become(node, self.make(AND, [e ^ 1 for e in sufficient]) ^ 1)
            return
        del count[edge]
        is_needed = total - times < k
        rest = self.make(ATLEAST, (), k - times if is_needed else k)
        self.rewire(rest >> 1, count)
        together = self.make(AND, (edge, rest)) if is_needed else self.make(AND, (edge ^ 1, rest ^ 1)) ^ 1
        self._become(node, together)
