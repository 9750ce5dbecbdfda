"""The grammar of letters: 要望書, 意見書, 請願書, 陳情書, and web reports of requests."""

import re
from collections.abc import Mapping, Sequence

from attrs import define, field

from dxgov.dates.finder import find
from dxgov.dates.when import Scope
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
from dxgov.documents.folding import fold
from dxgov.documents.heads import NATION, LocatedParty, list_organisations, read_head
from dxgov.documents.lines import ExtractedText, Line
from dxgov.documents.outline import OutlineNode
from dxgov.documents.readings import Certainty, DocumentReading, Entry, EntryKind, Flaw, Value
from dxgov.documents.request_tables import RequestRow, find_request_rows, join_cells
from dxgov.documents.text_tables import list_tables
from dxgov.documents.wrapping import is_heading, join_lines
from dxgov.documents.zones import GENRE, LIST_HEADING, TRIGGER, LetterLines, is_addressee, split_letters

SURE, LIKELY, UNSURE = Certainty.SURE, Certainty.LIKELY, Certainty.UNSURE


@define
class EntryWriter:
    """The entries of a reading, as they are written."""

    entries: list[Entry] = field(factory=list)
    flaws: list[Flaw] = field(factory=list)
    parties: set[tuple[int, str, str | None]] = field(factory=set)
    """The letter, role and name of each party."""
    takes_asks: bool = True
    """False in an answer, whose items ask for nothing."""

    def add(
        self, kind: EntryKind, lines: Sequence[Line], values: dict[str, Value], parent: int | None = None, place: str | None = None
    ) -> int:
        """Add an entry and return its index."""
        self.entries.append(Entry(kind, lines[0].number, lines[-1].number, values, parent, place))
        return len(self.entries) - 1


_END_LINES = 80
"""Lines at either end of a text in which a letter shows."""
_SAMPLE_LINES = 1000
"""Lines from the beginning whose letters tell the genre of a collection of letters."""


def score_letter(text: ExtractedText) -> tuple[float, tuple[str, ...]]:
    """Return how likely a text is a letter, from 0 to 1, and the reasons."""
    # Addressees and the title of a letter stand near its ends; what has neither needs no closer look.
    ends = [fold(line.text) for line in (*text.lines[:_END_LINES], *text.lines[_END_LINES:][-_END_LINES:])]
    has_table = any(True for _ in find_request_rows(list_tables(text)))
    if not has_table and not any(is_addressee(line) or GENRE.search(line) for line in ends):
        return 0.0, ()
    letters = _sample_letters(text.lines)
    letter, head = max(
        ((letter, read_head(letter)) for letter in letters), key=lambda pair: len(pair[1].addressees) + len(pair[1].submitters)
    )
    body = [fold(line.text) for line in letter.lines[letter.body : letter.tail + 1]]
    asks = any(TRIGGER.search(line) or LIST_HEADING.match(line) for line in body)
    has_list = any(letter.outline.roots and letter.list < letter.tail for letter in letters)
    # Many papers name offices of the nation, and write to none of them.
    reasons = {
        "has-title-of-a-request": 0.3 * (head.title is not None and bool(GENRE.search(fold(head.title[0])))),
        "has-addressees": (0.3 if any(party.reason != "office-of-nation" for party in head.addressees) else 0.1) * bool(head.addressees),
        "has-submitters": 0.1 * bool(head.submitters),
        "has-date-line": 0.1 * (head.submitted is not None),
        "asks-in-its-text": 0.2 * asks,
        "has-list-of-requests": 0.1 * (asks and has_list),
        "has-table-of-requests": 0.65 * has_table,
    }
    return min(sum(reasons.values()), 1.0), tuple(name for name, score in reasons.items() if score)


def _sample_letters(lines: Sequence[Line]) -> list[LetterLines]:
    """Return the letters that the first lines hold whole; all letters if these lines hold none."""
    letters = split_letters(lines[:_SAMPLE_LINES])
    # The last line of the sample cuts a letter.
    return letters if len(lines) <= _SAMPLE_LINES else letters[:-1] or split_letters(lines)


def read_letter(text: ExtractedText) -> DocumentReading:
    """Read the letters of a text: parties, title, date, items and asks."""
    score, reasons = score_letter(text)
    writer = EntryWriter()
    rows = [*find_request_rows(list_tables(text))]
    for letter in split_letters(text.lines):
        first, last = letter.lines[0].number, letter.lines[-1].number
        _write_letter(writer, letter, [row for row in rows if first <= row.first_line <= last])
    certainty = SURE if score >= 0.8 else LIKELY if score >= 0.5 else UNSURE
    return DocumentReading("letter", certainty, reasons, tuple(writer.entries), tuple(writer.flaws))


def _write_letter(writer: EntryWriter, letter: LetterLines, rows: Sequence[RequestRow]) -> None:
    """Write the entries of one letter, whose items are the rows of its tables of requests or else those of its list."""
    head = read_head(letter)
    roots = letter.outline.roots if letter.list < letter.tail else []
    if not all(any(row.first_line <= root.first_line <= row.last_line for row in rows) for root in roots):
        # The letter has a list of its own, and the table belongs to it.
        rows = ()
    has_list = bool(rows or roots)
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
    # A letter whose head says something is cited there, else at its end.
    cited = [line for line in head.lines if line.number < letter.lines[letter.list - 1].number] or head.lines
    index = writer.add(EntryKind.LETTER, cited or printed[:1], values)
    for party in head.addressees:
        write_party(writer, "addressee", party, index)
    for party in head.submitters:
        write_party(writer, "submitter", party, index)
        _write_signatory(writer, party, index)
    addressed = list_organisations(head.addressees)
    writer.takes_asks = head.title is None or "回答" not in head.title[0]
    if rows:
        _write_rows(writer, rows, {line.number: line for line in letter.lines}, index, addressed)
    elif has_list:
        write_items(writer, roots, index, addressed)
        writer.flaws += letter.outline.flaws
    elif writer.takes_asks:
        _write_closing_asks(writer, letter, index, addressed)


def write_party(writer: EntryWriter, role: str, party: LocatedParty, parent: int, certainty: Certainty | None = None) -> None:
    """Write a party, unless the letter has it already.

    Args:
        writer: Where to write it.
        role: Its role.
        party: Whom the lines name.
        parent: The index of the letter.
        certainty: How certain the name is; None to take it from the role.
    """
    has_body_alone = role == "submitter" and party.body and party.post and not re.search("大臣|知事|[市区町村]長$", party.post)
    name = party.body if has_body_alone else party.office or party.person
    reason = party.reason
    certainty = certainty or (SURE if reason == "honorific" and party.office else LIKELY)
    values = {"role": Value(role, certainty, reason), "name": Value(name, certainty, reason)}
    parts = {"body": party.body, "post": party.post, "person": party.person}
    values |= {part: Value(text, LIKELY, "post-divides") for part, text in parts.items() if text}
    kind = party.body_kind if name == party.body else "person" if name == party.person else "post"
    if kind:
        values["kind"] = Value(kind, certainty, reason)
    if codes := tuple(government.code for government in party.local_governments):
        is_shared = len(codes) > 1
        values["local_government_code"] = Value(
            codes[0], UNSURE if is_shared else LIKELY, f"local-government{'-shared-name' * is_shared}", alternatives=codes[1:]
        )
    if (parent, role, name) not in writer.parties:
        writer.parties.add((parent, role, name))
        writer.add(EntryKind.PARTY, party.lines, values, parent)


def _write_signatory(writer: EntryWriter, party: LocatedParty, parent: int) -> None:
    """Write the person of a submitter, who signs the letter."""
    if party.person and party.office:
        names = {
            "role": "signatory",
            "name": party.person,
            "kind": "person",
            "body": party.body,
            "post": party.post,
            "person": party.person,
        }
        writer.add(
            EntryKind.PARTY, party.lines, {name: Value(text, LIKELY, "person-of-submitter") for name, text in names.items() if text}, parent
        )


def write_items(writer: EntryWriter, nodes: Sequence[OutlineNode], parent: int, addressed: Sequence[str]) -> None:
    """Write items, with their parts and asks, below a letter or an item."""
    for position, node in enumerate((node for node in nodes if not node.is_explanation), 1):
        _write_item(writer, node, position, parent, addressed)


def _write_item(writer: EntryWriter, node: OutlineNode, position: int, parent: int, addressed: Sequence[str]) -> None:
    """Write an item with its parts and asks."""
    # Headings in brackets divide an item; what explains asks for nothing.
    paragraphs = [
        (join_lines(item_line.text for item_line in paragraph), [item_line.line for item_line in paragraph])
        for paragraph in node.paragraphs
        if paragraph[0].is_body
    ]
    is_checked = (
        node.reason in {"number-follows", "list-begins"}
        and node.rank is not None
        and not node.rank.is_misprint
        and (node.component > 1 or _has_sibling(node))
    )
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
    asks = writer.takes_asks and not _NO_REQUEST.search(title)
    if text and asks and all(_is_title(child.text) for child in node.children):
        _write_asks(writer, text, title, [line for _, group in paragraphs for line in group], index, addressed, place)
    write_items(writer, node.children, index, addressed)


def _write_rows(
    writer: EntryWriter, rows: Sequence[RequestRow], lines_by_number: Mapping[int, Line], parent: int, addressed: Sequence[str]
) -> None:
    """Write the rows of tables as items, each with its asks."""
    numbers = [fold(row.number).strip("().") for row in rows]
    is_counted = numbers == [str(position) for position in range(1, len(rows) + 1)]
    certainty = SURE if is_counted else LIKELY
    for position, row in enumerate(rows, 1):
        values = {
            "path": Value(str(position), certainty, "row-of-requests"),
            "position": Value(position, certainty, "row-of-requests"),
        }
        if row.number:
            values["number"] = Value(row.number, certainty, "row-of-requests")
        title, text = join_cells(row.title), join_cells(row.text)
        if not row.text and not _is_title(title):
            # The only column of a table says what is asked in sentences.
            title, text = "", title
        for name, content, cells in (("title", title, row.title), ("text", text, row.text or row.title)):
            if content:
                values[name] = Value(content, certainty, "row-of-requests", cells[0].first_line, cells[-1].last_line)
        lines = [lines_by_number[number] for number in range(row.first_line, row.last_line + 1) if number in lines_by_number]
        index = writer.add(EntryKind.ITEM, lines, values, parent, row.number or str(position))
        if text and writer.takes_asks:
            owner = (
                Value(row.owners[0], UNSURE if row.owners[1:] else LIKELY, "owner-of-row", alternatives=tuple(row.owners[1:]))
                if row.owners
                else None
            )
            _write_asks(writer, text, title, lines, index, addressed, row.number or str(position), owner)


def _has_sibling(node: OutlineNode) -> bool:
    """Return True if the list of an item has others that were checked by its number."""
    return node.parent is None or any(child.reason == "number-follows" for child in node.parent.children)


def _get_place(node: OutlineNode) -> str:
    """Return the numbers from the outermost item to an item, as printed: ``6(2)``."""
    return (_get_place(node.parent) if node.parent is not None else "") + node.mark.number


_NATION_NAMES = frozenset({NATION, "政府"})

_PREDICATE = re.compile(r"(?:[うくぐすつぬぶむる]|たい|ほしい|[なべよ]い|ください|願い|れよ|せよ|だ|た)$")
"""The end of a sentence without a full stop."""


_NO_REQUEST = re.compile("現状|課題|背景|経緯|はじめに|おわりに|まとめ")
"""Words of headings over what asks for nothing."""
_CLAUSE = re.compile("(?:[をにはもがてでりくつ]|から|よう|ため|れば)、")
"""The end of a clause inside a sentence."""


def _is_title(text: str) -> bool:
    """Return True for the words of a heading: a noun, not a sentence."""
    return is_heading(text) and not _PREDICATE.search(text) and not _CLAUSE.search(text)


def _write_closing_asks(writer: EntryWriter, letter: LetterLines, parent: int, addressed: Sequence[str]) -> None:
    """Write the asks of a letter without a list: those of its last sentence that asks."""
    lines = [line for line in letter.lines[letter.body : letter.tail] if line.text.strip()]
    text, starts = "", []
    for line in lines:
        starts.append(len(text))
        text = join_lines([text, line.text])
    sentences = [
        match
        for match in re.finditer(r"[^。]+。?", text)
        if (request := REQUEST_END.search(fold(match[0]))) and (request["asked"] or request["wish"] or "").strip()
    ]
    if sentences:
        sentence = sentences[-1]
        cited = [
            line
            for line, start, stop in zip(lines, starts, [*starts[1:], len(text)], strict=True)
            if start < sentence.end() and stop > sentence.start()
        ]
        asked = REQUEST_END.search(fold(sentence[0]))
        _write_asks(writer, (asked["asked"] or asked["wish"]) if asked else "", "", cited, parent, addressed, None)


def _write_asks(
    writer: EntryWriter,
    text: str,
    title: str,
    lines: Sequence[Line],
    parent: int,
    addressed: Sequence[str],
    place: str | None,
    owner: Value | None = None,
) -> None:
    """Write the asks of an item; `owner` is who must act as its row says."""
    kinds: tuple[Rule, ...] = ()
    item_actor = owner
    if owner is None and (named := find_item_actor(title, text)) is not None:
        item_actor = Value(named[0], UNSURE, named[1], alternatives=tuple(addressed[:1]))
    for number, action in enumerate(cut_actions(text)):
        # Words such as likewise repeat the kinds of the action before.
        kinds = rank_kinds(action.clause) or (kinds if REPEATS_KIND.search(action.clause) else ())
        values = {
            "letter": Value(chr(ord("a") + number) if number < 26 else str(number + 1), LIKELY, action.reason),
            "text": Value(action.text, LIKELY, action.reason),
            **_judge(action, item_actor, addressed, kinds),
        }
        writer.add(EntryKind.ASK, lines, values, parent, place)


def _judge(action: Action, item_actor: Value | None, addressed: Sequence[str], kinds: tuple[Rule, ...]) -> dict[str, Value]:
    """Return who must act, who passes it on, how strongly, and the kinds of an action."""
    values: dict[str, Value] = {}
    relay = find_relay(action.clause)
    if relay is not None:
        actor, reason = relay
        values["expected_of"], basis = Value(actor, LIKELY, reason), "named"
        # The nation is not to press itself.
        if not (NATION in addressed and actor in _NATION_NAMES):
            values["strength"] = Value("urge", LIKELY, reason)
            presser = find_actor([action.clause])
            if presser is not None:
                values["relayed_by"] = Value(presser[0], LIKELY, presser[1])
            elif addressed:
                values["relayed_by"] = _choose_addressee(addressed, "relay-by-addressee")
    elif (named := find_actor([action.clause, action.sentence])) is not None:
        values["expected_of"], basis = Value(named[0], LIKELY, named[1]), "named"
    elif item_actor is not None:
        values["expected_of"], basis = item_actor, "item_names"
    elif addressed:
        values["expected_of"], basis = _choose_addressee(addressed, "actor-is-addressee"), "addressee"
    else:
        values["expected_of"], basis = Value(None, LIKELY, "actor-unnamed"), None
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


def _choose_addressee(addressed: Sequence[str], reason: str) -> Value:
    """Return the organisation that is addressed; of several the first, with the others as alternatives."""
    return Value(addressed[0], UNSURE if len(addressed) > 1 else LIKELY, reason, alternatives=tuple(addressed[1:]))
