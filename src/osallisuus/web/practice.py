"""What the page of a practice leads on to: who says what, the cells of the source, practices like it, a mail. Functions of a view."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from osallisuus.vocabulary import VOCAB, term
from osallisuus.web import things, words
from osallisuus.web.views import Text, View

RELATED = 8
"""Practices of other municipalities that a page names."""

_TRANSLATED = ("osa:translatedTitle", "osa:translatedDescription")
_SHARED = {
    "osa:purpose": False,
    "osa:targetGroup": False,
    "osa:channel": False,
    "osa:legalBasis": False,
    "osa:impliedGroup": True,
    "osa:impliedLegalBasis": True,
}
"""The properties that make practices alike, and whether they hold the editors' reading."""
_BASES = ("stated", "coded", "implied")
_UNTOLD = {
    term(each).value
    for each in (*things.VERBATIM, "osa:sourceRow", "osa:sourceSeen", "osa:codedBy", *_TRANSLATED)
}
"""Properties that the page shows elsewhere: the source's own words and where they stand, the editors, the translations."""


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


@dataclass(frozen=True)
class Related:
    """A practice of another municipality.

    Attributes:
        iri: its IRI.
        municipality: IRI of its municipality.
        shared: the values that both have, each with whether it is the editors' reading in one of them.
    """

    iri: str
    municipality: str
    shared: list[tuple[str, bool]]


def related(view: View, iri: str) -> list[Related]:
    """Return the practices elsewhere that are most like one.

    Those with the same purpose and target group come first, then those that share more, then those that share what fewer
    practices have: that both are for young people says more than that both are for residents.
    """
    own = f"{things.municipality(view, iri)}/"
    shared: dict[str, dict[str, bool]] = defaultdict(dict)
    for value, is_read in _values(view, iri).items():
        for predicate, is_other_read in _SHARED.items():
            for other in view.publication.inverse(value, predicate):
                if not other.startswith(own):
                    shared[other][value] = (is_read or is_other_read) and shared[other].get(value, True)
    common = Counter(value for values in shared.values() for value in values)
    ranks = {
        other: (*_rank(values), min(common[each] for each in values))
        for other, values in shared.items()
        if not view.is_deprecated(other)
    }
    best = sorted(ranks.values())[:RELATED]
    near = view.sorted(other for other, rank in ranks.items() if rank <= best[-1]) if best else []
    return [
        Related(each, things.municipality(view, each), list(shared[each].items()))
        for each in sorted(near, key=ranks.__getitem__)[:RELATED]
    ]


def _values(view: View, iri: str) -> dict[str, bool]:
    """Return the values that make a practice like another, each with whether it is the editors' reading alone."""
    found: dict[str, bool] = {}
    for predicate, is_read in _SHARED.items():
        for value in view.links(iri, predicate):
            found[value] = is_read and found.get(value, True)
    return found


def _rank(values: Iterable[str]) -> tuple[bool, int]:
    """Return the rank of a practice by the values that it shares: the least is the most alike."""
    kinds = [each.removeprefix(VOCAB).partition("/")[0] for each in values]
    return not {"purpose", "target-group"} <= set(kinds), -len(kinds)


def unit_types(view: View, iri: str) -> list[str]:
    """Return the types of the units that use a practice, by name."""
    return view.sorted(
        kind for unit in view.links(iri, "osa:usedBy") for kind in view.links(unit, "org:classification")
    )


def levels(view: View, iri: str) -> list[str]:
    """Return the levels of participation that the purposes of a practice lead to, by name."""
    found = (
        each for purpose in view.links(iri, "osa:purpose") for each in view.links(purpose, "skos:broadMatch")
    )
    return view.sorted(each for each in found if each.startswith(f"{VOCAB}level/"))


def cells(view: View, iri: str) -> list[tuple[str, Text]]:
    """Return the columns of the source's table that have words about a practice: references and headings."""
    kinds = {
        view.plain(column, "csvw:propertyUrl"): (view.href(column), heading)
        for source in view.publication.links(iri, "prov:wasDerivedFrom")
        for column, heading in things.columns(view, source)
    }
    used = {predicate for predicate, _values in view.properties(iri)}
    return [cell for predicate, cell in kinds.items() if predicate in used]


def accounts(view: View, iri: str) -> list[tuple[str, list[Text]]]:
    """Return what is stated, coded and implied about a practice: basis and the names of its properties."""
    found: dict[str, list[Text]] = {each: [] for each in _BASES}
    for predicate, _values in view.properties(iri):
        basis = view.plain(predicate, "osa:basis")
        if basis in found and predicate not in _UNTOLD:
            found[basis].append(view.term_name(predicate))
    return [(basis, names) for basis, names in found.items() if names]


def translated(view: View, iri: str) -> list[tuple[Text, list[str]]]:
    """Return the texts of a practice that the editors translated: name of the property and the languages."""
    return [
        (view.term_name(term(predicate).value), sorted(view.language_name(each) for each in tags))
        for predicate in _TRANSLATED
        if (tags := view.values(iri, predicate))
    ]


def mail(view: View, iri: str) -> str:
    """Return the address of a mail to the contact of the site that tells of a mistake, its subject and text begun."""
    say = words.translations(view.language).gettext
    subject = say(_("Mistake in the practice: %(name)s")) % {"name": view.name(iri)}
    body = say(
        _("What is wrong:\n\nWhat it should say, and where that can be seen:\n\nThe practice: %(iri)s\n")
    )
    fields = {"subject": subject, "body": body.replace("\n", "\r\n") % {"iri": iri}}
    query = "&".join(f"{name}={quote(text, safe='')}" for name, text in fields.items())
    return f"mailto:{quote(view.publication.site.email, safe='@')}?{query}"


def citation(view: View, iri: str) -> str:
    """Return a sentence to cite a practice by, with the day of the data."""
    say = words.translations(view.language).gettext
    day = view.modified(view.publication.path(iri) or "")
    dataset = view.plain(iri, "dct:isPartOf")
    return say(_("%(publisher)s (%(year)s). %(name)s. In: %(dataset)s, as of %(day)s. %(iri)s")) % {
        "publisher": view.site_text(view.publication.site.publisher),
        "year": day[:4],
        "name": view.name(iri),
        "dataset": view.name(dataset),
        "day": day,
        "iri": iri,
    }
