"""Posteriors, hypotheses and impossible evidence, against every state of all events."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction

import oracles
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from observed import Worlds, names_of, observations_of
from strategies import model_of, random_model, settings_of, trees

from faulttree import FaultTree
from faulttree.errors import AnalysisError, InvalidRequestError, MissingProbabilityError, UnknownNameError
from faulttree.model import Model
from faulttree.wide_floats import log10

DIGITS = 1e-12
"""Sums of positive terms over a few levels, and one quotient: some 1e-15; a slip would show at once."""


def close(exact: Fraction | float) -> object:
    return pytest.approx(float(exact), rel=DIGITS, abs=0, nan_ok=True)


def check_posteriors(model: Model, observed: dict[str, bool], states: dict[str, bool | float]) -> None:
    tree = FaultTree.of(model).what_if(states)
    worlds = Worlds(model, (model.top[0], *observed), states)
    whole = worlds.probability(observed)
    if whole == 0:
        with pytest.raises(InvalidRequestError):
            tree.given(observed)
        return
    seen = tree.given(observed)
    assert seen.probability == close(whole)
    assert seen.log10_probability == pytest.approx(math.log10(whole), rel=1e-13, abs=1e-13)
    table = seen.posteriors()
    assert not table.notes
    assert {*tree.events, *tree.gates, *observed} <= {row.name for row in table}
    assert len({row.name for row in table}) == len(table)
    for row in table:
        holds, fails = {row.name: True}, {row.name: False}
        prior = worlds.probability(holds)
        assert row.prior == close(prior)
        assert row.posterior == close(worlds.probability(observed, holds) / whole)
        assert row.posterior_not == close(worlds.probability(observed, fails) / whole)
        assert row.ratio == close(oracles.ratio(worlds.probability(observed, holds) / whole, prior))


@given(st.data())
def test_the_oracle_of_this_folder_agrees_with_the_truth_tables(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=5))
    states = data.draw(settings_of(model))
    worlds = Worlds(model, (model.top[0],), states)
    for i in range(worlds.size):
        truth = oracles.truth(model, model.top[0], worlds.world(i), states)
        assert bool(worlds.true(model.top[0]) >> i & 1) is truth


@given(st.data())
def test_posteriors_are_those_of_all_states(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=7))
    states = data.draw(st.one_of(st.just({}), settings_of(model)))
    check_posteriors(model, data.draw(observations_of(model)), states)


@given(st.data())
def test_posteriors_of_coherent_trees(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=8, coherent=True))
    check_posteriors(model, data.draw(observations_of(model, most=2)), {})


@pytest.mark.parametrize("seed", range(3))
def test_posteriors_of_fourteen_events(seed: int, kernel_mode: str) -> None:
    model = random_model(14, 8, 0.3, seed, negated=0.2 if seed else 0.0, probabilities=(1e-12, 0.9))
    check_posteriors(model, {"g0": True}, {})
    check_posteriors(model, {"g2": True, "g3": False, "e0": True}, {"e1": 0.3})


@given(st.data())
def test_hypotheses_and_bayes_factors_are_those_of_all_states(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6))
    observed, first, second = (data.draw(observations_of(model, most=2)) for _ in range(3))
    worlds = Worlds(model, (model.top[0], *observed, *first, *second))
    whole = worlds.probability(observed)
    assume(whole > 0 and observed)
    seen = FaultTree.of(model).given(observed)
    if 0 in (worlds.probability(first), worlds.probability(second)):
        with pytest.raises(InvalidRequestError, match="hypothesis"):
            seen.bayes_factor(first, second)
        return
    likelihoods = []
    for row, states in zip(seen.hypotheses({"first": first, "second": second}), (first, second), strict=True):
        prior, both = worlds.probability(states), worlds.probability(states, observed)
        assert row.prior == close(prior)
        assert row.likelihood == close(both / prior)
        assert row.posterior == close(both / whole)
        assert row.posterior_not == pytest.approx(float(1 - both / whole), rel=DIGITS, abs=1e-300)
        likelihoods.append(both / prior)
    found = seen.bayes_factor(first, second)
    assert found.value == close(oracles.ratio(*likelihoods))
    assert found.prior_odds == close(worlds.probability(first) / worlds.probability(second))
    odds = oracles.ratio(worlds.probability(first, observed), worlds.probability(second, observed))
    assert found.posterior_odds == close(odds)
    assert found.factor_for(0.9) == (close(oracles.ratio(Fraction(9), odds) if odds != math.inf else 0.0),
                                     close(9 * odds))  # fmt: skip


def test_further_data_as_strong_as_asked_for_reach_the_confidence() -> None:
    tree = FaultTree.of(model_of({"or": ["a", "b"]}, {"a": 0.01, "b": 0.03}))
    found = tree.given({"top": True}).bayes_factor({"a": True, "b": False}, {"b": True, "a": False})
    assert found.value == pytest.approx(1.0, rel=1e-14)
    # 0.01 x 0.97 to 0.03 x 0.99
    odds = 0.0097 / 0.0297
    assert found.posterior_odds == pytest.approx(odds, rel=1e-14)
    assert found.factor_for() == pytest.approx((19 / odds, 19 * odds), rel=1e-13)
    for confidence in (0.0, 1.0, 1.5, math.nan):
        with pytest.raises(InvalidRequestError, match="confidence"):
            found.factor_for(confidence)
    assert "Bayes factor" in str(found)
    assert found.to_dict()["posterior_odds"] == found.posterior_odds


def test_factors_of_what_excludes_the_evidence() -> None:
    seen = FaultTree.of(model_of({"or": ["a", "b"]})).given({"top": True})
    neither, a, not_a = {"a": False, "b": False}, {"a": True}, {"a": False}
    assert seen.bayes_factor(a, neither).value == math.inf
    assert seen.bayes_factor(neither, a).value == 0.0
    assert math.isnan(seen.bayes_factor(neither, neither).value)
    assert seen.bayes_factor(neither, a).factor_for() == (math.inf, 0.0)
    contradictory = {"top": False, "a": True}
    with pytest.raises(InvalidRequestError, match="probability 0"):
        seen.bayes_factor(a, contradictory)
    rows = seen.hypotheses({"a": a, "never": contradictory, "not a": not_a})
    assert (rows["never"].prior, rows["never"].posterior) == (0.0, 0.0)
    assert math.isnan(rows["never"].likelihood)
    assert [(factor.first.name, factor.second.name) for factor in rows.factors()] == [("a", "not a")]
    with pytest.raises(InvalidRequestError, match="no hypotheses"):
        seen.hypotheses()
    with pytest.raises(UnknownNameError):
        seen.bayes_factor(not_a, "guess")


def test_observing_an_event_is_setting_it_and_observing_a_gate_is_not() -> None:
    tree = FaultTree.of(random_model(12, 7, 0.3, 5))
    top = tree.top
    for event in tree.events:
        for state in (True, False):
            set_to = tree.what_if({event: state}).probability().value
            assert tree.given({event: state}).posteriors()[top].posterior == pytest.approx(set_to, rel=1e-13)
    gate = next(gate for gate in tree.gates if gate != top)
    below = oracles.events_below(tree.model, gate)
    seen, changed = tree.given({gate: True}).posteriors(), tree.what_if({gate: True})
    assert any(seen[event].posterior != pytest.approx(changed.probability_of(event)) for event in below)


def test_small_probabilities_keep_their_digits() -> None:
    tree = FaultTree.of(
        model_of({"or": [{"and": ["a", "b"]}, "c"]}, {"a": 1e-12, "b": 1e-12, "c": 1e-30}),
    )
    seen = tree.given({"top": True}).posteriors()
    whole = Fraction(1e-12) ** 2 + Fraction(1e-30) - Fraction(1e-12) ** 2 * Fraction(1e-30)
    assert seen["c"].posterior == close(Fraction(1e-30) / whole)
    assert seen["a"].posterior_not == close((1 - Fraction(1e-12)) * Fraction(1e-30) / whole)


def test_evidence_too_improbable_for_a_floating_point_number_is_weighed_all_the_same() -> None:
    events = [f"e{i}" for i in range(60)]
    tree = FaultTree.of(
        model_of({"and": [*events, {"or": ["x", "y"]}]}, dict.fromkeys(events, 1e-12) | {"x": 0.1, "y": 0.2})
    )
    seen = tree.given({"top": True})
    assert log10(seen.probability) == pytest.approx(-720 + math.log10(0.28), rel=1e-13)
    assert seen.log10_probability == pytest.approx(-720 + math.log10(0.28), rel=1e-13)
    table = seen.posteriors()
    assert (table["e0"].posterior, table["e0"].posterior_not) == (1.0, 0.0)
    assert table["x"].posterior == pytest.approx(0.1 / 0.28, rel=1e-13)
    assert seen.most_probable_explanation().log10_posterior == pytest.approx(math.log10(0.18 / 0.28), rel=1e-12)


def test_evidence_below_the_end_of_floating_point_is_weighed() -> None:
    parts = [{"or": [f"a{i}", f"b{i}"]} for i in range(24)]
    tree = FaultTree.of(model_of({"and": parts}, {f"{x}{i}": 1e-12 for x in "ab" for i in range(24)}))
    seen = tree.given({"top": True})
    either = 2 - Fraction(1e-12)  # over 1e-12: of a part, that a or b has failed
    assert seen.log10_probability == pytest.approx(24 * (-12 + math.log10(either)), rel=1e-13)
    assert seen.posterior("a0").posterior == pytest.approx(float(1 / either), rel=1e-13)
    assert seen.most_probable_explanation().posterior == pytest.approx(float(1 / either**24), rel=1e-11)
    with pytest.raises(AnalysisError, match="observe less, or ask for posteriors"):
        seen.next_observations("a0")


# What cannot be


def refused(tree: FaultTree, observed: dict[str, bool]) -> str:
    with pytest.raises(InvalidRequestError) as caught:
        tree.given(observed)
    return str(caught.value)


@given(st.data())
def test_of_a_contradiction_none_can_be_left_out(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=5, extremes=False))
    observed = data.draw(st.dictionaries(st.sampled_from(names_of(model)), st.booleans(), min_size=2, max_size=5))
    worlds = Worlds(model, (model.top[0], *observed))
    assume(not worlds.where(observed))
    said = refused(FaultTree.of(model), observed)
    named = {name: state for name, state in observed.items() if f"{name}={str(state).lower()}" in said}
    # A name may be part of another's: then one too many is found.
    smallest = min((n for n in range(1, 6) if any(
        not worlds.where({k: observed[k] for k in some})
        for some in oracles.subsets(tuple(observed)) if len(some) == n)), default=0)  # fmt: skip
    assert named
    assert smallest <= len(named)
    assert not worlds.where(named)


def test_contradictions_name_the_least_and_the_fix() -> None:
    model = model_of(
        {"or": ["train", "c", "off"]},
        {"z": 0.0},
        gates={"train": {"and": ["a", "b", {"not": "z"}]}},
        house_events={"off": {"state": False}},
    )
    tree = FaultTree.of(model)
    said = refused(tree, {"c": True, "train": True, "a": False, "b": True})
    assert "train=true, a=false exclude each other" in said
    assert "c=true" not in said
    assert "b=true" not in said
    assert "a house event; a what-if switches it" in refused(tree, {"off": True})
    assert "set by the what-if a=false; leave that out" in refused(tree.what_if({"a": False}), {"a": True})
    assert "the what-if a=false leaves no other value" in refused(tree.what_if({"a": False}), {"train": True})
    said = refused(tree, {"c": True, "z": True})
    assert "probability zero: z=true cannot be, as that of 'z' is 0" in said
    assert "c=true" not in said


def test_an_observation_is_true_or_false_of_something_known() -> None:
    tree = FaultTree.of(model_of({"or": ["pump", "valve"]}))
    for state in (0.5, 1, "true", None):
        with pytest.raises(InvalidRequestError, match=r"True or False.*what-if"):
            tree.given({"pump": state})  # type: ignore[dict-item]
    with pytest.raises(UnknownNameError, match="did you mean 'pump'"):
        tree.given({"pmp": True})
    with pytest.raises(InvalidRequestError, match="by name"):
        tree.given([("pump", True)])  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError):
        tree.evidence("nothing of the kind")
    with pytest.raises(UnknownNameError, match="known are posterior"):
        tree.given({"pump": True}).posteriors().ranked("size")
    with pytest.raises(UnknownNameError):
        tree.given({"pump": True}).posterior("pmp")


# What stands around it


def test_nothing_observed_changes_nothing() -> None:
    seen = FaultTree.of(model_of({"or": ["a", "b"]})).given({})
    assert seen.probability == 1.0
    assert all(row.prior == row.posterior and row.ratio == 1.0 for row in seen.posteriors())


def test_gates_outside_the_tree_and_house_events_can_be_observed() -> None:
    model = model_of(
        {"and": ["a", "b"]},
        {"c": 0.2},
        gates={"other": {"or": ["b", "c", "on"]}, "apart": {"or": ["b", "c"]}},
        house_events={"on": {"state": True}},
    )
    tree = FaultTree.of(model)
    seen = tree.given({"apart": True, "on": True}).posteriors()
    # P(b | b or c) = 0.1 / 0.28
    assert seen["b"].posterior == pytest.approx(0.1 / 0.28, rel=1e-13)
    assert seen["top"].posterior == pytest.approx(0.01 / 0.28, rel=1e-13)
    assert (seen["apart"].kind, seen["on"].kind, seen["b"].kind) == ("gate", "house event", "event")
    assert tree.given({"a": True}).posterior("apart").posterior == pytest.approx(0.28, rel=1e-13)
    switched = tree.what_if({"on": 0.25}).given({"on": True})
    assert switched.probability == 0.25


def test_missing_probabilities_matter_only_where_they_are_asked_for() -> None:
    model = model_of({"or": [{"and": ["a", "b"]}, "unknown"]}, {"unknown": None}, gates={"ab": {"or": ["a", "b"]}})
    tree = FaultTree.of(model)
    seen = tree.given({"ab": True})
    table = seen.posteriors()
    assert table["a"].posterior == pytest.approx(0.1 / 0.19, rel=1e-13)
    assert (table["unknown"].posterior, table["top"].posterior, table["top"].ratio) == (None, None, None)
    assert table.ranked()[-1].posterior is None
    assert seen.most_probable_explanation().unknown == ("unknown",)
    assert [row.name for row in seen.next_observations().rows] == ["a", "b"]
    assert "unknown" in seen.next_observations().notes[0]
    with pytest.raises(MissingProbabilityError, match="unknown"):
        tree.given({"top": True}).posteriors()
    with pytest.raises(MissingProbabilityError, match="unknown"):
        _ = tree.given({"unknown": True}).probability
    with pytest.raises(MissingProbabilityError, match="unknown"):
        tree.given({"unknown": True}).most_probable_explanation()
    # What an observed event tells of others does not hang on its own probability.
    assert tree.given({"unknown": True}).posteriors()["a"].posterior == 0.1


def test_components_of_a_common_cause_group_can_be_observed() -> None:
    model = model_of(
        {"and": ["a", "b"]},
        {"a": 0.1, "b": 0.1},
        common_cause_groups={"both": {"events": ["a", "b"], "beta_factor": 0.2}},
    )
    seen = FaultTree.of(model).given({"a": True}).posteriors()
    alone, shared = 0.08, 0.02
    fails = 1 - (1 - alone) * (1 - shared)
    # b fails for sure with the shared cause, else by itself.
    given_a = shared / fails + (1 - shared / fails) * alone
    assert seen["b"].posterior == pytest.approx(given_a, rel=1e-13)
    assert seen["[a b]"].posterior == pytest.approx(shared / fails, rel=1e-13)


def test_where_the_gates_do_not_fit_there_are_the_events(monkeypatch: pytest.MonkeyPatch) -> None:
    from faulttree.errors import NodeBudgetExceeded
    from faulttree.what_if.evidence import Observed

    tree = FaultTree.of(random_model(12, 7, 0.3, 5))
    whole = tree.given({"g0": True})

    def outgrown(*_: object) -> None:
        raise NodeBudgetExceeded(10, 10)

    monkeypatch.setattr(Observed, "given", outgrown)
    table = tree.given({"g0": True}).posteriors()
    assert [row.name for row in table] == list(tree.events)
    assert "gates are left out" in table.notes[0]
    assert "gates are left out" in str(table)
    monkeypatch.undo()
    for row in table:
        assert row == whole.posteriors()[row.name]


def test_a_diagram_of_all_gates_that_does_not_fit_leaves_those_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from faulttree.engine import compiled

    tree = FaultTree.of(random_model(40, 25, 0.2, 3))
    functions = tree._engine.functions("g1")
    size = functions.frozen(functions.of("g0")).size
    seen = tree.given({"g1": True}).posteriors()
    monkeypatch.setattr(compiled, "MOST_FOR_GATES", size + 200)
    fewer = tree.given({"g1": True}).posteriors()
    assert {"g0", "g1"} <= {row.name for row in fewer}
    for row in fewer:
        assert row.posterior == pytest.approx(seen[row.name].posterior, rel=1e-12)


@settings(max_examples=10)
@given(st.data())
def test_named_evidence_is_the_same_evidence(data: st.DataObject) -> None:
    model = model_of(
        {"or": ["a", "b"]},
        evidence={"seen": {"label": "Seen", "observe": {"top": True}, "hypotheses": {"it was a": {"a": True}}}},
    )
    seen = FaultTree.of(model).evidence("seen")
    assert seen.probability == FaultTree.of(model).given({"top": True}).probability
    assert seen.hypotheses()["it was a"].posterior == pytest.approx(0.1 / 0.19, rel=1e-13)
    assert seen.bayes_factor("it was a", {"b": True}).posterior_odds == pytest.approx(1.0)
    assert str(seen) == "given Seen: top=true"


def test_more_can_be_observed() -> None:
    tree = FaultTree.of(random_model(12, 7, 0.3, 5))
    step_by_step = tree.given({"g0": True}).also({"e3": True}).also({"e3": True})
    assert step_by_step.observations == {"g0": True, "e3": True}
    assert step_by_step.probability == tree.given({"g0": True, "e3": True}).probability
    with pytest.raises(InvalidRequestError, match="'e3' was observed to be true and to be false"):
        step_by_step.also({"e3": False})


def test_what_the_evidence_refutes_is_said_in_words() -> None:
    seen = FaultTree.of(model_of({"or": ["a", "b"]}, {"a": 0.1, "b": 0.2, "c": 0.3})).given({"a": True, "b": False})
    text = str(seen.bayes_factor({"a": True}, {"b": True}))
    assert text.splitlines()[-1] == "'b=true' excludes the evidence: no further data can speak for it again"
    assert "inf times" not in text
    assert "'b=true' excludes" in str(seen.bayes_factor({"b": True}, {"a": True}))
    both = str(seen.bayes_factor({"b": True}, {"a": False, "c": True}))
    assert "'b=true' and 'a=false, c=true' exclude the evidence: no further data can speak for them again" in both
    assert "either way" in str(seen.bayes_factor({"c": True}, {"a": True}))
    plain = FaultTree.of(model_of({"or": ["a", "b"]}, {"a": 0.9, "b": 0.01})).given({})
    odds = "the odds are 19 to 1 or more as they are; to turn them round further data would have to be 1710 times"
    assert odds in str(plain.bayes_factor({"a": True}, {"b": True}))


def test_what_was_observed_survives_a_trip_to_another_process() -> None:
    """It did not, once anything had been asked: the diagram that it keeps holds a module of Python."""
    model = model_of({"or": ["a", {"and": ["b", "c"]}]}, {"a": 0.1, "b": 0.2, "c": 0.3})
    given_top = FaultTree(model, "top", progress=lambda _: None).given({"top": True})
    told = given_top.posteriors().to_json()
    for seen in (given_top, given_top.also({"b": True})):
        again = pickle.loads(pickle.dumps(seen))
        assert (again.observations, again.label, again.stated) == (seen.observations, seen.label, seen.stated)
        assert again.probability == seen.probability
        assert again.posteriors().to_json() == seen.posteriors().to_json()
    assert pickle.loads(pickle.dumps(given_top)).posteriors().to_json() == told
