"""Orders take turns: which, for how many steps, in how much room; and what is interrupted goes on where it stood."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from building import build
from hypothesis import given
from hypothesis import strategies as st
from strategies import random_model, trees

from faulttree.decision_diagrams import portfolio
from faulttree.decision_diagrams.assembly import PLAIN
from faulttree.decision_diagrams.bdd import Bdd, BddForest
from faulttree.decision_diagrams.portfolio import Attempt, Construction, Effort, Portfolio
from faulttree.errors import MemoryLimitExceeded, NodeBudgetExceeded
from faulttree.model import Model
from faulttree.structure.ordering import narrow_orders, orders
from faulttree.structure.pdag import Connective, Pdag, PdagBuilder
from faulttree.structure.simplify import simplify

SMALL_TURNS = ((20, 1), (40, 20), (80, 20), (120, 6), (160, 4), (200, 2), (10_000_000, 1))


def plain(pdag: Pdag, seed: int = 0) -> Portfolio:
    """A portfolio for the whole graph, every variable being itself."""
    return Portfolio(pdag, [PLAIN] * len(pdag.variables), seed)


def construction(pdag: Pdag, order: Sequence[str], nodes: int = 10**6) -> Construction:
    return Construction(BddForest(order, nodes), pdag, [PLAIN] * len(pdag.variables))


def same(bdd: Bdd, pdag: Pdag) -> None:
    """Assert that a diagram is the graph's function at a hundred points."""
    for seed in range(100):
        point = {name for i, name in enumerate(pdag.variables) if (seed * 7919 + i * i) % 3 == 0}
        assert bdd.evaluate("top", point) is pdag.value(point)


@pytest.fixture
def hard() -> Pdag:
    """A graph whose diagrams take some hundred steps under any order."""
    return simplify(build(random_model(60, 50, 0.2, seed=4), "g0"))


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, int]]:
    """Name, steps and nodes of each turn as it is taken, all of them small."""
    taken: list[tuple[str, int, int]] = []
    real = Portfolio._proceed

    def proceed(self: Portfolio, attempt: Attempt, steps: int, nodes: int, effort: Effort) -> bool:
        taken.append((attempt.name, steps, nodes))
        return real(self, attempt, steps, nodes, effort)

    monkeypatch.setattr(Portfolio, "_proceed", proceed)
    monkeypatch.setattr(portfolio, "TURNS", SMALL_TURNS)
    monkeypatch.setattr(portfolio, "STEPS_PER_NODE", 0)
    monkeypatch.setattr(portfolio, "EACH", 10)
    monkeypatch.setattr(portfolio, "PROMISING", -100.0)  # even those that made nothing
    return taken


def test_orders_take_turns_and_fewer_of_them_take_longer_ones(hard: Pdag, turns: list[tuple[str, int, int]]) -> None:
    names = [name for name, _ in orders(hard)]
    bdd = plain(hard).run(Effort())
    same(bdd, hard)
    rounds = {steps: [name for name, *_ in group] for steps, group in itertools.groupby(turns, lambda turn: turn[1])}
    assert list(rounds) == [steps for steps, _ in SMALL_TURNS]
    assert rounds[20] == names[:1]
    # Orders are looked for when their turn comes; the first goes on when the others have come as far.
    assert rounds[40] == [*names[1:], names[0]]
    assert sorted(rounds[80]) == sorted(names)
    for steps, most in SMALL_TURNS[3:]:
        assert len(rounds[steps]) == most
    for earlier, later in itertools.pairwise(list(rounds)[2:]):
        assert set(rounds[later]) <= set(rounds[earlier])
    # As long as there are two, both families have one.
    for steps in (120, 160, 200):
        assert len({name.startswith("tree decomposition") for name in rounds[steps]}) == 2
    assert bdd.order == rounds[10_000_000][0]


def test_the_first_order_to_come_to_its_end_is_taken(hard: Pdag, turns: list[tuple[str, int, int]]) -> None:
    needed = {}
    for name, order in orders(hard):
        one = construction(hard, order)
        one.run()
        needed[name] = one.forest.steps
    first, *others = needed
    assert needed[first] > 20
    # The second in line needs more steps than one that comes after it; it has its turn first.
    enough = max(needed.values())
    portfolio.TURNS = ((20, 1), (enough, 20))
    assert plain(hard).run(Effort()).order == others[0]


def test_all_tables_of_a_turn_share_the_budget(hard: Pdag, turns: list[tuple[str, int, int]]) -> None:
    plain(hard).run(Effort(nodes=10_000))
    assert {(steps, nodes) for _, steps, nodes in turns} == {
        (steps, 10_000 // most) for steps, most in SMALL_TURNS[: len({steps for _, steps, _ in turns})]
    }
    # Small ones may have so much each, as far as the whole allows.
    turns.clear()
    with pytest.raises(NodeBudgetExceeded):
        plain(hard).run(Effort(nodes=25))
    assert {(steps, nodes) for _, steps, nodes in turns} == {
        (steps, max(10, 25 // most)) for steps, most in SMALL_TURNS
    }
    turns.clear()
    with pytest.raises(NodeBudgetExceeded):
        plain(hard).run(Effort(nodes=7))
    assert {nodes for *_, nodes in turns} == {7}


def test_those_go_on_that_made_most_gates_and_of_these_the_quickest(hard: Pdag) -> None:
    ranked = []
    for name, order in orders(hard):
        attempt = Attempt(name, order)
        attempt.construction = construction(hard, order)
        attempt.construction.forest.step_budget = 200
        with pytest.raises(NodeBudgetExceeded):
            attempt.construction.run()
        ranked.append(attempt)
    for one, other in itertools.combinations(ranked, 2):
        a, b = one.construction, other.construction
        assert a is not None and b is not None
        if a.finished != b.finished:
            assert (one.rank < other.rank) == (a.finished > b.finished)
        else:
            assert (one.rank < other.rank) == (a.finished_at < b.finished_at)


def test_a_quick_run_ends_early_and_the_next_goes_on(
    hard: Pdag, turns: list[tuple[str, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []

    def begin(*arguments: object) -> BddForest:
        begun.append(arguments)
        return BddForest(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(portfolio, "BddForest", begin)
    one = plain(hard)
    for _ in range(2):
        with pytest.raises(NodeBudgetExceeded, match="budget of 5,000 nodes"):
            one.run(Effort(nodes=5000, quick=True))
        assert {steps for _, steps, _ in turns} == {20, 40}
    quick = len(turns)
    same(one.run(Effort()), hard)
    assert {steps for _, steps, _ in turns[quick:]} == {steps for steps, _ in SMALL_TURNS[1:]}
    assert len(begun) == len(list(orders(hard)))


def test_orders_that_made_too_few_gates_get_no_long_turn(
    hard: Pdag, turns: list[tuple[str, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portfolio, "PROMISING", 1.0)
    one = plain(hard)
    with pytest.raises(NodeBudgetExceeded):
        one.run(Effort())
    assert {steps for _, steps, _ in turns} == {20, 40, 80, 120}
    # Whoever asks for thoroughness gets it all the same.
    same(one.run(Effort(thorough=True)), hard)


def test_a_thorough_run_goes_on_without_limit_of_steps_and_with_the_narrowest_orders(
    hard: Pdag, turns: list[tuple[str, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portfolio, "TURNS", SMALL_TURNS[:-1])
    with pytest.raises(NodeBudgetExceeded):
        plain(hard).run(Effort())
    turns.clear()
    same(plain(hard).run(Effort(thorough=True)), hard)
    assert turns[-1][1] == portfolio.NO_LIMIT
    # Where the best has no room, the narrowest are next, and then those that were best.
    turns.clear()
    with pytest.raises(NodeBudgetExceeded):
        plain(hard).run(Effort(nodes=15, thorough=True))
    last = [name for name, steps, _ in turns if steps == portfolio.NO_LIMIT]
    assert last[1:3] == [name for name, _ in narrow_orders(hard)]
    assert len(last) == 3 + portfolio.FINALISTS - 1
    assert len(set(last)) == len(last)


def test_where_memory_ends_the_worst_gives_its_tables_up(
    hard: Pdag, turns: list[tuple[str, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = plain(hard)
    real = Construction.run

    def run(self: Construction) -> None:
        if sum(attempt.construction is not None for attempt in one._attempts) > 2:
            raise MemoryLimitExceeded(1)
        real(self)

    monkeypatch.setattr(Construction, "run", run)
    same(one.run(Effort()), hard)

    def never(self: Construction) -> None:
        raise MemoryLimitExceeded(1)

    monkeypatch.setattr(Construction, "run", never)
    with pytest.raises(MemoryLimitExceeded):
        plain(hard).run(Effort())


def test_the_tables_of_all_are_given_up_in_the_end(hard: Pdag, turns: list[tuple[str, int, int]]) -> None:
    one = plain(hard)
    one.run(Effort())
    assert all(attempt.construction is None for attempt in one._attempts)
    assert one.peak > 0


def finished_by_and_by(pdag: Pdag, order: Sequence[str], growth: float, nodes: int) -> Construction:
    """A construction that is interrupted all the time, for want of steps or of room."""
    one = construction(pdag, order, nodes)
    one.forest.patient = False
    steps = 1.0
    while True:
        one.forest.step_budget = int(steps)
        try:
            one.run()
            return one
        except NodeBudgetExceeded:
            if one.forest.steps >= one.forest.step_budget:
                steps = steps * growth + 1
            else:
                one.forest.node_budget += 1


@given(trees(), st.sampled_from([1.0, 1.5]), st.sampled_from([2, 10**6]))
def test_what_is_interrupted_comes_to_the_same(
    kernel_mode: str, cramped: None, model: Model, growth: float, nodes: int
) -> None:
    pdag = build(model, model.top[0])
    whole, parts = construction(pdag, pdag.variables), finished_by_and_by(pdag, pdag.variables, growth, nodes)
    whole.run()
    frozen = [one.forest.freeze({"top": one.at(pdag.root)}) for one in (whole, parts)]
    assert frozen[0].size == frozen[1].size
    frozen[1].check_invariants()
    for point in itertools.product((False, True), repeat=min(6, len(pdag.variables))):
        true = {name for name, state in zip(pdag.variables, point, strict=False) if state}
        assert frozen[1].evaluate("top", true) is pdag.value(true)


def test_what_is_interrupted_often_takes_little_more_than_what_is_not(hard: Pdag, kernel_mode: str) -> None:
    for _, order in orders(hard):
        whole = construction(hard, order)
        whole.run()
        parts = finished_by_and_by(hard, order, 1.0, 10**6)
        assert parts.forest.peak == whole.forest.peak
        # One step at a time; had each begun anew, they would be half the square of these.
        assert whole.forest.steps > 100
        assert parts.forest.steps <= 1.2 * whole.forest.steps


def test_one_step_at_a_time_comes_to_an_end_where_next_to_nothing_is_remembered(
    cramped: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fold asked again asked its first steps anew, and these took the place of the one that was interrupted."""
    monkeypatch.setenv("FAULTTREE_KERNELS", "interpreted")
    names = tuple("abcdefghijkl")
    builder = PdagBuilder(names)
    pairs = [builder.gate(Connective.XOR, [2 * i, 2 * i + 12]) for i in range(1, 7)]
    pdag = builder.freeze({"top": builder.gate(Connective.OR, [builder.gate(Connective.ATLEAST, pairs, 3), 2])})
    whole, rounds = construction(pdag, names), 0
    whole.run()
    parts = construction(pdag, names)
    parts.forest.step_budget = 1
    while rounds < 10 * whole.forest.steps:
        try:
            parts.run()
            break
        except NodeBudgetExceeded:
            parts.forest.step_budget = parts.forest.steps + 1
            rounds += 1
    assert 100 < whole.forest.steps <= parts.forest.steps <= 1.2 * whole.forest.steps
    edges = [one.forest.freeze({"top": one.at(pdag.root)}) for one in (whole, parts)]
    assert edges[0].size == edges[1].size


def test_steps_are_the_same_however_kernels_run(monkeypatch: pytest.MonkeyPatch) -> None:
    pdag = simplify(build(random_model(120, 100, 0.2, seed=4), "g0"))
    steps = set()
    for mode in ("interpreted", "compiled"):
        monkeypatch.setenv("FAULTTREE_KERNELS", mode)
        monkeypatch.setattr("faulttree.decision_diagrams.forest.BREATH", {False: 100, True: 10_000})
        one = construction(pdag, pdag.variables)
        one.forest.step_budget = 5_432
        with pytest.raises(NodeBudgetExceeded):
            one.run()
        one.forest.step_budget = 10_000
        with pytest.raises(NodeBudgetExceeded):
            one.run()
        assert one.forest.steps == 10_000
        steps.add((one.forest.steps, one.forest.peak, one.forest.computed.shape))
    assert len(steps) == 1


def test_what_is_interrupted_among_passing_nodes_begins_anew_without_them(kernel_mode: str, cramped: None) -> None:
    """The stack of a step that found no room names nodes that are forgotten with the block."""
    names = tuple("abcdefgh")

    def halves(forest: BddForest) -> tuple[int, int]:
        events = [forest.variable(level) for level in range(len(names))]
        return forest.at_least(2, events[::2]), forest.parity(events[1::2])

    alone = BddForest(names)
    right = alone.freeze({"top": alone.conjunction(halves(alone))})
    interrupted = 0
    for steps in range(1, 60):
        forest = BddForest(names)
        one, other = halves(forest)
        forest.step_budget = forest.steps + steps
        try:
            with forest.passing():
                forest.conjunction([one, other])
        except NodeBudgetExceeded:
            interrupted += 1
        forest.step_budget = 10**9
        # Others take the places of what was forgotten.
        forest.disjunction([one ^ 1, other, forest.variable(0)])
        found = forest.freeze({"top": forest.conjunction([one, other])})
        for point in itertools.product((False, True), repeat=len(names)):
            true = {name for name, state in zip(names, point, strict=True) if state}
            assert found.evaluate("top", true) is right.evaluate("top", true)
    assert interrupted > 5
