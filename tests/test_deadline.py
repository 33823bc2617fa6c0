"""Deadlines: nested ones never later than those around them, by any clock."""

from __future__ import annotations

import math
import threading

import pytest

from faulttree import deadline
from faulttree.errors import TimeLimitExceeded


class Hands:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Hands:
    hands = Hands()
    monkeypatch.setattr(deadline, "clock", hands)
    return hands


def test_without_a_limit_there_is_all_the_time(clock: Hands) -> None:
    with deadline.within(None), deadline.part(0.1):
        assert deadline.left() == math.inf
        assert not deadline.passed()
        deadline.check()


def test_the_time_is_over_when_it_is_used_up(clock: Hands) -> None:
    with deadline.within(8.0):
        clock.time += 5.0
        assert deadline.left() == 3.0
        deadline.check()
        clock.time += 4.0
        assert deadline.left() == 0.0
        assert deadline.passed()
        with pytest.raises(TimeLimitExceeded, match="within 8 s"):
            deadline.check()
    assert not deadline.passed()


def test_work_within_work_ends_no_later(clock: Hands) -> None:
    with deadline.within(8.0):
        with deadline.within(20.0):
            assert deadline.left() == 8.0
        with deadline.within(2.0):
            assert deadline.left() == 2.0
        with deadline.within(None):
            assert deadline.left() == 8.0
        clock.time += 4.0
        with deadline.part(0.25):
            assert deadline.left() == 1.0
            clock.time += 1.0
            # It is the user's limit that is told, not the part of it.
            with pytest.raises(TimeLimitExceeded, match="within 8 s"):
                deadline.check()
        assert deadline.left() == 3.0


def test_threads_have_deadlines_of_their_own(clock: Hands) -> None:
    seen = []
    with deadline.within(1.0):
        clock.time += 2.0
        thread = threading.Thread(target=lambda: seen.append(deadline.passed()))
        thread.start()
        thread.join()
        assert deadline.passed()
    assert seen == [False]
