"""A comparison as a table with CSVW metadata, and as JSON. Every number has its n, coverage and time beside it."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from osallisuus.compare import AXES, Choice, Column, Listed, Matrix, State, percent, question
from osallisuus.compare.concepts import broader
from osallisuus.model import Texts
from osallisuus.release.comparing import Comparing, texts
from osallisuus.release.tables import texts as shared
from osallisuus.release.tables.columns import IRI, SEPARATOR, Datatype, coverages, described
from osallisuus.release.tables.csvw import CONTEXT
from osallisuus.vocabulary import VOCAB, term

_ROW = TypeVar("_ROW")


@dataclass(frozen=True)
class Heading(Generic[_ROW]):
    """A column of a table.

    Attributes:
        name: its heading.
        key: name of its texts.
        take: row → cell.
        datatype: of a value, as CSVW says it.
        is_required: whether no cell is empty.
        language: that of its cells; empty where they have none.
        is_list: whether a cell may hold several values.
    """

    name: str
    key: str
    take: Callable[[_ROW], str]
    datatype: Datatype = "string"
    is_required: bool = True
    language: str = ""
    is_list: bool = False

    @property
    def described(self) -> tuple[Texts, Texts]:
        """Its title and what it means, by language; where no text of ours says it, the vocabulary does."""
        own = texts.COLUMNS.get(self.key) or shared.TEXTS.get(self.key)
        iri = term(f"osa:{self.key}").value
        return own or (described(iri, "rdfs:label"), described(iri, "skos:definition"))


@dataclass(frozen=True)
class Sheet(Generic[_ROW]):
    """A table to be written.

    Attributes:
        title: its title by language.
        headings: its columns.
        rows: its rows.
        key: the headings that tell a row from every other.
    """

    title: Texts
    headings: Sequence[Heading[_ROW]]
    rows: Sequence[_ROW]
    key: Sequence[str]

    def csv(self) -> bytes:
        """Return the table, UTF-8, by RFC 4180."""
        text = io.StringIO(newline="")
        lines = ([each.take(row) for each in self.headings] for row in self.rows)
        csv.writer(text).writerows([[each.name for each in self.headings], *lines])
        return text.getvalue().encode()

    def metadata(self, url: str, licence: str) -> bytes:
        """Return its CSVW metadata.

        Args:
            url: reference to the table, from where the metadata is.
            licence: IRI of the licence of the data.
        """
        written = {
            "@context": [CONTEXT, {"@language": "en"}],
            "url": url,
            "dc:title": _tagged(self.title),
            "dc:license": {"@id": licence},
            "skos:note": [each for said in texts.CAUTIONS for each in _tagged(said)],
            "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "trim": False},
            "tableSchema": {
                "primaryKey": list(self.key),
                "columns": [_column(each) for each in self.headings],
            },
        }
        return _json(written)


def _column(heading: Heading[_ROW]) -> Mapping[str, object]:
    title, meaning = heading.described
    named = {
        tag: f"{text}, {shared.IN_LANGUAGE[heading.language][tag]}" if heading.language else text
        for tag, text in title.items()
    }
    return {
        "name": heading.name,
        "titles": {"und": heading.name, **named},
        "dc:description": _tagged(meaning),
        "datatype": heading.datatype,
        **({"required": True} if heading.is_required else {}),
        **({"lang": heading.language} if heading.language else {}),
        **({"separator": SEPARATOR} if heading.is_list else {}),
        **({"valueUrl": f"{{+{heading.name}}}"} if heading.datatype == IRI and not heading.is_list else {}),
    }


def _tagged(said: Texts) -> list[Mapping[str, str]]:
    return [{"@value": text, "@language": tag} for tag, text in said.items()]


def _json(written: object) -> bytes:
    return (json.dumps(written, ensure_ascii=False, indent=1) + "\n").encode()


def closed(values: Iterable[str]) -> Datatype:
    """Return the datatype of a column that has only some values."""
    return {"base": "string", "format": "|".join(values)}


@dataclass(frozen=True)
class Number:
    """A number of a comparison: a row of its table.

    Attributes:
        column: the municipality.
        value: IRI of the value.
        crossed: IRI of the value of the second axis, or empty.
        state: what the number says.
        stated: how many practices; nothing where it is not known.
        implied: how many more by the editors' reading; nothing where it is not known.
    """

    column: Column
    value: str
    crossed: str
    state: State
    stated: int | None
    implied: int | None

    @property
    def percent(self) -> str:
        """The share of the practices that the municipality reported; empty where it is not known."""
        return str(percent(self.stated, self.column.n)) if self.stated and self.column.n else ""


def numbers(matrix: Matrix) -> Iterator[Number]:
    """Yield the numbers of a comparison, by municipality, value and crossed value."""
    for column in matrix.columns:
        for value in matrix.values:
            for crossed in matrix.crossed:
                cell = matrix.cell(column, value, crossed)
                state = matrix.state(column, value, crossed)
                known = {State.REPORTED: len(cell.stated), State.NONE: 0}.get(state)
                is_read = state in (State.REPORTED, State.IMPLIED) and not matrix.choice.only_stated
                yield Number(column, value, crossed, state, known, len(cell.implied) if is_read else None)


def sheet(comparing: Comparing, matrix: Matrix) -> Sheet[Number]:
    """Return the table of a comparison: a row for each number, and for each that is not known."""
    choice = matrix.choice
    key = ["municipality", "value", *(["cross_value"] if choice.cross else [])]
    headings = [
        *municipality_headings(comparing, lambda row: row.column),
        Heading("counted", "counted", lambda _: counted(choice), closed(texts.COUNTED)),
        Heading("n", "n", lambda row: str(row.column.n), "integer"),
        Heading("without_value", "without_value", lambda row: str(row.column.silent), "integer"),
        *_axis_headings(comparing, "by", choice.by, lambda row: row.value),
        *(_axis_headings(comparing, "cross", choice.cross, lambda row: row.crossed) if choice.cross else []),
        Heading("practices", "practices", lambda row: _text(row.stated), "integer", is_required=False),
        Heading("percent", "percent", lambda row: row.percent, "decimal", is_required=False),
        Heading(
            "implied_practices",
            "implied_practices",
            lambda row: _text(row.implied),
            "integer",
            is_required=False,
        ),
        Heading("state", "state", lambda row: str(row.state), closed(texts.STATES)),
    ]
    return Sheet(texts.TITLE, headings, list(numbers(matrix)), key)


def counted(choice: Choice) -> str:
    """Return which practices are counted, a key of `texts.COUNTED`."""
    return "all" if choice.with_inward else "outward"


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def municipality_headings(comparing: Comparing, column: Callable[[_ROW], Listed]) -> list[Heading[_ROW]]:
    """Return the columns that say whose list a row is from, how complete that is, and from when."""
    return [
        Heading("municipality", "municipality", lambda row: column(row).municipality, IRI),
        Heading(
            "municipality_code", "municipality_code", lambda row: comparing.code(column(row).municipality)
        ),
        *name_headings(comparing, "municipality", "municipality_name", lambda row: column(row).municipality),
        Heading(
            "coverage",
            "coverage",
            lambda row: column(row).coverage.removeprefix(f"{VOCAB}coverage/"),
            closed(coverages()),
            is_required=False,
        ),
        _day("as_of_start", lambda row: comparing.as_of(column(row).dataset)[0]),
        _day("as_of_end", lambda row: comparing.as_of(column(row).dataset)[1]),
    ]


def _day(name: str, take: Callable[[_ROW], str]) -> Heading[_ROW]:
    return Heading(name, name, take, "date", is_required=False)


def _axis_headings(
    comparing: Comparing, name: str, axis: str, value: Callable[[Number], str]
) -> list[Heading[Number]]:
    scheme = AXES[axis].scheme
    own = "value" if name == "by" else "cross_value"
    above: list[Heading[Number]] = [
        Heading("broader", "broader", lambda row: broader(value(row), scheme), IRI, is_required=False)
    ]
    return [
        Heading(name, name, lambda _: axis),
        Heading(own, own, value, IRI),
        *name_headings(comparing, own, own, value),
        *(above if name == "by" else []),
    ]


def name_headings(
    comparing: Comparing, name: str, key: str, iri: Callable[[_ROW], str]
) -> list[Heading[_ROW]]:
    """Return the columns of the name of a thing in each language."""

    def named(tag: str) -> Heading[_ROW]:
        take: Callable[[_ROW], str] = lambda row: comparing.publication.label(iri(row), tag)  # noqa: E731
        return Heading(f"{name}_{tag}", key, take, is_required=False, language=tag)

    return [named(each) for each in shared.LANGUAGES]


def document(comparing: Comparing, matrix: Matrix) -> bytes:
    """Return a comparison as JSON: the municipalities, the values, and the numbers with the practices behind them."""
    choice = matrix.choice
    return _json(
        {
            "by": choice.by,
            **({"cross": choice.cross} if choice.cross else {}),
            "counted": counted(choice),
            "basis": ["stated"] if choice.only_stated else ["stated", "implied"],
            "licence": comparing.publication.site.licence,
            "cautions": texts.CAUTIONS,
            "municipalities": [_municipality(comparing, each) for each in matrix.columns],
            "values": [_value(comparing, each, choice.by) for each in matrix.values],
            **(
                {"cross_values": [_value(comparing, each, choice.cross) for each in matrix.crossed]}
                if choice.cross
                else {}
            ),
            "numbers": [_number(matrix, each) for each in numbers(matrix)],
            "query": question(choice),
        }
    )


def _municipality(comparing: Comparing, column: Column) -> Mapping[str, object]:
    start, end = comparing.as_of(column.dataset)
    return {
        "municipality": column.municipality,
        "code": comparing.code(column.municipality),
        "name": comparing.names(column.municipality),
        "dataset": column.dataset,
        "coverage": column.coverage or None,
        "as_of": {"start": start or None, "end": end or None},
        "n": column.n,
        "without_value": column.silent,
    }


def _value(comparing: Comparing, iri: str, axis: str) -> Mapping[str, object]:
    above = broader(iri, AXES[axis].scheme)
    return {"value": iri, "name": comparing.names(iri), **({"broader": above} if above else {})}


def _number(matrix: Matrix, number: Number) -> Mapping[str, object]:
    cell = matrix.cell(number.column, number.value, number.crossed)
    return {
        "municipality": number.column.municipality,
        "value": number.value,
        **({"cross_value": number.crossed} if number.crossed else {}),
        "state": str(number.state),
        "practices": number.stated,
        "percent": float(number.percent) if number.percent else None,
        "implied_practices": number.implied,
        **({"listed": cell.stated} if cell.stated else {}),
        **({"implied": cell.implied} if cell.implied else {}),
    }
