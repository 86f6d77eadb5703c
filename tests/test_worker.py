"""Queries are evaluated in processes that end at their limits and can reach nothing but the store."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pyoxigraph import Store

from osallisuus.errors import PublishedError, QueryLimitError, RefusedQueryError
from osallisuus.formats import JSONLD, NTRIPLES, RDF_FORMATS, RESULT_FORMATS, RESULTS_JSON, Format
from osallisuus.query import store, worker
from osallisuus.query.store import Ask
from osallisuus.query.worker import Limits, Workers
from osallisuus.release import Publication

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HUNGRY = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"
CRASHING = "SELECT * { ?s " + "(" * 20_000 + "<p:p>" + ")" * 20_000 + " ?o }"
MINIMAL = "ASK {}"
COUNT = "SELECT (COUNT(*) AS ?n) "

Start = Callable[[Limits], Workers]


@pytest.fixture(scope="session")
def workers(publish: Path, publication: Publication) -> Iterator[Workers]:
    """Start the workers over the repository's own data, with the limits that serving has but less time."""
    with Workers(publish, publication.site.base, Limits(seconds=1)) as started:
        yield started


@pytest.fixture(scope="session")
def loaded(publish: Path, publication: Publication) -> Store:
    """Load the store in this process."""
    return store.load(publish, publication.site.base)


@pytest.fixture
def start(publish: Path, publication: Publication) -> Start:
    """Return a function that makes workers with limits of their own and does not start them."""
    return lambda limits: Workers(publish, publication.site.base, limits)


def _ask(workers: Workers, query: str, form: Format = RESULTS_JSON) -> bytes:
    return worker.ask(workers.socket, Ask(query, form.name), workers.limits)


def _processes(workers: Workers) -> set[int]:
    """Return the processes of these workers: the one that holds the store, and its children."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str(workers.socket).encode() in (entry / "cmdline").read_bytes():
                found.add(int(entry.name))
    return found


def _wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def _listening() -> Iterator[tuple[int, list[object]]]:
    """Listen on a loopback port; the list has an entry for each connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        calls: list[object] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, address = listener.accept()
                    calls.append(address)
                    connection.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1], calls
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("form", RESULT_FORMATS, ids=lambda form: form.name)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?type (COUNT(*) AS ?n) { ?s a ?type } GROUP BY ?type ORDER BY ?type",
        'SELECT * { VALUES (?a ?b) { ("ä€𝄞\\n\\t\\"<&>"@fi 1.50) (UNDEF <http://a/ö>) } }',
        "ASK { ?s ?p ?o }",
        "SELECT * { FILTER(false) }",
    ],
)
def test_rows_are_those_of_the_store(workers: Workers, loaded: Store, query: str, form: Format) -> None:
    """A worker's rows are, byte for byte, those of the store in the same format."""
    direct = store.evaluate(loaded, Ask(query, form.name))

    assert _ask(workers, query, form) == direct
    assert direct


@pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.name)
@pytest.mark.parametrize(
    "query", ["CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } ORDER BY ?s ?p ?o", "DESCRIBE <http://none/>"]
)
def test_graphs_are_those_of_the_store(workers: Workers, loaded: Store, query: str, form: Format) -> None:
    """A worker's graph is, byte for byte, that of the store in the same format."""
    assert _ask(workers, query, form) == store.evaluate(loaded, Ask(query, form.name))


def test_dataset_of_an_answer(workers: Workers, publication: Publication) -> None:
    """The default graph is the union of all graphs; FROM and the graphs of a request replace it."""
    graph = f"{publication.site.base}fi/235/practices"
    size = len(publication.graphs["fi/235/practices"])

    def count(text: str, default: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> int:
        body = worker.ask(
            workers.socket, Ask(COUNT + text, "csv", default, named, dataset="FROM" in text), workers.limits
        )
        return int(body.split()[1])

    assert count("{ ?s ?p ?o }") == len({each for triples in publication.graphs.values() for each in triples})
    assert count(f"{{ GRAPH <{graph}> {{ ?s ?p ?o }} }}") == size
    assert count("{ ?s ?p ?o }", (graph,)) == size
    assert count("{ GRAPH ?g { ?s ?p ?o } }", (), (graph,)) == size
    assert count(f"FROM NAMED <{graph}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == size
    assert count(f"FROM <{graph}> {{ ?s ?p ?o }}") == size


def test_a_format_that_does_not_fit_gives_the_usual_one(workers: Workers) -> None:
    """Rows that are asked for in a format of graphs come as JSON, graphs in a format of rows as Turtle."""
    assert _ask(workers, MINIMAL, JSONLD) == b'{"head":{},"boolean":true}'
    assert _ask(workers, "CONSTRUCT { <a:a> <a:b> 1 } {}").endswith(b"<a:a> <a:b> 1 .\n")


def test_text_that_is_no_query_is_refused_with_its_place(workers: Workers) -> None:
    """A syntax error is told with line and column."""
    with pytest.raises(RefusedQueryError, match=r"This is not SPARQL: .*2:9"):
        _ask(workers, "SELECT *\n{ ?s ?p ")


def test_an_endless_query_ends_at_its_limit(workers: Workers) -> None:
    """A query without end is ended at the limit of time, with 503, and the next one is answered."""
    started = time.monotonic()
    with pytest.raises(QueryLimitError, match="limit of 1 s") as caught:
        _ask(workers, ENDLESS)

    assert caught.value.status == 503
    assert time.monotonic() - started < 2.5
    assert b"true" in _ask(workers, MINIMAL)


def test_a_query_that_eats_memory_is_ended(start: Start) -> None:
    """A query that takes more memory than it may is ended, with 503, and the next one is answered."""
    with start(Limits(memory=64 << 20, seconds=30, wait=10)) as workers:
        with pytest.raises(QueryLimitError, match="64 MiB") as caught:
            _ask(workers, HUNGRY)

        assert caught.value.status == 503
        assert b"true" in _ask(workers, MINIMAL)


def test_text_that_crashes_the_engine_ends_its_own_process_only(workers: Workers) -> None:
    """A text that overflows the engine's stack takes one child with it; the process that holds the store lives on."""
    _ask(workers, MINIMAL)
    assert _wait_for(lambda: len(_processes(workers)) == 1, 3)
    before = _processes(workers)

    with pytest.raises(QueryLimitError):
        _ask(workers, CRASHING)

    assert b"true" in _ask(workers, MINIMAL)
    assert _wait_for(lambda: _processes(workers) == before, 3)


def test_too_large_an_answer_is_refused(start: Start) -> None:
    """An answer of more bytes than allowed is 413; one of just as many is given."""
    query = 'SELECT ("%s" AS ?x) {}'
    head = len("x\r\n\r\n")
    with start(Limits(answer=1000, wait=10)) as workers:
        whole = worker.ask(workers.socket, Ask(query % ("a" * (1000 - head)), "csv"), workers.limits)
        with pytest.raises(QueryLimitError, match="larger") as caught:
            worker.ask(workers.socket, Ask(query % ("a" * (1001 - head)), "csv"), workers.limits)

    assert len(whole) == 1000
    assert caught.value.status == 413


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
        "PREFIX u: <URL> ASK { SERVICE u: { ?s ?p ?o } }",
        "SELECT * FROM <URL> { ?s ?p ?o }",
        "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
        "DESCRIBE <URL>",
    ],
)
def test_a_query_reaches_no_one(workers: Workers, text: str) -> None:
    """Even past the guard, no query opens a connection."""
    with _listening() as (port, calls):
        with suppress(QueryLimitError, RefusedQueryError):
            _ask(workers, text.replace("URL", f"http://127.0.0.1:{port}/"))

        assert calls == []
        with socket.create_connection(("127.0.0.1", port)):
            assert _wait_for(lambda: len(calls) == 1, 3), "the listener itself is deaf"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?o FROM <URL> { ?s ?p ?o }",
        "SELECT ?o FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
        "LOAD <URL>",
    ],
)
def test_a_query_reads_no_file(workers: Workers, tmp_path: Path, text: str) -> None:
    """Even past the guard, no query reads a file."""
    secret = tmp_path / "secret.ttl"
    secret.write_text('<a:a> <a:b> "the secret" .', encoding="utf-8")

    with suppress(QueryLimitError, RefusedQueryError):
        assert b"the secret" not in _ask(workers, text.replace("URL", secret.as_uri()))


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "__import__('socket').socket()",
        "__import__('os').pipe()",
        "__import__('pyoxigraph').Store().query('ASK { SERVICE <http://127.0.0.1:9/> {} }')",
    ],
)
def test_a_confined_process_opens_nothing(attempt: str) -> None:
    """Once its limits are armed, a process cannot open a file, a socket or a pipe."""
    program = (
        "import socket, pyoxigraph\nfrom osallisuus.query import worker\n"
        f"worker._confine(worker.Limits())\ntry:\n    {attempt}\n"
        "except OSError as error:\n    raise SystemExit(42) from error\n"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False, capture_output=True).returncode == 42


def test_the_holder_of_the_store_is_restarted(start: Start) -> None:
    """When the process that holds the store is killed, another takes its place and answers."""
    with start(Limits(wait=10)) as workers:
        _ask(workers, MINIMAL)
        assert _wait_for(lambda: len(_processes(workers)) == 1, 3)
        (holder,) = _processes(workers)
        os.kill(holder, signal.SIGKILL)
        assert _wait_for(lambda: bool(_processes(workers) - {holder}), 5)

        assert b"true" in _ask(workers, MINIMAL)
        assert holder not in _processes(workers)


def test_a_query_waits_for_its_turn(start: Start) -> None:
    """While every child is busy a query waits, and is answered when one is free."""
    with start(Limits(seconds=1, children=1, wait=10)) as workers, ThreadPoolExecutor() as pool:
        _ask(workers, MINIMAL)
        busy = pool.submit(_ask, workers, ENDLESS)
        time.sleep(0.2)
        started = time.monotonic()

        assert b"true" in _ask(workers, MINIMAL)
        assert time.monotonic() - started > 0.4
        assert isinstance(busy.exception(), QueryLimitError)


def test_a_query_that_waits_too_long_is_refused(start: Start) -> None:
    """A query whose turn does not come is refused with 503 within its wait and its time, and leaves no work behind."""
    limits = Limits(seconds=1, children=1, wait=0.5)
    with start(limits) as workers, ThreadPoolExecutor(12) as pool:
        assert _wait_for(workers.socket.exists, 10)
        started = time.monotonic()
        flood = [pool.submit(_ask, workers, ENDLESS) for _ in range(12)]
        errors = [each.exception() for each in flood]
        elapsed = time.monotonic() - started

        assert all(isinstance(each, QueryLimitError) and each.status == 503 for each in errors)
        assert any("waiting" in str(each) for each in errors)
        assert elapsed < limits.wait + limits.seconds + 1
        assert b"true" in _ask(workers, MINIMAL), "queries that were given up are still evaluated"


def test_several_queries_are_answered_at_once(start: Start) -> None:
    """As many queries as there are children run side by side."""
    with start(Limits(seconds=1, children=4, wait=10)) as workers, ThreadPoolExecutor() as pool:
        _ask(workers, MINIMAL)
        busy = [pool.submit(_ask, workers, ENDLESS) for _ in range(3)]
        time.sleep(0.1)
        started = time.monotonic()

        assert b"true" in _ask(workers, MINIMAL)
        assert time.monotonic() - started < 0.7
        assert all(isinstance(each.exception(), QueryLimitError) for each in busy)


def test_leaving_the_context_leaves_nothing_behind(start: Start) -> None:
    """Leaving the context ends the process that holds the store and removes the socket's directory."""
    with start(Limits(wait=10)) as workers:
        _ask(workers, MINIMAL)

        assert _processes(workers)
    assert _wait_for(lambda: not _processes(workers), 1)
    assert not workers.socket.parent.exists()


def test_leaving_the_context_ends_running_queries(start: Start) -> None:
    """A query that runs when the context is left is ended with it, however long it might have taken."""
    with ThreadPoolExecutor() as pool:
        with start(Limits(seconds=6, wait=10)) as workers:
            _ask(workers, MINIMAL)
            running = pool.submit(_ask, workers, ENDLESS)
            assert _wait_for(lambda: len(_processes(workers)) == 2, 3)

        assert _wait_for(lambda: not _processes(workers), 1)
        assert isinstance(running.exception(), QueryLimitError)


def test_leaving_the_context_just_after_a_crash_starts_nothing(
    start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    """When the holder is killed as the context is left, it is not restarted."""
    with start(Limits(wait=10)) as workers:
        _ask(workers, MINIMAL)
        for process in _processes(workers):
            os.kill(process, signal.SIGKILL)
        time.sleep(0.1)

    assert not _wait_for(lambda: bool(_processes(workers)), 0.6)
    assert "Traceback" not in capfd.readouterr().err


def test_a_graph_that_is_missing_or_damaged_is_named(publish: Path, tmp_path: Path) -> None:
    """The store cannot be loaded from a directory that lacks a graph, or has a broken one; the error says the cure."""
    (tmp_path / "manifest.json").write_bytes((publish / "manifest.json").read_bytes())
    with pytest.raises(PublishedError, match=r"\.nt cannot be read .* Run: osallisuus build"):
        store.load(tmp_path, "https://data.example/")

    for path in publish.rglob(f"*{NTRIPLES.suffix}"):
        copy = tmp_path / path.relative_to(publish)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(b"<a:a> <a:b> .\n")
    with pytest.raises(PublishedError, match=r"\.nt cannot be read .* Run: osallisuus build"):
        store.load(tmp_path, "https://data.example/")


def test_every_triple_stands_in_one_graph(loaded: Store, publication: Publication) -> None:
    """The store holds every published triple in exactly one graph, and only in graphs that are published."""
    quads = list(loaded)
    triples = {each for graph in publication.graphs.values() for each in graph}

    assert len(quads) == len(triples)
    assert {each.value for each in loaded.named_graphs() if hasattr(each, "value")} == {
        publication.site.base + path for path in publication.graphs
    }
