"""Optional libraries, which extras install and which are imported on first use.

`pd` stands for pandas in annotations, such as ``def to_pandas(self) -> "pd.DataFrame"``. A module that calls it
imports it itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dxgov.errors import NotInstalledError

__all__ = ["LazyModule", "pd", "require_extra"]


@contextmanager
def require_extra(extra: str) -> Iterator[None]:
    """Name the extra to install if the block imports a library that is not installed.

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
    """A stand-in for a library in annotations, which imports it when `typing.get_type_hints` evaluates one."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


if TYPE_CHECKING:
    import pandas as pd
else:
    pd = LazyModule("pandas")
