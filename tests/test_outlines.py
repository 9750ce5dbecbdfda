"""Outlines: which marks count, by the sequence of their numbers, and what is damage."""

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dxgov.documents.outline import Outline, build_outline
from dxgov.documents.wrapping import find_continuations
from printed_letters import make_text

MARGIN = "列の幅いっぱいまで文字が並んでいるこの行は右端で折り返されていて次の行へと"
"""A line that goes on below, as wide as its page."""


def read(content: str) -> Outline:
    return build_outline(make_text(content).lines)


def show(outline: Outline) -> list[str]:
    """Return path and text of each item."""
    return [f"{node.path} {node.text}" for node in outline.nodes]


def list_flaws(outline: Outline) -> list[tuple[int, str, str]]:
    return [(flaw.first_line, flaw.damage, flaw.reason) for flaw in outline.flaws]


def test_items_nest_by_the_form_of_their_marks():
    outline = read("１ 道路\n（１）市道\nア 舗装\nイ 側溝\n（２）農道\n２ 橋\n（１）点検")
    assert show(outline) == ["1 道路", "1.1 市道", "1.1.1 舗装", "1.1.2 側溝", "1.2 農道", "2 橋", "2.1 点検"]
    assert not outline.flaws


def test_decimals_lie_below_their_first_number():
    assert show(read("1 道路\n1-1 市道\n1-2 農道\n2 橋\n2-1 点検")) == ["1 道路", "1.1 市道", "1.2 農道", "2 橋", "2.1 点検"]
    assert show(read("1-1 市道\n1-2 農道\n2-1 点検\n2-2 補修")) == ["1 市道", "2 農道", "3 点検", "4 補修"]


def test_iroha_and_gojuon_are_told_apart_by_their_sequence():
    assert show(read("ア 道\nイ 橋\nウ 川")) == ["1 道", "2 橋", "3 川"]
    assert show(read("イ 道\nロ 橋\nハ 川")) == ["1 道", "2 橋", "3 川"]


def test_mark_begins_wrapped_line():
    outline = read(f"１　{MARGIN}\n３ 割を超える。\n２　{MARGIN}\n（１）を含む。\n３　{MARGIN}\n４ 件ある。\n４　終わり")
    assert [(node.path, node.first_line, node.last_line) for node in outline.nodes] == [("1", 1, 2), ("2", 3, 4), ("3", 5, 6), ("4", 7, 7)]
    assert not outline.flaws


def test_number_without_blank_begins_an_item_only_in_its_sequence():
    assert show(read("1道路の整備\n2橋の点検\n3川の改修")) == ["1 道路の整備", "2 橋の点検", "3 川の改修"]
    assert show(read("１　人材を確保することは\n1自治体では困難なこと")) == ["1 人材を確保することは1自治体では困難なこと"]


def test_l_for_1():
    outline = read("l　道路\n２　橋\n３　川")
    assert show(outline) == ["1 道路", "2 橋", "3 川"]
    assert list_flaws(outline) == [(1, "misprint", "letter-for-number")]


def test_3_for_8():
    outline = read("\n".join(f"{mark}項目" for mark in "①②③④⑤⑥⑦③⑨⑩"))
    assert [node.path for node in outline.nodes] == [str(number) for number in range(1, 11)]
    assert outline.nodes[7].mark.number == "③"
    assert list_flaws(outline) == [(8, "misprint", "number-out-of-sequence")]


def test_all_numbered_1():
    outline = read("1 道路\n1 橋\n1 川")
    assert show(outline) == ["1 道路", "2 橋", "3 川"]
    assert [reason for _, _, reason in list_flaws(outline)] == ["number-repeats", "number-repeats"]
    assert not read("一、道路\n一、橋\n一、川").flaws, "each item may begin with 一"


def test_a_skipped_number_is_a_missing_part():
    outline = read("1 道路\n2 橋\n4 川\n5 海")
    assert show(outline) == ["1 道路", "2 橋", "4 川", "5 海"]
    assert list_flaws(outline) == [(3, "missing_part", "number-is-skipped")]


def test_a_list_may_begin_late():
    outline = read("4 道路\n5 橋\n6 川")
    assert show(outline) == ["4 道路", "5 橋", "6 川"]
    assert list_flaws(outline) == [(1, "missing_part", "list-begins-late")]


def test_a_sentence_split_by_a_page_goes_on():
    outline = read("1 条例の整備を\n\n進めること\n2 点検")
    assert show(outline) == ["1 条例の整備を進めること", "2 点検"]
    assert list_flaws(outline) == [(3, "page_break", "sentence-goes-on-below")]


@pytest.mark.parametrize("between", ["- 1 -", ""])
def test_a_heading_at_the_foot_of_a_page_has_its_text_on_the_next(between: str):
    from attrs import evolve

    lines = make_text(f"1 道路の整備\n{MARGIN}\n進めること。\n2 橋の整備\n{between}\n{MARGIN}\n進めること。\n\n青葉県市長会").lines
    outline = build_outline([evolve(line, page=1 + (line.number > 5)) for line in lines])
    assert show(outline) == [f"1 道路の整備{MARGIN}進めること。", f"2 橋の整備{MARGIN}進めること。"]
    assert [line.text for line in outline.loose_lines] == ["青葉県市長会"]


def test_a_number_alone_on_its_line_has_its_text_below():
    assert show(read("1\n道路の整備\n2\n橋の点検")) == ["1 道路の整備", "2 橋の点検"]


def test_a_page_number_is_no_item():
    outline = read("1 道路を整備すること。\n\n2\n\n2 橋を点検すること。\n3 川を改修すること。")
    assert [node.path for node in outline.nodes] == ["1", "2", "3"]
    assert outline.nodes[1].text == "橋を点検すること。"


def test_a_list_begins_again_below_an_unnumbered_heading():
    outline = read("【重点】\n1 道路\n2 橋\n【一般】\n1 川\n2 海")
    assert show(outline) == ["1 道路", "2 橋", "3 川", "4 海"]
    assert [line.text for line in outline.loose_lines] == ["【重点】", "【一般】"]
    assert not outline.flaws


def test_prose_behind_the_last_item_belongs_to_none():
    outline = read("1 道路を整備すること。\n2 橋を点検すること。\n\nこれからも要望を続けます。\n\n次の会議は秋です。")
    assert show(outline) == ["1 道路を整備すること。", "2 橋を点検すること。"]
    assert len(outline.loose_lines) == 2


def test_markdown_headings_nest_by_their_signs():
    assert [node.depth for node in read("# 題\n## 章\n### 節\n## 章\n- 点").nodes] == [0, 1, 2, 1, 2]


@pytest.mark.parametrize("style", ["header", "footer", "note"])
def test_what_repeats_on_pages_is_no_item(style: str):
    first, second, third = make_text("1 道路\n2 頁\n2 橋").lines
    assert show(build_outline([first, evolve(second, style=style), third])) == ["1 道路", "2 橋"]


@pytest.mark.parametrize("properties", [{"style": "list"}, {"begins_paragraph": True}], ids=str)
def test_marks_that_the_format_sets_go_on_with_no_wide_line(properties: dict[str, Any]):
    """Two sentences of one width look like lines of a page, and Word and HTML say that they are whole."""
    lines = make_text("1 整備\na) 費用\n① " + "長い文" * 14 + "\n② " + "長い文" * 14 + "\nb) 支援を求める\nc) 研修").lines
    assert show(build_outline(lines)) != show(build_outline([evolve(line, **properties) for line in lines]))
    assert [text.partition(" ")[0] for text in show(build_outline([evolve(line, **properties) for line in lines]))] == [
        "1", "1.1", "1.1.1", "1.1.2", "1.2", "1.3"
    ]  # fmt: skip


def test_a_mark_of_a_list_needs_no_second_one():
    lines = make_text("1 整備\na) 費用を助成すること").lines
    assert show(build_outline(lines)) == ["1 整備a) 費用を助成すること"]
    assert show(build_outline([evolve(line, style="list") for line in lines])) == ["1 整備", "1.1 費用を助成すること"]


def test_a_first_item_that_is_printed_twice_still_begins_its_list():
    outline = read("1 整備\na) 費用を助成すること。\na) 費用を助成すること。\nb) 研修を行うこと。")
    assert show(outline) == ["1 整備", "1.1 費用を助成すること。", "1.2 研修を行うこと。"]
    assert list_flaws(outline) == [(3, "misprint", "line-repeats")]


def test_only_lines_at_the_margin_go_on():
    lines = make_text(f"{MARGIN}\n続き。\n{MARGIN}\nまた続き。\n短い行\n次の行").lines
    assert find_continuations(lines) == [False, True, False, True, False, False]
    assert not any(find_continuations(make_text("短い行\n次の行").lines))
    assert find_continuations(()) == []


@given(
    st.lists(
        st.sampled_from(["1 あ", "2 い。", "（１）う", "（２）え", "①お", "ア か", "・き", "本文", "", "# 章", "3 く", "l け", "1-1 こ"]),
        max_size=30,
    )
)
def test_each_line_with_text_belongs_to_one_item_or_none(rows: list[str]):
    outline = read("\n".join(rows))
    numbers = [item_line.line.number for node in outline.nodes for item_line in node.lines]
    numbers += [line.number for line in outline.loose_lines]
    assert sorted(numbers) == [number for number, row in enumerate(rows, 1) if row]
    paths = [node.path for node in outline.nodes]
    for node in outline.nodes:
        assert node.parent is None or outline.nodes.index(node.parent) < outline.nodes.index(node)
        assert all(child.parent is node and child.depth == node.depth + 1 for child in node.children)
    for section_paths in [paths] if not outline.loose_lines else []:
        assert len(set(section_paths)) == len(section_paths)


@given(st.lists(st.integers(0, 2), min_size=1, max_size=30))
def test_a_sound_outline_is_read_as_it_was_printed(depths: list[int]):
    """Print a tree of any shape with sound numbers."""
    counts = [0, 0, 0]
    rows, expected, current = [], [], -1
    for wanted in depths:
        depth = min(wanted, current + 1)
        counts[depth] += 1
        counts[depth + 1 :] = [0] * (2 - depth)
        current = depth
        rows.append(("{} ", "（{}）", "{}) ")[depth].format(counts[depth]) + "項目")
        expected.append(".".join(str(count) for count in counts[: depth + 1]))
    outline = read("\n".join(rows))
    assert [node.path for node in outline.nodes] == expected
    assert not outline.flaws


def test_headings_in_brackets_divide_an_item():
    outline = read(
        "1 道路\n【現状】\n・古い。\n・狭い。\n【要望】\n(1) 広げること。\n(2) 直すこと。\n2 橋\n【現状】\n・細い。\n"
        "【要望】\n(1) 替えること。"
    )
    assert [node.path for node in outline.nodes if not node.is_explanation] == ["1", "1.1", "1.2", "2", "2.1"]
    assert [node.text for node in outline.nodes if node.is_explanation] == ["古い。", "狭い。", "細い。"]
    assert [item_line.text for node in outline.roots for item_line in node.lines if item_line.is_body] == ["道路", "橋"]


def test_a_number_that_is_spoken_of_begins_no_item():
    assert show(read("①道\n②橋\n③までの費用を見込むこと\n③川")) == ["1 道", "2 橋③までの費用を見込むこと", "3 川"]


def test_the_margin_of_lines_with_boxes_is_that_of_the_page():
    texts = make_text(
        "広い行がここで折り返されて次の行へと\n続く。\n同じ幅の広い行が次の行へと続いてゆき\nここで終わる。\n右に寄せた日付\n次の行"
    ).lines
    boxes = [(72, 500), (72, 120), (72, 498), (72, 160), (420, 500), (72, 110)]
    lines = [
        evolve(line, box=(left, 20 * row, right, 20 * row + 10.5))
        for row, (line, (left, right)) in enumerate(zip(texts, boxes, strict=True))
    ]
    assert find_continuations(lines) == [False, True, False, True, False, False]
