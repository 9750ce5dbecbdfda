"""The packages that clients are tried on: two sound data sets in each form, and one package for every single fault."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from attrs import frozen

import dxgov
from clients.faults import FAULTS
from clients.planting import NoPlaceError, columns, references, resources
from soundness import edit_descriptor, edit_records, file_of, sound

LOOKALIKES = ("NA", "null", "-", "1e5", "１２", "=1+1", "TRUE", "12/3", "2031-04", "0x10", "  二つの空白  ", "nan")
"""Texts that a program may take for something else: an empty cell, a number, a formula, a date."""

FORMATS = ("csv", "parquet")


@frozen
class Package:
    """A package for the clients: its place, its format, and the fault in it, if any."""

    id: str
    path: Path
    format: str
    truth: Path
    """The folder of the sound CSV package with the same data."""
    fault: str | None = None


def prepare(folder: Path) -> list[Package]:
    """Write all packages into a folder that does not exist yet."""
    made: list[Package] = []
    for name, data in (("bundled", dxgov.load()), ("sample", sample(folder / "plain"))):
        whole = dxgov.export(data, folder / name, formats=FORMATS, zip=True)
        truth = whole / "csv"
        made += [Package(f"{name}-{format}", whole / format, format, truth) for format in FORMATS]
        made.append(Package(f"{name}-zip", whole / "csv.zip", "zip", truth))
    truth = folder / "sample" / "csv"
    for format in FORMATS:  # where readers of partitioned data sets see one more column
        place = shutil.copytree(folder / "sample" / format, folder / "hive" / "release=2031" / format)
        made.append(Package(f"hive-{format}", place, format, truth))
    return [*made, *broken(folder / "plain", folder / "broken")]


def sample(folder: Path) -> dxgov.Dataset:
    """The invented data of the tests, with look-alikes in place of texts that are free to be anything."""
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
    """A package for every fault, of the fewest tables that refer to nothing else and in which every fault has a place."""
    for tables in sorted(closed(sound / "csv"), key=lambda tables: (len(tables), sorted(tables))):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            return list(_broken(sound, folder, tables))
        except NoPlaceError:
            continue
    raise NoPlaceError


def closed(package: Path) -> set[frozenset[str]]:
    """For every table, the tables that it refers to, and those that they refer to, and so on."""
    direct = {resource["name"]: {resource["name"], *references(resource).values()} for resource in resources(package)}
    found = dict(direct)
    for _ in direct:
        found = {name: set().union(*(direct[each] for each in tables)) for name, tables in found.items()}
    return {frozenset(tables) for tables in found.values()}


def _broken(sound: Path, folder: Path, tables: frozenset[str]) -> Iterator[Package]:
    for format in FORMATS:
        basis = shutil.copytree(sound / format, folder / "sound" / format)
        for resource in resources(basis):
            if resource["name"] not in tables:
                file_of(basis, resource["name"]).unlink()
        edit_descriptor(
            basis, lambda descriptor: descriptor.update(resources=[each for each in descriptor["resources"] if each["name"] in tables])
        )
        for fault in FAULTS:
            if format in fault.formats:
                place = shutil.copytree(basis, folder / f"{format}-{fault.id}" / "package")
                fault.plant(place)
                yield Package(f"{format}-{fault.id}", place, format, folder / "sound" / "csv", fault.id)
