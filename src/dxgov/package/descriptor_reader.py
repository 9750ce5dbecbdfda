"""``datapackage.json``, read: which files a package lists, and what is wrong with that."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve

from dxgov.errors import DataError, Problem, ProblemCode, did_you_mean, quoted
from dxgov.formats.csv_errors import encoding_fault
from dxgov.formats.declarations import file_faults, matching, read_declaration
from dxgov.formats.resource import Resource
from dxgov.limits import Limits
from dxgov.metadata import Metadata
from dxgov.model.serialization import structure
from dxgov.package.descriptor_writer import FORMAT, MARK, PROPERTIES
from dxgov.package.partition_metadata import parts_of
from dxgov.schema import Model
from dxgov.schema.table_schema import FORMATS
from dxgov.storage.file_signatures import LONGEST, packing, remedy
from dxgov.storage.paths import clashes, path_fault


def read_descriptor(content: bytes, name: str, model: Model, limits: Limits) -> tuple[Metadata, list[Resource], list[Problem]]:
    """What a descriptor says, and what is wrong with it."""
    if kind := packing(content[:LONGEST]):
        return (
            Metadata(),
            [],
            [Problem(ProblemCode.NOT_A_PACKAGE, f"not JSON: the file is {kind}; {remedy(kind, 'expected text')}", file=name)],
        )
    try:
        found = _json(content)
    except (ValueError, RecursionError) as error:
        return Metadata(), [], [Problem(ProblemCode.NOT_A_PACKAGE, f"not JSON: {error}", file=name)]
    listed = found.get("resources") if isinstance(found, dict) else None
    if not isinstance(listed, list) or not listed or not all(isinstance(each, dict) for each in listed):
        return Metadata(), [], [Problem(ProblemCode.NOT_A_PACKAGE, "not a Data Package descriptor: it has no list of resources", file=name)]
    count = sum(len(each["path"]) if isinstance(each.get("path"), list) else 1 for each in listed)
    if max(count, len(listed)) > limits.files:
        message = f"found {max(count, len(listed)):,} files of {len(listed):,} resources, expected {limits.files:,} at most"
        return Metadata(), [], [Problem(ProblemCode.TOO_LARGE, message, field="resources", file=name)]
    layout = found.get(MARK, {"format": FORMAT})
    if layout != {"format": FORMAT}:
        message = f"found the layout {quoted(layout)}, expected {FORMAT}; a newer dxgov may read it"
        return Metadata(), [], [Problem(ProblemCode.NOT_A_PACKAGE, message, field=MARK, file=name)]
    problems: list[Problem] = []
    try:
        metadata = structure(_about(found), Metadata)
    except DataError as error:
        metadata = Metadata()
        problems += (Problem(each.code, each.message, field=each.field, file=name) for each in error.problems)
    resources: dict[str, Resource] = {}
    for number, each in enumerate(listed):
        resource = _resource(each, f"resources.{number}", name, model, problems)
        if resource and resource.table in resources:
            problems.append(Problem(ProblemCode.DUPLICATE_TABLE, "the descriptor lists the table twice", resource.table, file=name))
        elif resource:
            declaration, faults = read_declaration(each, model.stored[resource.table], resource.format)
            for fault in faults:
                field = f"resources.{number}.{fault.property}" if fault.property else fault.column
                problems.append(Problem(fault.code, fault.message, resource.table, field=field, file=name))
            resources[resource.table] = evolve(
                resource,
                declaration=declaration,
                parts=tuple(evolve(part, declaration=declaration) for part in resource.parts),
            )
    owners = {each.path: resource.table for resource in resources.values() for each in resource.parts or (resource,)}
    for path, message in list(clashes(each.path for resource in resources.values() for each in resource.parts or (resource,))):
        problems.append(Problem(ProblemCode.UNSAFE_PATH, message, owners[path], file=name))
        resources.pop(owners[path], None)
    if not any(problem.code is ProblemCode.UNKNOWN_TABLE for problem in problems):  # which tells of a misspelt name already
        problems += _lost_keys(listed, resources, name)
    return metadata, list(resources.values()), problems


def _about(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that say what the data set says about itself, as version 2 of Data Package spells them."""
    about = {key: descriptor[key] for key in PROPERTIES if key in descriptor}
    created = about.get("created")
    moment = _MOMENT.fullmatch(created) if isinstance(created, str) else None
    if moment:
        about["created"] = moment["day"]
    contributors = about.get("contributors")
    if isinstance(contributors, list):
        about["contributors"] = [_contributor(member) if isinstance(member, dict) else member for member in contributors]
    return about


_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
"""A day and a time as RFC 3339 has them; the day counts, as it is by the clock of its own zone."""


def _contributor(member: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a contributor with the one `role` of version 1 among its `roles`, unless it has those of version 2, which then count."""
    role = member.get("role")
    if "roles" not in member and role and not isinstance(role, str):
        return member  # so that it is told where it stands
    return {**({"roles": [role]} if role else {}), **{key: value for key, value in member.items() if key != "role"}}


_DEEPEST = 100
"""How many objects and lists a descriptor may have within each other."""


def _json(content: bytes) -> Any:
    """A JSON document that every reader takes for the same.

    Raises:
        ValueError: it is none, or is not UTF-8, gives a name twice in an object, or goes deeper than descriptors do.
        RecursionError: it goes very deep.
    """
    fault = encoding_fault(content)
    if fault:
        raise ValueError(f"{fault}; save it as UTF-8")
    found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_no_number)
    level = [found]
    for _ in range(_DEEPEST):
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())]
        if not level:
            return found
    raise ValueError(f"it goes more than {_DEEPEST} levels deep")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"the name {quoted(twice)} stands twice in one object")
    return found


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _resource(found: dict[str, Any], place: str, file: str, model: Model, problems: list[Problem]) -> Resource | None:
    """A resource that can be read; what is wrong with it is added to the problems."""
    name = found.get("name")

    def told(code: ProblemCode, message: str, field: str) -> None:
        problems.append(Problem(code, message, table, field=f"{place}.{field}", file=file))

    table = name if isinstance(name, str) and name in model.stored else None
    if not isinstance(name, str) or table is None:
        hint = did_you_mean(name, model.stored) if isinstance(name, str) and len(problems) < _HINTS else ""
        told(ProblemCode.UNKNOWN_TABLE, f"{quoted(name)} is not a table of {model.name}{hint}", "name")
        return None
    stated = found.get("path")
    listed = stated if isinstance(stated, list) else [stated]
    paths = [each for each in listed if isinstance(each, str)]
    if not paths or len(paths) < len(listed):
        told(ProblemCode.NOT_A_PACKAGE, f"found {quoted(stated)}, expected the path of a file, or a list of such", "path")
        return None
    fault = next(filter(None, map(path_fault, paths)), None)
    if fault:
        told(ProblemCode.UNSAFE_PATH, fault, "path")
        return None
    path = paths[0]
    given = found.get("format")
    format = given.lower() if isinstance(given, str) else path.rpartition(".")[2].lower()
    if format not in FORMATS:
        told(ProblemCode.NOT_A_PACKAGE, f"found {quoted(format)}, expected {' or '.join(FORMATS)}", "format")
        return None
    for key, (kind, expected) in _KINDS.items():
        if key in found and type(found[key]) is not kind:
            told(ProblemCode.WRONG_TYPE, f"found {quoted(found[key])}, expected {expected}", key)
    if format == "csv":
        refusals = list(file_faults(found))
        for refusal in refusals:
            told(refusal.code, refusal.message, refusal.property)
        if refusals:
            return None
        if len(paths) > 1:
            message = f"found {len(paths):,} CSV files, expected one, for the standard does not say which of them have a header"
            told(ProblemCode.NOT_A_PACKAGE, message, "path")
            return None
    size, hash = found.get("bytes"), found.get("hash")
    whole = Resource(name, path, format, size if type(size) is int else None, hash if isinstance(hash, str) else None, _columns(found))
    if len(paths) == 1 and not (format == "parquet" and MARK in found):
        return whole
    by, parts = parts_of(found.get(MARK), paths, model.stored[name], lambda code, message, key: told(code, message, f"{MARK}.{key}"))
    return evolve(whole, by=by, parts=tuple(evolve(whole, **{"bytes": None, "hash": None, **each}) for each in parts))


_KINDS = {"bytes": (int, "a whole number"), "hash": (str, "a text"), "schema": (dict, "an object")}
"""What the properties of a resource that are read have to be; an address of a schema elsewhere is not followed."""

_HINTS = 100
"""After so many problems nobody reads on, and no near names are looked for."""


def _columns(found: Mapping[str, Any]) -> frozenset[str] | None:
    schema = found.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or not isinstance(fields, list):
        return None
    if matching(schema) in ("superset", "partial"):  # then the file may have fewer
        return None
    return frozenset(name for field in fields if isinstance(field, dict) and isinstance(name := field.get("name"), str))


def _number(number: int) -> str:
    return f"{number:,}" if abs(number) < 10**30 else "a number of more than 30 digits"


def _lost_keys(listed: list[dict[str, Any]], resources: Mapping[str, Resource], file: str) -> Iterator[Problem]:
    """The foreign keys that lead to a table which the descriptor does not list."""
    names = {each["name"] for each in listed if isinstance(each.get("name"), str)}
    told = 0
    for number, each in enumerate(listed):
        for target in dict.fromkeys(_targets(each)):
            if target not in names:
                hint = did_you_mean(target, resources) if told < _HINTS else ""
                message = f"a foreign key leads to {quoted(target)}, which the descriptor does not list{hint}"
                yield Problem(ProblemCode.CONTRADICTION, message, field=f"resources.{number}.schema.foreignKeys", file=file)
                told += 1


def _targets(found: Mapping[str, Any]) -> Iterator[str]:
    """The tables that the foreign keys of a resource lead to; no name, or an empty one, is the resource's own."""
    schema = found.get("schema")
    keys = schema.get("foreignKeys") if isinstance(schema, dict) else None
    for key in keys if isinstance(keys, list) else ():
        reference = key.get("reference") if isinstance(key, dict) else None
        target = reference.get("resource") if isinstance(reference, dict) else None
        if isinstance(target, str) and target:
            yield target
