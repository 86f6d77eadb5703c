"""The embedded store: the published graphs in memory, and the evaluation of one query.

A triple that stands in two graphs is loaded once, for the engine would count it twice in the union of the graphs.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
)

from osallisuus import manifest, serialisation
from osallisuus.errors import PublishedError, RefusedQueryError
from osallisuus.formats import (
    CSV,
    JSONLD,
    NQUADS,
    NTRIPLES,
    RDFXML,
    RESULTS_JSON,
    RESULTS_TSV,
    RESULTS_XML,
    TRIG,
    TURTLE,
    Format,
)
from osallisuus.query import faults, guard
from osallisuus.vocabulary import PREFIXES

_ROWS = {
    RESULTS_JSON: QueryResultsFormat.JSON,
    RESULTS_XML: QueryResultsFormat.XML,
    CSV: QueryResultsFormat.CSV,
    RESULTS_TSV: QueryResultsFormat.TSV,
}
_GRAPHS = {
    TURTLE: RdfFormat.TURTLE,
    JSONLD: RdfFormat.JSON_LD,
    NTRIPLES: RdfFormat.N_TRIPLES,
    RDFXML: RdfFormat.RDF_XML,
    TRIG: RdfFormat.TRIG,
    NQUADS: RdfFormat.N_QUADS,
}
_PREFIX_LINE = re.compile(rb"@prefix (\S*:) <[^>]*> \.\n")


@dataclass(frozen=True)
class Ask:
    """A query and what shall be done with it.

    Attributes:
        query: its text.
        form: name of the format of the answer; one for rows or one for graphs, as the query demands.
        default_graphs: IRIs whose union is the default graph.
        named_graphs: IRIs of the graphs that may be named. When both are empty, all graphs are there, and their union.
        dataset: whether the query names its graphs itself (FROM); the two lists before go above that.
    """

    query: str
    form: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    dataset: bool = False

    @cached_property
    def key(self) -> bytes:
        """SHA-256 of what is asked: equal keys have equal answers, and a long query takes no room as a key."""
        graphs = [*self.default_graphs, "", *self.named_graphs, ""]
        text = "\n".join([self.form, *graphs, guard.normalise(self.query)])
        return hashlib.sha256(text.encode(errors="surrogatepass")).digest()


def graph_names(publish: Path, base: str) -> list[str]:
    """Return the IRIs of the graphs that a `publish/` directory offers."""
    return [base + each for each in manifest.read(publish).graphs]


def graphs(publish: Path, base: str) -> Iterator[tuple[str, list[Triple]]]:
    """Return the IRI of each published graph with its triples, without those that a graph before it has.

    Raises:
        PublishedError: a file is missing or damaged.
    """
    seen: set[Triple] = set()
    for name, parts in manifest.read(publish).graphs.items():
        triples = dict.fromkeys(triple for each in parts for triple in _read(publish, each))
        yield base + name, [each for each in triples if each not in seen]
        seen.update(triples)


def _read(publish: Path, thing: str) -> list[Triple]:
    path = publish / f"{thing}{NTRIPLES.suffix}"
    try:
        return [each.triple for each in pyoxigraph.parse(path=path, format=RdfFormat.N_TRIPLES)]
    except (OSError, SyntaxError, ValueError) as error:
        raise PublishedError(f"{path} cannot be read ({error}). Run: osallisuus build") from error


def load(publish: Path, base: str) -> Store:
    """Load every published graph under its IRI.

    Raises:
        PublishedError: a file is missing or damaged.
    """
    store = Store()
    for iri, triples in graphs(publish, base):
        name = NamedNode(iri)
        store.bulk_extend(Quad(each.subject, each.predicate, each.object, name) for each in triples)
    return store


def evaluate(store: Store, ask: Ask) -> bytes:
    """Return the answer to a query, in the format that was asked for; columns in the order of the query.

    Raises:
        RefusedQueryError: the query is not SPARQL, or the engine cannot evaluate it or write its answer.
    """
    with refusing(ask.query):
        found = _query(store, ask, ask.query)
        if isinstance(found, QueryTriples):
            form = next((rdf for each, rdf in _GRAPHS.items() if each.name == ask.form), RdfFormat.TURTLE)
            return _graph(found, form)
        if isinstance(found, QuerySolutions):
            text = guard.with_columns(ask.query, [each.value for each in found.variables])
            if text != ask.query:  # nothing was evaluated yet: rows are made as they are read
                found = cast("QuerySolutions", _query(store, ask, text))
        results = next(
            (each for form, each in _ROWS.items() if form.name == ask.form), QueryResultsFormat.JSON
        )
        return found.serialize(format=results) or b""


@contextmanager
def refusing(query: str) -> Iterator[None]:
    """Raise what the engine raises of a query as a refusal, in words of people.

    Raises:
        RefusedQueryError: instead of SyntaxError, which the parser raises; RuntimeError, which the evaluation does;
            OSError, which the writing of an answer does; and ValueError, for a text that is no Unicode.
    """
    try:
        yield
    except SyntaxError as error:
        raise RefusedQueryError(faults.explain(query, str(error))) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise RefusedQueryError(faults.explain_failure(query, str(error))) from error


def _graph(found: QueryTriples, form: RdfFormat) -> bytes:
    """Return triples as a document, with the prefixes that it uses."""
    if form == RdfFormat.RDF_XML:  # its namespaces stand in one element
        triples = list(found)
        return pyoxigraph.serialize(triples, format=form, prefixes=serialisation.prefixes(triples)) or b""
    if form not in {RdfFormat.TURTLE, RdfFormat.TRIG}:
        return found.serialize(format=form) or b""
    text = pyoxigraph.serialize(found, format=form, prefixes=dict(PREFIXES)) or b""
    lines, start = [], 0
    while line := _PREFIX_LINE.match(text, start):
        lines.append(line)
        start = line.end()
    body = text[start:]
    return b"".join(each[0] for each in lines if each[1] in body) + body


def _query(store: Store, ask: Ask, text: str) -> QuerySolutions | QueryBoolean | QueryTriples:
    default: list[NamedNode | BlankNode | DefaultGraph] = [NamedNode(each) for each in ask.default_graphs]
    named: list[NamedNode | BlankNode] = [NamedNode(each) for each in ask.named_graphs]
    given = bool(default or named)
    return store.query(
        text,
        use_default_graph_as_union=not (given or ask.dataset),
        default_graph=default if given else None,
        named_graphs=named if given else None,
    )


def row_format(name: str) -> Format | None:
    """Return the format of rows with a name such as `csv`, or None."""
    return next((each for each in _ROWS if each.name == name), None)
