"""What the page of the query service shows: the question, and its answer as a table of cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from osallisuus.release.published import Publication
from osallisuus.web.views import View


@dataclass(frozen=True)
class Cell:
    """A value in the table of a query's result.

    Attributes:
        text: what is shown.
        href: reference to the thing, relative to the page; empty for a text.
        language: language tag of the text, or empty.
    """

    text: str
    href: str = ""
    language: str = ""


@dataclass(frozen=True)
class Asked:
    """What the page of the query service shows.

    Attributes:
        questions: title and text of each documented question.
        query: text that stands in the form.
        columns: names of the columns of the result; empty when nothing was asked.
        rows: the rows of the result.
        note: remark on the result, such as that it was cut; the whole answer where there are no columns; or empty.
        error: why the query was not answered, with the cure; or empty.
        downloads: label and reference of the result in other formats.
        is_cut: whether the result has more rows than are shown.
    """

    questions: Sequence[tuple[str, str]] = ()
    query: str = ""
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    note: str = ""
    error: str = ""
    downloads: Sequence[tuple[str, str]] = ()
    is_cut: bool = False


def cell(
    publication: Publication, at: str, language: str, value: NamedNode | Literal | BlankNode | None
) -> Cell:
    """Return a value of a query's result as a cell: an IRI with the reference to its page, an unbound one empty."""
    if isinstance(value, NamedNode):
        return Cell(value.value, View(publication, at, language).href(value.value))
    if isinstance(value, Literal):
        tag = value.language or ""
        return Cell(value.value, language="" if tag == language else tag)
    return Cell("" if value is None else str(value))
