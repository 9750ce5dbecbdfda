"""Whatever happens while a package is written, whoever looks at its place finds a whole one."""

import re
import sys
import textwrap
from pathlib import Path

import pytest

import dxgov
from dxgov import DestinationError
from dxgov.storage import atomic_folder as atomic
from kill_scripts import POINTS, run_script
from package_files import edit_csv
from soundness import small_dataset

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="kills, limits and locks are those of Unix"),
]

STAGE = re.compile(r"\.dxgov-[0-9a-f]{16}")


@pytest.mark.parametrize(("scene", "wanted"), [("new", 50), ("replaced", 110), ("aside", 40)])
def test_a_kill_at_any_call_leaves_a_whole_export(scene: str, wanted: int, tmp_path: Path):
    """``aside`` is a system without a single step: there, and only there, the old export may lie beside its place instead."""
    kills, left_over, absent = map(int, run_script(POINTS, tmp_path, scene, wanted).split())
    assert kills >= wanted
    assert left_over > kills // 4, "few kills fell into a write"
    assert (absent > 0) == (scene == "aside")


RANDOM = textwrap.dedent("""
    # Kill exports at random times.
    dxgov.export(data[0], target, formats=["csv", "parquet"], zip=True)
    start = time.perf_counter()
    dxgov.export(data[1], target, formats=["csv", "parquet"], zip=True)
    takes = time.perf_counter() - start
    draw = random.Random(int(sys.argv[2]))
    killed = 0
    for number in range(int(sys.argv[3])):
        pid, reader = forked(lambda: dxgov.export(data[number % 2], target, formats=["csv", "parquet"], zip=True))
        time.sleep(draw.random() * takes * 1.2)
        os.kill(pid, signal.SIGKILL)
        status, said = ended(pid, reader)
        assert status in (0, -signal.SIGKILL), said
        killed += status != 0
        whole_at(target)
        assert all(re.fullmatch(r"\\.dxgov-[0-9a-f]{16}", name) for name in beside()), beside()
    dxgov.export(data[0], target)
    assert beside() == []
    print(killed)
""")


def test_a_kill_at_any_time_leaves_a_whole_export(tmp_path: Path):
    assert int(run_script(RANDOM, tmp_path, 1, 60)) > 20


SEAL = textwrap.dedent("""
    # Kill the sealing of a package at every call.
    package = target
    shutil.copytree(here / "source", package)

    def edit():
        file = package / "data" / "sources.csv"
        file.write_bytes(file.read_bytes().replace(b"\\r\\n", b"\\n"))

    def sealed():
        dxgov.seal(package)

    kills = 0
    number = 1
    while True:
        edit()
        status, said = ended(*forked(exporting(number, sealed)))
        kills += status != 0
        problems = {str(problem.code) for problem in dxgov.validate(package)}
        assert problems in (set(), {"wrong-size"}), problems
        assert all(re.fullmatch(r"\\.dxgov-[0-9a-f]{16}", name) for name in beside()), beside()
        if status == 0:
            break
        number += int(sys.argv[4])
    assert beside() == [], beside()
    print(kills)
""")


def test_a_kill_while_sealing_leaves_the_package(tmp_path: Path):
    script = POINTS.partition("def replace(")[0] + SEAL
    assert int(run_script(script, tmp_path, "seal", 0, 3)) > 20


TOGETHER = textwrap.dedent("""
    # Several processes export to one place at once.
    count, times = int(sys.argv[2]), int(sys.argv[3])

    def work(which):
        for _ in range(times):
            dxgov.export(data[which % 2], target, formats=["csv", "parquet"], zip=True)
        return "done"

    started = [forked(lambda which=which: work(which)) for which in range(count)]
    looked = 0
    while any(os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None for pid, _ in started):
        descriptor = None
        try:
            descriptor = os.open(target, os.O_RDONLY)  # the folder that is there now, even if it is replaced meanwhile
            assert os.stat("csv/datapackage.json", dir_fd=descriptor).st_size > 0
            looked += 1
        except FileNotFoundError:
            # Either nothing is there yet, or the folder was replaced and is being removed.
            assert descriptor is not None or not looked, "there was nothing at the place"
        finally:
            if descriptor is not None:
                os.close(descriptor)
        time.sleep(0.001)
    for pid, reader in started:
        status, said = ended(pid, reader)
        assert (status, said) == (0, "done"), said
    whole_at(target)
    assert beside() == [], beside()
    print(looked)
""")


def test_exports_to_one_place_at_once_all_end_well(tmp_path: Path):
    assert int(run_script(TOGETHER, tmp_path, 4, 12)) > 10


FULL = textwrap.dedent("""
    # A disk that is full after some bytes of a file, and a process that may open few files.
    if sys.argv[2] == "replaced":
        dxgov.export(data[0], target, formats=["csv", "parquet"], zip=True)
    largest = 20_000
    failed = 0
    for most in [0, 1, 100, 500, 1_000, 2_000, 4_000, 8_000, 12_000, largest]:
        def work():
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            dxgov.export(data[1], target, formats=["csv", "parquet"], zip=True)
        status, said = ended(*forked(work))
        assert status in (0, 1)
        assert beside() == [], beside()
        if status:
            failed += 1
            assert said.startswith("OSError: [Errno 27] File too large"), said
            assert ".dxgov-" in said, said  # the file is named
            assert (whole_at(target) == "one") if sys.argv[2] == "replaced" else not target.exists()
    print(failed)
""")


@pytest.mark.parametrize("scene", ["replaced", "new"])
def test_a_disk_that_is_full_leaves_what_was_there(scene: str, tmp_path: Path):
    assert int(run_script(FULL, tmp_path, scene)) > 5


DENIED = textwrap.dedent("""
    # No permission, as another user where this one may do all.
    dxgov.export(data[0], target, formats=["csv", "parquet"], zip=True)
    for folder in [here, *here.parents]:
        if folder.stat().st_uid == os.geteuid() and "pytest" in str(folder):
            folder.chmod(0o755)
    target.parent.chmod(0o555)

    def work():
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        dxgov.export(data[1], target)

    status, said = ended(*forked(work))
    target.parent.chmod(0o755)
    assert status == 1
    assert said.startswith("PermissionError: [Errno 13] Permission denied"), said
    assert whole_at(target) == "one"
    assert beside() == []
    print("denied")
""")


def test_a_place_without_permission_keeps_what_it_has(tmp_path: Path):
    assert run_script(DENIED, tmp_path).strip() == "denied"


# What others do meanwhile


def test_what_somebody_puts_into_an_export_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    target = dxgov.export(small_dataset("one"), tmp_path / "export", formats="csv")
    flush = atomic._flush

    def meanwhile(stage: Path) -> None:
        flush(stage)
        (target / "thesis.txt").write_text("years of work", encoding="utf-8")

    monkeypatch.setattr(atomic, "_flush", meanwhile)
    with pytest.raises(DestinationError, match=r"was changed while the export was made: 'thesis\.txt'"):
        dxgov.export(small_dataset("two"), target, formats="csv")
    assert (target / "thesis.txt").read_text(encoding="utf-8") == "years of work"
    assert dxgov.load(target / "csv").metadata.title == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


@pytest.mark.parametrize("exchange", [True, False])
def test_a_package_that_is_edited_while_it_is_sealed_keeps_the_edit(exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    dxgov.export(small_dataset("one"), tmp_path / "export", formats="csv")
    package = (tmp_path / "export" / "csv").rename(tmp_path / "package")
    flush = atomic._flush

    def meanwhile(stage: Path) -> None:
        flush(stage)
        edit_csv(package, "sources", lambda rows: rows.append([]))

    monkeypatch.setattr(atomic, "_flush", meanwhile)
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda *_: False)
    with pytest.raises(DestinationError, match="was changed while it was sealed"):
        dxgov.seal(package)
    assert (package / "data" / "sources.csv").read_bytes().endswith(b"\r\n\r\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export", "package"]


def test_a_folder_that_appears_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    target, flush = tmp_path / "export", atomic._flush

    def meanwhile(stage: Path) -> None:
        flush(stage)
        target.mkdir()
        (target / "thesis.txt").write_text("years of work", encoding="utf-8")

    monkeypatch.setattr(atomic, "_flush", meanwhile)
    with pytest.raises(DestinationError, match="was changed"):
        dxgov.export(small_dataset("two"), target)
    assert (target / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_only_what_a_killed_export_left_is_removed(tmp_path: Path):
    mine = [tmp_path / name for name in (".dxgov-notes", ".dxgov-0123456789abcdeg", ".dxgov-0123456789abcdef0", "dxgov-0123456789abcdef")]
    for folder in mine:
        folder.mkdir()
        (folder / "thesis.txt").write_text("years of work", encoding="utf-8")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "gold.txt").write_text("gold", encoding="utf-8")
    link = tmp_path / ".dxgov-00000000000000ff"
    link.symlink_to(outside)
    (tmp_path / ".dxgov-00000000000000aa").write_text("a file", encoding="utf-8")
    stale = tmp_path / ".dxgov-0123456789abcdef"
    stale.mkdir()
    (stale / "more").symlink_to(outside)
    dxgov.export(small_dataset("one"), tmp_path / "export", formats="csv")
    assert not stale.exists()
    assert all((folder / "thesis.txt").exists() for folder in mine)
    assert (outside / "gold.txt").exists()
    assert link.is_symlink()
    assert (tmp_path / ".dxgov-00000000000000aa").exists()
