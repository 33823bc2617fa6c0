"""Where only an interval of P is known: every measure's interval holds the truth by enumeration, or nothing is said."""

from __future__ import annotations

import csv
import io
import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import oracles
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import model_of, random_model, trees

from faulttree import FaultTree
from faulttree.cli import EXIT_PARTIAL, run_cli
from faulttree.engine.solver import Between
from faulttree.errors import NodeBudgetExceeded
from faulttree.facade import FaultTree as Tree
from faulttree.generate import generate
from faulttree.importance.events import Importance
from faulttree.importance.table import MEASURES, TABLE
from faulttree.model import Model
from faulttree.model.yaml_writer import write_yaml
from faulttree.render import plots
from faulttree.structure.pdag import FALSE, TRUE, Pdag
from faulttree.structure.simplify import simplify
from faulttree.weighted_counting import count
from faulttree.weighted_counting.relaxing.replacing import monotone, relaxed

KNOWN = tuple(measure.key for measure in TABLE if measure.basis != "cut sets")
ABSENT = tuple(measure.key for measure in TABLE if measure.basis == "cut sets")


def bounded(model: Model, lost: list[bool], gained: list[bool], traced: tuple[bool, bool]) -> Tree:
    """A tree whose top is known only between two simpler functions, as starved limits leave it.

    lost, gained: which inputs of gates count as false below, and as true above; again from the start where they end.
    traced: whether each of the two functions is known, and not its probability alone.
    """
    tree = FaultTree.of(model)
    engine = tree._engine
    skeleton = engine.simplified
    q = {event: tree.probability_of(event) or 0.0 for event in skeleton.variables}

    def side(replaced: list[bool], by: int) -> tuple[Pdag, float]:
        whole = monotone(skeleton)
        simple = simplify(relaxed(whole, np.resize(np.array(replaced, bool), len(whole.argument)), by))
        p = count(simple, np.array([q[name] for name in simple.variables], np.float64))
        assert p.finished
        return simple, p.probability

    (below, lower), (above, upper) = side(lost, FALSE), side(gained, TRUE)
    found = Between(lower * (1 - 1e-12), min(1.0, upper * (1 + 1e-12)),
                    below if traced[0] else None, above if traced[1] else None)  # fmt: skip
    engine.__dict__["solution"] = found
    solver = engine.compiled.solver
    solver._bdd, solver._failure = None, NodeBudgetExceeded(1, 1)
    return tree


def truths(tree: Tree) -> dict[str, dict[str, Fraction | float]]:
    """Every measure of every event, by truth table, in fractions."""
    f = oracles.function(tree.model, tree.top)
    q = oracles.event_probabilities(tree.model, f.events)
    halves = dict.fromkeys(f.events, Fraction(1, 2))
    found = {}
    for event in f.events:
        p = oracles.probability(f, q)
        one, none = (oracles.probability(f, {**q, event: Fraction(state)}) for state in (1, 0))
        steep = [oracles.probability(f, {**halves, event: Fraction(state)}) for state in (1, 0)]
        found[event] = {
            "birnbaum": one - none,
            "criticality": oracles.ratio(p - none, p),
            "diagnostic": oracles.ratio(q[event] * one, p),
            "risk_achievement_worth": oracles.ratio(one, p),
            "risk_reduction_worth": oracles.ratio(p, none),
            "structural": steep[0] - steep[1],
        }
    return found


def check(tree: Tree) -> None:
    found = tree.importance()
    assert found.method == "interval" and found.lower is not None and found.upper is not None
    expected = truths(tree)
    coherent = tree._engine.simplified.is_negation_free
    for row, low, high in zip(found, found.lower, found.upper, strict=True):
        assert all(math.isnan(getattr(row, measure)) for measure in MEASURES), "nothing passes for the value"
        for measure in ABSENT:
            assert math.isnan(getattr(low, measure)) and math.isnan(getattr(high, measure))
        for measure in KNOWN:
            least, truth, most = getattr(low, measure), expected[row.event][measure], getattr(high, measure)
            if isinstance(truth, float) and math.isnan(truth):
                continue
            assert least <= truth <= most, (measure, row.event)
        if coherent:
            for worth in ("risk_achievement_worth", "risk_reduction_worth"):
                assert not getattr(low, worth) < 1.0, "of a coherent tree no worth is below 1"
            assert not low.birnbaum < 0.0 and not low.criticality < 0.0


ENDS = st.lists(st.booleans(), min_size=1, max_size=12)


@settings(max_examples=150)
@given(model=trees(max_events=6), lost=ENDS, gained=ENDS, traced=st.tuples(st.booleans(), st.booleans()))
@example(model_of({"and": ["a", {"or": ["b", "c"]}]}, {"a": 0.1, "b": 0.2, "c": 0.0}), [True], [True], (True, True))
@example(model_of({"and": ["a", {"not": "b"}]}, {"a": 1.0, "b": 1.0}), [False, True], [False, True], (True, True))
@example(model_of({"or": ["a", "b"]}, {"a": 0.0, "b": 0.0}), [True, False], [False], (True, True))
def test_every_interval_holds_the_truth(
    model: Model, lost: list[bool], gained: list[bool], traced: tuple[bool, bool]
) -> None:
    check(bounded(model, lost, gained, traced))


@pytest.mark.parametrize("negated", [0.0, 0.3])
def test_every_interval_holds_the_truth_of_random_trees(negated: float) -> None:
    generator = np.random.default_rng(5)
    for seed in range(150):
        model = random_model(6, 4, 0.3, seed=seed, negated=negated)
        share = generator.random() ** 2
        lost, gained = ((generator.random(20) < share).tolist() for _ in range(2))
        check(bounded(model, lost, gained, (True, True)))


def example_tree() -> Tree:
    model = model_of({"or": [{"and": ["a", "b"]}, {"and": ["c", "d"]}, {"and": ["a", "d"]}]},
                     {"a": 0.1, "b": 0.2, "c": 0.3, "d": 0.01})  # fmt: skip
    return bounded(model, [False, False, False, True], [False] * 7 + [True], (True, True))


def test_the_interval_is_what_a_table_and_every_format_shows() -> None:
    found = example_tree().importance()
    assert found.unknown == ABSENT
    told = json.loads(found.to_json())
    assert (told["method"], told["unknown"]) == ("interval", [*ABSENT])
    table = list(csv.DictReader(io.StringIO(found.to_csv())))
    for row, cells in zip(told["rows"], table, strict=True):
        assert row["method"] == cells["method"] == "interval"
        for measure in MEASURES:
            assert row[measure] is None and cells[measure] == ""
            ends = [row[f"{measure}_{end}"] for end in ("lower", "upper")]
            assert (
                ends == [None, None]
                if measure in ABSENT
                else all(isinstance(end, float) or end == "inf" for end in ends)
            )
    shown = str(found)
    assert " to " in shown and "fussell_vesely" not in shown
    assert "nothing is known of Fussell-Vesely and occurrences" in shown and "nan" not in shown


def test_intervals_are_ranked_by_what_may_be() -> None:
    found = example_tree().importance()
    assert found.upper is not None
    upper = {row.event: row.birnbaum for row in found.upper}
    ranked = [upper[row.event] for row in found.ranked("birnbaum")]
    assert ranked == sorted(ranked, reverse=True)
    assert found.ranking_measure() == "criticality"
    ordered = found.ordered(row.event for row in found.ranked("birnbaum"))
    assert ordered.upper is not None and [row.birnbaum for row in ordered.upper] == ranked


def test_a_plot_draws_intervals_and_no_value() -> None:
    found = example_tree().importance()
    plot = plots.importance_plot(found)
    words = [text.get_text() for text in plot.axes[0].texts]
    assert all(" to " in word for word in words) and not [bar for bar in plot.axes[0].patches if bar.get_width()]
    shown = " ".join(text.get_text() for text in plot.findobj(lambda each: hasattr(each, "get_text")))
    assert "Fussell-Vesely importance is not known here" in shown


def test_where_cut_sets_alone_are_missing_their_measures_are_absent() -> None:
    model = model_of({"or": ["a", {"and": ["b", "c"]}]}, {"a": 0.1, "b": 0.2, "c": 0.3})
    tree = FaultTree.of(model)
    tree._engine.__dict__["all_cut_sets_or_why_not"] = NodeBudgetExceeded(1, 1)
    found = tree.importance()
    assert (found.method, found.unknown) == ("exact", ABSENT)
    (first, *_) = found.records()
    assert first["fussell_vesely"] is None and first["occurrences"] is None
    assert first["birnbaum"] == pytest.approx(1 - 0.06, rel=1e-15)
    assert "nan" not in found.to_csv() and "nothing is known of Fussell-Vesely" in str(found)


def test_the_command_leaves_with_the_code_of_a_partial_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, tree = tmp_path / "m.yaml", example_tree()
    path.write_text(write_yaml(tree.model))
    assert run_cli(["importance", str(path)]) == 0
    found: Any = tree.importance()
    monkeypatch.setattr(Tree, "importance", lambda _: found)
    for kind in ("table", "json", "csv"):
        capsys.readouterr()
        assert run_cli(["importance", str(path), "--format", kind, "--by", "birnbaum"]) == EXIT_PARTIAL
        said = capsys.readouterr()
        told = said.out if kind == "table" else said.err
        assert "nothing is known of Fussell-Vesely and occurrences" in told
    assert isinstance(found, Importance)


@pytest.mark.parametrize("q", [1e-50, 1e-100, 1e-300])
def test_what_a_count_loses_to_underflow_is_bounded(q: float) -> None:
    """Seven events under an AND, counted for want of nodes: q**7 is no float, and P was 0, exactly."""
    model = model_of({"and": [*"abcdefg"]}, dict.fromkeys("abcdefg", q))
    tree = FaultTree.of(model, node_budget=2)
    p = tree.probability()
    assert not p.is_exact and p.lower == 0.0 and 0.0 < p.upper < 1e-279
    solver = tree._engine.compiled.solver
    solver._bdd, solver._failure = None, NodeBudgetExceeded(1, 1)
    found = tree.importance()
    assert found.lower is not None and found.upper is not None
    expected = truths(tree)
    for row, low, high in zip(found, found.lower, found.upper, strict=True):
        for measure in KNOWN:
            truth = expected[row.event][measure]
            assert not getattr(low, measure) > truth and not getattr(high, measure) < truth, measure


def test_cut_sets_beyond_floats_are_not_said_to_be_all() -> None:
    """The limit of probability down to which all were found is no float; it passed for the least above 0."""
    data = generate(200, 150, sharing=0.3, nearby=None, seed=2).to_data()
    data["basic_events"] = {name: {"probability": 1e-300} for name in data["basic_events"]}
    found = FaultTree.of(Model.from_data(data), node_budget=60).minimal_cut_sets()
    assert not found.complete and found.complete_above is not None and 0.0 < found.complete_above < 1e-320
    assert "probability 0" not in found.known() and "e-" in found.known()
