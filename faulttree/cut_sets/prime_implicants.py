"""Prime implicants: the minimal products of literals, negated ones too, that make the top event true."""

from __future__ import annotations

import numpy as np

from faulttree.decision_diagrams import _kernels
from faulttree.decision_diagrams.bdd import FALSE, TRUE, Bdd, BddForest
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET, Progress
from faulttree.decision_diagrams.zbdd import EMPTY, UNIT, Zbdd, ZbddForest
from faulttree.kernel_modes import kernels_for

__all__ = ["NOT", "prime_implicants"]

NOT = "¬"
"""Stands before the name of an event that must not occur."""


def prime_implicants(
    bdd: Bdd, root: str, *, node_budget: int = DEFAULT_NODE_BUDGET, progress: Progress | None = None
) -> Zbdd:
    """All prime implicants of a function; its elements are every event, and `¬` with every event.

    Those of f that do not mention x are the primes of f0 f1; the others are x with a prime of f1,
    or not x with a prime of f0, that is none of these. Raises NodeBudgetExceeded.
    Source: O. Coudert, J. C. Madre, Implicit and incremental computation of primes and essential primes, DAC 1992.
    """
    literals = [literal for variable in bdd.variables for literal in (variable, variable and NOT + variable)]
    functions = BddForest.holding(bdd, node_budget, progress)
    families = ZbddForest(literals, node_budget, progress)
    primes = {FALSE: EMPTY, TRUE: UNIT}

    def work_out(edge: int) -> int:
        stack = [edge]
        while stack:
            edge = stack[-1]
            if edge not in primes:
                level, low, high = functions.cofactors(edge)
                both = functions.conjunction([low, high])
                unknown = [part for part in (low, high, both) if part not in primes]
                if unknown:
                    stack.extend(unknown)
                    continue
                shared = primes[both]
                with_it, without_it = (
                    families.combine(_kernels.DIFFERENCE, primes[part], shared) for part in (high, low)
                )
                primes[edge] = families.family(2 * level, families.family(2 * level + 1, shared, without_it), with_it)
            stack.pop()
        return primes[edge]

    # In a prime of a function of modules, each module's literal stands for the primes of the module or its complement.
    modules = np.zeros(len(literals), np.int32)
    negated = _negated_modules(functions, bdd, bdd.roots[root])
    for level in np.argsort(bdd.modules, kind="stable")[np.count_nonzero(bdd.modules == 0) :].tolist():
        edge = int(bdd.modules[level])
        modules[2 * level] = work_out(edge)
        if level in negated:
            modules[2 * level + 1] = work_out(edge ^ 1)
    return families.freeze(work_out(bdd.roots[root]), modules)


def _negated_modules(functions: BddForest, bdd: Bdd, root: int) -> set[int]:
    """The levels of the modules whose negation occurs in a prime of the root, or of such a module's complement."""
    mark = kernels_for(_kernels, len(bdd.nodes)).mark_edges
    needed = np.zeros(2 * len(bdd.nodes), np.int8)
    mark(bdd.nodes, bdd.modules, root, needed)
    found = set()
    # Outer modules first, for the complement of one may use those of inner ones.
    for level in np.argsort(-bdd.modules, kind="stable")[: np.count_nonzero(bdd.modules)].tolist():
        rows = np.flatnonzero(bdd.nodes[:, 0] == level)
        complemented = needed[2 * rows + 1].any()
        pairs = bdd.nodes[rows[needed[2 * rows] == 1], 1:].tolist()
        if complemented or any(functions.conjunction([low, high ^ 1]) != FALSE for low, high in pairs):
            found.add(level)
            mark(bdd.nodes, bdd.modules, int(bdd.modules[level]) ^ 1, needed)
    return found
