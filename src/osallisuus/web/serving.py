"""Starts the server, and has it follow what is published."""

import asyncio
import gc
import logging
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, cast

import click
import uvicorn
import uvloop

from osallisuus.errors import AddressError, OsallisuusError, PublishedError
from osallisuus.query import remote
from osallisuus.query.limits import Limits
from osallisuus.web.connection import Connection
from osallisuus.web.edition import Edition, Opening, prepare
from osallisuus.web.forwarding import Network
from osallisuus.web.front import CONNECTIONS, Front
from osallisuus.web.monitoring import Monitoring

_WATCH = 1.0
_PATIENCE = 30.0
"""Seconds after which what could not be opened is tried again at the latest."""
_SWEEP = 5.0
_GRACE = 10
_SWITCH = 0.0005
"""Seconds after which a thread that makes a page, or loads a release, lets the loop have its turn."""


_GARBAGE = 20_000
"""Objects after which garbage is looked for; requests leave little of it in cycles."""


@dataclass(frozen=True)
class Serving:
    """How to serve.

    Attributes:
        publish: the directory of what is published.
        host: address to listen on.
        port: port to listen on.
        limits: those of queries.
        store: address of a remote store, or empty for the embedded one.
        cache: bytes that answers kept in memory may take.
        log: where requests are logged, or None.
        trusted: proxies that are believed when they tell a client's address.
    """

    publish: Path
    host: str
    port: int
    limits: Limits
    store: str = ""
    cache: int = 256 << 20
    log: IO[str] | None = None
    trusted: tuple[Network, ...] = ()


def serve(how: Serving) -> None:
    """Serve a `publish/` directory until interrupted.

    Raises:
        PublishedError: nothing is published, or a file is missing or damaged.
        AddressError: the address is taken or not this machine's.
        StoreError: the setting of the store is wrong.
    """
    if how.store:
        remote.open_client(how.store)  # tells what is wrong with the setting before anything is started
    sys.setswitchinterval(_SWITCH)
    gc.set_threshold(_GARBAGE)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with (
        _listen(how.host, how.port) as listener,
        ThreadPoolExecutor(4) as threads,
        suppress(KeyboardInterrupt),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_serve(how, listener, threads))


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(
            CONNECTIONS
        )  # so that a port that is taken is told at once; clients wait until all is loaded
    except OSError as error:
        listener.close()
        raise AddressError(
            f"Cannot listen on {host}:{port}: {error.strerror}. Choose another with --port."
        ) from error
    return listener


async def _serve(how: Serving, listener: socket.socket, threads: ThreadPoolExecutor) -> None:
    woken = asyncio.Event()
    with suppress(ValueError, RuntimeError):  # within another program, signals are not ours
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, woken.set)
    opening = Opening(how.publish, how.limits, how.store, how.cache, threads)
    front = Front(threads, Monitoring(how.log), how.trusted)
    edition = await opening.open()
    front.serve(edition)
    server = _Server(_config(front))
    front.connections = cast("set[Connection]", server.server_state.connections)
    tasks = [
        asyncio.create_task(each)
        for each in (_follow(front, opening, woken), _sweep(front), _prepare(front, edition))
    ]
    click.echo(
        f"Serving {edition.publication.site.base} at http://{how.host}:{how.port}/ (Ctrl-C ends it)", err=True
    )
    for task in tasks:
        task.add_done_callback(partial(_end_with, server))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        if front.edition:
            await front.edition.close()
    for error in ended:  # a fault of ours, at which the server has ended, so that it may be started again
        if isinstance(error, Exception):
            raise error


def _end_with(server: uvicorn.Server, task: "asyncio.Task[None]") -> None:
    """End the server with a task that failed: without it, no release would be followed any more."""
    if not task.cancelled() and task.exception():
        server.should_exit = True


def _config(front: Front) -> uvicorn.Config:
    protocol = cast("type[asyncio.Protocol]", partial(Connection, front=front))
    return uvicorn.Config(
        front,
        http=protocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_level=logging.CRITICAL,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_GRACE,
    )


class _Server(uvicorn.Server):
    """Ends at a signal, but leaves what is left to do to the one that started it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Begin to end at a signal; unlike uvicorn's own, do not raise it again afterwards, which would end the process at once."""
        with suppress(ValueError, RuntimeError):  # within another program, signals are not ours
            for each in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(each, self.handle_exit, each, None)
        yield


async def _sweep(front: Front) -> None:
    while True:
        await asyncio.sleep(_SWEEP)
        for each in list(front.connections):
            each.sweep()


async def _prepare(front: Front, edition: Edition) -> None:
    """Compress what is published beside the serving of it."""
    edition.prepared = await asyncio.get_running_loop().run_in_executor(
        front.threads, prepare, edition.publication
    )


async def _follow(front: Front, opening: Opening, woken: asyncio.Event) -> None:
    """Serve what is published, whenever that changes or a hang-up signal comes.

    What could not be opened is tried again ever more seldom: to load it takes the time of those who ask.
    """
    now = asyncio.get_running_loop().time
    failed, pause, again = "none", _WATCH, 0.0
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), _WATCH)
        anew = woken.is_set()
        woken.clear()
        digest = _published(opening)
        if digest == failed and now() < again and not anew:
            continue
        if await _switch(front, opening, anew=anew):
            failed, pause = "none", _WATCH
        else:
            pause = min(2 * pause, _PATIENCE) if digest == failed else _WATCH
            failed, again = digest, now() + pause


def _published(opening: Opening) -> str:
    try:
        return opening.digest()
    except PublishedError:
        return ""


async def _switch(front: Front, opening: Opening, *, anew: bool) -> bool:
    """Serve what is published now, if that is another edition, or if it shall be loaded anew; tell whether that is served."""
    try:
        if not anew and front.edition and opening.digest() == front.edition.digest:
            return True
        edition = await opening.open()
    except (OsallisuusError, OSError) as error:
        if front.monitoring.failed != str(error):
            click.echo(f"The release was not switched: {error}", err=True)
            front.monitoring.failed = str(error)
        front.monitoring.failures += 1
        return False
    front.monitoring.failed = ""
    before = front.serve(edition)
    click.echo(f"Serving the release {edition.digest[:12]}", err=True)
    try:
        await _prepare(front, edition)
    finally:
        if before:
            await before.close()
    return True
