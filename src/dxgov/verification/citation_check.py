"""Checks of each citation: its lines exist, their digest matches, and the values marked as printed occur in them."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field, fields, frozen

from dxgov.documents.lines import ExtractedText
from dxgov.errors import ModelError, Problem, ProblemCode, format_count
from dxgov.languages import LanguageMap, Message
from dxgov.marks import DocumentHash, Printed
from dxgov.schema import Column, Field, Model, Table
from dxgov.validation import RowBatch
from dxgov.values import Citation
from dxgov.verification.passages import CitedDocument, Passage, contains_ignoring_width

_MAX_HINTS = 200
"""Maximum faults for which a document is searched for the passage or value that was meant."""


@frozen
class DocumentProof:
    """Proof of the records that cite one document."""

    id: str
    """Id of the source whose text the document is."""
    file: str | None
    """Path relative to the folder that was searched; None if the document was not found."""
    records: int
    """Number of records that cite it."""
    proven: int
    """Number of these records that it proves: their lines exist, the digest matches, and all values marked as printed occur."""
    facts: int
    """Number of titles, names, numbers and dates that occur where their records say they are printed."""


@define(eq=False)
class CitedSource:
    """A source that records cite, with its document and counts of the proof."""

    id: str
    sha256: str | None
    frame: RowBatch
    row: int
    column: Column
    original_sha256: str | None = None
    """SHA-256 of the file that the text was extracted from; None if it is not known, or the text is the original."""
    document: CitedDocument | None = None
    unreadable: Problem | None = None
    records: int = 0
    proven: int = 0
    facts: int = 0

    def problem(self, code: ProblemCode, message: str) -> Problem:
        """Return a problem at the cell with the document's SHA-256."""
        return self.frame.problem(code, message, self.row, self.column.name, self.sha256)

    def to_proof(self) -> DocumentProof:
        """Return the counts as a `DocumentProof`."""
        return DocumentProof(self.id, self.document.file if self.document else None, self.records, self.proven, self.facts)


def collect_sources(model: Model, frames: Mapping[str, RowBatch]) -> dict[str, CitedSource]:
    """Return the sources that citations may refer to, by id.

    Raises:
        ModelError: citations refer to a table without the SHA-256 of documents.
    """
    tables = {_component_column(citation, "source_id").target for table in model.tables.values() for citation in citation_fields(table)}
    sources: dict[str, CitedSource] = {}
    for name in sorted(filter(None, tables)):
        table = model.tables[name]
        column = next((column for column in table.columns if column.has(DocumentHash)), None)
        if column is None:
            raise ModelError(f"{table.record.__name__}: no field carries the mark DocumentHash, so that its documents cannot be known")
        frame = frames.get(name)
        if frame is not None:
            original = next((other.name for other in table.columns if other.name == fields(ExtractedText).original_sha256.name), None)
            ids, digests = frame.cells(table.key[0]).to_pylist(), frame.cells(column.name).to_pylist()
            originals = frame.cells(original).to_pylist() if original else [None] * len(ids)
            sources |= {
                id: CitedSource(id, digest, frame, row, column, original_digest)
                for row, (id, digest, original_digest) in enumerate(zip(ids, digests, originals, strict=True))
            }
    return sources


def citation_fields(table: Table) -> list[Field]:
    """Return the fields of a table that hold citations."""
    return [field for field in table.fields if field.value is not None and issubclass(field.value, Citation)]


def _component_column(citation: Field, name: str) -> Column:
    return next(part.column for part in citation.parts if part.name == name)


@define(eq=False)
class CitationChecker:
    """Checks records against the documents of their sources and collects the problems."""

    sources: Mapping[str, CitedSource]
    batch_rows: int = 2**16
    """Rows converted from columns at a time."""
    problems: list[Problem] = field(factory=list)
    _faults: dict[Any, tuple[ProblemCode, str, str] | None] = field(factory=dict)
    _hints: int = 0

    def check_table(self, frame: RowBatch) -> None:
        """Check the records of a table, batch by batch."""
        if not isinstance(frame.table, Table):
            return
        citation_columns = [{part.name: part.column.name for part in citation.parts} for citation in citation_fields(frame.table)]
        # Convert the columns that citations and printed values need; all others stay in Arrow.
        printed_columns = [(column, mark) for column in frame.table.stored if (mark := column.mark(Printed))]
        names = {name for parts in citation_columns for name in parts.values()} | {column.name for column, _ in printed_columns}
        names |= {mark.unless[0] for _, mark in printed_columns if mark.unless}
        for start in range(0, frame.data.num_rows, self.batch_rows):
            cells = {name: frame.data[name].slice(start, self.batch_rows).to_pylist() for name in names}
            for index in range(min(self.batch_rows, frame.data.num_rows - start)):
                row = {name: column[index] for name, column in cells.items()}
                self._check_record(frame, start + index, row, citation_columns, printed_columns)

    def _check_record(
        self,
        frame: RowBatch,
        row_index: int,
        row: dict[str, Any],
        citation_columns: list[dict[str, str]],
        printed_columns: list[tuple[Column, Printed]],
    ) -> None:
        passages: list[tuple[CitedDocument, Passage]] = []
        sources: list[CitedSource] = []
        is_proven, facts = True, 0
        # Find the cited passages.
        for parts in citation_columns:
            citation = {name: row[column] for name, column in parts.items()}
            if citation["source_id"] is None:
                continue
            source = self.sources[citation["source_id"]]
            sources.append(source)
            if source.document is None:
                is_proven = False
                continue
            fault = self._find_fault(source.document, citation)
            if fault:
                code, name, message = fault
                self.problems.append(frame.problem(code, message, row_index, parts[name], citation[name]))
                is_proven = False
            else:
                passage = source.document.passage(citation["first_line"], citation["last_line"])
                passages += [(source.document, passage)] if passage else []
        # Look for the printed values in the passages.
        if is_proven and passages:
            for column, mark in printed_columns:
                for value in _values_to_find(row, column, mark):
                    if any((document.full_text if mark.anywhere else passage).contains(value) for document, passage in passages):
                        facts += 1
                    else:
                        is_proven = False
                        message = self._not_printed_message(value, mark, passages)
                        self.problems.append(frame.problem(ProblemCode.NOT_PRINTED, message, row_index, column.name, value))
        # The first source counts the record.
        for source in sources[:1]:
            source.records += 1
            source.proven += is_proven
            source.facts += facts

    def _find_fault(self, document: CitedDocument, citation: dict[str, Any]) -> tuple[ProblemCode, str, str] | None:
        """Return code, component and message of the first fault of a citation, or None. Equal citations are checked once."""
        key = tuple(citation.values())
        if key not in self._faults:
            self._faults[key] = next(self._check_citation(document, citation), None)
        return self._faults[key]

    def _check_citation(self, document: CitedDocument, citation: dict[str, Any]) -> Iterator[tuple[ProblemCode, str, str]]:
        first, last, digest, place = (citation[name] for name in ("first_line", "last_line", "sha256", "place"))
        if first is None:
            yield (
                ProblemCode.NO_PASSAGE,
                "first_line",
                Message("found nothing, expected the lines that the record was read from", "値がない。記録を読み取った行が必要。"),
            )
            return
        passage = document.passage(first, last)
        if passage is None:
            line_count = len(document.lines)
            message = Message(
                "found lines {first} to {last}; {file} has lines 1 to {count}",
                "典拠は{first}行目から{last}行目。{file}にあるのは1行目から{count}行目まで。",
                first=first,
                last=last,
                file=document.file,
                count=line_count,
            )
            yield ProblemCode.NO_SUCH_LINE, "last_line" if 1 <= first <= line_count else "first_line", message
        elif passage.is_blank:
            verb = Message("is" if first == last else "are", "は")
            message = Message(
                "{lines} of {file} {verb} empty",
                "{file}の{lines}{verb}空である。",
                lines=_format_lines(first, last),
                file=document.file,
                verb=verb,
            )
            yield ProblemCode.NO_PASSAGE, "first_line", message
        elif passage.digest != digest:
            message = Message(
                "{lines} of {file} {verb} the digest {digest}{hint}",
                "{file}の{lines}{verb}ダイジェストは{digest}。{hint}",
                lines=_format_lines(first, last),
                file=document.file,
                verb=Message("has" if first == last else "have", "の"),
                digest=passage.digest,
                hint=self._passage_hint(document, digest, last - first + 1),
            )
            yield ProblemCode.WRONG_PASSAGE, "sha256", message
        elif place is not None and not document.has_place_numbers(place, last):
            message = Message(
                "the numbers of {place!r} do not stand in this order at or above line {last} of {file}",
                "{place!r}の番号が、{file}の{last}行目以前にこの順で並んでいない。",
                place=place,
                last=last,
                file=document.file,
            )
            yield ProblemCode.NOT_PRINTED, "place", message

    def _passage_hint(self, document: CitedDocument, digest: str, length: int) -> str:
        """Return a hint at the lines that have the stated digest, or an empty text."""
        self._hints += 1
        first = document.find_passage(digest, length) if self._hints <= _MAX_HINTS else None
        if not first:
            return ""
        return Message(
            "; {lines} {verb} the one stated",
            "記載と一致する{verb}{lines}。",
            lines=_format_lines(first, first + length - 1),
            verb=Message("has" if length == 1 else "have", "のは"),
        )

    def _not_printed_message(self, value: str | int, printed_mark: Printed, passages: list[tuple[CitedDocument, Passage]]) -> str:
        document, passage = passages[0]
        searched_passage = document.full_text if printed_mark.anywhere else passage
        searched = (
            Message("{file}", "{file}", file=document.file)
            if printed_mark.anywhere
            else Message("the cited lines of {file}", "{file}の該当行", file=document.file)
        )
        message = Message("{value!r} does not stand in {searched}", "{value!r}が{searched}にない", value=value, searched=searched)
        self._hints += 1
        if self._hints > _MAX_HINTS:
            return message
        if isinstance(value, str) and contains_ignoring_width(searched_passage, value):
            return Message(
                "{message} in these letters, but in others that mean the same, such as full-width ones",
                "{message}。全角など、同じ意味の別の文字では記されている。",
                message=message,
            )
        line = None if printed_mark.anywhere else document.find_line_with(value)
        return Message("{message}; line {line} has it", "{message}。{line}行目にある。", message=message, line=line) if line else message


def _values_to_find(row: Mapping[str, Any], column: Column, mark: Printed) -> list[str | int]:
    """Return the values of a cell that must occur in the document."""
    value = row[column.name]
    if value is None or (mark.unless and row[mark.unless[0]] == mark.unless[1]):
        return []
    return list(value) if column.many else [value]


def _format_lines(first: int, last: int) -> str:
    if first == last:
        return Message("line {first}", "{first}行目", first=first)
    return Message("lines {first} to {last}", "{first}行目から{last}行目まで", first=first, last=last)


def missing_document_problem(source: CitedSource, searched: str, near_match: str | None, original: str | None) -> Problem:
    """Return the problem of a source whose document is missing.

    Args:
        source: the source.
        searched: what was searched, in words.
        near_match: the path of the same text with other line ends or byte-order mark; None if there is none.
        original: the path of the file that the text was extracted from; None if there is none.
    """
    twin = Message(
        "; {file} is the same text with other line ends or byte-order mark",
        "{file}は、改行またはバイト順マークだけが異なる同じ文字列である。",
        file=near_match,
    )
    extracted = Message(
        "; {file} is the file that the text was extracted from: put that text beside it, the document.txt of its draft",
        "{file}は文字列を取り出した元のファイルである。その文字列（下書きのdocument.txt）を並べて置く。",
        file=original,
    )
    message = Message(
        "none of {searched} has this SHA-256{twin}{extracted}; {records} cannot be proven without",
        "{searched}に、このSHA-256のものはない。{twin}{extracted}この文書がなければ、{records}を照合できない。",
        searched=searched,
        twin=twin if near_match else "",
        extracted=extracted if original else "",
        records=LanguageMap(f"記録{source.records:,}件", format_count(source.records, "record")).message,
    )
    return source.problem(ProblemCode.MISSING_DOCUMENT, message)
