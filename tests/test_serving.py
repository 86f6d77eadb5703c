"""The server over real sockets: the cache, the limits on the wire, what an operator sees, and changes of release."""

import asyncio
import gzip
import http.client
import io
import json
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest
import uvloop

from osallisuus import manifest, release
from osallisuus.errors import PublishedError
from osallisuus.query.limits import Limits
from osallisuus.web import connection, front, serving
from osallisuus.web.serving import Serving

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
RESULTS = "application/sparql-results+json"
TRACES = "osallisuus_replies_from_cache_total"


class Server:
    """A server in a thread of this process, and what a client asks it."""

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
            except asyncio.CancelledError:
                pass
            finally:
                self.loop.run_until_complete(self.loop.shutdown_asyncgens())
                self.loop.close()

    def __enter__(self) -> "Server":
        self.thread.start()
        wait_for(self.is_ready, 20)
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.task.cancel)
        self.thread.join(20)
        self.listener.close()

    def is_ready(self) -> bool:
        """Return whether the server says that it is ready."""
        try:
            return self.get("/ready")[0] == 200
        except OSError:
            return False

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of an answer, on a connection of its own."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
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
        return float(next(line.split()[-1] for line in text.splitlines() if line.startswith(name)))

    def raw(self, data: bytes, answers: int = 1) -> bytes:
        """Return all that is answered to some bytes, until as many answers have begun or the connection is closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as client:
            client.sendall(data)
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


@contextmanager
def _changing(publish: Path, directory: Path) -> Iterator[Server]:
    shutil.copytree(publish, directory / "publish")
    with Server(directory / "publish") as started:
        yield started


def _read_all(client: socket.socket) -> bytes:
    got = b""
    with suppress(ConnectionResetError):
        while part := client.recv(1 << 16):
            got += part
    return got


def _head(path: str, *lines: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: a", *lines, "", "")).encode()


@pytest.mark.parametrize(
    "path", [f"/sparql?query={quote(COUNT)}", "/catalog.ttl", "/fi/235.html", "/catalog"]
)
def test_an_answer_that_is_known_is_given_from_the_cache(server: Server, path: str) -> None:
    """The same request again is replied to from the cache, with the same bytes and headers but the date."""
    first = server.get(path)
    before = server.metric(TRACES)
    again = server.get(path)

    assert again[0] == first[0]
    assert again[2] == first[2]
    assert {**again[1], "date": ""} == {**first[1], "date": ""}
    assert server.metric(TRACES) == before + 1


def test_the_same_query_is_one_entry(server: Server) -> None:
    """Blanks, comments, method and a HEAD make no other query of it; it is evaluated once."""
    text = "SELECT (COUNT(*) AS ?same) { ?s ?p ?o }"
    tag = server.query(text)[1]["etag"]
    spaced = server.query(f"# a comment\n{text.replace(' ', '   ')}")
    posted = server.ask(
        "POST", "/sparql", text.encode(), Content_Type="application/sparql-query", Accept=RESULTS
    )
    head = server.ask("HEAD", f"/sparql?query={quote(text)}", Accept=RESULTS)

    assert spaced[1]["etag"] == posted[1]["etag"] == head[1]["etag"] == tag
    assert head[2] == b""
    assert head[1]["content-length"] == str(len(posted[2]))


@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', "*"])
@pytest.mark.parametrize("path", ["/purpose.ttl", f"/sparql?query={quote(COUNT)}"])
def test_a_client_that_has_the_answer_is_told_so(server: Server, path: str, known: str) -> None:
    """A tag that still holds, alone, weak, in a list or as a star, is answered 304 without a body, twice as well."""
    tag = server.get(path)[1]["etag"]
    for _ in range(2):
        status, headers, body = server.get(path, If_None_Match=known.format(tag))
        assert (status, body) == (304, b"")
        assert headers["etag"] == tag
    assert server.get(path, If_None_Match='"other"')[0] == 200


def test_a_client_that_has_the_day_is_told_so(server: Server) -> None:
    """A date that is not older than the document is answered 304; an older one, or none of HTTP's, with the document."""
    date = server.get("/purpose.ttl")[1]["last-modified"]

    assert server.get("/purpose.ttl", If_Modified_Since=date)[0] == 304
    assert server.get("/purpose.ttl", If_Modified_Since="Thu, 01 Jan 2015 00:00:00 GMT")[0] == 200
    assert server.get("/purpose.ttl", If_Modified_Since="yesterday")[0] == 200


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("br, gzip", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", ""),
        ("gzip;q=0", ""),
    ],
)
@pytest.mark.parametrize(
    "path", ["/catalog.nt", "/sparql?format=csv&query=SELECT%20*%20%7B%3Fs%20a%20%3Ft%7D"]
)
def test_answers_are_compressed_as_asked(server: Server, path: str, accepted: str, coding: str) -> None:
    """A client gets the coding that it accepts, of the same bytes and with a tag of its own."""
    plain = server.get(path)
    wait_for(lambda: server.get("/catalog.nt", Accept_Encoding="br")[1].get("content-encoding") == "br", 20)
    status, headers, body = server.get(path, Accept_Encoding=accepted)
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress, "": bytes}

    assert status == 200
    assert headers.get("content-encoding", "") in ({coding, "gzip"} if coding == "br" else {coding})
    assert unpack[headers.get("content-encoding", "")](body) == plain[2]
    assert (headers["etag"] == plain[1]["etag"]) == (not coding)
    assert "Accept-Encoding" in plain[1]["vary"]


@pytest.mark.parametrize(
    "text", ["SELECT (NOW() AS ?x) {}", "SELECT (RAND() AS ?x) {}", "SELECT (struuid () AS ?x) {}"]
)
def test_what_changes_is_not_kept(server: Server, text: str) -> None:
    """A query with another answer each time is evaluated each time."""
    assert server.query(text)[2] != server.query(text)[2]


def test_errors_are_not_kept(server: Server) -> None:
    """A refusal says that it shall not be kept, and is not."""
    before = server.metric(TRACES)

    assert server.query("SELECT")[1]["cache-control"] == "no-store"
    assert server.query("SELECT")[0] == 400
    assert server.get("/no/such/thing")[0] == 404
    assert server.get("/no/such/thing")[0] == 404
    assert server.metric(TRACES) == before


def test_the_same_query_at_the_same_time_is_evaluated_once(server: Server) -> None:
    """Clients that ask the same while it is evaluated wait for the one answer, also when the first of them hangs up."""
    ended = server.metric("osallisuus_queries_ended_total")
    text = f"{ENDLESS} LIMIT 77"
    with ThreadPoolExecutor(8) as threads, socket.create_connection(("127.0.0.1", server.port)) as first:
        first.sendall(_head(f"/sparql?query={quote(text)}"))
        time.sleep(0.2)
        others = [threads.submit(server.query, text) for _ in range(7)]
        time.sleep(0.2)
        first.close()

        assert {each.result()[0] for each in others} == {503}
    assert server.metric("osallisuus_queries_ended_total") == ended + 1


def test_a_client_that_hangs_up_frees_its_worker(publish: Path) -> None:
    """A heavy query ends soon after its only client has hung up, long before its limit."""
    with Server(publish, limits=Limits(seconds=60)) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(_head(f"/sparql?query={quote(ENDLESS)}"))
            wait_for(lambda: server.metric('osallisuus_queries_running{lane="heavy"}') == 1, 5)

        wait_for(lambda: server.metric('osallisuus_queries_running{lane="heavy"}') == 0, 5)


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    """Requests that come together get an answer each, in their order, also where some of them are known."""
    texts = [f"SELECT ({n} AS ?n) {{}}" for n in (1, 2, 1, 3)]
    for text in texts[:2]:
        server.query(text)
    heads = [_head(f"/sparql?format=csv&query={quote(each)}") for each in texts]

    got = server.raw(b"".join(heads), 4)

    assert [part.split(b"\r\n\r\n", 1)[1] for part in got.split(b"HTTP/1.1 ")[1:]] == [
        b"n\r\n%d\r\n" % n for n in (1, 2, 1, 3)
    ]


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
    head = _head("/sparql?format=csv&query=ASK%7B%7D", line)
    server.raw(head)
    before = server.metric(TRACES)
    server.raw(head)

    assert server.metric(TRACES) == before


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (_head("/", f"X-Large: {'a' * 70_000}"), b"431"),
        (_head("/?" + "a" * 200_000), b"431"),
        (b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\nASK", b"413"),
        (
            b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\n\r\nASK",
            b"415",
        ),
        (b"nonsense\r\n\r\n", b"400"),
        (_head(f"/sparql?query=ASK%7B%7D&x={'a' * 50_000}"), b"200"),
    ],
)
def test_limits_on_the_wire(server: Server, data: bytes, status: bytes) -> None:
    """Too large a head, too large or a packed body, and what is no HTTP, are refused; a long query is not."""
    assert server.raw(data).startswith(b"HTTP/1.1 " + status)


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
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", server.port))
            client.sendall(
                _head(
                    "/sparql?format=json&query=SELECT%20*%20%7B%3Fa%20a%20%3Fb.%3Fc%20a%20%3Fd%7DLIMIT%2090000"
                )
            )
            time.sleep(3)
            client.settimeout(5)
            assert not _whole(_read_all(client)), (
                "the whole answer was kept for a client that takes none of it"
            )


def test_the_state_is_told(server: Server) -> None:
    """An operator sees that the server lives and is ready, and figures that move."""
    answers = server.metric('osallisuus_answers_total{status="200"}')

    assert server.get("/health")[::2] == (200, b"alive\n")
    assert server.get("/ready")[::2] == (200, b"ready\n")
    assert server.metric('osallisuus_answers_total{status="200"}') >= answers + 2
    assert server.metric("osallisuus_cache_bytes") > 0
    assert manifest.identity(server.publish) in server.get("/metrics")[2].decode()


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


def test_a_new_release_takes_over_without_a_pause(
    publish: Path, tmp_path: Path, edition: dict[str, bytes]
) -> None:
    """While a release takes the place of another, every answer is whole and of one of them, and soon all are new."""
    with _changing(publish, tmp_path) as server, ThreadPoolExecutor(4) as threads:
        old = server.get("/robots.txt")[1], manifest.identity(server.publish)
        files = dict(edition)
        files["manifest.json"] = files["manifest.json"].replace(b'"2026-11-25"', b'"2026-11-26"')
        stop = threading.Event()

        def ask(n: int) -> set[tuple[int, bytes]]:
            found = set()
            while not stop.is_set():
                status, headers, body = server.get(
                    "/purpose.ttl" if n % 2 else f"/sparql?query={quote(COUNT)}"
                )
                found.add((status, headers.get("last-modified", "").encode() + body))
            return found

        asking = [threads.submit(ask, n) for n in range(4)]
        release.replace(server.publish, files)
        wait_for(lambda: manifest.identity(server.publish) in server.get("/metrics")[2].decode(), 20)
        stop.set()

        assert old[1] != manifest.identity(server.publish)
        assert {status for each in asking for status, _ in each.result()} == {200}
        assert server.get("/purpose.ttl")[1]["last-modified"].startswith("Thu, 26 Nov 2026")
        assert server.get("/robots.txt")[1]["last-modified"] != old[0]["last-modified"]


def test_a_release_that_is_broken_is_not_served(
    publish: Path, tmp_path: Path, edition: dict[str, bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    """A damaged release is told once and counted, the old one is served on, and a mended one takes over."""
    with _changing(publish, tmp_path) as server:
        before = manifest.identity(server.publish)
        (server.publish / "manifest.json").write_text("{", encoding="utf-8")
        wait_for(lambda: server.metric("osallisuus_failed_switches_total") >= 2, 20)

        assert server.get("/purpose.ttl")[0] == 200
        assert before in server.get("/metrics")[2].decode()
        assert capfd.readouterr().err.count("was not switched") == 1
        files = dict(edition)
        files["manifest.json"] += b"\n"
        release.replace(server.publish, files)
        wait_for(lambda: manifest.identity(server.publish) in server.get("/metrics")[2].decode(), 20)


def test_nothing_is_served_of_nothing(tmp_path: Path) -> None:
    """Where nothing is published, serving does not start, and says the cure."""
    with pytest.raises(PublishedError, match="osallisuus build"):
        serving.serve(Serving(tmp_path / "publish", "127.0.0.1", 0, Limits()))
