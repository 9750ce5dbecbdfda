"""Ids of drafted records: what an id is made of follows from the kind of its entry, as the record classes say of their ids."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import zip_longest

from attrs import frozen

from dxgov.documents.readings import Entry, EntryKind
from dxgov.drafting.record_tables import ENTRY_TABLES, get_prefix


@frozen
class IdRule:
    """What the id of a record is made of, behind the prefix of its table."""

    bases: tuple[EntryKind, ...] = ()
    """Kinds of entries: the id begins with that of the nearest one above. Without one it begins with the name of the document."""
    values: tuple[tuple[str, str], ...] = ()
    """Values of the entry that follow, each with letters before it. If the entry lacks one, its place among its siblings follows."""
    width: int = 1
    """The least number of digits of the first number."""


ID_RULES: Mapping[EntryKind, IdRule] = {
    EntryKind.ITEM: IdRule((EntryKind.LETTER,), (("", "path"),), 2),
    EntryKind.ASK: IdRule((EntryKind.ITEM, EntryKind.LETTER), (("", "letter"),)),
    EntryKind.AGENDA_ITEM: IdRule((EntryKind.MEETING,), (("", "position"),)),
    EntryKind.TURN: IdRule((EntryKind.MEETING,), (("t", "turn"), ("p", "point")), 2),
    EntryKind.DECISION: IdRule(width=2),
    EntryKind.MILESTONE: IdRule((), (("", "position"),), 2),
    EntryKind.EXAMINATION_ITEM: IdRule((), (("", "code"),)),
    EntryKind.OPINION_GROUP: IdRule((), (("", "number"),), 2),
    EntryKind.OPINION: IdRule((EntryKind.OPINION_GROUP,), (("", "position"),)),
    EntryKind.INSTRUCTION: IdRule((), (("", "number"),), 2),
    EntryKind.DUTY: IdRule((), (("", "number"),), 2),
    EntryKind.MEASURE: IdRule((EntryKind.DUTY,), (("", "position"),)),
}
"""The rules by kind; the id of a letter or a meeting is the name of the document alone."""


LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""The letters that tell the asks of an item apart."""

Parts = list[tuple[str, str]]
"""Parts of an id, each with the letters before its number."""


def name_entries(entries: Sequence[Entry], document_name: str) -> list[str]:
    """Return the ids of entries, without the prefixes of their tables.

    Numbers are padded to the width of the longest at the same place, so that ids sort as printed. An id that another
    entry has already gets a number behind it.
    """
    bases = [
        find_ancestor(entries, index, ID_RULES[entry.kind].bases) if entry.kind in ID_RULES else None for index, entry in enumerate(entries)
    ]
    # What each entry adds to the id that its own begins with: letters, and a number or a code.
    siblings: Counter[tuple[EntryKind, int | None]] = Counter()
    parts: list[Parts] = []
    for entry, base in zip(entries, bases, strict=True):
        siblings[entry.kind, base] += 1
        rule, values = ID_RULES.get(entry.kind), {name: value.value for name, value in entry.values.items()}
        letters = next((letters for letters, _ in rule.values), "") if rule else ""
        parts.append(list_parts(rule, values) or [(letters, str(siblings[entry.kind, base]))] if rule else [])
    widths = {
        kind: measure_widths(rule, [numbers for entry, numbers in zip(entries, parts, strict=True) if entry.kind is kind])
        for kind, rule in ID_RULES.items()
    }
    # Parents come first, so that the ids that others begin with are known.
    names: list[str] = []
    counts: Counter[tuple[str, str]] = Counter()
    for entry, base, numbers in zip(entries, bases, parts, strict=True):
        name = join_name(document_name if base is None else names[base], numbers, widths.get(entry.kind, ()))
        if entry.kind in ENTRY_TABLES:
            prefix, stem = get_prefix(ENTRY_TABLES[entry.kind]), name
            while counts[prefix, name]:
                counts[prefix, stem] += 1
                name = f"{stem}-{counts[prefix, stem]}"
            counts[prefix, name] = 1
        names.append(name)
    return names


def measure_widths(rule: IdRule, parts: Iterable[Parts]) -> list[int]:
    """Return the width to which the numbers at each place of the ids of a kind are padded, so that ids sort as printed."""
    lengths = ([len(number) if number.isdigit() else 0 for _, number in numbers] for numbers in parts)
    return [max(column) for column in zip_longest([rule.width], *lengths, fillvalue=0)]


def join_name(stem: str, parts: Parts, widths: Sequence[int]) -> str:
    """Return an id that begins with `stem`, with numbers padded to the widths."""
    padded = [
        letters + (number.zfill(width) if number.isdigit() else number) for (letters, number), width in zip(parts, widths, strict=False)
    ]
    return ".".join([stem, *padded])


def list_parts(rule: IdRule, values: Mapping[str, object]) -> Parts:
    """Return what the values of an entry or a record add to its id; empty if one is missing or cannot stand in an id."""
    texts = [(letters, str(values.get(name, "")).lower()) for letters, name in rule.values]
    if not all(re.fullmatch(r"[a-z0-9]+([.-][a-z0-9]+)*", text) for _, text in texts):
        return []
    return [(letters, part) for letters, text in texts for part in text.split(".")]


def find_ancestor(entries: Sequence[Entry], index: int, kinds: Sequence[EntryKind]) -> int | None:
    """Return the index of the nearest entry of one of the kinds that an entry is a part of; None if there is none."""
    parent = entries[index].parent
    while parent is not None and entries[parent].kind not in kinds:
        parent = entries[parent].parent
    return parent


def make_name(text: str) -> str:
    """Return a name for an id that follows from a text alone, so that the text has it in all documents."""
    return sha256(text.encode()).hexdigest()[:8]
