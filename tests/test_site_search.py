"""The index of the search holds every text of the site."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dxgov import Collection, Dataset, Record
from dxgov.analysis.search_terms import tokenize
from dxgov.marks import Pattern
from dxgov.testing import datasets

pytest.importorskip("jinja2")
pytest.importorskip("html5lib")

from dxgov.exporters.site import searching
from dxgov.exporters.site.atlas import RecordNetwork
from site_pages import LANGUAGES, list_texts, read_parts

pytestmark = pytest.mark.slow


@settings(max_examples=15)
@given(datasets(max_size=5), st.integers(1, 200))
def test_the_parts_of_the_index_hold_all_of_it(data: Dataset, size: int):
    network = RecordNetwork(data)
    parts = read_parts(dict(searching.search_files(network, part_size=size, block_size=2)))
    index = [entry for number in range(len(parts["contents"]["terms"])) for entry in parts[f"terms-{number}"]]
    assert [parts[f"terms-{n}"][0][0] for n in range(len(parts["contents"]["terms"]))] == parts["contents"]["terms"]
    names = [entry[0].encode("utf-16-be") for entry in index]
    assert names == sorted(set(names))
    found = {term: (set(decode_numbers(head)), set(decode_numbers(body))) for term, head, body in index}
    for number, record in enumerate(data):
        for lang in LANGUAGES:
            for term in tokenize(network.captions[lang][number]):
                assert number in found[term][0]
        for text in list_texts(data, record):
            for term in tokenize(text) if text != record.id and not is_code(data, record, text) else ():
                assert number in found[term][0] | found[term][1]
        for ids in data.references(record).values():
            for id in ids:
                assert number in found[f"={id}"][1]
    for lang in LANGUAGES:
        rows = [row for n in range(sum(f"{lang}-" in name for name in parts)) for row in parts[f"{lang}-{n}"]]
        assert [row[0] for row in rows] == [record.id for record in data]


def decode_numbers(steps: list[int]) -> Iterator[int]:
    number = 0
    for step in steps:
        number += step
        yield number


def is_code(data: Collection, record: Record, text: str) -> bool:
    """Whether a text of the record is written for machines."""
    table = data.model().table_of(type(record))
    return any(column.has(Pattern) and getattr(record, column.name, None) == text for column in table.columns)
