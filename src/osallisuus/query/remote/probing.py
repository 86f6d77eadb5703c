"""Looks at a remote store: what it can do, where it differs from the standard, and whether it can serve a site.

Nothing of what is there is touched. Graphs of its own, named at random, are written and taken away again; that is tried
only where there is a password or the engine knows none.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph
from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryResultsFormat, Triple

from osallisuus.errors import QueryError
from osallisuus.formats import GRAPH_FORMATS, RESULTS_JSON
from osallisuus.query.remote import releases
from osallisuus.query.remote.client import FORM, Client
from osallisuus.query.remote.profiles import PROFILES, StoreError

OK, NOTE, WARNING, FAULT = "ok", "note", "warning", "FAULT"
_SIZE = 101
_NEXT, _OTHER = "urn:osallisuus:next", "urn:osallisuus:other"


@dataclass(frozen=True)
class Point:
    """What was found about one point.

    Attributes:
        name: the point.
        verdict: `ok`, `note` where it is of no matter here, `warning`, or `FAULT` where the store cannot serve.
        text: what was found.
    """

    name: str
    verdict: str
    text: str


def probe(client: Client) -> Iterator[Point]:
    """Look at a store point by point; without an answer to the first one there are no others."""
    first = _guarded("query by form POST", lambda: _answers(client))
    yield first
    if first.verdict == FAULT:
        return
    probing = _Probing(client)
    try:
        written = _guarded("graphs are written", probing.write)
        yield written
        for name, look in probing.always.items():
            yield _guarded(name, look)
        for name, look in probing.with_graphs.items():
            yield (
                _guarded(name, look)
                if written.verdict == OK
                else Point(name, NOTE, "not probed: it needs to write")
            )
    finally:
        probing.clean()


def _guarded(name: str, look: Callable[[], tuple[str, str]]) -> Point:
    try:
        return Point(name, *look())
    except (QueryError, StoreError) as error:
        return Point(name, FAULT, str(error))


def _answers(client: Client) -> tuple[str, str]:
    body = client.select("ASK {}", default=None, named=None)
    try:
        found = pyoxigraph.parse_query_results(body, format=QueryResultsFormat.JSON)
    except (SyntaxError, ValueError):
        return FAULT, "no SPARQL JSON came; the address of the query endpoint may be wrong"
    return (
        (OK, "answered in SPARQL JSON")
        if isinstance(found, QueryBoolean)
        else (FAULT, "ASK had no truth value")
    )


class _Probing:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.profile = client.endpoint.profile
        scratch = f"urn:osallisuus:check:{secrets.token_hex(8)}"
        self.a, self.b, self.c = f"{scratch}:a", f"{scratch}:b", f"{scratch}:c"
        self.thing = f"{scratch}:thing"
        self._touched: list[str] = []
        self.always = {
            "engine": self.engine,
            "anonymous update": self.anonymous,
            "direct POST of a query": self.direct,
            "types of CONSTRUCT": self.construct,
            "division of integers": self.division,
            "truth values": self.truth,
            "CORS": self.cors,
        }
        self.with_graphs = {
            "dataset of the request": self.dataset,
            "names of graphs": self.names,
            "default graph": self.default,
            "same triple in two graphs": self.twice,
            "row cap": self.cap,
            "path of zero length": self.zero,
            "path with both ends free": self.free,
            "text": self.text,
        }

    def write(self) -> tuple[str, str]:
        """Write two graphs that share a triple."""
        if self.profile.authentication != "none" and not self.client.authenticates:
            return NOTE, "not probed: there is no password, so the store can be read only"
        triples = [
            Triple(NamedNode(f"{self.thing}{i}"), NamedNode(_NEXT), NamedNode(f"{self.thing}{i + 1}"))
            for i in range(_SIZE)
        ]
        label = Triple(NamedNode(f"{self.thing}0"), NamedNode(_OTHER), Literal("kuuluminen"))
        for graph, content in ((self.a, [*triples, label]), (self.b, [label])):
            self._touched.append(graph)
            self.client.put(graph, releases.serialise(content))
        held = releases.count(self.client, self.a), releases.count(self.client, self.b)
        if held != (_SIZE + 1, 1):
            return FAULT, f"of {_SIZE + 1} and 1 triples the store holds {held[0]} and {held[1]}"
        return OK, "PUT of N-Triples, by the graph store protocol"

    def clean(self) -> None:
        """Take the graphs away again."""
        for graph in self._touched:
            with suppress(StoreError):
                self.client.delete(graph)

    def engine(self) -> tuple[str, str]:
        """Look whether the store names an engine that has a profile of its own."""
        address = f"{self.client.endpoint.query}?{urlencode({'query': 'ASK {}'})}"
        response = self.client.send("GET", address, authenticate=not self.profile.reads_openly)
        named = response.headers.get("Server", "")
        shown = next((each for each in PROFILES if each in named.lower() and each != "sparql"), "")
        if shown and shown != self.profile.engine:
            return FAULT, f"it is {named.strip()}; begin the setting with {shown}+http"
        return OK, f"set as {self.profile.engine}{', names itself ' + named.strip() if named else ''}"

    def anonymous(self) -> tuple[str, str]:
        """Try an update without a password."""
        update = f"INSERT DATA {{ GRAPH <{self.c}> {{ <{self.c}> <{_NEXT}> <{self.c}> }} }}"
        for address in dict.fromkeys((self.client.endpoint.update, self.client.endpoint.query)):
            body = urlencode(
                {"update": update, "query": update} if address.endswith("sparql") else {"update": update}
            )
            self.client.send("POST", address, body.encode(), {"Content-Type": FORM}, authenticate=False)
        if not releases.count(self.client, self.c):
            return OK, "refused"
        self._touched.append(self.c)
        return (
            WARNING,
            "allowed: whoever reaches the store can change it, so let nobody but this server reach it",
        )

    def direct(self) -> tuple[str, str]:
        """Send a query as the body."""
        headers = {"Content-Type": "application/sparql-query", "Accept": RESULTS_JSON.media_type}
        try:
            response = self.client.send("POST", self.client.endpoint.query, b"ASK {}", headers, seconds=3)
        except StoreError:
            return NOTE, "no answer within 3 s; it is not used"
        return NOTE, "answered" if response.status == 200 else f"status {response.status}; it is not used"

    def construct(self) -> tuple[str, str]:
        """Ask for a graph in every format."""
        query = "CONSTRUCT { <urn:a> <urn:b> <urn:c> } WHERE {}"
        found = []
        for form in GRAPH_FORMATS:
            response = self.client.send(
                "POST", self.client.endpoint.query, urlencode({"query": query}).encode(),
                {"Content-Type": FORM, "Accept": form.media_type}, authenticate=not self.profile.reads_openly,
            )  # fmt: skip
            given = response.headers.get("Content-Type", "").partition(";")[0]
            found += [form.name] if response.status == 200 and given == form.media_type else []
        return NOTE, f"{', '.join(found) or 'none'}; only rows are asked for, graphs are made here"

    def division(self) -> tuple[str, str]:
        """Divide integers."""
        found = self._value("SELECT (7/2 AS ?x) WHERE {}", [])
        return self._expected("3.5", found, self.profile.counts_truth)

    def truth(self) -> tuple[str, str]:
        """Ask for a truth value as a column."""
        body = self.client.select("SELECT ((1 = 1) AS ?x) WHERE {}", default=None, named=None)
        return self._expected(
            "boolean", "boolean" if b"#boolean" in body else "integer", self.profile.counts_truth
        )

    def cors(self) -> tuple[str, str]:
        """Ask as a page of another site would."""
        address = f"{self.client.endpoint.query}?{urlencode({'query': 'ASK {}'})}"
        allowed = self.client.send("GET", address, headers={"Origin": "https://example.org"}).headers.get(
            "Access-Control-Allow-Origin"
        )
        return (
            NOTE,
            f"{f'allowed for {allowed}' if allowed else 'not allowed'}; pages ask this server, not the store",
        )

    def dataset(self) -> tuple[str, str]:
        """Name the default graph in the request."""
        found = self._count("?s ?p ?o", [self.a])
        return (
            (OK, "followed")
            if found == _SIZE + 1
            else (FAULT, f"{found} triples came from a graph of {_SIZE + 1}")
        )

    def names(self) -> tuple[str, str]:
        """Bind graphs by VALUES."""
        values = f"VALUES (?g ?stored) {{ (<urn:x:a> <{self.a}>) (<urn:x:b> <{self.b}>) }}"
        found = self._count(f"{{ {values} GRAPH ?stored {{ ?s ?p ?o }} }}", [], [self.a, self.b])
        return (
            (OK, "GRAPH with a bound variable")
            if found == _SIZE + 2
            else (FAULT, f"{found} triples, not {_SIZE + 2}")
        )

    def default(self) -> tuple[str, str]:
        """Ask without a dataset."""
        query = f"SELECT (COUNT(*) AS ?x) WHERE {{ <{self.thing}0> ?p ?o }}"
        union = self._value(query, None) != "0"
        return NOTE, f"{'all graphs' if union else 'a graph of its own'} unless named; each query names it"

    def twice(self) -> tuple[str, str]:
        """Count a triple that two graphs have."""
        found = self._count(f"<{self.thing}0> <{_OTHER}> ?o", [self.a, self.b])
        return (
            NOTE,
            f"counted {'once' if found == 1 else 'twice'}; a published triple stands in one graph only",
        )

    def cap(self) -> tuple[str, str]:
        """Ask for more rows than engines cut at."""
        query = f"SELECT ?a ?b WHERE {{ ?a <{_NEXT}> ?x . ?b <{_NEXT}> ?y }}"
        body = self.client.select(query, [self.a], [])
        found = pyoxigraph.parse_query_results(body, format=QueryResultsFormat.JSON)
        rows = 0 if isinstance(found, QueryBoolean) else sum(1 for _ in found)
        if rows == _SIZE**2:
            return OK, f"{rows} rows came whole"
        if self.profile.cap is not None and self.profile.cap <= rows:
            return OK, f"cut at {rows} rows; longer answers are fetched in pages and counted"
        return FAULT, f"cut at {rows} of {_SIZE**2} rows without a sign; add cap={rows} to the setting"

    def zero(self) -> tuple[str, str]:
        """Go no step between two bound ends."""
        pattern = f"?a <{_OTHER}> ?l . ?b <{_OTHER}> ?l . ?a <{_NEXT}>* ?b"
        found = self._count(pattern, [self.a, f"{self.a}:none"])
        return self._expected("1", str(found), self.profile.loses_zero_length)

    def free(self) -> tuple[str, str]:
        """Leave both ends of a path free."""
        try:
            found = self._count(f"?a <{_NEXT}>+ ?b", [self.a])
        except QueryError:
            return NOTE, "refused; such a query gets an error, never a wrong answer"
        right = found == _SIZE * (_SIZE + 1) // 2
        return (OK, "answered") if right else (FAULT, f"{found} pairs, not {_SIZE * (_SIZE + 1) // 2}")

    def text(self) -> tuple[str, str]:
        """Try the search of texts that Virtuoso has."""
        try:
            self._count(f"?s <{_OTHER}> ?o . ?o bif:contains 'kuuluminen'", [self.a])
        except QueryError:
            return NOTE, "no bif:contains; no text index of an engine is used"
        return NOTE, "bif:contains is understood; no text index of an engine is used"

    def _expected(self, right: str, found: str, known: bool) -> tuple[str, str]:
        if found == right:
            return OK, "as the standard says"
        if known:
            return (
                OK,
                f"{found}, not {right}, as is known of {self.profile.engine}; queries are put so that it is right",
            )
        return FAULT, f"{found}, not {right}: the profile “{self.profile.engine}” does not know that"

    def _count(self, pattern: str, default: list[str], named: list[str] | None = None) -> int:
        return int(self._value(f"SELECT (COUNT(*) AS ?x) WHERE {{ {pattern} }}", default, named or []))

    def _value(self, query: str, default: list[str] | None, named: list[str] | None = None) -> str:
        body = self.client.select(query, default, named if default is not None else None)
        found = pyoxigraph.parse_query_results(body, format=QueryResultsFormat.JSON)
        first = None if isinstance(found, QueryBoolean) else next(iter(found), None)
        return "" if first is None or first["x"] is None else str(getattr(first["x"], "value", ""))
