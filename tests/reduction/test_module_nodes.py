"""Modules by their definition: nothing below one is reached around it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from faulttree.reduction.modules import module_nodes


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[list[int]], list[int], int]:
    """Inputs of every node, which come before it; some roots; how many nodes are leaves."""
    leaves = draw(st.integers(1, 4))
    inputs: list[list[int]] = [[] for _ in range(leaves)]
    for node in range(leaves, leaves + draw(st.integers(1, 8))):
        inputs.append(draw(st.lists(st.integers(0, node - 1), max_size=4)))
    roots = draw(st.lists(st.integers(0, len(inputs) - 1), min_size=1, max_size=3))
    return inputs, roots, leaves


def reached(inputs: list[list[int]], roots: list[int], without: int) -> set[int]:
    """The nodes that the roots see when one node is taken out."""
    seen: set[int] = set()
    waiting = [root for root in roots if root != without]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += [below for below in inputs[node] if below != without]
    return seen


@given(graphs())
def test_a_module_is_the_only_way_to_what_is_below_it(graph) -> None:
    inputs, roots, leaves = graph
    seen = reached(inputs, roots, without=-1)
    expected = []
    for node in sorted(seen):
        below = reached(inputs, [node], without=-1) - {node}
        if node >= leaves and below.isdisjoint(reached(inputs, roots, without=node)):
            expected.append(node)
    assert module_nodes(inputs, roots, leaves) == expected


def test_what_two_roots_share_is_no_part_of_a_module_of_either() -> None:
    # Leaves 0 and 1; gate 2 over 0 is shared by the roots 3 and 4.
    assert module_nodes([[], [], [0], [2, 1], [2]], [3, 4], 2) == [2]
