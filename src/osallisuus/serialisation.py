"""Triples → bytes in every offered format, the same bytes each time.

Triples are sorted before they are written; JSON-LD is written by our own ordered function with the published
context, for no library writes it in a fixed order.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from pyoxigraph import BlankNode, Literal, RdfFormat, Triple, serialize

from osallisuus import vocabulary
from osallisuus.formats import JSONLD, NTRIPLES, RDFXML, TURTLE, Format

_RDF_TYPE = vocabulary.term("rdf:type")
_XSD = vocabulary.PREFIXES["xsd"]
_RANK = {_RDF_TYPE.value: ""}


def ordered(triples: Iterable[Triple]) -> list[Triple]:
    """Return the triples sorted by subject, predicate (the type first) and value; repeated ones once."""
    return sorted(set(triples), key=_sort_key)


def _sort_key(triple: Triple) -> tuple[str, str, str]:
    predicate = triple.predicate.value
    return str(triple.subject), _RANK.get(predicate, predicate), str(triple.object)


def write(triples: Iterable[Triple], form: Format, context: str | None = None) -> bytes:
    """Return the triples in a format of `formats.RDF_FORMATS`.

    Args:
        triples: what is written, in any order.
        form: the format.
        context: IRI of the JSON-LD context to name; None writes the context inline, for readers without network.
    """
    return _WRITERS[form](ordered(triples), context)


def prefixes(triples: list[Triple]) -> dict[str, str]:
    """Return the prefixes that the triples use."""
    text = "".join(str(part) for triple in triples for part in triple)
    return {prefix: iri for prefix, iri in vocabulary.PREFIXES.items() if iri in text}


def _with_prefixes(form: RdfFormat) -> Callable[[list[Triple], str | None], bytes]:
    def writer(triples: list[Triple], _: str | None) -> bytes:
        return serialize(triples, format=form, prefixes=prefixes(triples)) or b""

    return writer


def _ntriples(triples: list[Triple], _: str | None) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _jsonld(triples: list[Triple], context: str | None) -> bytes:
    nodes: dict[str, dict[str, list[Triple]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        nodes[_id(triple.subject)][triple.predicate.value].append(triple)
    described = [_node(subject, properties) for subject, properties in nodes.items()]
    document: dict[str, object] = {"@context": context or vocabulary.context()}
    if len(described) == 1:
        document.update(described[0])
    else:
        document["@graph"] = described
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _id(node: object) -> str:
    return f"_:{node.value}" if isinstance(node, BlankNode) else getattr(node, "value", "")


def _node(subject: str, properties: Mapping[str, list[Triple]]) -> dict[str, object]:
    node: dict[str, object] = {"@id": subject}
    for predicate, triples in properties.items():
        values = [triple.object for triple in triples]
        if predicate == _RDF_TYPE.value:
            types = [_class(_id(value)) for value in values]
            node["@type"] = types[0] if len(types) == 1 else types
            continue
        key, definition = _terms().get(predicate, (predicate, {}))
        node[key] = _values(values, definition)
    return node


@cache
def _terms() -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """IRI → its term in the context and how the context reads its values."""
    found = {}
    for name, definition in vocabulary.context().items():
        if isinstance(definition, dict):
            found[definition["@id"]] = (name, definition)
        elif not name.startswith("@"):
            found[str(definition)] = (name, {})
    return found


def _class(iri: str) -> str:
    return _terms()[iri][0] if iri in _terms() else iri


def _values(values: Sequence[object], definition: Mapping[str, str]) -> object:
    if definition.get("@container") == "@language":
        return _language_map(values)
    written = [_value(value, definition.get("@type", "")) for value in values]
    if definition.get("@container") == "@set" or len(written) > 1:
        return written
    return written[0]


def _language_map(values: Sequence[object]) -> dict[str, object]:
    texts: dict[str, list[str]] = defaultdict(list)
    for value in values:
        if not isinstance(value, Literal) or value.language is None:
            raise ValueError(f"a text without a language where the context wants one: {value}")
        texts[value.language].append(value.value)
    return {language: found[0] if len(found) == 1 else found for language, found in sorted(texts.items())}


def _value(value: object, coercion: str) -> object:
    if not isinstance(value, Literal):
        return _id(value) if coercion == "@id" else {"@id": _id(value)}
    if value.language is not None:
        return {"@language": value.language, "@value": value.value}
    datatype = value.datatype.value
    if datatype == coercion:
        return value.value
    if coercion:
        return {"@type": _class(datatype), "@value": value.value}
    return _native(value.value, datatype)


def _native(text: str, datatype: str) -> object:
    """Write as a JSON value what a reader turns back into the same literal, else as a typed value."""
    if datatype == f"{_XSD}string":
        return text
    if datatype == f"{_XSD}boolean" and text in {"true", "false"}:
        return text == "true"
    if datatype == f"{_XSD}integer" and text.removeprefix("-").isdecimal() and str(int(text)) == text:
        return int(text)
    return {"@type": _class(datatype), "@value": text}


_WRITERS: Mapping[Format, Callable[[list[Triple], str | None], bytes]] = {
    TURTLE: _with_prefixes(RdfFormat.TURTLE),
    RDFXML: _with_prefixes(RdfFormat.RDF_XML),
    NTRIPLES: _ntriples,
    JSONLD: _jsonld,
}
