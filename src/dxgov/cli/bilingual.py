"""Commands and options whose help is in English and Japanese."""

import copy
import inspect
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, cast

import click

from dxgov.languages import Lang, LanguageMap
from dxgov.text.wrapping import break_lines, measure_columns

F = TypeVar("F", bound=Callable[..., Any])

HELP_NAMES = ("-h", "--help")
"""The names of the option that shows help."""

_CHOICE_KEY = "dxgov.lang"
"""The key of click's context at which the value of ``--lang`` is left."""

_JAPANESE: Mapping[str, str] = {
    "Usage: ": "使い方: ",
    "Options": "オプション",
    "Commands": "コマンド",
    "default: ": "既定: ",
    "required": "必須",
}
"""The words that click itself writes into help, in Japanese."""


def find_language_choice(ctx: click.Context | None = None) -> str | None:
    """Return the language that ``--lang`` names, of the command or of those before it; else that of DXGOV_LANG; None if neither does."""
    context = ctx or click.get_current_context(silent=True)
    choice: str | None = context.meta.get(_CHOICE_KEY) if context else None
    return choice or os.environ.get("DXGOV_LANG") or None


def find_language(ctx: click.Context | None = None) -> Lang:
    """Return the language that is chosen, else that of the locale: Japanese in a Japanese one, English in others."""
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    choice = find_language_choice(ctx) or ("ja" if locale.lower().startswith("ja") else "en")
    return cast("Lang", choice)  # click checks the value of --lang itself; help in an unknown language is English


def _fold(text: str) -> str:
    """Return a Japanese help text with each paragraph on a line; those that begin with ``\\b`` keep their lines, as click has it."""
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(text))
    return "\n\n".join(paragraph if paragraph.startswith("\b") else paragraph.replace("\n", "") for paragraph in paragraphs)


class _JapaneseFormatter(click.HelpFormatter):
    """Help that is broken by the rules of Japanese, as wide as it is on a terminal."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, _JAPANESE["Usage: "] if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(_JAPANESE.get(heading, heading))

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        for number, paragraph in enumerate(text.split("\n\n")):
            if number:
                self.write("\n")
            is_kept = paragraph.startswith("\b\n")
            lines = paragraph.split("\n")[1:] if is_kept else break_lines(paragraph, self.width - self.current_indent)
            self.write("".join(f"{indent}{line.rstrip()}\n" for line in lines))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        column = self.current_indent + min(max(measure_columns(term) for term, _ in rows), col_max) + col_spacing
        for term, text in rows:
            first = f"{' ' * self.current_indent}{term}"
            lines = break_lines(text, max(self.width - column, 10))
            if measure_columns(first) + col_spacing > column:
                self.write(f"{first}\n")
                first = ""
            self.write(f"{first}{' ' * (column - measure_columns(first))}{lines[0].rstrip()}\n")
            self.write("".join(f"{' ' * column}{line.rstrip()}\n" for line in lines[1:]))


class _Context(click.Context):
    """A context that formats help by the rules of its language."""

    def make_formatter(self) -> click.HelpFormatter:
        formatter = _JapaneseFormatter if find_language(self) == "ja" else self.formatter_class
        return formatter(width=self.terminal_width, max_width=self.max_content_width)


class Option(click.Option):
    """An option whose help is in both languages."""

    def __init__(self, names: Sequence[str], *, help: str, help_ja: str, **settings: Any) -> None:
        super().__init__(names, help=help, **settings)
        self.texts = LanguageMap(help_ja, help)
        """The help."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the names and the help of the option, in the language of the context."""
        if find_language(ctx) != "ja":
            return super().get_help_record(ctx)
        japanese = copy.copy(self)
        japanese.help = self.texts.ja
        record = click.Option.get_help_record(japanese, ctx)
        return record and (record[0], re.sub(r"(?<=\[)default: |(?<=\[)required(?=\]$)", lambda match: _JAPANESE[match[0]], record[1]))


def _show_help(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)  # noqa: TID251 - texts of this program alone
        ctx.exit()


class Command(click.Command):
    """A command whose help is in both languages: its docstring, and `help_ja` with a paragraph's lines joined without blanks."""

    context_class = _Context

    def __init__(self, name: str | None, *, help: str, help_ja: str, **settings: Any) -> None:
        super().__init__(name, help=help, **settings)
        self.texts = LanguageMap(_fold(help_ja), inspect.cleandoc(help))
        """The help."""
        self.help_option = Option(
            HELP_NAMES,
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_help,
            help="Show this message and exit.",
            help_ja="この説明を表示して終了する。",
        )
        """The option that shows the help."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:  # noqa: ARG002 - as click calls it
        """Return the option that shows the help."""
        return self.help_option

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; ``--lang`` counts for ``--help`` wherever it stands."""
        options, _, _ = self.make_parser(ctx).parse_args(list(args))
        if isinstance(options.get("lang"), str):
            ctx.meta[_CHOICE_KEY] = options["lang"]
        return super().parse_args(ctx, args)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help text in the language of the context."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.texts[find_language(ctx)])

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first sentence of the help, in English cut to a length in characters."""
        return f"{self.texts.ja.partition('。')[0]}。" if find_language() == "ja" else super().get_short_help_str(limit)


def command(name: str | None = None, *, help_ja: str, **settings: Any) -> Callable[[Callable[..., Any]], Command]:
    """Decorate a function as a command; `help_ja` is its docstring, or `help`, in Japanese."""
    return click.command(name, cls=Command, help_ja=help_ja, **settings)


def option(*names: str, help: str, help_ja: str, **settings: Any) -> Callable[[F], F]:
    """Decorate a command with an option; `help_ja` is its `help` in Japanese."""
    return click.option(*names, cls=Option, help=help, help_ja=help_ja, **settings)


version_option = partial(click.version_option, cls=Option, help="Show the version and exit.", help_ja="版を表示して終了する。")
"""Decorate a command with the option that shows the version."""
