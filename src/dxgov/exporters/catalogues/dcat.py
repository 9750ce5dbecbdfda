"""DCAT 3, in the form that DCAT-AP asks for: the data set as an entry of a catalogue, with a distribution for each package.

The folder of the export stands for the data set, that of a package for its distribution, so that both have addresses as soon as the
export is published.
"""

from collections.abc import Iterable, Iterator

from dxgov.exporters.catalogues.catalogue import (
    MEDIA_TYPES,
    archive,
    contacts,
    coverage,
    creators,
    description,
    doi_address,
    license_address,
    packages,
    publishers,
    title,
    web,
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
    name,
    node,
)
from dxgov.exporters.linked_data.jsonld import jsonld
from dxgov.exporters.linked_data.turtle import turtle
from dxgov.metadata import Contributor, Credit, License
from dxgov.package.descriptor_writer import PROFILE
from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import Files, Written
from dxgov.tables.collection import Collection

_DATASET = "../"
_LABELS = {"csv": "CSV", "parquet": "Parquet"}
_IANA = "https://www.iana.org/assignments/media-types/"
_LANGUAGES = {2: "http://id.loc.gov/vocabulary/iso639-1/", 3: "http://id.loc.gov/vocabulary/iso639-2/"}

Said = Iterable[tuple[str, Value | None]]


def catalogue_entry(data: Collection, written: Written) -> Files:
    """``dataset.ttl`` and ``dataset.jsonld``, which say the same."""
    base = f"{written.base}dcat/" if written.base else None
    nodes = list(_nodes(data, written))
    yield "dataset.ttl", turtle(nodes, base)
    yield "dataset.jsonld", jsonld(nodes, base)


def _nodes(data: Collection, written: Written) -> Iterator[Node]:
    about, days = data.metadata, coverage(data)
    formats = packages(written)
    agents = {each: f"{_DATASET}#contributor-{number}" for number, each in enumerate(about.contributors, 1)}
    sources = {each: web(each.path) or f"{_DATASET}#source-{number}" for number, each in enumerate(about.sources, 1)}
    licenses = {each: license_address(each) or f"{_DATASET}#license-{number}" for number, each in enumerate(about.licenses, 1)}
    languages = [f"{_LANGUAGES[len(tag)]}{tag}" for each in about.languages for tag in [each.partition("-")[0]]]
    yield node(
        _DATASET,
        [
            (TYPE, Iri(f"{DCAT}Dataset")),
            (f"{DCT}title", Literal(title(about))),
            (f"{DCT}description", Literal(description(data))),
            (f"{DCT}identifier", Literal(doi_address(about) or about.name)),
            (f"{DCAT}version", _text(about.version)),
            (f"{DCT}issued", _day(about.created.isoformat() if about.created else None)),
            *((f"{DCAT}keyword", Literal(each)) for each in about.keywords),
            *((f"{DCAT}theme", Iri(each)) for each in about.subjects),
            *((f"{DCT}language", Iri(each)) for each in languages),
            *((f"{DCT}spatial", Iri(f"{_DATASET}#place-{name(each)}")) for each in about.places),
            (f"{DCT}temporal", Iri(f"{_DATASET}#period") if days else None),
            *((f"{DCT}creator", Iri(agents[each])) for each in creators(about)),
            *((f"{DCT}publisher", Iri(agents[each])) for each in publishers(about)[:1]),
            *((f"{DCAT}contactPoint", Iri(f"{agents[each]}-contact")) for each in contacts(about)),
            (f"{DCAT}landingPage", _iri(web(about.homepage))),
            *((f"{DCT}source", Iri(each)) for each in sources.values()),
            *((f"{DCT}license", Iri(each)) for each in licenses.values()),
            *((f"{DCAT}distribution", Iri(f"{_DATASET}{format}/")) for format in formats),
        ],
    )
    for format in formats:
        yield node(f"{_DATASET}{format}/", _distribution(data, written, format, licenses.values()))
        yield node(f"{_DATASET}{format}/#format", _format(format))
        if archive(written, format):
            yield node(f"{_DATASET}{format}/#checksum", _checksum(written.sha256(f"{format}.zip")))
    for agent, iri in agents.items():
        yield node(iri, _agent(agent))
        if agent in contacts(about):
            yield node(f"{iri}-contact", _contact(agent))
    for source, iri in sources.items():
        yield node(iri, _source(source))
    for terms, iri in licenses.items():
        yield node(iri, _license(terms))
    for place in about.places:
        yield node(f"{_DATASET}#place-{name(place)}", [(TYPE, Iri(f"{DCT}Location")), (f"{DCT}identifier", Literal(place))])
    if days:
        ends = zip(("startDate", "endDate"), days, strict=True)
        period = [(f"{DCAT}{end}", _day(day.isoformat())) for end, day in ends]
        yield node(f"{_DATASET}#period", [(TYPE, Iri(f"{DCT}PeriodOfTime")), *period])
    for language in languages:
        yield node(language, [(TYPE, Iri(f"{DCT}LinguisticSystem"))])
    if web(about.homepage):
        yield node(str(about.homepage), [(TYPE, Iri(f"{FOAF}Document"))])


def _distribution(data: Collection, written: Written, format: str, licenses: Iterable[str]) -> Iterator[tuple[str, Value | None]]:
    """A package: its descriptor, which lists all files with their hashes, and its zip where there is one."""
    packed = archive(written, format)
    size = written.size(packed or format)
    yield TYPE, Iri(f"{DCAT}Distribution")
    yield f"{DCT}title", Literal(f"{title(data.metadata)} ({_LABELS[format]})")
    yield f"{DCT}format", Iri(f"{_DATASET}{format}/#format")
    yield f"{DCAT}accessURL", Iri(f"{_DATASET}{format}/{DESCRIPTOR}")
    yield f"{DCAT}mediaType", Iri(f"{_IANA}{MEDIA_TYPES[format]}")
    yield f"{DCT}conformsTo", Iri(PROFILE)
    yield f"{DCAT}byteSize", Literal(str(size), type=f"{XSD}nonNegativeInteger")
    yield from ((f"{DCT}license", Iri(each)) for each in licenses)
    if packed:
        yield f"{DCAT}downloadURL", Iri(f"{_DATASET}{packed}")
        yield f"{DCAT}packageFormat", Iri(f"{_IANA}application/zip")
        yield f"{SPDX}checksum", Iri(f"{_DATASET}{format}/#checksum")


def _format(format: str) -> Said:
    kinds = [(TYPE, Iri(f"{DCT}{kind}")) for kind in ("IMT", "MediaTypeOrExtent")]
    return [*kinds, (f"{RDF}value", Literal(MEDIA_TYPES[format])), (f"{RDFS}label", Literal(_LABELS[format]))]


def _checksum(sha256: str) -> Said:
    digest = Literal(sha256, type=f"{XSD}hexBinary")
    return [(TYPE, Iri(f"{SPDX}Checksum")), (f"{SPDX}algorithm", Iri(f"{SPDX}checksumAlgorithm_sha256")), (f"{SPDX}checksumValue", digest)]


def _agent(each: Contributor) -> Said:
    return [
        (TYPE, Iri(f"{FOAF}Agent")),
        (f"{FOAF}name", Literal(each.name)),
        (f"{FOAF}homepage", _iri(web(each.path))),
        (f"{FOAF}mbox", _mail(each.email)),
    ]


def _contact(each: Contributor) -> Said:
    return [
        (TYPE, Iri(f"{VCARD}Kind")),
        (f"{VCARD}fn", Literal(each.name)),
        (f"{VCARD}hasEmail", _mail(each.email)),
        (f"{VCARD}hasURL", _iri(web(each.path))),
    ]


def _source(each: Credit) -> Said:
    kind = Iri(f"{PROV}Entity")
    return [(TYPE, kind), (f"{DCT}title", Literal(each.name)), (f"{DCAT}version", _text(each.version))]


def _license(each: License) -> Said:
    label = each.title or each.name or each.path
    return [(TYPE, Iri(f"{DCT}LicenseDocument")), (f"{RDFS}label", _text(label)), (f"{DCT}identifier", _text(each.name))]


def _text(text: str | None) -> Literal | None:
    return Literal(text) if text else None


def _day(text: str | None) -> Literal | None:
    return Literal(text, type=f"{XSD}date") if text else None


def _iri(text: str | None) -> Iri | None:
    return Iri(text) if text else None


def _mail(address: str | None) -> Iri | None:
    return Iri(f"mailto:{name(address).replace('%40', '@')}") if address else None
