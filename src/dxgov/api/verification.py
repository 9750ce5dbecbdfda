"""`verify`: every citation of a data set, proven with the documents."""

from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import frozen

from dxgov.api.validation import Report, validate
from dxgov.arguments import checked
from dxgov.dataset import Dataset
from dxgov.display import printable
from dxgov.errors import DataError, Problem, ProblemCode, count
from dxgov.limits import Limits
from dxgov.model.serialization import unstructure
from dxgov.package.read import read_package
from dxgov.schema import Model, model_of
from dxgov.storage.address import location, shown
from dxgov.tables.collection import Collection
from dxgov.validation import Frame, frames_of
from dxgov.verification.citation_check import Cited, DocumentProof, Prover, absent, sources_of
from dxgov.verification.document_index import Found, PassedOver, find_documents, said
from dxgov.verification.passages import Document

_TOLD = 10
"""So many files that were passed over are named in the text of a report."""


@frozen(repr=False)
class Verification(Report):
    """What `verify` found: a report that also says what was proven, by which documents."""

    documents: tuple[DocumentProof, ...]
    """Each source that records cite, found or not."""
    passed_over: tuple[PassedOver, ...]
    """Files and folders that were not read: links, what is too large or cannot be read."""

    @property
    def proven(self) -> int:
        """How many records were proven."""
        return sum(each.proven for each in self.documents)

    def to_dict(self) -> dict[str, Any]:
        """The report in plain form, as JSON has it."""
        told = super().to_dict()
        del told["warnings"]  # which only validation looks for
        problems = told.pop("problems")
        lists = {"documents": unstructure(list(self.documents)), "passed_over": unstructure(list(self.passed_over))}
        return {**told, "proven": self.proven, **lists, "problems": problems}

    def __str__(self) -> str:
        return "\n".join(map(printable, self._said()))

    def _said(self) -> Iterator[str]:
        found = count(len(self.problems), "problem") if self.problems else "no problems"
        yield f"{self.subject}: {self.proven:,} of {count(self.records, 'record')} proven, {found}"
        for each in self.documents:
            where = f"{count(each.facts, 'fact')} in {each.file}" if each.file else "document not found"
            yield f"  {each.id}: {each.proven:,} of {each.records:,} proven, {where}"
        for passed in self.passed_over[:_TOLD]:
            yield f"  not read: {passed.file}, {passed.reason}"
        if len(self.passed_over) > _TOLD:
            yield f"  not read: {len(self.passed_over) - _TOLD:,} more"
        yield from map(str, self.problems)


@checked
def verify(
    what: Collection | str | PathLike[str], sources: str | PathLike[str], model: type[Collection] = Dataset, *, partial: bool = False
) -> Verification:
    """Prove every citation of a data set, or of a package at a path, with the documents in the folder `sources`.

    A document is known by the SHA-256 of its file, whatever its name. A record is proven when the lines it cites are there,
    their digest is the one it states, and its titles, names, numbers and dates as printed stand in them. With `partial`,
    documents may be missing if at least one is there; how many records were proven is told all the same.

    Raises:
        FileNotFoundError: there is nothing at the path, or no folder `sources`.
        NotADirectoryError: `sources` is no folder.
        NotAPackageError: there is something else than a package.
        DataError: the data are not sound; the error carries every problem that `validate` would report.
    """
    folder = location(sources)
    if not isinstance(folder, Path):
        raise NotADirectoryError(f"{shown(folder)} is an address; name the folder that holds the documents")
    tables = what.model() if isinstance(what, Collection) else model_of(model)
    subject, frames = _taken(what, tables)
    known = sources_of(tables, frames)
    found = find_documents(folder, {source.sha256 for source in known.values() if source.sha256})
    for source in known.values():
        _open(source, found)
    prover = Prover(known)
    for frame in frames.values():
        prover.table(frame)
    cited = [source for source in known.values() if source.records]
    problems = list(_document_problems(cited, found, folder, partial=partial)) + prover.problems
    documents = tuple(source.outcome() for source in cited)
    records = sum(frame.data.num_rows for name, frame in frames.items() if name in tables.tables)
    return Verification(subject, records, tuple(problems), documents, tuple(found.passed_over))


def _taken(what: Collection | str | PathLike[str], model: Model) -> tuple[str, Mapping[str, Frame]]:
    """What is verified, and its tables.

    Raises:
        DataError: it is not sound.
    """
    if isinstance(what, Collection):
        problems, subject, frames = validate(what).problems, what.metadata.name, frames_of(what)
    else:
        place = location(what)
        package = read_package(place, model, Limits())
        problems, subject, frames = package.problems, shown(place), package.frames
    if problems:
        raise DataError(f"{subject} is not sound, so nothing is verified", problems)
    return subject, frames


def _open(source: Cited, found: Found) -> None:
    """Read the document of a source, where it is there."""
    file, content = found.documents.get(source.sha256 or "", (None, b""))
    if file is None:
        return
    try:
        source.document = Document(file, content)
    except UnicodeDecodeError as error:
        message = f"{file} is the document, but not UTF-8 text: byte {error.start + 1} cannot be read"
        source.unreadable = source.problem(ProblemCode.UNREADABLE_FILE, message)


def _document_problems(cited: list[Cited], found: Found, folder: Path, *, partial: bool) -> Iterator[Problem]:
    """Documents that are missing or cannot be read."""
    excused = partial and any(source.document for source in cited)
    for source in cited:
        if source.unreadable:
            yield source.unreadable
        elif source.document is None and not excused:
            yield absent(source, said(found, folder), found.altered.get(source.sha256 or ""))
