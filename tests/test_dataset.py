"""Data sets: made of records, merged, and walked through."""

import copy
import pickle
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import Actor, ActorKind, Citation, Dataset
from dxgov.testing import datasets

CITED = Citation("src-x")


def actor(id, **values):
    return Actor(**{"id": id, "kind": ActorKind.CITY, "name": "某市", "name_en": "A city", "citation": CITED, **values})


@given(datasets(), st.randoms())
def test_a_data_set_is_its_records_in_any_order(data, random):
    records = list(data)
    random.shuffle(records)
    again = Dataset.of(records, data.metadata)
    assert again == data
    assert hash(again) == hash(data)
    assert len(again) == len(records)
    for record in records:
        assert again[record.id] == record


@given(datasets(), datasets())
def test_merging(one, other):
    assert one | one == one
    assert one | Dataset(metadata=one.metadata) == one
    shared = {record.id for record in one} & {record.id for record in other}
    if not shared:
        both = one | other
        assert sorted(record.id for record in both) == sorted(record.id for record in [*one, *other])
        assert both.metadata == one.metadata


def test_merging_refuses_records_that_differ_and_tells_all():
    one = Dataset.of([actor("a"), actor("b"), actor("c")])
    other = Dataset.of([actor("a", name_en="Another"), actor("b", name_en="Another"), actor("c")])
    with pytest.raises(dxgov.DataError) as caught:
        one | other
    assert sorted(problem.id for problem in caught.value.problems) == ["a", "b"]
    assert {problem.code for problem in caught.value.problems} == {"duplicate-key"}


def test_merging_keeps_every_record_or_says_why_not():
    one, twice = Dataset.of([actor("a")]), Dataset.of([actor("a"), actor("a", name_en="Another")])
    with pytest.raises(dxgov.DataError, match="the record 'a' differs between the two"):
        one | twice
    assert len(Dataset() | twice) == 2
    assert one | one == one


def test_all_faults_of_records_are_told_at_once():
    with pytest.raises(dxgov.DataError) as caught:
        Dataset.of([actor("a", name=None), actor("b", kind="metropole"), actor("c", founded="1889"), actor("d", name_en=7)])
    told = [(problem.code, problem.row, problem.field, problem.id) for problem in caught.value.problems]
    assert sorted(told) == [
        ("missing-value", 1, "name", "a"),
        ("unknown-code", 2, "kind", "b"),
        ("wrong-type", 3, "founded_text", "c"),
        ("wrong-type", 4, "name_en", "d"),
    ]
    assert "did you mean 'metropolis'" in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_a_record_of_an_unknown_class_is_refused():
    class Stranger(dxgov.Record):
        pass

    with pytest.raises(dxgov.ModelError, match="Dataset has no table for Stranger"):
        Dataset.of([Stranger(id="x", citation=CITED)])


def test_arrow_tables_must_fit(ds):
    tables = {name: records.data for name, records in ds.tables.items()}
    assert Dataset(tables, ds.metadata) == ds
    with pytest.raises(dxgov.UnknownNameError, match="there is no table 'ask'; did you mean 'asks'"):
        Dataset({"ask": tables["asks"]})
    with pytest.raises(dxgov.ModelError, match="asks: found the columns"):
        Dataset({"asks": tables["asks"].drop_columns(["letter"])})
    kinds = pa.array([["zzz"]] * len(ds.asks), pa.list_(pa.string()))
    with pytest.raises(dxgov.ModelError, match="kinds: 'zzz' is not a code"):
        Dataset({"asks": tables["asks"].set_column(tables["asks"].column_names.index("kinds"), "kinds", kinds)})
    for name in ("id", "summary", "kinds"):
        at = tables["asks"].column_names.index(name)
        nothing = pa.nulls(len(ds.asks), tables["asks"][name].type)
        with pytest.raises(dxgov.ModelError, match=f"{name}: found {len(ds.asks)} empty cells, expected none"):
            Dataset({"asks": tables["asks"].set_column(at, name, nothing)})
    shuffled = tables["asks"].take([3, 1, 2, 0])
    assert Dataset({"asks": shuffled}).asks.ids() == ds.asks.ids()[:4]


def test_a_data_set_cannot_be_changed(ds):
    with pytest.raises(AttributeError, match="cannot be changed"):
        ds.asks = ()
    with pytest.raises(AttributeError, match="cannot be changed"):
        del ds.asks
    assert pickle.loads(pickle.dumps(ds)) == ds  # noqa: S301
    assert copy.copy(ds) == ds


def test_any_record_by_id(ds):
    assert ds["jp-13-tokyo"] == ds.actors["jp-13-tokyo"]
    assert "jp-13-tokyo" in ds
    assert "jp-13-tokio" not in ds
    with pytest.raises(TypeError, match="found 0, expected the id of a record"):
        ds[0]
    with pytest.raises(KeyError, match="there is no record 'jp-13-tokio'; did you mean 'jp-13-tokyo'"):
        ds["jp-13-tokio"]


def test_children_are_the_next_parts_only(ds):
    request = ds.requests["req-2020-11-24-tokyo-assocs-digital"]
    items = ds.children(request)
    assert [item.path for item in items] == [str(number) for number in range(1, 11)]
    sub_items = ds.children(items[3])
    assert [item.path for item in sub_items] == ["4.1", "4.2"]
    assert [ask.letter for ask in ds.children(sub_items[0])] == ["a", "b"]
    assert ds.children(ds.themes[0]) == ()


def test_following_references(ds):
    ask = ds.asks["req-2020-11-24-tokyo-assocs-digital.04.1.a"]
    assert ds.follow(ask, "expected_of_id") == ds.actors["jp"]
    assert ds.follow(ask, "relayed_by_id") == ds.actors["jp-13-tokyo"]
    assert [theme.id for theme in ds.follow(ask, "theme_ids")] == list(ask.theme_ids)
    assert ds.follow(ask, "citation_source_id") == ds.sources["src-2020-11-24-tokyo-assocs-letter"]
    assert ds.follow(ds.requests[0], "follows_up_id") is None
    with pytest.raises(KeyError, match="Ask has no reference 'expected_of'; did you mean 'expected_of_id'"):
        ds.follow(ask, "expected_of")


def test_referring_is_following_backwards(ds):
    for record in ds:
        for place, referring in ds.referring(record).items():
            table, _, column = place.partition(".")
            assert referring.name == table
            for other in referring:
                assert record.id in ds.references(other)[column]
    theme = ds.themes["telework"]
    assert len(ds.referring(theme)["asks.theme_ids"]) == 4
    governor = ds.actors["jp-13-tokyo.governor"]
    assert "requests.addressed_to_ids" in ds.referring(governor)


def test_every_reference_is_found_backwards(ds):
    for record in ds:
        for column, ids in ds.references(record).items():
            for id in ids:
                place = f"{ds.model().table_of(type(record)).name}.{column}"
                assert record in ds.referring(ds[id])[place]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "Two Words"}, "name: found 'Two Words'"),
        ({"title": ""}, "title: found '', expected a text"),
        ({"title": 5}, "title: found 5, expected a text"),
        ({"title": chr(0xD800)}, "title: found .*, expected a text"),
        ({"created": "2024-01-01"}, "created: found '2024-01-01', expected a date"),
        ({"licenses": ["MIT"]}, "licenses: found the member 'MIT', expected a License"),
    ],
)
def test_metadata_are_checked_when_they_are_made(values, said):
    with pytest.raises(ValueError, match=said):
        dxgov.Metadata(**values)


def test_lists_in_metadata_become_tuples():
    about = dxgov.Metadata(keywords=["a", "b"], contributors=[dxgov.Contributor("x", roles=["creator"])])
    assert about.keywords == ("a", "b")
    assert hash(about) == hash(dxgov.Metadata(keywords=("a", "b"), contributors=(dxgov.Contributor("x", ("creator",)),)))


def test_an_id_of_an_earlier_version_leads_to_the_record_that_stands_for_it(ds, tmp_path):
    moved = dxgov.Metadata(name="moved", redirects=(dxgov.Redirect("tele-work", "telework"), dxgov.Redirect("fax")))
    data = dxgov.Dataset(ds.to_arrow(), moved)
    assert dxgov.validate(data).valid
    again = dxgov.load(dxgov.export(data, tmp_path / "moved", formats=["csv"]) / "csv")
    assert again.metadata.redirects == moved.redirects
    assert again["tele-work"] == ds.themes["telework"]
    assert again.trace("tele-work").subject.id == "telework"
    with pytest.raises(dxgov.UnknownNameError, match="'fax' was given up in a later version"):
        again["fax"]
    assert "fax" not in again


@pytest.mark.parametrize(
    ("redirects", "code", "said"),
    [
        ([dxgov.Redirect("telework", "cloud")], "duplicate-key", "'telework' is the id of a record"),
        ([dxgov.Redirect("tele-work", "telwork")], "unknown-reference", "'tele-work' leads to 'telwork', which is no record"),
        ([dxgov.Redirect("a", "cloud"), dxgov.Redirect("a")], "duplicate-key", "'a' is redirected twice"),
    ],
)
def test_redirects_are_checked(ds, redirects, code, said):
    (problem,) = dxgov.validate(dxgov.Dataset(ds.to_arrow(), dxgov.Metadata(redirects=redirects)))
    assert (problem.code, problem.field) == (code, "redirects")
    assert said in problem.message


def test_what_is_known_to_be_sound_was_checked_as_it_is(tmp_path: Path):
    loaded = dxgov.load()
    assert loaded.sound
    for other in (loaded | loaded, dxgov.Dataset.of(loaded), dxgov.Dataset(loaded.to_arrow(), loaded.metadata)):
        assert not other.sound
        assert dxgov.validate(other).valid
        assert other.sound
    broken = dxgov.Dataset({**loaded.to_arrow(), "themes": loaded.themes[1:].data})
    assert not dxgov.validate(broken).valid
    assert not broken.sound
    lazy = dxgov.load(dxgov.export(loaded, tmp_path / "out", "parquet") / "parquet", lazy=True)
    assert not lazy.sound
    assert dxgov.validate(lazy).valid
    assert not lazy.known_sound().sound, "what is read later may be something else"
