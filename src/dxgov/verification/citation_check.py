"""The proof of each record: its lines are there, their digest fits, and what is given as printed stands in them."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from dxgov.errors import ModelError, Problem, ProblemCode, count
from dxgov.marks import DocumentHash, Printed
from dxgov.schema import Column, Field, Model, Table
from dxgov.validation import Frame
from dxgov.values import Citation
from dxgov.verification.passages import Document, Passage, in_other_forms

_ROWS = 2**16
"""So many rows are taken out of the columns at a time."""

_HINTS = 200
"""For so many faults a document is searched for where the passage or the value stands instead."""


@frozen
class DocumentProof:
    """What one document proved."""

    id: str
    """The source that it is the text of."""
    file: str | None
    """Its path below the folder that was searched; empty where it was not found."""
    records: int
    """How many records cite it."""
    proven: int
    """How many of them it proved: their lines are there, the digest fits, and all that is given as printed stands there."""
    facts: int
    """How many titles, names, numbers and dates were found where their records say that they are printed."""


@define(eq=False)
class Cited:
    """A source that records cite, and its document."""

    id: str
    sha256: str | None
    frame: Frame
    row: int
    column: Column
    document: Document | None = None
    unreadable: Problem | None = None
    records: int = 0
    proven: int = 0
    facts: int = 0

    def problem(self, code: ProblemCode, message: str) -> Problem:
        """A problem of the document."""
        return self.frame.problem(code, message, self.row, self.column.name, self.sha256)

    def outcome(self) -> DocumentProof:
        """What it proved."""
        return DocumentProof(self.id, self.document.file if self.document else None, self.records, self.proven, self.facts)


def sources_of(model: Model, frames: Mapping[str, Frame]) -> dict[str, Cited]:
    """The sources that citations may lead to, by id.

    Raises:
        ModelError: a citation leads to a table that does not tell the SHA-256 of documents.
    """
    tables = {_part(citation, "source_id").target for table in model.tables.values() for citation in citations_of(table)}
    found: dict[str, Cited] = {}
    for name in sorted(filter(None, tables)):
        table = model.tables[name]
        column = next((column for column in table.columns if column.has(DocumentHash)), None)
        if column is None:
            raise ModelError(f"{table.record.__name__}: no field carries the mark DocumentHash, so that its documents cannot be known")
        frame = frames.get(name)
        if frame is not None:
            ids, digests = frame.cells(table.key[0]).to_pylist(), frame.cells(column.name).to_pylist()
            found |= {id: Cited(id, digest, frame, row, column) for row, (id, digest) in enumerate(zip(ids, digests, strict=True))}
    return found


def citations_of(table: Table) -> list[Field]:
    """The fields of a table that hold citations."""
    return [each for each in table.fields if each.value is not None and issubclass(each.value, Citation)]


def _part(citation: Field, name: str) -> Column:
    return next(part.column for part in citation.parts if part.name == name)


@define(eq=False)
class Prover:
    """Holds records against the documents of their sources."""

    sources: Mapping[str, Cited]
    problems: list[Problem] = field(factory=list)
    _faults: dict[Any, tuple[ProblemCode, str, str] | None] = field(factory=dict)
    _hints: int = 0

    def table(self, frame: Frame) -> None:
        """Prove the records of a table, row by row of its columns."""
        if not isinstance(frame.table, Table):
            return
        cited = [{part.name: part.column.name for part in each.parts} for each in citations_of(frame.table)]
        printed = [(column, mark) for column in frame.table.stored if (mark := column.mark(Printed))]
        names = {name for parts in cited for name in parts.values()} | {column.name for column, _ in printed}
        names |= {mark.unless[0] for _, mark in printed if mark.unless}
        for start in range(0, frame.data.num_rows, _ROWS):
            cells = {name: frame.data[name].slice(start, _ROWS).to_pylist() for name in names}
            for place in range(min(_ROWS, frame.data.num_rows - start)):
                row = {name: column[place] for name, column in cells.items()}
                self._record(frame, start + place, row, cited, printed)

    def _record(
        self, frame: Frame, at: int, row: dict[str, Any], cited: list[dict[str, str]], printed: list[tuple[Column, Printed]]
    ) -> None:
        passages: list[tuple[Document, Passage]] = []
        sources: list[Cited] = []
        held, facts = True, 0
        for parts in cited:
            citation = {name: row[column] for name, column in parts.items()}
            if citation["source_id"] is None:
                continue
            source = self.sources[citation["source_id"]]
            sources.append(source)
            if source.document is None:
                held = False
                continue
            fault = self._fault(source.document, citation)
            if fault:
                code, name, message = fault
                self.problems.append(frame.problem(code, message, at, parts[name], citation[name]))
                held = False
            else:
                passage = source.document.passage(citation["first_line"], citation["last_line"])
                passages += [(source.document, passage)] if passage else []
        if held and passages:
            for column, mark in printed:
                for value in _values(row, column, mark):
                    if any((document.whole if mark.anywhere else passage).prints(value) for document, passage in passages):
                        facts += 1
                    else:
                        held = False
                        message = self._not_printed(value, mark, passages)
                        self.problems.append(frame.problem(ProblemCode.NOT_PRINTED, message, at, column.name, value))
        for source in sources[:1]:
            source.records += 1
            source.proven += held
            source.facts += facts

    def _fault(self, document: Document, citation: dict[str, Any]) -> tuple[ProblemCode, str, str] | None:
        """What is wrong with a citation: code, part and message. The same citation is looked at once."""
        key = tuple(citation.values())
        if key not in self._faults:
            self._faults[key] = next(self._citation_faults(document, citation), None)
        return self._faults[key]

    def _citation_faults(self, document: Document, citation: dict[str, Any]) -> Iterator[tuple[ProblemCode, str, str]]:
        first, last, stated, place = (citation[name] for name in ("first_line", "last_line", "sha256", "place"))
        if first is None:
            yield ProblemCode.NO_PASSAGE, "first_line", "found nothing, expected the lines that the record was read from"
            return
        passage = document.passage(first, last)
        if passage is None:
            there = len(document.lines)
            message = f"found lines {first} to {last}; {document.file} has lines 1 to {there}"
            yield ProblemCode.NO_SUCH_LINE, "last_line" if 1 <= first <= there else "first_line", message
        elif passage.empty:
            message = f"{_lines(first, last)} of {document.file} {'is' if first == last else 'are'} empty"
            yield ProblemCode.NO_PASSAGE, "first_line", message
        elif passage.digest != stated:
            message = f"{_lines(first, last)} of {document.file} {'has' if first == last else 'have'} the digest {passage.digest}"
            yield ProblemCode.WRONG_PASSAGE, "sha256", message + self._elsewhere(document, stated, last - first + 1)
        elif place is not None and not document.counts(place, last):
            message = f"the numbers of {place!r} do not stand in this order at or above line {last} of {document.file}"
            yield ProblemCode.NOT_PRINTED, "place", message

    def _elsewhere(self, document: Document, digest: str, length: int) -> str:
        """Where the passage stands that a citation means."""
        self._hints += 1
        first = document.first_line_of(digest, length) if self._hints <= _HINTS else None
        return f"; {_lines(first, first + length - 1)} {'has' if length == 1 else 'have'} the one stated" if first else ""

    def _not_printed(self, value: str | int, mark: Printed, passages: list[tuple[Document, Passage]]) -> str:
        document, passage = passages[0]
        searched = document.whole if mark.anywhere else passage
        message = f"{value!r} does not stand in {document.file if mark.anywhere else f'the cited lines of {document.file}'}"
        self._hints += 1
        if self._hints > _HINTS:
            return message
        if isinstance(value, str) and in_other_forms(searched, value):
            return f"{message} in these letters, but in others that mean the same, such as full-width ones"
        line = None if mark.anywhere else document.line_that_prints(value)
        return f"{message}; line {line} has it" if line else message


def _values(row: Mapping[str, Any], column: Column, mark: Printed) -> list[str | int]:
    """The values of a cell that must be printed."""
    value = row[column.name]
    if value is None or (mark.unless and row[mark.unless[0]] == mark.unless[1]):
        return []
    return list(value) if column.many else [value]


def _lines(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first} to {last}"


def absent(source: Cited, searched: str, altered: str | None) -> Problem:
    """That the document of a source was not found."""
    hint = f"; {altered} is the same text with other line ends or byte-order mark" if altered else ""
    message = f"none of {searched} has this SHA-256{hint}; {count(source.records, 'record')} cannot be proven without"
    return source.problem(ProblemCode.MISSING_DOCUMENT, message)
