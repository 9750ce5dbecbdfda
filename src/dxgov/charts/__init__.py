"""Pictures of a data set: what they show is first a table, then a text, then a picture.

>>> import dxgov
>>> picture = dxgov.charts.who_must_act(dxgov.load())
>>> print(picture.title)
Who must act?
>>> picture.table.column_names
['expected_of_id', 'expected_of', 'direct', 'relayed']

To draw them, as SVG, PNG, a page or in a notebook, needs ``pip install 'dxgov[plot]'``. Nothing is imported before it is used.
"""

TYPE_CHECKING = False  # type checkers take it for true

__all__ = ["LEAST", "NAMES", "WIDTH", "Picture", "conversation", "flow", "picture", "themes", "timeline", "trace", "who_must_act"]

NAMES = ("timeline", "themes", "flow", "trace", "who-must-act", "conversation")
"""The charts, as the command line calls them."""

WIDTH = 760
"""How many pixels wide a picture is unless another width is asked for: a column of text."""

LEAST = 320
"""The least width that a picture can be laid out for."""

if TYPE_CHECKING:
    from dxgov.charts.conversation_chart import conversation
    from dxgov.charts.flow_chart import flow
    from dxgov.charts.pictures import Picture
    from dxgov.charts.registry import picture
    from dxgov.charts.themes_chart import themes
    from dxgov.charts.timeline_chart import timeline
    from dxgov.charts.trace_chart import trace
    from dxgov.charts.who_must_act_chart import who_must_act
else:
    from dxgov import _lazily

    __getattr__ = _lazily(
        "dxgov.charts",
        {
            "dxgov.charts.who_must_act_chart": ("who_must_act",),
            "dxgov.charts.registry": ("picture",),
            "dxgov.charts.conversation_chart": ("conversation",),
            "dxgov.charts.flow_chart": ("flow",),
            "dxgov.charts.pictures": ("Picture",),
            "dxgov.charts.themes_chart": ("themes",),
            "dxgov.charts.timeline_chart": ("timeline",),
            "dxgov.charts.trace_chart": ("trace",),
        },
    )

    def __dir__() -> list[str]:
        return __all__
