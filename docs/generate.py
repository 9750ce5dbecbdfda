"""Write the pages that follow from the definition: data dictionary, records, command line, problem codes, counts, comparisons, pictures.

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
from types import FunctionType, ModuleType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import architecture
import attrs
import click
import coders
import diagram
import trials

import dxgov
from dxgov import charts, dates
from dxgov.cli import main as commands
from dxgov.codes import Code
from dxgov.exporters.dictionary import dictionary
from dxgov.schema.sentences import get_sentence

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))  # some pages are written from the lists that the tests go by
MARKER = re.compile(r"(<!-- begin (?P<name>[a-z-]+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)

PARTED = ("architecture", "validation", "performance", "date-readers", "agreement", "pictures", "clients", "safety")
"""The pages of the docs of which a part is generated."""


LAZY = (dxgov, charts, dates)
"""The packages whose names are imported when they are used; type checkers read a stub instead."""


def pages(root: Path = ROOT) -> Mapping[Path, str]:
    """Every generated page, and every page with a generated part, by path, as it should be."""
    model = dxgov.Dataset.model()
    whole = {
        root / "docs" / "dictionary.md": dictionary(model, "en"),
        root / "docs" / "dictionary.ja.md": dictionary(model, "ja"),
        root / "docs" / "records.md": _joined(_records()),
        root / "docs" / "cli.md": _joined(_commands()),
        root / "docs" / "tables.dot": _joined(diagram.dot(model)),
        root / "docs" / "rooms.dot": _joined(architecture.dot()),
    } | {root / "src" / "/".join([*package.__name__.split("."), "__init__.pyi"]): _joined(_stub(package)) for package in LAZY}
    parted = ("README.md", "datasets/README.md", *(f"docs/{name}.md" for name in PARTED))
    in_part = [root / page for page in parted]
    return whole | {page: _filled(page.read_text(encoding="utf-8")) for page in in_part}


def _stub(package: ModuleType) -> Iterator[str]:
    """Write what type checkers read in place of a package that imports its names when they are used."""
    yield "# Written by docs/generate.py from the list of names in __init__.py."
    yield ""
    own = package.__name__
    imports = [(own if home == f"{own}.{name}" else home, name) for home, names in package.HOMES.items() for name in names]
    yield from (f"from {home} import {name} as {name}" for home, name in sorted(imports, key=lambda pair: pair[0]))
    yield from ("", "HOMES: dict[str, tuple[str, ...]]", "__all__ = [")
    yield from (f'    "{name}",' for name in package.__all__)
    yield "]"
    if "__version__" in package.__all__:
        yield "__version__: str"


_WIDTHS = {"": charts.WIDTH, ".narrow": 390}
"""The pictures of a chart by what their names end with, each laid out for a width."""

_SUBJECTS = {"trace": "telework"}
"""What the charts that are of one record show."""


def drawings(root: Path = ROOT) -> Iterator[tuple[Path, charts.Picture, int]]:
    """Every picture of the docs: its path, what it shows, and its width."""
    data = dxgov.load()
    for name in charts.NAMES:
        for lang in ("en", "ja"):
            picture = charts.picture(name, data, _SUBJECTS.get(name), lang)
            for ending, width in _WIDTHS.items():
                yield root / "docs" / "_static" / "pictures" / f"{name}.{lang}{ending}.svg", picture, width


def outdated(root: Path = ROOT) -> Iterator[tuple[Path, charts.Picture, int]]:
    """The pictures that no longer show what they should; how a library draws it is not looked at."""
    for path, picture, width in drawings(root):
        if not path.is_file() or f'data-digest="{picture.digest(width)}"' not in path.read_text(encoding="utf-8"):
            yield path, picture, width


def _shown(name: str) -> Iterator[str]:
    """A chart in English with its text alternative, and in Japanese."""
    data = dxgov.load()
    for lang in ("en", "ja"):
        picture = charts.picture(name, data, _SUBJECTS.get(name), lang)
        place = f"_static/pictures/{name}.{lang}"
        if lang == "ja":
            yield from ("<details>", f'<summary lang="ja">{escape(picture.title)}</summary>', "")
        yield "<picture>"
        yield f'<source media="(max-width: 600px)" srcset="{place}.narrow.svg">'
        yield f'<img src="{place}.svg" alt="{escape(f"{picture.title} {picture.finding}")}">'
        yield from ("</picture>", "")
        if lang == "ja":
            yield from ("</details>", "")
        summary = {"en": "The picture in words", "ja": "図の内容（文章）"}[lang]
        yield from ("<details>", f'<summary lang="{lang}">{summary}</summary>', "")
        yield f'<pre lang="{lang}">'
        yield escape(picture.alternative)
        yield from ("</pre>", "</details>", "")


def _speed() -> Iterator[str]:
    """The goals, and what a run of the benchmarks found."""
    told = json.loads((ROOT / "docs" / "speed.json").read_text(encoding="utf-8"))
    before = told.get("before") or {"found": {}}
    machine, size = told["machine"], {format: f"{count / 1e6:,.0f} MB" for format, count in told["bytes"].items()}
    yield f"{told['rows']:,} records ({size['csv']} of CSV, {size['parquet']} of Parquet), medians of {told['rounds']} rounds,"
    yield f"measured on {told['date']},"
    yield f"{machine['processor']} with {machine['cores']} cores, {machine['system']}, Python {machine['python']},"
    yield f"{', '.join(f'{name} {number}' for name, number in told['versions'].items())}."
    yield ""
    if before["found"]:
        yield 'The column "the run before" has what was found in another run of the whole,'
        yield f"{before['rounds']} rounds on {before['date']}, {before['machine']['processor']} with {before['machine']['cores']} cores."
        yield ""
    yield "| what | goal | found | lowest to highest | met | the run before | seconds, and its peer | MB, and its peer |"
    yield "|---|---|--:|---|---|--:|--:|--:|"
    for goal in told["goals"]:
        spread = f"{goal['lowest']:g} to {goal['highest']:g}"
        cost = " | ".join(f"{own:g} / {peer:g}" for own, peer in (goal["seconds"], goal["memory"]))
        fewer = "" if goal["rows"] == told["rows"] else f" ({goal['rows']:,} records)"
        met = "yes" if goal["met"] else "**no**"
        earlier = _figure(before["found"].get(goal["what"]))
        yield f"| {goal['what']}{fewer} | {goal['wanted']} | {goal['found']:g} | {spread} | {met} | {earlier} | {cost} |"
    yield ""
    yield "| what | goal | found | met | the run before |"
    yield "|---|---|--:|---|--:|"
    for limit in told["limits"]:
        found = f"≤ {limit['most']:g} {limit['unit']} | {limit['found']:g} {limit['unit']}"
        yield f"| {limit['what']} | {found} | {'yes' if limit['met'] else '**no**'} | {_figure(before['found'].get(limit['what']))} |"


def _figure(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def _large() -> Iterator[str]:
    """What a million records take, and ten million."""
    told = json.loads((ROOT / "docs" / "large.json").read_text(encoding="utf-8"))
    small, large = (f"{rows:,}" for rows in told["rows"])
    growth = told["rows"][1] / told["rows"][0]
    yield f"Measured on {told['date']}, once each."
    yield ""
    yield f"| what | seconds, {small} records | {large} | each million, ratio | MB, {small} records | {large} | each million, ratio |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for task in told["tasks"].values():
        few, many = task["found"]
        cells = (f"{few[key]:,g} | {many[key]:,g} | {many[key] / few[key] / growth:.2f}" for key in ("seconds", "memory"))
        yield f"| {task['what']} | {' | '.join(cells)} |"
    own, peer = (told["tasks"][task]["found"][1] for task in ("validate_parquet", "polars_parquet"))
    yield ""
    time, memory = (f"{own[key] / peer[key]:.2f}" for key in ("seconds", "memory"))
    yield f"With {large} records, validating Parquet takes {time} times the seconds of the checks in Polars (goal: at most 1.25),"
    yield f"and {memory} times their memory (goal: 0.25). Each million was to take no more than 1.2 times that of the smaller package."


def _operations() -> Iterator[str]:
    """How the cost of every public operation grows with the records."""
    told = json.loads((ROOT / "docs" / "operations.json").read_text(encoding="utf-8"))
    sizes = [str(size) for size in told["sizes"]]
    yield f"Measured on {told['date']}, {told['processor']} with {told['cores']} cores, Python {told['python']}."
    faster = [f"`{name}`" for name, each in told["operations"].items() if each["faster"]]
    yield (
        f"Faster than the data, {told['limit']:g} times or more for ten times the records, grow {', '.join(faster)}."
        if faster
        else (f"No operation grows faster than the data: none takes {told['limit']:g} times as long, or longer, for ten times the records.")
    )
    yield ""
    yield f"| operation | {' | '.join(f'{int(size):,}' for size in sizes)} | most growth |"
    yield f"|---|{'--:|' * (len(sizes) + 1)}"
    for name, each in told["operations"].items():
        cells = [f"{each['seconds'][size]:.2g}" if size in each["seconds"] else "" for size in sizes]
        growth = f"{each['growth']:.1f}" if each["growth"] else ""
        yield f"| `{name}` | {' | '.join(cells)} | {f'**{growth}**' if each['faster'] else growth} |"


def _filled(text: str) -> str:
    """The page with what stands between its markers written anew."""
    return MARKER.sub(lambda match: f"{match[1]}\n{_joined(_PARTS[match['name']]())}\n{match[3]}", text)


def _joined(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _counts() -> Iterator[str]:
    """The records of each table of the bundled data."""
    data = dxgov.load()
    filled = [(data.model().tables[name], records) for name, records in data.tables.items() if len(records)]
    yield "| table | Japanese | one row is | rows |"
    yield "|---|---|---|--:|"
    for table, records in filled:
        yield f"| `{table.name}` | {table.label} | {_first_sentence(table.description)} | {len(records)} |"
    yield f"| **all** | | | **{len(data)}** |"


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.])\s", text, maxsplit=1)[0]


def _per_source() -> Iterator[str]:
    """How much was read from each document, the fullest tables first."""
    data = dxgov.load()
    yield "| document | kind | date | records | of which |"
    yield "|---|---|---|--:|---|"
    for source in data.sources:
        read = {name: len(records.where(citation_source_id=source.id)) for name, records in data.tables.items()}
        fullest = sorted((name for name in read if read[name] > 1), key=lambda name: -read[name])
        told = ", ".join(f"{read[name]} {name.replace('_', ' ')}" for name in fullest)
        titles = f"{source.title}<br>{source.title_en}"
        yield f"| {titles} | {source.kind.label} | {source.published} | {sum(read.values())} | {told} |"


def _problem_codes() -> Iterator[str]:
    yield "| code | Japanese | what it means |"
    yield "|---|---|---|"
    for code in dxgov.ProblemCode:
        yield f"| `{code}` | {code.label} | {code.meaning} |"


def _date_readers() -> Iterator[str]:
    """What each reader of dates made of the table, the best first."""
    with (ROOT / "docs" / "date-readers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    readers = dict.fromkeys((row["reader"], row["version"]) for row in rows)
    verdicts = list(rows[0])[3:]
    sums = {reader: [sum(int(row[each]) for row in rows if row["reader"] == reader[0]) for each in verdicts] for reader in readers}
    yield f"| reader | version | {' | '.join(each.replace('_', ' ') for each in verdicts)} |"
    yield f"|---|---|{'--:|' * len(verdicts)}"
    for reader in sorted(readers, key=lambda each: -sums[each][1]):
        yield f"| {' | '.join(reader)} | {' | '.join(map(str, sums[reader]))} |"


def _date_speed() -> Iterator[str]:
    """How long each reader took."""
    told = json.loads((ROOT / "docs" / "date-speed.json").read_text(encoding="utf-8"))
    yield f"Python {told['python']} on {told['machine']}, medians of {told['rounds']} rounds in turn."
    yield ""
    yield "| what | reader | version | time | times dxgov |"
    yield "|---|---|---|--:|--:|"
    for task, found in told["tasks"].items():
        for reader, taken in found["readers"].items():
            yield f"| {task} | {reader} | {taken['version']} | {taken['median']:.3g} {found['unit']} | {taken['times_dxgov']:.1f} |"
    least, most = min(told["growth"].values()), max(told["growth"].values())
    yield ""
    yield f"{len(told['growth'])} texts made to be hard, such as 25,000 signs of `4月~4月~…`, each take {least} to {most} times as long"
    yield "when they are four times as long."


def _attacks() -> Iterator[str]:
    """The hostile packages of the tests, and what each is answered."""
    from attacks import ATTACKS

    yield "| what is hostile | answer | which says |"
    yield "|---|---|---|"
    for each in ATTACKS:
        yield f"| {each.name[0].upper()}{each.name[1:]} | {f'`{each.codes[0]}`' if each.codes else 'read without harm'} | {each.says} |"


def _differences() -> Iterator[str]:
    """What only dxgov or only frictionless finds, and why; the tests hold both to it."""
    from differences import DIFFERENCES

    for finder in dict.fromkeys(each.found_by for each in DIFFERENCES):
        yield f"| only {finder} finds | because |"
        yield "|---|---|"
        for each in DIFFERENCES:
            if each.found_by == finder:
                yield f"| {each.what} | {each.because} |"
        yield ""


_PARTS: Mapping[str, Callable[[], Iterator[str]]] = {
    "counts": _counts,
    "sources": _per_source,
    "problem-codes": _problem_codes,
    "differences": _differences,
    "date-readers": _date_readers,
    "date-speed": _date_speed,
    "rooms": architecture.table,
    **{f"chart-{name}": partial(_shown, name) for name in charts.NAMES},
    "attacks": _attacks,
    "large": _large,
    "operations": _operations,
    "speed": _speed,
    "agreement-cuts": coders.cuts,
    "agreement-asks": coders.asks,
    "agreement-points": coders.points,
    "agreement-replies": coders.replies,
    "agreement-differences": coders.differences,
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


def _records() -> Iterator[str]:
    """Record classes, the values they share, and their codes, as Python has them."""
    classes = [table.record for table in dxgov.Dataset.model().tables.values()]
    values = [dxgov.When, dxgov.Citation]
    yield from (
        "# Records in Python",
        "",
        "Every record is a frozen attrs class: its fields are typed, it cannot be changed, and two records are equal when all their",
        "fields are. Fields are given by name. Those with a default may be left out. The four fields that all records have are told",
        "once, under `Record`. How the same fields look in a package, column by column, is told in the [data dictionary](dictionary.md).",
        "",
        ":::{py:currentmodule} dxgov",
        ":::",
        "",
        "## Fields of every record",
    )
    yield from _class(dxgov.Record, set())
    yield from ("", "## Records")
    common = {each.name for each in attrs.fields(dxgov.Record)} - {"id"}
    for record in classes:
        yield from _class(record, common)
    yield from (
        "",
        "## Values",
        "",
        "Parts of a record that are small classes themselves. In a package each fills several columns. Their parts may be given by",
        "position.",
    )
    for value in values:
        yield from _class(value, set())
    yield from (
        "",
        "## Codes",
        "",
        "A field that takes its value from a list has an enumeration for it. A member is a text, equal to the code that stands in the",
        "files; it also has a Japanese `label` and a `meaning`.",
    )
    seen = dict.fromkeys(code for owner in (*classes, *values) for code in _code_classes(owner))
    for code in seen:
        yield from _code_list(code)


def _class(owner: type, left_out: set[str]) -> Iterator[str]:
    hints = get_type_hints(owner, include_extras=True)
    yield from ("", f":::::{{py:class}} {owner.__name__}", *_docstring(owner), "")
    for each in sorted(attrs.fields(owner), key=lambda each: each.inherited and each.name != "id"):
        if each.name in left_out or (owner is not dxgov.Record and each.inherited and each.name != "id"):
            continue
        yield f"::::{{py:attribute}} {each.name}"
        yield f":type: {_python_type(hints[each.name])}"
        if each.init and each.default is not attrs.NOTHING:
            yield f":value: {_default(each.default)}"
        yield from ("", get_sentence(owner, each.name), "::::", "")
    for name, method in vars(owner).items():
        function = method.__func__ if isinstance(method, classmethod) else method
        if isfunction(function) and not name.startswith("_"):
            kind = "classmethod" if isinstance(method, classmethod) else "method"
            yield from (f"::::{{py:{kind}}} {name}{_signature(function)}", "", *_docstring(function), "::::", "")
    yield ":::::"


def _signature(function: FunctionType) -> str:
    """The parameters without the instance, with their types as text."""
    told = signature(function)
    return str(told.replace(parameters=list(told.parameters.values())[1:])).replace("'", "").replace("datetime.", "")


def _docstring(owner: type | FunctionType) -> Iterator[str]:
    """Yield the docstring of a class or method, its arguments as a list of fields, without examples and errors."""
    text = cleandoc(owner.__doc__ or "").partition("\n>>>")[0].partition("Raises:\n")[0].partition("Returns:\n")[0]
    prose, _, arguments = text.partition("Args:\n")
    yield from (line.strip() for line in prose.strip().splitlines())
    if arguments:
        yield ""
        for line in arguments.rstrip().splitlines():
            name, _, meaning = line.strip().partition(": ")
            yield line.strip() if line.startswith(" " * 8) else f":param {name}: {meaning}"


def _default(value: object) -> str:
    return f"{type(value).__name__}.{value.name}" if isinstance(value, Code) else repr(value)


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _python_type(annotation: Any) -> str:
    """A type as a reader writes it, without the marks."""
    annotation = _bare(annotation)
    if get_origin(annotation) in (Union, UnionType):
        return " | ".join(map(_python_type, get_args(annotation)))
    if get_origin(annotation) is tuple:
        return f"tuple[{_python_type(get_args(annotation)[0])}, ...]"
    return "None" if annotation is type(None) else str(annotation.__name__)


def _code_classes(owner: type) -> Iterator[type[Code]]:
    for annotation in get_type_hints(owner, include_extras=True).values():
        for each in (_bare(annotation), *map(_bare, get_args(_bare(annotation)))):
            if isinstance(each, type) and issubclass(each, Code):
                yield each


def _code_list(code: type[Code]) -> Iterator[str]:
    yield from ("", f":::::{{py:class}} {code.__name__}", *_docstring(code), "")
    yield "| member | in files | Japanese | meaning |"
    yield "|---|---|---|---|"
    for member in code:
        yield f"| `{member.name}` | `{member}` | {member.label} | {member.meaning} |"
    yield ":::::"


def _commands() -> Iterator[str]:
    """The command line, from the commands themselves."""
    yield from ("# Command line", "", "This page says what `dxgov --help` and the help of each command say.", "", "## dxgov", "")
    yield from _command(commands, "dxgov")
    for name, command in commands.commands.items():
        yield from ("", f"## dxgov {name}", "")
        yield from _command(command, f"dxgov {name}")


def _command(command: click.Command, path: str) -> Iterator[str]:
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    pieces = ["[OPTIONS]", *(each.name.upper() if each.required else f"[{each.name.upper()}]" for each in arguments if each.name)]
    pieces += ["COMMAND [ARGS]..."] if isinstance(command, click.Group) else []
    yield from ("```text", f"{path} {' '.join(pieces)}", "```", "")
    yield from _paragraphs(command.help or "")
    context = click.Context(command, info_name=path, help_option_names=["-h", "--help"])
    for option in command.get_params(context):
        if isinstance(option, click.Option):
            yield from ("", _option(option))


def _paragraphs(text: str) -> Iterator[str]:
    """Help as Markdown: paragraphs, and what click is told to leave alone as a block of text."""
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
        if number:
            yield ""
        if paragraph.lstrip().startswith("\b"):
            heading, *lines = paragraph.strip().removeprefix("\b").strip("\n").split("\n")
            yield from (heading.strip(), "", "```text", *(line.strip() for line in lines), "```")
        else:
            yield " ".join(line.strip() for line in paragraph.split("\n"))


def _option(option: click.Option) -> str:
    value = option.metavar or ("|".join(map(str, option.type.choices)) if isinstance(option.type, click.Choice) else "")
    spelled = ", ".join(f"`{name}{f' {value}' if value and not option.is_flag else ''}`" for name in option.opts)
    default = f" Default: `{option.default}`." if option.show_default and option.default is not None else ""
    return f"- {spelled}: {option.help or ''}{default}"


def main(arguments: list[str]) -> int:
    """Write the pages, or only tell which are stale."""
    check = arguments == ["--check"]
    if arguments and not check:
        click.echo("use: python docs/generate.py [--check]", err=True)
        return 2
    wanted = pages()
    stale = {page: text for page, text in wanted.items() if not page.is_file() or page.read_text(encoding="utf-8") != text}
    for page, text in stale.items():
        click.echo(f"{page.relative_to(ROOT)}: {'stale; run python docs/generate.py' if check else 'written'}")
        if not check:
            page.write_text(text, encoding="utf-8", newline="\n")
    late = list(outdated())
    for path, picture, width in late:
        click.echo(f"{path.relative_to(ROOT)}: {'stale; run python docs/generate.py' if check else 'written'}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(picture.to_svg(width), encoding="utf-8", newline="\n")
    graphs = {page.with_suffix(".svg"): text for page, text in wanted.items() if page.suffix == ".dot"}
    undrawn = {picture: text for picture, text in graphs.items() if not diagram.drawn(text, picture)}
    for picture, text in undrawn.items():
        click.echo(f"{picture.relative_to(ROOT)}: {'stale; run python docs/generate.py' if check else 'written'}")
        if not check:
            diagram.draw(text, picture)
    return 1 if check and (stale or late or undrawn) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
