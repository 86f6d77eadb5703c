"""The shipped vocabulary and shapes: namespaces, the one locator of their files, and the concepts by id.

No city overrides these: that municipalities share them is what makes them comparable.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from osallisuus.errors import Finding, InputError, Place

_T = TypeVar("_T", bound=NamedNode | BlankNode | Literal | Triple)

VOCAB = "https://w3id.org/osallisuus/"
VERSION = "1.0.0"

PREFIXES: Mapping[str, str] = {
    "osa": f"{VOCAB}ns#",
    "adms": "http://www.w3.org/ns/adms#",
    "as": "https://www.w3.org/ns/activitystreams#",
    "bibo": "http://purl.org/ontology/bibo/",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cs": "http://purl.org/vocab/changeset/schema#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefix → namespace, for writing Turtle and RDF/XML and for naming terms in code."""

SCHEMES: Mapping[str, str] = {
    "purpose": "purposes.ttl",
    "target-group": "target-groups.ttl",
    "channel": "channels.ttl",
    "unit-type": "unit-types.ttl",
    "level": "levels.ttl",
    "finnish-division": "finnish-division.ttl",
    "coverage": "coverage.ttl",
}
"""Path of a concept scheme under VOCAB → its file in `ontology/`."""

DOCUMENTS: Mapping[str, str] = {
    "ns": "osallisuus.ttl",
    **SCHEMES,
    "mappings": "mappings.ttl",
    "fi/law": "law.ttl",
}
"""Path of a document of the vocabulary under VOCAB → its file in `ontology/`."""

CONTEXT = f"{VOCAB}ns/{VERSION}/context.jsonld"
"""Where the JSON-LD context of this version is published."""


def term(name: str) -> NamedNode:
    """Return the node of a prefixed name such as `dct:title`; its prefix is one of `PREFIXES`."""
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


@cache
def locate(part: str) -> Path:
    """Return the directory of `ontology` or `shapes`: inside the wheel, or at the top of the repository."""
    here = Path(__file__).parent
    inside = here / part
    return inside if inside.is_dir() else here.parents[1] / part


def read_turtle(path: Path, shown: str | None = None) -> list[Triple]:
    """Return the triples of a Turtle file, lexical forms as written.

    Args:
        path: the file.
        shown: the name by which findings call it; its own name if None.

    Raises:
        InputError: the file is not Turtle; names the line.
    """
    try:
        return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]
    except SyntaxError as error:
        place = Place(shown or path.name, error.lineno or 1)
        raise InputError([Finding(place, "turtle", {"problem": str(error.msg)})]) from error
    except (UnicodeDecodeError, ValueError) as error:
        raise InputError(
            [Finding(Place(shown or path.name, 1), "turtle", {"problem": str(error)})]
        ) from error


@dataclass(frozen=True)
class Vocabulary:
    """What the shipped files say.

    Attributes:
        documents: path under VOCAB → triples of that document.
        concepts: scheme → id → labels by language; deprecated concepts too.
        laws: id → labels by language of acts and sections.
    """

    documents: Mapping[str, tuple[Triple, ...]]
    concepts: Mapping[str, Mapping[str, Mapping[str, str]]]
    laws: Mapping[str, Mapping[str, str]]

    @property
    def triples(self) -> list[Triple]:
        """The triples of every document together, each once."""
        return list(dict.fromkeys(triple for document in self.documents.values() for triple in document))


@cache
def load() -> Vocabulary:
    """Read the shipped vocabulary once in a process."""
    directory = locate("ontology")
    documents = {
        path: tuple(read_turtle(directory / file, f"ontology/{file}")) for path, file in DOCUMENTS.items()
    }
    return Vocabulary(
        documents=documents,
        concepts={scheme: _labels(documents[scheme], f"{VOCAB}{scheme}/") for scheme in SCHEMES},
        laws=_labels(documents["fi/law"], f"{VOCAB}fi/law/"),
    )


def place(iri: str) -> Place | None:
    """Return the file of the vocabulary and the line where the description of an IRI begins, or None."""
    name = iri.replace(PREFIXES["osa"], "osa:") if iri.startswith(PREFIXES["osa"]) else f"<{iri}>"
    for file in DOCUMENTS.values():
        lines = (locate("ontology") / file).read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if line == name or line.startswith(f"{name} "):
                return Place(f"ontology/{file}", number)
    return None


@cache
def authorities() -> tuple[Triple, ...]:
    """Return what the EU and other authority lists say of the terms that catalogs use."""
    return tuple(read_turtle(locate("ontology") / "authorities.ttl", "ontology/authorities.ttl"))


@cache
def shapes(*files: str) -> tuple[Triple, ...]:
    """Return the shipped shapes; blank nodes are numbered in the order of the files, so that each run is alike.

    Args:
        files: names of files without suffix; every file if none is named.
    """
    triples: list[Triple] = []
    for path in sorted(locate("shapes").glob("*.ttl")):
        if not files or path.stem in files:
            triples += read_turtle(path, f"shapes/{path.name}")
    names: dict[str, BlankNode] = {}
    return tuple(Triple(_named(s, names), p, _named(o, names)) for s, p, o in triples)


def _named(node: _T, names: dict[str, BlankNode]) -> _T | BlankNode:
    if not isinstance(node, BlankNode):
        return node
    return names.setdefault(node.value, BlankNode(f"b{len(names):04}"))


def _labels(triples: tuple[Triple, ...], prefix: str) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for subject, predicate, value in triples:
        if not isinstance(subject, NamedNode) or not subject.value.startswith(prefix):
            continue
        if predicate == term("skos:prefLabel") and isinstance(value, Literal) and value.language:
            labels.setdefault(subject.value.removeprefix(prefix), {})[value.language] = value.value
    return labels


@cache
def context() -> Mapping[str, object]:
    """Return the published JSON-LD context: the value of its `@context`."""
    text = (locate("ontology") / "context.jsonld").read_text(encoding="utf-8")
    found: Mapping[str, object] = json.loads(text)["@context"]
    return found
