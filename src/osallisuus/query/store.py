"""The embedded store: the published graphs in memory, and the evaluation of one query.

A triple that stands in two graphs is loaded once, for the engine would count it twice in the union of the graphs.
"""

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QueryResultsFormat, RdfFormat, Store

from osallisuus import manifest, serialisation
from osallisuus.errors import PublishedError, RefusedQueryError
from osallisuus.formats import (
    CSV,
    JSONLD,
    NTRIPLES,
    RDFXML,
    RESULTS_JSON,
    RESULTS_TSV,
    RESULTS_XML,
    TURTLE,
    Format,
)

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
}


@dataclass(frozen=True)
class Ask:
    """A query and what shall be done with it.

    Attributes:
        query: its text.
        form: name of the format of the answer; one for rows or one for graphs, as the query demands.
        default_graphs: IRIs whose union is the default graph; empty for all.
        named_graphs: IRIs of the graphs that may be named; empty for all.
        dataset: whether the query names its graphs itself (FROM); the two lists before go above that.
    """

    query: str
    form: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    dataset: bool = False


def graph_names(publish: Path, base: str) -> list[str]:
    """Return the IRIs of the graphs that a `publish/` directory offers."""
    return [base + each.path for each in manifest.read(publish).things if each.graph]


def load(publish: Path, base: str) -> Store:
    """Load every published graph under its IRI.

    Raises:
        PublishedError: a file is missing or damaged.
    """
    store = Store()
    seen: set[pyoxigraph.Triple] = set()
    for thing in manifest.read(publish).things:
        if not thing.graph:
            continue
        name, path = NamedNode(base + thing.path), publish / f"{thing.path}{NTRIPLES.suffix}"
        try:
            triples = [each.triple for each in pyoxigraph.parse(path=path, format=RdfFormat.N_TRIPLES)]
        except (OSError, SyntaxError, ValueError) as error:
            raise PublishedError(f"{path} cannot be read ({error}). Run: osallisuus build") from error
        store.bulk_extend(
            Quad(each.subject, each.predicate, each.object, name) for each in triples if each not in seen
        )
        seen.update(triples)
    return store


def evaluate(store: Store, ask: Ask) -> bytes:
    """Return the answer to a query, in the format that was asked for.

    Raises:
        RefusedQueryError: the query is not SPARQL, or its format does not fit what it asks for.
    """
    default: list[NamedNode | BlankNode | DefaultGraph] = [NamedNode(each) for each in ask.default_graphs]
    named: list[NamedNode | BlankNode] = [NamedNode(each) for each in ask.named_graphs]
    try:
        found = store.query(
            ask.query,
            use_default_graph_as_union=not (default or named or ask.dataset),
            default_graph=default or None,
            named_graphs=named or None,
        )
    except SyntaxError as error:
        raise RefusedQueryError(f"This is not SPARQL: {error}") from error
    if isinstance(found, pyoxigraph.QueryTriples):
        form = next((rdf for each, rdf in _GRAPHS.items() if each.name == ask.form), RdfFormat.TURTLE)
        triples = list(found)
        known = serialisation.prefixes(triples) if form in {RdfFormat.TURTLE, RdfFormat.RDF_XML} else None
        return pyoxigraph.serialize(triples, format=form, prefixes=known) or b""
    results = next((each for form, each in _ROWS.items() if form.name == ask.form), QueryResultsFormat.JSON)
    return found.serialize(format=results) or b""


def row_format(name: str) -> Format | None:
    """Return the format of rows with a name such as `csv`, or None."""
    return next((each for each in _ROWS if each.name == name), None)
