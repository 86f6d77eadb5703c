"""The service as a client meets it: IRIs, documents, headers, errors, and nothing that is not published."""

import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from werkzeug.test import TestResponse

from osallisuus import release
from osallisuus.errors import QueryLimitError
from osallisuus.formats import CSV, CSVM, HTML, JSONL, JSONLD, NTRIPLES, RDF_FORMATS, RDFXML, TURTLE, Format
from osallisuus.query.store import Ask
from osallisuus.release import Publication
from osallisuus.vocabulary import CONTEXT, VERSION
from osallisuus.web import create_app, pages

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PRACTICE = "fi/235/practices/kaupungin-kotisivut"
DATASET = "fi/235/practices"
THINGS = (
    PRACTICE,
    DATASET,
    "fi/235",
    "fi/235/unit/hallinto",
    "catalog",
    "purpose",
    "purpose/inform",
    "ns",
    ".well-known/void",
)
EVERYWHERE = ("", "index.html", "catalog", "catalog.ttl", f"{DATASET}.html", f"{DATASET}.csv", "no/such/thing", "sparql", "sparql.html", "sitemap.xml", "robots.txt", "favicon.ico", "static/style.css", f"ns/{VERSION}/context.jsonld")  # fmt: skip
"""A path of each kind that the service has."""

_PARSERS = {
    TURTLE: RdfFormat.TURTLE,
    NTRIPLES: RdfFormat.N_TRIPLES,
    RDFXML: RdfFormat.RDF_XML,
    JSONLD: RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def client(publication: Publication, evaluate: Callable[..., bytes]) -> FlaskClient:
    """Return a client of the service over the repository's own data, with real workers behind it."""
    app = create_app(publication, evaluate)
    app.test_client_class = _Client
    return app.test_client()


class _Client(FlaskClient):
    """Reads each answer to its end, so that the files behind it are closed."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        return super().open(*args, **{**options, "buffered": True})


class _Page(HTMLParser):
    """What the tests look at in a page: its language, headings, references and visible text."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.language = ""
        self.headings = 0
        self.references: list[str] = []
        self.alternates: dict[str, str] = {}
        self.tags: set[str] = set()
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.headings += tag == "h1"
        if tag == "html":
            self.language = found["lang"]
        if tag == "link" and found.get("rel") == "alternate":
            self.alternates[found.get("hreflang") or found["type"]] = found["href"]
        self.references += [found[each] for each in ("href", "src", "action") if each in found]


def _get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    return client.get(f"/{path}", headers={name.replace("_", "-"): value for name, value in headers.items()})


def _follow(client: FlaskClient, path: str) -> TestResponse:
    """Return the document to which an IRI leads, or the answer itself where it leads nowhere."""
    response = _get(client, path)
    return client.get(urljoin(f"/{path}", response.headers.get("Location", f"/{path}")))


def _links(response: TestResponse) -> dict[str, list[tuple[str, str]]]:
    """Return the Link header: relation → address and type of each link."""
    found: dict[str, list[tuple[str, str]]] = {}
    for link in re.finditer(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?', response.headers["Link"]):
        found.setdefault(link[2], []).append((link[1], link[3] or ""))
    return found


def _vary(response: TestResponse) -> set[str]:
    return {each.strip().lower() for each in response.headers.get("Vary", "").split(",") if each.strip()}


def _triples(client: FlaskClient, response: TestResponse, form: Format) -> set[Triple]:
    """Return the triples of a document; a context that it names is fetched from the service."""
    content = response.get_data()
    if form is JSONLD:
        document = json.loads(content)
        if isinstance(document["@context"], str):
            context = client.get(urlsplit(document["@context"]).path.removeprefix("/osallisuus"))
            assert context.status_code == 200
            document["@context"] = json.loads(context.get_data())["@context"]
        content = json.dumps(document).encode()
    return {each.triple for each in parse(content, format=_PARSERS[form])}


def _one_of_each_type(publication: Publication) -> dict[str, str]:
    """Return class IRI → the path of the first thing of it that has a document."""
    found: dict[str, str] = {}
    for subject in sorted(publication.by_subject):
        path = publication.path(subject)
        if path and "#" not in path:
            for kind in publication.types(subject):
                found.setdefault(kind, path)
    return found


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (None, ".ttl"),
        ("*/*", ".ttl"),
        (BROWSER["Accept"], ".html"),
        ("application/ld+json", ".jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', ".jsonld"),
        ("text/turtle;charset=utf-8", ".ttl"),
        ("text/turtle;q=0, */*", ".jsonld"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.1", ".rdf"),
        ("APPLICATION/N-TRIPLES", ".nt"),
    ],
)
@pytest.mark.parametrize("path", THINGS)
def test_an_iri_leads_to_its_document(
    client: FlaskClient, path: str, accept: str | None, suffix: str
) -> None:
    """An IRI answers 303 with a relative Location: the document in the format that Accept prefers."""
    response = _get(client, path, **({"Accept": accept} if accept else {}))

    assert response.status_code == 303
    assert response.headers["Location"] == path.rpartition("/")[2] + suffix
    assert _vary(response) == {"accept"}
    assert response.get_data() == b""


def test_a_table_is_chosen_by_accept(client: FlaskClient) -> None:
    """A dataset is also offered as CSV; a practice is not."""
    assert _get(client, DATASET, Accept="text/csv").headers["Location"] == "practices.csv"
    assert _get(client, PRACTICE, Accept="text/csv").status_code == 406
    assert _get(client, f"{PRACTICE}.csv").status_code == 404


@pytest.mark.parametrize("path", THINGS)
@pytest.mark.parametrize("form", [*RDF_FORMATS, HTML], ids=lambda form: form.name)
def test_the_suffix_wins_over_accept(client: FlaskClient, path: str, form: Format) -> None:
    """A document with a suffix answers 200 in that format, whatever Accept says."""
    for accept in ("image/png", "text/csv;q=1, */*;q=0", "", ";;,"):
        response = _get(client, f"{path}{form.suffix}", Accept=accept)

        assert response.status_code == 200
        assert response.headers["Content-Type"] == form.content_type


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("catalog.ttl", "text/turtle; charset=utf-8"),
        ("catalog.nt", "application/n-triples"),
        ("catalog.rdf", "application/rdf+xml"),
        ("catalog.html", "text/html; charset=utf-8"),
        (f"{DATASET}.csv", "text/csv; charset=utf-8"),
        ("robots.txt", "text/plain; charset=utf-8"),
        ("static/style.css", "text/css; charset=utf-8"),
    ],
)
def test_content_types(client: FlaskClient, path: str, content_type: str) -> None:
    """Each document has its registered media type, and a text names its encoding."""
    assert _get(client, path).headers["Content-Type"] == content_type


def test_every_type_of_thing_says_the_same_in_each_format(
    client: FlaskClient, publication: Publication
) -> None:
    """For one thing of each type, all formats carry the same triples, which describe it."""
    kinds = _one_of_each_type(publication)
    assert {each.rpartition("#")[2].rpartition("/")[2] for each in kinds} >= {
        "Practice", "PublicOrganisation", "OrganizationalUnit", "Concept", "ConceptScheme", "Dataset", "Catalog", "LegalResource", "Ontology",
    }  # fmt: skip
    for path in sorted(set(kinds.values())):
        found = [_triples(client, _get(client, f"{path}{form.suffix}"), form) for form in RDF_FORMATS]

        assert found[0] == found[1] == found[2] == found[3], path
        assert NamedNode(publication.iri(path) or "") in {each.subject for each in found[0]}, path


@pytest.mark.parametrize("path", [PRACTICE, "fi/235", "fi/235/unit/hallinto", "purpose/inform"])
def test_the_document_of_a_single_thing_names_the_context(client: FlaskClient, path: str) -> None:
    """The JSON-LD of a single thing names the context of this version by its address."""
    assert json.loads(_get(client, f"{path}.jsonld").get_data())["@context"] == CONTEXT


@pytest.mark.parametrize("path", [DATASET, "catalog", "purpose", "ns", f"ns/{VERSION}"])
def test_a_download_carries_the_context(client: FlaskClient, path: str) -> None:
    """The JSON-LD of a dataset, the catalog and the vocabulary can be read without the network."""
    assert isinstance(json.loads(_get(client, f"{path}.jsonld").get_data())["@context"], dict)


def test_the_context_is_json_ld_for_every_site(client: FlaskClient) -> None:
    """The context has its own media type, may be read from any site, and is what documents name."""
    response = _get(client, f"ns/{VERSION}/context.jsonld", Origin="https://editor.example")

    assert response.status_code == 200
    assert response.mimetype == "application/ld+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert CONTEXT.endswith(f"/ns/{VERSION}/context.jsonld")
    assert "@context" in json.loads(response.get_data())


def test_documents_are_the_published_files(client: FlaskClient, publication: Publication) -> None:
    """Every file that the manifest lists is served byte for byte, with a media type of its own."""
    assert len(publication.manifest.files) > 50
    for file in publication.manifest.files:
        response = _get(client, file.path)

        assert response.status_code == 200, file.path
        assert response.get_data() == (publication.directory / file.path).read_bytes()
        assert response.mimetype in {each.media_type for each in (*RDF_FORMATS, CSV, CSVM, JSONL)}


@pytest.mark.parametrize("path", [*EVERYWHERE, "sparql?query=ASK{}"])
@pytest.mark.parametrize("accept", ["*/*", BROWSER["Accept"], "image/png"])
def test_head_equals_get(client: FlaskClient, path: str, accept: str) -> None:
    """HEAD has the status and the headers of GET and no body."""
    headers = {"Accept": accept}
    get, head = client.get(f"/{path}", headers=headers), client.head(f"/{path}", headers=headers)

    assert head.status_code == get.status_code
    assert head.get_data() == b""
    assert {**head.headers, "Date": ""} == {**get.headers, "Date": ""}


@pytest.mark.parametrize(
    "path",
    [
        "",
        f"{DATASET}.ttl",
        f"{DATASET}.csv",
        f"{PRACTICE}.jsonld",
        f"{PRACTICE}.html",
        "sitemap.xml",
        "robots.txt",
        "sparql",
    ],
)
def test_what_a_client_has_already_is_304(client: FlaskClient, path: str) -> None:
    """ETag and Last-Modified are stable, and a request that names either is answered 304 without a body."""
    response = _get(client, path)
    tag, date = response.headers["ETag"], response.headers["Last-Modified"]

    assert re.fullmatch(r'"[^"]+"', tag)
    assert _get(client, path).headers["ETag"] == tag
    for condition in (tag, f"W/{tag}", f'"other", {tag}', f'W/"other" , {tag},"third"', "*"):
        again = _get(client, path, If_None_Match=condition)
        assert (again.status_code, again.get_data()) == (304, b""), condition
        assert again.headers["ETag"] == tag
        assert _vary(again) == _vary(response)
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert _get(client, path, If_None_Match='"other"').status_code == 200
    assert _get(client, path, If_Modified_Since=date).status_code == 304
    assert _get(client, path, If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT").status_code == 200
    assert _get(client, path, If_Modified_Since="nonsense").status_code == 200
    assert _get(client, path, If_None_Match='"other"', If_Modified_Since=date).status_code == 200


def test_every_form_of_a_thing_has_a_tag_of_its_own(client: FlaskClient) -> None:
    """The formats and languages of a thing never share an ETag."""
    suffixes = [*(each.suffix for each in RDF_FORMATS), ".fi.html", ".sv.html", ".en.html"]

    assert len({_get(client, PRACTICE + each).headers["ETag"] for each in suffixes}) == len(suffixes)


def test_a_document_is_dated_by_the_change_of_its_thing(
    client: FlaskClient, publication: Publication
) -> None:
    """Last-Modified is the day on which the manifest says that a thing changed."""
    thing = publication.manifest.thing(DATASET)
    assert thing is not None

    for path in (DATASET, PRACTICE):
        modified = _get(client, f"{path}.ttl").last_modified
        assert modified is not None
        assert f"{modified:%Y-%m-%d %H:%M:%S}" == f"{thing.modified} 00:00:00"


def test_what_an_answer_depends_on_is_said(client: FlaskClient) -> None:
    """Vary names Accept where the format is negotiated, Accept-Language where the language is, and nothing else."""
    expected = {
        DATASET: {"accept"}, f"{DATASET}.ttl": set(), f"{DATASET}.html": {"accept-language"}, f"{DATASET}.fi.html": set(),
        "": {"accept-language"}, "no/such/thing": {"accept", "accept-language"}, "sitemap.xml": set(),
    }  # fmt: skip

    assert {path: _vary(_get(client, path)) for path in expected} == expected
    assert _vary(_get(client, DATASET, Accept="image/png")) == {"accept"}


@pytest.mark.parametrize(
    "path", [PRACTICE, DATASET, "fi/235", "catalog", "purpose/inform", "ns", f"ns/{VERSION}"]
)
@pytest.mark.parametrize("suffix", ["", ".ttl", ".html", ".en.html"])
def test_links_lead_on(client: FlaskClient, publication: Publication, path: str, suffix: str) -> None:
    """The Link header leads to each format, to what describes it, the licence, the vocabulary and the thing's own IRI."""
    links = _links(_get(client, path + suffix))

    assert {"text/turtle", "application/ld+json", "text/html"} <= {kind for _, kind in links["alternate"]}
    for address, kind in links["alternate"]:
        found = client.get(urljoin(f"/{path}", address))
        assert (found.status_code, found.mimetype) == (200, kind)
    for address, kind in links["describedby"]:
        assert client.get(urljoin(f"/{path}", address)).mimetype == kind
    (name,) = links["cite-as" if suffix.endswith(".html") else "canonical"]
    assert name == (publication.site.base + path, "")
    licences = publication.links(name[0], "dct:license") or [publication.site.licence]
    assert links["license"] == [(licences[0], "")]
    assert [address for address, _ in links["profile"]] == [f"https://w3id.org/osallisuus/ns/{VERSION}"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_site_may_read_every_answer(client: FlaskClient, path: str) -> None:
    """Each answer may be read by a page of another site, with the headers that it needs, and none lets a type be guessed."""
    headers = _get(client, path, Origin="https://editor.example").headers

    assert headers["Access-Control-Allow-Origin"] == "*"
    assert {"Link", "ETag", "Location", "Retry-After"} <= set(
        headers["Access-Control-Expose-Headers"].split(", ")
    )
    assert "Access-Control-Allow-Credentials" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")


@pytest.mark.parametrize("path", EVERYWHERE)
def test_preflight(client: FlaskClient, path: str) -> None:
    """OPTIONS answers a browser's question before a request: any origin, the methods, and the headers it may send."""
    response = client.options(
        f"/{path}",
        headers={
            "Origin": "https://editor.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    methods = set(response.headers["Access-Control-Allow-Methods"].split(", "))

    assert response.status_code in {200, 204}
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "HEAD", "OPTIONS"} <= methods
    assert ("POST" in methods) == path.startswith("sparql")
    assert {"accept", "content-type"} <= set(
        response.headers["Access-Control-Allow-Headers"].lower().split(", ")
    )
    assert int(response.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize(
    ("path", "method", "accept", "status"),
    [
        ("/no/such/thing", "GET", "*/*", 404),
        (f"/{PRACTICE}", "GET", "application/x-unknown", 406),
        ("/sparql?query=SELECT", "GET", "*/*", 400),
        (f"/{PRACTICE}", "POST", "*/*", 405),
        ("/sparql", "PUT", BROWSER["Accept"], 405),
        ("/", "DELETE", "*/*", 405),
    ],
)
def test_errors_can_be_read_by_every_site(
    client: FlaskClient, path: str, method: str, accept: str, status: int
) -> None:
    """An error carries the headers of CORS too, so that a page of another site can show the reason."""
    response = client.open(
        path, method=method, headers={"Accept": accept, "Origin": "https://editor.example"}
    )

    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert len(response.text) > 20


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "path", ["", "catalog", f"{DATASET}.ttl", "no/such/thing", "sitemap.xml", "static/style.css"]
)
def test_nothing_can_be_written(client: FlaskClient, method: str, path: str) -> None:
    """Methods that write are 405, with the methods that there are."""
    response = client.open(f"/{path}", method=method)

    assert response.status_code == 405
    assert {"GET", "HEAD"} <= set(response.headers["Allow"].split(", "))


@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "application/ld+json", "image/png"])
def test_what_is_not_there_is_told_in_text(client: FlaskClient, accept: str) -> None:
    """A 404 for a program is a line of text that names the path and the catalog."""
    response = _get(client, "no/such/thing", Accept=accept)

    assert (response.status_code, response.mimetype) == (404, "text/plain")
    assert "/no/such/thing" in response.text
    assert "catalog" in response.text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_what_is_not_there_is_told_in_a_page(client: FlaskClient, language: str) -> None:
    """A 404 for a browser is a page in the reader's language, with one heading and ways on."""
    response = _get(client, "no/such/thing.html", **BROWSER, Accept_Language=language)
    page = _Page(response)

    assert (response.status_code, response.mimetype) == (404, "text/html")
    assert page.language == language == response.headers["Content-Language"]
    assert page.headings == 1
    assert page.references


@pytest.mark.parametrize("accept", [BROWSER["Accept"], "*/*"])
@pytest.mark.parametrize(
    "path", ["no<script>alert(1)</script>", 'no"onload="alert(1)', "x.html?<script>alert(1)</script>"]
)
def test_a_path_is_never_markup(client: FlaskClient, path: str, accept: str) -> None:
    """What stands in a path is escaped in a page, and in a text it is not HTML."""
    response = client.get(f"/{path}", headers={"Accept": accept})

    assert response.status_code == 404
    assert response.mimetype == "text/plain" or not re.search(r"<script|\"onload", response.text)


@pytest.mark.parametrize("path", [PRACTICE, DATASET, "fi/235/unit/hallinto", "catalog", "ns"])
def test_what_cannot_be_given_names_what_can(client: FlaskClient, path: str) -> None:
    """A 406 lists the media types that are offered."""
    response = _get(client, path, Accept="image/png")

    assert response.status_code == 406
    assert {"text/turtle", "application/ld+json", "text/html"} <= set(response.text.split())


@pytest.mark.parametrize("path", [*EVERYWHERE, PRACTICE, "fi//235", "catalog/"])
@pytest.mark.parametrize("accept", ["*/*", BROWSER["Accept"], "image/png"])
def test_a_forged_host_is_reflected_nowhere(client: FlaskClient, path: str, accept: str) -> None:
    """Neither Host nor any forwarded header appears in an answer, in its headers or its body."""
    response = client.get(
        f"/{path}",
        base_url="http://evil.example/",
        headers={
            "Accept": accept,
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "gopher",
            "X-Forwarded-Prefix": "/evil.example",
            "Forwarded": "host=evil.example;proto=gopher",
        },
    )

    assert response.status_code < 500
    for text in (response.text, str(response.headers)):
        assert "evil.example" not in text
        assert "gopher" not in text


@pytest.mark.parametrize(
    "raw", ["//evil.example", "//evil.example/..", "/\\evil.example", "///evil.example/catalog"]
)
def test_a_path_never_leads_to_another_host(client: FlaskClient, raw: str) -> None:
    """A path that begins like a host name is no redirect to that host."""
    response = client.get("/", environ_overrides={"PATH_INFO": raw, "RAW_URI": raw, "REQUEST_URI": raw})

    assert response.status_code == 404
    assert "Location" not in response.headers


@pytest.mark.parametrize(
    "path",
    [
        "../pyproject.toml", "../../etc/passwd", "%2e%2e/pyproject.toml", "..%2fdata/site.yaml", "static/../pages.py", "static/..%2fpages.py",
        "static/..%5cpages.py", "fi/235/../../../pyproject.toml", "fi/235/practices/../../../site.json", "site.json", "manifest.json",
        "etc/passwd%00.ttl", "..%00.ttl", ".git/config", "fi/235/practices/..%2f..%2f..%2f..%2fsecret.ttl", "..%2fsecret.ttl",
        "secret.ttl", ".ttl", "fi/.ttl", "%2fetc%2fpasswd", "static/%2fetc%2fpasswd", "static/", "static",
    ],
)  # fmt: skip
def test_nothing_else_can_be_read(client: FlaskClient, publish: Path, path: str) -> None:
    """No path reads a file that is not a published document, inside `publish/` or outside it."""
    secret = publish.parent / "secret.ttl"
    secret.write_text("<a:a> <a:b> 'secret' .", encoding="utf-8")
    (publish / "secret.ttl").write_bytes(secret.read_bytes())
    try:
        response = client.get(f"/{path}")
    finally:
        (publish / "secret.ttl").unlink()

    assert response.status_code == 404
    assert response.mimetype == "text/plain"
    assert "secret' ." not in response.text


@pytest.mark.parametrize("path", ["catalog/", "catalog.ttl/", "CATALOG", "catalog.TTL", "catalog.ttl.ttl", "fi//235", "catalog.xx.html", f"{DATASET}/", "index.xx.html", "sparql.xx.html", "index.ttl", "catalog.fi.ttl"])  # fmt: skip
def test_a_thing_has_one_name(client: FlaskClient, path: str) -> None:
    """A name that is almost right is nothing: there is no second address for a thing."""
    assert _get(client, path).status_code == 404


def test_a_percent_encoded_letter_is_the_same_name(client: FlaskClient) -> None:
    """A letter may be written with its percent code; what follows the question mark is left aside."""
    assert _get(client, "catalo%67").headers["Location"] == "catalog.ttl"
    assert _get(client, "catalog?utm_source=x").headers["Location"] == "catalog.ttl"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("path", ["index", DATASET, PRACTICE, "catalog", "purpose", "ns", "sparql"])
def test_a_page_has_language_versions(client: FlaskClient, path: str, language: str) -> None:
    """`x.fi.html` is Finnish whoever asks; `x.html` is in the language that is asked for; each names the others."""
    fixed = _get(client, f"{path}.{language}.html", Accept_Language="de, xx;q=0.1")
    chosen = _get(client, f"{path}.html", Accept_Language=f"de, {language};q=0.5")

    for response in (fixed, chosen):
        page = _Page(response)
        assert response.status_code == 200
        assert page.language == language == response.headers["Content-Language"]
        assert page.headings == 1
        assert {"fi", "sv", "en"} <= page.alternates.keys()
        for tag in ("fi", "sv", "en"):
            other = client.get(urljoin(f"/{path}.html", page.alternates[tag]))
            assert (other.status_code, other.headers["Content-Language"]) == (200, tag)


def test_the_first_language_of_the_site_is_the_default(client: FlaskClient, publication: Publication) -> None:
    """Without Accept-Language, or with none that there is, a page comes in the site's first language."""
    for headers in ({}, {"Accept_Language": "de"}, {"Accept_Language": ";;q=,x"}, {"Accept_Language": "*"}):
        for path in ("", f"{DATASET}.html"):
            assert _get(client, path, **headers).headers["Content-Language"] == publication.site.languages[0]


@pytest.mark.parametrize("path", ["", "index.sv.html", f"{DATASET}.html", f"{PRACTICE}.en.html", "catalog.html", "purpose/inform.html", "sparql.html", "no/such/thing"])  # fmt: skip
def test_pages_need_nothing_but_themselves(client: FlaskClient, path: str) -> None:
    """A page has no style of its own, no script but the query editor's files, and every reference to this site answers."""
    response = _get(client, path, **BROWSER)
    page = _Page(response)

    assert not {"style", "iframe", "object"} & page.tags
    scripts = re.findall(r"<script(.*?)>", response.text)
    assert all(
        "ld+json" in each or (path == "sparql.html" and ' src="static/query/' in each) for each in scripts
    )
    here = {each.partition("#")[0] for each in page.references if not urlsplit(each).scheme} - {""}
    assert here
    for reference in sorted(here):
        found = client.get(urljoin(f"/{path}", reference), headers=BROWSER)
        assert found.status_code in {200, 303}, reference


@pytest.mark.parametrize(
    "path", ["", f"{DATASET}.html", f"{PRACTICE}.fi.html", "catalog.html", "sparql.html", "no/such/thing"]
)
def test_under_a_prefix_everything_stays_there(client: FlaskClient, path: str) -> None:
    """Behind a proxy that serves the site under a path, references and redirects are relative and stay under it."""
    prefix = "https://data.example.org/osallisuus/"
    page = _Page(client.get(f"/{path}", base_url=prefix, headers=BROWSER))
    here = [each for each in page.references if not urlsplit(each).scheme]

    assert here
    for reference in here:
        assert not reference.startswith("/")
        assert urljoin(prefix + path, reference).startswith(prefix)
    redirect = client.get(f"/{DATASET}", base_url=prefix)
    assert urljoin(prefix + DATASET, redirect.headers["Location"]) == f"{prefix}{DATASET}.ttl"


def test_iris_do_not_depend_on_the_request(client: FlaskClient) -> None:
    """The same document comes, byte for byte, whatever the host, scheme and prefix of the request."""
    for path in (f"/{PRACTICE}.ttl", f"/{PRACTICE}.jsonld", f"/{PRACTICE}.html", "/sitemap.xml", "/sparql"):
        plain = client.get(path)
        behind = client.get(path, base_url="https://data.example.org/osallisuus/")

        assert behind.get_data() == plain.get_data()
        assert behind.headers["ETag"] == plain.headers["ETag"]


def test_void_describes_the_datasets(client: FlaskClient, publication: Publication) -> None:
    """`/.well-known/void` leads to a description of the published datasets."""
    triples = _triples(client, _follow(client, ".well-known/void"), TURTLE)

    assert NamedNode(publication.site.base + DATASET) in {part for each in triples for part in each}


def test_a_static_file_is_kept_under_the_address_that_names_its_digest(client: FlaskClient) -> None:
    """Pages link to such an address, which may be kept for good; under another it is asked for again. The bytes are the same."""
    address = pages.asset("style.css")
    kept, plain = _get(client, address), _get(client, "static/style.css")

    assert f'href="{address}"' in _get(client, "index.html", **BROWSER).text
    assert (kept.cache_control.max_age, kept.cache_control.immutable) == (31_536_000, True)
    assert not kept.cache_control.no_cache
    for other in (plain, _get(client, "static/style.css?v=0"), _get(client, f"{address}&x")):
        assert other.headers["Cache-Control"] == "no-cache"
        assert other.headers["ETag"] == kept.headers["ETag"]
        assert other.get_data() == kept.get_data()


def test_a_question_that_is_refused_is_refused_in_every_language(client: FlaskClient) -> None:
    """The page says what is wrong in the language of its address, and its switch keeps the question."""
    response = _get(client, "changes.sv.html?since=%3Cb%3E", **BROWSER, Accept_Language="fi")

    assert (response.status_code, response.headers["Content-Language"]) == (400, "sv")
    assert 'href="changes.fi.html?since=%3Cb%3E"' in response.text
    assert "<b>" not in response.text


def test_the_icon_is_where_browsers_look(client: FlaskClient) -> None:
    """`/favicon.ico` is the site's icon, as SVG."""
    response = _get(client, "favicon.ico")

    assert (response.status_code, response.mimetype) == (200, "image/svg+xml")
    assert response.get_data().startswith(b"<svg")


@pytest.mark.parametrize("accept", ["text/turtle;q=x", '"', 'a/b;c="', "/", "a" * 5000, ",,,;q=,"])
def test_a_malformed_accept_is_no_failure(client: FlaskClient, accept: str) -> None:
    """Whatever stands in Accept, the service answers with a document, 404 or 406."""
    assert _get(client, PRACTICE, Accept=accept).status_code in {303, 406}
    assert _get(client, "no/such/thing", Accept=accept).status_code == 404
    assert _get(client, "sparql", Accept=accept).status_code in {200, 406}


def test_an_edition_is_served_whole_while_another_takes_its_place(
    publication: Publication, publish: Path, tmp_path: Path
) -> None:
    """What is served is the edition that was there at the start: a build meanwhile mixes nothing into it."""
    copy = tmp_path / "publish"
    shutil.copytree(publish, copy)

    def refuse(_: Ask, __: str) -> bytes:
        raise QueryLimitError("no query is asked here")

    app = create_app(release.open_publication(copy), refuse)
    copy.rename(tmp_path / "old")
    copy.mkdir()
    (copy / "purpose.ttl").write_bytes(b"another edition")

    for path in ("purpose.ttl", "catalog.jsonld", f"{DATASET}.csv", f"{PRACTICE}.ttl", f"{DATASET}.html"):
        response = app.test_client().get(f"/{path}")
        assert response.status_code == 200
        assert b"another edition" not in response.get_data()
    assert app.test_client().get("/purpose.ttl").get_data() == (publish / "purpose.ttl").read_bytes()
