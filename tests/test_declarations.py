"""What a descriptor declares of files and cells is honoured, or told once where it stands, or has no effect; nothing is read wrongly."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import DataError, Dataset, ProblemCode
from dxgov.formats.cell_formats import CellFormat
from dxgov.schema import Column, Kind
from dxgov.schema.table_schema import LIST_TYPES
from package_files import edit_bytes, edit_csv, edit_descriptor, edit_parquet, find_file, parse_csv, read_descriptor
from soundness import MODEL, few_tables

COLUMNS = {(table.name, column.name): column for table in MODEL.stored.values() for column in table.stored}


def declare(package: Path, table: str, edit: Callable[[dict[str, Any]], object]) -> int:
    """Edit what the descriptor says of a table, and return its number."""
    numbers: list[int] = []

    def edit_all(found: dict[str, Any]) -> None:
        number = next(number for number, each in enumerate(found["resources"]) if each["name"] == table)
        edit(found["resources"][number])
        numbers.append(number)

    edit_descriptor(package, edit_all)
    return numbers[0]


def declare_all(package: Path, *edits: Callable[[dict[str, Any]], object]) -> None:
    """Edit what the descriptor says of every table."""
    edit_descriptor(package, lambda found: [edit(resource) for resource in found["resources"] for edit in edits])


def declare_field(package: Path, table: str, column: str, **properties: Any) -> str:
    """Set properties of a field, and return its path; one that is None is taken out."""
    place = [each.name for each in MODEL.stored[table].stored].index(column)

    def edit(resource: dict[str, Any]) -> None:
        field = resource["schema"]["fields"][place]
        field.update(properties)
        for key in [key for key, value in properties.items() if value is None]:
            del field[key]

    return f"resources.{declare(package, table, edit)}.schema.fields.{place}"


def rewrite(package: Path, table: str, column: str, change: Callable[[str], str]) -> None:
    """Write the cells of a column in another way."""

    def edit(rows: list[list[str]]) -> None:
        place = rows[0].index(column)
        for row in rows[1:]:
            row[place] = change(row[place])

    edit_csv(package, table, edit)


def dashed(text: str) -> str:
    return text or "-"


def _name(value):
    """The name of a case; a function has one of its own, as its place in memory differs from process to process."""
    return value.__name__ if callable(value) else str(value)


FORMS: list[tuple[str, str, dict[str, Any], Callable[[str], str]]] = [
    ("themes", "note", {"missingValues": ["", "-"]}, dashed),
    ("themes", "note", {"missingValues": ["-"]}, dashed),
    (
        "themes",
        "alt_labels",
        {"missingValues": [{"value": "-", "label": "none"}, {"value": ""}]},
        lambda text: "-" if text == "[]" else text,
    ),
    ("meetings", "ordinal", {"missingValues": ["-", "n/a"]}, lambda text: text or "n/a"),
    ("asks", "interim", {"trueValues": ["yes", "y"], "falseValues": ["no"]}, lambda text: {"true": "y", "false": "no"}.get(text, text)),
    ("asks", "interim", {"trueValues": None, "falseValues": None}, str.upper),
    ("asks", "interim", {"trueValues": None}, lambda text: {"true": "1"}.get(text, text)),
    ("agenda_items", "recorded", {"falseValues": None, "trueValues": ["有"]}, lambda text: {"true": "有", "false": "0"}.get(text, text)),
    ("meetings", "held_start", {"format": "%Y/%m/%d"}, lambda text: text.replace("-", "/")),
    ("meetings", "held_start", {"format": "%d.%m.%Y"}, lambda text: ".".join(reversed(text.split("-"))) if text else ""),
    ("meetings", "held_start", {"format": "%Y年%m月%d日"}, lambda text: "{}年{}月{}日".format(*text.split("-")) if text else ""),
    ("meetings", "held_start", {"format": "fmt:%Y%m%d"}, lambda text: text.replace("-", "")),
    ("meetings", "held_start", {"format": "default"}, str),
    ("meetings", "held_start", {"format": "%Y-%m-%d"}, str),
    ("figures", "value", {"decimalChar": ","}, lambda text: text.replace(".", ",")),
    ("figures", "value", {"decimalChar": ",", "groupChar": "."}, lambda text: f"{Decimal(text):,f}".translate(str.maketrans(",.", ".,"))),
    ("figures", "value", {"groupChar": ","}, lambda text: f"{Decimal(text):,f}"),
    ("sources", "citation_first_line", {"groupChar": " ", "bareNumber": True}, str),
    ("themes", "alt_labels", {"type": "list", "delimiter": "|"}, lambda text: "|".join(json.loads(text))),
    ("asks", "kinds", {"type": "list"}, lambda text: ",".join(json.loads(text))),
    ("asks", "kinds", {"type": "list", "itemType": "string", "delimiter": "; "}, lambda text: "; ".join(json.loads(text))),
    ("asks", "kinds", {"type": "any"}, str),
    ("meetings", "ordinal", {"type": None}, str),
]


@pytest.mark.parametrize(("table", "column", "properties", "change"), FORMS, ids=_name)
def test_the_form_of_cells_that_a_field_declares_is_honoured(table, column, properties, change, copy_few_tables):
    package = copy_few_tables("csv")
    declare_field(package, table, column, **properties)
    rewrite(package, table, column, change)
    assert dxgov.validate(package).problems == ()
    assert dxgov.load(package) == few_tables()
    assert list(dxgov.load(package, lazy=True).tables[table]) == list(few_tables().tables[table])
    dxgov.seal(package)
    sealed = dxgov.load(package)
    assert sealed == few_tables()
    assert dxgov.digest(sealed) == dxgov.digest(few_tables())


@pytest.mark.parametrize("format", LIST_TYPES)
@pytest.mark.parametrize("values", [["", "-"], ["-"], [{"value": "-", "label": "unknown"}, {"value": ""}]])
def test_missing_values_of_a_schema_hold_for_all_its_columns_but_those_with_their_own(format, values, copy_few_tables):
    package = copy_few_tables(format)
    declare(package, "themes", lambda found: found["schema"].update(missingValues=values))
    declare_field(package, "themes", "label_en", missingValues=["Skills"])

    def edit(rows: list[list[str]]) -> None:
        rows[1:] = [[dashed(cell) if name == "note" else cell for name, cell in zip(rows[0], row, strict=True)] for row in rows[1:]]

    if format == "csv":
        edit_csv(package, "themes", edit)
    else:
        edit_parquet(package, "themes", lambda data: data.set_column(data.column_names.index("note"), "note", [["-"] * data.num_rows]))
    (problem,) = dxgov.validate(package).problems
    assert (problem.code, problem.field, problem.id) == (ProblemCode.MISSING_VALUE, "label_en", "skills")
    declare_field(package, "themes", "label_en", missingValues=[])
    assert dxgov.load(package) == few_tables()


DIALECTS: list[tuple[dict[str, Any], Callable[[str], str]]] = [
    ({"delimiter": ";"}, lambda cell: cell),
    ({"delimiter": "\t", "quoteChar": '"'}, lambda cell: cell),
    ({"delimiter": "|", "quoteChar": "'"}, lambda cell: cell),
    ({"delimiter": ",", "lineTerminator": "\n"}, lambda cell: cell),
    ({"nullSequence": "\\N"}, lambda cell: cell or "\\N"),
]


@pytest.mark.parametrize(("dialect", "change"), DIALECTS, ids=_name)
def test_a_dialect_that_can_be_honoured_is(dialect, change, copy_few_tables):
    import csv
    import io

    package = copy_few_tables("csv")
    for resource in read_descriptor(package)["resources"]:
        rows = parse_csv((package / resource["path"]).read_bytes())
        text = io.StringIO()
        style = {"delimiter": dialect.get("delimiter", ","), "quotechar": dialect.get("quoteChar", '"')}
        writer = csv.writer(text, lineterminator=dialect.get("lineTerminator", "\r\n"), **style)
        writer.writerows([rows[0], *([change(cell) for cell in row] for row in rows[1:])])
        edit_bytes(package, resource["name"], lambda _, text=text: text.getvalue().encode())
    declare_all(package, lambda found: found.update(dialect=dialect))
    assert dxgov.validate(package).problems == ()
    assert dxgov.load(package) == few_tables()
    dxgov.seal(package)
    assert b";" not in find_file(package, "asks").read_bytes().splitlines()[0]
    assert dxgov.load(package) == few_tables()


@pytest.mark.parametrize("dialect", [{"delimiter": ";"}, {"quoteChar": "'"}, {"delimiter": "\t", "quoteChar": "`"}])
def test_faults_of_another_dialect_are_found_in_their_rows(dialect, copy_few_tables):
    package = copy_few_tables("csv")
    style = {"delimiter": ",", "quoteChar": '"'} | dialect
    signs = str.maketrans({",": style["delimiter"], '"': style["quoteChar"]})
    content = 'id,label,label_en,definition,definition_en,broader_id,alt_labels,note\r\na,あ,A,"定\n義",D,,[],\r\nb,い,B,d\r\n'
    edit_bytes(package, "themes", lambda _: (content + 'c,う,C,"never closed').translate(signs).encode())
    declare(package, "themes", lambda found: found.update(dialect=dialect))
    assert [each.message for each in dxgov.validate(package) if each.table == "themes"] == [
        "line 5: a quoted cell is never closed, or a quotation mark within a cell is not doubled"
    ]
    edit_bytes(package, "themes", lambda _: content.translate(signs).encode())
    assert [(each.code, each.row) for each in dxgov.validate(package) if each.file == "data/themes.csv" and each.code == "row-length"] == [
        ("row-length", 3)
    ]


REFUSED_DIALECTS = [
    ("header", False),
    ("headerRows", [1, 2]),
    ("headerRows", [2]),
    ("commentRows", [2]),
    ("commentChar", "#"),
    ("escapeChar", "\\"),
    ("doubleQuote", False),
    ("skipInitialSpace", True),
    ("lineTerminator", ";"),
    ("delimiter", "::"),
    ("delimiter", "、"),
    ("delimiter", '"'),
    ("delimiter", 7),
    ("quoteChar", ""),
    ("quoteChar", "q"),
]
REFUSED_FILES = [
    *(("dialect", {key: value}, f"dialect.{key}") for key, value in REFUSED_DIALECTS),
    ("dialect", "dialect.json", "dialect"),
    ("encoding", "utf-16", "encoding"),
    ("encoding", "cp932", "encoding"),
    ("compression", "gz", "compression"),
]


@pytest.mark.parametrize(("key", "value", "path"), REFUSED_FILES, ids=str)
def test_what_cannot_be_honoured_of_a_file_is_told_once_and_the_file_is_not_read(key, value, path, copy_few_tables):
    package = copy_few_tables("csv")
    edit_bytes(package, "themes", lambda _: b"anything; at, all\r\n1\r\n")
    number = declare(package, "themes", lambda found: found.update({key: value}))
    (problem,) = dxgov.validate(package).problems
    assert (problem.file, problem.table, problem.field) == ("datapackage.json", "themes", f"resources.{number}.{path}")
    assert "found" in problem.message
    assert "expected" in problem.message
    before = {path: path.read_bytes() for path in package.rglob("*.*")}
    for read in (dxgov.load, dxgov.seal, lambda package: dxgov.load(package, lazy=True)):
        with pytest.raises(DataError, match=problem.message.split(",")[0].replace("\\", r"\\").replace("[", r"\[")):
            read(package)
    assert before == {path: path.read_bytes() for path in package.rglob("*.*")}


REFUSED_FIELDS = [
    ("sources", "citation_first_line", {"bareNumber": False}, "bareNumber", "€ {} "),
    ("figures", "value", {"bareNumber": False}, "bareNumber", "{}%"),
    ("figures", "value", {"groupChar": "."}, "groupChar", "{},0"),
    ("figures", "value", {"decimalChar": "::"}, "decimalChar", "{}::0"),
    ("figures", "value", {"decimalChar": "5"}, "decimalChar", "{}x"),
    ("meetings", "held_start", {"format": "any"}, "format", "on {}"),
    ("meetings", "held_start", {"format": "%d.%m.%y"}, "format", "x{}"),
    ("meetings", "held_start", {"format": "%x"}, "format", "x{}"),
    ("meetings", "held_start", {"format": 7}, "format", "x{}"),
    ("asks", "interim", {"trueValues": ["x"], "falseValues": ["x"]}, "falseValues", "x"),
    ("asks", "interim", {"trueValues": "x"}, "trueValues", "x"),
    ("asks", "kinds", {"type": "list", "itemType": "integer"}, "itemType", "1,2"),
    ("asks", "kinds", {"type": "list", "delimiter": ""}, "delimiter", "a b"),
    ("themes", "note", {"format": "binary"}, "format", "QQ=="),
    ("meetings", "ordinal", {"missingValues": "x"}, "missingValues", "x"),
    ("meetings", "held_start", {"type": "datetime"}, None, "{}T00:00:00"),
    ("meetings", "ordinal", {"type": "string"}, None, "{}th"),
]


@pytest.mark.parametrize(("table", "column", "properties", "key", "cell"), REFUSED_FIELDS, ids=str)
def test_what_cannot_be_honoured_of_a_field_is_told_once_and_not_for_each_cell(table, column, properties, key, cell, copy_few_tables):
    package = copy_few_tables("csv")
    path = declare_field(package, table, column, **properties)
    rewrite(package, table, column, lambda text: cell.format(text) if text else "")
    (problem,) = dxgov.validate(package).problems
    assert (problem.file, problem.table, problem.field) == ("datapackage.json", table, f"{path}.{key}" if key else column)
    with pytest.raises(DataError):
        dxgov.load(package)
    before = find_file(package, table).read_bytes()
    with pytest.raises(DataError):  # or the cells would be lost
        dxgov.seal(package)
    assert find_file(package, table).read_bytes() == before


def test_a_type_that_differs_is_mended_by_sealing_where_all_cells_are_read(copy_few_tables):
    package = copy_few_tables("csv")
    declare_field(package, "meetings", "ordinal", type="string")
    (problem,) = dxgov.validate(package).problems
    assert problem.code == ProblemCode.CONTRADICTION
    dxgov.seal(package)
    assert dxgov.load(package) == few_tables()


@pytest.mark.parametrize("key", ["maxLength", "maximum", "exclusiveMinimum", "exclusiveMaximum", "jsonSchema"])
@pytest.mark.parametrize("format", LIST_TYPES)
def test_a_constraint_that_nothing_checks_is_told(key, format, copy_few_tables):
    package = copy_few_tables(format)
    path = declare_field(package, "meetings", "ordinal", constraints={key: 1})
    (problem,) = dxgov.validate(package).problems
    assert (problem.file, problem.field) == ("datapackage.json", f"{path}.constraints.{key}")


NO_EFFECT: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("title", lambda found: found.update(title="x", description="y", mediatype="text/plain", sources=[], licenses=[])),
    ("profile", lambda found: found.update(profile="tabular-data-resource", type="table")),
    ("$schema", lambda found: (found.update({"$schema": "x"}), found["schema"].update({"$schema": "x"}))),
    ("encoding", lambda found: found.update(encoding="UTF8")),
    ("ascii", lambda found: found.update(encoding="utf_8")),
    ("compression", lambda found: found.update(compression=None)),
    ("csvddf", lambda found: found.update(dialect={"csvddfVersion": 1.2, "caseSensitiveHeader": True})),
    (
        "other formats",
        lambda found: found.update(dialect={"sheetName": "x", "sheetNumber": 2, "property": "p", "itemType": "object", "table": "t"}),
    ),
    ("default dialect", lambda found: found.update(dialect={"headerRows": [1], "headerJoin": "-", "commentRows": [], "commentChar": None})),
    ("no dialect", lambda found: found.pop("dialect", None)),
    ("no schema", lambda found: found.pop("schema")),
    ("keys", lambda found: found["schema"].update(primaryKey="id", uniqueKeys=[["label"]])),
    ("exact", lambda found: found["schema"].update(fieldsMatch="exact")),
    ("equal", lambda found: found["schema"].update(fieldsMatch=["equal"])),
    ("subset", lambda found: found["schema"].update(fieldsMatch="subset")),
    *(
        (f"{key} of fields", lambda found, key=key: [field.pop(key, None) for field in found["schema"]["fields"]])
        for key in ("type", "title", "description", "example", "rdfType", "categories", "constraints", "unit")
    ),
    ("format of texts", lambda found: [field.update(format="email") for field in found["schema"]["fields"] if field["type"] == "string"]),
    ("ordered", lambda found: [field.update(categoriesOrdered=True) for field in found["schema"]["fields"]]),
    ("own constraints", lambda found: [field.update(constraints={"required": False}) for field in found["schema"]["fields"]]),
    ("unknown", lambda found: [field.update({"x-mine": {"a": 1}}) for field in found["schema"]["fields"]]),
    (
        "form of other types",
        lambda found: [field.update(decimalChar=",", trueValues=["1"]) for field in found["schema"]["fields"] if field["type"] == "string"],
    ),
]


@pytest.mark.parametrize("edit", [edit for _, edit in NO_EFFECT], ids=[name for name, _ in NO_EFFECT])
@pytest.mark.parametrize("format", LIST_TYPES)
def test_other_properties_have_no_effect(edit, format, copy_few_tables):
    package = copy_few_tables(format)
    declare_all(package, edit)
    assert dxgov.validate(package).problems == ()
    assert dxgov.load(package) == few_tables()


FOR_TEXT: dict[str, Any] = {
    "bareNumber": False,
    "decimalChar": ",",
    "groupChar": ".",
    "format": "%d.%m.%Y",
    "trueValues": ["yes"],
    "falseValues": ["no"],
    "delimiter": "|",
}


def test_how_text_is_written_has_no_effect_on_parquet_that_holds_no_text(copy_few_tables):
    package = copy_few_tables("parquet")
    declare_all(
        package,
        lambda found: found.update(dialect={"delimiter": ";", "header": False}, encoding="utf-16"),
        lambda found: [field.update(FOR_TEXT) for field in found["schema"]["fields"]],
        lambda found: [field.update(type="list") for field in found["schema"]["fields"] if field["type"] == "any"],
    )
    assert dxgov.validate(package).problems == ()
    assert dxgov.load(package) == few_tables()


@pytest.mark.parametrize("texts", [["yes", "no"], ["true", "false"]])
def test_parquet_that_holds_truth_values_as_text_is_read_as_declared_or_told_once(texts, copy_few_tables):
    import pyarrow as pa

    package = copy_few_tables("parquet")
    declare_field(package, "agenda_items", "recorded", trueValues=["yes"], falseValues=["no"])
    column = pa.array([texts[0] if each.recorded else texts[1] for each in few_tables().agenda_items])
    edit_parquet(package, "agenda_items", lambda data: data.set_column(data.column_names.index("recorded"), "recorded", column))
    problems = dxgov.validate(package).problems
    assert [(each.code, each.row, each.field) for each in problems] == [("wrong-type", None, "recorded")] * (texts == ["true", "false"])


@pytest.mark.parametrize("match", ["superset", "partial", ["superset"]])
def test_a_file_may_have_fewer_columns_if_the_schema_says_so(match, copy_few_tables):
    package = copy_few_tables("csv")
    edit_csv(package, "themes", lambda rows: [row.pop(rows[0].index("note")) for row in reversed(rows)])
    (problem,) = dxgov.validate(package).problems
    assert problem.code == ProblemCode.MISSING_COLUMN
    declare(package, "themes", lambda found: found["schema"].update(fieldsMatch=match))
    assert dxgov.load(package) == few_tables()


def test_another_match_of_fields_is_told(copy_few_tables):
    package = copy_few_tables("csv")
    number = declare(package, "themes", lambda found: found["schema"].update(fieldsMatch="loose"))
    (problem,) = dxgov.validate(package).problems
    assert problem.field == f"resources.{number}.schema.fieldsMatch"


AMBIGUOUS = [
    ("figures", "value", {"groupChar": ","}, "1,5", "found '1,5', expected a number with '.' before decimal places and ',' between"),
    ("figures", "value", {"decimalChar": ","}, "1.5", "found '1.5', expected a number with ',' before"),
    ("asks", "interim", {"trueValues": ["yes"]}, "true", "found 'true', expected 'yes' or"),
    ("meetings", "held_start", {"format": "%d/%m/%Y"}, "2031-04-02", "found '2031-04-02', expected a day such as 22/04/2024"),
    ("themes", "alt_labels", {"type": "list"}, '["海底"]', "expected texts with ',' between them"),
]


@pytest.mark.parametrize(("table", "column", "properties", "text", "says"), AMBIGUOUS, ids=str)
def test_a_cell_that_is_not_of_the_declared_form_is_told_and_never_guessed(table, column, properties, text, says, copy_few_tables):
    package = copy_few_tables("csv")
    declare_field(package, table, column, **properties)
    rewrite(package, table, column, lambda _: text)
    problems = [each for each in dxgov.validate(package) if each.field == column]
    assert {(each.code, each.value) for each in problems} == {(ProblemCode.WRONG_TYPE, text)}
    assert all(says in each.message for each in problems)


@given(number=st.decimals(-(10**20), 10**20, places=3, allow_nan=False), signs=st.permutations([".", ",", " ", "'", "·"]))
def test_numbers_come_back_from_every_form(number: Decimal, signs: list[str]):
    decimal, group, *_ = signs
    column = next(column for column in COLUMNS.values() if column.kind is Kind.NUMBER)
    form = CellFormat(decimal_char=decimal, group_char=group)
    for written in (f"{number:f}", f"{number:,f}"):
        text = written.translate(str.maketrans({",": group, ".": decimal}))
        assert Decimal(str(form.to_canonical(column, text))) == number


@given(day=st.dates(), pattern=st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m.%d.%Y", "%Y%m%d", "%d%m%Y", "(%Y) %m+%d"]))
def test_days_come_back_from_every_pattern(day, pattern):
    column: Column = COLUMNS["meetings", "held_start"]
    text = pattern.replace("%Y", f"{day.year:04}").replace("%m", f"{day.month:02}").replace("%d", f"{day.day:02}")
    assert CellFormat(date_pattern=pattern).to_canonical(column, text) == day.isoformat()


def test_a_descriptor_of_version_1_is_read(copy_few_tables):
    place = copy_few_tables("csv")

    def edit(found: dict[str, Any]) -> None:
        found["profile"] = "tabular-data-package"
        del found["$schema"]
        for resource in found["resources"]:
            resource["profile"] = "tabular-data-resource"
            resource["dialect"] = {"csvddfVersion": 1.2, "delimiter": ",", "doubleQuote": True, "caseSensitiveHeader": False}
            schema = resource["schema"]
            schema["missingValues"] = [""]
            if len(schema["primaryKey"]) == 1:
                (schema["primaryKey"],) = schema["primaryKey"]
            for key in schema.get("foreignKeys", ()):
                key["fields"], key["reference"]["fields"] = key["fields"][0], key["reference"]["fields"][0]

    edit_descriptor(place, edit)
    assert dxgov.validate(place).problems == ()
    assert dxgov.load(place) == few_tables()
    assert isinstance(dxgov.load(place), Dataset)
