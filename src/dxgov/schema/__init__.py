"""The definition, read once from the record classes: tables, columns, marks, and Table Schema.

These are the only modules that look inside a record class. Everything else (Arrow, Table Schema, checks, strategies,
dictionary) asks the `Model` built here, so that a field is written once, in its class.
"""

from dxgov.schema.model import Floor, Model, model_of
from dxgov.schema.tables import Column, Field, Kind, LinkTable, Part, Table

__all__ = ["Column", "Field", "Floor", "Kind", "LinkTable", "Model", "Part", "Table", "model_of"]
