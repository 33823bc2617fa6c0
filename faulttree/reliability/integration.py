"""Integrals over time of functions that are smooth between known instants, each with an estimate of its error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faulttree.reliability.system import FloatArray

Integers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

__all__ = ["RELATIVE", "Integrals", "integrate"]

RELATIVE = 1e-10
MOST_ROUNDS = 60
MOST_LEAVES = 20_000
PATIENCE, FALLING = 8, 0.9
"""Rounds after which an error has to be below this part of what it was: one that is no rounding noise is by then, also
beside a singularity of power -0.9."""
FIRST_POWER, POWER = 8, 5
"""Times are start + length s**power: a law like t**(shape - 1), shape < 1, is tame at s = 0, and what dies out fast
after a test or at the start is met by some point, down to a billionth of the interval."""
MOST_BLUR = 1e-3
NO_TIMES: FloatArray = np.zeros(0)
NOISE = 50 * np.finfo(np.float64).eps

# Nodes above 0 of Kronrod's rule of 15 points, the largest first and 0 last, and its weights; then the weights of
# Gauss's rule of 7 at every second of them. R. Piessens et al., QUADPACK, 1983.
_NODES = (0.991455371120812639206854697526329, 0.949107912342758524526189684047851, 0.864864423359769072789712788640926,
          0.741531185599394439863864773280788, 0.586087235467691130294144691258938, 0.405845151377397166906606412076961,
          0.207784955007898467600689403773245, 0.0)  # fmt: skip
_KRONROD = (0.022935322010529224963732008058970, 0.063092092629978553290700663189204,
            0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
            0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
            0.204432940075298892414161999234649, 0.209482141084727828012999174891714)  # fmt: skip
_GAUSS = (0.129484966168869693270611432679082, 0.279705391489276667901467771423780,
          0.381830050505118944950369775488975, 0.417959183673469387755102040816327)  # fmt: skip


def _mirrored(half: tuple[float, ...], sign: float) -> FloatArray:
    return np.array([*(sign * value for value in half[:-1]), *reversed(half)])


NODES = (1.0 + _mirrored(_NODES, -1.0)) / 2.0
KRONROD = _mirrored(_KRONROD, 1.0) / 2.0
GAUSS = np.zeros(15)
GAUSS[1::2] = _mirrored(_GAUSS, 1.0) / 2.0
# Coefficients of Legendre polynomials from values at the nodes.
LEGENDRE = np.linalg.inv(np.polynomial.legendre.legvander(2.0 * NODES - 1.0, 14))


@dataclass(frozen=True, eq=False)
class Integrals:
    """Integrals of k functions over each of n intervals.

    values, errors: float64[k, n]; the errors are estimates, as a rule far above the true ones.
    reached: of each function, whether all its integrals are within the error asked for.
    points, samples: float64[m], float64[k, m], where the functions were evaluated, by rising time, and what they were.
    running, running_errors: float64[k, n_times], integrals from the first edge to each of the times asked for.
    """

    values: FloatArray
    errors: FloatArray
    reached: tuple[bool, ...]
    points: FloatArray
    samples: FloatArray
    running: FloatArray
    running_errors: FloatArray


@dataclass(frozen=True, eq=False)
class _Leaves:
    """Parts [low, high] of [0, 1] of m intervals, and what was found there.

    points: float64[m, 15]. samples, terms: float64[k, m, 15], of the functions and of what is summed with the weights.
    values, errors: float64[k, m].
    """

    interval: Integers
    low: FloatArray
    high: FloatArray
    points: FloatArray
    samples: FloatArray
    terms: FloatArray
    values: FloatArray
    errors: FloatArray

    def chosen(self, which: Truths) -> _Leaves:
        return _Leaves(
            self.interval[which], self.low[which], self.high[which], self.points[which],
            self.samples[:, which], self.terms[:, which], self.values[:, which], self.errors[:, which],
        )  # fmt: skip

    def joined(self, other: _Leaves) -> _Leaves:
        return _Leaves(
            np.concatenate([self.interval, other.interval]),
            np.concatenate([self.low, other.low]),
            np.concatenate([self.high, other.high]),
            np.concatenate([self.points, other.points]),
            np.concatenate([self.samples, other.samples], axis=1),
            np.concatenate([self.terms, other.terms], axis=1),
            np.concatenate([self.values, other.values], axis=1),
            np.concatenate([self.errors, other.errors], axis=1),
        )


def integrate(
    functions: Callable[[FloatArray], FloatArray],
    edges: FloatArray,
    relative: float = RELATIVE,
    *,
    rough_start: bool = True,
    blur: float = 0.0,
    times: FloatArray = NO_TIMES,
) -> Integrals:
    """Integrals of functions that are nowhere negative over the intervals between edges.

    functions: float64[B] of times to float64[k, B]; smooth inside each interval. edges: rising, float64[n + 1].
    relative: of every integral over an interval, or of its n-th part of the running sum, whichever is more.
    rough_start: whether the functions may behave like a power above -1 of the distance from the first edge, as the
    frequency of a Weibull law of shape below 1 does. Elsewhere a value that is not finite counts for an error without
    end, and its neighbourhood is divided again and again.
    blur: for so long after an edge the functions may be as they were before, and count as they are then.
    times: rising, from the first edge to the last; the running integral to each is as good as those to the edges.

    Kronrod's rule of 15 points against Gauss's of 7 in every part; parts that are not good enough are halved. All
    points of a round are evaluated in one call. To a time inside a part the polynomial through its 15 points is
    integrated, and the polynomial's last two coefficients tell how good it is. An integral whose error has not fallen
    for some rounds is that of rounding noise, and is left as it is.
    Source: R. Piessens et al., QUADPACK, 1983.
    """
    count = len(edges) - 1
    if count < 1:
        nothing = np.zeros((len(functions(np.zeros(1))), 0))
        none = np.zeros((len(nothing), len(times)))
        return Integrals(nothing, nothing, (True,) * len(nothing), np.zeros(0), nothing, none, none)

    def evaluated(interval: Integers, low: FloatArray, high: FloatArray) -> _Leaves:
        points, slopes = _placed(edges, interval, low[:, None] + (high - low)[:, None] * NODES, rough_start, blur)
        found = functions(points.ravel())
        samples = found.reshape(len(found), *points.shape)
        terms, values, errors = _estimated(samples * (slopes * (high - low)[:, None]))
        return _Leaves(interval, low, high, points, samples, terms, values, errors)

    asked = _Asked.of(times, edges, rough_start)
    leaves = evaluated(np.arange(count), np.zeros(count), np.ones(count))
    values, errors, allowed = _sums(leaves, count, relative)
    rounds = [errors]
    for _ in range(MOST_ROUNDS):
        parts = np.bincount(leaves.interval, minlength=count)
        too_rough = np.any(leaves.errors > 0.5 * (allowed / parts)[:, leaves.interval], axis=0)
        hopeful = errors < FALLING * rounds[-PATIENCE] if len(rounds) > PATIENCE else errors < np.inf
        lacking = np.any((errors > allowed) & (hopeful | ~np.isfinite(errors)), axis=0)[leaves.interval]
        split = (lacking & too_rough | asked.lacking(leaves, relative)) & _divisible(leaves)
        if not split.any() or len(leaves.interval) + np.count_nonzero(split) > MOST_LEAVES + 4 * count:
            break
        old, middle = leaves.chosen(split), (leaves.low[split] + leaves.high[split]) / 2.0
        new = evaluated(
            np.concatenate([old.interval, old.interval]),
            np.concatenate([old.low, middle]),
            np.concatenate([middle, old.high]),
        )
        leaves = leaves.chosen(~split).joined(new)
        values, errors, allowed = _sums(leaves, count, relative)
        rounds.append(errors)
    order = np.argsort(leaves.points, axis=None, kind="stable")
    reached = np.all(errors <= allowed, axis=1) & ~asked.lacking(leaves, relative).any()
    return Integrals(
        values,
        errors,
        tuple(reached.tolist()),
        leaves.points.ravel()[order],
        leaves.samples.reshape(len(values), -1)[:, order],
        *asked.running(leaves),
    )


@dataclass(frozen=True, eq=False)
class _Asked:
    """Times up to which integrals are asked for: in which interval each lies, and at which s of it."""

    interval: Integers
    s: FloatArray

    @classmethod
    def of(cls, times: FloatArray, edges: FloatArray, rough_start: bool) -> _Asked:
        interval = np.maximum(np.searchsorted(edges, times) - 1, 0)
        power = np.where((interval == 0) & rough_start, FIRST_POWER, POWER)
        return cls(interval, ((times - edges[interval]) / np.diff(edges)[interval]) ** (1.0 / power))

    def lacking(self, leaves: _Leaves, relative: float) -> Truths:
        """Which parts hold a time, and are not known well enough beside what came before them."""
        order, place, x = self._found(leaves)
        holds = np.zeros(len(order), np.bool_)
        holds[order[place[(x > 0.0) & (x < 1.0)]]] = True
        before = np.empty_like(leaves.values)
        before[:, order] = _before(leaves.values[:, order])
        rough: Truths = np.any(leaves.errors + _tails(leaves.terms) > relative * np.maximum(before, 1e-300), axis=0)
        return holds & rough

    def running(self, leaves: _Leaves) -> tuple[FloatArray, FloatArray]:
        """Integrals from the first edge, and their errors: float64[k, n_times] each."""
        order, place, x = self._found(leaves)
        values, errors = leaves.values[:, order], leaves.errors[:, order]
        inside = order[place]
        coefficients = leaves.terms[:, inside] @ LEGENDRE.T
        part = np.maximum(0.0, np.sum(coefficients * _antiderivatives(x), axis=2))
        start = _before(values)[:, place]
        partial = (x > 0.0) & (x < 1.0)
        part = np.where(partial, part, np.where(x > 0.0, values[:, place], 0.0))
        error = _before(errors)[:, place] + np.where(x > 0.0, errors[:, place], 0.0)
        return start + part, error + np.where(partial, _tails(leaves.terms[:, inside]), 0.0)

    def _found(self, leaves: _Leaves) -> tuple[Integers, Integers, FloatArray]:
        """Parts by rising time; of every time its place among them, and where in the part it is, in [0, 1]."""
        n = len(leaves.interval)
        order = np.lexsort((leaves.low, leaves.interval))
        # A part that begins where a time lies comes first, for the sort is stable.
        both = np.lexsort((np.concatenate([leaves.low, self.s]), np.concatenate([leaves.interval, self.interval])))
        rank = np.empty(len(both), np.int64)
        rank[both] = np.cumsum(both < n) - 1
        place = rank[n:]
        low, high = leaves.low[order[place]], leaves.high[order[place]]
        return order, place, np.clip((self.s - low) / (high - low), 0.0, 1.0)


def _before(parts: FloatArray) -> FloatArray:
    """Of every column, the sum of those before it."""
    sums = np.zeros_like(parts)
    np.cumsum(parts[:, :-1], axis=1, out=sums[:, 1:])
    return sums


def _antiderivatives(x: FloatArray) -> FloatArray:
    """Integrals from 0 to x, in [0, 1], of the Legendre polynomials of 2 x - 1 of degree 0 to 14: float64[n, 15]."""
    p = np.polynomial.legendre.legvander(2.0 * x - 1.0, 15)
    whole = np.empty((len(x), 15))
    whole[:, 0] = x
    whole[:, 1:] = (p[:, 2:] - p[:, :-2]) / (2.0 * (2.0 * np.arange(1, 15) + 1.0))
    return whole


def _tails(terms: FloatArray) -> FloatArray:
    """How far a polynomial's running integral may be off, by its last two coefficients."""
    last: FloatArray = np.abs(terms @ LEGENDRE[13:].T).sum(axis=-1) / 4.0
    return last


def _placed(
    edges: FloatArray, interval: Integers, s: FloatArray, rough_start: bool, blur: float
) -> tuple[FloatArray, FloatArray]:
    """Times t of places s in [0, 1] of intervals, and dt/ds."""
    start, length = edges[interval][:, None], np.diff(edges)[interval][:, None]
    is_first = (interval == 0)[:, None] & rough_start
    power = np.where(is_first, FIRST_POWER, POWER)
    least = np.where(is_first, 0.0, np.minimum(blur, MOST_BLUR * length))
    passed: FloatArray = length * s**power
    return start + np.maximum(passed, least), length * power * s ** (power - 1)


def _estimated(terms: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The terms, 0 where one of a part is not finite; integrals over parts of unit length; QUADPACK's error estimates.

    terms: float64[k, m, 15].
    """
    finite: Truths = np.all(np.isfinite(terms), axis=2)
    terms = np.where(finite[:, :, None], terms, 0.0)
    values = terms @ KRONROD
    plain: FloatArray = np.abs(values - terms @ GAUSS)
    spread = np.abs(terms - values[:, :, None]) @ KRONROD
    shares = np.divide(200.0 * plain, spread, out=np.zeros_like(plain), where=spread > 0.0)
    errors = np.maximum(spread * np.minimum(1.0, shares) ** 1.5, NOISE * np.abs(values))
    return terms, values, np.where(finite, errors, np.inf)


def _sums(leaves: _Leaves, count: int, relative: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Integral, error and allowed error of every interval: float64[k, count] each."""
    values = np.array([np.bincount(leaves.interval, row, count) for row in leaves.values])
    errors = np.array([np.bincount(leaves.interval, row, count) for row in leaves.errors])
    running = np.cumsum(values, axis=1) / count
    return values, errors, np.maximum(relative * np.maximum(values, running), 1e-300)


def _divisible(leaves: _Leaves) -> Truths:
    """Whether the points of a part are still apart in floating point."""
    return leaves.points[:, -1] - leaves.points[:, 0] > 100 * np.spacing(leaves.points[:, -1])
