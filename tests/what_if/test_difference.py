"""What a changed model does to the results, against enumeration; its Markdown, whatever the model's texts hold."""

from __future__ import annotations

import copy
import dataclasses
import html
import json
import math
import re

import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import random_model, trees

import faulttree as ft
from faulttree import FaultTree, diff
from faulttree.analysis import difference as wiring
from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.formats import dumps, read_text
from faulttree.generate import generate
from faulttree.model import Model
from faulttree.model.changes import changes
from faulttree.what_if.difference_markdown import code

TOLERANCE = 1e-9


def enumerated(model: Model, name: str, states=None) -> float:
    f = oracles.function(model, name, states)
    return float(oracles.probability(f, oracles.event_probabilities(model, f.events, states)))


def moved(one: float, other: float) -> bool:
    return abs(one - other) > TOLERANCE * max(one, other)


@given(trees(max_events=5), trees(max_events=5))
def test_results_that_moved_are_those_of_enumeration(one: Model, other: Model) -> None:
    before, after = FaultTree.of(one), FaultTree.of(other)
    found = diff(before, after)
    p, q = enumerated(one, before.top), enumerated(other, after.top)
    assert found.before.value == pytest.approx(p, rel=1e-13, abs=0)
    assert found.after.value == pytest.approx(q, rel=1e-13, abs=0)
    assert found.probability_moved is moved(p, q)
    assert found.increased is (q > p * (1 + TOLERANCE))
    old, new = (oracles.minimal_cut_sets(oracles.function(m, t.top)) for m, t in ((one, before), (other, after)))
    sets = found.cut_sets
    assert (sets.before, sets.after, sets.gained, sets.lost) == (len(old), len(new), len(new - old), len(old - new))
    assert {frozenset(cut) for cut in sets.best_gained} <= new - old
    assert {frozenset(cut) for cut in sets.best_lost} <= old - new
    for cut in sets.best_gained:
        exact = oracles.set_probability(cut.events, oracles.event_probabilities(other, cut.events))
        assert cut.probability == pytest.approx(float(exact), rel=1e-13, abs=0)
    common = set(before.gates) & set(after.gates)
    exact_gates = {gate for gate in common if moved(enumerated(one, gate), enumerated(other, gate))}
    assert {gate.name for gate in found.gates} == exact_gates
    for gate in found.gates:
        assert gate.before == pytest.approx(enumerated(one, gate.name), rel=1e-12, abs=0)
        assert gate.difference == gate.after - gate.before
    assert found.changes == changes(one, other)


@given(trees(max_events=5, extremes=False))
def test_a_model_differs_in_nothing_from_itself_in_another_order(model: Model) -> None:
    data = model.to_data()
    for section in ("gates", "basic_events"):
        data[section] = dict(reversed(data[section].items()))
    found = diff(FaultTree.of(model), FaultTree.of(Model.from_data(data)))
    assert (len(found.changes), found.results_differ, found.increased) == (0, False, False)
    assert "the models say the same" in str(found)


@given(st.data())
def test_scenarios_of_both_are_compared(data: st.DataObject) -> None:
    one, other = (data.draw(trees(max_events=4, extremes=False)) for _ in range(2))
    common = [name for name in one.basic_events if name in other.basic_events]
    states = {name: data.draw(st.booleans() | st.just(0.25)) for name in common[:2]}
    models = [Model.from_data({**m.to_data(), "scenarios": {"s": {"set": states}}}) for m in (one, other)]
    trees_of = [FaultTree.of(model) for model in models]
    found = diff(*trees_of)
    p, q = (enumerated(m, t.top, states) for m, t in zip(models, trees_of, strict=True))
    assert bool(found.scenarios) is moved(p, q)
    if found.scenarios:
        assert found.scenarios[0].after == pytest.approx(q, rel=1e-12, abs=0)
        assert found.increased is (q > p or found.after.value > found.before.value * (1 + TOLERANCE))


def test_many_cut_sets_are_compared_as_diagrams(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same as one by one, though one tree has events that the other has not."""
    one = random_model(30, 12, 0.2, 4)
    data = one.to_data()
    data["basic_events"]["new"] = {"probability": 0.01}
    data["gates"]["above"] = {"or": [{"and": ["g0", "e3"]}, {"and": ["new", "e1"]}, {"and": ["e7", "new"]}]}
    data["top"] = "above"
    trees_of = FaultTree.of(one), FaultTree.of(Model.from_data(data))
    listed = diff(*trees_of).cut_sets
    monkeypatch.setattr(wiring, "LISTED", 0)
    aligned = diff(*trees_of).cut_sets
    assert (listed.gained, listed.lost) == (aligned.gained, aligned.lost)
    for one_way, another in ((listed.best_gained, aligned.best_gained), (listed.best_lost, aligned.best_lost)):
        assert [cut.probability for cut in one_way] == pytest.approx([cut.probability for cut in another], rel=1e-12)
    monkeypatch.setattr(wiring, "ALIGNED_NODES", 2)
    found = diff(*trees_of)
    assert (found.cut_sets.gained, found.cut_sets.before) == (None, listed.before)
    assert any("gained and lost is not known" in note for note in found.notes)


BASE = {
    "name": "Pumps",
    "top": "no_flow",
    "gates": {"no_flow": {"or": ["power", "pumps"]}, "pumps": {"and": ["a", "b"]}},
    "basic_events": {"power": {"probability": 0.01}, "a": {"probability": 0.1}, "b": {"probability": 0.2}},
}


def edited(**sections) -> FaultTree:
    return FaultTree.from_data({**copy.deepcopy(BASE), **sections})


def test_a_difference_says_what_it_did() -> None:
    before = edited()
    events = {**BASE["basic_events"], "b": {"probability": 0.4}, "c": {"probability": 0.5}}
    after = edited(basic_events=events, gates={**BASE["gates"], "pumps": {"and": ["a", "b", "c"]}})
    found = diff(before, after, names=("old.yaml", "new.yaml"))
    # 0.1 x 0.2 becomes 0.1 x 0.4 x 0.5: the pumps' probability does not move, nor does the top's.
    assert (found.probability_moved, found.increased, found.gates) == (False, False, ())
    assert found.results_differ is True
    assert [(m.name, m.before, m.after, m.ratio) for m in found.events] == [("b", 0.2, 0.4, 2.0)]
    assert [cut.events for cut in found.cut_sets.best_gained] == [("a", "b", "c")]
    assert found.cut_sets.best_gained[0].probability == pytest.approx(0.02, rel=1e-14)
    assert [set(cut.events) for cut in found.cut_sets.best_lost] == [{"a", "b"}]
    # One more event of the pumps' rank.
    assert [(move.event, move.before, move.after) for move in found.ranks] == [("c", None, 1), ("power", 3, 4)]
    data = json.loads(found.to_json())
    assert data["counts"] == {"structure": 2, "numbers": 1, "scenarios": 0, "words": 0}
    assert data["minimal_cut_sets"]["gained"]["best"][0]["events"] == ["a", "b", "c"]
    text = str(found)
    for part in ("old.yaml  ->  new.yaml", "3 changes: 2 of structure, 1 of numbers", "gained: 1", "ranks moved"):
        assert part in text


def test_without_probabilities_the_structure_and_cut_sets_are_compared() -> None:
    events = {**BASE["basic_events"], "a": {}}
    found = diff(
        edited(basic_events=events), edited(basic_events=events, gates={**BASE["gates"], "pumps": {"or": ["a", "b"]}})
    )
    assert (found.before, found.after, found.increased) == (None, None, None)
    assert (found.cut_sets.gained, found.cut_sets.lost, found.results_differ) == (2, 1, True)
    assert any("no probability is given for 'a'" in note for note in found.notes)
    assert "(ratio" not in found.to_markdown()
    same = diff(edited(basic_events=events), edited(basic_events=events))
    assert same.results_differ is False


def test_a_probability_known_on_one_side_only_is_a_difference() -> None:
    found = diff(edited(basic_events={**BASE["basic_events"], "a": {}}), edited())
    assert (found.probability_moved, found.increased, found.top.ratio) == (True, None, None)
    assert "not known → 0.0298" in found.to_markdown()


def test_beyond_the_limits_the_structure_is_compared_and_the_notes_say_why() -> None:
    hard = generate(events=150, gates=100, sharing=0.25, nearby=None, seed=2)
    data = hard.to_data()
    data["basic_events"][next(iter(data["basic_events"]))]["probability"] = 0.123
    small = [dataclasses.replace(FaultTree.of(model), node_budget=100) for model in (hard, Model.from_data(data))]
    assert not small[0].probability().is_exact
    found = diff(*small)
    assert len(found.changes) == 1
    assert found.notes
    assert found.results_differ in (None, True)
    assert " to " in found.to_markdown()


def test_intervals_that_overlap_tell_nothing() -> None:
    from faulttree.quantification.probability import Probability

    found = diff(edited(), edited())
    for before, after, moved_, rose in (
        ((0.1, 0.2), (0.15, 0.3), None, None),
        ((0.1, 0.2), (0.3, 0.4), True, True),
        ((0.3, 0.4), (0.1, 0.2), True, False),
        ((0.2, 0.4), (0.1, 0.2), None, False),
    ):
        with_bounds = dataclasses.replace(found, before=Probability.bounded(*before), after=Probability.bounded(*after))
        assert (with_bounds.probability_moved, with_bounds.increased) == (moved_, rose), (before, after)


@pytest.mark.parametrize(
    ("q", "rose", "did_move"), [(0.0101, True, True), (0.0099, False, True), (0.01 + 1e-15, False, False)]
)
def test_an_increase_is_one_beyond_the_tolerance(q: float, rose: bool, did_move: bool) -> None:
    found = diff(edited(), edited(basic_events={**BASE["basic_events"], "power": {"probability": q}}))
    assert (found.increased, found.probability_moved) == (rose, did_move)
    assert len(found.changes) == 1
    assert (
        diff(
            edited(), edited(basic_events={**BASE["basic_events"], "power": {"probability": q}}), tolerance=0.1
        ).increased
        is False
    )


def test_from_zero_to_something_is_an_increase() -> None:
    nothing = edited(basic_events={name: {"probability": 0.0} for name in BASE["basic_events"]})
    found = diff(nothing, edited())
    assert (found.increased, found.top.ratio) == (True, math.inf)
    assert math.isnan(diff(nothing, nothing).top.ratio)


def test_other_formats_of_the_same_model_have_the_same_results() -> None:
    tree = edited()
    for kind in ("open-psa", "json", "aralia"):
        again = FaultTree.of(read_text(dumps(tree.model, kind), kind)[0])
        found = diff(tree, again)
        assert found.results_differ is False, kind
        assert len(found.changes.about("structure", "numbers")) == 0, kind


def test_requests_that_make_no_sense() -> None:
    with pytest.raises(InvalidRequestError, match="a tolerance of -1"):
        diff(edited(), edited(), tolerance=-1)
    with pytest.raises(UnknownNameError, match="did you mean 'birnbaum'"):
        diff(edited(), edited(), measure="birnbaun")
    assert ft.diff is diff


# Markdown


def check_markdown(text: str) -> None:
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if line.startswith("|"):
            # A bar anywhere inside a cell would end it, code span or not.
            start = place
            while start and lines[start - 1].startswith("|"):
                start -= 1
            assert line.count("|") == lines[start].count("|"), line
    bare = re.sub(r"(`+).*?[^`]\1(?!`)", "", text)  # what is not in a code span
    assert bare.count("<details>") == bare.count("</details>") == bare.count("<summary>")
    bare = re.sub(r"</?(details|summary|code)>", "", bare)
    assert "<" not in bare
    assert all(character.isprintable() or character == "\n" for character in text)


HOSTILE = [
    "<script>alert(1)</script>", "a|b", "``", "`", "a`b``c", "\\", "a\\|b", "|", "\n# heading\n\n- list", "![x](y)",
    "@everyone", "\u202egnp.exe", "\x1b[31mred", "<!-- ", "</details>", "&lt;",
    "$x$", "a\tb", "   ", "\x00", "x" * 5000,
]  # fmt: skip


@settings(max_examples=30)
@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=30), min_size=2, max_size=2))
def test_markdown_holds_whatever_a_label_holds(labels: list[str]) -> None:
    texts = [label.encode("utf-8", "ignore").decode() for label in labels]
    trees_of = []
    for text in texts:
        gates = {**BASE["gates"], "no_flow": {"label": text, "description": text, "or": ["power", "pumps"]}}
        trees_of.append(edited(gates=gates, name=text, description=text, attributes={"k": {"v": text}}))
    check_markdown(diff(*trees_of).to_markdown())


@pytest.mark.parametrize("text", [*HOSTILE, "plain", "two words", "ends with `", "` begins"])
def test_code_shows_the_text_and_nothing_else(text: str) -> None:
    shown = code(text)
    assert "\n" not in shown
    assert "|" not in shown
    line = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in " ".join(text.split()))
    if shown.startswith("<code>"):
        assert html.unescape(shown.removeprefix("<code>").removesuffix("</code>")) == line
    elif shown:
        fence = re.match("`+", shown)[0] if " " not in shown[:8] else shown[: len(shown) - len(shown.lstrip("`"))]
        inside = shown[len(fence) : -len(fence)]
        assert fence not in inside
        assert inside.strip() == line.strip()
    else:
        assert not line


def test_markdown_is_read_as_it_is_meant() -> None:
    markdown_it = pytest.importorskip("markdown_it")
    events = {f"e{i}": {"probability": 0.01} for i in range(30)}
    gates = {"no_flow": {"or": [*events], "label": "a|b <script>"}}
    before = edited(gates=gates, basic_events=events)
    after = edited(gates={"no_flow": {"or": list(events)[:5], "label": "`x` | @y"}},
                   basic_events={**dict(list(events.items())[:5])})  # fmt: skip
    text = diff(before, after).to_markdown()
    assert "<details><summary>26 changes</summary>" in text
    page = markdown_it.MarkdownIt("commonmark").enable("table").render(text)
    assert "<script" not in page
    assert page.count("<table>") >= 4
    assert page.count("<tr>") == sum(
        line.startswith("|") and not set(line) <= set("|-: ") for line in text.splitlines()
    )
    assert "a|b &lt;script&gt;" in html.unescape(page).replace("<script>", "&lt;script&gt;")
