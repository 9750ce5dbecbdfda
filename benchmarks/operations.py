"""Measure how the cost of every public operation grows: ``python benchmarks/operations.py [--rows N] [--out FOLDER]``.

Data sets of 1,000, 10,000 and so on up to N records; on each, every operation runs on data that nobody has asked before, so that what
it caches counts too. It runs twice, or once if that takes more than a second, and the least time counts. Time is CPU
time. The benchmark never fails: it reports operations that grow faster than the data. Writes ``operations.json``.

`public_operations` derives the names of all operations from the public names of dxgov, and a test compares them with `OPERATIONS`.
"""

import argparse
import gc
import inspect
import json
import os
import pickle
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path
from time import process_time
from types import FunctionType
from typing import Any

from attrs import frozen

import dxgov
import generate
import run
from dxgov import Citation, Collection, DataError, Dataset, Document, NotInstalledError, Part, Records, Report, Verification, charts, dates
from dxgov.exporters.registry import FORMATS
from dxgov.text import records as text
from dxgov.text import reports

NOISE = 0.002
"""Minimum seconds of a run whose growth is more than noise."""
BUDGET = 90.0
"""Maximum seconds that an operation may be expected to take, judged by a tenth of the records; above it does not run."""
FASTER_THAN_DATA = 12.0
"""Ratio of costs, for ten times the records, from which an operation is reported to grow faster than the data."""
ROUNDS = 2

_CLASSES = (Collection, Dataset, Records, Report, Verification, Part, Citation, Document, charts.Picture)
_MODULES = (dxgov, charts, dates, text, reports)
_NO_OPERATIONS = {"__getattr__", "__setattr__", "__delattr__", "__subclasshook__", "__copy__", "__deepcopy__", "__attrs_post_init__"}
"""Special methods that only refuse, are of the class, give the object itself, or are a part of the constructor."""


def public_operations() -> set[str]:
    """Name every public function of dxgov, its charts, dates and texts, and every method and property of the classes that hold data.

    A format of `export` is an operation of its own. Methods that attrs generates are not among them.
    """
    functions = {
        f"{module.__name__}.{name}"
        for module in _MODULES
        for name in getattr(module, "__all__", vars(module))
        if not name.startswith("_") and _is_function(value := getattr(module, name)) and value.__module__.startswith(module.__name__)
    }
    members = {
        f"{owner.__name__}.{name}"
        for owner in _CLASSES
        for base in owner.__mro__
        if base is owner or base.__module__ == "collections.abc"
        for name, value in vars(base).items()
        if (not name.startswith("_") or name.endswith("_")) and name not in _NO_OPERATIONS and _is_written(value)
    }
    return (functions | members | {f"dxgov.export {format}" for format in FORMATS}) - {"dxgov.export"}


def _is_function(value: object) -> bool:
    return isinstance(inspect.unwrap(value), FunctionType) if callable(value) else False


def _is_written(value: object) -> bool:
    """Return whether a member of a class is a method or property of the source code, not generated."""
    function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
    return (
        isinstance(function, FunctionType)
        and not function.__code__.co_filename.startswith("<attrs generated")
        and not function.__module__.startswith("attr")
    )


@frozen(eq=False, slots=False)
class Sample:
    """A data set of some size, in memory and as packages in a folder."""

    rows: int
    tables: Mapping[str, Any]
    folder: Path

    def data(self) -> Dataset:
        """Return the data set as if it were just loaded, with nothing cached."""
        return Dataset(self.tables, dxgov.Metadata(name="benchmark"))

    def lazy(self) -> Dataset:
        """Return the Parquet package as a data set of which nothing is read yet."""
        return dxgov.load(self.folder / "parquet", lazy=True)

    def new_folder(self, name: str = "new") -> Path:
        """Return the path of a folder that does not exist; remove it if it does."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        return self.folder / name

    def copy_package(self) -> Path:
        """Copy the CSV package, so that the copy may be changed."""
        return Path(shutil.copytree(self.folder / "csv", self.new_folder("copy")))

    @cached_property
    def text(self) -> str:
        """A text with a line for each record."""
        return "".join(f"{number}番の発言。令和4年2月{number % 28 + 1}日までに示す。\n" for number in range(self.rows))

    @cached_property
    def faulty(self) -> Report:
        """A report with a problem for each statement."""
        statements = self.tables["statements"]
        return dxgov.validate(Dataset({"statements": statements}))


@contextmanager
def sample(rows: int) -> Iterator[Sample]:
    """Make a data set of about `rows` records and its packages."""
    with tempfile.TemporaryDirectory(prefix="dxgov-operations-") as folder_name:
        data = generate.dataset(rows)
        tables = generate.package_tables(data)
        for format in ("csv", "parquet"):
            generate.write_package(tables, Path(folder_name) / format, format)
        (Path(folder_name) / "documents").mkdir()
        yield Sample(rows, {name: records.data for name, records in data.tables.items()}, Path(folder_name))


Prepared = Callable[[], Any]
"""A run of an operation, without arguments."""


def _on_data(run: Callable[[Dataset], Any]) -> Callable[[Sample], Prepared]:
    """Prepare an operation on a data set in memory with nothing cached."""
    return lambda sample: partial(run, sample.data())


def _on_lazy(run: Callable[[Dataset], Any]) -> Callable[[Sample], Prepared]:
    """Prepare an operation on a data set of which nothing is read yet."""
    return lambda sample: partial(run, sample.lazy())


def _on_report(run: Callable[[Report], Any]) -> Callable[[Sample], Prepared]:
    return lambda sample: partial(run, sample.faulty)


def _on_picture(run: Callable[[charts.Picture], Any]) -> Callable[[Sample], Prepared]:
    return lambda sample: partial(run, charts.who_must_act(sample.data()))


def _on_part(run: Callable[[Part], Any]) -> Callable[[Sample], Prepared]:
    return lambda sample: partial(run, dxgov.parts(sample.folder / "parquet", "asks", rows=sample.rows)[0])


def _sample_records(records: Records[Any], number: int = 200) -> Records[Any]:
    """Return records from all over the table, about `number` whatever its size."""
    return records[:: max(len(records) // number, 1)]


def _take_many_ids(records: Records[Any]) -> list[str]:
    """Return every third id: a set of values that grows with the table."""
    return list(records.ids()[::3])


def _prepare_export(format: str) -> Callable[[Sample], Prepared]:
    return lambda sample: partial(dxgov.export, sample.data(), sample.new_folder(), format)


def _write_letter(items: int) -> str:
    """Return a letter with a number of items, at most a thousand."""
    asks = "".join(f"{number} 町村の設備{number}に要する経費を補助すること。\n" for number in range(1, min(items, 1_000) + 1))
    return f"令和13年5月14日\n海府県知事　渚　五月　様\n海府県町村会\n設備に関する要望書\n次の事項を要望します。\n{asks}以上\n"


def _prepare_documents(sample: Sample) -> Prepared:
    folder = sample.new_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "letter.txt").write_text(_write_letter(1), encoding="utf-8")
    return lambda: list(dxgov.read_many([folder / "letter.txt"] * max(1, sample.rows // 1_000)))


def _prepare_citations(sample: Sample) -> Prepared:
    text = sample.text
    return lambda: [Citation.of("src-x", text, line) for line in range(1, sample.rows + 1, 10)]


def _on_document(run: Callable[[Document], Any]) -> Callable[[Sample], Prepared]:
    """Prepare an operation on a document with a line for each record."""
    return lambda sample: partial(run, Document(sample.text, "src-x"))


def _write_document(sample: Sample) -> Path:
    """Write the text with a line for each record, and return the path."""
    path = sample.folder / "document.txt"
    path.write_text(sample.text, encoding="utf-8")
    return path


_QUERIES = ("テレワーク", "クラウド費用", "government cloud", "市", "義務付け", "urge", "デジタル庁 町村", "support for towns")
"""Queries of a word and of several, in both languages, with few results and with many."""


def _index(data: Dataset) -> Dataset:
    """Return a data set whose texts are indexed."""
    data.search("")
    return data


def _search_many(data: Dataset) -> Any:
    return [data.search(query) for query in _QUERIES]


def _write_captions(data: Dataset) -> Any:
    return [text.get_caption(data, ask, "ja") for ask in _sample_records(data.asks)]


OPERATIONS: Mapping[str, Callable[[Sample], Prepared]] = {
    **{f"dxgov.export {format}": _prepare_export(format) for format in FORMATS},
    "dxgov.load": lambda sample: partial(dxgov.load, sample.folder / "csv"),
    "dxgov.load, Parquet": lambda sample: partial(dxgov.load, sample.folder / "parquet"),
    "dxgov.load, lazy": lambda sample: sample.lazy,
    "dxgov.validate": _on_data(dxgov.validate),
    "dxgov.validate, CSV": lambda sample: partial(dxgov.validate, sample.folder / "csv"),
    "dxgov.validate, Parquet": lambda sample: partial(dxgov.validate, sample.folder / "parquet"),
    "dxgov.verify": lambda sample: partial(dxgov.verify, sample.data(), sample.folder / "documents"),
    "dxgov.digest": _on_data(dxgov.digest),
    "dxgov.digest, lazy": _on_lazy(dxgov.digest),
    "dxgov.new": lambda sample: lambda: dxgov.new(sample.new_folder()),
    "dxgov.read": lambda sample: partial(dxgov.read, _write_letter(sample.rows).encode()),
    "dxgov.read_many": _prepare_documents,
    "dxgov.seal": lambda sample: partial(dxgov.seal, sample.copy_package()),
    "dxgov.site": lambda sample: partial(dxgov.site, sample.data(), sample.new_folder()),
    "dxgov.partition": lambda sample: partial(dxgov.partition, sample.data(), sample.new_folder(), {"asks": "strength"}),
    "dxgov.parts": lambda sample: partial(dxgov.parts, sample.folder / "parquet", "asks", rows=1_000),
    "dxgov.row_problems": lambda sample: partial(dxgov.row_problems, sample.data().links.data, "links"),
    "Collection.__init__": lambda sample: sample.data,
    "Collection.__bool__": _on_data(bool),
    "Collection.__contains__": _on_data(lambda data: [record.id in data for record in _sample_records(data.links)]),
    "Collection.__eq__": lambda sample: partial(sample.data().__eq__, sample.data()),
    "Collection.__getitem__": _on_data(lambda data: [data[record.id] for record in _sample_records(data.links)]),
    "Collection.__hash__": _on_data(hash),
    "Collection.__iter__": _on_data(list),
    "Collection.__iter__, lazy": _on_lazy(list),
    "Collection.__len__": _on_data(len),
    "Collection.__or__": lambda sample: partial(sample.data().__or__, sample.data()),
    "Collection.__or__, lazy": lambda sample: partial(sample.lazy().__or__, sample.lazy()),
    "Collection.__or__, disjoint": _on_data(
        lambda data: Dataset({"asks": data.asks.data[:]}) | Dataset({"statements": data.statements.data})
    ),
    "Collection.__repr__": _on_data(repr),
    "Collection.__reduce_ex__": _on_data(pickle.dumps),
    "Collection.__reduce_ex__, lazy": _on_lazy(pickle.dumps),
    "Collection._repr_html_": _on_data(Dataset._repr_html_),
    "Collection.children": _on_data(lambda data: [data.children(record) for record in _sample_records(data.requests)]),
    "Collection.children, lazy": _on_lazy(lambda data: data.children(data.requests[0])),
    "Collection.follow": _on_data(lambda data: [data.follow(record, "theme_ids") for record in _sample_records(data.asks)]),
    "Collection.known_sound": _on_data(Dataset.known_sound),
    "Collection.model": _on_data(lambda data: data.model()),
    "Collection.of": lambda sample: partial(Dataset.of, list(sample.data())),
    "Collection.origin": _on_data(lambda data: data.origin),
    "Collection.coverage": _on_data(lambda data: data.coverage()),
    "Collection.reading": lambda sample: sample.lazy,
    "Collection.references": _on_data(lambda data: [data.references(record) for record in _sample_records(data.asks)]),
    "Collection.referring": _on_data(lambda data: [data.referring(record) for record in _sample_records(data.meetings)]),
    "Collection.referring, lazy": _on_lazy(lambda data: data.referring(data.meetings[0])),
    "Collection.sound": _on_data(lambda data: data.sound),
    "Collection.tables": _on_data(lambda data: data.tables),
    "Collection.to_arrow": _on_data(Dataset.to_arrow),
    "Collection.to_pandas": _on_data(Dataset.to_pandas),
    "Dataset.asks_by_actor": _on_data(Dataset.asks_by_actor),
    "Dataset.asks_by_actor, lazy": _on_lazy(Dataset.asks_by_actor),
    "Dataset.due": _on_data(Dataset.due),
    "Dataset.due, lazy": _on_lazy(Dataset.due),
    "Dataset.gaps": _on_data(Dataset.gaps),
    "Dataset.gaps, lazy": _on_lazy(Dataset.gaps),
    "Dataset.said": _on_data(Dataset.said),
    "Dataset.search": _on_data(lambda data: data.search("テレワーク 費用")),
    "Dataset.search, many": lambda sample: partial(_search_many, _index(sample.data())),
    "Dataset.search, filters": _on_data(lambda data: data.search("費用", table="asks", since="2010", until="2012")),
    "Dataset.slipped": _on_data(Dataset.slipped),
    "Dataset.trace": _on_data(lambda data: data.trace(data.themes[0])),
    "Dataset.trace, many": _on_data(lambda data: [data.trace(record) for record in _sample_records(data.statements, 50)]),
    "Dataset.trace, lazy": _on_lazy(lambda data: data.trace(data.themes[0])),
    "Dataset.unanswered": _on_data(Dataset.unanswered),
    "Dataset.unanswered, lazy": _on_lazy(Dataset.unanswered),
    "Records.__init__": lambda sample: sample.data,
    "Records.__arrow_c_stream__": _on_data(lambda data: data.asks.__arrow_c_stream__()),
    "Records.__contains__": _on_data(lambda data: [record in data.asks for record in _sample_records(data.asks)]),
    "Records.__eq__": lambda sample: partial(sample.data().asks.__eq__, sample.data().asks),
    "Records.__getstate__": _on_data(lambda data: pickle.dumps(data.asks)),
    "Records.__getitem__": _on_data(lambda data: [data.asks[record.id] for record in _sample_records(data.asks)]),
    "Records.__getitem__, step": _on_data(lambda data: data.asks[::-1]),
    "Records.__getitem__, lazy": _on_lazy(lambda data: data.asks[0]),
    "Records.__hash__": _on_data(lambda data: hash(data.asks)),
    "Records.__iter__": _on_data(lambda data: list(data.asks)),
    "Records.__len__": _on_data(lambda data: len(data.asks)),
    "Records.__repr__": _on_data(lambda data: repr(data.asks)),
    "Records.__reversed__": _on_data(lambda data: list(reversed(data.asks))),
    "Records._repr_html_": _on_data(lambda data: data.asks._repr_html_()),
    "Records.batches": _on_data(lambda data: list(data.asks.batches())),
    "Records.between": _on_data(lambda data: data.milestones.between("2010", "2012")),
    "Records.between, lazy": _on_lazy(lambda data: data.milestones.between("2010", "2012")),
    "Records.column": _on_data(lambda data: data.asks.column("id")),
    "Records.count": _on_data(lambda data: data.asks.count(data.asks[-1])),
    "Records.data": _on_data(lambda data: data.asks.data),
    "Records.get": _on_data(lambda data: [data.asks.get(record.id) for record in _sample_records(data.asks)]),
    "Records.held": _on_data(lambda data: data.asks.held),
    "Records.ids": _on_data(lambda data: data.asks.ids()),
    "Records.index": _on_data(lambda data: data.asks.index(data.asks[-1])),
    "Records.key": _on_data(lambda data: data.asks.key),
    "Records.name": _on_data(lambda data: data.asks.name),
    "Records.to_arrow": _on_data(lambda data: data.asks.to_arrow()),
    "Records.to_pandas": _on_data(lambda data: data.asks.to_pandas()),
    "Records.where": _on_data(lambda data: data.asks.where(expected_of_id=data.actors[0].id)),
    "Records.where, many ids": _on_data(lambda data: data.asks.where(id=_take_many_ids(data.asks))),
    "Records.where, many of many": _on_data(lambda data: data.asks.where(theme_ids=_take_many_ids(data.themes))),
    "Records.where, many ids, lazy": _on_lazy(lambda data: data.asks.where(id=_take_many_ids(data.asks))),
    "Records.where, many lines": lambda sample: partial(sample.data().actors.where, citation_first_line=range(sample.rows)),
    "Report.__iter__": _on_report(list),
    "Report.__repr__": _on_report(repr),
    "Report.__str__": _on_report(str),
    "Report._repr_html_": _on_report(Report._repr_html_),
    "Report.describe": _on_report(lambda report: report.describe("ja")),
    "Report.counts": _on_report(lambda report: report.counts),
    "Report.to_dict": _on_report(Report.to_dict),
    "Report.to_pandas": _on_report(Report.to_pandas),
    "Report.valid": _on_report(lambda report: report.valid),
    "Verification.__str__": lambda sample: partial(str, dxgov.verify(sample.data(), sample.folder / "documents")),
    "Verification.describe": lambda sample: partial(
        lambda verification: verification.describe("ja"), dxgov.verify(sample.data(), sample.folder / "documents")
    ),
    "Verification.proven": lambda sample: partial(
        lambda verification: verification.proven, dxgov.verify(sample.data(), sample.folder / "documents")
    ),
    "Verification.to_dict": lambda sample: dxgov.verify(sample.data(), sample.folder / "documents").to_dict,
    "Part.records": _on_part(Part.records),
    "Part.to_arrow": _on_part(Part.to_arrow),
    "Part.to_pandas": _on_part(Part.to_pandas),
    "Citation.__str__": lambda sample: partial(lambda data: list(map(str, data)), [record.citation for record in sample.data().asks]),
    "Citation.of": _prepare_citations,
    "Document.__init__": lambda sample: partial(Document, sample.text, "src-x"),
    "Document.__iter__": _on_document(list),
    "Document.__len__": _on_document(len),
    "Document.__repr__": _on_document(repr),
    "Document.cite": _on_document(lambda document: [document.cite(line) for line in range(1, len(document), 10)]),
    "Document.open": lambda sample: partial(Document.open, _write_document(sample), "src-x"),
    "Document.passage": _on_document(lambda document: [document.passage(line) for line in range(1, len(document), 10)]),
    "Picture.__repr__": _on_picture(repr),
    "Picture.__str__": _on_picture(str),
    "Picture._repr_html_": _on_picture(charts.Picture._repr_html_),
    "Picture._repr_svg_": _on_picture(charts.Picture._repr_svg_),
    "Picture.digest": _on_picture(charts.Picture.digest),
    "Picture.save": lambda sample: partial(charts.who_must_act(sample.data()).save, sample.folder / "picture.svg"),
    "Picture.to_csv": _on_picture(charts.Picture.to_csv),
    "Picture.to_html": _on_picture(charts.Picture.to_html),
    "Picture.to_png": _on_picture(charts.Picture.to_png),
    "Picture.to_svg": _on_picture(charts.Picture.to_svg),
    "dxgov.charts.conversation": _on_data(charts.conversation),
    "dxgov.charts.flow": _on_data(charts.flow),
    "dxgov.charts.picture": _on_data(partial(charts.picture, "themes")),
    "dxgov.charts.themes": _on_data(charts.themes),
    "dxgov.charts.timeline": _on_data(charts.timeline),
    "dxgov.charts.trace": _on_data(lambda data: charts.trace(data, data.themes[0])),
    "dxgov.charts.who_must_act": _on_data(charts.who_must_act),
    "dxgov.dates.bounds": lambda sample: partial(
        lambda texts: list(map(dates.bounds, texts)), [f"{year:04}-02~" for year in range(1, 1 + sample.rows // 100)]
    ),
    "dxgov.dates.business_days": lambda _: partial(dates.business_days, dates.read("平成30年度")),
    "dxgov.dates.find": lambda sample: partial(dates.find, sample.text),
    "dxgov.dates.read": lambda sample: partial(lambda count: [dates.read("令和4年2月1日") for _ in range(count)], sample.rows // 10),
    "dxgov.dates.read_with_time": lambda sample: partial(
        lambda count: [dates.read_with_time("令和4年2月1日14時") for _ in range(count)], sample.rows // 10
    ),
    "dxgov.dates.write": _on_data(lambda data: [dates.write(record.date) for record in data.milestones if record.date]),
    "dxgov.text.reports.format_gaps": _on_data(lambda data: reports.format_gaps(data, "en")),
    "dxgov.text.reports.format_open_issues": _on_data(lambda data: reports.format_open_issues(data, "en")),
    "dxgov.text.reports.format_trace": _on_data(lambda data: reports.format_trace(data, data.trace(data.themes[0]), "en")),
    "dxgov.text.records.get_caption": _on_data(_write_captions),
    "dxgov.text.records.collapse_white_space": _on_data(
        lambda data: [text.collapse_white_space(record.summary) for record in _sample_records(data.asks)]
    ),
    "dxgov.text.records.format_info": _on_data(lambda data: text.format_info(data, "en")),
    "dxgov.text.records.get_field_label": _on_data(
        lambda data: [text.get_field_label(field, "ja") for field in data.model().tables["asks"].fields]
    ),
    "dxgov.text.records.format_readings": lambda sample: partial(text.format_readings, list(dates.find(sample.text)), "en"),
    "dxgov.text.records.format_record": _on_data(
        lambda data: [text.format_record(data, record, "en") for record in _sample_records(data.meetings, 20)]
    ),
}
"""The preparation of each public operation, which is not measured; after a comma the name says the case."""


def main(arguments: list[str], operations: Mapping[str, Callable[[Sample], Prepared]] = OPERATIONS) -> None:
    """Measure all operations, or what is named, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "docs")
    parser.add_argument("--budget", type=float, default=BUDGET, help="seconds that an operation may be expected to take")
    parser.add_argument("names", nargs="*", help="beginnings of the names of operations; all unless some are given")
    options = parser.parse_args(arguments)
    names = [name for name in operations if not options.names or name.startswith(tuple(options.names))]
    sizes = [10**power for power in range(3, 8) if 10**power <= options.rows] or [options.rows]
    with sample(200) as tiny:  # imports, and whatever is built once in a process, are no growth
        for name in names:
            _measure_seconds(operations[name], tiny, 1)
    seconds: dict[str, dict[int, float | str]] = {name: {} for name in names}
    for size in sizes:
        with sample(size) as data:
            for name in names:
                seconds[name][size] = _measure_within_budget(operations[name], data, seconds[name].get(size // 10, 0.0), options.budget)
                sys.stderr.write(f"{size:>9,} {name}: {seconds[name][size]}\n")
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "operations.json"
    measured = {name: _summarize_costs(costs) for name, costs in seconds.items()}
    if options.names and path.is_file():  # what was not named stays as it was measured before
        before = json.loads(path.read_text(encoding="utf-8"))["operations"]
        measured = {name: measured.get(name) or before[name] for name in operations if name in measured or name in before}
    environment = {
        "date": run.format_now(),
        "processor": run.read_processor_name(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }
    results = {**environment, "sizes": sizes, "limit": FASTER_THAN_DATA, "operations": measured}
    path.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _measure_within_budget(prepare: Callable[[Sample], Prepared], data: Sample, before: float | str, budget: float) -> float | str:
    """Return the seconds that an operation takes, or why it did not run."""
    if isinstance(before, str):
        return before
    if before * FASTER_THAN_DATA > budget:
        return f"more than {budget:g} s to be expected"
    return _measure_seconds(prepare, data)


def _measure_seconds(prepare: Callable[[Sample], Prepared], data: Sample, rounds: int = ROUNDS) -> float | str:
    """Return the least CPU seconds of some runs, or the message of an error; each run has data of its own."""
    shortest, total = float("inf"), 0.0
    try:
        for _ in range(rounds):
            prepared = prepare(data)
            gc.collect()
            begin = process_time()
            prepared()
            elapsed = process_time() - begin
            shortest, total = min(shortest, elapsed), total + elapsed
            if total > 1:  # what takes a second is no matter of chance
                break
    except (NotInstalledError, DataError) as error:
        return str(error).partition("\n")[0]
    return float(f"{shortest:.3g}")


def _summarize_costs(costs: Mapping[int, float | str]) -> dict[str, Any]:
    """Return the results of an operation: seconds by size, and the largest ratio of costs of two neighbouring sizes."""
    measurable = [(size, seconds) for size, seconds in costs.items() if isinstance(seconds, float) and seconds >= NOISE]
    growth = max((after / before for (_, before), (_, after) in pairwise(measurable)), default=None)
    reasons = {seconds for seconds in costs.values() if isinstance(seconds, str)}
    return {
        "seconds": {str(size): seconds for size, seconds in costs.items() if isinstance(seconds, float)},
        "growth": growth and float(f"{growth:.3g}"),
        "faster": growth is not None and growth > FASTER_THAN_DATA,
        "left": "; ".join(sorted(reasons)) or None,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
