"""What the report says of a tree is true of it: sentences on trees of which the usual ones are false."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

import faulttree as ft

PUMPS = [f"p{i}" for i in range(9)]
LARGE: dict[str, Any] = {
    "name": "nine pumps",
    "top": "top",
    "gates": {"top": {"or": [{"atleast": {"k": 6, "of": PUMPS}}, "valve"]}},
    "basic_events": {name: {"probability": 0.01} for name in PUMPS} | {"valve": {"probability": 1e-9}},
    "common_cause_groups": {"g": {"events": PUMPS, "mgl": [0.3] * 8}},
}
COPIES: dict[str, Any] = {
    "name": "hosts",
    "top": "top",
    "mission_time": "10 h",
    "gates": {"top": {"atleast": {"k": 2, "of": [{3: "host"}]}}},
    "basic_events": {
        "host": {"periodic_test": {"rate": "1e-4 /h", "interval": "50 h", "first_test": "50 h"}},
        "spare": {"probability": 0.1},
    },
}
WIND: dict[str, Any] = {
    "name": "wind",
    "top": "top",
    "gates": {"top": {"or": [{"and": ["north", "a"]}, {"and": ["south", "b"]}]}},
    "basic_events": {name: {"probability": 0.3} for name in ("north", "south", "a", "b")},
    "exclusive_groups": {"wind": {"at_most_one": ["north", "south"]}},
}


@pytest.fixture(scope="module")
def large() -> ft.report.Dossier:
    return ft.analyse(ft.FaultTree.from_data(LARGE))


def test_components_of_a_large_group_are_not_called_independent(large: ft.report.Dossier) -> None:
    for said in (large.report(), large.report_html()):
        assert "states no common causes" not in said
        assert "Basic events are independent, but for the components of common-cause groups." in said
        assert "taken as independent, but for the common causes that the model states" in said
        assert "any 6 of 9" in said, "the causes, those of one size together"
    assert "basic events independent, but for the components of common-cause groups" in large.report()


def test_components_of_a_large_group_are_no_gates_and_no_events(large: ft.report.Dossier) -> None:
    assert large.tree.size == "1 gate, 1 basic event, 9 components of common-cause groups"
    assert large.tree.size in str(large) and large.tree.size in large.report()


def test_what_is_not_ranked_is_not_called_less_important(large: ft.report.Dossier) -> None:
    """The valve has one part in millions of the top's probability, and is the only event that is ranked."""
    assert "Most important" not in large.report() + large.report_html()
    assert "Of the events outside of large common-cause groups, most important by Birnbaum: `valve`." in large.report()


def test_what_is_not_defined_for_a_large_group_was_not_ended_by_limits(large: ft.report.Dossier) -> None:
    assert not large.left_out and not large.partial
    assert "Within the limits" not in large.report()
    assert sum(note.startswith("Left out: sums over minimal cut sets") for note in large.notes()) == 1


def test_warnings_are_those_of_the_model_as_written() -> None:
    """What is copied is no element of the tree, and none that nothing reaches; a warning of it is told once."""
    tree = ft.FaultTree.from_data(COPIES)
    assert [warning.partition(":")[0] for warning in sorted(tree.warnings)] == ["warning"] * 2
    assert sum("'host': no test lies within" in warning for warning in tree.warnings) == 1
    assert sum("'spare': never reached" in warning for warning in tree.warnings) == 1


def test_events_with_a_time_of_their_own_are_the_copies() -> None:
    data = {**COPIES, "basic_events": {"host": {"rate": "1e-4 /h", "exposure": "50 h"}}}
    assert (
        "exposure time of their own: host\\#1, host\\#2, host\\#3." in ft.analyse(ft.FaultTree.from_data(data)).report()
    )


def test_what_is_not_known_of_cut_sets_with_frequencies_is_told_of_frequencies() -> None:
    """In which unit, too: the tree has the frequency 2 /y times P(a b or ...), and every set a share of that."""
    events = {name: {"probability": 0.1} for name in "abcd"} | {"start": {"frequency": "2 /y"}}
    gates = {"top": {"and": ["start", {"atleast": {"k": 2, "of": [*"abcd"]}}]}}
    tree = ft.FaultTree.from_data({"name": "plant", "top": "top", "gates": gates, "basic_events": events})
    found = ft.analyse(dataclasses.replace(tree, node_budget=2))
    assert found.partial and not found.cut_sets.complete
    assert "none has a frequency of" in str(found) and "none has a probability" not in str(found) + found.report()


def test_structural_importance_of_alternatives_is_not_that_at_one_half() -> None:
    """Of three states, none, north and south, each is equally likely: 1/2 P(a or nothing) would be 1/4."""
    found = ft.analyse(ft.FaultTree.from_data(WIND))
    assert found.importance is not None and found.importance["a"].structural == pytest.approx(1 / 3)
    for said in (found.report(), found.report_html()):
        assert "but for events of which one at most is true, which are equally likely there" in said
    plain = ft.analyse(ft.FaultTree.from_data({**WIND, "exclusive_groups": {}}))
    assert "equally likely there" not in plain.report() + plain.report_html()
