"""Every address of a catalog, asked by HEAD and by GET, several at a time, each once."""

import csv
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from xml.parsers import expat

from osallisuus.formats import CSV, JSON, JSONLD, Format
from osallisuus.portal.description import Description, text
from osallisuus.portal.fetching import ALGORITHMS, LIMIT, Client, Reply
from osallisuus.portal.finding import Finding, UnreadableError
from osallisuus.portal.harvesting import names_context, rdf_format, read

_AT_ONCE = 6
_UNANSWERED = {400, 405, 501}
"""Statuses of HEAD after which a portal tries GET."""

ROLES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("dcat:distribution", "dcat:Distribution"): ("dcat:accessURL", "dcat:downloadURL"),
    ("dcat:dataset", "dcat:Dataset"): ("dcat:landingPage",),
    ("dcat:catalog", "dcat:Catalog"): ("foaf:homepage",),
    ("dcat:service", "dcat:DataService"): (
        "dcat:endpointURL",
        "dcat:endpointDescription",
        "dcat:landingPage",
    ),
}
"""What links to a kind of node, and its class → its properties whose values a portal follows."""


@dataclass(frozen=True)
class Answers:
    """What one address answered.

    Attributes:
        address: the address.
        head, got: the answers to HEAD and GET; None where there was none.
        problems: declared media type → why the content is not of that type.
        findings: what is wrong with the address itself.
    """

    address: str
    head: Reply | None = None
    got: Reply | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def reachable(self) -> bool:
        """Whether a portal takes the address for alive: HEAD succeeds, or GET where HEAD is not offered."""
        if self.head is not None and self.head.status not in _UNANSWERED:
            return self.head.ok
        return self.got is not None and self.got.ok


def addresses(description: Description) -> dict[str, tuple[str, ...]]:
    """Return every address that the catalog gives → the properties that give it."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for (link, kind), names in ROLES.items():
        for node in description.linked(link, kind):
            for name in names:
                for value in description.values(node, name):
                    found[text(value)][name] = None
    return {address: tuple(names) for address, names in sorted(found.items())}


def probe(
    client: Client, roles: Mapping[str, tuple[str, ...]], declared: Mapping[str, Iterable[str]]
) -> dict[str, Answers]:
    """Ask every address.

    Args:
        client: what asks.
        roles: address → the properties that give it.
        declared: address → media types that the catalog says its content has.

    Returns:
        address → what it answered.
    """
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        asked = [
            threads.submit(_ask, client, address, names, tuple(declared.get(address, ())))
            for address, names in roles.items()
        ]
        return {each.address: each for each in (task.result() for task in asked)}


def _ask(client: Client, address: str, names: tuple[str, ...], declared: tuple[str, ...]) -> Answers:
    head, failed = _attempt(client, "HEAD", address)
    got, failure = _attempt(client, "GET", address)
    if got is None:
        return Answers(address, head, None, findings=tuple(filter(None, [failure or failed])))
    findings = [*_statuses(address, head, got, names), *([failed] if failed else [])]
    problems = {}
    if got.ok and got.whole:
        types = declared or ((got.media_type,) if "dcat:downloadURL" in names else ())
        problems = {each: problem for each in types if (problem := content_problem(got, each))}
    elif got.ok:
        findings.append(Finding(address, "large", {"limit": str(LIMIT >> 20)}))
    digested = Reply(got.address, got.status, got.media_type, len(got.content), b"", got.whole, got.digests)
    return Answers(address, head, digested, problems, tuple(findings))


def _attempt(client: Client, method: str, address: str) -> tuple[Reply | None, Finding | None]:
    try:
        return client.ask(method, address, ALGORITHMS if method == "GET" else ()), None
    except UnreadableError as error:
        return None, error.finding


def _statuses(address: str, head: Reply | None, got: Reply, names: tuple[str, ...]) -> list[Finding]:
    """Return what is wrong with the statuses of an address, and in what HEAD differs from GET."""
    found = []
    for method, reply in (("HEAD", head), ("GET", got)):
        if reply is not None and not reply.ok and not _asks_for_more(reply, names):
            values = {"method": method, "status": str(reply.status), "roles": ", ".join(names)}
            found.append(Finding(address, "status", values))
    if head is not None and head.ok and got.ok:
        pairs = [("Content-Type", head.media_type, got.media_type)]
        if head.length is not None and got.whole:
            pairs.append(("Content-Length", str(head.length), str(len(got.content))))
        for what, one, other in pairs:
            if one != other:
                found.append(
                    Finding(address, "head", {"what": what, "head": one or "–", "get": other or "–"})
                )
    return found


def _asks_for_more(reply: Reply, names: tuple[str, ...]) -> bool:
    """Whether an endpoint says that it lives, but wants a query."""
    return "dcat:endpointURL" in names and reply.status == 400


def content_problem(reply: Reply, media_type: str) -> str:
    """Return why the content is not of a media type; empty where it is, or where nobody here can tell."""
    try:
        form = rdf_format(media_type)
        if form:
            _read_rdf(reply, form)
        elif reader := _READERS.get(media_type) or _READERS.get(f"+{media_type.rpartition('+')[2]}"):
            reader(reply.content)
    except (
        SyntaxError,
        ValueError,
        csv.Error,
        zipfile.BadZipFile,
        expat.ExpatError,
        RecursionError,
    ) as error:
        return str(error) or type(error).__name__
    return ""


def _read_rdf(reply: Reply, form: Format) -> None:
    if form is JSONLD and names_context(reply.content):
        return  # it is JSON; what its context makes of it is not known here
    read(reply.content, form, reply.address)


def _read_csv(content: bytes) -> None:
    """Read a table: UTF-8, and each row as wide as the first."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    width = 0
    for row in rows:
        width = width or len(row)
        if row and len(row) != width:
            raise ValueError(f"line {rows.line_num} has {len(row)} cells, the first has {width}")
    if not width:
        raise ValueError("there is no row")


def _read_xml(content: bytes) -> None:
    expat.ParserCreate().Parse(content, True)


def _read_zip(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)):
        pass


_READERS: Mapping[str, Callable[[bytes], object]] = {
    CSV.media_type: _read_csv,
    JSON.media_type: json.loads,
    "+json": json.loads,
    "application/xml": _read_xml,
    "text/xml": _read_xml,
    "+xml": _read_xml,
    "application/zip": _read_zip,
    "+zip": _read_zip,
}
"""Media type, or the end of one, → what reads it and raises where it cannot."""
