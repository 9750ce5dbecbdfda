"""`Citation`, and the types of ids, codes and clock times that records share."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from types import NoneType
from typing import Annotated

from attrs import frozen

from dxgov.conversion import convert_fields
from dxgov.marks import CheckDigit, Example, Label, Minimum, NotBefore, Pattern, Ref, Term, Together
from dxgov.sentences import document_fields

_ID = Pattern(
    r"[a-z0-9]+([.-][a-z0-9]+)*",
    "lower-case letters and digits, joined by single dots or hyphens",
    "英小文字と数字。ピリオドまたはハイフン1字でつなぐ",
)
Id = Annotated[str, _ID]
"""A readable ASCII id of at most `LONGEST_ID` characters, which is never reused for another record."""

LONGEST_ID = 200
"""Maximum number of characters of an id, so that a file name with an id and a suffix fits every file system."""


def _correct_local_government_code(code: str) -> str:
    """Return the code with the right check digit, which is its last."""
    total = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2), strict=False))
    return f"{code[:5]}{(11 - total % 11) % 10}"


def _correct_corporate_number(number: str) -> str:
    """Return the number with the right check digit, which is its first."""
    digits = [*map(int, number[1:])]
    total = sum(digits[::-2]) + 2 * sum(digits[-2::-2])
    return f"{9 - total % 9}{number[1:]}"


LocalGovernmentCode = Annotated[
    str,
    Pattern(
        r"(0[1-9]|[1-3][0-9]|4[0-7])[0-9]{4}",
        "six digits, the first two those of a prefecture, 01 to 47",
        "6桁の数字。初めの2桁は都道府県（01から47）",
    ),
    CheckDigit(_correct_local_government_code, "全国地方公共団体コード"),
    Example("132144"),
]
"""全国地方公共団体コード with its check digit; a string, because leading zeros are significant."""

CorporateNumber = Annotated[
    str,
    Pattern(r"[1-9][0-9]{12}", "13 digits, the first of them not 0", "13桁の数字。先頭は0以外"),
    CheckDigit(_correct_corporate_number, "法人番号"),
    Example("8000020130001"),
]
"""法人番号 of the National Tax Agency, whose first digit is the check digit."""

Sha256 = Annotated[str, Pattern(r"[0-9a-f]{64}", "64 hexadecimal digits in lower case", "小文字の16進数64桁")]
"""A SHA-256 digest."""

ClockTime = Annotated[
    str, Pattern(r"([01][0-9]|2[0-3]):[0-5][0-9]", "hours and minutes, 00:00 to 23:59", "時と分（00:00から23:59）"), Example("14:00")
]
"""A time of day by the clock."""


_WHITE_SPACE = re.compile(r"\s+")


def without_layout(text: str) -> str:
    """Return a text in Unicode NFC without white space, to compare texts regardless of layout."""
    return _WHITE_SPACE.sub("", unicodedata.normalize("NFC", text))


def passage_digest(text: str) -> str:
    """Return the hexadecimal SHA-256 of a passage in Unicode NFC without white space, so that layout does not matter."""
    return hashlib.sha256(without_layout(text).encode()).hexdigest()


def digest_document(text: str) -> str:
    """Return the hexadecimal SHA-256 of a whole document in UTF-8, as `dxgov.Source.file_sha256` states it."""
    return hashlib.sha256(text.encode()).hexdigest()


def document_lines(text: str) -> list[str]:
    """Split a document into lines at LF, CRLF or CR, as in RFC 5147, without a byte-order mark at its start."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


@lru_cache(maxsize=4)
def _split_with_cache(document: str) -> list[str]:
    """Split a document into lines; the last four documents are cached, for many citations of one document.

    Raises:
        ValueError: the document cannot be encoded.
    """
    require_encodable("document", document)
    return document_lines(document)


def require_encodable(name: str, text: str) -> None:
    """Check that a text can be encoded.

    Raises:
        ValueError: the text has half of a surrogate pair.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        surrogate = f"{text[error.start]!r} at character {error.start + 1}"
        raise ValueError(f"{name}: found {surrogate}, half of a surrogate pair; expected a text that can be stored") from None


@document_fields
@frozen
class Citation:
    """Where a record was read: a source, the place in its own numbering, the lines, and a digest of the passage.

    The passage itself is not copied. Whoever holds the document can find the lines and verify the digest.
    """

    __attrs_post_init__ = convert_fields

    source_id: Annotated[Id, Ref("Source"), Label("出典", "記録を読み取った文書。"), Term("http://www.w3.org/ns/prov#hadPrimarySource")]
    """The document."""

    place: Annotated[
        str | None,
        Label("箇所", "文書自体の番号付けによる箇所。番号がなければ空欄。"),
        Example("6(2)"),
        Term("http://purl.org/ontology/bibo/locator"),
    ] = None
    """The place in the document's own numbering; empty where it has none."""

    first_line: Annotated[
        int | None, Minimum(1), Label("開始行", "該当箇所の最初の行。文書の本文で1から数える。文書に行がなければ空欄。"), Example(61)
    ] = None
    """The first line of the passage in the text of the document, counted from 1; empty where the document has no lines."""

    last_line: Annotated[
        int | None,
        Minimum(1),
        NotBefore("first_line"),
        Together("first_line"),
        Label("終了行", "該当箇所の最後の行（その行を含む）。"),
        Example(61),
    ] = None
    """The last line of the passage, itself included."""

    sha256: Annotated[
        Sha256 | None,
        Together("first_line"),
        Label("該当箇所のSHA-256", "該当箇所の行のSHA-256。Unicode NFCに正規化して空白を除き、UTF-8で計算する。"),
    ] = None
    """SHA-256 of the passage's lines in UTF-8, after Unicode NFC and without white space."""

    def __str__(self) -> str:
        from dxgov.display import printable

        lines = "" if self.first_line is None else f"line {self.first_line}"
        if self.last_line != self.first_line:
            lines = f"lines {self.first_line}-{self.last_line}"
        return printable(" ".join(", ".join(filter(None, (self.source_id, self.place, lines))).split()))

    @classmethod
    def of(cls, source_id: str, document: str, first_line: int, last_line: int | None = None, place: str | None = None) -> "Citation":
        """Create a citation of lines of a document, with the digest of their text.

        Lines end with LF, CRLF or CR; a byte-order mark at the start is ignored. For many citations of one document, use
        `dxgov.Document`, which splits the text once.

        Args:
            source_id: The id of the source.
            document: The whole text of the source.
            first_line: Number of the first line, counted from 1.
            last_line: Number of the last line; None for `first_line`.
            place: The place in the document's own numbering; None if there is none.

        Raises:
            TypeError: an argument is of another type, such as bytes or a path for the text.
            ValueError: the document has no such lines, the lines are blank, `source_id` is not an id, or `place` is blank.
        """
        from dxgov.errors import require_type

        require_source_id(source_id)
        require_type("document", document, str, "the whole text of the source")
        last = first_line if last_line is None else last_line
        return cls(source_id, place, first_line, last, digest_passage(source_id, _split_with_cache(document), first_line, last, place))


def require_source_id(source_id: object) -> None:
    """Check that a value can be the id of a source.

    Raises:
        TypeError: it is no text.
        ValueError: it does not fit the pattern of ids.
    """
    from dxgov.errors import require_type, short_repr

    require_type("source_id", source_id, str, "the id of a source")
    if not re.fullmatch(_ID.regex, str(source_id)):
        raise ValueError(f"source_id: found {short_repr(source_id)}, expected {_ID.means}")


def select_passage(source_id: str, lines: Sequence[str], first_line: int, last_line: int) -> str:
    """Return the lines `first_line` to `last_line` of a document, counted from 1, as one text.

    Raises:
        TypeError: a number is no int.
        ValueError: the document has no such lines.
    """
    from dxgov.errors import require_type

    require_type("first_line", first_line, int, "the number of a line, counted from 1")
    require_type("last_line", last_line, int, "the number of a line, counted from 1")
    if not 1 <= first_line <= last_line <= len(lines):
        raise ValueError(f"lines {first_line} to {last_line} of {source_id!r}: the document has lines 1 to {len(lines)}")
    return "\n".join(lines[first_line - 1 : last_line])


def digest_passage(source_id: str, lines: Sequence[str], first_line: int, last_line: int, place: str | None) -> str:
    """Return the digest of lines of a document, and check that a citation can name them and the place.

    Raises:
        TypeError: a number is no int, or the place no text.
        ValueError: the document has no such lines, or the lines or the place are blank.
    """
    from dxgov.errors import require_type

    require_type("place", place, (str, NoneType), "a text or nothing")
    if place is not None:
        require_encodable("place", place)
        if not place.strip():
            raise ValueError(f"place: found {place!r}, expected a text or nothing")
    passage = without_layout(select_passage(source_id, lines, first_line, last_line))
    if not passage:
        raise ValueError(f"lines {first_line} to {last_line} of {source_id!r}: found nothing but white space, expected a passage")
    return hashlib.sha256(passage.encode()).hexdigest()
