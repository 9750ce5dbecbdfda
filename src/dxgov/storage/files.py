"""Files by path, as an export makes them: into a folder, from there into a zip, and described by other files beside them."""

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
"""Paths with ``/``, each with the content of its file, whole or in pieces."""


_PIECE = 1 << 20


def written_by(write: Callable[[Path], None]) -> Iterator[bytes]:
    """The content, in pieces, of a file that `write` makes at the path it is given, as libraries do that write only files."""
    with TemporaryDirectory(prefix="dxgov-") as folder:
        place = Path(folder) / "file"
        write(place)
        with place.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


class Hashed:
    """The content of a file in pieces, made anew each time, with its size and SHA-256 once it was gone through."""

    def __init__(self, pieces: Callable[[], Iterable[bytes]]) -> None:
        self._pieces = pieces
        self._known: tuple[int, str] | None = None

    def __iter__(self) -> Iterator[bytes]:
        size, hashing = 0, hashlib.sha256()
        for piece in self._pieces():
            size += len(piece)
            hashing.update(piece)
            yield piece
        self._known = (size, hashing.hexdigest())

    @property
    def known(self) -> tuple[int, str]:
        """The size in bytes, and the SHA-256 in hexadecimal digits; the content is made once more where nobody has taken it."""
        if self._known is None:
            for _ in self:
                pass
        return self._known or (0, "")


@frozen
class Written:
    """What an export has written so far, for formats that describe the files of others."""

    folder: Path
    """The folder of the export, each format in a folder of its own."""
    base: str | None = None
    """The address at which that folder is going to be published, with ``/`` at its end; empty where nobody said one."""

    def has(self, path: str) -> bool:
        """Whether there is such a file or folder; `path` is that below the folder of the export."""
        return (self.folder / path).exists()

    def content(self, path: str) -> bytes:
        """The content of a file."""
        return (self.folder / path).read_bytes()

    def size(self, path: str) -> int:
        """The bytes of a file, or of all files below a folder."""
        place = self.folder / path
        return sum(each.stat().st_size for each in place.rglob("*") if each.is_file()) if place.is_dir() else place.stat().st_size

    def sha256(self, path: str) -> str:
        """The SHA-256 of a file, in hexadecimal digits."""
        with (self.folder / path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def address(self, path: str) -> str:
        """The address of a file or folder: an absolute one where there is a base, else relative to the folder of a format."""
        return f"{self.base or '../'}{quote(path)}"


def write_folder(files: Files, folder: Path) -> dict[str, str | None]:
    """Write files into a folder; return their paths, in the same order, each with its SHA-256 where writing it has told that."""
    written: dict[str, str | None] = {}
    for path, content in files:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with _named(target):
            if isinstance(content, bytes):
                target.write_bytes(content)
            else:
                with target.open("wb") as file:
                    file.writelines(content)
        written[path] = content.known[1] if isinstance(content, Hashed) else None
    return written


def write_zip(folder: Path, paths: Iterable[str], target: Path) -> None:
    """Pack files of a folder into a zip, in the order of `paths`; the same files give the same bytes.

    They are not compressed: the bytes that deflate gives depend on the version of zlib, and on whose it is.
    """
    packed: set[PurePosixPath] = set()
    with _named(target), zipfile.ZipFile(target, "w") as archive:
        for path in paths:
            for parent in [*PurePosixPath(path).parents][-2::-1]:
                if parent not in packed:
                    packed.add(parent)
                    archive.writestr(_member(f"{parent}/", 0o40755 << 16 | 0x10), b"")
            member = _member(path, 0o100644 << 16)
            member.file_size = (folder / path).stat().st_size
            with (folder / path).open("rb") as file, archive.open(member, "w") as place:
                shutil.copyfileobj(file, place, _PIECE)


@contextmanager
def _named(target: Path) -> Iterator[None]:
    """Add the file to what the system says of a write that failed, for it names none where the disk is full."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(target)
        raise


def _member(path: str, attributes: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
    member.create_system = 3
    member.external_attr = attributes
    member.compress_type = zipfile.ZIP_STORED
    return member


def write_whole(place: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all; what was there before stays until then.

    A file that is there keeps its owner and mode. Where it cannot be replaced by another, because it is a mount point or because
    nothing may be made beside it, it is written over, and gets its old content back if that fails.

    Raises:
        OSError: the file system refuses; the error names the file.
    """
    place = Path(os.path.realpath(place))
    new = place.with_name(f".dxgov-{secrets.token_hex(8)}")
    try:
        with new.open("xb") as file:
            if place.is_file():
                liken(new, place)
            file.write(content)
        new.replace(place)
    except OSError as error:
        if error.errno not in IMMOVABLE or not place.is_file():
            raise OSError(error.errno, error.strerror, str(place)) from None
        _write_over(place, content)
    finally:
        new.unlink(missing_ok=True)


def _write_over(place: Path, content: bytes) -> None:
    before = place.read_bytes()
    try:
        place.write_bytes(content)
    except BaseException:
        place.write_bytes(before)
        raise


IMMOVABLE = (errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS)
"""What a system says of a file or folder that cannot be replaced: it is a mount point or in use, or what it lies in may not be changed."""


def liken(new: Path, old: Path) -> None:
    """Give a file or folder the owner, the group, the mode and the attributes of another; what is made in a folder then inherits the same.

    Raises:
        OSError: the system does not allow that.
    """
    wanted = old.stat()
    if sys.platform != "win32":
        os.chown(new, wanted.st_uid, wanted.st_gid)
    shutil.copystat(old, new)
    found = new.stat()
    same = stat.S_IMODE(found.st_mode) == stat.S_IMODE(wanted.st_mode)  # a system may pass over a part of what it is asked for
    if not same or _attributes(new) != _attributes(old):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(new))


def _attributes(path: Path) -> dict[str, bytes]:
    """Return the extended attributes, which hold access lists too; nothing where the system has none."""
    if sys.platform != "linux":
        return {}
    try:
        return {name: os.getxattr(path, name) for name in os.listxattr(path)}
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return {}
        raise
