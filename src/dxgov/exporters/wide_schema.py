"""Columns of a wide table: those of its own table, captions of the records it refers to, and columns of its parent records.

One rule holds for all tables. The captions of its target follow a reference; its Japanese label follows a code. Each record that the
row is a part of, directly or through others, adds the columns that number it among its siblings, its date, and its references, each
with captions.
"""

import re
from collections.abc import Iterator

from attrs import evolve, frozen

from dxgov.analysis.said import build_said_table, find_said_tables
from dxgov.errors import ModelError
from dxgov.languages import Lang, LanguageMap, lower_first
from dxgov.marks import Dated, Label, Ref, UniqueWithin, Unit
from dxgov.schema import Column, Kind, Model, Table

_LANGUAGES: dict[Lang, tuple[str, str]] = {"ja": ("日本語", "Japanese"), "en": ("英語", "English")}


@frozen(eq=False)
class WideColumn:
    """A column of a wide table, with the source of its cells."""

    column: Column
    """Name, type and label in the wide table."""
    path: tuple[Column, ...]
    """References from a row to the record that the cell is taken from; empty if the row itself has it."""
    source: Column
    """Column of that record."""
    lang: Lang | None = None
    """Language of the caption or code label that the cell is replaced with; None for the cell itself."""


@frozen(eq=False)
class WideTable:
    """A table joined with the records it refers to."""

    table: Table
    wide_columns: tuple[WideColumn, ...]
    name: str
    """The name of the wide table."""
    titles: LanguageMap
    """The titles in both languages."""
    key: tuple[str, ...] = ()
    """Always empty, as nothing refers to the rows."""

    @property
    def descriptions(self) -> LanguageMap:
        """The descriptions in both languages."""
        ja, en = self.table.descriptions.ja, self.table.descriptions.en
        return LanguageMap(f"{ja}参照先の名称などを結合した表。", f"{en} With what each refers to joined to it.")

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns of the wide table."""
        return tuple(wide_column.column for wide_column in self.wide_columns)


def build_wide_table(model: Model, table: Table) -> WideTable:
    """Derive the wide form of a table.

    Raises:
        ModelError: two columns would have one name.
    """
    # The table's own columns.
    builder = _WideTableBuilder(table)
    for column in table.columns:
        builder.add(column, (), column if column.required else _make_wide_column(column, column.name))
    # The columns of its parents, breadth first, so that the nearest parent gets the short names.
    visited = {table.name}
    queue: list[tuple[Table, tuple[Column, ...]]] = [(table, ())]
    while queue:
        current, path = queue.pop(0)
        parents = {str(column.target): column for column in current.parents if column.target and column.target not in visited}
        visited |= set(parents)
        for name, column in reversed(parents.items()):
            reference_name, parent_path = builder.names[path, column], (*path, column)
            queue.append((model.tables[name], parent_path))
            for parent_column in _select_parent_columns(model.tables[name], visited):
                is_followed = parent_column in model.tables[name].parents and parent_column.target not in visited
                builder.add(parent_column, parent_path, builder.derive_column(parent_column, reference_name, short_allowed=is_followed))
    titles = LanguageMap(f"{table.titles.ja}（結合）", f"{table.titles.en} (joined)")
    return WideTable(table, tuple(builder.wide_columns.values()), f"{table.name}_wide", titles)


def build_said_wide_table(model: Model) -> WideTable | None:
    """Derive the wide form of the view `Dataset.said`, under the name of the view; None if no table is marked `Said`."""
    if not find_said_tables(model):
        return None
    view = build_said_table(model)
    return evolve(build_wide_table(model, view), name=view.name, titles=view.titles)


class _WideTableBuilder:
    """Collects the columns of a wide table under distinct names."""

    def __init__(self, table: Table) -> None:
        self._record = table.record.__name__
        self._own_names = {column.name for column in table.columns}
        self.wide_columns: dict[str, WideColumn] = {}
        self.names: dict[tuple[tuple[Column, ...], Column], str] = {}

    def derive_column(self, column: Column, through: str, *, short_allowed: bool) -> Column:
        """Return the wide column for a column of the record that `through` refers to.

        The stem of `through` prefixes its name, unless `short_allowed` is true and the name alone is free.
        """
        short = short_allowed and column.name not in self._own_names and column.name not in self.wide_columns
        label = column.label if short else f"{self.wide_columns[through].column.label}・{column.label}"
        meaning = f"`{through}` が参照する記録の項目。{column.descriptions.ja}"
        text = f"Of the record that `{through}` leads to: {lower_first(column.descriptions.en)}"
        name = column.name if short else f"{_strip_reference_suffix(through)}_{column.name}"
        return _make_wide_column(column, name, Label(label, meaning), text)

    def add(self, source: Column, path: tuple[Column, ...], column: Column) -> None:
        """Add a column, and after it the captions of its targets or the Japanese labels of its codes.

        A code is its own label in English.
        """
        self.names[path, source] = column.name
        self._add(WideColumn(column, path, source))
        for lang, (japanese, english) in _LANGUAGES.items():
            if source.has(Ref) or (source.codes and lang == "ja"):
                stem = _strip_reference_suffix(column.name) if source.has(Ref) else column.name
                short_name, long_name = f"{stem}_{lang}", f"{column.name}_{lang}"
                name = long_name if short_name in self._own_names or short_name in self.wide_columns else short_name
                content = f"`{column.name}` が参照する記録の名称" if source.has(Ref) else f"`{column.name}` の符号の名称"
                label = Label(f"{column.label}（{japanese}）", f"{content}（{japanese}）。")
                text = f"What `{column.name}` leads to, in {english}." if source.has(Ref) else f"`{column.name}` in {english}."
                caption_column = Column(name, Kind.TEXT, required=False, many=source.many, marks=(label,), text=text)
                self._add(WideColumn(caption_column, path, source, lang))

    def _add(self, wide_column: WideColumn) -> None:
        name = wide_column.column.name
        if name in self.wide_columns or (name in self._own_names and (wide_column.path or wide_column.lang)):
            raise ModelError(f"{self._record}: its wide table would have two columns called {name!r}")
        self.wide_columns[name] = wide_column


def _strip_reference_suffix(name: str) -> str:
    """Return the name of a reference without its suffix: ``theme`` for ``theme_ids``."""
    return re.sub(r"_ids?$", "", name)


def _select_parent_columns(parent: Table, visited: set[str]) -> Iterator[Column]:
    """Yield the columns that a row takes from a parent record, beside its caption: ordinal, date and references.

    References to parents that the row names more directly are left out.
    """
    for field in parent.fields:
        for column in field.columns:
            is_path = column in parent.parents and column.target in visited and column.target != parent.name
            if (field.has(Dated) or column.has(UniqueWithin) or (column.has(Ref) and not column.inner)) and not is_path:
                yield column


def _make_wide_column(column: Column, name: str, label: Label | None = None, text: str = "") -> Column:
    """Return a copy of a column for a wide table: optional and without constraints."""
    unit = column.mark(Unit)
    marks = (label or Label(column.label, column.descriptions.ja), *((unit,) if unit else ()))
    return evolve(column, name=name, required=False, marks=marks, target=None, text=text or column.description)
