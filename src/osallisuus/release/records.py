"""What a release says of itself: `release.json` beside the files of a dataset, `releases/<version>.json` for the site.

A record is written once and never again. Each names what came before it by checksum, so that the newest release of the
site vouches for every older one.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from osallisuus.manifest import Release
from osallisuus.model import Texts

RECORD = "release.json"
CITATION = "CITATION.cff"
_VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-([2-9]|[1-9]\d+))?")


def day(version: str) -> str:
    """Return the day of a version such as `2026-11-25` or, for a second release on one day, `2026-11-25-2`."""
    return version[:10]


def order(version: str) -> tuple[str, int]:
    """Return the sort key of a version: its day, then its number on that day."""
    found = _VERSION.fullmatch(version)
    return (found[1], int(found[2] or 1)) if found else (version, 0)


def next_version(version: str) -> str:
    """Return the version of one more release on the day of a version."""
    on, number = order(version)
    return f"{on}-{number + 1}"


@dataclass(frozen=True)
class Content:
    """A file that a release of a dataset holds.

    Attributes:
        name: its name in the directory of the release.
        size: in bytes.
        sha256: checksum in hexadecimal.
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class DatasetRecord:
    """A release of a dataset.

    Attributes:
        release: its IRI.
        dataset: IRI of the dataset.
        version: its day, with `-2` and so on after it where there were more on that day.
        date: its day, as `YYYY-MM-DD`.
        title: title of the dataset.
        publisher: name of the publisher.
        licence: IRI of the licence.
        vocabulary: version of the vocabulary.
        previous: IRI of the release before; empty for the first.
        counts: number of triples, and of things by group.
        changes: group of things → kind of difference → number, against the release before; empty for the first.
        files: what it holds, by name, this record left out.
    """

    release: str
    dataset: str
    version: str
    date: str
    title: Texts
    publisher: Texts
    licence: str
    vocabulary: str
    previous: str
    counts: Mapping[str, int]
    changes: Mapping[str, Mapping[str, int]]
    files: tuple[Content, ...]


@dataclass(frozen=True)
class Member:
    """A dataset in a release of the site.

    Attributes:
        dataset: path of the dataset.
        release: path of its release; of an older one when the dataset had not changed since.
        sha256: checksum of the record of that release.
    """

    dataset: str
    release: str
    sha256: str


@dataclass(frozen=True)
class SiteRecord:
    """A release of the site: which release of each dataset belongs to it.

    Attributes:
        release: its IRI.
        version: its day, with `-2` and so on after it where there were more on that day.
        date: its day, as `YYYY-MM-DD`.
        title: title of the site.
        publisher: name of the publisher.
        licence: IRI of the licence.
        vocabulary: version of the vocabulary.
        previous: IRI of the release before; empty for the first.
        previous_sha256: checksum of its record; empty for the first.
        datasets: the datasets, by path.
    """

    release: str
    version: str
    date: str
    title: Texts
    publisher: Texts
    licence: str
    vocabulary: str
    previous: str
    previous_sha256: str
    datasets: tuple[Member, ...]


Record = DatasetRecord | SiteRecord


def to_json(record: Record) -> bytes:
    """Return a record as the bytes of its file."""
    return (json.dumps(asdict(record), ensure_ascii=False, indent=1) + "\n").encode()


def read_dataset(content: bytes) -> DatasetRecord:
    """Return the record of a release of a dataset.

    Raises:
        ValueError, KeyError, TypeError: the bytes are no such record.
    """
    data = json.loads(content)
    return DatasetRecord(**{**data, "files": tuple(Content(**each) for each in data["files"])})


def read_site(content: bytes) -> SiteRecord:
    """Return the record of a release of the site.

    Raises:
        ValueError, KeyError, TypeError: the bytes are no such record.
    """
    data = json.loads(content)
    return SiteRecord(**{**data, "datasets": tuple(Member(**each) for each in data["datasets"])})


def record_path(release: Release) -> str:
    """Return the path of the record of a release under `publish/`."""
    return f"{release.path}/{RECORD}" if release.dataset else f"{release.path}.json"


def releases_path(dataset: str) -> str:
    """Return the path under which the releases of a dataset stand; of the site for an empty one."""
    owner = dataset.removesuffix("/practices")
    return f"{owner}/releases" if owner else "releases"
