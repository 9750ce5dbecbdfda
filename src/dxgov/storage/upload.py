"""Upload of an export to an address: data first, descriptors after them, the manifest last."""

from collections.abc import Iterable
from pathlib import Path

from dxgov.errors import AddressError, DestinationError
from dxgov.limits import Limits
from dxgov.optional_dependencies import require_extra
from dxgov.storage.address import parse_address
from dxgov.storage.container import DESCRIPTOR, read_file
from dxgov.storage.manifest import MANIFEST, format_manifest, parse_manifest

_MAX_MANIFEST_SIZE = 2**28
"""Maximum bytes of a manifest; a larger one is ignored."""


class RemoteDestination:
    """An address that an export is uploaded to."""

    def __init__(self, address: str, limits: Limits, *, overwrite: bool) -> None:
        """Check that the address can be written to, and holds nothing but an earlier export.

        Args:
            address: the address of a folder.
            limits: how long the server is waited for.
            overwrite: True to replace any other files too.

        Raises:
            AddressError: files cannot be written to the address.
            DestinationError: other files than those of an earlier export exist.
            NotInstalledError: a library for the address is not installed.
        """
        with require_extra("remote"):
            from dxgov.storage.remote import FsspecFileSystem
        parsed = parse_address(address)
        if parsed.is_http:
            raise AddressError(f"{parsed} cannot be written to: a web server takes no files; export into a folder, and upload that")
        self._file_system, self._overwrite = FsspecFileSystem(parsed, limits), overwrite
        self._list_replaceable_files()

    def _list_replaceable_files(self) -> set[str]:
        """Return the paths of all existing files.

        Raises:
            DestinationError: one of them is not of an earlier export, and may not be overwritten.
        """
        present = self._file_system.list_files()
        manifest = self._read_manifest() if present else {}
        foreign = sorted(present - {*manifest, MANIFEST})
        if foreign and not self._overwrite:
            reason = f"{foreign[0]!r} was not written by one"
            address = self._file_system.address
            raise DestinationError(f"{address} is not an earlier export: {reason}; allow overwriting to replace all that is there")
        return present

    def _read_manifest(self) -> dict[str, str]:
        """Return the files that the manifest at the address lists, with their hashes; empty if there is none."""
        path = self._file_system.join(MANIFEST)
        file = self._file_system.find_file(path, MANIFEST, _MAX_MANIFEST_SIZE, read_all=True)
        return dict(parse_manifest(read_file(file)) or {}) if file and file.size <= _MAX_MANIFEST_SIZE else {}

    def upload(self, folder: Path) -> None:
        """Upload a folder that has a manifest, and remove files of an earlier export that it does not replace.

        The manifest is uploaded twice: at first with the old and the new files, so that an interrupted upload is recognized and can be
        repeated; at the end with the new files only.
        """
        present = self._list_replaceable_files()
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        new_hashes = parse_manifest((folder / MANIFEST).read_bytes()) or {}
        merged = folder / f"{MANIFEST}.both"
        merged.write_bytes(format_manifest({**dict.fromkeys(sorted(present - {MANIFEST}), ""), **self._read_manifest(), **new_hashes}))
        self._file_system.put(merged, MANIFEST)
        for name in _sort_for_upload(files):
            self._file_system.put(files[name], name)
        for name in sorted(present - files.keys()):
            self._file_system.remove(name)
        self._file_system.put(files[MANIFEST], MANIFEST)


def _sort_for_upload(names: Iterable[str]) -> list[str]:
    """Sort all paths but the manifest, descriptors of packages last."""
    return sorted((name for name in names if name != MANIFEST), key=lambda name: (name.rpartition("/")[2] == DESCRIPTOR, name))
