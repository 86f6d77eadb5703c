"""The server over real sockets: the cache, the limits on the wire, what an operator sees, and changes of release."""

import asyncio
import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
import uvloop
from prometheus_client.parser import text_string_to_metric_families

from osallisuus import manifest, release
from osallisuus.errors import AddressError, PublishedError, QueryLimitError
from osallisuus.query import guard
from osallisuus.query.limits import Limits
from osallisuus.web import connection, front, serving
from osallisuus.web.edition import Edition, Opening
from osallisuus.web.serving import Serving

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) { VALUES ?x { 1 2 3 } ?a a ?b . ?c ?e ?d }"
HEAVY = 'osallisuus_queries_running{lane="heavy"}'
ENDED = "osallisuus_queries_ended_total"
REFUSED = 'osallisuus_answers_total{status="431"}'
FAILED = "osallisuus_failed_switches_total"
PROGRAM = Path(sys.executable).with_name("osallisuus")
RESULTS = "application/sparql-results+json"
TRACES = "osallisuus_replies_from_cache_total"


class Client:
    """What a client asks of a server on a port of this machine."""

    port: int

    def is_ready(self) -> bool:
        """Return whether the server says that it is ready."""
        try:
            return self.get("/ready")[0] == 200
        except OSError:
            return False

    def connect(self) -> socket.socket:
        """Return a connection that sends what it is given at once."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of an answer, on a connection of its own."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            client.request(
                method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}
            )
            answer = client.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            client.close()

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Return what a GET is answered."""
        return self.ask("GET", path, None, **headers)

    def query(self, text: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Return what a query is answered."""
        return self.get(f"/sparql?query={quote(text)}", Accept=RESULTS, **headers)

    def metric(self, name: str) -> float:
        """Return a figure that the server tells."""
        text = self.get("/metrics")[2].decode()
        return float(next((line.split()[-1] for line in text.splitlines() if line.startswith(name)), 0))

    def raw(self, data: bytes, answers: int = 1) -> bytes:
        """Return all that is answered to some bytes, until as many answers have begun or the connection is closed."""
        with self.connect() as client:
            client.sendall(data)
            return receive(client, answers)


class Server(Client):
    """A server in a thread of this process."""

    def __init__(self, publish: Path, **how: object) -> None:
        self.publish = publish
        self.log = io.StringIO()
        self.listener = serving._listen("127.0.0.1", 0)
        self.port = self.listener.getsockname()[1]
        settings = {"limits": Limits(seconds=2), "log": self.log, **how}
        self.how = Serving(publish, "127.0.0.1", self.port, **settings)  # type: ignore[arg-type] # as the test says
        self.loop = uvloop.new_event_loop()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        with ThreadPoolExecutor(2) as threads:
            self.task = self.loop.create_task(serving._serve(self.how, self.listener, threads))
            try:
                self.loop.run_until_complete(self.task)
            except (asyncio.CancelledError, LookupError):
                pass
            finally:
                self.loop.run_until_complete(self.loop.shutdown_asyncgens())
                self.loop.close()

    def __enter__(self) -> "Server":
        self.thread.start()
        try:
            wait_for(self.is_ready, 30)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(RuntimeError):  # it has ended already
            self.loop.call_soon_threadsafe(self.task.cancel)
        self.thread.join(20)
        self.listener.close()


def receive(client: socket.socket, answers: int = 1) -> bytes:
    """Return what comes until there are so many whole answers, or until the connection is closed."""
    got = b""
    while _whole(got) < answers and (part := client.recv(1 << 16)):
        got += part
    return got


def _whole(got: bytes) -> int:
    """Return how many whole answers there are."""
    count = 0
    while b"\r\n\r\n" in got:
        head, _, rest = got.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        size = int(length[1]) if length else 0
        count += len(rest) >= size
        got = rest[size:]
    return count


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until something holds; fail when it does not come to hold."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def server(publish: Path) -> Iterator[Server]:
    """Serve the edition."""
    with Server(publish) as started:
        yield started


@pytest.fixture
def changing(publish: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Serve a copy of the edition, which a test may change; it is looked at often."""
    monkeypatch.setattr(serving, "_WATCH", 0.1)
    shutil.copytree(publish, tmp_path / "publish")
    with Server(tmp_path / "publish") as started:
        yield started


def _read_all(client: socket.socket) -> bytes:
    got = b""
    with suppress(ConnectionResetError):
        while part := client.recv(1 << 16):
            got += part
    return got


def written(path: str, *lines: str) -> bytes:
    """Return the bytes of a request for a path, with further lines in its head."""
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: a", *lines, "", "")).encode()


def test_the_same_query_at_the_same_time_is_evaluated_once(publish: Path) -> None:
    """Clients that ask the same while it is evaluated wait for the one answer, also when the first of them hangs up."""
    with Server(publish, limits=Limits(seconds=60)) as server, ThreadPoolExecutor(6) as threads:
        with server.connect() as first:
            first.sendall(written(f"/sparql?query={quote(SLOW)}", f"Accept: {RESULTS}"))
            wait_for(lambda: server.metric(HEAVY) == 1, 20)
            others = [threads.submit(server.query, SLOW) for _ in range(6)]
            time.sleep(0.3)  # so that they have asked before the first hangs up
        running = set()
        while not all(each.done() for each in others):
            running.add(server.metric(HEAVY))
        answers = [each.result() for each in others]

        assert {status for status, _, _ in answers} == {200}
        assert len({body for _, _, body in answers}) == 1
        assert running <= {0, 1}
        assert server.metric(ENDED) == 0


def test_a_query_at_its_limit_is_ended_once_for_all(server: Server) -> None:
    """A limit is told to each of those who asked the same, and counted once; the next one is evaluated anew."""
    ended = server.metric(ENDED)
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(server.query, [f"{ENDLESS} LIMIT 77"] * 6))

    assert {status for status, _, _ in found} == {503}
    assert all(b"2 s" in body for _, _, body in found)
    assert {headers["retry-after"] for _, headers, _ in found} == {"5"}
    assert server.metric(ENDED) == ended + 1


def test_a_client_that_hangs_up_frees_its_worker(publish: Path) -> None:
    """A heavy query ends soon after its only client has hung up, long before its limit, and counts as no limit."""
    with Server(publish, limits=Limits(seconds=60)) as server:
        with server.connect() as client:
            client.sendall(written(f"/sparql?query={quote(ENDLESS)}"))
            wait_for(lambda: server.metric(HEAVY) == 1, 20)

        wait_for(lambda: server.metric(HEAVY) == 0, 20)
        assert server.metric(ENDED) == 0
        assert server.query("ASK {}")[0] == 200


def test_who_asks_what_was_given_up_is_answered(publish: Path) -> None:
    """A query whose only client hung up a moment ago is evaluated anew for the next one who asks it."""
    with Server(publish, limits=Limits(seconds=20)) as server:
        for number in range(2):
            text = f"{SLOW} LIMIT {number + 1}"
            with server.connect() as client:
                client.sendall(written(f"/sparql?query={quote(text)}"))
                wait_for(lambda: server.metric(HEAVY) == 1, 20)
            assert server.query(text)[0] == 200


def test_pages_of_heavy_queries_keep_nobody_waiting(publish: Path) -> None:
    """Readers who ask for pages of endless queries and leave hold no thread: pages are made, and the queries end."""
    with Server(publish, limits=Limits(seconds=60)) as server:
        clients = [server.connect() for _ in range(12)]
        for number, client in enumerate(clients):
            text = quote(f"{ENDLESS} LIMIT {number + 1}")
            name = "query" if number % 2 else "q%75ery"
            client.sendall(written(f"/sparql?{name}={text}", "Accept: text/html"))
        wait_for(lambda: server.metric(HEAVY) >= 1, 20)

        assert server.get("/purpose.html")[0] == 200
        page = server.get(f"/sparql?query={quote('SELECT (1 AS ?one) {}')}", Accept="text/html")
        assert (page[0], b"one" in page[2]) == (200, True)
        for client in clients:
            client.close()
        wait_for(lambda: server.metric(HEAVY) == 0, 20)


def test_the_page_and_the_protocol_share_an_answer(publish: Path) -> None:
    """A query that a page shows is evaluated like any other: at its limit the page says why, with the same status."""
    with Server(publish, limits=Limits(seconds=1)) as server:
        with ThreadPoolExecutor(4) as threads:
            path = f"/sparql?query={quote(ENDLESS)}"
            pages = list(threads.map(lambda _: server.get(path, Accept="text/html"), range(4)))

        assert {status for status, _, _ in pages} == {503}
        assert all(b"1 s" in body for _, _, body in pages)
        assert {headers["retry-after"] for _, headers, _ in pages} == {"5"}
        assert server.metric(ENDED) == 1


def test_a_page_shows_the_first_rows(server: Server) -> None:
    """A page of a long answer shows a thousand rows, says so, and links the files that have all of them."""
    text = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT %d"
    cut = server.get(f"/sparql?query={quote(text % 1001)}", Accept="text/html", Accept_Language="en")[2]
    whole = server.get(f"/sparql?query={quote(text % 1000)}", Accept="text/html", Accept_Language="en")[2]

    assert cut.count(b"<tr>") == whole.count(b"<tr>") == 1001
    assert b"The first 1,000 of 1,001 rows" in cut
    assert b"The first 1,000" not in whole


def test_a_long_query_is_read_beside_the_others(publish: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the text of a long query is read, others are answered."""
    reads, may_end = threading.Event(), threading.Event()
    examine = guard.examine

    def slow(text: str, graphs: frozenset[str]) -> guard.Question:
        """Read a long text only when it may be."""
        if len(text) > 20_000:
            reads.set()
            may_end.wait(20)
        return examine(text, graphs)

    monkeypatch.setattr(guard, "examine", slow)
    text = f"ASK {{ FILTER('{'a' * 30_000}' != '') }}".encode()
    with Server(publish) as server, ThreadPoolExecutor(1) as threads:
        long = threads.submit(server.ask, "POST", "/sparql", text, Content_Type="application/sparql-query")
        assert reads.wait(20)
        assert server.get("/health")[0] == 200
        assert server.query("SELECT (5 AS ?n) {}")[0] == 200
        assert not long.done()
        may_end.set()
        assert long.result(20)[0] == 200


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    """Requests that come together get an answer each, in their order, also where some of them are known."""
    texts = [f"SELECT ({n} AS ?n) {{}}" for n in (1, 2, 1, 3)]
    for text in texts[:2]:
        server.query(text)
    heads = [written(f"/sparql?format=csv&query={quote(each)}") for each in texts]

    got = server.raw(b"".join(heads), 4)

    assert [part.split(b"\r\n\r\n", 1)[1] for part in got.split(b"HTTP/1.1 ")[1:]] == [
        b"n\r\n%d\r\n" % n for n in (1, 2, 1, 3)
    ]


def test_what_is_known_waits_for_what_was_asked_before(server: Server) -> None:
    """A request for what is known, sent while the one before it is answered, is not answered before it."""
    known = written("/robots.txt")
    whole = server.raw(known).partition(b"\r\n\r\n")[2]
    with server.connect() as client:
        client.sendall(written(f"/sparql?format=csv&query={quote(f'{SLOW} LIMIT 78')}"))
        time.sleep(0.1)
        client.sendall(known)
        got = receive(client, 2)

    assert _whole(got) == 2
    assert got.endswith(whole)
    assert whole not in got[: -len(whole)]


def test_a_connection_is_kept(server: Server) -> None:
    """One connection serves many requests, known and unknown ones, each with its own answer."""
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    for n in (1, 2, 1, 1, 3, 2, 4):
        client.request("GET", f"/sparql?format=csv&query={quote(f'SELECT ({n} AS ?kept) {{}}')}")
        assert client.getresponse().read() == b"kept\r\n%d\r\n" % n
    client.close()


@pytest.mark.parametrize("line", ["Content-Length: 0", "Connection: close", "Expect: nothing"])
def test_a_request_that_is_not_plain_is_read_whole(server: Server, line: str) -> None:
    """The head of a request with a body, or after which the connection closes, is never answered unread."""
    head = written("/sparql?format=csv&query=ASK%7B%7D", line)
    server.raw(head)
    before = server.metric(TRACES)
    server.raw(head)

    assert server.metric(TRACES) == before


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (written("/", f"X-Large: {'a' * 70_000}"), b"431"),
        (written("/?" + "a" * 200_000), b"431"),
        (b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\nASK", b"413"),
        (
            b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\n\r\nASK",
            b"415",
        ),
        (b"nonsense\r\n\r\n", b"400"),
        (written(f"/sparql?query=ASK%7B%7D&x={'a' * 50_000}"), b"200"),
    ],
)
def test_limits_on_the_wire(server: Server, data: bytes, status: bytes) -> None:
    """Too large a head, too large or a packed body, and what is no HTTP, are refused; a long query is not."""
    assert server.raw(data).startswith(b"HTTP/1.1 " + status)


def test_a_head_that_is_much_too_large_is_refused_whole(server: Server) -> None:
    """A client that sends mebibytes of headers before it listens gets its 431, not a reset, and is counted."""
    before = server.metric(REFUSED)

    got = server.raw(written("/", *(f"X-{n}: {'a' * 1000}" for n in range(5000))))

    assert got.startswith(b"HTTP/1.1 431")
    assert b"64 KiB" in got
    assert server.metric(REFUSED) == before + 1


def test_a_body_that_is_too_large_is_read_before_it_is_refused(server: Server) -> None:
    """A client that sends ten times too much gets its 413 after it has sent all, not a reset."""
    status, _, body = server.ask(
        "POST", "/sparql", b" " * (10 << 20), Content_Type="application/sparql-query"
    )

    assert (status, b"1 MiB" in body) == (413, True)


def test_slow_clients_are_not_waited_for(publish: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head or a body that does not come, and an answer that is not taken, end the connection."""
    monkeypatch.setattr(connection, "PATIENCE", 0.5)
    monkeypatch.setattr(front, "BODY_SECONDS", 0.5)
    monkeypatch.setattr(serving, "_SWEEP", 0.1)
    with Server(publish) as server:
        assert server.raw(b"GET / HTTP/1.1\r\nHost:") == b""
        assert server.raw(b"") == b""
        got = server.raw(b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\nASK")
        assert got.startswith(b"HTTP/1.1 408")
        ready = server.log.getvalue().count('"status": 200')
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", server.port))
            client.sendall(
                written(
                    "/sparql?format=json&query=SELECT%20*%20%7B%3Fa%20a%20%3Fb.%3Fc%20a%20%3Fd%7DLIMIT%2090000"
                )
            )
            wait_for(lambda: server.log.getvalue().count('"status": 200') > ready, 40)
            time.sleep(1.5)
            client.settimeout(5)
            assert not _whole(_read_all(client)), (
                "the whole answer was kept for a client that takes none of it"
            )


def test_a_client_that_sends_nothing_more_is_let_go(publish: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection ends with the patience also after a reply from the cache, and after half a head or half a body."""
    monkeypatch.setattr(connection, "PATIENCE", 0.3)
    monkeypatch.setattr(serving, "_SWEEP", 0.1)
    known = written("/robots.txt")
    cases = [(known, b""), (known, b"GET / HTTP/1.1\r\n"), (written("/", "Content-Length: 9"), b"1")]
    kept = []
    with Server(publish) as server, ExitStack() as stack:
        server.raw(known)
        for first, then in cases:
            client = stack.enter_context(server.connect())
            client.sendall(first)
            assert receive(client).startswith(b"HTTP/1.1 200")
            client.sendall(then)
            client.settimeout(5)
            try:
                assert client.recv(1) == b""
            except TimeoutError:
                kept.append((first.split()[1], then))

    assert kept == []


def test_a_client_that_is_there_is_not_let_go(publish: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client whose query takes longer than the patience, or that asks again and again, keeps its connection."""
    monkeypatch.setattr(connection, "PATIENCE", 0.3)
    monkeypatch.setattr(serving, "_SWEEP", 0.05)
    with Server(publish) as server, server.connect() as client:
        for path in ["/robots.txt"] * 10 + [f"/sparql?query={quote(ENDLESS)}"] + ["/robots.txt"] * 10:
            client.sendall(written(path))
            assert receive(client).startswith((b"HTTP/1.1 200", b"HTTP/1.1 503"))
            time.sleep(0.05)


def test_a_client_that_takes_nothing_is_sent_little(server: Server) -> None:
    """Requests for what is known, of a client that takes none of the answers, do not fill the memory."""
    text = "SELECT * { ?a a ?b . ?c a ?d } LIMIT 20000"
    known = written(f"/sparql?format=json&query={quote(text)}")
    wait_for(lambda: server.raw(known).startswith(b"HTTP/1.1 200"), 30)
    size = len(server.raw(known))
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        before = server.metric("osallisuus_sent_bytes_total")
        for _ in range(12):
            client.sendall(known)
            time.sleep(0.05)  # so that each comes alone

        assert server.metric("osallisuus_sent_bytes_total") - before < 4 * size


def test_answers_that_wait_for_their_clients_have_a_bound(
    publish: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While large answers are not taken, further large ones are refused for a time; small ones are given."""
    monkeypatch.setattr(front, "UNSENT", 1 << 20)
    large = f"query={quote('SELECT * { ?a a ?b . ?c a ?d } LIMIT 90000')}"
    with Server(publish, limits=Limits(seconds=30)) as server, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(written(f"/sparql?format=json&{large}"))
        wait_for(lambda: '"/sparql"' in server.log.getvalue(), 40)
        status, headers, body = server.get(f"/sparql?format=csv&{large}")

        assert (status, headers["retry-after"], b"1 MiB" in body) == (503, "5", True)
        assert server.query("ASK {}")[0] == 200


def test_a_body_without_a_length_has_the_same_limit(server: Server) -> None:
    """A body in chunks is read like any other, and refused where it is too large."""
    lines = "POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
    start = f"{lines}Transfer-Encoding: chunked\r\n\r\n".encode()
    small = b"6\r\nASK {}\r\n0\r\n\r\n"
    large = b"%x\r\n" % (1 << 20) + b" " * (1 << 20) + b"\r\n" + small

    assert server.raw(start + small).startswith(b"HTTP/1.1 200")
    assert server.raw(start + large).startswith(b"HTTP/1.1 413")


def test_what_follows_a_body_has_a_limit(server: Server) -> None:
    """Lines after a body in chunks, which nobody reads, are not taken without end."""
    sent = 0
    with server.connect() as client, suppress(ConnectionError):
        client.sendall(b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
        while sent < 100 << 20:
            client.sendall(b"X: " + b"a" * 60_000 + b"\r\n")
            sent += 60_000

    assert sent < 100 << 20


@pytest.mark.parametrize(
    "data",
    [
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\nHost: a\n\n",
        b"POST /sparql HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nASK ",
        b"POST /sparql HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_no_http_is_refused(server: Server, data: bytes) -> None:
    """Requests that could be read in two ways, or not at all, are answered 400 and end the connection."""
    with server.connect() as client:
        client.sendall(data + written("/robots.txt"))
        got = _read_all(client)

    assert got.startswith(b"HTTP/1.1 400")
    assert _whole(got) == 1


def test_the_state_is_told(server: Server) -> None:
    """An operator sees that the server lives and is ready, and figures that move."""
    server.get("/robots.txt")
    answers = server.metric('osallisuus_answers_total{status="200"}')

    assert server.get("/health")[::2] == (200, b"alive\n")
    assert server.get("/ready")[::2] == (200, b"ready\n")
    assert server.metric('osallisuus_answers_total{status="200"}') >= answers + 2
    assert server.metric("osallisuus_cache_bytes") > 0
    assert manifest.identity(server.publish) in server.get("/metrics")[2].decode()


def test_figures_are_as_prometheus_reads_them(server: Server) -> None:
    """The figures are in the format of Prometheus, with a type and a text each, and a HEAD has their headers."""
    status, headers, body = server.get("/metrics")
    families = {each.name: each for each in text_string_to_metric_families(body.decode())}

    assert (status, headers["cache-control"]) == (200, "no-cache")
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    assert {name for name, each in families.items() if not each.documentation} == set()
    assert {"osallisuus_answers", "osallisuus_queries_ended", "process_resident_memory_bytes"} <= set(
        families
    )
    assert {each.labels["lane"] for each in families["osallisuus_queries_running"].samples} == {
        "light",
        "heavy",
    }
    assert server.ask("HEAD", "/metrics")[::2] == (200, b"")
    assert server.ask("POST", "/metrics", b"")[0] == 405


def test_the_log_names_no_one(server: Server) -> None:
    """Each request is a line of JSON without address, browser or text of the query, known answers as well."""
    for _ in range(2):
        server.query("SELECT ('Pekka' AS ?name) {}", User_Agent="Browser of Pekka")
    wait_for(lambda: server.log.getvalue().count('"/sparql"') >= 2, 5)
    text = server.log.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]

    assert "Pekka" not in text
    assert "127.0.0.1" not in text
    assert {"time", "method", "path", "status", "bytes", "ms", "cached", "release"} == set(lines[-1])
    assert {each["cached"] for each in lines if each["path"] == "/sparql"} == {True, False}


def _processes(publish: Path) -> set[int]:
    """Return the living processes that hold what is published in a directory."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if str(publish).encode() in (entry / "cmdline").read_bytes():
                found.add(int(entry.name))
    return found


def _changed(edition: Mapping[str, bytes], text: str) -> dict[str, bytes]:
    """Return an edition in which a document and a graph differ."""
    files = dict(edition)
    files["purpose.ttl"] += f"# {text}\n".encode()
    files["catalog.nt"] += f'<urn:a> <urn:b> "{text}" .\n'.encode()
    listed = json.loads(files["manifest.json"])
    for each in listed["files"]:
        if each["path"] in {"purpose.ttl", "catalog.nt"}:
            content = files[each["path"]]
            each.update(sha256=manifest.digest(content), size=len(content), modified="2026-11-26")
    files["manifest.json"] = json.dumps(listed).encode()
    return files


def _is_served(server: Server) -> bool:
    return manifest.identity(server.publish) in server.get("/metrics")[2].decode()


def _runs(answers: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Return answers without those that are like the one before."""
    return [each for number, each in enumerate(answers) if not number or each != answers[number - 1]]


def test_a_new_release_takes_over_without_a_pause(changing: Server, edition: dict[str, bytes]) -> None:
    """While a release takes the place of another, every answer is of the old one and then of the new one, and none fails."""
    paths = ["/purpose.ttl", f"/sparql?format=csv&query={quote(COUNT)}", "/catalog.nt", "/fi/235.html"]
    old, processes = [changing.get(path)[::2] for path in paths], _processes(changing.publish)
    stop = threading.Event()

    def ask(path: str) -> list[tuple[int, bytes]]:
        found = []
        while not stop.is_set():
            found.append(changing.get(path)[::2])
        return found

    with ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(ask, path) for path in paths]
        try:
            release.replace(changing.publish, _changed(edition, "new"))
            wait_for(lambda: _is_served(changing), 30)
        finally:
            stop.set()
    new = [changing.get(path)[::2] for path in paths]

    for first, each, last in zip(old, asking, new, strict=True):
        assert _runs([first, *each.result(), last]) == _runs([first, last])
    assert [first != last for first, last in zip(old, new, strict=True)] == [True, True, True, False]
    wait_for(lambda: processes.isdisjoint(_processes(changing.publish)), 20)


@pytest.mark.parametrize(
    ("name", "content"), [("manifest.json", b"{"), ("catalog.nt", None), ("catalog.nt", b"no")]
)
def test_a_release_that_is_broken_is_not_served(
    changing: Server,
    edition: dict[str, bytes],
    capfd: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
) -> None:
    """A damaged release is told once each time and counted, the old one is served on, and a mended one takes over."""
    for number in range(2):
        capfd.readouterr()
        (changing.publish / name).unlink()
        if content is not None:
            (changing.publish / name).write_bytes(content)
        if name != "manifest.json":
            (changing.publish / "manifest.json").write_bytes(edition["manifest.json"] + b" " * 99)
        failed = changing.metric(FAILED)
        wait_for(lambda failed=failed: changing.metric(FAILED) >= failed + 3, 30)  # type: ignore[misc] # a number

        assert changing.get("/purpose.ttl")[0] == 200
        assert changing.query(f"SELECT ({number} AS ?n) {{}}")[0] == 200
        assert capfd.readouterr().err.count("was not switched") == 1
        release.replace(changing.publish, _changed(edition, f"mended {number}"))
        wait_for(lambda: _is_served(changing), 30)


@pytest.mark.parametrize(
    "error", [QueryLimitError("The store is being loaded."), OSError(24, "Too many files")]
)
def test_a_failure_is_not_the_last_word(
    changing: Server, edition: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Where loading a release fails for another reason than its files, it is tried again."""
    failed = threading.Event()

    async def fail(_: Opening) -> Edition:
        """Fail as the error says."""
        failed.set()
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Opening, "open", fail)
        release.replace(changing.publish, _changed(edition, "new"))
        assert failed.wait(20)

    assert changing.get("/purpose.ttl")[0] == 200
    wait_for(lambda: _is_served(changing), 20)


def test_a_broken_release_is_not_loaded_again_and_again(
    changing: Server, edition: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release that could not be opened is tried again ever more seldom, a new one at once."""
    opened = []
    opening = Opening.open

    async def count(self: Opening) -> Edition:
        """Count how often it is tried."""
        opened.append(time.monotonic())
        return await opening(self)

    monkeypatch.setattr(Opening, "open", count)
    (changing.publish / "manifest.json").write_bytes(edition["manifest.json"] + b" ")
    (changing.publish / "catalog.nt").unlink()
    wait_for(lambda: len(opened) >= 4, 30)
    gaps = [after - before for before, after in pairwise(opened)]
    assert gaps[2] > 1.5 * gaps[0]

    release.replace(changing.publish, _changed(edition, "mended"))
    wait_for(lambda: _is_served(changing), 20)


def test_a_fault_of_its_own_ends_the_server(changing: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the following of releases fails for no reason that is known, the server ends, so that it is started again."""
    digest = Opening.digest

    def fail(self: Opening) -> str:
        """Fail as only a fault of ours can, in this server only."""
        if self.publish == changing.publish:
            raise LookupError("a fault of ours")
        return digest(self)

    monkeypatch.setattr(Opening, "digest", fail)
    wait_for(changing.task.done, 20)

    with pytest.raises(LookupError):
        changing.task.result()


def test_nothing_is_served_of_nothing(tmp_path: Path) -> None:
    """Where nothing is published, serving does not start, and says the cure."""
    with pytest.raises(PublishedError, match="osallisuus build"):
        serving.serve(Serving(tmp_path / "publish", "127.0.0.1", 0, Limits()))


@contextmanager
def _program(publish: Path, root: Path, *options: str) -> Iterator[tuple[Client, subprocess.Popen[bytes]]]:
    """Serve a copy of what is published by the program itself."""
    shutil.copytree(publish, root / "publish")
    client = Client()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client.port = listener.getsockname()[1]
    with (root / "serve.log").open("wb") as log:
        start = [
            "env",
            "--default-signal=INT",
            str(PROGRAM),
        ]  # a shell has what it starts aside ignore Ctrl-C
        command = [*start, "serve", "--port", str(client.port), *options]
        process = subprocess.Popen(command, cwd=root, stdout=log, stderr=log)
    try:
        yield client, process
    finally:
        process.kill()
        process.wait()
        for each in _processes(root / "publish"):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_its_work_is_done(publish: Path, tmp_path: Path, end: signal.Signals) -> None:
    """At a signal, what was asked is answered, every request is in the log, and no process and no traceback is left."""
    options = ("--query-seconds", "4", "--access-log", "access.log")
    with _program(publish, tmp_path, *options) as (client, process), ThreadPoolExecutor(1) as threads:
        wait_for(client.is_ready, 60)
        for _ in range(3):
            client.get("/robots.txt")
        slow = threads.submit(client.query, SLOW)
        wait_for(lambda: client.metric(HEAVY) == 1, 20)
        process.send_signal(end)

        assert slow.result(30)[0] in {200, 503}
        assert process.wait(30) in ({0} if end == signal.SIGINT else {0, -end})
        wait_for(lambda: not _processes(tmp_path / "publish"), 10)
    logged = [json.loads(line) for line in (tmp_path / "access.log").read_text("utf-8").splitlines()]

    assert [line["path"] for line in logged if line["path"] != "/metrics"][-4:] == ["/robots.txt"] * 3 + [
        "/sparql"
    ]
    assert "Traceback" not in (tmp_path / "serve.log").read_text("utf-8")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_while_it_loads(publish: Path, tmp_path: Path, end: signal.Signals) -> None:
    """A signal that comes before anything is served ends all of it as well."""
    with _program(publish, tmp_path) as (_, process):
        wait_for(lambda: bool(_processes(tmp_path / "publish")), 60)
        process.send_signal(end)
        process.wait(30)

        wait_for(lambda: not _processes(tmp_path / "publish"), 10)
    assert "Traceback" not in (tmp_path / "serve.log").read_text("utf-8")


def test_a_hang_up_signal_loads_anew(publish: Path, tmp_path: Path) -> None:
    """SIGHUP loads what is published once more, with processes of its own, while the server answers."""
    with _program(publish, tmp_path) as (client, process):
        wait_for(client.is_ready, 60)
        before = _processes(tmp_path / "publish")
        process.send_signal(signal.SIGHUP)
        statuses = set()

        def is_new() -> bool:
            statuses.add(client.query("ASK {}")[0])
            found = _processes(tmp_path / "publish")
            return bool(found) and before.isdisjoint(found)

        wait_for(is_new, 30)
        assert client.query("SELECT (1 AS ?new) {}")[0] == 200
        assert statuses == {200}
        assert process.poll() is None
    assert "Serving the release" in (tmp_path / "serve.log").read_text("utf-8")


def test_a_hang_up_signal_before_it_serves_ends_nothing(publish: Path, tmp_path: Path) -> None:
    """SIGHUP while the first release is being loaded is as good as one after that."""
    with _program(publish, tmp_path) as (client, process):
        wait_for(lambda: bool(_processes(tmp_path / "publish")), 60)
        process.send_signal(signal.SIGHUP)

        wait_for(client.is_ready, 60)
        assert process.poll() is None


def test_a_port_is_taken_from_the_start() -> None:
    """Of two servers that are started at once, the second is told that the port is taken while the first still loads."""
    first = serving._listen("127.0.0.1", 0)
    try:
        with pytest.raises(AddressError, match=str(first.getsockname()[1])):
            serving._listen("127.0.0.1", first.getsockname()[1]).close()
    finally:
        first.close()
