"""Expressions as text: read, written, refused with a reason."""

from __future__ import annotations

import pytest
from expression_strategies import SPELLINGS, UNITS, written_expressions
from hypothesis import given

from faulttree.expressions import Call, ExpressionError, Name, Node, Number, Time, parsed, seems_expression, written


@given(written_expressions())
def test_what_is_written_reads_back_as_it_was(node: Node) -> None:
    text = written(node, UNITS)
    again = parsed(text, SPELLINGS)
    assert written(again, UNITS) == text
    assert again == _folded(node)


def _folded(node: Node) -> Node:
    """The expression without operations of one argument that change nothing, as the text has it."""
    if not isinstance(node, Call):
        return node
    return Call(node.operation, tuple(map(_folded, node.arguments)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a - b - c", Call("sub", (Name("a"), Name("b"), Name("c")))),
        ("a - b + c", Call("add", (Call("sub", (Name("a"), Name("b"))), Name("c")))),
        ("a / b * c", Call("mul", (Call("div", (Name("a"), Name("b"))), Name("c")))),
        ("-a ^ 2", Call("neg", (Call("pow", (Name("a"), Number(2.0))),))),
        ("2 ** 3 ** 2", Call("pow", (Number(2.0), Call("pow", (Number(3.0), Number(2.0)))))),
        ("24 h", Number(24.0, "h")),
        ("1e-6/h", Number(1e-6, "h", True)),
        ("1e-6 per h", Number(1e-6, "h", True)),
        ("2 / h2", Call("div", (Number(2.0), Name("h2")))),
        ('2 / "h"', Call("div", (Number(2.0), Name("h")))),
        ("t", Time()),
        ('"t"', Name("t")),
        ("exp", Name("exp")),
        ("not a and b or c", Call("or", (Call("and", (Call("not", (Name("a"),)), Name("b"))), Name("c")))),
        ("a < b", Call("lt", (Name("a"), Name("b")))),
        ("pow(a, 2)", Call("pow", (Name("a"), Number(2.0)))),
        ("min(a)", Call("min", (Name("a"),))),
        ("λ * t", Call("mul", (Name("λ"), Time()))),
    ],
)
def test_text_means_what_a_reader_of_formulas_expects(text: str, expected: Node) -> None:
    assert parsed(text, SPELLINGS) == expected


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("3 t", "'t' after a number is no unit; a product is written with"),
        ("24 hours", "'hours' after a number is no unit; did you mean 'hour'"),
        ("exp(", "a `)` is missing"),
        ("1 -", "ends where a number"),
        ("a)", "has no `(` before it"),
        ("ln(2)", "did you mean 'log'"),
        ("Exp(2)", "did you mean 'exp'"),
        ("ite(a, 1, 2)", "did you mean 'if'"),
        ("qqq(2)", "'qqq' is no function; known are exp, "),
        ("exp(1, 2)", "`exp` takes 1 argument, not 2"),
        ("if(a, 1)", "`if` takes 3 arguments, not 2"),
        ("switch(a, 1)", "an odd number of arguments, not 2"),
        ("periodic_test(1 /h, 2 h, 3 h, 4 h, 5 h, t)", "4, 5 or 11 arguments, not 6"),
        ("a b", "an operator such as * is wanted"),
        ("a = b", "equality is written =="),
        ("a < b < c", "`<` cannot stand after `a < b`"),
        ("'a' * 2", "double quotes"),
        ("1e999", "1e999 is larger than 1.8e+308"),
        ("1e-999", "1e-999 is smaller than 2.2e-308"),
        ("__import__(os)", "'__import__' is no function"),
        ("a.b", "cannot stand after"),
        ("(" * 200 + "a" + ")" * 200, ""),
        ("-" * 200 + "a", "nested more than 130 deep"),
    ],
)
def test_a_text_that_cannot_be_read_says_why(text: str, what: str) -> None:
    if not what:  # parentheses alone nest nothing
        assert parsed(text, SPELLINGS) == Name("a")
        return
    with pytest.raises(ExpressionError) as caught:
        parsed(text, SPELLINGS)
    assert what in str(caught.value)
    assert 0 <= caught.value.place <= len(text)


@pytest.mark.parametrize("name", ["pump", "pump-A", "a.b", "rate of pump", "1-out-of-2", "x+y", "LAMBDA_1", "notch"])
def test_names_as_they_are_used_are_no_expressions(name: str) -> None:
    assert not seems_expression(name)


@pytest.mark.parametrize("text", ["a - b", "2*a", "exp(a)", "-a", "a/b", "a^2", "a < b", "not a", "a + 1", "-2 * a"])
def test_what_has_operators_is_an_expression(text: str) -> None:
    assert seems_expression(text)
