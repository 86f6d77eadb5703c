"""Comparisons of what is published: the numbers with the names, coverages and times that belong to them."""

from collections.abc import Callable
from functools import cached_property

from osallisuus import compare
from osallisuus.compare import Choice, Entry, Gap, Listed, Matrix, Wish
from osallisuus.errors import PublishedError
from osallisuus.release.listing import entries
from osallisuus.release.published import Publication


class Comparing:
    """Compares the municipalities of a publication.

    Args:
        publication: what is published.
        listed: gives its practices, where they are at hand already.
    """

    def __init__(
        self, publication: Publication, listed: Callable[[], tuple[Entry, ...]] | None = None
    ) -> None:
        self.publication = publication
        self._listed = listed

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The practices of every municipality."""
        return self._listed() if self._listed else entries(self.publication)

    @cached_property
    def lists(self) -> tuple[Listed, ...]:
        """The list of every municipality, by its path."""
        return tuple(
            Listed(each, f"{each}/practices", self._coverage(f"{each}/practices"))
            for each in self.publication.municipalities
        )

    def _coverage(self, dataset: str) -> str:
        return next(iter(self.publication.links(dataset, "osa:coverage")), "")

    def matrix(self, choice: Choice) -> Matrix:
        """Return how many practices each municipality reports for each value that is asked for."""
        return compare.compare(self.entries, self.lists, choice)

    def gaps(self, wish: Wish) -> tuple[Gap, ...]:
        """Return what others do that the list of a municipality does not have."""
        return compare.gaps(self.entries, wish)

    def code(self, municipality: str) -> str:
        """Return the path of a municipality under the base, such as `fi/235`."""
        return municipality.removeprefix(self.publication.site.base)

    def municipality(self, code: str) -> str:
        """Return the IRI of a municipality by its path under the base, such as `fi/235`.

        Raises:
            PublishedError: no such municipality is published; names those that are.
        """
        iri = self.publication.site.base + code
        if iri not in self.publication.municipalities:
            known = ", ".join(map(self.code, self.publication.municipalities))
            raise PublishedError(f"No municipality {code} is published. Published: {known}")
        return iri

    def as_of(self, dataset: str) -> tuple[str, str]:
        """Return the first and the last day that a dataset is about; empty where they are not known."""
        for period in self.publication.links(dataset, "dct:temporal"):
            days = [self._plain(period, each) for each in ("dcat:startDate", "dcat:endDate")]
            return days[0], days[1]
        return "", ""

    def _plain(self, iri: str, predicate: str) -> str:
        return next((each.value for each in self.publication.values(iri, predicate)), "")

    def names(self, iri: str) -> dict[str, str]:
        """Return language → name of a thing, in the languages of the tables."""
        return {each: self.publication.label(iri, each) if iri else "" for each in ("fi", "sv", "en")}

    def sources(self, practice: str) -> list[str]:
        """Return the IRIs of what a practice is known from: public pages, or the source document."""
        return self.publication.links(practice, "prov:wasDerivedFrom")

    def ended(self, practice: str) -> str:
        """Return when a practice ended; empty where nothing says that it did."""
        return self._plain(practice, "osa:ended")
