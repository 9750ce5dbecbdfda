"""`dxgov.testing` draws what it says: sound data sets of every shape."""

from hypothesis import find, given, settings

import dxgov
from dxgov.testing import datasets, records, whens


@settings(max_examples=100)
@given(datasets())
def test_data_sets_are_sound(data):
    assert str(dxgov.validate(data)).endswith("no problems")


@given(records(dxgov.Statement), records(dxgov.Actor))
def test_single_records_fit_their_table(statement, actor):
    data = dxgov.Dataset.of([statement, actor])
    assert data[statement.id] == statement
    assert data[actor.id] == actor


def test_every_table_is_drawn():
    for name in dxgov.Dataset.model().tables:
        assert find(datasets(), lambda data, name=name: len(data.tables[name]) >= 1, settings=settings(max_examples=2000, database=None))


def test_vague_and_undated_words_are_drawn():
    quick = settings(max_examples=2000, database=None)
    assert find(whens(), lambda when: when.edtf is None, settings=quick)
    assert find(whens(), lambda when: when.start is None and when.end is not None, settings=quick)
    assert find(whens(), lambda when: when.edtf is not None and "?" in when.edtf, settings=quick)
