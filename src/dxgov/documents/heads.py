"""Heads and tails of letters: date, document number, addressees, submitters and title."""

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import define, evolve, field, frozen

from dxgov.dates.parser import read
from dxgov.dates.when import When
from dxgov.documents.folding import fold_line, measure_width
from dxgov.documents.lines import Line
from dxgov.documents.local_governments import LocalGovernment
from dxgov.documents.outline import RUNNING_STYLES
from dxgov.documents.parties import classify_body, find_government, read_party
from dxgov.documents.readings import Certainty
from dxgov.documents.wrapping import breaks_off, find_gaps, join_lines
from dxgov.documents.zones import HONORIFIC, TITLE, LetterLines, is_addressee, match_date_line

_SUBMITTER_LABEL = re.compile(
    r"^(?:(?:要望|要請|請願|陳情|提出|提案|申入れ?)(?:者|団体)|差出人|氏\s*名|団体名|代表者(?:名|氏名)?)(?:代表)?\s*[:：]?\s*"
)
_RECIPIENT_LABEL = re.compile(r"^[(【\[]?\s*(?:提出|送付|要望|要請|申入れ|あて|宛て?)先(?:一覧)?\s*[)】\]]?\s*:?\s*")
_SEAL = re.compile(r"(?<=..)\s*[(]?[印㊞][)]?$")
"""The place of a seal behind a name."""
_NO_PARTY = re.compile(r"^[(【\[]?\s*(?:本件)?(?:お?問い?合わ?せ|連絡先|担当|照会先|事務局)(?!長)|(?:資料|別紙|別添|参考)[\s\d-]*$")
"""What begins a line that tells whom to ask, or ends one that says which paper of a meeting this is: neither names who has signed."""
_HONORIFIC_ALONE = r"[(]?(?:様|殿|宛て?|あて|各位|御中)[)]?"
_BRACKET_BESIDE = re.compile(r"\s*(?:[┐┤┘├│┃|}⎫⎬⎭❵]|(?<![^\s)])[)〕](?=\s|$)|(?<=\s)[〕)](?=\s|$))\s*")
"""A piece of a bracket that stands beside a column of names."""

_NUMBER = r"第\s*[\d一二三四五六七八九十百]+(?:[-の]\d+)*\s*号(?:の\d+|議案|(?:意見書|決議)?案)?"
_DOCUMENT_NUMBER = re.compile(rf"^[^、。:]{{0,24}}?{_NUMBER}$")
_NUMBER_BEFORE_TITLE = re.compile(rf"^[(（【\[]?(?P<number>\S{{0,16}}?{_NUMBER})[)）】\]]?\s+(?=\S)")
_OUTER_BRACKETS = re.compile(r"^[\s#*(（【\[［〔]+|[\s*)）】\]］〕]+$")


_COLUMN_WIDTH = 5.5
"""Width of a half-width column of common type, in points."""

_MAX_SHIFT = 3
"""Maximum difference of the indents of names in one column, in half-width columns."""

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

    reason: str = "post-without-honorific"
    """The name of the rule that gives the role."""

    @property
    def indent(self) -> int:
        """Where the first line begins, in half-width columns; those of vertical lines count from the top."""
        line = self.lines[0]
        if line.box is None:
            return measure_width(line.text[: len(line.text) - len(line.text.lstrip())])
        left, top, right, bottom = line.box
        is_vertical = bottom - top > right - left
        return round((top if is_vertical else left) / _COLUMN_WIDTH)

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


_PLACEHOLDER = re.compile(r"[○〇◯●△×＊*_＿\s　]+")
"""What stands for a name that is left out."""


def split_party(text: str, line: Line, context: str = "") -> LocatedParty | None:
    """Divide a folded text into body, post and person; None if it names none of them."""
    party = read_party(text, context)
    if party is None:
        return None
    office = party.name if party.body or party.post else None
    person = None if party.person and _PLACEHOLDER.fullmatch(party.person) else party.person
    body, post, kind, governments = party.body, party.post, party.body_kind, party.local_governments
    # The post of a unit, as 国土交通省道路局長, is of the ministry or the local government around it.
    if body and post and kind == "bureau" and (government := find_government(body)):
        body, post = government, party.name.removeprefix(government)
        kind, governments = classify_body(government, context)
    return LocatedParty(office, body, post, person, (line,), kind, governments)


def split_names(text: str) -> Iterator[str]:
    """Yield the names of a folded line: between commas, behind honorifics, or between blanks if all are offices with their bodies."""
    for part in re.split(r"[、，・;；]|(?<=様)\s+|(?<=殿)\s+|(?<=宛て)\s+|(?<=宛)\s+|(?<=あて)\s+", text):
        words = part.split()
        offices = [word for word in words if not re.fullmatch(_HONORIFIC_ALONE, word)]
        if len(offices) > 1 and all(map(_is_whole_office, offices)):
            yield from offices
        elif words:
            yield part.strip()


def _is_whole_office(text: str) -> bool:
    """Return True for the name of an office that says of which body it is."""
    party = read_party(text)
    return party is not None and party.post is not None and not party.person and (party.body is not None or party.reason == "minister")


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
    gaps = find_gaps(letter.lines)
    for begin, stop, is_tail in ((0, letter.body, False), (letter.tail, len(letter.lines), True)):
        indexes = [index for index in range(begin, stop) if letter.lines[index].style not in RUNNING_STYLES]
        lines = [letter.lines[index] for index in indexes]
        _HeadReader(head, lines, [gaps[index] for index in indexes], is_tail=is_tail).read()
    if not head.addressees:
        head.addressees += _list_addressees_in_closing(letter.lines[letter.body :])
    # Offices of the nation beside a submitter that is none, or below a written opinion, are addressed, with or without an honorific.
    national = [party for party in head.submitters if party.is_national]
    if len(national) < len(head.submitters) or (head.title is not None and re.search("意見書|決議", head.title[0])):
        head.submitters = [party for party in head.submitters if not party.is_national]
        head.addressees += [evolve(party, reason="office-of-nation") for party in national]
        head.addressees.sort(key=lambda party: party.lines[0].number)
    return head


_CLOSING = re.compile(
    r"第(?:99|九十九)条[^。]{0,12}?(?:により|に基づき|に基づいて)、?(?P<names>[^。]{2,120}?)(?:に対し(?:て)?|宛て?に?|あてに?|へ|に)、?(?:この|本)?意見書を"
)
"""The last sentence of a written opinion, which may name its addressees."""


def _list_addressees_in_closing(lines: Sequence[Line]) -> Iterator[LocatedParty]:
    """Yield the addressees that the last sentence of a written opinion names."""
    texts = [fold_line(line.text).text for line in lines]
    for index, text in enumerate(texts):
        # The sentence may go over several lines.
        if re.search("第(?:99|九十九)条", text) and (match := _CLOSING.search(join_lines(texts[index : index + 4]))):
            for name in re.split("、|及び|並びに|・", match["names"]):
                party = split_party(name, lines[index])
                if party is not None and party.office is not None:
                    last = next((number for number in range(index, len(texts)) if "意見書を" in texts[number]), index)
                    yield evolve(party, reason="named-in-closing", lines=tuple(lines[index : last + 1]))
            return


class _HeadReader:
    """Reader of a head or a tail, line by line."""

    def __init__(self, head: Head, lines: Sequence[Line], gaps: Sequence[bool], *, is_tail: bool) -> None:
        self.head = head
        self.lines = lines
        self.gaps = gaps
        """Whether each line stands apart from the one above."""
        self.is_tail = is_tail
        folded = [fold_line(line.text) for line in lines]
        texts = [re.sub(r"^#+\s*|\*\*", "", line.text) for line in folded]
        self.texts = [_BRACKET_BESIDE.sub(" ", text).strip() for text in texts]
        self.has_bracket = [text != other for text, other in zip(texts, self.texts, strict=True)]
        self.context = "\n".join(self.texts)
        self.printed = [line.printed for line in folded]
        self.titles: list[tuple[str, Sequence[Line]]] = []
        self.pending: list[LocatedParty] = []
        """Parties without an honorific directly above the line: submitters, unless an honorific follows."""
        self.is_below_label = False
        """True below a label of addressees, where they need no honorific."""
        self.column: LocatedParty | None = None
        """The addressee whose honorific counts for a column of names that may go on below it; None outside of columns."""
        self.first_line = 0
        """The number of the first line behind the last date."""

    def read(self) -> None:
        """Read all lines; the first kind that fits a line counts."""
        kinds = (self._read_date, self._read_number, self._read_addressees, self._read_title, self._read_submitter)
        for index, text in enumerate(self.texts):
            # A blank line may stand between names and an honorific alone.
            if self.gaps[index] and not re.fullmatch(_HONORIFIC_ALONE, text):
                self._settle()
            if text and not re.match(r"以上[。]?$", text):
                any(read_kind(index) for read_kind in kinds)
        self._settle()
        if self.titles and self.head.title is None:
            # A line that names the genre alone is the title only if there is no other.
            named = [title for title in self.titles if len(title[0]) > 6] or self.titles
            self.head.title = (*named[-1], Certainty.SURE if len(named) == 1 else Certainty.LIKELY)

    def _settle(self) -> None:
        """Make submitters of the parties that no honorific followed, and end the column of addressees."""
        self.head.submitters += [party for party in self.pending if party not in self.head.submitters]
        self.pending.clear()
        self.column = None

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
        if not _DOCUMENT_NUMBER.match(_OUTER_BRACKETS.sub("", self.texts[index])):
            return False
        self.head.number = self.head.number or (_OUTER_BRACKETS.sub("", self.printed[index]), self.lines[index])
        return True

    def _read_addressees(self, index: int) -> bool:
        text = self.texts[index]
        label = _RECIPIENT_LABEL.match(text)
        self.is_below_label = label is not None or (self.is_below_label and not _SUBMITTER_LABEL.match(text))
        text = text[label.end() :] if label is not None else text
        if not is_addressee(text) and not (self.is_below_label and text):
            return label is not None
        parties = [party for name in split_names(text) if (party := split_party(name, self.lines[index], self.context)) is not None]
        if self.is_below_label and not HONORIFIC.search(text):
            # Behind a blank line, a person or a body of another kind is a submitter, if the addressees are offices alone.
            is_apart = self.gaps[index] and label is None and bool(self.head.addressees)
            self.is_below_label = bool(parties) and not (
                is_apart and (parties[0].person or self.head.addressees[-1].is_national > parties[0].is_national)
            )
            if not self.is_below_label:
                return False
        if parties:
            parties[:1] = [self._join_above(parties[0])]
        if self.is_below_label:
            self._settle()
        anchor = next(iter(parties), self.pending[-1] if self.pending else None)
        above: list[LocatedParty] = []
        # One honorific does for the column above it: for persons only if it stands alone below them. Other persons have signed.
        while anchor is not None and self.pending and self._is_in_column(self.pending[-1], anchor):
            if self.pending[-1].person and (parties or not anchor.person):
                break
            above.insert(0, evolve(self.pending.pop(), reason="honorific"))
        self._settle()
        self.head.addressees += [*above, *(evolve(party, reason="honorific") for party in parties)]
        if anchor is not None and (above or anchor.is_national or self.has_bracket[index]):
            self.column = anchor
        return bool(parties) or label is not None

    def _is_in_column(self, party: LocatedParty, anchor: LocatedParty) -> bool:
        """Return True if a party without an honorific belongs to the column of one that has it."""
        # An assembly or an association beside an office of the nation submits.
        return abs(party.indent - anchor.indent) <= _MAX_SHIFT and (
            party.is_national >= anchor.is_national or party.body_kind not in ("assembly", "association", None)
        )

    def _join_above(self, party: LocatedParty) -> LocatedParty:
        """Return an addressee with the body or post of the line above, if it has only the rest."""
        if party.office is None:
            # A blank line may stand between the post and the name, but no date.
            above = self.pending or self.head.submitters
            belongs = bool(above) and above[-1].person is None and above[-1].lines[-1].number > self.first_line
            return above.pop().with_person(party) if belongs else party
        needs_body = party.body is None and party.post is not None and not party.is_national
        return self.pending.pop().with_post(party) if needs_body and self.pending and self.pending[-1].post is None else party

    def _read_title(self, index: int) -> bool:
        is_rest = self._is_rest_of_title(index)
        if self.is_tail or not (is_rest or TITLE.search(self.texts[index])):
            return False
        self._settle()
        first = index - is_rest
        while first and self._goes_on_below(first - 1):
            first -= 1
        if is_rest and self.titles and self.titles[-1][1][-1] is self.lines[index - 1]:
            self.titles.pop()
        title = re.sub(r"^#+\s*|\*\*|^(?:件\s*名|題\s*名|標\s*題)\s*[:：]?\s*", "", join_lines(self.printed[first : index + 1])).strip()
        if (match := _NUMBER_BEFORE_TITLE.match(title)) is not None:
            self.head.number = self.head.number or (match["number"], self.lines[first])
            title = title[match.end() :]
        self.titles.append((title, self.lines[first : index + 1]))
        # What looked like a party was the first line of the title.
        self.head.submitters = [party for party in self.head.submitters if party.lines[0].number < self.lines[first].number]
        return True

    def _is_rest_of_title(self, index: int) -> bool:
        """Return True if the word that ends a title was cut between the line above and this one, as 要望 and 書."""
        if not index or self.gaps[index] or not self.texts[index]:
            return False
        above = self.texts[index - 1]
        match = TITLE.search(above + self.texts[index])
        return match is not None and match.start() < len(above)

    def _goes_on_below(self, index: int) -> bool:
        """Return True if a line ends in the middle of a title."""
        text = self.texts[index]
        return bool(text) and breaks_off(text) and not match_date_line(text) and not is_addressee(text)

    def _read_submitter(self, index: int) -> bool:
        text = _SEAL.sub("", _SUBMITTER_LABEL.sub("", self.texts[index]))
        # A label or a seal tells who has signed.
        has_signed = text != self.texts[index]
        if _NO_PARTY.search(text):
            return False
        parties = [party for name in split_names(text) if (party := split_party(name, self.lines[index], self.context)) is not None]
        if self.column is not None and parties and not has_signed:
            # The column goes on below its honorific: beside a bracket, or with offices of the same kind.
            anchor = self.column
            if all(
                not party.person
                and self._is_in_column(party, anchor)
                and (self.has_bracket[index] or party.is_national == anchor.is_national)
                and party.body_kind != "assembly"
                for party in parties
            ):
                self.head.addressees += [evolve(party, reason="column-of-addressees") for party in parties]
                return True
        self.column = None
        for party in parties:
            self._add_submitter(party, has_signed=has_signed)
        return bool(parties)

    def _add_submitter(self, party: LocatedParty, *, has_signed: bool) -> None:
        """Add a party without an honorific, or the rest of the one above."""
        above = self.pending[-1] if self.pending and self.pending[-1].person is None else None
        if above is not None and party.office is None:
            self.pending[-1] = above.with_person(party)
        elif above is not None and party.body is None and above.post is None and not party.is_national:
            self.pending[-1] = above.with_post(party)
        elif party.person and party.body is None and self.pending and self.pending[-1].person and self.pending[-1].body:
            # Another person of the same body.
            body = self.pending[-1].body
            self.pending.append(evolve(party, body=body, office=f"{body}{party.office or ''}"))
        elif party.office is not None or has_signed:
            self.pending.append(party)
