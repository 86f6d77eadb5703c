"""Disposable workers: each query is evaluated in a process of its own, which a limit can end without harm.

One process holds the store and forks a child for each query; the child shares the store's memory, cannot open a
file or a connection, and is ended by the kernel at its limit of time, processor or memory. Callers speak to it over a
Unix socket: a line of JSON there, a line of JSON and the answer's bytes back. An answer that ends early is a limit.
"""

import json
import os
import resource
import select
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from osallisuus.errors import QueryLimitError, RefusedQueryError
from osallisuus.query import store
from osallisuus.query.store import Ask


@dataclass(frozen=True)
class Limits:
    """What one query may use.

    Attributes:
        seconds: time on the clock.
        memory: bytes beyond what the store itself takes.
        answer: bytes of the answer.
        children: queries evaluated at once; others wait.
        wait: seconds that a query waits for its turn before it is refused.
    """

    seconds: float = 3.0
    memory: int = 1 << 30
    answer: int = 32 << 20
    children: int = 4
    wait: float = 5.0


class _Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """Forks a child for each connection; beyond `max_children` connections wait in the backlog."""

    request_queue_size = 512
    block_on_close = False

    def __init__(self, path: str, publish: Path, base: str, limits: Limits) -> None:
        self.limits = limits
        self.max_children = limits.children
        self.store = store.load(publish, base)
        super().__init__(path, _Child)

    def service_actions(self) -> None:
        """End with the process that started this one: its end of the pipe on standard input is closed then."""
        super().service_actions()
        if select.select([sys.stdin], [], [], 0)[0]:
            os.killpg(os.getpgrp(), signal.SIGKILL)


class _Child(socketserver.StreamRequestHandler):
    """Answers one query, in a process that ends with it."""

    server: _Server

    def handle(self) -> None:
        line = self.rfile.readline()
        if self._is_given_up():
            return
        _confine(self.server.limits)
        try:
            data = json.loads(line)
            ask = Ask(**data)
            body = store.evaluate(self.server.store, ask)
        except RefusedQueryError as error:
            self._answer({"refused": str(error)}, b"")
            return
        if len(body) > self.server.limits.answer:
            self._answer({"too_large": self.server.limits.answer}, b"")
            return
        self._answer({"length": len(body)}, body)

    def _is_given_up(self) -> bool:
        """Return whether the caller has gone while its query waited for its turn."""
        try:
            return not self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False

    def _answer(self, head: dict[str, object], body: bytes) -> None:
        self.wfile.write(json.dumps(head).encode() + b"\n" + body)


def _confine(limits: Limits) -> None:
    """Arm the limits of this process; a hit ends it at once, also inside the engine."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    seconds = int(limits.seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + limits.memory,) * 2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


class Workers:
    """Starts the process that forks the workers, restarts it if it ends, and asks it.

    Use it as a context: leaving it ends the process.
    """

    def __init__(self, publish: Path, base: str, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._publish = publish
        self._base = base
        self._directory = tempfile.TemporaryDirectory(prefix="osallisuus-")
        self.socket = Path(self._directory.name) / "workers"
        self._leaving = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)

    def __enter__(self) -> "Workers":
        self._process = self._start()
        self._supervisor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.set()
        self._supervisor.join()
        self._directory.cleanup()

    def _start(self) -> subprocess.Popen[bytes]:
        """Start the process that holds the store, in a group of its own so that its children end with it."""
        settings = json.dumps(asdict(self.limits))
        program = f"import sys; from {__name__} import main; main(*sys.argv[1:])"
        command = [sys.executable, "-c", program, str(self._publish), self._base, str(self.socket), settings]
        return subprocess.Popen(  # noqa: S603 - our own module
            command, stdin=subprocess.PIPE, start_new_session=True
        )

    def _supervise(self) -> None:
        """Start the process again when it ends, until the context is left; then end it with its children."""
        while not self._leaving.wait(0.1):
            if self._process.poll() is not None:
                self._end()
                self._process = self._start()
        self._end()

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()


def ask(path: Path, question: Ask, limits: Limits) -> bytes:
    """Have a worker answer a query.

    Args:
        path: the socket of the workers.
        question: the query and the format of the answer.
        limits: the limits that the workers were started with.

    Raises:
        RefusedQueryError: the text is not SPARQL.
        QueryLimitError: a limit of time, memory, size or load was reached; the text names it.
    """
    started = time.monotonic()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(limits.wait + limits.seconds)
        try:
            _connect(connection, path, started + limits.wait)
            connection.sendall(json.dumps(asdict(question)).encode() + b"\n")
            with connection.makefile("rb") as stream:
                return _read(stream, time.monotonic() - started, limits)
        except TimeoutError as error:
            raise QueryLimitError(f"Too many queries are waiting; try again in {limits.wait:g} s.") from error
        except ConnectionError as error:
            raise QueryLimitError("The query was ended: its limit of time or memory was reached.") from error


def _connect(connection: socket.socket, path: Path, until: float) -> None:
    """Connect to the workers; while they are starting, try again."""
    while True:
        try:
            connection.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError) as error:
            if time.monotonic() > until:
                raise TimeoutError from error
            time.sleep(0.02)
        else:
            return


def _read(stream: BinaryIO, waited: float, limits: Limits) -> bytes:
    started = time.monotonic()
    line = stream.readline()
    head = json.loads(line) if line.endswith(b"\n") else {}
    if "refused" in head:
        raise RefusedQueryError(head["refused"])
    if "too_large" in head:
        raise QueryLimitError(f"The answer is larger than {limits.answer >> 20} MiB; ask for less.", 413)
    body = stream.read()
    if len(body) != head.get("length"):
        if waited + time.monotonic() - started >= limits.seconds * 0.95:
            raise QueryLimitError(f"The query was ended at its limit of {limits.seconds:g} s.")
        raise QueryLimitError(f"The query was ended at its limit of {limits.memory >> 20} MiB of memory.")
    return body


def main(publish: str, base: str, path: str, settings: str) -> None:
    """Hold the store and fork the workers until the process is ended.

    Raises:
        PublishedError: nothing is published, or a file is damaged.
    """
    Path(path).unlink(missing_ok=True)
    with _Server(path, Path(publish), base, Limits(**json.loads(settings))) as server:
        server.serve_forever(poll_interval=0.1)
