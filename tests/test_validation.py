"""Validation tells what a bare SHACL engine does not: what was not checked, what was written, and where it stands."""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from osallisuus import validation, vocabulary
from osallisuus.errors import LANGUAGES
from osallisuus.site import Contents
from osallisuus.validation import Report
from osallisuus.vocabulary import VOCAB

PREFIXES = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://mallila.example/> .
"""


def triples(text: str) -> list[Triple]:
    """Read Turtle whose prefixes are those above."""
    return [each.triple for each in parse(PREFIXES + text, format=RdfFormat.TURTLE)]


def check(text: str) -> Report:
    """Validate Turtle, together with the vocabulary, against the shipped shapes."""
    return validation.validate([*triples(text), *vocabulary.load().triples], vocabulary.shapes())


def rules(report: Report, focus: str) -> set[str]:
    """Return the names of the rules that a thing of `ex:` breaks."""
    iri = f"https://mallila.example/{focus}"
    found = [each for each in report.results if iri in {each.focus, each.value} or iri in each.text("en")]
    return {each.rule.removeprefix(f"{VOCAB}shapes#") for each in found}


def test_the_published_data_conforms(contents: Contents) -> None:
    """The repository's data breaks no rule, also under --strict but for units that nobody could identify."""
    report = validation.validate_contents(contents)

    assert report.conforms()
    assert report.faults == ()
    assert {each.rule for each in report.results} == {f"{VOCAB}shapes#unit-unresolved"}
    assert report.checked[f"{VOCAB}shapes#Practice"] == sum(
        len(each.practices) for each in contents.municipalities
    )


def test_labels_that_one_per_language_does_not_catch() -> None:
    """A label without a tag, one with a regional tag and a missing one are each found; a whole concept is not (C10)."""
    label = 'skos:definition "Määritelmä."@fi , "Definition."@sv , "Definition."@en ; skos:inScheme ex:s ; skos:topConceptOf ex:s'
    report = check(f"""
        ex:twice a skos:Concept ; {label} ; skos:prefLabel "Kyläretki"@fi , "Kylä-retki"@fi-FI , "Byutflykt"@sv , "Village trip"@en .
        ex:bare a skos:Concept ; {label} ; skos:prefLabel "Kylätalo" , "Kylätalo"@fi , "Byahus"@sv , "Village hall"@en .
        ex:one a skos:Concept ; {label} ; skos:prefLabel "Byafest"@sv .
        ex:whole a skos:Concept ; {label} ; skos:prefLabel "Kyläjuhla"@fi , "Byafest"@sv , "Village feast"@en .
    """)

    assert {"concept-label"} & rules(report, "twice")
    assert {"concept-label"} & rules(report, "bare")
    assert {"concept-label-languages"} & rules(report, "one")
    assert not {each for each in rules(report, "whole") if each.startswith("concept-label")}


@pytest.mark.parametrize(
    "written", ["2026-03-31T08:15:00Z", "2026-03-31Z", "31.3.2026", "2026-02-29", "2026-13-01", "26-03-31"]
)
def test_a_date_is_seen_as_it_was_written(written: str) -> None:
    """A stamp, a zone, a Finnish date or a day that does not exist is no date, whatever a parser makes of it (C11)."""
    report = check(f'ex:thing dct:modified "{written}"^^xsd:date .')

    assert "date-modified" in rules(report, "thing")


@pytest.mark.parametrize("written", ["2026-03-31", "2024-02-29"])
def test_a_plain_date_is_a_date(written: str) -> None:
    """A day that exists, written plainly, is accepted; also the leap day of a leap year (C11)."""
    assert rules(check(f'ex:thing dct:modified "{written}"^^xsd:date .'), "thing") == set()


def test_shapes_that_check_nothing_are_no_success() -> None:
    """A misspelt target, a misspelt SHACL term and a shape that is nowhere are named, and nothing conforms (C13)."""
    shapes = triples("""
        ex:Target a sh:NodeShape ; sh:targetClass ex:Praktice ; sh:property ex:nowhere .
        ex:Term a sh:NodeShape ; sh:targetClass ex:Practice ; sh:property [ sh:path ex:unit ; sh:mincount 1 ] .
    """)
    report = validation.validate(triples("ex:a a ex:Practice ."), shapes)

    assert not report.conforms()
    assert [text.split()[0] for text in report.faults] == [
        "http://www.w3.org/ns/shacl#mincount",
        "<https://mallila.example/nowhere>",
        "https://mallila.example/Target",
    ]
    assert report.checked == {"https://mallila.example/Target": 0, "https://mallila.example/Term": 1}


def test_no_shapes_are_no_success() -> None:
    """Without any shape the report says that nothing was checked (C13)."""
    assert not validation.validate(triples("ex:a a ex:Practice ."), []).conforms()


@pytest.mark.parametrize("file", ["data", "shapes"])
def test_the_verdict_does_not_depend_on_the_file_of_a_subclass(file: str) -> None:
    """A board is a unit, whichever file says so, and a rule for units checks boards too (C14)."""
    parts = {
        "data": "ex:a a ex:Practice ; ex:unit ex:b . ex:b a ex:Board . ",
        "shapes": """
            ex:P a sh:NodeShape ; sh:targetClass ex:Practice ; sh:property [ sh:path ex:unit ; sh:class ex:Unit ] .
            ex:U a sh:NodeShape ; sh:targetClass ex:Unit ; sh:property [ sh:path ex:name ; sh:minCount 1 ] .
        """,
    }
    parts[file] += "ex:Board a owl:Class ; rdfs:subClassOf ex:Unit . ex:Unit a owl:Class ."
    data = triples(parts["data"])
    before = list(data)
    report = validation.validate(data, triples(parts["shapes"]))

    assert [(each.focus, each.path) for each in report.results] == [
        ("https://mallila.example/b", "https://mallila.example/name")
    ]
    assert report.checked["https://mallila.example/U"] == 1
    assert data == before


def test_half_a_pair_of_top_concepts_is_found() -> None:
    """A top concept that its scheme does not name, and a concept in no scheme, are found (C20)."""
    text = 'skos:prefLabel "a{0}"@fi , "b{0}"@sv , "c{0}"@en ; skos:definition "D."@fi , "D."@sv , "D."@en'
    report = check(f"""
        ex:scheme a skos:ConceptScheme ; dct:title "S"@fi , "S"@sv , "S"@en .
        ex:top a skos:Concept ; {text.format(1)} ; skos:inScheme ex:scheme ; skos:topConceptOf ex:scheme .
        ex:lost a skos:Concept ; {text.format(2)} .
    """)

    assert "concept-top" in rules(report, "top")
    assert "concept-scheme" in rules(report, "lost")


def test_shapes_that_cannot_be_run_are_a_fault() -> None:
    """A constraint that the engine cannot read is told as a fault of the shapes, not as a traceback."""
    shapes = triples('ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT nonsense" ] .')
    report = validation.validate(triples("ex:a a ex:Practice ."), shapes)

    assert not report.conforms()
    assert "cannot be run" in report.faults[-1]


def test_a_result_names_file_line_and_cure_in_each_language(contents: Contents, repository: Path) -> None:
    """A warning about a unit stands at the line of its type, and speaks Finnish, Swedish and English."""
    report = validation.validate_contents(contents)
    result = next(each for each in report.results if each.focus.endswith("/235/unit/henkilosto"))
    assert result.place is not None
    line = (repository / result.place.file).read_text(encoding="utf-8").splitlines()[result.place.line - 1]

    assert line.strip() == "type: unresolved"
    assert len({result.text(language) for language in LANGUAGES}) == 3


def test_the_examples_of_the_vocabulary_keep_every_rule(repository: Path) -> None:
    """What `ontology/examples/` shows is valid, and its two forms say the same."""
    directory = repository / "ontology" / "examples"
    turtle = vocabulary.read_turtle(directory / "municipality.ttl")
    context = (repository / "ontology" / "context.jsonld").read_text(encoding="utf-8")
    text = (directory / "municipality.jsonld").read_text(encoding="utf-8")
    inline = text.replace(f'"{vocabulary.CONTEXT}"', context.split('"@context":', 1)[1].rsplit("}", 1)[0])
    json_ld = {each.triple for each in parse(inline, format=RdfFormat.JSON_LD)}
    report = validation.validate([*turtle, *vocabulary.load().triples], vocabulary.shapes())

    assert [each.text("en") for each in report.results] == []
    assert json_ld == set(turtle)
