"""The grammar of minutes: transcripts with marks before speakers, and summaries with bullets under them."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import groupby

from attrs import define, evolve, field

from dxgov.dates.finder import find
from dxgov.documents.decisions import DecisionFinder, find_listed_decisions, find_tabled_decisions
from dxgov.documents.lines import ExtractedText, Line
from dxgov.documents.meeting_heads import AgendaLine, MeetingHead, read_agenda, read_meeting_head
from dxgov.documents.readings import Certainty, DocumentReading, Entry, EntryKind, Value
from dxgov.documents.speakers import Speaker, parse_speaker
from dxgov.documents.turns import RULE, Proceedings, SittingEvent, Turn, TurnReader, find_event

SURE, LIKELY, UNSURE = Certainty.SURE, Certainty.LIKELY, Certainty.UNSURE

_MIN_LIKENESS = 0.6
"""The least likeness, from 0 to 1, of a heading and the agenda item that it names."""
_SAMPLE_LINES = 1200
"""Lines from the beginning in which minutes show."""
_CHAIR = re.compile(r"(?:仮|臨時|副)?議長|(?:副)?委員長(?:代理)?|(?:副)?会長|(?:副)?座長|部会長|分科会長|司会者?|進行役?|議事進行")
_PROCEDURE = re.compile(
    "開会|閉会|散会|休憩|再開|開議|会議を開き|会議を閉じ|議題(?:と|に)|議題と|日程第|採決|起立|挙手|異議|付託|発言(?:を許|願|を求)|質疑(?:を|は|に入|なし)|討論|(?:君|さん|委員|議員)。$|説明を(?:求|お願)"
    "|ご?(?:意見|質問|質疑|発言|説明)(?:等)?(?:は|が|を|ございま|あり)[^。]{0,24}(?:か|願い|ください|お願いし?|求め)|次に移|終了|終わり|よろしいでしょうか|ほかに"
)
_MAX_PROCEDURE = 600
"""Maximum characters of a turn that conducts a meeting; a longer one says something on the matter."""
_QUESTION_END = re.compile(
    r"(?:か|(?<!話を)伺いたい(?:と思います)?|伺います|お聞きします|お聞きしたい(?:と思います)?|お尋ねします|お尋ねいたします|質問します|教えてほしい|教えていただきたい(?:と思います)?|お聞かせください|お答えください|ご?教示(?:願いたい|いただきたい|ください)?)。?\s*(?:[（(〔][^（()）〔〕]*[)）〕]\s*)*$"
)
_MAX_END = 80
"""Characters at the end of a turn in which a question shows."""
_ANSWER_START = re.compile(
    r"^(?:〔[^〕]*〕\s*)?(?:お答え|[^。]{2,20}の[ご御]質問にお答え|御?ご?質問に(?:つきまして)?お答え|ただいまの御?ご?質問|[^。]{2,60}(?:についての|に関する)(?:お尋ね|[ご御]質問|[ご御]質疑))"
)


def score_minutes(text: ExtractedText) -> tuple[float, tuple[str, ...]]:
    """Return how likely a text is a record of a meeting, from 0 to 1, and the reasons."""
    sample = text.lines[:_SAMPLE_LINES]
    return _score(sample, *_read_lines(sample))


def _read_lines(lines: Sequence[Line]) -> tuple[Proceedings, MeetingHead]:
    """Return the turns of minutes, and what their head says."""
    reader = TurnReader(lines)
    head = read_meeting_head(lines[: reader.start])
    titles = [title for item in head.agenda for title in (item.title, f"{item.number or ''}{item.title}")]
    return reader.read(titles), head


def _score(lines: Sequence[Line], proceedings: Proceedings, head: MeetingHead) -> tuple[float, tuple[str, ...]]:
    """Return how likely lines are a record of a meeting, from 0 to 1, and the reasons."""
    turns = list(proceedings.turns)
    speakers = {turn.label for turn in turns}
    reasons = {
        "title-of-minutes": 0.4 * head.is_titled,
        "labels-of-a-meeting": 0.1 * (head.label_count > 1),
        "day-of-meeting": 0.1 * ("held" in head.values and head.label_count > 0),
        "has-agenda": 0.1 * (len(head.agenda) > 1),
        "speakers": 0.3 * (len(turns) > 1),
        "many-speakers": 0.2 * (len(turns) > 3 and len(speakers) > 1),
        "chair": 0.1 * any(_CHAIR.fullmatch(turn.speaker.post or "") for turn in turns),
        "opening-or-closing": 0.1
        * any(isinstance(part, SittingEvent) for part in (*proceedings.parts, *map(find_event, lines[: proceedings.start]))),
    }
    return min(sum(reasons.values()), 1.0), tuple(name for name, score in reasons.items() if score)


def read_minutes(text: ExtractedText) -> DocumentReading:
    """Read the minutes of a meeting, or of the meetings of a file of JSON: head, agenda, roster, turns and decisions."""
    entries: list[Entry] = []
    scores = []
    is_transcript = False
    for meeting in _split_meetings(text):
        proceedings, head = _read_lines(meeting.lines)
        scores.append(_score(meeting.lines, proceedings, head))
        writer = _Writer(meeting, proceedings, head)
        writer.write()
        entries += [_shift(entry, len(entries)) for entry in writer.entries]
        is_transcript |= _is_transcript(meeting, proceedings)
    score, reasons = scores[0]
    certainty = SURE if score >= 0.8 else LIKELY if score >= 0.5 else UNSURE
    return DocumentReading("transcript" if is_transcript else "minutes", certainty, reasons, tuple(entries))


def _split_meetings(text: ExtractedText) -> list[ExtractedText]:
    """Return the meetings of a file of JSON, each of which is a page; other files have one."""
    if text.media_type != "application/json":
        return [text]
    return [evolve(text, lines=tuple(lines)) for _, lines in groupby(text.lines, lambda line: line.page)]


def _shift(entry: Entry, offset: int) -> Entry:
    """Return an entry whose references to others are moved by the number of entries before."""
    if not offset:
        return entry
    values = dict(entry.values)
    if "agenda_item" in values:
        values["agenda_item"] = evolve(values["agenda_item"], value=values["agenda_item"].value + offset)
    return evolve(entry, parent=None if entry.parent is None else entry.parent + offset, values=values)


def _is_transcript(text: ExtractedText, proceedings: Proceedings) -> bool:
    """Return True if turns are verbatim: most sentences are polite, and few turns are bullets."""
    turns = list(proceedings.turns)
    if not turns or sum(turn.is_bulleted for turn in turns) > 0.2 * len(turns):
        return False
    title = " ".join(line.text for line in text.lines[:5])
    if re.search("概要|要旨|要約|摘録|要点", title):
        return False
    spoken = "".join(point.text for turn in turns[:50] for point in turn.points)
    return len(re.findall("(?:す|した|せん|しょう|さい|か)。", spoken)) >= 0.6 * spoken.count("。")


_LINES_BEFORE_TURNS = 8
"""Lines before the first turn among which a heading may name its agenda item."""


@define
class _Writer:
    """Writer of the entries of minutes."""

    text: ExtractedText
    proceedings: Proceedings
    head: MeetingHead
    entries: list[Entry] = field(factory=list)
    agenda: list[tuple[int, AgendaLine]] = field(factory=list)
    """The items of the agenda with the indexes of their entries."""
    item: int | None = None
    """The index of the agenda item that is spoken of."""
    finder: DecisionFinder = field(factory=DecisionFinder)

    def write(self) -> None:
        """Write all entries; those that others are a part of come first."""
        self._write_meeting()
        lines = self.head.agenda or self._find_agenda_in_headings()
        self._write_agenda(lines)
        self._write_roster()
        turn_entries, decisions = self._read_parts()
        self._mark_recorded({entry.values["agenda_item"].value for entry in turn_entries if "agenda_item" in entry.values})
        self.entries += turn_entries
        self._write_speakers()
        self.entries += decisions

    def _write_meeting(self) -> None:
        """Write the meeting, with the times that openings and closings note where the head has none."""
        values = dict(self.head.values)
        events = [part for part in self.proceedings.parts if isinstance(part, SittingEvent)]
        before = [event for line in self.text.lines[: self.proceedings.start] if (event := find_event(line))]
        for name, words, candidates in (
            ("start_time", {"開会", "開議"}, [*before, *events]),
            ("end_time", {"散会", "閉会", "延会", "閉議", "流会", "終了"}, [*events, *before][::-1]),
        ):
            event = next((event for event in candidates if event.word in words), None)
            time = _find_time(event.line.text) if event else None
            if event and time and name not in values:
                values[name] = Value(time, SURE, "time-of-event", event.line.number, event.line.number)
        if any(True for _ in self.proceedings.turns):
            values["status"] = Value("held", LIKELY, "has-turns")
        numbers = [value.first_line for name, value in values.items() if name in ("name", "held", "place", "ordinal") and value.first_line]
        first = next((line.number for line in self.text.lines if line.text.strip()), 1)
        self.entries.append(Entry(EntryKind.MEETING, min(numbers, default=first), max(numbers, default=first), values))

    def _find_agenda_in_headings(self) -> list[AgendaLine]:
        """Return the agenda that headings between the turns make, if the head has none."""
        headings = [part for part in self.proceedings.parts if isinstance(part, Line) and not RULE.match(part.text)]
        start = self.proceedings.start
        above = [line for line in self.text.lines[max(0, start - 3) : start] if line.text.strip()][-1:]
        rows = [(line, line.text.strip().strip("【】■□◆◇●＜＞<>《》〈〉#* ")) for line in [*above, *headings]]
        numbered = [row for row in rows if re.match(r"\s*[（(【]?(?:議事日程|日程第|議題|議案|第?[0-9０-９①-⑳]|[（(][0-9０-９])", row[1])]
        return [evolve(item, is_certain=False) for item in read_agenda(numbered) if item.number]

    def _write_agenda(self, lines: Sequence[AgendaLine]) -> None:
        """Write the items of an agenda and who presents them."""
        parents: list[int] = []
        for position, item in enumerate(lines, 1):
            depth = min(item.depth, len(parents))
            certainty = SURE if item.is_certain else LIKELY
            reason = "number-follows" if item.is_certain else "line-of-agenda"
            values = {"position": Value(position, LIKELY, "order"), "title": Value(item.title, certainty, reason)}
            if item.number:
                values["number"] = Value(item.number, certainty, reason)
            if item.is_closed:
                values["closed"] = Value(True, SURE, "closed-to-the-public")
            parents[depth:] = [len(self.entries)]
            parent = parents[depth - 1] if depth else 0
            self.agenda.append((len(self.entries), item))
            self.entries.append(Entry(EntryKind.AGENDA_ITEM, item.first_line, item.last_line, values, parent, item.number))
            self.finder.add_title(item.number, item.title)
        for index, item in self.agenda:
            if item.presenter:
                self._write_party("presenter", item.presenter, item.first_line, index)

    def _write_party(self, role: str, name: str, line: int, parent: int) -> None:
        """Write somebody who is named in a role, with body, post and person where blanks separate them."""
        person = None
        if match := re.search(r"\s(?P<person>\S{1,8}(?:\s+\S{1,8})?)\s*(?:氏|様|君|さん)$", name):
            person, name = re.sub(r"\s+", "", match["person"]), name[: match.start()].strip()
        body, _, post = name.rpartition(" ") if " " in name else ("", "", name)
        values = {"role": Value(role, SURE, "named-in-brackets"), "name": Value(name, LIKELY, "named-in-brackets")}
        if person:
            values |= {"person": Value(person, LIKELY, "honorific"), "post": Value(post, LIKELY, "before-the-person")}
            if body:
                values["body"] = Value(body, LIKELY, "before-the-post")
        self.entries.append(Entry(EntryKind.PARTY, line, line, values, parent))

    def _write_roster(self) -> None:
        """Write those on rosters who have a post, as members and as participants; a seat is no post."""
        for member in self.head.roster:
            if member.post and member.person and not member.is_absent:
                values = {"name": Value(member.person, LIKELY, "roster"), "post": Value(member.post, LIKELY, "roster")}
                self.entries.append(Entry(EntryKind.MEMBER, member.line, member.line, values, 0))
                values = {
                    "role": Value("participant", LIKELY, "roster"),
                    "name": values["post"],
                    "person": values["name"],
                    "post": values["post"],
                }
                self.entries.append(Entry(EntryKind.PARTY, member.line, member.line, values, 0))

    def _read_parts(self) -> tuple[list[Entry], list[Entry]]:
        """Return the entries of turns and decisions, which know their agenda item."""
        turns: list[Entry] = []
        decisions: list[Entry] = []
        start = self.proceedings.start
        # A heading may stand some lines above the first turn; the list of the agenda itself says nothing unless the turns follow directly.
        before = [line for line in self.text.lines[max(0, start - _LINES_BEFORE_TURNS) : start] if line.text.strip()]
        for line in before:
            if line in before[-2:] or not any(item.first_line <= line.number <= item.last_line for _, item in self.agenda):
                self._follow_heading(line)
        rows = [*find_tabled_decisions(self.text.tables), *find_listed_decisions(self.text.lines[:start])]
        others: list[Line] = []
        number = 0
        for part in self.proceedings.parts:
            if isinstance(part, Line):
                self._follow_heading(part)
                others.append(part)
            elif isinstance(part, Turn):
                number += 1
                is_chair = _CHAIR.fullmatch(part.speaker.post or "") is not None
                spoken = "\n".join(point.text for point in part.points)
                if is_chair:
                    self._follow_chair(spoken)
                    lines = [line for point in part.points for line in point.lines]
                    decisions += [decision.make_entry(self.item or 0) for decision in self.finder.find(spoken, lines)]
                turns += self._make_turn(part, number, is_chair=is_chair)
        decisions += [decision.make_entry(0) for decision in (*rows, *find_listed_decisions(others))]
        return turns, decisions

    def _make_turn(self, turn: Turn, number: int, *, is_chair: bool) -> list[Entry]:
        """Return the entries of a turn, one for each point."""
        certainty = SURE if turn.is_certain else LIKELY
        label_line = turn.label_line.number
        speaker = self._match_roster(turn)
        is_split = SURE if speaker.is_split else LIKELY
        shared = {"speaker_as_printed": Value(turn.label, certainty, "speaker-label", label_line, label_line)}
        for name in ("name", "post", "group", "seat"):
            value = getattr(speaker, name)
            if value is not None:
                shared[name] = Value(value, is_split if name in ("name", "post") else LIKELY, "words-of-label", label_line, label_line)
        if self.item is not None:
            shared["agenda_item"] = Value(self.item, LIKELY, "agenda-item-before")
        entries = []
        for position, point in enumerate(turn.points, 1):
            values = {
                "turn": Value(number, certainty, "order"),
                "point": Value(position, certainty, "order"),
                "text": Value(point.text, certainty, "lines-behind-label"),
                **shared,
            }
            if kind := _find_kind(point.text, is_chair=is_chair):
                values["kind"] = kind
            entries.append(Entry(EntryKind.TURN, point.lines[0].number, point.lines[-1].number, values, 0, f"{number}.{position}"))
        return entries

    def _match_roster(self, turn: Turn) -> Speaker:
        """Return the speaker, divided as the roster does where it names the same post and a person of the same family name."""
        speaker = turn.speaker
        if speaker.name is not None or not speaker.post:
            return speaker
        for member in self.head.roster:
            if member.person and member.post and speaker.post.endswith(member.post) and speaker.post != member.post:
                name = speaker.post.removesuffix(member.post)
                if member.person.startswith(name):
                    return Speaker(name, member.post)
        return speaker

    # Agenda items that are spoken of

    def _follow_heading(self, line: Line) -> None:
        """Go to the agenda item that a heading names."""
        heading = _simplify(line.text)
        if not heading or not self.agenda or len(heading) > 120:
            return
        for index, item in self.agenda:
            if item.first_line <= line.number <= item.last_line:
                self.item = index
                return
        matcher = SequenceMatcher(b=heading, autojunk=False)
        score, index = max((_compare_titles(heading, matcher, item), index) for index, item in self.agenda)
        if score >= _MIN_LIKENESS:
            self.item = index

    def _follow_chair(self, spoken: str) -> None:
        """Go to the agenda item that the chair calls, by its number or title."""
        if not re.search("議題|日程第|入ります|移ります|移りたい|始めます|行います|説明", spoken):
            return
        simple = _simplify(spoken)
        for index, item in self.agenda:
            title = _simplify(item.title)
            number = _simplify(item.number or "")
            is_called = (
                bool(number)
                and number.startswith("日程第")
                and re.search(rf"{number}(?![0-9〇一二三四五六七八九十百])", simple) is not None
            )
            if is_called or (len(title) >= 6 and title in simple):
                self.item = index
                return

    def _mark_recorded(self, items: set[object]) -> None:
        """Say of each agenda item whether turns are recorded on it or a part of it; of none if no turn has an item."""
        if not items:
            return
        recorded = set(items)
        for index in sorted((index for index, _ in self.agenda), reverse=True):
            if index in recorded and self.entries[index].parent is not None:
                recorded.add(self.entries[index].parent)
        for index, _ in self.agenda:
            entry = self.entries[index]
            value = Value(index in recorded, LIKELY if index in recorded else UNSURE, "has-turns")
            self.entries[index] = evolve(entry, values={**entry.values, "recorded": value})

    def _write_speakers(self) -> None:
        """Write those who present or spoke as participants of the meeting, if no roster names any."""
        if self.head.roster:
            return
        presenters = [entry for entry in self.entries if entry.kind is EntryKind.PARTY and entry.values["role"].value == "presenter"]
        for entry in presenters:
            self.entries.append(evolve(entry, values={**entry.values, "role": Value("participant", LIKELY, "presents")}, parent=0))
        labels = set()
        for turn in self.proceedings.turns:
            if turn.label in labels:
                continue
            labels.add(turn.label)
            line = turn.label_line.number
            values = {"role": Value("participant", LIKELY, "speaks"), "name": Value(turn.label, LIKELY, "speaks")}
            if turn.speaker.name and turn.speaker.post:
                values |= {"person": Value(turn.speaker.name, LIKELY, "speaks"), "post": Value(turn.speaker.post, LIKELY, "speaks")}
            self.entries.append(Entry(EntryKind.PARTY, line, line, values, 0))


def _find_time(text: str) -> str | None:
    """Return the first clock time of a text as ``HH:MM``; None if it has none."""
    return next((reading.start_time for reading in find(text) if reading.start_time), None)


def _find_kind(text: str, *, is_chair: bool) -> Value | None:
    """Return what a point does, where its words say so."""
    if is_chair and len(text) <= _MAX_PROCEDURE and (_PROCEDURE.search(text) or parse_speaker(text.removesuffix("。"))):
        return Value("procedure", LIKELY, "chair-conducts")
    if _ANSWER_START.match(text):
        return Value("answer", LIKELY, "begins-to-answer")
    if not is_chair and _QUESTION_END.search(text[-_MAX_END:]):
        return Value("question", LIKELY, "ends-with-a-question")
    return None


_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


@lru_cache(maxsize=1024)
def _simplify(text: str) -> str:
    """Return a text without blanks, brackets and punctuation, with digits in one width."""
    return re.sub(r"[\W_]+", "", text.translate(_DIGITS))


def _compare_titles(heading: str, matcher: SequenceMatcher[str], item: AgendaLine) -> float:
    """Return how alike a simplified heading, the second text of a matcher, and an agenda item are, from 0 to 1; 0 if less than needed."""
    title, number = _simplify(item.title), _simplify(item.number or "")
    if not title:
        return 0.0
    if number and re.fullmatch(
        rf"(?:議題|議事|日程第?)?{re.escape(number.removeprefix('日程').removeprefix('第'))}(?:{re.escape(title)})?", heading
    ):
        return 1.0
    if len(title) >= 4 and (title in heading or (len(heading) >= 4 and heading in title)):
        return 0.8 + 0.1 * min(len(title), len(heading)) / max(len(title), len(heading))
    matcher.set_seq1(title)
    # The bounds are cheap, and rule out most items.
    is_possible = matcher.real_quick_ratio() >= _MIN_LIKENESS and matcher.quick_ratio() >= _MIN_LIKENESS
    return matcher.ratio() if is_possible else 0.0
