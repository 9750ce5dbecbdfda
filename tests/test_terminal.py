"""What commands print on a terminal: lines within its width, styles, pages; and in a pipe what they have always printed."""

import os
import re
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxgov.text.lines import ID_ABOVE, ID_FIRST, ID_LAST, Text, TextLine, lay_out
from dxgov.text.wrapping import break_lines, measure_columns

ASK = "req-2020-11-24-tokyo-assocs-digital.04.1.a"
STYLE = re.compile(r"\x1b\[[0-9;]*m")
PLAIN = {"NO_COLOR": "1", "PAGER": "cat", "TERM": "xterm"}

_MIXED = st.text("ああ漢字、。（）「」ーabc de'-,.（ｶ\u3099é ", max_size=80)


def _no_style(text: str, _: str) -> str:
    return text


@given(_MIXED, st.integers(4, 40))
def test_broken_lines_fit_and_lose_nothing(text: str, width: int):
    lines = break_lines(text, width)
    assert "".join(lines) == text
    for line in lines:
        assert measure_columns(line.rstrip()) <= width


@given(_MIXED, st.integers(12, 40))
def test_lines_do_not_begin_or_end_with_the_wrong_punctuation(text: str, width: int):
    runs = re.findall(r"[、。）」]+|[（「]+", text)
    lines = [line.strip() for line in break_lines(text, width) if line.strip()]
    if max(map(len, runs), default=0) < 3:
        for line, following in pairwise(lines):
            if measure_columns(line) < width - 8:  # a run that is longer than a line is split anywhere
                assert following[0] not in "、。）」"
                assert line[-1] not in "（「"


_LINES = st.builds(
    TextLine,
    text=_MIXED.map(str.strip),
    id=st.sampled_from(["", "a-1", "req-2020.01.1.a"]),
    indent=st.integers(0, 6),
    lead=st.sampled_from(["", "要約  ", "name  "]),
    plain=st.sampled_from([ID_FIRST, ID_LAST, ID_ABOVE]),
    is_heading=st.booleans(),
)


@given(st.lists(_LINES, max_size=4), st.integers(40, 100))
def test_laid_out_text_fits_and_says_the_same(lines: list[TextLine], width: int):
    text = Text(lines)
    laid_out = lay_out(text, width, _no_style)
    assert all(measure_columns(line) <= width for line in laid_out.split("\n"))
    assert sorted(re.sub(r"\s", "", laid_out)) == sorted(re.sub(r"\s", "", text))
    styled = lay_out(text, None, lambda part, _: f"<{part}>")
    assert re.sub(r"\s+$", "", re.sub("[<>]", "", styled), flags=re.MULTILINE) == re.sub(r"\s+$", "", text, flags=re.MULTILINE)


def test_further_lines_hang_below_the_text_and_the_id_comes_last():
    text = Text([TextLine("Tokyo asks for support of towns and villages", "ask-1", 2, "who  ")])
    assert text == "  who  ask-1  Tokyo asks for support of towns and villages"
    assert lay_out(text, 30, _no_style).split("\n") == [
        "  who  Tokyo asks for support",
        "       of towns and villages",
        "       ask-1",
    ]


def test_control_characters_do_not_reach_a_terminal():
    text = Text([TextLine("\x1b[31mred", "a\x07", lead="\x9b")])
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", lay_out(text, 40, _no_style))


# Commands on a pseudo-terminal

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

import fcntl  # noqa: E402 - not on Windows
import pty  # noqa: E402
import struct  # noqa: E402
import termios  # noqa: E402


def _run(*arguments: str, columns: int = 80, rows: int = 1_000, **environment: str) -> str:
    """Run a command on a pseudo-terminal and return what it shows."""
    kept: Mapping[str, str] = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "DXGOV", "FORCE", "LINES", "COLUMNS"))
    }
    process, terminal = pty.fork()
    if process == 0:
        # The child process becomes the command.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.execve(sys.executable, [sys.executable, "-m", "dxgov", *arguments], {**kept, "PYTHONUTF8": "1", **PLAIN, **environment})  # noqa: S606 - Python itself
    content = b""
    while chunk := _read(terminal):
        content += chunk
    os.close(terminal)
    assert os.waitpid(process, 0)[1] == 0
    return content.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    """Read from a terminal; nothing once the command has ended."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""


@pytest.mark.slow
@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("command", [("open",), ("show", ASK), ("trace", "telework"), ("timeline",), ("gaps",), ("search", "クラウド")])
def test_commands_keep_to_the_width(command: tuple[str, ...], lang: str, columns: int):
    shown = _run(*command, "--lang", lang, columns=columns)
    assert max(measure_columns(line) for line in shown.split("\n")) <= columns
    assert shown.count("\n") > 5


@pytest.mark.slow
def test_styles_follow_the_environment():
    assert "\x1b[2m" in _run("show", ASK, NO_COLOR="")
    assert "\x1b[" not in _run("show", ASK)
    assert "\x1b[" not in _run("show", ASK, NO_COLOR="", TERM="dumb")


@pytest.mark.slow
def test_the_locale_chooses_the_language():
    assert "要望行為" in _run("show", ASK, LANG="ja_JP.UTF-8")
    assert "要望行為" not in _run("show", ASK, LANG="ja_JP.UTF-8", LC_ALL="C.UTF-8")
    assert "要望行為" not in _run("show", ASK, LANG="ja_JP.UTF-8", DXGOV_LANG="en")
    assert "要望行為" not in _run("show", ASK, "--lang", "en", LANG="ja_JP.UTF-8")


@pytest.mark.slow
def test_what_is_longer_than_the_screen_is_paged(tmp_path: Path):
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho paged\ncat\n")
    pager.chmod(0o755)
    assert _run("open", rows=24, PAGER=str(pager)).startswith("paged\n")
    assert not _run("open", "--no-pager", rows=24, PAGER=str(pager)).startswith("paged")
    assert not _run("show", ASK, rows=60, PAGER=str(pager)).startswith("paged")


@pytest.mark.slow
def test_a_record_leads_to_its_trace():
    assert f"dxgov trace {ASK}" in _run("show", ASK)
