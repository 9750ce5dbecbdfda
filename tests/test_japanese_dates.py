"""Reading, finding and writing Japanese dates. The tables beside this file were written from the rules in docs/dates.md."""

import csv
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import dxgov
from dxgov import DateError, Scope, When, dates
from dxgov.dates import Choices, find, read, read_with_time, write
from dxgov.testing import whens

TABLES = Path(__file__).parent


def rows(name):
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text):
    return date.fromisoformat(text) if text else None


EXPRESSIONS = rows("japanese_dates.csv")
REFUSED = rows("japanese_dates_refused.csv")
FOUND = rows("japanese_dates_found.csv")
FORMS = sorted({row["form"] for row in EXPRESSIONS})


def choices(row):
    return Choices(**dict(option.split("=") for option in row["options"].split("; ")) if row["options"] else {})


@pytest.mark.parametrize("form", FORMS)
def test_each_expression_reads_as_the_table_says(form):
    for row in (row for row in EXPRESSIONS if row["form"] == form):
        reading = read_with_time(row["text"], day(row["said_on"]), choices(row))
        when = reading.when
        meaning = ("",) * 5 if when is None else (when.edtf or "", str(when.start or ""), str(when.end or ""), when.scope, when.basis)
        assert {
            **dict(zip(("edtf", "start", "end", "scope", "basis"), meaning, strict=True)),
            "start_time": reading.start_time or "",
            "end_time": reading.end_time or "",
        } == {key: row[key] for key in ("edtf", "start", "end", "scope", "basis", "start_time", "end_time")}, row["text"]
        assert when is None or when.text == row["text"]


def test_the_table_is_large_and_says_each_thing_once():
    assert len(EXPRESSIONS) >= 150
    assert len({(row["text"], row["said_on"], row["options"]) for row in EXPRESSIONS}) == len(EXPRESSIONS)
    assert list(EXPRESSIONS[0]) == [
        "form",
        "text",
        "said_on",
        "edtf",
        "start",
        "end",
        "scope",
        "basis",
        "start_time",
        "end_time",
        "options",
    ]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: f"{row['text'][:20]} ({row['why']})")
def test_what_is_no_date_is_refused(row):
    with pytest.raises(DateError) as caught:
        read(row["text"], day(row["said_on"]))
    error = caught.value
    assert error.text == row["text"]
    assert 0 <= error.position <= len(row["text"])
    assert error.reason in str(error)


def shown(reading):
    if reading.problem:
        return f"{reading.text}=!"
    times = "/".join(filter(None, (reading.start_time, reading.end_time)))
    return f"{reading.text}={(reading.when and reading.when.edtf) or ''}{'T' if times else ''}{times}"


@pytest.mark.parametrize("row", FOUND, ids=lambda row: row["text"][:24])
def test_running_text_holds_these_dates_and_no_others(row):
    assert "; ".join(map(shown, find(row["text"], day(row["said_on"])))) == row["found"]


BREAKS = ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\n\u3000", "\u3000\r\n"]
PARTS = ["令和", "4", "年", "12", "月", "1", "日", "まで"]
INVISIBLE = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\ufe00", "\ufe0f", "\U000e0100", "\u200e", "\u2066", "\u3164"]


@pytest.mark.parametrize("line_end", BREAKS, ids=ascii)
@pytest.mark.parametrize("place", range(1, len(PARTS)))
def test_a_date_may_go_over_the_end_of_a_line(line_end, place):
    text = "".join(PARTS[:place]) + line_end + "".join(PARTS[place:])
    assert read(text).edtf == "../2022-12-01"
    (found,) = find(f"期限は{text}。", date(2021, 1, 1))
    assert (found.text, found.when.edtf) == (text, "../2022-12-01")


@pytest.mark.parametrize("text", ["令和3年1\n2月7日", "令和3年\r\n12月7日", "令和3年12月\n7日"])
def test_a_number_may_go_over_the_end_of_a_line(text):
    assert read(text).edtf == "2021-12-07"


@given(st.sampled_from(INVISIBLE), st.data())
def test_invisible_signs_change_nothing(sign, data):
    text = data.draw(st.sampled_from(["令和4年2月1日(火)14:00～15:30", "R4.2.1", "2022/2/1～2/5", "6月をめどに", "来年度末まで"]))
    place = data.draw(st.integers(0, len(text)))
    marked = text[:place] + sign + text[place:]
    said_on = date(2022, 1, 20)
    plain, reading = read_with_time(text, said_on), read_with_time(marked, said_on)
    assert (reading.when.edtf, reading.start_time, reading.end_time) == (plain.when.edtf, plain.start_time, plain.end_time)
    (found,) = find(f"（{marked}）", said_on)
    assert found.when.edtf == plain.when.edtf
    assert found.text == marked.strip(sign)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("\uf9a8和4年", "2022"),  # compatibility ideograph of 令
        ("令和4年2月1日(\uf90a)", None),  # of 金, which 1 February 2022 was not
        ("令和4年2月4日(\uf90a)", "2022-02-04"),
        ("\U0001d7d0\U0001d7ce\U0001d7d0\U0001d7d0年", "2022"),  # digits of mathematics
        ("令和4年2月1日\ufe35火\ufe36", "2022-02-01"),  # brackets of vertical lines
        ("令和6年6月\uff92\uff84\uff9e", "2024-06~"),  # half-width katakana
        ("令和6年6月\uff92\uff84\u3099", "2024-06~"),
    ],
)
def test_signs_that_stand_for_others_are_read_as_these(text, edtf):
    if edtf is None:
        with pytest.raises(DateError):
            read(text)
    else:
        assert read(text).edtf == edtf


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("令\u202e和4年", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("令和4年\u2461月", "U+2461 CIRCLED DIGIT TWO"),
        ("令和4年\u0662月", "U+0662 ARABIC-INDIC DIGIT TWO"),
        ("令和4年2月\x00", "U+0000"),
        ("令\ue000和4年", "U+E000"),
    ],
)
def test_an_error_names_the_sign_that_only_looks_right(text, sign):
    with pytest.raises(DateError, match=re.escape(f"the text has {sign} in it")):
        read(text)


CONTROLS = {"\u202e": "U+202E RIGHT-TO-LEFT OVERRIDE", "\u202d": "U+202D LEFT-TO-RIGHT OVERRIDE", "\x00": "U+0000", "\x1b": "U+001B"}


@given(st.sampled_from(sorted(CONTROLS)), st.sampled_from(["令和6年4月1日", "R6.4.1", "2024/4/1～4/5", "第2四半期末まで"]), st.data())
def test_a_control_does_not_cut_off_a_date(sign, text, data):
    place = data.draw(st.integers(1, len(text) - 1))
    marked = text[:place] + sign + text[place:]
    with pytest.raises(DateError, match=re.escape(f"the text has {CONTROLS[sign]} in it")) as caught:
        read(marked, date(2024, 1, 20))
    assert caught.value.position == place
    (found,) = find(f"{marked}、開く", date(2024, 1, 20))
    assert (found.text, found.when, found.problem) == (marked, None, f"the text has {CONTROLS[sign]} in it")


@given(
    st.sampled_from(["10月", "令和4年10月", "同月"]),
    st.lists(st.integers(1, 31), min_size=2, max_size=5, unique=True).map(sorted),
    st.sampled_from(["・", "、", "，", "及び", "と", " ・ "]),
    st.booleans(),
)
def test_every_day_of_a_list_is_found(head, days, link, shared):
    text = head + link.join(f"{number}" if shared and number != days[-1] else f"{number}日" for number in days) + "に開く。"
    found = find(f"2022年10月5日の会議で決めた。{text}")[1:]
    assert [each.when.edtf for each in found] == [f"2022-10-{number:02}" for number in days]


COUNTERS = ["人", "名", "件", "校", "市", "団体", "か所", "ページ", "補助", "以上", "の議員", "円", "%", "万"]


@given(st.integers(1, 12), st.integers(1, 31), st.sampled_from(COUNTERS), st.sampled_from(["", "賛成は", "（"]))
def test_a_number_over_another_before_a_counter_is_no_day(one, other, counter, before):
    assert find(f"{before}{one}/{other}{counter}", date(2022, 2, 10)) == []


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(1, 12))
def test_a_deadline_that_was_kept_is_the_nearest(said_on, month):
    (found,) = find(f"{month}月末までに受理しました。", said_on)
    assert abs((found.when.end - said_on).days) <= 184


def test_what_reads_alone_is_found_whole_in_running_text():
    names, lists = {"春", "秋", "次年"}, {"R 4. 2. 1"}  # likelier than dates, with nothing before them
    events = {"同日", "当日", "翌日", "翌々日", "前日"}
    for row in EXPRESSIONS:
        if row["text"] in names | lists | events or row["options"]:
            continue
        (found,) = find(f"日程\n{row['text'].strip()}\n", day(row["said_on"]))
        reading = read_with_time(row["text"].strip(), day(row["said_on"]))
        assert (found.text, found.when, found.start_time) == (row["text"].strip(), reading.when, reading.start_time)


@given(whens(), st.sampled_from(["era", "western"]))
@example(When("x", "2019-04/2019-05", Scope.THROUGHOUT), "era")
@example(When("x", "0033-04-03?", Scope.EXACT), "era")
@example(When("x", "2117-12-31/2118-01-01", Scope.WITHIN), "era")
@example(When("x", "1872-12-31/1873-01-01", Scope.WITHIN), "era")
def test_what_is_written_reads_back(when, calendar):
    words = write(when, calendar=calendar)
    assert read(words) == When(words, when.edtf, when.scope)


@given(whens())
def test_english_names_every_year(when):
    words = write(when, "en")
    assert words
    for year in {str(int(year)) for year in re.findall(r"(?<![0-9-])([0-9]{4})(?![0-9X])", when.edtf or "")}:
        assert year in words


WORDS = """
令和 平成 昭和 明治 R H 元 4 12 31 ２ 十 〇 年 度 月 日 末 上旬 の週 第 3 半期 四半期 (月) （火） ? ？ ~ 〜 - / . : 14 時 分 から
まで までに より 以降 頃 目途 予定 春 冬 来 同 翌 前 今 年度 月末 年末 随時 未定 、 。 9999 0000 2024 XX ○ 午後 午前 正午 半 週 中
内 のいずれか を通じて 代 西暦 （2021年） ㋿ ㏠ ㊊ ① ⽇ 前半 明け 年末年始 2/29 締切
"""
PIECES = st.sampled_from([*WORDS.split(), " ", "　", "\u3099"])
SAID = st.none() | st.dates() | st.sampled_from([date.min, date.max])


@given(st.lists(PIECES, max_size=10).map("".join) | st.text(max_size=30), SAID)
def test_reading_raises_nothing_but_its_error(text, said_on):
    try:
        reading = read_with_time(text, said_on)
    except DateError:
        return
    assert reading.text == text
    assert reading.when is not None or reading.start_time or reading.end_time


@given(st.lists(PIECES | st.text(max_size=3), max_size=20).map("".join), SAID)
def test_what_is_found_stands_in_the_text_in_order(text, said_on):
    readings = find(text, said_on)
    assert all(text[reading.span[0] : reading.span[1]] == reading.text != "" for reading in readings)
    assert all(one.span[1] <= other.span[0] for one, other in pairwise(readings))
    assert all(
        (reading.problem is None) is bool(reading.when or reading.start_time or reading.end_time) or reading.when is None
        for reading in readings
    )


@given(st.dates(min_value=date(1873, 1, 1), max_value=date(2117, 12, 31)))
def test_the_short_way_for_plain_days_says_what_the_grammar_says(found):
    for calendar in ("era", "western"):
        words = write(When("x", found.isoformat(), Scope.EXACT), calendar=calendar)
        assert read(words) == read_with_time(words).when == When(words, found.isoformat(), Scope.EXACT)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), st.integers(-170, 170))
def test_a_date_without_a_year_is_the_nearest(found, away):
    words = f"{found.month}月{found.day}日"
    if (found.month, found.day) != (2, 29):
        assert read(words, found + timedelta(days=away)).start == found
    weekday = "月火水木金土日"[found.weekday()]
    assert read(f"{words}({weekday})", found + timedelta(days=away)).start == found
    assert read(f"{words}（{weekday}曜日）", found + timedelta(days=away)).basis == "year_inferred"


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), st.integers(1, 12))
def test_a_deadline_is_never_past_when_it_is_set(said_on, month):
    when = read(f"{month}月までに", said_on)
    assert said_on <= when.end
    assert (when.end - said_on).days <= 366


def test_a_weekday_that_does_not_fit_is_refused():
    with pytest.raises(DateError, match=r"2024-04-05 is a Friday \(金\), not 木"):
        read("2024年4月5日（木）")


def test_the_error_names_the_place():
    with pytest.raises(DateError) as caught:
        read("令和４年２月３０日")
    assert str(caught.value) == "'令和４年２月３０日' at character 1, '令和４年２月３０日': 2022-02 has no day 30"
    with pytest.raises(DateError) as caught:
        read("㋿4年2月1日開催")
    assert caught.value.position == 7
    assert "at character 8, '開催': expected the end of the date" in str(caught.value)
    with pytest.raises(DateError, match="give `said_on`"):
        read("3月以降")


def test_a_vague_day_of_saying_is_enough_where_the_answer_is_the_same():
    april = When("2024年4月", "2024-04", Scope.WITHIN)
    assert read("今年度", april).edtf == "2024-04-01/2025-03-31"
    assert read("6月までに", april).edtf == "../2024-06"
    year = When("2024年", "2024", Scope.WITHIN)
    with pytest.raises(DateError, match="depends on the day of 2024年"):
        read("今年度", year)
    assert find("今年度に", year)[0].problem.startswith("it depends on the day")
    with pytest.raises(ValueError, match="which is open"):
        read("今年度", When("3月以降", "2022-03/..", Scope.FROM))


@pytest.mark.parametrize("wrong", [None, 20220201, b"2022"])
def test_only_text_is_read(wrong):
    for reader in (read, read_with_time, find):
        with pytest.raises(TypeError, match="expected a text"):
            reader(wrong)


NO_DATES = [5, b"2022", "2022-02-01", datetime(2022, 2, 1, tzinfo=UTC), [], {}]


@pytest.mark.parametrize("wrong", NO_DATES, ids=repr)
def test_what_is_no_date_is_named(wrong):
    for text in ("今年度", "2022年2月1日"):
        for reader in (read, read_with_time, find):
            with pytest.raises(TypeError, match="expected a date, a When or None"):
                reader(text, wrong)
            with pytest.raises(TypeError, match="expected Choices"):
                reader(text, None, wrong)
    when = When("x", "2022", Scope.WITHIN)
    for relation in (when.overlaps, when.surely_before, when.maybe_before):
        with pytest.raises(TypeError, match="expected a When or a date"):
            relation(wrong)
    with pytest.raises(TypeError, match="expected a date"):
        when.contains(wrong)


@pytest.mark.parametrize("wrong", [None, date(2022, 2, 1), *NO_DATES], ids=repr)
def test_only_dates_are_written_and_counted(wrong):
    for function in (write, dates.business_days):
        with pytest.raises(TypeError, match="expected a When"):
            function(wrong)
    if not isinstance(wrong, str):
        with pytest.raises(TypeError, match="expected an EDTF text"):
            dates.bounds(wrong)


def test_choices_are_checked():
    with pytest.raises(ValueError, match="halves"):
        Choices(halves="lunar")


def test_the_year_is_carried_as_a_reader_would():
    text = "令和4年2月1日\n昨年12月に要望し、3月以降に共有する。同年10月に公表し、翌年3月に終える。"
    assert [each.when.edtf for each in find(text)] == ["2022-02-01", "2021-12", "2022-03/..", "2022-10", "2023-03"]
    assert [each.when.edtf for each in find("2020年12月から翌年2月まで", date(2024, 4, 1))] == ["2020-12/2021-02"]
    assert [each.when.edtf for each in find("4月10日、17日及び24日", date(2024, 4, 1))] == ["2024-04-10", "2024-04-17", "2024-04-24"]


def test_a_day_of_saying_that_is_vague_may_change_what_is_found():
    year = When("x", "2023-06/2024-06", Scope.WITHIN)
    (found,) = find("今年2月29日～3月5日に開く", year)
    assert (found.text, found.when) == ("今年2月29日～3月5日", None)
    assert find("翌日9時", When("x", "9999-12-30/9999-12-31", Scope.WITHIN))


@pytest.mark.parametrize("wrong", [datetime(2024, 4, 17, 10, tzinfo=UTC), "2024-04-17", 20240417])
def test_the_day_of_saying_is_a_day(wrong):
    with pytest.raises(TypeError, match="expected a date"):
        read("6月", wrong)


def test_languages_and_calendars_are_checked():
    when = read("令和4年2月1日")
    with pytest.raises(ValueError, match="'fr'"):
        write(when, "fr")
    with pytest.raises(ValueError, match="'lunar'"):
        write(when, calendar="lunar")


def test_vague_clock_times_are_not_made_exact():
    reading = read_with_time("令和4年2月1日14時頃")
    assert (reading.when.edtf, reading.start_time, reading.end_time) == ("2022-02-01", None, None)


def test_english_and_japanese():
    cases = {
        "4月22日の週？": ("令和6年4月22日の週？", "the week of 22 April 2024 (uncertain)"),
        "6月上旬？": ("令和6年6月上旬？", "early June 2024 (uncertain)"),
        "6月までに": ("令和6年6月まで", "by June 2024"),
        "令和7年度末までに": ("令和8年3月31日まで", "by 31 March 2026"),
        "3月以降": ("令和6年3月以降", "from March 2024 on"),
        "2020年12月から2021年8月まで": ("令和2年12月から令和3年8月まで", "from December 2020 to August 2021"),
        "来年度": ("令和7年度", "fiscal year 2025 (April 2025 to March 2026)"),
        "4月10日頃": ("令和6年4月10日頃", "about 10 April 2024"),
        "2023年冬": ("令和5年冬", "winter 2023/24"),
        "2020年代": ("2020年代", "the 2020s"),
        "3月xx日": ("令和6年3月○日", "a day of March 2024"),
        "随時": ("随時", "at any time"),
        "未定": ("未定", "not settled"),
    }
    for words, written in cases.items():
        when = read(words, date(2024, 4, 17))
        assert (write(when), write(when, "en")) == written
    assert write(read("令和7年度"), calendar="western") == "2025年度"


def test_qualifiers_of_a_part_are_written_for_the_whole():
    assert write(When("x", "2024?-04-~22", Scope.EXACT)) == "令和6年4月22日頃？の当日"


def test_the_bundled_dates_read_as_they_are_recorded(ds):
    """What editors recorded and what the reader makes of the words must be the same, unless the editors say that it is their reading."""
    published = {source.id: source.published for source in ds.sources}
    checked = 0
    for record in ds:
        for value in (getattr(record, name) for name in record.__slots__ if isinstance(getattr(record, name, None), When)):
            if value.basis == "editorial":
                continue
            said_at = ds.meetings[record.meeting_id].held if getattr(record, "meeting_id", None) else None
            said_on = getattr(record, "status_as_of", None) or said_at or published[record.citation.source_id]
            if said_on.end is None or said_on.start is None or value is said_on:
                said_on = value.start or value.end
            assert read(value.text, said_on).edtf == value.edtf, record.id
            checked += 1
    assert checked > 0


def test_the_layer_can_be_used_alone():
    assert set(dates.__all__) >= {"When", "Scope", "Basis", "Choices", "Reading", "bounds", "find", "read", "read_with_time", "write"}
    assert dates.When is dxgov.When


UNITS = [
    "2020年代",
    "昭和40年代",
    "2024年",
    "令和6年度",
    "令和6年度上期",
    "2024年後半",
    "令和6年度第2四半期",
    "令和6年2月",
    "令和6年2月下旬",
    "令和6年3月前半",
    "令和6年4月第1週",
    "令和6年3月1日の週",
]
PARTS_OF_UNITS = ["前半", "後半", "半ば", "なかば", "中頃", "初め", "初頭", "頭", "末"]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("link", ["", "の"])
def test_a_part_lies_in_what_it_is_a_part_of(unit, link):
    whole = read(unit)
    parts = {word: read(f"{unit}{link}{word}") for word in PARTS_OF_UNITS}
    weekend = parts.pop("末") if "週" in unit else parts["末"]
    assert weekend.end >= whole.end
    for word, part in parts.items():
        assert whole.start <= part.start <= part.end <= whole.end, word
        assert (part.start, part.end) != (whole.start, whole.end), word
    assert (parts["前半"].start, parts["後半"].end) == (whole.start, whole.end)
    assert parts["後半"].start <= parts["前半"].end + timedelta(days=1)
    for word in ("初め", "半ば"):
        assert parts[word].scope is Scope.WITHIN
        assert parts[word].edtf.endswith("~")
    for word in PARTS_OF_UNITS:
        (found,) = find(f"{unit}{link}{word}に開く。")
        assert found.text == f"{unit}{link}{word}"


def test_what_may_be_a_share_behind_a_year_is_a_day_alone_but_not_in_running_text():
    assert read("令和4年3/4").edtf == "2022-03-04"
    (found,) = find("令和4年3/4に開く。")
    assert found.when == When("令和4年", "2022", Scope.WITHIN)
    (found,) = find("令和4年3/4までに出す。")
    assert found.when.edtf == "../2022-03-04"
