"""The grammar of letters: 要望書, 意見書, 請願書, 陳情書, and web reports of requests."""

import re
from collections.abc import Iterator, Sequence

from attrs import define, evolve, field, frozen

from dxgov.dates.finder import find
from dxgov.dates.parser import read
from dxgov.dates.when import Scope, When
from dxgov.documents.asking import (
    CONDITION,
    INTERIM,
    REPEATS_KIND,
    REQUEST_END,
    Action,
    Rule,
    cut_actions,
    find_actor,
    find_item_actor,
    find_relay,
    find_strength,
    rank_kinds,
)
from dxgov.documents.folding import fold, fold_line
from dxgov.documents.lines import ExtractedText, Line
from dxgov.documents.outline import Node
from dxgov.documents.readings import Certainty, Entry, EntryKind, Flaw, Reading, Value
from dxgov.documents.wrapping import breaks_off, ends_sentence, is_heading, join_lines
from dxgov.documents.zones import GENRE, HONORIFIC, TITLE, TRIGGER, LetterLines, is_addressee, match_date_line, split_letters

SURE, LIKELY, UNSURE = Certainty.SURE, Certainty.LIKELY, Certainty.UNSURE

# ---- parties

POSTS = (
    "内閣総理大臣|総理大臣|大臣政務官|副大臣|大臣|副知事|知事|副市長|市長|副区長|区長|副町長|町長|副村長|村長|副議長|議長|事務局長|事務総長|副会長|会長"
    "|副理事長|理事長|専務理事|常務理事|代表取締役社長|代表取締役|代表理事|共同代表|代表者|代表|社長|長官|副局長|局長|次長|部長|課長|室長|所長|副委員長|委員長"
    "|教育長|総裁|総長|学長|支部長|組合長|団長|座長|幹事長|管理者|本部長|センター長|院長|館長|校長|議員"
)
"""Alternation of the last words of posts."""
_POST = re.compile(POSTS)
_BODY_END = re.compile(
    r"(?:都|道|府|県|市|区|町|村|会|省|庁|局|院|部|課|連合|連盟|組合|機構|公社|法人|会社|団体|同盟|党|ネットワーク|センター|大学|一同)$"
)
_PERSON = re.compile(r"[一-鿿々〆ヶぁ-んァ-ヶー]{1,5}\s+[一-鿿々ヶぁ-んァ-ヶー]{1,5}|[一-鿿々ヶ]{2,6}")
_NAME = re.compile(r"(?!会)[一-鿿々ヶぁ-ん]{2,6}")
_TWO_POSTS = re.compile(rf"(?P<first>\S*?(?:{POSTS}))\s+\S*(?:{POSTS})\s+(?P<person>{_PERSON.pattern})$")
"""A person with two posts, such as the president of an association who is a mayor; the first is that of the letter."""
_NO_PARTY = re.compile(
    r"^(?:〒|住\s*所|所在地|電\s*話|TEL|FAX|メール|E-?mail|担\s*当|紹介議員|連絡先|https?:|公?印$|記$|以上)|\d{2,4}-\d{2,4}-\d{3,4}|丁目|番地|@",
    re.IGNORECASE,
)
_SUBMITTER_LABEL = re.compile(
    r"^(?:(?:要望|要請|請願|陳情|提出|提案|申入れ?)(?:者|団体)|差出人|氏\s*名|団体名|代表者(?:名|氏名)?)(?:代表)?\s*[:：]?\s*"
)
_RECIPIENT_LABEL = re.compile(r"^[(【\[]?\s*(?:提出|送付|要望|要請|申入れ|あて|宛て?)先(?:一覧)?\s*[)】\]]?\s*:?\s*")
_HONORIFIC_TAIL = re.compile(r"\s*[(]?(?:様|殿|御中|先生|閣下|各位|宛て?|あて|アテ)[)]*$")
_DOCUMENT_NUMBER = re.compile(r"^[(]?(?P<number>[^\s、。:]{0,16}?第\s*[0-9]+(?:[-の][0-9]+)*\s*号(?:の[0-9]+)?)[)]?$")


@frozen
class Party:
    """Who is named in a line of a head or tail."""

    office: str | None
    """The post with its body, as printed; the body alone if there is no post."""

    body: str | None
    post: str | None
    person: str | None
    lines: tuple[Line, ...]

    @property
    def organisation(self) -> str | None:
        """The body, or the office if no body is printed."""
        return self.body or self.office

    @property
    def is_national(self) -> bool:
        """True for the government, its ministers and ministries, and the houses of the Diet."""
        return bool(re.search(r"大臣|長官|^(?:国|政府|内閣)|[省庁]$|議院", self.office or ""))

    def with_person(self, other: "Party") -> "Party":
        """Return the party with the person of another line."""
        return evolve(self, person=other.person, lines=(*self.lines, *other.lines))

    def with_post(self, other: "Party") -> "Party":
        """Return the party, a body alone, with the post and person of another line."""
        office = f"{self.body}{other.office}"
        return evolve(self, office=office, post=other.post, person=other.person, lines=(*self.lines, *other.lines))


def split_party(text: str, line: Line) -> Party | None:
    """Divide a folded text into body, post and person; None if it names none of them."""
    text = re.sub(r"\s*[(][^()]*[)]$", "", _HONORIFIC_TAIL.sub("", text)).strip()
    if not text or len(text) > 48 or _NO_PARTY.search(text) or re.search("[。、]", text):
        return None
    if (match := _TWO_POSTS.match(text)) is not None and (party := split_party(match["first"], line)) is not None:
        return evolve(party, person=match["person"])
    posts = [
        match
        for match in _POST.finditer(text)
        if not (rest := text[match.end() :]) or (_PERSON if rest[0].isspace() else _NAME).fullmatch(rest.strip())
    ]
    if posts:
        body, post, person = text[: posts[-1].start()].strip(), posts[-1][0], text[posts[-1].end() :].strip()
        if post.endswith("大臣") and not re.search("[省庁府]$", body):
            body, post = "", body + post
        body = re.sub(r"\s+", "", body)
        office = body + post
        # The post of 緑川市長 is 市長, and its body 緑川市.
        if body and re.fullmatch("副?[市区町村]長", post):
            body += post[-2]
        return Party(office, body or None, post, person or None, (line,))
    if _BODY_END.search(text):
        return Party(text, text, None, None, (line,))
    return Party(None, None, None, text, (line,)) if _PERSON.fullmatch(text) else None


@define
class _Head:
    """What heads and tails say."""

    submitted: tuple[When, Line] | None = None
    number: tuple[str, Line] | None = None
    title: tuple[str, Sequence[Line], Certainty] | None = None
    addressees: list[Party] = field(factory=list)
    submitters: list[Party] = field(factory=list)


def _read_head(letter: LetterLines) -> _Head:
    """Read what stands before and behind the text of a letter."""
    head = _Head()
    _read_zone(head, letter.lines[: letter.body], is_tail=False)
    _read_zone(head, letter.lines[letter.tail :], is_tail=True)
    return head


def _read_zone(head: _Head, lines: Sequence[Line], *, is_tail: bool) -> None:
    """Read a head or a tail: each line is a date, a number, addressees, submitters or a title."""
    folded = [fold_line(line.text) for line in lines]
    texts = [re.sub(r"^#+\s*|\*\*", "", line.text) for line in folded]
    titles: list[tuple[str, list[Line]]] = []
    pending: list[Party] = []  # parties without an honorific, directly above the line
    after_label = False
    for index, (line, text) in enumerate(zip(lines, texts, strict=True)):
        if not text:
            if pending and not _continues_addressees(texts, index):
                _add_submitters(head, pending)
                pending = []
            continue
        if (words := match_date_line(text)) is not None:
            head.submitted = head.submitted or _read_date(words, line)
            _add_submitters(head, pending)
            pending, after_label = [], False
            continue
        if (match := _DOCUMENT_NUMBER.match(text)) is not None:
            head.number = head.number or (match["number"], line)
            continue
        if re.match(r"以上[。]?$", text):
            continue
        if _SUBMITTER_LABEL.match(text):
            after_label = False
        label = _RECIPIENT_LABEL.match(text)
        if label is not None:
            after_label = True
            text = text[label.end() :]
        if is_addressee(text) or (after_label and text):
            parties = [party for part in split_names(text) if (party := split_party(part, line)) is not None]
            if parties and parties[0].body is None and parties[0].post and "大臣" not in parties[0].post and pending and pending[-1].post is None:
                parties = [pending.pop().with_post(parties[0]), *parties[1:]]
            if not HONORIFIC.search(text) and not parties:
                after_label = False
            if parties and parties[0].office is None:
                # The name of a person belongs to the post above, also where a blank line stands between.
                above = pending or (head.submitters if not any(match_date_line(other) for other in texts[:index][-4:]) else [])
                if above and above[-1].person is None:
                    parties = [above.pop().with_person(parties[0]), *parties[1:]]
            head.addressees += [*pending, *parties] if not after_label else parties
            if after_label:
                _add_submitters(head, pending)
            pending = []
            if parties or label is not None:
                continue
        if label is not None:
            continue
        if not is_tail and TITLE.search(text) and len(text) >= 2:
            _add_submitters(head, pending)
            pending = []
            above = _find_title_above(texts, index)
            titles.append((_clean_title(join_lines(folded[number].printed for number in range(above, index + 1))), list(lines[above : index + 1])))
            head.submitters = [party for party in head.submitters if party.lines[0].number < lines[above].number]
            continue
        stripped = _SUBMITTER_LABEL.sub("", text)
        party = split_party(stripped, line)
        if party is None:
            continue
        if pending and pending[-1].person is None and (party.office is None or (party.body is None and pending[-1].post is None)):
            pending[-1] = pending[-1].with_person(party) if party.office is None else pending[-1].with_post(party)
        elif party.office is not None or stripped != text:
            pending.append(party)
    _add_submitters(head, pending)
    if titles and head.title is None:
        # A line that names the genre alone is the title only if there is no other.
        named = [title for title in titles if len(title[0]) > 6] or titles
        head.title = (*named[-1], SURE if len(named) == 1 else LIKELY)


def _add_submitters(head: _Head, parties: Sequence[Party]) -> None:
    head.submitters += [party for party in parties if party not in head.submitters]


def _continues_addressees(texts: Sequence[str], index: int) -> bool:
    """Return True if the next line with text is an honorific line, which a blank line separates from its first part."""
    following = next((text for text in texts[index + 1 : index + 3] if text), "")
    return bool(re.fullmatch(r"[(]?(?:様|殿|宛て?|あて|各位|御中)[)]?", following))


def split_names(text: str) -> Iterator[str]:
    """Yield the addressees of a folded line."""
    for part in re.split(r"[、，・;；]|(?<=様)\s+|(?<=殿)\s+|\s{3,}(?=[^\s]*(?:大臣|議長|知事|市長|長官))", text):
        if part.strip():
            yield part.strip()


def _find_title_above(texts: Sequence[str], index: int) -> int:
    """Return the index of the first line of a title that ends at a line."""
    above = index
    while (
        above
        and texts[above - 1]
        and breaks_off(texts[above - 1])
        and not match_date_line(texts[above - 1])
        and not is_addressee(texts[above - 1])
    ):
        above -= 1
    return above


def _clean_title(text: str) -> str:
    """Return a title without a label and Markdown signs."""
    return re.sub(r"^#+\s*|\*\*|^(?:件\s*名|題\s*名|標\s*題)\s*[:：]?\s*", "", text).strip()


def _read_date(words: str, line: Line) -> tuple[When, Line] | None:
    """Read the words of a date line; None if they name no month."""
    try:
        return read(re.sub(r"\s+", "", words).removesuffix("月日") + ("月" if re.search(r"月\s*日$", words) else "")), line
    except ValueError:
        return None


# ---- entries


@define
class EntryWriter:
    """The entries of a reading, as they are written."""

    entries: list[Entry] = field(factory=list)
    flaws: list[Flaw] = field(factory=list)
    takes_asks: bool = True
    """False in an answer, whose items ask for nothing."""

    def add(
        self, kind: EntryKind, lines: Sequence[Line], values: dict[str, Value], parent: int | None = None, place: str | None = None
    ) -> int:
        """Add an entry and return its index."""
        self.entries.append(Entry(kind, lines[0].number, lines[-1].number, values, parent, place))
        return len(self.entries) - 1


def score_letter(text: ExtractedText) -> tuple[float, tuple[str, ...]]:
    """Return how likely a text is a letter, from 0 to 1, and the reasons."""
    letters = split_letters(text.lines)
    if not letters:
        return 0.0, ()
    letter, head = max(
        ((letter, _read_head(letter)) for letter in letters), key=lambda pair: len(pair[1].addressees) + len(pair[1].submitters)
    )
    asks = any(TRIGGER.search(fold(line.text)) for line in letter.lines[letter.body : letter.tail] + letter.lines[letter.tail :][:1])
    has_list = any(letter.outline.roots and letter.list < letter.tail for letter in letters)
    reasons = {
        "has-title-of-a-request": 0.3 * (head.title is not None and bool(GENRE.search(fold(head.title[0])))),
        "has-addressees": 0.3 * bool(head.addressees),
        "has-submitters": 0.1 * bool(head.submitters),
        "has-date-line": 0.1 * (head.submitted is not None),
        "asks-in-its-text": 0.2 * asks,
        "has-list-of-requests": 0.1 * (asks and has_list),
    }
    return min(sum(reasons.values()), 1.0), tuple(name for name, score in reasons.items() if score)


def read_letter(text: ExtractedText) -> Reading:
    """Read the letters of a text: parties, title, date, items and asks."""
    score, reasons = score_letter(text)
    writer = EntryWriter()
    for letter in split_letters(text.lines):
        _write_letter(writer, letter)
    certainty = SURE if score >= 0.8 else LIKELY if score >= 0.5 else UNSURE
    return Reading("letter", certainty, reasons, tuple(writer.entries), tuple(writer.flaws))


def _write_letter(writer: EntryWriter, letter: LetterLines) -> None:
    """Write the entries of one letter."""
    head = _read_head(letter)
    has_list = letter.list < letter.tail and bool(letter.outline.roots)
    if head.title is None and not has_list and not (head.addressees and head.submitters):
        return
    values: dict[str, Value] = {}
    if head.title is not None:
        title, lines, certainty = head.title
        values["title"] = Value(title, certainty, "title-line", lines[0].number, lines[-1].number)
    if head.submitted is not None:
        when, line = head.submitted
        values["submitted"] = Value(when, SURE, "date-line", line.number, line.number)
    if head.number is not None:
        values["document_number"] = Value(head.number[0], SURE, "document-number-line", head.number[1].number, head.number[1].number)
    printed = [line for line in letter.lines if line.text.strip()]
    index = writer.add(EntryKind.LETTER, _get_span(letter, head) or printed[:1], values)
    for party in head.addressees:
        write_party(writer, "addressee", party, index)
    for party in head.submitters:
        write_party(writer, "submitter", party, index)
    addressee = next(iter(head.addressees), None)
    writer.takes_asks = head.title is None or "回答" not in head.title[0]
    if has_list:
        write_items(writer, letter.outline.roots, index, addressee)
        writer.flaws += letter.outline.flaws
    elif writer.takes_asks:
        _write_closing_asks(writer, letter, index, addressee)


def _get_span(letter: LetterLines, head: _Head) -> list[Line]:
    """Return the lines from which title, date and parties were read, in order."""
    lines = [line for party in (*head.addressees, *head.submitters) for line in party.lines]
    lines += head.title[1] if head.title else []
    lines += [head.submitted[1]] if head.submitted else []
    head_lines = [line for line in lines if line.number <= letter.lines[max(letter.body - 1, 0)].number]
    return sorted(head_lines or lines, key=lambda line: line.number)


def write_party(writer: EntryWriter, role: str, party: Party, parent: int, certainty: Certainty | None = None) -> None:
    """Write a party; a submitter whose person is printed is a signatory too.

    Args:
        writer: Where to write it.
        role: Its role.
        party: Whom the lines name.
        parent: The index of the letter.
        certainty: How certain the name is; None to take it from the role.
    """
    has_body_alone = role == "submitter" and party.body and party.post and not re.search("大臣|知事|[市区町村]長$", party.post)
    name = party.body if has_body_alone else party.office or party.person
    reason = {"addressee": "honorific", "submitter": "post-without-honorific"}[role]
    certainty = certainty or (SURE if role == "addressee" and party.office else LIKELY)
    values = {"role": Value(role, certainty, reason), "name": Value(name, certainty, reason)}
    parts = {"body": party.body, "post": party.post, "person": party.person}
    values |= {part: Value(text, LIKELY, "post-divides") for part, text in parts.items() if text}
    writer.add(EntryKind.PARTY, party.lines, values, parent)
    if role == "submitter" and party.person and party.office:
        signatory = {"role": Value("signatory", LIKELY, "person-of-submitter"), "name": Value(party.person, LIKELY, "person-of-submitter")}
        writer.add(EntryKind.PARTY, party.lines, signatory | {part: value for part, value in values.items() if part in parts}, parent)


def write_items(writer: EntryWriter, nodes: Sequence[Node], parent: int, addressee: Party | None) -> None:
    """Write items, with their parts and asks, below a letter or an item."""
    for position, node in enumerate(nodes, 1):
        _write_item(writer, node, position, parent, addressee)


def _write_item(writer: EntryWriter, node: Node, position: int, parent: int, addressee: Party | None) -> None:
    """Write an item with its parts and asks."""
    paragraphs = [
        (join_lines(item_line.text for item_line in paragraph), [item_line.line for item_line in paragraph])
        for paragraph in node.paragraphs
    ]
    is_checked = node.reason in {"number-follows", "list-begins"} and node.rank is not None and not node.rank.is_misprint and (node.component > 1 or _has_sibling(node))
    certainty = SURE if is_checked else LIKELY
    values = {
        "number": Value(node.mark.number, certainty, node.reason),
        "path": Value(node.path, certainty, node.reason),
        "position": Value(position, certainty, node.reason),
    }
    title = ""
    if paragraphs and _is_title(paragraphs[0][0]):
        title = paragraphs[0][0]
        values["title"] = Value(title, SURE if node.children or len(paragraphs) > 1 else LIKELY, "heading-of-item")
        paragraphs = paragraphs[1:]
    text = join_lines(paragraph for paragraph, _ in paragraphs)
    if text:
        values["text"] = Value(text, certainty, node.reason, paragraphs[0][1][0].number, paragraphs[-1][1][-1].number)
    place = _get_place(node)
    lines = [item_line.line for item_line in node.lines]
    index = writer.add(EntryKind.ITEM, lines, values, parent, place)
    # A sentence with nouns below it asks for them; a sentence above sentences explains.
    if text and all(_is_title(child.text) for child in node.children) and writer.takes_asks:
        _write_asks(writer, text, title, [line for _, group in paragraphs for line in group], index, addressee, place)
    write_items(writer, node.children, index, addressee)


def _has_sibling(node: Node) -> bool:
    """Return True if the list of an item has others that were checked by its number."""
    return node.parent is None or any(child.reason == "number-follows" for child in node.parent.children)


def _get_place(node: Node) -> str:
    """Return the numbers from the outermost item to an item, as printed: ``6(2)``."""
    return (_get_place(node.parent) if node.parent is not None else "") + node.mark.number


_PREDICATE = re.compile(r"(?:[うくぐすつぬぶむる]|たい|ほしい|[なべよ]い|ください|願い|れよ|せよ|だ|た)$")
"""The end of a sentence without a full stop."""


def _is_title(text: str) -> bool:
    """Return True for the words of a heading: a noun, not a sentence."""
    return is_heading(text) and not _PREDICATE.search(text)


def _write_closing_asks(writer: EntryWriter, letter: LetterLines, parent: int, addressee: Party | None) -> None:
    """Write the asks of a letter without a list: those of its last sentence that asks."""
    lines = [line for line in letter.lines[letter.body : letter.tail] if line.text.strip()]
    text, starts = "", []
    for line in lines:
        starts.append(len(text))
        text = join_lines([text, line.text])
    sentences = [
        match for match in re.finditer(r"[^。]+。?", text) if (request := REQUEST_END.search(fold(match[0]))) and request["asked"].strip()
    ]
    if sentences:
        sentence = sentences[-1]
        cited = [
            line
            for line, start, stop in zip(lines, starts, [*starts[1:], len(text)], strict=True)
            if start < sentence.end() and stop > sentence.start()
        ]
        asked = REQUEST_END.search(fold(sentence[0]))
        _write_asks(writer, asked["asked"] if asked else "", "", cited, parent, addressee, None)


def _write_asks(
    writer: EntryWriter, text: str, title: str, lines: Sequence[Line], parent: int, addressee: Party | None, place: str | None
) -> None:
    """Write the asks of an item."""
    kinds: tuple[Rule, ...] = ()
    for number, action in enumerate(cut_actions(text)):
        # Words such as likewise repeat the kinds of the action before.
        kinds = rank_kinds(action.clause) or (kinds if REPEATS_KIND.search(action.clause) else ())
        values = {
            "letter": Value(chr(ord("a") + number) if number < 26 else str(number + 1), LIKELY, action.reason),
            "text": Value(action.text, LIKELY, action.reason),
            **_judge(action, title, text, addressee, kinds),
        }
        writer.add(EntryKind.ASK, lines, values, parent, place)


def _judge(action: Action, title: str, text: str, addressee: Party | None, kinds: tuple[Rule, ...]) -> dict[str, Value]:
    """Return who must act, who passes it on, how strongly, and the kinds of an action."""
    values: dict[str, Value] = {}
    relay = find_relay(action.clause)
    if relay is not None:
        actor, reason = relay
        values["expected_of"], basis = Value(actor, LIKELY, reason), "named"
        if addressee is not None and not addressee.is_national:
            presser = find_actor([action.clause])
            values["relayed_by"] = Value(
                *(presser[0], LIKELY, presser[1]) if presser else (addressee.organisation, LIKELY, "relay-by-addressee")
            )
            values["strength"] = Value("urge", LIKELY, reason)
    elif (named := find_actor([action.clause, action.sentence])) is not None:
        values["expected_of"], basis = Value(named[0], LIKELY, named[1]), "named"
    elif (named := find_item_actor([title, text])) is not None:
        values["expected_of"], basis = Value(named[0], UNSURE, named[1], alternatives=(None,)), "item_names"
    else:
        alternatives = (addressee.organisation,) if addressee else ()
        values["expected_of"], basis = Value(None, LIKELY, "actor-unnamed", alternatives=alternatives), None
    if basis is not None:
        values["expected_of_basis"] = Value(basis, values["expected_of"].certainty, values["expected_of"].reason)
    if "strength" not in values:
        rule = find_strength(action.clause)
        values["strength"] = Value(rule.value, LIKELY, rule.name)
    if kinds:
        values["kinds"] = Value((kinds[0].value,), UNSURE, kinds[0].name, alternatives=tuple((rule.value,) for rule in kinds[1:2]))
    if (match := CONDITION.search(action.clause)) is not None:
        values["condition"] = Value(match["condition"], LIKELY, "condition-clause")
    if INTERIM.search(action.clause):
        values["interim"] = Value(True, LIKELY, "interim-words")
    deadlines = [reading.when for reading in find(action.clause) if reading.when is not None and reading.when.scope is Scope.BY]
    if deadlines:
        values["due"] = Value(deadlines[-1], LIKELY, "deadline-in-clause")
    return values
