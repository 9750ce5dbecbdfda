"""Vocabulary of dates: words with their meanings, and regular expressions over folded text."""

import re
from collections.abc import Iterable
from typing import Literal

from dxgov.dates.normalization import KANJI_DIGITS

Part = Literal[
    "early", "middle", "late", "early_middle", "middle_late", "mid", "first_half", "second_half", "early_half", "late_half",
    "beginning", "end", "last_day", "turn", "decade", "quarter", "season", "week", "weekday", "unspecified",
]  # fmt: skip
"""Part of a year or month; the halves of a month are ``early_half`` and ``late_half``, and ``unspecified`` has no certain length."""
Portion = Literal["beginning", "end", "first_half", "second_half", "mid", "unspecified"]
"""Part of a part, such as 末 of 第2四半期末 and 前半 of 2020年代前半."""
Offset = tuple[int, Literal["reference", "previous"]]
"""Number of years, months, weeks or days, and its base: the reference date or the previous date in the text."""

SP = "[ ]{0,4}"
"""Blanks inside an expression."""
DASH = f"{SP}[~-]{SP}"
"""Dash of a range."""
WORD_END = "(?:(?![一-鿿々])|(?=頃|迄|予定|見込|付|以[降後前]|目[途処]|現在|時点|及び|並びに|又は))"
"""End of a word: no kanji that extends it to another word, as 中国 would extend 年中."""
WEEKDAYS = "月火水木金土日"
FWS = rf"{SP}(?:\n{SP})?"
"""Blanks with at most one line break (folding white space), as between the parts of a date in PDF files."""
AND = rf"{SP}(?:、|,|・|及び|および|並びに|ならびに|と|や|又は|または){SP}"
"""Separator between the dates of a list."""
NUM = rf"(?:[0-9]{{1,2}}(?![0-9])|[{KANJI_DIGITS}十]{{1,3}})"
"""Number of one or two digits, or of kanji."""
_ERA_NUM = rf"(?:[0-9]{{1,3}}(?![0-9])|[{KANJI_DIGITS}十]{{1,3}})"
_ORDINAL = "(?:[1-6]|[一二三四五六])"
MASKED_DIGITS = r"[xX×○〇◯●*_]{1,2}"
"""Placeholder of a month or day that is not filled in."""
_ERA = (
    r"(?:明[ \n]?治|大[ \n]?正|昭[ \n]?和|平[ \n]?成|令[ \n]?和|(?<![A-Za-z0-9])[MTSHR](?=[ ]?\.?[ ]?[0-9元])"
    r"|(?<![一-鿿A-Za-z0-9])[令平昭](?=\.?(?:元|[0-9]{1,2})[ ]?(?:年|[./][0-9])))"
)
_WESTERN = rf"(?:[0-9]{{4}}(?![0-9])|[{KANJI_DIGITS}]{{4}})"
_ALTERNATE_YEAR = rf"\({SP}(?:西暦|明治|大正|昭和|平成|令和|[MTSHR])?{SP}(?:元|[0-9{KANJI_DIGITS}十]{{1,4}}){SP}(?:年度?)?{SP}\)"
"""The same year in another calendar in parentheses, as in 令和3年(2021年)."""

_REFERENCE_OFFSETS: dict[str, int] = {"今": 0, "本": 0, "当": 0, "来": 1, "再来": 2}
"""Offsets from the reference date that years and months share."""
YEAR_OFFSETS: dict[str, Offset] = {
    **{word: (offset, "reference") for word, offset in (_REFERENCE_OFFSETS | {"次": 1, "明": 1, "昨": -1, "去": -1, "一昨": -2}).items()},
    **{word: (offset, "previous") for word, offset in {"同": 0, "翌": 1, "翌々": 2, "前": -1, "前々": -2}.items()},
}
MONTH_OFFSETS: dict[str, Offset] = {
    **{word: (offset, "reference") for word, offset in (_REFERENCE_OFFSETS | {"先": -1, "先々": -2}).items()},
    **{word: (offset, "previous") for word, offset in {"同": 0, "翌": 1, "翌々": 2, "前": -1, "前々": -2}.items()},
}
DAY_OFFSETS: dict[str, Offset] = {
    **{word: (offset, "reference") for word, offset in {"本": 0, "今": 0, "明": 1, "明後": 2, "昨": -1, "一昨": -2}.items()},
    **{word: (offset, "previous") for word, offset in {"同": 0, "当": 0, "翌": 1, "翌々": 2, "前": -1}.items()},
}
WEEK_OFFSETS: dict[str, Offset] = {
    **{word: (offset, "reference") for word, offset in {"今": 0, "来": 1, "再来": 2, "先": -1, "先々": -2}.items()},
    **{word: (offset, "previous") for word, offset in {"同": 0, "翌": 1, "前": -1}.items()},
}
SEASONS = {"春": 21, "夏": 22, "秋": 23, "冬": 24}
"""EDTF numbers of the seasons."""
SEASON_WORDS: dict[str, tuple[int, Portion | None]] = {
    **dict.fromkeys(("春先", "早春"), (21, "beginning")),
    "初夏": (22, "beginning"),
    **dict.fromkeys(("秋口", "初秋"), (23, "beginning")),
    "晩春": (21, "end"),
    "晩夏": (22, "end"),
    "晩秋": (23, "end"),
    **dict.fromkeys(("夏場", "真夏", "盛夏"), (22, None)),
    **dict.fromkeys(("冬場", "真冬"), (24, None)),
}
"""Words for a season or a portion of one. 初春 is missing, because it also means New Year."""
_MIDDLE = ("半ば", "なかば", "中頃", "中ごろ", "央")
_UNSPECIFIED = ("上旬", "初旬", "中旬", "下旬", "序盤", "中盤", "終盤")
"""Words that, after a year or half, mean an early, middle or late time of no certain length."""
YEAR_PARTS: dict[str, Part] = {
    **dict.fromkeys(("上半期", "上期", "前半"), "first_half"),
    **dict.fromkeys(("下半期", "下期", "後半"), "second_half"),
    **dict.fromkeys(_MIDDLE, "mid"),
    **dict.fromkeys(_UNSPECIFIED, "unspecified"),
    "末年始": "turn",
    "代": "decade",
}
MONTH_PARTS: dict[str, Part] = {
    **dict.fromkeys(("上旬", "初旬"), "early"),
    "中旬": "middle",
    **dict.fromkeys(("上中旬", "上・中旬", "上~中旬"), "early_middle"),
    **dict.fromkeys(("中下旬", "中・下旬", "中~下旬"), "middle_late"),
    "下旬": "late",
    **dict.fromkeys(_MIDDLE, "mid"),
    "前半": "early_half",
    "後半": "late_half",
    "末日": "last_day",
}
EDGE_PARTS: dict[str, Part] = {
    "末": "end",
    "月末": "end",
    **dict.fromkeys(("月初", "当初", "初頭", "初め", "はじめ", "始め", "初", "頭", "始"), "beginning"),
}


def _join_alternatives(words: Iterable[str]) -> str:
    """Join words to a regular expression, the longest first."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


def _join_words(words: Iterable[str]) -> str:
    """Join words to a regular expression; words of one kanji end where no other word begins."""
    return _join_alternatives(f"{word}{_WORD_ENDS.get(word, '')}" for word in words)


_WORD_ENDS = {"央": WORD_END, "代": "(?![表理替行官金議価々])"}


_DURATION_AFTER_MONTH = (
    "間|当た?り|あた|額|刊|例|謝|給|齢|曜|以内|を超え|を経過|を限度|ごと|毎|に[0-9一二三四五六七八九十]+回|未満|以上"
    "|前(?![半期])|後(?![半期])|病(?![院棟床])|期?決算|期(?![間限日])"
)
"""Text after a month without a year that makes it a duration or another word."""
_DURATION_AFTER_DAY = "間|以内|前(?!後)|後|目|程|当|数|以上|連続"
"""Text after a bare day that makes it a duration or a count."""
_DURATION_AFTER_YEAR = "間|前(?![半期])|後(?![半期])|ぶり|連続|余り|問題(?![集冊数文用案])"
"""Text after a year without an era that makes it a duration."""
_FISCAL_EDGE = f"度(?=末|当初|初め|はじめ|始め|半ば|なかば|中頃|中ごろ|央{WORD_END}|前半|後半|[内中]{WORD_END})"


def _expect_shared_unit(digits: str, unit: str) -> str:
    """Return a lookahead for further numbers of a list and the unit that they share, as after 10 in 10・11日."""
    return rf"(?<=[0-9元{KANJI_DIGITS}十])(?=(?:{AND}{digits}(?:{DASH}{digits})?(?![0-9])){{1,11}}{SP}{unit})"


_SHARED_DAY = _expect_shared_unit(NUM, f"日(?!曜|{_DURATION_AFTER_DAY})")
_SHARED_MONTH = _expect_shared_unit(NUM, f"月(?!{_DURATION_AFTER_MONTH})")
_SHARED_YEAR = _expect_shared_unit(
    rf"(?:{_ERA}{SP})?(?:元|[0-9]{{1,4}}|[{KANJI_DIGITS}十]{{1,4}})", f"年(?!{_DURATION_AFTER_YEAR}|生|目)(?P<shared_fiscal>度)?"
)
DATE = re.compile(
    rf"""
    (?P<years> (?: (?:(?P<other_era>{_ERA})\.?{SP}(?P<other_year>元|{NUM}){DASH})?
            (?P<era>{_ERA})\.?{FWS}(?:(?P<era_from>{NUM}){DASH})?(?P<era_year>元|[0-9]\n[0-9](?={SP}年)|{_ERA_NUM})
          | (?P<short_from>[0-9]{{4}}){DASH}(?P<short>[0-9]{{2}})(?![0-9])
          | (?:西暦{SP})?(?:(?P<western_from>{_WESTERN}){DASH})?(?P<western>{_WESTERN})
          | 西暦{SP}(?P<ancient>[0-9]{{1,3}})
          | (?P<masked_year>[0-9]{{3}}[xX○〇◯]|[0-9]{{2}}(?:xx|XX|○○|〇〇|◯◯))
          | (?P<era_less>{NUM})(?!{SP}年(?:間|前(?!半)|後(?!半)|目|ぶり|連続|以上|未満|余|制|生|が|経過)) )
        (?P<alternate>{SP}{_ALTERNATE_YEAR})?
        (?: (?(era){FWS}|{SP}(?:\n(?=年(?:度|{SP}{NUM}{SP}月)))?)(?P<unit>年)(?P<fiscal>{FWS}度)?(?P<alternate_after>{SP}{_ALTERNATE_YEAR})?
          | (?P<shared_year>{_SHARED_YEAR}) )
      | (?P<relative>{_join_alternatives(YEAR_OFFSETS)})年(?P<relative_fiscal>度)?
      | (?P<next_month>翌)(?={NUM}{SP}月)
      | (?P<bare_year>年)(?:(?P<bare_fiscal>{_FISCAL_EDGE})|(?=末|始|初|頭|明け|半ば|なかば|央{WORD_END}|内{WORD_END}))
    )?
    (?P<months> {FWS}(?:の{SP})?
        (?: (?:(?P<month_from>{NUM}){DASH})?(?P<month>(?(years)1\n[0-2](?={SP}月)|(?!))|{NUM}|{MASKED_DIGITS})
            (?: (?(years){FWS}月|{SP}(?:\n(?=月{SP}{NUM}{SP}日))?月(?!{_DURATION_AFTER_MONTH})) | (?P<shared_month>{_SHARED_MONTH}) )
          | (?P<relative_month>{_join_alternatives(MONTH_OFFSETS)})月
          | (?P<bare_month>月)(?=末|初|頭|内{WORD_END}) ) )?
    (?: (?(years)(?(months)|(?!))){FWS}(?:の{SP})?
        (?:(?P<day_from>{NUM}){DASH})?(?P<day>(?(months)[1-3]\n[0-9](?={SP}日)|(?!))|{NUM}|{MASKED_DIGITS}|吉)
        (?: (?(months){FWS}|{SP})日(?!曜|間(?!隔)) | {_SHARED_DAY} | (?<=[0-9])(?={SP}\({SP}[{WEEKDAYS}]{SP}[曜)・,、/祝]) ) )?
    """,
    re.VERBOSE,
)
"""Date with units; every part is optional, so that it matches at any position."""
NEXT_LISTED_YEAR = re.compile(rf"{AND}(?P<digits>[0-9]{{1,4}}|[{KANJI_DIGITS}十]+)(?![0-9])")
DURATION_AFTER_YEAR = re.compile(_DURATION_AFTER_YEAR)
DURATION_AFTER_DAY = re.compile(f"{_DURATION_AFTER_DAY}|分")
"""Text after a bare day that makes it a duration or a share."""
DURATION_AFTER_RANGE_END = re.compile(_DURATION_AFTER_DAY)
"""Text after the day at the end of a range that makes it a duration; 15日分 is allowed as the share of a day."""
COUNTER = (
    "人(?![事権])|名|件|社(?![会員内])|校(?![長内])|都道府県|[市区町村道府県](?![議民長役内立営庁])|団体|自治体|組織|機関|事業|施設|項目|議席|議員|委員(?!会)|世帯"
    "|回(?![答収])|台(?!風)|本(?![日会庁番格])|枚|個(?![人別])|票|円|[万億千百]|軒|戸|冊|頁|ペ-ジ|点(?!検)|割|倍|以[上下内外]|未満|程|[弱強超]|補[助填]|負担|助成|控除"
    "|軽減|[減増縮削]|短縮|半|ずつ|くらい|ぐらい|ほど|を(?:占|補助|負担|助成)|に(?:減|縮|短縮|削|軽減|増)|の|%|量|額|分(?![科析会])|課(?![長題])|部(?![会長])|所(?![長管])|[室園館](?!長)"
    "|[か箇カヶ]所|席|段階?|[年月週]|日(?![程時])|時(?!点)|インチ|サイズ|[A-Za-z]"
)
"""Text after a number that makes it a count, share or measure; ー is folded to a hyphen."""
MONTH_SUFFIX = re.compile(rf"{SP}(?:[~-]{SP}[MTSHR0-9]|から|まで|以降|現在|時点|頃|ごろ|末|[上中下]旬|予定|目[途処]|[めメ][どド]|\))")
"""Text after 令和3.4 or R3.4 that makes it a month."""
NOUN_AFTER_MONTH = re.compile(f"(?!{COUNTER})[一-鿿]")
"""Word after H31.3 that is not a measure, as in H31.3策定."""
RELATIVE_WORD = re.compile(
    rf"(?P<day>{_join_alternatives(DAY_OFFSETS)})日(?!では|に至|[的比報香立券]|利用|販売)|(?P<week>{_join_alternatives(WEEK_OFFSETS)})週(?!刊|間|報)|(?P<year>今|来|再来|昨)(?P<season>[春夏秋冬]){WORD_END}"
)
NUMERIC_DATE = re.compile(
    rf"(?:(?P<era>{_ERA})\.?{SP}(?P<era_year>元|[0-9]{{1,2}})|(?P<western>[0-9]{{4}}))(?P<alternate>)"
    rf"(?P<separator>[./-]){SP}(?P<month>[0-9]{{1,2}})(?:(?P=separator){SP}(?P<day>[0-9]{{1,2}}))?(?![0-9]|(?P=separator){SP}[0-9]|{SP}[年月日])"
)
SLASH_DAY = re.compile(r"(?P<month>0?[1-9]|1[0-2])/(?P<day>0?[1-9]|[12][0-9]|3[01])(?![0-9/])")
SLASH_DAY_AFTER_YEAR = re.compile(rf"{SP}(?:の{SP})?{SLASH_DAY.pattern}(?={SP}(?P<counter>{COUNTER})?)")
DAY_SUFFIX = re.compile(rf"{SP}(?:[~-]{SP}[0-9]|から|まで|迄|以[降後前]|現在|時点|付|必着|締切|\({SP}[{WEEKDAYS}])")
"""Text after 令和4年3/4 that makes it a day rather than a share."""
_COMPOUND_AFTER_END = "尾|端|期|調整|年|手当|勤勉|賞与|ボ-ナス|一時金|試験|考査|テスト"
_END_WORD = f"末(?!{_COMPOUND_AFTER_END})"
_BEGINNING_WORD = f"(?:当初|初頭|(?:初め|はじめ|始め)(?!て|に?ま)|初(?!め|回)|頭|始(?!め|ま)){WORD_END}"
_LISTED_QUARTERS = rf"(?:(?:{AND}|{DASH})第?{SP}[1-4一二三四]){{1,3}}{SP}・?四半期"
PART = re.compile(
    rf"{SP}(?:の{SP})?(?:(?P<word>{_join_words([*YEAR_PARTS, *MONTH_PARTS])})"
    rf"|(?P<edge>月?{_END_WORD}|月初{WORD_END}|{_BEGINNING_WORD})|(?P<year_opening>明け)"
    rf"|第?{SP}(?P<quarter>[1-4一二三四]){SP}・?四半期|(?P<quarter_letter>[1-4])Q(?![A-Za-z0-9])|第?{SP}(?P<shared_quarter>[1-4一二三四])(?=(?P<shared_quarters>{_LISTED_QUARTERS}))"
    rf"|(?P<season_word>{_join_alternatives(SEASON_WORDS)}){WORD_END}|(?P<season>[春夏秋冬])(?:[季期]|{WORD_END}|(?=前半|後半|半ば))"
    rf"|第{SP}(?P<week>{_ORDINAL}){SP}週目?|(?P<nth_week>{_ORDINAL})週目|最終(?P<last_weekday>[{WEEKDAYS}])曜日?|第{SP}(?P<nth>{_ORDINAL}){SP}(?P<weekday>[{WEEKDAYS}])曜日?)"
)
"""Part of a year or month."""
PORTION = re.compile(
    rf"{SP}(?:の{SP})?(?:期|週)?(?:(?P<end>{_END_WORD}日?|終わり(?!ま))|(?P<beginning>首{WORD_END}|{_BEGINNING_WORD})|(?P<first_half>前半)|(?P<second_half>後半)"
    rf"|(?P<mid>{_join_words(_MIDDLE)})|(?P<unspecified>{_join_alternatives(_UNSPECIFIED)})|(?P<after_or_beginning>明け))"
)
"""Portion of a decade, half, quarter, season, third of a month or week, as 末 in 第2四半期末 or 期首 in 上半期期首."""
COMPOUND_AFTER_PART = re.compile(f"期?末(?:{_COMPOUND_AFTER_END})")
"""Text after a half or quarter that makes another word of it, as in 上期末手当, an allowance."""
WEEKDAY = re.compile(
    rf"{SP}(?:\({SP}(?:祝日?{SP}[・,、/]{SP})?(?P<short>[{WEEKDAYS}])(?:曜日?)?{SP}(?:[・,、/]?{SP}(?:祝日?|休日?|振替休日|振休))?{SP}\)|(?P<long>[{WEEKDAYS}])曜日?|\((?:祝日?|休日?|振替休日|振休)\))"
)
WEEK = re.compile(rf"{SP}の?{SP}週(?!間|刊|報|休)")
RANGE_END_DAY = re.compile(rf"(?:(?P<month>[0-9]{{1,2}})[./]{SP})?(?P<day>[0-9]{{1,2}})(?![0-9./]|{SP}[年月日時])")
"""Day, with or without a month, at the end of a range such as 4/1～3."""
