"""The catalog in documents: one, or pages of whole datasets that a harvester follows from the first to the last.

A harvester reads every page in the format of the first, so the pages of a format link to those of the same format.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from osallisuus.catalog.description import Catalog, describe
from osallisuus.catalog.entries import Dataset
from osallisuus.formats import Format
from osallisuus.graph import Described
from osallisuus.model import Site

CATALOG = "catalog"


@dataclass(frozen=True)
class Page:
    """A document of the catalog.

    Attributes:
        site: the settings.
        number: its number, counted from 1.
        last: how many pages there are.
        described: what it says, without the links to the other pages.
    """

    site: Site
    number: int
    last: int
    described: Described

    @property
    def path(self) -> str:
        """Its path under the base, without suffix."""
        return _path(self.number)

    def triples(self, form: Format, modified: str) -> list[Triple]:
        """Return what it says in a format; links to the other pages are among it where there are any.

        Args:
            form: the format that it is written in.
            modified: day of the catalog's last change; may be empty.
        """
        found = Described()
        found.triples.update(self.described.triples)
        found.typed(NamedNode(f"{self.site.base}{CATALOG}"), "dct:modified", modified, "date")
        if self.last > 1:
            view = NamedNode(f"{self.site.base}{self.path}#view")
            found.add(NamedNode(f"{self.site.base}{CATALOG}"), "hydra:view", view)
            found.begin(view, "hydra:PartialCollectionView")
            for name, number in self._links().items():
                found.add(view, name, NamedNode(f"{self.site.base}{_path(number)}{form.suffix}"))
        return list(found.triples)

    def _links(self) -> dict[str, int]:
        links = {"hydra:first": 1, "hydra:last": self.last}
        if self.number > 1:
            links["hydra:previous"] = self.number - 1
        if self.number < self.last:
            links["hydra:next"] = self.number + 1
        return links


def _path(number: int) -> str:
    return CATALOG if number == 1 else f"{CATALOG}/{number}"


def pages(site: Site, datasets: Sequence[Dataset], issued: str) -> list[Page]:
    """Return the documents of the catalog, each with as many whole datasets as the settings say.

    Args:
        site: the settings.
        datasets: what is published.
        issued: day of the catalog's first publication.
    """
    size = site.datasets_per_page or len(datasets) or 1
    parts = [datasets[start : start + size] for start in range(0, len(datasets), size)] or [datasets]
    whole = Catalog(site, tuple(datasets), issued)
    return [Page(site, number, len(parts), describe(whole, part)) for number, part in enumerate(parts, 1)]
