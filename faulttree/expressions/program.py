"""An expression as a straight list of steps: each operation once, after what it needs, in forms that keep digits.

A probability comes with what is missing to one. 1 - exp(-x) and its like are worked out without a difference.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.expressions.operations import OPERATIONS
from faulttree.expressions.syntax import Name, Node, Number, Time
from faulttree.laws import FloatArray, Quantity
from faulttree.laws import Number as Values

__all__ = ["LEAF", "TIME", "Builder", "Program", "Step"]

LEAF, TIME = "leaf", "time"
_MOST_COMPLEMENTS = 60
"""How deep the complement of a product of products is sought; below that it is one less the value."""
# Operations whose values lie in [0, 1] where their arguments make sense.
_PROBABILITIES = {"complement", "exp", "one less power", "periodic_test", "periodic_test up"}


@dataclass(frozen=True, slots=True)
class Step:
    """One operation. arguments: places of steps before; of a leaf, its place among the numbers."""

    operation: str
    arguments: tuple[int, ...] = ()


@dataclass(frozen=True)
class Program:
    """Steps, each after those that it needs. value, complement: the steps that give x and 1 - x."""

    steps: tuple[Step, ...]
    value: int
    complement: int

    def __hash__(self) -> int:
        return self._hash

    @functools.cached_property
    def _hash(self) -> int:
        return hash((self.steps, self.value, self.complement))

    def __reduce__(self) -> tuple[type[Program], tuple[object, ...]]:
        """Without what is worked out from it, which another process would work out differently."""
        return type(self), (self.steps, self.value, self.complement)

    @functools.cached_property
    def depends_on_time(self) -> bool:
        """Whether the time is used."""
        return any(step.operation == TIME for step in self.steps)

    def run(
        self, numbers: Sequence[Values], t: Values, along: Mapping[int, Values] | None = None, along_time: float = 0.0
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """x, 1 - x, and the slope of x. Arrays of the shape of the numbers broadcast against the times.

        numbers: of each leaf. t: the time. along, along_time: how the numbers, by their places, and the time change:
        the slope is the derivative of x in that direction, by dual numbers; exact but for rounding, and nan where an
        operation has none.
        """
        along = along or {}
        last = self._last_uses()
        values: list[Any] = []
        slopes: list[Any] = []
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # underflow is told to whoever asks for it
            for place, step in enumerate(self.steps):
                if step.operation == TIME:
                    values.append(np.asarray(t, np.float64))
                    slopes.append(along_time or None)
                elif step.operation == LEAF:
                    (leaf,) = step.arguments
                    values.append(np.asarray(numbers[leaf], np.float64))
                    slopes.append(along.get(leaf))
                else:
                    operation = OPERATIONS[step.operation]
                    x = [values[each] for each in step.arguments]
                    moves = [slopes[each] for each in step.arguments]
                    y = operation.value(x)
                    still = operation.slope is None or all(move is None for move in moves)
                    values.append(y)
                    slopes.append(None if still or operation.slope is None else operation.slope(x, y, moves))
                for done in last[place]:
                    values[done] = slopes[done] = None
        slope = 0.0 if slopes[self.value] is None else slopes[self.value]
        shape = np.broadcast_shapes(np.shape(t), *map(np.shape, numbers))
        found = (values[self.value], values[self.complement], slope)
        q, not_q, moved = (np.broadcast_to(np.asarray(each, np.float64), shape) for each in found)
        return q, not_q, moved

    def values_of_steps(self, numbers: Sequence[Values], t: Values) -> list[Any]:
        """The values of all steps."""
        values: list[Any] = []
        with np.errstate(all="ignore"):
            for step in self.steps:
                if step.operation == TIME:
                    values.append(np.asarray(t, np.float64))
                elif step.operation == LEAF:
                    values.append(np.asarray(numbers[step.arguments[0]], np.float64))
                else:
                    values.append(OPERATIONS[step.operation].value([values[each] for each in step.arguments]))
        return values

    def timed(self) -> list[bool]:
        """Whether each step depends on the time."""
        found: list[bool] = []
        for step in self.steps:
            inner = step.operation != LEAF and any(found[each] for each in step.arguments)
            found.append(step.operation == TIME or inner)
        return found

    def _last_uses(self) -> list[list[int]]:
        """By step, the steps that nothing needs after it."""
        last = list(range(len(self.steps)))
        for place, step in enumerate(self.steps):
            if step.operation != LEAF:
                for each in step.arguments:
                    last[each] = place
        found: list[list[int]] = [[] for _ in self.steps]
        for each, place in enumerate(last):
            if each not in (self.value, self.complement):
                found[place].append(each)
        return found


class Builder:
    """Makes a program of expressions, each step once.

    place: of a name, the step that gives it; it may call `add`, `leaf` and `step`.
    units: of each spelling of a unit, its seconds, and its power of time.
    """

    def __init__(self, place: Callable[[str], int], units: Mapping[str, tuple[float, int]]) -> None:
        self.place, self.units = place, units
        self.steps: list[Step] = []
        self.leaves: list[Quantity] = []
        self._known: dict[Step, int] = {}
        self._leaf_of: dict[Quantity, int] = {}
        self._complements: dict[int, int] = {}
        self._probable: list[bool] = []

    def program(self, value: int) -> tuple[Program, tuple[Quantity, ...]]:
        """The program that gives the value of a step, without steps that it does not need; and its leaves."""
        complement = self.complement(value)
        needed, waiting = set(), [value, complement]
        while waiting:
            place = waiting.pop()
            if place not in needed:
                needed.add(place)
                step = self.steps[place]
                waiting += () if step.operation == LEAF else step.arguments
        moved: dict[int, int] = {}
        steps: list[Step] = []
        leaves: list[Quantity] = []
        for place in sorted(needed):
            step = self.steps[place]
            moved[place] = len(steps)
            if step.operation == LEAF:
                steps.append(Step(LEAF, (len(leaves),)))
                leaves.append(self.leaves[step.arguments[0]])
            else:
                steps.append(Step(step.operation, tuple(moved[each] for each in step.arguments)))
        return Program(tuple(steps), moved[value], moved[complement]), tuple(leaves)

    def leaf(self, quantity: Quantity) -> int:
        """The step that gives a number."""
        if quantity not in self._leaf_of:
            self._leaf_of[quantity] = len(self.leaves)
            self.leaves.append(quantity)
        return self._step(LEAF, self._leaf_of[quantity])

    def add(self, node: Node) -> int:
        """The step that gives an expression. It goes as deep as the expression, which is bounded."""
        match node:
            case Number(value, unit, per):
                seconds = self.units[unit][0] if unit else 1.0
                return self._constant(value / seconds if per else value * seconds)
            case Name(name):
                return self.place(name)
            case Time():
                return self._step(TIME)
        return self.step(node.operation, *map(self.add, node.arguments))

    def step(self, operation: str, *x: int) -> int:
        """The step of an operation of `syntax` on steps."""
        match operation:
            case "pi":
                return self._constant(np.pi)
            case "inf":
                return self._constant(np.inf)
            case "true" | "false":
                return self._constant(float(operation == "true"))
            case "switch":
                *rest, found = x
                for test, value in zip(rest[-2::-2], rest[::-2], strict=True):
                    found = self._step("if", test, value, found)
                return found
            case "exponential":
                return self._if_sound(self._one_less_exp(self._step("mul", *x)), x)
            case "weibull":
                scale, shape, shift, time = x
                age = self._step("max", self._step("sub", time, shift), self._constant(0.0))
                failed = self._one_less_exp(self._step("pow", self.step("div", age, scale), shape))
                return self._if_sound(failed, x, above=(scale, shape))
            case "glm":
                return self._if_sound(self._general_life(*x), x, shares=x[:1])
            case "sub" | "div":
                first, *rest = x
                if len(rest) > 1:
                    rest = [self.step("add" if operation == "sub" else "mul", *rest)]
                return self._difference(first, rest[0]) if rest and operation == "sub" else (
                    self._step("div", first, rest[0]) if rest else first
                )  # fmt: skip
            case "add" | "mul" | "min" | "max" | "mean" if len(x) == 1:
                return x[0]
            case "add":
                return self._sum(x)
            case "log":
                return self._logarithm(x[0])
        return self._step(operation, *x)

    def complement(self, x: int, depth: int = 0) -> int:
        """The step that gives 1 - x: by what x is made of, where no digits are lost that way."""
        if x in self._complements:
            return self._complements[x]
        if depth >= _MOST_COMPLEMENTS:
            return self._step("complement", x)
        found = self._complement(x, depth + 1)
        self._complements[x] = found
        self._complements.setdefault(found, x)
        return found

    def _complement(self, x: int, depth: int) -> int:
        operation, arguments = self.steps[x].operation, self.steps[x].arguments
        if operation == "complement":
            return arguments[0]
        if operation == "exp":
            return self._step("neg", self._step("expm1", arguments[0]))
        if operation == "neg" and self.steps[arguments[0]].operation == "expm1":
            return self._step("exp", self.steps[arguments[0]].arguments[0])
        if operation == "mul" and all(self._probable[each] for each in arguments):
            # 1 - a b c = (1 - a) + a (1 - b) + a b (1 - c): no difference.
            before, *rest = arguments
            terms = [self.complement(before, depth)]
            for each in rest:
                terms.append(self._step("mul", before, self.complement(each, depth)))
                before = self._step("mul", before, each)
            return self.step("add", *terms)
        if operation == "pow" and self._is_complement(arguments[0]):
            return self._step("one less power", self.complement(arguments[0], depth), arguments[1])
        if operation == "one less power":
            return self._step("pow", self.complement(arguments[0], depth), arguments[1])
        if operation == "defined":
            return self._step("defined", arguments[0], self.complement(arguments[1], depth))
        if operation == "if":
            return self._step("if", arguments[0], *(self.complement(each, depth) for each in arguments[1:]))
        if operation in ("min", "max", "mean", "repaired"):
            other = {"min": "max", "max": "min"}.get(operation, operation)
            return self._step(other, *(self.complement(each, depth) for each in arguments))
        if operation == "periodic_test":
            return self._step("periodic_test up", *arguments)
        return self._step("complement", x)

    def _difference(self, one: int, other: int) -> int:
        if self._number(one) == 1.0:
            return self.complement(other)
        if self._number(other) == 1.0 and self.steps[one].operation == "exp":
            return self._step("expm1", self.steps[one].arguments[0])
        return self._step("sub", one, other)

    def _sum(self, x: tuple[int, ...]) -> int:
        """1 + (-y) is 1 - y, however many terms come after it."""
        ones = [each for each in x if self._number(each) == 1.0]
        taken = [each for each in x if self.steps[each].operation == "neg"]
        if len(ones) != 1 or not taken:
            return self._step("add", *x)
        rest = [each for each in x if each not in (ones[0], taken[0])]
        return self.step("add", self.complement(self.steps[taken[0]].arguments[0]), *rest)

    def _logarithm(self, x: int) -> int:
        operation, arguments = self.steps[x].operation, self.steps[x].arguments
        if operation == "add" and len(arguments) == 2:
            for one, other in (arguments, arguments[::-1]):
                if self._number(one) == 1.0:
                    return self._step("log1p", other)
        if self._is_complement(x):
            return self._step("log1p", self._step("neg", self.complement(x)))
        return self._step("log", x)

    def _if_sound(self, law: int, x: tuple[int, ...], above: tuple[int, ...] = (), shares: tuple[int, ...] = ()) -> int:
        """A law where its numbers are not negative, some of them above 0 or at most 1; no value elsewhere."""
        zero, one = self._constant(0.0), self._constant(1.0)
        tests = []
        for each in x:
            number = self._number(each)
            if self.steps[each].operation == TIME or (number is not None and number > 0.0 and each not in shares):
                continue
            tests.append(self._step("gt" if each in above else "geq", each, zero))
            if each in shares:
                tests.append(self._step("leq", each, one))
        return self._step("defined", self._step("and", *tests), law) if tests else law

    def _one_less_exp(self, x: int) -> int:
        return self.complement(self._step("exp", self._step("neg", x)))

    def _general_life(self, on_demand: int, rate: int, repair: int, time: int) -> int:
        """Down at time t: p exp(-r t) + rate / r (1 - exp(-r t)), r = rate + repair; up likewise.

        Source: Open-PSA Model Exchange Format, version 2.0d, built-in GLM.
        """
        if self._number(repair) == 0.0:
            survives = self._step("exp", self._step("neg", self._step("mul", rate, time)))
            return self.complement(self._step("mul", self.complement(on_demand), survives))
        both = self._step("add", rate, repair)
        unsettled = self._step("exp", self._step("neg", self._step("mul", both, time)))
        settled = self.complement(unsettled)
        moves = self._step("gt", both, self._constant(0.0))

        def state(at_start: int, towards: int) -> int:
            share = self._step("mul", self._step("div", towards, both), settled)
            changed = self._step("add", self._step("mul", at_start, unsettled), share)
            return self._step("repaired", self._step("if", moves, changed, at_start))

        down, up = state(on_demand, rate), state(self.complement(on_demand), repair)
        self._complements |= {down: up, up: down}
        return down

    def _is_probability(self, step: Step) -> bool:
        """Whether values of a step lie in [0, 1] where its arguments make sense."""
        if step.operation == LEAF:
            leaf = self.leaves[step.arguments[0]]
            return not leaf.input and 0.0 <= leaf.value <= 1.0
        if step.operation == "defined":
            return self._probable[step.arguments[1]]
        if step.operation in ("mul", "min", "max", "mean", "repaired"):
            return all(self._probable[each] for each in step.arguments)
        if step.operation == "neg":
            return self.steps[step.arguments[0]].operation == "expm1"
        return step.operation in _PROBABILITIES or (step.operation == "pow" and self._probable[step.arguments[0]])

    def _is_complement(self, x: int) -> bool:
        """Whether x is given as one less something, which has the digits."""
        return self.steps[x].operation == "complement" or (
            x in self._complements and self.steps[self._complements[x]].operation != "complement"
        )

    def _number(self, x: int) -> float | None:
        """The value of a step that is a plain number."""
        step = self.steps[x]
        leaf = self.leaves[step.arguments[0]] if step.operation == LEAF else None
        return leaf.value if leaf is not None and not leaf.input else None

    def _constant(self, value: float) -> int:
        return self.leaf(Quantity(float(value)))

    def _step(self, operation: str, *arguments: int) -> int:
        step = Step(operation, arguments)
        if step not in self._known:
            self._known[step] = len(self.steps)
            self._probable.append(self._is_probability(step))
            self.steps.append(step)
        return self._known[step]
