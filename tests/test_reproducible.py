"""The same data give the same bytes, whatever the machine, the day and the settings of whoever exports them."""

import hashlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, given, settings

import dxgov
from dxgov import Contributor, Dataset, Metadata
from dxgov.exporters.registry import FORMATS
from dxgov.testing import datasets
from package_files import read_files
from soundness import sound

pytestmark = pytest.mark.slow

EXPORTING = textwrap.dedent("""
    import os, sys, time
    os.umask(int(sys.argv[3], 8))
    import dxgov
    from dxgov.exporters.registry import FORMATS

    time.sleep(0.01)
    data = dxgov.load(sys.argv[1])
    dxgov.export(data, sys.argv[2], formats=[each for each in FORMATS if each != "duckdb"], zip=True)
    print(dxgov.digest(data), time.tzname)
""")

SETTINGS = [
    ({"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"}, [], "022"),
    ({"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}, ["-X", "utf8=0"], "077"),
    ({"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR", "PYTHONHASHSEED": "random"}, ["-OO"], "002"),
    ({"TZ": "Pacific/Kiritimati", "LANGUAGE": "ja", "LC_ALL": "ja_JP.eucJP", "PYTHONHASHSEED": "4294967295"}, ["-O"], "000"),
]


def test_exports_of_different_places_times_and_settings_are_the_same(tmp_path: Path):
    pytest.importorskip("icalendar")
    source = dxgov.export(sound(), tmp_path / "source", formats="csv") / "csv"
    found = []
    for number, (given_settings, options, umask) in enumerate(SETTINGS):
        here = tmp_path / f"at {number}"
        here.mkdir()
        environment = {**os.environ, **given_settings}
        command = [sys.executable, *options, "-c", EXPORTING, os.path.relpath(source, here), "out", umask]
        run = subprocess.run(command, cwd=here, env=environment, capture_output=True, check=False)
        assert run.returncode == 0, run.stderr.decode(errors="replace")
        found.append((read_files(here / "out"), run.stdout.split()[0]))
    first, digest = found[0]
    assert {name.partition(".")[0].partition("/")[0] for name in first if not name.startswith(".")} == set(FORMATS) - {
        "duckdb"
    }  # gives each file an identifier
    for other, same in found[1:]:
        assert [name for name in first if first[name] != other.get(name)] == []
        assert other.keys() == first.keys()
        assert same == digest
    assert digest.decode() == dxgov.digest(sound())


def test_the_zip_does_not_depend_on_a_library_that_compresses(tmp_path: Path):
    """What deflate makes of the same bytes differs from one zlib to the next; so nothing is compressed."""
    import zipfile

    place = dxgov.export(sound(), tmp_path / "export", zip=True)
    for format in ("csv", "parquet"):
        with zipfile.ZipFile(place / f"{format}.zip") as archive:
            assert {member.compress_type for member in archive.infolist()} == {zipfile.ZIP_STORED}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(datasets(max_size=2))
def test_the_digest_is_that_of_the_csv_files(tmp_path_factory: pytest.TempPathFactory, data: Dataset):
    folder = dxgov.export(data, tmp_path_factory.mktemp("digest") / "export", zip=True)
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted((folder / "csv" / "data").iterdir())]
    expected = f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"
    assert dxgov.digest(data) == expected
    assert dxgov.digest(dxgov.load(folder / "parquet.zip")) == expected


def test_the_digest_tells_records_and_nothing_else():
    whole = sound()
    digest = dxgov.digest(whole)
    assert dxgov.digest(Dataset.of(whole, Metadata(name="other", contributors=(Contributor("x"),)))) == digest
    for theme in whole.themes:
        changed = [attrs.evolve(each, label=f"{each.label}。") if each == theme else each for each in whole]
        assert dxgov.digest(Dataset.of(changed, whole.metadata)) != digest
    assert dxgov.digest(Dataset()) == dxgov.digest(Dataset(metadata=Metadata(name="empty")))
