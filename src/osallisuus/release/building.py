"""A site's files → the bytes of its `publish/`, the same each time, dated by the manifest of the edition before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import Triple

from osallisuus import catalog, cpsv, graph, manifest, serialisation, vocabulary
from osallisuus.errors import Finding, InputError, Place, PublishedError
from osallisuus.formats import CSV, JSONLD, NTRIPLES, RDF_FORMATS, Format
from osallisuus.manifest import File, Manifest, Published
from osallisuus.model import Located, Municipality, Site, Texts
from osallisuus.release import changes, describing, published, records, tables
from osallisuus.release.freezing import Frozen
from osallisuus.site import Contents
from osallisuus.vocabulary import DOCUMENTS, VERSION


@dataclass(frozen=True)
class _Extra:
    """A file of a thing beside its description.

    Attributes:
        path: its path under `publish/`.
        content: its bytes.
        form: its format; None for what is no distribution, such as the metadata of a table.
        name, kind, conforms_to: those of the distribution.
    """

    path: str
    content: bytes
    form: Format | None = None
    name: str = ""
    kind: Texts = field(default_factory=dict)
    conforms_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Thing:
    """What is written for one thing: its triples and its files, and whether it is a graph of the endpoint.

    A further page of a thing is in the graph of that thing.
    """

    path: str
    triples: tuple[Triple, ...]
    files: Mapping[Format, bytes]
    graph: bool
    extras: tuple[_Extra, ...] = ()
    page_of: str = ""

    @property
    def digest(self) -> str:
        return manifest.digest(b"".join([self.files[NTRIPLES], *(each.content for each in self.extras)]))


def _thing(
    path: str, triples: Iterable[Triple], extras: Iterable[_Extra] = (), *, is_graph: bool = False
) -> _Thing:
    triples = tuple(triples)
    files = {form: serialisation.write(triples, form) for form in RDF_FORMATS}
    return _Thing(path, triples, files, is_graph, tuple(extras))


class _Edition:
    """Collects things and files, and gives each its dates."""

    def __init__(
        self, before: Manifest | None, today: str, frozen: Frozen, remembered: Mapping[str, str] | None = None
    ) -> None:
        self.before = before
        # Dates never run backwards, as those of the log do not: a client that asks for what is newer would miss it.
        days = (
            [each.modified for each in before.things] + [each.modified for each in before.files]
            if before
            else []
        )
        self.today = max([today, *days])
        self.frozen = frozen
        self.remembered = remembered or {}
        self.things: dict[str, Published] = {}
        self.files: dict[str, bytes] = {}
        self.listed: dict[str, File] = {}
        self.graphs: dict[str, tuple[Triple, ...]] = {}

    def dates(self, path: str, digest: str) -> tuple[str, str]:
        """Return the days of first publication and last change of a thing with this content.

        A thing that comes back was first published when it was, not when it came back.
        """
        old = self.before.thing(path) if self.before else None
        if old is None:
            return min(self.remembered.get(path, self.today), self.today), self.today
        return old.issued, old.modified if old.digest == digest else self.today

    def add(self, thing: _Thing, dates: tuple[str, str] | None = None, digest: str = "") -> catalog.Dataset:
        """Add a thing with its files; return it as the catalog sees it."""
        issued, modified = dates or self.dates(thing.path, thing.digest)
        entry = Published(thing.path, digest or thing.digest, issued, modified, thing.graph, thing.page_of)
        self.things[thing.path] = entry
        if name := thing.path if thing.graph else thing.page_of:
            self.graphs[name] = tuple(dict.fromkeys((*self.graphs.get(name, ()), *thing.triples)))
        # A file that joins a thing is as old as that day; the files of a thing that comes back are as old as the thing.
        since = self.today if self.before and self.before.thing(thing.path) else issued
        files = [
            catalog.Distribution(
                form.name, form, self.write(f"{thing.path}{form.suffix}", content, modified, since)
            )
            for form, content in thing.files.items()
        ]
        for each in thing.extras:
            file = self.write(each.path, each.content, modified, since)
            if each.form:
                files.append(catalog.Distribution(each.name, each.form, file, each.kind, each.conforms_to))
        return catalog.Dataset(entry, thing.triples, tuple(files))

    def write(self, path: str, content: bytes, modified: str, since: str = "") -> File:
        """Add a file of a thing that last changed on a day; the file itself may be older, or younger than the thing.

        One that the edition before does not have was first published `since` a day, today if none is given.
        """
        digest = manifest.digest(content)
        old = self.before.file(path) if self.before else None
        issued = old.issued if old else since or self.today
        if old and old.sha256 == digest:
            modified = old.modified
        self.files[path] = content
        self.listed[path] = File(path, digest, len(content), modified, issued)
        return self.listed[path]

    def close(self) -> dict[str, bytes]:
        """Return every file of the edition, the frozen releases and the manifest among them."""
        listed = tuple(self.listed[path] for path in sorted(self.listed))
        settings = manifest.digest(self.files[published.SETTINGS])
        things = tuple(self.things.values())
        written = Manifest(VERSION, things, listed, settings, self.frozen.releases)
        return {**self.files, **self.frozen.files, manifest.NAME: written.to_json()}


def edition(
    contents: Contents,
    before: Manifest | None,
    today: str,
    log: bytes = b"",
    frozen: Frozen | None = None,
) -> dict[str, bytes]:
    """Return the files of a site's current edition.

    Args:
        contents: what the site's files say, validated.
        before: the manifest of the edition before, whose dates stand for what has not changed.
        today: the day, as `YYYY-MM-DD`, that is the date of what has changed.
        log: the log of changes of the edition before, which this one continues.
        frozen: the releases that were frozen before, which this edition carries over.

    Returns:
        path under `publish/` → content.
    """
    site = contents.site
    frozen = frozen or Frozen()
    written = _Edition(before, today, frozen, _first_days(changes.read(log), frozen, site.base))
    datasets: list[catalog.Dataset] = []
    found: list[tables.Table] = []
    for municipality in contents.municipalities:
        triples = graph.describe(municipality, site).triples
        own = tables.of_municipality(tables.Practices(triples, municipality.key, site.base), site)
        found += own
        path = f"{municipality.key}/practices"
        dataset = written.add(_thing(path, triples, _extras(path, own), is_graph=True))
        datasets.append(_with_services(written, dataset, municipality, site))
    words = [*vocabulary.load().triples, *graph.describe_vocabulary(site).triples]
    datasets.append(written.add(_thing("vocabulary", words, is_graph=True)))
    datasets.append(_add_comparison(written, found, site))
    _add_vocabulary(written)
    written.add(_thing(".well-known/void", catalog.describe_void(site, datasets)))
    _add_catalog(written, contents, datasets)
    _add_log(written, site.base, log)
    _add_releases(written, site)
    settings = published.settings_to_json(site)
    written.files[published.SETTINGS] = settings
    return written.close()


def _first_days(log: Iterable[changes.Activity], frozen: Frozen, base: str) -> dict[str, str]:
    """Return path of a thing → the day of its first publication, as far as the log and the releases remember it."""
    found: dict[str, str] = {}
    for each in log:
        if each.type == changes.CREATE and each.object.startswith(base):
            found.setdefault(each.object.removeprefix(base), each.day)
    for release in frozen.releases:
        day = records.day(release.version)
        found[release.dataset] = min(found.get(release.dataset, day), day)
    return found


def _with_services(
    written: _Edition, dataset: catalog.Dataset, municipality: Municipality, site: Site
) -> catalog.Dataset:
    """Add the public services of a municipality, if any; return its dataset with their files among its own."""
    described = cpsv.describe(municipality, site)
    if not described:
        return dataset
    services = written.add(_thing(f"{municipality.key}/services", described))
    files = (
        replace(each, name=f"services-{each.name}", kind=cpsv.KIND, conforms_to=(cpsv.PROFILE,))
        for each in services.files
    )
    return replace(dataset, files=(*dataset.files, *files))


def _add_comparison(written: _Edition, own: list[tables.Table], site: Site) -> catalog.Dataset:
    """Add the practices of every municipality in one table; its RDF describes the table only, and says so."""
    tabled = _extras("comparison", tables.of_all(own, site))
    thing = _thing("comparison", catalog.describe_comparison(site).triples, tabled, is_graph=True)
    dataset = written.add(thing)
    files = (each if each.kind else replace(each, kind=catalog.DESCRIPTION) for each in dataset.files)
    return replace(dataset, files=tuple(files))


def _extras(path: str, found: Iterable[tables.Table]) -> list[_Extra]:
    """Return the tables of the dataset at a path as distributions, each with the metadata beside it."""
    extras = []
    for table in found:
        name = CSV.name if table.path == path + CSV.suffix else f"{table.form.name}-{CSV.name}"
        extras.append(_Extra(table.path, table.content, CSV, name, table.kind, (tables.STANDARD,)))
        extras.append(_Extra(f"{table.path}{tables.METADATA}", table.metadata))
    return extras


def _add_catalog(written: _Edition, contents: Contents, datasets: list[catalog.Dataset]) -> None:
    """Add the documents of the catalog; all have the dates of the whole."""
    issued, _ = written.dates(catalog.CATALOG, "")
    pages = catalog.pages(contents.site, datasets, issued)
    undated = [serialisation.write(each.triples(NTRIPLES, ""), NTRIPLES) for each in pages]
    digest = manifest.digest(b"".join(undated))
    dates = written.dates(catalog.CATALOG, digest)
    for page in pages:
        triples = {form: page.triples(form, dates[1]) for form in RDF_FORMATS}
        files = {form: serialisation.write(each, form) for form, each in triples.items()}
        is_first = page.path == catalog.CATALOG
        thing = _Thing(page.path, tuple(triples[NTRIPLES]), files, is_first)
        written.add(thing if is_first else replace(thing, page_of=catalog.CATALOG), dates, digest)


def _add_log(written: _Edition, base: str, before: bytes) -> None:
    """Add the log of changes: the one of the edition before, and after it what has changed since."""
    log = changes.read(before)
    old = written.before.things if written.before else ()
    now = changes.states(written.graphs, written.things.values(), old, written.files, base)
    log = (*log, *changes.following(log, now, written.today))
    written.write(changes.NAME, changes.write(log), log[-1].day if log else written.today)


def _add_releases(written: _Edition, site: Site) -> None:
    """Add the description of the frozen releases, once there are any."""
    frozen = written.frozen
    if frozen.releases:
        current = {each.path for each in written.things.values() if each.graph}
        described = describing.describe_releases(frozen.releases, frozen.files, site, current)
        written.add(_thing(describing.PATH, described, is_graph=True))


def edition_with(
    before: Manifest, files: Mapping[str, bytes], site: Site, frozen: Frozen, today: str
) -> dict[str, bytes]:
    """Return the files of a published edition with other frozen releases; nothing else of it changes.

    Args:
        before: the manifest of the edition.
        files: path → content of its own files.
        site: the settings.
        frozen: the releases.
        today: the day, as `YYYY-MM-DD`, that is the date of their description.
    """
    written = _Edition(before, today, frozen)
    written.things = {each.path: each for each in before.things if each.path != describing.PATH}
    own = {f"{describing.PATH}{each.suffix}" for each in RDF_FORMATS}
    written.listed = {each.path: each for each in before.files if each.path not in own}
    written.files = {path: content for path, content in files.items() if path not in own}
    _add_releases(written, site)
    return written.close()


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
    """Return the manifest of the edition before, or None when nothing is published yet.

    Raises:
        PublishedError: it cannot be read, or a build that put it in place was interrupted.
    """
    if not (publish / manifest.NAME).is_file() and not manifest.interrupted(publish):
        return None
    return manifest.read(publish)


def check_base(site: Site, frozen: Frozen) -> None:
    """Refuse settings whose base is not the one that frozen releases are named under.

    A release never changes, so its files and records go on naming the old base, where nothing would answer.

    Raises:
        InputError: the base differs; names its place in the settings.
    """
    if not frozen.releases:
        return
    last = frozen.releases[-1]
    old = records.read_site(frozen.files[records.record_path(last)]).release.removesuffix(last.path)
    if old != site.base:
        place = site.base.place if isinstance(site.base, Located) else Place("data/site.yaml", 1)
        values = {"value": site.base, "old": old, "count": str(len(frozen.releases))}
        raise InputError([Finding(place, "base-moved", values)])


def log_before(publish: Path) -> bytes:
    """Return the log of changes of the edition before; empty when nothing is published yet, or no log was kept.

    Raises:
        PublishedError: the log is not the one that the manifest lists: what was said once would be said otherwise.
    """
    before = manifest_before(publish)
    listed = next((each for each in before.files if each.path == changes.NAME), None) if before else None
    if listed is None:
        return b""
    file = publish / changes.NAME
    content = file.read_bytes() if file.is_file() else b""
    if manifest.digest(content) != listed.sha256:
        raise PublishedError(
            f"{file} is not the one that {manifest.NAME} lists. Restore publish/ from a copy."
        )
    return content
