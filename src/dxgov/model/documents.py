"""`Document`: the text of a source, from which citations are made."""

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from os import PathLike
from pathlib import Path

from attrs import field, frozen

from dxgov.documents.extraction import PLAIN_TEXT, extract
from dxgov.documents.lines import ExtractedText
from dxgov.errors import format_count, require_type, short_repr
from dxgov.limits import Limits
from dxgov.model.sources import Source
from dxgov.values import Citation, digest_passage, document_lines, require_encodable, require_source_id, select_passage

_BOM = b"\xef\xbb\xbf"


@frozen(init=False, repr=False)
class Document:
    r"""The text of a source, split into lines once for many citations.

    Lines end with LF, CRLF or CR, and a byte-order mark at the start belongs to none. Iteration yields the lines; `len` counts them.
    Two documents are equal if their sources and texts are.

    >>> document = Document("Minutes\n1 The town asks for a cloud.\n", "src-minutes")
    >>> str(document.cite(2, place="1"))
    'src-minutes, 1, line 2'
    """

    source_id: str
    """The id of the source."""

    text: str
    """The whole text, with its line ends and byte-order mark."""

    lines: tuple[str, ...] = field(eq=False)
    """The lines without their ends; line 1 is ``lines[0]``."""

    sha256: str = field(eq=False)
    """SHA-256 of the text in UTF-8, as `Source.file_sha256` states it."""

    layout: ExtractedText | None = field(eq=False)
    """The lines with their pages, boxes, styles and cells, and what the file is; None for a text that was not opened from a file."""

    def __init__(self, text: str, source: Source | str, layout: ExtractedText | None = None) -> None:
        """Split a text into lines.

        Args:
            text: The whole text of the source.
            source: The source, or its id. The text must have the SHA-256 that a source states.
            layout: The lines as a reader extracted them; None if there is no file.

        Raises:
            TypeError: an argument is of another type, such as bytes or a path for the text.
            ValueError: the text cannot be encoded, `source` is not an id, or the source states another SHA-256.
        """
        require_type("document", text, str, "the whole text of the source")
        require_type("source", source, (Source, str), "a Source or the id of one")
        source_id = source.id if isinstance(source, Source) else source
        require_source_id(source_id)
        require_encodable("document", text)
        content = text.encode()
        digest = sha256(content).hexdigest()
        if isinstance(source, Source) and source.file_sha256 != digest:
            is_variant = source.file_sha256 in alternative_digests(content)
            hint = "; it is the same text with other line ends or byte-order mark" if is_variant else ""
            expected = f"{short_repr(source.file_sha256)}, which {source_id!r} states"
            raise ValueError(f"document: found a text with the SHA-256 {digest!r}, expected {expected}{hint}")
        self.__attrs_init__(source_id, text, tuple(document_lines(text)), digest, layout)

    @classmethod
    def open(cls, document: str | PathLike[str], source: Source | str, *, limits: Limits | None = None) -> "Document":
        """Open a document: text, Markdown, HTML, DOCX, XLSX, PDF, or minutes in JSON.

        The text of a plain text in UTF-8 is the whole file; of others it is `layout.text`. So is any file in UTF-8 the text itself if
        the source states its SHA-256.

        Args:
            document: The path of the file, or a text: a string with a line end is the text itself.
            source: The source, or its id. The text must have the SHA-256 that a source states.
            limits: Maximum sizes; None for the defaults of `Limits`.

        Raises:
            OSError: the file cannot be read.
            DocumentError: the file is encrypted, scanned without text, damaged, in another format, or larger than the limits allow.
            NotInstalledError: the library for the format is not installed.
            TypeError: an argument is of another type, such as bytes.
            ValueError: the text is none of this source, as for `Document`.
        """
        require_type("document", document, (str, PathLike), "the path of a document, or a text of more than one line")
        if isinstance(document, str):
            require_encodable("document", document)
            if len(document_lines(document)) > 1:
                return cls(document, source)
        layout = extract(document, limits=limits)
        content = Path(document).read_bytes()
        is_text = isinstance(source, Source) and source.file_sha256 == layout.original_sha256
        if is_text and layout.media_type != PLAIN_TEXT:
            layout = extract(content, media_type=PLAIN_TEXT, limits=limits)
        if layout.media_type == PLAIN_TEXT:
            with suppress(UnicodeDecodeError):
                text = content.decode()
                # Bytes of ISO-2022-JP are ASCII, but not the text.
                if document_lines(text)[: len(layout.lines)] == [line.text for line in layout.lines]:
                    return cls(text, source, layout)
        return cls(layout.text, source, layout)

    def cite(self, first_line: int, last_line: int | None = None, place: str | None = None) -> Citation:
        """Create a citation of lines, with the digest of their text.

        Args:
            first_line: Number of the first line, counted from 1.
            last_line: Number of the last line; None for `first_line`.
            place: The place in the document's own numbering; None if there is none.

        Raises:
            TypeError: an argument is of another type.
            ValueError: the document has no such lines, the lines are blank, or `place` is blank.
        """
        last = first_line if last_line is None else last_line
        return Citation(self.source_id, place, first_line, last, digest_passage(self.source_id, self.lines, first_line, last, place))

    def passage(self, first_line: int, last_line: int | None = None) -> str:
        """Return lines as one text.

        Args:
            first_line: Number of the first line, counted from 1.
            last_line: Number of the last line; None for `first_line`.

        Raises:
            TypeError: a number is no int.
            ValueError: the document has no such lines.
        """
        return select_passage(self.source_id, self.lines, first_line, first_line if last_line is None else last_line)

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __repr__(self) -> str:
        return f"<Document {self.source_id}: {format_count(len(self.lines), 'line')}>"


def alternative_digests(content: bytes) -> set[str]:
    """Return the digests of a text with other line ends, or with or without a byte-order mark."""
    if b"\0" in content:
        return set()
    normalized = content.removeprefix(_BOM).replace(b"\r\n", b"\n")
    variants = [mark + text for mark in (b"", _BOM) for text in (normalized, normalized.replace(b"\n", b"\r\n"))]
    return {sha256(variant).hexdigest() for variant in variants if variant != content}
