"""Random deviates of constants as the uncertainty of a number, and back.

Other deviates stay what they are, an expression at its mean.

Source: Open-PSA Model Exchange Format, version 2.0d, section "Random-Deviates".
"""

from __future__ import annotations

from decimal import Decimal
from itertools import accumulate, pairwise
from statistics import NormalDist
from typing import Any

from pydantic import ValidationError

from faulttree.formats.open_psa.elements import XmlElement
from faulttree.formats.open_psa.expressions import CONSTANTS, number_in
from faulttree.model.quantities import Duration, Rate
from faulttree.model.uncertainty import Uncertainty

__all__ = ["deviate_of", "uncertainty_of"]

FAR = 40.0
"""Standard deviations from the mean of a normal variable beyond which no floating point number tells a difference."""
_LEVEL = 0.95  # the percentile that an error factor is of here
_UNITS = {"rate": "/h", "time": "h"}


def uncertainty_of(element: XmlElement, dimension: str) -> Uncertainty | None:
    """What a deviate says of a number: per hour for a "rate", in hours for a "time".

    None where it is no deviate of constants, or has numbers that no uncertainty here takes, such as an end out of
    order. The values of a histogram are points, with the widths of the bins as weights.
    Raises FaultyError when a constant is not understood.
    """
    if element.tag == "histogram":
        parts = [half for part in element.children for half in (part.children if part.tag == "bin" else [part])]
    else:
        parts = element.children
    if not parts or any(part.tag not in CONSTANTS for part in parts):
        return None
    written = _spread(element.tag, [number_in(part) for part in parts], dimension)
    try:
        return None if written is None else Uncertainty.model_validate(written)
    except ValidationError:
        return None


def _spread(tag: str, given: list[float], dimension: str) -> dict[str, Any] | None:
    def amount(number: float) -> float | Rate | Duration:
        return Rate(number, "h") if dimension == "rate" else Duration(number, "h") if dimension == "time" else number

    try:
        match tag, given:
            case "uniform-deviate", [low, high]:
                return {"uniform": {"low": amount(low), "high": amount(high)}}
            case "normal-deviate", [mean, sd]:
                # What is not above 0 on average is no probability, rate or time, and is not cut off there.
                ends = {} if mean > 0.0 else {"low": amount(mean - FAR * sd)}
                return {"normal": {"mean": amount(mean), "sd": amount(sd), **ends}}
            case "histogram", [start, *rest] if rest and len(rest) % 2 == 0:
                bounds = [Decimal(repr(bound)) for bound in (start, *rest[::2])]
                widths = [float(high - low) for low, high in pairwise(bounds)]
                weights = {} if len(set(widths)) == 1 else {"weights": widths}
                return {"empirical": {"values": [amount(value) for value in rest[1::2]], **weights}}
            case "lognormal-deviate", [mean, error_factor, level] if 0.5 < level < 1.0:
                if level != _LEVEL:
                    error_factor **= NormalDist().inv_cdf(_LEVEL) / NormalDist().inv_cdf(level)
                return {"lognormal": {"mean": amount(mean), "error_factor": error_factor}}
            case "lognormal-deviate", [mu, sigma]:
                unit = {"unit": _UNITS[dimension]} if dimension in _UNITS else {}
                return {"lognormal": {"mu": mu, "sigma": sigma, **unit}}
            case "gamma-deviate", [shape, scale]:
                return {"gamma": {"shape": shape, "scale": amount(scale)}}
            case "beta-deviate", [alpha, beta] if dimension not in _UNITS:
                return {"beta": {"alpha": alpha, "beta": beta}}
    except ValueError:  # a rate or a time below 0, or an error factor too large
        return None
    return None


def _histogram(uncertainty: Uncertainty, value: float | Rate | Duration) -> tuple[str, list[float]] | None:
    """Values and their weights as a histogram: a lower bound, then the upper bound and the value of each bin."""
    spread = uncertainty.empirical
    assert spread is not None, "asked of these only"
    weights = [Decimal(repr(weight)) for weight in spread.weights or (1.0,) * len(spread.values)]
    numbers = [each.value if isinstance(each, Rate | Duration) else each for each in spread.values]
    bounds = [float(bound) for bound in accumulate(weights)]
    given = [0.0, *(number for pair in zip(bounds, numbers, strict=True) for number in pair)]
    again = _spread("histogram", given, uncertainty.dimension)
    same = again is not None and min(weights) > 0 and Uncertainty.model_validate(again) == uncertainty
    return ("histogram", given) if same and uncertainty.mean == value else None


def deviate_of(uncertainty: Uncertainty | None, value: float | Rate | Duration) -> tuple[str, list[float]] | None:
    """The deviate that gives an uncertainty back as it is written, and its numbers, in hours.

    value: the uncertain number. None for what no deviate says: other distributions, other units, another mean.
    """
    if uncertainty is None:
        return None
    spread = getattr(uncertainty, uncertainty.kind)
    if uncertainty.kind == "empirical":
        return _histogram(uncertainty, value)
    keys = {
        "lognormal": ("mean", "error_factor") if getattr(spread, "mu", None) is None else ("mu", "sigma"),
        "beta": ("alpha", "beta"), "gamma": ("shape", "scale"), "uniform": ("low", "high"), "normal": ("mean", "sd"),
    }.get(uncertainty.kind, ())  # fmt: skip
    written = [getattr(spread, key) for key in keys]
    numbers = [each.value if isinstance(each, Rate | Duration) else each for each in written]
    if not keys or None in numbers:
        return None
    tag = f"{uncertainty.kind}-deviate"
    numbers += [_LEVEL] * (keys[-1] == "error_factor")
    again = _spread(tag, numbers, uncertainty.dimension)
    if again is None or Uncertainty.model_validate(again) != uncertainty:
        return None
    # What a reader takes for the value.
    return (tag, numbers) if uncertainty.mean == value else None
