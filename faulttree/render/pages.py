"""A large tree on several pages, cut at gates and joined by transfer symbols."""

from __future__ import annotations

from dataclasses import replace

from faulttree.render.compose import PicturePlan
from faulttree.render.occurrences import Unfolded
from faulttree.render.vertices import Vertices

__all__ = ["split"]


def split(plan: PicturePlan, max_leaves: int) -> tuple[PicturePlan, ...]:
    """Plans of the pages, the first with the top. One plan, as it came, when the tree fits or is a page already."""
    if plan.pages > 1:
        return (plan,)
    forest = plan.forest
    cuts = _cuts(forest, plan.vertices, max_leaves)
    if not cuts:
        return (plan,)
    sheets = _sheets(forest, cuts, max_leaves)
    page_of_root = {root: number for number, sheet in enumerate(sheets, 1) for root in sheet}
    page_of = _page_of(forest, page_of_root)
    developed = {place.key: page_of[index] for index, place in enumerate(forest.occurrences) if not place.transfer}
    wanted: dict[str, set[int]] = {}
    for index, place in enumerate(forest.occurrences):
        # A cut gate is referred to from the page of the gate above it.
        if place.transfer or index in cuts:
            wanted.setdefault(place.key, set()).add(page_of[index] if place.transfer else page_of[place.parent])
    return tuple(
        replace(plan, forest=_part(forest, sheet, page_of_root, developed, wanted, number), page=number,
                pages=len(sheets))
        for number, sheet in enumerate(sheets, 1)
    )  # fmt: skip


def _cuts(forest: Unfolded, vertices: Vertices, max_leaves: int) -> set[int]:
    """Occurrences that begin a page: at every gate too wide, the widest gates beneath it until the rest fits."""
    places = forest.occurrences
    leaves = [0] * len(places)
    below: list[list[int]] = [[] for _ in places]  # nearest gates beneath that may be cut off
    cuts: set[int] = set()
    for index in reversed(range(len(places))):
        place = places[index]
        leaves[index] = sum(leaves[child] for child in place.children) or 1
        candidates = [gate for child in place.children for gate in below[child]]
        for gate in sorted(candidates, key=lambda gate: -leaves[gate]):
            if leaves[index] <= max_leaves or leaves[gate] < 2:
                break
            cuts.add(gate)
            saved = leaves[gate] - 1
            leaves[index] -= saved
        # A formula has no name to be transferred by; the gates inside it have.
        if vertices[place.key].kind == "gate" and place.children:
            below[index] = [index]
        else:
            below[index] = [gate for gate in candidates if gate not in cuts]
    return cuts


def _sheets(forest: Unfolded, cuts: set[int], max_leaves: int) -> list[list[int]]:
    """Which roots share a page, in the order in which the tree is read; the top has the first page to itself."""
    places = forest.occurrences
    leaves = [0] * len(places)
    for index in reversed(range(len(places))):
        leaves[index] = sum(1 if child in cuts else leaves[child] for child in places[index].children) or 1
    sheets = [list(forest.roots)]
    filled = max_leaves
    for root in sorted(cuts):
        if filled + leaves[root] > max_leaves:
            sheets.append([])
            filled = 0
        sheets[-1].append(root)
        filled += leaves[root]
    return sheets


def _page_of(forest: Unfolded, page_of_root: dict[int, int]) -> list[int]:
    """Page of every occurrence; a cut one belongs to the page it begins."""
    pages: list[int] = []
    for index, place in enumerate(forest.occurrences):
        pages.append(page_of_root.get(index) or pages[place.parent])
    return pages


def _part(
    forest: Unfolded, roots: list[int], page_of_root: dict[int, int], developed: dict[str, int],
    wanted: dict[str, set[int]], page: int,
) -> Unfolded:  # fmt: skip
    """What one page shows: the trees under its roots, a transfer symbol where another page, or root, goes on."""
    old = list(roots)
    made = [replace(forest.occurrences[root], parent=-1, position=0) for root in roots]
    for index, place in enumerate(made):
        cut = place.parent >= 0 and old[index] in page_of_root
        if place.transfer or cut:
            elsewhere = developed[place.key]
            made[index] = replace(place, transfer=True, children=(), beside="", beside_shared=False,
                                  page=elsewhere if elsewhere != page else 0)  # fmt: skip
            continue
        first = len(made)
        for child in place.children:
            old.append(child)
            made.append(replace(forest.occurrences[child], parent=index))
        callers = tuple(sorted(wanted.get(place.key, set()) - {page}))
        made[index] = replace(place, children=tuple(range(first, len(made))), wanted_by=callers,
                              shared=place.shared or place.key in wanted)  # fmt: skip
    return Unfolded(tuple(made), tuple(range(len(roots))))
