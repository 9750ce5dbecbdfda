"""The data of a page as CSV and JSON: its records with their names instead of ids, in the language of the page."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence

from dxgov.exporters.site.atlas import RecordNetwork
from dxgov.exporters.site.stories import Stories
from dxgov.exporters.spreadsheets.csv_excel import escape_texts
from dxgov.languages import Lang
from dxgov.tables.arrow import text_array

MAX_RECORDS = 1_000
"""Maximum records of a page whose data are offered; more are in the packages to download."""


class PageData:
    """Writes the records of pages in one language."""

    def __init__(self, network: RecordNetwork, stories: Stories, lang: Lang, describe_date: Callable[[int], str]) -> None:
        self._network, self._stories, self._lang, self._describe_date = network, stories, lang, describe_date

    def write(self, page: str, numbers: Sequence[int]) -> Iterator[tuple[str, bytes]]:
        """Yield the records of a page as CSV and as JSON; their paths are that of the page with other suffixes."""
        rows = [self._make_row(number) for number in numbers]
        csv_path, json_path = data_paths(page)
        output = io.StringIO(newline="")
        writer = csv.DictWriter(output, rows[0] if rows else (), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(_escape_formulas(rows))
        yield csv_path, output.getvalue().encode("utf-8-sig")  # by the mark, spreadsheet programs read Japanese
        yield json_path, f"{json.dumps(rows, ensure_ascii=False, indent=1)}\n".encode()

    def _make_row(self, number: int) -> dict[str, str]:
        network, parties = self._network, self._stories.get_parties(number)
        when, source, outcome = network.effective_date(number), network.sources_by_number[number], self._stories.get_outcome(number)
        return {
            "id": network.ids[number],
            "table": network.tables_by_number[number].titles[self._lang],
            "date": (when.edtf or "") if when else "",
            "date_in_words": self._describe_date(number),
            "by": self._join_captions(parties.by),
            "to": self._join_captions(parties.to),
            "text": network.captions[self._lang][number],
            "outcome": outcome.titles[self._lang] if outcome else "",
            "source": self._join_captions(() if source is None else (source,)),
        }

    def _join_captions(self, numbers: Iterable[int]) -> str:
        return "; ".join(self._network.captions[self._lang][number] for number in numbers)


def _escape_formulas(rows: Sequence[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Yield rows whose texts no spreadsheet program takes for formulas; ids and dates are none."""
    texts = {name: escape_texts(text_array([row[name] for row in rows])).to_pylist() for name in ("by", "to", "text", "source")}
    yield from ({**row, **{name: cells[index] for name, cells in texts.items()}} for index, row in enumerate(rows))


def data_paths(page: str) -> tuple[str, str]:
    """Return the paths of the data of a page as CSV and as JSON."""
    stem = page.removesuffix(".html")
    return f"{stem}.csv", f"{stem}.json"
