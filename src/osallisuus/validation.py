"""Triples + shapes → a report in which every result has its place in a file.

pySHACL is the engine. What it does not say is said here: how many nodes each shape checked, which target or SHACL
term is declared nowhere, and that shapes which select nothing prove nothing.
"""

import logging
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from pyparsing import ParseException
from pyshacl import validate as run_pyshacl
from pyshacl.errors import ReportableRuntimeError
from rdflib.namespace import RDF, RDFS, SH

from osallisuus import graph, vocabulary
from osallisuus.errors import Place
from osallisuus.graph import Described
from osallisuus.site import Contents
from osallisuus.vocabulary import PREFIXES

SEVERITIES = ("violation", "warning", "info")
_TYPE = vocabulary.term("rdf:type")
_CLASSES = {PREFIXES["owl"] + "Class", PREFIXES["rdfs"] + "Class"}
_REFERENCES = ("node", "property", "not", "qualifiedValueShape")
_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")


@dataclass(frozen=True)
class Result:
    """One rule that does not hold.

    Attributes:
        focus: IRI of the node that breaks the rule, or the label of a blank one, such as `_:b0`.
        path: IRI of the property, or empty.
        value: the faulty value as text, or empty.
        rule: IRI of the shape that states the rule.
        severity: one of `SEVERITIES`.
        messages: language → what is wrong and the cure.
        place: file and line of the value, or of the node, as far as they are known.
    """

    focus: str
    path: str
    value: str
    rule: str
    severity: str
    messages: Mapping[str, str]
    place: Place | None = None

    def text(self, language: str) -> str:
        """Return the message in a language, else in English, else in any."""
        found = self.messages
        return found.get(language) or found.get("en") or next(iter(found.values()), self.rule)


@dataclass(frozen=True)
class Report:
    """What validation found.

    Attributes:
        results: the rules that do not hold, by place.
        checked: IRI of a node shape → number of nodes that it checked.
        faults: what is wrong with the shapes themselves, in English; then success would prove nothing.
    """

    results: tuple[Result, ...]
    checked: Mapping[str, int]
    faults: tuple[str, ...]

    def conforms(self, *, strict: bool = False) -> bool:
        """Return whether the data may be published; `strict` lets warnings stop it too."""
        stopping = ("violation", "warning") if strict else ("violation",)
        return not self.faults and not any(each.severity in stopping for each in self.results)


def validate(data: Iterable[Triple], shapes: Iterable[Triple], places: Described | None = None) -> Report:
    """Validate triples; the graph is not changed and nothing is fetched.

    Args:
        data: what is validated, the ontology with its subclass statements among it.
        shapes: the shapes.
        places: where the values of the data were read from.
    """
    data, shapes = list(data), list(shapes)
    data += [each for each in shapes if each.predicate.value == str(RDFS.subClassOf)]
    checked, faults = _examine(shapes, data)
    try:
        with _quietly():
            _, results, _ = run_pyshacl(
                _to_rdflib(data),
                shacl_graph=_to_rdflib(shapes),
                inplace=True,
                do_owl_imports=False,
                meta_shacl=False,
            )
    except (ReportableRuntimeError, ParseException) as error:
        return Report((), checked, (*faults, f"The shapes cannot be run: {error}"))
    if not isinstance(results, rdflib.Graph):
        return Report((), checked, (*faults, f"The shapes cannot be run: {results}"))
    found = [_result(results, node, places) for node in results.subjects(RDF.type, SH.ValidationResult)]
    return Report(tuple(sorted(found, key=_order)), checked, faults)


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep rdflib from writing a traceback to the terminal for each value that its datatype does not allow.

    Shapes find those, and say them in words.
    """
    logger = logging.getLogger("rdflib.term")
    disabled, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        logger.disabled = disabled


class _Literal(rdflib.Literal):
    """A literal that comes neither before nor after one that it cannot be compared with, such as a day and a word.

    SHACL calls that a violation; the literals of rdflib raise an error, which ends pySHACL.
    """

    def __lt__(self, other: object) -> bool:
        return super().__lt__(other) is True

    def __le__(self, other: object) -> bool:
        return super().__le__(other) is True


def _order(result: Result) -> tuple[str, int, str, str, str]:
    place = result.place or Place("", 0)
    return place.file, place.line, result.focus, result.rule, result.value


def _to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    found = rdflib.Graph()
    for subject, predicate, value in triples:
        found.add((_term(subject), rdflib.URIRef(predicate.value), _term(value)))
    return found


def _term(node: object) -> rdflib.term.IdentifiedNode | rdflib.Literal:
    """Return a term of rdflib with the lexical form as written: a date stays what somebody typed."""
    if isinstance(node, NamedNode):
        return rdflib.URIRef(node.value)
    if isinstance(node, BlankNode):
        return rdflib.BNode(node.value)
    if not isinstance(node, Literal):
        raise TypeError(f"{node} cannot be validated")
    if node.language is not None:
        return _Literal(node.value, lang=node.language)
    if node.datatype.value == PREFIXES["xsd"] + "string":
        return _Literal(node.value)
    return _Literal(node.value, datatype=rdflib.URIRef(node.datatype.value), normalize=False)


def _result(results: rdflib.Graph, node: rdflib.term.Node, places: Described | None) -> Result:
    focus = results.value(node, SH.focusNode)
    path = results.value(node, SH.resultPath)
    value = results.value(node, SH.value)
    severity = str(results.value(node, SH.resultSeverity)).rpartition("#")[2].lower()
    messages = {
        each.language or "en": str(each)
        for each in results.objects(node, SH.resultMessage)
        if isinstance(each, rdflib.Literal)
    }
    focus_iri, path_iri = str(focus), str(path) if isinstance(path, rdflib.URIRef) else ""
    return Result(
        focus=_spelled(focus),
        path=path_iri,
        value="" if value is None else _spelled(value),
        rule=str(results.value(node, SH.sourceShape)),
        severity=severity,
        messages=messages,
        place=_place(focus_iri, path_iri, value, places),
    )


def _spelled(node: object) -> str:
    return f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)


def _place(focus: str, path: str, value: object, places: Described | None) -> Place | None:
    """Return the place of the value, else of any value of the property, else of the node, else of the vocabulary."""
    if places is not None:
        found = places.by_property.get((focus, path), {})
        if str(value) in found:
            return found[str(value)]
        if found:
            return min(found.values())
        if not path and str(value) in places.subjects:  # a rule over a whole dataset names the faulty thing
            return places.subjects[str(value)]
        if focus in places.subjects:
            return places.subjects[focus]
    return vocabulary.place(focus)


def _examine(shapes: list[Triple], data: list[Triple]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return how many nodes each node shape checks, and what is wrong with the shapes themselves."""
    if not shapes:
        return {}, ("There are no shapes, so nothing was checked.",)
    faults = [
        f"{term} is not a term of SHACL. Is it misspelt?"
        for term in sorted({each for triple in shapes for each in _shacl_terms(triple) if each not in SH})
    ]
    described = {each.subject for each in shapes}
    faults += [
        f"{triple.object} is used as a shape, but is described nowhere. Is it misspelt?"
        for triple in shapes
        if triple.predicate.value.removeprefix(PREFIXES["sh"]) in _REFERENCES
        and triple.object not in described
    ]
    types, classes = _types(data), _declared([*data, *shapes])
    checked: dict[str, int] = {}
    for shape, targets in _targets(shapes).items():
        nodes: set[str] = set()
        for kind, target in targets:
            nodes |= _selected(kind, target, types, data)
            if kind == "targetClass" and target not in classes and target not in types:
                faults.append(f"{shape} targets {target}, which is declared nowhere. Is it misspelt?")
        checked[shape] = len(nodes)
    return dict(sorted(checked.items())), tuple(faults)


def _shacl_terms(triple: Triple) -> list[rdflib.URIRef]:
    return [
        rdflib.URIRef(each.value)
        for each in triple
        if isinstance(each, NamedNode) and each.value.startswith(PREFIXES["sh"])
    ]


def _targets(shapes: list[Triple]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    classes = _declared(shapes)
    for subject, predicate, value in shapes:
        name = predicate.value.removeprefix(PREFIXES["sh"])
        if isinstance(value, NamedNode) and not isinstance(subject, Triple):
            if name in _TARGETS:
                found[subject.value].append((name, value.value))
            elif predicate == _TYPE and value.value == SH.NodeShape.toPython() and subject.value in classes:
                found[subject.value].append(("targetClass", subject.value))
    return found


def _declared(triples: list[Triple]) -> set[str]:
    return {
        subject.value
        for subject, predicate, value in triples
        if predicate == _TYPE
        and isinstance(value, NamedNode)
        and value.value in _CLASSES
        and not isinstance(subject, Triple)
    }


def _types(data: list[Triple]) -> dict[str, set[str]]:
    """Return class → its members, those of its subclasses among them."""
    members: dict[str, set[str]] = defaultdict(set)
    above: dict[str, set[str]] = defaultdict(set)
    for subject, predicate, value in data:
        if isinstance(value, NamedNode) and not isinstance(subject, Triple):
            if predicate == _TYPE:
                members[value.value].add(subject.value)
            elif predicate.value == str(RDFS.subClassOf):
                above[subject.value].add(value.value)
    for name in list(members):
        todo, seen = [name], {name}
        while todo:
            for each in above[todo.pop()] - seen:
                seen.add(each)
                todo.append(each)
                members[each] |= members[name]
    return members


def _selected(kind: str, target: str, types: Mapping[str, set[str]], data: list[Triple]) -> set[str]:
    if kind == "targetClass":
        return types.get(target, set())
    if kind == "targetNode":
        return {target}
    return {
        getattr(triple.subject if kind == "targetSubjectsOf" else triple.object, "value", "")
        for triple in data
        if triple.predicate.value == target
    }


def validate_contents(contents: Contents) -> Report:
    """Validate everything that a site would publish, the vocabulary among it, against the shipped shapes."""
    everything = Described()
    for municipality in contents.municipalities:
        everything.update(graph.describe(municipality, contents.site))
    everything.update(graph.describe_publisher(contents.site))
    triples = [
        *everything.triples,
        *vocabulary.load().triples,
        *graph.describe_vocabulary(contents.site).triples,
    ]
    return validate(dict.fromkeys(triples), vocabulary.shapes(), everything)
