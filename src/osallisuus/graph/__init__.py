"""The model ↔ RDF. Pure: it opens nothing and writes nothing.

Triples are those of pyoxigraph, which keep every lexical form as written.
"""

from osallisuus.graph.description import (
    Described,
    describe,
    describe_publisher,
    describe_vocabulary,
    language_iri,
    municipality_iri,
)
from osallisuus.graph.reading import read

__all__ = [
    "Described",
    "describe",
    "describe_publisher",
    "describe_vocabulary",
    "language_iri",
    "municipality_iri",
    "read",
]
