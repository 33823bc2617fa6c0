"""Reading an expression: from its text to its value, or to an error that marks the place and says what is wrong."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from importlib import resources
from typing import TYPE_CHECKING, Any

from faulttree.errors import InvalidRequestError, did_you_mean
from faulttree.expressions.syntax import FUNCTIONS, Call, Name, Node, Number, Time, arity_fault
from faulttree.wide_floats import read_float

if TYPE_CHECKING:
    from lark import Lark, Token, UnexpectedInput

__all__ = ["DEEPEST", "LONGEST", "ExpressionError", "parsed", "seems_expression"]

LONGEST, DEEPEST = 100_000, 130
"""Characters of an expression, and operations within operations."""
_COMPARES = {"<": "lt", ">": "gt", "<=": "leq", ">=": "geq", "==": "eq", "!=": "df"}
_SPACED = re.compile(r"[()*/^<>=]|\s[-+]\s|(\bnot|\band|\bor)\b|^\s*[-+]\s*[\w\"]")
_OTHER_SPELLINGS = {
    "ln": "log", "lg": "log10", "power": "pow", "ite": "if", "iif": "if", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "average": "mean", "avg": "mean", "fmod": "mod", "exponent": "exp", "fabs": "abs",
}  # fmt: skip


class ExpressionError(InvalidRequestError):
    """An expression cannot be read. what: what is wrong; fix: what would be right; text, place: where."""

    def __init__(self, what: str, fix: str, text: str, place: int) -> None:
        self.what, self.fix, self.text, self.place = what, fix, text, place
        super().__init__(f"{what}; {fix}" if fix else what)

    def __reduce__(self) -> tuple[type[ExpressionError], tuple[str, str, str, int]]:
        return type(self), (self.what, self.fix, self.text, self.place)


def seems_expression(text: str) -> bool:
    """Whether a text is meant as an expression and not as a name.

    That is so where it holds a parenthesis, one of `* / ^ < > =`, a plus or minus with spaces about it, or one of the
    words `and`, `or` and `not`. `pump-A` is a name.
    """
    return bool(_SPACED.search(text))


@functools.lru_cache(maxsize=20_000)
def parsed(text: str, units: tuple[str, ...]) -> Node:
    """The expression that a text is. units: the spellings of units. Raises ExpressionError."""
    from lark import UnexpectedInput

    if len(text) > LONGEST:
        raise ExpressionError(f"an expression has at most {LONGEST:,} characters, not {len(text):,}", "", text, 0)
    try:
        tree = _parser(units).parse(text)
    except UnexpectedInput as error:
        raise _unexpected(error, text, units) from None
    _check_depth(tree, text)
    node: Node = _Reader(text).value(tree.children[0])
    return node


@functools.lru_cache(maxsize=8)
def _parser(units: tuple[str, ...]) -> Lark:
    from lark import Lark

    grammar = resources.files("faulttree.expressions").joinpath("grammar.lark").read_text(encoding="utf-8")
    spellings = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    return Lark(grammar.replace("(UNITS)", f"({spellings})"), parser="lalr", maybe_placeholders=False,
                propagate_positions=True)  # fmt: skip


def _check_depth(tree: Any, text: str) -> None:
    stack: list[tuple[Any, int]] = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > DEEPEST:
            raise ExpressionError(
                f"operations are nested more than {DEEPEST} deep", "make parameters of parts of it",
                text, node.meta.start_pos,
            )  # fmt: skip
        stack += [(child, depth + 1) for child in node.children if hasattr(child, "children")]


class _Reader:
    """Makes values of the parser's trees: a method for each rule, by the rule's name after an underscore."""

    def __init__(self, text: str) -> None:
        self.text = text

    def value(self, tree: Any) -> Any:
        """The value of a tree; of a token itself."""
        if not hasattr(tree, "children"):
            return tree
        make: Callable[..., Node] = getattr(self, f"_{tree.data}")
        return make(*map(self.value, tree.children))

    def _number(self, token: Token) -> Node:
        return Number(self._finite(str(token), token))

    def _quantity(self, token: Token) -> Node:
        found = re.fullmatch(r"(?P<number>[0-9.]+([eE][-+]?[0-9]+)?)\s*(?P<per>/\s*|per\s+)?(?P<unit>\S+)", token)
        assert found is not None, "the grammar takes nothing else"
        return Number(self._finite(found["number"], token), found["unit"], found["per"] is not None)

    def _finite(self, written: str, token: Token) -> float:
        try:
            return read_float(written)
        except ValueError as error:
            message, _, fix = str(error).partition("; ")
            raise ExpressionError(message, fix, self.text, token.start_pos or 0) from None

    def _constant(self, token: Token) -> Node:
        return Call(str(token))

    def _word(self, token: Token) -> Node:
        return Time() if token == "t" else Name(str(token))

    def _quoted(self, token: Token) -> Node:
        try:
            name: str = json.loads(token, strict=False)
        except ValueError:
            raise ExpressionError(
                "a name in quotes is not understood", r"it takes the escapes of JSON, such as \"", self.text,
                token.start_pos or 0,
            ) from None  # fmt: skip
        return Name(name)

    def _call(self, function: Token, *arguments: Node) -> Node:
        name, place = str(function), function.start_pos or 0
        if name == "time" and not arguments:
            return Time()
        if name != "pow" and name not in FUNCTIONS:
            meant = _OTHER_SPELLINGS.get(name.lower()) or (name.lower() if name.lower() in FUNCTIONS else "")
            hint = f"did you mean '{meant}'?" if meant else did_you_mean(name, FUNCTIONS)
            fix = hint or f"known are {', '.join(FUNCTIONS)}; a product is written with *"
            raise ExpressionError(f"'{name}' is no function", fix, self.text, place)
        fault = arity_fault(name, len(arguments))
        if fault:
            raise ExpressionError(fault, "", self.text, place)
        return Call(name, arguments)

    def _negation(self, _: Token, of: Node) -> Node:
        return Call("not", (of,))

    def _negative(self, _: Token, of: Node) -> Node:
        return Call("neg", (of,))

    def _positive(self, _: Token, of: Node) -> Node:
        return of

    def _power(self, base: Node, exponent: Node) -> Node:
        return Call("pow", (base, exponent))

    def _comparison(self, one: Node, compares: Token, other: Node) -> Node:
        return Call(_COMPARES[str(compares)], (one, other))

    def _conjunction(self, *parts: Node) -> Node:
        return Call("and", parts)

    def _disjunction(self, *parts: Node) -> Node:
        return Call("or", parts)

    def _sum(self, first: Node, *rest: Any) -> Node:
        return _chained(first, rest, {"+": "add", "-": "sub"})

    def _product(self, first: Node, *rest: Any) -> Node:
        return _chained(first, rest, {"*": "mul", "/": "div"})


def _chained(first: Node, rest: tuple[Any, ...], operations: dict[str, str]) -> Node:
    """`a + b + c - d` as the difference of the sum of three and d: neighbours of one operator are one operation."""
    made, operation, terms = first, "", [first]
    for sign, term in zip(rest[::2], rest[1::2], strict=True):
        if operations[str(sign)] != operation:
            operation, terms = operations[str(sign)], [made]
        terms.append(term)
        made = Call(operation, tuple(terms))
    return made


def _unexpected(error: UnexpectedInput, text: str, units: tuple[str, ...]) -> ExpressionError:
    """What is wrong where reading stopped."""
    place = error.pos_in_stream if error.pos_in_stream is not None and error.pos_in_stream >= 0 else len(text)
    token = getattr(error, "token", None)
    rest = text[place:].strip()
    if not rest or (token is not None and token.type == "$END"):
        if text.count("(") > text.count(")"):
            return ExpressionError("a `)` is missing at the end", "", text, len(text))
        return ExpressionError("the expression ends where a number, a name or `(` is wanted", "", text, len(text))
    found = re.match(r"\w+|.", rest)
    shown = found[0] if found else rest[:20]
    before = text[:place].rstrip()
    fix = ""
    if shown == ")" and text.count(")") > text.count("("):
        return ExpressionError("a `)` has no `(` before it", "", text, place)
    if re.search(r"[0-9.]$", before) and re.match(r"[^\W\d]", shown):
        known = did_you_mean(shown, units)
        fix = f"a product is written with *, as in `3 * {shown}`, and a unit of time is one of h, min, s, d, y"
        return ExpressionError(f"'{shown}' after a number is no unit", known or fix, text, place)
    if shown == "=":
        fix = "equality is written =="
    elif shown in ("&", "|", "!", "?"):
        fix = "write and, or, not, if(test, value, otherwise)"
    elif re.match(r"[\w\"(]", shown):
        fix = "an operator such as * is wanted before it; a name that is no plain word stands in double quotes"
    elif shown in "'`":
        fix = "a name that is no plain word stands in double quotes"
    return ExpressionError(f"`{shown}` cannot stand after `{before[-30:]}`" if before else
                           f"an expression cannot begin with `{shown}`", fix, text, place)  # fmt: skip
