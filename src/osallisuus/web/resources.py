"""IRIs and documents: what is at a path, in which formats, and the answer to a request for it."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from flask import Response, request
from pyoxigraph import NamedNode

from osallisuus import serialisation
from osallisuus.formats import CSV, HTML, RDF_FORMATS, TURTLE, Format, by_suffix
from osallisuus.release import Publication
from osallisuus.vocabulary import CONTEXT, VERSION, VOCAB
from osallisuus.web import pages
from osallisuus.web.negotiation import choose_format, choose_language

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
        self._graph_of = {
            triple.subject.value: path
            for path, triples in publication.graphs.items()
            for triple in triples
            if isinstance(triple.subject, NamedNode)
        }
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
        if self.publication.manifest.thing(path):
            return [each for each in _DOCUMENTS if f"{path}{each.suffix}" in self.publication.files] + [HTML]
        iri = self.publication.iri(path)
        return [*RDF_FORMATS, HTML] if iri and self.publication.document(iri) else []

    def answer(self, path: str) -> Response | None:
        """Return the answer to a request for a path, or None when nothing is there."""
        document = self.take_apart(path)
        offered = self.formats(document.path)
        if not offered:
            return None
        if document.form is None:
            return self._redirect(document.path, offered)
        if document.form not in offered:
            return None
        return self._document(document, offered)

    def _redirect(self, path: str, offered: list[Format]) -> Response:
        chosen = choose_format(request.accept_mimetypes, offered)
        if chosen is None:
            types = "\n".join(each.media_type for each in offered)
            response = Response(f"This is offered as:\n{types}\n", 406, mimetype="text/plain")
        else:
            response = Response(status=303, headers={"Location": f"{path.rpartition('/')[2]}{chosen.suffix}"})
        response.vary.add("Accept")
        response.headers["Link"] = self._links(path, offered)
        return response

    def _document(self, document: Document, offered: list[Format]) -> Response | None:
        form = document.form or TURTLE
        language = document.language or choose_language(request.accept_languages, self.languages)
        at = request.path.lstrip("/")
        content = self._content(
            document.path, form, language if form is HTML else "", at if form is HTML else ""
        )
        if content is None:
            return None
        response = Response(content, content_type=form.content_type)
        response.headers["Link"] = self._links(document.path, offered)
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
        if publication.manifest.thing(path):
            return publication.files[f"{path}{form.suffix}"]
        return serialisation.write(publication.document(publication.iri(path) or ""), form, CONTEXT)

    def _date(self, path: str, form: Format) -> str:
        """Return the day when a document last changed; a page shows other things too, so it takes the latest day."""
        if form is HTML:
            return self._modified
        iri = self.publication.iri(path) or ""
        thing = self.publication.manifest.thing(path) or self.publication.manifest.thing(
            self._graph_of.get(iri, "")
        )
        return thing.modified if thing else self._modified

    def _links(self, path: str, offered: list[Format]) -> str:
        """Return the Link header; addresses are relative to the path asked for, so that a prefix does no harm."""
        name = path.rpartition("/")[2]
        up = "../" * path.count("/")
        canonical = self.publication.iri(path) or self.publication.site.base + path
        links = [f'<{name}{each.suffix}>; rel="alternate"; type="{each.media_type}"' for each in offered]
        return ", ".join(
            [
                *links,
                f'<{canonical}>; rel="canonical"',
                f'<{up}catalog{TURTLE.suffix}>; rel="describedby"; type="{TURTLE.media_type}"',
                f'<{self.publication.site.licence}>; rel="license"',
                f'<{VOCAB}ns/{VERSION}>; rel="profile"',
            ]
        )


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
