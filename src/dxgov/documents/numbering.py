"""Numbers of lists, printed as word processors and browsers print them: 1, (a), ⅳ, ①, ア, イ ロ ハ, 一 二 三."""

from collections.abc import Callable, Mapping

_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_HALF_WIDTH = str.maketrans(_AIUEO, "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = str.maketrans("一二三十", "壱弐参拾")
_ZODIAC, _STEMS = "子丑寅卯辰巳午未申酉戌亥", "甲乙丙丁戊己庚辛壬癸"
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def _format_roman(number: int) -> str:
    letters = []
    for value, numeral in _ROMAN:
        count, number = divmod(number, value)
        letters.append(numeral * count)
    return "".join(letters)


def _format_letter(number: int) -> str:
    """Return a, b, … z, aa, bb, …, as Word counts."""
    count, index = divmod(number - 1, 26)
    return chr(ord("a") + index) * (count + 1)


def _format_kanji(number: int) -> str:
    """Return a number of at most four digits with the words for ten, hundred and thousand."""
    digits = [(number // value % 10, unit) for value, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, ""))]
    return "".join(("" if digit == 1 and unit else _DIGITS[digit]) + unit for digit, unit in digits if digit) or "〇"


def _format_circled(number: int) -> str:
    for first, last, character in ((0, 0, "⓪"), (1, 20, "①"), (21, 35, "㉑"), (36, 50, "㊱")):
        if first <= number <= last:
            return chr(ord(character) + number - first)
    return str(number)


def _format_cyclic(characters: str) -> Callable[[int], str]:
    return lambda number: characters[(number - 1) % len(characters)]


def _format_ordinal(number: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else endings.get(number % 10, 'th')}"


_FORMATS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": "{:02}".format,
    "decimalFullWidth": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": _format_circled,
    "decimalEnclosedParen": "({})".format,
    "decimalEnclosedFullstop": "{}.".format,
    "numberInDash": "- {} -".format,
    "ordinal": _format_ordinal,
    "lowerLetter": _format_letter,
    "upperLetter": lambda number: _format_letter(number).upper(),
    "lowerRoman": _format_roman,
    "upperRoman": lambda number: _format_roman(number).upper(),
    "aiueoFullWidth": _format_cyclic(_AIUEO),
    "aiueo": lambda number: _format_cyclic(_AIUEO)(number).translate(_HALF_WIDTH),
    "irohaFullWidth": _format_cyclic(_IROHA),
    "iroha": lambda number: _format_cyclic(_IROHA)(number).translate(_HALF_WIDTH),
    "hiraganaAiueo": lambda number: _to_hiragana(_format_cyclic(_AIUEO)(number)),
    "hiraganaIroha": lambda number: _to_hiragana(_format_cyclic(_IROHA)(number)),
    "japaneseCounting": _format_kanji,
    "japaneseDigitalTenThousand": lambda number: "".join(_DIGITS[int(digit)] for digit in str(number)),
    "japaneseLegal": lambda number: _format_kanji(number).translate(_LEGAL_DIGITS),
    "ideographEnclosedCircle": lambda number: chr(0x3280 + number - 1) if number <= 10 else str(number),
    "ideographTraditional": _format_cyclic(_STEMS),
    "ideographZodiac": _format_cyclic(_ZODIAC),
}
"""How each format of numbers prints a number, by its name in WordprocessingML, with two of HTML's that this lacks."""

_SAME = {
    "ideographDigital": "japaneseDigitalTenThousand",
    "chineseCounting": "japaneseCounting",
    "chineseCountingThousand": "japaneseCounting",
    "taiwaneseCounting": "japaneseCounting",
    "decimalEnclosedCircleChinese": "decimalEnclosedCircle",
    "decimalHalfWidth": "decimal",
}
"""Names of WordprocessingML for formats that print as others do."""


def _to_hiragana(katakana: str) -> str:
    return chr(ord(katakana) - 0x60)


def format_number(number: int, format: str) -> str:
    """Return a number of a list as text; numbers that the format does not have, and unknown formats, as digits."""
    if format == "none":
        return ""
    if not 0 < number < 10_000 or (number > 780 and format.endswith("Letter")):
        return str(number)
    return _FORMATS.get(_SAME.get(format, format), str)(number)
