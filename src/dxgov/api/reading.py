"""`read` and `read_many`: from documents to drafts of their records."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from functools import partial
from os import PathLike, fspath

import pyarrow as pa
from attrs import frozen

from dxgov.arguments import check_arguments
from dxgov.dataset import Dataset
from dxgov.documents.extraction import extract
from dxgov.documents.genres import read_document
from dxgov.drafting.assistants import Assistant
from dxgov.drafting.draft import Draft
from dxgov.drafting.drafter import draft_document
from dxgov.drafting.line_table import build_line_table
from dxgov.errors import DxgovError, short_repr
from dxgov.limits import Limits
from dxgov.parallel.executor import run_in_order


@check_arguments
def read(
    source: str | PathLike[str] | bytes,
    *,
    genre: str | None = None,
    like: Dataset | None = None,
    id: str | None = None,
    media_type: str | None = None,
    limits: Limits | None = None,
    assistant: Assistant | None = None,
) -> Draft:
    """Read a document and draft its records, as far as a program can tell them.

    A draft is not a package: titles in English, labels, summaries and themes are a person's work and stay empty. `Draft.todo` lists what
    is left, `Draft.guesses` tells the certainty, the reason and the lines of each value, and `Draft.unread` holds the lines that no
    record cites.

    Args:
        source: the path of a document, or its content.
        genre: the name of the grammar to read it with, such as ``letter``; None to find it out.
        like: a data set whose actors are used again, known by name and code, and whose themes are proposed; None for none.
        id: what the ids of the draft have in common: the date of the document, and its issuer, subject or kind, such as
            ``2024-05-14-kaifu-towns``. None makes one of the date, the genre and a digest of the text.
        media_type: the media type of the document; None to find it out.
        limits: maximum sizes; `Limits()` by default.
        assistant: proposes words and themes where they are left to a person, as `Draft.ask` tells; None for nothing. Only with one is
            anything of the document sent anywhere.

    Raises:
        OSError: the file cannot be read.
        AssistantError: the assistant failed; the error has the draft.
        ValueError: `id` cannot be a part of ids, or the file holds no text that can be read; the message says what to do.
        UnknownNameError: there is no grammar of the name `genre`.
        NotInstalledError: a library is not installed that the format of the file needs.
    """
    text = extract(source, media_type=media_type, limits=limits or Limits())
    draft = draft_document(text, read_document(text, genre), id, like)
    return draft if assistant is None else draft.ask(assistant, like)


@frozen
class ReadDocument:
    """A document of many: its draft, or why there is none."""

    path: str
    draft: Draft | None
    error: str | None = None
    """Why the document could not be read; None if it was."""

    @property
    def lines(self) -> pa.Table:
        """The lines of the document as an Arrow table: its path, and a column for each field of a line; no rows without a draft."""
        return build_line_table(self.path, self.draft.document.lines if self.draft else ())


@check_arguments
def read_many(
    paths: Iterable[str | PathLike[str]],
    executor: Executor | None = None,
    *,
    genre: str | None = None,
    like: Dataset | None = None,
    limits: Limits | None = None,
) -> Iterator[ReadDocument]:
    """Read many documents, one after the other or in the processes of an executor, and yield each with its draft or its error.

    The documents come in the order of `paths`, which may be an iterator without an end; no more than 64 are held in memory.

    Args:
        paths: the paths of the documents.
        executor: reads them in parallel, for example a `concurrent.futures.ProcessPoolExecutor`; None reads them in this process.
        genre: as for `read`.
        like: as for `read`.
        limits: as for `read`.

    Raises:
        TypeError: `paths` is one path.
        WorkerError: the processes of the executor have ended.
    """
    if isinstance(paths, str | bytes | PathLike):
        raise TypeError(f"paths: found {short_repr(paths)}, expected a list of paths or another iterable")
    calls = (partial(_read_document, fspath(path), genre, like, limits) for path in paths)
    return (call() for call in calls) if executor is None else run_in_order(executor, calls)


def _read_document(path: str, genre: str | None, like: Dataset | None, limits: Limits | None) -> ReadDocument:
    """Return a document that was read, or why it could not be."""
    try:
        return ReadDocument(path, read(path, genre=genre, like=like, limits=limits))
    except (DxgovError, OSError, ValueError) as error:
        return ReadDocument(path, None, str(error))
