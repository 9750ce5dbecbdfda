"""Packages that change while they are read: what was read is never taken for sound, and two versions of a file are never mixed."""

import errno
import io
import os
import shutil
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize(("format", "touched"), [("csv", False), ("parquet", False), ("parquet", True)])
def test_lazy_rows_are_read_once_the_system_lets_them(sound_export: Path, format: str, touched: bool):
    resource = pytest.importorskip("resource")
    asks = dxgov.load(sound_export / format, lazy=True).asks
    if touched:
        asks.column("id")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        for _ in range(2):
            with pytest.raises((OSError, DataError), match="Too many open files"):
                list(asks)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert list(asks) == list(sound().asks)


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_lazy_rows_are_right_after_a_disk_failed_to_read(sound_export: Path, format: str, monkeypatch: pytest.MonkeyPatch):
    reads_left: list[int] = []

    class FailingFile(io.FileIO):
        def count(self) -> None:
            if reads_left and not reads_left.append(reads_left.pop() - 1) and reads_left[0] < 0:
                raise OSError(errno.EIO, os.strerror(errno.EIO))

        def read(self, size: int | None = -1) -> bytes:
            self.count()
            return super().read(size)

        def readinto(self, buffer: Any) -> int:
            self.count()
            return super().readinto(buffer)

    monkeypatch.setattr(os, "fdopen", lambda descriptor, *_, **__: FailingFile(descriptor))
    messages = []
    for number in count():
        asks = dxgov.load(sound_export / format, lazy=True).asks
        reads_left[:] = [number]
        try:
            list(asks)
            break
        except (OSError, DataError) as error:
            messages.append(str(error))
        reads_left.clear()
        assert list(asks) == list(sound().asks)
    assert len(messages) > 3
    assert all("Input/output error" in message for message in messages)


def test_workers_find_a_package_by_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    dxgov.export(sound(), tmp_path / "export", ["parquet"])
    monkeypatch.chdir(tmp_path)
    with Recorder(2, initializer=os.chdir, initargs=("/",)) as pool:
        assert dxgov.validate("export/parquet", executor=pool, limits=dxgov.Limits(task=16)).valid
        assert pool.futures
        assert all(future.exception() is None for future in pool.futures)
