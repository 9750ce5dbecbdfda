"""`Draft`: the records that a program drafted from a document, and what is left to a person."""

import errno
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import asdict, evolve, field, frozen

from dxgov.dataset import Dataset
from dxgov.display import printable_lines
from dxgov.documents.lines import ExtractedText, Line
from dxgov.documents.readings import Certainty, Flaw
from dxgov.drafting.assistants import Assistant, Inquiry, apply_proposals, collect_proposals, list_inquiries
from dxgov.drafting.decisions import collect_decisions, follow_renamed, iterate_records
from dxgov.drafting.files import (
    DECISIONS_FILE,
    DOCUMENT_FILE,
    GUESSES_FILE,
    REVIEW_FILE,
    TEXT_FILE,
    decode_document,
    decode_objects,
    encode_document,
    encode_objects,
    require_lines,
)
from dxgov.drafting.guesses import DraftDecision, Guess, Todo, TodoKind
from dxgov.drafting.publishing import complete_tables, explain_citations, publish_tables
from dxgov.drafting.record_tables import MODEL
from dxgov.drafting.review import build_review_page
from dxgov.drafting.rows import Row, check_tables, decode_rows, describe_field, encode_rows, find_field, get_lines, mend_rows
from dxgov.drafting.todo_list import sort_todo
from dxgov.drafting.transactions import finish_commit
from dxgov.errors import DataError, DestinationError, DxgovError, NotADraftError, Problem, ProblemCode, did_you_mean, format_count
from dxgov.marks import Language
from dxgov.metadata import Metadata
from dxgov.model.record import Review
from dxgov.package.write import DATA_FOLDER
from dxgov.schema import LinkTable, Table
from dxgov.storage.atomic_folder import replace_folder
from dxgov.storage.files import Files, write_atomic, write_folder
from dxgov.storage.manifest import list_members


def _freeze_rows(data: Mapping[str, Any]) -> dict[str, tuple[Row, ...]]:
    """Return the rows of all tables that a package stores; those of missing tables are empty."""
    return {name: tuple(data.get(name, ())) for name in MODEL.stored}


@frozen(kw_only=True, repr=False)
class Draft:
    """Records that a program drafted from one document, as far as the document goes, with the reason of each value.

    `dxgov.read` makes one. A person writes what is left into the CSV files of the folder that `write` makes; `Draft.open` reads them
    again, and `publish` makes a data set of them.
    """

    document: ExtractedText
    """The text of the document, which the citations count the lines of."""

    genre: str
    """The name of the grammar that read it; ``none`` if no grammar fits."""

    genre_certainty: Certainty = Certainty.SURE
    genre_reasons: tuple[str, ...] = ()
    """Why the document is of this genre."""

    data: Mapping[str, tuple[Row, ...]] = field(converter=_freeze_rows)
    """The rows of each table that a package stores, link tables included, as texts by column; empty where nothing is known."""

    guesses: tuple[Guess, ...] = ()
    """The values that were drafted, each with its certainty, reason and lines."""

    damage: tuple[Flaw, ...] = ()
    """Damage of the document, and what no grammar can explain."""

    decisions: tuple[DraftDecision, ...] = ()
    """What persons decided on the drafted values, in the order of records and fields."""

    def __attrs_post_init__(self) -> None:
        require_lines(self.document)

    # What is left

    @cached_property
    def doubts(self) -> tuple[Todo, ...]:
        """The values that are unsure.

        A value is no longer unsure when it is changed, or when the column ``review`` of its record says that a person checked it.
        """
        unsure = []
        guesses = {(guess.record, guess.field): guess for guess in self.guesses if guess.certainty is Certainty.UNSURE}
        for table, row in iterate_records(MODEL, self.data) if guesses else ():
            for table_field in table.fields if row["review"] == Review.DRAFTED else ():
                guess = guesses.get((row[table.key[0]], table_field.name))
                # An empty value is no doubt of its own, unless its words wait for a translation.
                if guess and guess.value == describe_field(table_field, row) and (guess.value or table_field.has(Language)):
                    unsure.append(Todo(TodoKind.CHECK, table.name, guess.record, guess.field, guess.reason, guess.alternatives))
        return tuple(unsure)

    @cached_property
    def todo(self) -> tuple[Todo, ...]:
        """What is left to a person: required fields that are empty, and values that are unsure, record by record.

        Records that most others refer to come first, and of a record values that are unsure before fields that are empty.
        """
        alternatives = {(guess.record, guess.field): guess.alternatives for guess in self.guesses}
        missing: dict[tuple[str, str, str], Todo] = {}
        for problem in self.problems:
            table = MODEL.tables.get(problem.table or "")
            if problem.code is ProblemCode.MISSING_VALUE and table is not None:
                key = (table.name, problem.id or "", find_field(table, str(problem.field)).name)
                options = alternatives.get(key[1:], ())
                missing.setdefault(key, Todo(TodoKind.WRITE, *key, problem.message, options))
        return sort_todo(MODEL, self.data, (*self.doubts, *missing.values()))

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """All that keeps the rows from being a sound package, in the words of `dxgov.validate`.

        What follows from other cells or from the text counts as filled. References to records of other packages are among the problems.
        """
        rows = complete_tables(self.document, self.data)
        return explain_citations(check_tables(MODEL, rows).problems, rows, self.document)

    @cached_property
    def unread(self) -> tuple[Line, ...]:
        """The lines that no record cites, without blank ones."""
        cited: set[int] = set()
        for row in (row for name in MODEL.tables for row in self.data[name]):
            first, last = get_lines(row)
            cited.update(range(first, min(last, len(self.document.lines)) + 1))
        return tuple(line for line in self.document.lines if line.text.strip() and line.number not in cited)

    @property
    def records(self) -> int:
        """The number of records, without rows of link tables."""
        return sum(len(self.data[name]) for name in MODEL.tables)

    def __repr__(self) -> str:
        """Return one line with the number of records and of what is left."""
        kinds = Counter(todo.kind for todo in self.todo)
        source = next((row["id"] for row in self.data["sources"]), "no source")
        return (
            f"<Draft {source}: {format_count(self.records, 'record')}, {kinds[TodoKind.WRITE]} to write, {kinds[TodoKind.CHECK]} to check, "
            f"{len(self.damage)} damaged, {format_count(len(self.unread), 'line')} unread>"
        )

    # Assistants

    def inquiries(self, like: Dataset | None = None) -> tuple[Inquiry, ...]:
        """Return what an assistant would be asked, and nothing else: the passages of records that lack words or themes.

        Args:
            like: a data set whose themes may be chosen, besides those of the draft; None for none.
        """
        return list_inquiries(self.document, self.data, self.todo, like)

    def ask(self, assistant: Assistant, like: Dataset | None = None) -> "Draft":
        """Return the draft with the words and themes that an assistant proposes for what is left to a person.

        Each is unsure until a person changes it or reviews its record, names the model in its guess and in ``drafted_with``, and stands
        only where nothing stood. What the assistant says besides is dropped.

        Args:
            assistant: the assistant, such as a `ChatAssistant`.
            like: a data set whose themes may be chosen, besides those of the draft; None for none.

        Raises:
            AssistantError: the assistant failed; the error has the draft with what was proposed before.
        """
        proposals, faults = collect_proposals(assistant, self.inquiries(like))
        data, guesses = apply_proposals(self.data, self.guesses, proposals, assistant.model)
        draft = evolve(self, data=data, guesses=guesses) if proposals else self
        if faults:
            raise AssistantError("; ".join(dict.fromkeys(faults)), draft)
        return draft

    # Folders

    def write(self, folder: str | PathLike[str], *, overwrite: bool = False) -> Path:
        """Write the draft into a folder: its tables as CSV files in ``data``, and beside them the text, the guesses and a page to read.

        The folder is written whole or not at all.

        Args:
            folder: the path of the folder.
            overwrite: replace a folder that is not empty; all that is in it is lost.

        Raises:
            DestinationError: the folder is not empty, and `overwrite` is false.
            OSError: the file system refuses.
        """
        path = Path(folder)
        if path.exists() and not overwrite and (not path.is_dir() or list_members(path)):
            raise DestinationError(f"{path} is not empty; name another folder, or replace all that is in it")
        with replace_folder(path.resolve()) as stage:
            write_folder(self._build_files(), stage)
        return path

    def _build_files(self) -> Files:
        """Yield the files of the draft."""
        yield TEXT_FILE, self.document.text.encode()
        reading = {
            "genre": self.genre,
            "genre_certainty": self.genre_certainty,
            "genre_reasons": self.genre_reasons,
            "damage": [asdict(flaw) for flaw in self.damage],
        }
        yield DOCUMENT_FILE, encode_document(self.document, reading)
        for name, table in _list_written_tables(self.data):
            yield f"{DATA_FOLDER}/{name}.csv", encode_rows(table, self.data[name])
        yield GUESSES_FILE, encode_objects(Guess, self.guesses)
        yield DECISIONS_FILE, encode_objects(DraftDecision, self.decisions)
        yield REVIEW_FILE, build_review_page(self.document, MODEL, self.data, self.guesses, self.todo, self.damage, self.unread)

    @classmethod
    def open(cls, folder: str | PathLike[str]) -> "Draft":
        """Read a draft from its folder, with what a person has written since; `decisions` tells of that.

        What other programs have changed in the CSV files without being asked, such as ``True`` for ``true``, is undone where it is
        certain what was there.

        Raises:
            FileNotFoundError: there is no such folder.
            NotADraftError: the folder holds no draft.
            DataError: a file cannot be read, or has columns that its table does not have.
        """
        path = Path(folder)
        if not path.exists():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        if not (path / DOCUMENT_FILE).is_file():
            raise NotADraftError(f"{path} holds no {DOCUMENT_FILE}, so it is no draft that dxgov wrote")
        finish_commit(path)
        document, reading = decode_document((path / TEXT_FILE).read_bytes(), (path / DOCUMENT_FILE).read_bytes())
        # Read the tables, whatever program wrote them back.
        data: dict[str, list[Row]] = {}
        times: dict[str, datetime] = {}
        for file in sorted((path / DATA_FOLDER).glob("*.csv")):
            if file.stem not in MODEL.stored:
                raise DataError(
                    f"{path} cannot be read",
                    [Problem(ProblemCode.UNKNOWN_TABLE, f"there is no table {file.stem!r}{did_you_mean(file.stem, MODEL.stored)}")],
                )
            table = MODEL.stored[file.stem]
            data[file.stem] = list(decode_rows(table, file.read_bytes(), f"{DATA_FOLDER}/{file.name}"))
            list(mend_rows(table, data[file.stem]))
            times[table.name] = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
        guesses = follow_renamed(MODEL, data, decode_objects(Guess, (path / GUESSES_FILE).read_bytes(), GUESSES_FILE))
        earlier = decode_objects(DraftDecision, (path / DECISIONS_FILE).read_bytes(), DECISIONS_FILE)
        return cls(
            document=document,
            genre=reading["genre"],
            genre_certainty=next(code for code in Certainty if code == reading["genre_certainty"]),
            genre_reasons=tuple(reading["genre_reasons"]),
            data=data,
            guesses=guesses,
            damage=tuple(Flaw(**flaw) for flaw in reading["damage"]),
            decisions=collect_decisions(MODEL, data, guesses, earlier, times),
        )

    def update(self, folder: str | PathLike[str]) -> None:
        """Write all files of the draft into its folder anew, and leave other files there as they are."""
        self._replace_files(Path(folder), self._build_files())

    def refresh(self, folder: str | PathLike[str]) -> None:
        """Write the decisions and the page anew, and leave all other files of the draft's folder as they are."""
        self._replace_files(Path(folder), (file for file in self._build_files() if file[0] in (DECISIONS_FILE, REVIEW_FILE)))

    def _replace_files(self, folder: Path, files: Files) -> None:
        """Write each file into a folder, whole or not at all."""
        for name, content in files:
            write_atomic(folder / name, content if isinstance(content, bytes) else b"".join(content))

    # Publication

    def publish(self, into: Dataset | None = None, *, metadata: Metadata | None = None, replace: bool = False) -> Dataset:
        """Return the records as a data set that is sound, and whose citations the text proves.

        Digests are made anew, and columns that follow from others are filled where they are empty.

        Args:
            into: the data set to add the records to; its actors, themes and things stand for those of the same id. None gives a data
                set of the draft alone.
            metadata: the metadata of a data set of the draft alone.
            replace: take all records of this document out of `into` first, to publish a draft again that was corrected. Ids that are
                gone are redirected to those that their records have now, if any.

        Raises:
            DestinationError: `into` has records of this document, and `replace` is false.
            DataError: something is left to a person, or the records are not sound, or the text does not print what they say; the error
                carries all problems at once. So is a record of another document that refers to one that is gone.
        """
        return publish_tables(self.document, self.data, self.todo, into, metadata, replace=replace)


class AssistantError(DxgovError, RuntimeError):
    """An assistant could not be asked, or did not answer as it should; `draft` is the draft with what it proposed before."""

    def __init__(self, message: str, draft: Draft) -> None:
        self.draft: Draft = draft
        super().__init__(message, draft)

    def __str__(self) -> str:
        return printable_lines(str(self.args[0]))


def _list_written_tables(data: Mapping[str, Sequence[Row]]) -> list[tuple[str, Table | LinkTable]]:
    """Return the tables that get a file: those with rows, and the empty ones that a person may need to write what is left."""
    links = [link for link in MODEL.links.values() if data[link.owner.name]]
    needed = {link.name for link in links} | {str(column.target) for link in links for column in link.spelled}
    return [(name, table) for name, table in MODEL.stored.items() if data[name] or name in needed]
