"""The tables for researchers: they say what the graph says, read everywhere as they were written, and are documented."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pandas as pd
import pytest
from csvw import CSVW
from pyoxigraph import Literal, NamedNode, Triple

from osallisuus import graph
from osallisuus.formats import CSV, CSVM
from osallisuus.model import Verbatim
from osallisuus.query.store import Ask
from osallisuus.release import Publication, tables
from osallisuus.release.tables import texts
from osallisuus.release.tables.columns import SEPARATOR
from osallisuus.site import Contents
from osallisuus.vocabulary import VOCAB, term
from osallisuus.web import pages
from test_serving import Server

RSCRIPT = shutil.which("Rscript")
LEFT_OUT = {"rdf:type", "dct:identifier", "dct:isPartOf", "osa:codedBy"}
"""Properties of a practice that are the same of every practice, or what the columns say of it anyway."""
HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "+358 9 1234",
    "-7",
    "@SUM(A1:A9)",
    "\tindented",
    " padded ",
    'said "so"',
    "a,b",
    "line\n# break",
    "NA",
    "None",
    "null",
    "#comment",
    "007",
    "1e5",
    "true",
    "'apostrophe",
    "ä – ”lainaus” 🙂",
]
"""Texts that a careless writer or reader of CSV changes."""


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def _headings(edition: Mapping[str, bytes], path: str) -> list[str]:
    return next(csv.reader([edition[path].decode().partition("\r\n")[0]]))


def _paths(edition: Mapping[str, bytes]) -> list[str]:
    return sorted(each for each in edition if each.endswith(CSV.suffix))


def _value(value: NamedNode | Literal) -> tuple[str, str, str]:
    """Return a value as the columns `value`, `value_type` and `value_language` have it."""
    if isinstance(value, NamedNode):
        return value.value, "iri", ""
    return value.value, value.datatype.value.rpartition("#")[2], value.language or ""


@pytest.fixture(scope="module")
def written(edition: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write every table with its metadata into a directory, as somebody who downloads them has them."""
    directory = tmp_path_factory.mktemp("tables")
    for path in _paths(edition):
        for each in (path, path + tables.METADATA):
            (directory / each).parent.mkdir(parents=True, exist_ok=True)
            (directory / each).write_bytes(edition[each])
    return directory


@pytest.fixture(scope="module")
def made(contents: Contents) -> Callable[..., list[tables.Table]]:
    """Return a function that makes the tables of Kauniainen with one practice, changed as its arguments say."""
    kauniainen = next(each for each in contents.municipalities if each.key == "fi/235")

    def make(**changes: object) -> list[tables.Table]:
        practice = replace(kauniainen.practices[0], **changes)  # type: ignore[arg-type]
        changed = replace(kauniainen, practices=(practice,))
        triples = graph.describe(changed, contents.site).triples
        return tables.of_municipality(tables.Practices(triples, "fi/235", contents.site.base), contents.site)

    return make


def test_every_municipality_and_all_together_have_both_tables(
    edition: dict[str, bytes], contents: Contents
) -> None:
    """Each dataset has a wide and a tidy table, and each table its metadata beside it."""
    own = {f"{each.key}/practices{end}" for each in contents.municipalities for end in (".csv", "-tidy.csv")}

    assert set(_paths(edition)) == {*own, "comparison.csv", "comparison-wide.csv"}
    assert all(path + tables.METADATA in edition for path in _paths(edition))


def test_the_tidy_table_says_what_the_graph_says_and_nothing_else(
    edition: dict[str, bytes], publication: Publication
) -> None:
    """Every statement about every practice is one row, value, datatype and language included."""
    left_out = {term(each) for each in LEFT_OUT}
    rows = _rows(edition["comparison.csv"])
    said = {
        (practice, triple.predicate.value, *_value(triple.object))
        for practice in publication.instances("osa:Practice")
        for triple in publication.by_subject[practice]
        if triple.predicate not in left_out and isinstance(triple.object, NamedNode | Literal)
    }

    assert {tuple(each[name] for name in TIDY_KEY) for each in rows} == said
    assert len(rows) == len(said) > 3000


TIDY_KEY = ("practice", "property", "value", "value_type", "value_language")


def test_the_wide_table_has_one_row_a_practice(edition: dict[str, bytes], publication: Publication) -> None:
    """Rows are as many as practices, each once, and lists hold the IRIs and the names of the graph."""
    rows = _rows(edition["comparison-wide.csv"])
    names = publication.label

    assert sorted(each["practice"] for each in rows) == sorted(publication.instances("osa:Practice"))
    for each in rows:
        for name, predicate in LISTS.items():
            iris = each[name].split(SEPARATOR) if each[name] else []
            assert sorted(iris) == sorted(publication.links(each["practice"], predicate))
            for tag in texts.LANGUAGES:
                cell = each[f"{name}_{tag}"]
                assert cell == SEPARATOR.join(names(iri, tag).replace(SEPARATOR, ", ") for iri in iris)


LISTS = {
    "organisers": "osa:organiser",
    "units": "osa:usedBy",
    "target_groups": "osa:targetGroup",
    "implied_groups": "osa:impliedGroup",
    "example_groups": "osa:exampleGroup",
    "purposes": "osa:purpose",
    "channels": "osa:channel",
    "local_terms": "osa:localTerm",
    "legal_basis": "osa:legalBasis",
    "implied_legal_basis": "osa:impliedLegalBasis",
}


def test_the_joint_tables_are_those_of_the_municipalities_one_after_the_other(
    edition: dict[str, bytes], contents: Contents
) -> None:
    """Columns are the same, and rows come by municipality."""
    keys = sorted(each.key for each in contents.municipalities)

    for joint, end in (("comparison.csv", "-tidy.csv"), ("comparison-wide.csv", ".csv")):
        parts = [edition[f"{key}/practices{end}"] for key in keys]
        heads = {part.partition(b"\r\n")[0] for part in parts}
        assert heads == {edition[joint].partition(b"\r\n")[0]}
        assert edition[joint] == parts[0] + b"".join(part.partition(b"\r\n")[2] for part in parts[1:])


def test_the_columns_stay_in_their_order(edition: dict[str, bytes]) -> None:
    """Programs may rely on the headings; one who changes them changes this list and the changelog."""
    assert _headings(edition, "comparison.csv") == [
        *("municipality", "municipality_code", "municipality_fi", "municipality_sv", "municipality_en"),
        *("coverage", "practice", "outward", "as_of", "withdrawn"),
        *("property", "property_name", "property_fi", "property_sv", "property_en"),
        *("basis", "value", "value_type", "value_language", "value_fi", "value_sv", "value_en", "scheme"),
        *("unit_type", "unit_type_fi", "unit_type_sv", "unit_type_en"),
    ]
    assert _headings(edition, "comparison-wide.csv") == [
        *("municipality", "municipality_code", "municipality_fi", "municipality_sv", "municipality_en"),
        *("coverage", "practice", "title_fi", "title_sv", "title_en", "outward", "as_of", "withdrawn"),
        *("description_fi", "description_sv", "description_en"),
        *_with_names("organisers", "units", "unit_types", "target_groups", "example_groups"),
        *("open_groups", *_with_names("implied_groups", "purposes", "channels", "local_terms")),
        *(*_with_names("legal_basis", "implied_legal_basis"), "statutory", "times_per_year", "recurrence"),
        *("started", "ended", "translated_titles", "translated_descriptions", "source_language"),
        *("source_row", "source_name", "source_units", "source_groups", "source_description"),
        *("sources", "source_seen", "replaced_by", "notes"),
    ]


def _with_names(*names: str) -> list[str]:
    return [f"{name}{end}" for name in names for end in ("", "_fi", "_sv", "_en")]


def test_basis_tells_the_source_from_the_editors(made: Callable[..., list[tables.Table]]) -> None:
    """Stated and implied groups differ in property and basis, and a translated title from the one that is not."""
    rows = _rows(made(implied_groups=("youth",))[1].content)
    found = {(each["property_name"], each["value_language"]): each["basis"] for each in rows}

    assert found["targetGroup", ""] == "stated"
    assert found["impliedGroup", ""] == "implied"
    assert found["purpose", ""] == "coded"
    assert [found["title", tag] for tag in texts.LANGUAGES] == ["edited", "translated", "translated"]
    assert found["sourceName", "fi"] == "stated"
    assert {each["basis"] for each in rows} <= texts.BASES.keys()


def test_outward_is_what_the_query_counts(
    edition: dict[str, bytes], evaluate: Callable[..., bytes], repository: Path
) -> None:
    """The column gives the numbers of the documented question, 41 of 52 in Kauniainen."""
    query = (repository / "src/osallisuus/queries/outward-practices.rq").read_text(encoding="utf-8")
    asked = {each["municipality"]: each for each in _rows(evaluate(Ask(query, CSV.name)))}
    table = pd.read_csv(io.BytesIO(edition["comparison-wide.csv"]))
    counted = table.groupby("municipality_en").outward.agg(["sum", "size"])

    assert {name: (int(each["outward"]), int(each["n"])) for name, each in asked.items()} == {
        name: (row["sum"], row["size"]) for name, row in counted.iterrows()
    }
    assert tuple(counted.loc["Kauniainen"]) == (41, 52)


def test_units_carry_their_shared_type(edition: dict[str, bytes]) -> None:
    """In both tables municipalities compare by the type of a unit, not by its own name."""
    wide = next(each for each in _rows(edition["fi/235/practices.csv"]) if each["source_row"] == "9")
    tidy = [
        each for each in _rows(edition["fi/235/practices-tidy.csv"]) if each["practice"] == wide["practice"]
    ]
    unit = next(each for each in tidy if each["property_name"] == "usedBy")

    assert (unit["value_fi"], unit["unit_type"]) == (wide["units_fi"], wide["unit_types"])
    assert unit["unit_type"].startswith(f"{VOCAB}unit-type/")
    assert unit["unit_type_en"] == wide["unit_types_en"] != ""


def test_a_withdrawn_record_says_so_and_names_its_successor(made: Callable[..., list[tables.Table]]) -> None:
    """Both tables mark it on every row."""
    wide, tidy = (_rows(each.content) for each in made(withdrawn=True, replaced_by=("uusi", "toinen")))

    assert [each["withdrawn"] for each in wide] == ["true"]
    assert wide[0]["replaced_by"].split(SEPARATOR) == [
        f"{VOCAB}fi/235/practices/{each}" for each in ("uusi", "toinen")
    ]
    assert {each["withdrawn"] for each in tidy} == {"true"}


def test_a_text_in_another_language_is_not_lost(made: Callable[..., list[tables.Table]]) -> None:
    """The wide table has three languages; the tidy one has every language of the dataset."""
    wide, tidy = (_rows(each.content) for each in made(title={"en": "Panel", "nl": "Burgerpanel"}))

    assert (wide[0]["title_fi"], wide[0]["title_en"]) == ("", "Panel")
    assert {each["value_language"]: each["value"] for each in tidy if each["property_name"] == "title"} == {
        "en": "Panel",
        "nl": "Burgerpanel",
    }


def test_a_separator_within_a_name_does_not_split_it(contents: Contents) -> None:
    """A unit whose name has a semicolon counts as one among the names of the wide table, and keeps it in the tidy one."""
    kauniainen = next(each for each in contents.municipalities if each.key == "fi/235")
    units = tuple(
        replace(each, name={**each.name, "fi": "keittiö; kanslia"}) if each.id == "koko-hallinto" else each
        for each in kauniainen.units
    )
    triples = graph.describe(replace(kauniainen, units=units), contents.site).triples
    practices = tables.Practices(triples, "fi/235", contents.site.base)
    wide, tidy = (_rows(each.content) for each in tables.of_municipality(practices, contents.site))

    assert wide[0]["units_fi"] == "keittiö, kanslia"
    assert "keittiö; kanslia" in {each["value_fi"] for each in tidy}


# Texts survive every reader


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_is_written_as_it_is(made: Callable[..., list[tables.Table]], text: str) -> None:
    """Python's csv, pandas and the CSVW reader give back the very text, formulas of spreadsheets included."""
    for table in _hostile(made, text):
        assert not table.content.startswith(b"\xef\xbb\xbf")
        name = "title_fi" if table.form.name == "wide" else "value"
        assert text in [each[name] for each in _rows(table.content)]
        frame = pd.read_csv(io.BytesIO(table.content), dtype=str, keep_default_na=False, na_values=[""])
        assert text in frame[name].tolist()


def _hostile(made: Callable[..., list[tables.Table]], text: str) -> list[tables.Table]:
    return made(
        title={"fi": text, "sv": text, "en": text},
        source=Verbatim(row="1", language="fi", name=text, units=text, groups=text, description=text),
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_a_csvw_reader_gives_back_every_text(
    made: Callable[..., list[tables.Table]], tmp_path: Path, text: str
) -> None:
    """Nothing is trimmed, taken for a comment or for a missing value."""
    for table in _hostile(made, text):
        path = tmp_path / Path(table.path).name
        path.write_bytes(table.content)
        (tmp_path / f"{path.name}{tables.METADATA}").write_bytes(table.metadata)
        found = _read_csvw(Path(f"{path}{tables.METADATA}"))
        assert text in [each["title_fi" if table.form.name == "wide" else "value"] for each in found]


@pytest.mark.skipif(RSCRIPT is None and os.environ.get("CI") != "true", reason="R is not installed")
def test_r_gives_back_every_text(made: Callable[..., list[tables.Table]], tmp_path: Path) -> None:
    """Base R reads each text as it was written."""
    for number, text in enumerate(HOSTILE):
        (tmp_path / f"{number}.csv").write_bytes(_hostile(made, text)[0].content)
    program = """
    for (number in 0:(as.integer(commandArgs(TRUE)) - 1)) {
      table <- read.csv(paste0(number, ".csv"), na.strings = "", encoding = "UTF-8", colClasses = "character")
      writeLines(encodeString(c(table$title_fi, table$source_name), na.encode = FALSE, quote = '"'))
    }
    """
    (tmp_path / "read.R").write_text(program, encoding="utf-8")
    done = subprocess.run(
        [RSCRIPT or "Rscript", "--vanilla", "read.R", str(len(HOSTILE))],
        cwd=tmp_path,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = [json.loads(each) for each in done.stdout.splitlines()]

    assert found == [text for text in HOSTILE for _ in range(2)]


# CSVW


def _read_csvw(path: Path) -> list[Mapping[str, object]]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = CSVW(str(path), validate=True)
        assert ([str(each.message) for each in found.warnings], found.is_valid) == ([], True)
        return [row for table in found.tables for row in table.iterdicts()]


def test_a_csvw_reader_accepts_every_table_without_a_warning(
    written: Path, edition: dict[str, bytes]
) -> None:
    """Names, titles, datatypes, keys and required cells are right in each table."""
    for path in _paths(edition):
        assert len(_read_csvw(written / f"{path}{tables.METADATA}")) == len(_rows(edition[path])), path


def test_the_command_of_csvw_accepts_a_table(written: Path) -> None:
    """`csvwvalidate` says so too."""
    command = Path(sys.executable).parent / "csvwvalidate"
    done = subprocess.run(
        [command, written / f"fi/235/practices.csv{tables.METADATA}"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "OK" in done.stdout) == (0, True), done.stdout


def test_a_broken_table_is_not_accepted(written: Path, tmp_path: Path) -> None:
    """The reader does look: a coverage that is none, a row number in words and a practice twice are each refused."""
    content = (written / "fi/235/practices.csv").read_bytes()
    shutil.copy(written / f"fi/235/practices.csv{tables.METADATA}", tmp_path)
    for old, new in (
        (b",own-list,", b",everything,"),
        (b",52,", b",fifty-two,"),
        (b"practices/julkiset-esityslistat-ja-poytakirjat,", b"practices/kaupungin-kotisivut,"),
    ):
        assert old in content
        (tmp_path / "practices.csv").write_bytes(content.replace(old, new))
        with pytest.raises((AssertionError, UserWarning, ValueError)):
            _read_csvw(tmp_path / f"practices.csv{tables.METADATA}")


def test_the_statements_that_csvw_makes_are_those_of_the_graph(
    written: Path, publication: Publication
) -> None:
    """Where a column gives a property, each cell is a statement of the graph about the row's practice."""
    path = written / f"comparison-wide.csv{tables.METADATA}"
    schema = json.loads(path.read_bytes())["tableSchema"]
    columns = [each for each in schema["columns"] if "propertyUrl" in each]
    checked = 0
    for row in _rows((written / "comparison-wide.csv").read_bytes()):
        said = set(publication.by_subject[row["practice"]])
        for column in (each for each in columns if row[each["name"]]):
            assert _statement(row, column) in said, column["name"]
            checked += 1

    assert schema["aboutUrl"] == "{+practice}"
    assert {each["name"] for each in columns} >= {"title_sv", "description_en", "statutory", "source_row"}
    assert checked > 1000


def _statement(row: Mapping[str, str], column: Mapping[str, str]) -> Triple:
    cell = row[column["name"]]
    datatype = term(f"xsd:{column['datatype']}")
    value = Literal(cell, language=column["lang"]) if "lang" in column else Literal(cell, datatype=datatype)
    return Triple(NamedNode(row["practice"]), NamedNode(column["propertyUrl"]), value)


def test_the_metadata_names_table_licence_publisher_and_coverage(
    edition: dict[str, bytes], contents: Contents
) -> None:
    """A table that is alone in a folder still says what it is, by whom, how it may be used, what it covers and what it does not."""
    found = json.loads(edition[f"fi/235/practices-tidy.csv{tables.METADATA}"])
    joint = json.loads(edition[f"comparison.csv{tables.METADATA}"])

    assert found["url"] == "practices-tidy.csv"
    assert found["dc:license"] == {"@id": contents.site.licence}
    assert found["dc:publisher"]["@id"] == f"{contents.site.base}catalog#publisher"
    assert found["prov:wasDerivedFrom"] == [{"@id": f"{contents.site.base}fi/235/practices"}]
    assert found[term("osa:coverage").value] == [{"@id": f"{VOCAB}coverage/own-list"}]
    assert {each["@language"] for each in found["skos:note"]} == set(texts.LANGUAGES)
    assert [each["@id"] for each in joint[term("osa:coverage").value]] == [
        f"{VOCAB}coverage/sample",
        f"{VOCAB}coverage/own-list",
    ]
    assert len(joint["prov:wasDerivedFrom"]) == len(contents.municipalities)


# The codebook


def test_every_column_of_every_table_is_documented_in_its_metadata(edition: dict[str, bytes]) -> None:
    """Each heading has titles and a meaning in the three languages, a basis, and what an empty cell means if one can be."""
    for path in _paths(edition):
        columns = json.loads(edition[path + tables.METADATA])["tableSchema"]["columns"]
        assert [each["name"] for each in columns] == _headings(edition, path)
        for each in columns:
            assert set(each["titles"]) == {"und", *texts.LANGUAGES}, each
            assert {
                said["@language"]: bool(said["@value"]) for said in each["dc:description"]
            } == dict.fromkeys(texts.LANGUAGES, True), each
            assert each[term("osa:basis").value] in texts.BASES
            assert each.get("required") is True or len(each["skos:note"]) == 3, each


class _Page(HTMLParser):
    """The ids of a page, and the text of each definition row."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the id."""
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_every_column_of_every_table_is_in_the_codebook(
    publication: Publication, edition: dict[str, bytes], language: str
) -> None:
    """The page has an entry for each heading of each published table, with its title, meaning and origin in the language."""
    page = _Page(pages.render(publication, "codebook", "codebook.html", language) or "")

    for path in _paths(edition):
        form = tables.form_of(path)
        assert {f"{form.name}-{each}" for each in _headings(edition, path)} <= set(page.ids), path
    for column in (*tables.wide().columns, *tables.tidy().columns):
        for said in (column.title, column.meaning, column.missing or column.title, texts.BASES[column.basis]):
            assert said[language].partition(":")[0] in page.text, column.name
    for caution in (*texts.CAUTIONS, *texts.WRITTEN):
        assert caution[language] in page.text


def test_every_text_of_the_columns_is_in_the_three_languages() -> None:
    """No title, meaning or word for an empty cell lacks a language, and none is the same in two by oversight."""
    for column in (*tables.wide().columns, *tables.tidy().columns):
        for said in (column.title, column.meaning, column.missing, *column.values.values()):
            assert set(said) in (set(texts.LANGUAGES), set()), column.name
        assert len(set(column.meaning.values())) == 3, column.name


def test_closed_lists_are_the_values_that_occur(edition: dict[str, bytes]) -> None:
    """Coverage, basis and truth values in the tables are among those that the codebook explains."""
    for path in _paths(edition):
        for column in (each for each in tables.form_of(path).columns if each.values):
            assert {each[column.name] for each in _rows(edition[path])} - {""} <= column.values.keys(), (
                column.name
            )


def test_pages_link_to_the_tables_and_the_codebook(publication: Publication) -> None:
    """A dataset's page offers both tables with their metadata; every page leads to the codebook."""
    html = pages.render(publication, "fi/235/practices", "fi/235/practices.sv.html", "sv") or ""

    for file in ("practices.csv", "practices-tidy.csv"):
        assert f'href="{file}"' in html
        assert f'href="{file}{tables.METADATA}"' in html
    assert 'href="../../codebook.sv.html"' in html
    assert 'href="codebook.html"' in pages.render_home(publication, "index.html", "fi")


def test_the_page_of_all_together_lists_no_practices_of_its_own(publication: Publication) -> None:
    """The joint dataset has tables and no list; zero practices would be untrue."""
    html = pages.render(publication, "comparison", "comparison.html", "en") or ""

    assert 'href="comparison-wide.csv"' in html
    assert not re.search(r"0 practices|Number of practices", html)


# Over HTTP


@pytest.fixture(scope="module")
def server(publish: Path) -> Iterator[Server]:
    """Serve the edition."""
    with Server(publish) as started:
        yield started


@pytest.mark.parametrize("path", ["fi/235/practices.csv", "fi/235/practices-tidy.csv", "comparison-wide.csv"])
def test_a_csvw_reader_finds_the_metadata_of_a_served_table(server: Server, path: str) -> None:
    """Given the address of the table alone, a client finds its metadata by the Link header and reads every row."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = CSVW(f"http://127.0.0.1:{server.port}/{path}", validate=True)

    assert (found.no_metadata, found.warnings, found.is_valid) == (False, [], True)
    assert [each.name for each in found.tables[0].tableSchema.columns] == tables.form_of(path).headings


def test_tables_and_metadata_have_their_media_types(server: Server, edition: dict[str, bytes]) -> None:
    """A table is CSV in UTF-8, its metadata CSVW, byte for byte; each leads to the other and to the dataset."""
    for path in ("fi/235/practices-tidy.csv", "comparison.csv"):
        table, metadata = (_get(server, each) for each in (path, path + tables.METADATA))
        name = path.rpartition("/")[2]

        assert table.headers["Content-Type"] == CSV.content_type
        assert table.read() == edition[path]
        assert (
            f'<{name}{tables.METADATA}>; rel="describedby"; type="{CSVM.media_type}"' in table.headers["Link"]
        )
        assert metadata.headers["Content-Type"] == CSVM.media_type
        assert metadata.read() == edition[path + tables.METADATA]
        assert f'<{name}>; rel="describes"; type="{CSV.media_type}"' in metadata.headers["Link"]


def test_what_is_no_table_is_not_found(server: Server) -> None:
    """Metadata of a table that is not there, and a table without suffix, are 404."""
    for path in (f"fi/999/practices.csv{tables.METADATA}", "fi/235/practices-tidy", "fi/235/none.csv"):
        with pytest.raises(HTTPError, match="404"):
            _get(server, path)


def test_the_codebook_is_served_in_each_language(server: Server) -> None:
    """Its IRI answers 303 to the page, which is there by negotiation and in each language."""
    page = _get(server, "codebook", {"Accept": "text/html", "Accept-Language": "sv"})

    assert page.url.endswith("/codebook.html")
    assert page.headers["Content-Language"] == "sv"
    for language in pages.LANGUAGES:
        assert f'<html lang="{language}">' in _get(server, f"codebook.{language}.html").read().decode()


def _get(server: Server, path: str, headers: Mapping[str, str] | None = None) -> Any:
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}/{path}", headers=dict(headers or {}))
    return urllib.request.urlopen(request)  # noqa: S310
