"""The codebook: what the page shows of the columns of the tables, which the tables themselves are made from."""

from collections.abc import Mapping

from osallisuus.release import tables
from osallisuus.release.tables import Column, columns, texts


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


_TYPES: Mapping[str, str] = {
    "anyURI": _("identifier (IRI)"),
    "boolean": _("true or false"),
    "date": _("day"),
    "decimal": _("number"),
    "integer": _("whole number"),
}


def type_of(column: Column) -> str:
    """Return what kind of value a column has, as a key of the catalogues."""
    if column.datatype == columns.TIME:
        return _("year, month or day")
    if column.datatype == columns.TAG:
        return _("language tag")
    return _TYPES.get(str(column.datatype), _("text"))


def shown() -> Mapping[str, object]:
    """Return what the template takes: the forms of table with their columns, and the texts about them."""
    return {"forms": (tables.tidy(), tables.wide()), "texts": texts, "type_of": type_of}
