"""How an expression goes on in time: whether it only rises, and where it bends or jumps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.expressions.operations import OPERATIONS
from faulttree.expressions.program import LEAF, TIME, Program
from faulttree.laws import MOST_BREAKPOINTS, FloatArray, Number, too_many

__all__ = ["breakpoints", "moving_leaves", "never_falls"]

_RISING = {"expm1", "exp", "log", "log1p", "log10", "sqrt", "atan", "tanh", "sinh", "asin", "neg", "complement", "acos"}
_FALLING = {"neg", "complement", "acos"}
_KINKED = {"abs", "ceil", "floor", "mod", "min", "max", "eq", "df", "lt", "gt", "leq", "geq"}


@dataclass(frozen=True, slots=True)
class _Course:
    """Where the values of a step lie at all times from 0 on, and how they go: 1 never down, -1 never up, 0 level.

    trend: None where that is not known.
    """

    low: float
    high: float
    trend: int | None


_UNKNOWN = _Course(-math.inf, math.inf, None)


def never_falls(program: Program, numbers: Sequence[Number]) -> bool:
    """Whether the value certainly never falls from time 0 on, whichever of its numbers holds.

    By intervals and signs; False where these do not tell. What is repaired is not said to rise even where it does.
    """
    timed = program.timed()
    values = program.values_of_steps(numbers, 0.0)
    found: list[_Course] = []
    for place, step in enumerate(program.steps):
        if not timed[place]:
            low, high = float(np.min(values[place])), float(np.max(values[place]))
            found.append(_UNKNOWN if math.isnan(low + high) else _Course(low, high, 0))
        elif step.operation == TIME:
            found.append(_Course(0.0, math.inf, 1))
        else:
            found.append(_course(step.operation, [found[each] for each in step.arguments]))
    return found[program.value].trend in (0, 1)


def _course(operation: str, x: list[_Course]) -> _Course:
    """The course of an operation that has a time-dependent argument."""
    if operation in _RISING:
        with np.errstate(all="ignore"):
            ends = [float(OPERATIONS[operation].value([np.asarray(end)])) for end in (x[0].low, x[0].high)]
        return _within(ends, _flipped(x[0].trend) if operation in _FALLING else x[0].trend)
    match operation:
        case "add" | "mean":
            n = len(x) if operation == "mean" else 1
            return _within([sum(each.low for each in x) / n, sum(each.high for each in x) / n], _joined(x))
        case "sub":
            other = _Course(-x[1].high, -x[1].low, _flipped(x[1].trend))
            return _course("add", [x[0], other])
        case "mul":
            product = x[0]
            for each in x[1:]:
                product = _product(product, each)
            return product
        case "div" if x[1].low > 0.0:
            inverse = _Course(1.0 / x[1].high, 1.0 / x[1].low, _flipped(x[1].trend))
            return _product(x[0], inverse)
        case "pow":
            return _power(*x)
        case "one less power":
            base = _Course(1.0 - x[0].high, 1.0 - x[0].low, _flipped(x[0].trend))
            left = _power(base, x[1])
            return _within([1.0 - left.high, 1.0 - left.low], _flipped(left.trend))
        case "min" | "max":
            choose = min if operation == "min" else max
            return _within([choose(each.low for each in x), choose(each.high for each in x)], _joined(x))
        case "defined":
            return x[1]
        case "if" if x[0].trend == 0:
            return _within([min(x[1].low, x[2].low), max(x[1].high, x[2].high)], _joined(x[1:]))
    return _UNKNOWN


def _within(ends: Sequence[float], trend: int | None) -> _Course:
    """A trend of None stays one: what is not known of a part is not known of the whole."""
    if any(map(math.isnan, ends)):
        return _UNKNOWN
    return _Course(min(ends), max(ends), trend)


def _flipped(trend: int | None) -> int | None:
    return None if trend is None else -trend


def _joined(x: Sequence[_Course]) -> int | None:
    trends = {each.trend for each in x} - {0}
    return 0 if not trends else trends.pop() if len(trends) == 1 else None


def _product(one: _Course, other: _Course) -> _Course:
    ends = [_times(a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
    trend: int | None = None
    if one.low >= 0.0 and other.low >= 0.0:
        trend = _joined([one, other])
    elif one.trend == 0 or other.trend == 0:
        level, moving = (one, other) if one.trend == 0 else (other, one)
        if level.low >= 0.0 or level.high <= 0.0:
            trend = moving.trend if level.low >= 0.0 else _flipped(moving.trend)
    return _within(ends, trend)


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0.0 or b == 0.0 else a * b


def _power(base: _Course, exponent: _Course) -> _Course:
    if base.low < 0.0:
        return _UNKNOWN
    with np.errstate(all="ignore"):
        ends = [float(np.power(a, b)) for a in (base.low, base.high) for b in (exponent.low, exponent.high)]
    trend: int | None = None
    if exponent.trend == 0 and (exponent.low >= 0.0 or exponent.high <= 0.0):
        trend = base.trend if exponent.low >= 0.0 else _flipped(base.trend)
    elif base.trend == 0 and (base.high <= 1.0 or base.low >= 1.0):
        trend = exponent.trend if base.low >= 1.0 else _flipped(exponent.trend)
    return _within(ends, trend)


def breakpoints(program: Program, numbers: Sequence[Number], until: float) -> FloatArray:
    """Instants in (0, until), rising, at which the value jumps or bends: float64[n], seconds.

    Those of operations on what is a straight line in time. Others are left to whoever integrates.
    Raises InvalidRequestError if they are more than 100,000.
    """
    with np.errstate(all="ignore"):  # what has no value has no jump
        found = [np.empty(0), *_kinks(program, numbers, until)]
    instants = np.unique(np.concatenate([np.ravel(each) for each in found]))
    return instants[(instants > 0.0) & (instants < until)]


def _kinks(program: Program, numbers: Sequence[Number], until: float) -> Iterator[FloatArray]:
    lines = _lines(program, numbers)
    values = program.values_of_steps(numbers, 0.0)
    guards = {each for step in program.steps if step.operation == "defined" for each in step.arguments[:1]}
    guards |= {each for place in guards for each in program.steps[place].arguments}
    for place, step in enumerate(program.steps):
        if step.operation.startswith("periodic_test"):
            yield from _of_tests([values[each] for each in step.arguments], lines[step.arguments[-1]], until)
        if step.operation not in _KINKED or place in guards:
            continue
        x = [lines[each] for each in step.arguments]
        if step.operation in ("ceil", "floor", "mod"):
            divisor = x[1] if step.operation == "mod" else (np.asarray(1.0), np.asarray(0.0))
            if x[0] is not None and divisor is not None and not np.any(divisor[1]):
                yield from _multiples(x[0][0] / divisor[0], x[0][1] / divisor[0], until)
            continue
        pairs = [(x[0], (np.asarray(0.0), np.asarray(0.0)))] if step.operation == "abs" else [
            (one, other) for place, one in enumerate(x) for other in x[place + 1 :]
        ]  # fmt: skip
        for one, other in pairs:
            if one is not None and other is not None:
                with np.errstate(all="ignore"):
                    yield np.nan_to_num(np.ravel((other[0] - one[0]) / (one[1] - other[1])), posinf=0.0, neginf=0.0)


def _multiples(start: FloatArray, slope: FloatArray, until: float) -> Iterator[FloatArray]:
    """Where start + slope t is whole."""
    for a, b in zip(*map(np.ravel, np.broadcast_arrays(start, slope)), strict=True):
        if b == 0.0 or not math.isfinite(a + b):
            continue
        low, high = sorted((a, a + b * until))
        if high - low > MOST_BREAKPOINTS:
            raise too_many("an expression", high - low, "give it fewer steps in time")
        yield (np.arange(math.ceil(low), math.floor(high) + 1) - a) / b


def _of_tests(values: list[Any], line: tuple[FloatArray, FloatArray] | None, until: float) -> Iterator[FloatArray]:
    """The tests of a periodically tested component whose time is a straight line in time."""
    if line is None or not np.any(line[1]):
        return
    numbers = values[:-1]
    interval, first = {3: (1, 2), 4: (2, 3)}.get(len(numbers), (3, 4))
    duration = numbers[6] if len(numbers) > 4 else 0.0
    for shift in (0.0, duration):
        start = (line[0] - numbers[first] - shift) / numbers[interval]
        yield from _multiples(start, line[1] / numbers[interval], until)


def _lines(program: Program, numbers: Sequence[Number]) -> list[tuple[FloatArray, FloatArray] | None]:
    """A and b of every step whose value is a + b t; None for any other step."""
    timed, values = program.timed(), program.values_of_steps(numbers, 0.0)
    found: list[tuple[Any, Any] | None] = []
    for place, step in enumerate(program.steps):
        if not timed[place]:
            found.append((values[place], np.asarray(0.0)))
            continue
        if step.operation == TIME:
            found.append((np.asarray(0.0), np.asarray(1.0)))
            continue
        x = [None if step.operation == LEAF else found[each] for each in step.arguments]
        known = [each for each in x if each is not None]
        if len(known) < len(x):
            found.append(None)
            continue
        moving = sum(timed[each] for each in step.arguments)
        match step.operation:
            case "add" | "mean":
                n = len(known) if step.operation == "mean" else 1
                found.append((sum(a for a, _ in known) / n, sum(b for _, b in known) / n))
            case "sub":
                found.append((known[0][0] - known[1][0], known[0][1] - known[1][1]))
            case "neg":
                found.append((-known[0][0], -known[0][1]))
            case "complement":
                found.append((1.0 - known[0][0], -known[0][1]))
            case "mul" if moving == 1:
                whole = [each for each in step.arguments if not timed[each]]
                factor = np.prod(np.broadcast_arrays(np.asarray(1.0), *(values[each] for each in whole)), axis=0)
                (line,) = [line for each, line in zip(step.arguments, known, strict=True) if timed[each]]
                found.append((factor * line[0], factor * line[1]))
            case "div" if not timed[step.arguments[1]]:
                found.append((known[0][0] / known[1][0], known[0][1] / known[1][0]))
            case _:
                found.append(None)
    return found


def moving_leaves(program: Program) -> frozenset[int]:
    """Leaves that may move an instant at which the value jumps or bends."""
    timed, below = program.timed(), list[frozenset[int]]()
    moving: frozenset[int] = frozenset()
    for place, step in enumerate(program.steps):
        if step.operation == LEAF:
            below.append(frozenset(step.arguments))
            continue
        below.append(frozenset().union(*(below[each] for each in step.arguments)))
        if timed[place] and (step.operation in _KINKED or step.operation.startswith("periodic_test")):
            moving |= below[-1]
    return moving
