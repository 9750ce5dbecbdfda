"""Packages made to do harm are told as what they are, cost a bounded amount of memory, and leave nothing behind."""

import json
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import dxgov
from attacks import ATTACKS, FULL, Attack
from dxgov import DataError, DxgovError, Limits, NotAPackageError, ProblemCode
from package_files import edit_bytes, edit_csv, edit_descriptor, edit_resource, find_file, update_row
from soundness import sound

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="pipes, links and limits of memory are made as on Unix")]

ROOM = (6 if FULL else 3) * 2**30
"""The address space that a reader of a hostile package gets."""

SECONDS = 300 if FULL else 30
"""The processor time that it gets."""

READING = textwrap.dedent("""
    # Read each package that is named in a process of its own, which begins with all libraries loaded.
    import json, os, resource, sys
    import dxgov
    import dxgov.formats.parquet_reader, dxgov.api.validation

    def read(path, limits):
        error, problems, codes = "", (), []
        try:
            problems = dxgov.validate(path, limits=dxgov.Limits(**limits)).problems
        except dxgov.DataError as found:
            problems = found.problems
        except dxgov.NotAPackageError as found:
            error, codes = str(found), ["not-a-package"]
        if sys.platform == "linux":  # the other counts the process that started this one
            peak = next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
        else:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        said = [str(problem)[:500] for problem in [*problems[:50], *problems[-1:]]]
        codes += sorted({str(problem.code) for problem in problems})
        return [codes, [error, *said], peak, max((len(problem.message) for problem in problems), default=0)]

    for line in sys.stdin:
        room, seconds, path, limits = json.loads(line)
        pid = os.fork()
        if pid == 0:
            if sys.platform == "linux":
                resource.setrlimit(resource.RLIMIT_AS, (room, room))
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            try:
                found = read(path, limits)
            except BaseException as error:
                found = f"{type(error).__name__}: {error}"
            print(json.dumps(found), flush=True)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if status:
            print(json.dumps(f"ended with {os.waitstatus_to_exitcode(status)}"), flush=True)
""")


class Reader:
    """A process that reads hostile packages, with bounded memory and processor time."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", READING], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def __call__(self, path: Path, limits: dict[str, int]) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([ROOM, SECONDS, str(path), limits]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    reader = Reader(tmp_path_factory.mktemp("reader"))
    with reader.process:
        yield reader


def entries(folder: Path) -> dict[str, int]:
    """All that lies below a folder, with the time of its last change."""
    return {path.relative_to(folder).as_posix(): path.lstat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_told_and_costs_little(attack: Attack, sound_export: Path, reader: Reader, tmp_path: Path):
    package = shutil.copytree(sound_export / attack.format, tmp_path / attack.format)
    path = attack.build(package) or package
    before = entries(tmp_path)
    found = reader(path, attack.limits)
    assert isinstance(found, list), found
    codes, said, peak, longest = found
    print(f"{attack.name}: {peak // 2**20:,} MiB; {', '.join(codes) or 'sound'}")  # noqa: T201 - pytest -rP shows the figures
    assert set(codes) <= set(attack.codes), said
    assert attack.codes[:1] == () or attack.codes[0] in codes, said
    assert any(attack.says in each for each in said), said
    assert longest < 10_000, "a message repeats the attack"
    assert peak < ROOM
    assert entries(tmp_path) == before


def test_loading_and_sealing_refuse_what_validation_tells(sound_export: Path, tmp_path: Path):
    for name in ("path leading out", "pipe in place of a file", "cell of 40 MiB", "descriptor nested 900 deep"):
        (chosen,) = (each for each in ATTACKS if each.name == name)
        package = shutil.copytree(sound_export / chosen.format, tmp_path / name)
        chosen.build(package)
        for use in (dxgov.load, dxgov.seal):
            with pytest.raises(DataError) as raised:
                use(package, limits=Limits(**chosen.limits))
            assert {problem.code for problem in raised.value.problems} <= set(chosen.codes)


@pytest.mark.parametrize("name", ["pipe", "pipe.json", "pipe.zip"])
def test_a_pipe_is_no_package_and_nobody_waits_for_it(name: str, tmp_path: Path):
    import os

    os.mkfifo(tmp_path / name)
    with pytest.raises(NotAPackageError, match="neither a file nor a folder"):
        dxgov.load(tmp_path / name)


def test_a_device_is_no_package():
    for use in (dxgov.load, dxgov.validate):
        with pytest.raises(NotAPackageError, match="neither a file nor a folder"):
            use("/dev/zero")


# Limits


def test_limits_are_named_and_checked():
    for field in attrs.fields(Limits):
        assert getattr(Limits(), field.name) > 0
        for wrong in (0, -1, 1.5, True, "7", None, 2**63):
            with pytest.raises(ValueError, match=field.name):
                Limits(**{field.name: wrong})


OF_COST = {"batch", "block", "task", "memory"}
"""Limits beyond which work is done in another way."""
OF_SERVERS = {"connect", "idle", "rate", "transfer", "tries"}
"""Limits that only what comes from a server can reach; they are tested with servers."""
OF_DOCUMENTS = {"document", "pages", "characters", "cells", "nesting"}
"""Limits of documents, which packages do not hold; they are tested with documents."""


@pytest.mark.parametrize("format", ["csv", "parquet"])
@pytest.mark.parametrize("limit", [field.name for field in attrs.fields(Limits) if field.name not in OF_COST | OF_SERVERS | OF_DOCUMENTS])
def test_every_limit_is_kept(limit: str, format: str, sound_export: Path, tmp_path: Path):
    place = sound_export / format
    if limit == "ratio":
        import zipfile

        with zipfile.ZipFile(tmp_path / "tight.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(place.rglob("*")):
                if path.is_file():
                    more = b"\r\n" * 9_000_000 if path.name == "themes.csv" else b""
                    archive.writestr(path.relative_to(place).as_posix(), path.read_bytes() + more)
        place = tmp_path / "tight.zip"
        if format == "parquet":
            return
    if limit == "problems":
        place = shutil.copytree(place, tmp_path / format)
        for table in ("themes", "links"):
            edit_resource(place, table, hash=f"sha256:{'0' * 64}")
    problems = dxgov.validate(place, limits=Limits(**{limit: 1})).problems
    expected = ProblemCode.MORE_PROBLEMS if limit == "problems" else ProblemCode.TOO_LARGE
    assert expected in {problem.code for problem in problems}
    with pytest.raises(DataError):
        dxgov.load(place, limits=Limits(**{limit: 1}))


def test_the_last_problem_says_that_there_are_more(sound_export: Path, tmp_path: Path):
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")
    edit_csv(place, "themes", lambda rows: [row.append("x") for row in rows[1:]])
    all_told = dxgov.validate(place).problems
    assert len(all_told) > 3
    some = dxgov.validate(place, limits=Limits(problems=3)).problems
    assert some[:3] == all_told[:3]
    assert [problem.code for problem in some[3:]] == [ProblemCode.MORE_PROBLEMS]
    assert dxgov.validate(place, limits=Limits(problems=len(all_told))).problems == all_told


def test_line_breaks_in_cells_are_no_rows(sound_export: Path, tmp_path: Path):
    """A limit of rows holds for rows, however many lines they take."""
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")
    update_row(place, "themes", {"note": "a\n\nb\r\n" * 100}, id="skills")
    rows = max(len(records) for records in sound().tables.values())
    links = 50
    assert dxgov.validate(place, limits=Limits(rows=rows + links)).valid


def test_a_row_may_be_longer_than_what_is_read_at_once(sound_export: Path, tmp_path: Path):
    """Rows stay counted as they stand in the file when it is read in several blocks."""
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")
    long = "長い" * 150_000

    def edit(rows: list[list[str]]) -> None:
        note = rows[0].index("note")
        for number in range(12):
            rows.append([f"long-{number:02}", *rows[1][1:]])
            rows[-1][note] = long
            if number in (5, 9):
                rows[-1].append("one cell too many")
        rows[-1][rows[0].index("label")] = ""

    edit_csv(place, "themes", edit)
    first = len(sound().themes) + 2
    problems = dxgov.validate(place, limits=Limits(cell=2**20)).problems
    assert [(problem.code, problem.row) for problem in problems[:2]] == [
        (ProblemCode.ROW_LENGTH, first + 5),
        (ProblemCode.ROW_LENGTH, first + 9),
    ]
    assert [problem.row for problem in problems if problem.code == ProblemCode.MISSING_VALUE and problem.table == "themes"] == [first + 11]


# Damage without end


def _told(path: Path) -> None:
    """Reading ends in a report or in an error of dxgov's own, whatever the bytes."""
    with suppress(DxgovError):
        assert all(str(problem) for problem in dxgov.validate(path))


@given(st.data())
def test_a_file_cut_off_anywhere_gives_a_report(sound_export: Path, draw: st.DataObject):
    name = draw.draw(
        st.sampled_from(["csv/data/themes.csv", "parquet/data/themes.parquet", "csv/datapackage.json", "csv.zip", "parquet.zip"])
    )
    content = (sound_export / name).read_bytes()
    with TemporaryDirectory() as folder:
        place = _copy(sound_export, name, Path(folder))
        target = Path(folder) / name
        target.write_bytes(content[: draw.draw(st.integers(0, len(content) - 1))])
        _told(place)


@given(st.data())
def test_a_file_with_bytes_changed_anywhere_gives_a_report(sound_export: Path, draw: st.DataObject):
    name = draw.draw(st.sampled_from(["csv/data/asks.csv", "parquet/data/asks.parquet", "csv/datapackage.json", "csv.zip"]))
    content = bytearray((sound_export / name).read_bytes())
    for place in draw.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[place] = draw.draw(st.sampled_from([0, 10, 13, 34, 44, 0x7F, 0x80, 0xFF]) | st.integers(0, 255))
    with TemporaryDirectory() as folder:
        path = _copy(sound_export, name, Path(folder))
        (Path(folder) / name).write_bytes(content)
        edit = path / "datapackage.json"
        if edit.is_file() and name.startswith("parquet"):
            edit_resource(path, "asks", hash=None)
        _told(path)


def _copy(sound_export: Path, name: str, folder: Path) -> Path:
    if name.endswith(".zip"):
        return Path(shutil.copy(sound_export / name, folder / name))
    return shutil.copytree(sound_export / name.partition("/")[0], folder / name.partition("/")[0])


@given(st.binary(max_size=400) | st.text(alphabet='id,"\r\n\0\ufeffé漢', max_size=60).map(str.encode))
@example(b"\xef\xbb\xbf")
@example(b'"')
@example(b"id\r\n\x00")
def test_any_bytes_in_place_of_a_table_give_a_report(sound_export: Path, content: bytes):
    with TemporaryDirectory() as folder:
        package = shutil.copytree(sound_export / "csv", Path(folder) / "csv")
        edit_bytes(package, "themes", lambda _: content)
        _told(package)


def test_parquet_that_is_cut_in_the_middle_of_its_data_is_told_by_column(sound_export: Path, tmp_path: Path):
    """The list of contents at the end is whole, and what it points to is not there."""
    package = shutil.copytree(sound_export / "parquet", tmp_path / "parquet")
    metadata = pq.read_metadata(find_file(package, "themes"))
    start = metadata.row_group(0).column(1).dictionary_page_offset or metadata.row_group(0).column(1).data_page_offset
    edit_bytes(package, "themes", lambda content: content[:start] + bytes(64) + content[start + 64 :])
    problems = dxgov.validate(package).problems
    assert {problem.code for problem in problems} <= {ProblemCode.UNREADABLE_FILE, ProblemCode.MISSING_VALUE}
    assert any(problem.field == metadata.schema.column(1).path for problem in problems)


# What the second opinion would do


def test_frictionless_is_not_asked_to_follow_a_descriptor(sound_export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("frictionless")
    from dxgov.package.frictionless_check import run_frictionless

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("frictionless was asked")

    monkeypatch.setattr("dxgov.package.frictionless_check.frictionless.Package", refuse)
    address = "http://127.0.0.1:9/x.json"
    slow = {"fields": [{"name": "id", "type": "string", "constraints": {"pattern": "(a+)+$"}}]}
    for number, properties in enumerate(
        [
            {"schema": address},
            {"dialect": address},
            {"profile": address},
            {"path": address},
            {"schema": slow},
            {"control": {}},
            {"scheme": "remote"},
        ]
    ):
        package = shutil.copytree(sound_export / "csv", tmp_path / str(number))
        edit_resource(package, "themes", **properties)
        (line,) = run_frictionless(package)
        assert line.startswith("frictionless: not asked")
    package = shutil.copytree(sound_export / "csv", tmp_path / "profile")
    edit_descriptor(package, lambda found: found.update(profile=address))
    assert run_frictionless(package)[0].startswith("frictionless: not asked")
    with pytest.raises(AssertionError, match="was asked"):
        run_frictionless(sound_export / "csv")


def test_attacks_have_names_of_their_own():
    assert len({each.name for each in ATTACKS}) == len(ATTACKS)
