"""The datasets in the words of VoID: dumps, formats, vocabularies, sizes and endpoint of each."""

from collections import Counter
from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from osallisuus.catalog.entries import Dataset
from osallisuus.formats import JSONLD, NTRIPLES, RDF_FORMATS, RDFXML, TURTLE, Format
from osallisuus.graph import Described
from osallisuus.model import Site, Texts
from osallisuus.vocabulary import PREFIXES, VOCAB, term

_TITLE: Texts = {
    "fi": "Aineistojen VoID-kuvaus",
    "sv": "VoID-beskrivning av datamängderna",
    "en": "VoID description of the datasets",
}
_FORMATS = "http://www.w3.org/ns/formats/"
_FEATURES: Mapping[Format, str] = {
    TURTLE: f"{_FORMATS}Turtle",
    JSONLD: f"{_FORMATS}JSON-LD",
    NTRIPLES: f"{_FORMATS}N-Triples",
    RDFXML: f"{_FORMATS}RDF_XML",
}
_EXAMPLES = ("osa:Practice", "skos:Concept")
"""The classes of which a dataset shows an example, the one that says most first."""
_NAMES = {namespace: prefix for prefix, namespace in PREFIXES.items() if prefix != "rdf"}
_KEPT = tuple(map(term, ("dct:title", "dct:description")))


def describe_void(site: Site, datasets: Iterable[Dataset]) -> list[Triple]:
    """Return the VoID description, which the address that VoID reserves gives: `.well-known/void`."""
    datasets = list(datasets)
    found = Described()
    subject = NamedNode(f"{site.base}.well-known/void")
    found.begin(subject, "void:DatasetDescription")
    found.texts(subject, "dct:title", _TITLE)
    found.add(subject, "dct:publisher", NamedNode(f"{site.base}catalog#publisher"))
    found.add(subject, "dct:license", NamedNode(site.licence))
    found.date(subject, "dct:issued", min((each.thing.issued for each in datasets), default=""))
    found.date(subject, "dct:modified", max((each.thing.modified for each in datasets), default=""))
    for dataset in datasets:
        node = NamedNode(site.base + dataset.thing.path)
        found.add(subject, "foaf:topic", node)
        _describe_access(found, node, dataset, site)
        _describe_content(found, node, dataset, subject.value)
    return list(found.triples)


def _describe_access(found: Described, node: NamedNode, dataset: Dataset, site: Site) -> None:
    """Add what a dataset is called, whose it is, and where it is to be had."""
    found.begin(node, "void:Dataset")
    for triple in dataset.triples:
        if triple.subject == node and triple.predicate in _KEPT:
            found.triples[triple] = None
    found.add(node, "dct:publisher", NamedNode(f"{site.base}catalog#publisher"))
    found.add(node, "dct:license", NamedNode(site.licence))
    found.date(node, "dct:issued", dataset.thing.issued)
    found.date(node, "dct:modified", dataset.thing.modified)
    found.add(node, "foaf:page", NamedNode(f"{node.value}.html"))
    if dataset.thing.graph:
        found.add(node, "void:sparqlEndpoint", NamedNode(f"{site.base}sparql"))
    if dataset.municipality:
        found.add(node, "void:uriSpace", Literal(site.base + dataset.municipality))
    elif dataset.thing.path == "vocabulary":
        found.add(node, "void:uriSpace", Literal(VOCAB))
    for each in dataset.files:
        if each.form in RDF_FORMATS and each.file.path == dataset.thing.path + each.form.suffix:
            found.add(node, "void:dataDump", NamedNode(site.base + each.file.path))
            found.add(node, "void:feature", NamedNode(_FEATURES[each.form]))


def _describe_content(found: Described, node: NamedNode, dataset: Dataset, document: str) -> None:
    """Add what a dataset holds: how much, in which vocabularies, of which classes, and an example."""
    triples = dataset.triples
    types = [each for each in triples if each.predicate == term("rdf:type")]
    classes = Counter(each.object for each in types if isinstance(each.object, NamedNode))
    properties = {each.predicate for each in triples}
    for name, count in {
        "triples": len(triples),
        "distinctSubjects": len({each.subject for each in triples}),
        "distinctObjects": len({each.object for each in triples}),
        "classes": len(classes),
        "properties": len(properties),
    }.items():
        found.typed(node, f"void:{name}", str(count), "integer")
    for each in sorted(classes.keys() | properties, key=str):
        if namespace := _namespace(each):
            found.add(node, "void:vocabulary", NamedNode(namespace))
    for kind, count in sorted(classes.items(), key=lambda item: item[0].value):
        if namespace := _namespace(kind):
            name = f"{_NAMES[namespace]}-{kind.value.removeprefix(namespace)}"
            part = NamedNode(f"{document}#{dataset.fragment}-{name}")
            found.add(node, "void:classPartition", part)
            found.add(part, "void:class", kind)
            found.typed(part, "void:entities", str(count), "integer")
    shown = term(next((each for each in _EXAMPLES if term(each) in classes), _EXAMPLES[-1]))
    examples = [
        each.subject for each in types if each.object == shown and isinstance(each.subject, NamedNode)
    ]
    if examples:
        found.add(node, "void:exampleResource", min(examples, key=str))


def _namespace(node: NamedNode) -> str:
    """Return the namespace that a class or property is of; empty for that of RDF itself and unknown ones."""
    return next((each for each in _NAMES if node.value.startswith(each)), "")
