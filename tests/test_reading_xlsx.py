"""XLSX files made by openpyxl: cells as they are shown."""

from datetime import date, time
from io import BytesIO

import openpyxl
import pytest

from dxgov.documents.extraction import extract
from dxgov.documents.number_formats import format_value


def read(workbook):
    file = BytesIO()
    workbook.save(file)
    return extract(file.getvalue())


@pytest.mark.parametrize(
    ("value", "format", "shown"),
    [
        (46_357, '[$-411]ggge"年"m"月"d"日"', "令和8年12月1日"),
        (46_357, "[$-ja-JP-x-gannen]ggge年", "令和8年"),
        (43_600, '[$-ja-JP-x-gannen]ggge"年"', "令和元年"),
        (46_357, "m/d(aaa)", "12/1(火)"),
        (46_357.75, "yyyy/m/d h:mm", "2026/12/1 18:00"),
        (0.5, "[h]:mm:ss", "12:00:00"),
        (1.5, "[h]:mm", "36:00"),
        (0.75, "h:mm AM/PM", "6:00 PM"),
        (60, "yyyy/m/d", "1900/2/28"),
        (-1_200, '#,##0;"△ "#,##0', "△ 1,200"),
        (0, '#,##0;-#,##0;"－"', "－"),
        (0.125, "0.0%", "12.5%"),
        (1_234_567, "#,##0,", "1,235"),
        (1_234, '#,##0"千円"', "1,234千円"),
        (5, "000", "005"),
        (0.1 + 0.2, "General", "0.3"),
        (3, 'General"件"', "3件"),
        (12_345.678, "0.00E+00", "1.23E+4"),
        (3, '[>=2]"多";"少"', "多"),
        ("町田", '@"市"', "町田市"),
        (99_999_999, "yyyy/m/d", "99999999"),
    ],
)
def test_values_as_their_cells_show_them(value, format, shown):
    assert format_value(value, format) == shown


def test_cells_have_their_positions_and_formats():
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "日程"
    sheet["B2"], sheet["C2"], sheet["C3"] = "改定", date(2026, 12, 1), time(9, 30)
    sheet["C2"].number_format = '[$-411]ggge"年"m"月"d"日"'
    sheet["B4"] = "一行目\n二行目"
    text = read(workbook)
    assert {position: cell.text for position, cell in text.tables[0].grid.items()} == {
        (1, 1): "改定",
        (1, 2): "令和8年12月1日",
        (2, 2): "9:30:00",
        (3, 1): "一行目\n二行目",
    }
    assert (text.tables[0].name, text.tables[0].page) == ("日程", 1)
    assert [(line.text, line.page) for line in text.lines][-2:] == [("一行目", 1), ("二行目", 1)]


def test_merged_cells_span_and_cover():
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["A1"] = "令和２年度"
    sheet.merge_cells("A1:C2")
    sheet["A3"] = "４月"
    grid = read(workbook).tables[0].grid
    assert grid[1, 2].text == "令和２年度"
    assert grid[1, 2] is grid[0, 0]
    assert (0, 3) not in grid


def test_what_is_hidden_is_named_and_left_out():
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "表"
    for row in range(1, 6):
        for column in range(1, 4):
            sheet.cell(row, column, f"{row}-{column}")
    sheet.row_dimensions[2].hidden = sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    workbook.create_sheet("控え").sheet_state = "hidden"
    text = read(workbook)
    assert text.text == "1-1\n1-3\n4-1\n4-3\n5-1\n5-3\n"
    assert text.properties["hidden"] == "表!B:B, 表!2:3, 控え"
