"""Keep our server under load, bombs, floods and changing releases for long, and check every answer.

Run: make soak, or with --minutes. A fault is an answer that is not byte for byte that of one of the two releases, an
old release's answer after a new one's was seen, a request without an answer, a status that is not expected, a bomb that
is answered late, or memory, descriptors, threads or processes that grow. It exits with 1 when there is one.
"""

import argparse
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import NamedTuple

import urllib3

from benchmarks import bombs, generate, load, mix, peers
from benchmarks.processes import Server, Use
from osallisuus import release
from osallisuus.query import store
from osallisuus.query.store import Ask

MUNICIPALITIES = 5
CLIENTS = 6
FLOOD = 150
"""Requests of a flood, all at once."""
EXPECTED = {200, 429, 503}
SEEN_WITHIN = 15.0
"""Seconds in which a new release must be served."""
BOMB_WITHIN = peers.QUERY_SECONDS + 3.0
"""Seconds in which a bomb must be answered: our limit, its wait for a turn, and a second."""
_GROWTH = Use(resident=0, proportional=96 << 20, descriptors=24, threads=12, processes=2)
"""What may be held at the end beyond what was held after the warming: what caches and pools keep."""


class Known(NamedTuple):
    """A request whose answer is known.

    Attributes:
        query: its text, or empty for a document.
        at: its address.
        answers: the body by each of the two releases.
    """

    query: str
    at: str
    answers: tuple[bytes, bytes]


@dataclass
class Book:
    """What happened, kept by many threads at once.

    Attributes:
        now: which release was published last, 0 or 1.
        seen: when an answer of it was first seen; None while none was.
        seen_after: seconds from each publication until then.
        statuses: what was asked and the status of its answer → how often.
        milliseconds: of answers to known requests.
        faults: what was wrong, in words.
    """

    now: int = 0
    seen: float | None = 0.0
    published: float = 0.0
    seen_after: list[float] = field(default_factory=list)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def publish(self, which: int) -> None:
        """Note that a release is about to be published."""
        with self._lock:
            self.now, self.seen, self.published = which, None, time.monotonic()

    def status(self, what: str, status: int) -> None:
        """Note how a request was answered; 0 stands for no answer."""
        with self._lock:
            self.statuses[what, status] += 1
            if status not in EXPECTED:
                self.faults.append(f"{what}: {status or 'no answer'}")

    def fault(self, text: str) -> None:
        """Note what was wrong."""
        with self._lock:
            self.faults.append(text)

    def answer(self, known: Known, body: bytes, started: float) -> None:
        """Check the body of an answer to a known request."""
        ended, which = time.monotonic(), [body == each for each in known.answers]
        with self._lock:
            self.milliseconds.append(1000 * (ended - started))
            if not any(which):
                self.faults.append(f"wrong bytes: {known.at[:200]}: {body[:200]!r}")
            elif all(which):
                return
            elif which[self.now] and self.seen is None:
                self.seen = ended
                self.seen_after.append(ended - self.published)
            elif not which[self.now] and self.seen is not None and started > self.seen:
                self.faults.append(f"old answer {started - self.seen:.2f} s after the new: {known.at[:200]}")


def releases(directory: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the files of two releases of one synthetic site, every practice another; write the first."""
    found = generate.edition(MUNICIPALITIES, 1), generate.edition(MUNICIPALITIES, 2)
    release.replace(directory / "publish", found[0])
    return found


def known(editions: tuple[Mapping[str, bytes], ...]) -> list[Known]:
    """Return requests of the mix and for documents, with what each release answers."""
    asked = mix.requests(MUNICIPALITIES, total=400)
    answered = []
    for files in editions:
        with tempfile.TemporaryDirectory() as directory:
            release.replace(Path(directory) / "publish", files)
            held = store.load(Path(directory) / "publish", generate.BASE)
        forms = ("ntriples" if each.kind in {"describe", "construct"} else "json" for each in asked)
        answered.append(
            [store.evaluate(held, Ask(each.query, form)) for each, form in zip(asked, forms, strict=True)]
        )
    found = [
        Known("" if each.kind == "text" else each.query, mix.address(each.query), (old, new))
        for each, old, new in zip(asked, *answered, strict=True)
    ]
    for path in sorted(editions[0]):
        if path.startswith(f"{generate.COUNTRY}/") and path.endswith((".ttl", ".csv", ".jsonld")):
            found.append(Known("", f"/{path}", (editions[0][path], editions[1][path])))
    return found


@dataclass
class Soak:
    """A soak in progress: the server, what it is asked, and what happened."""

    server: Server
    publish: Path
    editions: tuple[Mapping[str, bytes], ...]
    requests: list[Known]
    book: Book = field(default_factory=Book)
    running: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    numbers: "count[int]" = field(default_factory=lambda: count(20_000_000))

    def ask(self, what: str, known: Known, pool: urllib3.PoolManager, chance: random.Random) -> None:
        """Ask a known request, half the time as a miss, sometimes compressed, and check the answer."""
        at = known.at
        if known.query and chance.random() < 0.5:
            at = mix.address(mix.renumbered(known.query, next(self.numbers)))
        headers = {"Accept": load.ACCEPT} if at.startswith("/sparql") else {}
        if chance.random() < 0.2:
            headers["Accept-Encoding"] = chance.choice(("gzip", "br"))
        started = time.monotonic()
        try:
            found = pool.request("GET", self.server.address + at, headers=headers, timeout=30)
        except urllib3.exceptions.HTTPError as error:
            self.book.status(what, 0)
            self.book.fault(f"{what}: no answer: {error}")
            return
        self.book.status(what, found.status)
        if found.status == 200:
            self.book.answer(known, found.data, started)

    def client(self, seed: int) -> None:
        """Ask one request after the other over one connection while the load runs."""
        chance = random.Random(seed)  # noqa: S311  # what is asked next, no secrets
        with urllib3.PoolManager(retries=False, maxsize=1) as pool:
            while not self.over.is_set():
                if self.running.wait(0.2):
                    self.ask("load", chance.choice(self.requests), pool, chance)

    def bomber(self) -> None:
        """Throw each bomb in turn; it must be answered, and in time."""
        names = list(mix.BOMBS)
        for number in count():
            if self.over.wait(1):
                return
            if self.running.is_set():
                answer = bombs.throw(self.server, "/sparql", names[number % len(names)], 30)
                self.book.status("bomb", answer.status)
                if answer.seconds > BOMB_WITHIN:
                    self.book.fault(f"{answer.bomb}: answered after {answer.seconds:.1f} s")

    def flood(self) -> None:
        """Ask very many requests at once, each over a connection of its own, and a few that leave at once."""
        chance = random.Random(next(self.numbers))  # noqa: S311  # what is asked, no secrets

        def one(known: Known) -> None:
            with urllib3.PoolManager(retries=False, maxsize=1) as pool:
                self.ask("flood", known, pool, chance)

        with ThreadPoolExecutor(FLOOD) as threads:
            list(threads.map(one, chance.choices(self.requests, k=FLOOD)))
        for known in chance.choices(self.requests, k=10):
            self.leave(known)

    def leave(self, known: Known) -> None:
        """Ask a request and go away before the answer."""
        host, port = self.server.address.removeprefix("http://").split(":")
        connection = urllib3.connection.HTTPConnection(host, int(port), timeout=5)
        connection.request("GET", known.at)
        connection.close()

    def switch(self) -> None:
        """Publish the other release, and wait until it is served."""
        self.book.publish(1 - self.book.now)
        release.replace(self.publish, self.editions[self.book.now])
        chance, until = random.Random(0), time.monotonic() + SEEN_WITHIN  # noqa: S311  # what is asked, no secrets
        document = next(each for each in self.requests if not each.query and each.at.endswith(".ttl"))
        with urllib3.PoolManager(retries=False) as pool:
            while self.book.seen is None and time.monotonic() < until:
                self.ask("watch", document, pool, chance)
                time.sleep(0.1)
        if self.book.seen is None:
            self.book.fault(f"the new release was not served within {SEEN_WITHIN:.0f} s")

    def rest(self) -> Use:
        """Let the load pause and the old release end, and return what the server holds then."""
        self.running.clear()
        time.sleep(1)
        self.switch()
        time.sleep(peers.QUERY_SECONDS + 6)
        found = self.server.use()
        self.running.set()
        return found

    def run(self, minutes: float, say: Callable[[str], None]) -> list[Use]:
        """Run for some minutes; return what was held at rest after the warming, and at times until the end."""
        started, seconds = time.monotonic(), 60 * minutes
        threads = [threading.Thread(target=self.client, args=(seed,)) for seed in range(CLIENTS)]
        threads.append(threading.Thread(target=self.bomber))
        for thread in threads:
            thread.start()
        self.running.set()
        rests: list[Use] = []
        try:
            while self.server.alive and time.monotonic() - started < seconds:
                self._stretch(min(seconds / 12, 30))
                if (time.monotonic() - started) / seconds > 0.1 + 0.2 * len(rests):
                    rests.append(self.rest())
                    say(f"{(time.monotonic() - started) / 60:.1f} min: {_held(rests[-1])}")
            rests.append(self.rest())
        finally:
            self.over.set()
            for thread in threads:
                thread.join()
        if not self.server.alive:
            self.book.fault("the server has ended")
        return rests

    def _stretch(self, seconds: float) -> None:
        """Let the load run with a flood in the middle and a new release at the end."""
        time.sleep(seconds / 2)
        self.flood()
        time.sleep(seconds / 2)
        self.switch()


def _held(use: Use) -> str:
    return (
        f"{use.proportional / 2**20:.0f} MiB, {use.descriptors} descriptors, {use.threads} threads, "
        f"{use.processes} processes"
    )


def grown(first: Use, last: Use) -> list[str]:
    """Return what has grown by more than it may."""
    names = ("proportional", "descriptors", "threads", "processes")
    return [
        f"{name} grew from {getattr(first, name):,} to {getattr(last, name):,}"
        for name in names
        if getattr(last, name) > getattr(first, name) + getattr(_GROWTH, name)
    ]


def summary(book: Book, rests: list[Use], minutes: float) -> str:
    """Return what happened, in words."""
    taken = statistics.quantiles(book.milliseconds, n=100) if len(book.milliseconds) > 1 else [0.0] * 99
    counts = ", ".join(
        f"{what} {status or 'no answer'}: {times:,}"
        for (what, status), times in sorted(book.statuses.items())
    )
    return "\n".join(
        [
            f"{minutes:g} minutes, {sum(book.statuses.values()):,} requests: {counts}",
            f"known answers compared: {len(book.milliseconds):,}; p50 {taken[49]:.1f} ms, p99 {taken[98]:.1f} ms",
            f"releases switched: {len(book.seen_after)}; seen after {max(book.seen_after, default=0):.2f} s at most",
            f"at rest after the warming: {_held(rests[0])}",
            f"at rest at the end:        {_held(rests[-1])}",
            *(f"FAULT {each}" for each in book.faults[:20]),
            f"{len(book.faults)} faults",
        ]
    )


def main() -> None:
    """Soak as the command line asks; exit with 1 when something failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30, help="how long; default 30")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        editions = releases(directory)
        requests = known(editions)
        with peers.ours(directory, directory / "server.log") as server:
            soak = Soak(server, directory / "publish", editions, requests)
            rests = soak.run(options.minutes, print_line)
        soak.book.faults += grown(rests[0], rests[-1])
    print_line(summary(soak.book, rests, options.minutes))
    sys.exit(1 if soak.book.faults else 0)


def print_line(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
