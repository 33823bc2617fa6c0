"""The levels of a diagram: every law at its place, in every column."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from laws.law_strategies import HOUR
from laws.test_form import Share

from faulttree.laws import (
    Exponential,
    LawForm,
    PeriodicTest,
    Quantity,
    Repairable,
    Weibull,
    WeightedForm,
    constant_form,
)
from faulttree.quantification import inputs
from faulttree.quantification.inputs import EventLaws


def exponential(rate, name=""):
    return LawForm(Exponential, (("rate", Quantity(rate, name)),))


def with_tests(rate):
    return LawForm(
        PeriodicTest,
        (("rate", Quantity(rate)), ("interval", Quantity(24.0)), ("first_test", Quantity(10.0)),
         ("available_in_test", True)),
    )  # fmt: skip


WEIBULL = LawForm(Weibull, (("scale", Quantity(50.0)), ("shape", Quantity(2.0)), ("shift", Quantity(7.0))))
FORMS = (
    exponential(1e-3, "lambda"), None, constant_form(0.25), exponential(2e-3), exponential(1e-3, "lambda"), WEIBULL,
    WeightedForm(((exponential(1e-3, "lambda"), Share(0.1, "beta")),)),
    WeightedForm(((exponential(1e-3, "lambda"), Share(0.1, "beta", rest=True)),)),
    with_tests(1e-3), with_tests(1e-2), exponential(0.0),
)  # fmt: skip
LAWS = EventLaws(tuple("" if form is None else f"e{level}" for level, form in enumerate(FORMS)), FORMS)


@pytest.mark.parametrize("at_once", [1, 5, 1 << 15])
@pytest.mark.parametrize("sampled", [{}, {"lambda": np.array([1e-5, 1e-3, 0.1]), "beta": np.array([0.0, 0.5, 1.0])}])
@pytest.mark.parametrize("t", [40.0, np.array([0.0, 10.0, 40.0])])
def test_every_law_is_at_its_levels(monkeypatch, t, sampled, at_once):
    monkeypatch.setattr(inputs, "_AT_ONCE", at_once)
    levels = LAWS.at(t, sampled)
    shape = (len(FORMS), 3 if sampled or np.ndim(t) else 1)
    for level, form in enumerate(FORMS):
        rows = [each[level] for each in (levels.q, levels.not_q, levels.w)]
        if form is None:
            expected = [0.0, 1.0, 0.0]
        else:
            state = form.law(sampled).at(t)
            expected = [state.unavailability, state.availability, state.frequency]
        for row, wanted in zip(rows, expected, strict=True):
            # Of numbers alone, and of numbers in rows: the same formulas, but for the rounding of the functions.
            np.testing.assert_allclose(row, np.broadcast_to(wanted, shape[1:]), rtol=1e-14, atol=0.0)
    for each in (levels.q, levels.not_q, levels.w):
        assert each.shape == shape and each.dtype == np.float64 and each.flags.c_contiguous


def test_samples_of_other_inputs_make_columns_only():
    levels = EventLaws(("a",), (exponential(1e-3),)).at(10.0, {"other": np.zeros(4)})
    assert levels.q.shape == (1, 4)
    assert np.ptp(levels.q) == 0.0


def test_what_is_known_of_all():
    assert LAWS.inputs == {"lambda", "beta"}
    assert LAWS.repairable and not LAWS.instant_failures
    assert LAWS.breakpoints(60.0).tolist() == [7.0, 10.0, 34.0, 58.0]
    lasting = EventLaws(("a", ""), (exponential(1e-3), None))
    assert not lasting.repairable
    assert lasting.breakpoints(1e9).tolist() == []
    bad = LawForm(PeriodicTest, (*with_tests(1e-3).fields, ("bad_restart", Quantity(0.1))))
    assert EventLaws(("a",), (bad,)).instant_failures
    nothing = EventLaws(("",), (None,))
    assert nothing.breakpoints(5.0).tolist() == [] and nothing.at(3.0).not_q.tolist() == [[1.0]]


def test_they_travel():
    again = pickle.loads(pickle.dumps(LAWS))
    assert (again.at(5.0).q == LAWS.at(5.0).q).all()
    many = EventLaws(tuple(f"e{i}" for i in range(1000)), (repairable_form(),) * 1000)
    assert len(pickle.dumps(many)) < 20_000


def repairable_form():
    return LawForm(Repairable, (("rate", Quantity(1e-3 / HOUR)), ("repair_rate", Quantity(0.1 / HOUR))))
