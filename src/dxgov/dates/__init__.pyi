# Written by docs/generate.py from the list of names in __init__.py.

from dxgov.dates.business import business_days as business_days
from dxgov.dates.edtf import bounds as bounds
from dxgov.dates.finder import find as find
from dxgov.dates.formatter import write as write
from dxgov.dates.options import Choices as Choices
from dxgov.dates.parser import Reading as Reading
from dxgov.dates.parser import read as read
from dxgov.dates.parser import read_with_time as read_with_time
from dxgov.dates.when import Basis as Basis
from dxgov.dates.when import Scope as Scope
from dxgov.dates.when import When as When
from dxgov.errors import DateError as DateError

HOMES: dict[str, tuple[str, ...]]
__all__ = [
    "Basis",
    "Choices",
    "DateError",
    "Reading",
    "Scope",
    "When",
    "bounds",
    "business_days",
    "find",
    "read",
    "read_with_time",
    "write",
]
