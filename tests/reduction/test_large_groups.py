"""Groups of more members than their causes could be listed for, against enumeration and against listed groups."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext
from functools import cache
from math import comb
from typing import Any

import numpy as np
import oracles
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from reduction.large_groups import PRECISION, causes, exactly_failed, model_of, top_probability

from faulttree import FaultTree
from faulttree.errors import InvalidModelError, UnlistedEventsError
from faulttree.model import Model
from faulttree.model.common_cause import CommonCauseGroup

# A few roundings per member and level.
DIGITS = 1e-12
# An example takes seconds to enumerate: one that fails is told as it was found.
NO_SHRINKING = [Phase.explicit, Phase.generate]


def names(n: int, letter: str = "p") -> list[str]:
    return [f"{letter}{i}" for i in range(n)]


def vote(k: int, of: list[Any]) -> dict[str, Any]:
    return {"atleast": {"k": k, "of": of}}


def test_ten_pumps_with_one_cause_for_all() -> None:
    """All ten fail by the common cause, or else 8 of 10 by themselves."""
    pumps, q, beta = names(10), 0.01, 0.05
    model = model_of({"T": vote(8, pumps)}, {"g": (pumps, "beta_factor", [beta], q)}, {})
    alone = (1 - beta) * q
    by_themselves = sum(comb(10, k) * alone**k * (1 - alone) ** (10 - k) for k in range(8, 11))
    tree = FaultTree.of(model)
    assert tree.probability().value == pytest.approx(1 - (1 - beta * q) * (1 - by_themselves), rel=1e-11)
    assert tree.probability().value == pytest.approx(5.000000000028315e-4, rel=1e-13)
    assert len(tree.events) == 11
    assert tree.minimal_cut_sets().count == comb(10, 8) + 1
    assert len(tree.component_cut_sets().records()) == comb(10, 8)


@pytest.mark.parametrize(
    ("n", "key", "factors", "listed"),
    [
        (40, "beta_factor", [0.1], 41),
        (14, "mgl", [0.1], 14 + comb(14, 2)),
        (14, "staggered", [0.9, 0.1], 14 + comb(14, 2)),
        (9, "mgl", [0.5] * 8, None),
        (9, "binomial_failure_rate", [1e-3, 0.5, 1e-4], None),
        (8, "binomial_failure_rate", [1e-3, 0.5, 1e-4], 8 + 255 + 1),
    ],
)
def test_what_can_be_listed_is(n: int, key: str, factors: list[float], listed: int | None) -> None:
    model = model_of({"T": {"and": names(n)}}, {"g": (names(n), key, factors, 0.01)}, {})
    rows = FaultTree.of(model).expansion.table().records()
    if listed is not None:
        assert len(rows) == listed
        assert {row["multiplicity"] for row in rows} == {1}
    else:
        assert sum(row["multiplicity"] for row in rows) == sum(comb(n, k) for k in range(1, n + 1)) + (
            n + 1 if key == "binomial_failure_rate" else 0
        )
        assert {row["components"] for row in rows} == {tuple(names(n))}


@st.composite
def kinds(draw: st.DrawFn, n: int) -> tuple[str, list[float], float]:
    """A common-cause model with causes of every size, its factors, and the members' probability."""
    key = draw(st.sampled_from(["mgl", "staggered", "non-staggered", "phi_factor", "binomial_failure_rate"]))
    q = draw(st.sampled_from([1e-9, 0.01, 0.3]))
    if key == "binomial_failure_rate":
        return key, [draw(st.sampled_from([1e-6, 0.1])), draw(st.sampled_from([0.2, 0.9])), 1e-4], q
    if key == "mgl":
        return key, draw(st.lists(st.sampled_from([1e-3, 0.2, 0.5, 1.0]), min_size=n - 1, max_size=n - 1)), q
    weights = draw(st.lists(st.integers(1, 9), min_size=n, max_size=n))
    return key, [weight / sum(weights) for weight in weights], q


@st.composite
def gates_over(draw: st.DrawFn, inputs: list[str]) -> dict[str, Any]:
    """A few gates of every coherent kind, and a top that is one of all that is left over."""
    open_inputs, gates = draw(st.permutations(inputs)), {}
    while len(open_inputs) > 2 and len(gates) < 4:
        size = draw(st.integers(2, max(2, len(open_inputs) // 2)))
        some = list(dict.fromkeys([*open_inputs[:size], *draw(st.lists(st.sampled_from(inputs), max_size=1))]))
        kind = draw(st.sampled_from(["and", "or", "vote"]))
        name = f"G{len(gates)}"
        gates[name] = vote(draw(st.integers(1, len(some))), some) if kind == "vote" else {kind: some}
        open_inputs = [*open_inputs[size:], name]
    gates["T"] = vote(draw(st.integers(1, len(open_inputs))), open_inputs)
    return gates


@settings(max_examples=8, deadline=None, phases=NO_SHRINKING)
@given(st.data())
def test_random_trees_over_a_large_group(data: st.DataObject) -> None:
    n = 9
    key, factors, q = data.draw(kinds(n))
    others = {"x": 0.01, "y": 0.5}
    gates = data.draw(gates_over([*names(n), *others]))
    model = model_of(gates, {"g": (names(n), key, factors, q)}, others)
    levels, independent = causes(key, factors, n, q), {name: Decimal(p) for name, p in others.items()}

    @cache
    def top(failed: frozenset[str]) -> bool:
        return oracles.truth(model, "T", failed)

    def p_of(truth: Any) -> float:
        return float(top_probability(truth, {tuple(names(n)): levels}, independent))

    tree = FaultTree.of(model)
    assert tree.expansion.unlisted == ("g",)
    assert tree.probability().is_exact
    assert tree.probability().value == pytest.approx(p_of(top), rel=DIGITS)
    assert tree.coherent
    # A member set true or false leaves the others to their causes.
    row = {each.gate: each for each in tree.gate_importance()}["p3"] if "p3" in tree.gates else None
    if row is not None:
        assert row.certain == pytest.approx(p_of(lambda failed: top(failed | {"p3"})), rel=DIGITS)
        assert row.impossible == pytest.approx(p_of(lambda failed: top(failed - {"p3"})), rel=DIGITS, abs=1e-300)
        both = p_of(lambda failed: top(failed) and "p3" in failed)
        assert tree.query("P(p3 | T)").value == pytest.approx(both / p_of(top), rel=1e-10)
    for number, each in enumerate(tree.component_cut_sets(max_order=4).records()):
        if number < 3:
            exact = p_of(lambda failed, components=each["components"]: failed.issuperset(components))
            assert each["probability"] == pytest.approx(exact, rel=DIGITS)


@pytest.mark.parametrize("n", [11, 14])
@pytest.mark.parametrize("key", ["mgl", "staggered", "non-staggered", "phi_factor", "binomial_failure_rate"])
def test_votes_over_up_to_fourteen(n: int, key: str) -> None:
    """K of n, by the number that have failed; a large group is a small diagram."""
    factors = {"mgl": [0.3] * (n - 1), "binomial_failure_rate": [1e-3, 0.4, 1e-5]}.get(key, [1 / n] * n)
    model = model_of({"T": vote(n // 2 + 1, names(n))}, {"g": (names(n), key, factors, 1e-3)}, {})
    tree, p = FaultTree.of(model), exactly_failed_by_number(causes(key, factors, n, 1e-3))
    assert tree.probability().value == pytest.approx(float(sum(p[n // 2 + 1 :])), rel=DIGITS)
    assert tree.diagram_size < 500
    assert tree.minimal_cut_sets().count == comb(n, n // 2 + 1)


def exactly_failed_by_number(q: list[Decimal]) -> list[Decimal]:
    with localcontext() as context:
        context.prec = PRECISION
        return [comb(len(q), k) * p for k, p in enumerate(exactly_failed(q))]


def test_two_groups_and_trains() -> None:
    pumps, valves = names(9), names(3, "v")
    gates = {f"t{i}": {"or": [pump, valves[i % 3]]} for i, pump in enumerate(pumps)} | {
        "T": vote(5, [f"t{i}" for i in range(9)])
    }
    alphas, greek = [1 / 9] * 9, [0.1, 0.5]
    model = model_of(gates, {"p": (pumps, "staggered", alphas, 0.05), "v": (valves, "mgl", greek, 0.01)}, {})
    exact = top_probability(
        lambda failed: oracles.truth(model, "T", failed),
        {tuple(pumps): causes("staggered", alphas, 9, 0.05), tuple(valves): causes("mgl", greek, 3, 0.01)}, {},
    )  # fmt: skip
    assert FaultTree.of(model).probability().value == pytest.approx(float(exact), rel=DIGITS)


# Every group as a chain, against the same with its causes listed


@pytest.fixture
def chained(monkeypatch: pytest.MonkeyPatch) -> Callable[[Model], FaultTree]:
    """What a model's tree is when no group is listed."""
    monkeypatch.setattr(CommonCauseGroup, "is_listed", property(lambda group: group.label != "a chain"))

    def tree_of(model: Model) -> FaultTree:
        content = model.to_data()
        content["common_cause_groups"]["g"]["label"] = "a chain"
        tree = FaultTree.from_data(content)
        assert tree.expansion.unlisted == ("g",)
        return tree

    return tree_of


LAWS: dict[str, dict[str, Any]] = {
    "rate": {"rate": "r"},
    "repairable": {"repairable": {"rate": "r", "repair_time": "10 h"}},
    "weibull": {"weibull": {"scale": "500 h", "shape": 2.0}},
}
GROUPS: dict[str, dict[str, Any]] = {
    "alpha": {"alpha_factor": {"factors": ["a", 0.2, 0.05, 0.05], "testing": "staggered"}},
    "mgl": {"mgl": ["b", 0.5, 0.5]},
    "shocks": {"binomial_failure_rate": {"shock_rate": "1e-4 /h", "conditional": "b", "lethal_rate": "1e-5 /h"}},
}


def small(law: str, kind: str) -> Model:
    members = names(4)
    uses = {"r": law != "weibull", "a": kind == "alpha", "b": kind != "alpha"}
    uncertain = {
        "r": {"value": "1e-3 /h", "uncertainty": {"lognormal": {"median": "1e-3 /h", "error_factor": 3}}},
        "a": {"value": 0.7, "uncertainty": {"uniform": {"low": 0.6, "high": 0.8}}},
        "b": {"value": 0.2, "uncertainty": {"uniform": {"low": 0.1, "high": 0.3}}},
    }
    return Model.from_data(
        {
            "name": "small", "top": "T", "mission_time": "100 h",
            "gates": {"T": {"or": [vote(3, members), {"and": ["G", "x"]}]}, "G": {"or": ["p0", "p1"]}},
            "basic_events": dict.fromkeys(members, LAWS[law]) | {"x": {"rate": "1e-2 /h"}},
            "parameters": {name: uncertain[name] for name, used in uses.items() if used},
            "common_cause_groups": {"g": {"events": members, **GROUPS[kind]}},
        }
    )  # fmt: skip


@pytest.mark.parametrize("kind", GROUPS)
@pytest.mark.parametrize("law", LAWS)
def test_a_chain_answers_as_listed_causes_do(chained: Any, law: str, kind: str) -> None:
    model = small(law, kind)
    listed, tree = FaultTree.of(model), chained(model)
    assert tree.probability().value == pytest.approx(listed.probability().value, rel=DIGITS)
    gates = listed.gate_probabilities()
    assert tree.gate_probabilities() == {name: pytest.approx(gates[name], rel=DIGITS) for name in tree.gates}
    one, other = ({row.gate: row for row in each.gate_importance()} for each in (tree, listed))
    assert one.keys() == other.keys()
    for gate, row in other.items():
        assert one[gate].birnbaum == pytest.approx(row.birnbaum, rel=1e-9)
        assert one[gate].diagnostic == pytest.approx(row.diagnostic, rel=1e-9)
    times = ["0 h", "1 h", "50 h", "100 h"]
    curve, exact = (each.over_time(times) for each in (tree, listed))
    for quantity in ("unavailability", "frequency", "expected_failures"):
        found, wanted = (getattr(each, quantity) for each in (curve, exact))
        if quantity == "expected_failures":
            found, wanted = found.value, wanted.value
        assert np.asarray(found) == pytest.approx(np.asarray(wanted), rel=1e-9, abs=1e-14), quantity
    samples, wanted = (each.uncertainty(50, seed=3) for each in (tree, listed))
    assert samples.mean == pytest.approx(wanted.mean, rel=DIGITS)
    derivatives, wanted = ({row.parameter: row for row in each.parameter_importance()} for each in (tree, listed))
    for name, row in wanted.items():
        assert derivatives[name].derivative == pytest.approx(row.derivative, rel=1e-7)
    for condition in ({"T": True}, {"p0": True, "p1": False}):
        posterior, wanted = (each.given(condition).posterior("p2").posterior for each in (tree, listed))
        assert posterior == pytest.approx(wanted, rel=1e-10)
    for states in ({"p0": True}, {"p0": False, "p1": True}, {"p0": 0.5}):
        found, wanted = (each.what_if(states).probability().value for each in (tree, listed))
        assert found == pytest.approx(wanted, rel=DIGITS)
    sets, wanted = (each.component_cut_sets().records() for each in (tree, listed))
    assert sets == [row | {"probability": pytest.approx(row["probability"], rel=DIGITS)} for row in wanted]
    assert str(tree.query("independent(p0, p1)").value) == str(listed.query("independent(p0, p1)").value)


def test_what_tells_of_single_events_is_refused(chained: Any) -> None:
    tree = chained(small("rate", "alpha"))
    assert tree.events == ("x",)
    assert [row.event for row in tree.importance().events] == ["x"]
    assert not any("given" in name or "failed" in name for name in (*tree.gates, *tree.events))
    for asked in (
        tree.rare_event, tree.min_cut_upper_bound, tree.differential_importance, tree.failure_shares,
        tree.cheapest_repairs, tree.given({"T": True}).most_probable_explanation,
        lambda: tree.group_importance({"both": ["p0", "x"]}),
        lambda: tree.minimal_cut_sets(min_probability=1e-9),
    ):  # fmt: skip
        with pytest.raises(UnlistedEventsError, match="too many for a list"):
            asked()
    assert [cut.probability for cut in tree.minimal_cut_sets()] == [None] * 6
    assert {frozenset(cut) for cut in tree.minimal_cut_sets()} >= {
        frozenset({"p0", "x"}),
        frozenset({"p1", "p2", "p3"}),
    }


def test_a_group_has_a_limit() -> None:
    with pytest.raises(InvalidModelError, match="65 events in the group"):
        model_of({"T": {"and": names(65)}}, {"g": (names(65), "mgl", [0.5] * 64, 0.1)}, {})
