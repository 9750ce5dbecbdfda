"""Texts of a column with control characters, line breaks, or characters that may be unusual, all found in one pass over its bytes."""

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import frozen

from dxgov.characters import is_control, is_suspicious
from dxgov.tables.arrow import find_texts_at_offsets, find_uncommon_characters


@frozen(eq=False)
class UnusualTexts:
    """Indices of the texts of a column that contain some classes of characters, in ascending order."""

    controls: "np.ndarray[Any, Any]"
    """Texts with a character that cannot be stored everywhere."""
    line_breaks: "np.ndarray[Any, Any]"
    suspicious: "np.ndarray[Any, Any]"
    """Texts with a character that is suspicious, at least in some contexts."""


_NONE = np.zeros(0, dtype=np.int64)
_NO_UNUSUAL_TEXTS = UnusualTexts(_NONE, _NONE, _NONE)


def find_unusual_texts(texts: pa.StringArray) -> UnusualTexts:
    """Return the texts with control characters, with line breaks, and with suspicious characters; the marks of voiced kana are not."""
    offsets, code_points = find_uncommon_characters(texts)
    if not len(offsets):
        return _NO_UNUSUAL_TEXTS
    # Classify the code points that no earlier call has met.
    classes = _get_character_classes()
    for code_point in {*code_points[classes[code_points] == 0].tolist()}:
        classes[code_point] = _classify(chr(code_point))
    found = classes[code_points]
    controls, line_breaks, suspicious = (offsets[(found & mark) != 0] for mark in (_CONTROL, _LINE_BREAK, _SUSPICIOUS))
    return UnusualTexts(*(find_texts_at_offsets(texts, offsets) for offsets in (controls, line_breaks, suspicious)))


_MET, _CONTROL, _LINE_BREAK, _SUSPICIOUS = 1, 2, 4, 8
"""Bits of the class of a character."""


def _classify(character: str) -> int:
    """Return the class of a character."""
    return _MET | _CONTROL * is_control(character) | _LINE_BREAK * (character in "\r\n") | _SUSPICIOUS * is_suspicious(character)


@cache
def _get_character_classes() -> "np.ndarray[Any, Any]":
    """Return the class of each code point, 0 if it was not met yet. All calls share and extend one array."""
    return np.zeros(0x110000, dtype=np.uint8)
