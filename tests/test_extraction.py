"""Recognition of formats, errors that say what to do, limits, and damaged files."""

import gzip
import json
import subprocess
import sys
import zipfile
from hashlib import sha256
from io import BytesIO

import attrs
import docx
import openpyxl
import pytest
from fpdf import FPDF
from hypothesis import example, given, settings
from hypothesis import strategies as st

import dxgov
from dxgov import Document, Limits
from dxgov.documents.extraction import FORMATS, extract
from dxgov.errors import DocumentError
from dxgov.values import document_lines


def make_docx():
    document, file = docx.Document(), BytesIO()
    document.add_heading("要望書", 1)
    document.add_paragraph("東", style="List Number")
    document.add_table(2, 2).cell(0, 0).text = "担当"
    document.save(file)
    return file.getvalue()


def make_xlsx():
    workbook, file = openpyxl.Workbook(), BytesIO()
    workbook.active["A1"] = "要望書"
    workbook.active.merge_cells("A1:B2")
    workbook.save(file)
    return file.getvalue()


def make_pdf():
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica")
    with paper.table() as table:
        table.row(("Request", "Answer"))
        table.row(("Cloud", "Yes"))
    return bytes(paper.output())


MINUTES = [{"title": "委員会", "dateIso": "2020-01-20", "voices": [{"speaker": "本多委員長", "text": "○午後 １時開会\n開きます。"}]}]
PROCEEDINGS = [{"Date": "2020/2/19", "ProceedingTitle": "会議録", "Proceeding": [{"Speaker": "null", "Utterance": "出席"}]}]
SPEECHES = [
    {"date": "2025-02-14", "house": "衆議院", "committee": "本会議", "speaker": "山田一郎", "position": "議長", "text": text}
    for text in ("○議長（山田一郎君） 開きます。", "続けます。")
]
FILES = {
    "a.txt": ("要望書\n１　東\n".encode(), "text/plain"),
    "a.md": ("# 要望書\n- 東\n\n|a|b|\n|-|-|\n|1|2|\n".encode(), "text/markdown"),
    "a.html": ("<!DOCTYPE html><html><body><h1>要望書</h1><table><tr><td>東</table>".encode(), "text/html"),
    "a.json": (json.dumps(MINUTES).encode(), "application/json"),
    "a.pdf": (make_pdf(), "application/pdf"),
    "a.docx": (make_docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "a.xlsx": (make_xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)


def make_zip(**parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def change_part(content, name, change):
    """Return a zip with one part changed."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as archive, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as changed:
        for entry in archive.namelist():
            changed.writestr(entry, change(archive.read(entry)) if entry == name else archive.read(entry))
    return file.getvalue()


def test_every_format_is_tried_here():
    assert [media_type for _, media_type in FILES.values()] == [format.media_type for format in FORMATS]


@pytest.mark.parametrize("name", FILES)
def test_formats_are_recognised_by_bytes_then_by_name(name, tmp_path):
    content, media_type = FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    text = extract(path)
    assert text.media_type == media_type
    assert text == extract(content, media_type=media_type)
    assert text.original_sha256 == sha256(content).hexdigest()
    assert text.extracted_with.startswith("" if name == "a.txt" else f"dxgov {dxgov.__version__}")
    assert "要望書" in text.text or name in ("a.pdf", "a.json")
    if name not in ("a.txt", "a.md"):
        assert extract(content).media_type == media_type


@pytest.mark.parametrize("name", FILES)
def test_documents_of_every_format_can_be_cited(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(FILES[name][0])
    document = Document.open(path, "src-x")
    assert [line.text for line in document.layout.lines] == list(document.lines[: len(document.layout.lines)])
    assert [line.number for line in document.layout.lines] == [*range(1, len(document.layout.lines) + 1)]
    assert document.text == document.layout.text
    assert document.cite(1).first_line == 1
    for table in document.layout.tables:
        for cell in table.cells:
            assert cell.text == ("\n".join(document.lines[cell.first_line - 1 : cell.last_line]) if cell.first_line else "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            OLE + "WordDocument".encode("utf-16-le"),
            "the file is an old Word file (.doc); open it in Word or LibreOffice and save it as DOCX",
        ),
        (OLE + "Workbook".encode("utf-16-le"), "old Excel file (.xls)"),
        (OLE + "DocumentText".encode("utf-16-le"), "Ichitaro file (.jtd); open it in Ichitaro and save it as DOCX or PDF"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted Office file; open it and save it without a password"),
        (OLE, "old format of Office or Ichitaro; save it as"),
        (b"\x89PNG\r\n\x1a\n", "a picture; run text recognition"),
        (b"\xff\xd8\xff\xe0", "a picture; run text recognition"),
        (gzip.compress(b"a"), "an archive; unpack it"),
        (make_zip(a="x"), "an archive; unpack it"),
        (make_zip(mimetype="application/epub+zip"), "an OpenDocument or EPUB file; save it as"),
        (b"{\\rtf1 a}", "an RTF file"),
        (b"%PDF-1.7\nnonsense", "the PDF is damaged"),
        (b"PK\x03\x04nonsense", "the file is damaged"),
        (b"\x00\x01\x02\xff\xfe\xfd", "neither text nor a format that dxgov reads"),
        (b'{"a": 1}', "JSON, but in no form of minutes"),
        (b'{"a": ', "not JSON"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "not JSON"),
    ],
)
def test_other_files_say_what_to_do(content, message):
    with pytest.raises(DocumentError) as error:
        extract(content)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_name_that_lies_and_an_unknown_media_type(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_text("text")
    with pytest.raises(DocumentError, match="no PDF file, although its name says so"):
        extract(path)
    with pytest.raises(DocumentError, match="found 'text/csv', expected one of text/plain"):
        extract(b"a", media_type="text/csv")
    with pytest.raises(TypeError, match="source: found None"):
        extract(None)


@pytest.mark.parametrize(
    ("name", "limits", "noun"),
    [
        ("a.txt", {"characters": 3}, "3 characters"),
        ("a.html", {"nesting": 2}, "2 nesting"),
        ("a.docx", {"nesting": 3}, "3 nesting"),
        ("a.docx", {"cells": 3}, "3 cells"),
        ("a.xlsx", {"cells": 3}, "3 cells"),
        ("a.docx", {"files": 2}, "2 files"),
        ("a.xlsx", {"document": 2_000}, "2,000 document"),
        ("a.pdf", {"characters": 5}, "5 characters"),
        ("a.json", {"characters": 5}, "5 characters"),
    ],
)
def test_limits(name, limits, noun):
    content, media_type = FILES[name]
    assert extract(content, media_type=media_type)
    with pytest.raises(DocumentError, match=f"more than {noun}"):
        extract(content, media_type=media_type, limits=Limits(**limits))


def test_zips_that_swell_and_entities_that_grow_or_fetch(tmp_path):
    swollen = change_part(FILES["a.docx"][0], "word/document.xml", lambda part: part + b" " * 30_000_000)
    with pytest.raises(DocumentError, match="compressed more than 250 times"):
        extract(swollen)
    entities = "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 20}">' for level in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY a0 "aaaaaaaaaaaaaaaaaaaa">{entities}]><document><body><p><r><t>&a11;</t></r></p></body></document>'
    with pytest.raises(DocumentError, match="is no XML"):
        extract(change_part(FILES["a.docx"][0], "word/document.xml", lambda _: bomb.encode()))
    secret = tmp_path / "secret"
    secret.write_text("secret")
    fetching = f'<!DOCTYPE a [<!ENTITY a SYSTEM "{secret.as_uri()}">]><document><body><p><r><t>&a;</t></r></p></body></document>'
    with pytest.raises(DocumentError, match="undefined entity"):
        extract(change_part(FILES["a.docx"][0], "word/document.xml", lambda _: fetching.encode()))


@pytest.mark.parametrize("depth", [200, 100_000])
def test_deep_nesting_ends_in_text_or_a_clear_error(depth):
    paragraphs = b"<x>" * depth + b"<p><r><t>a</t></r></p>" + b"</x>" * depth
    content = change_part(FILES["a.docx"][0], "word/document.xml", lambda _: b"<document><body>" + paragraphs + b"</body></document>")
    lists = b"[" * depth + b"]" * depth
    for source in (content, b"<html>" + b"<table><tr><td>" * depth, b"<html>" + b"<div>" * depth + b"a", b'{"a":' + lists + b"}"):
        try:
            extract(source)
        except DocumentError as error:
            assert "Traceback" not in str(error)  # noqa: PT017


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 2**16), st.binary(max_size=8), st.booleans())
@example("a.docx", 0, b"", True)
@example("a.pdf", 200, b"", True)
def test_damage_ends_in_text_or_a_clear_error(name, position, noise, is_cut):
    content, media_type = FILES[name]
    position %= len(content)
    damaged = content[:position] if is_cut else content[:position] + noise + content[position + len(noise) :]
    try:
        text = extract(damaged, media_type=media_type)
    except DocumentError:
        return
    assert document_lines(text.text)[:-1] == [line.text for line in text.lines]


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_files_of_office_without_a_main_part_are_told(name):
    content, media_type = FILES[name]
    with pytest.raises(DocumentError, match="has no part that is the document"):
        extract(change_part(content, "_rels/.rels", lambda part: part.replace(b"officeDocument", b"officeDocumenu")), media_type=media_type)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["word/document.xml", "word/numbering.xml", "word/styles.xml"]), st.integers(0, 2**20), st.text(max_size=5))
def test_damaged_parts_end_in_text_or_a_clear_error(name, position, noise):
    def change(part):
        start = position % len(part)
        return part[:start] + noise.encode("utf-8", "ignore") + part[start + len(noise) :]

    try:
        extract(change_part(FILES["a.docx"][0], name, change))
    except DocumentError:
        return


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["text/markdown", "text/html", "text/plain"]), st.text())
def test_any_text_has_lines_that_can_be_cited(media_type, content):
    text = extract(content.encode("utf-8", "ignore"), media_type=media_type)
    assert document_lines(text.text)[:-1] == [line.text for line in text.lines]
    text.text.encode()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "cp932", "euc_jp", "iso2022_jp"])
def test_encodings_of_plain_text(encoding, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("東京都への要望について\nまとめました".encode(encoding))
    assert [line.text for line in extract(path).lines] == ["東京都への要望について", "まとめました"]
    assert Document.open(path, "src-x").lines[:2] == ("東京都への要望について", "まとめました")


@pytest.mark.parametrize(
    ("objects", "lines"),
    [
        (MINUTES, ["委員会", "2020-01-20", "○本多委員長　○午後 １時開会", "開きます。"]),
        (PROCEEDINGS, ["会議録", "2020/2/19", "出席"]),
        (SPEECHES, ["本会議", "2025-02-14", "衆議院", "○議長（山田一郎君） 開きます。", "○議長（山田一郎）　続けます。"]),
    ],
)
def test_minutes_in_json(objects, lines):
    as_lines = "\n".join(json.dumps(value) for value in objects).encode()
    assert [line.text for line in extract(json.dumps(objects).encode()).lines] == lines
    assert [line.text for line in extract(as_lines, media_type="application/json").lines] == lines
    doubled = extract(json.dumps([*objects, *json.loads(json.dumps(objects).replace("委員会", "総会"))]).encode())
    assert doubled.lines[-1].page == (1 if objects is SPEECHES else 2)


def test_a_source_may_state_the_digest_of_a_file_as_its_text(tmp_path):
    path = tmp_path / "a.md"
    path.write_bytes(FILES["a.md"][0])
    source = attrs.evolve(dxgov.load().sources[0], file_sha256=sha256(FILES["a.md"][0]).hexdigest())
    assert Document.open(path, source).lines[0] == "# 要望書"
    assert Document.open(path, "src-x").lines[0] == "要望書"


def test_importing_dxgov_loads_no_reader():
    readers = ("pypdfium2", "html.parser", "xml.etree")
    code = f"import dxgov, sys; print([name for name in sys.modules if 'documents' in name or name in {readers}])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_missing_library_names_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(dxgov.NotInstalledError, match=r"pypdfium2 is not installed; pip install 'dxgov\[pdf\]'"):
        extract(FILES["a.pdf"][0])
