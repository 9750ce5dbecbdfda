"""The workbook, read back by openpyxl, and the CSV copy for Excel: every text is the text it was, and what Excel cannot hold is told."""

import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import attrs
import pandas as pd
import pyarrow as pa
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

import dxgov
from dxgov import Citation, Collection, Credit, DataError, Dataset, License, Metadata, ProblemCode, Record, Records, Scope, Theme, When
from dxgov.exporters.registry import load_exporter
from dxgov.exporters.spreadsheets import excel_limits as excel
from dxgov.marks import Caption, Key, Label
from dxgov.schema import Kind
from dxgov.testing import datasets
from dxgov.values import Id
from reading import FORMULAS, NOTHING_YET, NUMBERS, ODD, PLAIN, WORDS, csv_tables, files, rows
from soundness import sound
from toys import RichShop

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

EITHER = st.one_of(datasets(max_size=2), datasets(RichShop, max_size=2))
TEXTS = [*FORMULAS, *NUMBERS, *WORDS, *PLAIN, *ODD]


def book(data: Collection) -> Any:
    (content,) = files(data, "xlsx").values()
    return openpyxl.load_workbook(BytesIO(content))


def unescaped(text: str) -> str:
    """A text without the escapes of ECMA-376, 22.9.2.19, which openpyxl leaves in."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def cells(sheet: Any) -> list[list[Any]]:
    return [[unescaped(cell) if isinstance(cell, str) else cell for cell in row] for row in sheet.iter_rows(min_row=3, values_only=True)]


def tables(data: Collection) -> set[str]:
    return set(csv_tables(data)) if len(data) else set()


def themed(texts: list[str]) -> Dataset:
    """A data set with these texts as labels, in this order."""
    whole = sound()
    themes = [attrs.evolve(whole.themes[0], id=f"odd-{number:03}", label=text, note=text) for number, text in enumerate(texts)]
    return Dataset.of(
        [*(each for each in whole if each.id in {"kaifu", "kaifu-towns", "kaifu-shiomi", whole.sources[0].id}), *themes], whole.metadata
    )


# The workbook


@settings(max_examples=12)
@given(EITHER)
def test_every_cell_of_the_workbook_is_that_of_the_package(data: Collection):
    found = book(data)
    split = found.sheetnames.index("列 Columns")
    assert (found.sheetnames[0], found.sheetnames[split + 1]) == ("はじめに About", "符号 Codes")
    sheets = found.sheetnames[split + 2 :]
    assert set(sheets) == tables(data)
    assert [name in data.model().tables for name in sheets] == sorted((name in data.model().tables for name in sheets), reverse=True)
    for name in sheets:
        header, *expected = csv_tables(data)[name]
        table = data.model().stored[name]
        sheet = found[name]
        assert [cell.value for cell in sheet[1]] == [column.label for column in table.stored]
        assert [cell.value for cell in sheet[2]] == header
        assert len(cells(sheet)) == len(expected)
        for row, texts in zip(cells(sheet), expected, strict=True):
            for column, cell, text in zip(table.stored, row, texts, strict=True):
                assert same(column.kind if not column.many else Kind.TEXT, cell, text), (name, column.name, cell, text)


def same(kind: Kind, cell: Any, text: str) -> bool:
    """Whether a cell of a workbook says what a text of the package says."""
    match cell:
        case None:
            return text == ""
        case str():
            return cell == text
        case bool():
            return kind is Kind.BOOLEAN and str(cell).lower() == text
        case datetime():
            return kind is Kind.DATE and cell.date().isoformat() == text
        case int() | float():
            return kind in (Kind.INTEGER, Kind.NUMBER) and Decimal(str(cell)) == Decimal(text)
    return False


@settings(max_examples=12)
@given(EITHER)
def test_sheets_for_reading_have_a_row_for_each_record_and_lead_to_those_they_name(data: Collection):
    found = book(data)
    sheets = found.sheetnames[1 : found.sheetnames.index("列 Columns")]
    filled = [records for records in data.tables.values() if len(records)]
    places = {}
    for name, records in zip(sheets, filled, strict=True):
        shown = cells(found[name])
        assert [row[-1] for row in shown] == list(records.ids())
        places |= {id: f"'{name}'!A{number}" for number, id in enumerate(records.ids(), 3)}
    for name, records in zip(sheets, filled, strict=True):
        for row, record in zip(found[name].iter_rows(min_row=3), records, strict=True):
            targets = {id for ids in data.references(record).values() for id in ids}
            assert {cell.hyperlink.location for cell in row if cell.hyperlink} <= {places[id] for id in targets if id in places}


def test_a_sheet_for_reading_shows_names_and_prints_one_page_wide():
    found = book(sound())
    sheet = found["要望行為 Asks"]
    heading = [cell.value for cell in sheet[2]]
    ask = sound().asks[0]
    row = dict(zip(heading, sheet[3], strict=True))
    actor = sound().actors[ask.expected_of_id]
    assert row["Expected of"].value == f"{actor.name}\n{actor.name_en}"
    location = re.fullmatch(r"'(.*)'!A(\d+)", row["Expected of"].hyperlink.location)
    assert actor.id in [cell.value for cell in found[location[1]][int(location[2])]]
    assert row["Strength"].value == f"{ask.strength.label}\n{ask.strength.titles.en}"
    assert row["Summary"].alignment.wrap_text
    assert "[" not in str(row["Kinds"].value)
    for page in found.worksheets:
        assert page.page_setup.orientation == "landscape"
        assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
        assert page.sheet_properties.pageSetUpPr.fitToPage
    shown = sum(dimension.width for dimension in sheet.column_dimensions.values() if not dimension.hidden)
    assert shown < 240


def test_odd_texts_stay_texts():
    sheet = book(themed(TEXTS))["themes"]
    found = list(sheet.iter_rows(min_row=3))
    place = [cell.value for cell in sheet[2]].index("label")
    assert [unescaped(row[place].value) for row in found] == TEXTS
    assert {row[place].data_type for row in found} == {"s"}
    assert {row[place].number_format for row in found} == {"@"}
    assert not any(row[place].hyperlink for row in found)


def test_days_and_numbers_are_such():
    whole = sound()
    days = ["2031-04-02", "1900-03-01", "1900-02-28", "0001-01-01", "9999-12-31"]
    meetings = [
        attrs.evolve(whole.meetings[0], id=f"mtg-{number}", held=When("x", day, Scope.EXACT), organiser_ids=(), participant_ids=())
        for number, day in enumerate(days)
    ]
    values = ["12", "-0.125", "123456789012345", "1234567890123456", "0.1234567891234567"[:11]]
    figures = [
        attrs.evolve(whole.figures[0], id=f"fig-{number}", subject_id=None, value=Decimal(each)) for number, each in enumerate(values)
    ]
    data = Dataset.of([*whole.sources, *whole.actors, *meetings, *figures])
    found = book(data)
    place = [cell.value for cell in found["meetings"][2]].index("held_start")
    assert [row[place] for row in cells(found["meetings"])] == [
        datetime(2031, 4, 2),  # noqa: DTZ001
        datetime(1900, 3, 1),  # noqa: DTZ001
        "1900-02-28",
        "0001-01-01",
        datetime(9999, 12, 31),  # noqa: DTZ001
    ]
    assert found["meetings"].cell(3, place + 1).number_format == "yyyy-mm-dd"
    place = [cell.value for cell in found["figures"][2]].index("value")
    assert [row[place] for row in cells(found["figures"])] == [12, -0.125, 123456789012345, "1234567890123456", 0.123456789]


def test_sheets_can_be_filtered_and_keep_their_headings_in_sight():
    found = book(sound())
    sheet = found["asks"]
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref == f"A2:{sheet.cell(2, sheet.max_column).coordinate[:-1]}{sheet.max_row}"
    widths = {letter: dimension.width for letter, dimension in sheet.column_dimensions.items()}
    assert all(8 <= width <= 62 for width in widths.values())
    assert len(set(widths.values())) > 3


@pytest.mark.slow
def test_the_first_sheet_tells_what_the_workbook_is():
    found = book(sound())
    sheet = found.worksheets[0]
    said = [row[0] for row in sheet.iter_rows(values_only=True) if row[0]]
    about, rows_by_table = sound().metadata, csv_tables(sound())
    assert said[0] == about.title
    assert f"Version: {about.version} ({about.created})" in said
    assert any(line.startswith("Licence: ") for line in said)
    assert {cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink} == {
        f"'{name}'!A1" for name in (*rows_by_table, *found.sheetnames[1 : found.sheetnames.index("列 Columns")])
    }
    counted = {row[0]: row[2] for row in sheet.iter_rows(values_only=True) if row[0] in rows_by_table}
    assert counted == {name: len(rows) - 1 for name, rows in rows_by_table.items()}
    columns = list(found["列 Columns"].iter_rows(values_only=True))
    told = dict(zip(columns[0], next(row for row in columns if row[:2] == ("asks", "letter")), strict=True))
    assert (told["title"], told["required"]) == ("枝記号", "yes")
    codes = list(found["符号 Codes"].iter_rows(values_only=True))
    assert (told["title_en"], told["description_en"]) == ("Letter", "Tells the asks of an item apart, in the order of the text.")
    urge = dxgov.AskStrength.URGE
    assert ("asks", "strength", "urge", "働きかけ", "Urge", urge.meaning_ja, urge.meaning) in codes


def test_metadata_that_no_file_for_excel_may_hold_do_no_harm():
    about = Metadata(title="=1+1\t\u200e", description="@b\r", licenses=[License(name="_x0041_")], sources=[Credit("y")])
    found = book(Dataset(metadata=about))
    assert unescaped(found.worksheets[0]["A1"].value) == "=1+1\t\u200e"
    assert found.sheetnames == ["はじめに About", "列 Columns", "符号 Codes"]


def test_pandas_reads_a_sheet_by_its_machine_names(tmp_path: Path):
    (place,) = (dxgov.export(sound(), tmp_path / "out", formats="xlsx") / "xlsx").iterdir()
    frame = pd.read_excel(place, sheet_name="actors", header=1, dtype="string").set_index("id")
    assert frame.loc["kaifu-shiomi", "local_government_code"] == "012017"
    assert frame.loc["kaifu-shiomi", "corporate_number"] == "7000020992011"


@pytest.mark.parametrize("format", ["xlsx", "csv-excel"])
def test_the_same_data_give_the_same_bytes(format: str):
    data = sound()
    assert files(data, format) == files(Dataset.of(reversed(list(data)), data.metadata), format)
    assert files(Dataset(), format) == files(Dataset(), format)


def test_the_workbook_tells_no_time_of_export():
    (content,) = files(sound(), "xlsx").values()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.read("docProps/core.xml").count(b"2031-06-01T00:00:00Z") == 2
        assert {member.date_time[0] for member in archive.infolist()} == {1980}


# What Excel cannot hold


def refused(data: Collection, format: str) -> list[dxgov.Problem]:
    with pytest.raises(DataError, match="Excel cannot hold the data whole; export another format") as raised:
        files(data, format)
    assert {problem.code for problem in raised.value.problems} == {ProblemCode.BEYOND_LIMIT}
    return list(raised.value.problems)


@pytest.mark.parametrize(("format", "longest"), [("xlsx", 32_767), ("csv-excel", 32_766)])
def test_texts_that_are_too_long_are_told(format: str, longest: int, tmp_path: Path):
    fits = ["長" * longest, "𠮷" * (longest // 2)]
    assert files(themed(fits), format)
    (first, second, note, *_) = refused(themed(["長" * (longest + 1), *fits, "𠮷" * (longest // 2 + 1)]), format)
    assert (first.table, first.row, first.field, first.id) == ("themes", 1, "label", "odd-000")
    assert (second.row, note.field) == (4, "note")
    assert "the text has 32,76" in first.message
    with pytest.raises(DataError, match="a cell in Excel has at most 32,767"):
        dxgov.export(themed(["長" * 40_000]), tmp_path / "out", formats=format)
    assert not list(tmp_path.iterdir())


def test_a_text_of_full_length_is_there_whole():
    data = themed(["長" * 32_767, "\r" * 32_767])
    place = [cell.value for cell in book(data)["themes"][2]].index("label")
    assert [row[place] for row in cells(book(data)["themes"])] == ["長" * 32_767, "\r" * 32_767]


@pytest.mark.parametrize("format", ["xlsx", "csv-excel"])
def test_lists_that_are_too_long_are_told(format: str):
    whole = sound()
    theme = attrs.evolve(whole.themes[0], alt_labels=tuple("長" * 999 + str(number) for number in range(33)))
    (problem,) = refused(Dataset.of([*(each for each in whole if each.id != theme.id), theme]), format)
    assert problem.field == "alt_labels"


def test_metadata_that_are_too_long_are_told():
    (problem,) = refused(Dataset(metadata=Metadata(description="x" * 40_000)), "xlsx")
    assert problem.field == "metadata"


@pytest.mark.parametrize(("format", "header"), [("xlsx", 2), ("csv-excel", 1)])
def test_tables_that_are_too_long_are_told(format: str, header: int):
    length = excel.MAX_ROWS - header + 1
    theme = Theme(id="x", label="x", label_en="x", definition="x", definition_en="x", citation=Citation("x"))
    row = Dataset.of([theme]).themes.data
    rows = [pa.repeat(row[name][0], length).cast(row.schema.field(name).type) for name in row.column_names]
    data = Dataset({"themes": pa.table(rows, schema=row.schema)})
    (problem,) = refused(data, format)
    assert f"found {length:,} rows" in problem.message
    whole = Dataset({"themes": data.themes.data.slice(1)})
    assert next(iter(load_exporter(format)(whole, NOTHING_YET)))


@frozen(kw_only=True)
class Item(Record):
    """An item."""

    id: Annotated[Id, Key(), Label("ID", "ID。")]
    """It."""

    name: Annotated[str, Caption(), Label("=名", "=名。")]
    """Its name."""


class Items(Dataset):
    """Tables whose names Excel does not take."""

    a_table_whose_name_has_32_letters: Annotated[Records[Item], Label("長い名", "長い名。")]
    history: Annotated[Records[attrs.make_class("Event", [], bases=(Item,), frozen=True)], Label("歴史", "歴史。")]  # type: ignore[valid-type]


def test_names_that_no_sheet_can_have_are_told():
    whole = sound()
    event = Items.model().tables["history"].record
    made = [Item(id="item", name="x", citation=whole.themes[0].citation), event(id="event", name="x", citation=whole.themes[0].citation)]
    data = Items.of([*whole, *made], whole.metadata)
    assert [problem.table for problem in refused(data, "xlsx")] == ["a_table_whose_name_has_32_letters", "history"]
    assert files(data, "csv-excel")["history.csv"].splitlines()[0].decode("utf-8-sig").startswith("ID [id],'=名 [name],")


# The CSV copy


def undone(cell: str) -> str:
    return cell.removeprefix("'")


@given(EITHER)
def test_taking_away_an_apostrophe_gives_the_package_back(data: Collection):
    copy = files(data, "csv-excel")
    expected = csv_tables(data) if len(data) else {}
    assert set(copy) == {"README.md", "columns.csv", *(f"{name}.csv" for name in expected)}
    for name, (header, *texts) in expected.items():
        content = copy[f"{name}.csv"]
        assert content.startswith(b"\xef\xbb\xbf")
        first, *found = rows(content.removeprefix(b"\xef\xbb\xbf"))
        assert [re.search(r"\[(\w+)\]$", cell)[1] for cell in first] == header
        assert [[undone(cell) for cell in row] for row in found] == texts
        table = data.model().stored[name]
        for row in found:
            for column, cell in zip(table.stored, row, strict=True):
                assert not re.match("[=+@\t\r\n＝＋－＠]", cell)
                assert not cell.startswith("-") or column.kind in (Kind.INTEGER, Kind.NUMBER)


def test_what_excel_would_take_for_something_else_is_defused():
    header, *found = rows(files(themed(TEXTS), "csv-excel")["themes.csv"].removeprefix(b"\xef\xbb\xbf"))
    place = header.index("名称 [label]")
    harmless = {*PLAIN, *ODD} - {"－", "\na"}
    assert [row[place] for row in found] == [text if text in harmless else f"'{text}" for text in TEXTS]


def test_long_numbers_are_texts_and_short_ones_numbers():
    whole = sound()
    values = ["12", "-5.25", "123456789012345", "1234567890123456", "-0.000000001"]
    figures = [
        attrs.evolve(whole.figures[0], id=f"fig-{number}", subject_id=None, value=Decimal(each)) for number, each in enumerate(values)
    ]
    header, *found = rows(files(Dataset.of([*whole.sources, *whole.actors, *figures]), "csv-excel")["figures.csv"])
    place = header.index("値 [value]")
    assert [row[place] for row in found] == ["12", "-5.25", "123456789012345", "'1234567890123456", "-0.000000001"]


def test_the_copy_says_that_it_is_no_package(tmp_path: Path):
    place = dxgov.export(sound(), tmp_path / "out", formats="csv-excel") / "csv-excel"
    said = (place / "README.md").read_text("utf-8")
    assert "not a data package" in said
    assert "データパッケージではありません" in said
    assert sound().metadata.title in said
    with pytest.raises(dxgov.NotAPackageError):
        dxgov.load(place)
    frame = pd.read_csv(place / "actors.csv", dtype="string", encoding="utf-8-sig")
    assert frame["全国地方公共団体コード [local_government_code]"].dropna().tolist() == ["'012017"]
    assert date.fromisoformat(pd.read_csv(place / "meetings.csv", encoding="utf-8-sig")["開催日（最初の日） [held_start]"][0])
