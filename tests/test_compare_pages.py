"""The comparison as people and programs ask for it: pages, files, links to the practices, and refusals that help."""

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from benchmarks import generate
from osallisuus import release
from osallisuus.compare import AXES, COMPARED, Choice, Matrix, State, Wish, question, suggestions
from osallisuus.release import Publication
from osallisuus.release.comparing import Comparing, texts
from osallisuus.site import Layout, read
from osallisuus.vocabulary import VOCAB
from osallisuus.web import create_app
from releasing import DAY

KAUNIAINEN = "https://w3id.org/osallisuus/fi/235"
HTML_FIRST = {"Accept": "text/html"}
LANGUAGES = ("fi", "sv", "en")
CROSSED = "municipality=fi/235&cross=target-group"
IDEAS = "gaps=fi/235&target-group=youth"
QUERIES = ("", *(f"by={each}" for each in COMPARED[1:]), "by=channel&municipality=fi/235&municipality=fi/091", "by=target-group&inward=1", "by=target-group&basis=stated", CROSSED, f"{CROSSED}&by=level", "municipality=fi/235", IDEAS, f"{IDEAS}&by=purpose")  # fmt: skip
"""A query of each kind that a page answers."""


@pytest.fixture(scope="module")
def client(publication: Publication, evaluate: Callable[..., bytes]) -> FlaskClient:
    """Return a client of the service over the real data, with real workers behind it."""
    return create_app(publication, evaluate).test_client()


@pytest.fixture(scope="module")
def comparing(publication: Publication) -> Comparing:
    """Return what compares the municipalities of the real data."""
    return Comparing(publication)


def _get(client: FlaskClient, path: str, query: str = "", **headers: str) -> bytes:
    answer = client.get(f"/{path}" + (f"?{query}" if query else ""), headers=headers)
    assert answer.status_code == 200, (path, query, answer.text[:300])
    return answer.get_data()


@dataclass
class Cell:
    """A cell of a table of a page: its tag, its text, and the texts of its links by their references."""

    tag: str
    scope: str = ""
    text: str = ""
    links: dict[str, str] = field(default_factory=dict)


class Tables(HTMLParser):
    """Reads the rows of the tables of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[Cell]] = []
        self.cell: Cell | None = None
        self.href = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a row, a cell or a link."""
        own = {name: value or "" for name, value in attrs}
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.cell = Cell(tag, own.get("scope", ""))
            self.rows[-1].append(self.cell)
        elif tag == "a" and self.cell:
            self.href = own["href"]
            self.cell.links[self.href] = ""

    def handle_endtag(self, tag: str) -> None:
        """Close a cell or a link."""
        if tag in ("td", "th"):
            self.cell = None
        elif tag == "a":
            self.href = ""

    def handle_data(self, data: str) -> None:
        """Take the text of a cell and of a link."""
        if self.cell:
            self.cell.text += data
            if self.href:
                self.cell.links[self.href] += data


def _body(client: FlaskClient, query: str, language: str = "en") -> list[list[Cell]]:
    """Return the rows of the numbers of a page: those with a head of a row."""
    rows = Tables(_get(client, f"compare.{language}.html", query).decode()).rows
    return [row for row in rows if row[0].scope == "row"]


# The page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("query", QUERIES)
def test_a_page_answers_in_each_language(client: FlaskClient, query: str, language: str) -> None:
    """It is light, needs no script and no inline style, and its other languages keep what was asked."""
    page = _get(client, f"compare.{language}.html", query).decode()

    assert f'<html lang="{language}">' in page
    assert len(page.encode()) < 150_000
    assert " style=" not in page
    assert not re.search(r"<script(?! type=\"application/ld\+json\")", page)
    other = next(each for each in LANGUAGES if each != language)
    href = re.search(rf'<a lang="{other}"[^>]* href="([^"]*)"', page)
    assert href is not None
    switched = urlsplit(html.unescape(href[1]))
    assert switched.path == f"compare.{other}.html"
    assert parse_qs(switched.query) == parse_qs(query.replace("by=purpose", "by=purpose"))


@pytest.mark.parametrize("query", [f"by={each}" for each in COMPARED] + [CROSSED])
def test_the_page_has_the_numbers_of_the_table(client: FlaskClient, query: str) -> None:
    """Each cell has the count and the share of the table, or says in words that nothing is reported."""
    found = list(csv.DictReader(io.StringIO(_get(client, "compare.csv", query).decode(), newline="")))
    is_crossed = query == CROSSED
    column = "cross_value_en" if is_crossed else "municipality_en"
    wanted = {(each["value_en"], each[column]): each for each in found}
    rows = Tables(_get(client, "compare.en.html", query).decode()).rows
    heads = next(row for row in rows if row[0].scope == "col")
    names = [next(iter(each.links.values())) for each in heads[1:]]

    seen = 0
    for head, *cells in (row for row in rows if row[0].scope == "row"):
        for name, cell in zip(names, cells, strict=True):
            each = wanted[head.text.strip(), name]
            seen += 1
            if each["state"] == "reported":
                share = re.sub(r"\.0$", "", each["percent"])
                assert cell.text.split()[:2] == [each["practices"], f"{share}%"]
            elif each["state"] == "not-reported":
                assert cell.text == "–not reported"
            assert ("+" in cell.text) == (each["implied_practices"] not in ("", "0"))
    assert seen == len(found)


def test_n_coverage_and_time_stand_beside_the_numbers(client: FlaskClient) -> None:
    """In the head of each municipality, and in a crossed table above it."""
    rows = Tables(_get(client, "compare.en.html").decode()).rows
    groups, heads = (
        next(row for row in rows if each in [cell.scope for cell in row]) for each in ("colgroup", "col")
    )

    assert [each.text for each in groups[1:]] == ["own list", "sample"]
    assert [re.sub(r"\s+", " ", each.text) for each in heads[1:3]] == [
        "Kauniainenn = 412019–2022",
        "Espoon = 212021–2026",
    ]
    assert "own list, n = 41, 2019–2022" in _get(client, "compare.en.html", CROSSED).decode()


@pytest.mark.parametrize(
    "query",
    [f"by={each}" for each in COMPARED]
    + ["by=target-group&inward=1", "by=target-group&basis=stated", CROSSED, f"{CROSSED}&by=channel&inward=1"],
)
def test_a_number_leads_to_its_practices(client: FlaskClient, comparing: Comparing, query: str) -> None:
    """The list that a number leads to has just the practices behind it; so it is for the editors' readings."""
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    chosen = (KAUNIAINEN,) if "municipality" in asked else ()
    choice = Choice(
        asked.get("by", "purpose"), asked.get("cross", ""), chosen, "inward" in asked, "basis" in asked
    )
    matrix = comparing.matrix(choice)
    cells = [matrix.cells[key] for key in _keys(matrix) if key in matrix.cells]
    cells = [each for each in cells if each.stated or each.implied]
    links = [cell.links for row in _body(client, query) for cell in row[1:] if cell.links]

    assert len(links) == len(cells)
    for cell, hrefs in zip(cells, links, strict=True):
        for href, text in hrefs.items():
            found = _listed(client, href)
            assert found == ({*cell.stated, *cell.implied} if text.startswith("+") else {*cell.stated}), href
            assert int(re.sub(r"\D", "", text)) == len(cell.implied if text.startswith("+") else cell.stated)


def _keys(matrix: Matrix) -> Iterator[tuple[str, str, str]]:
    for value in matrix.values:
        for crossed in matrix.crossed:
            for column in matrix.columns:
                yield column.municipality, value, crossed


def _listed(client: FlaskClient, href: str) -> set[str]:
    """Return the practices of the list that a reference of a page leads to."""
    target = urlsplit(urljoin("/compare.en.html", html.unescape(href)))
    assert target.path == "/practices.en.html"
    content = _get(client, "practices.csv", target.query).decode()
    return {each["practice"] for each in csv.DictReader(io.StringIO(content, newline=""))}


def test_how_far_each_group_may_go_is_told(client: FlaskClient) -> None:
    """For a target group crossed with purposes or levels: the highest level that is reported, the furthest first."""
    page = _get(client, "compare.en.html", CROSSED).decode()
    rows = re.findall(r'<div class="row"><dt>(.*?)</dt>(.*?)</div>', page, re.DOTALL)
    reach = {
        level: re.findall(r">([^<]*)</a>", groups)
        for level, groups in rows
        if level in ("empower", "inform", "collaborate")
    }

    assert [*reach] == ["empower", "collaborate", "inform"]
    assert reach["inform"] == ["elected officials"]
    assert "young people" in reach["empower"]
    assert "family carers" in reach["collaborate"]
    assert "How far" not in _get(client, "compare.en.html", "municipality=fi/235&cross=channel").decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_how_not_to_read_it(client: FlaskClient, language: str) -> None:
    """In the words that the tables and JSON use."""
    page = html.unescape(_get(client, f"compare.{language}.html").decode())

    for each in texts.CAUTIONS:
        assert each[language] in page


@pytest.mark.parametrize("query", ["", CROSSED, "by=channel&municipality=fi/091&inward=1"])
def test_the_query_is_shown_and_linked(client: FlaskClient, query: str) -> None:
    """The SPARQL of the page is that which gives the same numbers, and the query page gets the very text."""
    page = html.unescape(_get(client, "compare.en.html", query).decode())
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    chosen = (f"https://w3id.org/osallisuus/{asked['municipality']}",) if "municipality" in asked else ()
    wanted = question(Choice(asked.get("by", "purpose"), asked.get("cross", ""), chosen, "inward" in asked))

    assert wanted in page
    link = re.search(r'href="(sparql\.en\.html\?query=[^"]*)"', page)
    assert link is not None
    assert unquote(link[1].partition("=")[2]) == wanted


def test_the_form_shows_what_was_chosen(client: FlaskClient) -> None:
    """So that one may change one thing and keep the others."""
    page = _get(client, "compare.en.html", "by=channel&municipality=fi/091&inward=1").decode()

    assert '<option value="channel" selected>' in page
    assert re.findall(r'name="municipality" value="([^"]*)" checked', page) == ["fi/091"]
    assert 'name="inward" value="1" checked' in page
    assert 'name="basis" value="stated" checked' not in page


# Ideas


@pytest.mark.parametrize("language", LANGUAGES)
def test_ideas_are_worded_as_ideas(client: FlaskClient, language: str) -> None:
    """Each names its municipality, list and source; nobody is said to lack anything."""
    page = _get(client, f"compare.{language}.html", IDEAS).decode()
    found = json.loads(_get(client, "compare.json", IDEAS))

    assert found["suggestions"]
    for each in found["suggestions"]:
        for practice in each["practices"]:
            assert (
                f'href="{practice["practice"].removeprefix("https://w3id.org/osallisuus/")}.{language}.html"'
                in page
            )
            for source in practice["sources"]:
                assert f'href="{html.escape(source)}"' in page
    assert not re.search(
        r"\b(Kauniainen|Grankulla) (lacks|does not have|saknar|har inte)\b|puuttuu Kauniaisista", page
    )


def test_the_query_beside_ideas_is_shown(client: FlaskClient) -> None:
    """It is that which gives the same practices."""
    page = html.unescape(
        _get(client, "compare.en.html", f"{IDEAS}&by=purpose&inward=1&municipality=fi/091").decode()
    )
    youth = {"target-group": f"{VOCAB}target-group/youth"}
    wish = Wish(KAUNIAINEN, youth, "purpose", ("https://w3id.org/osallisuus/fi/091",), with_inward=True)

    assert suggestions(wish) in page


# Files


def test_every_form_is_offered(client: FlaskClient) -> None:
    """By suffix with its type, by Accept with a redirect that keeps the query, and the metadata lead the links."""
    types = {
        "html": "text/html; charset=utf-8",
        "csv": "text/csv; charset=utf-8",
        "csv-metadata.json": "application/csvm+json",
        "json": "application/json",
        "svg": "image/svg+xml; charset=utf-8",
    }
    for suffix, content_type in types.items():
        answer = client.get(f"/compare.{suffix}?by=level")
        assert (answer.status_code, answer.content_type) == (200, content_type)
        redirect = client.get("/compare?by=level", headers={"Accept": content_type.partition(";")[0]})
        assert (redirect.status_code, redirect.headers["Location"]) == (303, f"compare.{suffix}?by=level")
    link = client.get("/compare.csv?by=level").headers["Link"]
    assert link.startswith(
        '<compare.csv-metadata.json?by=level>; rel="describedby"; type="application/csvm+json"'
    )


@pytest.mark.parametrize("query", ["", "by=channel&inward=1", CROSSED])
def test_the_metadata_belong_to_the_table(client: FlaskClient, query: str) -> None:
    """They name the table with its query, and have its very columns."""
    metadata = json.loads(_get(client, "compare.csv-metadata.json", query))
    heading = _get(client, "compare.csv", query).decode().splitlines()[0]

    assert metadata["url"].partition("?")[0] == "compare.csv"
    assert parse_qs(metadata["url"].partition("?")[2]) == parse_qs(query)
    assert [each["name"] for each in metadata["tableSchema"]["columns"]] == heading.split(",")


def test_the_files_do_not_depend_on_the_language(client: FlaskClient) -> None:
    """Names stand in three languages in each."""
    for suffix in ("csv", "json"):
        assert _get(client, f"compare.{suffix}", **{"Accept-Language": "fi"}) == _get(
            client, f"compare.{suffix}", **{"Accept-Language": "en"}
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "query",
    ["", "by=channel", CROSSED, f"{CROSSED}&by=target-group&cross=level".replace("cross=target-group&", "")],
)
def test_the_drawing_stands_alone(client: FlaskClient, query: str, language: str) -> None:
    """It has a title, a description with every number, fills of its own, its notes, and no reference to anything."""
    content = _get(client, f"compare.{language}.svg", query)
    root = ET.fromstring(content)  # noqa: S314 # our own
    space = "{http://www.w3.org/2000/svg}"
    words = [each.text or "" for each in root.iter(f"{space}text")]

    assert [each.tag for each in root][:2] == [f"{space}title", f"{space}desc"]
    assert root.findtext(f"{space}title")
    assert all(each.get("fill") for each in root.iter() if each.tag in (f"{space}text", f"{space}rect"))
    assert not re.search(rb"href|url\(|<style|<script| style=", content)
    for each in texts.CAUTIONS:
        assert each[language] in words
    assert any("n = " in each for each in words)
    number = re.compile(r"\d+ · [\d.,]+")
    told = root.findtext(f"{space}desc") or ""
    assert [each for each in number.findall(" ".join(words)) if each not in told] == []
    assert number.findall(told)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for text in root.iter(f"{space}text"):
        assert 0 <= float(text.attrib["x"]) < width
        assert 0 <= float(text.attrib["y"]) <= height


def test_the_drawing_is_a_picture_of_its_language(client: FlaskClient) -> None:
    """That of the page it is linked from."""
    assert "compare.sv.svg" in _get(client, "compare.sv.html").decode()
    assert "Syfte" in _get(client, "compare.sv.svg").decode()


# Refusals


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("by=law", "“by” cannot be “law”. It can be: purpose, target-group, channel, unit-type, level"),
        ("by=purpose&by=level", "“by” may be given once only."),
        ("municipality=fi/999", "“municipality” cannot be “fi/999”. It can be: fi/049"),
        ("inward=yes", "“inward” cannot be “yes”. It can be: 0, 1"),
        ("basis=implied", "“basis” cannot be “implied”. It can be: all, stated"),
        ("axis=purpose", "There is no parameter “axis” here. There are: municipality, by"),
        ("cross=target-group", "“cross” needs one “municipality”. It can be: fi/049"),
        ("cross=level&municipality=fi/235&municipality=fi/091", "“cross” needs one “municipality”."),
        ("by=level&cross=level&municipality=fi/235", "“cross” must be another than “by”. It can be: purpose"),
        ("page=0", "“page” must be a number from 1 on; it is: 0"),
        ("page=2", "The comparison has no page 2; its last is 1."),
        ("target-group=youth", "“target-group” goes with “gaps” only."),
        ("gaps=fi/235", "Say for whom or to what end suggestions are wanted. It can be: target-group="),
        ("gaps=fi/235&target-group=elves", "“target-group” cannot be “elves”."),
        ("gaps=fi/235&target-group=youth&cross=level", "“cross” does not go with “gaps”."),
        ("gaps=fi/235&target-group=youth&by=level", "“by” cannot be “level”. It can be: channel, purpose"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_can(client: FlaskClient, query: str, said: str) -> None:
    """400, in a page for people and a line for programs, whatever the form."""
    page = client.get(f"/compare.en.html?{query}", headers=HTML_FIRST)
    assert page.status_code == 400
    assert said in html.unescape(page.text)

    for suffix in ("csv", "json", "svg"):
        answer = client.get(f"/compare.{suffix}?{query}", headers={"Accept": "*/*", "Accept-Language": "en"})
        assert (answer.status_code, answer.content_type) == (400, "text/plain; charset=utf-8")
        assert said in answer.text


def test_a_drawing_of_ideas_is_refused(client: FlaskClient) -> None:
    """There are no numbers to draw, and the page does not offer one."""
    assert client.get(f"/compare.svg?{IDEAS}").status_code == 400
    assert "compare.en.svg" not in _get(client, "compare.en.html", IDEAS).decode()


def test_an_empty_parameter_is_none(client: FlaskClient) -> None:
    """A form sends those that were left empty too."""
    assert _get(client, "compare.json", "cross=&gaps=&basis=&municipality=&page=") == _get(
        client, "compare.json"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_in_the_language_of_the_page(client: FlaskClient, language: str) -> None:
    """And a hostile value is never markup."""
    said = {"fi": "ei ole", "sv": "finns inte", "en": "There is no parameter"}[language]
    answer = client.get(
        f"/compare.{language}.html?%3Cb%3E=1", headers={**HTML_FIRST, "Accept-Language": language}
    )

    assert said in answer.text
    assert "<b>" not in answer.text


# A complete list, one municipality, many


def _site(layout: Layout, directory: Path) -> FlaskClient:
    contents = read(layout)
    assert not contents.findings
    release.replace(directory / "publish", release.edition(contents, None, DAY))
    return create_app(release.open_publication(directory / "publish"), lambda *_: b"").test_client()


@pytest.mark.parametrize("coverage", ["own-list", "complete"])
def test_only_a_complete_list_says_that_there_is_none(
    make_site: Callable[..., Layout], tmp_path: Path, coverage: str
) -> None:
    """The same gap in the numbers reads differently, in the page, in the table and in the drawing."""
    layout = make_site({"mallila/municipality.yaml": ("coverage: own-list", f"coverage: {coverage}")})
    client = _site(layout, tmp_path / "made")
    crossed = "by=purpose&cross=channel"
    rows = list(csv.DictReader(io.StringIO(_get(client, "compare.csv", crossed).decode(), newline="")))
    page = _get(client, "compare.en.html", crossed).decode()
    silent = int(rows[0]["without_value"])
    states = {each["state"] for each in rows} - {"reported"}

    assert silent == 0
    assert states == {State.NONE if coverage == "complete" else State.NOT_REPORTED}
    assert {each["practices"] for each in rows if each["state"] != "reported"} == {
        "0" if coverage == "complete" else ""
    }
    assert ('<strong>0</strong> <span class="share">there is none' in page) == (coverage == "complete")
    assert ('<span class="hidden">not reported</span>' in page) == (coverage == "own-list")


def test_a_site_of_one_municipality_has_a_comparison(
    make_site: Callable[..., Layout], tmp_path: Path
) -> None:
    """Of its own numbers; it can be crossed without naming the municipality, and ideas have none to come from."""
    client = _site(make_site(), tmp_path / "made")

    assert len(_body(client, "")) > 1
    assert _get(client, "compare.json", "cross=target-group") == _get(
        client, "compare.json", "cross=target-group&municipality=xx/999"
    )
    assert (
        "The other lists have nothing more for this."
        in _get(client, "compare.en.html", "gaps=xx/999&target-group=youth").decode()
    )


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Return a client of a site of thirty synthetic municipalities with ten practices each."""
    publish = tmp_path_factory.mktemp("many") / "publish"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(generate, "PRACTICES", 10)
        release.replace(publish, generate.edition(30))
    return create_app(release.open_publication(publish), lambda *_: b"").test_client()


def test_many_municipalities_have_a_row_each_on_pages(many: FlaskClient) -> None:
    """A page has 25 of them, by coverage; the table has all, or those of a page that is named."""
    first, second = _body(many, "by=channel"), _body(many, "by=channel&page=2")
    rows = list(csv.DictReader(io.StringIO(_get(many, "compare.csv", "by=channel").decode(), newline="")))
    codes = list(dict.fromkeys(each["municipality_code"] for each in rows))

    assert (len(first), len(second), len(codes)) == (25, 5, 30)
    assert ["".join(each[0].links.values()) for each in [*first, *second]] == [
        f"Synthetic municipality {int(each.partition('/')[2])}" for each in codes
    ]
    assert len(json.loads(_get(many, "compare.json", "by=channel&page=2"))["municipalities"]) == 5
    assert (
        'href="compare.en.html?by=channel&amp;page=2"' in _get(many, "compare.en.html", "by=channel").decode()
    )
    assert _get(many, "compare.svg", "by=channel") == _get(many, "compare.svg", "by=channel&page=1")
    assert _get(many, "compare.svg", "by=channel") != _get(many, "compare.svg", "by=channel&page=2")


def test_coverages_stay_apart_among_many(many: FlaskClient) -> None:
    """Those of one coverage stand together under its name, and there are no sums."""
    rows = Tables(_get(many, "compare.en.html", "by=channel").decode()).rows
    groups = [row[0].text for row in rows if row[0].scope == "rowgroup"]

    assert groups == ["own list", "sample"]
    assert not [row for row in rows if re.search(r"\b(total|sum|all)\b", row[0].text, re.IGNORECASE)]


def test_ideas_of_many_are_cut_and_lead_to_all(many: FlaskClient, tmp_path: Path) -> None:
    """At most ten practices of a kind are shown; the link leads to the list of all of them."""
    query = "gaps=xx/00001&target-group=residents&by=channel"
    found = json.loads(_get(many, "compare.json", query))["suggestions"]
    long = [each for each in found if len(each["practices"]) > 10]
    page = _get(many, "compare.en.html", query).decode()
    links = [html.unescape(each) for each in re.findall(r'href="(practices\.en\.html[^"]*)">Show all', page)]

    assert long
    assert len(links) == len(long)
    for each, href in zip(long, links, strict=True):
        assert _listed(many, href) == {practice["practice"] for practice in each["practices"]}


def test_the_axes_of_pages_are_those_of_comparisons() -> None:
    """Each has a concept scheme, whose name stands in addresses."""
    assert all(AXES[each].scheme == each for each in COMPARED)


def test_the_documentation_names_addresses_that_answer(client: FlaskClient, repository: Path) -> None:
    """Every address in it is answered, and its example for pandas reads the columns that there are."""
    text = (repository / "docs" / "compare.md").read_text(encoding="utf-8")
    found = re.findall(r"[`/](compare\.[a-z.-]+(?:\?[^`\"\s]*)?)[`\"]", text)

    assert len(found) >= 8
    for address in found:
        assert client.get(f"/{address}").status_code == 200, address
    heading = _get(client, "compare.csv", "by=target-group").decode().splitlines()[0].split(",")
    assert {"state", "value_en", "municipality_en", "percent"} <= {*heading}
