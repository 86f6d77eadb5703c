"""What is published → a release of it, which no later build changes.

A release freezes what stands in `publish/`: of each dataset its N-Triples, its tables and their metadata. A dataset
that has not changed since its last release is not frozen again; the release of the site names the older one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, RdfFormat, Triple, parse

from osallisuus import manifest
from osallisuus.errors import PublishedError
from osallisuus.formats import NTRIPLES
from osallisuus.manifest import File, Manifest, Release
from osallisuus.model import Site, Texts
from osallisuus.release import citing, records
from osallisuus.release.difference import GROUPS, counted, difference, group
from osallisuus.release.records import CITATION, Content, DatasetRecord, Member, SiteRecord
from osallisuus.vocabulary import term

_NOT_DATASETS = {"catalog", "releases"}
_FROZEN = re.compile(r"(-[a-z0-9]+)*\.(nt|csv|csv-metadata\.json)")


@dataclass(frozen=True)
class Frozen:
    """Every frozen release with its files.

    Attributes:
        releases: the releases, the oldest first.
        files: path under `publish/` → content.
    """

    releases: tuple[Release, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Freezing:
    """What a release froze.

    Attributes:
        frozen: every release, the new ones among them.
        made: paths of the new releases, that of the site last; empty when nothing changed since the last one.
        kept: path of each dataset that was not frozen again → path of the release that stands for it.
    """

    frozen: Frozen
    made: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)


def datasets(listed: Manifest) -> list[str]:
    """Return the paths of the datasets of an edition, sorted."""
    return sorted(each.path for each in listed.things if each.graph and each.path not in _NOT_DATASETS)


def dataset_files(listed: Manifest, dataset: str) -> dict[str, File]:
    """Return the files of a dataset that a release freezes, by name: N-Triples, tables, metadata of tables."""
    directory = dataset.rpartition("/")[0]
    found = {}
    for each in listed.files:
        if each.path.startswith(dataset) and _FROZEN.fullmatch(each.path.removeprefix(dataset)):
            found[each.path.removeprefix(f"{directory}/") if directory else each.path] = each
    return dict(sorted(found.items()))


def carried(publish: Path, listed: Manifest | None) -> Frozen:
    """Read the frozen releases of a `publish/` directory, for the next edition to carry over.

    Args:
        publish: the directory.
        listed: its manifest, or None when it has none.

    Raises:
        PublishedError: a frozen file is missing or changed, or a release is there that the manifest does not list.
            A build would make that final, so it has to stop; every such file is named.
    """
    releases = listed.releases if listed else ()
    files, faults = {}, []
    for each in (file for release in releases for file in release.files):
        content = _read(publish / each.path)
        if content is None or manifest.digest(content) != each.sha256:
            faults.append(f"{publish / each.path}: {'missing' if content is None else 'changed'}")
        else:
            files[each.path] = content
    lost = found_records(publish) - {file.path for release in releases for file in release.files}
    faults += [f"{publish / path}: a release that {manifest.NAME} does not list" for path in sorted(lost)]
    if faults:
        text = "Frozen releases are not what they were. Put these files back as they were, from a copy or from version control:"
        raise PublishedError("\n".join([text, *faults]))
    return Frozen(releases, files)


def found_records(publish: Path) -> set[str]:
    """Return the paths of the records of releases that are found in a `publish/` directory, listed or not."""
    found = [*publish.glob(f"**/releases/*/{records.RECORD}"), *publish.glob("releases/*.json")]
    return {each.relative_to(publish).as_posix() for each in found}


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def triples_of(content: bytes) -> tuple[Triple, ...]:
    """Return the triples of the bytes of an N-Triples file."""
    return tuple(each.triple for each in parse(content, format=RdfFormat.N_TRIPLES))


@dataclass(frozen=True)
class _Freezer:
    """Freezes an edition under a version.

    Attributes:
        listed: its manifest.
        files: path → content of its own files.
        frozen: the releases before.
        site: the settings.
        version: that of the release.
    """

    listed: Manifest
    files: Mapping[str, bytes]
    frozen: Frozen
    site: Site
    version: str

    @cached_property
    def last(self) -> SiteRecord | None:
        """The last release of the site."""
        found = [each for each in self.frozen.releases if not each.dataset]
        return records.read_site(self.frozen.files[records.record_path(found[-1])]) if found else None

    @cached_property
    def changed(self) -> dict[str, Release | None]:
        """Path of each dataset that changed since the last release of the site → its last release."""
        stands = {each.dataset: each.release for each in self.last.datasets} if self.last else {}
        newest = {each.dataset: each for each in self.frozen.releases}
        return {
            path: newest.get(path)
            for path in datasets(self.listed)
            if path not in newest or path not in stands or self._contents(path) != _contents(newest[path])
        }

    def _contents(self, dataset: str) -> dict[str, str]:
        return {name: each.sha256 for name, each in dataset_files(self.listed, dataset).items()}

    def freeze(self) -> Freezing:
        """Return the release; raise `PublishedError` where the version does not fit."""
        left = {each.dataset for each in self.last.datasets} if self.last else set()
        if self.last and not self.changed and left == set(datasets(self.listed)):
            stands = {each.dataset: each.release for each in self.last.datasets}
            return Freezing(self.frozen, kept=stands)
        self._check_version()
        releases, files = list(self.frozen.releases), dict(self.frozen.files)
        for path, before in self.changed.items():
            release, contents = self._freeze_dataset(path, before)
            releases.append(release)
            files.update(contents)
        made, record = self._freeze_site(Frozen(tuple(releases), files))
        files.update(record)
        new = (*(each.path for each in releases[len(self.frozen.releases) :]), made.path)
        stands = {each.dataset: each.path for each in releases}
        kept = {path: stands[path] for path in datasets(self.listed) if path not in self.changed}
        return Freezing(Frozen((*releases, made), files), new, kept)

    def _check_version(self) -> None:
        last = self.last.version if self.last else ""
        if self.version == last:
            other = records.next_version(last)
            raise PublishedError(
                f"There is a release {last} with other content, and a release never changes. Release this one under"
                f" a later day, or as the next of that day: --date {other}"
            )
        if last and records.order(self.version) < records.order(last):
            raise PublishedError(f"The last release is {last}. Give --date a later day than that.")
        changed = max(each.modified for each in self.listed.things if each.path in datasets(self.listed))
        if records.day(self.version) < changed:
            raise PublishedError(
                f"What is published changed on {changed}. Give --date that day or a later one."
            )

    def _freeze_dataset(self, dataset: str, before: Release | None) -> tuple[Release, dict[str, bytes]]:
        path = f"{records.releases_path(dataset)}/{self.version}"
        contents = {name: self.files[each.path] for name, each in dataset_files(self.listed, dataset).items()}
        record = self._record(path, dataset, contents, before)
        contents[CITATION] = citing.citation_file(record)
        listed = sorted((*record.files, _content(CITATION, contents[CITATION])), key=lambda each: each.name)
        contents[records.RECORD] = records.to_json(replace(record, files=tuple(listed)))
        return _release(path, dataset, {f"{path}/{name}": each for name, each in contents.items()})

    def _record(
        self, path: str, dataset: str, contents: Mapping[str, bytes], before: Release | None
    ) -> DatasetRecord:
        iri, graph = self.site.base + dataset, f"{dataset.rpartition('/')[2]}{NTRIPLES.suffix}"
        triples = triples_of(contents[graph])
        changes: dict[str, dict[str, int]] = {}
        if before:
            old = triples_of(self.frozen.files[f"{before.path}/{graph}"])
            changes = counted(difference({dataset: old}, {dataset: triples}))
        return DatasetRecord(
            release=self.site.base + path,
            dataset=iri,
            version=self.version,
            date=records.day(self.version),
            title=_titles(triples, iri),
            publisher=self.site.publisher,
            licence=self.site.licence,
            vocabulary=self.listed.vocabulary,
            previous=self.site.base + before.path if before else "",
            counts={"triples": len(triples), **_counts(triples, dataset)},
            changes=changes,
            files=tuple(_content(name, each) for name, each in contents.items()),
        )

    def _freeze_site(self, frozen: Frozen) -> tuple[Release, dict[str, bytes]]:
        path = f"{records.releases_path('')}/{self.version}"
        newest = {each.dataset: each for each in frozen.releases}
        members = tuple(
            Member(each, newest[each].path, manifest.digest(frozen.files[records.record_path(newest[each])]))
            for each in datasets(self.listed)
        )
        last = self.last
        record = SiteRecord(
            release=self.site.base + path,
            version=self.version,
            date=records.day(self.version),
            title=self.site.title,
            publisher=self.site.publisher,
            licence=self.site.licence,
            vocabulary=self.listed.vocabulary,
            previous=last.release if last else "",
            previous_sha256=manifest.digest(records.to_json(last)) if last else "",
            datasets=members,
        )
        return _release(path, "", {f"{path}.json": records.to_json(record)})


def _contents(release: Release) -> dict[str, str]:
    own = {CITATION, records.RECORD}
    names = {each.path.removeprefix(f"{release.path}/"): each.sha256 for each in release.files}
    return {name: digest for name, digest in names.items() if name not in own}


def _content(name: str, content: bytes) -> Content:
    return Content(name, len(content), manifest.digest(content))


def _release(path: str, dataset: str, files: Mapping[str, bytes]) -> tuple[Release, dict[str, bytes]]:
    on = records.day(path.rpartition("/")[2])
    listed = tuple(File(name, manifest.digest(files[name]), len(files[name]), on) for name in sorted(files))
    return Release(path, dataset, listed), dict(files)


def _titles(triples: tuple[Triple, ...], iri: str) -> Texts:
    found = {
        each.object.language: each.object.value
        for each in triples
        if each.predicate == term("dct:title")
        and getattr(each.subject, "value", "") == iri
        and isinstance(each.object, Literal)
        and each.object.language
    }
    return dict(sorted(found.items()))


def _counts(triples: tuple[Triple, ...], dataset: str) -> dict[str, int]:
    """Return the number of things of each group, the rest left out."""
    types: dict[str, list[str]] = {}
    for each in triples:
        if each.predicate == term("rdf:type"):
            types.setdefault(str(each.subject), []).append(getattr(each.object, "value", ""))
    groups = [group(each, dataset) for each in types.values()]
    return {name: groups.count(name) for name in GROUPS if name != "others" and name in groups}


def freeze(
    listed: Manifest, files: Mapping[str, bytes], frozen: Frozen, site: Site, version: str
) -> Freezing:
    """Return a release of an edition.

    Args:
        listed: the manifest of the edition.
        files: path → content of the edition's own files.
        frozen: the releases before.
        site: the settings.
        version: the day of the release, with `-2` and so on after it for a further one on that day.

    Raises:
        PublishedError: a release of that version has other content, a later one exists, or the content is younger.
    """
    return _Freezer(listed, files, frozen, site, version).freeze()
