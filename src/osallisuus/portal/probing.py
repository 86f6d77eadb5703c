"""Every address of a catalog, asked by HEAD and by GET, several at a time, each once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

from osallisuus.portal.description import Description, text
from osallisuus.portal.fetching import ALGORITHMS, LIMIT, Client, Reply
from osallisuus.portal.finding import Finding, UnreadableError
from osallisuus.portal.reading import HeavyError

_AT_ONCE = 6
ADDRESSES = 5000
"""Most addresses of a catalog that are asked."""
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
        address → what it answered; of more than `ADDRESSES`, the first.
    """
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        asked = [
            threads.submit(_ask, client, address, names, tuple(declared.get(address, ())))
            for address, names in islice(roles.items(), ADDRESSES)
        ]
        return {each.address: each for each in (task.result() for task in asked)}


def _ask(client: Client, address: str, names: tuple[str, ...], declared: tuple[str, ...]) -> Answers:
    head, failed = _attempt(client, "HEAD", address)
    got, failure = _attempt(client, "GET", address)
    if got is None:
        return Answers(address, head, None, findings=tuple(filter(None, [failure or failed])))
    findings = [*_statuses(address, head, got, names), *([failed] if failed else [])]
    problems: dict[str, str] = {}
    if got.ok and got.whole:
        types = declared or ((got.media_type,) if "dcat:downloadURL" in names else ())
        problems, heavy = _read(client, got, types)
        findings += [Finding(address, "heavy", {"form": each}) for each in heavy]
    elif got.ok:
        findings.append(Finding(address, "large", {"limit": str(LIMIT >> 20)}))
    digested = Reply(got.address, got.status, got.media_type, len(got.content), b"", got.whole, got.digests)
    return Answers(address, head, digested, problems, tuple(findings))


def _read(client: Client, got: Reply, types: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return media type → why the content is not of it, and the types as which it could not be read to an end."""
    problems, heavy = {}, []
    for each in types:
        try:
            if problem := client.reader.problem(got.content, each, got.address):
                problems[each] = problem
        except HeavyError:
            heavy.append(each)
    return problems, heavy


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
