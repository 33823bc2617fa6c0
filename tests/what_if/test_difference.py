"""What a changed model does to the results, against enumeration."""

from __future__ import annotations

import dataclasses
import json
import math

import oracles
import pytest
from differences import BASE, edited, results
from hypothesis import given
from hypothesis import strategies as st
from strategies import random_model, trees

import faulttree as ft
from faulttree import FaultTree, diff
from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.facade import difference as wiring
from faulttree.formats import dumps, read_text
from faulttree.generate import generate
from faulttree.model import Model
from faulttree.model.changes import changes
from faulttree.what_if.moves import close

TOLERANCE = 1e-9


def enumerated(model: Model, name: str, states=None) -> float:
    f = oracles.function(model, name, states)
    return float(oracles.probability(f, oracles.event_probabilities(model, f.events, states)))


def moved(one: float, other: float) -> bool:
    return abs(one - other) > TOLERANCE * max(one, other)


@given(trees(max_events=5), trees(max_events=5))
def test_results_that_moved_are_those_of_enumeration(one: Model, other: Model) -> None:
    before, after = FaultTree.of(one), FaultTree.of(other)
    difference = diff(before, after)
    (found,) = difference.results
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
    assert difference.changes == changes(one, other)


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
    found = results(*trees_of)
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
    listed = results(*trees_of).cut_sets
    monkeypatch.setattr(wiring, "LISTED", 0)
    aligned = results(*trees_of).cut_sets
    assert (listed.gained, listed.lost) == (aligned.gained, aligned.lost)
    for one_way, another in ((listed.best_gained, aligned.best_gained), (listed.best_lost, aligned.best_lost)):
        assert [cut.probability for cut in one_way] == pytest.approx([cut.probability for cut in another], rel=1e-12)
    monkeypatch.setattr(wiring, "ALIGNED_NODES", 2)
    found = results(*trees_of)
    assert (found.cut_sets.gained, found.cut_sets.before) == (None, listed.before)
    assert any("gained and lost is not known" in note for note in found.notes)


def test_a_difference_says_what_it_did() -> None:
    before = edited()
    events = {**BASE["basic_events"], "b": {"probability": 0.4}, "c": {"probability": 0.5}}
    after = edited(basic_events=events, gates={**BASE["gates"], "pumps": {"and": ["a", "b", "c"]}})
    difference = diff(before, after, names=("old.yaml", "new.yaml"))
    (found,) = difference.results
    # 0.1 x 0.2 becomes 0.1 x 0.4 x 0.5: the pumps' probability does not move, nor does the top's.
    assert (found.probability_moved, found.increased, found.gates) == (False, False, ())
    assert found.results_differ is True
    assert [(m.name, m.before, m.after, m.ratio) for m in found.events] == [("b", 0.2, 0.4, 2.0)]
    assert [cut.events for cut in found.cut_sets.best_gained] == [("a", "b", "c")]
    assert found.cut_sets.best_gained[0].probability == pytest.approx(0.02, rel=1e-14)
    assert [set(cut.events) for cut in found.cut_sets.best_lost] == [{"a", "b"}]
    # One more event of the pumps' rank.
    assert [(move.event, move.before, move.after) for move in found.ranks] == [("c", None, 1), ("power", 3, 4)]
    data = json.loads(difference.to_json())
    assert data["counts"] == {"structure": 2, "numbers": 1, "scenarios": 0, "words": 0}
    assert data["results"][0]["minimal_cut_sets"]["gained"]["best"][0]["events"] == ["a", "b", "c"]
    text = str(difference)
    summary = "3 changes: 2 in the structure, 1 in the numbers"
    for part in ("old.yaml  ->  new.yaml", summary, "gained: 1", "ranks moved"):
        assert part in text


def test_without_probabilities_the_structure_and_cut_sets_are_compared() -> None:
    events = {**BASE["basic_events"], "a": {}}
    difference = diff(
        edited(basic_events=events), edited(basic_events=events, gates={**BASE["gates"], "pumps": {"or": ["a", "b"]}})
    )
    (found,) = difference.results
    assert (found.before, found.after, found.increased) == (None, None, None)
    assert (found.cut_sets.gained, found.cut_sets.lost, found.results_differ) == (2, 1, True)
    assert any("no probability is given for 'a'" in note for note in found.notes)
    assert "(ratio" not in difference.to_markdown()
    same = diff(edited(basic_events=events), edited(basic_events=events))
    assert (same.results_differ, same.increased) == (False, False)


def test_a_probability_known_on_one_side_only_is_a_difference() -> None:
    difference = diff(edited(basic_events={**BASE["basic_events"], "a": {}}), edited())
    (found,) = difference.results
    assert (found.probability_moved, found.increased, found.top.ratio) == (True, None, None)
    assert "moved: not known → 0.0298" in difference.to_markdown()
    assert difference.check("increase").failed is None
    assert "**Check `increase` is open: whether a probability rose cannot be told;" in difference.to_markdown(
        "increase"
    )


def test_beyond_the_limits_the_structure_is_compared_and_the_notes_say_why() -> None:
    hard = generate(events=150, gates=100, sharing=0.25, nearby=None, seed=2)
    data = hard.to_data()
    data["basic_events"][next(iter(data["basic_events"]))]["probability"] = 0.123
    small = [dataclasses.replace(FaultTree.of(model), node_budget=100) for model in (hard, Model.from_data(data))]
    assert not small[0].probability().is_exact
    found = diff(*small)
    assert len(found.changes) == 1
    assert found.results[0].notes
    assert found.results_differ in (None, True)
    assert " to " in found.to_markdown()
    # What nobody changed has not moved, whatever is known of it.
    same = diff(small[0], dataclasses.replace(small[0], model=Model.from_data(hard.to_data())))
    assert not same.results[0].before.is_exact
    assert (same.results_differ, same.increased, same.check("any").failed) == (False, False, False)


def test_intervals_that_overlap_tell_nothing() -> None:
    from faulttree.quantification.probability import Probability

    found = dataclasses.replace(results(edited(), edited()), unchanged=False)
    for before, after, moved_, rose, word in (
        ((0.1, 0.2), (0.15, 0.3), None, None, "may have moved"),
        ((0.1, 0.2), (0.3, 0.4), True, True, "rose"),
        ((0.3, 0.4), (0.1, 0.2), True, False, "fell"),
        ((0.2, 0.4), (0.1, 0.2), None, False, "may have moved"),
    ):
        with_bounds = dataclasses.replace(found, before=Probability.bounded(*before), after=Probability.bounded(*after))
        assert (with_bounds.probability_moved, with_bounds.increased) == (moved_, rose), (before, after)
        assert with_bounds.direction == word


@pytest.mark.parametrize(
    ("q", "rose", "did_move"), [(0.0101, True, True), (0.0099, False, True), (0.01 + 1e-15, False, False)]
)
def test_an_increase_is_one_beyond_the_tolerance(q: float, rose: bool, did_move: bool) -> None:
    after = edited(basic_events={**BASE["basic_events"], "power": {"probability": q}})
    found = results(edited(), after)
    assert (found.increased, found.probability_moved) == (rose, did_move)
    assert len(diff(edited(), after).changes) == 1
    assert diff(edited(), after, tolerance=0.1).increased is False


def test_from_zero_to_something_is_an_increase() -> None:
    nothing = edited(basic_events={name: {"probability": 0.0} for name in BASE["basic_events"]})
    found = results(nothing, edited())
    assert (found.increased, found.top.ratio) == (True, math.inf)
    assert math.isnan(results(nothing, nothing).top.ratio)


FULL = {
    "mission_time": "24 h",
    "parameters": {"r": {"value": "1e-5 /h", "uncertainty": {"lognormal": {"mean": "1e-5 /h", "error_factor": 3}}}},
    "basic_events": {
        "power": {"probability": 0.01, "label": "No power"},
        "a": {"rate": "r"},
        "b": {"rate": "r"},
        "c": {"rate": "2e-5 /h"},
        "d": {"weibull": {"scale": "5000 h", "shape": 2}},
        "e": {"periodic_test": {"rate": "3e-6 /h", "interval": "90 d", "first_test": "90 d"}},
    },
    "house_events": {"open": {"state": True}},
    "gates": {
        "no_flow": {"or": ["power", "pumps", {"and": ["d", "open"]}]},
        "pumps": {"and": ["a", "b"]},
        "other": {"xor": ["c", {"not": "e"}]},
        "third": {"atleast": {"k": 2, "of": ["c", "d", "e"]}},
    },
    "top": ["third", "no_flow", "other"],
    "common_cause_groups": {"both": {"events": ["a", "b"], "beta_factor": 0.1}},
    "scenarios": {"dark": {"set": {"power": True}}},
    "evidence": {"seen": {"observe": {"power": True}}},
    "timeline": [{"at": "3 s", "event": "Stop"}],
}


def test_every_section_in_other_formats() -> None:
    """What the other format lacks is removed; the results are the same for every top event."""
    tree = edited(**FULL)
    for kind in ("json", "open-psa"):
        again = FaultTree.of(read_text(dumps(tree.model, kind), kind)[0])
        for found in (diff(tree, again, every_top=True), diff(again, tree, every_top=True)):
            assert [top.tops for top in found.results] == [(top, top) for top in FULL["top"]]
            assert (found.results_differ, found.increased) == (False, False), (kind, str(found))
            assert len(found.changes.about("structure")) == 0
        lost = {(change.what, change.section or change.key) for change in diff(tree, again).changes}
        assert lost == (
            set() if kind == "json" else {("removed", "scenarios"), ("removed", "evidence"), ("removed", "timeline")}
        )


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
    tree = edited()
    for arguments, asked, message in (
        ((tree, None), {}, "`after` is of type NoneType; give a FaultTree"),
        (("p1.yaml", "p2.yaml"), {}, r"`before` is of type str; read it first: ft.load\('p1.yaml'\)"),
        ((tree, tree.model), {}, r"`after` is of type Model; make a tree of it: ft.FaultTree.of\(model\)"),
        ((tree, tree), {"tolerance": "a"}, "a tolerance of 'a'"),
        ((tree, tree), {"tolerance": None}, "a tolerance of None"),
        ((tree, tree), {"tolerance": True}, "a tolerance of True"),
        ((tree, tree), {"tolerance": math.nan}, "a tolerance of nan"),
        ((tree, tree), {"names": ("a",)}, "names of the two models"),
        ((tree, tree), {"names": "ab"}, "names of the two models"),
    ):
        with pytest.raises(InvalidRequestError, match=message):
            diff(*arguments, **asked)
    with pytest.raises(UnknownNameError, match="measure '3'"):
        diff(tree, tree, measure=3)
    with pytest.raises(InvalidRequestError, match="there is no check 'rise'; use one of any"):
        diff(tree, tree).check("rise")


# Several top events


def several(tops: list[str], **probabilities: float) -> FaultTree:
    p = {"power": 0.01, "a": 0.1, "b": 0.2, "battery": 0.3} | probabilities
    return edited(
        top=tops,
        gates={**BASE["gates"], "dark": {"and": ["power", "battery"]}, "pumps_fail": {"or": ["pumps", "battery"]}},
        basic_events={name: {"probability": value} for name, value in p.items()},
    )


TOPS = ["no_flow", "dark", "pumps_fail"]


def test_every_top_event_of_both_is_compared() -> None:
    found = diff(several(TOPS), several(TOPS[:2], battery=0.4), every_top=True, names=("old", "new"))
    assert [top.tops for top in found.results] == [("no_flow", "no_flow"), ("dark", "dark")]
    assert [top.increased for top in found.results] == [False, True]
    assert found.results[1].after.value == pytest.approx(0.004, rel=1e-14)
    assert (found.increased, found.results_differ) == (True, True)
    assert (found.tops_lost, found.tops_gained) == (("pumps_fail",), ())
    text = str(found)
    for part in ("top event no_flow", "top event dark", "top events of old only, not compared: pumps_fail"):
        assert part in text
    page = found.to_markdown()
    assert "## Results for `dark`" in page
    assert "**The probability of `dark` rose: 0.003 → 0.004 (ratio 1.333).**" in page
    data = json.loads(found.to_json())
    assert [(top["top"], top["increased"]) for top in data["results"]] == [("no_flow", False), ("dark", True)]
    assert data["before"] == {"name": "old", "other_tops": ["pumps_fail"]}
    assert [str(reason) for reason in found.check("increase").reasons] == [
        "the probability of 'dark' rose from 0.003 to 0.004",
    ]


def test_a_top_event_that_one_model_lacks_is_a_difference_and_no_rise() -> None:
    found = diff(several(TOPS[:1]), several(TOPS[:2]), every_top=True)
    assert (found.results_differ, found.increased, found.tops_gained) == (True, False, ("dark",))
    assert [str(reason) for reason in found.check("results").reasons] == ["top event 'dark' was added"]
    assert found.check("structure").failed


def test_trees_are_compared_at_their_own_tops() -> None:
    before, after = several(TOPS), several(TOPS, battery=0.4)
    (found,) = diff(before.at("dark"), after.at("pumps_fail")).results
    assert found.tops == ("dark", "pumps_fail")
    assert (found.before.value, found.after.value) == pytest.approx((0.003, 1 - 0.6 * 0.98), rel=1e-14)
    assert diff(before, after).increased is False


def test_without_a_common_top_event_the_first_are_compared() -> None:
    found = diff(several(["no_flow"]), several(["dark", "pumps_fail"]), every_top=True)
    assert [top.tops for top in found.results] == [("no_flow", "dark")]
    assert found.tops_gained == ("pumps_fail",)
    assert "no top event in common; compared are 'no_flow' before and 'dark' after" in found.notes[0]


# What counts as a difference


def test_an_event_that_moved_is_a_difference_though_the_top_did_not() -> None:
    """P(a) and P(b) of an AND are exchanged, and every rank with them; or an event moves that the top ignores."""
    events = {**BASE["basic_events"], "a": {"probability": 0.4}, "b": {"probability": 0.05}}
    found = results(edited(), edited(basic_events=events))
    assert (found.probability_moved, found.ranks, found.gates) == (False, (), ())
    assert [each.name for each in found.events] == ["a", "b"]
    assert (found.results_differ, found.increased) == (True, False)
    verdict = diff(edited(), edited(basic_events=events)).check("results")
    assert verdict.failed is True
    assert [str(reason) for reason in verdict.reasons] == ["for 'no_flow': event 'a' and 1 other event moved"]


def cancelling(p: float, q: float) -> FaultTree:
    """`a` decides nothing: with it the top needs b and c, without it d, which is as probable but for rounding.

    Nor does `e`, without any rounding, so that the two share a rank.
    """
    halves = [{"and": [x, y, z]} for x, y, z in ("abc", "efg")] + [{"and": [{"not": x}, y]} for x, y in ("ad", "eh")]
    known = {"a": 0.3, "b": p, "c": 0.1, "d": q, "e": 0.3, "f": 0.5, "g": 0.5, "h": 0.25}
    return FaultTree.from_data(
        {
            "name": "n", "top": "t", "gates": {"t": {"or": halves}},
            "basic_events": {name: {"probability": value} for name, value in known.items()},
        }
    )  # fmt: skip


@pytest.mark.parametrize("measure", ["birnbaum", "criticality", "fussell_vesely", "risk_achievement_worth"])
@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e-15])
def test_rounding_is_no_difference(measure: str, scale: float) -> None:
    p = 0.3 * scale
    one = math.nextafter(p * 0.1, 0.0)
    for other in (one, p * 0.1, math.nextafter(p * 0.1, 1.0)):
        for tolerance in (0.0, 1e-9):
            for trees_of in ((one, other), (other, one)):
                found = results(*(cancelling(p, q) for q in trees_of), measure=measure, tolerance=tolerance)
                assert found.results_differ is False, (trees_of, found.ranks)


def test_small_true_changes_are_differences() -> None:
    for p, q in ((1e-12, 2e-12), (1e-30, 1.001e-30), (1e-300, 1.1e-300)):
        before, after = (
            edited(basic_events={name: {"probability": value} for name in BASE["basic_events"]}) for value in (p, q)
        )
        found = results(before, after)
        assert (found.probability_moved, found.increased, found.direction) == (True, True, "rose")
        assert len(found.events) == 3
    assert not close(0.0, 1e-300, 0.0)
    assert not close(1e-12, 2e-12, 1e-9, scale=1.0)
    assert close(0.0, -1.97e-31, 0.0, scale=1e-15)
    assert close(0.3, 0.1 + 0.2, 0.0)


def test_small_true_slopes_keep_their_ranks() -> None:
    """Slopes of 1e-13 and 2e-13 beside one of about 1: they change places, which no rounding hides."""
    trees_of = []
    for p, q in ((1e-13, 2e-13), (2e-13, 1e-13)):
        events = {"power": 0.5, "a": 0.5, "b": 0.5, "c": p, "d": q}
        gates = {"no_flow": {"or": ["power", {"and": ["a", "c"]}, {"and": ["b", "d"]}]}}
        trees_of.append(edited(gates=gates, basic_events={name: {"probability": p} for name, p in events.items()}))
    found = results(*trees_of, measure="birnbaum")
    assert {(move.event, move.before, move.after) for move in found.ranks} == {("a", 5, 4), ("b", 4, 5)}


def test_components_of_a_common_cause_group_are_called_so() -> None:
    pumps = {"common_cause_groups": {"both": {"events": ["a", "b"], "beta_factor": 0.1}}}
    events = {**BASE["basic_events"], "a": {"probability": 0.15}, "b": {"probability": 0.15}}
    low = {**BASE["basic_events"], "a": {"probability": 0.1}, "b": {"probability": 0.1}}
    before = edited(basic_events=low, **pumps)
    for other in (edited(basic_events=events, **pumps), edited(basic_events=events)):
        for one, another in ((before, other), (other, before)):
            found = results(one, another)
            assert {each.name for each in found.components} == {"a", "b"}
            p = 0.15 if another is other else 0.1
            # Of a group: failed alone, or with the other one, from independent causes.
            total = 1 - (1 - 0.9 * p) * (1 - 0.1 * p) if another.model.common_cause_groups else p
            assert [each.after for each in found.components] == pytest.approx([total] * 2, rel=1e-14)
            assert {each.name for each in found.gates} == {"no_flow", "pumps"}
    assert "component a " in str(diff(before, other))


def test_the_largest_move_stands_first() -> None:
    events = {"power": {"probability": 0.011}, "a": {"probability": 0.5}, "b": {"probability": 0.19}}
    found = results(edited(), edited(basic_events=events))
    assert [each.name for each in found.events] == ["a", "b", "power"]
    sizes = [each.size for _, each in found.moved]
    assert sizes == sorted(sizes, reverse=True)


def test_what_limits_leave_open_is_a_partial_answer(tmp_path, capsys) -> None:
    from faulttree.cli import EXIT_PARTIAL, run_cli
    from faulttree.generate import generate
    from faulttree.model.yaml_writer import write_yaml

    model = generate(60, 50, sharing=0.5, nearby=None, mix={"and": 1, "or": 1, "xor": 1}, seed=5)
    path = tmp_path / "m.yaml"
    path.write_text(write_yaml(model))
    asked = ["diff", str(path), str(path), "--format", "json"]
    assert run_cli([*asked, "--node-budget", "20"]) == EXIT_PARTIAL
    assert json.loads(capsys.readouterr().out)["results"][0]["partial"]
    assert run_cli(asked) == 0
    assert not json.loads(capsys.readouterr().out)["results"][0]["partial"]
