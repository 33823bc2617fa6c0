from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import scene_checks
from hypothesis import given, settings
from hypothesis import strategies as st
from render_strategies import annotated, chain, reached_names, wide

from faulttree.errors import InvalidRequestError
from faulttree.model import Model
from faulttree.render.diagram import Diagram, draw


def leaves(page: Diagram) -> int:
    return sum(1 for place in page._plan.forest.occurrences if not place.children)


def check_pages(whole: Diagram, pages: tuple[Diagram, ...], max_leaves: int) -> None:
    """Everything appears; every gate is developed once; every transfer names the page that goes on."""
    vertices = whole._plan.vertices
    developed: dict[str, int] = {}
    events: Counter[str] = Counter()
    for number, page in enumerate(pages, 1):
        scene_checks.check(page)
        for place in page._plan.forest.occurrences:
            if place.transfer:
                continue
            if vertices[place.key].is_gate:
                assert place.key not in developed, "a gate is developed once"
                developed[place.key] = number
            else:
                events[place.key] += 1
            if place.beside:
                events[place.beside] += 1
    places = whole._plan.forest.occurrences
    assert set(developed) == {key for key, vertex in vertices.items() if vertex.is_gate}
    assert events == Counter(
        [p.key for p in places if not vertices[p.key].is_gate] + [p.beside for p in places if p.beside]
    )
    for number, page in enumerate(pages, 1):
        for place in page._plan.forest.occurrences:
            if place.transfer:
                assert developed[place.key] == (place.page or number)
            for caller in place.wanted_by:
                assert caller != number
                assert any(p.transfer and p.key == place.key for p in pages[caller - 1]._plan.forest.occurrences)
            if place.transfer and place.page:
                goal = pages[place.page - 1]._plan.forest.occurrences
                assert any(number in p.wanted_by for p in goal if p.key == place.key and not p.transfer)
        widest = max(_own_leaves(page, root) for root in page._plan.forest.roots)
        assert leaves(page) <= max_leaves or len(page._plan.forest.roots) == 1
        assert widest <= max_leaves or leaves(page) == widest


def _own_leaves(page: Diagram, root: int) -> int:
    places = page._plan.forest.occurrences
    mine, count = {root}, 0
    for index, place in enumerate(places):
        if place.parent in mine:
            mine.add(index)
        if index in mine and not place.children:
            count += 1
    return count


@settings(deadline=None, max_examples=100)
@given(annotated(), st.integers(2, 6))
def test_pages_of_random_trees_cover_the_tree(drawn: tuple[Model, dict[str, Any]], max_leaves: int) -> None:
    model, options = drawn
    whole = draw(model, model.top[0], **options)
    pages = whole.pages(max_leaves)
    check_pages(whole, pages, max_leaves)
    names = {group.name for page in pages for group in page.scene.groups if group.name}
    assert names == reached_names(model, model.top[0])


def test_a_large_tree_is_split_and_small_parts_share_pages() -> None:
    whole = draw(wide(4, 4), "g", title="Large")
    pages = whole.pages(32)
    check_pages(whole, pages, 32)
    assert all(leaves(page) <= 32 for page in pages)
    assert len(pages) < 20  # 256 leaves on pages of 32, and the one with the top
    said = [text.content for text in pages[1].scene.texts()]
    assert said[0] == f"Large — page 2 of {len(pages)}"
    assert pages[1].scene.title == said[0]
    assert "p. 1" in said
    first = [text.content for text in pages[0].scene.texts()]
    assert "g0, page 2" in first
    assert "2" in first
    assert pages[1].pages(2) == (pages[1],)
    assert "Transferred to page 1" in pages[1].to_svg()


def test_a_page_without_title_is_headed_by_the_model() -> None:
    pages = draw(wide(2, 3), "g").pages(3)
    assert [next(page.scene.texts()).content for page in pages] == [f"Wide — page {n} of 4" for n in range(1, 5)]


def test_a_tree_that_fits_stays_one_page() -> None:
    whole = draw(wide(2, 4), "g")
    assert whole.pages() == (whole,)
    one_gate = Model(name="m", top="t", gates={"t": {"or": [f"e{i}" for i in range(40)]}},
                     basic_events={f"e{i}": {} for i in range(40)})  # fmt: skip
    assert len(draw(one_gate, "t").pages(24)) == 1
    with pytest.raises(InvalidRequestError, match="at least 2 leaves"):
        whole.pages(1)


def test_a_shared_gate_is_found_across_pages() -> None:
    gates: dict[str, Any] = {"t": {"or": ["a", "b"]}}
    gates |= {"a": {"or": ["s", "x0", "x1", "x2"]}, "b": {"or": ["s", "y0", "y1", "y2"]}, "s": {"and": ["x0", "y0"]}}
    events: dict[str, Any] = {f"{letter}{index}": {} for letter in "xy" for index in range(3)}
    whole = draw(Model(name="m", top="t", gates=gates, basic_events=events), "t")
    pages = whole.pages(5)
    check_pages(whole, pages, 5)
    assert len(pages) == 2
    assert "s, page 2" in [text.content for text in pages[0].scene.texts()]


def test_a_long_chain_is_paged() -> None:
    pages = draw(chain(500), "g0").pages()
    assert len(pages) == pytest.approx(500 / 23, abs=2)
