"""DCAT 3 in the profile of DCAT-AP: the data set as a catalogue entry with a distribution for each package.

The IRI of the data set is the folder of the export, and that of a distribution the folder of its package. So both have addresses as
soon as the export is published.
"""

from collections.abc import Iterable, Iterator

from dxgov.exporters.catalogues.catalogue import (
    MEDIA_TYPES,
    archive_path,
    as_web_address,
    contacts,
    creators,
    description_texts,
    doi_address,
    license_address,
    list_packages,
    publishers,
    title_texts,
)
from dxgov.exporters.linked_data.graph import (
    DCAT,
    DCT,
    FOAF,
    PROV,
    RDF,
    RDFS,
    SPDX,
    TYPE,
    VCARD,
    XSD,
    Iri,
    Literal,
    Node,
    Value,
    make_node,
    quote_segment,
)
from dxgov.exporters.linked_data.jsonld import serialize_jsonld
from dxgov.exporters.linked_data.turtle import serialize_turtle
from dxgov.metadata import Contributor, Credit, License
from dxgov.package.descriptor_writer import PROFILE
from dxgov.package.temporal_coverage import compute_coverage
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import ExportFolder, Files
from dxgov.tables.collection import Collection

_DATASET_IRI = "../"
_LABELS = {"csv": "CSV", "parquet": "Parquet"}
_IANA = "https://www.iana.org/assignments/media-types/"
_LANGUAGE_AUTHORITIES = {2: "http://id.loc.gov/vocabulary/iso639-1/", 3: "http://id.loc.gov/vocabulary/iso639-2/"}

Statements = Iterable[tuple[str, Value | None]]
"""Predicates and their objects; those without an object are left out."""


def export_dcat(data: Collection, folder: ExportFolder) -> Files:
    """Yield ``dataset.ttl`` and ``dataset.jsonld``, which state the same."""
    base = f"{folder.base}dcat/" if folder.base else None
    nodes = list(_make_nodes(data, folder))
    yield "dataset.ttl", serialize_turtle(nodes, base)
    yield "dataset.jsonld", serialize_jsonld(nodes, base)


def _make_nodes(data: Collection, folder: ExportFolder) -> Iterator[Node]:
    metadata, period = data.metadata, compute_coverage(data)
    formats = list_packages(folder)
    agents = {contributor: f"{_DATASET_IRI}#contributor-{number}" for number, contributor in enumerate(metadata.contributors, 1)}
    sources = {
        source: as_web_address(source.path) or f"{_DATASET_IRI}#source-{number}" for number, source in enumerate(metadata.sources, 1)
    }
    licenses = {
        license: license_address(license) or f"{_DATASET_IRI}#license-{number}" for number, license in enumerate(metadata.licenses, 1)
    }
    subtags = [language.partition("-")[0] for language in metadata.languages]
    languages = [f"{_LANGUAGE_AUTHORITIES[len(subtag)]}{subtag}" for subtag in subtags]
    yield make_node(
        _DATASET_IRI,
        [
            (TYPE, Iri(f"{DCAT}Dataset")),
            *((f"{DCT}title", Literal(text, lang)) for lang, text in title_texts(metadata)),
            *((f"{DCT}description", Literal(text, lang)) for lang, text in description_texts(data)),
            (f"{DCT}identifier", Literal(doi_address(metadata) or metadata.name)),
            (f"{DCAT}version", _text_literal(metadata.version)),
            (f"{DCT}issued", _date_literal(metadata.created.isoformat() if metadata.created else None)),
            *((f"{DCAT}keyword", Literal(keyword)) for keyword in metadata.keywords),
            *((f"{DCAT}theme", Iri(subject)) for subject in metadata.subjects),
            *((f"{DCT}language", Iri(language)) for language in languages),
            *((f"{DCT}spatial", Iri(f"{_DATASET_IRI}#place-{quote_segment(place)}")) for place in metadata.places),
            (f"{DCT}temporal", Iri(f"{_DATASET_IRI}#period") if period else None),
            *((f"{DCT}creator", Iri(agents[creator])) for creator in creators(metadata)),
            *((f"{DCT}publisher", Iri(agents[publisher])) for publisher in publishers(metadata)[:1]),
            *((f"{DCAT}contactPoint", Iri(f"{agents[contact]}-contact")) for contact in contacts(metadata)),
            (f"{DCAT}landingPage", _web_iri(as_web_address(metadata.homepage))),
            *((f"{DCT}source", Iri(iri)) for iri in sources.values()),
            *((f"{DCT}license", Iri(iri)) for iri in licenses.values()),
            *((f"{DCAT}distribution", Iri(f"{_DATASET_IRI}{format}/")) for format in formats),
        ],
    )
    for format in formats:
        yield make_node(f"{_DATASET_IRI}{format}/", _describe_distribution(data, folder, format, licenses.values()))
        yield make_node(f"{_DATASET_IRI}{format}/#format", _describe_format(format))
        if archive_path(folder, format):
            yield make_node(f"{_DATASET_IRI}{format}/#checksum", _describe_checksum(folder.sha256(f"{format}.zip")))
    for agent, iri in agents.items():
        yield make_node(iri, _describe_agent(agent))
        if agent in contacts(metadata):
            yield make_node(f"{iri}-contact", _describe_contact(agent))
    for source, iri in sources.items():
        yield make_node(iri, _describe_source(source))
    for license, iri in licenses.items():
        yield make_node(iri, _describe_license(license))
    for place in metadata.places:
        iri = f"{_DATASET_IRI}#place-{quote_segment(place)}"
        yield make_node(iri, [(TYPE, Iri(f"{DCT}Location")), (f"{DCT}identifier", Literal(place))])
    if period:
        properties = zip(("startDate", "endDate"), period, strict=True)
        bounds = [(f"{DCAT}{name}", _date_literal(day.isoformat())) for name, day in properties]
        yield make_node(f"{_DATASET_IRI}#period", [(TYPE, Iri(f"{DCT}PeriodOfTime")), *bounds])
    for language in languages:
        yield make_node(language, [(TYPE, Iri(f"{DCT}LinguisticSystem"))])
    if as_web_address(metadata.homepage):
        yield make_node(str(metadata.homepage), [(TYPE, Iri(f"{FOAF}Document"))])


def _describe_distribution(data: Collection, folder: ExportFolder, format: str, licenses: Iterable[str]) -> Statements:
    """Yield the statements about a package: its descriptor, which lists all files with their hashes, and its zip if any."""
    archive = archive_path(folder, format)
    size = folder.size(archive or format)
    yield TYPE, Iri(f"{DCAT}Distribution")
    yield from ((f"{DCT}title", Literal(f"{text} ({_LABELS[format]})", lang)) for lang, text in title_texts(data.metadata))
    yield f"{DCT}format", Iri(f"{_DATASET_IRI}{format}/#format")
    yield f"{DCAT}accessURL", Iri(f"{_DATASET_IRI}{format}/{DESCRIPTOR}")
    yield f"{DCAT}mediaType", Iri(f"{_IANA}{MEDIA_TYPES[format]}")
    yield f"{DCT}conformsTo", Iri(PROFILE)
    yield f"{DCAT}byteSize", Literal(str(size), type=f"{XSD}nonNegativeInteger")
    yield from ((f"{DCT}license", Iri(iri)) for iri in licenses)
    if archive:
        yield f"{DCAT}downloadURL", Iri(f"{_DATASET_IRI}{archive}")
        yield f"{DCAT}packageFormat", Iri(f"{_IANA}application/zip")
        yield f"{SPDX}checksum", Iri(f"{_DATASET_IRI}{format}/#checksum")


def _describe_format(format: str) -> Statements:
    kinds = [(TYPE, Iri(f"{DCT}{kind}")) for kind in ("IMT", "MediaTypeOrExtent")]
    return [*kinds, (f"{RDF}value", Literal(MEDIA_TYPES[format])), (f"{RDFS}label", Literal(_LABELS[format]))]


def _describe_checksum(sha256: str) -> Statements:
    digest = Literal(sha256, type=f"{XSD}hexBinary")
    return [(TYPE, Iri(f"{SPDX}Checksum")), (f"{SPDX}algorithm", Iri(f"{SPDX}checksumAlgorithm_sha256")), (f"{SPDX}checksumValue", digest)]


def _describe_agent(contributor: Contributor) -> Statements:
    return [
        (TYPE, Iri(f"{FOAF}Agent")),
        (f"{FOAF}name", Literal(contributor.name)),
        (f"{FOAF}homepage", _web_iri(as_web_address(contributor.path))),
        (f"{FOAF}mbox", _mail_iri(contributor.email)),
    ]


def _describe_contact(contributor: Contributor) -> Statements:
    return [
        (TYPE, Iri(f"{VCARD}Kind")),
        (f"{VCARD}fn", Literal(contributor.name)),
        (f"{VCARD}hasEmail", _mail_iri(contributor.email)),
        (f"{VCARD}hasURL", _web_iri(as_web_address(contributor.path))),
    ]


def _describe_source(credit: Credit) -> Statements:
    kind = Iri(f"{PROV}Entity")
    return [(TYPE, kind), (f"{DCT}title", Literal(credit.name)), (f"{DCAT}version", _text_literal(credit.version))]


def _describe_license(license: License) -> Statements:
    label = license.title or license.name or license.path
    return [(TYPE, Iri(f"{DCT}LicenseDocument")), (f"{RDFS}label", _text_literal(label)), (f"{DCT}identifier", _text_literal(license.name))]


def _text_literal(text: str | None) -> Literal | None:
    return Literal(text) if text else None


def _date_literal(text: str | None) -> Literal | None:
    return Literal(text, type=f"{XSD}date") if text else None


def _web_iri(text: str | None) -> Iri | None:
    return Iri(text) if text else None


def _mail_iri(address: str | None) -> Iri | None:
    return Iri(f"mailto:{quote_segment(address).replace('%40', '@')}") if address else None
