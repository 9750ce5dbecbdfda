r"""Terms of texts and of queries: what `Dataset.search` and the search of the site compare.

A text is folded first: one width (NFKC), small letters, one form of characters that are written in several, no invisible characters,
and no long vowel at the end of a longer word in katakana (サーバー, サーバ). Its terms are then words. Japanese is written without
spaces; its terms are pairs of neighbouring characters: 要望書 gives 要望, 望書 and, for the end, 書. A word in katakana ends where
another script begins.

`site.js` does the same with the constants of this module, which the site gives it; so patterns are written as both languages read them.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from operator import add
from typing import Any

VARIANTS = str.maketrans(
    "髙﨑嵜濵濱邊邉齋齊斎澤廣國縣區會學藏德惠眞龍嶋嶌冨栁黑櫻檜瀨瀬舘舩桒籠條鐵鹽圓壽榮應關變讀實寫對當點醫佛豐彌萬與號ヶヵ",
    "高崎崎浜浜辺辺斉斉斉沢広国県区会学蔵徳恵真竜島島富柳黒桜桧瀬瀬館船桑篭条鉄塩円寿栄応関変読実写対当点医仏豊弥万与号ケカ",
)
"""Characters that names of persons and places are also written with, and the one that stands for them."""

_KATAKANA = "\u30a1-\u30fa\u30fc"
_OTHERS = "\u3005-\u3007\u3040-\u30a0\u30fb\u30fd-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Japanese characters, as the inside of character classes."""

REMOVED = (
    "()[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]+",
    f"([{_KATAKANA}])\u30fb(?=[{_KATAKANA}])",
    f"([{_KATAKANA}]{{2}}[\u30a1-\u30fa])\u30fc(?![{_KATAKANA}])",
)
"""Patterns of which all but group 1 is removed: invisible characters, dots between words in katakana, long vowels at their end."""

UNSPACED = f"([{_KATAKANA}]{{2,}}|(?:[{_OTHERS}]|[{_KATAKANA}](?![{_KATAKANA}]))+)"
"""Pattern of runs of characters that are written without spaces: words in katakana, and other kana and kanji."""

SPACED = f"[^\\W_{_KATAKANA}{_OTHERS}]"
"""Pattern of a letter or digit of a script with spaces between words."""

MIN_PREFIX_LENGTH = 3
"""Minimum letters of a word that also finds longer words which begin with it; of Japanese characters, a single one does."""

CLUSTER = ".[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*"
"""Pattern of a character with the marks that NFKC may join to it."""

FOLDING: Mapping[str, Any] = {
    "variants": {chr(code): chr(variant) for code, variant in VARIANTS.items()},
    "removed": REMOVED,
    "cluster": CLUSTER,
    "unspaced": UNSPACED,
    "prefix": MIN_PREFIX_LENGTH,
}
"""The constants of this module for `site.js`."""

_VARIANT = re.compile(f"[{''.join(map(chr, VARIANTS))}]")
_REMOVED = [re.compile(pattern) for pattern in REMOVED]
_UNSPACED = re.compile(UNSPACED)
_WORD_RUN = re.compile("(?:[^\\W_]|[\U00020000-\U0003ffff])+")
"""Runs of letters and digits; supplementary kanji count even if this version of Python does not know them yet."""
_CLUSTER = re.compile(CLUSTER, re.DOTALL)


def _fold_characters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return folded.translate(VARIANTS) if _VARIANT.search(folded) else folded  # translation takes ten times as long as all the rest


def fold(text: str) -> str:
    """Return a text in the spelling in which texts are compared."""
    folded = _fold_characters(text)
    if not folded.isascii():
        for pattern in _REMOVED:
            folded = pattern.sub(r"\1", folded)
    return folded


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return a folded text, and the offset in `text` of each of its characters and of its end."""
    folded, offsets = "", list[int]()
    for match in _CLUSTER.finditer(text):
        cluster = _fold_characters(match[0])
        folded += cluster
        offsets += [match.start()] * len(cluster)
    for pattern in _REMOVED:
        for match in reversed([*pattern.finditer(folded)]):
            folded = folded[: match.end(1)] + folded[match.end() :]
            del offsets[match.end(1) : match.end()]
    return folded, [*offsets, len(text)]


def tokenize(text: str) -> list[str]:
    """Return the terms of a text; some may repeat."""
    terms = list[str]()
    for segment, unspaced in _split(text):
        if unspaced:
            terms += map(add, segment, segment[1:])
            terms.append(segment[-1])
        else:
            terms.append(segment)
    return terms


def tokenize_query(text: str) -> Sequence[str]:
    """Return the terms that a query looks for, each once.

    They are those of a text without the single characters that stand for the end of a run.
    """
    terms = list[str]()
    for segment, unspaced in _split(text):
        if unspaced and len(segment) > 1:
            terms += map(add, segment, segment[1:])
        else:
            terms.append(segment)
    return tuple(dict.fromkeys(terms))


def is_prefix(term: str) -> bool:
    """Check whether a term of a query also finds longer terms that begin with it."""
    return len(term) == 1 if is_unspaced(term) else len(term) >= MIN_PREFIX_LENGTH


def is_unspaced(term: str) -> bool:
    """Check whether a term is of a script without spaces between words."""
    return _UNSPACED.match(term) is not None


def _split(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of a folded text, and its runs of characters without spaces; True marks a run."""
    for run in _WORD_RUN.findall(fold(text)):
        if run.isascii():
            yield run, False
        else:
            yield from ((segment, index % 2 == 1) for index, segment in enumerate(_UNSPACED.split(run)) if segment)
