"""The grammar of web reports of requests: labels with values (実施日時, 要望者, 面談者, 概要), and articles that tell who asked whom."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from attrs import frozen

from dxgov.dates.finder import find
from dxgov.documents.folding import fold
from dxgov.documents.heads import LocatedParty, list_organisations, split_names, split_party
from dxgov.documents.letters import EntryWriter, write_items, write_party
from dxgov.documents.lines import ExtractedText, Line
from dxgov.documents.outline import OutlineNode, build_outline
from dxgov.documents.parties import POSTS
from dxgov.documents.readings import Certainty, DocumentReading, EntryKind, Value
from dxgov.documents.zones import LIST_HEADING, is_addressee

SURE, LIKELY = Certainty.SURE, Certainty.LIKELY

_LABELS = {
    "submitted": "(?:実施|要望|要請|提出|申入れ?|面談)?(?:年月)?日(?:時|付)?|実施日|期日",
    "submitter": "(?:要望|要請|請願|陳情|申入れ?|提出|提案|来庁|来訪|訪問)(?:者|団体|元|市|側)|出席者|参加者",
    "addressee": "(?:面談|面会|対応|応対|受領)(?:者|相手)|(?:要望|要請|提出|申入れ?|訪問|面談)(?:先|相手)|相手方|宛先",
    "place": "(?:実施|面談|開催)?場所|会場",
    "subject": "(?:要望|要請|申入れ?)?(?:の)?(?:概要|内容|事項|項目|趣旨|要旨|件名|名)",
}
"""Labels of values, by what they are of."""
_LABEL = re.compile(
    r"^[\s■□◆◇●○〇・【\[<(#*|0-9.、)]*(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _LABELS.items())
    + r")(?:等)?\s*(?:[】\]>):|]+\s*|\s+|$)(?P<value>.*)$"
)
_TOLD = re.compile(
    rf"(?P<submitter>[^、。\sにで)]{{0,24}}?(?:{POSTS}|会|市|町|村|区|県|都|府|道|団体|連合))[ら]?(?:が|は|から)(?![^。]{{0,80}}(?:要望|要請)(?:を受け|があ))"
    rf"[^。]{{0,60}}?(?P<addressee>(?<![一-鿿ァ-ヶー])[^、。\sはがにをで]{{0,24}}?(?:{POSTS}|省|庁|府|局|国|市|町|村|区|県|都|道))(?:へ|に対し(?:て)?|に|宛てに?)、?"
    r"[^。]{0,60}?(?:要望|要請|申し?入れ|提言|陳情)(?:活動|書)?(?:を)?(?:行い|行った|実施し|し(?:まし)?た|手渡|提出)"
)
"""A sentence that tells that somebody asked somebody."""
_ROUND = re.compile(r"第\s*(?P<round>[0-9]+)\s*弾|(?<![0-9])(?P<ordinal>[0-9]+)\s*回目の(?:要望|要請)")
_TITLE = re.compile(r"要望|要請|申し?入れ|提言|陳情")


@frozen
class _Field:
    """A label with the lines of its value."""

    name: str
    lines: tuple[Line, ...]
    texts: tuple[str, ...]
    """The folded texts of the lines, that of the first without the label."""


def _list_fields(lines: Sequence[Line]) -> Iterator[_Field]:
    """Yield the labels of a text with their values, which reach to the next label or a blank line behind a value."""
    name = ""
    value_lines: list[Line] = []
    texts: list[str] = []
    for line in lines:
        text = fold(line.text)
        match = _LABEL.match(text)
        if match is not None or (not text and any(texts) and name != "subject"):
            if name and any(texts):
                yield _Field(name, tuple(value_lines), tuple(texts))
            name, value_lines, texts = "", [], []
        if match is not None:
            name = next(label for label in _LABELS if match[label])
            text = match["value"].strip()
        if name and (text or not texts):
            value_lines.append(line)
            texts.append(text)
    if name and any(texts):
        yield _Field(name, tuple(value_lines), tuple(texts))


_MAX_LINES = 150
"""Lines of a report that are looked at to tell its genre."""


def score_request_report(text: ExtractedText) -> tuple[float, tuple[str, ...]]:
    """Return how likely a text is a web report of a request, from 0 to 1, and the reasons."""
    lines = text.lines[:_MAX_LINES]
    folded = [fold(line.text) for line in lines]
    if not any(map(_TITLE.search, folded)):
        return 0.0, ()
    names = {field.name for field in _list_fields(lines)}
    has_head = any(map(is_addressee, folded[:30]))
    reasons = {
        "has-labels-of-parties": 0.4 * bool(names & {"submitter", "addressee"}) * (len(names) > 1),
        "has-labels-of-date-or-place": 0.2 * bool(names & {"submitted", "place"}),
        "tells-who-asked-whom": 0.4 * any(_find_told(line) is not None for line in folded),
        "names-a-request-in-its-heading": 0.2 * any(_TITLE.search(line) for line in [line for line in folded if line][:4]),
        "has-list-of-requests": 0.2 * any(LIST_HEADING.match(line) or "subject" in names for line in folded),
    }
    score = min(sum(reasons.values()), 1.0) * (0.5 if has_head else 1.0)
    return score, tuple(name for name, part in reasons.items() if part)


def _find_told(text: str) -> re.Match[str] | None:
    """Return the match of words that tell who asked whom in a folded line."""
    return next((match for sentence in text.split("。") if _TITLE.search(sentence) and (match := _TOLD.search(sentence[:300]))), None)


def read_request_report(text: ExtractedText) -> DocumentReading:
    """Read a web report of requests: date, parties, items and asks of each request."""
    score, reasons = score_request_report(text)
    writer = EntryWriter()
    fields = list(_list_fields(text.lines))
    title = next(
        (line for line in text.lines[:20] if _TITLE.search(line.text) and "。" not in line.text and not _LABEL.match(fold(line.text))), None
    )
    parties = list(_list_parties(text.lines, fields))
    outline = build_outline(text.lines)
    # Each run of items of one family, with prose before it, is a request of its own; a report with labels is of one request.
    lists = [list(nodes) for _, nodes in groupby(_select_items(outline.roots, fields), key=lambda node: node.rank and node.rank.family)]
    last_line = 0
    for nodes in lists or [[]]:
        values: dict[str, Value] = {}
        # What is told between the list before and this one.
        preceding = [line for line in text.lines if last_line < line.number < (nodes[0].first_line if nodes else len(text.lines) + 1)]
        last_line = _get_last_line(nodes[-1]) if nodes else last_line
        if title is not None and len(lists) < 2:
            values["title"] = Value(fold(title.text), LIKELY, "heading-of-report", title.number, title.number)
        for field in fields:
            readings = [reading for reading in find("\n".join(field.texts)) if reading.when] if field.name == "submitted" else []
            if readings:
                values["submitted"] = Value(readings[0].when, SURE, "date-label", field.lines[0].number, field.lines[-1].number)
        heading = _find_heading(text.lines, nodes[0].first_line if nodes else 0)
        rounds = [(line, match) for line in preceding if (match := _ROUND.search(fold(line.text))) is not None]
        if rounds:
            line, match = rounds[-1]
            values["round"] = Value(int(match["round"] or match["ordinal"]), LIKELY, "round-in-heading", line.number, line.number)
        if "submitted" not in values and (
            date := _find_told_date(text.lines, values.get("round"), is_last=nodes is lists[-1] if lists else True)
        ):
            values["submitted"] = date
        lines = [line for line in text.lines if line.text.strip()]
        cited = ([heading] if heading else []) or [title or lines[0]] if lines else []
        if not cited:
            continue
        index = writer.add(EntryKind.LETTER, cited, values)
        for role, party, certainty in parties:
            write_party(writer, role, party, index, certainty=certainty)
        # The items are numbered from the first of this list.
        own = [line for line in text.lines if nodes and nodes[0].first_line <= line.number <= _get_last_line(nodes[-1])]
        write_items(
            writer,
            build_outline(own).roots if own else (),
            index,
            list_organisations(party for role, party, _ in parties if role == "addressee"),
        )
    return DocumentReading(
        "request_report", LIKELY if score >= 0.5 else Certainty.UNSURE, reasons, tuple(writer.entries), tuple(outline.flaws)
    )


def _list_parties(lines: Sequence[Line], fields: Sequence[_Field]) -> Iterator[tuple[str, LocatedParty, Certainty]]:
    """Yield the role, name and certainty of each party: those behind labels, or else those of the first sentence that tells."""
    labelled = [field for field in fields if field.name in {"submitter", "addressee"}]
    for field in labelled:
        for line, text in zip(field.lines, field.texts, strict=True):
            for name in split_names(text):
                if (party := split_party(name, line)) is not None and party.office is not None:
                    yield field.name, party, SURE
    if labelled:
        return
    for line in lines:
        if (match := _find_told(fold(line.text))) is not None:
            for role in ("submitter", "addressee"):
                party = split_party(match[role], line)
                yield role, party if party and party.office else LocatedParty(match[role], None, None, None, (line,)), LIKELY
            return


def _find_told_date(lines: Sequence[Line], number: Value | None, *, is_last: bool) -> Value | None:
    """Return the date of a sentence that tells of the request of a round, or, of the last request, of the first sentence that tells."""
    for line in lines:
        for sentence in re.findall(r"[^。]+。?", fold(line.text)):
            match = _ROUND.search(sentence)
            is_of_round = match is not None and number is not None and int(match["round"] or match["ordinal"]) == number.value
            if is_of_round or (is_last and match is None and _find_told(sentence) is not None):
                reading = next(iter(find(sentence)), None)
                if reading is not None:
                    return Value(reading.when or reading.text, LIKELY, "date-in-sentence", line.number, line.number)
    return None


def _select_items(roots: Sequence[OutlineNode], fields: Sequence[_Field]) -> list[OutlineNode]:
    """Return the items of lists that are none of headings: those of the value of a label, or all where no item is a label."""
    subjects = [field for field in fields if field.name == "subject"]
    labels = {line.number for field in fields for line in field.lines[:1]}
    nodes = [node for node in roots if node.rank is not None]
    if any(node.first_line in labels for node in nodes):
        # The headings are numbered: items stand below one of them.
        nodes = [child for node in nodes for child in node.children if child.rank is not None]
    if subjects:
        return [node for node in nodes if any(field.lines[0].number <= node.first_line <= field.lines[-1].number for field in subjects)]
    return nodes if not fields else []


def _get_last_line(node: OutlineNode) -> int:
    return max(node.last_line, *map(_get_last_line, node.children)) if node.children else node.last_line


def _find_heading(lines: Sequence[Line], number: int) -> Line | None:
    """Return the last line with text above a line that announces a list, at most five lines above it."""
    above = [line for line in lines if number - 6 < line.number < number and line.text.strip()]
    return next((line for line in reversed(above) if _TITLE.search(line.text)), None)
