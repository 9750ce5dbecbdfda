from sphinx.application import Sphinx

import dxgov

project = "dxgov"
author = "The dxgov contributors"
copyright = "2026, The dxgov contributors"
version = release = dxgov.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
default_role = "py:obj"
add_module_names = False
python_display_short_literal_types = True

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = f"dxgov {release}"
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["wide.css"]


def _hide_field_signature(_app: Sphinx, what: str, _name: str, owner: object, *_rest: object) -> tuple[str, str | None] | None:
    """Leave out the signature of a class whose fields are listed below it."""
    return ("", None) if what in ("class", "exception") and hasattr(owner, "__attrs_attrs__") else None


def setup(app: Sphinx) -> None:
    """Connect the handlers that settings cannot express."""
    app.connect("autodoc-process-signature", _hide_field_signature)
