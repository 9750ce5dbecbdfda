"""README files of exports, for readers who find one without anything else."""

from collections.abc import Iterable, Iterator

from dxgov.tables.collection import Collection


def render_readme(data: Collection, text: str, files: Iterable[str]) -> bytes:
    """Return a README in Markdown: facts about the data set, a text about the format, and a line for each file."""
    head = [f"# {_collapse_whitespace(data.metadata.title or data.metadata.name)}", "", *metadata_lines(data)]
    return "\n".join([*head, "", text, *(f"- {_collapse_whitespace(file)}" for file in files), ""]).encode()


def metadata_lines(data: Collection) -> Iterator[str]:
    """Yield name, version, licences, contributors, homepage and coverage of a data set, one line each."""
    metadata, coverage = data.metadata, data.coverage()
    yield f"Data set: {metadata.name}"
    if metadata.version or metadata.created:
        yield _collapse_whitespace(
            f"Version: {' '.join(str(part) for part in (metadata.version, metadata.created and f'({metadata.created})') if part)}"
        )
    for license in metadata.licenses:
        yield _collapse_whitespace(f"Licence: {', '.join(filter(None, (license.title or license.name, license.path)))}")
    for contributor in metadata.contributors:
        yield _collapse_whitespace(f"By: {contributor.name}")
    if metadata.homepage:
        yield _collapse_whitespace(f"Home: {metadata.homepage}")
    yield from filter(None, (coverage.describe("ja"), coverage.describe("en")))


def _collapse_whitespace(text: str) -> str:
    return " ".join(text.split())
