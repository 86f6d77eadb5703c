"""The holder of the store: the process that forks workers, seen from the one that asks them."""

import asyncio
import ctypes.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass

from osallisuus.errors import PublishedError
from osallisuus.query import worker
from osallisuus.query.lanes import Lane

_START = 120.0
"""Seconds that the store may take to load."""


def stays() -> bool:
    """Tell that the client has not hung up."""
    return False


@dataclass(eq=False)
class Run:
    """A query that was given to a worker.

    Attributes:
        key: digest of what the query asks.
        client: address of the one who asks.
        lane: the lane that it is in.
        gone: tells whether the one who asked has hung up.
        answer: kind and bytes of the answer, or None when the worker was ended.
        started: when its evaluation began, on the monotonic clock; 0 while it stands behind another.
        postponed: whether it was ended to wait for its turn among the heavy ones.
    """

    key: bytes
    client: str
    lane: Lane
    gone: Callable[[], bool]
    answer: "asyncio.Future[tuple[int, bytes] | None]"
    started: float = 0.0
    postponed: bool = False


class Worker(asyncio.Protocol):
    """The end of a worker's socket: sends it queries, gathers the answers, which come in the order of the queries.

    A few queries stand behind the one that is evaluated, so that a worker need not sleep between two of them.
    """

    def __init__(self, process: int, close: Callable[["Worker"], None]) -> None:
        self.process = process
        self.uses = 0
        self.runs: deque[Run] = deque()
        self._close = close
        self._head = b""  # as much of the head of an answer as came
        self._kind = 0
        self._parts: list[bytes] = []
        self._missing = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport: asyncio.WriteTransport = transport  # type: ignore[assignment] # of a socket

    def ask(self, question: bytes, run: Run) -> None:
        """Send a query."""
        self.uses += 1
        self.runs.append(run)
        if len(self.runs) == 1:
            run.started = time.monotonic()
        self.transport.write(question)

    def data_received(self, data: bytes) -> None:
        """Gather answers; most come one by one and in one piece."""
        if self._missing:
            self._parts.append(data[: self._missing])
            self._missing -= len(self._parts[-1])
            if self._missing:
                return
            self._answer((self._kind, b"".join(self._parts)))
            data = data[len(self._parts[-1]) :]
        data = self._head + data
        while len(data) >= worker.HEAD.size:
            self._kind, length = worker.HEAD.unpack_from(data)
            body = data[worker.HEAD.size : worker.HEAD.size + length]
            data = data[worker.HEAD.size + length :]
            if len(body) < length:
                self._parts, self._missing = [body], length - len(body)
            else:
                self._answer((self._kind, body))
        self._head = data

    def _answer(self, answer: tuple[int, bytes]) -> None:
        if not self.runs:
            return  # an answer to a query that was given to another worker meanwhile
        run = self.runs.popleft()
        if self.runs:
            self.runs[0].started = time.monotonic()
        if not run.answer.done():
            run.answer.set_result(answer)

    def connection_lost(self, _: Exception | None) -> None:
        """Answer with nothing: the worker was ended. What stood behind the first query has not begun."""
        self._close(self)
        runs, self.runs = self.runs, deque()
        for run in runs:
            if not run.answer.done():
                run.answer.set_result(None)

    def end(self) -> None:
        """End the process, whatever it does."""
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        self.transport.abort()

    def set_back(self) -> None:
        """Give the process only the time that nobody else wants, and none of the queries behind the first."""
        behind = list(self.runs)[1:]
        self.runs = deque(list(self.runs)[:1])
        for run in behind:
            if not run.answer.done():
                run.answer.set_result(None)
        with suppress(ProcessLookupError):
            os.sched_setscheduler(self.process, os.SCHED_IDLE, os.sched_param(0))


class Holder:
    """Starts the process that holds the store, again when it ends, and takes over the workers that it forks.

    Args:
        arguments: those of the process, see `worker.main`.
        take: is given each new worker.
        close: is told of each worker that has ended.
    """

    def __init__(
        self, arguments: list[str], take: Callable[[Worker], None], close: Callable[[Worker], None]
    ) -> None:
        self.coming = 0
        self._arguments = arguments
        self._take = take
        self._close = close
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the process and wait until it has loaded the store.

        Raises:
            PublishedError: it could not; the text says why.
        """
        ours, theirs = socket.socketpair()
        program = f"import sys; from {worker.__name__} import main; main(*sys.argv[1:])"
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-c", program, *self._arguments, str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            env=_environment(),
        )
        theirs.close()
        ours.setblocking(False)
        self._control, self.coming = ours, 0
        loop = asyncio.get_running_loop()
        try:
            said = await asyncio.wait_for(loop.sock_recv(ours, 1 << 16), _START)
        except (TimeoutError, ConnectionError):
            said = b""
        if said != worker.READY:
            self._end()
            reason = said.decode() or "the process that holds the store ended."
            raise PublishedError(f"The workers did not start: {reason}")
        loop.add_reader(ours, self._receive)

    def stop(self) -> None:
        """End the process."""
        self._closing = True
        self._end()
        for task in self._tasks:
            task.cancel()

    def fork(self) -> None:
        """Have a worker forked."""
        self.coming += 1
        with suppress(OSError):
            self._control.send(b"f")

    def _end(self) -> None:
        if self._control.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._control)
            self._control.close()
        self._process.kill()
        self._process.wait()

    def _receive(self) -> None:
        """Take over a worker that was forked; when the process has ended, start another."""
        try:
            message, descriptors, _, _ = socket.recv_fds(self._control, len(worker.READY), 1)
        except BlockingIOError:
            return
        except OSError:
            message, descriptors = b"", []
        if message and not descriptors:  # this process has no descriptor to spare
            self.coming -= 1
        elif message:
            self._spawn(self._adopt(descriptors[0], int.from_bytes(message, "big")))
        elif not self._closing:
            self._end()
            self._spawn(self._restart())

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _adopt(self, descriptor: int, process: int) -> None:
        connection = socket.socket(fileno=descriptor)
        connection.setblocking(False)
        found = Worker(process, self._close)
        await asyncio.get_running_loop().create_unix_connection(lambda: found, sock=connection)
        self.coming -= 1
        self._take(found)

    async def _restart(self) -> None:
        """Start the process again, until it succeeds, and have it fork one worker, with which the pool goes on."""
        while True:
            with suppress(PublishedError):
                await self.start()
                return self.fork()
            await asyncio.sleep(1)


def _environment() -> dict[str, str]:
    """Return the environment of the workers: with mimalloc where it is, which makes the engine a third faster."""
    library = ctypes.util.find_library("mimalloc")
    preloaded = " ".join(filter(None, (library, os.environ.get("LD_PRELOAD"))))
    return {**os.environ, "LD_PRELOAD": preloaded} if library else dict(os.environ)
