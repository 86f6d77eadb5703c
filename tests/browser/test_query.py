"""The query page in a real browser: the editor, the keyboard, faults, sorting, copying, and the lines in real programs."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser import looking

LANGUAGES = ("fi", "sv", "en")
TYPED = "SELECT ?practice ?title {\n?practice a osa:Practice ; dct:title ?title } LIMIT 3"
WRONG = "SELECT ?s {\n  ?s a <http://ä/𝄞> ;\n     no:p ?o }"
TRICKY = """\
SELECT ?text ?n { VALUES (?text ?n) {
  ("it's \\"$HOME\\" `id` \\\\ 100 % & + ! #" 1)
  ('''ä€𝄞 )" )-" x''' 2) (UNDEF 3)
} } # '\\"""
"""A query with every sign that a shell, Python or R reads in its own way."""


@contextmanager
def query_page(window: BrowserContext, address: str, at: str) -> Iterator[Page]:
    """Open the query page; fail on a fault of the console or the policy, and on a request to another site."""
    with looking.opened(window) as (page, faults):
        page.on("request", lambda each: None if each.url.startswith(address) else faults.append(each.url))
        page.goto(f"{address}/sparql.{at}")
        yield page
        assert faults == []


def focused(page: Page) -> str:
    """Return what has the focus: its role, its id or its text."""
    found: str = page.evaluate(
        "(it => it.getAttribute('role') || it.id || it.textContent)(document.activeElement)"
    )
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_typing_running_sorting(window: BrowserContext, address: str, language: str) -> None:
    """What is typed is completed with our prefixes, run by Ctrl and Enter, and its table sorted by a heading."""
    with query_page(window, address, f"{language}.html") as page:
        page.locator("#query-label").click()
        assert focused(page) == "textbox"
        page.keyboard.type(TYPED)
        expect(page.locator("#query")).to_have_value(
            "PREFIX dct: <http://purl.org/dc/terms/>\nPREFIX osa: <https://w3id.org/osallisuus/ns#>\n"
            + TYPED.replace("\n", "\n  ")
        )
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/sparql*query=*#answer")
        titles = page.locator("td:nth-child(2)")
        expect(titles).to_have_count(3)
        page.locator("th a").nth(1).click()
        expect(page.locator("th").nth(1)).to_have_attribute("aria-sort", "ascending")
        up = titles.all_inner_texts()
        page.locator("th a").nth(1).click()
        expect(page.locator("th").nth(1)).to_have_attribute("aria-sort", "descending")
        assert titles.all_inner_texts() == up[::-1]
        assert page.evaluate("document.documentElement.lang") == language
        assert page.evaluate("Object.keys(localStorage)") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_leaves_the_editor(window: BrowserContext, address: str, language: str) -> None:
    """Tab comes into the editor and, after Esc, out of it, also while words are suggested; the page says how."""
    with query_page(window, address, f"{language}.html") as page:
        help_text = page.locator("#keys")
        expect(help_text).to_be_visible()
        assert "Esc" in help_text.inner_text()
        assert "Tab" in help_text.inner_text()
        page.locator(".questions summary").last.focus()
        page.keyboard.press("Tab")
        assert focused(page) == "textbox"
        page.keyboard.type("SELECT ?sana { ?s ?p ?sa")
        expect(page.locator(".CodeMirror-hint")).to_have_count(1)
        assert looking.violations(page) == []
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.type") == "submit"
        page.keyboard.press("Shift+Tab")
        assert focused(page) == "textbox"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.type") == "submit"
        assert page.evaluate("document.querySelector('#query').value").endswith("?sa")


def test_the_editor_is_named_and_described(window: BrowserContext, address: str) -> None:
    """A screen reader hears the label of the field and how to leave it."""
    with query_page(window, address, "en.html") as page:
        field = page.get_by_role("textbox", name="Query in SPARQL")

        expect(field).to_have_attribute("aria-describedby", "keys")
        expect(field).to_have_attribute("aria-multiline", "true")


@pytest.mark.parametrize(("language", "link"), [("fi", "riville 3, merkkiin 6"), ("sv", "rad 3, tecken 6")])
def test_a_fault_is_marked(window: BrowserContext, address: str, language: str, link: str) -> None:
    """The reason has the focus, the place is marked in the editor, and the link sets the cursor there."""
    with query_page(window, address, f"{language}.html?query={quote(WRONG)}") as page:
        assert focused(page) == "alert"
        expect(page.locator(".CodeMirror .fault")).to_have_text("n")
        expect(page.locator(".notice mark")).to_have_text("n")
        assert looking.violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert looking.violations(page, looking.COLOURS) == []
        page.emulate_media(color_scheme="light")
        page.get_by_text(link).click()
        assert focused(page) == "textbox"
        page.keyboard.type("X")
        assert page.locator("#query").input_value().splitlines()[2] == "     Xno:p ?o }"


def test_the_plain_field(window: BrowserContext, address: str) -> None:
    """Who prefers the plain field has it with what was typed, keeps it on the next page, and can come back."""
    with query_page(window, address, f"en.html?query={quote(WRONG)}") as page:
        toggle, field, editor = (page.locator(each) for each in ("#plain", "#query", ".CodeMirror"))
        expect(toggle).to_have_attribute("aria-pressed", "false")
        expect(field).to_be_hidden()
        toggle.click()
        expect(toggle).to_have_attribute("aria-pressed", "true")
        expect(field).to_be_visible()
        expect(editor).to_have_count(0)
        page.reload()
        expect(field).to_be_visible()
        page.get_by_text("Go to line 3").click()
        page.keyboard.type("X")
        assert field.input_value().splitlines()[2] == "     Xo:p ?o }"
        toggle.click()
        expect(editor).to_be_visible()
        expect(editor).to_contain_text("Xo:p")


def test_a_long_query_is_sent_whole(window: BrowserContext, address: str) -> None:
    """A query that fits into no address is sent by POST, and its file is fetched by a button."""
    values = " ".join(f'"ä{number}"' for number in range(900))
    with query_page(window, address, "fi.html") as page:
        page.evaluate("(text) => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", f"SELECT ?x {{ VALUES ?x {{ {values} }} }}")  # fmt: skip
        page.get_by_role("button", name="Kysy", exact=True).click()
        expect(page.locator("caption")).to_contain_text("900 riviä")
        assert page.url.partition("#")[0] == f"{address}/sparql.fi.html"
        with page.expect_download() as expected:
            page.get_by_role("button", name="CSV", exact=True).click()
        assert expected.value.path().read_text(encoding="utf-8").splitlines()[:2] == ["x", "ä0"]


def test_without_script(without_script: BrowserContext, address: str) -> None:
    """Without script a query is typed, answered, sorted and corrected all the same."""
    with looking.opened(without_script) as (page, _):
        page.goto(f"{address}/sparql.sv.html")
        assert page.locator("#keys").is_hidden()
        page.locator("#query").fill("SELECT ?n { VALUES ?n { 10 9 } }")
        page.get_by_role("button", name="Sök", exact=True).click()
        assert page.locator("td").all_inner_texts() == ["10", "9"]
        page.locator("th a").click()
        assert page.locator("td").all_inner_texts() == ["9", "10"]
        page.locator("#query").fill(WRONG)
        page.get_by_role("button", name="Sök, lång fråga", exact=True).click()
        assert page.locator(".notice mark").inner_text() == "n"
        assert page.locator("#query").input_value() == WRONG
        assert focused(page) == "alert"


def test_the_editor_missing(window: BrowserContext, address: str) -> None:
    """When the editor does not load, the field is there as it is without script."""
    with looking.opened(window) as (page, faults):
        page.route("**/yasqe.min.js*", lambda route: route.abort())
        page.goto(f"{address}/sparql.fi.html")
        page.locator("#query").fill("ASK {}")
        page.get_by_role("button", name="Kysy", exact=True).click()
        expect(page.locator(".truth")).to_contain_text("Kyllä")
        expect(page.locator("#plain")).to_be_hidden()
    assert faults == []


def test_a_line_is_copied(window: BrowserContext, address: str) -> None:
    """A button beside each line copies it, says so, and the line names the server at hand."""
    window.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    with query_page(window, address, f"en.html?query={quote(TRICKY)}") as page:
        page.get_by_role("button", name="Copy: curl").click()
        expect(page.get_by_role("status")).to_have_text("Copied: curl")
        copied = page.evaluate("navigator.clipboard.readText()")

        assert copied == page.locator(".snippets code").first.inner_text()
        assert f"curl --get {address}/sparql " in copied


def lines(window: BrowserContext, address: str, query: str) -> dict[str, str]:
    """Return the lines that the page of a query shows for each program."""
    with query_page(window, address, f"en.html?query={quote(query)}") as page:
        found = page.locator(".snippets details")
        names = found.locator("summary").all_inner_texts()
        return dict(zip(names, found.locator("code").all_text_contents(), strict=True))


def run(*command: str) -> str:
    """Run a program and return what it prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_lines_work(window: BrowserContext, address: str) -> None:
    """The lines for the shell, Python and R, run as they are, read the very rows of a query with every awkward sign."""
    shown = lines(window, address, TRICKY)
    text = 'it\'s "$HOME" `id` \\ 100 % & + ! #'
    expected = repr([[text, 1], ['ä€𝄞 )" )-" x', 2], [None, 3]])

    csv = run("sh", "-c", f"{shown['curl']} --silent")
    assert csv.splitlines() == ["text,n", '"' + text.replace('"', '""') + '",1', '"ä€𝄞 )"" )-"" x",2', ",3"]
    show = "\nprint(table.astype(object).where(table.notna(), None).values.tolist())"
    assert run(sys.executable, "-c", shown["Python, pandas"] + show).strip() == expected
    if shutil.which("Rscript"):
        told = f'cat(nrow(table), table$n, identical(table$text[1], r"---({text})---"))'
        assert run("Rscript", "-e", f"{shown['R']}\n{told}") == "3 1 2 3 TRUE"


def test_the_lines_of_a_graph_and_a_truth_value_work(window: BrowserContext, address: str) -> None:
    """The lines for a graph read its triples; that for a truth value reads it."""
    shown = lines(window, address, "DESCRIBE <https://w3id.org/osallisuus/purpose/inform>")
    truth = lines(window, address, "ASK { ?s ?p 'it''s' }".replace("''", "\\'"))

    assert "skos:prefLabel" in run("sh", "-c", f"{shown['curl']} --silent")
    assert int(run(sys.executable, "-c", f"{shown['Python, rdflib']}\nprint(len(graph))")) > 5
    assert run("sh", "-c", f"{truth['curl']} --silent").strip() == "false"


def test_the_lines_of_a_long_query_work(window: BrowserContext, address: str) -> None:
    """A query that fits into no address is sent whole by the lines too."""
    shown = {}
    with query_page(window, address, "en.html") as page:
        page.evaluate("(text) => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", f"{TRICKY}{'å' * 4000}")  # fmt: skip
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.locator("caption")).to_contain_text("3 rows")
        found = page.locator(".snippets details")
        shown = dict(zip(found.locator("summary").all_inner_texts(), found.locator("code").all_text_contents(), strict=True))  # fmt: skip

    assert "R" not in shown
    assert len(run("sh", "-c", f"{shown['curl']} --silent").splitlines()) == 4
    assert run(sys.executable, "-c", f"{shown['Python, pandas']}\nprint(len(table))").strip() == "3"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?t ?d ?n ?u {{ VALUES (?t ?d ?n ?u) {{ ('kysely'@fi '2026'^^<{'http://www.w3.org/2001/XMLSchema#'}gYear> 3 UNDEF) (<http://a/> 'x' 4 UNDEF) }} }}",
        "DESCRIBE <https://w3id.org/osallisuus/purpose/inform>",
        "ASK {}",
    ],
)
def test_every_kind_of_answer_is_accessible(window: BrowserContext, address: str, query: str) -> None:
    """Table, graph and truth value have no violation, by day and by night, and fit a phone."""
    with query_page(window, address, f"sv.html?query={quote(query)}") as page:
        assert looking.violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert looking.violations(page, looking.COLOURS) == []
        page.emulate_media(color_scheme="light")
        assert looking.too_wide(page, 320) == []
        page.set_viewport_size({"width": 1280, "height": 900})
