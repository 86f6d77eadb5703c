"""What differs between two states of the published graphs: things added, changed and removed, value by value. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal as Choice

from pyoxigraph import Literal, NamedNode, Triple

from osallisuus.vocabulary import term

Value = NamedNode | Literal
Kind = Choice["added", "changed", "removed"]
KINDS: tuple[Kind, ...] = ("added", "changed", "removed")
"""The kinds of difference, in the order in which they are told."""

_RDF_TYPE = term("rdf:type").value


@dataclass(frozen=True)
class Change:
    """The values of one property that differ; those that stayed are in neither list.

    Attributes:
        predicate: IRI of the property.
        old: values that are no longer there, sorted.
        new: values that were not there before, sorted.
    """

    predicate: str
    old: tuple[Value, ...]
    new: tuple[Value, ...]


@dataclass(frozen=True)
class Difference:
    """A thing that differs.

    Attributes:
        path: path of the graph that describes it, such as `fi/235/practices`.
        subject: IRI of the thing.
        kind: `added` when the graph did not describe it before, `removed` when it no longer does, else `changed`. A
            practice or concept that is withdrawn is `changed`: it stays, with `owl:deprecated`.
        types: IRIs of its classes, those of after and, where there are none, of before.
        changes: the properties that differ, by IRI, the class first.
    """

    path: str
    subject: str
    kind: Kind
    types: tuple[str, ...]
    changes: tuple[Change, ...]


def difference(
    before: Mapping[str, Iterable[Triple]], after: Mapping[str, Iterable[Triple]]
) -> tuple[Difference, ...]:
    """Return the things that differ between two states, by graph and IRI; a thing is a subject within one graph.

    Args:
        before: path of each graph → its triples, in any order.
        after: the same of the later state. A path that only one of the two has is a graph added or removed.
    """
    found: list[Difference] = []
    for path in sorted(before.keys() | after.keys()):
        old, new = set(before.get(path, ())), set(after.get(path, ()))
        removed, added = _by_subject(old - new), _by_subject(new - old)
        subjects = sorted(removed.keys() | added.keys())
        was, now = (_types(triples, subjects) for triples in (old, new))
        for subject in subjects:
            kind: Kind = "added" if subject not in was else "removed" if subject not in now else "changed"
            types = now.get(subject) or was.get(subject, ())
            changes = _changes(removed.get(subject, ()), added.get(subject, ()))
            found.append(Difference(path, subject, kind, types, changes))
    return tuple(found)


def _by_subject(triples: Iterable[Triple]) -> dict[str, list[Triple]]:
    found: dict[str, list[Triple]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            found[triple.subject.value].append(triple)
    return found


def _types(triples: Iterable[Triple], subjects: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return each of the subjects that is described → the IRIs of its classes."""
    wanted, found = set(subjects), defaultdict[str, list[str]](list)
    for triple in triples:
        if isinstance(triple.subject, NamedNode) and triple.subject.value in wanted:
            types = found[triple.subject.value]
            if triple.predicate.value == _RDF_TYPE and isinstance(triple.object, NamedNode):
                types.append(triple.object.value)
    return {subject: tuple(sorted(types)) for subject, types in found.items()}


def _changes(removed: Iterable[Triple], added: Iterable[Triple]) -> tuple[Change, ...]:
    sides = [defaultdict[str, list[Value]](list) for _ in range(2)]
    for side, triples in zip(sides, (removed, added), strict=True):
        for triple in triples:
            if isinstance(triple.object, NamedNode | Literal):
                side[triple.predicate.value].append(triple.object)
    old, new = sides
    predicates = sorted(old.keys() | new.keys(), key=lambda each: (each != _RDF_TYPE, each))
    return tuple(Change(each, _sorted(old.get(each, ())), _sorted(new.get(each, ()))) for each in predicates)


def _sorted(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(sorted(values, key=str))


GROUPS = ("practices", "units", "terms", "concepts", "others")
"""The groups of things that are told apart: practices, units and bodies, own words, shared concepts, all others."""


def group(types: Iterable[str], path: str) -> str:
    """Return the group of `GROUPS` that a thing of some classes in the graph at a path belongs to."""
    found = set(types)
    if term("osa:Practice").value in found:
        return "practices"
    if term("skos:Concept").value in found:
        return "terms" if path.endswith("/practices") else "concepts"
    is_organisation = {term("org:OrganizationalUnit").value, term("org:Organization").value} & found
    return "units" if is_organisation and term("cv:PublicOrganisation").value not in found else "others"


def counted(differences: Iterable[Difference]) -> dict[str, dict[str, int]]:
    """Return group → `added`, `changed` and `removed` → number of things; groups and kinds without any are left out."""
    found: dict[str, dict[str, int]] = {}
    numbers = Counter((group(each.types, each.path), each.kind) for each in differences)
    for name in GROUPS:
        kinds: dict[str, int] = {kind: numbers[name, kind] for kind in KINDS if numbers[name, kind]}
        if kinds:
            found[name] = kinds
    return found
