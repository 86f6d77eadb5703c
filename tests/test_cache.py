"""The cache of answers: its room, what an entry replies, and what clients see of it over real sockets."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osallisuus.query.store import Ask
from osallisuus.web.cache import Cache, make_entry
from osallisuus.web.messages import Answer, Request
from test_serving import COUNT, RESULTS, TRACES, Server, receive, wait_for, written

DIRECT = "application/sparql-query"
UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress, "": bytes}


@pytest.fixture(scope="module")
def server(publish: Path) -> Iterator[Server]:
    """Serve the edition."""
    with Server(publish) as started:
        yield started


def _answer(size: int, text: bytes = b"x") -> Answer:
    return Answer(200, "text/plain", text * size)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5000), st.integers(0, 90)), max_size=200))
def test_the_cache_keeps_to_its_size(steps: list[tuple[int, int, int]]) -> None:
    """Whatever is put into it and asked of it, it takes no more than it may and knows what it takes."""
    cache = Cache(20_000)
    for key, size, head in steps:
        found = cache.get(key)
        entry = found or make_entry(_answer(size), {})
        if not found:
            cache.put(key, entry)
        cache.remember(key, b"%d" % head, entry.reply(Request("GET", "/")))

        kept = [each for each in map(cache.get, range(31)) if each]
        assert cache.used == sum(each.size for each in kept) <= cache.size
        assert len(cache) == len(kept)
        assert set(cache.replies) == {head for each in kept for head in each.heads}


def test_what_is_used_is_kept() -> None:
    """When room is needed, an entry that was used since the last time stays and the unused one goes."""
    cache = Cache(10_000)
    for key in "ab":
        cache.put(key, make_entry(_answer(500), {}))
    cache.get("a")
    for number in range(8):
        cache.put(number, make_entry(_answer(500), {}))

    assert cache.get("a")
    assert not cache.get("b")


def test_an_answer_that_would_take_the_room_of_many_is_not_kept() -> None:
    """An answer larger than an eighth of the cache is not kept, nor is the head of its request."""
    cache = Cache(10_000)
    entry = make_entry(_answer(2000), {})
    cache.put("a", entry)
    cache.remember("a", b"head", entry.reply(Request("GET", "/")))

    assert (cache.get("a"), cache.used, cache.replies) == (None, 0, {})


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2400), st.sampled_from(["put", "code", "head"]))))
def test_the_cache_counts_what_is_replaced(steps: list[tuple[int, int, str]]) -> None:
    """Entries that take the place of others of their key, and those that grow by a coding, are counted rightly."""
    cache = Cache(20_000)
    for number, (key, size, step) in enumerate(steps):
        entry = cache.get(key)
        if step == "put" or not entry:
            entry = make_entry(_answer(size), {})
            cache.put(key, entry)
        elif step == "code":
            entry.coded["gzip"] = b"z" * size
            cache.put(key, entry)
        cache.remember(key, b"%d" % number, entry.reply(Request("GET", "/")))

        kept = [each for each in map(cache.get, range(10)) if each]
        assert cache.used == sum(each.size for each in kept) <= cache.size
        assert set(cache.replies) == {head for each in kept for head in each.heads}


def test_an_entry_is_replied_to_few_heads() -> None:
    """Heads that differ without end do not fill the cache with one entry."""
    cache = Cache(1 << 20)
    entry = make_entry(_answer(10), {})
    cache.put("a", entry)
    for number in range(1000):
        cache.remember("a", b"%d" % number, entry.reply(Request("GET", "/")))

    assert len(cache.replies) <= 64
    assert cache.used == entry.size


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("GZIP, deflate", "gzip"),
        ("br;q=0.001", "br"),
        ("gzip, br", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*;q=0, gzip", "gzip"),
        ("*", "br"),
        ("gzip;q=0, br;q=0.0", ""),
        ("identity, deflate", ""),
        (";;q=,", ""),
    ],
)
def test_the_coding_is_one_that_is_accepted(accepted: str, coding: str) -> None:
    """Of the codings that a client accepts, one that is made is taken; none where it accepts none of ours."""
    entry = make_entry(_answer(5000), {})
    entry.coded = {name: name.encode() for name in ("gzip", "br")}
    reply = entry.reply(Request("GET", "/", "", {"accept-encoding": accepted}))

    assert reply.body == (coding.encode() if coding else entry.answer.body)
    assert dict(reply.headers).get(b"content-encoding", b"").decode() == coding


def test_what_gains_nothing_is_not_compressed() -> None:
    """Short answers and packed files are sent as they are; only what may be compressed varies by coding."""
    for answer in (_answer(100), Answer(200, "application/zip", b"x" * 5000)):
        reply = make_entry(answer, {}).reply(Request("GET", "/", "", {"accept-encoding": "gzip, br"}))

        assert (reply.body, b"content-encoding" in dict(reply.headers)) == (answer.body, False)
        assert (b"vary" in dict(reply.headers)) == (answer.content_type != "application/zip")


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


def test_conditions_are_for_reading(server: Server) -> None:
    """A POST gets its answer, whatever it says that it has."""
    path, headers = "/sparql", {"Content_Type": "application/sparql-query", "Accept": RESULTS}
    tag = server.ask("POST", path, COUNT.encode(), **headers)[1]["etag"]

    status, _, body = server.ask("POST", path, COUNT.encode(), If_None_Match=tag, **headers)

    assert (status, bool(body)) == (200, True)


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


def test_what_changes_is_not_kept_in_a_coding(server: Server) -> None:
    """Neither is it kept because one client asked for it compressed."""
    text = f"SELECT ?x (RAND() AS ?r) {{ VALUES ?x {{ {' '.join(map(str, range(90)))} }} }}"

    def ask(coding: str) -> bytes:
        """Return the answer as it is sent."""
        return server.query(text, Accept_Encoding=coding)[2]

    assert len({gzip.decompress(ask("gzip")) for _ in range(3)}) == 3
    assert ask("identity") != ask("identity")


def test_long_requests_take_little_room(server: Server) -> None:
    """A long query takes no more room than its answer, and a document with a long query string takes none."""
    before = server.metric("osallisuus_cache_bytes")
    for number in range(20):
        text = f"ASK {{ FILTER('{number}{'a' * 10_000}' != '') }}"
        assert server.ask("POST", "/sparql", text.encode(), Content_Type=DIRECT, Accept=RESULTS)[0] == 200
        assert server.get(f"/purpose.ttl?{number}{'a' * 10_000}")[0] == 200

    assert server.metric("osallisuus_cache_bytes") - before < 20 * 1000


def test_keys_are_small_and_equal_for_equal_queries() -> None:
    """The key of a query has the size of a digest, however long the query is; its blanks do not count, its format does."""
    long = f"ASK  {{ FILTER('{'a' * 100_000}' != '') }}"

    assert len(Ask(long, "json").key) == 32
    assert Ask(long, "json").key == Ask(long.replace("ASK  ", "ASK "), "json").key
    assert Ask(long, "json").key != Ask(long, "csv").key


def test_errors_are_not_kept(server: Server) -> None:
    """A refusal says that it shall not be kept, and is not."""
    before = server.metric(TRACES)

    assert server.query("SELECT")[1]["cache-control"] == "no-store"
    assert server.query("SELECT")[0] == 400
    assert server.get("/no/such/thing")[0] == 404
    assert server.get("/no/such/thing")[0] == 404
    assert server.metric(TRACES) == before


@pytest.mark.parametrize("path", ["/catalog.nt", f"/sparql?format=csv&query={quote(COUNT)}"])
@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_head_is_get_without_a_body(server: Server, path: str, accepted: str) -> None:
    """HEAD has the status and the headers of GET, whichever of them came first, and from the cache as well."""
    asked = [server.ask(method, path, Accept_Encoding=accepted) for method in ("HEAD", "GET", "HEAD", "GET")]
    ways = [(status, {**headers, "date": ""}) for status, headers, _ in asked]

    assert ways == [ways[0]] * 4
    assert [bool(body) for _, _, body in asked] == [False, True, False, True]
    assert ways[0][1]["content-length"] == str(len(asked[1][2]))


def test_a_head_from_the_cache_has_no_body(server: Server) -> None:
    """After the answer to a HEAD, known or not, nothing but the next answer comes on the connection."""
    data = written("/robots.txt").replace(b"GET", b"HEAD")
    with server.connect() as client:
        for _ in range(3):
            client.sendall(data)
            got = b""
            while b"\r\n\r\n" not in got:
                got += client.recv(1 << 16)
            assert got.endswith(b"\r\n\r\n")
        client.sendall(written("/health"))
        assert receive(client).startswith(b"HTTP/1.1 200")


def test_a_304_says_what_a_200_says_of_the_cache(server: Server) -> None:
    """A 304 has the tag, the date and the rules of caching of the 200, and nothing of a body."""
    full = server.get("/purpose.ttl", Accept_Encoding="gzip")[1]
    for _ in range(2):
        status, headers, _ = server.get("/purpose.ttl", Accept_Encoding="gzip", If_None_Match=full["etag"])

        assert status == 304
        for name in ("etag", "vary", "cache-control", "last-modified", "access-control-allow-origin"):
            assert headers.get(name) == full.get(name), name
        assert not {"content-length", "content-type", "content-encoding"} & set(headers)
    assert server.get("/purpose.ttl", Accept_Encoding="identity", If_None_Match=full["etag"])[0] == 200


def test_a_tag_counts_before_a_date(server: Server) -> None:
    """Where a client sends both, the date is not looked at."""
    date = server.get("/purpose.ttl")[1]["last-modified"]

    assert server.get("/purpose.ttl", If_None_Match='"other"', If_Modified_Since=date)[0] == 200


def test_a_query_written_otherwise_takes_no_room(server: Server) -> None:
    """GET and POST, blanks and comments: an entry that is there is used, and no other is made."""
    text = "SELECT (COUNT(*) AS ?room) { ?s ?p ?o }"
    server.query(text)
    before = server.metric("osallisuus_cache_bytes")
    for other in (text, f"# said\n  {text}", text.replace(" ", "\n\t ")):
        answer = server.ask("POST", "/sparql", other.encode(), Content_Type=DIRECT, Accept=RESULTS)
        assert answer[2] == server.query(text)[2]

    assert server.metric("osallisuus_cache_bytes") == before
    server.ask("POST", "/sparql", text.encode(), Content_Type=DIRECT, Accept="text/csv")
    assert server.metric("osallisuus_cache_bytes") > before


def test_a_page_of_what_changes_is_not_kept(server: Server) -> None:
    """The page with the result of a query that has another answer each time is made each time."""
    path = f"/sparql?query={quote('SELECT (STRUUID() AS ?x) {}')}"

    assert server.get(path, Accept="text/html")[2] != server.get(path, Accept="text/html")[2]


@pytest.mark.parametrize("accept", ["text/html", RESULTS])
def test_a_refusal_is_not_kept(server: Server, accept: str) -> None:
    """A refused query takes no room, neither for programs nor on the page for people."""
    path = f"/sparql?query={quote('SELECT * { <relative> }')}"
    before = server.metric("osallisuus_cache_bytes")

    assert {server.get(path, Accept=accept)[0] for _ in range(2)} == {400}
    assert server.metric("osallisuus_cache_bytes") == before


def test_a_head_within_a_head_is_never_taken_for_a_request(server: Server) -> None:
    """What looks like a request, but is a line of another that began in an earlier piece, changes no one's answers."""
    victim = written("/robots.txt", "X-Whose: victim")
    with server.connect() as client:
        client.sendall(
            written("/purpose.ttl") + b"GET /sparql?format=csv&query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\nX: "
        )
        receive(client)
        client.sendall(victim)
        assert receive(client).endswith(b"true")
    assert b"Sitemap" in server.raw(victim)

    with server.connect() as client:  # and what is known by now is not replied within another head either
        client.sendall(
            written("/purpose.ttl") + b"GET /sparql?format=csv&query=ASK%7B%7D HTTP/1.1\r\nHost: a\r\nX: "
        )
        receive(client)
        client.sendall(victim)
        assert receive(client).endswith(b"true")


def test_a_head_that_comes_in_pieces_is_answered(server: Server) -> None:
    """A head that comes byte by byte, or behind an empty line, is answered like any other."""
    data = written("/robots.txt")
    whole = server.raw(data).partition(b"\r\n\r\n")[2]
    with server.connect() as client:
        for each in data:
            client.sendall(bytes([each]))
        assert receive(client).endswith(whole)
        client.sendall(b"\r\n" + data)
        assert receive(client).endswith(whole)


def test_a_body_is_never_taken_for_a_request(server: Server) -> None:
    """A body that reads like a request that is known, also one in pieces, is a body."""
    known = written("/robots.txt")
    server.raw(known)
    lines = (
        f"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: {DIRECT}\r\nContent-Length: {len(known)}\r\n\r\n"
    )
    with server.connect() as client:
        client.sendall(lines.encode())
        client.sendall(known)
        assert receive(client).startswith(b"HTTP/1.1 400")
        client.sendall(written("/robots.txt", "Transfer-Encoding: chunked"))
        client.sendall(b"0\r\n\r\n")
        assert receive(client).startswith(b"HTTP/1.1 200")
        client.sendall(known)
        assert receive(client).startswith(b"HTTP/1.1 200")


def test_a_header_that_is_repeated_counts_whole(server: Server) -> None:
    """A header in two lines is one header with both values."""
    tag = server.get("/purpose.ttl")[1]["etag"]
    data = written("/purpose.ttl", f"If-None-Match: {tag}", 'If-None-Match: "other"')

    assert server.raw(data).startswith(b"HTTP/1.1 304")


def test_the_cache_keeps_to_its_size_over_the_wire(publish: Path) -> None:
    """Many different answers take no more room than was given, and every one of them is right."""
    with Server(publish, cache=64 << 10) as small:
        for number in range(150):
            assert small.get(f"/sparql?format=csv&query={quote(f'SELECT ({number} AS ?n) {{}}')}")[
                2
            ].split() == [
                b"n",
                b"%d" % number,
            ]
        assert 32 << 10 < small.metric("osallisuus_cache_bytes") <= 64 << 10


def test_a_known_answer_is_logged_as_any_other(server: Server) -> None:
    """A path with signs that are written in percent is logged in the same way, known or not."""
    began = len(server.log.getvalue())
    for _ in range(2):
        server.get("/%70urpose.ttl?secret")
    wait_for(lambda: server.log.getvalue()[began:].count("\n") == 2, 5)
    lines = [json.loads(line) for line in server.log.getvalue()[began:].splitlines()]

    assert [(line["path"], line["cached"]) for line in lines] == [
        ("/purpose.ttl", False),
        ("/purpose.ttl", True),
    ]
    assert "secret" not in server.log.getvalue()
