"""Simpler skeletons that are certainly less, or certainly more, probable than the one given.

Written with complements at the events only, every gate grows with each of its inputs; so an input replaced by false
gives a lower bound of the whole, and one replaced by true an upper bound, whatever else is shared. Which inputs to
replace is a guess (`guess.py`), which decides how narrow the bounds are, never whether they hold.
Source for the normal form: A. Darwiche, P. Marquis, A knowledge compilation map, JAIR 17, 2002 (NNF).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from faulttree.deadline import check
from faulttree.structure.pdag import FALSE, TRUE, Connective, Pdag, PdagBuilder

__all__ = ["monotone", "relaxed"]

DUAL = {Connective.AND: Connective.OR, Connective.OR: Connective.AND}


def monotone(pdag: Pdag) -> Pdag:
    """The same function of AND, OR and ATLEAST gates, with complements at variables only. Raises TimeLimitExceeded."""
    inputs, kinds, k = pdag.inputs(), pdag.kinds(), pdag.k.tolist()
    # wanted[node]: the node itself (1), its complement (2), both (3).
    wanted = [0] * pdag.size
    wanted[pdag.root >> 1] = 2 if pdag.root & 1 else 1
    for node in range(pdag.size - 1, pdag.first_gate - 1, -1):
        for edge in inputs[node] if wanted[node] else ():
            swapped = (wanted[node] >> 1) | (wanted[node] & 1) << 1
            both = kinds[node] is Connective.XOR
            wanted[edge >> 1] |= 3 if both else (swapped if edge & 1 else wanted[node])
    builder = PdagBuilder(pdag.variables)
    # The edge of every node and of its complement.
    edges = [[node << 1, node << 1 | 1] for node in range(pdag.first_gate)]
    for node in range(pdag.first_gate, pdag.size):
        check()
        pair = [FALSE, FALSE]
        for negated in (0, 1):
            if wanted[node] >> negated & 1:
                pair[negated] = _gate(builder, kinds[node], k[node], inputs[node], edges, negated)
        edges.append(pair)
    return builder.freeze({"top": edges[pdag.root >> 1][pdag.root & 1]})


def _gate(
    builder: PdagBuilder, kind: Connective, k: int, inputs: Sequence[int], edges: list[list[int]], negated: int
) -> int:
    if kind is Connective.XOR:
        odd, even = FALSE, TRUE
        for edge in inputs:
            one, other = edges[edge >> 1][edge & 1], edges[edge >> 1][edge & 1 ^ 1]
            odd, even = _either_way(builder, odd, even, one, other), _either_way(builder, even, odd, one, other)
        return even if negated else odd
    below = [edges[edge >> 1][edge & 1 ^ negated] for edge in inputs]
    if kind is Connective.ATLEAST:
        return builder.folded(kind, below, len(below) - k + 1 if negated else k)
    return builder.folded(DUAL[kind] if negated else kind, below)


def _either_way(builder: PdagBuilder, odd: int, even: int, one: int, other: int) -> int:
    """Odd before and not this one, or even before and this one."""
    return builder.folded(
        Connective.OR,
        [builder.folded(Connective.AND, [odd, other]), builder.folded(Connective.AND, [even, one])],
    )


def relaxed(pdag: Pdag, replaced: npt.NDArray[np.bool_], by: int) -> Pdag:
    """A monotone skeleton with these inputs replaced by FALSE or TRUE. replaced: bool[n_arguments].

    Raises TimeLimitExceeded.
    """
    builder = PdagBuilder(pdag.variables)
    edges = [node << 1 for node in range(pdag.first_gate)]
    kinds, k, offset = pdag.kinds(), pdag.k.tolist(), pdag.offset.tolist()
    arguments = np.where(replaced, -1, pdag.argument).tolist()
    for node in range(pdag.first_gate, pdag.size):
        check()
        row = arguments[offset[node] : offset[node + 1]]
        edges.append(builder.folded(kinds[node], [by if e < 0 else edges[e >> 1] ^ (e & 1) for e in row], k[node]))
    return builder.freeze({"top": edges[pdag.root >> 1] ^ (pdag.root & 1)})
