"""A lane: so many at once, the others wait for their turn, and clients take turns however much each of them asks."""

import asyncio
from collections import Counter, OrderedDict, deque

from osallisuus.errors import QueryLimitError


class Lane:
    """Lets in a number of queries at once; those that wait are let in client by client.

    Args:
        slots: queries in the lane at once.
        share: of these, how many may be one client's.
        waiting: how many queries of one client may wait.
        seconds: how long a query waits before it is refused.
    """

    def __init__(self, slots: int, share: int, waiting: int, seconds: float) -> None:
        self.slots = slots
        self.share = share
        self.waiting = waiting
        self.seconds = seconds
        self.running: Counter[str] = Counter()
        self.count = 0
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    def enter_now(self, client: str) -> bool:
        """Take a free slot and return whether there was one.

        Those that wait while a slot is free have their share already, so nobody is overtaken.
        """
        if self.count >= self.slots or self.running[client] >= self.share:
            return False
        self._let_in(client)
        return True

    async def enter(self, client: str) -> None:
        """Wait for a slot.

        Raises:
            QueryLimitError: too many queries of this client wait already (429), or its turn did not come (503).
        """
        if self.enter_now(client):
            return
        queue = self._queues.setdefault(client, deque())
        if len(queue) >= self.waiting:
            raise QueryLimitError(
                f"{self.waiting} queries of your address are waiting, which is the limit; send the next one later.",
                429,
            )
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        queue.append(turn)
        timer = loop.call_later(self.seconds, self._give_up, client, turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._forget(client, turn)
            else:
                self.leave(client)
            raise
        finally:
            timer.cancel()

    def leave(self, client: str) -> None:
        """Give a slot back; the next query is let in."""
        self.count -= 1
        self.running[client] -= 1
        if not self.running[client]:
            del self.running[client]
        self._admit()

    def _let_in(self, client: str) -> None:
        self.count += 1
        self.running[client] += 1

    def _admit(self) -> None:
        """Let in those whose turn it is: the clients one after another, each with its oldest query."""
        for client in list(self._queues):
            if self.count >= self.slots:
                return
            if self.running[client] < self.share:
                self._admit_one(client)

    def _admit_one(self, client: str) -> None:
        self._queues.move_to_end(client)
        for turn in list(self._queues[client]):
            self._forget(client, turn)
            if not turn.done():
                self._let_in(client)
                turn.set_result(None)
                return

    def _give_up(self, client: str, turn: asyncio.Future[None]) -> None:
        if not turn.done():
            self._forget(client, turn)
            text = f"Too many queries are being answered: this one had no turn within {self.seconds:g} s, the limit."
            turn.set_exception(QueryLimitError(text))

    def _forget(self, client: str, turn: asyncio.Future[None]) -> None:
        queue = self._queues.get(client, deque())
        if turn in queue:
            queue.remove(turn)
            if not queue:
                del self._queues[client]
