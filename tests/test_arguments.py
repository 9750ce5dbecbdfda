"""Whatever is given in place of an argument, the answer is one line that says what was found and what is expected."""

import inspect
import math
import re
import typing
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import pytest

import dxgov
from dxgov import charts, dates
from dxgov.model import serialization as plain

NOW = datetime(2020, 1, 1)  # noqa: DTZ001 - without a zone, as most are
STRANGE = (
    None,
    b"x",
    7,
    True,
    {},
    {"a": 1},
    [],
    ["a"],
    Path("nowhere"),
    math.nan,
    "\ud800",
    object(),
    date(2020, 1, 1),
    NOW,
)

Call = tuple[Callable[..., Any], dict[str, Any]]


@cache
def calls() -> dict[str, Call]:
    """Every public function and the methods that take arguments, each with right ones; none of them takes long."""
    ds = dxgov.load()
    ask, request, held = ds.asks[0], ds.requests[0], ds.meetings[0].held
    few = dxgov.Dataset.of([*ds.themes[:2], *ds.sources])
    picture = charts.who_must_act(ds)
    about = {name: value for name, value in vars_of(ds.metadata).items() if name != "redirects"} | {"redirects": ()}
    return {
        "load": (dxgov.load, {"path": "nowhere", "model": dxgov.Dataset, "lazy": False, "limits": None}),
        "validate": (dxgov.validate, {"what": few, "model": dxgov.Dataset, "limits": None, "progress": None, "executor": None}),
        "verify": (dxgov.verify, {"what": "nowhere", "sources": "nowhere", "model": dxgov.Dataset, "partial": False}),
        "export": (
            dxgov.export,
            {"data": few, "destination": "/dev/null/x", "formats": "csv", "zip": False, "overwrite": False, "base": None},
        ),
        "site": (dxgov.site, {"data": few, "destination": "/dev/null/x", "overwrite": False}),
        "partition": (
            dxgov.partition,
            {"data": few, "destination": "/dev/null/x", "by": {"asks": "strength"}, "overwrite": False, "executor": None},
        ),
        "new": (dxgov.new, {"folder": "/dev/null/x", "metadata": None, "model": dxgov.Dataset}),
        "read.document": (dxgov.read, {"source": "nowhere", "genre": None, "like": None, "id": None, "media_type": None, "limits": None}),
        "read_many": (dxgov.read_many, {"paths": [], "executor": None, "genre": None, "like": None, "limits": None}),
        "seal": (dxgov.seal, {"folder": "nowhere", "model": dxgov.Dataset, "sources": None, "limits": None, "report": None}),
        "digest": (dxgov.digest, {"data": few}),
        "parts": (dxgov.parts, {"path": "nowhere", "table": "asks", "model": dxgov.Dataset, "rows": 5, "limits": None}),
        "row_problems": (
            dxgov.row_problems,
            {"rows": ds.themes.data, "table": "themes", "model": dxgov.Dataset, "first_row": 1, "limits": None},
        ),
        "Dataset": (dxgov.Dataset, {"tables": {}, "metadata": None}),
        "Collection": (dxgov.Dataset.of, {"records": [ask], "metadata": None}),
        "Collection.__getitem__": (ds.__getitem__, {"id": "jp"}),
        "Collection.follow": (ds.follow, {"record": ask, "field": "theme_ids"}),
        "Collection.references": (ds.references, {"record": ask}),
        "Collection.referring": (ds.referring, {"record": ask}),
        "Collection.children": (ds.children, {"record": request}),
        "Dataset.trace": (ds.trace, {"subject": "telework"}),
        "Records": (ds.asks.__getitem__, {"which": 0}),
        "Records.get": (ds.asks.get, {"id": "x"}),
        "Records.index": (ds.asks.index, {"value": ask}),
        "Records.batches": (lambda **given: list(ds.asks.batches(**given)), {"size": 5, "columns": ["id"]}),
        "Records.column": (ds.asks.column, {"name": "id"}),
        "Records.between": (ds.meetings.between, {"start": "2020", "end": "2021", "on": None}),
        "Citation": (dxgov.Citation.of, {"source_id": "a", "document": "b", "first_line": 1, "last_line": 1, "place": None}),
        "Document": (dxgov.Document, {"text": "a\nb", "source": "src-x"}),
        "Document.open": (dxgov.Document.open, {"document": "a\nb", "source": "src-x"}),
        "Document.cite": (dxgov.Document("a\nb", "src-x").cite, {"first_line": 1, "last_line": 1, "place": None}),
        "Document.passage": (dxgov.Document("a\nb", "src-x").passage, {"first_line": 1, "last_line": 1}),
        "Metadata": (dxgov.Metadata, about),
        "License": (dxgov.License, {"name": "x", "path": None, "title": None}),
        "Contributor": (dxgov.Contributor, {"title": "x", "roles": (), "organization": None, "given_name": None, "family_name": None}),
        "Credit": (dxgov.Credit, {"title": "x", "path": None, "email": None, "version": None}),
        "Redirect": (dxgov.Redirect, {"id": "x", "to": None}),
        "Limits": (dxgov.Limits, vars_of(dxgov.Limits())),
        "When.contains": (held.contains, {"day": date(2020, 1, 1)}),
        "When.overlaps": (held.overlaps, {"other": held}),
        "When.surely_before": (held.surely_before, {"other": held}),
        "When.maybe_before": (held.maybe_before, {"other": held}),
        "read": (dates.read, {"text": "令和2年", "said_on": None, "choices": dates.Choices()}),
        "read_with_time": (dates.read_with_time, {"text": "令和2年", "said_on": None, "choices": dates.Choices()}),
        "find": (dates.find, {"text": "令和2年", "said_on": None, "choices": dates.Choices()}),
        "bounds": (dates.bounds, {"edtf": "2020"}),
        "business_days": (dates.business_days, {"when": held}),
        "Choices": (dates.Choices, vars_of(dates.Choices())),
        "picture": (charts.picture, {"name": "themes", "data": ds, "subject": None, "lang": "en"}),
        "timeline": (charts.timeline, {"data": ds, "lang": "en", "about": None}),
        "themes": (charts.themes, {"data": ds, "lang": "en"}),
        "flow": (charts.flow, {"data": ds, "lang": "en"}),
        "trace": (charts.trace, {"data": ds, "subject": "telework", "lang": "en"}),
        "who_must_act": (charts.who_must_act, {"data": ds, "lang": "en"}),
        "conversation": (charts.conversation, {"data": ds, "meeting": None, "lang": "en"}),
        "Picture.to_svg": (picture.to_svg, {"width": 760}),
        "Picture.to_png": (picture.to_png, {"width": 760, "scale": 1}),
        "Picture.to_html": (picture.to_html, {"width": 760}),
        "Picture.digest": (picture.digest, {"width": 760}),
        "Picture.save": (picture.save, {"path": "/dev/null/x.svg", "width": 760}),
        "structure": (plain.structure, {"data": {}, "into": dxgov.Ask}),
    }


def vars_of(value: Any) -> dict[str, Any]:
    return {each.name: getattr(value, each.name) for each in type(value).__attrs_attrs__}


def raised(call: Callable[[], object]) -> Exception | None:
    try:
        call()
    except Exception as error:  # noqa: BLE001 - which one it is, is the question
        return error
    return None


SIGNATURES = [(name, argument) for name, (_, given) in calls().items() for argument in given]


@pytest.mark.parametrize(("name", "argument"), SIGNATURES, ids=map(".".join, SIGNATURES))
def test_what_is_no_such_argument_is_refused_in_a_line(name, argument, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    function, given = calls()[name]
    for value in STRANGE:
        error = raised(lambda value=value: function(**given | {argument: value}))
        if error is None or isinstance(error, dxgov.DxgovError | OSError):
            continue
        assert isinstance(error, TypeError | ValueError), f"{value!r}: {error!r}"
        assert re.search("expected|the document has|holds half of a surrogate pair", str(error)), f"{value!r}: {error!r}"
        assert "\n" not in str(error), value


def test_every_public_function_is_tried():
    tried = {name.partition(".")[0] for name in calls()}
    for module in (dxgov, charts, dates):
        for name in module.__all__:
            public = getattr(module, name)
            plain_data = inspect.isclass(public) and (
                issubclass(public, Enum | Exception | dxgov.Record) or hasattr(public, "__attrs_attrs__") or Protocol in public.__bases__
            )
            if callable(public) and not plain_data and name != "write":
                assert name in tried, name


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda _: dxgov.export(Path("od/csv"), "x"), "data: found PosixPath('od/csv'), expected a data set (dxgov.load gives one)"),
        (lambda _: dxgov.export(5, "x"), "data: found 5, expected a data set"),
        (lambda _: dxgov.digest("od/csv"), "data: found 'od/csv', expected a data set (dxgov.load gives one)"),
        (lambda _: dxgov.validate(None), "what: found None, expected a data set (dxgov.load gives one) or a path"),
        (lambda ds: dxgov.Dataset.of([ds.asks[0]], metadata={}), "metadata: found {}, expected a Metadata or nothing"),
        (lambda ds: ds.actors[None], "found None, expected the position or the id of a record, or a slice"),
        (lambda ds: ds.actors[True], "found True, expected the position or the id of a record"),
        (lambda ds: ds.trace(None), "subject: found None, expected a text or a record"),
        (lambda ds: ds.requests.between(date(2020, 1, 1), NOW), "end: found datetime.datetime(2020"),
        (lambda ds: ds.asks.get(5), "id: found 5, expected the id of a record"),
        (lambda ds: charts.flow(ds, "de"), "lang: found 'de', expected 'en' or 'ja'"),
        (lambda _: dxgov.Metadata(keywords=5), "keywords: found 5, expected a list or a tuple of str"),
    ],
)
def test_what_is_taken_for_something_else(ds, call, said):
    with pytest.raises((TypeError, ValueError), match=re.escape(said)):
        call(ds)


@pytest.mark.parametrize("name", ["dxgov", "dxgov.dates", "dxgov.charts", "dxgov.marks", "dxgov.schema", "dxgov.values", "dxgov.testing"])
def test_every_annotation_can_be_evaluated(name):
    module = import_module(name)
    names = getattr(module, "__all__", [name for name in vars(module) if not name.startswith("_")])
    for public in (getattr(module, name) for name in names):
        if inspect.isclass(public):
            assert typing.get_type_hints(public, include_extras=True) is not None
            for _, member in inspect.getmembers_static(public):
                function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
                if inspect.isfunction(function) and str(function.__module__).startswith("dxgov"):
                    assert typing.get_type_hints(function, include_extras=True) is not None
        elif inspect.isfunction(public):
            assert typing.get_type_hints(public, include_extras=True) is not None


def test_a_type_checker_knows_as_much_of_a_checked_function_as_before():
    assert [*inspect.signature(dxgov.validate).parameters] == ["what", "model", "limits", "progress", "executor"]
    assert dxgov.validate.__doc__.startswith("Look for every fault")
