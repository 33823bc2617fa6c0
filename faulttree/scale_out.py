"""Work in chunks, by threads of this process or by any executor: a process pool, or a cluster such as Dask's.

The payload, what all chunks share, goes through a temporary file, so that each worker reads it once. A worker that does
not see the file says so, and gets the payload with a chunk. A chunk that an executor loses is done in this process.
"""

from __future__ import annotations

import hashlib
import math
import os
import pickle
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from faulttree import deadline, memory
from faulttree.errors import FaultTreeError, InvalidRequestError
from faulttree.results import counted

__all__ = ["available_cores", "run_chunks"]

Payload = TypeVar("Payload")
Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

PAYLOADS_KEPT = 3
"""Payloads that a worker remembers, the latest."""


def run_chunks(
    function: Callable[[Payload, Chunk], Result],
    payload: Payload,
    chunks: Sequence[Chunk],
    keep: Callable[[Chunk, Result], None],
    executor: Executor | None = None,
    *,
    threads: int | None = None,
) -> tuple[str, ...]:
    """Call `function(payload, chunk)` for every chunk, and `keep(chunk, result)` in this thread, in any order.

    function: of a module, so that workers can import it; its result depends on its arguments alone.
    executor: any `concurrent.futures.Executor`; None for threads of this process. It is left open.
    threads: of this process, when there is no executor; None for one per core.
    Returns notes: what went other than planned. Errors of faulttree's own that a worker raises are raised here;
    whatever else befalls a chunk, it is done again in this process, and an error it then has is raised.
    Leaving early, Ctrl-C too, cancels what has not begun. An executor that has no workers, or none yet, is waited for.
    A deadline holds for the chunks, too, in threads and in workers, the limit of memory for threads; where either is
    met, that is raised, and what was kept by then is there.
    Raises InvalidRequestError for what is no executor, such as a class of them, or a Dask client itself;
    TimeLimitExceeded, MemoryLimitExceeded.
    """
    if executor is None:
        _in_threads(function, payload, chunks, keep, threads)
        return ()
    _check_executor(executor)
    with _Shipment.of(payload) as shipment:
        run = _Run(function, shipment, executor, keep, dict(enumerate(chunks)))
        run.go()
    if not run.lost:
        return ()
    _in_threads(function, payload, [chunks[index] for index in sorted(run.lost)], keep, threads)
    return (
        f"{counted(len(run.lost), 'chunk')} of {len(chunks):,} got lost with the executor ({run.reason}) "
        "and came from this process instead",
    )


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _check_executor(executor: object) -> None:
    if isinstance(executor, type):
        raise InvalidRequestError(f"{executor.__name__} is a class; give an executor of it, {executor.__name__}()")
    if callable(getattr(executor, "get_executor", None)):
        raise InvalidRequestError(f"a {type(executor).__name__} is no executor itself; give its get_executor()")
    if not callable(getattr(executor, "submit", None)):
        raise InvalidRequestError(
            f"{executor!r} is no executor; give a concurrent.futures.Executor, such as ProcessPoolExecutor() "
            "or a Dask client's get_executor()"
        )


def _in_threads(
    function: Callable[[Payload, Chunk], Result],
    payload: Payload,
    chunks: Sequence[Chunk],
    keep: Callable[[Chunk, Result], None],
    threads: int | None,
) -> None:
    n_threads = min(threads or available_cores(), len(chunks))
    if n_threads <= 1:
        for chunk in chunks:
            _check_limits()
            keep(chunk, function(payload, chunk))
        return
    with ThreadPoolExecutor(n_threads, "faulttree") as pool:
        futures = {pool.submit(deadline.in_context(function), payload, chunk): chunk for chunk in chunks}
        try:
            for future in _as_completed(list(futures)):
                keep(futures.pop(future), future.result())
                memory.check()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _check_limits() -> None:
    deadline.check()
    memory.check()


def _as_completed(futures: Collection[Future[Any]]) -> Iterator[Future[Any]]:
    """Finished futures, as they come. Raises TimeLimitExceeded once the time is over."""
    left = deadline.left()
    try:
        yield from as_completed(futures, None if left == math.inf else left)
    except TimeoutError:
        deadline.check()
        raise


# On the side that asks


@dataclass(frozen=True)
class _Shipment:
    """A payload as bytes, the file that holds it, and the digest that names it."""

    path: str
    digest: str
    content: bytes = field(repr=False)

    @classmethod
    @contextmanager
    def of(cls, payload: object) -> Iterator[_Shipment]:
        content = pickle.dumps(payload, protocol=pickle.HIGHEST_PROTOCOL)
        descriptor, path = tempfile.mkstemp(prefix="faulttree-", suffix=".payload")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            yield cls(path, hashlib.sha256(content).hexdigest(), content)
        finally:
            with suppress(OSError):
                os.unlink(path)


@dataclass
class _Run:
    """Rounds of tasks: all chunks at first; then those of workers that miss the payload.

    waiting: chunks still to be done, by place. lost: places of those that the executor did not do. needy: workers
    that miss the payload, as far as is known.
    """

    function: Callable[[Any, Any], Any]
    shipment: _Shipment
    executor: Executor
    keep: Callable[[Any, Any], None]
    waiting: dict[int, Any]
    lost: list[int] = field(default_factory=list)
    reason: str = ""
    needy: set[str] = field(default_factory=set)

    def go(self) -> None:
        while self.waiting:
            # Each worker that misses the payload is idle by now, so one task for each brings it to them; the other
            # chunks follow in the next round. A task that carries the payload ends its chunk, so this ends too.
            carrying = bool(self.needy)
            places = list(self.waiting)[: len(self.needy) or None]
            content = self.shipment.content if carrying else None
            futures: dict[Future[_Answer], int] = {}
            try:
                for place in places:
                    futures[self._submit(place, content)] = place
                for future in _as_completed(list(futures)):
                    self._take(futures.pop(future), future)
                    memory.check()
            except _SubmissionError as error:
                self._finish(futures)
                self._lose(list(self.waiting), error.__cause__)
            except BaseException:
                for future in futures:
                    future.cancel()
                raise

    def _submit(self, place: int, content: bytes | None) -> Future[_Answer]:
        shipment = self.shipment
        remaining = deadline.Remaining.now()
        task = (self.function, shipment.path, shipment.digest, content, self.waiting[place], remaining)
        try:
            future = self.executor.submit(_do, *task)
        except Exception as error:
            raise _SubmissionError from error
        if not isinstance(future, Future):  # only these can be waited for, whatever kind they are
            with suppress(Exception):
                future.cancel()
            raise InvalidRequestError(
                f"{self.executor!r} is no executor: its submit() gives a {type(future).__name__} and no "
                "concurrent.futures.Future; give an executor such as ProcessPoolExecutor()"
            )
        return future

    def _finish(self, futures: dict[Future[_Answer], int]) -> None:
        """Take what was begun before the executor refused the rest."""
        for future in _as_completed(list(futures)):
            self._take(futures.pop(future), future)

    def _take(self, place: int, future: Future[_Answer]) -> None:
        try:
            answer = future.result()
        except FaultTreeError:
            raise
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a cancelled future, a broken pool, a killed worker: each kind has its own
            self._lose([place], error)
            return
        if answer.missing:
            self.needy.add(answer.worker)
            return
        self.needy.discard(answer.worker)
        self.keep(self.waiting.pop(place), answer.result)

    def _lose(self, places: list[int], error: BaseException | None) -> None:
        self.lost += places
        for place in places:
            del self.waiting[place]
        self.reason = self.reason or (type(error).__name__ if error is not None else "unknown")


class _SubmissionError(Exception):
    """The executor takes no more tasks."""


# On the side that works


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a worker answers: a result, or that it misses the payload."""

    worker: str
    missing: bool
    result: Any = None


_payloads: dict[str, Any] = {}
_lock = threading.Lock()


def _do(
    function: Callable[[Any, Any], Any],
    path: str,
    digest: str,
    content: bytes | None,
    chunk: Any,
    remaining: deadline.Remaining | None = None,
) -> _Answer:
    """One chunk, in a worker, under the deadline of who asks."""
    worker = f"{os.uname().nodename if hasattr(os, 'uname') else ''}:{os.getpid()}"
    with _lock:  # threads of one worker read the payload once between them
        payloads = _loaded(path, digest, content)
    if digest not in payloads:
        return _Answer(worker, True)
    with remaining.holds() if remaining is not None else nullcontext():
        deadline.check()
        return _Answer(worker, False, function(payloads[digest], chunk))


def _loaded(path: str, digest: str, content: bytes | None) -> Mapping[str, Any]:
    """The payload under its digest, if this worker has it or can get it."""
    if digest not in _payloads:
        if content is None:
            try:
                with open(path, "rb") as file:
                    content = file.read()
            except OSError:
                return {}
            if hashlib.sha256(content).hexdigest() != digest:
                return {}  # another machine's file of the same name
        _payloads[digest] = pickle.loads(content)
        while len(_payloads) > PAYLOADS_KEPT:
            del _payloads[next(iter(_payloads))]
    return {digest: _payloads[digest]}
