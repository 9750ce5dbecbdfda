"""What `import dxgov` brings, what it costs, and what type checkers know."""

import subprocess
import sys
from pathlib import Path

import pytest
from mypy import api as mypy

import dxgov

pytestmark = pytest.mark.slow

HEAVY = ("resvg_py", "pandas", "pyarrow", "numpy", "frictionless", "hypothesis", "attrs", "cattrs", "click", "typing")


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_loads_nothing_heavy():
    assert python(f"import sys, dxgov; print([name for name in {HEAVY} if name in sys.modules and name != 'typing'])") == "[]"


def test_loading_does_not_need_pandas():
    code = "import sys, dxgov; dxgov.load().asks[0]; dxgov.validate(dxgov.load()); print('pandas' in sys.modules)"
    assert python(code) == "False"


def test_searching_does_not_need_pandas():
    code = "import sys, dxgov; dxgov.load().search('年', since='2020', until='2021'); print('pandas' in sys.modules)"
    assert python(code) == "False"


def test_exporting_does_not_need_pandas(tmp_path):
    code = (
        f"import sys, dxgov; dxgov.load(dxgov.export(dxgov.load(), {str(tmp_path / 'out')!r}) / 'parquet'); print('pandas' in sys.modules)"
    )
    assert python(code) == "False"


def test_every_public_name_is_there_and_no_other():
    for name in dxgov.__all__:
        assert getattr(dxgov, name) is not None
    assert sorted(dxgov.__all__) == sorted(dir(dxgov))
    homes = {name for names in dxgov.HOMES.values() for name in names}
    assert homes | {"__version__"} == set(dxgov.__all__)
    with pytest.raises(AttributeError, match="module 'dxgov' has no attribute 'lod'"):
        dxgov.lod  # noqa: B018


def test_every_record_class_and_vocabulary_is_public():
    for table in dxgov.Dataset.model().tables.values():
        assert table.record.__name__ in dxgov.__all__
        for column in table.stored:
            for code in column.codes[:1]:
                assert type(code).__name__ in dxgov.__all__


@pytest.mark.parametrize("package", [dxgov, dxgov.charts, dxgov.dates], ids=lambda package: package.__name__)
def test_type_checkers_see_what_runs(package):
    namespace = {}
    exec(Path(package.__file__).with_suffix(".pyi").read_text("utf-8"), namespace)  # noqa: S102
    assert namespace["__all__"] == package.__all__
    for name in package.__all__:
        if name != "__version__":
            assert namespace[name] is getattr(package, name)


REVEALED = {
    "dxgov.load()": "dxgov.dataset.Dataset",
    "ds.asks": "dxgov.tables.records.Records[dxgov.model.requests.Ask]",
    "ds.asks[0]": "dxgov.model.requests.Ask",
    "ds.asks['x']": "dxgov.model.requests.Ask",
    "ds.asks[1:2]": "dxgov.tables.records.Records[dxgov.model.requests.Ask]",
    "ds.asks[0].kinds": "tuple[dxgov.model.requests.AskKind, ...]",
    "ds.asks[0].strength": "dxgov.model.requests.AskStrength",
    "ds.asks[0].theme_ids": "tuple[str, ...]",
    "ds.asks[0].relayed_by_id": "str | None",
    "[ask for ask in ds.asks]": "list[dxgov.model.requests.Ask]",
    "ds.asks.where(strength='act')": "dxgov.tables.records.Records[dxgov.model.requests.Ask]",
    "ds.milestones.between('2024-04-01', '2024-05-31')[0].date": "dxgov.dates.when.When | None",
    "ds.requests[0].submitted.start": "datetime.date | None",
    "ds.actors[0].kind.label": "str",
    "dxgov.Dataset.of([ds.asks[0]])": "dxgov.dataset.Dataset",
    "ds | ds": "dxgov.dataset.Dataset",
    "dxgov.validate(ds).problems[0].row": "int | None",
    "dxgov.export(ds, 'x')": "pathlib.Path | Any",  # of an address, a text
    "dxgov.export(ds, pathlib.Path('x'))": "pathlib.Path",
    "dxgov.load('x', Mine)": "probe.Mine",
}


def test_mypy_knows_the_types_in_a_users_project(tmp_path):
    probe = tmp_path / "probe.py"
    lines = ["import pathlib", "", "import dxgov", "", "class Mine(dxgov.Dataset): ...", "", "ds = dxgov.load()"]
    probe.write_text("\n".join([*lines, *(f"reveal_type({expression})" for expression in REVEALED)]) + "\n")
    told, faults, _ = mypy.run(["--strict", "--no-incremental", "--cache-dir", str(tmp_path / "cache"), str(probe)])
    revealed = [line.partition('Revealed type is "')[2].rstrip('"') for line in told.splitlines() if "Revealed type" in line]
    assert revealed == list(REVEALED.values()), told + faults


def test_mypy_refuses_a_record_that_is_not_one(tmp_path):
    probe = tmp_path / "probe.py"
    probe.write_text(
        "import dxgov\n"
        "cited = dxgov.Citation('src-x')\n"
        "dxgov.Theme(id='x', label='x', label_en='x', definition='x', definition_en='x', citation=cited).label = 'y'\n"
        "dxgov.Theme(id=1, label='x', label_en='x', definition='x', definition_en='x', citation=cited)\n"
        "dxgov.Theme(id='x')\n"
    )
    told, _, _ = mypy.run(["--strict", "--no-incremental", "--cache-dir", str(tmp_path / "cache"), str(probe)])
    errors = [line.partition("error: ")[2] for line in told.splitlines() if "error:" in line]
    assert [error.rpartition("[")[2].rstrip("]") for error in errors] == ["misc", "arg-type", *["call-arg"] * 5]
