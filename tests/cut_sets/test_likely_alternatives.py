"""Events that look like alternatives and are taken for independent."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from faulttree import FaultTree, analyse, formats
from faulttree.cli import cli
from faulttree.cut_sets.likely_alternatives import likely_alternatives

QUARTERS = {f"size_{i}": 0.25 for i in range(1, 5)}


def test_they_stand_together_and_sum_to_one() -> None:
    found = likely_alternatives([("size_1", "size_3", "pump")], {**QUARTERS, "pump": 0.5, "size_10": 0.5})
    assert list(found) == [("size_1", "size_2", "size_3", "size_4")]


def test_letters_and_digits_anywhere_in_the_name() -> None:
    wind = {"wind N calm": 0.5, "wind S calm": 0.5}
    assert list(likely_alternatives([tuple(wind)], wind)) == [tuple(wind)]


def test_nothing_is_asked_of_what_is_plain() -> None:
    known = {**QUARTERS, "pump_a": 0.01, "pump_b": 0.01}
    assert not list(likely_alternatives([("pump_a", "pump_b")], known)), "a sum of .02"
    assert not list(likely_alternatives([("size_1", "pump_a"), ("size_2", "pump_b")], known)), "in no set together"
    assert not list(likely_alternatives([("a1", "b2")], {"a1": 0.5, "b2": 0.5})), "names differ in two places"
    assert not list(likely_alternatives([("a1", "ax")], {"a1": 0.5, "ax": 0.5})), "a digit is no letter"


def data(**sections: object) -> dict[str, object]:
    return {
        "name": "Sizes", "top": "top",
        "gates": {"top": {"or": [{"and": ["size_1", "size_2"]}, {"and": ["size_3", "pump"]}]}},
        "basic_events": {**{name: {"probability": p} for name, p in QUARTERS.items()}, "pump": {"probability": 0.1}},
        **sections,
    }  # fmt: skip


def test_the_note_gives_what_to_write() -> None:
    (asked,) = FaultTree.from_data(data()).likely_alternatives()
    written = "`exclusive_groups: {size: {exactly_one: [size_1, size_2, size_3, size_4]}}`"
    assert "are these alternatives?" in asked
    assert written in asked
    stated = data(exclusive_groups={"size": {"exactly_one": [*QUARTERS]}})
    assert FaultTree.from_data(stated).likely_alternatives() == ()
    assert any("re these alternatives?" in note for note in analyse(FaultTree.from_data(data())).notes())


def test_commands_ask_on_standard_error(tmp_path: Path) -> None:
    path = tmp_path / "sizes.yaml"
    formats.write(FaultTree.from_data(data()).model, path)
    for command in ("probability", "cut-sets"):
        done = CliRunner().invoke(cli, [command, str(path), "--format", "json"])
        assert done.exit_code == 0, done.output
        assert "note: the probabilities of 'size_1' and 3 more events" in done.stderr
        assert "alternatives" not in done.stdout
