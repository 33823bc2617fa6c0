"""Designs of a sample: which points of the unit cube the uncertain inputs are taken at.

A point's coordinates are the probabilities of not exceeding each input's value. The points of a chunk follow from the
seed and the chunk alone, so they are made where they are used, and are the same whatever computes them.

monte-carlo: independent points. latin-hypercube: in every replicate each input has one point in each of n equally
probable strata (McKay, Beckman and Conover, Technometrics 21, 1979). sobol: Sobol's sequence under a random linear
scramble with a digital shift (Matousek, J. Complexity 14, 1998), a scramble of its own for every replicate.
The replicates of the last two are independent of each other, and the points within one are not: their spread, and not
that of the points, tells how certain an estimate is.
"""

from __future__ import annotations

import operator
from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.uncertainty.quantiles import FloatArray

__all__ = ["METHODS", "REPLICATES", "Chunk", "Design"]

METHODS = ("monte-carlo", "latin-hypercube", "sobol")
REPLICATES = 16
"""Independent randomisations that a Latin hypercube or Sobol sample is made of: Student's t then has 15 degrees of
freedom, whose 95 % interval is 9 % wider than the normal one."""
LARGEST_CHUNK, SMALLEST_CHUNK, CHUNKS = 2048, 64, 64
LARGEST_HYPERCUBE = 4096
"""Points of a replicate of a Latin hypercube: a chunk is a whole one. Larger samples have more replicates; what a
hypercube takes away from the variance, the sum of the inputs' own effects, it takes away in each."""
SOBOL_BITS = 32
SOBOL_DIMENSIONS = 21_201
SAFE = 2.0**-53
"""No coordinate is nearer to 0 or 1: a quantile there may be infinite."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Points of a sample that are computed together: `size` of a replicate's, from `start`.

    index: place among the chunks. first: place of its first point in the whole sample.
    """

    index: int
    first: int
    replicate: int
    start: int
    size: int

    @property
    def places(self) -> slice:
        """Its points within the whole sample."""
        return slice(self.first, self.first + self.size)


@dataclass(frozen=True, slots=True)
class Design:
    """A sample of `replicates` times `size` points in `dimensions` coordinates, replicate after replicate.

    planned: points of the whole design of which this one is the beginning; 0 where it is whole.
    """

    method: str
    dimensions: int
    replicates: int
    size: int
    seed: int
    planned: int = field(default=0, compare=False)

    @classmethod
    def of(cls, method: str, samples: int, seed: int, dimensions: int, *, replicated: bool = False) -> Design:
        """A design of at least this many points.

        Monte Carlo has exactly `samples` points in one replicate, or when `replicated` is asked for in `REPLICATES`
        equal ones. A Latin hypercube has equal replicates, and Sobol's sequence replicates of 2^m points, for only
        those are balanced: the number of samples rises to the next that fits.
        seed: any integer of at least 0. Raises InvalidRequestError, UnknownNameError.
        """
        if method not in METHODS:
            raise UnknownNameError("sampling method", method, METHODS)
        samples, seed = _integer("samples", samples, 2), _integer("seed", seed, 0)
        if method == "monte-carlo" and not replicated:
            return cls(method, dimensions, 1, samples, seed)
        replicates = REPLICATES
        if method == "latin-hypercube":
            replicates = max(replicates, -(-samples // LARGEST_HYPERCUBE))
        size = max(2, -(-samples // replicates))
        if method == "sobol":
            size = 1 << (size - 1).bit_length()
            if dimensions > SOBOL_DIMENSIONS:
                raise InvalidRequestError(
                    f"Sobol's sequence is known up to {SOBOL_DIMENSIONS:,} coordinates, and {dimensions:,} are needed; "
                    "take the method 'latin-hypercube' or 'monte-carlo'"
                )
            if size > 1 << SOBOL_BITS:
                raise InvalidRequestError(f"{samples:,} samples are more than Sobol's sequence has")
        return cls(method, dimensions, replicates, size, seed)

    @property
    def samples(self) -> int:
        """Points altogether."""
        return self.replicates * self.size

    def chunks(self) -> list[Chunk]:
        """The sample in chunks, in order; they depend on the design alone."""
        if self.method == "latin-hypercube":
            most = self.size
        else:
            wanted = min(LARGEST_CHUNK, max(SMALLEST_CHUNK, (self.planned or self.samples) // CHUNKS))
            most = 1 << (wanted.bit_length() - 1)
        found: list[Chunk] = []
        for replicate in range(self.replicates):
            for start in range(0, self.size, most):
                first = replicate * self.size + start
                found.append(Chunk(len(found), first, replicate, start, min(most, self.size - start)))
        return found

    def beginning(self, done: Collection[int]) -> Design | None:
        """The longest design whose chunks are the first of this one, all among those done; None where there is none.

        done: chunks by index. The rest of those done is left out, so that no sample is chosen by how long it took. A
        design of several replicates has whole ones. It has two points, or two replicates, at least.
        """
        missing = next((chunk for chunk in self.chunks() if chunk.index not in done), None)
        if missing is None:
            return self
        if self.replicates == 1:
            found = replace(self, size=missing.start, planned=self.samples)
            return found if found.size > 1 else None
        found = replace(self, replicates=missing.replicate, planned=self.samples)
        return found if found.replicates > 1 else None

    def points(self, chunk: Chunk) -> FloatArray:
        """The chunk's coordinates: float64[dimensions, chunk.size], each in (0, 1)."""
        if self.method == "sobol":
            return self._sobol(chunk)
        source = self._source(chunk.replicate, chunk.start)
        coordinates = source.random((self.dimensions, chunk.size))
        if self.method == "latin-hypercube":
            assert chunk.size == self.size, "a chunk is a whole hypercube"
            strata = np.tile(np.arange(float(self.size)), (self.dimensions, 1))
            coordinates += source.permuted(strata, axis=1)
            coordinates /= self.size
        return np.clip(coordinates, SAFE, 1.0 - SAFE, out=coordinates)

    def _sobol(self, chunk: Chunk) -> FloatArray:
        from scipy.stats import qmc

        # All chunks of a replicate are of one scrambled sequence; `seed` is what every version calls the generator.
        sequence = qmc.Sobol(self.dimensions, bits=SOBOL_BITS, seed=self._source(chunk.replicate, 0))
        if chunk.start:
            sequence.fast_forward(chunk.start)
        # The middles of the cells of 2^-32 that the sequence tells apart.
        return np.ascontiguousarray(sequence.random(chunk.size).T) + 0.5 ** (SOBOL_BITS + 1)

    def _source(self, replicate: int, start: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=(replicate, start))))


def _integer(name: str, value: int, least: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise InvalidRequestError(f"{name} is {value!r}; give a whole number of at least {least}") from None
    if isinstance(value, bool) or number < least:
        raise InvalidRequestError(f"{name} is {value!r}; give a whole number of at least {least}")
    return number
