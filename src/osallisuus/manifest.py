"""The manifest of what is published: hash, size and date of each thing, so that a rebuild can prove itself.

It stands in `publish/manifest.json` and is all that a server or a query needs to find the files.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from osallisuus.errors import PublishedError

NAME = "manifest.json"


@dataclass(frozen=True)
class Published:
    """A thing that is published in several files: a dataset, a document of the vocabulary, the catalog.

    Attributes:
        path: its IRI's path under the base, which is also the path of its files without suffix.
        digest: SHA-256 of its content, the dates left out, in hexadecimal.
        issued: day of its first publication.
        modified: day when its content last changed.
        graph: whether it is a graph of the endpoint.
        page_of: path of the thing whose graph its triples are in too, when it is a further page of one; or empty.
    """

    path: str
    digest: str
    issued: str
    modified: str
    graph: bool = False
    page_of: str = ""


@dataclass(frozen=True)
class File:
    """A published file.

    Attributes:
        path: its path under `publish/`.
        sha256: checksum in hexadecimal.
        size: size in bytes.
        modified: day when its content last changed.
        issued: day of its first publication; empty in what an older version of the tool published.
    """

    path: str
    sha256: str
    size: int
    modified: str
    issued: str = ""


@dataclass(frozen=True)
class Release:
    """A frozen release of a dataset, or of the site: its files never change, and each edition carries them over.

    Attributes:
        path: its IRI's path under the base, such as `fi/235/releases/2026-11-25`.
        dataset: path of the dataset that it froze; empty for a release of the site.
        files: its files, by path.
    """

    path: str
    dataset: str
    files: tuple[File, ...]

    @property
    def version(self) -> str:
        """Its day, with `-2` and so on after it where there were more on that day."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Manifest:
    """What is published.

    Attributes:
        vocabulary: version of the vocabulary.
        things: every thing, in the order in which the store loads its graphs.
        files: every file of the current edition but this one and the settings, by path.
        settings: SHA-256 of the settings that serving needs; empty in what an older version of the tool published.
        releases: every frozen release, the oldest first, each release of the site behind those of its datasets.
    """

    vocabulary: str
    things: tuple[Published, ...]
    files: tuple[File, ...]
    settings: str = ""
    releases: tuple[Release, ...] = ()

    def thing(self, path: str) -> Published | None:
        """Return the thing of a path, or None."""
        return next((each for each in self.things if each.path == path), None)

    def file(self, path: str) -> File | None:
        """Return the file of the current edition with a path, or None."""
        return self._by_path.get(path)

    @cached_property
    def _by_path(self) -> Mapping[str, File]:
        return {each.path: each for each in self.files}

    @property
    def graphs(self) -> Mapping[str, tuple[str, ...]]:
        """Path of a graph of the endpoint → paths of the things whose triples it holds: itself and its further pages."""
        return {
            thing.path: (thing.path, *(each.path for each in self.things if each.page_of == thing.path))
            for thing in self.things
            if thing.graph
        }

    def to_json(self) -> bytes:
        """Return the manifest as the bytes of its file."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n").encode()


def digest(content: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def identity(publish: Path) -> str:
    """Return what names the edition in a `publish/` directory: the digest of its manifest.

    Raises:
        PublishedError: nothing is published there.
    """
    try:
        return digest((publish / NAME).read_bytes())
    except OSError as error:
        raise PublishedError(nothing(publish)) from error


def interrupted(publish: Path) -> Path | None:
    """Return where the old edition stands while a build is putting the new one in its place, or was killed as it did."""
    return None if publish.exists() else next(publish.parent.glob(f"{publish.name}.old-*"), None)


def nothing(publish: Path) -> str:
    """Return what to say where nothing is published: the cause and the cure."""
    if old := interrupted(publish):
        return (
            f"{publish} is not there: a build is putting a new one in its place, or was stopped as it did. What was"
            f" published stands in {old}. Wait until the build has ended; if none is running, run: osallisuus build"
        )
    return f"Nothing is published in {publish}. Run: osallisuus build"


def read(publish: Path) -> Manifest:
    """Read the manifest of a `publish/` directory.

    Raises:
        PublishedError: nothing is published there, or the manifest cannot be read.
    """
    try:
        data = json.loads((publish / NAME).read_bytes())
        return Manifest(
            vocabulary=data["vocabulary"],
            things=tuple(Published(**each) for each in data["things"]),
            files=tuple(File(**each) for each in data["files"]),
            settings=data.get("settings", ""),
            releases=tuple(_release(**each) for each in data.get("releases", ())),
        )
    except FileNotFoundError as error:
        raise PublishedError(nothing(publish)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise PublishedError(f"{publish / NAME} cannot be read ({error}). Run: osallisuus build") from error


def _release(path: str, dataset: str, files: list[dict[str, Any]]) -> Release:
    return Release(path, dataset, tuple(File(**each) for each in files))
