"""A field or a record class that is written once appears in every output."""

import json

import attrs
import jsonschema
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

import dxgov
from dxgov.exporters.dictionary import dictionary
from dxgov.exporters.jsonschema import json_schema
from dxgov.marks import Key, Pattern
from dxgov.model.serialization import structure, unstructure
from dxgov.schema import Column, Kind
from dxgov.testing import datasets, records
from toys import (
    AimlessSet,
    ChoosySet,
    ClashingSet,
    Colour,
    Franchise,
    Franchises,
    HalfSet,
    LinkedSet,
    ManifoldSet,
    Mayor,
    Mayors,
    MisledSet,
    MutedSet,
    OddSet,
    RichShop,
    RichWidget,
    ShadowSet,
    Shop,
    SilentSet,
    StraySet,
    TwiceSet,
    UnlabelledSet,
    UnlabelledTables,
    UnlinkedSet,
    Widget,
)

MODELS = [(Shop, "widgets", Widget), (RichShop, "rich_widgets", RichWidget)]
ADDED = {"colour", "colours", "nicknames", "weight", "pieces", "broken", "maker_id", "made_text", "made_edtf", "made_start", "made_end"}
"""Columns that `RichWidget` has and `Widget` has not, those of link tables left out."""


@pytest.mark.parametrize(("model", "table", "record"), MODELS)
def test_a_record_class_is_in_every_output(model, table, record, tmp_path):
    added = ADDED if record is RichWidget else set()

    @settings(max_examples=1, database=None)
    @given(datasets(model).filter(lambda data: len(data.tables[table])))
    def check(data):
        out = dxgov.export(data, tmp_path / "out", overwrite=True)
        for path in (out / "csv", out / "parquet"):
            assert dxgov.load(path, model) == data
        header = (out / "csv" / "data" / f"{table}.csv").read_bytes().decode().partition("\r\n")[0].split(",")
        assert header[:2] == ["id", "name"]
        assert added <= set(header)
        parquet = pq.read_schema(out / "parquet" / "data" / f"{table}.parquet")
        assert parquet.names == header
        assert parquet.field("name").metadata[b"description"].decode() == "部品名。 / What it is called."
        assert parquet.field("name").metadata[b"title"].decode() == "部品名 / Name"
        assert not parquet.field("name").nullable
        for format in ("csv", "parquet"):
            descriptor = json.loads((out / format / "datapackage.json").read_bytes())
            resource = next(each for each in descriptor["resources"] if each["name"] == table)
            fields = {field["name"]: field for field in resource["schema"]["fields"]}
            assert list(fields) == header
            assert fields["name"]["title"] == "部品名 / Name"
            assert fields["name"]["titles"] == {"ja": "部品名", "en": "Name"}
            assert fields["name"]["descriptions"] == {"ja": "部品名。", "en": "What it is called."}
            assert fields["id"]["constraints"]["pattern"].startswith("wid-")
        assert added <= set(data.tables[table].to_pandas().columns)

    check()


def test_every_kind_of_field_follows_from_its_annotation():
    schema = RichShop.model().tables["rich_widgets"]
    assert schema.column("pieces").required
    assert not schema.column("weight").required
    assert schema.column("colour").codes == tuple(Colour)
    assert schema.column("made_start").label == "製造日（最初の日）"
    assert schema.column("maker_id").target == "actors"
    assert schema.column("seller_ids").required
    assert not schema.column("buyer_ids").required
    links = RichShop.model().links
    assert [column.name for column in links["rich_widget_parts"].stored] == ["rich_widget_id", "part_id", "position"]
    assert [column.name for column in links["rich_widget_parties"].stored] == ["rich_widget_id", "role", "actor_id", "position"]
    assert [str(code) for code in links["rich_widget_parties"].role_column.codes] == ["seller", "buyer"]
    assert [code.label for code in links["rich_widget_parties"].role_column.codes] == ["販売者", "購入者"]


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(("model", "record"), [(model, record) for model, _, record in MODELS])
def test_the_dictionary_tells_every_column_and_code(model, record, lang):
    text = dictionary(model.model(), lang)
    for stored in model.model().stored.values():
        assert f"`{stored.name}` {stored.label}" in text
        assert all(f"`{column.name}`" in text for column in stored.stored)
    if record is RichWidget:
        assert {"en": "| `blue` | 青 | Like the sea on a good day. |", "ja": "| `blue` | 青 | 青。 |"}[lang] in text
        assert {"en": "How heavy it is. In kg.", "ja": "重さ。単位はkg。"}[lang] in text


@settings(max_examples=60)
@given(records(RichWidget, RichShop))
def test_the_plain_form_fits_the_json_schema_and_comes_back(widget):
    form = json.loads(json.dumps(unstructure(widget)))
    jsonschema.validate(form, json_schema(RichShop.model())["$defs"]["RichWidget"] | {"$schema": json_schema(RichShop.model())["$schema"]})
    assert structure(form, RichWidget) == widget


def test_the_json_schema_is_one():
    schema = json_schema(dxgov.Dataset.model())
    jsonschema.Draft202012Validator.check_schema(schema)
    assert set(schema["$defs"]) == {table.record.__name__ for table in dxgov.Dataset.model().tables.values()}


@settings(max_examples=15)
@given(datasets(RichShop))
def test_strategies_draw_sound_data_of_a_users_model(data):
    assert dxgov.validate(data).problems == ()


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (SilentSet, r"Silent\.name: a sentence under the field must say what it means"),
        (UnlabelledSet, r"Unlabelled\.name: the mark Label must give a title and a meaning in Japanese"),
        (HalfSet, r"Half\.name: the mark Label must give a title and a meaning in Japanese"),
        (UnlabelledTables, r"widgets: the mark Label must give a title and a meaning in Japanese"),
        (MutedSet, r"Mute\.MUTE: a code has a title in Japanese, and a meaning in English and in Japanese"),
        (StraySet, r"Stray\.other_id refers to 'Widgit', which has no table; did you mean 'Widget'\?"),
        (OddSet, r"Odd\.shape: complex is not a type that dxgov can store"),
        (LinkedSet, r"'ask_themes' names 2 tables"),
        (TwiceSet, r"2 tables hold records called Widget"),
        (ShadowSet, r"a table cannot be called 'children'"),
        (ClashingSet, r"Clashing: 2 fields fill a column called 'held_text'"),
        (MisledSet, r"Misled: a mark of 'last' names 'frist', which is no field; did you mean 'first'\?"),
        (ManifoldSet, r"Manifold\.days: a field holds one When, not many"),
        (ChoosySet, r"Choosy: the reference 'theme_id' takes some kinds only; its target needs one field"),
        (AimlessSet, r"Aimless: 'made' has a mark NotBeforeOf that does not lead by references to a date"),
        (UnlinkedSet, r"Unlinked\.widget_ids: a many-valued reference names its link table with the mark Through"),
    ],
)
def test_a_wrong_definition_names_class_and_field(model, said):
    with pytest.raises(dxgov.ModelError, match=said):
        dictionary(model.model())


@pytest.mark.slow
@settings(max_examples=10)
@given(datasets(Mayors))
def test_a_class_can_be_extended_where_it_stands(tmp_path_factory, data):
    assert all(type(actor) is Mayor for actor in data.actors)
    assert dxgov.validate(data).problems == ()
    out = dxgov.export(data, tmp_path_factory.mktemp("mayors") / "out", formats="parquet")
    assert dxgov.load(out / "parquet", Mayors) == data


@pytest.mark.parametrize(
    ("marks", "regex"),
    [
        ((Pattern("a|b", "a or b", "定めた書式"),), "(a|b)"),
        ((Pattern("a|b", "a or b", "定めた書式"), Key("x-")), "x-(a|b)"),
        ((Pattern("(a|b)|c", "a, b or c", "定めた書式"),), "((a|b)|c)"),
        ((Pattern(r"(a|(b|c))d[|)]\|", "no choice at the top", "定めた書式"),), r"(a|(b|c))d[|)]\|"),
    ],
)
def test_a_choice_of_forms_means_the_same_with_something_around_it(marks, regex):
    pattern = Column("form", Kind.TEXT, required=True, marks=marks).pattern
    assert pattern is not None
    assert pattern.regex == regex


@pytest.mark.slow
@given(datasets(Franchises))
@settings(max_examples=30)
def test_generated_records_keep_to_the_rules_of_a_class_of_ones_own(data):
    assert dxgov.validate(data).problems == ()


def test_kinds_that_a_class_of_ones_own_takes_are_checked():
    """In columns, in link tables and in each role of a shared one."""
    cited = dxgov.Citation("src-a")
    page = {"language": "ja", "file_sha256": 64 * "0", "kind": dxgov.SourceKind.SLIDES, "completeness": dxgov.Completeness.COMPLETE}
    about = {"name": "x", "name_en": "x", "citation": cited}
    opened = dxgov.When("1999年", "1999", dxgov.Scope.WITHIN)
    records = [
        dxgov.Source(id="src-a", title="x", title_en="x", published=opened, citation=cited, **page),
        dxgov.Actor(id="person", kind=dxgov.ActorKind.PERSON, **about),
        dxgov.Actor(id="town", kind=dxgov.ActorKind.TOWN, **about),
        dxgov.Actor(id="company", kind=dxgov.ActorKind.COMPANY, founded=dxgov.When("2000年", "2000", dxgov.Scope.WITHIN), **about),
    ]
    good = Franchise(
        id="f-1", owner_id="person", town_ids=("town",), guide_ids=("person",), other_ids=("town",), opened=opened, citation=cited
    )
    assert dxgov.validate(Franchises.of([*records, good])).problems == ()
    for change, code, field, said in (
        ({"owner_id": "town"}, "wrong-kind", "owner_id", "'town' is of the kind 'town', expected person or company"),
        ({"town_ids": ("town", "person")}, "wrong-kind", "town_ids", "'person' is of the kind 'person', expected town"),
        ({"guide_ids": ("town",)}, "wrong-kind", "guide_ids", "'town' is of the kind 'town', expected person"),
        ({"owner_id": "company"}, "wrong-order", "opened_edtf", "expected not before 2000-01-01, the first day of founded of 'company'"),
    ):
        data = Franchises.of([*records, attrs.evolve(good, **change)])
        (problem,) = dxgov.validate(data)
        assert (problem.code, problem.field) == (code, field)
        assert said in problem.message
    again = Franchises.of([*records, good, attrs.evolve(good, id="f-2")])
    (problem,) = dxgov.validate(again)
    assert (problem.code, problem.field, problem.id) == ("duplicate-number", "opened_edtf", "f-2")
