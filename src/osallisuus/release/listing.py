"""What is published → the practices as lists and comparisons see them."""

from collections.abc import Sequence

from osallisuus.compare import AXES, MUNICIPALITY, Axis, Entry
from osallisuus.release.published import Publication
from osallisuus.release.tables.rows import Practices, Row
from osallisuus.vocabulary import VOCAB


def entries(publication: Publication) -> tuple[Entry, ...]:
    """Return the practices of every municipality, by municipality and IRI; those that were withdrawn left out."""
    base = publication.site.base
    found: list[Entry] = []
    for municipality in publication.municipalities:
        key = municipality.removeprefix(base)
        practices = Practices(publication.graphs.get(f"{key}/practices", ()), key, base)
        kept = (each for each in practices.subjects if not practices.values(each, "owl:deprecated"))
        found += (_entry(publication, Row(practices, each)) for each in kept)
    return tuple(found)


def _entry(publication: Publication, row: Row) -> Entry:
    owner = row.practices
    values = {name: _values(publication, row.subject, axis, axis.predicates) for name, axis in AXES.items()}
    implied = {
        name: tuple(
            iri for iri in _values(publication, row.subject, axis, axis.implied) if iri not in values[name]
        )
        for name, axis in AXES.items()
    }
    coverages = publication.links(owner.dataset, "osa:coverage")
    return Entry(
        iri=row.subject,
        municipality=owner.municipality,
        dataset=owner.dataset,
        coverage=next(iter(coverages), ""),
        is_outward=row.is_outward,
        values={**values, MUNICIPALITY: (owner.municipality,)},
        implied=implied,
    )


def _values(publication: Publication, subject: str, axis: Axis, path: Sequence[str]) -> tuple[str, ...]:
    """Return what is at the end of a path of properties in the scheme of an axis, each once; nothing for an empty path."""
    found = [subject] if path else []
    for predicate in path:
        found = [iri for each in found for iri in publication.links(each, predicate)]
    return tuple(dict.fromkeys(iri for iri in found if iri.startswith(f"{VOCAB}{axis.scheme}/")))
