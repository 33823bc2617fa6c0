"""The two ways to run a kernel, and when each is taken."""

from __future__ import annotations

import types

import numpy as np
import pytest

from faulttree import kernel_modes
from faulttree.cut_sets import _kernels as sweeps
from faulttree.decision_diagrams import _kernels
from faulttree.errors import FaultTreeError
from faulttree.kernel_modes import COMPILER_LIMIT, INTERPRETED_LIMIT, LOADED_LIMIT, kernels_for
from faulttree.quantification import _kernels as upward


@pytest.mark.parametrize(
    ("mode", "work", "compiled"),
    [
        ("auto", INTERPRETED_LIMIT - 1, False),
        ("auto", INTERPRETED_LIMIT, True),
        (None, 1, False),
        (None, 10**9, True),
        ("interpreted", 10**9, False),
        ("compiled", 1, True),
    ],
)
def test_the_mode_follows_the_work_unless_forced(mode, work, compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    if mode is None:
        monkeypatch.delenv("FAULTTREE_KERNELS", raising=False)
    else:
        monkeypatch.setenv("FAULTTREE_KERNELS", mode)
    # Other tests of this process have had compiled kernels loaded.
    monkeypatch.setattr(kernel_modes, "_loaded", set())
    monkeypatch.setattr(kernel_modes, "_compiler_is_loaded", lambda: False)
    assert kernels_for(_kernels, work).compiled is compiled


@pytest.mark.parametrize(
    ("mode", "work", "compiled"),
    [
        ("auto", LOADED_LIMIT - 1, False),
        ("auto", LOADED_LIMIT, True),
        ("interpreted", 10**9, False),
        ("compiled", 1, True),
    ],
)
def test_once_compiled_kernels_are_loaded_smaller_work_uses_them(mode, work, compiled, monkeypatch) -> None:
    monkeypatch.setenv("FAULTTREE_KERNELS", mode)
    monkeypatch.setattr(kernel_modes, "_loaded", {_kernels.__name__})
    monkeypatch.setattr(kernel_modes, "_compiler_is_loaded", lambda: False)
    assert kernels_for(_kernels, work).compiled is compiled
    # Those of another module are not there for that.
    if mode == "auto":
        assert not kernels_for(upward, work).compiled
        assert kernels_for(upward, INTERPRETED_LIMIT).compiled


def test_loading_compiled_kernels_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULTTREE_KERNELS", "auto")
    monkeypatch.setattr(kernel_modes, "_loaded", set())
    monkeypatch.setattr(kernel_modes, "_compiler_is_loaded", lambda: False)
    kernel_modes._kernels.cache_clear()
    assert not kernels_for(sweeps, LOADED_LIMIT).compiled
    assert kernels_for(sweeps, INTERPRETED_LIMIT).compiled
    assert kernel_modes._loaded == {sweeps.__name__}
    assert kernels_for(sweeps, LOADED_LIMIT).compiled


def test_once_the_compiler_is_at_hand_kernels_are_compiled_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULTTREE_KERNELS", "auto")
    monkeypatch.setattr(kernel_modes, "_loaded", set())
    for is_loaded in (False, True):
        monkeypatch.setattr(kernel_modes, "_compiler_is_loaded", lambda found=is_loaded: found)
        assert kernels_for(sweeps, COMPILER_LIMIT).compiled is is_loaded
        assert not kernels_for(upward, COMPILER_LIMIT - 1).compiled


def test_another_word_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULTTREE_KERNELS", "fast")
    with pytest.raises(FaultTreeError, match="FAULTTREE_KERNELS is 'fast'; set it to auto, interpreted or compiled"):
        kernels_for(_kernels, 1)


@pytest.mark.parametrize("module", [_kernels, sweeps, upward])
def test_every_kernel_is_compiled_and_the_module_itself_is_left_alone(module, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULTTREE_KERNELS", "compiled")
    kernels = kernels_for(module, 1)
    names = [name for name, value in vars(module).items() if isinstance(value, types.FunctionType)]
    assert names
    for name in names:
        assert type(getattr(kernels, name)).__name__ == "CPUDispatcher"
        # Threads can run them side by side.
        assert getattr(kernels, name).targetoptions["nogil"]
        assert isinstance(getattr(module, name), types.FunctionType)


def test_a_kernel_without_its_compiler_gives_the_same_answer(kernel_mode: str) -> None:
    # x0 or (x1 and not x2), over rows of level, low edge, high edge.
    nodes = np.array([[2**31 - 1, 0, 0], [2, 0, 1], [1, 0, 3], [0, 4, 1]], np.int32)
    q = np.array([0.1, 0.2, 0.3])
    events = np.zeros(3, np.int32)
    p, not_p = np.empty(4), np.empty(4)
    kernels_for(upward, 1).bdd_probability(nodes, events, q, 1 - q, p, not_p)
    assert p == pytest.approx([0, 0.3, 0.2 * 0.7, 0.1 + 0.9 * 0.14], rel=1e-15)
    assert not_p == pytest.approx([1, 0.7, 1 - 0.14, 0.9 * 0.86], rel=1e-15)
    # By hand, on plain arrays.
    upward.bdd_probability(nodes, events, q, 1 - q, again := np.empty(4), np.empty(4))
    assert np.array_equal(again, p)
    # With x1 and not x2 as a module at level 0, that at level 3 above: x0 or it.
    nodes = np.array([[2**31 - 1, 0, 0], [3, 0, 1], [2, 0, 3], [1, 0, 1], [0, 6, 1]], np.int32)
    modules, q = np.array([4, 0, 0, 0], np.int32), np.array([np.nan, 0.1, 0.2, 0.3])
    p, not_p = np.empty(5), np.empty(5)
    kernels_for(upward, 1).bdd_probability(nodes, modules, q, 1 - q, p, not_p)
    assert p[4] == pytest.approx(0.1 + 0.9 * 0.14, rel=1e-15)
    assert not_p[4] == pytest.approx(0.9 * 0.86, rel=1e-15)


@pytest.mark.parametrize("n_buckets", [1, 2, 1024, 2**24])
def test_buckets_are_in_range_alike_in_both_modes_and_on_arrays(n_buckets: int, monkeypatch) -> None:
    largest = 2**26
    parts = [(0, 0, 1), (3, 7, 9), (10_000, largest, largest - 1), (2, largest, 0)]
    found = []
    for mode in ("interpreted", "compiled"):
        monkeypatch.setenv("FAULTTREE_KERNELS", mode)
        found.append([kernels_for(_kernels, 1).bucket_of(*part, n_buckets) for part in parts])
    columns = (np.array(column, np.int64) for column in zip(*parts, strict=True))
    assert found[0] == found[1] == _kernels.bucket_of(*columns, n_buckets).tolist()
    assert all(0 <= bucket < n_buckets for bucket in found[0])
