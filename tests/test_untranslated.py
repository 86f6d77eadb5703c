"""No page in Finnish or Swedish shows a word of English where its own language has one."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from pyoxigraph import Literal

from browser.page_types import TYPES, PageType
from osallisuus.query.blocking import Workers
from osallisuus.query.limits import Limits
from osallisuus.release import Publication, open_publication
from osallisuus.web import create_app, words

LONG = 25
"""Letters from which a text is looked for within others too."""
VOID = {"meta", "link", "br", "img", "input", "hr", "area", "base", "col", "source", "wbr", "path", "circle", "rect", "line"}  # fmt: skip
NOT_WORDS = {"code", "pre", "textarea", "script", "style"}
SPOKEN = ("aria-label", "alt", "title", "placeholder")


@dataclass
class Shown(HTMLParser):
    """The texts of a page that are in its own language.

    Attributes:
        source: the page.
        found: what a reader sees or hears.
    """

    source: str
    found: list[str] = field(default_factory=list)
    _within: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)
        self.close()

    @property
    def _is_own(self) -> bool:
        languages = [language for _, language in self._within if language]
        return languages[-1:] == languages[:1] and not any(tag in NOT_WORDS for tag, _ in self._within)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag with its language, and what it says in its attributes."""
        named = dict(attrs)
        self._within.append((tag, named.get("lang") or ""))
        if self._is_own:
            said = [named.get(each) for each in SPOKEN]
            said += [named.get("content")] if named.get("name") == "description" else []
            self.found += [" ".join(each.split()) for each in said if each]
        if tag in VOID:
            self._within.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read an element that has no content."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._within.pop()

    def handle_endtag(self, tag: str) -> None:
        """Leave the tag."""
        while self._within and self._within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        if self._is_own and data.strip():
            self.found.append(" ".join(data.split()))


class Missing(NullTranslations):
    """Remembers what the catalogue of a language was asked for in vain."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def gettext(self, message: str) -> str:
        """Remember a text."""
        self.asked.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Remember a text with a plural."""
        self.asked.add(msgid1)
        return msgid1 if n == 1 else msgid2


@pytest.fixture(scope="module")
def shown(site_shown: Path) -> Publication:
    """Read the site as a server reads it."""
    return open_publication(site_shown)


@pytest.fixture(scope="module")
def client(site_shown: Path, shown: Publication) -> Iterator[FlaskClient]:
    """Return a client of the service over the site."""
    with Workers(site_shown, shown.site.base, Limits(wait=10)) as workers:
        yield create_app(shown, workers.ask).test_client()


@pytest.fixture(scope="module")
def missing() -> Callable[[str], Missing]:
    """Return a function of a language: what is asked of its catalogue in vain from now on."""

    @cache
    def listen(language: str) -> Missing:
        found = Missing()
        words.translations(language).add_fallback(found)
        return found

    return listen


def forms(text: object) -> list[str]:
    """Return the singular and plural of a text, or the text alone."""
    return [str(each) for each in text] if isinstance(text, tuple | list) else [str(text)]


def pieces(message: str) -> list[str]:
    """Return what a message says between its placeholders and tags."""
    found = re.split(r"%\(\w+\)s|<[^>]*>", message)
    return [each.strip(" .,:;()–") for each in found if len(each.strip(" .,:;()–")) > 3]


@pytest.fixture(scope="module")
def english(shown: Publication) -> Callable[[str], frozenset[str]]:
    """Return a function of a language: the English texts that have another form in it."""

    @cache
    def of(language: str) -> frozenset[str]:
        foreign, own = set(), set()
        with (words.TRANSLATIONS / f"{language}.po").open("rb") as file:
            for message in read_po(file, locale=language):
                for key, text in zip(forms(message.id), forms(message.string), strict=True):
                    foreign.update(pieces(key))
                    own.update(pieces(text))
        for triples in shown.by_subject.values():
            said = [(each.predicate, each.object) for each in triples if isinstance(each.object, Literal)]
            translated = {predicate for predicate, text in said if text.language == language}
            own.update(text.value for _, text in said if text.language == language)
            foreign.update(
                text.value for predicate, text in said if text.language == "en" and predicate in translated
            )
        return frozenset(each for each in foreign - own if re.search(r"[a-z]{3}", each))

    return of


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_a_page_is_all_in_its_language(
    client: FlaskClient,
    english: Callable[[str], frozenset[str]],
    missing: Callable[[str], Missing],
    kind: PageType,
    language: str,
) -> None:
    """Each message has its translation, and no text of the page is an English label or message."""
    asked = missing(language).asked
    asked.clear()
    response = client.get(
        f"/{kind.address(language)}", headers={"Accept": "text/html", "Accept-Language": language}
    )
    texts = Shown(response.text).found
    foreign = english(language)
    long = [each for each in foreign if len(each) >= LONG]

    assert response.status_code == kind.status
    assert len(texts) > 10
    assert asked == set()
    assert [each for each in texts if each.strip(" .,:;()–") in foreign] == []
    assert [each for each in texts if any(phrase in each for phrase in long)] == []


def test_a_word_of_english_is_found(english: Callable[[str], frozenset[str]]) -> None:
    """English is noticed in a text and in a label that is only heard, unless its language is marked."""
    page = Shown(
        '<html lang="fi"><p>Target groups</p><p lang="en">Channels</p><a aria-label="Breadcrumb">x</a><code>Home</code></html>'
    )

    assert page.found == ["Target groups", "Breadcrumb", "x"]
    assert {"Target groups", "Breadcrumb", "residents"} <= english("fi")
