"""Chunks by threads, processes and a cluster: each result once, the payload once per worker, whoever dies."""

from __future__ import annotations

import multiprocessing
import os
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from uncertain_problems import Counted, begun, bridge, dying, remembered, slow, squared, with_counted

from faulttree import scale_out
from faulttree.errors import InvalidRequestError
from faulttree.scale_out import run_chunks
from faulttree.uncertainty import propagate

CONTEXTS = [name for name in ("spawn", "forkserver") if name in multiprocessing.get_all_start_methods()]


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        yield executor


def results(function: Any, payload: Any, n: int, executor: Executor | None, **options: Any) -> tuple[dict, tuple]:
    found: dict[int, Any] = {}

    def keep(chunk: int, result: Any) -> None:
        assert chunk not in found, "each chunk once"
        found[chunk] = result

    return found, run_chunks(function, payload, range(n), keep, executor, **options)


@pytest.mark.parametrize("threads", [1, 3, None])
def test_threads_of_this_process(threads: int | None) -> None:
    found, notes = results(squared, 5, 20, None, threads=threads)
    assert found == {chunk: 5 + chunk * chunk for chunk in range(20)}
    assert notes == ()


def test_no_chunks_are_no_work(pool: Executor) -> None:
    assert results(squared, 5, 0, None) == ({}, ())
    assert results(squared, 5, 0, pool) == ({}, ())


@pytest.mark.parametrize("context", CONTEXTS)
def test_processes(context: str) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context(context)) as executor:
        found, notes = results(squared, 5, 20, executor)
    assert found == {chunk: 5 + chunk * chunk for chunk in range(20)}
    assert notes == ()


def test_each_worker_reads_the_payload_once(pool: Executor, tmp_path: Path) -> None:
    found, _ = results(with_counted, Counted(str(tmp_path)), 40, pool)
    workers = {worker for worker, _ in found.values()}
    assert os.getpid() not in workers
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"read-{worker}-0" for worker in workers)


def test_no_file_stays_behind(pool: Executor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale_out.tempfile, "tempdir", str(tmp_path))
    results(squared, 5, 3, pool)
    assert list(tmp_path.iterdir()) == []


class Elsewhere(Executor):
    """Workers that see no file of this machine: the payload must come with a task. One thread, so no race."""

    def __init__(self, pool: Executor) -> None:
        self.pool, self.carried = pool, 0

    def submit(self, do: Any, function: Any, path: str, digest: str, content: bytes | None, *rest: Any) -> Future:
        self.carried += content is not None
        return self.pool.submit(do, function, path + " is not here", digest, content, *rest)


def test_a_worker_that_sees_no_file_gets_the_payload_once(tmp_path: Path) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
        elsewhere = Elsewhere(executor)
        found, notes = results(with_counted, Counted(str(tmp_path)), 10, elsewhere)
    assert sorted(chunk for _, chunk in found.values()) == list(range(10))
    assert notes == ()
    assert elsewhere.carried == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_two_workers_that_see_no_file(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        found, _ = results(with_counted, Counted(str(tmp_path)), 30, Elsewhere(executor))
    workers = {worker for worker, _ in found.values()}
    assert sorted(chunk for _, chunk in found.values()) == list(range(30))
    assert {path.name for path in tmp_path.iterdir()} == {f"read-{worker}-0" for worker in workers}


def test_another_file_of_the_same_name_is_not_read(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"not the payload")
    answer = scale_out._do(squared, str(other), "0" * 64, None, 1)
    assert answer.missing


def test_a_worker_remembers_the_last_payloads_only() -> None:
    for number in range(5):
        with scale_out._Shipment.of(number) as shipment:
            answer = scale_out._do(squared, shipment.path, shipment.digest, None, 2)
            assert answer.result == number + 4
    assert len(scale_out._payloads) == scale_out.PAYLOADS_KEPT


def test_a_worker_that_dies_costs_time_and_no_results(tmp_path: Path) -> None:
    (tmp_path / "asker").write_text(str(os.getpid()))
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        found, (note,) = results(dying, str(tmp_path), 12, executor)
    assert found == {chunk: chunk * chunk for chunk in range(12)}
    assert "of 12 got lost with the executor (BrokenProcessPool) and came from this process instead" in note


def test_a_pool_that_is_shut_is_no_loss() -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    found, (note,) = results(squared, 1, 4, executor)
    assert found == {chunk: 1 + chunk * chunk for chunk in range(4)}
    assert note.startswith("4 chunks of 4 got lost with the executor (RuntimeError)")


class Closing(ThreadPoolExecutor):
    """Refuses every task after the fifth."""

    taken = 0

    def submit(self, *task: Any) -> Future:
        self.taken += 1
        if self.taken > 5:
            raise RuntimeError("closed")
        return super().submit(*task)


def test_what_was_begun_before_an_executor_closes_counts() -> None:
    with Closing(2) as executor:
        found, (note,) = results(squared, 1, 8, executor)
    assert found == {chunk: 1 + chunk * chunk for chunk in range(8)}
    assert note.startswith("3 chunks of 8 got lost")


class Cancelling(ThreadPoolExecutor):
    """Cancels every other task."""

    def submit(self, *task: Any) -> Future:
        future = super().submit(*task)
        *_, chunk, _ = task
        if chunk % 2:
            future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
        return future


def test_cancelled_tasks_are_done_here() -> None:
    with Cancelling(2) as executor:
        found, (note,) = results(squared, 1, 6, executor)
    assert found == {chunk: 1 + chunk * chunk for chunk in range(6)}
    assert "3 chunks of 6 got lost with the executor (CancelledError)" in note


def refusing(payload: int, chunk: int) -> int:
    if chunk == 1:
        raise InvalidRequestError("this cannot be")
    return chunk


def failing(payload: int, chunk: int) -> int:
    raise ZeroDivisionError("a fault of the function")


@pytest.mark.parametrize("executor", [None, "threads"])
def test_an_error_of_the_function_is_raised_here(executor: str | None) -> None:
    with ThreadPoolExecutor(2) as threads:
        for function, error in ((refusing, InvalidRequestError), (failing, ZeroDivisionError)):
            with pytest.raises(error):
                results(function, 0, 5, threads if executor else None, threads=2)


def test_what_is_no_executor_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="8 is no executor; give a concurrent"):
        results(squared, 0, 5, 8)


@pytest.mark.parametrize("kind", ["threads", "executor"])
def test_an_interrupt_cancels_what_has_not_begun(kind: str) -> None:
    def keep(chunk: int, result: int) -> None:
        if chunk == 2:
            raise KeyboardInterrupt

    begun.clear()
    with ThreadPoolExecutor(1) as threads, pytest.raises(KeyboardInterrupt):
        run_chunks(remembered, 0, range(500), keep, threads if kind == "executor" else None, threads=2)
    assert 3 <= len(begun) < 250


def test_dask_gives_the_same_and_its_dead_workers_are_no_loss(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    dask = pytest.importorskip("dask")
    (tmp_path / "asker").write_text(str(os.getpid()))
    quiet = {"distributed.scheduler.allowed-failures": 0, "distributed.admin.tick.limit": "1h"}
    with warnings.catch_warnings(), dask.config.set(quiet):
        warnings.simplefilter("ignore")  # of Dask and its libraries; ours gives none
        options = {"n_workers": 2, "threads_per_worker": 2, "processes": True, "dashboard_address": None}
        with (
            distributed.LocalCluster(silence_logs="CRITICAL", **options) as cluster,
            distributed.Client(cluster) as client,
        ):
            executor = client.get_executor()
            (tmp_path / "reads").mkdir()
            found, notes = results(with_counted, Counted(str(tmp_path / "reads")), 30, executor)
            workers = {worker for worker, _ in found.values()}
            assert sorted(chunk for _, chunk in found.values()) == list(range(30))
            assert notes == ()
            assert {path.name for path in (tmp_path / "reads").iterdir()} == {f"read-{w}-0" for w in workers}
            found, notes = results(slow, 3, 20, executor)
            assert found == {chunk: 3 + chunk * chunk for chunk in range(20)}
            shared = propagate(bridge(), 5000, seed=2, method="sobol", executor=executor)
            assert np.array_equal(shared.samples, propagate(bridge(), 5000, seed=2, method="sobol").samples)
            found, notes = results(dying, str(tmp_path), 8, executor)
            assert found == {chunk: chunk * chunk for chunk in range(8)}
            assert len(notes) == 1
            assert "KilledWorker" in notes[0]


class Client:
    """Hands out futures of its own kind, as a Dask client does."""

    class Promise:
        cancelled = False

        def cancel(self) -> None:
            Client.Promise.cancelled = True

    def submit(self, *_task: Any) -> Any:
        return Client.Promise()


class DaskClient(Client):
    def get_executor(self) -> None:
        """What should have been called."""


@pytest.mark.parametrize(
    ("executor", "message"),
    [
        (ProcessPoolExecutor, r"ProcessPoolExecutor is a class; give an executor of it, ProcessPoolExecutor\(\)"),
        (Client(), r"its submit\(\) gives a Promise and no concurrent.futures.Future"),
        (DaskClient(), r"a DaskClient is no executor itself; give its get_executor\(\)"),
        (5, "5 is no executor; give a concurrent.futures.Executor"),
    ],
)
def test_what_is_no_executor_is_refused_at_once(executor: Any, message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        results(squared, 5, 3, executor)
    assert Client.Promise.cancelled or not isinstance(executor, Client) or isinstance(executor, DaskClient)
