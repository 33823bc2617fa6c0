"""Frequency events against enumeration: at the moment of each in turn, over all states of the other events."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import oracles
import pytest
from frequency_cases import (
    BLACKOUT,
    DG_B,
    LEAK,
    PLANT,
    YEAR,
    at_moments,
    is_near,
    per_second,
    plant,
    trees_with_frequencies,
)
from hypothesis import given
from hypothesis import strategies as st

from faulttree import FaultTree, analyse, formats
from faulttree.cli import run_cli
from faulttree.errors import FrequencyError, InvalidModelError, InvalidRequestError, LimitExceeded
from faulttree.laws import Momentary
from faulttree.model import Model
from faulttree.quantification.batches import Batches


@given(trees_with_frequencies(), st.data())
def test_a_frequency_is_that_of_enumeration_or_refused(model: Model, data: st.DataObject) -> None:
    tree = FaultTree.of(model)
    frequent = [event for event in model.basic_events if model.basic_events[event].frequency is not None]
    enablers = [event for event in oracles.events_below(model, tree.top) if event not in frequent]
    states = data.draw(st.dictionaries(st.sampled_from(enablers), st.booleans(), max_size=2)) if enablers else {}
    removed = data.draw(st.sets(st.sampled_from(frequent), max_size=1))
    tree = tree.what_if(states | dict.fromkeys(removed, False))
    p, held = at_moments(model, tree.top, states | dict.fromkeys(removed, False))
    below = set(oracles.events_below(model, tree.top)) & set(frequent)
    if not below:
        with pytest.raises(FrequencyError, match="has no frequency"):
            tree.frequency()
        assert tree.probability() is not None
        return
    with pytest.raises(FrequencyError, match="frequency events"):
        tree.probability()
    if held - {1}:
        with pytest.raises(FrequencyError, match=r"without a frequency event|needs both"):
            tree.frequency()
        return
    assert tree.has_frequency
    right = sum((per_second(model, event) * each for event, each in p.items()), start=Fraction(0))
    assert is_near(tree.frequency().per_second, right)
    rows = tree.frequency_by_event().records()
    assert {row["event"]: True for row in rows} == dict.fromkeys(p, True)
    for row in rows:
        assert is_near(row["probability"], p[row["event"]])
    contributed = math.fsum(row["contribution"] for row in rows)
    assert math.isclose(contributed, tree.frequency().value, rel_tol=1e-9, abs_tol=1e-15)


@given(trees_with_frequencies())
def test_cut_sets_and_importance(model: Model) -> None:
    tree = FaultTree.of(model)
    p, held = at_moments(model, tree.top, {})
    if not p or held - {1} or not any(per_second(model, event) for event in p):
        return
    f = oracles.function(model, tree.top)
    unit = tree.frequency().value / tree.frequency().per_second if tree.frequency().value else None
    if unit is None:
        return
    q = {e: per_second(model, e) * Fraction(unit) if e in p else oracles.event_probability(model, e) for e in f.events}
    cuts = oracles.minimal_cut_sets(f)
    weights = {cut: math.prod((q[e] for e in cut), start=Fraction(1)) for cut in cuts}
    found = tree.minimal_cut_sets()
    assert found.quantity == "frequency"
    assert {frozenset(cut.events) for cut in found} == cuts
    for cut in found:
        assert is_near(cut.probability, weights[frozenset(cut.events)])
    assert is_near(tree.rare_event().value, sum(weights.values()))
    top = sum((q[event] * each for event, each in p.items()), start=Fraction(0))
    importance = tree.importance()
    assert set(importance.frequencies) == set(p)
    for row in importance:
        if row.event in p:
            assert is_near(row.probability, q[row.event])
            assert is_near(row.birnbaum, p[row.event])
            loss = q[row.event] * p[row.event]
            assert math.isnan(row.risk_achievement_worth)
            assert is_near(row.diagnostic, loss / top)
        else:
            ends = [
                sum(
                    (q[i] * each for i, each in at_moments(model, tree.top, {row.event: state})[0].items()), Fraction(0)
                )
                for state in (True, False)
            ]
            assert math.isclose(row.birnbaum, float(ends[0] - ends[1]), rel_tol=1e-7, abs_tol=1e-12 * float(top))
            assert is_near(row.risk_achievement_worth, ends[0] / top)
            loss = q[row.event] * (ends[0] - ends[1])
        assert math.isclose(row.criticality, float(loss / top), rel_tol=1e-7, abs_tol=1e-12)
        share = sum(
            (math.prod((q[e] for e in cut), start=Fraction(1)) for cut in cuts if row.event in cut), Fraction(0)
        )
        assert is_near(row.fussell_vesely, share / oracles.rare_event_sum(cuts, q))


def test_the_everyday_case() -> None:
    """0.02 /y AND 1e-3: 2e-5 /y."""
    tree = FaultTree.from_data(
        {
            "name": "m",
            "top": "t",
            "gates": {"t": {"and": ["i", "e"]}},
            "basic_events": {"i": {"frequency": "0.02 /y"}, "e": {"probability": 1e-3}},
        }
    )
    found = tree.frequency()
    assert (found.value, found.unit, found.method) == (pytest.approx(2e-5, rel=1e-15), "/y", "exact")
    assert str(found) == "2.000e-05 /y (exact)"
    assert found.per_second == pytest.approx(2e-5 / YEAR, rel=1e-15)


def test_a_plant() -> None:
    tree = plant()
    assert tree.frequency_events == ("losp", "loca")
    assert tree.frequency().value == pytest.approx(BLACKOUT + LEAK, rel=1e-14)
    assert tree.answer() == tree.frequency()
    assert tree.rare_event().value == pytest.approx(BLACKOUT + 1e-4 * (0.05 + 1e-3), rel=1e-14)
    assert tree.what_if({"losp": True}).probability().value == pytest.approx(0.05 * DG_B, rel=1e-14)
    assert tree.what_if({"losp": False}).frequency().value == pytest.approx(LEAK, rel=1e-14)
    assert tree.what_if({"losp": False, "loca": False}).frequency().value == 0.0
    assert tree.at("cooling").probability().value == pytest.approx(1 - (1 - 1e-3) * 0.95, rel=1e-14)
    assert tree.at("leak").frequency().value == pytest.approx(LEAK, rel=1e-14)
    assert tree.minimal_cut_sets(min_frequency="1e-6 /y").count == 2
    assert tree.minimal_cut_sets(min_frequency="1e-6 /h").count == 0


def test_its_value_may_exceed_one() -> None:
    tree = plant(basic_events=PLANT["basic_events"] | {"losp": {"frequency": "3000 /y"}, "dg_a": {"probability": 1}})
    assert tree.frequency().value == pytest.approx(3000 * DG_B + 1e-4, rel=1e-14)
    assert tree.rare_event().value == pytest.approx(3000 * DG_B + 1e-4 * 1.001, rel=1e-14)
    assert next(tree.minimal_cut_sets().ranked()).probability == pytest.approx(3000 * DG_B, rel=1e-14)


def test_it_is_the_failure_frequency_of_momentary_events() -> None:
    """The other way: what is over at once has q = 0, and the top's frequency is w, the derivative of P along theirs."""
    law = Momentary(0.02 / YEAR)
    state = law.at(1000.0)
    assert (float(state.unavailability), float(state.availability), float(state.frequency)) == (0, 1, 0.02 / YEAR)
    tree = plant()
    engine = tree._engine.written
    bdd = engine.gates_bdd
    laws = {name: tree.model.failure_model(name) for name in tree.events}
    q, not_q, w = (
        np.array([[float(getattr(laws[name].at(24 * 3600.0), side))] for name in bdd.variables])
        for side in ("unavailability", "availability", "frequency")
    )
    *_, found = Batches(bdd, [tree.top]).frequency(q, not_q, w)
    assert float(np.ravel(found)[0]) == pytest.approx(tree.frequency().per_second, rel=1e-12)


def test_it_is_uncertain_with_its_own_distribution_and_those_of_others() -> None:
    """Lognormal times lognormal is lognormal, as long as no sample of the probability is cut at 1."""
    spread = {"lognormal": {"median": "0.02 /y", "error_factor": 3}}
    events = {
        "i": {"frequency": "0.02 /y", "uncertainty": spread},
        "j": {"frequency": "5 /y", "uncertainty": {"lognormal": {"median": "5 /y", "error_factor": 10}}},
        "e": {"probability": 1e-3, "uncertainty": {"lognormal": {"median": 1e-3, "error_factor": 5}}},
    }
    gates = {"t": {"and": ["i", "e"]}, "u": {"or": ["t", "j"]}}
    tree = FaultTree.from_data({"name": "m", "top": ["t", "u"], "gates": gates, "basic_events": events})
    assert [*tree.uncertain_inputs] == ["i", "e"]  # and not how often j happens
    found = tree.uncertainty(20_000, method="latin-hypercube")
    assert (found.of, found.unit) == ("frequency", "/y")
    assert found.point == pytest.approx(2e-5, rel=1e-14)
    z = 1.6448536269514722
    sigma = math.hypot(math.log(3), math.log(5)) / z
    assert found.median == pytest.approx(2e-5, rel=0.03)
    assert found.percentile(95) == pytest.approx(2e-5 * math.exp(z * sigma), rel=0.06)
    assert found.mean == pytest.approx(2e-5 * math.exp(sigma**2 / 2), rel=0.06)
    swings = tree.tornado()
    assert swings["i"].at_high == pytest.approx(6e-5, rel=1e-9)
    assert swings["e"].at_low == pytest.approx(4e-6, rel=1e-9)
    assert (swings.quantity, swings.unit) == ("frequency", "/y")
    shares = tree.sobol_indices(4096)
    assert shares["i"].total < shares["e"].total
    both = tree.at("u")
    assert [*both.uncertain_inputs] == ["i", "j", "e"]
    assert both.uncertainty(1_000).percentile(95) > 10
    with pytest.raises(FrequencyError, match="ask for the frequency"):
        tree.uncertainty(100, of="probability")


@pytest.mark.parametrize(
    "ask",
    [
        FaultTree.probability,
        FaultTree.gate_probabilities,
        FaultTree.min_cut_upper_bound,
        FaultTree.joint_importance,
        FaultTree.differential_importance,
        FaultTree.failure_shares,
        FaultTree.importance_in_time,
        FaultTree.metrics,
        FaultTree.over_time,
        FaultTree.explorer,
        FaultTree.component_cut_sets,
        lambda tree: tree.group_importance({"g": ["dg_a"]}),
        lambda tree: tree.to_reach(1e-6),
        lambda tree: tree.given({"dg_a": True}),
        lambda tree: tree.given({"damage": True}),
        lambda tree: tree.query("P(damage)"),
        lambda tree: tree.at("cooling").query("P(blackout)"),
        lambda tree: tree.at("cooling").given({"blackout": True}),
        lambda tree: tree.cheapest_repairs(target=1e-9),
        lambda tree: tree.uncertainty(10, of="pfh"),
        lambda tree: tree.band_over_time("1 h"),
        lambda tree: tree.minimal_cut_sets(min_probability=1e-9),
    ],
)
def test_what_is_of_a_probability_says_so(ask: Any) -> None:
    events = {name: event | {"uncertainty": {"uniform": {"low": 0.01, "high": 0.1}}} if name == "dg_a" else event
              for name, event in PLANT["basic_events"].items()}  # fmt: skip
    with pytest.raises(FrequencyError, match="frequency"):
        ask(plant(basic_events=events))


def test_a_product_without_one_and_one_of_two() -> None:
    gates = PLANT["gates"] | {"damage": {"or": ["blackout", "leak", {"and": ["pump", "dg_b"]}]}}
    with pytest.raises(FrequencyError, match=r"'dg_b' and 'pump' brings .* without a frequency event"):
        plant(gates=gates).frequency()
    gates = PLANT["gates"] | {"damage": {"or": ["blackout", "leak", {"and": ["losp", "loca"]}]}}
    with pytest.raises(FrequencyError, match="needs both 'losp' and 'loca'"):
        plant(gates=gates).frequency()
    with pytest.raises(FrequencyError, match="needs both 'losp' and 'loca'"):
        plant(gates=gates).minimal_cut_sets()
    gates = PLANT["gates"] | {"cooling": {"or": ["pump", {"and": ["dg_a", "loca"]}]}}  # twice the same one is one
    assert plant(gates=gates).frequency().value == pytest.approx(BLACKOUT + LEAK, rel=1e-14)


def test_without_a_diagram_it_lies_between_bounds() -> None:
    starved = FaultTree.of(Model.from_data(PLANT), node_budget=2)
    found = starved.frequency()
    assert found.lower <= (BLACKOUT + LEAK) * (1 + 1e-12)
    assert found.upper >= (BLACKOUT + LEAK) * (1 - 1e-12)
    sets = starved.minimal_cut_sets()
    assert {frozenset(cut.events) for cut in sets.ranked()} <= {
        frozenset(cut.events) for cut in plant().minimal_cut_sets()
    }
    with pytest.raises(LimitExceeded):
        starved.importance()


def test_what_the_graph_does_not_show_a_diagram_has_to() -> None:
    """The event is named twice in a product, which holds it once."""
    gates = PLANT["gates"] | {"leak": {"and": ["loca", {"or": ["pump", {"and": ["dg_a", "loca"]}]}]}}
    assert plant(gates=gates).frequency().value == pytest.approx(BLACKOUT + LEAK, rel=1e-14)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"frequency": "0.02"}, "a rate is written like '0.02 /h'"),
        ({"frequency": 0.02}, "has no unit"),
        ({"frequency": "0.02 /parsec"}, "use one of"),
        ({"frequency": "-1 /y"}, "must be finite and not negative"),
        ({"frequency": "24 h"}, "a time, and a rate is wanted here"),
        ({"frequency": "1 /y", "probability": 0.1}, "keep one"),
        ({"frequency": "1 /y", "exposure": "3 h"}, "a frequency holds at all times"),
        ({"frequency": "1 /y", "at": "mean"}, "a frequency holds at all times"),
        ({"frequency": "1 /y", "uncertainty": {"uniform": {"low": 0, "high": 1}}}, "uncertainty"),
    ],
)
def test_faults_of_an_event(event: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidModelError, match=said):
        plant(basic_events=PLANT["basic_events"] | {"losp": event})


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"exclusive_groups": {"g": {"at_most_one": ["losp", "pump"]}}}, "exclude each other anyway"),
        ({"common_cause_groups": {"g": {"events": ["losp", "loca"], "beta_factor": 0.1}}}, "shares no cause"),
        ({"scenarios": {"s": {"set": {"losp": 0.5}}}}, "set it to true or false"),
        ({"scenarios": {"s": {"set": {"losp": True, "loca": True}}}}, "do not happen at the same moment"),
        ({"evidence": {"e": {"observe": {"losp": True}}}}, "over before anything can be observed"),
    ],
)
def test_faults_between_events(sections: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidModelError, match=said):
        plant(**sections)


def test_what_cannot_be_set() -> None:
    with pytest.raises(InvalidRequestError, match="set it to true or false"):
        plant().what_if({"losp": 0.5}).frequency()
    with pytest.raises(InvalidRequestError, match="do not happen at the same moment"):
        plant().what_if({"losp": True, "loca": True}).probability()


def test_parameters_expressions_and_units() -> None:
    parameters = {"n": {"value": 5}, "each": {"value": "0.004 /y"}, "often": {"value": "n * each"}}
    events = PLANT["basic_events"] | {"losp": {"frequency": "often"}, "loca": {"frequency": "each / 40"}}
    tree = plant(parameters=parameters, basic_events=events)
    found = tree.frequency()
    assert found.unit == "/h"
    assert found.value == pytest.approx((BLACKOUT + LEAK) / 8760, rel=1e-14)
    events = PLANT["basic_events"] | {"losp": {"frequency": "each"}}
    assert plant(parameters={"each": {"value": "2e5 FIT"}}, basic_events=events).frequency().unit == "FIT"


def test_formats_keep_it_or_leave_it_out() -> None:
    model = Model.from_data(PLANT)
    for kind in ("yaml", "json"):
        assert formats.read_text(formats.dumps(model, kind), kind)[0] == model
    for kind in ("open-psa", "aralia"):
        assert sum("frequency of basic event" in loss for loss in formats.losses(model, kind)) == 2
        read = formats.read_text(formats.dumps(model, kind), kind)[0]
        assert read.basic_events["losp"].failure_model is None  # and not a probability of 0
        assert read.gates.keys() == model.gates.keys()


def test_report_and_files() -> None:
    spread = {"lognormal": {"median": "0.02 /y", "error_factor": 3}}
    events = PLANT["basic_events"] | {"losp": {"frequency": "0.02 /y", "uncertainty": spread}}
    scenarios = {"grid": {"set": {"losp": False}}, "certain": {"set": {"dg_a": True}}}
    found = analyse(plant(basic_events=events, scenarios=scenarios))
    files = found.files()
    result = json.loads(files["result.json"])
    assert result["frequency"]["value"] == pytest.approx(BLACKOUT + LEAK, rel=1e-14)
    assert result["frequency"]["unit"] == "/y"
    assert result["probability"] is None
    assert result["scenarios"]["grid"]["after"]["frequency"] == pytest.approx(LEAK, rel=1e-14)
    assert str(found).count("2.881e-05 /y") == 2  # and the rare-event sum
    for edition in ("report.md", "report.html"):
        page = str(files[edition])
        assert "2.881e-05 /y" in page
        assert "requency of the top event" in page
        assert "**probability of the top event" not in page
        assert "Probability of the top event" not in page
    assert str(files["cut_sets.csv"]).startswith("rank,order,frequency,")


def test_the_picture_shows_frequencies_and_the_probabilities_that_there_are() -> None:
    tree = plant()
    drawn = tree.diagram().to_svg()
    assert "0.02 /y" in drawn and "1.000e-04 /y" in drawn
    graph = tree.to_networkx()
    assert graph.nodes["cooling"]["probability"] == pytest.approx(1 - (1 - 1e-3) * 0.95, rel=1e-14)
    assert graph.nodes["losp"]["probability"] is None
    assert graph.nodes["damage"]["probability"] is None
    assert not tree.lacks_gates
    assert "0.02 /y" not in tree.what_if({"losp": True}).diagram().to_svg().split("</title>")[-1]


def test_sequences_that_share_enablers_are_exact_however_many() -> None:
    """Which event it is is decided first: the diagram grows with the sequences, and not with what they share."""
    n = 60
    events = {f"i{k}": {"frequency": f"{1e-3 * (k + 1)} /y"} for k in range(n)}
    events |= {f"e{k}": {"probability": 0.01} for k in range(n)} | {"c": {"probability": 0.1}}
    other = {k: f"e{(k * 7) % n}" if (k * 7) % n != k else "c" for k in range(n)}
    branches = [{"and": [f"i{k}", {"or": [f"e{k}", "c"]}, other[k]]} for k in range(n)]
    data = {"name": "m", "top": "t", "gates": {"t": {"or": branches}}, "basic_events": events}
    found = FaultTree.of(Model.from_data(data), node_budget=20_000).frequency()
    p = {k: 0.1 if other[k] == "c" else 0.01 * (1 - 0.99 * 0.9) for k in range(n)}
    assert found.method == "exact"
    assert found.value == pytest.approx(math.fsum(1e-3 * (k + 1) * p[k] for k in range(n)), rel=1e-12)


def test_what_never_happens_has_a_frequency_of_0_and_cut_sets() -> None:
    events = PLANT["basic_events"] | {"losp": {"frequency": "0 /y"}, "loca": {"frequency": "0 /y"}}
    tree = plant(basic_events=events)
    assert (tree.frequency().value, tree.rare_event().value) == (0.0, 0.0)
    assert [cut.probability for cut in tree.minimal_cut_sets()] == [0.0] * 3
    row = tree.importance()["losp"]
    assert row.birnbaum == pytest.approx(0.05 * DG_B, rel=1e-14)  # how much it would matter
    assert math.isnan(row.criticality)
    assert "0 /y" in str(analyse(tree))


def test_prime_implicants_have_frequencies_and_what_a_limit_leaves_out_has_a_unit() -> None:
    tree = plant()
    cuts = {frozenset(cut.events): cut.probability for cut in tree.minimal_cut_sets()}
    primes = tree.prime_implicants()
    assert {frozenset(cut.events): cut.probability for cut in primes} == cuts
    assert primes.to_csv().startswith("rank,order,frequency,")
    assert "probability" not in str(tree.minimal_cut_sets(min_frequency="1e-6 /y"))
    assert "frequencies summing to 1.000e-07 /y" in str(tree.minimal_cut_sets(min_frequency="1e-6 /y"))
    for ask in (lambda: tree.prime_implicants(min_probability=1e-9), tree.cheapest_repairs):
        with pytest.raises(FrequencyError):
            ask()


def test_plots_say_what_their_numbers_are(tmp_path: Path) -> None:
    spread = {"lognormal": {"median": "0.02 /y", "error_factor": 3}}
    events = PLANT["basic_events"] | {"losp": {"frequency": "0.02 /y", "uncertainty": spread}}
    file = tmp_path / "plant.json"
    file.write_text(json.dumps(PLANT | {"basic_events": events}))
    for kind, said in (
        ("contribution", ["frequency, /y", "share of the summed frequency"]),
        ("tornado", ["frequency of the top event, /y"]),
        ("histogram", ["frequency, /y"]),
        ("sensitivity", ["share of the variance of the frequency of the top event"]),
    ):
        assert run_cli(["plot", kind, str(file), "-o", str(tmp_path / "plot.svg")]) == 0
        drawn = (tmp_path / "plot.svg").read_text(encoding="utf-8")
        assert all(words in drawn for words in said), kind
        assert "probability" not in drawn, kind
