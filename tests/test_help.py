"""`help` and notebooks show the fields of a record class with types and meanings, and without marks."""

import inspect
import pydoc
import re
import subprocess
import sys

import attrs
import pytest

import dxgov
from dxgov.sentences import parse_sentences, read_docstring

CLASSES = [dxgov.Record, dxgov.When, dxgov.Citation, *(table.record for table in dxgov.Dataset.model().tables.values())]
MARKS = re.compile(r"Annotated|Label\(|Pattern\(|Ref\(|Term\(|Printed\(")


@pytest.mark.parametrize("owner", CLASSES, ids=lambda owner: owner.__name__)
def test_help_shows_each_field_with_its_type_and_meaning(owner):
    page = pydoc.plain(pydoc.render_doc(owner))
    shown = [line.removeprefix(" |").strip() for line in page.splitlines()]
    fields = shown[shown.index("Fields:") + 1 : shown.index("Methods defined here:")]
    assert shown.index("Fields:") > shown.index(read_docstring(owner).splitlines()[0])
    for field in attrs.fields(owner):
        (position,) = (number for number, line in enumerate(fields) if re.match(rf"{field.name}: \S", line))
        assert fields[position + 1] == parse_sentences(owner)[field.name]
    assert not [line for line in shown if MARKS.search(line) and not line.startswith(("__annotations__", "__attrs_attrs__"))]


def test_help_names_types_and_defaults():
    lines = inspect.getdoc(dxgov.Ask).splitlines()
    assert lines.count("Fields:") == 1
    for line in (
        "    id: str",
        "    kinds: tuple[AskKind, ...]",
        "    relayed_by_id: str | None = None",
        "    response: AskResponse = AskResponse.UNKNOWN",
        "    citation: Citation",
        "    damage: tuple[Damage, ...] = ()",
    ):
        assert line in lines
    assert "    start: date | None" in inspect.getdoc(dxgov.When).splitlines()
    names = [line.partition(":")[0].strip() for line in lines[lines.index("Fields:") + 1 :: 2]]
    assert names[0] == "id"
    assert names[-6:] == ["citation", "note", "note_en", "damage", "review", "drafted_with"]


@pytest.mark.parametrize("owner", CLASSES, ids=lambda owner: owner.__name__)
def test_the_signature_has_types_alone_and_the_model_keeps_the_marks(owner):
    signature = inspect.signature(owner)
    assert not MARKS.search(str(signature))
    assert [*signature.parameters] == [field.name for field in attrs.fields(owner) if field.init]
    assert any("Annotated" in str(field.type) for field in attrs.fields(owner))


USERS = """
import inspect
from typing import Annotated
import dxgov
from attrs import frozen
from dxgov.marks import Key, Label

@frozen(kw_only=True)
class Painting(dxgov.Record):
    'A painting.'
    id: Annotated[str, Key("pnt-"), Label("ID", "識別子。")]
    'Identifies it.'
    names: Annotated[tuple[str, ...], Label("題", "題名。")] = ()
    'Its names.'

print(inspect.getdoc(Painting).partition("    citation")[0])
"""


@pytest.mark.parametrize("option", ["-B", "-OO"])
@pytest.mark.parametrize("has_source", [True, False])
def test_a_class_of_a_users_is_shown_too_without_its_source_and_without_docstrings(option, has_source, tmp_path):
    path = tmp_path / "painting.py"
    path.write_text(USERS, encoding="utf-8")
    arguments = [str(path)] if has_source else ["-c", USERS]
    page = subprocess.run([sys.executable, option, *arguments], capture_output=True, text=True, check=True, encoding="utf-8").stdout
    title = [] if option == "-OO" else ["A painting.", ""]
    meanings = [["        Identifies it."], ["        Its names."]] if has_source else [[], []]
    expected = [*title, "Fields:", "    id: str", *meanings[0], "    names: tuple[str, ...] = ()", *meanings[1]]
    assert page.rstrip().splitlines() == expected


def test_a_docstring_as_written_takes_no_source():
    parse_sentences.cache_clear()
    for owner in CLASSES:
        assert "Fields:" not in read_docstring(owner)
    assert not parse_sentences.cache_info().misses
