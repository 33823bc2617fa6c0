"""Laws with places for uncertain inputs: filled, weighted, stacked."""

from __future__ import annotations

import math
import pickle
from dataclasses import dataclass

import numpy as np
import pytest

from faulttree.laws import (
    Constant,
    Exponential,
    LawForm,
    LognormalLife,
    PeriodicTest,
    Phased,
    Quantity,
    Repairable,
    WeightedForm,
    WeightedSum,
    constant_form,
    rate_of_time,
    sigma_of_error_factor,
    stacked,
)


@dataclass(frozen=True)
class Share:
    """A coefficient: 1 - beta, or beta."""

    point: float
    name: str
    rest: bool = False

    @property
    def inputs(self):
        return frozenset({self.name} if self.name else ())

    def value(self, sampled):
        beta = sampled.get(self.name, self.point)
        return 1.0 - beta if self.rest else beta


def repairable(rate, repair_time, rate_input="", time_input=""):
    return LawForm(
        Repairable,
        (("rate", Quantity(rate, rate_input)), ("repair_rate", Quantity(repair_time, time_input, rate_of_time))),
    )


def test_places_are_filled_with_samples():
    form = repairable(1e-3, 8.0, "lambda", "mttr")
    assert form.inputs == {"lambda", "mttr"}
    assert form.law() == form.law({"other": np.array([5.0])}) == Repairable(1e-3, 0.125)
    law = form.law({"mttr": np.array([2.0, 4.0])})
    assert (law.rate, law.repair_rate.tolist()) == (1e-3, [0.5, 0.25])
    assert pickle.loads(pickle.dumps(form)) == form
    assert hash(form) == hash(repairable(1e-3, 8.0, "lambda", "mttr"))
    assert form != repairable(1e-3, 8.0)
    assert constant_form(0.25).law() == Constant(0.25) and not constant_form(1).inputs


def test_numbers_that_are_written_otherwise():
    assert rate_of_time(0.0) == math.inf
    assert rate_of_time(np.array([0.0, 4.0])).tolist() == [math.inf, 0.25]
    # Ninety-five in a hundred lives end before the median times the error factor.
    law = LawForm(
        LognormalLife, (("median", Quantity(100.0)), ("sigma", Quantity(3.0, "", sigma_of_error_factor)))
    ).law()
    assert law.at(300.0).unavailability == pytest.approx(0.95, rel=1e-14)
    assert sigma_of_error_factor(np.array([1.0, 3.0])).tolist() == [0.0, law.sigma]


def test_a_weighted_sum_of_forms():
    base = LawForm(Exponential, (("rate", Quantity(1e-3, "lambda")),))
    form = WeightedForm(((base, Share(0.1, "beta")), (constant_form(0.5), Share(0.1, "", rest=True))))
    assert form.inputs == {"lambda", "beta"}
    assert form.law() == WeightedSum(((Exponential(1e-3), 0.1), (Constant(0.5), 0.9)))
    state = form.law({"beta": np.array([0.0, 0.2])}).at(10.0)
    assert state.unavailability == pytest.approx([0.45, -0.2 * math.expm1(-0.01) + 0.45], rel=1e-15)
    assert pickle.loads(pickle.dumps(form)) == form


def test_weighted_sums_at_their_ends():
    split = WeightedSum(((Exponential(1.0), 0.25), (Exponential(1.0), 0.75)))
    left = split.at(27.631021115928547)
    assert left.availability == pytest.approx(1e-12, rel=1e-14)  # digits, where the coefficients sum to 1
    small = WeightedSum(((Exponential(1e-12), 0.02),)).at(1.0)
    assert small.unavailability == pytest.approx(0.02e-12 * (1 - 5e-13), rel=1e-15)
    assert small.frequency == pytest.approx(0.02e-12, rel=1e-11)
    over = WeightedSum(((Constant(0.8), 1.0), (Exponential(1.0), 0.7))).at(np.array([0.1, 5.0]))
    assert over.unavailability[1] == 1.0 and over.availability[1] == over.frequency[1] == 0.0
    assert over.frequency[0] == pytest.approx(0.7 * math.exp(-0.1), rel=1e-15)
    tested = WeightedSum(((PeriodicTest(1e-3, 24.0, 5.0, bad_restart=0.1), 0.1), (Phased((7.0,), (1.0,)), 0.2)))
    assert tested.breakpoints(30.0).tolist() == [5.0, 7.0, 29.0]
    assert tested.repairable and tested.instant_failures and tested.steady() is None
    assert not split.repairable and not split.instant_failures


def test_stacked_forms_are_the_forms():
    times = np.array([1.0, 30.0, 500.0])
    sampled = {"lambda": np.array([1e-4, 1e-2, 3e-2])}
    forms = [repairable(1e-3, 8.0, "lambda"), repairable(2e-3, 8.0), repairable(1e-3, 2.0, "", "mttr")]
    assert len({form.batch for form in forms}) == 1
    for given_samples in ({}, sampled):
        together = stacked(forms, given_samples).at(times)
        for row, form in enumerate(forms):
            alone = form.law(given_samples).at(times)
            assert together.unavailability[row] == pytest.approx(alone.unavailability, rel=1e-14)
            assert together.frequency[row] == pytest.approx(alone.frequency, rel=1e-14)
    assert stacked(forms[:1], sampled).at(times).unavailability.shape == (3,)
    phased = [
        LawForm(Phased, (("durations", (Quantity(d), Quantity(5.0))), ("rates", (Quantity(1e-3), Quantity(r)))))
        for d, r in ((3.0, 0.1), (7.0, 0.2))
    ]
    together = stacked(phased).at(times)
    for row, form in enumerate(phased):
        assert together.unavailability[row] == pytest.approx(form.law().at(times).unavailability, rel=1e-15)
    steady = LawForm(Repairable, (*forms[0].fields, ("steady_state", True)))
    assert steady.batch != forms[0].batch
    assert steady.law().steady_state


def test_what_a_form_says_of_its_law():
    moved = LawForm(
        PeriodicTest,
        (("rate", Quantity(1e-3, "lambda")), ("interval", Quantity(24.0, "tau")), ("first_test", Quantity(0.0))),
    )
    assert moved.inputs == {"lambda", "tau"} and moved.breakpoint_inputs == {"tau"}
    shared = WeightedForm(((moved, Share(0.1, "beta")), (constant_form(0.5), Share(0.1, "", rest=True))))
    assert shared.breakpoint_inputs == {"tau"} and shared.depends_on_time
    assert not repairable(1e-3, 8.0, "lambda", "mttr").breakpoint_inputs
    assert not constant_form(0.5).depends_on_time
    assert not WeightedForm(((constant_form(0.5), Share(0.1, "beta")),)).depends_on_time
    assert len({form.batch for form in (moved, shared, constant_form(0.5), constant_form(0.25))}) == 3
