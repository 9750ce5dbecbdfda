"""The data model, built once from the record classes: tables, columns, marks, and Table Schema.

Only these modules inspect record classes. All others (Arrow, Table Schema, checks, strategies, dictionary) use the `Model` built
here, so that a field is defined once, in its class.
"""

from dxgov.schema.model import Floor, Model, model_of
from dxgov.schema.tables import Column, Field, Kind, LinkTable, Part, Table, describe_kinds

__all__ = ["Column", "Field", "Floor", "Kind", "LinkTable", "Model", "Part", "Table", "describe_kinds", "model_of"]
