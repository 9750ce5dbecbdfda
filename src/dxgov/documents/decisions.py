"""Decisions of assemblies and committees: in the words of the chair, and in lists and tables of results."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from attrs import define, evolve, field, frozen

from dxgov.dates.parser import read
from dxgov.dates.when import When
from dxgov.documents.lines import CellTable, ExtractedText, Line
from dxgov.documents.meeting_heads import MATTER, read_meeting_head
from dxgov.documents.readings import Certainty, DocumentReading, Entry, EntryKind, Value
from dxgov.documents.text_tables import list_tables

SURE, LIKELY, UNSURE = Certainty.SURE, Certainty.LIKELY, Certainty.UNSURE

_OUTCOMES: Mapping[str, str] = {
    "修正可決|修正(?:案|議決)?のとおり可決|修正して可決": "passed_amended",
    "原案可決|原案のとおり可決|可決": "passed",
    "否決": "rejected",
    "趣旨採択|趣旨を採択": "adopted_in_spirit",
    "一部採択|一部を採択": "adopted_in_part",
    "不採択": "not_adopted",
    "採択": "adopted",
    "原案承認|承認|同意|認定": "approved",
    "了承|了知": "acknowledged",
    "付託": "referred",
    "閉会中(?:の)?継続(?:審査|審議)|継続審査|継続審議": "continued",
    "(?:撤回|取り?下げ)(?:の件)?(?:を(?:承認|許可))?": "withdrawn",
    "審議未了|審査未了|廃案": "shelved",
}
"""Outcomes by the words that print them; the first that fits counts."""
_OUTCOME_BY_GROUP = {f"o{number}": outcome for number, outcome in enumerate(_OUTCOMES.values())}
_OUTCOME = "|".join(f"(?P<o{number}>{words})" for number, words in enumerate(_OUTCOMES))
_DECIDED = re.compile(
    rf"(?:{_OUTCOME})(?:すべきもの|すること|するもの|とすること)?(?:と|に|を)?(?:(?:いた)?し(?:ました|た)(?=[。、]|$)|(?:することに)?(?:決定|決し|決ま[りっ]|され|認められ|議決|なりました|することと)[^。、]{{0,16}}(?:ました|た)(?=[。、]|$))"
)
"""An outcome with words that say that it is decided."""
_HINT = re.compile("[号決択託]|継続|撤回|取下|承認|同意|認定|了|廃案")
"""What a turn must have to name a matter or to announce a decision; it spares others the closer look."""
_RESULT = re.compile(rf"(?:{_OUTCOME})(?:すべきもの)?(?:[（(](?P<manner>[^（()）]{{2,12}})[)）])?")
_MANNERS: Mapping[str, str] = {
    "可否同数.{0,40}(?:裁決|決定)|(?:議長|委員長)裁決": "casting_vote",
    "全会一致|満場一致|全員の?賛成|(?:起立|挙手)全員|[全総]員(?:起立|挙手)|異議な[しく]|(?:異議|反対)がない": "unanimous",
    "(?:賛成|起立|挙手)(?:者)?少数|少数": "minority",
    "(?:賛成|起立|挙手)(?:者)?多数|多数": "majority",
}
_VOTES = re.compile(r"(?P<side>賛成|反対|棄権)(?:者)?\s*(?P<count>[0-9０-９]{1,3})\s*[人名票]?")
_VOTE_VALUES = {"賛成": "votes_for", "反対": "votes_against", "棄権": "abstentions"}
_REFERRED = re.compile(r"(?P<body>[^\s、。「」はをが（(]{2,24}委員会)に(?:[^。、]{0,12})付託")
_TITLE_END = r"(?=を(?:議題|採決|一括|上程|審議|可決|付託)|は[、\s]|が(?:提出|可決|上程)|の(?:採決|討論|質疑)|[、。\n]|$)"
_SUBJECT = re.compile(
    rf"(?P<number>{MATTER.pattern})(?:[、，\s]*(?P<title>(?!及び|並びに|から|ないし|と議|[はをのにがもで])(?:"
    rf"[^。\n号]{{2,90}}?(?:条例|予算|決算|請願|陳情|意見書|決議|契約|について|件)案?{_TITLE_END}|[^、。\n]{{2,90}}?{_TITLE_END})))?"
)
"""The number of a matter with its title, where that follows."""
_OTHERS = re.compile("[外他].*件$")
"""The end of a title that stands for several matters."""
_BILL_OUTCOMES = {"passed", "passed_amended", "rejected", "referred", "continued", "withdrawn", "shelved"}
_PETITION_OUTCOMES = {"adopted", "adopted_in_part", "adopted_in_spirit", "not_adopted", "referred", "continued", "withdrawn", "shelved"}
_BACK_REFERENCE = re.compile("本(?:案|件|請願|陳情|議案|動議|決議案|意見書案|予算)|以上|いずれも|これ")
_RANGE = re.compile(rf"{MATTER.pattern}[^、。]{{0,60}}(?:から|乃至|ないし).{{0,60}}{MATTER.pattern}")


@frozen
class PrintedDecision:
    """A decision as a document prints it."""

    number: str | None
    title: str
    outcome: str
    outcome_as_printed: str
    first_line: int
    last_line: int
    certainty: Certainty
    reason: str
    manner: str | None = None
    referred_to: str | None = None
    votes: Mapping[str, int] = field(factory=dict)
    decided: When | None = None

    def make_entry(self, parent: int | None) -> Entry:
        """Return the entry of the decision, as a part of another entry."""
        names: dict[str, object] = {
            "number": self.number,
            "title": self.title,
            "outcome": self.outcome,
            "outcome_as_printed": self.outcome_as_printed,
            "referred_to": self.referred_to,
            "manner": self.manner,
            "decided": self.decided,
            **self.votes,
        }
        values = {name: Value(value, self.certainty, self.reason) for name, value in names.items() if value is not None}
        return Entry(EntryKind.DECISION, self.first_line, self.last_line, values, parent)


def _find_outcome(match: re.Match[str]) -> tuple[str, str]:
    """Return the outcome of a match, and the words that print it."""
    name = next(name for name in _OUTCOME_BY_GROUP if match[name] is not None)
    return _OUTCOME_BY_GROUP[name], match[name]


def _find_manner(text: str) -> str | None:
    """Return how a text says that was decided; None if it does not."""
    return next((manner for words, manner in _MANNERS.items() if re.search(words, text)), None)


def _count_votes(text: str) -> dict[str, int]:
    return {_VOTE_VALUES[match["side"]]: int(match["count"]) for match in _VOTES.finditer(text)}


@define
class DecisionFinder:
    """Finder of decisions in what the chair says, turn by turn; it knows which matter was spoken of last."""

    titles: dict[str, str] = field(factory=dict)
    """Titles of matters by number."""
    number: str | None = None
    title: str | None = None

    def add_title(self, number: str | None, title: str) -> None:
        """Take note of the title of a matter, from an agenda."""
        if number and MATTER.fullmatch(number):
            self.titles[_squeeze(number)] = title
        elif (match := MATTER.match(title)) and (rest := title[match.end() :].strip(" \u3000、")):
            self.titles[_squeeze(match[0])] = rest

    def find(self, text: str, lines: Sequence[Line]) -> Iterator[PrintedDecision]:
        """Yield the decisions that a turn announces."""
        if not _HINT.search(text):
            return
        begin = 0
        for sentence in re.findall(r"[^。]*。?", text):
            if not _HINT.search(sentence):
                begin += len(sentence)
                continue
            decided = _DECIDED.search(sentence)
            for subject in _SUBJECT.finditer(sentence):
                self.number = _squeeze(subject["number"])
                title = (subject["title"] or "").strip()
                if title and self.number not in self.titles and not _OTHERS.search(title):
                    self.titles[self.number] = title
                self.title = self.titles.get(self.number)
            if decided:
                yield from self._make(sentence, decided, text, begin, lines)
            begin += len(sentence)

    def _make(self, sentence: str, match: re.Match[str], text: str, begin: int, lines: Sequence[Line]) -> Iterator[PrintedDecision]:
        """Yield the decision of a sentence on each matter that it names, or on the one spoken of last."""
        numbers = list(dict.fromkeys(_squeeze(subject["number"]) for subject in _SUBJECT.finditer(sentence)))
        if _RANGE.search(sentence):
            return
        is_named = bool(numbers)
        if not numbers and _BACK_REFERENCE.search(sentence) and self.number:
            numbers = [self.number]
        outcome, printed = _find_outcome(match)
        if not is_named and numbers:
            # What is decided on a matter that the sentence does not name must fit its kind.
            is_petition = re.search("請願|陳情", numbers[0]) is not None
            is_bill = re.search("議案|発議|意見書|決議", numbers[0]) is not None
            if (is_petition and outcome not in _PETITION_OUTCOMES) or (is_bill and outcome not in _BILL_OUTCOMES):
                return
        referred = _REFERRED.search(sentence)
        window = text[max(0, begin - 120) : begin + len(sentence)]
        line = _find_line(lines, sentence, match[0])
        for number in numbers:
            if title := self.titles.get(number):
                yield PrintedDecision(
                    number,
                    title,
                    outcome,
                    printed,
                    line.number,
                    line.number,
                    LIKELY if is_named else UNSURE,
                    "decided-in-a-sentence",
                    None if outcome == "referred" else _find_manner(window),
                    referred["body"] if referred and outcome == "referred" and not re.search("それぞれ|所管", referred["body"]) else None,
                    _count_votes(window),
                )


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _find_line(lines: Sequence[Line], sentence: str, words: str) -> Line:
    """Return the line that holds the words of a sentence; the first line if they are wrapped."""
    candidates = [line for line in lines if words in line.text]
    return next((line for line in candidates if sentence.strip()[:8] in line.text), candidates[0] if candidates else lines[0])


# Lists and tables

_ROW = re.compile(
    rf"^[\s|○〇◯・■●]*(?P<number>{MATTER.pattern})?[\s|、：:]*(?P<title>[^。|\n]{{4,120}}?)[\s|…・]+(?P<result>(?:{_OUTCOME})(?:すべきもの)?(?:と決定)?)"
    r"\s*(?:[（(|]?\s*(?P<manner>[^（()）|]{2,24}?)\s*[)）|]?)?[\s|]*$"
)
_COLUMNS: Mapping[str, str] = {
    "number": "番号|議案番号|号数|受理番号",
    "title": "件名|議案名|案件名?|請願名|陳情名|名称|事件名?|件\\s+名",
    "result": "議決結果|審議結果|審査結果|採決結果|議決の結果|結果|議決",
    "decided": "(?:議決|採決|審議|審査|決定)(?:年月日|月日|日|期日)|年月日",
    "manner": "採決方法|表決|採決|賛否|態様|採決の状況",
}


_MANNER_COLUMN = re.compile(rf"(?<=[\s|])(?P<manner>{'|'.join(_MANNERS)})$")
"""How it was decided, at the end of what stands before a result."""
_MAX_ROW = 300
"""Maximum characters of a row of a list."""


def find_listed_decisions(lines: Sequence[Line]) -> Iterator[PrintedDecision]:
    """Yield the decisions of lists: rows of number, title and result, separated by blanks."""
    for line in lines:
        text = line.text.strip()
        match = _ROW.match(text) if line.cell is None and len(text) <= _MAX_ROW else None
        if match is None or not (match["number"] or re.search("[　|\t]", text)):
            continue
        outcome, printed = _find_outcome(match)
        manner = _find_manner(match["manner"] or "")
        if match["manner"] and not manner and not _VOTES.search(match["manner"]):
            continue
        # How it was decided may stand in a column of its own before the result.
        title, before = match["title"].strip(), _MANNER_COLUMN.search(match["title"].rstrip())
        if before is not None and manner is None:
            title, manner = title[: before.start()].rstrip(), _find_manner(before["manner"])
        number = _squeeze(match["number"]) if match["number"] else None
        certainty = SURE if number else LIKELY
        votes = _count_votes(match["manner"] or "")
        title, day = _split_day(title)
        yield PrintedDecision(
            number, title, outcome, printed, line.number, line.number, certainty, "row-of-results", manner, None, votes, day
        )


def find_tabled_decisions(tables: Sequence[CellTable]) -> Iterator[PrintedDecision]:
    """Yield the decisions of tables that have a column of titles and one of results."""
    for table in tables:
        rows = [list(cells) for _, cells in groupby(sorted(table.compact.grid.items()), key=lambda item: item[0][0])]
        columns: dict[str, int] = {}
        for row in rows:
            texts = {column: _squeeze(cell.text) for (_, column), cell in row}
            header = {
                name: column for name, words in _COLUMNS.items() for column, text in reversed(texts.items()) if re.fullmatch(words, text)
            }
            if {"title", "result"} <= set(header):
                columns = header
                continue
            match = _RESULT.search(texts.get(columns.get("result", -1), ""))
            title = next((cell.text for (_, column), cell in row if column == columns.get("title")), "").strip()
            if not columns or match is None or not title:
                continue
            number = texts.get(columns.get("number", -1)) or None
            if number is None and (subject := MATTER.match(title)) and title[subject.end() :].strip():
                number, title = _squeeze(subject[0]), title[subject.end() :].strip()
            manner = texts.get(columns.get("manner", -1), "") or match["manner"] or ""
            outcome, printed = _find_outcome(match)
            numbers = [cell.first_line for _, cell in row if cell.first_line] or [0]
            last = max(cell.last_line for _, cell in row)
            yield PrintedDecision(
                number,
                re.sub(r"\s*\n\s*", "", title),
                outcome,
                printed,
                min(numbers),
                last,
                SURE,
                "row-of-results",
                _find_manner(manner),
                None,
                _count_votes(manner),
                _read_day(texts.get(columns.get("decided", -1), "")),
            )


def _split_day(title: str) -> tuple[str, When | None]:
    """Return a title without the day behind it, which stands in a column of its own, and the day."""
    match = re.search(r"\s+(?P<day>\S+)$", title)
    day = _read_day(match["day"]) if match else None
    return (title[: match.start()], day) if match and day else (title, None)


def _read_day(text: str) -> When | None:
    """Return the date that a cell prints; None if it prints none."""
    try:
        return read(text) if text else None
    except ValueError:
        return None


def _list_decisions(text: ExtractedText) -> list[PrintedDecision]:
    """Return the decisions of tables, and those of lists outside of them."""
    tables = list_tables(text)
    tabled = [*find_tabled_decisions(tables)]
    numbers = {number for decision in tabled for number in range(decision.first_line, decision.last_line + 1)}
    listed = find_listed_decisions([line for line in text.lines if line.number not in numbers])
    return sorted((*tabled, *listed), key=lambda decision: decision.first_line)


_TITLE = re.compile("議決結果|審議結果|審査結果|採決結果|議決一覧|議案等?(?:の|と)?(?:審議|議決)?結果|付託案件|議決された|提出議案")
_RESULTS = re.compile(r"[\s　]*の?(?:(?:提出)?議案等?の?)?(?:議決|審議|審査|採決)の?結果(?:の?一覧表?|表)?(?:について)?[\s　]*$")
"""What a title says behind the name of the meeting."""
_HEAD_LINES = 30


def score_decisions(text: ExtractedText) -> tuple[float, tuple[str, ...]]:
    """Return how likely a text is a list of decisions, from 0 to 1, and the reasons."""
    head = [line.text for line in text.lines[:_HEAD_LINES]]
    rows = _list_decisions(text)
    if not rows:
        return 0.0, ()
    printed = sum(bool(line.text.strip()) for line in text.lines)
    reasons = {
        "title-of-results": 0.4 * any(_TITLE.search(line) for line in head),
        "rows-of-results": 0.3 * (len(rows) > 1),
        "mostly-rows-of-results": 0.3 * (sum(row.last_line - row.first_line + 1 for row in rows) > 0.3 * printed),
    }
    return sum(reasons.values()), tuple(name for name, score in reasons.items() if score)


def read_decisions(text: ExtractedText) -> DocumentReading:
    """Read a list or table of what an assembly decided."""
    score, reasons = score_decisions(text)
    decisions = _list_decisions(text)
    first = min((decision.first_line for decision in decisions), default=len(text.lines) + 1)
    # The line that announces results names the meeting, before the head of the page, and without the words for a list of results.
    above = (line for line in text.lines[: first - 1] if line.style not in {"header", "footer", "note"})
    titles_first = sorted(above, key=lambda line: not _TITLE.search(line.text))
    head = read_meeting_head([evolve(line, text=_RESULTS.sub("", line.text)) for line in titles_first])
    entries = []
    if head.values:
        lines = [value.first_line for value in head.values.values()]
        entries.append(Entry(EntryKind.MEETING, min(lines), max(lines), head.values))
    entries += [decision.make_entry(0 if head.values else None) for decision in decisions]
    return DocumentReading("decisions", SURE if score >= 0.8 else LIKELY, reasons, tuple(entries))
