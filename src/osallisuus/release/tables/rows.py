"""The graph of a municipality → the rows of its tables: values and names, as the graph and the vocabulary say them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from pyoxigraph import Literal, NamedNode, Triple

from osallisuus import vocabulary
from osallisuus.vocabulary import VOCAB, term

_PREF_LABEL = term("skos:prefLabel")
_IN_SCHEME = term("skos:inScheme")
_MEMBER = term("skos:member")
_INTERNAL = f"{VOCAB}target-group/internal"

Value = NamedNode | Literal


@cache
def _shared_names() -> Mapping[str, Mapping[str, str]]:
    """Return IRI → names by language of everything that the vocabulary names by a preferred label."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for subject, predicate, value in vocabulary.load().triples:
        if predicate == _PREF_LABEL and isinstance(subject, NamedNode) and isinstance(value, Literal):
            found[subject.value][value.language or ""] = value.value
    return found


@cache
def _schemes() -> Mapping[str, str]:
    """Return IRI of a shared concept → IRI of its scheme."""
    return {
        triple.subject.value: triple.object.value
        for triple in vocabulary.load().triples
        if triple.predicate == _IN_SCHEME
        and isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, NamedNode)
    }


@cache
def internal_groups() -> frozenset[str]:
    """Return the IRIs of the target groups inside the organisation."""
    return frozenset(
        triple.object.value
        for triple in vocabulary.load().triples
        if triple.predicate == _MEMBER
        and triple.subject == NamedNode(_INTERNAL)
        and isinstance(triple.object, NamedNode)
    )


class Practices:
    """The graph of one municipality, read for tables."""

    def __init__(self, triples: Iterable[Triple], key: str, base: str) -> None:
        """Read a graph.

        Args:
            triples: the graph, in the order that rows and values shall have.
            key: path of the municipality under the base, such as `fi/235`.
            base: the base IRI of its site.
        """
        self.key = key
        self.municipality = base + key
        self._values: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in triples:
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                self._values[subject.value][predicate.value].append(value)

    @property
    def dataset(self) -> str:
        """The IRI of the dataset."""
        return f"{self.municipality}/practices"

    @property
    def coverage(self) -> str:
        """The id of the coverage of the dataset, such as `own-list`."""
        found = self.values(self.dataset, "osa:coverage")
        return found[0].value.removeprefix(f"{VOCAB}coverage/") if found else ""

    @property
    def subjects(self) -> Iterator[str]:
        """The IRIs of the practices, in the order of the graph."""
        kind = term("osa:Practice")
        is_a = term("rdf:type").value
        return (subject for subject, values in self._values.items() if kind in values.get(is_a, ()))

    def values(self, subject: str, name: str) -> list[Value]:
        """Return the values of a property, given as a prefixed name, in the order of the graph."""
        found = self._values.get(subject)
        return found.get(term(name).value, []) if found else []

    def name(self, iri: str, language: str) -> str:
        """Return the name of a thing in a language; empty when it has none in that language."""
        for each in self.values(iri, "skos:prefLabel"):
            if isinstance(each, Literal) and each.language == language:
                return each.value
        return _shared_names().get(iri, {}).get(language, "")


@dataclass(frozen=True)
class Row:
    """A practice, or one value of one of its properties.

    Attributes:
        practices: the graph that it stands in.
        subject: IRI of the practice.
        name: the property as a prefixed name; empty for the row of a whole practice.
        value: its value; the practice itself for the row of a whole practice.
    """

    practices: Practices
    subject: str
    name: str = ""
    value: Value | None = None

    def values(self, name: str) -> list[Value]:
        """Return the values of a property of the practice."""
        return self.practices.values(self.subject, name)

    def texts(self, name: str) -> list[str]:
        """Return the values of a property of the practice as text."""
        return [each.value for each in self.values(name)]

    def in_language(self, name: str, language: str) -> str:
        """Return the text of a property of the practice in a language; empty when it has none."""
        found = (
            each for each in self.values(name) if isinstance(each, Literal) and each.language == language
        )
        return next((each.value for each in found), "")

    def names(self, iris: Iterable[str], language: str) -> list[str]:
        """Return the names of things in a language."""
        return [self.practices.name(each, language) for each in iris]

    def types_of(self, units: Iterable[str]) -> list[str]:
        """Return the IRIs of the shared types of some units, each once."""
        found = (each.value for unit in units for each in self.practices.values(unit, "org:classification"))
        return list(dict.fromkeys(found))

    @property
    def is_outward(self) -> bool:
        """Whether a target group of the practice, stated or implied, is outside the organisation."""
        groups = {*self.texts("osa:targetGroup"), *self.texts("osa:impliedGroup")}
        return bool(groups - internal_groups())

    @cached_property
    def scheme(self) -> str:
        """The IRI of the concept scheme of the value; empty when it is no shared concept."""
        return _schemes().get(self.value.value, "") if isinstance(self.value, NamedNode) else ""

    @property
    def language(self) -> str:
        """The language tag of the value; empty when it is no text of a language."""
        return (self.value.language or "") if isinstance(self.value, Literal) else ""
