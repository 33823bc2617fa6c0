"""Conditional probabilities below the smallest float: which have lost digits, and the same without loss."""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.importance.conditionals import Conditionals
from faulttree.importance.slopes import KEPT
from faulttree.quantification.probability import FloatArray, may_underflow
from faulttree.quantification.settled.decimals import DecimalSlopes, DecimalSweeps
from faulttree.wide_arrays import wide_array
from faulttree.wide_floats import KEEPS_DIGITS, exact_decimals

__all__ = ["DIGITS", "MOST_WORK", "lost_digits", "without_loss"]

DIGITS = (60, 360, 1200, 4000)
"""Decimal digits to work with, one after the other, until all slopes have eleven."""
MOST_WORK = 20_000_000
"""Rows times digits of the last attempt."""
DOUBTFUL = Decimal("1e-30")
"""A sum of two terms this small beside them is worked out by a sweep of its own."""
CHUNK = 2_000_000_000
"""Bits of all rows together that are swept at once."""


def lost_digits(bdd: Bdd, q: FloatArray, not_q: FloatArray, found: Conditionals[float], root: str = "top") -> bool:
    """Whether a probability, slope or loss is so small that floats have lost digits of it, or all of them.

    found: by level, as `conditionals` gives it. A number that is 0 because an event is impossible, or because the top
    never occurs without some event, has lost nothing.
    """
    if not may_underflow(q, not_q):
        return False
    used = np.array(sorted(bdd.levels_in_use()), np.intp)
    with_event, without_event = found.with_event[used] < KEEPS_DIGITS, found.without_event[used] < KEEPS_DIGITS
    own = np.where(q[used] > 0.0, q[used], 1.0)
    flat = np.minimum(np.abs(found.slope[used]), own * np.abs(found.slope[used])) < KEEPS_DIGITS
    faint = own * found.with_event[used] < KEEPS_DIGITS
    suspects = used[with_event | without_event | flat | faint].tolist()
    never_with, never_without = _never(bdd, q, not_q, bdd.roots[root], suspects)
    cannot_with, cannot_without = (np.isin(used, list(never)) for never in (never_with, never_without))
    lost = (with_event | faint) & ~cannot_with | without_event & ~cannot_without
    return bool((lost | flat & ~(cannot_with & cannot_without)).any())


def without_loss(bdd: Bdd, q: FloatArray, not_q: FloatArray, monotone: bool, root: str = "top") -> Conditionals[float]:
    """Conditional probabilities by level, as `conditionals` gives them, in numbers of any exponent.

    The arrays hold a float, or a `WideFloat` where none holds the number: object[n_levels] each. Probabilities have 15
    digits, slopes 11 unless `error` says otherwise: of a monotone function the differences that cancel are followed
    down the diagram, of any other the decimal numbers have digits enough to subtract, up to 4,000.
    """
    sweeps = DecimalSweeps(bdd, q, not_q, root)
    used = sorted(bdd.levels_in_use())
    slopes, digits = _slopes(sweeps, len(bdd.nodes), used, monotone)
    never_with, never_without = _never(bdd, q, not_q, bdd.roots[root], used)
    with decimal.localcontext(exact_decimals(DIGITS[0])):
        rounding = sweeps.rounding(digits)
        top, _ = sweeps.probability(DIGITS[0], {})
        n = len(bdd.variables)
        columns = [[Decimal(0)] * n for _ in range(6)]
        for level in used:
            event, slope = bdd.variables[level], slopes.values[level]
            small = Decimal(float(min(q[level], not_q[level])))
            fails, works = (small, 1 - small) if q[level] <= not_q[level] else (1 - small, small)
            ends = []
            for state, step, never in ((True, works * slope, never_with), (False, -fails * slope, never_without)):
                end = top + step
                if level in never:
                    end = Decimal(0)
                elif end < DOUBTFUL * top or slopes.sizes[level] * rounding > DOUBTFUL * abs(end):
                    end, _ = sweeps.probability(DIGITS[0], {event: state})
                ends.append(end)
            error = Decimal(0) if slopes.exact else slopes.sizes[level] * rounding
            row = (fails, *ends, slope, fails * slope, error)
            for column, number in zip(columns, row, strict=True):
                column[level] = number
        (whole,) = wide_array([top]).tolist()
        return Conditionals(whole, *map(wide_array, columns))


def _slopes(sweeps: DecimalSweeps, n_rows: int, used: Sequence[int], monotone: bool) -> tuple[DecimalSlopes, int]:
    """The slopes of the levels, with eleven digits each if that takes no more than the most digits, and the digits."""
    for digits in DIGITS:
        found = sweeps.slopes(digits, monotone=monotone)
        rounding = sweeps.rounding(digits)
        lacking = any(found.sizes[level] * rounding > Decimal(KEPT) * abs(found.values[level]) for level in used)
        following = DIGITS[min(DIGITS.index(digits) + 1, len(DIGITS) - 1)]
        if found.exact or not lacking or following * n_rows > MOST_WORK:
            break
    return found, digits


def _never(
    bdd: Bdd, q: FloatArray, not_q: FloatArray, root: int, levels: Sequence[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """Those of the levels with whose event the function is never true, and those without whose event it never is."""
    width = max(64, CHUNK // (4 * len(bdd.nodes)))
    found: list[set[int]] = [set(), set()]
    for start in range(0, len(levels), width):
        chunk = list(levels[start : start + width])
        needed = _needed(bdd, q, not_q, root, chunk)
        for place, level in enumerate(chunk):
            for state in (0, 1):
                if needed >> (2 * place + state) & 1:
                    found[state].add(level)
    return frozenset(found[0]), frozenset(found[1])


def _needed(bdd: Bdd, q: FloatArray, not_q: FloatArray, root: int, levels: Sequence[int]) -> int:
    """In bit 2 i + 1 whether the i-th level's event occurs in all states that make the function true; in 2 i, in none.

    All bits where the function is true in no state of positive probability.
    """
    everything = (1 << 2 * len(levels)) - 1
    bits = {level: (1 << 2 * place, 1 << 2 * place + 1) for place, level in enumerate(levels)}
    modules, occurs, absent = bdd.modules.tolist(), (q > 0.0).tolist(), (not_q > 0.0).tolist()
    # Of every row and its complement: what holds in all ways to true.
    rows = [(everything, 0)]
    for level, low, high in bdd.nodes[1 : (root >> 1) + 1].tolist():
        module = modules[level] >> 1
        if module:
            with_it, without_it = rows[module]
        else:
            # Of the events asked about both states count, however improbable.
            never, always = bits.get(level, (0, 0))
            with_it = always if always or occurs[level] else everything
            without_it = never if never or absent[level] else everything
        lows, highs = rows[low >> 1], rows[high >> 1][:: -1 if high & 1 else 1]
        rows.append(((with_it | highs[0]) & (without_it | lows[0]), (with_it | highs[1]) & (without_it | lows[1])))
    return rows[root >> 1][root & 1]
