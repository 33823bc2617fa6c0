"""An expression as text, with no more parentheses than it takes to read it back as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from faulttree.expressions.syntax import Call, Name, Node, Number, Time

__all__ = ["RESERVED", "written", "written_name"]

RESERVED = {"t", "pi", "inf", "true", "false", "and", "or", "not"}
"""Words that are no names unless they stand in quotes."""
_WORD = re.compile(r"[^\W\d]\w*")
# How tightly what an operation makes holds together, and how its arguments are joined.
_DISJUNCTION, _CONJUNCTION, _NEGATION, _COMPARISON, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(9)
_JOINED = {
    "or": (_DISJUNCTION, " or "), "and": (_CONJUNCTION, " and "), "add": (_SUM, " + "), "sub": (_SUM, " - "),
    "mul": (_PRODUCT, " * "), "div": (_PRODUCT, " / "), "eq": (_COMPARISON, " == "), "df": (_COMPARISON, " != "),
    "lt": (_COMPARISON, " < "), "gt": (_COMPARISON, " > "), "leq": (_COMPARISON, " <= "), "geq": (_COMPARISON, " >= "),
    "pow": (_POWER, " ^ "),
}  # fmt: skip


def written(node: Node, units: Collection[str], names: Collection[str] = ()) -> str:
    """The text of an expression: parsing it gives an equal one, but for operations of one argument that change nothing.

    units: the spellings of units, which are no names unless they stand in quotes. names: of all that may be meant: the
    time is written `time()`, and a rate `1 per h`, where `t` or `h` is among them.
    """
    return _Writer(units, names).of(node)[0]


def written_name(name: str, units: Collection[str]) -> str:
    """A name as it stands in an expression: in quotes unless it is a plain word."""
    plain = _WORD.fullmatch(name) and name not in RESERVED and name not in units
    return name if plain else json.dumps(name, ensure_ascii=False)


class _Writer:
    def __init__(self, units: Collection[str], names: Collection[str]) -> None:
        self.units, self.names = units, names

    def of(self, node: Node) -> tuple[str, int]:
        """The text, and how tightly it holds together."""
        match node:
            case Number(value, unit, per):
                mantissa, e, exponent = repr(float(value)).removesuffix(".0").partition("e")
                number = f"{mantissa}{e}{int(exponent) if e else ''}"
                over = "" if not per else "per " if unit in self.names else "/"
                return f"{number} {over}{unit}".rstrip(), _ATOM
            case Name(name):
                return written_name(name, self.units), _ATOM
            case Time():
                return ("time()" if "t" in self.names else "t"), _ATOM
        operation, arguments = node.operation, node.arguments
        if operation in ("pi", "inf", "true", "false"):
            return operation, _ATOM
        if operation == "neg":
            return f"-{self.within(arguments[0], _SIGN)}", _SIGN
        if operation == "not":
            return f"not {self.within(arguments[0], _NEGATION)}", _NEGATION
        if operation in _JOINED:
            level, sign = _JOINED[operation]
            if len(arguments) == 1:
                return self.of(arguments[0])
            if operation == "pow":
                return f"{self.within(arguments[0], _ATOM)}{sign}{self.within(arguments[1], _SIGN)}", level
            # The first may be the other operation of the same level, which goes from left to right.
            first = arguments[0]
            leads = level in (_SUM, _PRODUCT) and isinstance(first, Call) and first.operation != operation
            parts = [
                self.within(first, level if leads else level + 1),
                *(self.within(each, level + 1) for each in arguments[1:]),
            ]
            return sign.join(parts), level
        return f"{operation}({', '.join(self.of(each)[0] for each in arguments)})", _ATOM

    def within(self, node: Node, level: int) -> str:
        text, own = self.of(node)
        return text if own >= level else f"({text})"
