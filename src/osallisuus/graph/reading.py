"""RDF → the model: the inverse of `describe`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from osallisuus.graph.description import EU_LANGUAGES, MATCHES, VERBATIM
from osallisuus.model import Municipality, Practice, Source, Term, Unit, Verbatim
from osallisuus.vocabulary import VOCAB, term

_TYPE = term("rdf:type")


class _Reading:
    """Triples by subject and predicate, for reading a graph back into the model."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._values: dict[tuple[str, str], list[NamedNode | Literal]] = defaultdict(list)
        self._types: list[tuple[str, str]] = []
        for subject, predicate, value in triples:
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                self._values[subject.value, predicate.value].append(value)
                if predicate == _TYPE:
                    self._types.append((value.value, subject.value))

    def values(self, subject: str, predicate: str) -> list[str]:
        return [value.value for value in self._values.get((subject, term(predicate).value), [])]

    def value(self, subject: str, predicate: str) -> str:
        return next(iter(self.values(subject, predicate)), "")

    def texts(self, subject: str, predicate: str) -> dict[str, str]:
        literals = self._values.get((subject, term(predicate).value), [])
        return {each.language: each.value for each in literals if isinstance(each, Literal) and each.language}

    def lists(self, subject: str, predicate: str) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for each in self._values.get((subject, term(predicate).value), []):
            if isinstance(each, Literal) and each.language:
                found[each.language] = (*found.get(each.language, ()), each.value)
        return found

    def ids(self, subject: str, predicate: str, prefix: str) -> tuple[str, ...]:
        found = self.values(subject, predicate)
        return tuple(each.removeprefix(prefix) for each in found if each.startswith(prefix))

    def instances(self, *types: str) -> Iterator[str]:
        wanted = {term(each).value for each in types}
        return (subject for kind, subject in self._types if kind in wanted)

    def notes(self, subject: str) -> tuple[str, ...]:
        return tuple(self.values(subject, "skos:editorialNote"))


def read(triples: Iterable[Triple], base: str) -> Municipality:
    """Return the municipality that a published graph describes; the inverse of `describe`.

    Args:
        triples: the graph of one municipality, in the order that lists shall have.
        base: the base IRI of its site.
    """
    graph = _Reading(triples)
    iri = next(graph.instances("cv:PublicOrganisation"))
    dataset = f"{iri}/practices"
    country, _, code = iri.removeprefix(base).partition("/")
    source = f"{dataset}#source"
    has_source = source in graph.values(dataset, "prov:wasDerivedFrom")
    return Municipality(
        country=country,
        code=code,
        name=graph.texts(iri, "skos:prefLabel"),
        languages=tuple(_language(each) for each in graph.values(dataset, "dct:language")),
        coverage=graph.ids(dataset, "osa:coverage", f"{VOCAB}coverage/")[0],
        title=graph.texts(dataset, "dct:title"),
        description=graph.texts(dataset, "dct:description"),
        keywords=graph.lists(dataset, "dcat:keyword"),
        places=tuple(graph.values(iri, "dct:spatial")),
        same_as=tuple(graph.values(iri, "owl:sameAs")),
        source=_read_source(graph, source) if has_source else None,
        units=tuple(_read_units(graph, iri)),
        terms=tuple(_read_terms(graph, iri)),
        practices=tuple(_read_practice(graph, each, iri) for each in graph.instances("osa:Practice")),
    )


def _language(iri: str) -> str:
    code = iri.rpartition("/")[2]
    return next((tag for tag, each in EU_LANGUAGES.items() if each == code), code)


def _read_source(graph: _Reading, iri: str) -> Source:
    headings = {name: graph.value(f"{iri}-{name}", "csvw:title") for name in VERBATIM}
    days = [graph.value(f"{iri}-period", each) for each in ("dcat:startDate", "dcat:endDate")]
    return Source(
        title=graph.texts(iri, "dct:title"),
        rights=graph.texts(f"{iri}-rights", "rdfs:label"),
        holder=graph.texts(f"{iri}-holder", "foaf:name"),
        description=graph.texts(iri, "dct:description"),
        headings={name: heading for name, heading in headings.items() if heading},
        language=_language(graph.value(iri, "dct:language")),
        period="/".join(dict.fromkeys(filter(None, days))),
    )


def _read_units(graph: _Reading, iri: str) -> Iterator[Unit]:
    prefix = f"{iri}/unit/"
    for each in graph.instances("org:OrganizationalUnit", "org:Organization"):
        if each.startswith(prefix):
            kinds = graph.values(each, "rdf:type")
            yield Unit(
                id=each.removeprefix(prefix),
                name=graph.texts(each, "skos:prefLabel"),
                type=graph.ids(each, "org:classification", f"{VOCAB}unit-type/")[0],
                kind="unit" if term("org:OrganizationalUnit").value in kinds else "organisation",
                parent=next(iter(graph.ids(each, "org:subOrganizationOf", prefix)), ""),
                notes=graph.notes(each),
            )


def _read_terms(graph: _Reading, iri: str) -> Iterator[Term]:
    prefix = f"{iri}/term/"
    for each in graph.instances("skos:Concept"):
        if each.startswith(prefix):
            match = next(name for name, predicate in MATCHES.items() if graph.values(each, predicate))
            concepts = [value.removeprefix(VOCAB).split("/") for value in graph.values(each, MATCHES[match])]
            yield Term(
                id=each.removeprefix(prefix),
                name=graph.texts(each, "skos:prefLabel"),
                scheme=concepts[0][0],
                match=match,
                concepts=tuple(concept[1] for concept in concepts),
                notes=graph.notes(each),
            )


def _read_practice(graph: _Reading, subject: str, iri: str) -> Practice:
    dataset = f"{iri}/practices"
    group = f"{VOCAB}target-group/"
    return Practice(
        id=subject.removeprefix(f"{dataset}/"),
        title=graph.texts(subject, "dct:title"),
        description=graph.texts(subject, "dct:description"),
        purposes=graph.ids(subject, "osa:purpose", f"{VOCAB}purpose/"),
        organisers=graph.ids(subject, "osa:organiser", f"{iri}/unit/"),
        units=graph.ids(subject, "osa:usedBy", f"{iri}/unit/"),
        groups=graph.ids(subject, "osa:targetGroup", group),
        implied_groups=graph.ids(subject, "osa:impliedGroup", group),
        example_groups=graph.ids(subject, "osa:exampleGroup", group),
        open_groups=graph.value(subject, "osa:openGroups") == "true",
        channels=graph.ids(subject, "osa:channel", f"{VOCAB}channel/"),
        terms=graph.ids(subject, "osa:localTerm", f"{iri}/term/"),
        statutory=graph.value(subject, "osa:statutory") == "true",
        legal_basis=graph.ids(subject, "osa:legalBasis", f"{VOCAB}fi/law/"),
        implied_legal_basis=graph.ids(subject, "osa:impliedLegalBasis", f"{VOCAB}fi/law/"),
        times_per_year=graph.value(subject, "osa:timesPerYear"),
        recurrence=graph.texts(subject, "osa:recurrenceText"),
        as_of=graph.value(subject, "osa:asOf"),
        started=graph.value(subject, "osa:started"),
        ended=graph.value(subject, "osa:ended"),
        translated_title=tuple(graph.values(subject, "osa:translatedTitle")),
        translated_description=tuple(graph.values(subject, "osa:translatedDescription")),
        source=_read_words(graph, subject, f"{dataset}#source"),
        notes=graph.notes(subject),
        withdrawn=graph.value(subject, "owl:deprecated") == "true",
        replaced_by=graph.ids(subject, "dct:isReplacedBy", f"{dataset}/"),
    )


def _read_words(graph: _Reading, subject: str, source: str) -> Verbatim:
    texts = {name: graph.texts(subject, predicate) for name, predicate in VERBATIM.items()}
    language = next((language for each in texts.values() for language in each), "")
    pages = tuple(each for each in graph.values(subject, "prov:wasDerivedFrom") if each != source)
    return Verbatim(
        row=graph.value(subject, "osa:sourceRow"),
        language=language,
        pages=pages,
        seen=graph.value(subject, "osa:sourceSeen"),
        **{name: next(iter(each.values()), "") for name, each in texts.items()},
    )
