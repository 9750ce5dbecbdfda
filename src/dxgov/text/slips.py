"""Slips of milestones in words."""

from collections.abc import Iterator

from dxgov.analysis.slips import Slip, SlipKind
from dxgov.dates.formatter import write
from dxgov.errors import format_count
from dxgov.languages import Lang

_WORDS = {
    "later": {"en": "{} later than planned", "ja": "予定より{}遅れ"},
    "sooner": {"en": "{} sooner than planned", "ja": "予定より{}前倒し"},
    "unclear": {"en": "between {} sooner and {} later than planned", "ja": "予定より{}前から{}後までの間"},
    "planned": {"en": "planned: {}", "ja": "当初の予定: {}"},
    "newest": {"en": "newest: {}", "ja": "その後: {}"},
    "at least": {"en": "at least {}", "ja": "{}以上"},
    "range": {"en": "{} to {}", "ja": "{}～{}"},
    "join": {"en": "; ", "ja": "、"},
}


def format_days(slip: Slip, lang: Lang) -> str:
    """Return by how much a milestone slipped, such as ``18 to 22 days later than planned``, or the kind of its slip."""
    if slip.days and slip.kind in {SlipKind.LATER, SlipKind.SOONER, SlipKind.UNCLEAR}:
        least, most = slip.days
        if least is not None and least >= 0:
            return _WORDS["later"][lang].format(_format_range(least, most, lang))
        if most is not None and most <= 0:
            return _WORDS["sooner"][lang].format(_format_range(-most, None if least is None else -least, lang))
        if least is not None and most is not None:
            return _WORDS["unclear"][lang].format(_count_days(-least, lang), _count_days(most, lang))
    return slip.kind.label if lang == "ja" else str(slip.kind).replace("_", " ")


def _format_range(least: int, most: int | None, lang: Lang) -> str:
    if most is None:
        return _WORDS["at least"][lang].format(_count_days(least, lang))
    if least == most:
        return _count_days(least, lang)
    return _WORDS["range"][lang].format(f"{least:,}", _count_days(most, lang))


def _count_days(days: int, lang: Lang) -> str:
    return f"{days:,}日" if lang == "ja" else format_count(days, "day")


def describe_slip(slip: Slip, id: str, lang: Lang) -> str:
    """Describe a slip beside the one of its records that has an id: by how much, and the dates that the others tell.

    The result is empty if there is neither.
    """
    outcome = [] if slip.kind is SlipKind.NOT_COMPARABLE else [format_days(slip, lang)]
    return _WORDS["join"][lang].join([*outcome, *_describe_other_dates(slip, id, lang)])


def _describe_other_dates(slip: Slip, id: str, lang: Lang) -> Iterator[str]:
    """Yield the planned and the newest date, each unless the record with the id tells it."""
    for word, other in (("planned", slip.planned), ("newest", slip.newest)):
        if other is not None and other.id != id and other.date is not None:
            yield _WORDS[word][lang].format(write(other.date, lang))
