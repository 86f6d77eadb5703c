"""The pages for people: text in, HTML out. Pure functions of what is published; no request, no clock.

A page is named by the path of its thing under the base. `at` is the path of the page that is served, from which
every link is computed: `fi/235.html`, or `fi/235.sv.html` for an explicit language version, whose links stay in it.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from gettext import GNUTranslations
from pathlib import Path
from typing import cast
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from osallisuus.formats import RDF_FORMATS, Format
from osallisuus.release.published import Publication
from osallisuus.release.tables import METADATA, texts
from osallisuus.vocabulary import term
from osallisuus.web import (
    codebook,
    history,
    home,
    practice,
    releases,
    schema_org,
    things,
    views,
    vocabulary_pages,
    words,
)
from osallisuus.web.history import History
from osallisuus.web.results import LONGEST, ROWS, Asked
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
_BY_PATH = {VOCABULARY: "vocabulary", "ns": "ontology", CATALOG: "catalog", LAW: "laws", "shapes": "shapes"}
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


@cache
def asset(name: str) -> str:
    """Return the path of a static file with a part of its digest: another file has another address, so both may be kept."""
    return f"static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


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
        **vocabulary_pages.GLOBALS,
        say=say,
        ngettext=_counted(cast("Callable[..., str]", found.globals["ngettext"]), language),
        asset=asset,
        practice=practice,
        things=things,
        releases=releases,
        bases=_BASES,
        use_headings=_USES,
        matches=_MATCHES,
        coverages=_COVERAGES,
        term=lambda name: term(name).value,
        local_name=views.local_name,
        host=views.host,
        own_name=words.own_name,
        query_string=lambda query: quote(query, safe=""),
        table_kinds=texts.KINDS,
        table_metadata=METADATA,
    )
    return found


def _counted(ngettext: Callable[..., str], language: str) -> Callable[..., str]:
    """Return Jinja's function for plurals, which writes the number as people do in a language."""

    @pass_context
    def counted(context: Context, singular: str, plural: str, num: int, /, **names: object) -> str:
        return ngettext(context, singular, plural, num, **{"num": words.number(num, language), **names})

    return counted


def write(view: View, template: str, page: Page, **values: object) -> str:
    """Return a page.

    Args:
        view: what the template asks of the publication.
        template: name of the template, without suffix.
        page: what the frame around it shows.
        values: what else the template names.
    """
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
    extras = vocabulary_pages.extras(view, path, partial(_named, view))
    return write(view, _template(view, path, iri), page, iri=iri, **extras)


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
    crumbs = [home_crumb(view)]
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


def home_crumb(view: View) -> Crumb:
    """Return the first step of the way to a page."""
    say = words.translations(view.language).gettext
    return Crumb(Text(say(_("Home"))), view.page(HOME))


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
    lists = home.lists(view)
    return write(view, "home", page, lists=lists, figures=home.figures(lists), rings=home.rings(lists))


def render_query(publication: Publication, at: str, language: str, asked: Asked) -> str:
    """Return the page of the query service: a form that works without script, the documented questions, a result."""
    view = View(publication, at, language)
    title = Text(words.translations(language).gettext(_("Query the data")))
    page = Page(QUERY, publication.site.base + QUERY, title, [home_crumb(view)], query=asked.kept)
    return write(view, "query", page, asked=asked, longest=LONGEST, shown_rows=ROWS)


def _render_codebook(publication: Publication, at: str, language: str) -> str:
    """Return the page that says what every column of the tables means."""
    view = View(publication, at, language)
    title = Text(words.translations(language).gettext(_("Codebook of the tables")))
    page = Page(CODEBOOK, publication.site.base + CODEBOOK, title, [home_crumb(view)])
    return write(view, "codebook", page, **codebook.shown())


def render_changes(publication: Publication, at: str, language: str, log: History, number: int = 0) -> str:
    """Return the page of what has changed, the newest first: the latest, or what is on a page of the log."""
    view = View(publication, at, language)
    title = Text(words.translations(language).gettext(_("Changes")))
    crumbs = [home_crumb(view), *([Crumb(title, view.page(history.PATH) + log.query)] if number else [])]
    if number:
        title = Text(f"{title} {number}/{log.pages}")
    modified = log.log[-1].day if log.log else ""
    page = Page(history.path(number), log.iri(number), title, crumbs, RDF_FORMATS, modified, log.query)
    return write(view, "changes", page, log=log, number=number, days=history.by_day(view, log, number))


@dataclass(frozen=True)
class Problem:
    """Why a request was not answered.

    Attributes:
        status: the HTTP status.
        detail: what is wrong and what to do, in the language of the page.
        links: label and reference, relative to the page, of what may help.
        query: the query string of a page that cannot be shown with it; its other languages keep it.
    """

    status: int
    detail: str
    links: Sequence[tuple[str, str]] = ()
    query: str = ""


def render_error(publication: Publication, at: str, language: str, problem: Problem) -> str:
    """Return the page of an error; it has no IRI.

    Its language switch leads to the same question in another language, or to the home pages where there is no question.
    """
    view = View(publication, at, language)
    say = words.translations(language).gettext
    title = Text(say(_ERRORS.get(problem.status, _("Something went wrong"))))
    page = Page(HOME, "", title, [home_crumb(view)])
    if problem.query:
        path = at.removesuffix(".html").removesuffix(f".{language}")
        page = replace(page, path=quote(path), query=f"?{problem.query}")
    return write(view, "error", page, problem=problem)
