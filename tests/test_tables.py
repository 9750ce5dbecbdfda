"""Tables: duties with measures, rosters, broken rows, and rows of which nothing else is known."""

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dxgov.documents.genres import read_document, score_genres
from dxgov.documents.lines import CellTable, ExtractedText
from dxgov.documents.readings import READING_VALUES, EntryKind
from dxgov.documents.text_tables import list_tables
from printed_letters import make_text
from printed_schedules import make_table

WORDS = st.sampled_from(("窓口の改善", "人材の育成", "データの公開", "回線の更新", "文書の管理", "研修の実施"))


def list_values(document: ExtractedText, kind: EntryKind) -> list[dict[str, object]]:
    """Return the values of all entries of a kind."""
    return [
        {name: value.value for name, value in entry.values.items()}
        for entry in read_document(document, "table").entries
        if entry.kind is kind
    ]


def list_texts(text: str) -> list[list[str]]:
    """Return the texts of the first table of a text, by rows."""
    rows: dict[int, list[str]] = {}
    for cell in list_tables(make_text(text))[0].cells:
        rows.setdefault(cell.row, []).append(cell.text.replace("\n", "/"))
    return list(rows.values())


@given(st.lists(st.tuples(WORDS, WORDS, st.lists(WORDS, max_size=3)), min_size=2, max_size=6), st.data())
def test_duties_and_measures_of_a_table_whose_rows_are_broken(rows: list[tuple[str, str, list[str]]], data: st.DataObject) -> None:
    lines = ["項番 | 区分 | 青葉庁の業務 | 自治体に関係する施策 |", "---|---|---|---|"]
    for number, (category, duty, measures) in enumerate(rows, 1):
        row = f"{number} | {category} | {duty}をする。 | {' '.join(f'•{measure}' for measure in measures) or '―'} |"
        # Broken behind the bar of the third cell, or inside of it.
        cut = data.draw(st.sampled_from([None, row.index("する。 | ") + 5, row.index("する。")]))
        lines += [row] if cut is None else [row[:cut].rstrip(), row[cut:].lstrip()]
    document = make_text("\n".join(lines))
    duties = list_values(document, EntryKind.DUTY)
    assert [(duty["number"], duty["category"], duty["owner"], duty["text"]) for duty in duties] == [
        (str(number), category, "青葉庁", f"{duty}をする。") for number, (category, duty, _) in enumerate(rows, 1)
    ]
    measures_read = list_values(document, EntryKind.MEASURE)
    assert [measure["title"] for measure in measures_read] == [measure for _, _, measures in rows for measure in measures]
    assert {measure["audience"] for measure in measures_read} <= {"自治体"}


def test_broken_table_row_7_8() -> None:
    text = "番号 | 業務 | 施策 |\n7 | 育成する。 |\n•研修 |\n8 | 作成する。\n推進する。 | •公開 |\n* 注記\n本文である。"
    assert list_texts(text) == [["番号", "業務", "施策"], ["7", "育成する。", "•研修"], ["8", "作成する。/推進する。", "•公開"]]


def test_rows_without_bars_at_their_ends() -> None:
    assert list_texts("項目 | 内容\n甲 | 一つ\n乙 | 二つ") == [["項目", "内容"], ["甲", "一つ"], ["乙", "二つ"]]


def test_wrapped_cells_of_aligned_columns() -> None:
    text = "名称        所在\n青葉館      青葉県みどり町中央一丁目の\n            県道のそば\n若葉館      若葉市"
    assert list_texts(text) == [["名称", "所在"], ["青葉館", "青葉県みどり町中央一丁目の/県道のそば"], ["若葉館", "若葉市"]]


def test_roster() -> None:
    table = make_table([["番号", "役職", "氏名", "所属"], ["1", "会長", "森　一郎", "青葉大学"], ["2", "委員", "林　二郎", "若葉市"]])
    assert list_values(table, EntryKind.MEMBER) == [
        {"name": "森　一郎", "post": "会長", "body": "青葉大学"},
        {"name": "林　二郎", "post": "委員", "body": "若葉市"},
    ]
    assert score_genres(table)[0].genre == "table"


def test_roster_in_columns_of_text() -> None:
    text = (
        "委員名簿\n\n氏名　　　　所属・役職　　　　　備考\n森　　一郎　青葉大学教授　　　　会長\n"
        "林　　二郎　若葉市総務部長　　　副会長\n岡　　三郎　西浜市情報課長"
    )
    members = list_values(make_text(text), EntryKind.MEMBER)
    assert ["".join(str(member["name"]).split()) for member in members] == ["森一郎", "林二郎", "岡三郎"]
    assert (members[1]["body"], members[1]["post"]) == ("若葉市", "総務部長")


def test_letter_spaced_words_of_a_header_are_one_column() -> None:
    text = (
        "　区　分　　　氏　　名　　　　役　職　等\n　会　長　　　森　　一郎　　　青葉大学教授\n"
        "　委　員　　　林　　　健　　　若葉市総務部長\n　委　員　　　岡　さくら　　　西浜市情報課長"
    )
    members = list_values(make_text(text), EntryKind.MEMBER)
    assert ["".join(str(member["name"]).split()) for member in members] == ["森一郎", "林健", "岡さくら"]


def test_remarks_behind_the_last_column_belong_to_its_cell() -> None:
    text = "氏名　　　　所属・役職\n森　一郎　　青葉大学　教授\n林　二郎　　若葉市　総務部長　　　【座長】\n岡　三郎　　西浜市　情報課長"
    members = list_values(make_text(text), EntryKind.MEMBER)
    assert ["".join(str(member["name"]).split()) for member in members] == ["森一郎", "林二郎", "岡三郎"]


@pytest.mark.parametrize("line", ["　　森　　林", "　　　　　一", "　", "一"])
def test_lines_that_end_before_the_first_column_end_the_table(line: str) -> None:
    text = f"　　　　　　　　　　会長　　　　森　　　　一郎\n{line}\n　　　　　　　　　　委員　　　　林　　　　二郎"
    assert list_tables(make_text(text)) == []


@given(st.lists(st.tuples(WORDS, WORDS), min_size=2, max_size=5))
def test_rows_that_no_grammar_knows_keep_their_cells(rows: list[tuple[str, str]]) -> None:
    table = make_table([[f"甲{number}", *row] for number, row in enumerate(rows)])
    assert list_values(table, EntryKind.ROW) == [{"cells": (f"甲{number}", *row)} for number, row in enumerate(rows)]


def test_a_table_may_be_longer_than_what_tells_its_genre() -> None:
    rows = [["番号", "役職", "氏名", "所属"], *([str(number), "委員", "森　一郎", "青葉大学"] for number in range(1, 201))]
    reading = read_document(make_table(rows))
    assert (reading.genre, len(reading.entries)) == ("table", 200)


def test_rows_and_columns_without_cells_count_for_nothing() -> None:
    rows = [["役職", "氏名"], ["会長", "森　一郎"], ["委員", "林　二郎"]]
    table = make_table(rows)
    spread = evolve(
        table,
        tables=tuple(
            CellTable(tuple(evolve(cell, row=cell.row * 400_000, column=cell.column * 16_000, rows=400_000) for cell in other.cells))
            for other in table.tables
        ),
    )
    assert read_document(spread).entries == read_document(table).entries


def test_labels_and_values() -> None:
    table = make_table([["会議名", "第1回本部会議"], ["場所", "県庁"]])
    assert list_values(table, EntryKind.ROW) == [{"cells": ("会議名", "第1回本部会議")}, {"cells": ("場所", "県庁")}]


def test_entries_have_the_values_of_their_kind() -> None:
    table = make_table([["番号", "区分", "業務", "施策", "担当課"], ["1", "窓口", "受付をする。", "・予約", "市民課"]])
    for entry in read_document(table, "table").entries:
        assert set(entry.values) <= set(READING_VALUES[entry.kind])


def test_prose_is_no_table() -> None:
    text = "本市は計画を定めた。\n  窓口を  改めるためである。\nまた、研修を行う。"
    assert list_tables(make_text(text)) == []
