"""Turns of minutes: which lines begin them in a document, who speaks, and which lines belong to each."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from attrs import define, evolve, field, frozen

from dxgov.documents.lines import Line
from dxgov.documents.speakers import STRONG_MARKS, Speaker, SpeakerLabel, find_speaker_label, is_no_speaker, parse_speaker

_BULLET = re.compile(r"\s*(?:[○〇◯◎◆◇●■□・•‣∙▪▫◦➢⇒→➡※＊*]\s*|[-－–—]\s+)(?=\S)")
"""A bullet with the blanks around it."""
_SENTENCE_END = re.compile(r"[。！？!?」）)]\s*$")
_TIME = r"(?:午[前後]|正午|[0-9０-９一二三四五六七八九十]{1,3}\s*時|[0-9０-９]{1,2}[:：][0-9０-９]{2})"
_EVENT_WORD = "開会|開議|休憩|再開|散会|閉会|延会|流会|閉議|中断|終了|閉式"
_EVENT = re.compile(
    rf"^[^\w]*(?:(?:令和|平成).{{1,12}}日.{{0,6}})?(?:{_TIME}[^。、]{{0,16}}?(?P<last_word>{_EVENT_WORD})|(?P<first_word>{_EVENT_WORD})[^。、\w]*{_TIME}[^。、]{{0,14}})[^\w。]*$"
)
RULE = re.compile(r"^\W{4,}$")
"""A line of dashes, asterisks or the like."""
_HEADING_MARK = re.compile(
    r"^\s*(?:(?:議事)?日程第|議題|議案第|第?[0-9０-９一二三四五六七八九十①-⑳Ⅰ-Ⅹ]{1,3}(?:\s*[.．、)）]|\s|の[0-9])|[(（][0-9０-９一二三四五六七八九十]{1,2}[)）]|[【＜<《〈■□◆◇●])"
)
_ITEM_HEADING = re.compile(r"[△▲○◎●◇◆]?\s*(?:議事|追加)?日程\s*第\s*[0-9０-９〇一二三四五六七八九十百]+(?:\s|$)")
"""A heading of transcripts that says which item of the agenda follows."""
_HEADING_MARKS = STRONG_MARKS + "△▲"
_PAGE_NUMBER = re.compile(
    r"\s*(?:[-－―–—]\s*[0-9０-９]{1,4}\s*[-－―–—]|[0-9０-９]{1,4}\s*[/／]\s*[0-9０-９]{1,4}(?:ページ|頁)?|[PpＰ][.．]?\s*[0-9０-９]{1,4})\s*"
)
_END = re.compile(r"\s*[（(－―-]?\s*(?:以\s*上|了|終わり)\s*[）)－―-]?\s*")
"""A line that says that the document ends."""
_ARROWS = frozenset("⇒→➡➢")
"""Marks before answers."""
_MAX_HEADING = 60
"""Maximum characters of a heading between turns."""
_MIN_CHIEF_SHARE = 0.5
"""Share of the lines of the commonest style that must name somebody."""
_MIN_SHARE = 0.75
"""Share of the lines of another style that must name somebody."""
_MIN_TEXT = 16
"""Minimum characters behind a label that only a blank separates; fewer may be a name."""
_MAX_SPEAKER_ALONE = 30
"""Maximum characters of a speaker alone on a line."""


@frozen
class Point:
    """A part of a turn: all of it, or one of its bullets."""

    lines: tuple[Line, ...]
    text: str
    """What is said, without label and bullet; its lines joined by line feeds."""


@frozen
class Turn:
    """A turn to speak."""

    label: str
    """The speaker as printed."""
    speaker: Speaker
    label_line: Line
    points: tuple[Point, ...]
    is_certain: bool
    """True if labels of this style begin turns throughout the document."""
    is_bulleted: bool = False
    """True if its points are bullets."""


@frozen
class SittingEvent:
    """An opening, break, resumption or closing, with its time."""

    word: str
    line: Line


@frozen
class Proceedings:
    """The turns of a document and the lines between them."""

    start: int
    """The index of the first line behind the head; the number of lines if there are no turns."""
    parts: tuple[Turn | SittingEvent | Line, ...]
    """Turns, events and other lines in order; the others may be headings."""

    @property
    def turns(self) -> Iterator[Turn]:
        """The turns in order."""
        return (part for part in self.parts if isinstance(part, Turn))


def find_event(line: Line) -> SittingEvent | None:
    """Return the opening, break or closing that a line notes with its time; None if it does not."""
    match = _EVENT.match(line.text) if len(line.text) <= 40 else None
    return SittingEvent(match["first_word"] or match["last_word"], line) if match else None


@define
class _LabelStyle:
    """A way in which labels are printed."""

    labels: list[tuple[int, SpeakerLabel]] = field(factory=list)
    """The labels that name somebody who speaks, with the index of their lines."""
    other_count: int = 0
    """Lines of this style that name nobody."""

    @property
    def share(self) -> float:
        return len(self.labels) / (len(self.labels) + self.other_count) if self.labels else 0.0


def _choose_labels(lines: Sequence[Line]) -> dict[int, SpeakerLabel]:
    """Return the labels that begin turns, by the index of their lines.

    A document prints its labels in one style, such as a mark or a kind of bracket, or in a few similar ones. The style is the one that most
    lines have that name somebody and are followed by sentences.
    """
    candidates = _find_candidates(lines)
    # Names without a post are taken from their repetition.
    counts = Counter(label.text for label in candidates.values() if label.speaker is None and _is_plain_name(label))
    for index, label in candidates.items():
        if counts[label.text] > 1 and len(counts) > 1 and label.speaker is None and _is_plain_name(label):
            candidates[index] = evolve(label, speaker=Speaker(name=label.text))
    speaking = _find_speaking(lines, candidates)
    first = min(speaking, default=len(lines))
    styles: dict[tuple[str, str], _LabelStyle] = {}
    for index, label in candidates.items():
        style = styles.setdefault(_get_style(label), _LabelStyle())
        if index in speaking:
            style.labels.append((index, label))
        elif index >= first and label.speaker is None and not _says_nothing(label, lines[index]):
            style.other_count += 1
    chief = max(
        (name for name in styles if styles[name].share >= _MIN_CHIEF_SHARE), key=lambda name: len(styles[name].labels), default=None
    )
    if chief is None or len(styles[chief].labels) < (1 if _is_strong(chief) else 2):
        return {}
    chosen = [
        name
        for name, style in styles.items()
        if name == chief
        or (
            style.share >= _MIN_SHARE
            and _are_similar(name, chief)
            and len(style.labels) > (0 if (_is_strong(name) or name[0] in _ARROWS) and style.share == 1 else 1)
        )
    ]
    chosen_labels = [pair for name in chosen for pair in styles[name].labels]
    first = min(index for index, _ in chosen_labels)
    known = {label.text for _, label in chosen_labels}
    return {
        index: label
        for index, label in candidates.items()
        if index >= first
        and _get_style(label) in chosen
        and label.speaker is not None
        and (label.text in known or _is_credible(label, styles[_get_style(label)]))
    }


def _is_credible(label: SpeakerLabel, style: _LabelStyle) -> bool:
    """Return True if a label that stands nowhere else begins a turn."""
    if label.is_doubtful:
        return style.share == 1 or (label.speaker is not None and label.speaker.name is not None)
    return not _is_blank(label)


def _get_style(label: SpeakerLabel) -> tuple[str, str]:
    """Return the mark and the form of a label; behind a mark of transcripts all forms but brackets are one."""
    is_marked = bool(label.mark) and label.mark in STRONG_MARKS and not _is_bracket(label.form)
    return label.mark, "" if is_marked else label.form


def _are_similar(style: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return True if a document may print its labels in both styles; an arrow begins answers to what other labels begin."""
    if style[0] in _ARROWS:
        return True
    return style[1] == other[1] or (bool(style[0]) and style[0] == other[0]) or (_is_bracket(style[1]) and _is_bracket(other[1]))


def _says_nothing(label: SpeakerLabel, line: Line) -> bool:
    """Return True for events, headings and interjections; they do not tell what a style is for."""
    is_heading = bool(label.mark) and "。" not in line.text and len(line.text) <= _MAX_HEADING
    return is_heading or find_event(line) is not None or (_is_bracket(label.form) and is_no_speaker(label.text))


def _is_bracket(form: str) -> bool:
    return len(form) == 1


def _is_strong(style: tuple[str, str]) -> bool:
    return bool(style[0]) and style[0] in STRONG_MARKS


def _is_plain_name(label: SpeakerLabel) -> bool:
    """Return True for a short label in brackets or before a colon that may be a name."""
    return (
        (_is_bracket(label.form) or label.form == "colon")
        and re.fullmatch(r"[^\W\d_]{1,8}", label.text) is not None
        and not is_no_speaker(label.text)
        and parse_speaker(f"{label.text}委員") is not None
    )


def _find_candidates(lines: Sequence[Line]) -> dict[int, SpeakerLabel]:
    """Return what may be a label at each line; a label alone on its line needs a bullet or a sentence below."""
    candidates: dict[int, SpeakerLabel] = {}
    for index, line in enumerate(lines):
        label = find_speaker_label(line.text)
        if label is None:
            continue
        if line.cell is not None:
            label = _find_cell_label(lines, index)
        elif label.form == "alone" and not label.mark:
            following = lines[index + 1] if index + 1 < len(lines) else None
            is_above_text = following is not None and bool(_find_bullet(following) or "。" in following.text)
            if not is_above_text or len(label.text) > _MAX_SPEAKER_ALONE or line.style == "list":
                continue
        if label is not None:
            candidates[index] = label
    return candidates


def _find_cell_label(lines: Sequence[Line], index: int) -> SpeakerLabel | None:
    """Return the label that a cell of a table consists of, if the next cell of its row holds what is said; None if not."""
    line, following = lines[index], lines[index + 1] if index + 1 < len(lines) else None
    cell, other = line.cell, following.cell if following else None
    speaker = parse_speaker(line.text)
    if (
        cell is None
        or other is None
        or speaker is None
        or (cell.table, cell.row) != (other.table, other.row)
        or cell.column == other.column
    ):
        return None
    return SpeakerLabel("", "cell", line.text.strip(), speaker, len(line.text))


def _find_speaking(lines: Sequence[Line], candidates: dict[int, SpeakerLabel]) -> set[int]:
    """Return the indexes of labels that name somebody and have a sentence behind them, before the next label."""
    speaking = set()
    for index, label in candidates.items():
        text = lines[index].text[label.end :]
        if label.speaker is None or label.is_doubtful or (_is_blank(label) and "。" not in text and len(text) < _MIN_TEXT):
            continue
        following = index + 1
        while "。" not in text and following < len(lines) and (following not in candidates or _is_bare_bullet(candidates[following])):
            text = lines[following].text
            following += 1
        if "。" in text:
            speaking.add(index)
    return speaking


def _is_blank(label: SpeakerLabel) -> bool:
    """Return True if a blank alone separates a label without a mark from what is said."""
    return not label.mark and label.form == "blank"


def _is_bare_bullet(label: SpeakerLabel) -> bool:
    """Return True for a bullet before what is said, not before a speaker."""
    return bool(label.mark) and (label.speaker is None or label.is_doubtful)


class TurnReader:
    """Reader of the turns of minutes."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines: list[Line] = [
            line
            for line in lines
            if line.text.strip()
            and line.style not in ("header", "footer")
            and not (len(line.text) < 16 and _PAGE_NUMBER.fullmatch(line.text))
        ]
        self.labels: dict[int, SpeakerLabel] = _choose_labels(self.lines)
        # A speaker in brackets may begin a line because the bullet that they end was wrapped.
        may_trail = all(_is_bracket(label.form) for label in self.labels.values())
        self.trailing_labels: dict[int, int] = _choose_trailing_labels(self.lines) if may_trail else {}
        if self.labels.keys() <= {*self.trailing_labels.values()}:
            self.labels = {}
        else:
            self.trailing_labels = {}
        first = min(self.labels or self.trailing_labels, default=None)
        numbers = (line.number for line in self.lines[first:]) if first is not None else iter(())
        number = next(numbers, None)
        self.start: int = next((index for index, line in enumerate(lines) if line.number == number), len(lines))
        """The index of the first line behind the head; the number of lines if there are no turns."""
        blank = {line.number for line in lines if not line.text.strip()}
        self.is_below_blank: list[bool] = [line.number - 1 in blank for line in self.lines]
        above_bullets = [index for index in self.labels if self._is_above_bullet(index)]
        is_strong = any(_is_strong(_get_style(label)) for label in self.labels.values())
        self.is_marked: bool = is_strong and len(above_bullets) <= len(self.labels) / 2
        """True for a transcript; a summary may have marks before speakers, too, but bullets below them."""
        self.titles: frozenset[str] = frozenset()

    def _is_above_bullet(self, index: int) -> bool:
        """Return True if a label is alone on its line, above a bullet of another kind than its mark."""
        bullet = _find_bullet(self.lines[index + 1]) if index + 1 < len(self.lines) else ""
        return self.labels[index].form == "alone" and bullet not in ("", _find_bullet(self.lines[index]))

    def read(self, titles: Iterable[str] = ()) -> Proceedings:
        """Return the turns.

        Args:
            titles: The items of the agenda as the head prints them; a line that is one of them is a heading.
        """
        self.titles = frozenset(map(_simplify, titles)) - {""}
        if self.trailing_labels:
            return Proceedings(self.start, tuple(_read_trailing_labels(self.lines, self.trailing_labels)))
        return Proceedings(self.start, tuple(self._read_parts()) if self.labels else ())

    def _read_parts(self) -> Iterator[Turn | SittingEvent | Line]:
        """Yield turns, events and other lines."""
        index = min(self.labels)
        while index < len(self.lines):
            label = self.labels.get(index)
            if label is None:
                yield find_event(self.lines[index]) or self.lines[index]
                index += 1
                continue
            stop = index + 1
            while stop < len(self.lines) and not self._ends_turn(stop):
                stop += 1
            yield self._make_turn(index, label, stop)
            index = stop

    def _ends_turn(self, index: int) -> bool:
        """Return True if a line belongs to no turn before it: a label, an event, a rule or a heading."""
        line = self.lines[index]
        if index in self.labels or RULE.match(line.text) or _END.fullmatch(line.text) or find_event(line):
            return True
        return line.style.startswith("heading") or self._is_heading(index)

    def _is_heading(self, index: int) -> bool:
        """Return True for an item of the agenda, and for a short line before the next speaker that begins a section."""
        text = self.lines[index].text.strip()
        if len(text) <= _MAX_HEADING and _simplify(text) in self.titles:
            return True
        is_numbered = bool(_HEADING_MARK.match(text))
        if len(text) > _MAX_HEADING or _SENTENCE_END.search(text) or (text[0] in "〔「（(" and not is_numbered):
            return False
        following = index + 1
        if self.is_marked:
            is_before = following in self.labels or following >= len(self.lines) or RULE.match(self.lines[following].text) is not None
            return _ITEM_HEADING.match(text) is not None or (text[0] in _HEADING_MARKS and is_before)
        if _find_bullet(self.lines[index]) and not is_numbered:
            return False
        if index > max(self.labels):
            return self.is_below_blank[index] and bool(_SENTENCE_END.search(self.lines[index - 1].text))
        if following >= len(self.lines):
            return False
        is_apart = self.is_below_blank[index] or bool(_SENTENCE_END.search(self.lines[index - 1].text))
        is_before_speaker = following in self.labels or (
            following + 1 in self.labels and len(self.lines[following].text) <= _MAX_HEADING and "。" not in self.lines[following].text
        )
        return is_apart and is_before_speaker

    def _make_turn(self, index: int, label: SpeakerLabel, stop: int) -> Turn:
        """Return the turn of the lines from a label on, in points if bullets follow a label that is alone."""
        line, below = self.lines[index], self.lines[index + 1 : stop]
        inline = line.text[label.end :].strip()
        assert label.speaker is not None
        is_bulleted = not inline and bool(below) and bool(_find_bullet(below[0]))
        if not is_bulleted:
            lines = (line, *below)
            points = [Point(lines, "\n".join(text for text in (inline, *(other.text.strip() for other in below)) if text))]
        else:
            points = []
            bullet = _find_bullet(below[0])
            for other in below:
                if _find_bullet(other) == bullet:
                    points.append(Point((other,), _BULLET.sub("", other.text, count=1).strip()))
                else:
                    points[-1] = Point((*points[-1].lines, other), f"{points[-1].text}\n{other.text.strip()}")
        return Turn(label.text, label.speaker, line, tuple(points), is_certain=True, is_bulleted=is_bulleted)


def _find_bullet(line: Line) -> str:
    """Return the bullet of a line with the indent before it, or its style if the format sets the bullet; empty if it has none."""
    match = _BULLET.match(line.text)
    return match[0].rstrip() if match else line.style if line.style == "list" else ""


_CLOSED = re.compile(r"[)）]\s*。?\s*$")
_TRAILING = re.compile(r"(?<=[。）)」])\s*[（(](?P<label>[^（()）]{1,20})[)）]\s*。?\s*$")


def _choose_trailing_labels(lines: Sequence[Line]) -> dict[int, int]:
    """Return where bullets begin whose last line ends with the speaker in brackets, and that line; nothing if few bullets do."""
    first_end = next((index for index in range(len(lines)) if _find_trailing_label(lines[max(index - 1, 0) : index + 1])), None)
    bullets = [index for index, line in enumerate(lines) if _find_bullet(line)]
    # The first turn is the last bullet before the first label; each bullet of its kind from there on may be one.
    first = max((index for index in bullets if first_end is not None and index <= first_end), default=None)
    if first is None:
        return {}
    starts = [index for index in bullets if index >= first and _find_bullet(lines[index]) == _find_bullet(lines[first])]
    labels = {}
    for start, stop in pairwise([*starts, len(lines)]):
        # A label may be wrapped.
        last = next((index for index in range(start, stop) if _find_trailing_label(lines[max(index - 1, start) : index + 1])), None)
        if last is not None:
            labels[start] = last
    return labels if len(labels) > 1 and len(labels) >= _MIN_CHIEF_SHARE * len(starts) else {}


def _read_trailing_labels(lines: Sequence[Line], labels: Mapping[int, int]) -> Iterator[Turn | Line]:
    """Yield the turns of bullets that end with the speaker, and the lines between them."""
    index = min(labels)
    while index < len(lines):
        stop = labels.get(index, index) + 1
        label = _find_trailing_label(lines[index:stop]) if index in labels else None
        if label is None:
            yield lines[index]
            index += 1
            continue
        name, speaker, text = label
        text = _BULLET.sub("", text, count=1).strip()
        yield Turn(name, speaker, lines[stop - 1], (Point(tuple(lines[index:stop]), text),), is_certain=True)
        index = stop


def _find_trailing_label(lines: Sequence[Line]) -> tuple[str, Speaker, str] | None:
    """Return the label in brackets that ends lines, its speaker, and the text before it; None if none does."""
    text = "\n".join(line.text.strip() for line in lines)
    match = _TRAILING.search(text) if _CLOSED.search(text) else None
    label = match["label"].replace("\n", "") if match else ""
    speaker = parse_speaker(label) if label else None
    return (label, speaker, text[: match.start()]) if match and speaker else None


def _simplify(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))
