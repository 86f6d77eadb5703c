"""Time what a user waits for: check, build, the first answer of the server, and each documented question.

Run: make bench. Figures are the medians of a few runs on this machine, and for questions the ratio to rdflib on the
same graph in the same run.
"""

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path

import rdflib

from osallisuus import query, release
from osallisuus.query import store
from osallisuus.query.store import Ask

ROOT = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).parent / "osallisuus")


def timed(action: Callable[[], object], runs: int = 3) -> float:
    """Return the median of the seconds that an action takes."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def first_answer() -> None:
    """Start the server, wait for its first page, end it."""
    server = subprocess.Popen([COMMAND, "serve", "--port", "8765"], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        for _ in range(1000):
            try:
                with urllib.request.urlopen("http://127.0.0.1:8765/", timeout=10):
                    return
            except OSError:
                time.sleep(0.01)
    finally:
        server.terminate()
        server.wait()


def _answer(graph: rdflib.Graph, text: str) -> list[object]:
    return list(graph.query(text))


def main() -> None:
    """Print a line for each figure."""
    for arguments in (["--help"], ["check"], ["build", "--check"]):
        command = [COMMAND, *arguments]
        seconds = timed(partial(subprocess.run, command, cwd=ROOT, check=True, capture_output=True))
        sys.stdout.write(f"{'osallisuus ' + ' '.join(arguments):<34} {seconds:8.2f} s\n")
    sys.stdout.write(f"{'serve, to the first page':<34} {timed(first_answer):8.2f} s\n")
    publish = ROOT / "publish"
    base = release.settings(publish).base
    loaded = store.load(publish, base)
    with tempfile.TemporaryDirectory() as directory:
        dump = Path(directory) / "all.nt"
        dump.write_bytes(store.evaluate(loaded, Ask("CONSTRUCT {?s ?p ?o} WHERE {?s ?p ?o}", "ntriples")))
        graph = rdflib.Graph().parse(dump, format="nt")
    for name, text in query.shipped().items():
        ours = timed(partial(store.evaluate, loaded, Ask(text, "csv")), 5)
        theirs = timed(partial(_answer, graph, text), 1)
        sys.stdout.write(
            f"{name:<34} {ours * 1000:8.2f} ms, rdflib takes {theirs / ours:6.0f} times as long\n"
        )


if __name__ == "__main__":
    main()
