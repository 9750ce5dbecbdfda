"""Dates as documents give them: what Japanese words and EDTF say, and which days they can mean.

>>> from datetime import date
>>> from dxgov import dates
>>> dates.read("6月上旬？", said_on=date(2024, 4, 17)).edtf
'2024-06-01?/2024-06-10?'
>>> [found.text for found in dates.find("第5回は令和4年2月1日(火)14時から。")]
['令和4年2月1日(火)14時から']

Nothing is imported before it is used: records need `When` alone.
"""

TYPE_CHECKING = False  # type checkers take it for true

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

if TYPE_CHECKING:
    from dxgov.dates.business import business_days
    from dxgov.dates.edtf import bounds
    from dxgov.dates.finder import find
    from dxgov.dates.formatter import write
    from dxgov.dates.options import Choices
    from dxgov.dates.parser import Reading, read, read_with_time
    from dxgov.dates.when import Basis, Scope, When
    from dxgov.errors import DateError
else:
    from dxgov import _lazily

    _HOMES = {
        "dxgov.dates.business": ("business_days",),
        "dxgov.dates.options": ("Choices",),
        "dxgov.dates.edtf": ("bounds",),
        "dxgov.dates.finder": ("find",),
        "dxgov.dates.parser": ("Reading", "read", "read_with_time"),
        "dxgov.dates.when": ("Basis", "Scope", "When"),
        "dxgov.dates.formatter": ("write",),
        "dxgov.errors": ("DateError",),
    }

    __getattr__ = _lazily("dxgov.dates", _HOMES)

    def __dir__() -> list[str]:
        return __all__
