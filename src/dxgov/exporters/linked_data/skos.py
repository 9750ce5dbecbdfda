"""Code lists and thesauri as SKOS concept schemes, which portals and vocabulary editors read."""

from collections.abc import Iterator

from dxgov.codes import Code
from dxgov.exporters.linked_data.graph import DCT, SKOS, TYPE, Iri, Literal, Node, make_node
from dxgov.exporters.linked_data.iris import code_iri, scheme_iri
from dxgov.exporters.linked_data.statements import table_nodes
from dxgov.schema import Table
from dxgov.sentences import get_docstring
from dxgov.tables.collection import Collection


def concept_nodes(data: Collection) -> Iterator[Node]:
    """Yield a concept scheme with its concepts for each table of concepts, and for each code list."""
    for name, table in data.model().tables.items():
        if f"{SKOS}Concept" in table.terms:
            yield from _thesaurus_nodes(data, name, table)
    code_lists = {type(column.codes[0]): column.codes for table in data.model().tables.values() for column in table.columns if column.codes}
    for code_type, codes in code_lists.items():
        yield from _code_list_nodes(code_type, codes)


def _code_list_nodes(code_type: type[Code], codes: tuple[Code, ...]) -> Iterator[Node]:
    scheme, description = Iri(scheme_iri(code_type.__name__)), get_docstring(code_type)
    members = [Iri(code_iri(code)) for code in codes]
    yield make_node(
        scheme.text,
        [
            (TYPE, Iri(f"{SKOS}ConceptScheme")),
            (f"{DCT}title", Literal(_split_camel_case(code_type.__name__), "en")),
            (f"{DCT}description", Literal(description, "en") if description else None),
            *((f"{SKOS}hasTopConcept", member) for member in members),
        ],
    )
    for code, member in zip(codes, members, strict=True):
        yield make_node(
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


def _split_camel_case(name: str) -> str:
    """Split the name of a class into lower-case words."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def _thesaurus_nodes(data: Collection, name: str, table: Table) -> Iterator[Node]:
    """Yield the records of a table as concepts with their SKOS properties; those without a broader one are top concepts."""
    scheme, nodes = Iri(scheme_iri(name)), list(table_nodes(data, name))
    top_concepts = [concept.iri for concept in nodes if f"{SKOS}broader" not in concept.properties]
    yield make_node(
        scheme.text,
        [
            (TYPE, Iri(f"{SKOS}ConceptScheme")),
            (f"{DCT}title", Literal(table.label, "ja")),
            (f"{DCT}title", Literal(name.replace("_", " "), "en")),
            (f"{DCT}description", Literal(table.description, "en") if table.description else None),
            *((f"{SKOS}hasTopConcept", Iri(iri)) for iri in top_concepts),
        ],
    )
    for concept in nodes:
        skos_properties = {iri: values for iri, values in concept.properties.items() if iri.startswith(SKOS)}
        top_concept = {f"{SKOS}topConceptOf": (scheme,)} if f"{SKOS}broader" not in skos_properties else {}
        yield Node(concept.iri, {TYPE: (Iri(f"{SKOS}Concept"),), **skos_properties, **top_concept})
