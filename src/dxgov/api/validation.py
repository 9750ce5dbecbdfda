"""`validate`: find all problems of a data set or a package."""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any

from attrs import field, fields, frozen

from dxgov.arguments import check_arguments
from dxgov.dataset import Dataset
from dxgov.errors import Problem, ProblemCode, format_count
from dxgov.languages import Lang
from dxgov.limits import Limits
from dxgov.model.serialization import unstructure
from dxgov.notebook import MAX_ROWS, format_cell, render_table
from dxgov.optional_dependencies import pd
from dxgov.package.read import PackageRef, Progress, read_package
from dxgov.schema import model_of
from dxgov.storage.address import format_location, parse_location
from dxgov.tables.collection import Collection
from dxgov.validation import ProblemCollector, ReportSection, check, find_metadata_warnings, make_table_sources


@frozen(repr=False)
class Report:
    """The result of `validate`: all problems, and the number of records."""

    subject: str
    """The path, or the name of the data set."""
    records: int
    """Number of records, not counting rows of link tables."""
    problems: tuple[Problem, ...]
    """All problems: by the section of the report, then by table, rule and row."""
    warnings: tuple[Problem, ...] = field(default=(), kw_only=True)
    """Findings that need a look but may be correct; they do not make data invalid."""

    @property
    def valid(self) -> bool:
        """True if there are no problems."""
        return not self.problems

    @property
    def counts(self) -> Mapping[ProblemCode, int]:
        """Number of problems by code, the most frequent first."""
        return dict(Counter(problem.code for problem in self.problems).most_common())

    def to_pandas(self) -> "pd.DataFrame":
        """Return the problems as a DataFrame, one row each."""
        from dxgov.tables.dataframes import rows_to_pandas

        names = [field.name for field in fields(Problem)]
        rows = [[getattr(problem, name) for name in names] for problem in self.problems]
        return rows_to_pandas(rows, names, integer_columns=["row"])

    def to_dict(self) -> dict[str, Any]:
        """Return the report as types of JSON."""
        findings = {"problems": unstructure(list(self.problems)), "warnings": unstructure(list(self.warnings))}
        return {"subject": self.subject, "valid": self.valid, "records": self.records, **findings}

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def __repr__(self) -> str:
        """Return one line with the number of problems by code; `str` lists them all."""
        kinds = ", ".join(f"{number:,} {code}" for code, number in self.counts.items())
        records = format_count(self.records, "record")
        return f"<{type(self).__name__} {self.subject}: {records}, {kinds or 'no problems'}{self._format_warnings()}>"

    def _repr_html_(self) -> str:
        """Return HTML for notebooks: a summary and the first problems."""
        summary = str(self).partition("\n")[0]
        if self.valid:
            return f"<p>{escape(summary)}</p>"
        rows = [
            [
                format_cell(problem.code),
                format_cell(problem.file or problem.table),
                f"{problem.row or ''}",
                problem.field or "",
                problem.message,
            ]
            for problem in self.problems[:MAX_ROWS]
        ]
        return render_table(summary, ["problem", "where", "row", "field", "message"], rows, len(self.problems))

    def __str__(self) -> str:
        problems = format_count(len(self.problems), "problem") if self.problems else "no problems"
        summary = f"{self.subject}: {format_count(self.records, 'record')}, {problems}{self._format_warnings()}"
        return "\n".join([summary, *map(str, self.problems), *(f"warning: {warning}" for warning in self.warnings)])

    def describe(self, lang: Lang) -> str:
        """Return the summary and all problems in a language, as `str` returns them in English."""
        if lang == "en":
            return str(self)
        problems = f"誤り{len(self.problems):,}件" if self.problems else "誤りなし"
        warnings = f"、警告{len(self.warnings):,}件" if self.warnings else ""
        summary = f"{self.subject}：記録{self.records:,}件、{problems}{warnings}"
        lines = (problem.describe(lang) for problem in self.problems)
        return "\n".join([summary, *lines, *(f"警告：{warning.describe(lang)}" for warning in self.warnings)])

    def _format_warnings(self) -> str:
        """Return the number of warnings as the end of a line; empty without any."""
        return f", {format_count(len(self.warnings), 'warning')}" if self.warnings else ""


@check_arguments
def validate(
    what: Collection | str | PathLike[str],
    model: type[Collection] = Dataset,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Report:
    """Look for every fault in a data set, or in a package at a path or address: a folder, its ``datapackage.json`` or a zip.

    A package is read batch by batch, so memory use depends on `limits`, not on the size of the package. Ids and references are kept in
    memory, or in temporary files, until all of them are known.

    Args:
        what: a data set, or the path or address of a package.
        model: the data set class that defines the tables of a package.
        limits: maximum sizes and waiting times, and the maximum number of problems to report; `Limits()` by default.
        progress: called with the bytes read so far and their total.
        executor: checks large Parquet files in parallel, in tasks of consecutive rows, for example a
            `concurrent.futures.ProcessPoolExecutor` or the result of ``get_executor`` of a Dask client. All its processes must find the
            package at the same path. The report is the same. Small files, and CSV files, which have to be read from their beginning,
            are checked in the calling process.

    Raises:
        WorkerError: the processes of the executor have ended.
        FileNotFoundError: nothing exists at the path.
        NotAPackageError: the path is empty, or not that of a package.
        NotInstalledError: a library that an address needs is not installed.
        OSError: files cannot be fetched from an address.
        DataError: a zip has members that are not accepted.
    """
    limits = limits or Limits()
    if isinstance(what, Collection):
        collector = ProblemCollector(limits.problems, warnings=True)
        collector.add(ReportSection.WARNINGS, -1, 0, 0, find_metadata_warnings(what.metadata))
        check(what.model(), make_table_sources(what, limits.batch), what.metadata, collector, limits.memory)
        problems = tuple(collector)
        if not problems:
            what.known_sound()
        return Report(what.metadata.name, len(what), problems, warnings=tuple(collector.warnings()))
    definition, source = model_of(model), parse_location(what)
    runner = None
    if executor is not None:
        from dxgov.parallel.validation import ExecutorRunner

        # A worker may have another working directory.
        address = str(source.absolute()) if isinstance(source, Path) else source
        runner = ExecutorRunner(PackageRef(address, model, limits), executor)
    package = read_package(source, definition, limits, keep=False, progress=progress, runner=runner, warnings=True)
    return Report(format_location(source), package.records, package.problems, warnings=package.warnings)
