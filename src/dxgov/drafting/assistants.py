"""Assistants: programs that may propose words and themes for what a draft leaves to a person, and the checks of what they answer."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, runtime_checkable

from attrs import frozen

from dxgov.characters import find_suspicious_characters, find_text_fault, is_japanese
from dxgov.dataset import Dataset
from dxgov.documents.lines import ExtractedText
from dxgov.documents.readings import Certainty
from dxgov.drafting.actors import normalize_name
from dxgov.drafting.decisions import UNGUESSED_FIELDS, iterate_records
from dxgov.drafting.guesses import Guess, Todo, TodoKind
from dxgov.drafting.record_tables import MODEL
from dxgov.drafting.rows import Row, Tables, format_value, get_caption, get_lines, split_links
from dxgov.exporters.linked_data.iris import is_english_twin
from dxgov.marks import Printed, Ref
from dxgov.model.record import Review
from dxgov.model.themes import Theme
from dxgov.schema import Field, Kind, Table

ASSISTANT_RULE = "assistant"
"""The name of the rule of values that an assistant proposes; the name of its model follows."""

_THEMES = MODEL.table_of(Theme)

_MAX_QUESTIONS = 20
"""Maximum number of records that an assistant is asked about at once."""

_MAX_PASSAGE = 4_000
"""Maximum number of characters of a passage that an assistant is shown."""

_MAX_TEXT = 500
"""Maximum number of characters of a proposed text."""

_MAX_COPIED = 20
"""Maximum number of characters of a proposed text that stands word for word in the passage; a longer one is a copied sentence."""

_MAX_THEMES = 5
"""Maximum number of themes that are proposed for a record."""

_FORMULA_SIGNS = ("=", "+", "-", "@")
"""Signs, of any width, with which a cell begins that spreadsheet programs take for a formula."""


@frozen
class Question:
    """A record with fields that are left to a person, as an assistant is shown it."""

    record: str
    """The id of the record."""
    table: str
    """The name of its table, such as ``request_items``."""
    passage: str
    """The lines of the document that the record cites; cut off after 4,000 characters."""
    known: Mapping[str, str]
    """The filled fields of the record that say something: its texts, its codes, and the names of records that it refers to."""
    fields: tuple[str, ...]
    """The names of the fields to propose values of."""


@frozen
class Inquiry:
    """What an assistant is asked at once: some records, and the themes that it may choose from."""

    questions: tuple[Question, ...]
    """No more than 20."""
    meanings: Mapping[str, str]
    """What a value of each field means, by the names of the table and the field, as in ``asks.summary``."""
    themes: Mapping[str, str]
    """The label of each theme by its id; empty if none are known."""


@runtime_checkable
class Assistant(Protocol):
    """Something that may propose values for what a draft leaves to a person, such as a language model."""

    @property
    def model(self) -> str:
        """The name under which the draft notes what it proposes, with a version if it has one."""

    def answer(self, inquiry: Inquiry) -> Mapping[str, object]:
        """Return the proposals by record: of each, a mapping of fields to a text, or to a list of ids of themes.

        What was not asked for, and values that cannot be, are dropped. What is missing is left to the person.

        Raises:
            OSError: it cannot be reached, so that more questions are no use.
            ValueError: it answers with something else.
        """


@frozen
class Proposal:
    """A value that an assistant proposes, as it may be written into a draft."""

    record: str
    field: Field
    value: str
    """The cell of the field: that of a list is a JSON array."""


def list_inquiries(document: ExtractedText, tables: Tables, todo: Iterable[Todo], like: Dataset | None) -> tuple[Inquiry, ...]:
    """Return what an assistant is asked of a draft: words and themes that are required and empty, of records that nobody has reviewed.

    Args:
        document: the text of the document.
        tables: the rows of the draft.
        todo: what is left.
        like: a data set whose themes may be chosen, besides those of the draft; None for none.
    """
    left = {(item.record, item.field) for item in todo if item.kind is TodoKind.WRITE}
    records = list(iterate_records(MODEL, tables))
    captions = {row[table.key[0]]: get_caption(table, row) for table, row in records}
    themes = {theme.id: theme.label for theme in like.themes} if like is not None else {}
    themes |= {id: captions[id] for id in (row[_THEMES.key[0]] for row in tables[_THEMES.name])}
    questions: list[Question] = []
    meanings: dict[str, str] = {}
    for table, row in records:
        id = row[table.key[0]]
        fields = [field for field in table.fields if (id, field.name) in left and (_is_editorial(field, table) or _is_theme(field))]
        asked = tuple(field.name for field in fields if themes or not _is_theme(field))
        # A record that a person has reviewed keeps what it has, lest a proposal count as reviewed too.
        if asked and row["review"] == Review.DRAFTED:
            questions.append(Question(id, table.name, _get_passage(document, row), dict(_list_known(table, row, captions)), asked))
            meanings |= {f"{table.name}.{field.name}": field.descriptions.en for field in fields if field.name in asked}
    batches = (tuple(questions[start : start + _MAX_QUESTIONS]) for start in range(0, len(questions), _MAX_QUESTIONS))
    return tuple(Inquiry(batch, _select_meanings(batch, meanings), themes) for batch in batches)


def collect_proposals(assistant: Assistant, inquiries: Iterable[Inquiry]) -> tuple[list[Proposal], list[str]]:
    """Ask an assistant, and return what it proposes and its faults.

    It is asked no further once it cannot be reached.
    """
    proposals: list[Proposal] = []
    faults: list[str] = []
    for inquiry in inquiries:
        try:
            proposals += check_answer(inquiry, assistant.answer(inquiry))
        except OSError as error:
            faults.append(error.strerror or str(error))
            break
        except ValueError as error:
            faults.append(str(error))
    return proposals, faults


def check_answer(inquiry: Inquiry, answer: object) -> Iterator[Proposal]:
    """Yield the proposals of an answer that are values of fields that were asked for; drop all else."""
    for question in inquiry.questions:
        values = answer.get(question.record) if isinstance(answer, Mapping) else None
        table = MODEL.tables[question.table]
        for field in (field for field in table.fields if field.name in question.fields):
            value = values.get(field.name) if isinstance(values, Mapping) else None
            text = _check_themes(value, inquiry.themes) if _is_theme(field) else _check_text(value, field, table, question.passage)
            if text:
                yield Proposal(question.record, field, text)


def apply_proposals(
    tables: Tables, guesses: Iterable[Guess], proposals: Iterable[Proposal], model: str
) -> tuple[dict[str, list[Row]], tuple[Guess, ...]]:
    """Return the rows and the guesses of a draft with the proposals of a model: each is unsure, and its record names the model."""
    changed = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    rows = {row[table.key[0]]: (table, row) for name, table in MODEL.tables.items() for row in changed[name]}
    noted = {(guess.record, guess.field): guess for guess in guesses}
    for proposal in proposals:
        (table, row), column = rows[proposal.record], proposal.field.columns[0]
        if column.through is None:
            if row[column.name]:  # of two rows of an id, the other one lacks the value
                continue
            row[column.name] = proposal.value
        else:
            cells = {table.key[0]: proposal.record, column.name: proposal.value}
            for name, link_row in split_links(table, cells, MODEL):
                if name == column.through.table:
                    changed[name].append(link_row)
        # What the rules offer besides stays an alternative.
        key = (proposal.record, proposal.field.name)
        others = tuple(other for other in noted[key].alternatives if other != proposal.value) if key in noted else ()
        noted[key] = Guess(*key, proposal.value, Certainty.UNSURE, f"{ASSISTANT_RULE} {model}", *get_lines(row), others)
        programs = row["drafted_with"].split(", ")
        row["drafted_with"] = ", ".join(filter(None, [*programs, model] if model not in programs else programs))
    return changed, tuple(noted.values())


def _select_meanings(questions: Iterable[Question], meanings: Mapping[str, str]) -> dict[str, str]:
    """Return the meanings of the fields that some questions ask for."""
    names = dict.fromkeys(f"{question.table}.{field}" for question in questions for field in question.fields)
    return {name: meanings[name] for name in names}


def _is_editorial(field: Field, table: Table) -> bool:
    """Return whether a field holds words of the editors in one of two languages, such as a summary or a translation."""
    column = field.columns[0]
    has_twin = is_english_twin(column, table) or f"{column.name}_en" in {other.name for other in table.columns}
    return has_twin and column.kind is Kind.TEXT and not column.many and not column.has(Printed) and field.name not in UNGUESSED_FIELDS


def _is_theme(field: Field) -> bool:
    """Return whether a field holds a list of themes."""
    column = field.columns[0]
    return column.target == _THEMES.name and column.many


def _list_known(table: Table, row: Row, captions: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the filled fields of a record that say something, each with its text, or with the caption of the record that it refers to."""
    for field in table.fields:
        column = field.columns[0]
        text = row.get(column.name, "")
        says_something = column.has(Ref) or (column.kind in (Kind.TEXT, Kind.CODE) and not column.pattern)
        if text and says_something and not column.many and field.name not in UNGUESSED_FIELDS:
            yield field.name, captions.get(text) or text


def _get_passage(document: ExtractedText, row: Row) -> str:
    """Return the beginning of the lines that a record cites; an empty text if it cites none."""
    first, last = get_lines(row)
    return "\n".join(line.text for line in document.lines[max(first - 1, 0) : last])[:_MAX_PASSAGE]


def _check_text(value: object, field: Field, table: Table, passage: str) -> str | None:
    """Return a proposed text, composed and without white space around it; None if it cannot be one of the field.

    It is one line of the field's language, shorter than a passage, copies no sentence, and neither hides characters nor begins with the
    sign of a formula, as spreadsheet programs would run it.
    """
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        return None
    text = unicodedata.normalize("NFC", value).strip()
    is_unfit = (
        unicodedata.normalize("NFKC", text).startswith(_FORMULA_SIGNS)
        or find_text_fault(text) is not None
        or next(find_suspicious_characters(text, one_line=True), None) is not None
        or is_japanese(text) == is_english_twin(field.columns[0], table)
        or (len(text) > _MAX_COPIED and normalize_name(text) in normalize_name(passage))
    )
    return None if is_unfit else text


def _check_themes(value: object, themes: Mapping[str, str]) -> str | None:
    """Return the proposed themes that may be chosen as a cell, each once; None if there are none."""
    ids = [id for id in value if isinstance(id, str) and id in themes] if isinstance(value, list | tuple) else []
    return format_value(list(dict.fromkeys(ids))[:_MAX_THEMES]) or None
