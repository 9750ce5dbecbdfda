"""The clients are well defined, their results are those of the definition, and every fault is the one that it is said to be."""

import ast
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from attrs import evolve
from clients import trips
from clients.__main__ import RESULTS, TRIPS
from clients.definition import SCRIPTS, Client, Editor, read
from clients.environments import RUNNERS
from clients.faults import BEYOND, FAULTS
from clients.judging import complaints
from clients.packages import FORMATS, Package, broken, sample
from clients.values import KINDS, compare_tables, verdict

import dxgov
from package_files import edit_records

pytestmark = pytest.mark.slow

DEFINITION = read()
KNOWN = {fault.id for fault in FAULTS}
PLANTED = {f"{format}-{fault.id}" for fault in FAULTS for format in fault.formats}
PROGRAMS = (*DEFINITION.client, *DEFINITION.editor)
SHARED = {"told.py", "told.mjs", "sql.py"}
EDITORS = pytest.mark.parametrize("editor", DEFINITION.editor, ids=lambda editor: editor.id)
CLIENTS = pytest.mark.parametrize("client", DEFINITION.client, ids=lambda client: client.id)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Package]:
    place = tmp_path_factory.mktemp("clients")
    sample(place / "plain")
    return {package.id: package for package in broken(place / "plain", place / "broken")}


def test_each_script_belongs_to_a_program_and_each_program_has_one() -> None:
    assert {path.name for path in SCRIPTS.iterdir() if path.is_file()} == {program.script for program in PROGRAMS} | SHARED


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.py")), ids=lambda path: path.name)
def test_scripts_are_sound_python(script: Path) -> None:
    assert ast.get_docstring(ast.parse(script.read_text(encoding="utf-8")))


@CLIENTS
def test_a_client_is_well_defined(client: Client) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", client.id)
    assert {"csv", "zip", "parquet"} >= set(client.reads) != set()
    assert {".py", ".mjs", *RUNNERS} >= {Path(client.script).suffix}
    assert client.install.pip or client.install.npm or client.install.programs or client.script.endswith(".py")
    assert DEFINITION.claims(client) <= KNOWN
    assert {miss.removeprefix("csv-").removeprefix("parquet-") for miss in client.misses} <= DEFINITION.claims(client)
    assert client.misses.keys() <= KNOWN | PLANTED
    assert client.changes.keys() <= set(KINDS)
    assert all([*client.misses.values(), *client.changes.values(), *client.fails.values(), *client.traps])
    assert DEFINITION.claims(client) == KNOWN or client.rest  # why it does not look for the others


def test_ids_and_names_are_given_once() -> None:
    assert max(Counter(program.id for program in PROGRAMS).values()) == 1
    assert max(Counter((editor.name, editor.language) for editor in DEFINITION.editor).values()) == 1
    assert max(Counter((client.name, client.language) for client in DEFINITION.client).values()) == 1


def test_groups_hold_each_fault_once() -> None:
    assert Counter(fault for group in DEFINITION.groups.values() for fault in group) == Counter(KNOWN)


def test_some_clients_are_quick_and_need_nothing_but_pip() -> None:
    quick = [program for program in PROGRAMS if program.quick]
    assert len({program.install for program in quick}) >= 8
    assert not any(program.install.npm or program.install.programs for program in quick)


def test_each_problem_code_is_a_fault_or_left_out_for_a_reason() -> None:
    planted = {fault.code for fault in FAULTS if fault.code}
    left_out = Counter(code for codes in BEYOND.values() for code in codes)
    assert planted | left_out.keys() == set(dxgov.ProblemCode)
    assert not planted & left_out.keys()
    assert max(left_out.values()) == 1


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
@pytest.mark.parametrize("format", FORMATS)
def test_dxgov_finds_the_fault_and_nothing_else(fault: object, format: str, packages: dict[str, Package]) -> None:
    if format in fault.formats:
        problems = dxgov.validate(packages[f"{format}-{fault.id}"].path).problems
        assert [problem.code for problem in problems] == [fault.code] * (fault.code is not None)


@pytest.mark.parametrize("format", FORMATS)
def test_without_a_fault_the_packages_are_sound(format: str, packages: dict[str, Package]) -> None:
    assert dxgov.validate(packages["csv-integer"].truth.parent / format).valid


@CLIENTS
def test_what_came_out_is_what_the_definition_says(client: Client) -> None:
    """The committed results agree with the definition, and know the faults of today."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    if client.id in results:
        result = results[client.id]
        meant = {
            f"{format}-{fault.id}"
            for fault in FAULTS
            for format in fault.formats
            if format in client.reads and DEFINITION.tries(client, fault.id)
        }
        assert {*result["found"], *result["missed"]} == meant
        assert not list(complaints(DEFINITION, client, result))


def test_results_are_of_clients_that_are_defined() -> None:
    assert json.loads(RESULTS.read_text(encoding="utf-8")).keys() <= {client.id for client in DEFINITION.client}


@EDITORS
def test_an_editor_is_well_defined(editor: Editor) -> None:
    assert re.fullmatch(r"edit-[a-z0-9]+(-[a-z0-9]+)*", editor.id)
    assert trips.FORMATS.keys() >= set(editor.formats) != set()
    assert editor.save


@EDITORS
def test_what_came_back_is_what_the_definition_says(editor: Editor) -> None:
    """The committed results agree with the definition, and are of the formats of today."""
    results = json.loads(TRIPS.read_text(encoding="utf-8"))
    if editor.id in results:
        result = results[editor.id]
        assert [*result["trips"]] == [f"{name}-{format}" for format in editor.formats for name in trips.PACKAGES]
        assert not list(trips.complaints(editor, result))


def test_round_trips_are_of_editors_that_are_defined() -> None:
    assert json.loads(TRIPS.read_text(encoding="utf-8")).keys() <= {editor.id for editor in DEFINITION.editor}


EDITOR = DEFINITION.editor[0]


@pytest.mark.parametrize(
    ("editor", "became", "says"),
    [
        (evolve(EDITOR, cure=""), {}, []),
        (evolve(EDITOR, cure="x"), {}, ["comes back whole now"]),
        (evolve(EDITOR, cure=""), {"differs": "a becomes b"}, ["without a word"]),
        (evolve(EDITOR, cure="", differs="x"), {"differs": "a becomes b"}, []),
        (evolve(EDITOR, cure=""), {"told": {"pattern": {"lines": 1, "most": 1, "first": ""}}}, ["does not come back whole"]),
        (evolve(EDITOR, cure="x"), {"told": {"pattern": {"lines": 2, "most": 2, "first": ""}}}, ["2 times of one column"]),
        (evolve(EDITOR, cure="x"), {"told": {"missing-value": {"lines": 2, "most": 2, "first": ""}}}, []),
    ],
)
def test_round_trips_that_do_not_end_as_is_said_are_told(editor: Editor, became: dict[str, object], says: list[str]) -> None:
    found = list(trips.complaints(editor, {"trips": {"sample-csv": became}}))
    assert len(found) == len(says)
    assert all(text in line for text, line in zip(says, found, strict=True))


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> trips.Exports:
    return trips.prepare(tmp_path_factory.mktemp("trips") / "exports")


def test_the_edits_of_round_trips_change_the_data_and_leave_it_sound(exports: trips.Exports) -> None:
    before, after = exports.expected["sample"], exports.expected["edited"]
    assert after != before
    assert after.meetings["mtg-lines-2"].ordinal == 7
    assert len(after.asks) == len(before.asks) + 1
    assert len(after.links) == len(before.links) - 1
    assert not any(theme.alt_labels for theme in after.themes)


def test_a_value_that_changed_without_a_fault_is_told_as_a_difference(exports: trips.Exports, tmp_path: Path) -> None:
    places = trips.copies(evolve(EDITOR, formats=("csv",)), exports, tmp_path / "trips")
    edit_records(places["sample-csv"], "themes", lambda rows: rows[0].update(label="別の名"))
    edit_records(places["bundled-csv"], "themes", lambda rows: rows[0].update(id="NO"))
    result = trips.judge([{}, {}, {"error": "no\nway"}], places, exports)
    assert result["bundled-csv"]["told"]["pattern"]["lines"] == 1
    assert "別の名" in result["sample-csv"]["differs"]
    assert result["edited-csv"] == {"error": "no"}


@pytest.mark.parametrize(
    ("text", "kind", "got", "expected"),
    [
        ("012017", "digits", 12017, "changed"),
        ("132144", "digits", 132144, "number"),
        ("NA", "look-alike", None, "lost"),
        ("", "empty", "", "empty text"),
        ("", "empty", 0, "changed"),
        ("2031-04-02", "date", {"date": "2031-04-02"}, "same"),
        ("2031-04-02", "date", {"datetime": "2031-04-02T00:00:00"}, "time"),
        ("2031-04-02", "date", "2031-04-02", "text"),
        ("7", "integer", 7.0, "float"),
        ("true", "boolean", True, "same"),
        ("true", "boolean", False, "changed"),
        ('["a"]', "list", ["a"], "same"),
        ('["a"]', "list", ["b"], "changed"),
    ],
)
def test_what_became_of_a_value(text: str, kind: str, got: object, expected: str) -> None:
    assert verdict(text, kind, got) == expected


def test_lost_tables_columns_and_rows_are_told(packages: dict[str, Package]) -> None:
    assert len(compare_tables({}, packages["csv-integer"].truth)["amiss"]) == 5
