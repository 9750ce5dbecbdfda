"""Which document speaks of which theme, and how often."""

from collections import Counter
from collections.abc import Mapping

from dxgov.arguments import checked
from dxgov.charts.matrix import Matrix, matrix_text, merged, paint_matrix
from dxgov.charts.pictures import Columns, Picture, pictured
from dxgov.charts.scene import SOFT, Scene
from dxgov.charts.words import Names, called, caption_column, count_column, word
from dxgov.dataset import Dataset
from dxgov.dates.formatter import write
from dxgov.schema import Column
from dxgov.text.records import Lang

_ROWS, _COLUMNS = 40, 8
"""How many themes and documents are shown each for itself; the rest share a row and a column."""

_Counts = Mapping[tuple[str, str], int]
"""How many records are on a theme in a document, by the ids of both."""


@checked
def themes(data: Dataset, lang: Lang = "en") -> Picture:
    """How many records of each document are about each theme; a record on several themes counts under each."""
    counts = _counted(data)
    sums, spread = Counter[str](), Counter[str]()
    for (id, _), number in counts.items():
        sums[id] += number
        spread[id] += 1
    order = sorted({*data.themes.ids(), *sums}, key=lambda id: (-sums[id], id))
    known = {source.id: source for source in sorted(data.sources, key=lambda source: source.published)}
    documents = [*known, *sorted({document for _, document in counts} - {*known})]
    names = Names(data, lang)
    places = {id: place for place, id in enumerate(documents)}
    ranks = {id: rank for rank, id in enumerate(order)}
    # Themes beyond those that are shown share the last row, so that the numbers do not grow with themes times documents.
    shown_ids = order if len(order) <= _ROWS else order[: _ROWS - 1]
    others = [word("others", lang).format(number=f"{len(order) - len(shown_ids):,}")] if len(shown_ids) < len(order) else []
    numbers = [[0] * len(documents) for _ in (*shown_ids, *others)]
    for (id, document), number in counts.items():
        numbers[min(ranks[id], len(numbers) - 1)][places[document]] += number
    matrix = Matrix(
        [*(names(data.themes.name, id) for id in shown_ids), *others],
        [called(known[id].kind, lang) if id in known else id for id in documents],
        numbers,
        word("all", lang),
        [f"{write(known[id].published, lang)} · {names(data.sources.name, id)}" if id in known else id for id in documents],
    )
    shown = merged(matrix, _ROWS, _COLUMNS, word("others", lang))
    cells = sorted(counts, key=lambda each: (ranks[each[0]], places[each[1]]))
    theme, source = _columns(data)
    columns: Columns = [
        (theme, [each[0] for each in cells]),
        (caption_column(theme), [names(data.themes.name, each[0]) for each in cells]),
        (source, [each[1] for each in cells]),
        (caption_column(source), [names(data.sources.name, each[1]) for each in cells]),
        (count_column("records", "記録", "How many records of the document are about the theme."), [counts[each] for each in cells]),
    ]
    if not counts:
        return pictured(data, lang, "themes", word("nothing", lang), columns, [], lambda _, y: y)
    found = word("themes found", lang).format(
        first=matrix.rows[0],
        most=f"{sums[order[0]]:,}",
        all=f"{len(order):,}",
        lone=f"{sum(1 for id in order if spread[id] == 1):,}",
        none=f"{sum(1 for id in order if not spread[id]):,}",
    )
    return pictured(data, lang, "themes", found, columns, matrix_text(shown), lambda scene, y: _paint(scene, y, shown))


def _counted(data: Dataset) -> _Counts:
    """By theme and document, how many records are about it, whatever their table."""
    counts = Counter[tuple[str, str]]()
    for table, column in data.model().references():
        if column.target == data.themes.name and table.name != data.themes.name:
            rows = data.tables[table.name].data
            for about, source in zip(rows[column.name].to_pylist(), rows[_cited(table.columns, data)].to_pylist(), strict=True):
                for id in about if column.many else filter(None, [about]):
                    counts[id, source] += 1
    return counts


def _cited(columns: tuple[Column, ...], data: Dataset) -> str:
    """The column that says in which document a record was read."""
    return next(column.name for column in columns if column.inner and column.target == data.sources.name)


def _columns(data: Dataset) -> tuple[Column, Column]:
    """A theme and a document, as the definition has them."""
    model = data.model()
    theme = next(link.target_column for link in model.links.values() if link.target_column.target == data.themes.name)
    table = model.table(data.themes.name)
    return theme, table.column(_cited(table.columns, data))


def _paint(scene: Scene, y: float, matrix: Matrix) -> float:
    y = scene.write(scene.left, y, word("themes note", scene.lang), size=12, fill=SOFT) + 10
    return paint_matrix(scene, y, matrix)
