"""Problems for the tests, made from small models, and what workers of the tests are asked to do."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import oracles
from building import build
from strategies import model_of

from faulttree.decision_diagrams.compile import compile_bdd, compile_in_order
from faulttree.decision_diagrams.zbdd import minimal_sets
from faulttree.model import Model
from faulttree.model.distributions import Distribution
from faulttree.quantification.batches import Batches
from faulttree.quantification.inputs import EventLaws
from faulttree.quantification.shares import CutSetShares
from faulttree.structure.simplify import propagate as simplified
from faulttree.uncertainty import Problem, UncertainInputs

HOUR = 3600.0

BRIDGE = {"or": [{"and": ["a", "b"]}, {"and": ["c", "d"]}, {"and": ["a", "e", "d"]}, {"and": ["c", "e", "b"]}]}
"""Repeated events, so nothing about it is a product."""
SPREADS: dict[str, Any] = {
    "a": {"lognormal": {"median": 0.01, "error_factor": 3}},
    "b": {"beta": {"alpha": 2, "beta": 30}},
    "c": {"uniform": {"low": 0.01, "high": 0.2}},
    "d": {"triangular": {"low": 0.0, "mode": 0.1, "high": 0.3}},
    "e": {"beta": {"alpha": 0.5, "beta": 4.5}},
}


def model_with(formula: dict[str, Any], spreads: Mapping[str, Any], **sections: Any) -> Model:
    """A model of one formula; events have the probability 0.1, or the uncertainty given and its mean."""
    data = model_of(formula, **sections).to_data()
    for event, spread in spreads.items():
        data["basic_events"][event] = {"probability": 0.1, "uncertainty": spread}
    return Model.from_data(data)


def problem_of(
    model: Model, gates: tuple[str, ...] = (), correlations: tuple[tuple[str, str, float], ...] = ()
) -> Problem:
    """The problem of a model's first top, every uncertain input in it."""
    top = model.top[0]
    pdag = simplified(build(model, top))
    bdd = compile_in_order(pdag, pdag.variables, pdag.roots)
    laws = EventLaws(bdd.variables, tuple(model.law_form(event) for event in bdd.variables))
    inputs = UncertainInputs(model.uncertain_inputs(), correlations)
    coherent = oracles.is_coherent(oracles.function(model, top))
    seconds = model.mission_time.seconds if model.mission_time else 0.0
    cut_sets = CutSetShares(minimal_sets(bdd, top), bdd.variables)
    return Problem(Batches(bdd, [top, *gates]), laws, inputs, seconds, coherent, cut_sets)


def modular_problem_of(model: Model) -> Problem:
    """The same of the top alone, on the diagram that an analysis makes, in which levels may stand for modules."""
    bdd = compile_bdd(build(model, model.top[0]))
    laws = EventLaws(bdd.variables, tuple(model.law_form(event) if event else None for event in bdd.variables))
    coherent = oracles.is_coherent(oracles.function(model, model.top[0]))
    cut_sets = CutSetShares(minimal_sets(bdd, "top"), bdd.variables)
    return Problem(Batches(bdd), laws, UncertainInputs(model.uncertain_inputs()), 0.0, coherent, cut_sets)


def bridge(**options: Any) -> Problem:
    """A bridge of five uncertain probabilities."""
    return problem_of(model_with(BRIDGE, SPREADS), **options)


def second_moments(inputs: Mapping[str, Distribution]) -> dict[str, float]:
    """E[x^2] of the distributions that have a closed form here."""
    from faulttree.model.distributions import Beta, Triangular, Uniform

    found = {}
    for name, distribution in inputs.items():
        match distribution:
            case Uniform(low=low, high=high):
                found[name] = (low * low + low * high + high * high) / 3
            case Beta(alpha=a, beta=b):
                found[name] = a * (a + 1) / ((a + b) * (a + b + 1))
            case Triangular(low=a, mode=m, high=b):
                found[name] = (a * a + m * m + b * b + a * m + a * b + m * b) / 6
            case _:
                raise AssertionError(f"no second moment for {distribution}")
    return found


def exact_moments(model: Model, first: Mapping[str, float], second: Mapping[str, float]) -> tuple[float, float]:
    """E[P] and E[P^2] of independent event probabilities, over pairs of states in which the top occurs.

    P is the sum over the true states s of prod_i q_i^s_i (1 - q_i)^(1 - s_i), so P^2 is one over pairs of states, whose
    terms are polynomials of second degree in every q_i.
    """
    f = oracles.function(model, model.top[0])
    events = f.events
    truths = [s for s in oracles.subsets(events) if oracles.truth(model, model.top[0], s)]

    def term(states: tuple[frozenset[str], ...]) -> float:
        product = 1.0
        for event in events:
            up = sum(event not in s for s in states)
            m1, m2 = first[event], second[event]
            # E[q^k (1 - q)^up] with k + up = 1 or 2.
            powers = {(1, 0): m1, (1, 1): 1 - m1, (2, 0): m2, (2, 1): m1 - m2, (2, 2): 1 - 2 * m1 + m2}
            product *= powers[len(states), up]
        return product

    return sum(term((s,)) for s in truths), sum(map(term, itertools.product(truths, truths)))


# What workers do


def squared(payload: int, chunk: int) -> int:
    return payload + chunk * chunk


def dying(folder: str, chunk: int) -> int:
    """Ends its process at chunk 3 when that happens in a worker: the folder names the process that asks."""
    if chunk == 3 and str(os.getpid()) != Path(folder, "asker").read_text():
        os._exit(1)
    return chunk * chunk


def slow(payload: int, chunk: int) -> int:
    time.sleep(0.02)
    return payload + chunk * chunk


def remembered(payload: int, chunk: int) -> int:
    """Notes in this process that the chunk was begun."""
    begun.append(chunk)
    time.sleep(0.005)
    return chunk


begun: list[int] = []


class Counted:
    """A payload that leaves a file behind each time a process reads it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return _counted, (self.folder,)


def _counted(folder: str) -> Counted:
    number = len(list(Path(folder).glob(f"read-{os.getpid()}-*")))
    Path(folder, f"read-{os.getpid()}-{number}").touch()
    return Counted(folder)


def with_counted(payload: Counted, chunk: int) -> tuple[int, int]:
    time.sleep(0.01)
    return os.getpid(), chunk
