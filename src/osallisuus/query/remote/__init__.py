"""Releases in a bigger store: any SPARQL 1.1 engine behind the same endpoint, loaded and asked by one setting.

`profiles` is the table of what differs by engine, `client` speaks HTTP, `loading` and `releases` write and find what a
store holds, `rewriting` and `paths` put a query so that it is answered rightly, `answering` answers it, `probing` looks
at a store.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from osallisuus import manifest
from osallisuus.errors import PublishedError
from osallisuus.query.remote import answering, loading, profiles, releases
from osallisuus.query.remote.client import Client
from osallisuus.query.remote.loading import Loaded
from osallisuus.query.remote.profiles import StoreError, is_remote
from osallisuus.query.store import Ask

__all__ = ["Loaded", "StoreError", "connect", "is_remote", "load", "open_client"]


def connect(
    setting: str,
    publish: Path,
    base: str,
    environment: Mapping[str, str] = os.environ,
    seconds: float = 60.0,
) -> Callable[[Ask], bytes]:
    """Return a function that answers a query from a remote store, as `store.evaluate` does from the embedded one.

    It asks the release that `publish/` holds now, whatever comes later. It is for one thread, and may be taken into
    another process: no connection is open before the first query.

    Args:
        setting: the remote store, such as `virtuoso+http://host:8890`.
        publish: the directory of what is published.
        base: the base IRI of the site.
        environment: where the password is.
        seconds: how long an answer of the store may take.

    Raises:
        PublishedError: nothing is published, or the store does not hold it yet.
        StoreError: the setting or the password's file is wrong, or the store has a damaged record of the release.
        QueryLimitError: the store cannot be reached or does not answer. The function that is returned raises this and
            RefusedQueryError as the embedded store does.
    """
    client = open_client(setting, environment, seconds)
    release = releases.find(client, releases.name(manifest.read(publish), base))
    client.close()
    if release is None:
        raise PublishedError(
            f"The store at {client.endpoint.host} does not hold what is published here. Run: osallisuus load"
        )
    return lambda ask: answering.answer(client, release, ask)


def open_client(setting: str, environment: Mapping[str, str] = os.environ, seconds: float = 60.0) -> Client:
    """Return a client for the store of a setting; nothing is sent yet.

    Raises:
        StoreError: the setting or the password's file is wrong.
    """
    return Client(profiles.parse(setting), profiles.password(environment), seconds)


def load(client: Client, publish: Path, base: str, *, prune: bool = False) -> tuple[Loaded, int]:
    """Load what is published into a store; return what was done, and how many old graphs were dropped.

    Raises:
        PublishedError: nothing is published, or a file is damaged.
        StoreError: the store cannot be reached, refuses, or does not hold what it was sent.
        QueryError: the store did not answer.
    """
    loaded = loading.load(client, publish, base)
    return loaded, loading.prune(client, loaded.release) if prune else 0
