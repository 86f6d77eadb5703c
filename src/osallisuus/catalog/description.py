"""The catalog, its datasets, their files and the endpoint, with every agent and term that they use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from osallisuus import vocabulary
from osallisuus.catalog.entries import Dataset, Distribution
from osallisuus.catalog.periods import Period, joint, period
from osallisuus.formats import EU_FILE_TYPE, IANA_MEDIA_TYPE
from osallisuus.graph import Described, describe_publisher, language_iri
from osallisuus.model import Site, Texts
from osallisuus.vocabulary import PREFIXES, VERSION, term

AUTHORITY = "http://publications.europa.eu/resource/authority/"
_XSD = PREFIXES["xsd"]
_SHA256 = "https://spdx.org/rdf/terms#checksumAlgorithm_sha256"
_DATE = NamedNode(f"{_XSD}date")

_SERVICE_TITLE: Texts = {
    "fi": "SPARQL-kyselyrajapinta",
    "sv": "SPARQL-gränssnitt",
    "en": "SPARQL endpoint",
}
_SERVICE_KEYWORDS = {
    "fi": ("SPARQL", "linkitetty data"),
    "sv": ("SPARQL", "länkade data"),
    "en": ("SPARQL", "linked data"),
}
_SERVICE_DESCRIPTION: Texts = {
    "fi": "Kyselyt kaikkiin tämän sivuston aineistoihin SPARQL 1.1 -kielellä; vain luku.",
    "sv": "Frågor mot alla datamängder på webbplatsen med SPARQL 1.1; endast läsning.",
    "en": "Queries over every dataset of this site in SPARQL 1.1; read only.",
}


@dataclass(frozen=True)
class Catalog:
    """What a catalog is made of.

    Attributes:
        site: the settings.
        datasets: every dataset that is published.
        issued: day of the catalog's first publication.
    """

    site: Site
    datasets: tuple[Dataset, ...]
    issued: str

    @property
    def node(self) -> NamedNode:
        """Its IRI."""
        return NamedNode(f"{self.site.base}catalog")

    @cached_property
    def countries(self) -> tuple[NamedNode, ...]:
        """The countries that its datasets are about, as far as the EU list has them."""
        return tuple(dict.fromkeys(country for each in self.datasets for country in _countries(each)))

    @cached_property
    def periods(self) -> Mapping[str, Period]:
        """Path of a dataset → the time that it is about; where it lists no practice, that of all practices."""
        own = {each.thing.path: period(each, self.site.base) for each in self.datasets}
        practices = joint(each for path, each in own.items() if each and path != "vocabulary")
        return {path: about for path, each in own.items() if (about := each or practices)}


def describe(catalog: Catalog, listed: Sequence[Dataset]) -> Described:
    """Return the catalog with some of its datasets, their distributions, the endpoint and every term used."""
    found = Described()
    site = catalog.site
    _describe_catalog(found, catalog)
    for dataset in listed:
        found.add(catalog.node, "dcat:dataset", NamedNode(site.base + dataset.thing.path))
        _describe_dataset(found, dataset, site)
        _describe_places(found, dataset, catalog)
        _describe_period(found, dataset, catalog)
    _describe_service(found, site, listed)
    _describe_agents(found, site)
    _describe_terms(found)
    return found


def _describe_catalog(found: Described, catalog: Catalog) -> None:
    site, subject = catalog.site, catalog.node
    found.begin(subject, "dcat:Catalog", origin=next(iter(site.title.values()), None))
    found.add(subject, "dct:identifier", Literal(subject.value))
    found.texts(subject, "dct:title", site.title)
    found.texts(subject, "dct:description", site.description)
    found.add(subject, "dct:issued", Literal(catalog.issued, datatype=_DATE))
    _page(found, subject, "foaf:homepage", f"{site.base}index.html")
    for language in site.languages:
        found.add(subject, "dct:language", NamedNode(language_iri(language)), language)
    for country in catalog.countries:
        found.add(subject, "dct:spatial", country)
    found.add(subject, "dcat:service", NamedNode(f"{site.base}sparql#service"))
    _common(found, subject, site)


def _page(found: Described, subject: NamedNode, predicate: str, address: str) -> None:
    found.add(subject, predicate, NamedNode(address))
    found.begin(NamedNode(address), "foaf:Document")


def _common(found: Described, subject: NamedNode, site: Site) -> None:
    found.add(subject, "dct:publisher", NamedNode(f"{site.base}catalog#publisher"))
    found.add(subject, "dcat:contactPoint", NamedNode(f"{site.base}catalog#contact"))
    found.add(subject, "dct:license", NamedNode(site.licence), site.licence)


def _countries(dataset: Dataset) -> list[NamedNode]:
    code = COUNTRIES.get(dataset.municipality.partition("/")[0])
    return [NamedNode(f"{AUTHORITY}country/{code}")] if code else []


def _describe_places(found: Described, dataset: Dataset, catalog: Catalog) -> None:
    """Add the country of a dataset; where the EU list has none, the places that its municipality names."""
    subject = NamedNode(catalog.site.base + dataset.thing.path)
    own = [dataset] if dataset.municipality else catalog.datasets
    countries = _countries(dataset) if dataset.municipality else catalog.countries
    for country in countries:
        found.add(subject, "dct:spatial", country)
    for each in () if countries else own:
        for triple in each.by_subject.get(catalog.site.base + each.municipality, ()):
            if triple.predicate == term("dct:spatial") and isinstance(triple.object, NamedNode):
                found.add(subject, "dct:spatial", triple.object)
                found.begin(triple.object, "dct:Location")


def _describe_period(found: Described, dataset: Dataset, catalog: Catalog) -> None:
    about = catalog.periods.get(dataset.thing.path)
    if about is None:
        return
    node = NamedNode(f"{catalog.site.base}catalog#{dataset.fragment}-period")
    found.add(NamedNode(catalog.site.base + dataset.thing.path), "dct:temporal", node)
    found.begin(node, "dct:PeriodOfTime")
    found.typed(node, "dcat:startDate", about.start, "date")
    found.typed(node, "dcat:endDate", about.end, "date")
    for triple in dataset.by_subject.get(about.source, ()):
        if triple.predicate == term("dct:description"):  # it says how sure the age of the source is
            found.triples[Triple(node, triple.predicate, triple.object)] = None


COUNTRIES = {
    **{
        "fi": "FIN",
        "se": "SWE",
        "no": "NOR",
        "dk": "DNK",
        "is": "ISL",
        "ee": "EST",
        "lv": "LVA",
        "lt": "LTU",
    },
    **{
        "de": "DEU",
        "nl": "NLD",
        "be": "BEL",
        "fr": "FRA",
        "es": "ESP",
        "pt": "PRT",
        "it": "ITA",
        "at": "AUT",
    },
}
"""Country code of a municipality → code of the country in the EU list."""


def _describe_dataset(found: Described, dataset: Dataset, site: Site) -> None:
    subject = NamedNode(site.base + dataset.thing.path)
    for triple in dataset.by_subject.get(subject.value, ()):
        if triple.predicate != term("prov:wasDerivedFrom"):  # a source is described in its own graph only
            found.triples[triple] = None
    _common(found, subject, site)
    found.add(subject, "dcat:theme", NamedNode(f"{AUTHORITY}data-theme/GOVE"))
    found.add(subject, "dct:accessRights", NamedNode(f"{AUTHORITY}access-right/PUBLIC"))
    found.add(subject, "dct:accrualPeriodicity", NamedNode(f"{AUTHORITY}frequency/IRREG"))
    _page(found, subject, "dcat:landingPage", f"{subject.value}.html")
    if dataset.thing.path == "vocabulary":
        found.add(subject, "dcat:version", Literal(VERSION))
    found.add(subject, "dct:issued", Literal(dataset.thing.issued, datatype=_DATE))
    modified = max([dataset.thing.modified, *(each.file.modified for each in dataset.files)])
    found.add(subject, "dct:modified", Literal(modified, datatype=_DATE))
    for each in dataset.files:
        _describe_distribution(found, dataset, each, site)


def _describe_distribution(found: Described, dataset: Dataset, each: Distribution, site: Site) -> None:
    form, file = each.form, each.file
    owner = NamedNode(site.base + dataset.thing.path)
    node = NamedNode(f"{site.base}catalog#{dataset.fragment}-{each.name}")
    address = NamedNode(site.base + file.path)
    found.add(owner, "dcat:distribution", node)
    found.begin(node, "dcat:Distribution")
    found.add(node, "dct:identifier", Literal(node.value))
    for triple in dataset.by_subject.get(owner.value, ()):
        if triple.predicate == term("dct:title"):
            title = triple.object
            if isinstance(title, Literal):
                kind = each.kind.get(title.language or "", "")
                text = f"{title.value} ({', '.join(filter(None, (kind, form.label)))})"
                found.add(node, "dct:title", Literal(text, language=title.language))
    found.add(node, "dcat:accessURL", address)
    found.add(node, "dcat:downloadURL", address)
    found.add(node, "dct:format", NamedNode(EU_FILE_TYPE + form.file_type))
    found.add(node, "dcat:mediaType", NamedNode(IANA_MEDIA_TYPE + form.media_type))
    found.add(node, "dct:license", NamedNode(site.licence))
    found.add(node, "dct:rights", NamedNode(f"{site.base}catalog#rights"))
    found.add(node, "dcatap:availability", NamedNode(f"{AUTHORITY}planned-availability/STABLE"))
    found.add(node, "dcat:byteSize", Literal(str(file.size), datatype=NamedNode(f"{_XSD}nonNegativeInteger")))
    found.add(node, "dct:issued", Literal(file.issued or dataset.thing.issued, datatype=_DATE))
    found.add(node, "dct:modified", Literal(file.modified, datatype=_DATE))
    for standard in each.conforms_to:
        found.add(node, "dct:conformsTo", NamedNode(standard))
        found.begin(NamedNode(standard), "dct:Standard")
    checksum = NamedNode(f"{node.value}-checksum")
    found.add(node, "spdx:checksum", checksum)
    found.begin(checksum, "spdx:Checksum")
    found.add(checksum, "spdx:algorithm", NamedNode(_SHA256))
    found.add(checksum, "spdx:checksumValue", Literal(file.sha256, datatype=NamedNode(f"{_XSD}hexBinary")))


def _describe_service(found: Described, site: Site, datasets: Sequence[Dataset]) -> None:
    node = NamedNode(f"{site.base}sparql#service")
    found.begin(node, "dcat:DataService")
    found.add(node, "dct:identifier", Literal(node.value))
    found.texts(node, "dct:title", _SERVICE_TITLE)
    found.texts(node, "dct:description", _SERVICE_DESCRIPTION)
    for language, words in _SERVICE_KEYWORDS.items():
        for word in words:
            found.add(node, "dcat:keyword", Literal(word, language=language))
    found.add(node, "dcat:endpointURL", NamedNode(f"{site.base}sparql"))
    found.add(node, "dcat:endpointDescription", NamedNode(f"{site.base}sparql"))
    _page(found, node, "dcat:landingPage", f"{site.base}sparql.html")
    found.add(node, "dct:accessRights", NamedNode(f"{AUTHORITY}access-right/PUBLIC"))
    found.add(node, "dcat:theme", NamedNode(f"{AUTHORITY}data-theme/GOVE"))
    found.add(node, "dct:publisher", NamedNode(f"{site.base}catalog#publisher"))
    found.add(node, "dcat:contactPoint", NamedNode(f"{site.base}catalog#contact"))
    found.add(node, "dct:license", NamedNode(site.licence))
    for dataset in datasets:
        found.add(node, "dcat:servesDataset", NamedNode(site.base + dataset.thing.path))


_RIGHTS: Texts = {
    "fi": "Luokittelua, käännöksiä ja rakennetta saa käyttää lisenssin ehdoin; lähteiden sanamuodot ovat niiden laatijoiden.",
    "sv": "Klassificeringen, översättningarna och strukturen får användas enligt licensen; källornas formuleringar tillhör deras upphovsmän.",
    "en": "The coding, the translations and the structure may be used under the licence; the wording of the sources is their authors'.",
}


def _describe_agents(found: Described, site: Site) -> None:
    found.triples.update(describe_publisher(site).triples)
    contact = NamedNode(f"{site.base}catalog#contact")
    found.begin(contact, "vcard:Kind")
    found.texts(contact, "vcard:fn", site.contact)
    found.add(contact, "vcard:hasEmail", NamedNode(f"mailto:{site.email}"), site.email)
    rights = NamedNode(f"{site.base}catalog#rights")
    found.begin(rights, "dct:RightsStatement")
    found.texts(rights, "rdfs:label", _RIGHTS)


def _describe_terms(found: Described) -> None:
    """Add what the authority lists say of every term used, for a harvester knows only this document."""
    used = {triple.object for triple in found.triples}
    for triple in (*vocabulary.authorities(), *vocabulary.load().documents["coverage"]):
        if triple.subject in used:
            found.triples[triple] = None
