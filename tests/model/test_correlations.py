"""Rank correlations: their faults, and matrices that no inputs can have, against eigenvalues."""

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faulttree.errors import InvalidModelError
from faulttree.model import Correlation, Model
from faulttree.model.yaml import read_yaml

HEAD = """\
name: t
top: e
basic_events:
  e: {probability: a}
  f: {probability: 0.1, uncertainty: {beta: {alpha: 1, beta: 9}}}
  g: {probability: b}
parameters:
  a: {uncertainty: {beta: {alpha: 1, beta: 9}}}
  b: {uncertainty: {beta: {alpha: 1, beta: 9}}}
  c: {value: 0.5}
correlations:
"""


def faults(entries):
    with pytest.raises(InvalidModelError) as caught:
        read_yaml(HEAD + "".join(f"  - {entry}\n" for entry in entries), "m.yaml")
    return [str(fault) for fault in caught.value.faults if fault.severity == "error"]


def model_with(ranks):
    names = sorted({name for pair in ranks for name in pair})
    events = {name: {"probability": 0.1, "uncertainty": {"beta": {"alpha": 1, "beta": 9}}} for name in names}
    correlations = [{"between": pair, "rank": rank} for pair, rank in ranks.items()]
    return Model.from_data({"name": "t", "top": names, "basic_events": events, "correlations": correlations})


def test_a_sound_correlation():
    model = read_yaml(HEAD + "  - {between: [a, f], rank: 0.7}\n  - {between: [b, a], rank: -0.25}\n")
    assert model.correlations == (
        Correlation(between=("a", "f"), rank=0.7),
        Correlation(between=("b", "a"), rank=-0.25),
    )
    assert model.to_data()["correlations"] == [
        {"between": ["a", "f"], "rank": 0.7},
        {"between": ["b", "a"], "rank": -0.25},
    ]


FAULTS = {
    "{between: [a, bb], rank: 0.5}": "'bb' is not defined; did you mean 'b'?",
    "{between: [a, e], rank: 0.5}": "'e' is not uncertain; give it an `uncertainty`",
    "{between: [c, a], rank: 0.5}": "'c' is not uncertain; give it an `uncertainty`",
    "{between: [a, a], rank: 0.5}": "between: 'a' is named twice; name two different inputs",
    "{between: [a], rank: 0.5}": "between: two uncertain inputs are wanted here, not 1",
    "{between: [a, b, f], rank: 0.5}": "between: two uncertain inputs are wanted here, not 3",
    "{between: a, rank: 0.5}": "between: a list is wanted here, not text 'a'; write `between: [a]`",
    "{between: [a, b], rank: 1}": ("rank correlation 1 lies outside (-1, 1); inputs that are one are one parameter"),
    "{between: [a, b], rank: -1.5}": (
        "rank correlation -1.5 lies outside (-1, 1); inputs that are one are one parameter"
    ),
    "{between: [a, b], rank: high}": "rank: a number is wanted here, not text 'high'",
    "{between: [a, b]}": "`rank` is missing",
    "{rank: 0.5}": "`between` is missing",
    "{between: [a, b], rang: 0.5, rank: 0.5}": "unknown key 'rang'; did you mean 'rank'?",
    "5": "a mapping is wanted here, not number 5",
}


@pytest.mark.parametrize("written", FAULTS)
def test_fault_in_a_correlation(written):
    assert faults([written]) == [f"m.yaml:12: correlation 1: {FAULTS[written]}"]


def test_a_pair_stands_once():
    assert faults(["{between: [a, b], rank: 0.5}", "{between: [b, a], rank: 0.5}"]) == [
        "m.yaml:13: correlation 2: 'b' and 'a' are correlated above already; keep one"
    ]


def test_they_are_a_list():
    with pytest.raises(InvalidModelError) as caught:
        read_yaml(HEAD.replace("correlations:\n", "correlations: {a: b}\n"), "m.yaml")
    assert "m.yaml:11: correlations: a list of entries is wanted here, not a mapping" in str(caught.value)


def test_ranks_that_contradict_each_other():
    """One input goes with two, so these cannot go against each other; the rest are not to blame."""
    ranks = {("a", "d"): 0.3, ("a", "b"): 0.9, ("a", "f"): 0.9, ("b", "f"): -0.9, ("x", "y"): 0.99}
    with pytest.raises(InvalidModelError) as caught:
        model_with(ranks)
    assert str(caught.value) == (
        "correlations: the ranks between 'a', 'b', 'f' contradict each other: their matrix is not positive definite; "
        "bring them closer to 0, or state the ranks that are left out"
    )


def test_each_block_that_fails_is_named():
    contradiction = {(0, 1): 0.9, (0, 2): 0.9, (1, 2): -0.9}
    ranks = {(f"{block}{i}", f"{block}{j}"): rank for block in "pq" for (i, j), rank in contradiction.items()}
    with pytest.raises(InvalidModelError) as caught:
        model_with(ranks)
    assert [fault.message.partition(" contradict")[0] for fault in caught.value.faults] == [
        "the ranks between 'p0', 'p1', 'p2'",
        "the ranks between 'q0', 'q1', 'q2'",
    ]


def test_many_inputs_are_refused_and_not_waited_for():
    chain = {(f"n{i:03}", f"n{i + 1:03}"): 0.1 for i in range(300)}
    started = time.process_time()
    with pytest.raises(InvalidModelError) as caught:
        model_with(chain)
    assert str(caught.value) == (
        "correlations: 301 inputs are tied together by correlations; at most 300 are possible; "
        "let more of them share a parameter"
    )
    chain.popitem()
    assert len(model_with(chain).correlations) == 299
    assert time.process_time() - started < 20


@given(st.lists(st.floats(-0.999, 0.999, allow_subnormal=False), min_size=6, max_size=6))
def test_refused_exactly_where_an_eigenvalue_is_not_positive(values):
    pairs = [(i, j) for i in range(4) for j in range(i)]
    matrix = np.eye(4)
    for (i, j), rank in zip(pairs, values, strict=True):
        matrix[i, j] = matrix[j, i] = 2 * math.sin(math.pi * rank / 6)
    least = np.linalg.eigvalsh(matrix)[0]
    if abs(least) < 1e-6:  # too close to tell by rounded numbers
        return
    ranks = {(f"i{i}", f"i{j}"): rank for (i, j), rank in zip(pairs, values, strict=True)}
    if least > 0:
        model_with(ranks)
    else:
        with pytest.raises(InvalidModelError, match="contradict each other"):
            model_with(ranks)
