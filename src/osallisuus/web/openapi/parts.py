"""The pieces of the description of all addresses: parameters, answers and schemas, each written once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from osallisuus.formats import (
    ATOM,
    CSVM,
    HTML,
    JSON,
    JSONLD,
    LINKSET,
    RDF_FORMATS,
    RESULTS_JSON,
    SVG,
    Format,
)

Json = dict[str, Any]

TEXT = "text/plain"
LANGUAGE = {"type": "string", "pattern": "^[a-z]{2}$"}
ID = "^[a-z0-9]+(-[a-z0-9]+)*$"
"""What ids look like."""

_OBJECTS = {JSONLD, LINKSET, JSON, CSVM}
_SCHEMAS: Mapping[Format, str] = {LINKSET: "LinkSet", RESULTS_JSON: "SparqlResults"}

SCHEMAS: Json = {
    "Text": {"type": "string"},
    "Object": {"type": "object"},
    "LinkSet": {
        "type": "object",
        "required": ["linkset"],
        "properties": {
            "linkset": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["anchor"],
                    "properties": {"anchor": {"type": "string"}},
                },
            }
        },
    },
    "SparqlResults": {
        "type": "object",
        "required": ["head"],
        "properties": {
            "head": {"type": "object"},
            "boolean": {"type": "boolean"},
            "results": {
                "type": "object",
                "required": ["bindings"],
                "properties": {"bindings": {"type": "array", "items": {"type": "object"}}},
            },
        },
    },
}
"""Name → schema of the bodies that are JSON, and of those that are text."""

HEADERS: Json = {
    "ETag": {"description": "Tag of the content, for If-None-Match.", "schema": {"type": "string"}},
    "Last-Modified": {"description": "Day of the last change.", "schema": {"type": "string"}},
    "Link": {"description": "Typed links (FAIR Signposting).", "schema": {"type": "string"}},
    "Location": {
        "description": "The document in the format that Accept asks for, relative to the address asked for.",
        "required": True,
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "string"}},
}


def reference(kind: str, name: str) -> Json:
    """Return a reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def content(forms: Iterable[Format]) -> Json:
    """Return media types with the schemas of their bodies."""
    found = {}
    for each in forms:
        name = _SCHEMAS.get(each, "Object" if each in _OBJECTS else "Text")
        found[each.media_type] = {"schema": reference("schemas", name)}
    return found


def text_content(*media_types: str) -> Json:
    """Return media types of text."""
    return {each: {"schema": reference("schemas", "Text")} for each in media_types}


def _problem(description: str, *headers: str, is_page: bool = True) -> Json:
    media_types = (TEXT, HTML.media_type) if is_page else (TEXT,)
    found = {"description": description, "content": text_content(*media_types)}
    if headers:
        found["headers"] = {each: reference("headers", each) for each in headers}
    return found


RESPONSES: Json = {
    "SeeOther": {
        "description": "Where the document is, in the format that Accept asks for.",
        "headers": {each: reference("headers", each) for each in ("Location", "Link")},
    },
    "NotModified": {"description": "The client has it already (If-None-Match, If-Modified-Since)."},
    "BadRequest": _problem("A parameter is wrong; the text says which, and what is possible."),
    "NotFound": _problem("Nothing is published there."),
    "NotAcceptable": _problem("No format that Accept asks for is offered; the text lists those that are."),
    "TooLarge": _problem("The request or its answer is larger than the limit.", is_page=True),
    "UnsupportedMediaType": _problem("The body is of a type that is not read."),
    "TooManyRequests": _problem("Too many queries of one address wait.", "Retry-After"),
    "Unavailable": _problem("A limit of time, memory or load was reached.", "Retry-After"),
}
"""Name → answer."""


def responds(description: str, body: Json, *others: tuple[str, str], status: str = "200") -> Json:
    """Return the answers of an operation: the usual one, and others as status and name of a component."""
    headers = {each: reference("headers", each) for each in ("ETag", "Last-Modified", "Link")}
    usual = {"description": description, "headers": headers, "content": body}
    return {status: usual, **{code: reference("responses", name) for code, name in others}}


BAD_REQUEST = ("400", "BadRequest")
NOT_FOUND = ("404", "NotFound")
NOT_MODIFIED = ("304", "NotModified")
"""Status and name of answers that many operations have."""


def path_parameter(name: str, description: str, schema: Json, examples: Sequence[str]) -> Json:
    """Return a parameter that is a part of the path."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
        "examples": {f"{name}-{number}": {"value": each} for number, each in enumerate(examples, 1)},
    }


def query_parameter(name: str, description: str, schema: Json, example: object = None) -> Json:
    """Return a parameter of the query string; one that is a list may be repeated."""
    found = {"name": name, "in": "query", "description": description, "schema": schema}
    return {**found, "example": example} if example is not None else found


def suffixes(forms: Iterable[Format], languages: Iterable[str]) -> list[str]:
    """Return the ends of the addresses of documents, without the first dot: pages, feeds and drawings in each language too."""
    found: list[str] = []
    for each in forms:
        found.append(each.suffix[1:])
        if each in (HTML, ATOM, SVG):
            found += [f"{tag}{each.suffix}" for tag in languages]
    return found


def suffix_parameter(forms: Sequence[Format], languages: Sequence[str]) -> Json:
    """Return the parameter `suffix`, which names the format of a document."""
    possible = suffixes(forms, languages)
    text = "Format of the document; `fi.html` is the page in Finnish, `html` the one in the language of the client."
    return path_parameter("suffix", text, {"type": "string", "enum": possible}, possible)


def operation(name: str, tag: str, summary: str, responses: Json, **more: object) -> Json:
    """Return an operation; `name` identifies it."""
    return {"operationId": name, "tags": [tag], "summary": summary, "responses": responses, **more}


RDF_AND_PAGE = (*RDF_FORMATS, HTML)
"""The formats of every thing."""
