"""Offers: one name in several forms and languages, with the headers that caches, crawlers and programs need."""

from collections.abc import Callable

import pytest
from flask import Flask, Response, abort, request
from flask.testing import FlaskClient

from osallisuus.formats import CSV, HTML, JSONLD, Format
from osallisuus.release import Publication
from osallisuus.web.offers import Offer

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def client(publication: Publication) -> FlaskClient:
    """Return a client of an application with one offer, `fi/shown`, whose content says what was asked."""

    def make(form: Format, language: str, at: str) -> str:
        if request.args.get("q") == "wrong":
            abort(400, "q is wrong")
        return f"{form.name} {language} {at}"

    offer = Offer("fi/shown", (HTML, CSV, JSONLD), make)
    app = Flask(__name__)

    @app.get("/<path:path>")
    def shown(path: str) -> Response | tuple[str, int]:
        return offer.answer(publication, ("fi", "sv", "en"), path) or ("nothing", 404)

    return app.test_client()


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html", "shown.html"),
        ("*/*", "shown.html"),
        ("", "shown.html"),
        ("text/csv", "shown.csv"),
        ("application/ld+json;q=1, text/html;q=0.5", "shown.jsonld"),
    ],
)
def test_the_name_leads_to_the_form_that_is_wanted(client: FlaskClient, accept: str, expected: str) -> None:
    """It answers 303, relative to itself, with the query kept, and caches are told what it depends on."""
    answer = client.get("/fi/shown?a=1&b=%C3%A4", headers={"Accept": accept})

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{expected}?a=1&b=%C3%A4"
    assert "Accept" in answer.vary


def test_a_form_that_nobody_has_is_406(client: FlaskClient) -> None:
    """The answer lists what there is."""
    answer = client.get("/fi/shown", headers={"Accept": "image/png"})

    assert answer.status_code == 406
    assert "text/csv" in answer.text


@pytest.mark.parametrize(
    "path",
    ["fi/shown.ttl", "fi/shown.de.html", "fi/shown.fi.csv", "fi/shown/", "fi/shown.html/", "fi/shownx", "fi/shown.fi", "fi/shown.fi.sv.html", "xfi/shown.html", "fi/shown.", "fi/shown.FI.html"],
)  # fmt: skip
def test_another_path_is_not_of_the_offer(client: FlaskClient, path: str) -> None:
    """What is no form or language of it is left to others."""
    assert client.get(f"/{path}").status_code == 404


@pytest.mark.parametrize(
    ("path", "accepted", "language", "varies"),
    [
        ("fi/shown.html", "sv;q=0.9, en;q=0.8", "sv", True),
        ("fi/shown.html", "de", "fi", True),
        ("fi/shown.en.html", "sv", "en", False),
        ("fi/shown.csv", "sv", "sv", True),
    ],
)
def test_a_page_is_in_the_language_of_its_path_or_of_the_reader(
    client: FlaskClient, path: str, accepted: str, language: str, varies: bool
) -> None:
    """The language is named for a page, and caches are told whether it was negotiated."""
    answer = client.get(f"/{path}", headers={"Accept-Language": accepted})

    assert answer.text.split()[1:] == [language, path]
    assert ("Accept-Language" in answer.vary) is varies
    assert answer.headers.get("Content-Language") == (language if path.endswith(".html") else None)


def test_an_answer_has_a_tag_a_date_and_links(client: FlaskClient, publication: Publication) -> None:
    """It can be asked for again at no cost, and its header leads to the other forms with the same query."""
    answer = client.get("/fi/shown.csv?a=b")
    again = client.get("/fi/shown.csv?a=b", headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.content_type == CSV.content_type
    assert answer.last_modified is not None
    assert again.status_code == 304
    assert '<shown.jsonld?a=b>; rel="alternate"; type="application/ld+json"' in answer.headers["Link"]
    assert f'<{publication.site.licence}>; rel="license"' in answer.headers["Link"]


@pytest.mark.parametrize(
    "query", ['a=">, <https://evil.example/>; rel="license', "a=ä", "a=%0D%0AX-Y:%20z", "a= b"]
)
def test_a_query_cannot_write_headers(client: FlaskClient, query: str) -> None:
    """What is not allowed in an address is encoded before it stands in a header."""
    sent = {"QUERY_STRING": query.encode().decode("latin-1")}
    answer = client.get("/fi/shown.html", headers=BROWSER, environ_overrides=sent)
    redirect = client.get("/fi/shown", headers=BROWSER, environ_overrides=sent)

    assert answer.status_code == 200
    assert "X-Y" not in answer.headers
    assert "<https://evil.example/>" not in answer.headers["Link"]
    assert answer.headers["Link"].count("<") == 4
    for text in (answer.headers["Link"], redirect.headers["Location"]):
        assert text.isascii()
        assert "\r" not in text
        assert '">' not in text


def test_a_long_query_is_not_repeated_in_links(client: FlaskClient) -> None:
    """Headers stay of a size that proxies take; the answer is the same."""
    answer = client.get(f"/fi/shown.html?q={'a' * 10_000}")

    assert answer.status_code == 200
    assert len(answer.headers["Link"]) < 200


def test_what_cannot_be_answered_is_the_makers_error(client: FlaskClient) -> None:
    """An error of the maker goes through as it is."""
    answer = client.get("/fi/shown.html?q=wrong")

    assert answer.status_code == 400
    assert "q is wrong" in answer.text


def test_the_whole_service_serves_offers(publication: Publication, evaluate: Callable[..., bytes]) -> None:
    """The list of practices is offered by the application itself, at every form and language."""
    from osallisuus.web import create_app

    client = create_app(publication, evaluate).test_client()

    for path in ("practices.html", "practices.sv.html", "practices.csv", "practices.jsonld"):
        assert client.get(f"/{path}").status_code == 200, path
    assert client.get("/practices.ttl").status_code == 404
    assert client.get("/practices", headers=BROWSER).status_code == 303
