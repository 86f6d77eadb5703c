"""The SPARQL 1.1 Protocol over the workers: what is asked, in which format, and the answer or the reason why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from flask import Response, request
from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryResultsFormat, Triple, parse_query_results
from werkzeug.datastructures import MultiDict

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

    def ask(self, form: Format, question: guard.Question) -> Ask:
        """Return what the workers are asked, for an answer in a format."""
        return Ask(self.query, form.name, self.default_graphs, self.named_graphs, question.dataset)

    def address(self, form: Format) -> str:
        """Return the fields of an address that answers this request in a format."""
        graphs = [("default-graph-uri", each) for each in self.default_graphs]
        graphs += [("named-graph-uri", each) for each in self.named_graphs]
        return urlencode([("query", self.query), *graphs, ("format", form.name)])


class Endpoint:
    """Answers `/sparql`."""

    def __init__(self, publication: Publication, evaluate: Callable[[Ask], bytes]) -> None:
        self.publication = publication
        self.evaluate = evaluate
        self.graphs = [publication.site.base + path for path in publication.graphs]

    def answer(self) -> Response:
        """Answer a request by the SPARQL 1.1 Protocol; people who prefer HTML get a page with the result or the reason."""
        asked, error = self._read()
        if not (asked and asked.form) and _prefers_page():
            return self.page("", asked, error)
        try:
            if error is not None:
                raise error
            response = self._evaluate(asked) if asked else self._describe()
        except QueryError as refusal:
            response = Response(f"{refusal}\n", _status(refusal), mimetype="text/plain")
        return _complete(response)

    def form(self, language: str) -> Response:
        """Return the page at its own address, in a language version when one is named."""
        return self.page(language, *self._read())

    def page(self, language: str, asked: _Request | None, error: QueryError | None) -> Response:
        """Return the page with the form, and with the result when there is a query."""
        languages = [each for each in self.publication.site.languages if each in pages.LANGUAGES]
        language = language or choose_language(request.accept_languages, languages)
        shipped = [(questions.title(each, language), each) for each in questions.shipped().values()]
        at, status = request.path.lstrip("/"), 200
        shown = pages.Asked(shipped, asked.query if asked else "")
        try:
            if error is not None:
                raise error
            shown = self._answered(shown, asked, at, language) if asked else shown
        except QueryError as refusal:
            shown, status = replace(shown, error=str(refusal)), _status(refusal)
        html = pages.render_query(self.publication, at, language, shown)
        response = Response(html, status, content_type=HTML.content_type)
        response.content_language.add(language)
        response.vary.add("Accept-Language")
        return _complete(response)

    def _describe(self) -> Response:
        """Return the service description; a client that wants no RDF gets it in Turtle all the same."""
        form = choose_format(request.accept_mimetypes, RDF_FORMATS) or RDF_FORMATS[0]
        content = serialisation.write(describe_service(self.publication), form)
        response = Response(content, content_type=form.content_type)
        return conditional(response, self.publication.manifest.things[-1].modified)

    def _answered(self, shown: pages.Asked, asked: _Request, at: str, language: str) -> pages.Asked:
        """Return what the page shows, with the result of its query."""
        question = guard.examine(asked.query, self.graphs)
        if not question.rows:
            return replace(shown, note=self.evaluate(asked.ask(TURTLE, question)).decode())
        body = self.evaluate(asked.ask(RESULTS_JSON, question))
        found = parse_query_results(body, format=QueryResultsFormat.JSON)
        if isinstance(found, QueryBoolean):
            return replace(shown, note=str(bool(found)).lower())
        names = [each.value for each in found.variables]
        rows = [[pages.cell(self.publication, at, language, row[name]) for name in names] for row in found]
        links = [(form.label, f"sparql?{asked.address(form)}") for form in RESULT_FORMATS]
        return replace(shown, columns=names, rows=rows, downloads=links)

    def _read(self) -> tuple[_Request | None, QueryError | None]:
        """Return what was asked, or why it cannot be read; neither when there is no query."""
        try:
            fields, text = _fields()
            for name in ("default-graph-uri", "named-graph-uri"):
                for each in fields.getlist(name):
                    if each not in self.graphs:
                        raise RefusedQueryError(f"There is no graph <{each}> here.")
        except QueryError as error:
            return None, error
        if not text:
            return None, RefusedQueryError("There is no query.") if request.method == "POST" else None
        default, named = fields.getlist("default-graph-uri"), fields.getlist("named-graph-uri")
        return _Request(text, tuple(default), tuple(named), fields.get("format", "")), None

    def _evaluate(self, asked: _Request) -> Response:
        question = guard.examine(asked.query, self.graphs)
        offered = RESULT_FORMATS if question.rows else RDF_FORMATS
        form = _chosen(asked.form, offered)
        if form is None:
            names = ", ".join(f"{each.name} ({each.media_type})" for each in offered)
            return Response(f"This answer is offered as {names}.\n", 406, mimetype="text/plain")
        return Response(self.evaluate(asked.ask(form, question)), content_type=form.content_type)


def _fields() -> tuple[MultiDict[str, str], str]:
    """Return the fields of the request and the text of its query, decoded strictly.

    Raises:
        RefusedQueryError: the request is not one of the three that the protocol knows.
    """
    direct = request.method == "POST" and request.mimetype == "application/sparql-query"
    form = request.method == "POST" and request.mimetype == "application/x-www-form-urlencoded"
    if request.method == "POST" and not direct and not form:
        raise RefusedQueryError(
            "Send the query as application/sparql-query or as a form (application/x-www-form-urlencoded)."
        )
    body = request.get_data()
    try:
        fields = MultiDict(
            parse_qsl(
                (body if form else request.query_string).decode(), keep_blank_values=True, errors="strict"
            )
        )
        text = body.decode() if direct else fields.get("query", "")
    except UnicodeDecodeError as error:
        raise RefusedQueryError("The request is not UTF-8.") from error
    if "update" in fields:
        raise RefusedQueryError("Updates are not offered: this endpoint only reads.")
    if len(fields.getlist("query")) + direct > 1:
        raise RefusedQueryError("Send one query at a time.")
    return fields, text


def _complete(response: Response) -> Response:
    """Say that the answer depends on Accept, and when to come again where that helps."""
    response.vary.add("Accept")
    if response.status_code == 503:
        response.headers["Retry-After"] = _RETRY
    return response


def _status(error: QueryError) -> int:
    return error.status if isinstance(error, QueryLimitError) else 400


def _prefers_page() -> bool:
    return choose_format(request.accept_mimetypes, [*RESULT_FORMATS, *RDF_FORMATS, HTML]) is HTML


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
