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
        PublishedError: another process is writing it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise PublishedError(f"Another build is writing {target}. Wait until it has ended.") from error
    try:
        _recover(target)
        for left in target.parent.glob(f"{target.name}.new-*"):
            shutil.rmtree(left)
        yield
    finally:
        os.close(descriptor)


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
    """
    new = target.parent / f"{target.name}.new-{os.getpid()}"
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
    if not target.exists():
        new.rename(target)
    elif not _exchange(new, target):
        old = target.parent / f"{target.name}.old-{os.getpid()}"
        target.rename(old)
        new.rename(target)
        new = old
    _sync(target.parent)
    shutil.rmtree(new, ignore_errors=True)


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
