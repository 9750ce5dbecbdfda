"""A place on a network that keeps files, and how it is told what goes wrong there."""

import errno
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from dxgov.display import printable
from dxgov.errors import AddressError, DxgovError, NotAPackageError, NotInstalledError
from dxgov.limits import Limits
from dxgov.storage.address import Address
from dxgov.storage.container import FetchError, RefusedError
from dxgov.storage.http_transfer import NoPartsError
from dxgov.storage.remote_file import RemoteFile
from dxgov.storage.spool import Spool

_EXTRAS = {"http": "remote", "https": "remote", "s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs"}
"""The extra that brings what a scheme needs."""


class RefusedAccessError(FetchError, PermissionError):
    """Whoever keeps a file does not let it be read or written."""


class NoPlaceError(FetchError, FileNotFoundError):
    """What is to hold the files is not there itself."""


class Host(ABC):
    """A place that keeps files."""

    def __init__(self, address: Address, limits: Limits) -> None:
        self.address: Address = address
        self.limits: Limits = limits
        self.together: bool = True
        """Whether it may be asked for several files at once."""
        self.path: str = ""
        """What the address is there."""
        self.spool: Spool = Spool()
        """Where contents are kept that were fetched."""

    @property
    def path_of_file(self) -> str:
        """The path, with the query of the address, where it is that of a file."""
        return self.path

    @abstractmethod
    def below(self, name: str) -> str:
        """Return the path of a file below that of the address."""

    @abstractmethod
    def stored(self, path: str, name: str, most: int, *, whole: bool) -> RemoteFile | None:
        """Return a file, to be read; None where there is nothing. Where it is larger than `most` bytes, only its size counts.

        `whole` tells that all of it is going to be read.

        Raises:
            RefusedError: its size is not known, and it has more than `most` bytes.
            FetchError: nobody can tell.
        """

    @contextmanager
    def told(self, path: str | None = None) -> Iterator[None]:
        """Tell in one way what libraries raise in many, without what is secret in an address."""
        try:
            yield
        except (DxgovError, FetchError) as error:
            if isinstance(error, FetchError) and error.filename is None:
                error.filename = self.shown(path)
            raise
        except RefusedError:
            raise
        except Exception as error:  # noqa: BLE001 - each library has its own
            raise self._said(error, self.shown(path)) from None

    def shown(self, path: str | None = None) -> str:
        """Return the address of a file as it may be shown."""
        name = (path or "").removeprefix(self.path).strip("/")
        return f"{str(self.address).rstrip('/')}/{name}" if name and not self.address.query else str(self.address)

    def _said(self, error: BaseException, place: str) -> Exception:
        cause = error.__cause__
        if isinstance(cause, Exception) and isinstance(error, FileNotFoundError):  # s3fs names the bucket's absence there
            return self._said(cause, place)
        status, kind = getattr(error, "status", None), type(error).__name__
        if isinstance(error, ImportError):
            return self._lacking(error)
        if isinstance(error, ValueError) and "Protocol not known" in str(error):
            return NotAPackageError(f"{place}: fsspec knows no addresses that begin with {self.address.scheme}://")
        if kind == "NoSuchBucket":
            return NoPlaceError(errno.ENOENT, "there is no such bucket", place)
        if isinstance(error, FileNotFoundError) or status in (404, 410):
            return FileNotFoundError(errno.ENOENT, "there is nothing there", place)
        if isinstance(error, PermissionError) or status in (401, 403, 407) or "Credentials" in kind:
            return RefusedAccessError(errno.EACCES, "access is refused", place)
        if isinstance(error, NotImplementedError):
            return AddressError(f"{place} cannot be written to")
        if isinstance(error, TimeoutError):
            return FetchError(errno.ETIMEDOUT, "there is no answer", place)
        if isinstance(error, OSError) and kind.startswith("ClientConnector"):
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or kind
            message = f"there is no connection to the server ({reason}); is its name right, and does it run?"
            return FetchError(errno.ECONNREFUSED, message, place)
        if "range requests" in str(error):
            return NoPartsError(errno.EIO, "the server does not give parts of a file", place)
        said = f"the server answers with the status {status}" if isinstance(status, int) else kind
        more = printable(" ".join(str(error).split())[:200])
        return FetchError(errno.EIO, said if self.address.secret or isinstance(status, int) else f"{said}: {more}", place)

    def _lacking(self, error: ImportError) -> NotInstalledError:
        cause = error.__cause__
        name = getattr(cause, "name", None) or error.name or "a library"
        extra = _EXTRAS.get(self.address.scheme)
        how = f"pip install 'dxgov[{extra}]'" if extra else str(error)
        return NotInstalledError(f"{name} is not installed; {how}", name=getattr(cause, "name", None))
