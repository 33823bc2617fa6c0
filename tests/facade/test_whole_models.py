"""Whole random models, all kinds of numbers and dependence in each, held against all states of their events.

The numbers come from formulas written down in `whole_models`, the rest from enumeration in `whole_truth`. Some limits
are so small that bounds and partial lists come. The marked test tries many more models.
"""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from whole_models import CONNECTIVES, Whole, whole_model
from whole_truth import Impossible, States, Truth

from faulttree import FaultTree, deadline, formats
from faulttree.cut_sets.partial import PartialCutSets
from faulttree.errors import InvalidRequestError, LimitExceeded
from faulttree.model import Model

DIGITS = 1e-11
"""Relative."""
TOP = "g0"


def close(found: float, right: float, scale: float = 0.0) -> bool:
    """scale: of terms that may have cancelled."""
    return math.isclose(found, right, rel_tol=DIGITS, abs_tol=1e-15 * scale + 1e-300)


def tree_of(whole: Whole) -> FaultTree:
    return FaultTree.of(Model.from_data(whole.data))


def check_probabilities(whole: Whole, _: random.Random) -> None:
    tree, truth = tree_of(whole), Truth(whole)
    assert tree.probability().is_exact
    assert close(tree.probability().value, truth.probability(TOP))
    for gate, p in tree.gate_probabilities().items():
        assert close(p, truth.probability(gate)), gate
    for event, p in tree.event_probabilities().items():
        assert close(p, truth.probability(event)), event


def check_curve(whole: Whole, choose: random.Random) -> None:
    """Also at times far from the mission's: what has a time of its own stays, all else follows."""
    hours = sorted(whole.mission * choose.choice([0.01, 0.3, 1.0, 1.7]) for _ in range(2))
    try:
        right = [Truth(whole, hours=t).probability(TOP) for t in hours]
    except Impossible:  # alternatives whose probabilities grow to more than 1
        return
    curve = tree_of(whole).over_time([f"{t!r} h" for t in hours])
    for found, q in zip(curve.unavailability.tolist(), right, strict=True):
        assert close(found, q), hours


def check_cut_sets(whole: Whole, _: random.Random) -> None:
    tree, truth = tree_of(whole), Truth(whole)
    right = truth.cut_sets(TOP)
    found = tree.minimal_cut_sets()
    assert found.complete and {frozenset(cut.events) for cut in found} == right
    for cut in found:
        assert close(cut.probability or 0.0, truth.together(frozenset(cut.events)))
    assert close(found.probability_sum, math.fsum(map(truth.together, right)))
    assert tree.rare_event().value >= tree.probability().value * (1 - DIGITS) or not tree.coherent


def check_importance(whole: Whole, _: random.Random) -> None:
    tree, truth = tree_of(whole), Truth(whole)
    top, sets = truth.probability(TOP), truth.cut_sets(TOP)
    total = math.fsum(map(truth.together, sets))
    for row in tree.importance():
        q = truth.probability(row.event)
        assert close(row.probability, q)
        assert row.occurrences == sum(row.event in cut for cut in sets)
        if total:
            assert close(row.fussell_vesely, math.fsum(truth.together(cut) for cut in sets if row.event in cut) / total)
        try:
            given, absent = (Truth(whole, {row.event: state}).probability(TOP) for state in (True, False))
        except Impossible:
            assert math.isnan(row.birnbaum)
            continue
        assert close(row.birnbaum, given - absent, max(given, absent))
        if top:
            assert close(row.criticality, q * (given - absent) / top, q * max(given, absent) / top)
            assert close(row.risk_achievement_worth, given / top)
            assert close(row.diagnostic, q * given / top)
            assert close(row.risk_reduction_worth, top / absent if absent else math.inf)


def some_states(whole: Whole, choose: random.Random) -> States:
    """What one what-if sets: up to three events, gates, house events, components or what has copies."""
    names = [*whole.data["basic_events"], *whole.data["gates"], *whole.data["house_events"]]
    names = [name for name in names if name not in whole.below_copies or name in whole.copies]
    chosen = choose.sample(names, min(len(names), choose.randint(1, 3)))
    states: dict[str, bool | float] = {name: choose.choice([True, False, 0.25, 1e-6]) for name in chosen}
    # A gate that is set is one more event, of the table of all states.
    varying = [name for name, state in states.items() if not isinstance(state, bool)]
    return {name: state for name, state in states.items() if name not in varying[1:]}


def check_what_if(whole: Whole, choose: random.Random) -> None:
    states = some_states(whole, choose)
    tree = tree_of(whole)
    try:
        truth = Truth(whole, states)
    except Impossible:
        try:
            tree.what_if(states).probability()
        except InvalidRequestError:
            return
        # Of a group that is not below the top nothing is asked.
        assert not tree.exclusive_groups or len(tree.exclusive_groups) < len(whole.alternatives)
        return
    after = tree.what_if(states)
    assert close(after.probability().value, truth.probability(TOP)), states
    for gate, p in after.gate_probabilities().items():
        assert close(p, truth.probability(gate)), (states, gate)
    if TOP not in states:
        assert {frozenset(cut.events) for cut in after.minimal_cut_sets()} == truth.cut_sets(TOP), states


def check_formats(whole: Whole, _: random.Random) -> None:
    """Whatever a format loses and names, the probability at the mission time is the same."""
    model, right = Model.from_data(whole.data), Truth(whole).probability(TOP)
    for kind in formats.names():
        again = formats.read_text(formats.dumps(model, kind), kind)[0]
        lost = formats.losses(model, kind)
        assert again == model or lost, kind
        if not any("their events are independent" in sentence for sentence in lost):
            assert close(FaultTree.of(again, top=TOP).probability().value, right), (kind, lost)


def limits_of(choose: random.Random) -> dict[str, float | bool]:
    return choose.choice(
        [
            {"node_budget": choose.randint(2, 30)},
            {"node_budget": choose.randint(2, 8), "time_limit": float(choose.randint(0, 3000))},
            {"time_limit": float(choose.randint(0, 400))},
            {"node_budget": 2, "exact": True, "time_limit": float(choose.randint(0, 2000))},
            {"node_budget": choose.randint(2, 30), "memory": 1},
        ]
    )


def check_starved(whole: Whole, choose: random.Random) -> Counter[str]:
    """Bounds hold the truth; sets that were found are sets, and all of those are there that are said to be."""
    limits, truth, tree = limits_of(choose), Truth(whole), tree_of(whole)
    met = Counter[str]()

    def starved() -> FaultTree:
        return replace(FaultTree.of(tree.model), **limits)

    right = truth.probability(TOP)
    found = starved().probability()
    met["exact" if found.is_exact else "interval"] += 1
    assert found.lower * (1 - DIGITS) - 1e-299 <= right <= found.upper * (1 + DIGITS) + 1e-299, limits
    sets = truth.cut_sets(TOP)
    try:
        listed = starved().minimal_cut_sets()
    except LimitExceeded:
        met["no cut sets"] += 1
    else:
        here = {frozenset(cut.events) for cut in listed.ranked(10_000)}
        met["partial cut sets" if isinstance(listed, PartialCutSets) else "all cut sets"] += 1
        assert here <= sets, limits
        for cut in sets - here:
            assert isinstance(listed, PartialCutSets), limits
            assert listed.complete_to_order is None or len(cut) > listed.complete_to_order, limits
            assert listed.complete_above is None or truth.together(cut) <= listed.complete_above * (1 + 1e-9), limits
    order = choose.randint(1, 3)
    try:
        within = starved().minimal_cut_sets(max_order=order)
    except LimitExceeded:
        return met
    if within.complete:
        met["cut sets within an order"] += 1
        assert {frozenset(cut.events) for cut in within} == {cut for cut in sets if len(cut) <= order}, limits
    return met + _starved_importance(whole, starved(), right)


def _starved_importance(whole: Whole, tree: FaultTree, top: float) -> Counter[str]:
    try:
        found = tree.importance()
    except LimitExceeded:
        return Counter({"no importance": 1})
    if found.lower is None or found.upper is None:
        return Counter({"exact importance": 1})
    for low, high in zip(found.lower, found.upper, strict=True):
        try:
            given, absent = (Truth(whole, {low.event: state}).probability(TOP) for state in (True, False))
        except Impossible:
            continue
        right = {"birnbaum": given - absent}
        if top:
            right |= {
                "risk_achievement_worth": given / top,
                "risk_reduction_worth": top / absent if absent else math.inf,
            }
        for measure, value in right.items():
            least, most = getattr(low, measure), getattr(high, measure)
            if not math.isnan(least) and not math.isnan(most):
                slack = 1e-9 * abs(value) if math.isfinite(value) else 0.0
                assert least - slack - 1e-15 <= value <= most + slack + 1e-15, (low.event, measure)
    return Counter({"bounded importance": 1})


Check = Callable[[Whole, random.Random], Counter[str] | None]
CHECKS: tuple[Check, ...] = (
    check_probabilities, check_curve, check_cut_sets, check_importance, check_what_if, check_formats, check_starved,
)  # fmt: skip


class Ticking:
    """A clock that moves on by a second whenever it is looked at, so that limits of time end the work anywhere."""

    def __init__(self) -> None:
        self.times: Iterator[int] = itertools.count()

    def __call__(self) -> float:
        return float(next(self.times))


def tried(seeds: range, check: Check) -> tuple[Counter[str], Counter[str]]:
    """How often each kind of thing was drawn, and each kind of answer met."""
    kinds, met = Counter[str](), Counter[str]()
    for seed in seeds:
        whole = whole_model(seed)
        kinds += whole.kinds
        try:
            met += check(whole, random.Random(seed)) or Counter()
        except Exception as error:
            error.add_note(f"seed {seed}, {check.__name__}: {whole.data}")
            raise
    return kinds, met


@pytest.fixture(autouse=True)
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "clock", Ticking())


@pytest.mark.parametrize("check", CHECKS)
def test_whole_models(check: Check, kernel_mode: str) -> None:
    tried(range(40) if kernel_mode == "interpreted" else range(40, 60), check)


def test_everything_is_drawn_and_met() -> None:
    kinds, met = tried(range(60, 140), check_starved)
    wanted = {
        *(
            "exposure",
            "at mean",
            "at largest",
            "at mission",
            "mttf",
            "mtbf",
            "expression",
            "exactly one",
            "at most one",
        ),
        *("common cause", "copied event", "copied gate", "weight", "rate in FIT", "rate in /mo", *CONNECTIVES),
    }
    assert all(kinds[kind] >= 5 for kind in wanted), kinds
    assert all(met[kind] >= 5 for kind in ("exact", "interval", "partial cut sets", "all cut sets")), met
    assert met["cut sets within an order"] and met["bounded importance"], met


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS)
def test_many_whole_models(check: Check, kernel_mode: str) -> None:
    first = 1_000 if kernel_mode == "interpreted" else 2_000
    tried(range(first, first + 1_000), check)
