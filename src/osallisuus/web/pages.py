"""The pages for people: text in, HTML out. Pure functions of what is published; no request, no clock.

A page is named by the path of its thing under the base. `at` is the path of the page that is served, from which
every link is computed: `fi/235.html`, or `fi/235.sv.html` for an explicit language version, whose links stay in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from osallisuus.formats import RDF_FORMATS, Format
from osallisuus.release.published import Publication
from osallisuus.release.tables import METADATA, texts
from osallisuus.vocabulary import CONTEXT, DOCUMENTS, SCHEMES, VOCAB, term
from osallisuus.web import codebook, history, releases, schema_org, things, views, words
from osallisuus.web.history import History
from osallisuus.web.results import Asked
from osallisuus.web.signposting import Signposts
from osallisuus.web.views import CATALOG, CODEBOOK, HOME, LAW, QUERY, VOCABULARY, Text, View

LANGUAGES = words.LANGUAGES
"""The languages that have a catalogue of interface words."""

STATIC = Path(__file__).parent / "static"
"""Directory of the style sheet and the icon; pages link to them under `static/`."""


@dataclass(frozen=True)
class Crumb:
    """A step of the way from the home page to a page."""

    name: Text
    href: str


@dataclass(frozen=True)
class Page:
    """What the frame around a page shows.

    Attributes:
        path: path of the thing; its language versions and downloads stand beside it.
        iri: IRI of the thing; empty for an error.
        title: heading of the page.
        crumbs: the way from the home page, the page itself left out.
        formats: the formats in which the thing can be downloaded.
        modified: day when it last changed, or empty.
        query: the query string that the page was asked with, which its other languages keep.
    """

    path: str
    iri: str
    title: Text
    crumbs: Sequence[Crumb] = ()
    formats: Sequence[Format] = ()
    modified: str = ""
    query: str = ""


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


_TITLES = {
    VOCABULARY: _("Vocabulary"),
    CATALOG: _("Catalog"),
    LAW: _("Acts and sections"),
    "mappings": _("Mappings to other vocabularies"),
    "shapes": _("Rules for valid data (SHACL shapes)"),
    "comparison": _("Comparison of municipalities"),
    "services": _("Public services (CPSV-AP)"),
}
_TOPS = (VOCABULARY, CATALOG, "comparison", "releases")
"""The first steps of the paths that do not belong to the vocabulary."""
_BY_PATH = {VOCABULARY: "vocabulary", "ns": "ontology", CATALOG: "catalog", LAW: "laws"}
_BY_TYPE = {
    "osa:Practice": "practice",
    "cv:PublicOrganisation": "municipality",
    "dcat:Dataset": "dataset",
    "dcat:Resource": "release",
    "prov:Collection": "releases",
    "org:OrganizationalUnit": "unit",
    "org:Organization": "unit",
    "skos:Concept": "concept",
    "skos:ConceptScheme": "scheme",
    "skos:Collection": "collection",
    "eli:LegalResource": "law",
}
_BASES = {
    "stated": _("stated in the source"),
    "coded": _("coded by the editors"),
    "implied": _("the editors’ reading"),
}
_USES = {
    "osa:usedBy": _("Practices in use here"),
    "osa:organiser": _("Practices that it organises"),
    "osa:purpose": _("Practices with this purpose"),
    "osa:channel": _("Practices through this channel"),
    "osa:targetGroup": _("Practices for this target group"),
    "osa:impliedGroup": _("Practices that the editors read as being for this group"),
    "osa:localTerm": _("Practices described with this word"),
    "osa:legalBasis": _("Practices whose source names this as legal basis"),
    "osa:impliedLegalBasis": _("Practices whose legal basis this is by the editors’ reading"),
    "org:classification": _("Practices of units of this type"),
}
_MATCHES = {
    "skos:exactMatch": _("Same meaning"),
    "skos:closeMatch": _("Close meaning"),
    "skos:broadMatch": _("Broader concept elsewhere"),
    "skos:narrowMatch": _("Narrower concepts elsewhere"),
    "skos:relatedMatch": _("Related concept elsewhere"),
}
_COVERAGES = {
    "complete": _("everything, by the municipality’s own account"),
    "own-list": _("the municipality’s own list, which may not be complete"),
    "sample": _("the editors’ selection from public pages; the municipality has other practices too"),
}
_ERRORS = {
    400: _("The request cannot be answered"),
    404: _("There is no such page"),
    410: _("This is no longer published"),
    406: _("Not available in that format"),
}
_KINDS = {
    "owl:Class": _("class"),
    "owl:ObjectProperty": _("property that links to a thing"),
    "owl:DatatypeProperty": _("property with a value"),
    "owl:AnnotationProperty": _("annotation"),
}
_KIND_HEADINGS = {
    "owl:Class": _("Classes"),
    "owl:ObjectProperty": _("Properties that link to things"),
    "owl:DatatypeProperty": _("Properties with values"),
    "owl:AnnotationProperty": _("Annotations"),
}


@cache
def _environment(language: str) -> Environment:
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue: GNUTranslations = words.translations(language)
    found.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    say = catalogue.gettext
    found.globals.update(
        say=say,
        things=things,
        releases=releases,
        bases=_BASES,
        use_headings=_USES,
        matches=_MATCHES,
        coverages=_COVERAGES,
        kinds=_KINDS,
        kind_headings=_KIND_HEADINGS,
        term=lambda name: term(name).value,
        local_name=views.local_name,
        host=views.host,
        own_name=words.own_name,
        query_string=lambda query: quote(query, safe=""),
        table_kinds=texts.KINDS,
        table_metadata=METADATA,
    )
    return found


def _write(view: View, template: str, page: Page, **values: object) -> str:
    names: dict[str, object] = {"view": view, "page": page, "language": view.language, "path": page.path}
    names["site"] = view.publication.site
    names["structured"] = schema_org.script(view, page.path, page.iri)
    names["signposts"] = Signposts(view.publication, view.languages).of_head(page.path, view.at, page.formats)
    return _environment(view.language).get_template(f"{template}.html").render({**names, **values})


def render(publication: Publication, path: str, at: str, language: str) -> str | None:
    """Return the page of the thing or document at a path.

    Args:
        publication: what is published.
        path: path of the thing's IRI, without suffix, such as `fi/235/practices`.
        at: path of the page that is served, such as `fi/235/practices.html`.
        language: language of the page, one of `LANGUAGES`.

    Returns:
        The HTML, or None when nothing is there. The pages of `render_home` and `render_query` are not made here.
    """
    if path == CODEBOOK:
        return _render_codebook(publication, at, language)
    iri = publication.iri(path) or releases.difference_iri(publication, path)
    if path in ("", HOME, QUERY) or iri is None:
        return None
    view = View(publication, at, language)
    page = Page(
        path=path,
        iri=iri,
        title=_title(view, path, iri),
        crumbs=_crumbs(view, path),
        formats=view.formats(path),
        modified=view.modified(path),
    )
    return _write(view, _template(view, path, iri), page, iri=iri, **_extras(view, path))


def _template(view: View, path: str, iri: str) -> str:
    if path in _BY_PATH:
        return _BY_PATH[path]
    if releases.is_difference(path):
        return "difference"
    types = view.publication.types(iri)
    found = next((name for kind, name in _BY_TYPE.items() if term(kind).value in types), "thing")
    is_local = found == "concept" and not view.publication.links(iri, "skos:inScheme")
    return "term" if is_local else found


def _title(view: View, path: str, iri: str) -> Text:
    say = words.translations(view.language).gettext
    if releases.is_difference(path):
        return releases.difference_title(view, path)
    if path != CATALOG and view.is_named(iri):
        return view.name(iri)
    known = "services" if path.endswith("/services") else path
    if known in _TITLES:
        return Text(say(_TITLES[known]))
    family, _slash, version = path.partition("/")
    if family == "ns" and version:
        return Text(say(_("Vocabulary, version %(version)s")) % {"version": version.replace("/", " – ")})
    if family == CATALOG and version:
        return Text(say(_("Catalog, page %(number)s")) % {"number": version})
    return view.name(iri)


def _crumbs(view: View, path: str) -> list[Crumb]:
    say = words.translations(view.language).gettext
    steps = path.split("/")
    above = ["/".join(steps[:size]) for size in range(1, len(steps))]
    if not _is_municipal(view, path) and path.partition("/")[0] not in _TOPS:
        above.insert(0, VOCABULARY)
    crumbs = [_home_crumb(view)]
    for each in above:
        iri = view.publication.iri(each)
        if iri is not None:
            name = Text(say(_TITLES[each])) if each == VOCABULARY else _title(view, each, iri)
            crumbs.append(Crumb(name, view.page(each)))
    return crumbs


def _is_municipal(view: View, path: str) -> bool:
    here = (view.publication.path(each) for each in view.publication.municipalities)
    frozen = (each.dataset.rpartition("/")[0] for each in view.publication.manifest.releases)
    owners = {*here, *frozen} - {"", None}  # of a municipality that has left, the releases are still there
    return any(path == owner or path.startswith(f"{owner}/") for owner in owners)


def _home_crumb(view: View) -> Crumb:
    say = words.translations(view.language).gettext
    return Crumb(Text(say(_("Home"))), view.page(HOME))


def _extras(view: View, path: str) -> dict[str, object]:
    if path not in (VOCABULARY, "ns"):
        return {}
    publication = view.publication
    terms = sorted(each for each in publication.by_subject if views.is_vocabulary(each))
    others = (LAW, *(each for each in DOCUMENTS if each not in (*SCHEMES, "ns", LAW)), "shapes", "comparison")
    context = CONTEXT.removeprefix(VOCAB)
    versions = [each.path for each in publication.manifest.things if each.path.startswith("ns/")]
    versions = [each for each in versions if f"{each}.jsonld" != context]
    return {
        "terms": [
            (kind, [each for each in terms if term(kind).value in publication.types(each)]) for kind in _KINDS
        ],
        "schemes": view.sorted(publication.instances("skos:ConceptScheme")),
        "documents": [(each, say) for each in others if (say := _named(view, each))],
        "versions": [(each, say) for each in versions if (say := _named(view, each))],
        "context": context if context in view.files else "",
    }


def _named(view: View, path: str) -> Text | None:
    iri = view.publication.iri(path)
    return _title(view, path, iri) if iri else None


def render_home(publication: Publication, at: str, language: str) -> str:
    """Return the home page: what this is, where to go, and the municipalities with what is known of each."""
    view = View(publication, at, language)
    dates = [each.modified for each in publication.manifest.things]
    page = Page(
        HOME, publication.site.base, view.site_text(publication.site.title), modified=max(dates, default="")
    )
    datasets = {each: f"{each}/practices" for each in view.sorted(publication.municipalities)}
    counts = {each: len(things.practices(view, dataset)) for each, dataset in datasets.items()}
    return _write(view, "home", page, datasets=datasets, counts=counts)


def render_query(publication: Publication, at: str, language: str, asked: Asked) -> str:
    """Return the page of the query service: a form that works without script, the documented questions, a result."""
    view = View(publication, at, language)
    title = Text(words.translations(language).gettext(_("Query the data")))
    page = Page(QUERY, publication.site.base + QUERY, title, [_home_crumb(view)])
    return _write(view, "query", page, asked=asked)


def _render_codebook(publication: Publication, at: str, language: str) -> str:
    """Return the page that says what every column of the tables means."""
    view = View(publication, at, language)
    title = Text(words.translations(language).gettext(_("Codebook of the tables")))
    page = Page(CODEBOOK, publication.site.base + CODEBOOK, title, [_home_crumb(view)])
    return _write(view, "codebook", page, **codebook.shown())


def render_changes(publication: Publication, at: str, language: str, log: History, number: int = 0) -> str:
    """Return the page of what has changed, the newest first: the latest, or what is on a page of the log."""
    view = View(publication, at, language)
    title = Text(words.translations(language).gettext(_("Changes")))
    crumbs = [_home_crumb(view), *([Crumb(title, view.page(history.PATH) + log.query)] if number else [])]
    if number:
        title = Text(f"{title} {number}/{log.pages}")
    modified = log.log[-1].day if log.log else ""
    page = Page(history.path(number), log.iri(number), title, crumbs, RDF_FORMATS, modified, log.query)
    return _write(view, "changes", page, log=log, number=number, days=history.by_day(view, log, number))


@dataclass(frozen=True)
class Problem:
    """Why a request was not answered.

    Attributes:
        status: the HTTP status.
        detail: what is wrong and what to do, in the language of the page.
        links: label and reference, relative to the page, of what may help.
    """

    status: int
    detail: str
    links: Sequence[tuple[str, str]] = ()


def render_error(publication: Publication, at: str, language: str, problem: Problem) -> str:
    """Return the page of an error; it has no IRI and its language switch leads to the home pages."""
    view = View(publication, at, language)
    say = words.translations(language).gettext
    title = Text(say(_ERRORS.get(problem.status, _("Something went wrong"))))
    page = Page(HOME, "", title, [_home_crumb(view)])
    return _write(view, "error", page, problem=problem)
