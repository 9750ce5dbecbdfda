"""Heat map of the number of records by theme and document."""

from collections import Counter
from collections.abc import Mapping

from dxgov.arguments import check_arguments
from dxgov.charts.matrix import Matrix, draw_matrix, format_matrix, merge_smallest
from dxgov.charts.pictures import ColumnValues, Picture, make_picture
from dxgov.charts.scene import SOFT, Scene
from dxgov.charts.words import RecordCaptions, build_caption_column, build_count_column, get_display_name, translate
from dxgov.dataset import Dataset
from dxgov.dates.formatter import write
from dxgov.schema import Column
from dxgov.text.records import Lang

_MAX_ROWS, _MAX_COLUMNS = 40, 8
"""Maximum rows (themes) and columns (documents); the last ones sum up the others."""

_Counts = Mapping[tuple[str, str], int]
"""Numbers of records by the ids of theme and document."""


@check_arguments
def themes(data: Dataset, lang: Lang = "en") -> Picture:
    """Draw the number of records of each document on each theme.

    A record on several themes counts under each.
    """
    # Count records, and documents per theme.
    counts = _count_records(data)
    totals, document_counts = Counter[str](), Counter[str]()
    for (theme_id, _), number in counts.items():
        totals[theme_id] += number
        document_counts[theme_id] += 1
    # Order themes by their totals and documents by date, ids without a document record last.
    theme_ids = sorted({*data.themes.ids(), *totals}, key=lambda id: (-totals[id], id))
    sources = {source.id: source for source in sorted(data.sources, key=lambda source: source.published)}
    document_ids = [*sources, *sorted({document_id for _, document_id in counts} - {*sources})]
    captions = RecordCaptions(data, lang)
    document_indexes = {id: index for index, id in enumerate(document_ids)}
    theme_indexes = {id: index for index, id in enumerate(theme_ids)}
    # Fill the matrix. Themes beyond the limit share the last row, so that memory does not grow with themes times documents.
    row_ids = theme_ids if len(theme_ids) <= _MAX_ROWS else theme_ids[: _MAX_ROWS - 1]
    others = [translate("others", lang).format(number=f"{len(theme_ids) - len(row_ids):,}")] if len(row_ids) < len(theme_ids) else []
    rows = [[0] * len(document_ids) for _ in (*row_ids, *others)]
    for (theme_id, document_id), number in counts.items():
        rows[min(theme_indexes[theme_id], len(rows) - 1)][document_indexes[document_id]] += number
    matrix = Matrix(
        [*(captions.get(data.themes.name, id) for id in row_ids), *others],
        [get_display_name(sources[id].kind, lang) if id in sources else id for id in document_ids],
        rows,
        translate("all", lang),
        [f"{write(sources[id].published, lang)} · {captions.get(data.sources.name, id)}" if id in sources else id for id in document_ids],
    )
    chart_matrix = merge_smallest(matrix, _MAX_ROWS, _MAX_COLUMNS, translate("others", lang))
    # Build the table, a row per theme and document.
    keys = sorted(counts, key=lambda key: (theme_indexes[key[0]], document_indexes[key[1]]))
    theme_column, document_column = _get_key_columns(data)
    columns: ColumnValues = [
        (theme_column, [theme_id for theme_id, _ in keys]),
        (build_caption_column(theme_column), [captions.get(data.themes.name, theme_id) for theme_id, _ in keys]),
        (document_column, [document_id for _, document_id in keys]),
        (build_caption_column(document_column), [captions.get(data.sources.name, document_id) for _, document_id in keys]),
        (build_count_column("records", "記録", "How many records of the document are about the theme."), [counts[key] for key in keys]),
    ]
    if not counts:
        return make_picture(data, lang, "themes", translate("nothing", lang), columns, [], lambda _, y: y)
    finding = translate("themes finding", lang).format(
        first=matrix.row_labels[0],
        most=f"{totals[theme_ids[0]]:,}",
        all=f"{len(theme_ids):,}",
        lone=f"{sum(1 for id in theme_ids if document_counts[id] == 1):,}",
        none=f"{sum(1 for id in theme_ids if not document_counts[id]):,}",
    )
    text = format_matrix(chart_matrix)
    return make_picture(data, lang, "themes", finding, columns, text, lambda scene, y: _draw(scene, y, chart_matrix))


def _count_records(data: Dataset) -> _Counts:
    """Count the records of all tables that refer to themes, by theme and document."""
    counts = Counter[tuple[str, str]]()
    for table, column in data.model().references():
        if column.target == data.themes.name and table.name != data.themes.name:
            rows = data.tables[table.name].data
            theme_cells, document_cells = rows[column.name], rows[_get_citation_column(table.columns, data)]
            for theme_cell, document_id in zip(theme_cells.to_pylist(), document_cells.to_pylist(), strict=True):
                for theme_id in theme_cell if column.many else filter(None, [theme_cell]):
                    counts[theme_id, document_id] += 1
    return counts


def _get_citation_column(columns: tuple[Column, ...], data: Dataset) -> str:
    """Return the name of the column with the document that a record cites."""
    return next(column.name for column in columns if column.inner and column.target == data.sources.name)


def _get_key_columns(data: Dataset) -> tuple[Column, Column]:
    """Return the definitions of a reference to a theme and of one to a document."""
    model = data.model()
    theme_column = next(link.target_column for link in model.links.values() if link.target_column.target == data.themes.name)
    table = model.table(data.themes.name)
    return theme_column, table.column(_get_citation_column(table.columns, data))


def _draw(scene: Scene, y: float, matrix: Matrix) -> float:
    y = scene.add_text(scene.left, y, translate("themes note", scene.lang), size=12, fill=SOFT) + 10
    return draw_matrix(scene, y, matrix)
