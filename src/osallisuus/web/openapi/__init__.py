"""The description of every address of a site, by OpenAPI 3.1, for programs and their authors.

It is made of what the site publishes and of the tables that the code itself works by, so that it says what is true of this
site: its municipalities, its releases, its limits.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version

from osallisuus.release import Publication
from osallisuus.web.openapi import lists, parts, service
from osallisuus.web.openapi.things import Things

_ABOUT = """\
Every thing has an address without suffix, which is its name for good. It answers 303 to a document in the format that
Accept asks for; documents end in a suffix. Everything may be read without a key, from pages of any site (CORS). HEAD and
OPTIONS work wherever GET does. Answers have an ETag, and are 304 where the client has them already. An error tells its
reason as text, or as a page to a client that prefers HTML.
"""

_TAGS = {
    "Things": "Municipalities, practices, units, datasets and the catalog: each in RDF and as a page.",
    "Tables": "Tables and their metadata.",
    "Pages and lists": "Pages that are about no single thing.",
    "Queries": "The SPARQL endpoint.",
    "Vocabulary": "Classes, properties and concepts, the same on every site.",
    "Releases": "Dated copies that never change, and what differs between them.",
    "Changes": "What has changed since a day.",
    "Programs": "For crawlers, clients and assistants.",
    "State": "How the server is.",
}


def describe(publication: Publication, languages: Sequence[str], limits: Iterable[str]) -> parts.Json:
    """Return the description of a site.

    Args:
        publication: what is published.
        languages: the languages of its pages.
        limits: the limits of the endpoint, a sentence each.
    """
    site = publication.site
    paths = {
        **lists.pages(publication, languages),
        **Things(publication, languages).paths(),
        **service.queries(languages, limits),
        **lists.logs(languages),
        **service.programs(),
        **service.state(),
    }
    servers = [
        {"url": ".", "description": "Where this description is."},
        {"url": site.url.rstrip("/"), "description": "The public address."},
    ]
    return {
        "openapi": "3.1.1",
        "info": {
            "title": _english(site.title),
            "summary": _english(site.description),
            "description": _ABOUT,
            "version": version("osallisuus"),
            "contact": {"name": _english(site.contact), "email": site.email},
            "license": {"name": "Licence of the data", "url": site.licence},
        },
        "servers": servers,
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": parts.SCHEMAS,
            "headers": parts.HEADERS,
            "responses": parts.RESPONSES,
        },
    }


def _english(texts: Mapping[str, str]) -> str:
    return texts.get("en") or next(iter(texts.values()), "")


def document(publication: Publication, languages: Sequence[str], limits: Iterable[str]) -> bytes:
    """Return the description as the bytes of its file."""
    written = describe(publication, languages, limits)
    return (json.dumps(written, ensure_ascii=False, indent=1) + "\n").encode()
