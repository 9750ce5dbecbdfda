"""`validate`: all that is wrong with a data set or a package."""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from html import escape
from os import PathLike
from typing import Any

from attrs import field, fields, frozen

from dxgov.arguments import checked
from dxgov.dataset import Dataset
from dxgov.errors import Problem, ProblemCode, count
from dxgov.limits import Limits
from dxgov.model.serialization import unstructure
from dxgov.notebook import MOST, cell, table_html
from dxgov.optional_dependencies import pd
from dxgov.package.read import Progress, Shared, read_package
from dxgov.schema import model_of
from dxgov.storage.address import location, shown
from dxgov.tables.collection import Collection
from dxgov.validation import Part, Told, check, metadata_warnings, rows_of


@frozen(repr=False)
class Report:
    """What `validate` found: every problem, and how many records it looked at."""

    subject: str
    """What was looked at: a path, or the name of a data set."""
    records: int
    """How many records it holds; rows of link tables are not records."""
    problems: tuple[Problem, ...]
    """Every problem, table by table."""
    warnings: tuple[Problem, ...] = field(default=(), kw_only=True)
    """What should be looked at and may be right; where there is nothing else, the data are valid."""

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    @property
    def counts(self) -> Mapping[ProblemCode, int]:
        """How often each kind of problem was found, the most frequent first."""
        return dict(Counter(problem.code for problem in self.problems).most_common())

    def to_pandas(self) -> "pd.DataFrame":
        """The problems as a DataFrame, one row each."""
        from dxgov.tables.dataframes import frame_of_rows

        names = [field.name for field in fields(Problem)]
        rows = [[getattr(problem, name) for name in names] for problem in self.problems]
        return frame_of_rows(rows, names, whole_numbers=["row"])

    def to_dict(self) -> dict[str, Any]:
        """The report in plain form, as JSON has it."""
        lists = {"problems": unstructure(list(self.problems)), "warnings": unstructure(list(self.warnings))}
        return {"subject": self.subject, "valid": self.valid, "records": self.records, **lists}

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def __repr__(self) -> str:
        """The report in a line: how many problems there are of each kind; `str` tells every one."""
        kinds = ", ".join(f"{number:,} {code}" for code, number in self.counts.items())
        return f"<{type(self).__name__} {self.subject}: {count(self.records, 'record')}, {kinds or 'no problems'}{self._warned()}>"

    def _repr_html_(self) -> str:
        """The report as a notebook shows it: what was found, and the first problems."""
        said = str(self).partition("\n")[0]
        if self.valid:
            return f"<p>{escape(said)}</p>"
        rows = [
            [cell(each.code), cell(each.file or each.table), f"{each.row or ''}", each.field or "", each.message]
            for each in self.problems[:MOST]
        ]
        return table_html(said, ["problem", "where", "row", "field", "message"], rows, len(self.problems))

    def __str__(self) -> str:
        found = count(len(self.problems), "problem") if self.problems else "no problems"
        first = f"{self.subject}: {count(self.records, 'record')}, {found}{self._warned()}"
        return "\n".join([first, *map(str, self.problems), *(f"warning: {warning}" for warning in self.warnings)])

    def _warned(self) -> str:
        return f", {count(len(self.warnings), 'warning')}" if self.warnings else ""


@checked
def validate(
    what: Collection | str | PathLike[str],
    model: type[Collection] = Dataset,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Report:
    """Look for every fault in a data set, or in a package at a path or address: a folder, its ``datapackage.json`` or a zip.

    `model` is the data set class whose tables a package is held against, and `limits` say how much of a package is taken and how many
    problems are told: `Limits()` where none are given. A package is gone through batch by batch, so that one takes no more memory than
    `limits` say that is larger than memory; ids and references are held, or lie in temporary files, until all are known. `progress` is
    called with the bytes that were read and those there are.

    With an `executor`, such as a `concurrent.futures.ProcessPoolExecutor` or what ``get_executor`` of a Dask client gives, its processes
    go through the Parquet files of a package, so many rows each at a time; all of them must find the package at the same path. The
    report is the same. What is small is read here, and so are CSV files, which have to be read from their beginning.

    Raises:
        WorkerError: the processes of the executor are gone.
        FileNotFoundError: there is nothing at the path.
        NotAPackageError: there is something else than a package, or the path is empty.
        NotInstalledError: a library is not installed that an address needs.
        OSError: files cannot be fetched from an address.
        DataError: a zip has members that cannot be taken.
    """
    limits = limits or Limits()
    if isinstance(what, Collection):
        told = Told(limits.problems, warnings=True)
        told.add(Part.WARNINGS, -1, 0, 0, metadata_warnings(what.metadata))
        check(what.model(), rows_of(what, limits.batch), what.metadata, told, limits.memory)
        if not tuple(told):
            what.known_sound()
        return Report(what.metadata.name, len(what), tuple(told), warnings=tuple(told.warnings()))
    tables, where = model_of(model), location(what)
    steps = None
    if executor is not None:
        from dxgov.parallel.validation import Spread

        steps = Spread(Shared(str(where), model, limits), executor)
    package = read_package(where, tables, limits, keep=False, progress=progress, steps=steps, warnings=True)
    return Report(shown(where), package.records, package.problems, warnings=package.warnings)
