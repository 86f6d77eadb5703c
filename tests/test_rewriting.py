"""What a remote store is asked: settings of stores, tokens, names of graphs, and what is put otherwise for an engine.

Pure: no store is started. A rewriting is proved right on the embedded engine, which needs none.
"""
# ruff: noqa: S608 - these are queries of SPARQL, made of our own names

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, QuerySolutions, Store, Triple

from osallisuus import query as questions
from osallisuus import site
from osallisuus.errors import InputError, RefusedQueryError
from osallisuus.query.remote import numbers, paths, profiles, releases, rewriting, tokens
from osallisuus.query.remote.profiles import PROFILES, StoreError, parse, password
from osallisuus.query.store import Ask

A, B = "https://example.org/a", "https://example.org/b"
STORED = {A: "urn:sha256:aa", B: "urn:sha256:bb"}
OXIGRAPH, VIRTUOSO = PROFILES["oxigraph"], PROFILES["virtuoso"]


def rewritten(
    query: str, profile: profiles.Profile = OXIGRAPH, **dataset: tuple[str, ...]
) -> rewriting.Rewritten:
    """Return a query as a store with two graphs is asked it."""
    return rewriting.rewrite(Ask(query, "json", **dataset), STORED, profile)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setting", "query", "graphs", "user"),
    [
        ("oxigraph+http://host:7878", "http://host:7878/query", "http://host:7878/store", ""),
        (
            "virtuoso+http://pub@host:8890",
            "http://host:8890/sparql",
            "http://host:8890/sparql-graph-crud-auth",
            "pub",
        ),
        (
            "graphdb+https://h/repositories/r",
            "https://h/repositories/r",
            "https://h/repositories/r/rdf-graphs/service",
            "",
        ),
        ("neptune+https://h:8182", "https://h:8182/sparql", "https://h:8182/sparql/gsp/", ""),
        ("stardog+https://h:5820/db", "https://h:5820/db/query", "https://h:5820/db", ""),
        ("sparql+https://h?query=/q&update=/u&gsp=/g", "https://h/q", "https://h/g", ""),
        ("sparql+http://[::1]:80/x?gsp=", "http://[::1]:80/x/query", "http://[::1]:80/x", ""),
    ],
)
def test_a_setting_names_an_engine_and_its_addresses(
    setting: str, query: str, graphs: str, user: str
) -> None:
    """A setting is an engine and an address; the paths are those of the engine, or are given."""
    endpoint = parse(setting)

    assert (endpoint.query, endpoint.graphs, endpoint.user) == (query, graphs, user)


def test_a_setting_may_say_what_an_engine_does() -> None:
    """Field of a graph, authentication and cap can be given for an engine that has no profile."""
    profile = parse("sparql+http://h?parameter=graph-uri&auth=digest&cap=500").profile

    assert (profile.parameter, profile.authentication, profile.cap) == ("graph-uri", "digest", 500)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("https://host/sparql", "no known engine"),
        ("blazegraph+http://host", "no known engine"),
        ("oxigraph+ftp://host", "no known engine"),
        ("oxigraph+http://", "no host"),
        ("oxigraph+http://host:port", "no address"),
        ("sparql+http://h?colour=red", "unknown field “colour”"),
        ("sparql+http://h?auth=kerberos", "cannot authenticate by “kerberos”"),
        ("sparql+http://h?cap=many", "no number of rows"),
    ],
)
def test_a_wrong_setting_is_refused_with_the_cure(setting: str, said: str) -> None:
    """What a setting has wrong is said, and what is known."""
    with pytest.raises(StoreError, match=said):
        parse(setting)


def test_a_password_never_stands_in_a_setting() -> None:
    """A password in the address is refused, without being repeated, and the text says where it belongs."""
    with pytest.raises(StoreError, match="OSALLISUUS_STORE_PASSWORD") as caught:
        parse("virtuoso+http://pub:hush@host:8890")

    assert "hush" not in str(caught.value)


def test_the_password_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    """The file goes above the variable; its last line break is not part of the password; without both there is none."""
    (tmp_path / "secret").write_text("from file \n", encoding="utf-8")
    file = {profiles.PASSWORD_FILE: str(tmp_path / "secret"), profiles.PASSWORD: "plain"}

    assert [password({}), password({profiles.PASSWORD: "plain"}), password(file)] == [
        "",
        "plain",
        "from file ",
    ]
    with pytest.raises(StoreError, match="cannot be read"):
        password({profiles.PASSWORD_FILE: str(tmp_path / "none")})


def test_the_store_of_a_site_is_read_where_it_is_served(tmp_path: Path) -> None:
    """The key `store` of the settings is optional, is known to the reader, and is not needed beside `publish/`."""
    settings = tmp_path / "data" / "site.yaml"

    assert site.site_store(tmp_path) == ""
    settings.parent.mkdir()
    settings.write_text("base: https://example.org/\n", encoding="utf-8")
    assert site.site_store(tmp_path) == ""
    settings.write_text("store: oxigraph+http://localhost:7878\n", encoding="utf-8")
    assert site.site_store(tmp_path) == "oxigraph+http://localhost:7878"
    settings.write_text("store: [a\n", encoding="utf-8")
    with pytest.raises(InputError):
        site.site_store(tmp_path)


@pytest.mark.parametrize("query", questions.shipped().values(), ids=questions.shipped().keys())
def test_tokens_joined_are_the_query_again(query: str) -> None:
    """Nothing of a query is lost or changed when it is read."""
    assert "".join(each.text for each in tokens.read(query)) == query


PIECES = [
    "SELECT",
    " ",
    "?x",
    "{",
    "}",
    "(",
    ")",
    "<a>",
    "<",
    "/",
    "*",
    "true.",
    "'}'",
    "# {\n",
    "FILTER",
    "p:q",
    "1",
    "a",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_reading_tokens_never_fails(pieces: list[str]) -> None:
    """Whatever stands in a text, its tokens joined are the text."""
    text = "".join(pieces)

    assert "".join(each.text for each in tokens.read(text)) == text


def test_a_query_that_names_no_graph_is_asked_of_every_published_one() -> None:
    """The dataset is always named, so that graphs of others and of the engine are out of it."""
    query = rewritten("SELECT * { ?s ?p ?o }")

    assert query.default == query.named == tuple(STORED.values())


def test_from_is_taken_out_of_the_text_and_named_in_the_request() -> None:
    """FROM gives the default graph, FROM NAMED the graphs with a name; the text has neither any more."""
    query = rewritten(f"PREFIX e: <https://example.org/> SELECT ?s FROM <{A}> FROM NAMED e:b {{ ?s ?p ?o }}")

    assert (query.default, query.named) == ((STORED[A],), (STORED[B],))
    assert "FROM" not in query.select(query.head)


def test_the_dataset_of_the_request_goes_above_that_of_the_query() -> None:
    """As the protocol says; what it does not name is not there."""
    query = rewritten(f"SELECT ?s FROM <{A}> {{ ?s ?p ?o }}", default_graphs=(B,))

    assert (query.default, query.named) == ((STORED[B],), ())


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?s {{ GRAPH <{A}> {{ ?s ?p ?o }} }}",
        "PREFIX e: <https://example.org/> SELECT ?s { graph e:a { ?s ?p ?o } }",
        "PREFIX : <https://example.org/a> SELECT ?s { GRAPH : { ?s ?p ?o } }",
        "BASE <https://example.org/x> SELECT ?s { GRAPH <a> { ?s ?p ?o } }",
        "SELECT ?s { GRAPH <https://example.org/\\u0061> { ?s ?p ?o } }",
    ],
)
def test_a_graph_is_named_by_what_the_store_calls_it(query: str) -> None:
    """However the name after GRAPH is written, the stored name takes its place."""
    assert f"<{STORED[A]}> {{" in rewritten(query).select("?s")


@pytest.mark.parametrize(
    "graph", ["https://example.org/none", "http://www.openlinksw.com/schemas/virtrdf#", B]
)
def test_a_graph_outside_of_the_dataset_is_nowhere(graph: str) -> None:
    """A graph that is not in the dataset, be it one that the engine has, is exchanged for one that is not there."""
    query = rewritten(f"SELECT ?s FROM NAMED <{A}> {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")

    assert "<urn:osallisuus:none> {" in query.select("?s")
    assert graph not in query.select("?s")


def test_a_variable_for_a_graph_has_the_published_name() -> None:
    """`GRAPH ?g` binds the published name; the stored one is in a variable that the query does not have."""
    query = rewritten("SELECT ?g ?stored1 { GRAPH ?g { ?g ?p ?stored1 } }").select("?g ?stored1")
    values = f"VALUES (?g ?stored_1) {{ (<{A}> <{STORED[A]}>) (<{B}> <{STORED[B]}>) }}"

    assert f"{{ {values} GRAPH ?stored_1 {{ ?g ?p ?stored1 }} }}" in " ".join(query.split())


def test_words_in_texts_and_comments_are_left_alone() -> None:
    """GRAPH and FROM in a text, a comment, an address or a name are no keywords."""
    query = 'SELECT ?s { ?s <urn:xGRAPH> "GRAPH <x> FROM <y>" , ?GRAPH } # GRAPH <z>'

    named = rewritten("PREFIX FROM: <urn:x> " + query.replace("<urn:xGRAPH>", "FROM:GRAPH"))
    assert rewritten(query).select("?s ").split() == named.select("?s ").split() == query.split()


def test_what_is_sent_has_whole_addresses_only() -> None:
    """BASE and PREFIX are taken out, also where a path or a graph is put otherwise."""
    query = (
        "BASE <https://example.org/> PREFIX : <#> PREFIX e: <x/> "
        "DESCRIBE ?s e:a\\-b <y> FROM <a> { ?s :p*/e:q? ?o , 'e:a' . GRAPH <a> { ?s <z> 'a'^^e:t } }"
    )
    sent = rewritten(query)

    assert sent.described == ("https://example.org/x/a-b", "https://example.org/y")
    assert " ".join(sent.select("?s").split()) == (
        "SELECT ?s { ?s <https://example.org/#p>*/<https://example.org/x/q>? ?o , 'e:a' . GRAPH <urn:osallisuus:none> "
        "{ ?s <https://example.org/z> 'a'^^<https://example.org/x/t> } }"
    )
    steps = rewritten("BASE <https://example.org/> SELECT * { ?s <p>* ?o }", VIRTUOSO)
    assert "((<https://example.org/p>|" in steps.select("*")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "PREFIX e: <https://example.org/> SELECT * { GRAPHe:a { ?s ?p ?o } }",
            "prefix GRAPHe: is not declared",
        ),
        ("PREFIX e: <https://example.org/> SELECT * FROMe:a { ?s ?p ?o }", "prefix FROMe: is not declared"),
        ("PREFIX e: <https://example.org/> SELECT * { ?s ae:C }", "prefix ae: is not declared"),
        ("PREFIXe: <https://example.org/> SELECT * { ?s e:p ?o }", "is not declared"),
        (f"SELECT * FROMNAMED <{A}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", "“FROMNAMED” is no word"),
        (f"SELECT * {{ ?s ?p trueGRAPH <{A}> {{ ?s ?p ?o }} }}", "“trueGRAPH” is no word"),
        (f"SELECT * {{ SERVICE <{A}> {{ ?s ?p ?o }} }}", "“SERVICE” is no word"),
        ("SELECT * { ?s ?p ?o } ORDERBY ?s", "“ORDERBY” is no word"),
    ],
)
def test_words_that_are_joined_are_not_sent(query: str, said: str) -> None:
    """Engines differ in whether they take them apart, and names of graphs in them would not be exchanged."""
    Store().query(query)  # the embedded engine does
    with pytest.raises(RefusedQueryError, match=said):
        rewritten(query)


def test_every_word_of_the_engine_may_be_sent() -> None:
    """A query with every function, aggregate and clause that the embedded engine reads is rewritten."""
    one = "STR LANG LANGDIR DATATYPE IRI URI BNODE ABS CEIL FLOOR ROUND STRLEN UCASE LCASE ENCODE_FOR_URI YEAR MONTH DAY"
    one += " HOURS MINUTES SECONDS TIMEZONE TZ MD5 SHA1 SHA256 SHA384 SHA512 ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC"
    one += " ISTRIPLE SUBJECT PREDICATE OBJECT HASLANG HASLANGDIR CONCAT COALESCE"
    two = (
        "LANGMATCHES CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRLANG STRDT SAMETERM REGEX SUBSTR ADJUST"
    )
    three = "IF REPLACE TRIPLE STRLANGDIR"
    calls = [f"{each}()" for each in ("RAND", "NOW", "UUID", "STRUUID")]
    calls += [f"{each}(?x)" for each in one.split()] + [f"{each}(?x, ?x)" for each in two.split()]
    calls += [f"{each}(?x, ?x, ?x)" for each in three.split()] + ["BOUND(?x)", "?x NOT IN (true, false)"]
    calls += ["EXISTS { GRAPH ?g { ?x a ?y } }"]
    sums = [f"{each}(DISTINCT ?x)" for each in ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE")]
    sums += ["GROUP_CONCAT(?x; SEPARATOR=',')"]
    query = (
        f"SELECT REDUCED {' '.join(f'({each} AS ?a{i})' for i, each in enumerate(sums))} FROM <{A}> FROM NAMED <{B}> WHERE {{"
        f" {' '.join(f'BIND({each} AS ?b{i})' for i, each in enumerate(calls))} OPTIONAL {{}} MINUS {{}} LATERAL {{}}"
        " {} UNION {} FILTER(?x) VALUES ?x { UNDEF } } GROUP BY ?g HAVING(?g) ORDER BY ASC(?g) DESC(?g) LIMIT 1 OFFSET 1"
    )
    Store().query(query)

    sent = rewritten(query)
    used = {each.upper for part in (sent.select(sent.head), query) for each in tokens.read(part)}
    assert tokens.WORDS - used == {"ASK", "BASE", "CONSTRUCT", "DESCRIBE", "PREFIX", "VERSION"}


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    """Return the rows of a query, sorted."""
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    names = [each.value for each in found.variables]
    return sorted(tuple(str(row[each]) for each in names) for row in found)


NUMBERS = st.recursive(
    st.integers(1, 9).map(str) | st.sampled_from(["?x", "2.5", "3e0"]),
    lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "/", " < ", " = "]), inner).map(
        lambda each: f"({''.join(each)})"
    ),
    max_leaves=6,
)


@given(NUMBERS)
def test_exact_division_changes_no_value(expression: str) -> None:
    """What is put for an engine that cuts quotients and counts truth means the same as what was written."""
    query = (
        f"SELECT ?x (STR({expression}) AS ?y) {{ VALUES ?x {{ 4 7 }} BIND({expression} AS ?z) }} ORDER BY ?x"
    )
    read = tokens.read(query)
    numbers.rewrite(read)
    changed = "".join(each.text for each in read)

    assert rows(Store(), changed) == rows(Store(), query)
    assert changed.count("/") - changed.count("XMLSchema") * 4 == query.count("/")


@pytest.mark.parametrize(
    ("expression", "truth"),
    [("BOUND(?s)", True), ("?s = 1", True), ("!?s", True), ("?s IN (1)", True), ("true", True), ("NOT EXISTS {}", True),
     ("?s", False), ("IF(?s = 1, 2, 3)", False), ("STR(?s)", False), ("COUNT(?s)", False), ("1 + 2", False)],
)  # fmt: skip
def test_a_truth_value_that_becomes_a_column_is_made_one(expression: str, truth: bool) -> None:
    """Comparisons and tests are; other expressions are left alone."""
    query = rewritten(f"SELECT ({expression} AS ?x) {{ ?s ?p ?o }}", VIRTUOSO)

    assert ("STRDT" in query.head) == truth
    assert "STRDT" not in rewritten(f"SELECT ({expression} AS ?x) {{ ?s ?p ?o }}").head


EDGES = st.lists(
    st.tuples(*[st.integers(0, 4)] * 2, st.sampled_from("pq")), min_size=1, max_size=12, unique=True
)
PATHS = [
    "<p>*",
    "<p>?",
    "^<p>*",
    "(<p>|<q>)*",
    "<q>/<p>*",
    "<p>*/<q>",
    "^(<p>/<q>)*",
    "(<p>?/<q>)*",
    "<p>*/<q>?",
    "a?",
]


@given(
    EDGES,
    st.sampled_from(PATHS),
    st.sampled_from(["?a", "<urn:n0>"]),
    st.sampled_from(["?b", "<urn:n1>", "<urn:n0>"]),
)
def test_paths_of_real_steps_find_what_paths_of_zero_length_find(
    edges: list[tuple[int, int, str]], path: str, start: str, end: str
) -> None:
    """Over any graph the rewritten path connects the same nodes, and a variable for a predicate finds no step."""
    triples = [
        Triple(NamedNode(f"urn:n{a}"), NamedNode(f"urn:{p}"), NamedNode(f"urn:n{b}")) for a, b, p in edges
    ]
    nodes = {
        each for triple in triples for each in (triple.subject, triple.object) if isinstance(each, NamedNode)
    }
    written = path.replace("<p>", "<urn:p>").replace("<q>", "<urn:q>")
    query = f"SELECT DISTINCT * {{ ?n ?x ?y . {start} {written} {end} }}"
    read = tokens.read(query)
    known = {f"<{each.value}>" for each in nodes}

    assert paths.rewrite(read, 0)
    if {start, end} & {"<urn:n0>", "<urn:n1>"} <= known:  # a node that is nowhere has no steps
        plain = _store(triples)
        with_steps = _store([*triples, *paths.steps(nodes)])
        assert rows(with_steps, "".join(each.text for each in read)) == rows(plain, query)


def _store(triples: Iterable[Triple]) -> Store:
    store = Store()
    for each in triples:
        store.add(Quad(each.subject, each.predicate, each.object, NamedNode("urn:g")))
    return store


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT (2 * ?x AS ?y) { VALUES ?x { 1 } }",
        "SELECT DISTINCT * { ?s <p>+ ?o }",
        "SELECT (COUNT(DISTINCT *) AS ?n) { ?s ?p ?o } HAVING (COUNT(*) * 2 > 1)",
    ],
)
def test_a_star_that_is_no_path_is_left_alone(query: str) -> None:
    """“*” for all columns, in COUNT and between numbers is no path."""
    assert not rewritten(query, VIRTUOSO).steps


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?s {{ GRAPH <{A}> {{ ?s <p>* ?o }} }}",
        "SELECT ?s { GRAPH ?g { ?s <p>? ?o } }",
        "SELECT ?s { ?s !<p> ?x . ?x <p>* ?o }",
        "SELECT (ENCODE_FOR_URI(?s) AS ?x) { ?s ?p ?o }",
    ],
)
def test_what_an_engine_would_answer_wrongly_is_refused(query: str) -> None:
    """Where no other way to put a query is known there is an error, and another engine is still asked."""
    with pytest.raises(RefusedQueryError, match="store behind this endpoint"):
        rewritten(query, VIRTUOSO)
    assert rewritten(query).form == "SELECT"


@pytest.mark.parametrize(
    "query",
    [
        'SELECT (<bif:concat>("a", "b") AS ?x) {}',
        'PREFIX x: <BIF:con> SELECT (x:cat("a", "b") AS ?x) {}',
        'SELECT (<\\u0062if:concat>("a", "b") AS ?x) {}',
        "BASE <sql:> SELECT ?s { ?s <sql:x> ?o }",
    ],
)
def test_functions_inside_of_the_engine_are_not_reached(query: str) -> None:
    """However the address of such a function is written, the query is refused; elsewhere it is an address like any."""
    with pytest.raises(RefusedQueryError, match="inside of the store"):
        rewritten(query, VIRTUOSO)
    assert rewritten(query).form == "SELECT"


def test_a_page_has_a_whole_order() -> None:
    """The rows of a page are sorted by what the query says and then by every column, inside of LIMIT and OFFSET."""
    query = rewritten("SELECT ?s ?o { ?s ?p ?o } ORDER BY DESC(?o) LIMIT 9 # all")

    assert " ".join(query.page(["s", "o"], 5, 10).split()) == (
        "SELECT ?s ?o WHERE { { SELECT ?s ?o { ?s ?p ?o } ORDER BY DESC(?o) ?s ?o LIMIT 9 # all } } LIMIT 5 OFFSET 10"
    )
    pyoxigraph.Store().query(query.page(["s", "o"], 5, 10))
    pyoxigraph.Store().query(query.count())


def test_the_name_of_a_graph_is_made_of_its_content() -> None:
    """The order in which triples come does not matter; a literal counts in the form in which it is answered."""
    number = pyoxigraph.Literal("07", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    some = NamedNode("urn:some")
    triples = [Triple(some, some, number), Triple(some, some, some)]

    assert releases.serialise(triples) == releases.serialise(reversed(triples))
    assert b'"7"^^' in releases.serialise(triples)
    assert releases.content_name(b"") != releases.content_name(releases.serialise(triples))
