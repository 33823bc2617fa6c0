"""Modules of any graph of gates: nodes below which nothing is shared with the rest, found in one walk."""

from __future__ import annotations

from collections.abc import Sequence

from faulttree.deadline import check

__all__ = ["module_nodes"]


def module_nodes(inputs: Sequence[Sequence[int]], roots: Sequence[int], first_gate: int) -> list[int]:
    """The gates below the roots that share no leaf and no gate with the rest of the graph, by index.

    inputs: of each node the nodes below it, which come before it. Nodes before `first_gate` are leaves. A root that
    shares nothing with the other roots is among the modules. Raises TimeLimitExceeded.

    One depth-first walk dates the first and last visit of every node; a gate is a module when nothing below it is
    visited before it is entered or after it is left.
    Source: Y. Dutuit, A. Rauzy, A linear-time algorithm to find modules of fault trees, IEEE Transactions on
    Reliability 45, 1996.
    """
    n = len(inputs)
    first, second, last = [0] * n, [0] * n, [0] * n
    date = 0
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        check()
        node, leaving = stack.pop()
        date += 1
        last[node] = date
        if leaving:
            second[node] = date
        elif not first[node]:
            first[node] = date
            stack.append((node, True))
            stack.extend((below, False) for below in reversed(inputs[node]))
    found = []
    earliest, latest = first.copy(), last.copy()
    for node in range(first_gate, n):
        if not first[node]:
            continue
        # A gate of constants alone has nothing below it that could be shared.
        below_from = min((earliest[below] for below in inputs[node]), default=second[node])
        below_to = max((latest[below] for below in inputs[node]), default=first[node])
        if below_from > first[node] and below_to < second[node]:
            found.append(node)
        earliest[node] = min(below_from, first[node])
        latest[node] = max(below_to, last[node])
    return found
