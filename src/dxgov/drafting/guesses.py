"""What a draft knows of its values: guesses with their reasons, what is left to a person, and what a person decided."""

from datetime import datetime

from attrs import frozen

from dxgov.codes import Code
from dxgov.documents.readings import Certainty


@frozen
class Guess:
    """A value that was drafted, with its certainty, reason and lines."""

    record: str
    """The id of the record."""
    field: str
    """The name of the field; that of the key, ``id``, says that the record as a whole was drafted."""
    value: str
    """The cells of the field as one text: that of a list is a JSON array, that of a date a JSON object; empty if only `alternatives` are
    proposed. That of the key is the id that was drafted, whatever the record is called since."""
    certainty: Certainty
    reason: str
    """The name of the rule."""
    first_line: int
    last_line: int
    """The lines that show it."""
    alternatives: tuple[str, ...] = ()
    """Other values, the likeliest first."""


class TodoKind(Code):
    """What a person has to do about a field before a draft can be published."""

    WRITE = "write", "記入", "The field is required and empty.", "必須の項目が空欄になっている。"
    CHECK = "check", "確認", "The value is unsure.", "値が不確実である。"


@frozen
class Todo:
    """Something that is left to a person."""

    kind: TodoKind
    table: str
    record: str
    """The id of the record; empty if it has none."""
    field: str
    reason: str
    """Why: the message of the check, or the name of the rule that gave the value."""
    alternatives: tuple[str, ...] = ()
    """Values to choose from, the likeliest first."""


@frozen
class DraftDecision:
    """What a person decided on a drafted value, a value that was not drafted, or a record."""

    record: str
    field: str
    """The name of the field; that of the key, ``id``, if the record as a whole was accepted, removed, added or renamed."""
    drafted: str
    """The drafted value; empty if nothing was drafted."""
    decided: str
    """The value now; equal to `drafted` if the person accepted it, empty if they removed it."""
    reason: str
    """The name of the rule that drafted the value; empty if nothing was drafted."""
    when: datetime
    """When it was noticed: the time of the last change of the file that holds the value."""
