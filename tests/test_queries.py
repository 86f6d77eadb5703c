"""The documented questions in `src/osallisuus/queries/`: their heads, their answers over the real data, their order.

`tests/golden/queries/` holds the answers. After a change of the data, rewrite them and read the difference:
`OSALLISUUS_GOLDEN=write pytest tests/test_queries.py`.
"""

import csv
import io
import os
import re
import typing
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
import rdflib
import yaml
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    Triple,
)

import osallisuus
from osallisuus import graph, site, vocabulary

ROOT = Path(__file__).parents[1]
QUERIES = Path(osallisuus.__file__).parent / "queries"
GOLDEN = Path(__file__).parent / "golden" / "queries"
NAMES = sorted(path.stem for path in QUERIES.glob("*.rq"))
LANGUAGES = ["fi", "sv", "en"]
WITHOUT_PRACTICES = {"concepts-and-yso", "datasets", "units-by-municipality"}

HEAD_LINE = re.compile(r"# (title|note)@(fi|sv|en): \S.*\S")
PREFIX_LINE = re.compile(r"PREFIX (\w+): <([^>]+)>")
ALIASED = re.compile(r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\bAS (\?\w+)\)")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def read(name: str) -> str:
    """Return the text of a query."""
    return (QUERIES / f"{name}.rq").read_text(encoding="utf-8")


def graphs() -> dict[str, list[Triple]]:
    """Return the graphs of the real site, by IRI, made from `data/` and the shipped vocabulary."""
    contents = site.read(site.Layout(ROOT))
    assert not contents.findings
    base = contents.site.base
    found = {
        f"{base}{each.key}/practices": list(graph.describe(each, contents.site).triples)
        for each in contents.municipalities
    }
    found[f"{base}vocabulary"] = vocabulary.load().triples
    found[f"{base}catalog"] = list(graph.describe_publisher(contents.site).triples)
    return found


def load(quads: Iterable[Quad]) -> Store:
    """Return a store of some quads."""
    store = Store()
    for quad in quads:
        store.add(quad)
    return store


@pytest.fixture(scope="module")
def quads() -> list[Quad]:
    """Return the quads of the real site."""
    return [
        Quad(each.subject, each.predicate, each.object, NamedNode(iri))
        for iri, triples in graphs().items()
        for each in triples
    ]


@pytest.fixture(scope="module")
def store(quads: list[Quad]) -> Store:
    """Return the real site as the endpoint holds it."""
    return load(quads)


@pytest.fixture(scope="module")
def union(quads: list[Quad]) -> rdflib.Graph:
    """Return the union of the real site's graphs in the other engine."""
    found = rdflib.Graph()
    for quad in quads:
        subject, value = _other(quad.subject), _other(quad.object)
        found.add((subject, rdflib.URIRef(quad.predicate.value), value))
    return found


def _other(node: object) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    if isinstance(node, NamedNode):
        return rdflib.URIRef(node.value)
    if isinstance(node, BlankNode):
        return rdflib.BNode(node.value)
    assert isinstance(node, Literal)
    if node.language:
        return rdflib.Literal(node.value, lang=node.language)
    return rdflib.Literal(node.value, datatype=rdflib.URIRef(node.datatype.value))


def answer(store: Store, name: str) -> bytes:
    """Return the answer to a question as CSV; the default graph is the union, as at the endpoint."""
    results = store.query(read(name), use_default_graph_as_union=True)
    assert isinstance(results, QuerySolutions)
    written = results.serialize(format=QueryResultsFormat.CSV)
    assert written is not None
    return written


def table(written: bytes) -> list[list[str]]:
    """Return the rows of a CSV, the head first."""
    return list(csv.reader(io.StringIO(written.decode("utf-8"), newline="")))


def records(store: Store, name: str) -> list[dict[str, str]]:
    """Return the rows of an answer, each by column."""
    return list(csv.DictReader(io.StringIO(answer(store, name).decode("utf-8"), newline="")))


@pytest.fixture
def check_golden() -> Callable[[str, bytes], None]:
    """Return the comparison of an answer with its golden file, which OSALLISUUS_GOLDEN=write writes anew."""
    writing = os.environ.get("OSALLISUUS_GOLDEN") == "write"

    def check(name: str, found: bytes) -> None:
        path = GOLDEN / f"{name}.csv"
        if writing:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(found)
        assert path.is_file(), f"{path.name} is missing: OSALLISUUS_GOLDEN=write writes it"
        assert path.read_bytes().decode("utf-8") == found.decode("utf-8")

    return check


# The files


@pytest.mark.parametrize("name", NAMES)
def test_head_has_a_title_and_any_note_in_each_language(name: str) -> None:
    """A query opens with its title in Finnish, Swedish and English, then at most one note in the same three."""
    lines = read(name).splitlines()
    head = lines[: next(number for number, line in enumerate(lines) if not line.startswith("#"))]
    matches = [HEAD_LINE.fullmatch(line) for line in head]
    found = [(match[1], match[2]) for match in matches if match]

    titles = [("title", language) for language in LANGUAGES]
    notes = [("note", language) for language in LANGUAGES]
    assert len(found) == len(head)
    assert found in (titles, titles + notes)


@pytest.mark.parametrize("kind", ["title", "note"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_tell_questions_apart(kind: str, language: str) -> None:
    """No two questions have the same title, and no text is the same in two languages."""
    texts = [re.findall(rf"(?m)^# {kind}@(\w+): (.+)$", read(name)) for name in NAMES]
    titles = [text for each in texts for tag, text in each if tag == language]

    assert kind == "note" or len(titles) == len(set(titles)) == len(NAMES)
    assert all(len({text for _, text in each}) == len(each) for each in texts)


@pytest.mark.parametrize("name", NAMES)
def test_prefixes_are_those_of_the_project_and_all_used(name: str) -> None:
    """A query declares exactly the prefixes that it uses, as the vocabulary module has them, in order."""
    text = read(name)
    declared = PREFIX_LINE.findall(text)
    body = re.sub(r"<[^>]*>|\"[^\"]*\"", "", text[text.index("SELECT") :])

    assert [prefix for prefix, _ in declared] == sorted(set(re.findall(r"\b(\w+):\w", body)))
    assert dict(declared).items() <= vocabulary.PREFIXES.items()


@pytest.mark.parametrize("name", NAMES)
def test_query_is_plain(name: str) -> None:
    """A query selects named columns, fixes its order, and needs no NOT EXISTS, no service and no graph name."""
    text = read(name)

    assert re.search(r"SELECT\s+(DISTINCT\s+)?\*", text) is None
    assert re.search(r"(?m)^ORDER BY ", text)
    assert re.search(r"\b(EXISTS|SERVICE|GRAPH|FROM)\b", text) is None
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_no_golden_answer_is_left_over() -> None:
    """There are questions, and each golden answer belongs to one of them."""
    assert NAMES
    assert {path.stem for path in GOLDEN.glob("*")} <= set(NAMES)


# The answers


@pytest.mark.parametrize("name", NAMES)
def test_answer_is_the_golden_one(
    name: str, store: Store, check_golden: Callable[[str, bytes], None]
) -> None:
    """The answer over the real data has rows and equals the reviewed one, rows in order."""
    found = answer(store, name)

    assert len(table(found)) > 1
    check_golden(name, found)


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_those_of_the_select(name: str, store: Store) -> None:
    """The columns of the answer come in the order in which the query names them."""
    selected = re.search(r"SELECT (?:DISTINCT )?(.*?)\s+WHERE", read(name), re.DOTALL)
    assert selected
    named = re.findall(r"\?(\w+)", ALIASED.sub(r"\1", selected[1]))

    assert named == table(answer(store, name))[0]


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_distinct(name: str, store: Store) -> None:
    """No row of an answer comes twice."""
    rows = Counter(map(tuple, table(answer(store, name))))

    assert [row for row, times in rows.items() if times > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_other_engine_gives_the_same_rows(name: str, store: Store, union: rdflib.Graph) -> None:
    """Rdflib gives the same rows in the same order, numbers by value: nothing hangs on the engine."""
    other = union.query(read(name)).serialize(format="csv")
    assert other is not None

    assert _by_value(table(other)) == _by_value(table(answer(store, name)))


def _by_value(rows: list[list[str]]) -> list[list[str | float]]:
    return [[float(cell) if NUMBER.fullmatch(cell) else cell for cell in row] for row in rows]


def test_order_does_not_hang_on_loading(quads: list[Quad], store: Store) -> None:
    """A store that was loaded backwards gives the same bytes: each ORDER BY decides every pair of rows."""
    backwards = load(reversed(quads))

    assert [name for name in NAMES if answer(backwards, name) != answer(store, name)] == []


def test_withdrawn_practices_are_left_out(quads: list[Quad]) -> None:
    """Once every practice is withdrawn, no question about practices has a row; the others are as before."""
    practice, kind = vocabulary.term("osa:Practice"), vocabulary.term("rdf:type")
    true = Literal("true", datatype=vocabulary.term("xsd:boolean"))
    marks = [
        Quad(quad.subject, vocabulary.term("owl:deprecated"), true, quad.graph_name)
        for quad in quads
        if quad.predicate == kind and quad.object == practice
    ]
    withdrawn = load([*quads, *marks])

    answered = {name for name in NAMES if len(table(answer(withdrawn, name))) > 1}
    assert answered == WITHOUT_PRACTICES


# Answers reckoned again without SPARQL, once from the files as YAML and once from the model


@dataclass(frozen=True)
class Reported:
    """What the recomputations need of one practice.

    Attributes:
        municipality: English name.
        coverage: id.
        iri: IRI of the practice.
        groups, implied_groups, purposes, channels: ids.
    """

    municipality: str
    coverage: str
    iri: str
    groups: frozenset[str]
    implied_groups: frozenset[str]
    purposes: frozenset[str]
    channels: frozenset[str]


INTERNAL = {"elected-officials", "staff", "supervisors", "middle-managers", "management"}
COVERAGES = {"complete": "complete", "own-list": "own list", "sample": "sample"}


def from_yaml() -> list[Reported]:
    """Return the practices as the files have them: no reader, no model; own words stand for their concepts."""
    found = []
    for path in sorted((ROOT / "data").glob("*/municipality.yaml")):
        municipality = _yaml(path)
        words = path.with_name("terms.yaml")
        terms = _yaml(words)["terms"] if words.is_file() else []
        meant = {each["id"]: each["concepts"] for each in terms}
        for practice in _yaml(path.with_name("practices.yaml"))["practices"]:
            concepts = {
                key: frozenset(one for each in practice.get(key, []) for one in meant.get(each, [each]))
                for key in ("groups", "implied-groups", "purposes", "channels")
            }
            country, code = municipality["country"], municipality["code"]
            iri = f"{vocabulary.VOCAB}{country}/{code}/practices/{practice['id']}"
            if practice.get("withdrawn") != "true":
                found.append(
                    Reported(municipality["name"]["en"], municipality["coverage"], iri, *concepts.values())
                )
    return found


def _yaml(path: Path) -> dict[str, typing.Any]:
    loaded: dict[str, typing.Any] = yaml.BaseLoader(path.read_text(encoding="utf-8")).get_single_data()
    return loaded


def from_model() -> list[Reported]:
    """Return the practices as the model has them."""
    contents = site.read(site.Layout(ROOT))
    return [
        Reported(
            municipality.name["en"],
            municipality.coverage,
            f"{contents.site.base}{municipality.key}/practices/{practice.id}",
            frozenset(practice.groups),
            frozenset(practice.implied_groups),
            frozenset(practice.purposes),
            frozenset(practice.channels),
        )
        for municipality in contents.municipalities
        for practice in municipality.practices
        if not practice.withdrawn
    ]


@pytest.fixture(scope="module", params=[from_yaml, from_model], ids=["yaml", "model"])
def reported(request: pytest.FixtureRequest) -> list[Reported]:
    """Every practice that was not withdrawn, read in one of two ways."""
    found: list[Reported] = request.param()
    return found


def label(scheme: str, concept: str) -> str:
    """Return the English name of a concept."""
    return vocabulary.load().concepts[scheme][concept]["en"]


def test_practices_by_municipality_again(store: Store, reported: list[Reported]) -> None:
    """Each municipality's number of practices is that of its file."""
    expected = Counter((each.municipality, COVERAGES[each.coverage]) for each in reported)

    assert expected == {
        (row["municipality"], row["coverage"]): int(row["practices"])
        for row in records(store, "practices-by-municipality")
    }


def test_outward_practices_again(store: Store, reported: list[Reported]) -> None:
    """A practice is outward when one of its groups, stated or implied, is not inside the organisation."""
    totals = Counter(each.municipality for each in reported)
    outward = Counter(
        each.municipality for each in reported if (each.groups | each.implied_groups) - INTERNAL
    )

    assert {name: (outward[name], total) for name, total in totals.items()} == {
        row["municipality"]: (int(row["outward"]), int(row["n"]))
        for row in records(store, "outward-practices")
    }


@pytest.mark.parametrize("scheme", ["purpose", "channel"])
def test_concepts_by_municipality_again(scheme: str, store: Store, reported: list[Reported]) -> None:
    """Purposes and channels are counted once a practice, beside the number of all practices and the share."""
    totals = Counter(each.municipality for each in reported)
    counts = Counter(
        (each.municipality, label(scheme, concept))
        for each in reported
        for concept in (each.purposes if scheme == "purpose" else each.channels)
    )

    rows = records(store, f"{scheme}s-by-municipality")
    assert counts == {(row["municipality"], row[scheme]): int(row["practices"]) for row in rows}
    assert all(int(row["n"]) == totals[row["municipality"]] for row in rows)
    assert all(
        abs(float(row["percent"]) - 100 * int(row["practices"]) / int(row["n"])) <= 0.0500001 for row in rows
    )


def test_youth_practices_again(store: Store, reported: list[Reported]) -> None:
    """Practices for young people are those with that group, by the source or in the editors' reading."""
    stated = {(each.iri, "stated") for each in reported if "youth" in each.groups}
    implied = {(each.iri, "implied") for each in reported if "youth" in each.implied_groups}

    assert stated | implied == {(row["practice"], row["basis"]) for row in records(store, "youth-practices")}


def test_purposes_in_one_municipality_again(store: Store, reported: list[Reported]) -> None:
    """A purpose is listed when exactly one municipality's data have it."""
    municipalities: dict[str, set[str]] = {}
    for each in reported:
        for purpose in each.purposes:
            municipalities.setdefault(label("purpose", purpose), set()).add(each.municipality)

    assert {(name, *found) for name, found in municipalities.items() if len(found) == 1} == {
        (row["purpose"], row["municipality"]) for row in records(store, "purposes-in-one-municipality")
    }


def test_purposes_by_target_group_again(store: Store, reported: list[Reported]) -> None:
    """Purposes are counted for each group within a coverage; stated and implied groups are kept apart."""
    expected = Counter(
        (COVERAGES[each.coverage], label("target-group", group), basis, label("purpose", purpose))
        for each in reported
        for basis, groups in (("stated", each.groups), ("implied", each.implied_groups))
        for group in groups
        for purpose in each.purposes
    )

    assert expected == {
        (row["coverage"], row["group"], row["basis"], row["purpose"]): int(row["practices"])
        for row in records(store, "purposes-by-target-group")
    }


def test_practices_by_level_again(store: Store, reported: list[Reported]) -> None:
    """A practice stands once on each level that one of its purposes maps to."""
    prefix = f"{vocabulary.VOCAB}level/"
    levels: dict[str, str] = {}
    for subject, predicate, value in vocabulary.load().documents["mappings"]:
        if predicate == vocabulary.term("skos:broadMatch") and value.value.startswith(prefix):
            levels[subject.value.rpartition("/")[2]] = label("level", value.value.removeprefix(prefix))
    expected = Counter(
        (each.municipality, level)
        for each in reported
        for level in {levels[purpose] for purpose in each.purposes if purpose in levels}
    )

    assert expected == {
        (row["municipality"], row["level"]): int(row["practices"])
        for row in records(store, "practices-by-level")
    }


def test_implied_groups_only_again(store: Store, reported: list[Reported]) -> None:
    """Practices whose source names no group are listed with each group that the editors read."""
    expected = {
        (each.iri, label("target-group", group))
        for each in reported
        if not each.groups
        for group in each.implied_groups
    }

    assert expected == {(row["practice"], row["group"]) for row in records(store, "implied-groups-only")}
