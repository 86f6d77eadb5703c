"""The caller of the process that reads other people's bytes: it is started when needed, and again when they end it."""

import subprocess
import sys
import threading
from contextlib import suppress

from osallisuus import content
from osallisuus.errors import OsallisuusError

SECONDS = 30.0
"""Longest time in which some content has to be read."""
MEMORY = 1 << 30
"""Most bytes of memory that reading may take."""

_PROGRAM = f"import sys; sys.path[:] = sys.argv[1].splitlines(); from {content.__name__} import main; main(*sys.argv[2:])"


class HeavyError(OsallisuusError):
    """Some content reached a limit of time, memory or nesting before it could be read."""


class Reader:
    """Says whether content is of a media type; one after another, so that memory is taken once. Used from any thread."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._limits = (f"{seconds:g}", str(memory))
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def problem(self, found: bytes, media_type: str, base: str) -> str:
        """Return why some content is not of a media type; empty where it is, or where nobody here can tell.

        Raises:
            HeavyError: reading it reached a limit.
        """
        head = content.HEAD.pack(len(media_type.encode()), len(base.encode()), len(found))
        with self._lock:
            process = self._process = self._process or self._start()
            answer = _exchange(process, head + media_type.encode() + base.encode(), found)
            if answer is None:
                self._end()
                raise HeavyError("Reading it reached a limit.")
        return answer

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-c", _PROGRAM, "\n".join(sys.path), *self._limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a reader says when it dies is said by our own words
        )

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _exchange(process: "subprocess.Popen[bytes]", head: bytes, found: bytes) -> str | None:
    """Return the answer of the process to a task; None where it ended before it answered."""
    if process.stdin is None or process.stdout is None:
        return None
    with suppress(BrokenPipeError):
        process.stdin.write(head)
        process.stdin.write(found)
        process.stdin.flush()
        said = process.stdout.read(content.LENGTH.size)
        if len(said) == content.LENGTH.size:
            return process.stdout.read(content.LENGTH.unpack(said)[0]).decode()
    return None
