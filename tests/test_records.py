"""Records behave as an immutable sequence and build only what is touched."""

import gc
import json
import pickle
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

import attrs
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from attrs import field, frozen
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import Ask, AskKind, AskStrength, Dataset, Record, Records, When
from dxgov.marks import Key, Label
from dxgov.model.serialization import structure, unstructure
from dxgov.testing import datasets
from dxgov.values import Id


def test_a_table_is_a_sequence(ds):
    asks = ds.asks
    assert isinstance(asks, Sequence)
    assert [asks[number] for number in range(len(asks))] == list(asks)
    assert asks[-1] == list(asks)[-1]
    assert asks[asks[3].id] == asks[3]
    assert asks.index(asks[5]) == 5
    assert asks[2] in asks
    assert asks[2].id in asks
    assert "nothing" not in asks
    assert ds.themes[0] not in asks
    assert next(reversed(asks)) == asks[-1]


@given(st.data())
def test_slices_are_those_of_a_list(ds, data):
    cut = data.draw(st.slices(len(ds.asks)))
    some = ds.asks[cut]
    assert isinstance(some, dxgov.Records)
    assert list(some) == list(ds.asks)[cut]
    for ask in some:
        assert some[ask.id] == ask
    assert [ask.id in some for ask in ds.asks] == [ask in list(some) for ask in ds.asks]


def test_wrong_positions_and_ids_say_what_there_is(ds):
    with pytest.raises(IndexError, match=f"asks has {len(ds.asks)} records, there is none at 1000"):
        ds.asks[1000]
    with pytest.raises(KeyError) as caught:
        ds.themes["telewrok"]
    assert str(caught.value) == "themes has no record 'telewrok'; did you mean 'telework'?"


def test_touching_one_record_builds_one(ds, monkeypatch):
    built = []
    original = Ask.__init__
    monkeypatch.setattr(Ask, "__init__", lambda self, **values: built.append(values["id"]) or original(self, **values))
    ask = dxgov.load().asks[7]
    assert built == [ask.id]
    built.clear()
    assert next(iter(ds.asks)).id == ds.asks.ids()[0]
    assert len(built) == 1


def test_where_finds_what_a_loop_would(ds):
    def by_hand(test):
        return [ask for ask in ds.asks if test(ask)]

    assert list(ds.asks.where(expected_of_id="jp")) == by_hand(lambda ask: ask.expected_of_id == "jp")
    assert list(ds.asks.where(strength=AskStrength.URGE)) == by_hand(lambda ask: ask.strength is AskStrength.URGE)
    assert list(ds.asks.where(strength="urge")) == by_hand(lambda ask: ask.strength is AskStrength.URGE)
    assert list(ds.asks.where(kinds="funding")) == by_hand(lambda ask: AskKind.FUNDING in ask.kinds)
    assert list(ds.asks.where(theme_ids="telework", strength="act")) == by_hand(
        lambda ask: "telework" in ask.theme_ids and ask.strength == "act"
    )
    assert list(ds.asks.where(relayed_by_id=None)) == by_hand(lambda ask: ask.relayed_by_id is None)
    assert list(ds.asks.where(expected_of_id=["jp", "unspecified"])) == by_hand(lambda ask: ask.expected_of_id in ("jp", "unspecified"))
    assert list(ds.asks.where(interim=True)) == by_hand(lambda ask: ask.interim)
    assert list(ds.request_items.where(position=2)) == [item for item in ds.request_items if item.position == 2]
    assert list(ds.requests.where(submitted_end="2020-11-24")) == [ds.requests["req-2020-11-24-tokyo-assocs-digital"]]
    assert list(ds.requests.where(submitted_end=date(2020, 11, 24))) == [ds.requests["req-2020-11-24-tokyo-assocs-digital"]]
    assert list(ds.requests.where(signatory_ids=None)) == [request for request in ds.requests if not request.signatory_ids]
    assert list(ds.asks.where()) == list(ds.asks)
    assert list(ds.asks.where(kinds=[])) == []


def test_where_names_a_column_that_is_meant(ds):
    with pytest.raises(KeyError, match="asks has no column 'expected_of'; did you mean 'expected_of_id'"):
        ds.asks.where(expected_of="jp")


@given(datasets())
def test_where_agrees_with_a_loop_on_any_data(data):
    for request in data.requests:
        for actor in request.addressed_to_ids:
            found = data.requests.where(addressed_to_ids=actor)
            assert list(found) == [each for each in data.requests if actor in each.addressed_to_ids]


def test_between_takes_the_bounds_of_vague_dates():
    source = dxgov.Citation("src-x")
    dates = {"a": "2024-04-22?/2024-04-28?", "b": "../2024-06", "c": "2024-07/..", "d": None, "e": "2024-05-01"}
    milestones = [
        dxgov.Milestone(
            id=f"ms-{name}",
            title="x",
            title_en="x",
            kind="meeting",
            status="planned",
            status_as_of=dxgov.When("x", "2024", dxgov.Scope.WITHIN),
            date=dxgov.When("x", edtf, dxgov.Scope.WITHIN),
            citation=source,
        )
        for name, edtf in dates.items()
    ]
    table = dxgov.Dataset.of(milestones).milestones
    assert table.between("2024-04-28", "2024-04-30").ids() == ("ms-a", "ms-b")
    assert table.between(date(2024, 5, 1), date(2024, 12, 31)).ids() == ("ms-b", "ms-c", "ms-e")
    assert table.between("2020-01-01", "2020-01-02").ids() == ("ms-b",)
    assert len(table.between("2024-01-01", "2024-01-02", on="status_as_of")) == 5
    with pytest.raises(KeyError, match="milestones has no date 'dat'; its dates are date, status_as_of"):
        table.between("2024-01-01", "2024-01-02", on="dat")
    with pytest.raises(ValueError, match="EDTF '2024-1'"):
        table.between("2024-1", "2024-2")


def test_pandas_gets_honest_types(ds):
    frame = ds.requests.to_pandas()
    assert frame["round"].dtype == "Int64"
    assert frame["round"].isna().sum() == 1
    assert np.issubdtype(frame["submitted_start"].dtype, np.datetime64)
    assert frame["submitted_start"].dt.year.unique().tolist() == [2020]
    assert isinstance(frame["submitted_scope"].dtype, pd.CategoricalDtype)
    assert list(frame["submitted_scope"].cat.categories) == list(dxgov.Scope)
    assert ds.asks.to_pandas()["interim"].dtype == "boolean"
    assert ds.asks.to_pandas()["kinds"].map(type).unique().tolist() == [tuple]
    assert pd.api.types.is_string_dtype(frame["title"].dtype)
    codes = ds.actors.to_pandas().set_index("id").loc["jp-13-tokyo"]
    assert codes["local_government_code"] == "130001"
    assert codes["corporate_number"] == "8000020130001"
    assert not any(name.startswith("Unnamed") for name in frame.columns)


def test_arrow_carries_descriptions_and_units(ds):
    schema = ds.meetings.to_arrow().schema
    assert schema.field("start_time").metadata[b"unit"] == b"JST"
    assert schema.field("name").metadata[b"title"].decode() == "名称 / Name"
    assert not schema.field("name").nullable
    assert schema.field("place").nullable
    assert ds.to_arrow()["meetings"].num_rows == len(ds.meetings)
    assert ds.to_pandas()["asks"].shape[0] == len(ds.asks)


def test_equality_and_hash(ds):
    again = dxgov.load()
    assert ds.asks == again.asks
    assert hash(ds.asks) == hash(again.asks)
    assert ds.asks != ds.asks[1:]
    assert ds.asks != list(ds.asks)
    assert ds.asks.where(strength="act") != ds.asks
    assert pickle.loads(pickle.dumps(ds.asks)) == ds.asks  # noqa: S301


def test_repr_tells_size_and_first_ids(ds):
    assert repr(ds.requests).startswith("<3 Request records: 'req-2020-10-16-tokyo-governor-ict-personnel'")
    assert repr(ds.statements.where(turn=0)) == "<no Statement records>"


@pytest.mark.parametrize(
    ("table", "values", "said"),
    [
        ("asks", {"strength": "urg"}, "strength: 'urg' is not a code; expected one of act, urge, consider, aim; did you mean 'urge'"),
        ("asks", {"interim": "no"}, "interim: found 'no', expected true or false"),
        ("request_items", {"position": 1.5}, "position: found 1.5, expected a whole number"),
        ("request_items", {"position": 2**70}, "expected a whole number of at most 64 bits"),
        ("request_items", {"position": True}, "expected a whole number"),
        ("requests", {"submitted_end": "November"}, "submitted_end: found 'November', expected a day such as 2020-11-24"),
        ("actors", {"founded_start": ["2020-13-01"]}, "founded_start: found '2020-13-01', expected a day such as"),
    ],
)
def test_where_refuses_what_a_column_cannot_hold(ds, table, values, said):
    with pytest.raises(ValueError, match=said):
        ds.tables[table].where(**values)


def test_where_finds_decimals_and_takes_any_iterable(ds):
    cited = dxgov.Citation("src-x")
    same = {"label": "x", "label_en": "x", "unit": "x", "qualifier": "exact", "as_printed": "x", "citation": cited}
    values = {"a": "1.5", "b": "600", "c": "1.500000001"}
    figures = dxgov.Dataset.of(dxgov.Figure(id=f"fig-{name}", value=Decimal(value), **same) for name, value in values.items()).figures
    assert figures.where(value=Decimal("1.50")).ids() == ("fig-a",)
    assert figures.where(value=Decimal(600)).ids() == ("fig-b",)
    assert ds.asks.where(id=(ask.id for ask in ds.asks[:3])) == ds.asks[:3]


def test_between_takes_edtf_and_refuses_a_span_that_ends_before_it_begins(ds):
    assert len(ds.requests.between("2020-10", "2020-11")) == 3
    assert ds.requests.between("2020-10", "2020-10").ids() == ("req-2020-10-16-tokyo-governor-ict-personnel",)
    with pytest.raises(ValueError, match="expected a start and an end that is not before it"):
        ds.requests.between("2020-12", "2020-10")
    undated = next(name for name, table in ds.model().tables.items() if not any(field.value is When for field in table.fields))
    with pytest.raises(KeyError, match=f"{undated}: its records have no date"):
        ds.tables[undated].between("2020-10", "2020-11")


def test_arrow_readers_take_a_table_as_it_is(ds):
    assert pa.table(ds.asks).num_rows == len(ds.asks)
    assert pa.table(ds.asks[2:5])["id"].to_pylist() == list(ds.asks.ids()[2:5])


@frozen(kw_only=True)
class Shouted(Record):
    """A note that its constructor changes."""

    id: Annotated[Id, Key("shout-"), Label("ID", "ID。")]
    """Identifies it."""

    text: Annotated[str, Label("文", "文。")] = field(converter=str.upper)
    """What is shouted."""

    by: Annotated[When | None, Label("期限", "期限。")] = None
    """When."""

    def __attrs_post_init__(self) -> None:
        BUILT.append(self.id)


BUILT: list[str] = []


class Shouting(Dataset):
    """A data set with such a table."""

    shouts: Annotated[Records[Shouted], Label("叫び", "叫び。")]


def test_a_class_whose_constructor_does_more_is_built_by_it():
    cited = dxgov.Citation(source_id="src-x")
    rows = [Shouted(id="shout-a", text="ho", citation=cited), Shouted(id="shout-b", text="hi", citation=cited)]
    data = Shouting.of(rows)
    BUILT.clear()
    assert list(data.shouts) == rows
    assert BUILT == ["shout-a", "shout-b"]


def test_what_a_class_of_its_own_construction_takes_is_checked_by_the_data_set():
    cited = dxgov.Citation(source_id="src-x")
    rows = [
        Shouted(id="shout-a", text="ho", by="1889", citation=cited),
        Shouted(id="shout-b", text="hi", note=7, damage=["bad_luck"], citation=None),
    ]
    with pytest.raises(dxgov.DataError) as raised:
        Shouting.of(rows)
    told = [(problem.code, problem.row, problem.field, problem.id) for problem in raised.value.problems]
    assert sorted(told) == [
        ("missing-value", 2, "citation_source_id", "shout-b"),
        ("unknown-code", 2, "damage", "shout-b"),
        ("wrong-type", 1, "by_text", "shout-a"),
        ("wrong-type", 2, "note", "shout-b"),
    ]


def test_records_from_columns_are_those_of_the_constructor(ds):
    for record in ds:
        again = type(record)(**{each.name: getattr(record, each.name) for each in attrs.fields(type(record)) if each.init})
        assert record == again
        assert hash(record) == hash(again)
        assert repr(record) == repr(again)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            record.id = "x"
    assert pickle.loads(pickle.dumps(ds.asks[0])) == ds.asks[0]  # noqa: S301


def test_building_records_leaves_the_garbage_collector_as_it_was(ds):
    for wanted in (True, False):
        (gc.enable if wanted else gc.disable)()
        try:
            assert list(ds.asks)
            assert gc.isenabled() is wanted
        finally:
            gc.enable()


def test_get_is_that_of_a_mapping(ds):
    assert ds.themes.get("telework") == ds.themes["telework"]
    assert ds.themes.get("telewrok") is None
    assert ds.themes.get("telewrok", ds.themes[0]) == ds.themes[0]


def test_pandas_is_told_how_records_become_a_frame(ds):
    with pytest.raises(AttributeError, match=r"to_pandas\(\) gives the DataFrame of them"):
        pd.DataFrame(ds.asks)
    assert not hasattr(ds.asks, "ndim")
    assert list(pd.Series(ds.asks)) == list(ds.asks)
    assert pd.DataFrame(ds.asks.to_pandas()).shape[0] == len(ds.asks)


def test_json_writes_records_when_it_is_told_how(ds):
    text = json.dumps({"one": ds.asks[0], "all": list(ds.asks)}, default=unstructure)
    assert structure(json.loads(text)["one"], Ask) == ds.asks[0]
    assert [structure(each, Ask) for each in json.loads(text)["all"]] == list(ds.asks)


def test_where_takes_as_many_values_as_there_are(ds):
    lines = [actor.citation.first_line for actor in ds.actors]
    assert ds.actors.where(citation_first_line=range(10**6)) == ds.actors
    assert list(ds.actors.where(citation_first_line={*lines[:3], None})) == [
        actor for actor in ds.actors if actor.citation.first_line in {*lines[:3], None}
    ]
    assert ds.asks.where(id=[f"no-{number}" for number in range(200_000)]).ids() == ()
    assert ds.asks.where(id=[*ds.asks.ids(), *ds.asks.ids()]) == ds.asks


@given(datasets(), st.data())
def test_several_values_find_what_any_of_them_finds(data, draw):
    for records in data.tables.values():
        if len(records):
            column = draw.draw(st.sampled_from(records.data.column_names))
            cells = [cell for cell in records.column(column).to_pylist() if not isinstance(cell, list)]
            members = [member for cell in records.column(column).to_pylist() if isinstance(cell, list) for member in cell]
            values = draw.draw(st.lists(st.sampled_from([*cells, *members, None]), max_size=4))
            found = {id for value in values for id in records.where(**{column: value}).ids()}
            assert records.where(**{column: values}).ids() == tuple(id for id in records.ids() if id in found)


@pytest.mark.parametrize("value", [b"x", {}, {"a": 1}, bytearray(b"x"), [b"x"], [["x"]], 5, object()])
def test_where_takes_neither_bytes_nor_mappings_for_texts(ds, value):
    with pytest.raises(ValueError, match=r"title: found .*, expected a text"):
        ds.requests.where(title=value)
    with pytest.raises(ValueError, match=r"addressed_to_ids: found .*, expected a text"):
        ds.requests.where(addressed_to_ids=value)


def test_columns_that_are_not_there_are_told_by_name(ds):
    for call in (ds.asks.column, lambda name: list(ds.asks.batches(columns=[name]))):
        with pytest.raises(dxgov.UnknownNameError, match="asks has no column 'theme_id'; did you mean 'theme_ids'"):
            call("theme_id")
    with pytest.raises(ValueError, match="size: found 0, expected a whole number of 1 or more"):
        ds.asks.batches(0)
