"""Files by path, as an export makes them: into a folder, and from there into a zip."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

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


def write_folder(files: Files, folder: Path) -> list[str]:
    """Write files into a folder and return their paths, in the same order."""
    written = []
    for path, content in files:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            target.write_bytes(content)
        else:
            with target.open("wb") as file:
                file.writelines(content)
        written.append(path)
    return written


def write_zip(folder: Path, paths: Iterable[str], target: Path) -> None:
    """Pack files of a folder into a zip, in the order of `paths`; the same files give the same bytes."""
    packed: set[PurePosixPath] = set()
    with zipfile.ZipFile(target, "w") as archive:
        for path in paths:
            for parent in [*PurePosixPath(path).parents][-2::-1]:
                if parent not in packed:
                    packed.add(parent)
                    archive.writestr(_member(f"{parent}/", 0o40755 << 16 | 0x10, zipfile.ZIP_STORED), b"")
            archive.writestr(_member(path, 0o100644 << 16, zipfile.ZIP_DEFLATED), (folder / path).read_bytes())


def _member(path: str, attributes: int, compression: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
    member.create_system = 3
    member.external_attr = attributes
    member.compress_type = compression
    return member
