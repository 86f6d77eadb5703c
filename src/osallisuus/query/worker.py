"""Disposable workers: a query is evaluated in a process that a limit can end without harm.

One process loads the store and forks a worker whenever it is told to; workers share the store's memory, can open
neither a file nor a connection, and are ended by the kernel at their limit of time, processor or memory. A worker
answers one query after another on its end of a pair of sockets; an answer that does not come is a limit.
"""

import gc
import json
import marshal
import os
import resource
import select
import signal
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from osallisuus import manifest
from osallisuus.errors import OsallisuusError, PublishedError, QueryLimitError, RefusedQueryError
from osallisuus.query import store
from osallisuus.query.limits import Limits
from osallisuus.query.store import Ask

HEAD = struct.Struct("!BI")
"""Head of an answer: its kind and the length of what follows."""

ANSWERED, REFUSED, TOO_LARGE, LIMITED = range(4)
"""Kinds of an answer: its bytes; a refusal's text; nothing, for it is too large; the text of a limit that was hit."""

READY = bytes(4)
"""What the holder of the store says when it is ready; anything else is the reason why it is not."""

_LENGTH = struct.Struct("!I")
_IDLE = 0.5


def encode(ask: Ask) -> bytes:
    """Return a query as a worker reads it; workers run the same interpreter, so its own format will do."""
    text = marshal.dumps((ask.query, ask.form, ask.default_graphs, ask.named_graphs, ask.dataset))
    return _LENGTH.pack(len(text)) + text


def main(publish: str, edition: str, base: str, setting: str, settings: str, control: str) -> None:
    """Load the store, then fork a worker for each byte that comes on the control socket, until that is closed.

    Args:
        publish: the directory of what is published.
        edition: what names the edition that must be there, or empty for any.
        base: the base IRI of the site.
        setting: the address of a remote store, or empty for the embedded one.
        settings: the limits, in JSON.
        control: number of the descriptor of the control socket.

    When the store cannot be loaded, since nothing is published, a file is damaged, another edition is there, or a remote
    store does not hold what is published, the reason is sent, and the process ends.
    """
    limits = Limits(**json.loads(settings))
    with suppress(ConnectionError), socket.socket(fileno=int(control)) as callers:
        try:
            evaluate = _engine(Path(publish), base, setting, limits)
            if edition and manifest.identity(Path(publish)) != edition:
                raise PublishedError(f"{publish} holds another edition by now.")
        except OsallisuusError as error:
            callers.sendall(str(error).encode())
            return
        gc.collect()
        gc.freeze()  # a collection in a worker would touch, and so copy, every page that it shares
        callers.sendall(READY)
        while _next(callers):
            mine, theirs = socket.socketpair()
            process = os.fork()
            if process == 0:
                callers.close()
                theirs.close()
                _work(mine, evaluate, limits, connects=bool(setting))
            mine.close()
            socket.send_fds(callers, [_LENGTH.pack(process)], [theirs.fileno()])
            theirs.close()


def _engine(publish: Path, base: str, setting: str, limits: Limits) -> Callable[[Ask], bytes]:
    """Return what evaluates a query: the embedded store, or a connection to another."""
    if setting:
        from osallisuus.query import remote  # noqa: PLC0415 - the embedded store needs no HTTP client

        return remote.connect(setting, publish, base, seconds=limits.seconds)
    loaded = store.load(publish, base)
    return lambda ask: store.evaluate(loaded, ask)


def _next(callers: socket.socket) -> bool:
    """Wait until a worker is asked for, taking leave of those that have ended; False when the callers are gone."""
    while not select.select([callers], [], [], _IDLE)[0]:
        _reap()
    _reap()
    return bool(callers.recv(1))


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _work(
    connection: socket.socket, evaluate: Callable[[Ask], bytes], limits: Limits, *, connects: bool
) -> None:
    """Answer queries, one after another, until the other end is closed; then end this process."""
    confine(limits, connects=connects)
    received = bytearray()
    try:
        while data := connection.recv(1 << 20):
            received += data
            while question := _take(received):
                connection.sendall(_answer(question, evaluate, limits))
    except ConnectionError:
        pass  # the caller has gone
    finally:
        os._exit(0)


def _take(received: bytearray) -> bytes:
    """Take the next query off what was received; nothing while it is not whole."""
    if len(received) < _LENGTH.size:
        return b""
    end = _LENGTH.unpack_from(received)[0] + _LENGTH.size
    if len(received) < end:
        return b""
    question = bytes(received[_LENGTH.size : end])
    del received[:end]
    return question


def confine(limits: Limits, *, connects: bool = False) -> None:
    """Take from this process what no evaluation needs: memory beyond the limit, and files and connections.

    Args:
        limits: the limits.
        connects: whether it speaks to a remote store; it may then have a few connections.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):  # where the machine's memory runs out, a query is to go, and not the server
        Path("/proc/self/oom_score_adj").write_text("1000")
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + limits.memory,) * 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # an engine that runs out of stack says so on standard error
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32) if connects else (0, 0))


def _answer(question: bytes, evaluate: Callable[[Ask], bytes], limits: Limits) -> bytes:
    ask = Ask(*marshal.loads(question))  # noqa: S302 - from our own parent
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + limits.seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)  # the default action of its signal ends the process
    try:
        kind, body = ANSWERED, evaluate(ask)
    except RefusedQueryError as error:
        kind, body = REFUSED, str(error).encode()
    except QueryLimitError as error:
        kind, body = LIMITED, str(error).encode()
    signal.setitimer(signal.ITIMER_REAL, 0)
    if kind == ANSWERED and len(body) > limits.answer:
        kind, body = TOO_LARGE, b""
    return HEAD.pack(kind, len(body)) + body
