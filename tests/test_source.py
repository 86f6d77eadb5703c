"""What is published says what was received: each cell of the table, and the counts taken from the table itself."""

from collections import Counter
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, PROV, RDF

from osallisuus.release import Publication
from osallisuus.vocabulary import VOCAB

OSA = rdflib.Namespace(f"{VOCAB}ns#")
KAUNIAINEN = "fi/235"
OTHERS = ("fi/049", "fi/091", "fi/092", "fi/398", "fi/837", "fi/853")
ONE_GROUP = "terveysaseman, suun terveydenhuollon ja vastaanoton asiakkaat"
STAFF = {"henkilöstö", "esimiehet", "johto", "luottamushenkilöt", "tulosaluepäälliköt"}

Row = tuple[str, str, str, str]


@pytest.fixture(scope="module")
def received(repository: Path) -> list[Row]:
    """Read the received table: the rows after the heading; a row whose first cells are empty belongs to the one above."""
    text = (repository / "data" / "kauniainen" / "source" / "osallisuus.txt").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.split("\n") if "\t" in line]
    assert lines.pop(0) == ["Toiminta", "Käytössä", "Kenen osallisuutta", "Tavoite/selite"]
    rows: list[Row] = []
    for name, units, groups, description in lines:
        if name:
            rows.append((name, units, groups, description))
        else:
            assert units == groups == ""
            rows[-1] = (*rows[-1][:3], f"{rows[-1][3].rstrip()} {description.lstrip()}")
    return rows


@pytest.fixture(scope="module")
def graphs(edition: dict[str, bytes]) -> dict[str, rdflib.Graph]:
    """Read the published N-Triples of each municipality, by its path."""
    return {
        key: rdflib.Graph().parse(data=edition[f"{key}/practices.nt"], format="nt")
        for key in (KAUNIAINEN, *OTHERS)
    }


@pytest.fixture(scope="module")
def kauniainen(graphs: dict[str, rdflib.Graph]) -> rdflib.Graph:
    """Return what is published of Kauniainen."""
    return graphs[KAUNIAINEN]


def _units(row: Row) -> list[str]:
    return row[1].split(", ")


def _groups(row: Row) -> list[str]:
    """Return the groups of a row: one of them has a comma inside, and an open end is not a group."""
    cell = row[2].removesuffix(" tai muut").removeprefix("esim. ")
    return [cell] if cell == ONE_GROUP else cell.split(", ")


def _one(graph: rdflib.Graph, subject: rdflib.term.Node, name: str) -> rdflib.Literal:
    (value,) = graph.objects(subject, OSA[name])
    assert isinstance(value, rdflib.Literal)
    return value


def _by_row(graph: rdflib.Graph) -> dict[int, rdflib.term.Node]:
    return {int(_one(graph, each, "sourceRow")): each for each in graph.subjects(RDF.type, OSA.Practice)}


def test_the_received_table_has_52_rows(received: list[Row]) -> None:
    """The table as received has 52 practices, each with a name and a description; no two have one name."""
    assert len(received) == 52
    assert len({row[0] for row in received}) == 52
    assert all(cell for row in received for cell in row)


def test_a_row_broken_by_a_page_is_one_row(received: list[Row]) -> None:
    """Row 39 goes on after the page break: its two parts are joined by exactly one space (C02)."""
    assert received[38][0] == "Yhteistoimintamenettely"
    assert received[38][3].endswith(" työtä ja työyhteisöään koskevien päätösten valmisteluun")


def test_each_row_is_one_practice(kauniainen: rdflib.Graph) -> None:
    """The graph has a practice for each row and none besides."""
    assert sorted(_by_row(kauniainen)) == list(range(1, 53))
    assert len(list(kauniainen.subjects(RDF.type, OSA.Practice))) == 52


def test_every_cell_is_published_as_received(received: list[Row], kauniainen: rdflib.Graph) -> None:
    """All four cells of all 52 rows stand in the graph word for word, in Finnish."""
    practices = _by_row(kauniainen)
    names = ("sourceName", "sourceUnits", "sourceGroups", "sourceDescription")
    published = [
        tuple(str(_one(kauniainen, practices[number], name)) for name in names) for number in range(1, 53)
    ]

    assert published == received
    assert {_one(kauniainen, each, name).language for each in practices.values() for name in names} == {"fi"}


def test_the_table_can_be_written_back(received: list[Row], publication: Publication) -> None:
    """The table that is made from what is published is the received one, row by row, without the page breaks."""
    heading = ("Toiminta", "Käytössä", "Kenen osallisuutta", "Tavoite/selite")
    expected = "".join("\t".join(row) + "\n" for row in [heading, *received])

    assert publication.source_table(KAUNIAINEN) == expected


def test_every_line_of_the_received_file_is_in_the_table(repository: Path, publication: Publication) -> None:
    """Each line of the file as received, but its title and the broken row, is a line of the table written back."""
    text = (repository / "data" / "kauniainen" / "source" / "osallisuus.txt").read_text(encoding="utf-8")
    lines = publication.source_table(KAUNIAINEN).splitlines()
    missing = [line for line in text.splitlines() if "\t" in line and line not in lines]

    assert len(missing) == 2
    assert missing[0].startswith("Yhteistoimintamenettely\t")
    assert missing[1].startswith("\t\t\t")


def test_unit_assignments_are_counted_from_the_cells(received: list[Row], kauniainen: rdflib.Graph) -> None:
    """The cells name a unit 62 times, and so does the graph, practice by practice."""
    counted = {number: len(_units(row)) for number, row in enumerate(received, 1)}
    practices = _by_row(kauniainen)

    assert sum(counted.values()) == 62
    assert counted == {
        number: len(list(kauniainen.objects(each, OSA.usedBy))) for number, each in sorted(practices.items())
    }


def test_target_assignments_are_counted_from_the_cells(received: list[Row], kauniainen: rdflib.Graph) -> None:
    """The cells name a target group 80 times, and so does the graph, practice by practice."""
    counted = {number: len(_groups(row)) for number, row in enumerate(received, 1)}
    practices = _by_row(kauniainen)

    assert sum(counted.values()) == 80
    assert counted == {
        number: len(list(kauniainen.objects(each, OSA.targetGroup)))
        for number, each in sorted(practices.items())
    }


def test_a_comma_inside_a_group_does_not_part_it(received: list[Row], kauniainen: rdflib.Graph) -> None:
    """Row 48 has one group, kept as the city's own word; no group is made of its pieces (C03)."""
    practice = _by_row(kauniainen)[48]
    (word,) = kauniainen.objects(practice, OSA.localTerm)

    assert received[47][2] == ONE_GROUP
    assert str(word).endswith("/term/terveysaseman-suun-terveydenhuollon-ja-vastaanoton-asiakkaat")
    assert list(kauniainen.objects(practice, OSA.targetGroup)) == [
        rdflib.URIRef(f"{VOCAB}target-group/health-clients")
    ]


def test_for_example_and_or_others_are_kept(received: list[Row], kauniainen: rdflib.Graph) -> None:
    """Where the cell says “esim.” the groups are examples, and where it says “tai muut” their list is open."""
    practices = _by_row(kauniainen)

    assert received[48][2].endswith(" tai muut")
    assert {number for number, row in enumerate(received, 1) if row[2].endswith("muut")} == {
        number
        for number, each in practices.items()
        if (each, OSA.openGroups, rdflib.Literal(True)) in kauniainen
    }
    assert {number for number, row in enumerate(received, 1) if row[2].startswith("esim.")} == {
        number for number, each in practices.items() if (each, OSA.exampleGroup, None) in kauniainen
    }


def test_practices_for_staff_and_elected_officials_only(
    received: list[Row], publication: Publication
) -> None:
    """By the cells 11 practices are for staff or elected officials only; the graph's internal groups say the same."""
    (inner,) = publication.instances("skos:Collection")
    members = set(publication.links(inner, "skos:member"))
    rows = {
        int(publication.values(each, "osa:sourceRow")[0].value)
        for each in publication.instances("osa:Practice")
        if f"/{KAUNIAINEN}/" in each and set(publication.links(each, "osa:targetGroup")) <= members
    }

    assert rows == {number for number, row in enumerate(received, 1) if set(_groups(row)) <= STAFF}
    assert len(rows) == 11


def test_there_are_118_practices_of_six_other_cities(graphs: dict[str, rdflib.Graph]) -> None:
    """The six other cities have 118 practices together, each city some."""
    counts = {key: len(list(graphs[key].subjects(RDF.type, OSA.Practice))) for key in OTHERS}

    assert sum(counts.values()) == 118
    assert min(counts.values()) > 0


def test_every_practice_of_other_cities_has_a_page_and_a_day(graphs: dict[str, rdflib.Graph]) -> None:
    """What was read on the pages of the other cities names the page and the day when it was seen."""
    for key in OTHERS:
        for each in graphs[key].subjects(RDF.type, OSA.Practice):
            pages = [str(page) for page in graphs[key].objects(each, PROV.wasDerivedFrom)]
            assert pages, each
            assert all(page.startswith(("https://", "http://")) and "#source" not in page for page in pages)
            assert _one(graphs[key], each, "sourceSeen").datatype == rdflib.XSD.date


def test_every_practice_of_the_table_is_derived_from_it(kauniainen: rdflib.Graph) -> None:
    """Each of the 52 practices is derived from the received table and from nothing else."""
    source = rdflib.URIRef(f"{VOCAB}fi/235/practices#source")

    assert {
        frozenset(kauniainen.objects(each, PROV.wasDerivedFrom)) for each in _by_row(kauniainen).values()
    } == {frozenset({source})}


def test_every_slug_is_unique(graphs: dict[str, rdflib.Graph]) -> None:
    """A practice has one IRI and one title; no two practices of a city share the last part of the IRI (C08)."""
    for graph in graphs.values():
        practices = [str(each) for each in graph.subjects(RDF.type, OSA.Practice)]
        slugs = Counter(each.rpartition("/")[2] for each in practices)
        assert [slug for slug, number in slugs.items() if number > 1 or not slug] == []
        for each in practices:
            assert len(list(graph.objects(rdflib.URIRef(each), DCTERMS.title))) == 3
            assert [str(value) for value in graph.objects(rdflib.URIRef(each), DCTERMS.identifier)] == [each]
