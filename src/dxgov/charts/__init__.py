"""Pictures of a data set: what they show is first a table, then a text, then a picture.

>>> import dxgov
>>> picture = dxgov.charts.who_must_act(dxgov.load())
>>> print(picture.title)
Who must act?
>>> picture.table.column_names
['expected_of_id', 'expected_of', 'direct', 'unnamed', 'relayed']

Drawing them as PNG needs ``pip install 'dxgov[plot]'``. Names are imported on first use.
"""

from dxgov.lazy_attributes import attach

HOMES = {
    "dxgov.charts.conversation_chart": ("conversation",),
    "dxgov.charts.flow_chart": ("flow",),
    "dxgov.charts.options": ("LEAST", "NAMES", "WIDTH"),
    "dxgov.charts.pictures": ("Picture",),
    "dxgov.charts.registry": ("picture",),
    "dxgov.charts.themes_chart": ("themes",),
    "dxgov.charts.timeline_chart": ("timeline",),
    "dxgov.charts.trace_chart": ("trace",),
    "dxgov.charts.who_must_act_chart": ("who_must_act",),
}
"""Public names by the module that defines them."""

__getattr__, __dir__, __all__ = attach(__name__, HOMES)
