"""The endpoint speaks the SPARQL 1.1 Protocol: every way to ask, every format, every refusal, and a page for people."""

import csv
import io
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin

import pytest
from flask.testing import FlaskClient
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)
from rdflib import Graph
from rdflib.plugins.stores.sparqlconnector import SPARQLConnector
from rdflib.query import Result
from werkzeug.test import TestResponse

from osallisuus import query as questions
from osallisuus.errors import QueryError, QueryLimitError, RefusedQueryError
from osallisuus.formats import (
    CSV,
    GRAPH_FORMATS,
    JSONLD,
    NQUADS,
    NTRIPLES,
    RDF_FORMATS,
    RDFXML,
    RESULT_FORMATS,
    RESULTS_JSON,
    RESULTS_TSV,
    RESULTS_XML,
    TRIG,
    TURTLE,
    Format,
)
from osallisuus.query.guard import MAX_LENGTH, MAX_NESTING
from osallisuus.query.limits import Limits
from osallisuus.query.store import Ask
from osallisuus.release import Publication
from osallisuus.web import create_app
from osallisuus.web.messages import MAX_BODY, Answer, Request
from osallisuus.web.service import limit_texts
from osallisuus.web.sparql import ALLOW, Endpoint

DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SD = "http://www.w3.org/ns/sparql-service-description#"
VALUES = 'SELECT ?a ?b { VALUES (?a ?b) { ("ä€𝄞 <&>\\"+%41&c=d"@fi 1.5) ("two\\nlines" UNDEF) (<http://a/ö> true) } }'
CONSTRUCT = 'CONSTRUCT { <http://a/s> <http://a/p> "ä€<&>"@fi , 7 , <http://a/ö> } WHERE {}'
VOID = "http://rdfs.org/ns/void#"
COUNT = "SELECT (COUNT(*) AS ?n) "
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
EVERY_TRIPLE = "{ ?s ?p ?o }"
KAUNIAINEN = "fi/235/practices"
ESPOO = "fi/049/practices"
PRACTICE = f"{KAUNIAINEN}/kaupungin-kotisivut"

_ROWS = {
    RESULTS_JSON: QueryResultsFormat.JSON,
    RESULTS_XML: QueryResultsFormat.XML,
    RESULTS_TSV: QueryResultsFormat.TSV,
}
_GRAPHS = {
    TURTLE: RdfFormat.TURTLE,
    NTRIPLES: RdfFormat.N_TRIPLES,
    RDFXML: RdfFormat.RDF_XML,
    JSONLD: RdfFormat.JSON_LD,
    TRIG: RdfFormat.TRIG,
    NQUADS: RdfFormat.N_QUADS,
}


@pytest.fixture(scope="module")
def client(publication: Publication, evaluate: Callable[..., bytes]) -> FlaskClient:
    """Return a client of the service over the repository's own data, with real workers behind it."""
    return create_app(publication, evaluate).test_client()


@pytest.fixture(scope="module")
def endpoint(publication: Publication) -> Endpoint:
    """Return the endpoint alone."""
    return Endpoint(publication, Limits())


def _failing(publication: Publication, error: QueryError) -> FlaskClient:
    """Return a client of a service whose workers refuse everything."""

    def evaluate(_: Ask, __: str) -> bytes:
        raise error

    return create_app(publication, evaluate).test_client()


Pairs = list[tuple[str, str]]


def _by_get(client: FlaskClient, query: str, more: Pairs, accept: str) -> TestResponse:
    return client.get(f"/sparql?{urlencode([('query', query), *more])}", headers={"Accept": accept})


def _by_form(client: FlaskClient, query: str, more: Pairs, accept: str) -> TestResponse:
    body = urlencode([("query", query), *more])
    return client.post("/sparql", data=body, content_type=FORM, headers={"Accept": accept})


def _direct(client: FlaskClient, query: str, more: Pairs, accept: str) -> TestResponse:
    address = f"/sparql?{urlencode(more)}" if more else "/sparql"
    return client.post(address, data=query.encode(), content_type=DIRECT, headers={"Accept": accept})


Way = Callable[[FlaskClient, str, Pairs, str], TestResponse]
WAYS: dict[str, Way] = {"get": _by_get, "form": _by_form, "direct": _direct}
"""The three ways of the protocol to send a query."""


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def way(request: pytest.FixtureRequest) -> Way:
    """Return each of the three ways to send a query."""
    found: Way = request.param
    return found


def _get(client: FlaskClient, query: str, accept: str = "*/*", more: Pairs | None = None) -> TestResponse:
    return _by_get(client, query, more or [], accept)


def _rows(response: TestResponse, form: Format) -> list[list[str]]:
    """Return names and terms of an answer, read with a parser of its format."""
    found = parse_query_results(response.get_data(), format=_ROWS[form])
    assert isinstance(found, QuerySolutions)
    names = [each.value for each in found.variables]
    return [names, *([str(row[name]) for name in names] for row in found)]


def _graph(response: TestResponse, form: Format) -> set[Triple]:
    return {each.triple for each in parse(response.get_data(), format=_GRAPHS[form])}


def _number(response: TestResponse) -> int:
    assert response.status_code == 200, response.text
    return int(json.loads(response.get_data())["results"]["bindings"][0]["n"]["value"])


class _Page(HTMLParser):
    """The table of a result, the text of the form, the alert and the references of a page."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        assert response.mimetype == "text/html"
        self.rows: list[list[str]] = []
        self.parts: dict[str, str] = {}
        self.references: list[str] = []
        self.forms: list[dict[str, str]] = []
        self._open: list[str] = []
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._open.append("alert" if found.get("role") == "alert" else tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
        if tag == "form":
            self.forms.append(found)
        if "href" in found:
            self.references.append(found["href"])

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open or (tag == "div" and "alert" in self._open):
            while self._open.pop() not in {tag, "alert" if tag == "div" else tag}:
                pass

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self._open):
            self.rows[-1][-1] += data
        for each in set(self._open):
            self.parts[each] = self.parts.get(each, "") + data


@pytest.mark.parametrize("form", RESULT_FORMATS, ids=lambda form: form.name)
def test_rows_by_accept(client: FlaskClient, way: Way, form: Format) -> None:
    """However a SELECT is sent, its rows come in the format that Accept names, texts unharmed."""
    response = way(client, VALUES, [], form.media_type)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == form.content_type
    assert "Accept" in response.headers["Vary"]
    if form is CSV:
        expected = [["a", "b"], ['ä€𝄞 <&>"+%41&c=d', "1.5"], ["two\nlines", ""], ["http://a/ö", "true"]]
        assert list(csv.reader(io.StringIO(response.text, newline=""))) == expected
        assert response.get_data().startswith(b"a,b\r\n")
    else:
        assert _rows(response, form) == _rows(_get(client, VALUES), RESULTS_JSON)
        assert _rows(response, form)[1][0] == '"ä€𝄞 <&>\\"+%41&c=d"@fi'


@pytest.mark.parametrize("form", RESULT_FORMATS, ids=lambda form: form.name)
def test_rows_by_name(client: FlaskClient, way: Way, form: Format) -> None:
    """`format=` names a format by its name, suffix or media type, and wins over Accept."""
    for name in (form.name, form.suffix[1:], form.media_type):
        response = way(client, VALUES, [("format", name)], BROWSER)

        assert (response.status_code, response.headers["Content-Type"]) == (200, form.content_type)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", RESULTS_JSON),
        ("", RESULTS_JSON),
        ("text/*", CSV),
        ("application/sparql-results+xml;q=0.9, application/sparql-results+json;q=0.1", RESULTS_XML),
        ("application/sparql-results+json;charset=utf-8, */*;q=0.1", RESULTS_JSON),
        ("APPLICATION/SPARQL-RESULTS+XML", RESULTS_XML),
        ("text/turtle, text/csv;q=0.1", CSV),
    ],
)
def test_rows_by_preference(client: FlaskClient, accept: str, form: Format) -> None:
    """Of the formats that a client accepts, the one that it prefers is sent; JSON where it does not care."""
    assert _get(client, VALUES, accept).headers["Content-Type"] == form.content_type


@pytest.mark.parametrize("accept", ["image/png", "text/turtle", "application/ld+json"])
def test_rows_in_a_format_that_there_is_not(client: FlaskClient, way: Way, accept: str) -> None:
    """Rows that are wanted as a picture or a graph are 406, with the formats that there are."""
    for response in (way(client, VALUES, [], accept), way(client, VALUES, [("format", accept)], "*/*")):
        assert response.status_code == 406
        assert all(each.media_type in response.text for each in RESULT_FORMATS)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Accept" in response.headers.get("Vary", "")


@pytest.mark.parametrize("form", [RESULTS_JSON, RESULTS_XML], ids=lambda form: form.name)
def test_ask(client: FlaskClient, way: Way, form: Format) -> None:
    """ASK is answered with a truth value."""
    for query, expected in (("ASK {}", True), ("ASK { FILTER(false) }", False)):
        response = way(client, query, [], form.media_type)
        found = parse_query_results(response.get_data(), format=_ROWS[form])

        assert response.mimetype == form.media_type
        assert isinstance(found, QueryBoolean)
        assert bool(found) is expected


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.name)
def test_construct(client: FlaskClient, way: Way, form: Format) -> None:
    """CONSTRUCT is answered with a graph, in each format by Accept and by name."""
    subject, predicate = NamedNode("http://a/s"), NamedNode("http://a/p")
    expected = {
        Triple(subject, predicate, value)
        for value in (Literal("ä€<&>", language="fi"), Literal(7), NamedNode("http://a/ö"))
    }

    for response in (
        way(client, CONSTRUCT, [], form.media_type),
        way(client, CONSTRUCT, [("format", form.name)], "*/*"),
    ):
        assert (response.status_code, response.headers["Content-Type"]) == (200, form.content_type)
        assert _graph(response, form) == expected


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.name)
def test_describe(client: FlaskClient, publication: Publication, way: Way, form: Format) -> None:
    """DESCRIBE is answered with the triples of the thing."""
    iri = f"{publication.site.base}purpose/inform"
    response = way(client, f"DESCRIBE <{iri}>", [], form.media_type)

    assert response.headers["Content-Type"] == form.content_type
    assert _graph(response, form) == set(publication.by_subject[iri])


def test_a_graph_in_a_format_that_there_is_not(client: FlaskClient, way: Way) -> None:
    """A graph that is wanted as a picture or a table is 406, with the formats that there are."""
    for response in (
        way(client, CONSTRUCT, [], "image/png"),
        way(client, CONSTRUCT, [("format", "csv")], "*/*"),
    ):
        assert response.status_code == 406
        assert all(each.media_type in response.text for each in GRAPH_FORMATS)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", TURTLE),
        ("", TURTLE),
        ("application/sparql-results+json", TURTLE),
        ("application/sparql-results+json,application/json,text/javascript,application/javascript", JSONLD),
        ("application/sparql-results+xml", RDFXML),
        ("application/sparql-results+xml, text/csv", RDFXML),
        ("application/sparql-results+xml;q=0.5, application/sparql-results+json", TURTLE),
        ("application/sparql-results+xml, text/turtle;q=0.1", TURTLE),
        ("application/json", JSONLD),
        ("application/xml", RDFXML),
        ("text/xml;q=0.2, application/n-quads;q=0.1", RDFXML),
        ("application/trig, text/turtle;q=0.9", TRIG),
    ],
)
def test_a_graph_by_preference(client: FlaskClient, way: Way, accept: str, form: Format) -> None:
    """A client that does not care, or asks for results whatever the query, gets RDF that it reads, and never 406."""
    response = way(client, CONSTRUCT, [], accept)

    assert (response.status_code, response.headers["Content-Type"]) == (200, form.content_type)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("xml", RDFXML),
        ("rdf+xml", RDFXML),
        ("json", JSONLD),
        ("JSON-LD", JSONLD),
        ("n3", TURTLE),
        ("nq", NQUADS),
    ],
)
def test_a_graph_by_the_names_of_clients(client: FlaskClient, name: str, form: Format) -> None:
    """`format` takes what client libraries call the formats of graphs."""
    assert _get(client, CONSTRUCT, more=[("format", name)]).headers["Content-Type"] == form.content_type


@pytest.mark.parametrize("form", ["xml", "json", "csv"])
@pytest.mark.parametrize("query", [CONSTRUCT, "SELECT ?x { VALUES ?x { 1 2 } }", "ASK {}"])
def test_rdflib_reads_what_it_asks_for(client: FlaskClient, form: str, query: str) -> None:
    """Rdflib's store, which asks for one kind of results whatever the query, reads the answer to each kind of query."""
    accept = SPARQLConnector("http://a/", returnFormat=form).response_mime_types()
    response = _get(client, query, accept)

    if form == "csv" and query != "SELECT ?x { VALUES ?x { 1 2 } }":  # it has no CSV of these itself
        assert response.status_code in {200, 406}
        return
    result = Result.parse(io.BytesIO(response.get_data()), content_type=response.mimetype)
    if query == CONSTRUCT:
        assert isinstance(result.graph, Graph)
        assert len(result.graph) == 3
    else:
        assert result.askAnswer or len(result) == 2


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("application/json", RESULTS_JSON),
        ("application/json, text/csv;q=0.9", RESULTS_JSON),
        ("application/xml", RESULTS_XML),
        ("text/xml;q=0.5, text/csv;q=0.9", CSV),
        ("application/json;q=0, */*", RESULTS_XML),
        (
            "application/sparql-results+json,application/json,text/javascript,application/javascript",
            RESULTS_JSON,
        ),
        (f"{'x/y, ' * 500}text/csv", CSV),
    ],
)
def test_rows_by_general_types(client: FlaskClient, accept: str, form: Format) -> None:
    """`application/json` and `application/xml` mean the results in JSON and XML; a long header is read as a short one."""
    assert _get(client, VALUES, accept).headers["Content-Type"] == form.content_type


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", ["s", "p", "o"]),
        ("SELECT DISTINCT * { ?z a ?b . { SELECT * { ?y ?x ?z } LIMIT 1 } } LIMIT 1", ["z", "b", "y", "x"]),
        ("SELECT ?p ?s ?o { ?s ?p ?o } LIMIT 1", ["p", "s", "o"]),
    ],
)
@pytest.mark.parametrize("form", [RESULTS_JSON, CSV, RESULTS_TSV], ids=lambda form: form.name)
def test_columns_stand_in_the_order_of_the_query(
    client: FlaskClient, form: Format, query: str, columns: list[str]
) -> None:
    """`SELECT *` gives the columns in the order in which the query has them, in every format."""
    text = _get(client, query, form.media_type).text
    first = text.splitlines()[0]

    found = (
        json.loads(text)["head"]["vars"]
        if form is RESULTS_JSON
        else re.split("[,\t]", first.replace("?", ""))
    )
    assert found == columns


def test_numbers_are_canonical(client: FlaskClient) -> None:
    """Values that the engine keeps come back as they were; numbers come in canonical form, as the documentation says."""
    xsd = "http://www.w3.org/2001/XMLSchema#"
    query = f'SELECT * {{ VALUES ?x {{ "001"^^<{xsd}integer> 1.50 "7"^^<{xsd}nonNegativeInteger> "2020"^^<{xsd}gYear> }} }}'

    found = [each["x"] for each in json.loads(_get(client, query).text)["results"]["bindings"]]

    assert [each["value"] for each in found] == ["1", "1.5", "7", "2020"]
    assert found[2]["datatype"] == f"{xsd}integer"
    assert found[3]["datatype"] == f"{xsd}gYear"


def test_graphs_of_the_request(client: FlaskClient, publication: Publication, way: Way) -> None:
    """`default-graph-uri` and `named-graph-uri` choose the graphs; without them all are there, and their union."""
    base, sizes = publication.site.base, {path: len(each) for path, each in publication.graphs.items()}

    def count(pattern: str, *more: tuple[str, str]) -> int:
        graphs = [(f"{kind}-graph-uri", base + path) for kind, path in more]
        return _number(way(client, COUNT + pattern, graphs, RESULTS_JSON.media_type))

    named = "{ GRAPH ?g { ?s ?p ?o } }"
    both = len({*publication.graphs[KAUNIAINEN], *publication.graphs[ESPOO]})
    assert (
        count(named)
        == count(EVERY_TRIPLE)
        == len({each for graph in publication.graphs.values() for each in graph})
    )
    assert count(EVERY_TRIPLE, ("default", KAUNIAINEN)) == sizes[KAUNIAINEN]
    assert count(named, ("default", KAUNIAINEN)) == 0
    assert count(EVERY_TRIPLE, ("named", KAUNIAINEN)) == 0
    assert count(EVERY_TRIPLE, ("default", KAUNIAINEN), ("default", ESPOO)) == both
    assert count(named, ("named", KAUNIAINEN)) == sizes[KAUNIAINEN]
    assert count(named, ("default", "catalog"), ("named", KAUNIAINEN), ("named", ESPOO)) == both


def test_graphs_of_the_query(client: FlaskClient, publication: Publication, way: Way) -> None:
    """FROM and FROM NAMED choose the graphs; those of the request win over them."""
    base, sizes = publication.site.base, {path: len(each) for path, each in publication.graphs.items()}

    def count(pattern: str, *more: tuple[str, str]) -> int:
        return _number(way(client, COUNT + pattern, list(more), RESULTS_JSON.media_type))

    assert count(f"FROM NAMED <{base}{KAUNIAINEN}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == sizes[KAUNIAINEN]
    winning = ("default-graph-uri", f"{base}{ESPOO}")
    assert count(f"FROM <{base}{KAUNIAINEN}> {{ ?s ?p ?o }}", winning) == sizes[ESPOO]
    assert count(f"FROM <{base}{KAUNIAINEN}> {{ ?s ?p ?o }}") == sizes[KAUNIAINEN]


@pytest.mark.parametrize("kind", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("graph", ["http://127.0.0.1:9/", "file:///etc/passwd", "", "fi/235/practices"])
def test_unknown_graphs_are_refused(client: FlaskClient, way: Way, kind: str, graph: str) -> None:
    """A graph that is not published is 400 and named, never fetched."""
    response = way(client, COUNT + EVERY_TRIPLE, [(kind, graph)], "*/*")

    assert response.status_code == 400
    assert f"<{graph}>" in response.text


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * {\n ?s ?p ", r"not SPARQL\. .*\(line 1, column 10\)\.\n\nSELECT \* \{\n {9}\^\n$"),
        ("SELECT ?x { ?s ?p ?o ", r"not SPARQL\. .*\(line 1, column 11\)"),
        ("hello", "no query"),
        ("ASK {\n SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", r"SERVICE .*\(line 2, column 2\)"),
        ("INSERT DATA { <a:a> <a:b> 1 }", r"only reads .*\(line 1, column 1\)"),
        ("ASK FROM <http://a/> {}", r"no graph <http://a/> here \(line 1, column 10\)"),
        ('ASK { ?s ?p "x }', r"not closed \(line 1, column 13\)"),
        ("SELECT ?undeclared: {}", r"not SPARQL"),
        ("ASK {\n ?s no:p 1 }", r"prefix no: .*\(line 2, column 5\)\.\n\n \?s no:p 1 \}\n {4}\^\n$"),
    ],
)
def test_what_is_wrong_is_told(client: FlaskClient, way: Way, query: str, reason: str) -> None:
    """A query that is wrong or not offered is 400, with a plain text that says what and where."""
    response = way(client, query, [], "application/sparql-results+json")

    assert (response.status_code, response.mimetype) == (400, "text/plain")
    assert re.search(reason, response.text, re.DOTALL)
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "query", ["ASK {}".ljust(MAX_LENGTH + 1), "ASK " + "{" * (MAX_NESTING + 1)], ids=["length", "nesting"]
)
def test_a_query_that_is_too_large_is_413(client: FlaskClient, query: str) -> None:
    """A query beyond the limit of length or nesting is 413, with the limit."""
    for way in (_by_form, _direct):
        response = way(client, query, [], "*/*")

        assert response.status_code == 413
        assert re.search(rf"{MAX_LENGTH}|{MAX_NESTING}", response.text)


def test_a_body_that_is_too_large_is_413(client: FlaskClient) -> None:
    """A body beyond the limit of a request is 413, whichever way it is sent."""
    for way in (_by_form, _direct):
        response = way(client, "ASK {}".ljust(MAX_BODY + 1), [], "*/*")

        assert response.status_code == 413
        assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_an_answer_that_is_too_large_is_413(client: FlaskClient) -> None:
    """An answer beyond the limit is 413 with a text that names it, never a part of it."""
    values = " ".join(f'"{number:05d}{"x" * 45}"' for number in range(900))
    query = f"SELECT * {{ VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} }}"
    response = _by_form(client, query, [], "text/csv")

    assert response.status_code == 413
    assert f"{Limits().answer >> 20} MiB" in response.text


@pytest.mark.parametrize("accept", ["*/*", BROWSER])
def test_a_limit_of_time_is_503(client: FlaskClient, accept: str) -> None:
    """A query that is ended at its limit of time is 503, tells the limit and when to come again."""
    response = _get(client, ENDLESS, accept)

    assert response.status_code == 503
    assert f"{Limits().seconds:g} s" in response.text
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize("accept", ["*/*", BROWSER])
@pytest.mark.parametrize("status", [400, 413, 429, 503])
def test_every_limit_says_itself(publication: Publication, way: Way, status: int, accept: str) -> None:
    """What the workers say is passed on with its status; for load and time, with when to come again."""
    error = RefusedQueryError("Why not") if status == 400 else QueryLimitError("Why not", status)
    response = way(_failing(publication, error), "ASK {}", [], accept)

    assert response.status_code == status
    assert "Why not" in response.text
    assert ("Retry-After" in response.headers) == (status in {429, 503})
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize("content_type", [DIRECT, f"{DIRECT}; charset=UTF-8", "Application/SPARQL-Query; charset=utf-8", f"{DIRECT};charset=utf-8"])  # fmt: skip
def test_a_direct_query_may_name_its_charset(client: FlaskClient, content_type: str) -> None:
    """Parameters and capitals in the content type of a direct query make no difference."""
    response = client.post("/sparql", data='SELECT ("äö€𝄞" AS ?x) {}'.encode(), content_type=content_type)

    assert response.status_code == 200
    assert json.loads(response.get_data())["results"]["bindings"][0]["x"]["value"] == "äö€𝄞"


@pytest.mark.parametrize(
    "content_type", [FORM, f"{FORM}; charset=UTF-8", "Application/X-WWW-Form-Urlencoded;charset=utf-8"]
)
def test_a_form_may_name_its_charset(client: FlaskClient, content_type: str) -> None:
    """Parameters and capitals in the content type of a form make no difference."""
    response = client.post("/sparql", data="query=ASK%20%7B%7D", content_type=content_type)

    assert (response.status_code, response.get_data()) == (200, b'{"head":{},"boolean":true}')


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "application/sparql-update", "", f"{DIRECT}x", "multipart/form-data"])  # fmt: skip
def test_other_content_types_are_refused(client: FlaskClient, content_type: str) -> None:
    """A body of another type is refused with the types that are read."""
    response = client.post("/sparql", data=b"ASK {}", content_type=content_type)

    assert response.status_code == 415
    assert DIRECT in response.text
    assert FORM in response.text


@pytest.mark.parametrize("query", ["", "ASK {}"])
def test_the_parameter_of_updates_is_refused(client: FlaskClient, way: Way, query: str) -> None:
    """A request with `update` is 400, with or without a query, whichever way it is sent."""
    response = way(client, query, [("update", "DROP ALL")], "*/*")

    assert response.status_code == 400
    assert "update" in response.text.lower() or "no query" in response.text.lower()


@pytest.mark.parametrize("way", [_by_get, _by_form])
def test_two_queries_at_once_are_refused(client: FlaskClient, way: Way) -> None:
    """One request asks one query, also when one is in the address and one in the body."""
    both = client.post("/sparql?query=ASK{}", data="query=ASK{}", content_type=FORM)

    for response in (way(client, "ASK {}", [("query", "ASK {}")], "*/*"), both):
        assert (response.status_code, response.text) == (400, "Send one query at a time.\n")


def test_a_post_without_a_query_is_refused(client: FlaskClient) -> None:
    """A POST asks something."""
    for way in (_by_form, _direct):
        assert way(client, "", [], "*/*").status_code == 400


def test_a_body_that_is_not_utf_8_is_refused(client: FlaskClient) -> None:
    """Bytes that are no UTF-8 are 400, in a direct query and in a form, and are not mended in silence."""
    direct = client.post("/sparql", data=b'SELECT ("\xff" AS ?x) {}', content_type=DIRECT)
    form = client.post("/sparql", data=b"query=SELECT+(%22%FF%22+AS+%3Fx)+%7B%7D", content_type=FORM)
    get = client.get("/sparql?query=SELECT+(%22%FF%22+AS+%3Fx)+%7B%7D")
    bare = client.post("/sparql", data="query=ASK {} # ä".encode("latin-1"), content_type=FORM)

    assert [each.status_code for each in (direct, form, get, bare)] == [400] * 4
    assert all("UTF-8" in each.text for each in (direct, form, get, bare))


def test_a_long_query_by_post(client: FlaskClient) -> None:
    """A query of 200 kB is answered when it is sent by POST."""
    values = " ".join(f'"value {number:026d}"' for number in range(5000))

    for way in (_by_form, _direct):
        assert _number(way(client, f"{COUNT}{{ VALUES ?x {{ {values} }} }}", [], "*/*")) == 5000


@pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.name)
def test_the_service_describes_itself(client: FlaskClient, publication: Publication, form: Format) -> None:
    """Without a query the endpoint describes itself: its address, language, formats and every graph that it holds."""
    response = client.get("/sparql", headers={"Accept": form.media_type})
    triples = _graph(response, form)
    base = publication.site.base

    def objects(name: str) -> set[str]:
        found = (each.object for each in triples if each.predicate == NamedNode(SD + name))
        return {each.value for each in found if isinstance(each, NamedNode)}

    assert (response.status_code, response.headers["Content-Type"]) == (200, form.content_type)
    assert "Accept" in response.headers["Vary"]
    assert objects("endpoint") == {f"{base}sparql"}
    assert objects("supportedLanguage") == {f"{SD}SPARQL11Query"}
    assert objects("feature") == {f"{SD}UnionDefaultGraph"}
    assert objects("name") == {base + path for path in publication.graphs}
    assert len(objects("resultFormat")) == len(RESULT_FORMATS) + len(GRAPH_FORMATS)
    assert not [each for each in triples if not isinstance(each.subject, NamedNode)]
    comments = {each.object.value for each in triples if each.predicate.value.endswith("#comment") and isinstance(each.object, Literal)}  # fmt: skip
    assert comments == set(limit_texts(Limits()))
    for path, graph in publication.graphs.items():
        node = next(each.subject for each in triples if each.object == NamedNode(base + path))
        graphs = {
            each.object for each in triples if (each.subject, each.predicate.value) == (node, f"{SD}graph")
        }
        counted = [each.object for each in triples if each.subject in graphs and each.predicate.value == f"{VOID}triples"]  # fmt: skip
        assert counted == [Literal(len(graph))]


def _without_ours(response: TestResponse) -> str:
    """Return a page without the scripts that it names, which run nothing that a query holds."""
    return re.sub(r'<script defer src="static/query/\w+(\.min)?\.js\?v=\w+"></script>', "", response.text)


@pytest.mark.parametrize(
    "path", ["sparql", "sparql.html", "sparql.fi.html", "sparql.sv.html", "sparql.en.html"]
)
def test_people_get_a_form(client: FlaskClient, path: str) -> None:
    """Without a query a browser gets a form that needs no inline script, and every documented question as a link."""
    response = client.get(f"/{path}", headers={"Accept": BROWSER, "Accept-Language": "en"})
    page = _Page(response)
    asked = [each for each in page.references if "?query=" in each]

    assert response.status_code == 200
    assert "<script" not in _without_ours(response)
    assert [each.get("method") for each in page.forms] == ["get"]
    assert len(asked) == len(questions.shipped())
    target = client.get(
        urljoin(f"/{path}", page.forms[0]["action"]) + "?query=ASK%7B%7D", headers={"Accept": BROWSER}
    )
    assert (target.status_code, target.mimetype) == (200, "text/html")


@pytest.mark.parametrize("path", ["sparql", "sparql.html", "sparql.en.html"])
def test_people_get_a_table(client: FlaskClient, path: str) -> None:
    """A browser gets the rows as a table, the query back in the form, and the same answer in each format."""
    query = 'SELECT ?a ?b { VALUES (?a ?b) { ("<b>ä&" 1.5) ("x"@sv UNDEF) } }'
    response = client.get(
        f"/{path}?query={quote(query)}", headers={"Accept": BROWSER, "Accept-Language": "en"}
    )
    page = _Page(response)
    downloads = [each for each in page.references if "&format=" in each and each.startswith("sparql?")]

    assert (response.status_code, response.headers["Content-Language"]) == (200, "en")
    assert page.rows == [["a", "b"], ["<b>ä&", "1.5"], ["x sv", "–no value"]]
    assert page.parts["textarea"].strip() == query
    assert '<td><span lang="sv">x</span> <span class="kind">sv</span></td>' in response.text
    found = {client.get(urljoin(f"/{path}", each)).mimetype for each in downloads}
    assert found == {each.media_type for each in RESULT_FORMATS}


def test_a_page_has_no_other_format(client: FlaskClient) -> None:
    """The page at its own address stays a page, whatever `format` says; the endpoint answers in the format."""
    page = client.get("/sparql.en.html?query=SELECT(1 AS ?x){}&format=csv", headers={"Accept": BROWSER})

    assert _Page(page).rows == [["x"], ["1"]]
    assert (
        client.get("/sparql?query=ASK{}&format=csv", headers={"Accept": BROWSER}).mimetype == CSV.media_type
    )


def test_a_page_marks_the_place(client: FlaskClient) -> None:
    """The reason on the page is followed by the line of the query with a mark under the place."""
    response = client.get("/sparql?query=ASK {%0A ?s no:p <b> }", headers={"Accept": BROWSER})
    page = _Page(response)

    assert "(line 2, column 10)" in page.parts["alert"]
    assert " ?s no:p <b> }\n         ^" in page.parts["pre"]


def test_a_table_links_to_pages(client: FlaskClient, publication: Publication) -> None:
    """An IRI of the site in a result leads to its page."""
    query = f"SELECT ?x {{ VALUES ?x {{ <{publication.site.base}purpose/inform> }} }}"
    page = _Page(client.get(f"/sparql?query={quote(query)}", headers={"Accept": BROWSER}))

    assert "purpose/inform.html" in page.references


@pytest.mark.parametrize(
    ("query", "expected"), [("ASK {}", "true"), ("ASK { FILTER(false) }", "false"), (CONSTRUCT, "http://a/ö")]
)
def test_people_get_truth_values_and_graphs_too(client: FlaskClient, query: str, expected: str) -> None:
    """A browser gets the answer of ASK, CONSTRUCT and DESCRIBE as text on a page."""
    page = _Page(client.get(f"/sparql?query={quote(query)}", headers={"Accept": BROWSER}))

    assert expected in page.parts["code"]


@pytest.mark.parametrize(
    "query", ["SELECT * {", "ASK { SERVICE <http://127.0.0.1:9/> {} }", "hello", "ASK FROM <http://a/> {}"]
)
@pytest.mark.parametrize("path", ["sparql", "sparql.en.html"])
def test_people_get_the_reason_on_the_page(client: FlaskClient, path: str, query: str) -> None:
    """A browser whose query is refused gets the form again, with the query and the reason."""
    response = client.get(
        f"/{path}?query={quote(query)}", headers={"Accept": BROWSER, "Accept-Language": "en"}
    )
    page = _Page(response)

    assert response.status_code == 400
    assert len(page.parts["alert"].strip()) > 30
    assert page.parts["textarea"].strip() == query


def test_a_page_answers_what_was_asked(client: FlaskClient, publication: Publication, way: Way) -> None:
    """However a query is sent, its page shows the answer over the graphs that the request names."""
    more = [("default-graph-uri", publication.site.base + KAUNIAINEN)]
    page = _Page(way(client, COUNT + EVERY_TRIPLE, more, BROWSER))

    assert page.rows == [["n"], [str(len(publication.graphs[KAUNIAINEN]))]]


def test_markup_in_a_query_is_escaped(client: FlaskClient) -> None:
    """What stands in a query is never markup of the page."""
    for query in ("</textarea><script>alert(1)</script>", 'SELECT ("<script>alert(1)</script>" AS ?x) {}'):
        for path in ("sparql", "sparql.html"):
            response = client.get(f"/{path}?query={quote(query)}", headers={"Accept": BROWSER})

            assert response.mimetype == "text/plain" or "<script" not in _without_ours(response)


@pytest.mark.parametrize("name", sorted(questions.shipped()))
def test_every_documented_question_has_an_answer(client: FlaskClient, name: str) -> None:
    """Each shipped question is answered with rows."""
    response = _by_form(client, questions.shipped()[name], [], RESULTS_JSON.media_type)

    assert response.status_code == 200
    assert json.loads(response.get_data())["results"]["bindings"]


def test_the_same_query_gives_the_same_bytes(client: FlaskClient) -> None:
    """Two equal requests get equal answers."""
    query = questions.shipped()["datasets"]

    assert _get(client, query).get_data() == _get(client, query).get_data()


def test_a_failing_query_harms_no_other(client: FlaskClient) -> None:
    """After a query that ends its process, the next one is answered."""
    crash = "SELECT * { ?s " + "!" * 100_000 + "<p:p> ?o }"

    assert _by_form(client, crash, [], "*/*").status_code in {400, 503}
    assert _get(client, "ASK {}").get_data() == b'{"head":{},"boolean":true}'


class _Listener:
    """A loopback port that counts who calls."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.calls += 1
                connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@contextmanager
def _listening() -> Iterator[_Listener]:
    listener = _Listener()
    try:
        yield listener
    finally:
        listener.close()


OUTGOING = [
    "SELECT * FROM <{there}/a.ttl> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{there}/b.ttl> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "PREFIX t: <{there}/> ASK FROM t:a.ttl {{ ?s ?p ?o }}",
    "SELECT * FROM <{file}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{file}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE <{there}/sparql> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE SILENT <{there}/sparql> {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?e {{ <{there}/sparql> }} SERVICE ?e {{ ?s ?p ?o }} }}",
    "ASK {{ FILTER NOT EXISTS {{ SERVICE SILENT <{there}> {{ ?s ?p ?o }} }} }}",
    "LOAD <{there}/c.ttl>",
    "LOAD SILENT <{file}> INTO GRAPH <http://a/>",
]


@pytest.mark.parametrize("query", OUTGOING)
def test_no_query_calls_out_or_reads_a_file(
    client: FlaskClient, way: Way, tmp_path: Path, query: str
) -> None:
    """Other services, files and unknown graphs are refused with 400; no connection is made, nothing of a file is told."""
    secret = tmp_path / "secret.ttl"
    secret.write_text('<http://a/s> <http://a/p> "not published" .', encoding="utf-8")
    with _listening() as there:
        response = way(client, query.format(there=there.address, file=secret.as_uri()), [], "*/*")
        time.sleep(0.02)

        assert there.calls == 0
    assert response.status_code == 400
    assert "not published" not in response.text


def test_a_graph_and_a_thing_elsewhere_are_not_fetched(client: FlaskClient, way: Way) -> None:
    """GRAPH and DESCRIBE of an address elsewhere find nothing and do not look there; neither do the parameters."""
    with _listening() as there:
        named = way(client, f"SELECT * {{ GRAPH <{there.address}/> {{ ?s ?p ?o }} }}", [], "text/csv")
        described = way(client, f"DESCRIBE <{there.address}/>", [], NTRIPLES.media_type)
        chosen = way(client, "ASK { ?s ?p ?o }", [("default-graph-uri", f"{there.address}/a.ttl")], "*/*")
        time.sleep(0.02)

        assert there.calls == 0
    assert (named.status_code, named.get_data()) == (200, b"s,p,o\r\n")
    assert (described.status_code, described.get_data()) == (200, b"")
    assert chosen.status_code == 400


def test_parameters_of_media_types_make_no_difference(client: FlaskClient) -> None:
    """Charset and profile, in any case, on what is sent and on what is accepted, are read over; q=0 is not."""
    practice = f"/{PRACTICE}"
    form = client.post("/sparql", data="query=ASK%20%7B%7D", content_type=f"{FORM}; charset=UTF-8")
    direct = client.post("/sparql", data="ASK {}", content_type="Application/SPARQL-Query;charset=utf-8")
    wanted = {
        'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"': {"application/ld+json"},
        "text/turtle;charset=utf-8": {"text/turtle"},
        BROWSER: {"text/html"},
        "text/turtle;q=0, */*": {each.media_type for each in RDF_FORMATS} - {"text/turtle"},
    }

    assert [form.status_code, direct.status_code] == [200, 200]
    for accept, types in wanted.items():
        there = client.get(practice, headers={"Accept": accept}).headers["Location"]
        response = client.get(urljoin(practice, there), headers={"Accept": accept})
        assert response.status_code == 200
        assert response.mimetype in types
    rows = _get(client, VALUES, 'application/sparql-results+xml; Charset="utf-8"; q=0.9, text/csv;q=0.1')
    assert rows.mimetype == RESULTS_XML.media_type


def test_pages_of_other_sites_may_ask(client: FlaskClient, endpoint: Endpoint) -> None:
    """A preflight lets a page elsewhere POST a query; every refusal carries the header by which it can read why."""
    origin = {"Origin": "https://editor.example"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    planned = endpoint.plan(Request("OPTIONS", "/sparql", "", {each.lower(): value for each, value in (origin | asked).items()}))  # fmt: skip
    answered = client.options("/sparql", headers=origin | asked)

    assert isinstance(planned, Answer)
    assert planned.status in {200, 204}
    for headers in (planned.headers, answered.headers):
        assert headers.get("Access-Control-Allow-Origin") == "*"
        methods = {each.strip() for each in headers["Access-Control-Allow-Methods"].split(",")}
        assert methods == {each.strip() for each in headers["Allow"].split(",")} == set(ALLOW.split(", "))
        assert "content-type" in headers["Access-Control-Allow-Headers"].lower()
    refused = [
        client.post("/sparql", data="SELECT ?s { ?s ?p", content_type=DIRECT, headers=origin),
        client.get(f"/{PRACTICE}", headers={**origin, "Accept": "application/x-unknown"}),
        client.get("/no/such/thing", headers=origin),
        client.post("/sparql", data="ASK {}", content_type="text/plain", headers=origin),
        client.put("/sparql?query=ASK{}", headers=origin),
    ]
    assert [each.status_code for each in refused] == [400, 406, 404, 415, 405]
    assert all(each.headers["Access-Control-Allow-Origin"] == "*" for each in refused)
    assert "Access-Control-Allow-Credentials" not in answered.headers
