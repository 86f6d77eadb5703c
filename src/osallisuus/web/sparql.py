"""The SPARQL 1.1 Protocol, read-only and free of any framework: what is asked, in which format, or why it is not answered.

`plan` says what the workers shall be asked, `finish` and `fail` make the answer of what they say.
"""

import re
from binascii import a2b_qp
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from osallisuus import serialisation
from osallisuus.errors import QueryError, QueryLimitError, RefusedQueryError
from osallisuus.formats import (
    GRAPH_FORMATS,
    HTML,
    JSON,
    JSONLD,
    RDF_FORMATS,
    RDFXML,
    RESULT_FORMATS,
    RESULTS_JSON,
    RESULTS_XML,
    TURTLE,
    Format,
)
from osallisuus.query import guard
from osallisuus.query.limits import Limits
from osallisuus.query.store import Ask
from osallisuus.release import Publication
from osallisuus.web.messages import Answer, Request
from osallisuus.web.negotiation import choose_format
from osallisuus.web.service import describe_service

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
"""What may be done at the endpoint."""

ALLOW = ", ".join(METHODS)
"""The value of Allow."""

PREFLIGHT: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": ALLOW,
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}
"""The headers by which a browser learns that pages of other sites may send queries."""

PAGE = f"{RESULTS_JSON.media_type}, {TURTLE.media_type}"
"""The formats that a page shows."""

_TEXT = "text/plain; charset=utf-8"
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_VARY = {"Vary": "Accept"}
_RETRY = {429: "1", 503: "5"}
_BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
_LONG_HEADER = 512
_FORMATS = {each.name: each for each in (*RESULT_FORMATS, *GRAPH_FORMATS)}
_WITH_PAGES = (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)
_GENERAL = {
    True: {JSON.media_type: RESULTS_JSON, "application/xml": RESULTS_XML, "text/xml": RESULTS_XML},
    False: {JSON.media_type: JSONLD, "application/xml": RDFXML, "text/xml": RDFXML},
}
"""Whether rows are asked for → a general media type → the format that it means."""
_RESULTS = {RESULTS_JSON.media_type: TURTLE, RESULTS_XML.media_type: RDFXML}
"""What a client that always asks for results gets for a graph: it is served by RDF, and not by 406."""
_FURTHER = {"json": JSONLD, "json-ld": JSONLD, "xml": RDFXML, "rdf+xml": RDFXML, "n3": TURTLE, **_RESULTS}
"""What clients call the formats of graphs in `format`, beside their own names."""


def _names(formats: Sequence[Format]) -> dict[str, Format]:
    return {name: each for each in formats for name in (each.name, each.media_type, each.suffix[1:])}


_NAMES = {
    True: {**_names(RESULT_FORMATS), **_GENERAL[True]},
    False: {**_names(GRAPH_FORMATS), **_GENERAL[False], **_FURTHER},
}
"""Whether rows are asked for → what `format` may say → the format."""


@dataclass(frozen=True)
class Asked:
    """A request taken apart.

    Attributes:
        query: the text of the query.
        default_graphs: IRIs of `default-graph-uri`.
        named_graphs: IRIs of `named-graph-uri`.
        form: what `format` says; a name, a media type or a suffix, or empty.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    form: str = ""

    def fields(self, *more: tuple[str, str]) -> list[tuple[str, str]]:
        """Return the fields by which this is asked again, without the format, and more of them."""
        graphs = [("default-graph-uri", each) for each in self.default_graphs]
        graphs += [("named-graph-uri", each) for each in self.named_graphs]
        return [("query", self.query), *graphs, *more]


class Endpoint:
    """Answers `/sparql` for programs.

    Args:
        publication: what is published.
        limits: those of the workers; the service description says them.
    """

    def __init__(self, publication: Publication, limits: Limits) -> None:
        self.publication = publication
        self.limits = limits
        self.graphs = frozenset(publication.site.base + path for path in publication.graphs)
        self._description = describe_service(publication, limits)

    def plan(self, request: Request) -> Ask | Answer:
        """Return what the workers are to be asked, or the answer where they are not needed."""
        if request.method == "OPTIONS":
            return Answer(204, _TEXT, b"", {"Allow": ALLOW, **PREFLIGHT})
        if request.method not in METHODS:
            return _answer(405, f"The endpoint answers {ALLOW}.", {"Allow": ALLOW})
        accept = request.headers.get("accept", "")
        try:
            asked = self.read(request)
            return self.ask(asked, accept) if asked else self.describe(accept)
        except QueryError as error:
            return self.fail(error)

    def plan_page(self, request: Request) -> Ask | None:
        """Return what the workers are to be asked for a page; None where it shows no answer, or says why there is none."""
        try:
            asked = self.read(request)
            plan = self.ask(replace(asked, form=""), PAGE) if asked else None
        except QueryError:
            return None
        return plan if isinstance(plan, Ask) else None

    def read(self, request: Request) -> Asked | None:
        """Return what a request asks, or None when it has no query and so wants the service description.

        Raises:
            RefusedQueryError: the request is not one of the three that the protocol knows, or names unknown graphs.
        """
        fields = _fields(request)
        queries = fields.get("query", [])
        if "update" in fields:
            raise RefusedQueryError("Updates are not offered: this endpoint only reads.")
        if len(queries) > 1:
            raise RefusedQueryError("Send one query at a time.")
        if not any(queries):
            if queries or request.method == "POST":
                raise RefusedQueryError("There is no query: the field “query” is missing or empty.")
            return None
        default, named = (self._known(fields.get(f"{each}-graph-uri", ())) for each in ("default", "named"))
        return Asked(queries[0], default, named, fields.get("format", [""])[0])

    def _known(self, graphs: Sequence[str]) -> tuple[str, ...]:
        for each in graphs:
            if each not in self.graphs:
                raise RefusedQueryError(f"There is no graph <{each}> here.")
        return tuple(graphs)

    def ask(self, asked: Asked, accept: str) -> Ask | Answer:
        """Return what the workers are to be asked, in the format that the client prefers; 406 where there is none.

        Raises:
            QueryError: the query is refused.
        """
        question = guard.examine(asked.query, self.graphs)
        form = _chosen(asked.form, accept, question.rows)
        if form is None:
            offered = RESULT_FORMATS if question.rows else GRAPH_FORMATS
            names = ", ".join(f"{each.name} ({each.media_type})" for each in offered)
            return _answer(406, f"This answer is offered as {names}.")
        return Ask(asked.query, form.name, asked.default_graphs, asked.named_graphs, question.dataset)

    def describe(self, accept: str) -> Answer:
        """Return the service description; a client that wants no RDF gets it in Turtle all the same."""
        form = choose_format(parse_accept_header(accept, MIMEAccept), RDF_FORMATS) or TURTLE
        return Answer(200, form.content_type, serialisation.write(self._description, form), _VARY)

    def finish(self, ask: Ask, body: bytes) -> Answer:
        """Return the answer to a query that was evaluated."""
        return Answer(200, _FORMATS[ask.form].content_type, body, _VARY)

    def fail(self, error: QueryError) -> Answer:
        """Return the answer to a query that was refused or reached a limit, with the time to come again where that helps."""
        if isinstance(error, _MediaTypeError):
            return _answer(415, str(error), {"Accept": f"{_DIRECT}, {_FORM}"})
        status = error.status if isinstance(error, QueryLimitError) else 400
        return _answer(status, str(error), {"Retry-After": _RETRY[status]} if status in _RETRY else {})


class _MediaTypeError(RefusedQueryError):
    """The body of a request is of a type that is not read (HTTP 415)."""


def prefers_page(request: Request) -> bool:
    """Return whether a page is wanted: by people, whose browsers prefer HTML; only programs say `format`."""
    accept = request.headers.get("accept", "")
    if "html" not in accept.lower():
        return False
    text = request.query
    if request.method == "POST":
        text += "&" + request.body.decode("latin-1")
    if any(each.startswith("format=") and len(each) > len("format=") for each in text.split("&")):
        return False
    return choose_format(parse_accept_header(accept, MIMEAccept), _WITH_PAGES) is HTML


def _answer(status: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, _TEXT, f"{text}\n".encode(errors="replace"), {**_VARY, **(headers or {})})


def _fields(request: Request) -> dict[str, list[str]]:
    """Return the fields of a request, of its address and its body: name → values, the text of a direct query among them.

    Raises:
        RefusedQueryError: it is not UTF-8, or its body is of a type that is not read.
    """
    fields: dict[str, list[str]] = {}
    try:
        _add_fields(fields, request.query.encode("latin-1").decode())
        if request.method == "POST":
            body = request.body.decode()
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind == _FORM:
                _add_fields(fields, body)
            elif kind == _DIRECT:
                fields.setdefault("query", []).append(body)
            else:
                raise _MediaTypeError(f"Send the query as {_DIRECT} or as a form ({_FORM}).")
    except UnicodeError as error:
        raise RefusedQueryError("The request is not UTF-8.") from error
    return fields


def _add_fields(fields: dict[str, list[str]], text: str) -> None:
    """Add the fields of an encoded form.

    Raises:
        UnicodeDecodeError: they are not UTF-8.
    """
    for each in text.split("&"):
        if each:
            name, _, value = each.partition("=")
            fields.setdefault(_decode(name), []).append(_decode(value))


def _decode(text: str) -> str:
    """Return a text without its percent signs, as `urllib.parse.unquote_plus` does, in a fifth of the time.

    Quoted-printable differs from it in the sign before the digits only, once every sign has its digits, and is
    decoded in C.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """
    text = text.replace("+", " ")
    if "%" not in text:
        return text
    if _BROKEN_ESCAPE.search(text):
        return unquote(text, errors="strict")
    return a2b_qp(text.replace("=", "%3D").replace("%", "=").encode()).decode()


def _chosen(name: str, accept: str, rows: bool) -> Format | None:
    """Return the format that `format` or else Accept asks for, or None where there is none."""
    if name:
        return _NAMES[rows].get(name.lower())
    if len(accept) > _LONG_HEADER:  # nobody shall fill the memory of the process with headers
        return _negotiated.__wrapped__(accept, rows)
    return _negotiated(accept, rows)


@lru_cache(maxsize=1024)
def _negotiated(accept: str, rows: bool) -> Format | None:
    wanted = parse_accept_header(accept, MIMEAccept)
    if rows:
        return choose_format(_translated(wanted, _GENERAL[True]), RESULT_FORMATS)
    return choose_format(_translated(wanted, _GENERAL[False]), GRAPH_FORMATS) or choose_format(
        _translated(wanted, _RESULTS), GRAPH_FORMATS
    )


def _translated(accept: MIMEAccept, meanings: Mapping[str, Format]) -> MIMEAccept:
    """Return an Accept header with media types replaced by those of the formats that they mean."""
    return MIMEAccept(
        (meanings[value.lower()].media_type if value.lower() in meanings else value, quality)
        for value, quality in accept
    )
