"""Values that records share: a citation, and the types of ids and codes."""

import hashlib
import re
import unicodedata
from functools import lru_cache
from types import NoneType
from typing import Annotated

from attrs import frozen

from dxgov.marks import CheckDigit, Example, Label, Minimum, NotBefore, Pattern, Ref, Term, Together

_ID = Pattern(r"[a-z0-9]+([.-][a-z0-9]+)*", "lower-case letters and digits, joined by single dots or hyphens")
Id = Annotated[str, _ID]
"""A readable ASCII name that is never given to another record, of at most `LONGEST_ID` characters."""

LONGEST_ID = 200
"""How many characters an id may have: the name of a file with an ending and an id in it fits every file system."""


def _correct_local_government_code(code: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2), strict=False))
    return f"{code[:5]}{(11 - total % 11) % 10}"


def _correct_corporate_number(number: str) -> str:
    digits = [*map(int, number[1:])]
    total = sum(digits[::-2]) + 2 * sum(digits[-2::-2])
    return f"{9 - total % 9}{number[1:]}"


LocalGovernmentCode = Annotated[
    str,
    Pattern(r"(0[1-9]|[1-3][0-9]|4[0-7])[0-9]{4}", "six digits, the first two those of a prefecture, 01 to 47"),
    CheckDigit(_correct_local_government_code, "全国地方公共団体コード"),
    Example("132144"),
]
"""全国地方公共団体コード with its check digit; text, because leading zeros count."""

CorporateNumber = Annotated[
    str,
    Pattern(r"[1-9][0-9]{12}", "13 digits, the first of them not 0"),
    CheckDigit(_correct_corporate_number, "法人番号"),
    Example("8000020130001"),
]
"""法人番号 of the National Tax Agency, whose first digit is the check digit."""

Sha256 = Annotated[str, Pattern(r"[0-9a-f]{64}", "64 hexadecimal digits in lower case")]
"""A SHA-256 digest."""

ClockTime = Annotated[str, Pattern(r"([01][0-9]|2[0-3]):[0-5][0-9]", "hours and minutes, 00:00 to 23:59"), Example("14:00")]
"""A time of day by the clock."""


_WHITE_SPACE = re.compile(r"\s+")


def without_layout(text: str) -> str:
    """A text in Unicode NFC with all white space removed: what is left when layout does not matter."""
    return _WHITE_SPACE.sub("", unicodedata.normalize("NFC", text))


def passage_digest(text: str) -> str:
    """The SHA-256 of a passage after Unicode NFC and with all white space removed, so that layout does not matter."""
    return hashlib.sha256(without_layout(text).encode()).hexdigest()


def document_lines(text: str) -> list[str]:
    """The lines of a document: each ends with LF, CRLF or CR, as in RFC 5147; a byte-order mark at the start is not text."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


@lru_cache(maxsize=4)
def _split_cached(document: str) -> list[str]:
    """The lines of one of the last documents that were cited, so that each is taken apart once for many citations.

    Raises:
        ValueError: the document is no text that a file can hold.
    """
    _require_encodable("document", document)
    return document_lines(document)


def _require_encodable(name: str, text: str) -> None:
    """Refuse a text with half of a surrogate pair.

    Raises:
        ValueError: it has one.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        at = f"{text[error.start]!r} at character {error.start + 1}"
        raise ValueError(f"{name}: found {at}, half of a surrogate pair; expected a text that can be stored") from None


@frozen
class Citation:
    """Where a record was read: a source, the place in its own numbering, the lines, and a digest of the passage.

    The passage itself is not copied. Whoever holds the document can find the lines and verify the digest.
    """

    source_id: Annotated[Id, Ref("Source"), Label("出典"), Term("http://www.w3.org/ns/prov#hadPrimarySource")]
    """The document."""

    place: Annotated[str | None, Label("箇所"), Example("6(2)"), Term("http://purl.org/ontology/bibo/locator")] = None
    """The place in the document's own numbering; empty where it has none."""

    first_line: Annotated[int | None, Minimum(1), Label("開始行"), Example(61)] = None
    """The first line of the passage in the text of the document, counted from 1; empty where the document has no lines."""

    last_line: Annotated[int | None, Minimum(1), NotBefore("first_line"), Together("first_line"), Label("終了行"), Example(61)] = None
    """The last line of the passage, itself included."""

    sha256: Annotated[Sha256 | None, Together("first_line"), Label("該当箇所のSHA-256")] = None
    """SHA-256 of the passage's lines in UTF-8, after Unicode NFC and without white space."""

    def __str__(self) -> str:
        from dxgov.display import printable

        lines = "" if self.first_line is None else f"line {self.first_line}"
        if self.last_line != self.first_line:
            lines = f"lines {self.first_line}-{self.last_line}"
        return printable(" ".join(", ".join(filter(None, (self.source_id, self.place, lines))).split()))

    @classmethod
    def of(cls, source_id: str, document: str, first_line: int, last_line: int | None = None, place: str | None = None) -> "Citation":
        """Cite lines of `document`, the whole text of the source, and take their digest.

        `last_line` is `first_line` unless given. Lines end with LF, CRLF or CR; a byte-order mark at the start does not count. Many
        citations of one document take it apart once: the lines of the last four are kept.

        Raises:
            TypeError: an argument is of another type, such as bytes or a path for the text.
            ValueError: the document has no such lines or nothing stands in them, `source_id` is no id, or `place` is blank.
        """
        from dxgov.errors import quoted, require_type

        last = first_line if last_line is None else last_line
        require_type("source_id", source_id, str, "the id of a source")
        require_type("document", document, str, "the whole text of the source")
        require_type("first_line", first_line, int, "the number of a line, counted from 1")
        require_type("last_line", last, int, "the number of a line, counted from 1")
        require_type("place", place, (str, NoneType), "a text or nothing")
        if not re.fullmatch(_ID.regex, source_id):
            raise ValueError(f"source_id: found {quoted(source_id)}, expected {_ID.means}")
        if place is not None:
            _require_encodable("place", place)
            if not place.strip():
                raise ValueError(f"place: found {place!r}, expected a text or nothing")
        lines = _split_cached(document)
        if not 1 <= first_line <= last <= len(lines):
            raise ValueError(f"lines {first_line} to {last} of {source_id!r}: the document has lines 1 to {len(lines)}")
        passage = without_layout("\n".join(lines[first_line - 1 : last]))
        if not passage:
            raise ValueError(f"lines {first_line} to {last} of {source_id!r}: found nothing but white space, expected a passage")
        return cls(source_id, place, first_line, last, hashlib.sha256(passage.encode()).hexdigest())
