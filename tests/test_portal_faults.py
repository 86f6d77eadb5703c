"""What hostile or careless catalogs do to a check: it ends in time, loses no report, says nothing false, steers no terminal."""

import io
import json
import re
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from osallisuus import portal, query, release
from osallisuus.cli import main
from osallisuus.formats import CSV, JSONLD, NTRIPLES, RDFXML, TURTLE
from osallisuus.portal import harvesting, probing
from osallisuus.portal.fetching import Client, is_local
from osallisuus.portal.finding import UnreadableError
from osallisuus.portal.reading import HeavyError, Reader
from osallisuus.release import telling
from osallisuus.release.difference import Change, Difference
from osallisuus.release.spans import Comparison, Span
from osallisuus.site import Layout, read
from osallisuus.terminal import printable, printable_lines
from osallisuus.vocabulary import term
from test_portal import (
    CATALOG,
    DATASET,
    DAY,
    FILE,
    PUBLIC,
    TURTLE_FILE,
    Place,
    Site,
    files,
    findings,
    keys,
    listening,
    literal,
    missing,
    reader,
    run,
    site,
)

__all__ = ["files", "reader", "site"]

HOSTILE = "\x1b]0;owned\x07\x1b[2J\u202egnp\u2066\x9b1m\nok: all is well\r"
"""Text that sets the title of a window, clears the screen, turns what follows round, and forges a line."""
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _zip(version: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", "b")
    content = bytearray(file.getvalue())
    at = content.index(b"PK\x01\x02")
    content[at + 6] = version
    return bytes(content)


def _chain(length: int) -> bytes:
    entities = "".join(f'<!ENTITY e{i} "&e{i - 1};">' for i in range(1, length))
    return f'<!DOCTYPE a [<!ENTITY e0 "x">{entities}]><a>&e{length - 1};</a>'.encode()


def _multiplying() -> bytes:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    return (
        f'<!DOCTYPE a [<!ENTITY e0 "xxxxxxxxxx">{entities}]>'
        f'<rdf:RDF xmlns:rdf="{rdf}" xmlns:e="http://e/"><e:a><e:b>&e11;</e:b></e:a></rdf:RDF>'
    ).encode()


NESTED = b"<a:a> <a:b> " + b"<<( <a:a> <a:b> " * 300_000 + b"<a:c>" + b")>>" * 300_000 + b" ."
LONG_CELL = b'a,b\n"' + b'x""\n,' * 100_000 + b'",2\n'


# Bytes that stop a reader

UNREADABLE = {
    "XML in an encoding of no list": (
        "application/xml",
        b'<?xml version="1.0" encoding="x-foo"?><a/>',
        "x-foo",
    ),
    "XML in an encoding that is no text": (
        "application/xml",
        b'<?xml version="1.0" encoding="hex"?><a/>',
        "hex",
    ),
    "an archive of a later version": ("application/zip", _zip(99), "9.9"),
    "JSON-LD that nests deeply": (JSONLD.media_type, b'{"a:b":' * 100_000, ""),
    "a base that is none": (TURTLE.media_type, b"@base <http://[x> .", ""),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_stops_a_reader_is_one_finding(site: Site, case: str) -> None:
    """What the readers cannot read is told of that file, and the rest of the report is there."""
    media_type, content, words = UNREADABLE[case]
    site.change(
        FILE, "dcat:mediaType", NamedNode(f"http://www.iana.org/assignments/media-types/{media_type}")
    )
    site.places[TURTLE_FILE] = Place(content, media_type)

    report = site.check()

    assert "content" in keys(report)
    assert words in " ".join(each.text("en") for each in findings(report) if each.key == "content")
    assert len(report.datasets) == 3


HEAVY = {
    "a chain of entities": ("application/xml", _chain(200_000)),
    "entities that multiply": (RDFXML.media_type, _multiplying()),
    "triples in triples": (NTRIPLES.media_type, NESTED),
    "a JSON that fills the memory": ("application/json", b"[" + b"[]," * 5_000_000 + b"[]]"),
}


@pytest.mark.parametrize("case", HEAVY)
def test_content_that_would_end_the_process_does_not(case: str) -> None:
    """Content that overflows the stack or fills the memory ends its own process; the next content is read."""
    media_type, content = HEAVY[case]
    reader = Reader(memory=256 << 20)
    try:
        with pytest.raises(HeavyError):
            reader.problem(content, media_type, PUBLIC)
        assert reader.problem(b"a,b\n", CSV.media_type, PUBLIC) == ""
    finally:
        reader.close()


def test_content_that_takes_too_long_is_let_go() -> None:
    """A reader that is not ready in its time is ended."""
    reader = Reader(seconds=0.2)
    start = time.monotonic()
    with pytest.raises(HeavyError):
        reader.problem(
            b"".join(b"<a:a> <a:b> <a:%d> .\n" % i for i in range(1_000_000)), NTRIPLES.media_type, PUBLIC
        )
    reader.close()

    assert time.monotonic() - start < 5


@pytest.mark.parametrize("of_catalog", [True, False])
def test_a_bomb_is_told_and_the_report_kept(site: Site, of_catalog: bool) -> None:
    """A file, or a catalog, that would end the process is told as too heavy to read."""
    path = "catalog" if of_catalog else TURTLE_FILE
    if not of_catalog:
        site.change(
            FILE,
            "dcat:mediaType",
            NamedNode(f"http://www.iana.org/assignments/media-types/{NTRIPLES.media_type}"),
        )
    site.places[path] = Place(NESTED, NTRIPLES.media_type)

    report = site.check()

    assert "heavy" in keys(report)
    assert len(report.datasets) == (0 if of_catalog else 3)


# Content that is sound

SOUND = {
    "a cell above the limit of Python": (CSV.media_type, LONG_CELL),
    "an integer above the limit of Python": ("application/json", b'{"a": ' + b"9" * 5000 + b"}"),
    "the same in GeoJSON": ("application/geo+json", b"[-" + b"9" * 5000 + b"]"),
    "XML in an encoding of many bytes": (
        "application/xml",
        '<?xml version="1.0" encoding="shift_jis"?><a>\u65e5</a>'.encode("shift_jis"),
    ),
}


@pytest.mark.parametrize("case", SOUND)
def test_sound_content_is_not_refused(reader: Reader, case: str) -> None:
    """What is sound is not called faulty for a limit of our own tools."""
    media_type, content = SOUND[case]

    assert reader.problem(content, media_type, PUBLIC) == ""


# Time and sums


@contextmanager
def _dripping(start: bytes, drop: bytes) -> Iterator[str]:
    """Serve what never ends: the start of an answer, and then a drop of it every tenth of a second."""
    stopped = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                connection.sendall(start)
                for _ in range(200):
                    if stopped.wait(0.1):
                        return
                    connection.sendall(drop)
            except OSError:
                return

    def accept(listener: socket.socket) -> None:
        try:
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        except OSError:
            return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        stopped.set()
        listener.shutdown(socket.SHUT_RDWR)


OK = b"HTTP/1.1 200 OK\r\n"
DRIPPING = {
    "head of HEAD": ("HEAD", OK, b"x: y\r\n"),
    "head of GET": ("GET", OK, b"x: y\r\n"),
    "a line of the head": ("GET", OK, b"x"),
    "head of a redirect": ("HEAD", b"HTTP/1.1 302 Found\r\nLocation: /x\r\n", b"x: y\r\n"),
    "body": ("GET", OK + b"\r\n", b"x"),
    "size of a chunk": ("GET", OK + b"Transfer-Encoding: chunked\r\n\r\n9;", b"x"),
}


@pytest.mark.parametrize("case", DRIPPING)
def test_the_whole_answer_has_one_deadline(case: str) -> None:
    """A line of the head, or a byte of the body, every now and then does not begin the time anew."""
    method, start, drop = DRIPPING[case]
    with _dripping(start, drop) as address, Client(seconds=1) as client:
        began = time.monotonic()
        with pytest.raises(UnreadableError) as error:
            client.ask(method, address)
        took = time.monotonic() - began

    assert error.value.finding.key == "slow"
    assert took < 2.5


def test_a_catalog_of_many_pages_stops_at_its_sum(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that are more than a harvester keeps are left out, and that is told; what was read is checked."""
    monkeypatch.setattr(harvesting, "TOTAL", 1 << 20)
    filling = b"# filling\n" * 110_000
    for number in range(5):
        link = f"<{PUBLIC}more{number + 1}>"
        page = f"[] a <http://www.w3.org/ns/hydra/core#PartialCollectionView> ; <http://www.w3.org/ns/hydra/core#next> {link} .\n"
        site.places[f"more{number}"] = Place(page.encode() + filling, TURTLE.media_type)
    view = NamedNode(f"{PUBLIC}catalog#view")
    site.add(
        Triple(view, term("rdf:type"), term("hydra:PartialCollectionView")),
        Triple(view, term("hydra:next"), NamedNode(f"{PUBLIC}more0")),
    )

    report = site.check()

    assert "catalog-sum" in keys(report)
    assert report.pages == (CATALOG.value,)
    assert len(report.datasets) == 3
    assert "GET more4" not in site.asked


def test_more_addresses_than_are_asked_are_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many addresses the first are asked, and it is said how many there are."""
    monkeypatch.setattr(probing, "ADDRESSES", 5)

    report = site.check()

    told = [each.text("en") for each in findings(report) if each.key == "addresses"]
    assert len(told) == 1
    assert "5 of them were asked" in told[0]
    assert report.asked == 5
    assert len({each for each in site.asked if each.startswith("HEAD")}) == 6


@pytest.mark.parametrize("address", ["http://[::1#x", "http://[x]:y/#z"])
def test_an_address_that_is_none_is_told(site: Site, address: str) -> None:
    """Text where an address should be does not stop the check, on a file or as the next page."""
    site.change(FILE, "dcat:downloadURL", Literal(address))
    site.add(
        Triple(CATALOG, term("rdf:type"), term("hydra:PartialCollectionView")),
        Triple(CATALOG, term("hydra:next"), Literal(address)),
    )

    report = site.check()

    assert len([each for each in findings(report) if each.key == "address"]) >= 2


def test_a_length_of_many_digits_is_no_length(site: Site) -> None:
    """A Content-Length that is no number of bytes is passed over."""

    def respond(handler: object) -> None:
        handler.send_response(200)  # type: ignore[attr-defined] # a handler of http.server
        handler.send_header("Content-Type", TURTLE.media_type)  # type: ignore[attr-defined]
        handler.send_header("Content-Length", "9" * 5000)  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]

    site.places[TURTLE_FILE] = Place(respond=respond)

    assert len(site.check(seconds=2).datasets) == 3


# Values that no rule can compare

DAYS = [("soon", "date"), ("2030-01-01T00:00:00Z", "dateTime"), ("9" * 5000, "gYear")]


@pytest.mark.parametrize(("value", "datatype"), DAYS)
def test_a_day_that_cannot_be_compared_is_a_violation(
    site: Site, value: str, datatype: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A day that is none, or of another kind than the day it has to come before, breaks a rule and not the check."""
    site.change(DATASET, "dct:issued", literal(value, datatype))

    report = site.check()

    assert any("dct:issued" in each.text("en") and each.about == DATASET.value for each in findings(report))
    assert len(report.datasets) == 3
    assert not caplog.records


# Blank nodes


@pytest.mark.parametrize("node", [FILE, DATASET])
def test_a_rule_of_a_blank_node_is_told_once_and_in_its_place(site: Site, node: NamedNode) -> None:
    """Our shapes and DCAT-AP spell a blank node alike, so a rule is told once, and of the dataset that breaks it."""
    blank = BlankNode("x")

    def changed(each: object) -> object:
        return blank if each == node else each

    name = "dcat:accessURL" if node == FILE else "dct:title"
    site.change(node, name)
    site.catalog = [Triple(changed(s), p, changed(o)) for s, p, o in site.catalog]  # type: ignore[arg-type]

    report = site.check()

    told = [each for each in findings(report) if name in each.text("en")]
    ours = [each for each in told if "#catalog" in each.key or each.key == "ap-missing"]
    assert [each.about[:2] for each in ours] == ["_:"]
    assert not [each for each in report.findings if each in ours]
    dataset = next(each for each in report.datasets if ours[0] in each.findings)
    assert dataset.iri == (DATASET.value if node == FILE else ours[0].about)
    others = [each for each in report.datasets if each is not dataset]
    assert all(not each.missing for each in others)


# Addresses that only their own network reaches

LOCAL = [
    "http://127.0.0.1/x",
    "http://localhost:8000/x",
    "http://10.1.2.3/",
    "http://[::1]/",
    "http://127.1/",
]
LOCAL += [
    "http://169.254.169.254/latest",
    "http://[fe80::1]/",
    "http://[::ffff:192.168.0.1]/",
    "http://2130706433/",
]
LOCAL += [
    "http://printer.local/",
    "http://0.0.0.0/",
    "http://a.localhost./",
    "https://172.16.0.9/",
    "http://[fd00::1]/",
]


@pytest.mark.parametrize("address", LOCAL)
def test_a_local_address_is_known(address: str) -> None:
    """Loopback, private and link-local machines are known in every spelling that a client takes."""
    assert is_local(address)


@pytest.mark.parametrize(
    "address",
    ["https://example.org/", "http://8.8.8.8/", "http://[2606:4700::1111]/", "http://localhost.example/"],
)
def test_a_public_address_is_known(address: str) -> None:
    """Names are not looked up, and public numbers are public."""
    assert not is_local(address)


def test_a_file_on_a_private_machine_is_a_fault(site: Site) -> None:
    """In a public catalog an address of one's own machine, though it answers, is told, not asked, and costs its points."""
    asked: list[str] = []
    with listening({"secret": Place(site.places[TURTLE_FILE].content, TURTLE.media_type)}, asked) as address:
        site.change(FILE, "dcat:downloadURL", NamedNode(f"{address}secret"))
        report = site.check()

    told = [each for each in findings(report) if each.key == "local"]
    assert [each.about for each in told] == [f"{address}secret"]
    assert missing(report) == {"downloadUrlStatusCode": 3}
    assert asked == []


def test_a_mapped_address_stands_for_a_public_one(site: Site) -> None:
    """Addresses under --map are asked where the mapping says, on this machine too, and are no fault."""
    with listening({"a.ttl": site.places[TURTLE_FILE]}, []) as address:
        site.mapping["http://localhost/"] = address
        site.change(FILE, "dcat:downloadURL", NamedNode("http://localhost/a.ttl"))
        report = site.check()

    assert findings(report) == []


def test_a_redirect_into_the_network_is_not_followed(site: Site) -> None:
    """A public address that leads to the network of whoever checks is told, and that network is not asked."""
    site.places[TURTLE_FILE] = Place(status=302, headers={"Location": "http://127.0.0.1:9/secret"})

    assert "local" in keys(site.check())


def test_a_local_catalog_may_have_local_files(site: Site) -> None:
    """Who checks a site on the own machine is not told that it is there."""
    with site.served() as address:
        report = portal.check(f"{address}catalog", {PUBLIC: address}, 5)

    assert "local" not in keys(report)


# The terminal


def test_controls_are_escaped() -> None:
    """Controls, line breaks in a value and marks of direction are written out; other text stays as it is."""
    assert printable("äö – \U0001f600 “x”") == "äö – \U0001f600 “x”"
    assert printable("a\x1b\n\t\x7f\x9b\u2028\u202e") == r"a\u001B\u000A\u0009\u007F\u009B\u2028\u202E"
    assert printable_lines("a\n\tb\r\x07") == "a\n\tb\\u000D\\u0007"


@pytest.fixture
def hostile(site: Site) -> Site:
    """Return a site whose catalog says hostile things wherever text may be."""
    site.change(DATASET, "dct:title", Literal(f"Title {HOSTILE}", language="en"))
    site.change(DATASET, "dcat:keyword", Literal(f"one, {HOSTILE}", language="en"))
    site.change(DATASET, "dct:identifier", Literal(f"id {HOSTILE}"))
    site.change(FILE, "dcat:mediaType", Literal(f"text/{HOSTILE}"))
    site.change(FILE, "dcat:downloadURL", Literal(f"http://127.0.0.1:9/{HOSTILE}"))
    site.change(FILE, "dct:license", NamedNode("http://x.example/\u202etxt"))
    return site


def test_a_hostile_catalog_does_not_steer_the_terminal(hostile: Site) -> None:
    """Of escape sequences, line breaks and marks of direction, none comes out of the command; each is written out."""
    with hostile.served() as address:
        result = run(f"{PUBLIC}catalog", "--map", f"{PUBLIC}={address}", "--lang", "en")

    assert result.exit_code == 1
    assert not STEERING.findall(result.output)
    assert "ok: all is well" not in [line.strip() for line in result.output.splitlines()]
    assert r"Title \u001B]0;owned\u0007\u001B[2J\u202Egnp" in result.stdout


def test_json_stays_json_and_steers_nothing(hostile: Site) -> None:
    """The report for machines holds the very text, in escapes of JSON."""
    with hostile.served() as address:
        result = run(f"{PUBLIC}catalog", "--map", f"{PUBLIC}={address}", "--format", "json")

    document = json.loads(result.stdout)
    dataset = next(each for each in document["datasets"] if each["dataset"] == DATASET.value)
    assert dataset["ckan"]["title"]["en"] == f"Title {HOSTILE}"
    assert not STEERING.findall(result.stdout)


def test_a_hostile_file_does_not_steer_the_terminal(tmp_path: Path) -> None:
    """`check FILES` writes out the controls of a value too."""
    file = tmp_path / "x.ttl"
    file.write_text(
        "@prefix osa: <https://w3id.org/osallisuus/ns#> .\n"
        '<http://x.example/\\u202Ea> a osa:Practice ; osa:recurrence "\\u001B]0;owned\\u0007\\nok: 1 practices" .\n'
    )

    result = CliRunner().invoke(main, ["check", str(file), "--lang", "en"])

    assert result.exit_code == 1
    assert r"\u202Ea" in result.stdout
    assert not STEERING.findall(result.output)


def test_a_table_of_answers_does_not_steer_the_terminal(repository: Path, tmp_path: Path) -> None:
    """A value of an answer is written out in the table and in Turtle, and has its row for itself."""
    edition = release.edition(read(Layout(repository / "tests" / "sites" / "minimal")), None, DAY)
    release.replace(tmp_path / "publish", edition)
    value = '"\\u001B]0;owned\\u0007\\u202Ea\\nforged"'

    table = query.answer(tmp_path / "publish", PUBLIC, f"SELECT ({value} AS ?x) {{}}", "table")
    turtle = query.answer(tmp_path / "publish", PUBLIC, f"CONSTRUCT {{ <a:a> <a:b> {value} }} {{}}", "table")

    assert table.splitlines()[2:] == [r"\u001B]0;owned\u0007\u202Ea\u000Aforged"]
    assert not STEERING.findall(table + turtle)
    assert r"\u001B]0;owned\u0007\u202Ea" in turtle


def test_a_comparison_does_not_steer_the_terminal(repository: Path, tmp_path: Path) -> None:
    """`diff` writes out the controls of values and names, each in its own line."""
    publish = tmp_path / "publish"
    release.replace(
        publish, release.edition(read(Layout(repository / "tests" / "sites" / "minimal")), None, DAY)
    )
    publication = release.open_publication(publish)
    subject = f"{PUBLIC}xx/999/practices/x"
    change = Change(term("dct:description").value, (), (Literal(HOSTILE, language="en"),))
    different = Difference("xx/999/practices", subject, "changed", (), (change,))
    comparison = Comparison(Span("xx/999/practices", DAY, "current"), {}, {}, (different,))

    text = telling.tell(publication, comparison, "en")

    assert not STEERING.findall(text)
    assert r"\u001B]0;owned\u0007\u001B[2J\u202Egnp" in text
    assert "ok: all is well" not in text.splitlines()
