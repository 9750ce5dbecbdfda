"""From a reading to a draft: each entry becomes a row of the table of its kind, as far as the document goes."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import attrs
from attrs import define, evolve, fields

from dxgov import __version__
from dxgov.characters import is_japanese
from dxgov.dataset import Dataset
from dxgov.dates.parser import read
from dxgov.dates.when import Basis, Scope, When
from dxgov.documents.lines import ExtractedText
from dxgov.documents.parties import Party
from dxgov.documents.readings import Certainty, DocumentReading, Entry, EntryKind, Value
from dxgov.drafting.actors import CERTAINTIES, ActorRegister, NamedActor, normalize_name
from dxgov.drafting.draft import Draft
from dxgov.drafting.guesses import Guess
from dxgov.drafting.identifiers import LETTERS, find_ancestor, make_name, name_entries
from dxgov.drafting.mentions import THEMES, THINGS, Mentions
from dxgov.drafting.record_tables import DOCUMENT_RULE, ENTRY_TABLES, MODEL, get_prefix
from dxgov.drafting.rows import Row, describe_field, find_field, format_field, split_links
from dxgov.errors import DateError
from dxgov.marks import Dated, Language, Printed, Ref
from dxgov.model.actors import Actor, Appointment, NameStatus
from dxgov.model.kinds import ActorKind
from dxgov.model.record import Record, Review
from dxgov.model.sources import Completeness, Depth, Source, SourceKind
from dxgov.schema import Column, Field, Table
from dxgov.values import digest_document, passage_digest

_SOURCES, _ACTORS, _APPOINTMENTS = (MODEL.table_of(record) for record in (Source, Actor, Appointment))

_SPEAKER_FIELDS = {"name": "speaker_id", "post": "speaker_post_id", "group": "speaker_group_id", "seat": "speaker_seat"}
"""Fields of a statement by the values of a turn that say who speaks."""

_SHARED_FIELDS = {attribute.name for attribute in fields(Record)}
"""Fields that all records have; a draft fills them without a guess."""

_FURNITURE = re.compile(
    r"(?:見出し)?画像[\s\d０-９]*|図表?[\s\d０-９]*|写真[\s\d０-９]*|目次|印刷用ページ.*|本文へ.*|ここから本文.*|(?:ホーム|トップ)(?:ページ)?(?:[>＞].*)?|現在(?:地|位置).*"
)
"""Lines of web pages that are no titles, such as the names of pictures."""

_MAX_THEMES = 5
"""Maximum number of themes that are proposed for a record."""


def draft_document(document: ExtractedText, reading: DocumentReading, name: str | None = None, known: Dataset | None = None) -> Draft:
    """Return the draft of a document.

    Args:
        document: the text of the document.
        reading: what a grammar reads in it.
        name: the name of the document in ids, behind the prefixes of the tables: its date, and its issuer, subject or kind. None makes
            one of the date, the genre and a digest of the text.
        known: the data set whose actors are used again and whose themes are proposed; None for none.

    Raises:
        ValueError: the name cannot be a part of ids.
    """
    drafter = _Drafter(document, reading, known)
    drafter.name_records(name)
    return drafter.draft()


@define
class _Drafter:
    """The state of drafting one document."""

    document: ExtractedText
    reading: DocumentReading
    known: Dataset | None
    name: str = attrs.field(init=False)
    rows: dict[str, list[Row]] = attrs.field(factory=dict)
    """The rows of records by table, with their lists of ids as JSON."""
    guesses: list[Guess] = attrs.field(factory=list)
    entries: list[Entry] = attrs.field(init=False)
    register: ActorRegister = attrs.field(init=False)
    date: Value | None = attrs.field(init=False, default=None)
    """The date of the document: that of its first letter or meeting."""
    ids: list[str] = attrs.field(init=False)
    parties: dict[str, Party] = attrs.field(init=False, factory=dict)
    """The parties that entries name, by their folded names."""
    entries_by_role: dict[str, list[Entry]] = attrs.field(init=False, factory=dict)
    """The entries of parties by role."""
    first_entries: dict[EntryKind, int] = attrs.field(init=False, factory=dict)
    """The index of the first entry of each kind."""
    mentions: Mentions = attrs.field(init=False)

    language: str = attrs.field(init=False, default="ja")
    """The language of the document."""

    def __attrs_post_init__(self) -> None:
        self.language = "ja" if is_japanese(self.document.text) else "en"
        self.entries = list(_number_entries(self.reading.entries))
        holders: dict[str, set[str]] = {}
        for appointment in self.known.appointments if self.known is not None else ():
            holders.setdefault(appointment.post_id, set()).add(appointment.person_id)
        actors = {actor.id: actor for actor in self.known.actors} if self.known is not None else {}
        self.register = ActorRegister(actors, holders, self.document.lines)
        for index, entry in enumerate(self.entries):
            self.first_entries.setdefault(entry.kind, index)
            if entry.kind in (EntryKind.PARTY, EntryKind.MEMBER) and (party := Party.of_values(entry.values)):
                self.parties.setdefault(normalize_name(party.name), party)
            if role := _get_role(entry):
                self.entries_by_role.setdefault(role, []).append(entry)
        self.mentions = Mentions(self.known)
        dated = [(entry, entry.values[name]) for entry in self.entries for name in ("submitted", "held") if name in entry.values]
        dates = (_read_date(self._locate(entry, value), None) for entry, value in dated)
        self.date = next((date for date in dates if isinstance(date.value, When)), None)

    def name_records(self, name: str | None) -> None:
        """Choose the name of the document, and the ids of all entries by it."""
        if name is None:
            day = self.date.value.start if self.date else None
            digest = make_name(self.document.text)
            name = "-".join(filter(None, (day and day.isoformat(), re.sub("[^a-z0-9]+", "-", self.reading.genre).strip("-"), digest)))
        key = next(column for column in _SOURCES.columns if column.key)
        if not key.pattern or not re.fullmatch(key.pattern.regex, get_prefix(_SOURCES) + name):
            raise ValueError(f"id: found {name!r}, expected small letters and digits, with hyphens or dots between them")
        self.name, self.ids = name, name_entries(self.entries, name)

    def draft(self) -> Draft:
        """Return the draft: the source, the records of all entries, then the actors that they name."""
        self._add_source()
        for index, entry in enumerate(self.entries):
            if entry.kind in ENTRY_TABLES:
                self._add_entry(index, entry)
        for entry in self.entries:
            if entry.kind is EntryKind.MEMBER and (party := Party.of_values(entry.values)):
                self._add_party(party, self._locate(entry, _first_value(entry)))
        for actor in list(self.register.actors.values()):
            self._add_actor(actor)
        tables: dict[str, list[Row]] = {name: [] for name in MODEL.stored}
        for name, rows in self.rows.items():
            for row in rows:
                for stored, cells in split_links(MODEL.tables[name], row, MODEL):
                    tables[stored].append(cells)
        return Draft(
            document=self.document,
            genre=self.reading.genre,
            genre_certainty=self.reading.certainty,
            genre_reasons=self.reading.reasons,
            data={name: tuple(rows) for name, rows in tables.items()},
            guesses=tuple(self.guesses),
            damage=self.reading.flaws,
        )

    # Records

    def _add_source(self) -> None:
        """Add the record of the document itself."""
        heads = [entry for entry in self.entries if entry.kind in (EntryKind.LETTER, EntryKind.MEETING)]
        title = next(
            (self._locate(head, head.values["title"]) for head in heads if "title" in head.values),
            next((self._quote_line(self._locate(head, head.values["name"])) for head in heads if "name" in head.values), None),
        )
        if title is None:
            filled = [line for line in self.document.lines if line.text.strip() and not _FURNITURE.fullmatch(line.text.strip())]
            headings = [(line, "first-heading") for line in filled if line.style.startswith("heading")]
            for line, reason in (headings or [(line, "first-line") for line in filled])[:1]:
                title = Value(line.text.strip(), Certainty.UNSURE, reason, line.number, line.number)
        number = next((self._locate(head, head.values["document_number"]) for head in heads if "document_number" in head.values), None)
        flaws = self.reading.flaws
        named_genre = _KINDS_OF_SOURCES.get(self.reading.genre, self.reading.genre)
        genre = named_genre if named_genre in set(SourceKind) else None
        # A title that ends with the name of a kind of document, such as 意見書, says more than the grammar that reads it.
        named_kind = next((kind for kind in SourceKind if title and str(title.value).endswith(kind.label)), None)
        kind = Value(str(named_kind), Certainty.LIKELY, "title-ends-so") if named_kind else None
        if genre and kind is None:
            kind = Value(genre, self.reading.certainty, "genre")
        depth = Depth.INDEX if genre == SourceKind.TRANSCRIPT else Depth.FULL
        values: dict[str, Value | None] = {
            "title": title,
            "kind": kind,
            "depth": Value(depth, Certainty.LIKELY, "depth-of-genre"),
            "published": self._find_day_of_publication(),
            "language": Value(self.language, Certainty.LIKELY, "letters-of-text"),
            "document_number": number,
            "completeness": Value(Completeness.DAMAGED if flaws else Completeness.COMPLETE, Certainty.LIKELY, "damage"),
            "file_sha256": Value(digest_document(self.document.text), Certainty.SURE, "digest"),
        }
        # What readers of formats say of the file, as far as sources have fields for it.
        for attribute in fields(ExtractedText):
            text = getattr(self.document, attribute.name)
            if isinstance(text, str) and attribute.name in _field_names(_SOURCES):
                values[attribute.name] = Value(text or None, Certainty.SURE, "reader")
        lines = [line for value in (title, self.date, number) if value for line in (value.first_line, value.last_line)]
        row = self._start_row(_SOURCES, self.name, lines, DOCUMENT_RULE)
        values["damage"] = Value(tuple(dict.fromkeys(flaw.damage for flaw in flaws)) or None, Certainty.LIKELY, "damage")
        for name, value in values.items():
            if value is not None and value.value is not None:
                self._set(_SOURCES, row, name, value)
        # Who asks issues a letter, but not an article about it.
        for role in (_ISSUER, _SUBMITTER) if genre != SourceKind.WEB_ARTICLE else (_ISSUER,):
            self._set_parties(_SOURCES, row, "issuer_ids", self.entries_by_role.get(role, ()))
        self._finish_row(_SOURCES, row)

    def _find_day_of_publication(self) -> Value | None:
        """Return the day on which the document was published: that of a letter, else none before that of which it tells."""
        if self.date is None or self.reading.genre == EntryKind.LETTER or self.date.value.start is None:
            return self.date
        since = When(self.date.value.text, f"{self.date.value.start.isoformat()}/..", Scope.WITHIN, Basis.EDITORIAL)
        return evolve(self.date, value=since, certainty=Certainty.LIKELY, reason="not-before-event")

    def _quote_line(self, value: Value) -> Value:
        """Return the name of a meeting with what its line says beside it, as titles of minutes do; a line with a label has no title."""
        line = " ".join(self._passage(value).split())
        if str(value.value) == line or re.search("[:：]", line) or value.first_line != value.last_line:
            return value
        return evolve(value, value=line, certainty=Certainty.LIKELY, reason="title-line")

    def _add_entry(self, index: int, entry: Entry) -> None:
        """Add the record of an entry."""
        table = ENTRY_TABLES[entry.kind]
        printed = [entry.values[name] for name in entry.values if (column := self._find_column(entry, name)) and _is_in_lines(column)]
        lines = [entry.first_line, entry.last_line, *(line for value in printed for line in (value.first_line, value.last_line))]
        row = self._start_row(table, self.ids[index], lines, entry.kind, entry.place)
        damage = {flaw.damage for flaw in self.reading.flaws if flaw.first_line <= max(lines) and flaw.last_line >= min(lines)}
        if damage:
            self._set(table, row, "damage", Value(tuple(sorted(damage)), Certainty.LIKELY, "damage"))
        # References to the records that it is a part of.
        for column in table.columns:
            ref = column.mark(Ref)
            if ref and (ref.part_of or column.has(Dated)) and column.target:
                self._set_parent(table, row, column, index)
        # Values of the fields of their names.
        for name, value in entry.values.items():
            target = self._find_column(entry, name)
            if target is None:
                continue
            located = self._locate(entry, value)
            if target.target == _ACTORS.name:
                self._set_actors(table, row, target, located, entry)
            elif target.target is not None:
                self._set_reference(table, row, target, located)
            elif (language := target.mark(Language)) and language.tag != self.language and isinstance(value.value, str):
                # Words of the document do not go into a field of another language: they are proposed to whoever translates them.
                doubt = evolve(located, value=None, certainty=Certainty.UNSURE, alternatives=(value.value,))
                self._note(table, row, find_field(table, target.name), doubt)
            else:
                self._set(table, row, find_field(table, target.name).name, located)
        # Those who take part in a role, and themes to choose from.
        for column in table.columns:
            if column.target == _ACTORS.name:
                self._set_parties(table, row, column.name, list(self._find_parties(index, column)))
            elif column.target in (THEMES, THINGS) and column.many:
                self._propose_named(table, row, column, entry)
        self._finish_row(table, row)

    def _add_actor(self, actor: NamedActor) -> None:
        """Add the record of an actor: of a known one with what the known data set has of it, but cited where it is named here."""
        value = Value(actor.name, actor.certainty, actor.reason, actor.first_line, actor.last_line)
        row = self._start_row(_ACTORS, actor.id, [actor.first_line, actor.last_line], EntryKind.PARTY)
        self._set(_ACTORS, row, "name", value)
        value = _settle(value)
        if actor.part_of is not None:
            self._set(_ACTORS, row, "part_of_id", evolve(value, value=actor.part_of, reason="organisation-of-post"))
        # The organisation of a known actor need not be printed, nor is who stands for nobody.
        is_printed = self.register.is_printed(actor.name, actor)
        if not is_printed:
            self._set(_ACTORS, row, "name_status", evolve(value, value=NameStatus.EDITORIAL))
        # What the known data set has of the actor; how much of the name is printed holds only for the same name.
        is_same_name = is_printed and actor.known is not None and normalize_name(actor.known.name) == normalize_name(actor.name)
        for field in _ACTORS.fields if actor.known is not None else ():
            is_own = field.name in _SHARED_FIELDS or any(column.key or column.has(Ref) or column.has(Printed) for column in field.columns)
            content = getattr(actor.known, field.name)
            if not is_own and content is not None and (is_same_name or field.name not in _NAME_AS_PRINTED):
                self._set(_ACTORS, row, field.name, evolve(value, value=content, reason="known-actor"))
        if not row.get("kind") and actor.kind:
            self._set(_ACTORS, row, "kind", evolve(value, value=actor.kind))
        if not row.get("local_government_code") and actor.codes:
            is_shared = len(actor.codes) > 1
            code = (
                evolve(value, value=None, certainty=Certainty.UNSURE, alternatives=actor.codes)
                if is_shared
                else evolve(value, value=actor.codes[0])
            )
            self._set(_ACTORS, row, "local_government_code", code)
        self._finish_row(_ACTORS, row)

    def _add_party(self, party: Party, value: Value, role: str | None = None) -> NamedActor:
        """Return the actor of a party in a role, and add the appointment of a person who is named with a post.

        The office acts, not its holder; but a person signs, and the head of a body that is no government submits in the name of the body.
        """
        actor = self.register.add(party, value)
        if party.person and party.post and party.body_kind != ActorKind.COMPANY:  # persons are recorded for a public office alone
            person = self.register.add_person(party.person, actor, value)
            id = f"{self.name}-{make_name(f'{person.id} {actor.id}')}"
            ids = [row["id"] for row in self.rows.get(_APPOINTMENTS.name, ())]
            if get_prefix(_APPOINTMENTS) + id not in ids:
                lines = [value.first_line, value.last_line, *((self.date.first_line, self.date.last_line) if self.date else ())]
                row = self._start_row(_APPOINTMENTS, id, lines, EntryKind.MEMBER)
                self._set(_APPOINTMENTS, row, "person_id", evolve(value, value=person.id))
                self._set(_APPOINTMENTS, row, "post_id", evolve(_settle(value), value=actor.id))
                if self.date:
                    self._set(_APPOINTMENTS, row, "attested", evolve(self.date, certainty=Certainty.LIKELY, reason="date-of-document"))
                self._finish_row(_APPOINTMENTS, row)
            if role == _SIGNATORY:
                return person
        if role in (_SUBMITTER, _ISSUER) and party.body and party.post and not party.post.endswith(_OFFICES):
            return self.register.actors[actor.part_of or actor.id]
        return actor

    # Rows and cells

    def _start_row(self, table: Table, name: str, lines: Sequence[int], reason: str, place: str | None = None) -> Row:
        """Add a row with its id, its citation of the lines from the first to the last, and who drafted it."""
        row = dict.fromkeys((column.name for column in table.columns), "")
        row[table.key[0]] = get_prefix(table) + name
        row["citation_source_id"], row["citation_place"] = get_prefix(_SOURCES) + self.name, place or ""
        numbers = [line for line in lines if line]
        if numbers:
            first, last = min(numbers), max(numbers)
            passage = "\n".join(line.text for line in self.document.lines[first - 1 : last])
            row |= {
                "citation_first_line": str(first),
                "citation_last_line": str(last),
                "citation_sha256": passage_digest(passage),
            }
        row["review"], row["drafted_with"] = str(Review.DRAFTED), f"dxgov {__version__}"
        self.rows.setdefault(table.name, []).append(row)
        self._note(table, row, find_field(table, table.key[0]), Value(None, Certainty.LIKELY, reason))
        return row

    def _finish_row(self, table: Table, row: Row) -> None:
        """Fill what an empty field means by itself: the date of the document where sources print it, and the defaults."""
        for field in table.fields:
            if describe_field(field, row) or field.name in _SHARED_FIELDS:
                continue
            printed = field.mark(Printed)
            if field.value is When and not field.optional and printed and printed.anywhere and self.date:
                self._set(table, row, field.name, evolve(self.date, certainty=Certainty.LIKELY, reason="date-of-document"))
            elif field.columns[0].default is not None:
                self._set(table, row, field.name, Value(field.columns[0].default, Certainty.LIKELY, "default"))

    def _set(self, table: Table, row: Row, name: str, value: Value) -> None:
        """Fill a field, and note the guess."""
        field = next(field for field in table.fields if field.name == name)
        if field.value is When:
            value = _read_date(value, self.date.value if self.date else None)
        if field.value is When and isinstance(value.value, str):  # words that are no date
            row |= {part.column.name: value.value for part in field.parts if part.column.has(Printed)}
        else:
            row |= format_field(field, value.value)
        self._note(table, row, field, value)

    def _note(self, table: Table, row: Row, field: Field, value: Value) -> None:
        """Note the guess of a field as it stands in the row."""
        alternatives = tuple(describe_field(field, format_field(field, other)) for other in value.alternatives)
        first = value.first_line or int(row["citation_first_line"] or 0)
        last = value.last_line or int(row["citation_last_line"] or 0)
        self.guesses.append(
            Guess(row[table.key[0]], field.name, describe_field(field, row), value.certainty, value.reason, first, last, alternatives)
        )

    # References

    def _set_parent(self, table: Table, row: Row, column: Column, index: int) -> None:
        """Fill a reference to the nearest entry above of the table that it leads to, or to the only one of the document."""
        kinds = [kind for kind, target in ENTRY_TABLES.items() if target.name == column.target]
        parent, certainty, reason = find_ancestor(self.entries, index, kinds), Certainty.SURE, "part-of"
        if parent is None and column.required:
            candidates = [other for other, entry in enumerate(self.entries) if entry.kind in kinds]
            if len(candidates) == 1:
                parent, certainty, reason = candidates[0], Certainty.LIKELY, "only-one"
        if parent is not None:
            id = get_prefix(ENTRY_TABLES[self.entries[parent].kind]) + self.ids[parent]
            self._set(table, row, column.name, Value(id, certainty, reason))

    def _set_reference(self, table: Table, row: Row, column: Column, value: Value) -> None:
        """Fill a reference to another entry of the document, which the value names by its index, number or title."""
        for index, entry in enumerate(self.entries):
            names = {str(entry.values[name].value) for name in ("number", "title") if name in entry.values}
            is_meant = index == value.value if isinstance(value.value, int) else str(value.value) in names
            if is_meant and entry.kind in ENTRY_TABLES and ENTRY_TABLES[entry.kind].name == column.target:
                self._set(table, row, column.name, evolve(value, value=get_prefix(ENTRY_TABLES[entry.kind]) + self.ids[index]))
                return

    def _set_actors(self, table: Table, row: Row, column: Column, value: Value, entry: Entry) -> None:
        """Fill a reference to the actors whose names a value holds."""
        if entry.kind is EntryKind.TURN and column.name in ("speaker_id", "speaker_post_id"):
            # Where a post is printed beside a name, the name is that of a person.
            post, name = (str(entry.values[key].value or "") if key in entry.values else "" for key in ("post", "name"))
            if column.name == "speaker_post_id" and not name:
                column = table.column("speaker_id")
            party = self._find_party(post) if value.value == post else Party.of_name(name, person=name if post else None)
            actors = [self.register.add(party, value)] if value.value else []
        else:
            names = value.value if isinstance(value.value, tuple | list) else (value.value,)
            actors = [
                self.register.add_unspecified(value)
                if name == ActorKind.UNSPECIFIED
                else self.register.add(self._find_party(str(name)), value)
                for name in names
                if name
            ]
        if actors:
            others = () if column.many else actors[0].alternatives
            names = () if column.many else tuple(self.register.find_id(str(name)) or str(name) for name in value.alternatives)
            certainty = Certainty.UNSURE if any(actor.alternatives for actor in actors) else value.certainty
            ids = tuple(dict.fromkeys(actor.id for actor in actors))
            located = evolve(value, value=ids if column.many else ids[0], certainty=certainty, alternatives=(*names, *others))
            self._set(table, row, column.name, located)

    def _find_party(self, name: str) -> Party:
        """Return the party that another entry of the document says a name is, or one that is a name alone."""
        return self.parties.get(normalize_name(name)) or Party.of_name(name)

    def _find_parties(self, index: int, column: Column) -> Iterator[Entry]:
        """Yield the parties of an entry in the role of a field; those of no entry belong to the first of each kind."""
        role = column.through.role if column.through and column.through.role else column.name.removesuffix("_ids")
        for entry in self.entries_by_role.get(role, ()):
            if entry.parent == index or (entry.parent is None and index == self.first_entries.get(self.entries[index].kind)):
                yield entry

    def _set_parties(self, table: Table, row: Row, name: str, parties: Sequence[Entry]) -> None:
        """Fill a list of actors from entries of parties, unless it is filled."""
        if not parties or row.get(name):
            return
        values = [self._locate(entry, _first_value(entry)) for entry in parties]
        roles = [entry.values["role"] for entry in parties if "role" in entry.values]
        actors = [
            self._add_party(party, value, _get_role(entry))
            for entry, value in zip(parties, values, strict=True)
            if (party := Party.of_values(entry.values))
        ]
        if actors:
            certainties = [value.certainty for value in (*values, *roles)] + [actor.certainty for actor in actors]
            certainty = min(certainties, key=CERTAINTIES.index)
            first, last = min(value.first_line for value in values), max(value.last_line for value in values)
            ids = tuple(dict.fromkeys(actor.id for actor in actors))
            self._set(table, row, name, Value(ids, certainty, values[0].reason, first, last))

    def _propose_named(self, table: Table, row: Row, column: Column, entry: Entry) -> None:
        """Propose the known themes that an entry names, each by itself, or the things, all together."""
        texts = [str(entry.values[name].value) for name in ("text", "title") if name in entry.values]
        ids = self.mentions.find("\n".join(texts) or self._passage(entry)).get(str(column.target), ())
        if ids:
            is_theme = column.target == THEMES
            alternatives = tuple((id,) for id in ids[:_MAX_THEMES]) if is_theme else (ids,)
            reason = "theme-is-named" if is_theme else "thing-is-named"
            value = Value((), Certainty.UNSURE, reason, entry.first_line, entry.last_line, alternatives)
            self._note(table, row, find_field(table, column.name), value)

    def _passage(self, located: Entry | Value) -> str:
        """Return the lines of an entry or a value."""
        return "\n".join(line.text for line in self.document.lines[max(located.first_line - 1, 0) : located.last_line])

    def _locate(self, entry: Entry, value: Value) -> Value:
        """Return a value with its lines: its own, or those of its entry."""
        return value if value.first_line else evolve(value, first_line=entry.first_line, last_line=entry.last_line)

    def _find_column(self, entry: Entry, name: str) -> Column | None:
        """Return the column of the field that a value fills; None if there is none."""
        if entry.kind not in ENTRY_TABLES:
            return None
        names = [name, f"{name}_id", f"{name}_ids", f"{name.removesuffix('s')}_ids"]
        if entry.kind is EntryKind.TURN and name in _SPEAKER_FIELDS:
            names = [_SPEAKER_FIELDS[name]]
        table = ENTRY_TABLES[entry.kind]
        return next((field.columns[0] for candidate in names for field in table.fields if field.name == candidate), None)


def _read_date(value: Value, said_on: When | None) -> Value:
    """Return the value with its words read as a date, if it holds words; unsure, and still words, if they are no date."""
    if not isinstance(value.value, str):
        return value
    is_closed = said_on is not None and said_on.start is not None and said_on.end is not None
    try:
        return evolve(value, value=read(value.value, said_on if is_closed else None))
    except DateError:
        return evolve(value, certainty=Certainty.UNSURE)


_NAME_AS_PRINTED = {"name_status", "name_conjecture", "conjecture_basis"}
"""Fields that tell how much of a name a document prints; they hold for another document."""

_KINDS_OF_SOURCES = {"request_report": SourceKind.WEB_ARTICLE}
"""Kinds of sources by the genres whose names are others."""

_SUBMITTER, _SIGNATORY, _ISSUER = "submitter", "signatory", "issuer"
"""Roles of parties."""

_OFFICES = ("知事", "市長", "区長", "町長", "村長", "大臣", "長官")
"""Ends of the posts that act in their own name; other heads act in that of their body."""


def _number_entries(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Yield the entries with their place among those beside them where a field holds it and the grammar does not say."""
    counts: dict[tuple[EntryKind, int | None], int] = {}
    paths: dict[int, str] = {}
    for index, entry in enumerate(entries):
        count = counts[entry.kind, entry.parent] = counts.get((entry.kind, entry.parent), 0) + 1
        missing: dict[str, Any] = {}
        if entry.kind in (EntryKind.ITEM, EntryKind.AGENDA_ITEM, EntryKind.OPINION, EntryKind.MEASURE):
            missing["position"] = count
        if entry.kind is EntryKind.ITEM:
            above = paths.get(entry.parent) if entry.parent is not None else None
            missing["path"] = paths[index] = (
                str(entry.values["path"].value) if "path" in entry.values else ".".join(filter(None, (above, str(count))))
            )
        if entry.kind is EntryKind.ASK and count <= len(LETTERS):
            missing["letter"] = LETTERS[count - 1]
        values = {name: Value(value, Certainty.SURE, "order") for name, value in missing.items() if name not in entry.values}
        yield evolve(entry, values={**entry.values, **values}) if values else entry


def _first_value(entry: Entry) -> Value:
    """Return the value of a party that names it."""
    return next(entry.values[name] for name in ("name", "body", "post", "person", *entry.values) if name in entry.values)


def _settle(value: Value) -> Value:
    """Return a value that follows from an unsure one as likely, so that a doubt is told once."""
    return evolve(value, certainty=Certainty.LIKELY) if value.certainty is Certainty.UNSURE else value


def _get_role(entry: Entry) -> str | None:
    """Return the role of a party; None for other entries."""
    return str(entry.values["role"].value) if entry.kind is EntryKind.PARTY and "role" in entry.values else None


def _field_names(table: Table) -> set[str]:
    return {field.name for field in table.fields}


def _is_in_lines(column: Column) -> bool:
    """Return whether the cited lines must print the values of a column."""
    printed = column.mark(Printed)
    return printed is not None and not printed.anywhere
