"""The history of a draft's changes, by which they are undone and redone, also after a restart."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import evolve, frozen

from dxgov.drafting.files import HISTORY_FILE
from dxgov.drafting.record_tables import MODEL
from dxgov.drafting.row_editor import EditError
from dxgov.drafting.rows import Row
from dxgov.errors import DataError, Problem, ProblemCode

MAX_STEPS = 1000
"""Maximum number of changes that a history keeps; older ones are forgotten."""


@frozen
class Splice:
    """Rows of a table that take the place of others which stood one after the other."""

    table: str
    start: int
    """The number of rows before them."""
    before: tuple[Row, ...]
    after: tuple[Row, ...]

    def apply(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows of the table with `after` in the place of `before`, wherever that is now.

        Raises:
            EditError: the rows are not there any more.
        """
        size = len(self.before)
        # Another program may have added or removed rows, so the nearest place counts.
        starts = sorted(range(len(rows) - size + 1), key=lambda start: abs(start - self.start))
        for start in starts:
            if tuple(rows[start : start + size]) == self.before:
                return [*rows[:start], *self.after, *rows[start + size :]]
        raise EditError(
            f"{self.table}.csv のその行は、ほかのプログラムで変更されています。",
            f"Another program has changed these rows of {self.table}.csv since.",
        )

    def reverse(self) -> "Splice":
        """Return the splice that undoes this one."""
        return evolve(self, before=self.after, after=self.before)


@frozen
class EditStep:
    """A change of a draft: what was done to which record, when, and the rows."""

    action: str
    record: str
    when: datetime
    splices: tuple[Splice, ...]


@frozen
class EditHistory:
    """The changes of a draft, oldest first."""

    steps: tuple[EditStep, ...] = ()
    done: int = 0
    """How many of them hold; the others were undone."""

    def record(self, step: EditStep) -> "EditHistory":
        """Return the history with a new change, which forgets those that were undone."""
        steps = (*self.steps[: self.done], step)[-MAX_STEPS:]
        return EditHistory(steps, len(steps))

    def encode(self) -> bytes:
        """Return the history as a JSON file."""
        steps = [
            {
                "action": step.action,
                "record": step.record,
                "when": step.when.isoformat(),
                "splices": [
                    {
                        "table": splice.table,
                        "start": splice.start,
                        "before": [_omit_empty(row) for row in splice.before],
                        "after": [_omit_empty(row) for row in splice.after],
                    }
                    for splice in step.splices
                ],
            }
            for step in self.steps
        ]
        return (json.dumps({"done": self.done, "steps": steps}, ensure_ascii=False, indent=0) + "\n").encode()


def decode_history(content: bytes) -> EditHistory:
    """Return the history of a file that `EditHistory.encode` made.

    Raises:
        DataError: it is something else.
    """
    try:
        properties = json.loads(content)
        steps = tuple(
            EditStep(
                str(step["action"]),
                str(step["record"]),
                datetime.fromisoformat(step["when"]),
                tuple(
                    Splice(
                        splice["table"],
                        int(splice["start"]),
                        _decode_rows(splice["table"], splice["before"]),
                        _decode_rows(splice["table"], splice["after"]),
                    )
                    for splice in step["splices"]
                ),
            )
            for step in properties["steps"]
        )
        return EditHistory(steps, min(max(int(properties["done"]), 0), len(steps)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"found {error}, expected the changes that a review made; without the file, the draft is whole but they cannot be undone"
        raise DataError(f"{HISTORY_FILE} cannot be read", [Problem(ProblemCode.UNREADABLE_FILE, message, file=HISTORY_FILE)]) from None


def compare_tables(before: Mapping[str, Sequence[Row]], after: Mapping[str, Sequence[Row]]) -> tuple[Splice, ...]:
    """Return what turns the rows of tables into others: for each table, all rows from the first to the last that differs."""
    splices = []
    for name, old in before.items():
        new = after[name]
        shortest = min(len(old), len(new))
        start = next((index for index in range(shortest) if old[index] != new[index]), shortest)
        same = next((index for index in range(shortest - start) if old[-1 - index] != new[-1 - index]), shortest - start)
        if start + same < max(len(old), len(new)):
            splices.append(Splice(name, start, *(tuple(map(dict, rows[start : len(rows) - same])) for rows in (old, new))))
    return tuple(splices)


def apply_splices(tables: Mapping[str, Sequence[Row]], splices: Sequence[Splice]) -> dict[str, list[Row]]:
    """Return rows of tables after splices; see `Splice.apply`."""
    rows = {name: list(tables[name]) for name in tables}
    for splice in splices:
        rows[splice.table] = splice.apply(rows[splice.table])
    return rows


def _omit_empty(row: Row) -> Row:
    return {name: text for name, text in row.items() if text}


def _decode_rows(table: str, rows: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Return rows with all columns of their table."""
    names = [column.name for column in MODEL.stored[table].stored]
    if any(row.keys() - set(names) or not all(isinstance(text, str) for text in row.values()) for row in rows):
        raise ValueError("a row that the table has no room for")
    return tuple({name: row.get(name, "") for name in names} for row in rows)
