"""`DocumentReading`: what a grammar reads in a document, entry by entry, each value with its certainty, reason and lines."""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, frozen

from dxgov.codes import Code


class Certainty(Code):
    """How certain a value is that a grammar reads."""

    SURE = (
        "sure",
        "確実",
        "It is printed, and checked by something else, such as a sequence of numbers.",
        "印字されており、番号の連続などで裏付けられる。",
    )
    LIKELY = "likely", "ほぼ確実", "One rule gives it, and none contradicts.", "一つの規則から得られ、矛盾する規則はない。"
    UNSURE = (
        "unsure",
        "不確実",
        "Several rules give different values; this is the likeliest.",
        "規則によって値が分かれ、最も確からしいものを示す。",
    )


class EntryKind(Code):
    """What a grammar reads. Names of values are those of the fields of the record class, where a record comes of the entry.

    The values of each kind, besides those that lead nowhere: see `READING_VALUES`.
    """

    LETTER = "letter", "要望書", "A letter, petition or written opinion as a whole.", "要望書、請願書、意見書などの文書全体。"
    PARTY = "party", "当事者", "Somebody who is named in a role.", "役割をもって名が挙がる者。"
    ITEM = "item", "項目", "A numbered item of a letter.", "要望書などの番号付き項目。"
    ASK = "ask", "要望行為", "One action that a letter asks for.", "要望書などが求める一つの行為。"
    MEETING = "meeting", "会議", "A meeting.", "会議。"
    AGENDA_ITEM = "agenda_item", "議題", "An item on an agenda.", "議題。"
    TURN = "turn", "発言", "A turn to speak, or a bullet under a speaker.", "一人の発言、または発言者の下の一つの箇条書き。"
    DECISION = "decision", "議決", "What a body decided.", "機関の議決。"
    MILESTONE = "milestone", "日程", "A row of a schedule.", "日程表の行。"
    EXAMINATION_ITEM = "examination_item", "検討項目", "A question to examine.", "検討項目。"
    OPINION_GROUP = "opinion_group", "意見群", "A heading over opinions.", "意見のまとまりの見出し。"
    OPINION = "opinion", "意見", "An opinion in a list.", "意見の一覧の一項目。"
    INSTRUCTION = "instruction", "指示", "An instruction in a list.", "指示の一覧の一項目。"
    DUTY = "duty", "業務", "A duty in a table of duties.", "業務の表の行。"
    MEASURE = "measure", "施策", "A measure in a list or a table.", "施策の一覧や表の行。"
    MEMBER = "member", "名簿の一人", "A person on a roster, with the post.", "名簿に載る人物とその役職。"
    ROW = "row", "表の行", "A row of a table that no grammar knows.", "どの文法にも当てはまらない表の行。"


@frozen
class Value:
    """A value that a grammar reads."""

    value: Any
    """The value: a text, number, truth value, `When`, code as text, or a tuple of these."""

    certainty: Certainty
    reason: str
    """The name of the rule, such as ``number-follows``; the pages on readers tell what each means."""

    first_line: int = 0
    last_line: int = 0
    """The lines that show it; 0 for those of the entry."""

    alternatives: tuple[Any, ...] = ()
    """Other values that rules give, the likeliest first."""


@frozen
class Entry:
    """Something that a grammar reads in a document: a thing of some kind with values, at some lines."""

    kind: EntryKind
    first_line: int
    last_line: int
    """The lines that hold the entry, without those of its children where these have lines of their own."""

    values: Mapping[str, Value] = Factory(dict)
    """The values by name."""

    parent: int | None = None
    """The index of the entry that this one is a part of, in the same reading; None for none. Parents come first."""

    place: str | None = None
    """The place in the document's own numbering, such as ``6(2)``; None if it has none."""


@frozen
class Flaw:
    """Damage of a document, or something a grammar cannot explain."""

    first_line: int
    last_line: int
    damage: str
    """A code of `dxgov.model.record.Damage` as text, such as ``misprint``."""

    reason: str
    """The name of the rule that noticed it."""


@frozen
class DocumentReading:
    """What a grammar reads in a document."""

    genre: str
    """The name of the grammar, such as ``letter``; ``none`` if no grammar fits."""

    certainty: Certainty
    """How certain the genre is."""

    reasons: tuple[str, ...]
    """Why the document is of this genre."""

    entries: tuple[Entry, ...] = ()
    flaws: tuple[Flaw, ...] = ()


READING_VALUES: Mapping[EntryKind, tuple[str, ...]] = {
    EntryKind.LETTER: ("title", "submitted", "document_number", "round"),
    EntryKind.PARTY: ("role", "name", "kind", "body", "post", "person", "local_government_code"),
    EntryKind.ITEM: ("number", "path", "position", "title", "text"),
    EntryKind.ASK: ("letter", "text", "expected_of", "expected_of_basis", "relayed_by", "strength", "kinds", "condition", "interim", "due"),
    EntryKind.MEETING: ("name", "series", "ordinal", "held", "start_time", "end_time", "mode", "place", "kind", "status"),
    EntryKind.AGENDA_ITEM: ("number", "position", "title", "recorded", "closed"),
    EntryKind.TURN: (
        "turn",
        "point",
        "speaker_as_printed",
        "name",
        "post",
        "group",
        "seat",
        "kind",
        "agenda_item",
        "commitment",
        "due",
        "text",
    ),
    EntryKind.DECISION: (
        "number",
        "title",
        "outcome",
        "outcome_as_printed",
        "decided_by",
        "referred_to",
        "manner",
        "votes_for",
        "votes_against",
        "abstentions",
        "decided",
    ),
    EntryKind.MILESTONE: ("position", "title", "date", "status", "kind", "organisations"),
    EntryKind.EXAMINATION_ITEM: ("code", "title"),
    EntryKind.OPINION_GROUP: ("number", "title"),
    EntryKind.OPINION: ("position", "text", "kind", "printed_with_bullet"),
    EntryKind.INSTRUCTION: ("number", "text", "issued_by", "directed_to", "consult", "strength", "due"),
    EntryKind.DUTY: ("number", "category", "owner", "text"),
    EntryKind.MEASURE: ("position", "title", "audience", "as_of"),
    EntryKind.MEMBER: ("name", "post", "body"),
    EntryKind.ROW: ("cells",),
}
"""The names of the values that an entry of each kind may have.

`role` of a party is ``addressee``, ``submitter``, ``signatory``, ``participant``, ``organiser``, ``presenter`` or ``issuer``; `expected_of`
and `relayed_by` hold names as printed. `text` is what the document says; it is never copied into a record.
"""
