"""Proves that what is published is untouched: every file by its checksum, every release by its own record.

The manifest lists each file; the record of a release lists what it holds; the record of a release of the site lists
the records of its datasets and the record before it. All of these have to agree.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from osallisuus import manifest
from osallisuus.errors import PublishedError
from osallisuus.manifest import File, Manifest, Release
from osallisuus.release import records
from osallisuus.release.published import SETTINGS
from osallisuus.release.records import RECORD, Content, DatasetRecord, SiteRecord

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
