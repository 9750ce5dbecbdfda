"""The picture of the rooms of the code, drawn from what their modules import.

The layers are those that import-linter enforces (``pyproject.toml``), the arrows are the imports in ``src/dxgov``, and the words are the
first lines of the docstrings. ``rooms.dot`` is checked like a page, ``rooms.svg`` is drawn from it as `diagram` does.
"""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "dxgov"
BASE = "base"
"""The name that the modules of the lowest layer have together in the picture."""


def layers() -> list[list[str]]:
    """Return the rooms and modules of each layer, the highest first; the lowest is the base."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(item for item in settings["tool"]["importlinter"]["contracts"] if item["type"] == "layers")
    return [layer.replace(":", " ").replace("|", " ").split() for layer in contract["layers"]]


def summary(name: str) -> str:
    """Return the first line of the docstring of a room, or of a module outside the rooms, as Markdown."""
    path = PACKAGE / name / "__init__.py" if (PACKAGE / name).is_dir() else PACKAGE / f"{name}.py"
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0].replace("``", "`")


def imports() -> Mapping[str, set[str]]:
    """Return for each room or module the others that it imports from; the base counts as one."""
    base = {*layers()[-1]}
    imported_by: dict[str, set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        importer = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dxgov."):
                imported = node.module.split(".")[1]
                imported_by[BASE if importer in base else importer].add(BASE if imported in base else imported)
    return {importer: imported - {importer} for importer, imported in imported_by.items() if importer not in ("__init__", "__main__")}


def dot() -> Iterator[str]:
    """Yield the picture in Graphviz's language, line by line: a row for each layer, and an arrow where no longer way says the same."""
    imported_by = imports()
    yield "digraph rooms {"
    yield '  rankdir="TB"; nodesep=0.3; ranksep=0.35; bgcolor="transparent";'
    yield '  node [shape="box", style="rounded,filled", fillcolor="#dfe8f1", color="#8aa0b5", fontname="Noto Sans CJK JP", fontsize=13];'
    yield '  edge [color="#5b6b7c", arrowsize=0.6];'
    for rooms in [*layers()[:-1], [BASE]]:
        drawn = [room for room in rooms if room in imported_by]
        yield f"  {{ rank=same; {' '.join(f'{room};' for room in drawn)} }}"
        for room in drawn:
            yield f'  {room} [tooltip="{escape(summary(room)) if room != BASE else ", ".join(layers()[-1])}"];'
    for importer in sorted(imported_by):
        for imported in sorted(imported_by[importer]):
            if not any(_reaches(imported_by, between, imported) for between in imported_by[importer] - {imported}):
                yield f"  {importer} -> {imported};"
    yield "}"


def _reaches(arrows: Mapping[str, set[str]], start: str, end: str) -> bool:
    return end in arrows.get(start, ()) or any(_reaches(arrows, between, end) for between in arrows.get(start, ()))


def table() -> Iterator[str]:
    """Yield the rooms as a table in Markdown, layer by layer: what each is for."""
    yield "| layer | room | what belongs there |"
    yield "|--:|---|---|"
    for number, rooms in enumerate(layers(), 1):
        for room in rooms:
            if room != "__main__":
                yield f"| {number} | `{room}{'/' if (PACKAGE / room).is_dir() else '.py'}` | {summary(room)} |"
