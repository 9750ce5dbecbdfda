"""Comparison of drafts of the bundled documents with their bundled records: the tables of ``docs/rereading.md``.

The documents are not in the repository. ``python docs/rereading.py FOLDER`` reads them from a folder and writes ``docs/rereading.json``.
"""

import csv
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from attrs import fields
from coders import kappa, observed

import dxgov
from dxgov import Actor, Appointment, Dataset
from dxgov.documents.readings import Certainty
from dxgov.drafting.draft import Draft
from dxgov.drafting.record_tables import ENTRY_TABLES
from dxgov.drafting.rows import Row, describe_field, join_links
from dxgov.marks import Ref
from dxgov.model.record import Record
from dxgov.schema import Field, Table
from dxgov.values import digest_document

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs" / "rereading.json"
BUNDLED = ROOT / "datasets" / "japan-dx-governance" / "data"
MODEL = Dataset.model()

OUTCOMES = ("same", "offered", "other", "empty", "added")
"""What a draft has of a field, in the order of the columns.

``same``: the value of the bundled record. ``offered``: that value is among the alternatives. ``other``: another value. ``empty``: nothing.
``added``: a value where the bundled record has none.
"""

ASK_FIELDS = ("expected_of_id", "expected_of_basis", "relayed_by_id", "strength", "kinds")
"""Fields of asks on which agreement is measured."""

_NOT_READ = frozenset({"known-actor", "digest", "reader", "default"})
"""Reasons of values that no grammar reads in the document."""

_READ_TABLES = frozenset(table.name for table in (*ENTRY_TABLES.values(), *(MODEL.table_of(record) for record in (Actor, Appointment))))
"""The tables that drafts have records of."""

Rows = Mapping[str, Sequence[Row]]
"""Records by table, with their lists of ids as JSON."""


class Pair(NamedTuple):
    """A drafted record and the bundled one that it stands for."""

    drafted: Row
    bundled: Row


def join_rows(tables: Mapping[str, Sequence[Mapping[str, str]]]) -> Rows:
    """Return the records of the tables of a package, each with the lists that link tables hold."""
    links = join_links(MODEL, tables)
    return {
        table.name: [{**row, **links.get(table.name, {}).get(row[table.key[0]], {})} for row in tables.get(table.name, ())]
        for table in MODEL.tables.values()
    }


def read_bundled() -> dict[str, list[Row]]:
    """Return the rows of the tables of the bundled package, link tables included."""
    tables = {}
    for path in BUNDLED.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return tables


def list_lines(row: Row) -> set[int]:
    """Return the numbers of the lines that a record cites."""
    return set(range(int(row["citation_first_line"] or 0), int(row["citation_last_line"] or -1) + 1))


def normalize(field: Field, text: str) -> Any:
    """Return what the text of a field says, without differences of width and white space, a date by its EDTF; empty for nothing."""
    if not text:
        return ""
    if field.value is dxgov.When:
        parts = json.loads(text)
        return parts.get("edtf") or parts.get("text", "")
    if field.columns[0].many:
        return tuple(json.loads(text))
    return "".join(unicodedata.normalize("NFKC", text).split())


def list_fields(table: Table) -> list[Field]:
    """Return the fields of a table that a document tells of: not the shared ones, nor those in English."""
    shared = {attribute.name for attribute in fields(Record)}
    return [field for field in table.fields if field.name not in shared and not re.search("_en(_basis)?$", field.name)]


def match_records(table: Table, drafted: Sequence[Row], bundled: Sequence[Row]) -> list[Pair]:
    """Return the drafted records that stand for bundled ones: the pairs that share most lines and values first, each record once.

    References to records other than actors are left out, since their ids differ.
    """
    compared = [field for field in list_fields(table) if not (field.mark(Ref) and field.columns[0].target != "actors")]
    values = {id(row): [normalize(field, describe_field(field, row)) for field in compared] for row in chain(drafted, bundled)}
    scores = []
    for first, drafted_row in enumerate(drafted):
        for second, bundled_row in enumerate(bundled):
            lines, others = list_lines(drafted_row), list_lines(bundled_row)
            shared = len(lines & others) / max(len(lines | others), 1)
            alike = sum(one == other != "" for one, other in zip(values[id(drafted_row)], values[id(bundled_row)], strict=True))
            if shared or (alike and not lines):
                scores.append((-shared - alike / len(compared), abs(first - second), first, second))
    pairs: list[Pair] = []
    used: tuple[set[int], set[int]] = (set(), set())
    for *_, first, second in sorted(scores):
        if first not in used[0] and second not in used[1]:
            pairs.append(Pair(drafted[first], bundled[second]))
            used[0].add(first)
            used[1].add(second)
    return pairs


def match_tables(drafted: Rows, bundled: Rows, source: str) -> dict[str, list[Pair]]:
    """Return the pairs of each table; actors are matched by their ids."""
    pairs = {}
    for table in MODEL.tables.values():
        if table.name == "actors":
            rows = {row["id"]: row for row in bundled[table.name]}
            pairs[table.name] = [Pair(row, rows[row["id"]]) for row in drafted[table.name] if row["id"] in rows]
        else:
            pairs[table.name] = match_records(table, drafted[table.name], list_own(bundled[table.name], source))
    return pairs


def list_own(rows: Iterable[Row], source: str) -> list[Row]:
    """Return the records that cite a source."""
    return [row for row in rows if row["citation_source_id"] == source]


def describe(row: Row) -> str:
    """Return the lines of a record and a name of it."""
    lines = "–".join(dict.fromkeys((row["citation_first_line"], row["citation_last_line"])))
    name = next((row[column] for column in ("title", "name", "label", "as_printed", "number", "id") if row.get(column)), "")
    return f"{lines} {name}".strip()


def compare_draft(draft: Draft, bundled: Rows, source: str) -> dict[str, Any]:
    """Return what a draft has of the bundled records of a source, by table."""
    drafted = join_rows(draft.data)
    pairs = match_tables(drafted, bundled, source)
    ids = {pair.drafted["id"]: pair.bundled["id"] for pair in chain.from_iterable(pairs.values())}
    guesses = {(guess.record, guess.field): guess for guess in draft.guesses}
    results: dict[str, Any] = {}
    for table in MODEL.tables.values():
        matched = {pair.drafted["id"] for pair in pairs[table.name]} | {pair.bundled["id"] for pair in pairs[table.name]}
        own = list_own(bundled[table.name], source)
        if not own and not drafted[table.name]:
            continue
        counts: dict[str, Counter[str]] = {}
        certainties: dict[str, Counter[str]] = {}
        for field in list_fields(table):
            for pair in pairs[table.name]:
                value, expected = (translate(normalize(field, describe_field(field, row)), ids) for row in pair)
                guess = guesses.get((pair.drafted["id"], field.name))
                options = [translate(normalize(field, option), ids) for option in guess.alternatives] if guess else []
                if outcome := judge(value, expected, options):
                    counts.setdefault(field.name, Counter())[outcome] += 1
                if guess and guess.value and guess.reason not in _NOT_READ:
                    certainties.setdefault(str(guess.certainty), Counter())["same" if outcome == "same" else "other"] += 1
        results[table.name] = {
            "bundled": len(own),
            "drafted": len(drafted[table.name]),
            "matched": sum(row["id"] in matched for row in own),
            "lacks": [describe(row) for row in own if row["id"] not in matched],
            "invents": [describe(row) for row in drafted[table.name] if row["id"] not in matched],
            "fields": {name: dict(counter) for name, counter in counts.items()},
            "certainties": {name: dict(counter) for name, counter in certainties.items()},
        }
    if "asks" in results:
        results["asks"]["codes"] = {name: sorted([pair.bundled[name], pair.drafted[name]] for pair in pairs["asks"]) for name in ASK_FIELDS}
    return results


def take_chief(cell: str) -> str:
    """Return a cell, of a list its first code."""
    return next(iter(json.loads(cell)), "") if cell.startswith("[") else cell


def translate(value: Any, ids: Mapping[str, str]) -> Any:
    """Return a value with the ids of drafted records replaced by those of bundled ones."""
    return tuple(ids.get(id, id) for id in value) if isinstance(value, tuple) else ids.get(value, value)


def judge(value: Any, expected: Any, options: Sequence[Any]) -> str | None:
    """Return the outcome of a field; None if it is empty in both. Lists are the same in any order, and offered by their first member."""
    if isinstance(expected, tuple):
        is_same, is_offered = set(value) == set(expected), any(option[:1] == expected[:1] for option in options)
    else:
        is_same, is_offered = value == expected, expected in options
    if is_same:
        return "same" if value else None
    if not expected:
        return "added"
    return "offered" if is_offered else "other" if value else "empty"


# ---- tables of the page


def _load_results() -> dict[str, Any]:
    results: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


def _iterate_tables(results: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield the id of a source, the name of a table and its result."""
    for source, result in results.items():
        for name, table in result["tables"].items():
            yield source, name, table


def records() -> Iterator[str]:
    """Yield the table of records that each draft has, lacks and invents."""
    results = _load_results()
    yield "| document | read as | lines unread | table | bundled | in the draft | lacking | invented |"
    yield "|---|---|--:|---|--:|--:|--:|--:|"
    previous = ""
    for source, name, table in _iterate_tables(results):
        result = results[source]
        head = f"`{source}` | `{result['genre']}` | {result['unread']} of {result['lines']}" if source != previous else " | | "
        previous = source
        yield (
            f"| {head} | `{name}` | {table['bundled']} | {table['matched']} | {len(table['lacks']) or ''} "
            f"| {', '.join(map(_escape, table['invents']))} |"
        )


def lacks() -> Iterator[str]:
    """Yield the records that each draft lacks, of the tables that a grammar reads."""
    for source, result in _load_results().items():
        names = {name: table["lacks"] for name, table in result["tables"].items() if table["lacks"] and name in _READ_TABLES}
        if names:
            yield f"- `{source}`"
            yield from (f"  - `{name}`: {'; '.join(map(_escape, rows))}" for name, rows in names.items())


def field_counts() -> Iterator[str]:
    """Yield the table of what the drafts have of the fields, and the fields that no draft fills."""
    counts: dict[str, dict[str, Counter[str]]] = {}
    for _, name, table in _iterate_tables(_load_results()):
        for field, outcomes in table["fields"].items():
            counts.setdefault(name, {}).setdefault(field, Counter()).update(outcomes)
    yield f"| table | field | {' | '.join(OUTCOMES)} |"
    yield f"|---|---|{'--:|' * len(OUTCOMES)}"
    left: dict[str, list[str]] = {}
    for name, fields_of_table in counts.items():
        for field, outcomes in fields_of_table.items():
            if set(outcomes) == {"empty"}:
                left.setdefault(name, []).append(field)
            else:
                yield f"| `{name}` | `{field}` | {' | '.join(str(outcomes[outcome] or '') for outcome in OUTCOMES)} |"
    yield ""
    yield "Empty in all drafts:"
    yield ""
    yield from (f"- `{name}`: {', '.join(f'`{field}`' for field in names)}" for name, names in left.items())


def certainties() -> Iterator[str]:
    """Yield the table of how many values of each certainty are those of the data."""
    counts: dict[str, Counter[str]] = {str(certainty): Counter() for certainty in Certainty}
    for _, _, table in _iterate_tables(_load_results()):
        for name, outcomes in table["certainties"].items():
            counts[name].update(outcomes)
    yield "| certainty | values | the same as in the data | share |"
    yield "|---|--:|--:|--:|"
    for name, outcomes in counts.items():
        yield f"| `{name}` | {outcomes.total()} | {outcomes['same']} | {outcomes['same'] / max(outcomes.total(), 1):.1%} |"


def asks() -> Iterator[str]:
    """Yield the table of agreement on the asks that a draft and the data both have, by document."""
    yield "| document | field | n | alike | observed | Cohen's κ |"
    yield "|---|---|--:|--:|--:|--:|"
    for source, name, table in _iterate_tables(_load_results()):
        for field, pairs in table.get("codes", {}).items() if name == "asks" else ():
            first, second = zip(*pairs, strict=True)
            alike = sum(a == b for a, b in pairs)
            value = kappa(first, second)
            shown = "n/a" if value is None else f"{value:.2f}"
            yield f"| `{source}` | `{field}` | {len(pairs)} | {alike} | {observed(first, second):.2f} | {shown} |"


def _escape(text: str) -> str:
    return text.replace("|", "\\|")


def write_results(folder: Path) -> None:
    """Read the documents of a folder that the bundled sources are made of, and write what the drafts have of their records."""
    data, bundled = dxgov.load(), join_rows(read_bundled())
    paths = {digest_document(path.read_text(encoding="utf-8")): path for path in folder.iterdir() if path.is_file()}
    results = {
        source.id: {
            "genre": draft.genre,
            "unread": len(draft.unread),
            "lines": len(draft.document.lines),
            "tables": compare_draft(draft, bundled, source.id),
        }
        for source in data.sources
        for draft in [dxgov.read(paths[source.file_sha256], like=data, id=source.id.removeprefix("src-"))]
    }
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_results(Path(sys.argv[1]))
