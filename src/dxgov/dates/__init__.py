"""Japanese dates and EDTF: read, find and write expressions, and compute the days that they can mean.

>>> from datetime import date
>>> from dxgov import dates
>>> dates.read("6月上旬？", said_on=date(2024, 4, 17)).edtf
'2024-06-01?/2024-06-10?'
>>> [reading.text for reading in dates.find("第5回は令和4年2月1日(火)14時から。")]
['令和4年2月1日(火)14時から']

Names are imported on first use, so that records load `When` alone.
"""

from dxgov.lazy_attributes import attach

HOMES = {
    "dxgov.dates.business": ("business_days",),
    "dxgov.dates.edtf": ("bounds",),
    "dxgov.dates.finder": ("find",),
    "dxgov.dates.formatter": ("write",),
    "dxgov.dates.options": ("Choices",),
    "dxgov.dates.parser": ("Reading", "read", "read_with_time"),
    "dxgov.dates.when": ("Basis", "Scope", "When"),
    "dxgov.errors": ("DateError",),
}
"""Public names by the module that defines them."""

__getattr__, __dir__, __all__ = attach(__name__, HOMES)
