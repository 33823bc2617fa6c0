"""Numbers above 0 that no floating-point number holds: the page says that they are small, never that they are 0."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import oracles
import pytest
from asking import DIGITS, States, asked
from pages import choose_state, hash_of, opened, row, save, settled, until, value
from strategies import random_model

from faulttree.errors import FaultTreeError
from faulttree.facade.tree import FaultTree
from faulttree.model import Model

BELOW = 5e-324
"""What the page's engine has for a number above 0 and below 1e-280."""


def is_said(found: float | None, right: Any, absolute: float = 0.0) -> bool:
    """Whether it is the number, or what is said of one that is too small; None tells nothing."""
    if found is None:
        return True
    if found == BELOW:
        return 0 < right < 1e-280
    right = float(right)
    return found == right or math.isclose(found, right, rel_tol=DIGITS, abs_tol=absolute) or found != found


def of_tiny_parts(seed: int, **options: Any) -> Model:
    """A tree with a large number or two, and with others so small that products leave the range of floats."""
    model = random_model(9, 7, 0.4, seed, votes=0.3, probabilities=(1e-250, 1e-90), **options)
    data, choose = model.to_data(), random.Random(seed)
    for event in choose.sample(sorted(data["basic_events"]), 3):
        data["basic_events"][event] = {"probability": choose.choice([0.3, 0.01, 1.0 - 1e-9])}
    data["gates"]["whole"] = {"or": ["g0", {"and": ["u", "v"]}]}
    data["basic_events"] |= {"u": {"probability": 0.1}, "v": {"probability": 0.2}}
    return Model.from_data(data | {"top": "whole"})


def some_states(tree: FaultTree, choose: random.Random) -> dict[str, bool | float]:
    names = choose.sample([*tree.events, *tree.gates], choose.randint(0, 3))
    return {name: choose.choice([True, False, 0.0, 1e-200, 0.5]) for name in names if name != tree.top}


@pytest.mark.parametrize("negated", [0.0, 0.3])
def test_every_number_is_pythons_or_said_to_be_small(engine_page: Any, negated: float) -> None:
    counts = [compared(engine_page, seed, negated) for seed in range(6)]
    small, known, lacking = map(sum, zip(*counts, strict=True))
    assert small > 50
    assert known > 4 * lacking


def compared(page: Any, seed: int, negated: float) -> tuple[int, int, int]:
    """How many numbers were said to be small, known and left out, once all were compared."""
    tree, choose = FaultTree.of(of_tiny_parts(seed, negated=negated)), random.Random(seed)
    scenarios = [{}, *(some_states(tree, choose) for _ in range(15))]
    numbers: list[float | None] = []

    def compare(found: float | None, right: Any, error: float = 0.0) -> None:
        assert is_said(found, right, error), (found, right)
        numbers.append(found)

    questions = [{"states": states, "most": 1000} for states in scenarios]
    for states, answer in zip(scenarios, asked(page, tree, questions), strict=True):
        what_if = tree.what_if(states)
        top = what_if.probability().value
        error = 0.0 if what_if.coherent else 2e-16
        certain = [(answer["top"]["p"], top)]
        certain += [(answer["gates"][gate], p) for gate, p in what_if.gate_probabilities().items()]
        sets = {frozenset(each["events"]): each["probability"] for each in answer["cutSets"]["sets"]}
        certain += [(sets[frozenset(cut.events)], cut.probability) for cut in what_if.minimal_cut_sets().ranked(10)]
        for found, right in certain:
            assert found is not None
            compare(found, right)
        for one in what_if.importance():
            found = answer["importance"][one.event]
            compare(found["birnbaum"], one.birnbaum, error)
            compare(found["criticality"], one.criticality, error / float(top) if float(top) else math.inf)
            compare(found["raw"], one.risk_achievement_worth)
            compare(found["rrw"], one.risk_reduction_worth)
            compare(answer["cutSets"]["fussellVesely"][one.event], one.fussell_vesely)
    return numbers.count(BELOW), len(numbers) - numbers.count(None), numbers.count(None)


def test_evidence(engine_page: Any) -> None:
    counts = [compared_evidence(engine_page, seed, 0.3 * (seed % 2)) for seed in range(6)]
    small, known = map(sum, zip(*counts, strict=True))
    assert small > 3
    assert known > 300


def compared_evidence(page: Any, seed: int, negated: float) -> tuple[int, int]:
    """How many observations were said to be of small probability, and how many posteriors were compared."""
    tree, choose = FaultTree.of(of_tiny_parts(seed, negated=negated)), random.Random(seed)
    names = [*tree.events, *tree.gates]
    questions = [{"observed": {n: choose.random() < 0.5 for n in choose.sample(names, 2)}} for _ in range(20)]
    small = known = 0
    for question, answer in zip(questions, asked(page, tree, questions), strict=True):
        try:
            seen = tree.given(question["observed"])
        except FaultTreeError:
            assert answer["evidence"] == 0, question
            continue
        p = oracle_of(tree, question["observed"])
        assert answer["evidence"] is not None
        assert is_said(answer["evidence"], p), question
        small += answer["evidence"] == BELOW
        for one in seen.posteriors():
            found = (answer["events"] | answer["gates"])[one.name]
            known += found is not None
            assert is_said(found, one.posterior, 1e-15), (one, found, question)
            assert found is not None or p < 1e-20, "its own probability lies below 1e-300"
    return small, known


def oracle_of(tree: FaultTree, observed: States) -> Fraction:
    """P(observations) in fractions."""
    model = tree.model
    names = [name for name in model.basic_events if name in tree.events]
    q = {name: Fraction(model.basic_events[name].probability) for name in names}
    fitting = (
        point
        for point in oracles.subsets(names)
        if all(oracles.truth(model, name, point) is seen for name, seen in observed.items())
    )
    return sum((math.prod(q[n] if n in point else 1 - q[n] for n in names) for point in fitting), Fraction(0))


SEVEN = [f"s{i}" for i in range(7)]


def seven(**sections: Any) -> FaultTree:
    """P = 1e-2 + 1e-350, or so: seven events of 1e-50 beside one of 0.01."""
    return FaultTree.from_data(
        {
            "name": "seven", "top": "top",
            "gates": {"top": {"or": ["deep", "x"]}, "deep": {"and": SEVEN}},
            "basic_events": {**{name: {"probability": 1e-50} for name in SEVEN}, "x": {"probability": 0.01}},
        } | sections
    )  # fmt: skip


def test_a_gate_and_a_cut_set_below_floats(browser: Any, tmp_path: Path) -> None:
    """By hand: deep has 1e-350, and with one of seven impossible exactly 0."""
    with opened(browser, save(seven(), tmp_path)) as page:
        gate = row(page, "deep", "gates")
        assert "below 1e-280" in gate.inner_text()
        assert gate.locator("[data-value=below]").first.get_attribute("title") == "above 0 and below 1e-280"
        sets = page.locator("#cut-sets tbody tr")
        assert "below 1e-280" in sets.nth(1).inner_text()
        assert "<1e-280" in page.locator("#diagram").inner_text()
        choose_state(page, "s3", "false")
        assert "below" not in gate.inner_text().split("\n")[-2]
        assert page.evaluate("store.result.gates.get('deep')") == 0
        assert page.locator("#cut-sets tbody tr").count() == 1


def test_a_top_below_floats(browser: Any, tmp_path: Path) -> None:
    """Without x the top is 1e-350, and with an event certain 1e-300: neither is 0, and no ratio to it is a number."""
    with opened(browser, save(seven(top="deep"), tmp_path)) as page:
        assert page.locator("#top-probability").inner_text() == "below 1e-280"
        assert "P(top) is above 0 and below 1e-280" in page.locator(".problem").inner_text()
        for name in SEVEN:
            assert row(page, name).locator("td[data-column=raw]").inner_text() == "–"
            assert row(page, name).locator("td[data-column=rrw]").inner_text() == "∞"
        choose_state(page, "s0", "true")
        choose_state(page, "s1", "true")
        assert value(page, "#top-probability") == pytest.approx(1e-250, rel=DIGITS)
        assert page.locator("#ratio").inner_text() == ""
        assert page.locator(".problem").is_hidden()


def test_evidence_below_floats_is_not_impossible(browser: Any, tmp_path: Path) -> None:
    with opened(browser, save(seven(), tmp_path), hash_of(None, {"deep": True})) as page:
        assert page.locator("#evidence-probability").inner_text() == "below 1e-280"
        said = page.locator(".problem").inner_text()
        assert "P(evidence) is above 0 and below 1e-280" in said
        assert "cannot" not in said
        assert "cannot" not in page.locator("#cut-sets").inner_text()
        # Seen one by one the events leave nothing small, and P(x) stays.
        page.evaluate("link => location.hash = link", hash_of(None, dict.fromkeys(SEVEN, True)))
        until(page, "store.observed.size === 7")
        settled(page)
        assert page.locator("#evidence-probability").inner_text() == "below 1e-280"
        assert value(page, "#top-probability") == 1
        assert page.locator(".problem").is_hidden()


@pytest.mark.parametrize("text", ["1e-400", "5e-324", "1e-310", "0.0000001e-305"])
def test_a_number_too_small_is_refused(browser: Any, tmp_path: Path, text: str) -> None:
    with opened(browser, save(seven(), tmp_path)) as page:
        box = row(page, "x").locator("input.number")
        box.fill(text)
        box.press("Enter")
        assert "is smaller than 2.2e-308, the least that has all its digits" in row(page, "x").inner_text()
        assert page.evaluate("store.states.size") == 0
        faults = page.evaluate("text => store.loadHash(`#x=${text}`)", text)
        assert "is smaller than 2.2e-308" in faults[0]
        box.fill("0e-400")
        box.press("Enter")
        assert page.evaluate("store.states.get('x')") == 0
