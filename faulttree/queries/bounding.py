"""Answers of a query between bounds, where no diagram fits: of numbers made of the probabilities of single gates."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from faulttree.quantification.probability import Probability
from faulttree.queries import syntax
from faulttree.queries.answer import Answer
from faulttree.queries.syntax import Number, Question
from faulttree.results import number_text
from faulttree.wide_floats import nearest

__all__ = ["between_bounds"]

ProbabilityOf = Callable[[str], Probability]
"""Gives the probability of an event or gate by its name. May raise MissingProbabilityError."""
Ends = tuple[float, float]


def between_bounds(question: Question, text: str, probability_of: ProbabilityOf) -> Answer | None:
    """The certain part of the answer: a number or its ends, or yes or no where these decide; None where nothing is.

    Of P(f) with f an event or a gate, negated or not, sums and the like of such, and comparisons of these.
    """
    known = _Known(probability_of)
    if isinstance(question, syntax.Comparison):
        return _compared(question, text, known)
    if not isinstance(question, Number):
        return None
    ends = known.ends(question)
    if ends is None or not all(map(math.isfinite, ends)):
        return None
    if ends[0] == ends[1]:
        return Answer(text, "number", ends[0])
    return Answer(text, "number", None, known.reason, ends=ends)


@dataclass
class _Known:
    """reason: why a probability that was asked for is no exact one."""

    probability_of: ProbabilityOf
    reason: str = ""

    def ends(self, number: Number) -> Ends | None:
        """Between which two numbers it certainly lies; None where that is not known."""
        match number:
            case syntax.Written(value):
                return value, value
            case syntax.Negative(of):
                inner = self.ends(of)
                return None if inner is None else (-inner[1], -inner[0])
            case syntax.ProbabilityOf(of=of, given=None):
                return self._of(of)
            case syntax.Arithmetic(first, rest):
                found = self.ends(first)
                for sign, part in rest:
                    other = self.ends(part)
                    if found is None or other is None or (sign == "/" and other[0] <= 0.0 <= other[1]):
                        return None
                    found = _joined(found, sign, other)
                return found
        return None

    def _of(self, formula: syntax.Formula) -> Ends | None:
        match formula:
            case syntax.Not(of):
                inner = self._of(of)
                return None if inner is None else (1.0 - inner[1], 1.0 - inner[0])
            case syntax.Named(name):
                found = self.probability_of(name)
                self.reason = self.reason or found.reason or ""
                return nearest(found.lower), nearest(found.upper)
        return None


def _joined(one: Ends, sign: str, other: Ends) -> Ends:
    """Interval arithmetic, rounded outward. R. E. Moore, Interval Analysis, 1966."""
    match sign:
        case "+":
            low, high = one[0] + other[0], one[1] + other[1]
        case "-":
            low, high = one[0] - other[1], one[1] - other[0]
        case _:
            each = [a * b if sign == "*" else a / b for a in one for b in other]
            low, high = min(each), max(each)
    if one[0] == one[1] and other[0] == other[1]:
        return low, high
    return math.nextafter(low, -math.inf), math.nextafter(high, math.inf)


def _compared(question: syntax.Comparison, text: str, known: _Known) -> Answer | None:
    numbers = [question.first, *(number for _, number in question.rest)]
    ends = [found for number in numbers if (found := known.ends(number)) is not None]
    if len(ends) < len(numbers):
        return None
    decided = [_decided(one, sign, other) for one, (sign, _), other in zip(ends, question.rest, ends[1:], strict=False)]
    holds = all(decided)
    if not holds and False not in decided:
        return None
    shown = [number_text(low) if low == high else f"[{number_text(low)}, {number_text(high)}]" for low, high in ends]
    reason = " ".join([shown[0], *(f"{sign} {each}" for (sign, _), each in zip(question.rest, shown[1:], strict=True))])
    return Answer(text, "yes or no", holds, reason if holds else f"{reason} does not hold")


def _decided(one: Ends, sign: str, other: Ends) -> bool | None:
    """Whether a comparison holds wherever in their intervals the numbers lie; None where that is open."""
    if sign in (">", ">="):
        one, other, sign = other, one, "<" if sign == ">" else "<="
    if one[1] < other[0] or (sign == "<=" and one[1] <= other[0]):
        return True
    return False if one[0] > other[1] or (sign == "<" and one[0] >= other[1]) else None
