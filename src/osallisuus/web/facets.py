"""The practices of an edition by every value that they have, for counting and narrowing in any combination.

A set of practices is an integer with a bit for each, so that ten thousand of them are counted in a blink.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from osallisuus import vocabulary
from osallisuus.compare import AXES, MUNICIPALITY, Entry
from osallisuus.release import Publication
from osallisuus.release.listing import documents, entries
from osallisuus.search import Found, Index
from osallisuus.vocabulary import VOCAB
from osallisuus.web import words
from osallisuus.web.asking import Asked, start
from osallisuus.web.views import View

_LAW = "law"


@dataclass(frozen=True)
class Value:
    """A value of a facet.

    Attributes:
        iri: its IRI.
        id: its id in addresses.
        count: practices that have it, or a narrower one, among those that the other facets let through.
        implied: those of them that have it by the editors' reading alone.
        is_chosen: whether it is chosen.
        narrower: the values below it.
    """

    iri: str
    id: str
    count: int
    implied: int
    is_chosen: bool
    narrower: list["Value"]


@dataclass
class _Sets:
    """Value → the practices that have it or a narrower one: as stated or coded, and by whatever basis."""

    stated: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    all: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True)
class Narrowed:
    """The practices that a request asks for.

    Attributes:
        asked: the request.
        found: what its search found; None where it has none.
        outside: what the search and the switch for inward practices let through, as a set.
        on: axis → what its chosen values let through, as a set.
    """

    asked: Asked
    found: Found | None
    outside: int
    on: Mapping[str, int]

    @property
    def result(self) -> int:
        """The practices that everything lets through, as a set."""
        return self.without("")

    def without(self, axis: str) -> int:
        """Return the practices that everything but an axis lets through, as a set."""
        found = self.outside
        for each, allowed in self.on.items():
            found &= allowed if each != axis else -1
        return found


class Facets:
    """The practices of a publication, by their values, names and texts.

    Args:
        publication: what is published.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.entries = entries(publication)
        self._orders: dict[tuple[str, str], list[int]] = {}
        self._above: dict[str, tuple[str, ...]] = {}
        self._sets = {axis: _Sets() for axis in AXES}
        self._outward = 0
        for number, entry in enumerate(self.entries):
            self._add(entry, 1 << number)

    def _add(self, entry: Entry, bit: int) -> None:
        self._outward |= bit if entry.is_outward else 0
        for axis, sets in self._sets.items():
            for iri in {above for each in entry.on(axis) for above in self._with_broader(axis, each)}:
                sets.stated[iri] |= bit
            found = entry.on(axis, with_implied=True)
            for iri in {above for each in found for above in self._with_broader(axis, each)}:
                sets.all[iri] |= bit

    def _with_broader(self, axis: str, iri: str) -> tuple[str, ...]:
        """Return a value and all that are broader, each once, even if the links run in a circle."""
        if iri not in self._above:
            found = [iri]
            for each in found:
                found += [above for above in self._broader(axis, each) if above not in found]
            self._above[iri] = tuple(found)
        return self._above[iri]

    def _broader(self, axis: str, iri: str) -> list[str]:
        if axis == _LAW:
            return self.publication.links(iri, "eli:is_part_of")
        stated, inverse = self.publication.links, self.publication.inverse
        return list(dict.fromkeys([*stated(iri, "skos:broader"), *inverse(iri, "skos:narrower")]))

    @cached_property
    def ids(self) -> Mapping[str, list[str]]:
        """Axis → the ids of all its values, those that no practice has too."""
        base = self.publication.site.base
        found = {}
        for name, axis in AXES.items():
            listed = self.publication.municipalities
            if axis.scheme:
                first = start(name, base)
                listed = sorted(each for each in self.publication.by_subject if each.startswith(first))
                kinds = ("skos:inScheme", "eli:number") if name != _LAW else ("skos:prefLabel",)
                listed = [
                    each for each in listed if any(self.publication.values(each, kind) for kind in kinds)
                ]
            found[name] = [each.removeprefix(start(name, base)) for each in listed]
        return found

    @cached_property
    def index(self) -> Index:
        """The index of the texts of the practices."""
        return Index(documents(self.publication, self.entries))

    def narrow(self, asked: Asked) -> Narrowed:
        """Return the practices that a request asks for."""
        found = self.index.find(asked.text) if asked.text else None
        everything = (1 << len(self.entries)) - 1
        outside = everything if found is None else _set(found.positions, len(self.entries))
        on = {axis: self._any(asked, axis) for axis, ids in asked.chosen.items() if ids}
        return Narrowed(asked, found, outside & (self._outward if asked.is_outward else everything), on)

    def _any(self, asked: Asked, axis: str) -> int:
        """Return the practices that have any of the values chosen on an axis, as a set."""
        sets = self._sets[axis].stated if asked.is_stated else self._sets[axis].all
        first = start(axis, self.publication.site.base)
        found = 0
        for each in asked.chosen[axis]:
            found |= sets.get(first + each, 0)
        return found

    def in_order(self, narrowed: Narrowed, view: View) -> list[int]:
        """Return the positions of the practices that were asked for, in the order asked for."""
        wanted = set(_positions(narrowed.result))
        sort = narrowed.asked.sort
        if narrowed.found is not None and sort == "relevance":
            return [each for each in narrowed.found.positions if each in wanted]
        return [each for each in self._order(view, sort) if each in wanted]

    def _order(self, view: View, sort: str) -> list[int]:
        """Return the positions of all practices by name, or by the name of the municipality before that."""
        key = (view.language, sort)
        if key not in self._orders:
            names = {iri: words.collation(view.name(iri).value) for iri in self.publication.municipalities}
            own = [words.collation(view.name(each.iri).value) for each in self.entries]
            owners = [names[each.municipality] if sort == MUNICIPALITY else "" for each in self.entries]
            self._orders[key] = sorted(range(len(own)), key=lambda each: (owners[each], own[each], each))
        return self._orders[key]

    def values(self, narrowed: Narrowed, axis: str, view: View) -> list[Value]:
        """Return the values of a facet that some practice has, the narrower ones below the broader, by name."""
        counting, shown = _Counting(narrowed, axis, view, narrowed.without(axis)), set[str]()
        found = self._tree(counting, None, shown)
        circled = view.sorted(each for each in self._sets[axis].all if each not in shown)
        return [*found, *(self._value(counting, each, []) for each in circled)]

    def _tree(self, counting: "_Counting", above: str | None, shown: set[str]) -> list[Value]:
        axis = counting.axis
        found = [each for each in self._below[axis].get(above, ()) if each not in shown]
        shown.update(found)
        found = sorted(counting.view.sorted(found), key=lambda each: _levels().get(each, 0))
        made = (self._value(counting, each, self._tree(counting, each, shown)) for each in found)
        return [each for each in made if each.count or each.is_chosen]

    def _value(self, counting: "_Counting", iri: str, narrower: list[Value]) -> Value:
        sets = self._sets[counting.axis]
        own = iri.removeprefix(start(counting.axis, self.publication.site.base))
        stated = sets.stated.get(iri, 0) & counting.others
        found = stated if counting.narrowed.asked.is_stated else sets.all.get(iri, 0) & counting.others
        is_chosen = own in counting.narrowed.asked.chosen.get(counting.axis, ())
        return Value(iri, own, found.bit_count(), (found & ~stated).bit_count(), is_chosen, narrower)

    @cached_property
    def _below(self) -> Mapping[str, Mapping[str | None, list[str]]]:
        """Axis → broader value, or None → the values right below it that some practice has."""
        found: dict[str, dict[str | None, list[str]]] = {}
        for axis, sets in self._sets.items():
            below: dict[str | None, list[str]] = defaultdict(list)
            for iri in sets.all:
                broader = [each for each in self._broader(axis, iri) if each in sets.all]
                for each in broader:
                    below[each].append(iri)
                if not broader:
                    below[None].append(iri)
            found[axis] = below
        return found

    def with_narrower(self, axis: str, value: str) -> list[str]:
        """Return the IRI of a value, given by its id, and of all that are narrower."""
        first = start(axis, self.publication.site.base)
        known = (first + each for each in self.ids[axis])
        return [
            first + value,
            *(each for each in known if first + value in self._with_broader(axis, each)[1:]),
        ]

    def count(self, asked: Asked) -> int:
        """Return how many practices a request asks for."""
        return self.narrow(asked).result.bit_count()

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """IRI of a municipality → the number of its practices."""
        found: dict[str, int] = defaultdict(int)
        for each in self.entries:
            found[each.municipality] += 1
        return found


@dataclass(frozen=True)
class _Counting:
    narrowed: Narrowed
    axis: str
    view: View
    others: int


@cache
def _levels() -> Mapping[str, int]:
    """Return IRI of a level → its rank, which the vocabulary gives by the order of its file."""
    return {f"{VOCAB}level/{each}": rank for rank, each in enumerate(vocabulary.load().concepts["level"])}


def _set(positions: Iterable[int], size: int) -> int:
    """Return the set of the practices at some positions, of so many practices."""
    bits = bytearray(b"0" * (size + 1))
    for each in positions:
        bits[size - each] = ord("1")
    return int(bits, 2)


def _positions(practices: int) -> list[int]:
    """Return the positions of the practices in a set."""
    return [number for number, bit in enumerate(reversed(bin(practices))) if bit == "1"]
