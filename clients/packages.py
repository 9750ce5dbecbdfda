"""The packages of the trials: two sound data sets in each format, and one package for each fault."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from attrs import frozen

import dxgov
from clients.faults import FAULTS
from clients.planting import UnplantableFaultError, columns, references, resources
from package_files import edit_descriptor, edit_records, find_file
from soundness import sound

LOOKALIKES = ("NA", "null", "-", "1e5", "１２", "=1+1", "TRUE", "12/3", "2031-04", "0x10", "  二つの空白  ", "nan")
"""Texts that a program may mistake for something else: an empty cell, a number, a formula, a date."""

FORMATS = ("csv", "parquet")


@frozen
class Package:
    """A package for the clients: its path, its format, and its fault, if any."""

    id: str
    path: Path
    format: str
    truth: Path
    """The folder of the sound CSV package with the same data."""
    fault: str | None = None


def prepare(folder: Path) -> list[Package]:
    """Write all packages into a folder that does not exist yet."""
    packages: list[Package] = []
    for name, data in (("bundled", dxgov.load()), ("sample", sample(folder / "plain"))):
        exported = dxgov.export(data, folder / name, formats=FORMATS, zip=True)
        truth = exported / "csv"
        packages += [Package(f"{name}-{format}", exported / format, format, truth) for format in FORMATS]
        packages.append(Package(f"{name}-zip", exported / "csv.zip", "zip", truth))
    truth = folder / "sample" / "csv"
    for format in FORMATS:  # a path in which readers of partitioned data sets see one more column
        path = shutil.copytree(folder / "sample" / format, folder / "hive" / "release=2031" / format)
        packages.append(Package(f"hive-{format}", path, format, truth))
    return [*packages, *broken(folder / "plain", folder / "broken")]


def sample(folder: Path) -> dxgov.Dataset:
    """Return the invented data of the tests, with look-alikes in place of free texts."""
    package = dxgov.export(sound(), folder, formats=FORMATS) / "csv"
    edited = shutil.copytree(package, folder / "look-alike")
    texts = iter(LOOKALIKES)
    for table, field in columns(edited):
        if field["type"] == "string" and field.get("constraints") == {"required": True}:
            edit_records(edited, table, partial(_overwrite, name=field["name"], texts=texts))
    return dxgov.load(edited)


def _overwrite(rows: list[dict[str, Any]], name: str, texts: Iterator[str]) -> None:
    for row in rows:
        row[name] = next(texts, row[name])


def broken(sound: Path, folder: Path) -> list[Package]:
    """Write a package for every fault, with the fewest tables that can have all faults.

    Raises:
        UnplantableFaultError: no set of tables can have all faults.
    """
    for tables in sorted(find_reachable_tables(sound / "csv"), key=lambda tables: (len(tables), sorted(tables))):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            return list(_plant_faults(sound, folder, tables))
        except UnplantableFaultError:
            continue
    raise UnplantableFaultError


def find_reachable_tables(package: Path) -> set[frozenset[str]]:
    """Return for every table the set of tables that it refers to, directly or indirectly, itself included."""
    direct = {resource["name"]: {resource["name"], *references(resource).values()} for resource in resources(package)}
    reachable = dict(direct)
    for _ in direct:
        reachable = {name: set().union(*(direct[table] for table in tables)) for name, tables in reachable.items()}
    return {frozenset(tables) for tables in reachable.values()}


def _plant_faults(sound: Path, folder: Path, tables: frozenset[str]) -> Iterator[Package]:
    for format in FORMATS:
        basis = shutil.copytree(sound / format, folder / "sound" / format)
        for resource in resources(basis):
            if resource["name"] not in tables:
                find_file(basis, resource["name"]).unlink()
        edit_descriptor(
            basis,
            lambda descriptor: descriptor.update(
                resources=[resource for resource in descriptor["resources"] if resource["name"] in tables]
            ),
        )
        for fault in FAULTS:
            if format in fault.formats:
                path = shutil.copytree(basis, folder / f"{format}-{fault.id}" / "package")
                fault.plant(path)
                yield Package(f"{format}-{fault.id}", path, format, folder / "sound" / "csv", fault.id)
