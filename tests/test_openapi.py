"""The description of every address: valid, complete, and true of the real server."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from osallisuus import release
from osallisuus.errors import QueryLimitError
from osallisuus.formats import HTML, RDF_FORMATS
from osallisuus.query.limits import Limits
from osallisuus.query.store import Ask
from osallisuus.release import Publication
from osallisuus.web import create_app, feeds, monitoring, openapi
from osallisuus.web.service import limit_texts
from releasing import Made
from test_serving import Server

LANGUAGES = ("fi", "sv", "en")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
"""What each answer is held against; that it fits the description."""
Description = Mapping[str, Any]


def _described(publication: Publication) -> Description:
    found: Description = json.loads(openapi.document(publication, LANGUAGES, limit_texts(Limits())))
    return found


@pytest.fixture(scope="module")
def released(second_release: Made) -> Publication:
    """Read a small site that has releases."""
    return release.open_publication(second_release.publish)


@pytest.fixture(scope="module")
def server(second_release: Made) -> Iterator[Server]:
    """Serve the small site on a real socket."""
    with Server(second_release.publish) as started:
        yield started


def _refuse(_: Ask, __: str) -> bytes:
    raise QueryLimitError("no query is asked here")


@pytest.fixture(scope="module")
def client(publication: Publication) -> FlaskClient:
    """Return a client of the service over the repository's own data."""
    return create_app(publication, _refuse).test_client()


@pytest.mark.parametrize("site", ["publication", "released"])
def test_the_description_is_valid(site: str, request: pytest.FixtureRequest) -> None:
    """It is valid by OpenAPI 3.1, each operation has an id of its own, and every reference leads somewhere."""
    described = _described(request.getfixturevalue(site))
    identifiers = [each["operationId"] for item in described["paths"].values() for each in _operations(item)]

    validate(described)
    assert described["openapi"].startswith("3.1.")
    assert len(set(identifiers)) == len(identifiers) > 50
    for kind, name in set(re.findall(r'"#/components/(\w+)/([\w-]+)"', json.dumps(described))):
        assert name in described["components"][kind]


def _operations(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for method, each in item.items() if method in ("get", "post")]


def _pattern(path: str, item: Mapping[str, Any]) -> re.Pattern[str]:
    """Return what the addresses of a described path match."""
    schemas = {each["name"]: each["schema"] for each in item.get("parameters", ()) if each["in"] == "path"}

    def fill(part: str) -> str:
        if not part.startswith("{"):
            return re.escape(part)
        schema = schemas[part[1:-1]]
        if "enum" in schema:
            return f"(?:{'|'.join(map(re.escape, schema['enum']))})"
        digits = "[0-9]+" if schema["type"] == "integer" else "[^/]+?"
        return f"(?:{schema.get('pattern', digits).strip('^$')})"

    return re.compile("".join(map(fill, re.split(r"(\{\w+\})", path))))


def _missing(described: Description, addresses: Sequence[str]) -> list[str]:
    """Return the addresses that no described path matches."""
    patterns = [_pattern(path, item) for path, item in described["paths"].items()]
    return [each for each in addresses if not any(pattern.fullmatch(each) for pattern in patterns)]


@pytest.mark.parametrize("site", ["publication", "released"])
def test_every_page_and_file_is_described(site: str, request: pytest.FixtureRequest) -> None:
    """Each page in each language, each thing in each format, and each published file is of a described path."""
    publication: Publication = request.getfixturevalue(site)
    pages = [path for path, _ in feeds.Sitemap(publication, LANGUAGES).pages()]
    things = [path for path in pages if publication.iri(path) and path not in ("index", "sparql")]
    addresses = [f"/{path}{HTML.suffix}" for path in pages]
    addresses += [f"/{path}.{language}{HTML.suffix}" for path in pages for language in LANGUAGES]
    addresses += [
        f"/{path}{form.suffix}"
        for path, form in product(things, RDF_FORMATS)
        if not publication.manifest.thing(path) or f"{path}{form.suffix}" in publication.files
    ]
    addresses += [f"/{path}" for path in pages if path != "index"]
    addresses += [f"/{each}" for each in (*publication.files, *publication.frozen_files)]

    assert len(addresses) > 300
    assert _missing(_described(publication), addresses) == []


def test_every_route_of_the_application_and_of_the_front_is_described(
    client: FlaskClient, publication: Publication
) -> None:
    """Each rule of the application and each address that the front answers itself is of a described path."""
    filled = {"language": "fi", "number": "1", "filename": "style.css", "path": "catalog"}
    rules = [
        re.sub(r"<(?:\w+:)?(\w+)>", lambda found: filled[found[1]], each.rule)
        for each in client.application.url_map.iter_rules()
    ]
    source = Path(monitoring.__file__).read_text(encoding="utf-8")
    front = re.findall(r'request\.path == "([^"]+)"', source)

    assert len(rules) > 10
    assert len(front) == 3
    assert _missing(_described(publication), [*rules, *front]) == []


def test_what_this_site_does_not_have_is_not_described(
    publication: Publication, released: Publication
) -> None:
    """A site without releases describes none; the country in the addresses is that of its municipalities."""
    own, other = _described(publication)["paths"], _described(released)["paths"]

    assert "/releases/{version}" in other
    assert [each for each in own if "releases" in each] == []
    assert "/fi/{code}" in own
    assert "/xx/{code}" in other
    assert "/fi/{code}" not in other


def _examples(path: str, item: Mapping[str, Any]) -> Iterator[str]:
    """Yield the addresses that the examples of a path make."""
    given = {
        each["name"]: [str(one["value"]) for one in each["examples"].values()]
        for each in item.get("parameters", ())
        if each["in"] == "path"
    }
    assert all(given.values()), f"{path} has a parameter without example"
    for values in product(*given.values()):
        yield path.format(**dict(zip(given, values, strict=True)))


def test_every_described_address_answers(server: Server, released: Publication) -> None:
    """Each path answers with its examples: with a document, or with the way to one."""
    asked = [
        (path, address)
        for path, item in _described(released)["paths"].items()
        for address in _examples(path, item)
        if path != "/sitemap-{number}.xml"  # where one file does not hold everything
    ]
    answers = {address: server.get(address)[0] for _, address in asked}

    assert len(answers) > 200
    assert {each: status for each, status in answers.items() if status not in (200, 303)} == {}


def test_answers_are_as_described(server: Server, released: Publication) -> None:
    """Whatever fits the description is answered by the real server as the description says: status, type, headers, body."""
    config = SchemathesisConfig.discover()
    config.projects.default.generation = GenerationConfig(modes=[schemathesis.GenerationMode.POSITIVE])
    schema = schemathesis.openapi.from_dict(dict(_described(released)), config=config)
    operations = [each.ok() for each in schema.get_all_operations()]  # type: ignore[union-attr] # all are
    assert len(operations) > 80

    for operation in operations:
        strategy = operation.as_strategy()

        @settings(
            max_examples=5,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def ask(case: Any) -> None:
            case.call_and_validate(base_url=f"http://127.0.0.1:{server.port}", checks=CHECKS)

        ask()


@pytest.mark.parametrize("path", ["", "index.sv.html", "catalog", "catalog.ttl", "catalog.en.html"])
def test_home_and_catalog_lead_to_the_description(client: FlaskClient, path: str) -> None:
    """The Link header of the home page and of the catalog names the description, which is JSON."""
    answer = client.get(f"/{path}")

    assert '<openapi.json>; rel="service-desc"; type="application/json"' in answer.headers["Link"]
    if answer.status_code == 200 and path.endswith("html"):
        assert '<link rel="service-desc" href="openapi.json" type="application/json">' in answer.text


def test_the_description_is_served(client: FlaskClient, publication: Publication) -> None:
    """It is there as JSON with an ETag, is not modified the next time, and names the licence and the limits."""
    answer = client.get("/openapi.json")
    said = json.loads(answer.data)
    again = client.get("/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})

    assert (answer.status_code, answer.mimetype, again.status_code) == (200, "application/json", 304)
    assert said["info"]["license"]["url"] == publication.site.licence
    assert said["info"]["contact"]["email"] == publication.site.email
    assert all(each in said["paths"]["/sparql"]["get"]["description"] for each in limit_texts(Limits()))
