"""`Picture`: what is shown as a table, as text and, where the libraries are installed, as a picture of it."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from attrs import field, frozen

from dxgov.charts import LEAST, WIDTH
from dxgov.charts.scene import SOFT, Scene
from dxgov.charts.words import called, word
from dxgov.collection import Collection
from dxgov.columns import arrow_schema
from dxgov.errors import NotInstalledError, UnknownNameError, count
from dxgov.extras import needing
from dxgov.files import write_whole
from dxgov.notebook import table_html
from dxgov.rows import array_of
from dxgov.schema import Column
from dxgov.text import Lang

if TYPE_CHECKING:
    import altair as alt


Columns = Sequence[tuple[Column, Sequence[Any]]]
"""The columns of a table with their cells."""


@frozen(eq=False, repr=False)
class Picture:
    """What a chart shows: a plain table, the same as text, and a picture of it.

    Table and text need nothing beside dxgov. What draws needs ``pip install 'dxgov[plot]'``. In a notebook a picture shows itself.
    """

    name: str
    """What kind of chart it is, as on the command line."""

    lang: Lang
    """The language of its words, ``en`` or ``ja``."""

    title: str
    """The question that it answers."""

    finding: str
    """The answer, in a sentence or two."""

    table: pa.Table
    """All that it shows, a row for each thing that is counted or told; the titles of columns are in the schema's metadata."""

    text: str = field(repr=False)
    """The same for a terminal."""

    _credit: str
    _paint: Callable[[Scene, float], float]

    @property
    def alternative(self) -> str:
        """The picture in words, for those who cannot see it: title, finding, and every row of the table."""
        return "\n".join([self.title, self.finding, *_sentences(self.table), self._credit])

    def altair(self, width: int = WIDTH) -> "alt.LayerChart":
        """The picture as an Altair chart, laid out for a width in pixels; below 560 for a telephone.

        Raises:
            NotInstalledError: Altair is not installed.
            ValueError: the width is less than 320.
        """
        spec = self.to_spec(width)
        with needing("plot"):
            from dxgov.charts.drawing import harmless
        return harmless(spec)

    def to_spec(self, width: int = WIDTH) -> dict[str, Any]:
        """The picture as a Vega-Lite specification. Raises as `altair` does."""
        if width < LEAST:
            raise ValueError(f"found the width {width}, expected at least {LEAST} pixels")
        with needing("plot"):
            from dxgov.charts.drawing import drawn
        return drawn(self._scene(width), f"{self.title} {self.finding}").to_dict()

    def to_svg(self, width: int = WIDTH) -> str:
        """The picture as SVG; its texts are texts, and it holds its alternative."""
        spec = self.to_spec(width)
        with needing("plot"):
            from dxgov.charts.rendering import svg
        return svg(spec, self.title, self.alternative)

    def to_png(self, width: int = WIDTH, scale: float = 2) -> bytes:
        """The picture as PNG, with `scale` dots for each pixel of the layout; Japanese needs no font on the machine."""
        spec = self.to_spec(width)
        with needing("plot"):
            from dxgov.charts.rendering import png
        return png(spec, scale, self.alternative)

    def to_html(self, width: int = WIDTH) -> str:
        """The picture as a page that tells more under the mouse, and needs no network."""
        spec = self.to_spec(width)
        with needing("plot"):
            from dxgov.charts.rendering import html
        return html(spec, self.title, self.alternative, self.lang)

    def to_csv(self) -> str:
        """The table as CSV; members of lists are joined by spaces."""
        written = io.StringIO(newline="")
        rows = csv.writer(written, lineterminator="\r\n")
        rows.writerow(self.table.column_names)
        rows.writerows([" ".join(cell) if isinstance(cell, list) else cell for cell in row.values()] for row in self.table.to_pylist())
        return written.getvalue()

    def save(self, path: str | PathLike[str], width: int = WIDTH) -> Path:
        """Write it to a file, whole or not at all. What is written says the ending: .svg, .png, .html, .json, .csv or .txt.

        Raises:
            UnknownNameError: the ending is another one.
            NotInstalledError: a library that draws is not installed.
            OSError: the file system refuses.
        """
        place = Path(path)
        ways = self._ways(width)
        if place.suffix.lower() not in ways:
            raise UnknownNameError(f"{place.name!r} does not say what to write; expected a name that ends with {', '.join(ways)}")
        made = ways[place.suffix.lower()]()
        write_whole(place, made.encode() if isinstance(made, str) else made)
        return place

    def _ways(self, width: int) -> Mapping[str, Callable[[], str | bytes]]:
        return {
            ".svg": lambda: self.to_svg(width),
            ".png": lambda: self.to_png(width),
            ".html": lambda: self.to_html(width),
            ".json": lambda: json.dumps(self.to_spec(width), ensure_ascii=False, indent=1) + "\n",
            ".csv": self.to_csv,
            ".txt": lambda: f"{self.alternative}\n",
        }

    def _scene(self, width: int) -> Scene:
        """Title, finding, what the chart paints, and where the data are from."""
        scene = Scene(width, self.lang)
        y = scene.write(scene.left, 18, self.title, size=18 if scene.narrow else 22)
        y = scene.write(scene.left, y + 4, self.finding, size=14, fill=SOFT)
        y = self._paint(scene, y + 16)
        y = scene.write(scene.left, y + 12, self._credit, size=11, fill=SOFT)
        scene.reach(y + 12)
        return scene

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Picture {self.name}: {self.title} ({count(self.table.num_rows, 'row')})>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """What a notebook shows: the interactive picture, or the table where Altair is not installed."""
        try:
            return self.altair()._repr_mimebundle_(include=include, exclude=exclude)
        except NotInstalledError as error:
            return {"text/plain": f"{self.text}\n\n({error})", "text/html": f"{self._repr_html_()}<p>{error}</p>"}

    def _repr_html_(self) -> str:
        titles = [_title(each) for each in self.table.schema]
        rows = [[_cell(cell) for cell in row.values()] for row in self.table.to_pylist()]
        return table_html(f"{self.title} {self.finding}", titles, rows)


def pictured(
    data: Collection,
    lang: Lang,
    name: str,
    finding: str,
    columns: Columns,
    text: Iterable[str],
    paint: Callable[[Scene, float], float],
    **said: str,
) -> Picture:
    """A picture of columns, with its title from the words of its name and where the data are from."""
    about = data.metadata
    credit = word("data", lang).format(" ".join(filter(None, (about.title or about.name, about.version))))
    title = word(name, lang).format(**said)
    body = "\n".join([title, finding, "", *text, "", credit])
    return Picture(name, lang, title, finding, _table(columns, lang), body, credit, paint)


def _table(columns: Columns, lang: Lang) -> pa.Table:
    schema = arrow_schema(column for column, _ in columns)
    fields = [
        plain.with_metadata({"title": called(column, lang), **({"description": column.description} if column.description else {})})
        for plain, (column, _) in zip(schema, columns, strict=True)
    ]
    return pa.table([array_of(column, list(values)) for column, values in columns], schema=pa.schema(fields))


def _title(field: pa.Field) -> str:
    return str((field.metadata or {}).get(b"title", field.name.encode()).decode())


def _cell(value: Any) -> str:
    return "" if value is None else ", ".join(value) if isinstance(value, list) else str(value)


def _sentences(table: pa.Table) -> Iterable[str]:
    """Every row as a line: what each cell is called, and the cell. Ids that names follow, and empty cells, are left out."""
    titles = [_title(each) for each in table.schema]
    told = [place for place, title in enumerate(titles) if titles[place + 1 : place + 2] != [title]]
    for row in table.to_pylist():
        cells = [*row.values()]
        yield "; ".join(
            titles[place] if cells[place] is True else f"{titles[place]}: {' '.join(_cell(cells[place]).split())}"
            for place in told
            if cells[place] is not False and _cell(cells[place])
        )
