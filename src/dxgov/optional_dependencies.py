"""Libraries that only some of dxgov needs: each comes with an extra, and is imported when it is used."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from dxgov.errors import NotInstalledError


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
