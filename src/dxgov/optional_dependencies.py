"""Libraries that come with an extra and are imported when they are used.

`alt` and `pd` are Altair and pandas as annotations name them: ``def to_pandas(self) -> "pd.DataFrame"``. The modules that work with the
libraries import them themselves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dxgov.errors import NotInstalledError

__all__ = ["LazyModule", "alt", "needing", "pd"]


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """Say which extra brings the library, where the block imports one that is not there.

    Raises:
        NotInstalledError: a library is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "dxgov":
            raise
        raise NotInstalledError(f"{error.name} is not installed; pip install 'dxgov[{extra}]'", name=error.name) from None


class LazyModule:
    """A library that annotations name; it is imported when `typing.get_type_hints` evaluates one."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


if TYPE_CHECKING:
    import altair as alt
    import pandas as pd
else:
    alt, pd = LazyModule("altair"), LazyModule("pandas")
