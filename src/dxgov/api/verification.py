"""`verify`: prove every citation of a data set with the documents."""

from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import frozen

from dxgov.api.validation import Report, validate
from dxgov.arguments import check_arguments
from dxgov.dataset import Dataset
from dxgov.display import printable
from dxgov.errors import DataError, Problem, ProblemCode, format_count
from dxgov.languages import Lang, Message
from dxgov.limits import Limits
from dxgov.model.serialization import unstructure
from dxgov.package.read import Progress, read_package
from dxgov.schema import Model, model_of
from dxgov.storage.address import format_location, parse_location
from dxgov.tables.collection import Collection
from dxgov.validation import RowBatch, make_row_batches
from dxgov.verification.citation_check import CitationChecker, CitedSource, DocumentProof, collect_sources, missing_document_problem
from dxgov.verification.document_index import DocumentIndex, PassedOver, describe_search, find_documents
from dxgov.verification.passages import CitedDocument

_MAX_PASSED_OVER = 10
"""Maximum files not read that the text of a report names."""


@frozen(repr=False)
class Verification(Report):
    """The result of `verify`: a report with the proofs by document."""

    documents: tuple[DocumentProof, ...]
    """All cited sources, with or without a document."""
    passed_over: tuple[PassedOver, ...]
    """Files and folders that were not read: links, and files that are too large or unreadable."""

    @property
    def proven(self) -> int:
        """Number of records proven."""
        return sum(document.proven for document in self.documents)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as types of JSON."""
        report = super().to_dict()
        del report["warnings"]  # only `validate` looks for them
        problems = report.pop("problems")
        proofs = {"documents": unstructure(list(self.documents)), "passed_over": unstructure(list(self.passed_over))}
        return {**report, "proven": self.proven, **proofs, "problems": problems}

    def __str__(self) -> str:
        return "\n".join(map(printable, self._format_lines()))

    def describe(self, lang: Lang) -> str:
        """Return the report in a language, as `str` returns it in English; reasons why files were not read stay English."""
        return str(self) if lang == "en" else "\n".join(map(printable, self._format_japanese_lines()))

    def _format_japanese_lines(self) -> Iterator[str]:
        problems = f"誤り{len(self.problems):,}件" if self.problems else "誤りなし"
        yield f"{self.subject}：記録{self.records:,}件のうち{self.proven:,}件を照合、{problems}"
        for document in self.documents:
            result = f"{document.file}にある事実{document.facts:,}件" if document.file else "文書がない"
            yield f"  {document.id}：{document.records:,}件のうち{document.proven:,}件を照合、{result}"
        for entry in self.passed_over[:_MAX_PASSED_OVER]:
            yield f"  読まなかったもの：{entry.file}、{entry.reason}"
        if len(self.passed_over) > _MAX_PASSED_OVER:
            yield f"  読まなかったもの：ほか{len(self.passed_over) - _MAX_PASSED_OVER:,}件"
        yield from (problem.describe("ja") for problem in self.problems)

    def _format_lines(self) -> Iterator[str]:
        """Yield the lines of the report as text."""
        problems = format_count(len(self.problems), "problem") if self.problems else "no problems"
        yield f"{self.subject}: {self.proven:,} of {format_count(self.records, 'record')} proven, {problems}"
        for document in self.documents:
            result = f"{format_count(document.facts, 'fact')} in {document.file}" if document.file else "document not found"
            yield f"  {document.id}: {document.proven:,} of {document.records:,} proven, {result}"
        for entry in self.passed_over[:_MAX_PASSED_OVER]:
            yield f"  not read: {entry.file}, {entry.reason}"
        if len(self.passed_over) > _MAX_PASSED_OVER:
            yield f"  not read: {len(self.passed_over) - _MAX_PASSED_OVER:,} more"
        yield from map(str, self.problems)


@check_arguments
def verify(
    what: Collection | str | PathLike[str],
    sources: str | PathLike[str],
    model: type[Collection] = Dataset,
    *,
    partial: bool = False,
    progress: Progress | None = None,
) -> Verification:
    """Prove every citation of a data set, or of a package at a path, with the documents in the folder `sources`.

    A document is recognized by the SHA-256 of its file, whatever its name. A record is proven if the cited lines exist, their digest is
    the recorded one, and titles, names, numbers and dates as printed stand in them.

    Args:
        what: a data set, or the path or address of a package.
        sources: the folder of the documents.
        model: the data set class that defines the tables of a package.
        partial: accept missing documents if at least one is found; the records proven are counted all the same.
        progress: called with the records checked so far and their total, after each table.

    Raises:
        FileNotFoundError: nothing exists at the path, or the folder `sources` does not exist.
        NotADirectoryError: `sources` is not a folder.
        NotAPackageError: the path is not that of a package.
        DataError: the data are not sound; the error carries all problems that `validate` would report.
    """
    folder = parse_location(sources)
    if not isinstance(folder, Path):
        raise NotADirectoryError(f"{format_location(folder)} is an address; name the folder that holds the documents")
    definition = what.model() if isinstance(what, Collection) else model_of(model)
    subject, frames = _read_tables(what, definition)
    # Find and open the documents of all sources.
    cited_sources = collect_sources(definition, frames)
    originals = {source.original_sha256 for source in cited_sources.values() if source.original_sha256}
    index = find_documents(folder, {source.sha256 for source in cited_sources.values() if source.sha256}, originals)
    for source in cited_sources.values():
        _open_document(source, index)
    # Prove the records of all tables.
    checker = CitationChecker(cited_sources)
    checked, total = 0, sum(frame.data.num_rows for frame in frames.values())
    for frame in frames.values():
        checker.check_table(frame)
        checked += frame.data.num_rows
        if progress is not None:
            progress(checked, total)
    cited = [source for source in cited_sources.values() if source.records]
    problems = list(_find_document_problems(cited, index, folder, partial=partial)) + checker.problems
    documents = tuple(source.to_proof() for source in cited)
    records = sum(frame.data.num_rows for name, frame in frames.items() if name in definition.tables)
    return Verification(subject, records, tuple(problems), documents, tuple(index.passed_over))


def _read_tables(what: Collection | str | PathLike[str], model: Model) -> tuple[str, Mapping[str, RowBatch]]:
    """Return the name of a data set or package for the report, and its tables.

    Raises:
        DataError: it is not sound.
    """
    if isinstance(what, Collection):
        problems, subject, frames = validate(what).problems, what.metadata.name, make_row_batches(what)
    else:
        source = parse_location(what)
        package = read_package(source, model, Limits())
        problems, subject, frames = package.problems, format_location(source), package.row_batches
    if problems:
        raise DataError(
            Message("{subject} is not sound, so nothing is verified", "{subject}に誤りがあるため、照合しない", subject=subject), problems
        )
    return subject, frames


def _open_document(source: CitedSource, index: DocumentIndex) -> None:
    """Decode the document of a source if it was found, and record the problem if that fails."""
    file, content = index.documents.get(source.sha256 or "", (None, b""))
    if file is None:
        return
    try:
        source.document = CitedDocument(file, content)
    except UnicodeDecodeError as error:
        message = f"{file} is the document, but not UTF-8 text: byte {error.start + 1} cannot be read"
        source.unreadable = source.problem(ProblemCode.UNREADABLE_FILE, message)


def _find_document_problems(cited: list[CitedSource], index: DocumentIndex, folder: Path, *, partial: bool) -> Iterator[Problem]:
    """Yield the problems of documents that are missing, unless `partial` allows it, or cannot be decoded."""
    may_be_missing = partial and any(source.document for source in cited)
    for source in cited:
        if source.unreadable:
            yield source.unreadable
        elif source.document is None and not may_be_missing:
            near_match, original = index.near_matches.get(source.sha256 or ""), index.originals.get(source.original_sha256 or "")
            yield missing_document_problem(source, describe_search(index, folder), near_match, original)
