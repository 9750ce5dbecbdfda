"""Fuzz the readers of packages, guided by coverage: `nox -s fuzz`, or ``python tests/fuzz/reading.py TARGET [options of libFuzzer]``.

Whatever the bytes, reading ends in a report or in an error of dxgov's own. TARGET is a file of the sound package whose bytes are
made up: ``descriptor``, ``csv``, ``parquet`` or ``zip``. An input that breaks this is left in the current folder as ``crash-…``.
"""

import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["dxgov"]):
    import dxgov
    from dxgov.package import read
    from dxgov.validation import check

sys.path.insert(0, str(Path(__file__).parents[1]))

from package_files import edit_bytes, find_file
from soundness import sound

FILES = {"descriptor": "csv/datapackage.json", "csv": "csv/data/actors.csv", "parquet": "parquet/data/actors.parquet", "zip": "csv.zip"}
assert check
assert read


def target(kind: str, place: Path) -> None:
    """Set up a package of which the fuzzer replaces one file again and again."""
    exported = dxgov.export(sound(), place / "export", zip=True)
    path = exported / FILES[kind]
    package = path if kind == "zip" else exported / FILES[kind].partition("/")[0]
    if kind in ("csv", "parquet"):
        edit_bytes(package, "actors", lambda content: content, reseal=False)
        assert path == find_file(package, "actors")
    seeds = place / "seeds"
    seeds.mkdir()
    (seeds / "sound").write_bytes(path.read_bytes())
    if kind == "csv":  # small ones, which change faster
        (seeds / "short").write_bytes(b"\r\n".join(path.read_bytes().split(b"\r\n")[:3]) + b"\r\n")
    limits = dxgov.Limits(package=2**24, file=2**24, cell=2**20, rows=10_000)

    def one(content: bytes) -> None:
        path.write_bytes(content)
        with suppress(dxgov.DxgovError):
            assert all(str(problem) for problem in dxgov.validate(package, limits=limits))

    atheris.Setup([sys.argv[0], *sys.argv[2:], "-rss_limit_mb=4096", "-timeout=20", "-max_len=200000", str(seeds)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        target(sys.argv[1], Path(folder))
