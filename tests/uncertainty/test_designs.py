"""Designs: the same points whatever the chunks are made by, strata and nets as they are defined."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.stats import qmc

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.uncertainty import METHODS, Design
from faulttree.uncertainty.designs import LARGEST_CHUNK, LARGEST_HYPERCUBE, REPLICATES


def points(design: Design) -> np.ndarray:
    return np.concatenate([design.points(chunk) for chunk in design.chunks()], axis=1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("samples", [2, 100, 1000, 40_000])
def test_chunks_cover_the_sample_in_order_and_can_be_made_alone(method: str, samples: int) -> None:
    design = Design.of(method, samples, 7, 3)
    chunks = design.chunks()
    assert design.samples >= samples
    assert [place for chunk in chunks for place in (chunk.places.start, chunk.places.stop)] == [
        0,
        *(edge for chunk in chunks[1:] for edge in (chunk.first, chunk.first)),
        design.samples,
    ]
    assert max(chunk.size for chunk in chunks) <= max(LARGEST_CHUNK, LARGEST_HYPERCUBE)
    whole = points(design)
    assert np.all((whole > 0) & (whole < 1))
    last = chunks[-1]
    assert np.array_equal(design.points(last), whole[:, last.places])
    assert np.array_equal(points(Design.of(method, samples, 7, 3)), whole)
    assert not np.array_equal(points(Design.of(method, samples, 8, 3)), whole)


def test_sizes() -> None:
    assert Design.of("monte-carlo", 1000, 0, 2).samples == 1000
    assert Design.of("monte-carlo", 1000, 0, 2).replicates == 1
    assert Design.of("sobol", 1000, 0, 2) == Design("sobol", 2, REPLICATES, 64, 0)
    assert Design.of("latin-hypercube", 1000, 0, 2) == Design("latin-hypercube", 2, REPLICATES, 63, 0)
    assert Design.of("latin-hypercube", 100_000, 0, 2).size <= LARGEST_HYPERCUBE
    assert Design.of("monte-carlo", 1000, 0, 2, replicated=True).replicates == REPLICATES


def test_every_hypercube_has_one_point_in_each_stratum_of_each_input() -> None:
    design = Design.of("latin-hypercube", 1000, 3, 4)
    for replicate in points(design).reshape(4, design.replicates, design.size).transpose(1, 0, 2):
        for row in replicate:
            assert sorted(np.floor(row * design.size).tolist()) == list(range(design.size))


def test_every_replicate_of_sobol_is_a_net_over_its_chunks() -> None:
    design = Design.of("sobol", 16 * 4096, 3, 2)
    assert any(chunk.start for chunk in design.chunks())
    for replicate in points(design).reshape(2, design.replicates, design.size).transpose(1, 0, 2):
        # A (0, m, 2)-net in base 2: every box of volume 2^-m with sides of powers of two holds one point.
        for a in (0, 3, 6, 12):
            boxes = np.floor(replicate[0] * 2**a) * 2 ** (12 - a) + np.floor(replicate[1] * 2 ** (12 - a))
            assert len(np.unique(boxes)) == design.size
    assert qmc.discrepancy(points(Design.of("sobol", 512, 3, 2))[:, :32].T) < 0.01


@pytest.mark.parametrize("method", METHODS)
def test_coordinates_are_evenly_spread_and_replicates_differ(method: str) -> None:
    design = Design.of(method, 4096, 11, 5)
    for row in points(design):
        assert stats.kstest(row, "uniform").pvalue > 1e-4
    first, second = points(design)[:, :64], points(design)[:, design.size : design.size + 64]
    assert design.replicates == 1 or not np.array_equal(first, second)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"samples": 1}, "samples is 1"),
        ({"samples": 2.5}, "samples is 2.5"),
        ({"samples": True}, "samples is True"),
        ({"seed": -1}, "seed is -1"),
        ({"samples": 2**40, "method": "sobol"}, "more than Sobol's sequence has"),
        ({"dimensions": 30_000, "method": "sobol"}, "30,000 are needed"),
    ],
)
def test_what_is_no_design_is_refused(request_: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        Design.of(**{"method": "monte-carlo", "samples": 10, "seed": 0, "dimensions": 2, **request_})


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'sobol'"):
        Design.of("sobel", 10, 0, 2)
