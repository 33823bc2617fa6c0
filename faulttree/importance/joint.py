"""Joint importance of pairs of events: how much the failure of one changes what the other matters."""

from __future__ import annotations

import decimal
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.importance.slopes import DIGITS, KEPT, LAST_PLACE
from faulttree.importance.underflow import DIGITS as WIDE_DIGITS
from faulttree.importance.underflow import MOST_WORK
from faulttree.quantification.probability import FloatArray, may_underflow
from faulttree.quantification.settled.decimals import DecimalSweeps
from faulttree.quantification.settled.sweeps import SettledSweeps
from faulttree.results import Table
from faulttree.wide_arrays import wide_array
from faulttree.wide_floats import KEEPS_DIGITS, exact_decimals

__all__ = ["JointImportance", "PairImportance", "joint_importance"]

MOST_IN_DECIMALS = 50_000
"""Rows of a diagram times events for which pairs are worked out in decimal numbers: a few seconds."""


@dataclass(frozen=True, slots=True)
class PairImportance:
    """Joint importance of two events, and a bound on its error: see `JointImportance`."""

    first: str
    second: str
    joint: float
    error: float


@dataclass(frozen=True, eq=False)
class JointImportance(Table):
    """Joint importance of every pair of some events.

    joint = d2P / dq_i dq_j = P(top | both) - P(top | only i) - P(top | only j) + P(top | neither), in [-2, 2]. Above 0:
    each matters more once the other has failed, as of two events in parallel; below 0: each matters less, as of two
    in series; 0: neither changes what the other matters. It is the joint reliability importance with its sign turned,
    for that one is the derivative of the reliability by reliabilities.

    error: the value is within it of the exact one, for probabilities that are exact as given; a value that cannot be
    told from zero is 0.

    events: in the tree's order. values, errors: float64[n, n], or object[n, n] where a float holds not all of them;
    symmetric, the diagonal 0.
    Sources: J. S. Hong, C. H. Lie, IEEE Trans. Reliability 42, 1993; M. J. Armstrong, IEEE Trans. Reliability 44, 1995.
    """

    events: tuple[str, ...]
    values: FloatArray
    errors: FloatArray

    def __len__(self) -> int:
        return len(self.events) * (len(self.events) - 1) // 2

    def __iter__(self) -> Iterator[PairImportance]:
        """Every pair, in the tree's order."""
        return (self._pair(i, j) for i, j in itertools.combinations(range(len(self.events)), 2))

    def __getitem__(self, pair: tuple[str, str]) -> PairImportance:
        """The joint importance of two events. Raises UnknownNameError, or InvalidRequestError of one event twice."""
        for event in pair:
            if event not in self.events:
                raise UnknownNameError("event", event, self.events)
        first, second = pair
        if first == second:
            raise InvalidRequestError(f"joint importance is of two events; '{first}' is named twice")
        return self._pair(self.events.index(first), self.events.index(second))

    def ranked(self, most: int | None = None) -> list[PairImportance]:
        """Pairs by falling magnitude, ties in the tree's order; all, or the first `most`."""
        i, j = np.triu_indices(len(self.events), 1)
        falling = np.argsort(-np.abs(self.values[i, j]), kind="stable")[:most]
        return [self._pair(a, b) for a, b in zip(i[falling].tolist(), j[falling].tolist(), strict=True)]

    def records(self) -> list[dict[str, Any]]:
        """One mapping per pair, by falling magnitude."""
        return [asdict(pair) for pair in self.ranked()]

    def columns(self) -> tuple[str, ...]:
        """The records' keys."""
        return ("first", "second", "joint", "error")

    def _pair(self, i: int, j: int) -> PairImportance:
        return PairImportance(self.events[i], self.events[j], self.values.item(i, j), self.errors.item(i, j))


def joint_importance(
    bdd: Bdd, q: FloatArray, not_q: FloatArray, events: Sequence[str], among: Sequence[str] | None = None
) -> JointImportance:
    """Joint importance of all pairs of the events, or of those named in `among`.

    q, not_q: float64[n_levels] in [0, 1]. events: those of the tree, in its order; what the diagram's function does
    not depend on has no joint importance. among: a single name is one event.
    Raises UnknownNameError, InvalidRequestError of less than two events.
    For each event two sweeps down the diagram, with it failed and perfect, give the slopes by all others, whose
    difference is wanted. The slopes are worked out to 30 digits, so that the difference keeps 15 even where the two
    agree in the first fifteen. Time: four sweeps per event in arithmetic twenty times as slow as plain floats.
    Differences that then lack 11 digits are worked out in decimals, unless rows times events exceed 50,000.
    Numbers may be of any exponent: where that is exceeded, one that no float holds is 0 with a bound on its error.
    """
    if among is not None:
        among = [among] if isinstance(among, str) else list(among)
        for event in among:
            if event not in events:
                raise UnknownNameError("event", event, events)
        events = [event for event in events if event in set(among)]
    if len(events) < 2:
        raise InvalidRequestError("joint importance is of pairs; name two events at least")
    sweeps = SettledSweeps(bdd, q, not_q, sweeps=4 * len(events))
    present = [place for place, event in enumerate(events) if event in sweeps.level]
    levels = [sweeps.level[events[place]] for place in present]
    values, errors = np.zeros((2, len(events), len(events)))
    decimals = DecimalSweeps(bdd, q, not_q) if len(bdd.nodes) * len(present) <= MOST_IN_DECIMALS else None
    is_faint = may_underflow(q, not_q)
    for rank, place in enumerate(present[:-1]):
        others, columns = present[rank + 1 :], levels[rank + 1 :]
        value, error = _steps(sweeps, decimals, events[place], columns)
        if decimals is not None and is_faint and (np.abs(value) < KEEPS_DIGITS).any():
            value, error = _wide_steps(decimals, events[place], columns, MOST_WORK // (len(bdd.nodes) * len(present)))
            values, errors = values.astype(object), errors.astype(object)
        values[place, others] = values[others, place] = value
        errors[place, others] = errors[others, place] = error
    return JointImportance(tuple(events), values, errors)


def _steps(
    sweeps: SettledSweeps, decimals: DecimalSweeps | None, event: str, levels: Sequence[int]
) -> tuple[FloatArray, FloatArray]:
    """By how much the slopes of these levels differ with the event and without it, and bounds on the error.

    decimals: what works the differences out that lack 11 digits, if any.
    """
    step = sweeps.slopes({event: True}) - sweeps.slopes({event: False})
    value, lost = step.value[levels], step.error[levels]
    error = lost + LAST_PLACE * np.abs(value)
    for digits in DIGITS:
        lacking = np.flatnonzero(error > KEPT * np.abs(value))
        if decimals is None or not lacking.size:
            break
        one, none = (decimals.slopes(digits, {event: state}).values for state in (True, False))
        value[lacking] = [float(one[levels[i]] - none[levels[i]]) for i in lacking.tolist()]
        # The double-doubles' error tells how large the terms are.
        terms = float(decimals.rounding(digits)) / sweeps.rounding
        error[lacking] = terms * lost[lacking] + LAST_PLACE * np.abs(value[lacking])
    return value, error


def _wide_steps(decimals: DecimalSweeps, event: str, levels: Sequence[int], most: int) -> tuple[Any, Any]:
    """What `_steps` gives, in numbers of any exponent: object[n] each.

    most: digits to work with, if the first attempt has not told all of them from zero.
    """
    for digits in WIDE_DIGITS:
        one, none = (decimals.slopes(digits, {event: state}) for state in (True, False))
        with decimal.localcontext(exact_decimals(digits)):
            rounding = Decimal(0) if one.exact and none.exact else decimals.rounding(digits)
            found = [one.values[level] - none.values[level] for level in levels]
            lost = [rounding * (one.sizes[level] + none.sizes[level]) for level in levels]
        following = WIDE_DIGITS[min(WIDE_DIGITS.index(digits) + 1, len(WIDE_DIGITS) - 1)]
        is_told = all(error <= Decimal(KEPT) * abs(step) for step, error in zip(found, lost, strict=True))
        if is_told or following > most:
            break
    with decimal.localcontext(exact_decimals()):
        steps = [step if abs(step) > error else Decimal(0) for step, error in zip(found, lost, strict=True)]
        errors = [error + Decimal(LAST_PLACE) * abs(step) for step, error in zip(steps, lost, strict=True)]
        return wide_array(steps), wide_array(errors)
