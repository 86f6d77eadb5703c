"""A published edition → its description in DCAT-AP. Pure: the caller decides where it is written.

Nodes of its own are fragments of the catalog; there are no blank nodes and no date but those given.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from osallisuus import vocabulary
from osallisuus.formats import EU_FILE_TYPE, IANA_MEDIA_TYPE, Format
from osallisuus.graph import Described, describe_publisher, language_iri
from osallisuus.manifest import File, Published
from osallisuus.model import Site, Texts
from osallisuus.vocabulary import PREFIXES, VOCAB, term

AUTHORITY = "http://publications.europa.eu/resource/authority/"
_XSD = PREFIXES["xsd"]
_SHA256 = "https://spdx.org/rdf/terms#checksumAlgorithm_sha256"
_DATE = NamedNode(f"{_XSD}date")

_SERVICE_TITLE: Texts = {
    "fi": "SPARQL-kyselyrajapinta",
    "sv": "SPARQL-gränssnitt",
    "en": "SPARQL endpoint",
}
_SERVICE_DESCRIPTION: Texts = {
    "fi": "Kyselyt kaikkiin tämän sivuston aineistoihin SPARQL 1.1 -kielellä; vain luku.",
    "sv": "Frågor mot alla datamängder på webbplatsen med SPARQL 1.1; endast läsning.",
    "en": "Queries over every dataset of this site in SPARQL 1.1; read only.",
}
_VOID_TITLE: Texts = {
    "fi": "Aineistojen VoID-kuvaus",
    "sv": "VoID-beskrivning av datamängderna",
    "en": "VoID description of the datasets",
}


@dataclass(frozen=True)
class Dataset:
    """A dataset as the catalog sees it.

    Attributes:
        thing: its entry in the manifest.
        triples: the graph that it publishes; its own title, description and so on are among them.
        files: its files, each with its format.
    """

    thing: Published
    triples: tuple[Triple, ...]
    files: tuple[tuple[Format, File], ...]


def describe(site: Site, datasets: Iterable[Dataset], dates: tuple[str, str]) -> list[Triple]:
    """Return the catalog: itself, its datasets, their distributions, the endpoint and every term used.

    Args:
        site: the settings.
        datasets: what is published.
        dates: days of the catalog's first publication and last change; the second may be empty.
    """
    datasets = list(datasets)
    found = Described()
    subject = NamedNode(f"{site.base}catalog")
    issued, modified = dates
    found.begin(subject, "dcat:Catalog")
    found.add(subject, "dct:identifier", Literal(subject.value))
    found.texts(subject, "dct:title", site.title)
    found.texts(subject, "dct:description", site.description)
    found.add(subject, "dct:issued", Literal(issued, datatype=_DATE))
    if modified:
        found.add(subject, "dct:modified", Literal(modified, datatype=_DATE))
    _page(found, subject, "foaf:homepage", f"{site.base}index.html")
    for language in site.languages:
        found.add(subject, "dct:language", NamedNode(language_iri(language)))
    _common(found, subject, site)
    _countries(found, subject, datasets)
    for dataset in datasets:
        found.add(subject, "dcat:dataset", NamedNode(site.base + dataset.thing.path))
        _describe_dataset(found, dataset, site)
        own = [dataset] if dataset.thing.path.endswith("/practices") else datasets
        _countries(found, NamedNode(site.base + dataset.thing.path), own)
    _describe_service(found, site, datasets)
    found.add(subject, "dcat:service", NamedNode(f"{site.base}sparql#service"))
    _describe_agents(found, site)
    _describe_terms(found)
    return list(found.triples)


def _page(found: Described, subject: NamedNode, predicate: str, address: str) -> None:
    found.add(subject, predicate, NamedNode(address))
    found.begin(NamedNode(address), "foaf:Document")


def _common(found: Described, subject: NamedNode, site: Site) -> None:
    found.add(subject, "dct:publisher", NamedNode(f"{site.base}catalog#publisher"))
    found.add(subject, "dcat:contactPoint", NamedNode(f"{site.base}catalog#contact"))
    found.add(subject, "dct:license", NamedNode(site.licence))


def _countries(found: Described, subject: NamedNode, datasets: list[Dataset]) -> None:
    """Add the countries that datasets of municipalities are about, as far as the EU list has them."""
    for dataset in datasets:
        code = _COUNTRIES.get(dataset.thing.path.partition("/")[0])
        if code:
            found.add(subject, "dct:spatial", NamedNode(f"{AUTHORITY}country/{code}"))


_COUNTRIES = {
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


def _describe_dataset(found: Described, dataset: Dataset, site: Site) -> None:
    subject = NamedNode(site.base + dataset.thing.path)
    for triple in dataset.triples:
        if triple.subject == subject:
            found.triples[triple] = None
    _common(found, subject, site)
    found.add(subject, "dcat:theme", NamedNode(f"{AUTHORITY}data-theme/GOVE"))
    found.add(subject, "dct:accessRights", NamedNode(f"{AUTHORITY}access-right/PUBLIC"))
    found.add(subject, "dct:accrualPeriodicity", NamedNode(f"{AUTHORITY}frequency/IRREG"))
    _page(found, subject, "dcat:landingPage", f"{subject.value}.html")
    found.add(subject, "dct:issued", Literal(dataset.thing.issued, datatype=_DATE))
    found.add(subject, "dct:modified", Literal(dataset.thing.modified, datatype=_DATE))
    for form, file in dataset.files:
        _describe_distribution(found, dataset, form, file, site)


def _describe_distribution(found: Described, dataset: Dataset, form: Format, file: File, site: Site) -> None:
    owner = NamedNode(site.base + dataset.thing.path)
    node = NamedNode(f"{site.base}catalog#{dataset.thing.path.replace('/', '-')}-{form.name}")
    address = NamedNode(site.base + file.path)
    found.add(owner, "dcat:distribution", node)
    found.begin(node, "dcat:Distribution")
    for triple in dataset.triples:
        if triple.subject == owner and triple.predicate == term("dct:title"):
            title = triple.object
            if isinstance(title, Literal):
                text = f"{title.value} ({form.label})"
                found.add(node, "dct:title", Literal(text, language=title.language))
    found.add(node, "dcat:accessURL", address)
    found.add(node, "dcat:downloadURL", address)
    found.add(node, "dct:format", NamedNode(EU_FILE_TYPE + form.file_type))
    found.add(node, "dcat:mediaType", NamedNode(IANA_MEDIA_TYPE + form.media_type))
    found.add(node, "dct:license", NamedNode(site.licence))
    found.add(node, "dct:rights", NamedNode(f"{site.base}catalog#rights"))
    found.add(node, "dcatap:availability", NamedNode(f"{AUTHORITY}planned-availability/STABLE"))
    found.add(node, "dcat:byteSize", Literal(str(file.size), datatype=NamedNode(f"{_XSD}nonNegativeInteger")))
    found.add(node, "dct:issued", Literal(dataset.thing.issued, datatype=_DATE))
    found.add(node, "dct:modified", Literal(dataset.thing.modified, datatype=_DATE))
    checksum = NamedNode(f"{node.value}-checksum")
    found.add(node, "spdx:checksum", checksum)
    found.begin(checksum, "spdx:Checksum")
    found.add(checksum, "spdx:algorithm", NamedNode(_SHA256))
    found.add(checksum, "spdx:checksumValue", Literal(file.sha256, datatype=NamedNode(f"{_XSD}hexBinary")))


def _describe_service(found: Described, site: Site, datasets: list[Dataset]) -> None:
    node = NamedNode(f"{site.base}sparql#service")
    found.begin(node, "dcat:DataService")
    found.add(node, "dct:identifier", Literal(node.value))
    found.texts(node, "dct:title", _SERVICE_TITLE)
    found.texts(node, "dct:description", _SERVICE_DESCRIPTION)
    found.add(node, "dcat:endpointURL", NamedNode(f"{site.base}sparql"))
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
    found.add(contact, "vcard:hasEmail", NamedNode(f"mailto:{site.email}"))
    rights = NamedNode(f"{site.base}catalog#rights")
    found.begin(rights, "dct:RightsStatement")
    found.texts(rights, "rdfs:label", _RIGHTS)


def _describe_terms(found: Described) -> None:
    """Add what the authority lists say of every term used, for a harvester knows only this document."""
    used = {triple.object for triple in found.triples}
    for triple in (*vocabulary.authorities(), *vocabulary.load().documents["coverage"]):
        if triple.subject in used:
            found.triples[triple] = None


def describe_void(site: Site, datasets: Iterable[Dataset]) -> list[Triple]:
    """Return the VoID description: dumps, sizes and endpoint of each dataset."""
    found = Described()
    subject = NamedNode(f"{site.base}.well-known/void")
    found.begin(subject, "void:DatasetDescription")
    found.texts(subject, "dct:title", _VOID_TITLE)
    for dataset in datasets:
        node = NamedNode(site.base + dataset.thing.path)
        found.add(subject, "foaf:primaryTopic", node)
        found.begin(node, "void:Dataset")
        for triple in dataset.triples:
            if triple.subject == node and triple.predicate == term("dct:title"):
                found.triples[triple] = None
        found.add(node, "void:sparqlEndpoint", NamedNode(f"{site.base}sparql"))
        found.add(node, "void:vocabulary", NamedNode(f"{VOCAB}ns#"))
        found.typed(node, "void:triples", str(len(dataset.triples)), "integer")
        for _, file in dataset.files:
            if not file.path.endswith(".csv"):
                found.add(node, "void:dataDump", NamedNode(site.base + file.path))
    return list(found.triples)
