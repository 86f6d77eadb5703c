"""The service over `publish/`: content negotiation, pages for people, the SPARQL endpoint."""

import functools  # by its name: the package has a module called cache
import mimetypes
from collections.abc import Callable
from datetime import timedelta

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from osallisuus.formats import HTML, JSON, RDF_FORMATS, SVG
from osallisuus.query.limits import Limits
from osallisuus.query.store import Ask
from osallisuus.release import Publication
from osallisuus.release.comparing import Comparing
from osallisuus.web import accessibility, feeds, model_page, openapi, pages
from osallisuus.web.browse import Browse
from osallisuus.web.changes import Changes
from osallisuus.web.comparing import Comparisons
from osallisuus.web.guides import Guides
from osallisuus.web.messages import MAX_BODY
from osallisuus.web.negotiation import choose_format, choose_language
from osallisuus.web.offers import Offer
from osallisuus.web.query_page import QueryPage
from osallisuus.web.resources import Resources, conditional
from osallisuus.web.service import limit_texts
from osallisuus.web.sparql import Endpoint
from osallisuus.web.views import OPENAPI

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Language, ETag, Last-Modified, Link, Location, Retry-After",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every answer."""

_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}


def create_app(
    publication: Publication, evaluate: Callable[[Ask, str], bytes], endpoint: Endpoint | None = None
) -> Flask:
    """Return the WSGI application.

    Args:
        publication: what is served.
        evaluate: answers a query that the guard let through, for a client's address; raises `QueryError`.
        endpoint: the endpoint; one with the usual limits when not given.
    """
    # Flask gives static files the types of the system's table, which may be wrong.
    for suffix, media_type in {
        ".css": "text/css",
        ".js": "text/javascript",
        SVG.suffix: SVG.media_type,
    }.items():
        mimetypes.add_type(media_type, suffix)
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    resources = Resources(publication)
    _add_resources(app, resources)
    endpoint = endpoint or Endpoint(publication, Limits())
    _add_endpoint(app, QueryPage(endpoint, evaluate), resources)
    _add_feeds(app, publication, resources)
    _add_description(app, endpoint, resources)

    @app.errorhandler(HTTPException)
    def fail(error: HTTPException) -> Response:
        return _failure(resources, error)

    @app.after_request
    def complete(response: Response) -> Response:
        if request.endpoint == "static" and request.full_path.lstrip("/") in _kept():
            response.cache_control.no_cache = None
            response.cache_control.public = True
            response.cache_control.max_age = int(timedelta(days=365).total_seconds())
            response.cache_control.immutable = True
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = response.headers.get(
                "Allow", "GET, HEAD, OPTIONS"
            )
            response.headers.update(_PREFLIGHT)
        return response

    return app


def _add_resources(app: Flask, resources: Resources) -> None:
    publication = resources.publication

    @app.get("/")
    @app.get("/index.html")
    @app.get("/index.<language>.html")
    def home(language: str = "") -> Response:
        if language and language not in resources.languages:
            return _missing(resources)
        chosen = language or choose_language(request.accept_languages, resources.languages)
        html = pages.render_home(publication, request.path.lstrip("/"), chosen)
        response = Response(html, content_type=HTML.content_type)
        response.content_language.add(chosen)
        response.vary.add("Accept-Language")
        response.headers["Link"] = resources.signposts.of_home(request.path.lstrip("/"))
        return conditional(response, max(each.modified for each in publication.manifest.things))

    log = Changes(publication, resources.languages)
    browse = Browse(publication)
    offers: list[Offer] = [
        browse.offer,
        Comparisons(Comparing(publication, lambda: browse.facets.entries)).offer,
        accessibility.offer(publication),
        model_page.offer(publication),
        *Guides(publication, resources.languages).offers(),
    ]

    @app.get("/<path:path>")
    def thing(path: str) -> Response:
        found = (each.answer(publication, resources.languages, path) for each in offers)
        offered = next(filter(None, found), None)
        answered = offered or log.answer(path) or resources.answer(path)
        return answered or _gone(resources, log, path) or _missing(resources)


def _add_endpoint(app: Flask, page: QueryPage, resources: Resources) -> None:
    app.add_url_rule("/sparql", "sparql", page.answer, methods=["GET", "POST"])

    @app.route("/sparql.html", methods=["GET", "POST"])
    @app.route("/sparql.<language>.html", methods=["GET", "POST"])
    def form(language: str = "") -> Response:
        known = not language or language in resources.languages
        return page.form(language) if known else _missing(resources)


def _add_feeds(app: Flask, publication: Publication, resources: Resources) -> None:
    latest = max(each.modified for each in publication.manifest.things)
    pages_of_site = feeds.Sitemap(publication, resources.languages)

    @app.get("/sitemap.xml")
    @app.get("/sitemap-<int:number>.xml")
    def sitemap(number: int = 0) -> Response:
        content = pages_of_site.file(number)
        if content is None:
            return _missing(resources)
        return conditional(Response(content, mimetype="application/xml"), latest)

    @app.get("/robots.txt")
    def robots() -> Response:
        return conditional(Response(feeds.robots(publication), mimetype="text/plain"), latest)

    @app.get("/llms.txt")
    def llms() -> Response:
        return conditional(Response(feeds.llms(publication), mimetype="text/plain"), latest)

    @app.get("/favicon.ico")
    def favicon() -> Response:
        response = app.send_static_file("favicon.svg")
        response.content_type = SVG.media_type
        return response


@functools.cache
def _kept() -> frozenset[str]:
    """Return the addresses of the static files that clients may keep for good, since another file has another."""
    files = (each for each in pages.STATIC.rglob("*") if each.is_file())
    return frozenset(pages.asset(each.relative_to(pages.STATIC).as_posix()) for each in files)


def _add_description(app: Flask, endpoint: Endpoint, resources: Resources) -> None:
    publication = endpoint.publication
    latest = max(each.modified for each in publication.manifest.things)

    @functools.cache
    def described() -> bytes:
        return openapi.document(publication, resources.languages, limit_texts(endpoint.limits))

    @app.get(f"/{OPENAPI}")
    def description() -> Response:
        return conditional(Response(described(), content_type=JSON.content_type), latest)


def _missing(resources: Resources) -> Response:
    return _error(resources, 404)


def _gone(resources: Resources, log: Changes, path: str) -> Response | None:
    """Say of a thing that is published no longer when it was removed; None of what never was."""
    removal = log.removal(resources.take_apart(path).path)
    return _error(resources, 410, removal.text, problem=removal.problem) if removal else None


def _failure(resources: Resources, error: HTTPException) -> Response:
    """Answer an error that Flask raised; its Allow header is kept. A page shows only what we wrote, in its language."""
    text = error.description or ""
    response = _error(resources, error.code or 500, text, "" if text == type(error).description else text)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _error(
    resources: Resources,
    status: int,
    text: str = "",
    detail: str = "",
    problem: Callable[[str, str], pages.Problem] | None = None,
) -> Response:
    """Return a page with the detail to those who prefer HTML, a line of text to others; `problem` makes the page say more."""
    chosen = choose_format(request.accept_mimetypes, [*RDF_FORMATS, HTML])
    if chosen is not HTML:
        text = (
            text
            or f"Nothing is published at {request.path}. The catalog is at catalog, a list of all at sitemap.xml."
        )
        response = Response(f"{text}\n", status, mimetype="text/plain")
    else:
        at = request.path.lstrip("/")
        explicit = resources.take_apart(at).language
        language = explicit or choose_language(request.accept_languages, resources.languages)
        query = request.query_string.decode("latin-1") if status == 400 else ""
        shown = problem(at, language) if problem else pages.Problem(status, detail, query=query)
        html = pages.render_error(resources.publication, at, language, shown)
        response = Response(html, status, content_type=HTML.content_type)
        response.content_language.add(language)
    response.vary.update(("Accept", "Accept-Language"))
    return response
