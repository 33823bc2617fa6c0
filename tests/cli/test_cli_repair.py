"""The command line about repairs: results against arithmetic by hand, and messages."""

import json

import pytest

MODEL = """
name: Vote
top: lost
gates:
  lost: {or: [{atleast: {k: 2, of: [a, b, c]}}, d]}
basic_events:
  a: {probability: 0.1}
  b: {probability: 0.2}
  c: {probability: 0.3}
  d: {probability: 0.001}
"""


def test_repairs_that_make_the_top_impossible(ask):
    code, out, err = ask("repair", MODEL, "--cost", "a=5", "--format", "json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["optimal"] is True
    # Two of the three must go, and d; a is dear.
    plans = {frozenset(plan["repairs"]): plan["cost"] for plan in found["plans"]}
    assert found["plans"][0]["cost"] == 3.0
    assert plans == {frozenset("bcd"): 3.0, frozenset("abd"): 7.0, frozenset("acd"): 7.0}


def test_repairs_that_reach_a_target(ask):
    code, out, _ = ask("repair", MODEL, "--target", "0.05", "--format", "json")
    (plan,) = json.loads(out)["plans"]
    assert code == 0
    # Repairing c leaves P(a and b or d) = 0.02 + 0.98 * 0.001; repairing b leaves 0.03 + 0.97 * 0.001.
    assert plan["cost"] == 1.0
    assert plan["repairs"] in (["b"], ["c"])
    left = {"b": 0.03 + 0.97e-3, "c": 0.02 + 0.98e-3}[plan["repairs"][0]]
    assert plan["probability"] == pytest.approx(left, rel=1e-12)


def test_the_table_says_that_nothing_is_cheaper(ask):
    code, out, _ = ask("repair", MODEL, "--only", "b, c, d", "--most", 1)
    assert code == 0
    assert "to make the top event impossible, from 0.0989: no repairs cost less" in out
    assert "b + c + d" in out


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (["--cost", "a"], "'a' is not a cost; write NAME=3", 2),
        (["--cost", "a=-1"], "'a=-1' is not a cost", 2),
        (["--only", "x"], "event 'x' is not defined", 2),
        (["--only", "a", "--target", "0.01"], "with all of them repaired its probability is 0.06094", 2),
        (["--only", "a"], "no repair of 'a' makes 'lost' impossible", 2),
        (["--target", "2"], "is not a probability", 2),
    ],
)
def test_faulty_requests_say_what_is_wrong(ask, arguments, said, code):
    found, out, err = ask("repair", MODEL, *arguments)
    assert (found, out) == (code, "")
    assert said in err
