"""What an expression is: a number, a time, a rate or another power of time; and what is added or compared unlike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from faulttree.expressions.syntax import Call, Name, Node, Number, Time
from faulttree.expressions.writing import written

__all__ = ["DimensionError", "dimension", "dimension_name"]

_ALIKE = {"add", "sub", "min", "max", "mean", "mod"}
_COMPARISONS = {"eq", "df", "lt", "gt", "leq", "geq"}
_TRUTHS = {"and", "or", "not"}
_NAMES = {Fraction(0): "a number", Fraction(1): "a time", Fraction(-1): "a rate"}
# What the arguments of the failure laws are, by how many there are; their result is a number.
_RATE, _TIME, _NUMBER = Fraction(-1), Fraction(1), Fraction(0)
_LAWS = {
    ("exponential", 2): (_RATE, _TIME),
    ("glm", 4): (_NUMBER, _RATE, _RATE, _TIME),
    ("weibull", 4): (_TIME, _NUMBER, _TIME, _TIME),
    ("periodic_test", 4): (_RATE, _TIME, _TIME, _TIME),
    ("periodic_test", 5): (_RATE, _RATE, _TIME, _TIME, _TIME),
    ("periodic_test", 11): (
        _RATE, _RATE, _RATE, _TIME, _TIME, _NUMBER, _TIME, _NUMBER, _NUMBER, _NUMBER, _TIME,
    ),
}  # fmt: skip


class DimensionError(ValueError):
    """Numbers, times and rates are mixed: what is wrong, and what would be right."""

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(f"{what}; {fix}" if fix else what)
        self.what, self.fix = what, fix


def dimension_name(power: Fraction) -> str:
    """A dimension in words: `a rate`; `time^2` of what has no name."""
    return _NAMES.get(power) or f"time^{power}"


def dimension(node: Node, of_name: Callable[[str], Fraction], units: Mapping[str, tuple[float, int]]) -> Fraction:
    """The power of time that an expression is: 0 of a number, 1 of a time, -1 of a rate.

    of_name: the same of a name; may raise what it likes. units: of each spelling, its seconds, and its power of time.
    Raises DimensionError.
    """
    return _Check(of_name, units).of(node) or _NUMBER


class _Check:
    def __init__(self, of_name: Callable[[str], Fraction], units: Mapping[str, tuple[float, int]]) -> None:
        self.of_name, self.units = of_name, units

    def of(self, node: Node) -> Fraction | None:
        """The power of time; None of 0 alone, which is of any."""
        match node:
            case Number(value, unit, per):
                if not unit:
                    return None if value == 0.0 else _NUMBER
                return Fraction(-self.units[unit][1] if per else self.units[unit][1])
            case Name(name):
                return self.of_name(name)
            case Time():
                return _TIME
        return self._call(node)

    def _call(self, node: Call) -> Fraction | None:
        operation, arguments = node.operation, node.arguments
        if operation == "inf":
            return None
        if operation in ("if", "switch"):
            return self._choice(node)
        if (operation, len(arguments)) in _LAWS:
            for place, (argument, wanted) in enumerate(
                zip(arguments, _LAWS[operation, len(arguments)], strict=True), 1
            ):
                self._must_be(argument, wanted, f"argument {place} of `{operation}`")
            return _NUMBER
        if operation == "pow":
            return self._power(*arguments)
        found = [self.of(argument) for argument in arguments]
        known = [each for each in found if each is not None]
        if operation == "mul":
            return sum(known, start=_NUMBER) if len(known) == len(found) else known[0] if len(known) == 1 else None
        if operation == "div":
            return (found[0] or _NUMBER) - sum(known[1:] if found[0] is not None else known, start=_NUMBER)
        if operation in ("neg", "abs"):
            return found[0]
        if operation == "sqrt":
            return None if found[0] is None else found[0] / 2
        if operation in _ALIKE or operation in _COMPARISONS:
            self._alike(node, found)
            return _NUMBER if operation in _COMPARISONS else known[0] if known else None
        for argument in arguments:
            what = "a truth value" if operation in _TRUTHS else "the argument"
            self._must_be(argument, _NUMBER, f"{what} of `{operation}`")
        return _NUMBER

    def _power(self, base: Node, exponent: Node) -> Fraction | None:
        self._must_be(exponent, _NUMBER, "the exponent of a power")
        found = self.of(base)
        if found is None or found == 0:
            return found
        sign, inner = 1, exponent
        if isinstance(exponent, Call) and exponent.operation == "neg":
            sign, inner = -1, exponent.arguments[0]
        if not isinstance(inner, Number):
            raise DimensionError(
                f"`{self._shown(base)}` is {dimension_name(found)}, and its exponent is no plain number",
                "divide it by a quantity with its unit first, such as 1 h",
            )  # fmt: skip
        return found * sign * Fraction(inner.value).limit_denominator(1000)

    def _choice(self, node: Call) -> Fraction | None:
        tests, values = node.arguments[:-1:2], [*node.arguments[1::2], node.arguments[-1]]
        for test in tests:
            self._must_be(test, _NUMBER, f"a test of `{node.operation}`")
        found = [self.of(value) for value in values]
        self._alike(Call(node.operation, tuple(values)), found)
        return next((each for each in found if each is not None), None)

    def _alike(self, node: Call, found: list[Fraction | None]) -> None:
        first = next((place for place, each in enumerate(found) if each is not None), None)
        for argument, each in zip(node.arguments, found, strict=True):
            if first is not None and each is not None and each != found[first]:
                one, other = dimension_name(found[first] or _NUMBER), dimension_name(each)
                raise DimensionError(
                    f"`{self._shown(node.arguments[first])}` is {one}, and `{self._shown(argument)}` is {other}",
                    "give both alike, such as a number with its unit, `24 h` or `1e-6 /h`",
                )  # fmt: skip

    def _must_be(self, node: Node, wanted: Fraction, where: str) -> None:
        found = self.of(node)
        if found is not None and found != wanted:
            fix = {
                (_NUMBER, _TIME): "divide it by a time, such as 1 h",
                (_NUMBER, _RATE): "multiply it by a time, such as t",
                (_TIME, _NUMBER): "give it a unit, such as `24 h`",
                (_RATE, _NUMBER): "give it a unit, such as `1e-6 /h`",
            }.get((wanted, found), "")
            raise DimensionError(
                f"{where} is {dimension_name(wanted)}, and `{self._shown(node)}` is {dimension_name(found)}", fix
            )

    def _shown(self, node: Node) -> str:
        text = written(node, self.units)
        return text if len(text) <= 60 else f"{text[:57]}..."
