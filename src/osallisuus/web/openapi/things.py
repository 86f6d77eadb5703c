"""The addresses of things and of their documents, tables and releases, described for OpenAPI."""

from collections.abc import Sequence
from dataclasses import dataclass

from osallisuus.formats import CITATION, CSV, CSVM, HTML, JSON, JSONLD, LINKSET, NTRIPLES, RDF_FORMATS, Format
from osallisuus.release import Publication, records
from osallisuus.vocabulary import DOCUMENTS, SCHEMES, VERSION
from osallisuus.web.openapi.parts import (
    ID,
    NOT_FOUND,
    NOT_MODIFIED,
    RDF_AND_PAGE,
    Json,
    content,
    operation,
    path_parameter,
    reference,
    responds,
    suffix_parameter,
)

_RELEASES = records.releases_path("")
_SPAN_DAY = r"^(current|\d{4}-\d{2}-\d{2}(-\d+)?)$"
_DAY = r"^\d{4}-\d{2}-\d{2}(-\d+)?$"
_CODE = "^[0-9A-Za-z]+(-[0-9A-Za-z]+)*$"


@dataclass(frozen=True)
class Kind:
    """A kind of thing: all that have the same form of address.

    Attributes:
        path: their address, such as `/fi/{code}`.
        name: what one of them is called, in operation ids too.
        parameters: those of the path.
        forms: the formats of its documents.
        tag: group in which it is shown.
    """

    path: str
    name: str
    parameters: tuple[Json, ...] = ()
    forms: tuple[Format, ...] = RDF_AND_PAGE
    tag: str = "Things"


def negotiated(kind: Kind, languages: Sequence[str]) -> Json:
    """Return the two paths of a kind: the address of a thing, which redirects, and those of its documents."""
    identifier = kind.name.replace(" ", "-")
    redirect = {
        "303": reference("responses", "SeeOther"),
        "404": reference("responses", "NotFound"),
        "406": reference("responses", "NotAcceptable"),
    }
    document = responds("The document.", content(kind.forms), NOT_MODIFIED, NOT_FOUND)
    suffix = suffix_parameter(kind.forms, languages)
    summary = f"Find the document of: {kind.name}"
    return {
        kind.path: {
            "parameters": list(kind.parameters),
            "get": operation(f"find-{identifier}", kind.tag, summary, redirect),
        },
        f"{kind.path}.{{suffix}}": {
            "parameters": [*kind.parameters, suffix],
            "get": operation(f"read-{identifier}", kind.tag, f"Read: {kind.name}", document),
        },
    }


def file(path: str, name: str, form: Format, parameters: Sequence[Json] = (), tag: str = "Tables") -> Json:
    """Return the path of a file, or of several files that are called alike."""
    answers = responds("The file.", content([form]), NOT_MODIFIED, NOT_FOUND)
    summary = f"Download: {name}"
    found = operation(f"download-{name.replace(' ', '-')}", tag, summary, answers)
    return {path: {"parameters": list(parameters), "get": found}}


class Things:
    """Describes the addresses of the things of a publication.

    Args:
        publication: what is published; the examples are of it.
        languages: the languages of its pages.
    """

    def __init__(self, publication: Publication, languages: Sequence[str]) -> None:
        self.publication = publication
        self.languages = languages
        keys = [each.removeprefix(publication.site.base) for each in publication.municipalities]
        self.countries = sorted({key.partition("/")[0] for key in keys})
        self.keys = keys

    def paths(self) -> Json:
        """Return every path."""
        found: Json = {}
        for each in (*self._general(), *self._vocabulary()):
            found |= negotiated(each, self.languages)
        for country in self.countries:
            for each in self._of_municipality(country):
                found |= negotiated(each, self.languages)
            found |= self._tables(country)
        found |= self._shared_tables()
        if self.publication.manifest.releases:
            found |= self._releases()
        return found

    def _examples(self, start: str) -> list[str]:
        """Return the last part of the first address that begins so and has no more parts; none where there is none."""
        found = (self.publication.path(each) or "" for each in self.publication.by_subject)
        ends = (each.removeprefix(start) for each in found if each.startswith(start))
        return sorted(each for each in ends if each and not set("/#.") & set(each))[:1]

    def _id(self, name: str, description: str, *starts: str) -> Json:
        examples = [each for start in starts for each in self._examples(start)][:1]
        return path_parameter(name, description, {"type": "string", "pattern": ID}, examples)

    def _code(self, country: str) -> Json:
        codes = [key.partition("/")[2] for key in self.keys if key.startswith(f"{country}/")]
        schema = {"type": "string", "pattern": _CODE}
        return path_parameter("code", "National code of a municipality.", schema, codes[:1])

    def _general(self) -> list[Kind]:
        kinds = [Kind("/catalog", "catalog"), Kind("/.well-known/void", "void", forms=RDF_AND_PAGE)]
        pages = [each.path.partition("/")[2] for each in self.publication.manifest.things
                 if each.path.startswith("catalog/")]  # fmt: skip
        if pages:
            schema = {"type": "string", "enum": pages}
            number = path_parameter("page", "Number of a page of the catalog.", schema, pages[:1])
            kinds.append(Kind("/catalog/{page}", "page of the catalog", (number,)))
        if self.publication.manifest.thing("comparison"):
            kinds.append(Kind("/comparison", "comparison", forms=(*RDF_FORMATS, CSV, HTML)))
        return kinds

    def _of_municipality(self, country: str) -> list[Kind]:
        code, start = self._code(country), f"/{country}/{{code}}"
        parts = {"practices": "practice", "unit": "unit", "term": "term"}
        kinds = [
            Kind(start, f"municipality of {country}", (code,)),
            Kind(f"{start}/practices", f"dataset of {country}", (code,), forms=(*RDF_FORMATS, CSV, HTML)),
            Kind(f"{start}/services", f"public services of {country}", (code,)),
        ]
        for part, name in parts.items():
            held = [key for key in self.keys if self._examples(f"{key}/{part}/")]
            if held:
                own = code["examples"] | {"code-1": {"value": held[0].partition("/")[2]}}
                each = self._id("id", f"Id of the {name}.", f"{held[0]}/{part}/")
                kinds.append(
                    Kind(f"{start}/{part}/{{id}}", f"{name} of {country}", ({**code, "examples": own}, each))
                )
        return kinds

    def _vocabulary(self) -> list[Kind]:
        held = [each for each in (*DOCUMENTS, "vocabulary", "shapes") if self._has(each) and "/" not in each]
        schemes = [each for each in SCHEMES if self._has(each)]
        document = path_parameter(
            "document", "A document of the vocabulary.", {"type": "string", "enum": held}, held[:1]
        )
        scheme = path_parameter(
            "scheme", "A concept scheme.", {"type": "string", "enum": schemes}, schemes[:1]
        )
        concept = self._id("concept", "Id of a concept or collection.", f"{schemes[0]}/")
        version = path_parameter("version", "Version of the vocabulary.", {"type": "string"}, [VERSION])
        frozen = [each for each in DOCUMENTS if self._has(f"ns/{VERSION}/{each}") and "/" not in each]
        old = path_parameter(
            "document", "A document of that version.", {"type": "string", "enum": frozen}, frozen[:1]
        )
        act, section = self._laws()
        tag = "Vocabulary"
        return [
            Kind("/{document}", "document of the vocabulary", (document,), tag=tag),
            Kind("/{scheme}/{concept}", "concept", (scheme, concept), tag=tag),
            Kind("/ns/{version}", "version of the vocabulary", (version,), tag=tag),
            Kind("/ns/{version}/{document}", "document of a version", (version, old), tag=tag),
            Kind("/ns/{version}/context", "context of JSON-LD", (version,), forms=(JSONLD, HTML), tag=tag),
            Kind("/ns/{version}/fi/law", "acts of a version", (version,), tag=tag),
            Kind("/fi/law", "acts and sections", tag=tag),
            Kind("/fi/law/{act}", "act", (act,), tag=tag),
            Kind("/fi/law/{act}/{section}", "section of an act", (act, section), tag=tag),
        ]

    def _has(self, path: str) -> bool:
        return self.publication.manifest.thing(path) is not None

    def _laws(self) -> tuple[Json, Json]:
        found = (self.publication.path(each) or "" for each in self.publication.by_subject)
        steps = sorted(each.split("/")[2:] for each in found if each.startswith("fi/law/"))
        act, section = next((each for each in steps if len(each) == 2), ["", ""])
        schema = {"type": "string", "pattern": ID}
        return (
            path_parameter("act", "Id of an act.", schema, [act]),
            path_parameter("section", "Number of a section.", schema, [section]),
        )

    def _tables(self, country: str) -> Json:
        code, start = self._code(country), f"/{country}/{{code}}"
        names = ["practices", "practices-tidy"]
        table = path_parameter("table", "A table.", {"type": "string", "enum": names}, names)
        return {
            **file(f"{start}/practices-tidy.csv", f"tidy table of {country}", CSV, [code]),
            **file(
                f"{start}/{{table}}{CSVM.suffix}", f"metadata of a table of {country}", CSVM, [code, table]
            ),
            **file(
                f"{start}/practices{LINKSET.suffix}", f"link set of {country}", LINKSET, [code], "Programs"
            ),
        }

    def _shared_tables(self) -> Json:
        names = [
            each
            for each in ("comparison", "comparison-wide")
            if f"{each}{CSV.suffix}" in self.publication.files
        ]
        sets = [each for each in ("catalog", "comparison", "vocabulary") if self._listed(each)]
        owner = path_parameter(
            "document", "A catalog or dataset.", {"type": "string", "enum": sets}, sets[:1]
        )
        found = file(f"/{{document}}{LINKSET.suffix}", "link set", LINKSET, [owner], "Programs")
        if names:
            table = path_parameter("table", "A table.", {"type": "string", "enum": names}, names)
            found |= file(f"/comparison-wide{CSV.suffix}", "wide table of all", CSV)
            found |= file(f"/{{table}}{CSVM.suffix}", "metadata of a table of all", CSVM, [table])
        return found

    def _listed(self, path: str) -> bool:
        base = self.publication.site.base
        return path == "catalog" or base + path in self.publication.links(f"{base}catalog", "dcat:dataset")

    # Releases

    def _releases(self) -> Json:
        found: Json = {}
        releases = self.publication.manifest.releases
        version = releases[-1].version
        found |= self._released("", "of the site", (), version)
        found |= file(
            f"/releases/{{version}}{JSON.suffix}", "record of a release of the site", JSON,
            [_day("version", version)], "Releases",
        )  # fmt: skip
        datasets = sorted({each.dataset for each in releases if each.dataset})
        shared = [each for each in datasets if "/" not in each]
        if shared:
            schema = {"type": "string", "enum": shared}
            dataset = path_parameter("dataset", "A dataset of all municipalities.", schema, shared[:1])
            found |= self._released("/{dataset}", "of a dataset", (dataset,), version)
            found |= self._frozen("/{dataset}", "of a dataset", (dataset,), version)
        for country in self.countries:
            if any(each.startswith(f"{country}/") for each in datasets):
                code, start = self._code(country), f"/{country}/{{code}}"
                found |= self._released(start, f"of a municipality of {country}", (code,), version)
                found |= self._frozen(start, f"of a municipality of {country}", (code,), version)
        return found

    def _released(self, start: str, whose: str, owners: tuple[Json, ...], version: str) -> Json:
        """Return the list of the releases of a dataset or of the site, each of them, and what differs between two."""
        day = _day("version", version)
        span = [_day("before", version), _day("after", "current")]
        kinds = [
            Kind(f"{start}/{_RELEASES}", f"releases {whose}", owners, tag="Releases"),
            Kind(f"{start}/{_RELEASES}/{{version}}", f"release {whose}", (*owners, day), tag="Releases"),
            Kind(
                f"{start}/{_RELEASES}/{{before}}..{{after}}",
                f"difference between releases {whose}",
                (*owners, *span),
                tag="Releases",
            ),
        ]
        found: Json = {}
        for each in kinds:
            found |= negotiated(each, self.languages)
        return found

    def _frozen(self, start: str, whose: str, owners: tuple[Json, ...], version: str) -> Json:
        """Return the files of a release, which never change."""
        schema = {"type": "string", "pattern": r"^[A-Za-z-]+(\.[a-z-]+)+$"}
        name = path_parameter("file", "A file of the release.", schema, [records.CITATION])
        answers = responds(
            "The file.", content((CSV, CSVM, NTRIPLES, CITATION, JSON)), NOT_MODIFIED, NOT_FOUND
        )
        summary = f"Download: file of a release {whose}"
        get = operation(f"download-file-of-a-release-{whose}".replace(" ", "-"), "Releases", summary, answers)
        release = f"{start}/{_RELEASES}/{{version}}"
        day = _day("version", version)
        return {
            f"{release}/{{file}}": {"parameters": [*owners, day, name], "get": get},
            **file(
                f"{release}{LINKSET.suffix}",
                f"link set of a release {whose}",
                LINKSET,
                [*owners, day],
                "Programs",
            ),
        }


def _day(name: str, example: str) -> Json:
    text = "Day of a release; with -2 and so on behind it where there were more on that day."
    pattern = _DAY
    if name != "version":
        text, pattern = f"{text} `current` is what is published now.", _SPAN_DAY
    return path_parameter(name, text, {"type": "string", "pattern": pattern}, [example])
