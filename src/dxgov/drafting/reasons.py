"""Reasons of drafted values in words: what the rules of the readers saw."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from dxgov.languages import LanguageMap


def describe_reason(reason: str) -> LanguageMap:
    """Return what a reason means, with what follows the name of its rule behind it; the reason itself if it is none of the readers'."""
    rule, _, detail = reason.partition(" ")
    meaning = _read_meanings().get(rule)
    if meaning is None:
        return LanguageMap(reason, reason)
    return LanguageMap(f"{meaning.ja}：{detail}", f"{meaning.en}: {detail}") if detail else meaning


@cache
def _read_meanings() -> Mapping[str, LanguageMap]:
    """Return the meanings of all rules by name, which ``docs/generate.py`` writes from the tables of the docs."""
    texts = json.loads((files("dxgov.drafting") / "static" / "reasons.json").read_text(encoding="utf-8"))
    return {name: LanguageMap(meaning["ja"], meaning["en"]) for name, meaning in texts.items()}
