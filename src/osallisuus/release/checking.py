"""Validating the catalog of an edition before it is published, each result traced to the settings it comes from."""

from collections.abc import Mapping

from pyoxigraph import RdfFormat, parse

from osallisuus import catalog, validation, vocabulary
from osallisuus.formats import NTRIPLES
from osallisuus.model import Located
from osallisuus.site import Contents
from osallisuus.validation import Report

_SHAPES = ("catalog", "date", "prefixes", "text")
"""The shapes that the catalog is checked against; what a dataset says of itself was checked with its data."""


def check_catalog(contents: Contents, files: Mapping[str, bytes]) -> Report:
    """Validate the catalog of an edition against the shapes for it.

    Args:
        contents: what the edition was made from.
        files: path under `publish/` → content.
    """
    pages = [f"{catalog.CATALOG}{NTRIPLES.suffix}", *_further(files)]
    triples = [each.triple for path in pages for each in parse(files[path], format=RdfFormat.N_TRIPLES)]
    places = catalog.pages(contents.site, (), "")[0].described
    for each in contents.municipalities:
        if isinstance(each.coverage, Located):
            places.subjects[f"{contents.site.base}{each.key}/practices"] = each.coverage.place
    everything = dict.fromkeys([*triples, *vocabulary.load().triples])
    return validation.validate(everything, vocabulary.shapes(*_SHAPES), places)


def _further(files: Mapping[str, bytes]) -> list[str]:
    start = f"{catalog.CATALOG}/"
    return sorted(each for each in files if each.startswith(start) and each.endswith(NTRIPLES.suffix))
