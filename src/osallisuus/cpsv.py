"""The outward practices of a municipality → public services of CPSV-AP 3.2.0. Pure: the caller decides where it is written.

A practice is not a public service, so a service is a thing of its own: a fragment of the document, which names the
practice as its source. What the data does not say is not said: no cost, no opening hours, no language of the service.
"""

from collections.abc import Iterable
from functools import cache

from pyoxigraph import Literal, NamedNode, Triple

from osallisuus import vocabulary
from osallisuus.graph import Described, describe_publisher, municipality_iri
from osallisuus.model import Municipality, Practice, Site, Texts
from osallisuus.serialisation import ordered
from osallisuus.vocabulary import VOCAB, term

PROFILE = "http://data.europa.eu/m8g/cpsvap/3.2.0"
"""IRI of the application profile that the description conforms to."""

KIND: Texts = {
    "fi": "palvelut CPSV-AP:n mukaan",
    "sv": "tjänster enligt CPSV-AP",
    "en": "services by CPSV-AP",
}
"""What tells the files of the services from the other files of a dataset."""

_INTERNAL = f"{VOCAB}target-group/internal"
_SECTOR = NamedNode("http://publications.europa.eu/resource/authority/data-theme/GOVE")
_KEPT = {term(each) for each in ("rdf:type", "skos:prefLabel", "skos:inScheme", "eli:number")}


def outward(municipality: Municipality) -> list[Practice]:
    """Return the practices that reach people outside the municipality's own organisation and go on.

    One is outward if any of its groups, stated or implied, is no member of the collection of internal groups.
    Withdrawn records and practices that have ended are not services that anybody can use, so they are left out.
    """
    return [
        each
        for each in municipality.practices
        if not each.withdrawn
        and not each.ended
        and not {*each.groups, *each.implied_groups} <= _internal_groups()
    ]


@cache
def _internal_groups() -> frozenset[str]:
    prefix = f"{VOCAB}target-group/"
    return frozenset(
        triple.object.value.removeprefix(prefix)
        for triple in vocabulary.load().documents["target-group"]
        if triple.subject == NamedNode(_INTERNAL)
        and triple.predicate == term("skos:member")
        and isinstance(triple.object, NamedNode)
    )


def describe(municipality: Municipality, site: Site) -> list[Triple]:
    """Return the services of a municipality, the bodies in charge and every term used; sorted, without blank nodes.

    Args:
        municipality: whose practices they are.
        site: the settings of the site that publishes them.

    Returns:
        the triples of the document `<municipality>/services`; none when no practice is outward.
    """
    practices = outward(municipality)
    if not practices:
        return []
    found = Described()
    iri = municipality_iri(site, municipality)
    _describe_dataset(found, municipality, site, NamedNode(f"{iri}/practices"))
    places = _describe_places(found, municipality, iri)
    _describe_authority(found, NamedNode(iri), municipality.name, places)
    for unit in municipality.units:
        if any(unit.id in each.organisers for each in practices):
            _describe_authority(found, NamedNode(f"{iri}/unit/{unit.id}"), unit.name, places)
    for practice in practices:
        _describe_service(found, practice, iri, places)
    _describe_terms(found)
    return ordered(found.triples)


def _describe_dataset(found: Described, municipality: Municipality, site: Site, dataset: NamedNode) -> None:
    """Describe the dataset and its publisher as far as the profile asks it of every dataset and agent."""
    publisher = NamedNode(f"{site.base}catalog#publisher")
    found.begin(dataset, "dcat:Dataset")
    found.add(dataset, "dct:identifier", Literal(dataset.value))
    found.texts(dataset, "dct:title", municipality.title)
    found.texts(dataset, "dct:description", municipality.description)
    found.add(dataset, "dct:publisher", publisher)
    found.triples.update(describe_publisher(site).triples)
    found.add(publisher, "dct:identifier", Literal(publisher.value))
    found.texts(publisher, "dct:title", site.publisher)


def _describe_places(found: Described, municipality: Municipality, iri: str) -> list[NamedNode]:
    """Describe the municipality as a place and return it: its IRIs in gazetteers, else one of its own.

    The ids of practices have no capital, so no service can have the name of the place.
    """
    places = [NamedNode(each) for each in municipality.places] or [NamedNode(f"{iri}/services#Area")]
    for place in places:
        found.begin(place, "dct:Location")
        found.texts(place, "skos:prefLabel", municipality.name)
    return places


def _describe_authority(
    found: Described, subject: NamedNode, name: Texts, places: Iterable[NamedNode]
) -> None:
    found.begin(subject, "cv:PublicOrganisation", "org:Organization")
    found.texts(subject, "skos:prefLabel", name)
    _locate(found, subject, places)


def _locate(found: Described, subject: NamedNode, places: Iterable[NamedNode]) -> None:
    for place in places:
        found.add(subject, "dct:spatial", place)


def _describe_service(found: Described, practice: Practice, iri: str, places: Iterable[NamedNode]) -> None:
    subject = NamedNode(f"{iri}/services#{practice.id}")
    found.begin(subject, "cpsv:PublicService")
    found.add(subject, "dct:identifier", Literal(subject.value))
    found.texts(subject, "dct:title", practice.title)
    found.texts(subject, "dct:description", practice.description)
    if practice.organisers:
        found.links(subject, "cv:hasCompetentAuthority", f"{iri}/unit/", practice.organisers)
    else:
        found.add(subject, "cv:hasCompetentAuthority", NamedNode(iri))
    _locate(found, subject, places)
    found.add(subject, "dct:isPartOf", NamedNode(f"{iri}/practices"))
    found.add(subject, "dct:source", NamedNode(f"{iri}/practices/{practice.id}"))
    found.add(subject, "cv:sector", _SECTOR)
    found.links(subject, "rdfs:seeAlso", "", practice.source.pages)
    found.links(subject, "cv:isClassifiedBy", f"{VOCAB}purpose/", practice.purposes)
    found.links(subject, "dct:audience", f"{VOCAB}target-group/", practice.groups)
    found.links(subject, "cv:hasLegalResource", f"{VOCAB}fi/law/", practice.legal_basis)
    for channel in practice.channels:
        _describe_channel(found, subject, channel)


def _describe_channel(found: Described, service: NamedNode, channel: str) -> None:
    """Describe a channel of one service; ids have no dot, so its name can be no other service's."""
    subject = NamedNode(f"{service.value}.{channel}")
    found.add(service, "cv:hasChannel", subject)
    found.begin(subject, "cv:Channel")
    found.add(subject, "dct:identifier", Literal(subject.value))
    found.links(subject, "dct:type", f"{VOCAB}channel/", [channel])


def _describe_terms(found: Described) -> None:
    """Add kind, name and scheme of every term and act used, for the document has to stand on its own."""
    known = (*vocabulary.authorities(), *vocabulary.load().triples)
    used = {each.object for each in found.triples if each.predicate != term("rdf:type")}
    for triple in known:
        if triple.subject in used and triple.predicate in _KEPT:
            found.triples[triple] = None
