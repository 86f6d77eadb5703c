"""The endpoint by itself, without a framework: what a request asks, what the workers are told, what it says of itself."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osallisuus import query as questions
from osallisuus.errors import QueryLimitError
from osallisuus.formats import CSV, GRAPH_FORMATS, RESULT_FORMATS, RESULTS_XML
from osallisuus.query import guard
from osallisuus.query.guard import MAX_LENGTH, MAX_NESTING
from osallisuus.query.limits import Limits
from osallisuus.query.store import Ask
from osallisuus.release import Publication
from osallisuus.web.messages import MAX_BODY, Answer, Request
from osallisuus.web.sparql import ALLOW, Endpoint, prefers_page

DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
KAUNIAINEN = "fi/235/practices"


@pytest.fixture(scope="module")
def endpoint(publication: Publication) -> Endpoint:
    """Return the endpoint over the repository's own data."""
    return Endpoint(publication, Limits())


def _plan(
    endpoint: Endpoint, method: str, query: str = "", body: bytes = b"", **headers: str
) -> Ask | Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return endpoint.plan(Request(method, "/sparql", query, named, body))


def test_plans(endpoint: Endpoint, publication: Publication) -> None:
    """Without any framework, a request becomes what the workers are asked: query, format and graphs."""
    graph = publication.site.base + KAUNIAINEN
    fields = urlencode({"query": "ASK {}", "default-graph-uri": graph, "named-graph-uri": graph})
    expected = Ask("ASK {}", "xml", (graph,), (graph,))
    accept = RESULTS_XML.media_type

    assert _plan(endpoint, "GET", fields, accept=accept) == expected
    assert _plan(endpoint, "HEAD", fields, accept=accept) == expected
    assert _plan(endpoint, "POST", "", fields.encode(), accept=accept, content_type=FORM) == expected
    graphs = fields.partition("&")[2]
    assert _plan(endpoint, "POST", graphs, b"ASK {}", accept=accept, content_type=DIRECT) == expected
    asked = f"DESCRIBE ?s FROM <{graph}> {{ ?s ?p ?o }}"
    assert _plan(endpoint, "GET", f"format=ttl&query={quote(asked)}") == Ask(asked, "turtle", dataset=True)


def test_a_form_may_be_sent_to_an_address_with_fields(endpoint: Endpoint, publication: Publication) -> None:
    """Fields in the address of a form count as well: a graph that a client names there is never passed over."""
    graph = publication.site.base + KAUNIAINEN
    found = _plan(
        endpoint, "POST", f"format=csv&default-graph-uri={quote(graph)}", b"query=ASK{}", content_type=FORM
    )

    assert found == Ask("ASK{}", "csv", (graph,))


@pytest.mark.parametrize(
    ("sent", "query"),
    [
        ("ASK{}%23+100%+%zz+%4+%C3%A4", "ASK{}# 100% %zz %4 ä"),
        ("ASK{}%23=%3D=3D", "ASK{}#===3D"),
        ("ASK{}%23ä".encode().decode("latin-1"), "ASK{}#ä"),
    ],
)
def test_addresses_as_they_come(endpoint: Endpoint, sent: str, query: str) -> None:
    """A percent sign that begins no escape stands for itself; bytes that are not encoded are UTF-8."""
    assert _plan(endpoint, "GET", f"query={sent}") == Ask(query, "json")


def test_bytes_of_an_address_that_are_no_utf_8_are_refused(endpoint: Endpoint) -> None:
    """Bytes of an address that are not UTF-8 are 400, encoded or not."""
    for sent in ("\xe4", "%E4", "%E4%zz"):
        found = _plan(endpoint, "GET", f"query=ASK{{}}%23{sent}")
        assert isinstance(found, Answer)
        assert found.status == 400


def test_finished_and_failed(endpoint: Endpoint) -> None:
    """An answer of the workers is passed on with its type; a failure with its status, as text."""
    done = endpoint.finish(Ask("ASK {}", "csv"), b"x")
    failed = endpoint.fail(QueryLimitError("Too much.", 503))

    assert (done.status, done.content_type, done.body) == (200, CSV.content_type, b"x")
    assert done.headers == {"Vary": "Accept"}
    assert (failed.status, failed.content_type, failed.body) == (
        503,
        "text/plain; charset=utf-8",
        b"Too much.\n",
    )
    assert int(failed.headers["Retry-After"]) > 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW", "GE"])
def test_other_methods_are_405(endpoint: Endpoint, method: str) -> None:
    """A method that the protocol does not know is 405, with those that there are."""
    found = _plan(endpoint, method, "query=ASK{}")

    assert isinstance(found, Answer)
    assert (found.status, found.headers["Allow"]) == (405, ALLOW)


@pytest.mark.parametrize(
    ("accept", "query", "page"),
    [
        (BROWSER, "", True),
        (BROWSER, "query=ASK{}", True),
        (BROWSER, "query=ASK{}&format=", True),
        (BROWSER, "query=ASK{}&format=csv", False),
        ("TEXT/HTML", "", True),
        ("text/html;q=0.5, text/csv;q=0.4", "", True),
        ("text/html;q=0.5, application/trig", "", False),
        ("text/html;q=0", "", False),
        ("*/*", "", False),
        ("", "", False),
        ("application/sparql-results+json", "query=ASK{}", False),
    ],
)
def test_who_gets_a_page(accept: str, query: str, page: bool) -> None:
    """A page is for clients that prefer HTML and name no format; for a form, the format may be in its body."""
    headers = {"accept": accept, "content-type": FORM}

    assert prefers_page(Request("GET", "/sparql", query, headers)) is page
    assert prefers_page(Request("POST", "/sparql", "", headers, query.encode())) is page


PAIRS = st.lists(
    st.tuples(st.text(st.sampled_from("ab=&%+ ä€𝄞\n\0"), max_size=6), st.text(max_size=12)), max_size=4
)
RAW = st.lists(st.sampled_from([*"abAF09=&+%", "%4", "%zz", "%3D", "%C3%A4", "%FF", "%0A", "%0D%0A", "%3d", "ä"]), max_size=20)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.one_of(PAIRS.map(urlencode), RAW.map("".join)))
def test_fields_are_decoded_as_the_standard_library_does(endpoint: Endpoint, text: str) -> None:
    """Fields of a form are those that `parse_qsl` finds, and what it finds broken is refused."""
    body = f"query=ASK{{}}&format=csv&{text}".encode()
    found = _plan(endpoint, "POST", "", body, content_type=FORM)

    with suppress(UnicodeDecodeError):
        expected = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
        names = [name for name, _ in expected]
        if not {"update", "default-graph-uri", "named-graph-uri"} & set(names) and names.count("query") == 1:
            assert found == Ask("ASK{}", "csv")
        body = f"query=ASK{{}}%23{text.replace('&', '')}".encode()
        found = _plan(endpoint, "POST", "", b"format=csv&" + body, content_type=FORM)
        query = dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))["query"]
        ends_the_comment = {"\n", "\r"} & set(query)
        assert ends_the_comment or found == Ask(query, "csv")
        return
    assert isinstance(found, Answer)
    assert found.status == 400


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=30), RAW.map("".join)))
def test_a_query_arrives_as_it_was_sent(endpoint: Endpoint, text: str) -> None:
    """Whatever stands in a query, it is the same after it was encoded, sent and decoded, in each of the three ways."""
    query = f"ASK {{}} # {text}".replace("\\", "")
    plans = [
        _plan(endpoint, "GET", urlencode({"query": query})),
        _plan(endpoint, "GET", f"query={quote(query)}"),
        _plan(endpoint, "POST", "", urlencode({"query": query}).encode(), content_type=FORM),
        _plan(endpoint, "POST", "", query.encode(), content_type=DIRECT),
    ]

    assert all(not isinstance(each, Ask) or each.query == query for each in plans)
    assert len({type(each) for each in plans}) == 1


def test_equal_queries_have_equal_keys(publication: Publication) -> None:
    """The key of a query does not depend on its layout, but on its meaning, its format and its graphs."""
    query = "SELECT * # all\n{ ?s ?p 'a' }"
    key = Ask(query, "csv").key

    assert Ask("SELECT * { ?s\t?p 'a' }", "csv").key == key
    others = [
        Ask("SELECT * { ?s ?p 'a ' }", "csv"),
        Ask(query, "json"),
        Ask(query, "csv", ("http://a/",)),
        Ask(query, "csv", (), ("http://a/",)),
        Ask(query, "csv", ("http://a/", "http://b/")),
        Ask(query, "csv", ("http://a/",), ("http://b/",)),
    ]
    assert len({key, *(each.key for each in others)}) == len(others) + 1


@pytest.mark.parametrize("name", sorted(questions.shipped()))
def test_a_normal_form_has_the_same_answer(evaluate: Callable[..., bytes], name: str) -> None:
    """Each documented question is answered alike in its normal form, which is shorter."""
    text = questions.shipped()[name]
    normal = guard.normalise(text)

    assert len(normal) < len(text)
    assert evaluate(Ask(normal, "csv")) == evaluate(Ask(text, "csv"))


def test_the_description_says_the_limits_that_hold(publication: Publication) -> None:
    """The service description has every limit as it is set, not as it is by default."""
    limits = Limits(seconds=7.5, memory=77 << 20, answer=55 << 20, light_seconds=0.75, light=9, heavy=13, waiting=21, wait=4.25)  # fmt: skip
    description = Endpoint(publication, limits).plan(Request("GET", "/sparql"))

    assert isinstance(description, Answer)
    text = description.body.decode()
    for value in (
        "7.5 s",
        "77 MiB",
        "55 MiB",
        "0.75 s",
        "9 queries",
        "13 of these",
        "most 12 of",
        "21 of one",
        "4.25 s",
    ):
        assert value in text
    assert str(MAX_LENGTH) in text
    assert f"{MAX_NESTING} brackets" in text


def test_the_documentation_has_every_limit(repository: Path) -> None:
    """`docs/sparql.md` has each limit with its default."""
    text = (repository / "docs" / "sparql.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `?([a-z_]+)`? \| ([^|]+?) \| [^|]* \| [^|]* \|$", text, re.MULTILINE))
    defaults = Limits()
    expected = {each.name: f"{getattr(defaults, each.name):g}" for each in fields(Limits)}
    expected |= {name: f"{getattr(defaults, name) / (1 << 20):g} MiB" for name in ("memory", "answer")}
    expected |= {name: f"{expected[name]} s" for name in ("seconds", "light_seconds", "wait")}
    expected |= {"light": "one a processor, at least 2", "length": f"{MAX_LENGTH} characters"}
    expected |= {"nesting": str(MAX_NESTING), "body": f"{MAX_BODY >> 20} MiB"}

    assert documented == expected | {"limit": "value"}


def test_the_documentation_has_every_format(repository: Path) -> None:
    """`docs/sparql.md` names the formats of each kind of query."""
    text = (repository / "docs" / "sparql.md").read_text(encoding="utf-8")

    for formats in (RESULT_FORMATS, GRAPH_FORMATS):
        assert ", ".join(f"`{each.name}`" for each in formats) in text
