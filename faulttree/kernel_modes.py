"""Two ways to run a kernel: interpreted for small work, compiled with numba for large.

A kernel is a plain function over arrays. Interpreted, it gets each array as a memoryview: the same
memory, read as plain Python integers and floats, two to three times faster than NumPy scalars and free of their
overflow. Compiled, a private second copy of the kernels' module has every function replaced by its
numba version, cached on disk. Importing numba takes half a second, so small work never does.

`FAULTTREE_KERNELS=interpreted` or `compiled` forces one way, `auto` is the default.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any, Literal

import numpy as np

from faulttree.errors import InvalidRequestError

__all__ = ["INTERPRETED_LIMIT", "Kernels", "kernels_for", "load_compiler"]

INTERPRETED_LIMIT = 6_000
"""Work of this many diagram nodes or more is compiled: about a tenth of a second interpreted."""
COMPILER_LIMIT = 1_000
"""The same once the compiler is at hand: the kernels of a module are then loaded in some hundredths of a second."""
LOADED_LIMIT = 100
"""The same once compiled kernels are at hand: a call of one costs a few microseconds more than a plain one."""

Mode = Literal["auto", "interpreted", "compiled"]


class Kernels:
    """The kernels of one module, in one mode. `kernels.name(arrays...)` calls one."""

    def __init__(self, module: ModuleType, compiled: bool) -> None:
        self.module, self.compiled = module, compiled

    def __getattr__(self, name: str) -> Callable[..., Any]:
        kernel: Callable[..., Any] = getattr(self.module, name)
        if not self.compiled:
            kernel = _on_memoryviews(kernel)
        setattr(self, name, kernel)
        return kernel


def kernels_for(module: ModuleType, work: int) -> Kernels:
    """The kernels of a module, in the mode that suits a task of this many nodes.

    Raises InvalidRequestError when the environment variable FAULTTREE_KERNELS holds another word than the three.
    """
    mode = os.environ.get("FAULTTREE_KERNELS", "auto")
    if mode not in ("auto", "interpreted", "compiled"):
        raise InvalidRequestError(f"FAULTTREE_KERNELS is '{mode}'; set it to auto, interpreted or compiled")
    limit = COMPILER_LIMIT if _compiler_is_loaded() else INTERPRETED_LIMIT
    limit = LOADED_LIMIT if module.__name__ in _loaded else limit
    compiled = mode == "compiled" or (mode == "auto" and work >= limit)
    return _kernels(module, compiled)


@functools.cache
def load_compiler() -> None:
    """Load what runs compiled kernels, some 130 MB, unless they are never to be compiled."""
    if os.environ.get("FAULTTREE_KERNELS") != "interpreted":
        import numba

        compiled: Any = numba.njit(_nothing)
        compiled()


def _compiler_is_loaded() -> bool:
    return "numba" in sys.modules


def _nothing() -> None:
    """What is compiled to have the compiler at hand."""


_loaded: set[str] = set()


@functools.cache
def _kernels(module: ModuleType, compiled: bool) -> Kernels:
    return Kernels(_compiled(module.__name__) if compiled else module, compiled)


def _compiled(name: str) -> ModuleType:
    import numba

    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.loader is not None, f"{name} was imported, so it can be found again"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # A numba function looks its callees up when it is first called, so all are replaced before any is.
    for key, value in list(vars(module).items()):
        if isinstance(value, FunctionType) and value.__module__ == name:
            setattr(module, key, numba.njit(cache=True, nogil=True)(value))
    _loaded.add(name)
    return module


def _on_memoryviews(kernel: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(kernel)
    def call(*arguments: Any) -> Any:
        return kernel(*(a.data if isinstance(a, np.ndarray) else a for a in arguments))

    return call
