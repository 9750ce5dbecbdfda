"""Schedules: what is read in made-up ones of many styles, and where prose is none."""

import pytest
from hypothesis import HealthCheck, given, settings

from dxgov.documents.genres import read_document, score_genres
from dxgov.documents.lines import ExtractedText
from dxgov.documents.readings import Certainty, EntryKind
from printed_documents import FORMATS, squeeze
from printed_facts import list_read_facts
from printed_letters import make_text
from printed_schedules import LIST_STYLES, TABLE_STYLES, TEXT_TABLES, Event, list_facts, make_table, print_schedule, schedules


def list_events(text: ExtractedText | str) -> list[tuple[str, str | None]]:
    """Return the titles of milestones with what their dates mean; None for none."""
    document = make_text(text) if isinstance(text, str) else text
    reading = read_document(document, "schedule")
    rows = [entry.values for entry in reading.entries if entry.kind is EntryKind.MILESTONE]
    return [("".join(row["title"].value.split()), getattr(row["date"].value, "edtf", None) if "date" in row else None) for row in rows]


@pytest.mark.parametrize("style", LIST_STYLES)
@given(events=schedules())
def test_listed_schedule(style: str, events: list[Event]) -> None:
    check_schedule(FORMATS["text"].read(print_schedule(events, style)), events, style)


@pytest.mark.parametrize("style", TABLE_STYLES)
@given(events=schedules())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_schedule_in_table(style: str, events: list[Event]) -> None:
    check_schedule(FORMATS["html"].read(print_schedule(events, style)), events, style)


@pytest.mark.parametrize("style", TEXT_TABLES)
@given(events=schedules())
def test_schedule_in_table_of_text(style: str, events: list[Event]) -> None:
    check_schedule(make_text(TEXT_TABLES[style](events)), events, style)


def check_schedule(document: ExtractedText, events: list[Event], style: str) -> None:
    """Check that a schedule is told as such, and that its events are read in their order."""
    facts = [fact for fact, _ in list_read_facts(read_document(document, "schedule"))]
    assert facts == list(list_facts(events, style).elements())
    assert score_genres(document)[0].genre == "schedule"


@given(schedules())
def test_words_and_titles_stand_in_the_lines_of_their_milestone(events: list[Event]) -> None:
    documents = [FORMATS["html"].read(print_schedule(events, style)) for style in (*LIST_STYLES, *TABLE_STYLES)]
    for document in [*documents, *(make_text(print_table(events)) for print_table in TEXT_TABLES.values())]:
        for entry in read_document(document, "schedule").entries:
            passage = squeeze("".join(line.text for line in document.lines[entry.first_line - 1 : entry.last_line]))
            assert squeeze(entry.values["title"].value) in passage
            assert squeeze(entry.values["date"].value.text) in passage


@given(schedules(units=("day",)))
def test_year_follows_from_days_of_the_week(events: list[Event]) -> None:
    first = events[0].day
    rows = [f"{event.with_month}　{event.title}" for event in events]
    text = "\n".join([f"令和{first.year - 2018}年度の計画に向けた今後の日程", "", *rows])
    edtfs = [edtf for _, edtf in list_events(text)]
    if first.month > 3:
        assert edtfs == [event.edtf for event in events]


def test_month_under_fiscal_year_heading() -> None:
    text = "令和6年度スケジュール\n4月　計画の策定\n夏頃　中間報告\n第3四半期　公募\n1月　選定\n年度末　報告書の公表\n随時　説明会"
    assert list_events(text) == [
        ("計画の策定", "2024-04"),
        ("中間報告", "2024-22~"),
        ("公募", "2024-10/2024-12"),
        ("選定", "2025-01"),
        ("報告書の公表", "2025-03-31"),
        ("説明会", None),
    ]


def test_date_wrapped_inside_number_and_unit() -> None:
    text = "今後の日程\n令和6年6\n月7日（金）　第1回会議\n令和6年8月9日（金）　第2回会議"
    assert list_events(text) == [("第1回会議", "2024-06-07"), ("第2回会議", "2024-08-09")]


def test_weekday_on_next_line() -> None:
    text = "今後の日程\n令和6年7月8日\n（月）　第1回会議\n令和6年8月9日（金）　第2回会議"
    assert list_events(text) == [("第1回会議", "2024-07-08"), ("第2回会議", "2024-08-09")]


def test_dates_before_and_behind_that_of_the_document() -> None:
    text = "令和6年4月17日\n青葉県デジタル課\n\n今後のスケジュールについて\n\n2月22日　第4回本部会議\n10月　意見照会\n3月　計画の策定"
    assert list_events(text) == [("第4回本部会議", "2024-02-22"), ("意見照会", "2024-10"), ("計画の策定", "2025-03")]
    entries = read_document(make_text(text), "schedule").entries
    assert [entry.values["status"].value for entry in entries] == ["held", "planned", "planned"]


def test_date_without_any_year_keeps_its_words() -> None:
    entries = read_document(make_text("日程\n4月　準備会合\n5月上旬　意見照会\n6月末　決定"), "schedule").entries
    assert [(entry.values["date"].value, entry.values["date"].certainty) for entry in entries] == [
        ("4月", Certainty.UNSURE),
        ("5月上旬", Certainty.UNSURE),
        ("6月末", Certainty.UNSURE),
    ]


def test_weekday_that_fits_no_year_nearby_leaves_the_words() -> None:
    text = "日程\n令和6年4月5日（金）　第1回会議\n5月7日（金）　第2回会議"
    dates = [entry.values["date"] for entry in read_document(make_text(text), "schedule").entries]
    assert (dates[1].value, dates[1].certainty) == ("5月7日（金）", Certainty.UNSURE)


def test_events_of_one_date_stand_below_each_other() -> None:
    text = "スケジュール\n　４月　　　　準備会合\n　　　　　　　説明会\n　５月上旬　　意見照会\n２０２４年６月末　　決定"
    assert [title for title, _ in list_events(text)] == ["準備会合", "説明会", "意見照会", "決定"]


def test_title_goes_on_in_quotation_marks_below() -> None:
    text = "予定\n- 2024年2月22日 課題対話（第6回）\n「地域の足を守る」\n- 2024年3月1日 会議\n・資料は後日配布"
    assert list_events(text) == [("課題対話（第6回）「地域の足を守る」", "2024-02-22"), ("会議", "2024-03-01")]


def test_ordinal_before_the_date() -> None:
    text = "検討の経過\n第１回　令和６年５月１０日　現状と課題\n第２回　令和６年７月１２日　骨子案\n第３回　令和６年９月２０日　素案"
    assert list_events(text) == [("現状と課題", "2024-05-10"), ("骨子案", "2024-07-12"), ("素案", "2024-09-20")]


@pytest.mark.parametrize(
    "text",
    [
        "本市では令和6年4月に計画を策定した。\n令和6年5月から意見を募り、\n令和6年6月10日には説明会を開いた。\n令和6年7月、方針を決めた。",
        "1 令和6年度予算の確保\n2 令和7年度の工事の着手\n3 令和8年度までの完成",
        "令和6年4月1日\n\n青葉県知事 様\n\n下記のとおり要望します。",
        "(2024年1月24日 公開)\n記事の本文である。\n(2024年2月1日 更新)",
    ],
)
def test_dates_in_prose_are_no_schedule(text: str) -> None:
    assert list_events(text) == []


def test_chart_with_words_and_runs_of_marks() -> None:
    chart = make_table(
        [
            ["", "令和6年度", "", "", ""],
            ["項目", "4月", "5月", "6月", "1月"],
            ["会議", "第1回", "", "第2回", ""],
            ["調査", "→", "→", "→", ""],
            ["公募", "", "公募開始", "", "選定"],
        ],
        {(0, 1): (1, 4)},
    )
    assert list_events(chart) == [
        ("第1回", "2024-04"),
        ("第2回", "2024-06"),
        ("調査", "2024-04/2024-06"),
        ("公募開始", "2024-05"),
        ("選定", "2025-01"),
    ]


def test_merged_header_cells() -> None:
    chart = make_table(
        [["", "2024年", "", ""], ["作業", "10月", "11月", "12月"], ["設計", "設計書の作成", "", ""], ["試験", "", "■", "■"]],
        {(0, 1): (1, 3), (2, 1): (1, 2)},
    )
    assert list_events(chart) == [("設計書の作成", "2024-10/2024-11"), ("試験", "2024-11/2024-12")]


def test_dates_in_several_columns() -> None:
    days = make_table(
        [["月", "日", "曜日", "行事"], ["4", "5", "金", "入庁式"], ["", "10", "水", "研修会"], ["1", "8", "水", "説明会"]], name="令和6年度"
    )
    assert list_events(days) == [("入庁式", "2024-04-05"), ("研修会", "2024-04-10"), ("説明会", "2025-01-08")]
    spans = make_table([["タスク", "開始日", "終了日"], ["設計", "2024-04-01", "2024-05-31"], ["試験", "2024-06-01", "2024-06-30"]])
    assert list_events(spans) == [("設計", "2024-04-01/2024-05-31"), ("試験", "2024-06-01/2024-06-30")]


def test_spans_without_an_end() -> None:
    text = "スケジュール\n令和6年4月～6月：現状の調査\n令和6年7月～：計画の策定。\n～令和7年3月：報告"
    assert list_events(text) == [("現状の調査", "2024-04/2024-06"), ("計画の策定", "2024-07/.."), ("報告", "../2025-03")]


def test_words_of_a_chart_that_name_no_event() -> None:
    chart = make_table([["", "令和6年度", "", ""], ["項目", "4月", "5月", "6月"], ["本部会議", "開催", "", "開催"]], {(0, 1): (1, 3)})
    assert list_events(chart) == [("本部会議", "2024-04"), ("本部会議", "2024-06")]


def test_table_of_figures_is_no_schedule() -> None:
    table = make_table(
        [["年度", "予算額", "決算額"], ["令和4年度", "1,000", "900"], ["令和5年度", "1,200", "△100"], ["令和6年度", "1,300千円", "―"]]
    )
    assert list_events(table) == []


def test_bullets_further_right_belong_to_an_event() -> None:
    text = "日程\n令和6年4月5日（金）\n- 会議\n    - 会場は未定\n- 説明会\n令和6年5月10日（金）\n- 公募"
    assert list_events(text) == [("会議", "2024-04-05"), ("説明会", "2024-04-05"), ("公募", "2024-05-10")]


def test_title_and_year_in_the_rows_above_the_header() -> None:
    table = make_table([["令和6年度の予定", ""], ["情報課", ""], ["日程", "内容"], ["4月5日", "会議"], ["1月8日", "説明会"]])
    assert list_events(table) == [("会議", "2024-04-05"), ("説明会", "2025-01-08")]


def test_date_in_a_cell_is_wrapped_inside_its_number() -> None:
    table = make_table([["日程", "内容"], ["令和6年1\n0月5日", "会議"], ["令和6年1\n1月7日", "説明会"]])
    assert list_events(table) == [("会議", "2024-10-05"), ("説明会", "2024-11-07")]


def test_labels_of_dates_are_events() -> None:
    table = make_table([["募集期間", "令和6年4月1日～4月30日"], ["審査", "令和6年5月中旬"], ["結果の通知", "令和6年6月"]])
    assert list_events(table) == [("募集期間", "2024-04-01/2024-04-30"), ("審査", "2024-05-11/2024-05-20"), ("結果の通知", "2024-06")]


def test_cells_with_several_events_or_dates() -> None:
    table = make_table(
        [
            ["時期", "実施内容", "主体"],
            ["令和6年4月", "・計画の策定\n・本部会議", "県"],
            ["令和6年5月7日\n5月9日", "説明会\n意見交換会", ""],
            ["6月～8月", "意見照会", "市"],
        ]
    )
    assert list_events(table) == [
        ("計画の策定", "2024-04"),
        ("本部会議", "2024-04"),
        ("説明会", "2024-05-07"),
        ("意見交換会", "2024-05-09"),
        ("意見照会", "2024-06/2024-08"),
    ]


def test_empty_cell_of_a_date_takes_the_one_above() -> None:
    table = make_table([["時期", "内容"], ["令和6年4月", "計画の策定"], ["", "本部会議"], ["5月", "説明会"]])
    assert list_events(table) == [("計画の策定", "2024-04"), ("本部会議", "2024-04"), ("説明会", "2024-05")]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("第2回検討委員会", "meeting"),
        ("本部会議（地方から意見聴取）", "consultation"),
        ("基本方針の閣議決定", "decision"),
        ("報告書の公表", "publication"),
        ("新システムの稼働", "introduction"),
        ("事業者の選定", "selection"),
        ("実証実験", "trial"),
    ],
)
def test_kind_follows_from_the_last_words(title: str, kind: str) -> None:
    text = "\n".join(["日程", f"2024年4月1日　{title}", f"2024年5月1日　{title}"])
    entries = read_document(make_text(text), "schedule").entries
    assert [entry.values["kind"].value for entry in entries] == [kind, kind]
