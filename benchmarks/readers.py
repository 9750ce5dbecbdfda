"""How much of a paper's text comes back from its PDF, if its DOCX is the truth: ``python benchmarks/readers.py FOLDER``.

The folder holds pairs of files, ``NAME.docx`` and ``NAME.pdf``. A paragraph counts as whole if its characters, but for blanks and width,
stand in the text of the PDF one after the other, without headers, footers and notes between them.
"""

import re
import sys
import unicodedata
from pathlib import Path
from time import process_time

from dxgov.documents.extraction import extract

LEFT_OUT = ("header", "footer", "note", "contents")
MARK = re.compile(r"^\u3000*([●・■□○◆-]|[0-9]{1,2}\))\u3000?")


def fold(text: str) -> str:
    """Return a text without blanks, and with one width of each character."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def compare(folder: Path) -> None:
    """Write a row of a Markdown table for each pair of files."""
    sys.stdout.write("| paper | pages | s | paragraphs | whole | whole, but for the mark | notes | cells |\n")
    sys.stdout.write("|---|--:|--:|--:|--:|--:|--:|--:|\n")
    for path in sorted(folder.glob("*.docx")):
        if not path.with_suffix(".pdf").exists():
            continue
        truth, start = extract(path), process_time()
        pdf, seconds = extract(path.with_suffix(".pdf")), process_time()
        text = fold("".join(line.text for line in pdf.lines if line.style not in LEFT_OUT[:3]))
        notes = fold("".join(line.text for line in pdf.lines if line.style == "note"))
        paragraphs = [line.text for line in truth.lines if len(fold(line.text)) >= 4 and line.style not in LEFT_OUT]
        whole = [paragraph for paragraph in paragraphs if fold(paragraph) in text]
        unmarked = [paragraph for paragraph in paragraphs if fold(MARK.sub("", paragraph, count=1)) in text]
        true_notes = [line.text for line in truth.lines if line.style == "note"]
        cells = [cell.text for table in truth.tables for cell in table.cells if cell.text]
        pdf_cells = {fold(cell.text) for table in pdf.tables for cell in table.cells}
        shares = [f"{len(part) / max(len(paragraphs), 1):.1%}" for part in (whole, unmarked)]
        counts = f"{sum(fold(note) in notes for note in true_notes)} of {len(true_notes)}"
        cell_counts = f"{sum(fold(cell) in pdf_cells for cell in cells)} of {len(cells)}"
        row = [path.stem, pdf.lines[-1].page, f"{seconds - start:.2f}", len(paragraphs), *shares, counts, cell_counts]
        sys.stdout.write(f"| {' | '.join(map(str, row))} |\n")


if __name__ == "__main__":
    compare(Path(sys.argv[1]))
