"""Every type of page in a real browser, in three languages: it has no fault and everyone can use it."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from browser import looking
from browser.page_types import TYPES, PageType
from osallisuus.web import words

LANGUAGES = ("fi", "sv", "en")
every_type = pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)


@pytest.mark.parametrize("language", LANGUAGES)
@every_type
def test_a_page_has_no_fault(window: BrowserContext, address: str, kind: PageType, language: str) -> None:
    """axe-core finds nothing, by day and by night; the page fits a phone, shows the focus and asks nothing of others.

    Colours and paper are the same in every language, so they are looked at in one.
    """
    with looking.opened(window) as (page, faults):
        page.on("request", lambda each: None if each.url.startswith(address) else faults.append(each.url))
        answer = page.goto(f"{address}/{kind.address(language)}")
        assert answer is not None
        assert answer.status == kind.status
        if language == "fi":
            faults.extend(looking.violations(page))
            page.emulate_media(color_scheme="dark")
            faults.extend(looking.violations(page, only=looking.COLOURS))
            faults.extend(looking.unprintable(page))
        else:
            faults.extend(looking.violations(page, but=looking.COLOURS))
        faults.extend(looking.too_wide(page, 320))
        faults.extend(looking.unseen_focus(page))
        spoken, headings = page.evaluate(
            "[document.documentElement.lang, document.querySelectorAll('h1').length]"
        )

    assert faults == []
    assert (spoken, headings) == (language, 1)


@every_type
def test_a_page_needs_no_script(without_script: BrowserContext, address: str, kind: PageType) -> None:
    """Without JavaScript the page is there whole, and each form has a button and an address to send it to."""
    with looking.opened(without_script) as (page, faults):
        page.goto(f"{address}/{kind.address('fi')}")

        assert len(page.locator("main").inner_text()) > 40
        for form in page.locator("form").all():
            assert form.get_attribute("action")
            expect(form.locator("button:not([type=button])").first).to_be_visible()
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_switch_stays_on_the_page(window: BrowserContext, address: str, language: str) -> None:
    """The switch leads to the same page in the other language, and with the same question."""
    asked = "changes.en.html?since=2026-11-26"
    with looking.opened(window) as (page, _):
        page.goto(f"{address}/{asked}")
        page.locator(".languages").get_by_text(words.own_name(language)).click()

        expect(page).to_have_url(f"{address}/{asked.replace('.en.', f'.{language}.')}")
        assert page.evaluate("document.documentElement.lang") == language


def test_the_switch_keeps_a_question_that_was_refused(window: BrowserContext, address: str) -> None:
    """A page that says what is wrong with a question says so in the other language too."""
    with looking.opened(window) as (page, _):
        page.goto(f"{address}/changes.fi.html?since=yesterday")
        page.locator(".languages").get_by_text("Svenska").click()

        expect(page).to_have_url(f"{address}/changes.sv.html?since=yesterday")
        expect(page.locator("h1")).to_have_text("Begäran kan inte besvaras")


def test_the_frame_can_be_walked_by_the_keyboard(window: BrowserContext, address: str) -> None:
    """The first stop skips to the content; each stop after it is seen; the last stops are in the footer."""
    with looking.opened(window) as (page, _):
        page.goto(f"{address}/index.en.html")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.goto(f"{address}/codebook.en.html")
        stops = page.locator("header a, nav a").count()
        for _stop in range(stops):
            page.keyboard.press("Tab")
            width, style = page.evaluate(
                "[getComputedStyle(document.activeElement).outlineWidth, getComputedStyle(document.activeElement).outlineStyle]"
            )
            assert (width, style) == ("3px", "solid")


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_sorted_as_the_unicode_collation_does(
    window: BrowserContext, address: str, language: str
) -> None:
    """Every short name that the browser's own collation sorts stands in the same order in ours."""
    names = {
        "vä",
        "wa",
        "Va",
        "w",
        "v",
        "é",
        "eb",
        "ea",
        "š",
        "sz",
        "ž",
        "zå",
        "åb",
        "äc",
        "ö",
        "øx",
        "ü",
        "yb",
    }
    names |= {"a-b", "ab", "a b", "(a)", "”a", "1", "10", "2", "É", "e", "ł", "lm", "İ", "ß"}
    with looking.opened(window) as (page, _):
        for path in ("ns", "fi/235/practices", "unit-type", "codebook"):
            page.goto(f"{address}/{path}.{language}.html")
            names |= {each.strip() for each in page.locator("main a, main code").all_inner_texts()}
        listed = sorted(each for each in names if each and not re.search(r"\s\s|\n|[<>{}]", each))
        collated = page.evaluate(
            "([names, language]) => names.sort(new Intl.Collator(language).compare)", [listed, language]
        )

    assert len(listed) > 300
    assert sorted(listed, key=lambda each: words.collation(each, language)) == collated


def test_the_style_sheet_is_kept_and_its_address_is_its_own(window: BrowserContext, address: str) -> None:
    """The address names a digest of the file; such an address may be kept for good, any other is asked for again."""
    with looking.opened(window) as (page, _):
        page.goto(f"{address}/index.html")
        sheet = page.locator("link[rel=stylesheet]").get_attribute("href")
        assert sheet is not None
        plain, digest = sheet.split("?v=")
        kept = page.request.get(f"{address}/{sheet}")
        asked_again = page.request.get(f"{address}/{plain}?v=0{digest[1:]}x")

    assert re.fullmatch(r"[0-9a-f]{12}", digest)
    assert "immutable" in kept.headers["cache-control"]
    assert "max-age=31536000" in kept.headers["cache-control"]
    assert kept.headers["etag"] == asked_again.headers["etag"]
    assert asked_again.headers["cache-control"] == "no-cache"
