"""Random queries, and what their formulas mean by the truth tables of their connectives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import oracles
from hypothesis import strategies as st

from faulttree.model import Model
from faulttree.queries import syntax
from faulttree.queries.syntax import Formula, Named

HOSTILE = (
    "and",
    "P",
    "is",
    "pump 1",
    'a"b',
    "a\\b",
    "a\nb",
    "漢字",
    "-x",
    "x-",
    "a/b.c-d",
    "[a b]",
    "#",
    "\u202eb",
    "#{}",
)


def formulas(names: Sequence[str], events: Sequence[str], max_leaves: int = 6) -> st.SearchStrategy[Formula]:
    """Formulas of every kind. events: those of the names that may be quantified."""
    named = st.sampled_from(names).map(Named)
    leaves = st.one_of(named, named, named, st.booleans().map(syntax.Constant))

    def around(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
        parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
        states = st.dictionaries(st.sampled_from(names), st.booleans(), min_size=1, max_size=2)
        settings = states.map(lambda states: tuple(syntax.Setting(Named(n), state) for n, state in states.items()))
        quantified = st.lists(st.sampled_from(events).map(Named), min_size=1, max_size=2).map(tuple)
        return st.one_of(
            st.builds(syntax.Not, inner),
            st.builds(syntax.Joined, st.sampled_from(["and", "or", "xor"]), parts),
            st.builds(syntax.Joined, st.sampled_from(["and", "or", "xor"]), parts),
            st.builds(syntax.Implies, inner, inner),
            st.builds(syntax.Equivalent, inner, inner),
            parts.flatmap(lambda p: st.integers(0, len(p)).map(lambda k: syntax.AtLeast(k, p))),
            st.builds(syntax.Settled, inner, settings),
            st.builds(syntax.Quantified, st.sampled_from(["forall", "exists"]), quantified, inner),
        )

    return st.recursive(leaves, around, max_leaves=max_leaves)


def numbers(formula: st.SearchStrategy[Formula]) -> st.SearchStrategy[syntax.Number]:
    """Numbers of every kind."""
    written = st.floats(0, 1e9, allow_nan=False).map(syntax.Written)
    leaves = st.one_of(written, st.builds(syntax.ProbabilityOf, formula, st.none() | formula))

    def around(inner: st.SearchStrategy[syntax.Number]) -> st.SearchStrategy[syntax.Number]:
        def rest(signs: str) -> st.SearchStrategy[tuple[tuple[str, syntax.Number], ...]]:
            return st.lists(st.tuples(st.sampled_from(signs), inner), min_size=1, max_size=2).map(tuple)

        return st.one_of(
            st.builds(syntax.Negative, inner),
            st.builds(syntax.Arithmetic, inner, rest("+-")),
            st.builds(syntax.Arithmetic, inner, rest("*/")),
        )

    return st.recursive(leaves, around, max_leaves=4)


def queries(names: Sequence[str]) -> st.SearchStrategy[syntax.Question]:
    """Questions of every kind."""
    formula = formulas(names, names)
    number = numbers(formulas(names, names, 2))
    named = st.sampled_from(names).map(Named)
    compared = st.lists(st.tuples(st.sampled_from(["<", "<=", ">", ">="]), number), min_size=1, max_size=2).map(tuple)
    quantifier = st.sampled_from(["forall", "exists"])
    return st.one_of(
        number,
        st.builds(syntax.Comparison, number, compared),
        st.builds(syntax.Sets, st.sampled_from(["mcs", "mps", "primes"]), formula, st.none() | st.integers(0, 99)),
        st.builds(syntax.Whatever, quantifier, formula),
        st.builds(syntax.Quantified, quantifier, st.lists(named, min_size=1, max_size=3).map(tuple), formula),
        st.builds(
            syntax.Membership, st.lists(named, max_size=3).map(tuple), st.booleans(),
            st.sampled_from(["cut", "path"]), st.none() | formula,
        ),
        st.builds(syntax.Found, st.sampled_from(["witness", "counterexample", "support"]), formula),
        st.builds(syntax.Relation, st.sampled_from(["independent", "equivalent"]), formula, formula),
        st.builds(syntax.Superfluous, named, st.none() | formula),
    )  # fmt: skip


def truth(formula: Formula, model: Model, occurred: Collection[str], states: Mapping[str, bool | float]) -> bool:
    """Whether a formula is true when exactly these events have occurred and these states are set."""

    def of(part: Formula) -> bool:
        return truth(part, model, occurred, states)

    match formula:
        case syntax.Named(name):
            return oracles.truth(model, name, occurred, states)
        case syntax.Constant(value):
            return value
        case syntax.Not(part):
            return not of(part)
        case syntax.Joined("and", parts):
            return all(map(of, parts))
        case syntax.Joined("or", parts):
            return any(map(of, parts))
        case syntax.Joined(_, parts):
            return sum(map(of, parts)) % 2 == 1
        case syntax.Implies(one, other):
            return of(other) if of(one) else True
        case syntax.Equivalent(one, other):
            return of(one) is of(other)
        case syntax.AtLeast(k, parts):
            return sum(map(of, parts)) >= k
        case syntax.Settled(part, settings):
            return truth(part, model, occurred, {**states, **{s.name.name: s.state for s in settings}})
        case syntax.Quantified(quantifier, events, part):
            names = {event.name for event in events}
            free = {**states, **dict.fromkeys(names, 0.5)}  # what is set to a probability varies, whatever stood before
            values = [truth(part, model, (set(occurred) - names) | some, free) for some in oracles.subsets(names)]
            return all(values) if quantifier == "forall" else any(values)
    raise AssertionError(formula)
