"""Tables of scenarios, against enumeration of every scenario by itself."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, random_model, settings_of, trees

from faulttree import FaultTree
from faulttree.errors import InvalidRequestError, LimitExceeded, MissingProbabilityError, UnknownNameError
from faulttree.facade import side_by_side
from faulttree.model import Model
from faulttree.model.states import parse_settings, states_text
from faulttree.quantification.probability import Probability
from faulttree.what_if.scenarios import Listed
from faulttree.what_if.sweep import Alone, Columns, sweep


def enumerated(model, top: str, states) -> float:
    f = oracles.function(model, top, states)
    return float(oracles.probability(f, oracles.event_probabilities(model, f.events, states)))


@given(st.data())
def test_every_scenario_is_what_enumeration_gives(data: st.DataObject) -> None:
    """Of any tree, negations too; events, gates and house events set."""
    model = data.draw(trees(max_events=6))
    tree = FaultTree.of(model)
    scenarios = {f"s{i}": data.draw(settings_of(model)) for i in range(data.draw(st.integers(1, 5)))}
    table = tree.scenario_table(scenarios)
    base = enumerated(model, tree.top, {})
    # A probability is a sum of positive products: each step of a few levels costs a rounding, 1e-16.
    assert table.base == pytest.approx(base, rel=1e-13, abs=0)
    exact = {name: enumerated(model, tree.top, states) for name, states in scenarios.items()}
    for record in table.records():
        p = exact[record["scenario"]]
        assert record["probability"] == pytest.approx(p, rel=1e-13, abs=0)
        assert record["difference"] == record["probability"] - table.base
        if table.base > 0.0:
            assert record["ratio"] == pytest.approx(p / base, rel=1e-12, abs=0)
        # What is equal to 12 digits shares a rank.
        higher = [other for other in table.records() if other["probability"] > record["probability"] * (1 + 1e-12)]
        assert record["rank"] == 1 + len(higher)
    ranks = [record["rank"] for record in table.ranked().records()]
    assert ranks == sorted(ranks)


@given(st.data())
def test_a_grid_holds_every_set_of_candidates_once(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6))
    tree = FaultTree.of(model)
    order, state = data.draw(st.integers(1, 3)), data.draw(st.booleans())
    names = [*tree.events, *tree.gates, *model.house_events]
    candidates = data.draw(st.lists(st.sampled_from(names), unique=True, min_size=min(order, len(names)), max_size=5))
    if len(candidates) < order:
        return
    grid = tree.grid(order, state, candidates=candidates)
    table = tree.scenario_table(grid)
    wanted = [chosen for chosen in oracles.subsets(candidates) if len(chosen) == order]
    assert len(grid) == len(table) == len(wanted)
    assert {frozenset(grid.at(place)) for place in range(len(grid))} == set(wanted)
    for (_, states), p in zip(grid.items(), table.sweep.probabilities, strict=True):
        assert set(states.values()) == {state}
        assert p == pytest.approx(enumerated(model, tree.top, states), rel=1e-13, abs=0)


def test_many_batches_are_each_scenario_by_itself() -> None:
    """More scenarios than go into a batch, of a large tree with negations: the same as analysing each alone."""
    tree = FaultTree.of(random_model(60, 25, 0.1, 3, negated=0.1))
    grid = tree.grid(2, True)
    table = tree.scenario_table(grid)
    assert len(table) == math.comb(len(tree.events), 2)
    states = dict(grid.items())
    for name in list(states)[:: len(states) // 25]:
        alone = tree.what_if(states[name]).probability().value
        place = list(states).index(name)
        assert table.sweep.probabilities[place] == pytest.approx(alone, rel=1e-12, abs=0)
        assert table.sweep.item(place) == (name, states[name])


def test_batches_of_any_width_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = FaultTree.of(random_model(30, 12, 0.1, 5))
    whole = tree.scenario_table(tree.grid(2, False)).sweep.probabilities
    monkeypatch.setattr(Columns, "together", 7)
    assert tree.scenario_table(tree.grid(2, False)).sweep.probabilities.tolist() == whole.tolist()


def test_a_certain_top_event_is_certain() -> None:
    tree = FaultTree.of(model_of({"or": ["a", {"and": ["b", "c", {"or": ["d", "e"]}]}]}, {"b": 0.3, "d": 0.7}))
    table = tree.scenario_table(tree.grid(1, True))
    assert table.sweep.probabilities[0] == 1.0
    impossible = tree.scenario_table({"none": {"a": False, "b": False}})
    assert impossible.records()[0]["probability"] == 0.0
    assert impossible.records()[0]["ratio"] == 0.0


def test_near_certainty_keeps_its_digits() -> None:
    tree = FaultTree.of(model_of({"or": ["a", "b"]}, {"a": 1 - 1e-12, "b": 0.5}))
    p = tree.scenario_table({"s": {"b": 1 - 1e-3}}).records()[0]["probability"]
    assert 1.0 - p == pytest.approx(1e-15, rel=0.12)  # one unit in the last place of 1 is 1.1e-16


CHANCES = {"a": 0.1, "b": 0.2, "c": 0.3}
TREE = model_of(
    {"or": ["a", {"and": ["b", "c"]}]},
    CHANCES,
    scenarios={
        "fine": {"set": {"a": False}},
        "worse": {"label": "A has failed", "set": {"a": True}},
        "bad": {"set": {"b": True}},
    },
)


def test_the_scenarios_of_the_model_are_the_default() -> None:
    table = FaultTree.of(TREE).scenario_table()
    assert [record["scenario"] for record in table.records()] == ["fine", "worse", "bad"]
    assert [record["rank"] for record in table.records()] == [3, 1, 2]
    assert table.records()[1]["label"] == "A has failed"
    assert [record["scenario"] for record in table.ranked(2).records()] == ["worse", "bad"]
    assert [record["scenario"] for record in table.above(0.3).records()] == ["worse", "bad"]
    assert table.first(1).records() == table.records()[:1]
    data = json.loads(table.to_json())
    assert (data["base"], data["scenarios"], len(data["rows"])) == (table.base, 3, 3)
    assert table.to_csv().splitlines()[0] == "rank,scenario,label,sets,probability,ratio,difference"
    assert "3 scenarios, 1 of them listed" in str(table.ranked(1))


def test_ratios_to_an_impossible_base() -> None:
    tree = FaultTree.of(TREE).what_if({"a": False, "b": False})
    records = tree.scenario_table({"none": {"c": True}, "a": {"a": 0.5}}).records()
    assert math.isnan(records[0]["ratio"])
    assert records[1]["ratio"] == math.inf


def test_what_is_no_table_is_refused() -> None:
    tree = FaultTree.of(TREE)
    with pytest.raises(UnknownNameError, match="did you mean 'a'"):
        tree.scenario_table({"x": {"aa": True}})
    for wrong, why in (({}, "no scenarios"), (["x"], "given by name"), ({"x": True}, "give what it sets")):
        with pytest.raises(InvalidRequestError, match=why):
            tree.scenario_table(wrong)
    with pytest.raises(InvalidRequestError, match="the model has no scenarios"):
        FaultTree.of(model_of({"or": ["a"]})).scenario_table()
    with pytest.raises(MissingProbabilityError):
        FaultTree.of(model_of({"or": ["a"]}, {"a": None})).sweep({"x": {"a": True}})


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"order": 0}, "at least 1 event"),
        ({"order": 4}, "no set of 4 among 3 candidates"),
        ({"order": 2, "most": 2}, "makes 3 scenarios, and a grid holds 2 at most"),
        ({"candidates": ["a", "a"]}, "named twice"),
        ({"candidates": "a"}, r"give \['a'\]"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(arguments, why: str) -> None:
    with pytest.raises(InvalidRequestError, match=why):
        FaultTree.of(TREE).grid(**arguments)


def test_a_grid_too_large_is_refused_before_any_of_it_is_made() -> None:
    from faulttree.what_if.grid import grid

    with pytest.raises(InvalidRequestError, match="makes 166,167,000 scenarios, and a grid holds 1,000,000 at most"):
        grid([f"e{i}" for i in range(1_000)], 3, True)


def test_a_grid_is_a_mapping_made_lazily() -> None:
    grid = FaultTree.of(TREE).grid(2, False)
    assert list(grid) == ["a=false, b=false", "a=false, c=false", "b=false, c=false"]
    assert grid["a=false, c=false"] == {"a": False, "c": False}
    assert list(grid.block(range(1, 1))) == []
    with pytest.raises(KeyError):
        grid["a=true"]


def test_scenarios_without_a_diagram_are_worked_out_alone() -> None:
    def alone(scenarios):
        return [Alone(0.0, float("a" in states)) for states in scenarios]

    found = sweep(Probability.exact(0.5), Listed(("x", "y"), ({"a": True}, {"b": True})), None, alone)
    assert found.probabilities.tolist() == [1.0, 0.0]
    assert found.lower.tolist() == [0.0, 0.0]
    assert [record["ratio"] for record in found.records()] == [None, 0.0]


# What changes the structure


def test_gates_houses_and_components_are_columns_of_one_diagram(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against enumeration of the expanded model, also over what a what-if has set; and nothing is analysed alone."""
    model = Model.from_data(
        {
            "name": "m",
            "top": "top",
            "gates": {
                "top": {"or": ["a", "two", {"and": ["open", "b", {"not": "one"}]}]},
                "one": {"xor": ["a", "p"]},
                "two": {"atleast": {"k": 2, "of": ["one", "p", "q", "b"]}},
            },
            "basic_events": {"a": {"probability": 0.1}, "b": {"probability": 0.2},
                             "p": {"probability": 0.3}, "q": {"probability": 0.3}},
            "house_events": {"open": {"state": False}},
            "common_cause_groups": {"pair": {"events": ["p", "q"], "beta_factor": 0.2}},
        }
    )  # fmt: skip
    monkeypatch.setattr(FaultTree, "_exact", lambda tree, _: tree.probability().value if tree.states == base else None)
    values = (None, True, False, 0.25)
    for base in ({}, {"one": True}, {"one": 0.5, "open": True}, {"two": False}, {"top": True, "a": 0.5}):
        tree = FaultTree.of(model).what_if(base)
        expanded = tree.expansion.model
        q = tree.expansion.probabilities()
        scenarios = {
            f"{chosen}": {n: v for n, v in zip(("one", "two", "open", "p", "a"), chosen, strict=True) if v is not None}
            for chosen in itertools.product(values, values, values[:3], (None, True), (None, False))
        }
        found = tree.sweep(scenarios)
        assert found.notes == ()
        for states, p in zip(scenarios.values(), found.probabilities.tolist(), strict=True):
            both = {**base, **states}
            f = oracles.function(expanded, "top", both)
            exact = oracles.probability(f, _chances(expanded, f.events, both, q))
            assert p == pytest.approx(float(exact), rel=1e-13, abs=0), both


def _chances(model, events, states, known):
    given = {event: Fraction(p) for event, p in known.items() if event not in states}
    return given | oracles.event_probabilities(model, [event for event in events if event not in given], states)


@pytest.mark.parametrize("least", [2, 20_000])
def test_where_one_diagram_is_too_large_there_is_one_for_each_group(
    monkeypatch: pytest.MonkeyPatch, least: int
) -> None:
    monkeypatch.setattr("faulttree.facade.scenarios.LEAST_NODES", least)
    monkeypatch.setattr("faulttree.facade.scenarios.NODES_PER_SCENARIO", 0)
    model = random_model(40, 16, 0.3, 7, negated=0.1)
    tree = FaultTree.of(model)
    scenarios = {
        f"{gate} {state} {event}": {gate: state, event: 0.25}
        for gate in tree.gates
        for state in (True, False, 0.5)
        for event in tree.events[:4]
    } | {"event": {tree.events[0]: True}}
    found = tree.sweep(scenarios)
    assert bool(found.notes) is (least == 2)
    if least == 2:
        assert f"{len(scenarios) - 1} scenarios that set gates or house events were worked out apart" in found.notes[0]
        assert f"in {len(tree.gates)} groups" in found.notes[0]
    for name in list(scenarios)[::17]:
        alone = tree.what_if(scenarios[name]).probability().value
        place = list(scenarios).index(name)
        assert found.probabilities[place] == pytest.approx(alone, rel=1e-12, abs=0)


def test_hidden_switches_do_not_clash_with_names() -> None:
    names = [f"{word} {number}" for word in ("forced", "kept", "own function") for number in range(12)]
    model = model_of({"or": [*names[:-1], "g"]}, dict.fromkeys(names, 0.01), gates={"g": {"and": names[-2:]}})
    table = FaultTree.of(model).sweep({"g": {"g": 0.5}, "not": {"g": False}})
    assert table.probabilities == pytest.approx([1 - 0.5 * 0.99**35, 1 - 0.99**35], rel=1e-13)


# Bounds, and what is missing


HARD = random_model(60, 30, 0.5, 11)


def test_bounds_hold_where_no_exact_answer_fits() -> None:
    exact = FaultTree.of(HARD)
    tree = FaultTree.of(HARD, node_budget=20)
    scenarios = {"as it is": {}, **{event: {event: True} for event in exact.events[:3]}, "sure": {exact.top: True}}
    table = tree.scenario_table(scenarios)
    assert table.sweep.lower is not None and table.columns()[3:8] == (
        "probability", "lower", "upper", "ratio", "difference"
    )  # fmt: skip
    assert "no diagram of the tree fits the limits" in table.notes[0]
    for record in table.records():
        p = exact.what_if(scenarios[record["scenario"]]).probability().value
        assert record["lower"] * (1 - 1e-12) <= p <= record["upper"] * (1 + 1e-12)
        assert record["probability"] == record["upper"]
        assert (record["ratio"], record["difference"]) == (None, None)
    data = json.loads(table.to_json())
    assert data["base_lower"] < data["base_upper"] == data["base"]
    assert "between" in str(table)
    with pytest.raises(LimitExceeded):
        tree.sweep(scenarios)


@given(st.data())
def test_only_those_that_need_a_missing_probability_have_none(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6, extremes=False))
    tree = FaultTree.of(model)
    if not tree.events:
        return
    missing = data.draw(st.sets(st.sampled_from(tree.events), min_size=1, max_size=2))
    written = model.to_data()
    for event in missing:
        written["basic_events"][event] = {}
    lacking = FaultTree.of(Model.from_data(written), top=tree.top)
    scenarios = {f"s{i}": data.draw(settings_of(model)) for i in range(4)}
    for record in lacking.scenario_table(scenarios).records():
        states = scenarios[record["scenario"]]
        needed = oracles.support(oracles.function(model, tree.top, states)) & (missing - states.keys())
        if needed:
            assert (record["probability"], record["rank"], record["ratio"]) == (None, None, None)
            assert all(f"'{event}'" in record["note"] for event in needed)
        else:
            assert record["probability"] == pytest.approx(enumerated(model, tree.top, states), rel=1e-13, abs=0)


def test_a_note_names_scenarios_and_events_that_lack_a_probability() -> None:
    tree = FaultTree.of(model_of({"or": ["a", {"and": ["b", "c"]}]}, {"a": 0.1, "b": None, "c": 0.5}))
    table = tree.scenario_table({"off": {"c": False}, "worse": {"c": True}, "sure": {"a": True}, "b": {"b": 0.2}})
    assert [record["probability"] for record in table.records()] == [0.1, None, 1.0, pytest.approx(0.19, rel=1e-14)]
    assert [record["rank"] for record in table.records()] == [3, None, 1, 2]
    assert [record["scenario"] for record in table.ranked().records()] == ["sure", "b", "off", "worse"]
    assert len(table.notes) == 1
    assert "1 scenario without a probability, 'worse': no probability is given for 'b'" in table.notes[0]
    assert (table.base, json.loads(table.to_json())["base"]) == (None, None)
    assert "not known without a scenario" in str(table)


# Ranks, states, names


def test_probabilities_equal_to_twelve_digits_share_a_rank() -> None:
    table = FaultTree.of(TREE).scenario_table({str(i): {"a": 0.5} for i in range(5)})
    values = np.array([0.3, 1.0, math.nextafter(0.3, 1), 0.3 * (1 + 1e-11), math.nextafter(1, 0)])
    table = replace(table, sweep=replace(table.sweep, probabilities=values))
    assert table.ranks.tolist() == [4, 1, 4, 3, 1]
    assert table.ranked().places == [1, 4, 3, 0, 2]


@given(st.lists(st.floats(0.01, 0.99), min_size=6, max_size=6))
def test_a_certain_top_is_exactly_one_both_ways(q) -> None:
    model = model_of(
        {"or": ["sure", {"atleast": {"k": 2, "of": list("abcd")}}, {"xor": ["e", "f", "a"]}]},
        {"sure": 1.0} | dict(zip("abcdef", q, strict=True)),
    )
    tree = FaultTree.of(model)
    assert tree.probability().value == 1.0
    assert tree.scenario_table({"s": {"a": 0.5}}).sweep.probabilities.tolist() == [1.0]


def test_states_are_written_with_all_digits() -> None:
    states = {"a": 0.12345678, "b": 1 / 3, "c": 1e-12}
    assert states_text(states) == "a=0.12345678, b=0.3333333333333333, c=1e-12"
    record = FaultTree.of(TREE).scenario_table({"s": states}).records()[0]
    assert parse_settings(record["sets"].split(", ")) == states


def test_grid_names_are_unique_whatever_the_events_are_called() -> None:
    names = ["a", "b=true, c", "a=true, b", "c", '"a"', 'a"', "b", '"b=true, c"']
    tree = FaultTree.of(model_of({"or": names}, {name: 0.01 * (1 + i) for i, name in enumerate(names)}))
    for order in (1, 2, 3):
        grid = tree.grid(order, True)
        assert len(set(grid)) == len(grid) == math.comb(len(names), order)
        assert all(grid[name] == grid.at(place) for place, name in enumerate(grid))


@pytest.mark.parametrize("state", [0.5, 1, "true", None, np.float64(1.0)])
def test_a_grid_sets_true_or_false(state) -> None:
    with pytest.raises(InvalidRequestError, match="a grid sets its events True or False, not "):
        FaultTree.of(TREE).grid(1, state)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (lambda tree: tree.grid(1.5), "is a whole one, such as 1 or 2, not 1.5"),
        (lambda tree: tree.grid("1"), "is a whole one, such as 1 or 2, not '1'"),
        (lambda tree: tree.grid(True), "is a whole one, such as 1 or 2, not True"),
        (lambda tree: tree.grid(most="5"), "such as 1_000_000, not '5'"),
        (lambda tree: tree.grid(candidates="a"), r"give \['a'\]"),
        (lambda tree: tree.grid(candidates=5), r"such as \['valve'\], not 5"),
        (lambda tree: tree.grid(candidates=["a", 5]), "the name of an event or gate, not 5"),
        (lambda tree: tree.grid(candidates=["a", ["b"]]), r"the name of an event or gate, not \['b'\]"),
        (lambda tree: tree.what_if({5: True}), "by the name of an event or gate, not by 5"),
        (lambda tree: tree.what_if({("a",): True}), r"by the name of an event or gate, not by \('a',\)"),
        (lambda tree: tree.what_if(5), "states are given by name"),
        (lambda tree: tree.sweep({"x": {None: True}}), "by the name of an event or gate, not by None"),
        (lambda tree: tree.sweep({5: {"a": True}}), "a scenario's name is a text, not 5; write '5'"),
        (lambda tree: tree.what_if({"a": np.array([1.0])}), "state of 'a': "),
        (lambda tree: tree.what_if({"a": np.float64("nan")}), "state of 'a': "),
        (lambda tree: tree.what_if({"a": np.int64(2)}), "state of 'a': "),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(asked, why: str) -> None:
    with pytest.raises(InvalidRequestError, match=why):
        asked(FaultTree.of(TREE))


def test_numpy_scalars_are_states() -> None:
    tree = FaultTree.of(TREE)
    states = tree.what_if({"a": np.bool_(True), "b": np.int64(1), "c": np.float32(0.5)}).states
    assert states == {"a": True, "b": 1.0, "c": 0.5}
    assert [type(state) for state in states.values()] == [bool, float, float]
    assert len(tree.grid(np.int64(2), np.bool_(False), most=np.int32(3))) == 3


# Side by side


@given(st.data())
def test_side_by_side_is_each_scenario_analysed(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=5, extremes=False))
    tree = FaultTree.of(model)
    scenarios = {f"s{i}": data.draw(settings_of(model)) for i in range(2)}
    found = side_by_side(tree, scenarios, measure="birnbaum")
    base_sets = oracles.minimal_cut_sets(oracles.function(model, tree.top))
    for column, states in zip(found.scenarios, scenarios.values(), strict=True):
        sets = oracles.minimal_cut_sets(oracles.function(model, tree.top, states))
        assert (column.cut_sets, column.gained, column.lost) == (
            len(sets),
            len(sets - base_sets),
            len(base_sets - sets),
        )
        assert column.probability.value == pytest.approx(enumerated(model, tree.top, states), rel=1e-13, abs=0)
        for gate, p in column.gates.items():
            assert p == pytest.approx(enumerated(model, gate, states), rel=1e-12, abs=0)
        ranked = tree.what_if(states).importance().ranked("birnbaum")
        if any(row.birnbaum != 0.0 for row in ranked):
            assert column.foremost[:1] == tuple(row.event for row in ranked[:1])
        else:
            assert column.foremost == ()


def test_side_by_side_as_a_table() -> None:
    found = side_by_side(FaultTree.of(TREE))
    assert found.columns() == ("quantity", "as modelled", "fine", "worse", "bad")
    rows = {record["quantity"]: record for record in found.records()}
    assert rows["probability"]["worse"] == 1.0
    assert rows["minimal cut sets"] == {
        "quantity": "minimal cut sets",
        "as modelled": 2,
        "fine": 1,
        "worse": 1,
        "bad": 2,
    }
    assert rows["gate top"]["fine"] == pytest.approx(0.06, rel=1e-14)
    assert "first by fussell vesely" in str(found)
    assert json.loads(found.to_json())["scenarios"][1]["label"] == "A has failed"


def test_side_by_side_of_what_is_called_like_a_column() -> None:
    found = side_by_side(FaultTree.of(TREE), {"quantity": {"a": True}, "as modelled": {"b": True}})
    assert found.columns() == ("quantity", "as modelled", "quantity (scenario)", "as modelled (scenario)")


def test_side_by_side_without_probabilities_counts_cut_sets() -> None:
    model = model_of({"or": ["a", "b"]}, {"a": None, "b": 0.1}, scenarios={"x": {"set": {"b": True}}})
    found = side_by_side(FaultTree.of(model))
    assert (found.base.probability, found.base.cut_sets, found.scenarios[0].gained) == (None, 2, 1)
    assert "no probability is given for 'a'" in found.base.notes[0]


def test_more_than_twenty_do_not_fit_side_by_side() -> None:
    with pytest.raises(InvalidRequestError, match="21 scenarios do not fit"):
        side_by_side(FaultTree.of(TREE), {str(i): {"a": True} for i in range(21)})


def test_a_certain_top_has_no_first_events() -> None:
    for measure in ("fussell_vesely", "birnbaum", "risk_achievement_worth"):
        found = side_by_side(FaultTree.of(TREE), {"sure": {"a": True}, "bad": {"b": True}}, measure=measure)
        assert (found.scenarios[0].foremost, bool(found.scenarios[1].foremost)) == ((), True)


def test_many_side_by_side_stand_below_each_other() -> None:
    scenarios = {f"the case of {i} / 20": {"a": i / 20, "b": 0.5} for i in range(20)}
    text = str(side_by_side(FaultTree.of(TREE), scenarios))
    lines = text.splitlines()
    assert max(map(len, lines)) <= 150
    for place, name in enumerate(scenarios):
        (line,) = [line for line in lines if name in line]
        p = 1 - (1 - place / 20) * (1 - 0.5 * 0.3)
        assert line.split()[0] == str(place + 1)
        assert f"{p:.4g}" in line
    gates = [line.split()[3:] for line in lines if line.startswith("gate top")]
    # 0.15 to 1 at steps of 0.0425: the top's own row, seven scenarios in a block.
    assert [float(p) for block in gates for p in block] == pytest.approx(
        [0.15 + 0.0425 * i for i in range(20)], rel=1e-3
    )
