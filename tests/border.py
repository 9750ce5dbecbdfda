"""Cells near the border of validity: random texts, on either side of it, for each kind of column."""

import json
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from dxgov.marks import Ref
from dxgov.schema import Column, Kind

_WIDE = str.maketrans("0123456789-+.", "０１２３４５６７８９－＋．")
_SPACES = (" ", "\t", "\n", "\r\n", "\u3000", "\xa0", "\ufeff", "\u200b", "\u2028", "\x1c", "\x00")
_SIGNS = "-+_,./:eExX0１%'\"aZ"
_LIMITS = (0, 1, 2**31, 2**63 - 1, 2**63, 2**63 + 1, 2**64, 10**18, 10**19, 10**20)


def text(source: random.Random, column: Column, now: str, ids: Sequence[str]) -> str:
    """Return a CSV cell for the column, perhaps near its present value `now`; `ids` are those of records."""
    if now and source.random() < 0.3:
        return mutated(source, now)
    make = _MAKERS[column.kind] if not column.many else _list
    if column.has(Ref) or column.key:
        made = source.choice([*ids, "no-such-record"])
        return made if source.random() < 0.6 else mutated(source, made)
    made = make(source, column)
    return made if source.random() < 0.5 else mutated(source, made)


def mutated(source: random.Random, text: str) -> str:
    """Return the text with a small change."""
    place = source.randint(0, len(text))
    before, here, after = text[:place], text[place : place + 1], text[place + 1 :]
    return source.choice(
        [
            f"{source.choice(_SPACES)}{text}",
            f"{text}{source.choice(_SPACES)}",
            f"{before}{source.choice(_SPACES)}{here}{after}",
            f"{before}{source.choice(_SIGNS)}{here}{after}",
            f"{before}{after}",
            f"{before}{here}{here}{after}",
            f"{before}{here.swapcase()}{after}",
            text.translate(_WIDE),
            text.upper(),
            text.title(),
            f"{text}\n",
            "",
        ]
    )


def _integer(source: random.Random, _: Column) -> str:
    number = source.choice([source.choice(_LIMITS), source.randint(0, 12), source.randrange(10 ** source.randint(1, 22))])
    form = source.choice(
        ["{}", "{}", "-{}", "-{}", "+{}", "0{}", "00{}", "{:_}", "{:,}", "{:x}", "{:#x}", "{:#o}", "{}.0", "{}.", "{}e0", "--{}"]
    )
    return form.format(number)


def _number(source: random.Random, column: Column) -> str:
    if source.random() < 0.2:
        return source.choice(
            ["NaN", "nan", "-NaN", "sNaN", "INF", "-INF", "Infinity", "inf", "1e5", "1E-3", ".5", "5.", "-.5", "1.5e", "-0", "0.0"]
        )
    if source.random() < 0.2:
        return _integer(source, column)
    whole, places = (source.choice(sizes) for sizes in ((1, 5, 28, 29, 30, 38), (0, 1, 8, 9, 10, 18)))
    digits = "".join(source.choices("0123456789", k=whole)) + ("." if places else "") + "".join(source.choices("0123456789", k=places))
    return source.choice(["", "", "-", "+"]) + digits


def _boolean(source: random.Random, _: Column) -> str:
    return source.choice(["true", "false", "true", "false", "True", "FALSE", "1", "0", "yes", "no", "t", "f", "on", "はい"])


def _date(source: random.Random, _: Column) -> str:
    if source.random() < 0.5:
        day = date(1, 1, 1) + timedelta(days=source.randrange((date.max - date(1, 1, 1)).days))
        forms = ["%Y-%m-%d"] * 4 + ["%Y/%m/%d", "%Y%m%d", "%d-%m-%Y", "%Y-%j", "%G-W%V-%u", "%Y-%m-%dT00:00:00", "%Y-%m-%d 00:00", "%Y-%m"]
        return day.replace(year=source.choice([day.year, 2024, 1900, 2100]) if (day.month, day.day) != (2, 29) else day.year).strftime(
            source.choice(forms)
        )
    year, month, day_of_month = (
        source.choice([0, 1, 9999, 10000, 2023, 2024, 1900]),
        source.randint(0, 13),
        source.choice([0, 1, 9, 28, 29, 30, 31, 32]),
    )
    return source.choice(
        ["{:04}-{:02}-{:02}", "{:04}-{:02}-{:02}", "{}-{}-{}", "{:04}-{:02}-{}", "{:04}-{}-{:02}", "-{:04}-{:02}-{:02}"]
    ).format(year, month, day_of_month)


def _text(source: random.Random, column: Column) -> str:
    if column.pattern:
        return source.choice(["ab", "12", "abc", "a", "1a", "ab12", "AB", "٣", "ａｂ", "é", "ab\n", "\nab", "12\r\n", "ab|12"])
    return source.choice(
        [
            "a",
            "a b",
            "null",
            "NA",
            "nan",
            "-",
            "None",
            '"',
            '""',
            "a,b",
            "a\nb",
            "a\rb",
            "\x85",
            "\ud7ff",
            "\ufffe",
            "\x7f",
            "髙﨑",
            "=1",
            "\\",
        ]
    )


def _code(source: random.Random, column: Column) -> str:
    return source.choice([*column.codes, *(code.label for code in column.codes), *(code.name for code in column.codes), "green"])


def _list(source: random.Random, column: Column) -> str:
    words = [str(code) for code in column.codes] + ["green"] if column.codes else ["a", "", "線、その他", 'b"c', "\n", "\x07", "x" * 40]
    members: list[object] = source.choices(words, k=source.randint(0, 3))
    odd = source.random()
    if odd < 0.1:
        members.append(source.choice([1, None, True, 1.5, ["a"], {"a": "b"}]))
    written = json.dumps(members, ensure_ascii=source.random() < 0.5, separators=source.choice([(",", ":"), (", ", ": ")]))
    if odd > 0.8:
        return source.choice(
            [
                "[",
                "null",
                "{}",
                '"a"',
                "1",
                "a",
                "['a']",
                '["a",]',
                '["a" "b"]',
                "[NaN]",
                '["\\ud800"]',
                '["\\u0007"]',
                "[]",
                " [] ",
                "[]x",
                '["a"]["b"]',
            ]
        )
    return written


_MAKERS: dict[Kind, Callable[[random.Random, Column], str]] = {
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.TEXT: _text,
    Kind.CODE: _code,
}


def value(source: random.Random, column: Column, now: object, ids: Sequence[str]) -> object:
    """Return a Parquet value of the column's type, valid or not, perhaps near its present value `now`."""
    if isinstance(now, str) and source.random() < 0.3:
        return mutated(source, now)
    if source.random() < 0.2:
        return None
    if column.many:
        words = [str(code) for code in column.codes] or ["a", "b"]
        return source.choice([[], [words[0]], words, ["green"], [""], ["\x07"], [words[0], None]])
    if column.has(Ref) or column.key:
        made = source.choice([*ids, "no-such-record"])
        return made if source.random() < 0.6 else mutated(source, made)
    if column.kind in (Kind.TEXT, Kind.CODE):
        made = _MAKERS[column.kind](source, column)
        return made if source.random() < 0.5 else mutated(source, made)
    values: dict[Kind, list[object]] = {
        Kind.INTEGER: [0, 1, -1, 2, 2**63 - 1, -(2**63), 2**53 + 1],
        Kind.NUMBER: [Decimal(text) for text in ("0", "1", "-1.5", "0.000000001", "99999999999999999999999999999.999999999")],
        Kind.BOOLEAN: [True, False],
        Kind.DATE: [date.min, date.max, date(1677, 1, 1), date(2262, 4, 12), date(2024, 2, 29)],
    }
    return source.choice(values[column.kind])
