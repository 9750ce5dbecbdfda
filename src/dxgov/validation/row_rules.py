"""Rules between the fields of one record."""

from collections.abc import Iterator
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from dxgov.errors import Problem, ProblemCode, short_repr
from dxgov.languages import Message, join_texts
from dxgov.marks import Differs, NotBefore, RequiredUnless, Together
from dxgov.schema import Column, Field, LinkTable, Part, Table
from dxgov.tables.arrow import as_scalar, fill_null
from dxgov.validation.batches import RowBatch, Rule, find_true_rows
from dxgov.validation.derived_values import check_derived_parts, get_derivation


def build_row_rules(table: Table | LinkTable) -> Iterator[Rule]:
    """Yield the rules between the fields of a record of a table, in report order."""
    # The rows of a link table must not link a record to itself.
    if not isinstance(table, Table):
        if table.owner.name == table.target_column.target:
            yield partial(_check_self_link, table)
        return
    # Columns that are filled together with an anchor column.
    by_anchor: dict[str, list[Column]] = {}
    for column in table.stored:
        mark = column.mark(Together)
        if mark and mark.unless:  # where it is missing is a rule of references
            yield partial(_check_extra_companion, mark.other, [column], column)
        elif mark:
            by_anchor.setdefault(mark.other, []).append(column)
    for anchor, columns in by_anchor.items():
        if len(columns) > 1:
            yield partial(_check_missing_anchor, anchor, columns)
            yield partial(_check_extra_anchor, anchor, columns)
        for column in columns:
            yield partial(_check_missing_companion, anchor, columns, column)
            yield partial(_check_extra_companion, anchor, columns, column)
    # Columns with a mark that compares them with another column.
    for column in table.stored:
        unless, order, differs = column.mark(RequiredUnless), column.mark(NotBefore), column.mark(Differs)
        if unless:
            yield partial(_check_required_unless, column, unless)
        if order:
            yield partial(_check_order, column, order)
        if differs:
            yield partial(_check_differs, column, differs)
    # Fields of several columns.
    for field in table.fields:
        if field.value is not None:
            if field.optional:
                yield from (partial(_check_part_present, field, part) for part in field.parts if part.required)
            if get_derivation(field):
                yield partial(check_derived_parts, field)


def _get_masks(batch: RowBatch, anchor: str, columns: list[Column]) -> tuple[pa.Array, pa.Array, list[pa.Array]]:
    """Return masks of the rows in which all columns could be read, in which the anchor is filled, and in which each column is filled."""
    parsed = batch.parsed_rows(anchor, *(column.name for column in columns))
    return parsed, pc.is_valid(batch.cells(anchor)), [pc.is_valid(batch.cells(column.name)) for column in columns]


def _blame_anchor(batch: RowBatch, anchor: str, columns: list[Column]) -> tuple[pa.Array, pa.Array]:
    """Return masks of the rows in which only the anchor is empty, and in which only the anchor is filled.

    If several columns agree against the anchor, this one is most likely wrong.
    """
    parsed, anchor_filled, columns_filled = _get_masks(batch, anchor, columns)
    return _all([parsed, pc.invert(anchor_filled), *columns_filled]), _all([parsed, anchor_filled, *map(pc.invert, columns_filled)])


def _check_missing_anchor(anchor: str, columns: list[Column], batch: RowBatch) -> Iterator[Problem]:
    """Report an empty anchor whose companions are all filled."""
    names = join_texts((column.name for column in columns), " and ", "と")
    for row in find_true_rows(_blame_anchor(batch, anchor, columns)[0]):
        message = Message("found nothing, expected a value because {names} have one", "値がない。{names}に値があるため必要。", names=names)
        yield batch.problem(ProblemCode.MISSING_VALUE, message, row, anchor)


def _check_extra_anchor(anchor: str, columns: list[Column], batch: RowBatch) -> Iterator[Problem]:
    """Report a filled anchor whose companions are all empty."""
    names = join_texts((column.name for column in columns), " and ", "と")
    for row in find_true_rows(_blame_anchor(batch, anchor, columns)[1]):
        value = batch.data[anchor][row].as_py()
        message = Message(
            "found {value}, expected nothing because {names} are empty",
            "値は{value}。{names}が空であるため、空にする。",
            value=short_repr(value),
            names=names,
        )
        yield batch.problem(ProblemCode.UNEXPECTED_VALUE, message, row, anchor, value)


def _blame_companion(batch: RowBatch, anchor: str, columns: list[Column], column: Column) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return masks of the rows in which a column may be to blame, in which the anchor is filled, and in which the column is filled."""
    eligible, anchor_filled, columns_filled = _get_masks(batch, anchor, columns)
    if len(columns) > 1:
        missing, unexpected = _blame_anchor(batch, anchor, columns)
        eligible = _all([eligible, pc.invert(missing), pc.invert(unexpected)])
    return eligible, anchor_filled, columns_filled[columns.index(column)]


def _check_missing_companion(anchor: str, columns: list[Column], column: Column, batch: RowBatch) -> Iterator[Problem]:
    """Report an empty column whose anchor is filled."""
    eligible, anchor_filled, column_filled = _blame_companion(batch, anchor, columns, column)
    missing = _all([eligible, pc.invert(column_filled), anchor_filled])
    message = partial(
        Message, "found nothing, expected a value because {anchor} has one", "値がない。{anchor}に値があるため必要。", anchor=anchor
    )
    yield from batch.problems_for_mask(ProblemCode.MISSING_VALUE, column, missing, message)


def _check_extra_companion(anchor: str, columns: list[Column], column: Column, batch: RowBatch) -> Iterator[Problem]:
    """Report a filled column whose anchor is empty."""
    eligible, anchor_filled, column_filled = _blame_companion(batch, anchor, columns, column)
    unexpected = _all([eligible, column_filled, pc.invert(anchor_filled)])
    message = partial(
        Message,
        "found {value}, expected nothing because {anchor} is empty",
        "値は{value}。{anchor}が空であるため、空にする。",
        anchor=anchor,
    )
    yield from batch.problems_for_mask(ProblemCode.UNEXPECTED_VALUE, column, unexpected, message)


def _all(masks: list[pa.Array]) -> pa.Array:
    result = masks[0]
    for mask in masks[1:]:
        result = pc.and_(result, mask)
    return result


def _check_required_unless(column: Column, mark: RequiredUnless, batch: RowBatch) -> Iterator[Problem]:
    """Report an empty cell unless another column has a certain value, is empty, or could not be read."""
    exempt = _include_unread(batch, mark.other, fill_null(pc.equal(batch.texts(mark.other), as_scalar(mark.value)), True))
    empty = pc.invert(_include_unread(batch, column.name, pc.is_valid(batch.cells(column.name))))
    message = partial(
        Message,
        "found nothing, expected a value because {other} is not {exempt!r}",
        "値がない。{other}が{exempt!r}ではないため必要。",
        other=mark.other,
        exempt=str(mark.value),
    )
    yield from batch.problems_for_mask(ProblemCode.MISSING_VALUE, column, pc.and_(empty, pc.invert(exempt)), message)


def _check_order(column: Column, mark: NotBefore, batch: RowBatch) -> Iterator[Problem]:
    """Report a value that is less than that of another column."""
    comparable = pc.and_(*(_mask_comparable(batch, name) for name in (column.name, mark.other)))
    for row in find_true_rows(pc.and_(comparable, pc.less(batch.cells(column.name), batch.cells(mark.other)))):
        value, minimum = batch.data[column.name][row].as_py(), batch.data[mark.other][row].as_py()
        message = Message(
            "found {value}, expected not less than {minimum} in {other}",
            "値は{value}。{other}の{minimum}以上でなければならない。",
            value=short_repr(value),
            minimum=short_repr(minimum),
            other=mark.other,
        )
        yield batch.problem(ProblemCode.WRONG_ORDER, message, row, column.name, value)


def _check_differs(column: Column, mark: Differs, batch: RowBatch) -> Iterator[Problem]:
    """Report a value that another column has too."""
    same = fill_null(pc.equal(batch.texts(column.name), batch.texts(mark.other)), False)
    message = partial(
        Message,
        "found {value}, which {other} is too; the two must differ",
        "値は{value}で、{other}と同じである。異なる値とする。",
        other=mark.other,
    )
    yield from batch.problems_for_mask(ProblemCode.SAME_VALUE, column, same, message)


def _check_self_link(link: LinkTable, batch: RowBatch) -> Iterator[Problem]:
    """Report a link of a record to itself."""
    owner, target = link.owner_column.name, link.target_column
    same = fill_null(pc.equal(batch.cells(owner), batch.cells(target.name)), False)
    yield from batch.problems_for_mask(
        ProblemCode.REFERENCE_CYCLE, target, same, partial(Message, "{value} refers to itself", "{value}が自分自身を参照している。")
    )


def _mask_comparable(batch: RowBatch, name: str) -> pa.Array:
    """Return a mask of the cells that are filled and match the pattern of their column, without which their order means nothing."""
    cells = batch.cells(name)
    pattern = next(column.pattern for column in batch.table.stored if column.name == name)
    return pc.match_substring_regex(cells, rf"\A(?:{pattern.regex})\z") if pattern else pc.is_valid(cells)


def _include_unread(batch: RowBatch, name: str, mask: pa.Array) -> pa.Array:
    """Return the mask, also true for the cells of a column that are filled but could not be read."""
    unread = batch.unread.get(name)
    return mask if unread is None else pc.or_(mask, unread)


def _check_part_present(field: Field, part: Part, batch: RowBatch) -> Iterator[Problem]:
    """Report a missing part of an optional value of which other parts are there."""
    any_filled = _any([pc.is_valid(batch.cells(sibling.column.name)) for sibling in field.parts])
    missing = pc.invert(_include_unread(batch, part.column.name, pc.is_valid(batch.cells(part.column.name))))
    message = partial(
        Message,
        "found nothing, expected a value because other columns of {field} have one",
        "値がない。{field}の他の列に値があるため必要。",
        field=field.name,
    )
    yield from batch.problems_for_mask(ProblemCode.MISSING_VALUE, part.column, pc.and_(any_filled, missing), message)


def _any(masks: list[pa.Array]) -> pa.Array:
    result = masks[0]
    for mask in masks[1:]:
        result = pc.or_(result, mask)
    return result
