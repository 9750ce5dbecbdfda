"""Actors of a draft: those of a known data set that a document names, and new ones where it names others."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence

from attrs import define, evolve, field

from dxgov.documents.known_actors import KnownActors
from dxgov.documents.lines import Line
from dxgov.documents.parties import Party
from dxgov.documents.readings import Certainty, Value
from dxgov.drafting.identifiers import make_name
from dxgov.model.actors import Actor
from dxgov.model.kinds import ActorKind
from dxgov.values import without_layout

_SHORT_NAMES = frozenset("都道府県市区町村")
"""Words that mean the government that a document is about."""


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
    codes: tuple[str, ...] = ()
    """The 全国地方公共団体コード of a local government, or all that its name can mean."""
    known: Actor | None = None
    """The actor of the known data set; None for a new one."""
    alternatives: tuple[str, ...] = ()
    """Ids of other known actors of the same name."""


@define
class ActorRegister:
    """The actors that a document names, each once, with the known ones among them."""

    known: Mapping[str, Actor]
    """The actors of the known data set by id."""

    holders: Mapping[str, Collection[str]]
    """The ids of the persons who were seen in a post, by the id of the post."""

    lines: Sequence[Line]
    """The lines of the document."""

    actors: dict[str, NamedActor] = field(factory=dict)
    """The actors by id, in the order in which they were named; the organisation of a known one follows it."""

    _links: KnownActors = field(init=False)

    def __attrs_post_init__(self) -> None:
        actors = self.known.values()
        self._links = KnownActors(
            {actor.id: tuple(filter(None, (actor.name, actor.label))) for actor in actors},
            {actor.id: actor.local_government_code for actor in actors if actor.local_government_code},
            {actor.id: actor.part_of_id for actor in actors if actor.part_of_id},
        )

    def add(self, party: Party, value: Value) -> NamedActor:
        """Return the actor who acts for a party: its post if it has one, else the party itself.

        Args:
            party: the party.
            value: the value that names it, with its certainty, reason and lines.
        """
        if not party.post:
            return self._find_short(party.name) or self._add(party, party.name, value)
        body = self.add(party.organisation, value) if party.organisation else None
        # A post goes by the name of its organisation and its own, or by its own beside its organisation.
        office = evolve(party, name=(party.body or "") + party.post, person=None)
        is_whole = normalize_name(office.name) in normalize_name(party.name) or self.is_printed(office.name, value)
        return self._add(office, office.name if is_whole else party.post, value, body)

    def is_printed(self, name: str, located: Value | NamedActor) -> bool:
        """Return True if the lines of a value or an actor print a name."""
        passage = "".join(line.text for line in self.lines[max(located.first_line - 1, 0) : located.last_line])
        return normalize_name(name) in normalize_name(passage)

    def add_person(self, name: str, post: NamedActor, value: Value) -> NamedActor:
        """Return the actor for a person in a post: the known holder of the post whose name begins so, or the one of the name."""
        key = normalize_name(name)
        holders = [id for id in self.holders.get(post.id, ()) if normalize_name(self.known[id].name).startswith(key)]
        if len(holders) == 1:
            certainty = min(value.certainty, Certainty.LIKELY, key=CERTAINTIES.index)
            return self._add_known(self.known[holders[0]], name, evolve(value, certainty=certainty))
        return self.add(Party.of_name(name, person=name), value)

    def add_unspecified(self, value: Value) -> NamedActor:
        """Return the actor that stands where a document does not say who."""
        known = next((actor for actor in self.known.values() if actor.kind is ActorKind.UNSPECIFIED), None)
        if known is not None:
            return self._add_known(known, known.name, value)
        id, name = str(ActorKind.UNSPECIFIED), ActorKind.UNSPECIFIED.label
        actor = NamedActor(id, name, value.certainty, value.reason, value.first_line, value.last_line, ActorKind.UNSPECIFIED)
        return self.actors.setdefault(id, actor)

    def find_id(self, name: str) -> str | None:
        """Return the id of an actor that was named before or is known by a name; None if there is none."""
        folded = normalize_name(name)
        named = (actor.id for actor in self.actors.values() if normalize_name(actor.name) == folded)
        return next(named, None) or self._links.link(Party.of_name(name)).id

    def _find_short(self, name: str) -> NamedActor | None:
        """Return the only government named before that a word such as 都 or 町 alone can mean; None if there is none, or more than one."""
        if name not in _SHORT_NAMES:
            return None
        governments = [
            actor for actor in self.actors.values() if actor.name.endswith(name) and actor.name != name and actor.part_of is None
        ]
        return governments[0] if len(governments) == 1 else None

    def _add(self, party: Party, name: str, value: Value, body: NamedActor | None = None) -> NamedActor:
        """Return the actor of a name: the known one that the party is, or a new one, whose id is the same in all documents."""
        link = self._links.link(party)
        if link.id is not None:
            certainty = min(value.certainty, link.certainty, key=CERTAINTIES.index)
            return self._add_known(self.known[link.id], name, evolve(value, certainty=certainty, alternatives=link.candidates))
        code = party.local_government_code if not party.post else None
        stem = body.id if body else "actor"
        if party.kind == ActorKind.NATION:
            id = "jp"
        else:
            id = f"jp-{code[:2]}-{code}" if code else f"{stem}{'.' if body else '-'}{make_name(normalize_name(name))}"
        actor = NamedActor(
            id,
            name,
            value.certainty,
            value.reason,
            value.first_line,
            value.last_line,
            party.kind,
            body.id if body else None,
            () if party.post else tuple(government.code for government in party.local_governments),
        )
        return self.actors.setdefault(id, actor)

    def _add_known(self, known: Actor, name: str, value: Value) -> NamedActor:
        """Return a known actor by the name that the document has for it, and add the organisations that it is a part of."""
        if known.id not in self.actors:
            lines = value.first_line, value.last_line
            self.actors[known.id] = NamedActor(
                known.id,
                name,
                value.certainty,
                value.reason,
                *lines,
                part_of=known.part_of_id,
                known=known,
                alternatives=value.alternatives,
            )
            if (parent := self.known.get(known.part_of_id or "")) is not None:
                self._add_known(
                    parent, parent.name, evolve(value, certainty=Certainty.LIKELY, reason="organisation-of-known", alternatives=())
                )
        return self.actors[known.id]


CERTAINTIES = (Certainty.UNSURE, Certainty.LIKELY, Certainty.SURE)
"""Certainties, the lowest first."""


def normalize_name(name: str) -> str:
    """Return a name without white space and without differences of width, to compare names."""
    return unicodedata.normalize("NFKC", without_layout(name))
