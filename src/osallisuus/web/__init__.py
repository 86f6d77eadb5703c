"""The service over `publish/`: content negotiation, pages for people, the SPARQL endpoint."""

import mimetypes
from collections.abc import Callable

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from osallisuus.formats import HTML, RDF_FORMATS, SVG
from osallisuus.query.limits import Limits
from osallisuus.query.store import Ask
from osallisuus.release import Publication
from osallisuus.web import feeds, pages
from osallisuus.web.changes import Changes
from osallisuus.web.messages import MAX_BODY
from osallisuus.web.negotiation import choose_format, choose_language
from osallisuus.web.query_page import QueryPage
from osallisuus.web.resources import Resources, conditional
from osallisuus.web.sparql import Endpoint

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
    for suffix, media_type in {".css": "text/css", SVG.suffix: SVG.media_type}.items():
        mimetypes.add_type(media_type, suffix)
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    resources = Resources(publication)
    _add_resources(app, resources)
    _add_endpoint(app, QueryPage(endpoint or Endpoint(publication, Limits()), evaluate), resources)
    _add_feeds(app, publication, resources)

    @app.errorhandler(HTTPException)
    def fail(error: HTTPException) -> Response:
        return _failure(resources, error)

    @app.after_request
    def complete(response: Response) -> Response:
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

    @app.get("/<path:path>")
    def thing(path: str) -> Response:
        return (
            log.answer(path) or resources.answer(path) or _gone(resources, log, path) or _missing(resources)
        )


def _add_endpoint(app: Flask, page: QueryPage, resources: Resources) -> None:
    app.add_url_rule("/sparql", "sparql", page.answer, methods=["GET", "POST"])

    @app.get("/sparql.html")
    @app.get("/sparql.<language>.html")
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


def _missing(resources: Resources) -> Response:
    return _error(resources, 404, "")


def _gone(resources: Resources, log: Changes, path: str) -> Response | None:
    """Say of a thing that is published no longer when it was removed; None of what never was."""
    removal = log.removal(resources.take_apart(path).path)
    return _error(resources, 410, removal.text, removal.problem) if removal else None


def _failure(resources: Resources, error: HTTPException) -> Response:
    """Answer an error that Flask raised; its Allow header is kept."""
    response = _error(resources, error.code or 500, error.description or "")
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _error(
    resources: Resources,
    status: int,
    detail: str,
    problem: Callable[[str, str], pages.Problem] | None = None,
) -> Response:
    """Return a page to those who prefer HTML, a line of text to others; `problem` makes the page say more than the line."""
    chosen = choose_format(request.accept_mimetypes, [*RDF_FORMATS, HTML])
    if chosen is not HTML:
        text = (
            detail
            or f"Nothing is published at {request.path}. The catalog is at catalog, a list of all at sitemap.xml."
        )
        response = Response(f"{text}\n", status, mimetype="text/plain")
    else:
        language = choose_language(request.accept_languages, resources.languages)
        at = request.path.lstrip("/")
        shown = problem(at, language) if problem else pages.Problem(status, detail)
        html = pages.render_error(resources.publication, at, language, shown)
        response = Response(html, status, content_type=HTML.content_type)
        response.content_language.add(language)
    response.vary.update(("Accept", "Accept-Language"))
    return response
