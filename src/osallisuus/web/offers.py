"""Answers of pages that are about no thing, such as a list or a comparison: their forms, languages and headers."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, request

from osallisuus.formats import CSVM, HTML, SVG, Format
from osallisuus.release import Publication
from osallisuus.web.negotiation import choose_format, choose_language
from osallisuus.web.resources import conditional

_IN_LANGUAGES = (HTML, SVG)
"""The forms that have an address of their own for each language."""


_LONG = 2048
_OF_QUERIES = "%/?&=+:;,@!$'()*~-._"
"""Characters that a query string may have besides letters and digits (RFC 3986); others would end a link in a header."""


@dataclass(frozen=True)
class Offer:
    """What is offered under one name: `compare` is negotiated, `compare.csv` a form, `compare.fi.html` a language version.

    Attributes:
        name: path under the base, without suffix.
        forms: the forms in which it is offered, best first; `HTML` is one of them.
        make: (form, language, path asked for) → the content; raises werkzeug's HTTP errors for what it cannot answer.
    """

    name: str
    forms: Sequence[Format]
    make: Callable[[Format, str, str], str | bytes]

    def answer(self, publication: Publication, languages: Sequence[str], at: str) -> Response | None:
        """Return the answer to the present request for a path, or None when the path is not of this offer.

        Args:
            publication: what is published.
            languages: the languages of the pages of the site, the usual one first.
            at: path that is asked for; the query string is kept by redirects and links.
        """
        found = re.fullmatch(
            rf"{re.escape(self.name)}(?:\.(?P<language>[a-z]{{2}})(?=\.))?(?P<suffix>\..+)?", at
        )
        if not found:
            return None
        form = next((each for each in self.forms if each.suffix == found["suffix"]), None)
        explicit = found["language"] or ""
        if (found["suffix"] and form is None) or (
            explicit and (form not in _IN_LANGUAGES or explicit not in languages)
        ):
            return None
        if form is None:
            return self._redirect()
        language = explicit or choose_language(request.accept_languages, languages)
        response = Response(self.make(form, language, at), content_type=form.content_type)
        if form in _IN_LANGUAGES:
            response.content_language.add(language)
        if not explicit:  # words in tables may be in the reader's language too
            response.vary.add("Accept-Language")
        response.headers["Link"] = self._links(publication)
        return conditional(response, max(each.modified for each in publication.manifest.things))

    def _redirect(self) -> Response:
        chosen = choose_format(request.accept_mimetypes, self.forms)
        if chosen is None:
            types = "\n".join(each.media_type for each in self.forms)
            response = Response(f"This is offered as:\n{types}\n", 406, mimetype="text/plain")
        else:
            name = self.name.rpartition("/")[2]
            response = Response(status=303, headers={"Location": f"{name}{chosen.suffix}{self._query}"})
        response.vary.add("Accept")
        return response

    def _links(self, publication: Publication) -> str:
        name = self.name.rpartition("/")[2]
        forms = self.forms if len(self._query) <= _LONG else ()  # a header that long is refused by proxies
        found = [  # readers of tables want the metadata first
            f'<{name}{each.suffix}{self._query}>; rel="{_relation(each)}"; type="{each.media_type}"'
            for each in sorted(forms, key=_relation, reverse=True)
        ]
        return ", ".join([*found, f'<{publication.site.licence}>; rel="license"'])

    @property
    def _query(self) -> str:
        text = request.query_string.decode("latin-1")
        return f"?{quote(text, safe=_OF_QUERIES, encoding='latin-1')}" if text else ""


def _relation(form: Format) -> str:
    """Return the relation of a form to the others: the metadata of a table describe it."""
    return "describedby" if form is CSVM else "alternate"
