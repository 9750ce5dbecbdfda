"""Pages from templates. Whatever a record says is text: it is escaped unless a template says otherwise, and none does.

Characters that turn the direction of a line around are shown escaped as well, so that a page reads as its records are written.
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dxgov.display import printable_page
from dxgov.exporters.site.addresses import web_address
from dxgov.exporters.site.words import WORDS
from dxgov.text.records import Lang


class Renderer:
    """Fills the templates of the site in one language."""

    def __init__(self, lang: Lang, common: Mapping[str, Any]) -> None:
        environment = Environment(
            loader=PackageLoader("dxgov.exporters.site"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_shown,
        )
        words = {name: told[lang] for name, told in WORDS.items()}
        other = {"ja": "en", "en": "ja"}[lang]
        environment.filters["web_address"] = web_address
        environment.globals |= {"lang": lang, "other_lang": other, "w": words, **common}
        self._environment = environment

    def page(self, template: str, path: str, content: Mapping[str, Any]) -> bytes:
        """A page; `path` is where it stands in the folder of its language."""
        home = "../" * path.count("/")
        return self._environment.get_template(template).render(path=path, home=home, root=f"../{home}", **content).encode()


def _shown(value: Any) -> Any:
    """Return what an expression of a template gives, as it may be shown; what is HTML already is made of such."""
    return printable_page(value) if type(value) is str else value
