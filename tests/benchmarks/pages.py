"""What a reader waits for and loads: the server's time for each type of page, first asked for, and what it weighs."""

import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from flask import Flask

from benchmarks import peers
from browser.page_types import TYPES, PageType
from osallisuus.query.blocking import Workers
from osallisuus.query.limits import Limits
from osallisuus.release import Publication, open_publication
from osallisuus.web import create_app, pages
from osallisuus.web.cache import compress

WANTED_MS = 50.0
"""Milliseconds of server time that a page should take at the median."""
WANTED_BYTES = 150_000
"""Bytes that a page should weigh with its style sheet and pictures, before compression, without the query editor."""

_LANGUAGES = ("fi", "sv", "en")


class Measured(NamedTuple):
    """A type of page as measured.

    Attributes:
        name: of the type.
        first: milliseconds of the very first time it was asked for, with what is made once.
        median: median of the milliseconds in which the server makes it, nothing kept from before.
        most: the longest of them.
        size: bytes of the page with what it loads.
        sent: the same as sent over the wire to a browser that takes brotli.
    """

    name: str
    first: float
    median: float
    most: float
    size: int
    sent: int


def _ask(app: Flask, address: str, language: str) -> tuple[float, int, bytes]:
    client = app.test_client()
    started = time.perf_counter()
    answer = client.get(f"/{address}", headers={"Accept": "text/html", "Accept-Language": language})
    return 1000 * (time.perf_counter() - started), answer.status_code, answer.get_data()


def _requests(kind: PageType) -> Iterator[tuple[str, str]]:
    """Yield six requests for a page that have nothing in common that the server keeps: its versions, and by negotiation."""
    for language in _LANGUAGES:
        yield kind.address(language), language
        yield kind.address(), language


def _assets(html: bytes) -> list[Path]:
    names = (each.relative_to(pages.STATIC).as_posix() for each in pages.STATIC.rglob("*") if each.is_file())
    text = html.decode()
    return [pages.STATIC / each for each in names if f"static/{each}" in text and "yasqe" not in each]


def measure(publication: Publication, workers: Workers) -> list[Measured]:
    """Measure every type of page; one that this publication does not have, such as a release, is left out."""
    warm, cold = (create_app(publication, workers.ask) for _ in range(2))
    for kind in TYPES:  # the templates are compiled once, when a program starts
        for address, language in _requests(kind):
            _ask(warm, address, language)
    found = []
    for kind in TYPES:
        answers = [_ask(cold, *each) for each in _requests(kind)]
        times, (_, status, html) = [each[0] for each in answers], answers[0]
        if status != kind.status:
            continue
        parts = [html, *(each.read_bytes() for each in _assets(html))]
        sent = sum(len(compress(each, "br", quick=True)) for each in parts)
        found.append(
            Measured(kind.name, times[0], statistics.median(times), max(times), sum(map(len, parts)), sent)
        )
    return found


def table(measured: Sequence[Measured]) -> str:
    """Return what was measured as text, what is over what is wanted with a mark."""
    lines = [f"{'page':<20} {'first ms':>9} {'median ms':>10} {'most ms':>8} {'kB':>7} {'kB sent':>8}"]
    for each in measured:
        slow = "  slow" * (each.median > WANTED_MS)
        heavy = "  heavy" * (each.size > WANTED_BYTES)
        lines.append(
            f"{each.name:<20} {each.first:9.1f} {each.median:10.1f} {each.most:8.1f}"
            f" {each.size / 1000:7.1f} {each.sent / 1000:8.1f}{slow}{heavy}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    publish = Path(sys.argv[1]) if sys.argv[1:] else peers.ROOT / "publish"
    published = open_publication(publish)
    with Workers(publish, published.site.base, Limits(wait=10)) as started:
        sys.stdout.write(table(measure(published, started)) + "\n")
