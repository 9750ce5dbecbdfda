"""Calls that an executor runs, in whatever process."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from dxgov.errors import WorkerError

R = TypeVar("R")

AHEAD = 64
"""So many calls are given away at most of which nothing was taken back yet, because what they give is held until it is."""


def elsewhere(executor: Executor, calls: Iterable[Callable[[], R]]) -> Iterator[R]:
    """What each call gives that is given to an executor, in their order; some are given away at once.

    A call that is lost with the process that had it, or fails there, is done here: it has no effect but what it gives.

    Raises:
        WorkerError: no process is left to do them.
    """
    given = iter(calls)
    with _told_of_end():
        return _taken(executor, given, deque((call, executor.submit(call)) for call in islice(given, AHEAD)))


def _taken(executor: Executor, given: Iterator[Callable[[], R]], waiting: "deque[tuple[Callable[[], R], Future[R]]]") -> Iterator[R]:
    try:
        while waiting:
            call, future = waiting.popleft()
            with _told_of_end():
                found = _done(call, future)
                waiting.extend((call, executor.submit(call)) for call in islice(given, 1))
            yield found
    finally:
        for _, each in waiting:
            each.cancel()


def _done(call: Callable[[], R], future: "Future[R]") -> R:
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception:  # noqa: BLE001 - engines lose calls in ways of their own; what is wrong with the call itself shows here too
        return call()


@contextmanager
def _told_of_end() -> Iterator[None]:
    """Tell in one way that no process is left.

    Raises:
        WorkerError: none is.
    """
    try:
        yield
    except BrokenExecutor as error:
        raise WorkerError(f"a process ended before its work was done: {error}") from None
