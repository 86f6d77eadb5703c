"""The log of changes as Atom (RFC 4287) in one language, the newest first; full pages are its archive (RFC 5005). Pure."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from osallisuus.formats import ATOM, HTML, JSONLD, Format
from osallisuus.release import Publication
from osallisuus.release.changes import Activity
from osallisuus.web import words
from osallisuus.web.activities import time
from osallisuus.web.history import PAGE, PATH, History, name, path, phrase, served_at
from osallisuus.web.views import View

_ATOM = "http://www.w3.org/2005/Atom"
_ARCHIVE = "http://purl.org/syndication/history/1.0"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_AS = "https://www.w3.org/ns/activitystreams#"
ET.register_namespace("", _ATOM)
ET.register_namespace("fh", _ARCHIVE)


def feed(publication: Publication, history: History, language: str, page: int = 0) -> bytes:
    """Return the feed of the latest activities, or one of a page of the log.

    Args:
        publication: what is published.
        history: its log; all of it, since a feed has no parameters.
        language: language of its words, one of `words.LANGUAGES`.
        page: number of the page; 0 for the feed that readers subscribe to.
    """
    found = ET.Element(f"{{{_ATOM}}}feed", {_LANG: language})
    start = history.start(page or history.latest_from)
    activities = history.page(page) if page else history.latest
    _head(found, publication, activities, language)
    _links(found, publication, history, page, language)
    for place in range(start + len(activities) - 1, start - 1, -1):
        log = f"{publication.site.url}{path(history.page_of(place))}.{language}{HTML.suffix}"
        _entry(found, publication, history.log[place], log, language)
    ET.indent(found, "")
    return bytes(ET.tostring(found, encoding="utf-8", xml_declaration=True)) + b"\n"


def _head(found: ET.Element, publication: Publication, activities: Sequence[Activity], language: str) -> None:
    site, view = publication.site, View(publication, PATH, language)
    _add(found, "id", f"{site.base}{PATH}.{language}{ATOM.suffix}")
    heading = words.translations(language).gettext("Changes")
    _add(found, "title", f"{view.site_text(site.title).value} – {heading}")
    latest = activities[-1].day if activities else max(each.modified for each in publication.manifest.things)
    _add(found, "updated", time(latest))
    author = ET.SubElement(found, f"{{{_ATOM}}}author")
    _add(author, "name", view.site_text(site.publisher).value)
    if site.publisher_url:
        _add(author, "uri", site.publisher_url)
    _add(found, "rights", view.licence_name())


def _links(found: ET.Element, publication: Publication, history: History, page: int, language: str) -> None:
    """Add where the feed and its other forms are, and the archive: each full page, the newest first."""
    site = publication.site

    def link(rel: str, number: int, form: Format, tag: str = "") -> None:
        address = f"{site.url}{path(number)}{tag}{form.suffix}"
        ET.SubElement(found, f"{{{_ATOM}}}link", {"rel": rel, "type": form.media_type, "href": address})

    own = f".{language}"
    ET.SubElement(found, f"{{{_ATOM}}}link", {"rel": "license", "href": site.licence})
    link("self", page, ATOM, own)
    link("alternate", page, HTML, own)
    link("alternate", page, JSONLD)
    if page:
        ET.SubElement(found, f"{{{_ARCHIVE}}}archive")
        link("current", 0, ATOM, own)
        if page < history.pages and len(history.page(page + 1)) == PAGE:
            link("next-archive", page + 1, ATOM, own)
    before = (page or history.latest_from) - 1
    if before:
        link("prev-archive", before, ATOM, own)


def _entry(found: ET.Element, publication: Publication, each: Activity, log: str, language: str) -> None:
    """Add an activity; it links to the page of its thing, or to the log where that is gone."""
    site, view = publication.site, View(publication, PATH, language)
    entry = ET.SubElement(found, f"{{{_ATOM}}}entry")
    what, (thing, _) = phrase(each, language), name(each, (language, *site.languages))
    _add(entry, "id", f"{site.base}{PATH}#{each.id}")
    _add(entry, "title", f"{what}: {thing}")
    _add(entry, "updated", time(each.day))
    _add(entry, "published", time(each.day))
    page = served_at(publication, each)
    target = f"{site.url}{page}.{language}{HTML.suffix}" if page else f"{log}#{each.id}"
    attributes = {"rel": "alternate", "type": HTML.media_type, "href": target}
    ET.SubElement(entry, f"{{{_ATOM}}}link", attributes)
    ET.SubElement(entry, f"{{{_ATOM}}}category", {"term": each.type, "scheme": _AS})
    _add(entry, "summary", f"{view.name(each.dataset).value} – {each.object}")


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{tag}").text = text
