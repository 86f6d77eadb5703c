"""A site's files → the bytes of its `publish/`, the same each time, dated by the manifest of the edition before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Triple

from osallisuus import catalog, graph, manifest, serialisation, vocabulary
from osallisuus.formats import CSV, JSONLD, NTRIPLES, RDF_FORMATS, Format
from osallisuus.manifest import File, Manifest, Published
from osallisuus.release import published, tables
from osallisuus.site import Contents
from osallisuus.vocabulary import DOCUMENTS, VERSION


@dataclass(frozen=True)
class _Thing:
    """What is written for one thing: its triples and its files, and whether it is a graph of the endpoint."""

    path: str
    triples: tuple[Triple, ...]
    files: Mapping[Format, bytes]
    graph: bool

    @property
    def digest(self) -> str:
        return manifest.digest(self.files[NTRIPLES] + self.files.get(CSV, b""))


def _thing(path: str, triples: Iterable[Triple], *, table: bytes = b"", is_graph: bool = False) -> _Thing:
    triples = tuple(triples)
    files = {form: serialisation.write(triples, form) for form in RDF_FORMATS}
    if table:
        files[CSV] = table
    return _Thing(path, triples, files, is_graph)


class _Edition:
    """Collects things and files, and gives each its dates."""

    def __init__(self, before: Manifest | None, today: str) -> None:
        self.before = before
        self.today = today
        self.things: dict[str, Published] = {}
        self.files: dict[str, bytes] = {}
        self.listed: dict[str, File] = {}

    def dates(self, path: str, digest: str) -> tuple[str, str]:
        """Return the days of first publication and last change of a thing with this content."""
        old = self.before.thing(path) if self.before else None
        if old is None:
            return self.today, self.today
        return old.issued, old.modified if old.digest == digest else self.today

    def add(self, thing: _Thing, dates: tuple[str, str] | None = None, digest: str = "") -> catalog.Dataset:
        """Add a thing with its files; return it as the catalog sees it."""
        issued, modified = dates or self.dates(thing.path, thing.digest)
        entry = Published(thing.path, digest or thing.digest, issued, modified, thing.graph)
        self.things[thing.path] = entry
        files = []
        for form, content in thing.files.items():
            files.append((form, self.write(f"{thing.path}{form.suffix}", content, modified)))
        return catalog.Dataset(entry, thing.triples, tuple(files))

    def write(self, path: str, content: bytes, modified: str) -> File:
        """Add a file."""
        self.files[path] = content
        self.listed[path] = File(path, manifest.digest(content), len(content), modified)
        return self.listed[path]

    def close(self) -> dict[str, bytes]:
        """Return every file of the edition, the manifest among them."""
        listed = tuple(self.listed[path] for path in sorted(self.listed))
        written = Manifest(VERSION, tuple(self.things.values()), listed)
        return {**self.files, manifest.NAME: written.to_json()}


def edition(contents: Contents, before: Manifest | None, today: str) -> dict[str, bytes]:
    """Return the files of a site's current edition.

    Args:
        contents: what the site's files say, validated.
        before: the manifest of the edition before, whose dates stand for what has not changed.
        today: the day, as `YYYY-MM-DD`, that is the date of what has changed.

    Returns:
        path under `publish/` → content.
    """
    site = contents.site
    written = _Edition(before, today)
    datasets = []
    for municipality in contents.municipalities:
        triples = graph.describe(municipality, site).triples
        table = tables.practices_table(municipality, site.base)
        thing = _thing(f"{municipality.key}/practices", triples, table=table, is_graph=True)
        datasets.append(written.add(thing))
    words = [*vocabulary.load().triples, *graph.describe_vocabulary(site).triples]
    datasets.append(written.add(_thing("vocabulary", words, is_graph=True)))
    _add_vocabulary(written)
    written.add(_thing(".well-known/void", catalog.describe_void(site, datasets)))
    _add_catalog(written, contents, datasets)
    settings = published.settings_to_json(site)
    written.files[published.SETTINGS] = settings
    return written.close()


def _add_catalog(written: _Edition, contents: Contents, datasets: list[catalog.Dataset]) -> None:
    issued, _ = written.dates("catalog", "")
    undated = catalog.describe(contents.site, datasets, (issued, ""))
    digest = manifest.digest(serialisation.write(undated, NTRIPLES))
    dates = written.dates("catalog", digest)
    written.add(
        _thing("catalog", catalog.describe(contents.site, datasets, dates), is_graph=True), dates, digest
    )


def _add_vocabulary(written: _Edition) -> None:
    """Add each document of the vocabulary, the shapes, and every frozen version of them."""
    for path, triples in vocabulary.load().documents.items():
        written.add(_thing(path, triples))
    written.add(_thing("shapes", vocabulary.shapes()))
    releases = vocabulary.locate("ontology") / "releases"
    for directory in sorted(each for each in releases.glob("*") if each.is_dir()):
        version = f"ns/{directory.name}"
        for path, file in DOCUMENTS.items():
            if (directory / file).is_file():
                frozen = vocabulary.read_turtle(directory / file)
                written.add(_thing(version if path == "ns" else f"{version}/{path}", frozen))
        context = (directory / "context.jsonld").read_bytes()
        dates = written.dates(f"{version}/context", manifest.digest(context))
        written.things[f"{version}/context"] = Published(
            f"{version}/context", manifest.digest(context), *dates
        )
        written.write(f"{version}/context{JSONLD.suffix}", context, dates[1])


def differences(publish: Path, files: Mapping[str, bytes]) -> list[str]:
    """Return the paths whose content differs between a `publish/` directory and the files of an edition."""
    found = {each.relative_to(publish).as_posix() for each in publish.rglob("*") if each.is_file()}
    changed = {path for path in found & files.keys() if (publish / path).read_bytes() != files[path]}
    return sorted(changed | (found ^ files.keys()))


def manifest_before(publish: Path) -> Manifest | None:
    """Return the manifest of the edition before, or None when nothing is published yet."""
    return manifest.read(publish) if (publish / manifest.NAME).is_file() else None
