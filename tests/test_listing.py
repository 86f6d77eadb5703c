"""The practices as lists see them, checked against the published table and the published triples."""

import csv
import io
from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from osallisuus.compare import AXES, Entry
from osallisuus.release import Publication
from osallisuus.release.listing import documents, entries
from osallisuus.vocabulary import VOCAB, term

COLUMNS = {
    "purpose": "purposes",
    "target-group": "target_groups",
    "channel": "channels",
    "unit-type": "unit_types",
    "law": "legal_basis",
}
IMPLIED = {"target-group": "implied_groups", "law": "implied_legal_basis"}
SURVEY = f"{VOCAB}fi/235/practices/asukaskysely"


@pytest.fixture(scope="module")
def listed(publication: Publication) -> dict[str, Entry]:
    """Return IRI → entry."""
    return {each.iri: each for each in entries(publication)}


@pytest.fixture(scope="module")
def rows(publication: Publication) -> dict[str, dict[str, str]]:
    """Return IRI → row of the published table of all practices."""
    text = io.StringIO(publication.files["comparison-wide.csv"].decode(), newline="")
    return {row["practice"]: row for row in csv.DictReader(text)}


def test_every_practice_of_the_table_is_listed_once(
    publication: Publication, listed: dict[str, Entry], rows: dict[str, dict[str, str]]
) -> None:
    """The list has the practices of the table, by municipality and IRI."""
    assert [each.iri for each in entries(publication)] == sorted(listed)
    assert set(listed) == {iri for iri, row in rows.items() if row["withdrawn"] != "true"}


@pytest.mark.parametrize("axis", COLUMNS)
def test_values_are_those_of_the_table(
    listed: dict[str, Entry], rows: dict[str, dict[str, str]], axis: str
) -> None:
    """What a practice has on an axis is what its row says, stated and implied apart."""
    for iri, entry in listed.items():
        stated = set(filter(None, rows[iri][COLUMNS[axis]].split("; ")))
        assert set(entry.on(axis)) == stated, iri
        if axis in IMPLIED:
            implied = set(filter(None, rows[iri][IMPLIED[axis]].split("; ")))
            assert set(entry.implied[axis]) == implied - stated, iri


def test_an_entry_knows_its_municipality_coverage_and_direction(
    listed: dict[str, Entry], rows: dict[str, dict[str, str]]
) -> None:
    """They are those of the row."""
    for iri, entry in listed.items():
        row = rows[iri]
        assert entry.municipality == row["municipality"]
        assert entry.on("municipality") == (row["municipality"],)
        assert entry.coverage == f"{VOCAB}coverage/{row['coverage']}"
        assert entry.is_outward == (row["outward"] == "true")


def test_levels_follow_from_purposes(publication: Publication, listed: dict[str, Entry]) -> None:
    """A practice stands on the levels that its purposes lead to."""
    for entry in listed.values():
        reached = {
            each for purpose in entry.on("purpose") for each in publication.links(purpose, "skos:broadMatch")
        }
        assert set(entry.on("level")) == {each for each in reached if each.startswith(f"{VOCAB}level/")}


def test_readings_are_given_only_when_asked_for(listed: dict[str, Entry]) -> None:
    """The editors' reading of a group is no stated group."""
    entry = listed[f"{VOCAB}fi/235/practices/kuntalais-ja-yhdistysillat"]
    reading = f"{VOCAB}target-group/associations"

    assert reading not in entry.on("target-group")
    assert reading in entry.on("target-group", with_implied=True)
    assert set(entry.values) == set(AXES)


def test_a_withdrawn_practice_is_not_listed(publication: Publication) -> None:
    """It keeps its page, but no list has it."""
    true = Literal("true", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))
    graphs = {**publication.graphs}
    graphs["fi/235/practices"] += (Triple(NamedNode(SURVEY), term("owl:deprecated"), true),)
    changed = replace(publication, graphs=graphs)

    assert SURVEY not in {each.iri for each in entries(changed)}
    assert len(entries(changed)) == len(entries(publication)) - 1


def test_a_practice_is_found_by_every_text_about_it(
    publication: Publication, listed: dict[str, Entry]
) -> None:
    """Its document has names and descriptions in every language, labels with synonyms, units, and the source's words."""
    (found,) = documents(publication, [listed[SURVEY]])

    assert {"Asukaskysely", "Invånarenkät", "Residents' survey"} <= set(found.name.split("\n"))
    assert "omfattande enkät om stadens tjänster" in found.description
    assert "kuntalaiset" in found.source
    for word in ("Grankulla", "kaupunginkanslia", "insamling av feedback", "collecting feedback"):
        assert word in found.labels
