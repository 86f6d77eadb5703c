"""The shipped vocabulary: frozen by version, named in three languages, readable by the tools that people use."""

import json
import logging
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import owlready2
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from osallisuus import vocabulary
from osallisuus.errors import Place
from osallisuus.vocabulary import DOCUMENTS, PREFIXES, SCHEMES, VERSION, VOCAB, term

LANGUAGES = {"fi", "sv", "en"}
NS = PREFIXES["osa"]
SCHEME = pytest.mark.parametrize("scheme", SCHEMES)


def _triples(path: Path) -> list[Triple]:
    return [each.triple for each in parse(path=path, format=RdfFormat.TURTLE)]


def _pairs(triples: Iterable[Triple], name: str) -> set[tuple[str, str]]:
    """Return the subjects and objects that a property links."""
    wanted = term(name)
    return {
        (each.subject.value, each.object.value)
        for each in triples
        if each.predicate == wanted
        and isinstance(each.subject, NamedNode)
        and isinstance(each.object, NamedNode)
    }


def _texts(triples: Iterable[Triple], subject: str, name: str) -> list[str]:
    """Return the language of each text of a property."""
    wanted = (NamedNode(subject), term(name))
    found = [each.object for each in triples if (each.subject, each.predicate) == wanted]
    return sorted(each.language or "" for each in found if isinstance(each, Literal))


def _subjects(triples: Iterable[Triple]) -> set[str]:
    return {each.subject.value for each in triples if isinstance(each.subject, NamedNode)}


def _context() -> dict[str, Any]:
    path = vocabulary.locate("ontology") / "context.jsonld"

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert [key for key, number in Counter(key for key, _ in pairs).items() if number > 1] == []
        return dict(pairs)

    return dict(json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)["@context"])


def _terms() -> dict[str, str]:
    """Return each term of the context → its IRI."""
    return {
        name: value["@id"] if isinstance(value, dict) else value
        for name, value in _context().items()
        if not name.startswith("@")
    }


@pytest.mark.parametrize("file", [*DOCUMENTS.values(), "context.jsonld"])
def test_a_released_version_is_frozen(file: str) -> None:
    """Until the version changes, each file is, byte for byte, the one that was released under it."""
    directory = vocabulary.locate("ontology")

    assert (directory / file).read_bytes() == (directory / "releases" / VERSION / file).read_bytes()


def test_a_release_holds_the_whole_vocabulary() -> None:
    """The folder of a release has each document and the context, and nothing else."""
    released = vocabulary.locate("ontology") / "releases" / VERSION

    assert {each.name for each in released.iterdir()} == {*DOCUMENTS.values(), "context.jsonld"}


def test_the_version_in_each_file_is_that_of_its_folder() -> None:
    """Wherever a released file states a version, it is the name of its folder."""
    for folder in (vocabulary.locate("ontology") / "releases").iterdir():
        stated = {file: _versions(_triples(folder / file)) for file in ("osallisuus.ttl", *SCHEMES.values())}
        assert stated == {file: {folder.name} for file in stated}


def _versions(triples: list[Triple]) -> set[str]:
    names = {term("owl:versionInfo"), term("dcat:version")}
    literal = {
        each.object.value for each in triples if each.predicate in names and isinstance(each.object, Literal)
    }
    return literal | {iri.rpartition("/")[2] for _, iri in _pairs(triples, "owl:versionIRI")}


def test_the_version_of_the_package_is_that_of_the_ontology() -> None:
    """The constant, the ontology's version IRI and the address of the context agree."""
    ontology = vocabulary.load().documents["ns"]

    assert _pairs(ontology, "owl:versionIRI") == {(f"{VOCAB}ns", f"{VOCAB}ns/{VERSION}")}
    assert f"{VOCAB}ns/{VERSION}/context.jsonld" == vocabulary.CONTEXT


def test_every_term_of_ours_is_explained_in_three_languages() -> None:
    """Each class and property of our namespace has one label and one definition in each language."""
    ontology = vocabulary.load().documents["ns"]
    ours = {each for each in _subjects(ontology) if each.startswith(NS)}

    assert f"{NS}Practice" in ours
    for each in ours:
        assert _texts(ontology, each, "rdfs:label") == sorted(LANGUAGES), each
        assert _texts(ontology, each, "skos:definition") == sorted(LANGUAGES), each


@SCHEME
def test_every_concept_is_explained_in_three_languages(scheme: str) -> None:
    """Each concept of a scheme has one label and one definition in each language."""
    triples = vocabulary.load().documents[scheme]
    concepts = {each for each in _subjects(triples) if each.startswith(f"{VOCAB}{scheme}/")}

    assert len(concepts) == len(vocabulary.load().concepts[scheme]) > 0
    for each in concepts:
        assert _texts(triples, each, "skos:prefLabel") == sorted(LANGUAGES), each
        if (each, str(term("skos:Collection").value)) not in _pairs(triples, "rdf:type"):
            assert _texts(triples, each, "skos:definition") == sorted(LANGUAGES), each


def test_every_term_that_data_uses_is_declared(edition: dict[str, bytes]) -> None:
    """A property or class of our namespace in what is published is declared in the ontology."""
    declared = _subjects(vocabulary.load().documents["ns"])
    used = {
        part.value
        for path, content in edition.items()
        if path.endswith(".nt") and path != "shapes.nt"
        for triple in parse(content, format=RdfFormat.N_TRIPLES)
        for part in (triple.predicate, triple.object)
        if isinstance(part, NamedNode) and part.value.startswith(NS)
    }

    assert used - declared - {NS} == set()


def test_the_context_defines_each_iri_once() -> None:
    """No two terms of the context are one IRI, and no term is defined twice."""
    repeated = [iri for iri, number in Counter(_terms().values()).items() if number > 1]

    assert repeated == []


def test_the_context_cannot_be_overridden_or_guess() -> None:
    """The context is of JSON-LD 1.1, protected, complete in itself, and has no default vocabulary, base or language."""
    keywords = {name: value for name, value in _context().items() if name.startswith("@")}

    assert keywords == {"@version": 1.1, "@protected": True}


def test_no_term_is_taken_for_a_prefix(edition: dict[str, bytes]) -> None:
    """No term can shorten another's IRI, and no published IRI begins like `term:`."""
    schemes = {
        part.value.partition(":")[0]
        for path, content in edition.items()
        if path.endswith(".nt")
        for triple in parse(content, format=RdfFormat.N_TRIPLES)
        for part in (triple.subject, triple.predicate, triple.object)
        if isinstance(part, NamedNode)
    }
    terms = _terms()

    assert schemes & terms.keys() == set()
    assert [name for name, iri in terms.items() if iri[-1] in ":/?#[]@" or ":" in name] == []


def test_every_published_predicate_and_class_is_a_term(edition: dict[str, bytes]) -> None:
    """Each property and class of what is published has a short name in the context; shapes, VoID and CPSV-AP use others' terms."""
    terms = set(_terms().values())
    rdf_type = term("rdf:type")
    used: set[str] = set()
    for path, content in edition.items():
        if path.endswith(".nt") and not path.endswith(("shapes.nt", "void.nt", "services.nt")):
            for triple in parse(content, format=RdfFormat.N_TRIPLES):
                if triple.predicate != rdf_type:
                    used.add(triple.predicate.value)
                elif isinstance(triple.object, NamedNode):
                    used.add(triple.object.value)

    assert used - terms == set()


def test_the_ontology_opens_in_owl_tools(publish: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Owlready2 reads the ontology without a warning and finds the class and its properties, and no stray individual."""
    with caplog.at_level(logging.WARNING):
        ontology = owlready2.World().get_ontology((publish / "ns.rdf").as_uri()).load()
    names = {each.iri for each in (*ontology.object_properties(), *ontology.data_properties())}
    declared = vocabulary.load().documents["ns"]
    properties = _typed(declared, "owl:ObjectProperty") | _typed(declared, "owl:DatatypeProperty")

    assert caplog.records == []
    assert f"{NS}Practice" in {each.iri for each in ontology.classes()}
    assert names == properties
    assert list(ontology.individuals()) == []


def _typed(triples: Iterable[Triple], kind: str) -> set[str]:
    return {subject for subject, value in _pairs(triples, "rdf:type") if value == term(kind).value}


def test_every_property_that_the_ontology_states_is_declared() -> None:
    """An OWL tool need not guess: each property used in the ontology's file is declared there or belongs to RDF and OWL."""
    ontology = vocabulary.load().documents["ns"]
    kinds = ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")
    declared = set().union(*(_typed(ontology, kind) for kind in kinds))
    known = (PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["owl"])
    used = {each.predicate.value for each in ontology}

    assert {each for each in used - declared if not each.startswith(known)} == set()


@SCHEME
def test_each_scheme_passes_skosify_without_a_warning(scheme: str, tmp_path: Path) -> None:
    """Skosify, which checks labels, hierarchy and relations, has nothing to say of any scheme (C20)."""
    program = Path(sys.executable).with_name("skosify")
    file = vocabulary.locate("ontology") / SCHEMES[scheme]
    done = subprocess.run(
        [program, file, "-o", tmp_path / "checked.ttl"], capture_output=True, text=True, check=True
    )

    assert done.stderr == ""
    assert _pairs(_triples(tmp_path / "checked.ttl"), "skos:broader") == _pairs(
        _triples(file), "skos:broader"
    )


@SCHEME
def test_no_scheme_has_one_label_twice(scheme: str) -> None:
    """In each language no two concepts of a scheme share a preferred label, in whatever case (C04)."""
    labels = Counter(
        (language, text.casefold())
        for texts in vocabulary.load().concepts[scheme].values()
        for language, text in texts.items()
    )

    assert [label for label, number in labels.items() if number > 1] == []


@SCHEME
def test_hierarchies_are_stated_in_both_directions(scheme: str) -> None:
    """`broader` and `narrower`, `hasTopConcept` and `topConceptOf` are stated both ways, `related` too (C20)."""
    triples = vocabulary.load().documents[scheme]

    for one, other in (
        ("skos:broader", "skos:narrower"),
        ("skos:topConceptOf", "skos:hasTopConcept"),
        ("skos:related", "skos:related"),
    ):
        assert {(b, a) for a, b in _pairs(triples, one)} == _pairs(triples, other)


@SCHEME
def test_every_concept_is_reached_by_browsing(scheme: str) -> None:
    """From the scheme down every concept that is not deprecated is found, and each says which scheme it is in (C20)."""
    triples = vocabulary.load().documents[scheme]
    deprecated = {each.subject.value for each in triples
                  if each.predicate == term("owl:deprecated") and isinstance(each.subject, NamedNode)}  # fmt: skip
    concepts = _typed(triples, "skos:Concept")
    reached: set[str] = set()
    todo = {each for _, each in _pairs(triples, "skos:hasTopConcept")}
    while todo:
        reached |= todo
        todo = {narrow for broad, narrow in _pairs(triples, "skos:narrower") if broad in todo} - reached

    assert _pairs(triples, "skos:inScheme") >= {(each, f"{VOCAB}{scheme}") for each in concepts}
    assert concepts - reached - deprecated == set()


def test_no_document_of_the_vocabulary_has_a_blank_node() -> None:
    """Each node of the vocabulary has an IRI; only the shapes have blank nodes."""
    parts = (
        part for triples in vocabulary.load().documents.values() for triple in triples for part in triple
    )

    assert [each for each in parts if isinstance(each, BlankNode | Triple)] == []


def test_a_concept_is_described_in_one_document_only() -> None:
    """Labels and definitions of a concept stand in its own scheme's file; mappings repeat none of them."""
    homes = Counter(
        each.subject.value
        for triples in vocabulary.load().documents.values()
        for each in triples
        if each.predicate == term("skos:prefLabel") and isinstance(each.object, Literal) and each.object.language == "en"
        if isinstance(each.subject, NamedNode)
    )  # fmt: skip

    assert [each for each, number in homes.items() if number > 1] == []


def test_the_place_of_a_term_is_known() -> None:
    """A concept, a property and a scheme are found in their file, at the line where their description begins."""
    for iri, file in (
        (f"{VOCAB}purpose/co-design", "purposes.ttl"),
        (f"{NS}Practice", "osallisuus.ttl"),
        (f"{VOCAB}channel", "channels.ttl"),
    ):
        found = vocabulary.place(iri)
        assert isinstance(found, Place)
        lines = (vocabulary.locate("ontology") / file).read_text(encoding="utf-8").splitlines()
        assert (found.file, lines[found.line - 1].split()[0]) == (
            f"ontology/{file}",
            f"<{iri}>" if not iri.startswith(NS) else "osa:Practice",
        )
    assert vocabulary.place("https://example.org/nothing") is None
