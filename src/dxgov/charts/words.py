"""Translations of the texts of charts, and the names of records, columns and codes, which come from the definition."""

import re
from collections.abc import Mapping

from dxgov.codes import Code
from dxgov.languages import Lang
from dxgov.marks import Label
from dxgov.schema import Column, Kind, Table
from dxgov.tables.captions import Captions
from dxgov.tables.collection import Collection
from dxgov.text.records import collapse_white_space

_TRANSLATIONS: Mapping[str, Mapping[Lang, str]] = {
    "data": {"en": "Data: {}", "ja": "データ: {}"},
    "nothing": {"en": "Nothing is recorded.", "ja": "記録がない。"},
    "none of": {
        "en": "This chart is about {records}, of which the data hold none.",
        "ja": "{records}についての図だが、データに{records}の記録はない。",
    },
    "none in index": {"en": " All documents are recorded as an index.", "ja": "収録した文書はすべて索引である。"},
    "others": {"en": "{number} others", "ja": "その他{number}件"},
    "all": {"en": "all", "ja": "計"},
    "list": {"en": ", ", "ja": "、"},
    # who must act
    "who-must-act": {"en": "Who must act?", "ja": "誰が実施するのか"},
    "who-must-act finding": {
        "en": "{unnamed} of {all} asks do not name who must act. Most fall to: {largest}",
        "ja": "要望行為{all}件のうち{unnamed}件は実施主体を名指ししていない。実施主体の内訳: {largest}",
    },
    "asked directly": {"en": "asked directly", "ja": "直接の要望"},
    "asked by name": {"en": "asked by name", "ja": "名指しの要望"},
    "passed on": {"en": "to be pressed by whoever is asked", "ja": "要望先からの働きかけを求めるもの"},
    "nobody named": {"en": "asked without being named", "ja": "名指しのない要望"},
    # themes and documents
    "themes": {"en": "Which document speaks of what?", "ja": "どの文書が何を語るか"},
    "themes finding": {
        "en": "{first} has most records ({most}). Of {all} themes, {lone} stand in one document only, and {none} in none.",
        "ja": "最も多いのは「{first}」で{most}件。全{all}テーマのうち、{lone}は一つの文書だけに現れ、{none}はどの文書にもない。",
    },
    "themes note": {
        "en": "Records of each document on each theme; a record on several themes counts under each.",
        "ja": "数字は記録の件数。複数のテーマにわたる記録は、それぞれに数える。",
    },
    # the flow of asks
    "flow": {"en": "Who asks whom, through whom, for what?", "ja": "誰が、誰を通じて、誰に、何を求めるか"},
    "flow finding": {
        "en": "{first} is to act on most asks, {most} of {all}. {relayed} ask another to press whoever must act; {unnamed} name nobody.",
        "ja": "最も多く実施を求められているのは{first}で、要望行為{all}件のうち{most}件。"
        "別の主体を通じた働きかけは{relayed}件、実施主体の名指しがないものは{unnamed}件。",
    },
    "flow legend": {"en": "Colours: who must act", "ja": "色は実施主体を示す。"},
    "directly": {"en": "directly", "ja": "直接"},
    "flow.by": {"en": "who asks", "ja": "誰が"},
    "flow.through": {"en": "through whom", "ja": "誰を通じて"},
    "flow.of": {"en": "who must act", "ja": "誰に"},
    "flow.for": {"en": "for what (chiefly)", "ja": "何を（主なもの）"},
    # traces
    "trace": {"en": "What became of it: {subject}", "ja": "「{subject}」はその後どうなったか"},
    "trace finding": {
        "en": "Loose ends that no record takes up: {loose} of {records}. "
        "Documents on the matter: {documents}; later ones without a word on it: {silent}.",
        "ja": "{documents}件の文書に{records}件の記録。受け止める記録がないものは{loose}件。その後の{silent}件の文書には記載がない。",
    },
    "taken up": {"en": "taken up", "ja": "受け止めあり"},
    "part taken up": {"en": "taken up with what it is a part of", "ja": "全体として受け止めあり"},
    "loose": {"en": "no record takes it up", "ja": "受け止める記録なし"},
    "latest": {"en": "in the last document on it", "ja": "最後の文書にある記録"},
    "beside": {"en": "taken up beside this trace", "ja": "ここに示さない記録で受け止め"},
    "silent": {"en": "Here it breaks off. Nothing on it in:", "ja": "ここで途切れる。以下の文書には記載がない。"},
    "by document": {
        "en": "Too many records to show each: they are counted by document.",
        "ja": "記録が多いため、文書ごとの件数で示す。",
    },
    "some loose": {"en": "{all} records, {open} of them loose ends", "ja": "{all}件、うち受け止める記録がないもの{open}件"},
    "none open": {"en": "nothing left open", "ja": "すべて受け止め・応答あり"},
    # conversations
    "conversation": {"en": "Who answered whom? {subject}", "ja": "誰が誰に答えたか ― {subject}"},
    "conversation finding": {
        "en": "Without a reply on record: {unanswered} of the {awaiting} points that call for one. Points: {points}; speakers: {speakers}.",
        "ja": "{speakers}者による{points}件の発言。応答を求めるもの{awaiting}件のうち、{unanswered}件は応答の記録がない。",
    },
    "unjudged finding": {
        "en": "Points: {points}, speakers: {speakers}. Of {unjudged} it is not judged yet whether they call for a reply.",
        "ja": "{speakers}者による{points}件の発言。うち{unjudged}件は、応答を求めるものかどうかをまだ判断していない。",
    },
    "awaits": {"en": "calls for a reply, and has one", "ja": "応答を求め、応答あり"},
    "unanswered": {"en": "no reply on record", "ja": "応答の記録なし"},
    "replies": {"en": "replies", "ja": "応答"},
    "other point": {"en": "other point", "ja": "その他の発言"},
    "by speaker": {
        "en": "Too many points to show each: they are counted by speaker.",
        "ja": "発言が多いため、発言者ごとの件数で示す。",
    },
    "some unanswered": {
        "en": "{all} points, {open} without a reply on record",
        "ja": "{all}件、うち応答の記録なし{open}件",
    },
    # timelines
    "timeline": {
        "en": "What happened or was to happen, and how exactly is it dated?",
        "ja": "いつ何があり、何が予定され、日付はどこまで確かか",
    },
    "timeline finding": {
        "en": "Dated to the day: {day} of {all} events; less exactly: {vague}; not at all: {undated}.",
        "ja": "全{all}件のうち、日付が一日に定まるもの{day}件、幅のあるもの{vague}件、日付のないもの{undated}件。",
    },
    "by year": {
        "en": "Too many events to show each: they are counted by {unit}, that of the first day they can mean, or else of the last.",
        "ja": "件数が多いため{unit}ごとに数える。幅のある日付は最初の日、なければ最後の日による。",
    },
    "year": {"en": "year", "ja": "年"},
    "years": {"en": "{length} years", "ja": "{length}年"},
    "no date": {"en": "no date", "ja": "日付なし"},
    "unsettled": {"en": "dotted: not settled", "ja": "点線: 未確定"},
    "open end": {"en": "open end", "ja": "端が不定"},
    "due": {"en": "due", "ja": "期限"},
}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def translate(key: str, lang: Lang) -> str:
    """Return a word or a format string in a language."""
    return _TRANSLATIONS[key][lang]


def format_month(number: int, lang: Lang, *, short: bool = False) -> str:
    """Return the name of a month from 1 to 12; with `short`, its first letter or the number alone."""
    if lang == "ja":
        return str(number) if short else f"{number}月"
    return _MONTHS[number - 1][: 1 if short else 3]


def get_display_name(item: Column | Table | Code, lang: Lang) -> str:
    """Return the label of a column, table or code; in English its identifier as words, without a suffix such as ``_id``."""
    if lang == "ja":
        return item.label
    name = str(item) if isinstance(item, Code) else item.name
    return re.sub(r"_ids?$", "", name).replace("_", " ")


def get_table_name(table: Table, lang: Lang) -> str:
    """Return the name of the kind of record that a table holds, in the singular."""
    return table.label if lang == "ja" else table.singular.replace("_", " ")


def build_caption_column(reference: Column) -> Column:
    """Return a text column for the captions of the records that a reference column points to."""
    name = re.sub(r"_ids?$", "", reference.name)
    return Column(name, Kind.TEXT, required=False, marks=(Label(reference.label, reference.descriptions.ja),), text=reference.description)


def build_count_column(name: str, label: Label, description: str) -> Column:
    """Return a column of whole numbers."""
    return Column(name, Kind.INTEGER, required=True, marks=(label,), text=description)


class RecordCaptions:
    """Captions of records by table and id, built for a table when it is first asked for."""

    def __init__(self, data: Collection, lang: Lang) -> None:
        self._captions, self._lang = Captions(data), lang
        self._captions_by_table: dict[str, dict[str, str]] = {}

    def get(self, table: str, id: str) -> str:
        """Return the caption of a record on one line, or its id if there is no such record or caption."""
        if table not in self._captions_by_table:
            texts = self._captions.get(table, self._lang).to_pylist()
            ids = self._captions.ids(table).to_pylist()
            self._captions_by_table[table] = {key: collapse_white_space(text) or key for key, text in zip(ids, texts, strict=True)}
        return self._captions_by_table[table].get(id, id)
