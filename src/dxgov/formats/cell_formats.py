"""Formats of values as text: how a descriptor says that the cells of a column are written."""

import json
import re
from typing import Any

from attrs import evolve, frozen

from dxgov.languages import Message, join_texts
from dxgov.schema import Column, Kind

_ISO = "%Y-%m-%d"


@frozen
class CellFormat:
    """Format of the values of a column in cells that are text; the defaults are those that dxgov writes."""

    missing_values: tuple[str, ...] = ()
    """Texts that mean a missing value; an empty cell always does."""
    true_values: tuple[str, ...] = ("true",)
    false_values: tuple[str, ...] = ("false",)
    decimal_char: str = "."
    """Character before the decimal places."""
    group_char: str = ""
    """Character between groups of three digits; empty if digits are not grouped."""
    date_pattern: str = _ISO
    """Pattern of a date, of `%Y`, `%m`, `%d` and other characters."""
    list_delimiter: str = ""
    """Text between the members of a list; empty if lists are JSON arrays."""

    earlier_type: bool = False
    """True if the column is declared with the type that earlier versions gave it, and its values are to be read as texts."""

    def restrict_to(self, column: Column) -> "CellFormat":
        """Return the format with only the properties that apply to a column."""
        relevant = {"list_delimiter"} if column.many else _RELEVANT_PROPERTIES.get(column.kind, set())
        return evolve(CellFormat(self.missing_values), **{name: getattr(self, name) for name in relevant})

    def needs_rewriting(self, column: Column) -> bool:
        """Return whether values of a column may be written otherwise than dxgov writes them."""
        return evolve(self.restrict_to(column), missing_values=()) != CANONICAL_FORMAT

    def to_canonical(self, column: Column, text: str) -> str | None:
        """Return a text in the format that dxgov writes, or None if it is not of this format."""
        if column.many:
            return None if _is_array(text) else json.dumps(text.split(self.list_delimiter), ensure_ascii=False)
        if column.kind is Kind.BOOLEAN:
            return "true" if text in self.true_values else "false" if text in self.false_values else None
        if column.kind is Kind.DATE:
            match = re.fullmatch(str(build_date_regex(self.date_pattern)), text)
            return f"{match['Y']}-{match['m']:0>2}-{match['d']:0>2}" if match else None
        decimal_places = f"(?:{re.escape(self.decimal_char)}([0-9]+))?" if column.kind is Kind.NUMBER else "()"
        grouped = f"[0-9]{{1,3}}(?:{re.escape(self.group_char)}[0-9]{{3}})+|" if self.group_char else ""
        match = re.fullmatch(f"(-?)({grouped}[0-9]+){decimal_places}", text)
        if not match:
            return None
        sign, integer_part, fraction = match.groups()
        return (
            sign + (integer_part.replace(self.group_char, "") if self.group_char else integer_part) + (f".{fraction}" if fraction else "")
        )

    def describe_expected(self, column: Column) -> str:
        """Return a description of the cells that a column may have, for messages."""
        if column.many:
            return Message("texts with {sign!r} between them", "{sign!r}で区切った文字列", sign=self.list_delimiter)
        if column.kind is Kind.BOOLEAN:
            return join_texts(map(repr, (*self.true_values, *self.false_values)), " or ", "または")
        if column.kind is Kind.DATE:
            day = self.date_pattern.replace("%Y", "2024").replace("%m", "04").replace("%d", "22")
            return Message("a day such as {day}", "{day}のような日付", day=day)
        if not self.group_char:
            return Message("a number with {point!r} before decimal places", "小数点を{point!r}とする数", point=self.decimal_char)
        return Message(
            "a number with {point!r} before decimal places and {group!r} between groups of three digits",
            "小数点を{point!r}、3桁ごとの区切りを{group!r}とする数",
            point=self.decimal_char,
            group=self.group_char,
        )


CANONICAL_FORMAT = CellFormat()
"""Format that dxgov writes."""

_RELEVANT_PROPERTIES = {
    Kind.BOOLEAN: {"true_values", "false_values"},
    Kind.DATE: {"date_pattern"},
    Kind.INTEGER: {"group_char"},
    Kind.NUMBER: {"group_char", "decimal_char"},
}


def build_date_regex(pattern: Any) -> str | None:
    """Return the regular expression of dates in a `strptime` pattern, or None if the pattern may be ambiguous."""
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
    """Return whether a text is a JSON array, so that it is no list with separators."""
    try:
        return isinstance(json.loads(text), list)
    except (ValueError, RecursionError):
        return False
