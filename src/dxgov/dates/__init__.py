"""Dates as documents give them: what Japanese words and EDTF say, and which days they can mean."""

from dxgov.dates.choices import Choices
from dxgov.dates.edtf import bounds
from dxgov.dates.finding import find
from dxgov.dates.reading import Reading, read, read_with_time
from dxgov.dates.when import Basis, Scope, When
from dxgov.dates.writing import write

__all__ = ["Basis", "Choices", "Reading", "Scope", "When", "bounds", "find", "read", "read_with_time", "write"]
