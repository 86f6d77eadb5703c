"""A new directory takes the old one's place in one step; what a killed writer left is cleared away.

Linux exchanges two directories in one system call. Elsewhere two renames do it, and `recover` mends a kill between
them.
"""

import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from osallisuus.errors import PublishedError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Hold the one right to write a directory; clear what an interrupted writer left.

    Raises:
        PublishedError: another process is writing it, or the system does not let it be written.
    """
    with _telling(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        with _telling(target):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _recover(target)
            for left in target.parent.glob(f"{target.name}.new-*"):
                shutil.rmtree(left)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _telling(target: Path) -> Iterator[None]:
    """Turn what the system answers into the cause and the cure."""
    try:
        yield
    except BlockingIOError as error:
        raise PublishedError(f"Another build is writing {target}. Wait until it has ended.") from error
    except OSError as error:
        where = f" at {error.filename}" if error.filename else ""
        cure = _CURES.get(error.errno or 0, "Mend that")
        raise PublishedError(
            f"{target} cannot be written: {error.strerror}{where}. What was published is as it was. {cure}, and run this"
            " again."
        ) from error


_CURES = {
    errno.ENOSPC: "Make room on the disk, for two editions stand side by side for a moment",
    errno.EDQUOT: "Make room on the disk, for two editions stand side by side for a moment",
    errno.EFBIG: "Allow larger files",
    errno.EROFS: "Mount the disk so that it can be written",
    errno.EACCES: "Let this user write there",
    errno.EPERM: "Let this user write there",
}


def recover(target: Path) -> None:
    """Mend what a writer left that was killed between two renames: put the directory back, or clear the old one.

    Raises:
        PublishedError: another process is writing it.
    """
    if any(target.parent.glob(f"{target.name}.old-*")):
        with writing(target):
            pass


def _recover(target: Path) -> None:
    for old in target.parent.glob(f"{target.name}.old-*"):
        if target.exists():
            shutil.rmtree(old)
        else:
            old.rename(target)


def replace(target: Path, files: Mapping[str, bytes]) -> None:
    """Make a directory hold just these files: written beside it, made durable, then exchanged in one step.

    Args:
        target: the directory.
        files: path under it → content.

    Raises:
        PublishedError: the system does not let it be written; the directory is as it was, and nothing is left beside it.
    """
    new = target.parent / f"{target.name}.new-{os.getpid()}"
    with _telling(target):
        try:
            _write(new, files)
            old = _put(new, target)
        except OSError:
            shutil.rmtree(new, ignore_errors=True)
            raise
    _sync(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _write(new: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a new directory and make them durable."""
    for path, content in files.items():
        file = new / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    for directory in {
        new,
        *(parent for path in files for parent in (new / path).parents if new in parent.parents),
    }:
        _sync(directory)


def _put(new: Path, target: Path) -> Path:
    """Put the new directory in the place of the old; return where the old one stands now, if there was one."""
    if not target.exists():
        new.rename(target)
    elif not _exchange(new, target):
        old = target.parent / f"{target.name}.old-{os.getpid()}"
        target.rename(old)
        try:
            new.rename(target)
        except OSError:
            old.rename(target)
            raise
        return old
    return new


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two directories; False where the system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in {errno.ENOSYS, errno.EINVAL, errno.EPERM}:
        return False
    raise OSError(code, os.strerror(code), str(other))
