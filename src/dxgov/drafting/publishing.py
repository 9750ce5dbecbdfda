"""Publication of a draft: the checks that nothing is left to a person, and the data set of its records."""

from collections.abc import Mapping, Sequence

from dxgov.dataset import Dataset
from dxgov.documents.lines import ExtractedText
from dxgov.drafting.files import TEXT_FILE
from dxgov.drafting.filling import fill_tables
from dxgov.drafting.guesses import Todo, TodoKind
from dxgov.drafting.record_tables import MODEL
from dxgov.drafting.rows import Row, check_tables, find_field
from dxgov.errors import DataError, Problem, ProblemCode
from dxgov.limits import Limits
from dxgov.marks import DocumentHash, Facet
from dxgov.metadata import Metadata
from dxgov.model.actors import Appointment
from dxgov.model.sources import Source
from dxgov.validation import ProblemCollector, check, make_row_batches, make_table_sources
from dxgov.values import digest_document
from dxgov.verification.citation_check import CitationChecker, collect_sources
from dxgov.verification.passages import CitedDocument

_SHARED_TABLES = tuple(name for name, table in MODEL.tables.items() if table.has(Facet) and table.record is not Source)
"""Tables of what many documents speak of, whose records are merged by id: actors, themes and things."""


def publish_tables(
    document: ExtractedText, tables: Mapping[str, Sequence[Row]], todo: Sequence[Todo], into: Dataset | None, metadata: Metadata | None
) -> Dataset:
    """Return the rows of a draft as a sound data set whose citations the document proves; see `Draft.publish`."""
    rows = complete_tables(document, tables)
    replaced = _drop_known(rows, into)
    # Collect all that is left to a person, and all faults but those that the data set to merge with may mend.
    problems = [_describe(item) for item in todo if item.kind is TodoKind.CHECK and item.record not in replaced]
    package = check_tables(MODEL, rows, metadata)
    fields: set[tuple[str | None, str | None, str]] = set()
    for problem in package.problems:
        table = MODEL.tables.get(problem.table or "")
        if problem.code is ProblemCode.MISSING_VALUE and table is not None:  # told once of a value of several columns
            key = (problem.table, problem.id, find_field(table, str(problem.field)).name)
            if key in fields:
                continue
            fields.add(key)
        if into is None or problem.code is not ProblemCode.UNKNOWN_REFERENCE:
            problems.append(problem)
    if problems:
        raise DataError("the draft is not finished", problems)
    data = Dataset(package.tables(MODEL), metadata)
    merged = data if into is None else into | data
    problems = [*_check(merged), *_verify(data, document)]
    if problems:
        raise DataError("the draft is not published", problems)
    return merged.known_sound()


def complete_tables(document: ExtractedText, tables: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """Return a copy of the rows of a draft with new digests, and with what follows from other cells where these are empty."""
    rows = {name: [dict(row) for row in tables[name]] for name in tables}
    _clear_digests(rows, document)
    fill_tables(MODEL, rows, {TEXT_FILE: document.text.encode()})
    return rows


def _clear_digests(rows: Mapping[str, Sequence[Row]], document: ExtractedText) -> None:
    """Empty the digests that follow from the document, so that they are made anew for the lines that are cited now."""
    sources = MODEL.table_of(Source)
    column = next(column.name for column in sources.stored if column.has(DocumentHash))
    own = [row for row in rows[sources.name] if row[column] in ("", digest_document(document.text))]
    for row in own:
        row[column] = ""
    ids = {row[sources.key[0]] for row in own}
    for name in MODEL.tables:
        for row in rows[name]:
            if row["citation_source_id"] in ids:
                row["citation_sha256"] = ""


def _drop_known(rows: dict[str, list[Row]], into: Dataset | None) -> set[str]:
    """Leave out the records that a data set has already, and return their ids.

    They are actors, themes and things of the same id, and appointments of the same person, post and day.
    """
    if into is None:
        return set()
    dropped = {row["id"] for name in _SHARED_TABLES for row in rows[name]} & {
        id for name in _SHARED_TABLES for id in into.tables[name].ids()
    }
    attested = {(known.person_id, known.post_id, known.attested.edtf or "") for known in into.appointments}
    appointments = rows[MODEL.table_of(Appointment).name]
    dropped |= {row["id"] for row in appointments if (row["person_id"], row["post_id"], row["attested_edtf"]) in attested}
    for name in (*_SHARED_TABLES, MODEL.table_of(Appointment).name):
        rows[name] = [row for row in rows[name] if row["id"] not in dropped]
    for name, link in MODEL.links.items():
        rows[name] = [row for row in rows[name] if row[link.owner_column.name] not in dropped]
    return dropped


def _describe(item: Todo) -> Problem:
    """Return a value that is left to be checked as a problem."""
    hint = f", or perhaps {' or '.join(item.alternatives)}" if item.alternatives else ""
    message = f"the value of {item.record} is unsure ({item.reason}){hint}; change it, or write reviewed into the column review"
    return Problem(ProblemCode.UNSURE_VALUE, message, item.table, field=item.field, id=item.record)


def _check(data: Dataset) -> tuple[Problem, ...]:
    """Return all problems of a data set."""
    limits = Limits()
    collector = ProblemCollector(limits.problems)
    check(MODEL, make_table_sources(data, limits.batch), data.metadata, collector, limits.memory)
    return tuple(collector)


def _verify(data: Dataset, document: ExtractedText) -> list[Problem]:
    """Return what the document does not prove of the records that cite it."""
    batches = make_row_batches(data)
    sources = collect_sources(MODEL, batches)
    cited = CitedDocument(TEXT_FILE, document.text.encode())
    for source in sources.values():
        if source.sha256 == digest_document(document.text):
            source.document = cited
    checker = CitationChecker(sources)
    for batch in batches.values():
        checker.check_table(batch)
    return checker.problems
