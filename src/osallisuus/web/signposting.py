"""Typed links, for programs that find their way without reading: the Link header and the link sets.

They follow the FAIR Signposting profile: a page says what its thing is called for good, what describes it, which files
hold it, and what it is part of; the files lead back. Addresses of this server are relative, so that a proxy or a path
before them does no harm; names come from the settings.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from osallisuus.formats import (
    CITATION,
    CSV,
    CSVM,
    HTML,
    IANA_MEDIA_TYPE,
    JSON,
    LINKSET,
    NTRIPLES,
    RDF_FORMATS,
    TURTLE,
    Format,
)
from osallisuus.release import Publication
from osallisuus.vocabulary import PREFIXES, VERSION, VOCAB
from osallisuus.web import schema_org
from osallisuus.web.views import CATALOG, HOME, OPENAPI, address, rel

LARGEST = 3000
"""Bytes that a Link header may take: nginx gives all headers of an answer one page of memory, 4 KiB, by default."""

IN_DATASET = f"{PREFIXES['void']}inDataset"
"""The relation from a document to the dataset whose description it gives a part of."""

_SCHEMA = PREFIXES["schema"]
_FROZEN = (CSVM, CSV, NTRIPLES, CITATION, JSON)
_IN_HEAD = (
    "cite-as", "describedby", "item", "type", "license", "author", "collection", "linkset", "service-desc",
)  # fmt: skip
_TABLE_METADATA = CSVM.suffix.removeprefix(CSV.suffix)


@dataclass(frozen=True)
class Link:
    """A typed link.

    Attributes:
        relation: its type, by the registry of IANA or as an IRI.
        target: a path under the base for what this site serves, else an IRI.
        media_type: of the target, or empty.
    """

    relation: str
    target: str
    media_type: str = ""

    def href(self, at: str) -> str:
        """Return the reference to the target from a path."""
        return self.target if ":" in self.target else rel(at, self.target)

    def header(self, at: str) -> str:
        """Return it as one value of a Link header of what is at a path."""
        kind = f'; type="{self.media_type}"' if self.media_type else ""
        return f'<{self.href(at)}>; rel="{self.relation}"{kind}'


_PROFILE = Link("profile", f"{VOCAB}ns/{VERSION}")
_SERVICE = Link("service-desc", OPENAPI, JSON.media_type)
"""The description of every address (RFC 8631)."""


@dataclass(frozen=True)
class Signposts:
    """The links of everything that a publication holds.

    Attributes:
        publication: what is published.
        languages: the languages of its pages.
    """

    publication: Publication
    languages: Sequence[str]

    # What is asked for

    def of_iri(self, path: str, offered: Sequence[Format]) -> str:
        """Return the Link header of the redirect from an IRI to one of its documents."""
        return write([*_alternates(path, offered), *self._shared(path), *self._set(path)], path)

    def of_page(self, path: str, at: str, offered: Sequence[Format]) -> str:
        """Return the Link header of a page.

        Args:
            path: path of the thing that the page is about.
            at: path of the page itself, such as `fi/235.sv.html`.
            offered: the formats of the thing.
        """
        return write([*_alternates(path, offered), *self._page(path, at, offered), *self._set(path)], at)

    def of_head(self, path: str, at: str, offered: Sequence[Format]) -> list[Link]:
        """Return the links that the head of a page repeats, for hosts of files, which send no headers of their own."""
        if path != HOME and self.publication.iri(path) is None:
            return []
        page = self._page(path, at, offered or RDF_FORMATS)
        links = self._home(at) if path == HOME else [*page, *self._set(path)]
        return [each for each in dict.fromkeys(links) if each.relation in _IN_HEAD]

    def of_file(self, path: str, at: str, offered: Sequence[Format] = ()) -> str:
        """Return the Link header of a file: a document, a table, the metadata of a table.

        Args:
            path: path of the thing that it is a document of; of the dataset that it belongs to, for other files.
            at: path of the file itself.
            offered: the formats of the thing.
        """
        links = self._file(path, at)
        # Of a table its own metadata comes first: the reader of PyPI's csvw warns of every link before it.
        first = [each for each in links if each.media_type == CSVM.media_type]
        return write([*first, *_alternates(path, offered), *links, *self._set(self._owner(at) or path)], at)

    def of_home(self, at: str) -> str:
        """Return the Link header of the home page: it leads to the catalog."""
        return write(self._home(at), at)

    def has_set(self, path: str) -> bool:
        """Whether there is a link set: of each dataset and release, and of each document of the catalog."""
        return path in self._catalogs or bool(self._files(path))

    def linkset(self, path: str) -> bytes:
        """Return a link set by RFC 9264: all the links of the pages, files and metadata of a dataset or of the catalog.

        Clients differ in what they resolve a relative target against, the set or the context. Both give the same for
        contexts that stand beside the set, so it is silent about others: each of those has a set or a header of its own.
        """
        at = path + LINKSET.suffix
        pages = [f"{path}.html", *(f"{path}.{each}.html" for each in self.languages)]
        contexts = {each: self._page(path, each) for each in pages}
        for file in self._files(path):
            stem = file.target.rpartition(".")[0]
            thing = stem if self.publication.manifest.thing(stem) else path
            contexts[file.target] = self._file(thing, file.target)
        if path in self._catalogs:
            here = [each for each in self._datasets() if self._catalog_of(each) == path]
            described = [Link("describes", f"{each}.html", HTML.media_type) for each in (path, *here)]
            contexts.update({each.target: described for each in _metadata(path)})
        beside = {
            each: links
            for each, links in contexts.items()
            if each.rpartition("/")[0] == at.rpartition("/")[0]
        }
        members = [_member(context, links, at) for context, links in beside.items()]
        return (json.dumps({"linkset": members}, ensure_ascii=False, indent=1) + "\n").encode()

    # The links of each kind of thing

    def _home(self, at: str) -> list[Link]:
        return [
            Link("canonical", address(self.publication, at)),
            *_metadata(CATALOG),
            Link("type", f"{_SCHEMA}WebSite"),
            Link("license", self.publication.site.licence),
            _SERVICE,
            *self._set(CATALOG),
        ]

    def _page(self, path: str, at: str, offered: Sequence[Format] = RDF_FORMATS) -> list[Link]:
        iri = self._iri(path)
        kind = schema_org.type_of(self.publication, path, iri)
        if not kind and self.publication.links(iri, "dct:isVersionOf"):
            kind = "Dataset"  # a release of one
        is_listed = path == CATALOG or path in self._datasets()
        links = [
            Link("cite-as", iri),
            Link("canonical", address(self.publication, at)),
            *(_metadata(self._catalog_of(path)) if is_listed else _metadata(path, offered)),
            Link("type", f"{_SCHEMA}AboutPage"),
            *([Link("type", _SCHEMA + kind)] if kind else []),
            *self._terms(path),
            *self._whole(path),
            _PROFILE,
        ]
        if path == CATALOG:
            links.append(_SERVICE)
            return links + [Link("item", f"{each}.html", HTML.media_type) for each in self._datasets()]
        return links + [Link("item", each.target, each.media_type) for each in self._files(path)]

    def _file(self, path: str, at: str) -> list[Link]:
        """Return the links of a file, those to the page that it is part of or describes among them."""
        links = []
        metadata = f"{at}{_TABLE_METADATA}"
        if metadata in self.publication.files or metadata in self.publication.frozen_files:
            links.append(Link("describedby", metadata, CSVM.media_type))
        if at.endswith(_TABLE_METADATA):
            links.append(Link("describes", at.removesuffix(_TABLE_METADATA), CSV.media_type))
        if owner := self._owner(at):
            links.append(Link("collection", f"{owner}.html", HTML.media_type))
        else:
            links.append(Link("describes", f"{path}.html", HTML.media_type))
            links += [] if self._files(path) else self._whole(path)
        return [*links, *self._shared(path), *self._terms(path)[1:]]

    def _shared(self, path: str) -> list[Link]:
        """Return the links of an IRI and of its documents; of releases the catalog says nothing, but they do themselves."""
        is_release = any(each.path == path for each in self.publication.manifest.releases)
        metadata = path if is_release else self._catalog_of(path)
        return [
            Link("canonical", self._iri(path)),
            Link("describedby", metadata + TURTLE.suffix, TURTLE.media_type),
            self._terms(path)[0],
            _PROFILE,
            *([_SERVICE] if path == CATALOG else []),
        ]

    def _terms(self, path: str) -> list[Link]:
        """Return the links to the licence and to whoever stands behind a thing: by the catalog, else by the site."""
        publication, catalog = self.publication, self.publication.site.base + CATALOG
        licences = publication.links(self._iri(path), "dct:license") or [publication.site.licence]
        authors = publication.links(self._iri(path), "dct:creator") or publication.links(
            catalog, "dct:publisher"
        )
        return [Link("license", licences[0]), *(Link("author", each) for each in authors)]

    def _whole(self, path: str) -> list[Link]:
        """Return the links to what a thing is part of: the catalog for a dataset, its dataset for anything else."""
        if path == CATALOG:
            return []
        if path in self._datasets():
            return [Link("collection", f"{CATALOG}.html", HTML.media_type)]
        dataset = self.publication.graph_of.get(self._iri(path), "")
        if dataset not in self._datasets():
            owner = self._owner(path + TURTLE.suffix)
            return [Link("collection", f"{owner}.html", HTML.media_type)] if owner not in ("", path) else []
        return [
            Link("collection", f"{dataset}.html", HTML.media_type),
            Link(IN_DATASET, self.publication.site.base + dataset),
        ]

    def _set(self, path: str) -> list[Link]:
        return [Link("linkset", path + LINKSET.suffix, LINKSET.media_type)] if self.has_set(path) else []

    # What the catalog says

    def _iri(self, path: str) -> str:
        return self.publication.iri(path) or self.publication.site.base + path

    def _catalog_of(self, path: str) -> str:
        """Return the path of the document of the catalog that describes a dataset; the first for anything else."""
        pages, files = self._catalogs, self.publication.files
        said = f"<{self._iri(path)}> <{PREFIXES['dcat']}distribution> ".encode() if len(pages) > 1 else b""
        return next((each for each in pages if said and said in files[each + NTRIPLES.suffix]), CATALOG)

    @property
    def _catalogs(self) -> Sequence[str]:
        """The paths of the documents of the catalog."""
        return self.publication.manifest.graphs.get(CATALOG, ())

    def _datasets(self) -> list[str]:
        """Return the paths of the datasets of the catalog."""
        listed = self.publication.links(self.publication.site.base + CATALOG, "dcat:dataset")
        return [path for each in listed if (path := self.publication.path(each)) is not None]

    def _owner(self, at: str) -> str:
        """Return the path of the dataset or release that a file is one of; empty for other files."""
        publication = self.publication
        for release in publication.manifest.releases if at in publication.frozen_files else ():
            if publication.frozen_files[at] in release.files:
                return release.path
        for each in publication.inverse(publication.site.base + at, "dcat:downloadURL"):
            for dataset in publication.inverse(each, "dcat:distribution"):
                return publication.path(dataset) or ""
        return ""

    def _files(self, path: str) -> list[Link]:
        """Return the files of a dataset by the catalog, or those of a frozen release."""
        publication, found = self.publication, []
        for iri in publication.links(self._iri(path), "dct:hasPart"):
            file = publication.path(iri) or ""
            if file in publication.frozen_files:
                types = [each.media_type for each in _FROZEN if file.endswith(each.suffix)]
                found.append(Link("item", file, next(iter(types), "")))
        for each in publication.links(self._iri(path), "dcat:distribution"):
            types = publication.links(each, "dcat:mediaType") or [""]
            for iri in publication.links(each, "dcat:downloadURL"):
                target = publication.path(iri) or iri
                found.append(Link("item", target, types[0].removeprefix(IANA_MEDIA_TYPE)))
        return found


def write(links: Iterable[Link], at: str) -> str:
    """Return a Link header for what is at a path; items that would make it too long are left to the link set."""
    links = list(dict.fromkeys(links))
    kept = [each.header(at) for each in links if each.relation != "item"]
    left = LARGEST - sum(len(each) + 2 for each in kept)
    for each in links:
        if each.relation == "item":
            value = each.header(at)
            left -= len(value) + 2
            if left < 0:
                break
            kept.append(value)
    return ", ".join(kept)


def _alternates(path: str, offered: Sequence[Format]) -> list[Link]:
    return [Link("alternate", path + each.suffix, each.media_type) for each in offered]


def _metadata(path: str, offered: Sequence[Format] = RDF_FORMATS) -> list[Link]:
    """Return the links to the documents that describe a thing."""
    return [
        Link("describedby", path + each.suffix, each.media_type) for each in RDF_FORMATS if each in offered
    ]


def _member(context: str, links: Iterable[Link], at: str) -> dict[str, object]:
    """Return the links of one context as a link set has them."""
    found: dict[str, list[dict[str, str]]] = {}
    for each in dict.fromkeys(links):
        target = {"href": each.href(at)}
        if each.media_type:
            target["type"] = each.media_type
        found.setdefault(each.relation, []).append(target)
    return {"anchor": rel(at, context), **found}
