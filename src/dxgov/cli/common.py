"""Common parts of the commands: error handling, signals, options, progress bars and process pools."""

import json
import logging
import os
import re
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from io import TextIOWrapper
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import click
from attrs import fields

from dxgov.cli.bilingual import Command, find_language, option
from dxgov.display import printable, printable_lines
from dxgov.errors import DataError, DxgovError, did_you_mean
from dxgov.languages import translate
from dxgov.limits import Limits
from dxgov.storage.address import parse_location
from dxgov.text.lines import Role, lay_out

if TYPE_CHECKING:
    from concurrent.futures import Executor

EXIT_PROBLEMS, EXIT_USAGE = 1, 2
"""Exit statuses: problems in data, and wrong use."""

EXIT_BROKEN_PIPE = 128 + 13
"""Exit status of a program that SIGPIPE ends; Windows has no such signal."""


def echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a text of one or more lines without control characters that a terminal would obey.

    Args:
        text: The text.
        err: True to print to standard error instead of standard output.
        nl: True to add a line break.

    `CommandGroup` makes the streams escape letters that their encoding lacks.
    """
    click.echo(printable_lines(text), err=err, nl=nl)  # noqa: TID251 - the one place


_STYLES: Mapping[Role, Mapping[str, Any]] = {"heading": {"bold": True}, "id": {"dim": True}, "highlight": {"fg": "yellow", "bold": True}}
"""The looks of the parts of a line on a terminal, as `click.style` takes them."""

_PAGER_KEY = "dxgov.pager"
"""The key of click's context at which `pager_option` leaves whether long texts are shown page by page."""


def echo_text(text: str) -> None:
    """Print a text: on a terminal broken at its width, in styles and, if it is longer than the screen, page by page; else as it is.

    NO_COLOR turns styles off, and FORCE_COLOR turns them on where output is no terminal. The pager is that of PAGER.
    """
    is_terminal = sys.stdout.isatty()
    has_styles = not os.environ.get("NO_COLOR") and (
        bool(os.environ.get("FORCE_COLOR")) or (is_terminal and os.environ.get("TERM") != "dumb")
    )
    if not is_terminal and not has_styles:
        echo(text)
        return
    columns, rows = shutil.get_terminal_size()
    styled = lay_out(text, columns if is_terminal else None, _add_style if has_styles else _add_no_style)
    pages = is_terminal and sys.stdin.isatty() and styled.count("\n") + 1 >= rows and click.get_current_context().meta.get(_PAGER_KEY, True)
    if pages:
        with _ignore_interrupts():
            click.echo_via_pager(f"{styled}\n", color=has_styles)
    else:
        click.echo(styled, color=has_styles)  # noqa: TID251 - laid out without control characters


def _add_style(text: str, role: Role) -> str:
    return click.style(text, **_STYLES[role]) if text else text


def _add_no_style(text: str, _: Role) -> str:
    return text


@contextmanager
def _ignore_interrupts() -> Iterator[None]:
    """Leave Ctrl-C to the pager, which stays after it."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _set_pager(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    ctx.meta[_PAGER_KEY] = not value


def echo_json(value: Any) -> None:
    r"""Print a plain value as JSON, with ``\uXXXX`` escapes if the encoding of the output is not Unicode."""
    is_unicode = str(sys.stdout.encoding).lower().startswith("utf")
    echo(json.dumps(value, ensure_ascii=not is_unicode, indent=2))


@contextmanager
def _escape_usage_errors() -> Iterator[None]:
    """Escape control characters of arguments in click's messages on wrong use."""
    try:
        yield
    except click.ClickException as error:
        error.message = printable(error.message)  # type: ignore[misc]  # click reads the attribute when it prints the error
        raise


class CommandGroup(Command, click.Group):
    """Group of commands that turns expected exceptions into one line on standard error and an exit status."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program with streams that escape letters they cannot encode, and signals that clean up before the exit."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # a program that embeds the command may have replaced the stream
                stream.reconfigure(errors="backslashreplace")
        with _exit_on_signals():
            return super().main(*args, **kwargs)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Parse the options before the command."""
        with _escape_usage_errors():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command and map exceptions to exit statuses."""
        try:
            with _log_to_stderr(), _escape_usage_errors():
                return super().invoke(ctx)
        except BrokenPipeError:  # the reader closed the pipe, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes it at exit
            sys.exit(EXIT_BROKEN_PIPE)
        except DataError as error:
            lang = find_language(ctx)
            if len(error.problems) == 1:
                colon = "：" if lang == "ja" else ": "
                _exit_with_message(f"{translate(error.summary, lang)}{colon}{error.problems[0].describe(lang)}", EXIT_PROBLEMS)
            _exit_with_message(error.describe(lang), EXIT_PROBLEMS)
        except (DxgovError, OSError) as error:
            _exit_with_message(_format_error(error), EXIT_USAGE)


_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Signals that request termination; Windows lacks SIGHUP."""


@contextmanager
def _exit_on_signals() -> Iterator[None]:
    """Raise SystemExit on a termination signal, so that cleanup runs.

    The exit status is 128 plus the number of the signal, as in shells. Ignored signals stay ignored, as under ``nohup``.
    """
    if threading.current_thread() is not threading.main_thread():  # only the main thread may set handlers
        yield
        return
    # Replace default handlers only.
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    default_handlers = {number: handler for number, handler in handlers.items() if handler in (signal.SIG_DFL, signal.default_int_handler)}

    def exit_on_signal(number: int, _: FrameType | None) -> NoReturn:
        # Ignore further signals during cleanup, as a closing terminal sends several; a second Ctrl-C aborts it.
        for other in default_handlers:
            signal.signal(other, signal.SIG_DFL if other == signal.SIGINT else signal.SIG_IGN)
        sys.exit(128 + number)

    for number in default_handlers:
        signal.signal(number, exit_on_signal)
    try:
        yield
    finally:
        for number, handler in default_handlers.items():
            signal.signal(number, handler)


class _EchoHandler(logging.Handler):
    """Logging handler that prints each record as a line on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record."""
        echo(f"dxgov: {record.getMessage()}", err=True)


@contextmanager
def _log_to_stderr() -> Iterator[None]:
    """Log warnings to standard error, such as pauses that servers request; on a terminal also retries."""
    logger, handler = logging.getLogger("dxgov"), _EchoHandler()
    level = logger.level
    logger.setLevel(logging.INFO if sys.stderr.isatty() else logging.WARNING)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def _format_error(error: Exception) -> str:
    """Return the message of an error as one line."""
    if isinstance(error, OSError) and error.strerror:
        return printable(f"{error.strerror}: {error.filename}" if error.filename else error.strerror)
    return printable(str(error))


def _exit_with_message(message: str, status: int) -> NoReturn:
    """Print a message on standard error and exit."""
    echo(f"dxgov: {message}", err=True)
    sys.exit(status)


_MIN_BAR_BYTES = 2**24
"""Minimum bytes for a progress bar; fewer are done before one would be seen."""


@contextmanager
def show_progress(label: str, least: int = _MIN_BAR_BYTES) -> Iterator[Callable[[int, int], None] | None]:
    """Yield a callback that shows done and total bytes, or other units, as a bar on standard error; None if that is no terminal.

    A total below `least` is done before a bar would be seen.
    """
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as stack:
        bars: list[Any] = []

        def update(done: int, total: int) -> None:
            if not bars and total >= least:
                bars.append(stack.enter_context(click.progressbar(length=total, label=label, file=sys.stderr)))
            for bar in bars:
                bar.update(done - bar.pos)

        yield update


_STATUS_SECONDS = 0.1
"""Minimum seconds between two states of the line that counts files."""


@contextmanager
def show_files() -> Iterator[Callable[[str], None] | None]:
    """Yield a callback that counts files on a line of standard error, which is cleared at the end; None if that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    count, shown_at = 0, 0.0

    def update(path: str) -> None:
        nonlocal count, shown_at
        count += 1
        if time.monotonic() >= shown_at + _STATUS_SECONDS:
            shown_at = time.monotonic()
            room = shutil.get_terminal_size().columns - 1
            line = f"{count:,}  {printable(path)}"[:room]
            click.echo(f"\r\x1b[K{line}", err=True, nl=False)  # noqa: TID251 - a line that is written over

    try:
        yield update
    finally:
        if shown_at:
            click.echo("\r\x1b[K", err=True, nl=False)  # noqa: TID251 - the codes that clear the line


class _LocationType(click.Path):
    """Parameter type for a path or an address."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ARG002 - as click calls it
        """Return a Path, also for a file:// address, or any other address as str."""
        return parse_location(value)


LOCATION = _LocationType()


@contextmanager
def start_processes(count: int | None) -> Iterator["Executor | None"]:
    """Yield an executor with `count` spawned processes; None if `count` is None."""
    if count is None:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Ctrl-C reaches all processes; workers ignore it, because this process shuts them down.
    executor = ProcessPoolExecutor(
        count, mp_context=get_context("spawn"), initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)
    )
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


LIMIT_NAMES = tuple(field.name for field in fields(Limits))
"""Names of the limits of packages."""

_MAX_NUMBER_LENGTH = 30
"""Maximum characters of a number."""

_UNITS = {"": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def _parse_limits(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> Limits:
    names = [text.partition("=")[0] for text in values]
    duplicate = next((name for name in names if names.count(name) > 1), None)
    if duplicate is not None:
        raise click.BadParameter(f"{duplicate!r} is given twice", ctx, param)
    try:
        return Limits(**dict(map(_parse_limit, values)))
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _parse_limit(text: str) -> tuple[str, int]:
    """Parse ``NAME=NUMBER`` into the name and the value of a limit.

    Raises:
        ValueError: the name or the number is not valid.
    """
    name, _, number = text.partition("=")
    if name not in LIMIT_NAMES:
        raise ValueError(f"there is no limit {name!r}{did_you_mean(name, LIMIT_NAMES)}; expected one of {', '.join(LIMIT_NAMES)}")
    match = len(number) <= _MAX_NUMBER_LENGTH and re.fullmatch(r"([0-9]+(?:[_,][0-9]+)*)(|KiB|MiB|GiB)", number)
    if not match:
        raise ValueError(f"{name}: found {number!r}, expected a whole number, such as 1_000_000 or 64MiB")
    return name, int(re.sub("[_,]", "", match[1])) * _UNITS[match[2]]


limits_option = option(
    "--limit",
    "limits",
    metavar="NAME=NUMBER",
    multiple=True,
    callback=_parse_limits,
    help="Take more, or less, of a package than usual, or wait longer for a server; may be repeated. "
    f"NAME is one of {', '.join(LIMIT_NAMES)}.",
    help_ja=f"パッケージやサーバーについての上限を変える。繰り返せる。NAMEは次のいずれか: {', '.join(LIMIT_NAMES)}。",
)


_define_lang = partial(
    option,
    "--lang",
    type=click.Choice(["en", "ja"]),
    default=find_language,
    help="Language of texts and help. Default: DXGOV_LANG, else that of the locale: Japanese for LANG=ja_JP.UTF-8, English for others.",
    help_ja="表示と説明の言語。指定がなければDXGOV_LANG、次にロケールに従う（LANG=ja_JP.UTF-8などなら日本語、ほかは英語）。",
)
lang_option = _define_lang()
global_lang_option = _define_lang(expose_value=False)
"""The option before the command, which holds for all commands."""
pager_option = option(
    "--no-pager",
    is_flag=True,
    expose_value=False,
    callback=_set_pager,
    help="Do not show a text page by page that is longer than the screen.",
    help_ja="画面に収まらない文も、区切らずに一度に表示する。",
)
from_option = option(
    "--from",
    "source",
    metavar="PATH",
    type=LOCATION,
    help="A package: folder, datapackage.json or zip, or the address of one (needs dxgov[remote]). Default: the bundled data.",
    help_ja="パッケージ。フォルダ、datapackage.json、zip、またはそのアドレス（アドレスにはdxgov[remote]が必要）。指定がなければ同梱のデータ。",
)
