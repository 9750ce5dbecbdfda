"""Files of an export as pairs of path and content: written into a folder, packed into a zip, and described by other files."""

import errno
import hashlib
import os
import secrets
import shutil
import stat
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import quote

from attrs import frozen

Files = Iterable[tuple[str, bytes | Iterable[bytes]]]
"""Relative paths with ``/``, each with the content of its file as bytes or chunks of bytes."""


_CHUNK_SIZE = 1 << 20
"""Bytes per read."""


def capture_file(write: Callable[[Path], None]) -> Iterator[bytes]:
    """Yield, in chunks, the file that `write` creates at the path passed to it.

    This adapts libraries that write only to a path.
    """
    with TemporaryDirectory(prefix="dxgov-") as folder:
        path = Path(folder) / "file"
        write(path)
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_SIZE):
                yield chunk


class HashingContent:
    """Re-iterable file content that records its size and SHA-256 during the first full iteration."""

    def __init__(self, chunks: Callable[[], Iterable[bytes]]) -> None:
        self._chunks = chunks
        self._size_and_hash: tuple[int, str] | None = None

    def __iter__(self) -> Iterator[bytes]:
        size, sha256 = 0, hashlib.sha256()
        for chunk in self._chunks():
            size += len(chunk)
            sha256.update(chunk)
            yield chunk
        self._size_and_hash = (size, sha256.hexdigest())

    @property
    def size_and_hash(self) -> tuple[int, str]:
        """Size in bytes and SHA-256 in hexadecimal digits; iterates over the content if nobody has yet."""
        if self._size_and_hash is None:
            for _ in self:
                pass
        return self._size_and_hash or (0, "")


@frozen
class ExportFolder:
    """The folder of an export in progress, for formats that describe the files of others."""

    folder: Path
    """The folder of the export, with a subfolder for each format."""
    base: str | None = None
    """The address at which the folder is going to be published, with ``/`` at its end; None if unknown."""

    def exists(self, path: str) -> bool:
        """Return True if a file or folder exists at a path relative to the export's folder."""
        return (self.folder / path).exists()

    def read_bytes(self, path: str) -> bytes:
        """Return the content of a file."""
        return (self.folder / path).read_bytes()

    def size(self, path: str) -> int:
        """Return the size in bytes of a file, or of all files below a folder."""
        target = self.folder / path
        if not target.is_dir():
            return target.stat().st_size
        return sum(file.stat().st_size for file in target.rglob("*") if file.is_file())

    def sha256(self, path: str) -> str:
        """Return the SHA-256 of a file, in hexadecimal digits."""
        with (self.folder / path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def url(self, path: str) -> str:
        """Return the URL of a file or folder: absolute if `base` is known, else relative to the folder of a format."""
        return f"{self.base or '../'}{quote(path)}"


def write_folder(files: Files, folder: Path) -> dict[str, str | None]:
    """Write files into a folder and return their paths in order, each with its SHA-256; None if its content is not `HashingContent`."""
    hashes: dict[str, str | None] = {}
    for path, data in files:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with _name_file_in_errors(target):
            if isinstance(data, bytes):
                target.write_bytes(data)
            else:
                with target.open("wb") as file:
                    file.writelines(data)
        hashes[path] = data.size_and_hash[1] if isinstance(data, HashingContent) else None
    return hashes


def write_zip(folder: Path, paths: Iterable[str], target: Path, *, compress: bool = False) -> None:
    """Pack files of a folder into a reproducible zip, in the order of `paths`.

    Members are stored uncompressed unless `compress`, because the output of deflate depends on the implementation and version of zlib.
    """
    packed_folders: set[PurePosixPath] = set()
    with _name_file_in_errors(target), zipfile.ZipFile(target, "w") as archive:
        for path in paths:
            for parent in [*PurePosixPath(path).parents][-2::-1]:
                if parent not in packed_folders:
                    packed_folders.add(parent)
                    archive.writestr(_make_zip_info(f"{parent}/", 0o40755 << 16 | 0x10), b"")
            info = _make_zip_info(path, 0o100644 << 16)
            info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
            info.file_size = (folder / path).stat().st_size
            with (folder / path).open("rb") as file, archive.open(info, "w") as member:
                shutil.copyfileobj(file, member, _CHUNK_SIZE)


@contextmanager
def _name_file_in_errors(target: Path) -> Iterator[None]:
    """Add the file name to an `OSError` without one, such as that of a full disk."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(target)
        raise


def _make_zip_info(path: str, attributes: int) -> zipfile.ZipInfo:
    """Return the header of a zip member with a fixed time stamp; `attributes` are those of the file system."""
    info = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
    info.create_system = 3
    info.external_attr = attributes
    return info


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file atomically: either all of it is written, or an existing file stays as it was.

    An existing file keeps its owner and mode. If it cannot be replaced, because it is a mount point or its folder is read-only, it is
    overwritten, and restored if that fails.

    Raises:
        OSError: the file system refuses; the error names the file.
    """
    path = Path(os.path.realpath(path))
    temporary = path.with_name(f".dxgov-{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            if path.is_file():
                copy_metadata(path, temporary)
            file.write(data)
        temporary.replace(path)
    except OSError as error:
        if error.errno not in IRREPLACEABLE_ERRNOS or not path.is_file():
            raise OSError(error.errno, error.strerror, str(path)) from None
        _overwrite(path, data)
    finally:
        temporary.unlink(missing_ok=True)


def _overwrite(path: Path, data: bytes) -> None:
    """Overwrite a file in place, and restore its content if that fails."""
    backup = path.read_bytes()
    try:
        path.write_bytes(data)
    except BaseException:
        path.write_bytes(backup)
        raise


IRREPLACEABLE_ERRNOS = (errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS)
"""Errors for a file or folder that cannot be replaced: it is a mount point or in use, or its parent folder may not be changed."""


def copy_metadata(source: Path, target: Path) -> None:
    """Copy owner, group, mode and extended attributes; files made in a target folder later then inherit the same ones.

    Raises:
        OSError: the system does not allow that, or ignores a part of it.
    """
    source_stat = source.stat()
    if sys.platform != "win32":
        os.chown(target, source_stat.st_uid, source_stat.st_gid)
    shutil.copystat(source, target)
    same_mode = stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(source_stat.st_mode)  # a system may ignore some bits
    if not same_mode or _read_xattrs(target) != _read_xattrs(source):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(target))


def _read_xattrs(path: Path) -> dict[str, bytes]:
    """Return the extended attributes, which include access control lists; empty if the system has none."""
    if sys.platform != "linux":
        return {}
    try:
        return {name: os.getxattr(path, name) for name in os.listxattr(path)}
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return {}
        raise
