"""Texts of packages command no display: in commands, pages, notebooks and messages."""

import json
import os
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import attrs
import pyarrow.compute as pc
import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

import dxgov
from dxgov import (
    Citation,
    DataError,
    Dataset,
    DestinationError,
    License,
    Metadata,
    NotAPackageError,
    Problem,
    ProblemCode,
    UnknownNameError,
)
from dxgov.charts import NAMES
from dxgov.cli import main
from dxgov.display import printable, printable_lines
from dxgov.marks import Follows, Ref
from dxgov.notebook import render_table
from dxgov.schema import Kind
from dxgov.storage.address import format_location
from dxgov.tables.arrow import text_array
from package_files import edit_bytes, edit_descriptor, update_row
from soundness import LETTER, sound

pytestmark = pytest.mark.slow


BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

ATTACK = f"a\x1b]0;PWN\x07\x1b[31m\x7f\x85\x9b31m\x9d0;t\x9c{BIDI}\u2028\u2029b"

ANYTHING = st.text(st.characters())  # halves of surrogate pairs included


def commands_a_display(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in BIDI


def harmless(text: str) -> bool:
    """Whether a text of several lines holds nothing that a display obeys."""
    return not any(map(commands_a_display, text.replace("\n", "")))


def run(*arguments: object) -> str:
    """What a command prints, on both streams."""
    result = CliRunner().invoke(main, [str(each) for each in arguments], prog_name="dxgov")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


# The doors


@given(ANYTHING)
@example("".join(map(chr, range(0x110000))))
def test_what_is_printable_commands_nothing_and_can_be_encoded(text):
    for door, allowed in ((printable, ""), (printable_lines, "\n")):
        shown_text = door(text)
        assert not [each for each in shown_text if commands_a_display(each) and each not in allowed]
        shown_text.encode()
    assert printable_lines(text).count("\n") == text.count("\n")


@given(
    st.text(
        st.characters(
            exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters=f"{BIDI}\u206a\u206b\u206c\u206d\u206e\u206f\ufffe\uffff"
        )
    )
)
def test_what_commands_nothing_is_shown_as_it_is(text):
    assert printable(text) == printable_lines(text) == text


@given(ANYTHING)
@example(ATTACK)
def test_json_that_is_printed_has_the_same_value(text):
    written = printable_lines(json.dumps({text: [text]}, ensure_ascii=False, indent=2))
    assert harmless(written)
    assert json.loads(written) == {text: [text]}


@given(ANYTHING)
@example(ATTACK)
@example("\udcff\n")
def test_problems_errors_and_names_of_places_are_lines_that_can_be_printed(text):
    problem = Problem(ProblemCode.UNKNOWN_COLUMN, text, file=text, field=text)
    places = [
        format_location(f"/x{text}"),
        format_location(f"https://host/{text}"),
        format_location(f"s3://{text}"),
        str(Citation("src", text)),
    ]
    lines = [str(problem), *places]
    errors = [NotAPackageError(text), DestinationError(text), UnknownNameError(text), DataError(text, [problem])]
    assert all("\n" not in line and harmless(line) for line in lines)
    for each in map(str, [*lines, *errors]):
        assert harmless(each)
        each.encode()
    assert len(str(DataError(text, [problem])).split("\n")) == 2


def test_no_page_of_a_site_turns_a_line_around(turned: Path, tmp_path: Path):
    site = dxgov.site(dxgov.load(turned), tmp_path / "site")
    pages = [page.read_text(encoding="utf-8") for page in site.rglob("*.html")]
    assert any("\\u202e" in page for page in pages)
    assert not [page for page in pages if set(page) & {*BIDI}]


@given(ANYTHING)
@example(ATTACK)
def test_html_of_notebooks_commands_nothing(text):
    written = render_table(text, [text], [[text, text]])
    assert harmless(written)
    written.encode()


# The commands

SHOWING: list[tuple[str, ...]] = [
    ("info",),
    ("info", "--lang", "ja", "--digest"),
    *(("show", id, "--lang", lang) for id in ("sea-cables", "kaifu-shiomi", LETTER) for lang in ("en", "ja")),
    ("show", LETTER, "--json"),
    *((name, *more, "--lang", lang) for name in ("timeline", "open", "gaps") for more in [()] for lang in ("en", "ja")),
    *(("chart", name) for name in NAMES if name != "trace"),
    ("chart", "trace", "sea-cables"),
    ("trace", "sea-cables"),
    ("trace", "sea-cables", "--lang", "ja"),
]
"""Commands that show what a data set says."""


def hostile(text: str) -> Dataset:
    """The sound data set with a text behind every text of its cells that has no pattern, and behind what it says of itself."""
    data = sound()
    tables = data.to_arrow()
    for name, table in data.model().tables.items():
        leading = {mark.other for column in table.columns if (mark := column.mark(Follows))}
        for column in table.columns:
            if column.kind is Kind.TEXT and not (column.many or column.pattern or column.has(Ref) or column.name in leading):
                place = tables[name].column_names.index(column.name)
                more = pc.binary_join_element_wise(tables[name][place].combine_chunks(), text_array([text])[0], "")
                tables[name] = tables[name].set_column(place, tables[name].schema.field(place), more)
    return Dataset(tables, data.metadata)


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package that can be loaded, with controls of direction and line breaks in every text."""
    data = hostile(f"{BIDI}\r\n\u2028\u2029x")
    about = attrs.evolve(
        data.metadata, title=f"t{BIDI}\nu", version=f"1{BIDI}\nu", licenses=(License(None, None, f"l{BIDI}\nu"),), description=f"d{BIDI}\nu"
    )
    return dxgov.export(Dataset(data.to_arrow(), about), tmp_path_factory.mktemp("turned") / "export", formats=["csv"]) / "csv"


@pytest.mark.parametrize("command", SHOWING, ids=" ".join)
def test_no_text_of_data_commands_the_display_or_makes_a_line(turned: Path, plain_lines: Callable[..., int], command: tuple[str, ...]):
    printed = run(*command, "--from", turned)
    assert harmless(printed)
    assert "\\u202e" in printed or command == ("open", "--lang", "en")
    if "--json" not in command:
        assert printed.count("\n") == plain_lines(*command)


@pytest.fixture(scope="module")
def plain_lines(sound_export: Path) -> Callable[..., int]:
    """How many lines a command prints of the same data without them."""
    return lambda *command: run(*command, "--from", sound_export / "csv").count("\n")


@pytest.mark.parametrize("command", SHOWING, ids=" ".join)
def test_what_no_package_can_hold_is_not_shown_either(monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]):
    """A data set that nobody checked may hold anything."""
    monkeypatch.setattr(dxgov, "load", lambda _, **_limits: hostile(ATTACK))
    assert harmless(run(*command))


ENCODED: list[tuple[str, ...]] = [
    *SHOWING,
    ("dictionary", "--lang", "ja"),
    ("schema",),
    ("date", "令和6年4月22日", "--lang", "en"),
    ("date", "--json", "令和６年４月２２日（月）"),
    ("show", "nothing-\U00020bb7-é"),
    ("show", "--lang", "é", "x"),
    ("validate", "there-is-no-é"),
]

EVERYTHING = """
import functools, json, sys
from pathlib import Path
import dxgov
from dxgov.cli import main

dxgov.load = functools.cache(dxgov.load)  # all commands show one package

# Run commands one after another, and leave what each ends with.
ends = []
for arguments in json.loads(sys.argv[1]):
    try:
        main(arguments, prog_name="dxgov")
    except SystemExit as end:
        ends.append(end.code or 0)
Path(sys.argv[2]).write_text(json.dumps(ends))
"""


@pytest.mark.parametrize("encoding", ["cp932", "latin-1", "ascii", "cp1252", "euc_jp", "utf-16"])
def test_no_encoding_of_the_output_ends_a_command(tmp_path: Path, encoding: str):
    """Names with é, a letter beyond the first 65,536 and signs of no Japanese encoding are printed, escaped where they have to be."""
    data = hostile("é·𠮷〜①")
    place = dxgov.export(data, tmp_path / "export", formats=["csv"]) / "csv"
    broken = shutil.copytree(place, tmp_path / "broken")
    update_row(broken, "themes", {"broader_id": "é𠮷"}, id="sea-cables")
    loading = {name for name, *_ in SHOWING}
    commands = [[*command, *(["--from", str(place)] if command in SHOWING and command[0] in loading else [])] for command in ENCODED]
    commands += [["validate", str(broken)], ["validate", "--json", str(broken)], ["verify", "--sources", str(tmp_path), str(place)]]
    commands += [["export", str(tmp_path / "é𠮷"), "--format", "csv"], ["seal", str(tmp_path / "é𠮷" / "csv")]]
    outputs = [tmp_path / "stdout", tmp_path / "stderr"]
    with outputs[0].open("wb") as stdout, outputs[1].open("wb") as stderr:
        subprocess.run(
            [sys.executable, "-c", EVERYTHING, json.dumps(commands), tmp_path / "ends"],
            env={**os.environ, "PYTHONIOENCODING": encoding},
            stdout=stdout,
            stderr=stderr,
            check=True,
        )
    ends = json.loads((tmp_path / "ends").read_text())
    assert ends == [*([0] * len(SHOWING)), 0, 0, 0, 0, 2, 2, 2, 1, 1, 1, 0, 0]
    printed, told = (each.read_bytes().decode("utf-8" if encoding == "ascii" else encoding) for each in outputs)  # click writes ASCII so
    assert "Traceback" not in told
    assert "é" in printed or "\\xe9" in printed
    assert "𠮷" in printed or "\\U00020bb7" in printed
    found = json.JSONDecoder().raw_decode(printed[printed.index('{\n  "subject"') :])[0]
    assert {problem["value"] for problem in found["problems"]} == {"é𠮷"}


# Names of files, of members of zips and of columns, and what servers say


def test_a_file_name_in_no_encoding_can_be_told_of(tmp_path: Path):
    place = tmp_path / os.fsdecode(b"\xff\x1b[31m\xe3\x80\xae\n")
    try:
        place.mkdir()
    except OSError:
        pytest.skip("the file system has no such names")
    for arguments in (["validate", place], ["validate", place / "no"], ["info", "--from", place], ["verify", "--sources", place / "no"]):
        printed = run(*arguments)
        printed.encode()
        assert harmless(printed)
        assert "\\udcff" in printed
        assert printed.count("\n") == 1
    dxgov.export(sound(), place / "export")
    report = dxgov.validate(place / "export" / "csv")
    assert report.valid
    for text in (str(report), repr(report), json.dumps(report.to_dict(), ensure_ascii=False)):
        text.encode()
        assert harmless(text)
    assert json.loads(run("validate", "--json", place / "export" / "csv"))["valid"]
    for call in (dxgov.load, dxgov.validate, partial(dxgov.export, sound())):
        with pytest.raises((OSError, NotAPackageError)) as caught:
            call(place if call is not dxgov.load else place / "no")
        str(caught.value).encode()


def test_the_name_of_a_column_commands_nothing(sound_export: Path, tmp_path: Path):
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")
    edit_bytes(place, "themes", lambda content: content.replace(b"definition_en", ATTACK.encode(), 1))
    printed = run("validate", place)
    assert harmless(printed)
    assert "data/themes.csv a\\x1b]0;PWN\\x07" in printed
    assert [each for each in dxgov.validate(place) if each.field == ATTACK]
    written = run("validate", "--json", place)
    assert harmless(written)
    assert ATTACK in [each.get("field") for each in json.loads(written)["problems"]]


def test_the_name_of_a_member_of_a_zip_commands_nothing(sound_export: Path, tmp_path: Path):
    place = tmp_path / "csv.zip"
    shutil.copy(sound_export / "csv.zip", place)
    with zipfile.ZipFile(place, "a") as archive:
        archive.writestr(f"../{ATTACK}", b"")
    printed = run("validate", place)
    assert "[unsafe-path]" in printed
    assert harmless(printed)


@pytest.mark.parametrize(
    "arguments", [[ATTACK], ["show", ATTACK], ["info", f"--{ATTACK}"], ["show", "--lang", ATTACK, "x"], ["date", ATTACK]]
)
def test_an_argument_that_is_told_again_commands_nothing(arguments: list[str]):
    assert harmless(run(*arguments))
    assert run(*arguments)


@pytest.mark.parametrize("title", ["\x1b]0;PWN\x07", "a\x9b31m", "\x7f", "\u3000"])
def test_a_title_that_commands_is_a_fault_of_the_descriptor(sound_export: Path, tmp_path: Path, title: str):
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")
    edit_descriptor(place, lambda found: found.update(title=title))
    (problem,) = dxgov.validate(place)
    assert (problem.code, problem.field, problem.file) == (ProblemCode.BAD_TEXT, "title", "datapackage.json")
    assert harmless(run("info", "--from", place))
    with pytest.raises(ValueError, match="title: "):
        Metadata(title=title)
