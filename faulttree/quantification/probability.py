"""Exact probabilities of a diagram's functions, and the value in which every probability is given."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.kernel_modes import kernels_for
from faulttree.quantification import _kernels
from faulttree.quantification.settled.decimals import DecimalSweeps
from faulttree.results import Shown, bounds_text, is_narrow, number_text
from faulttree.wide_floats import KEEPS_DIGITS, log10, wide_float

__all__ = [
    "NEARLY_CERTAIN",
    "FloatArray",
    "Probability",
    "RowProbabilities",
    "beside_one",
    "certain_text",
    "may_underflow",
    "probabilities",
    "row_probabilities",
]

FloatArray = npt.NDArray[np.float64]

NEARLY_CERTAIN = 1.0 - 1e-9
"""Above this a probability is 1 less that of the complement."""
DIGITS = 40
"""Decimal digits of sums of positive terms that are too small for floats."""


@dataclass(frozen=True, slots=True)
class Probability(Shown):
    """A probability with its method and what is certain about it.

    value: in [0, 1]; of an interval its upper end, so that it is never below the exact value.
    method: 'exact', 'exact by counting', 'interval', 'rare-event' or 'min-cut upper bound'.
    lower, upper: the exact value lies in [lower, upper]; 'exact' means exact up to the
    rounding of floating point, a few units in the last place per level of the diagram. A count also takes two parts
    of a tree for equal when 124 bits of hash are: wrongly with a probability below 1e-20.
    reason: why an interval is no exact value, in words; None of what is no interval.
    A number below 2.2e-308 is a `WideFloat`, which reckons, compares and prints like any other: `1.000e-350`.
    """

    value: float
    method: str
    lower: float
    upper: float
    reason: str | None = None

    @classmethod
    def exact(cls, value: float) -> Probability:
        """A probability that is known, from a decision diagram."""
        return cls(value, "exact", value, value)

    @classmethod
    def counted(cls, value: float) -> Probability:
        """A probability that is known, from a count on the circuit."""
        return cls(value, "exact by counting", value, value)

    @classmethod
    def bounded(cls, lower: float, upper: float, reason: str | None = None) -> Probability:
        """A probability of which two certain bounds are known. reason: why not more."""
        return cls(upper, "interval", lower, upper, reason)

    @property
    def quantity(self) -> Literal["probability"]:
        """What it is, in a word."""
        return "probability"

    @property
    def unit(self) -> Literal[""]:
        """None; see `Frequency`."""
        return ""

    @property
    def is_exact(self) -> bool:
        """Whether the value is the exact one, but for rounding."""
        return self.method.startswith("exact")

    @property
    def bound(self) -> Literal["none", "upper"]:
        """'upper' when the value is not exact and never below the exact one; 'none' when it is exact."""
        return "none" if self.is_exact else "upper"

    @property
    def log10(self) -> float:
        """Common logarithm of the value, however small that is; -inf of 0."""
        return log10(self.value)

    @property
    def relative_width(self) -> float:
        """(upper - lower) / upper: 0 when exact, 1 when nothing is known but that it is at most `upper`."""
        return (self.upper - self.lower) / self.upper if self.upper else 0.0

    def within(self, other: Probability) -> Probability:
        """The narrower statement that follows from two about the same probability."""
        if self.is_exact or other.is_exact:
            return self if self.is_exact else other
        reason = self.reason or other.reason
        return Probability.bounded(max(self.lower, other.lower), min(self.upper, other.upper), reason)

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        return asdict(self)

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        if self.method == "interval":
            return certain_text(self.lower, self.upper, "", self.reason)
        return f"{number_text(self.value)} ({self.method}{', never below the exact value' * (self.bound == 'upper')})"


def certain_text(lower: float, upper: float, unit: str, reason: str | None) -> str:
    """Certain bounds, and why not more is known; where they as good as meet, one number and how far it is certain."""
    width, why = (upper - lower) / upper if upper else 0.0, f"; {reason}" if reason else ""
    if is_narrow(lower, upper):
        return " ".join(filter(None, [bounds_text(lower, upper), unit, f"(certain to {width:.1g} of it{why})"]))
    ends = " ".join(filter(None, [f"between {number_text(lower)} and {number_text(upper)}", unit]))
    return f"{ends} (certain, {width:.2g} of the upper end wide{why})"


@dataclass(frozen=True, eq=False)
class RowProbabilities:
    """Probability of every row of a diagram, and of its complement: float64[n] each, and 0 where floats are too large.

    bdd, q, not_q: what they were worked out from, float64[n_levels] each.
    """

    p: FloatArray
    not_p: FloatArray
    q: FloatArray
    not_q: FloatArray
    bdd: Bdd = field(repr=False)

    def at(self, edge: int) -> float:
        """Probability of an edge's function, in [0, 1]; exactly 1 where it is certain, 0 where it is impossible."""
        return self.each([edge])[0]

    def each(self, edges: Sequence[int]) -> list[float]:
        """Probability of the function of each edge, as `at` gives it.

        All terms of a sum are positive, so that only a small sum can have lost digits to underflow; it is worked out
        again in decimal numbers.
        """
        places, negated = np.array(edges, np.int64) >> 1, (np.array(edges, np.int64) & 1).astype(bool)
        p, not_p = self.p[places], self.not_p[places]
        found: list[float] = beside_one(np.where(negated, not_p, p), np.where(negated, p, not_p)).tolist()
        small = [place for place, value in enumerate(found) if value < KEEPS_DIGITS and edges[place]]
        if small and (possible := self._possible([edges[place] for place in small], small)):
            wide = [edges[place] for place in possible]
            sweeps = DecimalSweeps(self.bdd, self.q, self.not_q, max(wide))
            for place, number in zip(possible, sweeps.probabilities(DIGITS, wide), strict=True):
                found[place] = wide_float(number)
        return found

    def _possible(self, edges: Sequence[int], places: Sequence[int]) -> list[int]:
        """The places of the edges whose functions are true in some state of positive probability."""
        can, can_not = np.empty(len(self.p), np.int8), np.empty(len(self.p), np.int8)
        kernels_for(_kernels, len(self.p)).possible(self.bdd.nodes, self.bdd.modules, self.q, self.not_q, can, can_not)
        return [place for place, edge in zip(places, edges, strict=True) if (can_not if edge & 1 else can)[edge >> 1]]


def beside_one(p: FloatArray, not_p: FloatArray) -> FloatArray:
    """A probability that has both its own sum and that of its complement, as every engine of diagrams gives it.

    p, not_p: float64 of one shape, in [0, 1], summed apart. Above 1 - 1e-9 the complement has the digits, so that the
    probability is one minus it: exactly 1 where the complement is 0.
    """
    found: FloatArray = np.where(p > NEARLY_CERTAIN, 1.0 - not_p, p)
    return found


def may_underflow(q: FloatArray, not_q: FloatArray) -> bool:
    """Whether some state of the events, q and not_q, may be so improbable that floats lose its digits."""
    rarer = np.minimum(q, not_q)
    return bool(np.log10(rarer[rarer > 0.0]).sum() < math.log10(KEEPS_DIGITS))


def row_probabilities(bdd: Bdd, q: FloatArray, not_q: FloatArray | None = None, sweeps: int = 1) -> RowProbabilities:
    """Probability of every row in one upward sweep.

    q: float64[n_levels], probability of each event by level, in [0, 1]; events are independent.
    That of a level that stands for a module is worked out here, whatever q says.
    not_q: 1 - q with its own digits, where these are known better than q tells them.
    sweeps: how many like it are to come, which decides whether compiling pays.
    A function and its complement are summed apart, so both keep their digits however small they are.
    """
    p, not_p = np.empty(len(bdd.nodes)), np.empty(len(bdd.nodes))
    not_q = 1.0 - q if not_q is None else not_q
    kernels_for(_kernels, len(bdd.nodes) * max(1, sweeps // 8)).bdd_probability(
        bdd.nodes, bdd.modules, q, not_q, p, not_p
    )
    return RowProbabilities(p, not_p, q, not_q, bdd)


def probabilities(bdd: Bdd, q: FloatArray, not_q: FloatArray | None = None) -> Mapping[str, float]:
    """Exact probability of every named function of a diagram, each in [0, 1]. q, not_q: as in `row_probabilities`."""
    found = row_probabilities(bdd, q, not_q).each(list(bdd.roots.values()))
    return dict(zip(bdd.roots, found, strict=True))
