"""Random expressions, and a slow evaluation of them in decimal arithmetic with all digits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal, localcontext

from hypothesis import strategies as st

from faulttree.expressions import Call, Name, Node, Number, Time, written
from faulttree.expressions.form import ExpressionForm
from faulttree.expressions.program import Builder
from faulttree.laws import Quantity

UNITS = {"s": (1.0, 1), "min": (60.0, 1), "h": (3600.0, 1), "hour": (3600.0, 1), "d": (86400.0, 1)}
SPELLINGS = tuple(UNITS)
NAMES = ("a", "b", "pump-A", "t", "h", 'say "x"')
DIGITS = 60


def form_of(node: Node, values: Mapping[str, float]) -> ExpressionForm:
    """The form of an expression, every name of which is an input."""
    builder = Builder(lambda name: builder.leaf(Quantity(values[name], name)), UNITS)
    return ExpressionForm(*builder.program(builder.add(node)), written(node, UNITS))


def numbers() -> st.SearchStrategy[Node]:
    value = st.floats(0.0, 1e3, allow_subnormal=False) | st.sampled_from([0.0, 1.0, 0.5, 24.0, 1e-6, 1e300])
    return st.builds(Number, value, st.sampled_from(["", "", "h", "d"]), st.booleans()).map(
        lambda number: number if number.unit else Number(number.value)
    )


def written_expressions() -> st.SearchStrategy[Node]:
    """Any expression that can be written, whatever it means; neighbours of one operator are one operation."""
    leaves = numbers() | st.builds(Name, st.sampled_from(NAMES)) | st.just(Time()) | st.just(Call("pi"))

    def calls(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        def of(operations: list[str], least: int, most: int) -> st.SearchStrategy[Node]:
            arguments = st.lists(inner, min_size=least, max_size=most).map(tuple)
            return st.builds(Call, st.sampled_from(operations), arguments)

        return st.one_of(
            of(["add", "sub", "mul", "div", "and", "or"], 2, 4),
            of(["min", "max", "mean"], 1, 3),
            of(["neg", "not", "exp", "log", "log10", "sqrt", "abs", "floor", "sin", "tanh"], 1, 1),
            of(["pow", "mod", "eq", "df", "lt", "gt", "leq", "geq", "exponential"], 2, 2),
            of(["if", "switch"], 3, 3),
            of(["glm", "weibull", "periodic_test"], 4, 4),
        )

    return st.recursive(leaves, calls, max_leaves=12)


def probabilities() -> st.SearchStrategy[Node]:
    """Expressions in a, b, t that lie in [0, 1] for a and b in [0, 1] and t from 0 on, in seconds."""
    unit = st.sampled_from([Number(0.1), Number(1e-9), Number(1.0), Name("a"), Name("b")])
    rate = st.sampled_from([Number(1e-9, "s", True), Number(1e-3, "h", True)])
    life = st.builds(lambda each: Call("exponential", (each, Time())), rate)

    def one_less_exp(each: Node) -> Node:
        return Call("sub", (Number(1.0), Call("exp", (Call("neg", (Call("mul", (each, Time())),)),))))

    leaves = unit | life | st.builds(one_less_exp, rate)

    def calls(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        pairs = st.tuples(inner, inner)
        return st.one_of(
            st.builds(Call, st.sampled_from(["mul", "min", "max", "mean"]), pairs),
            st.builds(lambda each: Call("sub", (Number(1.0), each)), inner),
            st.builds(lambda each: Call("add", (Number(1.0), Call("neg", (each,)))), inner),
            st.builds(lambda each, n: Call("pow", (each, Number(n))), inner, st.sampled_from([1.0, 2.0, 3.0])),
            st.builds(lambda x, y: Call("if", (Call("lt", (Name("a"), Number(0.3))), x, y)), inner, inner),
        )

    return st.recursive(leaves, calls, max_leaves=8)


def exact(node: Node, values: Mapping[str, float], t: float) -> Decimal:
    """The value to some 60 digits, by the meaning of each operation and nothing else."""
    with localcontext(prec=DIGITS + 40):
        return _exact(node, values, Decimal(t))


def _exact(node: Node, values: Mapping[str, float], t: Decimal) -> Decimal:
    match node:
        case Number(value, unit, per):
            seconds = Decimal(UNITS[unit][0]) if unit else Decimal(1)
            # The engine's number is the nearest float, which is what is meant here, too.
            return Decimal(float(value) / float(seconds) if per else float(value) * float(seconds))
        case Name(name):
            return Decimal(values[name])
        case Time():
            return t
    x = [_exact(each, values, t) for each in node.arguments]
    match node.operation:
        case "add":
            return sum(x, start=Decimal(0))
        case "sub":
            return x[0] - sum(x[1:], start=Decimal(0))
        case "mul":
            return math.prod(x, start=Decimal(1))
        case "neg":
            return -x[0]
        case "exp":
            return x[0].exp()
        case "pow":
            return x[0] ** x[1]
        case "min":
            return min(x)
        case "max":
            return max(x)
        case "mean":
            return sum(x, start=Decimal(0)) / len(x)
        case "lt":
            return Decimal(x[0] < x[1])
        case "if":
            return x[1] if x[0] else x[2]
        case "exponential":
            return 1 - (-x[0] * x[1]).exp()
    raise NotImplementedError(node.operation)
