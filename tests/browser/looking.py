"""What is looked at on a page that the browser shows: each function returns what is wrong, in words, or nothing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""The rules of axe-core that a page is held to: WCAG 2.2, levels A and AA."""

COLOURS = ("color-contrast", "link-in-text-block")
"""Those that look at colours."""


def violations(page: Page, only: Sequence[str] = (), but: Sequence[str] = ()) -> list[str]:
    """Return what axe-core finds against WCAG 2.2 AA; by some rules alone, or by all but some, where they are named."""
    chosen = {"type": "rule", "values": list(only)} if only else {"type": "tag", "values": RULES}
    rules = {each: {"enabled": False} for each in but}
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{AXE_SCRIPT};0")  # by the debugger, so that the policy of the page stays in force
    found = page.evaluate(
        "options => axe.run(document, options).then(result => result.violations)",
        {"runOnly": chosen, "rules": rules, "resultTypes": ["violations"]},
    )
    return [
        f"{each['id']}: {node['html'][:160]} ({'; '.join(check['message'] for check in node['any'][:1])})"
        for each in found
        for node in each["nodes"]
    ]


def unprintable(page: Page) -> list[str]:
    """Return what is wrong with a page on paper: navigation, forms, addresses elsewhere that are not written, pale ink."""
    page.emulate_media(media="print", color_scheme="dark")
    found: list[str] = page.evaluate(
        """() => { const seen = each => each.getClientRects().length > 0, style = getComputedStyle(document.body);
        const faults = [...document.querySelectorAll("nav, form, .skip")].filter(seen);
        const outer = [...document.querySelectorAll('main a[href^="http"]')].filter(seen)
          .filter(each => !getComputedStyle(each, "::after").content.includes(each.getAttribute("href")));
        const ink = style.color === "rgb(0, 0, 0)" && style.backgroundColor === "rgb(255, 255, 255)";
        return [...faults, ...outer].map(each => "on paper: " + each.outerHTML.slice(0, 120))
          .concat(ink ? [] : ["on paper: " + style.color + " on " + style.backgroundColor]) }"""
    )
    page.emulate_media(media="screen", color_scheme="light")
    return found


@contextmanager
def opened(window: Browser | BrowserContext, **how: Any) -> Iterator[tuple[Page, list[str]]]:
    """Open a page; what its console and its policy complain of is added to the list that is given with it."""
    page = window.new_page(**how)
    faults: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # The browser reports a page that answers with an error as an error of its own.
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: faults.append(str(error)))
    try:
        yield page, faults
    finally:
        page.close()


def too_wide(page: Page, width: int) -> list[str]:
    """Return what stands out at the right of a window of a width, or nothing when the page does not scroll sideways."""
    page.set_viewport_size({"width": width, "height": 800})
    if page.evaluate("document.documentElement.scrollWidth") <= width:
        return []
    found: list[str] = page.evaluate(
        """width => [...document.querySelectorAll("body *")]
        .filter(each => each.getBoundingClientRect().right > width + 1 && !each.closest(".scroll, pre"))
        .map(each => each.outerHTML.slice(0, 120))"""
    )
    return found or ["something stands out"]


def unseen_focus(page: Page) -> list[str]:
    """Return what the Tab key reaches first, unless it shows that it has the focus."""
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    seen, html = page.evaluate(
        """(() => { const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
        return [style.outlineStyle !== "none" && box.top >= 0 && box.left >= 0, it.outerHTML.slice(0, 120)] })()"""
    )
    return [] if seen else [html]
