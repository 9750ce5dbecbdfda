"""Escaping of texts for display, so that they cannot command a terminal or reverse the direction of a line.

All output passes one of three functions: `printable` for parts of a line, such as error messages, the commands' ``echo`` for
terminals, and `dxgov.notebook` for HTML.
"""

import re

_COMMANDS = (
    "\x00-\x1f\x7f-\x9f"  # controls: C0, DEL and C1, which terminals obey
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # bidirectional and deprecated format controls
    "\u2028\u2029"  # line and paragraph separators
    "\ud800-\udfff"  # lone surrogates, as Python decodes undecodable bytes of file names
    "\ufffe\uffff"  # noncharacters
)
_NOT_IN_LINES = re.compile(f"[{_COMMANDS}]")
_NOT_IN_BLOCKS = re.compile(f"(?!\n)[{_COMMANDS}]")
_NOT_IN_PAGES = re.compile(f"(?![\t\n\r])[{_COMMANDS}]")


def printable(text: str) -> str:
    r"""Escape control characters, line breaks included, so that a text is one safe line.

    Escapes are those of Python and JSON. All other characters stay, so a text without control characters is unchanged.

    >>> print(printable("\x1b[31mred\x9b\n"))
    \x1b[31mred\u009b\n
    """
    return _NOT_IN_LINES.sub(_escape, text)


def printable_lines(text: str) -> str:
    """Escape control characters except line breaks.

    JSON stays JSON of the same value: its only C0 controls are line breaks, and all other characters are escaped as in JSON.
    """
    return _NOT_IN_BLOCKS.sub(_escape, text)


def printable_page(text: str) -> str:
    """Escape control characters except tabs and line breaks, which are white space on a page."""
    return _NOT_IN_PAGES.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return ascii(match[0])[1:-1] if match[0] < " " else f"\\u{ord(match[0]):04x}"
