"""Memory that an answer may take beyond what the process has when it is asked for.

As with a deadline, the limit is that of the context in which the work runs. What is counted is the resident size of the
process, as the system tells it: tables, caches, Python's own objects and temporary arrays alike. Where the system does
not tell it, nothing is counted, and only the sizes of tables are limited.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from faulttree.errors import MemoryLimitExceeded

__all__ = ["FOR_SAMPLES", "check", "has_room", "left", "within"]

FOR_SAMPLES = 1_000_000_000
"""Bytes that the samples of one analysis may keep, unless said otherwise."""
STATUS, PAGE = Path("/proc/self/statm"), 4096


@dataclass(frozen=True)
class Ceiling:
    """size: of the process, in bytes, that it may not exceed. limit: what it may grow by, as it is told."""

    size: int
    limit: int


_current: ContextVar[Ceiling | None] = ContextVar("memory", default=None)


def resident() -> int | None:
    """Bytes of the process that are in memory; None where the system does not tell."""
    try:
        return int(STATUS.read_bytes().split()[1]) * PAGE
    except (OSError, ValueError, IndexError):
        return None


@contextmanager
def within(limit: int | None) -> Iterator[None]:
    """Work that may take so many bytes more, and no more than the work around it may; None adds no limit."""
    outer = _current.get()
    if limit is None or outer is not None:
        yield
        return
    begun = resident()
    token = _current.set(None if begun is None else Ceiling(begun + limit, limit))
    try:
        yield
    finally:
        _current.reset(token)


def left() -> float:
    """Bytes that are still allowed, at least 0; infinite where nothing limits them."""
    current = _current.get()
    return math.inf if current is None else max(0.0, float(current.size - (resident() or 0)))


def has_room(needed: int = 0) -> bool:
    """Whether so many bytes more are allowed."""
    current = _current.get()
    return current is None or (resident() or 0) + needed <= current.size


def check(needed: int = 0) -> None:
    """Raise MemoryLimitExceeded if so many bytes more would be too many."""
    current = _current.get()
    if current is not None and not has_room(needed):
        raise MemoryLimitExceeded(current.limit)
