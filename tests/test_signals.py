"""Signals to end leave nothing half written, and say nothing of problems."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import dxgov
from dxgov.cli import main

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="signals are those of Unix"),
]

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


def run_stopped(number: int, folder: Path, how: str = "") -> tuple[int, str]:
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
    assert run_stopped(number, tmp_path) == (ENDS[number], "")
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == (["out"] if empty else [])


def test_a_signal_that_is_ignored_stays_so(tmp_path: Path):
    assert run_stopped(signal.SIGHUP, tmp_path, "ignored") == (0, "")
    assert dxgov.load(tmp_path / "out" / "csv") == dxgov.load()


@pytest.mark.parametrize("processes", [[], ["--processes", "2"]])
def test_ctrl_c_says_nothing_of_problems(processes: list[str], tmp_path: Path):
    """All processes of a terminal get the signal.

    Python tells what is raised in a finalizer, and goes on: a signal that comes while it frees the semaphores of a pool ends so. One that
    comes when the command is done ends the interpreter, which a shell shows as 130 too.
    """
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
        assert process.returncode in (130, -signal.SIGINT, 0), said
        assert not said or said.startswith("Exception ignored in: <Finalize object"), said
        assert "problem" not in out or "no problems" in out


def test_handlers_of_a_program_that_calls_the_command_line_stay():
    before = [signal.getsignal(number) for number in ENDS]
    with pytest.raises(SystemExit):
        main(["--version"])
    assert [signal.getsignal(number) for number in ENDS] == before
