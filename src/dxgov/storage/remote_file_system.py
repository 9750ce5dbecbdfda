"""The base class of remote file systems, and the translation of their libraries' errors."""

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
from dxgov.storage.http_transfer import RangeRequestsUnsupportedError, make_changed_error
from dxgov.storage.remote_file import RemoteFile
from dxgov.storage.spool import Spool

_EXTRAS = {"http": "remote", "https": "remote", "s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs"}
"""The extra that installs the library for a scheme."""


class AccessRefusedError(FetchError, PermissionError):
    """The server refuses to have a file read or written."""


class BucketNotFoundError(FetchError, FileNotFoundError):
    """The bucket of an address does not exist."""


class RemoteFileSystem(ABC):
    """A server or object store, and the path of an address on it."""

    def __init__(self, address: Address, limits: Limits) -> None:
        self.address: Address = address
        self.limits: Limits = limits
        self.is_concurrent: bool = True
        """True if several files may be requested at once."""
        self.path: str = ""
        """The path of the address, in the syntax of the file system."""
        self.spool: Spool = Spool()
        """The cache of fetched contents."""

    @property
    def file_path(self) -> str:
        """The path of an address that is a file, with its query."""
        return self.path

    @abstractmethod
    def join(self, name: str) -> str:
        """Return the path of a file below the address."""

    @abstractmethod
    def find_file(self, path: str, name: str, max_bytes: int, *, read_all: bool) -> RemoteFile | None:
        """Return the file at `path`; None if there is none.

        Args:
            path: the path, in the syntax of the file system.
            name: the path in the package, for messages.
            max_bytes: a larger file is returned without its content.
            read_all: True if the file is going to be read from start to end.

        Raises:
            RefusedError: the file, of unknown size, has more than `max_bytes`.
            FetchError: the request fails.
        """

    @contextmanager
    def translate_errors(self, path: str | None = None) -> Iterator[None]:
        """Translate the errors of libraries to those of dxgov, without the secrets of an address."""
        try:
            yield
        except (DxgovError, FetchError) as error:
            if isinstance(error, FetchError) and error.filename is None:
                error.filename = self.format_address(path)
            raise
        except RefusedError:
            raise
        except Exception as error:  # noqa: BLE001 - each library has its own
            raise self._translate(error, self.format_address(path)) from None

    def format_address(self, path: str | None = None) -> str:
        """Return the address of a path, or of the file system, without secrets."""
        name = (path or "").removeprefix(self.path).strip("/")
        return f"{str(self.address).rstrip('/')}/{name}" if name and not self.address.query else str(self.address)

    def _translate(self, error: BaseException, address: str) -> Exception:
        """Return the error of dxgov for that of a library; `address` is without secrets."""
        cause = error.__cause__
        if isinstance(cause, Exception) and isinstance(error, FileNotFoundError):  # s3fs chains a missing bucket there
            return self._translate(cause, address)
        status, kind = getattr(error, "status", None), type(error).__name__
        if isinstance(error, ImportError):
            return self._make_not_installed_error(error)
        if isinstance(error, ValueError) and "Protocol not known" in str(error):
            return NotAPackageError(f"{address}: fsspec knows no addresses that begin with {self.address.scheme}://")
        if kind == "NoSuchBucket":
            return BucketNotFoundError(errno.ENOENT, "there is no such bucket", address)
        if isinstance(error, FileNotFoundError) or status in (404, 410):
            return FileNotFoundError(errno.ENOENT, "there is nothing there", address)
        if isinstance(error, PermissionError) or status in (401, 403, 407) or "Credentials" in kind:
            return AccessRefusedError(errno.EACCES, "access is refused", address)
        if isinstance(error, NotImplementedError):
            return AddressError(f"{address} cannot be written to")
        if isinstance(error, TimeoutError):
            return FetchError(errno.ETIMEDOUT, "there is no answer", address)
        if isinstance(error, OSError) and kind.startswith("ClientConnector"):
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or kind
            message = f"there is no connection to the server ({reason}); is its name right, and does it run?"
            return FetchError(errno.ECONNREFUSED, message, address)
        if kind == "FileExpired":  # s3fs, if the ETag of an object is another one than when it was opened
            error = make_changed_error()
            error.filename = address
            return error
        if "range requests" in str(error):
            return RangeRequestsUnsupportedError(errno.EIO, "the server does not give parts of a file", address)
        message = f"the server answers with the status {status}" if isinstance(status, int) else kind
        if not self.address.has_secrets and not isinstance(status, int):  # the text of an error may repeat the address
            message = f"{message}: {printable(' '.join(str(error).split())[:200])}"
        return FetchError(errno.EIO, message, address)

    def _make_not_installed_error(self, error: ImportError) -> NotInstalledError:
        """Return the error for a missing library, with the extra that installs it."""
        cause = error.__cause__
        name = getattr(cause, "name", None) or error.name or "a library"
        extra = _EXTRAS.get(self.address.scheme)
        advice = f"pip install 'dxgov[{extra}]'" if extra else str(error)
        return NotInstalledError(f"{name} is not installed; {advice}", name=getattr(cause, "name", None))
