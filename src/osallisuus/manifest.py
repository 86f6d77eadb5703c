"""The manifest of what is published: hash, size and date of each thing, so that a rebuild can prove itself.

It stands in `publish/manifest.json` and is all that a server or a query needs to find the files.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

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
    """

    path: str
    digest: str
    issued: str
    modified: str
    graph: bool = False


@dataclass(frozen=True)
class File:
    """A published file.

    Attributes:
        path: its path under `publish/`.
        sha256: checksum in hexadecimal.
        size: size in bytes.
        modified: day when the thing that it belongs to last changed.
    """

    path: str
    sha256: str
    size: int
    modified: str


@dataclass(frozen=True)
class Manifest:
    """What is published.

    Attributes:
        vocabulary: version of the vocabulary.
        things: every thing, in the order in which the store loads its graphs.
        files: every file, by path.
    """

    vocabulary: str
    things: tuple[Published, ...]
    files: tuple[File, ...]

    def thing(self, path: str) -> Published | None:
        """Return the thing of a path, or None."""
        return next((each for each in self.things if each.path == path), None)

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
        raise PublishedError(f"Nothing is published in {publish}. Run: osallisuus build") from error


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
        )
    except FileNotFoundError as error:
        raise PublishedError(f"Nothing is published in {publish}. Run: osallisuus build") from error
    except (ValueError, KeyError, TypeError) as error:
        raise PublishedError(f"{publish / NAME} cannot be read ({error}). Run: osallisuus build") from error
