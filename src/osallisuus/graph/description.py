"""The model → RDF, with the place in the file that each value came from."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from osallisuus.errors import Place
from osallisuus.model import Located, Municipality, Practice, Site, Source, Term, Texts, Unit, Verbatim
from osallisuus.vocabulary import PREFIXES, VOCAB, term

_XSD = PREFIXES["xsd"]
_DATES = (
    (re.compile(r"-?\d{4,}"), "gYear"),
    (re.compile(r"-?\d{4,}-\d{2}"), "gYearMonth"),
)
VERBATIM = {
    "name": "osa:sourceName",
    "units": "osa:sourceUnits",
    "groups": "osa:sourceGroups",
    "description": "osa:sourceDescription",
}
MATCHES = {
    "exact": "skos:exactMatch",
    "close": "skos:closeMatch",
    "broad": "skos:broadMatch",
    "narrow": "skos:narrowMatch",
}


@dataclass
class Described:
    """Triples, and where the value of each was read from.

    Attributes:
        triples: each triple once, in the order of the description.
        places: triple → file and line of its value.
        subjects: IRI of a subject → file and line where it begins.
    """

    triples: dict[Triple, None] = field(default_factory=dict)
    places: dict[Triple, Place] = field(default_factory=dict)
    subjects: dict[str, Place] = field(default_factory=dict)

    @cached_property
    def by_property(self) -> Mapping[tuple[str, str], Mapping[str, Place]]:
        """IRIs of a subject and a property → value → its place."""
        found: dict[tuple[str, str], dict[str, Place]] = defaultdict(dict)
        for triple, place in self.places.items():
            key = (getattr(triple.subject, "value", ""), triple.predicate.value)
            found[key][getattr(triple.object, "value", "")] = place
        return found

    def update(self, other: "Described") -> None:
        """Take over what another description says."""
        self.triples.update(other.triples)
        self.places.update(other.places)
        self.subjects.update(other.subjects)

    def add(
        self, subject: NamedNode, predicate: str, value: NamedNode | Literal, origin: object = None
    ) -> None:
        """Add a triple; `origin` is the text that the value was made from."""
        triple = Triple(subject, term(predicate), value)
        self.triples[triple] = None
        if isinstance(origin, Located):
            self.places.setdefault(triple, origin.place)

    def begin(self, subject: NamedNode, *types: str, origin: object = None) -> None:
        """Begin the description of a subject of some types."""
        for each in types:
            self.add(subject, "rdf:type", term(each))
        if isinstance(origin, Located):
            self.subjects[subject.value] = origin.place

    def texts(self, subject: NamedNode, predicate: str, texts: Texts) -> None:
        """Add one text for each language."""
        for language, text in texts.items():
            self.add(subject, predicate, Literal(text, language=language), text)

    def links(self, subject: NamedNode, predicate: str, prefix: str, ids: Iterable[str]) -> None:
        """Add a link to each id under a prefix."""
        for each in ids:
            self.add(subject, predicate, NamedNode(prefix + each), each)

    def typed(self, subject: NamedNode, predicate: str, text: str, datatype: str) -> None:
        """Add a typed value unless the text is empty."""
        if text:
            self.add(subject, predicate, Literal(text, datatype=NamedNode(_XSD + datatype)), text)

    def date(self, subject: NamedNode, predicate: str, text: str) -> None:
        """Add a year, a month or a day, by the form of the text."""
        datatype = next((name for form, name in _DATES if form.fullmatch(text)), "date")
        self.typed(subject, predicate, text, datatype)

    def notes(self, subject: NamedNode, notes: Iterable[str]) -> None:
        """Add the remarks of the editors; they are in English."""
        for note in notes:
            self.add(subject, "skos:editorialNote", Literal(note, language="en"), note)


def municipality_iri(site: Site, municipality: Municipality) -> str:
    """Return the IRI of a municipality, such as `…/fi/235`."""
    return site.base + municipality.key


def describe(municipality: Municipality, site: Site) -> Described:
    """Return the graph of a municipality: itself, its dataset, units, own words, source and practices."""
    found = Described()
    iri = municipality_iri(site, municipality)
    dataset = f"{iri}/practices"
    _describe_municipality(found, municipality, NamedNode(iri))
    _describe_dataset(found, municipality, NamedNode(dataset))
    if municipality.source:
        _describe_source(found, municipality.source, f"{dataset}#source")
    for unit in municipality.units:
        _describe_unit(found, unit, iri)
    for each in municipality.terms:
        _describe_term(found, each, iri)
    pages: dict[str, None] = {}
    for practice in municipality.practices:
        _describe_practice(found, practice, municipality, iri)
        coder = NamedNode(f"{site.base}catalog#publisher")
        found.add(NamedNode(f"{dataset}/{practice.id}"), "osa:codedBy", coder)
        pages.update(dict.fromkeys(practice.source.pages))
    for page in pages:
        found.begin(NamedNode(page), "prov:Entity", origin=page)
    return found


def _describe_municipality(found: Described, municipality: Municipality, subject: NamedNode) -> None:
    found.begin(subject, "org:Organization", "cv:PublicOrganisation", origin=municipality.code)
    found.texts(subject, "skos:prefLabel", municipality.name)
    found.add(subject, "org:identifier", Literal(municipality.key), municipality.code)
    found.links(subject, "dct:spatial", "", municipality.places)
    found.links(subject, "owl:sameAs", "", municipality.same_as)


def _describe_dataset(found: Described, municipality: Municipality, subject: NamedNode) -> None:
    found.begin(subject, "dcat:Dataset", origin=municipality.coverage)
    found.add(subject, "dct:identifier", Literal(subject.value))
    found.texts(subject, "dct:title", municipality.title)
    found.texts(subject, "dct:description", municipality.description)
    for language, words in municipality.keywords.items():
        for word in words:
            found.add(subject, "dcat:keyword", Literal(word, language=language), word)
    found.links(subject, "osa:coverage", f"{VOCAB}coverage/", [municipality.coverage])
    for language in municipality.languages:
        found.add(subject, "dct:language", NamedNode(language_iri(language)), language)
    if municipality.source:
        found.add(subject, "prov:wasDerivedFrom", NamedNode(f"{subject.value}#source"))


def language_iri(tag: str) -> str:
    """Return the EU authority IRI of a language by its two-letter tag.

    A tag that the table lacks gives an IRI of the ISO 639-1 list of the Library of Congress, so that nothing is lost.
    """
    code = EU_LANGUAGES.get(tag)
    return f"{_EU_LANGUAGE}{code}" if code else f"http://id.loc.gov/vocabulary/iso639-1/{tag}"


_EU_LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
EU_LANGUAGES = {
    **{
        "fi": "FIN",
        "sv": "SWE",
        "en": "ENG",
        "se": "SME",
        "et": "EST",
        "da": "DAN",
        "no": "NOR",
        "nb": "NOB",
    },
    **{
        "nn": "NNO",
        "is": "ISL",
        "de": "DEU",
        "fr": "FRA",
        "nl": "NLD",
        "es": "SPA",
        "ca": "CAT",
        "it": "ITA",
    },
    **{
        "lv": "LAV",
        "lt": "LIT",
        "pl": "POL",
        "pt": "POR",
        "eu": "EUS",
        "gl": "GLG",
        "cs": "CES",
        "ga": "GLE",
    },
}


def _describe_source(found: Described, source: Source, iri: str) -> None:
    subject = NamedNode(iri)
    found.begin(subject, "prov:Entity")
    found.texts(subject, "dct:title", source.title)
    found.texts(subject, "dct:description", source.description)
    found.add(subject, "dct:language", NamedNode(language_iri(source.language)), source.language)
    if source.period:
        _describe_period(found, subject, source.period)
    rights, holder = NamedNode(f"{iri}-rights"), NamedNode(f"{iri}-holder")
    found.add(subject, "dct:rights", rights)
    found.begin(rights, "dct:RightsStatement")
    found.texts(rights, "rdfs:label", source.rights)
    found.add(subject, "dct:rightsHolder", holder)
    found.begin(holder, "foaf:Agent")
    found.texts(holder, "foaf:name", source.holder)
    for name, heading in source.headings.items():
        column = NamedNode(f"{iri}-{name}")
        found.begin(column, "csvw:Column")
        found.add(column, "csvw:name", Literal(name))
        found.add(column, "csvw:title", Literal(heading, language=source.language), heading)
        found.add(column, "csvw:propertyUrl", term(VERBATIM[name]))
        found.add(column, "dct:isPartOf", subject)


def _describe_period(found: Described, source: NamedNode, text: str) -> None:
    node = NamedNode(f"{source.value}-period")
    found.add(source, "dct:temporal", node, text)
    found.begin(node, "dct:PeriodOfTime", origin=text)
    start, _, end = text.partition("/")
    for predicate, date in (("dcat:startDate", start), ("dcat:endDate", end or start)):
        found.add(node, predicate, Literal(date, datatype=NamedNode(f"{_XSD}date")), text)


def _describe_unit(found: Described, unit: Unit, iri: str) -> None:
    subject = NamedNode(f"{iri}/unit/{unit.id}")
    kind = "org:OrganizationalUnit" if unit.kind == "unit" else "org:Organization"
    found.begin(subject, kind, origin=unit.id)
    found.texts(subject, "skos:prefLabel", unit.name)
    found.add(subject, "dct:identifier", Literal(subject.value), unit.id)
    found.links(subject, "org:classification", f"{VOCAB}unit-type/", [unit.type])
    whole = f"{iri}/unit/{unit.parent}" if unit.parent else iri
    found.add(subject, "org:subOrganizationOf", NamedNode(whole), unit.parent or unit.id)
    found.notes(subject, unit.notes)


def _describe_term(found: Described, each: Term, iri: str) -> None:
    subject = NamedNode(f"{iri}/term/{each.id}")
    found.begin(subject, "skos:Concept", origin=each.id)
    found.texts(subject, "skos:prefLabel", each.name)
    found.add(subject, "dct:identifier", Literal(subject.value), each.id)
    found.links(subject, MATCHES[each.match], f"{VOCAB}{each.scheme}/", each.concepts)
    found.notes(subject, each.notes)


def _describe_practice(found: Described, practice: Practice, municipality: Municipality, iri: str) -> None:
    dataset = f"{iri}/practices"
    subject = NamedNode(f"{dataset}/{practice.id}")
    found.begin(subject, "osa:Practice", origin=practice.id)
    found.add(subject, "dct:identifier", Literal(subject.value), practice.id)
    found.add(subject, "dct:isPartOf", NamedNode(dataset), practice.id)
    found.texts(subject, "dct:title", practice.title)
    found.texts(subject, "dct:description", practice.description)
    if practice.organisers:
        found.links(subject, "osa:organiser", f"{iri}/unit/", practice.organisers)
    else:
        found.add(subject, "osa:organiser", NamedNode(iri), practice.id)
    for predicate, prefix, ids in (
        ("osa:usedBy", f"{iri}/unit/", practice.units),
        ("osa:targetGroup", f"{VOCAB}target-group/", practice.groups),
        ("osa:impliedGroup", f"{VOCAB}target-group/", practice.implied_groups),
        ("osa:exampleGroup", f"{VOCAB}target-group/", practice.example_groups),
        ("osa:purpose", f"{VOCAB}purpose/", practice.purposes),
        ("osa:channel", f"{VOCAB}channel/", practice.channels),
        ("osa:localTerm", f"{iri}/term/", practice.terms),
        ("osa:legalBasis", f"{VOCAB}fi/law/", practice.legal_basis),
        ("osa:impliedLegalBasis", f"{VOCAB}fi/law/", practice.implied_legal_basis),
        ("dct:isReplacedBy", f"{dataset}/", practice.replaced_by),
    ):
        found.links(subject, predicate, prefix, ids)
    for predicate, holds in (
        ("osa:openGroups", practice.open_groups),
        ("osa:statutory", practice.statutory),
        ("owl:deprecated", practice.withdrawn),
    ):
        found.typed(subject, predicate, "true" if holds else "", "boolean")
    found.typed(subject, "osa:timesPerYear", practice.times_per_year, "decimal")
    found.texts(subject, "osa:recurrenceText", practice.recurrence)
    for predicate, date in (
        ("osa:asOf", practice.as_of),
        ("osa:started", practice.started),
        ("osa:ended", practice.ended),
    ):
        found.date(subject, predicate, date)
    for language in practice.translated_title:
        found.typed(subject, "osa:translatedTitle", language, "language")
    for language in practice.translated_description:
        found.typed(subject, "osa:translatedDescription", language, "language")
    _describe_words(found, subject, practice.source, dataset if municipality.source else "")
    found.notes(subject, practice.notes)


def _describe_words(found: Described, subject: NamedNode, source: Verbatim, dataset: str) -> None:
    for name, predicate in VERBATIM.items():
        text = getattr(source, name)
        if text:
            found.add(subject, predicate, Literal(text, language=source.language), text)
    found.typed(subject, "osa:sourceRow", source.row, "integer")
    found.typed(subject, "osa:sourceSeen", source.seen, "date")
    found.links(subject, "prov:wasDerivedFrom", "", source.pages)
    if dataset:
        found.add(subject, "prov:wasDerivedFrom", NamedNode(f"{dataset}#source"))


def describe_publisher(site: Site) -> Described:
    """Return the description of who publishes and codes: a fragment of the catalog."""
    found = Described()
    subject = NamedNode(f"{site.base}catalog#publisher")
    found.begin(subject, "foaf:Agent", "prov:Agent")
    found.texts(subject, "foaf:name", site.publisher)
    if site.publisher_type:
        kind = NamedNode(f"http://purl.org/adms/publishertype/{site.publisher_type}")
        found.add(subject, "dct:type", kind, site.publisher_type)
    if site.publisher_url:
        found.add(subject, "foaf:homepage", NamedNode(site.publisher_url), site.publisher_url)
    return found


_VOCABULARY_TITLE: Texts = {
    "fi": "Osallisuus-sanasto: luokat, ominaisuudet ja käsitteistöt",
    "sv": "Vokabulären Osallisuus: klasser, egenskaper och begreppsscheman",
    "en": "The osallisuus vocabulary: classes, properties and concept schemes",
}
_VOCABULARY_DESCRIPTION: Texts = {
    "fi": "Sanasto, jolla kunnat kuvaavat osallisuuskäytäntöjään vertailukelpoisesti: tarkoitukset, kohderyhmät, "
    "kanavat, yksikkötyypit, osallistumisen tasot ja säädökset.",
    "sv": "En vokabulär med vilken kommuner beskriver sin delaktighetspraxis jämförbart: syften, målgrupper, "
    "kanaler, enhetstyper, nivåer av deltagande och författningar.",
    "en": "A vocabulary with which municipalities describe their participation practices so that they compare: "
    "purposes, target groups, channels, unit types, levels of participation and acts.",
}


def describe_vocabulary(site: Site) -> Described:
    """Return the description of the vocabulary as a dataset of the site; it belongs into its graph."""
    found = Described()
    subject = NamedNode(f"{site.base}vocabulary")
    found.begin(subject, "dcat:Dataset")
    found.add(subject, "dct:identifier", Literal(subject.value))
    found.texts(subject, "dct:title", _VOCABULARY_TITLE)
    found.texts(subject, "dct:description", _VOCABULARY_DESCRIPTION)
    for language, word in (("fi", "sanastot"), ("sv", "vokabulärer"), ("en", "vocabularies")):
        found.add(subject, "dcat:keyword", Literal(word, language=language))
    for language in ("fi", "sv", "en"):
        found.add(subject, "dct:language", NamedNode(language_iri(language)))
    return found
