"""Made-up minutes, printed in house styles, with what a reader should read in them."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

from attrs import frozen
from hypothesis import strategies as st

from printed_documents import ListMark, Paragraph, PrintedDocument, squeeze
from printed_facts import Fact


@frozen
class Speaker:
    """Who speaks: a person with a post, and the seat of members."""

    family: str
    given: str
    post: str
    seat: int | None = None


@frozen
class Minutes:
    """What the minutes of a meeting say."""

    series: str
    ordinal: int
    day: date
    start: str
    end: str
    place: str
    agenda: tuple[tuple[str, tuple[str, ...]], ...]
    """Titles with those of their parts."""
    speakers: tuple[Speaker, ...]
    turns: tuple[tuple[int, int, tuple[str, ...]], ...]
    """The agenda item and the speaker by their positions, and the paragraphs."""


_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_AGENDA_MARKS = (ListMark("#．"), ListMark("（＃）"))
BLANK = Paragraph()


def _bracketed(speaker: Speaker) -> str:
    return f"{speaker.post}（{speaker.family}{speaker.given}君）"


def _seated(speaker: Speaker) -> str:
    front = f"{speaker.seat}番".translate(_WIDE) if speaker.seat else speaker.post
    return f"{front}（{speaker.family}　{speaker.given}君）"


def _short(speaker: Speaker) -> str:
    return f"{speaker.family}{speaker.post}"


def _post(speaker: Speaker) -> str:
    return speaker.post


def _role_mark(speaker: Speaker) -> str:
    return "○" if speaker.post in ("議長", "委員長") else "◆" if speaker.seat else "◎"


@frozen
class Style:
    """How a house prints its minutes."""

    name: str
    label: Callable[[Speaker], str]
    """The speaker as printed."""
    begin: Callable[[Speaker, str], str]
    """What stands before the text of a turn, from the speaker and the label."""
    bullet: str | None = None
    """The bullet of each paragraph; None for one text."""
    columns: int = 0
    """The width of a line in half-width columns; 0 for no wrapping."""
    has_headings: bool = False
    """True to print the title of an agenda item before its turns."""
    blank_lines: bool = False
    end: Callable[[str], str] = lambda _: ""
    """What stands behind each paragraph."""


STYLES = (
    Style("circle and brackets", _bracketed, lambda _, label: f"○{label}　"),
    Style("zero and seats", _seated, lambda _, label: f"〇{label}　"),
    Style("a mark for each role", _seated, lambda speaker, label: f"{_role_mark(speaker)}{label}　"),
    Style("black circle and a half blank", _short, lambda _, label: f"● {label} "),
    Style("without brackets or blanks", _short, lambda _, label: f"○{label}"),
    Style("wrapped", _bracketed, lambda _, label: f"○{label}　", columns=64),
    Style("colon", _short, lambda _, label: f"{label}："),
    Style("blanks", _short, lambda _, label: f"{label}　　"),
    Style("square brackets", _post, lambda _, label: f"【{label}】", has_headings=True),
    Style("square brackets above", _short, lambda _, label: f"【{label}】\n", blank_lines=True),
    Style("bullets under brackets", _post, lambda _, label: f"（{label}）\n", bullet="○"),
    Style("bullets under names", _post, lambda _, label: f"{label}\n", bullet="・", has_headings=True, blank_lines=True),
    Style("bullets with brackets", _post, lambda _, label: f"・（{label}）"),
    Style("bullets with names at their end", _post, lambda _, __: "", bullet="・", end=lambda label: f"（{label}）"),
)

_FAMILIES = ("渚", "青葉", "白川", "緑谷", "野々村", "小鳥遊", "風間", "月島", "星野", "汐見", "阿部", "中町")
_GIVENS = ("五月", "いずみ", "太郎", "はる", "真一", "千代子")
_CHAIRS = ("議長", "委員長", "座長", "会長")
_POSTS = ("委員", "副市長", "教育長", "デジタル推進課長", "総務部長", "町長", "構成員", "政府参考人")
_NOUNS = (
    "窓口の電子化",
    "標準準拠システム",
    "学校の端末",
    "図書館の予約",
    "災害時の連絡",
    "オンライン申請",
    "庁内の通信網",
    "地域の見守り",
)
_ENDINGS = (
    "について、現状を報告します",
    "の予算は十分でしょうか",
    "は、来年度から順に進めてまいります",
    "を、町内会とともに考えたいと思います",
    "には、なお課題が残っております",
    "の委員会では、市長も議長も同じ意見でした",
)
_SHORT = ("はい。", "賛成です。", "そのとおりです。")

_sentences = st.builds(lambda noun, ending: f"{noun}{ending}。", st.sampled_from(_NOUNS), st.sampled_from(_ENDINGS))
_paragraphs = st.lists(_sentences, min_size=1, max_size=3).map("".join)
_texts = st.one_of(st.lists(_paragraphs, min_size=1, max_size=3), st.sampled_from(_SHORT).map(lambda text: [text])).map(tuple)


@st.composite
def minutes(draw: st.DrawFn) -> Minutes:
    """Draw the minutes of a meeting, which the chair opens and closes."""
    families = draw(st.lists(st.sampled_from(_FAMILIES), min_size=3, max_size=6, unique=True))
    posts = draw(st.lists(st.sampled_from(_POSTS), min_size=len(families) - 1, max_size=len(families) - 1, unique=True))
    speakers = [Speaker(families[0], draw(st.sampled_from(_GIVENS)), draw(st.sampled_from(_CHAIRS)))]
    for seat, (family, post) in enumerate(zip(families[1:], posts, strict=True), 1):
        speakers.append(Speaker(family, draw(st.sampled_from(_GIVENS)), post, seat if post == "委員" else None))
    titles = draw(st.lists(st.sampled_from(_NOUNS), min_size=2, max_size=5, unique=True))
    agenda = tuple(
        (f"{title}の進め方", tuple(draw(st.lists(st.sampled_from(("（案）の説明", "の経過", "と費用")), max_size=2, unique=True))))
        for title in titles
    )
    turns = []
    for item in range(len(agenda)):
        turns.append((item, 0, (f"{agenda[item][0]}を議題とします。", "御意見をお願いします。")))
        speaker = 0
        for _ in range(draw(st.integers(1, 4))):
            speaker = draw(st.integers(0, len(speakers) - 1).filter(lambda other, last=speaker: other != last))
            turns.append((item, speaker, draw(_texts)))
        if speaker == 0:
            turns.append((item, 1, draw(_texts)))
    turns.append((len(agenda) - 1, 0, ("以上で本日の議事を終わります。",)))
    series = draw(st.sampled_from(("緑川市デジタル推進検討会", "青葉町行政改革審議会", "渚県情報化推進委員会")))
    start = draw(st.integers(9, 13))
    return Minutes(
        series=series,
        ordinal=draw(st.integers(1, 30)),
        day=draw(st.dates(date(2019, 5, 1), date(2026, 3, 31))),
        start=f"{start:02}:00",
        end=f"{start + 1:02}:{draw(st.integers(10, 59))}",
        place=draw(st.sampled_from(("緑川市役所 第一会議室", "オンライン開催", "青葉町公民館ホール"))),
        agenda=agenda,
        speakers=tuple(speakers),
        turns=tuple(turns),
    )


def print_minutes(content: Minutes, style: Style) -> PrintedDocument:
    """Print minutes in a style."""
    return PrintedDocument(tuple(_print_blocks(content, style)), style.columns, header=f"{content.series}資料")


def _print_blocks(content: Minutes, style: Style) -> Iterator[Paragraph]:
    year = content.day.year - 2018 if content.day.year > 2019 else "元"
    weekday = "月火水木金土日"[content.day.weekday()]
    yield from (Paragraph(f"第{content.ordinal}回{content.series}　議事録", heading=1), BLANK)
    yield Paragraph(f"日　時　令和{year}年{content.day.month}月{content.day.day}日（{weekday}）{content.start}～{content.end}")
    yield Paragraph(f"場　所　{content.place}")
    yield Paragraph("〇出席者（26人）")
    yield from (Paragraph(f"　{speaker.post}　{speaker.family}　{speaker.given}") for speaker in content.speakers)
    yield Paragraph("〇欠席者（なし）")
    yield Paragraph("議　題")
    for number, (title, parts) in enumerate(content.agenda, 1):
        yield Paragraph(title, marks=_AGENDA_MARKS, number=number)
        yield from (Paragraph(name, marks=_AGENDA_MARKS, level=1, number=part, indent="　") for part, name in enumerate(parts, 1))
    yield from (Paragraph("議事要旨"), BLANK)
    last = None
    for item, speaker, paragraphs in content.turns:
        if style.has_headings and item != last:
            yield from (Paragraph(content.agenda[item][0], heading=2), BLANK)
        last = item
        label = style.label(content.speakers[speaker])
        *above, begin = style.begin(content.speakers[speaker], label).split("\n")
        yield from map(Paragraph, above)
        for position, text in enumerate(paragraphs):
            marks = (ListMark(style.bullet),) if style.bullet else ()
            yield Paragraph(f"{begin if not position else ''}{text}{style.end(label)}", marks=marks, number=len(marks))
        if style.blank_lines:
            yield BLANK
    yield from (Paragraph("　　　　　　午後５時３０分閉会"), Paragraph("署名　　　議長"))


def list_agenda(content: Minutes) -> Iterator[tuple[int, str, str]]:
    """Yield depth, number and title of all agenda items as they are printed."""
    for number, (title, parts) in enumerate(content.agenda, 1):
        yield 0, _AGENDA_MARKS[0].print_number(number), title
        for part, name in enumerate(parts, 1):
            yield 1, _AGENDA_MARKS[1].print_number(part), name


def list_points(content: Minutes, style: Style) -> Iterator[tuple[str, str]]:
    """Yield the label and the text of each point as they are printed."""
    for _, speaker, paragraphs in content.turns:
        label = style.label(content.speakers[speaker])
        for text in paragraphs if style.bullet else ("\n".join(paragraphs),):
            yield label, text


def list_facts(content: Minutes, style: Style) -> Counter[Fact]:
    """Return what printed minutes say."""
    facts: Counter[Fact] = Counter(("turn", squeeze(label), squeeze(text)) for label, text in list_points(content, style))
    facts.update(("agenda_item", str(depth + 1), squeeze(number), squeeze(title)) for depth, number, title in list_agenda(content))
    facts.update(("member", speaker.family + speaker.given, speaker.post) for speaker in content.speakers)
    name = f"第{content.ordinal}回{content.series}"
    meeting = {
        "name": name,
        "series": content.series,
        "ordinal": str(content.ordinal),
        "held": content.day.isoformat(),
        "start_time": content.start,
        "end_time": content.end,
        "place": squeeze(content.place),
    }
    facts.update(meeting.items())
    return facts
