"""Bombs beside an ordinary load: what is left for the others, and when each bomb is answered."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import NamedTuple

import urllib3

from benchmarks import load, mix, peers
from benchmarks.load import Load, Run
from benchmarks.processes import Server

EVERY = 0.7
"""Seconds between two bombs."""
STREAM = ("cartesian count", "sorted cross product", "unbounded path", "cartesian count")
"""The bombs that fall beside a load, in turn."""
_NUMBERS = count(1_500_000)


class Answer(NamedTuple):
    """How a bomb ended: its name, the status of the answer, 0 when none came, and seconds until then."""

    bomb: str
    status: int
    seconds: float


def throw(server: Server, path: str, bomb: str, patience: float) -> Answer:
    """Ask a bomb, each time under a new number, and wait for the answer for some seconds at most."""
    query = mix.renumbered(mix.BOMBS[bomb], next(_NUMBERS))
    url, started = server.address + mix.address(query, path), time.perf_counter()
    headers, timeout = {"Accept": load.ACCEPT}, urllib3.Timeout(patience)
    try:
        with urllib3.PoolManager(retries=False) as pool:
            status = pool.request("GET", url, headers=headers, timeout=timeout).status
    except urllib3.exceptions.HTTPError:
        status = 0
    return Answer(bomb, status, time.perf_counter() - started)


@dataclass
class Falling:
    """Bombs that fall in the background: their answers, how many fell, and the most memory of the server meanwhile."""

    answers: list[Answer] = field(default_factory=list)
    thrown: int = 0
    memory: int = 0


@contextmanager
def falling(server: Server, path: str, patience: float) -> Iterator[Falling]:
    """Throw a bomb every `EVERY` seconds; at the end wait until each is answered or patience is over."""
    found, stop, threads = Falling(), threading.Event(), []

    def fall() -> None:
        for bomb in cycle(STREAM):
            thread = threading.Thread(
                target=lambda name: found.answers.append(throw(server, path, name, patience)), args=(bomb,)
            )
            thread.start()
            threads.append(thread)
            found.thrown += 1
            found.memory = max(found.memory, server.use().proportional)
            if stop.wait(EVERY):
                return

    thread = threading.Thread(target=fall)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()
        for each in threads:
            each.join()


@dataclass(frozen=True)
class Blast:
    """What bombs did to a server.

    Attributes:
        server: its name.
        quiet, beside: runs of the load without bombs and with them, a pair a round.
        answers: how the bombs beside the load ended.
        thrown: how many there were.
        memory: most proportional bytes of the tree while they fell; at rest before.
        alone: how each bomb ended that was asked alone.
        alive: whether the server outlived them.
    """

    server: str
    quiet: Sequence[Run]
    beside: Sequence[Run]
    answers: Sequence[Answer]
    thrown: int
    memory: tuple[int, int]
    alone: Sequence[Answer]
    alive: bool


class Plan(NamedTuple):
    """How bombs are measured: rounds, seconds without and with them, and patience in seconds for an answer."""

    rounds: int
    quiet: int
    beside: int
    patience: float


def blast(
    name: str, start: Callable[[], Server], addresses: Path, plan: Plan, *, each_its_own: bool = False
) -> Blast:
    """Measure what bombs do to a server.

    Args:
        name: its name.
        start: starts it.
        addresses: the load: eight connections, all misses.
        plan: how long.
        each_its_own: whether a bomb asked alone needs a new server, for one that goes on with bombs of clients gone.
    """
    path, misses = peers.ENDPOINTS[name][1], Load(addresses, misses=1.0)
    quiet, beside, answers, alone = [], [], [], []
    thrown, rest, most, alive = 0, 0, 0, True
    rounds = 1 if each_its_own else plan.rounds
    for number in range(rounds):
        with start() as server:
            rest = server.use().proportional
            quiet.append(load.run(server, misses, plan.quiet))
            with falling(server, path, plan.patience) as fallen:
                beside.append(load.run(server, misses, plan.beside))
            answers += fallen.answers
            thrown, most, alive = thrown + fallen.thrown, max(most, fallen.memory), alive and server.alive
            if not each_its_own and number == rounds - 1:
                alone = [throw(server, path, bomb, plan.patience) for bomb in mix.BOMBS]
    if each_its_own:
        for bomb in mix.BOMBS:
            with start() as server:
                alone.append(throw(server, path, bomb, plan.patience))
    return Blast(name, quiet, beside, answers, thrown, (rest, most), alone, alive)


def half_of_memory() -> int:
    """Return half the bytes of this machine's memory: the limit of a peer that has none of its own."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
