"""A release into a remote store: only the graphs that it does not have yet, then the record that makes it one.

It may be interrupted at any moment and begun again: nothing that a server asks is changed before the record is there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from osallisuus import manifest
from osallisuus.query import store
from osallisuus.query.remote import paths, releases
from osallisuus.query.remote.client import Client
from osallisuus.query.remote.profiles import StoreError
from osallisuus.query.remote.releases import Release


@dataclass(frozen=True)
class Loaded:
    """What a load did.

    Attributes:
        release: the release, which the store now holds whole.
        put: IRIs of the published graphs whose content was sent.
        triples: triples that the store holds for the release, without those of steps.
    """

    release: Release
    put: tuple[str, ...]
    triples: int


def load(client: Client, publish: Path, base: str) -> Loaded:
    """Load what is published.

    Raises:
        PublishedError: nothing is published, or a file is damaged.
        StoreError: the store cannot be reached, refuses, or does not hold what it was sent.
        QueryError: the store did not answer.
    """
    graphs: dict[str, str] = {}
    steps: list[str] = []
    put: list[str] = []
    triples = 0
    seen: set[NamedNode] = set()
    for iri, stated in store.graphs(publish, base):
        content = releases.serialise(stated)
        graphs[iri] = releases.content_name(content)
        triples += content.count(b"\n")
        if _put(client, content):
            put.append(iri)
        if client.endpoint.profile.loses_zero_length and (way := list(paths.steps(_new_nodes(stated, seen)))):
            content = releases.serialise(way)
            steps.append(releases.content_name(content))
            _put(client, content)
    name = releases.name(manifest.read(publish), base)
    release = Release(name, base, _sequence(client, name, base), graphs, tuple(sorted(steps)))
    _write(client, release)
    return Loaded(release, tuple(put), triples)


def _new_nodes(triples: list[Triple], seen: set[NamedNode]) -> list[NamedNode]:
    """Return the nodes of some triples that no graph before had, for a step may stand in one graph only."""
    nodes = {
        each for triple in triples for each in (triple.subject, triple.object) if isinstance(each, NamedNode)
    }
    new = nodes - seen
    seen |= nodes
    return sorted(new, key=lambda each: each.value)


def _put(client: Client, content: bytes) -> bool:
    """Put a graph unless it is there whole; return whether it was sent.

    A name stands for one content only, so a graph of that name which has all its triples is that content.
    """
    graph, size = releases.content_name(content), content.count(b"\n")
    if releases.count(client, graph) == size:
        return False
    client.put(graph, content)
    held = releases.count(client, graph)
    if held != size:
        raise StoreError(
            f"The store at {client.endpoint.host} holds {held} of the {size} triples that were sent as <{graph}>. "
            "Nothing was switched. Run the load again; if it happens again, look at the log of the store."
        )
    return True


def _sequence(client: Client, release: str, base: str) -> int:
    """Return the number of a release among those of its site: one more than the last, unless it is the last itself."""
    mine = [(number, each) for number, site, each in releases.listed(client) if site == base]
    last, of = max(mine, default=(0, ""))
    return last if of == release else last + 1


def _write(client: Client, release: Release) -> None:
    """Write the record of a release, unless it is there already, and read it back."""
    if _holds(client, release):
        return
    client.put(release.name, release.record())
    if not _holds(client, release):
        raise StoreError(
            f"The store at {client.endpoint.host} does not hold the record of the release. Load again."
        )


def _holds(client: Client, release: Release) -> bool:
    """Return whether the record of a release is there as it should be."""
    try:
        return releases.find(client, release.name) == release
    except releases.DamagedError:
        return False


def prune(client: Client, current: Release) -> int:
    """Drop the graphs of a site that neither its current release nor the one before has; return how many.

    Graphs that a release of another site has stay.

    Raises:
        StoreError: the store cannot be reached or refuses.
        QueryError: the store did not answer.
    """
    every = releases.listed(client)
    before = [name for _, base, name in every if base == current.base and name != current.name]
    kept = {current.name, *before[-1:]}
    dropped: set[str] = set()
    held: set[str] = set()
    for release in _found(client, [name for _, _, name in every]):
        if release.base == current.base and release.name not in kept:
            dropped |= release.contents | {release.name}
        else:
            held |= release.contents
    for graph in sorted(dropped - held, key=lambda each: each.startswith("urn:sha256:")):  # records go first
        client.delete(graph)
    return len(dropped - held)


def _found(client: Client, names: list[str]) -> Iterator[Release]:
    for name in names:
        release = releases.find(client, name)
        if release is not None:
            yield release
