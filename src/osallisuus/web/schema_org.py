"""What a page says of its thing in schema.org's words, for search engines: JSON-LD that is read from the catalog.

Only datasets, the catalog and the vocabulary have words there that fit; other pages say nothing.
"""

import json
from collections.abc import Mapping
from functools import partial
from textwrap import shorten

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from osallisuus.formats import IANA_MEDIA_TYPE, JSONLD
from osallisuus.graph.description import EU_LANGUAGES, language_iri
from osallisuus.release.published import Publication
from osallisuus.vocabulary import term
from osallisuus.web import things
from osallisuus.web.views import CATALOG, HOME, View

SHORTEST, LONGEST = 50, 5000
"""Characters that a description must have and may have for Google's dataset search."""

_PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
_dump = partial(json.dumps, ensure_ascii=False)

Node = dict[str, object]


def script(view: View, path: str, iri: str) -> Markup:
    """Return the element of a page's head that describes its thing; empty where schema.org has no word for it.

    It is a data block: browsers do not run it, so the Content-Security-Policy of pages lets it be. No text can end it,
    since `<`, `>`, `&` and `'` are escaped in JSON's own way.
    """
    found = describe(view, path, iri)
    if not found:
        return Markup("")
    data = htmlsafe_json_dumps({"@context": "https://schema.org/", **found}, dumps=_dump)
    return Markup('<script type="{}">{}</script>').format(JSONLD.media_type, data)


def describe(view: View, path: str, iri: str) -> Node:
    """Return the description of the thing of a page, without context; empty where schema.org has no word for it."""
    kind = type_of(view.publication, path, iri)
    if kind == "Dataset":
        return _dataset(view, iri)
    if kind == "DataCatalog":
        return _catalog(view, path)
    if kind == "DefinedTerm":
        return _term(view, iri)
    return _term_set(view, iri) if kind == "DefinedTermSet" else {}


def type_of(publication: Publication, path: str, iri: str) -> str:
    """Return the name of the class of schema.org that a thing belongs to; empty for none."""
    types = publication.types(iri)
    if path == HOME:
        return "DataCatalog" if iri else ""
    if term("dcat:Catalog").value in types:
        return "DataCatalog"
    if term("dcat:Dataset").value in types:
        return "Dataset"
    if term("skos:ConceptScheme").value in types:
        return "DefinedTermSet"
    is_shared = term("skos:Concept").value in types and publication.links(iri, "skos:inScheme")
    return "DefinedTerm" if is_shared else ""


def _dataset(view: View, iri: str) -> Node:
    publication = view.publication
    catalog = publication.site.base + CATALOG
    publisher = _agent(view, iri, "dct:publisher")
    return _known(
        {
            "@type": "Dataset",
            "@id": iri,
            "name": view.name(iri).value,
            "description": _description(view, iri),
            "url": _page(view, iri),
            "identifier": iri,
            "sameAs": [iri, *publication.links(iri, "owl:sameAs")],
            "creator": _agent(view, iri, "dct:creator") or publisher,
            "publisher": publisher,
            "license": _licence(view, iri),
            "keywords": [each.value for each in view.own(iri, "dcat:keyword")],
            "inLanguage": _languages(view, iri),
            "spatialCoverage": _places(view, iri),
            "temporalCoverage": _period(view, iri),
            "datePublished": view.plain(iri, "dct:issued"),
            "dateModified": view.plain(iri, "dct:modified"),
            "version": view.plain(iri, "dcat:version"),
            "isAccessibleForFree": _PUBLIC in publication.links(iri, "dct:accessRights") or None,
            "includedInDataCatalog": {
                "@type": "DataCatalog",
                "@id": catalog,
                "name": view.name(catalog).value,
                "url": _page(view, catalog),
            },
            "distribution": [_download(view, each) for each in publication.links(iri, "dcat:distribution")],
        }
    )


def _catalog(view: View, path: str) -> Node:
    publication = view.publication
    iri = publication.site.base + CATALOG
    found: Node = {
        "@type": "DataCatalog",
        "@id": iri,
        "name": view.name(iri).value,
        "description": view.text(iri, "dct:description").value,
        "url": _page(view, iri),
        "identifier": iri,
        "publisher": _agent(view, iri, "dct:publisher"),
        "license": _licence(view, iri),
        "inLanguage": _languages(view, iri),
        "datePublished": view.plain(iri, "dct:issued"),
        "dateModified": view.plain(iri, "dct:modified"),
    }
    if path != HOME:  # each dataset's own page says more
        found["dataset"] = [
            {
                "@type": "Dataset",
                "@id": each,
                "name": view.name(each).value,
                "description": _description(view, each),
                "url": _page(view, each),
            }
            for each in things.datasets(view)
        ]
    return _known(found)


def _term(view: View, iri: str) -> Node:
    schemes = view.links(iri, "skos:inScheme")
    return _known(
        {
            "@type": "DefinedTerm",
            "@id": iri,
            "name": view.name(iri).value,
            "alternateName": [each.value for each in view.own(iri, "skos:altLabel")],
            "description": view.text(iri, "skos:definition").value,
            "url": _page(view, iri),
            "termCode": view.plain(iri, "skos:notation") or iri.rpartition("/")[2],
            "inLanguage": view.language,
            "inDefinedTermSet": [
                {
                    "@type": "DefinedTermSet",
                    "@id": each,
                    "name": view.name(each).value,
                    "url": _page(view, each),
                }
                for each in schemes
            ],
            "sameAs": view.publication.links(iri, "skos:exactMatch"),
        }
    )


def _term_set(view: View, iri: str) -> Node:
    return _known(
        {
            "@type": "DefinedTermSet",
            "@id": iri,
            "name": view.name(iri).value,
            "description": view.text(iri, "dct:description").value,
            "url": _page(view, iri),
            "version": view.plain(iri, "dcat:version"),
            "inLanguage": view.language,
            "hasDefinedTerm": [
                {"@type": "DefinedTerm", "@id": each, "name": view.name(each).value, "url": _page(view, each)}
                for each in view.inverse(iri, "skos:inScheme")
            ],
        }
    )


def _known(node: Mapping[str, object]) -> Node:
    """Return a node without the properties that have no value."""
    return {name: value for name, value in node.items() if value not in ("", None, [], {})}


def _page(view: View, iri: str) -> str:
    """Return the address of a thing's page in the language that is asked for."""
    return _address(view, f"{iri}.html")


def _address(view: View, iri: str) -> str:
    """Return where something of this site is served, by its IRI; the address of something else as it is."""
    path = view.publication.path(iri)
    return iri if path is None else view.publication.site.url + path


def _description(view: View, iri: str) -> str:
    """Return a description that a search engine takes: one too short goes on with the coverage and the catalog's."""
    catalog = view.publication.site.base + CATALOG
    found = view.text(iri, "dct:description").value
    more = [view.text(each, "skos:definition").value for each in view.links(iri, "osa:coverage")]
    more += [view.text(catalog, "dct:description").value, view.name(catalog).value, view.name(iri).value]
    for each in more:
        if len(found) < SHORTEST:
            found = f"{found} {each}".strip()
    return found if len(found) <= LONGEST else shorten(found, LONGEST, placeholder=" …")


def _agent(view: View, iri: str, predicate: str) -> Node:
    """Return the first agent that a property points to; empty when there is none."""
    for agent in view.publication.links(iri, predicate):
        homepage = next(iter(view.publication.links(agent, "foaf:homepage")), "")
        return _known(
            {"@type": "Organization", "@id": agent, "name": view.name(agent).value, "url": homepage}
        )
    return {}


def _licence(view: View, iri: str) -> Node:
    for each in view.publication.links(iri, "dct:license"):
        return {"@type": "CreativeWork", "@id": each, "name": view.name(each).value, "url": each}
    return {}


def _languages(view: View, iri: str) -> list[str]:
    said = view.publication.links(iri, "dct:language")
    return [tag for tag in EU_LANGUAGES if language_iri(tag) in said]


def _places(view: View, iri: str) -> list[Node]:
    """Return the municipality that a dataset is about, and the wider places that the catalog names."""
    found: list[Node] = []
    municipality = things.municipality(view, iri)
    same = view.publication.links(municipality, "owl:sameAs")
    if municipality:
        found.append(
            _known(
                {
                    "@type": "AdministrativeArea",
                    "@id": municipality,
                    "name": view.name(municipality).value,
                    "identifier": view.plain(municipality, "org:identifier"),
                    "url": _page(view, municipality),
                    "sameAs": same,
                }
            )
        )
    wider = [each for each in view.links(iri, "dct:spatial") if each not in {municipality, *same}]
    for each in wider:
        found.append({"@type": "Place", "@id": each, "name": view.name(each).value})
    return found


def _period(view: View, iri: str) -> str:
    """Return the period that a dataset is about, as an interval of ISO 8601; open ends are two dots."""
    for each in view.publication.links(iri, "dct:temporal"):
        start, end = view.plain(each, "dcat:startDate"), view.plain(each, "dcat:endDate")
        if start or end:
            return f"{start or '..'}/{end or '..'}"
    return ""


def _download(view: View, iri: str) -> Node:
    publication = view.publication
    media_type = next(iter(publication.links(iri, "dcat:mediaType")), "").removeprefix(IANA_MEDIA_TYPE)
    size = view.plain(iri, "dcat:byteSize")
    checksums = publication.links(iri, "spdx:checksum")
    return _known(
        {
            "@type": "DataDownload",
            "@id": iri,
            "name": view.name(iri).value,
            "contentUrl": _address(view, next(iter(publication.links(iri, "dcat:downloadURL")), "")),
            "encodingFormat": media_type,
            "contentSize": f"{size} B" if size else "",
            "sha256": next((view.plain(each, "spdx:checksumValue") for each in checksums), ""),
            "dateModified": view.plain(iri, "dct:modified"),
        }
    )
