"""Groups as independent events: published values, and random trees against enumeration of what fails together."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reduction.groups import top_probability, with_groups
from strategies import trees

from faulttree import FaultTree
from faulttree.model import Model
from faulttree.reduction import expanded, folded

# Sums of positive terms; rates times coefficients add a few roundings.
DIGITS = 1e-13


def trains(given: dict[str, Any]) -> Model:
    """Three trains of a valve and a pump; the valves are a group, and so are the pumps."""
    names = ("One", "Two", "Three")
    kinds = ("Valve", "Pump")
    return Model.from_data(
        {
            "name": "Three trains",
            "top": "Top",
            "gates": {
                "Top": {"and": [f"Train{name}" for name in names]},
                **{f"Train{name}": {"or": [f"{kind}{name}" for kind in kinds]} for name in names},
            },
            "basic_events": {f"{kind}{name}": {"probability": 0.1} for kind in kinds for name in names},
            "common_cause_groups": {
                f"{kind}s": {"events": [f"{kind}{name}" for name in names], **given} for kind in kinds
            },
        }
    )


def analysed(model: Model) -> FaultTree:
    """The expanded tree, its independent events set to their probabilities."""
    expansion = expanded(model)
    return FaultTree.of(expansion.model).what_if(expansion.probabilities())


@pytest.mark.parametrize(
    ("given", "exact", "rare_event", "n_cut_sets"),
    [
        ({"beta_factor": 0.2}, 0.04308, 0.044096, 10),
        ({"phi_factor": [0.7, 0.2, 0.1]}, 0.04104, 0.04434, 34),
        ({"mgl": [0.2, 0.1]}, 0.01630, 0.01771, 34),
        ({"alpha_factor": {"factors": [0.7, 0.2, 0.1]}}, 0.05298, 0.05488, 34),
    ],
)
def test_published_values(given: dict[str, Any], exact: float, rare_event: float, n_cut_sets: int) -> None:
    """Of SCRAM's test suite, to the digits printed there, which are five and rounded or cut off."""
    tree = analysed(trains(given))
    assert tree.probability().value == pytest.approx(exact, abs=1e-5)
    assert tree.rare_event().value == pytest.approx(rare_event, abs=1e-5)
    assert tree.minimal_cut_sets().count == n_cut_sets


@settings(max_examples=40)
@given(st.data())
def test_the_expanded_tree_has_the_probability_of_what_fails_together(data: st.DataObject) -> None:
    plain = data.draw(trees(max_events=6, extremes=False))
    model, q = with_groups(plain, data.draw(st.sampled_from([[2], [3], [2, 2], [2, 3]])), data)
    found = analysed(model).probability().value
    assert found == pytest.approx(float(top_probability(model, q)), rel=DIGITS, abs=1e-300)


def test_a_group_of_eight() -> None:
    members = [f"e{i}" for i in range(8)]
    model = Model.from_data(
        {
            "name": "eight", "top": "T", "gates": {"T": {"and": members}},
            "basic_events": {name: {"probability": 1e-3} for name in members},
            "common_cause_groups": {"g": {"events": members, "beta_factor": 0.1}},
        }
    )  # fmt: skip
    # All by the common cause, or else each by itself.
    exact = 1e-4 + (1 - 1e-4) * 9e-4**8
    assert analysed(model).probability().value == pytest.approx(exact, rel=DIGITS)
    many = Model.from_data(model.to_data() | {"common_cause_groups": {"g": {"events": members, "mgl": [0.5] * 7}}})
    assert len(expanded(many).members) == 255


def test_what_an_expansion_looks_like() -> None:
    data = trains({"mgl": [0.2]}).to_data()
    data["basic_events"]["PumpOne"] |= {"label": "Pump 1", "description": "the first"}
    data["scenarios"] = {"no pump": {"set": {"PumpOne": True}}}
    model = Model.from_data(data)
    expansion = expanded(model)
    pump = expansion.model.gates["PumpOne"]
    assert pump.label == "Pump 1"
    assert pump.description == "the first"
    assert pump.or_ == ("[PumpOne]", "[PumpOne PumpTwo]", "[PumpOne PumpThree]")
    assert expansion.model.basic_events["[PumpOne PumpTwo]"].label == "Pump 1 and PumpTwo fail together (Pumps)"
    assert expansion.model.basic_events["[PumpOne]"].label == "Pump 1 fails alone (Pumps)"
    assert expansion.members["[PumpOne PumpThree]"] == ("PumpOne", "PumpThree")
    assert expansion.groups["Pumps"] == ("PumpOne", "PumpTwo", "PumpThree")
    assert not expansion.model.common_cause_groups
    assert [fault for fault in expansion.model.faults() if fault.severity == "error"] == []
    assert Model.from_data(expansion.model.to_data()) == expansion.model
    assert expansion.model.scenarios == model.scenarios
    first, *_ = expansion.table().records()
    assert first == {
        "group": "Valves", "event": "[ValveOne]", "components": ("ValveOne",), "order": 1, "coefficient": 0.8,
        "probability": pytest.approx(0.08, rel=DIGITS), "multiplicity": 1,
    }  # fmt: skip
    assert len(expansion.table().records()) == 12
    again = pickle.loads(pickle.dumps(expansion))
    assert again.probabilities() == expansion.probabilities()
    assert again.model == expansion.model


def test_a_state_set_on_a_member_overrides_its_causes() -> None:
    expansion = expanded(trains({"beta_factor": 0.2}))
    q = expansion.probabilities()
    tree = FaultTree.of(expansion.model).what_if(q | {"PumpOne": True, "ValveOne": False})
    common = 0.02 + 0.02 - 0.02 * 0.02
    each = 0.08 + 0.08 - 0.08 * 0.08
    assert tree.probability().value == pytest.approx(common + (1 - common) * each**2, rel=DIGITS)


@given(trees())
def test_a_model_without_groups_is_itself(model: Model) -> None:
    expansion = expanded(model)
    assert expansion.model is model
    assert expansion.table().records() == []
    assert expansion.table().columns()[0] == "group"


def test_names_that_two_groups_would_share_are_told_apart() -> None:
    events = {name: {"probability": 0.1} for name in ("a", "b c", "a b", "c")}
    model = Model.from_data(
        {
            "name": "spaces", "top": "T", "gates": {"T": {"and": list(events)}}, "basic_events": events,
            "common_cause_groups": {
                "one": {"events": ["a", "b c"], "beta_factor": 0.1},
                "two": {"events": ["a b", "c"], "beta_factor": 0.1},
            },
        }
    )  # fmt: skip
    expansion = expanded(model)
    assert expansion.model.gates["c"].or_ == ("[c]", "[a b c] (two)")
    assert analysed(model).probability().value == pytest.approx((0.01 + 0.99 * 0.09**2) ** 2, rel=DIGITS)


def test_rates_and_uncertain_factors_reach_the_laws() -> None:
    model = Model.from_data(
        {
            "name": "two", "top": "T", "mission_time": "100 h", "gates": {"T": {"and": ["a", "b"]}},
            "basic_events": {"a": {"rate": "r"}, "b": {"rate": "r"}},
            "parameters": {
                "r": {"uncertainty": {"gamma": {"shape": 2, "scale": "5e-5 /h"}}},
                "beta": {"value": 0.1, "uncertainty": {"beta": {"alpha": 1, "beta": 9}}},
                "sure": {"value": 0.5},
            },
            "common_cause_groups": {"g": {"events": ["a", "b"], "beta_factor": "beta"}},
        }
    )  # fmt: skip
    forms = expanded(model).forms
    assert forms["[a]"].inputs == forms["[a b]"].inputs == {"r", "beta"}
    assert forms["[a]"] == forms["[b]"]
    sampled = {"r": np.array([1e-4, 2e-4]) / 3600, "beta": np.array([0.2, 1e-12])}
    t, whole = 100 * 3600.0, -np.expm1(-np.array([0.01, 0.02]))
    together, alone = (forms[name].law(sampled).at(t) for name in ("[a b]", "[a]"))
    assert together.unavailability == pytest.approx(whole * sampled["beta"], rel=DIGITS)
    assert alone.unavailability == pytest.approx(whole * (1 - sampled["beta"]), rel=DIGITS)
    # The share is of the probability at any time, so the frequency is the same share of the member's.
    w = 1e-4 / 3600 * np.exp(-0.01) * 0.2
    assert together.frequency[0] == pytest.approx(w, rel=DIGITS)
    data = model.to_data()
    data["common_cause_groups"]["g"]["beta_factor"] = "sure"
    assert expanded(Model.from_data(data)).forms["[a]"].inputs == {"r"}


def with_shocks(own: float, shocks: dict[str, Any], names: Sequence[str] = ("a", "b", "c")) -> Model:
    return Model.from_data(
        {
            "name": "shocks", "top": "T", "mission_time": "10 h", "gates": {"T": {"and": list(names)}},
            "basic_events": {name: {"probability": own} for name in names},
            "common_cause_groups": {"g": {"events": list(names), "binomial_failure_rate": shocks}},
        }
    )  # fmt: skip


def test_shocks() -> None:
    n, mu, p, own, lethal = 3, 1e-3, 0.4, 0.01, 1e-5
    expansion = expanded(with_shocks(own, {"shock_probability": mu, "conditional": p, "lethal_probability": lethal}))
    found, alone, pair = expansion.probabilities(), mu * p * (1 - p) ** 2, mu * p**2 * (1 - p)
    assert found == {
        **{f"[{s}]": own for s in "abc"},
        **{f"[{s}] by shock": pytest.approx(alone, rel=DIGITS) for s in "abc"},
        **{f"[{s}] by shock": pytest.approx(pair, rel=DIGITS) for s in ("a b", "a c", "b c")},
        "[a b c] by shock": pytest.approx(mu * p**n, rel=DIGITS),
        "[a b c] by lethal shock": lethal,
    }
    assert expansion.model.gates["a"].or_ == (
        "[a]", "[a] by shock", "[a b] by shock", "[a c] by shock", "[a b c] by shock", "[a b c] by lethal shock",
    )  # fmt: skip
    assert expansion.members["[a b c] by lethal shock"] == expansion.members["[a b c] by shock"] == ("a", "b", "c")
    labels = [expansion.model.basic_events[name].label for name in expansion.members]
    assert (labels[0], labels[3], labels[-2:]) == (
        "a fails alone (g)",
        "a fails alone by a shock (g)",
        ["a, b and c fail together by a shock (g)", "a, b and c fail together by a lethal shock (g)"],
    )
    rows = expansion.table().records()
    assert {row["coefficient"] for row in rows} == {None}
    assert [row["order"] for row in rows] == [1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3]
    rates = {"shock_rate": "1e-4 /h", "conditional": p, "lethal_rate": "1e-6 /h"}
    found = expanded(with_shocks(own, rates)).probabilities()
    assert found["[a b] by shock"] == pytest.approx(-np.expm1(-1e-3) * p**2 * (1 - p), rel=DIGITS)
    assert found["[a b c] by lethal shock"] == pytest.approx(-np.expm1(-1e-5), rel=DIGITS)
    # All shocks fail all components: no two alone.
    all_at_once = expanded(with_shocks(own, {"shock_probability": mu, "conditional": 1.0}))
    assert list(all_at_once.members) == ["[a]", "[b]", "[c]", "[a b c] by shock"]


def test_causes_that_are_likely_are_not_added_up_beyond_certainty() -> None:
    """Of two components that fail by themselves 0.8 and whom a certain shock fails each alone by 0.25."""
    model = with_shocks(0.8, {"shock_probability": 1.0, "conditional": 0.5, "lethal_probability": 0.5}, ["a", "b"])
    assert max(expanded(model).probabilities().values()) == 0.8
    exact = 0.5 + 0.5 * (0.25 + 0.75 * (1 - 0.2 * 0.75) ** 2)
    assert analysed(model).probability().value == pytest.approx(exact, rel=DIGITS)
    rows = folded([("a", "b")], {"g": ("a", "b")}, expanded(model).alike, {})
    assert rows.records()[0]["probability"] == pytest.approx(exact, rel=DIGITS)


def test_the_name_of_a_shock_is_told_apart_from_an_event_of_that_name() -> None:
    data = with_shocks(0.1, {"shock_probability": 0.5, "conditional": 0.5}, ["a", "b"]).to_data()
    data["basic_events"]["[a b] by shock"] = {"probability": 0.25}
    data["gates"]["T"]["and"].append("[a b] by shock")
    assert expanded(Model.from_data(data)).model.gates["a"].or_ == ("[a]", "[a] by shock", "[a b] by shock (g)")


def test_the_law_of_a_member_is_read_from_the_group_of_a_large_model_at_once() -> None:
    n = 3_000
    names = [f"e{i}" for i in range(n)]
    model = Model.from_data(
        {
            "name": "large", "top": "T", "gates": {"T": {"or": names}},
            "basic_events": {name: {"probability": 0.1} for name in names},
            "common_cause_groups": {
                f"g{i}": {"events": names[3 * i : 3 * i + 3], "mgl": [0.1, 0.1]} for i in range(n // 3)
            },
        }
    )  # fmt: skip
    expansion = expanded(model)
    assert len(expansion.members) == n // 3 * 7
    f = oracles.truth(expansion.model, "T", {"[e0 e1]"})
    assert f


@settings(max_examples=60)
@given(st.data())
def test_a_group_knows_the_names_of_its_events(data: st.DataObject) -> None:
    plain = data.draw(trees(max_events=6, extremes=False))
    model, _ = with_groups(plain, data.draw(st.sampled_from([[2], [3], [2, 2], [2, 3]])), data)
    groups = model.common_cause_groups.items()
    names = {each for key, group in groups for name in group.cause_names() for each in (name, f"{name} ({key})")}
    assert set(expanded(model).members) <= names
