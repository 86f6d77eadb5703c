"""A catalog as a harvester gets it: HEAD, then GET for anything, and every page that hydra names, each once."""

import json
from dataclasses import dataclass
from urllib.parse import urldefrag

from pyoxigraph import RdfFormat, Triple, parse

from osallisuus.formats import GRAPH_FORMATS, JSONLD, Format
from osallisuus.portal.description import Description, text
from osallisuus.portal.fetching import LIMIT, Client, Reply
from osallisuus.portal.finding import Finding, UnreadableError

PAGES = 1000
_VIEWS = ("hydra:PagedCollection", "hydra:PartialCollectionView")
_NEXT = ("hydra:next", "hydra:nextPage")


@dataclass(frozen=True)
class Harvest:
    """What came of a catalog.

    Attributes:
        address: where it was asked for.
        pages: addresses of the pages that were read.
        media_type: the media type of the first.
        description: what they say together.
        findings: what hinders a harvester.
    """

    address: str
    pages: tuple[str, ...]
    media_type: str
    description: Description
    findings: tuple[Finding, ...]

    @property
    def ids(self) -> set[str]:
        """What a portal knows datasets and distributions by."""
        named = (
            *self.description.instances("dcat:Dataset"),
            *self.description.instances("dcat:Distribution"),
        )
        return {text(each) for each in named}


def rdf_format(media_type: str) -> Format | None:
    """Return the format of RDF that has a media type, or None."""
    return next((each for each in GRAPH_FORMATS if each.media_type == media_type), None)


def read(content: bytes, form: Format, base: str) -> list[Triple]:
    """Return the triples of some RDF; blank nodes get names that no other document has.

    Raises:
        SyntaxError, ValueError: it is not that format.
    """
    syntax = RdfFormat.from_media_type(form.media_type)
    if syntax is None:
        raise ValueError(form.media_type)
    return [each.triple for each in parse(content, format=syntax, base_iri=base, rename_blank_nodes=True)]


def names_context(content: bytes) -> bool:
    """Whether some JSON-LD names a context that stands elsewhere; nothing is fetched to read it."""
    try:
        document = json.loads(content)
    except ValueError:
        return False
    context = document.get("@context") if isinstance(document, dict) else None
    return any(isinstance(each, str) for each in (context if isinstance(context, list) else [context]))


def harvest(client: Client, address: str) -> Harvest:
    """Read a catalog and its further pages.

    Raises:
        UnreadableError: the first page cannot be had or read.
    """
    findings = _compare(client, address)
    seen: list[str] = []
    triples: dict[Triple, None] = {}
    form: Format | None = None
    todo = address
    while todo:
        try:
            form, found = _page(client, todo, form)
        except UnreadableError as error:
            if not seen:
                raise
            findings.append(error.finding)
            break
        seen.append(todo)
        triples.update(dict.fromkeys(found))
        todo = _next(Description(found))
        if todo in seen:
            findings.append(Finding(seen[-1], "paging", {"page": todo}))
            break
        if len(seen) >= PAGES and todo:
            findings.append(Finding(address, "pages", {"count": str(PAGES)}))
            break
    described = Description(triples)
    findings += [
        Finding(address, "undescribed", {"what": text(each)})
        for each in described.linked("dcat:dataset", "dcat:Dataset")
        if each not in described.instances("dcat:Dataset")
    ]
    for kind, key in (("dcat:Catalog", "no-catalog"), ("dcat:Dataset", "no-datasets")):
        if not described.instances(kind):
            findings.append(Finding(address, key))
    return Harvest(address, tuple(seen), form.media_type if form else "", described, tuple(findings))


def _compare(client: Client, address: str) -> list[Finding]:
    """Ask by HEAD, as CKAN does before it reads; what is wrong then is told, but GET decides."""
    try:
        reply = client.ask("HEAD", address)
    except UnreadableError:
        return []  # GET will say it
    if reply.ok:
        return []
    values = {"method": "HEAD", "status": str(reply.status), "roles": "dcat:Catalog"}
    return [Finding(address, "status", values)]


def _page(client: Client, address: str, form: Format | None) -> tuple[Format, list[Triple]]:
    """Return the format and the triples of a page; later pages are read in the format of the first."""
    reply = client.ask("GET", address)
    if not reply.ok:
        values = {"method": "GET", "status": str(reply.status), "roles": "dcat:Catalog"}
        raise UnreadableError(Finding(address, "status", values))
    if not reply.whole:
        raise UnreadableError(Finding(address, "catalog-large", {"limit": str(LIMIT >> 20)}))
    form = form or _offered(reply, address)
    try:
        return form, read(reply.content, form, reply.address)
    except (SyntaxError, ValueError) as error:
        key = "context" if form is JSONLD and names_context(reply.content) else "parse"
        values = {"form": form.label, "problem": str(error)}
        raise UnreadableError(Finding(address, key, values)) from error


def _offered(reply: Reply, address: str) -> Format:
    form = rdf_format(reply.media_type)
    if form is None:
        raise UnreadableError(Finding(address, "not-rdf", {"type": reply.media_type or "?"}))
    return form


def _next(description: Description) -> str:
    """Return the address of the next page, IRI or text; empty after the last."""
    for view in (each for kind in _VIEWS for each in description.instances(kind)):
        if found := description.value(view, *_NEXT):
            return urldefrag(found).url
    return ""
