"""Which practices have a concept, and which lists say so: the numbers of the vocabulary pages. Functions of a view.

They follow the axes of `osallisuus.compare` backwards, from the value to the practices, so that a page of one concept
looks at no others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from osallisuus.compare import AXES, MUNICIPALITY, Axis
from osallisuus.vocabulary import VOCAB, term
from osallisuus.web import asking
from osallisuus.web.views import View

_DIVISION = Axis("finnish-division", "finnish-division", ("osa:purpose", "skos:broadMatch"))
"""The Finnish division is no axis of lists and comparisons, but its page counts too."""

_COMPLETE = f"{VOCAB}coverage/complete"


@dataclass(frozen=True)
class Reported:
    """The practices that have a concept.

    Attributes:
        stated: those of which a source states it or the editors coded it.
        implied: those of which it is the editors' reading alone.
    """

    stated: frozenset[str] = frozenset()
    implied: frozenset[str] = frozenset()

    def __or__(self, other: "Reported") -> "Reported":
        stated = self.stated | other.stated
        return Reported(stated, (self.implied | other.implied) - stated)


def axis_of(iri: str) -> Axis | None:
    """Return the axis that a concept, an act or a section is a value of, or None."""
    axes = (*AXES.values(), _DIVISION)
    return next((each for each in axes if each.scheme and iri.startswith(f"{VOCAB}{each.scheme}/")), None)


def reported(view: View, iri: str) -> Reported:
    """Return the practices that have this very concept, those that were withdrawn left out."""
    axis = axis_of(iri)
    if axis is None:
        return Reported()
    stated = _back(view, iri, axis.predicates)
    return Reported(stated, _back(view, iri, axis.implied) - stated if axis.implied else frozenset())


def within(view: View, iri: str) -> Reported:
    """Return the practices that have a concept or a narrower one, as the list of practices finds them."""
    found = [iri]
    for each in found:
        below = (
            *view.publication.links(each, "skos:narrower"),
            *view.publication.inverse(each, "skos:broader"),
            *view.publication.inverse(each, "eli:is_part_of"),
        )
        found += [other for other in dict.fromkeys(below) if other not in found]
    return reduce(or_, (reported(view, each) for each in found))


def _back(view: View, iri: str, path: Iterable[str]) -> frozenset[str]:
    found = [iri]
    for predicate in reversed(tuple(path)):
        found = [each for one in found for each in view.publication.inverse(one, predicate)]
    kind = term("osa:Practice").value
    return frozenset(
        each for each in found if kind in view.publication.types(each) and not view.is_deprecated(each)
    )


def listed(view: View, iri: str, municipality: str = "", *, is_stated: bool = False) -> str:
    """Return the reference to the list of the practices with a concept; empty while there is no such list.

    Args:
        view: the view of the page.
        iri: the concept, act or section.
        municipality: IRI of the one whose practices are meant; empty for those of all.
        is_stated: whether the editors' readings are left out.
    """
    axis = axis_of(iri)
    if axis is None or axis is _DIVISION or not view.exists(asking.PATH):
        return ""
    chosen = {axis.name: (iri.removeprefix(f"{VOCAB}{axis.scheme}/"),)}
    if municipality:
        chosen[MUNICIPALITY] = (municipality.removeprefix(view.publication.site.base),)
    return view.page(asking.PATH) + asking.Asked(chosen=chosen, is_stated=is_stated).query


@dataclass(frozen=True)
class Row:
    """What the list of one municipality says of a concept.

    Attributes:
        municipality: its IRI.
        dataset: IRI of its dataset.
        practices: number of practices in its list.
        stated: number of those that a source states or the editors coded with the concept or a narrower one.
        implied: number of those where it is the editors' reading alone.
    """

    municipality: str
    dataset: str
    practices: int
    stated: int
    implied: int


@dataclass(frozen=True)
class Table:
    """What every list says of a concept.

    Attributes:
        rows: the municipalities whose list has a practice with it, by name.
        silent: those whose list has none but may not be complete, by name: whether they have one is not known.
        lacking: those whose list is complete and has none, by name: they do not have one.
    """

    rows: tuple[Row, ...]
    silent: tuple[str, ...]
    lacking: tuple[str, ...]


def table(view: View, iri: str) -> Table:
    """Return what every list says of a concept or a narrower one, by municipality."""
    found = within(view, iri)
    rows, none = [], []
    for owner in view.sorted(view.publication.municipalities):
        stated, implied = _count(found.stated, owner), _count(found.implied, owner)
        dataset = f"{owner}/practices"
        if stated or implied:
            rows.append(Row(owner, dataset, _size(view, dataset), stated, implied))
        else:
            none.append((owner, _COMPLETE in view.publication.links(dataset, "osa:coverage")))
    silent = tuple(owner for owner, is_complete in none if not is_complete)
    return Table(tuple(rows), silent, tuple(owner for owner, is_complete in none if is_complete))


def _count(practices: Iterable[str], owner: str) -> int:
    return sum(each.startswith(f"{owner}/") for each in practices)


def _size(view: View, dataset: str) -> int:
    """Return the number of practices of a dataset, those that were withdrawn left out."""
    kind = term("osa:Practice").value
    parts = view.publication.inverse(dataset, "dct:isPartOf")
    return sum(kind in view.publication.types(each) and not view.is_deprecated(each) for each in parts)
