"""Made-up letters, printed in twelve house styles, with what a reader should read in them."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

from attrs import frozen
from hypothesis import strategies as st

from dxgov.documents.lines import ExtractedText, Line
from printed_documents import ListMark, Paragraph, PrintedDocument, squeeze
from printed_facts import Fact

BLANK = Paragraph()


def make_text(content: str) -> ExtractedText:
    """Return a text as an extracted document."""
    return ExtractedText(tuple(Line(number, line) for number, line in enumerate(content.split("\n"), 1)))


@frozen
class Item:
    """An item: a heading with parts, a heading with a text, or a sentence."""

    title: str | None
    text: str | None
    parts: "tuple[Item, ...]" = ()


@frozen
class Person:
    """Who signs or is written to."""

    body: str
    post: str
    name: str

    @property
    def office(self) -> str:
        return self.body[:-1] + self.post if self.post in _HEADS.values() and self.post[0] == self.body[-1] else self.body + self.post


@frozen
class Letter:
    """What a letter says."""

    title: str
    day: date
    number: str
    addressees: tuple[Person, ...]
    submitters: tuple[Person, ...]
    items: tuple[Item, ...]


@frozen
class Style:
    """How a house prints its letters."""

    name: str
    marks: tuple[ListMark, ...]
    """The mark of an item at each level."""

    columns: int = 0
    """The width at which lines are wrapped; 0 for none."""

    indents: tuple[str, str, str] = ("", "", "")
    """What stands before an item at each level."""

    hang: str = ""
    """What stands before the further lines of an item."""

    blank_lines: bool = False
    date_first: bool = True
    is_date_right: bool = True
    day: Callable[[date], str] = lambda day: f"令和{day.year - 2018}年{day.month}月{day.day}日"
    honorific: str = "様"
    addressee: str = "two lines"
    """``two lines``, ``one line``, ``office`` without a name, or ``once`` for one honorific below all."""

    at_end: bool = False
    """True to print date, submitters and addressees at the end, as written opinions do."""

    is_title_spaced: bool = False
    trigger: str = "つきましては、下記の事項について特段の御配慮を賜りますよう要望いたします。"
    list_word: str = "記"
    closing: str = "以上"


def _style(name: str, *templates: str, **options: object) -> Style:
    """Return a style with the marks of templates."""
    return Style(name, tuple(map(ListMark, templates)), **options)  # type: ignore[arg-type]


STYLES = (
    _style("plain", "# ", "(#) ", "ア ", blank_lines=True),
    _style("wide", "＃　", "（＃）", "ア　", columns=76, indents=("", "　", "　　"), hang="　", honorific="殿", addressee="one line"),
    _style("full stops", "＃．", "（＃）", "①", columns=64, honorific="様", addressee="one line"),
    _style("kanji", "〇　", "＃　", "（＃）", columns=70, indents=("", "　", "　　"), hang="　　", honorific="殿"),
    _style("kanji and comma", "〇、", "（〇）", "＃　", date_first=False, honorific="殿", addressee="office", is_date_right=False),
    _style("articles", "第＃　", "＃　", "（＃）", columns=80, hang="　　", is_title_spaced=True, closing="以　上", honorific="様"),
    _style("circles", "①", "⑴", "ア．", blank_lines=True, honorific="様", addressee="once", list_word=""),
    _style("latin", "＃.", "a) ", "①", columns=60, indents=("", "  ", "    "), hang="    ", honorific="御中", addressee="office"),
    _style(
        "roman",
        "Ⅰ　",
        "＃　",
        "(#) ",
        columns=72,
        indents=("", " ", "  "),
        hang="   ",
        day=lambda day: f"{day.year}年{day.month}月{day.day}日",
    ),
    _style("decimals", "# ", "①", "ア　", list_word="【要望事項】", closing="", trigger="以下のとおり要望する。", honorific="様"),
    _style("iroha", "〇 ", "ロ　", "（＃）", columns=66, hang="　", honorific="宛て", addressee="once", at_end=True, closing=""),
    _style(
        "written opinion",
        "＃　",
        "（＃）",
        "ア　",
        columns=78,
        hang="　",
        at_end=True,
        honorific="様",
        addressee="office",
        closing="以上、地方自治法第99条の規定により意見書を提出する。",
        trigger="よって、国においては、次の事項を実現するよう強く求めるものである。",
        list_word="",
    ),
)


def print_letter(letter: Letter, style: Style) -> PrintedDocument:
    """Print a letter in a style."""
    return PrintedDocument(tuple(_print_blocks(letter, style)), style.columns, header=f"{letter.submitters[0].body}資料")


def _print_blocks(letter: Letter, style: Style) -> Iterator[Paragraph]:
    align = "right" if style.is_date_right else "left"
    title = Paragraph("　".join(letter.title) if style.is_title_spaced else letter.title, "center", heading=1)
    day = style.day(letter.day)
    if style.at_end:
        yield from (title, BLANK)
    else:
        head = [Paragraph(letter.number, align), Paragraph(day, align), BLANK]
        addressees = [*_print_addressees(letter, style), BLANK]
        yield from head + addressees if style.date_first else addressees + head
        for person in letter.submitters:
            if style.addressee == "two lines":
                yield from (Paragraph(person.office, align), Paragraph(person.name, align))
            else:
                yield Paragraph(f"{person.office}　{person.name}", align)
        yield from (BLANK, title, BLANK)
    yield Paragraph("　平素から行政の推進に御尽力を賜り、厚く御礼申し上げます。")
    yield Paragraph("　近年、情報技術の進展により、住民の暮らしは大きく変わりつつあります。")
    yield Paragraph("　" + style.trigger)
    yield from (BLANK, Paragraph(style.list_word, "center"), BLANK) if style.list_word else (BLANK,)
    yield from _print_items(letter.items, style, 0)
    if style.closing:
        yield from (BLANK, Paragraph(style.closing, align if len(style.closing) < 5 else "left"), BLANK)
    if style.at_end:
        yield from (BLANK, Paragraph(day), BLANK)
        yield from (Paragraph(f"{person.office}　{person.name}", align) for person in letter.submitters)
        yield from (BLANK, *_print_addressees(letter, style))


def _print_addressees(letter: Letter, style: Style) -> Iterator[Paragraph]:
    for index, person in enumerate(letter.addressees):
        is_last = index == len(letter.addressees) - 1
        if style.addressee == "two lines":
            yield from (Paragraph(person.office), Paragraph(f"　{person.name}　{style.honorific}"))
        elif style.addressee == "one line":
            yield Paragraph(f"{person.office}　{person.name}　{style.honorific}")
        elif style.addressee == "office" or is_last:
            yield Paragraph(f"{person.office}　{style.honorific}")
        else:
            yield Paragraph(person.office)


def _print_items(items: tuple[Item, ...], style: Style, level: int) -> Iterator[Paragraph]:
    for number, item in enumerate(items, 1):
        indent = style.indents[level]
        yield Paragraph(item.title or item.text or "", "left", 0, style.marks, level, number, indent, indent + style.hang)
        if item.title and item.text:
            yield Paragraph("　" + item.text, "left", 0, style.marks, level, indent=indent, hang=indent)
        if style.blank_lines:
            yield BLANK
        yield from _print_items(item.parts, style, level + 1)


def list_facts(letter: Letter, style: Style) -> Counter[Fact]:
    """Return what a printed letter says."""
    facts: Counter[Fact] = Counter(_list_items(letter.items, style))
    for person in letter.addressees:
        facts["addressee", person.office] += 1
    for person in letter.submitters:
        facts["submitter", person.body] += 1
        facts["signatory", squeeze(person.name)] += 1
    facts["title", letter.title] += 1
    facts["submitted", letter.day.isoformat()] += 1
    if not style.at_end:
        facts["document_number", letter.number] += 1
    return facts


def _list_items(items: tuple[Item, ...], style: Style, level: int = 0) -> Iterator[Fact]:
    """Yield level, number, title and text of all items."""
    for number, item in enumerate(items, 1):
        printed = squeeze(style.marks[level].print_number(number))
        yield "item", str(level + 1), printed, squeeze(item.title or ""), squeeze(item.text or "")
        yield from _list_items(item.parts, style, level + 1)


_SUBJECTS = (
    "窓口業務",
    "電子申請",
    "公文書管理",
    "地域交通",
    "防災情報",
    "図書館",
    "学校施設",
    "保育所",
    "介護保険",
    "森林資源",
    "観光案内",
    "水道事業",
    "空き家対策",
    "除雪",
    "通信環境",
    "ICT機器",
)
_MATTERS = (
    "整備",
    "効率化",
    "充実",
    "推進",
    "見直し",
    "在り方",
    "人材育成",
    "財政支援",
    "引上げ",
    "支援強化等",
)
_REASONS = (
    "人口が減る中でも住民の利便を保てるよう、",
    "小規模な団体の負担が重いことから、",
    "災害時にも業務を続けるため、",
    "近隣の団体と足並みをそろえ、",
    "利用者の声を踏まえ、",
    "負担が 3 割を超える団体もあることから、",
    "国の (2) の方針と併せ、",
    "１ 件ごとの手続が重いため、",
    "計画の①から③までを踏まえ、",
    "年 2 割ずつ増える需要に応え、",
)
"""Reasons; some hold what looks like a mark where a line is wrapped before it."""
_ACTIONS = (
    "必要な経費を補助すること",
    "専門家を派遣すること",
    "共通の基準を示されたい",
    "研修の機会を設けてください",
    "国に働きかけること",
    "都独自の支援を行うよう求める",
    "(仮称)推進会議の場を設けること",
    "10年を超える機器の更新を進めること",
    "「2つの窓口」を一つにまとめる",
    "第3次計画に位置付けること",
    "令和8年度末までに財源を確保していただきたい",
)
_BODIES = ("青葉県", "緑川市", "白浜町", "北山村", "東野区")
_HEADS = {"県": "知事", "市": "市長", "町": "町長", "村": "村長", "区": "区長"}
_GROUPS = ("青葉県市長会", "青葉県町村会", "緑川市議会", "白浜町商工会", "北山地区自治会連合会")
_SURNAMES = ("青木", "小野寺", "西園寺", "林", "長谷川", "東")
_GIVEN = ("太郎", "さくら", "健", "美智子", "一")


@st.composite
def letters(draw: st.DrawFn, *, stops: bool = False) -> Letter:
    """Draw a letter with items of up to three levels; with `stops`, all sentences end with a full stop."""

    def person(body: str, post: str) -> Person:
        return Person(body, post, f"{draw(st.sampled_from(_SURNAMES))}　{draw(st.sampled_from(_GIVEN))}")

    def sentence() -> str:
        subject = draw(st.sampled_from(_SUBJECTS))
        reasons = "".join(draw(st.lists(st.sampled_from(_REASONS), max_size=3, unique=True)))
        return f"{subject}について、{reasons}{draw(st.sampled_from(_ACTIONS))}"

    def heading() -> str:
        return f"{draw(st.sampled_from(_SUBJECTS))}の{draw(st.sampled_from(_MATTERS))}"

    def item(depth: int) -> Item:
        kind = draw(st.sampled_from(["sentence", "heading", "parts"] if depth < 2 else ["sentence"]))
        if kind == "sentence":
            return Item(None, sentence() + draw(st.sampled_from(["。"] if stops else ["", "。"])))
        if kind == "heading":
            return Item(heading(), sentence() + "。")
        return Item(heading(), None, tuple(item(depth + 1) for _ in range(draw(st.integers(2, 4)))))

    bodies = draw(st.lists(st.sampled_from(_BODIES), min_size=1, max_size=3, unique=True))
    groups = draw(st.lists(st.sampled_from(_GROUPS), min_size=1, max_size=3, unique=True))
    return Letter(
        f"{heading()}に関する{draw(st.sampled_from(['要望', '要望書', '意見書']))}",
        draw(st.dates(date(2019, 6, 1), date(2026, 12, 31))),
        f"{draw(st.sampled_from(['緑企', '青総']))}第{draw(st.integers(1, 999))}号",
        tuple(person(body, _HEADS[body[-1]]) for body in bodies),
        tuple(person(group, "議長" if group.endswith("議会") else "会長") for group in groups),
        tuple(item(0) for _ in range(draw(st.integers(2, 5)))),
    )
