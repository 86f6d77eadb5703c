"""The pool of workers: which query is evaluated when, by which process, and the end of those that may not go on.

No pool library offers what this needs at the price of two system calls a query (docs/decisions/0007): processes that
are forked over a loaded store, ended by their own timer, and set back in priority while they run.
"""

import asyncio
import json
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from osallisuus.errors import QueryLimitError, RefusedQueryError
from osallisuus.query import worker
from osallisuus.query.holder import Holder, Run, Worker, stays
from osallisuus.query.lanes import Lane
from osallisuus.query.limits import Limits
from osallisuus.query.store import Ask

_TICK = 0.02
_DEPTH = 4
"""Light queries that a worker has at once: one is evaluated, the others stand behind it."""
_KNOWN = 4096
"""Heavy queries that are remembered, so that they do not begin among the light ones again."""
_USES = 20_000
"""Queries that a worker answers before another takes its place, so that no memory gathers."""
_START = 10.0


class Pool:
    """Answers queries in disposable workers over one release; an asynchronous context that starts and ends them.

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
        self.limits = limits or Limits()
        self.ended = 0
        slots, share = self.limits.light * _DEPTH, max(1, self.limits.heavy - 1)
        self._light = Lane(slots, slots, self.limits.waiting, self.limits.wait)
        self._heavy = Lane(self.limits.heavy, share, self.limits.heavy, self.limits.wait)
        arguments = [str(publish), edition, base, setting, json.dumps(asdict(self.limits))]
        self._holder = Holder(arguments, self._take, self._close)
        self._workers: list[Worker] = []
        self._set_back: set[Worker] = set()
        self._wanted: deque[asyncio.Future[None]] = deque()
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._ticking: asyncio.TimerHandle | None = None
        self._closing = False

    @property
    def ready(self) -> bool:
        """Whether the store is loaded and a query would be answered."""
        return bool(self._workers)

    @property
    def running(self) -> tuple[int, int]:
        """Light and heavy queries that are being evaluated."""
        return self._light.count, self._heavy.count

    async def __aenter__(self) -> "Pool":
        async with AsyncExitStack() as undone:
            undone.push_async_exit(self)
            await self._holder.start()
            self._stock()
            await self._wait(_START)
            undone.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every process."""
        self._closing = True
        self._holder.stop()
        for each in (*self._workers, *self._set_back):
            each.end()
        if self._ticking:
            self._ticking.cancel()
        while self._workers or self._set_back:
            await asyncio.sleep(0)  # until their connections are closed

    async def ask(self, question: Ask, client: str = "", gone: Callable[[], bool] = stays) -> bytes:
        """Have a query answered.

        Args:
            question: the query and the format of the answer.
            client: address of the one who asks; clients take turns.
            gone: tells whether the one who asked has hung up; the query is then ended.

        Raises:
            RefusedQueryError: the text is not SPARQL.
            QueryLimitError: a limit of time, memory, size or load was reached; the text names it.
        """
        key = question.key
        lane = self._heavy if key in self._known else self._light
        while True:
            await lane.enter(client)
            run = Run(key, client, lane, gone, asyncio.get_running_loop().create_future())
            answer = await self._evaluate(worker.encode(question), run)
            if answer is not None:
                return self._read(*answer)
            if run.gone():
                raise QueryLimitError("The client has gone.")
            if not run.postponed:
                raise self._limit(time.monotonic() - run.started)
            lane = self._heavy

    async def _evaluate(self, question: bytes, run: Run) -> tuple[int, bytes] | None:
        """Have a worker evaluate a query that is in a lane, and leave the lane."""
        found = None
        try:
            while True:
                if run.gone():
                    raise QueryLimitError("The client has gone.")
                while not (found := self._choose(run)):
                    await self._wait(self.limits.wait)
                found.ask(question, run)
                if not self._ticking:
                    self._ticking = asyncio.get_running_loop().call_later(_TICK, self._tick)
                answer = await run.answer
                if answer is not None or run.started:
                    return answer
                run.answer = (
                    asyncio.get_running_loop().create_future()
                )  # it stood behind one that was set back
        finally:
            run.lane.leave(run.client)
            if found and (found in self._set_back or self._may_go(found)):
                self._end(found)

    def _end(self, found: Worker) -> None:
        """End a worker; it is given nothing any more, though its connection closes a moment later."""
        with suppress(ValueError):
            self._workers.remove(found)
        found.end()
        if not self._closing:
            self._stock()

    def _may_go(self, found: Worker) -> bool:
        """Return whether a worker with nothing to do has had its time, or is one too many."""
        return not found.runs and (found.uses > _USES or len(self._workers) > self.limits.light + 1)

    def _read(self, kind: int, body: bytes) -> bytes:
        if kind == worker.REFUSED:
            raise RefusedQueryError(body.decode())
        if kind == worker.TOO_LARGE:
            text = f"The answer is larger than {self.limits.answer >> 20} MiB, the limit; ask for less."
            raise QueryLimitError(text, 413)
        if kind == worker.LIMITED:
            raise QueryLimitError(body.decode())
        return body

    def _limit(self, elapsed: float) -> QueryLimitError:
        """Return why a worker was ended."""
        self.ended += 1
        if elapsed >= self.limits.seconds * 0.95:
            return QueryLimitError(f"The query was ended at its limit of {self.limits.seconds:g} s.")
        memory = self.limits.memory >> 20
        return QueryLimitError(
            f"The query was ended at its limit of {memory} MiB of memory, or it nests too deeply for the engine."
        )

    def _choose(self, run: Run) -> Worker | None:
        """Return the worker that has least to do; for a heavy query one that has nothing to do, and is set back."""
        found = min(self._workers, key=lambda each: len(each.runs), default=None)
        if found is None or run.lane is self._light:
            return found
        if found.runs:
            return None
        self._demote(found)
        return found

    def _demote(self, found: Worker) -> None:
        self._workers.remove(found)
        self._set_back.add(found)
        found.set_back()
        self._stock()

    def _tick(self) -> None:
        """Look at what runs: light queries that have become heavy are set back, those whose client has gone end."""
        self._ticking = None
        now = time.monotonic()
        for found in [each for each in (*self._workers, *self._set_back) if each.runs]:
            run = found.runs[0]
            elapsed = now - run.started
            if run.answer.cancelled():  # nobody waits for it, and its place was given back
                found.end()
            elif run.lane is self._light and elapsed > self.limits.light_seconds:
                self._make_heavy(found, run)
            elif run.lane is self._heavy and (run.gone() or elapsed > self.limits.seconds + _TICK):
                found.end()
        if not self._closing and any(each.runs for each in (*self._workers, *self._set_back)):
            self._ticking = asyncio.get_running_loop().call_later(_TICK, self._tick)

    def _make_heavy(self, found: Worker, run: Run) -> None:
        """Move a query to the lane of the heavy ones; where that is full, end it, so that it waits for its turn."""
        self._known[run.key] = None
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)
        self._demote(found)
        if self._heavy.enter_now(run.client):
            self._light.leave(run.client)
            run.lane = self._heavy
        else:
            run.postponed = True
            found.end()

    async def _wait(self, seconds: float) -> None:
        """Wait for another worker.

        Raises:
            QueryLimitError: none came, since the store is being loaded.
        """
        if self._holder.coming <= len(self._wanted):
            self._holder.fork()
        wanted = asyncio.get_running_loop().create_future()
        self._wanted.append(wanted)
        try:
            await asyncio.wait_for(wanted, seconds)
        except TimeoutError as error:
            raise QueryLimitError("The store is being loaded; try again in a moment.") from error

    def _take(self, found: Worker) -> None:
        """Take over a new worker, and wake the one who waits longest for it."""
        self._workers.append(found)
        while self._wanted:
            wanted = self._wanted.popleft()
            if not wanted.done():
                wanted.set_result(None)
                break

    def _close(self, found: Worker) -> None:
        """Let a worker go that has ended."""
        self._set_back.discard(found)
        with suppress(ValueError):
            self._workers.remove(found)
        if not self._closing:
            self._stock()

    def _stock(self) -> None:
        """Have as many workers as may run at once, and one to spare for the place of one that is set back."""
        for _ in range(self.limits.light + 1 - len(self._workers) - self._holder.coming):
            self._holder.fork()
