"""What others do for a group or to an end that the list of one municipality does not have: suggestions, not findings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from osallisuus.compare.concepts import places
from osallisuus.compare.entries import AXES, Entry
from osallisuus.compare.matrix import values_of

GROUPED = ("channel", "purpose")
"""The names of the axes by which suggestions are grouped."""
ASKED = ("target-group", "purpose")
"""The names of the axes that say what for."""


@dataclass(frozen=True)
class Wish:
    """What is asked for.

    Attributes:
        municipality: IRI of the one whose list is looked at.
        asked: name of an axis of `ASKED` → IRI of a concept.
        by: name of the axis of `GROUPED`.
        others: IRIs of the municipalities that ideas are taken from; empty for all of them.
        with_inward: whether practices only for people inside the organisation are taken too.
        only_stated: whether what only the editors read is left out of the suggestions.
    """

    municipality: str
    asked: Mapping[str, str]
    by: str = GROUPED[0]
    others: tuple[str, ...] = ()
    with_inward: bool = False
    only_stated: bool = False


@dataclass(frozen=True)
class Gap:
    """A value that practices elsewhere have, and no such practice in the list of the municipality.

    Attributes:
        value: IRI of the value.
        practices: the practices elsewhere, by municipality and IRI.
        own: IRIs of the practices with the value in the municipality's own list, which are for others or to other ends.
    """

    value: str
    practices: tuple[Entry, ...]
    own: tuple[str, ...] = field(default=())


def gaps(entries: Iterable[Entry], wish: Wish) -> tuple[Gap, ...]:
    """Return the suggestions, by value in the order of its scheme.

    The municipality's own list is read in full: what it has only by the editors' reading, or only for its own staff,
    is not suggested.
    """
    here, elsewhere = _split(entries, wish)
    own: dict[str, list[str]] = defaultdict(list)
    had: set[str] = set()
    for entry in here:
        for value in values_of(entry, wish.by):
            own[value].append(entry.iri)
        if _answers(entry, wish, with_implied=True):
            had.update(values_of(entry, wish.by))
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in elsewhere:
        for value in entry.on(wish.by, with_implied=not wish.only_stated):
            if value not in had:
                found[value].append(entry)
    order = places(AXES[wish.by].scheme)
    return tuple(
        Gap(value, tuple(found[value]), tuple(own[value]))
        for value in sorted(found, key=lambda iri: (order.get(iri, len(order)), iri))
    )


def _split(entries: Iterable[Entry], wish: Wish) -> tuple[list[Entry], list[Entry]]:
    """Return the whole list of the municipality, and the practices elsewhere that are what is asked for."""
    here, elsewhere = [], []
    for entry in entries:
        if entry.municipality == wish.municipality:
            here.append(entry)
        elif (
            (not wish.others or entry.municipality in wish.others)
            and (wish.with_inward or entry.is_outward)
            and _answers(entry, wish, with_implied=not wish.only_stated)
        ):
            elsewhere.append(entry)
    return here, elsewhere


def _answers(entry: Entry, wish: Wish, *, with_implied: bool) -> bool:
    """Whether a practice has every concept that is asked for, or one narrower."""
    for axis, concept in wish.asked.items():
        is_stated = values_of(entry, axis).get(concept)
        if is_stated is None or not (is_stated or with_implied):
            return False
    return True
