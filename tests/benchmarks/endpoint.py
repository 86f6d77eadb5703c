"""Our server and its peers under the same load, in turn: queries, revalidation, documents, bombs, memory."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import urllib3

from benchmarks import bombs, generate, load, mix, peers
from benchmarks.bombs import Blast, Plan
from benchmarks.load import Cell, Load, Rounds
from benchmarks.processes import Server, Use

DOCUMENT = f"/{generate.COUNTRY}/{generate.code(1)}/practices.ttl"
LARGE = 1 << 20
"""Bytes of a large document; the published file nearest to it is taken."""


class Scope(NamedTuple):
    """What is measured: sizes of the sites, shares of misses, connections, and for how long.

    Attributes:
        sizes: municipalities of each site.
        misses: shares of the requests of the mix that no cache can know.
        connections: requests in flight; the first number is taken where one will do.
        how: how long loads are measured.
        plan: how long bombs are.
    """

    sizes: Sequence[int] = (1, 308)
    misses: Sequence[float] = (1.0, 0.9, 0.5, 0.02)
    connections: Sequence[int] = (8, 32)
    how: Rounds = Rounds(3, 2, 2)
    plan: Plan = Plan(3, 4, 12, 10)

    @property
    def large(self) -> int:
        """The size of the largest site."""
        return max(self.sizes)


class Row(NamedTuple):
    """One load on several servers.

    Attributes:
        part: the part of the benchmark.
        municipalities: size of the site.
        case: what was asked.
        cells: the runs of each server, ours first.
    """

    part: str
    municipalities: int
    case: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Field:
    """A synthetic site, the servers that run over it, and the files of addresses.

    Attributes:
        municipalities: size of the site.
        site: its directory.
        servers: the running servers by name.
        scope: what is measured.
    """

    municipalities: int
    site: Path
    servers: Mapping[str, Server]
    scope: Scope

    def loads(self, kind: str, queries: Sequence[str], misses: float, connections: int) -> dict[str, Load]:
        """Return the load of some queries for each endpoint, by its own address."""
        found = {}
        for name, (_, path) in peers.ENDPOINTS.items():
            file = self.site / f"{kind}-{path.strip('/') or 'root'}.txt"
            if not file.exists():
                load.write_addresses(file, (mix.address(each, path) for each in queries))
            found[name] = Load(file, misses, connections)
        return found

    def row(self, part: str, case: str, loads: Mapping[str, Load]) -> Row:
        """Measure loads in turn; our server's cache is filled before, unless nothing is asked again."""
        tasks = [
            (self.servers[name], each, name == peers.OURS and each.misses < 1) for name, each in loads.items()
        ]
        return Row(part, self.municipalities, case, load.rounds(tasks, self.scope.how))


def make_site(directory: Path, municipalities: int) -> Path:
    """Write a synthetic site unless it is there already."""
    site = directory / f"site{municipalities}"
    if not (site / generate.QUADS).exists():
        generate.write(site, municipalities)
    return site


@contextmanager
def field(directory: Path, municipalities: int, scope: Scope) -> Iterator[Field]:
    """Start every server over a synthetic site; end them when done."""
    site = make_site(directory, municipalities)
    with ExitStack() as stack:
        starts = {name: start for name, (start, _) in peers.ENDPOINTS.items()}
        starts[peers.NGINX] = peers.nginx
        servers = {
            name: stack.enter_context(start(site, site / f"{name}.log")) for name, start in starts.items()
        }
        yield Field(municipalities, site, servers, scope)


def mixed(where: Field) -> list[Row]:
    """Measure the mix at each share of misses; rdflib-endpoint keeps no answers and is slow, so once will do."""
    queries = [each.query for each in mix.requests(where.municipalities)]
    found = []
    for connections in where.scope.connections:
        slow: list[Cell] = []
        for share in where.scope.misses:
            loads = where.loads("mix", queries, share, connections)
            slowest = loads.pop(peers.RDFLIB)
            if not slow:
                once = Rounds(1, where.scope.how.seconds + 1, 0)
                slow = load.rounds([(where.servers[peers.RDFLIB], slowest, False)], once)
            row = where.row("mixed", f"{1 - share:.0%} hits, {connections} connections", loads)
            found.append(row._replace(cells=[*row.cells, *slow]))
    return found


def small(where: Field) -> list[Row]:
    """Measure lookups of one practice, asked for the first time or known already."""
    queries = [each.query for each in mix.requests(where.municipalities) if each.kind == "lookup"]
    found = []
    for share in (1.0, 0.0):
        for connections in where.scope.connections:
            loads = where.loads("small", queries, share, connections)
            del loads[peers.RDFLIB]
            found.append(where.row("small", f"{1 - share:.0%} hits, {connections} connections", loads))
    return found


def revalidation(where: Field) -> list[Row]:
    """Measure our 304 for a small answer that the client has, beside Oxigraph's whole answer."""
    queries = [each.query for each in mix.requests(where.municipalities) if each.kind == "lookup"][:200]
    connections = where.scope.connections[0]
    loads = where.loads("revalidation", queries, 0, connections)
    ours, lines = where.servers[peers.OURS], []
    with urllib3.PoolManager(retries=False) as pool:
        for query in queries:
            at = mix.address(query)
            answer = pool.request("GET", ours.address + at, headers={"Accept": load.ACCEPT}, timeout=30)
            lines.append(f"{at}\t{answer.headers.get('ETag', '')}")
    addresses = load.write_addresses(where.site / "tags.txt", lines)
    chosen = {peers.OURS: Load(addresses, 0, connections), peers.MEMORY: loads[peers.MEMORY]}
    return [where.row("revalidation", f"304, {connections} connections", chosen)]


def documents(where: Field) -> list[Row]:
    """Measure published files against nginx: the Turtle of a dataset and the file nearest to a mebibyte."""
    publish = where.site / "publish"
    files = [each for each in publish.rglob("*.[tn]t*") if each.stat().st_size]
    large = min(files, key=lambda each: abs(math.log(each.stat().st_size / LARGE)))
    found = []
    for path in (DOCUMENT, f"/{large.relative_to(publish).as_posix()}"):
        size = (publish / path[1:]).stat().st_size
        file = load.write_addresses(where.site / f"document-{size}.txt", [path])
        asked = Load(file, 0, where.scope.connections[0], accept="*/*")
        case = f"{path} ({size / 1000:,.0f} kB)"
        found.append(where.row("documents", case, dict.fromkeys((peers.OURS, peers.NGINX), asked)))
    return found


def uses(where: Field) -> dict[str, Use]:
    """Return what each endpoint's tree of processes holds now."""
    return {name: where.servers[name].use() for name in peers.ENDPOINTS}


def blasts(site: Path, scope: Scope) -> list[Blast]:
    """Measure what bombs do to our server and to Oxigraph's, whose memory is limited to half of the machine's."""
    lookups = [each.query for each in mix.requests(scope.large) if each.kind == "lookup"]
    found = []
    for name in (peers.OURS, peers.MEMORY):
        path, own = peers.ENDPOINTS[name][1], name == peers.OURS
        addresses = load.write_addresses(
            site / f"bombs-{path[1:]}.txt", (mix.address(each, path) for each in lookups)
        )
        log, limit = site / f"{name}, bombs.log", bombs.half_of_memory()

        def start(own: bool = own, log: Path = log, limit: int = limit) -> Server:
            return peers.ours(site, log) if own else peers.memory(site, log, limit)

        found.append(bombs.blast(name, start, addresses, scope.plan, each_its_own=not own))
    return found
