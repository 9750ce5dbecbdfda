"""IRIs of records, codes, classes and properties, relative to the folder of the export."""

from functools import cache

from dxgov.codes import Code
from dxgov.exporters.linked_data.graph import TYPE, quote_segment
from dxgov.schema import Column, Table

MODEL_VOCABULARY = "terms#"
"""Vocabulary of the model's own terms."""


def record_iri(id: str) -> str:
    """Return the IRI of a record."""
    return f"records#{quote_segment(id)}"


def code_iri(code: Code) -> str:
    """Return the IRI of a member of a code list."""
    return f"{scheme_iri(type(code).__name__)}.{quote_segment(code)}"


def scheme_iri(owner: str) -> str:
    """Return the IRI of a code list by the name of its class, or of a thesaurus by the name of its table."""
    return f"concepts#{quote_segment(owner)}"


def class_iri(record: type) -> str:
    """Return the IRI of a record class."""
    return f"{MODEL_VOCABULARY}{quote_segment(record.__name__)}"


@cache
def property_iris(column: Column, table: Table) -> tuple[str, ...]:
    """Return the properties that a column states: its terms of shared vocabularies, or its own term.

    The English twin of a column has the properties of that column.
    """
    column = _twin_column(column, table)
    return tuple(iri for iri in column.terms if iri != TYPE) or (model_term_iri(column),)


def model_term_iri(column: Column) -> str:
    """Return the model's own term for a column: the defining class, the field, and the component of a value."""
    names = [column.origin[0][0].__name__, *(name for _, name in column.origin)]
    return f"{MODEL_VOCABULARY}{quote_segment('.'.join(names))}"


def _twin_column(column: Column, table: Table) -> Column:
    """Return the column whose English twin a column is, or the column itself."""
    columns = {other.name: other for other in table.columns}
    return columns.get(column.name.removesuffix("_en"), column) if not column.terms else column


@cache
def is_english_twin(column: Column, table: Table) -> bool:
    """Return whether a column is the English twin of another."""
    return column.name.endswith("_en") and column.name.removesuffix("_en") in {other.name for other in table.columns}
