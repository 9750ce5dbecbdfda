"""Heat map of the number of records by theme and document."""

from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dxgov.arguments import check_arguments
from dxgov.charts.matrix import Matrix, draw_matrix, format_matrix, merge_smallest
from dxgov.charts.pictures import ColumnValues, Picture, describe_absence, make_picture
from dxgov.charts.scene import SOFT, Scene
from dxgov.charts.words import RecordCaptions, build_caption_column, build_count_column, get_display_name, translate
from dxgov.dataset import Dataset
from dxgov.dates.formatter import write
from dxgov.languages import Lang
from dxgov.marks import Label
from dxgov.schema import Column, Table
from dxgov.tables.arrow import as_arrow, as_numpy, index_array, text_array

_MAX_ROWS, _MAX_COLUMNS = 40, 8
"""Maximum rows (themes) and columns (documents); the last ones sum up the others."""


@check_arguments
def themes(data: Dataset, lang: Lang = "en") -> Picture:
    """Draw the number of records of each document on each theme.

    A record on several themes counts under each.
    """
    # Order themes by their records and documents by date, ids without a document record last.
    pairs = _list_pairs(data)
    totals = Counter({item["values"]: item["counts"] for item in pc.value_counts(pairs["theme"]).to_pylist()})
    theme_ids = sorted({*data.themes.ids(), *totals}, key=lambda id: (-totals[id], id))
    sources = {source.id: source for source in sorted(data.sources, key=lambda source: source.published)}
    document_ids = [*sources, *sorted({*pc.unique(pairs["document"]).to_pylist()} - {*sources})]
    # Count the records of each theme and document, which a number stands for that sorts like the ranks of both.
    theme_ranks, document_ranks = (
        as_numpy(pc.index_in(pairs[name], value_set=text_array(ids)).combine_chunks()).astype(np.int64)
        for name, ids in (("theme", theme_ids), ("document", document_ids))
    )
    pair_theme_ranks, pair_document_ranks = theme_ranks, document_ranks
    keys, records = np.unique(theme_ranks * len(document_ids) + document_ranks, return_counts=True)
    theme_ranks, document_ranks = np.divmod(keys, max(len(document_ids), 1))
    # Fill the matrix. Themes beyond the limit share the last row.
    row_ids = theme_ids if len(theme_ids) <= _MAX_ROWS else theme_ids[: _MAX_ROWS - 1]
    others = [translate("others", lang).format(number=f"{len(theme_ids) - len(row_ids):,}")] if len(row_ids) < len(theme_ids) else []
    rows = [defaultdict[int, list[str]](list) for _ in (*row_ids, *others)]
    row_indexes = np.minimum(pair_theme_ranks, len(rows) - 1).tolist()
    for row, column, id in zip(row_indexes, pair_document_ranks.tolist(), pairs["record"].to_pylist(), strict=True):
        rows[row][column].append(id)
    captions = RecordCaptions(data, lang)
    theme_captions = [captions.get(data.themes.name, id) for id in theme_ids]
    document_captions = [captions.get(data.sources.name, id) for id in document_ids]
    matrix = Matrix(
        [*theme_captions[: len(row_ids)], *others],
        [get_display_name(sources[id].kind, lang) if id in sources else id for id in document_ids],
        rows,
        translate("all", lang),
        [
            f"{write(sources[id].published, lang)} · {caption}" if id in sources else id
            for id, caption in zip(document_ids, document_captions, strict=True)
        ],
    )
    chart_matrix = merge_smallest(matrix, _MAX_ROWS, _MAX_COLUMNS, translate("others", lang))
    # Build the table, a row per theme and document.
    theme_indexes, document_indexes = index_array(theme_ranks), index_array(document_ranks)
    theme_column, document_column = _get_key_columns(data)
    columns: ColumnValues = [
        (theme_column, text_array(theme_ids).take(theme_indexes)),
        (build_caption_column(theme_column), text_array(theme_captions).take(theme_indexes)),
        (document_column, text_array(document_ids).take(document_indexes)),
        (build_caption_column(document_column), text_array(document_captions).take(document_indexes)),
        (
            build_count_column(
                "records",
                Label("記録", "文書の記録のうち、そのテーマに関するものの数。"),
                "How many records of the document are about the theme.",
            ),
            as_arrow(records, pa.int64()),
        ),
    ]
    if not totals:
        return make_picture(data, lang, "themes", describe_absence(data, data.themes, lang), columns, [], lambda _, y: y)
    finding = translate("themes finding", lang).format(
        first=theme_captions[0],
        most=f"{totals[theme_ids[0]]:,}",
        all=f"{len(theme_ids):,}",
        lone=f"{np.count_nonzero(np.bincount(theme_ranks) == 1):,}",
        none=f"{len(theme_ids) - len(totals):,}",
    )
    text = format_matrix(chart_matrix)
    counted = [data.tables[name] for name in dict.fromkeys(table.name for table, _ in _list_theme_references(data))]
    return make_picture(data, lang, "themes", finding, columns, text, lambda scene, y: _draw(scene, y, chart_matrix), counted=counted)


def _list_pairs(data: Dataset) -> pa.Table:
    """Return the ids in the columns `theme`, `document` and `record` for each reference of a record to a theme."""
    pairs = [pa.table({"theme": text_array([]), "document": text_array([]), "record": text_array([])})]
    for table, column in _list_theme_references(data):
        rows = data.tables[table.name].data
        names = (column.name, _get_citation_column(table.columns, data), table.key[0])
        themes, documents, records = (rows[name].combine_chunks() for name in names)
        if column.many:
            parents = pc.list_parent_indices(themes)
            themes, documents, records = pc.list_flatten(themes), documents.take(parents), records.take(parents)
        pairs.append(pa.table({"theme": themes, "document": documents, "record": records}).drop_null())
    return pa.concat_tables(pairs)


def _list_theme_references(data: Dataset) -> list[tuple[Table, Column]]:
    """Return the columns in which records of other tables refer to themes, each with its table."""
    name = data.themes.name
    return [(table, column) for table, column in data.model().references() if column.target == name and table.name != name]


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
