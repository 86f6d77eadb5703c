"""The public services of a municipality: which practices they are, and what CPSV-AP asks of them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from osallisuus import cpsv, release, vocabulary
from osallisuus.formats import RDF_FORMATS
from osallisuus.model import Municipality
from osallisuus.release import Publication
from osallisuus.serialisation import ordered
from osallisuus.site import Contents, Layout, read
from osallisuus.vocabulary import VOCAB, term
from test_serving import Server

DAY = "2026-11-25"
Values = Mapping[tuple[str, str], list[NamedNode | Literal]]
RANGES = {
    "cv:hasCompetentAuthority": "cv:PublicOrganisation",
    "cv:hasChannel": "cv:Channel",
    "cv:hasLegalResource": "eli:LegalResource",
    "cv:isClassifiedBy": "skos:Concept",
    "cv:sector": "skos:Concept",
    "dct:audience": "skos:Concept",
    "dct:isPartOf": "dcat:Dataset",
    "dct:spatial": "dct:Location",
    "dct:publisher": "foaf:Agent",
}
"""Property → the class that the profile wants of what it points to."""
MANDATORY = {
    "cpsv:PublicService": ("dct:identifier", "dct:title", "dct:description", "cv:hasCompetentAuthority"),
    "cv:PublicOrganisation": ("skos:prefLabel", "dct:spatial"),
    "cv:Channel": ("dct:identifier",),
    "dcat:Dataset": ("dct:title", "dct:description", "dct:publisher"),
    "foaf:Agent": ("dct:identifier", "dct:title"),
}
"""Class → what the profile demands of it."""
ONCE = ("dct:identifier", "dct:publisher")


def _index(triples: list[Triple]) -> Values:
    found: dict[tuple[str, str], list[NamedNode | Literal]] = defaultdict(list)
    for subject, predicate, value in triples:
        assert isinstance(subject, NamedNode)
        assert not isinstance(value, BlankNode | Triple)
        found[subject.value, predicate.value].append(value)
    return found


def _of(values: Values, node: str, name: str) -> list[NamedNode | Literal]:
    return values.get((node, term(name).value), [])


def _instances(values: Values, name: str) -> Iterator[str]:
    for (node, predicate), found in values.items():
        if predicate == term("rdf:type").value and term(name) in found:
            yield node


def _faults(triples: list[Triple]) -> list[str]:
    """Return what the profile demands and the triples lack."""
    values, found = _index(triples), []
    for kind, names in MANDATORY.items():
        for node in _instances(values, kind):
            found += [f"{node} has no {name}" for name in names if not _of(values, node, name)]
            found += [f"{node} has {name} twice" for name in ONCE if len(_of(values, node, name)) > 1]
    for name, kind in RANGES.items():
        members = set(_instances(values, kind))
        found += [
            f"{node} {name} {each}"
            for (node, predicate), pointed in values.items()
            for each in pointed
            if predicate == term(name).value and each.value not in members
        ]
    return found


@pytest.fixture(scope="module")
def services(contents: Contents) -> dict[str, list[Triple]]:
    """Return path of each municipality of the repository → its services."""
    return {each.key: cpsv.describe(each, contents.site) for each in contents.municipalities}


@pytest.fixture
def mallila(make_site: Callable[..., Layout]) -> Contents:
    """Return the minimal site."""
    return read(make_site())


def test_services_have_all_that_the_profile_demands(services: dict[str, list[Triple]]) -> None:
    """Each service has identifier, title, description and authority, and each thing it points to is of the right class."""
    assert len(services) >= 7
    assert {key: _faults(triples) for key, triples in services.items()} == {key: [] for key in services}


@pytest.mark.parametrize(
    "name", ["dct:identifier", "dct:title", "dct:description", "cv:hasCompetentAuthority"]
)
def test_the_demands_notice_what_is_missing(services: dict[str, list[Triple]], name: str) -> None:
    """The check above is no idle one: a service without a mandatory property fails it."""
    triples = next(iter(services.values()))
    service = next(_instances(_index(triples), "cpsv:PublicService"))
    less = [
        each for each in triples if not (each.subject == NamedNode(service) and each.predicate == term(name))
    ]

    assert _faults(less) == [f"{service} has no {name}"]


def test_outward_practices_are_the_services(contents: Contents) -> None:
    """The services are as many as the practices for somebody outside the organisation that have not ended."""
    counts = {each.key: (len(each.practices), len(cpsv.outward(each))) for each in contents.municipalities}

    assert counts["fi/235"] == (52, 41)
    assert counts["fi/092"] == (20, 18)  # two have ended
    staff = {"staff", "supervisors", "middle-managers", "management", "elected-officials"}
    left = {
        (each.key, practice.id)
        for each in contents.municipalities
        for practice in each.practices
        if practice not in cpsv.outward(each) and not practice.ended
        if {*practice.groups, *practice.implied_groups} - staff
    }
    assert left == set()


@pytest.mark.parametrize(
    ("change", "is_outward"),
    [
        ({"groups": ("staff",), "implied_groups": ()}, False),
        ({"groups": ("staff",), "implied_groups": ("youth",)}, True),
        ({"groups": ("staff", "residents"), "implied_groups": ()}, True),
        ({"groups": ("residents",), "withdrawn": True}, False),
        ({"groups": ("residents",), "ended": "2020"}, False),
    ],
)
def test_who_is_meant_decides(mallila: Contents, change: dict[str, object], is_outward: bool) -> None:
    """A practice for staff alone, one that was withdrawn and one that has ended are no services."""
    municipality = mallila.municipalities[0]
    practice = replace(municipality.practices[0], **change)  # type: ignore[arg-type] # as the case says

    found = cpsv.outward(replace(municipality, practices=(practice,)))

    assert found == ([practice] if is_outward else [])


def test_a_practice_is_not_made_a_service(contents: Contents, services: dict[str, list[Triple]]) -> None:
    """Services have IRIs of their own, fragments of their document, and name the practice as their source."""
    for key, triples in services.items():
        values = _index(triples)
        for service in _instances(values, "cpsv:PublicService"):
            practice = f"{contents.site.base}{key}/practices/{service.partition('#')[2]}"
            assert service.startswith(f"{contents.site.base}{key}/services#")
            assert _of(values, service, "dct:source") == [NamedNode(practice)]
            assert (practice, term("rdf:type").value) not in values


def test_only_what_the_source_states_is_said(contents: Contents, services: dict[str, list[Triple]]) -> None:
    """Audience and legal resources are those that the source states; the editors' readings are not among them."""
    for municipality in contents.municipalities:
        values = _index(services[municipality.key])
        for practice in cpsv.outward(municipality):
            service = f"{contents.site.base}{municipality.key}/services#{practice.id}"
            said = {each.value for each in _of(values, service, "dct:audience")}
            laws = {each.value for each in _of(values, service, "cv:hasLegalResource")}
            assert said == {f"{VOCAB}target-group/{each}" for each in practice.groups}
            assert laws == {f"{VOCAB}fi/law/{each}" for each in practice.legal_basis}
            assert _of(values, service, "dct:language") == []


def test_texts_are_in_every_language_of_the_dataset(
    contents: Contents, services: dict[str, list[Triple]]
) -> None:
    """Titles and descriptions of services come in each language, once."""
    for municipality in contents.municipalities:
        values = _index(services[municipality.key])
        for service in _instances(values, "cpsv:PublicService"):
            for name in ("dct:title", "dct:description"):
                found = [each.language for each in _of(values, service, name) if isinstance(each, Literal)]
                assert sorted(map(str, found)) == sorted(municipality.languages)


def _organised(municipality: Municipality, unit: str) -> Municipality:
    practices = tuple(
        replace(each, organisers=(unit,), groups=("residents",)) for each in municipality.practices
    )
    return replace(municipality, practices=practices)


def test_the_body_in_charge_is_the_authority(mallila: Contents) -> None:
    """The authority is the body that the data names as organiser, described with name and place; else the municipality."""
    municipality, site = mallila.municipalities[0], mallila.site
    unit = municipality.units[0].id
    by_unit = _index(cpsv.describe(_organised(municipality, unit), site))
    by_itself = _index(cpsv.describe(replace(municipality, units=()), site))

    for values, authority in (
        (by_unit, f"{site.base}{municipality.key}/unit/{unit}"),
        (by_itself, f"{site.base}{municipality.key}"),
    ):
        for service in _instances(values, "cpsv:PublicService"):
            assert _of(values, service, "cv:hasCompetentAuthority") == [NamedNode(authority)]


def test_the_municipality_is_the_place(mallila: Contents) -> None:
    """Where a gazetteer has the municipality, its IRI is the place; else a place of the document's own has its name."""
    municipality, site = mallila.municipalities[0], mallila.site
    place = "http://www.yso.fi/onto/yso/p94199"
    known = _index(cpsv.describe(replace(municipality, places=(place,)), site))
    unknown = _index(cpsv.describe(replace(municipality, places=()), site))

    assert list(_instances(known, "dct:Location")) == [place]
    assert list(_instances(unknown, "dct:Location")) == [f"{site.base}{municipality.key}/services#Area"]


def test_services_are_sorted_without_blank_nodes(services: dict[str, list[Triple]]) -> None:
    """The triples come in their published order, each once, and nothing is anonymous."""
    for triples in services.values():
        assert triples == ordered(triples)
        _index(triples)


def test_no_outward_practice_no_document(mallila: Contents) -> None:
    """A municipality whose practices are for staff alone publishes no services, and its dataset offers none."""
    municipality = mallila.municipalities[0]
    inward = tuple(replace(each, groups=("staff",), implied_groups=()) for each in municipality.practices)
    contents = replace(mallila, municipalities=(replace(municipality, practices=inward),))

    files = release.edition(contents, None, DAY)

    assert cpsv.describe(contents.municipalities[0], contents.site) == []
    assert [path for path in files if "services" in path] == []
    assert b"services" not in files["catalog.nt"].replace(b"DataService", b"")


def test_the_catalog_offers_the_services(publication: Publication) -> None:
    """The files of the services are distributions of the dataset, say which profile they follow, and are no graph."""
    dataset = f"{publication.site.base}fi/235/practices"
    offered = {
        publication.links(each, "dcat:downloadURL")[0]: publication.links(each, "dct:conformsTo")
        for each in publication.links(dataset, "dcat:distribution")
    }

    for form in RDF_FORMATS:
        assert offered[f"{publication.site.base}fi/235/services{form.suffix}"] == [cpsv.PROFILE]
    assert "fi/235/services" not in publication.graphs
    assert publication.types(cpsv.PROFILE) == [term("dct:Standard").value]


def test_a_service_dereferences(publish: Path) -> None:
    """The IRI of a service without its fragment leads to a document that describes it, and to a page for people."""
    with Server(publish) as server:
        status, headers, _ = server.get("/fi/235/services", Accept="*/*")
        assert (status, headers["location"]) == (303, "services.ttl")
        body = server.get("/fi/235/services.ttl")[2]
        page = server.get("/fi/235/services.sv.html")[2].decode()
        dataset = server.get("/fi/235/practices.fi.html")[2].decode()

    described = {
        each.subject.value
        for each in parse(body, format=RdfFormat.TURTLE)
        if isinstance(each.subject, NamedNode)
    }
    assert f"{VOCAB}fi/235/services#asukaskysely" in described
    assert "<h1>Offentliga tjänster (CPSV-AP)</h1>" in page
    assert 'href="services.html"' in dataset or 'href="services.fi.html"' in dataset


def test_every_term_is_described(services: dict[str, list[Triple]]) -> None:
    """Every concept that a service points to has a name in the same document: it stands on its own."""
    known = {each.subject for each in (*vocabulary.load().triples, *vocabulary.authorities())}
    for triples in services.values():
        values = _index(triples)
        for concept in _instances(values, "skos:Concept"):
            assert _of(values, concept, "skos:prefLabel")
            assert NamedNode(concept) in known
        assert list(_instances(values, "owl:Class")) == []
