"""A query's text and its value are each other's, and a faulty text is refused with its place marked."""

from __future__ import annotations

import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_strategies import HOSTILE, queries

from faulttree.errors import QueryError
from faulttree.queries import syntax
from faulttree.queries.parsing import DEEPEST, LONGEST, parse
from faulttree.queries.syntax import Named
from faulttree.queries.writing import name_text, text_of

A, B, C, D = map(Named, "abcd")


def both(connective, *parts):
    return syntax.Joined(connective, parts)


@given(queries([*HOSTILE, "a", "b", "pump-1"]))
def test_what_is_written_is_read_again(query: syntax.Question) -> None:
    assert parse(text_of(query)) == query


@given(st.text(max_size=12))
def test_any_name_can_be_written(name: str) -> None:
    assert parse(f"P({name_text(name)})") == syntax.ProbabilityOf(Named(name))
    assert name_text(name).isprintable()


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("not a and b", both("and", syntax.Not(A), B)),
        ("a or b and c", both("or", A, both("and", B, C))),
        ("a xor b and c", both("xor", A, both("and", B, C))),
        ("a or b xor c", both("or", A, both("xor", B, C))),
        ("a or b or c", both("or", A, B, C)),
        ("(a or b) or c", both("or", both("or", A, B), C)),
        ("a or b => c", syntax.Implies(both("or", A, B), C)),
        ("a => b => c", syntax.Implies(A, syntax.Implies(B, C))),
        ("a => b <=> c => d", syntax.Equivalent(syntax.Implies(A, B), syntax.Implies(C, D))),
        ("not a[b=true]", syntax.Not(syntax.Settled(A, (syntax.Setting(B, True),)))),
        ("not not a", syntax.Not(syntax.Not(A))),
        ("forall a: b and c", syntax.Quantified("forall", (A,), both("and", B, C))),
        ("exists a, b: forall c: d",
         syntax.Quantified("exists", (A, B), syntax.Quantified("forall", (C,), D))),
        ("a and (exists b: c)", both("and", A, syntax.Quantified("exists", (B,), C))),
        ("a=>b", syntax.Implies(A, B)),
        ("android", Named("android")),
        ("mcs", Named("mcs")),
        ("is-it.so/2", Named("is-it.so/2")),
        ("1E5", Named("1E5")),
        ("насос", Named("насос")),
        (r'"a\"b\\ \u0041\n"', Named('a"b\\ A\n')),
        ("a\n\tand b", both("and", A, B)),
    ],
)  # fmt: skip
def test_formulas(text: str, formula: syntax.Formula) -> None:
    assert parse(f"P({text})") == syntax.ProbabilityOf(formula)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("1 - 2 - 3 * 4", syntax.Arithmetic(
            syntax.Written(1), (("-", syntax.Written(2)),
                                ("-", syntax.Arithmetic(syntax.Written(3), (("*", syntax.Written(4)),)))))),
        ("-P(a)/2e-3", syntax.Arithmetic(syntax.Negative(syntax.ProbabilityOf(A)), (("/", syntax.Written(0.002)),))),
        ("P(a)<P(b)<=.5", syntax.Comparison(
            syntax.ProbabilityOf(A), (("<", syntax.ProbabilityOf(B)), ("<=", syntax.Written(0.5))))),
        ("P(a and b | c or d)", syntax.ProbabilityOf(both("and", A, B), both("or", C, D))),
        ("forall a", syntax.Whatever("forall", A)),
        ("forall a: b", syntax.Quantified("forall", (A,), B)),
        ("exists (a and b)", syntax.Whatever("exists", both("and", A, B))),
        ("mcs(mcs, 3)", syntax.Sets("mcs", Named("mcs"), 3)),
        ("is {a, b} a cut set?", syntax.Membership((A, B), False, "cut")),
        ("is {a, b} a cut set, and is it minimal?", syntax.Membership((A, B), True, "cut")),
        ("is {a} a path set of b and c, and is it minimal", syntax.Membership((A,), True, "path", both("and", B, C))),
        ("is {a} a cut set of it", syntax.Membership((A,), False, "cut", Named("it"))),
        ("is {} a minimal path set of a or b", syntax.Membership((), True, "path", both("or", A, B))),
        ("is {a} a cut set of of", syntax.Membership((A,), False, "cut", Named("of"))),
        ("superfluous(a, b)", syntax.Superfluous(A, B)),
    ],
)  # fmt: skip
def test_questions(text: str, query: syntax.Question) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "marked", "message"),
    [
        ("", "", "the query is empty; wanted is a question"),
        ("P(a", "", "the query ends too soon; wanted is '|' and what is given or ')'"),
        ("P(a) <", "", "ends too soon; wanted is a number or P(...)"),
        ("a and b", "a", "a formula alone asks nothing"),
        ("mcss(a)", "mcss", "did you mean 'mcs'"),
        ("p(a)", "p", "spelled 'P'"),
        ("P(a OR b)", "OR", "spelled 'or'"),
        ("P(a & b)", "&", "'&' is written 'and' here"),
        ("P(a && b)", "&&", "written 'and'"),
        ("P(!a)", "!", "written 'not'"),
        ("P(a->b)", "->", "written '=>'"),
        ("P(a == b)", "==", "written '<=>'"),
        ("mcs(a | b)", "|", "'|' means 'given'"),
        ("mcs(a || b)", "||", "write 'or'"),
        ("P(a | b | c)", "| ", "once"),
        ("P(a) = 0.5", "=", "compared by <, <=, > and >=, and formulas by equivalent(f, g)"),
        ("P(a) == 0.5", "==", "'==' does not compare probabilities"),
        ("P(a) => 0.5", "=>", "'=>' does not compare probabilities"),
        ("P(a) <> 0.5", ">", "'<>' does not compare probabilities"),
        ("P(a)^2", "^", "there are no powers; multiply, as in P(valve) * P(valve)"),
        ("2 < P(a)**2", "*", "there are no powers"),
        ("P(a ^ b)", "^", "written 'xor'"),
        ("P(a != b)", "!=", "written 'xor'"),
        ("P(a = b)", "=", "that two formulas are the same is written 'f <=> g'"),
        ("P(NOT a)", "NOT", "it is spelled 'not'"),
        ("P(a and NOT (b))", "NOT", "it is spelled 'not'"),
        ("P(ATLEAST(2; a, b))", "ATLEAST", "it is spelled 'atleast'"),
        ("FORALL a", "FORALL", "it is spelled 'forall'"),
        ("P(SOME_NOT a)", "a", "wanted is"),
        ("a counterexample, please", "a", "counterexample(f) is the likeliest state in which a formula f is false"),
        ("counterexample, please", ",", "counterexample(f) is"),
        ("counterexample?", "?", "counterexample(f) is"),
        ("witness", "", "witness(f) in which it is true"),
        ("is {a} a cut set, and minimal", "minimal", "wanted is 'is it minimal'"),
        ("is {a} a cut set, is it minimal", "is", "wanted is 'and is it minimal'"),
        ("is {a} a cut set, and is minimal", "minimal", "wanted is 'it minimal'"),
        ("is {a} a cut set, and is it", "", "wanted is 'minimal'"),
        ("P(a < 3)", "<", "compares numbers"),
        ("P(a + b)", "+", "joins numbers"),
        ("P(pump 1)", "1", "stands in double quotes"),
        ("P('a')", "'", "double quotes"),
        ('P("a)', '"', "has no end"),
        (r'P("\x")', "\\", "escapes of JSON"),
        (r'P("\ud800")', '"', "escapes of JSON"),
        ("P()", ")", "wanted is a formula of events and gates"),
        ("P(and)", "and", "wanted is a formula"),
        ("P(a <=> b <=> c)", "<=>", "is not understood here"),
        ("P(a and forall b: c)", "forall", "stands in parentheses within another formula"),
        ("mcs(a, b)", "b", "wanted is a whole number"),
        ("mcs(a, 1.5)", "1.5", "a whole number from 0 to 100,000"),
        ("mcs(a, 1000000)", "1000000", "a whole number from 0 to 100,000"),
        ("P(atleast(3; a, b))", "3", "a whole number from 0 to 2"),
        ("P(a[b=1])", "1", "wanted is true or false"),
        ("P(a[b=true, c=true, b=true])", "b=true", "'b' is set twice"),
        ("is {a b} a cut set", "b", "wanted is ',' or '}'"),
        ("is {a} a cat", "cat", "wanted is 'cut set' or 'path set'"),
        ("is {a} a cut", "", "wanted is 'set'"),
        ("superfluous(not a)", "not", "wanted is the name of an event or gate; a name that is a word"),
        ("1e999", "1e999", "too large"),
        ("P(a) extra", "extra", "wanted is"),
        ("P(\x1b)", "\x1b", r"'\u001b' is not understood"),
        ("x" * (LONGEST + 1), "x", "at most 10,000 characters"),
        ("P(" + "not " * (DEEPEST + 1) + "a)", "n", "nested more than 100 deep"),
        ("P(" + "a => " * (DEEPEST + 1) + "a)", "a", "nested more than 100 deep"),
        ("P(a" + "[b=true]" * (DEEPEST + 1) + ")", "", "nested more than 100 deep"),
        ("-" * (DEEPEST + 1) + "1", "-", "nested more than 100 deep"),
    ],
)  # fmt: skip
def test_faults_are_marked_and_said_in_words(text: str, marked: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert message in error.what
    assert text[error.start : error.end].startswith(marked.strip())
    what, shown, carets = str(error).split("\n")
    assert what == error.what
    assert set(carets.strip()) == {"^"}
    if len(text) < 60 and text.isprintable():
        assert shown.rstrip() == f"  {text}".rstrip()
        assert carets.index("^") == 2 + error.start
        assert carets.count("^") == max(1, len(text[error.start : error.end]))
    in_words = error.what.replace("JSON", "").replace(marked, "")
    assert not re.search(r"[A-Z]{3,}|_", in_words), "no names of the grammar's own"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_the_caret_minds_wide_characters_and_lines_and_long_texts() -> None:
    def marks(text: str) -> list[str]:
        with pytest.raises(QueryError) as caught:
            parse(text)
        return str(caught.value).split("\n")[1:]

    assert marks("P(漢字 & b)") == ["  P(漢字 & b)", "         ^"]  # two columns each
    assert marks('P("e\u0301" &)') == ['  P("e\u0301" &)', "        ^"]  # the accent none
    assert marks("P(a\n  or\n  & b)") == ["    & b)", "    ^"]
    long, carets = marks("P(" + "a and " * 100 + "& b" + " and b" * 100 + ")")
    assert len(long) < 140 and long[carets.index("^")] == "&"
    assert long.strip().startswith("…") and long.endswith("…")


def test_formulas_may_be_deep_and_parentheses_more_so() -> None:
    parse("P(" + "not " * (DEEPEST - 5) + "a)")
    parse("P(" + "(" * 2000 + "a" + ")" * 2000 + ")")


def refusal(text: str) -> str:
    """Why a text is refused; nothing when it is read. Any other error than ours gets through."""
    try:
        parse(text)
    except QueryError as error:
        return str(error)
    return ""


@given(st.text(st.sampled_from('aPb(){}[]|:;,=<>&"\\+-*/.1 \n#?¬\u202e') | st.characters(), max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    assert all(line.isprintable() for line in refusal(text).split("\n"))


@given(queries(["a", "b c"]), st.data())
def test_a_query_with_a_hole_is_read_or_refused_in_words(query: syntax.Question, data: st.DataObject) -> None:
    text = text_of(query)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 3)))
    assert refusal(text[:start] + text[end:]).count("\n") in (0, 2)
