"""Folders that have to stay where they are, file:// addresses, paths that name nothing, and signals to end."""

import grp
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem

import dxgov
from dxgov import charts
from dxgov.cli import main
from dxgov.storage import atomic_folder as atomic
from soundness import edit_bytes
from test_faults import POINTS, run, small

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="mounts, users and signals are those of Unix"),
]

root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts file systems and becomes others")
NOBODY = 65534
MOUNT, UMOUNT = (shutil.which(name) or name for name in ("mount", "umount"))


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def left_over(folder: Path) -> list[str]:
    return [name for name in names(folder) if re.fullmatch(r"\.dxgov-[0-9a-f]{16}", name)]


def export(title: str, folder: Path | str, formats: tuple[str, ...] = ("csv", "parquet"), **options: Any) -> Path:
    return dxgov.export(small(title), folder, formats, **options)


def written(title: str, folder: Path) -> dict[str, bytes]:
    """What an export of that title has, made elsewhere."""
    return content(export(title, folder / f"known {title}"))


@contextmanager
def mounted(place: Path, *how: str) -> Iterator[Path]:
    place.mkdir(exist_ok=True)
    if subprocess.run([MOUNT, *how, str(place)], check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield place
    finally:
        subprocess.run([UMOUNT, str(place)], check=True)


def as_nobody(work: Callable[[], object]) -> str:
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


@root
@pytest.mark.parametrize("writer", WRITERS)
def test_a_mount_point_is_filled_and_what_was_exported_there_is_replaced(writer: str, tmp_path: Path):
    write = WRITERS[writer]
    with mounted(tmp_path / "out", "-t", "tmpfs", "none") as out:
        (out / "lost+found").mkdir(mode=0o700)
        for title in ("one", "two"):
            write(small(title), out)
            assert content(out) == content(write(small(title), tmp_path / title))
        assert (out / "lost+found").is_dir()
        assert not left_over(out)


@root
def test_a_bound_folder_of_the_same_file_system_is_filled_and_replaced(tmp_path: Path):
    (tmp_path / "volume").mkdir()
    with mounted(tmp_path / "out", "--bind", str(tmp_path / "volume")) as out:
        for title in ("one", "two"):
            export(title, out)
            assert content(out) == written(title, tmp_path)
    assert content(tmp_path / "volume") == written("two", tmp_path)
    assert not [name for name in names(tmp_path) if name.startswith(".dxgov-")]


@root
def test_what_is_not_of_an_export_is_refused_in_a_mount_point_too(tmp_path: Path):
    with mounted(tmp_path / "out", "-t", "tmpfs", "none") as out:
        (out / "thesis.txt").write_text("years of work", encoding="utf-8")
        with pytest.raises(dxgov.DestinationError, match=r"'thesis\.txt' was not written by one"):
            export("one", out)
        export("one", out, overwrite=True)
        assert content(out) == written("one", tmp_path)


def test_the_root_is_never_replaced():
    with pytest.raises(dxgov.DestinationError, match="is the root of a file system"):
        export("one", "/", overwrite=True)


# The working folder


def test_the_working_folder_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    before = here.stat()
    for title in ("one", "two"):
        assert export(title, ".") == here
        assert os.path.samestat(Path.cwd().stat(), before)
        assert content(here) == written(title, tmp_path)
        assert dxgov.load("csv").metadata.title == title
    assert names(tmp_path) == ["here", "known one", "known two"]


def test_sealing_the_working_folder_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = export("one", tmp_path / "export") / "csv"
    sound = content(package)
    edit_bytes(package, "sources", lambda text: text.replace(b"\r\n", b"\n"), reseal=False)
    monkeypatch.chdir(package)
    before = package.stat()
    dxgov.seal(".")
    assert os.path.samestat(Path.cwd().stat(), before)
    assert content(package) == sound


def test_the_folder_above_is_that_of_the_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    target = export("one", tmp_path / "export")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert export("two", "../export") == target
    assert content(target) == written("two", tmp_path)


# Folders of others


@root
def test_a_folder_in_one_that_is_not_writable_is_filled_and_replaced(tmp_path: Path):
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.stat().st_uid == 0 and "pytest" in str(folder):
            folder.chmod(0o755)
    parent = tmp_path / "parent"
    out = parent / "out"
    out.mkdir(parents=True)
    os.chown(out, NOBODY, NOBODY)
    for title in ("one", "two"):
        assert as_nobody(lambda title=title: export(title, out)) == ""
        assert content(out) == written(title, tmp_path)
    assert names(parent) == ["out"]
    assert as_nobody(lambda: export("one", parent / "new")) == f"PermissionError: [Errno 13] Permission denied: '{parent / 'new'}'"


def a_group() -> int:
    """A group that a folder can be given to and that is not the one that new files get."""
    groups = [each.gr_gid for each in grp.getgrall()] if os.geteuid() == 0 else os.getgroups()
    return next((each for each in groups if each != os.getegid()), os.getegid())


@pytest.mark.parametrize("mode", [0o2775, 0o750, 0o3777])
def test_a_folder_keeps_mode_and_group_and_hands_on_what_it_hands_on(mode: int, tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    os.chown(out, -1, a_group())
    out.chmod(mode)
    for title in ("one", "two", "three"):
        export(title, out)
        (probe := out / "probe").mkdir()
        made = probe.stat()
        probe.rmdir()
        about = out.stat()
        assert (stat.S_IMODE(about.st_mode), about.st_gid) == (mode, a_group())
        for path in out.rglob("*"):
            assert path.stat().st_gid == made.st_gid, path
            assert stat.S_IMODE(path.stat().st_mode) == (stat.S_IMODE(made.st_mode) if path.is_dir() else 0o666 & ~_umask()), path
    assert names(tmp_path) == ["out"]


@root
def test_a_folder_keeps_its_owner_and_attributes(tmp_path: Path):
    out = export("one", tmp_path / "out")
    os.chown(out, NOBODY, NOBODY)
    if hasattr(os, "setxattr"):
        os.setxattr(out, "user.dxgov", b"kept")
    export("two", out)
    assert (out.stat().st_uid, out.stat().st_gid) == (NOBODY, NOBODY)
    assert not hasattr(os, "setxattr") or os.getxattr(out, "user.dxgov") == b"kept"
    assert content(out) == written("two", tmp_path)


def test_a_new_folder_has_the_mode_of_new_folders(tmp_path: Path):
    before = os.umask(0o027)
    try:
        out = export("one", tmp_path / "out")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in [out, *out.rglob("*")]} == {0o750, 0o640}


def _umask() -> int:
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
    kills, mixed = map(int, run(INSIDE, tmp_path, scene, wanted).split())
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
        export("one", here, ("csv", "jsonl"))
    before, rename, calls = content(here), atomic._rename, []

    def failing(source: Path, target: Path, linux: int, macos: int) -> bool:
        calls.append(target)
        if len(calls) == call:
            raise OSError(5, "Input/output error", str(target))
        return (exchange or linux != atomic._LINUX_EXCHANGE) and rename(source, target, linux, macos)

    monkeypatch.setattr(atomic, "_rename", failing)
    with suppress(OSError):
        export("two", here)
    assert content(here) == (before if len(calls) >= call else written("two", tmp_path))
    assert not left_over(here)
    monkeypatch.setattr(atomic, "_rename", rename)
    export("two", here)
    assert content(here) == written("two", tmp_path)


@pytest.mark.parametrize(("name", "told"), [("thesis.txt", r"was changed while the export was made: 'thesis\.txt'"), ("csv", "csv")])
@pytest.mark.parametrize("earlier", [True, False])
def test_what_somebody_puts_into_a_folder_that_stays_is_kept(
    name: str, told: str, earlier: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    if earlier:
        export("one", here, ("jsonl",))
    before, flush = content(here), atomic._flush

    def meanwhile(stage: Path) -> None:
        flush(stage)
        (here / name).write_text("years of work", encoding="utf-8")

    monkeypatch.setattr(atomic, "_flush", meanwhile)
    with pytest.raises(dxgov.DestinationError, match=told):
        export("two", here)
    assert content(here) == {**before, name: b"years of work"}


TOGETHER = textwrap.dedent("""
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
    assert run(TOGETHER, tmp_path).strip() in ("one []", "two []")


@root
def test_a_journal_of_another_user_is_not_followed(tmp_path: Path):
    gold = tmp_path / "gold.txt"
    gold.write_text("gold", encoding="utf-8")
    left = tmp_path / "public" / ".dxgov-0123456789abcdef"
    for name in ("new", "old"):
        (left / name).mkdir(parents=True)
    (left / "journal").write_text(f'{{"../gold.txt": {gold.stat().st_ino}}}', encoding="utf-8")
    os.chown(left, NOBODY, NOBODY)
    export("one", tmp_path / "public" / "out")
    assert gold.read_text(encoding="utf-8") == "gold"


# Pictures


def picture(place: Path) -> Path:
    return charts.timeline(small("one")).save(place)


def test_a_picture_keeps_the_mode_and_the_link_of_the_file_that_it_replaces(tmp_path: Path):
    place, link = tmp_path / "timeline.txt", tmp_path / "link.txt"
    place.write_text("old", encoding="utf-8")
    place.chmod(0o640)
    os.chown(place, -1, a_group())
    link.symlink_to(place)
    picture(link)
    assert link.is_symlink()
    assert place.read_text(encoding="utf-8") != "old"
    assert (stat.S_IMODE(place.stat().st_mode), place.stat().st_gid) == (0o640, a_group())
    assert picture(tmp_path / "new.txt").stat().st_mode & 0o777 == 0o666 & ~_umask()
    assert names(tmp_path) == ["link.txt", "new.txt", "timeline.txt"]


@root
def test_a_picture_that_is_a_mount_point_is_written_over(tmp_path: Path):
    place, volume = tmp_path / "timeline.txt", tmp_path / "volume.txt"
    for path in (place, volume):
        path.write_text("old " * 10_000, encoding="utf-8")
    subprocess.run([MOUNT, "--bind", str(volume), str(place)], check=True)
    try:
        picture(place)
    finally:
        subprocess.run([UMOUNT, str(place)], check=True)
    assert volume.read_bytes() == picture(tmp_path / "other.txt").read_bytes()


# Paths that name nothing


DATA = small("one")
TAKES_PATHS: dict[str, Callable[[Any], object]] = {
    "load": dxgov.load,
    "load lazily": lambda path: dxgov.load(path, lazy=True),
    "validate": dxgov.validate,
    "parts": lambda path: dxgov.parts(path, "asks"),
    "seal": dxgov.seal,
    "verify": lambda path: dxgov.verify(path, "."),
    "verify with sources": lambda path: dxgov.verify(DATA, path),
    "export": lambda path: dxgov.export(DATA, path),
    "site": lambda path: dxgov.site(DATA, path),
    "partition": lambda path: dxgov.partition(DATA, path, {"sources": "published"}),
    "save": lambda path: charts.timeline(DATA).save(path),
}


@pytest.mark.parametrize("path", ["", " ", "\t\n", "a\0b", Path("a\0b"), "file:///a%00b", "file://host/a", "file:///a?b", "file://"])
@pytest.mark.parametrize("function", TAKES_PATHS)
def test_a_path_that_names_nothing_is_refused(function: str, path: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((dxgov.AddressError, dxgov.NotAPackageError), match="expected") as caught:
        TAKES_PATHS[function](path)
    assert "\n" not in str(caught.value)
    assert "\0" not in str(caught.value)
    assert names(tmp_path) == []


@pytest.mark.parametrize("path", [None, b"out", 5, ["out"]])
@pytest.mark.parametrize("function", TAKES_PATHS)
def test_what_is_no_path_is_refused(function: str, path: Any):
    if not (path is None and function.startswith("load")):
        with pytest.raises(TypeError, match=r"^[a-z]+: found .*, expected .*a path"):
            TAKES_PATHS[function](path)


COMMANDS = ["info --from", "show x --from", "validate", "seal", "export", "site", "partition --by meetings=held", "verify --sources"]


@pytest.mark.parametrize("command", [*COMMANDS, "chart flow -o", "timeline -o", "trace telework -o", "verify --sources . "])
@pytest.mark.parametrize("path", ["", " "])
def test_an_unset_variable_is_named(
    command: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), path])
    said = f"dxgov: found {path!r}, expected a path or an address; is a variable empty? . names the folder you are in\n"
    assert (ended.value.code, *capsys.readouterr()) == (2, "", said)
    assert names(tmp_path) == []


# file:// addresses


@pytest.mark.parametrize("address", ["file://{}", "file://localhost{}", "FILE://{}", "file:{}", "local://{}"])
def test_a_file_address_is_a_path(address: str, tmp_path: Path):
    place = tmp_path / "データ 100%" / "new"
    named = address.format(place.as_uri().removeprefix("file://"))
    assert export("one", named) == place
    assert content(export("two", named)) == written("two", tmp_path)
    package = f"{named}/csv"
    assert dxgov.load(package) == dxgov.load(package, lazy=True) == small("two")
    assert str(dxgov.validate(package)).startswith(f"{place / 'csv'}: 1 record, no problems")
    assert dxgov.parts(package, "sources")[0].records()[0].id == small("two").sources[0].id
    (place / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(dxgov.DestinationError, match="is not an earlier export"):
        export("two", named)
    shutil.move(place / "csv", tmp_path / "package")
    assert dxgov.seal(address.format(tmp_path / "package")) == 1
    assert dxgov.site(small("one"), f"{named}/site") == place / "site"
    assert dxgov.partition(small("one"), f"{named}/parts", {"sources": "published"}) == place / "parts"
    assert charts.timeline(small("one")).save(f"{named}/timeline.txt") == place / "timeline.txt"


class Strict(LocalFileSystem):
    """A file system that makes no folders by itself, as those of SFTP servers are."""

    protocol = "strict"

    def put_file(self, lpath: str, rpath: str, **_: Any) -> None:
        shutil.copyfile(lpath, rpath)

    @classmethod
    def _strip_protocol(cls, path: Any) -> str:
        return super()._strip_protocol(str(path).removeprefix("strict://"))


def test_the_folders_of_an_address_are_made(tmp_path: Path):
    fsspec.register_implementation("strict", Strict, clobber=True)
    address = f"strict://{tmp_path}/x/new"
    for title in ("one", "two"):
        assert export(title, address) == address
        assert content(tmp_path / "x" / "new") == written(title, tmp_path)
    assert dxgov.load(f"{address}/csv").metadata.title == "two"


# Signals


ENDS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
STOPPED = textwrap.dedent("""
    # Tell when the export has begun, and take a while.
    import signal, sys, time
    import dxgov.api.exporting
    from dxgov.cli import main

    target = dxgov.api.exporting.load_exporter

    def slow(format):
        files = target(format)
        def written(data, others):
            for number, each in enumerate(files(data, others)):
                yield each
                print(number, flush=True)
                time.sleep(0.1)
        return written

    dxgov.api.exporting.load_exporter = slow
    # Whoever runs the tests may ignore the signal, as nohup does.
    signal.signal(signal.SIGHUP, signal.SIG_IGN if sys.argv[1] == "ignored" else signal.SIG_DFL)
    main(["export", *sys.argv[2:]])
""")


def stopped(number: int, folder: Path, how: str = "") -> tuple[int, str]:
    command = [sys.executable, "-c", STOPPED, how, str(folder / "out"), "--format", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.send_signal(number)
        said = process.stderr.read()
    return process.returncode, said


@pytest.mark.parametrize("number", ENDS)
@pytest.mark.parametrize("empty", [True, False])
def test_a_signal_to_end_leaves_nothing(number: int, empty: bool, tmp_path: Path):
    if empty:
        (tmp_path / "out").mkdir()
    assert stopped(number, tmp_path) == (ENDS[number], "")
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == (["out"] if empty else [])


def test_a_signal_that_is_ignored_stays_so(tmp_path: Path):
    assert stopped(signal.SIGHUP, tmp_path, "ignored") == (0, "")
    assert dxgov.load(tmp_path / "out" / "csv") == dxgov.load()


@pytest.mark.parametrize("processes", [[], ["--processes", "2"]])
def test_ctrl_c_says_nothing_of_problems(processes: list[str], tmp_path: Path):
    """All processes of a terminal get the signal."""
    package = dxgov.export(dxgov.load(), tmp_path / "out") / "parquet"
    for wait in (0.6, 1.0, 1.4):
        command = [sys.executable, "-c", "import sys; from dxgov.cli import main; print(flush=True); main(sys.argv[1:])", "validate"]
        with subprocess.Popen(
            [*command, str(package), *processes], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(wait if processes else wait / 20)
            os.killpg(process.pid, signal.SIGINT)
            out, said = process.communicate()
        assert (process.returncode, said) in ((130, ""), (0, "")), said
        assert "problem" not in out or "no problems" in out


def test_handlers_of_a_program_that_calls_the_command_line_stay():
    before = [signal.getsignal(number) for number in ENDS]
    with pytest.raises(SystemExit):
        main(["--version"])
    assert [signal.getsignal(number) for number in ENDS] == before


def test_a_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(dxgov.DestinationError, match=r"cannot be made: .*/file is not a folder"):
        dxgov.export(dxgov.Dataset(), tmp_path / "file" / "inner" / "out")
