"""Reader of ``datapackage.json``: the files that a package lists, and the problems of the descriptor."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve

from dxgov.errors import DataError, Problem, ProblemCode, describe_difference, did_you_mean, short_repr
from dxgov.formats.csv_errors import find_encoding_fault
from dxgov.formats.declarations import find_file_faults, get_fields_match, parse_declaration
from dxgov.formats.resource import Resource
from dxgov.languages import Message, join_texts
from dxgov.limits import Limits
from dxgov.metadata import Metadata
from dxgov.model.serialization import structure
from dxgov.package.descriptor_writer import LAYOUT_PROPERTY, LAYOUT_VERSION, METADATA_PROPERTIES, split_package_name
from dxgov.package.partition_metadata import read_partitions
from dxgov.schema import Model
from dxgov.schema.table_schema import LIST_TYPES
from dxgov.storage.file_signatures import SIGNATURE_LENGTH, detect_format, suggest_remedy
from dxgov.storage.paths import find_path_clashes, find_path_fault


def read_descriptor(content: bytes, name: str, model: Model, limits: Limits) -> tuple[Metadata, list[Resource], list[Problem]]:
    """Return the metadata and the resources of a descriptor, and its problems."""
    if kind := detect_format(content[:SIGNATURE_LENGTH]):
        message = Message(
            "not JSON: the file is {kind}; {remedy}",
            "JSONではない。ファイルは{kind}である。{remedy}。",
            kind=kind,
            remedy=suggest_remedy(kind, Message("expected text", "文字列でなければならない")),
        )
        return Metadata(), [], [Problem(ProblemCode.NOT_A_PACKAGE, message, file=name)]
    # The document must be JSON, have resources and a layout that is known, and keep the limits.
    try:
        document = _parse_json(content)
    except (ValueError, RecursionError) as error:
        return Metadata(), [], [Problem(ProblemCode.NOT_A_PACKAGE, f"not JSON: {error}", file=name)]
    entries = document.get("resources") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        message = Message(
            "not a Data Package descriptor: it has no list of resources",
            "Data Packageのディスクリプタではない。`resources`の一覧がない。",
        )
        return Metadata(), [], [Problem(ProblemCode.NOT_A_PACKAGE, message, file=name)]
    count = sum(len(entry["path"]) if isinstance(entry.get("path"), list) else 1 for entry in entries)
    if max(count, len(entries)) > limits.files:
        message = Message(
            "found {files:,} files of {resources:,} resources, expected {maximum:,} at most",
            "{resources:,}個のリソースにファイルが{files:,}個ある。上限は{maximum:,}個。",
            files=max(count, len(entries)),
            resources=len(entries),
            maximum=limits.files,
        )
        return Metadata(), [], [Problem(ProblemCode.TOO_LARGE, message, field="resources", file=name)]
    layout = document.get(LAYOUT_PROPERTY, {"format": LAYOUT_VERSION})
    if layout != {"format": LAYOUT_VERSION}:
        message = Message(
            "found the layout {layout}, expected {version}; a newer dxgov may read it",
            "配置の版は{layout}。期待する版は{version}。新しいdxgovなら読める可能性がある。",
            layout=short_repr(layout),
            version=LAYOUT_VERSION,
        )
        return Metadata(), [], [Problem(ProblemCode.NOT_A_PACKAGE, message, field=LAYOUT_PROPERTY, file=name)]
    # Read the metadata; without them the resources can still be read.
    problems: list[Problem] = []
    try:
        metadata = structure(_select_metadata(document), Metadata)
    except DataError as error:
        metadata = Metadata()
        problems += (Problem(problem.code, problem.message, field=problem.field, file=name) for problem in error.problems)
    # Read the resources and their declarations; the first one of a table counts.
    resources: dict[str, Resource] = {}
    for number, entry in enumerate(entries):
        resource = _read_resource(entry, f"resources.{number}", name, model, problems)
        if resource and resource.table in resources:
            message = Message("the descriptor lists the table twice", "同じ表がディスクリプタに二度載っている。")
            problems.append(Problem(ProblemCode.DUPLICATE_TABLE, message, resource.table, file=name))
        elif resource:
            declaration, faults = parse_declaration(entry, model.stored[resource.table], resource.format)
            for fault in faults:
                field = f"resources.{number}.{fault.property}" if fault.property else fault.column
                problems.append(Problem(fault.code, fault.message, resource.table, field=field, file=name))
            resources[resource.table] = evolve(
                resource,
                declaration=declaration,
                partitions=tuple(evolve(partition, declaration=declaration) for partition in resource.partitions),
            )
    # Drop the tables with files of the same path, and check the foreign keys between the others.
    owners = {file.path: resource.table for resource in resources.values() for file in resource.partitions or (resource,)}
    for path, clash in list(find_path_clashes(file.path for resource in resources.values() for file in resource.partitions or (resource,))):
        problems.append(Problem(ProblemCode.UNSAFE_PATH, clash, owners[path], file=name))
        resources.pop(owners[path], None)
    if not any(problem.code is ProblemCode.UNKNOWN_TABLE for problem in problems):  # which reports a misspelt name already
        problems += _check_foreign_keys(entries, resources, name)
    return metadata, list(resources.values()), problems


def _select_metadata(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata properties of a descriptor, as version 2 of Data Package names them."""
    metadata = {key: descriptor[key] for key in METADATA_PROPERTIES if key in descriptor}
    if isinstance(metadata.get("name"), str):
        metadata["name"] = split_package_name(metadata["name"])
    created = metadata.get("created")
    date_time = _DATE_TIME.fullmatch(created) if isinstance(created, str) else None
    if date_time:
        metadata["created"] = date_time["day"]
    contributors = metadata.get("contributors")
    if isinstance(contributors, list):
        metadata["contributors"] = [_convert_contributor(member) if isinstance(member, dict) else member for member in contributors]
    return metadata


_DATE_TIME = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
"""A date and time of RFC 3339; the date counts, by the clock of its own zone."""


def _convert_contributor(member: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a contributor with the `role` of version 1 as its `roles`, unless it has those of version 2, which take precedence."""
    role = member.get("role")
    if "roles" not in member and role and not isinstance(role, str):
        return member  # so that the check of the metadata reports it
    return {**({"roles": [role]} if role else {}), **{key: value for key, value in member.items() if key != "role"}}


_MAX_DEPTH = 100
"""Maximum nesting depth of objects and lists in a descriptor."""


def _parse_json(content: bytes) -> Any:
    """Parse a JSON document that every reader parses alike.

    Raises:
        ValueError: it is not JSON or not UTF-8, repeats a name in an object, or is nested too deeply.
        RecursionError: it is nested far too deeply.
    """
    fault = find_encoding_fault(content)
    if fault:
        raise ValueError(f"{fault}; save it as UTF-8")
    document = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_build_object, parse_constant=_refuse_constant)
    level = [document]
    for _ in range(_MAX_DEPTH):
        level = [
            inner for value in level for inner in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
        ]
        if not level:
            return document
    raise ValueError(f"it goes more than {_MAX_DEPTH} levels deep")


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object as a dict; refuse a repeated name."""
    members = dict(pairs)
    if len(members) < len(pairs):
        duplicate = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"the name {short_repr(duplicate)} stands twice in one object")
    return members


def _refuse_constant(text: str) -> float:
    """Refuse a constant such as NaN, which JSON does not have."""
    raise ValueError(f"{text} is no number")


def _read_resource(entry: dict[str, Any], location: str, file: str, model: Model, problems: list[Problem]) -> Resource | None:
    """Read a resource, and add its problems to `problems`. Return None if it cannot be read."""
    name = entry.get("name")

    def report(code: ProblemCode, message: str, field: str) -> None:
        problems.append(Problem(code, message, table, field=f"{location}.{field}", file=file))

    table = name if isinstance(name, str) and name in model.stored else None
    if not isinstance(name, str) or table is None:
        hint = did_you_mean(name, model.stored) if isinstance(name, str) and len(problems) < _MAX_HINTS else ""
        message = Message(
            "{name} is not a table of {model}{hint}",
            "{name}は{model}の表ではない。{hint}",
            name=short_repr(name),
            model=model.name,
            hint=hint,
        )
        report(ProblemCode.UNKNOWN_TABLE, message, "name")
        return None
    # Read the paths, which must stay inside of the package.
    stated_path = entry.get("path")
    path_list = stated_path if isinstance(stated_path, list) else [stated_path]
    paths = [path for path in path_list if isinstance(path, str)]
    if not paths or len(paths) < len(path_list):
        report(
            ProblemCode.NOT_A_PACKAGE,
            describe_difference(stated_path, Message("the path of a file, or a list of such", "ファイルのパスまたはその一覧")),
            "path",
        )
        return None
    fault = next(filter(None, map(find_path_fault, paths)), None)
    if fault:
        report(ProblemCode.UNSAFE_PATH, fault, "path")
        return None
    path = paths[0]
    # Read the format, and check the types of the other properties.
    stated_format = entry.get("format")
    format = stated_format.lower() if isinstance(stated_format, str) else path.rpartition(".")[2].lower()
    if format not in LIST_TYPES:
        report(ProblemCode.NOT_A_PACKAGE, describe_difference(format, join_texts(LIST_TYPES, " or ", "または")), "format")
        return None
    for key, (expected_type, expected) in _PROPERTY_TYPES.items():
        if key in entry and type(entry[key]) is not expected_type:
            report(ProblemCode.WRONG_TYPE, describe_difference(entry[key], expected), key)
    if format == "csv":
        refusals = list(find_file_faults(entry))
        for refusal in refusals:
            report(refusal.code, refusal.message, refusal.property)
        if refusals:
            return None
        if len(paths) > 1:
            message = Message(
                "found {number:,} CSV files, expected one, for the standard does not say which of them have a header",
                "CSVファイルが{number:,}個ある。見出しのあるファイルを示す方法が標準にないため、一つとする。",
                number=len(paths),
            )
            report(ProblemCode.NOT_A_PACKAGE, message, "path")
            return None
    # Several files, or the metadata of partitions, make a partitioned table.
    size, hash = entry.get("bytes"), entry.get("hash")
    resource = Resource(
        name, path, format, size if type(size) is int else None, hash if isinstance(hash, str) else None, _list_declared_columns(entry)
    )
    if len(paths) == 1 and not (format == "parquet" and LAYOUT_PROPERTY in entry):
        return resource
    partition_by, partitions = read_partitions(
        entry.get(LAYOUT_PROPERTY), paths, model.stored[name], lambda code, message, key: report(code, message, f"{LAYOUT_PROPERTY}.{key}")
    )
    return evolve(
        resource,
        partition_by=partition_by,
        partitions=tuple(evolve(resource, **{"bytes": None, "hash": None, **attributes}) for attributes in partitions),
    )


_PROPERTY_TYPES = {
    "bytes": (int, Message("a whole number", "整数")),
    "hash": (str, Message("a text", "文字列")),
    "schema": (dict, Message("an object", "オブジェクト")),
}
"""Types of the properties of a resource that are read; a schema at an address is not followed."""

_MAX_HINTS = 100
"""Maximum number of problems with a suggestion."""


def _list_declared_columns(entry: Mapping[str, Any]) -> frozenset[str] | None:
    """Return the columns that a schema declares, or None if the file need not have all of them."""
    schema = entry.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or not isinstance(fields, list):
        return None
    if get_fields_match(schema) in ("superset", "partial"):  # then the file may have fewer
        return None
    return frozenset(name for field in fields if isinstance(field, dict) and isinstance(name := field.get("name"), str))


def _check_foreign_keys(entries: list[dict[str, Any]], resources: Mapping[str, Resource], file: str) -> Iterator[Problem]:
    """Yield a problem for each foreign key to a table that the descriptor does not list."""
    names = {entry["name"] for entry in entries if isinstance(entry.get("name"), str)}
    hints = 0
    for number, entry in enumerate(entries):
        for target in dict.fromkeys(_list_key_targets(entry)):
            if target not in names:
                hint = did_you_mean(target, resources) if hints < _MAX_HINTS else ""
                message = Message(
                    "a foreign key leads to {target}, which the descriptor does not list{hint}",
                    "外部キーの参照先{target}がディスクリプタにない。{hint}",
                    target=short_repr(target),
                    hint=hint,
                )
                yield Problem(ProblemCode.CONTRADICTION, message, field=f"resources.{number}.schema.foreignKeys", file=file)
                hints += 1


def _list_key_targets(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield the tables that the foreign keys of a resource refer to; an empty name means the resource itself."""
    schema = entry.get("schema")
    keys = schema.get("foreignKeys") if isinstance(schema, dict) else None
    for key in keys if isinstance(keys, list) else ():
        reference = key.get("reference") if isinstance(key, dict) else None
        target = reference.get("resource") if isinstance(reference, dict) else None
        if isinstance(target, str) and target:
            yield target
