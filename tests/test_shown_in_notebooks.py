"""How everything that a tree answers shows itself in a notebook: as HTML that escapes, and never endlessly."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from IPython.core.formatters import DisplayFormatter

import faulttree as ft
from faulttree.model import Model
from faulttree.results import MOST_SHOWN, Records

HOSTILE = "<img src=x onerror=alert(1)>"
MODEL = {
    "name": f"Pumps {HOSTILE}\x1b[31m",
    "top": "top",
    "mission_time": "100 h",
    "gates": {
        "top": {"label": HOSTILE, "or": ["pumps", "power"]},
        "pumps": {"label": HOSTILE, "and": [HOSTILE, "b"]},
    },
    "basic_events": {
        HOSTILE: {"label": HOSTILE, "rate": "q"},
        "b": {"label": HOSTILE, "rate": "1e-3 /h"},
        "power": {"label": HOSTILE, "repairable": {"rate": "1e-4 /h", "repair_time": "8 h"}},
    },
    "parameters": {"q": {"uncertainty": {"lognormal": {"median": "1e-3 /h", "error_factor": 3}}}},
    "scenarios": {"dark": {"label": HOSTILE, "set": {"power": True}}},
    "evidence": {
        "dry": {
            "label": HOSTILE,
            "observe": {"top": True},
            "hypotheses": {HOSTILE: {"pumps": True, "power": False}, "dark": {"pumps": False, "power": True}},
        }
    },
}
TREE = ft.FaultTree.from_data(MODEL)
SHOWN: dict[str, Any] = {
    "tree": lambda: TREE,
    "what-if": lambda: TREE.scenario("dark"),
    "probability": TREE.probability,
    "cut sets": TREE.minimal_cut_sets,
    "path sets": TREE.minimal_path_sets,
    "prime implicants": TREE.prime_implicants,
    "cut sets by component": TREE.component_cut_sets,
    "importance": TREE.importance,
    "differential importance": TREE.differential_importance,
    "joint importance": TREE.joint_importance,
    "gate importance": TREE.gate_importance,
    "group importance": lambda: TREE.group_importance({HOSTILE: ["b"]}),
    "parameter importance": TREE.parameter_importance,
    "to reach": lambda: TREE.to_reach(1e-3),
    "parameters to reach": lambda: TREE.parameters_to_reach(1e-3),
    "over time": lambda: TREE.over_time(points=101),
    "metrics": TREE.metrics,
    "importance in time": TREE.importance_in_time,
    "failure shares": TREE.failure_shares,
    "uncertainty": lambda: TREE.uncertainty(100, gates=True),
    "band": lambda: TREE.band_over_time(["1 h", "10 h"], samples=100),
    "sobol": lambda: TREE.sobol_indices(128),
    "tornado": TREE.tornado,
    "comparison": lambda: ft.compare(TREE, TREE.scenario("dark")),
    "sweep": lambda: TREE.sweep({str(k): {"b": k / 100} for k in range(100)}),
    "scenario table": TREE.scenario_table,
    "repairs": TREE.cheapest_repairs,
    "given": lambda: TREE.evidence("dry"),
    "posteriors": lambda: TREE.evidence("dry").posteriors(),
    "hypotheses": lambda: TREE.evidence("dry").hypotheses(),
    "bayes factor": lambda: TREE.evidence("dry").bayes_factor("dark", HOSTILE),
    "explanations": lambda: TREE.evidence("dry").explanations(),
    "most probable": lambda: TREE.evidence("dry").most_probable_explanation(),
    "next": lambda: TREE.evidence("dry").next_observations("power"),
    "posterior": lambda: TREE.evidence("dry").posterior(HOSTILE),
    "hypothesis": lambda: TREE.evidence("dry").hypotheses()[HOSTILE],
    "explanation": lambda: next(iter(TREE.evidence("dry").explanations())),
    "next observation": lambda: TREE.evidence("dry").next_observations("power").rows[0],
    "query": lambda: TREE.query("P(top | power)"),
    "common causes": lambda: TREE.expansion.table(),
    "difference": lambda: ft.diff(TREE, TREE.scenario("dark")),
    "summary": lambda: ft.analyse(TREE),
}
ALLOWED = {"table", "thead", "tbody", "tr", "th", "td", "p", "pre", "br", "code", "img"}


class Shown(HTMLParser):
    """What a browser would see, by a parser that is not ours."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def pretty(answer: Any) -> str:
    """What IPython shows where it can show text only."""
    formats, _ = DisplayFormatter().format(answer)
    assert formats["text/html"] == answer._repr_html_()
    return str(formats["text/plain"])


@pytest.mark.parametrize("name", SHOWN)
def test_every_answer_shows_itself(name: str) -> None:
    answer = SHOWN[name]()
    html = answer._repr_html_()
    shown = Shown(html)
    assert set(shown.tags) <= ALLOWED
    assert {attribute for attribute, _ in shown.attributes} <= {"style", "src", "alt"}
    assert all(value.startswith("data:image/svg+xml;base64,") for key, value in shown.attributes if key == "src")
    assert shown.text.strip()
    assert "\x1b" not in html
    assert shown.tags.count("tr") <= MOST_SHOWN + 1
    text = pretty(answer)
    assert text.strip()
    assert "\x1b" not in text
    assert len(text.splitlines()) < 200


def test_a_table_shows_its_first_rows_and_how_many_more() -> None:
    table = Records(tuple({"event": f"e{k}", "q": k / 2} for k in range(1_000)))
    shown = Shown(table._repr_html_())
    assert shown.tags.count("tr") == 51
    assert "e49" in shown.text
    assert "e50" not in shown.text
    assert "... and 950 more rows" in shown.text
    text = pretty(table)
    assert len(text.splitlines()) == 53
    assert text.endswith("... and 950 more rows; `records()` and `to_pandas()` have all")
    whole = Records(table.rows[:50])
    assert "more" not in whole._repr_html_() + pretty(whole)
    assert pretty(whole) == str(whole)


def test_cut_sets_show_the_best_and_enumerate_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    n = 40  # 20 pairs in series: 2 ** 20 path sets
    model = Model.from_data({
        "name": "pairs", "top": "top",
        "gates": {"top": {"or": [f"g{k}" for k in range(n // 2)]}}
        | {f"g{k}": {"and": [f"a{k}", f"b{k}"]} for k in range(n // 2)},
        "basic_events": {f"{side}{k}": {"probability": 0.1 + k / 100} for k in range(n // 2) for side in "ab"},
    })  # fmt: skip
    sets = ft.FaultTree.of(model).minimal_path_sets()
    assert sets.count == 2 ** (n // 2)
    monkeypatch.setattr(type(sets), "to_dict", None)
    shown = Shown(sets._repr_html_())
    assert shown.tags.count("tr") == 21
    assert f"... and {2 ** (n // 2) - 20:,} more rows" in shown.text
    assert len(pretty(sets).splitlines()) == 12


def test_a_heading_and_the_notes_stand_around_the_table() -> None:
    shown = Shown(TREE.to_reach(1e-3)._repr_html_())
    assert shown.text.startswith("target 0.001, present ")
    sampled = Shown(TREE.uncertainty(100)._repr_html_())
    assert sampled.text.index("100 samples") > sampled.text.index("mean")


def chain(gates: int, fan_in: int) -> ft.FaultTree:
    """Gates in a chain, each with events of its own."""
    events = {f"e{k}_{i}": {"probability": 0.01} for k in range(gates) for i in range(fan_in)}
    below = {f"g{k}": {"or": [f"e{k}_{i}" for i in range(fan_in)]} for k in range(gates)}
    for k in range(gates - 1):
        below[f"g{k}"]["or"].append(f"g{k + 1}")
    return ft.FaultTree.from_data({"name": "chain", "top": "g0", "gates": below, "basic_events": events})


def picture_in(html: str) -> str:
    (data,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]*)"', html)
    return base64.b64decode(data).decode()


def test_a_small_tree_shows_the_whole_picture() -> None:
    html = TREE._repr_html_()
    assert picture_in(html) == TREE._repr_svg_() == TREE.diagram().to_svg()
    assert "Page 1" not in html


def test_a_larger_tree_shows_its_first_page() -> None:
    tree = chain(20, 5)
    html = tree._repr_html_()
    pages = tree.diagram().pages(48)
    assert picture_in(html) == tree._repr_svg_() == pages[0].to_svg()
    assert f"Page 1 of {len(pages)}: `explorer()` shows all of it" in html


def test_a_large_tree_is_not_drawn() -> None:
    tree = chain(200, 5)
    html = tree._repr_html_()
    assert "<img" not in html
    assert "Not drawn here, being large: `explorer()` shows all of it" in html
    assert "200 gates, 1,000 basic events" in html
    assert tree._repr_svg_() is None
    assert pretty(tree) == str(tree)
