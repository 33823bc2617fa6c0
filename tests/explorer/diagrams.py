"""The explorer's diagram alone in a browser's page, and trees to draw in it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from faulttree.explorer.joining import joined
from faulttree.render.vertices import Vertex, Vertices

FOLDER = files("faulttree.explorer")
CONNECTIVES = ("and", "or", "atleast", "cardinality", "xor", "not", "nand", "nor", "iff", "imply", "inhibit")
FIXED = {"not": 1, "iff": 2, "imply": 2, "inhibit": 2}  # inputs that these take, no more and no less
WORDS = ("valve", "unintended", "opens", "of-the-third", "stage", "line")
STYLE = "html, body { margin: 0 } #d { width: 1000px; height: 700px }"
OPEN = """
([payload, result, base]) => {
  const all = (given) => given && ({ top: given.top, gates: new Map(Object.entries(given.gates)),
                                     events: new Map(Object.entries(given.events)) });
  window.calls = [];
  window.update = (changes) => diagram.update({
    ...changes,
    ...(changes.states && { states: new Map(Object.entries(changes.states)) }),
    ...(changes.observed && { observed: new Map(Object.entries(changes.observed)) }),
    ...(changes.highlighted && { highlighted: new Set(changes.highlighted) }),
    ...(changes.result && { result: all(changes.result) }),
  });
  window.payload = payload;
  window.diagram = createDiagram(document.getElementById('d'), payload, {
    onToggle: (name, direction) => calls.push(['toggle', name, direction]),
    onSelect: (name) => calls.push(['select', name]),
    onFoldChange: () => calls.push(['fold']),
  });
  diagram.update({ result: all(result), base: all(base) });
}
"""


def event(name: str, label: str = "", kind: Any = "basic") -> Vertex:
    return Vertex(name, kind, name, label)


def gate(name: str, connective: str, *inputs: str, bounds: tuple[int, int] = (0, 0), label: str = "") -> Vertex:
    return Vertex(name, "gate", name, label, connective, bounds, inputs)


def named(*vertices: Vertex) -> Vertices:
    return {vertex.key: vertex for vertex in vertices}


PUMPS = named(
    gate("top", "or", "feed", "power", label="No water reaches the boiler"),
    gate("feed", "and", "pump_a", "pump_b", label="Both pumps fail"),
    gate("power", "inhibit", "storm", "unprotected", label="Power is lost"),
    event("pump_a", "Pump A fails to start"),
    event("pump_b", "Pump B fails to start"),
    gate("storm", "or", "lightning", "pump_a", "bypass", label="Storm"),
    event("unprotected", "No protection fitted", "conditioning"),
    event("lightning", "Lightning strikes", "undeveloped"),
    event("bypass", "Bypass open", "house"),
)
RESULT = {
    "top": {"p": 0.25, "notP": 0.75},
    "gates": {"top": 0.25, "feed": 0.0012, "power": 0.3, "storm": 0.2},
    "events": {"pump_a": 0.03, "pump_b": 0.04, "unprotected": 0.5, "lightning": 1e-12, "bypass": 0.0},
}


def payload(vertices: Vertices) -> dict[str, Any]:
    """What the page is given, as far as the diagram reads it."""

    def written(vertex: Vertex) -> dict[str, Any]:
        low, high = vertex.bounds
        same = ("key", "name", "label", "kind", "said", "connective", "inputs")
        return {"low": low, "high": high} | {field: getattr(vertex, field) for field in same}

    listed = [written(vertex) for vertex in vertices.values()]
    return {"name": "Trial", "top": "top", "vertices": listed, "houses": {"bypass": False}}


def random_tree(seed: int, gates: int) -> Vertices:
    """Gates of every connective over shared events, shared gates and nested formulas; every gate is reached."""
    draw = random.Random(seed)
    names = ["top", *(f"g{number}" for number in range(1, gates))]
    events = [f"e{number}" for number in range(2 * gates)]
    inputs: dict[str, list[str]] = {name: [] for name in names}
    for number, name in enumerate(names[1:], start=1):
        inputs[names[draw.randrange(max(0, number - 6), number)]].append(name)
    made: list[Vertex] = []
    shared: set[str] = set()
    for number, name in enumerate(names):
        below = inputs[name] + draw.sample(events, draw.randint(1, 3))
        if number + 2 < gates and draw.random() < 0.2:
            below.append(names[draw.randrange(number + 1, gates)])
            shared.add(below[-1])
        below = list(dict.fromkeys(below))
        usual = [each for each in CONNECTIVES if FIXED.get(each, len(below)) == len(below)]
        connective = draw.choice(usual)
        bounds = (draw.randint(1, len(below)), len(below)) if connective in ("atleast", "cardinality") else (0, 0)
        label = " ".join(draw.choices(WORDS, k=draw.randint(1, 9)))
        # A gate that only one other names could as well be written in its place.
        is_formula = number > 0 and draw.random() < 0.15 and name not in shared
        kind, shown = ("formula", "") if is_formula else ("gate", name)
        made.append(Vertex(name, kind, shown, label, connective, bounds, tuple(below)))
    kinds = ("basic", "undeveloped", "conditioning", "house")
    made += [event(name, f"Event {name} of the plant", draw.choice(kinds)) for name in events]
    return named(*made)


def diagram_page(browser: Any) -> Iterator[Any]:
    """A page with the diagram's modules as one script; an error or message in the page fails the test."""
    page, errors = browser.new_page(viewport={"width": 1000, "height": 700}, reduced_motion="reduce"), []
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    page.set_content('<!doctype html><meta charset="utf-8"><div id="d"></div>')
    page.add_style_tag(content=STYLE + (FOLDER / "picture" / "diagram.css").read_text("utf-8"))
    page.add_script_tag(content=joined(FOLDER, "picture/diagram.js"))
    yield page
    page.close()
    assert not errors, errors


def open_tree(page: Any, vertices: Vertices = PUMPS, result: Any = RESULT) -> Any:
    """Draw the tree in the page, with results, in place of what it showed."""
    page.evaluate("document.getElementById('d').replaceChildren()")
    page.evaluate(OPEN, [payload(vertices), result, RESULT])
    return page


def card(page: Any, name: str) -> Any:
    return page.locator(f'.ft-card[data-name="{name}"]').first


def drawn(page: Any) -> list[str]:
    return page.evaluate("[...document.querySelectorAll('.ft-card')].map((each) => each.getAttribute('data-name'))")


def place(page: Any, name: str) -> tuple[float, float]:
    """Where an element's symbol is on the screen: x of its middle, and y of its top."""
    box = card(page, name).locator(".ft-symbol").first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"]


def at_keyboard(page: Any) -> str:
    return page.evaluate(
        "document.getElementById(document.querySelector('.ft-diagram').getAttribute('aria-activedescendant'))"
        ".getAttribute('data-place')"
    )
