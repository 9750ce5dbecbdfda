"""Columns, fields, tables and link tables: the description of record classes that all other modules use."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

import attrs
from attrs import evolve, field, frozen

from dxgov.codes import Code
from dxgov.errors import UnknownNameError, did_you_mean
from dxgov.languages import LanguageMap, derive_english_title, lower_first, split_class_name
from dxgov.marks import Caption, Key, Label, Pattern, Ref, RequiredUnlessOf, Term, Through, Together
from dxgov.sentences import get_docstring, get_sentence

M = TypeVar("M")


def _group_alternatives(regex: str) -> str:
    """Put a regular expression with top-level alternatives in parentheses, so that ``^`` and ``$`` apply to all of them."""
    # Remove escapes, character classes and groups; a bar that is left is at the top level.
    bare = re.sub(r"\\.|\[(\\.|[^\]\\])*\]", "", regex)
    while (inner := re.sub(r"\([^()]*\)", "", bare)) != bare:
        bare = inner
    return f"({regex})" if "|" in bare else regex


def _join_words(words: Sequence[str], conjunction: str) -> str:
    """Join words as in a sentence, with a conjunction before the last one."""
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}" if len(words) > 1 else "".join(words)


def describe_kinds(kinds: Sequence[Code]) -> LanguageMap:
    """Return accepted codes in words, or the excluded ones if these are fewer; empty if any code is accepted."""
    excluded = [code for code in type(kinds[0]) if code not in kinds] if kinds else []
    if len(kinds) <= len(excluded):
        return LanguageMap("、".join(code.label for code in kinds), _join_words(kinds, "or"))
    if not excluded:
        return LanguageMap("", "")
    return LanguageMap(f"{'、'.join(code.label for code in excluded)}以外", f"any kind but {_join_words(excluded, 'and')}")


class Kind(StrEnum):
    """The kind of value in a cell."""

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


KINDS: Mapping[type, Kind] = {str: Kind.TEXT, int: Kind.INTEGER, Decimal: Kind.NUMBER, bool: Kind.BOOLEAN, date: Kind.DATE}
"""The kind of each Python type; a `Code` is a `Kind.CODE`."""


class MarkHolder:
    """Base class of tables, fields and columns, which carry marks."""

    __slots__ = ()

    marks: tuple[object, ...]

    def mark(self, kind: type[M]) -> M | None:
        """Return the first mark of a class, or None."""
        return next((mark for mark in self.marks if isinstance(mark, kind)), None)

    def has(self, kind: type) -> bool:
        """Check if there is a mark of a class."""
        return any(isinstance(mark, kind) for mark in self.marks)

    @property
    def required_unless_of(self) -> RequiredUnlessOf | None:
        """The rule by which the column may be empty only where a reference leads to some kinds; None if there is none.

        Where the column has a mark `Together`, the rule is only for rows in which that other column is filled.
        """
        together = self.mark(Together)
        return together.unless if together else self.mark(RequiredUnlessOf)

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms of shared vocabularies that define the meaning, as IRIs."""
        return tuple(mark.iri for mark in self.marks if isinstance(mark, Term))


@frozen(eq=False)
class Column(MarkHolder):
    """A column of a table, or a many-valued reference that a package stores as rows of a link table."""

    name: str
    kind: Kind
    required: bool
    """True if every row has a value; in a column of many values, if every list has at least one member."""
    many: bool = False
    """True if a cell holds a list."""
    codes: tuple[Code, ...] = ()
    """The codes that a cell may hold; empty unless the kind is `Kind.CODE`."""
    marks: tuple[object, ...] = field(default=(), repr=False)
    target: str | None = None
    """The table that the column refers to; None if it is no reference, or refers to records of any table."""
    origin: tuple[tuple[type, str], ...] = field(default=(), repr=False)
    """The class and field that define the column, followed, for a part of a value, by the value's class and field."""
    default: object = field(default=None, repr=False)
    """The value that rows of a file without the column have; None for an empty cell."""
    text: str = field(default="", repr=False)
    """The English description of a column that no class defines."""

    @property
    def label(self) -> str:
        """The title in Japanese."""
        label = self.mark(Label)
        return label.text if label else self.name

    @property
    def description(self) -> str:
        """The description in English: the sentence under the column's field; empty if the source of the class is not available.

        Of the columns of a value, the first has the sentence of the field before its own, the others have its title.
        """
        if self.text or not self.origin:
            return self.text
        sentences = [get_sentence(owner, name) for owner, name in self.origin]
        if self.inner and sentences[1] and self.origin[1][1] != attrs.fields(self.origin[1][0])[0].name:
            sentences = [f"{derive_english_title(self.origin[0][1])}:", lower_first(sentences[1])]
        return " ".join(filter(None, sentences))

    @property
    def titles(self) -> LanguageMap:
        """The titles in both languages. The English one follows from the names in the code: ``Published (start)``, ``Source ID``."""
        names = [name for _, name in self.origin]
        if self.key and self.origin:
            title = f"{derive_english_title(split_class_name(self.origin[0][0].__name__))} ID"
        elif self.inner and self.name == "_".join(names):
            title = f"{derive_english_title(names[0])} ({lower_first(self.derive_title(names[1]))})"
        else:
            title = self.derive_title(self.name)
        return LanguageMap(self.label, title)

    def derive_title(self, name: str) -> str:
        """Return the English title for a name, that of a reference without its ``_id`` or ``_ids``."""
        return derive_english_title(re.sub(r"_ids?$", "", name) if self.has(Ref) else name)

    @property
    def descriptions(self) -> LanguageMap:
        """The descriptions in both languages."""
        label = self.mark(Label)
        return LanguageMap(label.meaning if label else "", self.description)

    @property
    def heading(self) -> str:
        """The label, with the name behind it in brackets for programs: ``要約 [summary]``."""
        return f"{self.label} [{self.name}]"

    @property
    def inner(self) -> bool:
        """True if the column holds a part of a value, such as the source of a citation."""
        return len(self.origin) > 1

    @property
    def key(self) -> bool:
        """True if the column identifies its record."""
        return self.has(Key)

    @property
    def through(self) -> Through | None:
        """The mark that names the link table of a many-valued reference; None for other columns."""
        return self.mark(Through)

    @property
    def kinds(self) -> tuple[Code, ...]:
        """The kinds of records that the column may refer to; empty if it may refer to any."""
        ref = self.mark(Ref)
        return ref.kinds if ref else ()  # type: ignore[return-value]  # `Model` refuses what is no code

    @property
    def kinds_text(self) -> LanguageMap:
        """The kinds in words: the accepted codes, or the excluded ones if these are fewer; empty if any kind is accepted."""
        return describe_kinds(self.kinds)

    @cached_property
    def pattern(self) -> Pattern | None:
        """The pattern that the whole text must match, with the prefix of a key; top-level alternatives are in parentheses."""
        pattern, key = self.mark(Pattern), self.mark(Key)
        if pattern is None:
            return None
        regex, prefix = _group_alternatives(pattern.regex), key.prefix if key else ""
        if not prefix:
            return evolve(pattern, regex=regex)
        prefixed = re.escape(prefix).replace(r"\-", "-") + regex
        return Pattern(prefixed, f"{prefix!r} and then {pattern.means}", f"「{prefix}」に続けて、{pattern.means_ja}")


@frozen(eq=False)
class Part:
    """A part of a value, such as a date, that is stored in several columns."""

    name: str
    """The attribute of the value's class."""
    column: Column
    label: Label
    """The title and the meaning of the part in Japanese, without those of the field."""
    required: bool
    """True if every value has this part."""
    derived: bool
    """True if the part is computed from the others."""

    @property
    def titles(self) -> LanguageMap:
        """The titles in both languages, without those of the field."""
        return LanguageMap(self.label.text, self.column.derive_title(self.name))

    @property
    def descriptions(self) -> LanguageMap:
        """The descriptions in both languages, without those of the field."""
        return LanguageMap(self.label.meaning, get_sentence(*self.column.origin[1]))


@frozen(eq=False)
class Field(MarkHolder):
    """A field of a record class with its columns: one, or several if it holds a value such as a date."""

    name: str
    columns: tuple[Column, ...]
    optional: bool = False
    """True if the field may be None."""
    value: type | None = None
    """The class of the value that is stored in several columns; None for a plain field."""
    parts: tuple[Part, ...] = ()
    """The parts of the value, one per column."""
    marks: tuple[object, ...] = field(default=(), repr=False)
    """The marks of the field itself; the columns carry those of a value's parts."""

    @property
    def titles(self) -> LanguageMap:
        """The titles in both languages, those of its column unless it has several."""
        label = self.mark(Label)
        return LanguageMap(label.text if label else self.name, derive_english_title(self.name)) if self.value else self.columns[0].titles

    @property
    def descriptions(self) -> LanguageMap:
        """The descriptions in both languages, without those of the parts of a value."""
        label = self.mark(Label)
        return LanguageMap(label.meaning if label else "", get_sentence(*self.columns[0].origin[0]))


@frozen(eq=False)
class Table(MarkHolder):
    """A table of records, one row per record."""

    name: str
    record: type
    """The record class."""
    fields: tuple[Field, ...]
    marks: tuple[object, ...] = field(default=(), repr=False)
    """The marks of the table in its data set class; its terms are the classes of its records."""

    @property
    def label(self) -> str:
        """The title in Japanese."""
        return self.titles.ja

    @property
    def titles(self) -> LanguageMap:
        """The titles in both languages. The English one follows from the name."""
        label = self.mark(Label)
        return LanguageMap(label.text if label else "", derive_english_title(self.name))

    @property
    def descriptions(self) -> LanguageMap:
        """The descriptions in both languages: what the mark `Label` says, and the docstring of the record class."""
        label = self.mark(Label)
        return LanguageMap(label.meaning if label else "", get_docstring(self.record))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """All columns, the key first."""
        return tuple(column for record_field in self.fields for column in record_field.columns)

    @cached_property
    def stored(self) -> tuple[Column, ...]:
        """The columns of the table's own file in a package, that is all but those stored in link tables."""
        return tuple(column for column in self.columns if column.through is None)

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The name of the column that identifies a row, as a tuple of one."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def singular(self) -> str:
        """The name of one record, such as ``request_item``."""
        return split_class_name(self.record.__name__)

    @property
    def description(self) -> str:
        """The description in English."""
        return self.descriptions.en

    @property
    def captions(self) -> tuple[Column, ...]:
        """The columns that can represent a record in a list."""
        return tuple(column for column in self.columns if column.has(Caption))

    @cached_property
    def parents(self) -> tuple[Column, ...]:
        """The references to the records that a record is a part of, the nearest last."""
        return tuple(column for column in self.columns if (ref := column.mark(Ref)) and ref.part_of)

    def meant(self, iri: str) -> Field | None:
        """Return the first field with a term of a shared vocabulary, or None."""
        return next((field for field in self.fields if iri in field.terms), None)

    def kind_column(self, kinds: tuple[Code, ...]) -> Column | None:
        """Return the only column whose codes include `kinds`; None if there is none, or more than one."""
        # Codes of different vocabularies compare equal if their texts do, so their classes are compared as well.
        candidates = [column for column in self.stored if not column.many and column.codes and {*kinds} <= {*column.codes}]
        matches = [column for column in candidates if all(isinstance(kind, type(column.codes[0])) for kind in kinds)]
        return matches[0] if len(matches) == 1 else None

    def column(self, name: str) -> Column:
        """Return the column with a name.

        Raises:
            UnknownNameError: the table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownNameError(f"{self.name} has no column {name!r}{did_you_mean(name, (c.name for c in self.columns))}")


@frozen(eq=False)
class LinkTable:
    """A table of a package that stores many-valued references, one row per id."""

    name: str
    owner: Table
    """The table of the records that refer."""
    spelled: tuple[Column, ...]
    """The many-valued columns of the owner that the rows store; if there are several, each has a role."""
    stored: tuple[Column, ...]
    """The columns of the link table's file."""

    @property
    def terms(self) -> tuple[str, ...]:
        """Always empty, as the rows are no records."""
        return ()

    @property
    def label(self) -> str:
        """The title in Japanese."""
        return self.titles.ja

    @property
    def titles(self) -> LanguageMap:
        """The titles in both languages."""
        return LanguageMap(
            f"{self.owner.label}の{'・'.join(column.label for column in self.spelled)}",
            f"{self.owner.titles.en}: {', '.join(lower_first(column.titles.en) for column in self.spelled)}",
        )

    @property
    def description(self) -> str:
        """The description in English."""
        return self.descriptions.en

    @property
    def descriptions(self) -> LanguageMap:
        """The descriptions in both languages."""
        names = [f"`{column.name}`" for column in self.spelled]
        return LanguageMap(
            f"`{self.owner.name}` の {'、'.join(names)} が参照する記録。参照1件を1行とする。",
            f"Which records {', '.join(names)} of `{self.owner.name}` refers to, a row for each.",
        )

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
        """The column that names the owner's column of a row by its role; None if the table stores only one column."""
        return self.stored[1] if len(self.stored) == 4 else None
