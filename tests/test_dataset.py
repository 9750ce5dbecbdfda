"""Data sets: made of records, merged, and walked through."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov import Actor, ActorKind, Citation, Dataset
from dxgov.cli import main
from dxgov.tables.collection import get_indexes
from dxgov.tables.reference_index import IdSet
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
        assert attrs.evolve(both.metadata, redirects=one.metadata.redirects) == one.metadata
        assert {each.id for each in both.metadata.redirects} == {each.id for data in (one, other) for each in data.metadata.redirects}


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


@given(datasets(), st.data())
def test_merging_compares_whole_records(data, draw):
    records = [record for record in data if record.note is None]
    if records:
        changed = draw.draw(st.sets(st.sampled_from([record.id for record in records]), min_size=1))
        other = Dataset.of(attrs.evolve(record, note="x") if record.id in changed else record for record in data)
        with pytest.raises(dxgov.DataError) as caught:
            data | other
        assert {problem.id for problem in caught.value.problems} == changed
        assert data | Dataset.of(record for record in data if record.id not in changed) == data


def test_merging_compares_each_member_of_lists(ds):
    request = ds.requests[0]
    assert request.addressed_to_ids
    for ids in ((*request.addressed_to_ids, "jp-x"), ("jp-x", *request.addressed_to_ids[1:])):
        with pytest.raises(dxgov.DataError, match=f"the record '{request.id}' differs"):
            ds | Dataset.of([attrs.evolve(request, addressed_to_ids=ids)])


def test_merging_looks_for_the_equal_one_among_records_of_one_id():
    twice = Dataset.of([actor("a"), actor("a", name_en="Another"), actor("b")])
    assert len(twice | Dataset.of([actor("a", name_en="Another")])) == 3
    assert len(twice | Dataset.of([actor("a")])) == 3
    with pytest.raises(dxgov.DataError, match="the record 'a' differs"):
        twice | Dataset.of([actor("a", name_en="A third")])


def test_merging_builds_no_records(ds, monkeypatch):
    monkeypatch.setattr("dxgov.tables.records.from_arrow", None)
    assert ds | dxgov.load() == ds


def test_all_faults_of_records_are_told_at_once(ds):
    ask, opinion = attrs.evolve(ds.asks[0], id="ask", kinds=()), attrs.evolve(ds.opinions[0], id="opn-x", position=2**70)
    with pytest.raises(dxgov.DataError) as caught:
        Dataset.of([actor("a", name="\ud83d"), actor("b"), actor("c", name_en="\ude00"), ask, opinion])
    told = [(problem.code, problem.row, problem.field, problem.id) for problem in caught.value.problems]
    assert sorted(told) == [
        ("bad-text", 1, "name", "a"),
        ("bad-text", 3, "name_en", "c"),
        ("missing-value", 1, "kinds", "ask"),
        ("wrong-type", 1, "position", "opn-x"),
    ]
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


@pytest.mark.slow
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
        ({"title": ""}, "title: found an empty text"),
        ({"description": "\u3000\u200b\n"}, "description: found .*, which is nothing but white space"),
        ({"title": "\x1b[31m"}, "title: .* holds a control character"),
        ({"title": "a\x00b"}, "title: .* holds a control character"),
        ({"version": "1\x9b"}, "version: .* holds a control character"),
        ({"keywords": ["a", "b\x7f"]}, "keywords: .* holds a control character"),
        ({"homepage": "https://x/\x85"}, "homepage: .* holds a control character"),
        ({"subjects": ["https://x/\x00"]}, "subjects: .* holds a control character"),
        ({"title": 5}, "title: found 5, expected a text"),
        ({"title": chr(0xD800)}, "title: .* holds half of a surrogate pair"),
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


MOVED = dxgov.Metadata(
    name="moved",
    redirects=(
        dxgov.Redirect("nation", "jpn"),
        dxgov.Redirect("jpn", "jp"),
        dxgov.Redirect("tele-work", "telework"),
        dxgov.Redirect("req-letter", "req-2020-11-24-tokyo-assocs-digital"),
        dxgov.Redirect("fax", "telefax"),
        dxgov.Redirect("telefax"),
    ),
)
"""Ids of earlier versions: a way of two steps, ways to other tables, and one to nothing."""


@pytest.fixture(scope="module", params=["held", "parquet", "csv", "partitioned"])
def moved(request, ds, tmp_path_factory) -> dxgov.Dataset:
    """The bundled data with ids of earlier versions, in memory and read as they are touched."""
    data = dxgov.Dataset(ds.to_arrow(), MOVED)
    if request.param == "held":
        return data
    if request.param == "partitioned":
        folder = tmp_path_factory.mktemp("moved") / "parts"
        dxgov.partition(data, folder, {"asks": "expected_of_id"})
        return dxgov.load(folder, lazy=True)
    place = dxgov.export(data, tmp_path_factory.mktemp("moved") / "out", formats=[request.param])
    return dxgov.load(place / request.param, lazy=True)


@pytest.mark.parametrize("old", ["nation", "jpn"])
def test_an_old_id_is_another_name_of_its_record_wherever_an_id_is_asked_for(moved, old):
    nation = moved.actors["jp"]
    assert moved[old] == moved.actors[old] == moved.actors.get(old) == nation
    assert old in moved
    assert old in moved.actors
    assert old not in moved.themes
    assert moved.asks.where(expected_of_id=old) == moved.asks.where(expected_of_id="jp")
    assert len(moved.asks.where(expected_of_id=old)) == 32
    assert moved.asks.where(expected_of_id={old, "jp-13-tokyo", None}) == moved.asks.where(expected_of_id=["jp", "jp-13-tokyo"])
    assert moved.actors.where(id=old) == moved.actors.where(id="jp")
    assert moved.actors[:40][old] == nation
    assert moved.actors.where(kind="nation")[old] == nation
    assert moved.asks.where(theme_ids="tele-work") == moved.asks.where(theme_ids="telework")
    assert moved.request_items.where(request_id="req-letter") == moved.request_items.where(request_id="req-2020-11-24-tokyo-assocs-digital")
    assert moved.trace("tele-work") == moved.trace("telework")
    with pytest.raises(dxgov.UnknownNameError, match=r"themes has no record 'nation'; 'jp' stands for it now"):
        moved.themes["nation"]


@pytest.mark.parametrize("gone", ["fax", "telefax"])
def test_an_id_that_was_given_up_is_told_as_such(moved, gone):
    assert gone not in moved
    assert gone not in moved.themes
    assert moved.themes.get(gone) is None
    assert not len(moved.themes.where(id=gone))
    for asked in (moved, moved.themes):
        with pytest.raises(dxgov.UnknownNameError, match=f"'{gone}' was given up in a later version"):
            asked[gone]


def test_a_record_of_an_earlier_version_finds_what_belongs_to_the_one_that_stands_for_it(moved):
    earlier = attrs.evolve(moved["telework"], id="tele-work")
    assert moved.referring(earlier) == moved.referring(moved["telework"])
    letter = moved["req-letter"]
    assert moved.children(attrs.evolve(letter, id="req-letter")) == moved.children(letter) != ()
    ask = moved.asks.where(expected_of_id="jp")[0]
    assert moved.follow(attrs.evolve(ask, expected_of_id="nation"), "expected_of_id") == moved.actors["jp"]


def test_a_cell_with_an_old_id_is_a_fault_whose_cure_is_told_and_leads_on_all_the_same(ds):
    ask = attrs.evolve(ds.asks.where(expected_of_id="jp")[0], expected_of_id="nation")
    data = dxgov.Dataset.of([each if each.id != ask.id else ask for each in ds], MOVED)
    (problem,) = dxgov.validate(data)
    assert (problem.code, problem.id, problem.field) == ("unknown-reference", ask.id, "expected_of_id")
    assert problem.message == "'nation' is not an actor; 'jp' stands for it now"
    assert data.follow(ask, "expected_of_id") == ds.actors["jp"]
    assert ask in data.asks.where(expected_of_id="jp")


def test_two_data_sets_together_keep_the_redirects_of_both(ds):
    left = dxgov.Dataset(ds.to_arrow(), dxgov.Metadata(name="left", redirects=MOVED.redirects[:2]))
    right = dxgov.Dataset(ds.to_arrow(), MOVED)
    both = left | right
    assert both.metadata == dxgov.Metadata(name="left", redirects=MOVED.redirects)
    assert both["tele-work"] == ds["telework"]
    assert dxgov.validate(both).valid
    assert left | left == left


def test_two_data_sets_that_disagree_on_an_old_id_are_not_put_together(ds):
    theme = ds.themes["telework"]
    older = dxgov.Dataset.of([each for each in ds if each != theme] + [attrs.evolve(theme, id="tele-work")])
    other = dxgov.Dataset({}, dxgov.Metadata(redirects=[dxgov.Redirect("nation", "jp-13-tokyo")]))
    newer = dxgov.Dataset(ds.to_arrow(), MOVED)
    for left, right, said in (
        (newer, older, "'tele-work' leads to 'telework' in one of the two, and in the other it is a record"),
        (older, newer, "'tele-work' leads to 'telework' in one of the two, and in the other it is a record"),
        (newer, other, "'nation' leads to 'jpn' in one of the two, and in the other to 'jp-13-tokyo'"),
    ):
        with pytest.raises(dxgov.DataError) as error:
            left | right
        (problem,) = error.value.problems
        assert (problem.code, problem.field, problem.message) == ("duplicate-key", "redirects", said)


@pytest.mark.parametrize(
    ("command", "old", "now"),
    [("show", "nation", "jp"), ("trace", "tele-work", "telework"), ("timeline --about", "tele-work", "telework")],
)
def test_commands_take_old_ids(ds, tmp_path, command, old, now):
    place = dxgov.export(dxgov.Dataset(ds.to_arrow(), MOVED), tmp_path / "out", formats=["csv"]) / "csv"
    asked, expected = (CliRunner().invoke(main, [*command.split(), id, "--from", str(place)]) for id in (old, now))
    assert asked.exit_code == 0, asked.output
    assert asked.output == expected.output


@pytest.mark.parametrize(
    ("redirects", "code", "said"),
    [
        ([dxgov.Redirect("telework", "cloud")], "duplicate-key", "'telework' is the id of a record"),
        ([dxgov.Redirect("tele-work", "telwork")], "unknown-reference", "'tele-work' leads to 'telwork', which is no record"),
        ([dxgov.Redirect("a", "cloud"), dxgov.Redirect("a")], "duplicate-key", "'a' is redirected twice"),
        ([dxgov.Redirect("a", "b"), dxgov.Redirect("b", "c")], "unknown-reference", "'b' leads to 'c', which is no record"),
        ([dxgov.Redirect("a", "b"), dxgov.Redirect("b", "c"), dxgov.Redirect("c", "b")], "reference-cycle", "b → c → b"),
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


@given(datasets(), st.data())
def test_what_refers_to_records_is_what_a_search_finds(data, draw):
    ids = draw.draw(st.lists(st.sampled_from([record.id for record in data] or ["x"]), max_size=4))
    for table, column in data.model().references():
        found = get_indexes(data).find_by_column(table, column, IdSet([*ids, "nobody"]))
        assert found == data.tables[table.name].where(**{column.name: [*ids, "nobody"]})
    assert list(get_indexes(data).find_by_id([*ids, "nobody"])) == [record for record in data if record.id in ids]


@pytest.mark.slow
def test_threads_that_ask_at_once_get_one_answer(ds):
    data = Dataset(ds.to_arrow(), ds.metadata)
    subjects = [*data.themes, *data.requests] * 4
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(data.trace, subjects)) == list(map(ds.trace, subjects))
        assert list(pool.map(data.referring, subjects)) == list(map(ds.referring, subjects))


def test_what_is_kept_for_further_calls_is_not_sent_along(ds):
    data = Dataset(ds.to_arrow(), ds.metadata)
    before = len(pickle.dumps(data))
    data.trace("telework")
    data.referring(data.actors["jp"])
    assert len(pickle.dumps(data)) < before + 200
    assert pickle.loads(pickle.dumps(data)).trace("telework") == data.trace("telework")  # noqa: S301
