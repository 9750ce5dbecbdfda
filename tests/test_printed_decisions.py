"""Decisions of assemblies, as the chair announces them and as lists and tables print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxgov.documents.genres import read_document
from dxgov.documents.lines import Cell, CellTable, ExtractedText, Line
from dxgov.documents.minutes import read_minutes
from dxgov.documents.readings import READING_VALUES, DocumentReading, EntryKind
from dxgov.model.meetings import Outcome, VoteManner
from printed_letters import make_text


def list_decisions(reading: DocumentReading) -> list[tuple[object, ...]]:
    """Return number, title, outcome and manner of each decision."""
    rows = []
    for entry in reading.entries:
        if entry.kind is EntryKind.DECISION:
            assert set(entry.values) <= set(READING_VALUES[EntryKind.DECISION])
            rows.append(
                tuple(entry.values[name].value if name in entry.values else None for name in ("number", "title", "outcome", "manner"))
            )
    return rows


def read_chair(*turns: str) -> list[tuple[object, ...]]:
    """Return the decisions in what the chair says."""
    return list_decisions(
        read_minutes(make_text("\n".join(f"○議長（渚五月君）　{turn}" for turn in ("ただいまから会議を開きます。", *turns))))
    )


MATTER = "日程第３、議案第２１号、緑川市手数料条例の一部を改正する条例についてを議題といたします。"
BILL = ("議案第２１号", "緑川市手数料条例の一部を改正する条例について")


@pytest.mark.parametrize(
    ("words", "outcome", "manner"),
    [
        ("御異議なしと認めます。よって、議案第２１号は、原案のとおり可決されました。", "passed", "unanimous"),
        ("起立多数であります。よって、議案第２１号は、修正のとおり可決されました。", "passed_amended", "majority"),
        ("賛成少数です。よって、議案第２１号は否決されました。", "rejected", "minority"),
        ("可否同数でありますので、議長において裁決いたします。議案第２１号は可決と決定しました。", "passed", "casting_vote"),
        ("議案第２１号は、総務委員会に付託いたします。", None, None),
        ("議案第２１号は、総務委員会に付託することに決しました。", "referred", None),
        ("議案第２１号は、閉会中の継続審査とすることに決定いたしました。", "continued", None),
        ("議案第２１号は、撤回を承認することに決しました。", "withdrawn", None),
        ("議案第２１号は、同意することに決しました。", "approved", None),
        ("議案第２１号は、可決すべきでしょうか。", None, None),
        ("議案第２１号の採決に賛成の方の起立を求めます。", None, None),
    ],
)
def test_decision_that_the_chair_announces(words: str, outcome: str | None, manner: str | None):
    expected = [(*BILL, outcome, manner)] if outcome else []
    assert read_chair(MATTER, words) == expected


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("採択されました。", "adopted"),
        ("不採択と決定いたしました。", "not_adopted"),
        ("趣旨採択と決しました。", "adopted_in_spirit"),
        ("一部採択とすることに決定しました。", "adopted_in_part"),
    ],
)
def test_decision_on_a_petition(words: str, outcome: str):
    title = "学校の端末の更新を求める請願"
    assert read_chair(f"請願第７号、{title}を採決します。", f"よって、請願第７号は{words}") == [("請願第７号", title, outcome, None)]


def test_decision_on_this_bill_is_on_the_one_spoken_of_last():
    assert read_chair(MATTER, "質疑を終わります。", "よって、本案は、原案のとおり可決されました。") == [(*BILL, "passed", None)]


def test_each_bill_of_a_sentence_is_decided():
    decisions = read_chair(
        "議案第１号、手数料条例、議案第２号、税条例を一括して議題といたします。",
        "よって、議案第１号及び議案第２号は、原案のとおり可決されました。",
    )
    assert [(number, outcome) for number, _, outcome, _ in decisions] == [("議案第１号", "passed"), ("議案第２号", "passed")]


def test_range_of_bills_is_left_to_a_person():
    assert read_chair(MATTER, "議案第２１号から議案第２５号までは、原案のとおり可決されました。") == []


def test_what_others_say_of_a_decision_is_none():
    content = f"○議長（渚五月君）　{MATTER}\n○３番（汐見はる君）　議案第２１号は、昨年も可決されました。\n○議長（渚五月君）　次に移ります。"
    assert list_decisions(read_minutes(make_text(content))) == []


def test_votes_and_committee():
    content = (
        f"○議長（渚五月君）　{MATTER}\n○議長（渚五月君）　賛成１２人、反対９人、賛成多数です。よって、議案第２１号は可決されました。\n"
        "○議長（渚五月君）　議案第２２号、税条例は、総務委員会に付託することに決しました。"
    )
    bill, tax = [entry.values for entry in read_minutes(make_text(content)).entries if entry.kind is EntryKind.DECISION]
    assert (bill["votes_for"].value, bill["votes_against"].value) == (12, 9)
    assert tax["referred_to"].value == "総務委員会"


def test_decision_stands_under_its_agenda_item():
    content = (
        "議題\n１　議案第２０号　税条例\n２　議案第２１号　手数料条例\n\n"
        "○議長（渚五月君）　ただいまから会議を開きます。\n○議長（渚五月君）　議案第２１号　手数料条例を議題とします。\n"
        "○議長（渚五月君）　よって、議案第２１号は可決されました。"
    )
    reading = read_minutes(make_text(content))
    (decision,) = [entry for entry in reading.entries if entry.kind is EntryKind.DECISION]
    assert decision.parent is not None
    assert reading.entries[decision.parent].values["title"].value == "議案第２１号　手数料条例"
    assert decision.values["title"].value == "手数料条例"


_rows = st.lists(
    st.tuples(
        st.integers(1, 99),
        st.sampled_from(("緑川市手数料条例の一部を改正する条例", "令和７年度緑川市一般会計補正予算（第２号）", "財産の取得について")),
        st.sampled_from(
            (("原案可決", "passed"), ("否決", "rejected"), ("修正可決", "passed_amended"), ("承認", "approved"), ("同意", "approved"))
        ),
        st.sampled_from((("全会一致", "unanimous"), ("賛成多数", "majority"), ("賛成少数", "minority"))),
    ),
    min_size=2,
    max_size=6,
)


@given(rows=_rows, separator=st.sampled_from(("　　", "\t", " | ")))
def test_lists_of_results(rows: list[tuple[int, str, tuple[str, str], tuple[str, str]]], separator: str):
    lines = [separator.join((f"議案第{number}号", title, f"{outcome[0]}（{manner[0]}）")) for number, title, outcome, manner in rows]
    reading = read_document(make_text("\n".join(["令和７年第２回定例会　議決結果", "", *lines])))
    assert reading.genre == "decisions"
    assert list_decisions(reading) == [(f"議案第{number}号", title, outcome[1], manner[1]) for number, title, outcome, manner in rows]


def test_the_day_behind_a_title_is_when_it_was_decided():
    rows = "議案第1号　手数料条例の一部改正について　令和7年6月20日　原案可決\n議案第2号　財産の取得について　令和7年6月20日　否決"
    reading = read_document(make_text(f"令和7年第2回定例会　議決結果一覧\n\n{rows}"))
    decisions = [entry.values for entry in reading.entries if entry.kind is EntryKind.DECISION]
    assert [(values["title"].value, values["decided"].value.edtf) for values in decisions] == [
        ("手数料条例の一部改正について", "2025-06-20"),
        ("財産の取得について", "2025-06-20"),
    ]


def test_how_was_decided_may_stand_between_the_day_and_the_result():
    rows = (
        "議案第1号　手数料条例の一部改正について　令和7年6月20日　賛成多数　原案可決\n"
        "議案第2号　財産の取得について　令和7年6月20日　全会一致　否決"
    )
    reading = read_document(make_text(f"令和7年第2回定例会　議決結果\n\n{rows}"))
    assert list_decisions(reading) == [
        ("議案第1号", "手数料条例の一部改正について", "passed", "majority"),
        ("議案第2号", "財産の取得について", "rejected", "unanimous"),
    ]
    assert {entry.values["decided"].value.edtf for entry in reading.entries if entry.kind is EntryKind.DECISION} == {"2025-06-20"}


@given(rows=_rows)
def test_tables_of_results(rows: list[tuple[int, str, tuple[str, str], tuple[str, str]]]):
    texts = [("議案番号", "件　名", "採決方法", "議決結果")]
    texts += [(f"議案第{number}号", title, manner[0], outcome[0]) for number, title, outcome, manner in rows]
    cells = [
        Cell(row, column, text, 4 * row + column + 2, 4 * row + column + 2)
        for row, cells in enumerate(texts)
        for column, text in enumerate(cells)
    ]
    lines = [Line(1, "定例会の審議結果"), *(Line(cell.first_line, cell.text) for cell in cells)]
    reading = read_document(ExtractedText(tuple(lines), (CellTable(tuple(cells)),)))
    assert reading.genre == "decisions"
    assert list_decisions(reading) == [(f"議案第{number}号", title, outcome[1], manner[1]) for number, title, outcome, manner in rows]


@pytest.mark.parametrize("content", ["議決結果\n資料のとおり", "議案第１号　手数料条例　原案のとおり可決してほしいと思います。", ""])
def test_other_texts_have_no_decisions(content: str):
    assert read_document(make_text(content)).genre == "none"


def test_outcomes_and_manners_are_those_of_the_model():
    from dxgov.documents.decisions import _MANNERS, _OUTCOMES

    assert set(_OUTCOMES.values()) == set(Outcome)
    assert set(_MANNERS.values()) == set(VoteManner)
