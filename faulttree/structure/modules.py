"""Modules: gates whose events occur nowhere else, so that they can be analysed by themselves."""

from __future__ import annotations

from faulttree.structure.pdag import Pdag

__all__ = ["modules"]


def modules(pdag: Pdag) -> list[int]:
    """The gates below the root that share no variable and no gate with the rest, the root included, by index.

    One depth-first walk dates the first and last visit of every node; a gate is a module when
    nothing below it is visited before it is entered or after it is left.
    Source: Y. Dutuit, A. Rauzy, A linear-time algorithm to find modules of fault trees, IEEE Transactions on
    Reliability 45, 1996.
    """
    inputs = pdag.inputs()
    first, second, last = [0] * pdag.size, [0] * pdag.size, [0] * pdag.size
    date = 0
    stack = [(pdag.root >> 1, False)]
    while stack:
        node, leaving = stack.pop()
        date += 1
        last[node] = date
        if leaving:
            second[node] = date
        elif not first[node]:
            first[node] = date
            stack.append((node, True))
            stack.extend((edge >> 1, False) for edge in reversed(inputs[node]) if edge > 1)
    found = []
    earliest, latest = first.copy(), last.copy()
    for node in range(pdag.first_gate, pdag.size):
        if not first[node]:
            continue
        children = [edge >> 1 for edge in inputs[node] if edge > 1]
        # A gate of constants alone has nothing below it that could be shared.
        below_from = min((earliest[child] for child in children), default=second[node])
        below_to = max((latest[child] for child in children), default=first[node])
        if below_from > first[node] and below_to < second[node]:
            found.append(node)
        earliest[node] = min(below_from, first[node])
        latest[node] = max(below_to, last[node])
    return found
