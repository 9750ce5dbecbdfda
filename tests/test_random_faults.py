"""One random fault in a random package is the one that is reported."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dxgov
from dxgov import Dataset, ProblemCode
from dxgov.marks import CheckDigit, Follows, Minimum, NotBefore, Pattern, Ref
from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.testing import datasets
from package_files import edit_csv, read_records
from soundness import MODEL

pytestmark = pytest.mark.slow

Code = ProblemCode


def list_faults(column: Column, text: str, table: Table | LinkTable) -> dict[str, tuple[str, ProblemCode]]:
    """Return texts that a filled cell can become, by a word for the change, with the code of the problem that follows in any package."""
    ways: dict[str, tuple[str, ProblemCode]] = {}
    digit, minimum = column.mark(CheckDigit), column.mark(Minimum)
    owner = isinstance(table, LinkTable) and column is table.owner_column
    if column.kind in (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN, Kind.DATE):
        ways["unreadable"] = "2023-02-29", Code.WRONG_TYPE
    if column.codes:
        ways["code"] = '["no such code"]' if column.many else "no such code", Code.UNKNOWN_CODE
    if column.kind is Kind.DATE and column.mark(Follows) and text != "1999-12-31":
        ways["contradiction"] = "1999-12-31", Code.CONTRADICTION
    if column.mark(Pattern) and not column.mark(Ref) and not column.key:
        ways["pattern"] = "!?", Code.PATTERN
    if column.mark(Ref) and not owner:
        ways["dangling"] = "no-such-record", Code.UNKNOWN_REFERENCE
    if minimum and not column.mark(NotBefore):
        ways["minimum"] = str(minimum.value - 1), Code.TOO_SMALL
    if digit:
        place = 0 if digit.correct("9" + text[1:]) == text else -1
        wrong = str(int(text[place]) % 9 + 1)
        ways["digit"] = (wrong + text[1:] if place == 0 else text[:-1] + wrong), Code.CHECK_DIGIT
    if column.required and not column.many and not column.key and not owner:
        ways["missing"] = "", Code.MISSING_VALUE
    if column.kind is Kind.TEXT and not column.many and not column.pattern and not column.mark(Ref):
        ways["control"] = f"{text}\x02", Code.BAD_TEXT
    return ways


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=datasets(max_size=2), draw=st.data())
def test_one_random_fault_is_the_one_that_is_found(data: Dataset, draw: st.DataObject):
    with TemporaryDirectory() as folder:
        _plant_random_fault(dxgov.export(data, Path(folder) / "export", formats=["csv"]) / "csv", draw)


def _plant_random_fault(package: Path, draw: st.DataObject) -> None:
    listed = {each["name"] for each in json.loads((package / "datapackage.json").read_bytes())["resources"]}
    filled = [name for name in listed if read_records(package, name)]
    if not filled:
        return
    table = MODEL.stored[draw.draw(st.sampled_from(sorted(filled)))]
    rows = read_records(package, table.name)
    number = draw.draw(st.integers(0, len(rows) - 1))
    choices = {
        (column.name, kind): way
        for column in table.stored
        if rows[number][column.name]
        for kind, way in list_faults(column, rows[number][column.name], table).items()
        if way[0] != rows[number][column.name]
    }
    (name, _), (text, code) = draw.draw(st.sampled_from(sorted(choices.items())))

    def spoil(lines: list[list[str]]) -> None:
        lines[number + 1][lines[0].index(name)] = text

    edit_csv(package, table.name, spoil)
    problems = dxgov.validate(package).problems
    assert [(each.code, each.table, each.row, each.field) for each in problems] == [(code, table.name, number + 2, name)], problems
