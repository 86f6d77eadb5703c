"""A site on a remote store: the same answers as from the embedded one, from Oxigraph's server and from Virtuoso.

Both are started here, on free ports, with data of their own. Virtuoso is Debian's `virtuoso-opensource-7`.
"""
# ruff: noqa: S608 - these are queries of SPARQL, made of our own names

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pyoxigraph
import pytest
import urllib3
from click.testing import CliRunner, Result
from pyoxigraph import QueryBoolean, QueryResultsFormat, RdfFormat

from osallisuus import query as questions
from osallisuus import release
from osallisuus.cli import main
from osallisuus.errors import PublishedError, QueryLimitError, RefusedQueryError
from osallisuus.query import guard, remote, store
from osallisuus.query.blocking import Workers
from osallisuus.query.limits import Limits
from osallisuus.query.remote import loading, profiles, releases
from osallisuus.query.remote.client import Client
from osallisuus.query.remote.profiles import StoreError
from osallisuus.query.store import Ask
from osallisuus.release import Publication
from osallisuus.site import Layout, read

DAY = "2026-11-25"
BASE = "https://w3id.org/osallisuus/"
EXAMPLE = "https://example.org/"
SECRET = "correct horse"  # noqa: S105 - of a store that lives as long as the tests
VIRTUOSO = shutil.which("virtuoso-t")
ENGINES = ["oxigraph", "virtuoso"]
Answer = Callable[..., bytes]
MakeSite = Callable[..., Layout]
PREFIXES = """
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX osa: <https://w3id.org/osallisuus/ns#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
YOUTH, PRACTICES, TERMS = (f"{BASE}target-group/youth", f"{BASE}fi/235/practices", f"{BASE}vocabulary")
CITY, UNIT = f"{BASE}fi/235", f"{BASE}fi/235/unit/sivistystoimi"


@dataclass(frozen=True)
class Server:
    """A store that runs: its setting, and the environment with its password."""

    setting: str
    environment: dict[str, str]

    def client(self) -> Client:
        """Return a client that may write."""
        return remote.open_client(self.setting, self.environment)

    def answers(self, publish: Path, base: str) -> Answer:
        """Return a function that asks it, as a server does."""
        return remote.connect(self.setting, publish, base, self.environment)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a program listens."""
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, f"{process.args!r} ended"
            assert time.monotonic() < until, f"{process.args!r} does not listen"
            time.sleep(0.1)
        else:
            return


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program, and wait for it."""
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start Oxigraph's server."""
    port, directory = free_port(), tmp_path_factory.mktemp("oxigraph")
    program = Path(sys.executable).with_name("oxigraph")
    arguments: list[str | Path] = [
        program,
        "serve",
        "--location",
        directory / "db",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(arguments, stdout=log, stderr=log)
    wait_for(port, process)
    yield Server(f"oxigraph+http://127.0.0.1:{port}", {})
    end(process)


VIRTUOSO_INI = """
[Database]
DatabaseFile = {directory}/virtuoso.db
ErrorLogFile = {directory}/virtuoso.log
LockFile = {directory}/virtuoso.lck
TransactionFile = {directory}/virtuoso.trx
xa_persistent_file = {directory}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {directory}/virtuoso-temp.db
TransactionFile = {directory}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
CaseMode = 2
NumberOfBuffers = 10000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {directory}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryCostEstimationTime = 400
MaxQueryExecutionTime = 60
"""


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start Virtuoso with a user who may write."""
    if VIRTUOSO is None and os.environ.get("CI") != "true":
        pytest.skip("Virtuoso is missing; install it with: sudo apt-get install virtuoso-opensource-7")
    assert VIRTUOSO is not None
    http, sql, directory = free_port(), free_port(), tmp_path_factory.mktemp("virtuoso")
    settings = directory / "virtuoso.ini"
    settings.write_text(VIRTUOSO_INI.format(directory=directory, http=http, sql=sql), encoding="utf-8")
    process = subprocess.Popen([VIRTUOSO, "+foreground", "+configfile", settings], stderr=subprocess.DEVNULL)
    wait_for(sql, process)
    wait_for(http, process)
    commands = (
        f"DB.DBA.USER_CREATE('pub', '{SECRET}'); GRANT SPARQL_UPDATE TO pub; "
        "DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 1); DB.DBA.RDF_DEFAULT_USER_PERMS_SET('pub', 7);"
    )
    done = subprocess.run(
        ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={commands}"], capture_output=True, check=True
    )
    assert b"Error" not in done.stderr, done.stderr
    yield Server(f"virtuoso+http://pub@127.0.0.1:{http}", {profiles.PASSWORD: SECRET})
    end(process)


@pytest.fixture(scope="session", params=ENGINES)
def server(request: pytest.FixtureRequest) -> Server:
    """Return each store in turn."""
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def loaded(server: Server, publish: Path) -> Answer:
    """Load the repository's own edition into a store, and return a function that asks it."""
    remote.load(server.client(), publish, BASE)
    return server.answers(publish, BASE)


@pytest.fixture(scope="session")
def embedded(publish: Path, publication: Publication) -> Answer:
    """Return a function that asks the embedded store."""
    held = store.load(publish, publication.site.base)
    return lambda ask: store.evaluate(held, ask)


def question(text: str, form: str = "json", **dataset: tuple[str, ...]) -> Ask:
    """Return what the server asks for a query, after its guard."""
    graphs = [f"{BASE}{each}" for each in ("vocabulary", "catalog", "fi/235/practices", "fi/049/practices")]
    examined = guard.examine(text, graphs)
    return Ask(text, form, dataset=examined.dataset, **dataset)


def table(body: bytes) -> tuple[list[str], list[tuple[str, ...]]] | bool:
    """Return columns and rows, or a truth value."""
    found = pyoxigraph.parse_query_results(body, format=QueryResultsFormat.JSON)
    if isinstance(found, QueryBoolean):
        return bool(found)
    names = [each.value for each in found.variables]
    return names, [tuple(str(row[each]) for each in names) for row in found]


def same(left: bytes, right: bytes, *, ordered: bool) -> None:
    """Assert that two answers are equal, in order where the query says one."""
    one, other = table(left), table(right)
    if isinstance(one, bool) or isinstance(other, bool):
        assert one == other
        return
    assert other[0] == one[0]
    assert other[1] == one[1] if ordered else sorted(other[1]) == sorted(one[1])


@pytest.mark.parametrize("name", questions.shipped())
def test_each_documented_question_has_the_same_answer(name: str, embedded: Answer, loaded: Answer) -> None:
    """Rows, their order and every term are those of the embedded store."""
    ask = question(questions.shipped()[name])

    same(embedded(ask), loaded(ask), ordered=True)
    assert b'"value"' in loaded(ask)


ROWS = {
    "all": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "each graph": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "a graph": f"SELECT ?s {{ GRAPH <{PRACTICES}> {{ ?s a osa:Practice }} }}",
    "a graph by prefix": f"PREFIX b: <{CITY}/> SELECT ?s {{ GRAPH b:practices {{ ?s a osa:Practice }} }}",
    "a graph by base": f"BASE <{BASE}> SELECT ?s {{ GRAPH <fi/235/practices> {{ ?s a osa:Practice }} }}",
    "names of graphs": "SELECT ?g { GRAPH ?g {} }",
    "a graph that describes itself": "SELECT ?g ?t { GRAPH ?g { ?g dct:title ?t } }",
    "two graphs": "SELECT ?g ?h { GRAPH ?g { ?s a osa:Practice } GRAPH ?h { ?s osa:usedBy ?o } }",
    "a graph in EXISTS": "SELECT ?p { ?p a osa:Practice FILTER EXISTS { GRAPH ?g { ?p osa:usedBy ?u } } }",
    "a graph in OPTIONAL": "SELECT * { ?p a osa:Practice OPTIONAL { GRAPH ?g { ?p osa:usedBy ?u } } }",
    "all columns": "SELECT * { ?p a osa:Practice . GRAPH ?g { ?p osa:usedBy ?u } }",
    "a graph that is not there": "SELECT (COUNT(*) AS ?n) { GRAPH <urn:none> { ?s ?p ?o } }",
    "a graph of the engine": "SELECT * { GRAPH <http://www.openlinksw.com/schemas/virtrdf#> { ?s ?p ?o } }",
    "FROM": f"SELECT (COUNT(*) AS ?n) FROM <{PRACTICES}> {{ ?s ?p ?o }}",
    "FROM twice": f"SELECT (COUNT(*) AS ?n) FROM <{PRACTICES}> FROM <{TERMS}> {{ ?s ?p ?o }}",
    "FROM has no named graph": f"SELECT ?g FROM <{PRACTICES}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "FROM NAMED": f"SELECT DISTINCT ?g FROM NAMED <{PRACTICES}> FROM NAMED <{TERMS}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "FROM NAMED has no default graph": f"SELECT (COUNT(*) AS ?n) FROM NAMED <{PRACTICES}> {{ ?s ?p ?o }}",
    "outside of FROM NAMED": f"SELECT ?s FROM NAMED <{PRACTICES}> {{ GRAPH <{TERMS}> {{ ?s ?p ?o }} }}",
    "ASK": "ASK { ?s a osa:Practice }",
    "ASK in vain": "ASK { ?s a osa:Nothing }",
    "ASK in a graph": f"ASK {{ GRAPH <{TERMS}> {{ ?s a osa:Practice }} }}",
    "language": 'SELECT ?s ?o { ?s dct:title ?o FILTER(LANGMATCHES(LANG(?o), "sv")) }',
    "languages": "SELECT ?l (COUNT(*) AS ?n) { ?s ?p ?o BIND(LANG(?o) AS ?l) } GROUP BY ?l",
    "a text in a language": 'SELECT ?s ?p { ?s ?p "young people"@en }',
    "a text without its language": 'SELECT ?s ?p { ?s ?p "young people" }',
    "counts": "SELECT ?o (COUNT(DISTINCT ?p) AS ?n) { ?p osa:purpose ?o } GROUP BY ?o ORDER BY DESC(?n) ?o",
    "count of all": "SELECT (COUNT(DISTINCT *) AS ?n) { ?p osa:purpose ?o }",
    "average": "SELECT (AVG(?n) AS ?a) (SUM(?n) AS ?s) { SELECT (COUNT(?p) AS ?n) { ?p osa:organiser ?o } GROUP BY ?o }",
    "having": "SELECT ?o { ?p osa:organiser ?o } GROUP BY ?o HAVING (COUNT(*) / 2 > 10.4)",
    "percentages": "SELECT ?x (ROUND(1000 * ?x / 21) / 10 AS ?y) { VALUES ?x { 1 2 20 } } ORDER BY ?x",
    "quotient": "SELECT ?x { VALUES ?x { 1 2 3 } FILTER(?x / 2 = 1.5) }",
    "path to an end": f"SELECT ?u {{ ?u org:subOrganizationOf* <{CITY}> }}",
    "path from a start": f"SELECT ?u {{ <{UNIT}> org:subOrganizationOf* ?u }}",
    "path of no step": f"SELECT ?u {{ <{CITY}> org:subOrganizationOf* ?u }}",
    "path of one step or more": f"SELECT ?u {{ ?u org:subOrganizationOf+ <{CITY}> }}",
    "path of a step or none": "SELECT ?p ?b { ?p osa:organiser/org:subOrganizationOf? ?b }",
    "path backwards": f"SELECT ?u {{ <{CITY}> ^org:subOrganizationOf* ?u . ?u skos:prefLabel ?l }}",
    "path of either": f"SELECT ?u {{ ?u (org:subOrganizationOf|skos:broader)* <{CITY}> . ?u skos:prefLabel ?l }}",
    "path within a path": 'SELECT ?p { ?p osa:organiser/org:subOrganizationOf*/skos:prefLabel "Kauniainen"@en }',
    "paths whose ends are bound": f"""SELECT ?p ?c ?o {{ ?c skos:broader* <{YOUTH}> . ?p osa:targetGroup ?c .
        ?p osa:organiser/org:subOrganizationOf* ?o }}""",
    "path in EXISTS": f"""SELECT ?p {{ ?p a osa:Practice
        FILTER NOT EXISTS {{ ?p osa:organiser/org:subOrganizationOf* <{CITY}> }} }}""",
    "path in MINUS": f"SELECT ?p {{ ?p a osa:Practice MINUS {{ ?p osa:organiser/org:subOrganizationOf* <{CITY}> }} }}",
    "path in OPTIONAL": """SELECT ?p ?b { ?p a osa:Practice
        OPTIONAL { ?p osa:usedBy/org:subOrganizationOf* ?b . ?b a <http://data.europa.eu/m8g/PublicOrganisation> } }""",
    "path and any predicate": f"SELECT ?p ?x {{ ?p osa:targetGroup/skos:broader* <{YOUTH}> ; ?x ?y }}",
    "path and any thing": f"SELECT (COUNT(*) AS ?n) {{ ?p osa:targetGroup/skos:broader* <{YOUTH}> ; ?x [ ?y ?z ] }}",
    "path among all columns": f"SELECT * {{ ?p osa:targetGroup/skos:broader* <{YOUTH}> ; dct:title ?title }}",
    "negated path": f"SELECT ?x {{ <{YOUTH}> !(skos:prefLabel|skos:inScheme) ?x }}",
    "UNDEF": f'SELECT * {{ VALUES (?c ?l) {{ (<{YOUTH}> UNDEF) (UNDEF "unga"@sv) }} ?c skos:prefLabel ?l }}',
    "VALUES at the end": f"SELECT * {{ ?x skos:prefLabel ?l }} VALUES ?x {{ <{YOUTH}> }}",
    "union": "SELECT ?p ?g { { ?p osa:targetGroup ?g } UNION { ?p osa:impliedGroup ?g } }",
    "minus": "SELECT ?p { ?p a osa:Practice MINUS { ?p osa:legalBasis ?l } }",
    "optional": "SELECT ?p ?l { ?p a osa:Practice OPTIONAL { ?p osa:legalBasis ?l } }",
    "truth": "SELECT ?s ?v { ?s osa:statutory ?v FILTER(?v) }",
    "truth as a column": "SELECT ?s (BOUND(?v) AS ?b) { ?s a osa:Practice OPTIONAL { ?s osa:statutory ?v } }",
    "truth by BIND": "SELECT ?s ?b { ?s a osa:Practice BIND(EXISTS { ?s osa:statutory true } AS ?b) }",
    "comparisons": 'SELECT (1 < 2 AS ?a) (1 = 1.0 AS ?b) ("2" < "10" AS ?c) (!true AS ?d) (1 IN (2) AS ?e) {}',
    "numbers": "SELECT ?s ?t { ?s osa:timesPerYear ?t FILTER(?t > 1) }",
    "literals": """SELECT DISTINCT ?o { ?s ?p ?o
        FILTER(ISLITERAL(?o) && LANG(?o) = "" && DATATYPE(?o) != xsd:string) }""",
    "days": 'SELECT ?s ?d { ?s dct:issued ?d FILTER(?d >= "2026-01-01"^^xsd:date) }',
    "texts": 'SELECT ?s ?o { ?s dct:title ?o FILTER(CONTAINS(LCASE(STR(?o)), "nuoriso")) }',
    "regular expression": 'SELECT ?s ?o { ?s dct:title ?o FILTER REGEX(?o, "^youth", "i") }',
    "order": "SELECT ?s (STR(?o) AS ?t) { ?s dct:title ?o } ORDER BY DESC(STR(?o)) ?s LANG(?o) LIMIT 10 OFFSET 5",
    "blank node": "SELECT ?x { ?s osa:coverage [ skos:prefLabel ?x ] }",
    "no pattern": 'SELECT ("ä" AS ?x) (1 + 1 AS ?y) {}',
    "no row": "SELECT ?s ?o { ?s osa:nothing ?o }",
    "comments": "SELECT ?s # FROM here { \n { ?s a osa:Practice # } \n } # the end",
}


@pytest.mark.parametrize("name", ROWS)
def test_each_query_for_rows_has_the_same_answer(name: str, embedded: Answer, loaded: Answer) -> None:
    """Graphs, datasets, languages, paths, numbers and truth values are those of the embedded store."""
    ask = question(PREFIXES + ROWS[name])

    same(embedded(ask), loaded(ask), ordered="ORDER BY" in ROWS[name])


@pytest.mark.parametrize(
    "query", ["SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"]
)
@pytest.mark.parametrize("default", [(), (PRACTICES,), (PRACTICES, TERMS)])
@pytest.mark.parametrize("named", [(), (TERMS,), (PRACTICES, TERMS)])
def test_the_dataset_of_the_request_is_kept(
    query: str, default: tuple[str, ...], named: tuple[str, ...], embedded: Answer, loaded: Answer
) -> None:
    """`default-graph-uri` and `named-graph-uri` mean the same on every store."""
    ask = question(query, default_graphs=default, named_graphs=named)

    same(embedded(ask), loaded(ask), ordered=False)


GRAPHS = {
    "construct": "CONSTRUCT { ?s ?p ?o } { ?s a osa:Practice ; ?p ?o }",
    "short form": "CONSTRUCT WHERE { ?s osa:coverage ?o }",
    "short form of a dataset": f"CONSTRUCT FROM <{PRACTICES}> WHERE {{ ?s osa:coverage ?o }}",
    "texts": 'CONSTRUCT { ?s dct:title "x\\n\\"ä"@fi } { ?s osa:coverage ?o }',
    "no variable": "CONSTRUCT { <urn:a> <urn:b> <urn:c> } { ?s a osa:Practice }",
    "nothing": "CONSTRUCT { <urn:a> <urn:b> <urn:c> } { ?s a osa:Nothing }",
    "unbound": "CONSTRUCT { ?s osa:x ?l ; osa:y ?o } { ?s osa:organiser ?o OPTIONAL { ?s osa:legalBasis ?l } }",
    "counts": "CONSTRUCT { ?s osa:n ?n } { SELECT ?s (COUNT(*) AS ?n) { ?s osa:purpose ?o } GROUP BY ?s }",
    "truth": "CONSTRUCT { ?s osa:p ?v } { ?s osa:statutory ?v }",
    "limit": "CONSTRUCT { ?s ?p ?o } { ?s a osa:Practice ; ?p ?o } ORDER BY ?s ?p STR(?o) LANG(?o) LIMIT 50",
    "path": f"CONSTRUCT {{ ?p ?x ?y }} {{ ?p osa:targetGroup/skos:broader* <{YOUTH}> ; ?x ?y }}",
    "path of a short form": f"CONSTRUCT WHERE {{ ?p osa:targetGroup <{YOUTH}> ; ?x ?y }}",
    "from graphs": "CONSTRUCT { ?s dct:isPartOf ?g } { GRAPH ?g { ?s a osa:Practice } }",
    "describe": f"DESCRIBE <{CITY}>",
    "describe by prefix": f"PREFIX c: <{BASE}fi/> DESCRIBE c:235 c:049",
    "describe what is found": "DESCRIBE ?x { ?x osa:coverage ?c }",
    "describe both": f"DESCRIBE ?x <{YOUTH}> {{ ?x osa:coverage ?c }}",
    "describe by a path": f"DESCRIBE ?p WHERE {{ ?p osa:targetGroup/skos:broader* <{YOUTH}> }}",
    "describe all": "DESCRIBE * { ?x osa:coverage ?c }",
    "describe many": "DESCRIBE ?s { ?s a osa:Practice }",
    "describe what is not there": "DESCRIBE <urn:none>",
}


@pytest.mark.parametrize("name", GRAPHS)
def test_each_query_for_a_graph_has_the_same_answer(name: str, embedded: Answer, loaded: Answer) -> None:
    """CONSTRUCT and DESCRIBE have the triples that they have on the embedded store."""
    ask = question(PREFIXES + GRAPHS[name], "ntriples")

    assert sorted(loaded(ask).splitlines()) == sorted(embedded(ask).splitlines())


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rows_come_in_every_format(form: str, embedded: Answer, loaded: Answer) -> None:
    """The bytes are those of the embedded store, whatever the engine can write."""
    ask = question(questions.shipped()["practices-by-municipality"], form)

    assert loaded(ask) == embedded(ask)


@pytest.mark.parametrize("form", ["turtle", "jsonld", "ntriples", "rdfxml", "trig", "nquads"])
def test_graphs_come_in_every_format(form: str, loaded: Answer) -> None:
    """A graph is written here, so every engine has every format."""
    body = loaded(question(f"DESCRIBE <{CITY}>", form))
    formats = {"turtle": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD, "ntriples": RdfFormat.N_TRIPLES,
               "rdfxml": RdfFormat.RDF_XML, "trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS}  # fmt: skip

    assert len(list(pyoxigraph.parse(body, format=formats[form]))) == 8


BIG = "{ ?a a osa:Practice . ?b a osa:Practice }"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?a ?b {BIG}",
        f"SELECT * {BIG} # all of them",
        f"SELECT ?a ?b {BIG} ORDER BY DESC(?b) ?a",
        f"SELECT ?b (STRLEN(STR(?a)) AS ?n) {BIG}",
    ],
)
def test_a_long_answer_is_never_cut(query: str, embedded: Answer, loaded: Answer) -> None:
    """An answer beyond the cap of Virtuoso comes whole, each row as often as it should."""
    ask = question(PREFIXES + query)
    body = loaded(ask)

    same(embedded(ask), body, ordered="ORDER BY" in query)
    assert body.count(b'"b":{') == 28_900


def test_a_graph_made_of_many_rows_is_never_cut(embedded: Answer, loaded: Answer) -> None:
    """A CONSTRUCT over more solutions than the cap has every triple."""
    ask = question(f"{PREFIXES} CONSTRUCT {{ ?a osa:x ?b }} {BIG}", "ntriples")

    assert sorted(loaded(ask).splitlines()) == sorted(embedded(ask).splitlines())


def test_an_answer_that_stays_short_of_its_count_is_refused(
    virtuoso: Server, publish: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When pages do not add up to the number of rows there is an error, never a part of an answer."""
    remote.load(virtuoso.client(), publish, BASE)
    asked = Client.select

    def lose(client: Client, query: str, *dataset: tuple[str, ...] | None, **named: None) -> bytes:
        """Answer as if rows of the second page had gone."""
        return asked(
            client, query.replace("LIMIT 5000 OFFSET 5000", "LIMIT 4000 OFFSET 5000"), *dataset, **named
        )

    monkeypatch.setattr(Client, "select", lose)

    with pytest.raises(QueryLimitError, match="of 28900 rows"):
        virtuoso.answers(publish, BASE)(question(f"{PREFIXES} SELECT ?a ?b {BIG}"))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (1/0 AS ?x) {}",
        f"{PREFIXES} SELECT ?a ?b {{ ?a org:subOrganizationOf+ ?b }}",
        f"{PREFIXES} SELECT ?a {BIG} ORDER BY ?a ?b LIMIT 20000",
    ],
)
def test_what_virtuoso_cannot_answer_is_an_error(query: str, virtuoso: Server, publish: Path) -> None:
    """It says why, in one line, without the query as the store was asked it."""
    remote.load(virtuoso.client(), publish, BASE)

    with pytest.raises(QueryLimitError, match="could not answer this query: Virtuoso") as caught:
        virtuoso.answers(publish, BASE)(question(query))
    assert caught.value.status == 503
    assert "sha256" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_not_sparql_is_refused_as_on_the_embedded_store(embedded: Answer, loaded: Answer) -> None:
    """The same words say what is wrong, whatever the engine says."""
    ask = Ask("SELECT ?s { ?s ?p }", "json")
    with pytest.raises(RefusedQueryError) as first:
        embedded(ask)
    with pytest.raises(RefusedQueryError) as second:
        loaded(ask)

    assert str(second.value) == str(first.value)


def edition(make_site: MakeSite, publish: Path, change: str = "") -> list[str]:
    """Write an edition of the small site, with other words in its table; return the IRIs of its graphs."""
    files = {} if not change else {"mallila/municipality.yaml": ("en: Mallila", f"en: {change}")}
    contents = read(make_site(files))
    release.replace(publish, release.edition(contents, None, DAY))
    return [EXAMPLE + each.path for each in release.open_publication(publish).manifest.things if each.graph]


def names_of(answer: Answer) -> list[str]:
    """Return the English names of the municipalities that a store answers with."""
    query = (
        f"{PREFIXES} SELECT ?l {{ ?m a <http://data.europa.eu/m8g/PublicOrganisation> ; skos:prefLabel ?l }}"
    )
    found = table(answer(Ask(query + " ORDER BY ?l", "json")))
    assert not isinstance(found, bool)
    return [row[0] for row in found[1] if row[0].endswith("@en")]


def test_a_load_that_is_killed_is_made_whole_by_the_next(
    server: Server, make_site: MakeSite, tmp_path: Path
) -> None:
    """After kill -9 in the middle nothing is switched; the next load sends the rest only, and also what was sent by half."""
    publish = tmp_path / "publish"
    graphs = edition(make_site, publish, f"Killed {server.setting[:5]}")
    script = (
        "import os, signal, sys\nfrom osallisuus.query import remote\nfrom osallisuus.query.remote.client import Client\n"
        "put = Client.put\nsent = []\n"
        "def dying(client, graph, content):\n"
        "    if sent:\n"
        "        put(client, graph, content[:content.index(b'\\n') + 1])\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    put(client, graph, content)\n"
        "    sent.append(graph)\n"
        "Client.put = dying\n"
        "remote.load(remote.open_client(sys.argv[1]), __import__('pathlib').Path(sys.argv[2]), sys.argv[3])\n"
    )
    environment = os.environ | server.environment
    child = subprocess.run(
        [sys.executable, "-c", script, server.setting, publish, EXAMPLE], env=environment, check=False
    )

    assert child.returncode == -signal.SIGKILL
    with pytest.raises(PublishedError, match="osallisuus load"):
        server.answers(publish, EXAMPLE)
    done, _ = remote.load(server.client(), publish, EXAMPLE)
    again, _ = remote.load(server.client(), publish, EXAMPLE)
    answer = server.answers(publish, EXAMPLE)
    assert set(done.put) < set(graphs)
    assert again.put == ()
    assert names_of(answer) == [f'"Killed {server.setting[:5]}"@en']
    counted = answer(Ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "csv"))
    assert counted.split() == [b"n", str(done.triples).encode()]


def test_a_release_is_asked_as_long_as_it_was_opened(
    server: Server, make_site: MakeSite, tmp_path: Path
) -> None:
    """Only changed graphs are sent; one that was opened goes on; a new one can be opened when it is published and loaded."""
    publish, next_publish = tmp_path / "publish", tmp_path / "next"
    edition(make_site, publish, "First")
    remote.load(server.client(), publish, EXAMPLE)
    answer = server.answers(publish, EXAMPLE)
    edition(make_site, next_publish, "Second")

    assert names_of(answer) == ['"First"@en']
    done, _ = remote.load(server.client(), next_publish, EXAMPLE)
    assert EXAMPLE + "vocabulary" not in done.put
    assert len(done.put) == 2
    assert names_of(answer) == ['"First"@en']
    assert names_of(server.answers(publish, EXAMPLE)) == ['"First"@en']
    edition(make_site, publish, "Second")
    assert names_of(answer) == ['"First"@en']
    assert names_of(server.answers(publish, EXAMPLE)) == ['"Second"@en']
    edition(make_site, publish, "Third")
    with pytest.raises(PublishedError, match=r"does not hold what is published here\. Run: osallisuus load"):
        server.answers(publish, EXAMPLE)
    assert names_of(answer) == ['"First"@en']


def test_pruning_keeps_two_releases_and_what_other_sites_have(
    server: Server, make_site: MakeSite, publish: Path, tmp_path: Path
) -> None:
    """What only older releases have goes; a site that shares the store loses nothing; going back is a load like any other."""
    remote.load(server.client(), publish, BASE)
    other = server.answers(publish, BASE)
    before = other(question("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    places = [tmp_path / name for name in ("one", "two", "three")]
    for place in places:
        edition(make_site, place, f"Pruned {place.name}")
        done, dropped = remote.load(server.client(), place, EXAMPLE, prune=True)
    kept = [
        releases.find(server.client(), each)
        for _, base, each in releases.listed(server.client())
        if base == EXAMPLE
    ]

    assert dropped > 0
    assert len(kept) == 2
    assert names_of(server.answers(places[2], EXAMPLE)) == ['"Pruned three"@en']
    assert names_of(server.answers(places[1], EXAMPLE)) == ['"Pruned two"@en']
    with pytest.raises(PublishedError):
        server.answers(places[0], EXAMPLE)
    assert other(question("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")) == before
    back, _ = remote.load(server.client(), places[1], EXAMPLE)
    assert back.put == ()
    assert back.release.sequence == done.release.sequence + 1
    assert names_of(server.answers(places[1], EXAMPLE)) == ['"Pruned two"@en']


def test_a_graph_that_is_not_held_whole_stops_the_load(
    oxigraph: Server, make_site: MakeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The triples are counted after each graph; a loss is an error, and no record is written."""
    edition(make_site, tmp_path / "publish", "Lossy")
    put = Client.put
    monkeypatch.setattr(
        Client, "put", lambda self, graph, content: put(self, graph, content[: content.index(b"\n") + 1])
    )

    with pytest.raises(StoreError, match="Nothing was switched"):
        loading.load(oxigraph.client(), tmp_path / "publish", EXAMPLE)


def test_a_damaged_record_is_no_release(oxigraph: Server, make_site: MakeSite, tmp_path: Path) -> None:
    """A record that lacks a graph is refused, and the next load mends it."""
    publish = tmp_path / "publish"
    edition(make_site, publish, "Damaged")
    done, _ = remote.load(oxigraph.client(), publish, EXAMPLE)
    whole = done.release.record()
    oxigraph.client().put(
        done.release.name, b"".join(each for each in whole.splitlines(True) if b"holds" not in each)
    )

    with pytest.raises(StoreError, match="damaged record"):
        oxigraph.answers(publish, EXAMPLE)
    remote.load(oxigraph.client(), publish, EXAMPLE)
    assert names_of(oxigraph.answers(publish, EXAMPLE)) == ['"Damaged"@en']


def run(*arguments: object, **environment: str) -> Result:
    """Run a command in this process."""
    return CliRunner(env={profiles.PASSWORD: None, profiles.PASSWORD_FILE: None, **environment}).invoke(
        main, [str(each) for each in arguments], catch_exceptions=False
    )


def test_load_says_what_it_did(server: Server, make_site: MakeSite, tmp_path: Path) -> None:
    """The command reads the store from site.yaml, the environment or --store, sends what is missing, and counts."""
    name = f"Command {server.setting[:5]}"
    layout = make_site({"mallila/municipality.yaml": ("en: Mallila", f"en: {name}")})
    layout.settings.write_text(
        f"store: {server.setting}\n" + layout.settings.read_text(encoding="utf-8"), encoding="utf-8"
    )
    built = run("build", "--site", layout.root, "--date", DAY)
    first = run("load", "--site", layout.root, "--prune", **server.environment)
    second = run("load", "--site", layout.root, OSALLISUUS_STORE=server.setting, **server.environment)
    third = run("load", "--site", layout.root, "--store", server.setting, **server.environment)

    assert [each.exit_code for each in (built, first, second, third)] == [0] * 4, first.output
    assert "store" not in (layout.publish / "site.json").read_text(encoding="utf-8")
    assert f"loaded {EXAMPLE}" in first.stdout
    assert "old graphs dropped" in first.stdout
    assert "4 graphs, 0 sent" in second.stdout
    assert third.stdout == second.stdout
    assert names_of(server.answers(layout.publish, EXAMPLE)) == [f'"{name}"@en']


def test_load_needs_a_remote_store_and_a_publish_directory(make_site: MakeSite, oxigraph: Server) -> None:
    """The embedded store loads itself; without an edition there is nothing to load: both say what to do, and exit with 1."""
    root = make_site().root

    embedded, nothing = run("load", "--site", root), run("load", "--site", root, "--store", oxigraph.setting)
    assert (embedded.exit_code, nothing.exit_code) == (1, 1)
    assert "--store" in embedded.stderr
    assert "osallisuus build" in nothing.stderr


def test_a_wrong_password_is_said_and_never_shown(
    virtuoso: Server, make_site: MakeSite, tmp_path: Path
) -> None:
    """Loading with a wrong password, or without one, ends with 1 and the cure; asking needs none."""
    root = tmp_path
    edition(make_site, root / "publish", "Secret")
    wrong = run("load", "--site", root, "--store", virtuoso.setting, **{profiles.PASSWORD: "hush-hush"})
    none = run("load", "--site", root, "--store", virtuoso.setting.replace("pub@", ""))
    written = run("load", "--site", root, "--store", virtuoso.setting.replace("pub@", "pub:hush-hush@"))

    for each in (wrong, none, written):
        assert each.exit_code == 1
        assert profiles.PASSWORD in each.stderr
        assert "hush-hush" not in each.output


@pytest.mark.parametrize("engine", ENGINES)
def test_a_store_that_is_away_is_a_limit(engine: str, publish: Path) -> None:
    """It cannot be opened, and that is told with the cure within seconds; load and check end with 1."""
    setting = f"{engine}+http://127.0.0.1:{free_port()}"
    started = time.monotonic()

    with pytest.raises(QueryLimitError, match="cannot be reached"):
        remote.connect(setting, publish, BASE, {})
    assert time.monotonic() - started < 3
    loading_, checking = (
        run("load", "--site", publish.parent, "--store", setting),
        run("store", "check", setting),
    )
    assert (loading_.exit_code, checking.exit_code) == (1, 1)
    assert "cannot be reached" in loading_.stderr
    assert "cannot be reached" in checking.stdout


def test_a_store_that_does_not_answer_is_a_limit(publish: Path) -> None:
    """A store that takes a query and says nothing is given up at the limit of time, and not asked twice."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        setting = f"sparql+http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(QueryLimitError, match="does not answer in time"):
            remote.connect(setting, publish, BASE, {}, seconds=0.3)
        listener.settimeout(0.1)
        listener.accept()[0].close()
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_release_that_was_loaded_for_another_engine_is_loaded_again(
    virtuoso: Server, make_site: MakeSite, tmp_path: Path
) -> None:
    """Without the steps that paths need on Virtuoso a path is an error, not a wrong answer; a load adds them."""
    publish = tmp_path / "publish"
    edition(make_site, publish, "Stepless")
    done, _ = remote.load(virtuoso.client(), publish, EXAMPLE)
    virtuoso.client().put(done.release.name, replace(done.release, steps=()).record())
    query = f"{PREFIXES} ASK {{ <{YOUTH}> skos:broader* ?b }}"

    with pytest.raises(QueryLimitError, match="osallisuus load"):
        virtuoso.answers(publish, EXAMPLE)(Ask(query, "json"))
    remote.load(virtuoso.client(), publish, EXAMPLE)
    assert table(virtuoso.answers(publish, EXAMPLE)(Ask(query, "json"))) is True


def test_a_connection_that_the_store_closed_is_opened_again() -> None:
    """A store may close the connection that is kept, just when a query is sent: the query is sent once more."""
    body = b'{"head": {}, "boolean": true}'
    response = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    asked: list[bytes] = []

    def take(connection: socket.socket) -> None:
        """Read one whole request."""
        request = b""
        while not request.endswith(b"none"):  # the query's dataset ends so
            request += connection.recv(65536)
        asked.append(request)

    def serve(listener: socket.socket) -> None:
        """Answer a query; take the next one and hang up; answer it on the next connection."""
        with listener.accept()[0] as first:
            take(first)
            first.sendall(response)
            take(first)
        with listener.accept()[0] as second:
            take(second)
            second.sendall(response)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = threading.Thread(target=serve, args=(listener,))
        serving.start()
        client = remote.open_client(f"sparql+http://127.0.0.1:{listener.getsockname()[1]}", {})
        answers = [client.select("ASK {}") for _ in range(2)]
        serving.join()

    assert answers == [body, body]
    assert asked[1] == asked[2]


def test_a_store_that_comes_back_is_asked_again(publish: Path, tmp_path: Path) -> None:
    """The same connection answers after the store was stopped and started: a server need not be restarted."""
    port, program = free_port(), Path(sys.executable).with_name("oxigraph")
    server = Server(f"oxigraph+http://127.0.0.1:{port}", {})
    command: list[str | Path] = [
        program,
        "serve",
        "--location",
        tmp_path / "db",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    wait_for(port, process)
    remote.load(server.client(), publish, BASE)
    answer, ask = server.answers(publish, BASE), question(questions.shipped()["practices-by-municipality"])
    before = answer(ask)
    end(process)
    with pytest.raises(QueryLimitError, match="cannot be reached") as caught:
        answer(ask)
    assert caught.value.status == 503
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    wait_for(port, process)

    assert answer(ask) == before
    end(process)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b'{"head": {}, "resu', "broke its answer off"),
        (200, b"<html>", "did not answer in SPARQL JSON"),
        (200, b'{"error": 1}', "did not answer in SPARQL JSON"),
        (200, b'{"head": {}, "boolean": true}', "did not answer in SPARQL JSON"),
        (200, b'{"results": []}', "did not answer in SPARQL JSON"),
        (200, b"[]", "did not answer in SPARQL JSON"),
        (
            200,
            b'{"results": {"bindings": [{"s": {"type": "uri", "value": "a b"}}]}}',
            "a term that RDF does not have",
        ),
        (401, b" ", "refuses to answer"),
        (500, b"Estimated time 500 s\n\nSPARQL query:\nSELECT urn:sha256:x", "Estimated time 500 s"),
        (502, b" ", "HTTP status 502"),
    ],
)
def test_an_answer_that_is_none_is_a_limit(
    status: int, body: bytes, said: str, loaded: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy's page, half an answer or a fault of the engine is an error of status 503, never an empty answer."""
    loaded(question("ASK {}"))
    response = urllib3.HTTPResponse(body, status=status, preload_content=True)
    monkeypatch.setattr(Client, "send", lambda *_, **__: response)

    with pytest.raises(QueryLimitError, match=said) as caught:
        loaded(question("SELECT ?s { ?s ?p ?o }"))
    assert caught.value.status == 503
    assert "sha256" not in str(caught.value)


def test_what_is_no_sparql_cannot_be_opened(publish: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that leads to a page of something else is told with the cure."""
    response = urllib3.HTTPResponse(b"<html>", status=200, preload_content=True)
    monkeypatch.setattr(Client, "send", lambda *_, **__: response)

    with pytest.raises(QueryLimitError, match="Correct the setting of the store"):
        remote.connect("sparql+http://localhost", publish, BASE, {})


def test_nothing_published_is_said(oxigraph: Server, tmp_path: Path) -> None:
    """Loading from a directory without an edition raises the error that names the command to run."""
    with pytest.raises(PublishedError, match="osallisuus build"):
        remote.load(oxigraph.client(), tmp_path, BASE)


@pytest.mark.parametrize(
    ("setting", "header"),
    [
        ("sparql+http://me@{host}", "Basic bWU6c2VjcmV0"),
        ("sparql+http://{host}?auth=bearer", "Bearer secret"),
        ("sparql+http://me@{host}?auth=none", None),
    ],
)
def test_each_request_to_a_closed_store_authenticates(setting: str, header: str | None) -> None:
    """Queries and graphs are sent with the password of the environment, in the way of the setting, over one connection."""
    seen: list[tuple[str, str | None, object]] = []

    class Recorder(BaseHTTPRequestHandler):
        """Answers a truth value, and notes what was sent."""

        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            """Answer."""
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.command, self.headers["Authorization"], self.client_address))
            body = b'{"head": {}, "boolean": true}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = answer  # noqa: N815 - the names that the server looks for

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        host = f"127.0.0.1:{listener.server_port}"
        client = remote.open_client(setting.format(host=host), {profiles.PASSWORD: "secret"})
        client.select("ASK {}")
        client.put("urn:graph", b"<urn:a> <urn:b> <urn:c> .\n")
        client.close()
        listener.shutdown()

    assert [(method, sent) for method, sent, _ in seen] == [("POST", header), ("PUT", header)]
    assert len({address for *_, address in seen}) == 1


def points(result: Result) -> dict[str, tuple[str, str]]:
    """Return the points of a check: name → verdict and what was found."""
    return {line[9:35].strip(): (line[:9].strip(), line[36:]) for line in result.stdout.splitlines()[:-1]}


def test_check_looks_at_every_point(server: Server) -> None:
    """Both engines can serve; each point where they differ is printed; the check leaves nothing behind."""
    graphs = (
        "SELECT (COUNT(DISTINCT ?g) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), 'check')) }"
    )
    result = run("store", "check", server.setting, **server.environment)
    found = points(result)
    verdicts = {verdict for verdict, _ in found.values()}

    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("The store can serve a site.\n")
    assert len(found) == 17
    assert verdicts <= {"ok", "note", "warning"}
    assert releases.rows(server.client(), graphs) == [{"n": "0"}]
    assert found["same triple in two graphs"][1].startswith("counted twice")


def test_check_tells_the_engines_apart(oxigraph: Server, virtuoso: Server) -> None:
    """Open updates are warned of; the cap, the hanging POST and the refused path of Virtuoso are seen."""
    one = points(run("store", "check", oxigraph.setting))
    other = points(run("store", "check", virtuoso.setting, **virtuoso.environment))

    assert one["anonymous update"][0] == "warning"
    assert other["anonymous update"] == ("ok", "refused")
    assert one["row cap"][1].startswith("10201 rows came whole")
    assert other["row cap"][1].startswith("cut at 10000 rows")
    assert "no answer within 3 s" in other["direct POST of a query"][1]
    assert "refused" in other["path with both ends free"][1]
    assert one["types of CONSTRUCT"][1].count(",") > other["types of CONSTRUCT"][1].count(",")


def test_check_finds_an_engine_under_a_wrong_name(virtuoso: Server) -> None:
    """Virtuoso set as just any engine is told by its name and by what it does, and cannot serve."""
    host = virtuoso.setting.partition("@")[2]
    fields = "query=/sparql&update=/sparql-auth&gsp=/sparql-graph-crud-auth&parameter=graph-uri&auth=digest"
    result = run("store", "check", f"sparql+http://pub@{host}?{fields}", **virtuoso.environment)
    found = points(result)

    assert result.exit_code == 1
    assert result.stdout.endswith("The store cannot serve a site.\n")
    assert [name for name, (verdict, _) in found.items() if verdict == "FAULT"] == [
        "engine",
        "division of integers",
        "truth values",
        "row cap",
    ]


def test_check_writes_nothing_without_a_password(virtuoso: Server) -> None:
    """What needs to write is not probed, and said so."""
    found = points(run("store", "check", virtuoso.setting))

    assert found["graphs are written"][1].startswith("not probed")
    assert found["row cap"] == ("note", "not probed: it needs to write")


def test_check_finds_a_store_that_does_not_take_graphs(oxigraph: Server) -> None:
    """A wrong address of the graph store protocol is a fault."""
    result = run("store", "check", f"{oxigraph.setting.replace('oxigraph', 'sparql')}?gsp=/nothing&auth=none")

    assert result.exit_code == 1
    assert points(result)["graphs are written"][0] == "FAULT"


def test_workers_answer_from_the_store(
    server: Server, loaded: Answer, embedded: Answer, publish: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disposable workers of a server answer from a remote store when it is set, each query in its own limits."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    asked = question("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g")
    with Workers(publish, BASE, Limits(wait=10), setting=server.setting) as workers:
        assert workers.ask(asked) == loaded(asked) == embedded(asked)
        with pytest.raises(RefusedQueryError, match="line 1"):
            workers.ask(question("SELECT ?x { ?x }"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT (<http://x/f>(1) AS ?x) {}", "There is no function <http://x/f> here"),
        ("CONSTRUCT { <a:a> <a:b> <<( <a:a> <a:b> 1 )>> } {}", "no statements about statements"),
    ],
)
def test_what_the_engine_cannot_evaluate_is_refused_as_on_the_embedded_store(
    query: str, said: str, embedded: Answer, loaded: Answer
) -> None:
    """The same words say why, whatever the store would say."""
    for answer in (embedded, loaded):
        with pytest.raises(RefusedQueryError, match=said):
            answer(question(query, "jsonld"))


CALLS = ["ASK { SERVICE SILENT <URL> { ?s ?p ?o } }", "SELECT * { SERVICESILENT <URL> { ?s ?p ?o } }"]


@pytest.mark.parametrize("query", [*CALLS, "SELECT * { ?s ?p trueSERVICE <URL> {} }"])
def test_a_call_that_passed_the_guard_is_neither_made_nor_sent(
    query: str, oxigraph: Server, loaded: Answer, publish: Path
) -> None:
    """Even past the guard no query has a worker call anyone but the store, or the store call anyone."""
    remote.load(oxigraph.client(), publish, BASE)
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        Workers(publish, BASE, Limits(wait=10), setting=oxigraph.setting) as workers,
    ):
        ask = Ask(query.replace("URL", f"http://127.0.0.1:{listener.getsockname()[1]}/"), "json")
        for answer in (workers.ask, loaded):
            with pytest.raises(RefusedQueryError, match="no word of SPARQL"):
                answer(ask)
        listener.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listener.accept()


@contextmanager
def serving(root: Path, setting: str) -> Iterator[tuple[Callable[[], list[str]], subprocess.Popen[bytes]]]:
    """Start `osallisuus serve` over a store: a function that asks it for the names of municipalities, and the process."""
    port, log = free_port(), (root / "serve.log").open("wb")
    command: list[str | Path] = [Path(sys.executable).with_name("osallisuus"), "serve"]
    command += ["--site", root, "--port", str(port), "--store", setting, "--query-seconds", "1"]
    process = subprocess.Popen(command, stderr=log)
    endpoint = f"http://127.0.0.1:{port}/sparql"

    limits = count(100)

    def ask(question: Ask) -> bytes:
        """Return what is answered to a query, which must be an answer and not from the cache."""
        fields = {"query": f"{question.query} LIMIT {next(limits)}", "format": question.form}
        response = urllib3.request("GET", endpoint, fields=fields)
        assert response.status == 200, response.data
        return response.data

    wait_for(port, process)
    try:
        yield lambda: names_of(ask), process
    finally:
        process.terminate()
        process.wait()
        log.close()


def test_a_server_goes_on_with_the_old_release_until_the_new_one_is_loaded(
    oxigraph: Server, make_site: MakeSite, tmp_path: Path
) -> None:
    """Between `build` and `load` every query is answered from the old release, also after a worker was ended."""
    publish, log = tmp_path / "publish", tmp_path / "serve.log"
    edition(make_site, publish, "Before")
    remote.load(oxigraph.client(), publish, EXAMPLE)
    with serving(tmp_path, oxigraph.setting) as (names, process):
        assert names() == ['"Before"@en']
        edition(make_site, publish, "After")
        until = time.monotonic() + 20
        while "osallisuus load" not in log.read_text(encoding="utf-8"):
            assert names() == ['"Before"@en']
            assert time.monotonic() < until, log.read_text(encoding="utf-8")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        workers = Path(f"/proc/{children[0]}/task/{children[0]}/children").read_text().split()
        for each in workers:
            os.kill(int(each), signal.SIGKILL)
        time.sleep(0.5)
        assert names() == ['"Before"@en']
        remote.load(oxigraph.client(), publish, EXAMPLE)
        process.send_signal(signal.SIGHUP)
        while names() != ['"After"@en']:
            assert time.monotonic() < until + 20, log.read_text(encoding="utf-8")
    said = log.read_text(encoding="utf-8")
    assert said.count("The release was not switched") == 1
    assert said.count("osallisuus load") == 1


def test_a_server_does_not_start_before_its_release_is_loaded(
    oxigraph: Server, make_site: MakeSite, tmp_path: Path
) -> None:
    """Without a release that answers, `serve` says what to run, and ends with 1."""
    edition(make_site, tmp_path / "publish", "Never loaded")
    command: list[str | Path] = [Path(sys.executable).with_name("osallisuus"), "serve", "--site", tmp_path]
    command += ["--port", str(free_port()), "--store", oxigraph.setting]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 1
    assert "does not hold what is published here. Run: osallisuus load" in done.stderr
    assert len(done.stderr.splitlines()) == 1
