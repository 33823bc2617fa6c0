"""How components fail and are repaired: q(t), 1 - q(t) and w(t) of every law, over arrays of times and of numbers.

All is in seconds and per second. Nothing here knows a model.
"""

from __future__ import annotations

from faulttree.laws.form import (
    Coefficient,
    Form,
    LawForm,
    Quantity,
    WeightedForm,
    constant_form,
    rate_of_time,
    sigma_of_error_factor,
    stacked,
)
from faulttree.laws.law import ROUNDED, FloatArray, Law, Number, State
from faulttree.laws.life import Constant, Exponential, GammaLife, LognormalLife, Phased, Weibull
from faulttree.laws.periodic_test import PeriodicTest
from faulttree.laws.repair import Repairable
from faulttree.laws.weighted import WeightedSum, weighted_state

__all__ = [
    "ROUNDED",
    "Coefficient",
    "Constant",
    "Exponential",
    "FloatArray",
    "Form",
    "GammaLife",
    "Law",
    "LawForm",
    "LognormalLife",
    "Number",
    "PeriodicTest",
    "Phased",
    "Quantity",
    "Repairable",
    "State",
    "Weibull",
    "WeightedForm",
    "WeightedSum",
    "constant_form",
    "rate_of_time",
    "sigma_of_error_factor",
    "stacked",
    "weighted_state",
]
