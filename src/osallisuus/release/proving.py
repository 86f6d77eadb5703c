"""Proves that what is published is untouched: every file by its checksum, every release by its own record.

The manifest lists each file; the record of a release lists what it holds; the record of a release of the site lists
the records of its datasets and the record before it. The catalog gives things and files their days, and the description
of the releases names every release. All of these have to agree.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pyoxigraph import Triple

from osallisuus import catalog, manifest
from osallisuus.errors import PublishedError
from osallisuus.formats import NTRIPLES
from osallisuus.manifest import File, Manifest, Release
from osallisuus.release import records
from osallisuus.release.describing import PATH, describe_releases
from osallisuus.release.freezing import triples_of
from osallisuus.release.published import SETTINGS, settings
from osallisuus.release.records import RECORD, Content, DatasetRecord, SiteRecord
from osallisuus.vocabulary import term

_UNREADABLE = (PublishedError, ValueError, KeyError, TypeError, SyntaxError)
_FACTS = {
    term(each)
    for each in (
        "dcat:version",
        "dct:issued",
        "dcat:previousVersion",
        "dcat:hasVersion",
        "dct:hasPart",
        "prov:hadMember",
    )
}
"""What a description of releases has to say just as it follows from the records; wording may be that of an older tool."""

_Record = TypeVar("_Record", DatasetRecord, SiteRecord)


@dataclass(frozen=True)
class Proof:
    """What was looked at, and what was wrong with it.

    Attributes:
        files: number of files of the current edition.
        releases: path of each frozen release → number of its files, the oldest first.
        faults: a sentence for each fault, sorted; empty when everything is untouched.
    """

    files: int
    releases: dict[str, int]
    faults: tuple[str, ...]


def prove(publish: Path) -> Proof:
    """Check every file of a `publish/` directory.

    Raises:
        PublishedError: nothing is published there, or the manifest cannot be read.
    """
    listed = manifest.read(publish)
    faults = dict.fromkeys([*_check_files(publish, listed), *_check_records(publish, listed)])
    if not faults:  # or what was damaged would be named a second time, and less clearly
        faults = dict.fromkeys([*_check_days(publish, listed), *_check_description(publish, listed)])
    counts = {each.path: len(each.files) for each in listed.releases}
    return Proof(len(listed.files), counts, tuple(sorted(faults)))


def prove_release(directory: Path) -> Proof:
    """Check the files of one release of a dataset that was copied: a directory with its `release.json`.

    Raises:
        PublishedError: the record cannot be read.
    """
    path = directory / RECORD
    record = _parse(records.read_dataset, _read(path))
    if record is None:
        raise PublishedError(f"{path} cannot be read. Copy the release again.")
    contents = {each.name: _read(directory / each.name) for each in record.files}
    faults = [
        fault for each in record.files if (fault := _fault(each.name, contents[each.name], each.sha256))
    ]
    found = {each.relative_to(directory).as_posix() for each in directory.rglob("*") if each.is_file()}
    faults += [f"{name}: not part of the release" for name in found - {*contents, RECORD}]
    return Proof(0, {record.release: len(record.files) + 1}, tuple(sorted(faults)))


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _fault(path: str, content: bytes | None, sha256: str) -> str:
    if content is None:
        return f"{path}: missing"
    return "" if manifest.digest(content) == sha256 else f"{path}: changed"


def _check_files(publish: Path, listed: Manifest) -> Iterator[str]:
    files = [*listed.files, *(each for release in listed.releases for each in release.files)]
    if listed.settings:
        files.append(File(SETTINGS, listed.settings, 0, ""))
    for each in files:
        if fault := _fault(each.path, _read(publish / each.path), each.sha256):
            yield fault
    known = {manifest.NAME, SETTINGS, *(each.path for each in files)}
    for path in publish.rglob("*"):
        name = path.relative_to(publish).as_posix()
        if path.is_file() and name not in known:
            yield f"{name}: not listed in {manifest.NAME}"


def _parse(read: Callable[[bytes], _Record], content: bytes | None) -> _Record | None:
    try:
        return read(content or b"")
    except (ValueError, KeyError, TypeError):
        return None


def _check_records(publish: Path, listed: Manifest) -> Iterator[str]:
    """Check that the records say the same as the manifest and as each other."""
    digests: dict[str, str] = {}
    previous = ""
    for release in listed.releases:
        path = records.record_path(release)
        content = _read(publish / path) or b""
        if release.dataset:
            yield from _check_dataset(release, path, _parse(records.read_dataset, content))
            digests[release.path] = manifest.digest(content)
        else:
            yield from _check_site(path, _parse(records.read_site, content), digests, previous)
            previous = manifest.digest(content)


def _check_dataset(release: Release, path: str, record: DatasetRecord | None) -> Iterator[str]:
    files = [
        Content(each.path.removeprefix(f"{release.path}/"), each.size, each.sha256)
        for each in release.files
        if each.path != path
    ]
    if record is None:
        yield f"{path}: cannot be read"
    elif sorted(files, key=lambda each: each.name) != list(record.files):
        yield f"{path}: lists other files than {manifest.NAME}"


def _check_site(
    path: str, record: SiteRecord | None, digests: Mapping[str, str], previous: str
) -> Iterator[str]:
    if record is None:
        yield f"{path}: cannot be read"
        return
    for each in record.datasets:
        if digests.get(each.release) != each.sha256:
            yield f"{path}: {each.release} is not the release that it names"
    if record.previous_sha256 != previous:
        yield f"{path}: the release before it is not the one that it names"


def _check_description(publish: Path, listed: Manifest) -> Iterator[str]:
    """Check that the description of the releases tells of those that the manifest lists, and of no others."""
    name = f"{PATH}{NTRIPLES.suffix}"
    paths = map(records.record_path, listed.releases)
    contents = {path: _read(publish / path) or b"" for path in paths}
    current = {each.path for each in listed.things if each.graph}
    try:
        described = describe_releases(listed.releases, contents, settings(publish), current)
        found = triples_of(_read(publish / name) or b"")
    except _UNREADABLE as error:
        yield f"{name}: cannot be compared with the releases ({error})"
        return
    if _facts(described if listed.releases else ()) != _facts(found):
        yield f"{name}: tells of other releases than {manifest.NAME} lists"


def _facts(triples: Iterable[Triple]) -> set[Triple]:
    return {each for each in triples if each.predicate in _FACTS}


def _check_days(publish: Path, listed: Manifest) -> Iterator[str]:
    """Check that the manifest gives things and files the days that the catalog gives them."""
    pages = [each for each in listed.things if catalog.CATALOG in (each.path, each.page_of)]
    said: dict[tuple[str, str], list[str]] = {}
    try:
        base = settings(publish).base
        for page in pages:
            for each in triples_of(_read(publish / f"{page.path}{NTRIPLES.suffix}") or b""):
                key = getattr(each.subject, "value", ""), each.predicate.value
                said.setdefault(key, []).append(getattr(each.object, "value", ""))
    except _UNREADABLE as error:
        yield f"{catalog.CATALOG}{NTRIPLES.suffix}: cannot be compared with {manifest.NAME} ({error})"
        return
    days = _Days(listed, base, said)
    yield from days.of_files()
    yield from days.of_things()


@dataclass(frozen=True)
class _Days:
    """The days that a manifest gives, beside those of the catalog.

    Attributes:
        listed: the manifest.
        base: IRI under which the site's things are named.
        said: subject and predicate → the values that the catalog gives.
    """

    listed: Manifest
    base: str
    said: Mapping[tuple[str, str], list[str]]

    def _values(self, iri: str, predicate: str) -> list[str]:
        return self.said.get((iri, term(predicate).value), [])

    def _files(self, dataset: str) -> Iterator[tuple[str, str]]:
        for node in self._values(dataset, "dcat:distribution"):
            for address in self._values(node, "dcat:downloadURL"):
                yield node, address.removeprefix(self.base)

    def of_files(self) -> Iterator[str]:
        """Yield the files of which the two say something different."""
        for dataset in self._values(f"{self.base}{catalog.CATALOG}", "dcat:dataset"):
            for node, path in self._files(dataset):
                file = self.listed.file(path)
                if file is None:
                    yield f"{path}: is in the catalog and not listed in {manifest.NAME}"
                elif self._differ(node, file.issued, file.modified):
                    yield _other_days(path)

    def of_things(self) -> Iterator[str]:
        """Yield the things of which the two say something different, or that are older than what they consist of."""
        for each in self.listed.things:
            own = self.listed.file(f"{each.path}{NTRIPLES.suffix}")
            parts = (self.listed.file(path) for _node, path in self._files(self.base + each.path))
            latest = max([each.modified, *(part.modified for part in parts if part)])
            younger = own is not None and own.modified > each.modified
            if younger or self._differ(self.base + each.path, each.issued, latest):
                yield _other_days(each.path)

    def _differ(self, iri: str, issued: str, modified: str) -> bool:
        """Whether the catalog dates a thing otherwise; what has no day in the manifest was written by an older tool."""
        given = (("dct:issued", issued), ("dct:modified", modified))
        return any(day and {day, *self._values(iri, name)} != {day} for name, day in given)


def _other_days(path: str) -> str:
    return f"{path}: {manifest.NAME} gives it other days than the catalog"
