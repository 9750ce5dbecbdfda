"""Texts made safe to show: no commands to a terminal, no turned direction of a line.

Whatever is shown goes through one of three doors: `printable` for what is part of a line, such as the message of an error, the
commands' ``echo`` for what goes to a terminal, and `dxgov.notebook` for HTML.
"""

import re

_COMMANDS = (
    "\x00-\x1f\x7f-\x9f"  # controls: C0, DEL and C1, which terminals obey
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # controls of direction, and those that Unicode has given up
    "\u2028\u2029"  # separators of lines and paragraphs
    "\ud800-\udfff"  # halves of pairs, such as Python makes of the bytes of a file name, which nothing can print
    "\ufffe\uffff"  # what is never a character
)
_NOT_IN_LINES = re.compile(f"[{_COMMANDS}]")
_NOT_IN_BLOCKS = re.compile(f"(?!\n)[{_COMMANDS}]")
_NOT_IN_PAGES = re.compile(f"(?![\t\n\r])[{_COMMANDS}]")


def printable(text: str) -> str:
    r"""Return a text in one line with each character that commands a display written as Python and JSON escape it.

    Line breaks are such characters. All others stay, whatever their script, so that a sound text is returned as it is.

    >>> print(printable("\x1b[31mred\x9b\n"))
    \x1b[31mred\u009b\n
    """
    return _NOT_IN_LINES.sub(_escape, text)


def printable_lines(text: str) -> str:
    """Return a text of several lines as `printable` does each.

    What is JSON stays JSON of the same value: it has no controls of C0 but line breaks, and the others are escaped as JSON does.
    """
    return _NOT_IN_BLOCKS.sub(_escape, text)


def printable_page(text: str) -> str:
    """Return the text of a page, on which tabs and line breaks are white space, as `printable` does each line."""
    return _NOT_IN_PAGES.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return ascii(match[0])[1:-1] if match[0] < " " else f"\\u{ord(match[0]):04x}"
