"""What uncertainty is carried through: a compiled tree, the laws of its events, and its uncertain inputs."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faulttree import deadline, memory
from faulttree.errors import CUT_SHORT, FloatRangeExceeded, InvalidRequestError
from faulttree.laws import Form
from faulttree.quantification.batches import Batches
from faulttree.quantification.inputs import EventLaws, Levels
from faulttree.quantification.shares import CutSetShares
from faulttree.scale_out import available_cores
from faulttree.uncertainty.copula import UncertainInputs
from faulttree.uncertainty.quantiles import FloatArray

__all__ = ["Problem"]

BoolArray = npt.NDArray[np.bool_]

LARGE = 1_000_000
"""Rows of a diagram above which chunks are worked out one after the other, each by several threads: working arrays of
several chunks at once would take the memory of several diagrams."""

AT_ONCE = 2**20
"""Numbers that are worked out together where inputs are turned one at a time."""
HELD = 2**22
"""Probabilities of events that are held at once, in all columns together; and as many of their absence, and rates."""
BYTES_HELD = 40
"""Bytes that each of these takes, with what they are worked out from."""


@dataclass(frozen=True, eq=False)
class Problem:
    """The probabilities of a tree's functions as a function of its uncertain inputs. Frozen, and can be pickled.

    batches: sweeps over the diagram; its first root is the top event, any others are gates.
    laws: of the diagram's events, level by level. inputs: all that is uncertain. An input that several events depend
    on has one value for all of them in each sample: what is known about them is known, or unknown, together.
    time: mission time, seconds. coherent: whether the top's function is monotone, so that no slope is negative.
    cut_sets: sweeps over all minimal cut sets of the top, for Fussell-Vesely importance; None where that is not asked
    for, or not all are known.
    happening: where the top event has a frequency, the laws of all frequency events: the diagram is the tree at the
    moment of one of them, and its probability times the sum of their frequencies is the top's frequency, in the `unit`
    that is `in_si` per second. What is said of the top's probability then holds of that.
    Raises InvalidRequestError where nothing is uncertain, or the time is no time.
    """

    batches: Batches
    laws: EventLaws
    inputs: UncertainInputs
    time: float
    coherent: bool = False
    cut_sets: CutSetShares | None = None
    happening: tuple[Form, ...] = ()
    unit: str = ""
    in_si: float = 1.0

    def __post_init__(self) -> None:
        if not self.inputs.distributions:
            raise InvalidRequestError(
                "nothing in this model is uncertain; give parameters or basic events an `uncertainty:`"
            )
        if not (math.isfinite(self.time) and self.time >= 0):
            raise InvalidRequestError(f"the time is {self.time!r} s; give a finite time that is not negative")
        assert len(self.laws.events) == len(self.batches.bdd.variables), "a law for every level"

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs' names, in the order of the coordinates."""
        return tuple(self.inputs.distributions)

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the functions: that of the top event, then any gates."""
        return self.batches.root_names

    @property
    def quantity(self) -> str:
        """The quantity that is evaluated: `probability` or `frequency`."""
        return "frequency" if self.happening else "probability"

    def evaluate(self, u: FloatArray, threads: int | None = None) -> FloatArray:
        """Probability of every function, or frequency: float64[n_functions, B]; exact for the sampled inputs.

        u: float64[n_inputs, B], in (0, 1), the inputs' coordinates. threads: None for one per core.
        """
        found, sampled = np.empty((len(self.functions), u.shape[1])), self.inputs.values(u)
        for place, some in self.blocks(sampled):
            levels = self.laws.at(self.time, some)
            found[:, place] = self.probability(levels.q, levels.not_q, threads) * self.factor(some)
        return found

    def blocks(self, sampled: Mapping[str, FloatArray]) -> Iterator[tuple[slice, Mapping[str, FloatArray]]]:
        """Samples of the inputs in blocks whose probabilities of all events are held at once: places and samples.

        Raises TimeLimitExceeded, MemoryLimitExceeded before a block.
        """
        n_levels, n_columns = max(1, len(self.laws.events)), len(next(iter(sampled.values())))
        start = 0
        while start < n_columns:
            room = int(min(HELD, memory.left() / (4 * BYTES_HELD)))
            width = max(1, room // n_levels)
            deadline.check()
            memory.check(BYTES_HELD * n_levels * min(width, n_columns))
            place = slice(start, min(start + width, n_columns))
            yield place, {name: values[place] for name, values in sampled.items()}
            start = place.stop

    def factor(self, sampled: Mapping[str, FloatArray]) -> float | FloatArray:
        """What the top's probability is multiplied with: 1, or the sum of the frequencies, in their unit."""
        if not self.happening:
            return 1.0
        per_second = np.zeros(())
        for form in self.happening:
            per_second = per_second + form.law(sampled).at(self.time).frequency
        return per_second / self.in_si

    def probability(self, q: FloatArray, not_q: FloatArray, threads: int | None = None) -> FloatArray:
        """Probability of every function, as `Batches.probability_alone` gives it.

        A gate's that is above zero and below the smallest float is nan; FloatRangeExceeded where the top's is.
        """
        found = self.batches.probability_alone(q, not_q, threads)
        found[self.refuse_below_floats(q, not_q, found)] = np.nan
        return found

    def refuse_below_floats(self, q: FloatArray, not_q: FloatArray, p: FloatArray) -> BoolArray:
        """Whether each function's probability p is above zero and below the smallest float, bool of its shape.

        Raises FloatRangeExceeded where the top's is.
        """
        lost = self.batches.below_floats(q, not_q, p)
        if lost[0].any():
            raise FloatRangeExceeded(f"in some sample the probability of '{self.functions[0]}'")
        return lost

    def levels(self, u: FloatArray) -> Levels:
        """What the diagram is quantified with at these coordinates."""
        return self.laws.at(self.time, self.inputs.values(u))

    def levels_in_time(self, times: FloatArray, sampled: Mapping[str, FloatArray]) -> Levels:
        """What the diagram is quantified with at several times for each of several samples.

        times: float64[K, 1], the same for all samples, or float64[K, B], seconds. sampled: float64[B] of the
        inputs; nothing for their point values, and B is 1.
        Columns are K times B, those of one time together.
        """
        if not sampled:
            return self.laws.at(times.ravel())
        n_times, size = len(times), len(next(iter(sampled.values())))
        tiled = {name: np.tile(values, n_times) for name, values in sampled.items()}
        (fixed, steady), (varying, laws) = self._split
        if times.shape[1] != 1 or not any(steady.forms):
            return self.laws.at(np.broadcast_to(times, (n_times, size)).ravel(), tiled)
        # What no input changes is the same in all samples.
        alike, various = steady.at(times[:, 0]), laws.at(np.repeat(times[:, 0], size), tiled)
        levels = Levels(*(np.empty((len(self.laws.events), n_times * size)) for _ in range(3)))
        for name in ("q", "not_q", "w"):
            getattr(levels, name)[fixed] = np.repeat(getattr(alike, name), size, axis=1)
            getattr(levels, name)[varying] = getattr(various, name)
        return levels

    @functools.cached_property
    def _split(self) -> tuple[tuple[list[int], EventLaws], tuple[list[int], EventLaws]]:
        """The levels whose laws depend on no uncertain input with these laws, and the others with theirs."""
        inputs = frozenset(self.names)
        varying = [level for level, form in enumerate(self.laws.forms) if form is not None and form.inputs & inputs]
        fixed = sorted(set(range(len(self.laws.forms))) - set(varying))
        return (fixed, self._laws_at(fixed)), (varying, self._laws_at(varying))

    def _laws_at(self, levels: Sequence[int]) -> EventLaws:
        return EventLaws(
            tuple(self.laws.events[level] for level in levels), tuple(self.laws.forms[level] for level in levels)
        )

    def exchanged(self, a: FloatArray, b: FloatArray, threads: int | None = None) -> FloatArray:
        """The top's probability at a, at b, and at a with each coordinate in turn taken from b.

        a, b: float64[n_inputs, B], coordinates of independent inputs. Returns float64[n_inputs + 2, B]: what `evaluate`
        gives, to the last bit. Only what depends on the coordinate that is exchanged is worked out again.
        """
        assert not self.inputs.correlations, "an input's value depends on its own coordinate alone"
        found, at_a, at_b = np.empty((len(a) + 2, a.shape[1])), self.inputs.values(a), self.inputs.values(b)
        for place, some in self.blocks(at_a):
            found[:, place] = self._exchanged(some, {name: row[place] for name, row in at_b.items()}, threads)
        return found

    def _exchanged(
        self, at_a: Mapping[str, FloatArray], at_b: Mapping[str, FloatArray], threads: int | None
    ) -> FloatArray:
        levels, other = self.laws.at(self.time, at_a), self.laws.at(self.time, at_b)
        found = np.empty((len(at_a) + 2, levels.q.shape[1]))
        found[0] = self.probability(levels.q, levels.not_q, threads)[0] * self.factor(at_a)
        found[1] = self.probability(other.q, other.not_q, threads)[0] * self.factor(at_b)
        together = max(1, AT_ONCE // max(1, levels.q.size))
        for start in range(0, len(at_a), together):
            deadline.check()
            memory.check(2 * BYTES_HELD * levels.q.size)
            some = self.names[start : start + together]
            q, not_q = (np.repeat(each[:, np.newaxis], len(some), axis=1) for each in (levels.q, levels.not_q))
            for place, name in enumerate(some):
                if name in self._dependent:
                    rows, laws = self._dependent[name]
                    sampled = {each: at_a[each] for each in laws.inputs if each in at_a}
                    mixed = laws.at(self.time, {**sampled, name: at_b[name]})
                    q[rows, place], not_q[rows, place] = mixed.q, mixed.not_q
            n_levels = len(levels.q)
            top = self.probability(q.reshape(n_levels, -1), not_q.reshape(n_levels, -1), threads)[0]
            exchanged = found[2 + start : 2 + start + len(some)]
            exchanged[:] = top.reshape(len(some), -1)
            for place, name in enumerate(some):
                exchanged[place] *= self.factor({**at_a, name: at_b[name]})
        return found

    @functools.cached_property
    def _dependent(self) -> dict[str, tuple[list[int], EventLaws]]:
        """By input, of those that any law depends on, the levels of these laws, and these laws alone."""
        found: dict[str, list[int]] = {}
        for level, form in enumerate(self.laws.forms):
            for name in form.inputs if form is not None else ():
                found.setdefault(name, []).append(level)
        return {name: (levels, self._laws_at(levels)) for name, levels in found.items()}

    def point(self) -> FloatArray:
        """Probability of every function with every input at its point value: float64[n_functions]."""
        levels = self.laws.at(self.time)
        found: FloatArray = self.probability(levels.q, levels.not_q)[:, 0] * self.factor({})
        return found

    def one_at_a_time(self, values: Mapping[str, FloatArray]) -> FloatArray:
        """Probability of the top with one input at other values, and all others at their point values.

        values: by input, k each. Returns float64[n, k], a row for each of the first n inputs: all of them, or as many
        as the limits of time and memory allow, one at least. Raises TimeLimitExceeded, MemoryLimitExceeded.
        """
        n_values = len(next(iter(values.values())))
        found = np.empty((len(values), n_values))
        columns = max(1, AT_ONCE // (max(1, len(self.laws.events)) * n_values))
        inputs = list(values.items())
        for start in range(0, len(inputs), columns):
            some = inputs[start : start + columns]
            try:
                deadline.check()
                memory.check(2 * BYTES_HELD * len(self.laws.events) * n_values * len(some))
                levels = [self.laws.at(self.time, {name: row}) for name, row in some]
                q, not_q = (np.concatenate([getattr(each, name) for each in levels], axis=1) for name in ("q", "not_q"))
                p = self.probability(q, not_q)[0].reshape(-1, n_values)
            except CUT_SHORT:
                if not start:
                    raise
                return found[:start]
            factors = [np.broadcast_to(self.factor({name: row}), (n_values,)) for name, row in some]
            found[start : start + len(some)] = p * np.array(factors)
        return found

    @property
    def chunks_at_once(self) -> int:
        """How many threads of this process work on a chunk of their own."""
        return 1 if self._size > LARGE else available_cores()

    @property
    def threads_in_a_chunk(self) -> int | None:
        """How many threads a chunk has: one, or for a large diagram as many as there are cores."""
        return None if self._size > LARGE else 1

    @property
    def _size(self) -> int:
        """Rows of the larger diagram."""
        return max(self.batches.size, self.cut_sets.size if self.cut_sets is not None else 0)
