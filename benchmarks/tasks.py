"""The tasks that are measured, one per process: ``python benchmarks/tasks.py NAME FOLDER``.

FOLDER holds the packages ``csv``, ``parquet`` and, for one task, ``faulty``. A task imports what it needs itself, so that a process has
only that. One that measures a part of its work prints how many seconds of the processor the part took; of any other the whole
process counts.
"""

import gc
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from typing import Any, get_args, get_type_hints

SAMPLE = 20_000
"""Records for a peer that handles one record at a time."""


@contextmanager
def _print_time() -> Iterator[None]:
    gc.collect()
    begin = process_time()
    yield
    sys.stdout.write(f"{process_time() - begin}\n")


def bare(_: Path) -> None:
    """Do nothing, to measure a bare interpreter."""


def import_dxgov(_: Path) -> None:
    import dxgov  # noqa: F401


def import_attrs(_: Path) -> None:
    import attrs  # noqa: F401


def import_pyarrow(_: Path) -> None:
    import pyarrow as pa  # noqa: F401


def first_class(_: Path) -> None:
    import dxgov

    dxgov.Ask  # noqa: B018


def load_bundled(_: Path) -> None:
    import dxgov

    dxgov.load().asks[0]


def pandas_bundled(_: Path) -> None:
    import pandas as pd

    import dxgov

    folder = Path(dxgov.__file__).parent / "datasets"
    folder = folder if folder.is_dir() else Path(dxgov.__file__).parents[2] / "datasets"
    for path in sorted(folder.glob("*/data/*.csv")):
        pd.read_csv(path)


def validate_csv(folder: Path) -> None:
    import dxgov

    assert dxgov.validate(folder / "csv").valid


def validate_faulty(folder: Path) -> None:
    import dxgov

    assert not dxgov.validate(folder / "faulty").valid


def validate_parquet(folder: Path) -> None:
    import dxgov

    assert dxgov.validate(folder / "parquet").valid


def frictionless_csv(folder: Path) -> None:
    _frictionless(folder / "csv")


def frictionless_parquet(folder: Path) -> None:
    _frictionless(folder / "parquet")


def _frictionless(package: Path) -> None:
    import frictionless

    frictionless.Package(str(package.absolute() / "datapackage.json")).validate()


def pyarrow_csv(folder: Path) -> None:
    import pyarrow.csv

    quoted = pyarrow.csv.ParseOptions(newlines_in_values=True)
    for path in sorted((folder / "csv" / "data").glob("*.csv")):
        pyarrow.csv.read_csv(path, parse_options=quoted)


def pyarrow_parquet(folder: Path) -> None:
    import pyarrow.parquet as pq

    for path in sorted((folder / "parquet" / "data").glob("*.parquet")):
        pq.ParquetFile(path).read()


def polars_csv(folder: Path) -> None:
    import polars_checks

    assert not polars_checks.count_faults(folder / "csv")


def polars_parquet(folder: Path) -> None:
    import polars_checks

    assert not polars_checks.count_faults(folder / "parquet")


def first_record(folder: Path) -> None:
    import pyarrow as pa  # noqa: F401

    import dxgov

    with _print_time():
        dxgov.load(folder / "parquet", lazy=True).asks[0]


def typed_records(folder: Path) -> None:
    import dxgov

    asks = dxgov.load(folder / "parquet").asks[:SAMPLE]
    with _print_time():
        for _ in asks:
            pass


def msgspec_records(folder: Path) -> None:
    import msgspec
    from attrs import fields_dict

    import dxgov

    asks = dxgov.load(folder / "parquet").asks[:SAMPLE]
    text = msgspec.json.encode([*asks])
    # A struct with the fields of an ask: msgspec does not take dates whose parts follow from each other, and keeps them as mappings.
    hints = get_type_hints(dxgov.Ask)
    types = [(name, dict[str, Any] | None if dxgov.When in get_args(hints[name]) else hints[name]) for name in fields_dict(dxgov.Ask)]
    decoder = msgspec.json.Decoder(list[msgspec.defstruct("Ask", types, frozen=True)])  # type: ignore[misc]
    with _print_time():
        decoder.decode(text)


def constructor_records(folder: Path) -> None:
    import dxgov

    asks = dxgov.load(folder / "parquet").asks[:SAMPLE]
    with _print_time():
        [_construct_ask(row, dxgov) for row in asks.data.to_pylist()]


def _construct_ask(row: dict[str, Any], dxgov: Any) -> Any:
    cited = {name.removeprefix("citation_"): row.pop(name) for name in [*row] if name.startswith("citation_")}
    due = {name.removeprefix("due_"): row.pop(name) for name in [*row] if name.startswith("due_")}
    row["due"] = dxgov.When(due["text"], due["edtf"], dxgov.Scope(due["scope"]), dxgov.Basis(due["basis"])) if due["text"] else None
    row |= {"kinds": tuple(map(dxgov.AskKind, row["kinds"])), "theme_ids": tuple(row["theme_ids"]), "thing_ids": tuple(row["thing_ids"])}
    row |= {"review": dxgov.Review(row["review"])}
    row |= {"expected_of_basis": dxgov.ExpectationBasis(row["expected_of_basis"]) if row["expected_of_basis"] else None}
    row |= {"damage": tuple(map(dxgov.Damage, row["damage"])), "strength": dxgov.AskStrength(row["strength"])}
    return dxgov.Ask(**row | {"citation": dxgov.Citation(**cited), "response": dxgov.AskResponse(row["response"])})


def cattrs_records(folder: Path) -> None:
    import cattrs

    import dxgov

    plain = cattrs.Converter().unstructure(list(dxgov.load(folder / "parquet").asks[:SAMPLE]))
    converter = cattrs.Converter()
    converter.structure(plain[:1], list[dxgov.Ask])
    with _print_time():
        converter.structure(plain, list[dxgov.Ask])


def to_columns(folder: Path) -> None:
    import dxgov

    asks = list(dxgov.load(folder / "parquet").asks[:SAMPLE])
    with _print_time():
        dxgov.Dataset.of(asks)


def cattrs_columns(folder: Path) -> None:
    import cattrs
    import pandas as pd  # noqa: F401  # pyarrow imports it, which is not the work that is measured
    import pyarrow as pa

    import dxgov

    asks = list(dxgov.load(folder / "parquet").asks[:SAMPLE])
    converter = cattrs.Converter()
    converter.unstructure(asks[:1])
    with _print_time():
        pa.Table.from_pylist(converter.unstructure(asks))


def export_csv(folder: Path) -> None:
    _export(folder, "csv")


def export_parquet(folder: Path) -> None:
    _export(folder, "parquet")


def write_csv(folder: Path) -> None:
    """Write files, descriptor and hashes, as an export does after validation."""
    _write_package(folder, "csv")


def write_parquet(folder: Path) -> None:
    _write_package(folder, "parquet")


def _export(folder: Path, format: str) -> None:
    import dxgov

    data, output = dxgov.load(folder / "parquet"), folder / f"exported-{format}"
    shutil.rmtree(output, ignore_errors=True)
    with _print_time():
        dxgov.export(data, output, format)


def _write_package(folder: Path, format: str) -> None:
    import dxgov
    from dxgov.exporters.registry import load_exporter
    from dxgov.storage.files import ExportFolder, write_folder

    data, output = dxgov.load(folder / "parquet"), folder / f"written-{format}"
    shutil.rmtree(output, ignore_errors=True)
    files = load_exporter(format)
    with _print_time():
        write_folder(files(data, ExportFolder(folder)), output)


def pyarrow_write_csv(folder: Path) -> None:
    import pyarrow.csv

    def write(table: Any, path: Path) -> None:
        pyarrow.csv.write_csv(table, path.with_suffix(".csv"))

    _write_with_peer(folder, write)


def pyarrow_write_parquet(folder: Path) -> None:
    import pyarrow.parquet as pq

    def write(table: Any, path: Path) -> None:
        pq.write_table(table, path.with_suffix(".parquet"), compression="zstd")

    _write_with_peer(folder, write)


def pandas_write_csv(folder: Path) -> None:
    def write(frame: Any, path: Path) -> None:
        frame.to_csv(path.with_suffix(".csv"), index=False)

    _write_with_peer(folder, write, lambda table: table.to_pandas())


def frictionless_write_csv(folder: Path) -> None:
    import frictionless

    def write(rows: Any, path: Path) -> None:
        with frictionless.system.use_context(trusted=True):
            frictionless.Resource(data=rows).write(frictionless.Resource(path=str(path.with_suffix(".csv"))))

    _write_with_peer(folder, write, lambda table: table.to_pylist())


def _write_with_peer(folder: Path, write: Callable[[Any, Path], None], convert: Callable[[Any], Any] = lambda table: table) -> None:
    """Write the tables of the package with another library; lists become texts for CSV, whose writers take no others."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    tables = {}
    for path in sorted((folder / "parquet" / "data").glob("*.parquet")):
        table = pq.ParquetFile(path).read()
        for number, column in enumerate(table.columns):
            if "list" in str(column.type) and write.__qualname__.startswith(("pyarrow_write_csv", "pandas", "frictionless")):
                table = table.set_column(number, table.column_names[number], pc.binary_join(column, '", "'))
        tables[path.stem] = convert(table)
    output = folder / "peer"
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir()
    with _print_time():
        for name, table in tables.items():
            write(table, output / name)


def stream_csv(folder: Path) -> None:
    _stream(folder, "csv")


def stream_parquet(folder: Path) -> None:
    _stream(folder, "parquet")


def _stream(folder: Path, format: str) -> None:
    """Check a package and write it anew, without holding it."""
    import dxgov

    dxgov.export(dxgov.load(folder / "parquet", lazy=True), folder / f"streamed-{format}", format, overwrite=True)


def validate_streamed(folder: Path) -> None:
    import dxgov

    assert dxgov.validate(folder / "streamed-csv" / "csv").valid


def read_batches(folder: Path) -> None:
    import dxgov

    for records in dxgov.load(folder / "streamed-parquet" / "parquet", lazy=True).tables.values():
        for _ in records.batches():
            pass


def read_whole(folder: Path) -> None:
    import dxgov

    dxgov.load(folder / "streamed-parquet" / "parquet")


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]))
