"""The text file that says what an export is, for people who find it without anything else."""

from collections.abc import Iterable, Iterator

from dxgov.metadata import Metadata


def readme(about: Metadata, text: str, files: Iterable[str]) -> bytes:
    """A README in Markdown: what the data are and under which terms, what the format is, and a line for each of its files."""
    head = [f"# {_line(about.title or about.name)}", "", *facts(about)]
    return "\n".join([*head, "", text, *(f"- {_line(file)}" for file in files), ""]).encode()


def facts(about: Metadata) -> Iterator[str]:
    """Name, version, terms and home of a data set, a line each."""
    yield f"Data set: {about.name}"
    if about.version or about.created:
        yield _line(f"Version: {' '.join(str(each) for each in (about.version, about.created and f'({about.created})') if each)}")
    for terms in about.licenses:
        yield _line(f"Licence: {', '.join(filter(None, (terms.title or terms.name, terms.path)))}")
    for each in about.contributors:
        yield _line(f"By: {each.name}")
    if about.homepage:
        yield _line(f"Home: {about.homepage}")


def _line(text: str) -> str:
    return " ".join(text.split())
