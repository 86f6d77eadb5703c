"""The endpoint, what programs read, and the state of the server, described for OpenAPI."""

from collections.abc import Iterable, Mapping, Sequence

from osallisuus.formats import GRAPH_FORMATS, HTML, JSON, RESULT_FORMATS, SVG
from osallisuus.query.guard import MAX_LENGTH
from osallisuus.web.openapi.parts import (
    BAD_REQUEST,
    NOT_FOUND,
    NOT_MODIFIED,
    TEXT,
    Json,
    content,
    operation,
    path_parameter,
    query_parameter,
    responds,
    suffix_parameter,
    text_content,
)
from osallisuus.web.pages import STATIC
from osallisuus.web.views import OPENAPI, QUERY

_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_XML = "application/xml"
_COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_REFUSALS = (
    BAD_REQUEST,
    ("406", "NotAcceptable"),
    ("413", "TooLarge"),
    ("415", "UnsupportedMediaType"),
    ("429", "TooManyRequests"),
    ("503", "Unavailable"),
)


def queries(languages: Sequence[str], limits: Iterable[str]) -> Json:
    """Return the paths of the endpoint and of its page.

    Args:
        languages: those of the pages.
        limits: the limits of the endpoint, a sentence each.
    """
    names = sorted({each.name for each in (*RESULT_FORMATS, *GRAPH_FORMATS)})
    graphs = {"type": "array", "items": {"type": "string", "format": "uri"}}
    asked = [
        query_parameter("query", "The query.", {"type": "string", "maxLength": MAX_LENGTH}, _COUNT),
        query_parameter("default-graph-uri", "A graph of the default graph; above FROM.", graphs),
        query_parameter("named-graph-uri", "A named graph; above FROM NAMED.", graphs),
    ]
    form = query_parameter(
        "format", "Format of the answer; above Accept.", {"type": "string", "enum": names}, "json"
    )
    answers = responds(
        "The answer, or without a query the service description.",
        content((*RESULT_FORMATS, *GRAPH_FORMATS, HTML)),
        *_REFUSALS,
    )
    said = "SPARQL 1.1 Protocol, read only. " + " ".join(limits)
    fields = {each["name"]: each["schema"] for each in (*asked, form)}
    body: Json = {
        "required": True,
        "content": {
            _FORM: {
                "schema": {"type": "object", "required": ["query"], "properties": fields},
                "example": {"query": _COUNT},
            },
            _DIRECT: {"schema": {"type": "string"}, "example": _COUNT},
        },
    }
    posted = {"required": True, "content": {_FORM: body["content"][_FORM]}}
    page = responds("The form, with the result of a query.", content([HTML]), *_REFUSALS, NOT_FOUND)
    return {
        f"/{QUERY}": {
            "get": operation("query", "Queries", "Ask", answers, description=said, parameters=[*asked, form]),
            "post": operation(
                "query-by-post",
                "Queries",
                "Ask, with a long query",
                answers,
                description=said,
                requestBody=body,
            ),
        },
        f"/{QUERY}.{{suffix}}": {
            "parameters": [suffix_parameter([HTML], languages)],
            "get": operation("query-page", "Queries", "The page with the form", page, parameters=asked),
            "post": operation(
                "query-page-by-post", "Queries", "The page, with a long query", page, requestBody=posted
            ),
        },
    }


def programs() -> Json:
    """Return the paths for crawlers and other programs."""
    number = path_parameter("number", "Number of a part.", {"type": "integer", "minimum": 1}, ["1"])
    plain: Mapping[str, tuple[str, Json]] = {
        "sitemap.xml": ("Every page, or the parts of the sitemap", text_content(_XML)),
        "robots.txt": ("What crawlers may read", text_content(TEXT)),
        "llms.txt": ("What there is, for assistants", text_content(TEXT)),
        "favicon.ico": ("The icon", text_content(SVG.media_type)),
        OPENAPI: ("This description", content([JSON])),
    }
    found: Json = {
        f"/{path}": {
            "get": operation(
                f"get-{path.partition('.')[0]}",
                "Programs",
                summary,
                responds("The file.", body, NOT_MODIFIED),
            )
        }
        for path, (summary, body) in plain.items()
    }
    found["/sitemap-{number}.xml"] = {
        "parameters": [number],
        "get": operation(
            "get-part-of-sitemap",
            "Programs",
            "A part of a large sitemap",
            responds("The file.", text_content(_XML), NOT_MODIFIED, NOT_FOUND),
        ),
    }
    return found | _assets()


def _assets() -> Json:
    """Return the paths of the files that pages need, by directory."""
    held: dict[str, list[str]] = {}
    for each in sorted(STATIC.rglob("*.*")):
        held.setdefault(each.parent.relative_to(STATIC).as_posix(), []).append(each.name)
    found: Json = {}
    for directory, names in held.items():
        start = "/static" if directory == "." else f"/static/{directory}"
        name = path_parameter("file", "A file.", {"type": "string", "enum": names}, names)
        answers = responds("The file.", {"*/*": {}}, NOT_MODIFIED, NOT_FOUND)
        identifier = f"get-{start[1:].replace('/', '-')}-file"
        get = operation(identifier, "Programs", "A file that pages need", answers)
        found[f"{start}/{{file}}"] = {"parameters": [name], "get": get}
    return found


def state() -> Json:
    """Return the paths by which an operator sees how the server is."""
    metrics = responds("Figures for Prometheus.", text_content(TEXT))
    return {
        "/health": {
            "get": operation(
                "health", "State", "Whether the server runs", responds("It does.", text_content(TEXT))
            )
        },
        "/ready": {
            "get": operation(
                "ready",
                "State",
                "Whether queries are answered",
                responds("They are.", text_content(TEXT), ("503", "Unavailable")),
            )
        },
        "/metrics": {"get": operation("metrics", "State", "Figures", metrics)},
    }
