"""The frozen versions of the vocabulary: which there are, what each changed, and the history of one term. Functions of a view."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from osallisuus.vocabulary import VOCAB, term
from osallisuus.web.views import View

ADDED, CHANGED, SAME, WITHDRAWN, REMOVED = "added", "changed", "same", "withdrawn", "removed"
"""What a version did to a term."""

_ONTOLOGY = f"{VOCAB}ns"
_KINDS: Mapping[str, tuple[str, ...]] = {
    "schemes": ("skos:ConceptScheme",),
    "concepts": ("skos:Concept",),
    "terms": ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"),
    "laws": ("eli:LegalResource",),
}
_Described = Mapping[str, frozenset[Triple]]


@dataclass(frozen=True)
class Step:
    """What one version did to a term.

    Attributes:
        version: the version.
        day: when it came out; empty when it does not say.
        path: path of the page of its document that has the term.
        change: one of `ADDED`, `CHANGED`, `SAME`, `WITHDRAWN`.
    """

    version: str
    day: str
    path: str
    change: str


@dataclass(frozen=True)
class Version:
    """A frozen version and what it changed against the one before.

    Attributes:
        version: the version.
        day: when it came out; empty when it does not say.
        path: path of the page of its classes and properties.
        documents: paths of the pages of its documents, its own apart.
        is_first: whether there is none before it.
        counts: kind of term → how many the version has that are not withdrawn.
        changes: kind of change → the terms, by name; empty for the first version.
    """

    version: str
    day: str
    path: str
    documents: tuple[str, ...]
    is_first: bool
    counts: Mapping[str, int]
    changes: Mapping[str, list[str]]


def history(view: View, iri: str) -> list[Step]:
    """Return what each version that has a term did to it, the oldest first; empty when none has it."""
    steps: list[Step] = []
    before: frozenset[Triple] = frozenset()
    for version, described in view.publication.versions.items():
        if now := described.get(iri):
            steps.append(Step(version, _day(described), _document(view, version, iri), _change(before, now)))
        before = now or frozenset()
    return steps


def listed(view: View) -> list[Version]:
    """Return the frozen versions, the newest first, each with what it changed."""
    found: list[Version] = []
    before: _Described = {}
    for version, described in view.publication.versions.items():
        path = f"ns/{version}"
        parts = sorted(
            each.path for each in view.publication.manifest.things if each.path.startswith(f"{path}/")
        )
        documents = tuple(each for each in parts if f"{each}.nt" in view.files)
        found.append(
            Version(
                version,
                _day(described),
                path,
                documents,
                is_first=not before,
                counts={kind: len(list(_of(described, kind))) for kind in _KINDS},
                changes=_changes(view, before, described) if before else {},
            )
        )
        before = described
    return found[::-1]


def _day(described: _Described) -> str:
    """Return the day of a version: that of its latest change, else of its first publication."""
    for predicate in ("dct:modified", "dct:issued"):
        wanted = term(predicate)
        days = [
            getattr(each.object, "value", "")
            for each in described.get(_ONTOLOGY, ())
            if each.predicate == wanted
        ]
        if days:
            return max(days)
    return ""


def _document(view: View, version: str, iri: str) -> str:
    """Return the path of the document of a version that a term stands in."""
    path = iri.removeprefix(VOCAB).partition("#")[0]
    while path:
        if view.publication.manifest.thing(found := f"ns/{version}/{path}"):
            return found
        path = path.rpartition("/")[0]
    return f"ns/{version}"


def _change(before: frozenset[Triple], now: frozenset[Triple]) -> str:
    if _is_withdrawn(now) and not _is_withdrawn(before):
        return WITHDRAWN
    if not before:
        return ADDED
    return SAME if before == now else CHANGED


def _is_withdrawn(triples: Iterable[Triple]) -> bool:
    wanted = term("owl:deprecated")
    return any(each.predicate == wanted and getattr(each.object, "value", "") == "true" for each in triples)


def _types(triples: Iterable[Triple]) -> set[str]:
    wanted = term("rdf:type")
    return {
        each.object.value
        for each in triples
        if each.predicate == wanted and isinstance(each.object, NamedNode)
    }


def _of(described: _Described, kind: str) -> Iterable[str]:
    """Yield the terms of a kind that are ours and not withdrawn: a declared term of others is not counted."""
    wanted = {term(each).value for each in _KINDS[kind]}
    for iri, triples in described.items():
        if iri.startswith(VOCAB) and wanted & _types(triples) and not _is_withdrawn(triples):
            yield iri


def _changes(view: View, before: _Described, now: _Described) -> dict[str, list[str]]:
    wanted = {term(each).value for kinds in _KINDS.values() for each in kinds}
    found: dict[str, list[str]] = {}
    for iri in {*before, *now}:
        old, new = before.get(iri, frozenset()), now.get(iri, frozenset())
        change = _change(old, new) if new else REMOVED
        if change != SAME and iri.startswith(VOCAB) and wanted & _types(old | new):
            found.setdefault(change, []).append(iri)
    return {change: view.sorted(iris) for change, iris in sorted(found.items())}
