"""What is shown commands no display and ends no program, whatever its texts and whatever the encoding of the output."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import attrs
import pyarrow.compute as pc
import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

import dxgov
from dxgov import Citation, DataError, Dataset, DestinationError, License, NotAPackageError, Problem, ProblemCode, UnknownNameError
from dxgov.arrow import text_array
from dxgov.charts import NAMES
from dxgov.cli import main
from dxgov.display import printable, printable_lines
from dxgov.marks import Follows, Ref
from dxgov.notebook import table_html
from dxgov.package.address import shown
from dxgov.schema import Kind
from soundness import LETTER, sound

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ATTACK = f"a\x1b]0;PWN\x07\x1b[31m\x7f\x85\x9b31m\x9d0;t\x9c{BIDI}\u2028\u2029b"
ENCODINGS = ["cp932", "latin-1", "ascii", "cp1252", "euc_jp", "utf-16", "utf-8"]
ANYTHING = st.text(st.characters())  # halves of surrogate pairs included


def commands_a_display(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in BIDI


def harmless(text: str) -> bool:
    """Whether a text of several lines holds nothing that a display obeys."""
    return not any(map(commands_a_display, text.replace("\n", "")))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dxgov.export(sound(), tmp_path_factory.mktemp("sound") / "export", zip=True)


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
    places = [shown(f"/x{text}"), shown(f"https://host/{text}"), shown(f"s3://{text}"), str(Citation("src", text))]
    lines = [str(problem), *places]
    errors = [NotAPackageError(text), DestinationError(text), UnknownNameError(text), DataError(text, [problem])]
    assert all("\n" not in line and harmless(line) for line in lines)
    for each in map(str, [*lines, *errors]):
        assert harmless(each)
        each.encode()
    assert len(str(DataError(text, [problem])).split("\n")) == 2


@given(ANYTHING)
@example(ATTACK)
def test_html_of_notebooks_commands_nothing(text):
    written = table_html(text, [text], [[text, text]])
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
def plain_lines(exported: Path) -> Callable[..., int]:
    """How many lines a command prints of the same data without them."""
    return lambda *command: run(*command, "--from", exported / "csv").count("\n")


@pytest.mark.parametrize("command", SHOWING, ids=" ".join)
def test_what_no_package_can_hold_is_not_shown_either(monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]):
    """A data set that nobody checked may hold anything."""
    monkeypatch.setattr(dxgov, "load", lambda _: hostile(ATTACK))
    assert harmless(run(*command))
