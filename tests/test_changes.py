"""The log of changes: what it says after builds, how it is read from a running server, and the feed for people."""

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import feedparser
import pytest
import rdflib
from pyld import jsonld
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, RdfFormat, parse

from osallisuus import release
from osallisuus.errors import PublishedError
from osallisuus.release import changes
from osallisuus.release.changes import Activity, State
from osallisuus.site import Layout, read
from osallisuus.vocabulary import VOCAB, term
from osallisuus.web import activities, history, pages
from osallisuus.web.history import PAGE, History
from releasing import Made
from test_serving import Client, Server, wait_for

MakeSite = Callable[..., Layout]
BASE = "https://example.org/"
SET = f"{BASE}xx/999/practices"
PRACTICES, MUNICIPALITY = "mallila/practices.yaml", "mallila/municipality.yaml"
FIRST, SECOND, THIRD, FOURTH, FIFTH = "2026-11-25", "2026-12-02", "2027-01-10", "2027-02-01", "2027-02-02"
AS = "https://www.w3.org/ns/activitystreams#"
ATOM = "{http://www.w3.org/2005/Atom}"
LINK = f"{ATOM}link"
TOLD = {
    term(name).value
    for name in (
        "osa:Practice",
        "dcat:Dataset",
        "cv:PublicOrganisation",
        "org:OrganizationalUnit",
        "org:Organization",
        "skos:Concept",
        "skos:ConceptScheme",
        "skos:Collection",
        "eli:LegalResource",
        "owl:Ontology",
    )
}
RENAMED = ("en: Village survey", "en: Survey of the village")


def build(layout: Layout, day: str) -> tuple[Activity, ...]:
    """Build a site as the command does; return its log."""
    before, log = release.manifest_before(layout.publish), release.log_before(layout.publish)
    contents = read(layout)
    assert contents.findings == ()
    release.replace(layout.publish, release.edition(contents, before, day, log))
    return logged(layout)


def logged(layout: Layout) -> tuple[Activity, ...]:
    """Return the log of what is published."""
    return changes.read((layout.publish / changes.NAME).read_bytes())


def change(layout: Layout, name: str, old: str, new: str) -> None:
    """Replace a text of a file of the site's data once."""
    path = layout.root / "data" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def block(layout: Layout, practice: str) -> str:
    """Return the lines of a practice."""
    text = (layout.root / "data" / PRACTICES).read_text(encoding="utf-8")
    return re.search(rf"  - id: {practice}\n(    .*\n|\n)*", text)[0]  # type: ignore[index] # it is there


def steps(layout: Layout) -> Iterator[str]:
    """Change the site step by step; yield the day on which each state is built."""
    yield FIRST
    change(layout, PRACTICES, *RENAMED)
    yield FIRST
    yield SECOND
    gone = block(layout, "lakisaateinen-kuuleminen")
    change(layout, PRACTICES, gone, gone.replace("lakisaateinen-kuuleminen", "kylakavely"))
    change(layout, PRACTICES, "    started: '2024-05'\n", "    started: '2024-05'\n    withdrawn: true\n")
    yield SECOND
    other = layout.root / "data" / "toinen"
    for file in (layout.root / "data" / "mallila").glob("*.yaml"):
        other.mkdir(exist_ok=True)
        (other / file.name).write_bytes(file.read_bytes())
    change(layout, "toinen/municipality.yaml", "code: '999'", "code: '998'")
    change(layout, PRACTICES, "kylakavely", "lakisaateinen-kuuleminen")
    yield THIRD
    (layout.root / "data" / "toinen" / "municipality.yaml").unlink()
    yield FOURTH


@dataclass
class Follower:
    """A client that knows nothing of us but the address of the log and ActivityStreams; it asks no other network.

    Attributes:
        live: IRI of each thing → name of its description by its hash.
        days: IRI of each thing → the day on which it last changed.
        seen: the last day that it has read of.
    """

    client: Client
    live: dict[str, str] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)
    seen: str = ""

    def fetch(self, iri: str, accept: str = "application/ld+json") -> bytes:
        """Return the document of an IRI, through its redirect."""
        path = "/" + iri.partition("#")[0].removeprefix(BASE).removeprefix(VOCAB)
        status, headers, body = self.client.get(path, Accept=accept)
        if status == 303:
            status, headers, body = self.client.get(urljoin(path, headers["location"]))
        assert status == 200, (iri, status)
        assert headers["content-type"].startswith(accept)
        return body

    def items(self, address: str) -> Iterator[dict[str, Any]]:
        """Yield the activities of a collection, in its order."""
        top = expand(self.fetch(address))
        count, found = int(top[f"{AS}totalItems"][0]["@value"]), 0
        page = top.get(f"{AS}first")
        while page:
            at = expand(self.fetch(page[0]["@id"]))
            assert at["@type"] == [f"{AS}OrderedCollectionPage"]
            assert at[f"{AS}partOf"] == [{"@id": top["@id"]}]
            assert int(at[f"{AS}startIndex"][0]["@value"]) == found
            for each in at[f"{AS}items"][0]["@list"]:
                found += 1
                yield each
            page = at.get(f"{AS}next")
        assert found == count

    def follow(self, since: str = "") -> None:
        """Take over what has changed since a day."""
        for each in self.items(f"{BASE}changes" + (f"?since={since}" if since else "")):
            (what,), (thing,) = each["@type"], each[f"{AS}object"]
            day = each[f"{AS}published"][0]["@value"].removesuffix("T00:00:00Z")
            assert self.seen <= day
            self.seen = day
            if what == f"{AS}Delete":
                self.live.pop(thing["@id"], None)
                self.days.pop(thing["@id"], None)
            else:
                self.live[thing["@id"]] = each["http://www.w3.org/ns/prov#generated"][0]["@id"]
                self.days[thing["@id"]] = day


def refuse(url: str, _options: object) -> None:
    """Let no context be fetched."""
    raise AssertionError(f"a reader would have to fetch {url}")


def expand(document: bytes) -> dict[str, Any]:
    """Return the only node of a JSON-LD document, as a processor understands it."""
    (node,) = jsonld.expand(json.loads(document), {"documentLoader": refuse})
    assert isinstance(node, dict)
    return node


def published(client: Client) -> tuple[dict[str, str], dict[str, str]]:
    """Return what the catalog and the graphs say: IRI → hash of its document, and dataset → its date."""
    catalog = list(parse(client.get("/catalog.nt")[2], format=RdfFormat.N_TRIPLES))
    datasets = [each.object.value for each in catalog if each.predicate == term("dcat:dataset")]
    modified = {
        each.subject.value: each.object.value
        for each in catalog
        if each.predicate == term("dct:modified") and each.subject.value in datasets
    }
    live = set(datasets)
    for each in datasets:
        body = client.get("/" + each.removeprefix(BASE) + ".nt")[2]
        live |= {
            triple.subject.value
            for triple in parse(body, format=RdfFormat.N_TRIPLES)
            if triple.predicate == term("rdf:type")
            and triple.object.value in TOLD
            and triple.subject.value.startswith((BASE, VOCAB))
            and "#" not in triple.subject.value
        }
    hashes = {}
    for iri in live:
        status, _, body = client.get("/" + iri.removeprefix(BASE).removeprefix(VOCAB) + ".nt")
        assert status == 200, iri
        hashes[iri] = named(body)
    return hashes, modified


def named(body: bytes) -> str:
    """Return the name of some bytes by their hash, as RFC 6920 has it."""
    return "ni:///sha-256;" + base64.urlsafe_b64encode(hashlib.sha256(body).digest()).decode().rstrip("=")


def test_who_follows_the_log_knows_what_is_published(make_site: MakeSite) -> None:
    """After additions, edits, a withdrawal, removals and a second build on one day, the replayed log is the catalog.

    A client that follows from the start, one that begins now, and ones that were away since any day agree with what is
    served, and the date of each dataset is the day of its last activity.
    """
    layout = make_site()
    days = steps(layout)
    build(layout, next(days))
    with Server(layout.publish) as server:
        follower, away = Follower(server), {}
        follower.follow()
        assert (follower.live, days_of(follower)) == published(server)
        for day in days:
            away[follower.seen] = dict(follower.live), dict(follower.days)
            length = len(build(layout, day))
            wait_for(lambda length=length: total(server) == length, 20)  # type: ignore[misc] # bound at once
            follower.follow(follower.seen)
            assert (follower.live, days_of(follower)) == published(server), day
        fresh = Follower(server)
        fresh.follow()
        assert fresh.live == follower.live
        assert fresh.days == follower.days
        assert list(away) == [FIRST, SECOND, THIRD]
        for since, (live, seen) in away.items():
            back = Follower(server, live, seen)
            back.follow(since)
            assert (back.live, back.days) == (fresh.live, fresh.days), since
    log = logged(layout)
    assert {each.type for each in log} == {"Create", "Update", "Delete"}
    assert {f"{BASE}xx/998", f"{BASE}xx/998/practices"} <= {each.object for each in log if each.day == FOURTH}


def total(client: Client) -> int:
    """Return how many activities the log that is served has."""
    return int(json.loads(client.get("/changes.jsonld")[2])["totalItems"])


def days_of(follower: Follower) -> dict[str, str]:
    """Return dataset → the day of its last activity."""
    datasets = (f"{BASE}comparison", f"{BASE}vocabulary")
    return {
        each: day for each, day in follower.days.items() if each.endswith("/practices") or each in datasets
    }


def test_the_log_only_grows(lived: tuple[Layout, list[bytes]]) -> None:
    """Each state's log begins with the bytes of the one before; a build without a change leaves it as it is."""
    _, logs = lived

    for before, after in pairwise(logs):
        assert after.startswith(before)
        assert changes.write(changes.read(after)) == after
    assert [after != before for before, after in pairwise(logs)] == [True, False, True, True, True]


def test_a_change_is_told_of_the_thing_and_its_dataset(make_site: MakeSite) -> None:
    """An edited practice is an Update with the hashes before and after, and so are its datasets; nothing else is told."""
    layout = make_site()
    first = build(layout, FIRST)
    change(layout, PRACTICES, *RENAMED)
    added = build(layout, SECOND)[len(first) :]

    practice = f"{SET}/kylakysely"
    assert [each.object for each in added] == [f"{BASE}comparison", SET, practice]
    assert {(each.type, each.day) for each in added} == {("Update", SECOND)}
    assert [each.number for each in added] == [1, 2, 3]
    (old,) = (each for each in first if each.object == practice)
    assert old.after == added[-1].before != added[-1].after
    assert (old.titles["en"], added[-1].titles["en"]) == ("Village survey", "Survey of the village")
    assert added[-1].dataset == SET


def test_the_first_build_creates_everything(make_site: MakeSite) -> None:
    """The first log has one Create for each thing, numbered from 1 by IRI, with its name in every language."""
    log = build(make_site(), FIRST)

    assert {each.type for each in log} == {"Create"}
    assert [each.id for each in log] == [f"{FIRST}-{number}" for number in range(1, len(log) + 1)]
    assert [each.object for each in log] == sorted({each.object for each in log})
    kinds = {each.object.removeprefix(BASE): each.kind for each in log if each.object.startswith(BASE)}
    assert kinds == {
        "comparison": "dataset",
        "vocabulary": "dataset",
        "xx/999": "municipality",
        "xx/999/practices": "dataset",
        "xx/999/practices/kylakysely": "practice",
        "xx/999/practices/lakisaateinen-kuuleminen": "practice",
        "xx/999/practices/nuorten-ilta": "practice",
        "xx/999/term/mallilalaiset": "term",
        "xx/999/unit/koko-kunta": "organisation",
        "xx/999/unit/viestinta": "unit",
    }
    assert {each.kind for each in log} == set(changes.KINDS)
    assert {tuple(each.titles) for each in log if each.object.startswith(BASE)} == {("en", "fi", "sv")}


def test_a_second_build_on_a_day_goes_on_in_its_numbers(make_site: MakeSite) -> None:
    """Two changes on one day are two activities; going back is a change too, and nothing is merged away."""
    layout = make_site()
    first = build(layout, FIRST)
    change(layout, PRACTICES, *RENAMED)
    second = build(layout, FIRST)[len(first) :]
    change(layout, PRACTICES, *reversed(RENAMED))
    third = build(layout, FIRST)[len(first) + len(second) :]

    assert [each.number for each in (*second, *third)] == list(range(len(first) + 1, len(first) + 7))
    assert [(each.before, each.after) for each in third] == [(each.after, each.before) for each in second]


def test_a_withdrawn_practice_is_updated_and_a_lost_one_deleted(log: tuple[Activity, ...]) -> None:
    """What is withdrawn stays and says so; what is gone is deleted, with the name that it had; it may come again."""
    told = {
        name: [(each.type, each.day, each.withdrawn) for each in log if each.object == f"{SET}/{name}"]
        for name in ("nuorten-ilta", "lakisaateinen-kuuleminen", "kylakavely")
    }

    assert told == {
        "nuorten-ilta": [("Create", FIRST, False), ("Update", SECOND, True)],
        "lakisaateinen-kuuleminen": [
            ("Create", FIRST, False),
            ("Delete", SECOND, False),
            ("Create", THIRD, False),
        ],
        "kylakavely": [("Create", SECOND, False), ("Delete", THIRD, False)],
    }
    deleted = next(each for each in log if each.type == "Delete")
    assert deleted.titles["fi"] == "Lakisääteinen kuuleminen"
    assert (deleted.after, len(deleted.before)) == ("", 64)


def test_a_release_leaves_the_log_as_it_is(changed_after: Made, second_release: Made) -> None:
    """Freezing what is published changes nothing that the log tells of, and the next build goes on from the same log."""
    assert release.log_before(second_release.publish) == release.log_before(changed_after.publish) != b""
    graphs = release.open_publication(second_release.publish).graphs
    assert "releases" in graphs


def state(digest: str, *, changed: bool = False, dataset: str = SET) -> State:
    """Return a dataset with a digest."""
    return State(SET, "dataset", dataset, {"en": "List"}, digest, changed=changed)


def test_days_never_run_backwards() -> None:
    """A build that is dated before the last day of the log is logged under that day."""
    first = changes.following((), [state("a")], SECOND)
    later = changes.following(first, [state("b")], FIRST)

    assert [(each.id, each.type) for each in later] == [(f"{SECOND}-2", "Update")]


def test_a_dataset_is_updated_when_a_file_beside_its_graph_is() -> None:
    """Where only a table of a dataset changed, its graph has the same hash, and it is an Update all the same."""
    first = changes.following((), [state("a")], FIRST)
    (update,) = changes.following(first, [state("a", changed=True)], SECOND)

    assert (update.type, update.before, update.after) == ("Update", "a", "a")
    assert changes.following([*first, update], [state("a")], THIRD) == []
    assert [each.type for each in changes.following(first, [state("a", dataset=BASE)], FIRST)] == ["Update"]


def test_a_log_that_was_changed_is_refused(make_site: MakeSite) -> None:
    """A build does not go on from a log that is not the published one, and names a line that is none."""
    layout = make_site()
    build(layout, FIRST)
    path = layout.publish / changes.NAME
    path.write_bytes(path.read_bytes().replace(b"Create", b"Delete", 1))
    with pytest.raises(
        PublishedError, match=r"changes\.jsonl is not the one .* Restore publish/ from a copy"
    ):
        release.log_before(layout.publish)
    path.unlink()
    with pytest.raises(PublishedError, match="is not the one"):
        release.log_before(layout.publish)
    for wrong in (b"{", b"[]", b'{"id": "2026-11-25-1"}', b'{"id": "x"}'):
        with pytest.raises(PublishedError, match=r"changes\.jsonl:2 is no line"):
            changes.read(changes.write(changes.following((), [state("a")], FIRST)) + wrong)


def test_a_log_begins_where_none_was_kept(make_site: MakeSite) -> None:
    """A site that was published before there was a log begins it with everything, on the day of the next build."""
    layout = make_site()
    files = release.edition(read(layout), None, FIRST)
    listed = json.loads(files["manifest.json"])
    listed["files"] = [each for each in listed["files"] if each["path"] != changes.NAME]
    files = {**files, "manifest.json": json.dumps(listed).encode()}
    del files[changes.NAME]
    release.replace(layout.publish, files)

    assert release.log_before(layout.publish) == b""
    assert {(each.type, each.day) for each in build(layout, SECOND)} == {("Create", SECOND)}


@pytest.fixture(scope="module")
def server(publish: Path) -> Iterator[Server]:
    """Serve the edition of the repository's own data."""
    with Server(publish) as found:
        yield found


@pytest.fixture(scope="module")
def lived(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, list[bytes]]:
    """Build a site through all its states; return it and the log after each."""
    root = tmp_path_factory.mktemp("lived") / "site"
    shutil.copytree(repository / "tests" / "sites" / "minimal", root)
    layout, logs = Layout(root), []
    for day in steps(layout):
        build(layout, day)
        logs.append((layout.publish / changes.NAME).read_bytes())
    return layout, logs


@pytest.fixture(scope="module")
def log(lived: tuple[Layout, list[bytes]]) -> tuple[Activity, ...]:
    """Return the log of the site with a history."""
    return logged(lived[0])


@pytest.fixture(params=["server", "old"])
def either(request: pytest.FixtureRequest) -> Server:
    """Return a server with many pages of one day, and one with a history."""
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def old(lived: tuple[Layout, list[bytes]]) -> Iterator[Server]:
    """Serve the site with a history."""
    with Server(lived[0].publish) as found:
        yield found


def test_the_log_answers_in_the_form_that_is_asked_for(server: Server) -> None:
    """Programs are sent to JSON-LD, people to the page, feed readers to Atom; the day and the page are kept."""
    for accept, suffix in (("*/*", "jsonld"), ("application/activity+json", ""), ("text/html", "html")):
        status, headers, _ = server.get(f"/changes/2?since={FIRST}", Accept=accept)
        assert (status, headers.get("location")) == (
            (303, f"2.{suffix}?since={FIRST}") if suffix else (406, None)
        )
        assert "Accept" in headers["vary"]
    status, headers, _ = server.get("/changes?since=", Accept="application/atom+xml")
    assert (status, headers["location"]) == (303, "changes.atom")
    assert server.get("/changes.jsonld")[1]["content-type"].startswith("application/ld+json")
    assert server.get("/changes.fi.atom")[1]["content-type"] == "application/atom+xml"
    for missing in (
        "changes.fi.jsonld",
        "changes.de.html",
        "changes.fi",
        "changes/0.html",
        "changes/99",
        "changes.csv",
    ):
        assert server.get(f"/{missing}")[0] == 404, missing


@pytest.mark.parametrize("path", ["changes", "changes/1"])
def test_every_rdf_format_of_the_log_has_one_graph(server: Server, path: str) -> None:
    """The four formats hold the same triples, the list's order too; asked again they are the same bytes; each has a name."""
    graphs = {}
    for suffix in ("jsonld", "ttl", "nt", "rdf"):
        status, headers, body = server.get(f"/{path}.{suffix}")
        assert status == 200
        assert server.get(f"/{path}.{suffix}")[2] == body
        assert ('rel="describedby"' in headers["link"], 'rel="profile"' in headers["link"]) == (True, True)
        graphs[suffix] = Dataset(parse(body, RdfFormat.from_extension(suffix)))
        graphs[suffix].canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    labels = list(graphs["ttl"].quads_for_predicate(term("rdfs:label")))

    assert [suffix for suffix, each in graphs.items() if each != graphs["jsonld"]] == []
    assert sorted(str(each.object)[-3:] for each in labels) == ["@en", "@fi", "@sv"]
    assert {str(each.subject)[1:-1] for each in labels} == {
        json.loads(server.get(f"/{path}.jsonld")[2])["id"]
    }


def test_since_is_never_lost_in_the_cache(old: Server, log: tuple[Activity, ...]) -> None:
    """Each day gets its own answer, asked again too; from the day itself on; after the last day there is nothing."""
    for _ in range(2):
        for since in ("", "2026-11-24", FIRST, "2026-11-26", SECOND, THIRD, FOURTH, FIFTH):
            expected = sum(each.day >= since for each in log)
            found = json.loads(old.get(f"/changes.jsonld?since={since}")[2])
            assert found["totalItems"] == expected, since
            assert ("first" in found) == (expected > 0)
            page = old.get(f"/changes.en.html?since={since}")[2].decode()
            assert f"{expected} change" in page or not since
            assert ('href="changes.sv.html?since=' in page) == (since != "")
    assert "Nothing has changed." in page


@pytest.mark.parametrize(
    "since",
    [
        "yesterday",
        "2026-02-30",
        "2026-11-25T00:00:00Z",
        "20261125",
        "２０２６-11-25",
        f"{FIRST}&since={SECOND}",
    ],
)
def test_a_day_that_is_none_is_refused(server: Server, since: str) -> None:
    """What is no single day is 400 with how to write it, for programs and for people in their language."""
    query = since if since.isascii() else "%EF%BC%92026-11-25"
    for path in ("/changes", "/changes.jsonld", "/changes/1.jsonld", "/changes.html"):
        status, headers, body = server.get(f"{path}?since={query}")
        assert (status, headers.get("cache-control", "")) == (400, "")
        assert b"written like 2026-11-25" in body
    status, _, body = server.get(f"/changes.html?since={query}", Accept="text/html", Accept_Language="fi")
    assert (status, "muodossa 2026-11-25" in body.decode()) == (400, True)


def test_a_refused_day_does_not_write_into_the_page(server: Server) -> None:
    """What was sent is shown as text, and no more than a little of it."""
    _, _, body = server.get(f"/changes?since=%3Cscript%3E{'x' * 5000}", Accept="text/html")
    assert b"<script>x" not in body
    assert b"x" * 101 not in re.sub(
        rb'href="[^"]*"', b"", body
    )  # the links to other languages keep the question


def test_an_unchanged_log_is_not_sent_again(make_site: MakeSite) -> None:
    """The tag gives 304 until the log grows, on the same day too, and no date claims what it cannot know."""
    layout = make_site()
    build(layout, FIRST)
    with Server(layout.publish) as server:
        _, headers, body = server.get(f"/changes.jsonld?since={FIRST}")
        assert headers["cache-control"] == "max-age=300, public"
        assert "last-modified" not in headers
        again = server.get(f"/changes.jsonld?since={FIRST}", If_None_Match=headers["etag"])
        assert (again[0], again[2]) == (304, b"")
        change(layout, PRACTICES, *RENAMED)
        build(layout, FIRST)
        wait_for(lambda: total(server) > json.loads(body)["totalItems"], 20)
        assert server.get(f"/changes.jsonld?since={FIRST}", If_None_Match=headers["etag"])[0] == 200


def test_many_days_do_not_fill_the_memory(publish: Path) -> None:
    """Whoever asks for days without end gets answers, and the cache stays within its bound."""
    with Server(publish, cache=1 << 20) as server:
        for year in range(1000, 1600):
            assert server.get(f"/changes.jsonld?since={year}-01-01")[0] == 200
        assert 0 < server.metric("osallisuus_cache_bytes") <= 1 << 20


def test_pages_of_the_log_never_change_once_they_are_full(lived: tuple[Layout, list[bytes]]) -> None:
    """The activities of a full page are the same after further builds, and only `next` is ever added to it."""
    seen: dict[int, bytes] = {}
    for content in lived[1]:
        found = History(BASE, changes.read(content))
        for number in range(1, found.pages):
            assert activities.page(found, number) == seen.setdefault(number, activities.page(found, number))
    assert len(seen) > 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_the_activities_are_what_activitystreams_has(server: Server) -> None:
    """The terms mean what the context of ActivityStreams says, items are a list, and the same is read by rdflib."""
    page = json.loads(server.get("/changes/1.jsonld")[2])
    item = page["orderedItems"][0]
    graph = rdflib.Graph().parse(data=json.dumps(page), format="json-ld")
    space = rdflib.Namespace(AS)
    (items,) = graph.objects(rdflib.URIRef(page["id"]), space["items"])
    read_back = [str(each) for each in graph.items(items)]

    assert read_back == [each["id"] for each in page["orderedItems"]]
    assert len(read_back) == PAGE
    node = rdflib.URIRef(item["id"])
    assert set(graph[node : space["object"]]) == {rdflib.URIRef(item["object"]["id"])}
    assert set(graph[node : space["context"]]) == {rdflib.URIRef(item["context"])}
    assert set(graph[node : space["published"]]) == {
        rdflib.Literal(f"{FIRST}T00:00:00Z", datatype=rdflib.XSD.dateTime)
    }
    assert {str(each) for each in graph[rdflib.URIRef(item["object"]["id"]) : rdflib.RDF.type]} <= TOLD
    assert item["generated"] == named(server.get(f"/{item['object']['id'].removeprefix(VOCAB)}.nt")[2])


def test_a_deleted_and_a_withdrawn_thing_in_jsonld(old: Server, log: tuple[Activity, ...]) -> None:
    """A Delete says what was there before and nothing of after; a withdrawn thing is marked as deprecated."""
    items = list(Follower(old).items(f"{BASE}changes"))
    prov = "http://www.w3.org/ns/prov#"
    deleted = next(each for each in items if each["@type"] == [f"{AS}Delete"])
    withdrawn = [
        each for each in items if "http://www.w3.org/2002/07/owl#deprecated" in each[f"{AS}object"][0]
    ]

    assert f"{prov}generated" not in deleted
    assert deleted[f"{prov}invalidated"][0]["@id"].startswith("ni:///sha-256;")
    assert [each[f"{AS}object"][0]["@id"] for each in withdrawn] == [
        f"{BASE}xx/{code}/practices/nuorten-ilta" for code in (999, 998)
    ]
    assert [each["@id"].partition("#")[0] for each in items] == [f"{BASE}changes"] * len(items)
    assert len({each["@id"] for each in items}) == len(items)


def feeds(server: Server, language: str, start: str = "") -> list[ET.Element]:
    """Return the feed of a language and its whole archive, the newest first."""
    found, address = [], start or f"/changes.{language}.atom"
    while address:
        body = server.get(address)[2]
        parsed = feedparser.parse(body)
        assert not parsed.bozo, parsed.bozo_exception
        found.append(ET.fromstring(body))  # noqa: S314 # our own server
        links = {each.get("rel"): each.get("href") or "" for each in found[-1].findall(LINK)}
        address = (
            "/" + links["prev-archive"].removeprefix(BASE).removeprefix(VOCAB)
            if "prev-archive" in links
            else ""
        )
    return found


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_feed_is_valid_atom(either: Server, language: str) -> None:
    """Feed and entries have what RFC 4287 demands, in the language; the archive of RFC 5005 completes them."""
    found = feeds(either, language)
    log = changes.read((either.publish / changes.NAME).read_bytes())
    base = release.settings(either.publish).base
    entries: dict[str, ET.Element] = {}
    for feed in found:
        assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language
        for name in ("id", "title", "updated", "rights"):
            assert len([each for each in feed.findall(ATOM + name) if each.text]) == 1, name
        assert feed.findtext(f"{ATOM}author/{ATOM}name")
        links = [(each.get("rel"), each.get("type"), each.get("href")) for each in feed.findall(LINK)]
        assert len(links) == len({each[:2] for each in links})
        assert {"self", "alternate", "license"} <= {each[0] for each in links}
        own = [each.findtext(f"{ATOM}id") or "" for each in feed.findall(f"{ATOM}entry")]
        assert len(own) == len(set(own)) >= min(PAGE, len(log))
        assert own == sorted(own, key=place, reverse=True)
        for entry in feed.findall(f"{ATOM}entry"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", entry.findtext(f"{ATOM}updated") or "")
            assert [each.get("rel") for each in entry.findall(LINK)] == ["alternate"]
            assert entry.findtext(f"{ATOM}title")
            entries[entry.findtext(f"{ATOM}id") or ""] = entry
    assert found[0].findtext(f"{ATOM}updated") == f"{log[-1].day}T00:00:00Z"
    assert entries.keys() == {f"{base}changes#{each.id}" for each in log}
    assert [each.find("{http://purl.org/syndication/history/1.0}archive") is not None for each in found] == [
        False,
        *(True for _ in found[1:]),
    ]


def place(iri: str) -> tuple[str, int]:
    """Return day and number of an activity by its IRI."""
    day, _, number = iri.rpartition("#")[2].rpartition("-")
    return day, int(number)


def test_entries_say_in_words_what_happened(old: Server) -> None:
    """An entry names what happened and to what, and links to the thing, or to the line of the log where it is gone."""
    titles: dict[str, dict[str, list[str]]] = {}
    for language in ("fi", "sv", "en"):
        found = titles[language] = {}
        for entry in (each for feed in feeds(old, language) for each in feed.findall(f"{ATOM}entry")):
            link = entry.find(LINK)
            assert link is not None
            found.setdefault(entry.findtext(f"{ATOM}title") or "", []).append(link.get("href") or "")

    assert {
        "Uusi käytäntö: Kyläkysely",
        "Käytöstä poistettu käytäntö: Nuorten ilta",
        "Muuttunut aineisto: Mallilan osallisuuskäytännöt",
        "Poistettu kunta: Mallila",
    } <= titles["fi"].keys()
    assert {"Ny praxis: Byenkät", "Ny enhet: kommunikationen", "Borttagen kommun: Modellby"} <= titles[
        "sv"
    ].keys()
    assert {"Changed practice: Survey of the village", "New unit: communications"} <= titles["en"].keys()
    (withdrawn,) = titles["en"]["Withdrawn practice: Youth evening"]
    assert withdrawn == f"{SET}/nuorten-ilta.en.html"
    assert old.get("/" + withdrawn.removeprefix(BASE))[0] == 200
    removed = titles["en"]["Removed practice: Statutory hearing"]
    back = f"{SET}/lakisaateinen-kuuleminen.en.html"
    assert back in removed
    assert old.get("/" + back.removeprefix(BASE))[0] == 200
    for gone in set(removed) - {back}:
        page, _, line = gone.removeprefix(BASE).partition("#")
        assert f'<li id="{line}">Removed practice: ' in old.get(f"/{page}")[2].decode()


def test_every_kind_of_change_has_words_in_every_language() -> None:
    """There is a phrase for each kind of thing and each thing that may happen to it, and none is left in English."""
    told = {}
    for language in pages.LANGUAGES:
        for kind in changes.KINDS:
            for what, withdrawn in (
                ("Create", False),
                ("Update", False),
                ("Update", True),
                ("Delete", False),
            ):
                each = Activity(what, FIRST, 1, SET, kind, SET, withdrawn=withdrawn)
                told[language, kind, what, withdrawn] = history.phrase(each, language)
    assert len(set(told.values())) == len(pages.LANGUAGES) * 4 * (len(changes.KINDS) - 1)
    assert history.name(Activity("Create", FIRST, 1, SET, "dataset", SET), ("fi",)) == ("practices", "")


def test_every_page_names_the_feed(server: Server) -> None:
    """The head of each page, errors too, leads to the feed in its language, which is there; the footer to the page."""
    for path in (
        "/",
        "/fi/235.sv.html",
        "/fi/235/practices/asukaskysely.html",
        "/changes/1.html",
        "/nothing.html",
    ):
        body = server.get(path, Accept="text/html", Accept_Language="sv")[2].decode()
        href = re.search(
            r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)">', body
        )
        assert href, path
        assert urljoin(path, href[1]) == "/changes.sv.atom"
        footer = re.search(r'<a href="([^"]*changes[^"]*html)"', body)
        assert footer
        assert server.get(urljoin(path, footer[1]))[0] == 200


def test_the_page_lists_days_newest_first_and_leads_to_the_older_ones(either: Server) -> None:
    """The pages for people, followed from the newest to the oldest and back, show each activity."""
    log = changes.read((either.publish / changes.NAME).read_bytes())
    seen, days, last = list[str](), list[str](), ""
    address = "/changes.en.html"
    while address:
        body, last = either.get(address)[2].decode(), address
        seen += re.findall(r'<li id="([\d-]+)">', body)
        days += re.findall(r'<h2 id="day-([\d-]+)">', body)
        address = led(address, body, "Older")
    back, newest = last, ""
    while "/changes/" in back:
        newest, back = back, led(back, either.get(back)[2].decode(), "Newer")

    assert sorted(seen, key=place) == [each.id for each in log]
    assert days == sorted(days, reverse=True)
    assert newest in {"", f"/changes/{-(-len(log) // PAGE)}.en.html"}
    assert (newest == "") == (len(log) < 2 * PAGE)


def led(address: str, body: str, which: str) -> str:
    """Return the address of the older or newer changes; empty where there are none."""
    found = re.search(rf'href="([^"]+)">{which} changes', body)
    return urljoin(address, found[1]) if found else ""


def test_what_is_gone_has_no_link_in_the_page(old: Server) -> None:
    """Removed things are named as they were called; withdrawn ones are linked."""
    latest = old.get("/changes.en.html")[2].decode()

    assert "Removed municipality: Mallila</li>" in latest
    assert 'Withdrawn practice: <a href="xx/999/practices/nuorten-ilta.en.html">Youth evening</a>' in latest


def test_a_history_without_activities_is_shown_as_such(publish: Path) -> None:
    """A publication without a log has an empty collection, a feed without entries and a page that says so."""
    publication = release.open_publication(publish)
    empty: Sequence[Activity] = ()
    log = History(publication.site.base, empty)

    assert json.loads(activities.collection(log, publication.site))["totalItems"] == 0
    assert "Nothing has changed." in pages.render_changes(publication, "changes.en.html", "en", log)
    assert NamedNode(log.iri()).value == f"{VOCAB}changes"
