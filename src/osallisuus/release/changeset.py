"""A difference → RDF, as ChangeSets: each thing with the statements that were added and removed. Pure."""

from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from osallisuus.model import Texts
from osallisuus.release.difference import Difference, Value
from osallisuus.vocabulary import term

_ACTIVITIES = {"added": "as:Create", "changed": "as:Update", "removed": "as:Delete"}


def describe_differences(
    iri: str, states: tuple[str, str], titles: Texts, differences: Iterable[Difference]
) -> list[Triple]:
    """Return the description of what differs between two states.

    Every thing that differs is a fragment of the document: a ChangeSet, which is also the activity (create, update or
    delete) in the words of ActivityStreams. Its statements are fragments too, so that nothing is a blank node.

    Args:
        iri: IRI of the document.
        states: IRIs of the earlier and of the later state.
        titles: titles of the document.
        differences: what differs.
    """
    document = NamedNode(iri)
    found = [Triple(document, term("dct:title"), Literal(text, language=tag)) for tag, text in titles.items()]
    found.append(Triple(document, term("dct:identifier"), Literal(iri)))
    found.append(Triple(document, term("rdf:type"), term("prov:Entity")))
    found += [Triple(document, term("prov:wasDerivedFrom"), NamedNode(each)) for each in states]
    for number, each in enumerate(differences, 1):
        node = NamedNode(f"{iri}#{number}")
        found.append(Triple(node, term("rdf:type"), term("cs:ChangeSet")))
        found.append(Triple(node, term("rdf:type"), term(_ACTIVITIES[each.kind])))
        found.append(Triple(node, term("dct:isPartOf"), document))
        found.append(Triple(node, term("cs:subjectOfChange"), NamedNode(each.subject)))
        found.append(Triple(node, term("as:object"), NamedNode(each.subject)))
        sides: Mapping[str, list[tuple[str, Value]]] = {
            "removal": [(change.predicate, value) for change in each.changes for value in change.old],
            "addition": [(change.predicate, value) for change in each.changes for value in change.new],
        }
        for name, statements in sides.items():
            for place, (predicate, value) in enumerate(statements, 1):
                statement = NamedNode(f"{node.value}-{name}-{place}")
                found.append(Triple(node, term(f"cs:{name}"), statement))
                found.append(Triple(statement, term("rdf:type"), term("rdf:Statement")))
                found.append(Triple(statement, term("rdf:subject"), NamedNode(each.subject)))
                found.append(Triple(statement, term("rdf:predicate"), NamedNode(predicate)))
                found.append(Triple(statement, term("rdf:object"), value))
    return found
