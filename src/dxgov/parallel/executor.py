"""Calls that an executor runs, in any of its processes."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from dxgov.errors import WorkerError

R = TypeVar("R")

MAX_PENDING = 64
"""Maximum number of submitted calls whose results have not been consumed; bounds memory."""


def run_in_order(executor: Executor, calls: Iterable[Callable[[], R]]) -> Generator[R, None, None]:
    """Submit calls to an executor and yield their results in order, keeping at most `MAX_PENDING` of them pending.

    The first calls are submitted at once, before the first result is asked for. A call that fails, or is lost with its process, is run
    again in this process; that is safe, because calls have no side effects.

    Raises:
        WorkerError: the executor has no process left.
    """
    remaining = iter(calls)
    with _translate_broken_executor():
        return _yield_results(executor, remaining, deque((call, executor.submit(call)) for call in islice(remaining, MAX_PENDING)))


def _yield_results(
    executor: Executor, remaining: Iterator[Callable[[], R]], pending: "deque[tuple[Callable[[], R], Future[R]]]"
) -> Generator[R, None, None]:
    """Yield the results in order, and submit a call for each; cancel what is pending if the caller stops early."""
    try:
        while pending:
            call, future = pending.popleft()
            with _translate_broken_executor():
                result = _get_result(call, future)
                pending.extend((call, executor.submit(call)) for call in islice(remaining, 1))
            yield result
    finally:
        for _, future in pending:
            future.cancel()


def _get_result(call: Callable[[], R], future: "Future[R]") -> R:
    """Return the result of a submitted call; run the call in this process if it failed."""
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception:  # noqa: BLE001 - engines lose calls in ways of their own; what is wrong with the call itself shows here too
        return call()


@contextmanager
def _translate_broken_executor() -> Iterator[None]:
    """Translate the end of the executor's processes to one exception.

    Raises:
        WorkerError: no process is left.
    """
    try:
        yield
    except BrokenExecutor as error:
        raise WorkerError(f"a process ended before its work was done: {error}") from None
