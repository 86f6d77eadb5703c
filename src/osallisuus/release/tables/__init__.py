"""The practices of municipalities as CSV for researchers, with CSVW metadata; the codebook is made from the same columns.

Text is written as it is: one that a spreadsheet would take for a formula is not changed, for the file is data.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from osallisuus.formats import CSV, CSVM
from osallisuus.model import Site, Texts
from osallisuus.release.tables import csvw, texts
from osallisuus.release.tables.columns import Column
from osallisuus.release.tables.layout import Form, tidy, wide
from osallisuus.release.tables.rows import Practices
from osallisuus.release.tables.source import source_table

METADATA = CSVM.suffix.removeprefix(CSV.suffix)
"""What follows the name of a table in the name of its metadata, by the rule of CSVW."""

STANDARD = "https://www.w3.org/TR/tabular-data-model/"
"""The standard that each table follows together with its metadata."""

_END = b"\r\n"


@dataclass(frozen=True)
class Table:
    """A table and its metadata.

    Attributes:
        path: path of the table under `publish/`; that of the metadata ends in `METADATA` besides.
        form: its form.
        practices: the municipalities whose practices it has, in the order of its rows.
        content: the table, UTF-8 without byte order mark, by RFC 4180.
        metadata: the metadata, JSON.
    """

    path: str
    form: Form
    practices: tuple[Practices, ...]
    content: bytes
    metadata: bytes

    @property
    def kind(self) -> Texts:
        """What tells it from the other table of its dataset."""
        return texts.KINDS[self.form.name]


def of_municipality(practices: Practices, site: Site) -> list[Table]:
    """Return the tables of a municipality: `practices.csv`, wide, and `practices-tidy.csv`."""
    path = f"{practices.key}/practices"
    return [
        _table(f"{path}.csv", wide(), (practices,), _write(wide(), practices), site),
        _table(f"{path}-tidy.csv", tidy(), (practices,), _write(tidy(), practices), site),
    ]


def of_all(own: Iterable[Table], site: Site) -> list[Table]:
    """Return the tables of all municipalities together: `comparison.csv`, tidy, and `comparison-wide.csv`.

    Args:
        own: the tables of each municipality; their rows come by the path of the municipality.
        site: the settings.
    """
    own = sorted(own, key=lambda each: each.practices[0].key)
    return [
        _together("comparison.csv", tidy(), own, site),
        _together("comparison-wide.csv", wide(), own, site),
    ]


def _together(path: str, form: Form, own: Iterable[Table], site: Site) -> Table:
    parts = [each for each in own if each.form is form]
    practices = tuple(each.practices[0] for each in parts)
    rows = b"".join(each.content.partition(_END)[2] for each in parts)
    return _table(path, form, practices, _lines([form.headings]) + rows, site)


def form_of(path: str) -> Form:
    """Return the form of a published table by the name of its file."""
    is_tidy = path.rpartition("/")[2] in ("comparison.csv", "practices-tidy.csv")
    return tidy() if is_tidy else wide()


def _table(path: str, form: Form, practices: tuple[Practices, ...], content: bytes, site: Site) -> Table:
    name = path.rpartition("/")[2]
    return Table(path, form, practices, content, csvw.metadata(name, form, practices, site))


def _write(form: Form, practices: Practices) -> bytes:
    rows = ([cell for column in form.columns for cell in column.cells(row)] for row in form.rows(practices))
    return _lines([form.headings, *rows])


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=_END.decode()).writerows(rows)
    return text.getvalue().encode()


__all__ = [
    "METADATA",
    "STANDARD",
    "Column",
    "Form",
    "Practices",
    "Table",
    "form_of",
    "of_all",
    "of_municipality",
    "source_table",
    "tidy",
    "wide",
]
