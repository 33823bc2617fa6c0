"""A whole system as one Markov chain, by matrix exponentials: slow, obvious, and knowing no fault tree."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm


@dataclass(frozen=True)
class Component:
    """A chain of its own. rates: between its states. up: those in which it works. start: probability of each at 0.

    tests: instants, and at each the matrix of where it goes from each state.
    """

    rates: Sequence[Sequence[float]]
    up: Sequence[bool]
    start: Sequence[float]
    tests: Sequence[tuple[float, Sequence[Sequence[float]]]] = ()


def repaired(rate: float, repair_rate: float, on_demand: float = 0.0) -> Component:
    return Component([[0.0, rate], [repair_rate, 0.0]], [True, False], [1.0 - on_demand, on_demand])


def periodically_tested(
    rate: float, repair_rate: float, instants: Sequence[float], coverage: float = 1.0, fails_at_test: float = 0.0
) -> Component:
    """Up, failed unseen, in repair. A test that takes no time fails it, then shows the failure with a probability."""
    f, c = fails_at_test, coverage
    test = [[1.0 - f, f * (1.0 - c), f * c], [0.0, 1.0 - c, c], [0.0, 0.0, 1.0]]
    rates = [[0.0, rate, 0.0], [0.0, 0.0, 0.0], [repair_rate, 0.0, 0.0]]
    return Component(rates, [True, False, False], [1.0, 0.0, 0.0], [(instant, test) for instant in instants])


@dataclass(frozen=True)
class Answer:
    """Of the top event at a time, just before any test at it: Q, w, W(0, t), the integral of Q, and the true F."""

    q: float
    w: float
    failures: float
    integral: float
    unreliability: float


def answers(
    components: Sequence[Component], fails: Callable[[Sequence[bool]], bool], times: Sequence[float]
) -> list[Answer]:
    """By one chain over all combinations of the components' states. fails: of which components are down."""
    states = list(itertools.product(*(range(len(c.up)) for c in components)))
    down = np.array([fails([not c.up[s] for c, s in zip(components, state, strict=True)]) for state in states])
    n = len(states)
    rates = np.zeros((n, n))
    for (i, one), (j, two) in itertools.product(enumerate(states), repeat=2):
        changed = [k for k in range(len(components)) if one[k] != two[k]]
        if len(changed) == 1:
            rates[i, j] = components[changed[0]].rates[one[changed[0]]][two[changed[0]]]
    failing = (rates * ~down[:, None] * down[None, :]).sum(axis=1)
    # Two more columns: failures counted, and time spent down.
    flow = np.zeros((n + 2, n + 2))
    flow[:n, :n] = rates - np.diag(rates.sum(axis=1))
    flow[:n, n], flow[:n, n + 1] = failing, down
    stopped = (rates - np.diag(rates.sum(axis=1))) * ~down[:, None]

    def jump(instant: float) -> np.ndarray:
        whole = np.eye(1)
        for c in components:
            matrix = np.eye(len(c.up))
            for at, test in c.tests:
                if at == instant:
                    matrix = matrix @ np.array(test)
            whole = np.kron(whole, matrix)
        return whole

    start = np.eye(1)
    for c in components:
        start = np.kron(start, np.array(c.start)[None, :])
    state, alive = np.concatenate([start[0], [0.0, 0.0]]), start[0].copy()
    instants = sorted({at for c in components for at, _ in c.tests})
    found, now = [], 0.0
    for moment in sorted({*times, *instants}):
        state = state @ expm(flow * (moment - now))
        alive = alive @ expm(stopped * (moment - now))
        now = moment
        if moment in times:
            q = state[:n] @ down
            found.append(Answer(q, float(state[:n] @ failing), state[n], state[n + 1], alive @ down))
        if moment in instants:
            matrix = jump(moment)
            state[n] += ((state[:n] * ~down) @ matrix) @ down
            state[:n] = state[:n] @ matrix
            alive = np.where(down, alive, 0.0) + (alive * ~down) @ matrix
    return found
