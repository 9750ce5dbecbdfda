"""`Picture`: what is shown as a table, as text and, where the libraries are installed, as a picture of it."""

import csv
import io
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import Any

import pyarrow as pa
from attrs import frozen

from dxgov.arguments import checked
from dxgov.charts.layers import layers
from dxgov.charts.options import LEAST, WIDTH
from dxgov.charts.scene import SOFT, Scene
from dxgov.charts.words import called, word
from dxgov.codes import Code
from dxgov.errors import AddressError, NotInstalledError, UnknownNameError, count
from dxgov.notebook import table_html
from dxgov.optional_dependencies import alt, needing
from dxgov.schema import Column
from dxgov.storage.address import location, shown
from dxgov.storage.files import write_whole
from dxgov.tables.collection import Collection as DataSet
from dxgov.tables.columns import arrow_schema
from dxgov.tables.encoding import array_of
from dxgov.text.records import Lang, in_a_line

_TOLD = 200
"""Of how many rows each is told in words."""

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

    alternative: str
    """The picture in words, for those who cannot see it: title, finding, and every row; what is shown together is told together."""

    text: str
    """The same for a terminal."""

    _credit: str
    _paint: Callable[[Scene, float], float]

    @checked
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

    @checked
    def to_spec(self, width: int = WIDTH) -> dict[str, Any]:
        """The picture as a Vega-Lite specification. Raises as `altair` does."""
        if width < LEAST:
            raise ValueError(f"found the width {width}, expected at least {LEAST} pixels")
        with needing("plot"):
            from dxgov.charts.drawing import drawn
        return drawn(self._scene(width), f"{self.title} {self.finding}").to_dict()

    @checked
    def to_svg(self, width: int = WIDTH) -> str:
        """The picture as SVG; its texts are texts, and it holds its alternative."""
        spec = self.to_spec(width)
        with needing("plot"):
            from dxgov.charts.rendering import svg
        return svg(spec, self.title, self.alternative, self.digest(width))

    @checked
    def digest(self, width: int = WIDTH) -> str:
        """A SHA-256 of what is drawn and told, which the SVG states too; it does not change with the libraries that draw."""
        scene = self._scene(width)
        told = [(layer.kind.__name__, layer.look, layer.values) for layer in layers(scene)]
        return sha256(repr((scene.width, scene.height, told, self.alternative)).encode()).hexdigest()

    @checked
    def to_png(self, width: int = WIDTH, scale: float = 2) -> bytes:
        """The picture as PNG, with `scale` dots for each pixel of the layout; Japanese needs no font on the machine."""
        spec = self.to_spec(width)
        with needing("plot"):
            from dxgov.charts.rendering import png
        return png(spec, scale, self.alternative)

    @checked
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

    @checked
    def save(self, path: str | PathLike[str], width: int = WIDTH) -> Path:
        """Write it to a file, whole or not at all. What is written says the ending: .svg, .png, .html, .json, .csv or .txt.

        Raises:
            UnknownNameError: the ending is another one.
            AddressError: `path` is empty, or an address.
            NotInstalledError: a library that draws is not installed.
            OSError: the file system refuses.
        """
        place = location(path, AddressError)
        if not isinstance(place, Path):
            raise AddressError(f"{shown(place)} is an address; a picture is written to a file")
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
    data: DataSet,
    lang: Lang,
    name: str,
    finding: str,
    columns: Columns,
    text: Iterable[str],
    paint: Callable[[Scene, float], float],
    unsaid: Collection[str] = (),
    **said: str,
) -> Picture:
    """A picture of columns, with its title from the words of its name and where the data are from.

    In words it tells all columns but those `unsaid`; where it has too many rows to show each, the text stands for them.
    """
    about = data.metadata
    credit = word("data", lang).format(in_a_line(" ".join(filter(None, (about.title or about.name, about.version)))))
    title = word(name, lang).format(**said)
    lines = [*text]
    told = [*_sentences(columns, lang, unsaid)] if len(columns[0][1]) <= _TOLD else lines
    alternative, whole = ("\n".join([title, finding, *parts, credit]) for parts in (told, ["", *lines, ""]))
    return Picture(name, lang, title, finding, _table(columns, lang), alternative, whole, credit, paint)


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


def _sentences(columns: Columns, lang: Lang, unsaid: Collection[str]) -> Iterable[str]:
    """Every row as a line: what each cell is called, and the cell. Ids that names follow, and empty cells, are left out."""
    titles = [called(column, lang) for column, _ in columns]
    told = [
        (title, values)
        for place, (title, (column, values)) in enumerate(zip(titles, columns, strict=True))
        if column.name not in unsaid and titles[place + 1 : place + 2] != [title]
    ]
    for row in range(len(columns[0][1])):
        cells = [(title, values[row]) for title, values in told]
        yield "; ".join(
            title if cell is True else f"{title}: {_said(cell, lang)}" for title, cell in cells if cell not in (None, False, ())
        )


def _said(cell: Any, lang: Lang) -> str:
    if isinstance(cell, tuple):
        return word("list", lang).join(_said(each, lang) for each in cell)
    return called(cell, lang) if isinstance(cell, Code) else in_a_line(str(cell))
