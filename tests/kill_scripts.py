"""Scripts that export in processes of their own and kill them."""

import subprocess
import sys
import textwrap
from pathlib import Path

import dxgov
from soundness import small_dataset

COMMON = textwrap.dedent("""
    import os, random, re, resource, shutil, signal, sys, time
    from pathlib import Path
    import dxgov
    from dxgov import Dataset, Metadata
    from dxgov.storage import atomic_folder as atomic

    here = Path(sys.argv[1])
    whole = dxgov.load(here / "source")
    data = [Dataset.of(list(whole), Metadata(name="small", title=title)) for title in ("one", "two")]
    target = here / "place" / "open [data]*"
    target.parent.mkdir()

    def forked(work):
        '''Run in a process of its own; returns how it ended, and what it said.'''
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                os.close(reader)
                said = work()
                os.write(writer, str(said).encode())
                status = 0
            except BaseException as error:
                os.write(writer, f"{type(error).__name__}: {error}"[:1000].encode())
            finally:
                os._exit(status)
        os.close(writer)
        return pid, reader

    def ended(pid, reader):
        with os.fdopen(reader, "rb") as pipe:
            said = pipe.read().decode()
        _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status), said

    def content(place):
        return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}

    KNOWN = {}
    for each in data:
        place = dxgov.export(each, here / f"known {each.metadata.title}", formats=["csv", "parquet"], zip=True)
        assert all(dxgov.load(place / name) == each for name in ("csv", "csv.zip", "parquet", "parquet.zip"))
        KNOWN[each.metadata.title] = content(place)

    def whole_at(place):
        '''Which of the two exports lies there, whole, byte for byte; raises where it is neither.'''
        found = content(place)
        (title,) = (title for title, known in KNOWN.items() if known == found)
        return title

    def beside():
        return sorted(each.name for each in target.parent.iterdir() if each != target)
""")

POINTS = textwrap.dedent("""
    # Kill an export before and after every call that touches the file system.
    CALLS = {"open", "write", "writelines", "mkdir", "rename", "unlink", "rmdir", "fsync", "close", "flock", "scandir", "utime", "stat",
             "lstat", "get_errno", "fsencode", "CDLL"}

    def exporting(kill_at, work):
        def run():
            count = 0
            def watch(frame, event, called):
                nonlocal count
                if event in ("c_call", "c_return") and getattr(called, "__name__", "") in CALLS:
                    count += 1
                    if count == kill_at:
                        os.kill(os.getpid(), signal.SIGKILL)
            begin = atomic._remove_stale
            atomic._remove_stale = lambda parent: (sys.setprofile(watch), begin(parent))  # before that, nothing is written
            work()
            sys.setprofile(None)
            return count
        return run

    def replace(title):
        return lambda: dxgov.export(data[title == "two"], target, formats=["csv", "parquet"], zip=True)

    kills = left_over = absent = 0
    scenes = sys.argv[2].split(",")
    wanted = int(sys.argv[3])
    if "aside" in scenes:
        atomic._exchange = lambda one, other: False  # a system that cannot swap folders
    for scene in scenes:
        shutil.rmtree(target, ignore_errors=True)
        if scene != "new":
            replace("one")()
        status, points = ended(*forked(exporting(0, replace("two"))))
        assert status == 0, points
        points = int(points)
        for number in (1 + points * place // wanted for place in range(wanted)):
            if scene == "new":
                shutil.rmtree(target, ignore_errors=True)
            before = whole_at(target) if target.exists() else None
            new = "one" if before == "two" else "two"
            status, said = ended(*forked(exporting(number, replace(new))))
            assert status == -signal.SIGKILL, (number, status, said)
            kills += 1
            strange = [name for name in beside() if not re.fullmatch(r"\\.dxgov-[0-9a-f]{16}", name)]
            if scene == "aside":
                aside = [name for name in strange if name.startswith(target.name + ".old")]
                if not target.exists():
                    absent += 1
                    (old,) = aside
                    assert whole_at(target.parent / old) == before
                    (target.parent / old).rename(target)
                for name in aside:
                    shutil.rmtree(target.parent / name, ignore_errors=True)
                strange = [name for name in strange if name not in aside]
            assert not strange, strange
            left_over += bool(beside())
            if scene == "new":
                assert not target.exists() or whole_at(target) == new
            else:
                assert whole_at(target) in (before, new), number
        replace("one")()
        assert beside() == [], beside()
    print(kills, left_over, absent)
""")


def run_script(script: str, folder: Path, *arguments: object) -> str:
    dxgov.export(small_dataset("source"), folder / "export", formats="csv")
    (folder / "export" / "csv").rename(folder / "source")
    command = [sys.executable, "-W", "ignore", "-c", COMMON + script, str(folder), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=500)
    assert done.returncode == 0, done.stderr[-3_000:]
    return done.stdout
