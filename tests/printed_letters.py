"""Made-up letters, printed in twelve house styles, with what a reader should read in them."""

from collections.abc import Callable, Iterator
from datetime import date

from attrs import frozen
from hypothesis import strategies as st

from dxgov.documents.folding import measure_width
from dxgov.documents.lines import ExtractedText, Line

Marks = Callable[[int], str]


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


_WIDE = str.maketrans("0123456789()", "０１２３４５６７８９（）")
_KANJI = "一二三四五六七八九十"


def _kanji(number: int) -> str:
    return _KANJI[number - 1] if number <= 10 else "十" + _KANJI[number - 11]


@frozen
class Style:
    """How a house prints its letters."""

    name: str
    marks: tuple[Marks, Marks, Marks]
    """The mark of an item at each depth, with what separates it from the text."""

    printed: tuple[Marks, Marks, Marks]
    """What of a mark is its number."""

    columns: int = 0
    """The width at which lines are wrapped; 0 for none."""

    indents: tuple[str, str, str] = ("", "", "")
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


def _style(name: str, first: str, second: str, third: str, **options: object) -> Style:
    """Make a style from templates of marks: # is a number, ＃ a wide one, 〇 a kanji, ① a circle, ア gojuon, ロ iroha, a a letter."""
    kinds: dict[str, Marks] = {
        "#": str,
        "＃": lambda number: str(number).translate(_WIDE),
        "〇": _kanji,
        "①": lambda number: chr(0x245F + number),
        "⑴": lambda number: chr(0x2473 + number),
        "ア": lambda number: "アイウエオカキクケコサシスセソ"[number - 1],
        "ロ": lambda number: "イロハニホヘトチリヌルヲワカヨ"[number - 1],
        "a": lambda number: "abcdefghijklmno"[number - 1],
        "Ⅰ": lambda number: chr(0x215F + number),
    }

    def make(template: str, *, number_only: bool) -> Marks:
        key = next(key for key in kinds if key in template)
        printed = template.rstrip(" \u3000").rstrip("．.、：:") if number_only else template
        return lambda number: printed.replace(key, kinds[key](number))

    templates = (first, second, third)
    return Style(
        name,
        tuple(make(template, number_only=False) for template in templates),  # type: ignore[arg-type]
        tuple(make(template, number_only=True) for template in templates),  # type: ignore[arg-type]
        **options,  # type: ignore[arg-type]
    )


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


def print_letter(letter: Letter, style: Style) -> str:
    """Print a letter in a style."""
    return "\n".join(_print_lines(letter, style))


def _print_lines(letter: Letter, style: Style) -> Iterator[str]:
    day = style.day(letter.day)
    align = (lambda text: " " * max(60 - measure_width(text), 0) + text) if style.is_date_right else str
    title = "　".join(letter.title) if style.is_title_spaced else "　　" + letter.title
    if style.at_end:
        yield from (title, "")
    else:
        head = [align(letter.number), align(day), ""]
        addressees = [*_print_addressees(letter, style), ""]
        yield from head + addressees if style.date_first else addressees + head
        for person in letter.submitters:
            yield align(person.office) if style.addressee == "two lines" else align(f"{person.office}　{person.name}")
            if style.addressee == "two lines":
                yield align(person.name)
        yield from ("", title, "")
    yield from _wrap("　平素から行政の推進に御尽力を賜り、厚く御礼申し上げます。", style, "")
    yield from _wrap("　近年、情報技術の進展により、住民の暮らしは大きく変わりつつあります。", style, "")
    yield from _wrap("　" + style.trigger, style, "")
    if style.list_word:
        yield from ("", "　　　　　" + style.list_word, "")
    else:
        yield ""
    yield from _print_items(letter.items, style, 0)
    if style.closing:
        yield from ("", (align(style.closing) if len(style.closing) < 5 else style.closing), "")
    if style.at_end:
        yield from ("", day, "")
        for person in letter.submitters:
            yield align(f"{person.office}　{person.name}")
        yield from ("", *_print_addressees(letter, style))


def _print_addressees(letter: Letter, style: Style) -> Iterator[str]:
    for index, person in enumerate(letter.addressees):
        is_last = index == len(letter.addressees) - 1
        if style.addressee == "two lines":
            yield from (person.office, f"　{person.name}　{style.honorific}")
        elif style.addressee == "one line":
            yield f"{person.office}　{person.name}　{style.honorific}"
        elif style.addressee == "office":
            yield f"{person.office}　{style.honorific}"
        else:
            yield f"{person.office}　{style.honorific}" if is_last else person.office


def _print_items(items: tuple[Item, ...], style: Style, depth: int) -> Iterator[str]:
    for number, item in enumerate(items, 1):
        yield from _wrap(
            style.indents[depth] + style.marks[depth](number) + (item.title or item.text or ""), style, style.indents[depth] + style.hang
        )
        if item.title and item.text:
            yield from _wrap(style.indents[depth] + "　" + item.text, style, style.indents[depth])
        if style.blank_lines:
            yield ""
        yield from _print_items(item.parts, style, depth + 1)


def _wrap(text: str, style: Style, hang: str) -> Iterator[str]:
    """Wrap a paragraph; no line begins with a full stop, a comma or a closing bracket."""
    line = ""
    for index, character in enumerate(text):
        following = text[index + 1 : index + 2]
        line += character
        if style.columns and measure_width(line) >= style.columns and following and following not in "。、）」":
            yield line
            line = hang
    yield line


def list_items(items: tuple[Item, ...], style: Style, depth: int = 0) -> Iterator[tuple[int, str, str, str]]:
    """Yield level, number, title and text of all items."""
    for number, item in enumerate(items, 1):
        yield depth + 1, style.printed[depth](number), item.title or "", item.text or ""
        yield from list_items(item.parts, style, depth + 1)


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
