"""The accessibility statement: what a site must say before it is published, and what its page says in each language."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask.testing import FlaskClient

from osallisuus import release
from osallisuus.errors import InputError, QueryLimitError
from osallisuus.query.store import Ask
from osallisuus.release import Publication
from osallisuus.release.published import settings, settings_to_json
from osallisuus.site import Layout, read, warnings
from osallisuus.web import create_app, feeds
from osallisuus.web.views import View
from releasing import run

MakeSite = Callable[..., Layout]
LANGUAGES = ("fi", "sv", "en")
SETTINGS = "site.yaml"
TITLES = {"fi": "Saavutettavuusseloste", "sv": "Tillgänglighetsutlåtande", "en": "Accessibility statement"}
DUE = "was last revised on 2026-11-24, more than a year ago"


def _keys(layout: Layout) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(layout)
    return [each.key for each in caught.value.findings]


def _told(layout: Layout) -> str:
    with pytest.raises(InputError) as caught:
        read(layout)
    return str(caught.value)


def _text(layout: Layout) -> str:
    return (layout.root / "data" / SETTINGS).read_text(encoding="utf-8")


# What is read, and what is refused


def test_the_statement_is_read(make_site: MakeSite) -> None:
    """Every key of the block is read; a barrier without ground is a requirement that is not met."""
    statement = read(make_site()).site.accessibility

    assert statement is not None
    assert (statement.conformity, statement.assessed) == ("none", "external")
    assert (statement.made, statement.revised) == ("2026-11-20", "2026-11-24")
    assert [each.ground for each in statement.barriers] == ["non-compliance", "out-of-scope"]
    assert statement.email == "access@mallila.example"
    assert statement.authority["sv"] == "Modellbys tillsyn"
    assert statement.authority_url["sv"] == "https://supervisor.example/sv"


def test_feedback_goes_to_the_contact_of_the_site_unless_another_is_named(make_site: MakeSite) -> None:
    """Without a contact of its own the statement has that of the site, and its own day as that of its revision."""
    text = re.sub(
        r"(?s)  contact:\n    name:\n      fi: Mallilan viestintä.*?(?=  authority:)", "", _text(make_site())
    )
    layout = make_site({SETTINGS: text.replace("  revised: 2026-11-24\n", "")})
    site = read(layout).site

    assert site.accessibility is not None
    assert (site.accessibility.email, site.accessibility.contact) == ("data@mallila.example", site.contact)
    assert site.accessibility.revised == "2026-11-20"


@pytest.mark.parametrize("command", ["check", "build"])
def test_without_a_statement_nothing_is_published(make_site: MakeSite, command: str) -> None:
    """Both commands end with 1, name file, line and cure in the language asked for, and write nothing."""
    layout = make_site({SETTINGS: _text(make_site()).partition("\naccessibility:")[0] + "\n"})
    told = {each: run(command, "--site", layout.root, "--lang", each) for each in LANGUAGES}

    assert {each.exit_code for each in told.values()} == {1}
    assert (
        "data/site.yaml:3: There is no accessibility statement. Add the key “accessibility”"
        in told["en"].output
    )
    assert "data/site.yaml:3: Saavutettavuusseloste puuttuu." in told["fi"].output
    assert "data/site.yaml:3: Tillgänglighetsutlåtandet saknas." in told["sv"].output
    assert not layout.publish.exists()


def test_every_needed_field_that_is_missing_is_told_at_once(make_site: MakeSite) -> None:
    """An empty statement lacks its conformity, method, days and authority; faults of other files are told with them."""
    start = _text(make_site()).partition("\naccessibility:")[0]
    layout = make_site(
        {
            SETTINGS: f"{start}\naccessibility:\n  barriers: []\n",
            "mallila/terms.yaml": ("match: exact", "match: same"),
        }
    )
    told = _told(layout)

    for key in ("conformity", "assessed", "method", "made", "authority"):
        assert re.search(rf"data/site\.yaml:\d+: The key “{key}” is missing", told), key
    assert "data/mallila/terms.yaml" in told


def test_the_contact_is_needed(make_site: MakeSite) -> None:
    """Without the contact of the site, without its address, or with half a contact of its own, nothing is published."""
    text = _text(make_site())

    assert _keys(make_site({SETTINGS: text.replace("  email: data@mallila.example\n", "")})) == [
        "missing-key"
    ]
    assert _keys(make_site({SETTINGS: text.replace("    email: access@mallila.example\n", "")})) == [
        "missing-key"
    ]
    assert "missing-key" in _keys(
        make_site({SETTINGS: re.sub(r"(?s)\ncontact:.*?(?=\nlicence)", "", text, count=1)})
    )


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("conformity: none", "conformity: mostly", "choice"),
        ("assessed: external", "assessed: nobody", "choice"),
        ("ground: out-of-scope", "ground: too-dear", "choice"),
        ("https://supervisor.example/sv", "supervisor.example", "bad-iri"),
        ("made: 2026-11-20", "made: 20.11.2026", "date"),
        ("made: 2026-11-20", "made: 20261120", "date"),
        ("conformity: none", "conformity: none\n  colour: red", "unknown-key"),
    ],
)  # fmt: skip
def test_a_fault_in_the_statement_has_its_line(make_site: MakeSite, old: str, new: str, rule: str) -> None:
    """What a key cannot be is refused on its own line, and alone."""
    layout = make_site({SETTINGS: (old, new)})
    with pytest.raises(InputError) as caught:
        read(layout)
    (finding,) = caught.value.findings
    line = _text(layout).splitlines()[finding.place.line - 1]

    assert finding.key == rule
    assert new.rpartition("\n")[2].strip().partition(":")[0] in line


def test_barriers_and_conformity_agree(make_site: MakeSite) -> None:
    """Full conformity has no barriers; any other has some."""
    text = _text(make_site())
    without = re.sub(r"(?s)  barriers:.*?(?=  assessed:)", "", text)

    assert _keys(make_site({SETTINGS: text.replace("conformity: none", "conformity: full")})) == [
        "conformity"
    ]
    assert _keys(make_site({SETTINGS: without})) == ["conformity"]
    assert read(make_site({SETTINGS: without.replace("conformity: none", "conformity: full")})).findings == ()


def test_the_model_in_the_documentation_is_valid(make_site: MakeSite, repository: Path) -> None:
    """The block of docs/accessibility.md can be put into the settings as it stands."""
    (code,) = re.findall(
        r"(?ms)^```yaml\n(.*?)^```", (repository / "docs" / "accessibility.md").read_text(encoding="utf-8")
    )
    start = _text(make_site()).partition("\naccessibility:")[0]
    statement = read(make_site({SETTINGS: f"{start}\n\n{code}"})).site.accessibility

    assert statement is not None
    assert (statement.conformity, statement.revised) == ("partial", "2027-10-01")


# What is due


@pytest.mark.parametrize(("day", "count"), [("2026-11-24", 0), ("2027-11-25", 0), ("2027-11-26", 1)])
def test_a_statement_is_due_after_a_year(make_site: MakeSite, day: str, count: int) -> None:
    """The day of the last revision counts, and the finding stands on its line."""
    found = warnings(read(make_site()).site, day)

    assert len(found) == count
    for each in found:
        assert "revised:" in _text(make_site()).splitlines()[each.place.line - 1]


@pytest.mark.parametrize("command", ["check", "build"])
def test_an_old_statement_is_a_warning(make_site: MakeSite, command: str) -> None:
    """The commands judge by --date: they warn and go on, and with --strict they end with 1."""
    layout = make_site({"site.yaml": ("revised: 2026-11-24", "revised: 2024-11-24")})
    made = layout.settings.read_text(encoding="utf-8").replace("made: 2026-11-20", "made: 2024-11-20")
    layout.settings.write_text(made, encoding="utf-8")

    def told(day: str, *more: str) -> Result:
        return run(command, "--site", layout.root, "--lang", "en", "--date", day, *more)

    due = DUE.replace("2026", "2024")
    late = told("2026-01-01")
    assert due not in told("2025-01-01").output
    assert late.exit_code == 0
    assert re.search(rf"data/site\.yaml:\d+: warning: The accessibility statement {due}", late.output)
    assert told("2026-01-01", "--strict").exit_code == 1
    assert told("2025-01-01", "--strict").exit_code == 0


def test_what_is_published_does_not_depend_on_the_day_of_the_check(make_site: MakeSite) -> None:
    """An old statement changes no byte: a build years later finds what is published up to date."""
    layout = make_site()
    run("build", "--site", layout.root, "--date", "2020-01-01")

    assert run("build", "--site", layout.root, "--date", "2026-11-25", "--check").exit_code == 0


# The page


def _refuse(_: Ask, __: str) -> bytes:
    raise QueryLimitError("no query is asked here")


def _client(publication: Publication) -> FlaskClient:
    return create_app(publication, _refuse).test_client()


@pytest.fixture(scope="module")
def minimal(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """Publish the minimal site."""
    root = shutil.copytree(
        repository / "tests" / "sites" / "minimal", tmp_path_factory.mktemp("statement") / "site"
    )
    layout = Layout(root)
    release.replace(layout.publish, release.edition(read(layout), None, "2026-11-25"))
    return release.open_publication(layout.publish)


def test_the_settings_come_back_as_they_were(minimal: Publication, make_site: MakeSite) -> None:
    """What is published of the settings is read back whole."""
    assert minimal.site == read(make_site()).site


WORDS = {
    "fi": ("Palvelu ei täytä saavutettavuusvaatimuksia.", "Sisällöt, joihin lakia ei sovelleta", "14 päivän kuluessa", "306/2019", "ulkopuolisen tekemä arviointi", "24. marraskuuta 2026", "Valvontaviranomainen"),
    "sv": ("Tjänsten uppfyller inte tillgänglighetskraven.", "Innehåll som lagen inte tillämpas på", "inom 14 dagar", "306/2019", "bedömning av en utomstående", "24 november 2026", "Tillsynsmyndighet"),
    "en": ("The service does not meet the accessibility requirements.", "Content to which the act does not apply", "within 14 days", "306/2019", "assessment by somebody outside the publisher", "November 24, 2026", "Supervising authority"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_the_settings_say(minimal: Publication, language: str) -> None:
    """In each language: conformity, barriers by ground, assessment, days, feedback, authority with its own address."""
    html = _client(minimal).get(f"/accessibility.{language}.html").text
    statement = minimal.site.accessibility
    assert statement is not None

    assert f"<h1>{TITLES[language]}</h1>" in html
    for text in WORDS[language]:
        assert text in html, text
    for barrier in statement.barriers:
        assert barrier.content[language] in html
        assert barrier.reason[language] in html
    assert statement.method[language] in html
    assert f'<a href="{statement.authority_url[language]}">{statement.authority[language]}</a>' in html
    assert "mailto:access@mallila.example?subject=" in html
    assert 'lang="' not in html.partition("<main")[2].partition("</main>")[0]


def test_the_statement_is_negotiated_and_listed(minimal: Publication) -> None:
    """Its address redirects to the page in the language of the reader; sitemap and llms.txt have it."""
    client = _client(minimal)
    html = client.get("/accessibility.html", headers={"Accept-Language": "sv-FI"})

    assert client.get("/accessibility").headers["Location"] == "accessibility.html"
    assert (html.status_code, html.headers["Content-Language"]) == (200, "sv")
    assert "/accessibility.fi.html</loc>" in client.get("/sitemap.xml").text
    assert "accessibility.en.html" in client.get("/llms.txt").text


def test_our_own_statement_claims_no_more_than_was_tested(publication: Publication) -> None:
    """Our site says: in part, by ourselves, and not with a screen reader, whose users have not tested it yet."""
    statement = publication.site.accessibility
    assert statement is not None

    assert (statement.conformity, statement.assessed) == ("partial", "self")
    assert "not tested with a screen reader" in statement.method["en"]
    assert statement.email == publication.site.email


def test_what_was_published_before_statements_is_served_on(publication: Publication, tmp_path: Path) -> None:
    """Settings without a statement are read; the page is not there, and nothing leads to it."""
    older = replace(publication, site=replace(publication.site, accessibility=None))
    written = settings_to_json(older.site).replace(b',\n "accessibility": null', b"")
    (tmp_path / "site.json").write_bytes(written)
    client = _client(older)

    assert b"accessibility" not in written
    assert settings(tmp_path) == older.site
    assert client.get("/accessibility.html").status_code == 404
    assert "accessibility" not in client.get("/sitemap.xml").text
    assert "accessibility.en.html" not in feeds.llms(older)
    assert not View(older, "", "en").exists("accessibility")
    assert "accessibility.html" not in client.get("/guide/residents.html").text
