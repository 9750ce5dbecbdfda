"""The comparison of drafts with the bundled records tells what is the same, other, lacking and invented."""

from collections.abc import Callable

import pytest
import rereading

from dxgov import Draft
from dxgov.documents.lines import ExtractedText
from dxgov.documents.readings import Certainty
from dxgov.drafting.guesses import Guess
from dxgov.drafting.rows import Row

SOURCE = "src-2020-11-24-tokyo-assocs-letter"
Tables = dict[str, list[Row]]


@pytest.fixture
def tables() -> Tables:
    """The rows of the bundled package that cite the letter, as a perfect draft would have them."""
    bundled = rereading.read_bundled()
    own = {
        name: [row for row in rows if row["citation_source_id"] == SOURCE] if name in rereading.MODEL.tables else rows
        for name, rows in bundled.items()
    }
    own["asks"] = [{**row, "id": f"{row['id']}-drafted"} for row in own["asks"]]
    for name in ("ask_themes", "ask_things"):
        own[name] = [{**row, "ask_id": f"{row['ask_id']}-drafted"} for row in own[name]]
    return own


def compare(tables: Tables, *guesses: Guess):
    bundled = rereading.join_rows(rereading.read_bundled())
    draft = Draft(document=ExtractedText(()), genre="letter", data={name: tuple(rows) for name, rows in tables.items()}, guesses=guesses)
    return rereading.compare_draft(draft, bundled, SOURCE)


def test_a_perfect_draft_has_all_records_and_values(tables: Tables):
    results = compare(tables)
    assert {name for name, table in results.items() if table["lacks"] or table["invents"]} == set()
    outcomes = {outcome for table in results.values() for counts in table["fields"].values() for outcome in counts}
    assert outcomes == {"same"}
    assert all(bundled == drafted for pairs in results["asks"]["codes"].values() for bundled, drafted in pairs)


def change_value(tables: Tables) -> None:
    tables["asks"][3]["strength"] = "consider" if tables["asks"][3]["strength"] != "consider" else "act"


def empty_value(tables: Tables) -> None:
    tables["asks"][3]["strength"] = ""


@pytest.mark.parametrize(("damage", "outcome"), [(change_value, "other"), (empty_value, "empty")])
def test_a_value_that_differs_is_counted(tables: Tables, damage: Callable[[Tables], None], outcome: str):
    damage(tables)
    table = compare(tables)["asks"]
    assert table["fields"]["strength"] == {"same": table["bundled"] - 1, outcome: 1}
    assert sum(bundled != drafted for bundled, drafted in table["codes"]["strength"]) == 1


def test_an_alternative_counts_as_offered(tables: Tables):
    ask = tables["asks"][3]
    guess = Guess(ask["id"], "strength", "", Certainty.UNSURE, "rule", 1, 1, (ask["strength"],))
    empty_value(tables)
    assert compare(tables, guess)["asks"]["fields"]["strength"]["offered"] == 1


def test_records_that_only_one_side_has_are_named(tables: Tables):
    missing = tables["asks"].pop(5)
    tables["request_items"].append(
        {**tables["request_items"][0], "id": "req-more", "citation_first_line": "80", "citation_last_line": "80"}
    )
    results = compare(tables)
    assert (results["asks"]["matched"], len(results["asks"]["lacks"])) == (results["asks"]["bundled"] - 1, 1)
    assert results["asks"]["lacks"][0].startswith(missing["citation_first_line"])
    assert len(results["request_items"]["invents"]) == 1
