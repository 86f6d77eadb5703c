"""What the pages of the vocabulary promise: true numbers, honest silence, a way from what was withdrawn, real examples."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as Xml

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from osallisuus.compare import AXES
from osallisuus.manifest import Published
from osallisuus.release import Publication, open_publication
from osallisuus.release.building import edition
from osallisuus.release.listing import entries
from osallisuus.site import Layout, read
from osallisuus.vocabulary import DOCUMENTS, VOCAB, term
from osallisuus.web import (
    create_app,
    model_diagram,
    model_page,
    model_svg,
    pages,
    reported,
    reuse,
    things,
    words,
)
from osallisuus.web.asking import parse as parse_asked
from osallisuus.web.facets import Facets
from osallisuus.web.shapes import read as read_shapes
from osallisuus.web.terms import Terms
from osallisuus.web.versions import listed
from osallisuus.web.views import View

TRUE = Literal("true", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))
OLD, NEW = f"{VOCAB}purpose/co-design", f"{VOCAB}purpose/dialogue"
WHY = Literal("Nobody could tell it from dialogue.", language="en")


def shown(publication: Publication, path: str, language: str = "en") -> str:
    """Return the page of a path, which must be there."""
    html = pages.render(publication, path, f"{path}.html", language)
    assert html is not None, path
    return html


def text(html: str) -> str:
    """Return what a page says, without tags and with single spaces."""
    spaced = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    return re.sub(r" (?=[,.:;)])|(?<=\() ", "", spaced)


def section(html: str, name: str) -> str:
    """Return the section of a page with a heading of an id; empty when it has none."""
    found = re.search(rf'<section aria-labelledby="{name}">.*?</section>', html, re.DOTALL)
    return found[0] if found else ""


def changed(publication: Publication, *triples: Triple, without: Iterable[Triple] = ()) -> Publication:
    """Return the publication with more triples in the graph of the vocabulary, and some taken out of every graph."""
    gone = set(without)
    graphs = {
        name: tuple(each for each in found if each not in gone) for name, found in publication.graphs.items()
    }
    graphs["vocabulary"] = (*graphs["vocabulary"], *triples)
    return replace(publication, graphs=graphs)


def drawing(view: View) -> Xml.Element:
    """Return the diagram, read as XML."""
    return Xml.fromstring(model_svg.svg(view))  # noqa: S314 - our own


def triple(subject: str, predicate: str, value: str | Literal) -> Triple:
    """Return a triple with a property given as a prefixed name."""
    return Triple(NamedNode(subject), term(predicate), NamedNode(value) if isinstance(value, str) else value)


@pytest.fixture(scope="module")
def withdrawn(publication: Publication) -> Publication:
    """Return the publication as it would be had a shared concept been withdrawn in favour of another."""
    return changed(
        publication,
        triple(OLD, "owl:deprecated", TRUE),
        triple(OLD, "dct:isReplacedBy", NEW),
        triple(OLD, "skos:changeNote", WHY),
    )


@pytest.fixture(scope="module")
def later(publication: Publication) -> Publication:
    """Return the publication as it would be with a later version, which withdrew a concept, added one and lost one."""
    listed_things = list(publication.manifest.things)
    files = dict(publication.files)
    for name in DOCUMENTS:
        path = "ns/1.10.0" if name == "ns" else f"ns/1.10.0/{name}"
        listed_things.append(Published(path, "0", "2027-03-01", "2027-03-01"))
        lines = files[f"{name}.nt"].splitlines(keepends=True)
        files[f"{path}.nt"] = b"".join(each for each in lines if b"/channel/walk>" not in each)
    files["ns/1.10.0.nt"] += f'<{VOCAB}ns> <{term("dct:modified").value}> "2027-03-01" .\n'.encode()
    files["ns/1.10.0/purpose.nt"] += "".join(
        f"{each} .\n"
        for each in (
            triple(OLD, "owl:deprecated", TRUE),
            triple(f"{VOCAB}purpose/fun", "rdf:type", term("skos:Concept").value),
            triple(NEW, "skos:altLabel", Literal("talk", language="en")),
        )
    ).encode()
    return replace(
        publication, files=files, manifest=replace(publication.manifest, things=tuple(listed_things))
    )


@pytest.fixture
def client(publication: Publication, evaluate: Callable[..., bytes]) -> FlaskClient:
    """Return a client of the service."""
    return create_app(publication, evaluate).test_client()


def flat(nodes: Iterable[things.Node]) -> Iterator[things.Node]:
    """Yield the nodes of a tree."""
    for node in nodes:
        yield node
        yield from flat(node.children)


# Numbers


def test_what_is_counted_is_what_lists_and_comparisons_see(publication: Publication) -> None:
    """For every value of every axis the practices are those that `entries` gives, stated and implied apart."""
    view = View(publication, "purpose.html", "en")
    practices = entries(publication)
    checked = 0
    for name, axis in AXES.items():
        values = [each for each in publication.by_subject if each.startswith(f"{VOCAB}{axis.scheme}/")]
        for iri in values if axis.scheme else ():
            found = reported.reported(view, iri)
            for basis in ("values", "implied"):
                wanted = {each.iri for each in practices if iri in getattr(each, basis)[name]}
                assert (found.stated if basis == "values" else found.implied) == wanted, iri
                checked += len(wanted)
    assert checked > 500


def test_a_practice_counts_once_and_not_when_it_was_withdrawn(publication: Publication) -> None:
    """What a source states is no reading besides, and a withdrawn practice is in no number."""
    group = f"{VOCAB}target-group/residents"
    before = reported.reported(View(publication, "", "en"), group)
    twice, gone = sorted(before.stated)[:2]
    found = changed(
        publication, triple(twice, "osa:impliedGroup", group), triple(gone, "owl:deprecated", TRUE)
    )
    view = View(found, "", "en")

    assert reported.reported(view, group) == reported.Reported(before.stated - {gone}, before.implied)
    sizes = {each.municipality: each.practices for each in reported.table(view, group).rows}
    owner = things.municipality(view, gone)
    assert sizes[owner] == sum(each.municipality == owner for each in entries(publication)) - 1


def test_a_number_of_a_municipality_leads_to_its_practices(publication: Publication) -> None:
    """The links of a row ask for just the practices that the row counts: all of them, and those without readings."""
    facets = Facets(publication)
    view = View(publication, "target-group/associations.html", "en")
    concept = f"{VOCAB}target-group/associations"
    html = unescape(shown(publication, "target-group/associations"))
    for row in reported.table(view, concept).rows:
        for is_stated, wanted in ((True, row.stated), (False, row.stated + row.implied)):
            href = reported.listed(view, concept, row.municipality, is_stated=is_stated)
            asked = parse_asked(parse_qs(urlsplit(href).query), facets.ids, "en")
            assert facets.count(asked) == wanted, href
            assert f'href="{href}"' in html or not wanted


@pytest.mark.parametrize("scheme", ["purpose", "target-group", "channel", "unit-type", "level"])
def test_a_number_in_a_tree_is_that_of_the_list_it_leads_to(publication: Publication, scheme: str) -> None:
    """The list of practices, asked as the link asks, has as many practices as the tree says, for every concept."""
    facets = Facets(publication)
    view = View(publication, f"{scheme}.html", "en")
    html = shown(publication, scheme)
    for node in flat(things.tree(view, VOCAB + scheme)):
        href = reported.listed(view, node.iri)
        asked = parse_asked(parse_qs(urlsplit(href).query), facets.ids, "en")
        assert facets.count(asked) == node.count, node.iri
        assert (f'<a href="{href}">' in html) == (node.count > 0), node.iri


def test_the_use_of_a_concept_stands_by_municipality_with_the_size_and_coverage_of_its_list(
    publication: Publication,
) -> None:
    """Each row has the coverage, the number of practices in the list, and the numbers by basis; rows are by name."""
    use = section(shown(publication, "target-group/associations"), "use")
    rows = [text(each) for each in re.findall(r"<tr>.*?</tr>", use, re.DOTALL)][1:]
    own = [each for each in entries(publication) if each.municipality == f"{VOCAB}fi/235"]
    stated = sum(f"{VOCAB}target-group/associations" in each.values["target-group"] for each in own)
    implied = sum(f"{VOCAB}target-group/associations" in each.implied["target-group"] for each in own)

    assert f"Kauniainen own list {len(own)} {stated} {implied}" in rows
    assert rows == sorted(rows)
    assert "no ranking" in text(use)


def test_only_a_complete_list_says_that_a_municipality_has_none(publication: Publication) -> None:
    """A list that may have gaps is silent; one that its municipality calls complete says that there is none."""
    dataset = f"{VOCAB}fi/235/practices"
    own_list = triple(dataset, "osa:coverage", f"{VOCAB}coverage/own-list")
    complete = triple(dataset, "osa:coverage", f"{VOCAB}coverage/complete")
    path = next(
        each
        for each in ("channel/mini-public", "channel/walk", "channel/phone", "channel/referendum")
        if f"{VOCAB}fi/235" in reported.table(View(publication, "", "en"), VOCAB + each).silent
    )
    before = text(section(shown(publication, path), "use"))
    after = text(section(shown(changed(publication, complete, without=[own_list]), path), "use"))

    assert "Kauniainen" in before.partition("does not mean")[2]
    assert "complete lists" not in before
    assert "Kauniainen" in after.partition("By their own complete lists these have none:")[2]
    assert "Kauniainen" not in after.partition("By their own complete lists")[0]


def test_acts_and_sections_have_their_practices(publication: Publication) -> None:
    """The page of acts counts each section as the lists do, an act with its sections, and says which are readings."""
    view = View(publication, "fi/law.html", "en")
    html = shown(publication, "fi/law")
    found = {each.iri: each for each in entries(publication)}
    for act in things.acts(view):
        sections = [act, *(each for each in publication.by_subject if each.startswith(f"{act}/"))]
        stated = {iri for iri, each in found.items() if set(sections) & set(each.values["law"])}
        implied = {iri for iri, each in found.items() if set(sections) & set(each.implied["law"])} - stated
        assert reported.within(view, act) == reported.Reported(frozenset(stated), frozenset(implied))
        assert f'id="{act.rpartition("/")[2]}"' in html
        assert all(view.link(each) in html for each in sections)
    assert f'href="../practices.html?law={"kuntalaki-2015"}">24 practices</a>, of these 22' in html


# What was withdrawn


def test_a_withdrawn_concept_is_out_of_the_tree_and_in_a_list_of_its_own(withdrawn: Publication) -> None:
    """The tree has it no more, the list below names it with why and what took its place, and it is not counted."""
    html = shown(withdrawn, "purpose")
    tree, _, rest = html.partition('<details class="withdrawn-list">')

    assert 'href="purpose/co-design.html"' not in tree
    assert "1 withdrawn concept" in rest
    assert "co-design (withdrawn) → dialogue" in text(rest)
    assert WHY.value in rest
    assert "17 concepts" in text(shown(withdrawn, "vocabulary"))
    assert "withdrawn-list" not in shown(withdrawn, "channel")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Withdrawn.", "In its place: dialogue", "Why:")),
        ("fi", ("Poistettu käytöstä.", "Syy:")),
        ("sv", ("Ur bruk.", "Orsak:")),
    ],
)
def test_the_page_of_a_withdrawn_concept_says_so_and_leads_on(
    withdrawn: Publication, language: str, said: tuple[str, ...]
) -> None:
    """The notice stands first, with the reason and a link; what is replaced is named on the page of the successor."""
    html = shown(withdrawn, "purpose/co-design", language)
    main = html[html.index("<main") :]
    notice = main[: main.index('class="lead"')]

    assert all(each in text(notice) for each in said)
    assert 'href="dialogue.html"' in notice
    assert WHY.value in notice
    assert 'href="co-design.html"' in shown(withdrawn, "purpose/dialogue", language)


def test_a_concept_without_successor_says_that_nothing_took_its_place(publication: Publication) -> None:
    """No link is made up."""
    html = shown(changed(publication, triple(OLD, "owl:deprecated", TRUE)), "purpose/co-design")

    assert "Nothing took its place." in html
    assert "Nothing took its place." not in shown(publication, "purpose/co-design")


def test_a_municipality_s_own_word_can_be_withdrawn_too(make_site: Callable[..., Layout]) -> None:
    """The page of a withdrawn word of a small site says so and leads to another word."""
    layout = make_site()
    contents = read(layout)
    assert contents.findings == ()
    publish = layout.root / "out"
    for path, content in edition(contents, None, "2026-11-25").items():
        (publish / path).parent.mkdir(parents=True, exist_ok=True)
        (publish / path).write_bytes(content)
    publication = open_publication(publish)
    word = next(each for each in publication.by_subject if "/term/" in each)
    html = shown(
        changed(
            publication,
            triple(word, "owl:deprecated", TRUE),
            triple(word, "dct:isReplacedBy", f"{VOCAB}target-group/residents"),
        ),
        publication.path(word) or "",
    )

    assert "Withdrawn." in html
    assert re.search(r'In its place:[^<]*<a href="[^"]*target-group/residents\.html">', html)


def test_a_tree_keeps_what_is_under_a_withdrawn_concept(publication: Publication) -> None:
    """When a grouping concept goes, those under it stand on their own and none is lost."""
    found = changed(publication, triple(f"{VOCAB}channel/digital", "owl:deprecated", TRUE))
    nodes = things.tree(View(found, "channel.html", "en"), f"{VOCAB}channel")
    iris = [each.iri for each in flat(nodes)]

    assert f"{VOCAB}channel/website" in [each.iri for each in nodes]
    assert sorted([*iris, f"{VOCAB}channel/digital"]) == sorted(
        publication.inverse(f"{VOCAB}channel", "skos:inScheme")
    )


# Concepts


def test_a_concept_shows_where_it_stands(publication: Publication) -> None:
    """The way from the top of the scheme is there, and a circle of broader concepts ends."""
    html = shown(publication, "channel/website")
    circle = changed(
        publication, triple(f"{VOCAB}channel/digital", "skos:broader", f"{VOCAB}channel/website")
    )

    assert "Channels of participation › digital channels › website" in text(html)
    assert "digital channels › website" in text(shown(circle, "channel/website"))


def test_a_concept_shows_what_it_is_called_and_found_by_in_every_language(publication: Publication) -> None:
    """Names, synonyms, search words and definitions of all three languages stand on the page in any one of them."""
    checked = 0
    for iri in publication.instances("skos:Concept"):
        path = publication.path(iri)
        if path and publication.links(iri, "skos:inScheme") and "/term/" not in iri:
            names = section(shown(publication, path, "fi"), "names")
            for predicate in ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel", "skos:definition"):
                for value in publication.values(iri, predicate):
                    assert value.value in unescape(names), iri
                    checked += 1
    assert checked > 800


def test_a_match_elsewhere_says_its_kind_its_vocabulary_and_why(publication: Publication) -> None:
    """What it is called there is said to be unknown, the editors' reason stands beside it and not among the notes."""
    html = shown(publication, "purpose/feedback")
    found = text(section(html, "matches"))

    assert "Close meaning General Finnish Ontology YSO: p1236 The YSO concept is the feedback itself" in found
    assert "only the identifier is kept here" in found
    assert "YSO p1236, close match" not in html
    assert "Looks back at what has been done" in text(section(html, "notes"))


def test_a_label_of_a_concept_elsewhere_is_shown_where_it_is_known(publication: Publication) -> None:
    """With its language when that is another than the page's."""
    known = triple("http://www.yso.fi/onto/yso/p1236", "skos:prefLabel", Literal("palaute", language="fi"))
    found = section(shown(changed(publication, known), "purpose/feedback"), "matches")

    assert '– <span lang="fi">palaute</span>' in found
    assert "only the identifier is kept" not in found


def test_a_concept_without_a_match_elsewhere_says_so(publication: Publication) -> None:
    """Silence would leave open whether anybody looked."""
    assert "No matching concept of another vocabulary is known" in section(
        shown(publication, "purpose/dialogue"), "matches"
    )


# Versions


def test_the_history_of_a_concept_is_read_from_the_frozen_versions(later: Publication) -> None:
    """Each version says what it did to the concept, in the order of the versions, with a link to its document."""

    def history(path: str) -> str:
        return text(section(shown(later, path), "history"))

    assert history("purpose/co-design").startswith(
        "History Version 1.0.0 added (November 25, 2026) Version 1.10.0 withdrawn (March 1, 2027)"
    )
    assert "Version 1.10.0 changed" in history("purpose/dialogue")
    assert 'href="../ns/1.10.0/purpose.html"' in shown(later, "purpose/dialogue")
    assert "Version 1.10.0" not in history("channel/walk")
    assert "Version 1.10.0 unchanged" in history("channel/phone")
    assert "Not in any frozen version yet." in text(
        section(
            shown(
                changed(
                    later,
                    triple(f"{VOCAB}purpose/x", "skos:inScheme", f"{VOCAB}purpose"),
                    triple(f"{VOCAB}purpose/x", "rdf:type", term("skos:Concept").value),
                ),
                "purpose/x",
            ),
            "history",
        )
    )


def test_the_start_page_says_what_each_version_changed(later: Publication) -> None:
    """The newest version stands first and names what it added, changed and withdrew; the first is summed up."""
    found = text(section(shown(later, "vocabulary"), "versions"))
    newest, _, first = found.partition("1.0.0 November 25, 2026")

    assert "Added: fun" in newest
    assert "Withdrawn: co-design" in newest
    assert "Changed: dialogue" in newest
    assert "7 concept schemes, 129 concepts, 29 classes and properties, 22 acts and sections" in first


def test_what_a_version_lost_is_not_hushed_up(later: Publication) -> None:
    """A term that a version does not have any more is named as removed."""
    newest = listed(View(later, "vocabulary.html", "en"))[0]

    assert newest.changes["removed"] == [f"{VOCAB}channel/walk"]
    assert "Removed: walk" in text(shown(later, "vocabulary"))


# Classes and properties


def test_every_term_has_an_anchor_a_definition_and_an_example_from_the_data(publication: Publication) -> None:
    """Each example can be read as it stands, is in the data, and shows the term; the link leads to the thing."""
    view = View(publication, "ns.html", "en")
    terms = Terms(view, read_shapes(publication))
    html = shown(publication, "ns")
    ours = [each for each in publication.by_subject if each.startswith(f"{VOCAB}ns#")]
    for iri in ours:
        example = terms.example(iri)
        assert f'<article class="term" id="{iri.partition("#")[2]}"' in html
        assert str(view.text(iri, "skos:definition")) in unescape(html)
        if example is not None:
            said = [each.triple for each in parse(example.turtle, format=RdfFormat.TURTLE)]
            assert said
            assert set(said) <= set(publication.by_subject[example.iri])
            assert any(iri in (each.predicate.value, getattr(each.object, "value", "")) for each in said), iri
            assert str(view.term_link(example.iri)) in html
    without = [each.partition("#")[2] for each in ours if terms.example(each) is None]
    assert len(ours) - len(without) > 20
    assert html.count("Nothing published here has it yet.") == len(without)


def test_no_withdrawn_thing_serves_as_an_example(publication: Publication) -> None:
    """When the practice of an example is withdrawn, another one takes its place."""
    shapes = read_shapes(publication)
    first = Terms(View(publication, "ns.html", "en"), shapes).example(f"{VOCAB}ns#purpose")
    assert first is not None
    found = changed(publication, triple(first.iri, "owl:deprecated", TRUE))
    second = Terms(View(found, "ns.html", "en"), shapes).example(f"{VOCAB}ns#purpose")

    assert second is not None
    assert second.iri != first.iri


def test_the_rules_of_a_term_are_told_and_linked(publication: Publication) -> None:
    """The number of values and their scheme come from the shapes, and each rule that is named stands on its page."""
    html = shown(publication, "ns", "fi")
    purpose = html[html.index('<article class="term" id="purpose"') :]
    purpose = purpose[: purpose.index("</article>")]
    rules = shown(publication, "shapes", "fi")

    assert "vähintään yksi" in text(purpose)
    assert 'href="purpose.html">Tarkoitukset' in purpose
    assert "Käytännöllä on oltava vähintään yksi tarkoitus" in text(purpose)
    linked = set(re.findall(r'href="shapes\.html#([^"]+)"', html))
    assert len(linked) > 40
    assert linked <= set(re.findall(r'id="([^"]+)"', rules))
    assert "enintään yksi" in text(html[html.index('id="coverage"') :].partition("</article>")[0])


def test_every_rule_with_a_message_is_on_the_page_of_the_rules(publication: Publication) -> None:
    """In the language of the page, marked when it is only a warning."""
    shapes = read_shapes(publication)
    page = unescape(shown(publication, "shapes", "sv"))

    assert len(shapes.listed) > 100
    for each in shapes.listed:
        if each.messages:
            assert each.messages["sv"] in page
            assert f'id="{each.name}"' in page
    assert page.count("bara en varning") == sum(
        each.is_warning and bool(each.messages) for each in shapes.listed
    )


# The diagram


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_diagram_has_every_property_and_the_words_say_the_same(
    publication: Publication, language: str
) -> None:
    """Each property of the ontology with a thing or a value is drawn and told, by its name in the language of the page."""
    view = View(publication, "ns.html", language)
    drawn = [each.text for each in drawing(view).iter("{http://www.w3.org/2000/svg}text")]
    html = unescape(shown(publication, "ns", language))
    told = html[html.index('<details class="model-words">') :].partition("</details>")[0]
    ours = [
        each
        for kind in ("owl:ObjectProperty", "owl:DatatypeProperty")
        for each in publication.instances(kind)
        if each.startswith(f"{VOCAB}ns#")
    ]

    assert len(ours) == 27
    for iri in ours:
        assert str(view.name(iri)) in drawn, iri
        assert str(view.name(iri)) in told, iri
    for arrow in model_diagram.model(view).arrows:
        assert arrow.name in drawn
        assert f"<strong>{arrow.name}</strong> <code>{arrow.code}</code>" in told
    for scheme in publication.instances("skos:ConceptScheme"):
        assert str(view.name(scheme)) in " ".join(filter(None, drawn)), scheme


def test_the_diagram_is_drawn_alike_and_needs_no_style(publication: Publication) -> None:
    """Its bytes are the same each time; no element has a style, an address or a script; its name is in it."""
    view = View(publication, "ns.html", "sv")
    root = drawing(view)

    assert model_svg.svg(view) == model_svg.svg(replace(view, at="ns/model.sv.svg"))
    for each in root.iter():
        assert each.tag.rpartition("}")[2] in {"svg", "title", "rect", "text", "polyline", "polygon"}
        assert not {"style", "href", "onload"} & set(each.attrib)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == root[0].attrib["id"]
    assert "praxis" in (root[0].text or "")


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_box_of_the_diagram_covers_another(publication: Publication, language: str) -> None:
    """Whatever the length of the names, boxes stand apart and inside the picture, and each arrow ends at one."""
    root = drawing(View(publication, "", language))
    boxes = [each.attrib for each in root if "model-box" in each.get("class", "")]
    edges = [
        (int(b["x"]), int(b["y"]), int(b["x"]) + int(b["width"]), int(b["y"]) + int(b["height"]))
        for b in boxes
    ]

    ends = [each.get("points", "").split()[0].split(",") for each in root if each.tag.endswith("polygon")]
    assert len(ends) == len(model_diagram.model(View(publication, "", language)).arrows) == 20
    for x, y in ((int(x), int(y)) for x, y in ends):
        assert any((x in (b[0], b[2]) and b[1] <= y <= b[3]) or y in (b[1], b[3]) for b in edges), (x, y)
    assert len(edges) == 14
    for number, (left, top, right, bottom) in enumerate(edges):
        assert left >= 0
        assert right <= int(root.attrib["width"])
        assert bottom <= int(root.attrib["height"])
        for other in edges[number + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


def test_the_diagram_is_served_as_a_page_and_as_a_file_in_each_language(client: FlaskClient) -> None:
    """Its name is negotiated, each form has an address of its own, and unknown ones are not there."""
    assert client.get("/ns/model", headers={"Accept": "text/html"}).headers["Location"] == "model.html"
    assert client.get("/ns/model", headers={"Accept": "image/svg+xml"}).headers["Location"] == "model.svg"
    file = client.get("/ns/model.sv.svg")
    assert file.content_type == "image/svg+xml; charset=utf-8"
    assert file.headers["Content-Language"] == "sv"
    assert "delaktighetspraxis" in file.text.casefold()
    swedish = client.get("/ns/model.svg", headers={"Accept-Language": "sv"})
    assert swedish.text == file.text
    assert 'lang="fi"' in client.get("/ns/model.fi.html").text
    assert client.get("/ns/model.de.svg").status_code == 404


def test_the_page_of_the_diagram_shows_the_words_openly(publication: Publication) -> None:
    """On its own page nobody has to open them."""
    assert '<details class="model-words" open>' in model_page.render(publication, "ns/model.html", "en")


# Citing and reusing


@pytest.mark.parametrize(
    ("path", "cited"),
    [
        ("vocabulary", "ns/1.0.0"),
        ("ns", "ns/1.0.0"),
        ("purpose", "ns/1.0.0/purpose"),
        ("purpose/co-design", "purpose/co-design"),
        ("fi/law", "ns/1.0.0/fi/law"),
        ("fi/law/kuntalaki-2015/22", "fi/law/kuntalaki-2015/22"),
        ("target-group/internal", "target-group/internal"),
    ],
)
@pytest.mark.parametrize(("language", "kind"), [("fi", "sanasto"), ("sv", "vokabulär"), ("en", "vocabulary")])
def test_every_page_of_the_vocabulary_says_how_to_cite_and_reuse_it(
    publication: Publication, path: str, cited: str, language: str, kind: str
) -> None:
    """Publisher, year, title, version and IRI in the language of the page, BibTeX, licence, downloads, prefixes."""
    html = shown(publication, path, language)
    data = text(html[html.index('class="as-data"') :])
    view = View(publication, f"{path}.html", language)

    assert f"(2026). {reuse.of(view, path, publication.iri(path) or '').work.title[language]}" in data
    assert f"1.0.0) [{kind}]. {VOCAB}{cited}" in data
    assert f"url = {{{VOCAB}{cited}}}" in data
    assert "CC BY 4.0" in data
    assert "@prefix osa: <https://w3id.org/osallisuus/ns#> ." in unescape(html)
    assert f'"@context": "{VOCAB}ns/1.0.0/context.jsonld"' in data
    name = path.rpartition("/")[2]
    for suffix in ("ttl", "jsonld", "nt", "rdf"):
        assert f'href="{name}.{suffix}"' in html


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("purpose/co-design", "purposes: [co-design]"),
        ("target-group/youth", "groups: [youth]"),
        ("channel/walk", "channels: [walk]"),
        ("unit-type/education", "type: education"),
        ("fi/law/kuntalaki-2015/22-2-5", "legal-basis: [kuntalaki-2015/22-2-5]"),
        ("level/involve", ""),
        ("purpose", ""),
    ],
)
def test_the_line_for_one_s_own_files_is_that_of_the_reader(
    publication: Publication, path: str, line: str, repository: object
) -> None:
    """The key is the one that sites' files have; what they do not name has no line."""
    view = View(publication, f"{path}.html", "en")

    assert reuse.of(view, path, VOCAB + path).yaml == line
    if line:
        key = line.partition(":")[0]
        files = [*(Layout(repository).root / "data").rglob("*.yaml")]  # type: ignore[arg-type]
        assert any(re.search(rf"^ +{key}: ", each.read_text(), re.MULTILINE) for each in files)
        assert line in unescape(shown(publication, path))


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_proposal_is_a_mail_with_its_questions_written(publication: Publication, language: str) -> None:
    """Subject and questions are in the language of the page, so that the sender only fills in."""
    html = unescape(shown(publication, "vocabulary", language))
    found = re.search(r'href="(mailto:[^"]+)"', section(html, "maintenance"))
    assert found is not None
    address, _, query = found[1].partition("?")
    asked = {name: unquote(value) for name, _, value in (each.partition("=") for each in query.split("&"))}
    say = words.translations(language).gettext

    assert address == f"mailto:{publication.site.email}"
    assert asked["subject"] == say("Proposal for the vocabulary")
    assert say("What it means, in a sentence:") in asked["body"].split("\r\n\r\n")
    assert publication.site.url in asked["body"]


def test_another_site_leads_to_those_who_maintain_the_vocabulary(publication: Publication) -> None:
    """A city's own site takes no proposals for what it does not maintain, and cites the vocabulary all the same."""
    site = replace(publication.site, base="https://data.example.org/p/", url="https://data.example.org/p/")
    html = shown(replace(publication, site=site), "vocabulary")

    assert "mailto:" not in section(html, "maintenance")
    assert f'href="{VOCAB}vocabulary"' in section(html, "maintenance")
    assert f"[vocabulary]. {VOCAB}ns/1.0.0" in text(html)
