"""A catalog as a harvester gets it: HEAD, then GET for anything, and every page that hydra names, each once."""

from dataclasses import dataclass
from urllib.parse import urldefrag

from pyoxigraph import Triple

from osallisuus.content import names_context, rdf_format, triples
from osallisuus.formats import JSONLD, Format
from osallisuus.portal.description import Description, text
from osallisuus.portal.fetching import LIMIT, Client, Reply
from osallisuus.portal.finding import Finding, UnreadableError
from osallisuus.portal.reading import HeavyError

PAGES = 1000
TOTAL = 200 << 20
"""Most bytes of all pages of a catalog: what they say is kept in memory."""
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


def harvest(client: Client, address: str) -> Harvest:
    """Read a catalog and its further pages.

    Raises:
        UnreadableError: the first page cannot be had or read.
    """
    findings = _compare(client, address)
    pages = _Pages()
    todo = address
    while todo:
        try:
            todo = pages.read(client, todo)
        except UnreadableError as error:
            if not pages.seen:
                raise
            findings.append(error.finding)
            break
        if todo and (hindrance := pages.hindrance(address, todo)):
            findings.append(hindrance)
            break
    described = Description(pages.triples)
    findings += [
        Finding(address, "undescribed", {"what": text(each)})
        for each in described.linked("dcat:dataset", "dcat:Dataset")
        if each not in described.instances("dcat:Dataset")
    ]
    for kind, key in (("dcat:Catalog", "no-catalog"), ("dcat:Dataset", "no-datasets")):
        if not described.instances(kind):
            findings.append(Finding(address, key))
    media_type = pages.form.media_type if pages.form else ""
    return Harvest(address, tuple(pages.seen), media_type, described, tuple(findings))


class _Pages:
    """The pages that were read, and what they say."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.triples: dict[Triple, None] = {}
        self.form: Format | None = None
        self._bytes = 0

    def read(self, client: Client, address: str) -> str:
        """Read a page; return the address of the next one, or an empty text.

        Raises:
            UnreadableError: it cannot be had or read.
        """
        reply = _fetch(client, address)
        if self.seen and self._bytes + len(reply.content) > TOTAL:
            raise UnreadableError(Finding(address, "catalog-sum", {"limit": str(TOTAL >> 20)}))
        self._bytes += len(reply.content)
        self.form, found = _parse(client, reply, address, self.form)
        self.seen.append(address)
        self.triples.update(dict.fromkeys(found))
        return _next(Description(found), address)

    def hindrance(self, start: str, following: str) -> Finding | None:
        """Return why the next page is not read, if it is not."""
        if following in self.seen:
            return Finding(self.seen[-1], "paging", {"page": following})
        if len(self.seen) >= PAGES:
            return Finding(start, "pages", {"count": str(PAGES)})
        return None


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


def _fetch(client: Client, address: str) -> Reply:
    reply = client.ask("GET", address)
    if not reply.ok:
        values = {"method": "GET", "status": str(reply.status), "roles": "dcat:Catalog"}
        raise UnreadableError(Finding(address, "status", values))
    if not reply.whole:
        raise UnreadableError(Finding(address, "catalog-large", {"limit": str(LIMIT >> 20)}))
    return reply


def _parse(client: Client, reply: Reply, address: str, form: Format | None) -> tuple[Format, list[Triple]]:
    """Return the format and the triples of a page; later pages are read in the format of the first.

    It is read by the reader first: what would end this process ends that of the reader.
    """
    form = form or _offered(reply, address)
    found: list[Triple] = []
    try:
        problem = client.reader.problem(reply.content, form.media_type, reply.address)
        if not problem:
            found = list(triples(reply.content, form, reply.address))
    except HeavyError as error:
        raise UnreadableError(Finding(address, "heavy", {"form": form.label})) from error
    except (SyntaxError, ValueError) as error:
        problem = str(error)
    if problem:
        key = "context" if form is JSONLD and names_context(reply.content) else "parse"
        raise UnreadableError(Finding(address, key, {"form": form.label, "problem": problem}))
    return form, found


def _offered(reply: Reply, address: str) -> Format:
    form = rdf_format(reply.media_type)
    if form is None:
        raise UnreadableError(Finding(address, "not-rdf", {"type": reply.media_type or "?"}))
    return form


def _next(description: Description, page: str) -> str:
    """Return the address of the next page, IRI or text; empty after the last.

    Raises:
        UnreadableError: it is no address.
    """
    for view in (each for kind in _VIEWS for each in description.instances(kind)):
        if found := description.value(view, *_NEXT):
            try:
                return urldefrag(found).url
            except ValueError as error:
                problem = f"{found}: {error}"
                raise UnreadableError(Finding(page, "address", {"problem": problem})) from error
    return ""
