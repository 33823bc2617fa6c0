"""What reaches a target: the value that each parameter alone would have to have."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from faulttree.errors import InvalidRequestError
from faulttree.importance.parameters import in_si, most, scale_of
from faulttree.importance.targets import Verdict, check_target, target_heading, without_nan
from faulttree.model.parameters import Parameter
from faulttree.quantification.probability import FloatArray
from faulttree.results import NamedRows

__all__ = ["ParameterTarget", "ParameterTargets", "parameters_to_reach"]

TopAt = Callable[[str, FloatArray], FloatArray]
"""Of a parameter's name and values of it in SI, float64[B]: P(top), float64[B], by batches.

May raise InvalidRequestError of values that some law cannot have.
"""

DOUBLINGS = 40
"""How far up and down values are tried: a factor of 2**40, a million million."""
PARTS = 32
ROUNDING = 1e-12
"""Relative: P may go back by this and still count as going one way."""
MISSED = 1e-9
"""Relative: a value at which P is further than this from the target is at a jump of P."""


@dataclass(frozen=True, slots=True)
class ParameterTarget:
    """What one parameter alone would need for the target: see `ParameterTargets`."""

    parameter: str
    unit: str
    value: float
    required: float
    factor: float
    verdict: Verdict | Literal["no single value"]


@dataclass(frozen=True, eq=False)
class ParameterTargets(NamedRows[ParameterTarget]):
    """For every parameter, the value at which P(top) is the target while all others stay; the least change first.

    value, required: in the unit in which the parameter is written, '' for a plain number. factor: value / required.
    verdict: as of events, see `Targets`; what a factor of a million million up or down does not do, cannot be done.
    'no single value' where P does not follow the parameter one way, or jumps past the target, as it does with test
    intervals; required and factor are nan then.
    """

    named, thing = "parameter", "parameter"

    target: float
    present: float
    rows: tuple[ParameterTarget, ...]

    def records(self) -> list[dict[str, Any]]:
        """One mapping per row, in order; None for what there is not."""
        return without_nan(super().records())

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        return {"target": self.target, "present": self.present, "rows": self.records()}

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """What the rows are about."""
        return (target_heading(self.target, self.present, "parameter"),), ()


def parameters_to_reach(
    target: float, present: float, parameters: Mapping[str, Parameter], top_at: TopAt, seconds: float
) -> ParameterTargets:
    """What each parameter that P depends on alone would need for P(top) = target.

    present: P(top). top_at: see `TopAt`. seconds: the time at which all this is meant, for the scale of a value of 0.
    P is tried at doubled and halved values; where it goes one way, the value is found between two of them, to about
    1e-14 of it or to the digits of P.
    Raises InvalidRequestError of a target outside [0, 1], or one that is there already.
    """
    check_target(target, present)
    rows = []
    for name, parameter in parameters.items():
        row = _reached(name, parameter, target, present, top_at, seconds)
        if row is not None:
            rows.append(row)
    return ParameterTargets(target, present, tuple(sorted(rows, key=_change)))


def _reached(
    name: str, parameter: Parameter, target: float, present: float, top_at: TopAt, seconds: float
) -> ParameterTarget | None:
    value, unit = in_si(parameter)
    name_of_unit = "" if isinstance(parameter.value, float) else str(parameter.value).split(" ", 1)[1]

    def row(required: float, verdict: Verdict | Literal["no single value"]) -> ParameterTarget:
        factor = math.nan if math.isnan(required) else value / required
        return ParameterTarget(name, name_of_unit, value / unit, required / unit, factor, verdict)

    tried = _tried(name, parameter, value, top_at, seconds)
    if tried is None:
        return row(math.nan, "no single value")
    values, p = tried
    if np.all(p == p[0]):
        return None
    steps, noise = np.diff(p), ROUNDING * np.maximum(p[1:], p[:-1])
    rises = bool(p[-1] > p[0])
    if np.any((steps if rises else -steps) < -noise):
        return row(math.nan, "no single value")
    above = (p >= target) if rises else (p <= target)
    if above.all() or not above.any():
        return row(math.nan, "no limit" if target > present else "cannot alone")
    place = int(np.argmax(above))
    low, high = float(values[place - 1]), float(values[place])
    required, found = _narrowed(name, low, high, target, rises, top_at)
    if abs(found - target) > MISSED * target:
        return row(math.nan, "no single value")
    up = required > value
    if target > present:
        return row(required, "may rise to" if up else "may fall to")
    return row(required, "raise to" if up else "lower to")


def _tried(
    name: str, parameter: Parameter, value: float, top_at: TopAt, seconds: float
) -> tuple[FloatArray, FloatArray] | None:
    """Rising values of the parameter, as far up and down as all laws take, and P at each; None without any."""
    base, end = value or scale_of(parameter, seconds), most(value, parameter)

    def p_at(values: FloatArray) -> FloatArray | None:
        try:
            return top_at(name, values)
        except InvalidRequestError:
            # Some law has no such value, as a test that takes longer than its interval, or more alternatives than all.
            return None

    def reached(doublings: int) -> FloatArray:
        """The values up to so many doublings, or down to so many halvings."""
        return np.minimum(np.ldexp(base, np.arange(min(0, doublings), max(0, doublings) + 1)), end)

    def within(sign: int) -> FloatArray:
        """The values one way that all laws take, and the last that they do."""
        if p_at(reached(sign * DOUBLINGS)) is not None:
            return reached(sign * DOUBLINGS)
        taken, refused = 0, DOUBLINGS
        while refused - taken > 1:
            middle = (taken + refused) // 2
            taken, refused = (taken, middle) if p_at(reached(sign * middle)) is None else (middle, refused)
        values = reached(sign * taken)
        good, bad = float(np.ldexp(base, sign * taken)), float(min(np.ldexp(base, sign * refused), end))
        while good < (between := good + (bad - good) / 2.0) < bad or bad < between < good:
            good, bad = (good, between) if p_at(np.array([between])) is None else (between, bad)
        return np.append(values, good)

    if p_at(np.array([base])) is None:
        return None
    values = np.unique(np.concatenate([within(-1), within(1)]))
    p = p_at(values)
    return None if p is None else (values, p)


def _narrowed(name: str, low: float, high: float, target: float, rises: bool, top_at: TopAt) -> tuple[float, float]:
    """The value between two at which P passes the target, and P there."""
    while True:
        values = np.linspace(low, high, PARTS + 1)
        p = top_at(name, values)
        above = (p >= target) if rises else (p <= target)
        place = max(1, int(np.argmax(above)) if above.any() else PARTS)
        closer = place if abs(p[place] - target) <= abs(p[place - 1] - target) else place - 1
        if p[closer] == target or high - low <= PARTS * np.spacing(high):
            return float(values[closer]), float(p[closer])
        low, high = float(values[place - 1]), float(values[place])


def _change(row: ParameterTarget) -> tuple[bool, float]:
    if math.isnan(row.required):
        return True, math.inf
    return False, abs(math.log(row.factor)) if row.factor > 0.0 else math.inf
