"""Random packages by number, sound and faulty: the same number gives the same package.

``python tests/differential.py FOLDER NUMBER`` makes one again and prints what dxgov and frictionless find in it.
"""

import random
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

import hypothesis
import pyarrow as pa
from attrs import evolve, field, frozen
from hypothesis import HealthCheck, Phase, given, settings

import accidents
import border
import faults
import generate
from differences import Example
from dxgov import Collection, Dataset
from dxgov.schema import model_of
from dxgov.testing import datasets
from package_files import edit_csv, edit_parquet, read_records
from toys import Workshop, workshop


@frozen
class Made:
    """A package, and the changes made to it."""

    number: int
    folder: Path
    format: str
    source: str
    fate: str
    model: type[Collection]
    planted: tuple[faults.Fault, ...] = ()
    """All that dxgov must find, where nothing else was done to the package."""
    told: tuple[str, ...] = field(default=())
    """What else was done to it."""

    def story(self) -> str:
        """Return a description of the package, with the command that makes it again."""
        done = "".join(f"\n  {each}" for each in (*self.told, *self.planted))
        again = f"python tests/differential.py FOLDER {self.number} makes it again"
        return f"package {self.number}, {self.source}, {self.format}, {self.fate}; {again}{done}"


def generated(number: int) -> Collection:
    """Generate records like the bundled ones, of two tables and of those that these need."""
    filled = sorted(name for name, records in generate.load_bundled().tables.items() if len(records))
    chosen = random.Random(number).sample(filled, 2)
    return generate.dataset(40, seed=number, tables=chosen)


def drawn(model: type[Collection], size: int, needed: str) -> Callable[[int], Collection]:
    """Draw records with any values that their fields allow: the largest of some data sets of Hypothesis; one table is never empty."""

    def draw(number: int) -> Collection:
        found: list[Collection] = []

        @hypothesis.seed(number)
        @settings(max_examples=6, database=None, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))
        @given(datasets(model, max_size=size).filter(lambda data: len(data.tables[needed])))
        def take(data: Collection) -> None:
            found.append(data)

        take()
        return max(found, key=len)

    return draw


SOURCES: dict[str, tuple[type[Collection], Callable[[int], Collection]]] = {
    "generated": (Dataset, generated),
    "workshop": (Workshop, drawn(Workshop, 6, "readings")),
    "drawn": (Dataset, drawn(Dataset, 3, "sources")),
}


def made(number: int, folder: Path) -> Made:
    """Make the package of a number, in a folder that does not exist yet."""
    combinations = list(product(SOURCES, ("csv", "parquet"), FATES))
    source, format, fate = combinations[number % len(combinations)]
    model, records = SOURCES[source]
    tables = generate.package_tables(records(number))
    if model is Workshop and fate in ("border", "all"):
        tables = _more(tables)
    package = Made(number, folder, format, source, fate, model)
    if fate in ("planted", "all"):
        tables, planted = faults.plant(tables, random.Random(number).randint(1, 3), format, seed=number, model=model)
        package = evolve(package, planted=planted)
    generate.write_package(tables, folder, format, model)
    return evolve(package, told=tuple(FATES[fate](package, random.Random(number))))


def exemplified(examples: Sequence[Example], folder: Path, format: str) -> list[int]:
    """Make a package of a sound workshop with examples of differences; return it with the row of each example."""
    tables, rows, first = generate.package_tables(workshop()), [], 2 if format == "csv" else 1
    for number, example in enumerate(examples):
        data = tables[example.table]
        record = data.slice(0, 1).to_pylist()[0] | ({"id": f"{data['id'][0]}-{number}"} if example.cells else {})
        rows.append(data.num_rows + first)
        if example.cells:
            tables[example.table] = _appended(data, record, example.cells if format == "parquet" else {})
    generate.write_package(tables, folder, format, Workshop)
    for row, example in zip(rows, examples, strict=True):
        if example.cells and format == "csv":
            id = read_records(folder, example.table)[row - first]["id"]
            put_texts(folder, example.table, {(row - first, name): text.format(id=id) for name, text in example.cells.items()})
        if example.accident:
            accidents.of_format(format)[example.accident](folder, example.to, random.Random(0))
    return rows


def _appended(data: pa.Table, record: dict[str, Any], cells: Mapping[str, Any]) -> pa.Table:
    """Return the rows and one more; columns of codes become texts if the new row needs that."""
    columns = []
    for each in data.schema:
        value = cells.get(each.name, record[each.name])
        type = pa.string() if each.name in cells and pa.types.is_dictionary(each.type) else each.type
        columns.append(pa.array([*data[each.name].to_pylist(), value], type))
    return pa.table(columns, names=data.column_names)


def _untouched(_: Made, __: random.Random) -> list[str]:
    return []


def _border(package: Made, source: random.Random) -> list[str]:
    """Change cells of any column to values near the border of validity, perhaps several in a row."""
    model, told = model_of(package.model), []
    ids = [row["id"] for name in _tables(package) if name in model.tables for row in read_records(package.folder, name)]
    for name in _tables(package):
        columns = {each.name: each for each in model.stored[name].stored}
        rows = read_records(package.folder, name)
        places = [(row, source.choice(list(columns))) for row in range(len(rows)) for _ in range(3) if source.random() < 0.4]
        make, put = (border.text, put_texts) if package.format == "csv" else (border.value, put_values)
        cells = {(row, column): make(source, columns[column], rows[row][column], ids) for row, column in places}
        put(package.folder, name, cells)
        told += [f"{name}:{row + (2 if package.format == 'csv' else 1)} {column}: {text!r}" for (row, column), text in cells.items()]
    return told


def put_texts(folder: Path, table: str, cells: dict[tuple[int, str], str]) -> None:
    """Put texts into cells of a CSV file; rows count from 0."""

    def edit(rows: list[list[str]]) -> None:
        for (row, column), text in cells.items():
            rows[row + 1][rows[0].index(column)] = text

    edit_csv(folder, table, edit)


def put_values(folder: Path, table: str, cells: dict[tuple[int, str], Any]) -> None:
    """Put values into cells of a Parquet file; columns of codes become columns of texts."""

    def edit(data: pa.Table) -> pa.Table:
        for name in {column for _, column in cells}:
            values, type = data[name].to_pylist(), data.schema.field(name).type
            for (row, column), value in cells.items():
                if column == name:
                    values[row] = value
            texts = pa.string() if pa.types.is_dictionary(type) else type
            place = data.column_names.index(name)
            data = data.set_column(place, pa.field(name, texts), [pa.array(values, texts)])
        return data

    edit_parquet(folder, table, edit)


def _more(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the readings of a workshop many times over, each with an id of its own."""
    data = tables["readings"]
    times = -(-_READINGS // data.num_rows)
    whole = pa.concat_tables([data] * times).combine_chunks()
    more = (f"rdg-more-{number}" for number in range(whole.num_rows - data.num_rows))
    ids = pa.array([*data["id"].to_pylist(), *more], pa.string())
    return {**tables, "readings": whole.set_column(0, whole.schema.field("id"), ids)}


_READINGS = 40


def _accidents(package: Made, source: random.Random) -> list[str]:
    """Apply accidents to one or two files."""
    told = []
    for table in source.sample(_tables(package), 1 + (source.random() < 0.3)):
        accident = source.choice(list(accidents.of_format(package.format)))
        with suppress(FileNotFoundError, StopIteration, ValueError):  # the first may leave nothing for the second
            accidents.of_format(package.format)[accident](package.folder, table, source)
        told.append(f"{table}: {accident}")
    return told


def _all(package: Made, source: random.Random) -> list[str]:
    return _border(package, source) + _accidents(package, source)


def _tables(package: Made) -> list[str]:
    return [name for name in model_of(package.model).stored if (package.folder / "data" / f"{name}.{package.format}").exists()]


FATES: dict[str, Callable[[Made, random.Random], list[str]]] = {
    "sound": _untouched,
    "planted": _untouched,
    "border": _border,
    "accident": _accidents,
    "all": _all,
}


def main() -> None:
    """Make a package again, and print what the two find in it."""
    from test_differential import unexplained
    from verdicts import differing, verdicts

    package = made(int(sys.argv[2]), Path(sys.argv[1]))
    found = verdicts(package.folder, package.model)
    lines = [package.story(), f"both find {len(found.ours & found.theirs)}"]
    lines += [f"only {by}: {each}" for by, only in differing(found).items() for each in sorted(only, key=str)]
    lines += [f"for no known reason, only {by}: {each}" for by, each in unexplained(found)]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
