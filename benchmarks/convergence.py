"""How the error of a sampled mean falls with the number of samples, by sampling method.

    python benchmarks/convergence.py [--seeds 20] [--largest 65536]

A bridge of independent uncertain probabilities is quantified. Its probability is linear in each of them, so the exact
mean is the probability at the means: the error is known, not estimated. Each number is the root mean square over the
seeds, relative to the mean; the last column is how many samples Monte Carlo would need for Sobol's error.
"""

from __future__ import annotations

import argparse
import math

from faulttree import FaultTree
from faulttree.results import text_table
from faulttree.uncertainty import METHODS

MEANS = dict(zip("abcde", (0.1, 0.15, 0.2, 0.25, 0.5), strict=True))
BRIDGE = {
    "name": "Bridge",
    "top": "cut",
    "gates": {
        "cut": {"or": [{"and": ["a", "b"]}, {"and": ["c", "d"]}, {"and": ["a", "e", "d"]}, {"and": ["c", "e", "b"]}]}
    },
    "basic_events": {
        event: {"probability": mean, "uncertainty": {"beta": {"alpha": 10 * mean, "beta": 10 * (1 - mean)}}}
        for event, mean in MEANS.items()
    },
}


def exact_mean() -> float:
    a, b, c, d, e = MEANS.values()
    closed = (1 - (1 - a) * (1 - c)) * (1 - (1 - b) * (1 - d))
    return e * closed + (1 - e) * (1 - (1 - a * b) * (1 - c * d))


def error(tree: FaultTree, method: str, samples: int, seeds: int) -> float:
    """Root mean square error of the mean over the seeds, as a part of it."""
    exact = exact_mean()
    errors = [tree.uncertainty(samples, seed=seed, method=method).mean / exact - 1 for seed in range(seeds)]
    return math.sqrt(sum(each * each for each in errors) / seeds)


def main() -> None:
    parser = argparse.ArgumentParser(description="Error of the mean by sampling method and number of samples")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--largest", type=int, default=65_536)
    options = parser.parse_args()
    tree, rows = FaultTree.from_data(BRIDGE), []
    samples = 256
    while samples <= options.largest:
        errors = {method: error(tree, method, samples, options.seeds) for method in METHODS}
        ratio = errors["monte-carlo"] / errors["sobol"]
        rows.append(
            [f"{samples:,}", *(errors[method] for method in METHODS), f"{ratio:.1f}", f"{samples * ratio**2:,.0f}"]
        )
        samples *= 4
    headings = ("samples", *METHODS, "Monte Carlo / Sobol", "Monte Carlo for the same")
    print(text_table(headings, rows))


if __name__ == "__main__":
    main()
