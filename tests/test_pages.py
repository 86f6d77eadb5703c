"""What the pages for people promise, on the real data and on small changes of it."""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from pyoxigraph import Literal, NamedNode, Triple

from osallisuus import site
from osallisuus.formats import RDF_FORMATS
from osallisuus.release import Publication, open_publication
from osallisuus.release.building import edition
from osallisuus.release.changes import NAME
from osallisuus.vocabulary import VOCAB, term
from osallisuus.web import history, pages, results, things, words
from osallisuus.web.signposting import Signposts
from osallisuus.web.views import View, rel

ROOT = Path(__file__).parents[1]
PRACTICE = "fi/235/practices/asukaskysely"
VOID = {"meta", "link", "br", "img", "input", "hr"}


@pytest.fixture(scope="module")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """Return the data of our own site, built into a directory of the test."""
    return built(site.read(site.Layout(ROOT)), tmp_path_factory.mktemp("publish"))


def built(contents: site.Contents, publish: Path) -> Publication:
    """Build what a site says into a directory and read it back."""
    for path, content in edition(contents, None, "2026-11-25").items():
        (publish / path).parent.mkdir(parents=True, exist_ok=True)
        (publish / path).write_bytes(content)
    return open_publication(publish)


@dataclass
class Html(HTMLParser):
    """A page taken apart."""

    source: str
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)
    text_of: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag with its attributes."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that tags close in the order in which they opened."""
        assert self.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text by the innermost tag."""
        if self.unclosed:
            self.text_of.setdefault(self.unclosed[-1], []).append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every tag of a name."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def ids(self) -> list[str]:
        """Every id."""
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


def changes(publication: Publication) -> history.History:
    """Return the log of changes."""
    return history.open_history(publication.site.base, publication.files[NAME])


EveryPage = Callable[[str, str], Mapping[str, Html]]


def paths(publication: Publication) -> list[str]:
    """Return every path that has a page: of each described thing and each published document."""
    described = {publication.path(each.partition("#")[0]) for each in publication.by_subject}
    listed = {each.path for each in publication.manifest.things}
    return sorted(each for each in described | listed | {"codebook"} if each and each != "sparql")


def rendered(publication: Publication, path: str, language: str = "en", at: str = "") -> str:
    """Return a page that must be there."""
    html = pages.render(publication, path, at or f"{path}.html", language)
    assert html is not None, path
    return html


def changed(publication: Publication, *triples: Triple) -> Publication:
    """Return the publication with more triples about the municipality 235."""
    graphs = {**publication.graphs}
    graphs["fi/235/practices"] = (*graphs["fi/235/practices"], *triples)
    return replace(publication, graphs=graphs)


@pytest.fixture(scope="module")
def every_page(publication: Publication) -> EveryPage:
    """Return a function of suffix and language: path at which each page is served → the page. Made once."""

    @cache
    def made(suffix: str, language: str) -> Mapping[str, Html]:
        asked = results.Asked([("Everything", "SELECT * { ?s ?p ?o }")])
        found = {
            f"index{suffix}": pages.render_home(publication, f"index{suffix}", language),
            f"sparql{suffix}": pages.render_query(publication, f"sparql{suffix}", language, asked),
        }
        for path in paths(publication):
            found[path + suffix] = rendered(publication, path, language, path + suffix)
        for number in range(5):
            at = history.path(number) + suffix
            found[at] = pages.render_changes(publication, at, language, changes(publication), number)
        return {at: Html(html) for at, html in found.items()}

    return made


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_every_described_path_has_a_page_in_every_language(
    publication: Publication, every_page: EveryPage, language: str
) -> None:
    """Each thing and document has a well-formed page with one heading, a title, its language and unique ids."""
    assert len(paths(publication)) > 350

    for at, page in every_page(".html", language).items():
        assert page.unclosed == [], at
        assert [each["lang"] for each in page.all("html")] == [language]
        assert len(page.all("h1")) == 1, at
        assert "".join(page.text_of["title"]).strip()
        assert len(page.ids) == len(set(page.ids)), at
        assert "None" not in page.text_of.get("dd", []), at


@pytest.mark.parametrize("suffix", [".html", ".sv.html"])
def test_no_internal_link_is_dead(publication: Publication, every_page: EveryPage, suffix: str) -> None:
    """Every relative link leads to a page, a download or a static file, and its fragment stands there."""
    assert dead(publication, every_page(suffix, "sv"), suffix) == []


def dead(publication: Publication, served: Mapping[str, Html], suffix: str) -> list[str]:
    """Return the internal links that lead nowhere, among the pages of every path at one suffix."""
    versions = {at.removesuffix(suffix) for at in served}
    tags = ("", *(f".{each}" for each in publication.site.languages))
    known = {f"{path}{tag}.html" for path in versions for tag in tags}
    known |= {each.path for each in publication.manifest.files}
    known |= {f"changes.{each}.atom" for each in publication.site.languages}
    known |= {
        f"{path}{each.suffix}" for path in versions for each in RDF_FORMATS if path.startswith("changes")
    }
    known |= {f"static/{each.name}" for each in pages.STATIC.iterdir()}
    known |= {f"{path}.linkset.json" for path in versions if Signposts(publication, tags).has_set(path)}
    known |= {
        f"{path}{each.suffix}"
        for path in versions
        if publication.iri(path) and not publication.manifest.thing(path)
        for each in RDF_FORMATS
    }
    return [
        f"{at} → {target}#{fragment}"
        for at, page in served.items()
        for target, fragment in internal(at, page)
        if target not in known or (fragment and target in served and fragment not in served[target].ids)
    ]


def test_a_site_with_another_base_and_fewer_languages_links_within_itself(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A city's own site has its own IRIs, serves the shared vocabulary too and offers only its languages."""
    contents = site.read(site.Layout(ROOT))
    settings = replace(contents.site, base="https://data.example.org/p/", languages=("sv", "en"))
    other = built(replace(contents, site=settings), tmp_path_factory.mktemp("other"))
    served = {f"{path}.html": Html(rendered(other, path, "sv")) for path in paths(other)}
    served["index.html"] = Html(pages.render_home(other, "index.html", "sv"))
    served["sparql.html"] = Html(pages.render_query(other, "sparql.html", "sv", results.Asked()))
    for number in range(5):
        at = f"{history.path(number)}.html"
        served[at] = Html(pages.render_changes(other, at, "sv", changes(other), number))
    practice = served[f"{PRACTICE}.html"]

    assert dead(other, served, ".html") == []
    assert "https://data.example.org/p/" + PRACTICE in practice.text_of["code"]
    assert [each["hreflang"] for each in practice.all("link") if "hreflang" in each] == [
        "sv",
        "en",
        "x-default",
    ]
    assert "../../../purpose/feedback.html" in [each["href"] for each in practice.all("a")]


def internal(at: str, page: Html) -> Iterator[tuple[str, str]]:
    """Yield the path and the fragment of every relative reference of a page."""
    for _, attributes in page.tags:
        reference = attributes.get("href") or attributes.get("src") or attributes.get("action") or ""
        if reference and not re.match(r"[a-z]+:", reference):
            target, _, fragment = reference.partition("#")
            target = target.partition("?")[0]
            yield (
                (posixpath.normpath(posixpath.join(posixpath.dirname(at), target)) if target else at),
                fragment,
            )


def test_links_of_a_language_version_stay_in_that_language(publication: Publication) -> None:
    """A page asked for in Swedish links to the Swedish versions; the page by negotiation to those by negotiation."""
    explicit = rendered(publication, PRACTICE, "sv", f"{PRACTICE}.sv.html")
    negotiated = rendered(publication, PRACTICE, "sv")

    assert 'href="../../../purpose/feedback.sv.html"' in explicit
    assert 'href="../../../purpose/feedback.html"' in negotiated
    assert 'href="../../../purpose/feedback.sv.html"' not in negotiated
    for page in (explicit, negotiated):
        assert '<link rel="alternate" hreflang="fi" href="asukaskysely.fi.html">' in page
        assert '<link rel="alternate" hreflang="x-default" href="asukaskysely.html">' in page


@pytest.mark.parametrize(
    ("at", "path", "expected"),
    [
        ("", "static/style.css", "static/style.css"),
        ("fi/235.html", "fi/235/practices.html", "235/practices.html"),
        ("fi/235/practices/a.html", "purpose/b.html", "../../../purpose/b.html"),
        ("fi/235/practices/a.html", "fi/235/practices/b.html", "b.html"),
        ("fi/235/practices.html", "fi/235.html", "../235.html"),
        ("a/b.html", "", "../"),
        ("b.html", "", "./"),
    ],
)
def test_references_are_relative_to_the_page_that_is_served(at: str, path: str, expected: str) -> None:
    """A reference goes up as far as it must and no farther, so that a path prefix changes nothing."""
    assert rel(at, path) == expected


def test_a_thing_without_a_page_is_named_and_not_linked(publication: Publication) -> None:
    """An address of ours with no page is plain text; the base leads home; one of others leads out."""
    view = View(publication, "fi/235.html", "fi")

    assert view.link(f"{VOCAB}no/such") == "such"
    assert view.href(VOCAB) == "../index.html"
    assert view.href(f"{VOCAB}ns/1.0.0/context.jsonld") == "../ns/1.0.0/context.jsonld"
    assert view.link("https://example.org/a?b&c") == (
        '<a href="https://example.org/a?b&amp;c">https://example.org/a?b&amp;c</a>'
    )
    assert view.term_link("urn:x") == "urn:x"


def test_a_text_falls_back_to_another_language_and_says_which(publication: Publication) -> None:
    """A thing with a name in Swedish only keeps that name, marked as Swedish, on a Finnish page."""
    thing = NamedNode(f"{VOCAB}fi/235/unit/ny")
    found = changed(publication, Triple(thing, term("skos:prefLabel"), Literal("ny <enhet>", language="sv")))
    finnish, swedish = View(found, "", "fi"), View(found, "", "sv")

    assert finnish.name(thing.value).__html__() == '<span lang="sv">ny &lt;enhet&gt;</span>'
    assert swedish.name(thing.value).__html__() == "ny &lt;enhet&gt;"
    assert str(finnish.name(thing.value)) == "ny <enhet>"
    assert finnish.in_language(thing.value, "skos:prefLabel", "en").value == ""
    assert finnish.site_text({"sv": "namn"}).language == "sv"
    assert finnish.site_text({}).value == ""


def test_nothing_is_at_an_unknown_path(publication: Publication) -> None:
    """An unknown path has no page, nor have the paths whose pages are made by other functions."""
    for path in ("fi/999", "purpose/nonsense", "", "index", "sparql"):
        assert pages.render(publication, path, f"{path}.html", "fi") is None


def test_a_page_names_the_thing_and_its_other_formats(publication: Publication) -> None:
    """The head gives the IRI to cite and a link to each format; a dataset has CSV too, a practice has not."""
    page = Html(rendered(publication, PRACTICE))
    dataset = Html(rendered(publication, "fi/235/practices"))
    links = page.all("link")

    assert [each["href"] for each in links if each["rel"] == "cite-as"] == [VOCAB + PRACTICE]
    assert {each["type"]: each["href"] for each in links if "title" in each} == {
        "application/atom+xml": "../../../changes.en.atom",
        "text/turtle": "asukaskysely.ttl",
        "application/ld+json": "asukaskysely.jsonld",
        "application/n-triples": "asukaskysely.nt",
        "application/rdf+xml": "asukaskysely.rdf",
    }
    assert VOCAB + PRACTICE in page.text_of["code"]
    tables = [(each["rel"], each["href"]) for each in dataset.all("link") if each.get("type") == "text/csv"]
    assert tables == [
        ("alternate", "practices.csv"),
        ("item", "practices.csv"),
        ("item", "practices-tidy.csv"),
    ]


def test_a_practice_shows_the_cells_of_the_source_word_for_word(publication: Publication) -> None:
    """The cells stand under the source's own headings, marked as Finnish on an English page and not on a Finnish one."""
    english = rendered(publication, PRACTICE, "en")
    finnish = rendered(publication, PRACTICE, "fi")

    for heading, cell in (
        ("Toiminta", "Asukaskysely"),
        ("Käytössä", "kaupunginkanslia"),
        ("Kenen osallisuutta", "kuntalaiset"),
        ("Tavoite/selite", "laaja kysely kaupungin palveluista"),
    ):
        assert f'<dt><span lang="fi">{heading}</span></dt><dd><span lang="fi">{cell}</span></dd>' in english
        assert f"<dt>{heading}</dt><dd>{cell}</dd>" in finnish
    assert "<dt>Rivi lähteessä</dt><dd>9</dd>" in finnish


def test_every_verbatim_cell_of_every_practice_is_on_its_page(publication: Publication) -> None:
    """No word of a source is lost on the way to the page."""
    checked = 0
    for iri in publication.instances("osa:Practice"):
        texts = Html(rendered(publication, publication.path(iri) or "", "en"))
        shown = [each for found in texts.text_of.values() for each in found]
        for predicate in things.VERBATIM:
            for value in publication.values(iri, predicate):
                assert value.value in shown, iri
                checked += 1
    assert checked > 300


def test_groups_that_the_editors_read_are_labelled_so(publication: Publication) -> None:
    """An implied target group stands in a row of its own with the label of a reading, apart from the stated ones."""
    html = rendered(publication, "fi/235/practices/kuntalais-ja-yhdistysillat", "fi")
    rows = re.findall(r'<div class="row">\s*<dt>Kohderyhmät(.*?)</div>', html, re.DOTALL)
    stated = [each for each in rows if "lähteen mukaan" in each]
    implied = [each for each in rows if "toimittajien tulkinta" in each]

    assert len(rows) == len(stated) + len(implied) == 2
    assert ">yhdistykset" in implied[0]
    assert ">yhdistykset" not in stated[0]


def test_examples_and_open_lists_are_said_to_be_so(publication: Publication) -> None:
    """A group given as an example and a list left open are not shown as plain facts."""
    example = rendered(publication, "fi/235/practices/kokemusasiantuntijoiden-kayttaminen", "en")
    open_list = rendered(publication, "fi/235/practices/aloitelomake", "en")

    assert re.search(
        r'target-group/family-carers\.html">[^<]+</a> <span class="quiet">\(given as an example\)', example
    )
    assert "the source leaves the list open" in open_list
    assert "the source leaves the list open" not in example


def test_recurrence_is_given_in_words_and_as_a_number(publication: Publication) -> None:
    """The source's words are quoted and the number is written as in the language of the page."""
    path = "fi/049/practices/school-health-promotion-study"

    assert '<q><span lang="en">every other year</span></q>' in rendered(publication, path, "fi")
    assert "0,5 kertaa vuodessa" in rendered(publication, path, "fi")
    assert "0.5 times a year" in rendered(publication, path, "en")


def test_times_are_as_exact_as_the_data(publication: Publication) -> None:
    """A month stays a month and a day is written out; a year stays a year."""
    path = "fi/049/practices/map-based-survey-of-a-green-area-concept"

    assert "maaliskuu 2023" in rendered(publication, path, "fi")
    assert words.time("2026-11-25", "sv") == "25 november 2026"
    assert words.time("2019", "fi") == "2019"


def test_editorial_notes_are_marked_as_english(publication: Publication) -> None:
    """Notes keep their language on pages in another one, and the page says which it is."""
    html = rendered(publication, "fi/235/unit/sivistystoimi", "fi")

    assert '<li><span lang="en">The Swedish name has been seen' in html
    assert "Huomautukset ovat englanniksi." in html


def test_translations_are_marked(publication: Publication) -> None:
    """The title in the source's language stands plain; the ones we translated are called translations."""
    html = rendered(publication, PRACTICE, "en")
    titles = dict(re.findall(r'<th scope="row">(\w+)</th>\s*<td>(.*?)</td>', html))

    assert "translation" not in titles["Finnish"]
    assert "translation" in titles["Swedish"]
    assert "translation" in titles["English"]


def test_a_concept_lists_its_practices_by_municipality(publication: Publication) -> None:
    """The page of a purpose names each municipality that has it, with the coverage of its list beside the number."""
    html = rendered(publication, "purpose/feedback", "en")

    assert re.search(
        r'<h3><a href="../fi/235\.html">Kauniainen</a> <span class="quiet">\(\d+; own list\)', html
    )
    assert 'href="../fi/235/practices/asukaskysely.html"' in html


def test_stated_and_implied_uses_of_a_concept_are_apart(publication: Publication) -> None:
    """A practice whose group is implied is listed under the editors' reading only."""
    html = rendered(publication, "target-group/associations", "en")
    stated, _, implied = html.partition("Practices that the editors read as being for this group")

    assert "kuntalais-ja-yhdistysillat.html" not in stated
    assert "kuntalais-ja-yhdistysillat.html" in implied


def test_implied_legal_basis_is_apart_from_the_stated(publication: Publication) -> None:
    """The page of an act says whether the source names it or the editors read it so."""
    stated = rendered(publication, "fi/law/mrl-1999", "en").partition("Practices whose source names this")[2]
    implied = rendered(publication, "fi/law/kuntalaki-2015/22-2-1", "en").partition("by the editors’ reading")

    assert "info-ja-keskustelutilaisuudet.html" in stated.partition("by the editors’ reading")[0]
    assert "kuntalais-ja-yhdistysillat.html" not in implied[0]
    assert "kuntalais-ja-yhdistysillat.html" in implied[2]


def test_a_scheme_shows_each_concept_once_with_its_definition(publication: Publication) -> None:
    """The tree of a scheme holds all its concepts, even if broader and narrower run in a circle."""
    view = View(publication, "channel.html", "en")
    concepts = publication.inverse(f"{VOCAB}channel", "skos:inScheme")
    circle = Triple(
        NamedNode(f"{VOCAB}channel/survey"), term("skos:broader"), NamedNode(f"{VOCAB}channel/survey")
    )

    for each in (view, replace(view, publication=changed(publication, circle))):
        found = [node.iri for node in flat(things.tree(each, f"{VOCAB}channel"))]
        assert sorted(found) == sorted(concepts)


def flat(nodes: list[things.Node]) -> Iterator[things.Node]:
    """Yield the nodes of a tree."""
    for node in nodes:
        yield node
        yield from flat(node.children)


def test_a_withdrawn_thing_names_its_successor(publication: Publication) -> None:
    """A withdrawn practice keeps its page, says so, leads to what took its place and is not counted any more."""
    old, new = f"{VOCAB}{PRACTICE}", f"{VOCAB}fi/235/practices/aloitelomake"
    true = Literal("true", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))
    found = changed(
        publication,
        Triple(NamedNode(old), term("owl:deprecated"), true),
        Triple(NamedNode(old), term("dct:isReplacedBy"), NamedNode(new)),
    )
    html = rendered(found, PRACTICE, "fi")
    notice = html[html.index('class="notice"') :]

    assert "Poistettu käytöstä." in notice
    assert 'href="aloitelomake.html"' in notice
    assert "asukaskysely.html" not in rendered(found, "fi/235/practices", "fi").partition("<main")[2]
    assert "51 käytäntöä" in pages.render_home(found, "", "fi")


def test_data_is_escaped(publication: Publication) -> None:
    """Markup in data and in a query is shown as text, and an address that is no web address is not a link."""
    practice = NamedNode(VOCAB + PRACTICE)
    found = changed(
        publication,
        Triple(practice, term("skos:editorialNote"), Literal("<script>alert(1)</script>", language="en")),
        Triple(practice, term("prov:wasDerivedFrom"), NamedNode("javascript:alert(1)")),
    )
    html = rendered(found, PRACTICE)
    asked = results.Asked(query="</textarea><b>", columns=["x"], rows=[[results.Cell("<i>&")]], error='"<u>')
    query = pages.render_query(publication, "sparql.html", "en", asked)

    assert "&lt;script&gt;alert(1)" in html
    assert 'href="javascript:' not in html
    assert "<script" not in html
    assert "&lt;/textarea&gt;&lt;b&gt;" in query
    assert "<td>&lt;i&gt;&amp;</td>" in query
    assert "<u>" not in query


def test_no_page_needs_what_the_content_security_policy_forbids(every_page: EveryPage) -> None:
    """There is no script to run, no inline style and no file from elsewhere on any page."""
    for at, page in every_page(".html", "en").items():
        for tag, attributes in page.tags:
            assert tag not in {"style", "iframe", "object", "embed"}, at
            assert tag != "script" or attributes == {"type": "application/ld+json"}, at
            assert not [name for name in attributes if name == "style" or name.startswith("on")], at
            assert not re.match(r"(https?:)?//", attributes.get("src", "")), at
            if attributes.get("rel") in {"stylesheet", "icon"}:
                assert not re.match(r"(https?:)?//", attributes["href"]), at


def test_tables_have_captions_and_scopes_and_scroll_by_keyboard(every_page: EveryPage) -> None:
    """Each table has a caption and headers with a scope; what scrolls sideways can be focused and has a name."""
    for at, page in every_page(".html", "fi").items():
        assert len(page.all("caption")) == len(page.all("table")), at
        assert all(each.get("scope") in {"row", "col"} for each in page.all("th")), at
        for each in page.all("div"):
            if each.get("class") == "scroll":
                assert each["tabindex"] == "0"
                assert each.get("aria-label") or each["aria-labelledby"] in page.ids, at


def test_the_home_page_counts_what_is_published(publication: Publication) -> None:
    """Each municipality stands with the number of its practices and what its list covers."""
    html = pages.render_home(publication, "", "en")
    row = re.search(r'<th scope="row"><a href="fi/235.html">Kauniainen</a></th>(.*?)</tr>', html, re.DOTALL)

    assert row is not None
    assert ">52</a>" in row[1]
    assert "the municipality’s own list" in row[1]
    assert "7 municipalities, 170 practices" in html


def test_every_described_fragment_has_its_place(publication: Publication, every_page: EveryPage) -> None:
    """What is named by a fragment, such as a term, a distribution or a source, stands on its owner's page under that id."""
    served = every_page(".html", "en")
    checked = 0
    for owner, fragments in publication.fragments.items():
        path = publication.path(owner)
        if path is not None:
            missing = {each.partition("#")[2] for each in fragments} - set(served[f"{path}.html"].ids)
            assert not missing, owner
            checked += len(fragments)

    assert checked > 100
    assert View(publication, "index.html", "fi").href(f"{VOCAB}ns#usedBy") == "ns.html#usedBy"


def test_the_query_page_works_without_script(publication: Publication) -> None:
    """The form sends the query by GET to the page itself; a question is a link that does the same."""
    questions = [("Who & what", "SELECT * { ?s ?p 1 }")]
    cells = [results.cell(publication, "sparql.fi.html", "fi", NamedNode(VOCAB + PRACTICE))]
    asked = results.Asked(questions, "ASK {}", ["practice"], [cells])
    page = Html(pages.render_query(publication, "sparql.fi.html", "fi", asked))
    links = [each["href"] for each in page.all("a")]

    assert page.all("form") == [{"method": "get", "action": "sparql.fi.html"}]
    assert [each["name"] for each in page.all("textarea")] == ["query"]
    assert "ASK {}" in "".join(page.text_of["textarea"])
    assert "sparql.fi.html?query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%201%20%7D" in links
    assert f"{PRACTICE}.fi.html" in links
    assert "".join(page.text_of["caption"]) == "1 rivi"


def test_cells_of_a_result_keep_text_and_language(publication: Publication) -> None:
    """A text in another language than the page is marked; what is unbound is empty."""
    assert results.cell(publication, "sparql.html", "fi", Literal("enkät", language="sv")) == results.Cell(
        "enkät", language="sv"
    )
    assert results.cell(publication, "sparql.html", "sv", Literal("enkät", language="sv")).language == ""
    assert results.cell(publication, "sparql.html", "sv", None) == results.Cell("")
    assert results.cell(publication, "sparql.html", "sv", NamedNode("urn:x")) == results.Cell("urn:x")


@pytest.mark.parametrize(
    ("status", "title"),
    [(404, "Sivua ei ole"), (406, "Ei saatavilla"), (400, "Pyyntöön"), (500, "Jokin meni")],
)
def test_an_error_page_says_what_is_wrong_and_where_to_go(
    publication: Publication, status: int, title: str
) -> None:
    """It has a heading of its own, the detail, the links and no canonical address."""
    problem = pages.Problem(status, "Näin <ei> käy.", [("Kauniainen", "../fi/235.html")])
    html = pages.render_error(publication, "no/such", "fi", problem)
    page = Html(html)

    assert "".join(page.text_of["h1"]).startswith(title)
    assert "Näin &lt;ei&gt; käy." in html
    assert {"href": "../fi/235.html"} in page.all("a")
    assert "canonical" not in [each["rel"] for each in page.all("link")]
    assert {"name": "robots", "content": "noindex"} in page.all("meta")
    assert "../static/style.css" in [each["href"] for each in page.all("link")]


def catalogue(language: str) -> Mapping[object, object]:
    """Return the words of a catalogue: msgid → msgstr, both as the file has them."""
    with (words.TRANSLATIONS / f"{language}.po").open("rb") as file:
        found = [each for each in read_po(file, locale=language) if each.id]
    assert not [each.id for each in found if each.fuzzy]
    return {each.id: each.string for each in found}


def test_every_catalogue_has_the_same_words() -> None:
    """Finnish, Swedish and English have the same keys, none empty, none unsure, with the same placeholders."""
    english = catalogue("en")

    for language in ("fi", "sv"):
        own = catalogue(language)
        assert set(own) == set(english)
        for key, text in own.items():
            for one, other in zip(forms(key), forms(text), strict=True):
                assert other.strip(), key
                assert re.findall(r"%\(\w+\)s|<a[^>]*>", one) == re.findall(r"%\(\w+\)s|<a[^>]*>", other)


def forms(text: object) -> list[str]:
    """Return the singular and plural of a text, or the text alone."""
    return [str(each) for each in text] if isinstance(text, tuple | list) else [str(text)]


def test_the_catalogues_have_the_words_that_the_pages_use() -> None:
    """Each text of the templates and of the code is in the catalogues, and nothing else is."""
    used = {
        text
        for _file, _line, text, _comments, _context in extract_from_dir(
            pages.STATIC.parent,
            method_map=[("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")],
            options_map={"**.html": {"extensions": "jinja2.ext.i18n"}},
            keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
        )
    }

    assert used == set(catalogue("en"))
    assert len(used) > 150
