"""The SHACL shapes as pages show them: what each says in the reader's language, and which terms it concerns."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from osallisuus.formats import NTRIPLES
from osallisuus.release import Publication
from osallisuus.vocabulary import PREFIXES, VOCAB, term

PATH = "shapes"
"""The path of the document of the shapes."""

_Node = NamedNode | BlankNode
_START = f"{VOCAB}{PATH}#"
_PREFIXED = re.compile(r"\b([a-z]+):([A-Za-z][A-Za-z-]*)")


@dataclass(frozen=True)
class Shape:
    """A named shape.

    Attributes:
        iri: its IRI.
        messages: language → what is wrong with data that does not fit, and the cure; empty for one that only groups.
        is_warning: whether data that does not fit is still valid.
        targets: IRIs of the classes and properties whose things it looks at.
        terms: IRIs of the classes and properties that it names.
        path: IRI of the property whose values it looks at, where it is one property.
        least: how many values there must be at least; empty when it does not say.
        most: how many there may be; empty when it does not say.
        schemes: IRIs of the concept schemes that a value must be in.
    """

    iri: str
    messages: Mapping[str, str]
    is_warning: bool
    targets: tuple[str, ...]
    terms: frozenset[str]
    path: str
    least: str
    most: str
    schemes: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name in the document of the shapes, which is also its place on the page."""
        return self.iri.removeprefix(_START)


@dataclass(frozen=True)
class Shapes:
    """Every triple of the shapes by its subject.

    Attributes:
        triples: the triples of the document.
    """

    triples: tuple[Triple, ...]

    @cached_property
    def listed(self) -> tuple[Shape, ...]:
        """The named shapes, by name."""
        named = {each.value for each in self._by_subject if isinstance(each, NamedNode)}
        return tuple(self._shape(NamedNode(each)) for each in sorted(named) if each.startswith(_START))

    def about(self, iri: str) -> list[Shape]:
        """Return the shapes with a message that concern a class or property."""
        return [each for each in self.listed if each.messages and iri in (*each.terms, *each.targets)]

    def of(self, iri: str) -> list[Shape]:
        """Return the shapes that look at the values of a property."""
        return [each for each in self.listed if each.path == iri]

    @cached_property
    def _by_subject(self) -> Mapping[_Node, list[Triple]]:
        found: dict[_Node, list[Triple]] = defaultdict(list)
        for each in self.triples:
            if isinstance(each.subject, NamedNode | BlankNode):
                found[each.subject].append(each)
        return found

    def _shape(self, node: NamedNode) -> Shape:
        inner = list(self._inner(node))
        texts = _values(self._by_subject[node], "sh:message")
        return Shape(
            iri=node.value,
            messages={each.language or "": each.value for each in texts if isinstance(each, Literal)},
            is_warning=term("sh:Warning") in _values(self._by_subject[node], "sh:severity"),
            targets=self._links(node, "sh:targetClass", "sh:targetSubjectsOf", "sh:targetObjectsOf"),
            terms=frozenset(_named(inner)),
            path=next(iter(self._links(node, "sh:path")), ""),
            least=self._plain(node, "sh:minCount"),
            most=self._plain(node, "sh:maxCount"),
            schemes=tuple(sorted(set(self._schemes(inner)))),
        )

    def _inner(self, node: _Node) -> Iterable[Triple]:
        """Yield the triples of a shape and of the blank nodes within it."""
        for each in self._by_subject.get(node, ()):
            yield each
            if isinstance(each.object, BlankNode):
                yield from self._inner(each.object)

    def _links(self, node: _Node, *predicates: str) -> tuple[str, ...]:
        found = (each for name in predicates for each in _values(self._by_subject[node], name))
        return tuple(sorted(each.value for each in found if isinstance(each, NamedNode)))

    def _plain(self, node: _Node, predicate: str) -> str:
        return next((each.value for each in _values(self._by_subject[node], predicate)), "")

    def _schemes(self, inner: list[Triple]) -> Iterable[str]:
        """Yield the schemes that a part `[ sh:path skos:inScheme ; sh:hasValue … ]` names."""
        for each in inner:
            if each.predicate == term("sh:path") and each.object == term("skos:inScheme"):
                beside = self._by_subject[each.subject] if isinstance(each.subject, BlankNode) else []
                yield from (value.value for value in _values(beside, "sh:hasValue"))


def _values(triples: Iterable[Triple], predicate: str) -> list[NamedNode | Literal]:
    wanted = term(predicate)
    found = (each.object for each in triples if each.predicate == wanted)
    return [each for each in found if isinstance(each, NamedNode | Literal)]


def _named(inner: Iterable[Triple]) -> Iterable[str]:
    """Yield the IRIs that a shape names, in its triples and in the text of its queries; shapes that it groups left out."""
    for each in inner:
        if isinstance(each.object, NamedNode) and not each.object.value.startswith(_START):
            yield each.object.value
        elif each.predicate == term("sh:select"):
            for prefix, local in _PREFIXED.findall(getattr(each.object, "value", "")):
                if prefix in PREFIXES:
                    yield PREFIXES[prefix] + local


def read(publication: Publication) -> Shapes:
    """Return the shapes that are published; none where there is no such document."""
    return _read(publication.files.get(f"{PATH}{NTRIPLES.suffix}", b""))


@lru_cache(maxsize=2)
def _read(content: bytes) -> Shapes:
    return Shapes(tuple(each.triple for each in parse(content, format=RdfFormat.N_TRIPLES)))
