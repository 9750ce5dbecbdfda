"""Write the pages that follow from the definition: data dictionary, records, command line, formats, problem codes, comparisons, pictures.

``python docs/generate.py`` writes them all; with ``--check`` nothing is written, and the exit status is 1 if one is stale.
"""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from html import escape
from inspect import cleandoc, isfunction, signature
from pathlib import Path
from types import FunctionType, ModuleType
from typing import get_args, get_type_hints

import architecture
import attrs
import click
import coders
import diagram
import reading_figures
import rereading
import trials

import dxgov
from dxgov import charts, dates
from dxgov.cli import main as commands
from dxgov.cli.bilingual import Command, Option
from dxgov.codes import Code
from dxgov.exporters.dictionary import dictionary
from dxgov.exporters.registry import FORMATS
from dxgov.languages import Lang, LanguageMap
from dxgov.schema import Model
from dxgov.sentences import format_type, get_sentence, read_docstring, sort_fields, strip_marks

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))  # some pages are written from lists of the tests
MARKER = re.compile(r"(<!-- begin (?P<name>[a-z0-9-]+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)

REASON_PAGES = ("letters", "read-minutes", "schedules", "parties", "drafts")
"""The pages whose tables tell what the rules of readers mean. Of a rule on several pages the first counts."""

PARTLY_GENERATED = (
    "architecture",
    "validation",
    "performance",
    "date-readers",
    "agreement",
    "pictures",
    "clients",
    "safety",
    "formats",
    "mutants",
    "rereading",
    "reading-figures",
    "reading-figures.ja",
    "validation.ja",
    *(f"{page}.ja" for page in REASON_PAGES),
)
"""The pages of the docs with a generated part."""

LAZY = (dxgov, charts, dates)
"""The packages that import their names lazily; type checkers read a stub instead."""


def pages(root: Path = ROOT) -> Mapping[Path, str]:
    """Return the right content of every page that is generated, wholly or in part, by path."""
    model = dxgov.Dataset.model()
    generated = {
        root / "docs" / "dictionary.md": _write_dictionary(model, "en", "{} columns", "日本語: [データ辞書](dictionary.ja.md)"),
        root / "docs" / "dictionary.ja.md": _write_dictionary(model, "ja", "{}列", "English: [Data dictionary](dictionary.md)"),
        root / "docs" / "records.md": _join_lines(_write_records()),
        root / "docs" / "cli.md": _join_lines(_write_commands("en")),
        root / "docs" / "cli.ja.md": _join_lines(_write_commands("ja")),
        root / "docs" / "tables.dot": _join_lines(diagram.dot(model)),
        root / "docs" / "rooms.dot": _join_lines(architecture.dot()),
        root / "src" / "dxgov" / "drafting" / "static" / "reasons.json": _write_reasons(root),
    } | {root / "src" / "/".join([*package.__name__.split("."), "__init__.pyi"]): _join_lines(_write_stub(package)) for package in LAZY}
    partly_generated = ("datasets/README.md", *(f"docs/{name}.md" for name in PARTLY_GENERATED))
    partial_pages = [root / page for page in partly_generated]
    return generated | {page: _fill_markers(page.read_text(encoding="utf-8")) for page in partial_pages}


_TABLE = re.compile(r"(?:^### (?P<heading>.*)\n\n)?(?P<table>(?:^\|.*\n)+)", re.MULTILINE)
"""A table of Markdown, with the heading above it if it has one of its own."""


def _write_dictionary(model: Model, lang: Lang, summary: str, other_language: str) -> str:
    """Return the data dictionary with each table folded, under its own heading or under `summary` with the number of its rows."""

    def fold(match: re.Match[str]) -> str:
        title = match["heading"] or summary.format(match["table"].count("\n") - 2)  # the header has two lines
        shown = re.sub("`([^`]+)`", r"<code>\1</code>", title)
        return f'<details class="columns">\n<summary>{shown}</summary>\n\n{match["table"]}\n</details>\n'

    title, _, text = _TABLE.sub(fold, dictionary(model, lang)).partition("\n\n")
    return f"{title}\n\n{other_language}\n\n{text}"


def _read_reason_tables(page: str, root: Path) -> list[list[list[str]]]:
    """Return the tables of a page whose first column names reasons or rules, each as rows of cells, the header first."""
    text = (root / "docs" / f"{page}.md").read_text(encoding="utf-8")
    tables = [match[0].splitlines() for match in re.finditer(r"^\| (?:reason|rule) \|.*\n(?:^\|.*\n)+", text, re.MULTILINE)]
    return [[[cell.strip() for cell in line.strip("|").split("|")] for line in (table[0], *table[2:])] for table in tables]


def _write_reasons(root: Path) -> str:
    """Return the JSON of what each reason means in English and Japanese."""
    meanings: dict[str, LanguageMap] = {}
    for page in REASON_PAGES:
        for name_cell, *_, english, japanese in (row for table in _read_reason_tables(page, root) for row in table[1:]):
            words = LanguageMap(*(re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", cell) for cell in (japanese, english)))
            for name in re.findall("`([^`]+)`", name_cell):
                meanings.setdefault(name, words)
    return f"{json.dumps({name: meanings[name].texts for name in sorted(meanings)}, ensure_ascii=False, indent=1)}\n"


def _list_reasons(table: list[list[str]]) -> Iterator[str]:
    """Yield a table of reasons in Japanese: that of the English page, without its English column."""
    (_, *header, _, meaning), *rows = table
    certainty = ["`certainty`"] * len(header)
    yield f"| {' | '.join(['規則', *certainty, meaning])} |"
    yield f"|{'---|' * (len(header) + 2)}"
    for *cells, _, japanese in rows:
        yield f"| {' | '.join([*cells, japanese])} |"


def _write_stub(package: ModuleType) -> Iterator[str]:
    """Yield the stub of a package that imports its names lazily, line by line."""
    yield "# Written by docs/generate.py from the list of names in __init__.py."
    yield ""
    package_name = package.__name__
    imports = [
        (package_name if home == f"{package_name}.{name}" else home, name) for home, names in package.HOMES.items() for name in names
    ]
    yield from (f"from {home} import {name} as {name}" for home, name in sorted(imports, key=lambda pair: pair[0]))
    yield from ("", "HOMES: dict[str, tuple[str, ...]]", "__all__ = [")
    yield from (f'    "{name}",' for name in package.__all__)
    yield "]"
    if "__version__" in package.__all__:
        yield "__version__: str"


_WIDTHS = {"": charts.WIDTH, ".narrow": 390}
"""The width of each picture of a chart in pixels, by the ending of its name."""

_SUBJECTS = {"trace": "telework"}
"""The records that charts of one record show."""


def drawings(root: Path = ROOT) -> Iterator[tuple[Path, charts.Picture, int]]:
    """Yield path, content and width of every picture of the docs."""
    data = dxgov.load()
    for name in charts.NAMES:
        for lang in ("en", "ja"):
            picture = charts.picture(name, data, _SUBJECTS.get(name), lang)
            for ending, width in _WIDTHS.items():
                yield root / "docs" / "_static" / "pictures" / f"{name}.{lang}{ending}.svg", picture, width


def outdated(root: Path = ROOT) -> Iterator[tuple[Path, charts.Picture, int]]:
    """Yield the pictures that are stale."""
    for path, picture, width in drawings(root):
        if not path.is_file() or path.read_text(encoding="utf-8") != picture.to_svg(width):
            yield path, picture, width


def _show_chart(name: str) -> Iterator[str]:
    """Yield a chart with its text alternative, in English and in Japanese."""
    data = dxgov.load()
    for lang in ("en", "ja"):
        picture = charts.picture(name, data, _SUBJECTS.get(name), lang)
        path = f"_static/pictures/{name}.{lang}"
        if lang == "ja":
            yield from ("<details>", f'<summary lang="ja">{escape(picture.title)}</summary>', "")
        yield "<picture>"
        yield f'<source media="(max-width: 600px)" srcset="{path}.narrow.svg">'
        yield f'<img src="{path}.svg" alt="{escape(f"{picture.title} {picture.finding}")}">'
        yield from ("</picture>", "")
        if lang == "ja":
            yield from ("</details>", "")
        summary = {"en": "The picture in words", "ja": "図の内容（文章）"}[lang]
        yield from ("<details>", f'<summary lang="{lang}">{summary}</summary>', "")
        yield f'<pre lang="{lang}">'
        yield escape(picture.alternative)
        yield from ("</pre>", "</details>", "")


def _list_goals() -> Iterator[str]:
    """Yield the goals and the results of the benchmarks."""
    results = json.loads((ROOT / "docs" / "speed.json").read_text(encoding="utf-8"))
    before = results.get("before") or {"found": {}}
    machine, size = results["machine"], {format: f"{count / 1e6:,.0f} MB" for format, count in results["bytes"].items()}
    yield f"{results['rows']:,} records ({size['csv']} of CSV, {size['parquet']} of Parquet), medians of {results['rounds']} rounds,"
    yield f"measured on {results['date']},"
    yield f"{machine['processor']} with {machine['cores']} cores, {machine['system']}, Python {machine['python']},"
    yield f"{', '.join(f'{name} {number}' for name, number in results['versions'].items())}."
    yield ""
    if before["found"]:
        yield 'The column "the run before" has what was found in another run of the whole,'
        yield f"{before['rounds']} rounds on {before['date']}, {before['machine']['processor']} with {before['machine']['cores']} cores."
        yield ""
    yield "| what | goal | found | lowest to highest | met | the run before | seconds, and its peer | MB, and its peer |"
    yield "|---|---|--:|---|---|--:|--:|--:|"
    for goal in results["goals"]:
        spread = f"{goal['lowest']:g} to {goal['highest']:g}"
        cost = " | ".join(f"{own_cost:g} / {peer_cost:g}" for own_cost, peer_cost in (goal["seconds"], goal["memory"]))
        fewer = "" if goal["rows"] == results["rows"] else f" ({goal['rows']:,} records)"
        met = "yes" if goal["met"] else "**no**"
        earlier = _format_figure(before["found"].get(goal["what"]))
        yield f"| {goal['what']}{fewer} | {goal['wanted']} | {goal['found']:g} | {spread} | {met} | {earlier} | {cost} |"
    yield ""
    yield "| what | goal | found | met | the run before |"
    yield "|---|---|--:|---|--:|"
    for limit in results["limits"]:
        figures = f"≤ {limit['most']:g} {limit['unit']} | {limit['found']:g} {limit['unit']}"
        met, earlier = "yes" if limit["met"] else "**no**", _format_figure(before["found"].get(limit["what"]))
        yield f"| {limit['what']} | {figures} | {met} | {earlier} |"


def _format_figure(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def _list_gains() -> Iterator[str]:
    """Yield the tasks that take less time than the peer's way, the greatest gain first."""
    results = json.loads((ROOT / "docs" / "speed.json").read_text(encoding="utf-8"))
    gains = [(goal["seconds"][1] / goal["seconds"][0], goal) for goal in results["goals"]]
    yield f"{results['rows']:,} records, measured on {results['date']}:"
    yield ""
    yield "| what | times as fast | seconds | its peer | MB | its peer |"
    yield "|---|--:|--:|--:|--:|--:|"
    for gain, goal in sorted(gains, key=lambda pair: -pair[0]):
        if gain >= 1.1:
            costs = (f"{cost:g}" for key in ("seconds", "memory") for cost in goal[key])
            fewer = "" if goal["rows"] == results["rows"] else f" ({goal['rows']:,} records)"
            yield f"| {goal['what']}{fewer} | {gain:.3g} | {' | '.join(costs)} |"


def _list_large_runs() -> Iterator[str]:
    """Yield the cost of a million records and of ten million."""
    results = json.loads((ROOT / "docs" / "large.json").read_text(encoding="utf-8"))
    small, large = (f"{rows:,}" for rows in results["rows"])
    growth = results["rows"][1] / results["rows"][0]
    yield f"Measured on {results['date']}, once each."
    yield ""
    yield f"| what | seconds, {small} records | {large} | each million, ratio | MB, {small} records | {large} | each million, ratio |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for task in results["tasks"].values():
        small_run, large_run = task["found"]
        cells = (
            f"{small_run[key]:,g} | {large_run[key]:,g} | {large_run[key] / small_run[key] / growth:.2f}" for key in ("seconds", "memory")
        )
        yield f"| {task['what']} | {' | '.join(cells)} |"
    own_run, peer_run = (results["tasks"][task]["found"][1] for task in ("validate_parquet", "polars_parquet"))
    yield ""
    time, memory = (f"{own_run[key] / peer_run[key]:.2f}" for key in ("seconds", "memory"))
    yield f"With {large} records, validating Parquet takes {time} times the seconds of the checks in Polars (goal: at most 1.25),"
    yield f"and {memory} times their memory (goal: 0.25). Each million was to take no more than 1.2 times that of the smaller package."


def _list_operations() -> Iterator[str]:
    """Yield the growth of the cost of every public operation."""
    results = json.loads((ROOT / "docs" / "operations.json").read_text(encoding="utf-8"))
    sizes = [str(size) for size in results["sizes"]]
    yield f"Measured on {results['date']}, {results['processor']} with {results['cores']} cores, Python {results['python']}."
    faster = [f"`{name}`" for name, result in results["operations"].items() if result["faster"]]
    yield (
        f"Faster than the data, {results['limit']:g} times or more for ten times the records, grow {', '.join(faster)}."
        if faster
        else (
            f"No operation grows faster than the data: none takes {results['limit']:g} times as long, or longer, for ten times the records."
        )
    )
    yield ""
    yield f"| operation | {' | '.join(f'{int(size):,}' for size in sizes)} | most growth |"
    yield f"|---|{'--:|' * (len(sizes) + 1)}"
    for name, result in results["operations"].items():
        cells = [f"{result['seconds'][size]:.2g}" if size in result["seconds"] else "" for size in sizes]
        growth = f"{result['growth']:.1f}" if result["growth"] else ""
        yield f"| `{name}` | {' | '.join(cells)} | {f'**{growth}**' if result['faster'] else growth} |"


def _fill_markers(text: str) -> str:
    """Return the page with new content between its markers."""
    return MARKER.sub(lambda match: f"{match[1]}\n{_join_lines(_PARTS[match['name']]())}\n{match[3]}", text)


def _join_lines(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _count_records() -> Iterator[str]:
    """Yield the number of records in each table of the bundled data."""
    data = dxgov.load()
    nonempty = [(data.model().tables[name], records) for name, records in data.tables.items() if len(records)]
    yield "| table | Japanese | one row is | rows |"
    yield "|---|---|---|--:|"
    for table, records in nonempty:
        yield f"| `{table.name}` | {table.label} | {_take_first_sentence(table.description)} | {len(records)} |"
    yield f"| **all** | | | **{len(data)}** |"


def _take_first_sentence(text: str) -> str:
    return re.split(r"(?<=[.])\s", text, maxsplit=1)[0]


def _list_sources() -> Iterator[str]:
    """Yield the number of records from each document, the fullest tables first."""
    data = dxgov.load()
    yield "| document | kind | date | records | of which |"
    yield "|---|---|---|--:|---|"
    for source in data.sources:
        counts = {name: len(records.where(citation_source_id=source.id)) for name, records in data.tables.items()}
        fullest = sorted((name for name in counts if counts[name] > 1), key=lambda name: -counts[name])
        counted = ", ".join(f"{counts[name]} {name.replace('_', ' ')}" for name in fullest)
        titles = f"{source.title}<br>{source.title_en}"
        yield f"| {titles} | {source.kind.label} | {source.published} | {sum(counts.values())} | {counted} |"


def _list_formats(lang: Lang) -> Iterator[str]:
    """Yield a table of the formats of exports."""
    yield LanguageMap("| 形式 | 内容 | 必要なもの |", "| format | what is written | needs |")[lang]
    yield "|---|---|---|"
    for name, format in FORMATS.items():
        library = f"`pip install 'dxgov[{name}]'`" if format.needs_extra else ""
        yield f"| `{name}` | {format.summary[lang]} | {library} |"


def _list_problem_codes(lang: Lang) -> Iterator[str]:
    """Yield a table of the problem codes."""
    yield LanguageMap("| コード | 名称 | 意味 |", "| code | Japanese | what it means |")[lang]
    yield "|---|---|---|"
    for code in dxgov.ProblemCode:
        yield f"| `{code}` | {code.label} | {code.descriptions[lang]} |"


def _list_date_readers() -> Iterator[str]:
    """Yield the verdicts on each reader of dates, the best reader first."""
    with (ROOT / "docs" / "date-readers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    readers = dict.fromkeys((row["reader"], row["version"]) for row in rows)
    verdicts = list(rows[0])[3:]
    sums = {reader: [sum(int(row[verdict]) for row in rows if row["reader"] == reader[0]) for verdict in verdicts] for reader in readers}
    yield f"| reader | version | {' | '.join(verdict.replace('_', ' ') for verdict in verdicts)} |"
    yield f"|---|---|{'--:|' * len(verdicts)}"
    for reader in sorted(readers, key=lambda reader: -sums[reader][1]):
        yield f"| {' | '.join(reader)} | {' | '.join(map(str, sums[reader]))} |"


def _list_date_speeds() -> Iterator[str]:
    """Yield the time that each reader of dates takes."""
    results = json.loads((ROOT / "docs" / "date-speed.json").read_text(encoding="utf-8"))
    yield f"Python {results['python']} on {results['machine']}, medians of {results['rounds']} rounds in turn."
    yield ""
    yield "| what | reader | version | time | times dxgov |"
    yield "|---|---|---|--:|--:|"
    for task, task_results in results["tasks"].items():
        for reader, measures in task_results["readers"].items():
            time = f"{measures['median']:.3g} {task_results['unit']}"
            yield f"| {task} | {reader} | {measures['version']} | {time} | {measures['times_dxgov']:.1f} |"
    lowest, highest = min(results["growth"].values()), max(results["growth"].values())
    yield ""
    count = len(results["growth"])
    yield f"{count} texts made to be hard, such as 25,000 signs of `4月~4月~…`, each take {lowest} to {highest} times as long"
    yield "when they are four times as long."


def _list_attacks() -> Iterator[str]:
    """Yield the hostile packages of the tests, and the answer to each."""
    from attacks import ATTACKS

    yield "| what is hostile | answer | which says |"
    yield "|---|---|---|"
    for attack in ATTACKS:
        answer = f"`{attack.codes[0]}`" if attack.codes else "read without harm"
        yield f"| {attack.name[0].upper()}{attack.name[1:]} | {answer} | {attack.says} |"


def _list_differences() -> Iterator[str]:
    """Yield the differences between dxgov and frictionless, with reasons; tests check them."""
    from differences import DIFFERENCES

    for finder in dict.fromkeys(difference.found_by for difference in DIFFERENCES):
        yield f"| only {finder} finds | because |"
        yield "|---|---|"
        for difference in DIFFERENCES:
            if difference.found_by == finder:
                yield f"| {difference.what} | {difference.because} |"
        yield ""


def _list_mutants() -> Iterator[str]:
    """Yield the results of the runs against mutants, the mutants that no test notices, and those that no input can show."""
    from mutants.verdicts import read_equivalents, read_results

    results, reasons = read_results(), read_equivalents()
    yield "| room | mutants | drawn | equivalent | killed | survived | killed of the others |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for room, result in results.items():
        counts = (result["mutants"], result["drawn"], len(result["equivalent"]), result["killed"], len(result["survived"]))
        share = result["killed"] / (result["drawn"] - len(result["equivalent"]))
        yield f"| `{room}/` | {' | '.join(map(str, counts))} | {share:.1%} |"
    for room, result in results.items():
        modules, tests = (", ".join(f"`{name}`" for name in result[key]) for key in ("modules", "tests"))
        versions = ", ".join(f"{name} {number}" for name, number in result["versions"].items())
        yield from ("", f"`{room}/`: seed {result['seed']}; modules {modules}; tests {tests}; {versions}.")
    for key, title in (("survived", "Mutants that survived"), ("equivalent", "Mutants that are equivalent to the code")):
        yield from ("", "<details>", f"<summary>{title}</summary>", "", "<ul>")
        for mutant in (mutant for result in results.values() for mutant in result[key]):
            reason = f" {escape(reasons[mutant])}" if mutant in reasons else ""
            yield f"<li><code>{escape(mutant)}</code>{reason}</li>"
        yield from ("</ul>", "", "</details>")


_PARTS: Mapping[str, Callable[[], Iterator[str]]] = {
    "counts": _count_records,
    "sources": _list_sources,
    "formats": partial(_list_formats, "en"),
    "formats-ja": partial(_list_formats, "ja"),
    **{
        f"reasons-{page}-{number}": partial(_list_reasons, table)
        for page in REASON_PAGES
        for number, table in enumerate(_read_reason_tables(page, ROOT), 1)
    },
    "problem-codes": partial(_list_problem_codes, "en"),
    "problem-codes-ja": partial(_list_problem_codes, "ja"),
    "differences": _list_differences,
    "date-readers": _list_date_readers,
    "date-speed": _list_date_speeds,
    "rooms": architecture.table,
    **{f"chart-{name}": partial(_show_chart, name) for name in charts.NAMES},
    "attacks": _list_attacks,
    "mutants": _list_mutants,
    **reading_figures.PARTS,
    "gains": _list_gains,
    "large": _list_large_runs,
    "operations": _list_operations,
    "speed": _list_goals,
    "agreement-cuts": coders.cuts,
    "agreement-asks": coders.asks,
    "agreement-points": coders.points,
    "agreement-replies": coders.replies,
    "agreement-pairs": coders.pairs,
    "agreement-differences": coders.differences,
    "rereading-records": rereading.records,
    "rereading-lacks": rereading.lacks,
    "rereading-fields": rereading.field_counts,
    "rereading-certainties": rereading.certainties,
    "rereading-asks": rereading.asks,
    "clients-open": trials.opening,
    "clients-values": trials.values,
    "clients-faults": trials.faults,
    "clients-misses": trials.misses,
    "clients-readers": trials.readers,
    "clients-traps": trials.traps,
    "clients-beyond": trials.beyond,
    "clients-round-trips": trials.round_trips,
    "clients-saving": trials.saving,
    "clients-left-out": trials.left_out,
}


def _write_records() -> Iterator[str]:
    """Yield the page of record classes, the values they share, and their codes."""
    classes = [table.record for table in dxgov.Dataset.model().tables.values()]
    values = [dxgov.When, dxgov.Citation]
    yield from (
        "# Records in Python",
        "",
        "Every record is a frozen attrs class: its fields are typed, it cannot be changed, and two records are equal when all their",
        "fields are. Fields are given by name. Those with a default may be left out. The four fields that all records have are told",
        "once, under `Record`. How the same fields look in a package, column by column, is told in the [data dictionary](dictionary.md).",
        "",
        "A constructor also takes [other forms of values](model.md#forms-of-values), and refuses values that fit no field.",
        "",
        ":::{py:currentmodule} dxgov",
        ":::",
        "",
        "## Fields of every record",
    )
    yield from _write_class(dxgov.Record, set())
    yield from ("", "## Records")
    common = {attribute.name for attribute in attrs.fields(dxgov.Record)} - {"id"}
    for record in classes:
        yield from _write_class(record, common)
    yield from (
        "",
        "## Values",
        "",
        "Parts of a record that are small classes themselves. In a package each fills several columns. Their parts may be given by",
        "position.",
    )
    for value in values:
        yield from _write_class(value, set())
    yield from (
        "",
        "## Codes",
        "",
        "A field that takes its value from a list has an enumeration for it. A member is a text, equal to the code that stands in the",
        "files; it also has a Japanese `label` and a `meaning`.",
    )
    seen = dict.fromkeys(code for owner in (*classes, *values) for code in _find_code_classes(owner))
    for code in seen:
        yield from _write_codes(code)


def _qualify_date(types: str) -> str:
    """Return types with the module of `datetime.date`, so that its name is no reference to a field of that name."""
    return re.sub(r"(?<![.\w])date(?=$|[\s\])|,=])", "datetime.date", types)


def _write_class(owner: type, hidden: set[str]) -> Iterator[str]:
    hints = get_type_hints(owner, include_extras=True)
    yield from ("", f":::::{{py:class}} {owner.__name__}", *_write_docstring(owner), "")
    for attribute in sort_fields(owner):
        if attribute.name in hidden or (owner is not dxgov.Record and attribute.inherited and attribute.name != "id"):
            continue
        yield f"::::{{py:attribute}} {attribute.name}"
        yield f":type: {_qualify_date(format_type(hints[attribute.name]))}"
        if attribute.init and attribute.default is not attrs.NOTHING:
            yield f":value: {_format_default(attribute.default)}"
        yield from ("", get_sentence(owner, attribute.name), "::::", "")
    for name, method in vars(owner).items():
        function = method.__func__ if isinstance(method, classmethod) else method
        if isfunction(function) and not name.startswith("_"):
            kind = "classmethod" if isinstance(method, classmethod) else "method"
            call = _qualify_date(_format_signature(function))
            yield from (f"::::{{py:{kind}}} {name}{call}", "", *_write_docstring(function), "::::", "")
    yield ":::::"


def _format_signature(function: FunctionType) -> str:
    """Return the parameters without the instance, with their types as text."""
    full = signature(function)
    return str(full.replace(parameters=list(full.parameters.values())[1:])).replace("'", "").replace("datetime.", "")


def _write_docstring(owner: type | FunctionType) -> Iterator[str]:
    """Yield the docstring of a class or method, its arguments as a list of fields, without examples and errors."""
    text = cleandoc(read_docstring(owner) or "").partition("\n>>>")[0].partition("Raises:\n")[0].partition("Returns:\n")[0]
    prose, _, arguments = text.partition("Args:\n")
    yield from (line.strip() for line in prose.strip().splitlines())
    if arguments:
        yield ""
        for line in arguments.rstrip().splitlines():
            name, _, meaning = line.strip().partition(": ")
            yield line.strip() if line.startswith(" " * 8) else f":param {name}: {meaning}"


def _format_default(value: object) -> str:
    return f"{type(value).__name__}.{value.name}" if isinstance(value, Code) else repr(value)


def _find_code_classes(owner: type) -> Iterator[type[Code]]:
    for annotation in get_type_hints(owner, include_extras=True).values():
        for part in (strip_marks(annotation), *map(strip_marks, get_args(strip_marks(annotation)))):
            if isinstance(part, type) and issubclass(part, Code):
                yield part


def _write_codes(code: type[Code]) -> Iterator[str]:
    yield from ("", f":::::{{py:class}} {code.__name__}", *_write_docstring(code), "")
    yield "| member | in files | Japanese | meaning |"
    yield "|---|---|---|---|"
    for member in code:
        yield f"| `{member.name}` | `{member}` | {member.label} | {member.meaning} |"
    yield ":::::"


_COMMAND_PAGES: dict[Lang, tuple[str, ...]] = {
    "en": (
        "# Command line",
        "",
        "日本語: [コマンド](cli.ja.md)",
        "",
        "This page says what `dxgov --help` and the help of each command say.",
    ),
    "ja": ("# コマンド", "", "English: [Command line](cli.md)", "", "`dxgov --lang ja --help` と、各コマンドの説明と同じ内容です。"),
}
"""The first lines of the page of the command line."""


def _write_commands(lang: Lang) -> Iterator[str]:
    """Yield the page of the command line in a language, from the commands themselves."""
    yield from (*_COMMAND_PAGES[lang], "", "## dxgov", "")
    yield from _write_command(commands, "dxgov", lang)
    for name, command in commands.commands.items():
        yield from ("", f"## dxgov {name}", "")
        yield from _write_command(command, f"dxgov {name}", lang)


def _write_command(command: Command, path: str, lang: Lang) -> Iterator[str]:
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    pieces = [
        "[OPTIONS]",
        *(parameter.name.upper() if parameter.required else f"[{parameter.name.upper()}]" for parameter in arguments if parameter.name),
    ]
    pieces += ["COMMAND [ARGS]..."] if isinstance(command, click.Group) else []
    yield from ("```text", f"{path} {' '.join(pieces)}", "```", "")
    yield from _write_paragraphs(command.texts[lang])
    for option in command.get_params(click.Context(command)):
        if isinstance(option, Option):
            yield from ("", _format_option(option, lang))


def _write_paragraphs(text: str) -> Iterator[str]:
    """Yield help as Markdown: paragraphs as they are, and those that click must not wrap as blocks of text."""
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
        if number:
            yield ""
        if paragraph.lstrip().startswith("\b"):
            heading, *lines = paragraph.strip().removeprefix("\b").strip("\n").split("\n")
            yield from (heading.strip(), "", "```text", *(line.strip() for line in lines), "```")
        else:
            yield " ".join(line.strip() for line in paragraph.split("\n"))


def _format_option(option: Option, lang: Lang) -> str:
    value = option.metavar or ("|".join(map(str, option.type.choices)) if isinstance(option.type, click.Choice) else "")
    spellings = ", ".join(f"`{name}{f' {value}' if value and not option.is_flag else ''}`" for name in option.opts)
    default = LanguageMap("既定は`{}`。", " Default: `{}`.")[lang].format(option.default) if option.show_default is True else ""
    return f"- {spellings}: {option.texts[lang]}{default}"


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Write the pages below a folder, or only report which are stale; return the exit status."""
    check = arguments == ["--check"]
    if arguments and not check:
        click.echo("use: python docs/generate.py [--check]", err=True)
        return 2
    expected = pages(root)
    stale = {page: text for page, text in expected.items() if not page.is_file() or page.read_text(encoding="utf-8") != text}
    for page, text in stale.items():
        click.echo(f"{page.relative_to(root)}: {'stale; run python docs/generate.py' if check else 'written'}")
        if not check:
            page.write_text(text, encoding="utf-8", newline="\n")
    stale_pictures = list(outdated(root))
    for path, picture, width in stale_pictures:
        click.echo(f"{path.relative_to(root)}: {'stale; run python docs/generate.py' if check else 'written'}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(picture.to_svg(width), encoding="utf-8", newline="\n")
    graphs = {page.with_suffix(".svg"): text for page, text in expected.items() if page.suffix == ".dot"}
    stale_graphs = {picture: text for picture, text in graphs.items() if not diagram.drawn(text, picture)}
    for picture, text in stale_graphs.items():
        click.echo(f"{picture.relative_to(root)}: {'stale; run python docs/generate.py' if check else 'written'}")
        if not check:
            diagram.draw(text, picture)
    return 1 if check and (stale or stale_pictures or stale_graphs) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
