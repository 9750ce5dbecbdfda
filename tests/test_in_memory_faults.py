"""Faults of a data set in memory are reported as those of a package are, and it is not exported."""

from pathlib import Path
from typing import Any

import attrs
import pytest

import dxgov
from dxgov import Citation, DataError, Dataset, Problem, ProblemCode
from planted_faults import ASK, ASK_B, FIRST, SECOND
from soundness import DIGEST, LETTER, sound

pytestmark = pytest.mark.slow

Code = ProblemCode


def change_record(id: str, **values: Any) -> Dataset:
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
    data = change_record(id, **values)
    (problem,) = dxgov.validate(data)
    row = data.tables[table].ids().index(id) + 1
    assert attrs.evolve(problem, message="") == Problem(code, "", table, row, field, value, id)
    assert says in problem.message


def test_a_data_set_that_is_not_sound_is_not_exported(tmp_path: Path):
    with pytest.raises(DataError, match="not sound") as raised:
        dxgov.export(change_record("kaifu", part_of_id="nowhere-near"), tmp_path / "export")
    assert [problem.code for problem in raised.value.problems] == [Code.UNKNOWN_REFERENCE]
    assert not list(tmp_path.iterdir())
