"""What a CKAN portal with ckanext-dcat would store of a dataset, and what it would drop.

Its rules, as far as they decide what arrives: the IRI is the guid; the licence is read from distributions alone, and
known by its title; publisher and contact are nodes with names; of a media type, the label arrives.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal

from osallisuus.formats import CSV, RDFXML
from osallisuus.portal.description import Description, Node, text
from osallisuus.portal.finding import Finding

_TEXTS = {"title": "dct:title", "notes": "dct:description"}
_FIELDS = {
    "url": "dcat:landingPage",
    "identifier": "dct:identifier",
    "version": "dcat:version",
    "issued": "dct:issued",
    "modified": "dct:modified",
    "frequency": "dct:accrualPeriodicity",
    "access_rights": "dct:accessRights",
    "provenance": "dct:provenance",
    "dcat_type": "dct:type",
}
_LISTS = {
    "language": "dct:language",
    "theme": "dcat:theme",
    "spatial": "dct:spatial",
    "conforms_to": "dct:conformsTo",
    "documentation": "foaf:page",
    "source": "dct:source",
    "has_version": "dct:hasVersion",
    "is_version_of": "dct:isVersionOf",
    "sample": "adms:sample",
    "alternate_identifier": "adms:identifier",
    "is_referenced_by": "dct:isReferencedBy",
    "applicable_legislation": "dcatap:applicableLegislation",
}
_NODES = {
    "dcat:distribution",
    "dcat:keyword",
    "dcat:contactPoint",
    "dct:publisher",
    "dct:creator",
    "dct:temporal",
}
_RESOURCE = {
    "issued": "dct:issued",
    "modified": "dct:modified",
    "status": "adms:status",
    "availability": "dcatap:availability",
    "size": "dcat:byteSize",
}
_RESOURCE_LISTS = {
    "language": "dct:language",
    "conforms_to": "dct:conformsTo",
    "documentation": "foaf:page",
    "access_services": "dcat:accessService",
    "compress_format": "dcat:compressFormat",
    "package_format": "dcat:packageFormat",
}
_RESOURCE_NODES = {
    *("dcat:accessURL", "dcat:downloadURL", "dct:format", "dcat:mediaType", "dct:license", "dct:rights"),
    *("spdx:checksum",),
}
_LICENCES = {
    "creative commons attribution": "cc-by",
    "creative commons attribution share-alike": "cc-by-sa",
    "creative commons czero": "cc-zero",
    "creative commons cczero": "cc-zero",
    "open data commons attribution license": "odc-by",
    "open data commons open database license (odbl)": "odc-odbl",
    "open data commons public domain dedication and license (pddl)": "odc-pddl",
}
"""Title in CKAN's register of licences, in lower case → id."""

_REGISTER = "opendefinition.org/licenses/"
_SHORT = {CSV.media_type: "CSV", RDFXML.media_type: "RDF"}
"""Media types that CKAN's list of formats has a short name for."""


@dataclass(frozen=True)
class Stored:
    """What becomes of a dataset.

    Attributes:
        fields: name of a field of CKAN → what it would hold; fields that stay empty are left out.
        dropped: properties of the dataset and of its distributions that no field takes.
        findings: what is lost although it is there.
    """

    fields: dict[str, object]
    dropped: tuple[str, ...]
    findings: tuple[Finding, ...]


def store(description: Description, dataset: Node) -> Stored:
    """Return what a harvester would store of a dataset."""
    files = description.nodes(dataset, "dcat:distribution")
    fields: dict[str, object] = {"guid": _guid(description, dataset)}
    fields |= {name: _by_language(description, dataset, predicate) for name, predicate in _TEXTS.items()}
    fields["tags"] = description.texts(dataset, "dcat:keyword")
    fields |= {name: description.value(dataset, predicate) for name, predicate in _FIELDS.items()}
    fields |= {name: _all(description, dataset, predicate) for name, predicate in _LISTS.items()}
    fields["temporal"] = [_period(description, each) for each in description.nodes(dataset, "dct:temporal")]
    fields["license_id"] = _licence_id(description, files)
    fields["publisher"] = [_agent(description, each) for each in description.nodes(dataset, "dct:publisher")]
    fields["contact"] = [
        _contact(description, each) for each in description.nodes(dataset, "dcat:contactPoint")
    ]
    fields["resources"] = [_resource(description, each) for each in files]
    return Stored(
        {name: value for name, value in fields.items() if value},
        tuple(_dropped(description, dataset, files)),
        tuple(_losses(description, dataset, files)),
    )


def _guid(description: Description, dataset: Node) -> str:
    identifier = description.value(dataset, "dct:identifier")
    return identifier if isinstance(dataset, BlankNode) else dataset.value


def _by_language(description: Description, node: Node, name: str) -> dict[str, str]:
    return {tag: each[0] for tag, each in description.texts(node, name).items()}


def _all(description: Description, node: Node, name: str) -> list[str]:
    return [text(each) for each in description.values(node, name)]


def _known(found: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in found.items() if value}


def _period(description: Description, node: Node) -> dict[str, object]:
    start = description.value(node, "dcat:startDate", "schema:startDate")
    return _known({"start": start, "end": description.value(node, "dcat:endDate", "schema:endDate")})


def _agent(description: Description, node: Node) -> dict[str, object]:
    found: dict[str, object] = {"uri": text(node), "name": _by_language(description, node, "foaf:name")}
    found["email"] = description.value(node, "foaf:mbox", "vcard:hasEmail").removeprefix("mailto:")
    return _known(
        {
            **found,
            "url": description.value(node, "foaf:homepage"),
            "type": description.value(node, "dct:type"),
        }
    )


def _contact(description: Description, node: Node) -> dict[str, object]:
    email = description.value(node, "vcard:hasEmail").removeprefix("mailto:")
    return _known({"uri": text(node), "name": _by_language(description, node, "vcard:fn"), "email": email})


def _resource(description: Description, node: Node) -> dict[str, object]:
    media_type, form = _type(description, node)
    checksum = next(iter(description.nodes(node, "spdx:checksum")), None)
    found: dict[str, object] = {
        "id": "" if isinstance(node, BlankNode) else node.value,
        "name": _by_language(description, node, "dct:title"),
        "description": _by_language(description, node, "dct:description"),
        "url": description.value(node, "dcat:downloadURL", "dcat:accessURL"),
        "format": form,
        "mimetype": media_type,
        "license": description.value(node, "dct:license"),
        "rights": _labels(description, node, "dct:rights"),
        "hash": description.value(checksum, "spdx:checksumValue") if checksum else "",
    }
    found |= {name: description.value(node, predicate) for name, predicate in _RESOURCE.items()}
    return _known(
        found | {name: _all(description, node, predicate) for name, predicate in _RESOURCE_LISTS.items()}
    )


def _labels(description: Description, node: Node, name: str) -> list[str]:
    """Return the values of a property; of a node that has a label, the label takes the place of its IRI."""
    values = description.values(node, name)
    return [
        text(each) if isinstance(each, Literal) else description.value(each, "rdfs:label") or text(each)
        for each in values
    ]


def _type(description: Description, node: Node) -> tuple[str, str]:
    media_type = next(iter(_labels(description, node, "dcat:mediaType")), "")
    form = next(iter(_labels(description, node, "dct:format")), "")
    return media_type, _SHORT.get(media_type) or form or media_type


def _licence_id(description: Description, files: list[Node]) -> str:
    for licence in (each for file in files for each in description.nodes(file, "dct:license")):
        register = text(licence).partition(_REGISTER)[2].strip("/")
        titles = [each for found in description.texts(licence, "dct:title").values() for each in found]
        known = next((_LICENCES[each.lower()] for each in titles if each.lower() in _LICENCES), "")
        if register or known:
            return register or known
    return ""


def _dropped(description: Description, dataset: Node, files: list[Node]) -> list[str]:
    kept = {*_TEXTS.values(), *_FIELDS.values(), *_LISTS.values(), *_NODES, "rdf:type"}
    kept_of_files = {
        *_TEXTS.values(),
        *_RESOURCE.values(),
        *_RESOURCE_LISTS.values(),
        *_RESOURCE_NODES,
        "rdf:type",
    }
    lost = {each for each in description.properties(dataset) if each not in kept}
    return sorted(
        lost | {each for file in files for each in description.properties(file) if each not in kept_of_files}
    )


def _losses(description: Description, dataset: Node, files: list[Node]) -> Iterator[Finding]:
    about = text(dataset)
    yield from _identity(description, dataset, files)
    for node, names in (
        (dataset, (*_TEXTS.values(), "dcat:keyword")),
        *((each, ("dct:title",)) for each in files),
    ):
        yield from _languages(description, node, names)
    yield from _licences(description, dataset, files)
    for predicate, name, cure in _NAMED:
        for value in description.values(dataset, predicate):
            if isinstance(value, Literal):
                yield Finding(about, "literal", {"property": predicate, "value": value.value, "cure": cure})
            elif not description.values(value, name):
                yield Finding(
                    about, "nameless", {"property": predicate, "node": text(value), "missing": name}
                )


_NAMED = (
    ("dct:publisher", "foaf:name", "foaf:Agent + foaf:name"),
    ("dcat:contactPoint", "vcard:fn", "vcard:Kind + vcard:fn + vcard:hasEmail"),
)


def _identity(description: Description, dataset: Node, files: list[Node]) -> Iterator[Finding]:
    about = text(dataset)
    for node in (dataset, *files):
        if isinstance(node, BlankNode):
            kind = "dcat:Dataset" if node == dataset else "dcat:Distribution"
            title = description.value(node, "dct:title", "dcat:accessURL")
            yield Finding(about, "blank", {"what": f"{kind} {title}".strip()})
    identifiers = _all(description, dataset, "dct:identifier")
    if not identifiers:
        yield Finding(about, "identifier", {"iri": about})
    elif not isinstance(dataset, BlankNode) and about not in identifiers:
        yield Finding(about, "other-identifier", {"value": identifiers[0], "iri": about})
    for node in files:
        if not description.is_described(node):
            yield Finding(about, "undescribed", {"what": text(node)})


def _languages(description: Description, node: Node, names: tuple[str, ...]) -> Iterator[Finding]:
    for name in names:
        for tag, found in description.texts(node, name).items():
            if not tag:
                yield Finding(text(node), "no-language", {"property": name})
            elif len(found) > 1 and name != "dcat:keyword":
                yield Finding(
                    text(node), "two-titles", {"property": name, "count": str(len(found)), "tag": tag}
                )
            for word in found if name == "dcat:keyword" else ():
                if "," in word:
                    yield Finding(text(node), "comma", {"word": word})


def _licences(description: Description, dataset: Node, files: list[Node]) -> Iterator[Finding]:
    of_files = [text(each) for file in files for each in description.values(file, "dct:license")]
    if not of_files and description.values(dataset, "dct:license"):
        yield Finding(text(dataset), "licence-lost")
    elif of_files and not _licence_id(description, files):
        yield Finding(text(dataset), "licence-unknown", {"iri": of_files[0]})
