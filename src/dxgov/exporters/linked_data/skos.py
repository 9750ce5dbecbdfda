"""Code lists and thesauri as SKOS, which portals and editors of vocabularies read."""

from collections.abc import Iterator

from dxgov.codes import Code
from dxgov.exporters.linked_data.graph import DCT, SKOS, TYPE, Iri, Literal, Node, node
from dxgov.exporters.linked_data.iris import code_iri, scheme_iri
from dxgov.exporters.linked_data.statements import records_of
from dxgov.schema import Table
from dxgov.schema.sentences import docstring
from dxgov.tables.collection import Collection


def concepts(data: Collection) -> Iterator[Node]:
    """Each table of concepts as a concept scheme with its concepts, and each code list likewise."""
    for name, table in data.model().tables.items():
        if f"{SKOS}Concept" in table.terms:
            yield from _thesaurus(data, name, table)
    lists = {type(column.codes[0]): column.codes for table in data.model().tables.values() for column in table.columns if column.codes}
    for kind, codes in lists.items():
        yield from _code_list(kind, codes)


def _code_list(kind: type[Code], codes: tuple[Code, ...]) -> Iterator[Node]:
    scheme, about = Iri(scheme_iri(kind.__name__)), docstring(kind)
    members = [Iri(code_iri(code)) for code in codes]
    yield node(
        scheme.text,
        [
            (TYPE, Iri(f"{SKOS}ConceptScheme")),
            (f"{DCT}title", Literal(_spaced(kind.__name__), "en")),
            (f"{DCT}description", Literal(about, "en") if about else None),
            *((f"{SKOS}hasTopConcept", member) for member in members),
        ],
    )
    for code, member in zip(codes, members, strict=True):
        yield node(
            member.text,
            [
                (TYPE, Iri(f"{SKOS}Concept")),
                (f"{SKOS}inScheme", scheme),
                (f"{SKOS}topConceptOf", scheme),
                (f"{SKOS}notation", Literal(str(code))),
                (f"{SKOS}prefLabel", Literal(code.label, "ja")),
                (f"{SKOS}prefLabel", Literal(str(code).replace("_", " "), "en")),
                (f"{SKOS}definition", Literal(code.meaning, "en")),
            ],
        )


def _spaced(name: str) -> str:
    """The name of a class as words."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def _thesaurus(data: Collection, name: str, table: Table) -> Iterator[Node]:
    """The records of a table that are concepts, with what SKOS says of them; those without a broader one are at the top."""
    scheme, nodes = Iri(scheme_iri(name)), list(records_of(data, name))
    top = [each.iri for each in nodes if f"{SKOS}broader" not in each.properties]
    yield node(
        scheme.text,
        [
            (TYPE, Iri(f"{SKOS}ConceptScheme")),
            (f"{DCT}title", Literal(table.label, "ja")),
            (f"{DCT}title", Literal(name.replace("_", " "), "en")),
            (f"{DCT}description", Literal(table.description, "en") if table.description else None),
            *((f"{SKOS}hasTopConcept", Iri(iri)) for iri in top),
        ],
    )
    for each in nodes:
        said = {iri: values for iri, values in each.properties.items() if iri.startswith(SKOS)}
        above = {f"{SKOS}topConceptOf": (scheme,)} if f"{SKOS}broader" not in said else {}
        yield Node(each.iri, {TYPE: (Iri(f"{SKOS}Concept"),), **said, **above})
