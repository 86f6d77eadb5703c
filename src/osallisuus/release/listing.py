"""What is published → the practices as lists and comparisons see them, and the texts by which they are found."""

from collections.abc import Iterable, Sequence
from functools import cache

from pyoxigraph import Literal

from osallisuus.compare import AXES, MUNICIPALITY, TARGET_GROUP, Axis, Entry
from osallisuus.graph.description import VERBATIM
from osallisuus.release.published import Publication
from osallisuus.release.tables.rows import internal_groups
from osallisuus.search import Document
from osallisuus.vocabulary import VOCAB, term

NAMES = ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel")
"""The properties that name a concept: the name that is shown, synonyms, and what is only searched for."""

_NAMED = ("osa:usedBy", "osa:organiser", "osa:localTerm")
"""The properties that lead to things which are no values of an axis, but whose names a practice is found by."""


def documents(publication: Publication, listed: Iterable[Entry]) -> list[Document]:
    """Return what a search looks through, practice by practice, in every language together."""

    @cache
    def names(iri: str) -> str:
        return _texts(publication, iri, NAMES)

    return [
        Document(
            name=_texts(publication, each.iri, ("dct:title",)),
            labels=" ".join(map(names, _named(publication, each))),
            description=_texts(publication, each.iri, ("dct:description",)),
            source=_texts(publication, each.iri, VERBATIM.values()),
        )
        for each in listed
    ]


def _named(publication: Publication, entry: Entry) -> list[str]:
    coded = (iri for axis in AXES for iri in entry.on(axis, with_implied=True))
    others = (iri for predicate in _NAMED for iri in publication.links(entry.iri, predicate))
    return list(dict.fromkeys((*coded, *others)))


def _texts(publication: Publication, iri: str, predicates: Iterable[str]) -> str:
    """Return the texts of some properties of a thing, one after another."""
    found = (each for predicate in predicates for each in publication.values(iri, predicate))
    return "\n".join(each.value for each in found if isinstance(each, Literal))


def entries(publication: Publication) -> tuple[Entry, ...]:
    """Return the practices of every municipality, by municipality and IRI; those that were withdrawn left out."""
    kind = term("osa:Practice").value
    found: list[Entry] = []
    for municipality in publication.municipalities:
        dataset = f"{municipality}/practices"
        coverage = next(iter(publication.links(dataset, "osa:coverage")), "")
        parts = (
            each for each in publication.inverse(dataset, "dct:isPartOf") if kind in publication.types(each)
        )
        kept = sorted(each for each in parts if not publication.values(each, "owl:deprecated"))
        found += (_entry(publication, each, municipality, coverage) for each in kept)
    return tuple(found)


def _entry(publication: Publication, iri: str, municipality: str, coverage: str) -> Entry:
    values = {name: _values(publication, iri, axis, axis.predicates) for name, axis in AXES.items()}
    implied = {
        name: tuple(
            each for each in _values(publication, iri, axis, axis.implied) if each not in values[name]
        )
        for name, axis in AXES.items()
    }
    groups = {*values[TARGET_GROUP], *implied[TARGET_GROUP]}
    return Entry(
        iri=iri,
        municipality=municipality,
        dataset=f"{municipality}/practices",
        coverage=coverage,
        is_outward=bool(groups - internal_groups()),
        values={**values, MUNICIPALITY: (municipality,)},
        implied=implied,
    )


def _values(publication: Publication, subject: str, axis: Axis, path: Sequence[str]) -> tuple[str, ...]:
    """Return what is at the end of a path of properties in the scheme of an axis, each once; nothing for an empty path."""
    found = [subject] if path else []
    for predicate in path:
        found = [iri for each in found for iri in publication.links(each, predicate)]
    return tuple(dict.fromkeys(iri for iri in found if iri.startswith(f"{VOCAB}{axis.scheme}/")))
