"""The log of changes in the words of ActivityStreams 2.0: an ordered collection and its pages. Pure.

Activities come the oldest first, so that they can be replayed in order, and so that a full page never changes.
"""

import base64
import json
from collections.abc import Mapping

from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from osallisuus import serialisation
from osallisuus.formats import Format
from osallisuus.model import Site
from osallisuus.release.changes import KINDS, Activity
from osallisuus.vocabulary import PREFIXES
from osallisuus.web import words
from osallisuus.web.history import PATH, History

PROFILE = "https://www.w3.org/ns/activitystreams"
"""The IRI of the vocabulary, which is also that of its profile of JSON-LD."""

_AS = f"{PROFILE}#"

CONTEXT: Mapping[str, object] = {
    "@version": 1.1,
    **{
        prefix: PREFIXES[prefix]
        for prefix in ("cv", "dcat", "eli", "org", "osa", "owl", "prov", "rdfs", "skos", "xsd")
    },
    "as": _AS,
    "id": "@id",
    "type": "@type",
    **{
        name: f"as:{name}"
        for name in ("Create", "Delete", "OrderedCollection", "OrderedCollectionPage", "Update")
    },
    **{
        name: {"@id": f"as:{name}", "@type": "@id"}
        for name in ("attributedTo", "context", "first", "last", "next", "object", "partOf", "prev")
    },
    "deprecated": {"@id": "owl:deprecated", "@type": "xsd:boolean"},
    "generated": {"@id": "prov:generated", "@type": "@id"},
    "invalidated": {"@id": "prov:invalidated", "@type": "@id"},
    "labelMap": {"@id": "rdfs:label", "@container": "@language"},
    "nameMap": {"@id": "as:name", "@container": "@language"},
    "orderedItems": {"@id": "as:items", "@type": "@id", "@container": "@list"},
    "published": {"@id": "as:published", "@type": "xsd:dateTime"},
    "startIndex": {"@id": "as:startIndex", "@type": "xsd:nonNegativeInteger"},
    "totalItems": {"@id": "as:totalItems", "@type": "xsd:nonNegativeInteger"},
    "updated": {"@id": "as:updated", "@type": "xsd:dateTime"},
}
"""The terms that are used, as the context of ActivityStreams has them; written out, so that no reader needs a network."""


def collection(history: History, site: Site) -> bytes:
    """Return the whole log as an OrderedCollection, which names its pages."""
    found: dict[str, object] = {
        "@context": CONTEXT,
        "id": history.iri(),
        "type": "OrderedCollection",
        **_named(),
        "attributedTo": f"{site.base}catalog#publisher",
        "totalItems": len(history.log),
    }
    if history.log:
        found["updated"] = time(history.log[-1].day)
        found["first"] = history.iri(1)
        found["last"] = history.iri(history.pages)
    return _write(found)


def page(history: History, number: int) -> bytes:
    """Return a page of the log as an OrderedCollectionPage."""
    found: dict[str, object] = {
        "@context": CONTEXT,
        "id": history.iri(number),
        "type": "OrderedCollectionPage",
        **_named(f" {number}"),
        "partOf": history.iri(),
        "startIndex": history.start(number),
    }
    if number > 1:
        found["prev"] = history.iri(number - 1)
    if number < history.pages:
        found["next"] = history.iri(number + 1)
    found["orderedItems"] = [_activity(each, history.base) for each in history.page(number)]
    return _write(found)


def _named(number: str = "") -> dict[str, object]:
    """Return the name of the log or of a page of it, in ActivityStreams' word and in one that every RDF client knows."""
    names = {tag: words.translations(tag).gettext("Changes") + number for tag in words.LANGUAGES}
    return {"nameMap": names, "labelMap": names}


def rewrite(document: bytes, form: Format) -> bytes:
    """Return such a document in another RDF format, the cells of its list named in their order."""
    quads = list(parse(document, RdfFormat.JSON_LD))
    nodes = (part for each in quads for part in (each.subject, each.object) if isinstance(part, BlankNode))
    cells: dict[object, BlankNode] = {
        node: BlankNode(f"c{number:04}") for number, node in enumerate(dict.fromkeys(nodes))
    }
    return serialisation.write(
        [
            Triple(cells.get(each.subject, each.subject), each.predicate, cells.get(each.object, each.object))
            for each in quads
        ],
        form,
    )


def _activity(each: Activity, base: str) -> dict[str, object]:
    thing: dict[str, object] = {"id": each.object, "type": KINDS[each.kind]}
    if each.titles:
        thing["nameMap"] = each.titles
    if each.withdrawn:
        thing["deprecated"] = True
    found: dict[str, object] = {
        "id": f"{base}{PATH}#{each.id}",
        "type": each.type,
        "published": time(each.day),
        "object": thing,
        "context": each.dataset,
    }
    if each.before and each.before != each.after:
        found["invalidated"] = digest_iri(each.before)
    if each.after:
        found["generated"] = digest_iri(each.after)
    return found


def time(day: str) -> str:
    """Return a day as a time: its beginning, for only days are known."""
    return f"{day}T00:00:00Z"


def digest_iri(digest: str) -> str:
    """Return the IRI of a description by its SHA-256 in hexadecimal, as RFC 6920 names things by their hash."""
    return "ni:///sha-256;" + base64.urlsafe_b64encode(bytes.fromhex(digest)).decode().rstrip("=")


def _write(document: Mapping[str, object]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
