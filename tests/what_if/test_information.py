"""What an observation tells, against the entropies of every state of all events to fifty digits."""

from __future__ import annotations

import decimal
import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from observed import Worlds, observations_of
from strategies import model_of, random_model, trees

from faulttree import FaultTree
from faulttree.errors import InvalidRequestError, MissingProbabilityError, NodeBudgetExceeded, UnknownNameError
from faulttree.model import Model
from faulttree.what_if.information import Sought, entropy, mutual_information

DIGITS = 1e-10
"""Of an information, whose terms may cancel to a part in a thousand; the joint probabilities have 30 digits."""


def bits(parts: list[Fraction]) -> Decimal:
    """Entropy of these probabilities."""
    decimals = [Decimal(p.numerator) / p.denominator for p in parts if p]
    return -sum((p * p.ln() for p in decimals), Decimal(0)) / Decimal(2).ln()


def information(worlds: Worlds, observed: dict[str, bool], x: str, y: str) -> Decimal:
    """H(x) + H(y) - H(x, y) in the light of the evidence."""
    whole = worlds.probability(observed)
    joint = [[worlds.probability(observed, {x: i}, {y: j}) / whole for j in (True, False)] for i in (True, False)]
    if x == y:
        return bits([joint[0][0], joint[1][1]])
    with decimal.localcontext(prec=120):
        columns = [sum(column) for column in zip(*joint, strict=True)]
        return bits([sum(row) for row in joint]) + bits(columns) - bits([*joint[0], *joint[1]])


def check(model: Model, observed: dict[str, bool], about: str) -> None:
    worlds = Worlds(model, (model.top[0], *observed, about))
    whole = worlds.probability(observed)
    if whole == 0:
        return
    seen = FaultTree.of(model).given(observed)
    posterior = worlds.probability(observed, {about: True}) / whole
    for row in seen.next_observations().rows:
        sides = [worlds.probability(observed, {row.name: state}) / whole for state in (True, False)]
        assert 0 not in sides
        assert row.probability == pytest.approx(float(sides[0]), rel=1e-12)
        assert row.information == pytest.approx(float(bits(sides)), rel=1e-12, abs=0)
        assert (row.posterior_if_true, row.posterior_if_false) == (None, None)
    if not all(worlds.where(observed, {about: state}) for state in (True, False)):
        with pytest.raises(InvalidRequestError, match="in the light of the evidence"):
            seen.next_observations(about)
        return
    found = seen.next_observations(about)
    assert found.posterior == pytest.approx(float(posterior), rel=1e-12, abs=0)
    assert found.uncertainty == pytest.approx(float(bits([posterior, 1 - posterior])), rel=1e-12, abs=0)
    assert [row.per_cost for row in found.rows] == sorted((row.per_cost for row in found.rows), reverse=True)
    assert about not in {row.name for row in found.rows}
    for row in found.rows:
        exact = information(worlds, observed, row.name, about)
        assert row.information >= 0.0
        # Below this, the exact sum of the oracle has no digits left either.
        assert row.information == pytest.approx(float(exact), rel=DIGITS, abs=1e-95)
        for state, after in ((True, row.posterior_if_true), (False, row.posterior_if_false)):
            then = worlds.probability(observed, {row.name: state})
            expected = worlds.probability(observed, {row.name: state}, {about: True}) / then
            assert after == pytest.approx(float(expected), rel=1e-12, abs=0)


@settings(max_examples=40)
@given(st.data())
def test_information_is_that_of_all_states(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6))
    about = data.draw(st.sampled_from([*model.gates, *model.basic_events]))
    with decimal.localcontext(prec=120):
        check(model, data.draw(observations_of(model, most=2)), about)


@pytest.mark.parametrize("seed", range(4))
def test_information_in_trees_of_thirteen_and_fourteen_events(seed: int) -> None:
    n_events, observed, about = (14, {"g0": True}, "g3") if seed % 2 else (13, {"g1": True, "e2": False}, "e0")
    model = random_model(n_events, 6, 0.3, seed, negated=0.1 * seed, probabilities=(1e-8, 0.9))
    with decimal.localcontext(prec=120):
        check(model, observed, about)


def test_tiny_information_keeps_its_digits() -> None:
    # b matters to the top only together with a: I is about q_a^2 q_b / (2 ln 2) and far below the rounding of H.
    model = model_of({"or": ["c", {"and": ["a", "b"]}]}, {"a": 1e-9, "b": 0.3, "c": 0.4})
    seen = FaultTree.of(model).given({})
    worlds = Worlds(model, ("top",))
    with decimal.localcontext(prec=120):
        exact = float(information(worlds, {}, "b", "top"))
    assert 0.0 < exact < 1e-18
    assert seen.next_observations("top")["b"].information == pytest.approx(exact, rel=1e-12, abs=0)


def test_what_is_independent_tells_exactly_nothing() -> None:
    model = model_of({"or": ["a", "b"]}, {"a": 0.3, "b": 1e-7, "c": 0.2}, gates={"other": {"or": ["c", "d"]}})
    rows = FaultTree.of(model).given({}).next_observations("top", candidates=["c", "other", "a"]).rows
    assert [(row.name, row.information == 0.0) for row in rows] == [("a", False), ("c", True), ("other", True)]
    # Given that the top did not occur, the parity of a and b is no news either.
    parity = FaultTree.of(model_of({"xor": ["a", "b"]}, {"a": 0.5, "b": 0.3})).given({}).next_observations("b")
    assert parity["top"].information == 0.0


def test_costs_change_the_order() -> None:
    seen = FaultTree.of(model_of({"or": ["a", "b"]}, {"a": 0.2, "b": 0.1})).given({"top": True})
    plain = seen.next_observations()
    assert [row.name for row in plain.rows] == ["b", "a"]
    dear = seen.next_observations(costs={"b": 5})
    assert [row.name for row in dear.rows] == ["a", "b"]
    assert dear["b"].per_cost == pytest.approx(plain["b"].information / 5, rel=1e-15)
    for cost in (0, -1, math.nan, math.inf, "dear", True):
        with pytest.raises(InvalidRequestError, match="costs"):
            seen.next_observations(costs={"b": cost})  # type: ignore[dict-item]
    with pytest.raises(UnknownNameError):
        seen.next_observations(costs={"x": 1})


def test_candidates_are_the_users_choice() -> None:
    model = model_of({"or": ["a", "b"]}, {"c": 0.2}, gates={"other": {"and": ["c", "d"]}})
    seen = FaultTree.of(model).given({"top": True})
    assert {row.name for row in seen.next_observations().rows} == {"a", "b"}
    some = seen.next_observations("a", candidates=["top", "a", "other", "c"])
    assert {row.name: row.information > 0 for row in some.rows} == {"top": False, "a": True, "other": False, "c": False}
    assert some["a"].information == pytest.approx(some.uncertainty, rel=1e-14)
    assert (some["a"].posterior_if_true, some["a"].posterior_if_false) == (1.0, 0.0)
    assert math.isnan(some["top"].posterior_if_false)
    assert [row.name for row in seen.next_observations(candidates="other").rows] == ["other"]
    with pytest.raises(UnknownNameError):
        seen.next_observations(candidates=["x"])
    with pytest.raises(UnknownNameError):
        seen.next_observations("x")
    with pytest.raises(InvalidRequestError, match="'top' is true in the light of the evidence"):
        seen.next_observations("top")
    assert "P(a) if true" in str(some)
    assert "bits per cost" in str(seen.next_observations())


def test_where_gates_do_not_fit_events_are_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    def outgrown(*_: object) -> None:
        raise NodeBudgetExceeded(10, 10)

    seen = FaultTree.of(random_model(12, 7, 0.3, 5)).given({"e0": True})
    about = next(row.name for row in seen.next_observations().rows if row.kind == "gate")
    whole = seen.next_observations(about)
    monkeypatch.setattr(Sought, "of_gates", outgrown)
    fewer = seen.next_observations(about)
    assert "gates are left out" in fewer.notes[0]
    assert [row for row in whole.rows if row.kind == "event"] == list(fewer.rows)


@given(st.floats(1e-300, 0.5))
def test_entropy_keeps_its_digits(p: float) -> None:
    with decimal.localcontext(prec=400):
        exact = bits([Fraction(p), 1 - Fraction(p)])
    assert entropy((p, 1 - p)) == entropy((1 - p, p)) == pytest.approx(float(exact), rel=1e-14, abs=0)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(-1, 1), st.integers(-14, 0))
def test_mutual_information_keeps_its_digits(p: float, q: float, part: float, power: int) -> None:
    bound = min(p * q, (1 - p) * (1 - q)) if part < 0 else min(p * (1 - q), (1 - p) * q)
    excess = part * bound * 10.0**power
    assume(abs(excess) > 1e-30)
    x, y, d = Fraction(p), Fraction(q), Fraction(excess)
    joint = [x * y + d, x * (1 - y) - d, (1 - x) * y - d, (1 - x) * (1 - y) + d]
    assume(min(joint) >= 0)
    with decimal.localcontext(prec=150):
        exact = float(bits([x, 1 - x]) + bits([y, 1 - y]) - bits(joint))
    assert mutual_information((p, 1 - p), (q, 1 - q), excess) == pytest.approx(exact, rel=1e-11, abs=0)


def test_certainty_needs_no_bits() -> None:
    assert (entropy((0.0, 1.0)), entropy((1.0, 0.0)), entropy((0.5, 0.5))) == (0.0, 0.0, 1.0)
    assert mutual_information((0.5, 0.5), (0.5, 0.5), 0.25) == pytest.approx(1.0, rel=1e-15)


def test_no_question_leaves_anything_for_the_next_one_to_trip_over() -> None:
    tree = FaultTree.of(random_model(30, 16, 0.3, 7))
    names = [*tree.events[:5], *tree.gates[1:4]]
    hypotheses = {"one": {"g1": True}, "two": {"g2": False, "e1": True}}
    questions = {
        "posteriors": lambda seen: seen.posteriors().rows,
        "one": lambda seen: seen.posterior("g3"),
        "some": lambda seen: seen.next_observations(candidates=names).rows,
        "told": lambda seen: seen.next_observations("e3").rows,
        "hypotheses": lambda seen: seen.hypotheses(hypotheses).rows,
        "explanations": lambda seen: seen.explanations(3).rows,
    }
    alone = {name: ask(tree.given({tree.top: True})) for name, ask in questions.items()}
    seen = tree.given({tree.top: True})
    size = seen._observed.functions._forest.size
    for name in [*questions, *reversed(questions)]:
        assert questions[name](seen) == alone[name], name
        # Only the functions of single events stay.
        assert seen._observed.functions._forest.size <= size + len(tree.events)


def test_candidate_events_need_no_diagram_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_model(30, 16, 0.3, 7)
    seen = FaultTree.of(model).given({"g0": True})
    every = seen.next_observations()
    gates = [row.name for row in every.rows if row.kind == "gate"]

    def refused(*_: object) -> None:
        raise NodeBudgetExceeded(10, 10)

    monkeypatch.setattr(type(seen._observed.functions), "all_of", refused)
    some = seen.next_observations(candidates=list(model.basic_events))
    assert [row for row in every.rows if row.kind == "event"] == list(some.rows)
    with pytest.raises(NodeBudgetExceeded):
        seen.next_observations(candidates=gates)


def test_candidates_without_a_probability_are_named() -> None:
    seen = FaultTree.of(model_of({"or": ["a", "b"]}, {"c": None, "d": 0.1})).given({"a": True, "b": False})
    with pytest.raises(MissingProbabilityError, match="c"):
        seen.next_observations(candidates=["d", "c"])
    assert [row.information for row in seen.next_observations(candidates=["a"]).rows] == [0.0]
