"""The benchmarks themselves: what they generate is the same each time, valid and plainly synthetic. Nothing is timed."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse

from benchmarks import charts, generate, load, mix, pages, report, soak
from benchmarks.bombs import Answer, Blast
from benchmarks.endpoint import Row, Scope
from benchmarks.load import Cell, Run
from benchmarks.processes import Use
from osallisuus import cli, release, site
from osallisuus.query import guard, store
from osallisuus.query.store import Ask


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a synthetic site of one municipality; return its directory."""
    root = tmp_path_factory.mktemp("synthetic")
    generate.write(root, 1)
    return root


def test_what_is_slow_or_heavy_is_marked() -> None:
    """The table of pages says which takes longer or weighs more than is wanted."""
    lines = pages.table(
        [
            pages.Measured("fine", 90.0, 50.0, 90.0, 150_000, 9_000),
            pages.Measured("bad", 90.0, 50.1, 90.0, 150_001, 9_000),
        ]
    ).splitlines()

    assert [line.split()[6:] for line in lines[1:]] == [[], ["slow", "heavy"]]


def test_same_number_and_seed_give_the_same_bytes() -> None:
    """Two editions of one site are equal; another seed gives another."""
    assert generate.edition(1) == generate.edition(1)
    assert (
        generate.edition(1)["xx/00001/practices.nt"] != generate.edition(1, seed=2)["xx/00001/practices.nt"]
    )


def test_a_municipality_does_not_depend_on_how_many_there_are() -> None:
    """The first municipality of three is the first of one."""
    assert generate.contents(3).municipalities[:1] == generate.contents(1).municipalities


def test_everything_is_plainly_synthetic() -> None:
    """Every municipality, unit and practice says so in each language, and the base is no real one."""
    municipality = generate.municipality(1)
    named = [municipality.name, municipality.title]
    named += [each.name for each in municipality.units]
    named += [each.title for each in municipality.practices]

    assert generate.SITE.base.startswith("https://example.org/")
    assert len(municipality.practices) == generate.PRACTICES
    assert all(
        re.match(r"(?i)synt|delaktighetspraxis i synt|participation practices of synt", text)
        for texts in named
        for text in texts.values()
    )


def test_written_data_is_valid_and_reads_as_what_was_generated(tmp_path: Path) -> None:
    """`osallisuus check` finds nothing in the YAML, and the reader gives back the model."""
    generate.write_data(tmp_path, 1)

    result = CliRunner().invoke(cli.main, ["check", "--strict", "--site", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert site.read(site.Layout(tmp_path)) == generate.contents(1)


def test_written_edition_is_what_a_build_would_write(tmp_path: Path, written: Path) -> None:
    """The files are those of a release of the same data, and the quads are what the endpoint holds."""
    generate.write_data(tmp_path, 1)
    files = release.edition(site.read(site.Layout(tmp_path)), None, generate.DAY)
    quads = set(parse(path=written / generate.QUADS, format=RdfFormat.N_QUADS))

    assert release.differences(written / "publish", files) == []
    assert quads == set(store.load(written / "publish", generate.BASE))


@pytest.mark.parametrize("municipalities", [1, 308])
def test_mix_has_its_shares_and_no_request_twice(municipalities: int) -> None:
    """Of 2,000 requests each kind has its share, and all are distinct; the same each time."""
    requests = mix.requests(municipalities)
    counts = Counter(each.kind for each in requests)

    assert len({each.query for each in requests}) == len(requests) == mix.TOTAL
    assert counts == {kind.__name__: share * mix.TOTAL // 100 for kind, share in mix.SHARES.items()}
    assert requests == mix.requests(municipalities)


def test_a_miss_asks_the_same_under_another_number(written: Path) -> None:
    """Every kind of question answers alike under a new number, which stands in it once, where load.lua finds it."""
    held = store.load(written / "publish", generate.BASE)
    kinds = {each.kind: each.query for each in mix.requests(1)}
    for kind, query in kinds.items():
        other = mix.renumbered(query, 20_000_000)
        form = "ntriples" if kind in {"describe", "construct"} else "csv"
        found, again = (store.evaluate(held, Ask(each, form)) for each in (query, other))

        assert len(mix.NUMBER.findall(query)) == 1
        assert re.findall(r"1\d{6}", mix.address(query)) == mix.NUMBER.findall(query)
        assert found.count(b"\n") > 1, kind
        assert found.splitlines()[1:] == again.splitlines()[1:]
        assert parse_qs(urlsplit(mix.address(other)).query)["query"] == [other]


def test_guard_lets_the_mix_and_the_bombs_through() -> None:
    """Nothing that the benchmark asks is refused before it is evaluated."""
    for query in (*mix.BOMBS.values(), *(each.query for each in mix.requests(1, 100))):
        assert guard.examine(query, []).text
    assert all(len(mix.NUMBER.findall(each)) == 1 for each in mix.BOMBS.values())


def test_lua_replaces_the_number_that_the_mix_has() -> None:
    """The pattern of load.lua is that of the mix."""
    assert "1%d%d%d%d%d%d" in load.SCRIPT.read_text(encoding="utf-8")


RUN = Run(rate=100, p50=1, p99=2, longest=3, cpu=50, size=10_000, broken=0, refused=0, others=0.01)


def test_report_says_what_was_measured() -> None:
    """Ratios are ours against each peer, with CPU the other way round; bombs and charts are there."""
    cells = [Cell("osallisuus", [RUN]), Cell("Oxigraph, memory", [RUN._replace(rate=50, cpu=200)])]
    blast = Blast("osallisuus", [RUN], [RUN], [Answer("cartesian count", 503, 2.05)], 1, (1, 2), [], True)
    found = report.Report(Scope(), rows=[Row("mixed", 308, "98% hits, 8 connections", cells)], blasts=[blast])

    assert "| Oxigraph, memory | 2.00 | 4.00 |" in found.markdown()
    assert "| 1 of 1 | 2.05 |" in found.markdown()
    assert set(found.charts()) == {
        "performance-answers.svg",
        "performance-cpu.svg",
        "performance-bombs.svg",
    }


def test_charts_tell_their_values_in_words() -> None:
    """A chart is well-formed and names itself and every value for those who do not see it."""
    drawn = charts.bars("A & B", "answers", ("ours", "theirs"), [charts.Group("half", (1234, None))])
    root = ElementTree.fromstring(drawn)  # noqa: S314  # our own text
    texts = [each.text for each in root]

    assert texts[:2] == ["A & B (answers)", "half: ours 1,234."]
    assert root.get("role") == "img"


def test_soak_finds_an_old_answer_and_wrong_bytes() -> None:
    """Answers of either release pass until the new one was seen; then only the new one's do."""
    asked = soak.Known("", "/x", (b"old", b"new"))
    book = soak.Book()
    book.publish(1)
    start = book.published
    for body in (b"old", b"new", b"new", b"old"):
        book.answer(asked, body, start)
    assert book.faults == []

    book.answer(asked, b"old", start + 60)
    book.answer(asked, b"other", start)
    book.status("load", 500)
    assert [each.partition(" ")[0] for each in book.faults] == ["old", "wrong", "load:"]


def test_soak_finds_what_grows() -> None:
    """A tree that holds much more than before is a fault; what caches keep is none."""
    before = Use(10 << 20, 10 << 20, 20, 5, 3)

    assert soak.grown(before, before._replace(proportional=30 << 20, threads=6)) == []
    assert len(soak.grown(before, before._replace(proportional=900 << 20, threads=60))) == 2
