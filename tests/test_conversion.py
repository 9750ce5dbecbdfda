"""Records take values in the forms that people have, and refuse what is none where they are made."""

import re
from datetime import date, datetime
from typing import Annotated, Any

import attrs
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import Citation, Code, DataError, Record, Scope, When, dates
from dxgov.marks import Key, Label
from dxgov.testing import edtf
from soundness import sound

RECORDS = {type(record): record for record in sound()}
"""A record of every class."""

FIELDS = [(record, field.name) for record in RECORDS for field in attrs.fields(record)]


def table_field(record: type[Record], name: str) -> Any:
    return next(field for field in dxgov.Dataset.model().table_of(record).fields if field.name == name)


def change(record: type[Record], name: str, value: object) -> Record:
    """Return the record of a class with another value in a field."""
    return attrs.evolve(RECORDS[record], **{name: value})


def refusal(record: type[Record], name: str, value: object) -> dxgov.Problem:
    """Return the problem for which the class refuses the value."""
    with pytest.raises(DataError, match=f"^this is no {record.__name__}: 1 problem") as raised:
        change(record, name, value)
    (problem,) = raised.value.problems
    assert problem.id == (None if name == "id" and value is None else str(value) if name == "id" else RECORDS[record].id)
    return problem


def test_the_records_have_every_class():
    assert {*RECORDS} == {table.record for table in dxgov.Dataset.model().tables.values()}


@pytest.mark.parametrize(("record", "name"), FIELDS, ids=lambda value: value if isinstance(value, str) else value.__name__)
def test_a_field_takes_other_forms_and_refuses_what_is_none(record, name):
    field = table_field(record, name)
    column = field.columns[0]
    # Codes: their texts, and their labels.
    for code in column.codes if field.value is None else ():
        expected = change(record, name, (code,) if column.many else code)
        for text in (str(code), code.label):
            changed = change(record, name, [text] if column.many else text)
            assert changed == expected
            assert repr(changed) == repr(expected)
            assert hash(changed) == hash(expected)
    # Many values: a list, but no text, whose characters it would take.
    if column.many and field.value is None:
        values = getattr(RECORDS[record], name)
        assert getattr(change(record, name, [*values]), name) == values
        assert refusal(record, name, "jp").message.startswith("found 'jp', expected a list or a tuple, each member ")
        for sequence in (tuple, list):
            problem = refusal(record, name, sequence([*values, 1.5]))
            assert (problem.field, problem.code, problem.value) == (f"{name}[{len(values)}]", "wrong-type", "1.5")
    # Dates: days, EDTF, and years.
    if field.value is When:
        for value in (date(2021, 6, 1), "2021-06", "../2021-06-30", 2021):
            assert getattr(change(record, name, value), name) == When.from_value(value)
        assert "dxgov.dates.read reads Japanese dates" in refusal(record, name, "令和3年6月").message
        assert "expected a When, a date without a time" in refusal(record, name, datetime(2021, 6, 1)).message  # noqa: DTZ001
    # Values of no field, and none at all.
    problem = refusal(record, name, 1.5)
    assert (problem.field, problem.code, problem.value) == (name, "wrong-type", "1.5")
    assert problem.message.startswith("found 1.5, expected ")
    if field.optional:
        assert getattr(change(record, name, None), name) is None
    else:
        problem = refusal(record, name, None)
        assert (problem.field, problem.code) == (name, "wrong-type" if column.many and field.value is None else "missing-value")
        assert problem.message.startswith("found nothing, expected ")


def test_a_text_that_is_no_code_is_answered_with_the_codes():
    problem = refusal(dxgov.Ask, "strength", "urg")
    assert (problem.code, problem.value) == ("unknown-code", "urg")
    assert problem.message == "found 'urg', expected one of act, urge, consider, aim; did you mean 'urge'?"
    assert refusal(dxgov.Ask, "strength", True).message == "found True, expected one of act, urge, consider, aim"
    assert refusal(dxgov.Ask, "strength", Scope.BY).message.startswith("found 'by', expected one of act")


def test_all_faults_of_a_record_are_told_at_once_where_it_is_made():
    with pytest.raises(DataError) as raised:
        dxgov.Theme(id="x", label=7, label_en=None, definition=b"x", definition_en="x", alt_labels=["x", 5], citation="src-x", damage="x")
    told = {problem.field: problem.message for problem in raised.value.problems}
    damages = ", ".join(dxgov.Damage)
    assert told == {
        "label": "found 7, expected a text",
        "label_en": "found nothing, expected a text",
        "definition": "found b'x', expected a text",
        "alt_labels[1]": "found 5, expected a text",
        "citation": "found 'src-x', expected a Citation",
        "damage": f"found 'x', expected a list or a tuple, each member one of {damages}",
    }
    assert {problem.id for problem in raised.value.problems} == {"x"}


def test_values_of_records_convert_theirs():
    assert repr(When("6月までに", "../2024-06", "by", "stated")) == repr(When("6月までに", "../2024-06", Scope.BY))
    assert When("6月までに", "../2024-06", "期限").scope is Scope.BY
    for make, said in (
        (lambda: When("6月", "2024-06", "roughly"), "scope: found 'roughly', expected one of exact, within, throughout, by, from"),
        (lambda: When(6, None, "by"), "text: found 6, expected a text"),
        (lambda: Citation("src-x", 6), "place: found 6, expected a text"),
        (lambda: Citation("src-x", "6", True, 1), "first_line: found True, expected a whole number"),
    ):
        with pytest.raises(DataError, match=re.escape(said)):
            make()


@given(st.dates())
def test_a_day_becomes_the_date_of_that_day(day):
    when = When.from_value(day)
    assert when == When.from_value(day.isoformat()) == When(day.isoformat(), day.isoformat(), Scope.EXACT)
    assert (when.start, when.end) == (day, day)


@given(st.integers(1, 9999))
def test_a_year_becomes_the_date_somewhere_in_it(year):
    assert When.from_value(year) == When(f"{year:04}", f"{year:04}", Scope.WITHIN)


@given(edtf())
def test_edtf_becomes_a_date_that_claims_no_more_than_it_says(text):
    when = When.from_value(text)
    assert (when.text, when.edtf, when.start, when.end) == (text, text, *dates.bounds(text))
    assert (when.scope is Scope.BY) == (when.start is None)
    assert (when.scope is Scope.FROM) == (when.end is None)
    assert (when.scope is Scope.EXACT) == (when.start == when.end)
    assert when.scope in (Scope.BY, Scope.FROM, Scope.EXACT, Scope.WITHIN)
    assert When.from_value(when) is when


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2021-02-30", "2021-02 has no day 30"),
        ("", "expected a date such as 2024-04-22"),
        (0, "years run from 0001 to 9999"),
        (-5, "expected a date such as 2024-04-22"),
        (10_000, "expected a date such as 2024-04-22"),
        (True, "found True, expected a When, a date without a time, an EDTF text such as 2024-06, or a year"),
        (None, "found None, expected a When"),
        ("\ud83d", "found '\\ud83d', expected an EDTF text"),
    ],
)
def test_what_is_no_date_is_refused(value, said):
    with pytest.raises((TypeError, ValueError), match=re.escape(said)):
        When.from_value(value)


class Colour(Code):
    """A colour, of which two have one label, and one has the text of another as its label."""

    BLUE = "blue", "青", "Blue.", "青。"
    GREEN = "green", "青", "Green, which is called the same.", "青。"
    BLACK = "black", "黒", "Black.", "黒。"
    DARK = "黒", "暗", "Dark.", "暗。"


@frozen(kw_only=True)
class Painting(Record):
    """A record class of a user's, decorated as attrs has it."""

    id: Annotated[str, Key("pnt-"), Label("ID", "ID。")]
    """Identifies it."""

    colours: Annotated[tuple[Colour, ...], Label("色", "色。")] = ()
    """Its colours."""

    painted: Annotated[When | None, Label("日", "日。")] = None
    """When it was painted."""

    pages: Annotated[int, Label("数", "数。")] = attrs.field(default="1", converter=int)
    """How many; the class converts them itself."""


def test_a_class_of_a_users_converts_too():
    painting = Painting(id="pnt-1", colours=["blue", "黒", "暗"], painted=1889, pages="5", citation=Citation("src-x"))
    assert painting.colours == (Colour.BLUE, Colour.DARK, Colour.DARK)
    assert {*map(type, painting.colours)} == {Colour}
    assert (painting.painted, painting.pages) == (When.from_value("1889"), 5)
    with pytest.raises(DataError, match="found '青', expected one of blue, green, black, 黒"):
        attrs.evolve(painting, colours=["青"])


def test_records_from_columns_are_not_converted(ds, monkeypatch):
    monkeypatch.setattr("dxgov.conversion._list_types", None)
    assert len([*ds.themes]) == len(ds.themes)
    with pytest.raises(TypeError):
        attrs.evolve(ds.themes[0])
