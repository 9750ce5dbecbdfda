"""Each rule of a record class with rows that just keep it and rows that just break it, in the words that users read."""

from datetime import date
from typing import Annotated, Any

import pyarrow as pa
import pytest
from attrs import evolve, frozen

import dxgov
from dxgov import Actor, ActorKind, Citation, Collection, Completeness, Metadata, Record, Records, Scope, Source, SourceKind, When
from dxgov.codes import Code
from dxgov.marks import (
    CheckDigit,
    Differs,
    Key,
    Label,
    Minimum,
    NotBefore,
    NotBeforeOf,
    Pattern,
    PatternWhere,
    Ref,
    RequiredUnless,
    Through,
    Together,
    UniqueWithin,
)
from dxgov.schema import model_of
from dxgov.tables.columns import arrow_schema
from dxgov.values import Id


class Size(Code):
    """The size of a box."""

    SMALL = "small", "小", "Fits into a hand."
    LARGE = "large", "大", "Needs two hands."


def double_last(text: str) -> str:
    """Return the text with its last digit as a copy of the one before it."""
    return text[:-1] + text[-2]


@frozen(kw_only=True)
class Box(Record):
    """A box, maybe inside of another one."""

    id: Annotated[Id, Key("box-"), Label("箱ID")]
    """Identifies the box."""

    size: Annotated[Size, Label("大きさ")]
    """How large it is."""

    box_id: Annotated[Id | None, Ref("Box"), Label("外の箱")] = None
    """The box around it."""

    made: Annotated[When | None, Label("製造日")] = None
    """When it was made."""


@frozen(kw_only=True)
class Shelf(Record):
    """A shelf of a box."""

    id: Annotated[Id, Key("shelf-"), Label("棚ID")]
    """Identifies the shelf."""

    box_id: Annotated[Id, Ref("Box", part_of=True), Label("箱")]
    """The box that it is a part of."""


@frozen(kw_only=True)
class Thing(Record):
    """A thing with a field for each rule."""

    id: Annotated[Id, Key("thing-"), Label("物ID")]
    """Identifies the thing."""

    box_id: Annotated[Id, Ref("Box", part_of=True), Label("箱")]
    """The box that it lies in."""

    shelf_id: Annotated[Id | None, Ref("Shelf", part_of=True), Label("棚")] = None
    """The shelf of that box."""

    number: Annotated[int | None, Minimum(2), UniqueWithin(("box_id",)), Label("番号")] = None
    """Its number in the box."""

    first: Annotated[int | None, Label("始")] = None
    """Its first line."""

    last: Annotated[int | None, NotBefore("first"), Label("終")] = None
    """Its last line."""

    code: Annotated[
        str | None,
        Pattern("[0-9]{3}", "three digits"),
        CheckDigit(double_last, "the rule of doubles"),
        PatternWhere("size", ("small",), Pattern("[0-4].*", "a first digit up to 4")),
        Label("符号"),
    ] = None
    """Its code."""

    size: Annotated[Size | None, Label("大きさ")] = None
    """How large it is."""

    sizes: Annotated[tuple[Size, ...], Label("大きさ")] = ()
    """All its sizes."""

    words: Annotated[str | None, Label("語")] = None
    """What is written on it."""

    names: Annotated[tuple[str, ...], Label("名")]
    """Its names."""

    owner: Annotated[str | None, Label("持ち主")] = None
    """Whose it is."""

    owner_en: Annotated[str | None, Together("owner"), Label("持ち主（英語）")] = None
    """The same in English."""

    owner_basis: Annotated[str | None, Together("owner"), Label("根拠")] = None
    """Where that is said."""

    price: Annotated[int | None, Label("値")] = None
    """What it costs."""

    currency: Annotated[str | None, Together("price"), Label("通貨")] = None
    """In which money."""

    reason: Annotated[str | None, RequiredUnless("size", "small"), Label("理由")] = None
    """Why it is here."""

    other_id: Annotated[Id | None, Ref("Box", kinds=(Size.LARGE,)), Differs("box_id"), Label("他の箱")] = None
    """Another box, which must be large."""

    about_id: Annotated[Id | None, Ref(), Label("対象")] = None
    """A record of any table."""

    packed: Annotated[When | None, NotBeforeOf("box_id", "made", through="box_id"), Label("梱包日")] = None
    """When it was packed, not before the boxes around it were made."""

    near_ids: Annotated[tuple[Id, ...], Ref("Thing"), Through("thing_neighbours"), Label("隣")] = ()
    """The things beside it."""

    maker_ids: Annotated[tuple[Id, ...], Ref("Box", kinds=(Size.SMALL,)), Through("thing_boxes", "maker"), Label("製造")]
    """The small boxes that it was made in."""

    lender_ids: Annotated[tuple[Id, ...], Ref("Box"), Through("thing_boxes", "lender"), Label("貸与")] = ()
    """The boxes that it was lent from."""


class Store(Collection):
    """A small set with a field for each rule."""

    sources: Annotated[Records[Source], Label("資料")]
    actors: Annotated[Records[Actor], Label("主体")]
    boxes: Annotated[Records[Box], Label("箱")]
    shelves: Annotated[Records[Shelf], Label("棚")]
    things: Annotated[Records[Thing], Label("物")]


MODEL = model_of(Store)
ROW: dict[str, Any] = {"id": "thing-1", "box_id": "box-1", "names": ["物"], "size": "small", "citation_source_id": "src-1"}


def find_row_problems(*rows: dict[str, Any], table: str = "things") -> list[str]:
    """Return the problems of rows of a table, of which each is like `ROW` but for some cells."""
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(MODEL.stored[table].stored)])
    whole = pa.Table.from_pylist([{**ROW, **row} for row in rows], schema=schema)
    return list(map(str, dxgov.row_problems(whole, table, Store)))


NONE: list[str] = []


@pytest.mark.parametrize(
    ("row", "problems"),
    [
        ({}, NONE),
        ({"number": 2}, NONE),
        ({"number": 1}, ["things:1 number: found 1, expected 2 or more [too-small]"]),
        ({"names": []}, ["things:1 names: found nothing, expected a value [missing-value]"]),
        ({"names": None}, ["things:1 names: found nothing, expected a value [missing-value]"]),
        ({"box_id": None}, ["things:1 box_id: found nothing, expected a value [missing-value]"]),
        ({"id": "thing-" + 194 * "x"}, NONE),
        (
            {"id": "thing-" + 195 * "x"},
            [f"things:1 id: found 'thing-{194 * 'x'}'…, expected at most 200 characters [too-large]"],
        ),
        ({"sizes": ["small", "large"]}, NONE),
        ({"sizes": ["small", "large", "small"]}, ["things:1 sizes: 'small' stands in the list twice [repeated-code]"]),
        (
            {"sizes": ["large", "large", "small", "small", "small"]},
            [
                "things:1 sizes: 'large' stands in the list twice [repeated-code]",
                "things:1 sizes: 'small' stands in the list twice [repeated-code]",
            ],
        ),
        ({"first": 3, "last": 3}, NONE),
        ({"first": 3}, NONE),
        ({"last": 3}, NONE),
        ({"first": 4, "last": 3}, ["things:1 last: found 3, expected not less than 4 in first [wrong-order]"]),
        ({"code": "122"}, NONE),
        ({"code": "12"}, ["things:1 code: found '12', expected three digits [pattern]"]),
        ({"code": "1222"}, ["things:1 code: found '1222', expected three digits [pattern]"]),
        ({"code": "123"}, ["things:1 code: '123' has a wrong check digit; the rule of doubles gives '122' [check-digit]"]),
        ({"code": "522"}, ["things:1 code: found '522', expected a first digit up to 4 because size is 'small' [pattern]"]),
        ({"code": "523"}, ["things:1 code: '523' has a wrong check digit; the rule of doubles gives '522' [check-digit]"]),
        ({"code": "522", "size": "large", "reason": "r"}, NONE),
        ({"code": "522", "size": None}, NONE),
        ({"owner": "o", "owner_en": "e", "owner_basis": "b"}, NONE),
        ({"owner": "o"}, ["things:1 owner: found 'o', expected nothing because owner_en and owner_basis are empty [unexpected-value]"]),
        (
            {"owner_en": "e", "owner_basis": "b"},
            ["things:1 owner: found nothing, expected a value because owner_en and owner_basis have one [missing-value]"],
        ),
        (
            {"owner": "o", "owner_en": "e"},
            ["things:1 owner_basis: found nothing, expected a value because owner has one [missing-value]"],
        ),
        (
            {"owner": "o", "owner_basis": "b"},
            ["things:1 owner_en: found nothing, expected a value because owner has one [missing-value]"],
        ),
        ({"owner_en": "e"}, ["things:1 owner_en: found 'e', expected nothing because owner is empty [unexpected-value]"]),
        ({"owner_basis": "b"}, ["things:1 owner_basis: found 'b', expected nothing because owner is empty [unexpected-value]"]),
        ({"price": 1, "currency": "c"}, NONE),
        ({"price": 1}, ["things:1 currency: found nothing, expected a value because price has one [missing-value]"]),
        ({"currency": "c"}, ["things:1 currency: found 'c', expected nothing because price is empty [unexpected-value]"]),
        ({"size": "large"}, ["things:1 reason: found nothing, expected a value because size is not 'small' [missing-value]"]),
        ({"size": "large", "reason": "r"}, NONE),
        ({"size": None}, NONE),
        ({"size": "small", "reason": "r"}, NONE),
        ({"other_id": "box-2"}, NONE),
        ({"other_id": "box-1"}, ["things:1 other_id: found 'box-1', which box_id is too; the two must differ [same-value]"]),
        ({"words": "a\tb\nc\rd 〜￥é\U0001f600"}, NONE),
        (
            {"words": "\u3000"},
            ["things:1 words: found '\\u3000', which is nothing but white space; what is missing is left out [bad-text]"],
        ),
        ({"words": ""}, ["things:1 words: found an empty text; what is missing is left out [bad-text]"]),
        ({"names": ["a", "", "b"]}, ["things:1 names: found an empty text; what is missing is left out [bad-text]"]),
        *(
            ({"words": f"a{sign}b"}, [f"things:1 words: {f'a{sign}b'!r} holds a control character [bad-text]"])
            for sign in ("\x00", "\x08", "\x0b", "\x0c", "\x0e", "\x1f", "\x7f", "\x80", "\x85", "\x9f", "\ufffe", "\uffff")
        ),
        *(({"words": f"a{sign}b"}, NONE) for sign in (" ", "~", "\xa1", "\ufffd", "\uffe5", "\u0100")),
        ({"code": "\x00"}, ["things:1 code: '\\x00' holds a control character [bad-text]"]),
        ({"code": "\u3000"}, ["things:1 code: found '\\u3000', which is nothing but white space; what is missing is left out [bad-text]"]),
        ({"code": ""}, ["things:1 code: found an empty text; what is missing is left out [bad-text]"]),
    ],
    ids=str,
)
def test_a_row_is_judged_by_the_rules_of_its_table(row: dict[str, Any], problems: list[str]):
    assert find_row_problems(row) == problems
    # Neither sound rows beside it nor their number change what is said.
    assert find_row_problems({}, {"id": "thing-2"}, row) == [problem.replace("things:1", "things:3") for problem in problems]


WHEN = {"packed_text": "4月22日", "packed_edtf": "2024-04-22", "packed_scope": "exact", "packed_basis": "stated"}
DAYS = {"packed_start": date(2024, 4, 22), "packed_end": date(2024, 4, 22)}
MISSING_PART = "found nothing, expected a value because other columns of packed have one [missing-value]"
FROM_EDTF, FROM_NONE = "from packed_edtf '2024-04-22' [contradiction]", "from an empty packed_edtf [contradiction]"
CITED = {"citation_first_line": 3, "citation_last_line": 4, "citation_sha256": 64 * "0"}


@pytest.mark.parametrize(
    ("row", "problems"),
    [
        ({**WHEN, **DAYS}, NONE),
        (
            WHEN,
            [f"packed_edtf: found nothing in packed_start and nothing in packed_end, expected 2024-04-22 and 2024-04-22 {FROM_EDTF}"],
        ),
        ({**WHEN, "packed_edtf": "2024-04-31", **DAYS}, ["packed_edtf: EDTF '2024-04-31': 2024-04 has no day 31 [invalid-value]"]),
        (
            {**WHEN, **DAYS, "packed_end": date(2024, 4, 23)},
            [f"packed_end: found 2024-04-23, expected 2024-04-22 {FROM_EDTF}"],
        ),
        (
            {**WHEN, **DAYS, "packed_start": None},
            [f"packed_start: found nothing, expected 2024-04-22 {FROM_EDTF}"],
        ),
        ({**WHEN, "packed_edtf": None}, NONE),
        (
            {**WHEN, "packed_edtf": None, **DAYS},
            [f"packed_edtf: found 2024-04-22 in packed_start and 2024-04-22 in packed_end, expected nothing and nothing {FROM_NONE}"],
        ),
        (
            {**WHEN, "packed_edtf": None, "packed_end": date(2024, 4, 22)},
            [f"packed_end: found 2024-04-22, expected nothing {FROM_NONE}"],
        ),
        ({**WHEN, **DAYS, "packed_scope": None}, [f"packed_scope: {MISSING_PART}"]),
        ({**WHEN, **DAYS, "packed_text": None}, [f"packed_text: {MISSING_PART}"]),
        ({**WHEN, **DAYS, "packed_text": None, "packed_scope": None}, [f"packed_text: {MISSING_PART}", f"packed_scope: {MISSING_PART}"]),
        (DAYS, [f"packed_{part}: {MISSING_PART}" for part in ("text", "scope", "basis")]),
        ({"packed_start": date(2024, 4, 22)}, [f"packed_{part}: {MISSING_PART}" for part in ("text", "scope", "basis")]),
        ({**WHEN, **DAYS, "packed_text": "\x00"}, [r"packed_text: '\x00' holds a control character [bad-text]"]),
        ({**WHEN, "packed_text": "\x00"}, [r"packed_text: '\x00' holds a control character [bad-text]"]),
        ({**WHEN, "packed_text": "\x00", "packed_edtf": "2024-04-31"}, [r"packed_text: '\x00' holds a control character [bad-text]"]),
        (
            {**WHEN, "packed_text": 600 * "x", "packed_edtf": "2024-04-31"},
            ["packed_edtf: EDTF '2024-04-31': 2024-04 has no day 31 [invalid-value]"],
        ),
        ({**WHEN, "packed_text": 600 * "x", **DAYS}, NONE),
        (CITED, NONE),
        ({**CITED, "citation_last_line": 3}, NONE),
        (
            {**CITED, "citation_last_line": 2},
            ["citation_last_line: found 2, expected not less than 3 in citation_first_line [wrong-order]"],
        ),
        (
            {**CITED, "citation_sha256": None},
            ["citation_sha256: found nothing, expected a value because citation_first_line has one [missing-value]"],
        ),
        (
            {**CITED, "citation_first_line": None},
            [
                (
                    "citation_first_line: found nothing, expected a value because"
                    " citation_last_line and citation_sha256 have one [missing-value]"
                )
            ],
        ),
        ({**CITED, "citation_sha256": "xyz"}, ["citation_sha256: found 'xyz', expected 64 hexadecimal digits in lower case [pattern]"]),
    ],
    ids=str,
)
def test_the_parts_of_a_value_are_judged_together(row: dict[str, Any], problems: list[str]):
    assert find_row_problems(row) == [f"things:1 {problem}" for problem in problems]
    assert find_row_problems({}, WHEN | DAYS, row) == [f"things:3 {problem}" for problem in problems]


@pytest.mark.parametrize(
    ("row", "problems"),
    [
        ({"thing_id": "thing-1", "position": 1, "near_id": "thing-2"}, NONE),
        ({"thing_id": "thing-1", "position": 1, "near_id": "thing-1"}, ["near_id: 'thing-1' refers to itself [reference-cycle]"]),
        (
            {"thing_id": None, "position": 1, "near_id": None},
            [f"{name}: found nothing, expected a value [missing-value]" for name in ("thing_id", "near_id")],
        ),
        ({"thing_id": "thing-1", "position": 0, "near_id": "thing-2"}, ["position: found 0, expected 1 or more [too-small]"]),
    ],
    ids=str,
)
def test_a_link_is_judged_by_itself(row: dict[str, Any], problems: list[str]):
    assert find_row_problems(row, table="thing_neighbours") == [f"thing_neighbours:1 {problem}" for problem in problems]


def when(edtf: str) -> When:
    return When("x", edtf, Scope.WITHIN)


ID_FORM = "lower-case letters and digits, joined by single dots or hyphens"
CITATION = Citation("src-1")
RECORDS: dict[str, Record] = {
    record.id: record
    for record in (
        Source(
            id="src-1",
            kind=SourceKind.WEB_ARTICLE,
            title="資料",
            title_en="Source",
            publisher_id="maker",
            published=when("2024"),
            language="ja",
            file_sha256=64 * "0",
            completeness=Completeness.COMPLETE,
            citation=CITATION,
        ),
        Actor(id="maker", kind=ActorKind.COMPANY, name="製造者", name_en="Maker", citation=CITATION),
        Box(id="box-1", size=Size.LARGE, made=when("2024-05"), citation=CITATION),
        Box(id="box-2", size=Size.SMALL, box_id="box-1", made=when("2024-03"), citation=CITATION),
        Box(id="box-3", size=Size.SMALL, box_id="box-2", citation=CITATION),
        Shelf(id="shelf-1", box_id="box-1", citation=CITATION),
        Shelf(id="shelf-2", box_id="box-2", citation=CITATION),
        Thing(id="thing-1", box_id="box-1", names=("物",), maker_ids=("box-2",), citation=CITATION),
        Thing(id="thing-2", box_id="box-2", shelf_id="shelf-2", number=3, names=("物",), maker_ids=("box-2",), citation=CITATION),
        Thing(id="thing-3", box_id="box-2", number=4, names=("物",), maker_ids=("box-2", "box-3"), citation=CITATION),
    )
}


def find_problems(**changes: Any) -> list[str]:
    """Return the problems of a sound data set in which some records have other values: ``thing_1={"number": 3}``."""
    changed = {name.replace("_", "-"): values for name, values in changes.items()}
    records = [evolve(record, **changed.get(id, {})) for id, record in RECORDS.items()]
    return list(map(str, dxgov.validate(Store.of(records, Metadata(name="store")))))


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, NONE),
        ({"box_1": {"box_id": "box-3"}}, ["boxes:1 box_id: leads back to itself: box-1 → box-3 → box-2 → box-1 [reference-cycle]"]),
        ({"box_2": {"box_id": "box-3"}}, ["boxes:2 box_id: leads back to itself: box-2 → box-3 → box-2 [reference-cycle]"]),
        ({"box_3": {"box_id": "box-3"}}, ["boxes:3 box_id: leads back to itself: box-3 → box-3 [reference-cycle]"]),
        ({"box_1": {"box_id": "box-2"}, "box_2": {"box_id": None}}, NONE),
        ({"box_3": {"box_id": "box-9"}}, ["boxes:3 box_id: 'box-9' is not a box; did you mean 'box-3'? [unknown-reference]"]),
        (
            {"thing_3": {"id": "thing-2", "maker_ids": ("box-3",)}},
            [
                "things:3 id: 'thing-2' stands in row 2 already [duplicate-key]",
                "things:2 maker_ids: 1 stands in row 2 already, with the same thing_id and role [duplicate-number]",
            ],
        ),
        (
            {"thing_3": {"id": "box-1"}},
            [
                f"things:1 id: found 'box-1', expected 'thing-' and then {ID_FORM} [pattern]",
                "things:1 id: 'box-1' is the id of a record of boxes too [duplicate-key]",
            ],
        ),
        ({"thing_1": {"about_id": "src-1"}}, NONE),
        ({"thing_1": {"about_id": "thing-3"}}, NONE),
        ({"thing_1": {"about_id": "src-2"}}, ["things:1 about_id: 'src-2' is not a record; did you mean 'src-1'? [unknown-reference]"]),
        ({"thing_1": {"box_id": "thing-2"}}, ["things:1 box_id: 'thing-2' is not a box [unknown-reference]"]),
        ({"thing_1": {"other_id": "box-1", "box_id": "box-3"}}, NONE),
        ({"thing_1": {"other_id": "box-2"}}, ["things:1 other_id: 'box-2' is of the kind 'small', expected large [wrong-kind]"]),
        ({"thing_1": {"maker_ids": ("box-1",)}}, ["things:1 maker_ids: 'box-1' is of the kind 'large', expected small [wrong-kind]"]),
        ({"thing_1": {"lender_ids": ("box-1",)}}, NONE),
        ({"thing_1": {"maker_ids": ("box-3",), "lender_ids": ("box-3",)}}, NONE),
        (
            {"thing_1": {"lender_ids": ("box-1", "box-9")}},
            ["things:1 lender_ids: 'box-9' is not a box; did you mean 'box-3'? [unknown-reference]"],
        ),
        ({"thing_1": {"lender_ids": ("box-3", "box-3")}}, ["things:1 lender_ids: 'box-3' is referred to twice [duplicate-key]"]),
        ({"thing_1": {"near_ids": ("thing-2", "thing-3")}}, NONE),
        ({"thing_1": {"near_ids": ("thing-1",)}}, ["things:1 near_ids: 'thing-1' refers to itself [reference-cycle]"]),
        (
            {"thing_2": {"shelf_id": "shelf-1"}},
            ["things:2 box_id: found 'box-2', but shelf_id leads to a record of 'box-1' [parent-mismatch]"],
        ),
        (
            {"thing_2": {"shelf_id": "shelf-9"}},
            ["things:2 shelf_id: 'shelf-9' is not a shelf; did you mean 'shelf-2'? [unknown-reference]"],
        ),
        ({"thing_2": {"box_id": "box-9"}}, ["things:2 box_id: 'box-9' is not a box; did you mean 'box-3'? [unknown-reference]"]),
        ({"shelf_2": {"box_id": "box-9"}}, ["shelves:2 box_id: 'box-9' is not a box; did you mean 'box-3'? [unknown-reference]"]),
        ({"thing_2": {"number": 4}}, ["things:3 number: 4 stands in row 2 already, with the same box_id [duplicate-number]"]),
        (
            {"thing_2": {"number": 4}, "thing_1": {"number": 4}},
            ["things:3 number: 4 stands in row 2 already, with the same box_id [duplicate-number]"],
        ),
        ({"thing_1": {"number": 4}}, NONE),
        ({"thing_2": {"number": None}, "thing_3": {"number": None}}, NONE),
        ({"thing_1": {"packed": when("2024-05-01")}}, NONE),
        ({"thing_1": {"packed": when("2024-04/2024-05-01")}}, NONE),
        (
            {"thing_1": {"packed": when("2024-04-30")}},
            ["things:1 packed_edtf: found '2024-04-30', expected not before 2024-05-01, the first day of made of 'box-1' [wrong-order]"],
        ),
        ({"thing_1": {"packed": when("2024-04-30/..")}}, NONE),
        (
            {"thing_2": {"packed": when("2024-04-30")}},
            ["things:2 packed_edtf: found '2024-04-30', expected not before 2024-05-01, the first day of made of 'box-1' [wrong-order]"],
        ),
        (
            {"thing_2": {"packed": when("2024-02")}},
            ["things:2 packed_edtf: found '2024-02', expected not before 2024-03-01, the first day of made of 'box-2' [wrong-order]"],
        ),
        (
            {"thing_3": {"box_id": "box-3", "packed": when("2024-02")}},
            ["things:3 packed_edtf: found '2024-02', expected not before 2024-03-01, the first day of made of 'box-2' [wrong-order]"],
        ),
        ({"thing_3": {"box_id": "box-3", "packed": when("2024-03-01")}}, NONE),
        ({"box_1": {"made": when("../2024")}, "thing_1": {"packed": when("2024-04-30")}}, NONE),
        (
            {"thing_1": {"box_id": "box-9", "packed": when("2024-04-30")}},
            ["things:1 box_id: 'box-9' is not a box; did you mean 'box-3'? [unknown-reference]"],
        ),
    ],
    ids=str,
)
def test_records_are_judged_together(changes: dict[str, Any], problems: list[str]):
    assert find_problems(**changes) == problems
