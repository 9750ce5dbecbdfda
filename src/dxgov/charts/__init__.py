"""Pictures of a data set: what they show is first a table, then a text, then a picture.

>>> import dxgov
>>> picture = dxgov.charts.who_must_act(dxgov.load())
>>> print(picture.title, picture.finding)
Who must act? Asks: 62. Not specified 24, National government of Japan 21, Tokyo Metropolitan Government 16, Tokyo Metropolitan Board of Education 1
>>> picture.table.column_names
['expected_of_id', 'expected_of', 'direct', 'relayed']

To draw them, as SVG, PNG, a page or in a notebook, needs ``pip install 'dxgov[plot]'``.
"""

from dxgov.charts.asks import who_must_act
from dxgov.charts.conversation import conversation
from dxgov.charts.flow import flow
from dxgov.charts.picture import Picture
from dxgov.charts.themes import themes
from dxgov.charts.timeline import timeline
from dxgov.charts.tracing import trace

__all__ = ["Picture", "conversation", "flow", "themes", "timeline", "trace", "who_must_act"]
