"""Every fault planted in a descriptor is reported with its field, and nothing else is."""

import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dxgov
from dxgov import Dataset, ProblemCode
from package_files import read_descriptor
from planted_faults import RESOURCE_INDEX, PlantedFault, change_descriptor, declare, declare_path
from soundness import sound

pytestmark = pytest.mark.slow

Code = ProblemCode


def set_value(path: tuple[str | int, ...], value: Any, descriptor: Any) -> None:
    """Set a value of a descriptor, at a path of keys and indexes."""
    *keys, last = path
    for key in keys:
        descriptor = descriptor[key]
    descriptor[last] = value


DESCRIPTORS = [
    declare_path("a control character", "data/themes\x00.csv", "characters that a path cannot have"),
    declare_path("half a surrogate pair", "data/themes\ud800.csv", "characters that a path cannot have"),
    declare("another encoding", "encoding", "shift_jis", "found 'shift_jis', expected utf-8"),
    declare("another dialect", "dialect", {"escapeChar": "^"}, "found '^', expected nothing", field="dialect.escapeChar"),
    declare("a size that is no number", "bytes", "lots", "expected a whole number", Code.WRONG_TYPE),
    declare("a hash that is no text", "hash", 7, "expected a text", Code.WRONG_TYPE),
    declare("a dialect elsewhere", "dialect", "dialect.json", "expected an object", Code.WRONG_TYPE),
    declare("a schema elsewhere", "schema", "schema.json", "expected an object", Code.WRONG_TYPE),
    change_descriptor(
        "another type declared",
        lambda found: found["resources"][RESOURCE_INDEX["themes"]]["schema"]["fields"][1].update(type="integer"),
        Code.CONTRADICTION,
        "the descriptor declares the type 'integer', expected 'string'",
        table="themes",
        field="label",
    ),
    change_descriptor(
        "layout of another time",
        lambda found: found.update(dxgov={"format": 99}),
        Code.NOT_A_PACKAGE,
        "a newer dxgov may read it",
        field="dxgov",
    ),
    change_descriptor("no resource at all", lambda found: found.update(resources=[]), Code.NOT_A_PACKAGE, "it has no list of resources"),
    change_descriptor(
        "day with more than a day",
        lambda found: found.update(created="2031-04-01garbage"),
        Code.WRONG_TYPE,
        "expected a day",
        field="created",
    ),
    change_descriptor(
        "unknown table",
        lambda found: found["resources"].append({"name": "budgets", "path": "data/themes.csv"}),
        Code.UNKNOWN_TABLE,
        "'budgets' is not a table of Dataset",
        field=f"resources.{len(RESOURCE_INDEX)}.name",
    ),
    change_descriptor(
        "table of a misspelt name, to which others refer",
        lambda found: found["resources"][RESOURCE_INDEX["themes"]].update(name="theme"),
        Code.UNKNOWN_TABLE,
        "did you mean 'themes'?",
        field=f"resources.{RESOURCE_INDEX['themes']}.name",
    ),
    change_descriptor(
        "link table of a misspelt name",
        lambda found: found["resources"][RESOURCE_INDEX["ask_themes"]].update(name="asks_themes"),
        Code.UNKNOWN_TABLE,
        "did you mean 'ask_themes'?",
        field=f"resources.{RESOURCE_INDEX['ask_themes']}.name",
    ),
    change_descriptor(
        "duplicate table",
        lambda found: found["resources"].append(found["resources"][RESOURCE_INDEX["themes"]]),
        Code.DUPLICATE_TABLE,
        "lists the table twice",
        table="themes",
    ),
    change_descriptor(
        "foreign key that leads nowhere",
        lambda found: found["resources"][RESOURCE_INDEX["asks"]]["schema"]["foreignKeys"][0]["reference"].update(resource="request_item"),
        Code.CONTRADICTION,
        "did you mean 'request_items'?",
        field=f"resources.{RESOURCE_INDEX['asks']}.schema.foreignKeys",
    ),
    declare_path("absolute", "/etc/hostname", "is absolute"),
    declare_path("of a drive", "C:\\data\\themes.csv", "is absolute"),
    declare_path("that leads out", "../themes.csv", "leads out of the package"),
    declare_path("that leads out on the way", "data/../../csv/data/themes.csv", "leads out of the package"),
    declare_path("that leads out by backslashes", "data\\..\\..\\themes.csv", "leads out of the package"),
    declare_path("that is an address", "https://example.org/themes.csv", "an address on a network"),
    change_descriptor(
        "no path",
        lambda found: found["resources"][RESOURCE_INDEX["themes"]].pop("path"),
        Code.NOT_A_PACKAGE,
        "expected the path of a file",
        table="themes",
        field=f"resources.{RESOURCE_INDEX['themes']}.path",
    ),
    change_descriptor(
        "table in two files",
        lambda found: found["resources"][RESOURCE_INDEX["themes"]].update(path=["data/themes.csv", "data/more.csv"]),
        Code.NOT_A_PACKAGE,
        "which of them have a header",
        table="themes",
        field=f"resources.{RESOURCE_INDEX['themes']}.path",
    ),
    change_descriptor(
        "format of another kind",
        lambda found: found["resources"][RESOURCE_INDEX["themes"]].update(format="xlsx"),
        Code.NOT_A_PACKAGE,
        "expected csv or parquet",
        table="themes",
        field=f"resources.{RESOURCE_INDEX['themes']}.format",
    ),
    change_descriptor("no resources", lambda found: found.pop("resources"), Code.NOT_A_PACKAGE, "no list of resources"),
    change_descriptor("resources that are no list", lambda found: found.update(resources={}), Code.NOT_A_PACKAGE, "no list of resources"),
    change_descriptor(
        "release on no day", lambda found: found.update(created="2031-02-30"), Code.WRONG_TYPE, "expected a day", field="created"
    ),
    *(
        change_descriptor(f"{name} with {what}", partial(set_value, place, text), Code.BAD_TEXT, says, field=name)
        for name, place in {
            "title": ("title",),
            "description": ("description",),
            "version": ("version",),
            "homepage": ("homepage",),
            "keywords": ("keywords", 0),
            "licenses[0].title": ("licenses", 0, "title"),
            "sources[0].title": ("sources", 0, "title"),
            "sources[0].path": ("sources", 0, "path"),
        }.items()
        for what, text, says in (
            ("a command to a terminal", "\x1b]0;PWN\x07", "control character"),
            ("a second command to a terminal", "a\x9b31m", "control character"),
            ("white space alone", "\u3000\n", "nothing but white space"),
        )
    ),
    change_descriptor(
        "credit of nothing", lambda found: found.update(sources=[{}]), Code.INVALID_VALUE, "expected a title, a path", field="sources[0]"
    ),
    *(
        change_descriptor(
            f"release at {moment}", partial(set_value, ("created",), moment), Code.WRONG_TYPE, "expected a day", field="created"
        )
        for moment in ("2031-06-01T25:00:00Z", "2031-06-01T12:00:00", "2031-06-01T12:00Z", "2031-02-30T00:00:00Z")
    ),
    PlantedFault(
        "descriptor that is no JSON",
        lambda package: (package / "datapackage.json").write_text("# dxgov", encoding="utf-8") and None,
        Code.NOT_A_PACKAGE,
        says="not JSON",
    ),
    PlantedFault(
        "descriptor that is a list",
        lambda package: (package / "datapackage.json").write_text("[]", encoding="utf-8") and None,
        Code.NOT_A_PACKAGE,
        says="no list of resources",
    ),
    PlantedFault(
        "descriptor that is not UTF-8",
        lambda package: (package / "datapackage.json").write_bytes(b'{"title": "\xe9"}') and None,
        Code.NOT_A_PACKAGE,
        says="not JSON",
    ),
]


@pytest.mark.parametrize("case", DESCRIPTORS, ids=lambda case: case.name)
def test_a_fault_of_a_descriptor(case: PlantedFault, copy_package: Callable[[str], Path]):
    case.check(copy_package("csv"))


@pytest.mark.parametrize("value", [7, None, True, ["a"]])
def test_a_name_that_is_no_text(value: object, copy_package: Callable[[str], Path]):
    def edit(found: dict[str, Any]) -> None:
        found["name"] = value

    change_descriptor("name", edit, Code.WRONG_TYPE, "expected a text", field="name").check(copy_package("csv"))


# Random damage

JUNK = [None, 7, 1.5, True, [], ["a"], {}, {"a": 1}, [[]], "", "x", "../x", "data/\x00", 1e400, -1, 2**70]


def list_paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a JSON document."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield (*path, key)
        yield from list_paths(member, (*path, key))


@pytest.fixture(scope="module")
def few_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV package of all that a descriptor can say, and of few tables: with lists, links, roles, dates and references to any table."""
    data = Dataset.of([*sound().sources, *sound().actors, *sound().appointments, *sound().themes, *sound().meetings], sound().metadata)
    return dxgov.export(data, tmp_path_factory.mktemp("few") / "export", formats=["csv"]) / "csv"


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_junk_anywhere_in_a_descriptor_gives_a_report(draw: st.DataObject, few_tables: Path):
    descriptor = read_descriptor(few_tables)
    path = draw.draw(st.sampled_from(list(list_paths(descriptor))))
    set_value(path, draw.draw(st.sampled_from(JUNK)), descriptor)
    with TemporaryDirectory() as folder:
        package = shutil.copytree(few_tables, Path(folder) / "package")
        (package / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
        assert all(str(problem) for problem in dxgov.validate(package))
