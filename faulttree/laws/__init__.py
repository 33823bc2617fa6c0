"""How components fail and are repaired: q(t), 1 - q(t) and w(t) of every law, over arrays of times and of numbers.

All is in seconds and per second. Nothing here knows a model.
"""

from __future__ import annotations

from faulttree.laws.alike import Alike, alike
from faulttree.laws.duals import Dual, is_moving, slope_of, value_of
from faulttree.laws.exclusive import Alternatives, Initiators, MemberForm, MemberLaw, chained
from faulttree.laws.form import (
    Coefficient,
    Form,
    LawForm,
    LawNumber,
    Quantity,
    WeightedForm,
    column,
    constant_form,
    rate_of_time,
    sigma_of_error_factor,
    stacked,
)
from faulttree.laws.held import Held, HeldForm
from faulttree.laws.law import MOST_BREAKPOINTS, ROUNDED, Arithmetic, FloatArray, Law, Number, State, too_many
from faulttree.laws.life import Constant, Exponential, GammaLife, LognormalLife, Phased, Weibull
from faulttree.laws.momentary import Momentary
from faulttree.laws.moving import Moving
from faulttree.laws.next_failed import NextFailed, NextFailedForm
from faulttree.laws.periodic_test import PeriodicTest
from faulttree.laws.repair import Repairable
from faulttree.laws.weighted import WeightedSum, weighted_state

__all__ = [
    "MOST_BREAKPOINTS",
    "ROUNDED",
    "Alike",
    "Alternatives",
    "Arithmetic",
    "Coefficient",
    "Constant",
    "Dual",
    "Exponential",
    "FloatArray",
    "Form",
    "GammaLife",
    "Held",
    "HeldForm",
    "Initiators",
    "Law",
    "LawForm",
    "LawNumber",
    "LognormalLife",
    "MemberForm",
    "MemberLaw",
    "Momentary",
    "Moving",
    "NextFailed",
    "NextFailedForm",
    "Number",
    "PeriodicTest",
    "Phased",
    "Quantity",
    "Repairable",
    "State",
    "Weibull",
    "WeightedForm",
    "WeightedSum",
    "alike",
    "chained",
    "column",
    "constant_form",
    "is_moving",
    "rate_of_time",
    "sigma_of_error_factor",
    "slope_of",
    "stacked",
    "too_many",
    "value_of",
    "weighted_state",
]
