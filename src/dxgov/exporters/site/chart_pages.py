"""Charts of the site: each is drawn once for wide and once for narrow screens, and its shapes lead to the records that they stand for."""

from collections.abc import Callable, Iterator, Sequence

from attrs import frozen
from markupsafe import Markup

from dxgov.charts.flow_chart import flow
from dxgov.charts.options import WIDTH
from dxgov.charts.pictures import Picture
from dxgov.charts.themes_chart import themes
from dxgov.charts.timeline_chart import timeline
from dxgov.charts.trace_chart import trace
from dxgov.charts.who_must_act_chart import who_must_act
from dxgov.dataset import Dataset
from dxgov.exporters.site.addresses import page_name
from dxgov.exporters.site.moments import RecordEntry
from dxgov.languages import Lang

NARROW_WIDTH = 390
"""Width in pixels of the pictures for phones."""

_PREVIEW_WIDTH = 600
"""Width in pixels that the picture of link previews is laid out for; it has twice as many dots."""

_MAX_LISTED, _MAX_LISTED_IF_LARGE = 100, 10
"""Maximum records that are listed for a shape, and in a large data set."""


@frozen
class ShapeRecords:
    """The records that a shape of a chart stands for."""

    anchor: str
    label: str
    entries: Sequence[RecordEntry]
    total: int


class ChartPage:
    """A chart as the content of a page: the picture in two widths, and the records behind each of its shapes."""

    def __init__(self, picture: Picture, find_entry: Callable[[str], RecordEntry | None], *, is_large: bool) -> None:
        """Draw the chart; `find_entry` returns the entry of a record, or None if there is none with the id."""
        self.picture = picture
        self._find_entry = find_entry
        self._max_listed = _MAX_LISTED_IF_LARGE if is_large else _MAX_LISTED
        self._labels: dict[tuple[str, ...], str] = {}
        self.svgs = tuple(Markup(picture.to_svg(width, self._find_address)) for width in (WIDTH, NARROW_WIDTH))  # noqa: S704 - texts are escaped

    def _find_address(self, ids: Sequence[str], label: str) -> str | None:
        """Return the page of a single record, or the anchor of the list of several on the page of the chart."""
        if len(ids) == 1:
            entry = self._find_entry(ids[0])
            return f"../{entry.page}" if entry else None
        self._labels.setdefault(tuple(ids), label)
        return f"#{self._make_anchor(tuple(ids))}"

    def _make_anchor(self, ids: tuple[str, ...]) -> str:
        return f"shape-{[*self._labels].index(ids) + 1}"

    @property
    def groups(self) -> Iterator[ShapeRecords]:
        """The records of each shape that stands for several."""
        for ids, label in self._labels.items():
            yield ShapeRecords(self._make_anchor(ids), label, [*filter(None, map(self._find_entry, ids[: self._max_listed]))], len(ids))


class Charts:
    """The charts of a data set in one language; each is computed when it is first asked for."""

    NAMES = ("flow", "who-must-act", "themes", "timeline")

    def __init__(self, data: Dataset, lang: Lang) -> None:
        self._data, self._lang = data, lang
        self._pictures: dict[str, Picture] = {}

    def draw(self, name: str) -> Picture:
        """Return a chart of the whole data set."""
        if name not in self._pictures:
            functions: dict[str, Callable[[Dataset, Lang], Picture]] = dict(
                zip(self.NAMES, (flow, who_must_act, themes, timeline), strict=True)
            )
            self._pictures[name] = functions[name](self._data, self._lang)
        return self._pictures[name]

    def draw_trace(self, id: str) -> Picture:
        """Return the chart of a theme."""
        return trace(self._data, id, self._lang)

    def draw_images(self) -> Iterator[tuple[str, bytes]]:
        """Yield the picture of the home page for wide and narrow screens, and as PNG for link previews."""
        picture = self.draw("flow")
        yield "charts/flow.svg", picture.to_svg().encode()
        yield "charts/flow-narrow.svg", picture.to_svg(NARROW_WIDTH).encode()
        yield "charts/flow.png", picture.to_png(_PREVIEW_WIDTH)


def chart_page(name: str) -> str:
    """Return the path of the page of a chart."""
    return f"charts/{page_name(name)}.html"
