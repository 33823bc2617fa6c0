"""Prime implicants: the minimal products of literals, negated ones too, that make the top event true."""

from __future__ import annotations

from faulttree.decision_diagrams import _kernels
from faulttree.decision_diagrams.bdd import FALSE, TRUE, Bdd, BddForest
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET, Progress
from faulttree.decision_diagrams.zbdd import EMPTY, UNIT, Zbdd, ZbddForest

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
    literals = [literal for variable in bdd.variables for literal in (variable, NOT + variable)]
    functions = BddForest.holding(bdd, node_budget, progress)
    families = ZbddForest(literals, node_budget, progress)
    primes = {FALSE: EMPTY, TRUE: UNIT}
    stack = [bdd.roots[root]]
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
            with_it, without_it = (families.combine(_kernels.DIFFERENCE, primes[part], shared) for part in (high, low))
            primes[edge] = families.family(2 * level, families.family(2 * level + 1, shared, without_it), with_it)
        stack.pop()
    return families.freeze(primes[bdd.roots[root]])
