"""What all records have in common."""

from typing import Annotated

from attrs import frozen

from dxgov.marks import Key, Label, Term
from dxgov.values import Citation, Id


@frozen(kw_only=True)
class Record:
    """A row of the data set: something a document says, with an id and the place where it was read."""

    id: Annotated[Id, Key(), Label("ID"), Term("http://purl.org/dc/terms/identifier")]
    """Identifies the record among all records of the data set; never re-used."""

    citation: Annotated[Citation, Label("典拠")]
    """Where the record was read; for what many documents mention, the first place that shows it."""

    note: Annotated[str | None, Label("注記"), Term("http://www.w3.org/2004/02/skos/core#note")] = None
    """What a user of the record should know, such as damage in the source, in Japanese."""

    note_en: Annotated[str | None, Label("注記（英語）")] = None
    """The same in English."""
