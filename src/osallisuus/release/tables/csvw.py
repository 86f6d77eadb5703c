"""The CSVW metadata of a table, by which programs read its columns with types, titles and meanings."""

import json
from collections.abc import Iterable, Mapping, Sequence

from osallisuus.model import Site, Texts
from osallisuus.release.tables import texts
from osallisuus.release.tables.columns import SEPARATOR, Column
from osallisuus.release.tables.layout import Form
from osallisuus.release.tables.rows import Practices
from osallisuus.vocabulary import VOCAB, term

CONTEXT = "http://www.w3.org/ns/csvw"
_DIALECT = {"encoding": "utf-8", "delimiter": ",", "header": True, "trim": False}
"""How the file is written: nothing is trimmed, for words of a source stand as they are."""


def metadata(name: str, form: Form, practices: Sequence[Practices], site: Site) -> bytes:
    """Return the metadata of a table as the bytes of its file.

    Args:
        name: name of the file of the table, which stands beside that of the metadata.
        form: its form.
        practices: the municipalities whose practices it has.
        site: the settings.
    """
    coverages = dict.fromkeys(f"{VOCAB}coverage/{each.coverage}" for each in practices)
    written = {
        "@context": [CONTEXT, {"@language": "en"}],
        "url": name,
        "dc:title": _tagged(texts.FORMS[form.name]),
        "dc:license": {"@id": site.licence},
        "dc:publisher": {"@id": f"{site.base}catalog#publisher", "foaf:name": _tagged(site.publisher)},
        "prov:wasDerivedFrom": _links(each.dataset for each in practices),
        term("osa:coverage").value: _links(coverages),
        "rdfs:seeAlso": {"@id": f"{site.base}codebook#{form.name}"},
        "skos:note": [each for said in (*texts.CAUTIONS, *texts.WRITTEN) for each in _tagged(said)],
        "dialect": _DIALECT,
        "tableSchema": _schema(form),
    }
    return (json.dumps(written, ensure_ascii=False, indent=1) + "\n").encode()


def _tagged(said: Texts) -> list[Mapping[str, str]]:
    return [{"@value": text, "@language": tag} for tag, text in said.items()]


def _links(iris: Iterable[str]) -> list[Mapping[str, str]]:
    return [{"@id": each} for each in iris]


def _schema(form: Form) -> Mapping[str, object]:
    about = {"aboutUrl": "{+practice}"} if form.name == "wide" else {}
    columns = [_column(each, language) for each in form.columns for language in each.languages]
    return {**about, "primaryKey": list(form.key), "columns": columns}


def _column(column: Column, language: str) -> Mapping[str, object]:
    heading = f"{column.name}_{language}" if language else column.name
    found: dict[str, object] = {"name": heading, "titles": {"und": heading, **_titles(column, language)}}
    found["dc:description"] = _tagged(column.meaning)
    if column.missing:
        found["skos:note"] = _tagged(column.missing)
    else:
        found["required"] = True
    found[term("osa:basis").value] = column.basis
    found["datatype"] = _datatype(column)
    if column.is_list:
        found["separator"] = SEPARATOR
    if language:
        found["lang"] = language
    if column.predicate and column.is_exact:
        found["propertyUrl"] = term(column.predicate).value
    elif column.predicate:
        found["rdfs:seeAlso"] = {"@id": term(column.predicate).value}
    if column.datatype == "anyURI" and not column.is_list:
        found["valueUrl"] = f"{{+{heading}}}"
    return found


def _titles(column: Column, language: str) -> Texts:
    """Return the titles of a column: one of several languages says which it is in."""
    if not language:
        return column.title
    return {tag: f"{text}, {texts.IN_LANGUAGE[language][tag]}" for tag, text in column.title.items()}


def _datatype(column: Column) -> object:
    if column.values and column.datatype == "string":
        return {"base": "string", "format": "|".join(column.values)}
    return column.datatype
