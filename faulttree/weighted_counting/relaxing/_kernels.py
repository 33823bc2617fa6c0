"""A guess of a monotone root's probability, and of what every input matters: one sweep up and one down.

All inputs of a gate are taken as independent. `need` of a gate is how many of its inputs make it true.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]
ByteArray = npt.NDArray[np.int8]
FloatArray = npt.NDArray[np.float64]

LARGEST_VOTE = 64
"""Votes of more inputs are not looked into."""


def guess(
    need: IntArray,
    offset: IntArray,
    argument: IntArray,
    first_gate: int,
    root: int,
    replaced: ByteArray,
    by: int,
    p: FloatArray,
    slope: FloatArray,
    chance: FloatArray,
    other: FloatArray,
    counts: FloatArray,
    change: FloatArray,
) -> None:
    """Fill p, float64[n], and change, float64[n_arguments].

    replaced: int8[n_arguments], the inputs that are replaced already; they, and what is below them alone, change
    nothing. by: 0 or 1, which takes their place. p: of every node; that of variables is given. change: how much the
    root's probability changes if that input is replaced too. slope, chance, other, counts: room, float64 of n nodes, of
    n_arguments, of n_arguments + 1 and of LARGEST_VOTE + 1.
    """
    size = need.shape[0]
    for node in range(first_gate, size):
        begin, end = offset[node], offset[node + 1]
        for i in range(begin, end):
            x = p[argument[i] >> 1]
            if argument[i] & 1:
                x = 1.0 - x
            chance[i] = by if replaced[i] else x
        p[node] = at_least(need[node], chance, begin, end, -1, counts)
    for node in range(size):
        slope[node] = 0.0
    slope[root] = 1.0
    for node in range(size - 1, first_gate - 1, -1):
        begin, end = offset[node], offset[node + 1]
        steep = slope[node]
        n = end - begin
        if n == need[node] or need[node] == 1:
            # What the others make of it: the product of those before and of those after.
            falls = need[node] == 1 and n > 1
            other[begin] = 1.0
            for i in range(begin, end):
                other[i + 1] = other[i] * (1.0 - chance[i] if falls else chance[i])
            after = steep
            for i in range(end - 1, begin - 1, -1):
                change[i] = other[i] * after
                after *= 1.0 - chance[i] if falls else chance[i]
        else:
            for i in range(begin, end):
                change[i] = steep * pivotal(need[node], chance, begin, end, i, counts)
        for i in range(begin, end):
            if replaced[i]:
                change[i] = 0.0
            else:
                # Of an event's two literals only the size of the slope matters.
                slope[argument[i] >> 1] += change[i]
                change[i] *= 1.0 - chance[i] if by else chance[i]


def at_least(need: int, chance: FloatArray, begin: int, end: int, without: int, counts: FloatArray) -> float:
    """The probability that so many of some independent events occur."""
    n = end - begin
    if need == n:
        product = 1.0
        for i in range(begin, end):
            product *= chance[i]
        return product
    if need == 1:
        logs = 0.0
        for i in range(begin, end):
            if chance[i] >= 1.0:
                return 1.0
            logs += math.log1p(-chance[i])
        return -math.expm1(logs)
    if n > LARGEST_VOTE:
        total = 0.0
        for i in range(begin, end):
            total += chance[i]
        return min(1.0, total / need)
    count(chance, begin, end, without, counts)
    total = 0.0
    for number in range(need, n + 1):
        total += counts[number]
    return total


def pivotal(need: int, chance: FloatArray, begin: int, end: int, own: int, counts: FloatArray) -> float:
    """The probability that one event decides whether there are enough."""
    if end - begin > LARGEST_VOTE:
        return 1.0
    count(chance, begin, end, own, counts)
    decides: float = counts[need - 1]
    return decides


def count(chance: FloatArray, begin: int, end: int, without: int, counts: FloatArray) -> None:
    """The probability of every number of occurrences, one event left out."""
    n = end - begin
    counts[0] = 1.0
    for number in range(1, n + 1):
        counts[number] = 0.0
    for i in range(begin, end):
        if i == without:
            continue
        for number in range(n, 0, -1):
            counts[number] = counts[number] * (1.0 - chance[i]) + counts[number - 1] * chance[i]
        counts[0] *= 1.0 - chance[i]
