"""The commands: what they print, their exit statuses, and one clear line for wrong use."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

import dxgov
from dxgov.cli import main
from dxgov.model.serialization import structure
from dxgov.storage.manifest import MANIFEST
from package_files import edit_bytes, edit_csv, update_row
from soundness import sound

pytestmark = pytest.mark.slow

WELL, PROBLEMS, WRONG_USE = 0, 1, 2
RECORDS = len(sound())


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    place = dxgov.export(sound(), tmp_path / "faulty", formats=["csv"]) / "csv"
    update_row(place, "themes", {"broader_id": "network"}, id="sea-cables")
    return place


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.delenv("DXGOV_LANG", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return lambda *arguments, **settings: CliRunner().invoke(main, [str(each) for each in arguments], prog_name="dxgov", **settings)


def told(result: Result) -> str:
    """The one line that tells of wrong use."""
    assert result.exit_code == WRONG_USE, result.output
    assert result.stdout == ""
    assert isinstance(result.exception, SystemExit)
    (line,) = result.stderr.splitlines()
    assert line.startswith("dxgov: ")
    return line


# All well


def test_info_tells_what_the_bundled_data_hold(run: Callable[..., Result]):
    result = run("info")
    assert result.exit_code == WELL
    whole = dxgov.load()
    assert whole.metadata.get_title("en") in result.stdout
    assert f"{len(whole):,} records" in result.stdout
    assert re.search(rf"^ *request items +{len(whole.request_items):,}$", result.stdout, re.MULTILINE)


def test_info_of_a_package(run: Callable[..., Result], sound_export: Path):
    for place in (sound_export / "csv", sound_export / "parquet.zip", sound_export / "csv" / "datapackage.json"):
        result = run("info", "--from", place)
        assert result.exit_code == WELL
        assert result.stdout.splitlines()[:2] == ["海風県の回線", "kaifu-lines 1.2.0 (2031-06-01)"]
    japanese = run("info", "--from", sound_export / "csv", "--lang", "ja").stdout
    assert "要望項目" in japanese
    assert f"{RECORDS} 件" in japanese


def test_show_tells_of_a_record_and_its_neighbours(run: Callable[..., Result], sound_export: Path):
    result = run("show", "req-2031-04-lines.01.1", "--from", sound_export / "csv")
    assert result.exit_code == WELL
    assert "Lines should be doubled." in result.stdout
    assert "sea-cables  Sea cables" in result.stdout
    parts = result.stdout.partition("Its parts")[2]
    assert "req-2031-04-lines.01.1.a  The prefecture lays a spare line." in parts
    assert "req-2031-04-lines.01.1.b" in parts
    referring = run("show", "kaifu-shiomi", "--from", sound_export / "csv").stdout
    assert "Referred to by requests.submitted_by_ids" in referring
    assert "Referred to by figures.subject_id" in referring


def test_show_speaks_japanese(run: Callable[..., Result], sound_export: Path):
    asked = run("show", "req-2031-04-lines.01.1.b", "--lang", "ja", "--from", sound_export / "csv")
    assert asked.exit_code == WELL
    assert "県が予備線を引く。" in asked.stdout
    assert "働きかけ" in asked.stdout
    assert "The prefecture lays a spare line." not in asked.stdout
    by_environment = run("show", "req-2031-04-lines.01.1.b", "--from", sound_export / "csv", env={"DXGOV_LANG": "ja"})
    assert by_environment.stdout == asked.stdout


def test_show_prints_json_that_the_schema_describes(run: Callable[..., Result], sound_export: Path):
    schema = json.loads(run("schema").stdout)
    Draft202012Validator.check_schema(schema)
    for id in ("req-2031-04-lines.01.1.b", "mtg-lines-2", "fig-loss", "kaifu-shiomi"):
        result = run("show", id, "--json", "--from", sound_export / "csv")
        assert result.exit_code == WELL
        record = sound()[id]
        assert structure(json.loads(result.stdout), type(record)) == record


def test_records_of_every_table_can_be_shown(run: Callable[..., Result], sound_export: Path):
    for number, records in enumerate(sound().tables.values()):
        record, lang = records[-1], ("en", "ja")[number % 2]
        result = run("show", record.id, "--lang", lang, "--from", sound_export / "csv.zip")
        assert result.exit_code == WELL
        assert record.id in result.stdout


def test_export_writes_packages_and_names_them(run: Callable[..., Result], sound_export: Path, tmp_path: Path):
    target = tmp_path / "open-data"
    result = run("export", target, "--from", sound_export / "parquet", "--zip")
    assert result.exit_code == WELL
    assert result.stdout.splitlines() == [f"{target}/csv/", f"{target}/csv.zip", f"{target}/parquet/", f"{target}/parquet.zip"]
    assert dxgov.load(target / "csv") == sound()
    only = run("export", target, "--from", sound_export / "csv", "--format", "parquet")
    assert only.stdout.splitlines() == [f"{target}/parquet/"]
    assert sorted(path.name for path in target.iterdir()) == [MANIFEST, "parquet"]


def test_export_writes_the_bundled_data_by_default(run: Callable[..., Result], tmp_path: Path):
    assert run("export", tmp_path / "open-data", "--format", "csv").exit_code == WELL
    assert dxgov.load(tmp_path / "open-data" / "csv") == dxgov.load()


def test_overwrite_replaces_any_folder(run: Callable[..., Result], tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    assert "'thesis.txt' was not written by one" in told(run("export", tmp_path))
    assert (tmp_path / "thesis.txt").exists()
    assert run("export", tmp_path, "--format", "csv", "--overwrite").exit_code == WELL
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST, "csv"]


def test_validate_finds_nothing_wrong(run: Callable[..., Result], sound_export: Path):
    for place in (sound_export / "csv", sound_export / "parquet", sound_export / "csv.zip"):
        result = run("validate", place)
        assert (result.exit_code, result.stdout) == (WELL, f"{place}: {RECORDS} records, no problems\n")
    bundled = run("validate")
    assert bundled.exit_code == WELL
    assert "no problems" in bundled.stdout
    report = json.loads(run("validate", sound_export / "csv", "--json").stdout)
    assert report == {"subject": str(sound_export / "csv"), "valid": True, "records": RECORDS, "problems": [], "warnings": []}


def test_dictionary_and_schema_name_every_table(run: Callable[..., Result]):
    english, japanese = run("dictionary"), run("dictionary", "--lang", "ja")
    schema = json.loads(run("schema").stdout)
    assert english.exit_code == japanese.exit_code == WELL
    for table in dxgov.Dataset.model().tables.values():
        assert table.name in english.stdout
        assert table.label in japanese.stdout
        assert table.record.__name__ in json.dumps(schema)


def test_seal_finishes_what_was_edited_by_hand(run: Callable[..., Result], tmp_path: Path):
    place = dxgov.export(sound(), tmp_path / "export", formats=["csv"]) / "csv"
    before = {path.name: path.read_bytes() for path in place.rglob("*.csv")}
    edit_csv(place, "themes", lambda rows: rows.reverse() or rows.insert(0, rows.pop()))
    edit_bytes(place, "actors", lambda file: file.replace(b"\r\n", b"\n"), reseal=False)
    assert run("validate", place).exit_code == PROBLEMS
    result = run("seal", place)
    assert (result.exit_code, result.stdout) == (WELL, f"{place}: sealed, {RECORDS} records\n")
    assert {path.name: path.read_bytes() for path in place.rglob("*.csv")} == before
    assert dxgov.load(place) == sound()


@pytest.mark.parametrize("command", sorted(main.commands))
def test_help_teaches(command: str, run: Callable[..., Result]):
    result = run(command, "--help")
    assert result.exit_code == WELL
    usage, _, sentence, *_ = result.stdout.splitlines()
    assert usage.startswith(f"Usage: dxgov {command}")
    assert sentence.strip().endswith((".", ":")) or len(sentence) > 60
    assert main.commands[command].help.split("\n", maxsplit=1)[0].split(" ")[0] in sentence


def test_the_first_help_names_every_command_and_the_statuses(run: Callable[..., Result]):
    result = run("--help")
    assert result.exit_code == WELL
    assert "Exit status: 0 all well, 1 problems found in data, 2 wrong use." in result.stdout
    assert "130 for Ctrl-C" in result.stdout
    for command in main.commands:
        assert f"\n  {command} " in result.stdout
    assert "\n    dxgov export open-data         " in result.stdout
    assert run("--version").stdout == f"dxgov, version {dxgov.__version__}\n"


# Problems in data


def test_validate_tells_every_problem(run: Callable[..., Result], faulty: Path):
    result = run("validate", faulty)
    assert result.exit_code == PROBLEMS
    assert result.stdout.splitlines() == [
        f"{faulty}: {RECORDS} records, 1 problem",
        "data/themes.csv:3 broader_id: 'network' is not a theme; did you mean 'networks'? [unknown-reference]",
    ]
    as_json = run("validate", faulty, "--json")
    assert as_json.exit_code == PROBLEMS
    report = json.loads(as_json.stdout)
    assert not report["valid"]
    (problem,) = report["problems"]
    assert {key: problem[key] for key in ("code", "table", "row", "field", "value")} == {
        "code": "unknown-reference",
        "table": "themes",
        "row": 3,
        "field": "broader_id",
        "value": "network",
    }


@pytest.mark.parametrize("command", ["info --from {}", "show networks --from {}", "export {}/../out --from {}", "seal {}"])
def test_a_faulty_package_is_told_and_left_alone(command: str, run: Callable[..., Result], faulty: Path):
    before = {path: path.read_bytes() for path in faulty.parent.parent.rglob("*") if path.is_file()}
    result = run(*(part.replace("{}", str(faulty)) for part in command.split()))
    assert result.exit_code == PROBLEMS
    assert result.stdout == ""
    assert "did you mean 'networks'? [unknown-reference]" in result.stderr
    assert {path: path.read_bytes() for path in faulty.parent.parent.rglob("*") if path.is_file()} == before


def test_a_zip_that_leads_out_is_told_in_one_line(run: Callable[..., Result], tmp_path: Path):
    place = tmp_path / "evil.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("datapackage.json", '{"resources": []}')
        archive.writestr("../evil.csv", "id\r\n")
    for arguments in (("validate", place), ("info", "--from", place), ("export", tmp_path / "out", "--from", place)):
        result = run(*arguments)
        assert result.exit_code == PROBLEMS
        assert result.stdout == ""
        (line,) = result.stderr.splitlines()
        assert "'../evil.csv' leads out of the package" in line
    assert [path.name for path in tmp_path.iterdir()] == ["evil.zip"]


# Wrong use


def test_export_onto_a_file(run: Callable[..., Result], tmp_path: Path):
    file = tmp_path / "thesis.txt"
    file.write_text("years of work", encoding="utf-8")
    for more in ((), ("--overwrite",)):
        assert "thesis.txt is not a folder" in told(run("export", file, *more))
    assert file.read_text(encoding="utf-8") == "years of work"


def test_export_into_a_folder_below_a_file(run: Callable[..., Result], tmp_path: Path):
    file = tmp_path / "thesis.txt"
    file.write_text("years of work", encoding="utf-8")
    assert "thesis.txt" in told(run("export", file / "open-data"))


def test_export_to_where_nobody_may_write(run: Callable[..., Result], tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    if os.access(closed, os.W_OK):
        pytest.skip("this user may write anywhere")
    assert "Permission denied" in told(run("export", closed / "open-data"))


def test_export_in_an_unknown_format(run: Callable[..., Result], tmp_path: Path):
    line = told(run("export", tmp_path / "open-data", "--format", "parqet"))
    assert "no format 'parqet'; did you mean 'parquet'?" in line
    assert not (tmp_path / "open-data").exists()


def test_export_in_a_format_that_lacks_its_library(run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    monkeypatch.delitem(sys.modules, "dxgov.exporters.ical", raising=False)
    line = told(run("export", tmp_path / "open-data", "--format", "ical"))
    assert line == "dxgov: icalendar is not installed; pip install 'dxgov[ical]'"
    assert not (tmp_path / "open-data").exists()


def test_a_second_opinion_without_its_library(run: Callable[..., Result], sound_export: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "frictionless", None)
    monkeypatch.delitem(sys.modules, "dxgov.package.frictionless_check", raising=False)
    result = run("validate", sound_export / "csv", "--second-opinion")
    assert result.exit_code == WRONG_USE
    assert result.stderr == "dxgov: frictionless is not installed; pip install 'dxgov[frictionless]'\n"


def test_an_unknown_id(run: Callable[..., Result], sound_export: Path):
    assert "no record 'sea-cabels'; did you mean 'sea-cables'?" in told(run("show", "sea-cabels", "--from", sound_export / "csv"))
    assert "no record 'x'" in told(run("show", "x"))


def test_places_that_are_no_package(run: Callable[..., Result], sound_export: Path, tmp_path: Path):
    text = tmp_path / "notes.txt"
    text.write_text("not a package", encoding="utf-8")
    assert "notes.txt is not a package: expected a folder" in told(run("validate", text))
    assert f"there is no {tmp_path / 'nothing'}" in told(run("validate", tmp_path / "nothing"))
    assert "did you mean 'csv'?" in told(run("validate", sound_export / "cvs"))
    assert f"name {sound_export / 'csv'} or {sound_export / 'parquet'}" in told(run("validate", sound_export))
    assert "it has no datapackage.json" in told(run("info", "--from", tmp_path))
    assert "only a package in a folder can be sealed" in told(run("seal", sound_export / "csv.zip"))
    assert "only a package of listed CSV files alone can be sealed" in told(run("seal", sound_export / "parquet"))
    assert "there is no" in told(run("seal", tmp_path / "nothing"))


def test_arguments_that_are_missing_or_unknown(run: Callable[..., Result]):
    for arguments in (["show"], ["export"], ["nonsense"], ["info", "--lang", "fr"], ["validate", "a", "b"]):
        result = run(*arguments)
        assert result.exit_code == WRONG_USE
        assert "Usage: dxgov" in result.stderr
        assert "Traceback" not in result.output


# As users start it


def dxgov_process(*arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dxgov", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, **settings)


@pytest.mark.usefixtures("faulty")
def test_the_module_runs_as_a_program(tmp_path: Path):
    found = dxgov_process("validate", "faulty/csv", cwd=tmp_path)
    assert (found.returncode, found.stderr) == (PROBLEMS, "")
    assert found.stdout.startswith(f"faulty/csv: {RECORDS} records, 1 problem\n")
    wrong = dxgov_process("show", "teleworks")
    assert (wrong.returncode, wrong.stdout) == (WRONG_USE, "")
    assert wrong.stderr == "dxgov: there is no record 'teleworks'; did you mean 'telework'?\n"


def test_a_reader_that_went_away_is_neither_wrong_use_nor_a_problem_in_the_data():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as output:
        command = [sys.executable, "-m", "dxgov", "schema"]
        found = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, check=False)
    assert (found.returncode, found.stderr) == (141, b"")


def test_a_date_is_read(run):
    assert run("date", "令和7年度末までに").stdout == "令和7年度末までに  ../2026-03-31  by 31 March 2026\n"
    assert run("date", "今年度", "--said-on", "2024-04", "--lang", "ja").stdout == "今年度  2024-04-01/2025-03-31  令和6年度\n"
    found = run("date", "--find", "第5回は令和4年2月1日(火)14時から15時30分まで、2月30日は誤り。").stdout.splitlines()
    assert [line.split() for line in found] == [
        ["令和4年2月1日(火)14時から15時30分まで", "2022-02-01", "14:00–15:30", "1", "February", "2022"],
        ["2月30日", "2022-02", "has", "no", "day", "30"],
    ]
    (told,) = json.loads(run("date", "--find", "--json", "3月以降", "--said-on", "2022-02-01").stdout)
    assert (told["span"], told["when"]["edtf"], told["when"]["basis"]) == ([0, 4], "2022-03/..", "year_inferred")


def test_what_is_no_date_is_told(run):
    assert told(run("date", "3月以降")) == "dxgov: '3月以降' at character 1, '3月以降': the year is not printed; give `said_on`"
    assert "EDTF '2月'" in run("date", "3月", "--said-on", "2月").stderr
    assert run("date", "--find", "第5回、1,800団体").stdout == "\n"


def test_a_theme_is_traced(run):
    lines = run("trace", "telework").stdout.splitlines()
    assert lines[0] == "Telework  telework"
    assert "  msr-2022-01-24-digital-agency.02.5" in lines
    assert lines[-2] == "Here it breaks off. Nothing on it in:"
    assert run("trace", "telework", "--lang", "ja").stdout.startswith("テレワーク  telework\n")
    assert "did you mean 'telework'" in told(run("trace", "telewrok"))


def test_what_is_open_is_told(run):
    told_ = run("open").stdout
    assert "mtg-2022-02-01-tokyo-cio-forum.t16.p1  Tama City" in told_
    assert "  by June 2024  Minister Kono, Minister Matsumoto\n" in told_
    assert "  29  jp-13-tokyo  Tokyo Metropolitan Government (13 do not name who must act)" in told_
    japanese = run("open", "--lang", "ja").stdout
    assert "約束と指示" in japanese
    assert "  32  jp  国（うち名指しのないもの11件）" in japanese


def test_gaps_are_told(run):
    assert "  shimizu  cut_off\n" in run("gaps").stdout
    assert "  shimizu  途切れ\n" in run("gaps", "--lang", "ja").stdout


def test_a_data_set_without_gaps_or_open_questions_is_told(run, tmp_path):
    empty = dxgov.export(dxgov.Dataset(), tmp_path / "empty", formats=["csv"]) / "csv"
    assert run("gaps", "--from", empty).exit_code == WELL
    assert run("open", "--from", empty).exit_code == WELL


# How much is taken


@pytest.mark.parametrize(
    ("limit", "means"),
    [("rows=10_000", 10_000), ("rows=10,000", 10_000), ("file=64MiB", 2**26), ("cell=1KiB", 2**10), ("package=1GiB", 2**30)],
)
def test_limits_are_given_with_units(
    limit: str, means: int, run: Callable[..., Result], sound_export: Path, monkeypatch: pytest.MonkeyPatch
):
    given: list[dxgov.Limits] = []
    validate = dxgov.validate
    monkeypatch.setattr(dxgov, "validate", lambda *what, limits, **more: (given.append(limits), validate(*what, limits=limits, **more))[1])
    assert run("validate", sound_export / "csv", "--limit", limit).exit_code == WELL
    assert given == [dxgov.Limits(**{limit.partition("=")[0]: means})]


def test_a_limit_is_given_once(run: Callable[..., Result]):
    result = run("validate", "--limit", "rows=1", "--limit", "rows=9999")
    assert result.exit_code == WRONG_USE
    assert "'rows' is given twice" in result.stderr


@pytest.mark.parametrize(("limit", "code"), [("rows=1", "too-large"), ("file=1KiB", "too-large"), ("columns=2", "too-large")])
def test_what_is_beyond_a_limit_is_told(limit: str, code: str, run: Callable[..., Result], sound_export: Path):
    result = run("validate", sound_export / "csv", "--limit", "problems=500", "--limit", limit)
    assert result.exit_code == PROBLEMS
    assert f"[{code}]" in result.stdout


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("rwos=3", "did you mean 'rows'?"),
        ("rows", "rows: found '', expected a whole number"),
        ("rows=many", "found 'many', expected a whole number"),
        ("rows=-1", "found '-1', expected a whole number"),
        ("rows=0", "found 0, expected a whole number of 1 or more"),
        ("rows=1,,2", "found '1,,2', expected a whole number"),
        (f"batch={'9' * 21}", "expected a number of at most 64 bits"),
        (f"batch={'9' * 5_000}", "expected a whole number"),
        ("file=4TiB", "found '4TiB', expected a whole number, such as 1_000_000 or 64MiB"),
    ],
)
def test_a_limit_that_is_none(limit: str, said: str, run: Callable[..., Result]):
    result = run("validate", "--limit", limit)
    assert result.exit_code == WRONG_USE
    assert said in result.stderr
    assert "--limit" in result.stderr
