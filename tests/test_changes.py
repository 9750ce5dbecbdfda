"""Packages that change while they are read: what was read is never taken for sound, and two versions of a file are never mixed."""

import os
import shutil
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import dxgov
from dxgov import DataError
from package_files import edit_records, find_file, unseal
from soundness import sound


@pytest.fixture(params=["csv", "parquet"])
def package(sound_export: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A package with a reference that leads nowhere, whose descriptor states no sizes and hashes."""
    place = shutil.copytree(sound_export / request.param, tmp_path / request.param)
    edit_records(place, "asks", lambda rows: rows[0].update(expected_of_id="nobody"))
    unseal(place)
    return place


def repair(path: Path) -> None:
    content = path.read_bytes()
    status = path.stat()
    path.write_bytes(content.replace(b"nobody", b"kaifu!"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))


CHANGES: dict[str, Callable[[Path], object]] = {
    "removed": Path.unlink,
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\r\n"),
    "shorter": lambda path: path.write_bytes(path.read_bytes()[:-20]),
    "other bytes": repair,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_file_that_changes_before_its_faults_are_located_is_told(package: Path, change: Callable[[Path], object]):
    assert [problem.code for problem in dxgov.validate(package).problems] == ["unknown-reference"]
    path, changed = find_file(package, "asks"), []

    def on_progress(done: int, total: int) -> None:
        if done >= total and not changed:
            changed.append(change(path))

    problems = dxgov.validate(package, progress=on_progress).problems
    assert changed
    assert [(problem.code, problem.file) for problem in problems] == [
        ("missing-file" if not path.exists() else "unreadable-file", path.relative_to(package).as_posix())
    ]


def test_lazy_rows_are_never_of_two_versions_of_a_file(sound_export: Path, tmp_path: Path):
    place = shutil.copytree(sound_export / "parquet", tmp_path / "package")
    asks = dxgov.load(place, lazy=True).asks
    assert len(asks)
    path = find_file(place, "asks")
    pq.write_table(pq.read_table(path).slice(1), path)
    with pytest.raises(DataError, match="was changed while the package was read"):
        list(asks)


class Recorder(ProcessPoolExecutor):
    """An executor that keeps what it was given."""

    def submit(self, *arguments: object, **options: object) -> Future:
        future = super().submit(*arguments, **options)
        self.futures = [*getattr(self, "futures", ()), future]
        return future


def test_workers_find_a_package_by_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    dxgov.export(sound(), tmp_path / "export", ["parquet"])
    monkeypatch.chdir(tmp_path)
    with Recorder(2, initializer=os.chdir, initargs=("/",)) as pool:
        assert dxgov.validate("export/parquet", executor=pool, limits=dxgov.Limits(task=16)).valid
        assert pool.futures
        assert all(future.exception() is None for future in pool.futures)
