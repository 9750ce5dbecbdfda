"""`KnownActors`: actors that exist already, to which parties of documents are linked."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property

from attrs import Factory, frozen

from dxgov.documents.local_governments import fold_name
from dxgov.documents.parties import Party
from dxgov.documents.readings import Certainty
from dxgov.suggestions import SuggestionIndex

_AT_LEAST_LIKELY = dict.fromkeys(Certainty, Certainty.LIKELY) | {Certainty.SURE: Certainty.SURE}
"""The certainty of a link by the whole name, by that of the party."""


@frozen
class ActorLink:
    """The actor that a party is."""

    id: str | None
    """The id; None if no known actor has the code or name."""

    certainty: Certainty
    reason: str
    """``code``, ``name``, ``end-of-name``, ``shared-name`` or ``no-such-name``."""

    candidates: tuple[str, ...] = ()
    """Ids of other actors that it can be, the likeliest first."""


@frozen(slots=False)
class KnownActors:
    """Actors by id, as plain mappings.

    >>> actors = KnownActors({"jp-13-machida": ("町田市",)}, {"jp-13-machida": "132098"})
    """

    names: Mapping[str, Sequence[str]]
    """The names and labels of each actor."""

    codes: Mapping[str, str]
    """The codes of local governments, of actors that have one."""

    organisations: Mapping[str, str] = Factory(dict)
    """The id of the organisation of each post or unit that has one."""

    def link(self, party: Party) -> ActorLink:
        """Return the actor that a party is, by its code, else by its name, or none with those of similar names."""
        if not party.post and party.local_government_code in self._ids_by_code:
            return ActorLink(self._ids_by_code[party.local_government_code], Certainty.SURE, "code")
        key = _make_key(party.name)
        ids = self._ids_by_name.get(key) or self._find_posts(party)
        # A local government of the name with another code is another one, and so is its post.
        if code := party.local_government_code:
            ids = tuple(id for id in ids if self._find_code(id) in (None, code))
        if len(ids) == 1:
            return ActorLink(ids[0], Certainty.UNSURE if party.is_generic else _AT_LEAST_LIKELY[party.certainty], "name")
        if ids:
            return ActorLink(ids[0], Certainty.UNSURE, "shared-name", ids[1:])
        longer = tuple(id for name in self._ids_by_name if name.endswith(key) for id in self._ids_by_name[name])
        # 都知事 is 東京都知事, but 市長 may be the mayor of another city.
        if len(longer) == 1 and re.match("[都道府県]副?知事|[都道府県]議会", party.name):
            return ActorLink(longer[0], Certainty.LIKELY, "end-of-name")
        similar = get_close_matches(key, self._index.find_similar(key), n=3)
        candidates = (*longer, *(id for name in similar for id in self._ids_by_name[name]))
        return ActorLink(None, Certainty.LIKELY, "no-such-name", tuple(dict.fromkeys(candidates)))

    def _find_code(self, id: str) -> str | None:
        """Return the code of an actor or of its organisation; None if neither has one."""
        return self.codes.get(id) or self.codes.get(self.organisations.get(id, ""))

    def _find_posts(self, party: Party) -> tuple[str, ...]:
        """Return the actors that are named as the post alone and belong to the body of a party."""
        if not party.post or party.organisation is None:
            return ()
        body = self.link(party.organisation).id
        ids = self._ids_by_name.get(_make_key(party.post), ())
        return tuple(id for id in ids if body is not None and self.organisations.get(id) == body)

    @cached_property
    def _ids_by_code(self) -> Mapping[str | None, str]:
        return {code: id for id, code in self.codes.items()}

    @cached_property
    def _ids_by_name(self) -> Mapping[str, tuple[str, ...]]:
        ids: dict[str, tuple[str, ...]] = {}
        for id, names in self.names.items():
            for name in {_make_key(name) for name in names if name}:
                ids[name] = (*ids.get(name, ()), id)
        return ids

    @cached_property
    def _index(self) -> SuggestionIndex:
        return SuggestionIndex(list(self._ids_by_name))


_OTHER_NAMES = {
    "政府": "国",
    "日本国": "国",
    "日本政府": "国",
    "総理": "内閣総理大臣",
    "総理大臣": "内閣総理大臣",
    "首相": "内閣総理大臣",
    "官房長官": "内閣官房長官",
}
"""Names of the nation and of posts that go by another."""


def _make_key(name: str) -> str:
    """Return the form of a name by which it is compared: without blanks, widths, variants and の between body and post."""
    folded = fold_name(name)
    return _OTHER_NAMES.get(folded, folded.replace("の", ""))
