"""The list of all practices: its page with facets and search, and the same practices as CSV, JSON-LD and SPARQL."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import request
from markupsafe import Markup
from werkzeug.exceptions import BadRequest

from osallisuus import search, serialisation
from osallisuus.compare import AXES, MUNICIPALITY
from osallisuus.formats import CSV, HTML, JSONLD, Format
from osallisuus.release import Publication
from osallisuus.release.listing import NAMES as LABELS
from osallisuus.release.tables import wide
from osallisuus.vocabulary import CONTEXT
from osallisuus.web import asking, browse_query, pages, words
from osallisuus.web.asking import PATH, Asked
from osallisuus.web.facets import Facets, Narrowed, Value
from osallisuus.web.marking import mark, shorten
from osallisuus.web.offers import Offer
from osallisuus.web.views import Text, View

SIZE = 25
"""Practices on a page."""

DESCRIBED = 2000
"""Practices that are described in one answer: more would keep the server busy for seconds."""

FORMS = (HTML, CSV, JSONLD)
"""The forms of the list."""

_AROUND = 2


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


HEADINGS: Mapping[str, str] = {
    MUNICIPALITY: _("Municipality"),
    "purpose": _("Purpose"),
    "target-group": _("Target group"),
    "channel": _("Channel"),
    "unit-type": _("Type of unit"),
    "level": _("Level of participation"),
    "law": _("Legal basis"),
}
"""Axis → its name on pages."""

SORT_NAMES: Mapping[str, str] = {
    "relevance": _("best match"),
    "name": _("name"),
    "municipality": _("municipality"),
}
"""Order → its name on pages."""


@dataclass(frozen=True)
class Hit:
    """A practice in the list.

    Attributes:
        iri: its IRI.
        municipality: IRI of its municipality.
        coverage: IRI of the coverage of its dataset; empty when it states none.
        purposes: IRIs of its purposes.
        groups: IRIs of its target groups by the source.
        implied: those by the editors' reading.
    """

    iri: str
    municipality: str
    coverage: str
    purposes: tuple[str, ...]
    groups: tuple[str, ...]
    implied: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """What the page of the list shows.

    Attributes:
        view: the page's view.
        facets: the practices by their values.
        narrowed: the practices that are asked for.
        order: their positions, in their order.
    """

    view: View
    facets: Facets
    narrowed: Narrowed
    order: Sequence[int]

    @property
    def asked(self) -> Asked:
        """What is asked."""
        return self.narrowed.asked

    @property
    def count(self) -> int:
        """How many practices it has."""
        return len(self.order)

    @property
    def total(self) -> int:
        """How many practices there are."""
        return len(self.facets.entries)

    @property
    def number(self) -> int:
        """The number of the page."""
        return self.asked.page or 1

    @property
    def first(self) -> int:
        """The number of the first practice on the page, from 1."""
        return (self.number - 1) * SIZE + 1

    @property
    def last(self) -> int:
        """The number of the last practice on the page."""
        return min(self.number * SIZE, self.count)

    @property
    def hits(self) -> list[Hit]:
        """The practices on the page."""
        found = (self.facets.entries[each] for each in self.order[self.first - 1 : self.last])
        return [
            Hit(each.iri, each.municipality, each.coverage, each.on("purpose"), *self._groups(each.iri))
            for each in found
        ]

    def _groups(self, iri: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the target groups of a practice, stated and implied, as its own page has them."""
        stated = tuple(self.view.links(iri, "osa:targetGroup"))
        implied = self.view.links(iri, "osa:impliedGroup")
        return stated, tuple(each for each in implied if each not in stated)

    @cached_property
    def pages(self) -> list[int]:
        """The numbers of the pages to link to: the first, the last and those around; 0 stands for a gap."""
        last = page_count(self.count)
        near = {1, last, *range(self.number - _AROUND, self.number + _AROUND + 1)}
        found: list[int] = []
        for each in sorted(number for number in near if 1 <= number <= last):
            if found and each > found[-1] + 1:
                found.append(0)
            found.append(each)
        return found

    def href(self, asked: Asked) -> str:
        """Return the reference to the list as another request asks for it."""
        return self.view.page(PATH) + asked.query

    def page_href(self, number: int) -> str:
        """Return the reference to a page of the list."""
        return self.href(self.asked.within(page=number) if number > 1 else self.asked.within())

    def file_href(self, form: Format) -> str:
        """Return the reference to all practices of the list in a form."""
        return self.view.rel(PATH + form.suffix) + self.asked.within().query

    @cached_property
    def values(self) -> Mapping[str, list[Value]]:
        """Axis → the values of its facet."""
        return {axis: self.facets.values(self.narrowed, axis, self.view) for axis in AXES}

    def count_of(self, asked: Asked) -> int:
        """Return how many practices another request asks for."""
        return self.facets.count(asked)

    @property
    def chosen(self) -> list[tuple[str, str, str]]:
        """The chosen values: axis, IRI and the reference to the list without it."""
        base = self.view.publication.site.base
        return [
            (axis, asking.start(axis, base) + each, self.href(self.asked.toggled(axis, each)))
            for axis, ids in self.asked.chosen.items()
            for each in ids
        ]

    @property
    def typed(self) -> list[str]:
        """The words that are searched for."""
        return search.words(self.asked.text)

    @property
    def instead(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        """The words that no practice has, each with those that were taken for it."""
        return self.narrowed.found.instead if self.narrowed.found else ()

    def mark(self, text: Text) -> Markup:
        """Return a text with the words that were found marked."""
        return mark(text, self.narrowed.found.words if self.narrowed.found else frozenset())

    def concept(self, iri: str) -> Markup:
        """Return the name of a concept, all of it marked where a synonym or its name in another language was found."""
        name, found = self.view.name(iri), self.narrowed.found
        labels = (each.value for label in LABELS for each in self.view.publication.values(iri, label))
        is_found = found is not None and any(
            word in found.words for each in labels for word in search.words(each)
        )
        return Markup("<mark>{}</mark>").format(name) if is_found else Markup("{}").format(name)

    def line(self, iri: str) -> Markup:
        """Return a line of the description of a practice, around the first word that was found."""
        found = self.narrowed.found.words if self.narrowed.found else frozenset()
        return mark(shorten(self.view.text(iri, "dct:description"), found), found)

    @cached_property
    def query(self) -> str:
        """The query in SPARQL that gives the same list; a search of texts left out."""
        return browse_query.write(self.facets, self.asked, self.view.language)


def page_count(count: int) -> int:
    """Return on how many pages so many practices stand: one at least."""
    return max(1, -(-count // SIZE))


class Browse:
    """Answers requests for the list of practices.

    Args:
        publication: what is published.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication

    @property
    def offer(self) -> Offer:
        """The list as it is offered."""
        return Offer(PATH, FORMS, self.make)

    @cached_property
    def facets(self) -> Facets:
        """The practices by their values; made when they are asked for first, so that the server starts at once."""
        return Facets(self.publication)

    def make(self, form: Format, language: str, at: str) -> str | bytes:
        """Return the list that the present request asks for, in a form.

        Raises:
            BadRequest: it asks for what there is not.
        """
        asked = asking.parse(request.args.to_dict(flat=False), self.facets.ids, language)
        listing = self.find(asked, language, at)
        if form is HTML:
            return render(listing)
        iris = [self.facets.entries[each].iri for each in listing.order]
        if asked.page:
            iris = iris[listing.first - 1 : listing.last]
        if form is CSV:
            return self._table(iris)
        if len(iris) > DESCRIBED:
            text = _(
                "As JSON-LD a list may have %(limit)s practices; this one has %(count)s. Narrow it, or take the files of the datasets."
            )
            raise BadRequest(
                words.translations(language).gettext(text) % {"limit": DESCRIBED, "count": len(iris)}
            )
        return self._described(iris)

    def find(self, asked: Asked, language: str, at: str) -> Listing:
        """Return the list that is asked for.

        Raises:
            BadRequest: it has no such page.
        """
        view = View(self.publication, at, language)
        narrowed = self.facets.narrow(asked)
        found = Listing(view, self.facets, narrowed, self.facets.in_order(narrowed, view))
        last = page_count(found.count)
        if asked.page > last:
            text = words.translations(language).gettext(
                _("The list has no page %(page)s; its last is %(last)s.")
            )
            raise BadRequest(text % {"page": asked.page, "last": last})
        return found

    def _table(self, iris: Iterable[str]) -> str:
        text = io.StringIO(newline="")
        csv.writer(text).writerows([wide().headings, *(self._rows[each] for each in iris)])
        return text.getvalue()

    @cached_property
    def _rows(self) -> Mapping[str, list[str]]:
        """IRI of a practice → its row in the table of its dataset."""
        column = wide().headings.index("practice")
        found = {}
        for each in self.publication.municipalities:
            key = each.removeprefix(self.publication.site.base)
            content = self.publication.files[f"{key}/practices{CSV.suffix}"].decode()
            rows = csv.reader(io.StringIO(content, newline=""))
            found.update({row[column]: row for row in rows})
        return found

    def _described(self, iris: Iterable[str]) -> bytes:
        triples = (triple for each in iris for triple in self.publication.document(each))
        return serialisation.write(triples, JSONLD, CONTEXT)


def render(listing: Listing) -> str:
    """Return the page of the list."""
    view = listing.view
    say = words.translations(view.language).gettext
    title = say(_("Practices"))
    if listing.asked.text:
        title = f"{title}: {listing.asked.text}"
    page = pages.Page(
        PATH,
        view.publication.site.base + PATH,
        Text(title),
        [pages.home_crumb(view)],
        (CSV, JSONLD) if listing.count <= DESCRIBED else (CSV,),
        query=listing.asked.query,
    )
    return pages.write(
        view,
        "practices",
        page,
        listing=listing,
        headings=HEADINGS,
        sort_names=SORT_NAMES,
        limit=search.MAX_LENGTH,
    )
