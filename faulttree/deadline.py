"""When an answer has to be there. Whatever may take long asks now and then, and ends when the time is over.

Like Ctrl-C, a deadline concerns everything below the answer that it was set for, so it is not handed from function to
function: it is that of the context in which the work runs. Threads that the work starts have none.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from faulttree.errors import TimeLimitExceeded

__all__ = ["check", "left", "limit", "now", "part", "passed", "within"]

clock: Callable[[], float] = time.monotonic
"""Seconds, from any beginning; never backward."""


@dataclass(frozen=True)
class Deadline:
    """end: by the clock. seconds: the limit that it comes from, as it is told."""

    end: float
    seconds: float


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Work that may take so many seconds, and no longer than the work around it may; None adds no limit."""
    outer = _current.get()
    if seconds is None:
        yield
        return
    end = clock() + seconds
    token = _current.set(Deadline(end, seconds) if outer is None or end < outer.end else outer)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def part(share: float) -> Iterator[None]:
    """Work that may take this share of the time that is left; without a deadline, as long as it takes."""
    outer = _current.get()
    if outer is None:
        yield
        return
    now = clock()
    token = _current.set(Deadline(now + share * max(0.0, outer.end - now), outer.seconds))
    try:
        yield
    finally:
        _current.reset(token)


def now() -> float:
    """Seconds by the clock that deadlines go by."""
    return clock()


def left() -> float:
    """Seconds until the deadline, at least 0; infinite where there is none."""
    current = _current.get()
    return math.inf if current is None else max(0.0, current.end - clock())


def limit() -> float | None:
    """The limit that the deadline comes from, in seconds; None where there is none."""
    current = _current.get()
    return None if current is None else current.seconds


def passed() -> bool:
    """Whether the time is over."""
    current = _current.get()
    return current is not None and clock() >= current.end


def check() -> None:
    """Raise TimeLimitExceeded if the time is over."""
    current = _current.get()
    if current is not None and clock() >= current.end:
        raise TimeLimitExceeded(current.seconds)
