"""Made-up lists of opinions, instructions and items to examine, and results of assemblies, with what a reader should read in them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import frozen
from hypothesis import strategies as st

from dxgov.model.meetings import Outcome, VoteManner
from printed_documents import ListMark, Paragraph, PrintedDocument, PrintedTable, squeeze
from printed_facts import Fact

_MATTERS = ("窓口の手続", "端末の更新", "人材の育成", "回線の費用", "データの移行")
_OPINIONS = (
    "の期限を延ばすべきである。",
    "が職員の負担になると懸念している。",
    "について、小さな町にも早めに知らせてほしい。",
    "では昨年、移行の作業が重なり混乱した。",
)
_ORDERS = ("の工程を示すこと。", "に要する経費を調査されたい。", "の窓口を一つにまとめること。")
_BULLET = "・"


@frozen
class Group:
    """A title with the points below it."""

    title: str
    points: tuple[str, ...]


def _draw_texts(ends: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """Return a strategy of one to five texts on different matters."""
    texts = st.builds("{}{}".format, st.sampled_from(_MATTERS), st.sampled_from(ends))
    return st.lists(texts, min_size=1, max_size=5, unique=True).map(tuple)


def groups(ends: Sequence[str]) -> st.SearchStrategy[list[Group]]:
    """Return a strategy of two to four titles with points that have some ends."""
    titles = st.sampled_from(_MATTERS).map("{}について".format)
    return st.lists(st.builds(Group, titles, _draw_texts(ends)), min_size=2, max_size=4, unique_by=lambda group: group.title)


def opinions() -> st.SearchStrategy[list[Group]]:
    """Return a strategy of opinions in groups."""
    return groups(_OPINIONS)


def instructions() -> st.SearchStrategy[tuple[str, ...]]:
    """Return a strategy of instructions."""
    return _draw_texts(_ORDERS)


def examination_items() -> st.SearchStrategy[list[Group]]:
    """Return a strategy of items to examine with their parts."""
    return groups(("の範囲", "の方法", "に当たる者"))


@frozen
class ListStyle:
    """Marks of the outer and the inner points of a list, and the heading above it."""

    outer: str
    inner: str
    heading: str

    @property
    def marks(self) -> tuple[ListMark, ListMark]:
        """The marks by level."""
        return ListMark(self.outer), ListMark(self.inner)


OPINION_STYLES = {
    "numbers": ListStyle("#. ", _BULLET, "地方からの主な意見"),
    "brackets": ListStyle("（＃）", _BULLET, "委員の主な意見"),
    "circled-numbers": ListStyle("①", "○ ", "寄せられた意見の概要"),
    "kanji": ListStyle("〇　", "- ", "意見の要旨"),
}
INSTRUCTION_STYLES = {
    "numbers": ListStyle("", "# ", "本部長からの指示事項"),
    "circled-numbers": ListStyle("", "①", "知事の指示"),
    "bullets": ListStyle("", _BULLET, "議長指示事項"),
}
EXAMINATION_STYLES = {
    "numbers": ListStyle("#. ", "（＃）", "検討項目"),
    "wide-numbers": ListStyle("＃　", "①", "検討すべき事項"),
    "roman": ListStyle("Ⅰ　", "# ", "検討課題"),
}


def print_groups(items: Sequence[Group], style: ListStyle) -> PrintedDocument:
    """Print titles with the points below them."""
    blocks = [Paragraph(style.heading, heading=1)]
    for number, group in enumerate(items, 1):
        blocks.append(Paragraph(group.title, marks=style.marks, number=number))
        blocks += [Paragraph(text, marks=style.marks, level=1, number=part, indent="　") for part, text in enumerate(group.points, 1)]
    return PrintedDocument(tuple(blocks), header="会議資料")


def print_instructions(texts: Sequence[str], style: ListStyle) -> PrintedDocument:
    """Print instructions, a point each."""
    marks = (ListMark(style.inner),)
    points = (Paragraph(text, marks=marks, number=number) for number, text in enumerate(texts, 1))
    return PrintedDocument((Paragraph(style.heading, heading=1), *points), header="会議資料")


def list_opinions(items: Sequence[Group]) -> Counter[Fact]:
    """Return the opinions of a list, and what their groups are called."""
    return Counter(
        fact
        for group in items
        for fact in (("opinion_group", squeeze(group.title)), *(("opinion", squeeze(text)) for text in group.points))
    )


def list_instructions(texts: Sequence[str]) -> Counter[Fact]:
    """Return the instructions of a list."""
    return Counter(("instruction", squeeze(text)) for text in texts)


def list_examination_items(items: Sequence[Group]) -> Counter[Fact]:
    """Return the items to examine with their codes: 1-2 is the second part of the first."""
    return Counter(
        fact
        for number, group in enumerate(items, 1)
        for fact in (
            ("examination_item", str(number), squeeze(group.title)),
            *(("examination_item", f"{number}-{part}", squeeze(text)) for part, text in enumerate(group.points, 1)),
        )
    )


# ---- results of assemblies


@frozen
class Result:
    """What an assembly decided on a matter, and how."""

    number: str
    title: str
    outcome: Outcome
    manner: VoteManner


_OUTCOME_WORDS: Mapping[Outcome, str] = {
    Outcome.PASSED: "原案可決",
    Outcome.REJECTED: "否決",
    Outcome.PASSED_AMENDED: "修正可決",
    Outcome.APPROVED: "同意",
    Outcome.CONTINUED: "継続審査",
}
_MANNER_WORDS: Mapping[VoteManner, str] = {
    VoteManner.UNANIMOUS: "全会一致",
    VoteManner.MAJORITY: "賛成多数",
    VoteManner.MINORITY: "賛成少数",
}
_TITLES = (
    "緑川市手数料条例の一部を改正する条例",
    "令和７年度緑川市一般会計補正予算（第２号）",
    "財産の取得について",
    "緑川市教育委員会委員の任命について",
)


def results() -> st.SearchStrategy[list[Result]]:
    """Return a strategy of results of three to eight matters."""
    rows = st.builds(
        Result,
        st.integers(1, 99).map("議案第{}号".format),
        st.sampled_from(_TITLES),
        st.sampled_from([*_OUTCOME_WORDS]),
        st.sampled_from([*_MANNER_WORDS]),
    )
    return st.lists(rows, min_size=3, max_size=8, unique_by=lambda row: row.number)


def _list_rows(rows: Sequence[Result]) -> Iterator[tuple[str, str, str, str]]:
    """Yield number, title, manner and outcome as printed."""
    for row in rows:
        yield row.number, row.title, _MANNER_WORDS[row.manner], _OUTCOME_WORDS[row.outcome]


def _print_manners(rows: Sequence[Result]) -> PrintedTable:
    """Print a column of manners."""
    return PrintedTable([("議案番号", "件名", "採決方法", "議決結果"), *_list_rows(rows)])


def _print_manners_in_brackets(rows: Sequence[Result]) -> PrintedTable:
    """Print manners behind outcomes, in brackets."""
    texts = ((number, title, f"{outcome}（{manner}）") for number, title, manner, outcome in _list_rows(rows))
    return PrintedTable([("番号", "議案名", "審議結果"), *texts])


RESULT_TABLES: Mapping[str, Callable[[Sequence[Result]], PrintedTable]] = {
    "column-of-manners": _print_manners,
    "manners-in-brackets": _print_manners_in_brackets,
}
RESULT_LISTS: Mapping[str, Callable[[str, str, str, str], str]] = {
    "blanks": lambda number, title, manner, outcome: f"{number}　{title}　　{outcome}（{manner}）",
    "dots": lambda number, title, manner, outcome: f"{number}　{title} …… {outcome}（{manner}）",
}


_MEETING: Mapping[str, str] = {"name": "令和7年第2回定例会", "series": "定例会", "ordinal": "2"}
"""What the heading says of the meeting."""


def print_results(rows: Sequence[Result], style: str) -> PrintedDocument:
    """Print results in a style of tables or of lists."""
    heading = Paragraph("令和７年第２回定例会　議決結果", heading=1)
    if style in RESULT_TABLES:
        return PrintedDocument((heading, RESULT_TABLES[style](rows)), header="緑川市議会")
    line = RESULT_LISTS[style]
    return PrintedDocument((heading, *(Paragraph(line(*texts)) for texts in _list_rows(rows))), header="緑川市議会")


def list_results(rows: Sequence[Result]) -> Counter[Fact]:
    """Return what the results say."""
    decisions = (("decision", squeeze(row.number), squeeze(row.title), str(row.outcome), str(row.manner), "") for row in rows)
    return Counter([*decisions, *_MEETING.items()])
