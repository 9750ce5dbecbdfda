"""The form of values as text: how a descriptor says that the cells of a column are written."""

import json
import re
from typing import Any

from attrs import evolve, frozen

from dxgov.schema import Column, Kind

_ISO = "%Y-%m-%d"


@frozen
class Form:
    """How the values of a column are written in cells that are text; the defaults are how dxgov writes them."""

    missing: tuple[str, ...] = ()
    """Texts that stand for no value; an empty cell always does."""
    true: tuple[str, ...] = ("true",)
    false: tuple[str, ...] = ("false",)
    decimal: str = "."
    """The character before the decimal places."""
    group: str = ""
    """The character between groups of three digits; empty if digits are not grouped."""
    day: str = _ISO
    """The pattern of a day, of `%Y`, `%m`, `%d` and other characters."""
    separator: str = ""
    """The text between the members of a list; empty if lists are JSON arrays."""

    def of_kind(self, column: Column) -> "Form":
        """Return the form without what has no meaning for a column."""
        kept = {"separator"} if column.many else _MEANINGFUL.get(column.kind, set())
        return evolve(Form(self.missing), **{name: getattr(self, name) for name in kept})

    def rewrites(self, column: Column) -> bool:
        """Return whether values of a column may be written otherwise than dxgov writes them."""
        return evolve(self.of_kind(column), missing=()) != PLAIN

    def canonical(self, column: Column, text: str) -> str | None:
        """Return a text in the form that dxgov writes, or None if it is not of this form."""
        if column.many:
            return None if _is_array(text) else json.dumps(text.split(self.separator), ensure_ascii=False)
        if column.kind is Kind.BOOLEAN:
            return "true" if text in self.true else "false" if text in self.false else None
        if column.kind is Kind.DATE:
            match = re.fullmatch(str(day_regex(self.day)), text)
            return f"{match['Y']}-{match['m']:0>2}-{match['d']:0>2}" if match else None
        places = f"(?:{re.escape(self.decimal)}([0-9]+))?" if column.kind is Kind.NUMBER else "()"
        grouped = f"[0-9]{{1,3}}(?:{re.escape(self.group)}[0-9]{{3}})+|" if self.group else ""
        match = re.fullmatch(f"(-?)({grouped}[0-9]+){places}", text)
        if not match:
            return None
        sign, whole, fraction = match.groups()
        return sign + (whole.replace(self.group, "") if self.group else whole) + (f".{fraction}" if fraction else "")

    def expected(self, column: Column) -> str:
        """Return what to expect in a cell of a column, as messages say it."""
        if column.many:
            return f"texts with {self.separator!r} between them"
        if column.kind is Kind.BOOLEAN:
            return " or ".join(map(repr, (*self.true, *self.false)))
        if column.kind is Kind.DATE:
            return f"a day such as {self.day.replace('%Y', '2024').replace('%m', '04').replace('%d', '22')}"
        groups = f" and {self.group!r} between groups of three digits" if self.group else ""
        return f"a number with {self.decimal!r} before decimal places{groups}"


PLAIN = Form()
"""The form in which dxgov writes."""

_MEANINGFUL = {
    Kind.BOOLEAN: {"true", "false"},
    Kind.DATE: {"day"},
    Kind.INTEGER: {"group"},
    Kind.NUMBER: {"group", "decimal"},
}


def day_regex(pattern: Any) -> str | None:
    """Return the regular expression of days written after a `strptime` pattern, or None if the pattern may not name one day."""
    if not isinstance(pattern, str):
        return None
    parts = re.split(r"(%.?)", pattern)
    names = [part[1:] for part in parts[1::2]]
    if sorted(names) != ["Y", "d", "m"] or any(sign.isdigit() for part in parts[::2] for sign in part):
        return None
    digits = "2" if "" in parts[2:-1:2] else "1,2"  # without a character between them only two digits each are unambiguous
    groups = [f"(?P<{name}>[0-9]{{{4 if name == 'Y' else digits}}})" for name in names]
    return "".join(re.escape(part) if number % 2 == 0 else groups[number // 2] for number, part in enumerate(parts))


def _is_array(text: str) -> bool:
    """Return whether a text is a JSON array, which is not to be taken for a list with separators."""
    try:
        return isinstance(json.loads(text), list)
    except (ValueError, RecursionError):
        return False
