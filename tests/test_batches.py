"""A package that is checked batch by batch is told the same as one that is checked whole, in the same order."""

import csv
import io
import shutil
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dxgov
import faults
import generate
from dxgov import Limits, ProblemCode
from dxgov.errors import Problem
from dxgov.formats import csv_errors
from dxgov.formats import csv_reader as csvreader
from dxgov.tables.arrow import text_array
from dxgov.tables.hashing import hash_rows, hash_texts
from dxgov.validation import ProblemCollector, ReportSection
from package_files import edit_csv, parse_csv

pytestmark = pytest.mark.slow

WHOLE = 1 << 40


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Packages with faults of every kind."""
    place, tables = tmp_path_factory.mktemp("faulty"), generate.package_tables(generate.dataset(300, seed=5))
    return {format: generate.write_package(faults.plant(tables, 2, format)[0], place / format, format) for format in ("csv", "parquet")}


def problems(package: Path, batch: int = WHOLE, memory: int = WHOLE, block: int = 1 << 23, most: int = 100_000) -> tuple[Problem, ...]:
    return dxgov.validate(package, limits=Limits(batch=batch, memory=memory, block=block, problems=most)).problems


@pytest.mark.parametrize("format", ["csv", "parquet"])
@settings(max_examples=4)
@given(st.data())
def test_batches_of_any_size_give_the_same_report(faulty: dict[str, Path], format: str, draw: st.DataObject):
    whole = problems(faulty[format])
    assert len({problem.code for problem in whole}) > 10
    batch = draw.draw(st.integers(1, 80), "batch")
    block = draw.draw(st.sampled_from([1 << 10, 1 << 12, 1 << 15]), "block")
    memory = draw.draw(st.sampled_from([1, 20_000, WHOLE]), "memory")
    assert problems(faulty[format], batch, memory, block) == whole


@pytest.mark.parametrize("most", [1, 7, 20])
def test_where_only_the_first_problems_are_told_they_are_the_first(faulty: dict[str, Path], most: int):
    whole = problems(faulty["csv"])
    for batch in (13, WHOLE):
        *told, last = problems(faulty["csv"], batch, most=most)
        assert (tuple(told), last.code) == (whole[:most], ProblemCode.MORE_PROBLEMS)


@settings(max_examples=12)
@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_whatever_is_wrong_batches_give_the_same_report(sound_export: Path, random: Random, batch: int):
    with TemporaryDirectory() as folder:
        package = shutil.copytree(sound_export / "csv", Path(folder) / "package")
        spoil(package, random)
        whole = problems(package)
        assert problems(package, batch, 1, 1 << random.randint(9, 13)) == whole
        assert problems(package, 1) == whole


def spoil(package: Path, random: Random) -> None:
    """Move cells and rows about as no plan would."""
    paths = sorted((package / "data").glob("*.csv"))
    tables = {path: parse_csv(path.read_bytes()) for path in paths}
    cells = [cell for rows in tables.values() for row in rows[1:] for cell in row]
    ids = [row[0] for rows in tables.values() for row in rows[1:]]
    for path in random.sample(paths, random.randint(1, 12)):
        header, *rows = tables[path]
        for _ in range(random.randint(1, 6)):
            row = random.randrange(len(rows))
            match random.randrange(5):
                case 0:
                    rows[row][random.randrange(len(rows[row]))] = random.choice(cells)
                case 1:
                    references = [place for place, name in enumerate(header[: len(rows[row])]) if name.endswith("_id")]
                    rows[row][random.choice([0, *references])] = random.choice(ids)
                case 2:
                    rows.insert(random.randrange(len(rows)), list(rows[row]))
                case 3:
                    random.shuffle(rows)
                case _:
                    rows.insert(row, random.choice([["stray"], [""] * len(header)]))
        text = io.StringIO(newline="")
        csv.writer(text).writerows([header, *rows])
        path.write_bytes(text.getvalue().encode())


@pytest.mark.parametrize("batch", [1, WHOLE])
@pytest.mark.parametrize("circle", ["of one row", "of two rows"])
def test_a_reference_to_an_id_that_rows_share_leads_to_the_first_of_them(sound_export: Path, tmp_path: Path, circle: str, batch: int):
    package = shutil.copytree(sound_export / "csv", tmp_path / "package")

    def copied(rows: list[list[str]]) -> None:
        id, part_of = rows[0].index("id"), rows[0].index("part_of_id")
        first = next(row for row in rows[1:] if not row[part_of])
        part = next(row for row in rows[1:] if row[part_of] == first[id])
        copy = list(first)
        copy[part_of] = first[id] if circle == "of one row" else part[id]
        rows.append(copy)

    edit_csv(package, "actors", copied)
    assert [problem.code for problem in problems(package, batch, 1)] == [ProblemCode.DUPLICATE_KEY]


def test_a_data_set_in_memory_is_told_the_same_in_batches():
    data = generate.dataset(300, seed=2)
    broken = dxgov.Dataset({**data.to_arrow(), "themes": data.themes.data.slice(1), "sources": data.sources.data.slice(2)})
    whole = dxgov.validate(broken, limits=Limits(batch=WHOLE)).problems
    assert {problem.code for problem in whole} >= {ProblemCode.UNKNOWN_REFERENCE}
    for batch in (1, 9, 100):
        assert dxgov.validate(broken, limits=Limits(batch=batch, memory=1)).problems == whole


def test_a_sound_package_is_gone_through_once(sound_export: Path, monkeypatch: pytest.MonkeyPatch):
    opened = []
    start = csvreader.CsvByteStream.read_header
    monkeypatch.setattr(csvreader.CsvByteStream, "read_header", lambda stream: (opened.append(stream), start(stream))[1])
    assert dxgov.validate(sound_export / "csv").valid
    assert len(opened) == len(list((sound_export / "csv" / "data").iterdir()))


def test_progress_is_told_in_bytes_to_the_end(sound_export: Path):
    told: list[tuple[int, int]] = []
    dxgov.validate(sound_export / "csv", limits=Limits(batch=1), progress=lambda done, of: told.append((done, of)))
    size = sum(path.stat().st_size for path in (sound_export / "csv" / "data").iterdir())
    assert {of for _, of in told} == {size}
    assert told == sorted(told)
    assert told[-1][0] == size


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.lists(st.integers(0, 9), max_size=8))), st.integers(1, 20))
def test_the_first_problems_are_kept_in_whatever_order_they_come(given: list[tuple[int, int, list[int]]], most: int):
    def problem(number: int) -> Problem:
        return Problem(ProblemCode.PATTERN, str(number), "asks")

    places: dict[tuple[int, int, int, int], list[int]] = {}
    told = ProblemCollector(most)
    for batch, (table, rule, numbers) in enumerate(given):
        places[ReportSection.ROWS, table, rule, batch] = numbers
        told.add(ReportSection.ROWS, table, rule, batch, map(problem, numbers))
    everything = [str(number) for place in sorted(places) for number in places[place]]
    found = [each.message for each in told]
    assert found[:most] == everything[:most]
    assert len(found) == min(len(everything), most + 1)


TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=30), st.text("ab", min_size=120, max_size=160)))


@given(TEXTS, st.integers(0, 3))
def test_equal_texts_have_equal_numbers_wherever_they_lie(texts: list[str | None], start: int):
    numbers = hash_texts(text_array(texts))
    assert len({*numbers.tolist()}) <= len({*texts})
    by_text: dict[str | None, int] = dict(zip(texts, numbers.tolist(), strict=True))
    assert [by_text[text] for text in texts] == numbers.tolist()
    assert hash_texts(text_array([*["x"] * start, *texts]).slice(start)).tolist() == numbers.tolist()


def test_different_rows_have_different_numbers():
    texts = text_array([f"ask-{number}" for number in range(20_000)])
    assert len(np.unique(hash_texts(texts))) == 20_000
    assert len(np.unique(hash_rows([texts, texts]))) == 20_000
    assert hash_rows([text_array(["a", "b"]), text_array(["b", "a"])])[0] != hash_rows([text_array(["b"]), text_array(["a"])])[0]
    assert hash_rows([pa.nulls(1, pa.string())])[0] != hash_rows([text_array([""])])[0]


STRAY = [b'id,t\r\n1,"a"\r\n2,"b""c"\r\n3,x"y\r\n', b'id\r\n"a\r\nb"\r\n"c\r\n', b'id,t\r\n"a"b",c\r\n', b'"a""","b\r\n']


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
@pytest.mark.parametrize("content", STRAY)
def test_a_stray_quotation_mark_is_found_in_pieces_of_any_size(content: bytes, size: int):
    whole = csv_errors.locate_fault(csv_errors.NOT_CLOSED, io.BytesIO(content))
    assert csv_errors.locate_fault(csv_errors.NOT_CLOSED, io.BytesIO(content), chunk_size=size) == whole


@pytest.mark.parametrize("block", [64, 700, 5_000])
def test_a_file_is_read_the_same_in_blocks_of_any_size(ds, tmp_path, block):
    folder = dxgov.export(ds, tmp_path / "out", "csv") / "csv"
    path = folder / "data" / "asks.csv"
    lines = path.read_bytes().decode().split("\r\n")
    lines[0] += ",odd"
    lines[1:-1] = [f"{line},{row if row < 40 else 'x'}" for row, line in enumerate(lines[1:-1])]
    lines[20] += ",more"
    lines[50] = "one,two"
    lines.insert(30, "")
    path.write_bytes("\r\n".join(lines).encode())
    whole = dxgov.validate(folder)
    assert dxgov.validate(folder, limits=Limits(block=block)) == whole
    assert [problem.row for problem in whole if problem.code == "row-length"] == [21, 52]
