"""The index of the search, cut into parts that a page loads when it needs them.

The index is a map from terms to records, cut in the order of its terms into files of a size that loads quickly. A page that looks for
some words fetches the few files in whose range they fall, and `site.js` ranks what it finds there. Files are scripts, since a page that
was opened from a folder may not read any other file. That is also why there is no library for it: those that cut their index into parts
fetch the parts, which no browser allows in a folder, and the others want all of it at once.

Terms are words in lower case, and pairs of neighbouring characters for Japanese, which is written without spaces: 要望書 gives 要望, 望書
and, for the end, 書. `site.js` cuts what is looked for in the same way. A term that begins with ``=`` is an id, and leads to the records
that refer to that record.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from dxgov.exporters.site.addresses import page_name
from dxgov.exporters.site.atlas import LANGUAGES, Atlas
from dxgov.exporters.site.shapes import doubt, shape
from dxgov.exporters.site.words import date_words, guessed
from dxgov.marks import Pattern, Ref
from dxgov.schema import Column, Kind, Table
from dxgov.storage.files import Files
from dxgov.text.records import Lang

_RUN = re.compile("(?:[^\\W_]|[\U00020000-\U0003ffff])+")
"""Letters and digits; kanji on planes of their own count even where the Python at hand does not know them yet."""

_UNSPACED = re.compile("([\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)")
"""Characters of a script without spaces between words: kana and kanji."""

_PART = 100_000
"""About how many characters a file of the index has."""

BLOCK = 100
"""How many records of a table a file of the lists has."""

_EPOCH = date(1970, 1, 1)


def terms(text: str) -> Iterator[str]:
    """The terms of a text; some may come twice."""
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        for piece in _UNSPACED.split(run):
            if _UNSPACED.match(piece):
                yield from (piece[place : place + 2] for place in range(len(piece)))
            elif piece:
                yield piece


def search_files(atlas: Atlas) -> Files:
    """What the search loads: the table of contents, the parts of the index, the dates, and the lists in each language."""
    firsts, index = [], []
    for number, part in enumerate(_parts(_index(atlas))):
        firsts.append(part[0][0])
        index.append((f"parts/terms-{number}.js", _script(f"terms-{number}", part)))
    yield "parts/contents.js", _script("contents", _contents(atlas, firsts))
    yield from index
    yield "parts/dates.js", _script("dates", _dates(atlas))
    for lang in LANGUAGES:
        for number, rows in enumerate(_blocks(atlas, lang)):
            yield f"parts/{lang}-{number}.js", _script(f"{lang}-{number}", rows)


def _script(name: str, content: Any) -> bytes:
    """A script that hands over its content; a page of another origin, or of none, may load it."""
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f"dxgov.part({json.dumps(name)},{written});\n".encode()


def _contents(atlas: Atlas, firsts: Sequence[str]) -> dict[str, Any]:
    tables, block = [], 0
    for table in atlas.tables:
        first, count = atlas.first[table.name], len(atlas.data.tables[table.name])
        starts = [atlas.ids[number] for number in range(first, first + count, BLOCK)]
        last = atlas.ids[first + count - 1] if count else ""
        tables.append({"name": table.name, "first": first, "count": count, "block": block, "ids": starts, "last": last})
        block += len(starts)
    return {"records": len(atlas), "block": BLOCK, "tables": tables, "terms": firsts}


def _searched(table: Table, *, many: bool) -> tuple[Column, ...]:
    """The columns of one text, or of many, that people may look for."""
    texts = (column for column in table.columns if column.kind is Kind.TEXT and not column.key and column.many == many)
    return tuple(column for column in texts if not column.has(Ref) and not column.has(Pattern))


def _index(atlas: Atlas) -> dict[str, tuple[list[int], list[int]]]:
    """For each term the records with it in their captions, and those with it in other texts."""
    found: dict[str, tuple[list[int], list[int]]] = {}
    for table in atlas.tables:
        data = atlas.data.tables[table.name].data
        texts = [data[column.name].to_pylist() for column in _searched(table, many=False)]
        lists = [data[column.name].to_pylist() for column in _searched(table, many=True)]
        for row in range(len(atlas.data.tables[table.name])):
            number = atlas.first[table.name] + row
            head = {term for lang in LANGUAGES for term in terms(atlas.captions[lang][number])}
            body = {term for column in texts if column[row] for term in terms(column[row])}
            body |= {term for column in lists for text in column[row] for term in terms(text)}
            for place, some in enumerate((head, body - head)):
                for term in some:
                    if term not in found:
                        found[term] = ([], [])
                    found[term][place].append(number)
    for number, relations in atlas.referring.items():
        owners = {each for some in relations.values() for each in some}
        found[f"={atlas.ids[number]}"] = ([], sorted(owners))
    return found


def _parts(index: dict[str, tuple[list[int], list[int]]]) -> Iterator[list[tuple[str, list[int], list[int]]]]:
    """The terms in the order in which JavaScript compares texts, some in each part, with the steps from record to record."""
    part: list[tuple[str, list[int], list[int]]] = []
    size = 0
    for term in sorted(index, key=lambda term: term.encode("utf-16-be")):
        head, body = index[term]
        entry = (term, _steps(head), _steps(body))
        part.append(entry)
        size += 3 * (len(head) + len(body)) + 10
        if size > _PART:
            yield part
            part, size = [], 0
    if part:
        yield part


def _steps(numbers: Sequence[int]) -> list[int]:
    return [number - before for before, number in zip((0, *numbers), numbers, strict=False)]


def _dates(atlas: Atlas) -> list[list[int | None]]:
    """First and last day of every record, counted from 1970."""
    dates = [atlas.date(number) for number in range(len(atlas))]
    return [
        [(each.start - _EPOCH).days if each and each.start else None for each in dates],
        [(each.end - _EPOCH).days if each and each.end else None for each in dates],
    ]


def _blocks(atlas: Atlas, lang: Lang) -> Iterator[list[list[Any]]]:
    """What the search shows of each record: id, caption and its language, date in words and its shape, and its page where not the id."""
    for table in atlas.tables:
        rows: list[list[Any]] = []
        for number, record in atlas.numbered(table):
            caption, when = atlas.captions[lang][number], atlas.date(number)
            spoken = guessed(caption, lang)
            look = " ".join(filter(None, (shape(when), doubt(when, table, record)))) if when else ""
            page = page_name(record.id)
            row = [record.id, caption, "" if spoken == lang else spoken, date_words(when, lang) if when else "", look]
            rows.append(row if page == record.id else [*row, page])
            if len(rows) == BLOCK:
                yield rows
                rows = []
        if rows:
            yield rows
