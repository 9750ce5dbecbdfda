"""Round trips: a program writes every table of an export back, as it is and edited, and dxgov reads what comes back.

What comes back is the same data, or is told, or differs without a word, which must never be.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

import dxgov
from clients.definition import Editor
from clients.packages import sample
from clients.planting import resources
from soundness import edit_records, unseal

PACKAGES = ("bundled", "sample", "edited")
"""The bundled data and the invented data as they are, and the invented data with edits of every kind."""

FORMATS = {"csv": "csv", "parquet": "parquet", "xlsx": "csv", "csv-excel": "csv"}
"""The formats that programs edit, with the package into which each is saved."""

EDITS: Mapping[str, Mapping[str, Any]] = {
    "themes": {"change": [["skills", "definition_en", 'What people can,\nas they "say".']], "empty": ["alt_labels"]},
    "meetings": {"change": [["mtg-lines-2", "ordinal", 7]]},
    "asks": {
        "add": [
            {
                "id": "req-2031-04-lines.02.b",
                "item_id": "req-2031-04-lines.02",
                "letter": "b",
                "expected_of_id": "kaifu",
                "kinds": ["funding"],
                "strength": "act",
                "summary": "費用",
                "summary_en": "Cost",
                "interim": False,
                "response": "unknown",
                "citation_source_id": "src-2031-04-letter",
            }
        ]
    },
    "ask_themes": {"add": [{"ask_id": "req-2031-04-lines.02.b", "theme_id": "skills", "position": 1}]},
    "links": {"drop": ["lnk-same-matter"]},
    "actors": {"empty": [f"founded_{part}" for part in ("text", "edtf", "start", "end", "scope", "basis")]},
    "deliverables": {"empty": [f"citation_{part}" for part in ("place", "first_line", "last_line", "sha256")]},
}
"""A cell changed, a row added, a row taken out, columns made empty; in the package that has them, the rows of all tables are sorted too."""


CELL_BY_CELL = {"missing-value"}
"""Codes that are told of each cell: an empty one looks like every other, whatever emptied it. All else is told once of a column."""


@frozen
class Exports:
    """The exports that editors are given copies of, and the data that must come back."""

    folder: Path
    expected: Mapping[str, dxgov.Dataset]


def prepare(folder: Path) -> Exports:
    """Write the exports into a folder that does not exist yet."""
    data = {"bundled": dxgov.load(), "sample": sample(folder / "plain")}
    for name, dataset in data.items():
        dxgov.export(dataset, folder / name, formats=tuple(FORMATS))
    shutil.copytree(folder / "sample", folder / "edited")
    edits = {}
    for resource in resources(folder / "edited" / "csv"):
        table, first = resource["name"], resource["schema"]["fields"][0]["name"]
        edits[table] = {"change": [], "drop": [], "add": [], "empty": [], **EDITS.get(table, {}), "sort": first}
    (folder / "edited" / "edits.json").write_text(json.dumps(edits, ensure_ascii=False), encoding="utf-8")
    return Exports(folder, data | {"edited": _edited(folder, edits)})


def _edited(folder: Path, edits: Mapping[str, Mapping[str, Any]]) -> dxgov.Dataset:
    """The invented data with the edits, made in its Parquet files, which hold values and not texts."""
    place = shutil.copytree(folder / "sample" / "parquet", folder / "expected")
    for table, edit in edits.items():

        def make(rows: list[dict[str, Any]], edit: Mapping[str, Any] = edit) -> None:
            for id, column, value in edit["change"]:
                next(row for row in rows if row["id"] == id)[column] = value
            rows[:] = [row for row in rows if row[edit["sort"]] not in edit["drop"]]
            rows += [dict.fromkeys(rows[0]) | row for row in edit["add"]]
            for row in rows:
                row.update(dict.fromkeys(edit["empty"]))

        edit_records(place, table, make)
    return dxgov.load(place)


def copies(editor: Editor, exports: Exports, folder: Path) -> dict[str, Path]:
    """The packages that an editor writes to, by name: ``edited-csv``, say. What it reads instead, and the edits, lie beside them."""
    shutil.rmtree(folder, ignore_errors=True)
    places = {}
    for format in editor.formats:
        for name in PACKAGES:
            place = folder / f"{name}-{format}"
            place.mkdir(parents=True)
            for source in {format, FORMATS[format]}:
                shutil.copytree(exports.folder / name / source, place / source)
            if name == "edited":
                shutil.copy(exports.folder / name / "edits.json", place)
            places[place.name] = place / FORMATS[format]
    return places


def judged(said: Sequence[Mapping[str, Any]], places: Mapping[str, Path], exports: Exports) -> dict[str, Any]:
    """What became of each package, by the codes that dxgov tells: how many lines, how many at most on a column, and the first of them."""
    result: dict[str, Any] = {}
    for (name, place), line in zip(places.items(), said, strict=True):
        result[name] = (
            {"error": line["error"].splitlines()[0]} if line.get("error") else _became(place, exports.expected[name.partition("-")[0]])
        )
    return result


def _became(place: Path, expected: dxgov.Dataset) -> dict[str, Any]:
    unseal(place)  # that files have changed is told of all of them, until the package is sealed again
    try:
        loaded = dxgov.load(place)
    except dxgov.DataError as error:
        return {"told": _told(error.problems)}
    except dxgov.NotAPackageError as error:
        return {"error": str(error).splitlines()[0]}
    return {} if loaded == expected else {"differs": _difference(loaded, expected)}


def _told(problems: Sequence[dxgov.Problem]) -> dict[str, Any]:
    """Problems by their codes."""
    found: dict[str, list[dxgov.Problem]] = {}
    for problem in problems:
        found.setdefault(str(problem.code), []).append(problem)
    return {
        code: {
            "lines": len(those),
            "most": max(Counter((each.file, each.field) for each in those).values()),
            "first": str(those[0]),
        }
        for code, those in found.items()
    }


def _difference(loaded: dxgov.Dataset, expected: dxgov.Dataset) -> str:
    """The first record that differs."""
    back = {record.id: record for record in loaded}
    for record in expected:
        if back.get(record.id) != record:
            return f"{record!r} becomes {back.get(record.id)!r}"
    return "there are records more, or other metadata"


def summary(result: Mapping[str, Any]) -> str:
    """What came back, for people."""
    told = {
        name: "differs" if "differs" in found else "error" if "error" in found else " ".join(found["told"])
        for name, found in result["trips"].items()
        if found
    }
    whole = len(result["trips"]) - len(told)
    return f"{whole} of {len(result['trips'])} exports come back whole" + "".join(f"; {name}: {what}" for name, what in told.items())


def complaints(editor: Editor, result: Mapping[str, Any]) -> Iterator[str]:
    """Where a round trip does not end as the definition says, or better."""
    bad = {name: found for name, found in result["trips"].items() if found}
    for name, found in bad.items():
        if "differs" in found:
            if not editor.differs:
                yield f"{name} differs without a word: {found['differs']}"
        elif not editor.cure:
            yield f"{name} does not come back whole: {found}"
        for code, told in found.get("told", {}).items():
            if told["most"] > 1 and code not in CELL_BY_CELL and not editor.scatters:
                yield f"{name}: {code} is told {told['most']} times of one column: {told['first']}"
    if editor.cure and not any("told" in found or "error" in found for found in bad.values()):
        yield "comes back whole now; take `cure` out"
    if editor.differs and not any("differs" in found for found in bad.values()):
        yield "no longer differs; take `differs` out"
