"""`/sparql` in Flask: the page with the form and the result for people, and the same answers as ever for programs."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from flask import Response, request
from pyoxigraph import QueryBoolean, QueryResultsFormat, parse_query_results

from osallisuus import query as questions
from osallisuus.errors import QueryError
from osallisuus.formats import HTML, RESULT_FORMATS, TURTLE
from osallisuus.query.store import Ask
from osallisuus.web import pages, results
from osallisuus.web.messages import Answer, Request
from osallisuus.web.negotiation import choose_language
from osallisuus.web.resources import conditional
from osallisuus.web.sparql import PAGE, Asked, Endpoint, prefers_page

ROWS = 1000
"""Rows that a page shows."""


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
        shipped = [(questions.title(each, language), each) for each in questions.shipped().values()]
        shown, answer = self._shown(results.Asked(shipped), asked, language)
        html = pages.render_query(self.publication, request.path.lstrip("/"), language, shown)
        response = Response(html, answer.status, content_type=HTML.content_type)
        response.headers.update(answer.headers)
        response.content_language.add(language)
        response.vary.add("Accept-Language")
        return response

    def _shown(self, shown: results.Asked, request: Request, language: str) -> tuple[results.Asked, Answer]:
        """Return what the page shows, and the answer whose status and headers it has."""
        answer = Answer(200, HTML.content_type, b"", {"Vary": "Accept"})
        try:
            asked = self.endpoint.read(request)
            if asked is None:
                return shown, answer
            shown = replace(shown, query=asked.query)
            plan = self.endpoint.ask(replace(asked, form=""), PAGE)
            if isinstance(plan, Ask):
                shown = self._answered(shown, asked, plan, language)
        except QueryError as refusal:
            answer = self.endpoint.fail(refusal)
            shown = replace(shown, error=str(refusal))
        return shown, answer

    def _answered(self, shown: results.Asked, asked: Asked, plan: Ask, language: str) -> results.Asked:
        """Return what the page shows, with the result of its query."""
        body = self.evaluate(plan, request.remote_addr or "")
        if plan.form == TURTLE.name:
            return replace(shown, note=body.decode())
        found = parse_query_results(body, format=QueryResultsFormat.JSON)
        if isinstance(found, QueryBoolean):
            return replace(shown, note=str(bool(found)).lower())
        at = request.path.lstrip("/")
        names = [each.value for each in found.variables]
        rows = [
            [results.cell(self.publication, at, language, row[name]) for name in names]
            for row in islice(found, ROWS)
        ]
        is_cut = next(iter(found), None) is not None
        links = [(form.label, f"sparql?{asked.address(form)}") for form in RESULT_FORMATS]
        return replace(shown, columns=names, rows=rows, downloads=links, is_cut=is_cut)

    def _evaluated(self, ask: Ask) -> Answer:
        try:
            return self.endpoint.finish(ask, self.evaluate(ask, request.remote_addr or ""))
        except QueryError as error:
            return self.endpoint.fail(error)


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
