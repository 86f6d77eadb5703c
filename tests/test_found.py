"""Found by search engines and programs: schema.org in the pages, sitemaps, VoID, signposts, llms.txt, media types."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import extruct
import pytest
from flask.testing import FlaskClient
from markupsafe import Markup
from playwright.sync_api import sync_playwright
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from signposting import (
    Signposting,
    find_signposting_html,
    find_signposting_http,
    find_signposting_http_link,
    find_signposting_linkset,
)

from osallisuus import formats
from osallisuus.errors import QueryLimitError
from osallisuus.formats import CSV, HTML, IANA_MEDIA_TYPE, RDF_FORMATS, TURTLE, Format
from osallisuus.query.store import Ask
from osallisuus.release import Publication, open_publication
from osallisuus.vocabulary import PREFIXES, VOCAB, term
from osallisuus.web import create_app, feeds, pages, schema_org, signposting
from osallisuus.web.signposting import Link, Signposts
from osallisuus.web.views import View
from releasing import DAY, RELEASES, Made
from test_deployment import find_program, free_port, running
from test_serving import Client, Server

ROOT = Path(__file__).parents[1]
DEPLOYMENT = ROOT / "docs" / "deployment"
CHROMIUM = shutil.which("chromium")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DATASET = "fi/235/practices"
PRACTICE = "fi/235/practices/asukaskysely"
SCHEMA = "https://schema.org/"
VOID = PREFIXES["void"]
LANGUAGES = ("fi", "sv", "en")
XHTML = "{http://www.w3.org/1999/xhtml}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
Node = Mapping[str, Any]


def _refuse(_: Ask, __: str) -> bytes:
    raise QueryLimitError("no query is asked here")


@pytest.fixture(scope="module")
def client(publication: Publication) -> FlaskClient:
    """Return a client of the service."""
    return create_app(publication, _refuse).test_client()


@pytest.fixture(scope="module")
def server(publish: Path) -> Iterator[Server]:
    """Serve the edition on a real socket."""
    with Server(publish) as started:
        yield started


def paths(publication: Publication) -> list[str]:
    """Return the path of every page, without suffix."""
    return [path for path, _ in feeds.Sitemap(publication, LANGUAGES).pages()]


def changed(publication: Publication, graph: str, triples: Sequence[Triple], *without: Triple) -> Publication:
    """Return the publication with more triples in a graph, and without some."""
    kept = tuple(each for each in publication.graphs[graph] if each not in without)
    return replace(publication, graphs={**publication.graphs, graph: (*kept, *triples)})


def said(publication: Publication, path: str, predicate: str) -> list[Triple]:
    """Return the triples of a thing with a property."""
    found = publication.by_subject[publication.site.base + path]
    return [each for each in found if each.predicate == term(predicate)]


def described(html: str) -> list[Node]:
    """Return what extruct finds in a page."""
    found: list[Node] = extruct.extract(html, base_url="https://pages.example/", syntaxes=["json-ld"])[
        "json-ld"
    ]
    return found


# schema.org


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_search_engine_finds_each_dataset(
    client: FlaskClient, publication: Publication, language: str
) -> None:
    """The page of each dataset of the catalog has one `Dataset`, in its language, with all that a search engine shows."""
    datasets = publication.links(f"{publication.site.base}catalog", "dcat:dataset")
    assert len(datasets) >= 8
    for iri in datasets:
        (found,) = described(client.get(f"/{publication.path(iri)}.{language}.html").text)

        assert (found["@type"], found["@id"], found["identifier"]) == ("Dataset", iri, iri)
        assert found["name"] == publication.label(iri, language)
        assert 50 <= len(found["description"]) <= 5000
        assert found["description"].startswith(publication.text(iri, "dct:description", language)[:40])
        assert found["url"] == f"{iri}.html"
        assert iri in found["sameAs"]
        assert found["publisher"]["name"] == publication.site.publisher[language]
        assert found["creator"]["name"]
        assert found["license"]["url"] == publication.site.licence
        assert found["license"]["name"].startswith("Creative Commons")
        assert set(found["inLanguage"]) <= set(LANGUAGES)
        assert found["isAccessibleForFree"] is True
        assert found["includedInDataCatalog"]["@id"] == f"{publication.site.base}catalog"
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["datePublished"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["dateModified"])
        words = {each.value for each in publication.values(iri, "dcat:keyword") if isinstance(each, Literal) and each.language == language}  # fmt: skip
        assert set(found["keywords"]) == words
    assert (
        "Kaunia" in described(client.get(f"/{DATASET}.{language}.html").text)[0]["name"] or language == "sv"
    )


def test_the_downloads_of_a_dataset_are_those_of_the_catalog(
    client: FlaskClient, publication: Publication
) -> None:
    """Each file has the address, type, size and checksum that the catalog gives it, and they are true."""
    for iri in publication.links(f"{publication.site.base}catalog", "dcat:dataset"):
        (found,) = described(client.get(f"/{publication.path(iri)}.en.html").text)
        assert {each["@id"] for each in found["distribution"]} == set(
            publication.links(iri, "dcat:distribution")
        )
        for each in found["distribution"]:
            file = publication.manifest.file(publication.path(each["contentUrl"]) or "")
            assert file is not None
            assert (each["sha256"], each["contentSize"]) == (file.sha256, f"{file.size} B")
            media_types = publication.links(each["@id"], "dcat:mediaType")
            assert media_types == [IANA_MEDIA_TYPE + each["encodingFormat"]]


def test_a_dataset_says_where_and_when_it_is_about(client: FlaskClient, publication: Publication) -> None:
    """The municipality comes with its code and register, wider places after it; the period has open ends as dots."""
    (found,) = described(client.get(f"/{DATASET}.sv.html").text)
    place, *wider = found["spatialCoverage"]

    assert (place["@type"], place["name"]) == ("AdministrativeArea", "Grankulla")
    assert place["@id"] == f"{publication.site.base}fi/235"
    assert any("235" in each for each in place["sameAs"])
    assert "Finland" in [each["name"] for each in wider]
    period = NamedNode(f"{publication.site.base}catalog#period")
    start = Triple(period, term("dcat:startDate"), Literal("2019"))
    temporal = Triple(NamedNode(publication.site.base + DATASET), term("dct:temporal"), period)
    other = changed(publication, "catalog", [start, temporal], *said(publication, DATASET, "dct:temporal"))
    about = schema_org.describe(View(other, "", "en"), DATASET, publication.site.base + DATASET)
    assert about["temporalCoverage"] == "2019/.."


def test_a_short_description_goes_on_until_it_is_taken(publication: Publication) -> None:
    """A description of few words is followed by what the dataset covers; one beyond all measure is cut at a word."""
    iri = publication.site.base + DATASET
    before = said(publication, DATASET, "dct:description")
    for text in ("Lyhyt.", "sana " * 3000):
        new = Triple(NamedNode(iri), term("dct:description"), Literal(text.strip(), language="fi"))
        graph = publication.graph_of[iri]
        other = changed(changed(publication, graph, [new], *before), "catalog", [], *before)
        found = schema_org.describe(View(other, "", "fi"), DATASET, iri)["description"]

        assert isinstance(found, str)
        assert found.startswith(text[:5])
        assert 50 <= len(found) <= 5000
        assert not found.endswith("san")


def test_addresses_are_where_the_site_is_served(publication: Publication) -> None:
    """While the redirect from its base is not registered, pages and files have the addresses that answer; names stay."""
    other = replace(publication, site=replace(publication.site, url="https://data.example.org/p/"))
    iri = publication.site.base + DATASET
    found: Any = schema_org.describe(View(other, "", "en"), DATASET, iri)

    assert found["@id"] == found["identifier"] == iri
    assert found["url"] == f"https://data.example.org/p/{DATASET}.html"
    assert all(each["contentUrl"].startswith("https://data.example.org/p/") for each in found["distribution"])


@pytest.mark.parametrize("path", ["index", "catalog"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalog_is_described_on_its_page_and_at_home(
    client: FlaskClient, publication: Publication, path: str, language: str
) -> None:
    """Both have one `DataCatalog`; the page of the catalog lists every dataset."""
    (found,) = described(client.get(f"/{path}.{language}.html").text)
    catalog = f"{publication.site.base}catalog"

    assert (found["@type"], found["@id"]) == ("DataCatalog", catalog)
    assert found["name"] == publication.site.title[language]
    assert found["description"] == publication.site.description[language]
    assert found["publisher"]["name"] == publication.site.publisher[language]
    listed = {each["@id"] for each in found.get("dataset", [])}
    assert listed == (set(publication.links(catalog, "dcat:dataset")) if path == "catalog" else set())
    assert all(len(each["description"]) >= 50 for each in found.get("dataset", []))


def test_concepts_and_schemes_are_defined_terms_and_sets(
    client: FlaskClient, publication: Publication
) -> None:
    """A concept is in its set with its definition, and a set has its concepts."""
    (concept,) = described(client.get("/purpose/co-design.sv.html").text)
    (scheme,) = described(client.get("/purpose.sv.html").text)

    assert (concept["@type"], concept["@id"]) == ("DefinedTerm", f"{VOCAB}purpose/co-design")
    assert concept["description"] == publication.text(concept["@id"], "skos:definition", "sv")
    assert concept["termCode"] == "co-design"
    assert concept["inDefinedTermSet"][0]["@id"] == scheme["@id"] == f"{VOCAB}purpose"
    assert scheme["@type"] == "DefinedTermSet"
    assert {each["@id"] for each in scheme["hasDefinedTerm"]} == set(
        publication.inverse(scheme["@id"], "skos:inScheme")
    )


def test_other_pages_say_nothing_that_does_not_fit(client: FlaskClient) -> None:
    """A practice, a unit, an act, the form for queries and an error are nothing in schema.org's words."""
    for path in (
        PRACTICE,
        "fi/235",
        "fi/235/unit/hallinto",
        "fi/235/term/nuoriso",
        "fi/law",
        "ns",
        "sparql",
        "none",
    ):
        answer = client.get(f"/{path}.html", headers={"Accept": BROWSER})
        assert '<script type="application/ld+json">' not in answer.text, path


def test_what_pages_say_expands_to_schema_org(client: FlaskClient) -> None:
    """Expanded by a JSON-LD processor, each description has terms of schema.org only, and no network is asked."""

    def load(address: str, _: object) -> dict[str, object]:
        assert address == SCHEMA
        context = {"@context": {"@vocab": SCHEMA, **{each: {"@type": "@id"} for each in ("url", "sameAs")}}}
        return {"contextUrl": None, "documentUrl": address, "document": context}

    for path in (DATASET, "catalog", "purpose", "purpose/co-design", "index"):
        (found,) = described(client.get(f"/{path}.en.html").text)
        text = json.dumps(jsonld.expand(found, {"documentLoader": load}))

        assert found["@id"] in text
        assert {each for each in re.findall(r'"(http[^"]*)": ', text)} - {each for each in re.findall(rf'"({SCHEMA}\w+)": ', text)} == set()  # fmt: skip


def test_no_text_ends_the_block_of_data(publication: Publication) -> None:
    """Markup in a name stays a text: the block ends where we end it, and reads back as it was."""
    evil = "</script><script>alert('1')</script><!-- & \u2028"
    title = Triple(
        NamedNode(publication.site.base + DATASET), term("dct:title"), Literal(evil, language="en")
    )
    other = changed(
        changed(publication, DATASET, [title], *said(publication, DATASET, "dct:title")),
        "catalog",
        [title],
        *said(publication, DATASET, "dct:title"),
    )
    html = pages.render(other, DATASET, f"{DATASET}.en.html", "en") or ""

    assert html.count("<script") == html.count("</script>") == 1
    assert described(html)[0]["name"] == evil
    assert isinstance(
        schema_org.script(View(other, "", "en"), DATASET, publication.site.base + DATASET), Markup
    )


@pytest.mark.browser
@pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is missing; install it with: sudo apt-get install chromium"
)
def test_the_policy_of_pages_lets_the_block_be(server: Server) -> None:
    """In a browser, the page reports no violation of its policy, runs no script, and keeps the block as data."""
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.add_init_script(
            "window.broken = []; document.addEventListener('securitypolicyviolation', e => broken.push(e.violatedDirective))"
        )
        for path in (f"{DATASET}.fi.html", "index.html", "catalog.html", "purpose.html"):
            answer = page.goto(f"http://127.0.0.1:{server.port}/{path}")
            assert answer is not None
            assert answer.headers["content-security-policy"].startswith("default-src 'self';")
            assert page.evaluate("broken") == []
            assert (
                page.evaluate("JSON.parse(document.querySelector('script').textContent)['@context']")
                == SCHEMA
            )
        browser.close()
    assert faults == []


# The sitemap, robots.txt and llms.txt


def locations(text: str) -> list[str]:
    """Return the addresses of a sitemap or of an index of sitemaps."""
    return [each.text or "" for each in ElementTree.fromstring(text).iter(f"{SITEMAP}loc")]  # noqa: S314 - ours


def test_the_sitemap_lists_every_page_in_every_language(
    client: FlaskClient, publication: Publication
) -> None:
    """Each page stands there with each of its versions, which name each other as the pages do, and every one answers."""
    answer = client.get("/sitemap.xml")
    listed = ElementTree.fromstring(answer.text)  # noqa: S314 - ours
    entries = {
        each.findtext(f"{SITEMAP}loc"): {
            link.attrib["hreflang"]: link.attrib["href"] for link in each.iter(f"{XHTML}link")
        }
        for each in listed
    }
    assert answer.mimetype == "application/xml"
    assert len(listed) == len(entries) == 4 * len(paths(publication)) > 1400
    for location, versions in entries.items():
        assert versions.keys() == {*LANGUAGES, "x-default"}
        assert location in versions.values()
        assert all(entries[each] == versions for each in versions.values())
    url = publication.site.url
    assert {url, f"{url}index.sv.html", f"{url}{DATASET}.html", f"{url}{PRACTICE}.en.html", f"{url}sparql.html"} <= entries.keys()  # fmt: skip
    for location in [each for number, each in enumerate(entries) if number % 4 == 0 or number % 7 == 0]:
        page = client.get(f"/{(location or '').removeprefix(url)}", headers={"Accept": BROWSER})
        assert (page.status_code, page.mimetype) == (200, "text/html"), location


def test_a_page_is_canonical_where_the_sitemap_has_it(client: FlaskClient, publication: Publication) -> None:
    """Each version of a page is its own canonical address: with one for all, search engines would keep one language."""
    url = publication.site.url
    for at in (
        "",
        "index.sv.html",
        f"{DATASET}.html",
        f"{DATASET}.fi.html",
        f"{PRACTICE}.en.html",
        "sparql.html",
    ):
        answer = client.get(f"/{at}", headers={"Accept": BROWSER})
        assert re.findall(r'<link rel="canonical" href="([^"]+)">', answer.text) == [url + at]
        assert f'<{url}{at}>; rel="canonical"' in answer.headers.get("Link", f'<{url}{at}>; rel="canonical"')
        assert url + at in locations(client.get("/sitemap.xml").text)
    home = client.get("/index.html")
    assert f'<link rel="canonical" href="{url}">' in home.text


def test_the_day_of_a_page_is_that_of_what_it_shows(publication: Publication) -> None:
    """A practice has the day of its dataset, a concept that of the latest dataset that uses it; the catalog harms none."""
    days = {"fi/235/practices": "2026-12-01", "fi/049/practices": "2026-12-02", "catalog": "2026-12-09"}
    things = tuple(
        replace(each, modified=days.get(each.path, each.modified)) for each in publication.manifest.things
    )
    other = replace(publication, manifest=replace(publication.manifest, things=things))
    found = dict(feeds.Sitemap(other, LANGUAGES).pages())

    assert found[PRACTICE] == found[DATASET] == found["fi/235"] == "2026-12-01"
    for concept in other.inverse(f"{VOCAB}purpose", "skos:inScheme"):
        practices = other.inverse(concept, "osa:purpose")
        datasets = [other.path(each) or "" for it in practices for each in other.links(it, "dct:isPartOf")]
        expected = max(["2026-11-25", *(days.get(each, "") for each in datasets)])
        assert found[other.path(concept) or ""] == expected, concept
    assert found["fi/091/practices"] == "2026-11-25"
    assert found["catalog"] == found["index"] == "2026-12-09"


@pytest.mark.parametrize(("addresses", "size"), [(100, 50 << 20), (50_000, 100_000)])
def test_a_sitemap_too_large_is_an_index_of_several(
    publication: Publication, addresses: int, size: int
) -> None:
    """Beyond the limits the addresses are spread over files, none above a limit, nothing lost, each with its last day."""
    whole = feeds.Sitemap(publication, LANGUAGES)
    parts = feeds.Sitemap(publication, LANGUAGES, addresses, size)
    files = [parts.file(number) or "" for number in range(1, 1 + len(locations(parts.file() or "")))]

    assert len(files) > 2
    assert "<sitemapindex" in (parts.file() or "")
    assert locations(parts.file() or "")[1] == f"{publication.site.url}sitemap-2.xml"
    assert all(len(locations(each)) <= addresses and len(each.encode()) <= size for each in files)
    assert [loc for each in files for loc in locations(each)] == locations(whole.file() or "")
    assert (parts.file() or "").count("<lastmod>2026-11-25</lastmod>") == len(files)
    for number in (-1, len(files) + 1):
        assert parts.file(number) is None
    assert whole.file(1) is None


def test_there_is_no_part_of_a_sitemap_that_is_whole(client: FlaskClient) -> None:
    """Where one file holds everything, the numbered ones are not there."""
    assert client.get("/sitemap-1.xml").status_code == 404
    assert client.get("/sitemap-x.xml").status_code == 404


def test_robots_may_read_all_but_queries(client: FlaskClient, publication: Publication) -> None:
    """The rules of RFC 9309 keep queries from crawlers, under any path; documents, pages and the form stay free."""
    lines = client.get("/robots.txt").text.splitlines()
    rules = [each.removeprefix("Disallow: ") for each in lines if each.startswith("Disallow: ")]
    patterns = [re.compile(re.escape(each).replace(r"\*", ".*")) for each in rules]

    assert "/sparql?" in rules
    assert lines[-1] == f"Sitemap: {publication.site.url}sitemap.xml"
    for at in (
        "/sparql?query=x",
        "/osallisuus/sparql?query=x",
        "/sparql.fi.html?query=x",
        "/practices.html?q=x",
    ):
        assert any(each.match(at) for each in patterns), at
    for at in (
        "/",
        "/sparql",
        "/sparql.html",
        f"/{DATASET}.ttl",
        "/catalog?x=1",
        "/changes?since=2026-01-01",
    ):
        assert not any(each.match(at) for each in patterns), at


def test_llms_txt_is_short_and_true(client: FlaskClient, publication: Publication) -> None:
    """It has a title, a summary, the licence and every dataset; each address in it answers."""
    answer = client.get("/llms.txt")
    text = answer.text

    assert answer.mimetype == "text/plain"
    assert len(text) < 8000
    assert text.startswith(f"# {publication.site.title['en']}\n\n> {publication.site.description['en']}\n")
    for iri in publication.links(f"{publication.site.base}catalog", "dcat:dataset"):
        assert publication.label(iri, "en") in text
    addresses = re.findall(rf"{re.escape(publication.site.url)}[^\s)`>]+", text)
    assert len(addresses) > 20
    for each in addresses:
        at = f"/{each.removeprefix(publication.site.url)}"
        at = urljoin(at, client.get(at).headers.get("Location", at))
        assert client.get(at).status_code == 200, each


def test_llms_txt_of_a_large_site_and_of_another_language(publication: Publication) -> None:
    """Above fifty datasets it leads to the catalog; pages are linked in a language that the site has."""
    catalog = NamedNode(f"{publication.site.base}catalog")
    more = [
        Triple(catalog, term("dcat:dataset"), NamedNode(f"{publication.site.base}xx/{number}/practices"))
        for number in range(100)
    ]
    other = replace(
        changed(publication, "catalog", more), site=replace(publication.site, languages=("sv", "fi"))
    )
    text = feeds.llms(other)

    listed = len(publication.links(catalog.value, "dcat:dataset"))
    assert f"- and {listed + 50} more: see the [catalog]" in text
    assert ".sv.html" in text
    assert ".en.html" not in text


# VoID


def test_void_is_where_it_is_looked_for(server: Server) -> None:
    """`/.well-known/void` leads to a document in the format that is asked for, and HEAD answers like GET."""
    for form in RDF_FORMATS:
        status, headers, _ = server.get("/.well-known/void", Accept=form.media_type)
        assert (status, headers["location"]) == (303, f"void{form.suffix}")
        status, headers, body = server.get(f"/.well-known/void{form.suffix}")
        assert (status, headers["content-type"]) == (200, form.content_type)
        head = server.ask("HEAD", f"/.well-known/void{form.suffix}")
        assert (head[0], head[1]["content-length"], head[2]) == (200, str(len(body)), b"")


def test_void_tells_how_to_reach_and_what_to_expect(publication: Publication) -> None:
    """Each dataset has its licence, dates, dumps with their formats, endpoint, vocabularies, sizes and an example."""
    triples = {
        each.triple for each in parse(publication.files[".well-known/void.ttl"], format=RdfFormat.TURTLE)
    }

    def values(iri: str, name: str) -> set[str]:
        wanted = (
            NamedNode(name if ":/" in name else VOID + name)
            if ":" not in name or ":/" in name
            else term(name)
        )
        return {
            each.object.value
            for each in triples
            if each.subject == NamedNode(iri) and each.predicate == wanted
        }

    document = f"{publication.site.base}.well-known/void"
    listed = set(publication.links(f"{publication.site.base}catalog", "dcat:dataset"))
    assert values(document, "foaf:topic") == listed
    for name in ("dct:license", "dct:publisher", "dct:issued", "dct:modified", "dct:title"):
        assert values(document, name), name
    for iri in listed:
        path = publication.path(iri) or ""
        graph = publication.graphs[path]
        thing = publication.manifest.thing(path)
        assert thing is not None
        assert f"{VOID}Dataset" in values(iri, "rdf:type")
        assert values(iri, "dct:license") == {publication.site.licence}
        assert (values(iri, "dct:issued"), values(iri, "dct:modified")) == ({thing.issued}, {thing.modified})
        assert values(iri, "dataDump") == {f"{iri}{each.suffix}" for each in RDF_FORMATS}
        assert len(values(iri, "feature")) == len(RDF_FORMATS)
        assert values(iri, "sparqlEndpoint") == {f"{publication.site.base}sparql"}
        assert values(iri, "triples") == {str(len(graph))}
        assert values(iri, "distinctSubjects") == {str(len({each.subject for each in graph}))}
        assert values(iri, "properties") == {str(len({each.predicate for each in graph}))}
        assert all(each.predicate.value.startswith(tuple(values(iri, "vocabulary") | {PREFIXES["rdf"]})) for each in graph)  # fmt: skip
    iri = publication.site.base + DATASET
    assert values(iri, "uriSpace") == {f"{publication.site.base}fi/235"}
    (example,) = values(iri, "exampleResource")
    assert term("osa:Practice").value in publication.types(example)
    parts = {
        values(each, "class").pop(): values(each, "entities").pop() for each in values(iri, "classPartition")
    }
    assert parts[term("osa:Practice").value] == "52"
    assert len(parts) == int(values(iri, "classes").pop())


# Signposts


def absolute(server: Server, path: str) -> str:
    """Return the address of a path on the server."""
    return f"http://127.0.0.1:{server.port}/{path}"


def targets(found: Any) -> dict[str, str]:
    """Return the addresses of signposts, each with its media type."""
    return {str(each.target): str(each.type or "") for each in found}


@pytest.fixture(params=["header", "head", "link set"])
def posted(server: Server, request: pytest.FixtureRequest) -> Callable[[str], Signposting]:
    """Return a function that gives the signposts of a page, by each of the three ways of the profile."""

    def look(path: str) -> Signposting:
        address = absolute(server, path)
        if request.param == "header":
            return find_signposting_http(address)
        found = find_signposting_html(address)
        if request.param == "head":
            return found
        (listed,) = found.linksets
        assert listed.type == "application/linkset+json"
        return find_signposting_linkset(listed.target).for_context(address)

    return look


@pytest.mark.parametrize("suffix", [".html", ".sv.html"])
def test_the_page_of_a_dataset_shows_the_way(
    server: Server, publication: Publication, posted: Callable[[str], Signposting], suffix: str
) -> None:
    """A client of FAIR Signposting finds the name to cite, metadata, every file, type, licence and publisher."""
    found = posted(DATASET + suffix)
    base = publication.site.base
    files = publication.links(base + DATASET, "dcat:distribution")

    assert found.citeAs is not None
    assert found.license is not None
    assert found.collection is not None
    assert found.citeAs.target == base + DATASET
    assert found.license.target == publication.site.licence
    assert found.collection.target == absolute(server, "catalog.html")
    assert set(targets(found.types)) == {f"{SCHEMA}AboutPage", f"{SCHEMA}Dataset"}
    assert set(targets(found.authors)) == {f"{base}catalog#publisher"}
    assert targets(found.describedBy) == {absolute(server, f"catalog{each.suffix}"): each.media_type for each in RDF_FORMATS}  # fmt: skip
    assert targets(found.items).keys() == {
        absolute(server, publication.path(address) or "")
        for each in files
        for address in publication.links(each, "dcat:downloadURL")
    }
    assert len(found.items) >= 6
    for address, kind in {**targets(found.items), **targets(found.describedBy)}.items():
        status, headers, _ = server.get(urlsplit(address).path)
        assert (status, headers["content-type"].partition(";")[0]) == (200, kind), address


def test_every_file_of_a_dataset_leads_back(server: Server, publication: Publication) -> None:
    """Each file names the page that it belongs to as collection, the metadata and the link set, there as in its header."""
    page = find_signposting_http(absolute(server, f"{DATASET}.html"))
    listed = find_signposting_linkset(absolute(server, f"{DATASET}.linkset.json"))
    assert page.items
    for item in page.items:
        found = find_signposting_http(item.target)
        assert found.collection is not None
        assert found.collection.target == absolute(server, f"{DATASET}.html")
        assert found.license is not None
        assert absolute(server, "catalog.ttl") in targets(found.describedBy)
        assert targets(found.linksets) == {
            absolute(server, f"{DATASET}.linkset.json"): "application/linkset+json"
        }
        there = listed.for_context(item.target)
        assert (there.collection, there.license) == (found.collection, found.license)
        assert targets(there.describedBy) == targets(found.describedBy)
    for each in page.describedBy:
        (linkset,) = find_signposting_http(each.target).linksets
        there = find_signposting_linkset(linkset.target).for_context(each.target)
        assert absolute(server, f"{DATASET}.html") in targets(there.describes)


def test_a_table_leads_to_its_metadata_first(server: Server, publication: Publication) -> None:
    """Readers of tables follow the first description: it is the one of the table's columns, which leads back to it."""
    tables = [each for each in publication.files if each.endswith(CSV.suffix)]
    assert len(tables) > 8
    for path in tables:
        _, headers, _ = server.get(f"/{path}")
        first = re.search(r'<([^>]+)>; rel="describedby"; type="([^"]+)"', headers["link"])
        assert first is not None
        assert first.groups() == (f"{path.rpartition('/')[2]}-metadata.json", "application/csvm+json")
        metadata = find_signposting_http(absolute(server, f"{path}-metadata.json"))
        assert targets(metadata.describes)[absolute(server, path)] == "text/csv"


def test_the_catalog_shows_the_way_to_each_dataset(
    server: Server, publication: Publication, posted: Callable[[str], Signposting]
) -> None:
    """Its items are the pages of the datasets; its documents describe it and, in the link set, each dataset."""
    found = posted("catalog.html")
    base = publication.site.base
    listed = [publication.path(each) for each in publication.links(f"{base}catalog", "dcat:dataset")]

    assert set(targets(found.types)) == {f"{SCHEMA}AboutPage", f"{SCHEMA}DataCatalog"}
    assert targets(found.items) == {absolute(server, f"{each}.html"): "text/html" for each in listed}
    assert found.citeAs is not None
    assert found.citeAs.target == f"{base}catalog"
    document = find_signposting_http(absolute(server, "catalog.ttl"))
    assert targets(document.describes) == {absolute(server, "catalog.html"): "text/html"}
    in_set = find_signposting_linkset(absolute(server, "catalog.linkset.json"))
    assert set(targets(in_set.for_context(absolute(server, "catalog.ttl")).describes)) == {
        absolute(server, f"{each}.html") for each in ("catalog", *listed)
    }


@pytest.mark.parametrize(
    ("path", "dataset"),
    [(PRACTICE, DATASET), ("fi/235/unit/hallinto", DATASET), ("purpose/inform", "vocabulary")],
)
def test_a_single_thing_is_described_by_its_documents_and_part_of_a_dataset(
    server: Server, publication: Publication, path: str, dataset: str
) -> None:
    """Its page names its documents, which lead back to it; both name the dataset that they give a part of."""
    page = find_signposting_http(absolute(server, f"{path}.html"))
    iri = publication.iri(path)

    assert page.citeAs is not None
    assert page.citeAs.target == iri
    assert targets(page.describedBy) == {absolute(server, f"{path}{each.suffix}"): each.media_type for each in RDF_FORMATS}  # fmt: skip
    for address in (absolute(server, f"{path}.html"), *targets(page.describedBy)):
        found = find_signposting_http(address)
        assert found.collection is not None
        assert found.collection.target == absolute(server, f"{dataset}.html")
        within = [each.target for each in found if str(each.rel).lower() == signposting.IN_DATASET.lower()]
        assert within == [publication.site.base + dataset]
        if address.endswith(HTML.suffix):
            continue
        assert targets(found.describes) == {absolute(server, f"{path}.html"): "text/html"}


@pytest.mark.parametrize("find", [find_signposting_http, find_signposting_html])
def test_the_home_page_leads_to_the_catalog(server: Server, find: Callable[[str], Signposting]) -> None:
    """It is a web site, described by the catalog, whose link set has all the rest."""
    found = find(absolute(server, ""))

    assert targets(found.describedBy) == {absolute(server, f"catalog{each.suffix}"): each.media_type for each in RDF_FORMATS}  # fmt: skip
    assert set(targets(found.linksets)) == {absolute(server, "catalog.linkset.json")}


def test_a_release_shows_the_way_to_its_files(first_release: Made) -> None:
    """What is cited leads to the very files that were frozen, each with its type, and they lead back to it."""
    release = f"{RELEASES}/{DAY}"
    with Server(first_release.publish) as server:
        found = find_signposting_http(absolute(server, f"{release}.html"))
        record = first_release.record(DAY)
        assert found.citeAs is not None
        assert found.citeAs.target == record.release
        assert f"{SCHEMA}Dataset" in targets(found.types)
        assert {f"{release}/{each.name}" for each in record.files} < {
            urlsplit(each).path[1:] for each in targets(found.items)
        }
        for address, kind in targets(found.items).items():
            status, headers, _ = server.get(urlsplit(address).path)
            assert (status, headers["content-type"].partition(";")[0]) == (200, kind)
            back = find_signposting_http(address)
            assert back.collection is not None
            assert back.collection.target == absolute(server, f"{release}.html")
            described = [
                each.group(1) for each in re.finditer(r'<([^>]+)>; rel="describedby"', headers["link"])
            ]
            assert described[-1] == f"../{DAY}.ttl"
            assert len(described) == 1 + address.endswith(CSV.suffix)


def test_the_name_itself_leads_on_too(server: Server, publication: Publication) -> None:
    """The redirect from an IRI names the formats and the link set, whatever is asked for."""
    for accept in (BROWSER, TURTLE.media_type, "image/png"):
        _, headers, _ = server.get(f"/{DATASET}", Accept=accept)
        found = find_signposting_http_link([headers["link"]], absolute(server, DATASET))
        assert set(targets(found.linksets)) == {absolute(server, f"{DATASET}.linkset.json")}


def test_no_head_is_too_large_for_a_proxy(client: FlaskClient, publication: Publication) -> None:
    """The head of every page, document and file is below 4 KiB, the room that nginx gives it when nothing is set."""
    every = [f"{path}{suffix}" for path in paths(publication) for suffix in ("", ".html", ".fi.html", ".ttl")]
    every = ["", *every, *publication.files]
    sizes = {each: len(str(client.get(f"/{each}", headers={"Accept": BROWSER}).headers)) for each in every}

    assert len(sizes) > 1500
    assert max(sizes.values()) < 4096, max(sizes, key=lambda each: sizes[each])


def test_items_beyond_the_room_are_left_to_the_link_set(publication: Publication) -> None:
    """With hundreds of datasets the header of the catalog stays within its room, and the link set has them all."""
    base = publication.site.base
    more = [
        Triple(
            NamedNode(f"{base}catalog"), term("dcat:dataset"), NamedNode(f"{base}fi/{number:03}/practices")
        )
        for number in range(300, 600)
    ]
    many = Signposts(changed(publication, "catalog", more), LANGUAGES)
    header = many.of_page("catalog", "catalog.html", [*RDF_FORMATS, HTML])
    listed = json.loads(many.linkset("catalog"))["linkset"]

    assert len(header) <= 3000
    assert 'rel="linkset"' in header
    assert header.count('rel="item"') > 5
    assert len(next(each for each in listed if each["anchor"] == "catalog.html")["item"]) > 300


def test_on_a_paged_catalog_the_metadata_is_that_of_the_right_page(publication: Publication) -> None:
    """A dataset that stands on the second page of the catalog is described by the documents of that page."""
    things = publication.manifest.things
    catalog = publication.manifest.thing("catalog")
    assert catalog is not None
    second = replace(catalog, path="catalog/2", graph=False, page_of="catalog")
    line = f"<{publication.site.base}{DATASET}> <{PREFIXES['dcat']}distribution> <x:y> .\n".encode()
    other = replace(
        publication,
        manifest=replace(publication.manifest, things=(*things, second)),
        files={**publication.files, "catalog.nt": b"", "catalog/2.nt": line},
    )
    header = Signposts(other, LANGUAGES).of_page(DATASET, f"{DATASET}.html", RDF_FORMATS)

    assert '<../../catalog/2.ttl>; rel="describedby"' in header
    assert "catalog.ttl" not in header


def test_only_datasets_and_the_catalog_have_link_sets(server: Server) -> None:
    """Elsewhere all links are in the header, and there is no link set."""
    for path in (DATASET, "catalog", "vocabulary", "comparison"):
        status, headers, body = server.get(f"/{path}.linkset.json")
        assert (status, headers["content-type"]) == (200, "application/linkset+json")
        assert server.get(f"/{path}.linkset.json", If_None_Match=headers["etag"])[0] == 304
        assert b"127.0.0.1" not in body
    for path in (PRACTICE, "purpose", "fi/235", "no/such", ""):
        assert server.get(f"/{path}.linkset.json")[0] == 404


@pytest.mark.parametrize("path", [DATASET, "catalog", "comparison", f"{RELEASES}/{DAY}"])
def test_a_link_set_reads_alike_to_every_client(
    publication: Publication, first_release: Made, path: str
) -> None:
    """What a relative target is resolved against, the link set or its context, makes no difference."""
    published = open_publication(first_release.publish) if path.startswith("xx") else publication
    document = f"https://example.org/{path}.linkset.json"
    members = json.loads(Signposts(published, LANGUAGES).linkset(path))["linkset"]

    assert members
    for member in members:
        anchor = urljoin(document, member["anchor"])
        hrefs = [each["href"] for links in member.values() if isinstance(links, list) for each in links]
        assert [urljoin(anchor, each) for each in hrefs] == [urljoin(document, each) for each in hrefs]


def test_a_link_is_written_once() -> None:
    """A link said twice is written once, and one without a type has none."""
    link = Link("license", "https://example.org/licence")

    assert signposting.write([link, link], "a/b.html") == '<https://example.org/licence>; rel="license"'


# Media types


def _read(path: Path) -> dict[str, str]:
    """Return suffix → media type of a list of media types."""
    lines = (each.partition("#")[0].split() for each in path.read_text("utf-8").splitlines())
    return {f".{suffix}": kind for kind, *suffixes in filter(None, lines) for suffix in suffixes}


def test_the_media_types_for_hosts_of_files_are_those_of_the_server() -> None:
    """Each format is in the list for hosts, in nginx's words and in Apache's, with the type that the server gives it."""
    every = {each.suffix: each.media_type for each in vars(formats).values() if isinstance(each, Format)}
    plain = {suffix: kind for suffix, kind in every.items() if suffix.count(".") == 1}
    nginx, apache = (
        (DEPLOYMENT / each).read_text("utf-8") for each in ("static-nginx.conf", "static-apache.conf")
    )

    assert plain.items() <= _read(DEPLOYMENT / "mime.types").items()
    assert set(every) - set(plain) == {".linkset.json", ".csv-metadata.json"}
    for suffix, kind in plain.items():
        assert re.search(rf"^    {re.escape(kind)} +([\w ]+ )?{suffix[1:]}[ ;]", nginx, re.MULTILINE), suffix
        assert f"AddType {kind} {suffix}\n" in apache, suffix
    for suffix in set(every) - set(plain):
        assert every[suffix] in nginx
        assert every[suffix] in apache
        assert re.escape(suffix).replace("\\-", "-") in nginx
        assert re.escape(suffix).replace("\\-", "-") in apache


class _Host(SimpleHTTPRequestHandler):
    """A host of files that knows no media type but those of the list that ships with the site."""

    extensions_map: Mapping[str, str] = {"": "application/octet-stream"}  # type: ignore[assignment] # never changed

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def guess_type(self, path: str | Any) -> str:
        """Return the type by the last suffix."""
        return self.extensions_map.get(Path(path).suffix, self.extensions_map[""])


@pytest.mark.parametrize("path", [PRACTICE, DATASET, "purpose/inform"])
def test_files_are_read_from_a_host_that_does_not_negotiate(
    client: FlaskClient, tmp_path: Path, path: str
) -> None:
    """Copied to a host of files with the list of media types, a page leads to each of its files with the right type."""
    page = client.get(f"/{path}.html").text
    named = re.findall(r'<link rel="(?:alternate|item)"[^>]*type="([^"]+)"[^>]*href="([^"]+)"', page)
    named += [
        (kind, href) for href, kind in re.findall(r'<link rel="item" href="([^"]+)" type="([^"]+)"', page)
    ]
    assert {"text/turtle", "application/ld+json"} <= {kind for kind, _ in named}
    for _, href in [("", f"{path.rpartition('/')[2]}.html"), *named]:
        file = tmp_path / urljoin(path, href)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(client.get(f"/{urljoin(path, href)}").get_data())
    host = type(
        "Host",
        (_Host,),
        {"extensions_map": {"": "application/octet-stream", **_read(DEPLOYMENT / "mime.types")}},
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(host, directory=str(tmp_path))) as started:
        threading.Thread(target=started.serve_forever, daemon=True).start()
        there = Client()
        there.port = started.server_port
        for kind, href in [("text/html", f"{path.rpartition('/')[2]}.html"), *named]:
            status, headers, body = there.get(f"/{urljoin(path, href)}")
            assert (status, headers["content-type"]) == (200, kind)
            assert body == client.get(f"/{urljoin(path, href)}").get_data()
        started.shutdown()


_FILES = {
    "a.ttl": "text/turtle; charset=utf-8", "a.csv": "text/csv; charset=utf-8", "a.jsonld": "application/ld+json",
    "a.nt": "application/n-triples", "a.rdf": "application/rdf+xml", "a.html": "text/html; charset=utf-8",
    "a.fi.html": "text/html; charset=utf-8", "a.csv-metadata.json": "application/csvm+json",
    "a.linkset.json": "application/linkset+json", "a.json": "application/json", "a.atom": "application/atom+xml",
}  # fmt: skip
_MODULES = ("mpm_event", "authz_core", "mime", "headers", "negotiation")


def _nginx(directory: str, port: int) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{each}_temp_path {directory}/{each}; " for each in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    return (
        f"daemon off; pid {directory}/pid; {user} events {{}}\nhttp {{ access_log off; {temporary}\n"
        f"server {{ listen 127.0.0.1:{port}; root {directory}; include {DEPLOYMENT}/static-nginx.conf; }} }}\n"
    )


def _apache(directory: str, port: int) -> str:
    modules = (f"LoadModule {each}_module /usr/lib/apache2/modules/mod_{each}.so" for each in _MODULES)
    lines = [
        f"Listen 127.0.0.1:{port}",
        f"PidFile {directory}/pid",
        f"ErrorLog {directory}/error.log",
        *modules,
    ]
    lines += ["User www-data", "Group www-data"] if os.geteuid() == 0 else []
    lines += ["ServerName localhost", f"DocumentRoot {directory}", "TypesConfig /dev/null"]
    lines += [f"<Directory {directory}>", "AllowOverride All", "Require all granted", "</Directory>", ""]
    return "\n".join(lines)


@contextmanager
def hosted(program: str) -> Iterator[Client]:
    """Run a host of files on a directory of its own, with the media types as they ship."""
    there = Client()
    there.port = free_port()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        for each in _FILES:
            (directory / each).write_text("x", encoding="utf-8")
        settings = directory / "settings"
        settings.write_text((_nginx if program == "nginx" else _apache)(name, there.port))
        shutil.copy(DEPLOYMENT / "static-apache.conf", directory / ".htaccess")
        how = ["-e", f"{name}/error.log", "-c"] if program == "nginx" else ["-D", "FOREGROUND", "-f"]
        with running([find_program(program), *how, str(settings)], there.port):
            yield there


@pytest.mark.parametrize("program", ["nginx", "apache2"])
def test_hosts_of_files_give_each_its_type(program: str) -> None:
    """Nginx and Apache take the list as it is, and serve each kind of file with its type, texts as UTF-8, to every site."""
    with hosted(program) as there:
        for name, kind in _FILES.items():
            status, headers, _ = there.get(f"/{name}")
            assert (status, headers["content-type"].replace(";charset", "; charset")) == (200, kind), name
            assert headers["access-control-allow-origin"] == "*"
            assert headers["x-content-type-options"] == "nosniff"


def test_types_do_not_come_from_the_system(publish: Path) -> None:
    """With a table of the system that knows nothing right, every document and static file has its own type."""
    program = f"""
import mimetypes
mimetypes.init(files=[])
for suffix in (".ttl", ".jsonld", ".nt", ".rdf", ".csv", ".html", ".css", ".svg", ".json"):
    mimetypes.add_type("text/wrong", suffix)
from pathlib import Path
from osallisuus.release import open_publication
from osallisuus.web import create_app
client = create_app(open_publication(Path({str(publish)!r})), lambda ask, client: b"").test_client()
for path in {_TYPES!r}:
    print(path, client.get("/" + path).content_type)
"""
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert dict(each.split(" ", 1) for each in said.splitlines()) == _TYPES


_TYPES = {
    f"{DATASET}.ttl": "text/turtle; charset=utf-8",
    f"{DATASET}.jsonld": "application/ld+json; charset=utf-8",
    f"{DATASET}.nt": "application/n-triples",
    f"{DATASET}.rdf": "application/rdf+xml",
    f"{DATASET}.csv": "text/csv; charset=utf-8",
    f"{DATASET}.html": "text/html; charset=utf-8",
    f"{DATASET}.linkset.json": "application/linkset+json",
    "static/style.css": "text/css; charset=utf-8",
    "static/favicon.svg": "image/svg+xml; charset=utf-8",
    "sitemap.xml": "application/xml; charset=utf-8",
    "llms.txt": "text/plain; charset=utf-8",
}


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "answered"),
    [
        ("POST", "sparql", {"Content-Type": f"{FORM}; Charset=utf-8"}, b"query=ASK%7B%7D", "application/sparql-results+json"),
        ("POST", "sparql", {"Content-Type": "APPLICATION/sparql-query ; charset=\"UTF-8\""}, b"ASK {}", "application/sparql-results+json"),
        ("GET", PRACTICE, {"Accept": f"application/LD+json ; profile=\"{VOCAB}a, b; c\";q=0.9"}, None, "application/ld+json"),
        ("GET", PRACTICE, {"Accept": "Text/Turtle;CHARSET=UTF-8"}, None, "text/turtle"),
        ("GET", PRACTICE, {"Accept": "TEXT/HTML, application/signed-exchange;v=b3;q=0.7, */*;Q=0.1"}, None, "text/html"),
        ("GET", PRACTICE, {"Accept": "*/*, text/TURTLE;q=0.000"}, None, "application/ld+json"),
        ("GET", DATASET, {"Accept": "text/csv; header=present"}, None, "text/csv"),
    ],
)  # fmt: skip
def test_parameters_and_letters_of_media_types(
    server: Server, method: str, path: str, headers: Mapping[str, str], body: bytes | None, answered: str
) -> None:
    """Media types with parameters, in letters of any case, are understood in what is sent and in what is asked for."""
    status, found, _ = server.ask(method, f"/{path}", body, **dict(headers))
    if status == 303:
        status, found, _ = server.get(urljoin(f"/{path}", found["location"]), **dict(headers))

    assert status == 200
    assert found["content-type"].partition(";")[0] == answered
