"""Differences of nearly equal probabilities, with their digits."""

from __future__ import annotations

import numpy as np

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.quantification.probability import FloatArray, RowProbabilities

__all__ = ["branch_differences"]

DOUBTFUL = 1e-3
"""A difference this small beside its terms has lost three digits, and is worked out another way."""
MOST_PAIRS = 200_000


def branch_differences(bdd: Bdd, q: FloatArray, rows: RowProbabilities) -> FloatArray:
    """Of every row, the probability of its high branch less that of its low branch: float64[n], in [-1, 1].

    Where the two nearly cancel, the difference is followed down the diagram,
    P(f) - P(g) = q (P(f1) - P(g1)) + (1 - q) (P(f0) - P(g0)), until they no longer do; in a monotone
    function all terms have one sign, so 12 digits or more remain. After 200,000 pairs the plain
    difference is taken, whose absolute error is about 1e-16.
    """
    low, high = bdd.nodes[:, 1], bdd.nodes[:, 2]
    complement = (high & 1).astype(bool)
    p_high = np.where(complement, rows.not_p[high >> 1], rows.p[high >> 1])
    not_p_high = np.where(complement, rows.p[high >> 1], rows.not_p[high >> 1])
    p_low, not_p_low = rows.p[low >> 1], rows.not_p[low >> 1]
    # The difference of the two small numbers keeps more digits than that of two near one.
    difference: FloatArray = np.where(p_high + p_low < 1.0, p_high - p_low, not_p_low - not_p_high)
    terms = np.minimum(np.maximum(p_high, p_low), np.maximum(not_p_high, not_p_low))
    pairs = _Pairs(bdd, q, rows)
    for node in np.flatnonzero(np.abs(difference) < DOUBTFUL * terms).tolist():
        difference[node] = pairs.difference(int(high[node]), int(low[node]))
    return difference


class _Pairs:
    """Differences of pairs of edges, each worked out once."""

    def __init__(self, bdd: Bdd, q: FloatArray, rows: RowProbabilities) -> None:
        self.bdd, self.q, self.rows = bdd, q, rows
        self.known: dict[tuple[int, int], float] = {}

    def difference(self, f: int, g: int) -> float:
        """P(f) - P(g)."""
        stack = [(f, g)]
        while stack:
            pair = stack[-1]
            if self._known(*pair) is None:
                q, highs, lows = self._branches(*pair)
                above, below = self._known(*highs), self._known(*lows)
                if above is None or below is None:
                    stack += [branch for branch, value in ((highs, above), (lows, below)) if value is None]
                    continue
                self.known[pair] = q * above + (1.0 - q) * below
            stack.pop()
        return self._known(f, g) or 0.0

    def _known(self, f: int, g: int) -> float | None:
        """The difference when it is plain, doubtless, or worked out already."""
        if f == g:
            return 0.0
        p_f, p_g, not_p_f, not_p_g = (self.rows.at(edge) for edge in (f, g, f ^ 1, g ^ 1))
        plain = p_f - p_g if p_f + p_g < 1.0 else not_p_g - not_p_f
        constant = f <= 1 or g <= 1 or f == g ^ 1
        doubtless = abs(plain) >= DOUBTFUL * min(max(p_f, p_g), max(not_p_f, not_p_g))
        if constant or doubtless or len(self.known) >= MOST_PAIRS:
            return self.known.get((f, g), plain)
        return self.known.get((f, g))

    def _branches(self, f: int, g: int) -> tuple[float, tuple[int, int], tuple[int, int]]:
        """Probability of the topmost variable of two edges, and the pair with it true and false."""
        nodes = self.bdd.nodes
        level = min(int(nodes[f >> 1, 0]), int(nodes[g >> 1, 0]))
        (f1, f0), (g1, g0) = (
            (int(nodes[e >> 1, 2]) ^ (e & 1), int(nodes[e >> 1, 1]) ^ (e & 1)) if nodes[e >> 1, 0] == level else (e, e)
            for e in (f, g)
        )
        return float(self.q[level]), (f1, g1), (f0, g0)
