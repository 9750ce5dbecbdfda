"""Search for words in all texts of a data set."""

import csv
import json
import math
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

import dxgov
from dxgov import Dataset
from dxgov.analysis.search_terms import fold, fold_with_offsets, tokenize, tokenize_query
from dxgov.analysis.searching import list_captions
from dxgov.cli import main
from dxgov.testing import datasets, texts

pytestmark = pytest.mark.slow

QUERIES = (
    "テレワーク",
    "クラウド 費用",
    "デジタル庁",
    "telework",
    "government cloud",
    "市",
    "マイナンバーカード 国",
    "support for towns",
    "02.1.a",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("要望書", ["要望", "望書", "書"]),
        ("市", ["市"]),
        ("Digital Agency's", ["digital", "agency", "s"]),
        ("ＤＸの推進", ["dx", "の推", "推進", "進"]),
        ("ﾃﾚﾜｰｸ", ["テレ", "レワ", "ワー", "ーク", "ク"]),
        ("令和6年4月", ["令和", "和", "6", "年", "4", "月"]),
        ("a_b-c", ["a", "b", "c"]),
        ("、。！ ", []),
        ("𠮷野家", ["𠮷野", "野家", "家"]),
        ("クラウド費用", ["クラ", "ラウ", "ウド", "ド", "費用", "用"]),
        ("霞ヶ関", ["霞ケ", "ケ関", "関"]),
        ("コピー機", ["コピ", "ピー", "ー", "機"]),
    ],
)
def test_texts_are_cut_into_terms(text: str, expected: list[str]):
    assert list(tokenize(text)) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﾃﾞｼﾞﾀﾙ", "デジタル"),
        ("ＤＸ", "dx"),
        ("サーバー移行", "サーバ移行"),
        ("ユーザー", "ﾕｰｻﾞ"),
        ("デジタル・ガバメント", "デジタルガバメント"),
        ("髙﨑市", "高崎市"),
        ("龍ヶ崎", "竜ケ崎"),
        ("か\u3099き", "がき"),
        ("町\ufe00田\u200b市", "町田市"),
    ],
)
def test_spellings_of_one_word_are_one(one: str, other: str):
    assert tokenize_query(one) == tokenize_query(other)
    assert fold(one) == fold(other)


def test_long_vowels_of_short_words_stay():
    assert fold("キー") != fold("キ")
    assert fold("コピー") != fold("コピ")


@given(st.text("サーバー・ﾃﾞｶﾞか\u3099髙ＤＸaé é㍻①ー\u200b、 町", max_size=30))
def test_a_folded_text_leads_back_to_what_is_printed(text: str):
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)


@settings(max_examples=8)
@given(datasets(max_size=2), st.data())
def test_every_record_is_found_by_each_word_of_what_it_is_called(data: Dataset, draw: st.DataObject):
    ids = [record.id for record in data]
    for captions in list_captions(data).values():
        numbers = draw.draw(st.lists(st.integers(0, max(len(ids) - 1, 0)), max_size=10)) if ids else []
        for number in numbers:
            for word in filter(tokenize_query, captions[number].split()[:3]):
                results = data.search(word, limit=None)
                assert ids[number] in {result.record.id for result in results}
                assert all(result.complete for result in results)


@cache
def _load() -> Dataset:
    return dxgov.load()


@settings(max_examples=60)
@given(texts() | st.text(max_size=40) | st.sampled_from(['"', "a* OR", "NEAR(", "' --", "caption:x", "\x00", "\ud800"]))
def test_no_query_is_an_error(query: str):
    data = _load()
    for result in data.search(query, limit=3):
        assert data[result.record.id] == result.record
        assert result.highlight("", "") == result.excerpt
        for start, stop in result.highlights:
            assert 0 <= start < stop <= len(result.excerpt)


def test_results_show_where_the_words_stand(ds: Dataset):
    for query in QUERIES[:-1]:
        words = tokenize_query(query)
        results = ds.search(query)
        assert results
        assert [result.score for result in results] == sorted((result.score for result in results), reverse=True)
        for result in results:
            assert result.record in ds.tables[result.table]
            if result.complete and len(words) == 1:
                assert result.highlights
            for start, stop in result.highlights:
                assert any(term[0] in fold(result.excerpt[start:stop]) for term in words)


def test_what_a_record_is_called_counts_most(ds: Dataset):
    assert [result.record.id for result in ds.search("ガバメントクラウド")][:2] == ["thg-government-cloud", "thg-government-cloud-pilot"]


def test_a_compound_finds_its_words_apart(ds: Dataset):
    results = ds.search("クラウド費用")
    assert {result.record.id for result in results} == {result.record.id for result in ds.search("費用 クラウド")}
    assert all(result.complete for result in results)
    assert results


def test_names_of_codes_are_found(ds: Dataset):
    (code,) = {ask.strength for ask in ds.asks if ask.strength == "urge"}
    ids = {result.record.id for result in ds.search(code.label, table="asks", limit=None)}
    assert ids >= {*ds.asks.where(strength="urge").ids()}


def test_an_id_finds_its_record_first(ds: Dataset):
    id = ds.asks.ids()[3]
    first, *others = ds.search(f" {id} ")
    assert (first.record.id, first.field, first.score) == (id, "id", math.inf)
    assert id not in {result.record.id for result in others}
    assert id not in {result.record.id for result in ds.search(id, table="meetings")}


def test_records_with_half_of_the_words_stand_in(ds: Dataset):
    results = ds.search("テレワーク 潜水艦")
    assert results
    assert not any(result.complete for result in results)
    assert ds.search("潜水艦") == ()


def test_filters_narrow(ds: Dataset):
    everything = {result.record.id for result in ds.search("デジタル", limit=None)}

    def find(**filters: object) -> set[str]:
        ids = {result.record.id for result in ds.search("デジタル", limit=None, **filters)}
        assert ids < everything
        assert ids
        return ids

    assert find(table="asks") == everything & {*ds.asks.ids()}
    assert find(table=["asks", "themes"]) == everything & {*ds.asks.ids(), *ds.themes.ids()}
    assert find(strength="act") == everything & {*ds.asks.where(strength="act").ids(), *ds.instructions.where(strength="act").ids()}
    source = ds.sources[0]
    assert find(source=source) == everything & {
        record.id for record in ds if any(id == source.id for name, ids in ds.references(record).items() for id in ids)
    }
    theme = next(theme for theme in ds.themes if ds.themes.where(broader_id=theme.id) and ds.said(about=theme))
    assert find(theme=theme.id) >= everything & {*ds.said(about=theme).ids()}
    start, end = date(2022, 1, 1), date(2022, 12, 31)
    dated = {id for records in ds.tables.values() for id in records.ids() if (when := _date(ds, id)) and _meets(when, start, end)}
    assert find(since="2022", until="2022") == find(since=start, until=end) == everything & dated
    assert find(since=start) | find(until="2021") >= find(until="2022")


def _date(ds: Dataset, id: str) -> dxgov.When | None:
    from dxgov.analysis.tracing import date_of

    return date_of(ds, ds[id])


def _meets(when: dxgov.When, start: date, end: date) -> bool:
    return (when.start or when.end) is not None and (when.start or date.min) <= end and (when.end or date.max) >= start


@pytest.mark.parametrize(
    ("filters", "error", "message"),
    [
        ({"table": "ask"}, dxgov.UnknownNameError, "did you mean 'asks'"),
        ({"strenght": "act"}, dxgov.UnknownNameError, "did you mean 'strength'"),
        ({"strength": "x"}, ValueError, "'x'"),
        ({"theme": "jp"}, dxgov.UnknownNameError, "expected the id of one Theme"),
        ({"since": "2022-13"}, ValueError, "2022-13"),
        ({"since": "../2022"}, ValueError, "since"),
        ({"limit": -1}, ValueError, "limit"),
    ],
)
def test_wrong_filters_are_told(ds: Dataset, filters: dict[str, object], error: type[Exception], message: str):
    with pytest.raises(error, match=message):
        ds.search("デジタル", **filters)


def test_a_lazy_data_set_finds_the_same(ds: Dataset, tmp_path: Path):
    lazy = dxgov.load(dxgov.export(ds, tmp_path / "export", "parquet") / "parquet", lazy=True)
    for query in QUERIES:
        assert lazy.search(query) == ds.search(query)


# The command


def _run(*arguments: str) -> Result:
    return CliRunner(env={"DXGOV_LANG": "en", "LC_ALL": "C.UTF-8"}).invoke(main, ["search", *arguments], prog_name="dxgov")


def test_the_command_lists_what_the_library_finds(ds: Dataset):
    results = ds.search("クラウド 費用", limit=20)
    rows = json.loads(_run("クラウド", "費用", "--json").output)
    assert [(row["id"], row["field"], row["excerpt"]) for row in rows] == [(each.record.id, each.field, each.excerpt) for each in results]
    lines = _run("クラウド", "費用").output.splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == [row["id"] for row in rows]
    assert json.loads(_run(ds.asks.ids()[0], "--json").output)[0]["score"] is None


def test_options_of_the_command_narrow(ds: Dataset):
    options = ("--table", "asks", "--theme", "telework", "--since", "2020", "--until", "2021", "--where", "strength=urge", "-n", "1")
    (row,) = json.loads(_run("テレワーク", *options, "--json").output)
    (result,) = ds.search("テレワーク", table="asks", theme="telework", since="2020", until="2021", strength="urge", limit=1)
    assert row["id"] == result.record.id


def test_the_command_writes_a_table_that_excel_opens(tmp_path: Path):
    place = tmp_path / "results.csv"
    assert _run("テレワーク", "-o", str(place)).exit_code == 0
    assert place.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(place.read_text("utf-8-sig").splitlines()))
    assert [row["id"] for row in rows] == [row["id"] for row in json.loads(_run("テレワーク", "--json").output)]
    assert _run("潜水艦", "-o", str(place)).exit_code == 0
    assert place.read_text("utf-8-sig").startswith("id,table,")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x", "--table", "ask"), "did you mean 'asks'"),
        (("x", "--where", "strength"), "expected FIELD=VALUE"),
        (("x", "--where", "strength=x"), "'x'"),
        (("x", "--since", "soon"), "soon"),
        (("x", "-o", "results.doc"), "expected a file whose name ends with .csv"),
        (("x", "--theme", "jp"), "Theme"),
    ],
)
def test_wrong_use_of_the_command_is_told(arguments: tuple[str, ...], message: str):
    result = _run(*arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_the_command_says_what_is_missing():
    assert "No record has these words" in _run("潜水艦").output
    assert "half of them or more" in _run("テレワーク", "潜水艦").output
