"""The guard against what the engine reads, which ends no word by force and reads on behind a part of what is no whole.

The queries run words, names and signs together. They are put to the engine without a worker, so that it could call.
"""
# ruff: noqa: S608 - these are queries of SPARQL

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, QueryResultsFormat, QuerySolutions, Store

from osallisuus.errors import QueryError, RefusedQueryError
from osallisuus.query import guard, store
from osallisuus.query.remote import answering, profiles
from osallisuus.query.store import Ask

KNOWN = "https://data.example/g"
URL = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Listen on a loopback port: its address, and a list with each request, which is answered by 404."""
    calls: list[bytes] = []

    def answer(listening: socket.socket) -> None:
        """Note and answer each request."""
        with suppress(OSError):
            while True:
                with listening.accept()[0] as connection:
                    calls.append(connection.recv(1 << 16))
                    connection.sendall(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, args=(listening,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/", calls
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _evaluate(query: str) -> None:
    """Have the engine evaluate a query over two triples, in this process."""
    held = Store()
    for each in (Literal(True), NamedNode("http://a/b.c")):
        held.add(Quad(NamedNode("http://a/s"), NamedNode("http://a/p"), each))
    with suppress(OSError, RuntimeError):
        found = held.query(query)
        if not isinstance(found, QueryBoolean):
            list(found)


PROLOGUE = (
    f"PREFIX ex: <{URL}> PREFIX : <{URL}> PREFIX h: <http://h/#> PREFIX port: <http://h:> PREFIX SERVICEex: <http://h/> "
    "PREFIX FILTERex: <http://h/> PREFIX FROMex: <http://h/> PREFIX NAMEDg: <http://h/> PREFIX g: <https://data.example/> "
)
CALLS = {
    "SILENT": f"SELECT * {{ SERVICESILENT <{URL}> {{ ?a ?b ?c }} }}",
    "a name": "SELECT * { SERVICEex:foo { ?a ?b ?c } }",
    "a name in lower case": "SELECT * { serviceex:foo # {\n { ?a ?b ?c } }",
    "SILENT and a name": "SELECT * { SERVICESILENTex:foo { ?a ?b ?c } }",
    "the empty prefix": "SELECT * { SERVICE:foo { ?a ?b ?c } }",
    "true": f"SELECT * {{ ?s ?p trueSERVICE <{URL}> {{ ?a ?b ?c }} }}",
    "true and a name": "SELECT * { ?s ?p trueSERVICEex:foo { ?a ?b ?c } }",
    "true and a full stop": "SELECT * { ?s ?p true.SERVICEex:foo { ?a ?b ?c } }",
    "a condition": f"SELECT * {{ FILTER(true)SERVICESILENT <{URL}> {{ ?a ?b ?c }} }}",
    "UNION": f"SELECT * {{ {{ }} UNION {{ SERVICESILENT <{URL}> {{ ?a ?b ?c }} }} }}",
    "LATERAL": f"SELECT * {{ LATERAL {{ SERVICESILENT <{URL}> {{ ?a ?b ?c }} }} }}",
    "EXISTS": "ASK { FILTER EXISTS { SERVICEex:foo { ?a ?b ?c } } }",
    "a number": f"SELECT * {{ VALUES ?x {{ 1 }} FILTER(?x=1)SERVICE<{URL}>{{ ?a ?b ?c }} }}",
    "the second full stop in a name": (
        f"PREFIX a: <http://a/> SELECT * {{ ?s ?p a:b.c.SERVICE <{URL}> {{ ?a ?b ?c }} }}"
    ),
    "a prefix that is joined too": f"PREFIXzz: <{URL}> SELECT * {{ SERVICEzz:a {{ ?a ?b ?c }} }}",
    "a wrong escape": f"SELECT * {{ VALUES ?x {{'''a'}} SERVICE <{URL}> {{ ?a ?b ?c }} #\\q'''}}\n}}",
    "half a letter": f'SELECT * {{ VALUES ?x {{"""a"}} SERVICE <{URL}> {{ ?a ?b ?c }} #\\uD800"""}}\n}}',
    "a list with a number sign": f"SELECT * {{ OPTIONAL {{?s a (1 <http://x#>) }} SERVICE <{URL}> {{ ?a ?b ?c }}\n }}",
    "another list": f"SELECT * {{ OPTIONAL {{?s ?p 1, (1 <x:y#>)}} SERVICE <{URL}> {{ ?a ?b ?c }}\n }}",
    "a triple in an expression": "SELECT * { FILTER(<<( <x:a> <x:b> 1 )>><2)SERVICE#>\n:x { ?a ?b ?c } }",
    "a triple without blanks": "SELECT * { FILTER(<<(?a?b?c)>><2)SERVICE#>\n:x { ?a ?b ?c } }",
    "a parenthesis in an address": "SELECT * { FILTER(2<STR(?x>1)||3<4)SERVICE#>\n:x { ?a ?b ?c } }",
}
"""What SERVICE is joined to, or hidden behind → a query by which the engine calls."""
GRAPHS_OF_OTHERS = {
    "a name": "SELECT (COUNT(*) AS ?n) FROMex:a { ?s ?p ?o }",
    "the empty prefix": "SELECT * FROM:a { ?s ?p ?o }",
    "NAMED": "SELECT * FROMNAMED <http://nowhere/> { ?s ?p ?o }",
    "NAMED and a name": "SELECT * FROMNAMEDex:a { ?s ?p ?o }",
    "a name that NAMED begins": "SELECT * FROM NAMEDg:g { ?s ?p ?o }",
    "ASK": "ASKFROM <http://nowhere/> { ?s ?p ?o }",
    "a bracket": "SELECT (1 AS ?x)fromex:a { ?s ?p ?o }",
    "a name that is described": "PREFIX nowhere: <http://nowhere/> DESCRIBE ex:b FROMnowhere:a",
    "half a name": "DESCRIBE port:FROM <http://nowhere/>",
    "the template": "CONSTRUCT { ?s ?p ?o }FROMex:a { ?s ?p ?o }",
    "the short form": "CONSTRUCT FROMex:a WHERE { ?s ?p ?o }",
    "a prefix that is declared again": f"PREFIXg: <{URL}> SELECT * FROM g:g {{ ?s ?p ?o }}",
    "a sign that is part of the name": "SELECT * FROM g:g\u0301 { ?s ?p ?o }",
}
"""What FROM is joined to, or hidden in → a query that is for a graph which is not there."""
HARMLESS = {
    "variables": "SELECT ?xSERVICE { ?service ?from $SERVICEex . ?1FROM ?p 1 }",
    "a prefix": "PREFIX myservice: <http://a/> SELECT * { ?s myservice:a myservice:b . myservice:c ?p ?o }",
    "a prefix before a pattern": "PREFIX service: <http://a/> SELECT * { GRAPH service:a { ?s ?p ?o } }",
    "a prefix in DESCRIBE": "PREFIX service: <http://a/> DESCRIBE service:a { ?s ?p ?o }",
    "a prefix with from": "PREFIX from: <http://a/> SELECT * { ?s from:a ?o ; from:b [ from:c 1 ] }",
    "local names": "SELECT * { ?s h:accessService h:SERVICE ; ex:wasDerivedFrom ex:service.x , ex:a-from }",
    "texts, tags and nodes": "SELECT * { ?s ?p 'SERVICE' , \"from\"@en-service , _:service , '''FROM''' }",
    "addresses": "SELECT * { <http://a/service> ?p <http://a/#FROM> . ?s ?p ( 1 <http://a/#SERVICE> <x:from> ) }".replace(
        "<x:from> ", ""
    ),
    "comparisons": "SELECT * { FILTER(?service<?from&&?x>2) FILTER(?a < <x:b#c>) FILTER((?a<2)&&(?b>3)) }",
    "graphs": "SELECT * FROM g:g FROM NAMED g:g { ?s ?p ?o }",
    "no blanks": f"SELECT*FROM<{KNOWN}>FROM NAMED<{KNOWN}>WHERE{{?s?p?o}}",
    "escapes": 'SELECT * { ?s ?p \'it\\\'s \\\\ \\"\\t\\u00e4\\U0001F600\' , """a\\n""" }',
    "signs of any script": "SELECT * { ?a\u0301 ex:na\u0308ky 'ä' . ?x\u203fy ex:\u4e16 1 }",
}


def _named(cases: dict[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("query", cases.values(), ids=cases.keys())


@_named(CALLS)
def test_no_call_is_hidden(query: str, listener: tuple[str, list[bytes]]) -> None:
    """A query by which the engine does call does not pass, whatever SERVICE is joined to or hidden behind."""
    url, calls = listener
    before = len(calls)

    _evaluate((PROLOGUE + query).replace(URL, url))

    assert len(calls) > before
    with pytest.raises(RefusedQueryError, match=r"\(line \d, column \d+\)"):
        guard.examine(PROLOGUE + query, [KNOWN])


@_named(GRAPHS_OF_OTHERS)
def test_no_unknown_graph_is_hidden(query: str) -> None:
    """A query that the engine takes for one over an unknown graph does not pass."""
    with pytest.raises(RefusedQueryError):
        guard.examine(PROLOGUE + query, [KNOWN])
    _evaluate(PROLOGUE + query)


@_named(HARMLESS)
def test_words_that_the_engine_does_not_find_are_no_reason(query: str) -> None:
    """SERVICE and FROM in names, variables, texts and addresses are no words, and the engine reads such a query."""
    assert guard.examine(PROLOGUE + query, [KNOWN]).text == PROLOGUE + query
    _evaluate(PROLOGUE + query)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * { ?s ?p service:a { ?a ?b ?c } }", "put a full stop before"),
        ("SELECT * FROMex:a {}", "blank is missing after FROM"),
        ("SELECT * FROM NAMEDg:g {}", "blank is missing after NAMED"),
        ("SELECT * FROMNAMED <http://a/> {}", "blank is missing before or after FROM"),
        (
            "SELECT * { ?s nosuch:accessService ?o }",
            "prefix nosuch: is not declared; begin with PREFIX nosuch:",
        ),
        ("SELECT * { ?s port:SERVICE ?o }", "prefix port: and what follows make no address"),
        ("SELECT * { VALUES (?x ?y) { ('a' <x:b#c>) } }", "put a blank after “<”"),
        ("SELECT ('C:\\dir' AS ?x) {}", "signs after a backslash are no escape"),
    ],
)
def test_what_is_open_is_refused_with_the_cure(query: str, said: str) -> None:
    """What a query may be taken for, or what to write in its place, is told."""
    with pytest.raises(RefusedQueryError, match=said):
        guard.examine(PROLOGUE + query, [KNOWN])


PREFIXES = [
    *[
        "ex",
        "",
        "port",
        "h",
        "g",
        "a",
        "true",
        "http",
        "urn",
        "SILENT",
        "WHERE",
        "BYex",
        "FILTERex",
        "GRAPH",
        "GRAPHex",
    ],
    *["SERVICE", "SERVICEex", "SERVICESILENTex", "trueSERVICEex", "myservice", "x-service", "t.service"],
    *["FROM", "FROMg", "NAMED", "NAMEDg", "FROMNAMEDg"],
]
BASES = {
    "port": "http://h:",
    "h": "http://h/#",
    "g": "https://data.example/",
    "FROMg": "https://data.example/",
}
LOCALS = [
    *[
        "",
        "a",
        "x",
        "a.b",
        "a.b.service",
        "1",
        "%41",
        "\\#",
        "é",
        "a\u0301",
        "service",
        "from",
        "asSERVICE",
        "a1SERVICE",
        "port:SERVICE",
    ],
    *["SERVICEex:y", "SERVICEex:y\\#z", "FROMg:x", "fromex:y\\%", "x\u00aaSERVICE"],
]
ADDRESSES = [
    *[
        "<http://a/>",
        "<urn:a>",
        "<urn:a#b>",
        "<urn:a(b>",
        "<urn:a)b>",
        "<x>",
        "<http://a/#b>",
        "<http://a/'b>",
    ],
    *["<2)SERVICE#>", "<urn:service:x>", "<?x#>", "<x:)>", "<ex:f(>"],
]
VARIABLES = ["?x", "?y", "$z", "?service", "?from", "?xSERVICE", "?1"]
VALUES = [
    *[
        "1",
        "1.",
        "1.5",
        "1e3",
        "-1",
        "'a'",
        '"b"',
        "''",
        "'a'@en",
        "true",
        "false",
        "'''a'b'''",
        '"""x""y"""',
        "_:b",
        "[]",
    ],
    *[
        "'a'@en-service",
        "'a'@en--ltr",
        "'\\u0041'",
        "'\\uD800'",
        "'#'",
        "'}'",
        '"SERVICE"',
        "_:b.SERVICE",
        "()",
    ],
    *["'''a'} SERVICE <http://a/>{} #\\q'''", "<<( ?x <urn:a> 1 )>>", "<<(?a?b?c)>>"],
]
BLANKS = ["", "", " ", " ", " ", "\n", "#c\n", "#>\n", "#'\n"]
NOISE = [
    "",
    " ",
    "SERVICE",
    "FROM",
    "(",
    ")",
    "}",
    "<",
    ">",
    "#",
    "\n",
    "'",
    ".",
    ";",
    "true",
    "1",
    "\\",
    ":",
    "?",
    "#>\n",
]


class _Writer:
    """Writes queries that are nearly right, with few or many of the words and signs that may hide something."""

    HOT = re.compile(r"service|from|\\|#", re.IGNORECASE)

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - no secret
        self.heat = self.random.choice([0.02, 0.06, 0.15, 0.3])
        self.left = 40  # parts that may still have parts

    def one(self, *parts: str) -> str:
        """Return one of some parts, seldom a hot one."""
        while True:
            part = self.random.choice(parts)
            if not self.HOT.search(part) or self.random.random() < self.heat:
                return part

    def part(self, *makers: Callable[[], str]) -> str:
        """Return what one of some functions makes; of the first, when there are enough parts."""
        self.left -= 1
        return self.random.choice(makers)() if self.left > 0 else makers[0]()

    def some(self, make: Callable[[], str], *counts: int) -> str:
        """Return a few parts with what may stand between them."""
        return "".join(make() + self.blank() for _ in range(self.random.choice(counts)))

    def blank(self) -> str:
        """Return what may stand between two tokens, or nothing."""
        return self.one(*BLANKS)

    def word(self, *words: str) -> str:
        """Return a word, and perhaps a blank behind it."""
        word = self.random.choice(words)
        return (word if self.random.random() < 0.7 else word.lower()) + self.blank()

    def iri(self) -> str:
        """Return a name or an address."""
        name = f"{self.random.choice(PREFIXES)}:{self.one(*LOCALS)}"
        return self.one(name, name, self.random.choice(ADDRESSES))

    def term(self) -> str:
        """Return any term."""
        return self.one(self.iri(), self.random.choice(VARIABLES), self.random.choice(VALUES))

    def expression(self) -> str:
        """Return operands with signs between them."""
        found = self.operand()
        for _ in range(self.random.choice([0, 0, 1, 2])):
            found += self.blank() + self.one("<", "<", ">", "=", "&&", "||", "+", "*", "/") + self.operand()
        return found

    def operand(self) -> str:
        """Return a term or what stands in brackets."""
        return self.part(
            self.term,
            self.term,
            self.term,
            lambda: f"({self.expression()})",
            lambda: f"{self.iri()}({self.expression()})",
            lambda: f"{self.word('COUNT', 'STR')}({self.one('', 'DISTINCT')} {self.expression()})",
            lambda: self.word("EXISTS", "NOT EXISTS") + self.group(),
            lambda: f"{self.term()} IN({self.term()},{self.iri()})",
        )

    def triple(self) -> str:
        """Return a triple, perhaps with lists, and its full stop."""
        verb = self.one(
            self.iri(), self.iri() + "*", f"({self.iri()}|{self.iri()})", "a", self.random.choice(VARIABLES)
        )
        item = f"({self.term()} {self.term()})"
        thing = self.one(self.term(), self.term(), item)
        more = self.one("", "", f",{self.blank()}{item}", f";{verb} {self.term()}")
        return f"{self.term()} {verb}{self.blank()}{thing}{self.blank()}{more}{self.one('', '.')}"

    def item(self) -> str:
        """Return a part of a pattern."""
        return self.part(
            self.triple,
            self.triple,
            self.service,
            lambda: f"{self.word('FILTER')}({self.expression()})",
            lambda: f"{self.word('FILTER')}{self.iri()}({self.expression()})",
            lambda: f"{self.word('BIND')}({self.expression()} AS {self.one(*VARIABLES)})",
            lambda: f"VALUES(?x ?y){{({self.term()} {self.iri()})}}",
            lambda: f"VALUES ?x{{{self.one(*VALUES)}{self.blank()}{self.one(*VALUES)}}}",
            lambda: self.word("OPTIONAL", "MINUS", "LATERAL") + self.group(),
            lambda: f"{self.group()}{self.word('UNION')}{self.group()}",
            lambda: self.word("GRAPH") + self.iri() + self.blank() + self.group(),
        )

    def service(self) -> str:
        """Return a call, seldom; else a pattern."""
        call = self.one("", "SERVICE")
        return (
            call + self.blank() + self.one("", "SILENT ") + self.term() + self.group()
            if call
            else self.group()
        )

    def group(self) -> str:
        """Return a pattern."""
        return "{" + self.blank() + self.some(self.item, 0, 1, 2, 3) + "}"

    def dataset(self) -> str:
        """Return clauses of FROM, mostly none."""
        graphs = [f"<{KNOWN}>", "g:g", "g:g", "FROMg:g", "NAMEDg:g", self.iri()]
        named = self.one("", self.word("NAMED"))
        return self.some(lambda: self.word("FROM") + named + self.random.choice(graphs), 0, 0, 0, 1)

    def query(self) -> str:
        """Return a query, sometimes with noise in it."""
        prefixes = (f"PREFIX {each}:{self.blank()}<{BASES.get(each, 'http://a/')}>" for each in PREFIXES)
        rest = self.part(
            lambda: self.word("SELECT") + self.one("*", "?x ", f"({self.expression()} AS ?n)") + self.blank(),
            lambda: self.word("ASK"),
            lambda: self.word("CONSTRUCT") + "{" + self.triple() + "}",
            lambda: self.word("DESCRIBE") + self.term() + " " + self.iri() + self.blank(),
        )
        text = "".join(prefixes) + rest + self.dataset() + self.group()
        for _ in range(self.random.choice([0, 0, 1, 2])):
            place = self.random.randrange(len(text))
            text = text[:place] + self.one(*NOISE) + text[place + self.random.choice([0, 0, 1, 5]) :]
        return text


def _reads(query: str) -> bool:
    """Return whether the engine reads a query."""
    with suppress(OSError, RuntimeError):
        try:
            Store().query(query)
        except SyntaxError:
            return False
    return True


def _misspelt(query: str, word: str, kept: list[tuple[int, int]]) -> str:
    """Return a query in which no part is a word any more, but for some places; names and texts stay names and texts."""
    return re.sub(
        word, lambda each: each[0] if each.span() in kept else f"{each[0][:-1]}Q", query, flags=re.IGNORECASE
    )


@settings(max_examples=3000, deadline=None)
@given(st.integers(0, 1 << 40))
def test_what_passes_has_no_word_that_only_the_engine_finds(seed: int) -> None:
    """What passes the guard, the engine reads as well when SERVICE is misspelt in it, and FROM but for what was looked at."""
    query = _Writer(seed).query()
    try:
        question = guard.examine(query, [KNOWN])
    except QueryError:
        return
    words = [each for each in guard.tokens(query) if each.lastgroup == "word" and each[0].upper() == "FROM"]

    if _reads(query):
        assert question.dataset or not words
        assert _reads(_misspelt(query, "service", []))
        assert _reads(_misspelt(query, "from", [each.span() for each in words]))


ENDS = ["ex:", "port:", "_:", "?", "'a'@", "1", "<a:", '"', "'''", "true", "'a'^^ex:", "ex:a ", "{}", ""]
SOUP = st.text("aeE.:-_%41\\~#@'\"<>()[]?$^/|·é\u0301 \n;,+", max_size=6)


@settings(max_examples=3000, deadline=None)
@given(
    st.sampled_from(
        ["?s ?p ", "?s a (1 ", "FILTER(1<", "VALUES ?x {", "VALUES (?x ?y) {(1 ", "FILTER ex:a(", ""]
    ),
    st.sampled_from(ENDS),
    SOUP,
    st.sampled_from(
        ["SERVICE <a:b> {}", "serviceex:a {}", "SERVICESILENT ?x {}", ")SERVICE#>\n:x {}", "}SERVICE :x {}"]
    ),
)
def test_nothing_before_a_call_hides_it(begin: str, end: str, soup: str, call: str) -> None:
    """Whatever signs stand before SERVICE, if the engine finds it, so does the guard."""
    query = f"{PROLOGUE} SELECT * {{ {begin}{end}{soup}{call} }}"
    try:
        guard.examine(query, [KNOWN])
    except QueryError:
        return

    assert not _reads(query) or _reads(_misspelt(query, "service", []))


NODES = [NamedNode(each) for each in ("http://a/", "http://a/a", "urn:a", "http://a/x", "http://h/#a", KNOWN)]
STORED = {KNOWN: "urn:sha256:g", "http://a/": "urn:sha256:a"}


def _stores() -> tuple[Store, Store]:
    """Return the same graphs as an embedded store has them and as a remote one, which has others beside them."""
    embedded, remote, random = Store(), Store(), Random(1)  # noqa: S311 - no secret
    for published, stored in STORED.items():
        for _ in range(10):
            subject, predicate, other = (random.choice(NODES) for _ in range(3))
            things: list[NamedNode | Literal] = [other, Literal(1), Literal("a"), Literal(True)]
            thing = random.choice(things)
            embedded.add(Quad(subject, predicate, thing, NamedNode(published)))
            remote.add(Quad(subject, predicate, thing, NamedNode(stored)))
    for graph in (NamedNode("urn:other"), NamedNode("https://data.example/h")):
        remote.add(Quad(NODES[0], NODES[0], Literal("secret"), graph))
    return embedded, remote


EMBEDDED, REMOTE = _stores()


class _Client:
    """A remote store in this process."""

    endpoint = profiles.parse("oxigraph+http://localhost")

    def select(self, query: str, default: tuple[str, ...], named: tuple[str, ...]) -> bytes:
        """Answer as Oxigraph's server does."""
        with store.refusing(query):
            found = REMOTE.query(
                query,
                default_graph=[NamedNode(each) for each in (*default, "urn:none")],
                named_graphs=[NamedNode(each) for each in (*named, "urn:none")],
            )
            assert isinstance(found, QuerySolutions | QueryBoolean)
            return found.serialize(format=QueryResultsFormat.JSON) or b""


def _rows(body: bytes) -> list[str]:
    """Return the rows of an answer, sorted, without those that have a node of no name; or its truth value, or its lines."""
    if not body.startswith(b"{"):
        return sorted(each for each in body.decode().splitlines() if "_:" not in each)
    found = json.loads(body)
    rows = (json.dumps(each, sort_keys=True) for each in found.get("results", {"bindings": []})["bindings"])
    return [str(found.get("boolean")), *sorted(each for each in rows if "bnode" not in each)]


@settings(max_examples=1000, deadline=None)
@given(st.integers(0, 1 << 40))
def test_a_remote_store_answers_the_same_or_not_at_all(seed: int) -> None:
    """However a query is joined together, a remote store finds the graphs that the embedded one does, and no others."""
    query = _Writer(seed).query()
    if "describe" in query.lower():  # without a solution the two differ in what they describe
        return
    try:
        question = guard.examine(query, STORED)
        ask = Ask(query, "json" if question.rows else "ntriples", dataset=question.dataset)
        embedded = store.evaluate(EMBEDDED, ask)
        release = SimpleNamespace(graphs=STORED, steps=())
        remote = answering.answer(_Client(), release, ask)  # type: ignore[arg-type] # they have what is needed
    except QueryError:
        return

    assert _rows(remote) == _rows(embedded)
    assert b"secret" not in remote
