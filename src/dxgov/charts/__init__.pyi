# Written by docs/generate.py from the list of names in __init__.py.

from dxgov.charts.conversation_chart import conversation as conversation
from dxgov.charts.flow_chart import flow as flow
from dxgov.charts.options import LEAST as LEAST
from dxgov.charts.options import NAMES as NAMES
from dxgov.charts.options import WIDTH as WIDTH
from dxgov.charts.pictures import Picture as Picture
from dxgov.charts.registry import picture as picture
from dxgov.charts.themes_chart import themes as themes
from dxgov.charts.timeline_chart import timeline as timeline
from dxgov.charts.trace_chart import trace as trace
from dxgov.charts.who_must_act_chart import who_must_act as who_must_act

HOMES: dict[str, tuple[str, ...]]
__all__ = [
    "LEAST",
    "NAMES",
    "Picture",
    "WIDTH",
    "conversation",
    "flow",
    "picture",
    "themes",
    "timeline",
    "trace",
    "who_must_act",
]
