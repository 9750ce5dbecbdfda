"""Put a finished folder at an address: files first, what describes them after them, what knows them again last."""

from collections.abc import Iterable
from pathlib import Path

from dxgov.errors import AddressError, DestinationError
from dxgov.limits import Limits
from dxgov.optional_dependencies import needing
from dxgov.storage.address import parted
from dxgov.storage.container import DESCRIPTOR, content
from dxgov.storage.manifest import MANIFEST, listed, listing


class Destination:
    """An address that an export is written to."""

    def __init__(self, address: str, limits: Limits, *, overwrite: bool) -> None:
        """See that it can be written to, and that nothing is there that somebody may miss.

        Raises:
            AddressError: no files can be written there.
            DestinationError: there are files that are not those of an earlier export.
            NotInstalledError: a library is not installed that the address needs.
        """
        with needing("remote"):
            from dxgov.storage.remote import Storage
        place = parted(address)
        if place.web:
            raise AddressError(f"{place} cannot be written to: a web server takes no files; export into a folder, and upload that")
        self._host, self._overwrite = Storage(place, limits), overwrite
        self._require_free()

    def _require_free(self) -> set[str]:
        """The files that are there."""
        present = self._host.files()
        known = self._known() if present else {}
        strange = sorted(present - {*known, MANIFEST})
        if strange and not self._overwrite:
            said = f"{strange[0]!r} was not written by one"
            raise DestinationError(f"{self._host.address} is not an earlier export: {said}; allow overwriting to replace all that is there")
        return present

    def _known(self) -> dict[str, str]:
        stored = self._host.stored(self._host.below(MANIFEST), MANIFEST, _MOST, whole=True)
        return dict(listed(content(stored)) or {}) if stored and stored.size <= _MOST else {}

    def take(self, folder: Path) -> None:
        """Upload a folder that has a manifest, and remove what was there before and is there no more.

        The manifest is written twice: first it lists the new files with the old ones, so that an upload that was broken off is known
        again and can be repeated; at the end the new ones alone.
        """
        present = self._require_free()
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        new = listed((folder / MANIFEST).read_bytes()) or {}
        both = folder / f"{MANIFEST}.both"
        both.write_bytes(listing({**dict.fromkeys(sorted(present - {MANIFEST}), ""), **self._known(), **new}))
        self._host.put(both, MANIFEST)
        for name in _in_order(files):
            self._host.put(files[name], name)
        for name in sorted(present - files.keys()):
            self._host.remove(name)
        self._host.put(files[MANIFEST], MANIFEST)


def _in_order(names: Iterable[str]) -> list[str]:
    """All but the manifest: the descriptor of a package after its files."""
    return sorted((name for name in names if name != MANIFEST), key=lambda name: (name.rpartition("/")[2] == DESCRIPTOR, name))


_MOST = 2**28
"""A larger manifest is none."""
