"""Atomic replacement of a folder: readers see the old one or the new one, never half of either.

There are two strategies. Normally a staging folder is filled beside the destination and swapped with it in one step. If the destination
itself has to stay (it is empty, is a mount point or the working folder, or its parent is read-only), a staging folder is filled inside it
and the members are exchanged one by one. A journal records an exchange, so that an interrupted one can be rolled back.

`replace_file` does the same for a file that other programs may write.
"""

import ctypes
import errno
import json
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from dxgov.storage.container import DESCRIPTOR
from dxgov.storage.files import IRREPLACEABLE_ERRNOS, copy_metadata, write_atomic
from dxgov.storage.manifest import MANIFEST, is_staging_folder, list_members

if sys.platform != "win32":
    import fcntl

_AT_FDCWD = -100
_LINUX_NOREPLACE, _LINUX_EXCHANGE = 1, 2
_MACOS_SWAP, _MACOS_EXCL = 2, 4
_JOURNAL, _NEW, _OLD = "journal", "new", "old"


@contextmanager
def replace_folder(destination: Path, confirm: Callable[[Path], None] | None = None) -> Iterator[Path]:
    """Yield an empty staging folder, and replace `destination` by it if the block succeeds; remove it otherwise.

    On Linux and macOS, a missing destination, or one that can be replaced by a folder with the same owner, mode and attributes, is
    replaced in one step. On other systems the old folder is moved aside first; a process killed at that moment leaves it beside the
    destination as ``NAME.oldXXXXXXXX``. Any other destination stays, and its members are exchanged: packages first, files that describe
    them later, the manifest last. A process killed during that leaves some members exchanged; the next call for the same destination
    rolls that back.

    Args:
        destination: the folder to create or replace.
        confirm: called with a folder of the old members when nothing can be written into them under their old paths any more; raises
            an exception to keep them.

    Raises:
        OSError: the file system refuses.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(destination.parent)
    with ExitStack() as stack:
        stage = _create_sibling_stage(destination, stack)
        if stage is None:
            while not stack.enter_context(lock_folder(destination)):
                destination.mkdir(exist_ok=True)  # another process removed it
            inner = stack.enter_context(_create_staging_folder(destination, destination))
            (inner / _NEW).mkdir()
            yield inner / _NEW
            _flush(inner)
            _exchange_members(inner, destination, confirm)
        else:
            yield stage
            _flush(stage)
            _replace(stage, destination, confirm)
        _flush_folder(destination.parent)


def _create_sibling_stage(destination: Path, stack: ExitStack) -> Path | None:
    """Create a staging folder beside the destination, like it in owner and mode; return None if the destination has to stay."""
    exists = destination.is_dir()
    if exists and (not any(list_members(destination)) or os.path.ismount(destination) or _is_working_folder(destination)):
        return None
    try:
        with ExitStack() as cleanup:
            stage = cleanup.enter_context(_create_staging_folder(destination.parent, destination))
            if exists:
                copy_metadata(destination, stage)
                stage.chmod(stat.S_IMODE(stage.stat().st_mode) | stat.S_IRWXU)  # files have to be written into it
            stack.push(cleanup.pop_all())
    except OSError:
        if not exists:
            raise
        return None
    return stage


def _is_working_folder(folder: Path) -> bool:
    """Return True if a folder is the working folder of this process."""
    with suppress(OSError):  # the working folder itself may be gone
        return folder.samefile(os.curdir)
    return False


@contextmanager
def _create_staging_folder(parent: Path, destination: Path) -> Iterator[Path]:
    """Yield a new hidden folder in `parent`, locked while in use; remove it at the end unless it has a journal.

    Raises:
        OSError: it cannot be created; the error names `destination`.
    """
    while True:
        folder, lock = parent / f".dxgov-{secrets.token_hex(8)}", None
        try:
            try:
                folder.mkdir()
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(destination)) from None
            try:
                lock = _lock(folder)
            except (BlockingIOError, FileNotFoundError):  # before the lock, another process took it for stale
                continue
            yield folder
        finally:
            try:
                _discard(folder)
            except BaseException:  # a termination signal during the removal; it comes only once
                _discard(folder)
                raise
            finally:
                _unlock(lock)
        return


def _lock(folder: Path, *, wait: bool = False) -> int | None:
    """Lock a folder until the process ends; return the file descriptor to close, or None if the system has no such locks.

    Raises:
        BlockingIOError: another process has the lock, and `wait` is false.
        FileNotFoundError: the folder no longer exists.
        NotADirectoryError: it is not a folder.
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
    except OSError:  # the file system has no locks
        os.close(descriptor)
        return None
    return descriptor


def _require_same(folder: Path, descriptor: int) -> None:
    """Raise a `FileNotFoundError` if another folder has replaced the one that was opened."""
    if not os.path.samestat(os.fstat(descriptor), folder.lstat()):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))


@contextmanager
def lock_folder(folder: Path) -> Iterator[bool]:
    """Lock a folder against replacement during the block; yield True, or False if there is no folder.

    What a killed process left in it is rolled back first.
    """
    while True:
        try:
            lock = _lock(folder, wait=True)
            break
        except FileNotFoundError:
            if not folder.exists():
                yield False
                return
    try:
        _remove_stale(folder)
        yield True
    finally:
        _unlock(lock)


def _discard(folder: Path) -> None:
    """Remove a staging folder, unless its journal says that members have to be restored from it."""
    if not (folder / _JOURNAL).exists():
        shutil.rmtree(folder, ignore_errors=True)


def _unlock(lock: int | None) -> None:
    """Release a lock that `_lock` returned."""
    if lock is not None:
        os.close(lock)


def _remove_stale(parent: Path) -> None:
    """Roll back and remove the staging folders of killed processes; those of living ones are locked.

    The journal of another user is not followed, because it may lead anywhere.
    """
    if sys.platform == "win32":
        return
    with suppress(OSError):
        for folder in filter(is_staging_folder, [*parent.iterdir()]):
            with suppress(OSError):
                lock = _lock(folder)
                if lock is not None:
                    try:
                        if folder.lstat().st_uid == os.geteuid():
                            _roll_back(folder, parent)
                        _discard(folder)
                    finally:
                        os.close(lock)


def _flush(folder: Path) -> None:
    """Sync a folder and all below it to the disk, so that it survives a loss of power."""
    for parent, _, names in os.walk(folder):
        for name in names:
            with Path(parent, name).open("rb+" if sys.platform == "win32" else "rb") as file:
                os.fsync(file.fileno())
        _flush_folder(Path(parent))


def _flush_folder(folder: Path) -> None:
    """Sync the list of a folder's members to the disk."""
    if sys.platform == "win32":
        return
    with suppress(PermissionError):  # the folder may be writable but not readable
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # raised by file systems that cannot sync folders
                raise
        finally:
            os.close(descriptor)


def _replace(stage: Path, destination: Path, confirm: Callable[[Path], None] | None) -> None:
    """Rename `stage` to `destination`; an old destination is swapped to the path of `stage`, or removed."""
    while True:
        try:
            lock = _lock(destination, wait=True)
        except FileNotFoundError:
            try:
                stage.rename(destination)
            except OSError as error:
                if error.errno in (errno.ENOTEMPTY, errno.EEXIST):  # another process created it first
                    continue
                raise
            return
        try:
            stage.chmod(stat.S_IMODE(destination.stat().st_mode))
            if not _exchange(stage, destination):
                _replace_in_two_steps(stage, destination, confirm)
            elif confirm is not None:
                _swap_back_unless_confirmed(confirm, stage, destination)
        except FileNotFoundError:  # another process removed the old folder
            if not destination.exists() and stage.exists():
                continue
            raise
        except OSError as error:
            if error.errno not in IRREPLACEABLE_ERRNOS:
                raise
            with _create_staging_folder(destination, destination) as inner:
                shutil.move(stage, inner / _NEW)
                _flush(inner)
                _exchange_members(inner, destination, confirm)
        finally:
            _unlock(lock)
        return


def _swap_back_unless_confirmed(confirm: Callable[[Path], None], stage: Path, destination: Path) -> None:
    """Call `confirm` with the old folder, and undo the swap if it raises."""
    try:
        confirm(stage)
    except BaseException:
        _exchange(stage, destination)
        raise


def _replace_in_two_steps(stage: Path, destination: Path, confirm: Callable[[Path], None] | None) -> None:
    """Replace a folder by two renames, on systems without an atomic swap."""
    old = destination.with_name(f"{destination.name}.old{secrets.token_hex(4)}")
    destination.rename(old)
    try:
        if confirm is not None:
            confirm(old)
        stage.rename(destination)
    except BaseException:
        old.rename(destination)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _exchange_members(inner: Path, destination: Path, confirm: Callable[[Path], None] | None) -> None:
    """Exchange the members of a folder for those of ``inner/new``, one by one; the old ones move to ``inner/old``.

    If an exchange fails, those before it are rolled back.
    """
    new, old = inner / _NEW, inner / _OLD
    old.mkdir()
    names = [path.name for path in sorted(list_members(new), key=_exchange_order)]
    removed = [path.name for path in list_members(destination) if path.name not in names]
    # Write the journal before the first move, and remove it after the last: while it exists, the exchange has to be rolled back.
    inodes = {name: (new / name).lstat().st_ino for name in names}
    with (inner / _JOURNAL).open("x", encoding="utf-8") as journal:
        json.dump(inodes, journal)
        journal.flush()
        os.fsync(journal.fileno())
    _flush_folder(inner)
    # Exchange the members, move out those without a successor, and replace the manifest last.
    try:
        for name in names:
            if name == MANIFEST:
                continue
            _replace_member(new / name, destination / name, old / name)
        for name in removed:
            _move(destination / name, old / name)
        if MANIFEST in names:
            _replace_member(new / MANIFEST, destination / MANIFEST, old / MANIFEST)
        if confirm is not None:
            confirm(old)
        _flush_folder(destination)
    except BaseException:
        _roll_back(inner, destination)
        raise
    (inner / _JOURNAL).unlink()
    _flush_folder(inner)


def _exchange_order(path: Path) -> tuple[bool, bool, bool, str]:
    """Return a sort key that puts descriptions after what they describe: packages, other folders, files, a descriptor."""
    return path.name == DESCRIPTOR, not path.is_dir(), not (path / DESCRIPTOR).exists(), path.name


def _replace_member(new: Path, target: Path, old: Path) -> None:
    """Move `new` to `target`, and an existing target to `old`; in one step if the system can swap."""
    if os.path.lexists(target):
        if _exchange(new, target):
            _move(new, old)
            return
        _move(target, old)
    _move(new, target)


def _roll_back(inner: Path, destination: Path) -> None:
    """Roll back the exchange that the journal in `inner` records; do nothing without a journal.

    Raises:
        OSError: the file system refuses; the journal is kept.
    """
    new, old = inner / _NEW, inner / _OLD
    journal = inner / _JOURNAL
    if not journal.exists():
        return
    try:
        inodes = json.loads(journal.read_bytes())
    except ValueError:  # the journal is incomplete, so nothing was moved
        inodes = {}
    # Move new members, recognized by their inodes, out of the destination.
    for name, inode in inodes.items():
        target = destination / name
        if os.path.lexists(target) and target.lstat().st_ino == inode:
            if os.path.lexists(new / name):  # swapped, but the old member was not moved on
                _move(new / name, old / name)
            _move(target, new / name)
    # Move the old members back.
    for path in old.iterdir():
        _move(path, destination / path.name)
    journal.unlink()


def _exchange(one: Path, other: Path) -> bool:
    """Swap two files or folders atomically; return False if the system cannot."""
    return _rename(one, other, _LINUX_EXCHANGE, _MACOS_SWAP)


def _move(source: Path, target: Path) -> None:
    """Rename a file or folder without replacing another.

    Raises:
        OSError: the target exists, or the file system refuses.
    """
    if not _rename(source, target, _LINUX_NOREPLACE, _MACOS_EXCL):
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        source.rename(target)


def _rename(source: Path, target: Path, linux: int, macos: int) -> bool:
    """Rename with the flag for Linux's ``renameat2`` or macOS's ``renamex_np``; return False if the system has neither."""
    if sys.platform not in ("linux", "darwin"):
        return False
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        result = library.renameat2(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), linux)
    elif sys.platform == "darwin" and hasattr(library, "renamex_np"):
        result = library.renamex_np(os.fsencode(source), os.fsencode(target), macos)
    else:
        return False
    if result == 0:
        return True
    if ctypes.get_errno() in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(target))


# Files


class FileChangedError(OSError):
    """A file is not what it was expected to be, because another program has written it."""

    def __init__(self, path: object) -> None:
        super().__init__(errno.EBUSY, "another program has changed the file", str(path))


def replace_file(path: Path, before: bytes | None, after: bytes | None) -> None:
    """Write a file atomically if it still holds what it is expected to hold.

    Where the system can swap files, what another program writes in the same moment is never lost.

    Args:
        path: the file, or a link to it.
        before: the content to replace; None if there is no such file.
        after: the new content; None to remove the file.

    Raises:
        FileChangedError: the file holds something else.
        OSError: the file system refuses.
    """
    path = Path(os.path.realpath(path))
    if (path.read_bytes() if path.exists() else None) != before:
        raise FileChangedError(path)
    if after is None:
        path.unlink(missing_ok=True)
        return
    stage = path.with_name(f".dxgov-{secrets.token_hex(8)}")
    try:
        write_atomic(stage, after)
        if before is None:
            _move(stage, path)
            return
        copy_metadata(path, stage)
        os.utime(stage)  # a new content has a new time
        if not _exchange(stage, path):
            stage.replace(path)
            return
        is_expected = stage.read_bytes() == before
        if not is_expected:
            _exchange(stage, path)
    except FileExistsError:
        is_expected = False
    except OSError as error:
        if error.errno not in IRREPLACEABLE_ERRNOS:
            raise
        write_atomic(path, after)
        return
    finally:
        stage.unlink(missing_ok=True)
    if not is_expected:
        raise FileChangedError(path)
