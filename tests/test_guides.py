"""The guides inside the site: there in each language, and every address and command in them works."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from osallisuus.release import Publication, open_publication
from osallisuus.site import Layout, read
from osallisuus.web import guides
from osallisuus.web.guides import Guides
from osallisuus.web.views import GUIDES, View
from releasing import Made, run
from test_serving import Server

LANGUAGES = ("fi", "sv", "en")
TEXTS = sorted(guides.TEXTS.glob("*.md"))
EACH = pytest.mark.parametrize("text", TEXTS, ids=lambda each: each.stem)
RSCRIPT = shutil.which("Rscript")
PROGRAMS = Path(sys.executable).parent
PAGE = "text/html"


class _Page(HTMLParser):
    """What the tests look at in a page: references, ids, headings and blocks of code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.references: list[str] = []
        self.ids: set[str] = set()
        self.headings: list[str] = []
        self.bare = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids |= {found["id"]} if "id" in found else set()
        if tag == "a":
            self.bare += "href" not in found
            self.references += [found["href"]] if "href" in found else []
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(tag)


@pytest.fixture(scope="module")
def server(second_release: Made) -> Iterator[Server]:
    """Serve a small site, which has releases, on a real socket."""
    with Server(second_release.publish) as started:
        yield started


@pytest.fixture(scope="module")
def released(second_release: Made) -> Publication:
    """Read the small site."""
    return open_publication(second_release.publish)


def _pages(text: Path) -> str:
    user, _, language = text.stem.partition(".")
    return f"/guide/{user}.{language}.html"


def test_each_user_has_a_guide_in_each_language() -> None:
    """There is a text for each user and language, and no other; the translations have the same parts."""
    expected = {f"{path.partition('/')[2]}.{language}" for path in GUIDES for language in LANGUAGES}
    parts = {
        each.stem: re.findall(r"^(#+ |```\w*|\d\. |- )", each.read_text(encoding="utf-8"), re.MULTILINE)
        for each in TEXTS
    }

    assert {each.stem for each in TEXTS} == expected
    for path in GUIDES:
        user = path.partition("/")[2]
        assert parts[f"{user}.fi"] == parts[f"{user}.sv"] == parts[f"{user}.en"], user


def test_a_guide_is_short() -> None:
    """A guide has 320 words at most beside its examples, and ends where it does: nothing is left in braces."""
    for each in TEXTS:
        text = re.sub(r"(?s)```.*?```", "", each.read_text(encoding="utf-8"))

        assert 60 < len(text.split()) <= 320, each.name
        assert set(re.findall(r"\{(\w+)\}", text)) <= {"url", "practice", "email"}, each.name


@EACH
def test_the_page_of_a_guide(server: Server, text: Path) -> None:
    """It has its title, its lead, headings in order, no markup of Markdown, and leads to the other four."""
    title = text.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    status, _, body = server.get(_pages(text))
    html = body.decode()
    page = _Page(html)
    main = html.partition("<main")[2].partition("</main>")[0]

    assert status == 200
    assert f"<h1>{title}</h1>" in html
    assert page.headings[:2] == ["h1", "h2"]
    assert "h3" not in page.headings
    assert '<p class="lead">' in main
    assert not re.search(r"\]\(|\{\w+\}|\*\w+\*|^#", re.sub(r"(?s)<pre.*?</pre>", "", main), re.MULTILINE)
    assert len([each for each in page.references if re.fullmatch(r"[a-z]+\.\w\w\.html", each)]) >= 4
    assert page.bare == 0


@EACH
def test_every_address_in_a_guide_answers(server: Server, released: Publication, text: Path) -> None:
    """Each link of the guide leads to a page or file of the running site, at the part that it names, or is mail."""
    at = f"http://127.0.0.1:{server.port}{_pages(text)}"
    for reference in _Page(server.get(_pages(text))[2].decode()).references:
        found = urlsplit(urljoin(at, reference))
        if found.scheme == "mailto" or found.port != server.port:
            assert reference in (
                f"mailto:{released.site.email}",
                released.site.licence,
                released.site.publisher_url,
            )
            continue
        status, _, body = server.get(f"{found.path}?{found.query}", Accept=PAGE)
        assert status == 200, reference
        if found.fragment:
            assert found.fragment in _Page(body.decode()).ids, reference


def _examples(text: Path, *kinds: str) -> list[str]:
    found = re.findall(r"(?ms)^ *```(\w+)\n(.*?)^ *```$", text.read_text(encoding="utf-8"))
    return [code for kind, code in found if kind in kinds]


def _filled(code: str, released: Publication, server: Server) -> str:
    """Return an example as the page shows it, asked of the running server."""
    for name, value in guides._filled(released).items():
        code = code.replace(f"{{{name}}}", value)
    return code.replace(released.site.url, f"http://127.0.0.1:{server.port}/")


def _run(command: str | list[str], directory: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, cwd=directory, env=environment, shell=isinstance(command, str), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def _lines(text: Path, program: str) -> list[str]:
    lines = (line.strip() for code in _examples(text, "sh") for line in code.splitlines())
    return [line for line in lines if line.startswith(program)]


@EACH
def test_every_curl_in_a_guide_works(
    server: Server, released: Publication, text: Path, tmp_path: Path
) -> None:
    """Each `curl` is answered with what was asked for."""
    for line in _lines(text, "curl "):
        done = _run(
            _filled(line, released, server).replace("curl ", "curl --fail --silent --show-error ", 1),
            tmp_path,
        )

        assert done.returncode == 0, f"{line}\n{done.stderr}"
        assert done.stdout or any(tmp_path.iterdir()), line


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_python_and_r_of_the_guide_work(
    server: Server, released: Publication, language: str, tmp_path: Path
) -> None:
    """Both read the table from the running site, and print numbers."""
    text = guides.TEXTS / f"researchers.{language}.md"
    (code,) = _examples(text, "python")
    (tmp_path / "example.py").write_text(_filled(code, released, server), encoding="utf-8")
    done = _run([sys.executable, "-W", "error", "example.py"], tmp_path)

    assert done.returncode == 0, done.stderr
    assert re.search(r"xx/999 .* [1-9]\d*$", done.stdout, re.MULTILINE), done.stdout
    if RSCRIPT:
        (code,) = _examples(text, "r")
        done = _run([RSCRIPT, "--vanilla", "-e", _filled(code, released, server)], tmp_path)
        assert done.returncode == 0, done.stderr
        assert "purpose" in done.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_practice_of_the_guide_is_valid(make_site: Callable[..., Layout], language: str) -> None:
    """The example for clerks can be put into practices.yaml as it stands; then it is read and valid."""
    (code,) = _examples(guides.TEXTS / f"clerks.{language}.md", "yaml")
    path = "mallila/practices.yaml"
    whole = (make_site().root / "data" / path).read_text(encoding="utf-8")
    layout = make_site({path: whole + "\n" + code})
    (municipality,) = read(layout).municipalities

    assert len(municipality.practices) == 4
    assert run("check", "--site", layout.root).exit_code == 0


@pytest.mark.parametrize("user", ["clerks", "cities"])
def test_the_commands_of_the_guide_work_one_after_another(
    make_site: Callable[..., Layout], user: str
) -> None:
    """`check`, `build` and `release` of the guide do their work in a site; `serve` is a command with those very options."""
    layout = make_site()
    lines = _lines(guides.TEXTS / f"{user}.en.md", "osallisuus ")
    for line in lines:
        arguments = line.split()[1:]
        if arguments == ["serve"]:
            assert run(*arguments, "--help").exit_code == 0
            continue
        done = run(*arguments, "--site", layout.root)
        assert done.exit_code == 0, done.output

    assert {line.split()[1] for line in lines} >= {"check", "build", "serve"}
    assert (layout.publish / "releases.ttl").exists() == (user == "clerks")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_for_cities_leads_to_what_the_rules_say(
    server: Server, released: Publication, language: str, tmp_path: Path
) -> None:
    """Its files, its example in Turtle and its pySHACL give a report that names rules, in three languages."""
    text = guides.TEXTS / f"cities.{language}.md"
    (code,) = _examples(text, "turtle")
    (tmp_path / "data.ttl").write_text(code, encoding="utf-8")
    done = _run(_filled("set -e\n" + "".join(_examples(text, "sh")[:1]), released, server), tmp_path)
    found = int(re.findall(r"Results \((\d+)\)", done.stdout)[0])
    ours = run("check", tmp_path / "data.ttl")

    assert done.returncode == 1, done.stderr
    assert done.stdout.count("Message:") == 3 * found
    assert f"{found} problems" in ours.output
    assert set(re.findall(r"shapes#([\w-]+)", done.stdout)) == {
        "municipality-organisation", "municipality-identifier", "municipality-label", "practice-coded-by", "practice-dataset", "practice-derived-from", "practice-description", "practice-identifier",
    }  # fmt: skip


def test_the_check_for_portals_works(server: Server, released: Publication) -> None:
    """`check --portal` of the guide harvests the running site, whose names are mapped onto it here."""
    (line,) = _lines(guides.TEXTS / "portals.en.md", "osallisuus ")
    address = f"http://127.0.0.1:{server.port}/"
    done = run(*_filled(line, released, server).split()[1:], "--map", f"{released.site.base}={address}")

    assert f"Catalog {address}catalog: text/turtle" in done.output
    assert "405" in done.output


def test_the_list_of_guides(server: Server) -> None:
    """Each guide stands there with its title and what it is for, in the language of the page."""
    html = server.get("/guide.sv.html")[2].decode()

    for path in GUIDES:
        title, _, lead = (
            (guides.TEXTS / f"{path.partition('/')[2]}.sv.md").read_text(encoding="utf-8").splitlines()[:3]
        )
        assert f'<a href="{path}.sv.html"><strong>{title.removeprefix("# ")}</strong></a>' in html
        assert f"<p>{lead}</p>" in html
    assert server.get("/guide")[1]["location"] == "guide.html"


def test_a_page_that_a_site_does_not_have_is_not_linked(publication: Publication) -> None:
    """A site without releases says their name without a link; its files and pages are linked."""
    guide = Guides(publication, LANGUAGES).guides["guide/researchers", "en"]
    html = str(guide.html(View(publication, "guide/researchers.en.html", "en")))

    assert "A <a>release</a> is a dated copy" in html
    assert '<a href="../comparison-wide.csv">' in html
    assert '<a href="../codebook.en.html">' in html


def test_markdown_cannot_bring_markup_or_a_script(released: Publication) -> None:
    """HTML in a text, or in what is put into it, is shown and not obeyed; an address that runs code is no link."""
    markdown = guides._markdown()
    environment = {"view": View(released, "guide/residents.html", "en")}
    source = "<script>alert(1)</script>\n\n[a](javascript:alert(1)) [b](practices?q=%22><b>)\n\n```sh\n</code><b>\n```\n"
    html = markdown.renderer.render(markdown.parse(source), markdown.options, environment)

    assert "<script" not in html
    assert "<b>" not in html
    assert 'href="javascript' not in html
    assert unescape(html).count("alert(1)") == 2
