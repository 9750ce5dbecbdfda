"""Outlines: the tree of numbered items, whose numbers are checked by their sequence before a mark counts as one.

A mark is accepted if it is the next of an open list, or the first of a new one. All others are text, such as a wrapped line that begins
with ``2``, or damage, such as ③ printed for ⑧.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

from attrs import define, field, frozen

from dxgov.documents.lines import Line
from dxgov.documents.marks import Mark, Rank, find_mark
from dxgov.documents.readings import Flaw
from dxgov.documents.wrapping import breaks_off, ends_sentence, find_continuations, is_heading, join_lines

RUNNING_STYLES = frozenset({"header", "footer", "note"})
"""Styles of lines that repeat on pages or stand below the text."""
_PAGE_NUMBER = re.compile(r"\s*(?:[-－‐–—―ー~〜]\s*\d{1,3}\s*[-－‐–—―ー~〜]|\d{1,3}\s*[/／]\s*\d{1,3}|[Pp](?:age)?\.?\s*\d{1,3})\s*$")
"""A page number with dashes, of all pages, or with a word."""

_EXPLANATION = re.compile("現状|課題|背景|理由|経緯|経過|趣旨|参考|説明|効果|根拠")
"""Words of headings in brackets over what explains an item."""
_HEADING_IN_BRACKETS = re.compile(r"[【〈《＜<\[［〔(（][^【〈《＜<\[［〔】〉》＞>\]］〕]{1,20}[】〉》＞>\]］〕)）]")
_HEADING_BEHIND_BULLET = re.compile(
    r"[■□◆◇●◎▼]\s*(?P<words>(?:要望|要請|提案|提言)の?(?:事項|内容|項目|趣旨)|(?:現状|課題|背景|理由|経緯|趣旨|参考|効果)(?:[・と](?:現状|課題|背景|理由|効果))?)"
)

_REFERENCE = re.compile(
    "割(?!り)|倍|万|億|円|%|％|箇所|か所|カ所|件(?:の|ご|を|が|も|、)|まで|から(?!だ)|を|及び|又は|のうち|については|による|に基づ|に関する|に係る|に掲げ|のとおり"
)
"""Words behind a number that counts something or is spoken of."""

_MIN_REPEATED = 8
"""Characters of a line without a number that does not stand twice by chance."""

_LIST_BULLETS = frozenset("・･•-*+＊＋–—―‐−－ー∙◦")
"""Bullets that begin points, not headings."""


@frozen
class ItemLine:
    """A line of an item."""

    line: Line
    text: str
    """The text without mark and outer blanks."""

    is_continuation: bool
    """True if it goes on with the sentence of the line before."""

    section: str = ""
    """The heading in brackets below which it stands in its item; empty for none."""

    @property
    def is_body(self) -> bool:
        """True for what the item itself says: no heading in brackets, and nothing below one that announces an explanation."""
        return not _EXPLANATION.search(self.section) and not (self.section and _find_section(self.text) == self.section)


@define
class OutlineNode:
    """An item of an outline: a mark, the text behind it and the lines that go on with it."""

    mark: Mark
    rank: Rank | None
    """What the number means; None for a bullet."""

    component: int
    """The position in its list by number, of which `path` is made; the number itself, unless it is damaged or its list begins again."""

    depth: int
    """How many items the item is a part of."""

    parent: "OutlineNode | None"
    lines: list[ItemLine]
    """The lines of the item without those of its parts."""

    section: str
    """The heading in brackets below which it stands in the item around it, such as 現状と課題; empty for none."""

    reason: str
    """The rule by which the mark counts: ``number-follows``, ``list-begins``, ``list-restarts``, ``bullet`` or the reason of a flaw."""

    children: "list[OutlineNode]" = field(factory=list)

    @property
    def is_explanation(self) -> bool:
        """True if it stands below a heading that announces an explanation."""
        return bool(_EXPLANATION.search(self.section))

    @property
    def path(self) -> str:
        """The components from the outermost item to this one, joined by full stops."""
        return f"{self.parent.path}.{self.component}" if self.parent is not None else str(self.component)

    @property
    def paragraphs(self) -> list[list[ItemLine]]:
        """The lines with text in groups, each a heading or a number of sentences."""
        groups: list[list[ItemLine]] = []
        for item_line in self.lines:
            if groups and (item_line.is_continuation or breaks_off(groups[-1][-1].text)):
                groups[-1].append(item_line)
            elif item_line.text:
                groups.append([item_line])
        return groups

    @property
    def text(self) -> str:
        """The text without the mark, its lines joined."""
        return join_lines(item_line.text for item_line in self.lines)

    @property
    def first_line(self) -> int:
        """The number of the first line."""
        return self.lines[0].line.number

    @property
    def last_line(self) -> int:
        """The number of the last line."""
        return self.lines[-1].line.number


@frozen
class Outline:
    """The items of some lines of a document."""

    nodes: list[OutlineNode]
    """All items, parents first, in the order of the lines."""

    flaws: list[Flaw]
    loose_lines: list[Line]
    """Lines with text that belong to no item."""

    @property
    def roots(self) -> list[OutlineNode]:
        """The items that are part of no other."""
        return [node for node in self.nodes if node.parent is None]


@define
class _OpenList:
    """An open list: its last item and the number that was printed at it."""

    family: tuple[str | int, ...]
    ordinal: int
    node: OutlineNode


def build_outline(lines: Sequence[Line], continuations: Sequence[bool] | None = None) -> Outline:
    """Read the outline of lines.

    Args:
        lines: The lines.
        continuations: Whether each goes on with the line before; None to tell from these lines. A few lines do not show where they were
            wrapped, so take it from all of the document.
    """
    return _Builder(lines, find_continuations(lines) if continuations is None else continuations).build()


class _Builder:
    """State of the reading of an outline: the open lists, outermost first."""

    def __init__(self, lines: Sequence[Line], continuations: Sequence[bool]) -> None:
        self.lines = lines
        self.is_running = [line.style in RUNNING_STYLES or bool(_PAGE_NUMBER.match(line.text)) for line in lines]
        """Whether each line repeats on pages or stands below the text."""
        self.marks = [None if is_running else find_mark(line.text) for line, is_running in zip(lines, self.is_running, strict=True)]
        self.continuations = continuations
        self.levels: list[_OpenList] = []
        self.outline = Outline([], [], [])
        self.components: dict[tuple[int, bool], set[int]] = defaultdict(set)
        """The components below each item, by its identity and whether they explain it."""
        self.sections: dict[int, str] = {}
        """The last heading in brackets in each item, by its identity."""
        self.positions: dict[tuple[str | int, ...], list[tuple[int, int]]] = defaultdict(list)
        """Index of the line and number of the marks of a family that stand where an item can begin; bullets have the number 0."""
        for index, mark in enumerate(self.marks):
            if mark is None or self._is_doubtful(index) or (self._is_twin(index) and self._get_body(index, mark)):
                continue
            if mark.kind == "bullet":
                self.positions[_get_bullet_family(mark)].append((index, 0))
            for rank in mark.ranks:
                self.positions[rank.family].append((index, rank.ordinal))
        self.repeating = {family for family, positions in self.positions.items() if all(ordinal == 1 for _, ordinal in positions)}
        """Families whose marks are all numbered 1."""

    def build(self) -> Outline:
        """Read line by line."""
        for index, (line, mark) in enumerate(zip(self.lines, self.marks, strict=True)):
            if not line.text.strip() or self.is_running[index]:
                continue
            if self._is_twin(index) and self._is_repeated(index):
                self._add_flaw(index, "misprint", "line-repeats")
                if self.levels:
                    self.levels[-1].node.lines.append(ItemLine(line, "", is_continuation=True))
                else:
                    self.outline.loose_lines.append(line)
                continue
            if mark is None or not (self._open_bullet(index, mark) if not mark.ranks else self._open_number(index, mark)):
                self._add_text(index)
        return self.outline

    def _is_twin(self, index: int) -> bool:
        """Return True if a line is the same as the one above."""
        return index > 0 and self.lines[index].text == self.lines[index - 1].text

    def _is_repeated(self, index: int) -> bool:
        """Return True if a line that is the same as the one above is no item of its own: it is long, or numbered like it by mistake."""
        mark = self.marks[index]
        if mark is None or not mark.ranks:
            return len(self.lines[index].text.strip()) >= _MIN_REPEATED
        return bool(self._get_body(index, mark)) and not any(rank.family in self.repeating for rank in mark.ranks)

    # ---- numbers

    def _open_number(self, index: int, mark: Mark) -> bool:
        """Open an item at a numbered mark; return False if it is text."""
        return self._follow(index, mark) or self._begin(index, mark) or self._mend(index, mark)

    def _follow(self, index: int, mark: Mark) -> bool:
        """Open an item if its number is the next of an open list."""
        for depth, level in reversed(list(enumerate(self.levels))):
            for rank in mark.ranks:
                if rank.family != level.family or rank.ordinal != level.ordinal + 1:
                    continue
                if self._is_doubtful(index) and (
                    self._breaks_off_above(index) or self._is_reference(index) or self._has_rival(index, rank) or self._is_attached(mark)
                ):
                    return False
                if not self._get_body(index, mark) and self._has_rival(index, rank):
                    return False
                self._open(index, mark, rank, depth, "number-follows")
                if rank.is_misprint:
                    self._add_flaw(index, "misprint", "letter-for-number")
                return True
        return False

    def _begin(self, index: int, mark: Mark) -> bool:
        """Open a list if its number is a first one."""
        for rank in mark.ranks:
            if rank.ordinal != 1:
                continue
            following = self._find_next(index, rank.family)
            is_supported = following == 2
            depth = next((depth for depth, level in enumerate(self.levels) if level.family == rank.family), None)
            if depth is not None:
                # The list is open: each item may be numbered 1, as some letters print 一 before each, or it begins again.
                if rank.family in self.repeating and not self._is_doubtful(index) and not self._is_attached(mark):
                    self._open(index, mark, rank, depth, "number-repeats", self.levels[depth].node.component + 1)
                    if "kanji" not in rank.family:
                        self._add_flaw(index, "misprint", "number-repeats")
                    return True
                if is_supported and not self._is_doubtful(index):
                    self._open(index, mark, rank, depth, "list-restarts", self.levels[depth].node.component + 1)
                    return True
                continue
            needs_support = not self._is_listed(index) and (
                rank.is_misprint
                or self._is_doubtful(index)
                or self._is_attached(mark)
                or any("hiragana" in str(part) or "latin" in str(part) for part in rank.family)
                or (mark.kind == "decimal" and not self._has_parent(rank))
            )
            if needs_support and not is_supported:
                continue
            if self._is_doubtful(index) and self._has_rival(index, rank):
                continue
            self._open(index, mark, rank, self._find_depth(mark, rank), "list-begins")
            if rank.is_misprint:
                self._add_flaw(index, "misprint", "letter-for-number")
            return True
        return False

    def _mend(self, index: int, mark: Mark) -> bool:
        """Open an item with a damaged number."""
        if self._is_doubtful(index) or self._is_attached(mark):
            return False
        for depth, level in reversed(list(enumerate(self.levels))):
            for rank in mark.ranks:
                if rank.family != level.family or rank.is_misprint:
                    continue
                expected, following = level.ordinal + 1, self._find_next(index, rank.family)
                if following == expected + 1 or (following is None and mark.kind in {"squared", "bracketed"} and rank.ordinal < expected):
                    self._open(index, mark, Rank(rank.family, expected), depth, "number-out-of-sequence", expected)
                    self._add_flaw(index, "misprint", "number-out-of-sequence")
                    return True
                if expected < rank.ordinal <= expected + 3 and following in {None, rank.ordinal + 1}:
                    self._open(index, mark, rank, depth, "number-is-skipped")
                    self._add_flaw(index, "missing_part", "number-is-skipped")
                    return True
        for rank in mark.ranks:
            is_open = any(level.family == rank.family for level in self.levels)
            if not is_open and not rank.is_misprint and mark.kind != "decimal" and self._find_next(index, rank.family) == rank.ordinal + 1:
                self._open(index, mark, rank, self._find_depth(mark, rank), "list-begins-late")
                self._add_flaw(index, "missing_part", "list-begins-late")
                return True
        return False

    def _list_later(self, index: int, family: tuple[str | int, ...]) -> Iterator[tuple[int, int]]:
        """Yield index and number of the marks of a family behind a line."""
        positions = self.positions[family]
        for number in range(bisect_right(positions, (index, 1000)), len(positions)):
            yield positions[number]

    def _is_doubtful(self, index: int) -> bool:
        """Return True if the line before ends in the middle of a sentence, or the words behind the mark go on with one.

        An item that the format of the document marks is never in doubt.
        """
        return not self._is_listed(index) and (self.continuations[index] or self._breaks_off_above(index) or self._is_reference(index))

    def _is_listed(self, index: int) -> bool:
        """Return True if the format of the document, and not only the text, says that an item begins, as Word's numbering does."""
        return self.lines[index].style == "list" and self.marks[index] is not None

    def _is_reference(self, index: int) -> bool:
        """Return True if the words behind a mark speak of it, as ③ in ③までの."""
        mark = self.marks[index]
        return mark is not None and bool(_REFERENCE.match(self._get_body(index, mark)))

    def _breaks_off_above(self, index: int) -> bool:
        """Return True if the line directly above ends where no sentence can end."""
        return index > 0 and breaks_off(self.lines[index - 1].text)

    def _find_next(self, index: int, family: tuple[str | int, ...]) -> int | None:
        """Return the number of the next mark of a family; None if there is none, or if it begins another list."""
        ordinal = next((ordinal for _, ordinal in self._list_later(index, family)), None)
        return None if ordinal == 1 else ordinal

    def _has_rival(self, index: int, rank: Rank) -> bool:
        """Return True if a later line has the same number before the list goes on, and a better place for it."""
        for position, ordinal in self._list_later(index, rank.family):
            mark = self.marks[position]
            if ordinal == rank.ordinal:
                return mark is not None and bool(self._get_body(position, mark))
            if ordinal in {1, rank.ordinal + 1}:
                return False
        return False

    def _has_parent(self, rank: Rank) -> bool:
        """Return True if the numbers before the last, as 2 of 2-1, are those of an open item."""
        return bool(self.levels) and self.levels[-1].ordinal == rank.family[-1]

    def _find_depth(self, mark: Mark, rank: Rank) -> int:
        """Return the depth of a new list."""
        depth = len(self.levels)
        if "decimal" in rank.family:
            # 2-1 takes the place of 1-3: a list of as many numbers.
            return next((depth for depth, level in enumerate(self.levels) if len(level.family) == len(rank.family) > 3), depth)
        while depth and self.levels[depth - 1].node.mark.number in _LIST_BULLETS and self.levels[depth - 1].node.mark.begin >= mark.begin:
            depth -= 1
        return depth

    def _get_body(self, index: int, mark: Mark) -> str:
        return self.lines[index].text[mark.end :].strip()

    @staticmethod
    def _is_attached(mark: Mark) -> bool:
        """Return True if a plain number stands directly before text, where it may count something."""
        return not mark.separator and mark.kind in {"number", "decimal"}

    # ---- bullets, text

    def _open_bullet(self, index: int, mark: Mark) -> bool:
        """Open an item at a bullet; return False if it is text."""
        if mark.kind != "bullet" or self.continuations[index] or not self._get_body(index, mark):
            return False
        if self.levels and _find_section(self.lines[index].text.strip()):
            return False
        family = _get_bullet_family(mark)
        if mark.number[0] == "#":
            # A Markdown heading ends what stands below headings of its level.
            depth = next((depth for depth, level in enumerate(self.levels) if _is_heading_below(level, len(mark.number))), len(self.levels))
        else:
            depth = next((depth for depth, level in enumerate(self.levels) if level.family == family), len(self.levels))
        self._open(index, mark, None, depth, "bullet")
        return True

    def _open(self, index: int, mark: Mark, rank: Rank | None, depth: int, reason: str, component: int | None = None) -> None:
        """Open an item at a depth, which ends all that are as deep or deeper."""
        del self.levels[depth + (depth < len(self.levels)) :]
        parent = self.levels[depth - 1].node if depth else None
        section = self.sections.get(id(parent), "")
        used = self.components[id(parent), bool(_EXPLANATION.search(section))]
        component = component or (rank.ordinal if rank else 1)
        if component in used:
            component = max(used) + 1
        used.add(component)
        line = self.lines[index]
        text = ItemLine(line, line.text[mark.end :].strip(), is_continuation=False)
        node = OutlineNode(mark, rank, component, depth, parent, [text], section, reason)
        self.outline.nodes.append(node)
        if parent is not None:
            parent.children.append(node)
        level = _OpenList(rank.family, rank.ordinal, node) if rank else _OpenList(_get_bullet_family(mark), -1, node)
        self.levels[depth:] = [level]

    def _add_text(self, index: int) -> None:
        """Add a line without a mark to the item that it goes on with."""
        line = self.lines[index]
        announces = not self.continuations[index] and self._end_section(index)
        if not self.levels:
            self.outline.loose_lines.append(line)
            return
        node = self.levels[-1].node
        last_text = node.lines[-1].text
        is_apart = not announces and (not self.lines[index - 1].text.strip() or self.is_running[index - 1])
        indent = len(line.text) - len(line.text.lstrip())
        # The list is over if no item follows and the paragraph stands apart. Below a heading at the foot of a page, a paragraph of any
        # length goes on with it.
        is_below_page = is_apart and (self.is_running[index - 1] or line.page != node.lines[-1].line.page)
        end = self._get_paragraph_end(index) if is_below_page else line.text
        is_full = any(item_line.text for item_line in node.lines) and (
            ends_sentence(last_text) or not ends_sentence(end) or bool(node.children)
        )
        if is_apart and is_full and not breaks_off(last_text) and indent <= node.mark.begin and not self._goes_on(index):
            self.levels.clear()
            self.outline.loose_lines.append(line)
            return
        if breaks_off(last_text) and is_apart:
            self._add_flaw(index, "page_break", "sentence-goes-on-below")
        elif not self.continuations[index] and ends_sentence(last_text):
            # A paragraph that stands further left than the mark belongs to the item around it.
            while node.parent is not None and indent < node.mark.begin and node.parent.mark.begin < node.mark.begin:
                node = node.parent
        node.lines.append(ItemLine(line, line.text.strip(), self.continuations[index], self.sections.get(id(node), "")))

    def _get_paragraph_end(self, index: int) -> str:
        """Return the text of the last line that goes on with a line."""
        last = next((later for later in range(index + 1, len(self.lines)) if not self.continuations[later]), len(self.lines)) - 1
        return self.lines[last].text

    def _goes_on(self, index: int) -> bool:
        """Return True if a later line is the next item of an open list."""
        return any(self._find_next(index, level.family) in {0, level.ordinal + 1} for level in self.levels)

    def _end_section(self, index: int) -> bool:
        """End the lists that a heading without a number ends: those that begin again below it, and points above one that divides an item.

        Return True for a heading that divides the open item, over a list.
        """
        text = self.lines[index].text.strip()
        if not is_heading(text):
            return False
        following = next((mark for mark in self.marks[index + 1 : index + 4] if mark is not None), None)
        begun = {rank.family for rank in following.ranks if rank.ordinal == 1} if following is not None else set()
        depth = next((depth for depth, level in enumerate(self.levels) if level.family in begun), len(self.levels))
        section = _find_section(text)
        while section and depth and self.levels[depth - 1].node.mark.number in _LIST_BULLETS:
            depth -= 1
        del self.levels[depth:]
        if section and self.levels:
            self.sections[id(self.levels[-1].node)] = section
        return bool(section) and following is not None

    def _add_flaw(self, index: int, damage: str, reason: str) -> None:
        number = self.lines[index].number
        self.outline.flaws.append(Flaw(number, number, damage, reason))


def _find_section(text: str) -> str:
    """Return the heading that divides an item: what stands in brackets, or certain words behind a bullet; empty for other lines."""
    if _HEADING_IN_BRACKETS.fullmatch(text):
        return text[1:-1]
    match = _HEADING_BEHIND_BULLET.fullmatch(text)
    return match["words"] if match else ""


def _get_bullet_family(mark: Mark) -> tuple[str | int, ...]:
    return "bullet", mark.number


def _is_heading_below(level: _OpenList, sign_count: int) -> bool:
    """Return True for a level that a Markdown heading with some number of signs ends."""
    number = level.node.mark.number
    return number[0] != "#" or len(number) >= sign_count
