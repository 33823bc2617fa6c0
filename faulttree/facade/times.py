"""The times that a request names."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real

from faulttree.errors import InvalidRequestError
from faulttree.facade.subject import seconds_of
from faulttree.model.quantities import Duration

__all__ = ["AnyTime", "times_in_seconds"]

AnyTime = str | Duration | float


def times_in_seconds(times: AnyTime | Iterable[AnyTime]) -> list[float]:
    """Times, or one time, such as "260 s" and "1 h", or seconds.

    Raises InvalidRequestError, also where none is named.
    """
    if isinstance(times, str | Duration | Real):
        times = [times]
    elif not isinstance(times, Iterable):
        raise InvalidRequestError(f"times are {times!r}; give one or several, like '1 y', or numbers of seconds")
    found = [
        float(time) if isinstance(time, Real) and not isinstance(time, bool) else seconds_of(time) for time in times
    ]
    if not found:
        raise InvalidRequestError("no time is named; name at least one time, like '1 y'")
    return found
