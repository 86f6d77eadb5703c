"""What the home page shows: each municipality's list with its size, and the lists told apart by their coverage."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from osallisuus.web import things
from osallisuus.web.views import View

RINGS = 8
"""Lists up to which each is drawn as a ring of dots."""


@dataclass(frozen=True)
class Listed:
    """The list of one municipality.

    Attributes:
        municipality: its IRI.
        dataset: IRI of the dataset.
        coverage: IRI of the coverage that the dataset states; empty when it states none.
        count: number of practices that were not withdrawn.
    """

    municipality: str
    dataset: str
    coverage: str
    count: int


@dataclass(frozen=True)
class Figure:
    """The lists of one coverage together: lists of different coverages are never added up.

    Attributes:
        coverage: its IRI; empty for lists that state none.
        municipalities: how many there are.
        practices: how many their lists have.
    """

    coverage: str
    municipalities: int
    practices: int


def lists(view: View) -> list[Listed]:
    """Return the list of every municipality, by name."""
    found = []
    for municipality in view.sorted(view.publication.municipalities):
        dataset = f"{municipality}/practices"
        coverage = next(iter(view.publication.links(dataset, "osa:coverage")), "")
        found.append(Listed(municipality, dataset, coverage, things.number(view, dataset)))
    return found


def rings(listed: Sequence[Listed]) -> Sequence[Listed]:
    """Return the lists that are drawn as rings, the longest first; none where they are too many to be told apart."""
    drawn = sorted((each for each in listed if each.count), key=lambda each: -each.count)
    return drawn if len(drawn) <= RINGS else ()


def figures(listed: Iterable[Listed]) -> Sequence[Figure]:
    """Return the lists by coverage, those of the widest first."""
    order = ("complete", "own-list", "sample", "")
    found: dict[str, Figure] = {}
    for each in listed:
        before = found.get(each.coverage, Figure(each.coverage, 0, 0))
        found[each.coverage] = Figure(each.coverage, before.municipalities + 1, before.practices + each.count)
    return [each for name in order for each in found.values() if each.coverage.rpartition("/")[2] == name]
