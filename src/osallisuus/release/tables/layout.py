"""The two forms of table, column by column: wide, one row a practice, and tidy, one row a value of a practice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from pyoxigraph import Literal

from osallisuus.model import Texts
from osallisuus.release.tables import texts
from osallisuus.release.tables.columns import (
    IRI,
    TAG,
    TIME,
    Column,
    coverages,
    described,
    held,
    in_languages,
    join,
    linked,
    names_of,
    own,
    own_names,
)
from osallisuus.release.tables.rows import Practices, Row
from osallisuus.vocabulary import term

_TRANSLATED = {"dct:title": "osa:translatedTitle", "dct:description": "osa:translatedDescription"}


@dataclass(frozen=True)
class Form:
    """One of the two forms of table.

    Attributes:
        name: `wide` or `tidy`.
        columns: its columns, in order.
        key: the headings that tell a row from every other.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def headings(self) -> list[str]:
        """The headings in the file."""
        return [heading for column in self.columns for heading in column.headings]

    def rows(self, practices: Practices) -> Iterator[Row]:
        """Yield the rows of a municipality: its practices, or the values of its practices."""
        for subject in practices.subjects:
            if self.name == "wide":
                yield Row(practices, subject)
            else:
                for name in properties():
                    for value in practices.values(subject, name):
                        yield Row(practices, subject, name, value)


@cache
def wide() -> Form:
    """Return the form with one row a practice."""
    return Form("wide", (*_first(), *_facts(), *_times(), *_source()), ("practice",))


@cache
def tidy() -> Form:
    """Return the form with one row for each value of each property of a practice."""
    first = [each for each in _first() if each.name != "title"]
    return Form("tidy", (*first, *_values()), ("practice", "property", "value", "value_language"))


@cache
def properties() -> Mapping[str, Column]:
    """Return the properties of which the tidy table has rows, in order → the column of the wide table."""
    return {each.predicate: each for each in wide().columns if each.predicate}


def _first() -> tuple[Column, ...]:
    """Return the columns with which both forms begin."""
    municipality = own("municipality", "edited", lambda row: row.practices.municipality)
    outward = own("outward", "derived", lambda row: "true" if row.is_outward else "false")
    return (
        replace(municipality, datatype=IRI),
        own("municipality_code", "edited", lambda row: row.practices.key),
        own_names("municipality", "municipality_name", lambda row: row.practices.municipality, "language"),
        _coverage(),
        replace(own("practice", "edited", lambda row: row.subject), datatype=IRI),
        in_languages("title", "dct:title"),
        replace(outward, datatype="boolean", values=texts.TRUTHS),
        replace(held("as_of", "osa:asOf", "time"), datatype=TIME),
        _truth("withdrawn", "owl:deprecated", "standing"),
    )


def _coverage() -> Column:
    iri = term("osa:coverage").value
    return Column(
        name="coverage",
        title=described(iri, "rdfs:label"),
        meaning=described(iri, "skos:definition"),
        basis="coded",
        take=lambda row, _: row.practices.coverage,
        values=coverages(),
    )


def _facts() -> tuple[Column, ...]:
    """Return what a practice is, for whom, for what and by which law."""
    types = own("unit_types", "derived", lambda row: join(row.types_of(row.texts("osa:usedBy"))), "units")
    types = replace(types, datatype=IRI, is_list=True)
    return (
        in_languages("description", "dct:description"),
        *linked("organisers", "osa:organiser", always=True),
        *linked("units", "osa:usedBy", "units"),
        types,
        names_of(types, lambda row: row.types_of(row.texts("osa:usedBy"))),
        *linked("target_groups", "osa:targetGroup"),
        *linked("example_groups", "osa:exampleGroup"),
        _truth("open_groups", "osa:openGroups"),
        *linked("implied_groups", "osa:impliedGroup"),
        *linked("purposes", "osa:purpose", always=True),
        *linked("channels", "osa:channel"),
        *linked("local_terms", "osa:localTerm"),
        *linked("legal_basis", "osa:legalBasis"),
        *linked("implied_legal_basis", "osa:impliedLegalBasis"),
        _truth("statutory", "osa:statutory"),
    )


def _truth(name: str, predicate: str, missing: str = "") -> Column:
    """Return a column that is `true` or empty, for the graph says only what holds."""
    found = held(name, predicate, missing)
    return replace(found, datatype="boolean", values={"true": texts.TRUTHS["true"]})


def _times() -> tuple[Column, ...]:
    """Return how often and when."""
    return (
        replace(held("times_per_year", "osa:timesPerYear"), datatype="decimal"),
        held("recurrence", "osa:recurrenceText"),
        replace(held("started", "osa:started", "time"), datatype=TIME),
        replace(held("ended", "osa:ended", "stated"), datatype=TIME),
    )


def _source() -> tuple[Column, ...]:
    """Return where it is known from, in which words, and what the editors did with it."""
    titles = held("translated_titles", "osa:translatedTitle", "translated")
    descriptions = held("translated_descriptions", "osa:translatedDescription", "translated")
    sources = replace(held("sources", "prov:wasDerivedFrom"), datatype=IRI, is_list=True)
    replaced = replace(held("replaced_by", "dct:isReplacedBy", "successor"), datatype=IRI, is_list=True)
    return (
        replace(titles, datatype=TAG, is_list=True),
        replace(descriptions, datatype=TAG, is_list=True),
        replace(own("source_language", "stated", _source_language, "words"), datatype=TAG),
        replace(held("source_row", "osa:sourceRow", "table"), datatype="integer"),
        *(held(f"source_{name}", f"osa:source{name.title()}") for name in _WORDS),
        sources,
        replace(held("source_seen", "osa:sourceSeen", "document"), datatype="date"),
        replaced,
        replace(held("notes", "skos:editorialNote", "notes"), take=_notes),
    )


_WORDS = ("name", "units", "groups", "description")


def _source_language(row: Row) -> str:
    for name in (*(f"osa:source{each.title()}" for each in _WORDS), "osa:recurrenceText"):
        for value in row.values(name):
            return str(getattr(value, "language", ""))
    return ""


def _notes(row: Row, _language: str) -> str:
    return " ".join(row.texts("skos:editorialNote"))


def _values() -> tuple[Column, ...]:
    """Return what the tidy table says of one value."""
    title, meaning = texts.TEXTS["property_label"]
    return (
        replace(own("property", "edited", lambda row: term(row.name).value), datatype=IRI),
        own("property_name", "edited", lambda row: row.name.partition(":")[2]),
        Column("property", title, meaning, "edited", _property_title, languages=texts.LANGUAGES),
        replace(own("basis", "edited", basis), values=_bases()),
        own("value", "stated", lambda row: row.value.value if row.value else ""),
        own("value_type", "edited", _value_type),
        replace(own("value_language", "edited", lambda row: row.language, "text"), datatype=TAG),
        own_names("value", "value_label", lambda row: row.value.value if row.value else "", "label"),
        replace(own("scheme", "derived", lambda row: row.scheme, "concept"), datatype=IRI),
        replace(own("unit_type", "derived", _unit_type, "unit"), datatype=IRI),
        names_of(own("unit_type", "derived", _unit_type, "unit"), lambda row: [_unit_type(row)]),
    )


def _bases() -> Mapping[str, Texts]:
    return {each: text for each, text in texts.BASES.items() if each != "derived"}


def _property_title(row: Row, language: str) -> str:
    return properties()[row.name].title[language]


def basis(row: Row) -> str:
    """Return where the value of a row of the tidy table comes from, a key of `texts.BASES`."""
    if row.name in _TRANSLATED and row.language in row.texts(_TRANSLATED[row.name]):
        return "translated"
    return properties()[row.name].basis


def _value_type(row: Row) -> str:
    if not isinstance(row.value, Literal):
        return "iri"
    return row.value.datatype.value.rpartition("#")[2]


def _unit_type(row: Row) -> str:
    return join(row.types_of([row.value.value])) if row.value else ""
