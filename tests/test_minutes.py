"""Minutes: what is read in made-up ones of many house styles, and in those that are hard to read."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov.documents.extraction import extract
from dxgov.documents.genres import read_document
from dxgov.documents.lines import CellPosition, ExtractedText, Line
from dxgov.documents.minutes import read_minutes
from dxgov.documents.readings import READING_VALUES, Certainty, DocumentReading, Entry, EntryKind
from dxgov.documents.speakers import parse_speaker
from printed_documents import FORMATS
from printed_facts import list_read_facts
from printed_letters import make_text
from printed_minutes import STYLES, Minutes, Style, list_facts, minutes, print_minutes


def squeeze(text: str) -> str:
    """Return a text without blanks."""
    return "".join(text.split())


def list_entries(reading: DocumentReading, kind: EntryKind) -> list[Entry]:
    return [entry for entry in reading.entries if entry.kind is kind]


def list_turns(reading: DocumentReading) -> list[tuple[str, str]]:
    """Return speaker and text of each point."""
    return [
        (squeeze(entry.values["speaker_as_printed"].value), squeeze(entry.values["text"].value))
        for entry in list_entries(reading, EntryKind.TURN)
    ]


def read_turns(content: str) -> list[tuple[str, str]]:
    return list_turns(read_minutes(make_text(content)))


def read_agenda(content: str) -> list[tuple[object, object]]:
    """Return number and title of each agenda item."""
    reading = read_minutes(make_text(content))
    return [
        (entry.values["number"].value if "number" in entry.values else None, entry.values["title"].value)
        for entry in list_entries(reading, EntryKind.AGENDA_ITEM)
    ]


# ---- round trip


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
@given(content=minutes())
def test_printed_minutes_are_read_back(style: Style, content: Minutes):
    reading = read_document(FORMATS["text"].read(print_minutes(content, style)))
    assert reading.genre in {"transcript", "minutes"}
    assert Counter(fact for fact, _ in list_read_facts(reading)) == list_facts(content, style)


@given(content=minutes(), style=st.sampled_from(STYLES))
def test_turns_know_their_agenda_item_and_their_number(content: Minutes, style: Style):
    reading = read_minutes(FORMATS["text"].read(print_minutes(content, style)))
    turns = list_entries(reading, EntryKind.TURN)
    numbers = [(entry.values["turn"].value, entry.values["point"].value) for entry in turns]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(numbers)
    if style.end("") == "":
        expected = [
            content.agenda[item][0] for item, _, paragraphs in content.turns for _ in (paragraphs if style.bullet else paragraphs[:1])
        ]
        assert [reading.entries[entry.values["agenda_item"].value].values["title"].value for entry in turns] == expected


@given(content=minutes(), style=st.sampled_from(STYLES))
def test_values_stand_in_the_lines_that_they_name(content: Minutes, style: Style):
    text = FORMATS["text"].read(print_minutes(content, style))
    for entry in read_minutes(text).entries:
        assert 1 <= entry.first_line <= entry.last_line <= len(text.lines)
        assert set(entry.values) <= set(READING_VALUES[entry.kind])
        for name in ("speaker_as_printed", "title", "place", "name"):
            if name in entry.values and entry.kind is not EntryKind.MEMBER:
                value = entry.values[name]
                lines = text.lines[(value.first_line or entry.first_line) - 1 : value.last_line or entry.last_line]
                assert squeeze(value.value) in squeeze("".join(line.text for line in lines))


@given(st.text(alphabet="○〇◆・（）【】：　 議長委員市渚。、\n1１日程第開会午前時", max_size=200))
def test_any_text_is_read(content: str):
    reading = read_minutes(make_text(content))
    assert all(entry.parent is None or entry.parent < index for index, entry in enumerate(reading.entries))


# ---- speakers


@pytest.mark.parametrize(
    ("label", "name", "post", "seat", "group"),
    [
        ("議長（渚五月君）", "渚五月", "議長", None, None),
        ("議　長（渚　五月君）", "渚五月", "議長", None, None),
        ("１２番（渚五月君）", "渚五月", None, "１２番", None),
        ("百二十二番（渚五月君）", "渚五月", None, "百二十二番", None),
        ("12番 渚五月議員", "渚五月", None, "12番", None),
        ("渚委員長", "渚", "委員長", None, None),
        ("渚（五）委員", "渚（五）", "委員", None, None),
        ("阿部政府参考人", "阿部", "政府参考人", None, None),
        ("渚大臣政務官", "渚", "大臣政務官", None, None),
        ("渚五月君", "渚五月", None, None, None),
        ("総務委員長", None, "総務委員長", None, None),
        ("東京都知事", None, "東京都知事", None, None),
        ("住宅課長", None, "住宅課長", None, None),
        ("Ａ委員", None, "Ａ委員", None, None),
        ("渚議員（緑の会）", "渚", "議員", None, "緑の会"),
        ("緑川市", "緑川市", None, None, None),
    ],
)
def test_labels_are_divided_into_name_post_seat_and_group(label: str, name: str, post: str, seat: str, group: str):
    speaker = parse_speaker(label)
    assert speaker is not None
    assert (speaker.name, speaker.post, speaker.seat, speaker.group) == (name, post, seat, group)


@pytest.mark.parametrize(
    "label",
    [
        "出席議員（26人）",
        "説明のため出席した者",
        "欠席委員",
        "午前１０時開会",
        "議題１",
        "日時",
        "その他",
        "資料１",
        "拍手",
        "渚五月君登壇",
        "「異議なし」と呼ぶ者あり",
        "書記朗読",
    ],
)
def test_headings_and_interjections_are_no_speakers(label: str):
    assert parse_speaker(label) is None


# ---- turns

OPENING = "○議長（渚五月君）　ただいまから会議を開きます。\n"


def test_roster_mark_is_not_a_speaker():
    roster = "〇出席議員（26人）\n〇議長　渚五月\n〇副議長　月島はる\n〇説明のため出席した者\n〇市長　青葉太郎\n"
    assert read_turns(f"{roster}{OPENING}○市長（青葉太郎君）　お答えします。") == [
        ("議長（渚五月君）", "ただいまから会議を開きます。"),
        ("市長（青葉太郎君）", "お答えします。"),
    ]


def test_roster_with_the_mark_of_speakers_is_not_a_speaker():
    roster = "○出席議員（２人）\n○議長　渚五月\n○説明員\n○市長　青葉太郎\n"
    assert [label for label, _ in read_turns(f"{roster}{OPENING}○市長（青葉太郎君）　お答えします。")] == [
        "議長（渚五月君）",
        "市長（青葉太郎君）",
    ]


def test_one_word_turn():
    assert read_turns(f"{OPENING}○３番（汐見はる君）　はい\n○議長（渚五月君）　どうぞ。")[1] == ("３番（汐見はる君）", "はい")


def test_speaker_without_bracket():
    assert read_turns(
        "○渚委員長これより会議を開きます。\n○月島国務大臣汐見委員の御質問にお答えします。\n○汐見委員やはり心配です。\n○渚委員長次に移ります。"
    ) == [
        ("渚委員長", "これより会議を開きます。"),
        ("月島国務大臣", "汐見委員の御質問にお答えします。"),
        ("汐見委員", "やはり心配です。"),
        ("渚委員長", "次に移ります。"),
    ]


def test_bullets_that_begin_with_a_post_are_no_speakers():
    bullets = "（渚委員）\n○委員からの意見を聞きたい。\n○市長は賛成と聞いた。\n（事務局）\n○国の動きを待っている。\n"
    assert read_turns(bullets) == [
        ("渚委員", "委員からの意見を聞きたい。"),
        ("渚委員", "市長は賛成と聞いた。"),
        ("事務局", "国の動きを待っている。"),
    ]


def test_answers_behind_arrows_are_turns_of_the_item_whose_heading_stands_above():
    content = (
        "第３回検討会　議事概要\n議題\n(1) 窓口の改善について\n(2) 費用について\n"
        "議事\n(1) 窓口の改善について\n　事務局から説明があった。\n　【質疑】\n"
        "○渚委員　利用はどの程度か。\n→（事務局）一割である。\n○青葉委員　手続を増やしてほしい。\n→（事務局）検討する。\n"
        "(2) 費用について\n○渚委員　効果を示されたい。\n"
    )
    reading = read_minutes(make_text(content))
    assert [speaker for speaker, _ in list_turns(reading)] == ["渚委員", "事務局", "青葉委員", "事務局", "渚委員"]
    titles = [reading.entries[entry.values["agenda_item"].value].values["title"].value for entry in list_entries(reading, EntryKind.TURN)]
    assert titles == ["窓口の改善について"] * 4 + ["費用について"]


def test_a_roster_names_seats_before_persons_and_offices_that_are_none():
    roster = "出席者　委員長　磯部一郎（副町長）、委員　海野渚（白波大学教授）、事務局（総務課）\n"
    reading = read_minutes(make_text(f"第３回検討会　議事概要\n{roster}議事\n○海野委員　利用はどの程度か。\n○磯部委員長　示すこと。\n"))
    members = [(entry.values["name"].value, entry.values["post"].value) for entry in list_entries(reading, EntryKind.MEMBER)]
    assert members == [("磯部一郎", "副町長"), ("海野渚", "白波大学教授")]


def test_a_speaker_at_the_end_that_is_wrapped_begins_no_turn():
    bullets = (
        "・電子化の現状を報告し、課題を述べた。\n（渚委員）\n・費用を尋ねた。（青葉委員）\n"
        "・来年度に示すと答えた。\n（渚委員）\n・了承した。（青葉委員）\n"
    )
    turns = read_turns(bullets)
    assert [speaker for speaker, _ in turns] == ["渚委員", "青葉委員", "渚委員", "青葉委員"]
    assert turns[0][1] == "電子化の現状を報告し、課題を述べた。"


def test_interjection_is_no_turn():
    content = f"{OPENING}〔「異議なし」と呼ぶ者あり〕\n（拍手）\n○市長（青葉太郎君）　お答えします。\n〔市長青葉太郎君登壇〕"
    assert [label for label, _ in read_turns(content)] == ["議長（渚五月君）", "市長（青葉太郎君）"]


def test_letter_that_is_read_out_is_no_turn():
    letter = "緑川市長　　青葉　太郎\n緑川市議会議長　渚　五月　殿\n記\n本件は可決すべきである。\n"
    content = (
        f"議長（渚五月君）　ただいまから会議を開きます。\n{letter}市長（青葉太郎君）　これで説明を終わります。どうぞよろしくお願いします。"
    )
    assert [label for label, _ in read_turns(content)] == ["議長（渚五月君）", "市長（青葉太郎君）"]


def test_break_and_resume_times():
    content = (
        f"　　　午前９時５８分開議\n{OPENING}　　　午後０時２分休憩\n　　　午後１時再開\n"
        "○議長（渚五月君）　再開します。\n　　　午後３時１２分散会\n"
    )
    reading = read_minutes(make_text(content))
    assert list_turns(reading)[0] == ("議長（渚五月君）", "ただいまから会議を開きます。")
    values = reading.entries[0].values
    assert (values["start_time"].value, values["end_time"].value) == ("09:58", "15:12")


def test_line_of_dashes_ends_a_turn():
    content = f"{OPENING}――――◇――――\n　日程第２　会期の決定\n○議長（渚五月君）　次に進みます。"
    assert read_turns(content)[0][1] == "ただいまから会議を開きます。"


def test_heading_above_speaker_above_bullets():
    content = "窓口の見直し\n緑川市\n・電子申請を増やしたい。\n青葉町\n・同じ考えである。\n財源\n渚県\n・国に求めている。"
    reading = read_minutes(make_text(content))
    assert [label for label, _ in list_turns(reading)] == ["緑川市", "青葉町", "渚県"]
    assert list_turns(reading)[1] == ("青葉町", "同じ考えである。")


def test_paragraphs_under_brackets_are_of_the_speaker_and_those_under_a_number_a_section():
    content = "【１．開会】\n【座長】\n本日は窓口について話します。\n続けて資料も見ます。\n【２．議事】\n【緑川市】\n電子申請を増やします。"
    assert read_turns(content) == [("座長", "本日は窓口について話します。続けて資料も見ます。"), ("緑川市", "電子申請を増やします。")]


def test_names_alone_are_speakers_if_they_repeat():
    content = "渚：はじめます。\n月島：資料をご覧ください。\n渚：ありがとうございます。\n月島：以上です。"
    assert [label for label, _ in read_turns(content)] == ["渚", "月島", "渚", "月島"]


def test_footer_is_no_part_of_a_turn():
    lines = (
        Line(1, "○議長（渚五月君）　ただいまから会議を開きます。"),
        Line(2, "- 1 -", style="footer"),
        Line(3, "よろしくお願いします。"),
        Line(4, "○市長（青葉太郎君）　お答えします。"),
    )
    assert list_turns(read_minutes(ExtractedText(lines)))[0][1] == "ただいまから会議を開きます。よろしくお願いします。"


def test_rows_of_a_table_are_turns():
    cells = [("発言者", "発言内容"), ("座長", "はじめます。"), ("緑川市", "電子申請を増やします。"), ("座長", "終わります。")]
    lines = [
        Line(2 * row + column + 1, text, cell=CellPosition(0, row, column))
        for row, texts in enumerate(cells)
        for column, text in enumerate(texts)
    ]
    assert list_turns(read_minutes(ExtractedText(tuple(lines)))) == [(label, text) for label, text in cells[1:]]


def test_name_is_divided_as_the_roster_does():
    content = f"出席者\n住宅課長　森山いずみ\n{OPENING}○森山住宅課長　お答えします。"
    turn = list_entries(read_minutes(make_text(content)), EntryKind.TURN)[1]
    assert (turn.values["name"].value, turn.values["post"].value) == ("森山", "住宅課長")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("いつから始まりますか。", "question"),
        ("窓口について伺います。", "question"),
        ("窓口についてのお尋ねでございますが、来年度です。", "answer"),
        ("窓口は来年度に変わります。", None),
    ],
)
def test_kind_of_a_turn(text: str, kind: str | None):
    turns = list_entries(read_minutes(make_text(f"{OPENING}○３番（汐見はる君）　{text}")), EntryKind.TURN)
    assert turns[0].values["kind"].value == "procedure"
    assert (turns[1].values["kind"].value if "kind" in turns[1].values else None) == kind


# ---- agendas and heads


def test_agenda_number_alone_on_line():
    assert read_agenda(f"議題\n（１）\n窓口の見直しについて\n（２）\n学校の端末について\n\n{OPENING}") == [
        ("（１）", "窓口の見直しについて"),
        ("（２）", "学校の端末について"),
    ]


def test_bills_under_an_item_are_its_parts():
    content = (
        "議事日程第１号\n　第１　会期の決定\n　第２　議案の上程\n　　　議案第２１号　手数料条例\n"
        f"　　　議案第２２号　税条例の一部を\n　　　　改正する条例\n　第３　一般質問\n\n{OPENING}"
    )
    reading = read_minutes(make_text(content))
    items = list_entries(reading, EntryKind.AGENDA_ITEM)
    assert [(item.values["title"].value, reading.entries[item.parent or 0].kind) for item in items] == [
        ("会期の決定", EntryKind.MEETING),
        ("議案の上程", EntryKind.MEETING),
        ("手数料条例", EntryKind.AGENDA_ITEM),
        ("税条例の一部を改正する条例", EntryKind.AGENDA_ITEM),
        ("一般質問", EntryKind.MEETING),
    ]


def test_agenda_without_marks():
    assert read_agenda(f"議題\n窓口の見直し\n　電子申請\n学校の端末\n\n{OPENING}") == [
        (None, "窓口の見直し"),
        (None, "電子申請"),
        (None, "学校の端末"),
    ]


def test_items_may_be_called_as_a_section_is():
    content = f"次第\n１　開会\n２　議事\n　（１）窓口の見直し\n　（２）学校の端末\n３　その他\n４　閉会\n会議の内容\n{OPENING}"
    assert [title for _, title in read_agenda(content)] == ["開会", "議事", "窓口の見直し", "学校の端末", "その他", "閉会"]


def test_heading_before_a_marked_speaker_above_bullets_ends_the_turn():
    content = (
        "（１）県からの説明\n　○情報課長\n　　・更新を予定している。\n　　・負担を見直す。\n（２）意見交換\n　○緑川町\n"
        "　　・研修を行ってほしい。\n　○情報課長\n　　・検討する。"
    )
    assert read_turns(content) == [
        ("情報課長", "更新を予定している。"),
        ("情報課長", "負担を見直す。"),
        ("緑川町", "研修を行ってほしい。"),
        ("情報課長", "検討する。"),
    ]


def test_turns_below_a_date_are_no_schedule():
    content = (
        "緑川町議会会議録\n令和６年３月５日（火）\n○議長（渚五月君）　会議を開きます。質問を許します。\n○２番（林　健君）　２点伺います。\n"
        "　１点目、窓口の混雑は。\n　２点目、支援は。\n○町長（青葉太郎君）　お答えします。予約を始めます。"
    )
    reading = read_document(make_text(content))
    assert reading.genre == "transcript"
    assert len(list_entries(reading, EntryKind.TURN)) == 3


@pytest.mark.parametrize(
    "title", ["第２回　行政改革推進本部会議　次第", "第２回行政改革推進本部会議\n会　議　次　第", "行政改革推進本部会議次第"]
)
@pytest.mark.parametrize("head", ["", "日時　令和６年７月２日（火）午前10時\n場所　議場\n\n"])
def test_order_of_business_is_an_agenda_without_turns(title: str, head: str):
    items = "１　開　会\n２　本部長挨拶\n３　議　題\n　（１）窓口の見直し\n　（２）学校の端末\n４　閉　会\n"
    reading = read_document(make_text(f"{title}\n\n{head}{items}\n配布資料\n　資料１　窓口の見直し\n"))
    numbers = [entry.values["number"].value for entry in list_entries(reading, EntryKind.AGENDA_ITEM)]
    assert numbers == ["１", "２", "３", "（１）", "（２）", "４"]
    (meeting,) = list_entries(reading, EntryKind.MEETING)
    assert meeting.values["name"].value.endswith("行政改革推進本部会議")


def test_item_of_the_agenda_ends_a_turn_wherever_it_stands():
    content = (
        "議題\n（１）窓口の見直し\n（２）その他\n議事要旨\n（１）窓口の見直し\n（座長）\n説明をお願いします。\n"
        "（事務局）\n電子申請を増やします。\n（２）その他\n特になし"
    )
    assert read_turns(content) == [("座長", "説明をお願いします。"), ("事務局", "電子申請を増やします。")]


def test_closed_item_presenter_and_paper_are_no_part_of_the_title():
    content = f"議題\n１　人事について（非公開）\n２　窓口の見直し（デジタル庁 審議官 渚 五月 氏）\n３　学校の端末（資料２）\n\n{OPENING}"
    reading = read_minutes(make_text(content))
    items = list_entries(reading, EntryKind.AGENDA_ITEM)
    assert [item.values["title"].value for item in items] == ["人事について", "窓口の見直し", "学校の端末"]
    assert [item.values["closed"].value if "closed" in item.values else None for item in items] == [True, None, None]
    presenter = next(entry for entry in list_entries(reading, EntryKind.PARTY) if entry.values["role"].value == "presenter")
    assert presenter.parent == reading.entries.index(items[1])
    assert (presenter.values["body"].value, presenter.values["post"].value, presenter.values["person"].value) == (
        "デジタル庁",
        "審議官",
        "渚五月",
    )


def test_number_out_of_sequence_in_a_title_is_text():
    assert read_agenda(f"議題\n１　窓口の見直しと\n　　３ か年の計画\n２　学校の端末\n\n{OPENING}") == [
        ("1".translate(str.maketrans("1", "１")), "窓口の見直しと３ か年の計画"),
        ("２", "学校の端末"),
    ]


def test_headings_between_turns_are_the_agenda_if_the_head_has_none():
    content = (
        "１　窓口の見直し\n【座長】説明をお願いします。\n【事務局】電子申請を増やします。\n\n"
        "２　学校の端末\n【座長】次に移ります。\n【事務局】入れ替えます。"
    )
    reading = read_minutes(make_text(content))
    turns = list_entries(reading, EntryKind.TURN)
    titles = [reading.entries[turn.values["agenda_item"].value].values["title"].value for turn in turns]
    assert titles == ["窓口の見直し", "窓口の見直し", "学校の端末", "学校の端末"]


def test_item_without_turns_is_not_recorded():
    content = "議題\n1 講演会\n2 窓口の見直し\n\n窓口の見直し\n\n緑川市\n\n・電子申請を増やしたい。\n\n青葉町\n\n・同じ考えである。"
    items = list_entries(read_minutes(make_text(content)), EntryKind.AGENDA_ITEM)
    assert [item.values["recorded"].value for item in items] == [False, True]


@pytest.mark.parametrize(
    ("title", "name", "series", "ordinal", "kind"),
    [
        ("令和７年第２回緑川市議会定例会会議録（第１号）", "令和７年第２回緑川市議会定例会", "緑川市議会定例会", 2, "plenary"),
        ("第十二回 緑川市情報化推進審議会 議事要旨", "第十二回 緑川市情報化推進審議会", "緑川市情報化推進審議会", 12, "advisory_council"),
        ("総務委員会会議録", "総務委員会", None, None, "committee"),
        (
            "共通基盤ワーキンググループ（第３回）議事概要",
            "共通基盤ワーキンググループ（第３回）",
            "共通基盤ワーキンググループ",
            3,
            "working_team",
        ),
    ],
)
def test_name_of_a_meeting(title: str, name: str, series: str | None, ordinal: int | None, kind: str):
    values = read_minutes(make_text(f"{title}\n日時 令和７年６月２日（月）午前10時\n{OPENING}")).entries[0].values
    assert [values[key].value if key in values else None for key in ("name", "series", "ordinal", "kind")] == [name, series, ordinal, kind]


@pytest.mark.parametrize(
    ("place", "mode"), [("市役所第一会議室", "in_person"), ("Web会議", "online"), ("第一会議室及びオンライン", "hybrid"), ("緑川市", None)]
)
def test_mode_follows_from_the_place(place: str, mode: str | None):
    values = read_minutes(make_text(f"検討会議事録\n日時：令和７年６月２日（月）\n場所：{place}\n{OPENING}")).entries[0].values
    assert values["place"].value == place
    assert (values["mode"].value if "mode" in values else None) == mode


def test_day_without_its_times_is_the_date():
    values = read_minutes(make_text(f"日時：令和７年６月２日（月）14:00～15:30\n{OPENING}")).entries[0].values
    assert values["held"].value.text == "令和７年６月２日（月）"
    assert (values["start_time"].value, values["end_time"].value) == ("14:00", "15:30")


@pytest.mark.parametrize("content", ["", "窓口の見直しについて。\n電子申請を増やします。", "日時：6月2日\n場所：市役所\n持ち物：筆記具"])
def test_other_texts_are_no_minutes(content: str):
    assert read_document(make_text(content)).genre == "none"


def test_the_genre_tells_verbatim_records_from_summaries():
    verbatim = "\n".join(f"○{label}　窓口を見直してまいります。" for label in ("議長（渚五月君）", "市長（青葉太郎君）") * 3)
    summary = "\n".join(f"（{label}）\n・窓口を見直す。" for label in ("座長", "緑川市") * 3)
    assert read_document(make_text(verbatim)).genre == "transcript"
    assert read_document(make_text(summary)).genre == "minutes"


def test_labels_of_one_style_are_sure_and_a_guessed_division_is_not():
    turns = list_entries(read_minutes(make_text("○渚委員長　会議を開きます。\n○汐見委員　はい。")), EntryKind.TURN)
    certainties = Counter((turn.values["speaker_as_printed"].certainty, turn.values["name"].certainty) for turn in turns)
    assert certainties == {(Certainty.SURE, Certainty.LIKELY): 2}


def test_heading_with_the_mark_of_speakers_ends_a_turn():
    content = f"{OPENING}○日程第１　会期の決定\n○議長（渚五月君）　会期を定めます。\n◎議案の上程\n○市長（青葉太郎君）　説明します。"
    assert read_turns(content)[:2] == [("議長（渚五月君）", "ただいまから会議を開きます。"), ("議長（渚五月君）", "会期を定めます。")]


def test_circles_in_place_of_a_name_are_no_mark():
    assert read_turns("○○委員：窓口を見直したい。\n事務局：承知しました。\n○○委員：お願いします。") == [
        ("○○委員", "窓口を見直したい。"),
        ("事務局", "承知しました。"),
        ("○○委員", "お願いします。"),
    ]


def test_quotation_behind_a_speaker_is_a_turn():
    assert [label for label, _ in read_turns("渚委員「窓口を見直したい。」\n事務局「承知しました。」\n渚委員「早いほどよい。」")] == [
        "渚委員",
        "事務局",
        "渚委員",
    ]


def test_bullets_that_a_format_sets_are_points():
    rows = [
        ("窓口の見直し", "heading 2"),
        ("緑川市", ""),
        ("電子申請を増やしたい。", "list"),
        ("紙は減らしたい。", "list"),
        ("青葉町", ""),
        ("同じ考え。", "list"),
    ]
    lines = tuple(Line(number, text, style=style) for number, (text, style) in enumerate(rows, 1))
    assert list_turns(read_minutes(ExtractedText(lines))) == [
        ("緑川市", "電子申請を増やしたい。"),
        ("緑川市", "紙は減らしたい。"),
        ("青葉町", "同じ考え。"),
    ]


def test_page_numbers_and_the_end_are_no_part_of_a_turn():
    content = f"{OPENING}よろしく\n- 12 -\nお願いします。\n○市長（青葉太郎君）　お答えします。\n以　上"
    assert read_turns(content) == [
        ("議長（渚五月君）", "ただいまから会議を開きます。よろしくお願いします。"),
        ("市長（青葉太郎君）", "お答えします。"),
    ]


def test_speakers_at_the_end_of_bullets_may_be_wrapped():
    content = "・窓口を見直したい。（渚委員）\n・電子申請はどうか。（総務\n部長）\n・よいと思う。\n（汐見委員）"
    assert read_turns(content) == [
        ("渚委員", "窓口を見直したい。"),
        ("総務部長", "電子申請はどうか。"),
        ("汐見委員", "よいと思う。"),
    ]


# ---- formats


def test_each_meeting_of_a_file_of_json_is_one():
    voices = [
        {"speaker": "渚委員長", "text": "会議を開きます。"},
        {"speaker": "汐見委員", "text": "窓口はどうなりますか。\n電子化を望みます。"},
    ]
    meetings = [
        {"title": title, "dateIso": day, "voices": voices} for title, day in (("総務委員会", "2024-04-16"), ("厚生委員会", "2024-05-07"))
    ]
    reading = read_document(extract("\n".join(map(json.dumps, meetings)).encode()))
    assert [entry.values["name"].value for entry in list_entries(reading, EntryKind.MEETING)] == ["総務委員会", "厚生委員会"]
    assert [entry.values["held"].value.edtf for entry in list_entries(reading, EntryKind.MEETING)] == ["2024-04-16", "2024-05-07"]
    assert list_turns(reading) == [(voice["speaker"], squeeze(voice["text"])) for voice in voices] * 2
    parents = [reading.entries[entry.parent or 0].values["name"].value for entry in list_entries(reading, EntryKind.TURN)]
    assert parents == ["総務委員会"] * 2 + ["厚生委員会"] * 2


# ---- documentation

REASONS = set(
    re.findall(r"^\| `([a-z-]+)` \|", (Path(__file__).parents[1] / "docs" / "read-minutes.md").read_text(encoding="utf-8"), re.MULTILINE)
)


@given(content=minutes(), style=st.sampled_from(STYLES))
def test_the_page_tells_of_all_reasons(content: Minutes, style: Style):
    reading = read_minutes(FORMATS["text"].read(print_minutes(content, style)))
    assert {value.reason for entry in reading.entries for value in entry.values.values()} | set(reading.reasons) <= REASONS


def test_the_page_tells_of_no_other_reasons():
    modules = ("minutes", "meeting_heads", "decisions")
    code = "".join((Path(dxgov.__file__).parent / "documents" / f"{module}.py").read_text(encoding="utf-8") for module in modules)
    assert {reason for reason in REASONS if f'"{reason}"' not in code} == set()
