"""Put a finished folder in the place of an old one, so that nobody ever sees half of either."""

import ctypes
import errno
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


@contextmanager
def staged(destination: Path) -> Iterator[Path]:
    """An empty folder beside `destination` that takes its place when the block ends well, and is removed when it does not.

    On Linux and macOS the change is one step of the file system. Elsewhere the old folder is moved aside first; a process
    killed in that instant leaves the old one under a name that ends in ``.old``.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(destination)
    stage = Path(tempfile.mkdtemp(prefix=f".{destination.name}.{os.getpid()}.", suffix=".new", dir=destination.parent))
    try:
        stage.chmod(0o777 & ~_umask())
        yield stage
        _replace(stage, destination)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _replace(stage: Path, destination: Path) -> None:
    if not destination.exists():
        stage.rename(destination)
        return
    if _exchange(stage, destination):
        return
    old = destination.with_name(f".{destination.name}.{os.getpid()}.old")
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


def _remove_stale(destination: Path) -> None:
    """Remove what processes that were killed left beside the destination."""
    for left in destination.parent.glob(f".{glob.escape(destination.name)}.*.new"):
        process = left.name.removeprefix(f".{destination.name}.").partition(".")[0]
        if process.isdigit() and int(process) != os.getpid() and not _alive(int(process)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
