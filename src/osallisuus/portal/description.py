"""The triples of a catalog, looked up by subject and property."""

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from osallisuus.vocabulary import PREFIXES, term

Node = NamedNode | BlankNode
Value = Node | Literal

_TYPE = term("rdf:type")


class Description:
    """What a catalog says, in the order in which it says it."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = tuple(each for each in triples if not isinstance(each.object, Triple))
        self._values: dict[tuple[Node, NamedNode], list[Value]] = defaultdict(list)
        self._properties: dict[Node, dict[NamedNode, None]] = defaultdict(dict)
        self._instances: dict[str, dict[Node, None]] = defaultdict(dict)
        for subject, predicate, value in self.triples:
            self._values[subject, predicate].append(value)
            self._properties[subject][predicate] = None
            if predicate == _TYPE and isinstance(value, NamedNode):
                self._instances[value.value][subject] = None

    def values(self, node: Node, name: str) -> list[Value]:
        """Return the values of a property that is given as a prefixed name."""
        return self._values.get((node, term(name)), [])

    def nodes(self, node: Node, name: str) -> list[Node]:
        """Return the values of a property that are not texts."""
        return [each for each in self.values(node, name) if not isinstance(each, Literal)]

    def value(self, node: Node, *names: str) -> str:
        """Return the first value of the first of some properties that has any, as text; else an empty text."""
        return next((text(each) for name in names for each in self.values(node, name)), "")

    def texts(self, node: Node, name: str) -> dict[str, list[str]]:
        """Return language → texts of a property; those without a language stand under an empty tag."""
        found: dict[str, list[str]] = defaultdict(list)
        for each in self.values(node, name):
            if isinstance(each, Literal):
                found[each.language or ""].append(each.value)
        return dict(sorted(found.items()))

    def instances(self, name: str) -> list[Node]:
        """Return the nodes of a class that is given as a prefixed name, by IRI."""
        return sorted(self._instances.get(term(name).value, {}), key=text)

    def is_a(self, node: Node, name: str) -> bool:
        """Whether a node says that it is of a class."""
        return node in self._instances.get(term(name).value, {})

    def linked(self, name: str, kind: str) -> list[Node]:
        """Return the nodes of a class, and those that a property points to though they do not say their class."""
        wanted = term(name)
        found = dict.fromkeys(self.instances(kind))
        for _, predicate, value in self.triples:
            if predicate == wanted and not isinstance(value, Literal | Triple):
                found[value] = None
        return sorted(found, key=text)

    def properties(self, node: Node) -> list[str]:
        """Return the properties of a node as people name them."""
        return sorted(shortened(each.value) for each in self._properties.get(node, {}))

    def is_described(self, node: Node) -> bool:
        """Whether anything is said of a node."""
        return node in self._properties


def text(value: object) -> str:
    """Return an IRI, a text or the label of a blank node."""
    return f"_:{value.value}" if isinstance(value, BlankNode) else str(getattr(value, "value", value))


def shortened(iri: str) -> str:
    """Return a prefixed name of an IRI where a prefix is known, else the IRI."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
