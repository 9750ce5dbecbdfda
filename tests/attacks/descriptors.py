"""Attacks by `datapackage.json`: its shape, its size, and the paths that it gives."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attacks.attack import MIB, attack, many
from dxgov import ProblemCode as Code
from package_files import edit_descriptor, edit_resource, find_file


def _descriptor(package: Path, content: bytes) -> None:
    (package / "datapackage.json").write_bytes(content)


@attack(Code.NOT_A_PACKAGE, says="not JSON")
def descriptor_nested_100_000_deep(package: Path) -> None:
    _descriptor(package, b'{"resources": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")


@attack(Code.NOT_A_PACKAGE, says="levels deep")
def descriptor_nested_900_deep(package: Path) -> None:
    edit_descriptor(package, lambda found: found["resources"][0].update(path=json.loads("[" * 900 + "]" * 900)))


@attack(Code.NOT_A_PACKAGE, says="stands twice in one object")
def descriptor_with_a_name_twice(package: Path) -> None:
    content = (package / "datapackage.json").read_bytes()
    _descriptor(package, content.rstrip().removesuffix(b"}") + b', "resources": []}')


@attack(Code.NOT_A_PACKAGE, says="NaN is no number")
def descriptor_with_a_number_that_is_none(package: Path) -> None:
    edit_resource(package, "themes", bytes=float("nan"))


@attack(Code.WRONG_TYPE, says="expected a whole number")
def descriptor_with_an_infinite_size(package: Path) -> None:
    _replace_size(package, b"1e400")


@attack(Code.WRONG_SIZE, says="a number of more than 30 digits")
def descriptor_with_a_size_beyond_64_bits(package: Path) -> None:
    _replace_size(package, b"9" * 4_000)


@attack(Code.NOT_A_PACKAGE, says="not JSON")
def descriptor_with_a_size_of_100_000_digits(package: Path) -> None:
    _replace_size(package, b"9" * 100_000)


def _replace_size(package: Path, number: bytes) -> None:
    edit_resource(package, "themes", bytes=123_456_789)
    _descriptor(package, (package / "datapackage.json").read_bytes().replace(b"123456789", number))


@attack(Code.TOO_LARGE, says="16,777,216 at most")
def descriptor_of_64_mib(package: Path) -> None:
    _descriptor(package, b" " * (64 * MIB) + (package / "datapackage.json").read_bytes())


@attack()
def descriptor_of_five_million_objects(package: Path) -> None:
    content = (package / "datapackage.json").read_bytes().rstrip().removesuffix(b"}")
    _descriptor(package, content + b', "x": [' + b",".join([b"{}"] * many(5_000_000)) + b"]}")


@attack(Code.TOO_LARGE, says="resources")
def descriptor_of_half_a_million_resources(package: Path) -> None:
    _descriptor(package, b'{"resources": [' + b",".join([b'{"name":"theme"}'] * 500_000) + b"]}")


@attack(Code.UNKNOWN_TABLE)
def descriptor_of_10_000_unknown_tables(package: Path) -> None:
    _descriptor(package, json.dumps({"resources": [{"name": f"theme{n}", "path": "x.csv"} for n in range(10_000)]}).encode())


@attack()
def descriptor_with_a_pattern_that_takes_for_ever(package: Path) -> None:
    """Nobody matches it."""
    _schema(package, lambda schema: [each.update(constraints={"pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}) for each in schema["fields"]])


@attack()
def descriptor_with_foreign_keys_in_a_circle(package: Path) -> None:
    """Nobody follows them; those of the model are followed."""
    key = {"fields": "id", "reference": {"resource": "themes", "fields": "id"}}
    _schema(package, lambda schema: schema.update(foreignKeys=[key, key]))


@attack(Code.CONTRADICTION, Code.MORE_PROBLEMS, says="does not list")
def descriptor_of_100_000_foreign_keys_to_nothing(package: Path) -> None:
    keys = [{"fields": "id", "reference": {"resource": f"them{number}", "fields": "id"}} for number in range(100_000)]
    _schema(package, lambda schema: schema.update(foreignKeys=keys))


def _schema(package: Path, edit: Callable[[Any], object]) -> None:
    edit_descriptor(package, lambda found: [edit(each["schema"]) for each in found["resources"] if each["name"] == "themes"])


@attack(Code.NOT_A_PACKAGE, says="not JSON")
def descriptor_cut_off(package: Path) -> None:
    _descriptor(package, (package / "datapackage.json").read_bytes()[:-3])


@attack(Code.NOT_A_PACKAGE, says="not JSON")
def descriptor_in_utf_16(package: Path) -> None:
    _descriptor(package, (package / "datapackage.json").read_bytes().decode().encode("utf-16"))


def _path(name: str, path: str, says: str) -> None:
    def build(package: Path) -> None:
        edit_resource(package, "themes", path=path)

    attack(Code.UNSAFE_PATH, name=f"path {name}", says=says)(build)


for _name, _given, _says in [
    ("absolute", "/etc/passwd", "is absolute"),
    ("of a device", "/dev/zero", "is absolute"),
    ("leading out", "../../../../etc/passwd", "leads out"),
    ("with an address", "http://127.0.0.1:9/themes.csv", "address on a network"),
    ("with an address of a file", "file:///etc/passwd", "address on a network"),
    ("with a short address of a file", "file:themes.csv", "cannot have in a name"),
    ("with an address of S3", "s3://bucket/themes.csv", "address on a network"),
    ("with an alternate stream", "data/themes.csv:secret", "cannot have in a name"),
    ("with backslashes", "data\\themes.csv", "cannot have in a name"),
    ("with a share", "\\\\server\\share\\themes.csv", "is absolute"),
    ("of a Windows device", "data/NUL", "name of a device"),
    ("of a Windows device with an ending", "data/aux.tar.csv", "name of a device"),
    ("of a Windows port", "COM1.csv", "name of a device"),
    ("that ends with a point", "data/themes.csv.", "ends with a point"),
    ("with a wildcard", "data/*.csv", "cannot have in a name"),
    ("of 10,000 characters", "a/" * 5_000 + "themes.csv", "longer than 1,000"),
    ("with a NUL", "data/themes.csv\0.txt", "characters that a path cannot have"),
    ("that turns the direction of writing", "data/\u202ecsv.themes", "characters that a path cannot have"),
]:
    _path(_name, _given, _says)


@attack(Code.UNSAFE_PATH, says="where upper and lower case are the same")
def two_paths_that_differ_in_case(package: Path) -> None:
    content = find_file(package, "sources").read_bytes()
    (package / "data" / "Themes.CSV").write_bytes(content)
    edit_resource(package, "sources", path="data/Themes.CSV")


@attack(Code.UNSAFE_PATH, says="is there twice")
def two_tables_of_one_file(package: Path) -> None:
    edit_resource(package, "links", path="data/themes.csv")
