"""Round trips: a program writes every table of an export back, unchanged and edited, and dxgov reads the result.

The result is the same data, or dxgov reports problems, or it differs silently, which must never be.
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
from package_files import edit_records, unseal

PACKAGES = ("bundled", "sample", "edited")
"""The bundled data, the invented data, and the invented data with edits of every kind."""

FORMATS = {"csv": "csv", "parquet": "parquet", "xlsx": "csv", "csv-excel": "csv"}
"""The format of the package into which each edited format is saved."""

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
                "review": "reviewed",
                "citation_source_id": "src-2031-04-letter",
            }
        ]
    },
    "ask_themes": {"add": [{"ask_id": "req-2031-04-lines.02.b", "theme_id": "skills", "position": 1}]},
    "links": {"drop": ["lnk-same-matter"]},
    "actors": {"empty": [f"founded_{part}" for part in ("text", "edtf", "start", "end", "scope", "basis")]},
    "deliverables": {"empty": [f"citation_{part}" for part in ("place", "first_line", "last_line", "sha256")]},
}
"""Edits by table: cells that change, rows that are added or dropped, columns that are emptied. All tables are sorted too."""


CELL_BY_CELL = {"missing-value"}
"""Codes that dxgov reports for each cell, because empty cells look alike. It reports other codes once for each column."""


@frozen
class Exports:
    """The exports whose copies the editors edit, and the data that must come back."""

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
    return Exports(folder, data | {"edited": _load_edited(folder, edits)})


def _load_edited(folder: Path, edits: Mapping[str, Mapping[str, Any]]) -> dxgov.Dataset:
    """Return the invented data with the edits, made in its Parquet files, which hold values and not texts."""
    package = shutil.copytree(folder / "sample" / "parquet", folder / "expected")
    for table, edit in edits.items():

        def apply(rows: list[dict[str, Any]], edit: Mapping[str, Any] = edit) -> None:
            for id, column, value in edit["change"]:
                next(row for row in rows if row["id"] == id)[column] = value
            rows[:] = [row for row in rows if row[edit["sort"]] not in edit["drop"]]
            rows += [dict.fromkeys(rows[0]) | row for row in edit["add"]]
            for row in rows:
                row.update(dict.fromkeys(edit["empty"]))

        edit_records(package, table, apply)
    return dxgov.load(package)


def copies(editor: Editor, exports: Exports, folder: Path) -> dict[str, Path]:
    """Copy the exports for an editor and return the packages that it writes to, by name, such as ``edited-csv``.

    The views that it reads instead, and the edits, lie beside the packages.
    """
    shutil.rmtree(folder, ignore_errors=True)
    packages = {}
    for format in editor.formats:
        for name in PACKAGES:
            target = folder / f"{name}-{format}"
            target.mkdir(parents=True)
            for source in {format, FORMATS[format]}:
                shutil.copytree(exports.folder / name / source, target / source)
            if name == "edited":
                shutil.copy(exports.folder / name / "edits.json", target)
            packages[target.name] = target / FORMATS[format]
    return packages


def judge(lines: Sequence[Mapping[str, Any]], packages: Mapping[str, Path], exports: Exports) -> dict[str, Any]:
    """Return the result of each package: empty if it came back whole, else an error, problem codes or a difference.

    A code has its number of lines, the most lines on one column, and the first line.
    """
    result: dict[str, Any] = {}
    for (name, path), line in zip(packages.items(), lines, strict=True):
        result[name] = (
            {"error": line["error"].splitlines()[0]}
            if line.get("error")
            else _compare_package(path, exports.expected[name.partition("-")[0]])
        )
    return result


def _compare_package(package: Path, expected: dxgov.Dataset) -> dict[str, Any]:
    unseal(package)  # until the package is sealed again, all changed files would be reported
    try:
        loaded = dxgov.load(package)
    except dxgov.DataError as error:
        return {"told": _summarize_problems(error.problems)}
    except dxgov.NotAPackageError as error:
        return {"error": str(error).splitlines()[0]}
    return {} if loaded == expected else {"differs": _describe_difference(loaded, expected)}


def _summarize_problems(problems: Sequence[dxgov.Problem]) -> dict[str, Any]:
    """Return the number of problems of each code, the most on one column, and the first."""
    by_code: dict[str, list[dxgov.Problem]] = {}
    for problem in problems:
        by_code.setdefault(str(problem.code), []).append(problem)
    return {
        code: {
            "lines": len(same_code),
            "most": max(Counter((problem.file, problem.field) for problem in same_code).values()),
            "first": str(same_code[0]),
        }
        for code, same_code in by_code.items()
    }


def _describe_difference(loaded: dxgov.Dataset, expected: dxgov.Dataset) -> str:
    """Return a description of the first record that differs."""
    returned = {record.id: record for record in loaded}
    for record in expected:
        if returned.get(record.id) != record:
            return f"{record!r} becomes {returned.get(record.id)!r}"
    return "there are records more, or other metadata"


def summary(result: Mapping[str, Any]) -> str:
    """Return a summary of the round trips for people."""
    failures = {
        name: "differs" if "differs" in outcome else "error" if "error" in outcome else " ".join(outcome["told"])
        for name, outcome in result["trips"].items()
        if outcome
    }
    whole_count = len(result["trips"]) - len(failures)
    return f"{whole_count} of {len(result['trips'])} exports come back whole" + "".join(
        f"; {name}: {outcome_text}" for name, outcome_text in failures.items()
    )


def complaints(editor: Editor, result: Mapping[str, Any]) -> Iterator[str]:
    """Yield the deviations of round trips from the definition, for better or worse."""
    failures = {name: outcome for name, outcome in result["trips"].items() if outcome}
    for name, outcome in failures.items():
        if "differs" in outcome:
            if not editor.differs:
                yield f"{name} differs without a word: {outcome['differs']}"
        elif not editor.cure:
            yield f"{name} does not come back whole: {outcome}"
        for code, counts in outcome.get("told", {}).items():
            if counts["most"] > 1 and code not in CELL_BY_CELL and not editor.scatters:
                yield f"{name}: {code} is told {counts['most']} times of one column: {counts['first']}"
    if editor.cure and not any("told" in outcome or "error" in outcome for outcome in failures.values()):
        yield "comes back whole now; take `cure` out"
    if editor.differs and not any("differs" in outcome for outcome in failures.values()):
        yield "no longer differs; take `differs` out"
