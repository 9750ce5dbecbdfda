"""Actors of a draft: those of a known data set that a document names, and new ones where it names others."""

import unicodedata
from collections.abc import Mapping, Sequence

from attrs import define, field, frozen

from dxgov.dataset import Dataset
from dxgov.documents.readings import Certainty, Value
from dxgov.drafting.identifiers import make_name
from dxgov.model.actors import Actor
from dxgov.model.kinds import ActorKind
from dxgov.values import without_layout

_SHORT_NAMES = frozenset("都道府県市区町村")
"""Words that mean the government that a document is about."""


@frozen
class Party:
    """Somebody whom a document names, as a grammar reads it."""

    name: str
    """The name as printed."""
    kind: str | None = None
    body: str | None = None
    """The organisation of a post."""
    post: str | None = None
    person: str | None = None
    code: str | None = None
    """The 全国地方公共団体コード of the party or its body."""


@define
class NamedActor:
    """An actor of a draft, with where it was first named."""

    id: str
    name: str
    certainty: Certainty
    reason: str
    first_line: int
    last_line: int
    kind: str | None = None
    part_of: str | None = None
    """The id of the organisation of a post."""
    code: str | None = None
    known: Actor | None = None
    """The actor of the known data set; None for a new one."""
    alternatives: tuple[str, ...] = ()
    """Ids of other known actors of the same name."""


@define
class ActorRegister:
    """The actors that a document names, each once, with the known ones among them."""

    known: Dataset | None
    actors: dict[str, NamedActor] = field(factory=dict)
    """The actors by id, in the order in which they were named."""
    _by_name: dict[str, list[Actor]] = field(factory=dict)
    _by_code: dict[str, Actor] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for actor in self.known.actors if self.known is not None else ():
            for name in {normalize_name(name) for name in (actor.name, actor.label) if name}:
                self._by_name.setdefault(name, []).append(actor)
            if actor.local_government_code:
                self._by_code[actor.local_government_code] = actor

    def add(self, party: Party, value: Value) -> NamedActor:
        """Return the actor who acts for a party: its post if it has one, else the party itself.

        Args:
            party: the party.
            value: the value that names it, with its certainty, reason and lines.
        """
        if not party.post:
            short = self._find_short(party.name)
            if short is not None:
                return short
            kind = ActorKind.PERSON if party.person and normalize_name(party.person) == normalize_name(party.name) else party.kind
            return self._add(party.name, kind, value, self._find(party.name, party.code), code=party.code)
        body = self._add(party.body, None, value, self._find(party.body, party.code), code=party.code) if party.body else None
        # A post goes by the name of its organisation and its own, or by its own beside its organisation.
        whole_name = (party.body or "") + party.post
        matches = self._find(whole_name) or [actor for actor in self._find(party.post) if body and actor.part_of_id == body.id]
        is_printed = normalize_name(whole_name) in normalize_name(party.name)
        return self._add(whole_name if is_printed else party.post, ActorKind.POST, value, matches, part_of=body.id if body else None)

    def add_person(self, name: str, value: Value) -> NamedActor:
        """Return the actor for a person."""
        return self._add(name, ActorKind.PERSON, value, self._find(name))

    def find_id(self, name: str) -> str | None:
        """Return the id of an actor that was named before or is known by a name; None if there is none."""
        folded = normalize_name(name)
        named = [actor.id for actor in self.actors.values() if normalize_name(actor.name) == folded]
        return next(iter([*named, *(actor.id for actor in self._find(name))]), None)

    def add_unspecified(self, value: Value) -> NamedActor:
        """Return the actor that stands where a document does not say who."""
        id = str(ActorKind.UNSPECIFIED)
        known = (
            next((actor for actor in self.known.actors if actor.kind is ActorKind.UNSPECIFIED), None) if self.known is not None else None
        )
        return self._add(
            known.name if known else ActorKind.UNSPECIFIED.label, ActorKind.UNSPECIFIED, value, [known] if known else [], id=id
        )

    def _find_short(self, name: str) -> NamedActor | None:
        """Return the only government named before that a word such as 都 or 町 alone can mean; None if there is none, or more than one."""
        if name not in _SHORT_NAMES:
            return None
        governments = [
            actor for actor in self.actors.values() if actor.name.endswith(name) and actor.name != name and actor.part_of is None
        ]
        return governments[0] if len(governments) == 1 else None

    def _find(self, name: str, code: str | None = None) -> list[Actor]:
        """Return the known actors that a name can mean: that of the code alone, else those of the name."""
        if code in self._by_code:
            return [self._by_code[code]]
        return [actor for actor in self._by_name.get(normalize_name(name), ()) if not (code and actor.local_government_code)]

    def _add(
        self,
        name: str,
        kind: str | None,
        value: Value,
        matches: Sequence[Actor],
        *,
        code: str | None = None,
        part_of: str | None = None,
        id: str | None = None,
    ) -> NamedActor:
        """Return the actor of a name: the first of the known ones that match, or a new one, whose id is the same in all documents."""
        if not matches and id is None:
            stem = part_of or "actor"
            id = f"jp-{code[:2]}-{code}" if code else f"{stem}{'.' if part_of else '-'}{make_name(normalize_name(name))}"
        actor = NamedActor(
            matches[0].id if matches else str(id),
            name,
            Certainty.UNSURE if len(matches) > 1 else value.certainty,
            value.reason,
            value.first_line,
            value.last_line,
            kind,
            part_of,
            code,
            matches[0] if matches else None,
            tuple(actor.id for actor in matches[1:]),
        )
        return self.actors.setdefault(actor.id, actor)


def normalize_name(name: str) -> str:
    """Return a name without white space and without differences of width, to compare names."""
    return unicodedata.normalize("NFKC", without_layout(name))


def read_party(values: Mapping[str, Value]) -> Party | None:
    """Return the party of an entry's values; None if they name nobody."""
    texts = {name: str(value.value) for name, value in values.items() if value.value}
    name = texts.get("name") or (texts.get("body", "") + texts.get("post", "")) or texts.get("person")
    if not name:
        return None
    return Party(name, texts.get("kind"), texts.get("body"), texts.get("post"), texts.get("person"), texts.get("local_government_code"))
