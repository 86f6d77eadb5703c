"""Releases → RDF: what each freezes, when, what came before it, and how to cite it. Pure.

The descriptions are a graph of their own, `BASE releases`: in a dataset's graph they would change what they freeze, and
in the catalog a harvester would take each for one more dataset.
"""

from collections.abc import Container, Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from osallisuus.graph import Described
from osallisuus.manifest import Release
from osallisuus.model import Site, Texts
from osallisuus.release import citing, records
from osallisuus.release.records import DatasetRecord, Record, SiteRecord
from osallisuus.vocabulary import VOCAB

PATH = "releases"
"""Path of the graph of the descriptions, and of the list of the site's releases."""

_TITLES: Texts = {
    "fi": "{title}, julkaisu {version}",
    "sv": "{title}, utgåva {version}",
    "en": "{title}, release {version}",
}
_ALL: Texts = {"fi": "Julkaisut", "sv": "Utgåvor", "en": "Releases"}
_OF: Texts = {"fi": "Julkaisut: {title}", "sv": "Utgåvor: {title}", "en": "Releases: {title}"}


def describe_releases(
    releases: Iterable[Release], files: Mapping[str, bytes], site: Site, current: Container[str]
) -> list[Triple]:
    """Return the description of every release and of the lists of them.

    Args:
        releases: those of the manifest.
        files: path under `publish/` → content, the records of the releases among them.
        site: the settings.
        current: paths of the datasets that are published now; one that is not is named here, as no longer in use.
    """
    found = Described()
    _describe_list(found, NamedNode(site.base + PATH), _ALL)
    titles: dict[str, Texts] = {}
    gone: dict[str, DatasetRecord] = {}
    for release in releases:
        content = files[records.record_path(release)]
        if release.dataset:
            record = records.read_dataset(content)
            _describe_dataset_release(found, release, record, site)
            titles[records.releases_path(release.dataset)] = record.title
            if release.dataset not in current:
                gone[release.dataset] = record
        else:
            _describe_site_release(found, records.read_site(content), site)
    for path, title in titles.items():
        named = {each: text.format(title=title[each]) for each, text in _OF.items() if each in title}
        _describe_list(found, NamedNode(site.base + path), named)
    for record in gone.values():
        _describe_gone(found, record)
    return list(found.triples)


def _describe_list(found: Described, node: NamedNode, titles: Texts) -> None:
    found.begin(node, "prov:Collection")
    found.texts(node, "dct:title", titles)
    found.add(node, "dct:identifier", Literal(node.value))


def _describe_gone(found: Described, record: DatasetRecord) -> None:
    """Add what is left of a dataset that is published no longer: its name, that it is gone, and where its releases are."""
    node = NamedNode(record.dataset)
    found.begin(node, "prov:Entity")  # no dcat:Dataset: it is none that can be had
    found.texts(node, "dct:title", record.title)
    found.add(node, "dct:identifier", Literal(node.value))
    found.typed(node, "owl:deprecated", "true", "boolean")
    listed = record.release.removesuffix(f"/{record.version}")
    found.add(node, "rdfs:seeAlso", NamedNode(listed))


def _describe(found: Described, record: Record, site: Site, *types: str) -> NamedNode:
    node = NamedNode(record.release)
    found.begin(node, "dcat:Resource", *types)
    found.add(node, "dct:identifier", Literal(node.value))
    found.add(node, "dcat:version", Literal(record.version))
    found.typed(node, "dct:issued", record.date, "date")
    found.add(node, "dct:license", NamedNode(record.licence))
    found.add(node, "dct:publisher", NamedNode(f"{site.base}catalog#publisher"))
    found.add(node, "dct:conformsTo", NamedNode(f"{VOCAB}ns/{record.vocabulary}"))
    for language, text in _TITLES.items():
        if language in record.title:
            title = text.format(title=record.title[language], version=record.version)
            found.add(node, "dct:title", Literal(title, language=language))
        found.add(
            node, "dct:bibliographicCitation", Literal(citing.sentence(record, language), language=language)
        )
    if record.previous:
        before = NamedNode(record.previous)
        for predicate in ("dcat:previousVersion", "adms:prev", "prov:wasRevisionOf"):
            found.add(node, predicate, before)
    return node


def _describe_dataset_release(found: Described, release: Release, record: DatasetRecord, site: Site) -> None:
    node, dataset = _describe(found, record, site, "prov:Entity"), NamedNode(record.dataset)
    found.add(node, "dct:isVersionOf", dataset)
    found.add(node, "dcat:isVersionOf", dataset)
    found.add(dataset, "dcat:hasVersion", node)
    for each in record.files:
        found.add(node, "dct:hasPart", NamedNode(f"{node.value}/{each.name}"))
    found.add(node, "dct:hasPart", NamedNode(f"{node.value}/{records.RECORD}"))
    listed = NamedNode(site.base + records.releases_path(release.dataset))
    found.add(listed, "prov:hadMember", node)


def _describe_site_release(found: Described, record: SiteRecord, site: Site) -> None:
    node = _describe(found, record, site, "prov:Collection")
    for each in record.datasets:
        found.add(node, "prov:hadMember", NamedNode(site.base + each.release))
    found.add(node, "dct:hasPart", NamedNode(f"{node.value}.json"))
    found.add(NamedNode(site.base + PATH), "prov:hadMember", node)
