"""The model and its graph: nothing is lost on the way there and back, and every IRI has one of two bases."""

import dataclasses
from collections.abc import Callable, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from osallisuus import vocabulary
from osallisuus.errors import Place
from osallisuus.graph import Described, describe, language_iri, read
from osallisuus.graph.description import EU_LANGUAGES
from osallisuus.model import Municipality, Practice, Site, Source, Term, Texts, Unit, Verbatim
from osallisuus.site import Contents, Layout
from osallisuus.site import read as read_site
from osallisuus.vocabulary import PREFIXES, VOCAB, term

BASE = "https://example.org/"
SITE = Site(
    base=BASE,
    url=BASE,
    languages=("fi", "sv", "en"),
    title={"en": "Site"},
    description={"en": "A site."},
    publisher={"en": "Publisher"},
    publisher_type="",
    publisher_url="",
    contact={"en": "Contact"},
    email="a@example.org",
    licence="https://licences.example/",
)
SHARED = vocabulary.load()


def _objects(found: Described, subject: str, predicate: str) -> set[str]:
    wanted = (NamedNode(BASE + subject), term(predicate))
    return {
        each.object.value
        for each in found.triples
        if (each.subject, each.predicate) == wanted and isinstance(each.object, NamedNode | Literal)
    }


def _literals(found: Described, predicate: str) -> set[tuple[str, str]]:
    return {
        (each.object.value, each.object.datatype.value.removeprefix(PREFIXES["xsd"]))
        for each in found.triples
        if each.predicate == term(predicate) and isinstance(each.object, Literal)
    }


@pytest.fixture
def minimal(make_site: Callable[..., Layout]) -> Contents:
    """Return what the minimal site says."""
    return read_site(make_site())


@pytest.fixture
def described(minimal: Contents) -> Described:
    """Return the graph of the minimal site's municipality."""
    return describe(minimal.municipalities[0], minimal.site)


def test_every_municipality_survives_its_graph(contents: Contents) -> None:
    """Reading the graph of each municipality of the repository gives the municipality back."""
    assert len(contents.municipalities) == 7
    for each in contents.municipalities:
        assert read(describe(each, contents.site).triples, contents.site.base) == each


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
LANGUAGE = st.sampled_from(sorted(EU_LANGUAGES))
TEXTS: st.SearchStrategy[Texts] = st.dictionaries(LANGUAGE, TEXT, min_size=1, max_size=3)
ID = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,3})?", fullmatch=True)
ADDRESS = ID.map(lambda each: f"https://a.example/{each}")
DATE = st.sampled_from(["", "2024", "2024-05", "2024-05-31"])


def _some(values: st.SearchStrategy[str], least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, unique=True, min_size=least, max_size=3).map(tuple)


def _of(known: Mapping[str, object]) -> st.SearchStrategy[tuple[str, ...]]:
    return _some(st.sampled_from(sorted(known)))


@st.composite
def _verbatims(draw: st.DrawFn) -> Verbatim:
    cells = {name: draw(st.just("") | TEXT) for name in ("name", "units", "groups", "description")}
    return Verbatim(
        **cells,
        language=draw(LANGUAGE) if any(cells.values()) else "",
        row=draw(st.sampled_from(["", "1", "007"])),
        pages=draw(_some(ADDRESS)),
        seen=draw(st.sampled_from(["", "2024-05-31"])),
    )


def _practices(units: list[str], terms: list[str]) -> st.SearchStrategy[Practice]:
    own = _some(st.sampled_from(units)) if units else st.just(())
    return st.builds(
        Practice,
        id=ID,
        title=TEXTS,
        description=TEXTS,
        purposes=_of(SHARED.concepts["purpose"]),
        organisers=own,
        units=own,
        groups=_of(SHARED.concepts["target-group"]),
        implied_groups=_of(SHARED.concepts["target-group"]),
        example_groups=_of(SHARED.concepts["target-group"]),
        open_groups=st.booleans(),
        channels=_of(SHARED.concepts["channel"]),
        terms=_some(st.sampled_from(terms)) if terms else st.just(()),
        statutory=st.booleans(),
        legal_basis=_of(SHARED.laws),
        implied_legal_basis=_of(SHARED.laws),
        times_per_year=st.sampled_from(["", "1", "1.50", "001"]),
        recurrence=st.just({}) | TEXTS,
        as_of=DATE,
        started=DATE,
        ended=DATE,
        translated_title=_some(LANGUAGE),
        translated_description=_some(LANGUAGE),
        source=_verbatims(),
        notes=_some(TEXT),
        withdrawn=st.booleans(),
        replaced_by=_some(ID),
    )


@st.composite
def _terms(draw: st.DrawFn) -> Term:
    scheme = draw(st.sampled_from(["target-group", "purpose", "channel"]))
    match = draw(st.sampled_from(["exact", "close", "broad", "narrow"]))
    concepts = draw(_some(st.sampled_from(sorted(SHARED.concepts[scheme])), least=1))
    return Term(draw(ID), draw(TEXTS), scheme, match, concepts, draw(_some(TEXT)))


@st.composite
def _units(draw: st.DrawFn) -> list[Unit]:
    ids = draw(st.lists(ID, unique=True, max_size=3))
    types = st.sampled_from(sorted(SHARED.concepts["unit-type"]))
    kinds = st.sampled_from(["unit", "organisation"])
    parents = st.sampled_from(["", *ids])
    return [
        Unit(each, draw(TEXTS), draw(types), draw(kinds), draw(parents), draw(_some(TEXT))) for each in ids
    ]


SOURCES = st.builds(
    Source,
    title=TEXTS,
    rights=TEXTS,
    holder=TEXTS,
    description=st.just({}) | TEXTS,
    headings=st.dictionaries(st.sampled_from(["name", "units", "groups", "description"]), TEXT),
    language=LANGUAGE,
)


@st.composite
def _municipalities(draw: st.DrawFn) -> Municipality:
    units = draw(_units())
    terms = draw(st.lists(_terms(), unique_by=lambda each: each.id, max_size=2))
    listed = _practices([each.id for each in units], [each.id for each in terms])
    return Municipality(
        country=draw(st.sampled_from(["fi", "xx"])),
        code=draw(st.from_regex(r"[0-9]{1,3}", fullmatch=True)),
        name=draw(TEXTS),
        languages=draw(_some(LANGUAGE)),
        coverage=draw(st.sampled_from(sorted(SHARED.concepts["coverage"]))),
        title=draw(TEXTS),
        description=draw(TEXTS),
        keywords=draw(st.dictionaries(LANGUAGE, _some(TEXT, least=1), max_size=2)),
        places=draw(_some(ADDRESS)),
        same_as=draw(_some(ADDRESS)),
        source=draw(st.none() | SOURCES),
        units=tuple(units),
        terms=tuple(terms),
        practices=tuple(draw(st.lists(listed, unique_by=lambda each: each.id, max_size=2))),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_municipalities())
def test_any_municipality_survives_its_graph(municipality: Municipality) -> None:
    """Reading the graph of any municipality gives it back: no field is lost, merged or tidied."""
    assert read(describe(municipality, SITE).triples, BASE) == municipality


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_municipalities())
def test_no_graph_has_a_blank_node(municipality: Municipality) -> None:
    """Every node of the graph of any municipality has an IRI."""
    nodes = [part for each in describe(municipality, SITE).triples for part in each]

    assert [each for each in nodes if isinstance(each, BlankNode | Triple)] == []


def test_a_source_may_lack_a_column(make_site: Callable[..., Layout]) -> None:
    """A source table without a heading for one field gets no column of an empty title, and survives its graph."""
    contents = read_site(make_site({"mallila/municipality.yaml": ("    units: Käytössä\n", "")}))
    found = describe(contents.municipalities[0], contents.site)

    assert read(found.triples, BASE) == contents.municipalities[0]
    assert "" not in {value for value, _ in _literals(found, "csvw:title")}


def test_own_words_give_the_shared_links(described: Described) -> None:
    """A practice that uses the municipality's own word links to the shared concept and to the word."""
    practice = "xx/999/practices/lakisaateinen-kuuleminen"

    assert _objects(described, practice, "osa:targetGroup") == {
        f"{VOCAB}target-group/residents",
        f"{VOCAB}target-group/associations",
    }
    assert _objects(described, practice, "osa:localTerm") == {f"{BASE}xx/999/term/mallilalaiset"}
    assert _objects(described, "xx/999/term/mallilalaiset", "skos:exactMatch") == {
        f"{VOCAB}target-group/residents"
    }


def test_an_own_word_and_its_shared_concept_give_one_link(make_site: Callable[..., Layout]) -> None:
    """A shared concept that is named as such and by the municipality's own word is linked once."""
    layout = make_site(
        {"mallila/practices.yaml": ("groups: [mallilalaiset]", "groups: [mallilalaiset, residents]")}
    )
    practice = read_site(layout).municipalities[0].practices[0]

    assert practice.groups == ("residents",)


def test_what_is_stated_and_what_is_read_stay_apart(make_site: Callable[..., Layout]) -> None:
    """Stated groups and laws, and those that the editors read between the lines, are different properties."""
    laws = "legal-basis: [mrl-1999/62]\n    implied-legal-basis: [hallintolaki]"
    contents = read_site(
        make_site({"mallila/practices.yaml": ("open-groups: true", f"open-groups: true\n    {laws}")})
    )
    found = describe(contents.municipalities[0], contents.site)
    practice = "xx/999/practices/nuorten-ilta"

    assert _objects(found, practice, "osa:targetGroup") == {f"{VOCAB}target-group/youth"}
    assert _objects(found, practice, "osa:exampleGroup") == {f"{VOCAB}target-group/youth"}
    assert _objects(found, practice, "osa:impliedGroup") == {f"{VOCAB}target-group/elected-officials"}
    assert _objects(found, practice, "osa:legalBasis") == {f"{VOCAB}fi/law/mrl-1999/62"}
    assert _objects(found, practice, "osa:impliedLegalBasis") == {f"{VOCAB}fi/law/hallintolaki"}


def test_a_year_a_month_and_a_day_have_their_datatypes(described: Described) -> None:
    """A date is as precise as it was written (C11)."""
    assert _literals(described, "osa:asOf") == {("2025", "gYear")}
    assert _literals(described, "osa:started") == {("2024-05", "gYearMonth")}
    assert _literals(described, "osa:ended") == {("2025-12-31", "date")}


@pytest.mark.parametrize("written", ["2025-01-31T12:00:00+02:00", "2025-01-31Z", "31.1.2025", "2025-02-30"])
def test_a_date_is_never_cut_or_mended(written: str, make_site: Callable[..., Layout]) -> None:
    """What somebody typed for a date stands in the graph as typed, so that validation sees it (C11)."""
    contents = read_site(make_site({"mallila/practices.yaml": ("'2025-12-31'", f"'{written}'")}))

    assert _literals(describe(contents.municipalities[0], contents.site), "osa:ended") == {(written, "date")}


def test_every_subject_has_one_of_two_bases(described: Described) -> None:
    """Everything that is described has an IRI under the base of its site."""
    subjects = {each.subject.value for each in described.triples if isinstance(each.subject, NamedNode)}

    assert [each for each in subjects if not each.startswith(f"{BASE}xx/999")] == []


def test_every_link_is_ours_or_was_given(minimal: Contents, described: Described) -> None:
    """A link goes to the site, to the vocabulary, to the EU's languages or to an address from the files."""
    links = {each.object.value for each in described.triples if isinstance(each.object, NamedNode)}
    municipality = minimal.municipalities[0]
    given = {*municipality.places, *municipality.same_as, *map(language_iri, municipality.languages)}
    known = (BASE, VOCAB, *PREFIXES.values())

    assert [each for each in links - given if not each.startswith(known)] == []


def test_another_base_changes_nothing_else(minimal: Contents, described: Described) -> None:
    """With another base each IRI of the site has it, and the shared vocabulary stays where it is."""
    other = dataclasses.replace(minimal.site, base="https://other.example/path/")
    found = describe(minimal.municipalities[0], other)

    assert [str(each) for each in found.triples] == [
        str(each).replace(BASE, other.base) for each in described.triples
    ]


def test_dct_identifier_is_the_iri(described: Described) -> None:
    """Practices, units, local words and the dataset carry their own IRI as identifier."""
    carriers = ["practices", "practices/kylakysely", "unit/viestinta", "term/mallilalaiset"]

    for each in carriers:
        assert _objects(described, f"xx/999/{each}", "dct:identifier") == {f"{BASE}xx/999/{each}"}


def test_places_of_values_and_subjects_are_recorded(described: Described) -> None:
    """The place of each value and of the beginning of each practice is known after describing."""
    practice = f"{BASE}xx/999/practices/kylakysely"
    file = "data/mallila/practices.yaml"

    assert described.subjects[practice] == Place(file, 2)
    assert described.by_property[practice, f"{VOCAB}ns#purpose"] == {
        f"{VOCAB}purpose/consult": Place(file, 23)
    }
    titles = described.by_property[practice, PREFIXES["dct"] + "title"]
    assert titles == {
        "Kyläkysely": Place(file, 11),
        "Byenkät": Place(file, 12),
        "Village survey": Place(file, 13),
    }


def test_the_place_of_a_link_by_an_own_word_is_the_word(described: Described) -> None:
    """A shared link that comes from the municipality's own word is placed where the practice uses the word."""
    practice = f"{BASE}xx/999/practices/kylakysely"

    assert described.by_property[practice, f"{VOCAB}ns#targetGroup"] == {
        f"{VOCAB}target-group/residents": Place("data/mallila/practices.yaml", 22)
    }


def test_every_value_of_the_repository_has_a_place(contents: Contents) -> None:
    """No value of a practice in the repository's own data is without file and line."""
    for municipality in contents.municipalities:
        found = describe(municipality, contents.site)
        prefix = f"{contents.site.base}{municipality.key}/practices/"
        made = {term(name) for name in ("rdf:type", "osa:codedBy", "prov:wasDerivedFrom")}
        flags = {term(name) for name in ("osa:openGroups", "osa:statutory", "owl:deprecated")}

        assert [
            each
            for each in found.triples
            if str(each.subject).startswith(f"<{prefix}")
            and each.predicate not in made | flags
            and each not in found.places
        ] == []


def test_a_language_that_the_eu_list_lacks_is_not_lost() -> None:
    """The IRI of a language is that of the EU's list, or of the ISO list where the table has none."""
    assert language_iri("sv") == "http://publications.europa.eu/resource/authority/language/SWE"
    assert language_iri("vro") == "http://id.loc.gov/vocabulary/iso639-1/vro"
