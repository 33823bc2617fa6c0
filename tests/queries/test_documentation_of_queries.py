"""The page about queries: its examples are answered, its grammar is the one in use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from faulttree import FaultTree, formats
from faulttree.errors import QueryError
from faulttree.queries import parsing

PAGE = (Path(__file__).parents[2] / "docs" / "queries.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


EXAMPLES = [line for block in blocks("query") for line in block.splitlines()]
TREE = FaultTree.of(formats.read_text(blocks("yaml")[0], "yaml")[0])
PUMPS = 0.01 * 0.02 * 0.97 + 0.01 * 0.98 * 0.03 + 0.99 * 0.02 * 0.03 + 0.01 * 0.02 * 0.03
WITH_PUMP_A = 1 - 0.98 * 0.97  # pump_b or pump_c
OTHERS = 1 - (1 - 1e-4) * (1 - 0.005 * 0.1)
NO_FLOW = 1 - (1 - PUMPS) * (1 - OTHERS)
NO_FLOW_WITH_PUMP_A = 1 - (1 - WITH_PUMP_A) * (1 - OTHERS)
ANSWERS = {
    "P(pumps)": PUMPS,
    "P(no_flow and not pumps)": OTHERS * (1 - PUMPS),
    "P(pump_a | no_flow)": 0.01 * NO_FLOW_WITH_PUMP_A / NO_FLOW,
    "P(no_flow[valve=true])": 1.0,
    "P(no_flow | pump_a) / P(no_flow)": NO_FLOW_WITH_PUMP_A / NO_FLOW,
    "P(no_flow) < 2e-3": True,
    "1e-4 < P(valve) <= 1e-3": False,
    "forall pump_a and pump_b => no_flow": True,
    "forall operator_error => no_flow": False,
    "exists pumps and not pump_a": True,
    "exists (forall pump_a, pump_b, pump_c: no_flow)": True,
    "equivalent(pumps, pump_a and pump_b or pump_c and (pump_a or pump_b))": True,
    "equivalent(pumps[pump_a=true], pump_b or pump_c)": True,
    "independent(pumps, wrong_line_up)": True,
    "independent(no_flow, pumps)": False,
    "superfluous(pump_a, no_flow[pumps=false])": True,
    "superfluous(interlock)": False,
    "is {pump_a, pump_b} a cut set?": True,
    "is {pump_a} a cut set": False,
    "is {pump_a, pump_b} a cut set, and is it minimal?": True,
    "is {pump_a, pump_b, valve} a minimal cut set": False,
    "is {operator_error} a minimal cut set of wrong_line_up": True,
    "is {valve, pump_a, pump_b} a minimal path set": True,
    "support(pumps)": ("pump_a", "pump_b", "pump_c"),
    "support(no_flow[valve=true] or pumps)": (),
}


@pytest.mark.parametrize("query", EXAMPLES)
def test_an_example_is_answered(query: str) -> None:
    answer = TREE.query(query)
    if query in ANSWERS:
        expected = ANSWERS[query]
        assert answer.value == (pytest.approx(expected, rel=1e-12) if type(expected) is float else expected)
    else:
        assert answer.kind in ("sets", "state")
        assert answer.records()


def test_every_answer_known_is_of_an_example() -> None:
    assert set(ANSWERS) <= set(EXAMPLES)
    assert next(iter(TREE.query("mcs(no_flow)").value)).events == ("operator_error",)
    assert TREE.query("mcs(no_flow)").value.count == 5
    assert TREE.query("counterexample(pump_a => no_flow)").value["pump_a"] is True
    assert TREE.query("witness(no_flow and not pumps)").value.occurred == ("operator_error",)


def test_the_grammar_shown_is_the_one_in_use() -> None:
    assert blocks("lark") == [(Path(parsing.__file__).parent / "grammar.lark").read_text(encoding="utf-8")]


def test_the_error_shown_is_the_one_given() -> None:
    shown = blocks("text")[0]
    with pytest.raises(QueryError) as caught:
        TREE.query(shown.splitlines()[1].strip())
    assert str(caught.value) == shown.removesuffix("\n")
