"""Changes of a draft's rows by a person who reviews it: records are amended, accepted, split, merged, deleted and added."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import chain, count

from attrs import define, frozen

from dxgov.arguments import check_arguments
from dxgov.dates.edtf import bounds
from dxgov.dates.when import When
from dxgov.documents.lines import ExtractedText
from dxgov.drafting.decisions import UNGUESSED_FIELDS
from dxgov.drafting.files import TEXT_FILE
from dxgov.drafting.filling import fill_tables
from dxgov.drafting.record_tables import MODEL, get_prefix
from dxgov.drafting.rows import Row, describe_field, format_value, get_lines, join_links, split_links
from dxgov.errors import DateError, DxgovError
from dxgov.languages import LanguageMap
from dxgov.marks import Printed, Ref, UniqueWithin
from dxgov.model.record import Review
from dxgov.model.sources import Source
from dxgov.schema import Column, Field, LinkTable, Table
from dxgov.values import Citation


class EditError(DxgovError, ValueError):
    """A change cannot be made; `text` says why in both languages."""

    def __init__(self, ja: str, en: str) -> None:
        self.text = LanguageMap(ja, en)
        super().__init__(en)


@frozen
class EditResult:
    """What a change did."""

    record: str
    """The id of the record to show next; empty if there is none."""
    text: LanguageMap
    """What was done, in a sentence."""


@define
class RowEditor:
    """The rows of a draft, which its methods change in place.

    No change leaves a reference to a record that it removed, and none keeps a digest of lines that are no longer cited.
    """

    document: ExtractedText
    tables: dict[str, list[Row]]
    """The rows of all tables that a package stores."""
    doubts: frozenset[tuple[str, str]] = frozenset()
    """The records and fields whose values are unsure."""

    # Changes

    @check_arguments
    def amend(self, record: str, cells: Mapping[str, str]) -> EditResult:
        """Write cells of a record by column. A list is a JSON array; a new id replaces the old one wherever it stands.

        The meaning of a date follows from its words unless it is written too, and the digest of a passage from its lines.
        """
        table, index = self._find(record)
        before, key = self._join(table, index), table.key[0]
        row = before | {name: _clean(table, name, text) for name, text in cells.items()}
        follows = [column for field in table.fields for column in _clear_derived(field, before, row, cells)]
        if row[key] != record:
            self._rename(record, row[key])
            row |= {column.name: row[key] for column in table.stored if column.has(Ref) and row[column.name] == record}
        self._put(table, index, row)
        self._fill(table, index, follows)
        return EditResult(row[key], LanguageMap("保存しました。", "Saved."))

    @check_arguments
    def choose(self, record: str, field: str, value: str) -> EditResult:
        """Write a value of a field that is one text, as guesses and their alternatives are."""
        table, _ = self._find(record)
        chosen = next((member for member in table.fields if member.name == field), None)
        if chosen is None:
            raise EditError(f"「{table.label}」に項目「{field}」はありません。", f"{table.name} has no field {field}.")
        if chosen.value is None:
            return self.amend(record, {chosen.columns[0].name: value})
        try:
            parts = json.loads(value)
            return self.amend(record, {part.column.name: str(parts.get(part.name, "")) for part in chosen.parts if not part.derived})
        except (ValueError, AttributeError):
            raise EditError("値を読み取れません。", "The value cannot be read.") from None

    @check_arguments
    def accept(self, record: str) -> EditResult:
        """Say that a person has read a record beside its passage, which settles its doubts."""
        table, index = self._find(record)
        self.tables[table.name][index]["review"] = str(Review.REVIEWED)
        return EditResult(record, LanguageMap("確認済みにしました。", "Accepted."))

    @check_arguments
    def split(self, record: str, line: int | None = None) -> EditResult:
        """Make two records of one.

        The second has all values of the first but those that are in doubt; its number, letter and id follow from its place.

        Args:
            record: the id of the record.
            line: the first line of the second record, to which also go the parts of the record that are read there; what is printed
                stays with the first. None if both cite the same lines.
        """
        table, index = self._find(record)
        row = self._join(table, index)
        second = dict(row)
        emptied = {table.key[0], *(column.name for column in _list_sequences(table))}
        emptied |= {column.name for field in table.fields if (record, field.name) in self.doubts for column in field.columns}
        if line is not None:
            first, last = get_lines(row)
            if not first < line <= last:
                raise EditError(f"{first + 1}行から{last}行の間で分けてください。", f"Split between lines {first + 1} and {last}.")
            row["citation_last_line"], second["citation_first_line"] = str(line - 1), str(line)
            row["citation_sha256"] = second["citation_sha256"] = ""
            emptied |= {column.name for field in table.fields if _is_printed(field) for column in field.columns}
        second |= dict.fromkeys(emptied, "")
        self._put(table, index, row)
        self._fill(table, index, ["citation_sha256"])
        id = self._insert(table, index + 1, second, record)
        if line is not None:
            self._move_parts(table, record, id, line)
        return EditResult(id, LanguageMap(f"分割し、{id} を作りました。", f"Split; the second is {id}."))

    @check_arguments
    def merge(self, record: str, into: str) -> EditResult:
        """Add a record to another one of its table, which keeps its own values and takes what it lacks; references lead to it.

        Lists and lines are joined. A value in doubt is not taken.
        """
        table, index = self._find(into)
        other_table, other_index = self._find(record)
        if table is not other_table or record == into:
            raise EditError("統合できるのは同じ表の別の記録です。", "Only another record of the same table can be merged.")
        row, other = self._join(table, index), self._join(table, other_index)
        dropped, places = [], list(_list_sequences(table))
        for field in table.fields:
            column = field.columns[0]
            if field.name in UNGUESSED_FIELDS or (record, field.name) in self.doubts or not describe_field(field, other):
                continue
            if field.value is None and column.many:
                members = [*json.loads(row[column.name] or "[]"), *json.loads(other[column.name])]
                row[column.name] = format_value(list(dict.fromkeys(members)))
            elif not describe_field(field, row):
                row |= {column.name: other[column.name] for column in field.columns}
            elif describe_field(field, row) != describe_field(field, other) and column not in places:
                dropped.append(field)
        (first, last), (other_first, other_last) = get_lines(row), get_lines(other)
        if first and other_first and row["citation_source_id"] == other["citation_source_id"]:
            row["citation_first_line"], row["citation_last_line"] = str(min(first, other_first)), str(max(last, other_last))
            row["citation_sha256"] = ""
        self._put(table, index, row)
        self._remove(table, other_index)
        self._redirect(record, into)
        self._fill(table, self._find(into)[1], ["citation_sha256"])
        ja = "、".join(field.titles.ja for field in dropped)
        en = ", ".join(field.titles.en for field in dropped)
        return EditResult(
            into,
            LanguageMap(
                f"統合しました。{f'採らなかった項目：{ja}。' if ja else ''}",
                f"Merged.{f' Values that were not taken: {en}.' if en else ''}",
            ),
        )

    @check_arguments
    def delete(self, record: str) -> EditResult:
        """Delete a record with all that cannot be without it; other parts of it become parts of what it was a part of."""
        self._find(record)
        removed, left = [], [record]
        while left:
            id = left.pop()
            table, index = self._find(id)
            row = self._remove(table, index)
            removed.append(id)
            for child in MODEL.tables.values():
                for column in child.parents:
                    if column.target == table.name:
                        children = [part for part in self.tables[child.name] if part[column.name] == id]
                        if column.required:
                            left += [part[child.key[0]] for part in children if part[child.key[0]] not in ("", *left)]
                        else:
                            for part in children:
                                part[column.name] = row[column.name] if child is table else ""
        for id in removed:
            self._redirect(id, "")
        number = len(removed)
        return EditResult("", LanguageMap(f"{number}件の記録を削除しました。", f"Deleted {number} record{'s' * (number > 1)}."))

    @check_arguments
    def add(self, table: str, first_line: int, last_line: int, record: str = "") -> EditResult:
        """Add a record of a passage, as a part of the nearest record that it can be a part of.

        Args:
            table: the name of the table.
            first_line: the first line of the passage.
            last_line: the last line of the passage.
            record: the id; empty for one that follows from the record's place.
        """
        kind = MODEL.tables.get(table)
        if kind is None:
            raise EditError(f"表「{table}」はありません。", f"There is no table {table}.")
        if not 1 <= first_line <= last_line <= len(self.document.lines):
            raise EditError("その行は文書にありません。", "The document has no such lines.")
        if record:
            self._require_new(record)
        source = next((row["id"] for row in self.tables[MODEL.table_of(Source).name]), "")
        row = dict.fromkeys((column.name for column in kind.columns), "") | {
            kind.key[0]: record,
            "citation_source_id": source,
            "citation_first_line": str(first_line),
            "citation_last_line": str(last_line),
            "review": str(Review.REVIEWED),
        }
        for column in kind.parents:
            if column.required:
                row[column.name] = self._find_nearest(str(column.target), first_line)
        # It stands behind the records of its table that are read before it.
        rows = self.tables[table]
        index = next((index for index, other in enumerate(rows) if get_lines(other)[0] > first_line), len(rows))
        stem = source.removeprefix(get_prefix(MODEL.table_of(Source)))
        id = self._insert(kind, index, row, f"{get_prefix(kind)}{stem}.1")
        return EditResult(id, LanguageMap(f"{id} を追加しました。", f"Added {id}."))

    # Rows

    def _find(self, id: str) -> tuple[Table, int]:
        """Return the table of a record and the index of its row.

        Raises:
            EditError: there is no such record.
        """
        for table in MODEL.tables.values() if id else ():
            for index, row in enumerate(self.tables[table.name]):
                if row[table.key[0]] == id:
                    return table, index
        raise EditError(f"記録 {id} はありません。", f"There is no record {id}.")

    def _require_new(self, id: str) -> None:
        """Raise an `EditError` if a record has an id already."""
        if any(row[table.key[0]] == id for table in MODEL.tables.values() for row in self.tables[table.name]):
            raise EditError(f"ID {id} はすでに使われています。", f"The id {id} is taken.")

    def _join(self, table: Table, index: int) -> Row:
        """Return a row with the lists that link tables hold for it."""
        row = self.tables[table.name][index]
        empty = {column.name: "" for column in table.columns}
        return {**empty, **row, **join_links(MODEL, self.tables).get(table.name, {}).get(row[table.key[0]], {})}

    def _put(self, table: Table, index: int, row: Row) -> None:
        """Replace a row, and those of link tables that hold its lists if these have changed."""
        before = self._join(table, index)
        parts = list(split_links(table, row, MODEL))
        self.tables[table.name][index] = parts[0][1]
        for link in MODEL.links.values():
            if link.owner is table and any(row[column.name] != before[column.name] for column in link.spelled):
                id, owner, rows = row[table.key[0]], link.owner_column.name, self.tables[link.name]
                start = next((number for number, other in enumerate(rows) if other[owner] == id), len(rows))
                kept = [other for other in rows if other[owner] != id]
                self.tables[link.name] = [*kept[:start], *(cells for name, cells in parts if name == link.name), *kept[start:]]

    def _remove(self, table: Table, index: int) -> Row:
        """Remove a row, and those of link tables that hold its lists, and return it."""
        row = self.tables[table.name].pop(index)
        for link in MODEL.links.values():
            if link.owner is table:
                self.tables[link.name] = [cells for cells in self.tables[link.name] if cells[link.owner_column.name] != row[table.key[0]]]
        return row

    def _insert(self, table: Table, index: int, row: Row, stem: str) -> str:
        """Insert a row and fill what follows from its place; return its id, or one made of `stem` where none follows."""
        own, key = {column.name: row[column.name] for column in table.stored}, table.key[0]
        self.tables[table.name].insert(index, own)
        self._fill(table, index, [column.name for column in table.stored])
        ids = {other[kind.key[0]] for kind in MODEL.tables.values() for other in self.tables[kind.name] if other is not own}
        if not own[key] or own[key] in ids:
            own[key] = next(id for id in chain([stem], (f"{stem}-{number}" for number in count(2))) if id not in ids)
        self._put(table, index, row | own)
        return own[key]

    def _fill(self, table: Table, index: int, columns: list[str]) -> None:
        """Fill empty cells of a row that follow from others or from the document."""
        copy = {name: [dict(row) for row in rows] for name, rows in self.tables.items()}
        fill_tables(MODEL, copy, {TEXT_FILE: self.document.text.encode()})
        row = self.tables[table.name][index]
        row |= {name: copy[table.name][index][name] for name in columns if not row[name]}

    def _find_nearest(self, table: str, line: int) -> str:
        """Return the record of a table with the fewest lines around a line, else the last one that begins before it; empty if none does."""
        key = MODEL.tables[table].key[0]
        before = [row for row in self.tables[table] if get_lines(row)[0] <= line]
        around = [row for row in before if line <= get_lines(row)[1]]
        if around:
            return min(around, key=lambda row: get_lines(row)[1] - get_lines(row)[0])[key]
        return max(before, key=lambda row: get_lines(row)[0])[key] if before else ""

    # References

    def _rename(self, id: str, new: str) -> None:
        """Write a new id wherever an old one stands as a reference."""
        if not new:
            raise EditError("IDは空にできません。", "An id cannot be empty.")
        if any(record == id for record, _ in self.doubts):
            raise EditError("IDを変える前に、不確実な値を確認してください。", "Settle the doubts of the record before you change its id.")
        self._require_new(new)
        self._redirect(id, new)

    def _redirect(self, id: str, new: str) -> None:
        """Lead all references to a record to another one; if `new` is empty, remove them."""
        for table in MODEL.tables.values():
            for column in table.stored:
                for row in self.tables[table.name] if column.has(Ref) else ():
                    if row[column.name] == id:
                        row[column.name] = "" if row[table.key[0]] == new else new
                        if column in table.parents:
                            self._clear_repeated_places(table, row)
        for link in MODEL.links.values():
            self._redirect_links(link, id, new)

    def _redirect_links(self, link: LinkTable, id: str, new: str) -> None:
        """Do so in the rows of a link table; each keeps a record only once, and counts its members anew."""
        owner, target, position = link.owner_column.name, link.target_column.name, link.stored[-1].name
        rows = self.tables[link.name]
        touched = {row[owner] for row in rows if row[target] == id}
        if not touched and all(row[owner] != id for row in rows):
            return
        replaced = [{**row, **{name: new for name in (owner, target) if row[name] == id}} for row in rows]
        unique: dict[tuple[str, ...], Row] = {}
        for row in replaced:
            if row[owner] and row[target]:
                unique.setdefault(tuple(row[name] for name in link.key), row)
        self.tables[link.name] = list(unique.values())
        numbers: dict[tuple[str, ...], int] = {}
        for row in self.tables[link.name]:
            if row[owner] in touched or row[owner] == new:
                group = tuple(row[column.name] for column in link.stored if column.name not in (target, position))
                numbers[group] = numbers.get(group, 0) + 1
                row[position] = str(numbers[group])

    def _move_parts(self, table: Table, id: str, new: str, line: int) -> None:
        """Make the parts of a record that are read at or after a line parts of another one."""
        for child in MODEL.tables.values():
            for column in child.parents:
                for row in self.tables[child.name] if column.target == table.name else ():
                    if row[column.name] == id and row[child.key[0]] != new and get_lines(row)[0] >= line:
                        row[column.name] = new

    def _clear_repeated_places(self, table: Table, row: Row) -> None:
        """Empty the places of a record that another one beside it has already; they are filled anew."""
        for column in _list_sequences(table):
            mark = column.mark(UniqueWithin)
            names = (*mark.others, column.name) if mark else ()
            if any(other is not row and all(other[name] == row[name] for name in names) for other in self.tables[table.name]):
                row[column.name] = ""


def _list_sequences(table: Table) -> Iterator[Column]:
    """Yield the columns that number a record among those beside it."""
    for column in table.stored:
        mark = column.mark(UniqueWithin)
        if mark and mark.others and column.required and not column.inner:
            yield column


def _is_printed(field: Field) -> bool:
    """Return True if the lines that a record cites print the field."""
    return any((mark := column.mark(Printed)) and not mark.anywhere for column in field.columns)


def _clean(table: Table, name: str, text: object) -> str:
    """Return a cell that a person wrote, without white space around it, and with the members of a list as a package has them.

    Raises:
        EditError: the table has no such column, or the cell cannot be stored.
    """
    column = next((column for column in table.columns if column.name == name), None)
    if column is None:
        raise EditError(f"「{table.label}」に列「{name}」はありません。", f"{table.name} has no column {name}.")
    if isinstance(text, str):
        cell = text.replace("\r\n", "\n").strip()
        with suppress(ValueError, RecursionError):
            cell.encode()
            members = json.loads(cell or "[]") if column.many else None
            if members is None:
                return cell
            if isinstance(members, list) and all(isinstance(member, str) for member in members):
                return format_value([member for member in members if member])
    raise EditError(f"「{column.label}」の値を保存できません。", f"The value of {name} cannot be stored.")


def _clear_derived(field: Field, before: Row, row: Row, written: Mapping[str, str]) -> list[str]:
    """Empty the columns of a field that follow from others which have changed, and return those that are to be filled anew.

    Args:
        field: the field.
        before: the cells before the change.
        row: the cells after it, which are changed in place.
        written: the cells that a person wrote.
    """
    names = {part.name: part.column.name for part in field.parts}
    if all(row[name] == before[name] for name in names.values()):
        return []
    if field.value is Citation and names["sha256"] not in written:
        row[names["sha256"]] = ""
        return [names["last_line"], names["sha256"]]
    if field.value is not When:
        return []
    meaning = [names[part.name] for part in field.parts if part.name != "text" and not part.derived]
    derived = [names[part.name] for part in field.parts if part.derived]
    row |= dict.fromkeys(derived, "")
    if not any(name in written for name in meaning):
        row |= dict.fromkeys(meaning, "")
        return [*meaning, *derived]
    with suppress(DateError, ValueError):  # a date that cannot be is told when the draft is checked
        days = bounds(row[names["edtf"]]) if row[names["edtf"]] else (None, None)
        row |= {names[name]: format_value(day) for name, day in zip(("start", "end"), days, strict=True)}
    return []
