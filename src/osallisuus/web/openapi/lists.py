"""The lists and the other pages that are about no thing, described for OpenAPI: what they are asked with, and their forms."""

from collections.abc import Mapping, Sequence

from osallisuus import vocabulary
from osallisuus.compare import ASKED, AXES, COMPARED, GROUPED, MUNICIPALITY
from osallisuus.formats import ATOM, HTML, JSONL, RDF_FORMATS, SVG, Format
from osallisuus.release import Publication
from osallisuus.search import MAX_LENGTH as MAX_SEARCH
from osallisuus.web import asking, browse, changes, comparing, history
from osallisuus.web.openapi.parts import (
    BAD_REQUEST,
    NOT_FOUND,
    NOT_MODIFIED,
    Json,
    content,
    operation,
    path_parameter,
    query_parameter,
    reference,
    responds,
    suffix_parameter,
)
from osallisuus.web.openapi.things import file
from osallisuus.web.views import ACCESSIBILITY, CODEBOOK, COMPARE, GUIDE, GUIDES, MODEL, PRACTICES


def offered(
    name: str,
    summary: str,
    forms: Sequence[Format],
    languages: Sequence[str],
    parameters: Sequence[Json] = (),
) -> Json:
    """Return the two paths of a page that is about no thing, such as a list: its address, and those of its forms."""
    identifier, refused = name.replace("/", "-"), [BAD_REQUEST] if parameters else []
    redirect = {
        "303": reference("responses", "SeeOther"),
        "404": reference("responses", "NotFound"),
        "406": reference("responses", "NotAcceptable"),
    }
    answers = responds("The form asked for.", content(forms), NOT_MODIFIED, *refused, NOT_FOUND)
    suffix = suffix_parameter(forms, languages)
    asked = {"parameters": list(parameters)} if parameters else {}
    return {
        f"/{name}": {
            **asked,
            "get": operation(f"find-{identifier}", "Pages and lists", f"Choose a form: {summary}", redirect),
        },
        f"/{name}.{{suffix}}": {
            "parameters": [*parameters, suffix],
            "get": operation(f"read-{identifier}", "Pages and lists", summary, answers),
        },
    }


def _axis(name: str, example: str) -> Json:
    """Return the parameter that chooses values of an axis."""
    axis = AXES[name]
    item: Json = {"type": "string"}
    known = vocabulary.load()
    if axis.scheme in known.concepts:
        item["enum"] = sorted(known.concepts[axis.scheme])
    schema = {"type": "array", "items": item}
    text = f"Values of the axis {name}; a practice must have one of them, or a narrower one. May be repeated."
    return query_parameter(name, text, schema, [example])


def pages(publication: Publication, languages: Sequence[str]) -> Json:
    """Return the paths of the home page, the lists and the other pages that are about no thing."""
    html = content([HTML])
    suffix = suffix_parameter([HTML], languages)
    found: Json = {
        "/": {
            "get": operation(
                "home", "Pages and lists", "The home page", responds("The page.", html, NOT_MODIFIED)
            )
        },
        "/index.{suffix}": {
            "parameters": [suffix],
            "get": operation(
                "read-home", "Pages and lists", "The home page", responds("The page.", html, NOT_MODIFIED)
            ),
        },
    }
    found |= offered(
        PRACTICES, "The list of practices", browse.FORMS, languages, list_parameters(publication)
    )
    found |= offered(COMPARE, "A comparison", comparing.FORMS, languages, compare_parameters(publication))
    found |= offered(MODEL, "The diagram of the model", (HTML, SVG), languages)
    plain = {CODEBOOK: "The columns of the tables", GUIDE: "The guides"}
    if publication.site.accessibility:
        plain[ACCESSIBILITY] = "The accessibility statement"
    for path, summary in plain.items():
        found |= offered(path, summary, (HTML,), languages)
    users = [each.removeprefix(f"{GUIDE}/") for each in GUIDES]
    user = path_parameter("user", "Whom a guide is for.", {"type": "string", "enum": users}, users[:1])
    return found | _with(offered(f"{GUIDE}/{{user}}", "A guide", (HTML,), languages), user)


def _with(paths: Json, parameter: Json) -> Json:
    """Return paths with a parameter more, which is a part of each."""
    for each in paths.values():
        each["parameters"] = [parameter, *each.get("parameters", [])]
    return paths


def compare_parameters(publication: Publication) -> list[Json]:
    """Return the parameters of the comparison."""
    code = publication.municipalities[0].removeprefix(publication.site.base)
    one_of = {"type": "string", "enum": list(COMPARED)}
    known = vocabulary.load().concepts
    said: Mapping[str, Json] = {
        MUNICIPALITY: _axis(MUNICIPALITY, code),
        "by": query_parameter(
            "by", f"What is compared; with `gaps` one of: {', '.join(GROUPED)}.", one_of, "purpose"
        ),
        "cross": query_parameter("cross", "What `by` is crossed with, for one municipality.", one_of),
        "gaps": query_parameter(
            "gaps", "A municipality: what others do that its list does not have.", {"type": "string"}
        ),
        **{
            each: query_parameter(
                each,
                "With `gaps`: for whom, or to what end.",
                {"type": "string", "enum": sorted(known[each])},
            )
            for each in ASKED
        },
        "basis": _basis(),
        "inward": query_parameter(
            "inward",
            "`1` counts practices for groups inside the organisation too.",
            {"type": "string", "enum": ["0", "1"]},
        ),
        "page": query_parameter(
            "page",
            "Number of a page of municipalities.",
            {"type": "integer", "minimum": 1, "maximum": 999_999},
        ),
    }
    return [said[name] for name in comparing.PARAMETERS]


def _basis() -> Json:
    text = "`stated` leaves the editors’ readings out."
    return query_parameter("basis", text, {"type": "string", "enum": ["all", "stated"]})


def list_parameters(publication: Publication) -> list[Json]:
    """Return the parameters of the list of practices."""
    municipality = publication.municipalities[0].removeprefix(publication.site.base)
    examples = {MUNICIPALITY: municipality, "law": next(iter(sorted(vocabulary.load().laws)), "")}
    known = vocabulary.load().concepts
    said: Mapping[str, Json] = {
        "q": query_parameter(
            "q", "Words to search for.", {"type": "string", "maxLength": MAX_SEARCH}, "survey"
        ),
        "basis": _basis(),
        "inward": query_parameter(
            "inward",
            "`0` leaves out practices for groups inside the organisation.",
            {"type": "string", "enum": ["1", "0"]},
        ),
        "sort": query_parameter(
            "sort",
            "The order; `relevance` only with `q`.",
            {"type": "string", "enum": list(asking.SORTS)},
            "name",
        ),
        "page": query_parameter(
            "page", "Number of a page of the list.", {"type": "integer", "minimum": 1, "maximum": 999_999}, 1
        ),
    }
    axes = {
        name: _axis(name, examples.get(name) or sorted(known[axis.scheme])[0]) for name, axis in AXES.items()
    }
    return [{**axes, **said}[name] for name in asking.PARAMETERS]


def logs(languages: Sequence[str]) -> Json:
    """Return the paths of what has changed."""
    since = query_parameter(
        "since", "Only what changed on this day or later.", {"type": "string", "format": "date"}, "2026-11-25"
    )
    found = offered(history.PATH, "What has changed", changes.FORMATS, languages, [since])
    number = path_parameter("page", "Number of a page of the log.", {"type": "integer", "minimum": 1}, ["1"])
    found |= _with(
        offered(
            f"{history.PATH}/{{page}}",
            "A page of what has changed",
            (*RDF_FORMATS, HTML, ATOM),
            languages,
            [since],
        ),
        number,
    )
    for each in found.values():  # a day that is none is told before a form is chosen
        each["get"]["responses"]["400"] = reference("responses", "BadRequest")
        each["get"]["tags"] = ["Changes"]
    return found | file(f"/{history.PATH}{JSONL.suffix}", "log of changes", JSONL, tag="Changes")
