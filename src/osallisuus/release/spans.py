"""Two states of the site, or of one dataset, that can be compared: dated releases, or what is published now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Triple

from osallisuus.errors import PublishedError
from osallisuus.formats import NTRIPLES
from osallisuus.manifest import File
from osallisuus.release import records
from osallisuus.release.difference import Difference, difference
from osallisuus.release.freezing import datasets, triples_of
from osallisuus.release.published import Publication
from osallisuus.release.records import SiteRecord

CURRENT = "current"
"""The name of what is published now, beside the versions of releases."""


SPAN = ".."
"""What stands between the two states in the path of a span; no other path has it."""


@dataclass(frozen=True)
class Span:
    """Two states.

    Attributes:
        dataset: path of the dataset to which it is limited; empty for the whole site.
        before: version of a release of the site, or `CURRENT`.
        after: the same.
    """

    dataset: str
    before: str
    after: str

    @property
    def path(self) -> str:
        """Path of the page and of the documents that tell the difference."""
        return f"{records.releases_path(self.dataset)}/{self.before}{SPAN}{self.after}"


def site_records(publication: Publication) -> dict[str, SiteRecord]:
    """Return version → record of each release of the site, the oldest first."""
    return {
        each.version: records.read_site(publication.frozen(records.record_path(each)))
        for each in publication.manifest.releases
        if not each.dataset
    }


def parse_span(publication: Publication, path: str) -> Span | None:
    """Return the span whose page is at a path such as `releases/2026-11-25..current`; None when it is none."""
    listed, _, name = path.rpartition("/")
    before, dots, after = name.partition(SPAN)
    if not dots or before == after:
        return None
    known = {each.version for each in publication.manifest.releases if not each.dataset} | {CURRENT}
    if not {before, after} <= known:
        return None
    owners = {records.releases_path(each): each for each in ("", *_datasets(publication))}
    return Span(owners[listed], before, after) if listed in owners else None


def find_span(publication: Publication, dataset: str, before: str, after: str) -> Span:
    """Return the span of two states.

    Args:
        publication: what is published.
        dataset: path of a dataset, or of its municipality; empty for the whole site.
        before: version of a release of the site, or `CURRENT`.
        after: the same.

    Raises:
        PublishedError: there is no such dataset or no such release, or both states are the same.
    """
    listed = {records.releases_path(each): each for each in _datasets(publication)}
    owner = records.releases_path(dataset) if dataset else ""
    if dataset and owner not in listed:
        raise PublishedError(f"There is no dataset {dataset}. Datasets: {', '.join(listed.values())}")
    versions = [*site_records(publication), CURRENT]
    for each in (before, after):
        if each not in versions:
            raise PublishedError(f"There is no release {each}. Name two of: {', '.join(versions)}")
    if before == after:
        raise PublishedError(f"Nothing differs from {before} to itself. Name two of: {', '.join(versions)}")
    return Span(listed.get(owner, ""), before, after)


def _datasets(publication: Publication) -> list[str]:
    released = {each.dataset for each in publication.manifest.releases if each.dataset}
    return sorted({*released, *datasets(publication.manifest)})


def state_iri(publication: Publication, span: Span, version: str) -> str:
    """Return the IRI of a state: of the release that stands for it, else of the dataset or the catalog."""
    base = publication.site.base
    if version == CURRENT:
        return base + (span.dataset or "catalog")
    if span.dataset:
        members = site_records(publication)[version].datasets
        found = [each.release for each in members if each.dataset == span.dataset]
        return base + (found[0] if found else f"{records.releases_path('')}/{version}")
    return f"{base}{records.releases_path('')}/{version}"


@dataclass(frozen=True)
class Comparison:
    """What two states have of the graphs in which they differ.

    Attributes:
        span: which states.
        before: path of each dataset that differs → its triples in the earlier state, if it was there.
        after: the same of the later state.
        differences: what differs in them.
    """

    span: Span
    before: Mapping[str, tuple[Triple, ...]]
    after: Mapping[str, tuple[Triple, ...]]
    differences: tuple[Difference, ...]


def compare(publication: Publication, span: Span) -> Comparison:
    """Return what differs between two states."""
    sources = [dict(_sources(publication, span, each)) for each in (span.before, span.after)]
    differing = {
        path
        for path in sources[0].keys() | sources[1].keys()
        if _digest(sources[0].get(path)) != _digest(sources[1].get(path))
    }
    before, after = (
        {path: _triples(publication, file) for path, file in each.items() if path in differing}
        for each in sources
    )
    return Comparison(span, before, after, difference(before, after))


def _digest(file: File | None) -> str:
    return file.sha256 if file else ""


def _sources(publication: Publication, span: Span, version: str) -> Iterator[tuple[str, File]]:
    """Yield each dataset of a state with its N-Triples file."""
    files = {each.path: each for each in publication.manifest.files}
    if version == CURRENT:
        found = {each: files[f"{each}{NTRIPLES.suffix}"] for each in datasets(publication.manifest)}
    else:
        found = {
            each.dataset: publication.frozen_files[
                f"{each.release}/{each.dataset.rpartition('/')[2]}{NTRIPLES.suffix}"
            ]
            for each in site_records(publication)[version].datasets
        }
    for path, file in found.items():
        if span.dataset in ("", path):
            yield path, file


def _triples(publication: Publication, file: File) -> tuple[Triple, ...]:
    graph = publication.graphs.get(file.path.removesuffix(NTRIPLES.suffix))
    return graph if graph is not None else triples_of(publication.frozen(file.path))
