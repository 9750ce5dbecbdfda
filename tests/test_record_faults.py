"""Every fault planted in a record is reported with its row and field, and nothing else is, in each format."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from dxgov import ProblemCode
from dxgov.schema.table_schema import LIST_TYPES
from package_files import append_row, find_row, read_records, update_row
from planted_faults import ASK, ASK_B, FIRST, SECOND, PlantedFault, add_row, change_cell, change_link, close_cycle, remove_link
from soundness import DIGEST, LETTER

pytestmark = pytest.mark.slow

Code = ProblemCode

PAST = {"attested_edtf": "1949-12", "attested_start": date(1949, 12, 1), "attested_end": date(1949, 12, 31)}


def put_founded(package: Path, id: str) -> int:
    """Give an actor the date at which the prefecture was founded, and the prefecture none; returns the row of the only appointment."""
    names = [name for name in read_records(package, "actors")[0] if name.startswith("founded_")]
    (whole,) = (row for row in read_records(package, "actors") if row["id"] == "kaifu")
    update_row(package, "actors", {name: whole[name] for name in names}, id=id)
    update_row(package, "actors", dict.fromkeys(names), id="kaifu")
    return find_row(package, "appointments", id="app-2031-04-02-minato")


# Faults of records, which any format can hold

RECORDS = [
    change_cell("missing text", "themes/skills", "label", None, Code.MISSING_VALUE, "found nothing"),
    change_cell("missing code", f"asks/{ASK}", "strength", None, Code.MISSING_VALUE),
    change_cell("missing summary in a full source", "statements/mtg-lines-2.t1.p1", "summary", None, Code.MISSING_VALUE, "is 'full'"),
    change_cell("missing kind in a full source", "statements/mtg-lines-2.t2.p1", "kind", None, Code.MISSING_VALUE, "is 'full'"),
    change_cell("missing English name in a full source", "meetings/mtg-lines-3", "name_en", None, Code.MISSING_VALUE, "is 'full'"),
    change_cell("missing program of a draft", "actors/nagisa", "drafted_with", None, Code.MISSING_VALUE, "review is not 'reviewed'"),
    change_cell("missing English label", "actors/kaifu-assembly-chair", "label_en", None, Code.MISSING_VALUE, "is 'full'"),
    change_cell("English label alone", "actors/kaifu-governor", "label_en", "Governor", Code.UNEXPECTED_VALUE, "label is empty"),
    change_cell("missing number", "opinions/opn-lines.1.2", "position", None, Code.MISSING_VALUE),
    change_cell("missing decimal", "figures/fig-speed", "value", None, Code.MISSING_VALUE),
    change_cell("missing truth value", "agenda_items/mtg-lines-2.1", "recorded", None, Code.MISSING_VALUE),
    change_cell("missing text of a date", "requests/" + FIRST, "submitted_text", None, Code.MISSING_VALUE),
    change_cell("missing source of a citation", f"asks/{ASK}", "citation_source_id", None, Code.MISSING_VALUE),
    change_cell("missing parent", f"asks/{ASK}", "item_id", None, Code.MISSING_VALUE),
    change_cell("missing id", "links/lnk-answer", "id", None, Code.MISSING_VALUE, id=None),
    change_cell("missing id of a record that others refer to", "themes/skills", "id", None, Code.MISSING_VALUE, id=None),
    change_cell("missing list", f"asks/{ASK}", "kinds", [], Code.MISSING_VALUE, value="[]"),
    remove_link("missing link", f"asks/{ASK}", "theme_ids", "ask_themes", {"ask_id": ASK}),
    remove_link(
        "missing link of a role",
        f"requests/{SECOND}",
        "submitted_by_ids",
        "request_parties",
        {"request_id": SECOND, "role": "submitter"},
    ),
    change_link(
        "missing target of a link",
        "ask_themes",
        {"ask_id": ASK, "theme_id": "spare-lines"},
        {"theme_id": None},
        Code.MISSING_VALUE,
        "theme_id",
    ),
    change_link(
        "missing role",
        "request_parties",
        {"request_id": SECOND, "role": "submitter"},
        {"role": None},
        Code.MISSING_VALUE,
        "role",
    ),
    change_cell("unknown code", f"asks/{ASK}", "strength", "urg", Code.UNKNOWN_CODE, "did you mean 'urge'?"),
    change_cell(
        "unknown code of a date", f"requests/{FIRST}", "submitted_scope", "roughly", Code.UNKNOWN_CODE, "expected one of exact, within"
    ),
    change_link(
        "unknown role",
        "request_parties",
        {"request_id": SECOND, "role": "submitter"},
        {"role": "submiter"},
        Code.UNKNOWN_CODE,
        "role",
        "did you mean 'submitter'?",
    ),
    change_cell("pattern", "examination_items/exm-2-1", "code", "2.1", Code.PATTERN, "numbers joined by hyphens"),
    change_cell("pattern of a time", "meetings/mtg-lines-1", "start_time", "9:30", Code.PATTERN, "00:00 to 23:59"),
    change_cell("pattern of a key", "links/lnk-answer", "id", "link-answer", Code.PATTERN, "'lnk-'", id="link-answer"),
    change_cell("pattern of a digest", f"sources/{LETTER}", "file_sha256", DIGEST.upper(), Code.PATTERN, "64 hexadecimal digits"),
    change_cell("pattern of a line that ends", "sources/" + LETTER, "language", "ja\n", Code.PATTERN),
    change_cell(
        "check digit of a local government", "actors/kaifu-shiomi", "local_government_code", "012018", Code.CHECK_DIGIT, "'012017'"
    ),
    change_cell(
        "check digit of a corporation", "actors/kaifu-shiomi", "corporate_number", "8000020992011", Code.CHECK_DIGIT, "'7000020992011'"
    ),
    change_cell("too small a number", "meetings/mtg-lines-2", "ordinal", 0, Code.TOO_SMALL, "expected 1 or more"),
    change_cell("too small a line", f"asks/{ASK}", "citation_first_line", -3, Code.TOO_SMALL, "expected 1 or more"),
    change_cell("control character", "themes/skills", "definition", "人\x0b材", Code.BAD_TEXT, "control character"),
    change_cell("command to a terminal", "themes/skills", "label", "\x9b31m人材\x9d0;t\x9c", Code.BAD_TEXT, "control character"),
    change_cell("next line", "themes/skills", "note", "人\x85材", Code.BAD_TEXT, "control character"),
    change_cell("deletion", "themes/skills", "label_en", "skills\x7f", Code.BAD_TEXT, "control character"),
    change_cell("spaces for a text", "themes/skills", "label", "   ", Code.BAD_TEXT, "nothing but white space"),
    change_cell("ideographic space for a text", "themes/skills", "definition", "\u3000", Code.BAD_TEXT, "nothing but white space"),
    change_cell("spaces without a break for a text", "themes/skills", "note", "\xa0\u202f", Code.BAD_TEXT, "nothing but white space"),
    change_cell("space that nobody sees for a text", "themes/skills", "label", "\u200b\ufeff", Code.BAD_TEXT, "nothing but white space"),
    change_cell("line break for a place", f"asks/{ASK}", "citation_place", "\n", Code.BAD_TEXT, "nothing but white space"),
    change_cell("spaces for a code of letters", "actors/kaifu", "wikidata", "  ", Code.BAD_TEXT, "nothing but white space"),
    change_cell("spaces for the words of a date", "meetings/mtg-lines-2", "held_text", "\u3000", Code.BAD_TEXT, "nothing but white space"),
    change_cell("spaces for a date", "meetings/mtg-lines-2", "held_edtf", " ", Code.BAD_TEXT, "nothing but white space"),
    add_row("id without end", "themes", {"id": "skills"}, {"id": "a" * 100_000}, Code.TOO_LARGE, "id", "at most 200 characters"),
    add_row("id too long by one", "themes", {"id": "skills"}, {"id": "a" * 201}, Code.TOO_LARGE, "id", "at most 200 characters"),
    change_cell(
        "repeated code in a list",
        f"asks/{ASK}",
        "kinds",
        ["funding", "infrastructure", "funding"],
        Code.REPEATED_CODE,
        "'funding' stands in the list twice",
        value="funding",
    ),
    add_row("duplicate id", "themes", {"id": "skills"}, {}, Code.DUPLICATE_KEY, "id", "already"),
    add_row("duplicate link", "ask_themes", {"ask_id": ASK, "theme_id": "spare-lines"}, {"position": 9}, Code.DUPLICATE_KEY, "theme_id"),
    add_row("id of another table", "themes", {"id": "skills"}, {"id": "nation"}, Code.DUPLICATE_KEY, "id", "a record of actors too"),
    change_cell(
        "dangling reference", "duties/dut-lines.1", "owner_id", "kaifu-digitl", Code.UNKNOWN_REFERENCE, "did you mean 'kaifu-digital'?"
    ),
    change_cell(
        "dangling reference to an item", f"asks/{ASK}", "item_id", f"{FIRST}.01.9", Code.UNKNOWN_REFERENCE, "is not a request item"
    ),
    change_cell(
        "dangling optional reference", f"asks/{ASK_B}", "relayed_by_id", "nobody-at-all", Code.UNKNOWN_REFERENCE, "is not an actor"
    ),
    change_cell(
        "dangling reference to the own table",
        "themes/spare-lines",
        "broader_id",
        "sea-cable",
        Code.UNKNOWN_REFERENCE,
        "did you mean 'sea-cables'?",
    ),
    change_cell(
        "dangling reference in a citation",
        f"asks/{ASK}",
        "citation_source_id",
        "src-2031-04-leter",
        Code.UNKNOWN_REFERENCE,
        f"did you mean '{LETTER}'?",
    ),
    change_cell("reference to a record of another table", f"asks/{ASK}", "item_id", FIRST, Code.UNKNOWN_REFERENCE, "is not a request item"),
    change_cell(
        "dangling subject of a link",
        "links/lnk-answer",
        "subject_id",
        "mtg-lines-2.t2.p9",
        Code.UNKNOWN_REFERENCE,
        "is not a record; did you mean 'mtg-lines-2.t2.p1'?",
    ),
    change_cell("dangling object of a link", "links/lnk-answer", "object_id", "nowhere", Code.UNKNOWN_REFERENCE, "is not a record"),
    change_cell("dangling subject of a figure", "figures/fig-loss", "subject_id", "kaifu-shiom", Code.UNKNOWN_REFERENCE, "'kaifu-shiomi'?"),
    add_row(
        "dangling owner of a link row",
        "ask_themes",
        {"ask_id": ASK, "theme_id": "spare-lines"},
        {"ask_id": f"{FIRST}.01.1.c"},
        Code.UNKNOWN_REFERENCE,
        "ask_id",
        "is not an ask; did you mean",
    ),
    change_link(
        "dangling target of a link row",
        "ask_themes",
        {"ask_id": ASK, "theme_id": "spare-lines"},
        {"theme_id": "spare-line"},
        Code.UNKNOWN_REFERENCE,
        "theme_id",
        "is not a theme; did you mean 'spare-lines'?",
    ),
    change_link(
        "dangling target of a link row with a role",
        "meeting_parties",
        {"meeting_id": "mtg-lines-2", "role": "organiser"},
        {"actor_id": "kaifu-digit"},
        Code.UNKNOWN_REFERENCE,
        "actor_id",
    ),
    change_cell("control character in a date", "meetings/mtg-lines-2", "held_edtf", "2031-05-12\x02", Code.BAD_TEXT, "control character"),
    change_cell("invalid EDTF", "meetings/mtg-lines-2", "held_edtf", "2023-02-29", Code.INVALID_VALUE, "2023-02 has no day 29"),
    change_cell("EDTF of another kind", "meetings/mtg-lines-2", "held_edtf", "5月12日", Code.INVALID_VALUE, "expected a date such as"),
    change_cell(
        "EDTF that ends before it begins", "milestones/ms-spare-line.1-decision", "date_edtf", "2031-09/2031-08", Code.INVALID_VALUE
    ),
    change_cell(
        "start that contradicts", "meetings/mtg-lines-2", "held_start", date(2031, 5, 13), Code.CONTRADICTION, "expected 2031-05-12 from"
    ),
    change_cell(
        "end that contradicts", "meetings/mtg-lines-2", "held_end", date(2031, 5, 13), Code.CONTRADICTION, "expected 2031-05-14 from"
    ),
    change_cell(
        "end that is missing", "statements/mtg-lines-2.t2.p1", "due_end", None, Code.CONTRADICTION, "found nothing, expected 2031-12-31"
    ),
    change_cell(
        "start of an open date", "statements/mtg-lines-2.t2.p1", "due_start", date(2031, 1, 1), Code.CONTRADICTION, "expected nothing"
    ),
    change_cell("start without EDTF", "meetings/mtg-lines-3", "held_start", date(2031, 8, 1), Code.CONTRADICTION, "expected nothing"),
    change_cell(
        "optional date without its text", "instructions/ins-2031-05-governor.1", "due_text", None, Code.MISSING_VALUE, "columns of due"
    ),
    change_cell("optional date without its scope", "actors/kaifu", "founded_scope", None, Code.MISSING_VALUE, "other columns of founded"),
    change_cell("optional date without its basis", "figures/fig-speed", "as_of_basis", None, Code.MISSING_VALUE, "other columns of as_of"),
    change_cell("together: one missing", "actors/minato", "conjecture_basis", None, Code.MISSING_VALUE, "because name_conjecture has one"),
    change_cell(
        "together: one alone",
        "actors/kaifu",
        "corporate_number_basis",
        "published",
        Code.UNEXPECTED_VALUE,
        "because corporate_number is empty",
    ),
    change_cell(
        "together in a citation", f"asks/{ASK}", "citation_sha256", None, Code.MISSING_VALUE, "because citation_first_line has one"
    ),
    change_cell(
        "together in a citation, alone",
        f"requests/{SECOND}",
        "citation_sha256",
        DIGEST,
        Code.UNEXPECTED_VALUE,
        "because citation_first_line is empty",
    ),
    change_cell("required unless", "links/lnk-same-matter", "rationale", None, Code.MISSING_VALUE, "because basis is not 'stated'"),
    PlantedFault(
        "line before another",
        lambda package: update_row(package, "sources", {"citation_first_line": 4}, id=LETTER),
        Code.WRONG_ORDER,
        "sources",
        "citation_last_line",
        "3",
        LETTER,
        "expected not less than 4 in citation_first_line",
    ),
    PlantedFault(
        "attested before the post was made",
        lambda package: update_row(package, "appointments", PAST, id="app-2031-04-02-minato") and put_founded(package, "kaifu-governor"),
        Code.WRONG_ORDER,
        "appointments",
        "attested_edtf",
        "1949-12",
        "app-2031-04-02-minato",
        "expected not before 1950-01-01, the first day of founded of 'kaifu-governor'",
    ),
    PlantedFault(
        "attested before the body of the post was founded",
        lambda package: update_row(package, "appointments", PAST, id="app-2031-04-02-minato"),
        Code.WRONG_ORDER,
        "appointments",
        "attested_edtf",
        "1949-12",
        "app-2031-04-02-minato",
        "expected not before 1950-01-01, the first day of founded of 'kaifu'",
    ),
    close_cycle("circle of one", "actors", "part_of_id", "kaifu"),
    close_cycle("circle of two", "deliverables", "previous_id", "dlv-plan.1-outline", "dlv-plan.2-draft"),
    close_cycle("circle of three", "themes", "broader_id", "networks", "spare-lines", "sea-cables"),
    close_cycle("circle of parents", "examination_items", "parent_id", "exm-2", "exm-2-1"),
    change_cell(
        "sub-item of an item of another request",
        f"request_items/{FIRST}.01.2",
        "request_id",
        SECOND,
        Code.PARENT_MISMATCH,
        f"parent_id leads to a record of '{FIRST}'",
    ),
    PlantedFault(
        "statement under an agenda item of another meeting",
        lambda package: update_row(package, "statements", {"agenda_item_id": "mtg-lines-1.1"}, id="mtg-lines-2.t2.p1"),
        Code.PARENT_MISMATCH,
        "statements",
        "meeting_id",
        "mtg-lines-2",
        "mtg-lines-2.t2.p1",
        "agenda_item_id leads to a record of 'mtg-lines-1'",
    ),
    change_cell("repeated path", f"request_items/{FIRST}.01.2", "path", "1.1", Code.DUPLICATE_NUMBER, "same request_id"),
    change_cell(
        "repeated position below an item",
        f"request_items/{FIRST}.01.2",
        "position",
        1,
        Code.DUPLICATE_NUMBER,
        "same request_id and parent_id",
    ),
    change_cell("repeated position at the first level", f"request_items/{FIRST}.02", "position", 1, Code.DUPLICATE_NUMBER),
    change_cell("repeated letter", f"asks/{ASK_B}", "letter", "a", Code.DUPLICATE_NUMBER, "same item_id"),
    change_cell("repeated position on an agenda", "agenda_items/mtg-lines-2.2", "position", 1, Code.DUPLICATE_NUMBER, "same meeting_id"),
    change_cell("repeated point", "statements/mtg-lines-2.t1.p2", "point", 1, Code.DUPLICATE_NUMBER, "same meeting_id and turn"),
    change_cell("repeated position of an opinion", "opinions/opn-lines.1.2", "position", 1, Code.DUPLICATE_NUMBER),
    change_cell(
        "repeated code of a local government", "actors/kaifu-soto", "local_government_code", "012017", Code.DUPLICATE_NUMBER, "already"
    ),
    change_cell("repeated corporate number", "actors/kaifu-soto", "corporate_number", "7000020992011", Code.DUPLICATE_NUMBER, "already"),
    change_cell("repeated Wikidata item", "actors/kaifu-soto", "wikidata", "Q420", Code.DUPLICATE_NUMBER, "already"),
    PlantedFault(
        "the same appointment twice",
        lambda package: append_row(package, "appointments", {"id": "app-2031-04-02-again"}, id="app-2031-04-02-minato"),
        Code.DUPLICATE_NUMBER,
        "appointments",
        "attested_edtf",
        "2031-04-02",
        "app-2031-04-02-again",
        "with the same person_id and post_id",
    ),
    change_cell("code of a prefecture", "actors/kaifu-soto", "local_government_code", "010006", Code.PATTERN, "because kind is 'city'"),
    change_cell("code of a town", "actors/kaifu-soto", "local_government_code", "013013", Code.PATTERN, "third digit 1 or 2"),
    change_cell("code of a special ward", "actors/kaifu-soto", "local_government_code", "131148", Code.PATTERN, "because kind is 'city'"),
    change_cell("code of a city", "actors/kaifu", "local_government_code", "012025", Code.PATTERN, "the code of a prefecture"),
    change_cell("code of no prefecture", "actors/kaifu-soto", "local_government_code", "482013", Code.PATTERN, "01 to 47"),
    change_cell("code of what is no local government", "actors/nation", "local_government_code", "012025", Code.PATTERN, "a union of"),
    change_cell(
        "person who is a city", "appointments/app-2031-04-02-minato", "person_id", "kaifu-shiomi", Code.WRONG_KIND, "expected person"
    ),
    change_cell("post that is a city", "appointments/app-2031-04-02-minato", "post_id", "kaifu-shiomi", Code.WRONG_KIND, "expected post"),
    change_cell("person in himself", "appointments/app-2031-04-02-minato", "post_id", "minato", Code.WRONG_KIND, "is of the kind 'person'"),
    change_cell(
        "part of a person",
        "actors/kaifu-soto",
        "part_of_id",
        "minato",
        Code.WRONG_KIND,
        "expected any kind but post, person, collective and unspecified",
    ),
    change_cell("owner of a duty", "duties/dut-lines.1", "owner_id", "minato", Code.WRONG_KIND),
    change_cell("person as a post", "statements/mtg-session.t2", "speaker_post_id", "minato", Code.WRONG_KIND, "expected post"),
    change_link(
        "signatory that is a city",
        "request_parties",
        {"request_id": FIRST, "role": "signatory"},
        {"actor_id": "kaifu-soto"},
        Code.WRONG_KIND,
        "actor_id",
        "is of the kind 'city', expected person or post",
    ),
    add_row(
        "addressee that nobody knows",
        "statement_addressees",
        {"statement_id": "mtg-lines-2.t1.p1", "addressed_to_id": "kaifu-digital"},
        {"addressed_to_id": "unspecified", "position": 2},
        Code.WRONG_KIND,
        "addressed_to_id",
        "expected any kind but unspecified",
    ),
    change_cell(
        "ask relayed by whoever must act", f"asks/{ASK_B}", "relayed_by_id", "nation", Code.SAME_VALUE, "which expected_of_id is too"
    ),
    PlantedFault(
        "link of a record to itself",
        lambda package: update_row(package, "links", {"object_id": "mtg-lines-2.t2.p1"}, id="lnk-answer"),
        Code.SAME_VALUE,
        "links",
        "object_id",
        "mtg-lines-2.t2.p1",
        "lnk-answer",
        "the two must differ",
    ),
    add_row(
        "reply to itself",
        "statement_replies",
        {"statement_id": "mtg-lines-2.t2.p1", "replies_to_id": "mtg-lines-2.t1.p1"},
        {"replies_to_id": "mtg-lines-2.t2.p1", "position": 3},
        Code.REFERENCE_CYCLE,
        "replies_to_id",
        "refers to itself",
    ),
    change_link(
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
def test_a_fault_of_a_record(case: PlantedFault, format: str, copy_package: Callable[..., Path]):
    case.check(copy_package(format, case.table))
