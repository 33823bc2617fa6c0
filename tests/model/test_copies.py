"""Copies of events and gates, against models in which every copy was written by hand."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import trees

from faulttree import FaultTree, diff, formats
from faulttree.errors import InvalidModelError, InvalidRequestError, UnknownNameError
from faulttree.model import Model
from faulttree.model.changes import changes


def data(**sections: Any) -> dict[str, Any]:
    return {
        "name": "Trains", "top": "top",
        "gates": {
            "top": {"or": [{"and": [{2: "train"}, "rain"]}, {"atleast": {"k": 2, "of": [{3: "host"}, "rain"]}}]},
            "train": {"label": "Train", "or": ["pump", {"and": [{2: "valve"}, "open"]}]},
        },
        "basic_events": {
            "host": {"label": "Host", "probability": 0.3}, "pump": {"probability": 0.1},
            "valve": {"probability": 0.2}, "rain": {"probability": 0.4},
        },
        "house_events": {"open": {"state": True}},
        **sections,
    }  # fmt: skip


BY_HAND = {
    "name": "Trains", "top": "top",
    "gates": {
        "top": {"or": [
            {"and": ["train#1", "train#2", "rain"]},
            {"atleast": {"k": 2, "of": ["host#1", "host#2", "host#3", "rain"]}},
        ]},
        "train#1": {"or": ["pump#1", {"and": ["valve#1#1", "valve#2#1", "open"]}]},
        "train#2": {"or": ["pump#2", {"and": ["valve#1#2", "valve#2#2", "open"]}]},
    },
    "basic_events": {
        **{f"host#{i}": {"probability": 0.3} for i in (1, 2, 3)},
        **{f"pump#{i}": {"probability": 0.1} for i in (1, 2)},
        **{f"valve#{i}#{k}": {"probability": 0.2} for i in (1, 2) for k in (1, 2)},
        "rain": {"probability": 0.4},
    },
    "house_events": {"open": {"state": True}},
}  # fmt: skip


def test_copies_are_what_was_written_by_hand() -> None:
    tree, other = FaultTree.from_data(data()), FaultTree.from_data(BY_HAND)
    assert {*tree.events} == {*other.events}
    assert {*tree.gates} == {*other.gates}
    assert tree.probability().value == pytest.approx(other.probability().value, rel=1e-14)
    assert {frozenset(cut) for cut in tree.minimal_cut_sets()} == {frozenset(cut) for cut in other.minimal_cut_sets()}
    for name in ("host#2", "valve#1#2"):
        assert tree.importance()[name].birnbaum == pytest.approx(other.importance()[name].birnbaum, rel=1e-12)
    assert tree.model.basic_events["host#3"].label == "Host #3"


def test_a_vote_of_75_is_a_binomial_sum() -> None:
    vote = {"name": "n", "top": "top", "gates": {"top": {"atleast": {"k": 41, "of": [{75: "host"}]}}}}
    tree = FaultTree.from_data(vote | {"basic_events": {"host": {"probability": 0.25}}})
    right = sum(Fraction(comb(75, k) * 3 ** (75 - k), 4**75) for k in range(41, 76))
    assert tree.probability().value == pytest.approx(float(right), rel=1e-12)
    assert tree.minimal_cut_sets().count == comb(75, 41)
    assert tree.diagram_size <= 41 * 35


@given(trees(max_events=4, max_gates=3), st.integers(1, 3), st.data())
def test_random_trees(model: Model, count: int, drawn: st.DataObject) -> None:
    """The top of a tree copied whole: a vote among independent trees, each of probability P."""
    inner = model.to_data()
    k = drawn.draw(st.integers(1, count))
    inner["gates"]["vote"] = {"atleast": {"k": k, "of": [{count: model.top[0]}]}}
    tree = FaultTree.from_data(inner | {"top": "vote"})
    p = FaultTree.of(model).probability().value
    right = sum(comb(count, n) * p**n * (1 - p) ** (count - n) for n in range(k, count + 1))
    assert tree.probability().value == pytest.approx(right, rel=1e-9, abs=1e-15)
    again = formats.read_text(formats.dumps(tree.model, "yaml"), "yaml")[0]
    assert again.digest == tree.model.digest


def test_one_copy_and_all_in_a_what_if() -> None:
    tree = FaultTree.from_data(data(scenarios={"all": {"set": {"host": 0.5}}, "one": {"set": {"host#2": True}}}))
    hand = FaultTree.from_data(BY_HAND)
    every = {f"host#{i}": 0.5 for i in (1, 2, 3)}
    assert tree.what_if({"host": 0.5}).probability().value == pytest.approx(hand.what_if(every).probability().value)
    assert tree.scenario("all").probability().value == pytest.approx(hand.what_if(every).probability().value)
    one = hand.what_if({"host#2": True}).probability().value
    assert tree.scenario("one").probability().value == pytest.approx(one)
    mixed = {"host#1": 0.5, "host#2": True, "host#3": 0.5}
    assert tree.what_if({"host": 0.5, "host#2": True}).probability().value == pytest.approx(
        hand.what_if(mixed).probability().value
    )
    valves = {f"valve#{i}#{k}": False for i in (1, 2) for k in (1, 2)}
    assert tree.what_if({"valve": False}).probability().value == pytest.approx(hand.what_if(valves).probability().value)


def test_what_is_not_known_of_one_is_not_known_of_all() -> None:
    """Two copies of probability p, uniform in [0, 1]: E[p^2] = 1/3, where two numbers of their own give 1/4."""
    tree = FaultTree.from_data(
        {
            "name": "n", "top": "top", "gates": {"top": {"and": [{2: "host"}]}},
            "basic_events": {"host": {"probability": 0.5, "uncertainty": {"uniform": {"low": 0.0, "high": 1.0}}}},
        }
    )  # fmt: skip
    assert tree.uncertainty(4096, method="sobol").mean == pytest.approx(1 / 3, rel=1e-3)
    assert list(tree.uncertain_inputs) == ["host"]


def test_groups_are_copied_whole() -> None:
    inner = {
        "name": "n", "top": "top",
        "gates": {"top": {"and": [{2: "pair"}]}, "pair": {"and": ["a", "b"]}, "one": {"and": ["a", "b"]}},
        "basic_events": {"a": {"probability": 0.1}, "b": {"probability": 0.1}},
        "common_cause_groups": {"g": {"events": ["a", "b"], "beta_factor": 0.2}},
    }  # fmt: skip
    del inner["gates"]["one"]  # type: ignore[attr-defined]
    tree = FaultTree.from_data(inner)
    pair = FaultTree.from_data(inner, top="pair").probability().value
    assert tree.probability().value == pytest.approx(pair**2, rel=1e-12)


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_files_keep_copies(kind: str) -> None:
    model = Model.from_data(data())
    text = formats.dumps(model, kind)
    assert formats.read_text(text, kind)[0] == model
    assert ("{'3': host}" if kind == "yaml" else '"3": "host"') in text


@pytest.mark.parametrize("kind", ["open-psa", "aralia"])
def test_other_formats_name_every_copy(kind: str) -> None:
    model = Model.from_data(data())
    again = formats.read_text(formats.dumps(model, kind), kind)[0]
    assert FaultTree.of(again).probability().value == pytest.approx(FaultTree.of(model).probability().value, rel=1e-12)
    assert any("copies are written one by one: of host, train, valve" in loss for loss in formats.losses(model, kind))


def test_a_difference_of_models_tells_the_number() -> None:
    fewer = data()
    fewer["gates"]["top"]["or"][1]["atleast"]["of"][0] = {4: "host"}
    (change,) = changes(Model.from_data(data()), Model.from_data(fewer))
    assert change.before is not None
    assert "3 copies of host" in change.before
    assert change.after is not None
    assert "4 copies of host" in change.after


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"gates": {"top": {"and": [{2: "hots"}]}}}, "input 'hots' is not defined; did you mean 'host'?"),
        ({"gates": {"top": {"and": [{0: "host"}]}}}, "0 copies of 'host'; from 1 to 10,000 are possible"),
        ({"gates": {"top": {"and": [{10**7: "host"}]}}}, "10000000 copies of 'host'; from 1"),
        ({"gates": {"top": {"and": [{2: "open"}]}}}, "'open' is a house event, and copies of it are the same"),
        ({"gates": {"top": {"and": [{2: "host"}, "host"]}}}, "'host' is named, and copies of it elsewhere"),
        ({"gates": {"top": {"atleast": {"k": 4, "of": [{3: "host"}]}}}}, "k = 4 lies outside 1 to 3, the number of"),
        (
            {"gates": {"top": {"and": [{2: "pair"}, "pump"]}, "pair": {"and": ["pump", "rain"]}}},
            "input 'pump' is below 'pair', of which there are copies, and every copy has its own",
        ),
        ({"gates": {"top": {"and": [{2: "top"}]}}}, "gates form a cycle: 'top' -> 'top'"),
        ({"gates": {"top": {"and": [{2: "host"}]}, "host#1": {"or": ["rain"]}}}, "the name is that of a copy"),
        (
            {
                "gates": {"top": {"and": [{2: "pump"}, "valve"]}},
                "exclusive_groups": {"g": {"at_most_one": ["pump", "valve"]}},
            },
            "copies of 'pump' tear exclusive group 'g' apart",
        ),
    ],
)
def test_faults(sections: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidModelError) as error:
        Model.from_data(data(**sections))
    assert said in str(error.value)


def test_observed_of_all_and_of_one() -> None:
    tree, hand = FaultTree.from_data(data(evidence={"e": {"observe": {"host": True}}})), FaultTree.from_data(BY_HAND)
    every = {f"host#{i}": True for i in (1, 2, 3)}
    for seen in (tree.evidence("e"), tree.given({"host": True})):
        assert seen.probability == pytest.approx(0.3**3, rel=1e-12)
        assert dict(seen.observations) == every
    one = tree.given({"top": True}).posterior("host#2").posterior
    assert one == pytest.approx(hand.given({"top": True}).posterior("host#2").posterior, rel=1e-12)
    for asked in (lambda: tree.given({"top": True}).posterior("host"), lambda: tree.query("P(top | host)")):
        with pytest.raises(InvalidRequestError, match="'host' stands for 3 copies; name one, such as 'host#3'"):
            asked()
    with pytest.raises(UnknownNameError):
        tree.group_importance({"g": ["host"]})


def test_scenarios_set_all_copies() -> None:
    tree = FaultTree.from_data(data())
    right = tree.what_if({"host": 0.5}).probability().value
    asked = {"a": {"host": 0.5}, "b": {"host#1": True}}
    found = tree.scenario_table(asked).records()
    assert found[0]["probability"] == pytest.approx(right, rel=1e-12)
    assert tree.sweep(asked).probabilities[0] == pytest.approx(right, rel=1e-12)
    with pytest.raises(InvalidRequestError, match="'host' stands for 3 copies; name one"):
        tree.scenario_table(tree.grid(1, candidates=["host", "rain"]))


def test_what_is_said_of_all_copies_is_told_once() -> None:
    tree = FaultTree.from_data(data(scenarios={"s": {"set": {"host": True, "host#2": False, "valve": 0.5}}}))
    under = tree.scenario("s")
    assert under.states["host#3"] is True and under.states["valve#1#2"] == 0.5
    assert under.states_as_said == {"host": True, "host#2": False, "valve": 0.5}
    assert "what if: host=true, host#2=false, valve=0.5\n" in f"{under}\n"
    assert tree.what_if(under.states_as_said).states == under.states
    assert tree.what_if({"host#1": True}).states_as_said == {"host#1": True}


@given(st.dictionaries(st.sampled_from(["host", "host#1", "valve", "valve#2", "valve#1#2", "rain"]), st.booleans()))
def test_fewer_states_say_the_same(states: dict[str, bool]) -> None:
    tree = FaultTree.from_data(data())
    under = tree.what_if(states)
    assert tree.what_if(under.states_as_said).states == under.states


def test_a_change_of_what_is_copied_is_one_change() -> None:
    before, after = (FaultTree.from_data(data()) for _ in range(2))
    assert not diff(before, after).changes
    events = data()["basic_events"]
    other = FaultTree.from_data(data(basic_events={**events, "valve": {"probability": 0.25}}))
    (change,) = diff(before, other).changes
    assert (change.name, change.key) == ("valve", "probability")
