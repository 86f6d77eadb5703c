"""The offered formats say the same, word for word, and are the same bytes each time."""

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    RdfFormat,
    Triple,
    parse,
)

from osallisuus import vocabulary
from osallisuus.formats import JSONLD, NTRIPLES, RDF_FORMATS, RDFXML, TURTLE, Format
from osallisuus.release import Publication
from osallisuus.serialisation import ordered, write
from osallisuus.vocabulary import PREFIXES, term

DATASETS = [f"fi/{code}/practices" for code in ("049", "091", "092", "235", "398", "837", "853")]
GRAPHS = [*DATASETS, "vocabulary", "comparison", "catalog"]
DOCUMENTS = [*GRAPHS, ".well-known/void", "ns", "fi/law", "ns/1.0.0", "mappings"]
PARSERS = {
    TURTLE: ("turtle", RdfFormat.TURTLE),
    NTRIPLES: ("nt", RdfFormat.N_TRIPLES),
    JSONLD: ("json-ld", RdfFormat.JSON_LD),
    RDFXML: ("xml", RdfFormat.RDF_XML),
}
"""Format → its name in rdflib and in pyoxigraph."""
FORMATS = pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.name)
SUBJECT = NamedNode("https://example.org/a")


def _oxigraph(content: bytes, form: Format) -> Dataset:
    found = Dataset(parse(content, format=PARSERS[form][1]))
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return found


def _rdflib(content: bytes, form: Format) -> rdflib.Graph:
    return rdflib.Graph().parse(data=content, format=PARSERS[form][0])


def _parsed(content: bytes, form: Format) -> set[Triple]:
    return {each.triple for each in parse(content, format=PARSERS[form][1])}


def _refuse(url: str, _: object) -> dict[str, Any]:
    raise AssertionError(f"a reader without network is sent to {url}")


OFFLINE = {"documentLoader": _refuse}


def test_every_graph_of_the_endpoint_is_checked_here(publication: Publication) -> None:
    """The graphs that these tests read are those that are published."""
    assert sorted(publication.graphs) == sorted(GRAPHS)


@pytest.mark.parametrize("path", [*DOCUMENTS, "shapes"])
@FORMATS
def test_each_format_says_the_same_to_oxigraph(path: str, form: Format, edition: dict[str, bytes]) -> None:
    """The file of a format is isomorphic to the N-Triples of the same thing, as pyoxigraph reads both."""
    content = edition[f"{path}{form.suffix}"]

    assert _oxigraph(content, form) == _oxigraph(edition[f"{path}.nt"], NTRIPLES)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib warns of its own JSON-LD parser
@pytest.mark.parametrize("path", DOCUMENTS)
def test_each_format_says_the_same_to_rdflib(path: str, edition: dict[str, bytes]) -> None:
    """Without a blank node, isomorphic is equal: rdflib reads one and the same graph from every format."""
    expected = set(_rdflib(edition[f"{path}.nt"], NTRIPLES))

    assert [part for triple in expected for part in triple if isinstance(part, rdflib.BNode)] == []
    for form in RDF_FORMATS:
        assert set(_rdflib(edition[f"{path}{form.suffix}"], form)) == expected


@pytest.mark.parametrize("path", DOCUMENTS)
def test_json_ld_expands_alike_without_network(path: str, edition: dict[str, bytes]) -> None:
    """PyLD reads from the JSON-LD the triples of the N-Triples, and asks for no address."""
    document = json.loads(edition[f"{path}.jsonld"])
    quads = jsonld.to_rdf(document, {**OFFLINE, "format": "application/n-quads"})

    assert _parsed(quads.encode(), NTRIPLES) == _parsed(edition[f"{path}.nt"], NTRIPLES)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_json_ld_is_fully_compacted(path: str, edition: dict[str, bytes]) -> None:
    """Compacting the expanded document with its own context gives the document back."""
    document = json.loads(edition[f"{path}.jsonld"])
    expanded = jsonld.expand(document, OFFLINE)
    compacted = jsonld.compact(expanded, document["@context"], {**OFFLINE, "graph": "@graph" in document})

    assert _unordered(compacted) == _unordered(document)


def _unordered(value: Any) -> Any:
    """Return a JSON value with its arrays sorted: JSON-LD gives their order no meaning."""
    if isinstance(value, dict):
        return {key: _unordered(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted((_unordered(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    return value


def test_json_ld_may_name_its_context(publication: Publication) -> None:
    """With a context given by its IRI the document says the same; only the context is not in it."""
    triples = publication.document("https://w3id.org/osallisuus/fi/235/practices/kaupungin-kotisivut")
    named = json.loads(write(triples, JSONLD, vocabulary.CONTEXT))
    inline = json.loads(write(triples, JSONLD))

    assert named.pop("@context") == "https://w3id.org/osallisuus/ns/1.0.0/context.jsonld"
    assert inline.pop("@context") == vocabulary.context()
    assert named == inline


@FORMATS
@pytest.mark.parametrize("path", ["fi/235/practices", "shapes"])
def test_the_order_of_the_triples_changes_no_byte(path: str, form: Format, edition: dict[str, bytes]) -> None:
    """Triples in any order, some of them twice, give the same bytes (C12)."""
    triples = [each.triple for each in parse(edition[f"{path}.nt"], format=RdfFormat.N_TRIPLES)]
    expected = write(triples, form)
    for seed in range(3):
        shuffled = [*triples, *triples[:9]]
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - nothing secret
        assert write(shuffled, form) == expected


CHILD = """
import hashlib, sys
from pathlib import Path
from osallisuus import release, site
files = release.edition(site.read(site.Layout(Path(sys.argv[1]))), None, "2026-11-25")
for path in sorted(files):
    print(hashlib.sha256(files[path]).hexdigest(), path)
"""


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_another_process_writes_the_same_bytes(
    seed: str, repository: Path, edition: dict[str, bytes], tmp_path: Path
) -> None:
    """Another hash seed, an ASCII locale, another time zone and working directory change no byte (C12)."""
    variables = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "LC_ALL": "C",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
        "TZ": "Pacific/Auckland",
    }
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(repository)],
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )

    assert child.stdout.splitlines() == [
        f"{hashlib.sha256(edition[path]).hexdigest()} {path}" for path in sorted(edition)
    ]


def _literal(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(PREFIXES["xsd"] + datatype))


LITERALS = [
    (predicate, _literal(text, datatype))
    for predicate, text, datatype in (
        ("osa:timesPerYear", "1.50", "decimal"),
        ("osa:timesPerYear", "12", "integer"),
        ("osa:sourceRow", "001", "integer"),
        ("osa:sourceRow", "-0", "integer"),
        ("osa:sourceRow", "١", "integer"),
        ("osa:sourceRow", "7", "integer"),
        ("osa:sourceRow", "7", "string"),
        ("osa:statutory", "1", "boolean"),
        ("osa:statutory", "true", "boolean"),
        ("osa:statutory", "true", "string"),
        ("osa:ended", "2025-01-31", "date"),
        ("osa:ended", "2025-01-31Z", "date"),
        ("osa:ended", "2025-02-30", "date"),
        ("osa:ended", "2025-01", "gYearMonth"),
        ("osa:sourceSeen", "2025", "gYear"),
        ("dcat:byteSize", "007", "nonNegativeInteger"),
        ("dct:identifier", 'a "quote", a \\ and\na\ttab', "string"),
    )
]


@FORMATS
@pytest.mark.parametrize(("predicate", "literal"), LITERALS, ids=str)
def test_a_literal_keeps_its_lexical_form(form: Format, predicate: str, literal: Literal) -> None:
    """What was written stays: no zero is dropped, no number made native where it would change, no date cut (C11)."""
    triple = Triple(SUBJECT, term(predicate), literal)

    assert _parsed(write([triple], form), form) == {triple}


@pytest.mark.parametrize(("predicate", "literal"), LITERALS, ids=str)
def test_pyld_keeps_the_lexical_form(predicate: str, literal: Literal) -> None:
    """A literal passes through another JSON-LD processor unchanged."""
    triple = Triple(SUBJECT, term(predicate), literal)
    quads = jsonld.to_rdf(json.loads(write([triple], JSONLD)), {**OFFLINE, "format": "application/n-quads"})

    assert _parsed(quads.encode(), NTRIPLES) == {triple}


PROPERTIES = ("dct:title", "dcat:keyword", "skos:editorialNote", "osa:sourceName")
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=20)
TRIPLES = st.builds(
    lambda subject, predicate, text, language: Triple(
        NamedNode(f"https://example.org/{subject}"), term(predicate), Literal(text, language=language)
    ),
    st.sampled_from("abc"),
    st.sampled_from(PROPERTIES),
    TEXTS,
    st.sampled_from(["fi", "sv", "en", "zh-hant"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TRIPLES, max_size=6))
def test_texts_survive_every_format(triples: list[Triple]) -> None:
    """Any texts in any languages, several to a language, come back from each format as they were."""
    for form in RDF_FORMATS:
        assert _parsed(write(triples, form), form) == set(triples)


def test_a_text_without_language_is_refused_where_languages_belong() -> None:
    """JSON-LD cannot hold a text without a language in a map of languages, so it says so instead of losing it."""
    triple = Triple(SUBJECT, term("dct:title"), Literal("Title"))

    with pytest.raises(ValueError, match="a text without a language"):
        write([triple], JSONLD)


def test_triples_are_ordered_by_subject_with_the_type_first() -> None:
    """A description begins with its type; subjects, properties and values follow in the order of their signs."""
    b = NamedNode("https://example.org/b")
    expected = [
        Triple(SUBJECT, term("rdf:type"), term("osa:Practice")),
        Triple(SUBJECT, term("dct:title"), Literal("A", language="fi")),
        Triple(SUBJECT, term("dct:title"), Literal("B", language="en")),
        Triple(b, term("rdf:type"), term("osa:Practice")),
    ]

    assert ordered(reversed([*expected, expected[0]])) == expected


def test_a_blank_node_keeps_its_links_in_json_ld() -> None:
    """Blank nodes, which only the shapes have, are linked in JSON-LD as in N-Triples."""
    node = BlankNode("b0001")
    triples = [Triple(SUBJECT, term("sh:property"), node), Triple(node, term("sh:path"), term("dct:title"))]

    assert _oxigraph(write(triples, JSONLD), JSONLD) == _oxigraph(write(triples, NTRIPLES), NTRIPLES)


def test_turtle_declares_only_the_prefixes_that_it_uses(edition: dict[str, bytes]) -> None:
    """Each prefix at the head of a Turtle file is a prefix of ours that occurs below."""
    lines = edition["fi/235/practices.ttl"].decode().splitlines()
    heads = {line.split()[1].rstrip(":") for line in lines if line.startswith("@prefix")}
    body = "\n".join(line for line in lines if not line.startswith("@prefix"))

    assert heads <= PREFIXES.keys()
    assert {each for each in heads if f"{each}:" not in body} <= {"rdf"}  # whose rdf:type is written `a`
