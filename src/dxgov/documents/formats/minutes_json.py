"""Minutes as JSON, a speech at a time: with voices, with proceedings, and as the Diet's API gives them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from attrs import frozen

from dxgov.documents.building import TextBuilder, require_within
from dxgov.documents.formats.text import decode
from dxgov.documents.lines import ExtractedText
from dxgov.errors import DocumentError
from dxgov.limits import Limits

_MARKS = tuple("○〇◎◯◆●")
_MAX_POST = 30
"""Maximum number of characters from the mark of a speaker to the surname."""


@frozen
class _Form:
    """A form of JSON: the keys of a meeting and of its speeches."""

    heading: tuple[str, ...]
    """The keys of a meeting that are printed above the speeches: the title last."""
    speeches: str | None
    """The key of the list of speeches; None if each object is a speech, and the heading tells the meetings apart."""
    speaker: str
    post: str | None
    text: str


_FORMS = (
    _Form(("dateIso", "title"), "voices", "speaker", None, "text"),
    _Form(("Date", "Prefecture", "ProceedingTitle"), "Proceeding", "Speaker", None, "Utterance"),
    _Form(("date", "house", "committee"), None, "speaker", "position", "text"),
    _Form(("date", "nameOfHouse", "nameOfMeeting"), "speechRecord", "speaker", "speakerPosition", "speech"),
)


def read_minutes_json(content: bytes, limits: Limits) -> ExtractedText:
    """Read minutes in JSON, or in JSON Lines; each meeting counts as a page.

    A speech begins with its speaker behind ``○``, unless its text does so already.

    Raises:
        DocumentError: the file is not JSON, in no known form, or larger than the limits allow.
    """
    objects = _parse(decode(content))
    form = next((form for form in _FORMS if objects and all(_fits(value, form) for value in objects)), None)
    if form is None:
        raise DocumentError(
            "the file is JSON, but in no form of minutes that dxgov knows; save it as text or in one of those in docs/readers.md"
        )
    builder = TextBuilder(limits)
    for page, (heading, speeches) in enumerate(_iterate_meetings(objects, form), 1):
        require_within("pages", page, limits)
        builder.add_text(heading[-1], page=page, style="heading 1")
        for text in heading[:-1]:
            builder.add_text(text, page=page)
        for speech in speeches:
            text, speaker = str(speech.get(form.text) or ""), _name_speaker(speech, form)
            builder.add_text(text if not speaker or _names_speaker(text, str(speech[form.speaker])) else f"○{speaker}　{text}", page=page)
    return builder.build()


def _parse(text: str) -> Sequence[Any]:
    """Return the objects of a file: the one, those of an array, or one a line."""
    try:
        try:
            value = json.loads(text)
        except json.JSONDecodeError:
            return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:  # a ValueError other than of JSON for numbers of thousands of digits
        raise DocumentError(f"the file is not JSON: {error}") from None
    if isinstance(value, Mapping) and isinstance(value.get("meetingRecord"), list):
        value = value["meetingRecord"]
    return value if isinstance(value, list) else [value]


def _fits(value: object, form: _Form) -> bool:
    if not isinstance(value, Mapping) or form.heading[-1] not in value:
        return False
    if form.speeches is None:
        return form.speaker in value and form.text in value
    speeches = value.get(form.speeches)
    return isinstance(speeches, list) and all(isinstance(speech, Mapping) and form.text in speech for speech in speeches)


def _iterate_meetings(objects: Sequence[Any], form: _Form) -> Iterator[tuple[list[str], Sequence[Mapping[str, Any]]]]:
    """Yield the heading and the speeches of each meeting."""

    def list_headings(value: Mapping[str, Any]) -> list[str]:
        return [str(value[key]) for key in form.heading if value.get(key) not in (None, "")] or [""]

    if form.speeches is None:
        for heading, speeches in groupby(objects, list_headings):
            yield heading, list(speeches)
    else:
        for value in objects:
            yield list_headings(value), value[form.speeches]


def _names_speaker(text: str, speaker: str) -> bool:
    """Check if a text begins with a mark and the speaker, whose post may stand before the surname."""
    start = text.lstrip()[: _MAX_POST + 1]
    return start[:1] in _MARKS and speaker.strip()[:2] in start


def _name_speaker(speech: Mapping[str, Any], form: _Form) -> str:
    speaker = str(speech.get(form.speaker) or "").strip()
    post = str(speech.get(form.post) or "").strip() if form.post else ""
    if speaker in ("", "null"):
        return ""
    return f"{post}（{speaker}）" if post else speaker
