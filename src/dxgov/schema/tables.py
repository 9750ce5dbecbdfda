"""Columns, fields, tables and link tables: what the rest of dxgov asks instead of the classes."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from attrs import field, frozen

from dxgov.codes import Code
from dxgov.errors import UnknownNameError, did_you_mean
from dxgov.marks import Caption, Key, Label, Pattern, Ref, Term, Through
from dxgov.schema.sentences import docstring, sentence

M = TypeVar("M")


def _grouped(regex: str) -> str:
    """The regular expression so that it keeps its meaning with something before or behind it, as validators put ``^`` and ``$``."""
    bare = re.sub(r"\\.|\[(\\.|[^\]\\])*\]", "", regex)
    while (inner := re.sub(r"\([^()]*\)", "", bare)) != bare:
        bare = inner
    return f"({regex})" if "|" in bare else regex


def _listed(words: Sequence[str], last: str) -> str:
    """Return words as a sentence lists them, with `last` before the last one."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


KINDS: Mapping[type, Kind] = {str: Kind.TEXT, int: Kind.INTEGER, Decimal: Kind.NUMBER, bool: Kind.BOOLEAN, date: Kind.DATE}
"""What Python's types are stored as; a `Code` is a `Kind.CODE`."""


class Marked:
    """What carries marks."""

    __slots__ = ()

    marks: tuple[object, ...]

    def mark(self, kind: type[M]) -> M | None:
        """The mark of that kind."""
        return next((mark for mark in self.marks if isinstance(mark, kind)), None)

    def has(self, kind: type) -> bool:
        """Whether there is a mark of that kind."""
        return any(isinstance(mark, kind) for mark in self.marks)

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms of shared vocabularies that the meaning is taken from, as IRIs."""
        return tuple(mark.iri for mark in self.marks if isinstance(mark, Term))


@frozen(eq=False)
class Column(Marked):
    """A column of a table, or a many-valued reference that a package spells as rows of a link table."""

    name: str
    kind: Kind
    required: bool
    """Whether no row may be empty; for many values, whether there is at least one."""
    many: bool = False
    codes: tuple[Code, ...] = ()
    marks: tuple[object, ...] = field(default=(), repr=False)
    target: str | None = None
    """The table that the column refers to; empty where it refers to none, or to records of any table."""
    origin: tuple[tuple[type, str], ...] = field(default=(), repr=False)
    """The class and field that define the column; for a part of a value, then the value's class and field."""
    text: str = field(default="", repr=False)
    """What the column means, where no class says it."""

    @property
    def description(self) -> str:
        """What the column means: the sentence under its field. Empty where the source of the class is not at hand."""
        return self.text or " ".join(filter(None, (sentence(owner, name) for owner, name in self.origin)))

    @property
    def label(self) -> str:
        """The column's name in Japanese."""
        label = self.mark(Label)
        return label.text if label else self.name

    @property
    def heading(self) -> str:
        """The label, with the name behind it in brackets for programs: ``要約 [summary]``."""
        return f"{self.label} [{self.name}]"

    @property
    def inner(self) -> bool:
        """Whether the column holds a part of a value, such as the source of a citation."""
        return len(self.origin) > 1

    @property
    def key(self) -> bool:
        """Whether the column identifies its record."""
        return self.has(Key)

    @property
    def through(self) -> Through | None:
        """The link table that spells the column in a package."""
        return self.mark(Through)

    @property
    def kinds(self) -> tuple[Code, ...]:
        """The kinds of records that the column may refer to; empty where it takes any."""
        ref = self.mark(Ref)
        return ref.kinds if ref else ()  # type: ignore[return-value]  # `Model` refuses what is no code

    @property
    def kinds_text(self) -> str:
        """The kinds as a message or a page names them: the codes that are taken, or the fewer ones that are not; empty where any is."""
        others = [code for code in type(self.kinds[0]) if code not in self.kinds] if self.kinds else []
        if len(self.kinds) <= len(others):
            return _listed(self.kinds, "or")
        return f"any kind but {_listed(others, 'and')}" if others else ""

    @cached_property
    def pattern(self) -> Pattern | None:
        """What the whole text must fit; for a key with a prefix, with that prefix. A choice of forms stands in parentheses."""
        pattern, key = self.mark(Pattern), self.mark(Key)
        if pattern is None:
            return None
        regex, prefix = _grouped(pattern.regex), key.prefix if key else ""
        if not prefix:
            return Pattern(regex, pattern.means)
        return Pattern(re.escape(prefix).replace(r"\-", "-") + regex, f"{prefix!r} and then {pattern.means}")


@frozen(eq=False)
class Part:
    """A part of a flattened value: its attribute, its column, and whether it follows from the other parts."""

    name: str
    column: Column
    required: bool
    derived: bool


@frozen(eq=False)
class Field(Marked):
    """A field of a record class with the columns that it fills: one, or several where it holds a value such as a date."""

    name: str
    columns: tuple[Column, ...]
    optional: bool = False
    value: type | None = None
    """The class of the value that flattens into the columns."""
    parts: tuple[Part, ...] = ()
    marks: tuple[object, ...] = field(default=(), repr=False)
    """The marks of the field itself; those of a value's parts are on their columns."""


@frozen(eq=False)
class Table(Marked):
    """A table of records, one row each."""

    name: str
    record: type
    fields: tuple[Field, ...]
    marks: tuple[object, ...] = field(default=(), repr=False)
    """The marks of the table in its data set class; its terms say what its records are."""

    @property
    def label(self) -> str:
        """The table's name in Japanese."""
        label = self.mark(Label)
        return label.text if label else self.name

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """All columns, the key first."""
        return tuple(column for each in self.fields for column in each.columns)

    @cached_property
    def stored(self) -> tuple[Column, ...]:
        """The columns that the table's own file has in a package: all but those that a link table spells."""
        return tuple(column for column in self.columns if column.through is None)

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The name of the column that identifies a row."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def singular(self) -> str:
        """What one record is called: ``request_item``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.record.__name__).lower()

    @property
    def description(self) -> str:
        """What the table holds: the docstring of the record class."""
        return docstring(self.record)

    @property
    def captions(self) -> tuple[Column, ...]:
        """The columns that can stand for a record in a list."""
        return tuple(column for column in self.columns if column.has(Caption))

    @cached_property
    def parents(self) -> tuple[Column, ...]:
        """The references to what a record is a part of, the nearest last."""
        return tuple(column for column in self.columns if (ref := column.mark(Ref)) and ref.part_of)

    def meant(self, iri: str) -> Field | None:
        """The first field that takes its meaning from the term of a shared vocabulary."""
        return next((field for field in self.fields if iri in field.terms), None)

    def kind_column(self, kinds: tuple[Code, ...]) -> Column | None:
        """Return the one column that holds codes such as `kinds`; ``None`` where there is none or several."""
        fitting = [column for column in self.stored if not column.many and column.codes and {*kinds} <= {*column.codes}]
        same = [column for column in fitting if all(isinstance(kind, type(column.codes[0])) for kind in kinds)]
        return same[0] if len(same) == 1 else None

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            UnknownNameError: there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownNameError(f"{self.name} has no column {name!r}{did_you_mean(name, (c.name for c in self.columns))}")


@frozen(eq=False)
class LinkTable:
    """How a package spells many-valued references: a row for each record that is referred to."""

    name: str
    owner: Table
    spelled: tuple[Column, ...]
    """The many-valued columns of the owner that the rows stand for, each with its own role where there are several."""
    stored: tuple[Column, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """No terms: the rows are no records."""
        return ()

    @property
    def label(self) -> str:
        """The table's name in Japanese."""
        return f"{self.owner.label}の{'・'.join(column.label for column in self.spelled)}"

    @property
    def description(self) -> str:
        """What the table holds."""
        names = ", ".join(f"`{column.name}`" for column in self.spelled)
        return f"Which records {names} of `{self.owner.name}` refers to, a row for each."

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that together identify a row: all but the position."""
        return tuple(column.name for column in self.stored[:-1])

    @property
    def owner_column(self) -> Column:
        """The column with the id of the record that refers."""
        return self.stored[0]

    @property
    def target_column(self) -> Column:
        """The column with the id of the record that is referred to."""
        return self.stored[-2]

    @property
    def role_column(self) -> Column | None:
        """The column that tells which of the owner's columns a row stands for; none where there is only one."""
        return self.stored[1] if len(self.stored) == 4 else None
