"""Time, uncertainty, dependence and decisions through the facade: laws, states and common causes put together."""

from __future__ import annotations

import dataclasses
import math
import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import NoReturn

import numpy as np
import pytest
import strategies
from hypothesis import assume, given
from hypothesis import strategies as st

import faulttree as ft
from faulttree import FaultTree
from faulttree.engine.compiled import Compiled
from faulttree.errors import (
    InvalidRequestError,
    MissingProbabilityError,
    NodeBudgetExceeded,
    NotCoherentError,
    UnknownNameError,
)

HOUR = 3600.0
LAMBDA, BETA = 1e-4, 0.1
STATION = {
    "name": "Pump station",
    "top": "no_flow",
    "mission_time": "1000 h",
    "gates": {"no_flow": {"or": ["pumps", "valve"]}, "pumps": {"and": ["pump_a", "pump_b"]}},
    "basic_events": {
        "pump_a": {"label": "Pump A", "rate": "pump_rate"},
        "pump_b": {"label": "Pump B", "rate": "pump_rate"},
        "valve": {"probability": "stuck"},
    },
    "parameters": {
        "pump_rate": {"uncertainty": {"lognormal": {"mean": f"{LAMBDA} /h", "error_factor": 3}}},
        "stuck": {"value": 1e-3, "uncertainty": {"beta": {"alpha": 1, "beta": 999}}, "source": "judgement"},
    },
    "common_cause_groups": {"pumps_ccf": {"events": ["pump_a", "pump_b"], "beta_factor": BETA}},
}


@pytest.fixture(scope="module")
def station() -> ft.FaultTree:
    return ft.FaultTree.from_data(STATION)


def station_by_hand(hours: float, rate: float = LAMBDA, stuck: float = 1e-3) -> float:
    total = -math.expm1(-rate * hours)
    alone, together = (1 - BETA) * total, BETA * total
    return 1 - (1 - alone**2) * (1 - together) * (1 - stuck)


def test_the_mission_time_and_any_other(station: ft.FaultTree) -> None:
    assert station.probability().value == pytest.approx(station_by_hand(1000), rel=1e-13)
    curve = station.over_time(["0 s", "100 h", 1000 * HOUR])
    assert curve.unavailability == pytest.approx([1e-3, station_by_hand(100), station_by_hand(1000)], rel=1e-13)
    assert len(station.over_time(points=11).unavailability) == 11
    step = 1e-3
    slope = (station_by_hand(100 + step) - station_by_hand(100 - step)) / (2 * step)
    assert curve.records()[1]["frequency_per_h"] == pytest.approx(slope, rel=1e-8)  # the difference's own error


def test_metrics_over_the_mission_time_or_another(station: ft.FaultTree) -> None:
    assert station.metrics()["unreliability"].value == pytest.approx(station_by_hand(1000), rel=1e-12)
    assert station.metrics("100 h")["unavailability"].value == pytest.approx(station_by_hand(100), rel=1e-13)


def test_a_state_takes_the_place_of_a_law(station: ft.FaultTree) -> None:
    stuck = station.what_if({"valve": 0.5})
    assert stuck.over_time(["100 h"]).unavailability[0] == pytest.approx(station_by_hand(100, stuck=0.5), rel=1e-13)
    assert set(stuck.uncertain_inputs) == {"pump_rate"}
    lost = station.what_if({"pump_a": True, "valve": False})
    assert lost.over_time(["100 h"]).unavailability[0] == pytest.approx(
        -math.expm1(-LAMBDA * 100) * (1 - BETA + BETA) - (1 - BETA) * BETA * math.expm1(-LAMBDA * 100) ** 2, rel=1e-12
    )  # P([b] or [a b])


def test_common_causes_are_shown_and_can_be_set(station: ft.FaultTree) -> None:
    total = -math.expm1(-LAMBDA * 1000)
    rows = {row["event"]: row for row in station.expansion.table().records()}
    assert {event: row["probability"] for event, row in rows.items()} == pytest.approx(
        {"[pump_a]": (1 - BETA) * total, "[pump_b]": (1 - BETA) * total, "[pump_a pump_b]": BETA * total}, rel=1e-13
    )
    assert set(station.events) == {*rows, "valve"}
    assert station.at("pump_a").label == "Pump A"
    assert station.at("pump_a").probability().value == pytest.approx(1 - (1 - 0.9 * total) * (1 - 0.1 * total))
    without = station.what_if({"[pump_a pump_b]": False})
    assert without.probability().value == pytest.approx(1 - (1 - (0.9 * total) ** 2) * (1 - 1e-3), rel=1e-13)
    assert "fail together" in without.diagram().to_svg()
    assert "fail together" not in station.diagram().to_svg()
    assert "fail together" in station.to_dot(cut_set=["[pump_a]"])
    assert "pump_a" in station.to_networkx()


def test_cut_sets_by_component(station: ft.FaultTree) -> None:
    total = -math.expm1(-LAMBDA * 1000)
    both = 1 - (1 - (0.9 * total) ** 2) * (1 - 0.1 * total)
    rows = station.component_cut_sets().records()
    assert [row["components"] for row in rows] == [("pump_a", "pump_b"), ("valve",)]
    assert [row["probability"] for row in rows] == pytest.approx([both, 1e-3], rel=1e-13)
    assert len(station.component_cut_sets(max_order=1).records()) == 1
    with pytest.raises(InvalidRequestError, match="2 cut sets by component, and 1 may be listed"):
        station.component_cut_sets(most=1)
    with pytest.raises(InvalidRequestError, match=r"'\[pump_a\]' is set, which is no component"):
        station.what_if({"[pump_a]": True}).component_cut_sets()


def test_uncertainty_of_top_gates_and_importance(station: ft.FaultTree) -> None:
    found = station.uncertainty(4096, method="sobol", gates=True, importance=True, seed=3)
    assert found.point == pytest.approx(station_by_hand(1000), rel=1e-13)
    assert found.top.name == "no_flow" and set(found.gates) == {"pumps", "pump_a", "pump_b"}
    # Independent inputs, P being linear in `stuck`: the mean is an integral over the rate alone.
    sigma = math.log(3) / 1.6448536269514722
    z = np.linspace(-8, 8, 4001)
    rates = LAMBDA * np.exp(sigma * z - sigma**2 / 2)
    values = np.array([station_by_hand(1000, rate) for rate in rates]) * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    exact = float(np.trapezoid(values, z))
    assert found.mean == pytest.approx(exact, abs=6 * found.standard_error)
    assert found.standard_error < 0.01 * exact
    assert found.importance is not None
    alone = station.uncertainty(4096, method="sobol", seed=3)
    assert alone.samples == pytest.approx(found.samples, rel=1e-13)  # another diagram, without the gates
    with ThreadPoolExecutor(2) as pool:
        assert np.array_equal(station.uncertainty(4096, method="sobol", seed=3, executor=pool).samples, alone.samples)


def test_what_drives_the_result(station: ft.FaultTree) -> None:
    tornado = station.tornado()
    low, high = 0.001 * -math.expm1(math.log(0.95) / 999) / 0.001, -math.expm1(math.log(0.05) / 999)  # Beta(1, 999)
    assert tornado["stuck"].at_low == pytest.approx(station_by_hand(1000, stuck=low), rel=1e-9)
    assert tornado["stuck"].at_high == pytest.approx(station_by_hand(1000, stuck=high), rel=1e-9)
    indices = station.sobol_indices(1024)
    assert indices.indices[0].input == "pump_rate"
    assert indices["pump_rate"].total > 0.9


def test_correlated_inputs_have_a_tornado_and_no_indices() -> None:
    correlated = STATION | {"correlations": [{"between": ["pump_rate", "stuck"], "rank": 0.5}]}
    tree = ft.FaultTree.from_data(correlated)
    assert len(tree.tornado()) == 2
    assert tree.uncertainty(100).samples.shape == (100,)
    with pytest.raises(InvalidRequestError, match="independent inputs"):
        tree.sobol_indices(64)
    # One of the two is not below this gate, so nothing there is correlated.
    assert tree.at("pumps").sobol_indices(64)["pump_rate"].total == pytest.approx(1, abs=0.5)


@given(strategies.trees(max_events=6))
def test_targets_are_reached(model: ft.Model) -> None:
    tree = ft.FaultTree.of(model)
    target = tree.probability().value / 2
    assume(target > 0.0)
    for row in tree.to_reach(target).rows:
        if row.verdict == "cannot alone":
            continue
        changed = tree.what_if({row.event: row.required})
        assert changed.probability().value == pytest.approx(target, rel=1e-9, abs=1e-15)


def test_more_importance_by_its_definitions(station: ft.FaultTree) -> None:
    p = station.probability().value
    differential = station.differential_importance()
    assert sum(row.proportional_changes for row in differential) == pytest.approx(1.0, rel=1e-12)
    gates = {row.gate: row for row in station.gate_importance()}
    assert gates["pumps"].certain == 1.0
    assert gates["pumps"].impossible == pytest.approx(1e-3, rel=1e-13)
    certain = station.what_if({"pump_a": True}).probability().value  # another diagram, another last digit
    assert gates["pump_a"].certain == pytest.approx(certain, rel=1e-15)
    assert gates["pumps"].diagnostic == pytest.approx(gates["pumps"].probability / p, rel=1e-13)  # it implies the top
    assert gates["pump_a"].diagnostic == pytest.approx(  # P(a and top) = P(a b) + P(a, not b, valve)
        (gates["pumps"].probability + 1e-3 * (gates["pump_a"].probability - gates["pumps"].probability)) / p, rel=1e-13
    )
    groups = station.group_importance({"pumps": ["[pump_a]", "[pump_b]", "[pump_a pump_b]"]})
    assert groups["pumps"].impossible == pytest.approx(1e-3, rel=1e-13)
    h = 1e-3
    parameters = station.parameter_importance()
    by_rate = (station_by_hand(1000, LAMBDA * (1 + h)) - station_by_hand(1000, LAMBDA * (1 - h))) / (2 * LAMBDA * h)
    assert parameters["pump_rate"].derivative == pytest.approx(by_rate, rel=1e-5)  # the difference's own error, h²
    assert parameters["stuck"].derivative == pytest.approx((1 - p) / (1 - 1e-3), rel=1e-10)
    required = station.parameters_to_reach(p / 2)["pump_rate"].required
    assert station_by_hand(1000, required) == pytest.approx(p / 2, rel=1e-9)
    joint = station.joint_importance(["[pump_a]", "[pump_b]"])
    assert joint["[pump_a]", "[pump_b]"].joint == pytest.approx(
        (1 - 1e-3) * (1 + BETA * math.expm1(-LAMBDA * 1000)), rel=1e-12
    )


def test_importance_in_time(station: ft.FaultTree) -> None:
    frequency = station.importance_in_time("frequency")
    assert frequency["valve"].with_event == 0.0  # the top is there already
    mean = station.importance_in_time("mean-unavailability")
    assert mean["valve"].with_event == pytest.approx(1.0, rel=1e-12)
    assert station.importance_in_time("unreliability")["valve"].with_event == 1.0
    shares = station.failure_shares()
    assert sum(row.share for row in shares) == pytest.approx(1.0, rel=1e-9)
    assert shares["valve"].share == 0.0
    with pytest.raises(UnknownNameError, match="frequency"):
        station.importance_in_time("money")


def test_a_single_name_is_one_name(station: ft.FaultTree) -> None:
    (row,) = station.group_importance({"g": "valve"})
    assert row.events == ("valve",)
    (row,) = station.group_importance_in_time({"g": "valve"})
    assert row.events == ("valve",)
    with pytest.raises(InvalidRequestError, match="name two events at least"):
        station.joint_importance("valve")
    with pytest.raises(InvalidRequestError, match="the target 'valve' is no number"):
        station.to_reach("valve")
    with pytest.raises(InvalidRequestError, match="the target 'valve' is no number"):
        station.parameters_to_reach("valve")


def test_a_certain_top_event_has_no_failures_to_share(station: ft.FaultTree) -> None:
    assert station.what_if({"no_flow": True}).failure_shares().failures == 0.0
    assert all(math.isnan(row.share) for row in station.what_if({"valve": True}).failure_shares())


def test_clear_refusals(station: ft.FaultTree) -> None:
    plain = ft.FaultTree.from_data(
        {"name": "t", "top": "g", "gates": {"g": {"and": ["a", {"not": "b"}]}},
         "basic_events": {"a": {"probability": 0.1}, "b": {}}}
    )  # fmt: skip
    assert not plain.changes_in_time and station.changes_in_time
    with pytest.raises(InvalidRequestError, match="no mission time; add `mission_time: 24 h`"):
        plain.what_if({"b": 0.5}).metrics()
    with pytest.raises(MissingProbabilityError, match="'b'"):
        plain.over_time(["1 h"])
    with pytest.raises(NotCoherentError):
        plain.what_if({"b": 0.5}).component_cut_sets()
    with pytest.raises(InvalidRequestError, match="nothing in this model is uncertain"):
        plain.what_if({"b": 0.5}).uncertainty(10)
    with pytest.raises(InvalidRequestError, match="has no unit"):
        station.over_time(["100"])
    with pytest.raises(InvalidRequestError, match="a curve of 1 points"):
        station.over_time(points=1)
    with pytest.raises(InvalidRequestError, match="-1 s"):
        station.over_time([-1.0])
    with pytest.raises(NodeBudgetExceeded):
        dataclasses.replace(station, node_budget=2).uncertainty(10)


def test_the_dossier_tells_what_the_model_speaks_of(station: ft.FaultTree) -> None:
    found = ft.analyse(station)
    text, report, files = str(found), found.report(), found.files()
    tables = ("common_cause", "metrics", "over_time", "uncertainty", "sensitivity", "tornado")
    assert {f"{table}.csv" for table in tables} <= set(files)
    for part in ("over the mission time", "uncertainty", "pump_rate", "of the variance alone"):
        assert part in text
    for part in ("## Common causes", "## Over the mission time", "## Uncertainty", "Judgement, not data: `stuck`"):
        assert part in report
    assert set(found.to_dict()) >= {"common_causes", "metrics", "over_time", "uncertainty", "sobol_indices", "tornado"}


def test_the_dossier_leaves_out_what_is_too_much(station: ft.FaultTree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faulttree.report.findings.depth.MOST_WORK", 0)
    found = ft.analyse(station)
    assert found.depth.metrics is None and found.depth.uncertainty is None
    assert "uncertainty left out: the diagram is too large for it to be done unasked" in str(found)


def test_what_is_nearly_certain_keeps_the_digits_of_its_absence() -> None:
    tree = ft.FaultTree.from_data(
        {"name": "t", "top": "g", "mission_time": "50 h", "gates": {"g": {"and": ["a", {"not": "b"}]}},
         "basic_events": {"a": {"probability": 0.5}, "b": {"rate": "1 /h"}}}
    )  # fmt: skip
    exact = 0.5 * math.exp(-50)
    assert tree.probability().value == pytest.approx(exact, rel=1e-13)
    assert tree.over_time(["50 h"]).unavailability[0] == pytest.approx(exact, rel=1e-13)
    assert tree.gate_probabilities()["g"] == pytest.approx(exact, rel=1e-13)
    assert next(tree.prime_implicants().ranked()).probability == pytest.approx(exact, rel=1e-13)
    assert tree.importance()["a"].birnbaum == pytest.approx(2 * exact, rel=1e-13)
    assert tree.importance()["b"].risk_reduction_worth == pytest.approx(2 * exact, rel=1e-13)


@given(strategies.trees(max_events=6), st.data())
def test_a_sweep_is_the_same_as_one_what_if_after_another(model: ft.Model, data: st.DataObject) -> None:
    tree = ft.FaultTree.of(model)
    names = st.sampled_from([*model.basic_events, *model.gates])
    states = st.dictionaries(names, st.booleans() | st.floats(0, 1, allow_subnormal=False), max_size=3)
    scenarios = {str(place): each for place, each in enumerate(data.draw(st.lists(states, max_size=4)))}
    found = tree.sweep(scenarios)
    expected = [tree.what_if(each).probability().value for each in scenarios.values()]
    assert found.probabilities == pytest.approx(expected, rel=1e-12, abs=1e-300)
    assert [p for _, p in found.ranked()] == sorted(found.probabilities, reverse=True)


def test_a_sweep_on_an_executor_over_a_what_if(station: ft.FaultTree) -> None:
    stuck = station.what_if({"valve": True})
    scenarios: dict[str, dict[str, bool | float]] = {f"set {k}": {"[pump_a]": k / 10} for k in range(5)}
    scenarios |= {"gate": {"pumps": False}, "freed": {"valve": False}}
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        found = stuck.sweep(scenarios, executor=pool)
    assert np.array_equal(found.probabilities, stuck.sweep(scenarios).probabilities)
    rows = {row["scenario"]: row for row in found.records()}
    assert rows["set 1"]["probability"] == rows["gate"]["probability"] == 1.0
    assert rows["freed"]["ratio"] == station.what_if({"valve": False}).probability().value
    with pytest.raises(UnknownNameError, match="pump_x"):
        station.sweep({"wrong": {"pump_x": True}})


def test_the_report_names_what_the_numbers_rest_on() -> None:
    correlated = STATION | {"correlations": [{"between": ["pump_rate", "stuck"], "rank": 0.5}]}
    report = ft.analyse(ft.FaultTree.from_data(correlated)).report()
    assert "Rank correlations (Spearman): `pump_rate` with `stuck` 0.5. Sobol indices are defined for indep" in report
    assert "- `pumps_ccf`; beta factor 0.1" in report
    assert "| `pump_a` | Pump A | 0.09435 | rate pump\\_rate = 0.0001 /h |" in report
    assert "| `valve` |  | 0.001 | probability stuck = 0.001 | judgement |" in report


def test_shares_of_a_variance_come_with_their_intervals(station: ft.FaultTree) -> None:
    found = ft.analyse(station)
    assert re.search(r"`pump_rate` \| 9\d\.\d% \(9\d\.\d% to \d+\.\d%\)", found.report())
    assert found.depth.indices_note() == ""
    few = dataclasses.replace(found.depth, indices=station.sobol_indices(32))
    assert "do not resolve the shares" in few.indices_note()
    certain = ft.analyse(station.what_if({"valve": 1.0}))
    assert "nan" not in certain.report().replace("| nan |", "").split("## Uncertainty")[1].split("## ")[0]


def test_a_common_cause_that_has_no_share_yet_may_get_one() -> None:
    """The expansion leaves an event without a share out; the derivative by the factor is the event's own slope."""
    tree = ft.FaultTree.from_data(
        {"name": "t", "top": "g", "gates": {"g": {"and": ["a", "b"]}},
         "basic_events": {"a": {"probability": 0.01}, "b": {"probability": 0.01}},
         "parameters": {"beta": {"value": 0.0}},
         "common_cause_groups": {"group": {"events": ["a", "b"], "beta_factor": "beta"}}}
    )  # fmt: skip
    assert set(tree.events) == {"[a]", "[b]"}
    # P = 1 - (1 - ((1 - beta) q)^2) (1 - beta q)
    assert tree.parameter_importance()["beta"].derivative == pytest.approx(0.01 * (1 - 1e-4) - 2e-4, rel=1e-10)
    required = tree.parameters_to_reach(5e-3)["beta"].required
    assert 1 - (1 - ((1 - required) * 0.01) ** 2) * (1 - required * 0.01) == pytest.approx(5e-3, rel=1e-9)


# Importance of gates


@given(strategies.trees(max_events=6))
def test_gates_in_one_diagram_matter_as_each_by_itself(model) -> None:
    together = FaultTree.of(model).gate_importance()
    with pytest.MonkeyPatch.context() as patch:

        def too_large(*_: object) -> NoReturn:
            raise NodeBudgetExceeded(1, 1)

        patch.setattr(Compiled, "each_set", too_large)
        alone = FaultTree.of(model).gate_importance()
    for one, other in zip(together, alone, strict=True):
        assert one.gate == other.gate
        assert (one.certain, one.impossible) == pytest.approx((other.certain, other.impossible), rel=1e-13)


def test_a_gate_that_is_set_already_is_turned_for_its_importance() -> None:
    gates = {"g": {"and": ["a", "b"]}, "h": {"or": ["c", "g"]}}
    model = strategies.model_of({"and": ["h", "d"]}, dict.fromkeys("abcd", 0.5), gates=gates)
    found = FaultTree.of(model).what_if({"g": True}).gate_importance()
    # With g true h is certain, so that P = P(d); with g false it is c.
    assert (found["g"].certain, found["g"].impossible) == (0.5, 0.25)
    assert (found["h"].certain, found["h"].impossible) == (0.5, 0.0)
