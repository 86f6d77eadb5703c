"""What a user waits for: the commands, the first answer of the server, and each documented question."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import rdflib
import urllib3

from benchmarks import generate, peers
from benchmarks.processes import Program, Server, free_port
from osallisuus import query, release
from osallisuus.query import store
from osallisuus.query.store import Ask


class Question(NamedTuple):
    """Milliseconds that a documented question takes: on the large synthetic site, on the real data, there by rdflib."""

    name: str
    synthetic: float
    real: float
    rdflib: float


def timed(action: Callable[[], object], runs: int = 3) -> float:
    """Return the median of the seconds that an action takes."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def commands() -> dict[str, float]:
    """Return the seconds of the commands on the real data."""
    found = {}
    for arguments in (["--help"], ["check"], ["build", "--check"], ["query", "outward-practices"]):
        command = [str(peers.BIN / "osallisuus"), *arguments]
        run = partial(subprocess.run, command, cwd=peers.ROOT, check=True, capture_output=True)
        found[f"osallisuus {' '.join(arguments)}"] = timed(run)
    return found


def first_answers(site: Path, document: str) -> dict[str, float]:
    """Return the seconds from the start of the server over a site to its first document and first answer."""
    found = {}
    with tempfile.TemporaryDirectory() as directory:
        for what, path in (("document", document), ("query", "/sparql?query=ASK%7B%7D")):

            def start(path: str = path) -> float:
                port = free_port()
                command = [str(peers.BIN / "osallisuus"), "serve", "--site", str(site), "--port", str(port)]
                with Server(Program(peers.OURS, command, path, port), Path(directory) / "log") as server:
                    urllib3.request("GET", server.address + path, timeout=30)
                    return server.ready_after

            found[f"from the start to the first {what}"] = statistics.median(start() for _ in range(3))
    return found


def questions(site: Path) -> list[Question]:
    """Time each documented question on a synthetic site and on the real data; there also by rdflib."""
    large = store.load(site / "publish", generate.BASE)
    publish = peers.ROOT / "publish"
    real = store.load(publish, release.settings(publish).base)
    everything = store.evaluate(real, Ask("CONSTRUCT {?s ?p ?o} WHERE {?s ?p ?o}", "ntriples"))
    graph = rdflib.Graph().parse(data=everything, format="nt")

    def by_rdflib(text: str) -> list[object]:
        return list(graph.query(text))

    found = []
    for name, text in query.shipped().items():
        ask = Ask(text, "csv")
        seconds = (
            timed(partial(store.evaluate, large, ask)),
            timed(partial(store.evaluate, real, ask), 5),
            timed(partial(by_rdflib, text), 1),
        )
        found.append(Question(name, *(1000 * each for each in seconds)))
    return found


if __name__ == "__main__":
    for each in questions(Path(sys.argv[1])):
        sys.stdout.write(
            f"{each.name:<34} {each.synthetic:9.2f} ms, real data {each.real:7.2f}, rdflib {each.rdflib:9.2f}\n"
        )
