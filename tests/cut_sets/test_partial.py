"""Cut sets of which not all are known: what is not known is an error or absent, what is known is right."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import trees

from faulttree import FaultTree
from faulttree.cli import EXIT_PARTIAL, run_cli
from faulttree.cut_sets.collection import CutSets
from faulttree.cut_sets.export import save_sets
from faulttree.cut_sets.partial import PartialCutSets
from faulttree.cut_sets.sets_of_events import CutSet
from faulttree.errors import LimitExceeded, PartialAnswerError
from faulttree.generate import generate
from faulttree.model import Model
from faulttree.model.yaml_writer import write_yaml


def negated() -> FaultTree:
    """A tree with negations that no small diagram holds: none of its cut sets is found within the limits."""
    model = generate(60, 50, sharing=0.5, nearby=None, mix={"and": 1, "or": 1, "xor": 1}, seed=5)
    return FaultTree.of(model, node_budget=20)


def starved(seed: int = 2, budget: int = 60) -> FaultTree:
    """A coherent tree of which only some cut sets are found within the limits."""
    return FaultTree.of(generate(200, 150, sharing=0.3, nearby=None, seed=seed), node_budget=budget)


def partial_of(sets: Any, **certain: Any) -> PartialCutSets:
    return PartialCutSets(sets.family, sets.kind, sets.weights, **certain)


def three_sets() -> CutSets:
    """{a} of .1, {b, c} of .03 and {d, e, f} of .001."""
    tree = FaultTree.from_data(
        {
            "name": "Three",
            "top": "top",
            "gates": {"top": {"or": ["a", {"and": ["b", "c"]}, {"and": ["d", "e", "f"]}]}},
            "basic_events": {
                name: {"probability": p}
                for name, p in {"a": 0.1, "b": 0.1, "c": 0.3, "d": 0.1, "e": 0.1, "f": 0.1}.items()
            },
        }
    )
    found = tree.minimal_cut_sets()
    assert isinstance(found, CutSets)
    return found


# What is not known


@pytest.mark.parametrize("tree", [negated(), starved()], ids=["none found", "some found"])
def test_what_needs_all_sets_is_an_error_that_says_what_is_known_and_what_to_do(tree: FaultTree) -> None:
    found = tree.minimal_cut_sets()
    assert isinstance(found, PartialCutSets) and not found.complete
    for ask in (
        lambda: found.count,
        lambda: found.count_by_order,
        lambda: found.probability_sum,
        lambda: found.power_sum(2),
        lambda: found.shares(),
        lambda: found.occurrences(),
        lambda: found.difference(found),
        lambda: list(found),
        lambda: {*found},
    ):
        with pytest.raises(
            PartialAnswerError, match=r"is not known: not all were found within the limits.*--max-order"
        ):
            ask()
    with pytest.raises(LimitExceeded):
        assert found.count
    summary = found.summary()
    assert (summary["count"], summary["count_by_order"], summary["complete"]) == (None, None, False)
    assert all(cut.fraction is None for cut in found.ranked())
    assert "0 minimal cut sets" not in str(found)


def test_membership_is_told_where_it_is_certain() -> None:
    sets = three_sets()
    none = sets.difference(sets)
    by_order = partial_of(sets, complete_to_order=1)
    assert {"a"} in by_order and {"b", "c"} in by_order and {"b"} not in by_order
    with pytest.raises(PartialAnswerError, match=r"whether \{b, d\} is one of the minimal cut sets"):
        assert {"b", "d"} in by_order
    by_probability = partial_of(none, complete_above=0.02)
    assert {"c"} not in by_probability and {"b", "c"} not in by_probability
    with pytest.raises(PartialAnswerError):
        assert {"d", "e"} in by_probability
    with pytest.raises(PartialAnswerError):
        assert {"a"} in partial_of(none)


def test_what_is_certain_is_said_in_words() -> None:
    sets = three_sets()
    assert "all of order 2 and less are here" in str(partial_of(sets, complete_to_order=2))
    assert "all of probability 0.02 and more are here" in str(partial_of(sets, complete_above=0.02))
    assert "those that hold an event of probability 0" in str(partial_of(sets, complete_above=0.0))
    assert "nothing is certain of the others" in str(partial_of(sets))
    assert str(partial_of(sets)).startswith("3 minimal cut sets found: 1 of order 1")


# What is known


@given(model=trees(max_events=6), budget=st.integers(2, 12), order=st.integers(0, 6), least=st.floats(1e-6, 1.0))
def test_what_starved_limits_leave_is_right_or_absent(model: Model, budget: int, order: int, least: float) -> None:
    """Against the minimal cut sets by enumeration of all states."""
    tree = FaultTree.of(model, node_budget=budget)
    events = tree.events
    wanted = oracles.minimal_cut_sets(oracles.function(model, tree.top))
    q = {event: tree.probability_of(event) for event in events}
    whole = {members: math.prod(q[event] or 0.0 for event in members) for members in map(frozenset, wanted)}
    for limits in (
        {},
        {"max_order": order},
        {"min_probability": least},
        {"max_order": order, "min_probability": least},
    ):
        found = tree.minimal_cut_sets(**limits)
        here = {frozenset(cut) for cut in found.ranked()}
        assert here == {frozenset(cut) for cut in found.stream()} and len(here) == found.found
        assert here <= set(whole)
        asked = {
            members
            for members, p in whole.items()
            if len(members) <= limits.get("max_order", 99) and p >= limits.get("min_probability", 0.0) * (1 + 1e-9)
        }
        if found.complete:
            assert here >= asked and found.count == len(here)
            continue
        assert found.found <= len(whole) and found.found_sum <= sum(whole.values()) * (1 + 1e-9)
        for members in asked:
            if found.reaches(len(members), whole[members]):
                assert members in here
        for members in ({*events}, *(frozenset({event}) for event in events), *whole):
            try:
                told = members in found
            except PartialAnswerError:
                continue
            within = not limits or frozenset(members) in asked or frozenset(members) not in whole
            assert told == (frozenset(members) in whole) or not within


def test_what_is_certain_within_a_limit_is_complete() -> None:
    some = partial_of(three_sets(), complete_to_order=2)
    small = some.limited(max_order=2)
    assert isinstance(small, CutSets) and small.count == 2
    assert small.discarded.count is None and "beyond the limit is not known" in str(small)
    assert [cut.fraction for cut in small] == [None, None], "the sum of all is not known"
    assert small.summary()["discarded"] == {"count": None, "probability": None}
    assert isinstance(some.limited(max_order=3), PartialCutSets)
    assert isinstance(some.limited(min_probability=0.02), PartialCutSets)
    assert isinstance(partial_of(three_sets(), complete_above=0.02).limited(min_probability=0.02), PartialCutSets)
    likely = partial_of(three_sets(), complete_above=0.02).limited(min_probability=0.025)
    assert isinstance(likely, CutSets) and [set(cut) for cut in likely] == [{"a"}, {"b", "c"}]
    chosen = small.containing("b")
    assert [set(cut) for cut in chosen] == [{"b", "c"}] and [cut.fraction for cut in chosen] == [None]


# Files and the command line


def test_every_file_of_a_list_that_is_not_complete_says_so(tmp_path: Path) -> None:
    sets = partial_of(three_sets(), complete_to_order=2)
    none = partial_of(three_sets().difference(three_sets()))
    for found, rows in ((sets, 3), (none, 0)):
        for text in (found.to_csv(), _written(found, tmp_path, "csv")):
            table = list(csv.DictReader(io.StringIO(text)))
            assert len(table) == max(rows, 1)
            assert all(row["known"] == found.known() for row in table)
            assert [bool(row["events"]) for row in table] == [rows > 0] * len(table)
        lines = [json.loads(line) for line in _written(found, tmp_path, "jsonl").splitlines()]
        assert [line["known"] for line in lines] == [found.known()] * max(rows, 1)
        assert sum("events" in line for line in lines) == rows
        assert found.columns()[-1] == "known" and all(row["known"] for row in found.records())
    parquet = pytest.importorskip("pyarrow.parquet", reason="an optional package")
    for found in (sets, none):
        save_sets(found.ranked(), tmp_path / "sets.parquet", "parquet", ranked=True, known=found.known())
        table = parquet.read_table(tmp_path / "sets.parquet").to_pylist()
        assert [row["known"] for row in table] == [found.known()] * max(found.found, 1)


def _written(found: PartialCutSets, folder: Path, kind: str) -> str:
    save_sets(found.ranked(), folder / "sets", kind, ranked=True, known=found.known())
    return (folder / "sets").read_text()


def test_a_complete_list_has_no_such_column(tmp_path: Path) -> None:
    sets = three_sets()
    assert "known" not in sets.columns() and "known" not in sets.to_csv()
    save_sets(sets.ranked(), tmp_path / "sets.csv", "csv", ranked=True)
    assert (tmp_path / "sets.csv").read_text().splitlines()[0] == "rank,order,probability,fraction,events"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder, found = tmp_path_factory.mktemp("models"), {}
    for name, tree in (("negated", negated()), ("starved", starved())):
        (folder / f"{name}.yaml").write_text(write_yaml(tree.model))
        found[name] = str(folder / f"{name}.yaml")
    return found


@pytest.mark.parametrize("options", [[], ["--format", "csv"], ["--format", "json"], ["--format", "jsonl"],
                                     ["--all", "--format", "csv"], ["--all", "--format", "jsonl"]])  # fmt: skip
def test_the_command_leaves_with_a_code_of_its_own(
    models: dict[str, str], options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, budget in (("negated", "20"), ("starved", "60")):
        assert run_cli(["cut-sets", models[name], "--node-budget", budget, *options]) == EXIT_PARTIAL == 5
        said = capsys.readouterr()
        assert "not all are known within the limits" in said.out and "not all are known within the limits" in said.err
        if "json" in options:
            told = json.loads(said.out)
            assert (told["count"], told["count_by_order"], told["complete"]) == (None, None, False)


def test_what_is_complete_within_the_limit_asked_for_is_no_partial_answer(
    models: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["cut-sets", models["starved"], "--max-order", "4", "--format", "json"]
    assert run_cli(asked) == 0
    exact = json.loads(capsys.readouterr().out)
    assert run_cli([*asked, "--node-budget", "60"]) == 0
    limited = json.loads(capsys.readouterr().out)
    assert limited["count"] == exact["count"] and limited["discarded"]["count"] is None
    assert [row["events"] for row in limited["sets"]] == [row["events"] for row in exact["sets"]]


def test_the_best_cut_set_is_drawn_only_where_it_is_known(
    models: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_cli(["draw", models["negated"], "--node-budget", "20", "--cut-set", "1"]) == 1
    assert "which minimal cut set is number 1 is not known" in capsys.readouterr().err


def test_a_set_ranks_certainly_where_no_other_can_come_before() -> None:
    some = partial_of(three_sets(), complete_above=0.02)
    assert [some.ranks_certainly(cut) for cut in some.ranked()] == [True, True, False]
    unweighed = replace(partial_of(three_sets(), complete_to_order=1), weights=three_sets().weights * math.nan)
    assert [unweighed.ranks_certainly(cut) for cut in unweighed.ranked()] == [True, True, False]
    assert not partial_of(three_sets()).ranks_certainly(CutSet(("a",), 1.0))
