"""The pool of workers for callers that wait: the command line, and threads beside the loop of a server."""

import asyncio
import threading
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from osallisuus.query.limits import Limits
from osallisuus.query.pool import Pool
from osallisuus.query.store import Ask


class Workers:
    """A pool that runs in a thread of its own; use it as a context, leaving it ends the processes.

    Args:
        publish: the directory of what is published.
        base: the base IRI of the site.
        limits: the limits; the usual ones when not given.
        setting: the address of a remote store, or empty for the embedded one.
        edition: what names the edition that must be there, or empty for any.
    """

    def __init__(
        self, publish: Path, base: str, limits: Limits | None = None, setting: str = "", edition: str = ""
    ) -> None:
        self.pool = Pool(publish, base, limits, setting, edition)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> "Workers":
        self._thread.start()
        with ExitStack() as undone:
            undone.callback(self._stop)
            asyncio.run_coroutine_threadsafe(self.pool.__aenter__(), self.loop).result()
            undone.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes and the thread."""
        asyncio.run_coroutine_threadsafe(self.pool.__aexit__(kind, error, trace), self.loop).result()
        self._stop()

    def _stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def ask(self, question: Ask, client: str = "") -> bytes:
        """Have a query answered, as `Pool.ask` does.

        Raises:
            QueryError: the query is refused, or reaches a limit.
        """
        return asyncio.run_coroutine_threadsafe(self.pool.ask(question, client), self.loop).result()
