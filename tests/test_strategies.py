"""`dxgov.testing` draws what it says: sound data sets of every shape."""

import pytest
from hypothesis import Phase, find, given, settings

import dxgov
from dxgov.testing import datasets, records, whens

DRAWN = settings(max_examples=2000, database=None, phases=[Phase.generate])
"""Any example will do, however large."""


@pytest.mark.slow
def test_data_sets_are_sound_and_of_every_table():
    drawn = set()

    @settings(max_examples=100)
    @given(datasets())
    def check(data):
        assert dxgov.validate(data).valid
        drawn.update(name for name, some in data.tables.items() if len(some))

    check()
    for name in set(dxgov.Dataset.model().tables) - drawn:  # draws are random, so a table may need some more of them
        assert find(datasets(), lambda data, name=name: len(data.tables[name]) > 0, settings=DRAWN)


@given(records(dxgov.Statement), records(dxgov.Actor))
def test_single_records_fit_their_table(statement, actor):
    data = dxgov.Dataset.of([statement, actor])
    assert data[statement.id] == statement
    assert data[actor.id] == actor


def test_vague_and_undated_words_are_drawn():
    assert find(whens(), lambda when: when.edtf is None, settings=DRAWN)
    assert find(whens(), lambda when: when.start is None and when.end is not None, settings=DRAWN)
    assert find(whens(), lambda when: when.edtf is not None and "?" in when.edtf, settings=DRAWN)
