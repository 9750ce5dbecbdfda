"""Hypothesis strategies for tests of code that uses dxgov: sound data sets, records, dates.

Needs Hypothesis (``pip install 'dxgov[testing]'``). The strategies follow from the definition of the records, for data set classes
of your own too.

>>> from hypothesis import given
>>> import dxgov
>>> from dxgov.testing import datasets
>>> @given(datasets())
... def test_every_data_set_is_sound(ds):
...     assert dxgov.validate(ds).valid
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from hypothesis import assume
from hypothesis import strategies as st

from dxgov.characters import text_fault
from dxgov.codes import Code
from dxgov.dataset import Dataset
from dxgov.dates.edtf import bounds
from dxgov.dates.when import Basis, Scope, When
from dxgov.errors import ModelError
from dxgov.marks import (
    CheckDigit,
    Differs,
    Key,
    Minimum,
    NotBefore,
    NotBeforeOf,
    Pattern,
    PatternWhere,
    Ref,
    RequiredUnless,
    Together,
    UniqueWithin,
)
from dxgov.metadata import Contributor, Credit, License, Metadata, Redirect
from dxgov.model.record import Record
from dxgov.schema import Column, Field, Kind, Model, Table, model_of
from dxgov.tables.collection import Collection

C = TypeVar("C", bound=Collection)
R = TypeVar("R", bound=Record)
Draw = Callable[[st.SearchStrategy[Any]], Any]

_ALPHABET = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r", exclude_characters="\ufffe\uffff")


@cache
def texts(max_size: int = 20) -> st.SearchStrategy[str]:
    """Texts that a field may hold: any Unicode but controls, line breaks and quotes included, and something in it is seen."""
    drawn = st.text(_ALPHABET, min_size=1, max_size=max_size).filter(lambda text: text_fault(text) is None)
    return drawn | st.sampled_from(['"', "a,b", "a\r\n", '"\n"', "007", " a ", "=1+1", "null", "髙﨑〜①"])


@st.composite
def edtf(draw: Draw) -> str:
    """EDTF strings of level 0 and 1 that `dxgov.dates.bounds` accepts."""
    shape = draw(st.sampled_from(["date", "interval", "until", "since"]))
    first, last = draw(_edtf_dates()), draw(_edtf_dates())
    if shape == "date":
        return str(first)
    if shape == "until":
        return f"{draw(st.sampled_from(['..', '']))}/{last}"
    if shape == "since":
        return f"{first}/{draw(st.sampled_from(['..', '']))}"
    start, end = bounds(first)[0], bounds(last)[1]
    return f"{first}/{last}" if start and end and start <= end else f"{last}/{first}" if _is_valid_interval(last, first) else str(first)


def _is_valid_interval(first: str, last: str) -> bool:
    start, end = bounds(first)[0], bounds(last)[1]
    return start is not None and end is not None and start <= end


def _edtf_dates() -> st.SearchStrategy[str]:
    days = st.dates(min_value=date(1, 1, 1), max_value=date(9998, 12, 31))
    forms: list[Callable[[date], str]] = [
        lambda day: day.isoformat(),
        lambda day: day.isoformat()[:7],
        lambda day: day.isoformat()[:4],
        lambda day: f"{day.isoformat()[:4]}-{20 + (day.month % 4) + 1}",
        lambda day: f"{day.isoformat()[:3]}X",
        lambda day: f"{day.isoformat()[:2]}XX",
        lambda day: f"{day.isoformat()[:7]}-XX",
        lambda day: f"{day.isoformat()[:4]}-XX",
        lambda day: f"{day.isoformat()[:4]}-XX-XX",
    ]
    marks = st.sampled_from(["", "", "?", "~", "%"])
    return st.builds(lambda day, form, mark: form(day) + mark, days, st.sampled_from(forms), marks)


@cache
def whens() -> st.SearchStrategy[When]:
    """Dates as written, vague ones and such without any day included."""
    return st.builds(When, texts(), st.none() | edtf(), st.sampled_from(list(Scope)), st.sampled_from(list(Basis)))


st.register_type_strategy(When, whens())


def metadata() -> st.SearchStrategy[Metadata]:
    """What a data set says about itself."""
    some = st.none() | texts()
    return st.builds(
        Metadata,
        name=st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True),
        title=some,
        description=some,
        version=some,
        created=st.none() | st.dates(),
        doi=st.none() | st.just("10.5555/data.1"),
        homepage=st.none() | st.just("https://example.org/data"),
        keywords=st.lists(texts(), max_size=3).map(tuple),
        languages=st.lists(st.sampled_from(["ja", "en", "ain"]), max_size=2, unique=True).map(tuple),
        places=st.lists(st.sampled_from(["JP", "JP-13"]), max_size=2, unique=True).map(tuple),
        subjects=st.just(()) | st.just(("https://example.org/subjects/government",)),
        licenses=st.lists(st.builds(License, name=texts(), path=some, title=some), max_size=2).map(tuple),
        contributors=st.lists(
            st.builds(
                Contributor, title=texts(), roles=st.lists(texts(), max_size=2).map(tuple), path=some, given_name=some, family_name=some
            )
            | st.builds(Contributor, given_name=texts(), family_name=texts()),
            max_size=2,
        ).map(tuple),
        sources=st.lists(st.builds(Credit, title=texts(), path=some) | st.builds(Credit, path=texts()), max_size=2).map(tuple),
        redirects=st.sets(st.from_regex(r"gone-[a-z0-9]{1,8}", fullmatch=True), max_size=2).map(
            lambda ids: tuple(map(Redirect, sorted(ids)))
        ),
    )


def datasets(model: type[C] = Dataset, max_size: int = 3) -> st.SearchStrategy[C]:  # type: ignore[assignment]
    """Sound data sets: `dxgov.validate` finds nothing wrong with any, and every reference leads to a record.

    `max_size` bounds the records of each table; `model` is the data set class.
    """
    return _datasets(model, max_size)


@st.composite
def _datasets(draw: Draw, model: type[C], max_size: int) -> C:
    tables = list(model_of(model).tables.values())
    skeletons = _draw_skeletons(draw, model_of(model), max_size)
    records, seen, by_id = [], set[tuple[Any, ...]](), dict[str, Any]()
    for table in tables:
        for number, skeleton in enumerate(skeletons[table.name]):
            earlier = _IdPool(model_of(model), {**skeletons, table.name: skeletons[table.name][:number]})
            record = _draw_record(draw, table, skeleton, earlier, _IdPool(model_of(model), skeletons))
            keys = {*_list_inner_keys(table, record)}
            assume(not keys & seen and not _is_too_early(table, record, by_id))
            by_id[getattr(record, table.key[0])] = record
            seen |= keys
            records.append(record)
    return model.of(records, draw(metadata()))


def _list_inner_keys(table: Table, record: Any) -> Iterator[tuple[Any, ...]]:
    """Return what must not repeat of the values of a record that have several parts."""
    for field in table.fields:
        mark = field.mark(UniqueWithin)
        part = next((part for part in field.parts if part.column.has(UniqueWithin)), None)
        value = getattr(record, field.name)
        if mark and part and value is not None and getattr(value, part.name) is not None:
            yield table.name, field.name, getattr(value, part.name), *(getattr(record, other) for other in mark.others)


def _is_too_early(table: Table, record: Any, by_id: Mapping[str, Any]) -> bool:
    """Tell whether a date of a record lies before one of a record that it must not lie before."""
    for field in table.fields:
        mark, value = field.mark(NotBeforeOf), getattr(record, field.name)
        if mark and value is not None:
            target = by_id.get(getattr(record, mark.reference))
            through = by_id.get(getattr(target, mark.through) or "") if target and mark.through else None
            floors = [getattr(each, mark.field) for each in (target, through) if each]
            if any(floor is not None and value.surely_before(floor) for floor in floors):
                return True
    return False


class _IdPool:
    """The records that references may lead to."""

    def __init__(self, model: Model, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self._model, self._rows = model, rows

    def ids(self, column: Column) -> list[str]:
        """Return the ids of the records that a column may refer to."""
        kinds = self._model.kind_column(column)
        return [
            row[self._model.tables[name].key[0]]
            for name, rows in self._rows.items()
            if column.target in (name, None)
            for row in rows
            if kinds is None or kinds.name not in row or row[kinds.name] in column.kinds
        ]


def records(record: type[R], model: type[Collection] = Dataset) -> st.SearchStrategy[R]:
    """Single records of a class; their references need not lead anywhere."""
    return _records(record, model)


@st.composite
def _records(draw: Draw, record: type[R], model: type[Collection]) -> R:
    tables = model_of(model)
    rows = {
        table.name: [{table.key[0]: id} for id in draw(st.lists(_key_strategy(table), min_size=2, max_size=3, unique=True))]
        for table in tables.tables.values()
    }
    table, known = tables.table_of(record), _IdPool(tables, rows)
    return _draw_record(draw, table, {table.key[0]: draw(_key_strategy(table))}, known, known)  # type: ignore[no-any-return]


@cache
def _key_strategy(table: Table) -> st.SearchStrategy[str]:
    """Ids of a table: short ones where the form allows, which are quick to draw."""
    column = table.column(table.key[0])
    key, pattern = column.mark(Key), column.pattern
    prefix = key.prefix if key else ""
    if pattern is None or not re.fullmatch(pattern.regex, f"{prefix}a0"):
        return _text_strategy(column)
    return st.builds("{}{}{}".format, st.just(prefix), st.sampled_from("abcxyz"), st.integers(0, 9999))


@cache
def _sizes(max_size: int) -> st.SearchStrategy[int]:
    """How many records a table has; most tables have none, or drawing would take long."""
    return st.one_of(st.just(0), st.just(0), st.integers(0, max_size))


def _draw_skeletons(draw: Draw, model: Model, max_size: int) -> dict[str, list[dict[str, Any]]]:
    """The records with what makes them stand together: ids, kinds, what they are parts of, and numbers that may not repeat."""
    tables = list(model.tables.values())
    sizes = {table.name: draw(_sizes(max_size)) for table in tables}
    kinds: dict[str, list[tuple[Code, ...]]] = {table.name: [] for table in tables}
    for _ in tables:  # a table that another one needs is not empty, and has a record of each kind that is needed
        for table in tables:
            for column in table.columns:
                if column.required and column.target and sizes[table.name]:
                    if column.kinds and column.kinds not in kinds[column.target]:
                        kinds[column.target].append(column.kinds)
                    sizes[column.target] = max(sizes[column.target], len(kinds[column.target]), 1)
    asked = {column.target: kind for _, column in model.references() if (kind := model.kind_column(column))}
    made: dict[str, list[dict[str, Any]]] = {}
    taken: set[str] = set()
    by_name = {table.name: table for table in tables}

    def make(table: Table) -> None:
        if table.name in made:
            return
        made[table.name] = []
        for parent in table.parents:
            make(by_name[str(parent.target)])
        seen: set[tuple[Any, ...]] = set()
        for number in range(sizes[table.name]):
            skeleton = {table.key[0]: draw(_key_strategy(table).filter(lambda id: id not in taken)), **_draw_parents(draw, table, made)}
            if kind := asked.get(table.name):
                skeleton[kind.name] = draw(st.sampled_from(kinds[table.name][number] if number < len(kinds[table.name]) else kind.codes))
            numbers = [(column, mark.others) for column in table.columns if (mark := column.mark(UniqueWithin)) and not column.inner]
            for column, others in numbers:
                for name in (*others, column.name):
                    if name not in skeleton:
                        own = table.column(name)
                        filled = own.required or draw(st.booleans())
                        skeleton[name] = draw(_cell_strategy(own, skeleton)) if filled else None
                if not column.required and (column.name, skeleton[column.name], *(skeleton[other] for other in others)) in seen:
                    skeleton[column.name] = None
            keys = {
                (column.name, skeleton[column.name], *(skeleton[other] for other in others))
                for column, others in numbers
                if skeleton[column.name] is not None
            }
            if not keys & seen:
                seen |= keys
                taken.add(skeleton[table.key[0]])
                made[table.name].append(skeleton)

    for table in tables:
        make(table)
    return made


def _draw_parents(draw: Draw, table: Table, made: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """What a record is a part of: the nearest first, which settles what both are parts of."""
    chosen: dict[str, Any] = {}
    for column in reversed(table.parents):
        if column.name in chosen:
            continue
        choices = made[str(column.target)]
        picked = draw(st.sampled_from(choices)) if choices and (column.required or draw(st.booleans())) else None
        chosen[column.name] = picked["id"] if picked else None
        if picked:
            chosen |= {other.name: picked[other.name] for other in table.parents if other is not column and other.name in picked}
    return chosen


def _draw_record(draw: Draw, table: Table, skeleton: Mapping[str, Any], earlier: _IdPool, known: _IdPool) -> Any:
    """A record on its skeleton. References to the own table go to earlier records, so that none goes in a circle."""
    plain = [field for field in table.fields if field.value is None]
    cells = dict(skeleton)
    for column in sorted((field.columns[0] for field in plain), key=_depends_on_others):
        if column.name not in cells:
            cells[column.name] = _draw_cell(draw, column, cells, earlier)
    values = {field.name: _draw_value(draw, field, known) for field in table.fields if field.value is not None}
    return table.record(**cells, **values)


def _depends_on_others(column: Column) -> bool:
    return any(column.has(kind) for kind in (Differs, Together, NotBefore, PatternWhere, RequiredUnless))


def _draw_value(draw: Draw, field: Field, known: _IdPool) -> Any:
    if field.value is None or (field.optional and draw(st.booleans())):
        return None
    if any(part.derived for part in field.parts):
        try:
            return draw(st.from_type(field.value))
        except ValueError as error:
            raise ModelError(
                f"{field.value.__name__}: register a Hypothesis strategy for it, since some of its parts follow from others"
            ) from error
    cells: dict[str, Any] = {}
    for part in sorted(field.parts, key=lambda part: _depends_on_others(part.column)):
        cells[part.column.name] = _draw_cell(draw, part.column, cells, known, required=part.required)
    return field.value(**{part.name: cells[part.column.name] for part in field.parts})


def _draw_cell(draw: Draw, column: Column, cells: Mapping[str, Any], known: _IdPool, *, required: bool | None = None) -> Any:
    """A cell of a column; what a rule demands of it follows from the cells drawn before."""
    together, unless = column.mark(Together), column.mark(RequiredUnless)
    required = column.required if required is None else required
    if together:
        required = cells[together.other] is not None
        if not required:
            return None
    elif unless and not required:
        required = cells[unless.other] != unless.value
    if not required and not column.many and draw(st.booleans()):
        return None
    if column.has(Ref):
        differs = column.mark(Differs)
        ids = [id for id in known.ids(column) if not differs or id != cells[differs.other]]
        if column.many:
            size = 1 if column.required else 0
            return tuple(draw(st.lists(st.sampled_from(ids), min_size=size, max_size=3, unique=True))) if ids else ()
        assume(ids or not required)
        return draw(st.sampled_from(ids)) if ids else None
    return draw(_cell_strategy(column, cells))


def _cell_strategy(column: Column, cells: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if column.many:
        return st.lists(_scalar_strategy(column), min_size=1 if column.required else 0, max_size=3, unique=bool(column.codes)).map(tuple)
    form = next((mark for mark in column.marks if isinstance(mark, PatternWhere) and cells.get(mark.other) in mark.values), None)
    if form:
        return _text_strategy(column, form.pattern)
    floor, differs = column.mark(NotBefore), column.mark(Differs)
    if differs:
        return _scalar_strategy(column).filter(lambda value: value != cells.get(differs.other))
    if floor and cells.get(floor.other) is not None:
        least = cells[floor.other]
        return _scalar_strategy(column).map(lambda value: max(value, least))
    return _scalar_strategy(column)


@cache
def _scalar_strategy(column: Column) -> st.SearchStrategy[Any]:
    if column.codes:
        return st.sampled_from(column.codes)
    minimum = column.mark(Minimum)
    numbers = st.integers(minimum.value if minimum else -(2**63), 2**63 - 1)
    kinds: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.INTEGER: (st.integers(minimum.value, minimum.value + 5) if minimum else st.integers(-5, 5)) | numbers,
        Kind.NUMBER: st.decimals(-(10**20), 10**20, places=9, allow_nan=False) | st.integers(-(10**28), 10**28).map(Decimal),
        Kind.BOOLEAN: st.booleans(),
        Kind.DATE: st.dates(),
    }
    return _text_strategy(column) if column.kind is Kind.TEXT else kinds[column.kind]


@cache
def _text_strategy(column: Column, form: Pattern | None = None) -> st.SearchStrategy[str]:
    """Texts of a column, of those that also have a form that another field demands."""
    if column.pattern is None and form is None:
        return texts()
    whole, digit = column.pattern, column.mark(CheckDigit)
    regex = (form or whole).regex  # type: ignore[union-attr]  # one of them is there
    fitting = st.from_regex(regex, fullmatch=True, alphabet=_ALPHABET)
    if form and whole:
        fitting = fitting.filter(lambda text: re.fullmatch(whole.regex, text) is not None)
    return fitting.map(digit.correct) if digit else fitting
