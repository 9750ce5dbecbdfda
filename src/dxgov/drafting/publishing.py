"""Publication of a draft: the checks that nothing is left to a person, and the data set of its records."""

from collections.abc import Iterable, Mapping, Sequence

import pyarrow.compute as pc
from attrs import evolve

from dxgov.dataset import Dataset
from dxgov.documents.lines import ExtractedText
from dxgov.drafting.decisions import get_traits, iterate_records, match_renamed
from dxgov.drafting.files import TEXT_FILE
from dxgov.drafting.filling import fill_tables
from dxgov.drafting.guesses import Todo, TodoKind
from dxgov.drafting.record_tables import MODEL
from dxgov.drafting.rows import Row, check_tables, find_field, format_record, get_lines
from dxgov.errors import DataError, DestinationError, Problem, ProblemCode
from dxgov.limits import Limits
from dxgov.marks import DocumentHash, Facet
from dxgov.metadata import Metadata, Redirect
from dxgov.model.actors import Appointment
from dxgov.model.sources import Source
from dxgov.tables.arrow import text_array
from dxgov.validation import ProblemCollector, check, make_row_batches, make_table_sources
from dxgov.values import digest_document, digest_passage
from dxgov.verification.citation_check import CitationChecker, collect_sources
from dxgov.verification.passages import CitedDocument

_SHARED_TABLES = tuple(name for name, table in MODEL.tables.items() if table.has(Facet) and table.record is not Source)
"""Tables of what many documents speak of, whose records are merged by id: actors, themes and things."""


def publish_tables(
    document: ExtractedText,
    tables: Mapping[str, Sequence[Row]],
    todo: Sequence[Todo],
    into: Dataset | None,
    metadata: Metadata | None,
    *,
    replace: bool,
) -> Dataset:
    """Return the rows of a draft as a sound data set whose citations the document proves; see `Draft.publish`."""
    rows = complete_tables(document, tables)
    if into is not None:
        into = _remove_earlier(rows, into, replace=replace)
    replaced = _drop_known(rows, into)
    # Collect all that is left to a person, and all faults but those that the data set to merge with may mend.
    problems = [_describe(item) for item in todo if item.kind is TodoKind.CHECK and item.record not in replaced]
    package = check_tables(MODEL, rows, metadata)
    fields: set[tuple[str | None, str | None, str]] = set()
    for problem in explain_citations(package.problems, rows, document):
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


def _remove_earlier(rows: Mapping[str, Sequence[Row]], into: Dataset, *, replace: bool) -> Dataset:
    """Return a data set without the records that an earlier publication of the draft added.

    Ids that are gone redirect to those that their records have now; to nothing if there is no such record.

    Raises:
        DestinationError: there are such records, and `replace` is false.
    """
    sources = MODEL.table_of(Source)
    published = {row[sources.key[0]] for row in rows[sources.name]} & {*into.tables[sources.name].ids()}
    if not published:
        return into
    if not replace:
        raise DestinationError(
            f"records of {', '.join(sorted(published))} are published there already; replace them (--replace, replace=True)"
        )
    column = "citation_source_id"
    earlier = {
        record.id: (table, record)
        for name, table in MODEL.tables.items()
        for record in into.tables[name]
        if record.citation.source_id in published
    }
    # Redirect the ids that are gone, and give up redirects of those that are back.
    now = {row[table.key[0]]: get_traits(table, row) for table, row in iterate_records(MODEL, rows)}
    gone = {id: get_traits(table, format_record(table, record)) for id, (table, record) in earlier.items() if id not in now}
    renamed = match_renamed(gone, {id: traits for id, traits in now.items() if id not in earlier})
    kept = [entry for entry in into.metadata.redirects if not (entry.id in now and (entry.to is None or entry.to in gone))]
    redirects = (*kept, *(Redirect(id, renamed.get(id)) for id in gone if id not in {entry.id for entry in kept}))
    arrow_tables = {name: into.tables[name].data for name in MODEL.tables}
    remaining = {
        name: table.filter(pc.invert(pc.is_in(table[column], text_array(sorted(published))))) for name, table in arrow_tables.items()
    }
    return type(into)(remaining, evolve(into.metadata, redirects=redirects))


def complete_tables(document: ExtractedText, tables: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """Return a copy of the rows of a draft with new digests, and with what follows from other cells where these are empty."""
    rows = {name: [dict(row) for row in tables[name]] for name in tables}
    _clear_digests(rows, document)
    fill_tables(MODEL, rows, {TEXT_FILE: document.text.encode()})
    return rows


def explain_citations(problems: Iterable[Problem], tables: Mapping[str, Sequence[Row]], document: ExtractedText) -> tuple[Problem, ...]:
    """Return the problems of a draft's rows, those of missing digests of passages with the reason why the document gives none."""
    texts = [line.text for line in document.lines]

    def explain(problem: Problem) -> Problem:
        row = next((row for row in tables.get(problem.table or "", ()) if row.get("id") == problem.id), None)
        if problem.code is not ProblemCode.MISSING_VALUE or problem.field != "citation_sha256" or row is None:
            return problem
        try:
            digest_passage(row["citation_source_id"], texts, *get_lines(row), row["citation_place"] or None)
        except ValueError as error:
            return evolve(problem, message=str(error))
        return problem  # it cites another document

    return tuple(map(explain, problems))


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
