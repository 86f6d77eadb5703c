"""What the endpoint says of itself: a service description with its limits, and VoID of what it holds."""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from osallisuus.formats import GRAPH_FORMATS, RESULT_FORMATS
from osallisuus.graph import Described
from osallisuus.query.guard import MAX_LENGTH, MAX_NESTING
from osallisuus.query.limits import Limits
from osallisuus.release import Publication
from osallisuus.vocabulary import VOCAB
from osallisuus.web.messages import MAX_BODY, MAX_HEAD

_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_COMMENT = NamedNode("http://www.w3.org/2000/01/rdf-schema#comment")
_INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_FORMATS = "http://www.w3.org/ns/formats/"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "jsonld": "JSON-LD",
    "ntriples": "N-Triples",
    "rdfxml": "RDF_XML",
    "trig": "TriG",
    "nquads": "N-Quads",
}


def limit_texts(limits: Limits) -> list[str]:
    """Return the limits of the endpoint, each as a sentence in English with the status of its answer."""
    return [
        f"A query may have {MAX_LENGTH} characters and {MAX_NESTING} brackets open at once (else 413).",
        f"A query is evaluated for at most {limits.seconds:g} s and with {_mebibytes(limits.memory)} of memory (else 503).",
        f"The body of a request may have {_mebibytes(MAX_BODY)} (else 413), its head {MAX_HEAD >> 10} KiB (else 431).",
        f"An answer may have {_mebibytes(limits.answer)} (else 413); it is never cut.",
        f"{limits.light} queries are evaluated at once. One that runs for {limits.light_seconds:g} s is heavy: it gives way"
        f" to others, and {limits.heavy} of these go on at once, at most {max(1, limits.heavy - 1)} of one address.",
        f"A query waits for its turn for {limits.wait:g} s (else 503), with {limits.waiting} of one address (else 429).",
    ]


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):g} MiB"


def describe_service(publication: Publication, limits: Limits) -> list[Triple]:
    """Return the service description: what the endpoint understands, answers in, refuses and holds."""
    found = Described()
    for triple in _service(publication, limits):
        found.triples[triple] = None
    return list(found.triples)


def _service(publication: Publication, limits: Limits) -> Iterator[Triple]:
    base = publication.site.base
    service, dataset = NamedNode(f"{base}sparql#service"), NamedNode(f"{base}sparql#dataset")
    yield Triple(service, _RDF_TYPE, NamedNode(f"{_SD}Service"))
    yield Triple(service, NamedNode(f"{_SD}endpoint"), NamedNode(f"{base}sparql"))
    yield Triple(service, NamedNode(f"{_SD}supportedLanguage"), NamedNode(f"{_SD}SPARQL11Query"))
    yield Triple(service, NamedNode(f"{_SD}feature"), NamedNode(f"{_SD}UnionDefaultGraph"))
    yield Triple(service, NamedNode(f"{_SD}defaultDataset"), dataset)
    for form in (*RESULT_FORMATS, *GRAPH_FORMATS):
        node = NamedNode(f"{_FORMATS}{_FORMAT_NAMES[form.name]}")
        yield Triple(service, NamedNode(f"{_SD}resultFormat"), node)
    for text in limit_texts(limits):
        yield Triple(service, _COMMENT, Literal(text, language="en"))
    yield Triple(dataset, _RDF_TYPE, NamedNode(f"{_SD}Dataset"))
    yield Triple(dataset, _RDF_TYPE, NamedNode(f"{_VOID}Dataset"))
    yield Triple(dataset, NamedNode(f"{_VOID}sparqlEndpoint"), NamedNode(f"{base}sparql"))
    yield Triple(dataset, NamedNode(f"{_VOID}uriSpace"), Literal(base))
    yield Triple(dataset, NamedNode(f"{_VOID}vocabulary"), NamedNode(f"{VOCAB}ns"))
    union = NamedNode(f"{base}sparql#default-graph")
    yield Triple(dataset, NamedNode(f"{_SD}defaultGraph"), union)
    yield from _graph(union, {each for triples in publication.graphs.values() for each in triples})
    for path, triples in publication.graphs.items():
        named = NamedNode(f"{base}sparql#{path.replace('/', '-')}")
        graph = NamedNode(f"{named.value}-graph")
        yield Triple(dataset, NamedNode(f"{_SD}namedGraph"), named)
        yield Triple(named, _RDF_TYPE, NamedNode(f"{_SD}NamedGraph"))
        yield Triple(named, NamedNode(f"{_SD}name"), NamedNode(base + path))
        yield Triple(named, NamedNode(f"{_SD}graph"), graph)
        yield from _graph(graph, triples)


def _graph(node: NamedNode, triples: Iterable[Triple]) -> Iterator[Triple]:
    """Describe a graph: how many triples, things, properties and classes it has."""
    held = list(triples)
    counts = {
        "triples": len(held),
        "distinctSubjects": len({each.subject for each in held}),
        "properties": len({each.predicate for each in held}),
        "classes": len({each.object for each in held if each.predicate == _RDF_TYPE}),
    }
    yield Triple(node, _RDF_TYPE, NamedNode(f"{_SD}Graph"))
    yield Triple(node, _RDF_TYPE, NamedNode(f"{_VOID}Dataset"))
    for name, count in counts.items():
        yield Triple(node, NamedNode(_VOID + name), Literal(str(count), datatype=_INTEGER))
