"""Common parts taken out: sets of inputs that several gates share, and factors of sums.

`factor`: gates a b c d and a b e become H c d and H e with H = a b.
`distribute`: a b | a c becomes a (b | c), and (a | b) (a | c) becomes a | b c.
Each time s inputs common to t gates are written once, the number of the graph's independent cycles falls
by s (t - 1) for a factor of a sum, (s - 1) (t - 1) for a shared set; that bounds the work.
"""

from __future__ import annotations

import heapq
from collections import Counter

from faulttree.deadline import check
from faulttree.structure.circuit import AND, XOR, Circuit

__all__ = ["distribute", "factor"]

CROWD = 48
"""An input of more gates than this starts no search for shared sets; it is found in those that others start."""


def factor(circuit: Circuit) -> int:
    """Put a gate for sets of inputs that gates of one kind share, largest saving first; returns how many.

    Greedy: a set is what two gates have in common, and goes to all gates that hold it.
    """
    sets = _SharedSets(circuit)
    made = 0
    while sets.take_out_best():
        check()
        made += 1
    circuit.settle()
    return made


class _SharedSets:
    """Pairs of gates of one kind with two inputs or more in common, best first; brought up to date as they are met.

    holders: for an input of several gates, kind of gate and edge -> the gates of that kind that have it.
    """

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.holders: dict[tuple[int, int], set[int]] = {}
        self._queue: list[tuple[int, int, int]] = []
        for node in range(1, len(circuit.kind)):
            check()
            if len(circuit.users[node]) > 1:
                for own in (AND, XOR):
                    for edge in (node << 1, node << 1 | 1):
                        self.holders[own, edge] = self._holding(own, edge)
        for gate in sorted({gate for gates in self.holders.values() if len(gates) > 1 for gate in gates}):
            self._look_for_others(gate, gate)

    def take_out_best(self) -> bool:
        """Give the set that saves most a gate of its own; False if there is none left."""
        while self._queue:
            check()
            promised, one, other = heapq.heappop(self._queue)
            edges = self._common(one, other)
            if len(edges) > 1:
                own = self.circuit.kind[one]
                users = self._holders_of_all(own, edges)
                if _saving(edges, users) == -promised:
                    self._take_out(own, edges, users)
                    return True
                self._offer(one, other)
        return False

    def _take_out(self, own: int, edges: list[int], users: set[int]) -> None:
        circuit, holders = self.circuit, self.holders
        taken = set(edges)
        # One of the gates may be the set itself.
        part = next((user << 1 for user in sorted(users) if len(circuit.inputs[user]) == len(edges)), 0)
        part = part or circuit.make(own, edges)
        with_part = holders.setdefault((own, part), self._holding(own, part))
        users.discard(part >> 1)
        for edge in edges:
            holders[own, edge] -= users
            holders[own, edge].add(part >> 1)
        for user in sorted(users):
            after = {part if edge in taken else edge: 1 for edge in circuit.inputs[user]}
            if own == XOR:
                circuit.k[user] ^= circuit.k[part >> 1]
            if own == XOR and part in circuit.inputs[user]:
                # Twice in an XOR is not at all.
                del after[part]
                with_part.remove(user)
            else:
                with_part.add(user)
            circuit.rewire(user, after)
        self._look_for_others(part >> 1, 0)

    def _holding(self, own: int, edge: int) -> set[int]:
        kind, inputs = self.circuit.kind, self.circuit.inputs
        return {user for user in self.circuit.users[edge >> 1] if kind[user] == own and edge in inputs[user]}

    def _holders_of_all(self, own: int, edges: list[int]) -> set[int]:
        groups = sorted((self.holders[own, edge] for edge in edges), key=len)
        return groups[0].intersection(*groups[1:])

    def _common(self, one: int, other: int) -> list[int]:
        first, second = sorted((self.circuit.inputs[one], self.circuit.inputs[other]), key=len)
        return [edge for edge in first if edge in second]

    def _offer(self, one: int, other: int) -> None:
        edges = self._common(one, other)
        saving = _saving(edges, self._holders_of_all(self.circuit.kind[one], edges))
        heapq.heappush(self._queue, (-saving, one, other))

    def _look_for_others(self, gate: int, after: int) -> None:
        """Offer the pairs of this gate and each later one that it shares two inputs with."""
        check()
        own = self.circuit.kind[gate]
        met: Counter[int] = Counter()
        for edge in self.circuit.inputs[gate]:
            others = self.holders.get((own, edge), ())
            if 1 < len(others) <= CROWD:
                met.update(others)
        for other, times in met.items():
            if times > 1 and other > after and other != gate:
                self._offer(gate, other)


def _saving(edges: list[int], users: set[int]) -> int:
    return (len(edges) - 1) * (len(users) - 1)


def distribute(circuit: Circuit) -> int:
    """Take common factors out of sums of products and products of sums; returns how often.

    Only products that nothing else uses are opened. The most frequent factor goes first, with all that stand with it.
    """
    kind, inputs, users = circuit.kind, circuit.inputs, circuit.users
    waiting = list(range(circuit.first_gate, len(kind)))
    done = 0
    while waiting:
        check()
        gate = waiting.pop()
        if kind[gate] != AND:
            continue
        products = [e >> 1 for e in inputs[gate] if e & 1 and kind[e >> 1] == AND and len(users[e >> 1]) == 1]
        if len(products) < 2:
            continue
        places: dict[int, list[int]] = {}
        for product in products:
            for edge in inputs[product]:
                places.setdefault(edge, []).append(product)
        frequent = sorted((edge for edge in places if len(places[edge]) > 1), key=lambda edge: -len(places[edge]))
        opened: set[int] = set()
        instead: dict[int, int] = {}
        for edge in frequent:
            several = [product for product in places[edge] if product not in opened]
            if len(several) < 2:
                continue
            opened.update(several)
            factors = [e for e in inputs[several[0]] if all(e in inputs[product] for product in several)]
            taken = set(factors)
            rests = [circuit.make(AND, [e for e in inputs[product] if e not in taken]) for product in several]
            sum_of_rests = circuit.make(AND, [rest ^ 1 for rest in rests]) ^ 1
            whole = circuit.make(AND, [*factors, sum_of_rests]) ^ 1
            for product in several:
                instead[product << 1 | 1] = whole
            # Gates are tidied at the end only: a product of one input, or of none, is as good here as any.
            waiting.append(sum_of_rests >> 1)
            done += 1
        if instead:
            circuit.rewire(gate, {instead.get(e, e): 1 for e in inputs[gate]})
    circuit.settle()
    return done
