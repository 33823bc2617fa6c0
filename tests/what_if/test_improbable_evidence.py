"""Evidence whose probability no float holds, against exact fractions."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import oracles
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from modular import tiny_trees
from strategies import model_of

from faulttree import FaultTree
from faulttree.model import Model
from faulttree.wide_floats import is_undefined, log10

ELEVEN_DIGITS = Fraction(1, 10**11)
SEVEN = dict.fromkeys("abcdefg", 1e-50)


def close(value: float | None, exact: Fraction) -> bool:
    assert value is not None
    return not math.isinf(value) and abs(Fraction(value) - exact) <= ELEVEN_DIGITS * exact


@given(model=tiny_trees(max_events=5), data=st.data())
def test_posteriors_of_evidence_however_improbable(kernel_mode: str, model: Model, data: st.DataObject) -> None:
    tree = FaultTree.of(model)
    assume(tree.events)
    names = [*tree.gates, *tree.events]
    observed = data.draw(st.dictionaries(st.sampled_from(names), st.booleans(), min_size=1, max_size=2))
    q = oracles.event_probabilities(model, tree.events)
    worlds = {}
    for occurred in oracles.subsets(tree.events):
        weight = math.prod((q[e] if e in occurred else 1 - q[e] for e in tree.events), start=Fraction(1))
        worlds[occurred] = weight, {name: oracles.truth(model, name, occurred) for name in names}
    fits = [(p, truth) for p, truth in worlds.values() if all(truth[name] == state for name, state in observed.items())]
    whole = sum((p for p, _ in fits), Fraction(0))
    assume(whole > 0)
    seen = tree.given(observed)
    assert close(seen.probability, whole)
    assert seen.log10_probability == pytest.approx(log10(seen.probability), rel=1e-12, abs=1e-12)
    for row in seen.posteriors():
        prior = sum((p for p, truth in worlds.values() if truth[row.name]), Fraction(0))
        after = sum((p for p, truth in fits if truth[row.name]), Fraction(0)) / whole
        assert close(row.prior, prior) and close(row.posterior, after) and close(row.posterior_not, 1 - after), row
        assert row.ratio is not None and (close(row.ratio, after / prior) if prior else is_undefined(row.ratio))
        (asked,) = observed.items() if len(observed) == 1 else [("", True)]
        if asked[0] and asked[1] and row.kind == "gate":
            answer = tree.query(f'P("{row.name}" | "{asked[0]}")')
            assert isinstance(answer.value, float) and close(answer.value, after)
    best = max(p for p, _ in fits)
    likeliest = seen.most_probable_explanation()
    assert close(likeliest.probability, best) and close(likeliest.posterior, best / whole)
    for one in seen.explanations():
        exact = [p for occurred, (p, truth) in worlds.items()
                 if set(one) <= occurred and all(truth[name] == state for name, state in observed.items())]  # fmt: skip
        assert close(one.posterior, sum(exact, Fraction(0)) / whole)


def test_what_a_top_of_1e_350_tells() -> None:
    """Under and(a ... g) all have failed; of or(and(a ... g), h) with h as improbable either has, evenly."""
    seen = FaultTree.of(model_of({"and": list(SEVEN)}, SEVEN)).given({"top": True})
    assert [row.posterior for row in seen.posteriors()] == [1.0] * 8
    assert seen.log10_probability == pytest.approx(-350.0, rel=1e-14)
    others = dict.fromkeys("hijklmn", 1e-50)
    tree = FaultTree.of(model_of({"or": [{"and": list(SEVEN)}, {"and": list(others)}]}, SEVEN | others))
    seen = tree.given({"top": True})
    for event in itertools.chain(SEVEN, others):
        assert seen.posterior(event).posterior == pytest.approx(0.5, rel=1e-12)
    factor = seen.bayes_factor({"a": True}, {"h": True})
    assert factor.value == pytest.approx(1.0, rel=1e-12)
    found = seen.hypotheses({"all of the first": dict.fromkeys(SEVEN, True)})["all of the first"]
    assert log10(found.prior) == pytest.approx(-350.0, rel=1e-14)
    assert (found.likelihood, found.posterior) == pytest.approx((1.0, 0.5), rel=1e-12)


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("P(top) < 1e-349 ", "yes: 1.000e-350 < 1e-349"),
        ("P(top) > 1e-360", "yes: 1.000e-350 > 1e-360"),
        ("P(top) / P(a and b)", "1.000e-250"),
        ("P(top) * 1e100", "1.000e-250"),
        ("P(a | top)", "1"),
        ("1e300 * 1e300", "1.000e+600"),
        ("1e-200 * 1e-200 * 1e100", "1.000e-300"),
        ("1e-400 * 1e100", "1.000e-300"),
        ("P(top | a)", "1.000e-300"),
    ],
)
def test_queries_reckon_with_what_no_float_holds(query: str, answer: str) -> None:
    assert FaultTree.of(model_of({"and": list(SEVEN)}, SEVEN)).query(query).text == answer
