"""Releases in a bigger store: any SPARQL 1.1 engine behind the same endpoint, loaded and asked by one setting.

`profiles` is the table of what differs by engine, `client` speaks HTTP, `loading` and `releases` write and find what a
store holds, `rewriting` and `paths` put a query so that it is answered rightly, `answering` answers it, `probing` looks
at a store.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from osallisuus import manifest
from osallisuus.errors import PublishedError, QueryLimitError
from osallisuus.query.remote import answering, loading, profiles, releases
from osallisuus.query.remote.client import Client
from osallisuus.query.remote.loading import Loaded
from osallisuus.query.remote.profiles import StoreError, is_remote
from osallisuus.query.remote.releases import Release
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

    It asks the release that `publish/` holds at the time, or, while that is not loaded yet, the one it asked before.
    Nothing is sent before the first query. It is for one thread.

    Args:
        setting: the remote store, such as `virtuoso+http://host:8890`.
        publish: the directory of what is published.
        base: the base IRI of the site.
        environment: where the password is.
        seconds: how long an answer of the store may take.

    Raises:
        StoreError: the setting or the password's file is wrong. The function that is returned raises
            RefusedQueryError and QueryLimitError as the embedded store does.
    """
    current = _Current(open_client(setting, environment, seconds), publish, base)
    return lambda ask: answering.answer(current.client, current.release(), ask)


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


class _Current:
    """The release of a store that answers now."""

    def __init__(self, client: Client, publish: Path, base: str) -> None:
        self.client = client
        self._publish = publish
        self._base = base
        self._stamp: tuple[int, int] | None = None
        self._release: Release | None = None

    def release(self) -> Release:
        """Return the release; the manifest is read again when its file has changed.

        Raises:
            QueryLimitError: the store holds no release that was published here.
        """
        try:
            status = (self._publish / manifest.NAME).stat()
            stamp = status.st_ino, status.st_mtime_ns
            if stamp != self._stamp:
                listed = manifest.read(self._publish)
                found = releases.find(self.client, releases.name(listed, self._base))
                self._release, self._stamp = (found, stamp) if found else (self._release, self._stamp)
        except StoreError as error:
            raise QueryLimitError(str(error)) from error
        except (OSError, PublishedError) as error:  # publish/ may be changing places just now
            if self._release is None:
                raise QueryLimitError("Nothing is published here. Run: osallisuus build") from error
        if self._release is None:
            raise QueryLimitError("The store does not hold what is published yet. Run: osallisuus load")
        return self._release
