"""What the commands have in common: how errors end, options, a bar for long work."""

import json
import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import click
from attrs import fields

from dxgov.display import printable, printable_lines
from dxgov.errors import DataError, DxgovError, did_you_mean
from dxgov.limits import Limits
from dxgov.storage.address import location

if TYPE_CHECKING:
    from concurrent.futures import Executor

PROBLEMS, WRONG_USE = 1, 2
READER_GONE = 128 + 13
"""The exit status of a program that SIGPIPE ends; Windows has no such signal."""


def echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a text of one or more lines to standard output, or to standard error, so that it commands no terminal.

    What the stream's encoding lacks is printed as Python escapes it; `Commands` sees to that.
    """
    click.echo(printable_lines(text), err=err, nl=nl)  # noqa: TID251 - the one place


def echo_json(value: Any) -> None:
    r"""Print a plain value as JSON: as it is where the output is Unicode, else in ASCII, with ``\u`` and four digits for the rest."""
    unicode = str(sys.stdout.encoding).lower().startswith("utf")
    echo(json.dumps(value, ensure_ascii=not unicode, indent=2))


@contextmanager
def _printable_usage() -> Iterator[None]:
    """Let click tell of wrong use without commands to the terminal that stand in an argument."""
    try:
        yield
    except click.ClickException as error:
        error.message = printable(error.message)  # type: ignore[misc]  # click reads it again when it tells of the error
        raise


class Commands(click.Group):
    """Turns what dxgov raises on purpose, and what the file system refuses, into one line and an exit status."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program; no text that it prints can end it, and a signal ends it as an error does, so that nothing half done is left."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # which another program's own stream may not be
                stream.reconfigure(errors="backslashreplace")
        with _ended_by_signals():
            return super().main(*args, **kwargs)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the options that stand before the command."""
        with _printable_usage():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            with _waits_shown(), _printable_usage():
                return super().invoke(ctx)
        except BrokenPipeError:  # the reader of the output went away, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that nothing is said when Python flushes it at its end
            sys.exit(READER_GONE)
        except DataError as error:
            _stop(f"{error.summary}: {error.problems[0]}" if len(error.problems) == 1 else str(error), PROBLEMS)
        except (DxgovError, OSError) as error:
            _stop(_said(error), WRONG_USE)


_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""The signals that ask a program to end; Windows has not all of them."""


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Exit with 128 and the number of the signal, as shells tell it, once what was begun is cleared away.

    A signal that is ignored, as under ``nohup``, stays so.
    """
    if threading.current_thread() is not threading.main_thread():  # which alone may be told of signals
        yield
        return
    handlers = {each: signal.getsignal(each) for each in _SIGNALS}
    ours = {each: handler for each, handler in handlers.items() if handler in (signal.SIG_DFL, signal.default_int_handler)}

    def end(number: int, _: FrameType | None) -> NoReturn:
        for each in ours:  # a terminal that closes sends several; a second Ctrl-C is meant
            signal.signal(each, signal.SIG_DFL if each == signal.SIGINT else signal.SIG_IGN)
        sys.exit(128 + number)

    for each in ours:
        signal.signal(each, end)
    try:
        yield
    finally:
        for each, handler in ours.items():
            signal.signal(each, handler)


class _Lines(logging.Handler):
    """Prints what is logged as lines on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a line."""
        echo(f"dxgov: {record.getMessage()}", err=True)


@contextmanager
def _waits_shown() -> Iterator[None]:
    """Tell of pauses that servers ask for, and on a terminal of all that is tried again."""
    log, handler = logging.getLogger("dxgov"), _Lines()
    level = log.level
    log.setLevel(logging.INFO if sys.stderr.isatty() else logging.WARNING)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


def _said(error: Exception) -> str:
    """What is wrong, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return printable(f"{error.strerror}: {error.filename}" if error.filename else error.strerror)
    return printable(str(error))


def _stop(message: str, status: int) -> NoReturn:
    echo(f"dxgov: {message}", err=True)
    sys.exit(status)


_LONG = 2**24
"""Work on fewer bytes is over before a bar is seen."""


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """What shows how many bytes of how many are done, as a bar on standard error; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as stack:
        bars: list[Any] = []

        def show(done: int, of: int) -> None:
            if not bars and of >= _LONG:
                bars.append(stack.enter_context(click.progressbar(length=of, label=label, file=sys.stderr)))
            for bar in bars:
                bar.update(done - bar.pos)

        yield show


class _Place(click.Path):
    """A path, or an address."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ARG002 - as click calls it
        """Return a path, also of a file:// address, or any other address as a text."""
        return location(value)


PLACE = _Place()


@contextmanager
def processes_of(number: int | None) -> Iterator["Executor | None"]:
    """So many processes, which share nothing with this one; nothing where none are asked for."""
    if number is None:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Ctrl-C reaches all processes; the first one ends the others.
    executor = ProcessPoolExecutor(
        number, mp_context=get_context("spawn"), initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)
    )
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


LIMITS = tuple(field.name for field in fields(Limits))
_LONGEST = 30
"""So many characters a number may have."""
_UNITS = {"": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def _limits(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> Limits:
    names = [text.partition("=")[0] for text in given]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise click.BadParameter(f"{twice!r} is given twice", ctx, param)
    try:
        return Limits(**dict(map(_limit, given)))
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _limit(text: str) -> tuple[str, int]:
    """The name of a limit and its number.

    Raises:
        ValueError: the text is none.
    """
    name, _, number = text.partition("=")
    if name not in LIMITS:
        raise ValueError(f"there is no limit {name!r}{did_you_mean(name, LIMITS)}; expected one of {', '.join(LIMITS)}")
    found = len(number) <= _LONGEST and re.fullmatch(r"([0-9]+(?:[_,][0-9]+)*)(|KiB|MiB|GiB)", number)
    if not found:
        raise ValueError(f"{name}: found {number!r}, expected a whole number, such as 1_000_000 or 64MiB")
    return name, int(re.sub("[_,]", "", found[1])) * _UNITS[found[2]]


limits_option = click.option(
    "--limit",
    "limits",
    metavar="NAME=NUMBER",
    multiple=True,
    callback=_limits,
    help=f"Take more, or less, of a package than usual, or wait longer for a server; may be repeated. NAME is one of {', '.join(LIMITS)}.",
)
lang_option = click.option(
    "--lang",
    type=click.Choice(["en", "ja"]),
    default="en",
    show_default=True,
    envvar="DXGOV_LANG",
    help="Language of the text (or set DXGOV_LANG).",
)
from_option = click.option(
    "--from",
    "source",
    metavar="PATH",
    type=PLACE,
    help="A package: folder, datapackage.json or zip, or the address of one (needs dxgov[remote]). Default: the bundled data.",
)
