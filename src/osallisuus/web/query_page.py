"""`/sparql` in Flask: the page with the form and the result for people, and the same answers as ever for programs."""

import string
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, cached_property
from itertools import islice
from urllib.parse import quote, urlencode

from flask import Response, request
from pyoxigraph import NamedNode, QueryBoolean, QueryResultsFormat, QuerySolutions, parse_query_results

from osallisuus import query as questions
from osallisuus.errors import QueryError, RefusedQueryError
from osallisuus.formats import (
    CSV,
    GRAPH_FORMATS,
    HTML,
    RESULTS_JSON,
    RESULTS_TSV,
    RESULTS_XML,
    TURTLE,
    Format,
)
from osallisuus.query import guard
from osallisuus.query.store import Ask
from osallisuus.vocabulary import PREFIXES, term
from osallisuus.web import pages, results
from osallisuus.web.messages import Answer, Request
from osallisuus.web.negotiation import choose_language
from osallisuus.web.resources import conditional
from osallisuus.web.results import LONGEST, ROWS, Order
from osallisuus.web.snippets import Call
from osallisuus.web.sparql import PAGE, Asked, Endpoint, prefers_page
from osallisuus.web.views import QUERY, View, prefixed

_FILES = (CSV, RESULTS_TSV, RESULTS_JSON, RESULTS_XML)
"""The formats of rows as people look for them."""


class QueryPage:
    """Answers `/sparql` and its pages.

    Args:
        endpoint: says what is to be asked, and how it is answered.
        evaluate: answers a query that the guard let through, for a client's address; raises `QueryError`.
    """

    def __init__(self, endpoint: Endpoint, evaluate: Callable[[Ask, str], bytes]) -> None:
        self.endpoint = endpoint
        self.evaluate = evaluate
        self.publication = endpoint.publication

    def answer(self) -> Response:
        """Answer by the SPARQL 1.1 Protocol; people who prefer HTML get a page with the result or the reason."""
        asked = _request()
        if prefers_page(asked):
            return self.page("", asked)
        plan = self.endpoint.plan(asked)
        if isinstance(plan, Ask):
            return _response(self._evaluated(plan))
        response = _response(plan)
        if plan.status == 200:  # the service description, which stays as it is while the data does
            return conditional(response, self.publication.manifest.things[-1].modified)
        return response

    def form(self, language: str) -> Response:
        """Return the page at its own address, in a language version when one is named."""
        return self.page(language, _request())

    def page(self, language: str, asked: Request) -> Response:
        """Return the page with the form, and with the result when there is a query."""
        languages = [each for each in self.publication.site.languages if each in pages.LANGUAGES]
        language = language or choose_language(request.accept_languages, languages)
        shown, answer = self._shown(View(self.publication, request.path.lstrip("/"), language), asked)
        html = pages.render_query(self.publication, request.path.lstrip("/"), language, shown)
        response = Response(html, answer.status, content_type=HTML.content_type)
        response.headers.update(answer.headers)
        response.content_language.add(language)
        response.vary.add("Accept-Language")
        return response

    def _shown(self, view: View, request: Request) -> tuple[results.Asked, Answer]:
        """Return what the page shows, and the answer whose status and headers it has."""
        shown = results.Asked(
            list(_questions(view.language).values()), words=self._words, kept=_kept(request)
        )
        answer = Answer(200, HTML.content_type, b"", {"Vary": "Accept"})
        try:
            asked = self.endpoint.read(request)
            if asked is None:
                return shown, answer
            asked = replace(asked, form="", query=asked.query.replace("\r\n", "\n"))
            shown = replace(shown, query=asked.query, graphs=asked.fields()[1:])
            plan = self.endpoint.ask(asked, PAGE)
            if isinstance(plan, Ask):
                shown = self._answered(view, shown, asked, plan)
        except QueryError as refusal:
            answer = self.endpoint.fail(refusal)
            shown = replace(shown, fault=results.Fault.read(str(refusal)))
        return shown, answer

    def _answered(self, view: View, shown: results.Asked, asked: Asked, plan: Ask) -> results.Asked:
        """Return what the page shows, with the result of its query."""
        body = self.evaluate(plan, request.remote_addr or "")
        address = f"{QUERY}?{urlencode(asked.fields())}"
        fits = len(address) <= LONGEST
        call = Call(self.publication.site.url + QUERY, asked.query, shown.graphs, fits)
        known = _questions(view.language).get(guard.normalise(asked.query))
        shown = replace(shown, question=known, share=address if fits else "")
        if plan.form == TURTLE.name:
            lines = body.decode().split("\n", ROWS)
            shown = replace(shown, kind="graph", note="\n".join(lines[:ROWS]), total=body.count(b"\n"))
            return replace(
                shown, downloads=_downloads(asked, GRAPH_FORMATS, fits=fits), snippets=call.of_graph()
            )
        shown = replace(shown, downloads=_downloads(asked, _FILES, fits=fits))
        found = parse_query_results(body, format=QueryResultsFormat.JSON)
        if isinstance(found, QueryBoolean):
            return replace(shown, kind="truth", note=str(bool(found)).lower(), snippets=call.of_truth())
        shown = replace(shown, total=_count(body), snippets=call.of_rows())
        return self._tabled(view, shown, asked, found)

    def _tabled(self, view: View, shown: results.Asked, asked: Asked, found: QuerySolutions) -> results.Asked:
        """Return what the page shows, with the rows of its query, sorted as its address says.

        Raises:
            RefusedQueryError: `sort` names no column, or the rows are too many to be sorted here.
        """
        names = [each.value for each in found.variables]
        order = Order.read(request.args.get("sort", ""))
        offered = bool(shown.share) and 1 < shown.total <= ROWS
        if order != Order() and order.column not in names:
            text = f"There is no column “{order.column}” to sort by. The columns are: {', '.join(names)}."
            raise RefusedQueryError(text)
        if order.column and shown.total > ROWS:
            raise RefusedQueryError(f"More than {ROWS} rows are sorted by ORDER BY in the query only.")
        rows: list[results.Row] = [tuple(row[name] for name in names) for row in islice(found, ROWS)]
        if order.column:
            rows = results.ordered(
                rows, names.index(order.column), view.language, is_descending=order.is_descending
            )
        columns = [_column(view, asked, name, order, offered=offered) for name in names]
        heads, cells = results.headed(columns, [[results.cell(view, value) for value in row] for row in rows])
        return replace(shown, kind="table", columns=heads, rows=cells)

    @cached_property
    def _words(self) -> dict[str, str]:
        """The prefixes, and the properties and classes that the data uses and that have one: what the editor suggests."""
        triples = [each for found in self.publication.by_subject.values() for each in found]
        kind = term("rdf:type")
        classes = {each.object for each in triples if each.predicate == kind}
        used = {
            "properties": {each.predicate.value for each in triples},
            "classes": {each.value for each in classes if isinstance(each, NamedNode)},
        }
        named = {name: sorted({prefixed(each) for each in iris} - iris) for name, iris in used.items()}
        starts = [f"{prefix}={namespace}" for prefix, namespace in sorted(PREFIXES.items())]
        return {"prefixes": " ".join(starts)} | {name: " ".join(each) for name, each in named.items()}

    def _evaluated(self, ask: Ask) -> Answer:
        try:
            return self.endpoint.finish(ask, self.evaluate(ask, request.remote_addr or ""))
        except QueryError as error:
            return self.endpoint.fail(error)


@cache
def _questions(language: str) -> dict[str, results.Question]:
    """Return the documented questions in a language, by what `guard.normalise` makes of their text."""
    found = [
        results.Question(
            questions.title(each, language),
            questions.in_language(each, language),
            questions.note(each, language),
        )
        for each in questions.shipped().values()
    ]
    return {guard.normalise(each.query): each for each in found}


def _column(view: View, asked: Asked, name: str, order: Order, *, offered: bool) -> results.Column:
    fields = asked.fields(("sort", order.toggled(name)))
    href = f"{view.page(QUERY)}?{urlencode(fields)}#answer" if offered else ""
    return results.Column(name, href, order.aria(name))


def _downloads(asked: Asked, forms: Sequence[Format], *, fits: bool) -> list[results.Download]:
    return [
        results.Download(
            each.label,
            each.name,
            f"{QUERY}?{urlencode(asked.fields(('format', each.name)))}" if fits else "",
            f"{QUERY}{each.suffix}",
        )
        for each in forms
    ]


def _count(body: bytes) -> int:
    """Return the number of rows of an answer in JSON.

    What parts two rows has a quotation mark that no text in JSON may hold without a backslash; where rows may be empty,
    they are counted one by one.
    """
    if b"{}" in body:
        found = parse_query_results(body, format=QueryResultsFormat.JSON)
        return sum(1 for _ in found) if isinstance(found, QuerySolutions) else 0
    return body.count(b'}},{"') + (b'[{"' in body)


def _kept(request: Request) -> str:
    """Return the query string of the page, as a reference may have it."""
    text = quote(request.query.encode("latin-1"), safe=string.punctuation)
    return f"?{text}" if text else ""


def _request() -> Request:
    """Return the request that Flask answers, free of Flask."""
    return Request(
        request.method,
        request.path,
        request.query_string.decode("latin-1"),
        {name.lower(): value for name, value in request.headers},
        request.get_data(),
        request.remote_addr or "",
    )


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, answer.headers, content_type=answer.content_type)
