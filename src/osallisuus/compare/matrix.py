"""Practices → how many of them each municipality reports for each value of an axis, or of two axes crossed.

Three rules keep the numbers true. What was not reported is not zero. Only a complete list lets one say that there is
none, and only where each of its practices says something on the axis. Numbers of different lists are never added up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from osallisuus.compare.concepts import places, upwards
from osallisuus.compare.entries import AXES, Entry
from osallisuus.vocabulary import VOCAB

COMPARED = ("purpose", "target-group", "channel", "unit-type", "level")
"""The names of the axes on which municipalities are compared, in the order in which pages offer them."""

COMPLETE = f"{VOCAB}coverage/complete"
_COVERAGES = (COMPLETE, f"{VOCAB}coverage/own-list", f"{VOCAB}coverage/sample")


class State(StrEnum):
    """What a number, or the lack of one, means."""

    REPORTED = "reported"
    """The list reports such practices."""
    IMPLIED = "implied"
    """Only the editors read a practice of the list so."""
    NOT_REPORTED = "not-reported"
    """The list reports none; whether there is one is not known."""
    NONE = "none"
    """The list is complete and has none."""


@dataclass(frozen=True)
class Choice:
    """What is to be compared.

    Attributes:
        by: name of an axis of `COMPARED`.
        cross: name of a second one; empty to compare on one axis.
        municipalities: IRIs of the municipalities; empty for all of them.
        with_inward: whether practices only for people inside the organisation count too.
        only_stated: whether the editors' reading is left out.
    """

    by: str = COMPARED[0]
    cross: str = ""
    municipalities: tuple[str, ...] = ()
    with_inward: bool = False
    only_stated: bool = False


@dataclass(frozen=True)
class Listed:
    """The list of a municipality.

    Attributes:
        municipality: its IRI.
        dataset: IRI of its dataset.
        coverage: IRI of the coverage of its dataset; empty when none is stated.
    """

    municipality: str
    dataset: str
    coverage: str


@dataclass(frozen=True)
class Column(Listed):
    """A municipality that is compared.

    Attributes:
        n: number of its practices that are counted.
        silent: how many of these have no value on the axes.
    """

    n: int
    silent: int


@dataclass(frozen=True)
class Cell:
    """The practices behind a number.

    Attributes:
        stated: IRIs of the practices whose source states the value, or that the editors coded with it.
        implied: IRIs of those where it is the editors' reading alone.
    """

    stated: tuple[str, ...] = ()
    implied: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """How many practices each municipality reports for each value.

    Attributes:
        choice: what was compared.
        columns: the municipalities, those of one coverage together, the most complete first.
        values: IRIs of the values of the axis that at least one of them has, in the order of the scheme.
        crossed: IRIs of the values of the second axis; one empty value when there is none.
        cells: municipality, value and crossed value → the practices; nothing where none is reported.
    """

    choice: Choice
    columns: tuple[Column, ...]
    values: tuple[str, ...]
    crossed: tuple[str, ...]
    cells: Mapping[tuple[str, str, str], Cell]

    def cell(self, column: Column, value: str, crossed: str = "") -> Cell:
        """Return the practices behind a number; an empty cell where there is none."""
        return self.cells.get((column.municipality, value, crossed), _EMPTY)

    def state(self, column: Column, value: str, crossed: str = "") -> State:
        """Return what a number, or the lack of one, means."""
        cell = self.cells.get((column.municipality, value, crossed))
        if cell is None:
            is_known = column.coverage == COMPLETE and not column.silent
            return State.NONE if is_known else State.NOT_REPORTED
        if cell.stated:
            return State.REPORTED
        return State.NOT_REPORTED if self.choice.only_stated else State.IMPLIED


_EMPTY = Cell()


def percent(count: int, n: int) -> Decimal:
    """Return the share of the practices that a municipality reported, in per cent with one decimal; halves go up."""
    return (Decimal(100 * count) / n).quantize(Decimal("0.1"), ROUND_HALF_UP)


def compare(entries: Iterable[Entry], lists: Iterable[Listed], choice: Choice) -> Matrix:
    """Return how many practices each municipality reports for each value that is asked for.

    A concept counts the practices of the narrower ones too, each practice once.

    Args:
        entries: the practices of the municipalities.
        lists: the lists of the municipalities; those that are not chosen are left out.
        choice: what is asked for.
    """
    chosen = [
        each for each in lists if not choice.municipalities or each.municipality in choice.municipalities
    ]
    counted: dict[str, list[Entry]] = {each.municipality: [] for each in chosen}
    for entry in entries:
        if entry.municipality in counted and (choice.with_inward or entry.is_outward):
            counted[entry.municipality].append(entry)
    columns = [_column(each, counted[each.municipality], choice) for each in chosen]
    cells = _cells((each for found in counted.values() for each in found), choice)
    shown = [key for key, cell in cells.items() if cell.stated or not choice.only_stated]
    return Matrix(
        choice=choice,
        columns=tuple(sorted(columns, key=place_of)),
        values=_ordered({value for _, value, _ in shown}, choice.by),
        crossed=_ordered({crossed for _, _, crossed in shown}, choice.cross) if choice.cross else ("",),
        cells=cells,
    )


def place_of(column: Column) -> tuple[int, str]:
    """Return the sort key of a municipality: the coverage of its list, the most complete first, then its IRI."""
    return coverage_rank(column.coverage), column.municipality


def coverage_rank(coverage: str) -> int:
    """Return the place of a coverage, the most complete first; that which is not stated comes last."""
    return _COVERAGES.index(coverage) if coverage in _COVERAGES else len(_COVERAGES)


def _column(listed: Listed, counted: Sequence[Entry], choice: Choice) -> Column:
    axes = tuple(filter(None, (choice.by, choice.cross)))
    silent = sum(
        not all(each.on(axis, with_implied=not choice.only_stated) for axis in axes) for each in counted
    )
    return Column(listed.municipality, listed.dataset, listed.coverage, len(counted), silent)


def _cells(counted: Iterable[Entry], choice: Choice) -> Mapping[tuple[str, str, str], Cell]:
    stated: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    implied: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for entry in counted:
        crossing = values_of(entry, choice.cross) if choice.cross else {"": True}
        for value, is_stated in values_of(entry, choice.by).items():
            for crossed, is_crossed_stated in crossing.items():
                found = stated if is_stated and is_crossed_stated else implied
                found[entry.municipality, value, crossed].append(entry.iri)
    return {
        key: Cell(tuple(stated.get(key, ())), () if choice.only_stated else tuple(implied.get(key, ())))
        for key in (*stated, *(each for each in implied if each not in stated))
    }


def values_of(entry: Entry, axis: str) -> dict[str, bool]:
    """Return the values of a practice on an axis and the concepts above these → whether one of them is stated."""
    scheme = AXES[axis].scheme
    stated = (iri for value in entry.on(axis) for iri in upwards(value, scheme))
    found = dict.fromkeys(stated, True)
    for value in entry.on(axis, with_implied=True):
        for iri in upwards(value, scheme):
            found.setdefault(iri, False)
    return found


def _ordered(values: Iterable[str], axis: str) -> tuple[str, ...]:
    order = places(AXES[axis].scheme)
    return tuple(sorted(values, key=lambda iri: (order.get(iri, len(order)), iri)))
