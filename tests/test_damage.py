"""Every fault planted in a sound package is found, with its place, and nothing else is reported."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import attrs
import pyarrow as pa
import pytest
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dxgov
from dxgov import Citation, DataError, Dataset, Problem, ProblemCode
from dxgov.marks import CheckDigit, Follows, Minimum, NotBefore, Pattern, Ref
from dxgov.schema import Column, Kind, LinkTable, Table
from dxgov.schema.table_schema import LIST_TYPES
from dxgov.testing import datasets
from soundness import (
    DIGEST,
    LETTER,
    MODEL,
    NEED_DOCUMENTS,
    OF_FORMATS,
    WARNINGS,
    append,
    csv_rows,
    edit_bytes,
    edit_csv,
    edit_descriptor,
    edit_parquet,
    edit_resource,
    file_of,
    put,
    records_of,
    remove,
    row_of,
    sound,
)

pytestmark = pytest.mark.slow

Code = ProblemCode
FIRST, SECOND = "req-2031-04-lines", "req-2032-04-lines"
ASK, ASK_B = f"{FIRST}.01.1.a", f"{FIRST}.01.1.b"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dxgov.export(sound(), tmp_path_factory.mktemp("sound") / "export", zip=True)


@pytest.fixture
def package(exported: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A copy of the sound package in a format, to break."""
    return lambda format: shutil.copytree(exported / format, tmp_path / format)


@frozen
class Case:
    """One damage, and the one problem that must be found."""

    name: str
    damage: Callable[[Path], int | None]
    """Damages a package; returns the row, as a problem counts it, where it is one of a row."""
    code: ProblemCode
    table: str | None = None
    field: str | None = None
    value: str | None = None
    id: str | None = None
    says: str = ""
    """What the message must hold."""
    file: str | None = None
    """The file where it is not the table's own."""

    def check(self, package: Path) -> None:
        if self.file:
            file = self.file
        elif self.table:
            file = file_of(package, self.table).relative_to(package).as_posix()
        else:
            file = "datapackage.json"
        row = self.damage(package)
        problems = dxgov.validate(package).problems
        expected = Problem(self.code, "", self.table, row, self.field, self.value, self.id, file)
        assert [attrs.evolve(each, message="") for each in problems] == [expected], "\n".join(map(str, problems))
        assert self.says in problems[0].message


def cell(name: str, place: str, column: str, value: Any, code: ProblemCode, says: str = "", /, **more: Any) -> Case:
    """A value put into a column of the record at `place`, ``table/id``."""
    table, _, id = place.partition("/")
    found = {"value": None if value is None else str(value), "id": id, **more}
    return Case(name, lambda package: put(package, table, {column: value}, id=id), code, table, column, says=says, **found)


def link(name: str, table: str, where: dict[str, Any], values: dict[str, Any], code: ProblemCode, column: str, says: str = "") -> Case:
    """Values put into the row of a link table that holds the cells of `where`."""
    value, (id, *_) = values[column], {**where, **values}.values()
    return Case(
        name,
        lambda package: put(package, table, values, **where),
        code,
        table,
        column,
        None if value is None else str(value),
        id,
        says,
    )


def added(name: str, table: str, like: dict[str, Any], values: dict[str, Any], code: ProblemCode, column: str, says: str = "") -> Case:
    """A row added that is like another but for some values."""
    whole = {**like, **values}
    (id, *_) = whole.values()
    return Case(name, lambda package: append(package, table, values, **like), code, table, column, str(whole[column]), id, says)


def unlinked(name: str, place: str, field: str, table: str, where: dict[str, Any]) -> Case:
    """The one row removed from a link table that a record needs."""
    owner, _, id = place.partition("/")

    def damage(package: Path) -> int:
        remove(package, table, **where)
        return row_of(package, owner, id=id)

    return Case(name, damage, Code.MISSING_VALUE, owner, field, None, id, f"expected at least one row in {table}")


def circle(name: str, table: str, column: str, *ids: str) -> Case:
    """References turned so that each id leads to the next and the last to the first; told at the first row of them."""

    def damage(package: Path) -> int:
        for here, there in zip(ids, (*ids[1:], ids[0]), strict=True):
            put(package, table, {column: there}, id=here)
        return row_of(package, table, id=ids[0])

    return Case(name, damage, Code.REFERENCE_CYCLE, table, column, (*ids, ids[0])[1], ids[0], " → ".join((*ids, ids[0])))


PAST = {"attested_edtf": "1949-12", "attested_start": date(1949, 12, 1), "attested_end": date(1949, 12, 31)}


def put_founded(package: Path, id: str) -> int:
    """Give an actor the date at which the prefecture was founded, and the prefecture none; returns the row of the only appointment."""
    names = [name for name in records_of(package, "actors")[0] if name.startswith("founded_")]
    (whole,) = (row for row in records_of(package, "actors") if row["id"] == "kaifu")
    put(package, "actors", {name: whole[name] for name in names}, id=id)
    put(package, "actors", dict.fromkeys(names), id="kaifu")
    return row_of(package, "appointments", id="app-2031-04-02-minato")


# Faults of records, which any format can hold

RECORDS = [
    cell("missing text", "themes/skills", "label", None, Code.MISSING_VALUE, "found nothing"),
    cell("missing code", f"asks/{ASK}", "strength", None, Code.MISSING_VALUE),
    cell("missing number", "opinions/opn-lines.1.2", "position", None, Code.MISSING_VALUE),
    cell("missing decimal", "figures/fig-speed", "value", None, Code.MISSING_VALUE),
    cell("missing truth value", "agenda_items/mtg-lines-2.1", "recorded", None, Code.MISSING_VALUE),
    cell("missing text of a date", "requests/" + FIRST, "submitted_text", None, Code.MISSING_VALUE),
    cell("missing source of a citation", f"asks/{ASK}", "citation_source_id", None, Code.MISSING_VALUE),
    cell("missing parent", f"asks/{ASK}", "item_id", None, Code.MISSING_VALUE),
    cell("missing id", "links/lnk-answer", "id", None, Code.MISSING_VALUE, id=None),
    cell("missing id of a record that others refer to", "themes/skills", "id", None, Code.MISSING_VALUE, id=None),
    cell("missing list", f"asks/{ASK}", "kinds", [], Code.MISSING_VALUE, value="[]"),
    unlinked("missing link", f"asks/{ASK}", "theme_ids", "ask_themes", {"ask_id": ASK}),
    unlinked(
        "missing link of a role",
        f"requests/{SECOND}",
        "submitted_by_ids",
        "request_parties",
        {"request_id": SECOND, "role": "submitter"},
    ),
    link(
        "missing target of a link",
        "ask_themes",
        {"ask_id": ASK, "theme_id": "spare-lines"},
        {"theme_id": None},
        Code.MISSING_VALUE,
        "theme_id",
    ),
    link(
        "missing role",
        "request_parties",
        {"request_id": SECOND, "role": "submitter"},
        {"role": None},
        Code.MISSING_VALUE,
        "role",
    ),
    cell("unknown code", f"asks/{ASK}", "strength", "urg", Code.UNKNOWN_CODE, "did you mean 'urge'?"),
    cell("unknown code of a date", f"requests/{FIRST}", "submitted_scope", "roughly", Code.UNKNOWN_CODE, "expected one of exact, within"),
    link(
        "unknown role",
        "request_parties",
        {"request_id": SECOND, "role": "submitter"},
        {"role": "submiter"},
        Code.UNKNOWN_CODE,
        "role",
        "did you mean 'submitter'?",
    ),
    cell("pattern", "examination_items/exm-2-1", "code", "2.1", Code.PATTERN, "numbers joined by hyphens"),
    cell("pattern of a time", "meetings/mtg-lines-1", "start_time", "9:30", Code.PATTERN, "00:00 to 23:59"),
    cell("pattern of a key", "links/lnk-answer", "id", "link-answer", Code.PATTERN, "'lnk-'", id="link-answer"),
    cell("pattern of a digest", f"sources/{LETTER}", "file_sha256", DIGEST.upper(), Code.PATTERN, "64 hexadecimal digits"),
    cell("pattern of a line that ends", "sources/" + LETTER, "language", "ja\n", Code.PATTERN),
    cell("check digit of a local government", "actors/kaifu-shiomi", "local_government_code", "012018", Code.CHECK_DIGIT, "'012017'"),
    cell("check digit of a corporation", "actors/kaifu-shiomi", "corporate_number", "8000020992011", Code.CHECK_DIGIT, "'7000020992011'"),
    cell("too small a number", "meetings/mtg-lines-2", "ordinal", 0, Code.TOO_SMALL, "expected 1 or more"),
    cell("too small a line", f"asks/{ASK}", "citation_first_line", -3, Code.TOO_SMALL, "expected 1 or more"),
    cell("control character", "themes/skills", "definition", "人\x0b材", Code.BAD_TEXT, "control character"),
    cell("command to a terminal", "themes/skills", "label", "\x9b31m人材\x9d0;t\x9c", Code.BAD_TEXT, "control character"),
    cell("next line", "themes/skills", "note", "人\x85材", Code.BAD_TEXT, "control character"),
    cell("deletion", "themes/skills", "label_en", "skills\x7f", Code.BAD_TEXT, "control character"),
    cell("spaces for a text", "themes/skills", "label", "   ", Code.BAD_TEXT, "nothing but white space"),
    cell("ideographic space for a text", "themes/skills", "definition", "\u3000", Code.BAD_TEXT, "nothing but white space"),
    cell("spaces without a break for a text", "themes/skills", "note", "\xa0\u202f", Code.BAD_TEXT, "nothing but white space"),
    cell("space that nobody sees for a text", "themes/skills", "label", "\u200b\ufeff", Code.BAD_TEXT, "nothing but white space"),
    cell("line break for a place", f"asks/{ASK}", "citation_place", "\n", Code.BAD_TEXT, "nothing but white space"),
    cell("spaces for a code of letters", "actors/kaifu", "wikidata", "  ", Code.BAD_TEXT, "nothing but white space"),
    cell("spaces for the words of a date", "meetings/mtg-lines-2", "held_text", "\u3000", Code.BAD_TEXT, "nothing but white space"),
    cell("spaces for a date", "meetings/mtg-lines-2", "held_edtf", " ", Code.BAD_TEXT, "nothing but white space"),
    added("id without end", "themes", {"id": "skills"}, {"id": "a" * 100_000}, Code.TOO_LARGE, "id", "at most 200 characters"),
    added("id too long by one", "themes", {"id": "skills"}, {"id": "a" * 201}, Code.TOO_LARGE, "id", "at most 200 characters"),
    cell(
        "repeated code in a list",
        f"asks/{ASK}",
        "kinds",
        ["funding", "infrastructure", "funding"],
        Code.REPEATED_CODE,
        "'funding' stands in the list twice",
        value="funding",
    ),
    added("duplicate id", "themes", {"id": "skills"}, {}, Code.DUPLICATE_KEY, "id", "already"),
    added("duplicate link", "ask_themes", {"ask_id": ASK, "theme_id": "spare-lines"}, {"position": 9}, Code.DUPLICATE_KEY, "theme_id"),
    added("id of another table", "themes", {"id": "skills"}, {"id": "nation"}, Code.DUPLICATE_KEY, "id", "a record of actors too"),
    cell("dangling reference", "duties/dut-lines.1", "owner_id", "kaifu-digitl", Code.UNKNOWN_REFERENCE, "did you mean 'kaifu-digital'?"),
    cell("dangling reference to an item", f"asks/{ASK}", "item_id", f"{FIRST}.01.9", Code.UNKNOWN_REFERENCE, "is not a request item"),
    cell("dangling optional reference", f"asks/{ASK_B}", "relayed_by_id", "nobody-at-all", Code.UNKNOWN_REFERENCE, "is not an actor"),
    cell(
        "dangling reference to the own table",
        "themes/spare-lines",
        "broader_id",
        "sea-cable",
        Code.UNKNOWN_REFERENCE,
        "did you mean 'sea-cables'?",
    ),
    cell(
        "dangling reference in a citation",
        f"asks/{ASK}",
        "citation_source_id",
        "src-2031-04-leter",
        Code.UNKNOWN_REFERENCE,
        f"did you mean '{LETTER}'?",
    ),
    cell("reference to a record of another table", f"asks/{ASK}", "item_id", FIRST, Code.UNKNOWN_REFERENCE, "is not a request item"),
    cell(
        "dangling subject of a link",
        "links/lnk-answer",
        "subject_id",
        "mtg-lines-2.t2.p9",
        Code.UNKNOWN_REFERENCE,
        "is not a record; did you mean 'mtg-lines-2.t2.p1'?",
    ),
    cell("dangling object of a link", "links/lnk-answer", "object_id", "nowhere", Code.UNKNOWN_REFERENCE, "is not a record"),
    cell("dangling subject of a figure", "figures/fig-loss", "subject_id", "kaifu-shiom", Code.UNKNOWN_REFERENCE, "'kaifu-shiomi'?"),
    added(
        "dangling owner of a link row",
        "ask_themes",
        {"ask_id": ASK, "theme_id": "spare-lines"},
        {"ask_id": f"{FIRST}.01.1.c"},
        Code.UNKNOWN_REFERENCE,
        "ask_id",
        "is not an ask; did you mean",
    ),
    link(
        "dangling target of a link row",
        "ask_themes",
        {"ask_id": ASK, "theme_id": "spare-lines"},
        {"theme_id": "spare-line"},
        Code.UNKNOWN_REFERENCE,
        "theme_id",
        "is not a theme; did you mean 'spare-lines'?",
    ),
    link(
        "dangling target of a link row with a role",
        "meeting_parties",
        {"meeting_id": "mtg-lines-2", "role": "organiser"},
        {"actor_id": "kaifu-digit"},
        Code.UNKNOWN_REFERENCE,
        "actor_id",
    ),
    cell("control character in a date", "meetings/mtg-lines-2", "held_edtf", "2031-05-12\x02", Code.BAD_TEXT, "control character"),
    cell("invalid EDTF", "meetings/mtg-lines-2", "held_edtf", "2023-02-29", Code.INVALID_VALUE, "2023-02 has no day 29"),
    cell("EDTF of another kind", "meetings/mtg-lines-2", "held_edtf", "5月12日", Code.INVALID_VALUE, "expected a date such as"),
    cell("EDTF that ends before it begins", "milestones/ms-spare-line.1-decision", "date_edtf", "2031-09/2031-08", Code.INVALID_VALUE),
    cell("start that contradicts", "meetings/mtg-lines-2", "held_start", date(2031, 5, 13), Code.CONTRADICTION, "expected 2031-05-12 from"),
    cell("end that contradicts", "meetings/mtg-lines-2", "held_end", date(2031, 5, 13), Code.CONTRADICTION, "expected 2031-05-14 from"),
    cell("end that is missing", "statements/mtg-lines-2.t2.p1", "due_end", None, Code.CONTRADICTION, "found nothing, expected 2031-12-31"),
    cell("start of an open date", "statements/mtg-lines-2.t2.p1", "due_start", date(2031, 1, 1), Code.CONTRADICTION, "expected nothing"),
    cell("start without EDTF", "meetings/mtg-lines-3", "held_start", date(2031, 8, 1), Code.CONTRADICTION, "expected nothing"),
    cell("optional date without its text", "instructions/ins-2031-05-governor.1", "due_text", None, Code.MISSING_VALUE, "columns of due"),
    cell("optional date without its scope", "actors/kaifu", "founded_scope", None, Code.MISSING_VALUE, "other columns of founded"),
    cell("optional date without its basis", "figures/fig-speed", "as_of_basis", None, Code.MISSING_VALUE, "other columns of as_of"),
    cell("together: one missing", "actors/minato", "conjecture_basis", None, Code.MISSING_VALUE, "because name_conjecture has one"),
    cell(
        "together: one alone",
        "actors/kaifu",
        "corporate_number_basis",
        "published",
        Code.UNEXPECTED_VALUE,
        "because corporate_number is empty",
    ),
    cell("together in a citation", f"asks/{ASK}", "citation_sha256", None, Code.MISSING_VALUE, "because citation_first_line has one"),
    cell(
        "together in a citation, alone",
        f"requests/{SECOND}",
        "citation_sha256",
        DIGEST,
        Code.UNEXPECTED_VALUE,
        "because citation_first_line is empty",
    ),
    cell("required unless", "links/lnk-same-matter", "rationale", None, Code.MISSING_VALUE, "because basis is not 'stated'"),
    Case(
        "line before another",
        lambda package: put(package, "sources", {"citation_first_line": 4}, id=LETTER),
        Code.WRONG_ORDER,
        "sources",
        "citation_last_line",
        "3",
        LETTER,
        "expected not less than 4 in citation_first_line",
    ),
    Case(
        "attested before the post was made",
        lambda package: put(package, "appointments", PAST, id="app-2031-04-02-minato") and put_founded(package, "kaifu-governor"),
        Code.WRONG_ORDER,
        "appointments",
        "attested_edtf",
        "1949-12",
        "app-2031-04-02-minato",
        "expected not before 1950-01-01, the first day of founded of 'kaifu-governor'",
    ),
    Case(
        "attested before the body of the post was founded",
        lambda package: put(package, "appointments", PAST, id="app-2031-04-02-minato"),
        Code.WRONG_ORDER,
        "appointments",
        "attested_edtf",
        "1949-12",
        "app-2031-04-02-minato",
        "expected not before 1950-01-01, the first day of founded of 'kaifu'",
    ),
    circle("circle of one", "actors", "part_of_id", "kaifu"),
    circle("circle of two", "deliverables", "previous_id", "dlv-plan.1-outline", "dlv-plan.2-draft"),
    circle("circle of three", "themes", "broader_id", "networks", "spare-lines", "sea-cables"),
    circle("circle of parents", "examination_items", "parent_id", "exm-2", "exm-2-1"),
    cell(
        "sub-item of an item of another request",
        f"request_items/{FIRST}.01.2",
        "request_id",
        SECOND,
        Code.PARENT_MISMATCH,
        f"parent_id leads to a record of '{FIRST}'",
    ),
    Case(
        "statement under an agenda item of another meeting",
        lambda package: put(package, "statements", {"agenda_item_id": "mtg-lines-1.1"}, id="mtg-lines-2.t2.p1"),
        Code.PARENT_MISMATCH,
        "statements",
        "meeting_id",
        "mtg-lines-2",
        "mtg-lines-2.t2.p1",
        "agenda_item_id leads to a record of 'mtg-lines-1'",
    ),
    cell("repeated path", f"request_items/{FIRST}.01.2", "path", "1.1", Code.DUPLICATE_NUMBER, "same request_id"),
    cell(
        "repeated position below an item",
        f"request_items/{FIRST}.01.2",
        "position",
        1,
        Code.DUPLICATE_NUMBER,
        "same request_id and parent_id",
    ),
    cell("repeated position at the first level", f"request_items/{FIRST}.02", "position", 1, Code.DUPLICATE_NUMBER),
    cell("repeated letter", f"asks/{ASK_B}", "letter", "a", Code.DUPLICATE_NUMBER, "same item_id"),
    cell("repeated agenda number", "agenda_items/mtg-lines-2.2", "number", 1, Code.DUPLICATE_NUMBER, "same meeting_id"),
    cell("repeated point", "statements/mtg-lines-2.t1.p2", "point", 1, Code.DUPLICATE_NUMBER, "same meeting_id and turn"),
    cell("repeated position of an opinion", "opinions/opn-lines.1.2", "position", 1, Code.DUPLICATE_NUMBER),
    cell("repeated code of a local government", "actors/kaifu-soto", "local_government_code", "012017", Code.DUPLICATE_NUMBER, "already"),
    cell("repeated corporate number", "actors/kaifu-soto", "corporate_number", "7000020992011", Code.DUPLICATE_NUMBER, "already"),
    cell("repeated Wikidata item", "actors/kaifu-soto", "wikidata", "Q420", Code.DUPLICATE_NUMBER, "already"),
    Case(
        "the same appointment twice",
        lambda package: append(package, "appointments", {"id": "app-2031-04-02-again"}, id="app-2031-04-02-minato"),
        Code.DUPLICATE_NUMBER,
        "appointments",
        "attested_edtf",
        "2031-04-02",
        "app-2031-04-02-again",
        "with the same person_id and post_id",
    ),
    cell("code of a prefecture", "actors/kaifu-soto", "local_government_code", "010006", Code.PATTERN, "because kind is 'city'"),
    cell("code of a town", "actors/kaifu-soto", "local_government_code", "013013", Code.PATTERN, "third digit 1 or 2"),
    cell("code of a special ward", "actors/kaifu-soto", "local_government_code", "131148", Code.PATTERN, "because kind is 'city'"),
    cell("code of a city", "actors/kaifu", "local_government_code", "012025", Code.PATTERN, "the code of a prefecture"),
    cell("code of no prefecture", "actors/kaifu-soto", "local_government_code", "482013", Code.PATTERN, "01 to 47"),
    cell("code of what is no local government", "actors/nation", "local_government_code", "012025", Code.PATTERN, "a union of"),
    cell("person who is a city", "appointments/app-2031-04-02-minato", "person_id", "kaifu-shiomi", Code.WRONG_KIND, "expected person"),
    cell("post that is a city", "appointments/app-2031-04-02-minato", "post_id", "kaifu-shiomi", Code.WRONG_KIND, "expected post"),
    cell("person in himself", "appointments/app-2031-04-02-minato", "post_id", "minato", Code.WRONG_KIND, "is of the kind 'person'"),
    cell(
        "part of a person",
        "actors/kaifu-soto",
        "part_of_id",
        "minato",
        Code.WRONG_KIND,
        "expected any kind but post, person, collective and unspecified",
    ),
    cell("owner of a duty", "duties/dut-lines.1", "owner_id", "minato", Code.WRONG_KIND),
    cell("person who speaks", "statements/mtg-lines-1.t1.p1", "speaker_id", "minato", Code.WRONG_KIND, "expected any kind but person"),
    link(
        "signatory that is a city",
        "request_parties",
        {"request_id": FIRST, "role": "signatory"},
        {"actor_id": "kaifu-soto"},
        Code.WRONG_KIND,
        "actor_id",
        "is of the kind 'city', expected person or post",
    ),
    added(
        "addressee that nobody knows",
        "statement_addressees",
        {"statement_id": "mtg-lines-2.t1.p1", "addressed_to_id": "kaifu-digital"},
        {"addressed_to_id": "unspecified", "position": 2},
        Code.WRONG_KIND,
        "addressed_to_id",
        "expected any kind but unspecified",
    ),
    cell("ask relayed by whoever must act", f"asks/{ASK_B}", "relayed_by_id", "nation", Code.SAME_VALUE, "which expected_of_id is too"),
    Case(
        "link of a record to itself",
        lambda package: put(package, "links", {"object_id": "mtg-lines-2.t2.p1"}, id="lnk-answer"),
        Code.SAME_VALUE,
        "links",
        "object_id",
        "mtg-lines-2.t2.p1",
        "lnk-answer",
        "the two must differ",
    ),
    added(
        "reply to itself",
        "statement_replies",
        {"statement_id": "mtg-lines-2.t2.p1", "replies_to_id": "mtg-lines-2.t1.p1"},
        {"replies_to_id": "mtg-lines-2.t2.p1", "position": 3},
        Code.REFERENCE_CYCLE,
        "replies_to_id",
        "refers to itself",
    ),
    link(
        "repeated position of a link",
        "request_parties",
        {"request_id": FIRST, "role": "submitter", "actor_id": "kaifu-shiomi"},
        {"position": 1},
        Code.DUPLICATE_NUMBER,
        "position",
        "same request_id and role",
    ),
]


@pytest.mark.parametrize("format", LIST_TYPES)
@pytest.mark.parametrize("case", RECORDS, ids=lambda case: case.name)
def test_a_fault_of_a_record(case: Case, format: str, package: Callable[[str], Path]):
    case.check(package(format))


# Cells that only a CSV file can hold


def unreadable(name: str, place: str, column: str, text: str, says: str, code: ProblemCode = Code.WRONG_TYPE) -> Case:
    return cell(name, place, column, text, code, says)


CELLS = [
    unreadable("number in words", "meetings/mtg-lines-1", "ordinal", "first", "found 'first', expected a whole number"),
    unreadable("number with a point", "meetings/mtg-lines-1", "ordinal", "1.0", "expected a whole number"),
    unreadable("number in full-width digits", "meetings/mtg-lines-1", "ordinal", "１", "expected a whole number"),
    unreadable("number beyond 64 bits", "meetings/mtg-lines-1", "ordinal", "9223372036854775808", "at most 64 bits"),
    unreadable("number with a plus sign", "meetings/mtg-lines-1", "ordinal", "+1", "expected a whole number"),
    unreadable("number with a space", "opinions/opn-lines.1.1", "position", " 1", "expected a whole number"),
    unreadable("number with a line break", "opinions/opn-lines.1.1", "position", "1\n", "expected a whole number"),
    unreadable("line of a citation", f"asks/{ASK}", "citation_first_line", "xii", "expected a whole number"),
    unreadable("truth value", f"asks/{ASK_B}", "interim", "yes", "found 'yes', expected true or false"),
    unreadable("truth value as Excel writes it", f"asks/{ASK_B}", "interim", "TRUE", "expected true or false"),
    unreadable("day that does not exist", "meetings/mtg-lines-1", "held_start", "2023-02-29", "expected a day such as"),
    unreadable("day with slashes", "meetings/mtg-lines-1", "held_end", "2031/04/02", "expected a day such as"),
    unreadable("day in an optional date", "actors/kaifu", "founded_start", "1950", "expected a day such as"),
    unreadable("decimal in words", "figures/fig-speed", "value", "an eighth", "expected a decimal number"),
    unreadable("decimal with a comma", "figures/fig-loss", "value", "-3,400,000,000,000", "expected a decimal number"),
    unreadable("decimal of ten places", "figures/fig-speed", "value", "0.1234567891", "9 after the point"),
    unreadable("decimal that is too long", "figures/fig-speed", "value", "9" * 30, "at most 29 digits"),
    unreadable("decimal that is much too long", "figures/fig-speed", "value", "0.5" + "0" * 60, "9 after the point"),
    unreadable("decimal with an exponent", "figures/fig-speed", "value", "1.25e-1", "expected a decimal number"),
    unreadable("decimal that is no number", "figures/fig-speed", "value", "NaN", "expected a decimal number"),
    unreadable("list without brackets", f"asks/{ASK}", "kinds", "funding", "expected a JSON array of texts"),
    unreadable("list cut off", f"asks/{ASK}", "kinds", '["funding"', "expected a JSON array of texts"),
    unreadable("list that is an object", "themes/sea-cables", "alt_labels", '{"a": "b"}', "expected a JSON array of texts"),
    unreadable("list of numbers", "themes/sea-cables", "alt_labels", "[1, 2]", "expected a JSON array of texts"),
    unreadable("list with half a character", "themes/sea-cables", "alt_labels", '["\\ud83d"]', "surrogate", Code.BAD_TEXT),
    unreadable("list without an end in sight", "themes/sea-cables", "alt_labels", "[" * 100_000, "expected a JSON array of texts"),
    cell(
        "unknown code in a list",
        f"asks/{ASK}",
        "kinds",
        '["funding", "sistem"]',
        Code.UNKNOWN_CODE,
        "did you mean 'system'?",
    ),
    cell("empty text in a list", "themes/sea-cables", "alt_labels", '["線", ""]', Code.BAD_TEXT, "empty text", value=""),
    cell("control character in a list", "themes/sea-cables", "alt_labels", '["\\u0007線"]', Code.BAD_TEXT, "control", value="\x07線"),
    cell("no list", f"asks/{ASK}", "kinds", "", Code.MISSING_VALUE, value="[]"),
    Case(
        "position of a link",
        lambda package: put(package, "ask_themes", {"position": "chief"}, ask_id=ASK),
        Code.WRONG_TYPE,
        "ask_themes",
        "position",
        "chief",
        ASK,
        "expected a whole number",
    ),
]


@pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)
def test_a_cell_that_cannot_be_read(case: Case, package: Callable[[str], Path]):
    case.check(package("csv"))


# Files that are not what they should be


def header(name: str, table: str, edit: Callable[[list[list[str]]], object], code: ProblemCode, field: str, says: str = "") -> Case:
    return Case(name, lambda package: edit_csv(package, table, edit), code, table, field, says=says)


def content(name: str, table: str, edit: Callable[[bytes], bytes], code: ProblemCode, says: str) -> Case:
    return Case(name, lambda package: edit_bytes(package, table, edit), code, table, says=says)


def stale(name: str, table: str, edit: Callable[[bytes], bytes], code: ProblemCode, says: str) -> Case:
    return Case(name, lambda package: edit_bytes(package, table, edit, reseal=False), code, table, says=says)


def ragged(name: str, place: str, edit: Callable[[list[str]], object], says: str, *, before: list[list[str]] | None = None) -> Case:
    """One row with more or fewer cells than the header, after rows put in before it."""
    table, _, id = place.partition("/")

    def damage(package: Path) -> int:
        row = row_of(package, table, id=id)

        def spoil(rows: list[list[str]]) -> None:
            edit(rows[row - 1])
            rows[row - 1 : row - 1] = before or []

        edit_csv(package, table, spoil)
        return row + len(before or [])

    return Case(name, damage, Code.ROW_LENGTH, table, says=says)


def delete_column(rows: list[list[str]], name: str) -> None:
    place = rows[0].index(name)
    for row in rows:
        del row[place]


def add_column(rows: list[list[str]], name: str, text: str) -> None:
    rows[0].append(name)
    for row in rows[1:]:
        row.append(text)


def unlink(package: Path, table: str) -> None:
    file_of(package, table).unlink()


def move_out(package: Path, table: str) -> None:
    """Leave a symbolic link in the place of the file, to the same bytes outside the package."""
    place = file_of(package, table)
    outside = package.parent / place.name
    place.rename(outside)
    place.symlink_to(outside)


def listed(name: str, edit: Callable[[dict[str, Any]], object], code: ProblemCode, says: str, **found: Any) -> Case:
    """A fault in the descriptor."""
    return Case(name, lambda package: edit_descriptor(package, edit), code, says=says, file="datapackage.json", **found)


def _put_text(place: tuple[Any, ...], text: str, found: dict[str, Any]) -> None:
    """Put a text into a descriptor, at a path to it."""
    for step in place[:-1]:
        found = found[step]
    found[place[-1]] = text


def declared(name: str, key: str, value: Any, says: str, code: ProblemCode = Code.CONTRADICTION, field: str | None = None) -> Case:
    """Something that the descriptor says of a file."""
    place = f"resources.{PLACE['themes']}.{field or key}"
    return listed(name, lambda found: found["resources"][PLACE["themes"]].update({key: value}), code, says, table="themes", field=place)


def unsafe(name: str, path: str, says: str) -> Case:
    def edit(found: dict[str, Any]) -> None:
        found["resources"][PLACE["themes"]]["path"] = path

    place = f"resources.{PLACE['themes']}.path"
    return listed(f"path: {name}", edit, Code.UNSAFE_PATH, says, table="themes", field=place)


PLACE = {name: place for place, name in enumerate(MODEL.stored)}
"""Where the descriptor lists each table, since none of them is empty here."""

FILES = [
    stale("size", "themes", lambda file: file + b"\r\n", Code.WRONG_SIZE, "the file was changed after the descriptor was written"),
    stale("hash", "themes", lambda file: file.replace("人材".encode(), "人財".encode()), Code.WRONG_HASH, "the file was changed"),
    Case(
        "hash of an unknown kind",
        lambda package: edit_resource(package, "themes", hash="crc32:cafe"),
        Code.WRONG_HASH,
        "themes",
        says="'crc32' is not a hash that can be verified",
    ),
    Case(
        "hash without a length of its own",
        lambda package: edit_resource(package, "themes", hash="shake_128:cafe"),
        Code.WRONG_HASH,
        "themes",
        says="'shake_128' is not a hash that can be verified",
    ),
    Case(
        "hash without the name of its kind, which is then MD5",
        lambda package: edit_resource(package, "themes", hash=DIGEST),
        Code.WRONG_HASH,
        "themes",
        says="found md5",
    ),
    header("unknown column", "asks", lambda rows: add_column(rows, "colour", "red"), Code.UNKNOWN_COLUMN, "colour", "not a column of asks"),
    header(
        "unknown column that is near",
        "asks",
        lambda rows: add_column(rows, "sumary_en", ""),
        Code.UNKNOWN_COLUMN,
        "sumary_en",
        "'summary_en'?",
    ),
    header(
        "column with a letter that looks like another",
        "asks",
        lambda rows: add_column(rows, "summ\u0430ry_en", ""),
        Code.UNKNOWN_COLUMN,
        "summ\u0430ry_en",
        "'summary_en', without U+0430 CYRILLIC SMALL LETTER A?",
    ),
    header("column without a name", "asks", lambda rows: add_column(rows, "", ""), Code.UNKNOWN_COLUMN, ""),
    content(
        "more columns than are read",
        "themes",
        lambda file: b",".join(b"c%d" % number for number in range(1_001)) + b"\r\n" + file,
        Code.TOO_LARGE,
        "found 1,001 columns, expected 1,000 at most",
    ),
    header("duplicate column", "asks", lambda rows: add_column(rows, "note", "again"), Code.DUPLICATE_COLUMN, "note", "twice"),
    header("duplicate id column", "themes", lambda rows: add_column(rows, "id", "x"), Code.DUPLICATE_COLUMN, "id", "twice"),
    ragged("row too short", "themes/networks", lambda row: row.pop(), f"expected {len(MODEL.tables['themes'].stored)}"),
    ragged("row too long", "themes/networks", lambda row: row.append("more"), f"found {len(MODEL.tables['themes'].stored) + 1} cells"),
    ragged("row too short after a cell of two lines", "meetings/mtg-lines-2", lambda row: row.pop(), "expected"),
    ragged("row too short after an empty line", "themes/networks", lambda row: row.pop(), "expected", before=[[]]),
    Case(
        "row too short in a link table",
        lambda package: (edit_csv(package, "ask_themes", lambda rows: rows[1].pop()), 2)[1],
        Code.ROW_LENGTH,
        "ask_themes",
        says="found 2 cells, expected 3",
    ),
    content(
        "bytes of Latin 1",
        "themes",
        lambda file: file.replace(b"Skills", b"Skill\xe9"),
        Code.UNREADABLE_FILE,
        "line 4 is not UTF-8: found the byte 0xE9",
    ),
    content("cp932", "themes", lambda file: file.decode().encode("cp932"), Code.UNREADABLE_FILE, "Shift_JIS (cp932), so save it as UTF-8"),
    content("UTF-16", "themes", lambda file: file.decode().encode("utf-16"), Code.UNREADABLE_FILE, "UTF-16; expected UTF-8"),
    content(
        "quote never closed", "themes", lambda file: file.replace(b"\r\nskills,", b'\r\n"skills,'), Code.UNREADABLE_FILE, "never closed"
    ),
    content("empty file", "themes", lambda _: b"", Code.UNREADABLE_FILE, "empty; expected a header row"),
    content("file of line breaks", "themes", lambda _: b"\r\n\r\n", Code.UNREADABLE_FILE, "empty; expected a header row"),
    Case("missing file", lambda package: unlink(package, "themes"), Code.MISSING_FILE, "themes", file="data/themes.csv", says="not there"),
    Case("missing file of links", lambda package: unlink(package, "ask_themes"), Code.MISSING_FILE, "ask_themes", says="not there"),
    Case(
        "file outside by a link",
        lambda package: move_out(package, "themes"),
        Code.UNSAFE_PATH,
        "themes",
        file="data/themes.csv",
        says="a link that leads out",
    ),
    Case(
        "file of a misspelt name",
        lambda package: file_of(package, "themes").rename(package / "data" / "thmes.csv") and None,
        Code.MISSING_FILE,
        "themes",
        says="did you mean 'data/thmes.csv'?",
    ),
    unsafe("a control character", "data/themes\x00.csv", "characters that a path cannot have"),
    unsafe("half a surrogate pair", "data/themes\ud800.csv", "characters that a path cannot have"),
    declared("another encoding", "encoding", "shift_jis", "found 'shift_jis', expected utf-8"),
    declared("another dialect", "dialect", {"escapeChar": "^"}, "found '^', expected nothing", field="dialect.escapeChar"),
    Case(
        "a delimiter that the file does not have",
        lambda package: edit_resource(package, "themes", dialect={"delimiter": ";"}),
        Code.UNREADABLE_FILE,
        "themes",
        says="the cells are separated by ',', expected ';'",
    ),
    declared("a size that is no number", "bytes", "lots", "expected a whole number", Code.WRONG_TYPE),
    declared("a hash that is no text", "hash", 7, "expected a text", Code.WRONG_TYPE),
    declared("a dialect elsewhere", "dialect", "dialect.json", "expected an object", Code.WRONG_TYPE),
    declared("a schema elsewhere", "schema", "schema.json", "expected an object", Code.WRONG_TYPE),
    listed(
        "another type declared",
        lambda found: found["resources"][PLACE["themes"]]["schema"]["fields"][1].update(type="integer"),
        Code.CONTRADICTION,
        "the descriptor declares the type 'integer', expected 'string'",
        table="themes",
        field="label",
    ),
    listed(
        "layout of another time",
        lambda found: found.update(dxgov={"format": 99}),
        Code.NOT_A_PACKAGE,
        "a newer dxgov may read it",
        field="dxgov",
    ),
    listed("no resource at all", lambda found: found.update(resources=[]), Code.NOT_A_PACKAGE, "it has no list of resources"),
    listed(
        "day with more than a day",
        lambda found: found.update(created="2031-04-01garbage"),
        Code.WRONG_TYPE,
        "expected a day",
        field="created",
    ),
    listed(
        "unknown table",
        lambda found: found["resources"].append({"name": "budgets", "path": "data/themes.csv"}),
        Code.UNKNOWN_TABLE,
        "'budgets' is not a table of Dataset",
        field=f"resources.{len(PLACE)}.name",
    ),
    listed(
        "table of a misspelt name, to which others refer",
        lambda found: found["resources"][PLACE["themes"]].update(name="theme"),
        Code.UNKNOWN_TABLE,
        "did you mean 'themes'?",
        field=f"resources.{PLACE['themes']}.name",
    ),
    listed(
        "link table of a misspelt name",
        lambda found: found["resources"][PLACE["ask_themes"]].update(name="asks_themes"),
        Code.UNKNOWN_TABLE,
        "did you mean 'ask_themes'?",
        field=f"resources.{PLACE['ask_themes']}.name",
    ),
    listed(
        "duplicate table",
        lambda found: found["resources"].append(found["resources"][PLACE["themes"]]),
        Code.DUPLICATE_TABLE,
        "lists the table twice",
        table="themes",
    ),
    listed(
        "foreign key that leads nowhere",
        lambda found: found["resources"][PLACE["asks"]]["schema"]["foreignKeys"][0]["reference"].update(resource="request_item"),
        Code.CONTRADICTION,
        "did you mean 'request_items'?",
        field=f"resources.{PLACE['asks']}.schema.foreignKeys",
    ),
    unsafe("absolute", "/etc/hostname", "is absolute"),
    unsafe("of a drive", "C:\\data\\themes.csv", "is absolute"),
    unsafe("that leads out", "../themes.csv", "leads out of the package"),
    unsafe("that leads out on the way", "data/../../csv/data/themes.csv", "leads out of the package"),
    unsafe("that leads out by backslashes", "data\\..\\..\\themes.csv", "leads out of the package"),
    unsafe("that is an address", "https://example.org/themes.csv", "an address on a network"),
    listed(
        "no path",
        lambda found: found["resources"][PLACE["themes"]].pop("path"),
        Code.NOT_A_PACKAGE,
        "expected the path of a file",
        table="themes",
        field=f"resources.{PLACE['themes']}.path",
    ),
    listed(
        "table in two files",
        lambda found: found["resources"][PLACE["themes"]].update(path=["data/themes.csv", "data/more.csv"]),
        Code.NOT_A_PACKAGE,
        "which of them have a header",
        table="themes",
        field=f"resources.{PLACE['themes']}.path",
    ),
    listed(
        "format of another kind",
        lambda found: found["resources"][PLACE["themes"]].update(format="xlsx"),
        Code.NOT_A_PACKAGE,
        "expected csv or parquet",
        table="themes",
        field=f"resources.{PLACE['themes']}.format",
    ),
    listed("no resources", lambda found: found.pop("resources"), Code.NOT_A_PACKAGE, "no list of resources"),
    listed("resources that are no list", lambda found: found.update(resources={}), Code.NOT_A_PACKAGE, "no list of resources"),
    listed("release on no day", lambda found: found.update(created="2031-02-30"), Code.WRONG_TYPE, "expected a day", field="created"),
    *(
        listed(f"{name} with {what}", partial(_put_text, place, text), Code.BAD_TEXT, says, field=name)
        for name, place in {
            "title": ("title",),
            "description": ("description",),
            "version": ("version",),
            "homepage": ("homepage",),
            "keywords": ("keywords", 0),
            "licenses[0].title": ("licenses", 0, "title"),
            "sources[0].title": ("sources", 0, "title"),
            "sources[0].path": ("sources", 0, "path"),
        }.items()
        for what, text, says in (
            ("a command to a terminal", "\x1b]0;PWN\x07", "control character"),
            ("a second command to a terminal", "a\x9b31m", "control character"),
            ("white space alone", "\u3000\n", "nothing but white space"),
        )
    ),
    listed(
        "credit of nothing", lambda found: found.update(sources=[{}]), Code.INVALID_VALUE, "expected a title, a path", field="sources[0]"
    ),
    *(
        listed(f"release at {moment}", partial(_put_text, ("created",), moment), Code.WRONG_TYPE, "expected a day", field="created")
        for moment in ("2031-06-01T25:00:00Z", "2031-06-01T12:00:00", "2031-06-01T12:00Z", "2031-02-30T00:00:00Z")
    ),
    Case(
        "descriptor that is no JSON",
        lambda package: (package / "datapackage.json").write_text("# dxgov", encoding="utf-8") and None,
        Code.NOT_A_PACKAGE,
        says="not JSON",
    ),
    Case(
        "descriptor that is a list",
        lambda package: (package / "datapackage.json").write_text("[]", encoding="utf-8") and None,
        Code.NOT_A_PACKAGE,
        says="no list of resources",
    ),
    Case(
        "descriptor that is not UTF-8",
        lambda package: (package / "datapackage.json").write_bytes(b'{"title": "\xe9"}') and None,
        Code.NOT_A_PACKAGE,
        says="not JSON",
    ),
]


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.name)
def test_a_fault_of_a_file(case: Case, package: Callable[[str], Path]):
    case.check(package("csv"))


@pytest.mark.parametrize("value", [7, None, True, ["a"]])
def test_a_name_that_is_no_text(value: object, package: Callable[[str], Path]):
    def edit(found: dict[str, Any]) -> None:
        found["name"] = value

    listed("name", edit, Code.WRONG_TYPE, "expected a text", field="name").check(package("csv"))


def parquet(name: str, table: str, edit: Callable[[pa.Table], pa.Table], code: ProblemCode, field: str, says: str = "") -> Case:
    return Case(name, lambda package: edit_parquet(package, table, edit), code, table, field, says=says)


def turned(data: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return data.set_column(data.column_names.index(name), name, values)


def day_numbered(number: int, package: Path) -> int:
    """Have the first meeting held on a day that the calendar of Python does not reach."""

    def edit(data: pa.Table) -> pa.Table:
        numbers = data["held_start"].combine_chunks().view(pa.int32()).to_pylist()
        return turned(data, "held_start", pa.array([number, *numbers[1:]], pa.int32()).view(pa.date32()))

    edit_parquet(package, "meetings", edit)
    return 1


PARQUET = [
    *(
        Case(
            f"day {number}",
            partial(day_numbered, number),
            Code.WRONG_TYPE,
            "meetings",
            "held_start",
            value=str(number),
            id="mtg-lines-1",
            says=f"found day {number:,} from 1970-01-01, expected one of the years 1 to 9999",
        )
        for number in (2_932_897, 2**31 - 1, -719_163, -(2**31))
    ),
    parquet(
        "texts for numbers",
        "opinions",
        lambda data: turned(data, "position", pa.array(["first", "second"])),
        Code.WRONG_TYPE,
        "position",
        "found the type string, expected int64",
    ),
    parquet(
        "fractions for whole numbers",
        "opinions",
        lambda data: turned(data, "position", pa.array([1.5, 2.5])),
        Code.WRONG_TYPE,
        "position",
        "found the type double, expected int64",
    ),
    parquet(
        "numbers for texts",
        "themes",
        lambda data: turned(data, "label", pa.array([1, 2, 3, 4])),
        Code.WRONG_TYPE,
        "label",
        "found the type int64, expected string",
    ),
    parquet(
        "numbers for codes",
        "asks",
        lambda data: turned(data, "strength", pa.array([1, 2, 3, 4])),
        Code.WRONG_TYPE,
        "strength",
        "found the type int64",
    ),
    parquet(
        "numbers for ids",
        "themes",
        lambda data: turned(data, "id", pa.array([1, 2, 3, 4])),
        Code.WRONG_TYPE,
        "id",
        "found the type int64, expected string",
    ),
    parquet(
        "texts for days",
        "meetings",
        lambda data: turned(data, "held_start", pa.array(["first", "second", "third"])),
        Code.WRONG_TYPE,
        "held_start",
        "found the type string, expected date32",
    ),
    parquet(
        "numbers for truth values",
        "agenda_items",
        lambda data: turned(data, "recorded", pa.array([0, 1, 2])),
        Code.WRONG_TYPE,
        "recorded",
        "found the type int64, expected bool",
    ),
    parquet(
        "text for a list",
        "asks",
        lambda data: turned(data, "kinds", pa.array(["funding"] * 4)),
        Code.WRONG_TYPE,
        "kinds",
        "found the type string, expected list",
    ),
    parquet(
        "missing column", "themes", lambda data: data.drop_columns("alt_labels"), Code.MISSING_COLUMN, "alt_labels", "lacks the column"
    ),
    parquet(
        "unknown column",
        "themes",
        lambda data: data.append_column("alt_label", data["label"]),
        Code.UNKNOWN_COLUMN,
        "alt_label",
        "did you mean 'alt_labels'?",
    ),
    content("truncated file", "themes", lambda file: file[:-100], Code.UNREADABLE_FILE, "not a Parquet file that can be read"),
    content("half a file", "themes", lambda file: file[: len(file) // 2], Code.UNREADABLE_FILE, "not a Parquet file that can be read"),
    content("CSV by the name of Parquet", "themes", lambda _: b"id,label\r\n", Code.UNREADABLE_FILE, "not a Parquet file"),
    content("empty Parquet file", "themes", lambda _: b"", Code.UNREADABLE_FILE, "not a Parquet file"),
    Case(
        "Parquet hash",
        lambda package: edit_resource(package, "themes", hash=f"sha256:{'0' * 64}"),
        Code.WRONG_HASH,
        "themes",
        says="the file was changed",
    ),
    Case("missing Parquet file", lambda package: unlink(package, "themes"), Code.MISSING_FILE, "themes", says="not there"),
    cell(
        "unknown code in a Parquet list",
        f"asks/{ASK}",
        "kinds",
        ["funding", "sistem"],
        Code.UNKNOWN_CODE,
        "did you mean 'system'?",
    ),
    cell("list with an empty member", "themes/sea-cables", "alt_labels", ["線", None], Code.BAD_TEXT, "a list with an empty member"),
    cell("list that is missing", f"asks/{ASK}", "kinds", None, Code.MISSING_VALUE, value="[]"),
    cell("empty text", "themes/skills", "label_en", "", Code.BAD_TEXT, "what is missing is left out"),
]


@pytest.mark.parametrize("case", PARQUET, ids=lambda case: case.name)
def test_a_fault_of_a_parquet_file(case: Case, package: Callable[[str], Path]):
    case.check(package("parquet"))


def test_every_code_is_planted_at_least_once():
    planted = {case.code for case in (*RECORDS, *CELLS, *FILES, *PARQUET)}
    assert planted == set(ProblemCode) - NEED_DOCUMENTS - OF_FORMATS - WARNINGS - {Code.MORE_PROBLEMS}


INHERITED = {column.name for column in MODEL.tables["sources"].stored if column.name.startswith(("citation_", "note"))}


@pytest.mark.parametrize("table", MODEL.stored.values(), ids=lambda table: table.name)
def test_a_missing_column_is_all_that_is_wrong(table: Table | LinkTable, package: Callable[[str], Path]):
    place = package("csv")
    whole = file_of(place, table.name).read_bytes()
    for column in table.stored:
        if column.name in INHERITED and table.name != "sources":
            continue
        edit_csv(place, table.name, lambda rows, name=column.name: delete_column(rows, name))
        problems = [attrs.evolve(each, message="") for each in dxgov.validate(place)]
        assert problems == [Problem(Code.MISSING_COLUMN, "", table.name, field=column.name, file=f"data/{table.name}.csv")]
        edit_bytes(place, table.name, lambda _: whole)
    assert dxgov.validate(place).valid


def undeclared(package: Path, table: str, *names: str) -> None:
    """Take columns out of a table and out of what the descriptor declares, as if it had been written before the model had them."""

    def edit(found: dict[str, Any]) -> None:
        (resource,) = (each for each in found["resources"] if each["name"] == table)
        resource["schema"]["fields"] = [field for field in resource["schema"]["fields"] if field["name"] not in names]

    for name in names:
        if package.name == "csv":
            edit_csv(package, table, lambda rows, name=name: delete_column(rows, name))
        else:
            edit_parquet(package, table, lambda data, name=name: data.drop_columns(name))
    edit_descriptor(package, edit)


LATER = [
    ("themes", "note"),
    ("themes", "alt_labels"),
    ("actors", "damage"),
    ("actors", *(f"founded_{part}" for part in ("text", "edtf", "start", "end", "scope", "basis"))),
]
"""Columns that a model could have got after a package was written: a text, a list, a list of codes, a date."""


@pytest.mark.parametrize("format", LIST_TYPES)
@pytest.mark.parametrize("columns", LATER, ids=lambda columns: columns[1])
def test_a_package_that_is_older_than_an_optional_column_is_sound(columns: tuple[str, ...], format: str, package: Callable[[str], Path]):
    place = package(format)
    table, *names = columns
    field = "founded" if names[0].startswith("founded") else names[0]
    undeclared(place, table, *names)
    assert dxgov.validate(place).problems == ()
    found = dxgov.load(place)
    empty = () if field in ("alt_labels", "damage") else None
    assert [getattr(record, field) for record in found.tables[table]] == [empty] * len(found.tables[table])
    again = [attrs.evolve(record, **{field: empty}) if record.id in found.tables[table] else record for record in sound()]
    assert found == Dataset.of(again, sound().metadata)
    if format == "csv":
        dxgov.seal(place)
        assert dxgov.load(place) == found
        assert names[0] in csv_rows(file_of(place, table).read_bytes())[0]


@pytest.mark.parametrize("columns", [("themes", "label"), ("actors", "founded_start"), ("themes", "id")], ids=lambda columns: columns[1])
def test_what_a_package_must_have_is_told_even_if_it_declares_nothing(columns: tuple[str, ...], package: Callable[[str], Path]):
    """Neither a required column nor one that follows from another may be left out."""
    place = package("csv")
    undeclared(place, *columns)
    problems = [(problem.code, problem.table, problem.field) for problem in dxgov.validate(place)]
    assert problems == [(Code.MISSING_COLUMN, *columns)]


@pytest.mark.parametrize("table", ["request_items", "asks", "statements", "ask_themes"])
def test_a_copied_row_is_one_fault(table: str, package: Callable[[str], Path]):
    """It repeats the key; that its numbers repeat too goes without saying."""
    place = package("csv")
    edit_csv(place, table, lambda rows: rows.append(list(rows[1])))
    (problem,) = dxgov.validate(place).problems
    assert (problem.code, problem.table) == (Code.DUPLICATE_KEY, table)


def test_a_whole_that_is_unknown_is_told_once(package: Callable[[str], Path]):
    """A part whose whole is misspelt is not said to disagree with the parts above and below it as well."""
    place = package("csv")
    rows = records_of(place, "request_items")
    parents = {row["parent_id"] for row in rows if row["parent_id"]}
    parent = next(row for row in rows if row["id"] in parents)
    put(place, "request_items", {"request_id": "req-nowhere"}, id=parent["id"])
    (problem,) = dxgov.validate(place).problems
    assert (problem.code, problem.id, problem.field) == (Code.UNKNOWN_REFERENCE, parent["id"], "request_id")


def test_a_line_that_is_missing_is_blamed_not_what_belongs_to_it(package: Callable[[str], Path]):
    place = package("csv")
    put(place, "asks", {"citation_first_line": None}, id=ASK)
    (problem,) = dxgov.validate(place).problems
    assert (problem.code, problem.field) == (Code.MISSING_VALUE, "citation_first_line")
    assert "citation_last_line and citation_sha256 have one" in problem.message


def test_a_date_that_was_changed_is_blamed_not_its_bounds(package: Callable[[str], Path]):
    place = package("csv")
    put(place, "meetings", {"held_edtf": "2031-04-03"}, id="mtg-lines-1")
    (problem,) = dxgov.validate(place).problems
    assert (problem.code, problem.field) == (Code.CONTRADICTION, "held_edtf")
    assert "in held_start" in problem.message
    assert "in held_end" in problem.message


def test_a_header_below_an_empty_line_is_one_fault(package: Callable[[str], Path]):
    place = package("csv")
    edit_bytes(place, "themes", lambda content: b"\r\n" + content)
    (problem,) = dxgov.validate(place).problems
    assert (problem.code, problem.table) == (Code.UNREADABLE_FILE, "themes")
    assert "expected the header in row 1" in problem.message


def test_a_header_without_rows_or_line_end_is_an_empty_table(package: Callable[[str], Path]):
    place = package("csv")
    edit_bytes(place, "links", lambda content: content.partition(b"\r\n")[0])
    assert dxgov.validate(place).problems == ()
    assert len(dxgov.load(place).links) == 0


@pytest.mark.parametrize("line", [2, 3])
def test_a_stray_quotation_mark_is_found_in_its_line(line: int, package: Callable[[str], Path]):
    place = package("csv")
    lines = file_of(place, "themes").read_bytes().split(b"\r\n")
    number = next(number for number, text in enumerate(lines) if number >= line - 1 and b'"' not in text)
    edit_bytes(place, "themes", lambda _: b"\r\n".join([*lines[:number], lines[number].replace(b",", b' 5",', 1), *lines[number + 1 :]]))
    (problem,) = dxgov.validate(place).problems
    assert problem.code == Code.UNREADABLE_FILE
    assert problem.message.startswith(f"line {number + 1}:")


def test_an_empty_line_is_left_out_and_counted(package: Callable[[str], Path]):
    place = package("csv")
    whole = dxgov.load(place)
    for line in (2, 4):
        edit_csv(place, "themes", lambda rows, line=line: rows.insert(line, []))
    assert dxgov.load(place) == whole
    put_at = 1 + next(number for number, row in enumerate(csv_rows(file_of(place, "themes").read_bytes())) if row[:1] == ["spare-lines"])

    def misspell(rows: list[list[str]]) -> None:
        rows[put_at - 1][rows[0].index("broader_id")] = "sea-cablez"

    edit_csv(place, "themes", misspell)
    (problem,) = dxgov.validate(place)
    assert (problem.row, problem.field, problem.value) == (put_at, "broader_id", "sea-cablez")


def test_what_a_spreadsheet_does_to_a_file_is_no_fault(package: Callable[[str], Path]):
    place = package("csv")
    whole = dxgov.load(place)

    def turn(rows: list[list[str]]) -> None:
        rows[1:] = rows[:0:-1]
        for row in rows:
            row.reverse()

    for table in MODEL.stored:
        edit_csv(place, table, turn)
        edit_bytes(place, table, lambda file: b"\xef\xbb\xbf" + file.replace(b"\r\n", b"\n").rstrip())
    assert dxgov.validate(place).problems == ()
    assert dxgov.load(place) == whole


def test_types_of_another_writer_are_no_fault(package: Callable[[str], Path]):
    place = package("parquet")
    whole = dxgov.load(place)

    def loosened(data: pa.Table) -> pa.Table:
        names = {
            pa.string(): pa.large_string(),
            pa.int64(): pa.int16(),
            pa.date32(): pa.date64(),
            pa.list_(pa.string()): pa.large_list(pa.string()),
        }
        columns = [
            column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column.cast(names.get(column.type, column.type))
            for column in data.columns
        ]
        return pa.table(columns, names=data.column_names)

    for table in MODEL.stored:
        edit_parquet(place, table, loosened)
    assert dxgov.validate(place).problems == ()
    assert dxgov.load(place) == whole


# Data sets in memory


def altered(id: str, **values: Any) -> Dataset:
    whole = sound()
    return Dataset.of((attrs.evolve(each, **values) if each.id == id else each for each in whole), whole.metadata)


BACKWARDS = Citation(LETTER, None, 9, 8, DIGEST)

MEMORY = [
    ("empty text", "themes/skills", {"label": ""}, Code.BAD_TEXT, "label", "", "what is missing is left out"),
    ("empty text in a list", "themes/sea-cables", {"alt_labels": ("線", "")}, Code.BAD_TEXT, "alt_labels", "", "empty text"),
    (
        "white space",
        f"asks/{ASK}",
        {"citation": Citation(LETTER, "\n", 4, 4, DIGEST)},
        Code.BAD_TEXT,
        "citation_place",
        "\n",
        "white space",
    ),
    ("white space in a list", "themes/sea-cables", {"alt_labels": ("線", "\u3000")}, Code.BAD_TEXT, "alt_labels", "\u3000", "white space"),
    ("command to a terminal", "themes/skills", {"note": "\x9b31m"}, Code.BAD_TEXT, "note", "\x9b31m", "control character"),
    ("control character", "themes/skills", {"note": "a\x00b"}, Code.BAD_TEXT, "note", "a\x00b", "control character"),
    ("non-character", "themes/skills", {"note": "\uffff"}, Code.BAD_TEXT, "note", "\uffff", "control character"),
    ("pattern", "actors/kaifu", {"wikidata": "420"}, Code.PATTERN, "wikidata", "420", "such as Q48320"),
    ("too small", "requests/" + FIRST, {"round": 0}, Code.TOO_SMALL, "round", "0", "1 or more"),
    ("order", f"asks/{ASK}", {"citation": BACKWARDS}, Code.WRONG_ORDER, "citation_last_line", "8", "not less than 9"),
    ("dangling", f"asks/{ASK}", {"expected_of_id": "kaifuu"}, Code.UNKNOWN_REFERENCE, "expected_of_id", "kaifuu", "'kaifu'?"),
    ("dangling among many", f"asks/{ASK}", {"theme_ids": ("networks", "skill")}, Code.UNKNOWN_REFERENCE, "theme_ids", "skill", "'skills'?"),
    (
        "dangling in a role",
        "meetings/mtg-lines-2",
        {"organiser_ids": ("kaifu-digitl",)},
        Code.UNKNOWN_REFERENCE,
        "organiser_ids",
        "kaifu-digitl",
        "is not an actor",
    ),
    (
        "twice among many",
        "requests/" + SECOND,
        {"addressed_to_ids": ("kaifu", "kaifu")},
        Code.DUPLICATE_KEY,
        "addressed_to_ids",
        "kaifu",
        "referred to twice",
    ),
    ("number", f"asks/{ASK_B}", {"letter": "a"}, Code.DUPLICATE_NUMBER, "letter", "a", "same item_id"),
    ("circle", "actors/kaifu", {"part_of_id": "kaifu"}, Code.REFERENCE_CYCLE, "part_of_id", "kaifu", "kaifu → kaifu"),
    ("unless", "links/lnk-same-matter", {"rationale_en": None}, Code.MISSING_VALUE, "rationale_en", None, "because basis is not 'stated'"),
]


@pytest.mark.parametrize(
    ("place", "values", "code", "field", "value", "says"), [case[1:] for case in MEMORY], ids=[case[0] for case in MEMORY]
)
def test_a_fault_of_a_data_set_in_memory(place: str, values: dict[str, Any], code: ProblemCode, field: str, value: str | None, says: str):
    table, _, id = place.partition("/")
    data = altered(id, **values)
    (problem,) = dxgov.validate(data)
    row = data.tables[table].ids().index(id) + 1
    assert attrs.evolve(problem, message="") == Problem(code, "", table, row, field, value, id)
    assert says in problem.message


def test_a_data_set_that_is_not_sound_is_not_exported(tmp_path: Path):
    with pytest.raises(DataError, match="not sound") as raised:
        dxgov.export(altered("kaifu", part_of_id="nowhere-near"), tmp_path / "export")
    assert [problem.code for problem in raised.value.problems] == [Code.UNKNOWN_REFERENCE]
    assert not list(tmp_path.iterdir())


# Several faults, and other ways to a package


def planted(place: Path) -> set[tuple[ProblemCode, str, int | None, str | None]]:
    """Many faults of one package, one in the shadow of another where a hasty check would take it for more or less."""
    faults = {
        (Code.UNKNOWN_CODE, "asks", put(place, "asks", {"strength": "akt"}, id=ASK), "strength"),
        (Code.WRONG_TYPE, "asks", put(place, "asks", {"interim": "no"}, id=ASK), "interim"),
        (Code.PATTERN, "asks", put(place, "asks", {"letter": "B"}, id=ASK_B), "letter"),
        (Code.WRONG_TYPE, "statements", put(place, "statements", {"turn": "one"}, id="mtg-lines-2.t1.p1"), "turn"),
        (Code.WRONG_TYPE, "statements", put(place, "statements", {"turn": "two"}, id="mtg-lines-2.t2.p1"), "turn"),
        (Code.UNKNOWN_REFERENCE, "duties", put(place, "duties", {"owner_id": "nobody"}, id="dut-lines.1"), "owner_id"),
        (Code.INVALID_VALUE, "meetings", put(place, "meetings", {"held_edtf": "2031-04-31"}, id="mtg-lines-1"), "held_edtf"),
        (Code.UNKNOWN_REFERENCE, "actors", put(place, "actors", {"part_of_id": "nowhere"}, id="kaifu-governor"), "part_of_id"),
        (Code.MISSING_VALUE, "links", put(place, "links", {"rationale": ""}, id="lnk-same-matter"), "rationale"),
        (Code.MISSING_VALUE, "measures", put(place, "measures", {"title": ""}, id="msr-lines.1.1"), "title"),
        (Code.MISSING_COLUMN, "figures", None, "note"),
        (Code.UNKNOWN_COLUMN, "figures", None, "notes"),
        (Code.ROW_LENGTH, "deliverables", 2, None),
        (Code.MISSING_VALUE, "deliverables", put(place, "deliverables", {"title_en": ""}, id="dlv-plan.annex"), "title_en"),
    }
    edit_csv(place, "figures", lambda rows: rows[0].__setitem__(rows[0].index("note"), "notes"))
    edit_csv(place, "deliverables", lambda rows: rows[1].pop())
    last = len(records_of(place, "themes")) + 1
    edit_bytes(place, "themes", lambda file: file + b" ", reseal=False)
    return faults | {(Code.WRONG_SIZE, "themes", None, None), (Code.ROW_LENGTH, "themes", last + 1, None)}


def test_all_faults_are_told_at_once(package: Callable[[str], Path]):
    place = package("csv")
    faults = planted(place)
    report = dxgov.validate(place)
    found = [(problem.code, problem.table, problem.row, problem.field) for problem in report]
    assert set(found) == faults
    assert len(found) == len(faults)
    assert not report.valid
    assert report.counts[Code.WRONG_TYPE] == 3
    with pytest.raises(DataError) as raised:
        dxgov.load(place)
    assert raised.value.problems == report.problems


def test_a_zip_is_faulty_as_its_folder_is(package: Callable[[str], Path], tmp_path: Path):
    place = package("csv")
    planted(place)
    with ZipFile(tmp_path / "faulty.zip", "w") as archive:
        for file in place.rglob("*"):
            archive.write(file, file.relative_to(place))
    expected = dxgov.validate(place).problems
    assert dxgov.validate(tmp_path / "faulty.zip").problems == expected
    assert dxgov.validate(place / "datapackage.json").problems == expected


def test_a_zip_with_a_member_that_cannot_be_unpacked(exported: Path, tmp_path: Path):
    place = tmp_path / "stored.zip"
    with ZipFile(exported / "csv.zip") as whole, ZipFile(place, "w", ZIP_STORED) as archive:
        for info in whole.infolist():
            archive.writestr(info.filename, whole.read(info))
    place.write_bytes(place.read_bytes().replace("人材に関すること".encode(), "人財に関すること".encode()))
    (problem,) = dxgov.validate(place)
    assert (problem.code, problem.table, problem.file) == (Code.UNREADABLE_FILE, "themes", "data/themes.csv")


# One random fault in a random package


def faults(column: Column, text: str, table: Table | LinkTable) -> dict[str, tuple[str, ProblemCode]]:
    """What a filled cell can become, and the one problem that follows, whatever else the package holds."""
    ways: dict[str, tuple[str, ProblemCode]] = {}
    digit, minimum = column.mark(CheckDigit), column.mark(Minimum)
    owner = isinstance(table, LinkTable) and column is table.owner_column
    if column.kind in (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN, Kind.DATE):
        ways["unreadable"] = "2023-02-29", Code.WRONG_TYPE
    if column.codes:
        ways["code"] = '["no such code"]' if column.many else "no such code", Code.UNKNOWN_CODE
    if column.kind is Kind.DATE and column.mark(Follows) and text != "1999-12-31":
        ways["contradiction"] = "1999-12-31", Code.CONTRADICTION
    if column.mark(Pattern) and not column.mark(Ref) and not column.key:
        ways["pattern"] = "!?", Code.PATTERN
    if column.mark(Ref) and not owner:
        ways["dangling"] = "no-such-record", Code.UNKNOWN_REFERENCE
    if minimum and not column.mark(NotBefore):
        ways["minimum"] = str(minimum.value - 1), Code.TOO_SMALL
    if digit:
        place = 0 if digit.correct("9" + text[1:]) == text else -1
        wrong = str(int(text[place]) % 9 + 1)
        ways["digit"] = (wrong + text[1:] if place == 0 else text[:-1] + wrong), Code.CHECK_DIGIT
    if column.required and not column.many and not column.key and not owner:
        ways["missing"] = "", Code.MISSING_VALUE
    if column.kind is Kind.TEXT and not column.many and not column.pattern and not column.mark(Ref):
        ways["control"] = f"{text}\x02", Code.BAD_TEXT
    return ways


JUNK = [None, 7, 1.5, True, [], ["a"], {}, {"a": 1}, [[]], "", "x", "../x", "data/\x00", 1e400, -1, 2**70]


def spots(found: Any, spot: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON document."""
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in inner:
        yield (*spot, key)
        yield from spots(value, (*spot, key))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_junk_anywhere_in_a_descriptor_gives_a_report(draw: st.DataObject, exported: Path):
    found = json.loads((exported / "csv" / "datapackage.json").read_bytes())
    *way, last = draw.draw(st.sampled_from(list(spots(found))))
    inner = found
    for key in way:
        inner = inner[key]
    inner[last] = draw.draw(st.sampled_from(JUNK))
    with TemporaryDirectory() as place:
        package = shutil.copytree(exported / "csv", Path(place) / "package")
        (package / "datapackage.json").write_text(json.dumps(found), encoding="utf-8")
        assert all(str(problem) for problem in dxgov.validate(package))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=datasets(max_size=2), draw=st.data())
def test_one_random_fault_is_the_one_that_is_found(data: Dataset, draw: st.DataObject):
    with TemporaryDirectory() as folder:
        _one_random_fault(dxgov.export(data, Path(folder) / "export", formats=["csv"]) / "csv", draw)


def _one_random_fault(place: Path, draw: st.DataObject) -> None:
    listed = {each["name"] for each in json.loads((place / "datapackage.json").read_bytes())["resources"]}
    filled = [name for name in listed if records_of(place, name)]
    if not filled:
        return
    table = MODEL.stored[draw.draw(st.sampled_from(sorted(filled)))]
    rows = records_of(place, table.name)
    number = draw.draw(st.integers(0, len(rows) - 1))
    choices = {
        (column.name, kind): way
        for column in table.stored
        if rows[number][column.name]
        for kind, way in faults(column, rows[number][column.name], table).items()
        if way[0] != rows[number][column.name]
    }
    (name, _), (text, code) = draw.draw(st.sampled_from(sorted(choices.items())))

    def spoil(lines: list[list[str]]) -> None:
        lines[number + 1][lines[0].index(name)] = text

    edit_csv(place, table.name, spoil)
    problems = dxgov.validate(place).problems
    assert [(each.code, each.table, each.row, each.field) for each in problems] == [(code, table.name, number + 2, name)], problems
