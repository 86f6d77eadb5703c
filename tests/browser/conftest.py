"""One site, one server and one browser for every test here."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.processes import Program, Server, free_port

CHROMIUM = shutil.which("chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this directory, and say what is missing where it cannot run."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and os.environ.get("CI") != "true":
                reason = "Chromium is missing; install it with: sudo apt-get install chromium"
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def address(site_shown: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the site as people run it, and return its address."""
    port = free_port()
    program = str(Path(sys.executable).parent / "osallisuus")
    command = [program, "serve", "--site", str(site_shown.parent), "--port", str(port)]
    with Server(
        Program("the site", command, "/robots.txt", port), tmp_path_factory.mktemp("log") / "log"
    ) as it:
        yield it.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once a module: as long as it is there, no other test of the process may run an event loop."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """Return a window of a desk; pages share it, so that the style sheet is fetched once."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture(scope="module")
def without_script(browser: Browser) -> Iterator[BrowserContext]:
    """Return a window in which no script runs."""
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(20_000)
    yield context
    context.close()
