"""Reading a query: from its text to its value, or to an error that marks the place and says what is wanted there."""

from __future__ import annotations

import functools
import json
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from importlib import resources
from typing import TYPE_CHECKING, Any

from faulttree.errors import InvalidRequestError, QueryError
from faulttree.queries import syntax
from faulttree.queries.expectations import unexpected
from faulttree.queries.syntax import Place, Question
from faulttree.queries.writing import shown
from faulttree.wide_floats import wide_float

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

__all__ = ["MOST_LISTED", "parse"]

LONGEST, DEEPEST = 10_000, 100
"""Characters of a query, and formulas within formulas."""
MOST_LISTED = 100_000
"""Sets that one answer lists."""


def parse(text: str) -> Question:
    """The query that a text is. Raises QueryError, InvalidRequestError for what is no text."""
    from lark import UnexpectedInput

    if not isinstance(text, str):
        raise InvalidRequestError(f"a query is a text such as 'P(pump)', not {text!r:.60}")
    if len(text) > LONGEST:
        raise QueryError(f"a query has at most {LONGEST:,} characters, and this one {len(text):,}", text, 0, 1)
    try:
        tree: Tree[Token] = _parser().parse(text)
    except UnexpectedInput as error:
        raise unexpected(error, text) from None
    _check_depth(tree, text)
    question: Question = _Reader(text).value(tree.children[0])
    return question


@functools.cache
def _parser() -> Lark:
    from lark import Lark

    grammar = resources.files("faulttree.queries").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=True, propagate_positions=True)


def _check_depth(tree: Tree[Token], text: str) -> None:
    stack: list[tuple[Any, int]] = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > DEEPEST:
            raise QueryError(
                f"formulas are nested more than {DEEPEST} deep; ask about a gate that stands for a part of this",
                text, node.meta.start_pos, node.meta.start_pos + 1,
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
        make: Callable[..., Any] = getattr(self, f"_{tree.data}")
        return make((tree.meta.start_pos, tree.meta.end_pos), *map(self.value, tree.children))

    # Names

    def _name(self, at: Place, token: Token) -> syntax.Named:
        if token.type == "WORD":
            return syntax.Named(str(token), at=at)
        try:
            name = json.loads(token, strict=False)
            name.encode()
        except ValueError as error:
            where = at[0] + getattr(error, "pos", 0)
            raise QueryError(
                r"a quoted name takes the escapes of JSON: \" \\ \n \t \u0041 and their like",
                self.text,
                where,
                where + 1,
            ) from None
        return syntax.Named(name, at=at)

    def _names(self, _: Place, *names: syntax.Named) -> tuple[syntax.Named, ...]:
        return names

    # Formulas

    def _named(self, _: Place, name: syntax.Named) -> syntax.Named:
        return name

    def _constant(self, at: Place, token: Token) -> syntax.Constant:
        return syntax.Constant(token == "true", at=at)

    def _negation(self, at: Place, _: Token, of: syntax.Formula) -> syntax.Not:
        return syntax.Not(of, at=at)

    def _conjunction(self, at: Place, *parts: syntax.Formula) -> syntax.Joined:
        return syntax.Joined("and", parts, at=at)

    def _disjunction(self, at: Place, *parts: syntax.Formula) -> syntax.Joined:
        return syntax.Joined("or", parts, at=at)

    def _parity(self, at: Place, *parts: syntax.Formula) -> syntax.Joined:
        return syntax.Joined("xor", parts, at=at)

    def _implies(self, at: Place, if_: syntax.Formula, then: syntax.Formula) -> syntax.Implies:
        return syntax.Implies(if_, then, at=at)

    def _equivalent(self, at: Place, one: syntax.Formula, other: syntax.Formula) -> syntax.Equivalent:
        return syntax.Equivalent(one, other, at=at)

    def _at_least(self, at: Place, _: Token, k: Token, *parts: syntax.Formula) -> syntax.AtLeast:
        return syntax.AtLeast(self._whole(k, 0, len(parts), "of so many formulas"), parts, at=at)

    def _setting(self, at: Place, name: syntax.Named, state: Token) -> syntax.Setting:
        return syntax.Setting(name, state == "true", at=at)

    def _settled(self, at: Place, of: syntax.Formula, *settings: syntax.Setting) -> syntax.Settled:
        seen: set[str] = set()
        for setting in settings:
            if setting.name.name in seen:
                raise QueryError(f"'{shown(setting.name.name)}' is set twice here", self.text, *setting.at)
            seen.add(setting.name.name)
        return syntax.Settled(of, settings, at=at)

    def _quantified(
        self, at: Place, quantifier: Token, events: tuple[syntax.Named, ...], of: syntax.Formula
    ) -> syntax.Quantified:
        return syntax.Quantified(_word(quantifier), events, of, at=at)

    # Numbers

    def _number(self, at: Place, token: Token) -> syntax.Written:
        value = wide_float(Decimal(str(token)))
        if abs(value) > sys.float_info.max:
            raise QueryError("this number is too large", self.text, *at)
        return syntax.Written(value, at=at)

    def _negative(self, at: Place, _: Token, of: syntax.Number) -> syntax.Negative:
        return syntax.Negative(of, at=at)

    def _sum(self, at: Place, first: syntax.Number, *rest: Any) -> syntax.Arithmetic:
        return syntax.Arithmetic(first, _pairs(rest), at=at)

    _product = _sum

    def _probability(
        self, at: Place, _: Token, of: syntax.Formula, given: syntax.Formula | None
    ) -> syntax.ProbabilityOf:
        return syntax.ProbabilityOf(of, given, at=at)

    # Questions

    def _comparison(self, at: Place, first: syntax.Number, *rest: Any) -> syntax.Comparison:
        return syntax.Comparison(first, _pairs(rest), at=at)

    def _sets(self, at: Place, kind: Token, of: syntax.Formula, most: Token | None) -> syntax.Sets:
        best = None if most is None else self._whole(most, 0, MOST_LISTED, "sets listed")
        return syntax.Sets(_word(kind), of, best, at=at)

    def _whatever(self, at: Place, quantifier: Token, of: syntax.Formula) -> syntax.Whatever:
        return syntax.Whatever(_word(quantifier), of, at=at)

    def _membership(
        self, at: Place, _: Token, events: tuple[syntax.Named, ...] | None, minimal: Token | None, side: Token,
        of: syntax.Formula | None, also: Token | None,
    ) -> syntax.Membership:  # fmt: skip
        return syntax.Membership(events or (), bool(minimal or also), _word(side), of, at=at)

    def _also(self, _: Place, *words: Token) -> Token:
        return words[-1]

    def _found(self, at: Place, what: Token, of: syntax.Formula) -> syntax.Found:
        return syntax.Found(_word(what), of, at=at)

    def _relation(self, at: Place, relation: Token, one: syntax.Formula, other: syntax.Formula) -> syntax.Relation:
        return syntax.Relation(_word(relation), one, other, at=at)

    def _superfluous(self, at: Place, _: Token, event: syntax.Named, of: syntax.Formula | None) -> syntax.Superfluous:
        return syntax.Superfluous(event, of, at=at)

    def _whole(self, token: Token, least: int, most: int, of_what: str) -> int:
        if not re.fullmatch("[0-9]+", token) or len(token) > 9 or not least <= int(token) <= most:
            place = (token.start_pos or 0, token.end_pos or 0)
            raise QueryError(f"a whole number from {least} to {most:,} is wanted here, {of_what}", self.text, *place)
        return int(token)


def _word(token: Token) -> Any:
    return str(token)


def _pairs(rest: tuple[Any, ...]) -> Any:
    """Sign and number in turn, as pairs."""
    return tuple((str(sign), number) for sign, number in zip(rest[::2], rest[1::2], strict=True))
