"""The state of a law as dual numbers: how its probability changes when one of its numbers does."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from faulttree.laws.duals import DUALS, Dual, mean_growth, mean_survival, slope_of, value_of
from faulttree.laws.law import Law, State
from faulttree.laws.repair import Repairable

__all__ = ["Moving", "duals_of", "moving_mean_of_a_chain", "moving_state", "states_of"]

Moving = tuple[Any, Any, Any]
"""q, 1 - q and w, dual numbers or plain ones."""


def moving_state(law: Law, t: Any) -> Moving:
    """The state at a time. Numbers of the law, and the time, may be dual numbers; of w the derivative may be nan."""
    with np.errstate(all="ignore"):
        if isinstance(law, Repairable):
            return _repairable(law, t)
        return law._state(t, DUALS)


def _repairable(law: Repairable, t: Any) -> Moving:
    """State of what is up or down at constant rates.

    q = d exp(-r t) + rate t phi(r t), 1 - q = (1 - d) exp(-r t) + repair_rate t phi(r t), phi(x) = (1 - exp(-x)) / x,
    d the probability of being down at the start, r the sum of the rates. The derivative by each number is taken of the
    side in which no term is subtracted; that by the time is rate (1 - q) - repair_rate q.
    """
    rate, repair_rate, time = value_of(law.rate), value_of(law.repair_rate), value_of(t)
    fails, repairs = slope_of(law.rate), slope_of(law.repair_rate)
    if repair_rate == math.inf and (law.steady_state or time > 0.0):
        return Dual(0.0, 0.0), Dual(1.0, 0.0), law.rate
    both = rate + repair_rate
    if law.steady_state and both > 0.0:
        return _sides(rate / both, repair_rate / both, (fails * repair_rate - repairs * rate) / both**2)
    down, up, dropped = value_of(law.on_demand), 1.0 - value_of(law.on_demand), slope_of(law.on_demand)
    spread, left = mean_survival(Dual(both * time, 1.0)), np.exp(-both * time)
    q, not_q = down * left + rate * time * spread.value, up * left + repair_rate * time * spread.value
    more = time * (up * left - repair_rate * time * spread.slope)
    less = time * (-down * left + rate * time * spread.slope)
    moved = fails * more + repairs * less + dropped * left + slope_of(t) * (rate * not_q - repair_rate * q)
    return _sides(q, not_q, moved)


def moving_mean_of_a_chain(chain: Repairable, over: Any) -> Moving:
    """The means over [0, over], as `averages.mean_state` gives them: of exp(-r t), and of t phi(r t)."""
    rate, repair_rate, end = value_of(chain.rate), value_of(chain.repair_rate), value_of(over)
    if chain.steady_state or repair_rate == math.inf:
        return moving_state(chain, 1.0)
    down, up = value_of(chain.on_demand), 1.0 - value_of(chain.on_demand)
    x = Dual((rate + repair_rate) * end, 1.0)
    left, grown = mean_survival(x), mean_growth(x)
    q, not_q = down * left.value + rate * end * grown.value, up * left.value + repair_rate * end * grown.value
    more = -end * (up * left.slope + repair_rate * end * grown.slope)
    less = end * (down * left.slope + rate * end * grown.slope)
    later = rate * grown.value + (rate + repair_rate) * (down * left.slope + rate * end * grown.slope)
    moved = slope_of(chain.rate) * more + slope_of(chain.repair_rate) * less + slope_of(chain.on_demand) * left.value
    return _sides(q, not_q, moved + slope_of(over) * later)


def _sides(q: Any, not_q: Any, slope: Any) -> Moving:
    return Dual(q, slope), Dual(not_q, -slope), math.nan


def states_of(parts: list[Moving]) -> list[State]:
    """States whose frequencies are the derivatives of q: formulas in which these stand for dq/dt give those of q."""
    return [
        State(*(np.asarray(each, np.float64) for each in (value_of(q), value_of(p), slope_of(q)))) for q, p, _ in parts
    ]


def duals_of(state: State) -> Moving:
    """Dual numbers of such a state, without a frequency."""
    q, not_q, slope = (np.asarray(each)[()] for each in (state.unavailability, state.availability, state.frequency))
    return Dual(q, slope), Dual(not_q, -slope), math.nan
