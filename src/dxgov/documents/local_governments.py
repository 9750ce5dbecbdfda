"""`LocalGovernment`: the prefectures, municipalities and wards of Japan with their codes, found by their names.

The table beside this module has all that exist, and those that changed since 2016. Wards of designated cities stand in it with their city,
as 札幌市中央区.
"""

import csv
import gzip
import io
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files as package_resources

from attrs import frozen

_VARIANTS = str.maketrans("ヶが竈桧龍條澤嶋鯵籠頚塚冨", "ケケ釜檜竜条沢島鰺篭頸塚富")
"""Characters of names that are also written otherwise; が is read for ケ."""
_PREFECTURE_NAME = r"北海道|東京都|(?:大阪|京都)府|(?:神奈川|和歌山|鹿児島|..)県"
_LAST_CHARACTERS = "都道府県市区町村"
_DISTRICT = rf"^({_PREFECTURE_NAME})?.{{1,5}}郡(?=.+[町村]$)"
_KINDS = {"都": "metropolis", "道": "prefecture", "府": "prefecture", "県": "prefecture", "市": "city", "町": "town", "村": "village"}
"""Kinds of actors, as text, by the last character of a name."""


@frozen
class LocalGovernment:
    """A prefecture, a municipality, or a ward of a designated city."""

    code: str
    """The 全国地方公共団体コード with its check digit."""

    name: str
    """The name without the prefecture, such as 府中市; of a ward of a designated city with the city, such as 札幌市中央区."""

    kana: str
    """The reading of the name in hiragana."""

    prefecture: str
    """The name of the prefecture; of a prefecture its own."""

    valid_from: date | None = None
    """The first day of the name and code; None if before 2016."""

    valid_to: date | None = None
    """The last day of the name and code; None if they are in force."""

    @property
    def kind(self) -> str:
        """The kind of actor, as text, such as ``special_ward``; a ward of a designated city is a ``bureau`` of it."""
        if self.name[-1] == "区":
            return "bureau" if self.city else "special_ward"
        return _KINDS[self.name[-1]]

    @property
    def city(self) -> str | None:
        """The designated city of a ward; None for others."""
        return self.name.partition("市")[0] + "市" if re.search("市.+区$", self.name) else None

    @property
    def full_name(self) -> str:
        """The name with the prefecture, such as 東京都府中市."""
        return self.name if self.name == self.prefecture else self.prefecture + self.name

    def is_valid_on(self, day: date) -> bool:
        """Return True if name and code are in force on a day."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


def find_local_governments(name: str, context: str = "", *, on: date | None = None) -> tuple[LocalGovernment, ...]:
    """Return the local governments that a name can mean: none if it is unknown, several if neither name nor context decides.

    Args:
        name: The name, such as 府中市, 東京都府中市, 札幌市中央区 or 中央区; widths and variants such as ヶ and ケ do not count.
        context: Text near the name. If prefectures, or municipalities of one name only, are named in it, those of its prefectures remain.
        on: A day on which they exist; by default those in force come before earlier ones of the name.

    >>> [government.code for government in find_local_governments("府中市", "東京都市長会")]
    ['132063']
    """
    if not name or name[-1] not in _LAST_CHARACTERS:
        return ()
    folded = fold_name(name)
    governments = _load_names().get(folded) or _load_names().get(re.sub(_DISTRICT, r"\1", folded), ())
    if on is not None:
        governments = tuple(government for government in governments if government.is_valid_on(on))
    elif any(government.valid_to is None for government in governments):
        governments = tuple(government for government in governments if government.valid_to is None)
    if len(governments) > 1 and context:
        governments = _choose_by_context(governments, context)
    return governments


def _choose_by_context(governments: tuple[LocalGovernment, ...], context: str) -> tuple[LocalGovernment, ...]:
    """Return the local governments of the prefectures and cities that a context names; all if it names none of them."""
    # A ward's city decides before its prefecture.
    if by_city := tuple(government for government in governments if government.city and government.city in context):
        return by_city
    prefectures = list_prefectures(context)
    if not prefectures & {government.prefecture for government in governments}:
        prefectures = frozenset(names[0].prefecture for names in _find_names(fold_name(context)) if len(names) == 1)
    return tuple(government for government in governments if government.prefecture in prefectures) or governments


@lru_cache(maxsize=16)
def list_prefectures(context: str) -> frozenset[str]:
    """Return the names of the prefectures that a text names."""
    return frozenset(re.findall(_PREFECTURE_NAME, fold_name(context)))


def _find_names(context: str) -> list[tuple[LocalGovernment, ...]]:
    """Return the local governments of each name in a folded text."""
    names = _load_names()
    return [
        governments
        for match in re.finditer("(?<=[市区町村])", context)
        for length in range(7, 1, -1)
        if (governments := names.get(context[max(0, match.start() - length) : match.start()]))
    ]


def fold_name(name: str) -> str:
    """Return a name or text without blanks, in one width, with one spelling of variants of characters."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).translate(_VARIANTS)


@cache
def load_local_governments() -> tuple[LocalGovernment, ...]:
    """Return all local governments in the order of their codes."""
    packed = (package_resources("dxgov.documents") / "local_governments.csv.gz").read_bytes()
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(packed).decode())))
    prefectures = {row["code"][:2]: row["name"] for row in rows if row["code"][2:5] == "000"}
    return tuple(
        LocalGovernment(
            row["code"],
            row["name"],
            row["kana"],
            prefectures[row["code"][:2]],
            *(date.fromisoformat(row[column]) if row[column] else None for column in ("valid_from", "valid_to")),
        )
        for row in rows
    )


def find_by_code(code: str) -> LocalGovernment | None:
    """Return the local government of a code, the one in force if several had it; None if there is none."""
    return _load_codes().get(code)


@cache
def _load_codes() -> Mapping[str, LocalGovernment]:
    """Return the local governments by code."""
    governments = sorted(load_local_governments(), key=lambda government: government.valid_to is None)
    return {government.code: government for government in governments}


@cache
def _load_names() -> Mapping[str, tuple[LocalGovernment, ...]]:
    """Return the local governments of each folded name: alone, with the prefecture, and of wards also without the city."""
    names: dict[str, tuple[LocalGovernment, ...]] = {}
    for government in load_local_governments():
        ward = government.name.removeprefix(government.city) if government.city else None
        for name in filter(None, dict.fromkeys((government.name, government.full_name, ward))):
            names[fold_name(name)] = (*names.get(fold_name(name), ()), government)
    return names
