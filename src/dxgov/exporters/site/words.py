"""What the pages say beside what the records say, in Japanese and English."""

import re
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates import When, write
from dxgov.marks import Label
from dxgov.metadata import Metadata
from dxgov.schema import Column, Field, Part, Table
from dxgov.text.records import Lang, label


@frozen
class Said:
    """A text, and its language where that is not the page's."""

    text: str
    lang: str | None = None


WORDS: Mapping[str, Mapping[Lang, str]] = {
    "about": {"ja": "このデータについて", "en": "About the data"},
    "all": {"ja": "すべて", "en": "All"},
    "all of": {"ja": "全{count}件を検索で見る", "en": "See all {count} in the search"},
    "any": {"ja": "指定なし", "en": "any"},
    "by date": {"ja": "日付順", "en": "By date"},
    "by id": {"ja": "並びの順", "en": "As listed"},
    "by relevance": {"ja": "関連度順", "en": "By relevance"},
    "by": {"ja": "作成", "en": "By"},
    "clear": {"ja": "条件を消す", "en": "Clear"},
    "columns": {"ja": "この表の項目", "en": "What the fields mean"},
    "comma": {"ja": "、", "en": ", "},
    "conditions": {"ja": "条件", "en": "Choose"},
    "contents": {"ja": "内容", "en": "Contents"},
    "date": {"ja": "日付", "en": "Date"},
    "doi": {"ja": "DOI", "en": "DOI"},
    "download": {"ja": "ダウンロード", "en": "Download"},
    "downloads": {
        "ja": "すべての記録を収めた開かれたパッケージ（Data Package）です。",
        "en": "All records as open packages (Data Package).",
    },
    "facet": {"ja": "{table}から探す", "en": "Find by {table}"},
    "failed": {"ja": "検索用のファイルを読み込めませんでした。", "en": "A file of the search could not be loaded."},
    "find": {"ja": "検索", "en": "Search"},
    "find in": {"ja": "この一覧を検索する", "en": "Search this list"},
    "found": {"ja": "{count}件", "en": "{count} found"},
    "from": {"ja": "いつから", "en": "From"},
    "gone": {"ja": "この記録は、後の版で取り下げられました。", "en": "This record was given up in a later version."},
    "home": {"ja": "はじめのページ", "en": "Start"},
    "homepage": {"ja": "公開元", "en": "Home"},
    "id": {"ja": "ID", "en": "ID"},
    "in": {"ja": "所在", "en": "Part of"},
    "keep reading": {"ja": "前後の記録", "en": "Neighbouring records"},
    "language": {"ja": "言語", "en": "Language"},
    "licence": {"ja": "利用条件", "en": "Licence"},
    "loading": {"ja": "読み込み中…", "en": "Loading…"},
    "menu": {"ja": "主なページ", "en": "Main pages"},
    "moved": {"ja": "この記録は、現在こちらにあります。", "en": "This record is now here."},
    "next": {"ja": "次へ", "en": "Next"},
    "no": {"ja": "いいえ", "en": "no"},
    "no scripts": {
        "ja": "検索にはJavaScriptが必要です。一覧と時系列、各記録のページはそのまま読めます。",
        "en": "The search needs JavaScript. Lists, timeline and records can be read without it.",
    },
    "none": {"ja": "記録がありません。", "en": "There are no records."},
    "nothing": {"ja": "該当する記録がありません。", "en": "No record fits."},
    "other language": {"ja": "English", "en": "日本語"},
    "page of": {"ja": "{page} / {pages} ページ", "en": "Page {page} of {pages}"},
    "pages": {"ja": "ページ", "en": "Pages"},
    "parts": {"ja": "構成要素", "en": "Its parts"},
    "previous": {"ja": "前へ", "en": "Previous"},
    "record": {"ja": "記録", "en": "Record"},
    "records": {"ja": "{count}件", "en": "{count} records"},
    "one record": {"ja": "1件", "en": "1 record"},
    "refers to": {"ja": "参照先", "en": "Refers to"},
    "referring": {"ja": "この記録を参照するもの", "en": "Referred to by"},
    "results": {"ja": "結果", "en": "Results"},
    "search hint": {"ja": "語句またはIDで探す", "en": "Words or an id"},
    "skip": {"ja": "本文へ", "en": "Skip to content"},
    "some": {
        "ja": "すべての語を含む記録はありません。一部の語を含むものを示します。",
        "en": "No record has all the words; these have some of them.",
    },
    "sort": {"ja": "並べ方", "en": "Order"},
    "sources": {"ja": "元の資料", "en": "Made from"},
    "span": {"ja": "例: 2024、2024-04、2024-04-22", "en": "As 2024, 2024-04 or 2024-04-22"},
    "span wrong": {
        "ja": "日付は 2024、2024-04、2024-04-22 のように入力してください。",
        "en": "Write dates as 2024, 2024-04 or 2024-04-22.",
    },
    "table": {"ja": "種別", "en": "Kind of record"},
    "tables": {"ja": "一覧", "en": "Lists"},
    "timeline": {"ja": "時系列", "en": "Timeline"},
    "timeline text": {
        "ja": "日付は、資料に書かれた曖昧さのまま示します。",
        "en": "Dates are as vague as they were printed.",
    },
    "to": {"ja": "いつまで", "en": "To"},
    "undated": {"ja": "日の定まらないもの", "en": "Without a day"},
    "version": {"ja": "版", "en": "Version"},
    "year": {"ja": "{year}年", "en": "{year}"},
    "years": {"ja": "年", "en": "Years"},
    "yes": {"ja": "はい", "en": "yes"},
}

SHAPES: Mapping[str, Mapping[Lang, str]] = {
    "day": {"ja": "その日", "en": "on that day"},
    "span": {"ja": "期間を通じて", "en": "all of the span"},
    "window": {"ja": "期間内のいずれか", "en": "some time in the span"},
    "until": {"ja": "この日まで", "en": "up to then"},
    "since": {"ja": "この日から", "en": "from then on"},
    "window tentative": {"ja": "未確定", "en": "not settled"},
    "day cancelled": {"ja": "中止・延期", "en": "called off or put off"},
}
"""What the looks of dates mean."""


def table_name(table: Table, lang: Lang) -> str:
    """What the records of a table are called, many of them."""
    return table.label if lang == "ja" else _sentence_case(table.name)


def field_name(field: Field, lang: Lang) -> str:
    """What a field is called."""
    return label(field, lang) if lang == "ja" else _sentence_case(re.sub(r"_ids?$", "", label(field, lang)) or field.name)


def part_name(field: Field, part: Part, lang: Lang) -> str:
    """What a part of a value is called on its own."""
    if lang == "en":
        return _sentence_case(re.sub(r"_ids?$", "", part.name))
    outer = field.mark(Label)
    return part.column.label.removeprefix(f"{outer.text if outer else field.name}（").removesuffix("）")


def column_name(table: Table, column: Column, lang: Lang) -> str:
    """What a column is called: its field, and the part of a value that it holds."""
    for field in table.fields:
        for part in field.parts:
            if part.column is column:
                whole, inner = field_name(field, lang), part_name(field, part, lang)
                return f"{whole}（{inner}）" if lang == "ja" else f"{whole}: {inner[:1].lower()}{inner[1:]}"
        if column in field.columns:
            return field_name(field, lang) if lang == "ja" or not field.name.endswith("_en") else f"{field_name(field, lang)} (English)"
    return column.name


def relation_name(table: Table, name: str, lang: Lang) -> str:
    """What records of a table do that refer to another through a field of that name: ``Asks: expected of``."""
    whole = table_name(table, lang)
    field = next(field for field in table.fields if any(column.name == name for column in field.columns))
    told = field_name(field, lang)
    return f"{whole}（{told}）" if lang == "ja" else f"{whole}: {told[:1].lower()}{told[1:]}"


def code_name(code: Code, lang: Lang) -> str:
    """What a member of a code list is called."""
    return code.label if lang == "ja" else str(code).replace("_", " ")


def spoken(text: str, lang: Lang) -> "Said":
    """A text of the metadata; of one that says the same in two languages, parted by a slash, what is in the language of the page."""
    pieces = [each.strip() for each in text.split(" / ")]
    own = [each for each in pieces if guessed(each, lang) == lang]
    chosen = own[0] if len(pieces) == 2 and len(own) == 1 else text
    found = guessed(chosen, lang)
    return Said(chosen, None if found == lang else found)


def about(metadata: Metadata, lang: Lang) -> list[tuple[str, list["Said"]]]:
    """What a data set says about itself, named."""
    version = " ".join(str(each) for each in (metadata.version, metadata.created and f"({metadata.created})") if each)
    told: dict[str, list[str | None]] = {
        "version": [version],
        "by": [each.name for each in metadata.contributors],
        "licence": [each.title or each.name or str(each.path) for each in metadata.licenses],
        "doi": [metadata.doi],
        "homepage": [metadata.homepage],
        "sources": [each.name for each in metadata.sources],
    }
    rows = ((name, [spoken(each, lang) for each in texts if each]) for name, texts in told.items())
    return [(WORDS[name][lang], texts) for name, texts in rows if texts]


def date_words(when: When, lang: Lang) -> str:
    """What a date means, in words."""
    key = (when.edtf, when.scope, lang)
    if key not in _DATES:
        _DATES[key] = write(when, lang)
    return _DATES[key]


_DATES: dict[tuple[Any, ...], str] = {}


def _sentence_case(name: str) -> str:
    words = name.replace("_", " ")
    for plain, usual in (("id", "ID"), ("url", "URL"), ("sha256", "SHA-256")):
        words = re.sub(rf"\b{plain}\b", usual, words)
    return f"{words[:1].upper()}{words[1:]}"


_JAPANESE = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]")
_LATIN = re.compile("[A-Za-z]")


def guessed(text: str, page: Lang) -> str | None:
    """The language of a text that nobody tells, by its letters; where it has none, or only an abbreviation, that of the page."""
    japanese = len(_JAPANESE.findall(text))
    if japanese and japanese * 2 >= len(_LATIN.findall(text)):
        return "ja"
    if japanese or (_LATIN.search(text) and " " in text.strip()):
        return "en"
    return page
