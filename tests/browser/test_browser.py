"""The pages in a real browser: they load without a fault, read in three languages, and fit a phone."""

import os
import shutil
import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from playwright.sync_api import Browser, sync_playwright

from osallisuus.query.store import Ask
from osallisuus.release import Publication
from osallisuus.web import create_app

CHROMIUM = shutil.which("chromium")
PAGES = [
    "index",
    "sparql",
    "catalog",
    "ns",
    "purpose",
    "purpose/dialogue",
    "target-group/internal",
    "fi/235",
    "fi/235/practices",
    "fi/235/practices/kuuluttaminen",
    "fi/235/unit/sivistystoimi",
    "fi/235/term/nuoriso",
    "fi/law",
    "fi/law/kuntalaki-2015/22",
    "fi/049/practices/youth-council",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("CI") != "true",
        reason="Chromium is missing; install it with: sudo apt-get install chromium",
    ),
]


class _Quiet(WSGIRequestHandler):
    """Answers without a line on standard error for each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(publication: Publication) -> Iterator[str]:
    """Serve the real data on a free port and return its address; queries are not asked here."""

    def evaluate(question: Ask, _: str) -> bytes:
        raise AssertionError(question)

    with make_server("127.0.0.1", 0, create_app(publication, evaluate), handler_class=_Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield started
        started.close()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_without_a_fault_and_fits_a_phone(
    browser: Browser, address: str, path: str, language: str
) -> None:
    """A page asks nothing of other hosts, breaks no policy, says its language and does not scroll sideways at 320 px."""
    page = browser.new_page(viewport={"width": 320, "height": 800})
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("request", lambda each: None if each.url.startswith(address) else faults.append(each.url))

    answer = page.goto(f"{address}/{path}.{language}.html")
    width = page.evaluate("document.documentElement.scrollWidth")
    spoken, headings = page.evaluate(
        "[document.documentElement.lang, document.querySelectorAll('h1').length]"
    )
    page.keyboard.press("Tab")
    focus = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.close()

    assert answer is not None
    assert answer.status == 200
    assert faults == []
    assert (spoken, headings) == (language, 1)
    assert width <= 320
    assert focus != "none"
