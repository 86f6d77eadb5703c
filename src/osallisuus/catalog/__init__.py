"""A published edition → its description in DCAT-AP. Pure: the caller decides where it is written.

Nodes of its own are fragments of the catalog; there are no blank nodes and no date but those given.
"""

from osallisuus.catalog.comparison import DESCRIPTION, describe_comparison
from osallisuus.catalog.description import AUTHORITY
from osallisuus.catalog.entries import Dataset, Distribution
from osallisuus.catalog.paging import CATALOG, Page, pages
from osallisuus.catalog.void import describe_void

__all__ = [
    "AUTHORITY",
    "CATALOG",
    "DESCRIPTION",
    "Dataset",
    "Distribution",
    "Page",
    "describe_comparison",
    "describe_void",
    "pages",
]
