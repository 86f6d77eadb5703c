"""Which format and which language a request gets, header by header."""

import pytest
from werkzeug.datastructures import LanguageAccept, MIMEAccept
from werkzeug.http import parse_accept_header

from osallisuus.formats import (
    CSV,
    HTML,
    JSONLD,
    NTRIPLES,
    RDF_FORMATS,
    RDFXML,
    RESULT_FORMATS,
    TURTLE,
    Format,
)
from osallisuus.web.negotiation import choose_format, choose_language

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
COMPACTED = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"'

FORMATS: list[tuple[str | None, Format | None]] = [
    (None, TURTLE),
    ("", TURTLE),
    ("*/*", TURTLE),
    ("*", TURTLE),
    ("text/*", TURTLE),
    ("application/*", JSONLD),
    ("text/turtle", TURTLE),
    ("application/ld+json", JSONLD),
    ("application/n-triples", NTRIPLES),
    ("application/rdf+xml", RDFXML),
    ("text/html", HTML),
    (BROWSER, HTML),
    ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", HTML),
    ("TEXT/TURTLE", TURTLE),
    ("Application/LD+JSON", JSONLD),
    (COMPACTED, JSONLD),
    (f"{COMPACTED}, text/turtle;q=0.9", JSONLD),
    (f"{COMPACTED};q=0.5, text/turtle;q=0.9", TURTLE),
    ("text/turtle;charset=utf-8", TURTLE),
    ("application/n-triples;charset=utf-8, text/turtle;q=0.1", NTRIPLES),
    ("text/turtle;q=0.3, application/ld+json;q=0.8", JSONLD),
    ("application/ld+json;q=0.3, text/turtle;q=0.8", TURTLE),
    ("text/turtle; q=0.3 , application/rdf+xml ; q=0.4", RDFXML),
    ("application/ld+json;q=0.5, text/turtle;q=0.5", TURTLE),
    ("application/rdf+xml, application/n-triples", NTRIPLES),
    ("text/html;q=0.2, application/n-triples", NTRIPLES),
    ("image/png, application/rdf+xml;q=0.1", RDFXML),
    ("text/*;q=0.3, text/html;q=0.7, */*;q=0.5", HTML),
    ("text/*;q=0.9, text/turtle;q=0.1, application/*;q=0.5", HTML),
    ("*/*;q=0.1, application/*;q=0.2", JSONLD),
    ("text/html, */*;q=0.1", HTML),
    ("text/turtle;q=0, */*", JSONLD),
    ("text/turtle;q=0, application/ld+json", JSONLD),
    ("text/*;q=0, */*;q=0.1", JSONLD),
    ("text/turtle;q=0", None),
    ("*/*;q=0", None),
    ("image/png", None),
    ("image/*", None),
    ("application/json", None),
    ("text", None),
    ("/", None),
    (";;,", None),
    ("a" * 5000, None),
    ("text/turtle/x", None),
]
"""Accept header → the format that is chosen of the four RDF formats and HTML."""

LANGUAGES = [
    (None, "fi"),
    ("", "fi"),
    ("*", "fi"),
    ("fi", "fi"),
    ("sv", "sv"),
    ("en", "en"),
    ("SV", "sv"),
    ("sv-FI", "sv"),
    ("en-GB,en;q=0.5", "en"),
    ("sv-FI, fi;q=0.9", "sv"),
    ("sv-SE;q=0.4, fi;q=0.9", "fi"),
    ("fi-FI;q=0.2, en-US;q=0.8", "en"),
    ("xx, sv;q=0.3, en;q=0.9, fi;q=0.1", "en"),
    ("de, en;q=0.1", "en"),
    ("fi;q=0.5, sv;q=0.5", "fi"),
    ("de, *;q=0.5", "fi"),
    ("fi;q=0, *", "sv"),
    ("fi;q=0, sv;q=0, *;q=0.1", "en"),
    ("zz-ZZ", "fi"),
    ("de", "fi"),
    (";;q=,x", "fi"),
    ("sv;q=x", "fi"),
    ("x" * 5000, "fi"),
]
"""Accept-Language header → the language that is chosen of fi, sv and en."""


@pytest.mark.parametrize(("header", "expected"), FORMATS)
def test_format_of_an_accept_header(header: str | None, expected: Format | None) -> None:
    """The highest quality of the most specific range wins, then our own order; None where nothing will do."""
    assert choose_format(parse_accept_header(header, MIMEAccept), [*RDF_FORMATS, HTML]) is expected


@pytest.mark.parametrize(
    "header", ["text/turtle;q=x", "text/html;q=;q=1", '"', 'a/b;c="', ",,,;q=,", "\x00/\x01"]
)
def test_a_malformed_accept_header_is_no_error(header: str) -> None:
    """A header that is not well formed gets one of the formats that there are, or none; nothing is raised."""
    assert choose_format(parse_accept_header(header, MIMEAccept), RDF_FORMATS) in {*RDF_FORMATS, None}


def test_order_of_the_offer_decides_between_equals() -> None:
    """Of two formats that are wanted alike, the one that is offered first is taken."""
    accept = parse_accept_header("*/*", MIMEAccept)

    assert choose_format(accept, [CSV, HTML]) is CSV
    assert choose_format(accept, [HTML, CSV]) is HTML
    assert choose_format(accept, RESULT_FORMATS) is RESULT_FORMATS[0]


@pytest.mark.parametrize("header", [None, "", "*/*", "text/turtle"])
def test_nothing_offered_is_nothing_chosen(header: str | None) -> None:
    """Where no format is offered, none is chosen."""
    assert choose_format(parse_accept_header(header, MIMEAccept), []) is None


@pytest.mark.parametrize(("header", "expected"), LANGUAGES)
def test_language_of_an_accept_language_header(header: str | None, expected: str) -> None:
    """The highest quality wins, regions are left aside, and the first language stands in for unknown ones."""
    assert choose_language(parse_accept_header(header, LanguageAccept), ["fi", "sv", "en"]) == expected


def test_the_first_language_of_the_offer_is_the_default() -> None:
    """A reader who asks for none of the languages gets the site's first one."""
    assert choose_language(parse_accept_header("de", LanguageAccept), ["sv", "fi"]) == "sv"
