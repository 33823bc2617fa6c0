"""Every answer against the truth table of the formula, on coherent and other trees, with and without what-ifs."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction

import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_strategies import formulas, truth
from strategies import model_of, settings_of, trees

from faulttree import FaultTree
from faulttree.errors import InvalidRequestError, MissingProbabilityError, NodeBudgetExceeded, QueryError
from faulttree.queries import syntax
from faulttree.queries.parsing import parse
from faulttree.queries.writing import name_text, text_of


class Case:
    """A tree, perhaps under a what-if, the events that vary, and formulas with their truth tables."""

    def __init__(self, data: st.DataObject, n_formulas: int, max_events: int = 5, **kind: bool) -> None:
        model = data.draw(trees(max_events=max_events, max_gates=4, **kind))
        self.states = data.draw(st.one_of(st.just({}), settings_of(model)))
        self.tree = FaultTree.of(model).what_if(self.states)
        self.model = model
        floating = [name for name, state in self.states.items() if not isinstance(state, bool)]
        plain = [event for event in model.basic_events if event not in self.states]
        # Only what can vary and stands on the diagram may be quantified: below the top, or named, as it then is.
        self.events = tuple(sorted({*floating, *plain}))
        names = sorted([*model.gates, *model.basic_events, *model.house_events])
        drawn = formulas(names, self.events or names, 5)
        if not self.events:
            drawn = st.sampled_from(names).map(syntax.Named)
        self.formulas = [data.draw(drawn, label=f"formula {i}") for i in range(n_formulas)]
        self.texts = [text_of(formula) for formula in self.formulas]

    def function(self, formula: syntax.Formula) -> oracles.Function:
        points = oracles.subsets(self.events)
        return oracles.Function(
            self.events, frozenset(point for point in points if truth(formula, self.model, point, self.states))
        )

    def probabilities(self) -> dict[str, Fraction]:
        return oracles.event_probabilities(self.model, self.events, self.states)

    def state_probability(self, states: dict[str, bool], q: dict[str, Fraction]) -> Fraction:
        return math.prod((q[event] if state else 1 - q[event] for event, state in states.items()), start=Fraction(1))


@given(st.data())
def test_probabilities(data: st.DataObject) -> None:
    case = Case(data, 2)
    f, g = map(case.function, case.formulas)
    q = case.probabilities()
    both = oracles.Function(case.events, f.true_points & g.true_points)
    # 1e-12: a handful of sums and products of one sign.
    alone = oracles.probability(f, q)
    assert float(case.tree.query(f"P({case.texts[0]})")) == pytest.approx(float(alone), rel=1e-12)
    given_that, asked = oracles.probability(g, q), f"P({case.texts[0]} | {case.texts[1]})"
    if given_that == 0:
        with pytest.raises(QueryError, match="nothing follows from it") as caught:
            case.tree.query(asked)
        assert asked[caught.value.start : caught.value.end].strip("()") in asked
    else:
        expected = float(oracles.probability(both, q) / given_that)
        assert float(case.tree.query(asked)) == pytest.approx(expected, rel=1e-12)


@given(st.data())
def test_yes_or_no(data: st.DataObject) -> None:
    case = Case(data, 2)
    f, g = map(case.function, case.formulas)
    text, other = case.texts
    everywhere = case.tree.query(f"forall ({text})")
    assert bool(everywhere) is (not f.false_points)
    if not everywhere:
        assert f(everywhere.counterexample.occurred) is False
    somewhere = case.tree.query(f"exists ({text})")
    assert bool(somewhere) is bool(f.true_points)
    if somewhere:
        assert f(somewhere.witness.occurred) is True
    same = case.tree.query(f"equivalent({text}, {other})")
    assert bool(same) is (f == g)
    if not same:
        assert f(same.counterexample.occurred) is not g(same.counterexample.occurred)
    assert bool(case.tree.query(f"independent({text}, {other})")) is oracles.support(f).isdisjoint(oracles.support(g))
    assert set(case.tree.query(f"support({text})").value) == oracles.support(f)
    if case.events:
        event = data.draw(st.sampled_from(case.events))
        answer = case.tree.query(f"superfluous({name_text(event)}, {text})")
        assert bool(answer) is (event not in oracles.support(f))
        if not answer:
            assert event not in answer.counterexample.states
            occurred = set(answer.counterexample.occurred)
            assert f(occurred | {event}) is not f(occurred)


@given(st.data())
def test_witnesses_are_the_likeliest(data: st.DataObject) -> None:
    case = Case(data, 1)
    (f,), (text,) = map(case.function, case.formulas), case.texts
    q, support = case.probabilities(), oracles.support(f)
    for verb, value in (("witness", True), ("counterexample", False)):
        state = case.tree.query(f"{verb}({text})").value
        fitting = [{e: e in point for e in support} for point in oracles.subsets(support) if f(point) is value]
        if not fitting:
            assert state is None
            continue
        assert set(state.states) == support
        assert f(state.occurred) is value
        # Powers of extreme probabilities fall below the smallest float, where the relative error is lost.
        best = max(case.state_probability(states, q) for states in fitting)
        assert state.probability == pytest.approx(float(case.state_probability(state.states, q)), rel=1e-12, abs=1e-300)
        assert state.probability == pytest.approx(float(best), rel=1e-12, abs=1e-300)


@given(st.data())
def test_sets(data: st.DataObject) -> None:
    case = Case(data, 1, max_events=4)
    (f,), (text,) = map(case.function, case.formulas), case.texts
    q = case.probabilities()
    cuts, paths = (case.tree.query(f"{verb}({text}, 99)").value for verb in ("mcs", "mps"))
    assert set(cuts.family) == oracles.minimal_cut_sets(f)
    assert set(paths.family) == oracles.minimal_path_sets(f)
    for cut in cuts:
        assert cut.probability == pytest.approx(float(oracles.set_probability(cut.events, q)), rel=1e-12)
    for path in paths:
        absent = math.prod((1 - q[event] for event in path.events), start=Fraction(1))
        assert path.probability == pytest.approx(float(absent), rel=1e-12)
    primes = case.tree.query(f"primes({text}, 99)").value
    wanted = {
        (positive | {"¬" + event for event in negative}): (positive, negative)
        for positive, negative in oracles.prime_implicants(f)
    }
    assert set(primes.family) == set(wanted)
    for prime in primes:
        positive, negative = wanted[frozenset(prime.events)]
        expected = case.state_probability(dict.fromkeys(positive, True) | dict.fromkeys(negative, False), q)
        assert prime.probability == pytest.approx(float(expected), rel=1e-12)


@given(st.data())
def test_membership(data: st.DataObject) -> None:
    case = Case(data, 1)
    (f,), (text,) = map(case.function, case.formulas), case.texts
    members = data.draw(st.frozensets(st.sampled_from(case.events))) if case.events else frozenset()
    listed = ", ".join(map(name_text, sorted(members)))
    for side, points, minimal in (
        ("cut", f.true_points, oracles.minimal_cut_sets(f)),
        ("path", {frozenset(case.events) - point for point in f.false_points}, oracles.minimal_path_sets(f)),
    ):
        plain = case.tree.query(f"is {{{listed}}} a {side} set of ({text})")
        assert bool(plain) is (members in points)
        if not plain:
            # In it the members alone occur, or stay away, and it shows that the function is not what it should be.
            shown = plain.counterexample
            alone = shown.occurred if side == "cut" else shown.absent
            assert set(alone) == members
            unsaid = set() if side == "cut" else set(case.events) - set(shown.states)
            assert f({*shown.occurred, *unsaid}) is (side == "path")
        assert bool(case.tree.query(f"is {{{listed}}} a minimal {side} set of ({text})?")) is (members in minimal)


@given(st.data())
def test_closed_formulas_are_answered_and_open_ones_refused(data: st.DataObject) -> None:
    case = Case(data, 1)
    if not case.events:
        return
    bound = data.draw(st.lists(st.sampled_from(case.events), min_size=1, unique=True))
    quantifier = data.draw(st.sampled_from(["forall", "exists"]))
    question = syntax.Quantified(quantifier, tuple(map(syntax.Named, bound)), case.formulas[0])
    f, inner = case.function(question), case.function(case.formulas[0])
    if f.true_points and f.false_points:
        with pytest.raises(QueryError, match="this depends on"):
            case.tree.query(text_of(question))
        return
    answer = case.tree.query(text_of(question))
    assert bool(answer) is bool(f.true_points)
    if answer.witness:
        assert inner(answer.witness.occurred) is True
    if answer.counterexample:
        assert inner(answer.counterexample.occurred) is False


NUMBERS = model_of({"and": ["a", "b"]}, {"a": 1e-12, "b": 0.25})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("P(a)", 1e-12),
        ("P(top | b)", 1e-12),
        ("P(top | top or not top)", 2.5e-13),
        ("P(not a | b) - 1", -1e-12),
        ("2 * P(b) + 1 / 4", 0.75),
        ("1 - 2 - 3", -4.0),
        ("2 / 2 / 2", 0.5),
        ("-(P(b) - 1) * 4", 3.0),
        ("- -1", 1.0),
    ],
)
def test_numbers(text: str, value: float) -> None:
    # 1e-4: the difference of two numbers next to 1 has no more digits left.
    assert float(FaultTree.of(NUMBERS).query(text)) == pytest.approx(value, rel=1e-4 if " - 1" in text else 1e-14)


@pytest.mark.parametrize(
    ("text", "yes", "reason"),
    [
        ("P(a) < 1e-3", True, "1e-12 < 0.001"),
        ("P(top) < P(a) <= 1e-12", True, "2.5e-13 < 1e-12 <= 1e-12"),
        ("1 > 0.5 > 0.7", False, "1 > 0.5 > 0.7 does not hold"),
        ("P(b) >= 0.2500000001", False, "0.25 >= 0.2500000001 does not hold"),
    ],
)
def test_comparisons(text: str, yes: bool, reason: str) -> None:
    answer = FaultTree.of(NUMBERS).query(text)
    assert (answer.value, answer.reason) == (yes, reason)


@pytest.mark.parametrize(
    ("text", "marked", "message"),
    [
        ("P(tpo)", "tpo", "'tpo' is no event or gate of the model; did you mean 'top'?"),
        ('P(a and "\\u001b")', '"\\u001b"', r"'\u001b' is no event or gate"),
        ("P(a | b and not b)", "b and not b", "false in every state"),
        ("P(a | c)", "c", "probability 0"),
        ("1 / (P(a) - P(a))", "P(a) - P(a)", "divided"),
        ("forall top: a", "top", "'top' is a gate, and an event is wanted"),
        ("is {a, h} a cut set", "h", "'h' is fixed"),
        ("superfluous(top)", "top", "is a gate"),
        ("exists a: top", "exists a: top", "depends on b, too"),
    ],
)  # fmt: skip
def test_queries_without_an_answer(text: str, marked: str, message: str) -> None:
    model = model_of({"and": ["a", "b"]}, {"c": 0.0}, house_events={"h": {"state": True}})
    with pytest.raises(QueryError) as caught:
        FaultTree.of(model).query(text)
    assert message in caught.value.what
    assert text[caught.value.start : caught.value.end] == marked
    assert caught.value.query == text


def test_names_of_every_kind() -> None:
    names = ("and", "P", "is", "pump 1", 'a"b', "a\\b", "漢字", "x-", "[a b]", "#", "{}", "<b>", "насос")
    tree = FaultTree.of(model_of({"or": list(names)}, dict.fromkeys(names, 0.5)))
    for name in names:
        assert float(tree.query(f"P({name_text(name)})")) == 0.5
        assert tree.query(f"is {{{name_text(name)}}} a minimal cut set")
    answer = tree.query("mcs(top, 99)")
    assert answer.value.count == len(names)
    for said in ("support(top)", "witness(top)", "is {} a cut set", "counterexample(top)"):
        answer = tree.query(said)
        assert all(line.isprintable() for line in str(answer).split("\n"))
        assert "<b>" not in answer._repr_html_()


def test_components_of_a_common_cause_group_are_gates_of_their_causes() -> None:
    tree = FaultTree.of(
        model_of(
            {"and": ["a", "b"]},
            {"a": 0.01, "b": 0.01},
            common_cause_groups={"pair": {"events": ["a", "b"], "beta_factor": 0.1}},
        )
    )
    assert float(tree.query("P(top)")) == tree.probability().value
    assert float(tree.query("P(a)")) == pytest.approx(1 - (1 - 0.009) * (1 - 0.001), rel=1e-13)
    assert tree.query('is {"[a b]"} a minimal cut set')
    assert tree.query('equivalent(top, "[a b]" or "[a]" and "[b]")')
    # Setting a component is a what-if on its gate: the causes of the other stay as they are.
    assert float(tree.query("P(top[a=true])")) == pytest.approx(1 - (1 - 0.009) * (1 - 0.001), rel=1e-13)
    with pytest.raises(QueryError, match=r"no single event; its events are '\[a\]', '\[a b\]'"):
        tree.query("is {a, b} a cut set")


def test_settings_of_gates_are_what_ifs() -> None:
    model = model_of(
        {"or": ["left", {"and": ["right", "switch"]}]},
        {"a": 0.1, "b": 0.2, "c": 0.3},
        gates={"left": {"and": ["a", "b"]}, "right": {"or": ["b", "c"]}},
        house_events={"switch": {"state": False}},
    )
    tree = FaultTree.of(model)
    for states in ({"left": True}, {"switch": True}, {"left": False, "switch": True}, {"right": True, "switch": True}):
        text = ", ".join(f"{name}={str(state).lower()}" for name, state in states.items())
        assert float(tree.query(f"P(top[{text}])")) == pytest.approx(
            tree.what_if(states).probability().value, rel=1e-14
        )
    assert float(tree.query("P((top and a)[switch=true, a=true])")) == pytest.approx(1 - 0.8 * 0.7, rel=1e-14)
    # The tree's own what-if can be taken back.
    assert tree.what_if({"switch": True}).query("equivalent(top[switch=false], left)")


def test_without_probabilities_only_numbers_are_missing() -> None:
    tree = FaultTree.of(model_of({"or": [{"and": ["a", "b"]}, {"and": ["c", "d", "e"]}]}, {"b": None, "e": None}))
    with pytest.raises(MissingProbabilityError, match="'b'"):
        tree.query("P(top)")
    assert float(tree.query("P(a and c)")) == pytest.approx(0.01, rel=1e-14)
    assert [cut.events for cut in tree.query("mcs(top)").value] == [("a", "b"), ("c", "d", "e")]
    fewest = tree.query("witness(top)").value
    assert (set(fewest.occurred), fewest.probability) == ({"a", "b"}, None)
    none = tree.query("counterexample(top)").value
    assert none.occurred == ()
    assert not tree.query("is {a} a cut set")
    assert "b added" in tree.query("is {a} a cut set").reason


def test_a_likely_absence_is_the_likeliest_state_even_where_all_are_impossible() -> None:
    tree = FaultTree.of(model_of({"and": ["a", "b", "c"]}, {"a": 0.0, "b": 0.9, "c": 1e-300}))
    state = tree.query("witness(top)").value
    assert (state.occurred, state.probability) == (("a", "b", "c"), 0.0)
    assert tree.query("counterexample(top)").value.states == {"a": False, "b": True, "c": False}


def test_answers_in_every_form() -> None:
    tree = FaultTree.of(model_of({"or": ["a", "b"]}, {"a": 0.25, "b": 0.5}))
    number, yes, sets, state, events, none = map(
        tree.query,
        ("P(top)", "exists a", "mcs(top, 1)", "witness(a)", "support(top)", "witness(a and not a)"),
    )
    assert str(number) == "P(top)\n  0.625"
    assert str(yes) == "exists a\n  yes: it is true when a occurs"
    assert "2 minimal cut sets: 2 of order 1" in str(sets)
    assert "... and 1 more" in str(sets)
    assert str(state) == "witness(a)\n  a occurs  (probability 0.25)"
    assert str(events) == "support(top)\n  a, b"
    assert str(none) == "witness(a and not a)\n  none: the formula is false whatever the events do"
    assert number.to_dict() == {"query": "P(top)", "kind": "number", "value": 0.625}
    assert yes.to_dict()["witness"] == {"states": {"a": True}, "probability": 0.25}
    assert sets.to_dict()["sets"]["count"] == 2
    assert [row["events"] for row in sets.records()] == [["b"]]
    assert state.records() == [{"event": "a", "occurs": True}]
    assert state.to_dict()["value"] == {"a": True} == dict(state.witness.states)
    assert events.to_dict()["value"] == ["a", "b"]
    assert none.to_dict()["value"] is None
    assert yes.to_csv() == "query,value,reason\nexists a,true,it is true when a occurs\n"
    for answer in (number, yes, sets, state, events, none):
        assert answer.query in answer._repr_html_()
        assert answer.to_json()
        assert isinstance(answer.records(), list)
    assert bool(yes) is True
    for wrong in (lambda: bool(number), lambda: float(yes), lambda: float(sets), lambda: bool(none)):
        with pytest.raises(InvalidRequestError, match="of kind"):
            wrong()


def test_what_grows_too_large_is_refused() -> None:
    n = 12
    pairs = [{"and": [f"x{i}", f"y{i}"]} for i in range(n)]
    tree = FaultTree.of(model_of({"or": pairs}), node_budget=100)
    assert tree.query("mcs(top)").value.count == n
    many = " and ".join(f"(x{i} or y{(i + 5) % n} xor y{(i * 7) % n})" for i in range(n))
    with pytest.raises(NodeBudgetExceeded):
        tree.query(f"P({many})")


@pytest.mark.parametrize("around", ["not {}", "(a xor {})", "a => {}", "{}[a=true]", "(a and b or {})"])
def test_formulas_as_deep_as_may_be_are_answered(around: str) -> None:
    tree, text = FaultTree.of(model_of({"and": ["a", "b"]})), "a"
    # As deep as can be: one level more is refused.
    while (deeper := around.format(f"({text})")) and not is_refused(f"P({deeper})"):
        text = deeper
    assert len(text) > 500
    assert 0.0 <= float(tree.query(f"P({text})")) <= 1.0


def is_refused(text: str) -> bool:
    try:
        parse(text)
    except QueryError:
        return True
    return False


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="a query is a text"):
        FaultTree.of(NUMBERS).query(3)


def test_millions_of_sets_are_counted_and_not_listed() -> None:
    n = 22
    tree = FaultTree.of(model_of({"and": [{"or": [f"x{i}", f"y{i}"]} for i in range(n)]}))
    answer = tree.query("mcs(top, 3)")
    assert answer.value.count == 2**n
    assert len(answer.records()) == 3
    assert f"... and {2**n - 3:,} more" in str(answer)


PUMPS = model_of({"or": ["valve", {"and": ["a", "b"]}]}, {"c": None, "valve": 0.01}, gates={"g": {"or": ["a", "c"]}})


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("forall false", "no: it is false whatever the events do"),
        ("exists true", "yes: it is true whatever the events do"),
        ("forall a: false", "no: it is false whatever the events do"),
        ("exists a: true", "yes: it is true whatever the events do"),
        ("equivalent(a, not a)?", "no: they differ whatever the events do"),
        ("forall a?", "no: it is false when a does not occur"),
        ("is {a, b} a cut set, and is it minimal?",
         "yes: when a and b occur and nothing else occurs, top is true; it is minimal, as none can be left out"),
        ("is {a, valve} a cut set, and is it minimal?",
         "no: when a and valve occur and nothing else occurs, top is true, so that {a, valve} is a cut set, "
         "but no minimal one: a can be left out: {valve} alone is a cut set"),
        ("is {a} a cut set, and is it minimal?",
         "no: when a occurs and nothing else occurs, top is false; with "),
    ],
)  # fmt: skip
def test_yes_and_no_in_words(text: str, answer: str) -> None:
    found = FaultTree.of(PUMPS).query(text).text
    assert found.startswith(answer) if answer.endswith(" ") else found == answer


def test_an_answer_of_no_to_an_is_comes_with_a_counterexample() -> None:
    tree = FaultTree.of(PUMPS)
    smaller = tree.query("is {a, valve} a minimal cut set").counterexample
    assert smaller is not None
    assert smaller.states == {"a": False, "b": False, "valve": True}
    path = tree.query("is {a, b, valve} a minimal path set").counterexample
    assert path is not None
    assert path.states in ({"a": True, "b": False, "valve": False}, {"a": False, "b": True, "valve": False})
    alone = tree.query("is {a} a cut set").counterexample
    assert alone is not None
    assert alone.states == {"a": True, "b": False, "valve": False}


def test_a_missing_probability_is_marked_where_it_is_wanted() -> None:
    with pytest.raises(MissingProbabilityError) as caught:
        FaultTree.of(PUMPS).query("P(valve) + P(g | a) + P(g)")
    assert caught.value.events == ("c",)
    assert str(caught.value).splitlines()[1:] == ["  P(valve) + P(g | a) + P(g)", " " * 24 + "^^^^"]
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    with pytest.raises(QueryError, match="'TRUE' is no event or gate of the model; the word is spelled 'true'"):
        FaultTree.of(PUMPS).query("P(TRUE)")
