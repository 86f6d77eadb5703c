"""The SPARQL 1.1 Protocol over the workers: what is asked, in which format, and the answer or the reason why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from flask import Response, request
from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryResultsFormat, Triple, parse_query_results

from osallisuus import query as questions
from osallisuus import serialisation
from osallisuus.errors import QueryError, QueryLimitError, RefusedQueryError
from osallisuus.formats import HTML, RDF_FORMATS, RESULT_FORMATS, RESULTS_JSON, RESULTS_XML, TURTLE, Format
from osallisuus.graph import Described
from osallisuus.query import guard
from osallisuus.query.store import Ask
from osallisuus.release import Publication
from osallisuus.web import pages
from osallisuus.web.negotiation import choose_format, choose_language
from osallisuus.web.resources import conditional

_SD = "http://www.w3.org/ns/sparql-service-description#"
_RETRY = "5"
_RESULT_TYPES = (RESULTS_JSON, RESULTS_XML)


@dataclass(frozen=True)
class _Request:
    """A request taken apart: the query, the graphs it names and the format that `format=` asks for."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    form: str


class Endpoint:
    """Answers `/sparql`."""

    def __init__(self, publication: Publication, evaluate: Callable[[Ask], bytes]) -> None:
        self.publication = publication
        self.evaluate = evaluate
        self.graphs = [publication.site.base + path for path in publication.graphs]

    def answer(self) -> Response:
        """Answer a request by the SPARQL 1.1 Protocol; without a query, describe the service."""
        try:
            asked = self._read()
            if asked is None:
                return self.describe()
            return self._evaluate(asked)
        except QueryError as error:
            return self._refusal(error)

    def describe(self) -> Response:
        """Return the form for people who prefer HTML, else the service description."""
        chosen = choose_format(request.accept_mimetypes, [*RDF_FORMATS, HTML])
        if chosen is HTML:
            return self.page()
        form = chosen or RDF_FORMATS[0]
        content = serialisation.write(describe_service(self.publication), form)
        response = Response(content, content_type=form.content_type)
        response.vary.add("Accept")
        return conditional(response, self.publication.manifest.things[-1].modified)

    def page(self, language: str = "") -> Response:
        """Return the page with the form, and with the result when there is a query."""
        text = request.values.get("query", "")
        languages = [each for each in self.publication.site.languages if each in pages.LANGUAGES]
        language = language or choose_language(request.accept_languages, languages)
        shipped = [(questions.title(each, language), each) for each in questions.shipped().values()]
        at, status = request.path.lstrip("/"), 200
        asked = pages.Asked(shipped, text)
        if text:
            try:
                asked = self._answered(asked, at, language)
            except QueryError as error:
                asked, status = replace(asked, error=str(error)), _status(error)
        html = pages.render_query(self.publication, at, language, asked)
        response = Response(html, status, content_type=HTML.content_type)
        response.content_language.add(language)
        response.vary.update(("Accept", "Accept-Language"))
        return response

    def _answered(self, asked: pages.Asked, at: str, language: str) -> pages.Asked:
        """Return what the page shows, with the result of its query."""
        question = guard.examine(asked.query, self.graphs)
        if not question.rows:
            return replace(asked, note=self.evaluate(Ask(asked.query, TURTLE.name)).decode())
        body = self.evaluate(Ask(asked.query, RESULTS_JSON.name))
        found = parse_query_results(body, format=QueryResultsFormat.JSON)
        if isinstance(found, QueryBoolean):
            return replace(asked, note=str(bool(found)).lower())
        names = [each.value for each in found.variables]
        rows = [[pages.cell(self.publication, at, language, row[name]) for name in names] for row in found]
        links = [
            (form.label, f"sparql?query={quote(asked.query)}&format={form.name}") for form in RESULT_FORMATS
        ]
        return replace(asked, columns=names, rows=rows, downloads=links)

    def _read(self) -> _Request | None:
        if request.method == "POST" and request.mimetype == "application/sparql-query":
            try:
                text = request.get_data().decode()
            except UnicodeDecodeError as error:
                raise RefusedQueryError("The query is not UTF-8.") from error
            values = request.args
        elif request.method == "POST" and request.mimetype != "application/x-www-form-urlencoded":
            raise RefusedQueryError(
                "Send the query as application/sparql-query or as a form (application/x-www-form-urlencoded)."
            )
        else:
            values = request.form if request.method == "POST" else request.args
            text = values.get("query", "")
        if "update" in values:
            raise RefusedQueryError("Updates are not offered: this endpoint only reads.")
        if len(values.getlist("query")) > 1:
            raise RefusedQueryError("Send one query at a time.")
        if request.method == "POST" and not text:
            raise RefusedQueryError("There is no query.")
        return self._asked(text) if text else None

    def _asked(self, text: str) -> _Request:
        values = request.values
        default = tuple(values.getlist("default-graph-uri"))
        named = tuple(values.getlist("named-graph-uri"))
        for each in (*default, *named):
            if each not in self.graphs:
                raise RefusedQueryError(f"There is no graph <{each}> here.")
        return _Request(text, default, named, values.get("format", ""))

    def _evaluate(self, asked: _Request) -> Response:
        question = guard.examine(asked.query, self.graphs)
        offered = RESULT_FORMATS if question.rows else RDF_FORMATS
        if not asked.form and _prefers_page([*offered, HTML]):
            return self.page()
        form = _chosen(asked.form, offered)
        if form is None:
            names = ", ".join(f"{each.name} ({each.media_type})" for each in offered)
            return Response(f"This answer is offered as {names}.\n", 406, mimetype="text/plain")
        body = self.evaluate(Ask(question.text, form.name, asked.default_graphs, asked.named_graphs))
        response = Response(body, content_type=form.content_type)
        response.vary.add("Accept")
        return response

    def _refusal(self, error: QueryError) -> Response:
        response = Response(f"{error}\n", _status(error), mimetype="text/plain")
        if response.status_code == 503:
            response.headers["Retry-After"] = _RETRY
        return response


def _status(error: QueryError) -> int:
    return error.status if isinstance(error, QueryLimitError) else 400


def _prefers_page(offered: Sequence[Format]) -> bool:
    return choose_format(request.accept_mimetypes, offered) is HTML


def _chosen(name: str, offered: Sequence[Format]) -> Format | None:
    if name:
        return next((each for each in offered if name in {each.name, each.media_type, each.suffix[1:]}), None)
    wanted = choose_format(request.accept_mimetypes, offered)
    if wanted is None and offered is RDF_FORMATS and choose_format(request.accept_mimetypes, _RESULT_TYPES):
        return RDF_FORMATS[
            0
        ]  # some clients ask for results only, whatever the query; RDF serves them, 406 does not
    return wanted


def describe_service(publication: Publication) -> list[Triple]:
    """Return the service description: what the endpoint understands, answers in and holds."""
    base = publication.site.base
    found = Described()
    service = NamedNode(f"{base}sparql#service")
    triples = [(service, "Service"), (NamedNode(f"{base}sparql#dataset"), "Dataset")]
    rdf_type = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    for node, name in triples:
        found.triples[Triple(node, rdf_type, NamedNode(_SD + name))] = None

    def add(subject: NamedNode, name: str, value: NamedNode | Literal) -> None:
        found.triples[Triple(subject, NamedNode(_SD + name), value)] = None

    add(service, "endpoint", NamedNode(f"{base}sparql"))
    add(service, "supportedLanguage", NamedNode(f"{_SD}SPARQL11Query"))
    add(service, "feature", NamedNode(f"{_SD}UnionDefaultGraph"))
    add(service, "defaultDataset", NamedNode(f"{base}sparql#dataset"))
    for form in (*RESULT_FORMATS, *RDF_FORMATS):
        add(service, "resultFormat", NamedNode(f"http://www.w3.org/ns/formats/{_FORMAT_NAMES[form.name]}"))
    for path in publication.graphs:
        graph = NamedNode(f"{base}sparql#{path.replace('/', '-')}")
        add(NamedNode(f"{base}sparql#dataset"), "namedGraph", graph)
        found.triples[Triple(graph, rdf_type, NamedNode(f"{_SD}NamedGraph"))] = None
        add(graph, "name", NamedNode(base + path))
    return list(found.triples)


_FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "jsonld": "JSON-LD",
    "ntriples": "N-Triples",
    "rdfxml": "RDF_XML",
}
