"""What a descriptor says, and what it says wrongly, read without any file beside it."""

import hashlib
import json
from datetime import date
from typing import Any

import pytest
from attrs import evolve

from dxgov import AskStrength, Dataset, Limits, Metadata, Scope, When
from dxgov.errors import UnknownNameError
from dxgov.formats.declarations import NO_DECLARATION
from dxgov.package.descriptor_reader import read_descriptor
from dxgov.package.descriptor_writer import build_csv_resource, build_descriptor, build_parquet_resource, dump_descriptor, format_sha256
from dxgov.package.partition_metadata import get_partition_column, list_partition_columns
from dxgov.package.temporal_coverage import compute_coverage
from dxgov.schema import model_of
from soundness import sound

MODEL = model_of(Dataset)
CSV: dict[str, Any] = {"name": "themes", "path": "data/themes.csv"}
PARQUET: dict[str, Any] = {"name": "meetings", "path": ["a.parquet", "b.parquet"]}
PARTS = [{"path": "a.parquet", "value": 2023}, {"path": "b.parquet", "value": 2024}]


def read(descriptor: Any, **limits: int) -> tuple[Metadata, list[Any], list[str]]:
    content = descriptor if isinstance(descriptor, bytes) else json.dumps(descriptor).encode()
    metadata, resources, problems = read_descriptor(content, "d.json", MODEL, Limits(**limits))
    assert all(problem.file == "d.json" for problem in problems)
    return metadata, resources, [f"{problem.table or ''} {problem.field or ''}: {problem.message} [{problem.code}]" for problem in problems]


def nest(levels: int) -> dict[str, Any]:
    """Return a descriptor that is nested so deep, the descriptor itself included."""
    value: Any = 1
    for _ in range(levels - 2):
        value = [value]
    return {"resources": [CSV], "own": value}


NOT_A_DESCRIPTOR = " : not a Data Package descriptor: it has no list of resources [not-a-package]"
NO_TEXTS = "found 'x', expected a list of texts, or of objects with a `value` each"
ONE_HEADER = "for the standard does not say which of them have a header"
OTHER_FILES = "meetings resources.0.dxgov.parts: found other files than in `path`, or in another order [contradiction]"
NONE: list[str] = []


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b"PK\x03\x04", [" : not JSON: the file is a zip or an Excel workbook; expected text [not-a-package]"]),
        (b"\xff\xfe{\x00", [" : not JSON: found UTF-16, expected UTF-8; save it as UTF-8 [not-a-package]"]),
        (b'{"a": NaN}', [" : not JSON: NaN is no number [not-a-package]"]),
        (b'{"a": 1, "b": 2, "a": 3}', [" : not JSON: the name 'a' stands twice in one object [not-a-package]"]),
        (b'{"x": 1, "a": 1, "a": 3}', [" : not JSON: the name 'a' stands twice in one object [not-a-package]"]),
        (b'{"resources": [{"a": 1, "a": 3}]}', [" : not JSON: the name 'a' stands twice in one object [not-a-package]"]),
        (b"[]", [NOT_A_DESCRIPTOR]),
        (b"1", [NOT_A_DESCRIPTOR]),
        ({}, [NOT_A_DESCRIPTOR]),
        ({"resources": []}, [NOT_A_DESCRIPTOR]),
        ({"resources": {}}, [NOT_A_DESCRIPTOR]),
        ({"resources": {"themes": CSV}}, [NOT_A_DESCRIPTOR]),
        ({"resources": 5}, [NOT_A_DESCRIPTOR]),
        ({"resources": [CSV, "x"]}, [NOT_A_DESCRIPTOR]),
        ({"resources": [CSV]}, NONE),
        (b"\xef\xbb\xbf" + json.dumps({"resources": [CSV]}).encode(), NONE),
        (nest(100), NONE),
        (nest(101), [" : not JSON: it goes more than 100 levels deep [not-a-package]"]),
        ({"resources": [CSV], "dxgov": {"format": 1}}, NONE),
        (
            {"resources": [CSV], "dxgov": {"format": 2}},
            [" dxgov: found the layout {'format': 2}, expected 1; a newer dxgov may read it [not-a-package]"],
        ),
        ({"resources": [CSV], "dxgov": None}, [" dxgov: found the layout None, expected 1; a newer dxgov may read it [not-a-package]"]),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_document_is_a_descriptor_or_the_reason_is_named(content: Any, problems: list[str]):
    metadata, resources, found = read(content)
    assert found == problems
    assert metadata == Metadata()
    assert [resource.table for resource in resources] == ([] if problems else ["themes"])


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b'{"a": 1}}', b"{'a': 1}", 100_000 * b"[" + 100_000 * b"]"], ids=lambda content: content[:8]
)
def test_what_no_reader_takes_for_json_is_no_descriptor(content: bytes):
    (problem,) = read(content)[2]
    assert problem.startswith(" : not JSON: ")
    assert problem.endswith("[not-a-package]")


@pytest.mark.parametrize(
    ("resources", "tables", "problems"),
    [
        ([CSV], ["themes"], NONE),
        ([{**CSV, "name": "theme"}], [], [" resources.0.name: 'theme' is not a table of Dataset; did you mean 'themes'? [unknown-table]"]),
        ([{**CSV, "name": 5}], [], [" resources.0.name: 5 is not a table of Dataset [unknown-table]"]),
        ([{"path": "x.csv"}], [], [" resources.0.name: None is not a table of Dataset [unknown-table]"]),
        ([CSV, {**CSV, "path": "other.csv"}], ["themes"], ["themes : the descriptor lists the table twice [duplicate-table]"]),
        ([{"name": "themes"}], [], ["themes resources.0.path: found None, expected the path of a file, or a list of such [not-a-package]"]),
        ([{**CSV, "path": []}], [], ["themes resources.0.path: found [], expected the path of a file, or a list of such [not-a-package]"]),
        (
            [{**CSV, "path": ["a.csv", 1]}],
            [],
            ["themes resources.0.path: found ['a.csv', 1], expected the path of a file, or a list of such [not-a-package]"],
        ),
        ([{**CSV, "path": "../themes.csv"}], [], ["themes resources.0.path: '../themes.csv' leads out of the package [unsafe-path]"]),
        (
            [{**CSV, "path": "/themes.csv"}],
            [],
            ["themes resources.0.path: '/themes.csv' is absolute; a path in a package is relative to its descriptor [unsafe-path]"],
        ),
        (
            [{**PARQUET, "path": ["a.parquet", "../b.parquet"]}],
            [],
            ["meetings resources.0.path: '../b.parquet' leads out of the package [unsafe-path]"],
        ),
        ([{**CSV, "path": ["a.csv"]}], ["themes"], NONE),
        (
            [{**CSV, "path": ["a.csv", "b.csv"]}],
            [],
            [f"themes resources.0.path: found 2 CSV files, expected one, {ONE_HEADER} [not-a-package]"],
        ),
        ([{**CSV, "path": "themes.xlsx"}], [], ["themes resources.0.format: found 'xlsx', expected csv or parquet [not-a-package]"]),
        ([{**CSV, "path": "themes"}], [], ["themes resources.0.format: found 'themes', expected csv or parquet [not-a-package]"]),
        ([{**CSV, "path": "themes.CSV"}], ["themes"], NONE),
        ([{**CSV, "path": "themes.txt", "format": "CSV"}], ["themes"], NONE),
        ([{**CSV, "format": "json"}], [], ["themes resources.0.format: found 'json', expected csv or parquet [not-a-package]"]),
        ([{**CSV, "bytes": "1"}], ["themes"], ["themes resources.0.bytes: found '1', expected a whole number [wrong-type]"]),
        ([{**CSV, "bytes": True}], ["themes"], ["themes resources.0.bytes: found True, expected a whole number [wrong-type]"]),
        ([{**CSV, "hash": 1}], ["themes"], ["themes resources.0.hash: found 1, expected a text [wrong-type]"]),
        (
            [{**CSV, "schema": "https://example.org/schema.json"}],
            ["themes"],
            ["themes resources.0.schema: found 'https://example.org/schema.json', expected an object [wrong-type]"],
        ),
        (
            [{**CSV, "encoding": "utf-16"}],
            [],
            ["themes resources.0.encoding: found 'utf-16', expected utf-8; save the file as UTF-8 [contradiction]"],
        ),
        ([CSV, {"name": "asks", "path": "data/themes.csv"}], ["themes"], ["asks : 'data/themes.csv' is there twice [unsafe-path]"]),
        (
            [CSV, {"name": "asks", "path": "data/Themes.csv"}],
            ["themes"],
            ["asks : 'data/Themes.csv' and 'data/themes.csv' are one file where upper and lower case are the same [unsafe-path]"],
        ),
        (
            [{**CSV, "schema": {"fields": [], "foreignKeys": [{"reference": {"resource": "actors"}}, {"reference": {"resource": ""}}]}}],
            ["themes"],
            [" resources.0.schema.foreignKeys: a foreign key leads to 'actors', which the descriptor does not list [contradiction]"],
        ),
        (
            [{**CSV, "schema": {"fields": [], "foreignKeys": [{"reference": {"resource": name}} for name in ("a", "a", "themes")]}}],
            ["themes"],
            [" resources.0.schema.foreignKeys: a foreign key leads to 'a', which the descriptor does not list [contradiction]"],
        ),
        ([{**CSV, "schema": {"fields": [], "foreignKeys": ["x", {"reference": "x"}, {"reference": {"resource": 1}}]}}], ["themes"], NONE),
        ([{**CSV, "schema": {"fields": [], "foreignKeys": {"x": 1}}}], ["themes"], NONE),
        (
            [{**CSV, "name": "theme", "schema": {"fields": [], "foreignKeys": [{"reference": {"resource": "actors"}}]}}],
            [],
            [" resources.0.name: 'theme' is not a table of Dataset; did you mean 'themes'? [unknown-table]"],
        ),
        ([PARQUET], ["meetings"], NONE),
        ([{**PARQUET, "dxgov": {"parts": PARTS}}], ["meetings"], NONE),
        ([{**PARQUET, "dxgov": {"by": "held_start", "parts": PARTS}}], ["meetings"], NONE),
        (
            [{**PARQUET, "dxgov": {"by": "held", "parts": PARTS}}],
            ["meetings"],
            ["meetings resources.0.dxgov.by: found 'held', which is not a column that can partition meetings [contradiction]"],
        ),
        (
            [{**PARQUET, "dxgov": {"by": "id", "parts": PARTS}}],
            ["meetings"],
            ["meetings resources.0.dxgov.by: found 'id', which is not a column that can partition meetings [contradiction]"],
        ),
        (
            [{**PARQUET, "dxgov": {"by": 5, "parts": PARTS}}],
            ["meetings"],
            ["meetings resources.0.dxgov.by: found 5, which is not a column that can partition meetings [contradiction]"],
        ),
        ([{**PARQUET, "dxgov": {"parts": PARTS[:1]}}], ["meetings"], [OTHER_FILES]),
        ([{**PARQUET, "dxgov": {"parts": PARTS[::-1]}}], ["meetings"], [OTHER_FILES]),
        ([{**PARQUET, "dxgov": {}}], ["meetings"], [OTHER_FILES]),
        ([{**PARQUET, "dxgov": 1}], ["meetings"], [OTHER_FILES]),
        (
            [{**PARQUET, "dxgov": {"parts": [PARTS[0], {"path": "b.parquet", "rows": "5"}]}}],
            ["meetings"],
            ["meetings resources.0.dxgov.parts.1.rows: found '5', expected a whole number [wrong-type]"],
        ),
        (
            [{**PARQUET, "dxgov": {"parts": [PARTS[0], {"path": "b.parquet", "bytes": True, "hash": 5}]}}],
            ["meetings"],
            [
                "meetings resources.0.dxgov.parts.1.bytes: found True, expected a whole number [wrong-type]",
                "meetings resources.0.dxgov.parts.1.hash: found 5, expected a text [wrong-type]",
            ],
        ),
        *(
            ([{**PARQUET, "dxgov": {"by": "held_start", "parts": [PARTS[0], {"path": "b.parquet", "value": value}]}}], ["meetings"], said)
            for value, said in (
                (1, NONE),
                (9999, NONE),
                (None, NONE),
                (0, ["meetings resources.0.dxgov.parts.1.value: found 0, which is not a value of held_start [wrong-type]"]),
                (10000, ["meetings resources.0.dxgov.parts.1.value: found 10000, which is not a value of held_start [wrong-type]"]),
                ("2024", ["meetings resources.0.dxgov.parts.1.value: found '2024', which is not a value of held_start [wrong-type]"]),
                (True, ["meetings resources.0.dxgov.parts.1.value: found True, which is not a value of held_start [wrong-type]"]),
            )
        ),
        *(
            (
                [
                    {
                        **PARQUET,
                        "name": "asks",
                        "dxgov": {"by": by, "parts": [{"path": "a.parquet", "value": value}, PARTS[1] | {"value": None}]},
                    }
                ],
                ["asks"],
                said,
            )
            for by, value, said in (
                ("strength", next(iter(AskStrength)).value, NONE),
                (
                    "strength",
                    "requests",
                    ["asks resources.0.dxgov.parts.0.value: found 'requests', which is not a value of strength [wrong-type]"],
                ),
                ("strength", 5, ["asks resources.0.dxgov.parts.0.value: found 5, which is not a value of strength [wrong-type]"]),
                ("item_id", "any", NONE),
                ("item_id", 5, ["asks resources.0.dxgov.parts.0.value: found 5, which is not a value of item_id [wrong-type]"]),
                ("label", "x", ["asks resources.0.dxgov.by: found 'label', which is not a column that can partition asks [contradiction]"]),
            )
        ),
    ],
    ids=lambda value: repr(value)[:80],
)
def test_resources_are_read_or_refused(resources: list[Any], tables: list[str], problems: list[str]):
    _, found, said = read({"resources": resources})
    assert said == problems
    assert [resource.table for resource in found] == tables


def test_a_resource_has_what_its_entry_states():
    schema = {"fields": [{"name": "id"}, {"name": "label"}, {"title": "no name"}, "no field"]}
    (resource,) = read({"resources": [{**CSV, "bytes": 5, "hash": "sha256:0", "schema": schema}]})[1]
    assert (resource.path, resource.format, resource.bytes, resource.hash) == ("data/themes.csv", "csv", 5, "sha256:0")
    assert (resource.columns, resource.partitions, resource.partition_by) == ({"id", "label"}, (), None)
    for match, columns in (
        ("superset", None),
        ("partial", None),
        ("exact", {"id", "label"}),
        ("subset", {"id", "label"}),
        ("equal", {"id", "label"}),
    ):
        (resource,) = read({"resources": [{**CSV, "schema": {**schema, "fieldsMatch": match}}]})[1]
        assert resource.columns == columns
    (resource,) = read({"resources": [CSV]})[1]
    assert (resource.columns, resource.bytes, resource.hash) == (None, None, None)


def test_a_file_of_a_partitioned_table_has_what_its_part_states():
    parts = [{**part, "bytes": 5, "rows": 3, "hash": "sha256:0"} for part in PARTS]
    (resource,) = read({"resources": [{**PARQUET, "bytes": 10, "hash": "x", "dxgov": {"by": "held_start", "parts": parts}}]})[1]
    assert resource.partition_by == "held_start"
    assert [(part.path, part.value, part.bytes, part.rows, part.hash) for part in resource.partitions] == [
        ("a.parquet", 2023, 5, 3, "sha256:0"),
        ("b.parquet", 2024, 5, 3, "sha256:0"),
    ]
    (resource,) = read({"resources": [{**PARQUET, "bytes": 10, "hash": "x"}]})[1]
    assert [(part.path, part.bytes, part.hash, part.rows, part.value) for part in resource.partitions] == [
        ("a.parquet", None, None, None, None),
        ("b.parquet", None, None, None, None),
    ]
    wrong = [{**parts[0], "value": "x"}, parts[1]]
    (resource,) = read({"resources": [{**PARQUET, "dxgov": {"by": "held_start", "parts": wrong}}]})[1]
    assert resource.partition_by is None
    assert [(part.rows, part.value) for part in resource.partitions] == [(3, None), (3, None)]
    (resource,) = read({"resources": [{**PARQUET, "path": "a.parquet", "dxgov": {"by": "held_start", "parts": PARTS[:1]}}]})[1]
    assert [part.path for part in resource.partitions] == ["a.parquet"]
    (resource,) = read({"resources": [{**PARQUET, "schema": {"fields": [], "missingValues": ["-"]}}]})[1]
    assert resource.declaration != NO_DECLARATION
    assert [part.declaration for part in resource.partitions] == 2 * [resource.declaration]
    (resource,) = read({"resources": [{**PARQUET, "path": "a.parquet"}]})[1]
    assert resource.partitions == ()


def test_no_more_files_are_read_than_the_limits_allow():
    assert read({"resources": [CSV, PARQUET]}, files=3)[2] == []
    for descriptor in ({"resources": [CSV, PARQUET]}, {"resources": [CSV, {**PARQUET, "path": []}, CSV]}):
        metadata, resources, problems = read(descriptor, files=2)
        (problem,) = problems
        assert problem.startswith(" resources: found 3 files of ")
        assert problem.endswith("resources, expected 2 at most [too-large]")
        assert (metadata, resources) == (Metadata(), [])


@pytest.mark.parametrize(
    ("created", "day"),
    [
        ("2024-04-22", date(2024, 4, 22)),
        ("2024-04-22T10:11:12Z", date(2024, 4, 22)),
        ("2024-04-22t23:59:60.25+09:00", date(2024, 4, 22)),
        ("2024-04-22 10:11:12z", date(2024, 4, 22)),
        ("2024-04-22T24:00:00Z", None),
        ("2024-04-22T10:11:12", None),
        ("2024-04-22T10:11Z", None),
        ("2024-04-31T10:11:12Z", None),
    ],
)
def test_the_day_of_a_moment_is_read_and_no_other_text(created: str, day: date | None):
    metadata, _, problems = read({"resources": [CSV], "created": created})
    assert metadata.created == day
    assert len(problems) == (day is None)


@pytest.mark.parametrize(
    ("member", "roles"),
    [
        ({"role": "editor"}, ("editor",)),
        ({"roles": ["author"], "role": "editor"}, ("author",)),
        ({"role": ""}, ()),
        ({}, ()),
    ],
    ids=str,
)
def test_a_contributor_has_the_roles_of_version_2_or_the_role_of_version_1(member: dict[str, Any], roles: tuple[str, ...]):
    metadata, _, problems = read({"resources": [CSV], "contributors": [{"title": "A", **member}]})
    assert problems == []
    assert metadata.contributors[0].roles == roles


def test_metadata_that_cannot_be_read_leave_the_resources():
    metadata, resources, problems = read({"resources": [CSV], "title": 5, "contributors": [{"title": "A", "role": 5}], "keywords": "x"})
    assert metadata == Metadata()
    assert [resource.table for resource in resources] == ["themes"]
    assert {problem.split(":")[0].strip() for problem in problems} == {"title", "contributors[0].role", "keywords"}


def test_a_descriptor_of_dxgov_is_read_back():
    metadata = Metadata(name="data", title="Title", created=date(2024, 4, 22), keywords=("a", "b"))
    entries = [
        build_csv_resource(MODEL, MODEL.stored["themes"], ["themes"], "data/themes.csv", 5, 64 * "0"),
        build_parquet_resource(MODEL, MODEL.stored["meetings"], ["meetings"], ["a.parquet", "b.parquet"]),
    ]
    assert [(entry["type"], entry["format"]) for entry in entries] == [("table", "csv"), ("table", "parquet")]
    descriptor = build_descriptor(metadata, entries, "csv", (date(2024, 4, 1), date(2024, 4, 2)))
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert list(descriptor) == ["$schema", "dxgov", "id", "name", "title", "created", "keywords", "temporal", "resources"]
    assert descriptor["created"] == "2024-04-22T00:00:00Z"
    assert descriptor["temporal"] == {"start": "2024-04-01", "end": "2024-04-02"}
    assert "temporal" not in build_descriptor(metadata, entries, "csv")
    found, resources, problems = read(dump_descriptor(descriptor))
    assert (found, problems) == (metadata, [])
    assert [(resource.table, resource.bytes, resource.hash) for resource in resources] == [
        ("themes", 5, f"sha256:{64 * '0'}"),
        ("meetings", None, None),
    ]
    assert all(resource.columns == {column.name for column in MODEL.stored[resource.table].stored} for resource in resources)
    assert dump_descriptor({"題": "名"}) == '{\n  "題": "名"\n}\n'.encode()


def test_names_like_an_unknown_one_are_suggested_a_hundred_times():
    _, _, problems = read({"resources": [{**CSV, "name": "theme"}] * 102})
    assert ["did you mean 'themes'" in problem for problem in problems] == 100 * [True] + 2 * [False]
    schema = {"fields": [], "foreignKeys": [{"reference": {"resource": f"theme{number}"}} for number in range(102)]}
    _, _, problems = read({"resources": [{**CSV, "schema": schema}]})
    assert ["did you mean 'themes'" in problem for problem in problems] == 100 * [True] + 2 * [False]


def test_a_hash_names_its_algorithm():
    assert format_sha256(b"") == f"sha256:{hashlib.sha256(b'').hexdigest()}"


def test_tables_are_partitioned_by_days_codes_truth_values_and_references():
    columns = {
        "asks": [
            "item_id",
            "expected_of_id",
            "expected_of_basis",
            "relayed_by_id",
            "strength",
            "interim",
            "due_start",
            "due_end",
            "due_scope",
            "due_basis",
            "response",
            "citation_source_id",
            "review",
            "due",
        ],
        "meetings": [
            "name_basis",
            "kind",
            "body_id",
            "held_start",
            "held_end",
            "held_scope",
            "held_basis",
            "mode",
            "status",
            "citation_source_id",
            "review",
            "held",
        ],
    }
    for table, names in columns.items():
        assert list(list_partition_columns(MODEL.tables[table])) == names
    assert get_partition_column(MODEL.tables["meetings"], "held").name == "held_start"
    assert get_partition_column(MODEL.tables["asks"], "strength").name == "strength"
    with pytest.raises(UnknownNameError, match=f"asks cannot be partitioned by 'label'; expected one of {', '.join(columns['asks'])}"):
        get_partition_column(MODEL.tables["asks"], "label")


def test_coverage_goes_from_the_first_day_to_the_last():
    source = next(iter(sound().sources))

    def cover(*dates: str | None) -> tuple[date, date] | None:
        published = (When("x", edtf, Scope.WITHIN) for edtf in dates)
        return compute_coverage(Dataset.of(evolve(source, id=f"src-{number}", published=when) for number, when in enumerate(published)))

    assert cover("2023-05", "2024-01") == (date(2023, 5, 1), date(2024, 1, 31))
    assert cover("2024-01", "2023-05") == (date(2023, 5, 1), date(2024, 1, 31))
    assert cover("2023-05/..", "../2023-06") == (date(2023, 5, 1), date(2023, 6, 30))
    assert cover("2023-05/..", None) == (date(2023, 5, 1), date(2023, 5, 1))
    assert cover(None) is None
    assert cover() is None
