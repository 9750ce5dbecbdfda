"""Put a finished folder in the place of an old one, so that nobody ever sees half of either."""

import ctypes
import errno
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_PREFIX = ".dxgov-"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


@contextmanager
def staged(destination: Path) -> Iterator[Path]:
    """An empty folder beside `destination` that takes its place when the block ends well, and is removed when it does not.

    On Linux and macOS the change is one step of the file system. Elsewhere the old folder is moved aside first; a process
    killed in that instant leaves it beside the destination, under the same name with ``.old`` and some letters added.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(destination.parent)
    stage = destination.parent / f"{_PREFIX}{secrets.token_hex(8)}"
    stage.mkdir()
    lock = _lock(stage)
    try:
        yield stage
        _replace(stage, destination)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _lock(folder: Path) -> int | None:
    """Show that a process works on the folder, until the process ends however it does; ``None`` where it is taken."""
    if sys.platform == "win32":
        return None
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _remove_stale(parent: Path) -> None:
    """Remove what processes that were killed left; a folder that is locked belongs to one that lives."""
    if sys.platform == "win32":
        return
    for left in parent.glob(f"{_PREFIX}*/"):
        with suppress(OSError):
            lock = _lock(left)
            if lock is not None:
                shutil.rmtree(left, ignore_errors=True)
                os.close(lock)


def _replace(stage: Path, destination: Path) -> None:
    if not destination.exists():
        stage.rename(destination)
    elif not _exchange(stage, destination):
        old = destination.with_name(f"{destination.name}.old{secrets.token_hex(4)}")
        destination.rename(old)
        stage.rename(destination)
        shutil.rmtree(old)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; false where the system has no such step."""
    if sys.platform not in ("linux", "darwin"):
        return False
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        result = library.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    elif sys.platform == "darwin" and hasattr(library, "renamex_np"):
        result = library.renamex_np(os.fsencode(one), os.fsencode(other), _RENAME_SWAP)
    else:
        return False
    if result == 0:
        return True
    if ctypes.get_errno() in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
