"""Marks: what begins a line, and what its number can mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxgov.documents.folding import fold, fold_line
from dxgov.documents.marks import find_mark


@pytest.mark.parametrize(
    ("line", "number", "body", "family", "ordinal"),
    [
        ("1 本文", "1", "本文", ("", "", "arabic"), 1),
        ("１　本文", "１", "本文", ("", "", "arabic"), 1),
        ("12．本文", "12", "本文", ("", "", "arabic"), 12),
        ("3、本文", "3", "本文", ("", "", "arabic"), 3),
        ("２）本文", "２）", "本文", ("", ")", "arabic"), 2),
        ("　（２） 本文", "（２）", "本文", ("", "()", "arabic"), 2),
        ("⑶本文", "⑶", "本文", ("", "()", "arabic"), 3),
        ("③本文", "③", "本文", ("", "○", "arabic"), 3),
        ("㉑ 本文", "㉑", "本文", ("", "○", "arabic"), 21),
        ("❷本文", "❷", "本文", ("", "○", "arabic"), 2),
        ("⓬本文", "⓬", "本文", ("", "○", "arabic"), 12),
        ("一　本文", "一", "本文", ("", "", "kanji"), 1),
        ("十二、本文", "十二", "本文", ("", "", "kanji"), 12),
        ("（三）本文", "（三）", "本文", ("", "()", "kanji"), 3),
        ("㈣本文", "㈣", "本文", ("", "()", "kanji"), 4),
        ("第１　本文", "第１", "本文", ("", "第", "arabic"), 1),
        ("第二条　本文", "第二条", "本文", ("", "第条", "kanji"), 2),
        ("第1条（目的）", "第1条", "（目的）", ("", "第条", "arabic"), 1),
        ("ウ　本文", "ウ", "本文", ("", "", "gojuon"), 3),
        ("ロ　本文", "ロ", "本文", ("", "", "iroha"), 2),
        ("（ｲ） 本文", "（ｲ）", "本文", ("", "()", "gojuon"), 2),
        ("㋑本文", "㋑", "本文", ("", "○", "gojuon"), 2),
        ("b) text", "b)", "text", ("", ")", "latin lower"), 2),
        ("(c) text", "(c)", "text", ("", "()", "latin lower"), 3),
        ("Ⅳ　本文", "Ⅳ", "本文", ("", "", "roman upper"), 4),
        ("ii. text", "ii", "text", ("", "", "roman lower"), 2),
        ("(要望4)本文", "要望4", "本文", ("要望", "()", "arabic"), 4),
        ("【要望事項５】本文", "要望事項５", "本文", ("要望事項", "()", "arabic"), 5),
        ("質問２　本文", "質問２", "本文", ("質問", "", "arabic"), 2),
        ("2-3 本文", "2-3", "本文", ("", "", "decimal", 2), 3),
        ("1.2.3 本文", "1.2.3", "本文", ("", "", "decimal", 1, 2), 3),
        ("- (4) 本文", "(4)", "本文", ("", "()", "arabic"), 4),
        ("## 5 本文", "5", "本文", ("", "", "arabic"), 5),
        ("７", "７", "", ("", "", "arabic"), 7),
    ],
)
def test_a_mark_is_read(line: str, number: str, body: str, family: tuple[object, ...], ordinal: int):
    mark = find_mark(line)
    assert mark is not None
    assert (mark.number, line[mark.end :]) == (number, body)
    assert (family, ordinal) in [(rank.family, rank.ordinal) for rank in mark.ranks]


@pytest.mark.parametrize(
    "line",
    [
        "本文",
        "",
        "　　",
        "令和6年4月1日",
        "第1回会議",
        "10月5日に開催",
        "2つの施設",
        "3割を超える",
        "（統一）",
        "（エリア）",
        "（注1）",
        "図1",
        "〇〇市長",
        "一つにまとめる",
        "-5",
        "1.5%",
    ],
)
def test_no_mark_begins_the_line(line: str):
    assert find_mark(line) is None


@pytest.mark.parametrize("line", ["・本文", "○ 本文", "- 本文", "●本文", "■ 本文"])
def test_a_bullet_has_no_rank(line: str):
    mark = find_mark(line)
    assert mark is not None
    assert (mark.kind, mark.ranks, line[mark.end :]) == ("bullet", (), "本文")


def test_l_may_stand_for_1():
    mark = find_mark("l 本文")
    assert mark is not None
    assert [rank.ordinal for rank in mark.ranks if rank.is_misprint] == [1]


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("要　　望　　書", "要望書"),
        ("１２３（ｱﾃ）", "123(アテ)"),
        ("　東京都知事　小 池 百 合 子　様", "東京都知事 小池百合子様"),
        ("ｶﾞｲﾄﾞﾗｲﾝ", "ガイドライン"),
        ("清水 庄", "清水 庄"),
        ("①「題」ー―", "①「題」ー―"),
    ],
)
def test_lines_fold_to_one_width_without_letter_spacing(source: str, folded: str):
    assert fold(source) == folded


def test_a_span_of_a_folded_line_leads_back_to_the_source():
    line = fold_line("　ｶﾞｲﾄﾞ　要　望　書　①")
    assert line.text == "ガイド 要望書①"
    assert (line.to_source(0, 3), line.to_source(4, 7), line.to_source()) == ("ｶﾞｲﾄﾞ", "要　望　書", "ｶﾞｲﾄﾞ　要　望　書　①")


@given(st.lists(st.sampled_from(["要", "望", "書", "　", " ", "１", "a", "ｱ", "（", ")", "①"])))
def test_folding_is_idempotent_and_leads_back(characters: list[str]):
    line = fold_line("".join(characters))
    assert fold(line.text) == line.text
    assert fold(line.to_source()) == line.text
    for index, character in enumerate(line.text):
        if not character.isspace():
            assert fold(line.to_source(index, index + 1)) == character


@given(st.text())
def test_any_text_folds_and_has_a_mark_or_none(text: str):
    fold_line(text)
    mark = find_mark(text)
    if mark is not None:
        assert 0 <= mark.begin < mark.end <= len(text)
        assert all(rank.ordinal > 0 for rank in mark.ranks) or "0" in fold(mark.number)
