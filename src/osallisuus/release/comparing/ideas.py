"""What others do that the list of a municipality does not have, as a table with CSVW metadata and as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from osallisuus.compare import AXES, Entry, Gap, Listed, Wish, suggestions
from osallisuus.compare.matrix import coverage_rank, values_of
from osallisuus.release.comparing import Comparing, texts
from osallisuus.release.comparing.tables import (
    Heading,
    Sheet,
    closed,
    municipality_headings,
    name_headings,
)
from osallisuus.release.tables.columns import IRI, join


@dataclass(frozen=True)
class Idea:
    """A practice elsewhere: a row of the table.

    Attributes:
        gap: the value that the municipality's list does not have for what is asked for.
        entry: the practice.
    """

    gap: Gap
    entry: Entry

    @property
    def listed(self) -> Listed:
        """The list that it stands in."""
        return Listed(self.entry.municipality, self.entry.dataset, self.entry.coverage)


def basis(entry: Entry, wish: Wish) -> str:
    """Return whether what is asked for is `stated` of a practice, or `implied` by the editors' reading alone."""
    is_stated = all(values_of(entry, axis).get(concept, False) for axis, concept in wish.asked.items())
    return "stated" if is_stated else "implied"


def ideas(found: Sequence[Gap]) -> list[Idea]:
    """Return the rows of the table: by value, then by the coverage of the list, then by practice."""
    return [
        Idea(gap, entry)
        for gap in found
        for entry in sorted(gap.practices, key=lambda each: (coverage_rank(each.coverage), each.iri))
    ]


def sheet(comparing: Comparing, wish: Wish, found: Sequence[Gap]) -> Sheet[Idea]:
    """Return the table of suggestions, each with its sources."""
    headings: list[Heading[Idea]] = [
        Heading("for_municipality", "for_municipality", lambda _: wish.municipality, IRI),
        Heading("value", "value", lambda row: row.gap.value, IRI),
        *name_headings(comparing, "value", "value", lambda row: row.gap.value),
        Heading("own_practices", "own_practices", lambda row: str(len(row.gap.own)), "integer"),
        Heading("practice", "practice", lambda row: row.entry.iri, IRI),
        *name_headings(comparing, "title", "title", lambda row: row.entry.iri),
        *municipality_headings(comparing, lambda row: row.listed),
        Heading("basis", "basis", lambda row: basis(row.entry, wish), closed(("stated", "implied"))),
        Heading("ended", "ended", lambda row: comparing.ended(row.entry.iri), is_required=False),
        Heading(
            "sources",
            "sources",
            lambda row: join(comparing.sources(row.entry.iri)),
            IRI,
            is_required=False,
            is_list=True,
        ),
    ]
    return Sheet(texts.GAPS_TITLE, headings, ideas(found), ("value", "practice"))


def document(comparing: Comparing, wish: Wish, found: Sequence[Gap]) -> bytes:
    """Return the suggestions as JSON."""
    written = {
        "for_municipality": wish.municipality,
        "asked": dict(wish.asked),
        "by": wish.by,
        "counted": "all" if wish.with_inward else "outward",
        "basis": ["stated"] if wish.only_stated else ["stated", "implied"],
        "licence": comparing.publication.site.licence,
        "cautions": texts.CAUTIONS,
        "suggestions": [_suggestion(comparing, wish, each) for each in found],
        "query": suggestions(wish),
    }
    return (json.dumps(written, ensure_ascii=False, indent=1) + "\n").encode()


def _suggestion(comparing: Comparing, wish: Wish, gap: Gap) -> Mapping[str, object]:
    return {
        "value": gap.value,
        "scheme": AXES[wish.by].scheme,
        "name": comparing.names(gap.value),
        "own_practices": gap.own,
        "practices": [_practice(comparing, wish, each.entry) for each in ideas([gap])],
    }


def _practice(comparing: Comparing, wish: Wish, entry: Entry) -> Mapping[str, object]:
    start, end = comparing.as_of(entry.dataset)
    return {
        "practice": entry.iri,
        "name": comparing.names(entry.iri),
        "municipality": entry.municipality,
        "coverage": entry.coverage or None,
        "as_of": {"start": start or None, "end": end or None},
        "basis": basis(entry, wish),
        "ended": comparing.ended(entry.iri) or None,
        "sources": comparing.sources(entry.iri),
    }
