"""What is published, read for serving: the settings, the manifest, the graphs and their triples by subject.

Nothing here reads `data/`: a copied `publish/` is all that a server needs.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from osallisuus import graph, manifest
from osallisuus.errors import PublishedError
from osallisuus.formats import NTRIPLES
from osallisuus.manifest import File, Manifest
from osallisuus.model import Accessibility, Barrier, Site
from osallisuus.release import tables
from osallisuus.serialisation import ordered
from osallisuus.vocabulary import DOCUMENTS, VOCAB, term

SETTINGS = "site.json"
_VERSION = re.compile(r"ns/(\d+(?:\.\d+)*)(?:/|$)")
LABELS = tuple(map(term, ("skos:prefLabel", "dct:title", "rdfs:label", "foaf:name")))
"""The properties that name a thing, the best first."""


def settings_to_json(site: Site) -> bytes:
    """Return the settings that serving needs, as the bytes of their file."""
    return (json.dumps(asdict(site), ensure_ascii=False, indent=1) + "\n").encode()


def settings(publish: Path) -> Site:
    """Read the settings of a `publish/` directory.

    Raises:
        PublishedError: nothing is published there, or the file cannot be read.
    """
    try:
        data = json.loads((publish / SETTINGS).read_bytes())
        statement = data.pop("accessibility", None)
        languages = tuple(data.pop("languages"))
        return Site(**data, languages=languages, accessibility=statement and _statement(statement))
    except (OSError, ValueError, KeyError, TypeError) as error:
        text = f"{publish / SETTINGS} cannot be read ({error}). Run: osallisuus build"
        raise PublishedError(text if publish.exists() else manifest.nothing(publish)) from error


def _statement(data: dict[str, Any]) -> Accessibility:
    barriers = tuple(Barrier(**each) for each in data.pop("barriers"))
    return Accessibility(**data, barriers=barriers)


@dataclass(frozen=True)
class Publication:
    """A published edition in memory.

    Attributes:
        directory: its `publish/`.
        site: the settings.
        manifest: hashes and dates.
        graphs: path of each graph under the base → its triples, sorted.
        files: path of each file under `publish/` → its content, so that an edition is served whole even while another
            takes its place.
    """

    directory: Path
    site: Site
    manifest: Manifest
    graphs: Mapping[str, tuple[Triple, ...]]
    files: Mapping[str, bytes]

    @cached_property
    def by_subject(self) -> Mapping[str, tuple[Triple, ...]]:
        """IRI of a subject → the triples that describe it, from every graph, each once."""
        found: dict[str, list[Triple]] = defaultdict(list)
        for triple in dict.fromkeys(each for triples in self.graphs.values() for each in triples):
            if isinstance(triple.subject, NamedNode):
                found[triple.subject.value].append(triple)
        return {subject: tuple(triples) for subject, triples in found.items()}

    @cached_property
    def by_object(self) -> Mapping[str, tuple[Triple, ...]]:
        """IRI of an object → the triples that point to it, from every graph, each once."""
        found: dict[str, list[Triple]] = defaultdict(list)
        for triples in self.by_subject.values():
            for triple in triples:
                if isinstance(triple.object, NamedNode):
                    found[triple.object.value].append(triple)
        return {value: tuple(triples) for value, triples in found.items()}

    @cached_property
    def fragments(self) -> Mapping[str, tuple[str, ...]]:
        """IRI without fragment → the described IRIs that are fragments of it."""
        found: dict[str, list[str]] = defaultdict(list)
        for subject in self.by_subject:
            owner, mark, _ = subject.partition("#")
            if mark:
                found[owner].append(subject)
        return {owner: tuple(each) for owner, each in found.items()}

    @cached_property
    def frozen_files(self) -> Mapping[str, File]:
        """Path of each file of a frozen release → its entry in the manifest."""
        return {each.path: each for release in self.manifest.releases for each in release.files}

    def frozen(self, path: str) -> bytes:
        """Return the content of a file of a frozen release, read anew and proven: it is the same in every edition.

        Raises:
            PublishedError: it is missing or changed.
        """
        file = self.directory / path
        content = file.read_bytes() if file.is_file() else b""
        if manifest.digest(content) != self.frozen_files[path].sha256:
            raise PublishedError(
                f"{file} is not as it was frozen. Put it back from a copy: a release never changes."
            )
        return content

    @cached_property
    def versions(self) -> Mapping[str, Mapping[str, frozenset[Triple]]]:
        """Version of the vocabulary, the oldest first → IRI → the triples that describe it there, as they were frozen."""
        found: dict[str, dict[str, set[Triple]]] = defaultdict(lambda: defaultdict(set))
        for path in (each.path for each in self.manifest.things):
            version = _VERSION.match(path)
            content = self.files.get(f"{path}{NTRIPLES.suffix}")
            if version and content is not None:
                for quad in parse(content, format=RdfFormat.N_TRIPLES):
                    if isinstance(quad.subject, NamedNode):
                        found[version[1]][quad.subject.value].add(quad.triple)
        ordered_versions = sorted(found, key=lambda each: tuple(map(int, each.split("."))))
        return {
            version: {iri: frozenset(triples) for iri, triples in found[version].items()}
            for version in ordered_versions
        }

    @cached_property
    def graph_of(self) -> Mapping[str, str]:
        """IRI of a described thing → the path of the first graph that describes it: datasets come before the catalog."""
        found: dict[str, str] = {}
        for path, triples in self.graphs.items():
            for triple in triples:
                if isinstance(triple.subject, NamedNode):
                    found.setdefault(triple.subject.value, path)
        return found

    @cached_property
    def examples(self) -> Mapping[str, str]:
        """IRI of a property or class → the first thing that has it, by IRI; withdrawn things are no examples."""
        rdf_type, withdrawn = term("rdf:type"), term("owl:deprecated")
        found: dict[str, str] = {}
        for subject, triples in sorted(self.by_subject.items()):
            if not any(each.predicate == withdrawn for each in triples):
                for each in triples:
                    used = each.object if each.predicate == rdf_type else each.predicate
                    if isinstance(used, NamedNode):
                        found.setdefault(used.value, subject)
        return found

    def document(self, iri: str) -> list[Triple]:
        """Return the description of a thing: its own triples and those of its fragments; empty when unknown."""
        subjects = (iri, *self.fragments.get(iri, ()))
        return ordered(triple for each in subjects for triple in self.by_subject.get(each, ()))

    def values(self, iri: str, predicate: str) -> list[NamedNode | Literal]:
        """Return the values of a property, given as a prefixed name, in the order of the graph."""
        return list(self._described(iri).get(term(predicate).value, ()))

    @cached_property
    def _described(self) -> Callable[[str], Mapping[str, list[NamedNode | Literal]]]:
        """A function of an IRI: property → its values; pages ask much of few things, so those asked last are kept."""

        @lru_cache(maxsize=8192)
        def described(iri: str) -> Mapping[str, list[NamedNode | Literal]]:
            found: dict[str, list[NamedNode | Literal]] = {}
            for triple in self.by_subject.get(iri, ()):
                value = triple.object
                if isinstance(value, NamedNode | Literal):
                    found.setdefault(triple.predicate.value, []).append(value)
            return found

        return described

    def links(self, iri: str, predicate: str) -> list[str]:
        """Return the IRIs that a property points to."""
        return [each.value for each in self.values(iri, predicate) if isinstance(each, NamedNode)]

    def inverse(self, iri: str, predicate: str) -> list[str]:
        """Return the IRIs that point to a thing by a property."""
        wanted = term(predicate)
        found = [each.subject for each in self.by_object.get(iri, ()) if each.predicate == wanted]
        return [each.value for each in found if isinstance(each, NamedNode)]

    def text(self, iri: str, predicate: str, language: str) -> str:
        """Return a text in a language, else in the first language of the site that has one, else any, else empty."""
        literals = [each for each in self.values(iri, predicate) if isinstance(each, Literal)]
        return _pick(literals, (language, *self.site.languages))

    def types(self, iri: str) -> list[str]:
        """Return the class IRIs of a thing."""
        return self.links(iri, "rdf:type")

    def label(self, iri: str, language: str) -> str:
        """Return the name of a thing in a language; the last part of its IRI when it has none."""
        for predicate in LABELS:
            values = self._described(iri).get(predicate.value, ())
            literals = [each for each in values if isinstance(each, Literal)]
            if literals:
                return _pick(literals, (language, *self.site.languages))
        return iri.rstrip("/#").rpartition("#" if "#" in iri else "/")[2] or iri

    def iri(self, path: str) -> str | None:
        """Return the IRI that a path names: under the base, or of the vocabulary; None when nothing has it."""
        candidates = [base + path for base in dict.fromkeys((self.site.base, VOCAB))]
        described = [each for each in candidates if each in self.by_subject or each in self.fragments]
        if described:
            return described[0]
        return candidates[-1 if path in DOCUMENTS else 0] if self.manifest.thing(path) else None

    def path(self, iri: str) -> str | None:
        """Return the path at which this site serves an IRI, its fragment kept; None for an IRI of others."""
        for base in (self.site.base, VOCAB):
            if iri.startswith(base):
                return iri.removeprefix(base)
        return None

    def source_table(self, key: str) -> str:
        """Return the rows of the source of a municipality, given by its path such as `fi/235`.

        Raises:
            PublishedError: no such municipality is published; names those that are.
        """
        triples = self.graphs.get(f"{key}/practices")
        if triples is None:
            known = ", ".join(each.removeprefix(self.site.base) for each in self.municipalities)
            raise PublishedError(f"No municipality {key} is published. Published: {known}")
        return tables.source_table(graph.read(triples, self.site.base))

    @cached_property
    def municipalities(self) -> list[str]:
        """IRIs of the municipalities, by path."""
        return sorted(self.instances("cv:PublicOrganisation"))

    def instances(self, kind: str) -> list[str]:
        """Return the IRIs of the things of a class, given as a prefixed name, in the order of the graphs."""
        return self.inverse(term(kind).value, "rdf:type")


def _pick(literals: Iterable[Literal], languages: Iterable[str]) -> str:
    found = {each.language or "": each.value for each in literals}
    return next((found[each] for each in languages if each in found), next(iter(found.values()), ""))


def open_publication(directory: Path) -> Publication:
    """Read a `publish/` directory.

    Raises:
        PublishedError: nothing is published there, or a file is missing or damaged.
    """
    listed = manifest.read(directory)
    files = {each.path: _read_file(directory / each.path) for each in listed.files}
    graphs = {
        name: tuple(dict.fromkeys(triple for each in parts for triple in _read_graph(directory, each, files)))
        for name, parts in listed.graphs.items()
    }
    return Publication(directory, settings(directory), listed, graphs, files)


def _read_graph(directory: Path, thing: str, files: Mapping[str, bytes]) -> list[Triple]:
    path = f"{thing}{NTRIPLES.suffix}"
    try:
        return [each.triple for each in parse(files[path], format=RdfFormat.N_TRIPLES)]
    except (KeyError, SyntaxError, ValueError) as error:
        raise PublishedError(f"{directory / path} cannot be read ({error}). Run: osallisuus build") from error


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PublishedError(f"{path} cannot be read ({error.strerror}). Run: osallisuus build") from error
