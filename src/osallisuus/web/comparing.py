"""`compare`: what a reader asks to have compared, and the answers: a page, tables, JSON and a drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote

from flask import request
from werkzeug.exceptions import BadRequest

from osallisuus.compare import ASKED, AXES, COMPARED, GROUPED, MUNICIPALITY, Choice, Matrix, Wish
from osallisuus.formats import CSV, CSVM, HTML, JSON, SVG, Format
from osallisuus.release.comparing import Comparing, ideas, tables
from osallisuus.vocabulary import VOCAB, load
from osallisuus.web import compared, drawing, words
from osallisuus.web.offers import Offer
from osallisuus.web.parameters import Parameters
from osallisuus.web.views import COMPARE, View

FORMS = (HTML, CSV, CSVM, JSON, SVG)
"""The forms of a comparison."""

PARAMETERS = (MUNICIPALITY, "by", "cross", "gaps", *ASKED, "basis", "inward", "page")
"""The parameters, in the order in which an address has them."""

_SIZE = 25
"""Municipalities on a page and in a drawing."""


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


@dataclass(frozen=True)
class Asked:
    """What is asked of the comparison.

    Attributes:
        choice: what is compared.
        wish: what ideas are asked for; None for a comparison.
        page: number of the page; 0 where none is named.
    """

    choice: Choice
    wish: Wish | None = None
    page: int = 0


class Comparisons:
    """Answers about comparisons.

    Args:
        comparing: compares the municipalities of what is published.
    """

    def __init__(self, comparing: Comparing) -> None:
        self.comparing = comparing
        self.publication = comparing.publication
        self.matrix = lru_cache(maxsize=32)(comparing.matrix)

    @property
    def offer(self) -> Offer:
        """The offer of the comparison."""
        return Offer(COMPARE, FORMS, self.make)

    def make(self, form: Format, language: str, at: str) -> str | bytes:
        """Return the comparison that the present request asks for, in a form.

        Raises:
            BadRequest: it asks for what there is not.
        """
        asked = self.read(request.args.to_dict(flat=False), language)
        if asked.wish:
            return self._ideas(asked, asked.wish, form, View(self.publication, at, language))
        whole = self.matrix(asked.choice)
        matrix = self._page(whole, asked, form, language)
        if form in (CSV, CSVM):
            return self._table(tables.sheet(self.comparing, matrix), form, asked)
        if form is JSON:
            return tables.document(self.comparing, matrix)
        shown = compared.Shown(
            View(self.publication, at, language), self.comparing, matrix, len(whole.columns)
        )
        if form is SVG:
            return drawing.draw(shown)
        addresses = [self.address(replace(asked, page=each)) for each in range(1, _pages(whole) + 1)]
        return compared.render(shown, self.address(asked), asked.page or 1, addresses)

    def _table(
        self, sheet: "tables.Sheet[tables.Number] | tables.Sheet[ideas.Idea]", form: Format, asked: Asked
    ) -> bytes:
        if form is CSV:
            return sheet.csv()
        return sheet.metadata(f"{COMPARE}{CSV.suffix}{self.address(asked)}", self.publication.site.licence)

    def _ideas(self, asked: Asked, wish: Wish, form: Format, view: View) -> str | bytes:
        found = self.comparing.gaps(wish)
        if form is SVG:
            raise BadRequest(
                words.translations(view.language).gettext(
                    _("Suggestions are not drawn. Ask for the page, CSV or JSON.")
                )
            )
        if form in (CSV, CSVM):
            return self._table(ideas.sheet(self.comparing, wish, found), form, asked)
        if form is JSON:
            return ideas.document(self.comparing, wish, found)
        return compared.render_ideas(view, self.comparing, wish, found, self.address(asked))

    def _page(self, whole: Matrix, asked: Asked, form: Format, language: str) -> Matrix:
        """Return the part of a comparison that is on the page asked for; a table and JSON have all unless one is named."""
        last = _pages(whole)
        if asked.page > last:
            text = words.translations(language).gettext(
                _("The comparison has no page %(page)s; its last is %(last)s.")
            )
            raise BadRequest(text % {"page": asked.page, "last": last})
        page = asked.page or (1 if form in (HTML, SVG) else 0)
        if not page:
            return whole
        return replace(whole, columns=whole.columns[(page - 1) * _SIZE : page * _SIZE])

    def address(self, asked: Asked) -> str:
        """Return the query string of what is asked, with its question mark; empty when everything is as usual."""
        parts = "&".join(f"{name}={quote(value, safe='/')}" for name, value in self._pairs(asked))
        return f"?{parts}" if parts else ""

    def _pairs(self, asked: Asked) -> list[tuple[str, str]]:
        choice, wish = asked.choice, asked.wish
        found = [(MUNICIPALITY, self.comparing.code(each)) for each in choice.municipalities]
        found += [("by", choice.by)] if choice.by != (GROUPED if wish else COMPARED)[0] else []
        found += [("cross", choice.cross)] if choice.cross else []
        if wish:
            found += [("gaps", self.comparing.code(wish.municipality))]
            found += [(axis, iri.rpartition("/")[2]) for axis, iri in wish.asked.items()]
        found += [("basis", "stated")] if choice.only_stated else []
        found += [("inward", "1")] if choice.with_inward else []
        return found + ([("page", str(asked.page))] if asked.page else [])

    def read(self, given: Mapping[str, Sequence[str]], language: str) -> Asked:
        """Return what the parameters of a request ask; an empty one is as if it were not there.

        Raises:
            BadRequest: a parameter or a value is unknown, or there more than once; says what is possible.
        """
        reader = Parameters(given, PARAMETERS, language)
        codes = [self.comparing.code(each) for each in self.publication.municipalities]
        gaps = reader.one_of("gaps", ("", *codes))
        choice = Choice(
            by=reader.one_of("by", GROUPED if gaps else COMPARED),
            cross=reader.one_of("cross", ("", *COMPARED)),
            municipalities=self._iris(reader.any_of(MUNICIPALITY, codes)),
            with_inward=reader.one_of("inward", ("0", "1")) == "1",
            only_stated=reader.one_of("basis", ("all", "stated")) == "stated",
        )
        asked = {axis: reader.one_of(axis, ("", *load().concepts[axis])) for axis in ASKED}
        page = reader.number("page")
        if not gaps:
            for name in (axis for axis, value in asked.items() if value):
                reader.refuse(_("“%(name)s” goes with “gaps” only."), name=name)
            return Asked(self._crossable(choice, codes, reader), page=page)
        for name in (name for name, value in (("cross", choice.cross), ("page", page)) if value):
            reader.refuse(_("“%(name)s” does not go with “gaps”."), name=name)
        return Asked(choice, self._wish(choice, gaps, asked, reader))

    def _iris(self, codes: Sequence[str]) -> tuple[str, ...]:
        return tuple(self.publication.site.base + each for each in codes)

    def _crossable(self, choice: Choice, codes: Sequence[str], reader: Parameters) -> Choice:
        """Return a choice where a cross has its one municipality: that of the site when there is no other."""
        if not choice.cross:
            return choice
        if choice.cross == choice.by:
            reader.refuse(
                _("“cross” must be another than “by”. It can be: %(possible)s"),
                [each for each in COMPARED if each != choice.by],
            )
        chosen = choice.municipalities or (self._iris(codes) if len(codes) == 1 else ())
        if len(chosen) != 1:
            reader.refuse(_("“cross” needs one “municipality”. It can be: %(possible)s"), codes)
        return replace(choice, municipalities=chosen)

    def _wish(self, choice: Choice, gaps: str, asked: Mapping[str, str], reader: Parameters) -> Wish:
        if not any(asked.values()):
            possible = [f"{axis}={each}" for axis in ASKED for each in load().concepts[axis]]
            reader.refuse(
                _("Say for whom or to what end suggestions are wanted. It can be: %(possible)s"), possible
            )
        return Wish(
            municipality=self._iris([gaps])[0],
            asked={axis: f"{VOCAB}{AXES[axis].scheme}/{value}" for axis, value in asked.items() if value},
            by=choice.by,
            others=choice.municipalities,
            with_inward=choice.with_inward,
            only_stated=choice.only_stated,
        )


def _pages(matrix: Matrix) -> int:
    return max(1, -(-len(matrix.columns) // _SIZE))
