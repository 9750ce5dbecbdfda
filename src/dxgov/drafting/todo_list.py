"""What is left of a draft as a list: record by record, first those that most others refer to."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from itertools import groupby

from dxgov.drafting.decisions import iterate_records
from dxgov.drafting.guesses import Todo, TodoKind
from dxgov.drafting.reasons import describe_reason
from dxgov.drafting.rows import Tables, describe_field, get_caption, get_lines
from dxgov.errors import format_count
from dxgov.languages import Lang, LanguageMap
from dxgov.package.write import DATA_FOLDER
from dxgov.schema import Model, Table

_PUNCTUATION: Mapping[Lang, tuple[str, str, str, str, str]] = {
    "en": (" (", ")", ", ", ": ", "perhaps "),
    "ja": ("（", "）", "、", "：", "候補は"),
}
"""By language: the signs around a remark, between the members of a list, and before a reason; and the word before other values."""


def sort_todo(model: Model, tables: Tables, todo: Iterable[Todo]) -> tuple[Todo, ...]:
    """Return what is left record by record, first what most rows refer to, as these rest on it; of a record, doubts before gaps."""
    references = Counter(cell for rows in tables.values() for row in rows for cell in row.values())
    order = {row[table.key[0]]: position for position, (table, row) in enumerate(iterate_records(model, tables))}

    def get_rank(item: Todo) -> tuple[int, int, bool]:
        return -references[item.record] if item.record else 0, order.get(item.record, len(order)), item.kind is TodoKind.WRITE

    return tuple(sorted(todo, key=get_rank))


def group_todo(todo: Iterable[Todo]) -> Iterator[tuple[str, str, tuple[Todo, ...]]]:
    """Yield the table and the id of each record with what is left of it, in the order of the todo."""
    for (table, record), items in groupby(todo, key=lambda item: (item.table, item.record)):
        yield table, record, tuple(items)


def summarize_todo(todo: Sequence[Todo], damage: Sized, unread: Sized) -> LanguageMap:
    """Return what is left in numbers.

    Args:
        todo: what is left.
        damage: the damaged places.
        unread: the lines that no record cites.
    """
    write, check = (sum(item.kind is kind for item in todo) for kind in (TodoKind.WRITE, TodoKind.CHECK))
    return LanguageMap(
        f"記入待ち {write}件、要確認 {check}件、文書の損傷 {len(damage)}か所、どの記録も引用していない行 {len(unread)}行",
        f"{write} to write, {check} to check, {format_count(len(damage), 'damaged place')}, "
        f"{format_count(len(unread), 'line')} that no record cites",
    )


def format_todo(model: Model, tables: Tables, todo: Iterable[Todo], lang: Lang) -> Iterator[list[str]]:
    """Yield the lines of each record with something left: its id, title, file and lines; each doubt; and all gaps in one line."""
    rows = {row[table.key[0]]: (table, row) for table, row in iterate_records(model, tables)}
    captions = {id: get_caption(table, row) for id, (table, row) in rows.items()}
    opening, closing, comma, colon, perhaps = _PUNCTUATION[lang]

    def describe_options(table: Table, item: Todo) -> str:
        """Return the file of a list and other values in brackets."""
        others = comma.join(format_cell(other, captions) for other in item.alternatives)
        remarks = list(filter(None, [get_list_file(table, item.field), others and f"{perhaps}{others}"]))
        return f"{opening}{comma.join(remarks)}{closing}" if remarks else ""

    for table_name, record, items in group_todo(todo):
        table, row = rows.get(record, (model.tables[table_name], {}))
        fields = {field.name: field for field in table.fields}
        remarks = filter(None, [get_file(table), _format_lines(*get_lines(row), lang)])
        block = [" ".join(filter(None, [record, captions.get(record, "")])) + f"{opening}{comma.join(remarks)}{closing}"]
        for item in items:
            if item.kind is TodoKind.CHECK:
                value = format_cell(describe_field(fields[item.field], row), captions)
                assignment = f"{item.field} = {value}" if value else item.field
                reason = describe_reason(item.reason)[lang]
                block.append(f"  {item.kind.titles[lang].lower()} {assignment}{colon}{reason}{describe_options(table, item)}")
        gaps = [
            f"{item.field}{describe_options(table, item)}{f'{colon}{item.reason}' if fields[item.field].value else ''}"
            for item in items
            if item.kind is TodoKind.WRITE
        ]
        if gaps:
            block.append(f"  {TodoKind.WRITE.titles[lang].lower()} {comma.join(gaps)}")
        yield block


def get_file(table: Table) -> str:
    """Return the path of a table's file in the folder of a draft."""
    return f"{DATA_FOLDER}/{table.name}.csv"


def get_list_file(table: Table, field: str) -> str | None:
    """Return the path of the file that a field's list of ids is written into; None for a field of the table's own file."""
    through = next(other for other in table.fields if other.name == field).columns[0].through
    return f"{DATA_FOLDER}/{through.table}.csv" if through else None


def _format_lines(first: int, last: int, lang: Lang) -> str:
    """Return the lines of a citation in words; an empty text if there are none."""
    if not first:
        return ""
    numbers = f"{first}" if first == last else f"{first}-{last}"
    return f"{numbers}行目" if lang == "ja" else f"line{'' if first == last else 's'} {numbers}"


def format_cell(value: str, captions: Mapping[str, str]) -> str:
    """Return the text of a field for readers: the members of a list or the parts of a date, and what an id stands for."""
    return ", ".join(f"{member} {captions.get(member, '')}".strip() for member in list_members(value))


def list_members(value: str) -> list[str]:
    """Return the members of a list or the parts of a date that a field's text holds; any other text is the only member."""
    try:
        content = json.loads(value) if value.startswith(("[", "{")) else value
    except ValueError:
        content = value
    members = content.values() if isinstance(content, dict) else content if isinstance(content, list) else [content]
    return [str(member) for member in members]
