"""Answers about what has changed: RDF in ActivityStreams' words, Atom, and pages, all of them from a day on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, request
from werkzeug.exceptions import BadRequest

from osallisuus.formats import ATOM, HTML, JSONLD, NTRIPLES, RDFXML, TURTLE, Format
from osallisuus.release import Publication
from osallisuus.release.changes import NAME
from osallisuus.web import activities, atom, pages, words
from osallisuus.web.history import PATH, History, name, open_history, path
from osallisuus.web.negotiation import choose_format, choose_language
from osallisuus.web.resources import conditional
from osallisuus.web.views import CATALOG, View, rel

FORMATS = (JSONLD, TURTLE, NTRIPLES, RDFXML, HTML, ATOM)
"""The forms of the log, in the order of preference: programs ask without saying what they want."""

_IN_LANGUAGES = (HTML, ATOM)
_POLLED = (JSONLD, ATOM)
_AT = re.compile(
    rf"{PATH}(?:/(?P<page>[1-9][0-9]{{0,8}}))?(?:\.(?P<language>[a-z]{{2}})(?=\.))?"
    rf"(?P<suffix>{'|'.join(re.escape(each.suffix) for each in FORMATS)})?"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


@dataclass(frozen=True)
class _Asked:
    """What a request asks of the log."""

    history: History
    page: int
    language: str
    form: Format | None


@dataclass(frozen=True)
class Removal:
    """That a thing is published no longer.

    Attributes:
        publication: what is published.
        history: the log.
        place: where the log says so, counted from 0.
    """

    publication: Publication
    history: History
    place: int

    def problem(self, at: str, language: str) -> pages.Problem:
        """Return it for a page at a path, in its language."""
        activity, view = self.history.log[self.place], View(self.publication, at, language)
        say = words.translations(language).gettext
        detail = say(_("“%(name)s” was removed on %(day)s. This address will not be used for anything else."))
        named, _tag = name(activity, (language, *self.publication.site.languages))
        log = f"{view.page(path(self.history.page_of(self.place)), language)}#{activity.id}"
        links = [(say(_("Changes")), log)]
        return pages.Problem(410, detail % {"name": named, "day": view.time(activity.day)}, links)

    @property
    def text(self) -> str:
        """It as a line for programs."""
        activity, site = self.history.log[self.place], self.publication.site
        log = f"{site.url}{path(self.history.page_of(self.place))}{JSONLD.suffix}"
        return f"{activity.object} was removed on {activity.day}. The log of changes says so: {log}"


class Changes:
    """Answers requests for the log of changes of a publication.

    Args:
        publication: what is published.
        languages: the languages of its pages.
    """

    def __init__(self, publication: Publication, languages: Sequence[str]) -> None:
        self.publication = publication
        self.languages = languages
        self._modified = max(each.modified for each in publication.manifest.things)
        self.history = open_history(publication.site.base, publication.files.get(NAME, b""))
        self._removed = self.history.removed  # made now rather than for the first one who asks

    def removal(self, at: str) -> "Removal | None":
        """Return what the log says of the thing at a path that is published no longer; None of others."""
        place = self._removed.get(at)
        return None if place is None else Removal(self.publication, self.history, place)

    def answer(self, at: str) -> Response | None:
        """Return the answer to a request for a path, or None when it is not of the log.

        Raises:
            BadRequest: `since` is no day.
        """
        asked = self._take_apart(at)
        if asked is None:
            return None
        if asked.form is None:
            return self._redirect(asked)
        language = asked.language or choose_language(request.accept_languages, self.languages)
        response = Response(self._content(asked, at, language), content_type=asked.form.content_type)
        if asked.form in _IN_LANGUAGES:
            response.content_language.add(language)
            if not asked.language:
                response.vary.add("Accept-Language")
        response.headers["Link"] = self._links(asked)
        return _polled(response) if asked.form in _POLLED else conditional(response, self._modified)

    def _take_apart(self, at: str) -> _Asked | None:
        found = _AT.fullmatch(at)
        if not found:
            return None
        page, language = int(found["page"] or 0), found["language"] or ""
        form = next((each for each in FORMATS if each.suffix == found["suffix"]), None)
        if language and (language not in self.languages or form not in _IN_LANGUAGES):
            return None
        history = self.history.since_day(self._since())
        # A feed is subscribed to at one address, so that its readers are told all that is new.
        history = self.history if form is ATOM else history
        return None if page > history.pages else _Asked(history, page, language, form)

    def _since(self) -> str:
        """Return the day that the request names; empty when it names none."""
        given = request.args.getlist("since")
        if given in ([], [""]):
            return ""
        try:
            if len(given) == 1 and _DAY.fullmatch(given[0]):
                return date.fromisoformat(given[0]).isoformat()
        except ValueError:  # of the form of a day, but in no calendar
            pass
        language = "en"
        if choose_format(request.accept_mimetypes, FORMATS) is HTML:
            language = choose_language(request.accept_languages, self.languages)
        text = _("“since” must be one day, written like 2026-11-25; it is: %(given)s")
        raise BadRequest(words.translations(language).gettext(text) % {"given": ", ".join(given)[:100]})

    def _redirect(self, asked: _Asked) -> Response:
        chosen = choose_format(request.accept_mimetypes, FORMATS)
        if chosen is None:
            types = "\n".join(each.media_type for each in FORMATS)
            response = Response(f"This is offered as:\n{types}\n", 406, mimetype="text/plain")
        else:
            name = path(asked.page).rpartition("/")[2]
            query = "" if chosen is ATOM else asked.history.query
            response = Response(status=303, headers={"Location": f"{name}{chosen.suffix}{query}"})
        response.vary.add("Accept")
        response.headers["Link"] = self._links(asked)
        return response

    def _content(self, asked: _Asked, at: str, language: str) -> bytes:
        if asked.form is ATOM:
            return atom.feed(self.publication, asked.history, language, asked.page)
        if asked.form is HTML:
            return pages.render_changes(self.publication, at, language, asked.history, asked.page).encode()
        if asked.page:
            document = activities.page(asked.history, asked.page)
        else:
            document = activities.collection(asked.history, self.publication.site)
        return document if asked.form in (None, JSONLD) else activities.rewrite(document, asked.form)

    def _links(self, asked: _Asked) -> str:
        """Return the Link header: the forms and the catalog, relative to the path asked for, the IRI and the licence."""
        name = path(asked.page).rpartition("/")[2]
        catalog = rel(path(asked.page), CATALOG + TURTLE.suffix)
        found = [
            f'<{name}{each.suffix}{"" if each is ATOM else asked.history.query}>; rel="alternate"; type="{each.media_type}"'
            for each in FORMATS
        ]
        return ", ".join(
            [
                *found,
                f'<{asked.history.iri(asked.page)}>; rel="canonical"',
                f'<{catalog}>; rel="describedby"; type="{TURTLE.media_type}"',
                f'<{self.publication.site.licence}>; rel="license"',
                f'<{activities.PROFILE}>; rel="profile"',
            ]
        )


def _polled(response: Response) -> Response:
    """Give an answer its tag, but no date: who polls by that could not tell two editions of one day from each other."""
    response.add_etag()
    response.cache_control.max_age = int(timedelta(minutes=5).total_seconds())
    response.cache_control.public = True
    response.make_conditional(request)
    return response
