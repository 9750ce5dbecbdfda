"""The page on which a person reads a draft beside its document: one file that needs no server and loads nothing.

With a server (`dxgov review`), the same page has buttons and keys to change the draft. It is made without a template library, so that
drafts need none: every text passes `_escape`.
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
from dxgov.drafting.todo_list import format_cell, get_file, get_list_file, group_todo, list_members, summarize_todo
from dxgov.errors import Problem, format_count
from dxgov.languages import Lang
from dxgov.model.record import Damage, Review
from dxgov.schema import Field, Model, Table

_KEYS = (
    ("j", "次の要対応", "next thing to do"),
    ("k", "前の要対応", "previous"),
    ("q", "次の要確認", "next value to check"),
    ("n", "次の記録", "next record"),
    ("p", "前の記録", "previous record"),
    ("u", "次の未引用行", "next line that no record cites"),
    ("l", "English", "日本語"),
)
"""Keys of the page, each with what it does in Japanese and in English."""

_RECORD_ACTIONS = (
    ("amend", "e", "修正", "Edit"),
    ("accept", "a", "確認済みにする", "Accept"),
    ("split", "s", "分割", "Split"),
    ("merge", "m", "統合", "Merge"),
    ("delete", "x", "削除", "Delete"),
)
"""What can be done to a record: the name of the change, its key, and its name in Japanese and in English."""

_DRAFT_ACTIONS = (
    ("add", "c", "記録を追加", "Add a record"),
    ("undo", "z", "取り消す", "Undo"),
    ("redo", "y", "やり直す", "Redo"),
    ("left", "w", "公開できるか調べる", "Ready to publish?"),
    ("keys", "?", "キーの一覧", "Keys"),
)
"""What can be done to the draft."""

_EDITING_KEYS = (
    ("Enter", "修正（行の上では、その行の記録へ移る）", "edit; on a line, go to its record"),
    ("1–9", "候補を選ぶ", "choose an alternative"),
    ("d", "記録の行へ移る", "go to the lines of the record"),
    ("↑ ↓", "前後の行", "line before or after"),
    ("Ctrl+Enter", "入力欄で：保存して確認済みにする", "in a form: save and accept"),
    ("Shift+Enter", "入力欄で：改行", "in a form: new line"),
    ("Esc", "閉じる", "close"),
)
"""Further keys of the page with a server."""


def build_review_page(
    document: ExtractedText,
    model: Model,
    tables: Tables,
    guesses: Iterable[Guess],
    todo: Sequence[Todo],
    damage: Sequence[Flaw],
    unread: Sequence[Line],
    faults: Sequence[Problem] = (),
    *,
    digest: str | None = None,
    lang: Lang | None = None,
) -> bytes:
    """Return the page in HTML: the numbered lines on the left, on the right what is left to do, doubts first, and the records.

    Args:
        document: the lines.
        model: the tables.
        tables: the rows of the draft.
        guesses: what was drafted.
        todo: what is left to do.
        damage: the damage of the document.
        unread: the lines that no record cites.
        faults: what else is wrong with the records.
        digest: the digest of the draft's state, for a page with a server that can change it; None for one to read.
        lang: the language to begin with; None for that of the reader's browser.
    """
    is_editable = digest is not None
    style, script = _read_static("review.css"), _read_static("review.js") + (_read_static("edit.js") if is_editable else "")
    connection = "connect-src 'self'; " if is_editable else ""
    policy = (
        f"default-src 'none'; style-src '{_hash_source(style)}'; script-src '{_hash_source(script)}'; "
        f"{connection}base-uri 'none'; form-action 'none'"
    )
    records = list(iterate_records(model, tables))
    captions = {row[table.key[0]]: get_caption(table, row) for table, row in records}
    title = next((row["title"] for row in tables["sources"] if row["title"]), "")
    head = (
        f'<!DOCTYPE html>\n<html lang="{lang or "ja"}" data-lang="{lang or "ja"}"{" data-chosen" if lang else ""}'
        f'{f" data-digest={_quote(digest)}" if digest else ""}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{_escape(title or 'Draft')}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )
    content = [
        head,
        *_render_header(title, records, todo, damage, unread, is_editable=is_editable),
        "<main>\n",
        *_render_lines(document, {line.number for line in unread}),
        '<section tabindex="-1">\n',
        *_render_todo(model, records, todo, captions, is_editable=is_editable),
        *_render_faults(faults),
        *_render_damage(damage),
        *_render_records(records, guesses, todo, captions, is_editable=is_editable),
        f"</section>\n</main>\n<script>{script}</script>\n</body>\n</html>\n",
    ]
    return "".join(content).encode()


def _render_header(
    title: str,
    records: Sequence[tuple[Table, Row]],
    todo: Sequence[Todo],
    damage: Sequence[Flaw],
    unread: Sequence[Line],
    *,
    is_editable: bool,
) -> Iterator[str]:
    """Yield the title, what is left in numbers, how much is reviewed, and the keys."""
    counts = summarize_todo(todo, damage, unread)
    reviewed = sum(row["review"] == Review.REVIEWED for _, row in records)
    progress = _both(f"記録{len(records)}件のうち確認済み {reviewed}件", f"{reviewed} of {format_count(len(records), 'record')} reviewed")
    keys = " ".join(f"<kbd>{key}</kbd> {_both(japanese, english)}" for key, japanese, english in _KEYS)
    yield f'<header>\n<h1 class="source" lang="ja">{_escape(title)}</h1>\n<p>{_both(counts.ja, counts.en)}</p>\n'
    yield f'<p><progress max="{max(len(records), 1)}" value="{reviewed}" aria-hidden="true"></progress> {progress}</p>\n'
    language = f'<button id="language" type="button">{_both("English", "日本語")}</button>'
    if is_editable:
        yield f"<p>{_render_buttons(_DRAFT_ACTIONS)} {language}</p>\n"
        yield from _render_keys()
    else:
        yield f"<p><small>{keys}</small> {language}</p>\n"
    yield "</header>\n"


def _render_buttons(actions: Iterable[tuple[str, str, str, str]], record: str = "") -> str:
    """Return a button for each action, on a record if one is named."""
    target = f" data-record={_quote(record)}" if record else ""
    return " ".join(
        f'<button type="button" data-action="{name}"{target} aria-keyshortcuts={_quote(key)}>{_both(japanese, english)}</button>'
        for name, key, japanese, english in actions
    )


def _render_keys() -> Iterator[str]:
    """Yield the list of all keys of a page with a server."""
    keys = [*_KEYS, *((key, japanese, english) for _, key, japanese, english in (*_RECORD_ACTIONS, *_DRAFT_ACTIONS)), *_EDITING_KEYS]
    yield f'<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">{_both("キーの一覧", "Keys")}</h2>\n<dl>\n'
    yield from (f"<dt><kbd>{_escape(key)}</kbd></dt><dd>{_both(japanese, english)}</dd>\n" for key, japanese, english in keys)
    yield f'</dl>\n<p><button type="button" data-action="close">{_both("閉じる", "Close")}</button></p></dialog>\n'


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


def _render_todo(
    model: Model, records: Sequence[tuple[Table, Row]], todo: Sequence[Todo], captions: Mapping[str, str], *, is_editable: bool
) -> Iterator[str]:
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
            value = _render_value(describe_field(field, row), field, captions)
            options = "".join(
                f"<br>{_both('候補', 'perhaps')}: {_render_option(item, field, option, captions, is_editable=is_editable)}"
                for option in item.alternatives
            )
            codes = "" if is_editable else _list_codes(field)  # the form has them
            list_file = get_list_file(table, item.field)
            target = f" <small>→ <code>{list_file}</code></small>" if list_file else ""
            is_doubt = item.kind is TodoKind.CHECK
            has_reason = is_doubt or field.value is not None
            reason = f'<br><span class="why">{_explain_reason(item.reason)}</span>' if has_reason else ""
            yield (
                f'<li class="todo" tabindex="0"{_target(record, item.field)} data-kind="{item.kind}"{_cite(row)}>'
                f'<strong class="{"unsure" if is_doubt else "empty"}">'
                f"{_name_code(item.kind)}</strong> {_name_field(field)}{target} "
                f"{value}{reason}{options}{codes}</li>\n"
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


def _render_option(item: Todo, field: Field, option: str, captions: Mapping[str, str], *, is_editable: bool) -> str:
    """Return an alternative, on a page with a server as a button that chooses it."""
    text = _render_value(option, field, captions)
    if not is_editable:
        return text
    return f'<button type="button" data-action="choose"{_target(item.record, item.field)} data-value={_quote(option)}>{text}</button>'


def _render_faults(faults: Sequence[Problem]) -> Iterator[str]:
    """Yield what is wrong with the records."""
    if faults:
        yield f'<h2>{_both("誤り", "Faults")}</h2>\n<ul class="todos">\n'
    for fault in faults:
        yield (
            f'<li class="todo" tabindex="0"{_target(fault.id or "", fault.field or "")}>'
            f'<strong class="empty">{_name_code(fault.code)}</strong> '
            f'{_link(fault.id or "")} <span class="why">{_escape(str(fault))}</span></li>\n'
        )
    if faults:
        yield "</ul>\n"


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
    records: Sequence[tuple[Table, Row]],
    guesses: Iterable[Guess],
    todo: Sequence[Todo],
    captions: Mapping[str, str],
    *,
    is_editable: bool,
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
        review = next((code for code in Review if code == row["review"]), None)
        state = f' <small class="{review}">{_name_code(review)}</small>' if review else ""
        yield (
            f'<article id="{_escape(id)}" tabindex="0"{_target(id)} data-table="{table.name}"{_cite(row)}>\n'
            f"<h3>{_escape(id)} {_escape(captions[id])}{state}</h3>\n<dl>\n"
        )
        for field in table.fields:
            value, guess = describe_field(field, row), by_field.get((id, field.name))
            if field.name in UNGUESSED_FIELDS or not (value or (id, field.name) in missing):
                continue
            shown = _render_value(value, field, captions) or f'<span class="empty">{_both("空欄", "empty")}</span>'
            yield f"<dt>{_name_field(field)}</dt><dd>{shown}{_explain(guess, field, value, captions)}</dd>\n"
        yield "</dl>\n"
        yield f'<p class="actions">{_render_buttons(_RECORD_ACTIONS, id)}</p>\n</article>\n' if is_editable else "</article>\n"


def _explain(guess: Guess | None, field: Field, value: str, captions: Mapping[str, str]) -> str:
    """Return the certainty and the reason of a value that is still as it was drafted."""
    if guess is None or guess.value != value:
        return ""
    others = ", ".join(_render_value(other, field, captions) for other in guess.alternatives)
    hint = f" ({_both('他の候補：', 'or ')}{others})" if others else ""
    return f' <small class="{guess.certainty}">{_name_code(guess.certainty)}: {_explain_reason(guess.reason)}{hint}</small>'


def _render_value(value: str, field: Field, captions: Mapping[str, str]) -> str:
    """Return a field's text as `format_cell` does, with the words of codes."""
    codes = {str(code): code for column in field.columns for code in column.codes}
    return ", ".join(
        _both(f"{codes[member].label} ({member})", member) if member in codes else _escape(format_cell(member, captions))
        for member in list_members(value)
    )


def _name_field(field: Field) -> str:
    """Return the titles of a field, with the name that its columns have or begin with."""
    return f"{_both(field.titles.ja, field.titles.en)} <code>{_escape(field.name)}</code>"


def _name_code(code: Code) -> str:
    return _both(code.label, str(code))


def _cite(row: Mapping[str, str]) -> str:
    """Return the attributes that say which lines a block is about; none if it cites none."""
    first, last = get_lines(row)
    return f' data-first="{first}" data-last="{last}"' if first else ""


def _target(record: str, field: str = "") -> str:
    """Return the attributes that say which record and field a block is about."""
    return f" data-record={_quote(record)}" + (f" data-field={_quote(field)}" if field else "")


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
