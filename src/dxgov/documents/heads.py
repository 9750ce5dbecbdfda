"""Heads and tails of letters: date, document number, addressees, submitters and title."""

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import define, evolve, field, frozen

from dxgov.dates.parser import read
from dxgov.dates.when import When
from dxgov.documents.folding import fold_line
from dxgov.documents.lines import Line
from dxgov.documents.local_governments import LocalGovernment
from dxgov.documents.parties import classify_body, find_government, read_party
from dxgov.documents.readings import Certainty
from dxgov.documents.wrapping import breaks_off, join_lines
from dxgov.documents.zones import HONORIFIC, TITLE, LetterLines, is_addressee, match_date_line

_SUBMITTER_LABEL = re.compile(
    r"^(?:(?:要望|要請|請願|陳情|提出|提案|申入れ?)(?:者|団体)|差出人|氏\s*名|団体名|代表者(?:名|氏名)?)(?:代表)?\s*[:：]?\s*"
)
_RECIPIENT_LABEL = re.compile(r"^[(【\[]?\s*(?:提出|送付|要望|要請|申入れ|あて|宛て?)先(?:一覧)?\s*[)】\]]?\s*:?\s*")
_DOCUMENT_NUMBER = re.compile(r"^[(]?(?P<number>[^\s、。:]{0,16}?第\s*[0-9]+(?:[-の][0-9]+)*\s*号(?:の[0-9]+)?)[)]?$")


NATION = "国"
"""The name of the nation."""

_NATIONAL_OFFICE = re.compile(
    "大臣|(?<!消防)長官|^(?:国|政府|内閣|総理|首相)|衆議院|参議院|^国会|デジタル監|事務次官|(?:地方(?:整備|農政|運輸|環境|厚生)|運輸|経済産業|財務|総合通信|労働|法務|北海道開発)局"
)
"""Words of offices and bodies of the nation."""


@frozen
class LocatedParty:
    """A party of a letter, with the lines of the head or tail that name it."""

    office: str | None
    """The post with its body, as printed; the body alone if there is no post."""

    body: str | None
    post: str | None
    person: str | None
    lines: tuple[Line, ...]
    body_kind: str | None = None
    """The kind of actor of the body, as text."""

    local_governments: tuple[LocalGovernment, ...] = ()
    """The local government that is the body, or all that its name can mean."""

    @property
    def organisation(self) -> str | None:
        """The body, or the office if no body is printed; the nation for its government, ministers and ministries, and the Diet."""
        return NATION if self.is_national else self.body or self.office

    @property
    def is_national(self) -> bool:
        """True for the government, its ministers and ministries, and the houses of the Diet."""
        return self.body_kind in ("nation", "ministry_agency") or bool(_NATIONAL_OFFICE.search(self.office or ""))

    def with_person(self, other: "LocatedParty") -> "LocatedParty":
        """Return the party with the person of another line."""
        return evolve(self, person=other.person, lines=(*self.lines, *other.lines))

    def with_post(self, other: "LocatedParty") -> "LocatedParty":
        """Return the party, a body alone, with the post and person of another line."""
        office = f"{self.body}{other.office}"
        return evolve(self, office=office, post=other.post, person=other.person, lines=(*self.lines, *other.lines))


def split_party(text: str, line: Line, context: str = "") -> LocatedParty | None:
    """Divide a folded text into body, post and person; None if it names none of them."""
    party = read_party(text, context)
    if party is None:
        return None
    office = party.name if party.body or party.post else None
    body, post, kind, governments = party.body, party.post, party.body_kind, party.local_governments
    # The post of a unit, as 国土交通省道路局長, is of the ministry or the local government around it.
    if body and post and kind == "bureau" and (government := find_government(body)):
        body, post = government, party.name.removeprefix(government)
        kind, governments = classify_body(government, context)
    return LocatedParty(office, body, post, party.person, (line,), kind, governments)


def split_names(text: str) -> Iterator[str]:
    """Yield the addressees of a folded line."""
    for part in re.split(r"[、，・;；]|(?<=様)\s+|(?<=殿)\s+|\s{3,}(?=[^\s]*(?:大臣|議長|知事|市長|長官))", text):
        if part.strip():
            yield part.strip()


def list_organisations(parties: Iterable[LocatedParty]) -> tuple[str, ...]:
    """Return the organisations of parties, each once."""
    return tuple(dict.fromkeys(party.organisation for party in parties if party.organisation))


@define
class Head:
    """What head and tail of a letter say."""

    submitted: tuple[When, Line] | None = None
    number: tuple[str, Line] | None = None
    title: tuple[str, Sequence[Line], Certainty] | None = None
    addressees: list[LocatedParty] = field(factory=list)
    submitters: list[LocatedParty] = field(factory=list)

    @property
    def lines(self) -> list[Line]:
        """The lines that say it, in order."""
        lines = [line for party in (*self.addressees, *self.submitters) for line in party.lines]
        lines += self.title[1] if self.title else []
        lines += [self.submitted[1]] if self.submitted else []
        return sorted(lines, key=lambda line: line.number)


def read_head(letter: LetterLines) -> Head:
    """Read what stands before and behind the text of a letter."""
    head = Head()
    for lines, is_tail in ((letter.lines[: letter.body], False), (letter.lines[letter.tail :], True)):
        _HeadReader(head, lines, is_tail=is_tail).read()
    return head


class _HeadReader:
    """Reader of a head or a tail, line by line."""

    def __init__(self, head: Head, lines: Sequence[Line], *, is_tail: bool) -> None:
        self.head = head
        self.lines = lines
        self.is_tail = is_tail
        folded = [fold_line(line.text) for line in lines]
        self.texts = [re.sub(r"^#+\s*|\*\*", "", line.text) for line in folded]
        self.context = "\n".join(self.texts)
        self.printed = [line.printed for line in folded]
        self.titles: list[tuple[str, Sequence[Line]]] = []
        self.pending: list[LocatedParty] = []
        """Parties without an honorific directly above the line: submitters, unless an honorific follows."""
        self.is_below_label = False
        """True below a label of addressees, where they need no honorific."""
        self.first_line = 0
        """The number of the first line behind the last date."""

    def read(self) -> None:
        """Read all lines; the first kind that fits a line counts."""
        kinds = (self._read_date, self._read_number, self._read_addressees, self._read_title, self._read_submitter)
        for index, text in enumerate(self.texts):
            if not text:
                if not self._is_before_honorific(index):
                    self._settle()
            elif not re.match(r"以上[。]?$", text):
                any(read_kind(index) for read_kind in kinds)
        self._settle()
        if self.titles and self.head.title is None:
            # A line that names the genre alone is the title only if there is no other.
            named = [title for title in self.titles if len(title[0]) > 6] or self.titles
            self.head.title = (*named[-1], Certainty.SURE if len(named) == 1 else Certainty.LIKELY)

    def _settle(self) -> None:
        """Make submitters of the parties that no honorific followed."""
        self.head.submitters += [party for party in self.pending if party not in self.head.submitters]
        self.pending.clear()

    def _is_before_honorific(self, index: int) -> bool:
        """Return True if the next line with text is an honorific alone, which a blank line separates from the names."""
        following = next((text for text in self.texts[index + 1 : index + 3] if text), "")
        return bool(re.fullmatch(r"[(]?(?:様|殿|宛て?|あて|各位|御中)[)]?", following))

    def _read_date(self, index: int) -> bool:
        words = match_date_line(self.texts[index])
        if words is None:
            return False
        self._settle()
        self.is_below_label = False
        self.first_line = self.lines[index].number
        # The day may be left blank, to be filled in by hand.
        words = re.sub(r"月日$", "月", re.sub(r"\s+", "", words))
        try:
            self.head.submitted = self.head.submitted or (read(words), self.lines[index])
        except ValueError:
            return True
        return True

    def _read_number(self, index: int) -> bool:
        match = _DOCUMENT_NUMBER.match(self.texts[index])
        if match is not None:
            self.head.number = self.head.number or (match["number"], self.lines[index])
        return match is not None

    def _read_addressees(self, index: int) -> bool:
        text = self.texts[index]
        label = _RECIPIENT_LABEL.match(text)
        self.is_below_label = label is not None or (self.is_below_label and not _SUBMITTER_LABEL.match(text))
        text = text[label.end() :] if label is not None else text
        if not is_addressee(text) and not (self.is_below_label and text):
            return label is not None
        parties = [party for name in split_names(text) if (party := split_party(name, self.lines[index], self.context)) is not None]
        if self.is_below_label and not HONORIFIC.search(text):
            # A person behind a blank line is a submitter, if the addressees are offices alone.
            is_apart = index > 0 and not self.texts[index - 1] and label is None and bool(self.head.addressees)
            self.is_below_label = bool(parties) and not (is_apart and parties[0].person)
            if not self.is_below_label:
                return False
        if parties:
            parties[:1] = [self._join_above(parties[0])]
        if self.is_below_label:
            self._settle()
        self.head.addressees += [*self.pending, *parties]
        self.pending.clear()
        return bool(parties) or label is not None

    def _join_above(self, party: LocatedParty) -> LocatedParty:
        """Return an addressee with the body or post of the line above, if it has only the rest."""
        if party.office is None:
            # A blank line may stand between the post and the name, but no date.
            above = self.pending or self.head.submitters
            belongs = bool(above) and above[-1].person is None and above[-1].lines[-1].number > self.first_line
            return above.pop().with_person(party) if belongs else party
        needs_body = party.body is None and party.post is not None and not party.post.endswith("大臣")
        return self.pending.pop().with_post(party) if needs_body and self.pending and self.pending[-1].post is None else party

    def _read_title(self, index: int) -> bool:
        if self.is_tail or not TITLE.search(self.texts[index]):
            return False
        self._settle()
        first = index
        while first and self._goes_on_below(first - 1):
            first -= 1
        title = re.sub(r"^#+\s*|\*\*|^(?:件\s*名|題\s*名|標\s*題)\s*[:：]?\s*", "", join_lines(self.printed[first : index + 1])).strip()
        self.titles.append((title, self.lines[first : index + 1]))
        # What looked like a party was the first line of the title.
        self.head.submitters = [party for party in self.head.submitters if party.lines[0].number < self.lines[first].number]
        return True

    def _goes_on_below(self, index: int) -> bool:
        """Return True if a line ends in the middle of a title."""
        text = self.texts[index]
        return bool(text) and breaks_off(text) and not match_date_line(text) and not is_addressee(text)

    def _read_submitter(self, index: int) -> bool:
        text = _SUBMITTER_LABEL.sub("", self.texts[index])
        party = split_party(text, self.lines[index], self.context)
        if party is None:
            return False
        above = self.pending[-1] if self.pending and self.pending[-1].person is None else None
        if above is not None and party.office is None:
            self.pending[-1] = above.with_person(party)
        elif above is not None and party.body is None and above.post is None:
            self.pending[-1] = above.with_post(party)
        elif party.person and party.body is None and self.pending and self.pending[-1].person and self.pending[-1].body:
            # Another person of the same body.
            body = self.pending[-1].body
            self.pending.append(evolve(party, body=body, office=f"{body}{party.office}"))
        elif party.office is not None or text != self.texts[index]:
            self.pending.append(party)
        return True
