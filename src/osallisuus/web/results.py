"""What the page of the query service shows: the question, and its answer as a table of cells, or why there is none."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from osallisuus.vocabulary import PREFIXES
from osallisuus.web import words
from osallisuus.web.views import View, prefixed

Term = NamedNode | Literal | BlankNode | Triple
Row = Sequence[Term | None]

ROWS = 1000
"""Rows, or lines of a graph, that a page shows."""
LONGEST = 6000
"""Characters of an address with a query: proxies take 8 KiB. A longer query is sent by POST and has no address."""

_XSD = PREFIXES["xsd"]
_BITS = ("byte", "short", "int", "long")
_SIGNS = ("positive", "nonNegative", "negative", "nonPositive")
_NUMBERS = frozenset(
    _XSD + each
    for each in (
        *("integer", "decimal", "double", "float"),
        *(f"{each}Integer" for each in _SIGNS),
        *_BITS,
        *(f"unsigned{each.capitalize()}" for each in _BITS),
    )
)
_UNMARKED = frozenset({*_NUMBERS, f"{_XSD}string", f"{_XSD}boolean", f"{PREFIXES['rdf']}langString"})
"""Datatypes that a reader sees in the value itself."""
_PLACE = re.compile(r"\(line (\d+), column (\d+)\)")


@dataclass(frozen=True)
class Cell:
    """A value in the table of a query's result.

    Attributes:
        text: what is shown.
        href: reference to the thing, relative to the page; empty for a text.
        mark: what kind of text it is: a language tag, or the prefixed name of a datatype; or empty.
        language: language tag of the text where that is not the language of the page, or empty.
        is_number: whether it is a number.
        is_bound: whether there is a value.
    """

    text: str
    href: str = ""
    mark: str = ""
    language: str = ""
    is_number: bool = False
    is_bound: bool = True


@dataclass(frozen=True)
class Order:
    """The order of the rows.

    Attributes:
        column: name of the column that they are sorted by; empty for the order of the answer.
        is_descending: whether the largest stands first.
    """

    column: str = ""
    is_descending: bool = False

    @classmethod
    def read(cls, text: str) -> "Order":
        """Return the order that `sort` in an address names: `n`, or `-n` for the largest first."""
        return cls(text.removeprefix("-"), text.startswith("-"))

    def toggled(self, column: str) -> str:
        """Return what `sort` says in the link of a column's heading: the other way round where it is sorted by that."""
        return f"-{column}" if self == Order(column) else column

    def aria(self, column: str) -> str:
        """Return how a column is sorted, in the words of ARIA; empty where it is not."""
        if column != self.column:
            return ""
        return "descending" if self.is_descending else "ascending"


@dataclass(frozen=True)
class Column:
    """A column of the table.

    Attributes:
        name: of the variable.
        href: the page sorted by it; empty where sorting is not offered.
        sorted: how the rows are sorted by it, in the words of ARIA, or empty.
        mark: language tag or datatype of all its values, where that is one and the same; or empty.
        is_number: whether all its values are numbers.
    """

    name: str
    href: str = ""
    sorted: str = ""
    mark: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Question:
    """A documented question.

    Attributes:
        title: in the language of the page.
        query: its text.
        note: what a reader of its answer must know, or empty.
    """

    title: str
    query: str
    note: str = ""


@dataclass(frozen=True)
class Fault:
    """Why a query was not answered.

    Attributes:
        reason: in English, with the cure.
        line: number of the line that is wrong; 0 where no place is known.
        column: number of the character in it.
        shown: the line up to the place, the character there, and what follows; three empty texts where none is known.
    """

    reason: str
    line: int = 0
    column: int = 0
    shown: tuple[str, str, str] = ("", "", "")

    @classmethod
    def read(cls, text: str) -> "Fault":
        """Return the fault that a text of `guard.marked` tells; any other text is a reason without a place."""
        reason, _, place = text.partition("\n\n")
        found = _PLACE.search(reason)
        if not found:
            return cls(text)
        line, _, mark = place.rpartition("\n")
        at = mark.find("^")
        shown = (line[:at], line[at : at + 1] or " ", line[at + 1 :]) if at >= 0 else ("", "", "")
        return cls(reason, int(found[1]), int(found[2]), shown)


@dataclass(frozen=True)
class Download:
    """The answer in a format.

    Attributes:
        label: name of the format for people.
        form: its name in `format`.
        href: reference to it; empty where the query is too long for an address and has to be sent.
        file: name for the file.
    """

    label: str
    form: str
    href: str
    file: str


@dataclass(frozen=True)
class Asked:
    """What the page of the query service shows.

    Attributes:
        questions: the documented questions.
        query: text that stands in the form.
        graphs: name and value of the fields that choose graphs; the form sends them again.
        question: the documented question that the query is, if it is one.
        kind: of the answer: `table`, `truth` or `graph`; empty where there is none.
        columns: the columns of a table.
        rows: its rows.
        note: a truth value, or a graph as text.
        total: number of all rows, or of all lines of the graph, of which at most `ROWS` are shown.
        fault: why the query was not answered.
        downloads: the result in other formats.
        snippets: name and text of lines that ask the same from a program.
        share: reference to the query; empty where there is none, or where it is too long for an address.
        words: what the editor suggests: kind → words.
        kept: the query string of the page, which its other languages keep.
    """

    questions: Sequence[Question] = ()
    query: str = ""
    graphs: Sequence[tuple[str, str]] = ()
    question: Question | None = None
    kind: str = ""
    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[Cell]] = ()
    note: str = ""
    total: int = 0
    fault: Fault | None = None
    downloads: Sequence[Download] = ()
    snippets: Sequence[tuple[str, str]] = ()
    share: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    kept: str = ""


def cell(view: View, value: Term | None) -> Cell:
    """Return a value of a query's result as a cell: an IRI with the reference to its page, an unbound one empty."""
    if value is None:
        return Cell("", is_bound=False)
    if isinstance(value, NamedNode):
        return Cell(value.value, view.href(value.value))
    if not isinstance(value, Literal):
        return Cell(str(value))
    if value.language:
        foreign = "" if value.language == view.language else value.language
        return Cell(value.value, mark=value.language, language=foreign)
    datatype = value.datatype.value
    mark = "" if datatype in _UNMARKED else prefixed(datatype)
    return Cell(value.value, mark=mark, is_number=datatype in _NUMBERS)


def headed(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]]
) -> tuple[list[Column], list[list[Cell]]]:
    """Return a table in whose headings stands what all values of a column have in common."""
    kinds = [
        {(row[place].mark, row[place].is_number) for row in rows if row[place].is_bound}
        for place in range(len(columns))
    ]
    shared = [next(iter(each)) if len(each) == 1 else ("", False) for each in kinds]
    heads = [
        replace(column, mark=mark, is_number=is_number)
        for column, (mark, is_number) in zip(columns, shared, strict=True)
    ]
    return heads, [
        [replace(cell, mark="") if head.mark else cell for cell, head in zip(row, heads, strict=True)]
        for row in rows
    ]


def ordered(rows: Iterable[Row], place: int, language: str, *, is_descending: bool = False) -> list[Row]:
    """Return rows sorted by one of their columns: numbers as numbers, then texts as people sort them; unbound ones last.

    Args:
        rows: the rows.
        place: index of the column.
        language: that of the page, in whose order texts are sorted.
        is_descending: whether the largest stands first.
    """
    bound, unbound = [], []
    for row in rows:
        value = row[place]
        if value is None:
            unbound.append(row)
        else:
            bound.append((_key(value, language), row))
    bound.sort(key=lambda each: each[0], reverse=is_descending)
    return [*(row for _, row in bound), *unbound]


def _key(value: Term, language: str) -> tuple[bool, Decimal, str]:
    if isinstance(value, Literal):
        if value.datatype.value in _NUMBERS and (number := _number(value.value)) is not None:
            return False, number, ""
        return True, Decimal(), words.collation(value.value, language)
    text = value.value if isinstance(value, NamedNode) else str(value)
    return True, Decimal(), words.collation(text, language)


def _number(text: str) -> Decimal | None:
    """Return a number; None for what is none, as NaN is: it has no place among the others."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return None if number.is_nan() else number
