"""Many faults of one package are reported at once, from a folder and from a zip; every problem code is planted in some test."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

import dxgov
from dxgov import DataError, ProblemCode
from package_files import edit_bytes, edit_csv, read_records, update_row
from planted_faults import ASK, ASK_B
from soundness import NEED_DOCUMENTS, OF_DRAFTS, OF_FORMATS, WARNINGS
from test_csv_faults import CSV_CELLS, CSV_FILES
from test_descriptor_faults import DESCRIPTORS
from test_parquet_faults import PARQUET_FILES
from test_record_faults import RECORDS

pytestmark = pytest.mark.slow

Code = ProblemCode


def test_every_code_is_planted_at_least_once():
    planted = {case.code for case in (*RECORDS, *CSV_CELLS, *CSV_FILES, *DESCRIPTORS, *PARQUET_FILES)}
    assert planted == set(ProblemCode) - NEED_DOCUMENTS - OF_FORMATS - OF_DRAFTS - WARNINGS - {Code.MORE_PROBLEMS}


def plant_many(package: Path) -> set[tuple[ProblemCode, str, int | None, str | None]]:
    """Plant many faults that a hasty check would confuse; return the code, table, row and field of each."""
    faults = {
        (Code.UNKNOWN_CODE, "asks", update_row(package, "asks", {"strength": "akt"}, id=ASK), "strength"),
        (Code.WRONG_TYPE, "asks", update_row(package, "asks", {"interim": "no"}, id=ASK), "interim"),
        (Code.PATTERN, "asks", update_row(package, "asks", {"letter": "B"}, id=ASK_B), "letter"),
        (Code.WRONG_TYPE, "statements", update_row(package, "statements", {"turn": "one"}, id="mtg-lines-2.t1.p1"), "turn"),
        (Code.WRONG_TYPE, "statements", update_row(package, "statements", {"turn": "two"}, id="mtg-lines-2.t2.p1"), "turn"),
        (Code.UNKNOWN_REFERENCE, "duties", update_row(package, "duties", {"owner_id": "nobody"}, id="dut-lines.1"), "owner_id"),
        (Code.INVALID_VALUE, "meetings", update_row(package, "meetings", {"held_edtf": "2031-04-31"}, id="mtg-lines-1"), "held_edtf"),
        (Code.UNKNOWN_REFERENCE, "actors", update_row(package, "actors", {"part_of_id": "nowhere"}, id="kaifu-governor"), "part_of_id"),
        (Code.MISSING_VALUE, "links", update_row(package, "links", {"rationale": ""}, id="lnk-same-matter"), "rationale"),
        (Code.MISSING_VALUE, "measures", update_row(package, "measures", {"title": ""}, id="msr-lines.1.1"), "title"),
        (Code.MISSING_COLUMN, "figures", None, "note"),
        (Code.UNKNOWN_COLUMN, "figures", None, "notes"),
        (Code.ROW_LENGTH, "deliverables", 2, None),
        (Code.MISSING_VALUE, "deliverables", update_row(package, "deliverables", {"title_en": ""}, id="dlv-plan.annex"), "title_en"),
    }
    edit_csv(package, "figures", lambda rows: rows[0].__setitem__(rows[0].index("note"), "notes"))
    edit_csv(package, "deliverables", lambda rows: rows[1].pop())
    last = len(read_records(package, "themes")) + 1
    edit_bytes(package, "themes", lambda file: file + b" ", reseal=False)
    return faults | {(Code.WRONG_SIZE, "themes", None, None), (Code.ROW_LENGTH, "themes", last + 1, None)}


def test_all_faults_are_told_at_once(copy_package: Callable[[str], Path]):
    package = copy_package("csv")
    faults = plant_many(package)
    report = dxgov.validate(package)
    found = [(problem.code, problem.table, problem.row, problem.field) for problem in report]
    assert set(found) == faults
    assert len(found) == len(faults)
    assert not report.valid
    assert report.counts[Code.WRONG_TYPE] == 3
    with pytest.raises(DataError) as raised:
        dxgov.load(package)
    assert raised.value.problems == report.problems


def test_a_zip_is_faulty_as_its_folder_is(copy_package: Callable[[str], Path], tmp_path: Path):
    package = copy_package("csv")
    plant_many(package)
    with ZipFile(tmp_path / "faulty.zip", "w") as archive:
        for file in package.rglob("*"):
            archive.write(file, file.relative_to(package))
    expected = dxgov.validate(package).problems
    assert dxgov.validate(tmp_path / "faulty.zip").problems == expected
    assert dxgov.validate(package / "datapackage.json").problems == expected


def test_a_zip_with_a_member_that_cannot_be_unpacked(sound_export: Path, tmp_path: Path):
    place = tmp_path / "stored.zip"
    with ZipFile(sound_export / "csv.zip") as whole, ZipFile(place, "w", ZIP_STORED) as archive:
        for info in whole.infolist():
            archive.writestr(info.filename, whole.read(info))
    place.write_bytes(place.read_bytes().replace("人材に関すること".encode(), "人財に関すること".encode()))
    (problem,) = dxgov.validate(place)
    assert (problem.code, problem.table, problem.file) == (Code.UNREADABLE_FILE, "themes", "data/themes.csv")
