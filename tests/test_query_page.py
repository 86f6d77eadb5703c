"""The page of the query service: the form, the answer as a table, its files, the lines for programs, and the faults."""

import ast
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode
from werkzeug.test import TestResponse

from osallisuus import query as questions
from osallisuus.formats import CSV, GRAPH_FORMATS, RESULTS_JSON, RESULTS_TSV, RESULTS_XML, TURTLE
from osallisuus.release import Publication
from osallisuus.vocabulary import PREFIXES
from osallisuus.web import create_app, pages, results, snippets
from osallisuus.web.results import LONGEST, ROWS, Cell
from osallisuus.web.views import View
from vendor_editor import EDITOR, LICENCES, PACKAGES, SUMS, VENDORED

LANGUAGES = ("fi", "sv", "en")
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
MIXED = (
    'SELECT ?x ?y { VALUES (?x ?y) { ("öljy"@fi 10) ("Zürich"@fi 9.5) ("ääni"@fi UNDEF) ("auto"@fi 1e2) } }'
)
MANY = "SELECT ?n { VALUES ?n { %s } }"
DATE = '"2026-11-25"^^<http://www.w3.org/2001/XMLSchema#date>'


class Seen(HTMLParser):
    """A page as a reader sees it.

    Attributes:
        tags: name and attributes of each tag.
        rows: the text of each cell of each row.
        texts: the texts within tags of a name, one after another.
    """

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        assert response.mimetype == "text/html"
        self.status = response.status_code
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.rows: list[list[str]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in {"meta", "link", "img", "input", "br"}:
            self._open.append(tag)
        self.texts.setdefault(tag, []).append("")
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Leave the tag."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text for every tag around it."""
        for each in set(self._open):
            self.texts[each][-1] += data
        if {"td", "th"} & set(self._open):
            self.rows[-1][-1] += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """Return the attributes of the tags of a name that have some attributes."""
        return [each for name, each in self.tags if name == tag and wanted.items() <= each.items()]

    def column(self, name: str) -> list[str]:
        """Return the texts of a column."""
        place = [each.split(" ")[0] for each in self.rows[0]].index(name)
        return [row[place] for row in self.rows[1:]]

    def sorting(self, name: str) -> str:
        """Return the link in the heading of a column."""
        found = [
            each["href"] for each in self.all("a") if re.search(rf"[?&]sort=-?{name}#answer$", each["href"])
        ]
        return found[0] if found else ""


@pytest.fixture(scope="module")
def client(publication: Publication, evaluate: Callable[..., bytes]) -> FlaskClient:
    """Return a client of the service over the repository's own data, with real workers behind it."""
    return create_app(publication, evaluate).test_client()


def page(client: FlaskClient, query: str, language: str = "fi", more: str = "") -> Seen:
    """Ask a query on the page in a language."""
    return Seen(client.get(f"/sparql.{language}.html?query={quote(query)}{more}"))


def follow(client: FlaskClient, href: str, language: str = "fi") -> Seen:
    """Follow a link of the page in a language."""
    return Seen(client.get(urljoin(f"/sparql.{language}.html", href).partition("#")[0]))


def long_query(size: int = LONGEST) -> str:
    """Return a query that fits into no address, with two rows."""
    return f"SELECT ?n {{ VALUES ?n {{ 1 2 }} }} # {'ä' * size}"


# The form


def test_the_form_works_without_script(publication: Publication) -> None:
    """The form sends the query by GET to the page itself, which opens at the answer; a question is a link that does the same."""
    view = View(publication, "sparql.fi.html", "fi")
    known = [results.Question("Who & what", "SELECT * { ?s ?p 1 }")]
    cells = [results.cell(view, NamedNode(f"{publication.site.base}fi/235"))]
    asked = results.Asked(
        known, "ASK {}", kind="table", columns=[results.Column("x")], rows=[cells], share="sparql?query=ASK"
    )
    html = pages.render_query(publication, "sparql.fi.html", "fi", asked)
    links = re.findall(r'href="([^"]*)"', html)
    form = re.search(r'<form class="query" ([^>]*)>', html)

    assert form is not None
    assert form[1].startswith('method="get" action="sparql.fi.html#answer"')
    assert re.findall(r'<textarea [^>]*name="([^"]*)"', html) == ["query"]
    assert "\nASK {}</textarea>" in html
    assert "sparql.fi.html?query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%201%20%7D#answer" in links
    assert "fi/235.fi.html" in links
    assert "1 rivi</caption>" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_switch_keeps_the_query(client: FlaskClient, language: str) -> None:
    """The other languages of a page show the answer to the same query, sorted in the same way."""
    found = page(client, MIXED, "fi", "&sort=-y")
    link = next(each["href"] for each in found.all("a", hreflang=language))

    assert follow(client, link).column("x") == found.column("x")
    assert 'ääni"@' in follow(client, link).texts["textarea"][0]


def test_graphs_are_kept(client: FlaskClient, publication: Publication) -> None:
    """A query over chosen graphs says so, and form, files, links and lines choose them too."""
    graph = f"{publication.site.base}vocabulary"
    count = "SELECT (COUNT(*) AS ?n) ?x { ?s ?p ?o } GROUP BY ?x"
    found = page(client, count, more=f"&default-graph-uri={quote(graph)}")
    files = [each["href"] for each in found.all("a") if "format=" in each["href"]]

    assert found.column("n") == [str(len(publication.graphs["vocabulary"]))]
    assert {"type": "hidden", "name": "default-graph-uri", "value": graph} in found.all("input")
    assert len(files) == 4
    assert all(("default-graph-uri", graph) in parse_qsl(urlsplit(each).query) for each in files)
    assert sum(graph in each or quote(graph, safe="") in each for each in found.texts["pre"]) == 3


def test_the_editor_suggests_what_the_data_uses(client: FlaskClient, publication: Publication) -> None:
    """Each prefix is ours, and each suggested property or class is in use, by its prefixed name."""
    form = Seen(client.get("/sparql.en.html")).all("form")[0]
    prefixes = dict(each.split("=", 1) for each in form["data-prefixes"].split(" "))
    used = {each.predicate.value for found in publication.by_subject.values() for each in found}
    names = [each.split(":", 1) for each in form["data-properties"].split(" ")]

    assert prefixes == dict(PREFIXES)
    assert {prefixes[prefix] + local for prefix, local in names} <= used
    assert "osa:purpose" in form["data-properties"].split(" ")
    assert "osa:Practice" in form["data-classes"].split(" ")


# The ready-made questions


@pytest.mark.parametrize("name", sorted(questions.shipped()))
def test_a_question_is_asked_in_the_language_of_the_page(client: FlaskClient, name: str) -> None:
    """A question has its title, its note and its names in the language of the page, and the same rows in each."""
    text = questions.shipped()[name]
    found = {each: page(client, questions.in_language(text, each), each) for each in LANGUAGES}

    assert len({len(each.rows) for each in found.values()}) == 1
    for language, each in found.items():
        assert questions.title(text, language) in each.texts["h2"]
        assert questions.note(text, language) in each.texts["p"]
        assert f'"{language}"' in each.texts["textarea"][0] or name in {
            "concepts-and-yso",
            "translated-titles",
        }
        assert "@fi" not in each.texts["textarea"][0].splitlines()[1]


def test_a_question_about_languages_names_them_all() -> None:
    """A question that asks for names in several languages asks for the same ones on a page in any language."""
    text = questions.in_language(questions.shipped()["concepts-and-yso"], "sv")

    assert [f'= "{each}")' in text for each in LANGUAGES] == [True, True, True]
    assert text.startswith("# De gemensamma begreppen")


def test_a_question_that_was_changed_is_a_query_of_its_own(client: FlaskClient) -> None:
    """Comments and blanks aside, only the question itself has its title and its note above the answer."""
    text = questions.in_language(questions.shipped()["datasets"], "sv")
    note = questions.note(text, "sv")

    assert "Svar" not in page(client, text.replace("\n", "\n\n"), "sv").texts["h2"]
    changed = page(client, f"{text} LIMIT 2", "sv")
    assert "Svar" in changed.texts["h2"]
    assert note not in changed.texts["p"]


# The answer


def test_cells_of_a_result(publication: Publication) -> None:
    """A text says its language or datatype, a number is one, and what is unbound is told apart from an empty text."""
    fi, sv = (View(publication, "sparql.html", each) for each in ("fi", "sv"))
    swedish = Literal("enkät", language="sv")
    date = Literal("2026-11-25", datatype=NamedNode(f"{PREFIXES['xsd']}date"))

    assert results.cell(fi, swedish) == Cell("enkät", mark="sv", language="sv")
    assert results.cell(sv, swedish) == Cell("enkät", mark="sv")
    assert results.cell(sv, date) == Cell("2026-11-25", mark="xsd:date")
    assert results.cell(sv, Literal(3)) == Cell("3", is_number=True)
    assert results.cell(sv, Literal("")) == Cell("")
    assert results.cell(sv, None) == Cell("", is_bound=False)
    assert results.cell(sv, NamedNode("urn:x")) == Cell("urn:x")
    assert results.cell(sv, NamedNode("http://a/")).href == "http://a/"


def test_what_a_column_has_in_common_stands_in_its_heading(client: FlaskClient) -> None:
    """A language or datatype that all values of a column share is said once; where they differ, at each."""
    query = f'SELECT * {{ VALUES (?same ?mixed ?day) {{ ("a"@sv "b"@sv {DATE}) ("c"@sv "d" UNDEF) }} }}'
    found = page(client, query)

    assert found.rows == [
        ["same sv", "mixed", "day xsd:date"],
        ["a", "b sv", "2026-11-25"],
        ["c", "d", "–ei arvoa"],
    ]
    assert [each["lang"] for each in found.all("span") if "lang" in each] == ["sv", "sv", "sv"]


def test_rows_are_sorted_by_link(client: FlaskClient) -> None:
    """The heading of a column sorts by it and then the other way: numbers by size, unbound cells last both times."""
    found = page(client, MIXED)
    assert found.column("x") == ["öljy", "Zürich", "ääni", "auto"]

    up = follow(client, found.sorting("y"))
    down = follow(client, up.sorting("y"))
    assert up.column("x") == ["Zürich", "öljy", "auto", "ääni"]
    assert down.column("x") == ["auto", "öljy", "Zürich", "ääni"]
    assert [each.get("aria-sort") for each in up.all("th")] == [None, "ascending"]
    assert [each.get("aria-sort") for each in down.all("th")] == [None, "descending"]
    assert follow(client, down.sorting("y")).column("x") == up.column("x")


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", ["auto", "Zürich", "ääni", "öljy"]), ("en", ["ääni", "auto", "öljy", "Zürich"])],
)
def test_texts_are_sorted_by_language(client: FlaskClient, language: str, expected: list[str]) -> None:
    """Texts stand in the order of the language of the page: å, ä and ö after z in Finnish, with a and o in English."""
    assert page(client, MIXED, language, "&sort=x").column("x") == expected


def test_numbers_of_any_kind_are_sorted_by_size(client: FlaskClient) -> None:
    """Integers beyond floating point, decimals and doubles are compared as what they are; texts come after them."""
    values = '"b" 10 9007199254740993 9007199254740992 9 -1 0.5 "INF"^^xsd:double "NaN"^^xsd:double "a"'
    query = f"PREFIX xsd: <{PREFIXES['xsd']}> SELECT ?n {{ VALUES ?n {{ {values} }} }}"

    assert page(client, query, "fi", "&sort=n").column("n") == [
        *("-1", "0.5", "9", "10", "9007199254740992", "9007199254740993", "INF"),
        *("a", "b", "NaN"),
    ]


@pytest.mark.parametrize("sort", ["z", "-z", "--y", "-"])
def test_sorting_by_no_column_is_refused(client: FlaskClient, sort: str) -> None:
    """A column that there is not is 400, with the names of those that there are; the query stays in the form."""
    found = page(client, MIXED, "fi", f"&sort={sort}")

    assert found.status == 400
    assert any("The columns are: x, y." in each for each in found.texts["div"])
    assert found.texts["textarea"][0].strip() == MIXED


def test_the_first_rows_of_many(client: FlaskClient) -> None:
    """A page shows the first 1,000 rows and says how many there are; it does not offer to sort a part of them."""
    query = MANY % " ".join(f'"}},{{\\"x{number}[{{"' for number in range(ROWS + 234))
    found = page(client, query, "fi")

    assert len(found.rows) == ROWS + 1
    assert "1 000 ensimmäistä riviä, kaikkiaan rivejä on 1 234." in " ".join(
        " ".join(found.texts["p"]).split()
    ).replace("\u00a0", " ")
    assert found.sorting("n") == ""
    refused = page(client, query, "fi", "&sort=n")
    assert refused.status in {400, 414}


def test_rows_without_any_value_are_counted(client: FlaskClient) -> None:
    """Rows that have no bound variable are rows too."""
    query = MANY % " ".join(["UNDEF"] * (ROWS + 5))

    assert "1,005 rows" in " ".join(page(client, query, "en").texts["p"])


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT ?x { VALUES ?x {} }", "mikään aineistossa ei vastaa kyselyä"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { FILTER(false) ?s ?p ?o }", "Graafi on tyhjä"),
    ],
)
def test_an_answer_that_is_empty_says_so(client: FlaskClient, query: str, said: str) -> None:
    """Where nothing matches, the page says that, and offers the files all the same."""
    found = page(client, query)

    assert found.status == 200
    assert said in " ".join([*found.texts["p"], *found.texts.get("caption", [])])
    assert [each for each in found.all("a") if "format=" in each["href"]]


@pytest.mark.parametrize(("language", "words"), [("fi", "Kyllä Ei"), ("sv", "Ja Nej"), ("en", "Yes No")])
def test_a_truth_value_is_a_word(client: FlaskClient, language: str, words: str) -> None:
    """The answer of ASK is a word in the language of the page, beside the value."""
    for query, word, value in zip(("ASK {}", "ASK { FILTER(false) }"), words.split(), ("true", "false"), strict=True):  # fmt: skip
        assert f"{word} {value}" in page(client, query, language).texts["p"]


def test_the_first_lines_of_a_large_graph(client: FlaskClient, publication: Publication) -> None:
    """A graph is shown as Turtle, up to 1,000 lines of it, with the number of all."""
    found = page(client, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "en")
    shown = found.texts["pre"][0]
    whole = client.get(
        f"/sparql?query={quote('CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }')}&format=turtle"
    ).text

    assert shown == "\n".join(whole.splitlines()[:ROWS])
    assert f"The first 1,000 of {len(whole.splitlines()):,} lines" in " ".join(found.texts["p"])
    small = page(client, f"DESCRIBE <{publication.site.base}purpose/inform>", "en")
    assert "skos:prefLabel" in small.texts["pre"][0]
    assert "The first" not in " ".join(small.texts["p"])


# Files, links and lines


@pytest.mark.parametrize(
    ("query", "forms"),
    [
        (MIXED, (CSV, RESULTS_TSV, RESULTS_JSON, RESULTS_XML)),
        ("ASK {}", (CSV, RESULTS_TSV, RESULTS_JSON, RESULTS_XML)),
        ("CONSTRUCT { <http://a/ä> <http://a/p> 1 } WHERE {}", GRAPH_FORMATS),
    ],
)
def test_files_of_the_answer(client: FlaskClient, query: str, forms: tuple[object, ...]) -> None:
    """Each answer is offered as a file in every format that it has, under a name of that format."""
    links = [each for each in page(client, query).all("a") if "format=" in each["href"]]
    answers = [client.get(f"/{each['href']}") for each in links]

    assert [each.mimetype for each in answers] == [each.media_type for each in forms]  # type: ignore[attr-defined]
    assert [each["download"] for each in links] == [f"sparql{each.suffix}" for each in forms]  # type: ignore[attr-defined]
    assert {each.status_code for each in answers} == {200}


def test_the_address_of_a_query(client: FlaskClient) -> None:
    """The permanent address of a query is its page for people and its answer for programs."""
    share = next(each["href"] for each in page(client, MIXED).all("a") if each["href"].startswith("sparql?") and "format=" not in each["href"])  # fmt: skip
    people = Seen(client.get(f"/{share}", headers={"Accept": BROWSER, "Accept-Language": "sv"}))

    assert people.texts["textarea"][0].strip() == MIXED
    assert len(people.rows) == 5
    assert client.get(f"/{share}").mimetype == RESULTS_JSON.media_type


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_query(client: FlaskClient, language: str) -> None:
    """A query that fits into no address is sent to the page by POST; its files are sent for, and no link pretends to have it."""
    query = long_query()
    found = Seen(client.post(f"/sparql.{language}.html", data={"query": query}, headers={"Accept": BROWSER}))
    files = next(each for each in found.all("form") if each["class"] == "downloads")
    buttons = [each["value"] for each in found.all("button", name="format")]

    assert found.status == 200
    assert found.column("n") == ["1", "2"]
    assert found.texts["textarea"][0].strip() == query
    assert {"type": "hidden", "name": "query", "value": query} in found.all("input")
    assert (files["method"], urljoin("/sparql.html", files["action"])) == ("post", "/sparql")
    assert buttons == [each.name for each in (CSV, RESULTS_TSV, RESULTS_JSON, RESULTS_XML)]
    for name in buttons:
        answer = client.post("/sparql", data={"query": query, "format": name}, headers={"Accept": BROWSER})
        assert (answer.status_code, answer.mimetype != "text/html") == (200, True)
    assert not [each for each in found.all("a") if "query=" in each["href"] and "ä" * 9 in parse_qsl(urlsplit(each["href"]).query)[0][1]]  # fmt: skip
    assert not any("--get" in each for each in found.texts["pre"])


def test_a_query_that_just_fits_has_an_address(client: FlaskClient) -> None:
    """One character decides whether a query has an address."""
    room = LONGEST - len(f"sparql?{urlencode({'query': long_query(0)})}")
    shortest = f"{long_query(0)}{'x' * room}"

    for query, fits in ((shortest, True), (f"{shortest}x", False)):
        links = [each for each in page(client, query).all("a") if "format=csv" in each["href"]]
        assert bool(links) is fits


@example('"' * 7 + 'a""' + "\\")
@example('a"""b\r\n\\"')
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_of_python_is_read_as_it_was(text: str) -> None:
    """Whatever a query holds, the line for Python holds exactly that."""
    call = snippets.Call("https://data.example.org/sparql", text)
    lines = dict(call.of_rows())["Python, pandas"]
    tree = ast.parse(lines)
    assigned = next(each for each in tree.body if isinstance(each, ast.Assign))

    assert ast.literal_eval(assigned.value) == text
    assert len(tree.body) == 4


def test_lines_for_programs(client: FlaskClient, publication: Publication) -> None:
    """Rows are read by curl, pandas and R, a truth value by curl, a graph by curl and rdflib, all from the site's address."""
    names = {}
    for query in (MIXED, "ASK {}", "DESCRIBE <urn:x>"):
        summaries = page(client, query).texts["summary"]
        names[query] = [each for each in summaries if not each.startswith("Näytä kysely")]
    shown = page(client, MIXED).texts["pre"][0]

    assert names[MIXED] == ["curl", "Python, pandas", "R"]
    assert names["ASK {}"] == ["curl"]
    assert names["DESCRIBE <urn:x>"] == ["curl", "Python, rdflib"]
    assert shown.startswith(f"curl --get {publication.site.url}sparql ")
    assert f"format={TURTLE.name}" in page(client, "DESCRIBE <urn:x>").texts["pre"][1]


# Faults


def test_the_place_of_a_fault(client: FlaskClient) -> None:
    """The line that is wrong is shown with the character marked, and a link leads to the form; the page opens there."""
    found = page(client, "ASK {\n ?s a <http://ä/𝄞> ;\n    no:p <b> }", "sv")
    notice = found.all("div", role="alert")[0]

    assert found.status == 400
    assert (notice["data-line"], notice["data-column"]) == ("3", "10")
    assert "autofocus" in notice
    assert found.texts["pre"][0] == "    no:p <b> }\n         ^"
    assert found.texts["mark"] == ["<"]
    assert "Gå till rad 3, tecken 10 i frågan" in found.texts["a"]
    assert found.all("a", href="#query")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Too long.", results.Fault("Too long.")),
        ("Wrong (line 2, column 1).", results.Fault("Wrong (line 2, column 1).", 2, 1)),
        (
            "Wrong (line 1, column 4).\n\nASK\n   ^",
            results.Fault("Wrong (line 1, column 4).", 1, 4, ("ASK", " ", "")),
        ),
        (
            "Wrong (line 1, column 2).\n\nA^K\n ^",
            results.Fault("Wrong (line 1, column 2).", 1, 2, ("A", "^", "K")),
        ),
    ],
)
def test_a_fault_is_read_from_its_text(text: str, expected: results.Fault) -> None:
    """A reason without a place has none; a place behind the end of a line is a blank."""
    assert results.Fault.read(text) == expected


def test_an_empty_form_is_answered_with_the_form(client: FlaskClient) -> None:
    """A form sent without a query says what is missing."""
    found = Seen(client.get("/sparql.fi.html?query="))

    assert found.status == 400
    assert found.all("textarea")


# The editor's files


def test_the_files_of_the_editor_are_those_of_its_packages() -> None:
    """What is committed is what the pinned packages hold, byte for byte, and nothing else lies there but our own."""
    lines = (VENDORED / SUMS).read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in (each.split("  ") for each in lines)}

    for name, digest in sums.items():
        assert hashlib.sha256((VENDORED / name).read_bytes()).hexdigest() == digest, name
    assert {each.name for each in VENDORED.iterdir()} == {*sums, SUMS, "query.js", "query.css"}


def test_the_licence_of_every_part_is_listed() -> None:
    """Each package in the bundle stands in the list with its version, its licence and, where it has one, its text."""
    text = (VENDORED / LICENCES).read_text(encoding="utf-8")

    for each in PACKAGES:
        assert f"\n{each.name} {each.version}: {each.licence}\n" in text
    assert text.count("without restriction") + text.count("Apache License\n") >= len(PACKAGES) - 2
    assert f"{EDITOR.name} {EDITOR.version}" in text


def test_nothing_of_ours_asks_another_site() -> None:
    """Our script names no other site and takes from the editor what would ask one; our style sheet loads nothing."""
    script, style = ((VENDORED / each).read_text(encoding="utf-8") for each in ("query.js", "query.css"))

    assert "//" not in re.sub(r"https?://www\.w3\.org\S*", "", script)
    assert "url(" not in style
    assert "@import" not in style


def test_files_of_the_editor_are_served_as_scripts(client: FlaskClient) -> None:
    """A browser that is told not to guess runs them."""
    for name, media_type in (("query.js", "text/javascript"), ("yasqe.min.css", "text/css")):
        with client.get(f"/static/query/{name}") as response:
            assert response.mimetype == media_type
