"""Look-up of charts by name, for the command line."""

from collections.abc import Callable

from dxgov.arguments import check_arguments
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
from dxgov.languages import Lang

_CHARTS_WITHOUT_SUBJECT: dict[str, Callable[[Dataset, Lang], Picture]] = {"themes": themes, "flow": flow, "who-must-act": who_must_act}
"""Charts of the whole data set by name."""


@check_arguments
def picture(name: str, data: Dataset, subject: str | None = None, lang: Lang = "en") -> Picture:
    """Draw a chart by name.

    Args:
        name: The name of the chart, one of `NAMES`.
        data: The data set.
        subject: The id of the record that the chart is about: required for a trace, optional for a timeline and a conversation.
        lang: The language of the texts.

    Returns:
        The picture.

    Raises:
        UnknownNameError: there is no such chart or record, a trace has no subject, or a chart has one that it does not take.
    """
    if name in _CHARTS_WITHOUT_SUBJECT:
        if subject is not None:
            raise UnknownNameError(f"the chart {name} is of the whole data set; it takes no subject, found {subject!r}")
        return _CHARTS_WITHOUT_SUBJECT[name](data, lang)
    if name == "timeline":
        return timeline(data, lang, about=subject)
    if name == "conversation":
        return conversation(data, subject, lang)
    if name != "trace":
        raise UnknownNameError(f"there is no chart {name!r}{did_you_mean(name, NAMES)}")
    if subject is None:
        raise UnknownNameError("the chart trace needs the id of a theme or of another record")
    return trace(data, subject, lang)
