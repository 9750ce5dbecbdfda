"""Each rule of a record class with rows that just keep it and rows that just break it, in the words that users read."""

import hashlib
import shutil
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pytest
from attrs import evolve, frozen

import dxgov
from dxgov import Actor, ActorKind, Citation, Collection, Completeness, Limits, Metadata, Record, Records, Scope, Source, SourceKind, When
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
from dxgov.metadata import Contributor, Redirect
from dxgov.package.read import list_package
from dxgov.schema import model_of
from dxgov.tables.columns import arrow_schema
from dxgov.validation.key_store import PARTITIONS, KeyStore
from dxgov.validation.key_summary import KeyRelation, KeySummary, RelationKind
from dxgov.values import Id
from package_files import edit_csv, edit_descriptor


class Size(Code):
    """The size of a box."""

    SMALL = "small", "小", "Fits into a hand.", "小。"
    LARGE = "large", "大", "Needs two hands.", "大。"


def double_last(text: str) -> str:
    """Return the text with its last digit as a copy of the one before it."""
    return text[:-1] + text[-2]


@frozen(kw_only=True)
class Box(Record):
    """A box, maybe inside of another one."""

    id: Annotated[Id, Key("box-"), Label("箱ID", "箱ID。")]
    """Identifies the box."""

    size: Annotated[Size, Label("大きさ", "大きさ。")]
    """How large it is."""

    box_id: Annotated[Id | None, Ref("Box"), Label("外の箱", "外の箱。")] = None
    """The box around it."""

    made: Annotated[When | None, Label("製造日", "製造日。")] = None
    """When it was made."""


@frozen(kw_only=True)
class Shelf(Record):
    """A shelf of a box."""

    id: Annotated[Id, Key("shelf-"), Label("棚ID", "棚ID。")]
    """Identifies the shelf."""

    box_id: Annotated[Id, Ref("Box", part_of=True), Label("箱", "箱。")]
    """The box that it is a part of."""


@frozen(kw_only=True)
class Thing(Record):
    """A thing with a field for each rule."""

    id: Annotated[Id, Key("thing-"), Label("物ID", "物ID。")]
    """Identifies the thing."""

    box_id: Annotated[Id, Ref("Box", part_of=True), Label("箱", "箱。")]
    """The box that it lies in."""

    shelf_id: Annotated[Id | None, Ref("Shelf", part_of=True), Label("棚", "棚。")] = None
    """The shelf of that box."""

    number: Annotated[int | None, Minimum(2), UniqueWithin(("box_id",)), Label("番号", "番号。")] = None
    """Its number in the box."""

    first: Annotated[int | None, Label("始", "始。")] = None
    """Its first line."""

    last: Annotated[int | None, NotBefore("first"), Label("終", "終。")] = None
    """Its last line."""

    code: Annotated[
        str | None,
        Pattern("[0-9]{3}", "three digits", "定めた書式"),
        CheckDigit(double_last, "the rule of doubles"),
        PatternWhere("size", ("small",), Pattern("[0-4].*", "a first digit up to 4", "定めた書式")),
        Label("符号", "符号。"),
    ] = None
    """Its code."""

    size: Annotated[Size | None, Label("大きさ", "大きさ。")] = None
    """How large it is."""

    sizes: Annotated[tuple[Size, ...], Label("大きさ", "大きさ。")] = ()
    """All its sizes."""

    words: Annotated[str | None, Label("語", "語。")] = None
    """What is written on it."""

    names: Annotated[tuple[str, ...], Label("名", "名。")]
    """Its names."""

    owner: Annotated[str | None, Label("持ち主", "持ち主。")] = None
    """Whose it is."""

    owner_en: Annotated[str | None, Together("owner"), Label("持ち主（英語）", "持ち主（英語）。")] = None
    """The same in English."""

    owner_basis: Annotated[str | None, Together("owner"), Label("根拠", "根拠。")] = None
    """Where that is said."""

    price: Annotated[int | None, Label("値", "値。")] = None
    """What it costs."""

    currency: Annotated[str | None, Together("price"), Label("通貨", "通貨。")] = None
    """In which money."""

    reason: Annotated[str | None, RequiredUnless("size", "small"), Label("理由", "理由。")] = None
    """Why it is here."""

    other_id: Annotated[Id | None, Ref("Box", kinds=(Size.LARGE,)), Differs("box_id"), Label("他の箱", "他の箱。")] = None
    """Another box, which must be large."""

    about_id: Annotated[Id | None, Ref(), Label("対象", "対象。")] = None
    """A record of any table."""

    packed: Annotated[When | None, NotBeforeOf("box_id", "made", through="box_id"), Label("梱包日", "梱包日。")] = None
    """When it was packed, not before the boxes around it were made."""

    near_ids: Annotated[tuple[Id, ...], Ref("Thing"), Through("thing_neighbours"), Label("隣", "隣。")] = ()
    """The things beside it."""

    maker_ids: Annotated[tuple[Id, ...], Ref("Box", kinds=(Size.SMALL,)), Through("thing_boxes", "maker"), Label("製造", "製造。")]
    """The small boxes that it was made in."""

    lender_ids: Annotated[tuple[Id, ...], Ref("Box"), Through("thing_boxes", "lender"), Label("貸与", "貸与。")] = ()
    """The boxes that it was lent from."""


class Store(Collection):
    """A small set with a field for each rule."""

    sources: Annotated[Records[Source], Label("資料", "資料。")]
    actors: Annotated[Records[Actor], Label("主体", "主体。")]
    boxes: Annotated[Records[Box], Label("箱", "箱。")]
    shelves: Annotated[Records[Shelf], Label("棚", "棚。")]
    things: Annotated[Records[Thing], Label("物", "物。")]


MODEL = model_of(Store)
ROW: dict[str, Any] = {
    "id": "thing-1",
    "box_id": "box-1",
    "names": ["物"],
    "size": "small",
    "citation_source_id": "src-1",
    "review": "reviewed",
}


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
NO_SCOPE = "'sometimes' is not a code; expected one of exact, within, throughout, by, from [unknown-code]"
UNSEEN = "; ".join(
    f"{character}, which nobody sees"
    for character in ("U+200B ZERO WIDTH SPACE", "U+2066 LEFT-TO-RIGHT ISOLATE", "U+2800 BRAILLE PATTERN BLANK")
)
APART = "U+3099 COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK, which with 'ハ' before it is to be U+30D0 KATAKANA LETTER BA"
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
        ({"packed_edtf": "2024-04-22"}, [f"packed_{part}: {MISSING_PART}" for part in ("text", "scope", "basis")]),
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
    data = Store.of((evolve(record, **changed.get(id, {})) for id, record in RECORDS.items()), Metadata(name="store"))
    problems = dxgov.validate(data).problems
    # Keys that lie on disk, and rows that come one by one, give the same report.
    assert dxgov.validate(data, limits=Limits(memory=1, batch=1)).problems == problems
    return list(map(str, problems))


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
            {"shelf_2": {"id": "shelf-1"}, "thing_2": {"shelf_id": None}},
            ["shelves:2 id: 'shelf-1' stands in row 1 already [duplicate-key]"],
        ),
        (
            {"thing_3": {"id": "box-1"}},
            [
                f"things:1 id: found 'box-1', expected 'thing-' and then {ID_FORM} [pattern]",
                "things:1 id: 'box-1' is the id of a record of boxes too [duplicate-key]",
            ],
        ),
        (
            {"box_3": {"id": "box-2", "box_id": None}, "thing_3": {"maker_ids": ("box-2",)}},
            ["boxes:3 id: 'box-2' stands in row 2 already [duplicate-key]"],
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
        ({"thing_1": {"box_id": "box-2"}, "thing_2": {"number": None}}, NONE),
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


@pytest.mark.parametrize(
    ("row", "problems"),
    [
        ({"size": "huge"}, ["size: 'huge' is not a code; expected one of small, large [unknown-code]"]),
        ({"size": "huge", "code": "522"}, ["size: 'huge' is not a code; expected one of small, large [unknown-code]"]),
        ({"sizes": ["huge", "huge"]}, ["sizes: 'huge' is not a code; expected one of small, large [unknown-code]"]),
        (
            {"packed_scope": "sometimes", **DAYS},
            [f"packed_scope: {NO_SCOPE}", f"packed_text: {MISSING_PART}", f"packed_basis: {MISSING_PART}"],
        ),
        ({**WHEN, **DAYS, "packed_scope": "sometimes"}, [f"packed_scope: {NO_SCOPE}"]),
        ({**WHEN, "packed_scope": "sometimes"}, [f"packed_scope: {NO_SCOPE}"]),
    ],
    ids=str,
)
def test_a_code_that_cannot_be_read_is_the_one_problem_of_its_row(row: dict[str, Any], problems: list[str]):
    assert find_row_problems(row) == [f"things:1 {problem}" for problem in problems]


NO_NUMBER = "found 'x', expected a whole number of at most 64 bits [wrong-type]"
PACKED = {"packed_text": "d", "packed_edtf": "2024-05-03", "packed_start": "x", "packed_scope": "exact", "packed_basis": "stated"}
CELLS = [
    ({"number": "x"}, f"number: {NO_NUMBER}"),
    ({"first": "5", "last": "x"}, f"last: {NO_NUMBER}"),
    ({"first": "x", "last": "3"}, f"first: {NO_NUMBER}"),
    ({"price": "x"}, f"price: {NO_NUMBER}"),
    ({"price": "x", "currency": "c"}, f"price: {NO_NUMBER}"),
    ({"size": "huge", "reason": ""}, "size: 'huge' is not a code; expected one of small, large [unknown-code]"),
    ({"citation_first_line": "x", "citation_last_line": "3", "citation_sha256": 64 * "0"}, f"citation_first_line: {NO_NUMBER}"),
    ({"citation_first_line": "3", "citation_last_line": "x", "citation_sha256": 64 * "0"}, f"citation_last_line: {NO_NUMBER}"),
    (PACKED, "packed_start: found 'x', expected a day such as 2024-04-22 [wrong-type]"),
    ({"box_id": ""}, "box_id: found nothing, expected a value [missing-value]"),
    ({"id": ""}, "id: found nothing, expected a value [missing-value]"),
]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = Store.of(RECORDS.values(), Metadata(name="store"))
    return dxgov.export(data, tmp_path_factory.mktemp("store") / "export", formats=["csv"]) / "csv"


@pytest.mark.parametrize(("cells", "problem"), CELLS, ids=str)
def test_a_cell_that_cannot_be_read_is_the_one_problem_of_its_row(cells: dict[str, str], problem: str, exported: Path, tmp_path: Path):
    package = shutil.copytree(exported, tmp_path / "csv")

    def edit(rows: list[list[str]]) -> None:
        rows[1] = [cells.get(name, cell) for name, cell in zip(*rows[:2], strict=True)]

    edit_csv(package, "things", edit)
    assert list(map(str, dxgov.validate(package, Store).problems)) == [f"data/things.csv:2 {problem}"]


@pytest.mark.parametrize("kept", [0, 1])
def test_a_list_that_must_not_be_empty_is_missed_in_each_record_without_a_link(kept: int, exported: Path, tmp_path: Path):
    package = shutil.copytree(exported, tmp_path / "csv")
    edit_csv(package, "thing_boxes", lambda rows: rows.__delitem__(slice(1 + kept, None)))
    problems = dxgov.validate(package, Store).problems
    assert [(problem.id, problem.field, problem.row) for problem in problems] == [
        (f"thing-{number}", "maker_ids", number + 1) for number in range(1 + kept, 4)
    ]
    assert all("expected at least one row in thing_boxes" in problem.message for problem in problems)


def test_warnings_about_metadata_come_before_those_about_tables(exported: Path, tmp_path: Path):
    package = shutil.copytree(exported, tmp_path / "csv")
    edit_descriptor(package, lambda descriptor: descriptor.update(title="a\u200bb"))
    edit_csv(package, "sources", lambda rows: rows[1].__setitem__(rows[0].index("title"), "a\u200bb"))
    report = dxgov.validate(package, Store)
    assert [(problem.table, problem.file, problem.field) for problem in report.warnings] == [
        (None, "datapackage.json", "title"),
        ("sources", "data/sources.csv", "title"),
    ]


def test_the_digest_of_a_data_set_is_that_of_the_list_of_its_files(exported: Path):
    files = sorted((exported / "data").iterdir())
    lines = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    assert dxgov.digest(dxgov.load(exported, Store)) == f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"


def test_a_package_is_listed_whole_or_by_one_table(exported: Path, tmp_path: Path):
    tables = ["sources", "actors", "boxes", "shelves", "things", "thing_boxes"]
    whole = list_package(exported, MODEL, Limits())
    assert sorted(file.table.name for file in whole.files) == sorted(tables)
    assert (whole.unknown_tables, whole.problems, whole.descriptor) == ([], [], "datapackage.json")
    part = list_package(exported, MODEL, Limits(), only="things")
    assert [file.table.name for file in part.files] == ["things"]
    assert part.digest != whole.digest
    for path in (exported / "nothing", tmp_path / "datapackage.json"):
        with pytest.raises(FileNotFoundError, match="there is no"):
            list_package(path, MODEL, Limits())
    (tmp_path / "datapackage.json").mkdir()
    (problem,) = list_package(tmp_path, MODEL, Limits()).problems
    assert problem.message.startswith("'datapackage.json' is a folder, expected a file")


def test_keys_lie_on_disk_once_they_take_more_memory_than_allowed():
    relation = KeyRelation(RelationKind.IDS, "boxes", "id")
    rows = pa.table({"key": [f"box-{number}" for number in range(200)], "row": range(200)})
    for memory, is_on_disk in ((rows.nbytes, False), (rows.nbytes - 1, True)):
        with KeyStore(memory) as store:
            store.add("boxes", KeySummary({relation: rows}))
            assert store.on_disk is is_on_disk
            partitions = list(store.iter_partitions())
            assert len(partitions) == (PARTITIONS if is_on_disk else 1)
            found = pa.concat_tables([partition[relation] for partition in partitions if partition])
            assert found.sort_by("row").equals(rows)
            assert list(store.iter_partitions([])) == len(partitions) * [{}]


def chain(length: int, *, closed: bool) -> Store:
    """Return a store of boxes that each lie in the next one, the last in the first if the chain is closed."""
    boxes = [
        Box(id=f"box-{number:02}", size=Size.LARGE, box_id=f"box-{(number + 1) % length:02}", citation=CITATION) for number in range(length)
    ]
    if not closed:
        boxes[-1] = evolve(boxes[-1], box_id=None)
    return Store.of([RECORDS["src-1"], RECORDS["maker"], *boxes])


def test_a_long_cycle_is_shortened_in_the_middle():
    names = [f"box-{number:02}" for number in range(40)]
    for length, steps in {
        19: [*names[:19], "box-00"],
        20: [*names[:19], "… (1 more)", "box-00"],
        40: [*names[:19], "… (21 more)", "box-00"],
    }.items():
        (problem,) = dxgov.validate(chain(length, closed=True))
        assert (problem.row, problem.id, problem.field, problem.value) == (1, "box-00", "box_id", "box-01")
        assert problem.message == f"leads back to itself: {' → '.join(steps)}"
        assert dxgov.validate(chain(length, closed=False)).valid


def test_the_message_about_an_unknown_id_has_an_article_and_what_became_of_it():
    def describe(redirects: tuple[Redirect, ...] = (), **values: Any) -> list[str]:
        data = Store.of(
            (evolve(record, **(values if id == "src-1" else {})) for id, record in RECORDS.items()), Metadata(redirects=redirects)
        )
        return [problem.message for problem in dxgov.validate(data).problems]

    assert describe(publisher_id="make") == ["'make' is not an actor; did you mean 'maker'?"]
    assert describe((Redirect("make", "maker"),), publisher_id="make") == ["'make' is not an actor; 'maker' stands for it now"]
    assert describe((Redirect("make"),), publisher_id="make") == ["'make' is not an actor; 'make' was given up in a later version"]
    assert describe(publisher_id="somebody-else") == ["'somebody-else' is not an actor"]
    (long,) = describe(publisher_id=300 * "maker")
    assert long.endswith("is not an actor")
    boxes = (Box(id=f"box-{number:03}", size=Size.LARGE, box_id=f"box-{number}x", citation=CITATION) for number in range(202))
    messages = [problem.message for problem in dxgov.validate(Store.of([RECORDS["src-1"], RECORDS["maker"], *boxes])).problems]
    assert len(messages) == 202
    assert all("; did you mean 'box-" in message for message in messages[:200])
    assert [message.endswith("is not a box") for message in messages[200:]] == [True, True]


@pytest.mark.parametrize(
    ("redirects", "problems"),
    [
        ([Redirect("old", "maker")], NONE),
        ([Redirect("old")], NONE),
        ([Redirect("older", "old"), Redirect("old", "maker")], NONE),
        ([Redirect("older", "old"), Redirect("old")], NONE),
        ([Redirect("old", "nobody")], ["redirects: 'old' leads to 'nobody', which is no record [unknown-reference]"]),
        ([Redirect("maker", "src-1")], ["redirects: 'maker' is the id of a record, so nothing can stand for it [duplicate-key]"]),
        ([Redirect("old", "maker"), Redirect("old", "src-1")], ["redirects: 'old' is redirected twice [duplicate-key]"]),
        ([Redirect("a", "b"), Redirect("b", "a")], ["redirects: 'a' leads back to itself: a → b → a [reference-cycle]"]),
        (
            [Redirect("start", "a"), Redirect("a", "b"), Redirect("b", "a"), Redirect("other", "b")],
            ["redirects: 'a' leads back to itself: a → b → a [reference-cycle]"],
        ),
        ([Redirect("a", "a")], ["redirects: 'a' leads back to itself: a → a [reference-cycle]"]),
        (
            [Redirect(f"r{number:02}", f"r{(number + 1) % 22:02}") for number in range(22)],
            [f"redirects: 'r00' leads back to itself: {' → '.join(f'r{number:02}' for number in range(20))} → r00 [reference-cycle]"],
        ),
    ],
    ids=str,
)
def test_redirects_lead_to_records(redirects: list[Redirect], problems: list[str]):
    data = Store.of(RECORDS.values(), Metadata(redirects=tuple(redirects)))
    found = dxgov.validate(data).problems
    assert list(map(str, found)) == problems
    assert all(repr(problem.value) in problem.message for problem in found)


@pytest.mark.parametrize(
    ("values", "warnings"),
    [
        ({"words": "a\u200bb"}, ["things:1 words: 'a\\u200bb' holds U+200B ZERO WIDTH SPACE, which nobody sees [unusual-character]"]),
        ({"words": "\u200b\u2066\u2800\u00ad"}, NONE),
        ({"words": "a\u200b\u2066\u2800b"}, [f"things:1 words: 'a\\u200b\\u2066\u2800b' holds {UNSEEN} [unusual-character]"]),
        (
            {"words": "a\u200b\u2066\u2800\u00adb"},
            [f"things:1 words: 'a\\u200b\\u2066\u2800\\xadb' holds {UNSEEN} and others [unusual-character]"],
        ),
        ({"words": "a\nb"}, NONE),
        ({"words": "ハ\u3099"}, NONE),
        (
            {"names": ("a", "b\u200bc")},
            ["things:1 names: 'b\\u200bc' holds U+200B ZERO WIDTH SPACE, which nobody sees [unusual-character]"],
        ),
        ({"names": ("ハ\u3099",)}, [f"things:1 names: 'ハ\u3099' holds {APART} [unusual-character]"]),
        ({"code": "122"}, NONE),
    ],
    ids=ascii,
)
def test_characters_that_deserve_a_look_are_warned_of(values: dict[str, Any], warnings: list[str]):
    data = Store.of((evolve(record, **(values if id == "thing-1" else {})) for id, record in RECORDS.items()), Metadata(name="store"))
    assert list(map(str, dxgov.validate(data).warnings)) == warnings


@pytest.mark.parametrize(
    ("values", "warnings"),
    [
        ({"title": "a\u200bb"}, ["sources:1 title: 'a\\u200bb' holds U+200B ZERO WIDTH SPACE, which nobody sees [unusual-character]"]),
        ({"title": "a\nb"}, ["sources:1 title: 'a\\nb' holds U+000A LINE FEED, where one line is expected [unusual-character]"]),
        ({"title_en": "a\nb"}, ["sources:1 title_en: 'a\\nb' holds U+000A LINE FEED, where one line is expected [unusual-character]"]),
    ],
    ids=ascii,
)
def test_a_caption_is_one_line(values: dict[str, Any], warnings: list[str]):
    data = Store.of((evolve(record, **(values if id == "src-1" else {})) for id, record in RECORDS.items()), Metadata(name="store"))
    assert list(map(str, dxgov.validate(data).warnings)) == warnings


def test_metadata_are_warned_of_too():
    metadata = Metadata(title="a\nb", description="a\nb", keywords=("fine", "a\u200bb"), contributors=(Contributor("a\nb"),))
    assert list(map(str, dxgov.validate(Store.of(RECORDS.values(), metadata)).warnings)) == [
        r"title: 'a\nb' holds U+000A LINE FEED, where one line is expected [unusual-character]",
        r"keywords[1]: 'a\u200bb' holds U+200B ZERO WIDTH SPACE, which nobody sees [unusual-character]",
        r"contributors[0].title: 'a\nb' holds U+000A LINE FEED, where one line is expected [unusual-character]",
    ]
