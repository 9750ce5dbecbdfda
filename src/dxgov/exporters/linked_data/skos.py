"""Code lists and thesauri as SKOS concept schemes, which portals and vocabulary editors read."""

from collections.abc import Iterator

from dxgov.codes import Code
from dxgov.exporters.linked_data.graph import DCT, SKOS, TYPE, Iri, Literal, Node, literals, make_node
from dxgov.exporters.linked_data.iris import code_iri, scheme_iri
from dxgov.exporters.linked_data.statements import table_nodes
from dxgov.languages import LanguageMap, derive_english_title, split_class_name
from dxgov.schema import Field, Part, Table
from dxgov.sentences import get_docstring
from dxgov.tables.collection import Collection


def concept_nodes(data: Collection) -> Iterator[Node]:
    """Yield a concept scheme with its concepts for each table of concepts, and for each code list."""
    for name, table in data.model().tables.items():
        if f"{SKOS}Concept" in table.terms:
            yield from _thesaurus_nodes(data, name, table)
    # The Japanese title and description of a code list are those of the field that holds its codes.
    uses: dict[type[Code], list[tuple[Table, Field | Part]]] = {}
    for table in data.model().tables.values():
        for field in table.fields:
            holders: tuple[Field | Part, ...] = field.parts or (field,)
            for holder, column in zip(holders, field.columns, strict=True):
                if column.codes:
                    uses.setdefault(type(column.codes[0]), []).append((table, holder))
    for code_type, fields in uses.items():
        table, holder = fields[0]
        title = holder.titles.ja if len(fields) > 1 else f"{table.label}の{holder.titles.ja}"
        titles = LanguageMap(title, derive_english_title(split_class_name(code_type.__name__)))
        yield from _code_list_nodes(code_type, titles, LanguageMap(holder.descriptions.ja, get_docstring(code_type)))


def _code_list_nodes(code_type: type[Code], titles: LanguageMap, descriptions: LanguageMap) -> Iterator[Node]:
    scheme, codes = Iri(scheme_iri(code_type.__name__)), tuple(code_type)
    members = [Iri(code_iri(code)) for code in codes]
    yield make_node(
        scheme.text,
        [
            (TYPE, Iri(f"{SKOS}ConceptScheme")),
            *((f"{DCT}title", title) for title in literals(titles)),
            *((f"{DCT}description", description) for description in literals(descriptions)),
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
                *((f"{SKOS}prefLabel", label) for label in literals(code.titles)),
                *((f"{SKOS}definition", definition) for definition in literals(code.descriptions)),
            ],
        )


def _thesaurus_nodes(data: Collection, name: str, table: Table) -> Iterator[Node]:
    """Yield the records of a table as concepts with their SKOS properties; those without a broader one are top concepts."""
    scheme, nodes = Iri(scheme_iri(name)), list(table_nodes(data, name))
    top_concepts = [concept.iri for concept in nodes if f"{SKOS}broader" not in concept.properties]
    yield make_node(
        scheme.text,
        [
            (TYPE, Iri(f"{SKOS}ConceptScheme")),
            *((f"{DCT}title", title) for title in literals(table.titles)),
            *((f"{DCT}description", description) for description in literals(table.descriptions)),
            *((f"{SKOS}hasTopConcept", Iri(iri)) for iri in top_concepts),
        ],
    )
    for concept in nodes:
        skos_properties = {iri: values for iri, values in concept.properties.items() if iri.startswith(SKOS)}
        top_concept = {f"{SKOS}topConceptOf": (scheme,)} if f"{SKOS}broader" not in skos_properties else {}
        yield Node(concept.iri, {TYPE: (Iri(f"{SKOS}Concept"),), **skos_properties, **top_concept})
