"""Hypothesis strategies of valid data sets, records and dates, for tests of code that uses dxgov.

Requires Hypothesis (``pip install 'dxgov[testing]'``). The strategies are derived from the record classes, also those of your own
data set classes.

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

from dxgov.characters import find_text_fault
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
    RequiredUnlessOf,
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
    """Return a strategy of texts that a field may hold: visible Unicode without controls, line breaks and quotes included."""
    valid_texts = st.text(_ALPHABET, min_size=1, max_size=max_size).filter(lambda text: find_text_fault(text) is None)
    return valid_texts | st.sampled_from(['"', "a,b", "a\r\n", '"\n"', "007", " a ", "=1+1", "null", "髙﨑〜①"])


@st.composite
def edtf(draw: Draw) -> str:
    """Draw EDTF strings of level 0 and 1 that `dxgov.dates.bounds` accepts."""
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
    """Return a strategy of dates as written, including vague dates and dates without a day."""
    return st.builds(When, texts(), st.none() | edtf(), st.sampled_from(list(Scope)), st.sampled_from(list(Basis)))


st.register_type_strategy(When, whens())


def metadata() -> st.SearchStrategy[Metadata]:
    """Return a strategy of metadata."""
    optional_texts = st.none() | texts()
    return st.builds(
        Metadata,
        name=st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True),
        title=optional_texts,
        description=optional_texts,
        version=optional_texts,
        created=st.none() | st.dates(),
        doi=st.none() | st.just("10.5555/data.1"),
        homepage=st.none() | st.just("https://example.org/data"),
        keywords=st.lists(texts(), max_size=3).map(tuple),
        languages=st.lists(st.sampled_from(["ja", "en", "ain"]), max_size=2, unique=True).map(tuple),
        places=st.lists(st.sampled_from(["JP", "JP-13"]), max_size=2, unique=True).map(tuple),
        subjects=st.just(()) | st.just(("https://example.org/subjects/government",)),
        licenses=st.lists(st.builds(License, name=texts(), path=optional_texts, title=optional_texts), max_size=2).map(tuple),
        contributors=st.lists(
            st.builds(
                Contributor,
                title=texts(),
                roles=st.lists(texts(), max_size=2).map(tuple),
                path=optional_texts,
                given_name=optional_texts,
                family_name=optional_texts,
            )
            | st.builds(Contributor, given_name=texts(), family_name=texts()),
            max_size=2,
        ).map(tuple),
        sources=st.lists(st.builds(Credit, title=texts(), path=optional_texts) | st.builds(Credit, path=texts()), max_size=2).map(tuple),
        redirects=st.sets(st.from_regex(r"gone-[a-z0-9]{1,8}", fullmatch=True), max_size=2).map(
            lambda ids: tuple(map(Redirect, sorted(ids)))
        ),
    )


def datasets(model: type[C] = Dataset, max_size: int = 3) -> st.SearchStrategy[C]:  # type: ignore[assignment]
    """Return a strategy of valid data sets, in which `dxgov.validate` finds no problem.

    `max_size` is the maximum number of records of each table; `model` is the data set class.
    """
    return _datasets(model, max_size)


@st.composite
def _datasets(draw: Draw, model: type[C], max_size: int) -> C:
    tables = list(model_of(model).tables.values())
    skeletons = _draw_skeletons(draw, model_of(model), max_size)
    records, used_keys, by_id = [], set[tuple[Any, ...]](), dict[str, Any]()
    for table in tables:
        for number, skeleton in enumerate(skeletons[table.name]):
            earlier = _IdPool(model_of(model), {**skeletons, table.name: skeletons[table.name][:number]})
            record = _draw_record(draw, table, skeleton, earlier, _IdPool(model_of(model), skeletons))
            keys = {*_list_inner_keys(table, record)}
            assume(not keys & used_keys and not _is_too_early(table, record, by_id))
            by_id[getattr(record, table.key[0])] = record
            used_keys |= keys
            records.append(record)
    return model.of(records, draw(metadata()))


def _list_inner_keys(table: Table, record: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the unique keys of those values of a record that have several parts."""
    for field in table.fields:
        mark = field.mark(UniqueWithin)
        part = next((part for part in field.parts if part.column.has(UniqueWithin)), None)
        value = getattr(record, field.name)
        if mark and part and value is not None and getattr(value, part.name) is not None:
            yield table.name, field.name, getattr(value, part.name), *(getattr(record, other) for other in mark.others)


def _is_too_early(table: Table, record: Any, by_id: Mapping[str, Any]) -> bool:
    """Check if a date of a record breaks a `NotBeforeOf` rule."""
    for field in table.fields:
        mark, value = field.mark(NotBeforeOf), getattr(record, field.name)
        if mark and value is not None:
            target = by_id.get(getattr(record, mark.reference))
            through = by_id.get(getattr(target, mark.through) or "") if target and mark.through else None
            floors = [getattr(earlier, mark.field) for earlier in (target, through) if earlier]
            if any(floor is not None and value.surely_before(floor) for floor in floors):
                return True
    return False


class _IdPool:
    """The records that references may lead to, as partial rows."""

    def __init__(self, model: Model, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self._model, self._rows = model, rows

    def ids(self, column: Column) -> list[str]:
        """Return the ids of the records that a column may refer to."""
        kind_column = self._model.kind_column(column)
        return [
            row[self._model.tables[name].key[0]]
            for name, rows in self._rows.items()
            if column.target in (name, None)
            for row in rows
            if kind_column is None or kind_column.name not in row or row[kind_column.name] in column.kinds
        ]

    def is_of_kind(self, table: str, id: str | None, kinds: tuple[str, ...]) -> bool:
        """Return whether the record of a table with an id is known to be of one of some kinds."""
        target = self._model.tables[table]
        kind_column = target.kind_column(kinds)  # type: ignore[arg-type]  # `Model` refuses what is no code
        return any(
            row[target.key[0]] == id and kind_column is not None and row.get(kind_column.name) in kinds for row in self._rows.get(table, ())
        )


def records(record: type[R], model: type[Collection] = Dataset) -> st.SearchStrategy[R]:
    """Return a strategy of single records of a class; their references lead to ids without records."""
    return _records(record, model)


@st.composite
def _records(draw: Draw, record: type[R], model: type[Collection]) -> R:
    tables = model_of(model)
    rows = {
        table.name: [{table.key[0]: id} for id in draw(st.lists(_key_strategy(table), min_size=2, max_size=3, unique=True))]
        for table in tables.tables.values()
    }
    table, pool = tables.table_of(record), _IdPool(tables, rows)
    return _draw_record(draw, table, {table.key[0]: draw(_key_strategy(table))}, pool, pool)  # type: ignore[no-any-return]


@cache
def _key_strategy(table: Table) -> st.SearchStrategy[str]:
    """Return a strategy of ids of a table; if the pattern allows, of short ones, which are fast to draw."""
    column = table.column(table.key[0])
    key, pattern = column.mark(Key), column.pattern
    prefix = key.prefix if key else ""
    if pattern is None or not re.fullmatch(pattern.regex, f"{prefix}a0"):
        return _text_strategy(column)
    return st.builds("{}{}{}".format, st.just(prefix), st.sampled_from("abcxyz"), st.integers(0, 9999))


@cache
def _sizes(max_size: int) -> st.SearchStrategy[int]:
    """Return a strategy of table sizes. Most tables are empty, to keep drawing fast."""
    return st.one_of(st.just(0), st.just(0), st.integers(0, max_size))


def _draw_skeletons(draw: Draw, model: Model, max_size: int) -> dict[str, list[dict[str, Any]]]:
    """Draw the cells that records depend on each other by: ids, kinds, parents, and unique numbers. Return them by table."""
    tables = list(model.tables.values())
    sizes = {table.name: draw(_sizes(max_size)) for table in tables}
    kinds: dict[str, list[tuple[Code, ...]]] = {table.name: [] for table in tables}
    # The target of a required reference is not empty, and has a record of each kind that the references require.
    for _ in tables:
        for table in tables:
            for column in table.columns:
                if column.required and column.target and sizes[table.name]:
                    if column.kinds and column.kinds not in kinds[column.target]:
                        kinds[column.target].append(column.kinds)
                    sizes[column.target] = max(sizes[column.target], len(kinds[column.target]), 1)
    kind_columns = {column.target: kind_column for _, column in model.references() if (kind_column := model.kind_column(column))}
    for table in tables:
        for column in table.columns:
            if unless := column.required_unless_of:
                target = model.tables[str(table.column(unless.reference).target)]
                kind_columns[target.name] = target.kind_column(unless.kinds)  # type: ignore[assignment, arg-type]  # `Model` has checked
    skeletons: dict[str, list[dict[str, Any]]] = {}
    used_ids: set[str] = set()
    by_name = {table.name: table for table in tables}

    def draw_table(table: Table) -> None:
        if table.name in skeletons:
            return
        skeletons[table.name] = []
        for parent in table.parents:
            draw_table(by_name[str(parent.target)])
        used_keys: set[tuple[Any, ...]] = set()
        for number in range(sizes[table.name]):
            key = draw(_key_strategy(table).filter(lambda id: id not in used_ids))
            skeleton = {table.key[0]: key, **_draw_parents(draw, table, skeletons)}
            if kind_column := kind_columns.get(table.name):
                required_kinds = kinds[table.name]
                codes = required_kinds[number] if number < len(required_kinds) else kind_column.codes
                skeleton[kind_column.name] = draw(st.sampled_from(codes))
            # Draw unique numbers with the columns within which they are unique, and clear one that repeats if it is optional.
            unique_columns = [(column, mark.others) for column in table.columns if (mark := column.mark(UniqueWithin)) and not column.inner]
            for column, others in unique_columns:
                for name in (*others, column.name):
                    if name not in skeleton:
                        key_column = table.column(name)
                        is_filled = key_column.required or draw(st.booleans())
                        skeleton[name] = draw(_cell_strategy(key_column, skeleton)) if is_filled else None
                if not column.required and (column.name, skeleton[column.name], *(skeleton[other] for other in others)) in used_keys:
                    skeleton[column.name] = None
            keys = {
                (column.name, skeleton[column.name], *(skeleton[other] for other in others))
                for column, others in unique_columns
                if skeleton[column.name] is not None
            }
            # Leave out a record whose required number repeats.
            if not keys & used_keys:
                used_keys |= keys
                used_ids.add(key)
                skeletons[table.name].append(skeleton)

    for table in tables:
        draw_table(table)
    return skeletons


def _draw_parents(draw: Draw, table: Table, skeletons: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Draw the ids of the parents of a record. The nearest parent comes first and determines the farther ones that it has as well."""
    parents: dict[str, Any] = {}
    for column in reversed(table.parents):
        if column.name in parents:
            continue
        choices = skeletons[str(column.target)]
        parent = draw(st.sampled_from(choices)) if choices and (column.required or draw(st.booleans())) else None
        parents[column.name] = parent["id"] if parent else None
        if parent:
            parents |= {farther.name: parent[farther.name] for farther in table.parents if farther is not column and farther.name in parent}
    return parents


def _draw_record(draw: Draw, table: Table, skeleton: Mapping[str, Any], earlier: _IdPool, pool: _IdPool) -> Any:
    """Draw a record with the cells of its skeleton. References to its own table lead to earlier records, to avoid cycles."""
    plain_fields = [field for field in table.fields if field.value is None]
    values = {field.name: _draw_value(draw, field, pool) for field in table.fields if field.value is not None}
    parts = {
        part.column.name: getattr(values[field.name], part.name, None) for field in table.fields if field.value for part in field.parts
    }
    cells = dict(skeleton)
    for column in sorted((field.columns[0] for field in plain_fields), key=_depends_on_others):
        if column.name not in cells:
            unless = column.required_unless_of
            target = table.column(unless.reference).target if unless else None
            required = bool(unless) and not pool.is_of_kind(str(target), {**parts, **cells}[unless.reference], unless.kinds)  # type: ignore[union-attr]
            cells[column.name] = _draw_cell(draw, column, cells, earlier, required=required or None)
    return table.record(**cells, **values)


def _depends_on_others(column: Column) -> bool:
    return any(column.has(kind) for kind in (Differs, Together, NotBefore, PatternWhere, RequiredUnless, RequiredUnlessOf))


def _draw_value(draw: Draw, field: Field, pool: _IdPool) -> Any:
    """Draw a value of several parts, or None if the field is optional."""
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
        cells[part.column.name] = _draw_cell(draw, part.column, cells, pool, required=part.required)
    return field.value(**{part.name: cells[part.column.name] for part in field.parts})


def _draw_cell(draw: Draw, column: Column, cells: Mapping[str, Any], pool: _IdPool, *, required: bool | None = None) -> Any:
    """Draw a cell of a column that fulfils the rules between it and the cells drawn before."""
    together, unless = column.mark(Together), column.mark(RequiredUnless)
    required = column.required if required is None else required
    if together:
        if cells[together.other] is None:
            return None
        required = required or not together.unless
    elif unless and not required:
        required = cells[unless.other] != unless.value
    if not required and not column.many and draw(st.booleans()):
        return None
    if column.has(Ref):
        differs = column.mark(Differs)
        ids = [id for id in pool.ids(column) if not differs or id != cells[differs.other]]
        if column.many:
            size = 1 if column.required else 0
            return tuple(draw(st.lists(st.sampled_from(ids), min_size=size, max_size=3, unique=True))) if ids else ()
        assume(ids or not required)
        return draw(st.sampled_from(ids)) if ids else None
    return draw(_cell_strategy(column, cells))


def _cell_strategy(column: Column, cells: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if column.many:
        return st.lists(_scalar_strategy(column), min_size=1 if column.required else 0, max_size=3, unique=bool(column.codes)).map(tuple)
    pattern_where = next((mark for mark in column.marks if isinstance(mark, PatternWhere) and cells.get(mark.other) in mark.values), None)
    if pattern_where:
        return _text_strategy(column, pattern_where.pattern)
    not_before, differs = column.mark(NotBefore), column.mark(Differs)
    if differs:
        return _scalar_strategy(column).filter(lambda value: value != cells.get(differs.other))
    if not_before and cells.get(not_before.other) is not None:
        minimum = cells[not_before.other]
        return _scalar_strategy(column).map(lambda value: max(value, minimum))
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
def _text_strategy(column: Column, extra_pattern: Pattern | None = None) -> st.SearchStrategy[str]:
    """Return a strategy of texts that match the pattern of a column and an extra pattern, if any."""
    if column.pattern is None and extra_pattern is None:
        return texts()
    pattern, digit = column.pattern, column.mark(CheckDigit)
    regex = (extra_pattern or pattern).regex  # type: ignore[union-attr]  # one of them is not None
    matches = st.from_regex(regex, fullmatch=True, alphabet=_ALPHABET)
    if extra_pattern and pattern:
        matches = matches.filter(lambda text: re.fullmatch(pattern.regex, text) is not None)
    return matches.map(digit.correct) if digit else matches
