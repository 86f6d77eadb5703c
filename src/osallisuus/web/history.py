"""The log of changes as it is asked for: from a day on, in pages, and in words. Pure; no request."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from osallisuus.release import Publication, changes
from osallisuus.release.changes import CREATE, DELETE, UPDATE, Activity
from osallisuus.vocabulary import VOCAB
from osallisuus.web import words
from osallisuus.web.views import Text, View, local_name

PATH = "changes"
"""Path of the log under the base."""
PAGE = 100
"""Activities on a page of the log."""

WITHDRAWN = "withdrawn"


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


_UNIT = {
    CREATE: _("New unit"),
    UPDATE: _("Changed unit"),
    DELETE: _("Removed unit"),
    WITHDRAWN: _("Withdrawn unit"),
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "practice": {
        CREATE: _("New practice"),
        UPDATE: _("Changed practice"),
        DELETE: _("Removed practice"),
        WITHDRAWN: _("Withdrawn practice"),
    },
    "dataset": {
        CREATE: _("New dataset"),
        UPDATE: _("Changed dataset"),
        DELETE: _("Removed dataset"),
        WITHDRAWN: _("Withdrawn dataset"),
    },
    "municipality": {
        CREATE: _("New municipality"),
        UPDATE: _("Changed details of a municipality"),
        DELETE: _("Removed municipality"),
        WITHDRAWN: _("Withdrawn municipality"),
    },
    "unit": _UNIT,
    "organisation": _UNIT,
    "scheme": {
        CREATE: _("New concept scheme"),
        UPDATE: _("Changed concept scheme"),
        DELETE: _("Removed concept scheme"),
        WITHDRAWN: _("Withdrawn concept scheme"),
    },
    "collection": {
        CREATE: _("New collection"),
        UPDATE: _("Changed collection"),
        DELETE: _("Removed collection"),
        WITHDRAWN: _("Withdrawn collection"),
    },
    "concept": {
        CREATE: _("New concept"),
        UPDATE: _("Changed concept"),
        DELETE: _("Removed concept"),
        WITHDRAWN: _("Withdrawn concept"),
    },
    "term": {
        CREATE: _("New word of a municipality"),
        UPDATE: _("Changed word of a municipality"),
        DELETE: _("Removed word of a municipality"),
        WITHDRAWN: _("Withdrawn word of a municipality"),
    },
    "law": {
        CREATE: _("New entry of an act"),
        UPDATE: _("Changed entry of an act"),
        DELETE: _("Removed entry of an act"),
        WITHDRAWN: _("Withdrawn entry of an act"),
    },
    "ontology": {
        CREATE: _("New classes and properties"),
        UPDATE: _("Changed classes and properties"),
        DELETE: _("Removed classes and properties"),
        WITHDRAWN: _("Withdrawn classes and properties"),
    },
}


@dataclass(frozen=True)
class History:
    """The log of a site, or what of it is no older than a day.

    Attributes:
        base: IRI under which the site's things are named.
        log: the activities, the oldest first.
        since: the day from which on they are shown, that day too; empty for all.
        days: the day of each activity.
    """

    base: str
    log: Sequence[Activity]
    since: str = ""

    @cached_property
    def days(self) -> list[str]:
        """The day of each activity."""
        return [each.day for each in self.log]

    def since_day(self, day: str) -> "History":
        """Return what is no older than a day, given as `YYYY-MM-DD`; all of it for an empty one."""
        return replace(self, log=self.log[bisect_left(self.days, day) :], since=day) if day else self

    @property
    def query(self) -> str:
        """The query string that asks for this, with its question mark; empty for all."""
        return f"?since={self.since}" if self.since else ""

    @property
    def pages(self) -> int:
        """How many pages there are; full ones never change, since the log only grows."""
        return -(-len(self.log) // PAGE)

    def page(self, number: int) -> Sequence[Activity]:
        """Return the activities of a page, the oldest first; pages are counted from 1, the oldest."""
        return self.log[self.start(number) : self.start(number + 1)]

    def start(self, number: int) -> int:
        """Return the place in the log at which a page begins, counted from 0."""
        return (number - 1) * PAGE

    def page_of(self, place: int) -> int:
        """Return the page of the activity at a place in the log, counted from 0."""
        return place // PAGE + 1

    @cached_property
    def removed(self) -> Mapping[str, int]:
        """Path of each thing that was last deleted → the place in the log where it says so, counted from 0."""
        last = {each.object: place for place, each in enumerate(self.log)}
        return {
            home(self.log[place], self.base): place
            for place in last.values()
            if self.log[place].type == DELETE
        }

    @property
    def latest_from(self) -> int:
        """The first of the pages that are shown as the latest: the last, and the one before where that is not full."""
        return max(1, self.pages - (len(self.log) % PAGE > 0))

    @property
    def latest(self) -> Sequence[Activity]:
        """The latest activities, the oldest first: at least a page of them where there are so many."""
        return self.log[self.start(self.latest_from) :]

    def iri(self, page: int = 0) -> str:
        """Return the IRI of the log, or of a page of it."""
        return f"{self.base}{path(page)}{self.query}"


def path(page: int = 0) -> str:
    """Return the path of the log, or of a page of it."""
    return f"{PATH}/{page}" if page else PATH


@dataclass(frozen=True)
class Line:
    """An activity for a page for people.

    Attributes:
        activity: the line of the log.
        words: what happened, such as `New practice`.
        name: the name that the thing had then.
        href: reference to its page; empty when it is gone.
    """

    activity: Activity
    words: str
    name: Text
    href: str


def served_at(publication: Publication, activity: Activity) -> str:
    """Return the path of the page about the thing of an activity; empty where it is gone now."""
    is_there = activity.object in publication.by_subject
    return home(activity, publication.site.base) if is_there else ""


def by_day(view: View, history: History, number: int) -> list[tuple[str, list[Line]]]:
    """Return day → its activities, the newest day first: those of a page of the log, or the latest for 0."""
    found: dict[str, list[Line]] = {}
    for each in history.page(number) if number else history.latest:
        text, tag = name(each, (view.language, *view.publication.site.languages))
        path = served_at(view.publication, each)
        href = view.page(path) if path else ""
        line = Line(each, phrase(each, view.language), Text(text, "" if tag == view.language else tag), href)
        found.setdefault(each.day, []).append(line)
    return list(reversed(found.items()))


def open_history(base: str, content: bytes) -> History:
    """Return the log of a site from the bytes of its file."""
    return History(base, changes.read(content))


def phrase(activity: Activity, language: str) -> str:
    """Return what happened, in words such as `New practice`."""
    what = WITHDRAWN if activity.withdrawn and activity.type == UPDATE else activity.type
    return words.translations(language).gettext(_WORDS[activity.kind][what])


def name(activity: Activity, languages: Sequence[str]) -> tuple[str, str]:
    """Return the name of the thing in the first of the languages that has one, and that language; else of its IRI."""
    for language in (*languages, *activity.titles):
        if language in activity.titles:
            return activity.titles[language], language
    return local_name(activity.object.rstrip("/")), ""


def home(activity: Activity, base: str) -> str:
    """Return the path at which a thing is served; activities tell of nothing that is named elsewhere."""
    return activity.object.removeprefix(base).removeprefix(VOCAB)
