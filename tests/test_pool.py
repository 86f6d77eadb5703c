"""Queries are evaluated in processes that end at their limits and can reach nothing but the store."""

import asyncio
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
from osallisuus.query import pool, store
from osallisuus.query.blocking import Workers
from osallisuus.query.lanes import Lane
from osallisuus.query.limits import Limits
from osallisuus.query.store import Ask
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
    return workers.ask(Ask(query, form.name))


def _holder(workers: Workers) -> int:
    """Return the process that holds the store."""
    return workers.pool._holder._process.pid


def _children(workers: Workers) -> set[int]:
    """Return the workers that the holder of the store has forked and that have not ended."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(parent) == _holder(workers) and state != "Z":
                found.add(int(entry.name))
    return found


def _is_alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


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


@pytest.mark.parametrize("form", ["turtle", "trig", "rdfxml"])
def test_a_graph_declares_the_prefixes_that_it_uses(loaded: Store, form: str) -> None:
    """A graph is written with prefixes, and declares none that it does not use."""
    query = "CONSTRUCT { ?s a ?type } { ?s a ?type } LIMIT 3"
    text = store.evaluate(
        loaded, Ask(query.replace("?type", "<http://www.w3.org/2004/02/skos/core#Concept>"), form)
    )

    assert b"skos" in text
    assert b"http://purl.org/dc/terms/" not in text
    assert b"http://www.w3.org/ns/dcat#" not in text


def test_dataset_of_an_answer(workers: Workers, publication: Publication) -> None:
    """The default graph is the union of all graphs; FROM and the graphs of a request replace it."""
    graph = f"{publication.site.base}fi/235/practices"
    size = len(publication.graphs["fi/235/practices"])

    def count(text: str, default: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> int:
        body = workers.ask(Ask(COUNT + text, "csv", default, named, dataset="FROM" in text))
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
    with pytest.raises(RefusedQueryError, match=r"This is not SPARQL.*\(line 2, column 1\)"):
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
    """A text that overflows the engine's stack takes one worker with it; the process that holds the store lives on."""
    _ask(workers, MINIMAL)
    holder = _holder(workers)

    with pytest.raises(QueryLimitError):
        _ask(workers, CRASHING)

    assert b"true" in _ask(workers, MINIMAL)
    assert _holder(workers) == holder


def test_too_large_an_answer_is_refused(start: Start) -> None:
    """An answer of more bytes than allowed is 413; one of just as many is given."""
    query = 'SELECT ("%s" AS ?x) {}'
    head = len("x\r\n\r\n")
    with start(Limits(answer=1000, wait=10)) as workers:
        whole = workers.ask(Ask(query % ("a" * (1000 - head)), "csv"))
        with pytest.raises(QueryLimitError, match="larger") as caught:
            workers.ask(Ask(query % ("a" * (1001 - head)), "csv"))

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
        f"worker.confine(worker.Limits())\ntry:\n    {attempt}\n"
        "except OSError as error:\n    raise SystemExit(42) from error\n"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False, capture_output=True).returncode == 42


def test_the_holder_of_the_store_is_restarted(start: Start) -> None:
    """When the process that holds the store is killed, its workers go on and another takes its place."""
    with start(Limits(wait=10)) as workers:
        holder = _holder(workers)
        os.kill(holder, signal.SIGKILL)

        assert b"true" in _ask(workers, MINIMAL)
        assert _wait_for(lambda: _holder(workers) != holder and bool(_children(workers)), 10)
        assert b"true" in _ask(workers, MINIMAL)


def test_a_light_query_does_not_wait_for_heavy_ones(start: Start) -> None:
    """While heavy queries take all their places, and more of them wait, a light one is answered at once."""
    with start(Limits(seconds=2, heavy=2, wait=10)) as workers, ThreadPoolExecutor() as threads:
        busy = [threads.submit(workers.ask, Ask(f"{ENDLESS} LIMIT {n}", "csv"), str(n)) for n in range(4)]
        time.sleep(0.5)
        started = time.monotonic()

        assert b"true" in _ask(workers, MINIMAL)
        assert time.monotonic() - started < 1
        assert all(isinstance(each.exception(), QueryLimitError) for each in busy)


def test_queries_behind_one_that_becomes_heavy_are_answered(start: Start) -> None:
    """Light queries that stand behind a heavy one in the same worker are given to others."""
    with start(Limits(seconds=2, light=1, wait=10)) as workers, ThreadPoolExecutor() as threads:
        busy = threads.submit(_ask, workers, ENDLESS)
        started = time.monotonic()
        light = [threads.submit(_ask, workers, f"ASK {{ FILTER({n} > 0) }}") for n in range(1, 8)]

        assert all(b"true" in each.result() for each in light)
        assert time.monotonic() - started < 1.5
        assert isinstance(busy.exception(), QueryLimitError)


def test_queries_are_answered_while_workers_are_replaced(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that has answered its share of queries goes, and no query is lost with it."""
    monkeypatch.setattr(pool, "_USES", 3)

    async def one_after_another(workers: Workers, client: int) -> set[bytes]:
        """Ask many queries, each as soon as the one before it is answered."""
        asks = [Ask(f"ASK {{ FILTER({client * 100 + n} >= 0) }}", "csv") for n in range(40)]
        return {await workers.pool.ask(each) for each in asks}

    async def together(workers: Workers) -> list[set[bytes]]:
        """Have several clients ask at once."""
        return await asyncio.gather(*(one_after_another(workers, each) for each in range(6)))

    with start(Limits(light=2, wait=10)) as workers:
        found = asyncio.run_coroutine_threadsafe(together(workers), workers.loop).result()

    assert found == [{b"true"}] * 6


def test_queries_behind_one_that_crashes_are_answered(start: Start) -> None:
    """Light queries that stand behind one that kills its worker are given to another, and answered."""

    async def together(workers: Workers) -> list[bytes | BaseException]:
        """Ask all of them at the same moment."""
        asks = [Ask(CRASHING, "csv"), *(Ask(f"ASK {{ FILTER({n} > 0) }}", "csv") for n in range(1, 12))]
        return await asyncio.gather(*map(workers.pool.ask, asks), return_exceptions=True)

    with start(Limits(light=1, wait=10)) as workers:
        crashed, *others = asyncio.run_coroutine_threadsafe(together(workers), workers.loop).result()

    assert isinstance(crashed, QueryLimitError)
    assert others == [b"true"] * 11


def test_one_client_leaves_a_place_to_others(start: Start) -> None:
    """One client's heavy queries take all places but one; another client's is begun at once and has its whole time."""
    with start(Limits(seconds=1, heavy=2, wait=10)) as workers, ThreadPoolExecutor() as threads:
        greedy = [threads.submit(workers.ask, Ask(f"{ENDLESS} LIMIT {n}", "csv"), "greedy") for n in range(3)]
        time.sleep(0.3)
        started = time.monotonic()
        with pytest.raises(QueryLimitError, match="limit of 1 s"):
            workers.ask(Ask(ENDLESS, "csv"), "modest")

        assert time.monotonic() - started < 1.6
        assert all(isinstance(each.exception(), QueryLimitError) for each in greedy)


def test_a_client_that_asks_for_more_than_its_share_is_told(start: Start) -> None:
    """Beyond the queries of one client that may wait, the next is refused at once with 429."""
    with start(Limits(seconds=1, heavy=2, wait=10)) as workers, ThreadPoolExecutor() as threads:
        flood = [threads.submit(workers.ask, Ask(f"{ENDLESS} LIMIT {n}", "csv"), "one") for n in range(8)]
        errors = [each.exception() for each in flood]

        statuses = sorted(each.status for each in errors if isinstance(each, QueryLimitError))
        assert len(statuses) == 8
        assert set(statuses) == {429, 503}
        assert b"true" in _ask(workers, MINIMAL)


def test_a_query_that_waits_too_long_is_refused(start: Start) -> None:
    """A heavy query whose turn does not come is refused with 503, which says so, and leaves no work behind."""
    with start(Limits(seconds=2, heavy=2, wait=0.5)) as workers, ThreadPoolExecutor() as threads:
        busy = [threads.submit(workers.ask, Ask(f"{ENDLESS} LIMIT {n}", "csv"), str(n)) for n in range(4)]
        errors = [each.exception() for each in busy]

        assert all(isinstance(each, QueryLimitError) and each.status == 503 for each in errors)
        assert sum("no turn within 0.5 s" in str(each) for each in errors) == 2
        assert workers.pool.running == (0, 0)


def test_a_query_whose_client_has_gone_is_ended(start: Start) -> None:
    """When the client hangs up, its heavy query ends at once and gives its place back."""
    with start(Limits(seconds=30)) as workers:
        gone = threading.Event()
        asking = asyncio.run_coroutine_threadsafe(
            workers.pool.ask(Ask(ENDLESS, "csv"), "one", gone.is_set), workers.loop
        )
        assert _wait_for(lambda: workers.pool.running == (0, 1), 5)
        gone.set()

        assert _wait_for(lambda: workers.pool.running == (0, 0), 2)
        assert isinstance(asking.exception(), QueryLimitError)


def test_known_heavy_queries_do_not_begin_among_the_light_ones(start: Start) -> None:
    """A query that was heavy once is so from its beginning the next time."""
    with start(Limits(seconds=1)) as workers, ThreadPoolExecutor() as threads:
        with pytest.raises(QueryLimitError):
            _ask(workers, ENDLESS)
        again = threads.submit(_ask, workers, ENDLESS)

        assert _wait_for(lambda: workers.pool.running[1] == 1, 2)
        assert workers.pool.running[0] == 0
        assert isinstance(again.exception(), QueryLimitError)


def test_leaving_the_context_leaves_nothing_behind(start: Start) -> None:
    """Leaving the context ends the process that holds the store, its workers, and queries that run."""
    with ThreadPoolExecutor() as threads:
        with start(Limits(seconds=6)) as workers:
            running = threads.submit(_ask, workers, ENDLESS)
            assert _wait_for(lambda: workers.pool.running == (0, 1), 5)
            processes = {_holder(workers), *_children(workers)}

        assert _wait_for(lambda: not any(map(_is_alive, processes)), 3)
        assert isinstance(running.exception(), QueryLimitError)


def test_workers_end_with_the_process_that_asks_them(publish: Path, publication: Publication) -> None:
    """When the process that asks is killed, the holder of the store and its workers end by themselves."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom osallisuus.query.blocking import Workers\n"
        "with Workers(Path(sys.argv[1]), sys.argv[2]) as workers:\n"
        "    print(workers.pool._holder._process.pid, *(each.process for each in workers.pool._workers), flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(publish), publication.site.base]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdout
        processes = {int(each) for each in asking.stdout.readline().split()}
        assert all(map(_is_alive, processes))
        asking.kill()

    assert _wait_for(lambda: not any(map(_is_alive, processes)), 5)


def test_another_edition_is_not_taken_for_the_one_asked_for(publish: Path, publication: Publication) -> None:
    """A pool over an edition that is no longer there does not start."""
    with (
        pytest.raises(PublishedError, match="did not start"),
        Workers(publish, "https://a/", edition="other"),
    ):
        pass


def test_a_lane_lets_clients_take_turns() -> None:
    """However many queries of one client wait, another client's is let in after at most one of them."""

    async def order() -> list[str]:
        """Return the clients in the order in which they were let in."""
        lane, entered = Lane(1, 1, 10, 5), []

        async def one(client: str) -> None:
            """Pass the lane once."""
            await lane.enter(client)
            entered.append(client)
            await asyncio.sleep(0)
            lane.leave(client)

        await asyncio.gather(*(one(client) for client in "aaaabb"))
        assert lane.count == 0
        return entered

    assert asyncio.run(order()) == ["a", "a", "b", "a", "b", "a"]


def test_a_cancelled_light_query_holds_no_place_when_it_would_be_heavy(start: Start) -> None:
    """A query whose asker is cancelled before it counts as heavy is ended, and both lanes are empty afterwards."""

    async def cancelled(workers: Workers) -> tuple[int, int]:
        """Cancel one query, let a while pass, and return what the lanes say."""
        task = asyncio.ensure_future(workers.pool.ask(Ask(ENDLESS, "json")))
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.wait([task])
        await asyncio.sleep(0.3)
        return workers.pool.running

    with start(Limits(seconds=5, light_seconds=0.1)) as workers:
        assert asyncio.run_coroutine_threadsafe(cancelled(workers), workers.loop).result() == (0, 0)


def test_a_cancelled_query_gives_its_place_back() -> None:
    """A query that is cancelled while it waits, or just as it is let in, holds no place in the lane."""

    async def count() -> int:
        """Return how many are in the lane at the end."""
        lane = Lane(1, 1, 10, 5)
        await lane.enter("a")
        waiting = [asyncio.create_task(lane.enter("b")) for _ in range(2)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        lane.leave("a")
        waiting[1].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return lane.count

    assert asyncio.run(count()) == 0


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
