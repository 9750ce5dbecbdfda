"""Which columns a wide table has: its own, and what the records that it refers to are called, from its row up to the whole.

The rule is one for all tables. A reference is followed by the captions of what it leads to, a code by its Japanese label. What the
record is a part of, and what that is a part of, adds what numbers it among its like, its date, and its references, each with captions.
"""

import re
from collections.abc import Iterator

from attrs import evolve, frozen

from dxgov.errors import ModelError
from dxgov.marks import Dated, Label, Ref, UniqueWithin, Unit
from dxgov.schema import Column, Kind, Model, Table
from dxgov.text.records import Lang

_LANGUAGES: dict[Lang, tuple[str, str]] = {"ja": ("日本語", "Japanese"), "en": ("英語", "English")}


@frozen(eq=False)
class Joined:
    """A column of a wide table, and where its cells come from."""

    column: Column
    """The column as the wide table has it."""
    path: tuple[Column, ...]
    """The references that lead from a row to the record that the cell is taken from; none where it is the row's own."""
    source: Column
    """The column of that record."""
    lang: Lang | None = None
    """Not the cell itself, but the caption of what it leads to, or the label of the code, in that language."""


@frozen(eq=False)
class WideTable:
    """A table with what it refers to."""

    table: Table
    joined: tuple[Joined, ...]

    @property
    def name(self) -> str:
        """The table's name."""
        return f"{self.table.name}_wide"

    @property
    def label(self) -> str:
        """The table's name in Japanese."""
        return f"{self.table.label}（結合）"

    @property
    def description(self) -> str:
        """What the table holds."""
        return f"{self.table.description} With what each refers to joined to it."

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns."""
        return tuple(each.column for each in self.joined)


def wide_table(model: Model, table: Table) -> WideTable:
    """The wide form of a table.

    Raises:
        ModelError: two columns would have one name.
    """
    gathered = _Gathered(table)
    for column in table.columns:
        gathered.add(column, (), column if column.required else _as_joined(column, column.name))
    seen = {table.name}
    waiting: list[tuple[Table, tuple[Column, ...]]] = [(table, ())]
    while waiting:
        here, path = waiting.pop(0)
        nearer = {str(column.target): column for column in here.parents if column.target and column.target not in seen}
        seen |= set(nearer)
        for name, column in reversed(nearer.items()):
            through, way = gathered.called[path, column], (*path, column)
            waiting.append((model.tables[name], way))
            for told in _of_parent(model.tables[name], seen):
                leads_on = told in model.tables[name].parents and told.target not in seen
                gathered.add(told, way, gathered.named(told, through, bare=leads_on))
    return WideTable(table, tuple(gathered.joined.values()))


class _Gathered:
    """The columns of a wide table, while they are gathered."""

    def __init__(self, table: Table) -> None:
        self._record = table.record.__name__
        self._own = {column.name for column in table.columns}
        self.joined: dict[str, Joined] = {}
        self.called: dict[tuple[tuple[Column, ...], Column], str] = {}

    def named(self, column: Column, through: str, *, bare: bool) -> Column:
        """A column of the record that the column `through` leads to, under a name that tells so unless it may stand `bare`."""
        short = bare and column.name not in self._own and column.name not in self.joined
        label = column.label if short else f"{self.joined[through].column.label}・{column.label}"
        text = f"Of the record that `{through}` leads to: {column.description}"
        return _as_joined(column, column.name if short else f"{_stem(through)}_{column.name}", label, text)

    def add(self, source: Column, path: tuple[Column, ...], column: Column) -> None:
        """Add a column, and after it what explains it: the captions of what a reference leads to, or the label of a code in Japanese.

        In English the code itself is its label.
        """
        self.called[path, source] = column.name
        self._add(Joined(column, path, source))
        for lang, (japanese, english) in _LANGUAGES.items():
            if source.has(Ref) or (source.codes and lang == "ja"):
                short, whole = f"{_stem(column.name) if source.has(Ref) else column.name}_{lang}", f"{column.name}_{lang}"
                name = whole if short in self._own or short in self.joined else short
                label = f"{column.label}（{japanese}）"
                text = f"What `{column.name}` leads to, in {english}." if source.has(Ref) else f"`{column.name}` in {english}."
                explaining = Column(name, Kind.TEXT, required=False, many=source.many, marks=(Label(label),), text=text)
                self._add(Joined(explaining, path, source, lang))

    def _add(self, joined: Joined) -> None:
        name = joined.column.name
        if name in self.joined or (name in self._own and (joined.path or joined.lang)):
            raise ModelError(f"{self._record}: its wide table would have two columns called {name!r}")
        self.joined[name] = joined


def _stem(name: str) -> str:
    """What a reference is called without saying that it is one: ``theme`` for ``theme_ids``."""
    return re.sub(r"_ids?$", "", name)


def _of_parent(parent: Table, seen: set[str]) -> Iterator[Column]:
    """What a record tells of the one that it is a part of, beside its caption; what is told nearer by is left out."""
    for field in parent.fields:
        for column in field.columns:
            whole = column in parent.parents and column.target in seen and column.target != parent.name
            if (field.has(Dated) or column.has(UniqueWithin) or (column.has(Ref) and not column.inner)) and not whole:
                yield column


def _as_joined(column: Column, name: str, label: str | None = None, text: str = "") -> Column:
    """A column as a wide table has it: it may be empty, and holds no table to anything."""
    unit = column.mark(Unit)
    marks = (Label(label or column.label), *((unit,) if unit else ()))
    return evolve(column, name=name, required=False, marks=marks, target=None, text=text or column.description)
