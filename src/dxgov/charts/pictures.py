"""`Picture`: a chart as a table, as text and as an image."""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import Any

import pyarrow as pa
from attrs import frozen

from dxgov.arguments import check_arguments
from dxgov.charts.options import LEAST, WIDTH
from dxgov.charts.scene import SOFT, FindAddress, Scene
from dxgov.charts.svg import build_page, build_svg
from dxgov.charts.words import get_display_name, translate
from dxgov.codes import Code
from dxgov.dataset import Dataset
from dxgov.errors import AddressError, UnknownNameError, format_count
from dxgov.languages import Lang, lower_first
from dxgov.model.sources import Depth
from dxgov.optional_dependencies import require_extra
from dxgov.schema import Column
from dxgov.storage.address import format_location, parse_location
from dxgov.storage.files import write_atomic
from dxgov.tables.collection import Collection as DataSet
from dxgov.tables.columns import arrow_schema
from dxgov.tables.encoding import build_array
from dxgov.tables.records import Records
from dxgov.text.records import collapse_white_space

_MAX_DESCRIBED_ROWS = 200
"""Maximum rows for which the text alternative has a line each."""

_MAX_DOTS = 100_000_000
"""Maximum dots of a PNG; the renderer ends the process if it runs out of memory."""

ColumnValues = Sequence[tuple[Column, Sequence[Any] | pa.Array]]
"""Column definitions of a table, each with its cells."""


@frozen(eq=False, repr=False)
class Picture:
    """A chart of a data set: a plain table, a text, and an image of it.

    A PNG needs ``pip install 'dxgov[plot]'``, all else dxgov alone. A notebook displays a picture by itself.
    """

    name: str
    """The name of the chart on the command line, one of `NAMES`."""

    lang: Lang
    """The language of the texts, ``en`` or ``ja``."""

    title: str
    """The question that the chart answers."""

    finding: str
    """The answer, in a sentence or two."""

    table: pa.Table
    """The data of the chart, a row per counted or listed item; the schema's metadata hold the titles of columns."""

    alternative: str
    """The text alternative for readers who cannot see the image: title, finding and every row, or groups of rows as the image has them."""

    text: str
    """The chart as plain text for a terminal."""

    _source_line: str
    _draw: Callable[[Scene, float], float]

    @check_arguments
    def to_svg(self, width: int = WIDTH, find_address: FindAddress | None = None) -> str:
        """Return the picture as SVG with selectable text, tooltips and the text alternative.

        The same data give the same bytes on every machine.

        Args:
            width: The width in pixels that the picture is laid out for; below 560 for a phone.
            find_address: Returns for the ids of the records that a shape stands for, and for its label, the address to which it leads, or
                None; without it, the picture has no links.

        Raises:
            ValueError: the width is less than 320.
        """
        return self._render_svg(self._build_scene(width, find_address))

    @check_arguments
    def digest(self, width: int = WIDTH) -> str:
        """Return the SHA-256 of the SVG, in UTF-8."""
        return sha256(self.to_svg(width).encode()).hexdigest()

    @check_arguments
    def to_png(self, width: int = WIDTH, scale: float = 2) -> bytes:
        """Return the picture as PNG.

        The extra installs the Japanese font; the system needs none.

        Args:
            width: The width in pixels that the picture is laid out for; below 560 for a phone.
            scale: Dots per pixel of the layout.

        Raises:
            NotInstalledError: the extra is not installed.
            ValueError: the width is less than 320, or the image would have no dots or more than 100 million.
        """
        scene = self._build_scene(width)
        if not (scale > 0 and 1 <= scene.width * scene.height * scale * scale <= _MAX_DOTS):
            raise ValueError(f"found the scale {scale}, expected one that gives an image of 1 to {_MAX_DOTS:,} dots")
        with require_extra("plot"):
            from dxgov.charts.png import render_png
        return render_png(self._render_svg(scene), max(round(width * scale), 1), self.alternative)

    @check_arguments
    def to_html(self, width: int = WIDTH) -> str:
        """Return the picture as a page with tooltips, which works without a network."""
        return build_page(self.to_svg(width), self.title, self.alternative, self.lang)

    def to_csv(self) -> str:
        """Return the table as CSV; spaces join the members of lists."""
        output = io.StringIO(newline="")
        writer = csv.writer(output, lineterminator="\r\n")
        writer.writerow(self.table.column_names)
        writer.writerows([" ".join(cell) if isinstance(cell, list) else cell for cell in row.values()] for row in self.table.to_pylist())
        return output.getvalue()

    @check_arguments
    def save(self, path: str | PathLike[str], width: int = WIDTH) -> Path:
        """Write the picture to a file atomically and return its path.

        The suffix of `path` selects the format: .svg, .png, .html, .csv or .txt.

        Raises:
            UnknownNameError: the suffix is another one.
            AddressError: `path` is empty, or an address.
            NotInstalledError: the extra that a PNG needs is not installed.
            OSError: the file system refuses.
        """
        target = parse_location(path, AddressError)
        if not isinstance(target, Path):
            raise AddressError(f"{format_location(target)} is an address; a picture is written to a file")
        renderers = self._list_renderers(width)
        if target.suffix.lower() not in renderers:
            raise UnknownNameError(f"{target.name!r} does not say what to write; expected a name that ends with {', '.join(renderers)}")
        content = renderers[target.suffix.lower()]()
        write_atomic(target, content.encode() if isinstance(content, str) else content)
        return target

    def _list_renderers(self, width: int) -> Mapping[str, Callable[[], str | bytes]]:
        """Return the function that renders each format, by file suffix."""
        return {
            ".svg": lambda: self.to_svg(width),
            ".png": lambda: self.to_png(width),
            ".html": lambda: self.to_html(width),
            ".csv": self.to_csv,
            ".txt": lambda: f"{self.alternative}\n",
        }

    def _build_scene(self, width: int, find_address: FindAddress | None = None) -> Scene:
        """Lay out the title, the finding, the chart and the source line.

        Raises:
            ValueError: the width is less than 320.
        """
        if width < LEAST:
            raise ValueError(f"found the width {width}, expected at least {LEAST} pixels")
        scene = Scene(width, self.lang, find_address)
        y = scene.add_text(scene.left, 18, self.title, size=18 if scene.is_narrow else 22)
        y = scene.add_text(scene.left, y + 4, self.finding, size=14, fill=SOFT)
        y = self._draw(scene, y + 16)
        y = scene.add_text(scene.left, y + 12, self._source_line, size=11, fill=SOFT)
        scene.extend_height(y + 12)
        return scene

    def _render_svg(self, scene: Scene) -> str:
        return build_svg(scene.elements, scene.width, scene.height, scene.lang, self.title, self.alternative)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Picture {self.name}: {self.title} ({format_count(self.table.num_rows, 'row')})>"

    def _repr_svg_(self) -> str:
        return self.to_svg()

    def _repr_html_(self) -> str:
        return self.to_svg()  # in a page, the tooltips of an SVG work


def make_picture(
    data: DataSet,
    lang: Lang,
    name: str,
    finding: str,
    columns: ColumnValues,
    text: Iterable[str],
    draw: Callable[[Scene, float], float],
    skip_columns: Collection[str] = (),
    *,
    counted: Iterable[Records[Any]] = (),
    **title_fields: str,
) -> Picture:
    """Build a picture with the title of its chart and a source line from the metadata and the coverage of what is counted.

    Args:
        data: The data set, whose metadata name the source.
        lang: The language of the texts.
        name: The name of the chart, which is also the key of its title.
        finding: The answer to the title, in a sentence or two.
        columns: The table.
        text: Lines of the chart for a terminal; they replace rows in the text alternative if there are more than 200 rows.
        draw: Draws the chart below a y coordinate of a scene and returns where it ends.
        skip_columns: Names of columns that the text alternative leaves out.
        counted: The records that the chart counts or lists; the source line says how many of them are drafts or of an index.
        title_fields: Values for the placeholders of the title.
    """
    metadata = data.metadata
    source_name = collapse_white_space(" ".join(filter(None, (metadata.get_title(lang), metadata.version))))
    coverage = data.coverage(counted).describe(lang)
    source_line = f"{coverage} {translate('data', lang).format(source_name)}".lstrip()
    title = translate(name, lang).format(**title_fields)
    lines = [*text]
    description = [*_describe_rows(columns, lang, skip_columns)] if len(columns[0][1]) <= _MAX_DESCRIBED_ROWS else lines
    alternative, terminal_text = ("\n".join([title, finding, *body, source_line]) for body in (description, ["", *lines, ""]))
    return Picture(name, lang, title, finding, _build_table(columns, lang), alternative, terminal_text, source_line, draw)


def describe_absence(data: Dataset, records: Records[Any], lang: Lang) -> str:
    """Return the finding of a chart without any of the records that it is about; it says if all documents are of an index."""
    title = data.model().table(records.name).titles[lang]
    title = lower_first(title) if lang == "en" else title
    depths = {source.depth for source in data.sources}
    keys = ["none of", "none in index"] if depths == {Depth.INDEX} else ["none of"]
    return "".join(translate(key, lang).format(records=title) for key in keys)


def select_records(data: DataSet, keys: Iterable[tuple[str, str]]) -> list[Records[Any]]:
    """Return the records with these pairs of table and id, each once."""
    ids_by_table: dict[str, list[str]] = {}
    for table, id in keys:
        ids_by_table.setdefault(table, []).append(id)
    return [data.tables[table].where(id=ids) for table, ids in ids_by_table.items()]


def _build_table(columns: ColumnValues, lang: Lang) -> pa.Table:
    schema = arrow_schema(column for column, _ in columns)
    fields = [
        field.with_metadata(
            {"title": get_display_name(column, lang), **({"description": text} if (text := column.descriptions[lang]) else {})}
        )
        for field, (column, _) in zip(schema, columns, strict=True)
    ]
    arrays = [values if isinstance(values, pa.Array) else build_array(column, list(values)) for column, values in columns]
    return pa.table(arrays, schema=pa.schema(fields))


def _describe_rows(columns: ColumnValues, lang: Lang, skip_columns: Collection[str]) -> Iterable[str]:
    """Yield a line per row with the title and text of each cell, leaving out empty cells and ids before a caption of the same title."""
    titles = [get_display_name(column, lang) for column, _ in columns]
    text_columns = [
        (title, values.to_pylist() if isinstance(values, pa.Array) else values)
        for index, (title, (column, values)) in enumerate(zip(titles, columns, strict=True))
        if column.name not in skip_columns and titles[index + 1 : index + 2] != [title]
    ]
    for row in range(len(columns[0][1])):
        cells = [(title, values[row]) for title, values in text_columns]
        yield "; ".join(
            title if cell is True else f"{title}: {_describe_cell(cell, lang)}" for title, cell in cells if cell not in (None, False, ())
        )


def _describe_cell(cell: Any, lang: Lang) -> str:
    if isinstance(cell, tuple):
        return translate("list", lang).join(_describe_cell(member, lang) for member in cell)
    return get_display_name(cell, lang) if isinstance(cell, Code) else collapse_white_space(str(cell))
