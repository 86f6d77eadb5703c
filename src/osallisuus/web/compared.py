"""What the page of a comparison shows: a grid of numbers with their bars and links, and what each stands beside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from urllib.parse import quote

from babel.dates import format_date

from osallisuus.compare import (
    AXES,
    COMPARED,
    MUNICIPALITY,
    Column,
    Gap,
    Matrix,
    State,
    Wish,
    percent,
    question,
    suggestions,
)
from osallisuus.compare.concepts import LEVELS, level_of, places, upwards
from osallisuus.formats import CSV, CSVM, JSON, SVG
from osallisuus.release.comparing import Comparing, ideas, texts
from osallisuus.vocabulary import VOCAB, load
from osallisuus.web import pages, words
from osallisuus.web.browse import HEADINGS
from osallisuus.web.grid import Figure, Grid, Group, Head
from osallisuus.web.views import COMPARE, PRACTICES, Text, View

FILES = (CSV, CSVM, JSON, SVG)
"""The forms in which a comparison can be downloaded."""

_BROAD = 8
"""Municipalities from which on each has a row and not a column."""
_IDEAS = 10
"""Practices that are shown of a suggestion."""
_STEPS = (5, 10, 20, 40)
"""The shares, in per cent, at which the next class of a number begins."""


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


@dataclass(frozen=True)
class Shown:
    """A comparison as a page shows it.

    Attributes:
        view: the view of the page.
        comparing: what it was made by.
        matrix: the numbers, or those of one page of them.
        total: how many municipalities are compared, on all pages together.
    """

    view: View
    comparing: Comparing
    matrix: Matrix
    total: int

    def say(self, text: str, **values: object) -> str:
        """Return a text of the catalogues in the language of the page."""
        return words.translations(self.view.language).gettext(text) % values

    @property
    def is_crossed(self) -> bool:
        """Whether two axes are crossed for one municipality."""
        return bool(self.matrix.choice.cross)

    @property
    def title(self) -> str:
        """What is compared, in a few words."""
        choice = self.matrix.choice
        by = self.say(HEADINGS[choice.by])
        if not self.is_crossed:
            return f"{self.say(_('Comparison of municipalities'))}: {by}"
        name = self.view.name(self.matrix.columns[0].municipality)
        return f"{name}: {by} × {self.say(HEADINGS[choice.cross])}"

    @cached_property
    def grid(self) -> Grid:
        """The numbers in rows and columns."""
        matrix, choice = self.matrix, self.matrix.choice
        if self.is_crossed:
            column = matrix.columns[0]
            return Grid(
                corner=self.say(HEADINGS[choice.by]),
                columns=self._valued(matrix.crossed, choice.cross),
                rows=self._valued(matrix.values, choice.by),
                figures=tuple(
                    tuple(self.figure(column, value, each) for each in matrix.crossed)
                    for value in matrix.values
                ),
            )
        if self.total <= _BROAD:
            return Grid(
                corner=self.say(HEADINGS[choice.by]),
                columns=self._municipal(),
                rows=self._valued(matrix.values, choice.by),
                figures=tuple(
                    tuple(self.figure(each, value) for each in matrix.columns) for value in matrix.values
                ),
            )
        return Grid(
            corner=self.say(HEADINGS["municipality"]),
            columns=self._valued(matrix.values, choice.by),
            rows=self._municipal(),
            figures=tuple(
                tuple(self.figure(each, value) for value in matrix.values) for each in matrix.columns
            ),
        )

    def _valued(self, values: Sequence[str], axis: str) -> tuple[Group, ...]:
        """Return the heads of values; those of purposes by their level."""
        heads = {
            each: Head(
                self.view.name(each), self.view.href(each), depth=len(upwards(each, AXES[axis].scheme)) - 1
            )
            for each in values
        }
        if axis != "purpose":
            return (Group(None, "", tuple(heads.values()), 0),)
        return self._grouped(heads, [level_of(each) for each in values], self.say(_("no level")))

    def _municipal(self) -> tuple[Group, ...]:
        """Return the heads of the municipalities, by the coverage of their lists."""
        heads = {
            each.municipality: Head(
                self.view.name(each.municipality), self.view.href(each.municipality), self.facts(each)
            )
            for each in self.matrix.columns
        }
        coverages = [each.coverage for each in self.matrix.columns]
        return self._grouped(heads, coverages, self.say(_("coverage not stated")))

    def _grouped(self, heads: "dict[str, Head]", keys: Sequence[str], otherwise: str) -> tuple[Group, ...]:
        found, start = [], 0
        for key, each in groupby(zip(keys, heads.values(), strict=True), key=lambda pair: pair[0]):
            members = tuple(head for _key, head in each)
            name = self.view.name(key) if key else Text(otherwise)
            found.append(Group(name, self.view.href(key) if key else "", members, start))
            start += len(members)
        return tuple(found)

    def facts(self, column: Column) -> tuple[str, ...]:
        """Return what every number of a municipality must be read with: n, and the time; its coverage heads the group."""
        found = [f"n = {self.view.number(column.n)}", self.time(column)]
        if column.silent:
            found.append(self.say(_("nothing said: %(count)s"), count=self.view.number(column.silent)))
        return tuple(filter(None, found))

    def time(self, column: Column) -> str:
        """Return what time a list is about: a day, or the years."""
        return time(self.comparing, self.view, column.dataset)

    def coverage(self, column: Column) -> str:
        """Return the name of the coverage of a list."""
        return str(self.view.name(column.coverage)) if column.coverage else self.say(_("coverage not stated"))

    def figure(self, column: Column, value: str, crossed: str = "") -> Figure:
        """Return a number as the page shows it."""
        cell, state = self.matrix.cell(column, value, crossed), self.matrix.state(column, value, crossed)
        implied = self.view.number(len(cell.implied)) if cell.implied else ""
        asked = self.practices(column, value, crossed) if cell.stated or cell.implied else ""
        everything = asked if implied else ""
        stated = f"{asked}&basis=stated" if asked else ""
        if state is not State.REPORTED:
            return Figure(state, "0" if state is State.NONE else "", implied=implied, implied_href=everything)
        share = percent(len(cell.stated), column.n)
        return Figure(
            state=state,
            count=self.view.number(len(cell.stated)),
            share=_percent(share, self.view.language),
            step=1 + sum(share >= each for each in _STEPS),
            bar=round(float(100 * share / self.longest), 1),
            href=stated,
            implied=implied,
            implied_href=everything,
        )

    def practices(self, column: Column, value: str, crossed: str = "") -> str:
        """Return the reference to the list of the practices behind a number, the editors' readings among them."""
        choice = self.matrix.choice
        pairs = [(MUNICIPALITY, self.comparing.code(column.municipality)), *_pair(choice.by, value)]
        pairs += _pair(choice.cross, crossed) if crossed else []
        return _listed(self.view, pairs, with_inward=choice.with_inward)

    @cached_property
    def longest(self) -> Decimal:
        """The share that has the longest bar."""
        n = {each.municipality: each.n for each in self.matrix.columns}
        shares = (
            percent(len(cell.stated), n[key[0]])
            for key, cell in self.matrix.cells.items()
            if cell.stated and key[0] in n
        )
        return max(shares, default=Decimal(1))

    @property
    def longest_share(self) -> str:
        """The share that has the longest bar, as people write it."""
        return _percent(self.longest, self.view.language)

    @property
    def unreported(self) -> list[str]:
        """The IRIs of the values of the axis that no list has, in the order of the scheme."""
        scheme = AXES[self.matrix.choice.by].scheme
        return [each for each in places(scheme) if each not in self.matrix.values]

    @cached_property
    def reach(self) -> list[tuple[Text, list[tuple[str, bool]]]]:
        """The highest level that is reported for each target group: level → groups, and whether only the editors read it so."""
        axes = (self.matrix.choice.by, self.matrix.choice.cross)
        if "target-group" not in axes or not {"purpose", LEVELS} & {*axes}:
            return []
        highest: dict[str, dict[bool, int]] = {}
        for (_place, value, crossed), cell in self.matrix.cells.items():
            group, aim = (value, crossed) if axes[0] == "target-group" else (crossed, value)
            rank = places(LEVELS).get(aim if LEVELS in axes else level_of(aim), -1)
            if cell.stated or cell.implied:
                found = highest.setdefault(group, {})
                found[not cell.stated] = max(found.get(not cell.stated, -1), rank)
        levels = list(places(LEVELS))
        order = places("target-group")
        shown = []
        for rank in (*reversed(range(len(levels))), -1):
            groups = [
                (group, is_read)
                for group, by in highest.items()
                for is_read, own in by.items()
                if own == rank and (not is_read or False not in by)
            ]
            if groups:
                name = self.view.name(levels[rank]) if rank >= 0 else Text(self.say(_("no level")))
                shown.append((name, sorted(groups, key=lambda each: order[each[0]])))
        return shown


def time(comparing: Comparing, view: View, dataset: str) -> str:
    """Return what time a dataset is about: a day, or the years; empty where it is not known."""
    start, end = comparing.as_of(dataset)
    if start and start == end:
        return str(format_date(date.fromisoformat(start), "medium", locale=view.language))
    return f"{start[:4]}–{end[:4]}" if start[:4] != end[:4] else start[:4]


def _pair(axis: str, iri: str) -> list[tuple[str, str]]:
    return [(axis, iri.removeprefix(f"{VOCAB}{AXES[axis].scheme}/"))]


def _percent(share: Decimal, language: str) -> str:
    number = words.number(str(share), language)
    return f"{number}%" if language == "en" else f"{number}\u00a0%"


def render(shown: Shown, query: str, number: int, addresses: Sequence[str]) -> str:
    """Return the page of a comparison.

    Args:
        shown: the comparison.
        query: the query string that it was asked with.
        number: the number of the page.
        addresses: the query strings of all its pages.
    """
    choice = shown.matrix.choice
    values: dict[str, object] = {
        "shown": shown,
        "choice": choice,
        "number": number,
        "addresses": addresses,
        "wish": None,
    }
    return _write(shown.view, shown.comparing, shown.title, query, {**values, "query": question(choice)})


def render_ideas(view: View, comparing: Comparing, wish: Wish, found: Sequence[Gap], query: str) -> str:
    """Return the page of what others do that the list of a municipality does not have."""
    title = words.translations(view.language).gettext(_("Ideas from others for %(municipality)s"))
    values: dict[str, object] = {
        "wish": wish,
        "found": [(gap, ideas.ideas([gap]), _everywhere(view, wish, gap)) for gap in found],
        "most": _IDEAS,
        "basis": ideas.basis,
        "time": time,
        "query": suggestions(wish),
    }
    name = view.name(wish.municipality)
    return _write(view, comparing, title % {"municipality": name}, query, values)


def _everywhere(view: View, wish: Wish, gap: Gap) -> str:
    """Return the reference to the list of the practices of a suggestion; the municipality's own list has none of them."""
    codes = ((MUNICIPALITY, view.publication.path(each) or "") for each in wish.others)
    asked = (pair for axis, iri in wish.asked.items() for pair in _pair(axis, iri) if axis != wish.by)
    pairs = [*codes, *asked, *_pair(wish.by, gap.value)]
    pairs += [("basis", "stated")] if wish.only_stated else []
    return _listed(view, pairs, with_inward=wish.with_inward)


def _listed(view: View, pairs: Iterable[tuple[str, str]], *, with_inward: bool) -> str:
    """Return the reference to the list of practices that is narrowed to some values."""
    inward = [] if with_inward else [("inward", "0")]
    query = "&".join(f"{name}={quote(each, safe='/')}" for name, each in (*pairs, *inward))
    return f"{view.page(PRACTICES)}?{query}"


def _write(view: View, comparing: Comparing, title: str, query: str, values: "dict[str, object]") -> str:
    page = pages.Page(
        COMPARE,
        view.publication.site.base + COMPARE,
        Text(title),
        [pages.home_crumb(view)],
        [each for each in FILES if each is not SVG or not values["wish"]],
        query=query,
    )
    return pages.write(
        view,
        "compare",
        page,
        **values,
        comparing=comparing,
        compared_axes=COMPARED,
        headings=HEADINGS,
        municipalities=view.sorted(view.publication.municipalities),
        cautions=[each[view.language] for each in texts.CAUTIONS],
        states=texts.STATES,
        concepts=_concepts,
        vocab=VOCAB,
    )


def _concepts(axis: str) -> Iterable[str]:
    """Return the ids of the concepts of an axis that suggestions can be asked for."""
    return load().concepts[axis]
