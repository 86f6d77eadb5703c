"""The shared concepts as comparisons lay them out: the order of each scheme, and what stands above a concept."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from pyoxigraph import NamedNode

from osallisuus import vocabulary
from osallisuus.vocabulary import VOCAB, term

LEVELS = "level"
"""The scheme whose order says how much people can influence."""


@cache
def places(scheme: str) -> Mapping[str, int]:
    """Return IRI → place of the concepts of a scheme, in the order of its file; purposes by their level first."""
    iris = [f"{VOCAB}{scheme}/{each}" for each in vocabulary.load().concepts[scheme]]
    if scheme == "purpose":
        ranks = places(LEVELS)
        iris.sort(key=lambda iri: ranks.get(level_of(iri), len(ranks)))
    return {iri: place for place, iri in enumerate(iris)}


def level_of(purpose: str) -> str:
    """Return the IRI of the level of a purpose; empty where it has none."""
    return next(
        (each for each in _linked("mappings", "skos:broadMatch")[purpose] if each in places(LEVELS)), ""
    )


def broader(iri: str, scheme: str) -> str:
    """Return the IRI of the concept right above one in its scheme; empty where there is none."""
    return next(iter(_linked(scheme, "skos:broader")[iri]), "")


@cache
def upwards(iri: str, scheme: str) -> tuple[str, ...]:
    """Return a concept and every concept above it in its scheme, the nearest first."""
    found = [iri]
    for each in found:
        found += [above for above in _linked(scheme, "skos:broader")[each] if above not in found]
    return tuple(found)


@cache
def _linked(document: str, predicate: str) -> Mapping[str, tuple[str, ...]]:
    """Return IRI of a subject → the IRIs that a property points to in a document of the vocabulary."""
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    wanted = term(predicate)
    for triple in vocabulary.load().documents[document]:
        if triple.predicate == wanted and isinstance(triple.subject, NamedNode):
            found[triple.subject.value] += (getattr(triple.object, "value", ""),)
    return found
