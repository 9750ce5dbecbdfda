"""Put a finished folder in the place of an old one, so that nobody ever sees half of either.

There are two ways. A new folder is made beside the old one and takes its place in one step. Where the old folder itself has to stay (it
is empty, is a mount point, is the working folder, or lies where nothing may be made beside it), the new files are made in a hidden folder
inside it, and its members are exchanged one by one; a journal tells how to undo that if it is broken off.
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
from dxgov.storage.files import IMMOVABLE, liken
from dxgov.storage.manifest import MANIFEST, is_left, members

if sys.platform != "win32":
    import fcntl

_AT_FDCWD = -100
_LINUX_NOREPLACE, _LINUX_EXCHANGE = 1, 2
_MACOS_SWAP, _MACOS_EXCL = 2, 4
_JOURNAL, _NEW, _OLD = "journal", "new", "old"


@contextmanager
def staged(destination: Path, still_good: Callable[[Path], None] | None = None) -> Iterator[Path]:
    """An empty folder whose members become those of `destination` when the block ends well; it is removed when it does not.

    A folder that is not there yet, or that can be replaced by one with the same owner, mode and attributes, is replaced in one step of
    the file system, on Linux and macOS. Elsewhere the old folder is moved aside first; a process killed in that instant leaves it
    beside the destination, under the same name with ``.old`` and some letters added. Any other folder stays, and its members are
    exchanged: packages first, what describes them later, the manifest last. A process killed in between leaves some of them
    exchanged, which the next call that names the folder undoes.

    `still_good` gets a folder with the old members once nothing can be written into them under their names any more, and raises what
    should keep them in their place.

    Raises:
        OSError: the file system refuses.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(destination.parent)
    with ExitStack() as stack:
        stage = _beside(destination, stack)
        if stage is None:
            while not stack.enter_context(held(destination)):
                destination.mkdir(exist_ok=True)  # it was removed meanwhile
            inner = stack.enter_context(_hidden(destination, destination))
            (inner / _NEW).mkdir()
            yield inner / _NEW
            _flush(inner)
            _exchange_members(inner, destination, still_good)
        else:
            yield stage
            _flush(stage)
            _replace(stage, destination, still_good)
        _flush_folder(destination.parent)


def _beside(destination: Path, stack: ExitStack) -> Path | None:
    """Make a folder that can take the place of the destination; nothing where the destination itself has to stay."""
    exists = destination.is_dir()
    if exists and (not any(members(destination)) or os.path.ismount(destination) or _is_working_folder(destination)):
        return None
    try:
        with ExitStack() as made:
            stage = made.enter_context(_hidden(destination.parent, destination))
            if exists:
                liken(stage, destination)
                stage.chmod(stat.S_IMODE(stage.stat().st_mode) | stat.S_IRWXU)  # it has to be filled
            stack.push(made.pop_all())
    except OSError:
        if not exists:
            raise
        return None
    return stage


def _is_working_folder(folder: Path) -> bool:
    with suppress(OSError):  # the working folder itself may be gone
        return folder.samefile(os.curdir)
    return False


@contextmanager
def _hidden(parent: Path, destination: Path) -> Iterator[Path]:
    """A new hidden folder, locked to show that a process works on it, and removed at the end unless it has a journal.

    Raises:
        OSError: it cannot be made; the error names the destination, for which it was to be.
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
            except (BlockingIOError, FileNotFoundError):  # another process took it for one that was left, in the instant before the lock
                continue
            yield folder
        finally:
            try:
                _discard(folder)
            except BaseException:  # a signal to end, which comes but once
                _discard(folder)
                raise
            finally:
                _unlock(lock)
        return


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
    """Keep a folder from being replaced as long as the block takes; tells whether there is a folder.

    What a killed process left in it is undone first.
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
    """Remove a hidden folder, unless it holds what is still to be put back."""
    if not (folder / _JOURNAL).exists():
        shutil.rmtree(folder, ignore_errors=True)


def _unlock(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)


def _remove_stale(parent: Path) -> None:
    """Undo and remove what processes that were killed left; a folder that is locked belongs to one that lives.

    A journal of another user is not followed, because it may lead anywhere.
    """
    if sys.platform == "win32":
        return
    with suppress(OSError):
        for left in filter(is_left, [*parent.iterdir()]):
            with suppress(OSError):
                lock = _lock(left)
                if lock is not None:
                    try:
                        if left.lstat().st_uid == os.geteuid():
                            _undo(left, parent)
                        _discard(left)
                    finally:
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
            stage.chmod(stat.S_IMODE(destination.stat().st_mode))
            if not _exchange(stage, destination):
                _move_aside(stage, destination, still_good)
            elif still_good is not None:
                _take_back_unless(still_good, stage, destination)
        except FileNotFoundError:  # the old folder was removed meanwhile
            if not destination.exists() and stage.exists():
                continue
            raise
        except OSError as error:
            if error.errno not in IMMOVABLE:
                raise
            with _hidden(destination, destination) as inner:
                shutil.move(stage, inner / _NEW)
                _flush(inner)
                _exchange_members(inner, destination, still_good)
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


def _exchange_members(inner: Path, destination: Path, still_good: Callable[[Path], None] | None) -> None:
    """Exchange the members of a folder for those of ``inner/new``, one by one; the old ones then lie in ``inner/old``.

    What was exchanged is put back if not all can be.
    """
    new, old = inner / _NEW, inner / _OLD
    old.mkdir()
    names = [path.name for path in sorted(members(new), key=_turn)]
    gone = [path.name for path in members(destination) if path.name not in names]
    # The journal is stored before anything is moved, and removed when all was: as long as it is there, all is to be undone.
    inodes = {name: (new / name).lstat().st_ino for name in names}
    with (inner / _JOURNAL).open("x", encoding="utf-8") as journal:
        json.dump(inodes, journal)
        journal.flush()
        os.fsync(journal.fileno())
    _flush_folder(inner)
    try:
        for name in names:
            if name == MANIFEST:
                continue
            _take_in(new / name, destination / name, old / name)
        for name in gone:
            _move(destination / name, old / name)
        if MANIFEST in names:
            _take_in(new / MANIFEST, destination / MANIFEST, old / MANIFEST)
        if still_good is not None:
            still_good(old)
        _flush_folder(destination)
    except BaseException:
        _undo(inner, destination)
        raise
    (inner / _JOURNAL).unlink()
    _flush_folder(inner)


def _turn(path: Path) -> tuple[bool, bool, bool, str]:
    """Order members so that what describes others comes after them: packages, other folders, files, a descriptor."""
    return path.name == DESCRIPTOR, not path.is_dir(), not (path / DESCRIPTOR).exists(), path.name


def _take_in(new: Path, place: Path, old: Path) -> None:
    """Move a file or folder to its place, and what is there to another, in one step where the system has one."""
    if os.path.lexists(place):
        if _exchange(new, place):
            _move(new, old)
            return
        _move(place, old)
    _move(new, place)


def _undo(inner: Path, destination: Path) -> None:
    """Put back what was exchanged by a process that did not come to its end; nothing where none was.

    Raises:
        OSError: the file system refuses; the journal is kept then.
    """
    new, old = inner / _NEW, inner / _OLD
    journal = inner / _JOURNAL
    if not journal.exists():
        return
    try:
        inodes = json.loads(journal.read_bytes())
    except ValueError:  # nothing was moved before the journal was whole
        inodes = {}
    for name, inode in inodes.items():
        place = destination / name
        if os.path.lexists(place) and place.lstat().st_ino == inode:
            if os.path.lexists(new / name):  # they were exchanged, and the old one was not moved on
                _move(new / name, old / name)
            _move(place, new / name)
    for path in old.iterdir():
        _move(path, destination / path.name)
    journal.unlink()


def _exchange(one: Path, other: Path) -> bool:
    """Swap two files or folders in one step; false where the system has no such step."""
    return _rename(one, other, _LINUX_EXCHANGE, _MACOS_SWAP)


def _move(source: Path, target: Path) -> None:
    """Rename a file or folder to a name that is free.

    Raises:
        OSError: the name is taken, or the file system refuses.
    """
    if not _rename(source, target, _LINUX_NOREPLACE, _MACOS_EXCL):
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        source.rename(target)


def _rename(source: Path, target: Path, linux: int, macos: int) -> bool:
    """Rename with a flag of the system; false where the system has none."""
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
