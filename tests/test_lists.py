"""Lists: opinions in groups, instructions, and items to examine."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov.documents.genres import read_document, score_genres
from dxgov.documents.lists import KIND_RULES
from dxgov.documents.readings import EntryKind
from dxgov.documents.schedules import KIND_RULES as EVENT_RULES
from printed_letters import make_text

OPINIONS = st.lists(
    st.sampled_from(("窓口を増やすべき。", "費用が心配である。", "早めに知らせてほしい。", "昨年は混乱した。", "20業務の負担が重い。")),
    min_size=1,
    max_size=4,
)


def list_entries(text: str, *kinds: EntryKind) -> list[tuple[object, ...]]:
    """Return kind, number or code, and title or text of entries."""
    return [
        (entry.kind, *(entry.values[name].value for name in ("number", "code", "position", "title", "text") if name in entry.values))
        for entry in read_document(make_text(text), "list").entries
        if entry.kind in kinds
    ]


@pytest.mark.parametrize(("mark", "bullet"), [("{}. ", "- "), ("（{}）", "・"), ("{} ", "○"), ("【論点{}】", "・")])
@given(groups=st.lists(OPINIONS, min_size=1, max_size=4))
def test_opinions_under_numbered_groups(mark: str, bullet: str, groups: list[list[str]]) -> None:
    lines = ["第1回会合における地方からの主な意見", ""]
    expected: list[tuple[object, ...]] = []
    for number, opinions in enumerate(groups, 1):
        lines += ["", mark.format(number) + "手続に関する意見", "", *(bullet + opinion for opinion in opinions)]
        expected.append((EntryKind.OPINION_GROUP, number, "手続に関する意見"))
        expected += [(EntryKind.OPINION, position, opinion) for position, opinion in enumerate(opinions, 1)]
    text = "\n".join([*lines, "", "今後の予定"])
    assert list_entries(text, EntryKind.OPINION_GROUP, EntryKind.OPINION) == expected
    assert score_genres(make_text(text))[0].genre == "list"


@given(OPINIONS)
def test_opinions_without_groups_stand_below_their_heading(opinions: list[str]) -> None:
    text = "\n".join(["住民からの主な意見", *(f"・{opinion}" for opinion in opinions)])
    assert list_entries(text, EntryKind.OPINION_GROUP, EntryKind.OPINION) == [
        (EntryKind.OPINION_GROUP, "住民からの主な意見"),
        *((EntryKind.OPINION, position, opinion) for position, opinion in enumerate(opinions, 1)),
    ]


def test_opinion_without_a_bullet_and_headings_that_repeat_on_pages() -> None:
    text = "主な意見①\n\n1. 費用に関する意見\n\n- 高い。\n安くしてほしい。\n\n主な意見②\n\n2. 期限に関する意見\n\n- 短い。"
    entries = [entry for entry in read_document(make_text(text), "list").entries if entry.kind is EntryKind.OPINION]
    assert [(entry.values["text"].value, entry.values["printed_with_bullet"].value) for entry in entries] == [
        ("高い。", True),
        ("安くしてほしい。", False),
        ("短い。", True),
    ]
    assert [entry.parent for entry in entries] == [0, 0, 3]


def test_group_whose_heading_names_opinions() -> None:
    text = "主な意見\n\n1 委員の意見\n・高い。\n\n2 住民の意見\n・短い。"
    assert list_entries(text, EntryKind.OPINION_GROUP) == [
        (EntryKind.OPINION_GROUP, 1, "委員の意見"),
        (EntryKind.OPINION_GROUP, 2, "住民の意見"),
    ]


def test_kinds_of_opinions() -> None:
    text = "主な意見\n・早めに知らせていただきたい。\n・費用の増加を懸念する。\n・住民の目線で考えるべき。\n・昨年は窓口が混乱した。"
    entries = [entry for entry in read_document(make_text(text), "list").entries if entry.kind is EntryKind.OPINION]
    assert [entry.values["kind"].value for entry in entries] == ["request", "concern", "principle", "experience"]


def test_instructions() -> None:
    text = (
        "第3回会議における知事指示（抜粋）\n\n- 総務部長においては、令和6年6月までに計画を取りまとめてください。状況は資料のとおり。\n"
        "- 土木部長は、効果を検証し、方法を検討してください。\n"
    )
    entries = read_document(make_text(text), "list").entries
    assert [(entry.values["issued_by"].value, entry.values["directed_to"].value, entry.values["strength"].value) for entry in entries] == [
        ("知事", ("総務部長",), "act"),
        ("知事", ("土木部長",), "consider"),
    ]
    assert entries[0].values["due"].value.edtf == "../2024-06"


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4))
def test_items_to_examine_with_codes(parts: list[int]) -> None:
    expected = [
        (EntryKind.EXAMINATION_ITEM, code, f"題{code}")
        for number, count in enumerate(parts, 1)
        for code in [str(number), *(f"{number}-{part}" for part in range(1, count + 1))]
    ]
    lines = [f"【検討項目{code}】{title}" for _, code, title in expected]
    # A schedule names them again.
    text = "\n\n".join(["検討すべき項目", *lines, "日程", f"○{lines[0]}"])
    assert list_entries(text, EntryKind.EXAMINATION_ITEM) == expected
    entries = [entry for entry in read_document(make_text(text), "list").entries if entry.kind is EntryKind.EXAMINATION_ITEM]
    for entry in entries:
        code = entry.values["code"].value
        assert (entries[entry.parent].values["code"].value if entry.parent is not None else "") == code.rpartition("-")[0]


def test_items_to_examine_below_their_heading() -> None:
    text = "検討項目\n1 目指す姿\n（1）役割分担\n（2）費用負担\n2 推進体制\n（1）枠組み"
    assert list_entries(text, EntryKind.EXAMINATION_ITEM) == [
        (EntryKind.EXAMINATION_ITEM, code, title)
        for code, title in (("1", "目指す姿"), ("1-1", "役割分担"), ("1-2", "費用負担"), ("2", "推進体制"), ("2-1", "枠組み"))
    ]


@pytest.mark.parametrize(
    "text", ["意見を述べる。\n・一つ\n・二つ", "道路の整備を求める意見書\n1 橋の点検\n2 県道の整備", "意見交換会\n・日時\n・場所"]
)
def test_other_bullets_are_no_opinions(text: str) -> None:
    assert list_entries(text, EntryKind.OPINION_GROUP, EntryKind.OPINION) == []


def test_page_names_every_reason() -> None:
    page = (Path(__file__).parents[1] / "docs" / "schedules.md").read_text(encoding="utf-8")
    letters = (Path(__file__).parents[1] / "docs" / "letters.md").read_text(encoding="utf-8")
    reasons = {rule.name for rule in (*KIND_RULES, *EVENT_RULES)}
    for path in ("compilations", "lists", "row_dates", "schedules", "tables"):
        source = (Path(dxgov.__file__).parent / "documents" / f"{path}.py").read_text(encoding="utf-8")
        matches = re.findall(r'(?:SURE|LIKELY|UNSURE), "([a-z]+(?:-[a-z]+)*)"|"((?:status|year|row|cell)-[a-z-]+)"', source)
        reasons |= {name for match in matches for name in match if name}
    assert {reason for reason in reasons if f"`{reason}`" not in page + letters} == set()
