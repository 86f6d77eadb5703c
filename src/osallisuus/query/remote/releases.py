"""The releases that a remote store holds: a record for each, which is written last and names its graphs.

A graph stands in the store under a name made of its content, so a new release leaves the graphs of the old one alone.
A release is there exactly when its record is: a load that was interrupted has none, and a server that still publishes
the old release still finds it. The record's own name comes from the manifest, so that a server needs no more than that.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, RdfFormat, Store, Triple

from osallisuus.errors import QueryLimitError
from osallisuus.formats import NTRIPLES
from osallisuus.manifest import Manifest
from osallisuus.query.remote.client import Client
from osallisuus.query.remote.profiles import StoreError

_TERMS = "urn:osallisuus:"
_BASE = NamedNode(f"{_TERMS}base")
_SEQUENCE = NamedNode(f"{_TERMS}sequence")
_SIZE = NamedNode(f"{_TERMS}size")
_HOLDS = NamedNode(f"{_TERMS}holds")
_STEPS = NamedNode(f"{_TERMS}steps")


class DamagedError(StoreError):
    """The record of a release lacks something."""


@dataclass(frozen=True)
class Release:
    """A release as a remote store holds it.

    Attributes:
        name: name of its record, which is a graph.
        base: base IRI of its site.
        sequence: 1 for the first release of the site that was loaded, and so on.
        graphs: IRI of each published graph → its name in the store.
        steps: names of the graphs that have the steps of zero-length paths; empty where the engine needs none.
    """

    name: str
    base: str
    sequence: int
    graphs: Mapping[str, str]
    steps: tuple[str, ...] = ()

    @property
    def contents(self) -> set[str]:
        """The names of all its graphs in the store, without the record."""
        return {*self.graphs.values(), *self.steps}

    def record(self) -> bytes:
        """Return the content of its record."""
        name = NamedNode(self.name)
        triples = [
            Triple(name, _BASE, NamedNode(self.base)),
            Triple(name, _SEQUENCE, Literal(self.sequence)),
            Triple(name, _SIZE, Literal(len(self.graphs) + len(self.steps))),
            *(Triple(NamedNode(content), _HOLDS, NamedNode(iri)) for iri, content in self.graphs.items()),
            *(Triple(name, _STEPS, NamedNode(each)) for each in self.steps),
        ]
        return serialise(triples)


def serialise(triples: Iterable[Triple]) -> bytes:
    """Return triples as sorted N-Triples, in the forms in which the embedded store would answer them."""
    store = Store()
    store.bulk_extend(pyoxigraph.Quad(each.subject, each.predicate, each.object) for each in triples)
    written = store.dump(format=RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph()) or b""
    return b"".join(sorted(written.splitlines(keepends=True)))


def content_name(content: bytes) -> str:
    """Return the name of a graph in the store, made of its content."""
    return f"urn:sha256:{hashlib.sha256(content).hexdigest()}"


def name(listed: Manifest, base: str) -> str:
    """Return the name of the record of what a manifest lists."""
    digests = {each.path: each.sha256 for each in listed.files}
    things = [each for parts in listed.graphs.values() for each in parts]
    graphs = [[each, digests[f"{each}{NTRIPLES.suffix}"]] for each in things]
    return f"{_TERMS}release:{hashlib.sha256(json.dumps([base, graphs]).encode()).hexdigest()}"


def find(client: Client, release: str) -> Release | None:
    """Return a release of the store by the name of its record, or None.

    Raises:
        DamagedError: its record is damaged.
        QueryError: the store did not answer.
    """
    found = rows(client, f"SELECT ?s ?p ?o WHERE {{ GRAPH <{release}> {{ ?s ?p ?o }} }}")
    if not found:
        return None
    about = {each["p"]: each["o"] for each in found if each["s"] == release}
    graphs = {each["o"]: each["s"] for each in found if each["p"] == _HOLDS.value}
    steps = tuple(sorted(each["o"] for each in found if each["p"] == _STEPS.value))
    if about.get(_SIZE.value) != str(len(graphs) + len(steps)) or not {_BASE.value, _SEQUENCE.value} <= set(
        about
    ):
        raise DamagedError("The store has a damaged record of this release. Run: osallisuus load")
    return Release(release, about[_BASE.value], int(about[_SEQUENCE.value]), graphs, steps)


def listed(client: Client) -> list[tuple[int, str, str]]:
    """Return sequence, base and name of every release in the store, of every site.

    Raises:
        QueryError: the store did not answer.
    """
    pattern = f"GRAPH ?r {{ ?r <{_BASE.value}> ?base ; <{_SEQUENCE.value}> ?sequence }}"
    found = rows(client, f"SELECT ?r ?base ?sequence WHERE {{ {pattern} }}")
    return sorted((int(each["sequence"]), each["base"], each["r"]) for each in found)


def count(client: Client, graph: str) -> int:
    """Return the number of triples of a graph; 0 when it is not there.

    Raises:
        QueryError: the store did not answer.
    """
    found = rows(client, f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    return int(found[0]["n"])


def rows(client: Client, query: str) -> list[dict[str, str]]:
    """Return the rows of one of our own queries: column → value; the store's own dataset is asked.

    Raises:
        QueryError: the store did not answer.
    """
    body = client.select(query, default=None, named=None)
    try:
        found = pyoxigraph.parse_query_results(body, format=QueryResultsFormat.JSON)
        if not isinstance(found, QuerySolutions):
            return []
        names = [each.value for each in found.variables]
        return [{each: row[each].value for each in names if row[each] is not None} for row in found]
    except (SyntaxError, ValueError) as error:
        raise QueryLimitError(
            f"The store at {client.endpoint.host} did not answer in SPARQL JSON. Correct the setting of the store."
        ) from error
