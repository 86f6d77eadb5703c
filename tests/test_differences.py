"""Differences between two states: complete, value by value, as text, as RDF that can be replayed, and from the command line."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from osallisuus import release
from osallisuus.formats import RDF_FORMATS, Format
from osallisuus.release import Publication, spans, telling
from osallisuus.release.difference import Difference, counted, difference, group
from osallisuus.release.freezing import triples_of
from osallisuus.vocabulary import term
from releasing import DATASET, DAY, LATER, LATEST, RELEASES, Made, run

BASE = "https://example.org/"
PRACTICE = f"{BASE}{DATASET}/kylakysely"
_NODES = st.sampled_from([NamedNode(f"{BASE}{each}") for each in "abcd"])
_VALUES = st.one_of(
    _NODES, st.builds(Literal, st.text("xy", max_size=2), language=st.sampled_from(["fi", "sv"]))
)
_TRIPLES = st.builds(Triple, _NODES, st.one_of(_NODES, st.just(term("rdf:type"))), _VALUES)
_STATES = st.dictionaries(st.sampled_from(["one", "two"]), st.frozensets(_TRIPLES, max_size=8))
State = dict[str, frozenset[Triple]]


def replay(before: State, differences: tuple[Difference, ...]) -> State:
    """Apply differences to a state; graphs that come out empty are left out."""
    found = {path: set(triples) for path, triples in before.items()}
    for each in differences:
        for change in each.changes:
            subject, predicate = NamedNode(each.subject), NamedNode(change.predicate)
            triples = found.setdefault(each.path, set())
            triples -= {Triple(subject, predicate, value) for value in change.old}
            triples |= {Triple(subject, predicate, value) for value in change.new}
    return {path: frozenset(triples) for path, triples in found.items() if triples}


@given(_STATES, _STATES)
def test_a_difference_leads_from_one_state_to_the_other(before: State, after: State) -> None:
    """Taking away the old values and adding the new ones turns any state into any other; nothing is told twice."""
    found = difference(before, after)

    assert replay(before, found) == {path: triples for path, triples in after.items() if triples}
    assert len({(each.path, each.subject) for each in found}) == len(found)
    assert all(change.old or change.new for each in found for change in each.changes)
    for each in found:
        described = [
            any(triple.subject == NamedNode(each.subject) for triple in state.get(each.path, ()))
            for state in (before, after)
        ]
        assert (
            each.kind
            == {(False, True): "added", (True, False): "removed", (True, True): "changed"}[
                (described[0], described[1])
            ]
        )


@given(_STATES)
def test_a_state_does_not_differ_from_itself(state: State) -> None:
    """Whatever the order of its triples, a state has no difference to itself."""
    assert difference(state, {path: list(triples)[::-1] for path, triples in state.items()}) == ()


def test_things_are_grouped_by_what_they_are() -> None:
    """Practices, units, own words and shared concepts are told apart; a municipality is no unit."""
    types = {
        name: [term(each).value for each in each_types]
        for name, each_types in {
            "practice": ["osa:Practice"],
            "concept": ["skos:Concept"],
            "unit": ["org:OrganizationalUnit"],
            "body": ["org:Organization"],
            "municipality": ["org:Organization", "cv:PublicOrganisation"],
            "scheme": ["skos:ConceptScheme"],
        }.items()
    }

    assert {name: group(each, DATASET) for name, each in types.items()} == {
        "practice": "practices",
        "concept": "terms",
        "unit": "units",
        "body": "units",
        "municipality": "others",
        "scheme": "others",
    }
    assert group(types["concept"], "vocabulary") == "concepts"


def test_counts_leave_out_what_there_is_none_of() -> None:
    """Counts have only groups and kinds that occur."""
    practice = Triple(NamedNode(PRACTICE), term("rdf:type"), term("osa:Practice"))
    other = Triple(NamedNode(BASE), term("dct:title"), Literal("x", language="fi"))

    assert counted(difference({DATASET: [other]}, {DATASET: [practice]})) == {
        "practices": {"added": 1},
        "others": {"removed": 1},
    }
    assert counted(()) == {}


@pytest.fixture(scope="module")
def published(second_release: Made) -> Publication:
    """Read what the site with two releases publishes."""
    return release.open_publication(second_release.publish)


TOLD = {
    "fi": ("Käytännöt: 1 muutettu", "Kyläkysely", "nimi"),
    "sv": ("Praxis: 1 ändrad", "Byenkät", "namn"),
    "en": ("Practices: 1 changed", "Survey of the villages", "name"),
}


@pytest.mark.parametrize("language", TOLD)
def test_diff_tells_value_by_value(language: str, second_release: Made) -> None:
    """The text names the thing, the property and its old and new value, with the names of a language."""
    result = run("diff", DAY, LATER, "--site", second_release.root, "--lang", language)
    count, name, title = TOLD[language]

    assert result.exit_code == 0
    assert result.output.splitlines()[3:] == [
        count,
        "",
        f"~ {name} <{PRACTICE}>",
        f"    {title}",
        '      - "Village survey"@en',
        '      + "Survey of the villages"@en',
    ]


def test_diff_can_go_back(second_release: Made) -> None:
    """From the later to the earlier release old and new change places."""
    result = run("diff", LATER, DAY, "--site", second_release.root, "--lang", "en")

    assert '- "Survey of the villages"@en' in result.output
    assert '+ "Village survey"@en' in result.output


@pytest.mark.parametrize("dataset", [DATASET, "xx/999", "vocabulary", "comparison"])
def test_diff_of_one_dataset(dataset: str, second_release: Made) -> None:
    """A dataset, also by its municipality, is told alone; where its description did not change, the text says so."""
    result = run("diff", DAY, LATER, "--dataset", dataset, "--site", second_release.root, "--lang", "en")

    assert result.exit_code == 0
    assert ("Village survey" in result.output) == dataset.startswith("xx/999")
    assert ("do not differ" in result.output) == (not dataset.startswith("xx/999"))


def test_diff_knows_what_is_published_now(second_release: Made, changed_after: Made) -> None:
    """`current` is what is published, whether a release of it was made or not."""
    same = run("diff", LATER, "current", "--site", second_release.root, "--lang", "en")
    other = run("diff", DAY, "current", "--site", changed_after.root, "--lang", "en")

    assert "do not differ" in same.output
    assert '+ "Survey of the villages"@en' in other.output


def test_diff_names_properties_and_concepts(changed_after: Made, copied: Callable[[Made], Made]) -> None:
    """A property of the vocabulary and a concept are told by their names, a concept with its IRI too."""
    made = copied(changed_after)
    made.edit("purposes: [consult]", "purposes: [inform]")
    made.build(LATER)
    lines = run("diff", DAY, "current", "--site", made.root, "--lang", "fi").output.splitlines()
    place = lines.index("    tarkoitus")

    assert lines[place + 1].startswith("      - ")
    assert lines[place + 1].endswith(" <https://w3id.org/osallisuus/purpose/consult>")
    assert lines[place + 2].endswith(" <https://w3id.org/osallisuus/purpose/inform>")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([DAY, LATEST], f"There is no release {LATEST}. Name two of: {DAY}, {LATER}, current"),
        ([DAY, DAY], "Nothing differs"),
        (
            [DAY, LATER, "--dataset", "xx/998"],
            f"There is no dataset xx/998. Datasets: comparison, vocabulary, {DATASET}",
        ),
    ],
)
def test_diff_of_what_is_not_there(arguments: list[str], reason: str, second_release: Made) -> None:
    """A release or dataset that does not exist ends with 1 and the names of those that do."""
    result = run("diff", *arguments, "--site", second_release.root)

    assert (result.exit_code, reason in result.output) == (1, True)


def statements(document: list[Triple], name: str) -> set[Triple]:
    """Return the statements that a document adds or removes."""
    found = set()
    nodes = [each.object for each in document if each.predicate == term(f"cs:{name}")]
    for node in nodes:
        parts = {each.predicate: each.object for each in document if each.subject == node}
        subject, predicate = parts[term("rdf:subject")], parts[term("rdf:predicate")]
        assert isinstance(subject, NamedNode)
        assert isinstance(predicate, NamedNode)
        found.add(Triple(subject, predicate, parts[term("rdf:object")]))
    return found


@pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda each: each.name)
def test_the_rdf_of_a_difference_can_be_replayed(form: Format, published: Publication) -> None:
    """In every format the statements removed and added lead from the N-Triples of one release to those of the next."""
    comparison = spans.compare(published, spans.find_span(published, "", DAY, LATER))
    content = telling.document(published, comparison, form)
    kind = RdfFormat.from_media_type(form.media_type)
    document = [each.triple for each in parse(content, format=kind)]
    before, after = (
        set(triples_of(published.frozen(f"{RELEASES}/{each}/practices.nt"))) for each in (DAY, LATER)
    )

    assert (before - statements(document, "removal")) | statements(document, "addition") == after
    assert all(isinstance(each.subject, NamedNode) for each in document)


def test_diff_writes_json_ld(second_release: Made, published: Publication) -> None:
    """`--format jsonld` writes the same document."""
    result = run("diff", DAY, LATER, "--format", "jsonld", "--site", second_release.root)
    document = [each.triple for each in parse(result.stdout_bytes, format=RdfFormat.JSON_LD)]

    assert len(statements(document, "addition")) == len(statements(document, "removal")) == 1
    assert {f"{BASE}releases/{DAY}", f"{BASE}releases/{LATER}"} == {
        getattr(each.object, "value", "")
        for each in document
        if each.predicate == term("prov:wasDerivedFrom")
    }


def test_a_dataset_that_came_or_went_is_told_whole(published: Publication) -> None:
    """A graph that only one of two states has is told as things that were added, or removed."""
    state = {DATASET: published.graphs[DATASET]}
    came, went = difference({}, state), difference(state, {})

    assert {each.kind for each in came} == {"added"}
    assert {each.kind for each in went} == {"removed"}
    assert counted(came)["practices"] == {"added": 3}
