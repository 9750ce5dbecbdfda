"""Folders that have to stay where they are, such as mount points and the working folder, are filled and replaced in place."""

import grp
import os
import re
import shutil
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

import dxgov
from dxgov import charts
from dxgov.storage import atomic_folder as atomic
from kill_scripts import POINTS, run_script
from package_files import edit_bytes, export_small, list_names, read_export, read_files
from soundness import small_dataset

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="mounts, users and kills are those of Unix"),
]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts file systems and becomes others")

NOBODY = 65534

MOUNT, UMOUNT = (shutil.which(name) or name for name in ("mount", "umount"))


def list_stages(folder: Path) -> list[str]:
    """Return the names of unfinished exports in a folder."""
    return [name for name in list_names(folder) if re.fullmatch(r"\.dxgov-[0-9a-f]{16}", name)]


@contextmanager
def mount(place: Path, *options: str) -> Iterator[Path]:
    """Mount a file system at a path; skip the test if that is not allowed."""
    place.mkdir(exist_ok=True)
    if subprocess.run([MOUNT, *options, str(place)], check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield place
    finally:
        subprocess.run([UMOUNT, str(place)], check=True)


def run_as_nobody(work: Callable[[], object]) -> str:
    """Run as a user who may do nothing; return what was raised, or nothing."""
    reader, writer = os.pipe()
    if not (pid := os.fork()):
        try:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            work()
        except Exception as error:  # noqa: BLE001 - whatever it is
            os.write(writer, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(pid, 0)
    return said


# Mount points

WRITERS: dict[str, Callable[[Any, Path], Path]] = {
    "export": lambda data, place: dxgov.export(data, place, ["csv", "parquet"], zip=True),
    "site": dxgov.site,
    "partition": lambda data, place: dxgov.partition(data, place, {"sources": "published"}),
}


@needs_root
@pytest.mark.parametrize("writer", WRITERS)
def test_a_mount_point_is_filled_and_what_was_exported_there_is_replaced(writer: str, tmp_path: Path):
    write = WRITERS[writer]
    with mount(tmp_path / "out", "-t", "tmpfs", "none") as out:
        (out / "lost+found").mkdir(mode=0o700)
        for title in ("one", "two"):
            write(small_dataset(title), out)
            assert read_files(out) == read_files(write(small_dataset(title), tmp_path / title))
        assert (out / "lost+found").is_dir()
        assert not list_stages(out)


@needs_root
def test_a_bound_folder_of_the_same_file_system_is_filled_and_replaced(tmp_path: Path):
    (tmp_path / "volume").mkdir()
    with mount(tmp_path / "out", "--bind", str(tmp_path / "volume")) as out:
        for title in ("one", "two"):
            export_small(title, out)
            assert read_files(out) == read_export(title, tmp_path)
    assert read_files(tmp_path / "volume") == read_export("two", tmp_path)
    assert not [name for name in list_names(tmp_path) if name.startswith(".dxgov-")]


@needs_root
def test_what_is_not_of_an_export_is_refused_in_a_mount_point_too(tmp_path: Path):
    with mount(tmp_path / "out", "-t", "tmpfs", "none") as out:
        (out / "thesis.txt").write_text("years of work", encoding="utf-8")
        with pytest.raises(dxgov.DestinationError, match=r"'thesis\.txt' was not written by one"):
            export_small("one", out)
        export_small("one", out, overwrite=True)
        assert read_files(out) == read_export("one", tmp_path)


def test_the_root_is_never_replaced():
    with pytest.raises(dxgov.DestinationError, match="is the root of a file system"):
        export_small("one", "/", overwrite=True)


# The working folder


def test_the_working_folder_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    before = here.stat()
    for title in ("one", "two"):
        assert export_small(title, ".") == here
        assert os.path.samestat(Path.cwd().stat(), before)
        assert read_files(here) == read_export(title, tmp_path)
        assert dxgov.load("csv").metadata.title == title
    assert list_names(tmp_path) == ["here", "known one", "known two"]


def test_sealing_the_working_folder_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = export_small("one", tmp_path / "export") / "csv"
    sound = read_files(package)
    edit_bytes(package, "sources", lambda text: text.replace(b"\r\n", b"\n"), reseal=False)
    monkeypatch.chdir(package)
    before = package.stat()
    dxgov.seal(".")
    assert os.path.samestat(Path.cwd().stat(), before)
    assert read_files(package) == sound


def test_the_folder_above_is_that_of_the_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    target = export_small("one", tmp_path / "export")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert export_small("two", "../export") == target
    assert read_files(target) == read_export("two", tmp_path)


# Folders of others


@needs_root
def test_a_folder_in_one_that_is_not_writable_is_filled_and_replaced(tmp_path: Path):
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.stat().st_uid == 0 and "pytest" in str(folder):
            folder.chmod(0o755)
    parent = tmp_path / "parent"
    out = parent / "out"
    out.mkdir(parents=True)
    os.chown(out, NOBODY, NOBODY)
    for title in ("one", "two"):
        assert run_as_nobody(lambda title=title: export_small(title, out)) == ""
        assert read_files(out) == read_export(title, tmp_path)
    assert list_names(parent) == ["out"]
    assert (
        run_as_nobody(lambda: export_small("one", parent / "new")) == f"PermissionError: [Errno 13] Permission denied: '{parent / 'new'}'"
    )


def choose_group() -> int:
    """A group that a folder can be given to and that is not the one that new files get."""
    groups = [each.gr_gid for each in grp.getgrall()] if os.geteuid() == 0 else os.getgroups()
    return next((each for each in groups if each != os.getegid()), os.getegid())


@pytest.mark.parametrize("mode", [0o2775, 0o750, 0o3777])
def test_a_folder_keeps_mode_and_group_and_hands_on_what_it_hands_on(mode: int, tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    os.chown(out, -1, choose_group())
    out.chmod(mode)
    for title in ("one", "two", "three"):
        export_small(title, out)
        (probe := out / "probe").mkdir()
        made = probe.stat()
        probe.rmdir()
        about = out.stat()
        assert (stat.S_IMODE(about.st_mode), about.st_gid) == (mode, choose_group())
        for path in out.rglob("*"):
            assert path.stat().st_gid == made.st_gid, path
            assert stat.S_IMODE(path.stat().st_mode) == (stat.S_IMODE(made.st_mode) if path.is_dir() else 0o666 & ~read_umask()), path
    assert list_names(tmp_path) == ["out"]


@needs_root
def test_a_folder_keeps_its_owner_and_attributes(tmp_path: Path):
    out = export_small("one", tmp_path / "out")
    os.chown(out, NOBODY, NOBODY)
    if hasattr(os, "setxattr"):
        os.setxattr(out, "user.dxgov", b"kept")
    export_small("two", out)
    assert (out.stat().st_uid, out.stat().st_gid) == (NOBODY, NOBODY)
    assert not hasattr(os, "setxattr") or os.getxattr(out, "user.dxgov") == b"kept"
    assert read_files(out) == read_export("two", tmp_path)


def test_a_new_folder_has_the_mode_of_new_folders(tmp_path: Path):
    before = os.umask(0o027)
    try:
        out = export_small("one", tmp_path / "out")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in [out, *out.rglob("*")]} == {0o750, 0o640}


def read_umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


# Nothing is lost on the way

INSIDE = POINTS.partition("kills = left_over")[0] + textwrap.dedent(r"""
    # A folder that has to stay, because whoever exports stands in it.
    scene, wanted = sys.argv[2], int(sys.argv[3])
    if scene == "without":
        atomic._exchange = lambda one, other: False
    target.mkdir()
    os.chdir(target)
    inode = target.stat().st_ino

    def emptied():
        for path in target.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def state():
        found = content(target)
        return next((title for title, known in [*KNOWN.items(), (None, {})] if known == found), "neither")

    def whole(name):
        '''Whether a format is as one of the two exports has it, or is not there.'''
        of = lambda files: {path: text for path, text in files.items() if path.startswith(f"{name}/")}
        return of(content(target)) in ({}, *map(of, KNOWN.values())) and ((target / name).exists() or scene != "replaced")

    replace("one")()
    status, points = ended(*forked(exporting(0, replace("two"))))
    assert status == 0, points
    points, kills, mixed = int(points), 0, 0
    for number in range(1, points + 1, max(1, points // wanted)):
        if scene == "empty":
            emptied()
        before = state()
        assert before != "neither"
        new = "one" if before == "two" else "two"
        status, said = ended(*forked(exporting(number, replace(new))))
        if status != -signal.SIGKILL:
            assert (status, state()) == (0, new), said
            continue
        kills += 1
        assert target.stat().st_ino == inode
        assert whole("csv") and whole("parquet"), number
        assert beside() == [], beside()
        mixed += any(target.glob(".dxgov-*/journal"))
        if number % 2:  # whoever names the folder next undoes what was half done
            with atomic.lock_folder(target):
                assert state() in (before, new), number
        else:
            replace(new)()
            assert state() == new
    assert target.stat().st_ino == inode
    print(kills, mixed)
""")


@pytest.mark.parametrize(("scene", "wanted"), [("replaced", 90), ("empty", 60), ("without", 60)])
def test_a_kill_in_a_folder_that_stays_is_undone_by_the_next_export(scene: str, wanted: int, tmp_path: Path):
    """``without`` is a system that cannot exchange two files in one step."""
    kills, mixed = map(int, run_script(INSIDE, tmp_path, scene, wanted).split())
    assert kills > wanted // 2
    assert mixed > 3, "few kills fell into the exchange"


@pytest.mark.parametrize("earlier", [True, False])
@pytest.mark.parametrize("exchange", [True, False])
@pytest.mark.parametrize("call", range(1, 8))
def test_what_fails_in_a_folder_that_stays_is_undone(
    call: int, exchange: bool, earlier: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    if earlier:
        export_small("one", here, ("csv", "jsonl"))
    before, rename, calls = read_files(here), atomic._rename, []

    def failing(source: Path, target: Path, linux: int, macos: int) -> bool:
        calls.append(target)
        if len(calls) == call:
            raise OSError(5, "Input/output error", str(target))
        return (exchange or linux != atomic._LINUX_EXCHANGE) and rename(source, target, linux, macos)

    monkeypatch.setattr(atomic, "_rename", failing)
    with suppress(OSError):
        export_small("two", here)
    assert read_files(here) == (before if len(calls) >= call else read_export("two", tmp_path))
    assert not list_stages(here)
    monkeypatch.setattr(atomic, "_rename", rename)
    export_small("two", here)
    assert read_files(here) == read_export("two", tmp_path)


@pytest.mark.parametrize(("name", "told"), [("thesis.txt", r"was changed while the export was made: 'thesis\.txt'"), ("csv", "csv")])
@pytest.mark.parametrize("earlier", [True, False])
def test_what_somebody_puts_into_a_folder_that_stays_is_kept(
    name: str, told: str, earlier: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    if earlier:
        export_small("one", here, ("jsonl",))
    before, flush = read_files(here), atomic._flush

    def meanwhile(stage: Path) -> None:
        flush(stage)
        (here / name).write_text("years of work", encoding="utf-8")

    monkeypatch.setattr(atomic, "_flush", meanwhile)
    with pytest.raises(dxgov.DestinationError, match=told):
        export_small("two", here)
    assert read_files(here) == {**before, name: b"years of work"}


TOGETHER_IN_PLACE = textwrap.dedent("""
    # Several processes export to one place at once, some of them standing in it.
    target.mkdir()

    def work(which):
        if which % 2:
            os.chdir(target)
        for _ in range(6):
            try:
                dxgov.export(data[which % 2], target, formats=["csv", "parquet"], zip=True)
            except FileNotFoundError:
                os.chdir(target)  # it was replaced from outside
        return "done"

    started = [forked(lambda which=which: work(which)) for which in range(4)]
    for pid, reader in started:
        status, said = ended(pid, reader)
        assert (status, said) == (0, "done"), said
    print(whole_at(target), beside())
""")


def test_exports_at_once_from_inside_and_outside_all_end_well(tmp_path: Path):
    assert run_script(TOGETHER_IN_PLACE, tmp_path).strip() in ("one []", "two []")


@needs_root
def test_a_journal_of_another_user_is_not_followed(tmp_path: Path):
    gold = tmp_path / "gold.txt"
    gold.write_text("gold", encoding="utf-8")
    left = tmp_path / "public" / ".dxgov-0123456789abcdef"
    for name in ("new", "old"):
        (left / name).mkdir(parents=True)
    (left / "journal").write_text(f'{{"../gold.txt": {gold.stat().st_ino}}}', encoding="utf-8")
    os.chown(left, NOBODY, NOBODY)
    export_small("one", tmp_path / "public" / "out")
    assert gold.read_text(encoding="utf-8") == "gold"


# Pictures


def write_picture(place: Path) -> Path:
    return charts.timeline(small_dataset("one")).save(place)


def test_a_picture_keeps_the_mode_and_the_link_of_the_file_that_it_replaces(tmp_path: Path):
    place, link = tmp_path / "timeline.txt", tmp_path / "link.txt"
    place.write_text("old", encoding="utf-8")
    place.chmod(0o640)
    os.chown(place, -1, choose_group())
    link.symlink_to(place)
    write_picture(link)
    assert link.is_symlink()
    assert place.read_text(encoding="utf-8") != "old"
    assert (stat.S_IMODE(place.stat().st_mode), place.stat().st_gid) == (0o640, choose_group())
    assert write_picture(tmp_path / "new.txt").stat().st_mode & 0o777 == 0o666 & ~read_umask()
    assert list_names(tmp_path) == ["link.txt", "new.txt", "timeline.txt"]


@needs_root
def test_a_picture_that_is_a_mount_point_is_written_over(tmp_path: Path):
    place, volume = tmp_path / "timeline.txt", tmp_path / "volume.txt"
    for path in (place, volume):
        path.write_text("old " * 10_000, encoding="utf-8")
    subprocess.run([MOUNT, "--bind", str(volume), str(place)], check=True)
    try:
        write_picture(place)
    finally:
        subprocess.run([UMOUNT, str(place)], check=True)
    assert volume.read_bytes() == write_picture(tmp_path / "other.txt").read_bytes()
