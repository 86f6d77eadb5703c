"""A table of numbers as a page and a drawing show it: rows and columns in groups, and what each number says."""

from dataclasses import dataclass

from osallisuus.compare import State
from osallisuus.web.views import Text


@dataclass(frozen=True)
class Head:
    """The head of a row or column.

    Attributes:
        name: what it is of.
        href: reference to its page.
        facts: what every number of it must be read with.
        depth: how many concepts stand above it.
    """

    name: Text
    href: str
    facts: tuple[str, ...] = ()
    depth: int = 0


@dataclass(frozen=True)
class Figure:
    """A number as the page shows it.

    Attributes:
        state: what it says.
        count: how many practices, as people write it; empty where it is not known.
        share: their share; empty where there is none.
        step: the class of the share, from 1; 0 where there is none.
        bar: length of the bar, of 100.
        href: reference to the list of the practices.
        implied: how many more by the editors' reading; empty for none.
        implied_href: reference to the list of these too.
    """

    state: State
    count: str = ""
    share: str = ""
    step: int = 0
    bar: float = 0
    href: str = ""
    implied: str = ""
    implied_href: str = ""


@dataclass(frozen=True)
class Group:
    """Rows or columns that belong together: municipalities of one coverage, or purposes of one level.

    Attributes:
        name: what they have in common; None where they are not grouped.
        href: reference to its page.
        heads: their heads.
        start: the place of the first one in the grid.
    """

    name: Text | None
    href: str
    heads: tuple[Head, ...]
    start: int


@dataclass(frozen=True)
class Grid:
    """A table of numbers.

    Attributes:
        corner: what the rows are.
        columns: the columns, in groups.
        rows: the rows, in groups.
        figures: the numbers, row by row.
    """

    corner: str
    columns: tuple[Group, ...]
    rows: tuple[Group, ...]
    figures: tuple[tuple[Figure, ...], ...]

    @property
    def width(self) -> int:
        """The number of its columns, without the heads of the rows."""
        return sum(len(each.heads) for each in self.columns)
