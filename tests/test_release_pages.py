"""Releases as a client meets them: IRIs that lead to their documents, files kept for good, pages in three languages."""

import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from osallisuus import manifest, release
from osallisuus.errors import QueryLimitError
from osallisuus.formats import HTML, RDF_FORMATS
from osallisuus.release import citing
from osallisuus.vocabulary import term
from osallisuus.web import create_app
from releasing import DATASET, DAY, LATER, RELEASES, Made, make, run

BASE = "https://example.org/"
SPAN = f"releases/{DAY}..{LATER}"
THINGS = (
    "releases",
    f"releases/{DAY}",
    RELEASES,
    f"{RELEASES}/{LATER}",
    f"vocabulary/releases/{DAY}",
    f"comparison/releases/{LATER}",
    SPAN,
    f"{RELEASES}/{DAY}..current",
)
LANGUAGES = ("fi", "sv", "en")


def serve(made: Made) -> FlaskClient:
    """Return a client of the service over a site; its pages ask no query."""

    def evaluate(_question: object, _client: str) -> bytes:
        """Answer no query."""
        raise QueryLimitError("no workers here")

    return create_app(release.open_publication(made.publish), evaluate).test_client()


@pytest.fixture(scope="module")
def client(second_release: Made) -> FlaskClient:
    """Return a client of the service over the site with two releases."""
    return serve(second_release)


class Links(HTMLParser):
    """Collects the references of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the reference of a link."""
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


@pytest.mark.parametrize("path", THINGS)
def test_the_iri_of_a_release_leads_to_its_documents(path: str, client: FlaskClient) -> None:
    """Every IRI answers 303 by Accept, and each document 200, in the formats of every other thing."""
    for form in (*RDF_FORMATS, HTML):
        redirect = client.get(f"/{path}", headers={"Accept": form.media_type})
        assert redirect.status_code == 303
        target = urljoin(f"http://localhost/{path}", redirect.headers["Location"])
        assert target.endswith(f"{path}{form.suffix}")
        document = client.get(target)
        assert (document.status_code, document.content_type) == (200, form.content_type)
    assert client.get(f"/{path}", headers={"Accept": "image/png"}).status_code == 406


def test_a_release_is_described_but_is_no_dataset_of_the_catalog(client: FlaskClient) -> None:
    """Its document says what it is a version of, when, by which vocabulary, after which release; it is no dcat:Dataset."""
    iri = NamedNode(f"{BASE}{RELEASES}/{LATER}")
    content = client.get(f"/{RELEASES}/{LATER}.nt").data
    found: dict[str, set[str]] = {}
    for each in parse(content, format=RdfFormat.N_TRIPLES):
        if each.subject == iri and isinstance(each.object, NamedNode | Literal):
            found.setdefault(each.predicate.value, set()).add(each.object.value)
    dataset, before = {f"{BASE}{DATASET}"}, {f"{BASE}{RELEASES}/{DAY}"}

    assert found[term("rdf:type").value] == {term("prov:Entity").value, term("dcat:Resource").value}
    assert found[term("dct:isVersionOf").value] == found[term("dcat:isVersionOf").value] == dataset
    assert found[term("dct:issued").value] == found[term("dcat:version").value] == {LATER}
    assert found[term("prov:wasRevisionOf").value] == found[term("adms:prev").value] == before
    assert found[term("dct:conformsTo").value] == {"https://w3id.org/osallisuus/ns/1.0.0"}
    assert f"{iri.value}/practices.csv" in found[term("dct:hasPart").value]
    assert len(found[term("dct:bibliographicCitation").value]) == 3
    assert b"/releases/" not in client.get("/catalog.nt").data


def test_every_part_of_a_release_is_served(client: FlaskClient, second_release: Made) -> None:
    """Each frozen file is served byte for byte, with a type that is true, to be kept for good."""
    for each in (file for frozen in second_release.listed().releases for file in frozen.files):
        answer = client.get(f"/{each.path}")
        assert answer.status_code == 200
        assert manifest.digest(answer.data) == each.sha256
        assert "immutable" in answer.headers["Cache-Control"]
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        tag = answer.headers["ETag"]
        assert client.get(f"/{each.path}", headers={"If-None-Match": tag}).status_code == 304
    types = {
        "practices.csv": "text/csv; charset=utf-8",
        "practices.csv-metadata.json": "application/csvm+json",
        "practices.nt": "application/n-triples",
        "release.json": "application/json",
        "CITATION.cff": "application/yaml",
    }
    assert {name: client.get(f"/{RELEASES}/{DAY}/{name}").content_type for name in types} == types
    assert "immutable" not in client.get(f"/{DATASET}.csv").headers["Cache-Control"]


def test_a_touched_file_is_not_served(second_release: Made, copied: Callable[[Made], Made]) -> None:
    """A frozen file that was changed is an error of the server, which does not tell where it stands on the disk."""
    made = copied(second_release)
    client = serve(made)
    (made.publish / RELEASES / DAY / "practices.csv").write_bytes(b"x")
    answer = client.get(f"/{RELEASES}/{DAY}/practices.csv")

    assert answer.status_code == 500
    assert "is not as it was frozen" in answer.text
    assert str(made.root) not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "releases/2026-11-24",
        f"{RELEASES}/2026-11-24.html",
        f"releases/{DAY}..{DAY}",
        f"releases/{DAY}..2026-09-24.html",
        f"xx/998/releases/{DAY}..{LATER}",
        f"{RELEASES}/{DAY}/other.csv",
        f"{SPAN}.csv",
        f"releases/{DAY}..{LATER}..current",
    ],
)
def test_what_is_no_release_is_not_found(path: str, client: FlaskClient) -> None:
    """Other days, other datasets, a state against itself and other files are 404."""
    assert client.get(f"/{path}").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [*THINGS, DATASET, "vocabulary", "comparison"])
def test_every_link_of_the_pages_leads_somewhere(path: str, language: str, client: FlaskClient) -> None:
    """No link to a page, a file or another release is broken."""
    address = f"http://localhost/{path}.{language}.html"
    page = client.get(address)
    assert page.status_code == 200
    for each in Links(page.text).found:
        target = urljoin(address, each)
        if target.startswith("http://localhost/") and "mailto:" not in target:
            assert client.get(target, follow_redirects=True).status_code == 200, target


CITE = {"fi": "Viittausohje", "sv": "Så hänvisar du", "en": "How to cite"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_release_says_how_to_cite_it(
    language: str, client: FlaskClient, second_release: Made
) -> None:
    """The page has the citation in the three languages, that of the page first, BibTeX, and every file with its checksum."""
    html = client.get(f"/{RELEASES}/{LATER}.{language}.html").text
    record = second_release.record(LATER)
    sentences = [html.index(citing.sentence(record, each)) for each in LANGUAGES]

    assert CITE[language] in html
    assert min(sentences) == sentences[LANGUAGES.index(language)]
    assert f"@misc{{xx-999-releases-{LATER}," in html
    assert f'href="{LATER}/CITATION.cff"' in html
    assert all(each.sha256 in html for each in record.files)


CHANGED = {"fi": "Käytännöt: 1 muutettu", "sv": "Praxis: 1 ändrad", "en": "Practices: 1 changed"}
ONLY_TABLES = {"fi": "vain taulukot", "sv": "endast tabellerna", "en": "only the tables"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_releases_are_listed_with_what_changed(language: str, client: FlaskClient) -> None:
    """The list of a dataset and the page of a release of the site tell what changed against the release before."""
    listed = client.get(f"/{RELEASES}.{language}.html").text
    site = client.get(f"/releases/{LATER}.{language}.html").text

    assert listed.index(f"release-{LATER}") < listed.index(f"release-{DAY}")
    assert CHANGED[language] in listed
    assert f'href="releases/{DAY}..{LATER}.{language}.html"' in listed
    assert CHANGED[language] in site
    assert ONLY_TABLES[language] in site


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_difference_shows_old_and_new(language: str, client: FlaskClient) -> None:
    """The values that went are marked as deleted, those that came as inserted, with their language."""
    html = client.get(f"/{SPAN}.{language}.html").text
    marked = re.sub(r"\s+", " ", html)
    lang = "" if language == "en" else ' lang="en"'

    assert f'<del><span{lang}>Village survey</span> <span class="quiet">(en)</span>' in marked
    assert f'<ins><span{lang}>Survey of the villages</span> <span class="quiet">(en)</span>' in marked
    assert CHANGED[language] in html


def test_a_thing_that_is_gone_is_named_but_not_linked(
    first_release: Made, copied: Callable[[Made], Made]
) -> None:
    """A removed practice keeps its name on the page of the difference, without a link to a page that is no more."""
    made = copied(first_release)
    made.edit("id: kylakysely", "id: uusi-kysely")
    made.build(LATER)
    client = serve(made)
    html = client.get(f"/releases/{DAY}..current.en.html").text

    assert re.search(r'<h4><a href="[^"]*uusi-kysely[^"]*">Village survey</a>\s*<span[^>]*>added', html)
    assert re.search(r"<h4>Village survey\s*<span[^>]*>removed", html)


@pytest.fixture(scope="module")
def departed(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Return a client of a site from which a municipality left after a release."""
    made = make(repository, tmp_path_factory.mktemp("departed") / "site")
    other = made.add_other()
    made.build(DAY)
    assert made.release(DAY).exit_code == 0
    shutil.rmtree(other)
    made.build(LATER)
    assert run("verify", made.root).exit_code == 0
    return serve(made)


def test_a_dataset_that_left_says_so(departed: FlaskClient) -> None:
    """Its IRI has a page with its name, that it is out of use, and its releases; as RDF it is no dcat:Dataset any more."""
    html = departed.get("/xx/998/practices.en.html").text
    title = re.search(r"<h1>(.*)</h1>", html)
    turtle = departed.get("/xx/998/practices.ttl").text

    assert title
    assert "Mallila" in title[1]
    assert "it is not used any more" in html
    assert 'href="releases.en.html"' in html
    assert f'<time datetime="{LATER}">' in html
    assert "Vocabulary</a></li>\n<li><span" not in html
    assert "owl:deprecated true" in turtle
    assert "dcat:Dataset" not in turtle
    assert departed.get("/xx/998/releases.en.html").status_code == 200
    assert f"{BASE}xx/998/practices" not in departed.get("/catalog.nt").text


def test_the_sitemap_dates_what_left_with_the_day_when_it_left(departed: FlaskClient) -> None:
    """The page of a dataset that left is not said to be older than its leaving."""
    entries = re.findall(
        r"<loc>[^<]*xx/998/practices\.en\.html</loc><lastmod>([^<]*)", departed.get("/sitemap.xml").text
    )

    assert entries == [LATER]


@pytest.mark.parametrize(
    "path", ["xx/998", "xx/998.en.html", "xx/998/practices/kylakysely", "xx/998/practices/kylakysely.ttl"]
)
def test_what_left_is_gone_rather_than_unknown(path: str, departed: FlaskClient) -> None:
    """A thing of which the log says that it was deleted answers 410, says when, and leads to the log; others stay 404."""
    line = departed.get(f"/{path}", headers={"Accept": "text/turtle"})
    page = departed.get(f"/{path}", headers={"Accept": "text/html", "Accept-Language": "en"})
    log = re.search(r'<a href="([^"]*changes/[^"]*)"', page.text)

    assert (line.status_code, page.status_code) == (410, 410)
    assert f"was removed on {LATER}" in line.text
    assert "This is no longer published" in page.text
    assert "October 2, 2026" in page.text
    assert log
    address, _, fragment = urljoin(f"http://localhost/{path}", log[1]).partition("#")
    assert f'id="{fragment}"' in departed.get(address).text
    assert departed.get("/xx/997").status_code == 404


def test_the_feed_links_to_nothing_that_is_gone(departed: FlaskClient) -> None:
    """Every entry of the feed, of what was created and left later too, links to a page that is there."""
    links = re.findall(
        r'<entry>.*?rel="alternate"[^>]*href="([^"]*)"', departed.get("/changes.en.atom").text, re.S
    )

    assert any("/changes/" in each for each in links)
    for each in {each.partition("#")[0] for each in links}:
        assert departed.get(each.removeprefix(BASE.rstrip("/"))).status_code == 200, each


def test_the_menu_leads_to_releases_once_there_are_any(
    client: FlaskClient, repository: Path, tmp_path: Path
) -> None:
    """A site without a release has no page of releases, and no link to one."""
    made = make(repository, tmp_path / "site")
    bare = serve(made)

    assert 'href="releases.html"' in client.get("/index.html").text
    assert "releases" not in bare.get("/index.html").text
    assert "releases" not in bare.get(f"/{DATASET}.html").text
    assert bare.get("/releases").status_code == 404
    assert bare.get("/releases/current..current").status_code == 404


def test_the_endpoint_knows_the_releases(second_release: Made) -> None:
    """A query finds the releases of a dataset, newest last, in the graph of releases."""
    question = (
        "PREFIX dcat: <http://www.w3.org/ns/dcat#> "
        f"SELECT ?version {{ GRAPH <{BASE}releases> {{ <{BASE}{DATASET}> dcat:hasVersion/dcat:version ?version }} }} "
        "ORDER BY ?version"
    )
    result = run("query", "--site", second_release.root, "--format", "csv", question)

    assert result.output.split() == ["version", DAY, LATER]
