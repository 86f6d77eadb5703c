"""IRIs and documents: what is at a path, in which formats, and the answer to a request for it."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from flask import Response, request
from werkzeug.exceptions import InternalServerError

from osallisuus import serialisation
from osallisuus.errors import PublishedError
from osallisuus.formats import (
    CITATION,
    CSV,
    CSVM,
    HTML,
    JSON,
    JSONL,
    LINKSET,
    NTRIPLES,
    RDF_FORMATS,
    TURTLE,
    Format,
    by_suffix,
)
from osallisuus.release import Publication, telling
from osallisuus.release.spans import compare, parse_span
from osallisuus.vocabulary import CONTEXT
from osallisuus.web import pages
from osallisuus.web.negotiation import choose_format, choose_language
from osallisuus.web.signposting import Signposts
from osallisuus.web.views import CODEBOOK

_DOCUMENTS = (*RDF_FORMATS, CSV)


@dataclass(frozen=True)
class Document:
    """A path taken apart: the thing it is about, the format its suffix names, the language of a page's version."""

    path: str
    form: Format | None
    language: str


class Resources:
    """Answers requests for the things of a publication and their documents."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.languages = [each for each in publication.site.languages if each in pages.LANGUAGES] or ["en"]
        self._modified = max(each.modified for each in publication.manifest.things)
        self.signposts = Signposts(publication, self.languages)
        self._content = lru_cache(maxsize=8192)(self._make)

    def take_apart(self, path: str) -> Document:
        """Return what a path asks for: `x.fi.html` is the Finnish page of `x`, `x.ttl` its Turtle, `x` itself."""
        stem, dot, last = path.rpartition(".")
        form = by_suffix(f".{last}") if dot and stem else None
        if form is None:
            return Document(path, None, "")
        if form is HTML:
            name, dot, language = stem.rpartition(".")
            if dot and language in self.languages:
                return Document(name, HTML, language)
        return Document(stem, form, "")

    def formats(self, path: str) -> list[Format]:
        """Return the formats in which a thing is offered, best first; none when there is no such thing."""
        if path == CODEBOOK:
            return [HTML]
        if self.publication.manifest.thing(path):
            return [each for each in _DOCUMENTS if f"{path}{each.suffix}" in self.publication.files] + [HTML]
        if parse_span(self.publication, path):
            return [*RDF_FORMATS, HTML]
        iri = self.publication.iri(path)
        return [*RDF_FORMATS, HTML] if iri and self.publication.document(iri) else []

    def answer(self, path: str) -> Response | None:
        """Return the answer to a request for a path, or None when nothing is there."""
        if path in self.publication.frozen_files:
            return self._frozen(path)
        if path.endswith(LINKSET.suffix):
            return self._linkset(path.removesuffix(LINKSET.suffix))
        document = self.take_apart(path)
        offered = self.formats(document.path)
        if document.form not in (None, *offered) or not offered:
            return self._table(path)
        if document.form is None:
            return self._redirect(document.path, offered)
        return self._document(document, offered)

    def _table(self, path: str) -> Response | None:
        """Answer with a table beside the documents of a dataset, the metadata of a table, or the log of changes."""
        form = next((each for each in (CSVM, CSV, JSONL) if path.endswith(each.suffix)), None)
        if form is None or path not in self.publication.files:
            return None
        response = Response(self.publication.files[path], content_type=form.content_type)
        things = [each for each in self.publication.manifest.things if path.startswith(each.path)]
        if not things:  # the log of changes, which belongs to all of them
            return conditional(response, self._modified)
        owner = max(things, key=lambda each: len(each.path))
        response.headers["Link"] = self.signposts.of_file(owner.path, path)
        return conditional(response, owner.modified)

    def _frozen(self, path: str) -> Response:
        """Answer with a file of a frozen release, which clients may keep for good."""
        entry = self.publication.frozen_files[path]
        form = next(each for each in (CSVM, CSV, NTRIPLES, CITATION, JSON) if path.endswith(each.suffix))
        try:
            content = self.publication.frozen(path)
        except PublishedError as error:
            raise InternalServerError(f"{path} is not as it was frozen. Tell the publisher.") from error
        response = Response(content, content_type=form.content_type)
        owner = next(each.path for each in self.publication.manifest.releases if entry in each.files)
        response.headers["Link"] = self.signposts.of_file(owner, path)
        response = conditional(response, entry.modified)
        response.cache_control.max_age = int(timedelta(days=365).total_seconds())
        response.cache_control.immutable = True
        return response

    def _redirect(self, path: str, offered: list[Format]) -> Response:
        chosen = choose_format(request.accept_mimetypes, offered)
        if chosen is None:
            types = "\n".join(each.media_type for each in offered)
            response = Response(f"This is offered as:\n{types}\n", 406, mimetype="text/plain")
        else:
            response = Response(status=303, headers={"Location": f"{path.rpartition('/')[2]}{chosen.suffix}"})
        response.vary.add("Accept")
        response.headers["Link"] = self.signposts.of_iri(path, offered)
        return response

    def _document(self, document: Document, offered: list[Format]) -> Response | None:
        form = document.form or TURTLE
        language = document.language or choose_language(request.accept_languages, self.languages)
        at = request.path.lstrip("/")
        make = self._make if parse_span(self.publication, document.path) else self._content
        content = make(document.path, form, language if form is HTML else "", at if form is HTML else "")
        if content is None:
            return None
        response = Response(content, content_type=form.content_type)
        lead = self.signposts.of_page if form is HTML else self.signposts.of_file
        response.headers["Link"] = lead(document.path, at, offered)
        if form is HTML:
            response.content_language.add(language)
            if not document.language:
                response.vary.add("Accept-Language")
        return conditional(response, self._date(document.path, form))

    def _make(self, path: str, form: Format, language: str, at: str) -> bytes | None:
        publication = self.publication
        if form is HTML:
            page = pages.render(publication, path, at, language)
            return None if page is None else page.encode()
        if span := parse_span(publication, path):
            return telling.document(publication, compare(publication, span), form, CONTEXT)
        if publication.manifest.thing(path):
            return publication.files[f"{path}{form.suffix}"]
        return serialisation.write(publication.document(publication.iri(path) or ""), form, CONTEXT)

    def _date(self, path: str, form: Format) -> str:
        """Return the day when a document last changed; a page shows other things too, so it takes the latest day."""
        if form is HTML:
            return self._modified
        iri = self.publication.iri(path) or ""
        thing = self.publication.manifest.thing(path) or self.publication.manifest.thing(
            self.publication.graph_of.get(iri, "")
        )
        return thing.modified if thing else self._modified

    def _linkset(self, path: str) -> Response | None:
        if not self.signposts.has_set(path):
            return None
        response = Response(self.signposts.linkset(path), content_type=LINKSET.content_type)
        return conditional(response, self._modified)


def conditional(response: Response, day: str) -> Response:
    """Give a complete answer its ETag and date, and turn it into a 304 where the client has it already.

    Args:
        response: an answer of status 200.
        day: `YYYY-MM-DD` of its last change.
    """
    content = response.get_data()
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    response.last_modified = datetime.fromisoformat(day).replace(tzinfo=UTC)
    response.cache_control.max_age = int(timedelta(minutes=5).total_seconds())
    response.cache_control.public = True
    response.make_conditional(request)
    return response
