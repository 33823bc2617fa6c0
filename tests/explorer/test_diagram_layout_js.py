"""The explorer's diagram: where things stand, and that it is the static drawing's sister."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from diagrams import diagram_page, open_tree, payload, random_tree

from faulttree.render import layout, symbols, text
from faulttree.render.highlight import highlighted
from faulttree.render.occurrences import whole_tree

GAP = 22.0  # between neighbours, as the static drawing keeps


@pytest.fixture(scope="module")
def page(browser):
    yield from diagram_page(browser)


ARRANGED = """
([payload, folded]) => {
  const vertices = new Map(payload.vertices.map((vertex) => [vertex.key, vertex]));
  const places = drawnTree(vertices, payload.top);
  const cards = measuredCards(places, payload.top);
  const isFolded = ({ key, children }) => children.length > 0 && folded.includes(key);
  const picture = arranged(places, cards, isFolded);
  return { places: places.map(({ vertex, ...place }) => place), cards, ...picture, x: [...picture.x] };
}
"""


@pytest.mark.parametrize("seed", range(4))
def test_the_drawn_tree_and_its_axes_are_those_of_the_static_drawing(page, seed):
    vertices = random_tree(seed, 12 + 8 * seed)
    found = page.evaluate(ARRANGED, [payload(vertices), []])
    forest = whole_tree(vertices, "top")
    inner = [place for place in found["places"] if not place["oval"]]
    assert [place["key"] for place in inner] == [place.key for place in forest.occurrences]
    assert [place["transfer"] for place in inner] == [place.transfer for place in forest.occurrences]
    ovals = [place for place in found["places"] if place["oval"]]
    assert [place["key"] for place in ovals] == [place.beside for place in forest.occurrences if place.beside]
    extents = [
        layout.Extent(found["cards"][each["index"]]["left"], found["cards"][each["index"]]["right"]) for each in inner
    ]
    sideways = [vertices[each.key].connective == "inhibit" and len(each.children) == 2 for each in forest.occurrences]
    expected = layout.positions([each.children for each in forest.occurrences], extents, (0,), gap=GAP,
                                above_first=sideways)  # fmt: skip
    # The same sums in the same order, but for a last digit.
    assert [found["x"][each["index"]] for each in inner] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_no_two_boxes_overlap_however_the_tree_is_folded(page, seed):
    vertices = random_tree(seed, 30)
    some = random.Random(seed).sample(
        [key for key, vertex in vertices.items() if vertex.connective and key != "top"], 8
    )
    found = page.evaluate(ARRANGED, [payload(vertices), some])
    for above, below in pairwise(found["rows"]):
        assert above["symbolY"] + above["body"] < above["bus"] < below["y"]
    for row in found["rows"]:
        middles = [index for index in row["places"] if not found["places"][index]["oval"]]
        for one, other in pairwise(middles):
            space = found["x"][other] - found["cards"][other]["left"] - found["x"][one] - found["cards"][one]["right"]
            assert space >= GAP - 1e-6
        for index in (index for index in row["places"] if found["places"][index]["oval"]):
            oval, its_gate = found["cards"][index], found["cards"][found["places"][index]["parent"]]
            assert (
                found["x"][index] - oval["rx"]
                > found["x"][found["places"][index]["parent"]] + its_gate["symbol"]["half"]
            )
            assert its_gate["sideAxis"] + oval["rx"] <= its_gate["right"]
            # Beneath the strip of the gate's box, which it may stand under.
            assert row["symbolY"] + symbols.HEIGHT / 2 - oval["ry"] > row["y"] + row["box"] + row["strip"]


def test_text_stays_inside_its_box(page):
    open_tree(page, random_tree(3, 14), None)
    page.evaluate("diagram.unfoldAll()")
    outside = page.evaluate("""
      [...document.querySelectorAll('.ft-card')].flatMap((group) => {
        const frame = group.querySelector('.ft-frame')?.getBBox();
        return frame ? [...group.querySelectorAll('.ft-label, .ft-name')].filter((text) => {
          const box = text.getBBox();
          return box.x < frame.x || box.x + box.width > frame.x + frame.width
            || box.y < frame.y - 1 || box.y + box.height > frame.y + frame.height + 1;
        }).map((text) => text.textContent) : [];
      })""")
    assert outside == []


def test_symbols_are_those_of_the_static_drawing(page):
    open_tree(page)
    sizes = page.evaluate("""(kinds) => kinds.map((kind) => {
      const symbol = symbolOf({ transfer: kind === 'transfer', vertex: { kind, connective: '' } });
      const path = svgElement('path', { d: `M0 0${symbol.d}M0 0${symbol.line}` });
      document.querySelector('.ft-diagram').append(path);
      const box = path.getBBox();
      path.remove();
      return [box.x, box.y, box.width, box.height, symbol.half, symbol.foot, symbol.markY, symbol.markHalf];
    })""", list(symbols.SYMBOLS))  # fmt: skip
    for kind, size in zip(symbols.SYMBOLS, sizes, strict=True):
        static = symbols.symbol(kind)
        half = static.half_width
        # Half a pixel: a true circle here, four cubic curves there.
        assert size[:4] == pytest.approx([-half, 0.0, 2 * half, static.height], abs=0.5), kind
        assert size[4:] == pytest.approx([half, static.foot, static.mark_y, static.mark_half], abs=0.3), kind


def test_probabilities_are_shown_as_in_the_static_drawing(page):
    values = [
        0.0,
        1.0,
        1e-12,
        2.2e-3,
        0.00999499,
        0.009995,
        0.01,
        0.185,
        0.5,
        0.9994,
        0.9995,
        1 - 1e-12,
        1e-300,
        0.0476,
    ]
    assert page.evaluate("(values) => values.map(figureText)", values) == [text.shown(value) for value in values]
    assert page.evaluate("[null, undefined, NaN].map(figureText)") == ["–"] * 3


@pytest.mark.parametrize("seed", range(5))
def test_the_way_to_the_top_is_that_of_the_static_drawing(page, seed):
    vertices = random_tree(seed, 25)
    draw = random.Random(seed)
    for _ in range(10):
        names = draw.sample([vertex.name for vertex in vertices.values() if not vertex.connective], 4)
        reached = page.evaluate(
            """([payload, names]) => {
              const vertices = new Map(payload.vertices.map((vertex) => [vertex.key, vertex]));
              const order = inputsFirst(vertices, payload.top);
              return [[...wayToTop(vertices, order, new Set(names), () => undefined)], order];
            }""",
            [payload(vertices), names],
        )
        below = {key: vertex for key, vertex in vertices.items() if key in reached[1]}
        assert set(reached[0]) == highlighted(below, set(names) & set(below))
