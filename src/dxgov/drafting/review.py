"""The page on which a person reads a draft beside its document: one file that needs no server and loads nothing.

It is made without a template library, so that drafts need none: every text passes `_escape`.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files

from dxgov.codes import Code
from dxgov.display import printable_page
from dxgov.documents.lines import ExtractedText, Line
from dxgov.documents.readings import Flaw
from dxgov.drafting.decisions import UNGUESSED_FIELDS, iterate_records
from dxgov.drafting.guesses import Guess, Todo, TodoKind
from dxgov.drafting.reasons import describe_reason
from dxgov.drafting.rows import Row, Tables, describe_field, get_caption, get_lines
from dxgov.drafting.todo_list import format_cell, get_file, get_list_file, group_todo, summarize_todo
from dxgov.model.record import Damage
from dxgov.schema import Field, Model, Table

_KEYS = (
    ("j", "次の要対応", "next thing to do"),
    ("k", "前の要対応", "previous"),
    ("n", "次のレコード", "next record"),
    ("p", "前のレコード", "previous record"),
    ("u", "次の未引用行", "next line that no record cites"),
    ("l", "English", "日本語"),
)
"""Keys of the page, each with what it does in Japanese and in English."""


def build_review_page(
    document: ExtractedText,
    model: Model,
    tables: Tables,
    guesses: Iterable[Guess],
    todo: Sequence[Todo],
    damage: Sequence[Flaw],
    unread: Sequence[Line],
) -> bytes:
    """Return the page in HTML: the numbered lines on the left, on the right what is left to do, doubts first, and the records."""
    style, script = (_read_static(name) for name in ("review.css", "review.js"))
    policy = (
        f"default-src 'none'; style-src '{_hash_source(style)}'; script-src '{_hash_source(script)}'; base-uri 'none'; form-action 'none'"
    )
    records = list(iterate_records(model, tables))
    captions = {row[table.key[0]]: get_caption(table, row) for table, row in records}
    title = next((row["title"] for row in tables["sources"] if row["title"]), "")
    head = (
        f'<!DOCTYPE html>\n<html lang="ja" data-lang="ja">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{_escape(title or 'Draft')}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )
    content = [
        head,
        *_render_header(title, todo, damage, unread),
        "<main>\n",
        *_render_lines(document, {line.number for line in unread}),
        '<section tabindex="-1">\n',
        *_render_todo(model, records, todo, captions),
        *_render_damage(damage),
        *_render_records(records, guesses, todo, captions),
        f"</section>\n</main>\n<script>{script}</script>\n</body>\n</html>\n",
    ]
    return "".join(content).encode()


def _render_header(title: str, todo: Sequence[Todo], damage: Sequence[Flaw], unread: Sequence[Line]) -> Iterator[str]:
    """Yield the title, what is left in numbers, and the keys."""
    counts = summarize_todo(todo, damage, unread)
    keys = " ".join(f"<kbd>{key}</kbd> {_both(japanese, english)}" for key, japanese, english in _KEYS)
    yield f'<header>\n<h1 class="source" lang="ja">{_escape(title)}</h1>\n<p>{_both(counts.ja, counts.en)}</p>\n'
    yield f'<p><small>{keys}</small> <button id="language" type="button">{_both("English", "日本語")}</button></p>\n</header>\n'


def _render_lines(document: ExtractedText, unread: set[int]) -> Iterator[str]:
    """Yield the lines of the document, each with its number, and a rule where a page begins."""
    yield f'<section tabindex="-1">\n<h2>{_both("文書", "Document")}</h2>\n<ol class="lines">\n'
    page = None
    for line in document.lines:
        classes = " ".join(name for name, holds in (("unread", line.number in unread), ("page", line.page != page)) if holds)
        page = line.page
        yield (
            f'<li id="L{line.number}" data-line="{line.number}" tabindex="0"{f" class={_quote(classes)}" if classes else ""}>'
            f'<span>{line.number}</span><span class="source" lang="ja">{_escape(line.text)}</span></li>\n'
        )
    yield "</ol>\n</section>\n"


def _render_todo(model: Model, records: Sequence[tuple[Table, Row]], todo: Sequence[Todo], captions: Mapping[str, str]) -> Iterator[str]:
    """Yield what is left record by record, in the order of the todo."""
    rows = {row[table.key[0]]: row for table, row in records}
    yield f"<h2>{_both('対応が必要な項目', 'What is left')}</h2>\n"
    for table_name, record, items in group_todo(todo):
        table, row = model.tables[table_name], rows.get(record, {})
        title = f"{_link(record)} {_escape(captions.get(record, ''))}" if record in rows else _escape(record)
        place = f"{_both(table.titles.ja, table.titles.en)} <code>{get_file(table)}</code>"
        yield f'<section class="left">\n<h3>{title} <small>{place}</small></h3>\n<ul class="todos">\n'
        for item in items:
            field = next(field for field in table.fields if field.name == item.field)
            value = format_cell(describe_field(field, row), captions)
            options = "".join(f"<br>{_both('候補', 'perhaps')}: {_escape(format_cell(option, captions))}" for option in item.alternatives)
            list_file = get_list_file(table, item.field)
            target = f" <small>→ <code>{list_file}</code></small>" if list_file else ""
            is_doubt = item.kind is TodoKind.CHECK
            has_reason = is_doubt or field.value is not None
            reason = f'<br><span class="why">{_explain_reason(item.reason)}</span>' if has_reason else ""
            yield (
                f'<li class="todo" tabindex="0"{_cite(row)}><strong class="{"unsure" if is_doubt else "empty"}">'
                f"{_name_code(item.kind)}</strong> {_name_field(field)}{target} "
                f"{_escape(value)}{reason}{options}{_list_codes(field)}</li>\n"
            )
        yield "</ul>\n</section>\n"


def _list_codes(field: Field) -> str:
    """Return the codes that a field may hold, each with its meaning, folded; an empty text if it holds none."""
    codes = field.columns[0].codes
    if not codes:
        return ""
    rows = "".join(
        f"<dt>{_both(code.label, code.titles.en)} <code>{code}</code></dt><dd>{_both(code.meaning_ja, code.meaning)}</dd>" for code in codes
    )
    return f"<details><summary>{_both('値の一覧', 'values')}</summary><dl>{rows}</dl></details>"


def _render_damage(damage: Sequence[Flaw]) -> Iterator[str]:
    """Yield the damage of the document."""
    if damage:
        yield f'<h2>{_both("文書の損傷", "Damage")}</h2>\n<ul class="todos">\n'
    for flaw in damage:
        code = next((code for code in Damage if code == flaw.damage), None)
        name = _name_code(code) if code else _escape(flaw.damage)
        lines = f' data-first="{flaw.first_line}" data-last="{flaw.last_line}"'
        yield f'<li class="todo" tabindex="0"{lines}>{name} <span class="why">{_explain_reason(flaw.reason)}</span></li>\n'
    if damage:
        yield "</ul>\n"


def _render_records(
    records: Sequence[tuple[Table, Row]], guesses: Iterable[Guess], todo: Sequence[Todo], captions: Mapping[str, str]
) -> Iterator[str]:
    """Yield the records table by table, each with its filled and its missing fields."""
    by_field = {(guess.record, guess.field): guess for guess in guesses}
    missing = {(item.record, item.field) for item in todo}
    heading = None
    for table, row in records:
        if table is not heading:
            yield f"<h2>{_both(table.titles.ja, table.titles.en)}</h2>\n"
            heading = table
        id = row[table.key[0]]
        yield f'<article id="{_escape(id)}" tabindex="0"{_cite(row)}>\n<h3>{_escape(id)} {_escape(captions[id])}</h3>\n<dl>\n'
        for field in table.fields:
            value, guess = describe_field(field, row), by_field.get((id, field.name))
            if field.name in UNGUESSED_FIELDS or not (value or (id, field.name) in missing):
                continue
            shown = _escape(format_cell(value, captions)) or f'<span class="empty">{_both("空欄", "empty")}</span>'
            yield f"<dt>{_name_field(field)}</dt><dd>{shown}{_explain(guess, value, captions)}</dd>\n"
        yield "</dl>\n</article>\n"


def _explain(guess: Guess | None, value: str, captions: Mapping[str, str]) -> str:
    """Return the certainty and the reason of a value that is still as it was drafted."""
    if guess is None or guess.value != value:
        return ""
    others = ", ".join(_escape(format_cell(other, captions)) for other in guess.alternatives)
    hint = f" ({_both('他の候補：', 'or ')}{others})" if others else ""
    return f' <small class="{guess.certainty}">{_name_code(guess.certainty)}: {_explain_reason(guess.reason)}{hint}</small>'


def _name_field(field: Field) -> str:
    """Return the titles of a field, with the name that its columns have or begin with."""
    return f"{_both(field.titles.ja, field.titles.en)} <code>{_escape(field.name)}</code>"


def _name_code(code: Code) -> str:
    return _both(code.label, str(code))


def _cite(row: Mapping[str, str]) -> str:
    """Return the attributes that say which lines a block is about; none if it cites none."""
    first, last = get_lines(row)
    return f' data-first="{first}" data-last="{last}"' if first else ""


def _explain_reason(reason: str) -> str:
    """Return a reason in words of both languages, with the name of its rule where it has no words."""
    meaning = describe_reason(reason)
    return _both(meaning.ja, meaning.en)


def _link(id: str) -> str:
    return f'<a href="#{_escape(id)}">{_escape(id)}</a>'


def _both(japanese: str, english: str) -> str:
    """Return a text in both languages, of which the page shows one."""
    return f'<span lang="ja">{_escape(japanese)}</span><span lang="en">{_escape(english)}</span>'


def _escape(text: str) -> str:
    return escape(printable_page(text))


def _quote(text: str) -> str:
    return f'"{_escape(text)}"'


def _read_static(name: str) -> str:
    return (files("dxgov.drafting") / "static" / name).read_text(encoding="utf-8")


def _hash_source(content: str) -> str:
    """Return the source expression by which a policy allows an inline style or script."""
    return f"sha256-{base64.b64encode(sha256(content.encode()).digest()).decode()}"
