"""What a portal would see of a site: a sound one has no fault, and each fault that is planted is found and named."""

import gzip
import http.client
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from osallisuus import portal, release
from osallisuus.cli import main
from osallisuus.formats import CSV, HTML, JSONLD, NTRIPLES, RDFXML, TURTLE, Format, by_suffix
from osallisuus.portal import compliance, scoring
from osallisuus.portal.description import Description
from osallisuus.portal.fetching import LIMIT, Client
from osallisuus.portal.finding import Finding, UnreadableError
from osallisuus.portal.messages import MESSAGES
from osallisuus.portal.reading import Reader
from osallisuus.portal.report import PortalReport
from osallisuus.site import Contents, Layout, read
from osallisuus.vocabulary import PREFIXES, term
from test_serving import Server

PUBLIC = "https://example.org/"
DAY = "2026-11-25"
DATASET = NamedNode(f"{PUBLIC}xx/999/practices")
CATALOG = NamedNode(f"{PUBLIC}catalog")
FILE = NamedNode(f"{PUBLIC}catalog#xx-999-practices-turtle")
AUTHORITY = "http://publications.europa.eu/resource/authority/"
MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"
XSD = PREFIXES["xsd"]
TURTLE_FILE = "xx/999/practices.ttl"
HYDRA = "hydra:PartialCollectionView"
Triples = list[Triple]
Respond = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Place:
    """What is at a path of a site of files: its answer, or something that answers in its own way."""

    content: bytes = b""
    media_type: str = "text/plain"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    respond: Respond | None = None


@dataclass
class Site:
    """A site of files, which a plain server of this machine serves while it is checked.

    Attributes:
        places: path → what is there.
        catalog: what the catalog says.
        asked: the requests that came.
        mapping: beginning of further public addresses → where they are asked instead.
    """

    places: dict[str, Place]
    catalog: Triples
    asked: list[str] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)

    def change(self, subject: NamedNode, name: str, *values: NamedNode | Literal | BlankNode) -> None:
        """Give a property of a node other values, or none."""
        kept = [each for each in self.catalog if (each.subject, each.predicate) != (subject, term(name))]
        self.catalog = [*kept, *(Triple(subject, term(name), each) for each in values)]

    def add(self, *triples: Triple) -> None:
        """Have the catalog say more."""
        self.catalog += triples

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve the site; give its address, which ends in a slash."""
        content = serialize(self.catalog, format=RdfFormat.TURTLE) or b""
        self.places.setdefault("catalog", Place(content, TURTLE.media_type))
        with listening(self.places, self.asked) as address:
            yield address

    def check(self, *, seconds: float = 5, path: str = "catalog") -> PortalReport:
        """Return what a portal would see of the site."""
        with self.served() as address:
            return portal.check(f"{PUBLIC}{path}", {**self.mapping, PUBLIC: address}, seconds)


class _Answering(BaseHTTPRequestHandler):
    """Answers from the places of its server."""

    places: Mapping[str, Place]
    asked: list[str]

    def _answer(self) -> None:
        path = self.path.lstrip("/")
        self.asked.append(f"{self.command} {path}")
        place = self.places.get(path, Place(b"nothing here", status=404))
        if place.respond:
            place.respond(self)
            return
        self.send_response(place.status)
        headers = {
            "Content-Type": place.media_type,
            "Content-Length": str(len(place.content)),
            **place.headers,
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(place.content)

    do_GET = do_HEAD = _answer  # noqa: N815 # the names that the server asks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening(
    places: Mapping[str, Place], asked: list[str], context: ssl.SSLContext | None = None
) -> Iterator[str]:
    """Serve places on a port of this machine; give the address."""
    handler = type("Handling", (_Answering,), {"places": places, "asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http{'s' if context else ''}://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def files(repository: Path) -> dict[str, bytes]:
    """Return the edition of the minimal site."""
    return release.edition(read(Layout(repository / "tests" / "sites" / "minimal")), None, DAY)


@pytest.fixture
def site(files: dict[str, bytes]) -> Site:
    """Return the minimal site as files, with a page where the catalog says that there is one."""
    places = {}
    for path, content in files.items():
        if form := by_suffix(Path(path).suffix):
            places[path] = Place(content, form.media_type)
    for path in ("index", "sparql", "comparison", "vocabulary", "xx/999/practices"):
        places[f"{path}.html"] = Place(b"<!doctype html><title>x</title>", HTML.media_type)
    places["sparql"] = Place(b"a query is missing", status=400)
    for path in [each for each in places if each.partition(".")[0].startswith("catalog")]:
        del places[path]
    catalog = [each.triple for each in parse(files["catalog.nt"], format=RdfFormat.N_TRIPLES)]
    return Site(places, catalog)


def literal(text: str, datatype: str = "string") -> Literal:
    """Return a literal of a datatype of XML Schema."""
    return Literal(text, datatype=NamedNode(XSD + datatype))


def findings(report: PortalReport) -> list[Finding]:
    """Return every finding of a report."""
    return [*report.findings, *(found for each in report.datasets for found in each.findings)]


def keys(report: PortalReport) -> set[str]:
    """Return the rules of the findings; those of shapes by the last part of their names."""
    return {each.key.rpartition("#")[2] for each in findings(report)}


def missing(report: PortalReport, dataset: NamedNode = DATASET) -> dict[str, float]:
    """Return metric → points that a dataset misses."""
    found = next(each for each in report.datasets if each.iri == dataset.value)
    return {each.metric.key: round(each.metric.points - each.points, 2) for each in found.missing}


# A sound site


def test_a_sound_site_has_no_fault(site: Site) -> None:
    """A site whose catalog is whole and true scores 405 for each dataset, and nothing is found."""
    report = site.check()

    assert findings(report) == []
    assert {each.points for each in report.datasets} == {405}
    assert len(report.datasets) == 3
    assert report.problems == 0


def test_it_asks_as_a_harvester_asks(site: Site) -> None:
    """The catalog is asked by HEAD, then by GET; every address is asked by both, once each."""
    site.check()

    assert site.asked[:2] == ["HEAD catalog", "GET catalog"]
    others = [each for each in site.asked if not each.endswith(" catalog")]
    assert len(others) == len(set(others))
    assert {each.removeprefix("HEAD ") for each in others if each.startswith("HEAD")} == {
        each.removeprefix("GET ") for each in others if each.startswith("GET")
    }
    assert "GET xx/999/services.rdf" in others


def test_our_own_server_passes(publish: Path, contents: Contents) -> None:
    """The command finds nothing wrong with our real site while it is served, and ends with 0."""
    with Server(publish) as server:
        address = f"http://127.0.0.1:{server.port}/"
        result = run(f"{address}catalog", "--map", f"{contents.site.base}={address}")
        machine = run(f"{address}catalog", "--map", f"{contents.site.base}={address}", "--format", "json")

    assert result.exit_code == 0, result.output
    assert "0 problems" in result.stderr
    document = json.loads(machine.stdout)
    assert machine.exit_code == 0
    assert {each["points"] for each in document["datasets"]} == {405}
    assert len(document["datasets"]) == len(contents.municipalities) + 2
    assert document["problems"] == 0


def test_a_paged_catalog_gives_the_same_datasets(contents: Contents, tmp_path: Path) -> None:
    """With two datasets a page our server's catalog is followed to its end, and holds what the unpaged one holds."""
    paged = replace(contents, site=replace(contents.site, datasets_per_page=2))
    release.replace(tmp_path / "publish", release.edition(paged, None, DAY))
    with Server(tmp_path / "publish") as server:
        address = f"http://127.0.0.1:{server.port}/"
        report = portal.check(f"{address}catalog", {contents.site.base: address})

    assert findings(report) == []
    assert len(report.pages) == 5
    assert len(report.datasets) == len(contents.municipalities) + 2


# Faults of addresses


def _at(**how: object) -> Callable[[Site], None]:
    def plant(site: Site) -> None:
        site.places[TURTLE_FILE] = replace(site.places[TURTLE_FILE], **how)  # type: ignore[arg-type] # as the case says

    return plant


def _by_method(head: Place, get: Place | None = None) -> Respond:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        place = head if handler.command == "HEAD" else get or Place(b"<a:b> <a:b> <a:b> .", TURTLE.media_type)
        handler.send_response(place.status)
        handler.send_header("Content-Type", place.media_type)
        handler.send_header("Content-Length", str(len(place.content)))
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(place.content)

    return respond


def _break_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", TURTLE.media_type)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    if handler.command == "GET":
        handler.wfile.write(b"short")


def _sleep(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(2)
    handler.close_connection = True


def _drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", TURTLE.media_type)
    handler.end_headers()
    if handler.command == "GET":
        for _ in range(40):
            handler.wfile.write(b"#")
            handler.wfile.flush()
            time.sleep(0.05)


def _flood(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", TURTLE.media_type)
    handler.end_headers()
    if handler.command == "GET":
        block = b"# a comment of a very long file\n" * 32768
        try:
            for _ in range(LIMIT // len(block) + 5):
                handler.wfile.write(block)
        except ConnectionError:
            pass


def _redirect(to: str, status: int = 302) -> dict[str, object]:
    return {"status": status, "headers": {"Location": to} if to else {}, "content": b""}


def _loop(site: Site) -> None:
    _at(**_redirect("/loop"))(site)
    site.places["loop"] = Place(status=302, headers={"Location": f"/{TURTLE_FILE}"})


def _far(site: Site) -> None:
    _at(**_redirect("/far0"))(site)
    for step in range(20):
        site.places[f"far{step}"] = Place(status=307, headers={"Location": f"/far{step + 1}"})


def _refuse_connections(site: Site) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    site.mapping["https://closed.example/"] = f"http://127.0.0.1:{port}/"
    site.change(FILE, "dcat:downloadURL", NamedNode("https://closed.example/file.ttl"))


def _download(address: str) -> Callable[[Site], None]:
    return lambda site: site.change(FILE, "dcat:downloadURL", NamedNode(address))


WHERE = {
    "not found": (_at(status=404), "status", "404"),
    "server error": (_at(status=500), "status", "500"),
    "HEAD alone fails": (_at(respond=_by_method(Place(status=403))), "status", "HEAD"),
    "HEAD tells another type": (
        _at(respond=_by_method(Place(media_type="text/plain"))),
        "head",
        "text/plain",
    ),
    "redirects in a circle": (_loop, "loop", "/loop"),
    "redirects on and on": (_far, "far", "10"),
    "redirects nowhere": (_at(**_redirect("")), "astray", "302"),
    "redirects to nonsense": (_at(**_redirect("http://[::1")), "address", "Invalid IPv6"),
    "redirects to a file of this machine": (_at(**_redirect("file:///etc/passwd")), "scheme", "http://"),
    "breaks off": (_at(respond=_break_off), "broken", "log"),
    "no answer in time": (_at(respond=_sleep), "slow", "1 s"),
    "a drop at a time": (_at(respond=_drip), "slow", "1 s"),
    "huge": (_at(respond=_flood), "large", "50 MB"),
    "no server": (_refuse_connections, "refused", "refused"),
    "no such name": (_download("http://nothing.invalid/x.ttl"), "name", "nothing.invalid"),
    "another protocol": (_download("ftp://example.org/x.ttl"), "scheme", "http"),
    "no sound address": (_download("http://exa_mple..org:99999/"), "address", "Mend"),
}


@pytest.mark.parametrize("case", WHERE)
def test_an_address_that_fails_is_named(site: Site, case: str) -> None:
    """A dead, endless, circling, slow or hostile address is told with its cause, and the rest is checked all the same."""
    plant, key, words = WHERE[case]
    plant(site)

    report = site.check(seconds=1)

    found = [each for each in findings(report) if each.key == key]
    assert found, findings(report)
    assert words in " ".join(each.text("en") for each in found)
    assert len(report.datasets) == 3
    assert report.problems > 0


def test_a_missing_head_is_made_up_for_by_get(site: Site) -> None:
    """Where HEAD is not offered (405), a portal asks by GET: the fault is told, but the points stay."""
    content = site.places[TURTLE_FILE].content
    _at(respond=_by_method(Place(status=405), Place(content, TURTLE.media_type)))(site)

    report = site.check()

    assert keys(report) == {"status"}
    assert missing(report) == {}


def test_a_redirect_to_the_end_is_followed(site: Site) -> None:
    """A file that has moved is found at its new place, and checked there."""
    site.places["moved.ttl"] = site.places[TURTLE_FILE]
    _at(**_redirect("/moved.ttl", 308))(site)

    assert findings(site.check()) == []


def test_packed_answers_are_measured_unpacked(site: Site) -> None:
    """A server that packs what it sends, though nobody asked, is read as a browser reads it."""
    content = site.places[TURTLE_FILE].content
    packed = gzip.compress(content)
    _at(content=packed, headers={"Content-Encoding": "gzip"})(site)

    assert findings(site.check()) == []


def test_an_untrusted_certificate_is_told(tmp_path: Path) -> None:
    """A certificate that nobody vouches for stops the check with a message about it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=127.0.0.1",
    ]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    with listening({}, [], context) as address:
        report = portal.check(f"{address}catalog", seconds=5)

    assert [each.key for each in report.findings] == ["tls"]
    assert "self-signed" in report.findings[0].text("en")


# Faults of the catalog as a whole


def _page(content: bytes | str, media_type: str = TURTLE.media_type, **how: object) -> Callable[[Site], None]:
    data = content.encode() if isinstance(content, str) else content

    def plant(site: Site) -> None:
        site.places["catalog"] = Place(data, media_type, **how)  # type: ignore[arg-type] # as the case says

    return plant


def _view(site: Site, following: str, name: str = "hydra:next") -> None:
    view = NamedNode(f"{PUBLIC}catalog#view")
    site.add(Triple(view, term("rdf:type"), term(HYDRA)), Triple(view, term(name), NamedNode(following)))


def _dead_page(site: Site) -> None:
    _view(site, f"{PUBLIC}catalog/2")


CATALOGS = {
    "a page": (_page("<!doctype html>", HTML.media_type), "not-rdf", "text/html"),
    "JSON": (_page("{}", "application/json"), "not-rdf", "application/json"),
    "no type": (_page("", ""), "not-rdf", "?"),
    "not what it says": (_page("{}"), "parse", "Turtle"),
    "not text": (_page(b"\xff\xfe\x00"), "parse", "UTF-8"),
    "a context elsewhere": (
        _page('{"@context": "https://example.org/context", "@id": "x:y"}', JSONLD.media_type),
        "context",
        "Turtle",
    ),
    "not there": (_page("", status=404), "status", "404"),
    "huge": (_page("", respond=_flood), "catalog-large", "50 MB"),
    "empty": (_page(""), "no-datasets", "dcat:Dataset"),
    "a page that is not there": (_dead_page, "status", "404"),
    "a page that is the first again": (lambda site: _view(site, f"{PUBLIC}catalog"), "paging", "last page"),
    "a dataset that is not described": (
        lambda site: site.add(Triple(CATALOG, term("dcat:dataset"), NamedNode(f"{PUBLIC}other"))),
        "undescribed",
        f"{PUBLIC}other",
    ),
    "no catalog": (lambda site: site.change(CATALOG, "rdf:type"), "no-catalog", "dcat:Catalog"),
}


@pytest.mark.parametrize("case", CATALOGS)
def test_a_catalog_that_no_harvester_reads_is_told(site: Site, case: str) -> None:
    """A catalog that is no RDF, too large, empty or badly paged is told with the cure, and never ends in a traceback."""
    plant, key, words = CATALOGS[case]
    plant(site)

    found = [each for each in findings(site.check()) if each.key == key]

    assert found
    assert words in " ".join(each.text("en") for each in found)


@pytest.mark.parametrize("name", ["hydra:next", "hydra:nextPage"])
def test_further_pages_are_read(site: Site, name: str) -> None:
    """A dataset on the second page is found, by either of the words for the next page, though it is given as a text."""
    dataset = NamedNode(f"{PUBLIC}vocabulary")
    own = [each for each in site.catalog if each.subject == dataset]
    later = serialize(site.catalog, format=RdfFormat.TURTLE) or b""
    site.places["more"] = Place(later, TURTLE.media_type)
    site.catalog = [each for each in site.catalog if each not in own]
    view = BlankNode("view")
    kind = "hydra:PagedCollection" if name == "hydra:nextPage" else HYDRA
    site.add(Triple(view, term("rdf:type"), term(kind)), Triple(view, term(name), literal(f"{PUBLIC}more")))

    report = site.check()

    assert report.pages == (f"{PUBLIC}catalog", f"{PUBLIC}more")
    assert dataset.value in {each.iri for each in report.datasets}


def test_a_first_page_that_only_get_reaches_is_read(site: Site) -> None:
    """A catalog that refuses HEAD is read all the same, and the refusal told."""
    content = serialize(site.catalog, format=RdfFormat.TURTLE) or b""
    site.places["catalog"] = Place(respond=_by_method(Place(status=501), Place(content, TURTLE.media_type)))

    report = site.check()

    assert [(each.key, each.about) for each in findings(report)] == [("status", CATALOG.value)]
    assert len(report.datasets) == 3


def test_ids_that_change_are_told(site: Site) -> None:
    """Names that differ from one harvest to the next would delete and make things anew; that is told."""
    content = serialize(site.catalog, format=RdfFormat.TURTLE) or b""
    count = iter(range(100))

    def respond(handler: BaseHTTPRequestHandler) -> None:
        changing = content.replace(b"practices-csv", b"practices-csv-%d" % next(count))
        _by_method(Place(), Place(changing, TURTLE.media_type))(handler)

    site.places["catalog"] = Place(respond=respond)

    assert "unstable" in keys(site.check())


@pytest.mark.parametrize("form", [JSONLD, NTRIPLES, RDFXML])
def test_catalogs_in_other_formats_are_read(site: Site, files: dict[str, bytes], form: Format) -> None:
    """The same catalog gives the same report in each format."""
    site.places["catalog"] = Place(files[f"catalog{form.suffix}"], form.media_type)

    report = site.check()

    assert findings(report) == []
    assert report.problems == 0


# Claims on files


CHECKSUM = NamedNode(f"{FILE.value}-checksum")
UNTRUE = {
    "another type served": (_at(media_type="text/plain"), "type-declared", "text/plain"),
    "no type served": (_at(media_type=""), "type-declared", "–"),
    "another type declared": (
        lambda site: site.change(FILE, "dcat:mediaType", NamedNode(f"{MEDIA_TYPES}text/csv")),
        "type-declared",
        "text/csv",
    ),
    "format and type at odds": (
        lambda site: site.change(FILE, "dct:format", NamedNode(f"{AUTHORITY}file-type/CSV")),
        "type-format",
        "CSV",
    ),
    "wrong size": (
        lambda site: site.change(FILE, "dcat:byteSize", literal("12", "nonNegativeInteger")),
        "size",
        "12",
    ),
    "no number": (
        lambda site: site.change(FILE, "dcat:byteSize", literal("big", "nonNegativeInteger")),
        "size",
        "big",
    ),
    "wrong checksum": (
        lambda site: site.change(CHECKSUM, "spdx:checksumValue", literal("ab" * 32, "hexBinary")),
        "checksum",
        "abab",
    ),
    "unknown algorithm": (
        lambda site: site.change(
            CHECKSUM, "spdx:algorithm", NamedNode("https://spdx.org/rdf/terms#checksumAlgorithm_x")
        ),
        "algorithm",
        "checksumAlgorithm_x",
    ),
    "other content": (_at(content=b"<html>sorry</html>"), "content", "practices.ttl"),
    "other bytes": (_at(content=b"<a:b> <a:b> <a:b> .\n"), "checksum", "sha256"),
}


@pytest.mark.parametrize("case", UNTRUE)
def test_an_untrue_claim_is_told(site: Site, case: str) -> None:
    """Type, format, size, checksum and content are held against the file; what is not so is told of its distribution."""
    plant, key, words = UNTRUE[case]
    plant(site)

    found = [each for each in findings(site.check()) if each.key == key]

    assert found
    assert {each.about for each in found} == {FILE.value}
    assert words in found[0].text("en")


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha512"])
def test_other_checksums_are_proved_too(site: Site, algorithm: str) -> None:
    """A checksum by another known algorithm is computed and compared."""
    site.change(
        CHECKSUM, "spdx:algorithm", NamedNode(f"https://spdx.org/rdf/terms#checksumAlgorithm_{algorithm}")
    )

    assert "checksum" in keys(site.check())


CONTENTS = {
    "CSV": (CSV.media_type, b"a,b\r\n1,2\r\n", ""),
    "CSV with a byte order mark": (CSV.media_type, b"\xef\xbb\xbfa,b\n1,2\n", ""),
    "a row too wide": (CSV.media_type, b"a,b\n1,2,3\n", "line 2 has 3 cells"),
    "no row": (CSV.media_type, b"", "no row"),
    "an open quote": (CSV.media_type, b'a,b\n"1,2\n', "unexpected end"),
    "not UTF-8": (CSV.media_type, "ä,ö\n".encode("latin-1"), "utf-8"),
    "JSON": ("application/json", b"[]", ""),
    "no JSON": ("application/json", b"[", "Expecting value"),
    "GeoJSON": ("application/geo+json", b"{", "Expecting property"),
    "deep JSON": ("application/json", b"[" * 200_000, "recursion"),
    "XML": ("application/xml", b"<a/>", ""),
    "no XML": ("image/svg+xml", b"<a>", "no element"),
    "no archive": ("application/zip", b"PK", "not a zip"),
    "Turtle": (TURTLE.media_type, b"<a> <b> <c> .", ""),
    "no Turtle": (TURTLE.media_type, b"<a> <b> .", "line 1"),
    "JSON-LD with a context elsewhere": (JSONLD.media_type, b'{"@context": ["https://x.example/"]}', ""),
    "no JSON-LD": (JSONLD.media_type, b"{", "line 1"),
    "what nobody here can read": ("application/pdf", b"anything", ""),
}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """Return what reads content."""
    found = Reader()
    yield found
    found.close()


@pytest.mark.parametrize("case", CONTENTS)
def test_content_is_read_as_its_type(reader: Reader, case: str) -> None:
    """Tables, JSON, XML, archives and RDF are read; what cannot be read as its type gives the reason."""
    media_type, content, problem = CONTENTS[case]

    found = reader.problem(content, media_type, PUBLIC)

    assert (found == "") == (problem == "")
    assert problem.lower() in found.lower()


# The score


def _without(subject: NamedNode, name: str) -> Callable[[Site], None]:
    return lambda site: site.change(subject, name)


def _with(subject: NamedNode, name: str, *values: NamedNode | Literal) -> Callable[[Site], None]:
    return lambda site: site.change(subject, name, *values)


FILES = 10
"""How many distributions the dataset of the minimal site has."""
TENTH = 1 / FILES
DEAD = NamedNode(f"{PUBLIC}nothing")
LOST: dict[str, tuple[Callable[[Site], None], dict[str, float]]] = {
    "no keyword": (_without(DATASET, "dcat:keyword"), {"keywordAvailability": 30}),
    "no theme": (_without(DATASET, "dcat:theme"), {"categoryAvailability": 30}),
    "no place": (_without(DATASET, "dct:spatial"), {"spatialAvailability": 20}),
    "no time": (_without(DATASET, "dct:temporal"), {"temporalAvailability": 20}),
    "no right of access": (
        _without(DATASET, "dct:accessRights"),
        {"accessRightsAvailability": 10, "accessRightsVocabularyAlignment": 5},
    ),
    "no contact": (_without(DATASET, "dcat:contactPoint"), {"contactPointAvailability": 20}),
    "no publisher": (_without(DATASET, "dct:publisher"), {"publisherAvailability": 10}),
    "no day of issue": (_without(DATASET, "dct:issued"), {"dateIssuedAvailability": 0.45}),
    "no day of change of a file": (_without(FILE, "dct:modified"), {"dateModifiedAvailability": 0.45}),
    "no title": (_without(DATASET, "dct:title"), {"dcatApCompliance": 30}),
    "no title of the catalog": (_without(CATALOG, "dct:title"), {"dcatApCompliance": 30}),
    "no access address": (
        _without(FILE, "dcat:accessURL"),
        {"accessUrlStatusCode": 50 * TENTH, "dcatApCompliance": 30},
    ),
    "dead access address": (_with(FILE, "dcat:accessURL", DEAD), {"accessUrlStatusCode": 50 * TENTH}),
    "no download address": (
        _without(FILE, "dcat:downloadURL"),
        {"downloadUrlAvailability": 20 * TENTH, "downloadUrlStatusCode": 30 * TENTH},
    ),
    "dead download address": (_with(FILE, "dcat:downloadURL", DEAD), {"downloadUrlStatusCode": 30 * TENTH}),
    "no format": (
        _without(FILE, "dct:format"),
        {
            "formatAvailability": 20 * TENTH,
            "formatMediaTypeVocabularyAlignment": 10 * TENTH,
            "formatMediaTypeNonProprietary": 20 * TENTH,
            "formatMediaTypeMachineReadable": 20 * TENTH,
        },
    ),
    "a format in words": (
        _with(FILE, "dct:format", Literal("Turtle")),
        {
            "formatMediaTypeVocabularyAlignment": 10 * TENTH,
            "formatMediaTypeNonProprietary": 20 * TENTH,
            "formatMediaTypeMachineReadable": 20 * TENTH,
            "dcatApCompliance": 30,
        },
    ),
    "no media type": (
        _without(FILE, "dcat:mediaType"),
        {"mediaTypeAvailability": 10 * TENTH, "formatMediaTypeVocabularyAlignment": 10 * TENTH},
    ),
    "a media type in words": (
        _with(FILE, "dcat:mediaType", Literal("text/turtle")),
        {"formatMediaTypeVocabularyAlignment": 10 * TENTH, "dcatApCompliance": 30},
    ),
    "no licence": (
        _without(FILE, "dct:license"),
        {"licenceAvailability": 20 * TENTH, "knownLicence": 10 * TENTH},
    ),
    "a licence in words": (
        _with(FILE, "dct:license", Literal("CC BY")),
        {"knownLicence": 10 * TENTH, "dcatApCompliance": 30},
    ),
    "a licence that the catalog does not describe": (
        _with(FILE, "dct:license", NamedNode("https://creativecommons.org/licenses/by/4.0/")),
        {"dcatApCompliance": 30},
    ),
    "no rights": (_without(FILE, "dct:rights"), {"rightsAvailability": 5 * TENTH}),
    "no size": (_without(FILE, "dcat:byteSize"), {"byteSizeAvailability": 5 * TENTH}),
    "a size of the old type": (
        _with(FILE, "dcat:byteSize", literal("1", "decimal")),
        {"dcatApCompliance": 30},
    ),
    "two sizes": (
        _with(FILE, "dcat:byteSize", literal("1", "nonNegativeInteger"), literal("2", "nonNegativeInteger")),
        {"dcatApCompliance": 30},
    ),
    "two publishers": (
        _with(
            DATASET,
            "dct:publisher",
            NamedNode(f"{PUBLIC}catalog#publisher"),
            NamedNode(f"{PUBLIC}catalog#contact"),
        ),
        {"dcatApCompliance": 30},
    ),
    "a publisher in words": (_with(DATASET, "dct:publisher", Literal("Mallila")), {"dcatApCompliance": 30}),
    "a frequency of no list": (
        _with(DATASET, "dct:accrualPeriodicity", NamedNode(f"{AUTHORITY}country/FIN")),
        {"dcatApCompliance": 30},
    ),
    "a day that is none": (_with(FILE, "dct:issued", Literal("soon")), {"dcatApCompliance": 30}),
    "a wrong size": (_with(FILE, "dcat:byteSize", literal("1", "nonNegativeInteger")), {}),
}


@pytest.mark.parametrize("case", LOST)
def test_each_gap_costs_its_points(site: Site, case: str) -> None:
    """A property that is missing, dead or of no list loses just its metrics, in the share of the files it is missing from."""
    plant, expected = LOST[case]
    plant(site)

    report = site.check()

    assert missing(report) == {name: round(points, 2) for name, points in expected.items()}
    assert report.problems > 0


def test_a_fault_of_one_dataset_is_not_held_against_another(site: Site) -> None:
    """Only the dataset with the fault loses points; a fault of the catalog costs every dataset."""
    site.change(DATASET, "dct:title")
    other = NamedNode(f"{PUBLIC}vocabulary")
    one = site.check()
    del site.places["catalog"]
    site.change(CATALOG, "dct:publisher")
    all_of_them = site.check()

    assert missing(one, other) == {}
    assert missing(all_of_them, other) == {"dcatApCompliance": 30}


def test_a_dataset_without_files_scores_by_itself(site: Site) -> None:
    """Without a distribution every metric on distributions is lost, and those of the dataset are kept."""
    site.change(DATASET, "dcat:distribution")

    report = site.check()

    points = next(each.points for each in report.datasets if each.iri == DATASET.value)
    assert points == 185
    assert scoring.rating(points) == "sufficient"


def test_the_metrics_are_those_of_the_assessment() -> None:
    """There are 23 metrics in five dimensions, of 405 points in all."""
    dimensions = {name: 0 for name in scoring.DIMENSIONS}
    for each in scoring.METRICS:
        dimensions[each.dimension] += each.points

    assert len(scoring.METRICS) == 23
    assert list(dimensions.values()) == [100, 100, 110, 75, 20]


@pytest.mark.parametrize(("points", "name"), [(405, "excellent"), (350.5, "good"), (221, "good"), (0, "bad")])
def test_ratings(points: float, name: str) -> None:
    """Points are rated in the four classes of the assessment."""
    assert scoring.rating(points) == name


def test_each_rule_of_the_profile_can_be_broken(site: Site) -> None:
    """Every rule of the table names a class and a property whose prefixes are known, and a sound catalog breaks none."""
    assert len(compliance.RULES) > 80
    for rule in compliance.RULES:
        assert term(rule.of).value
        assert term(rule.name).value
    assert compliance.violations(Description(site.catalog)) == []


# What CKAN would store


def test_what_ckan_would_store(site: Site) -> None:
    """The id, the texts in each language, the licence by its id, the people, and a resource for each file."""
    fields = next(each.stored.fields for each in site.check().datasets if each.iri == DATASET.value)

    assert fields["guid"] == fields["identifier"] == DATASET.value
    assert fields["license_id"] == "cc-by"
    for name in ("title", "notes", "tags"):
        found = fields[name]
        assert isinstance(found, dict)
        assert set(found) == {"fi", "sv", "en"}
    assert fields["publisher"] == [
        {
            "uri": f"{PUBLIC}catalog#publisher",
            "name": {"en": "Municipality of Mallila", "fi": "Mallilan kunta", "sv": "Modellby kommun"},
            "url": "https://mallila.example/",
            "type": "http://purl.org/adms/publishertype/LocalAuthority",
        }
    ]
    assert isinstance(fields["contact"], list)
    assert fields["contact"][0]["email"] == "data@mallila.example"
    resources = fields["resources"]
    assert isinstance(resources, list)
    assert len(resources) == FILES
    by_url = {each["url"]: each for each in resources}
    assert by_url[f"{PUBLIC}xx/999/practices.csv"]["format"] == "CSV"
    assert by_url[f"{PUBLIC}{TURTLE_FILE}"]["mimetype"] == "text/turtle"
    assert by_url[f"{PUBLIC}{TURTLE_FILE}"]["id"] == FILE.value


def test_what_ckan_would_drop(site: Site) -> None:
    """Properties that no field takes are listed, as a remark and not as a fault."""
    dropped = next(each.stored.dropped for each in site.check().datasets if each.iri == DATASET.value)

    assert "osa:coverage" in dropped
    assert not {"dct:title", "dcat:distribution", "dct:format"} & set(dropped)


def _anonymous(site: Site) -> None:
    nameless = BlankNode("file")

    def changed(node: object) -> object:
        return nameless if node == FILE else node

    site.catalog = [Triple(changed(s), p, changed(o)) for s, p, o in site.catalog]  # type: ignore[arg-type]


def _strip_licences(site: Site) -> None:
    for each in list(site.catalog):
        if each.predicate == term("dcat:distribution") and isinstance(each.object, NamedNode):
            site.change(each.object, "dct:license")


LOSSES: dict[str, tuple[Callable[[Site], None], str, str]] = {
    "no licence on files": (_strip_licences, "licence-lost", "distributions alone"),
    "a licence that CKAN does not know": (
        lambda site: site.change(NamedNode(f"{AUTHORITY}licence/CC_BY_4_0"), "dct:title"),
        "licence-unknown",
        "CC_BY_4_0",
    ),
    "no identifier": (_without(DATASET, "dct:identifier"), "identifier", DATASET.value),
    "another identifier": (_with(DATASET, "dct:identifier", Literal("17")), "other-identifier", "17"),
    "two titles": (
        lambda site: site.add(Triple(DATASET, term("dct:title"), Literal("Toinen", language="fi"))),
        "two-titles",
        "fi",
    ),
    "a title without language": (
        _with(DATASET, "dct:title", Literal("Käytännöt")),
        "no-language",
        "dct:title",
    ),
    "a keyword with a comma": (
        _with(DATASET, "dcat:keyword", Literal("hearing, voting", language="en")),
        "comma",
        "hearing, voting",
    ),
    "a publisher in words": (_with(DATASET, "dct:publisher", Literal("Mallila")), "literal", "Mallila"),
    "a publisher without name": (
        _without(NamedNode(f"{PUBLIC}catalog#publisher"), "foaf:name"),
        "nameless",
        "foaf:name",
    ),
    "a contact that is but an address": (
        _with(DATASET, "dcat:contactPoint", NamedNode("mailto:data@mallila.example")),
        "nameless",
        "vcard:fn",
    ),
    "a file without IRI": (_anonymous, "blank", "dcat:Distribution"),
    "a file that is not described": (
        lambda site: site.add(Triple(DATASET, term("dcat:distribution"), NamedNode(f"{PUBLIC}other"))),
        "undescribed",
        f"{PUBLIC}other",
    ),
}


@pytest.mark.parametrize("case", LOSSES)
def test_what_gets_lost_on_the_way_is_told(site: Site, case: str) -> None:
    """What a catalog says in a way that CKAN or udata does not take up is told, with the cure."""
    plant, key, words = LOSSES[case]
    plant(site)

    found = [each for each in findings(site.check()) if each.key == key]

    assert found
    assert words in " ".join(each.text("en") for each in found)


def test_our_own_shapes_are_run(site: Site) -> None:
    """What DCAT-AP lets pass and our shapes do not is told in their words, in each language."""
    site.change(DATASET, "dcat:landingPage")

    report = site.check()

    found = next(each for each in findings(report) if each.key.endswith("#catalog-landing-page"))
    assert found.about == DATASET.value
    assert "foaf:Document" in found.text("en")
    assert found.text("fi") != found.text("sv") != found.text("en")
    assert missing(report) == {}


def test_a_rule_is_told_once(site: Site) -> None:
    """Where our shapes say the same as DCAT-AP, only the words of our shapes are shown."""
    site.change(FILE, "dcat:accessURL")

    found = [each for each in findings(site.check()) if each.about == FILE.value]

    assert [each.key.rpartition("#")[2] for each in found] == ["catalog-access-url"]


# The command


def run(address: str, *options: str) -> Result:
    """Run `check --portal`."""
    return CliRunner().invoke(main, ["check", "--portal", address, *options])


def test_faults_end_with_1_and_are_counted(site: Site) -> None:
    """People read the dataset, its points by dimension, what is missing with its cure, and what is wrong; status 1."""
    site.change(DATASET, "dct:temporal")
    site.places[TURTLE_FILE] = Place(b"gone", status=410)
    with site.served() as address:
        result = run(f"{PUBLIC}catalog", "--map", f"{PUBLIC}={address}", "--lang", "en")

    assert result.exit_code == 1
    assert "findability 80/100" in result.stdout
    assert "−20 temporalAvailability: Add dct:temporal to the dataset." in result.stdout
    assert (
        f"HEAD is answered 410, not 200. dcat:accessURL, dcat:downloadURL. Mend the address or the server. <{PUBLIC}{TURTLE_FILE}>"
        in result.stdout
    )
    assert result.stderr.endswith(" problems, 0 warnings\n")
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ("löydettävyys 80/100", "Lisää dct:temporal aineistoon.", "CKAN ei tallenna")),
        ("sv", ("sökbarhet 80/100", "Lägg till dct:temporal på datamängden.", "CKAN sparar inte")),
    ],
)
def test_people_are_told_in_their_language(site: Site, language: str, words: tuple[str, ...]) -> None:
    """The report comes in Finnish and in Swedish too."""
    site.change(DATASET, "dct:temporal")
    with site.served() as address:
        text = run(f"{PUBLIC}catalog", "--map", f"{PUBLIC}={address}", "--lang", language).stdout

    for each in words:
        assert each in text


def test_machines_read_the_same(site: Site) -> None:
    """As JSON, a report says for each dataset the points, what is missing and where, what CKAN stores, and the findings."""
    site.change(FILE, "dct:license")
    with site.served() as address:
        result = run(f"{PUBLIC}catalog", "--map", f"{PUBLIC}={address}", "--format", "json", "--lang", "sv")

    document = json.loads(result.stdout)
    dataset = next(each for each in document["datasets"] if each["dataset"] == DATASET.value)
    assert result.exit_code == 1
    assert document["catalog"] == f"{PUBLIC}catalog"
    assert dataset["points"] == 402
    assert dataset["rating"] == "excellent"
    assert dataset["dimensions"]["reusability"] == {"points": 72, "of": 75}
    assert dataset["metrics"]["licenceAvailability"] == {"points": 18, "of": 20}
    lost = {each["metric"]: each for each in dataset["missing"]}
    assert lost["licenceAvailability"]["failing"] == [FILE.value]
    assert lost["licenceAvailability"]["cure"].startswith("Lägg till")
    assert dataset["ckan"]["guid"] == DATASET.value
    assert document["problems"] == len(lost) + len(dataset["findings"])


def test_an_unreachable_catalog_is_one_line() -> None:
    """Where there is no catalog, that is said in a line and the status is 1."""
    result = run("http://nothing.invalid/catalog", "--lang", "en")

    assert result.exit_code == 1
    assert "There is no server named nothing.invalid." in result.stdout
    assert result.stderr == "1 problem, 0 warnings\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--portal", "catalog.ttl"],
        ["--portal", "ftp://example.org/"],
        ["--portal", "http://[::1"],
        ["--portal", "http://example.org/", "--map", "http://example.org/"],
        ["--portal", "http://example.org/", "--map", "a=b"],
        ["--portal", "http://example.org/", "--format", "xml"],
        ["--portal", "http://example.org/", "README.md"],
        ["--format", "json"],
        ["--map", "http://a.example/=http://b.example/"],
    ],
)
def test_misuse_is_2(repository: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that is none, a mapping that is none, and options that do not go together are misuse."""
    monkeypatch.chdir(repository)
    result = CliRunner().invoke(main, ["check", *arguments])

    assert result.exit_code == 2
    assert "Error" in result.stderr


# Words and parts


def test_every_message_is_in_every_language() -> None:
    """Each message is in Finnish, Swedish and English, and fills the same places in each."""
    for key, texts in MESSAGES.items():
        assert set(texts) == {"fi", "sv", "en"}, key
        fields = {
            language: sorted(part.partition("}")[0] for part in text.split("{")[1:])
            for language, text in texts.items()
        }
        assert set(fields["fi"]) == set(fields["sv"]) == set(fields["en"]), key


def test_the_longest_mapping_wins() -> None:
    """Of two mapped beginnings the longer one decides where an address is asked."""
    places = {"x/y": Place(b"right"), "a/x/y": Place(b"wrong")}
    with (
        listening(places, []) as address,
        Client({PUBLIC: f"{address}a/", f"{PUBLIC}x/": f"{address}x/"}) as client,
    ):
        assert client.ask("GET", f"{PUBLIC}x/y").content == b"right"


def test_a_fragment_is_not_sent() -> None:
    """A fragment is for the reader of the answer, not for the server."""
    asked: list[str] = []
    with listening({"x": Place()}, asked) as address, Client() as client:
        client.ask("HEAD", f"{address}x#part")

    assert asked == ["HEAD x"]


def test_an_endless_head_ends() -> None:
    """A server that sends heads without end is let go."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        try:
            for number in range(http.client._MAXHEADERS + 1):  # type: ignore[attr-defined]
                handler.wfile.write(b"HTTP/1.1 200 OK\r\n" if not number else b"x-%d: y\r\n" % number)
            handler.wfile.write(b"z: " + b"z" * 70000 + b"\r\n\r\n")
        except ConnectionError:
            pass

    with (
        listening({"x": Place(respond=respond)}, []) as address,
        Client() as client,
        pytest.raises(UnreadableError) as error,
    ):
        client.ask("GET", f"{address}x")

    assert error.value.finding.key == "broken"
