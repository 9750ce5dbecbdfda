"""Texts of the pages in Japanese and English, and titles of tables, fields and codes."""

import re
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates import When, write
from dxgov.languages import Lang, lower_first
from dxgov.metadata import Metadata
from dxgov.model.relations import Predicate
from dxgov.schema import Table


@frozen
class TaggedText:
    """A text with its language, or None if that is the language of the page."""

    text: str
    lang: str | None = None


WORDS: Mapping[str, Mapping[Lang, str]] = {
    "about": {"ja": "このデータについて", "en": "About the data"},
    "all": {"ja": "すべて", "en": "All"},
    "all in list": {"ja": "全{count}件を一覧で見る", "en": "See all {count} in the list"},
    "all of": {"ja": "全{count}件を検索で見る", "en": "See all {count} in the search"},
    "any": {"ja": "指定なし", "en": "any"},
    "basis": {"ja": "根拠: {basis}", "en": "basis: {basis}"},
    "became": {"ja": "その後どうなったか", "en": "What became of it"},
    "before": {"ja": "それまでの経緯", "en": "What came before"},
    "breaks off": {
        "ja": "ここで途切れます。以後に公表された次の文書に、この件の記載はありません。",
        "en": "Here it breaks off. Later documents that do not mention it:",
    },
    "by date": {"ja": "日付順", "en": "By date"},
    "by id": {"ja": "並びの順", "en": "As listed"},
    "by relevance": {"ja": "関連度順", "en": "By relevance"},
    "by": {"ja": "作成", "en": "By"},
    "clear": {"ja": "条件を消す", "en": "Clear"},
    "columns": {"ja": "この表の項目", "en": "What the fields mean"},
    "comma": {"ja": "、", "en": ", "},
    "conditions": {"ja": "条件", "en": "Choose"},
    "confidence": {"ja": "確信度: {confidence}", "en": "confidence: {confidence}"},
    "contents": {"ja": "内容", "en": "Contents"},
    "date": {"ja": "日付", "en": "Date"},
    "doi": {"ja": "DOI", "en": "DOI"},
    "details": {"ja": "ID、原文の位置、すべての項目", "en": "ID, place in the document, and all fields"},
    "download": {"ja": "ダウンロード", "en": "Download"},
    "downloads": {
        "ja": "すべての記録を収めた公開パッケージ（Data Package）です。",
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
    "on page": {"ja": "次の記録のページに載るもの:", "en": "On the page of"},
    "other language": {"ja": "English", "en": "日本語"},
    "page of": {"ja": "{page} / {pages} ページ", "en": "Page {page} of {pages}"},
    "pages": {"ja": "ページ", "en": "Pages"},
    "parts": {"ja": "構成要素", "en": "Its parts"},
    "previous": {"ja": "前へ", "en": "Previous"},
    "record": {"ja": "記録", "en": "Record"},
    "records": {"ja": "{count}件", "en": "{count} records"},
    "one record": {"ja": "1件", "en": "1 record"},
    "refers to": {"ja": "参照先", "en": "Refers to"},
    "results": {"ja": "結果", "en": "Results"},
    "save results": {"ja": "検索結果を保存", "en": "Save the results"},
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
    "not traced": {
        "ja": "{table}は件数が多いため、それぞれのその後は示していません。",
        "en": "{table} are too many to tell what became of each.",
    },
    "nothing known": {
        "ja": "この件のその後は分かりません。収録した文書には、これを受けた記載がありません。",
        "en": "Nothing is known. No document of this collection takes it up.",
    },
    "related": {"ja": "関連する記録", "en": "Related records"},
    "finding": {
        "ja": "要望行為{all}件のうち、{taken}件はその後の文書で扱われ（回答が示されたもの{answered}件）、{silent}件は続報がない。",
        "en": "Of {all} asks, later documents speak of {taken}, {answered} of them with an answer; of {silent} nothing more is heard.",
    },
    "finding unanswered": {
        "ja": "要望行為{all}件のうち、{taken}件はその後の文書で扱われ、{silent}件は続報がない。要望への回答を示す文書はない。",
        "en": "Of {all} asks, later documents speak of {taken}; of {silent} nothing more is heard. No document states an answer to an ask.",
    },
    "outcomes": {"ja": "要望と約束のその後", "en": "What became of what was asked and promised"},
    "total": {"ja": "計", "en": "All"},
    "flow": {"ja": "誰が、誰に、何を求めたか", "en": "Who asked whom for what"},
    "see chart": {"ja": "図から記録をたどる", "en": "Follow the picture to the records"},
    "charts": {"ja": "図で見る", "en": "Charts"},
    "due next": {"ja": "これから期限や予定を迎えるもの", "en": "What falls due next"},
    "newest": {
        "ja": "収録した最も新しい文書の日付は{day}。それより後のことは、ここでは分からない。",
        "en": "Newest document here: {day}. What came after it cannot be seen here.",
    },
    "see all overdue": {"ja": "期日を過ぎたものをすべて見る", "en": "See all whose date is over"},
    "as of": {"ja": "{day}現在", "en": "As of {day}"},
    "nothing due": {
        "ja": "これより後の期限や予定は、収録した文書にありません。",
        "en": "The documents of this collection name no date after this.",
    },
    "debate": {"ja": "議論の移り変わり", "en": "How the debate moved over the years"},
    "utterances": {"ja": "要望・発言など{count}件", "en": "{count} asks, statements and the like"},
    "stories": {"ja": "その後をたどる", "en": "Stories to follow"},
    "records of": {"ja": "図形ごとの記録", "en": "The records behind the shapes"},
    "chart data": {"ja": "図のデータ（CSV）", "en": "Data of the chart (CSV)"},
    "as text": {"ja": "文章で読む", "en": "The chart in words"},
    "as picture": {"ja": "経過を図で見る", "en": "See it as a picture"},
    "page data": {"ja": "このページのデータ", "en": "Data of this page"},
    "filter rows": {"ja": "この画面の行を絞り込む", "en": "Filter the rows shown here"},
    "sort rows": {"ja": "並べ替える", "en": "Sort"},
    "other dates": {
        "ja": "そのほかの日付（在任、公表、設立、時点など）",
        "en": "Other dates: appointments, publications, foundings and the like",
    },
    "more": {"ja": "ほかの記録も検索で見る", "en": "See all others in the search"},
    "this record": {"ja": "この記録", "en": "this record"},
    "asked here": {"ja": "求めていること", "en": "What it asks"},
    "conversation": {"ja": "やりとり", "en": "Who said what"},
    "at meeting": {"ja": "この会議に関わる記録", "en": "Also at this meeting"},
    "story": {"ja": "これまでの経過", "en": "How it went"},
    "said about": {"ja": "これについて述べたこと", "en": "What was said about it"},
    "named in": {"ja": "これに関わる記録", "en": "Other records that name it"},
    "overdue": {"ja": "期限を過ぎ、続報のないもの", "en": "Overdue, and nothing heard of it"},
    "asked": {"ja": "求めたこと", "en": "What it asked"},
    "was asked": {"ja": "求められたこと", "en": "What was asked of it"},
    "answered": {"ja": "答え、約束したこと", "en": "What it answered and promised"},
    "said else": {"ja": "そのほかに述べたこと", "en": "What else it said"},
    "both ends": {"ja": "結び付けた二つの記録", "en": "The two records"},
    "others": {"ja": "ほか{count}者", "en": "and {count} others"},
    "source": {"ja": "出典", "en": "Source"},
    "lines": {"ja": "{first}～{last}行目", "en": "lines {first}–{last}"},
    "line": {"ja": "{first}行目", "en": "line {first}"},
    "open document": {"ja": "原文を開く", "en": "Open the document"},
    "cite": {"ja": "引用する", "en": "Cite this record"},
    "copy": {"ja": "引用をコピー", "en": "Copy citation"},
    "copied": {"ja": "コピーしました", "en": "Copied"},
    "why": {"ja": "関連の記録", "en": "about this link"},
    "all links": {"ja": "結び付いたすべての記録", "en": "All linked records"},
    "to": {"ja": "いつまで", "en": "To"},
    "undated": {"ja": "日の定まらないもの", "en": "Without a day"},
    "version": {"ja": "版", "en": "Version"},
    "year": {"ja": "{year}年", "en": "{year}"},
    "years": {"ja": "年", "en": "Years"},
    "yes": {"ja": "はい", "en": "yes"},
}

RELATIONS: Mapping[str, tuple[Mapping[Lang, str], Mapping[Lang, str]]] = {
    Predicate.RESTATES: ({"ja": "先に述べたもの", "en": "Repeats"}, {"ja": "改めて述べたもの", "en": "Repeated in"}),
    Predicate.CORRESPONDS_TO: (
        {"ja": "先に同じ事柄を扱ったもの", "en": "Takes up the same matter as"},
        {"ja": "後に同じ事柄を扱ったもの", "en": "Taken up later by"},
    ),
    Predicate.RESPONDS_TO: ({"ja": "応答の相手", "en": "Answers"}, {"ja": "これへの応答", "en": "Answered by"}),
    Predicate.RAISED_UNDER: ({"ja": "提起された場", "en": "Raised under"}, {"ja": "ここで提起されたもの", "en": "Raised under this"}),
    Predicate.IMPLEMENTS: ({"ja": "実施の対象", "en": "Carries out"}, {"ja": "これを実施するもの", "en": "Carried out by"}),
    Predicate.PRECEDES: ({"ja": "この後に続くもの", "en": "Comes before"}, {"ja": "この前にあったもの", "en": "Follows"}),
    Predicate.MENTIONS: ({"ja": "言及の対象", "en": "Mentions"}, {"ja": "これに言及するもの", "en": "Mentioned in"}),
}
"""What a record that is the subject of a link calls its object, and what the object calls the subject."""

SHAPE_LABELS: Mapping[str, Mapping[Lang, str]] = {
    "day": {"ja": "その日", "en": "on that day"},
    "span": {"ja": "期間を通じて", "en": "all of the span"},
    "window": {"ja": "期間内のいずれか", "en": "some time in the span"},
    "until": {"ja": "この日まで", "en": "up to then"},
    "since": {"ja": "この日から", "en": "from then on"},
    "window tentative": {"ja": "未確定", "en": "not settled"},
    "day cancelled": {"ja": "中止・延期", "en": "called off or put off"},
}
"""Captions of the shapes of dates in the legend of the timeline."""


def describe_untold(table: Table, lang: Lang) -> str:
    """Return in a sentence that what became of the records of a table is not told."""
    return WORDS["not traced"][lang].format(table=table.titles[lang])


def relation_name(table: Table, name: str, lang: Lang) -> str:
    """Return the title of the records that refer to another through a column: ``Asks: expected of``."""
    table_title = table.titles[lang]
    field = next(field for field in table.fields if any(column.name == name for column in field.columns))
    return f"{table_title}（{field.titles.ja}）" if lang == "ja" else f"{table_title}: {lower_first(field.titles.en)}"


def code_name(code: Code, lang: Lang) -> str:
    """Return the title of a member of a code list."""
    return code.titles[lang] if lang == "ja" else lower_first(code.titles.en)


def localize(text: str, lang: Lang) -> TaggedText:
    """Return a text of the metadata in the language of the page.

    If a slash separates a Japanese and an English half, the half in that language is taken.
    """
    halves = [half.strip() for half in text.split(" / ")]
    halves_in_language = [half for half in halves if guess_language(half, lang) == lang]
    chosen_text = halves_in_language[0] if len(halves) == 2 and len(halves_in_language) == 1 else text
    language = guess_language(chosen_text, lang)
    return TaggedText(chosen_text, None if language == lang else language)


def describe_metadata(metadata: Metadata, lang: Lang) -> list[tuple[str, list[TaggedText]]]:
    """Return the metadata of a data set as rows of title and texts."""
    version = " ".join(str(part) for part in (metadata.version, metadata.created and f"({metadata.created})") if part)
    texts_by_name: dict[str, list[str | None]] = {
        "version": [version],
        "by": [contributor.name for contributor in metadata.contributors],
        "licence": [license.title or license.name or str(license.path) for license in metadata.licenses],
        "doi": [metadata.doi],
        "homepage": [metadata.homepage],
        "sources": [source.name for source in metadata.sources],
    }
    rows = ((name, [localize(text, lang) for text in texts if text]) for name, texts in texts_by_name.items())
    return [(WORDS[name][lang], texts) for name, texts in rows if texts]


def describe_newest(published: When | None, lang: Lang) -> str:
    """Return of when the newest document is, beyond which nothing is known; empty without documents."""
    return WORDS["newest"][lang].format(day=format_date(published, lang)) if published else ""


def format_date(when: When, lang: Lang) -> str:
    """Return a date in words."""
    key = (when.edtf, when.scope, lang)
    if key not in _DATE_CACHE:
        _DATE_CACHE[key] = write(when, lang)
    return _DATE_CACHE[key]


_DATE_CACHE: dict[tuple[Any, ...], str] = {}


_JAPANESE = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]")
_LATIN = re.compile("[A-Za-z]")


def guess_language(text: str, page: Lang) -> str | None:
    """Guess the language of a text from its script.

    Return the language of the page for a text without letters or with an abbreviation only.
    """
    japanese = len(_JAPANESE.findall(text))
    if japanese and japanese * 2 >= len(_LATIN.findall(text)):
        return "ja"
    if japanese or (_LATIN.search(text) and " " in text.strip()):
        return "en"
    return page
