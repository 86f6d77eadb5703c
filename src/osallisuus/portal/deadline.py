"""The end of an answer's time, its head included: the timeouts of sockets begin anew with every byte, so a timer ends it.

At the deadline the connection is shut down under whoever reads from it; what was read until then is no answer.
"""

import socket
import threading
import time
from contextvars import ContextVar, Token

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

_CURRENT: ContextVar["Deadline | None"] = ContextVar("deadline", default=None)


class Deadline:
    """A context in which the connections of this thread are shut down when its seconds are over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True
        self._token: Token[Deadline | None] | None = None

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return self._over.is_set() or time.monotonic() >= self._end

    @property
    def left(self) -> float:
        """Seconds that are left, a few hundredths at least, since no time at all would mean no limit."""
        return max(0.05, self._end - time.monotonic())

    def __enter__(self) -> "Deadline":
        self._token = _CURRENT.set(self)
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._token is not None:
            _CURRENT.reset(self._token)

    def watch(self, connection: socket.socket) -> None:
        """Have a connection shut down at the end; at once where that has been."""
        with self._lock:
            self._socket = connection
        if self._over.is_set():
            self._shut()

    def _shut(self) -> None:
        with self._lock:
            self._over.set()
            if self._socket is not None:
                try:
                    # the method of the plain socket, since that of TLS would take itself apart under its reader
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
                except OSError:
                    return  # it is closed already


class _Watched(HTTPConnection):
    """A connection whose answer ends at the deadline of its thread."""

    def getresponse(self) -> HTTPResponse:  # type: ignore[override] # as the class above has it
        """Return the answer, whose head is being read in the time that is left."""
        current = _CURRENT.get()
        if current is not None and self.sock is not None:
            current.watch(self.sock)
        return super().getresponse()


class _WatchedSecurely(HTTPSConnection, _Watched):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    """Connections that end at their deadline."""

    ConnectionCls = _Watched


class _SecurePool(HTTPSConnectionPool):
    """The same over TLS."""

    ConnectionCls = _WatchedSecurely


POOLS = {"http": _Pool, "https": _SecurePool}
"""Scheme → the kind of pool whose connections end at their deadline."""
