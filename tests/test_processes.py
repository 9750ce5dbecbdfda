"""No process dies of Arrow's threads: nothing of Python's is left in one, however reading ends.

`DXGOV_SOAK` is the number of fresh processes for each way to end; 1,000 is a full soak.
"""

import io
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import dxgov
import faults
import generate
from dxgov.formats import csv_blocks as csvblocks
from dxgov.storage.container import RefusedError

pytestmark = pytest.mark.slow

COUNT = int(os.environ.get("DXGOV_SOAK", "3"))
"""How many fresh processes are started for each way to end."""

ENDS = {
    "validate": "dxgov.validate(package)",
    "problems limit": "dxgov.validate(package, limits=dxgov.Limits(problems=1))",
    "rows limit": "dxgov.validate(package, limits=dxgov.Limits(rows=5, batch=2))",
    "load": "try:\n    dxgov.load(package)\nexcept dxgov.DataError:\n    pass",
    "exception": "def stop(done, of): raise RuntimeError\ntry:\n    dxgov.validate(package, progress=stop)\nexcept RuntimeError:\n    pass",
    "KeyboardInterrupt": (
        "def stop(done, of): raise KeyboardInterrupt\ntry:\n    dxgov.validate(package, progress=stop)\nexcept KeyboardInterrupt:\n    pass"
    ),
    "an iterator that is left": (
        "data = dxgov.load(package, lazy=True)\ntry:\n    rows = data.themes.batches(2)\n    next(rows)\n"
        "    records = iter(data.themes)\n    next(records)\n"
        "except dxgov.DataError:\n    pass"
    ),
}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    place, tables = tmp_path_factory.mktemp("soak"), generate.package_tables(generate.dataset(60, seed=5))
    made = {}
    for format in ("csv", "parquet"):
        made[f"faulty {format}"] = generate.write_package(faults.plant(tables, 2, format)[0], place / f"faulty-{format}", format)
        made[f"sound {format}"] = generate.write_package(tables, place / f"sound-{format}", format)
    return made


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("package", ["faulty csv", "sound csv", "faulty parquet", "sound parquet"])
def test_fresh_processes_end_well(packages: dict[str, Path], package: str, end: str):
    count = COUNT if package == "faulty csv" or "DXGOV_SOAK" in os.environ else 1
    code = f"import dxgov\npackage = {str(packages[package])!r}\n{ENDS[end]}"

    def status(_: int) -> int:
        return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(status, range(count))] == [0] * count


@pytest.mark.parametrize("form", ["faulty csv", "sound csv", "faulty parquet", "sound parquet"])
def test_a_file_is_read_by_the_thread_that_asks(packages: dict[str, Path], form: str, monkeypatch: pytest.MonkeyPatch):
    readers = set()
    from dxgov.storage import folder

    class Noting(io.FileIO):
        def readinto(self, buffer: object) -> int:
            readers.add(threading.get_ident())
            return super().readinto(buffer)

        def read(self, size: int | None = -1) -> bytes:
            readers.add(threading.get_ident())
            return super().read(size)

    monkeypatch.setattr(folder, "_open_regular", lambda path, _: Noting(path))
    dxgov.validate(packages[form])
    assert readers == {threading.get_ident()}


def test_arrow_gets_memory_of_its_own_and_no_file(packages: dict[str, Path], monkeypatch: pytest.MonkeyPatch):
    """What a thread of Arrow's lets go last is let go without Python's lock only if nothing of it is Python's."""
    given = []
    read = pyarrow.csv.read_csv
    monkeypatch.setattr(pyarrow.csv, "read_csv", lambda file, **options: given.append((file, options)) or read(file, **options))
    monkeypatch.setattr(pyarrow.csv, "open_csv", None)
    assert dxgov.validate(packages["sound csv"]).valid
    assert given
    for file, options in given:
        assert type(file) is pa.BufferReader
        assert not options["read_options"].use_threads


TEXT = st.lists(st.sampled_from(["a", '"', ",", "\n", "\r", "\r\n", '"",', ',"', '",', '"\n', "あ", "\ufeff"]), max_size=60).map("".join)


MARK = b"\xef\xbb\xbf"


def texts(file: io.BytesIO, *sizes: int) -> list[bytes]:
    """The blocks, each without the BOM that Arrow takes off."""
    blocks = [bytes(block) for block in csvblocks.iter_row_blocks(file, *sizes)]  # type: ignore[arg-type]
    assert all(block.startswith(MARK) for block in blocks)
    return [block[len(MARK) :] for block in blocks]


@given(TEXT, st.integers(3, 40), st.booleans())
@example('a,b\r\n"x\r\ny",z\r\n', 3, False)
@example('a,b\r\nx"y,"p"q\r\n"r,s\r\n', 7, True)
def test_blocks_are_whole_rows_as_arrow_parses_them(text: str, size: int, bom: bool):
    content = b"h,i\r\n" + text.encode() + b"\r\n"
    whole = parsed(content)
    if whole is None:
        return
    blocks = texts(io.BytesIO(MARK * bom + content), size, 1 << 20)
    assert b"".join(blocks) == content
    pieces = [parsed((b"h,i\r\n" if number else b"") + block) for number, block in enumerate(blocks)]
    assert [row for piece in pieces for row in piece or ()] == whole


def parsed(content: bytes) -> list[tuple[str, ...]] | None:
    """The rows, with a mark of each that is not as long as the header; nothing where Arrow cannot parse them."""
    wrong: list[tuple[int, int]] = []

    def skip(row: pyarrow.csv.InvalidRow) -> str:
        wrong.append((row.number, row.actual_columns))
        return "skip"

    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(content),
            read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=1 << 20),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip),
            convert_options=pyarrow.csv.ConvertOptions(column_types={"h": pa.string(), "i": pa.string()}),
        )
    except pa.ArrowInvalid:
        return None
    rows = [*zip(*(column.to_pylist() for column in table.columns), strict=True)]
    for number, length in wrong:
        rows.insert(number - 2, ("wrong", str(length)))
    return rows


def test_a_row_that_is_too_long_is_refused():
    text = b"h,i\r\n" + b"x" * 1_000 + b",y\r\n"
    with pytest.raises(RefusedError, match="longer than 500 bytes"):
        texts(io.BytesIO(text), 100, 500)
    assert b"".join(texts(io.BytesIO(text), 100, 2_000)) == text
