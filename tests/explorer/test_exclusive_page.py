"""The page of a model whose events exclude each other: what it shows when they are set and observed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asking import DIGITS, asked, close
from pages import choose_state, hash_of, opened, row, rows, save, until, value
from pages import settled as shown

from faulttree.facade.tree import FaultTree

WIND = {
    "name": "wind",
    "top": "top",
    "gates": {"top": {"or": [{"and": ["north", "x"]}, {"and": ["east", "y"]}]}},
    "basic_events": {"north": {"probability": 0.25}, "east": {"probability": 0.25}, "south": {"probability": 0.5},
                     "x": {"probability": 0.1}, "y": {"probability": 0.2}},
    "exclusive_groups": {"wind": {"label": "where from", "exactly_one": ["north", "east", "south"]}},
    "scenarios": {"southerly": {"set": {"south": True}}, "not south": {"set": {"south": False}}},
    "evidence": {"no southerly": {"observe": {"south": False, "x": True}}},
}  # fmt: skip


@pytest.mark.parametrize("top", ["north", "east"])
def test_a_member_as_the_top(engine_page: Any, top: str) -> None:
    tree = FaultTree.from_data(WIND, top=top)
    for states in ({}, {"north": 0.1}, {"south": False}, {"south": True}):
        (answer,) = asked(engine_page, tree, [{"states": states}])
        assert close(answer["top"]["p"], tree.what_if(states).probability().value), states
    (answer,) = asked(engine_page, tree, [{"observed": {"south": False, top: False}}])
    assert answer["evidence"] == pytest.approx(0.25, rel=DIGITS)
    assert answer["top"]["p"] == 0


def test_setting_one_changes_the_others(browser: Any, tmp_path: Path) -> None:
    """By hand: P = .25 (.1) + .25 (.2) = .075; without the north 1/3 of .2; with it .1; without the south .05 + .1."""
    with opened(browser, save(FaultTree.from_data(WIND), tmp_path)) as page:
        assert value(page, "#top-probability") == pytest.approx(0.075, rel=DIGITS)
        said = page.locator("#exclusive").inner_text()
        assert "Of north, east, south exactly one is true (where from)." in said
        assert "not below the top" in row(page, "south").inner_text()
        choose_state(page, "north", "false")
        assert value(page, "#top-probability") == pytest.approx(0.2 / 3, rel=DIGITS)
        assert row(page, "east").locator("input.number").input_value() == "0.3333"
        choose_state(page, "north", "true")
        assert value(page, "#top-probability") == pytest.approx(0.1, rel=DIGITS)
        assert row(page, "south").locator("input.number").input_value() == "0"
        choose_state(page, "north", "null")
        choose_state(page, "south", "false")
        assert value(page, "#top-probability") == pytest.approx(0.15, rel=DIGITS)
        row(page, "south").hover()
        page.get_by_role("button", name="southerly", exact=True).click()
        shown(page)
        assert value(page, "#top-probability") == 0
        assert "the top event cannot happen" in page.locator("#cut-sets .said").inner_text()


def test_what_a_group_cannot_be_is_refused(browser: Any, tmp_path: Path) -> None:
    with opened(browser, save(FaultTree.from_data(WIND), tmp_path)) as page:
        choose_state(page, "north", "true")
        choose_state(page, "east", "true")
        problem = page.locator(".problem[role=alert]")
        assert "“north” and “east” are both true, and exclusive group “wind” lets one be" in problem.inner_text()
        assert value(page, "#top-probability") is None
        assert not any(number for name, cells in rows(page, "events").items() for number in cells.values())
        assert "…" not in page.locator("#events").inner_text()
        problem.get_by_role("button").click()
        shown(page)
        assert value(page, "#top-probability") == pytest.approx(0.1, rel=DIGITS)
        choose_state(page, "north", "null")
        for name, p in (("north", "0.7"), ("east", "0.6")):
            box = row(page, name).locator("input.number")
            box.fill(p)
            box.press("Enter")
        shown(page)
        assert "are given probabilities that sum to 1.3, above 1" in problem.inner_text()
        page.evaluate("link => location.hash = link", hash_of({"north": False, "east": False, "south": False}))
        until(page, "store.states.size === 3")
        assert "One event of exclusive group “wind” is true, and all of them together get 0" in problem.inner_text()


def test_observations(browser: Any, tmp_path: Path) -> None:
    """By hand: P(x and not south) = .05; then north and east are 1/2 each, and P(top) = .5 + .5 (.2) = .6."""
    with opened(browser, save(FaultTree.from_data(WIND), tmp_path)) as page:
        page.get_by_role("button", name="no southerly", exact=True).click()
        shown(page)
        assert value(page, "#evidence-probability") == pytest.approx(0.05, rel=DIGITS)
        assert value(page, "#top-probability") == pytest.approx(0.6, rel=DIGITS)
        found = {name: cells["posterior"] for name, cells in rows(page, "events").items()}
        assert found == pytest.approx({"north": 0.5, "east": 0.5, "south": 0, "x": 1, "y": 0.2}, rel=DIGITS)
        assert "Explanations are left out" in page.locator("#cut-sets").inner_text()
        page.locator("#comparison summary").click()
        assert "…" not in page.locator("#comparison").inner_text()
        page.evaluate("link => location.hash = link", hash_of(None, {"north": True, "east": True}))
        until(page, "store.observed.size === 2")
        assert "cannot happen together" in page.locator(".problem[role=alert]").inner_text()


def test_the_member_without_a_probability_is_named(browser: Any, tmp_path: Path, engine_page: Any) -> None:
    data = {**WIND, "basic_events": {**WIND["basic_events"], "east": {}}}
    data["exclusive_groups"] = {"wind": {"at_most_one": ["north", "east", "south"]}}
    tree = FaultTree.from_data(data)
    with opened(browser, save(tree, tmp_path)) as page:
        assert "No probability given for “east”, so" in page.locator(".problem[role=alert]").inner_text()
        assert page.locator("#cut-sets .note").inner_text() == "2"
    none, north, without, both = asked(
        engine_page, tree, [{"states": each} for each in ({}, {"north": True}, {"east": False}, {"east": 0.25})]
    )
    assert none["top"]["p"] is None
    assert north["top"]["p"] == pytest.approx(0.1, rel=DIGITS)
    assert north["events"] == {"north": 1, "x": 0.1, "east": 0, "y": 0.2, "south": 0}
    # The others are known, but not in which proportion they stand to what east has.
    assert without["top"]["p"] is None
    assert both["top"]["p"] is None
