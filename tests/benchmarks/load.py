"""Load on a server by wrk: what it answered, and what that cost it."""

import itertools
import json
import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from benchmarks import processes
from benchmarks.processes import Server

SCRIPT = Path(__file__).with_name("load.lua")
ACCEPT = "application/sparql-results+json,application/n-triples;q=0.9,*/*;q=0.1"
_NUMBERS = itertools.count(2_000_000, 20_000_000)
"""First numbers of the misses of each run; no run makes so many requests that it reaches the next."""


@dataclass(frozen=True)
class Load:
    """What is asked of a server.

    Attributes:
        addresses: file of addresses, one a line; after a tab, an entity tag.
        misses: share of the requests that are asked under a new number, 0 to 1.
        connections: requests in flight.
        accept: value of the Accept header.
    """

    addresses: Path
    misses: float = 0.0
    connections: int = 8
    accept: str = ACCEPT


class Run(NamedTuple):
    """One run of a load on one server.

    Attributes:
        rate: answers a second.
        p50, p99, longest: milliseconds until an answer.
        cpu: CPU microseconds of the server's whole tree for an answer.
        size: bytes of an answer, headers with it.
        broken: connections that failed and answers that did not come.
        refused: answers with a status of 400 or more.
        others: share of the machine that neither the server nor the load used.
    """

    rate: float
    p50: float
    p99: float
    longest: float
    cpu: float
    size: float
    broken: int
    refused: int
    others: float


def run(server: Server, load: Load, seconds: int) -> Run:
    """Put a load on a server for some whole seconds; wrk knows no parts of one.

    Raises:
        RuntimeError: wrk failed.
    """
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, busy, started = server.cpu(), processes.busy(), time.perf_counter()
    command = ["wrk", "-t1", f"-c{load.connections}", f"-d{seconds}s", "--timeout", "20s", "-s", str(SCRIPT)]
    arguments = [str(load.addresses), str(load.misses), str(next(_NUMBERS)), load.accept]
    done = subprocess.run(
        [*command, server.address, "--", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + 60,
    )
    lines = [each for each in done.stdout.splitlines() if each.startswith("{")]
    if not lines:
        raise RuntimeError(f"wrk failed on {server.name}: {done.stdout} {done.stderr}")
    took, spent = time.perf_counter() - started, server.cpu() - cpu
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    made = after.ru_utime + after.ru_stime - own.ru_utime - own.ru_stime
    others = (processes.busy() - busy - spent - made) / (took * (os.cpu_count() or 1))
    found = json.loads(lines[-1])
    answers = max(found["requests"], 1)
    return Run(
        rate=found["requests"] / found["seconds"],
        p50=found["p50"],
        p99=found["p99"],
        longest=found["longest"],
        cpu=1e6 * spent / answers,
        size=found["bytes"] / answers,
        broken=found["broken"],
        refused=found["refused"],
        others=max(others, 0.0),
    )


@dataclass(frozen=True)
class Cell:
    """The runs of one load on one server."""

    server: str
    runs: Sequence[Run]

    def median(self, take: Callable[[Run], float]) -> float:
        """Return the median of a figure over the runs."""
        return statistics.median(map(take, self.runs))

    def spread(self, take: Callable[[Run], float]) -> tuple[float, float]:
        """Return the least and the greatest value of a figure."""
        values = list(map(take, self.runs))
        return min(values), max(values)


class Rounds(NamedTuple):
    """How long is measured: rounds, seconds of a run, seconds in which a cache is filled before it."""

    rounds: int
    seconds: int
    warm: int


def rounds(tasks: Sequence[tuple[Server, Load, bool]], how: Rounds) -> list[Cell]:
    """Run each task once in each round, one after the other, so that a busy moment of the machine meets them all.

    Args:
        tasks: server, load and whether to fill the server's cache before each run with what the load asks again.
        how: how often and how long.
    """
    found: list[list[Run]] = [[] for _ in tasks]
    for _ in range(how.rounds):
        for runs, (server, load, warm) in zip(found, tasks, strict=True):
            if warm:
                run(server, replace(load, misses=0.0), how.warm)
            runs.append(run(server, load, how.seconds))
    return [Cell(server.name, runs) for runs, (server, _, _) in zip(found, tasks, strict=True)]


def write_addresses(path: Path, addresses: Iterable[str]) -> Path:
    """Write a file of addresses for a load."""
    path.write_text("".join(f"{each}\n" for each in addresses), encoding="utf-8")
    return path
