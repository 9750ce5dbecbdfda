"""Messages in English and Japanese."""

import ast
import copy
import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import attrs
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import DataError, Problem, ProblemCode
from dxgov.cli import main
from dxgov.errors import describe_difference, short_repr
from dxgov.languages import Message, join_texts

SOURCE = Path(dxgov.__file__).parent


def iter_templates() -> Iterator[tuple[str, str, str]]:
    """Yield the place and both templates of each message in the code."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            is_partial = node.func.id == "partial" and isinstance(node.args[0], ast.Name) and node.args[0].id == "Message"
            arguments = node.args[1:] if is_partial else node.args if node.func.id == "Message" else []
            if len(arguments) == 2 and all(isinstance(argument, ast.Constant) for argument in arguments):
                en, ja = (argument.value for argument in arguments)
                yield f"{path.relative_to(SOURCE).as_posix()}:{node.lineno}", en, ja


TEMPLATES = list(iter_templates())


def list_fields(template: str) -> list[tuple[str, str | None, str | None]]:
    """Return the parts of a template, with format and conversion."""
    return sorted({(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(template) if name is not None})


@pytest.mark.parametrize(("en", "ja"), [pytest.param(en, ja, id=place) for place, en, ja in TEMPLATES])
def test_both_templates_of_a_message_have_the_same_parts_and_no_english_is_left(en: str, ja: str) -> None:
    assert list_fields(en) == list_fields(ja) or (en, ja) == ("{en}", "{ja}") or (en, ja) == ("a {name}", "{name}")
    literals = re.sub(r"""\{[^}]*\}|'[^']*'|"[^"]*"|`[^`]*`|gsub\(.*\)""", "", ja)
    assert not re.search(r"\b[a-z]+ [a-z]+\b", literals), ja


def test_the_messages_of_the_code_are_found() -> None:
    assert len(TEMPLATES) > 150


@given(st.text(), st.text())
def test_a_message_is_its_english_text_and_keeps_its_japanese_one(value: str, expected: str) -> None:
    message = describe_difference(value, Message("a {noun}", "{noun}の値", noun=expected))
    english = f"found {short_repr(value)}, expected a {expected}"
    assert message == english
    assert hash(message) == hash(english)
    assert json.dumps(message) == json.dumps(english)
    assert message.ja.endswith(f"期待する値は{expected}の値。")
    for twin in (pickle.loads(pickle.dumps(message)), copy.deepcopy(message), str(ValueError(message))):  # noqa: S301 - its own
        assert (twin, twin.ja) == (message, message.ja)


def test_texts_are_joined_in_each_language() -> None:
    joined = join_texts(["a", Message("nothing", "なし")], " and ", "と")
    assert (joined, joined.ja) == ("a and nothing", "aとなし")


def test_a_record_that_is_refused_is_explained_in_japanese() -> None:
    with pytest.raises(DataError) as error:
        attrs.evolve(next(iter(dxgov.load().themes)), label=1)
    lines = error.value.describe("ja").splitlines()
    assert lines[0].startswith("Themeにならない：誤り")
    assert any("label：値は1。期待する値は文字列。 [wrong-type]" in line for line in lines)
    assert error.value.describe("en") == str(error.value)


def test_a_message_without_japanese_stays_english_as_a_whole() -> None:
    problem = Problem(ProblemCode.WRONG_TYPE, "found 1, expected a day", "acts", 3, "held")
    assert problem.describe("ja") == "actsの3行目、held：found 1, expected a day [wrong-type]"
    assert problem.describe("en") == str(problem)


@pytest.mark.parametrize("choice", [{"DXGOV_LANG": "ja"}, {"DXGOV_LANG": "", "LC_ALL": "ja_JP.UTF-8"}])
def test_the_command_line_reports_problems_in_its_language(tmp_path: Path, choice: dict[str, str]) -> None:
    dxgov.export(dxgov.load(), tmp_path, formats=["csv"])
    table = tmp_path / "csv" / "data" / "asks.csv"
    table.write_bytes(table.read_bytes().replace(b",urge,", b",urgent,", 1))
    result = CliRunner().invoke(main, ["validate", str(tmp_path / "csv")], env=choice)
    lines = result.output.splitlines()
    assert result.exit_code == 1
    assert "：記録570件、誤り" in lines[0]
    assert any(line.startswith("data/asks.csvの5行目、strength：'urgent'は") and "'urge'の誤りではないか。" in line for line in lines)
    english = CliRunner().invoke(main, ["--lang", "en", "validate", str(tmp_path / "csv")], env=choice)
    assert english.output == f"{dxgov.validate(tmp_path / 'csv')}\n"
