"""What the tests of the further measures share: a diagram with probabilities, and the same in exact fractions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import oracles
from building import build

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.decision_diagrams.compile import compile_bdd
from faulttree.model import Model


@dataclass(frozen=True, eq=False)
class Measured:
    """A tree's diagram with q and 1 - q by level, and its truth table with the same q as fractions."""

    bdd: Bdd
    q: np.ndarray
    not_q: np.ndarray
    events: tuple[str, ...]
    f: oracles.Function
    exact: dict[str, Fraction]
    coherent: bool

    def given(self, states: Mapping[str, bool | int] | None = None) -> Fraction:
        """P(top | states) by enumeration."""
        return oracles.probability(self.f, {**self.exact, **{e: Fraction(int(s)) for e, s in (states or {}).items()}})


def measured(model: Model) -> Measured:
    """The model's first top, exactly as written, with the floats that its probabilities are rounded to as exact ones.

    A level that stands for a module has no probability of its own: none may be read.
    """
    f, bdd = oracles.function(model, model.top[0]), compile_bdd(build(model, model.top[0]))
    exact = {e: Fraction(float(p)) for e, p in oracles.event_probabilities(model, f.events).items()}
    sides = [[float(exact[v]), float(1 - exact[v])] if v else [math.nan, math.nan] for v in bdd.variables]
    q, not_q = np.array(sides).reshape(-1, 2).T
    return Measured(bdd, q, not_q, f.events, f, exact, oracles.is_coherent(f))


def measured_large(model: Model) -> Measured:
    """As `measured`, of plain probabilities and without a truth table."""
    bdd = compile_bdd(build(model, model.top[0]))
    q = np.array([model.basic_events[v].probability if v else math.nan for v in bdd.variables], np.float64)
    return Measured(bdd, q, 1.0 - q, tuple(model.basic_events), oracles.Function((), frozenset()), {}, False)
