"""When an answer has to be there. Whatever may take long asks now and then, and ends when the time is over.

Like Ctrl-C, a deadline concerns everything below the answer that it was set for, so it is not handed from function to
function: it is that of the context in which the work runs. `in_context` takes it along to threads, `Remaining` to
other processes.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from faulttree.errors import TimeLimitExceeded

__all__ = ["Remaining", "check", "in_context", "left", "limit", "now", "part", "passed", "share", "within"]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

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


@contextmanager
def share(seconds: float | None) -> Iterator[None]:
    """As `within`, but told as the limit of the work around, of which this is a part."""
    outer = _current.get()
    if seconds is None or outer is None:
        with within(seconds):
            yield
        return
    token = _current.set(Deadline(min(outer.end, clock() + seconds), outer.seconds))
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


def in_context(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """The function for another thread, under the deadline and the limit of memory that hold here; for one call."""
    context = copy_context()

    def under(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        return context.run(function, *args, **kwargs)

    return under


@dataclass(frozen=True, slots=True)
class Remaining:
    """A deadline on its way to another process, whose clock tells the same time of day, about.

    left: seconds when it was sent. end: time of day. seconds: the limit that it comes from.
    """

    left: float
    end: float
    seconds: float

    @classmethod
    def now(cls) -> Remaining | None:
        """The deadline that holds here; None where there is none."""
        current = _current.get()
        return None if current is None else cls(left(), time.time() + left(), current.seconds)

    @contextmanager
    def holds(self) -> Iterator[None]:
        """Work under it; where the clocks differ, for no longer than was left when it was sent."""
        token = _current.set(Deadline(clock() + min(self.left, self.end - time.time()), self.seconds))
        try:
            yield
        finally:
            _current.reset(token)
