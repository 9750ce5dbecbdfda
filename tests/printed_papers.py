"""Made-up papers other than letters, minutes and schedules: tables of requests, opinions, instructions, and what assemblies decided."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from attrs import frozen
from hypothesis import strategies as st

from printed_documents import ListMark, Paragraph, PrintedDocument, PrintedTable, squeeze
from printed_facts import Fact

_SUBJECTS = ("窓口業務", "電子申請", "通信環境", "学校の端末", "防災情報", "図書館", "除雪", "空き家対策")
_MATTERS = ("整備", "充実", "見直し", "人材育成", "財政支援")
_BLANK = Paragraph()

_headings = st.builds("{}の{}".format, st.sampled_from(_SUBJECTS), st.sampled_from(_MATTERS))


# Tables of requests

_ACTIONS = (
    "必要な経費を補助すること。",
    "専門家を派遣する仕組みを設けること。",
    "共通の基準を早期に示すこと。",
    "人口の少ない町村でも続けられるよう、運用に要する経費が現行を上回る場合には、その差額を継続して補助すること。",
)
_OWNERS = ("総務省", "デジタル庁", "文部科学省", "厚生労働省", "総務省、デジタル庁")


@frozen
class RequestRow:
    """A request in a table: a title, what is asked, and the ministries whose business it is."""

    title: str
    text: str
    owners: str


_request_texts = st.builds("{}について、{}".format, st.sampled_from(_SUBJECTS), st.sampled_from(_ACTIONS))
request_rows = st.lists(st.builds(RequestRow, _headings, _request_texts, st.sampled_from(_OWNERS)), min_size=2, max_size=6)

REQUEST_STYLES: Mapping[str, tuple[str, ...]] = {
    "requests with titles": ("番号", "要望事項", "要望内容", "所管省庁"),
    "proposals": ("No.", "提案項目", "提案の内容", "担当府省"),
    "sentences alone": ("番号", "要望事項", "関係省庁"),
    "ministries first": ("項番", "府省庁名", "件　名", "要望の内容"),
}
"""The headers of tables of requests."""


def print_requests(rows: Sequence[RequestRow], style: str) -> PrintedDocument:
    """Print requests as the table of a letter."""
    header = REQUEST_STYLES[style]
    texts = [header, *([_choose_text(name, row, number, header) for name in header] for number, row in enumerate(rows, 1))]
    head = [
        *(Paragraph(text, "right") for text in ("令和6年7月10日",)),
        Paragraph("総務大臣　林　健　様"),
        *(Paragraph(text, "right") for text in ("青葉県知事　青木　太郎",)),
        Paragraph("令和7年度国の予算に関する要望書", "center", heading=1),
        Paragraph("下記のとおり要望します。"),
        Paragraph("記", "center"),
    ]
    return PrintedDocument((*head, PrintedTable(texts), Paragraph("以上", "right")))


def _choose_text(name: str, row: RequestRow, number: int, header: Sequence[str]) -> str:
    """Return what stands in a column of a table of requests."""
    if name in ("番号", "No.", "項番"):
        return str(number)
    if name in ("所管省庁", "担当府省", "関係省庁", "府省庁名"):
        return row.owners
    return row.text if "内容" in name or len(header) == 3 else row.title


def list_requests(rows: Sequence[RequestRow], style: str) -> Counter[Fact]:
    """Return what a letter with a table of requests says."""
    facts: Counter[Fact] = Counter()
    for number, row in enumerate(rows, 1):
        title = "" if len(REQUEST_STYLES[style]) == 3 else squeeze(row.title)
        facts["item", "1", str(number), title, squeeze(row.text)] += 1
    facts["title", "令和7年度国の予算に関する要望書"] += 1
    facts["submitted", "2024-07-10"] += 1
    facts["addressee", "総務大臣"] += 1
    facts["submitter", "青葉県知事"] += 1
    facts["signatory", "青木太郎"] += 1
    return facts


# Opinions

_OPINIONS = (
    "{}を続けてほしい。",
    "{}に要する費用が毎年大きくなり、町の財政では賄えなくなることを懸念している。",
    "{}は、年齢にかかわらず使えるものにすべきである。",
    "昨年は{}の案内が遅れ、混乱した。",
)
_opinion_texts = st.builds(str.format, st.sampled_from(_OPINIONS), st.sampled_from(_SUBJECTS))
opinion_groups = st.lists(
    st.tuples(_headings, st.lists(_opinion_texts, min_size=1, max_size=4, unique=True)),
    min_size=1,
    max_size=4,
    unique_by=lambda group: group[0],
)

OPINION_LISTS = ("bullets below numbers", "bullets below headings")
OPINION_TABLES = ("table with answers", "table with groups")
"""How opinions are printed; a table with answers does not say to what group an opinion belongs."""


def print_opinions(groups: Sequence[tuple[str, Sequence[str]]], style: str) -> PrintedDocument:
    """Print opinions in groups."""
    title = Paragraph("デジタル化推進計画（案）に対する御意見", heading=1)
    if style in OPINION_LISTS:
        marks = (ListMark("＃　"), ListMark("・"))
        blocks = [Paragraph("市民からの主な意見", heading=2)]
        for number, (heading, opinions) in enumerate(groups, 1):
            is_numbered = style == "bullets below numbers"
            blocks.append(Paragraph(heading, marks=marks, level=0, number=number) if is_numbered else Paragraph(heading, heading=3))
            blocks += [Paragraph(opinion, marks=marks, level=1, number=position) for position, opinion in enumerate(opinions, 1)]
        return PrintedDocument((title, *blocks))
    rows = [(heading, opinion) for heading, opinions in groups for opinion in opinions]
    if style == "table with answers":
        header = ["番号", "御意見の概要", "市の考え方"]
        cells = [[str(number), opinion, "今後の参考とします。"] for number, (_, opinion) in enumerate(rows, 1)]
    else:
        header = ["番号", "項目", "ご意見の要旨"]
        cells = [[str(number), heading, opinion] for number, (heading, opinion) in enumerate(rows, 1)]
    return PrintedDocument((title, PrintedTable([header, *cells])))


def list_opinions(groups: Sequence[tuple[str, Sequence[str]]], style: str) -> Counter[Fact]:
    """Return the opinions that are printed, and the headings over them."""
    headings = ["御意見の概要"] if style == "table with answers" else [heading for heading, _ in groups]
    facts = Counter(("opinion_group", squeeze(heading)) for heading in headings)
    return facts + Counter(("opinion", squeeze(opinion)) for _, opinions in groups for opinion in opinions)


# Instructions

_ORDERS = ("{}の点検結果を取りまとめること。", "{}の在り方を検討すること。", "{}に要する経費の見積りを示すこと。")
_DEPARTMENTS = ("防災課", "人事課", "情報政策課", "総務課")
instructions = st.lists(
    st.tuples(st.builds(str.format, st.sampled_from(_ORDERS), st.sampled_from(_SUBJECTS)), st.sampled_from(_DEPARTMENTS)),
    min_size=2,
    max_size=6,
    unique_by=lambda row: row[0],
)
INSTRUCTION_STYLES = ("numbers", "table")


def print_instructions(rows: Sequence[tuple[str, str]], style: str) -> PrintedDocument:
    """Print the instructions of a governor."""
    title = Paragraph("第3回会議における知事指示事項", heading=1)
    if style == "numbers":
        marks = (ListMark("＃　"),)
        return PrintedDocument((title, *(Paragraph(text, marks=marks, number=number) for number, (text, _) in enumerate(rows, 1))))
    cells = [[str(number), text, department] for number, (text, department) in enumerate(rows, 1)]
    return PrintedDocument((title, PrintedTable([["番号", "指示事項", "担当課"], *cells])))


def list_instructions(rows: Sequence[tuple[str, str]], _: str) -> Counter[Fact]:
    """Return the instructions that are printed."""
    return Counter(("instruction", squeeze(text)) for text, _ in rows)


# Decisions

_BILLS = ("緑川市手数料条例の一部を改正する条例の制定について", "令和7年度緑川市一般会計補正予算（第2号）", "財産の取得について")
_OUTCOMES = {"原案可決": "passed", "否決": "rejected", "修正可決": "passed_amended", "同意": "approved", "継続審査": "continued"}
decisions = st.lists(
    st.tuples(st.integers(1, 99), st.sampled_from(_BILLS), st.sampled_from([*_OUTCOMES]), st.dates(date(2025, 1, 1), date(2025, 12, 31))),
    min_size=2,
    max_size=8,
    unique_by=lambda row: row[0],
)
DECISION_STYLES: Mapping[str, tuple[str, ...]] = {
    "results": ("議案番号", "件名", "議決結果"),
    "results with days": ("番号", "件　名", "議決年月日", "議決結果"),
}
"""The headers of tables of decisions."""


def print_decisions(rows: Sequence[tuple[int, str, str, date]], style: str) -> PrintedDocument:
    """Print what an assembly decided."""
    header = DECISION_STYLES[style]
    cells = [
        [f"議案第{number}号", title, *([f"令和7年{day.month}月{day.day}日"] if len(header) > 3 else []), result]
        for number, title, result, day in rows
    ]
    return PrintedDocument((Paragraph("令和7年第2回緑川市議会定例会　議決結果一覧", heading=1), PrintedTable([header, *cells])))


def list_decisions(rows: Sequence[tuple[int, str, str, date]], style: str) -> Counter[Fact]:
    """Return what was decided."""
    facts: Counter[Fact] = Counter()
    for number, title, result, day in rows:
        decided = day.isoformat() if len(DECISION_STYLES[style]) > 3 else ""
        facts["decision", f"議案第{number}号", squeeze(title), _OUTCOMES[result], "", decided] += 1
    facts["name", "令和7年第2回緑川市議会定例会"] += 1
    facts["series", "緑川市議会定例会"] += 1
    facts["ordinal", "2"] += 1
    return facts
