"""Comparisons: every number recomputed from the published table by other means, and what may be said where there is none."""

import csv
import io
import itertools
import json
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pytest
import rdflib
from click.testing import CliRunner
from csvw import CSVW
from rdflib.namespace import SKOS

from osallisuus.cli import comparing as command
from osallisuus.cli import main
from osallisuus.compare import (
    AXES,
    COMPARED,
    Choice,
    Entry,
    Listed,
    State,
    Wish,
    compare,
    gaps,
    percent,
    question,
    suggestions,
)
from osallisuus.query import guard, store
from osallisuus.release import Publication
from osallisuus.release.comparing import Comparing, ideas, tables, telling, texts
from osallisuus.vocabulary import VOCAB

BASE = "https://w3id.org/osallisuus/"
KAUNIAINEN = f"{BASE}fi/235"
ONTOLOGY = Path(__file__).parents[1] / "ontology"
COMPLETE, SAMPLE = f"{VOCAB}coverage/complete", f"{VOCAB}coverage/sample"
SWITCHES = list(itertools.product((False, True), repeat=2))
CROSSES = [(by, cross) for by in COMPARED for cross in COMPARED if by != cross]

Numbers = Mapping[tuple[str, ...], tuple[int, int]]
"""Municipality, value, crossed value → how many practices state it, and how many more the editors read so."""


@pytest.fixture(scope="module")
def comparing(publication: Publication) -> Comparing:
    """Return what compares the municipalities of the real data."""
    return Comparing(publication)


# The same numbers by other means: pandas over the tidy table, and rdflib over the ontology's own files


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    """Return the concepts and mappings as their files say them."""
    graph = rdflib.Graph()
    for path in ONTOLOGY.glob("*.ttl"):
        graph.parse(path)
    return graph


@pytest.fixture(scope="module")
def tidy(edition: dict[str, bytes]) -> pd.DataFrame:
    """Return the published tidy table of all municipalities, without what was withdrawn."""
    frame = pd.read_csv(io.BytesIO(edition["comparison.csv"]), dtype=str)
    return frame[frame.withdrawn.isna()]


_PROPERTIES = {
    "purpose": "purpose",
    "target-group": "targetGroup",
    "channel": "channel",
    "unit-type": "usedBy",
    "level": "purpose",
}


def _with_broader(pairs: pd.DataFrame, ontology: rdflib.Graph) -> pd.DataFrame:
    """Return practices and values, and the concepts above each value, each once."""
    above = {
        value: [str(each) for each in ontology.transitive_objects(rdflib.URIRef(value), SKOS.broader)]
        for value in pairs.value.unique()
    }
    return pairs.assign(value=pairs.value.map(above)).explode("value").drop_duplicates()


def _values(tidy: pd.DataFrame, ontology: rdflib.Graph, axis: str, *, implied: bool = False) -> pd.DataFrame:
    """Return municipality, practice and value of every practice on an axis."""
    name = "impliedGroup" if implied else _PROPERTIES[axis]
    rows = tidy[tidy.property_name == name]
    if implied and axis != "target-group":
        rows = rows[:0]
    value = rows.unit_type.str.split("; ") if axis == "unit-type" else rows.value
    pairs = rows[["municipality", "practice"]].assign(value=value).explode("value").dropna()
    if axis == "level":
        levels = {
            value: [str(each) for each in ontology.objects(rdflib.URIRef(value), SKOS.broadMatch)]
            for value in pairs.value.unique()
        }
        pairs = pairs.assign(value=pairs.value.map(levels)).explode("value").dropna()
        pairs = pairs[pairs.value.str.startswith(f"{BASE}level/")]
    return _with_broader(pairs, ontology)


def _by_basis(tidy: pd.DataFrame, ontology: rdflib.Graph, axis: str, *, stated: bool) -> pd.DataFrame:
    """Return the values of practices, with whether they are stated; what is both is stated."""
    said = _values(tidy, ontology, axis).assign(is_stated=True)
    read = _values(tidy, ontology, axis, implied=True).assign(is_stated=False)
    together = pd.concat([said, read[:0] if stated else read])
    return together.drop_duplicates(["practice", "value"], keep="first")


def _expected(
    tidy: pd.DataFrame, ontology: rdflib.Graph, choice: Choice
) -> tuple[Numbers, Mapping[str, tuple[int, int]]]:
    """Return the numbers of a comparison, and each municipality's n and how many of its practices have no value."""
    frame = tidy if choice.with_inward else tidy[tidy.outward == "true"]
    if choice.municipalities:
        frame = frame[frame.municipality.isin(choice.municipalities)]
    found = _by_basis(frame, ontology, choice.by, stated=choice.only_stated).assign(crossed="")
    if choice.cross:
        other = _by_basis(frame, ontology, choice.cross, stated=choice.only_stated)
        found = found.drop(columns="crossed").merge(
            other.rename(columns={"value": "crossed", "is_stated": "is_too"}), on=["municipality", "practice"]
        )
        found["is_stated"] &= found.is_too
    counts: dict[tuple[str, ...], list[int]] = {}
    for (municipality, value, crossed, is_stated), group in found.groupby(
        ["municipality", "value", "crossed", "is_stated"]
    ):
        counts.setdefault((municipality, value, crossed), [0, 0])[not is_stated] = group.practice.nunique()
    said = found.groupby("municipality").practice.nunique()
    n = frame.groupby("municipality").practice.nunique()
    lists = {str(each): (int(n[each]), int(n[each]) - int(said.get(each, 0))) for each in n.index}
    return {key: (stated, implied) for key, (stated, implied) in counts.items()}, lists


def _numbers(rows: Iterable[Mapping[str, str]]) -> Numbers:
    """Return the numbers of the rows of a comparison's own table."""
    found = {
        (each["municipality"], each["value"], each.get("cross_value", "")): (
            int(each["practices"] or 0),
            int(each["implied_practices"] or 0),
        )
        for each in rows
    }
    return {key: numbers for key, numbers in found.items() if numbers != (0, 0)}


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def _agree(comparing: Comparing, tidy: pd.DataFrame, ontology: rdflib.Graph, choice: Choice) -> None:
    numbers, lists = _expected(tidy, ontology, choice)
    rows = _rows(tables.sheet(comparing, comparing.matrix(choice)).csv())

    assert _numbers(rows) == numbers
    for each in rows:
        n, silent = lists[each["municipality"]]
        assert (int(each["n"]), int(each["without_value"])) == (n, silent)
        if each["percent"]:
            assert float(each["percent"]) == pytest.approx(100 * int(each["practices"]) / n, abs=0.0501)
        assert bool(each["percent"]) == (each["state"] == "reported")


@pytest.mark.parametrize("switches", SWITCHES)
@pytest.mark.parametrize("by", COMPARED)
def test_every_number_of_an_axis_is_that_of_the_published_table(
    comparing: Comparing, tidy: pd.DataFrame, ontology: rdflib.Graph, by: str, switches: tuple[bool, bool]
) -> None:
    """Counts, shares, n and the practices that say nothing: pandas finds the same in the tidy CSV."""
    choice = Choice(by, "", (), *switches)
    assert len(_expected(tidy, ontology, choice)[0]) > 5
    _agree(comparing, tidy, ontology, choice)


@pytest.mark.parametrize("switches", SWITCHES)
@pytest.mark.parametrize(("by", "cross"), CROSSES)
def test_every_number_of_a_crossed_table_is_that_of_the_published_table(
    comparing: Comparing,
    tidy: pd.DataFrame,
    ontology: rdflib.Graph,
    by: str,
    cross: str,
    switches: tuple[bool, bool],
) -> None:
    """So it is for two axes crossed, of the largest list in each case and of every other one in the usual case."""
    others = [] if any(switches) else [each.municipality for each in comparing.lists]
    for municipality in dict.fromkeys((KAUNIAINEN, *others)):
        _agree(comparing, tidy, ontology, Choice(by, cross, (municipality,), *switches))


# The same numbers by SPARQL


def _answered(evaluate: Callable[..., bytes], publish: Path, text: str) -> list[dict[str, str]]:
    examined = guard.examine(text, store.graph_names(publish, BASE))
    return _rows(evaluate(store.Ask(examined.text, "csv", dataset=examined.dataset)))


@pytest.mark.parametrize("switches", SWITCHES)
@pytest.mark.parametrize(
    ("by", "cross"),
    [
        *((each, "") for each in COMPARED),
        ("purpose", "target-group"),
        ("target-group", "level"),
        ("channel", "unit-type"),
    ],
)
def test_the_query_beside_a_comparison_gives_the_same_numbers(
    comparing: Comparing,
    publish: Path,
    evaluate: Callable[..., bytes],
    by: str,
    cross: str,
    switches: tuple[bool, bool],
) -> None:
    """The real engine, behind the real guard, answers with the same counts, shares and n."""
    choice = Choice(by, cross, (KAUNIAINEN,) if cross else (), *switches)
    found = {}
    for each in _answered(evaluate, publish, question(choice)):
        key = (each["municipality"], each["value"], each.get("crossed", ""), each["basis"])
        share = float(each["percent"]) if each["basis"] == "stated" else 0
        found[key] = (int(each["practices"]), int(each["n"]), share, each["coverage"])

    wanted = {}
    for number in tables.numbers(comparing.matrix(choice)):
        column = number.column
        for basis, count in (("stated", number.stated), ("implied", number.implied)):
            if count:
                share = float(number.percent) if basis == "stated" else 0
                key = (column.municipality, number.value, number.crossed, basis)
                wanted[key] = (count, column.n, share, column.coverage)
    assert found == wanted
    assert wanted


def test_the_query_may_name_municipalities(
    comparing: Comparing, publish: Path, evaluate: Callable[..., bytes]
) -> None:
    """Only those that were chosen are in its answer."""
    chosen = (KAUNIAINEN, f"{BASE}fi/091")
    rows = _answered(evaluate, publish, question(Choice("channel", municipalities=chosen)))

    assert {each["municipality"] for each in rows} == {*chosen}


# What may be said


def _entry(
    name: str, municipality: str = "a", *, outward: bool = True, implied: Iterable[str] = (), **values: str
) -> Entry:
    """Return a practice; values are ids of concepts, several apart by blanks."""
    stated = {
        axis.replace("_", "-"): tuple(f"{VOCAB}{axis.replace('_', '-')}/{each}" for each in ids.split())
        for axis, ids in values.items()
    }
    read = {"target-group": tuple(f"{VOCAB}target-group/{each}" for each in implied)}
    return Entry(
        name,
        municipality,
        f"{municipality}/practices",
        "",
        outward,
        MappingProxyType(stated),
        MappingProxyType(read),
    )


def _listed(*coverages: str) -> list[Listed]:
    return [Listed(name, f"{name}/practices", each) for name, each in zip("abcdef", coverages, strict=False)]


def _state(entries: Iterable[Entry], lists: list[Listed], choice: Choice, value: str) -> list[State]:
    matrix = compare(entries, lists, choice)
    return [matrix.state(each, f"{VOCAB}{AXES[choice.by].scheme}/{value}") for each in matrix.columns]


def test_what_is_not_reported_is_not_zero() -> None:
    """Only a complete list says that there is none; any other leaves it open, and so does a list without coverage."""
    entries = [_entry("1", "a", purpose="inform"), *(_entry(each, each, purpose="vote") for each in "bcd")]
    lists = _listed(SAMPLE, COMPLETE, f"{VOCAB}coverage/own-list", "")

    assert [each.coverage for each in compare(entries, lists, Choice()).columns] == [
        COMPLETE,
        f"{VOCAB}coverage/own-list",
        SAMPLE,
        "",
    ]
    assert _state(entries, lists, Choice(), "inform") == [
        State.NONE,
        State.NOT_REPORTED,
        State.REPORTED,
        State.NOT_REPORTED,
    ]


def test_a_complete_list_that_says_nothing_of_some_practice_leaves_it_open() -> None:
    """A practice without a channel may have the very one that is asked about."""
    entries = [
        _entry("1", channel="survey"),
        _entry("2"),
        _entry("3", "b", channel="panel"),
        _entry("4", "c", channel="survey"),
    ]

    assert _state(entries, _listed(COMPLETE, SAMPLE), Choice("channel"), "panel") == [
        State.NOT_REPORTED,
        State.REPORTED,
    ]
    assert _state(entries[2:], [*_listed(COMPLETE, SAMPLE, COMPLETE)][1:], Choice("channel"), "panel") == [
        State.NONE,
        State.REPORTED,
    ]


def test_what_only_the_editors_read_is_apart() -> None:
    """It is in no stated number; left out, it makes no place for “there is none”."""
    entries = [_entry("1", target_group="residents", implied=["youth"]), _entry("2", target_group="youth")]
    lists = _listed(COMPLETE)
    youth = f"{VOCAB}target-group/youth"
    cell = compare(entries, lists, Choice("target-group")).cells["a", youth, ""]

    assert (cell.stated, cell.implied) == (("2",), ("1",))
    assert _state(entries[:1], lists, Choice("target-group"), "youth") == [State.IMPLIED]
    assert _state(entries[:1], lists, Choice("target-group", only_stated=True), "youth") == [
        State.NOT_REPORTED
    ]
    assert youth not in compare(entries[:1], lists, Choice("target-group", only_stated=True)).values


def test_a_broader_concept_counts_a_practice_once() -> None:
    """A practice with two narrower concepts counts once for the broader, and is stated there if one of them is."""
    entries = [_entry("1", target_group="youth children", implied=["families"])]
    cell = compare(entries, _listed(SAMPLE), Choice("target-group")).cells[
        "a", f"{VOCAB}target-group/residents", ""
    ]

    assert (cell.stated, cell.implied) == (("1",), ())


def test_inward_practices_count_only_when_asked_for() -> None:
    """The usual comparison is of what reaches people outside."""
    entries = [_entry("1", purpose="inform"), _entry("2", purpose="inform", outward=False)]

    assert [
        compare(entries, _listed(SAMPLE), Choice(with_inward=each)).columns[0].n for each in (False, True)
    ] == [1, 2]


def test_a_list_without_a_practice_that_counts_is_there_all_the_same() -> None:
    """Its n is 0, so that nobody takes it for a list that was not looked at."""
    matrix = compare([_entry("1", outward=False)], _listed(SAMPLE, SAMPLE), Choice())

    assert [(each.municipality, each.n) for each in matrix.columns] == [("a", 0), ("b", 0)]
    assert matrix.values == ()


def test_purposes_stand_by_their_level(comparing: Comparing) -> None:
    """They go from informing to deciding; those that have no level come last."""
    values = [each.rpartition("/")[2] for each in comparing.matrix(Choice()).values]

    assert values.index("inform") < values.index("consult") < values.index("dialogue")
    assert (
        values.index("dialogue")
        < values.index("co-design")
        < values.index("budget")
        < values.index("initiative")
    )


def test_halves_of_a_share_go_up() -> None:
    """So SPARQL and pandas readers find the same number: 1 of 16 is 6.3, not 6.2."""
    assert [str(percent(each, 16)) for each in (1, 3, 8)] == ["6.3", "18.8", "50.0"]


# Ideas


def _wish(**changes: object) -> Wish:
    youth = {"target-group": f"{VOCAB}target-group/youth"}
    return Wish(**{"municipality": "a", "asked": youth, **changes})  # type: ignore[arg-type] # as the test says


def _found(entries: list[Entry], wish: Wish) -> dict[str, list[str]]:
    return {
        each.value.rpartition("/")[2]: [entry.iri for entry in each.practices] for each in gaps(entries, wish)
    }


def test_an_idea_is_what_the_list_does_not_have_for_that_group() -> None:
    """What the list has for others is an idea still, and says so; what it has by the editors' reading alone is none."""
    entries = [
        _entry("1", target_group="youth", channel="survey"),
        _entry("2", target_group="staff", channel="panel"),
        _entry("3", target_group="residents", implied=["youth"], channel="workshop", outward=False),
        _entry("4", "b", target_group="youth", channel="survey panel"),
        _entry("5", "b", target_group="youth", channel="workshop"),
        _entry("6", "b", target_group="families", channel="website"),
        _entry("7", "c", target_group="residents", implied=["youth"], channel="panel"),
        _entry("8", "c", target_group="youth", channel="email", outward=False),
    ]

    assert _found(entries, _wish()) == {"panel": ["4", "7"]}
    assert _found(entries, _wish(only_stated=True)) == {"panel": ["4"]}
    assert _found(entries, _wish(others=("c",))) == {"panel": ["7"]}
    assert _found(entries, _wish(with_inward=True)) == {"email": ["8"], "panel": ["4", "7"]}
    assert gaps(entries, _wish())[0].own == ("2",)


@pytest.mark.parametrize("by", ["channel", "purpose"])
@pytest.mark.parametrize(
    "asked", ["target-group/youth", "target-group/residents", "purpose/co-design", "purpose/initiative"]
)
def test_the_query_beside_ideas_gives_the_same_practices(
    comparing: Comparing, publish: Path, evaluate: Callable[..., bytes], by: str, asked: str
) -> None:
    """For every municipality, with and without the editors' readings and inward practices."""
    seen = 0
    for listed, (inward, stated) in itertools.product(comparing.lists, SWITCHES):
        wish = Wish(listed.municipality, {asked.partition("/")[0]: VOCAB + asked}, by, (), inward, stated)
        wanted = {(each.gap.value, each.entry.iri) for each in ideas.ideas(comparing.gaps(wish))}
        rows = _answered(evaluate, publish, suggestions(wish))
        assert {(each["value"], each["practice"]) for each in rows} == wanted
        assert len(rows) == len(wanted)
        seen += len(wanted)
    assert seen


def test_ideas_name_their_sources(comparing: Comparing) -> None:
    """Each has the page or document that it is known from, the extent and the time of its list, and no word of lacking."""
    wish = Wish(KAUNIAINEN, {"target-group": f"{VOCAB}target-group/youth"}, "purpose")
    found = comparing.gaps(wish)
    rows = _rows(ideas.sheet(comparing, wish, found).csv())
    said = json.loads(ideas.document(comparing, wish, found))

    assert rows
    assert [each["practice"] for each in rows] == [
        practice["practice"] for each in said["suggestions"] for practice in each["practices"]
    ]
    for each in rows:
        assert each["sources"].startswith("http")
        assert each["coverage"]
        assert each["as_of_start"]
        assert each["municipality"] != KAUNIAINEN


# Tables, JSON, the command line


@pytest.mark.parametrize("cross", ["", "target-group"])
def test_a_csvw_reader_accepts_the_tables(comparing: Comparing, tmp_path: Path, cross: str) -> None:
    """Names, datatypes, keys and required cells are right, and nothing is warned of."""
    wish = Wish(KAUNIAINEN, {"target-group": f"{VOCAB}target-group/residents"})
    choice = Choice(cross=cross, municipalities=(KAUNIAINEN,) if cross else ())
    sheets: list[tables.Sheet[tables.Number] | tables.Sheet[ideas.Idea]] = [
        tables.sheet(comparing, comparing.matrix(choice)),
        ideas.sheet(comparing, wish, comparing.gaps(wish)),
    ]
    for sheet in sheets:
        (tmp_path / "compare.csv").write_bytes(sheet.csv())
        path = tmp_path / "compare.csv-metadata.json"
        path.write_bytes(sheet.metadata("compare.csv", "https://creativecommons.org/licenses/by/4.0/"))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = CSVW(str(path), validate=True)
            assert ([str(each.message) for each in found.warnings], found.is_valid) == ([], True)
            assert sum(1 for table in found.tables for _row in table.iterdicts()) == len(sheet.rows)
        columns = json.loads(path.read_bytes())["tableSchema"]["columns"]
        for each in columns:
            assert {"fi", "sv", "en", "und"} == {*each["titles"]}
            assert {said["@language"] for said in each["dc:description"]} == {"fi", "sv", "en"}


def test_a_cell_without_a_number_says_why(comparing: Comparing) -> None:
    """What is not reported has no number, not even zero, and each row says what it means."""
    rows = _rows(tables.sheet(comparing, comparing.matrix(Choice("target-group"))).csv())

    assert {each["state"] for each in rows} == {"reported", "implied", "not-reported"}
    assert {each["practices"] for each in rows if each["state"] != "reported"} == {""}
    assert {each["coverage"] for each in rows} == {"own-list", "sample"}
    assert all(each["as_of_start"] <= each["as_of_end"] for each in rows)


def test_json_says_the_same_and_names_the_practices(comparing: Comparing) -> None:
    """Its numbers are those of the table, and as many practices are named as are counted."""
    matrix = comparing.matrix(Choice("target-group"))
    rows = _rows(tables.sheet(comparing, matrix).csv())
    said = json.loads(tables.document(comparing, matrix))

    assert [each["practices"] for each in said["numbers"]] == [
        int(each["practices"]) if each["practices"] else None for each in rows
    ]
    assert [each["state"] for each in said["numbers"]] == [each["state"] for each in rows]
    for each in said["numbers"]:
        assert len(each.get("listed", ())) == (each["practices"] or 0)
        assert len(each.get("implied", ())) == (each["implied_practices"] or 0)
    assert said["query"] == question(Choice("target-group"))
    assert [each["n"] for each in said["municipalities"]] == [each.n for each in matrix.columns]


def _run(publish: Path, *arguments: str) -> str:
    done = CliRunner().invoke(
        main, ["compare", "--site", str(publish.parent), *arguments], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_gives_the_same_numbers(comparing: Comparing, publish: Path) -> None:
    """In a table, as CSV and as JSON; crossed, with inward practices, and without the editors' readings."""
    chosen = ("fi/235", "fi/091")
    choice = Choice("channel", "", tuple(BASE + each for each in chosen), with_inward=True)
    matrix = comparing.matrix(choice)

    csv_text = _run(publish, *chosen, "--by", "channel", "--inward", "--format", "csv")
    assert csv_text.encode().replace(b"\r\n", b"\n") == tables.sheet(comparing, matrix).csv().replace(
        b"\r\n", b"\n"
    )
    assert json.loads(
        _run(publish, *chosen, "--by", "channel", "--inward", "--format", "json")
    ) == json.loads(tables.document(comparing, matrix))
    crossed = comparing.matrix(Choice("purpose", "target-group", (KAUNIAINEN,), only_stated=True))
    told = _run(publish, "fi/235", "--cross", "target-group", "--stated", "--lang", "en")
    assert told == telling.tell(comparing, crossed, "en")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_command_says_what_a_number_must_be_read_with(
    publish: Path, comparing: Comparing, language: str
) -> None:
    """n, coverage and time stand above each column, the cautions below."""
    told = _run(publish, "--lang", language)
    lines = told.splitlines()

    assert lines[1].split().count("n") == len(comparing.lists)
    assert comparing.publication.label(SAMPLE, language) in lines[2]
    assert "2019–2022" in lines[3]
    for each in texts.CAUTIONS:
        assert each[language] in lines


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fi/999"], "No municipality fi/999 is published. Published: fi/049"),
        (["--cross", "target-group"], "--cross takes one MUNICIPALITY"),
        (["fi/235", "--by", "channel", "--cross", "channel"], "another thing than --by"),
        (["--by", "law"], "'law' is not one of"),
    ],
)
def test_the_command_refuses_what_cannot_be_compared(publish: Path, arguments: list[str], said: str) -> None:
    """It says what is possible."""
    done = CliRunner().invoke(main, ["compare", "--site", str(publish.parent), *arguments])

    assert done.exit_code in (1, 2)
    assert said in " ".join(done.output.split())


def test_the_command_offers_the_axes_that_there_are() -> None:
    """Its own list, which spares it an import, is that of comparisons."""
    assert tuple(command._AXES) == COMPARED
