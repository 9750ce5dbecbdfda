"""Put a finished folder in the place of an old one, so that nobody ever sees half of either."""

import ctypes
import errno
import os
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_PREFIX = ".dxgov-"
_STALE = re.compile(re.escape(_PREFIX) + "[0-9a-f]{16}")
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


@contextmanager
def staged(destination: Path, still_good: Callable[[Path], None] | None = None) -> Iterator[Path]:
    """An empty folder beside `destination` that takes its place when the block ends well, and is removed when it does not.

    On Linux and macOS the change is one step of the file system. Elsewhere the old folder is moved aside first; a process
    killed in that instant leaves it beside the destination, under the same name with ``.old`` and some letters added.

    `still_good` gets the old folder once nothing can be written into it under its name any more, and raises what should keep it
    in its place.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(destination.parent)
    stage, lock = _stage(destination.parent)
    try:
        yield stage
        _flush(stage)
        _replace(stage, destination, still_good)
        _flush_folder(destination.parent)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        _unlock(lock)


def _stage(parent: Path) -> tuple[Path, int | None]:
    """A new folder, and what shows that a process works on it."""
    while True:
        stage = parent / f"{_PREFIX}{secrets.token_hex(8)}"
        stage.mkdir()
        try:
            return stage, _lock(stage)
        except (BlockingIOError, FileNotFoundError):  # another process took it for one that was left, in the instant before the lock
            continue


def _lock(folder: Path, *, wait: bool = False) -> int | None:
    """Show that a process works on the folder, until the process ends however it does; ``None`` where the system cannot show it.

    Raises:
        BlockingIOError: another process works on it.
        FileNotFoundError: it is no longer there.
        NotADirectoryError: it is no folder.
    """
    if sys.platform == "win32":
        folder.stat()
        return None
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        _require_same(folder, descriptor)
    except (BlockingIOError, FileNotFoundError):
        os.close(descriptor)
        raise
    except OSError:  # a file system without locks
        os.close(descriptor)
        return None
    return descriptor


def _require_same(folder: Path, descriptor: int) -> None:
    """See that the folder of that name is still the one that was opened, and not one that took its place."""
    if not os.path.samestat(os.fstat(descriptor), folder.lstat()):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))


@contextmanager
def held(folder: Path) -> Iterator[bool]:
    """Keep a folder from being replaced as long as the block takes; tells whether there is a folder."""
    while True:
        try:
            lock = _lock(folder, wait=True)
            break
        except FileNotFoundError:
            if not folder.exists():
                yield False
                return
    try:
        yield True
    finally:
        _unlock(lock)


def _unlock(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)


def _remove_stale(parent: Path) -> None:
    """Remove what processes that were killed left; a folder that is locked belongs to one that lives."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        for left in parent.iterdir():
            if _STALE.fullmatch(left.name) and left.is_dir() and not left.is_symlink():
                with suppress(OSError):
                    lock = _lock(left)
                    if lock is not None:
                        shutil.rmtree(left, ignore_errors=True)
                        os.close(lock)


def _flush(folder: Path) -> None:
    """Have the system store all files of a folder, so that it is whole after a loss of power too."""
    for place, _, names in os.walk(folder):
        for name in names:
            with Path(place, name).open("rb+" if sys.platform == "win32" else "rb") as file:
                os.fsync(file.fileno())
        _flush_folder(Path(place))


def _flush_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    with suppress(PermissionError):  # a folder that may be written but not read
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that cannot do so for folders
                raise
        finally:
            os.close(descriptor)


def _replace(stage: Path, destination: Path, still_good: Callable[[Path], None] | None) -> None:
    """Put a folder in the place of another, which then lies where the first one was, or is gone."""
    while True:
        try:
            lock = _lock(destination, wait=True)
        except FileNotFoundError:
            try:
                stage.rename(destination)
            except OSError as error:
                if error.errno in (errno.ENOTEMPTY, errno.EEXIST):  # another process was quicker
                    continue
                raise
            return
        try:
            if not _exchange(stage, destination):
                _move_aside(stage, destination, still_good)
            elif still_good is not None:
                _take_back_unless(still_good, stage, destination)
        except FileNotFoundError:  # the old folder was removed meanwhile
            if not destination.exists() and stage.exists():
                continue
            raise
        finally:
            _unlock(lock)
        return


def _take_back_unless(still_good: Callable[[Path], None], stage: Path, destination: Path) -> None:
    try:
        still_good(stage)
    except BaseException:
        _exchange(stage, destination)
        raise


def _move_aside(stage: Path, destination: Path, still_good: Callable[[Path], None] | None) -> None:
    """Replace a folder in two steps, where the system has no single one."""
    old = destination.with_name(f"{destination.name}.old{secrets.token_hex(4)}")
    destination.rename(old)
    try:
        if still_good is not None:
            still_good(old)
        stage.rename(destination)
    except BaseException:
        old.rename(destination)
        raise
    shutil.rmtree(old, ignore_errors=True)


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
