"""`extract`: the text of a document in any format that dxgov reads, recognised by its first bytes, then by its name."""

from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from os import PathLike
from pathlib import Path

from attrs import evolve, frozen

from dxgov.documents.building import require_within
from dxgov.documents.formats.ooxml import OfficePackage
from dxgov.documents.lines import ExtractedText
from dxgov.errors import DocumentError, require_type, short_repr
from dxgov.limits import Limits

PLAIN_TEXT = "text/plain"
_OFFICE = "application/vnd.openxmlformats-officedocument"


@frozen
class _Format:
    """A format that dxgov reads."""

    media_type: str
    module: str
    """The name of the module in `dxgov.documents.formats`; its function is ``read_`` and this name."""
    suffixes: tuple[str, ...]


FORMATS = (
    _Format(PLAIN_TEXT, "text", (".txt", ".text")),
    _Format("text/markdown", "markdown", (".md", ".markdown")),
    _Format("text/html", "html", (".html", ".htm", ".xhtml")),
    _Format("application/json", "minutes_json", (".json", ".jsonl", ".ndjson")),
    _Format("application/pdf", "pdf", (".pdf",)),
    _Format(f"{_OFFICE}.wordprocessingml.document", "docx", (".docx", ".docm")),
    _Format(f"{_OFFICE}.spreadsheetml.sheet", "xlsx", (".xlsx", ".xlsm")),
)
_TEXT, _MARKDOWN, _HTML, _JSON, _PDF, _DOCX, _XLSX = FORMATS

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (
    ("EncryptedPackage", "an encrypted Office file; open it and save it without a password"),
    ("WordDocument", "an old Word file (.doc); open it in Word or LibreOffice and save it as DOCX"),
    ("Workbook", "an old Excel file (.xls); open it in Excel or LibreOffice and save it as XLSX"),
    ("PowerPoint Document", "an old PowerPoint file (.ppt); open it in PowerPoint or LibreOffice and save it as PDF"),
    ("DocumentText", "an Ichitaro file (.jtd); open it in Ichitaro and save it as DOCX or PDF"),
)
"""Names of streams in files of the old Office and of Ichitaro, with what such a file is."""

_PICTURE = "a picture; run text recognition (OCR) and save the result as PDF or text"
_ARCHIVE = "an archive; unpack it and read its files one by one"
_SIGNATURES = (
    (b"\x89PNG\r\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"BM", _PICTURE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!\x1a\x07", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ\0", _ARCHIVE),
    (b"{\\rtf", "an RTF file; open it in a word processor and save it as DOCX"),
)
"""First bytes of files that dxgov does not read, with what such a file is."""


def extract(source: str | PathLike[str] | bytes, *, media_type: str | None = None, limits: Limits | None = None) -> ExtractedText:
    """Read the text of a document. Nothing in it is executed, and nothing that it refers to is fetched.

    Args:
        source: The path of the file, or its bytes.
        media_type: The media type of the file; None to recognise it by its first bytes, then by its name.
        limits: Maximum sizes; None for the defaults of `Limits`.

    Raises:
        OSError: the file cannot be read.
        DocumentError: the file is encrypted, scanned without text, damaged, in another format, or larger than the limits allow.
        NotInstalledError: the library for the format is not installed.
        TypeError: an argument is of another type.
    """
    require_type("source", source, (str, PathLike, bytes), "the path of a document, or its bytes")
    limits = limits or Limits()
    suffix = "" if isinstance(source, bytes) else Path(source).suffix.lower()
    content = source if isinstance(source, bytes) else _read_file(Path(source), limits)
    require_within("document", len(content), limits)
    format = _recognise(content, suffix, limits) if media_type is None else _find_format(media_type)
    try:
        read: Callable[[bytes, Limits], ExtractedText] = getattr(
            import_module(f"dxgov.documents.formats.{format.module}"), f"read_{format.module}"
        )
        text = read(content, limits)
    except RecursionError:
        raise DocumentError("the document is nested too deeply; lower Limits(nesting=...)") from None
    versions = [f"dxgov {import_module('dxgov').__version__}", text.extracted_with]
    return evolve(
        text,
        media_type=format.media_type,
        original_sha256=sha256(content).hexdigest(),
        extracted_with="" if format is _TEXT else ", ".join(filter(None, versions)),
    )


def _read_file(path: Path, limits: Limits) -> bytes:
    with path.open("rb") as file:
        return file.read(limits.document + 1)


def _find_format(media_type: str) -> _Format:
    name = media_type.partition(";")[0].strip().lower()
    for format in FORMATS:
        if format.media_type == name:
            return format
    known = ", ".join(format.media_type for format in FORMATS)
    raise DocumentError(f"media_type: found {short_repr(media_type)}, expected one of {known}")


def _recognise(content: bytes, suffix: str, limits: Limits) -> _Format:
    """Return the format of a file.

    Raises:
        DocumentError: the file is in a format that dxgov does not read.
    """
    if content.startswith(b"PK\x03\x04"):
        return _recognise_zip(content, limits)
    if b"%PDF-" in content[:1024]:
        return _PDF
    if content.startswith(_OLD_OFFICE):
        reasons = (reason for stream, reason in _STREAMS if stream.encode("utf-16-le") in content)
        raise DocumentError(f"the file is {next(reasons, 'in an old format of Office or Ichitaro; save it as DOCX, XLSX or PDF')}")
    for signature, reason in _SIGNATURES:
        if content.startswith(signature) and (signature != b"BM" or b"\0" in content[:16]):
            raise DocumentError(f"the file is {reason}")
    by_suffix = next((format for format in FORMATS if suffix in format.suffixes), None)
    if by_suffix in (_PDF, _DOCX, _XLSX):
        raise DocumentError(f"the file is no {suffix[1:].upper()} file, although its name says so; fetch it again")
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if by_suffix in (None, _TEXT) and start.startswith((b"<!doctype html", b"<html")):
        return _HTML
    if by_suffix is None and start.startswith((b"{", b"[{", b"[\n{", b"[\r\n{")):
        return _JSON
    return by_suffix or _TEXT


def _recognise_zip(content: bytes, limits: Limits) -> _Format:
    package = OfficePackage(content, limits)
    main = package.main_part
    for folder, format in (("word/", _DOCX), ("xl/", _XLSX)):
        if main.startswith(folder):
            return format
    if main.startswith("ppt/"):
        raise DocumentError("the file is a presentation; save it as PDF")
    if "mimetype" in package.names:
        raise DocumentError("the file is an OpenDocument or EPUB file; save it as DOCX, XLSX or PDF")
    raise DocumentError(f"the file is {_ARCHIVE}")
