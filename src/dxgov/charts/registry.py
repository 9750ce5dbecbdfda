"""A chart by its name, as the command line asks for it."""

from collections.abc import Callable

from dxgov.arguments import checked
from dxgov.charts.conversation_chart import conversation
from dxgov.charts.flow_chart import flow
from dxgov.charts.options import NAMES
from dxgov.charts.pictures import Picture
from dxgov.charts.themes_chart import themes
from dxgov.charts.timeline_chart import timeline
from dxgov.charts.trace_chart import trace
from dxgov.charts.who_must_act_chart import who_must_act
from dxgov.dataset import Dataset
from dxgov.errors import UnknownNameError, did_you_mean
from dxgov.text.records import Lang

_WHOLE: dict[str, Callable[[Dataset, Lang], Picture]] = {"themes": themes, "flow": flow, "who-must-act": who_must_act}
"""The charts of a data set as a whole."""


@checked
def picture(name: str, data: Dataset, subject: str | None = None, lang: Lang = "en") -> Picture:
    """The chart of that name, one of `NAMES`; `subject` is the id of what it is about.

    Raises:
        UnknownNameError: there is no such chart or record, a trace has no subject, or a chart has one that it does not take.
    """
    if name in _WHOLE:
        if subject is not None:
            raise UnknownNameError(f"the chart {name} is of the whole data set; it takes no subject, found {subject!r}")
        return _WHOLE[name](data, lang)
    if name == "timeline":
        return timeline(data, lang, about=subject)
    if name == "conversation":
        return conversation(data, subject, lang)
    if name != "trace":
        raise UnknownNameError(f"there is no chart {name!r}{did_you_mean(name, NAMES)}")
    if subject is None:
        raise UnknownNameError("the chart trace needs the id of a theme or of another record")
    return trace(data, subject, lang)
