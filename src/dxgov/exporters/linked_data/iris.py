"""What linked data call things: IRIs relative to the folder that they are written into."""

from functools import cache

from dxgov.codes import Code
from dxgov.exporters.linked_data.graph import TYPE, name
from dxgov.schema import Column, Table

TERMS = "terms#"
"""The vocabulary of the definition itself."""


def record_iri(id: str) -> str:
    """A record."""
    return f"records#{name(id)}"


def code_iri(code: Code) -> str:
    """A member of a code list."""
    return f"{scheme_iri(type(code).__name__)}.{name(code)}"


def scheme_iri(owner: str) -> str:
    """A code list by its class, or the themes by their table."""
    return f"concepts#{name(owner)}"


def class_iri(record: type) -> str:
    """A record class."""
    return f"{TERMS}{name(record.__name__)}"


@cache
def property_iris(column: Column, table: Table) -> tuple[str, ...]:
    """What a column says: terms of shared vocabularies, or that of its own.

    The English twin of a column says the same as that column, in another language.
    """
    column = _original(column, table)
    return tuple(iri for iri in column.terms if iri != TYPE) or (own_iri(column),)


def own_iri(column: Column) -> str:
    """The column as a term of the definition: the class that defines it, its field, and the part of a value."""
    return f"{TERMS}{name('.'.join([column.origin[0][0].__name__, *(each for _, each in column.origin)]))}"


def _original(column: Column, table: Table) -> Column:
    """The column that a column is the English twin of, or else itself."""
    names = {each.name: each for each in table.columns}
    return names.get(column.name.removesuffix("_en"), column) if not column.terms else column


@cache
def english(column: Column, table: Table) -> bool:
    """Whether a column is the English twin of another."""
    return column.name.endswith("_en") and column.name.removesuffix("_en") in {each.name for each in table.columns}
