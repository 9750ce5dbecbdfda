"""Number formats of spreadsheets: a value as its cell shows it, such as ``令和8年12月1日`` or ``△ 1,200``."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

_TOKENS = re.compile(
    r"""
    (?P<literal>"[^"]*"|\\.|_.|\*.)            # text, and blanks or fills of a width
    |(?P<bracket>\[[^\]]*\])                   # colour, condition, locale, or elapsed hours
    |(?P<general>General|G/標準)
    |(?P<ampm>AM/PM|A/P|上午/下午|午前/午後)
    |(?P<date>yyyy|yy|mmmmm|mmmm|mmm|mm|m|dddd|ddd|dd|d|aaaa|aaa|ggg|gg|g|ee|e|hh|h|ss|s)
    |(?P<fraction>\.0+(?=[^0#?,]|$))
    |(?P<digits>[0#?][0#?,.]*(?:E[+-]0+)?)
    |(?P<other>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_ERAS = (
    ("2019-05-01", "令和", "R"),
    ("1989-01-08", "平成", "H"),
    ("1926-12-25", "昭和", "S"),
    ("1912-07-30", "大正", "T"),
    ("1868-01-25", "明治", "M"),
)
"""The first day, the name and the letter of each era."""
_WEEKDAYS = "月火水木金土日"
_ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_MAX_SERIAL = 2_958_466
"""The serial number of the day after 31 December 9999."""

BUILTIN_FORMATS = {
    "0": "General",
    "1": "0",
    "2": "0.00",
    "3": "#,##0",
    "4": "#,##0.00",
    "9": "0%",
    "10": "0.00%",
    "11": "0.00E+00",
    "14": "yyyy/m/d",
    "15": "d-mmm-yy",
    "16": "d-mmm",
    "17": "mmm-yy",
    "18": "h:mm AM/PM",
    "19": "h:mm:ss AM/PM",
    "20": "h:mm",
    "21": "h:mm:ss",
    "22": "yyyy/m/d h:mm",
    "27": "[$-411]ge.m.d",
    "28": '[$-411]ggge"年"m"月"d"日"',
    "29": '[$-411]ggge"年"m"月"d"日"',
    "30": "m/d/yy",
    "31": 'yyyy"年"m"月"d"日"',
    "32": 'h"時"mm"分"',
    "33": 'h"時"mm"分"ss"秒"',
    "34": 'yyyy"年"m"月"',
    "35": 'm"月"d"日"',
    "36": "[$-411]ge.m.d",
    "37": "#,##0;-#,##0",
    "38": "#,##0;-#,##0",
    "39": "#,##0.00;-#,##0.00",
    "40": "#,##0.00;-#,##0.00",
    "45": "mm:ss",
    "46": "[h]:mm:ss",
    "47": "mm:ss.0",
    "49": "@",
    "50": "[$-411]ge.m.d",
    "51": '[$-411]ggge"年"m"月"d"日"',
    "52": 'yyyy"年"m"月"',
    "53": 'm"月"d"日"',
    "54": '[$-411]ggge"年"m"月"d"日"',
    "55": 'yyyy"年"m"月"',
    "56": 'm"月"d"日"',
    "57": "[$-411]ge.m.d",
    "58": '[$-411]ggge"年"m"月"d"日"',
}
"""The formats that files do not spell out, by their numbers, as Excel in Japan shows them."""


def format_value(value: float | str, format: str, *, starts_1904: bool = False) -> str:
    """Return a value as a cell of a format shows it.

    Args:
        value: A number, which may stand for a moment, or a text.
        format: The format, with sections for positive and negative numbers, zero and text.
        starts_1904: True if days are counted from 1904 instead of 1900.
    """
    sections = _split_sections(format)
    if isinstance(value, str):
        section = sections[3] if len(sections) > 3 else sections[0] if "@" in sections[0] and len(sections) == 1 else "@"
        return "".join(value if (kind, token) == ("other", "@") else _show_literal(kind, token) for kind, token in _tokenize(section))
    section, is_signed = _choose_section(value, sections)
    tokens = _tokenize(section)
    kinds = {kind for kind, _ in tokens}
    if "date" in kinds or any(kind == "bracket" and _ELAPSED.fullmatch(token) for kind, token in tokens):
        moment = _to_moment(value, starts_1904=starts_1904)
        return _format_general(value) if moment is None else _format_moment(value, moment, tokens)
    if not kinds & {"digits", "general"}:
        return "".join(_format_general(value) if (kind, token) == ("other", "@") else _show_literal(kind, token) for kind, token in tokens)
    return _format_number(value if is_signed else abs(value), tokens)


def _split_sections(format: str) -> list[str]:
    sections = [""]
    for kind, token in _tokenize(format):
        if (kind, token) == ("other", ";"):
            sections.append("")
        else:
            sections[-1] += token
    return sections


def _tokenize(section: str) -> list[tuple[str, str]]:
    return [(match.lastgroup or "", match[0]) for match in _TOKENS.finditer(section)]


def _choose_section(value: float, sections: Sequence[str]) -> tuple[str, bool]:
    """Return the section for a number, and if its sign is to be shown."""
    conditions = [_CONDITION.search(section) for section in sections[:3]]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=False):
            if condition is None or _holds(value, condition[1], float(condition[2])):
                return section, True
        return sections[-1], True
    if value < 0 and len(sections) > 1:
        return sections[1], False
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], True


def _holds(value: float, sign: str, bound: float) -> bool:
    return {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound, "=": value == bound, "<>": value != bound}[
        sign
    ]


def _show_literal(kind: str, token: str) -> str:
    """Return the text that a token stands for beside a value."""
    if kind == "literal":
        return token[1:-1] if token.startswith('"') else token[1:] if token.startswith("\\") else " " if token.startswith("_") else ""
    if kind == "bracket":
        # A currency stands in the brackets of a locale: [$¥-411]
        return token[2:-1].partition("-")[0] if token.startswith("[$") else ""
    return token


def _to_moment(value: float, *, starts_1904: bool) -> datetime | None:
    """Return the moment that a serial number stands for; None if there is none."""
    days = value + 1462 if starts_1904 else value
    if not 0 <= days < _MAX_SERIAL:
        return None
    # Excel counts a 29 February 1900, so that days before it are one further from the start
    start = datetime(1899, 12, 31) if days < 60 else datetime(1899, 12, 30)  # noqa: DTZ001
    return start + timedelta(seconds=round(days * 86_400, 3))


def _format_moment(value: float, moment: datetime, tokens: Sequence[tuple[str, str]]) -> str:
    has_half_days = any(kind == "ampm" for kind, _ in tokens)
    spells_first_year = any("gannen" in token for kind, token in tokens if kind == "bracket")
    has_fraction = any(kind == "fraction" for kind, _ in tokens)
    if not has_fraction:
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    parts, last = [], ""
    for index, (kind, token) in enumerate(tokens):
        code = token.lower()
        if kind == "date":
            # The letter m stands for minutes behind hours and before seconds
            following = next((other.lower() for other_kind, other in tokens[index + 1 :] if other_kind == "date"), "")
            is_minute = code in ("m", "mm") and (last.startswith("h") or following.startswith("s"))
            text = f"{moment.minute:0{len(code)}}" if is_minute else _format_part(moment, code, has_half_days=has_half_days)
            parts.append("元" if text == "1" and code == "e" and spells_first_year else text)
            last = code
        elif kind == "bracket" and (elapsed := _ELAPSED.fullmatch(code)):
            seconds = int(value * 86_400 + 0.5)
            unit = {"h": 3600, "m": 60, "s": 1}[elapsed[1][0]]
            parts.append(f"{seconds // unit:0{len(elapsed[1])}}")
            last = elapsed[1]
        elif kind == "ampm":
            names = token.split("/")
            parts.append(names[moment.hour >= 12])
        elif kind == "fraction":
            parts.append(f".{moment.microsecond:06}"[: len(token)])
        else:
            parts.append(_show_literal(kind, token))
    return "".join(parts).strip()


def _format_part(moment: datetime, code: str, *, has_half_days: bool) -> str:
    """Return a part of a moment for a code such as ``yyyy``."""
    name, letter, era_year = _find_era(moment)
    hour = (moment.hour % 12 or 12) if has_half_days else moment.hour
    return {
        "yyyy": f"{moment.year:04}",
        "yy": f"{moment.year % 100:02}",
        "mmmmm": _MONTHS[moment.month - 1][0],
        "mmmm": _MONTHS[moment.month - 1],
        "mmm": _MONTHS[moment.month - 1][:3],
        "mm": f"{moment.month:02}",
        "m": str(moment.month),
        "dddd": _ENGLISH_WEEKDAYS[moment.weekday()],
        "ddd": _ENGLISH_WEEKDAYS[moment.weekday()][:3],
        "dd": f"{moment.day:02}",
        "d": str(moment.day),
        "aaaa": f"{_WEEKDAYS[moment.weekday()]}曜日",
        "aaa": _WEEKDAYS[moment.weekday()],
        "ggg": name,
        "gg": name[:1],
        "g": letter,
        "ee": f"{era_year:02}",
        "e": str(era_year),
        "hh": f"{hour:02}",
        "h": str(hour),
        "ss": f"{moment.second:02}",
        "s": str(moment.second),
    }[code]


def _find_era(moment: datetime) -> tuple[str, str, int]:
    """Return the name and letter of the era, and the year in it; before Meiji, the year alone."""
    for start, name, letter in _ERAS:
        if moment.date().isoformat() >= start:
            return name, letter, moment.year - int(start[:4]) + 1
    return "", "", moment.year


def _format_number(value: float, tokens: Sequence[tuple[str, str]]) -> str:
    """Return a number for a section with digits or ``General``."""
    number = Decimal(repr(value))
    number *= Decimal(100) ** tokens.count(("other", "%"))
    patterns = [token for kind, token in tokens if kind == "digits"]
    pattern = "".join(patterns)
    sign, shown = "", False
    parts = []
    for kind, token in tokens:
        if kind == "general":
            parts.append(_format_general(value))
        elif kind in ("digits", "fraction") and not shown:
            text = _format_digits(number, pattern)
            sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
            parts.append(text)
            shown = True
        elif kind not in ("digits", "fraction"):
            parts.append(_show_literal(kind, token))
    return (sign + "".join(parts)).strip()


def _format_digits(number: Decimal, pattern: str) -> str:
    """Return a number for digits such as ``#,##0.00``."""
    mantissa, exponent, _ = pattern.partition("E")
    whole, _, fraction = mantissa.partition(".")
    if exponent:
        return f"{number:.{len(fraction)}E}"
    # Commas at the end divide by a thousand each
    number = number.scaleb(-3 * (len(whole) - len(whole.rstrip(","))))
    places = sum(character in "0#?" for character in fraction)
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) if abs(number) < Decimal(10) ** 20 else number
    text = f"{abs(rounded):,f}" if "," in whole.rstrip(",") else f"{abs(rounded):f}"
    integer, _, decimals = text.partition(".")
    optional = len(fraction) - len(fraction.rstrip("#?"))
    while optional and decimals.endswith("0"):
        decimals, optional = decimals[:-1], optional - 1
    integer = integer.rjust(whole.count("0"), "0") if "0" in whole else integer.lstrip("0")
    point = "." if "." in pattern else ""
    return ("-" if rounded < 0 else "") + integer + (point + decimals if decimals else point)


def _format_general(value: float) -> str:
    """Return a number with at most eleven digits, as a cell without a format shows it."""
    if value == int(value) and abs(value) < 1e11:
        return str(int(value))
    return f"{value:.10g}".replace("e", "E")
