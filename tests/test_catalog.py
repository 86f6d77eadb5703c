"""The catalog: complete for portals, the same things at every harvest, in pages when the settings say so, or refused."""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from osallisuus import manifest, release, vocabulary
from osallisuus.catalog.description import COUNTRIES
from osallisuus.cli import main
from osallisuus.errors import LANGUAGES
from osallisuus.formats import RDF_FORMATS
from osallisuus.graph.description import EU_LANGUAGES, language_iri
from osallisuus.manifest import Manifest
from osallisuus.query import store
from osallisuus.release import Publication, check_catalog
from osallisuus.site import Contents, Layout, read
from osallisuus.vocabulary import PREFIXES, term
from osallisuus.web import pages
from releasing import on_disk

MakeSite = Callable[..., Layout]
DAY, LATER = "2026-11-25", "2027-01-02"
LOG = "changes.jsonl"
BASE, OWN = "https://w3id.org/osallisuus/", "https://example.org/"
SETTINGS, MUNICIPALITY, PRACTICES = "site.yaml", "mallila/municipality.yaml", "mallila/practices.yaml"
LICENCE = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
PARSERS = dict(
    zip(
        [each.suffix for each in RDF_FORMATS],
        (RdfFormat.TURTLE, RdfFormat.JSON_LD, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML),
        strict=True,
    )
)


class Graph:
    """Triples, asked by subject and property."""

    def __init__(self, triples: set[Triple]) -> None:
        self.triples = triples

    def values(self, subject: str, predicate: str) -> list[NamedNode | Literal]:
        """Return the values of a property, sorted."""
        wanted = term(predicate)
        found = [
            each.object
            for each in self.triples
            if each.subject == NamedNode(subject) and each.predicate == wanted
        ]
        return sorted((each for each in found if isinstance(each, NamedNode | Literal)), key=str)

    def texts(self, subject: str, predicate: str) -> list[str]:
        """Return the values of a property as text, sorted."""
        return [each.value for each in self.values(subject, predicate)]

    def value(self, subject: str, predicate: str) -> str:
        """Return the only value of a property as text."""
        (found,) = self.texts(subject, predicate)
        return found

    def instances(self, kind: str) -> list[str]:
        """Return the IRIs of the things of a class, sorted."""
        wanted = term(kind)
        found = [each.subject for each in self.triples if each.object == wanted]
        return sorted(each.value for each in found if isinstance(each, NamedNode))


def _read(files: Mapping[str, bytes], path: str) -> Graph:
    form = PARSERS[f".{path.rpartition('.')[2]}"]
    return Graph({each.triple for each in parse(files[path], format=form)})


def _pages(files: Mapping[str, bytes], suffix: str = ".nt") -> list[Graph]:
    """Return the pages that a harvester finds when it follows the first, all in one format."""
    found, following = [], [f"catalog{suffix}"]
    while following:
        found.append(_read(files, following.pop()))
        views = found[-1].instances("hydra:PartialCollectionView")
        following = [each.removeprefix(OWN) for view in views for each in found[-1].texts(view, "hydra:next")]
    return found


def _edition(
    layout: Layout, before: Manifest | None = None, day: str = DAY, log: bytes = b""
) -> dict[str, bytes]:
    return release.edition(read(layout), before, day, log)


def _manifest(files: Mapping[str, bytes], directory: Path) -> Manifest:
    release.replace(directory, files)
    return manifest.read(directory)


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def catalog(edition: dict[str, bytes]) -> Graph:
    """Return the catalog of the repository's own data."""
    return _read(edition, "catalog.nt")


# What it says


def test_the_catalog_lists_every_municipality_the_vocabulary_and_the_comparison(
    catalog: Graph, contents: Contents
) -> None:
    """Its datasets are one a municipality, the vocabulary and the joint table."""
    paths = [*(f"{each.key}/practices" for each in contents.municipalities), "comparison", "vocabulary"]

    assert catalog.texts(f"{BASE}catalog", "dcat:dataset") == sorted(BASE + each for each in paths)
    assert catalog.instances("dcat:Dataset") == sorted(BASE + each for each in paths)


def test_every_table_and_description_of_a_dataset_is_a_distribution(
    catalog: Graph, edition: dict[str, bytes], contents: Contents
) -> None:
    """Each file of a dataset is offered, but not what only describes a table, and never a web page."""
    for dataset in catalog.instances("dcat:Dataset"):
        path = dataset.removeprefix(BASE)
        starts = (f"{path}.", f"{path}-", f"{path.rpartition('/')[0]}/services.")
        files = {each for each in edition if each.startswith(starts) and not each.endswith(".json")}
        offered = catalog.texts(dataset, "dcat:distribution")
        shown = [catalog.value(each, "dcat:downloadURL").removeprefix(BASE) for each in offered]
        assert sorted(shown) == sorted(files)
        assert len({catalog.texts(each, "dct:title")[0] for each in offered}) == len(offered)


def test_what_the_catalog_says_of_a_file_is_true_of_the_file(
    catalog: Graph, edition: dict[str, bytes]
) -> None:
    """Size and checksum are those of the file, and its name ends as its media type does."""
    suffixes = {"text/csv": ".csv", **{each.media_type: each.suffix for each in RDF_FORMATS}}
    distributions = catalog.instances("dcat:Distribution")
    for each in distributions:
        path = catalog.value(each, "dcat:downloadURL").removeprefix(BASE)
        checksum = catalog.value(each, "spdx:checksum")
        assert catalog.texts(each, "dcat:byteSize") == [str(len(edition[path]))]
        assert catalog.texts(checksum, "spdx:checksumValue") == [hashlib.sha256(edition[path]).hexdigest()]
        media_type = catalog.value(each, "dcat:mediaType").partition("media-types/")[2]
        assert path.endswith(suffixes[media_type])
    assert len(distributions) > 50


def test_everything_has_an_iri_that_is_its_identifier(catalog: Graph) -> None:
    """No node is blank; the identifier of catalog, datasets, distributions and services is the IRI (C19)."""
    kinds = ("dcat:Catalog", "dcat:Dataset", "dcat:Distribution", "dcat:DataService")
    things = [each for kind in kinds for each in catalog.instances(kind)]

    assert [each for each in catalog.triples if {type(each.subject), type(each.object)} & {BlankNode}] == []
    assert [each for each in things if catalog.texts(each, "dct:identifier") != [each]] == []


def test_titles_descriptions_and_keywords_are_in_three_languages(catalog: Graph) -> None:
    """Catalog, datasets and service have one title and description in each language, and keywords in each."""
    (service,) = catalog.instances("dcat:DataService")
    for thing in (*catalog.instances("dcat:Dataset"), service, f"{BASE}catalog"):
        for name in ("dct:title", "dct:description"):
            assert {getattr(each, "language", "") for each in catalog.values(thing, name)} == set(LANGUAGES)
            assert len(catalog.values(thing, name)) == len(LANGUAGES)
        if thing != f"{BASE}catalog":
            spoken = {getattr(each, "language", "") for each in catalog.values(thing, "dcat:keyword")}
            assert spoken == set(LANGUAGES)


def test_a_harvester_finds_one_place_for_each_dataset(catalog: Graph) -> None:
    """A dataset has one `dct:spatial`: of several, a harvester takes now one and now another."""
    for dataset in catalog.instances("dcat:Dataset"):
        assert catalog.texts(dataset, "dct:spatial") == [f"{AUTHORITY}country/FIN"]


def test_the_time_of_a_dataset_is_that_of_its_statements(catalog: Graph) -> None:
    """From the first to the last day on which a statement held, as the practices or their source say."""
    periods = {
        path: [
            *catalog.texts(f"{BASE}catalog#{path}-period", "dcat:startDate"),
            *catalog.texts(f"{BASE}catalog#{path}-period", "dcat:endDate"),
        ]
        for path in ("fi-235-practices", "fi-091-practices", "fi-853-practices", "comparison", "vocabulary")
    }

    assert periods == {
        "fi-235-practices": ["2019-01-01", "2022-12-31"],
        "fi-091-practices": ["2025-09-15", "2026-11-25"],
        "fi-853-practices": ["2026-11-25", "2026-11-25"],
        "comparison": ["2017-01-01", "2026-11-25"],
        "vocabulary": ["2026-11-25"],
    }


def test_a_doubtful_time_says_that_it_is_doubtful(catalog: Graph) -> None:
    """The time of Kauniainen's table is not sure, and what says so stands beside it in every language."""
    words = catalog.texts(f"{BASE}catalog#fi-235-practices-period", "dct:description")

    assert len(words) == 3
    assert any("has not been verified" in each for each in words)
    assert catalog.texts(f"{BASE}catalog#fi-091-practices-period", "dct:description") == []


def test_a_statement_without_time_has_the_day_of_its_publication(make_site: MakeSite, tmp_path: Path) -> None:
    """What no source dates was published as holding: its time is the first day of the dataset, and stays that."""
    layout = make_site()
    before = _manifest(_edition(layout), tmp_path / "publish")
    found = _read(_edition(layout, before, LATER), "catalog.nt")
    period = f"{OWN}catalog#xx-999-practices-period"

    assert found.texts(period, "dcat:startDate") == ["2025-01-01"]  # one practice has a year
    assert found.texts(period, "dcat:endDate") == [DAY]


@pytest.mark.parametrize(("licence", "kind"), [("CC0", "PrivateIndividual(s)"), ("CC_BYSA_4_0", "Company")])
def test_the_licence_and_the_kind_of_publisher_are_described(
    licence: str, kind: str, make_site: MakeSite
) -> None:
    """Other licences of the EU list and other kinds of publisher than ours are described too, and conform."""
    layout = make_site({SETTINGS: ("CC_BY_4_0", licence)})
    _replace(layout, SETTINGS, "type: LocalAuthority", f"type: {kind}")
    contents = read(layout)
    files = release.edition(contents, None, DAY)
    found = _read(files, "catalog.nt")

    assert check_catalog(contents, files).results == ()
    assert found.texts(f"{AUTHORITY}licence/{licence}", "skos:inScheme") == [f"{AUTHORITY}licence"]
    assert len(found.texts(found.value(f"{OWN}catalog#publisher", "dct:type"), "skos:prefLabel")) == 3


def test_every_language_and_country_that_the_tool_knows_is_described() -> None:
    """A dataset in any language, or of any country, that gets an IRI of an EU list brings its description along."""
    described = {str(each.subject).strip("<>") for each in vocabulary.authorities()}

    assert {language_iri(each) for each in EU_LANGUAGES} <= described
    assert {f"{AUTHORITY}country/{each}" for each in COUNTRIES.values()} <= described


def _replace(layout: Layout, file: str, old: str, new: str) -> None:
    path = layout.root / "data" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_country_outside_the_list_is_found_by_the_place(make_site: MakeSite) -> None:
    """Where the EU list has no country for the code, the place that the municipality names is the area."""
    found = _read(_edition(make_site()), "catalog.nt")

    for dataset in ("xx/999/practices", "comparison"):
        assert found.texts(OWN + dataset, "dct:spatial") == ["https://places.example/mallila"]
    assert "https://places.example/mallila" in found.instances("dct:Location")


def test_the_description_of_the_joint_table_says_that_it_holds_no_rows(catalog: Graph) -> None:
    """The RDF files of the comparison are told from its tables by their titles."""
    titles = catalog.texts(f"{BASE}catalog#comparison-turtle", "dct:title")

    assert any("(description only, Turtle)" in each for each in titles)
    assert len(titles) == 3


def test_the_catalog_repeats_nothing_in_the_endpoint(publish: Path, edition: dict[str, bytes]) -> None:
    """No triple stands in two graphs; what a dataset says of itself is in its own."""
    graphs = dict(store.graphs(publish, BASE))
    triples = [each for found in graphs.values() for each in found]

    assert len(triples) == len(set(triples))
    assert f"{BASE}catalog" in graphs
    assert f"{BASE}comparison" in graphs


def test_the_version_of_the_vocabulary_is_told(catalog: Graph) -> None:
    """The dataset of the vocabulary has the version; the others have none."""
    told = {each for each in catalog.instances("dcat:Dataset") if catalog.texts(each, "dcat:version")}

    assert told == {f"{BASE}vocabulary"}
    assert catalog.texts(f"{BASE}vocabulary", "dcat:version") == [vocabulary.VERSION]


# The same things at every harvest


def _changes(old: Mapping[str, bytes], new: Mapping[str, bytes], path: str) -> set[str]:
    """Return the IRIs of the properties whose values differ."""
    differing = _read(old, path).triples ^ _read(new, path).triples
    return {each.predicate.value for each in differing}


def test_a_moved_row_and_a_corrected_text_change_nothing_else(make_site: MakeSite, tmp_path: Path) -> None:
    """Only the text, the dates of change, sizes and checksums differ; a second build changes nothing (C19)."""
    layout = make_site()
    first = _edition(layout)
    before = _manifest(first, tmp_path / "publish")
    path = layout.root / "data" / PRACTICES
    head, survey, *others = path.read_text(encoding="utf-8").split("  - id: ")
    survey = survey.replace("en: opinions are asked for", "en: opinions are asked for in person")
    entries = [*(each.rstrip() + "\n\n" for each in others), survey.rstrip() + "\n"]
    path.write_text("  - id: ".join([head, *entries]), encoding="utf-8")
    second = _edition(layout, before, LATER, first[LOG])

    dates = {term("dct:modified").value}
    sizes = {term("dcat:byteSize").value, term("spdx:checksumValue").value}
    assert _changes(first, second, "catalog.nt") == dates | sizes
    assert _changes(first, second, "xx/999/practices.nt") == {term("dct:description").value}
    assert (
        len(_read(first, "xx/999/practices.nt").triples ^ _read(second, "xx/999/practices.nt").triples) == 2
    )
    assert _changes(first, second, "comparison.nt") == set()
    after = _manifest(second, tmp_path / "publish")
    assert _edition(layout, after, "2027-05-05", second[LOG]) == second


def test_only_what_changed_has_a_new_date(make_site: MakeSite, tmp_path: Path) -> None:
    """A moved row changes tables and no RDF, so the dates of the RDF files stay; that of the dataset does not."""
    layout = make_site()
    before = _manifest(_edition(layout), tmp_path / "publish")
    path = layout.root / "data" / PRACTICES
    head, *entries = path.read_text(encoding="utf-8").split("  - id: ")
    path.write_text("  - id: ".join([head, *(f"{each.rstrip()}\n" for each in reversed(entries))]), "utf-8")
    found = _read(_edition(layout, before, LATER), "catalog.nt")
    node = f"{OWN}catalog#xx-999-practices"

    assert found.value(f"{node}-csv", "dct:modified") == LATER
    assert found.value(f"{node}-turtle", "dct:modified") == DAY
    assert found.value(f"{OWN}xx/999/practices", "dct:modified") == LATER
    assert found.value(f"{node}-csv", "dct:issued") == DAY


def test_a_file_that_joins_later_is_issued_on_its_own_day(make_site: MakeSite, tmp_path: Path) -> None:
    """A distribution that an older edition did not have is not older than it is; the dataset is."""
    layout = make_site()
    files = _edition(layout)
    listed = _manifest(files, tmp_path / "publish")
    table = "xx/999/practices-tidy.csv"
    fewer = Manifest(
        listed.vocabulary, listed.things, tuple(each for each in listed.files if each.path != table)
    )
    found = _read(_edition(layout, fewer, LATER), "catalog.nt")
    node = f"{OWN}catalog#xx-999-practices"

    assert found.value(f"{node}-tidy-csv", "dct:issued") == LATER
    assert found.value(f"{node}-csv", "dct:issued") == DAY
    assert found.value(f"{OWN}xx/999/practices", "dct:issued") == DAY


# Pages


@pytest.fixture(scope="module")
def paged(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, dict[str, bytes]]:
    """Return editions of a site of three datasets by how many are on a page; all are on one for 0."""
    root = tmp_path_factory.mktemp("paged") / "minimal"
    shutil.copytree(repository / "tests" / "sites" / "minimal", root)
    settings = root / "data" / SETTINGS
    text = settings.read_text(encoding="utf-8")
    found = {}
    for size in (0, 1, 2, 3, 4):
        settings.write_text(f"datasets-per-page: {size}\n{text}" if size else text, encoding="utf-8")
        found[size] = _edition(Layout(root))
    return found


@pytest.mark.parametrize(("size", "pages"), [(1, 3), (2, 2), (3, 1), (4, 1)])
@pytest.mark.parametrize("suffix", PARSERS)
def test_following_the_pages_gives_the_whole_catalog(
    size: int, pages: int, suffix: str, paged: Mapping[int, dict[str, bytes]]
) -> None:
    """In each format the pages together say what the catalog in one says, and nothing more but their links."""
    whole = _pages(paged[0], suffix)
    found = _pages(paged[size], suffix)
    together = set().union(*(each.triples for each in found))
    view = {each for each in together if PREFIXES["hydra"] in f"{each.predicate} {each.object}"}

    assert len(found) == pages
    assert together - view == whole[0].triples
    assert bool(view) == (pages > 1)


def test_each_page_holds_whole_datasets(paged: Mapping[int, dict[str, bytes]]) -> None:
    """A page has its dataset with its files, agents and terms: what it points to inside the catalog is described."""
    for page in _pages(paged[1]):
        described = {each.subject for each in page.triples}
        inside = {
            each.object
            for each in page.triples
            if isinstance(each.object, NamedNode)
            and each.object.value.startswith((f"{OWN}catalog#", AUTHORITY))
            and each.predicate not in {term("skos:inScheme"), term("dcat:dataset")}
        }
        assert len(page.instances("dcat:Dataset")) == 1
        assert inside <= described


def test_the_pages_are_linked_in_both_directions(paged: Mapping[int, dict[str, bytes]]) -> None:
    """Each page has a view with IRIs of the first, last, next and previous page in its own format."""
    files = paged[1]
    links = {}
    for path, view in (
        ("catalog.rdf", "catalog"),
        ("catalog/2.rdf", "catalog/2"),
        ("catalog/3.rdf", "catalog/3"),
    ):
        page = _read(files, path)
        assert page.instances("hydra:PartialCollectionView") == [f"{OWN}{view}#view"]
        names = ("first", "previous", "next", "last")
        links[path] = [page.texts(f"{OWN}{view}#view", f"hydra:{each}") for each in names]

    first, second, third = (f"{OWN}{path}" for path in links)
    assert list(links.values()) == [
        [[first], [], [second], [third]],
        [[first], [first], [third], [third]],
        [[first], [second], [], [third]],
    ]


def test_a_catalog_of_one_page_has_no_view(paged: Mapping[int, dict[str, bytes]]) -> None:
    """As many datasets as fit on a page, or no setting, give one document and no trace of pages."""
    assert [each for each in paged[3] if each.startswith("catalog/")] == []
    assert b"hydra" not in paged[3]["catalog.nt"] + paged[0]["catalog.nt"]


def test_the_pages_are_one_graph_of_the_endpoint(
    paged: Mapping[int, dict[str, bytes]], tmp_path: Path
) -> None:
    """Served, the catalog is whole: one graph in the store and one in the pages for people."""
    release.replace(tmp_path / "publish", paged[1])
    publication = release.open_publication(tmp_path / "publish")
    graphs = dict(store.graphs(tmp_path / "publish", OWN))

    assert len(publication.links(f"{OWN}catalog", "dcat:dataset")) == 3
    assert [each for each in graphs if "catalog" in each] == [f"{OWN}catalog"]
    stored = Graph(set(graphs[f"{OWN}catalog"]))
    assert len(stored.texts(f"{OWN}catalog", "dcat:dataset")) == 3
    assert store.graph_names(tmp_path / "publish", OWN) == list(graphs)


def test_the_pages_keep_their_dates(make_site: MakeSite, tmp_path: Path) -> None:
    """A rebuild of a paged catalog on another day changes no byte."""
    layout = make_site({SETTINGS: ("languages", "datasets-per-page: 1\nlanguages")})
    files = _edition(layout)
    before = _manifest(files, tmp_path / "publish")

    assert _edition(layout, before, LATER, files[LOG]) == files


# Refused


BAD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .

<https://kirjasto.example/aineisto>
    a dcat:Dataset ;
    dct:identifier "https://kirjasto.example/aineisto" ;
    dct:title "Kirjaston illat"@fi ;
    dct:description "Illat, joissa saa vaikuttaa."@fi ;
    dct:language "fi" ;
    dct:accrualPeriodicity "kuukausittain" ;
    dcat:theme <https://kirjasto.example/teema/kulttuuri> ,
        <https://publications.europa.eu/resource/authority/data-theme/EDUC> .
"""
FLAGGED = (
    "[fi]",
    "[kuukausittain]",
    "[https://kirjasto.example/teema/kulttuuri]",
    "[https://publications.europa.eu/resource/authority/data-theme/EDUC]",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_outside_the_european_lists_are_flagged(language: str, tmp_path: Path) -> None:
    """`check` names each of four values that a portal would not find, and the cure, in the language asked for (C18)."""
    (tmp_path / "bad.ttl").write_text(BAD, encoding="utf-8")
    found = _run("check", "--lang", language, tmp_path / "bad.ttl")
    lines = found.stdout.splitlines()

    assert found.exit_code == 1
    assert [
        value for value in FLAGGED if not any(value in each and AUTHORITY in each for each in lines)
    ] == []


def test_our_own_catalog_passes_as_a_file(edition: dict[str, bytes], tmp_path: Path) -> None:
    """The published catalog, checked like anybody's file, has no finding."""
    (tmp_path / "catalog.ttl").write_bytes(edition["catalog.ttl"])

    assert _run("check", tmp_path / "catalog.ttl").exit_code == 0


KEYWORDS = """\
keywords:
  fi: [osallisuus, vaikuttaminen]
  sv: [delaktighet, "påverkan"]
  en: [participation, influence]
"""
FAULTS = {
    "licence": (SETTINGS, LICENCE, "https://creativecommons.org/licenses/by/4.0/", "licence: https"),
    "keyword": (MUNICIPALITY, KEYWORDS, "", "coverage:"),
    "place": (MUNICIPALITY, "places:\n  - https://places.example/mallila\n", "", "coverage:"),
}
"""Name → a fault that the data may have but the catalog not: file, old and new text, what stands on the line named."""


@pytest.mark.parametrize("name", FAULTS)
def test_a_release_with_a_failing_catalog_is_refused(name: str, make_site: MakeSite) -> None:
    """`build` exits with 1, names the rule with file and line, and leaves what is published as it was."""
    layout = make_site()
    before = _edition(layout)
    release.replace(layout.publish, before)
    file, old, new, place = FAULTS[name]
    _replace(layout, file, old, new)
    found = _run("build", "--site", layout.root, "--date", DAY, "--lang", "en")
    lines = (layout.root / "data" / file).read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if place in text)

    assert found.exit_code == 1
    assert f"data/{file}:{line}: violation: " in found.stderr
    assert on_disk(layout.publish) == before


def test_a_first_build_with_a_failing_catalog_writes_nothing(make_site: MakeSite) -> None:
    """Where nothing was published, nothing is after the refusal."""
    layout = make_site({SETTINGS: (LICENCE, "https://creativecommons.org/licenses/by/4.0/")})

    assert _run("build", "--site", layout.root, "--date", DAY).exit_code == 1
    assert list(layout.root.glob("publish*")) == []


_TITLE = f"<{OWN}catalog> <{term('dct:title').value}> "
_NUMBER = f"^^<{PREFIXES['xsd']}nonNegativeInteger>"
BROKEN = {
    "two titles in one language": ("catalog.nt", f"{_TITLE}", f'{_TITLE}"Participation"@en .\n{_TITLE}'),
    "a size that is no number of bytes": ("catalog/2.nt", _NUMBER, f"^^<{PREFIXES['xsd']}decimal>"),
    "a file without an address": ("catalog.nt", f"<{OWN}catalog#xx-999-practices-csv>", "_:csv"),
}
"""Fault → the page that gets it, its text, and the text in the place of that."""


@pytest.mark.parametrize("name", BROKEN)
def test_each_page_of_a_catalog_is_checked(name: str, make_site: MakeSite) -> None:
    """A fault on the first or on a further page of a paged catalog is found; without it the catalog conforms."""
    contents = read(make_site({SETTINGS: ("languages", "datasets-per-page: 1\nlanguages")}))
    files = release.edition(contents, None, DAY)
    path, old, new = BROKEN[name]
    text = files[path].decode()
    assert old in text
    broken = {**files, path: text.replace(old, new).encode()}

    assert check_catalog(contents, files).conforms()
    assert not check_catalog(contents, broken).conforms()


def test_a_municipality_that_joins_by_its_data_alone_is_in_the_catalog(
    make_site: MakeSite, repository: Path
) -> None:
    """A new directory under `data/` is all it takes: the catalog lists it, whole, and conforms."""
    layout = make_site()
    shutil.copytree(repository / "data" / "turku", layout.root / "data" / "turku")
    contents = read(layout)
    files = release.edition(contents, None, DAY)
    found = _read(files, "catalog.nt")

    assert check_catalog(contents, files).results == ()
    assert f"{OWN}fi/853/practices" in found.texts(f"{OWN}catalog", "dcat:dataset")
    assert found.texts(f"{OWN}fi/853/practices", "dct:spatial") == [f"{AUTHORITY}country/FIN"]
    assert found.texts(f"{OWN}xx/999/practices", "dct:spatial") == ["https://places.example/mallila"]


# For people


def test_the_page_tells_the_files_of_a_dataset_apart(publication: Publication) -> None:
    """On the page of the catalog the tables of a dataset have different names."""
    page = pages.render(publication, "catalog", "catalog.html", "en") or ""

    assert ">tidy table, CSV</a>" in page
    assert ">wide table, CSV</a>" in page
    assert ">description only, Turtle</a>" in page


def test_the_page_of_a_dataset_shows_its_time(publication: Publication) -> None:
    """The time of a dataset and that of its source stand on its page, as people write days."""
    page = pages.render(publication, "fi/235/practices", "fi/235/practices.html", "fi") or ""

    assert page.count("1. tammikuuta 2019 – 31. joulukuuta 2022") == 2  # of the dataset, and of its source
