"""A query's text, from its value: what reading it gives again."""

from __future__ import annotations

import json
import re

from faulttree.queries import syntax
from faulttree.queries.syntax import Formula, Node, Number

__all__ = ["RESERVED", "name_text", "shown", "text_of"]

RESERVED = frozenset({"and", "or", "xor", "not", "true", "false", "atleast", "forall", "exists"})
WORD = re.compile(r"\w(?:[\w./-]*\w)?")
# How tightly a formula holds together; a part that holds less than its place wants stands in parentheses.
LOOSE, EQUIVALENCE, IMPLICATION, OR, XOR, AND, NEGATION, SETTING = range(8)
JOINED = {"or": OR, "xor": XOR, "and": AND}
SUM, PRODUCT, FACTOR = range(3)


def name_text(name: str) -> str:
    """A name as a query has it: plain where it is a word, else in double quotes."""
    return (
        name
        if WORD.fullmatch(name) and name not in RESERVED
        else f'"{shown(json.dumps(name, ensure_ascii=False)[1:-1])}"'
    )


def shown(text: str) -> str:
    """A text with an escape for every character that does not show as itself."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def text_of(node: Node) -> str:
    """The query, formula or number as text."""
    match node:
        case syntax.Written() | syntax.Negative() | syntax.Arithmetic() | syntax.ProbabilityOf():
            return _in_text(node, SUM)
        case syntax.Comparison(first, rest):
            return " ".join([_in_text(first, SUM), *(f"{sign} {_in_text(number, SUM)}" for sign, number in rest)])
        case syntax.Sets(kind, of, most):
            return f"{kind}({text_of(of)}{'' if most is None else f', {most}'})"
        case syntax.Whatever(quantifier, of):
            return f"{quantifier} {text_of(of)}"
        case syntax.Membership(events, minimal, side, of):
            of_what = "" if of is None else f" of {text_of(of)}"
            return f"is {{{_names(events)}}} a {'minimal ' * minimal}{side} set{of_what}"
        case syntax.Found(what, of):
            return f"{what}({text_of(of)})"
        case syntax.Relation(relation, one, other):
            return f"{relation}({text_of(one)}, {text_of(other)})"
        case syntax.Superfluous(event, of):
            return f"superfluous({name_text(event.name)}{'' if of is None else f', {text_of(of)}'})"
        case syntax.Setting(name, state):
            return f"{name_text(name.name)}={str(state).lower()}"
    assert isinstance(node, Formula), "every other part is a formula"
    return _formula(node, LOOSE)


def _formula(formula: Formula, place: int) -> str:
    text, strength = _with_strength(formula)
    return text if strength >= place else f"({text})"


def _with_strength(formula: Formula) -> tuple[str, int]:
    match formula:
        case syntax.Named(name):
            return name_text(name), SETTING
        case syntax.Constant(value):
            return str(value).lower(), SETTING
        case syntax.Not(of):
            return f"not {_formula(of, NEGATION)}", NEGATION
        case syntax.Joined(connective, parts):
            strength = JOINED[connective]
            return f" {connective} ".join(_formula(part, strength + 1) for part in parts), strength
        case syntax.Implies(if_, then):
            return f"{_formula(if_, OR)} => {_formula(then, IMPLICATION)}", IMPLICATION
        case syntax.Equivalent(one, other):
            return f"{_formula(one, IMPLICATION)} <=> {_formula(other, IMPLICATION)}", EQUIVALENCE
        case syntax.AtLeast(k, parts):
            return f"atleast({k}; {', '.join(_formula(part, LOOSE) for part in parts)})", SETTING
        case syntax.Settled(of, settings):
            return f"{_formula(of, SETTING)}[{', '.join(map(text_of, settings))}]", SETTING
        case syntax.Quantified(quantifier, events, of):
            return f"{quantifier} {_names(events)}: {_formula(of, LOOSE)}", LOOSE


def _in_text(number: Number, place: int) -> str:
    match number:
        case syntax.Written(value):
            return repr(value)
        case syntax.Negative(of):
            return f"-{_in_text(of, FACTOR)}"
        case syntax.ProbabilityOf(of, given):
            return f"P({text_of(of)}{'' if given is None else f' | {text_of(given)}'})"
        case syntax.Arithmetic(first, rest):
            strength = SUM if rest[0][0] in "+-" else PRODUCT
            parts = [
                _in_text(first, strength + 1),
                *(f"{sign} {_in_text(part, strength + 1)}" for sign, part in rest),
            ]
            return " ".join(parts) if strength >= place else f"({' '.join(parts)})"


def _names(names: tuple[syntax.Named, ...]) -> str:
    return ", ".join(name_text(name.name) for name in names)
