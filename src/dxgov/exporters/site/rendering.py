"""Rendering of pages from templates. All text of records is escaped; no template marks any of it as safe.

Bidirectional control characters are shown as escapes too, so that a page reads as its records are written.
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dxgov.display import printable_page
from dxgov.exporters.site.addresses import as_web_address
from dxgov.exporters.site.words import WORDS
from dxgov.languages import Lang


class Renderer:
    """Renders the templates of the site in one language."""

    def __init__(self, lang: Lang, common: Mapping[str, Any]) -> None:
        environment = Environment(
            loader=PackageLoader("dxgov.exporters.site"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_escape_direction_marks,
        )
        words = {name: texts[lang] for name, texts in WORDS.items()}
        other_lang = {"ja": "en", "en": "ja"}[lang]
        environment.filters["web_address"] = as_web_address
        environment.globals |= {"lang": lang, "other_lang": other_lang, "w": words, **common}
        self._environment = environment

    def page(self, template: str, path: str, content: Mapping[str, Any]) -> bytes:
        """Render a page; `path` is relative to the folder of its language."""
        home = "../" * path.count("/")
        return self._environment.get_template(template).render(path=path, home=home, root=f"../{home}", **content).encode()


def _escape_direction_marks(value: Any) -> Any:
    """Return a text of a template expression with control characters escaped; pass markup through."""
    return printable_page(value) if type(value) is str else value
