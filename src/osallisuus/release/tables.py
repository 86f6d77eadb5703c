"""The practices of a municipality as a wide table: one row a practice."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping

from osallisuus.model import Municipality, Practice

COLUMNS: Mapping[str, Callable[[Practice], str]] = {
    "title_fi": lambda each: each.title.get("fi", ""),
    "title_sv": lambda each: each.title.get("sv", ""),
    "title_en": lambda each: each.title.get("en", ""),
    "description_fi": lambda each: each.description.get("fi", ""),
    "description_sv": lambda each: each.description.get("sv", ""),
    "description_en": lambda each: each.description.get("en", ""),
    "organisers": lambda each: _list(each.organisers),
    "units": lambda each: _list(each.units),
    "target_groups": lambda each: _list(each.groups),
    "example_groups": lambda each: _list(each.example_groups),
    "open_groups": lambda each: _boolean(each.open_groups),
    "implied_groups": lambda each: _list(each.implied_groups),
    "purposes": lambda each: _list(each.purposes),
    "channels": lambda each: _list(each.channels),
    "local_terms": lambda each: _list(each.terms),
    "legal_basis": lambda each: _list(each.legal_basis),
    "implied_legal_basis": lambda each: _list(each.implied_legal_basis),
    "statutory": lambda each: _boolean(each.statutory),
    "times_per_year": lambda each: each.times_per_year,
    "recurrence": lambda each: _list(each.recurrence.values()),
    "as_of": lambda each: each.as_of,
    "started": lambda each: each.started,
    "ended": lambda each: each.ended,
    "translated_titles": lambda each: _list(each.translated_title),
    "translated_descriptions": lambda each: _list(each.translated_description),
    "source_row": lambda each: each.source.row,
    "source_name": lambda each: each.source.name,
    "source_units": lambda each: each.source.units,
    "source_groups": lambda each: each.source.groups,
    "source_description": lambda each: each.source.description,
    "source_pages": lambda each: _list(each.source.pages),
    "source_seen": lambda each: each.source.seen,
}
"""Column → how it is taken from a practice; before them stand `practice` (IRI) and `municipality`."""


def _list(values: Iterable[str]) -> str:
    return "; ".join(values)


def _boolean(value: bool) -> str:
    return "true" if value else ""


def practices_table(municipality: Municipality, base: str) -> bytes:
    """Return the table as UTF-8 CSV by RFC 4180; several values of a cell are joined by a semicolon."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["practice", "municipality", *COLUMNS])
    for practice in municipality.practices:
        iri = f"{base}{municipality.key}/practices/{practice.id}"
        writer.writerow([iri, municipality.key, *(take(practice) for take in COLUMNS.values())])
    return text.getvalue().encode()


def source_table(municipality: Municipality) -> str:
    """Return the rows of the source, headings first, cells word for word, separated by tabs and ended by line feeds.

    Rows come in the order of the source; where it has no headings, the names of our properties stand for them.
    """
    headings = municipality.source.headings if municipality.source else {}
    names = ("name", "units", "groups", "description")
    lines = [[headings.get(name, f"source_{name}") for name in names]]
    practices = sorted(municipality.practices, key=lambda each: (int(each.source.row or 0), each.id))
    lines += [[getattr(each.source, name) for name in names] for each in practices]
    return "".join("\t".join(line) + "\n" for line in lines)
