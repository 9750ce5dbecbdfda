"""Letters: what is read in made-up ones of twelve house styles, in damaged ones, and in web reports of requests."""

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov.cli import main
from dxgov.documents.asking import ACTOR_RULES, CUTS, KIND_RULES, RELAY_RULES, STRENGTH_RULES, cut_actions, find_strength, rank_kinds
from dxgov.documents.genres import GRAMMARS, read_document
from dxgov.documents.letters import read_letter, score_letter
from dxgov.documents.lines import Cell, CellTable, ExtractedText, Line
from dxgov.documents.readings import READING_VALUES, Certainty, DocumentReading, Entry, EntryKind
from printed_documents import FORMATS, print_lines, squeeze
from printed_facts import list_read_facts
from printed_letters import STYLES, Letter, Style, letters, list_facts, make_text, print_letter

PAGE = (Path(__file__).parents[1] / "docs" / "letters.md").read_text(encoding="utf-8")
RULE_NAMES = {rule.name for rules in (RELAY_RULES, ACTOR_RULES, STRENGTH_RULES, KIND_RULES) for rule in rules} | {name for name, _ in CUTS}


def list_values(reading: DocumentReading, kind: EntryKind) -> list[dict[str, object]]:
    """Return the values of all entries of a kind."""
    return [{name: value.value for name, value in entry.values.items()} for entry in reading.entries if entry.kind is kind]


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
@given(letter=letters())
def test_a_printed_letter_is_read(style: Style, letter: Letter):
    reading = read_document(FORMATS["text"].read(print_letter(letter, style)))
    assert reading.genre == "letter"
    assert Counter(fact for fact, _ in list_read_facts(reading)) == list_facts(letter, style)
    assert not reading.flaws


@given(letter=letters(), style=st.sampled_from(STYLES), data=st.data())
def test_what_is_sure_holds_in_a_damaged_letter(letter: Letter, style: Style, data: st.DataObject):
    """Cut lines off, blank lines in between, page numbers: what is sure is printed there."""
    lines = print_lines(print_letter(letter, style))
    for _ in range(data.draw(st.integers(1, 3))):
        index = data.draw(st.integers(0, len(lines) - 1))
        damage = data.draw(st.sampled_from(["drop", "blank", "page number", "end"]))
        if damage == "drop":
            del lines[index]
        elif damage == "end":
            lines = lines[: max(index, 1)]
        else:
            lines.insert(index, "" if damage == "blank" else "- 3 -")
        lines = lines or [""]
    text = make_text("\n".join(lines))
    kept = squeeze("".join(line.text for line in text.lines))
    for entry in read_letter(text).entries:
        check_entry(entry, len(text.lines))
        for name in ("number", "title", "name"):
            value = entry.values.get(name)
            if value is not None and value.certainty is Certainty.SURE and "- 3 -" not in lines:
                assert squeeze(str(value.value)) in kept


def check_entry(entry: Entry, line_count: int) -> None:
    """Check that an entry keeps the contract of readings."""
    assert set(entry.values) <= set(READING_VALUES[entry.kind])
    assert 1 <= entry.first_line <= entry.last_line <= line_count
    assert all(0 <= value.first_line <= value.last_line <= line_count for value in entry.values.values())


@given(
    st.lists(
        st.sampled_from(
            [
                "令和6年4月1日",
                "緑川市長　様",
                "要望書",
                "記",
                "1 道路",
                "（1）橋を直すこと。",
                "以上",
                "下記のとおり要望します。",
                "",
                "青葉会会長 林 健",
                "要望者：緑川市",
            ]
        )
    )
)
def test_any_lines_are_read(rows: list[str]):
    text = make_text("\n".join(rows))
    for genre in [genre for grammar in GRAMMARS for genre in grammar.genres]:
        reading = read_document(text, genre)
        for index, entry in enumerate(reading.entries):
            check_entry(entry, len(text.lines))
            assert entry.parent is None or entry.parent < index


# ---- heads


def read_parties(content: str) -> list[tuple[object, object]]:
    return [(values["role"], values["name"]) for values in list_values(read_letter(make_text(content)), EntryKind.PARTY)]


BODY = "\n道路の整備に関する要望書\n\n下記のとおり要望します。\n記\n1 道路を整備すること。\n2 橋を点検すること。\n"


@pytest.mark.parametrize(
    "addressees",
    [
        "青葉県知事　様\n緑川市長　様",
        "青葉県知事 小野寺 健 殿\n緑川市長 林 さくら 殿",
        "青葉県知事\n　小野寺　健　様\n緑川市長\n　林　さくら　様",
        "青葉県知事\n緑川市長　宛て",
        "青葉県知事\n緑川市長\n様",
        "青葉県知事\n緑川市長\n\n　　　　　　殿",
        "青葉県知事、緑川市長　あて",
        "青葉県知事 (ｱﾃ)\n緑川市長 (ｱﾃ)",
        "青 葉 県 知 事　様\n緑　川　市　長　様",
        "（提出先）\n青葉県知事\n緑川市長\n",
        "提出先：青葉県知事、緑川市長",
        "青葉県知事\n\n小野寺健様\n\n緑川市長\n\n林さくら様",
    ],
)
def test_addressees_are_read_however_the_honorific_stands(addressees: str):
    parties = read_parties(f"令和6年4月1日\n\n{addressees}\n\n白浜町商工会会長　青木　一郎\n{BODY}")
    assert [name for role, name in parties if role == "addressee"] == ["青葉県知事", "緑川市長"]
    assert ("submitter", "白浜町商工会") in parties
    assert ("signatory", "青木 一郎") in parties


def test_persons_directly_above_addressees_sign():
    parties = read_parties(f"{BODY}\n令和6年4月1日\n緑川市議会議長　林　健\n白浜町議会議長　青木　一郎\n内閣総理大臣　様\n総務大臣　様")
    assert [name for role, name in parties if role == "addressee"] == ["内閣総理大臣", "総務大臣"]
    assert [name for role, name in parties if role == "submitter"] == ["緑川市議会", "白浜町議会"]


def test_blank_lines_between_all_lines_part_nothing():
    head = "令和6年4月1日\n\n\n青葉県知事\n緑川市長　様\n\n\n白浜町商工会会長\n青木　一郎\n"
    parties = read_parties(re.sub(r"(?<!\n)\n(?!\n)", "\n\n", head + BODY))
    assert [name for role, name in parties if role == "addressee"] == ["青葉県知事", "緑川市長"]
    assert ("signatory", "青木 一郎") in parties


def test_the_label_of_a_paper_names_no_submitter():
    parties = read_parties(f"青葉県市長会資料３\n令和6年4月1日\n青葉県知事　様\n白浜町商工会会長　青木　一郎\n{BODY}")
    assert [name for role, name in parties if role == "submitter"] == ["白浜町商工会"]


def test_honorific_once_for_five():
    parties = read_parties(
        f"{BODY}\n令和6年4月1日\n\n緑川市議会議長　林　健\n\n衆議院議長\n参議院議長\n内閣総理大臣\n総務大臣\n財務大臣　様"
    )
    assert [name for role, name in parties if role == "addressee"] == ["衆議院議長", "参議院議長", "内閣総理大臣", "総務大臣", "財務大臣"]
    assert ("submitter", "緑川市議会") in parties


@pytest.mark.parametrize(
    ("printed", "edtf"),
    [
        ("　　　　　　　　　　　　　　　　　　　令和６年４月１日", "2024-04-01"),
        ("令 和 ６ 年 ４ 月 １ 日", "2024-04-01"),
        ("令和六年四月一日", "2024-04-01"),
        ("2024年4月1日（月）", "2024-04-01"),
        ("提出日：令和6年4月1日", "2024-04-01"),
        ("令和６年４月　　日", "2024-04"),
    ],
)
def test_a_date_line_is_read(printed: str, edtf: str):
    letter = list_values(read_letter(make_text(f"{printed}\n青葉県知事　様\n緑川市長　林　健\n{BODY}")), EntryKind.LETTER)[0]
    assert letter["submitted"].edtf == edtf  # type: ignore[attr-defined]


def test_a_title_may_be_spaced_and_go_over_two_lines():
    head = "令和6年4月1日\n青葉県知事　様\n緑川市長　林　健\n\n"
    body = "\n\n下記のとおり要望します。\n記\n1 道路を整備すること。"
    titles = {
        "要　　望　　書": "要望書",
        "　　要 望 書\n\n　道路の整備に関する要望について": "道路の整備に関する要望について",
        "　地域の暮らしを支える道路の\n　整備に関する要望書": "地域の暮らしを支える道路の整備に関する要望書",
        "件名　道路の整備について": "道路の整備について",
        "道路の整備に関する要望\n　　　　　　書": "道路の整備に関する要望書",
        "道路の整備に関する要\n　　　　　望書": "道路の整備に関する要望書",
        "道路の整備に関する要望\n\n書": "道路の整備に関する要望",
    }
    for printed, title in titles.items():
        assert list_values(read_letter(make_text(head + printed + body)), EntryKind.LETTER)[0]["title"] == title


def test_a_private_address_is_no_party():
    parties = read_parties(
        "令和6年4月1日\n緑川市議会議長　様\n\n請願者　緑川市本町１丁目２番３号\n　　緑川の図書館を考える会\n"
        f"　　代表　青木　花子\n紹介議員　東　一郎\n{BODY}"
    )
    assert parties == [("addressee", "緑川市議会議長"), ("submitter", "緑川の図書館を考える会"), ("signatory", "青木 花子")]


# ---- lists


def read_numbers(content: str) -> list[object]:
    return [values["path"] for values in list_values(read_letter(make_text(content)), EntryKind.ITEM)]


HEAD = "令和6年4月1日\n青葉県知事　様\n緑川市長　林　健\n\n道路の整備に関する要望書\n\n"


def test_quoted_requests_of_another_body():
    quoted = (
        "昨年、県は国に対し次のとおり要望しました。\n1 国道の整備\n2 橋の補強\n3 除雪\n今回は下記のとおり要望します。\n"
        "記\n1 県道を整備すること。\n2 歩道を設けること。\n以上"
    )
    reading = read_letter(make_text(HEAD + quoted))
    assert [values["text"] for values in list_values(reading, EntryKind.ITEM)] == ["県道を整備すること。", "歩道を設けること。"]


def test_a_sentence_inside_of_an_item_does_not_announce_the_list():
    items = (
        "下記のとおり要望します。\n記\n1 県道を整備すること。\n2 除雪について、次の措置を\n講じること。\n(1) 機械を増やすこと。\n"
        "(2) 人を増やすこと。\n3 歩道を設けること。\n以上"
    )
    assert read_numbers(HEAD + items) == ["1", "2", "2.1", "2.2", "3"]


def test_the_heading_of_a_petition_tells_which_list_counts():
    content = (
        "請願趣旨\n近くの市では、次の取組を進めています。\n1 夜間開館\n2 電子図書館\n\n請願事項\n"
        "1 閉館を遅らせること。\n2 本を増やすこと。\n3 椅子を置くこと。"
    )
    assert read_numbers(HEAD + content) == ["1", "2", "3"]


def test_what_follows_the_list_is_no_item():
    content = "下記のとおり要望します。\n記\n1 県道を整備すること。\n2 歩道を設けること。\n以上\n\n参考資料\n1 地図\n2 写真\n3 図面"
    assert read_numbers(HEAD + content) == ["1", "2"]


def test_two_letters_in_one_file():
    answer = (
        "令和6年5月1日\n緑川市長　様\n青葉県知事　小野寺　一郎\n道路の整備に関する要望書について（回答）\n\n"
        "下記のとおり回答します。\n記\n1 来年度に着手します。\n2 検討します。\n以上\n"
    )
    reading = read_letter(make_text(f"{HEAD}下記のとおり要望します。\n記\n1 県道を整備すること。\n2 歩道を設けること。\n以上\n\n{answer}"))
    letter_values = list_values(reading, EntryKind.LETTER)
    assert [values["submitted"].edtf for values in letter_values] == ["2024-04-01", "2024-05-01"]  # type: ignore[attr-defined]
    assert read_numbers(answer) == ["1", "2"]
    asks = [entry for entry in reading.entries if entry.kind is EntryKind.ASK]
    assert len(asks) == 2, "an answer asks for nothing"


def test_two_written_opinions_in_one_file():
    opinion = (
        "{title}を求める意見書\n\n暮らしを守る必要がある。\nよって、国においては、次の事項を実現するよう求める。\n"
        "1 {first}\n2 予算を確保すること。\n\n"
        "令和6年{month}月1日\n\n緑川市議会議長　林　健\n\n内閣総理大臣　様\n"
    )
    content = (
        opinion.format(title="道路の整備", first="道路を整備すること。", month=4)
        + "\n"
        + opinion.format(title="橋の点検", first="橋を点検すること。", month=5)
    )
    reading = read_letter(make_text(content))
    assert [values["title"] for values in list_values(reading, EntryKind.LETTER)] == ["道路の整備を求める意見書", "橋の点検を求める意見書"]
    assert [values["text"] for values in list_values(reading, EntryKind.ITEM)][::2] == ["道路を整備すること。", "橋を点検すること。"]


# ---- asks


def read_asks(sentence: str, title: str = "道路") -> list[dict[str, object]]:
    """Return the asks of a letter to a governor with one item."""
    return list_values(read_letter(make_text(f"{HEAD}下記のとおり要望します。\n記\n1 {title}\n{sentence}\n2 橋の点検\n")), EntryKind.ASK)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("国に対し補助を働きかけること。", [("国", "青葉県", "urge")]),
        ("国へ要望するとともに、県独自の補助を行うこと。", [("国", "青葉県", "urge"), ("県", None, "act")]),
        ("県は、専門家を派遣するほか、研修を行うこと。", [("県", None, "act"), ("県", None, "act")]),
        ("研修を行うこと。", [("青葉県", None, "act")]),
        ("町独自の研修を行うこと。", [("町", None, "act")]),
        ("県は、事業者に対し改善を働きかけること。", [("事業者", "県", "urge")]),
        ("市民や町内会の意見を聴くこと。", [("青葉県", None, "act")]),
        ("整備を検討すること。", [("青葉県", None, "consider")]),
        ("利用の促進を図ること。", [("青葉県", None, "aim")]),
        ("国の責任において財源を確保すること。", [("国", None, "act")]),
        ("技術的支援、財政的支援を行うこと。", [("青葉県", None, "act"), ("青葉県", None, "act")]),
        ("補助制度を設けること。また、研修を行うこと。", [("青葉県", None, "act"), ("青葉県", None, "act")]),
        ("補助制度を設け、また、研修を行うこと。", [("青葉県", None, "act"), ("青葉県", None, "act")]),
        ("利用が広がっている。研修を行うこと。", [("青葉県", None, "act")]),
        ("市町村においても研修を行うこと。", [("青葉県", None, "act")]),
        ("青葉県災害情報システムを改善すること。", [("青葉県", None, "act")]),
        ("町が行う研修を支援すること。", [("青葉県", None, "act")]),
        ("町が実施した調査に補助を行うこと。", [("青葉県", None, "act")]),
        ("国が持つ資料を公開すること。", [("国", None, "act")]),
        ("国が財源を確保すること。", [("国", None, "act")]),
        ("計画を策定し、その進捗を公表すること。", [("青葉県", None, "act"), ("青葉県", None, "act")]),
    ],
)
def test_asks_are_cut_and_say_who_must_act_who_presses_and_how_strongly(sentence: str, expected: list[tuple[object, object, object]]):
    asks = read_asks(sentence)
    assert [(values["expected_of"], values.get("relayed_by"), values["strength"]) for values in asks] == expected
    assert [values["letter"] for values in asks] == list("ab"[: len(expected)])


@pytest.mark.parametrize(
    ("clause", "strength"),
    [
        ("補助制度を設けることが必要である。", "aim"),
        ("連携を深めることが重要です。", "aim"),
        ("補助制度を設けるべきである。", "act"),
        ("利用を促進すべきである。", "aim"),
        ("事務負担の軽減を図ること。", "aim"),
        ("連携を一層図ること。", "aim"),
        ("負担の軽減に取り組むこと。", "aim"),
        ("条例の整備を図ること。", "act"),
        ("必要な措置を講じること。", "act"),
        ("制度の見直しを検討すべきである。", "consider"),
        ("負担の軽減を図り、制度を設けること。", "act"),
    ],
)
def test_the_end_of_a_clause_tells_how_strongly_it_asks(clause: str, strength: str):
    assert find_strength(clause).value == strength


@pytest.mark.parametrize(
    ("clause", "kinds"),
    [
        ("職員の事務負担の軽減を図ること。", ["process"]),
        ("教員の負担軽減を図ること。", ["process"]),
        ("利用者の負担の軽減を図ること。", ["fee_relief"]),
        ("システムの運用経費の低減を図ること。", ["fee_relief", "system"]),
        ("窓口の待ち時間の低減を図ること。", []),
        ("電子契約の推進を図ること。", ["rollout"]),
        ("通信環境の整備の推進を図ること。", ["infrastructure"]),
        ("利用の促進のため、研修を行うこと。", ["training"]),
        ("研修のため、必要な措置を講じること。", ["training"]),
    ],
)
def test_kinds_are_those_of_what_is_wanted(clause: str, kinds: list[str]):
    assert [rule.value for rule in rank_kinds(clause)] == kinds


def test_two_asks_joined_by_mata():
    assert [action.text for action in cut_actions("補助を行うこと。また、研修を行うこと。")] == [
        "補助を行うこと。",
        "また、研修を行うこと。",
    ]


def test_a_bracket_is_not_cut():
    assert len(list(cut_actions("「国が支援するとともに県も支援する制度」を設けること。"))) == 1


def test_a_nation_is_not_relayed_by_its_minister():
    content = "令和6年4月1日\n総務大臣　様\n緑川市長　林　健\n\n道路の要望書\n\n下記のとおり要望します。\n記\n1 国に対し働きかけること。"
    assert "relayed_by" not in list_values(read_letter(make_text(content)), EntryKind.ASK)[0]


@pytest.mark.parametrize(
    ("addressees", "expected", "alternatives"),
    [
        ("衆議院議長　様\n参議院議長　様\n内閣総理大臣　様\n総務大臣　様", "国", ()),
        ("国土交通省道路局長　様", "国", ()),
        ("海府県庁　御中", "海府県庁", ()),
        ("東京消防庁　御中", "東京消防庁", ()),
        ("青葉県知事　様\n青葉県教育委員会　様", "青葉県", ("青葉県教育委員会",)),
        ("内閣総理大臣　様\n青葉県知事　様", "国", ("青葉県",)),
    ],
)
def test_whoever_is_addressed_must_act_where_nobody_is_named(addressees: str, expected: str, alternatives: tuple[str, ...]):
    content = f"{HEAD.replace('青葉県知事　様', addressees)}下記のとおり要望します。\n記\n1 研修を行うこと。\n2 補助を設けること。\n以上"
    reading = read_letter(make_text(content))
    for entry in [entry for entry in reading.entries if entry.kind is EntryKind.ASK]:
        actor = entry.values["expected_of"]
        assert (actor.value, actor.alternatives, entry.values["expected_of_basis"].value) == (expected, alternatives, "addressee")
        assert actor.certainty is (Certainty.UNSURE if alternatives else Certainty.LIKELY)


def test_conditions_interim_words_and_deadlines_are_read():
    (values,) = read_asks("制度が改善されるまでの間、令和7年度末までに補助を行うこと。")
    assert (values["condition"], values["interim"]) == ("制度が改善されるまでの間", True)
    assert values["due"].end == date(2026, 3, 31)  # type: ignore[attr-defined]


def test_the_title_of_an_item_may_name_who_must_act():
    (values,) = read_asks("財源を確保すること。", "国の財政支援")
    assert (values["expected_of"], values["expected_of_basis"]) == ("国", "item_names")


def test_kinds_come_with_the_second_likeliest():
    content = f"{HEAD}下記のとおり要望します。\n記\n1 端末の更新費用を補助すること。"
    entry = next(entry for entry in read_letter(make_text(content)).entries if entry.kind is EntryKind.ASK)
    kinds = entry.values["kinds"]
    assert (kinds.value, kinds.alternatives, kinds.certainty) == (("funding",), (("infrastructure",),), Certainty.UNSURE)


def test_a_letter_without_a_list_asks_in_its_last_sentence():
    content = (
        "航路の維持に関する意見書\n\n航路は住民の足である。\n"
        "よって、国におかれては、補助制度を拡充するとともに、船舶の更新を支援するよう強く求める。\n\n令和6年4月1日\n"
        "白浜町議会議長　林　健\n\n内閣総理大臣　様"
    )
    reading = read_letter(make_text(content))
    asks = [entry for entry in reading.entries if entry.kind is EntryKind.ASK]
    assert [(entry.first_line, entry.values["expected_of"].value) for entry in asks] == [(4, "国"), (4, "国")]
    assert all("relayed_by" not in entry.values for entry in asks)


# ---- reports, genres


REPORT = """市長会が県に要望しました

更新日：2024年8月20日

1 実施日時
令和6年8月19日（月曜日）午後1時30分から2時まで
2 場所
青葉県庁
3 要望者
青葉県市長会会長　緑川市長　小野寺健
4 対応者
青葉県知事　長谷川一郎
5 要望内容
(1) デジタル人材の確保
(2) 公共交通の維持
"""


def test_a_web_report_is_read_by_its_labels():
    reading = read_document(make_text(REPORT))
    assert reading.genre == "request_report"
    (letter,) = list_values(reading, EntryKind.LETTER)
    assert letter["submitted"].edtf == "2024-08-19"  # type: ignore[attr-defined]
    parties = [(values["role"], values["name"]) for values in list_values(reading, EntryKind.PARTY)]
    assert parties == [("submitter", "青葉県市長会"), ("addressee", "青葉県知事")]
    items = [(values["number"], values["title"]) for values in list_values(reading, EntryKind.ITEM)]
    assert items == [("(1)", "デジタル人材の確保"), ("(2)", "公共交通の維持")], "numbered labels are no items"


def test_an_article_may_tell_of_two_requests():
    content = (
        "知事が大臣に要望\n\n4月1日に長谷川県知事が河合デジタル大臣へ要望を行いました。\n\n(第1弾の要望内容)\n"
        "1 人材の制度を設けること。\n2 給与を見直すこと。\n\n"
        "前回はこのような内容でした。\n\n詳細は以下をご覧ください。\n\n(要望1)クラウドの利用\n指針を示すこと。\n\n"
        "(要望2)人材の確保\n制度を見直すこと。\n\nご注目ください。"
    )
    reading = read_document(make_text(content))
    assert reading.genre == "request_report"
    letter_indexes = [index for index, entry in enumerate(reading.entries) if entry.kind is EntryKind.LETTER]
    counts = Counter(entry.parent for entry in reading.entries if entry.kind is EntryKind.ITEM)
    assert [counts[index] for index in letter_indexes] == [2, 2]
    assert list_values(reading, EntryKind.LETTER)[0]["round"] == 1


def test_an_article_tells_when_each_request_was_made():
    content = (
        "見出し画像\n\n知事が大臣に要望\n\n令和6年5月7日に長谷川県知事が河合デジタル大臣へ要望を行いました。\n\n画像2\n\n"
        "4月1日には第1弾として、人材について要望しました。\n\n(第1弾の要望内容)\n1 人材の制度を設けること。\n2 給与を見直すこと。\n\n"
        "第2弾の要望では、クラウドの利用を取り上げました。\n\n詳細は以下をご覧ください。\n\n(要望1)クラウドの利用\n指針を示すこと。\n\n"
        "(要望2)人材の確保\n制度を見直すこと。\n\nご注目ください。"
    )
    letters_read = list_values(read_document(make_text(content)), EntryKind.LETTER)
    assert [values["round"] for values in letters_read] == [1, 2]
    assert letters_read[1]["submitted"].edtf == "2024-05-07"  # type: ignore[attr-defined]
    assert getattr(letters_read[0]["submitted"], "text", letters_read[0]["submitted"]) == "4月1日"
    (source,) = dxgov.read(content.encode()).data["sources"]
    assert (source["title"], source["kind"]) == ("知事が大臣に要望", "web_article")


@pytest.mark.parametrize(
    "content",
    ["", "こんにちは。", "○議長（林健君）　開会します。\n○市長（東一郎君）　お答えします。", "本日は晴れである。\n4月1日は雨であった。"],
)
def test_a_text_of_no_genre_is_none(content: str):
    reading = read_document(make_text(content))
    assert (reading.genre, reading.entries) == ("none", ())
    assert len(reading.reasons) == sum(len(grammar.genres) for grammar in GRAMMARS)


def test_a_genre_may_be_named():
    assert read_document(make_text(""), "letter").genre == "letter"
    with pytest.raises(ValueError, match="there is no genre 'lettre'; did you mean 'letter'"):
        read_document(make_text(""), "lettre")


# ---- dxgov lines


def test_lines_shows_zones_and_items(tmp_path: Path):
    file = tmp_path / "letter.txt"
    file.write_text(
        f"{HEAD}下記のとおり要望します。\n記\n1 道路\n（1）県道を整備すること。\n（2）歩道を設けること。\n2 橋を点検すること。\n以上",
        "utf-8",
    )
    result = CliRunner().invoke(main, ["lines", str(file), "--json"])
    assert result.exit_code == 0, result.output
    views = json.loads(result.output)
    assert [view["zone"] for view in views] == ["head"] * 6 + ["body"] * 2 + ["list"] * 4 + ["tail"]
    assert [(view["mark"], view["path"], view["depth"]) for view in views[8:12]] == [
        ("1", "1", 1),
        ("（1）", "1.1", 2),
        ("（2）", "1.2", 2),
        ("2", "2", 1),
    ]
    shown = CliRunner().invoke(main, ["lines", str(file)]).output.splitlines()
    assert len(shown) == 13
    assert shown[9].split() == ["10", "list", "1.1", "（1）", "（1）県道を整備すること。"]


def test_lines_of_what_is_no_letter_have_no_zones(tmp_path: Path):
    file = tmp_path / "notes.txt"
    file.write_text("1 道路\n2 橋", "utf-8")
    views = json.loads(CliRunner().invoke(main, ["lines", str(file), "--json"]).output)
    assert [(view.get("zone"), view["letter"], view["path"]) for view in views] == [(None, 0, "1"), (None, 0, "2")]


def test_lines_refuses_what_it_cannot_read(tmp_path: Path):
    file = tmp_path / "letter.doc"
    file.write_bytes(b"\xd0\xcf\x11\xe0")
    result = CliRunner().invoke(main, ["lines", str(file)])
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_list_of_contents_is_no_second_list():
    content = (
        "別紙のとおり要望します。\n\n別紙\n\n1 道路の整備\n2 橋の点検\n\n1 道路の整備\n県道を広げること。\n2 橋の点検\n橋を点検すること。"
    )
    values = list_values(read_letter(make_text(HEAD + content)), EntryKind.ITEM)
    assert [(item["path"], item["text"]) for item in values] == [("1", "県道を広げること。"), ("2", "橋を点検すること。")]


def test_what_explains_an_item_is_no_ask():
    content = (
        "下記のとおり要望します。\n記\n1 道路\n【現状と課題】\n・道が古い。\n【要望事項】\n(1) 県道を広げること。\n"
        "2 橋\n【現状と課題】\n・橋が古い。\n【要望事項】\n(1) 橋を替えること。"
    )
    reading = read_letter(make_text(HEAD + content))
    assert [values["path"] for values in list_values(reading, EntryKind.ITEM)] == ["1", "1.1", "2", "2.1"]
    assert [values["text"] for values in list_values(reading, EntryKind.ASK)] == ["県道を広げること。", "橋を替えること。"]


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("緑川の水を守る会\n共同代表　青木　太郎\n共同代表　林　さくら", ["緑川の水を守る会", "青木 太郎", "林 さくら"]),
        ("緑　川　市　長　　　小野寺　　　健\n白　浜　町　長　　　林　　さくら", ["緑川市長", "小野寺 健", "白浜町長", "林 さくら"]),
        ("青葉県市長会\n会長　緑川市長　小野寺　健", ["青葉県市長会", "小野寺 健"]),
        ("青葉県総務部　財政課長　林　健一", ["青葉県", "林 健一"]),
        ("緑川市議会", ["緑川市議会"]),
    ],
)
def test_submitters_and_signatories_are_read_over_lines(printed: str, names: list[str]):
    parties = read_parties(f"令和6年4月1日\n青葉県知事　様\n\n{printed}\n{BODY}")
    assert [name for role, name in parties if role != "addressee"] == names


def test_who_signs_above_the_addressees_is_no_addressee():
    content = (
        "学校の端末の更新を求める意見書\n\n国は費用を負担されるよう強く要望する。\n以上、意見書を提出する。\n令和6年6月20日\n"
        "青葉県議会議長　林　健\n内閣総理大臣　様　　文部科学大臣　様\n財務大臣　様"
    )
    parties = read_parties(content)
    assert [name for role, name in parties if role == "submitter"] == ["青葉県議会"]
    assert [name for role, name in parties if role == "addressee"] == ["内閣総理大臣", "文部科学大臣", "財務大臣"]


@pytest.mark.parametrize("position", range(4))
def test_the_honorific_of_all_may_stand_beside_any_of_them(position: int):
    offices = ["衆議院議長", "参議院議長", "内閣総理大臣", "総務大臣"]
    column = "\n".join(f"　{office}{'　　　　様' if index == position else ''}" for index, office in enumerate(offices))
    content = (
        "道路の整備を求める意見書\n\n国は費用を負担されるよう強く要望する。\n以上、意見書を提出する。\n令和6年6月20日\n"
        f"　　　　　　　　　　　　　　青　葉　県　議　会\n{column}\n"
    )
    parties = read_parties(content)
    assert [name for role, name in parties if role == "submitter"] == ["青葉県議会"]
    assert [name for role, name in parties if role == "addressee"] == offices


@pytest.mark.parametrize(
    ("below", "role"),
    [("緑川市長　森　一郎　様", "submitter"), ("緑川市長　様", "submitter"), ("緑川市長　森　一郎\n様", "addressee")],
)
def test_a_person_has_signed_unless_an_honorific_stands_alone_below(below: str, role: str):
    parties = read_parties(f"令和6年4月1日\n海府町長　林　健\n{below}\n\n{BODY}")
    assert [other for other, name in parties if name == "海府町長"] == [role]
    assert ("addressee", "緑川市長") in parties


def test_a_paper_that_names_who_wrote_it_and_offices_of_the_nation_is_no_letter():
    content = (
        "窓口の待ち時間を考える\n\n令和6年4月1日\n緑川大学教授　林　健\nデジタル大臣　森　一郎\n\n"
        "窓口の待ち時間は三年で半分になった。\n参考 窓口に関する要望書"
    )
    assert read_document(make_text(content)).genre == "none"


def test_persons_below_a_body_without_posts_are_named_alone():
    parties = read_parties(f"令和6年4月1日\n青葉県知事　様\n\n緑川の水を守る会\n林　健\n森　一郎\n\n{BODY}")
    assert [squeeze(str(name)) for role, name in parties if role == "signatory"] == ["林健", "森一郎"]
    assert {name for role, name in parties if role == "submitter"} == {"緑川の水を守る会"}


@pytest.mark.parametrize(("shift", "role"), [(0, "addressee"), (400, "submitter")])
def test_names_in_vertical_lines_are_a_column_if_they_begin_at_one_height(shift: int, role: str):
    texts = f"令和6年4月1日\n海府町長\n緑川市長　様\n\n{BODY}".split("\n")
    lines = tuple(
        Line(number, text, 1, (500 - 20 * number, top := 50 + shift * (number == 2), 510 - 20 * number, top + 10 * len(text)))
        for number, text in enumerate(texts, 1)
    )
    roles = {values["name"]: values["role"] for values in list_values(read_letter(ExtractedText(lines)), EntryKind.PARTY)}
    assert roles == {"海府町長": role, "緑川市長": "addressee"}


@pytest.mark.parametrize("label", ["【要望先】総務省", "【提案・要望先】総務省、環境省", "要望先：総務省"])
@pytest.mark.parametrize("heading", ["■要望内容", "【要望内容】", "◆提案事項"])
@pytest.mark.parametrize("explanation", ["■背景", "【現状・課題】", "◆現状と課題"])
def test_items_may_tell_their_recipients_and_explain_themselves(label: str, heading: str, explanation: str):
    points = f"{label}\n{heading}\n・経費を補助すること。\n・要件を緩和すること。\n{explanation}\n本市の経費は増える見込みである。\n"
    content = "令和13年度国の予算編成に関する提案書\n\n令和12年7月\n潮見市\n\n" + "".join(
        f"{number}　{title}\n{points}" for number, title in ((1, "財源の確保"), (2, "施設の脱炭素化"))
    )
    reading = read_document(make_text(content))
    assert reading.genre == "letter"
    assert [values["path"] for values in list_values(reading, EntryKind.ITEM)] == ["1", "1.1", "1.2", "2", "2.1", "2.2"]
    assert [(values["role"], values["name"]) for values in list_values(reading, EntryKind.PARTY)] == [("submitter", "潮見市")]


def test_a_brace_binds_addressees_to_one_honorific():
    column = "衆議院議長　　　┐\n内閣総理大臣　　├　宛て\n総務大臣　　　　┘\n"
    parties = read_parties(f"道路の整備を求める意見書\n\n国は費用を負担されるよう強く要望する。\n令和6年6月20日\n　青葉県議会\n\n{column}")
    assert [name for role, name in parties if role == "addressee"] == ["衆議院議長", "内閣総理大臣", "総務大臣"]


@pytest.mark.parametrize(
    "courtesy", ["お忙しいところ恐縮ですが、ご回答ください。", "何卒よろしくお願い申し上げます。", "ご多忙の折、ご検討願います。"]
)
def test_a_closing_courtesy_is_no_part_of_the_last_item(courtesy: str):
    content = f"{HEAD}下記のとおり要望します。\n記\n1 県道を整備すること\n2 歩道を設けること\n　{courtesy}\n"
    texts = [values["text"] for values in list_values(read_letter(make_text(content)), EntryKind.ITEM)]
    assert texts == ["県道を整備すること", "歩道を設けること"]


@pytest.mark.parametrize("seal", ["印", "　㊞", "　（印）"])
def test_a_seal_is_no_part_of_a_name(seal: str):
    assert ("submitter", "緑川市長") in read_parties(f"令和6年4月1日\n青葉県知事　様\n\n緑川市長　小野寺　健{seal}\n{BODY}")
    assert ("signatory", "小野寺 健") in read_parties(f"令和6年4月1日\n青葉県知事　様\n\n緑川市長　小野寺　健{seal}\n{BODY}")


@pytest.mark.parametrize("label", ["問合せ先", "お問い合わせ先：", "【担当】", "連絡先"])
def test_whom_to_ask_has_not_signed(label: str):
    content = f"{HEAD}下記のとおり要望します。\n記\n1 県道を整備すること。\n2 歩道を設けること。\n以上\n\n{label}　緑川市総務課"
    assert ("submitter", "緑川市長") in read_parties(content)
    assert not any("総務課" in name for _, name in read_parties(content))


@pytest.mark.parametrize("separator", ["", "、", "。\n"])
def test_an_item_without_end_is_read(separator: str):
    item = separator.join(["国に対し県と市が連携して"] * 20_000) + "整備すること。"
    reading = read_letter(make_text(f"{HEAD}下記のとおり要望します。\n記\n1 {item}\n2 歩道を設けること。\n以上"))
    assert len(list_values(reading, EntryKind.ITEM)) == 2


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
@given(letter=letters())
def test_the_page_on_letters_explains_every_reason(style: Style, letter: Letter):
    reading = read_document(FORMATS["text"].read(print_letter(letter, style)))
    reasons = {value.reason for entry in reading.entries for value in entry.values.values()} | set(reading.reasons)
    assert {reason for reason in reasons | RULE_NAMES if f"`{reason}`" not in PAGE} == set()


@pytest.mark.parametrize("numbers", ["l23", "①②③④⑤⑥⑦③⑨", "111"])
def test_a_damaged_number_is_not_sure(numbers: str):
    content = "下記のとおり要望します。\n記\n" + "\n".join(f"{number} 道路を直すこと。" for number in numbers)
    items = [entry for entry in read_letter(make_text(HEAD + content)).entries if entry.kind is EntryKind.ITEM]
    assert len(items) == len(numbers)
    damaged = {"l23": [0], "①②③④⑤⑥⑦③⑨": [7], "111": [1, 2]}[numbers]
    assert all(items[index].values["number"].certainty is Certainty.LIKELY for index in damaged)


def test_parties_have_a_kind_and_the_code_of_their_local_government():
    letter = "令和6年4月1日\n府中市長　青木　花子　様\n\n東京都市長会\n会長　東　一郎\n\n" + BODY
    values = [entry.values for entry in read_letter(make_text(letter)).entries if entry.kind is EntryKind.PARTY]
    assert [
        (party["name"].value, party["kind"].value, code and code.value) for party in values for code in [party.get("local_government_code")]
    ] == [
        ("府中市長", "post", "132063"),
        ("東京都市長会", "association", None),
        ("東 一郎", "person", None),
    ]


def test_a_shared_name_of_a_local_government_keeps_all_codes():
    letter = "令和6年4月1日\n府中市長　様\n\n" + BODY
    (party,) = [entry.values for entry in read_letter(make_text(letter)).entries if entry.kind is EntryKind.PARTY]
    code = party["local_government_code"]
    assert (code.value, code.alternatives, code.certainty) == ("132063", ("342084",), Certainty.UNSURE)


def make_table_letter(rows: str, list_items: str = "") -> dict[EntryKind, list[dict[str, object]]]:
    """Return the items and asks of a letter with a table between bars, and perhaps a list above it."""
    head = "令和6年4月1日\n総務大臣　様\n青葉県知事　林　健\n\n道路の整備に関する要望書\n\n下記のとおり要望します。\n記"
    text = f"{head}\n{list_items}\n{rows}\n\n以上"
    reading = read_letter(make_text(text))
    return {kind: list_values(reading, kind) for kind in (EntryKind.ITEM, EntryKind.ASK)}


REQUEST_TABLE = "| 番号 | 要望事項 | 要望内容 | 所管省庁 |\n|---|---|---|---|\n| 1 | 橋の点検 | 費用を補助すること。 | 国土交通省 |"


def test_rows_of_a_table_of_requests_are_items_whose_owners_must_act():
    table = make_table_letter(f"{REQUEST_TABLE}\n| 2 | 通信の確保 | 町村に対し、回線を整備すること。 | 総務省、デジタル庁 |")
    assert [(item["number"], item["title"], item["text"]) for item in table[EntryKind.ITEM]] == [
        ("1", "橋の点検", "費用を補助すること。"),
        ("2", "通信の確保", "町村に対し、回線を整備すること。"),
    ]
    assert [(ask["expected_of"], ask["expected_of_basis"]) for ask in table[EntryKind.ASK]] == [
        ("国土交通省", "item_names"),
        ("総務省", "item_names"),
    ]


def test_a_table_beside_a_list_of_requests_is_no_list():
    table = make_table_letter(REQUEST_TABLE, "1 道路を整備すること。\n2 橋を点検すること。\n")
    assert [item["text"] for item in table[EntryKind.ITEM]][:2] == ["道路を整備すること。", "橋を点検すること。"]


def test_a_row_in_which_another_letter_begins_ends_in_a_reading():
    lines = ["令和6年4月1日", "総務大臣　様", "青葉県知事　林　健", "道路の整備に関する要望書", "下記のとおり要望します。", "記"]
    cells = [
        "番号",
        "要望事項",
        "要望内容",
        "1",
        "橋の点検",
        "費用を補助すること。\n令和6年5月1日\n文部科学大臣　様\n緑川市長　岡　健",
        "以上",
    ]
    numbers = [7, 8, 9, 10, 11, 12, 16]
    table = [
        Cell(index // 3, index % 3, text, number, number + text.count("\n"))
        for index, (text, number) in enumerate(zip(cells, numbers, strict=True))
    ]
    content = "\n".join([*lines, *cells])
    reading = read_letter(evolve(make_text(content), tables=(CellTable(tuple(table)),)))
    assert [values["title"] for values in list_values(reading, EntryKind.ITEM)][:1] == ["橋の点検"]


def test_what_stands_for_a_name_is_nobody():
    reading = read_letter(make_text("令和6年4月1日\n総務大臣　○○　○○　様\n青葉県知事　林　健\n\n道路の整備に関する要望書\n\n要望します。"))
    assert {values.get("person") for values in list_values(reading, EntryKind.PARTY)} == {None, "林健"}


def test_a_letter_longer_than_the_sample_is_scored_by_its_ends():
    items = "\n".join(f"{number}　道路の整備を進めること。" for number in range(1, 1000))
    opinion = f"道路の整備を求める意見書\n\n　近年、道路の傷みが進んでいる。\n　よって、次の事項を実現するよう強く求める。\n\n{items}\n\n"
    score, reasons = score_letter(make_text(opinion + "令和5年6月1日\n\n青葉県知事　様\n" + "\n" * 20))
    assert {"has-addressees", "has-date-line", "has-list-of-requests"} <= set(reasons)
    assert score >= 0.8


def test_a_letter_that_the_sample_cuts_counts_for_nothing():
    letter = (
        "令和5年6月1日\n青葉県知事　様\n\n道路に関する要望\n\n　道路の傷みが進んでいます。\n　下記の事項を要望いたします。\n"
        "記\n1　補修\n2　舗装\n以上\n"
    )
    # The cut letter names more parties than the others, and does not come to what it asks for.
    cut = letter.replace("青葉県知事　様", "青葉県知事　様\n緑川市長　様\n白浜町長　様").replace(
        "　道路の傷み", "　道路の傷みが進んでいます。\n" * 6 + "　道路"
    )
    lines = make_text(letter).lines
    assert score_letter(make_text(letter * (1000 // (len(lines) - 1)) + cut)) == score_letter(make_text(letter))
