"""The grammar of lists: opinions in groups, instructions, and items to examine, each below a heading that says what they are."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from attrs import define, evolve, field, frozen

from dxgov.dates.finder import find
from dxgov.dates.when import Scope
from dxgov.documents.asking import Action, Rule, cut_actions, find_strength
from dxgov.documents.folding import fold
from dxgov.documents.letters import EntryWriter
from dxgov.documents.lines import Line
from dxgov.documents.marks import Mark, Rank, find_mark
from dxgov.documents.readings import Certainty, EntryKind, Value
from dxgov.documents.wrapping import breaks_off, ends_sentence, find_continuations, is_heading, join_lines

SURE, LIKELY, UNSURE = Certainty.SURE, Certainty.LIKELY, Certainty.UNSURE

_HEADINGS = {
    EntryKind.INSTRUCTION: re.compile(
        r"(?:総理|大臣|知事|[市区町村]長|長官|本部長|議長|副大臣|会長|座長|管理者)(?:から)?(?:の|による)?[ご御]?指示(?:事項|内容|等)?(?!を|に|が|書)|^[^ぁ-ん]{0,8}指示事項"
    ),
    EntryKind.OPINION: re.compile(
        r"(?:主な|おもな|主たる|寄せられた|いただいた|出された|示された|頂いた|からの|委員の?|地方の?|[市区町村]民の?|住民の?|自治体の?|団体の?)[^。]{0,16}?(?:[ご御]?意見|声|指摘)(?:等|など)?(?!書|交換|照会|募集|聴)"
        r"|(?:[ご御]?意見|発言)(?:等)?の?(?:概要|要旨|一覧|まとめ|要約|例)|^[^ぁ-ん。]{0,20}[ご御]?意見(?:等)?$"
    ),
    EntryKind.EXAMINATION_ITEM: re.compile(
        r"検討(?:す(?:べ|る)(?:き)?)?(?:項目|事項|課題|論点)|(?:主な)?論点(?:整理|一覧|項目|案)?$|調査審議事項"
    ),
}
"""Words of headings, by what stands below them."""

_NO_GROUP = re.compile(r"^[(（<＜〈]|予定|日程|スケジュール|今後|対応|方針|考え方|回答|参考|資料|まとめ")
"""Headings that divide no opinions: remarks in brackets, and what papers go on with."""

_INTRODUCTION = re.compile("(?:以下|次|下記|別紙)の?(?:とおり|通り)")
"""Words by which a sentence announces a list."""

_EXAMINATION_LABEL = re.compile("検討(?:項目|事項|課題)|論点|検討")
_ISSUER = re.compile(
    r"(?P<issuer>(?:[一-鿿ァ-ヶー]{0,12}?)(?:総理|大臣|知事|[市区町村]長|長官|本部長|議長|会長|座長|管理者))(?:から)?(?:の|による)?[ご御]?指示"
)
_ACTING = (
    "(?:[一-鿿ァ-ヶー]{1,16}?(?:大臣|長官|知事|[局部課室]長|[市区町村]長|省|庁|[局部課室]|本部|委員会)"
    "|[一-鿿]{2,8}監|(?:各|関係|全)?(?:府?省庁|市町村|市区町村|区市町村|都道府県|自治体|地方公共団体|団体|機関|所属)|関係(?:大臣|者|部局|課))"
)
"""Names of those who are told to do something."""
_DIRECTED = re.compile(
    rf"(?P<names>(?:(?<![一-鿿ァ-ヶー]){_ACTING}(?:、|及び|並びに|と|・)?)+)"
    rf"(?:に(?:おいて(?:は|も)?|おかれ(?:て|まして)は|は|対し(?:て)?)|を中心に(?P<others>{_ACTING})?(?:[がはと]|$)?|が中心と|は、|は(?=[^。、]{{0,20}}を))"
)
_NAME = re.compile(rf"{_ACTING}(?=、|及び|並びに|と|・|$)")
_CONSULTED = re.compile(
    rf"(?:(?<=[、。])|^)(?P<name>{_ACTING})(?:と(?:も|よく|十分に?)?(?:相談|協議|連携|調整|協力)し|の(?:意見|声|議論)(?:も|を|など)*(?:踏まえ|聴|聞))"
)
UNSPECIFIED = "unspecified"
"""The code of the actor for nobody who is named."""
_COMMAND = re.compile(r"(?:ください|下さい|されたい|こと|せよ|願います|お願い(?:し|いた)ます)[」』]?[。]?$")
_ORDER = re.compile(
    r"(?:ください|されたい|[うくぐすつぬぶむる]こと|せよ|願います|お願い(?:し|いた)ます|(?:いた)?します|めます|えます|ります|ていく|進める|です|(?:必要|重要|不可欠)(?:である|だ|と考える)?)[」』]?[。]?$"
)

KIND_RULES = tuple(
    Rule(name, value, re.compile(pattern))
    for name, value, pattern in (
        (
            "opinion-asks",
            "request",
            r"(?:いただきたい|頂きたい|ほしい|欲しい|お願い(?:し|いた|する|したい)?(?:たい|ます|する)?|願いたい|願う|もらいたい|求める|求めたい|ください|要望(?:する|します)|てはどうか)[。」]*$",
        ),
        (
            "opinion-warns",
            "concern",
            r"(?:懸念|不安|危惧|心配|恐れ|おそれ|困難|問題|課題|難しい|支障|負担)[^。、]{0,14}[。」]*$|増えるのではないか|可能性[がも]ある[。」]*$",
        ),
        ("opinion-tells", "experience", r"(?:した|ている|ていた|だった|であった|なかった|起きている|していた|状況)[。」]*$"),
        (
            "opinion-holds",
            "principle",
            r"(?:べき(?:で(?:ある|す))?(?:だ)?|必要(?:が?ある|です|である)?|なければ(?:いけない|ならない)|重要(?:で(?:ある|す))?(?:だ)?|大切(?:だ|である)?|大事[^。]{0,6}|望ましい|ではないか|(?:よい|いい|良い)(?:と思う)?)[^。、]{0,6}[。」]*$",
        ),
    )
)
"""What an opinion does, by its end."""


_RIVALS = {"principle": ("request",), "concern": ("experience",), "experience": ("concern",)}
"""What an opinion of a kind is next likeliest to be."""


@frozen
class _Point:
    """A point of a list: a mark, or none, with the lines behind it."""

    mark: Mark | None
    lines: tuple[Line, ...]
    texts: tuple[str, ...]
    is_above_bullet: bool = False
    """True for a heading without a mark that stands over bullets."""

    @property
    def text(self) -> str:
        """The text without the mark."""
        return join_lines(self.texts)

    @property
    def is_heading(self) -> bool:
        """True for a heading of the document's format, or over bullets, which stands over other points."""
        return self.is_above_bullet or self.lines[0].style.startswith("heading")


@define
class _Section:
    """A heading that says what stands below it, with the points there."""

    kind: EntryKind
    heading: Line
    points: list[_Point] = field(factory=list)

    @property
    def lines(self) -> list[Line]:
        """All lines of the section."""
        return [self.heading, *(line for point in self.points for line in point.lines)]


def write_lists(writer: EntryWriter, lines: Sequence[Line]) -> set[int]:
    """Write the lists of lines, and return the numbers of the lines that belong to them."""
    used: set[int] = set()
    sections = list(_list_sections(lines))
    # Headings over the pages of one list repeat; their points are one list.
    merged: list[_Section] = []
    for section in sections:
        if merged and merged[-1].kind is section.kind and _strip_page(merged[-1].heading.text) == _strip_page(section.heading.text):
            merged[-1].points += section.points
        else:
            merged.append(section)
    items = list(_list_labelled_items(lines))
    for section in merged:
        count = len(writer.entries)
        if section.kind is EntryKind.OPINION:
            _write_opinions(writer, section)
        elif section.kind is EntryKind.INSTRUCTION:
            _write_instructions(writer, section)
        elif not items:
            _write_examination_items(writer, [point for point in section.points if point.mark is not None and point.mark.ranks])
        if len(writer.entries) > count:
            used.update(line.number for line in section.lines)
    _write_examination_items(writer, items)
    used.update(line.number for item in items for line in item.lines)
    return used


def _strip_page(heading: str) -> str:
    """Return a heading without the number of its page, such as ① or （2/3）."""
    return re.sub(r"[\s　]*(?:[①-⑳]|[(（][0-9０-９]+(?:[/／][0-9０-９]+)?[)）]|[(（](?:続き|つづき)[)）])[\s　]*$", "", heading).strip()


def _match_heading(text: str) -> EntryKind | None:
    """Return what stands below a heading; None for other lines."""
    if not text or len(text) > 80 or "。" in text or ends_sentence(text) or breaks_off(text):
        return None
    return next((kind for kind, pattern in _HEADINGS.items() if pattern.search(text)), None)


def _list_sections(lines: Sequence[Line]) -> Iterator[_Section]:
    """Yield the lists of lines below headings that name them."""
    section: _Section | None = None
    continuations = find_continuations(lines)
    gap = False
    for index, line in enumerate(lines):
        text = fold(line.text)
        if not text or line.style in {"header", "footer", "note"}:
            gap = gap or not text
            continue
        mark = _find_point_mark(line.text)
        kind = None if mark is not None and section is not None and section.kind is EntryKind.OPINION else _match_heading(text)
        if kind is not None:
            if section is not None and section.points:
                yield section
            section = _Section(kind, line)
        elif section is not None and mark is None and _divides(section, lines, index):
            section.points.append(_Point(None, (line,), (text,), is_above_bullet=True))
        elif section is not None and not _add_line(section, line, mark, gap=gap, goes_on=continuations[index]):
            if section.points:
                yield section
            section = None
        gap = False
    if section is not None and section.points:
        yield section


def _divides(section: _Section, lines: Sequence[Line], index: int) -> bool:
    """Return True for a heading over bullets that divides opinions: the first line below their heading, or one as that was."""
    line, text = lines[index], fold(lines[index].text)
    if section.kind is not EntryKind.OPINION or line.style.startswith("heading") or not is_heading(text) or _NO_GROUP.search(text):
        return False
    if section.points and not section.points[0].is_above_bullet:
        return False
    following = (lines[number] for number in range(index + 1, len(lines)))
    below = next((other for other in following if other.text.strip() and other.style not in {"header", "footer", "note"}), None)
    mark = _find_point_mark(below.text) if below is not None else None
    return mark is not None and mark.kind == "bullet"


def _find_point_mark(text: str) -> Mark | None:
    """Return the mark of a point; a hyphen before a number that nothing separates from its words is a bullet."""
    mark = find_mark(text)
    sign = re.match(r"\s*(?P<sign>[-*+])\s+", text)
    if sign is not None and mark is not None and mark.kind == "number" and not mark.separator:
        return Mark("bullet", sign["sign"], " ", sign.start("sign"), sign.end())
    return mark


def _add_line(section: _Section, line: Line, mark: Mark | None, *, gap: bool, goes_on: bool) -> bool:
    """Add a line to a section: a point with a mark, more of a point, or a point without a mark; return False if the section ends."""
    text = line.text.strip()
    if mark is not None:
        section.points.append(_Point(mark, (line,), (line.text[mark.end :].strip(),)))
        return True
    last = section.points[-1] if section.points else None
    if line.style.startswith("heading") and (last is not None or line.style > section.heading.style):
        # A heading of a lower level divides the opinions; all others end them.
        is_lower = section.heading.style < line.style and section.kind is EntryKind.OPINION
        if is_lower:
            section.points.append(_Point(None, (line,), (text,)))
        return is_lower
    if last is None:
        # Words of introduction, or points that are sentences.
        if section.kind is EntryKind.EXAMINATION_ITEM or _INTRODUCTION.search(text):
            return not is_heading(text) or text.startswith(("<", "＜", "〈"))
        if is_heading(text):
            return section.kind is EntryKind.OPINION or text.startswith(("<", "＜", "〈"))
        if section.kind is EntryKind.OPINION and not ends_sentence(text):
            return True
        section.points.append(_Point(None, (line,), (text,)))
        return True
    if last.is_heading:
        section.points.append(_Point(None, (line,), (text,)))
        return True
    if not gap and (goes_on or not ends_sentence(last.text)):
        section.points[-1] = _Point(last.mark, (*last.lines, line), (*last.texts, text))
        return True
    if is_heading(text):
        return False
    if section.kind is not EntryKind.EXAMINATION_ITEM and ends_sentence(text) and not gap:
        section.points.append(_Point(None, (line,), (text,)))
        return True
    if section.kind is EntryKind.INSTRUCTION and last.mark is None:
        # A paragraph whose first line was wrapped.
        section.points.append(_Point(None, (line,), (text,)))
        return True
    if not gap:
        section.points[-1] = _Point(last.mark, (*last.lines, line), (*last.texts, text))
        return True
    return False


# ---- opinions


def _write_opinions(writer: EntryWriter, section: _Section) -> None:
    """Write opinions with their groups: numbered headings, or bullets over other bullets, or the heading of all."""
    is_group = _find_groups(section.points)
    group: int | None = None
    position = 0
    for point, heads_group in zip(section.points, is_group, strict=True):
        if heads_group:
            group, position = write_opinion_group(writer, point.lines, point.text, point.mark), 0
            continue
        if group is None:
            title = section.heading.text.strip()
            group = writer.add(EntryKind.OPINION_GROUP, [section.heading], {"title": Value(title, LIKELY, "heading-of-list")})
        position += 1
        write_opinion(writer, point.lines, point.text, position, group, Value(point.mark is not None, SURE, "bullet"))


def write_opinion_group(writer: EntryWriter, lines: Sequence[Line], title: str, mark: Mark | None = None) -> int:
    """Write a group of opinions with its heading, and return its index."""
    values = {"title": Value(title, LIKELY, "heading-of-group")}
    is_numbered = mark is not None and bool(mark.ranks)
    if mark is not None and is_numbered:
        values["number"] = Value(mark.ranks[0].ordinal, LIKELY, "number-of-group")
    return writer.add(EntryKind.OPINION_GROUP, lines, values, place=mark.number if mark is not None and is_numbered else None)


def write_opinion(writer: EntryWriter, lines: Sequence[Line], text: str, position: int, group: int, has_bullet: Value) -> None:
    """Write an opinion of a group."""
    values = {
        "position": Value(position, LIKELY, "order"),
        "text": Value(text, LIKELY, "point-of-list"),
        "printed_with_bullet": has_bullet,
    }
    rules = [rule for rule in KIND_RULES if rule.pattern.search(text.strip())]
    if rules:
        values["kind"] = Value(
            rules[0].value,
            UNSURE,
            rules[0].name,
            alternatives=tuple(rule.value for rule in rules[1:2]) or _RIVALS.get(rules[0].value, ()),
        )
    writer.add(EntryKind.OPINION, lines, values, group)


def _find_groups(points: Sequence[_Point]) -> list[bool]:
    """Return for each point whether it heads a group: headings, else marks of the family of the first, if others stand between them."""
    if any(point.is_heading for point in points):
        return [point.is_heading for point in points]
    families = [_get_family(point) for point in points]
    outer = next((family for family in families if family is not None), None)
    followers = [following is not None and following != outer for family, following in itertools.pairwise(families) if family == outer]
    # Most groups have opinions; else the marks are those of opinions, some with points of their own.
    if not followers or sum(followers) < max(1, len(followers) / 2):
        return [False] * len(points)
    return [family == outer for family in families]


def _get_family(point: _Point) -> tuple[str | int, ...] | None:
    """Return what marks of one list have in common; None without a mark."""
    if point.mark is None:
        return None
    return point.mark.ranks[0].family if point.mark.ranks else ("bullet", point.mark.number)


# ---- instructions


def _write_instructions(writer: EntryWriter, section: _Section) -> None:
    """Write instructions, one for each thing that is to be done."""
    issuer = find_issuer(section.heading)
    number = 0
    for point in section.points:
        mark = point.mark.number if point.mark is not None and point.mark.ranks else None
        number = write_instructions(writer, point.lines, point.text, number, issuer, mark)


def find_issuer(heading: Line) -> Value | None:
    """Return who gives the instructions below a heading; None if it does not say."""
    issuer = _ISSUER.search(fold(heading.text))
    return Value(issuer["issuer"], LIKELY, "issuer-in-heading", heading.number, heading.number) if issuer else None


def write_instructions(
    writer: EntryWriter,
    lines: Sequence[Line],
    text: str,
    number: int,
    issuer: Value | None = None,
    place: str | None = None,
    columns: Mapping[str, Value] = MappingProxyType({}),
) -> int:
    """Write the instructions of a point, and return the number of the last.

    Args:
        writer: where to write them.
        lines: the lines of the point.
        text: its text.
        number: the number of the instruction before.
        issuer: who gives them; None if unknown.
        place: the number of the point; None if it has none.
        columns: what columns of a table say, such as ``directed_to``; it comes before what the sentences say.
    """
    named: Value | None = None
    for sentence in re.findall(r"[^。]+。?", fold(text)):
        if not _ORDER.search(sentence.strip()):
            continue
        consulted = tuple(dict.fromkeys(match["name"] for match in _CONSULTED.finditer(sentence)))
        names = tuple(name for name in _find_directed(sentence) if name not in consulted)
        # Only orders are cut; a sentence that states an aim stays whole, and is directed to nobody unless it names them.
        is_order = _COMMAND.search(sentence.strip())
        directed = named
        if names:
            directed = Value(names, LIKELY, "named-in-sentence")
            named = evolve(directed, reason="named-before")
        elif not is_order:
            directed = Value((UNSPECIFIED,), LIKELY, "no-order")
        for action in cut_actions(sentence) if is_order else [Action(sentence, sentence, sentence, "one-action")]:
            number += 1
            values = {"number": Value(number, LIKELY, "order"), "text": Value(action.text, LIKELY, action.reason)}
            if issuer is not None:
                values["issued_by"] = issuer
            if directed is not None:
                values["directed_to"] = directed
            if consulted:
                values["consult"] = Value(consulted, LIKELY, "consulted-in-sentence")
            rule = find_strength(action.clause)
            values["strength"] = Value(rule.value, UNSURE, rule.name)
            due = [reading.when for reading in find(action.clause) if reading.when is not None and reading.when.scope is Scope.BY]
            words = re.search(
                r"(?<![0-9年])[0-9]{1,2}月(?:[0-9]{1,2}日|末|[上中下]旬)?(?:までに|に向けて|を目途に|をめどに)", action.clause
            )
            if due or words:
                values["due"] = Value(due[-1] if due else words[0] if words else None, LIKELY, "deadline-in-clause")
            writer.add(EntryKind.INSTRUCTION, lines, {**values, **columns}, place=place)
    return number


def _find_directed(sentence: str) -> tuple[str, ...]:
    """Return the names of those whom a sentence tells to do something."""
    match = _DIRECTED.search(sentence)
    return tuple(dict.fromkeys([*_NAME.findall(match["names"]), *filter(None, [match["others"]])])) if match is not None else ()


# ---- items to examine


def _match_label(text: str) -> bool:
    """Return True for a folded text that begins with a labelled code of an item to examine."""
    mark = find_mark(text)
    return mark is not None and any(_EXAMINATION_LABEL.fullmatch(str(rank.family[0])) for rank in mark.ranks)


def _list_labelled_items(lines: Sequence[Line]) -> Iterator[_Point]:
    """Yield the items to examine whose marks say so, as 【検討項目1-2】, each code once."""
    codes = set()
    for line in lines:
        mark = find_mark(line.text)
        if (
            mark is not None
            and _match_label(fold(line.text))
            and (title := line.text[mark.end :].strip())
            and (code := _get_code(mark)) not in codes
        ):
            codes.add(code)
            yield _Point(mark, (line,), (title,))


def _get_code(mark: Mark, rank: Rank | None = None) -> str:
    """Return the number of a mark with hyphens: 1-2; of a mark without digits the ordinal of a rank, by default the first."""
    return "-".join(re.findall("[0-9]+", fold(mark.number))) or str((rank or mark.ranks[0]).ordinal)


def _get_signs(rank: Rank) -> tuple[str, ...]:
    """Return the signs of a family, without the numbers of the levels above."""
    return tuple(part for part in rank.family if isinstance(part, str))


def _choose_rank(mark: Mark, codes: Mapping[tuple[str, ...], str]) -> Rank:
    """Return the rank of a mark that goes on with a family or begins one, such as the Roman number of ``I``; else the first.

    Args:
        mark: the mark.
        codes: the last code of each family that is open.
    """
    return next((rank for rank in mark.ranks if rank.ordinal == int(codes.get(_get_signs(rank), "0")) + 1), mark.ranks[0])


def _write_examination_items(writer: EntryWriter, points: Sequence[_Point]) -> None:
    """Write items to examine; 1-2 is a part of 1."""
    indexes: dict[str, int] = {}
    above: list[tuple[tuple[str, ...], str]] = []
    for point in points:
        if point.mark is None:
            continue
        rank = _choose_rank(point.mark, dict(above))
        code = _get_code(point.mark, rank)
        family = _get_signs(rank)
        if "-" not in code:
            # (1) below 1 is 1-1: a family that is open ends those inside of it.
            depth = next((depth for depth, (other, _) in enumerate(above) if other == family), len(above))
            above = [*above[:depth], (family, code)]
            code = "-".join(part for _, part in above)
        parent = indexes.get(code.rpartition("-")[0])
        if code in indexes:
            continue
        # A part whose whole has its code is checked.
        certainty = (
            SURE
            if parent is not None or any(other.startswith(code + "-") for other in map(_get_code, [p.mark for p in points if p.mark]))
            else LIKELY
        )
        values = {
            "code": Value(code, certainty, "code-of-item"),
            "title": Value(point.text, LIKELY, "heading-of-item"),
        }
        place = fold(point.mark.number).strip("【】[]()<>〈〉")
        indexes[code] = writer.add(EntryKind.EXAMINATION_ITEM, point.lines, values, parent, place)
