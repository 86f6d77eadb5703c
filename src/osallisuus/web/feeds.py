"""What crawlers and assistants read first: the sitemap, robots.txt and llms.txt. All of it comes from what is published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import NamedNode

from osallisuus.formats import CSV, TURTLE, by_suffix
from osallisuus.release import Publication
from osallisuus.release.changes import NAME
from osallisuus.web.history import PATH
from osallisuus.web.views import (
    ACCESSIBILITY,
    CATALOG,
    CODEBOOK,
    GUIDE,
    HOME,
    OPENAPI,
    PAGES,
    QUERY,
    View,
    address,
)

MAX_ADDRESSES = 50_000
"""Addresses that one file of a sitemap may hold (sitemaps.org)."""
MAX_BYTES = 50 << 20
"""Bytes that it may have."""

_LISTED = 50
"""Datasets that llms.txt names one by one."""
_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class Sitemap:
    """The addresses of every page, each with its versions in other languages and the day of its last change.

    Attributes:
        publication: what is published.
        languages: the languages of its pages.
        addresses: how many addresses a file may hold.
        size: how many bytes a file may have.
    """

    publication: Publication
    languages: Sequence[str]
    addresses: int = MAX_ADDRESSES
    size: int = MAX_BYTES

    def file(self, number: int = 0) -> str | None:
        """Return a file: 0 is `sitemap.xml`, an index where one file does not hold everything; None where there is none."""
        if number:
            return self._parts[number - 1][0] if 0 < number <= len(self._parts) > 1 else None
        return self._parts[0][0] if len(self._parts) == 1 else self._index()

    def _index(self) -> str:
        url = self.publication.site.url
        entries = "".join(
            f"<sitemap><loc>{escape(url)}sitemap-{number}.xml</loc>{_lastmod(day)}</sitemap>\n"
            for number, (_, day) in enumerate(self._parts, 1)
        )
        return f"{_DECLARATION}<sitemapindex {_SITEMAP}>\n{entries}</sitemapindex>\n"

    @cached_property
    def _parts(self) -> list[tuple[str, str]]:
        """The files and the latest day of each."""
        head, tail = f"{_DECLARATION}<urlset {_SITEMAP} {_XHTML}>\n", "</urlset>\n"
        parts: list[list[tuple[str, str]]] = []
        room = 0
        for entry, day in self._entries():
            size = len(entry.encode())
            if room < size or len(parts[-1]) == self.addresses:
                parts.append([])
                room = self.size - len(head) - len(tail)
            parts[-1].append((entry, day))
            room -= size
        return [
            (head + "".join(entry for entry, _ in part) + tail, max(day for _, day in part)) for part in parts
        ]

    def _entries(self) -> Iterator[tuple[str, str]]:
        """Yield the entry of each version of each page, and its day."""
        for path, day in self.pages():
            versions = {each: address(self.publication, f"{path}.{each}.html") for each in self.languages}
            versions["x-default"] = address(self.publication, f"{path}.html")
            links = "".join(
                f'<xhtml:link rel="alternate" hreflang="{tag}" href={quoteattr(each)}/>'
                for tag, each in versions.items()
            )
            for each in reversed(versions.values()):
                yield f"<url><loc>{escape(each)}</loc>{_lastmod(day)}{links}</url>\n", day

    def pages(self) -> list[tuple[str, str]]:
        """Return the path of every page, without suffix, and the day of its last change."""
        days = changes(self.publication)
        latest = max(days.values())
        listed = {each.path: each.modified for each in self.publication.manifest.things}
        paths = {path for each in self.publication.by_subject if (path := _page(self.publication, each))}
        found = {each: days.get(each, "") for each in (paths | listed.keys()) - {HOME, *PAGES}}
        if log := self.publication.manifest.file(NAME):
            found[PATH] = log.modified
        view = View(self.publication, "", self.languages[0])
        apart = [(each, "") for each in PAGES if view.exists(each)]
        return [(HOME, latest), *apart, *sorted(found.items())]


def changes(publication: Publication) -> dict[str, str]:
    """Return path → the latest day when a graph changed that describes what is there, or points to it.

    A page lists what points to its thing, so it changes with that. The catalog changes whenever anything does, and so
    says nothing of the others.
    """
    days = {each.path: each.modified for each in publication.manifest.things}
    for graph, triples in publication.graphs.items():
        nodes = {
            node for each in triples for node in (each.subject, each.object) if isinstance(node, NamedNode)
        }
        for path in {_page(publication, each.value) for each in nodes} - {""} if graph != CATALOG else ():
            days[path] = max(days.get(path, ""), days[graph])
    return days


def _page(publication: Publication, iri: str) -> str:
    """Return the path of the page about a thing, without suffix; empty when it has none here."""
    path = (publication.path(iri) or "").partition("#")[0]
    return "" if by_suffix("." + path.rpartition(".")[2]) else path


def _lastmod(day: str) -> str:
    return f"<lastmod>{day}</lastmod>" if day else ""


def robots(publication: Publication) -> str:
    """Return robots.txt: everything may be read but queries, under whatever path; it names the sitemap."""
    lines = ("User-agent: *", "Disallow: /sparql?", "Disallow: /*sparql*?", "Disallow: /*practices*?")
    return "\n".join([*lines, f"Sitemap: {publication.site.url}sitemap.xml", ""])


def llms(publication: Publication) -> str:
    """Return llms.txt: in Markdown and English, what there is, where the data are, and what may be done with them."""
    view = View(publication, "", "en")
    page = f".{'en' if 'en' in view.languages else view.languages[0]}.html"
    site, catalog = publication.site, publication.site.base + CATALOG
    datasets = view.links(catalog, "dcat:dataset")
    listed = [_dataset_line(view, each, page) for each in datasets[:_LISTED]]
    if len(datasets) > _LISTED:
        listed.append(f"- and {len(datasets) - _LISTED} more: see the [catalog]({site.url}{CATALOG}{page})")
    statement = ""
    if view.exists(ACCESSIBILITY):
        statement = f"- [Accessibility statement]({site.url}{ACCESSIBILITY}{page})\n"
    return f"""# {view.site_text(site.title)}

> {view.site_text(site.description)}

- Publisher: {view.site_text(site.publisher)}. Contact: {site.email}
- Licence of the data: {view.name(site.licence)} <{site.licence}>. Name the publisher and the address of what you use.
- Pages are in: {", ".join(view.language_name(each) for each in view.languages)}.
- Each thing has a permanent identifier under `{site.base}`. Its document is there in many formats: end the address in \
`.ttl`, `.jsonld`, `.nt`, `.rdf` or `.html`, or send an Accept header.
- A dataset says how much it covers. What is not in a dataset may still exist in the municipality.

## Datasets

{chr(10).join(listed)}

## Ask

- [SPARQL endpoint]({site.url}{QUERY}): SPARQL 1.1 over all datasets, read only: `GET {QUERY}?query=…`, or POST
- [Form with ready-made questions]({site.url}{QUERY}{page})
- [OpenAPI]({site.url}{OPENAPI}): every address with its parameters, formats, errors and limits

## Describe

- [Catalog]({site.url}{CATALOG}{TURTLE.suffix}): every dataset and file in DCAT-AP, with sizes, checksums and dates
- [VoID]({site.url}.well-known/void): sizes, dumps and vocabularies of the datasets
- [Vocabulary]({site.url}vocabulary{page}): classes, properties and concept schemes, the same for every municipality
- [Codebook]({site.url}{CODEBOOK}{page}): every column of the tables
- [Changes]({site.url}{PATH}.atom): what is new, as Atom; [as JSON-LD]({site.url}{PATH}.jsonld), with `?since=YYYY-MM-DD`
- [Guides]({site.url}{GUIDE}{page}): short pages for residents, clerks, researchers, other cities and portals
{statement}- [Sitemap]({site.url}sitemap.xml): every page, with the day of its last change
"""


def _dataset_line(view: View, iri: str, page: str) -> str:
    site = view.publication.site
    path = view.publication.path(iri) or ""
    files = [each for each in (CSV, TURTLE) if path + each.suffix in view.files]
    links = ", ".join(f"[{each.label}]({site.url}{path}{each.suffix})" for each in files)
    return f"- [{view.name(iri)}]({site.url}{path}{page}): {links}"
