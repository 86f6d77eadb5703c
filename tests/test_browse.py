"""The list of practices as people and programs meet it: facets, search, pages, files, and the query that gives the same."""

import csv
import io
import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Triple

from osallisuus.compare import AXES
from osallisuus.release import Publication
from osallisuus.vocabulary import CONTEXT, VOCAB, term
from osallisuus.web import asking, create_app, marking, pages, practice, words
from osallisuus.web.asking import Asked
from osallisuus.web.browse import SIZE, Browse, render
from osallisuus.web.facets import Facets
from osallisuus.web.views import Text, View

HTML = {"Accept": "text/html"}
ENGLISH = {"Accept-Language": "en"}
HEADING = re.compile(r'<h2 id="results">(\d+) practices?')
VALUE = re.compile(
    r'<a rel="nofollow" href="(practices\.en\.html[^"]*)"[^>]*>([^<]*)</a>\s*<span class="count">(\d+)'
)
HIT = re.compile(r'<h3><a href="([^"]+)">')
QUERIES = (
    "",
    "?purpose=co-design",
    "?target-group=youth",
    "?target-group=youth&basis=stated",
    "?municipality=fi/235&channel=digital",
    "?municipality=fi/235&municipality=fi/049&purpose=dialogue&purpose=feedback",
    "?q=nuorten",
    "?q=kysely&municipality=fi/235",
    "?inward=0&unit-type=education",
    "?law=kuntalaki-2015&basis=stated",
    "?law=kuntalaki-2015",
    "?level=empower&level=collaborate",
)


@pytest.fixture(scope="module")
def client(publication: Publication, evaluate: Callable[..., bytes]) -> FlaskClient:
    """Return a client of the service over the repository's own data, with real workers behind it."""
    return create_app(publication, evaluate).test_client()


@pytest.fixture(scope="module")
def facets(publication: Publication) -> Facets:
    """Return the real practices by their values."""
    return Facets(publication)


def page(client: FlaskClient, query: str, status: int = 200, language: str = "en") -> str:
    """Return the page of the list for a query string."""
    answer = client.get(f"/practices.{language}.html{query}", headers=HTML)
    assert answer.status_code == status, answer.text
    return answer.text


def count(html: str) -> int:
    """Return how many practices a page says that its list has."""
    found = HEADING.search(html)
    assert found
    return int(found[1])


def rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    """Return the rows of the list as CSV."""
    answer = client.get(f"/practices.csv{query}", headers=ENGLISH)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.get_data().decode(), newline="")))


def facets_of(html: str) -> list[tuple[str, str, int]]:
    """Return the values of a page's facets: reference, name and number."""
    part = html.partition('<nav class="facets"')[2].partition("</nav>")[0]
    return [(unescape(href), name, int(number)) for href, name, number in VALUE.findall(part)]


def test_the_list_has_every_practice(client: FlaskClient, publication: Publication) -> None:
    """Nothing is left out before somebody chooses, be it for people inside the organisation or outside."""
    html = page(client, "")

    assert count(html) == len(publication.instances("osa:Practice")) == 170
    assert len(HIT.findall(html)) == SIZE
    assert len(rows(client, "")) == 170


@pytest.mark.parametrize("query", QUERIES)
def test_a_number_is_what_choosing_gives(client: FlaskClient, query: str) -> None:
    """Following the link of a value, alone in its facet, gives a list of just the number that stood beside it."""
    html = page(client, query)
    given = parse_qs(query.removeprefix("?"))
    values = facets_of(html)

    assert len(values) > 5
    for href, name, number in values:
        asked = parse_qs(urlsplit(href).query)
        ((axis, before, after),) = [
            (each, given.get(each, []), asked.get(each, []))
            for each in {*given, *asked}
            if given.get(each, []) != asked.get(each, [])
        ]
        if not before or axis in {"basis", "inward"}:
            assert count(page(client, href.partition(".html")[2])) == number, (query, name)
            continue
        (changed,) = set(before) ^ set(after)
        alone = {**given, axis: [changed]}
        again = "&".join(f"{key}={each}" for key, found in alone.items() for each in found)
        assert count(page(client, f"?{again}")) == number, (query, name)


@pytest.mark.parametrize("query", QUERIES)
def test_the_query_in_sparql_gives_the_same_list(client: FlaskClient, query: str) -> None:
    """The engine answers the query that the page shows with the practices of the list; a search of texts is left out."""
    html = page(client, query)
    href = re.search(r'href="sparql\.en\.html\?query=([^"]+)"', html)
    shown = re.search(r'aria-label="Query in SPARQL"><code>(.*?)</code>', html, re.DOTALL)
    assert href
    assert shown
    text = unquote(href[1])
    answer = client.get("/sparql", query_string={"query": text, "format": "csv"})
    found = [row["practice"] for row in csv.DictReader(io.StringIO(answer.text, newline=""))]
    without = "&".join(each for each in query.removeprefix("?").split("&") if not each.startswith("q="))

    assert unescape(shown[1]) == text
    assert answer.status_code == 200, answer.text
    assert len(found) == len(set(found)) > 0
    assert set(found) == {row["practice"] for row in rows(client, f"?{without}")}
    assert ("leaves out the words" in html) == ("q=" in query)


def test_files_have_the_practices_of_the_list(client: FlaskClient, publication: Publication) -> None:
    """CSV has their rows as the joint table has them, in the order of the list; JSON-LD their descriptions."""
    query = "?purpose=co-design&municipality=fi/235"
    joint = csv.reader(io.StringIO(publication.files["comparison-wide.csv"].decode(), newline=""))
    known = [*joint]
    answer = client.get(f"/practices.csv{query}", headers=ENGLISH)
    listed = list(csv.reader(io.StringIO(answer.get_data().decode(), newline="")))
    described = json.loads(client.get(f"/practices.jsonld{query}").get_data())
    iris = [row[known[0].index("practice")] for row in listed[1:]]
    shown = [each.removesuffix(".en.html") for each in HIT.findall(page(client, query))]

    assert listed[0] == known[0]
    assert all(row in known for row in listed)
    assert iris == [VOCAB + each for each in shown]
    assert described["@context"] == CONTEXT
    assert {each["@id"] for each in described["@graph"]} == set(iris)
    assert (
        client.get(f"/practices.jsonld{query}").get_data()
        == client.get(f"/practices.jsonld{query}").get_data()
    )
    assert rows(client, "?q=xyzzyx") == []


def test_a_list_too_long_to_describe_is_refused_in_one_form_only(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Descriptions of very many practices would keep the server busy: the answer says what to do; the table has them all."""
    monkeypatch.setattr("osallisuus.web.browse.DESCRIBED", 100)

    assert "may have 100 practices; this one has 170" in client.get("/practices.jsonld", headers=ENGLISH).text
    assert client.get("/practices.jsonld?page=2").status_code == 200
    assert client.get("/practices.csv").status_code == 200
    assert "practices.jsonld" not in page(client, "")
    assert "practices.jsonld" in page(client, "?purpose=co-design")


def test_pages_cut_the_list_and_nothing_is_lost(client: FlaskClient) -> None:
    """Each practice stands on one page; a page of the file is the page of the list, which links to the ones beside it."""
    last = -(-170 // SIZE)
    shown = [each for number in range(1, last + 1) for each in HIT.findall(page(client, f"?page={number}"))]
    middle = page(client, "?page=3&sort=municipality")

    assert len(shown) == len(set(shown)) == 170
    assert [each["practice"] for each in rows(client, "?page=2")] == [
        VOCAB + each.removesuffix(".en.html") for each in HIT.findall(page(client, "?page=2"))
    ]
    assert '<a rel="prev" href="practices.en.html?sort=municipality&amp;page=2">' in middle
    assert '<a rel="next" href="practices.en.html?sort=municipality&amp;page=4">' in middle
    assert '<ol class="hits" start="51">' in middle
    assert "practices.csv?sort=municipality&#34;" not in middle
    assert 'href="practices.csv?sort=municipality"' in middle


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_order_is_that_of_the_language(publication: Publication, facets: Facets, language: str) -> None:
    """Names are sorted as in the language of the page, within municipalities if that is asked for; the best match first."""
    view = View(publication, "practices.html", language)

    def order(asked: Asked) -> list[str]:
        return [facets.entries[each].iri for each in facets.in_order(facets.narrow(asked), view)]

    names = [words.collation(view.name(each).value) for each in order(Asked())]
    owners = [(each.partition("/practices/")[0]) for each in order(Asked(sort="municipality"))]
    best = order(Asked(text="asukaskysely", sort="relevance"))

    assert names == sorted(names)
    assert list(dict.fromkeys(owners)) == view.sorted(publication.municipalities)
    assert best[0] == f"{VOCAB}fi/235/practices/asukaskysely"
    assert sorted(best) == sorted(order(Asked(text="asukaskysely")))


def test_a_broader_value_includes_the_narrower(publication: Publication, facets: Facets) -> None:
    """Whoever chooses digital channels gets websites too, and an act includes its sections; every value, on every axis."""
    checked = 0
    for axis in AXES.values():
        first = asking.start(axis.name, publication.site.base)
        for value in facets.ids[axis.name]:
            own = facets.narrow(Asked(chosen={axis.name: (value,)})).result
            for above in facets._broader(axis.name, first + value):
                wider = facets.narrow(Asked(chosen={axis.name: (above.removeprefix(first),)})).result
                assert own & ~wider == 0, (axis.name, value)
                checked += 1
    website, digital = (facets.count(Asked(chosen={"channel": (each,)})) for each in ("website", "digital"))

    assert checked > 40
    assert 0 < website < digital


def test_readings_of_the_editors_are_told_apart(client: FlaskClient, facets: Facets) -> None:
    """A number says how much of it is a reading, a hit labels it, and `basis=stated` leaves it out."""
    everything = facets.count(Asked(chosen={"target-group": ("associations",)}))
    stated = facets.count(Asked(chosen={"target-group": ("associations",)}, is_stated=True))
    html = page(client, "?target-group=associations")

    assert 0 < stated < everything
    assert f"{everything - stated} by the editors’ reading" in html
    assert re.search(r'associations</a> <span class="basis basis-implied">', html)
    assert "basis-implied" not in page(client, "?target-group=associations&basis=stated").partition("<ol")[2]


def test_practices_for_insiders_can_be_left_out(client: FlaskClient) -> None:
    """They are in the list, the switch says how many it leaves, and the table agrees."""
    outward = [row for row in rows(client, "") if row["outward"] == "true"]

    assert 0 < len(outward) < 170
    assert len(rows(client, "?inward=0")) == len(outward)
    assert len(rows(client, "?inward=1")) == 170


def test_a_municipality_stands_with_the_size_and_the_coverage_of_its_list(client: FlaskClient) -> None:
    """A number is never alone: the whole of the list and what it covers stand beside it, and that it is no ranking."""
    html = page(client, "?purpose=dialogue")
    part = html.partition("<summary>Municipality</summary>")[2].partition("</details>")[0]

    assert re.search(
        r"Kauniainen</a>\s*<span class=\"count\">\d+</span>\s*<span class=\"quiet\">of 52; own list", part
    )
    assert "cannot be compared as such" in part


def test_what_is_chosen_can_be_removed(client: FlaskClient) -> None:
    """Each choice is a link to the list without it; there is one to the whole list too."""
    html = page(client, "?q=kysely&purpose=feedback&channel=survey&basis=stated")
    part = unescape(html.partition('<h2 id="chosen"')[2].partition("</ul>")[0])
    links = re.findall(r'href="([^"]+)"', part)

    assert links == [
        "practices.en.html?purpose=feedback&channel=survey&basis=stated",
        "practices.en.html?q=kysely&channel=survey&basis=stated",
        "practices.en.html?q=kysely&purpose=feedback&basis=stated",
        "practices.en.html?q=kysely&purpose=feedback&channel=survey",
        "practices.en.html",
    ]


def test_the_form_keeps_what_is_chosen(client: FlaskClient) -> None:
    """A new search narrows the same list, without any script; the page and the order start anew."""
    html = page(client, "?q=kysely&purpose=feedback&sort=name&page=1")
    form = html.partition('<form class="search"')[2].partition("</form>")[0]

    assert re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', form) == [
        ("purpose", "feedback")
    ]
    assert 'value="kysely"' in form


def test_found_words_are_marked(client: FlaskClient) -> None:
    """The words for which a practice was found are marked, whatever their case; a concept too, for its synonym."""
    html = page(client, "?q=survey")
    finnish = page(client, "?q=nuoret", language="fi")
    synonym = page(client, "?q=pensionärer")

    assert "<mark>survey</mark>" in html
    assert "<mark>nuoret</mark>" in finnish
    assert "<mark>older people</mark>" in synonym
    assert "<mark>" not in page(client, "")


def test_a_slip_is_told(client: FlaskClient) -> None:
    """The page says which words were taken for one that no practice has."""
    assert (
        "medborgarbudget"
        in page(client, "?q=medborgabudget").partition("Shown instead:")[2].partition("</p>")[0]
    )


def test_an_empty_list_says_what_to_try(client: FlaskClient) -> None:
    """Fewer words, fewer choices, each with the number that it gives; and that silence of a list is no proof."""
    html = page(client, "?q=xyzzyx+kysely&purpose=co-design")
    notice = html.partition('<div class="notice">')[2].partition("</div>")[0]

    assert count(html) == 0
    assert "not every list is complete" in notice
    assert 'practices.en.html?q=kysely&amp;purpose=co-design">only the word “kysely”</a>' in notice
    assert re.search(
        r'practices\.en\.html\?purpose=co-design">the list without the search</a> <span>\(\d+\)', notice
    )
    assert count(page(client, "?q=%22%22")) == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?colour=red", "no parameter “colour”. It has: q, municipality, purpose"),
        ("?purpose=nonsense", "“purpose” cannot be “nonsense”. It can be: budget, capacity, co-design"),
        ("?municipality=235", "It can be: fi/049, fi/091"),
        ("?basis=guess", "It can be: all, stated"),
        ("?inward=2", "It can be: 1, 0"),
        ("?sort=relevance", "It can be: name, municipality"),
        ("?q=a&q=b", "“q” may be given once only."),
        ("?page=0", "a number from 1 on; it is: 0"),
        ("?page=-1", "a number from 1 on"),
        ("?page=²", "a number from 1 on"),
        ("?page=99999999999999999999", "a number from 1 on"),
        ("?page=8", "The list has no page 8; its last is 7."),
        (f"?q={'a' * 10_000}", "may have 200 characters; this one has 10000"),
        ("?purpose=<script>", "cannot be “&lt;script&gt;”"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(
    client: FlaskClient, query: str, expected: str
) -> None:
    """Nothing is ignored in silence: the answer is 400 and a page that says what is wrong and what is possible."""
    assert expected in page(client, query, 400)
    assert client.get(f"/practices.csv{query}").status_code == 400


def test_a_refusal_is_in_the_language_of_the_page(client: FlaskClient) -> None:
    """A Finnish page tells it in Finnish."""
    assert "ei voi olla" in page(client, "?purpose=nonsense", 400, "fi")


@pytest.mark.parametrize(
    "text",
    [
        "%22",
        "%00",
        "a%00b",
        "*",
        "AND",
        "NEAR(",
        "%F0%9F%8E%89",
        "%FF",
        "'--",
        "%0D%0A",
        "x" * 200,
        "%C3%A4" * 200,
    ],
)
def test_any_search_is_answered(client: FlaskClient, text: str) -> None:
    """Quotes, operators, control characters and broken bytes find something or nothing, and break nothing."""
    html = page(client, f"?q={text}")

    assert HEADING.search(html) or "0 practices" in html
    assert "\x00" not in html


def test_empty_fields_of_a_form_are_as_if_not_there(client: FlaskClient) -> None:
    """A form sends every field; one that is left empty asks nothing."""
    assert count(page(client, "?q=&purpose=&sort=&page=&inward=")) == 170


def test_a_choice_has_one_address() -> None:
    """What is asked becomes an address, and the address asks the same; what is usual is not named."""
    asked = Asked(
        "ä & b", {"purpose": ("co-design",), "municipality": ("fi/235", "fi/049")}, True, True, "name", 2
    )
    ids = {axis: ["co-design", "fi/235", "fi/049"] for axis in AXES}

    assert asked.query == (
        "?q=%C3%A4%20%26%20b&municipality=fi/235&municipality=fi/049&purpose=co-design"
        "&basis=stated&inward=0&sort=name&page=2"
    )
    assert asking.parse(parse_qs(asked.query[1:]), ids, "en") == replace(
        asked, chosen={"municipality": ("fi/235", "fi/049"), "purpose": ("co-design",)}
    )
    assert Asked().query == ""
    assert asked.searching("").query.startswith("?municipality")
    assert asked.toggled("purpose", "co-design").query == asked.on("purpose", ()).query
    assert Asked(text="x", sort="relevance").searching("").sort == "name"
    assert Asked().searching("x").sort == "relevance"
    assert Asked(sort="municipality").searching("x").sort == "municipality"


def test_links_run_in_a_circle_and_nothing_hangs(publication: Publication) -> None:
    """Two concepts that are each broader than the other have the same practices and are both shown."""
    one, other = (NamedNode(f"{VOCAB}channel/{each}") for each in ("digital", "print"))
    broader = term("skos:broader")
    graphs = {**publication.graphs}
    graphs["vocabulary"] = (
        *graphs["vocabulary"],
        Triple(one, broader, other),
        Triple(other, broader, one),
    )
    changed = replace(publication, graphs=graphs)
    found = Facets(changed)
    values = found.values(found.narrow(Asked()), "channel", View(changed, "practices.html", "en"))
    counts = {each.id: each.count for each in values if each.id in {"digital", "print"}}

    assert counts["digital"] == counts["print"] > 0


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Nuorten ilta", {"nuorten"}, "<mark>Nuorten</mark> ilta"),
        ("a <b> & c", {"b"}, "a &lt;<mark>b</mark>&gt; &amp; c"),
        ("nuorten-ilta", {"ilta"}, "nuorten-<mark>ilta</mark>"),
        ("x", set(), "x"),
    ],
)
def test_marking_escapes_the_text(text: str, found: set[str], expected: str) -> None:
    """Only whole words are marked, and markup in data stays text."""
    assert marking.mark(Text(text), found) == Markup(expected)  # noqa: S704 - expected by the test
    assert marking.mark(Text("x", "sv"), {"x"}) == '<span lang="sv"><mark>x</mark></span>'


def test_a_long_description_is_cut_around_the_word() -> None:
    """The line has the word that was found, is no longer than a line may be, and says where it was cut."""
    text = Text(f"{'alku ' * 100}osuma {'loppu ' * 100}")
    cut, whole = marking.shorten(text, {"osuma"}), marking.shorten(Text("lyhyt  teksti"), set())

    assert "osuma" in cut.value
    assert cut.value.startswith("… ")
    assert cut.value.endswith(" …")
    assert len(cut.value) <= marking.LENGTH + 4
    assert marking.shorten(text, set()).value.startswith("alku")
    assert whole.value == "lyhyt teksti"
    assert len(marking.shorten(Text("x" * 1000), set()).value) <= marking.LENGTH + 4


# The page of a practice

PRACTICE = "fi/235/practices/kuntalais-ja-yhdistysillat"


def shown(publication: Publication, language: str = "en", path: str = PRACTICE) -> str:
    """Return the page of a practice."""
    html = pages.render(publication, path, f"{path}.{language}.html", language)
    assert html
    return html


def test_coded_values_lead_to_the_practices_that_share_them(publication: Publication) -> None:
    """Beside each value stands a link to the list of all that have it."""
    html = shown(publication)
    purposes = publication.links(VOCAB + PRACTICE, "osa:purpose")
    wanted = [f"practices.en.html?purpose={each.rpartition('/')[2]}" for each in purposes]

    assert purposes
    for each in (
        *wanted,
        "practices.en.html?target-group=associations",
        "practices.en.html?law=kuntalaki-2015",
    ):
        assert f'href="../../../{each}' in html


def test_related_practices_are_elsewhere_and_the_most_alike_first(publication: Publication) -> None:
    """They share values, those with the same purpose and group come first, and none is of the same municipality."""
    view = View(publication, f"{PRACTICE}.html", "en")
    for iri in publication.instances("osa:Practice"):
        found = practice.related(view, iri)
        own = iri.partition("/practices/")[0]
        keys = []
        for each in found:
            kinds = {value.removeprefix(VOCAB).partition("/")[0] for value, _is_read in each.shared}
            keys.append((not {"purpose", "target-group"} <= kinds, -len(each.shared)))
            assert not each.iri.startswith(f"{own}/")
            assert each.shared
        assert keys == sorted(keys), iri
        assert len(found) <= practice.RELATED

    found = practice.related(view, f"{VOCAB}fi/235/practices/nuorisovaltuusto")
    councils = [each for each in found if "outh" in view.name(each.iri).value]
    assert councils == found[: len(councils)]
    assert len(councils) == 6
    assert (f"{VOCAB}target-group/youth", True) in found[0].shared


def test_a_mistake_is_reported_by_a_mail_that_is_begun(publication: Publication) -> None:
    """Subject and text are in the language of the page, percent-encoded, and name the practice."""
    for language, start in (("fi", "Virhe käytännössä: "), ("sv", "Fel i praxis: "), ("en", "Mistake in ")):
        view = View(publication, f"{PRACTICE}.html", language)
        href = practice.mail(view, VOCAB + PRACTICE)
        parts = urlsplit(href)
        fields = parse_qs(parts.query, strict_parsing=True)

        assert f'href="{Markup.escape(href)}"' in shown(publication, language)
        assert parts.path == publication.site.email
        assert fields["subject"][0].startswith(start)
        assert fields["subject"][0].endswith(view.name(VOCAB + PRACTICE).value)
        assert VOCAB + PRACTICE in fields["body"][0]
        assert "\r\n" in fields["body"][0]
        assert "+" not in href
        assert " " not in href


def test_a_name_cannot_write_the_mail(publication: Publication) -> None:
    """A name with the marks of an address stays within the subject."""
    iri = f"{VOCAB}fi/235/practices/odd"
    graphs = {**publication.graphs}
    name = Literal("A&body=x?cc=y %0A\n<b>", language="en")
    graphs["fi/235/practices"] += (Triple(NamedNode(iri), term("dct:title"), name),)
    view = View(replace(publication, graphs=graphs), "x.html", "en")
    fields = parse_qs(urlsplit(practice.mail(view, iri)).query)

    assert set(fields) == {"subject", "body"}
    assert fields["subject"][0].endswith(name.value)


def test_a_practice_says_who_says_what(publication: Publication) -> None:
    """Stated, coded and implied properties stand apart, the translated languages are named, the cells are linked."""
    view = View(publication, f"{PRACTICE}.html", "en")
    told = {
        basis: {str(each) for each in names} for basis, names in practice.accounts(view, VOCAB + PRACTICE)
    }
    html = shown(publication)

    assert set(told) == {"stated", "coded", "implied"}
    assert not told["stated"] & told["coded"]
    assert [languages for _name, languages in practice.translated(view, VOCAB + PRACTICE)] == [
        ["English", "Swedish"]
    ] * 2
    assert [str(heading) for _href, heading in practice.cells(view, VOCAB + PRACTICE)] == [
        "Toiminta",
        "Käytössä",
        "Kenen osallisuutta",
        "Tavoite/selite",
    ]
    assert 'href="../practices.en.html#' in html


def test_a_practice_can_be_cited(publication: Publication) -> None:
    """The sentence names the publisher, the dataset, the day and the permanent identifier."""
    text = practice.citation(View(publication, f"{PRACTICE}.html", "en"), VOCAB + PRACTICE)

    assert text.startswith("The osallisuus project (2026). ")
    assert text.endswith(f". {VOCAB}{PRACTICE}")
    assert "Participation practices in Kauniainen, as of 2026-11-25" in text
    assert str(Markup.escape(text)) in shown(publication)


def test_the_page_is_quick(publication: Publication) -> None:
    """On the repository's own data a page takes less than 50 ms, and the index, made once, less than 0.3 s."""
    browse = Browse(publication)
    made = seconds(lambda: browse.facets.index)
    for asked in (Asked(), Asked(text="nuorten", sort="relevance"), Asked(chosen={"channel": ("digital",)})):
        make = partial(rendered, browse, asked)
        assert min(seconds(make) for _ in range(9)) < 0.05  # the others wait for what else the machine does
    assert made < 0.3


def rendered(browse: Browse, asked: Asked) -> str:
    """Return the page of what is asked."""
    return render(browse.find(asked, "fi", "practices.fi.html"))


def seconds(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
