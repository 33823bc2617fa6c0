"""What an answer may take beyond what the process has: by a resident size that the test tells."""

from __future__ import annotations

import pickle

import pytest

from faulttree import memory
from faulttree.errors import LimitExceeded, MemoryLimitExceeded


@pytest.fixture
def size(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    now = [500]
    monkeypatch.setattr(memory, "resident", lambda: now[0])
    return now


def test_what_the_process_had_before_does_not_count(size: list[int]) -> None:
    with memory.within(100):
        size[0] = 590
        memory.check()
        assert memory.has_room(10) and not memory.has_room(11)
        with pytest.raises(MemoryLimitExceeded, match="does not fit the memory of 0 MB; allow more with `memory=`"):
            memory.check(11)
        with memory.within(1_000):
            assert not memory.has_room(11), "no more than the work around it"
        size[0] = 601
        with pytest.raises(MemoryLimitExceeded):
            memory.check()
    memory.check()


def test_without_a_limit_or_a_system_that_tells_nothing_is_counted(
    size: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with memory.within(None):
        assert memory.has_room(10**12)
    monkeypatch.setattr(memory, "resident", lambda: None)
    with memory.within(1):
        memory.check(10**12)


def test_the_resident_size_is_one_or_not_known(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    found = memory.resident()
    assert found is None or found > 10**6
    monkeypatch.setattr(memory, "STATUS", tmp_path / "absent")
    assert memory.resident() is None


def test_the_error_says_what_was_allowed_and_can_be_sent() -> None:
    error = MemoryLimitExceeded(100_000_000)
    assert isinstance(error, LimitExceeded)
    assert "100 MB" in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
