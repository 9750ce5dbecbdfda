"""Documents and what a grammar reads in them: a letter made by hand, and strategies of random ones."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st

from dxgov.dates.parser import read
from dxgov.documents.lines import Cell, CellPosition, CellTable, ExtractedText, Line
from dxgov.documents.readings import READING_VALUES, Certainty, DocumentReading, Entry, EntryKind, Flaw, Value
from dxgov.drafting.record_tables import ENTRY_TABLES
from dxgov.model.record import Damage
from dxgov.schema import Kind

LETTER = """\
令和13年5月14日
海府県知事　渚　五月　様
海府県町村会
会長　岬　一郎
行政手続のオンライン化に関する要望書
次の事項を要望します。
1 通信環境の整備
(1) 県は、町村の通信設備の更新に要する経費を補助すること。
(2) 研修の場を設けること。
以上
問合せ先　海府県町村会事務局
"""


def make_document(text: str) -> ExtractedText:
    """Return the lines of a text."""
    return ExtractedText(tuple(Line(number, line) for number, line in enumerate(text.removesuffix("\n").split("\n"), 1)))


def sure(value: Any, rule: str = "printed", first: int = 0, last: int = 0) -> Value:
    """Return a value that is sure."""
    return Value(value, Certainty.SURE, rule, first, last or first)


def unsure(value: Any, *alternatives: Any, rule: str = "rivals") -> Value:
    """Return a value that is unsure, with other values."""
    return Value(value, Certainty.UNSURE, rule, alternatives=alternatives)


def party(role: str, line: int, parent: int | None = 0, **values: str) -> Entry:
    """Return the entry of a party."""
    return Entry(EntryKind.PARTY, line, line, {"role": sure(role), **{name: sure(value) for name, value in values.items()}}, parent)


def letter_entries() -> list[Entry]:
    """Return what a grammar reads in the letter."""
    return [
        Entry(
            EntryKind.LETTER,
            5,
            6,
            {"title": sure("行政手続のオンライン化に関する要望書", "title", 5), "submitted": sure(read("令和13年5月14日"), "date", 1)},
        ),
        party("addressee", 2, name="海府県知事", body="海府県", post="知事", person="渚　五月"),
        party("submitter", 3, name="海府県町村会", kind="association"),
        Entry(EntryKind.ITEM, 7, 7, {"number": sure("1"), "path": sure("1"), "position": sure(1), "title": sure("通信環境の整備")}, 0, "1"),
        Entry(EntryKind.ITEM, 8, 8, {"number": sure("(1)"), "path": sure("1.1"), "position": sure(1), "text": sure("県は")}, 3, "1(1)"),
        Entry(
            EntryKind.ASK,
            8,
            8,
            {
                "letter": sure("a"),
                "expected_of": sure("県"),
                "expected_of_basis": sure("named"),
                "strength": sure("act"),
                "kinds": unsure(("funding",), ("infrastructure",)),
            },
            4,
            "1(1)",
        ),
        Entry(EntryKind.ITEM, 9, 9, {"number": sure("(2)")}, 3, "1(2)"),
        Entry(EntryKind.ASK, 9, 9, {"expected_of": unsure("県", "海府県町村会"), "strength": sure("act")}, 6, "1(2)"),
    ]


def letter_reading(entries: Sequence[Entry] | None = None, flaws: Sequence[Flaw] = ()) -> DocumentReading:
    """Return the reading of the letter."""
    return DocumentReading("letter", Certainty.SURE, ("honorific",), tuple(letter_entries() if entries is None else entries), tuple(flaws))


# Random ones

_LETTERS = st.characters(codec="utf-8", exclude_characters="\r\n\ufeff", exclude_categories=["Cs", "Cc"])
_WORDS = st.text(st.sampled_from("海府県町村会議長 　市(1)①を求める。,\"'<&\\"), min_size=1, max_size=8).filter(str.strip)
_CERTAINTIES = st.sampled_from(Certainty)


@st.composite
def documents(draw: st.DrawFn) -> ExtractedText:
    """Documents of some lines, blank ones and tables among them, with pages and boxes."""
    texts = draw(st.lists(st.text(_LETTERS, max_size=12) | _WORDS, min_size=1, max_size=12))
    place = st.none() | st.builds(CellPosition, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
    number = st.floats(0, 900, allow_nan=False)
    box = st.none() | st.tuples(number, number, number, number)
    lines = tuple(
        Line(index, text, draw(st.none() | st.integers(1, 3)), draw(box), draw(st.sampled_from(["", "heading 1", "footer"])), draw(place))
        for index, text in enumerate(texts, 1)
    )
    cells = st.builds(Cell, st.integers(0, 4), st.integers(0, 4), _WORDS, st.just(1), st.just(1), st.integers(1, 3), st.integers(1, 3))
    tables = st.lists(st.builds(CellTable, st.lists(cells, max_size=3).map(tuple), st.none() | st.just(2), st.none() | _WORDS), max_size=2)
    properties = draw(st.dictionaries(st.sampled_from(["title", "author"]), _WORDS))
    return ExtractedText(lines, tuple(draw(tables)), "application/pdf", "0" * 64, "dxgov 0.0, maker 1.0", properties)


def values_of(kind: EntryKind, name: str) -> st.SearchStrategy[Any]:
    """Return a strategy of what a value of an entry may hold."""
    table = ENTRY_TABLES.get(kind)
    field = next((field for field in table.fields if field.name == name), None) if table else None
    if name in ("submitted", "held", "due", "date", "decided", "as_of"):
        return st.sampled_from(["令和13年5月14日", "2031年度末までに", "近日中"]) | st.sampled_from(["令和4年2月1日", "来年度"]).map(
            lambda text: read(text, date(2031, 4, 1))
        )
    if field is None:
        return _WORDS
    column = field.columns[0]
    if column.codes:
        codes = st.sampled_from([str(code) for code in column.codes])
        return st.lists(codes, max_size=2, unique=True).map(tuple) if column.many else codes
    if column.kind is Kind.INTEGER:
        return st.integers(1, 30)
    if column.kind is Kind.BOOLEAN:
        return st.booleans()
    if name == "path":
        return st.sampled_from(["1", "2", "1.1", "10.3"])
    return _WORDS


@st.composite
def readings(draw: st.DrawFn, document: ExtractedText) -> DocumentReading:
    """Readings of a document: entries of all kinds with any of their values, parents first."""
    last = len(document.lines)
    entries: list[Entry] = []
    for index in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(EntryKind))
        first = draw(st.integers(1, last))
        values = {}
        for name in draw(st.sets(st.sampled_from(READING_VALUES[kind]))):
            content = values_of(kind, name)
            if name == "role":
                content = st.sampled_from(["addressee", "submitter", "signatory", "participant", "organiser", "presenter", "issuer"])
            values[name] = Value(
                draw(content),
                draw(_CERTAINTIES),
                draw(st.sampled_from(["rule", "other-rule"])),
                alternatives=tuple(draw(st.lists(content, max_size=2))),
            )
        parent = draw(st.none() | st.integers(0, index - 1)) if index else None
        entries.append(Entry(kind, first, draw(st.integers(first, last)), values, parent, draw(st.none() | st.just("1"))))
    flaws = st.builds(Flaw, st.just(1), st.just(1), st.sampled_from([str(code) for code in Damage]), st.just("sequence"))
    return DocumentReading(
        draw(st.sampled_from(["letter", "minutes", "none", "schedule"])),
        draw(_CERTAINTIES),
        ("reason",),
        tuple(entries),
        tuple(draw(st.lists(flaws, max_size=2))),
    )


@st.composite
def documents_with_readings(draw: st.DrawFn) -> tuple[ExtractedText, DocumentReading]:
    """Documents with a reading."""
    document = draw(documents())
    return document, draw(readings(document))
