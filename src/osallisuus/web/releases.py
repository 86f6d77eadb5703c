"""What the pages of releases and of differences show. Functions of a view."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal

from osallisuus.manifest import Release
from osallisuus.release import citing, records, spans, telling
from osallisuus.release.difference import Difference, Value, counted
from osallisuus.release.published import Publication
from osallisuus.release.records import CITATION, DatasetRecord, Record
from osallisuus.release.spans import CURRENT, SPAN, Span
from osallisuus.web import words
from osallisuus.web.views import Text, View, prefixed


@dataclass(frozen=True)
class File:
    """A frozen file.

    Attributes:
        name: its name.
        path: its path under the base.
        size: in bytes.
        sha256: checksum in hexadecimal.
    """

    name: str
    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Released:
    """A release as a page shows it.

    Attributes:
        view: the page's view.
        release: its entry in the manifest.
    """

    view: View
    release: Release

    @property
    def path(self) -> str:
        """Its path under the base."""
        return self.release.path

    @property
    def version(self) -> str:
        """Its day, with `-2` and so on after it where there were more on that day."""
        return self.release.version

    @property
    def date(self) -> str:
        """Its day."""
        return records.day(self.release.version)

    @cached_property
    def record(self) -> Record:
        """What it says of itself."""
        content = self.view.publication.frozen(records.record_path(self.release))
        return records.read_dataset(content) if self.release.dataset else records.read_site(content)

    @property
    def files(self) -> list[File]:
        """Its files, by name."""
        return [
            File(each.path.rpartition("/")[2], each.path, each.size, each.sha256)
            for each in self.release.files
        ]

    @property
    def citation_file(self) -> str:
        """Path of its CITATION.cff; empty for a release of the site, which has none."""
        return f"{self.path}/{CITATION}" if self.release.dataset else ""

    @property
    def previous(self) -> str:
        """Version of the release before; empty for the first."""
        return self.record.previous.rpartition("/")[2]

    @property
    def since_previous(self) -> str:
        """Path of the page of what differs from the release before; empty for the first."""
        return self._span(self.previous, self.version) if self.previous else ""

    @property
    def until_now(self) -> str:
        """Path of the page of what differs from it in what is published now."""
        return self._span(self.version, CURRENT)

    def _span(self, before: str, after: str) -> str:
        return Span(self.release.dataset, before, after).path

    @property
    def summary(self) -> str:
        """How many things differ from the release before; empty where none do, for the first, and for the site."""
        changes = self.record.changes if isinstance(self.record, DatasetRecord) else {}
        return telling.count_text(changes, self.view.language)

    @property
    def frozen_with(self) -> list["Released"]:
        """The releases of datasets that were frozen with this release of the site."""
        return [each for each in self.members if each.version == self.version]

    @property
    def members(self) -> list["Released"]:
        """The releases of datasets that belong to this release of the site, by name of the dataset."""
        if isinstance(self.record, DatasetRecord):
            return []
        found = {each.path: each for each in self.view.publication.manifest.releases}
        listed = [Released(self.view, found[each.release]) for each in self.record.datasets]
        return sorted(listed, key=lambda each: words.collation(each.dataset_name, self.view.language))

    @property
    def dataset(self) -> str:
        """IRI of the dataset; empty for a release of the site."""
        return self.view.publication.site.base + self.release.dataset if self.release.dataset else ""

    @property
    def dataset_name(self) -> str:
        """What the dataset was called then; the site's name for a release of the site."""
        texts = self.record.title
        return texts.get(self.view.language) or next(iter(texts.values()))

    def counts(self) -> list[tuple[str, int]]:
        """Return the number of things by the name of their group."""
        found = self.record.counts if isinstance(self.record, DatasetRecord) else {}
        names = telling.GROUP_NAMES
        return [(names[each][self.view.language], found[each]) for each in found if each in names]

    def citations(self) -> list[tuple[str, str]]:
        """Return language and sentence of the citation in every language of the pages, that of the page first."""
        first = self.view.language
        return [
            (each, citing.sentence(self.record, each))
            for each in (first, *(tag for tag in words.LANGUAGES if tag != first))
        ]

    def bibtex(self) -> str:
        """Return the citation as BibTeX."""
        return citing.bibtex(self.record, self.view.language)


def released(view: View, iri: str) -> Released:
    """Return the release of an IRI."""
    path = view.publication.path(iri)
    return next(Released(view, each) for each in view.publication.manifest.releases if each.path == path)


def listed(view: View, dataset: str) -> list[Released]:
    """Return the releases of a dataset by its path, the newest first; those of the site for an empty one."""
    found = [each for each in view.publication.manifest.releases if each.dataset == dataset]
    return [Released(view, each) for each in reversed(found)]


def listed_at(view: View, path: str) -> list[Released]:
    """Return the releases of a list by the path of the list, the newest first."""
    found = [each for each in view.publication.manifest.releases if each.path.rpartition("/")[0] == path]
    return [Released(view, each) for each in reversed(found)]


def is_difference(path: str) -> bool:
    """Whether a path that has a page is that of a difference."""
    return SPAN in path


def difference_iri(publication: Publication, path: str) -> str | None:
    """Return the IRI of the difference that is told at a path; None where none is."""
    return publication.site.base + path if spans.parse_span(publication, path) else None


def difference_title(view: View, path: str) -> Text:
    """Return the title of the difference at a path."""
    span = spans.parse_span(view.publication, path)
    return Text(telling.title(view.publication, span, view.language) if span else "")


def told(view: View, path: str) -> "Told | None":
    """Return what the page of the difference at a path shows."""
    span = spans.parse_span(view.publication, path)
    return Told(view, span) if span else None


class Told:
    """What the page of a difference shows.

    Args:
        view: the page's view.
        span: the two states.
    """

    def __init__(self, view: View, span: Span) -> None:
        comparison = spans.compare(view.publication, span)
        self.view = view
        self.named = View(telling.naming(view.publication, comparison), view.at, view.language)
        self.differences = comparison.differences
        self.states = [
            (each, spans.state_iri(view.publication, span, each)) for each in (span.before, span.after)
        ]

    def sections(self) -> Mapping[str, Mapping[str, list[Difference]]]:
        """Return dataset → group → what differs."""
        return telling.sections(self.differences)

    def summary(self, path: str) -> str:
        """Return how many things differ in a dataset."""
        return telling.count_text(
            counted(each for each in self.differences if each.path == path), self.view.language
        )

    def group_name(self, group: str) -> str:
        """Return the name of a group."""
        return telling.GROUP_NAMES[group][self.view.language]

    def kind_name(self, kind: str) -> str:
        """Return the word for a thing of a kind of difference."""
        return telling.ONE_NAMES[kind][self.view.language]

    def name(self, iri: str) -> Text:
        """Return the name of a thing in either state."""
        return self.named.name(iri)

    def href(self, iri: str) -> str:
        """Return the reference to a thing where it has a page now; empty for one that is gone."""
        return self.view.href(iri)

    def property_name(self, predicate: str) -> Text:
        """Return the name of a property."""
        known = telling.PROPERTY_NAMES.get(prefixed(predicate))
        return Text(known[self.view.language]) if known else self.named.term_name(predicate)

    def text(self, value: Value) -> tuple[str, str]:
        """Return a value that is a text with its language, which may be empty; two empty texts for a link."""
        return (value.value, value.language or "") if isinstance(value, Literal) else ("", "")
