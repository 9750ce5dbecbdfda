"""`KnownActors`: actors that exist already, to which parties of documents are linked."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property

from attrs import frozen

from dxgov.documents.local_governments import fold_name
from dxgov.documents.parties import Party
from dxgov.documents.readings import Certainty
from dxgov.suggestions import SuggestionIndex


@frozen
class ActorLink:
    """The actor that a party is."""

    id: str | None
    """The id; None if no known actor has the code or name."""

    certainty: Certainty
    reason: str
    """``code``, ``name``, ``shared-name`` or ``no-such-name``."""

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

    def link(self, party: Party) -> ActorLink:
        """Return the actor that a party is, by its code, else by its name, or none with those of similar names."""
        if not party.post and party.local_government_code in self._ids_by_code:
            return ActorLink(self._ids_by_code[party.local_government_code], Certainty.SURE, "code")
        names = [
            fold_name(name)
            for name in (party.name, (party.body or "") + (party.post or ""), party.person if not party.body else "")
            if name
        ]
        ids = next((self._ids_by_name[name] for name in names if name in self._ids_by_name), ())
        # A local government of the name with another code is another one.
        if party.local_government_code and not party.post:
            ids = tuple(id for id in ids if self.codes.get(id) in (None, party.local_government_code))
        if len(ids) == 1:
            return ActorLink(ids[0], Certainty.SURE if party.certainty is Certainty.SURE else Certainty.LIKELY, "name")
        if ids:
            return ActorLink(ids[0], Certainty.UNSURE, "shared-name", ids[1:])
        similar = get_close_matches(names[0], self._index.find_similar(names[0]), n=3)
        return ActorLink(None, Certainty.LIKELY, "no-such-name", tuple(id for name in similar for id in self._ids_by_name[name]))

    @cached_property
    def _ids_by_code(self) -> Mapping[str | None, str]:
        return {code: id for id, code in self.codes.items()}

    @cached_property
    def _ids_by_name(self) -> Mapping[str, tuple[str, ...]]:
        ids: dict[str, tuple[str, ...]] = {}
        for id, names in self.names.items():
            for name in {fold_name(name) for name in names if name}:
                ids[name] = (*ids.get(name, ()), id)
        return ids

    @cached_property
    def _index(self) -> SuggestionIndex:
        return SuggestionIndex(list(self._ids_by_name))
