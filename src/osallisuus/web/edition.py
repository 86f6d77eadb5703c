"""An edition that is being served: everything that belongs to one release, so that it changes as one."""

import asyncio
import ctypes
import gc
from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, request

from osallisuus import manifest
from osallisuus.errors import PublishedError, QueryLimitError, RefusedQueryError
from osallisuus.query.limits import Limits
from osallisuus.query.pool import Pool
from osallisuus.query.store import Ask
from osallisuus.release import Publication, open_publication
from osallisuus.web import create_app
from osallisuus.web.cache import CODINGS, Cache, compress
from osallisuus.web.messages import Answer
from osallisuus.web.sparql import Endpoint

_LIBC = ctypes.CDLL(None)

GIVEN = "osallisuus.answer"
"""Key of the environment in which Flask finds the answer to the query whose page it makes."""


def _given(_: Ask, __: str) -> bytes:
    """Return the answer that stands in the environment of the request, or raise why there is none."""
    answer: Answer = request.environ[GIVEN]
    if answer.status == 200:
        return answer.body
    text = answer.body.decode().strip()
    raise RefusedQueryError(text) if answer.status == 400 else QueryLimitError(text, answer.status)


@dataclass
class Edition:
    """A release and what answers for it.

    Attributes:
        publication: what is published.
        digest: SHA-256 of its manifest, which names it.
        pool: evaluates queries over it.
        app: answers with pages and documents.
        endpoint: answers with the results of queries.
        cache: answers that were given.
        prepared: tag of a published file → content coding → its compressed bytes.
        requests: how many are being answered.
    """

    publication: Publication
    digest: str
    pool: Pool
    app: Flask
    endpoint: Endpoint
    cache: Cache
    prepared: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    requests: int = 0

    async def close(self) -> None:
        """End it when the last request on it has been answered."""
        until = asyncio.get_running_loop().time() + self.pool.limits.wait + self.pool.limits.seconds + 1
        try:
            while self.requests and asyncio.get_running_loop().time() < until:
                await asyncio.sleep(0.05)
        finally:
            await self.pool.__aexit__(None, None, None)
        vars(self.publication).clear()  # much of it is in cycles, for which the collector would come late
        gc.unfreeze()
        _freeze()


def _freeze() -> None:
    """Collect garbage once, and then look no more through what is published: it has none, and that takes long.

    What an edition leaves lies in pieces all over the heap. Where the C library can, it is told to give them back to the
    system, or a server would grow with the first releases that it sees.
    """
    gc.collect()
    gc.freeze()
    if hasattr(_LIBC, "malloc_trim"):
        _LIBC.malloc_trim(0)


@dataclass(frozen=True)
class Opening:
    """How editions are opened.

    Attributes:
        publish: the directory.
        limits: those of queries.
        setting: the address of a remote store, or empty for the embedded one.
        cache: bytes that the answers of an edition may take.
        threads: where work is done that would keep the loop waiting.
    """

    publish: Path
    limits: Limits
    setting: str
    cache: int
    threads: Executor

    def digest(self) -> str:
        """Return the digest of what is published now.

        Raises:
            PublishedError: nothing is.
        """
        return manifest.identity(self.publish)

    def _make_app(self, publication: Publication) -> tuple[Flask, Endpoint]:
        endpoint = Endpoint(publication, self.limits)
        return create_app(publication, _given, endpoint), endpoint

    async def open(self) -> Edition:
        """Read what is published and start its workers.

        Raises:
            PublishedError: nothing is published, a file is missing or damaged, or another edition came meanwhile.
        """
        loop = asyncio.get_running_loop()
        digest = self.digest()
        publication = await loop.run_in_executor(self.threads, open_publication, self.publish)
        if self.digest() != digest:
            raise PublishedError(f"{self.publish} changed while it was read.")
        pool = Pool(self.publish, publication.site.base, self.limits, self.setting, digest)
        async with AsyncExitStack() as started:
            await started.enter_async_context(pool)

            app, endpoint = await loop.run_in_executor(self.threads, self._make_app, publication)
            _freeze()
            started.pop_all()  # the edition ends it from now on
        return Edition(publication, digest, pool, app, endpoint, Cache(self.cache))


def prepare(publication: Publication) -> dict[str, dict[str, bytes]]:
    """Return the compressed bytes of every published file: tag → content coding → bytes."""
    found = {}
    for file in publication.manifest.files:
        body = publication.files[file.path]
        found[file.sha256[:32]] = {each: compress(body, each) for each in CODINGS}
    return found
