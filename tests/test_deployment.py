"""The service as it is deployed: behind Debian's nginx with TLS under a path, with the files of `docs/deployment`.

nginx, Apache (for the rules of w3id.org) and openssl are started here; `tests/install-programs` installs them.
"""

import configparser
import gzip
import http.client
import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from osallisuus import release
from osallisuus.cli import main
from osallisuus.query.limits import Limits
from osallisuus.site import Contents
from osallisuus.web.forwarding import find_client, read_networks
from test_serving import COUNT, ENDLESS, HEAVY, RESULTS, TRACES, Client, Server, wait_for, written

HOST = "data.example.org"
BASE = "https://w3id.org/osallisuus/"
PUBLIC = f"https://{HOST}/osallisuus/"
FILES = Path(__file__).parents[1] / "docs" / "deployment"
WHERE = f"{os.environ['PATH']}:/usr/sbin"
LARGE = "SELECT * { ?a a ?b . ?c a ?d } LIMIT 60000"
PRACTICE = "fi/235/practices/asukaskysely"
LANGUAGES = ("fi", "sv", "en")
PROXY = read_networks("127.0.0.1,::1")
AT_THE_ROOT = ["sed", "-e", "/# only under a path/d", "-e", "s|/osallisuus/|/|g"]
_REFERENCES = {"a": "href", "link": "href", "img": "src", "form": "action", "script": "src"}
_NGINX = """
daemon off;
pid {directory}/pid;
{user}
events {{}}
http {{
    types {{ text/html html; }}
    {paths}
    include {directory}/site;
}}
"""
_APACHE = """
ServerName w3id.org
Listen 127.0.0.1:{port}
PidFile {directory}/pid
ErrorLog {directory}/error.log
{modules}
{user}
DocumentRoot {directory}/ids
<Directory {directory}/ids>
    AllowOverride All
    Require all granted
</Directory>
"""


def find_program(name: str) -> str:
    """Return the path of a program; skip the test where it is missing, which is a failure where all shall be tested."""
    found = shutil.which(name, path=WHERE)
    if found is None and os.environ.get("CI") != "true":
        pytest.skip(f"{name} is missing; install it with: sudo sh tests/install-programs")
    assert found is not None
    return found


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    """Run a program until the end, once it listens on a port."""
    process = subprocess.Popen(command)

    def listens() -> bool:
        assert process.poll() is None, f"{command[0]} has ended"
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_for(listens, 20)
        yield
    finally:
        process.terminate()
        process.wait(20)


class Public(Client):
    """What the world asks: nginx, at the public name of the site.

    Args:
        directory: of nginx, with its certificate.
        port: that of TLS.
        plain: that without.
    """

    def __init__(self, directory: Path, port: int, plain: int) -> None:
        self.port = port
        self.plain = plain
        self.log = directory / "osallisuus.log"
        self.source = "127.0.0.1"
        self.context = ssl.create_default_context(cafile=directory / "fullchain.pem")

    def connect(self) -> socket.socket:
        """Return a connection with TLS to the host of the site, from the address `source`."""
        plain = socket.create_connection(
            ("127.0.0.1", self.port), timeout=30, source_address=(self.source, 0)
        )
        return self.context.wrap_socket(plain, server_hostname=HOST)

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of an answer; the path is under the host."""
        client = http.client.HTTPConnection(HOST, timeout=60)
        client.sock = self.connect()
        try:
            client.request(
                method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}
            )
            answer = client.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            client.close()

    def follow(self, address: str, **headers: str) -> tuple[int, str, bytes]:
        """Return status, last address and body for an address of the site, by way of its redirects."""
        for _ in range(5):
            parts = urlsplit(urldefrag(address)[0])
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            assert f"{parts.scheme}://{parts.netloc}{path}".startswith(PUBLIC), f"{address} leaves the site"
            status, answered, body = self.ask("GET", path, None, **headers)
            if "location" not in answered:
                break
            address = urljoin(address, answered["location"])
        return status, address, body


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for the host, and return its directory."""
    directory = tmp_path_factory.mktemp("certificate")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "privkey.pem"]
    name = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    command = [find_program("openssl"), "req", "-x509", *key, "-out", "fullchain.pem", "-days", "2", *name]
    subprocess.run(command, cwd=directory, check=True, capture_output=True)
    return directory


@contextmanager
def proxied(certificate: Path, upstream: int, site: str) -> Iterator[Public]:
    """Run nginx over a server on a port, by a site file in which only addresses and files are replaced."""
    with tempfile.TemporaryDirectory() as name:
        directory, tls, plain = Path(name), free_port(), free_port()
        directory.chmod(0o755)
        shutil.copytree(certificate, directory, dirs_exist_ok=True)
        site = re.sub(r"\n *listen \[::\].*", "", site)
        for old, new in {
            "127.0.0.1:8000;": f"127.0.0.1:{upstream};",
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "listen 443 ": f"listen 127.0.0.1:{tls} ",
            f"/etc/letsencrypt/live/{HOST}/": f"{directory}/",
            "/var/log/nginx/": f"{directory}/",
        }.items():
            assert old in site, f"{old} is not in the site file"
            site = site.replace(old, new)
        (directory / "site").write_text(site, "utf-8")
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        paths = "".join(f"{each}_temp_path {directory}/{each};" for each in kinds)
        user = "user root;" if os.geteuid() == 0 else ""
        (directory / "nginx.conf").write_text(_NGINX.format(directory=directory, user=user, paths=paths))
        log = ["-e", f"{directory}/error.log"]
        with running([find_program("nginx"), *log, "-c", f"{directory}/nginx.conf"], tls):
            yield Public(directory, tls, plain)


@pytest.fixture(scope="module")
def server(contents: Contents, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the repository's data as at its public address, behind one trusted proxy."""
    publish = tmp_path_factory.mktemp("deployed") / "publish"
    site = replace(contents, site=replace(contents.site, url=PUBLIC))
    release.replace(publish, release.edition(site, None, "2026-11-25"))
    limits = Limits(seconds=20, heavy=2, wait=1)
    with Server(publish, trusted=read_networks("127.0.0.1"), limits=limits) as started:
        yield started


@pytest.fixture(scope="module")
def public(server: Server, certificate: Path) -> Iterator[Public]:
    """Run nginx in front of the server, under a path."""
    with proxied(certificate, server.port, (FILES / "nginx.conf").read_text("utf-8")) as started:
        yield started


class _Links(HTMLParser):
    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Gather what an element refers to."""
        values = dict(attrs)
        if tag in _REFERENCES and (value := values.get(_REFERENCES[tag])) is not None:
            self.found.append(value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["", "fi/235/practices.html", "sparql.html", "ns/1.0.0/context.html", "no/such/page"]
)
def test_every_link_of_a_page_stays_under_the_path(public: Public, path: str, language: str) -> None:
    """Each link of a page that is no other site's leads to a page, a file or a form under the prefix, in TLS."""
    status, address, page = public.follow(PUBLIC + path, Accept="text/html", Accept_Language=language)
    links = {urljoin(address, each) for each in _Links(page).found}
    ours = sorted({urldefrag(each)[0] for each in links if urlsplit(each).netloc == HOST} - {address})

    assert status == (404 if path.startswith("no") else 200)
    assert f'lang="{language}"'.encode() in page
    assert len(ours) >= 5
    assert {each: public.follow(each)[0] for each in ours} == dict.fromkeys(ours, 200)
    assert not [each for each in links if urlsplit(each).hostname in {"127.0.0.1", "localhost"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_versions_stay_under_the_path(public: Public, language: str) -> None:
    """The links of a language version do as well, and lead to pages in the same language."""
    _, address, page = public.follow(f"{PUBLIC}fi/235.{language}.html")
    ours = [each for each in (urljoin(address, link) for link in _Links(page).found) if HOST in each]
    pages = [each for each in ours if each.partition("#")[0].endswith(f".{language}.html")]

    assert {public.follow(each)[0] for each in ours} == {200}
    assert len(pages) >= 10


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("text/html", "text/html"),
        ("*/*", "text/turtle"),
    ],
)
@pytest.mark.parametrize("path", [PRACTICE, "purpose/co-design", "catalog", "ns"])
def test_negotiation_goes_through(public: Public, path: str, accept: str, kind: str) -> None:
    """A thing redirects, by a relative reference, to the document that Accept asks for, and that is of this type."""
    status, headers, _ = public.get(f"/osallisuus/{path}", Accept=accept)
    found, address, _ = public.follow(PUBLIC + path, Accept=accept)
    answered = public.get(urlsplit(address).path)[1]

    assert status == 303
    assert "/" not in headers["location"]
    assert (found, answered["content-type"].partition(";")[0]) == (200, kind)


def test_what_is_named_in_headers_stays_under_the_path(public: Public) -> None:
    """What Link headers, the sitemap, robots.txt and the feed name is under the prefix, and is there."""
    links = set()
    for path in (f"{PRACTICE}.ttl", PRACTICE, "fi/235.html", "fi/235/practices.ttl", "index.html"):
        named = re.findall(r"<([^>]*)>", public.get(f"/osallisuus/{path}")[1]["link"])
        links |= {urljoin(PUBLIC + path, each) for each in named}
    feed = public.get("/osallisuus/changes.atom")[2].decode()
    links |= {urljoin(f"{PUBLIC}changes.atom", each) for each in re.findall(r'href="([^"]+)"', feed)}
    ours = sorted(each for each in links if urlsplit(each).netloc == HOST)
    listed = re.findall(r"<loc>([^<]+)</loc>", public.get("/osallisuus/sitemap.xml")[2].decode())

    assert len(ours) >= 10
    assert {each: public.follow(each)[0] for each in (*ours, *listed[:40])} == dict.fromkeys(
        (*ours, *listed[:40]), 200
    )
    assert f"Sitemap: {PUBLIC}sitemap.xml" in public.get("/osallisuus/robots.txt")[2].decode()
    assert public.get("/robots.txt")[1]["location"] == "/osallisuus/robots.txt"


def test_queries_go_through(public: Public, server: Server) -> None:
    """A query by GET, by POST, as a form and with a long address is answered as by the server itself."""
    direct = server.query(COUNT)[2]
    form = {"Content_Type": "application/x-www-form-urlencoded", "Accept": RESULTS}
    padded = f"{COUNT} # {'a' * 40_000}"
    answers = [
        public.get(f"/osallisuus/sparql?query={quote(COUNT)}", Accept=RESULTS),
        public.get(f"/osallisuus/sparql?query={quote(padded)}", Accept=RESULTS),
        public.ask(
            "POST",
            "/osallisuus/sparql",
            COUNT.encode(),
            Content_Type="application/sparql-query",
            Accept=RESULTS,
        ),
        public.ask("POST", "/osallisuus/sparql", f"query={quote(COUNT)}".encode(), **form),
    ]

    assert [(status, body) for status, _, body in answers] == [(200, direct)] * 4


def test_bytes_and_tags_go_through(public: Public, server: Server) -> None:
    """Large answers, compressed ones, HEAD and 304 are those of the server, and no header is there twice."""
    path = f"/sparql?query={quote(LARGE)}"
    whole = server.get(path, Accept=RESULTS)[2]
    assert len(whole) > 4 << 20
    assert public.get(f"/osallisuus{path}", Accept=RESULTS)[2] == whole

    status, headers, packed = public.get("/osallisuus/catalog.ttl", Accept_Encoding="gzip")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert gzip.decompress(packed) == server.get("/catalog.ttl")[2]
    small = public.get("/osallisuus/robots.txt", Accept_Encoding="gzip")[1]
    assert "content-encoding" not in small
    assert not [each for each in (headers, small) if each["etag"].startswith("W/")]
    again = public.get("/osallisuus/catalog.ttl", Accept_Encoding="gzip", If_None_Match=headers["etag"])
    assert (again[0], again[2]) == (304, b"")
    assert public.get("/osallisuus/catalog.ttl", If_Modified_Since=headers["last-modified"])[0] == 304
    head = public.ask("HEAD", "/osallisuus/catalog.ttl", None, Accept_Encoding="gzip")
    assert (head[0], head[1]["content-length"], head[2]) == (200, str(len(packed)), b"")
    for name in ("strict-transport-security", "content-security-policy", "access-control-allow-origin"):
        raw = public.raw(written("/osallisuus/", "Accept: text/html")).partition(b"\r\n\r\n")[0].lower()
        assert raw.count(f"\r\n{name}:".encode()) == 1


def test_errors_go_through(public: Public) -> None:
    """Errors are the server's, with their reason and readable for other sites' pages; only floods are nginx's own."""
    body = b" " * (1 << 20)
    cases = [
        (public.get("/osallisuus/no/such"), 404, b"no/such"),
        (public.get(f"/osallisuus/{PRACTICE}", Accept="image/png"), 406, b"text/turtle"),
        (public.get("/osallisuus/sparql?query=SELECT%20nonsense"), 400, b""),
        (public.ask("PUT", "/osallisuus/sparql"), 405, b"GET"),
        (public.ask("POST", "/osallisuus/sparql", b"ASK {}", Content_Type="text/plain"), 415, b"sparql"),
        (
            public.ask("POST", "/osallisuus/sparql", b"A", Content_Encoding="gzip"),
            415,
            b"Content-Encoding",
        ),
        (
            public.ask(
                "POST", "/osallisuus/sparql", body + b" " * 99, Content_Type="application/sparql-query"
            ),
            413,
            b"1 MiB",
        ),
        (public.get("/osallisuus/sparql?x=" + "a" * 40_000, Accept="a/b," * 10_000), 431, b"64 KiB"),
    ]
    for (status, headers, text), wanted, reason in cases:
        assert status == wanted
        assert reason in text
        assert status == 431 or headers["access-control-allow-origin"] == "*"
    assert public.ask("POST", "/osallisuus/sparql", body * 3)[0] == 413


def test_a_browsers_preflight_goes_through(public: Public) -> None:
    """The question whether another site's page may send a query is answered through the proxy too."""
    status, headers, _ = public.ask(
        "OPTIONS",
        "/osallisuus/sparql",
        None,
        Origin="https://editor.example",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type",
    )

    assert status in {200, 204}
    assert headers["access-control-allow-origin"] == "*"
    assert {"GET", "POST", "HEAD", "OPTIONS"} <= set(headers["access-control-allow-methods"].split(", "))
    assert "content-type" in headers["access-control-allow-headers"].lower()


def test_the_ways_to_the_site(public: Public) -> None:
    """HTTP leads to HTTPS, and the path without its slash to the one with it; a forged Host changes neither."""
    for host in (HOST, "evil.example"):
        client = http.client.HTTPConnection("127.0.0.1", public.plain, timeout=20)
        client.request("GET", "/osallisuus/catalog?x=1", headers={"Host": host})
        answer = client.getresponse()
        assert (answer.status, answer.headers["Location"]) == (301, f"{PUBLIC}catalog?x=1")
        client.close()
        head = public.raw(f"GET /osallisuus HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert head.startswith(b"HTTP/1.1 301")
        assert b"\r\nLocation: /osallisuus/\r\n" in head
    assert public.get("/osallisuus/metrics")[0] == 404
    assert public.get("/osallisuus/health")[0] == 200


def test_a_client_that_hangs_up_frees_its_worker_through_the_proxy(public: Public, server: Server) -> None:
    """Nginx passes it on when a client hangs up, so the query ends long before its limit."""
    with public.connect() as client:
        client.sendall(written(f"/osallisuus/sparql?query={quote(f'{ENDLESS} LIMIT 5')}"))
        wait_for(lambda: server.metric(HEAVY) == 1, 20)

    wait_for(lambda: server.metric(HEAVY) == 0, 10)


def test_nobody_is_told_who_reads_what(public: Public, server: Server) -> None:
    """A document asked for with two browsers is the same request to the server, and no log has address or query."""
    public.get("/osallisuus/fi/235.ttl", User_Agent="Pekka's browser", Cookie="a=1")
    before = server.metric(TRACES)
    public.get("/osallisuus/fi/235.ttl", User_Agent="Another of Pekka's", Cookie="a=2")
    traces = server.metric(TRACES) - before
    public.get("/osallisuus/sparql?query=ASK%7B%22Pekka%22%20a%20%3Fx%7D", Referer="https://pekka.example/")
    lines = public.log.read_text("utf-8")

    assert traces == 1
    assert "/osallisuus/sparql 200" in lines
    for text in ("Pekka", "pekka", "127.0.0.1"):
        assert text not in lines + server.log.getvalue()


@contextmanager
def _asking(client: Client, *requests: bytes) -> Iterator[None]:
    """Have requests under way, each on a connection of its own."""
    with ExitStack() as stack:
        for each in requests:
            connection = stack.enter_context(client.connect())
            connection.sendall(each)
        yield


def _endless(path: str, number: int, *lines: str) -> bytes:
    return written(f"{path}?query={quote(f'{ENDLESS} LIMIT {number}')}", f"Accept: {RESULTS}", *lines)


def test_clients_behind_the_proxy_take_turns_by_their_own_addresses(public: Public, server: Server) -> None:
    """One client has one of two slots for heavy queries, whatever it claims; another client gets the second slot."""
    crowd = [_endless("/osallisuus/sparql", n, f"X-Forwarded-For: 198.51.100.{n}") for n in (11, 12, 13)]
    public.source = "127.0.0.2"
    with _asking(public, *crowd):
        wait_for(lambda: server.metric(HEAVY) == 1, 20)
        time.sleep(0.5)
        alone = server.metric(HEAVY)
        public.source = "127.0.0.3"
        with _asking(public, _endless("/osallisuus/sparql", 14)):
            wait_for(lambda: server.metric(HEAVY) == 2, 20)
    public.source = "127.0.0.1"

    assert alone == 1
    wait_for(lambda: server.metric(HEAVY) == 0, 20)


@pytest.mark.parametrize(("trusted", "running"), [("", 1), ("192.0.2.0/24", 1), ("127.0.0.0/8", 2)])
def test_only_a_trusted_proxy_is_believed(publish: Path, trusted: str, running: int) -> None:
    """Who claims other addresses has more than one client's share only where the connection comes from a trusted proxy."""
    limits = Limits(seconds=30, heavy=2, wait=2)
    claims = [_endless("/sparql", n, f"X-Forwarded-For: 198.51.100.{n}") for n in (1, 2)]
    with Server(publish, trusted=read_networks(trusted), limits=limits) as server, _asking(server, *claims):
        wait_for(lambda: server.metric(HEAVY) >= running, 20)
        time.sleep(0.5)
        assert server.metric(HEAVY) == running


C22 = [
    {
        "Host": "127.0.0.1:8000",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": HOST,
        "X-Forwarded-Prefix": "/osallisuus",
    },
    {"Host": "evil.example"},
    {"Host": "127.0.0.1:8000", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"},
    {
        "Host": "evil.example:99999",
        "Forwarded": "for=x;host=evil.example;proto=javascript",
        "X-Forwarded-For": "evil.example",
    },
    {
        "Host": "\x80 <evil.example>",
        "X-Forwarded-For": "[::1, ,,:,999.1.1.1",
        "X-Forwarded-Prefix": "//evil.example",
    },
]
"""Case C22 of other publishers: what a proxy tells, and what is forged."""


@pytest.mark.parametrize("trusted", ["", "127.0.0.1"])
def test_answers_do_not_depend_on_how_they_were_asked(publish: Path, trusted: str) -> None:
    """Whatever a proxy tells, or a client forges, status, headers and bytes are the same, and redirects are relative."""
    paths = (
        f"{PRACTICE}.ttl",
        PRACTICE,
        "",
        "catalog.ttl",
        "no/such",
        "sitemap.xml",
        "sparql?query=ASK%7B%7D",
    )
    with Server(publish, trusted=read_networks(trusted)) as server:
        for path, kind in product(paths, ("text/turtle", "text/html")):
            lines = [[f"{name}: {value}" for name, value in each.items()] for each in C22]
            heads = [["Host: a"], *lines]
            requests = [
                "\r\n".join((f"GET /{path} HTTP/1.1", f"Accept: {kind}", *head, "", "")).encode("latin-1")
                for head in heads
            ]
            answers = {re.sub(rb"(?m)^date: .*\r\n", b"", server.raw(each)) for each in requests}

            assert len(answers) == 1, f"{path} has {len(answers)} answers"
            head, _, body = answers.pop().partition(b"\r\n\r\n")
            assert b"evil" not in head + body
            location = re.search(rb"(?m)^location: (.*)\r", head)
            assert not location or urljoin(PUBLIC + path, location[1].decode()).startswith(PUBLIC)
        assert f"<{BASE}{PRACTICE}>".encode() in server.get(f"/{PRACTICE}.nt")[2]


@pytest.mark.parametrize(
    ("peer", "told", "found"),
    [
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.7, 10.1.2.3", "198.51.100.7"),
        ("127.0.0.1", "10.1.2.3,10.9.9.9", "10.1.2.3"),
        ("127.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("127.0.0.1", "[2001:db8:1:2:3::4]:4711", "2001:db8:1:2::/64"),
        ("127.0.0.1", "2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("127.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
        ("::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "198.51.100.7, unknown", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7, unknown, 10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", " , ,", "127.0.0.1"),
        ("198.51.100.1", "203.0.113.9", "198.51.100.1"),
        ("2001:db8::1", "", "2001:db8::/64"),
        ("", "203.0.113.9", ""),
    ],
)
def test_the_client_is_the_nearest_that_is_no_proxy(peer: str, told: str, found: str) -> None:
    """The list is read from its right end, through trusted proxies only, and ends at what is no address."""
    assert find_client(peer, told, read_networks("127.0.0.1, 10.0.0.0/8, ::1")) == found
    assert find_client(peer, told, ()) == find_client(peer, "", ())


@given(st.text(max_size=200), st.text(st.sampled_from("0123456789.:[]%, af"), max_size=60))
def test_no_value_of_a_header_is_too_strange(peer: str, told: str) -> None:
    """Any text stands for some client, and none of it raises."""
    assert isinstance(find_client(peer, told, PROXY), str)
    assert isinstance(find_client("127.0.0.1", peer, PROXY), str)


@pytest.mark.parametrize("wrong", ["nginx", "10.0.0.1/8", "127.0.0.1;::1", "0.0.0.0/0", "::/0"])
def test_a_wrong_proxy_is_misuse(wrong: str) -> None:
    """What is no address, and what is every address, is refused before anything is started."""
    done = CliRunner().invoke(main, ["serve", "--trust-proxy", f"127.0.0.1,{wrong}"])

    assert done.exit_code == 2
    assert "--trust-proxy" in done.output


def test_a_site_at_the_root_of_its_host(server: Server, certificate: Path) -> None:
    """The command in the head of the site file makes it one for a site without a path."""
    site = FILES / "nginx.conf"
    made = subprocess.run([*AT_THE_ROOT, str(site)], capture_output=True, text=True, check=True).stdout
    with proxied(certificate, server.port, made) as public:
        status, headers, _ = public.get(f"/{PRACTICE}", Accept="text/turtle")

        assert shlex.join(AT_THE_ROOT) in site.read_text("utf-8")
        assert (status, headers["location"]) == (303, f"{PRACTICE.rpartition('/')[2]}.ttl")
        assert {public.get(each)[0] for each in ("/", "/robots.txt", f"/{PRACTICE}.ttl")} == {200}
        assert public.get("/metrics")[0] == 404


def test_while_the_server_is_away(certificate: Path) -> None:
    """Nginx says so with 503 and when to come again, also to programs in pages of other sites."""
    with proxied(certificate, free_port(), (FILES / "nginx.conf").read_text("utf-8")) as public:
        status, headers, body = public.get("/osallisuus/catalog")

    assert (status, headers["retry-after"], headers["access-control-allow-origin"]) == (503, "10", "*")
    assert headers["strict-transport-security"]
    assert b"try again" in body


def test_the_unit_of_systemd_starts_what_there_is(publish: Path, tmp_path: Path) -> None:
    """The options that the unit gives are the program's own: with them it starts, and says what is missing."""
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # names of systemd have capitals
    unit.read(FILES / "osallisuus.service", "utf-8")
    program, *options = shlex.split(unit["Service"]["ExecStart"])
    options[options.index("--site") + 1] = str(tmp_path)
    done = CliRunner().invoke(main, options)

    assert Path(program).name == "osallisuus"
    assert done.exit_code == 1
    assert "osallisuus build" in done.output


def test_where_memory_runs_out_a_worker_goes(server: Server) -> None:
    """The kernel ends a worker before the server or the holder of the store, which would end all of them."""
    own = int(Path("/proc/self/oom_score_adj").read_text())

    def scores() -> list[int]:
        found = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                if str(server.publish).encode() in entry.read_bytes():
                    found.append(int((entry.parent / "oom_score_adj").read_text()))
        return sorted(found)

    assert server.query("ASK {}")[0] == 200
    wait_for(lambda: scores()[:1] == [own] and set(scores()[1:]) == {1000}, 20)


@pytest.fixture(scope="module")
def redirects() -> Iterator[int]:
    """Run Apache as w3id.org does, with our rules, and return its port."""
    apache = find_program("apache2")
    names = {"mpm_event": "mpm_event", "authz_core": "authz_core", "rewrite": "rewrite", "headers": "headers"}
    modules = "\n".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{file}.so" for name, file in names.items()
    )
    with tempfile.TemporaryDirectory() as name:
        directory, port = Path(name), free_port()
        directory.chmod(0o755)
        shutil.copytree(FILES / "w3id", directory / "ids" / "osallisuus")
        user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
        settings = directory / "apache.conf"
        settings.write_text(_APACHE.format(directory=directory, port=port, modules=modules, user=user))
        with running([apache, "-f", str(settings), "-D", "FOREGROUND"], port):
            yield port


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("", 302),
        ("ns", 302),
        ("purpose/co-design", 302),
        (f"{PRACTICE}.fi.html", 302),
        ("sparql?query=ASK%20%7B%7D&format=csv", 307),
        ("fi/235/practices?x=a%2Fb", 302),
    ],
)
def test_an_identifier_leads_to_the_site(redirects: int, public: Public, path: str, status: int) -> None:
    """w3id.org sends each identifier on by the same path and query; the site then answers it, by Accept."""
    client = http.client.HTTPConnection("127.0.0.1", redirects, timeout=20)
    client.request("GET", f"/osallisuus/{path}", headers={"Accept": "text/turtle", "Host": "w3id.org"})
    answer = client.getresponse()
    location = answer.headers["Location"]
    client.close()

    assert (answer.status, location) == (status, PUBLIC + path)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert public.follow(location, Accept="text/turtle")[0] == 200


def test_a_posted_query_stays_one(redirects: int) -> None:
    """The endpoint's identifier keeps the method, which other redirects need not."""
    client = http.client.HTTPConnection("127.0.0.1", redirects, timeout=20)
    client.request("POST", "/osallisuus/sparql", b"ASK {}", {"Content-Type": "application/sparql-query"})
    answer = client.getresponse()
    client.close()

    assert (answer.status, answer.headers["Location"]) == (307, f"{PUBLIC}sparql")
