"""The command line: what each command prints, how it exits, and that serving needs nothing but `publish/`."""

import csv
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from osallisuus import query as questions
from osallisuus.cli import main
from osallisuus.release import Publication
from osallisuus.site import Contents, Layout

MakeSite = Callable[..., Layout]
PROGRAM = Path(sys.executable).with_name("osallisuus")
PRACTICES = "mallila/practices.yaml"
MUNICIPALITY = "mallila/municipality.yaml"
MUNICIPALITY = "mallila/municipality.yaml"
UNITS = "mallila/units.yaml"
MISSPELT = {PRACTICES: ("units: [viestinta]", "units: [viestint]")}
UNKNOWN_ID = {
    "fi": "Tuntematon tunnus ”viestint”.",
    "sv": "Okänd beteckning ”viestint”.",
    "en": "Unknown id “viestint”.",
}
UNIDENTIFIED = {
    "fi": "Yksikkö on merkitty tyypillä ”tunnistamaton yksikkö”. Selvitä",
    "sv": "Enheten är märkt med typen ”oidentifierad enhet”. Ta reda på",
    "en": "The unit has the type “unidentified unit”. Find out",
}
NO_ENGLISH = {
    "fi": "Englanti puuttuu aineiston kielistä.",
    "sv": "Engelska saknas bland datamängdens språk.",
    "en": "English is missing from the languages of the dataset.",
}
TURTLE_ERROR = {"fi": "Turtle-virhe", "sv": "Turtle-fel", "en": "Turtle error"}


def _run(*arguments: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)


def _start(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own, to its end."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=300,
    )


def _line(layout: Layout, file: str, text: str) -> int:
    """Return the number of the line of a file of a site on which a text stands."""
    lines = (layout.root / "data" / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def _bytes(directory: Path) -> dict[str, bytes]:
    """Return path → content of every file under a directory."""
    return {
        each.relative_to(directory).as_posix(): each.read_bytes()
        for each in sorted(directory.rglob("*"))
        if each.is_file()
    }


@pytest.fixture(scope="module")
def served(publish: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory that has a copy of `publish/` and nothing else."""
    root = tmp_path_factory.mktemp("served")
    shutil.copytree(publish, root / "publish")
    return root


def test_check_accepts_the_data_of_the_repository(repository: Path, contents: Contents) -> None:
    """`check` exits with 0, counts what it checked and writes nothing."""
    before = _bytes(repository / "data")
    result = _start("check", "--lang", "en", cwd=repository)
    practices = sum(len(each.practices) for each in contents.municipalities)

    assert result.returncode == 0
    assert f"ok: {practices} practices of {len(contents.municipalities)} municipalities" in result.stdout
    assert re.search(rf"\bPractice {practices}\b", result.stdout)
    assert "violation" not in result.stdout
    assert _bytes(repository / "data") == before


@pytest.mark.parametrize("language", UNKNOWN_ID)
def test_check_names_place_and_cure(make_site: MakeSite, language: str) -> None:
    """`check` exits with 1; faults, broken rules and warnings come with file, line and cure in one language."""
    layout = make_site(
        {
            **MISSPELT,
            UNITS: ("type: communications", "type: unresolved"),
            MUNICIPALITY: ("languages: [fi, sv, en]", "languages: [fi, sv]"),
        }
    )
    result = _run("check", "--site", layout.root, "--lang", language)

    def place(file: str, text: str) -> str:
        return f"data/{file}:{_line(layout, file, text)}: "

    assert result.exit_code == 1
    assert f"{place(PRACTICES, '[viestint]')}{UNKNOWN_ID[language]} → viestinta?" in result.stdout
    assert f"{place(UNITS, 'type: unresolved')}warning: {UNIDENTIFIED[language]}" in result.stdout
    assert f"{place(MUNICIPALITY, 'languages: [fi, sv]')}violation: {NO_ENGLISH[language]}" in result.stdout
    assert re.search(r"\d+ problems, 1 warning", result.stderr)
    assert "ok:" not in result.stdout


def test_check_finds_a_fault_in_a_copy_of_the_real_data(repository: Path, tmp_path: Path) -> None:
    """A process that checks a broken copy of real data names the line, in the language of its option."""
    for name in ("site.yaml", "kauniainen"):
        source, target = repository / "data" / name, tmp_path / "data" / name
        target.parent.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)
    file = tmp_path / "data" / "kauniainen" / "practices.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("purposes: [inform, feedback]", "purposes: [inform, fedback]", 1), encoding="utf-8"
    )
    line = text[: text.index("purposes: [inform, feedback]")].count("\n") + 1

    result = _start("check", "--lang", "sv", cwd=tmp_path)

    assert result.returncode == 1
    assert f"data/kauniainen/practices.yaml:{line}: " in result.stdout
    assert "”fedback”" in result.stdout
    assert "feedback?" in result.stdout
    assert "Traceback" not in result.stderr


def test_check_lists_every_fault(make_site: MakeSite) -> None:
    """All faults are told at once, in the order of files and lines."""
    layout = make_site({**MISSPELT, MUNICIPALITY: ("coverage: own-list", "coverage: own")})
    result = _run("check", "--site", layout.root, "--lang", "en")
    found = [
        each for each in result.stdout.splitlines() if each.startswith("data/") and "violation" not in each
    ]

    assert result.exit_code == 1
    assert [each.partition(":")[0] for each in found] == [f"data/{MUNICIPALITY}", f"data/{PRACTICES}"]


def test_strict_lets_warnings_fail(make_site: MakeSite) -> None:
    """A warning is counted and does not fail; with `--strict` it does, and `build` writes nothing."""
    layout = make_site({UNITS: ("type: communications", "type: unresolved")})
    result = _run("check", "--site", layout.root)

    assert result.exit_code == 0
    assert "ok: 3 practices of 1 municipalities" in result.stdout
    assert "0 problems, 1 warning" in result.stderr
    assert _run("check", "--site", layout.root, "--strict").exit_code == 1
    assert _run("build", "--site", layout.root, "--strict").exit_code == 1
    assert not layout.publish.exists()


def test_check_of_turtle_files(make_site: MakeSite) -> None:
    """`check FILE.ttl` accepts what `build` published, and tells each rule that a changed copy breaks."""
    layout = make_site()
    assert _run("build", "--site", layout.root).exit_code == 0
    dataset, catalog = layout.publish / "xx" / "999" / "practices.ttl", layout.publish / "catalog.ttl"
    text = dataset.read_text(encoding="utf-8")
    assert '"Village survey"@en' in text
    broken = layout.root / "broken.ttl"
    broken.write_text(text.replace('"Village survey"@en', '" Village survey"@en'), encoding="utf-8")

    assert _run("check", dataset, catalog).exit_code == 0
    result = _run("check", broken, catalog, "--lang", "en")
    assert result.exit_code == 1
    assert re.search(r"violation: .*<https://example.org/xx/999/practices/kylakysely>", result.stdout)


@pytest.mark.parametrize("language", TURTLE_ERROR)
def test_check_of_a_file_that_is_not_turtle(tmp_path: Path, language: str) -> None:
    """A syntax error in a Turtle file is told with file and line."""
    file = tmp_path / "broken.ttl"
    file.write_text("<a:a> <a:b> 1 .\n\n<a:a> <a:b> .\n", encoding="utf-8")
    result = _run("check", file, "--lang", language)

    assert result.exit_code == 1
    assert result.stdout.startswith(f"{file}:3: {TURTLE_ERROR[language]}: ")
    assert "1 problem" in result.stderr


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_directory_without_a_site(tmp_path: Path, command: str) -> None:
    """Where there is no site, the commands exit with 1 and say what a site is."""
    result = _run(command, "--site", tmp_path, "--lang", "en")

    assert result.exit_code == 1
    assert "Name a directory that has data/site.yaml." in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("frobnicate",), ("check", "--lang", "de"), ("check", "missing.ttl"), ("check", "--frobnicate"), ("query",),
        ("query", "--format", "xml", "ASK {}"), ("export-table",), ("serve", "--port", "0"), ("serve", "--port", "http"),
        ("serve", "--cache", "0"), ("serve", "--query-seconds", "0"), ("serve", "--query-memory", "1"),
        ("build", "--date", "tomorrow"), ("build", "--date", "2026-02-30"), ("check", "--site", "pyproject.toml"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_misuse_exits_with_2(
    repository: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """A command that is used wrongly exits with 2 and says on the error stream how it is used."""
    monkeypatch.chdir(repository)
    result = _run(*arguments)

    assert result.exit_code == 2
    assert "Usage: " in result.stderr


def test_help_is_complete() -> None:
    """Every command and option says what it does; the version is told."""
    assert re.fullmatch(r"\S+, version \d+\.\d+\.\d+\S*\n", _run("--version").stdout)
    assert {"check", "build", "serve", "query", "export-table"} <= main.commands.keys()
    for name, command in main.commands.items():
        result = _run(name, "-h")
        assert result.exit_code == 0
        assert command.help
        assert all(
            getattr(each, "help", "") for each in command.params if each.param_type_name == "option"
        ), name


@pytest.mark.parametrize(
    "locale", ["C", "C.UTF-8", "POSIX", "fi_FI.UTF-8", "sv_FI.UTF-8", "xx_YY.UTF-8", "nonsense"]
)
def test_any_locale_will_do(tmp_path: Path, locale: str) -> None:
    """Findings come in whatever locale the terminal names, also one that is not installed."""
    result = _start("check", cwd=tmp_path, LC_ALL=locale, PYTHONUTF8="1")

    assert result.returncode == 1
    assert "data/site.yaml" in result.stdout
    assert "Traceback" not in result.stderr


def test_build_is_proved_by_check(make_site: MakeSite) -> None:
    """`build` writes `publish/`; `build --check` is 0 then, and 1 with the path as soon as a file differs."""
    layout = make_site()
    before = _run("build", "--check", "--site", layout.root)
    assert before.exit_code == 1
    assert not layout.publish.exists()

    built = _run("build", "--site", layout.root, "--date", "2026-09-25")
    assert built.exit_code == 0
    files = _bytes(layout.publish)
    assert f"publish/: {len(files)} files, {len(files)} changed" in built.stdout
    assert {"site.json", "manifest.json", "catalog.ttl", "xx/999/practices.csv", "ns.ttl"} <= files.keys()

    after = _run("build", "--check", "--site", layout.root, "--date", "2026-10-01")
    assert after.exit_code == 0
    assert "publish/ is up to date" in after.stdout
    for change in ("catalog.ttl", "stray.txt"):
        (layout.publish / change).write_bytes(files.get(change, b"") + b"\n")
    (layout.publish / "ns.nt").unlink()

    changed = _run("build", "--check", "--site", layout.root)
    assert changed.exit_code == 1
    for path in ("catalog.ttl", "stray.txt", "ns.nt"):
        assert f"publish/{path}: a build would change it" in changed.stdout
    assert "Run: osallisuus build" in changed.stderr
    assert _run("build", "--site", layout.root).exit_code == 0
    assert _bytes(layout.publish) == files


def test_build_changes_nothing_without_a_change(make_site: MakeSite) -> None:
    """A second build changes no byte on any day; a change of one practice is dated and touches nothing else's date."""
    layout = make_site()
    assert _run("build", "--site", layout.root, "--date", "2026-09-25").exit_code == 0
    files = _bytes(layout.publish)

    again = _run("build", "--site", layout.root, "--date", "2026-10-02")
    assert again.exit_code == 0
    assert "0 changed" in again.stdout
    assert _bytes(layout.publish) == files
    assert [each.name for each in layout.root.iterdir() if each.name.startswith("publish")] == ["publish"]

    path = layout.root / "data" / PRACTICES
    path.write_text(path.read_text(encoding="utf-8").replace("Village survey", "Survey"), encoding="utf-8")
    assert _run("build", "--site", layout.root, "--date", "2026-10-02").exit_code == 0
    things = {
        each["path"]: each for each in json.loads((layout.publish / "manifest.json").read_bytes())["things"]
    }
    assert {path for path, each in things.items() if each["modified"] != "2026-09-25"} == {
        "xx/999/practices", "xx/999/services", "comparison", "catalog", ".well-known/void",
    } - ({".well-known/void"} if things[".well-known/void"]["modified"] == "2026-09-25" else set())  # fmt: skip
    assert {each["issued"] for each in things.values()} == {"2026-09-25"}


def test_build_writes_nothing_of_faulty_data(make_site: MakeSite) -> None:
    """Data with a fault is not published: what was published before stays as it is."""
    layout = make_site()
    assert _run("build", "--site", layout.root).exit_code == 0
    files = _bytes(layout.publish)
    path = layout.root / "data" / PRACTICES
    path.write_text(
        path.read_text(encoding="utf-8").replace("[viestinta]", "[viestint]", 1), encoding="utf-8"
    )

    result = _run("build", "--site", layout.root, "--lang", "en")

    assert result.exit_code == 1
    assert UNKNOWN_ID["en"] in result.stderr
    assert _bytes(layout.publish) == files


def test_query_by_text(served: Path, publication: Publication) -> None:
    """`query TEXT` answers as a table, as CSV and as JSON."""
    text = 'SELECT ?a ?b { VALUES (?a ?b) { ("ä,b" 1.5) ("x" UNDEF) } }'

    assert _run("query", "--site", served, text).stdout == "a    b\n───  ───\nä,b  1.5\nx\n"
    rows = list(csv.reader(io.StringIO(_run("query", "--site", served, text, "--format", "csv").stdout)))
    assert rows == [["a", "b"], ["ä,b", "1.5"], ["x", ""]]
    found = json.loads(_run("query", "--site", served, text, "--format", "json").stdout)
    assert [each["a"]["value"] for each in found["results"]["bindings"]] == ["ä,b", "x"]
    count = _run("query", "--site", served, "SELECT (COUNT(*) AS ?n) { ?s a ?t }", "--format", "csv").stdout
    assert int(count.split()[1]) > len(publication.municipalities)


def test_query_by_file(served: Path, tmp_path: Path) -> None:
    """`query FILE.rq` asks what stands in the file, which is UTF-8."""
    file = tmp_path / "question.rq"
    file.write_text('# kysymys: ä\nSELECT ("ä€" AS ?x) {}', encoding="utf-8")

    assert _run("query", "--site", served, file, "--format", "csv").stdout.split() == ["x", "ä€"]


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_query_by_name(served: Path, form: str) -> None:
    """`query NAME` asks a shipped question; its answer is that of its text."""
    name = "practices-by-municipality"
    result = _run("query", "--site", served, name, "--format", form)

    assert result.exit_code == 0
    assert "https://w3id.org/osallisuus/fi/235" in result.stdout or "Kauniainen" in result.stdout
    assert (
        result.stdout == _run("query", "--site", served, questions.shipped()[name], "--format", form).stdout
    )


def test_query_for_a_graph_or_a_truth_value(served: Path) -> None:
    """A query for a graph is answered in Turtle, ASK with true or false."""
    assert _run("query", "--site", served, "CONSTRUCT { <a:a> <a:b> 1 } {}").stdout.endswith(
        "<a:a> <a:b> 1 .\n"
    )
    assert "false" in _run("query", "--site", served, "ASK { FILTER(false) }").stdout
    assert json.loads(_run("query", "--site", served, "ASK {}", "--format", "json").stdout)["boolean"] is True


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("INSERT DATA { <a:a> <a:b> 1 }", "only reads"),
        ("ASK { SERVICE <http://127.0.0.1:9/> {} }", "SERVICE"),
        ("ASK FROM <file:///etc/passwd> {}", "no graph <file:///etc/passwd>"),
        ("SELECT * {", "not SPARQL"),
        ("practices-by-nothing", "no query"),
        ("missing.rq", "missing.rq cannot be read"),
    ],
)
def test_query_that_is_refused(served: Path, text: str, reason: str) -> None:
    """A query that is refused exits with 1 and gives the reason on the error stream, nothing on the other."""
    result = _run("query", "--site", served, text)

    assert result.exit_code == 1
    assert reason in result.stderr
    assert result.stdout == ""


def test_query_calls_nobody(served: Path) -> None:
    """A query on the command line opens no connection, even where it hides its SERVICE from the guard."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        for text in (
            "PREFIX e: <URL> SELECT * { FILTER(1<2)SERVICE#>\ne: { ?s ?p ?o } }",
            "SELECT * { OPTIONAL { ?x ?y <http://a/\\u0061#> } . SERVICE <URL> { ?s ?p ?o }\n }",
            "SELECT * { FILTER(1<'>')SERVICE<URL>{ ?s ?p ?o } #'\n }",
            "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
        ):
            with subprocess.Popen(
                [PROGRAM, "query", "--site", served, text.replace("URL", f"http://127.0.0.1:{port}/")],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as process:
                while process.poll() is None:
                    with suppress(TimeoutError):
                        listener.accept()[0].close()
                        process.kill()
                        pytest.fail(f"a connection was opened by: {text}")


def test_export_table_gives_the_received_rows_back(repository: Path, served: Path) -> None:
    """`export-table fi/235` writes the received table: its headings and every row, cell by cell, in its order."""
    received = (repository / "data" / "kauniainen" / "source" / "osallisuus.txt").read_text(encoding="utf-8")
    lines = [each for each in received.splitlines() if each.strip()]
    rows: list[list[str]] = []
    for line in lines[next(number for number, each in enumerate(lines) if each.startswith("Toiminta\t")) :]:
        if line.startswith("\t"):  # a cell that goes on after a break of the page
            rows[-1][-1] += " " + line.strip()
        else:
            rows.append([cell.strip() for cell in line.split("\t")])

    result = _run("export-table", "--site", served, "fi/235")

    assert result.exit_code == 0
    assert result.stdout_bytes.decode() == "".join("\t".join(row) + "\n" for row in rows)
    assert len(rows) == 53


def test_export_table_of_an_unknown_municipality(served: Path, publication: Publication) -> None:
    """An unknown municipality exits with 1 and names those that are published."""
    for unknown in ("fi/999", "vocabulary", "../fi/235", "fi/235/practices"):
        result = _run("export-table", "--site", served, unknown)

        assert result.exit_code == 1
        assert result.stdout == ""
        assert unknown in result.stderr
        for iri in publication.municipalities:
            assert iri.removeprefix(publication.site.base) in result.stderr


@pytest.mark.parametrize(
    "arguments", [("query", "ASK {}"), ("export-table", "fi/235"), ("serve",)], ids=lambda each: each[0]
)
def test_without_a_publication_the_cure_is_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Where nothing is published, commands that need it exit with 1 and say what to run."""
    result = _run(*arguments, "--site", tmp_path)

    assert result.exit_code == 1
    assert "Run: osallisuus build" in result.stderr


@pytest.mark.parametrize("damage", ["manifest.json", "site.json", "catalog.nt"])
def test_a_damaged_publication_is_named(publish: Path, tmp_path: Path, damage: str) -> None:
    """A published file that is damaged or missing is named, with what to run, before anything is served."""
    shutil.copytree(publish, tmp_path / "publish")
    for content in (b"{ broken", None):
        if content is None:
            (tmp_path / "publish" / damage).unlink()
        else:
            (tmp_path / "publish" / damage).write_bytes(content)
        for arguments in (("export-table", "fi/235"), ("serve", "--port", "1")):
            result = _run(*arguments, "--site", tmp_path)

            assert result.exit_code == 1
            assert re.search(r"publish.*Run: osallisuus build", result.stderr)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _session(identifier: int) -> set[int]:
    """Return the living processes of a session."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == identifier and fields[0] != "Z":
                found.add(int(entry.name))
    return found


def _fetch(address: str, **headers: str) -> tuple[int, bytes]:
    """Return status and body of an answer; while nobody listens, try again."""
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - our own server
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@contextmanager
def _serving(root: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve a directory as a session of processes; the session is killed on the way out."""
    port = _free_port()
    command = [str(PROGRAM), "serve", "--port", str(port), *options]
    with (root / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=root, stdout=log, stderr=log, start_new_session=True)
    try:
        yield f"http://127.0.0.1:{port}/", process
    finally:
        for each in _session(process.pid):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        process.wait()


def _ends(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Return whether a session of processes has ended within a time."""
    until = time.monotonic() + seconds
    while process.poll() is None or _session(process.pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_serve_needs_publish_only(publish: Path, tmp_path: Path, end: signal.Signals) -> None:
    """`serve` answers from its first request, with nothing but `publish/`, and ends at a signal with all its processes."""
    shutil.copytree(publish, tmp_path / "publish")
    with _serving(tmp_path) as (address, process):
        assert _fetch(f"{address}purpose.ttl") == (200, (publish / "purpose.ttl").read_bytes())
        assert _fetch(f"{address}sparql?query=ASK%7B%7D") == (200, b'{"head":{},"boolean":true}')
        assert _fetch(address, Accept="text/html")[0] == 200
        assert _fetch(f"{address}fi/235", Accept="text/html")[0] == 200
        assert _fetch(f"{address}no/such/thing")[0] == 404
        assert _fetch(f"{address}sparql?query=INSERT")[0] == 400
        assert _bytes(tmp_path / "publish") == _bytes(publish)
        assert {each.name for each in tmp_path.iterdir()} == {"publish", "serve.log"}

        process.send_signal(end)

        assert _ends(process, 15), f"still there: {_session(process.pid)}"
        assert process.returncode in {0, -end}
    assert "Traceback" not in (tmp_path / "serve.log").read_text(encoding="utf-8")


def test_serve_survives_hostile_queries(served: Path) -> None:
    """The options of limits are kept: a query ends at its time or memory, one that crashes the engine harms nothing."""
    options = ("--cache", "8", "--query-seconds", "0.5", "--query-memory", "64")
    three = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
    with _serving(served, *options) as (address, process):

        def ask(text: str) -> tuple[int, str]:
            status, body = _fetch(f"{address}sparql?query={quote(text)}")
            return status, body.decode()

        assert ask("ASK {}")[0] == 200
        status, text = ask(f"SELECT (COUNT(*) AS ?n) {{ {three} }}")
        assert (status, "0.5 s" in text) == (503, True)
        assert ask(f"SELECT * {{ {three} }} ORDER BY ?i")[0] == 503
        assert ask("ASK { ?s " + "!" * 10_000 + "<a:a> ?o }")[0] in {400, 503}
        assert ask("ASK {}")[0] == 200
        assert process.poll() is None


def test_serve_recovers_an_interrupted_build(publish: Path, tmp_path: Path) -> None:
    """Where a build was interrupted between its two renames, `serve` puts the old edition back and serves it."""
    shutil.copytree(publish, tmp_path / "publish.old-1")
    with _serving(tmp_path) as (address, _):
        assert _fetch(f"{address}purpose.ttl")[0] == 200


def test_serve_on_a_port_that_is_taken(served: Path) -> None:
    """A port that another program listens on is named, with exit 1 and no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = _start("serve", "--port", port, cwd=served)

    assert result.returncode == 1
    assert str(port) in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_an_output_that_cannot_be_written_is_no_traceback(served: Path) -> None:
    """A command whose output goes to a full disk ends with 1 and the cause."""
    program = [sys.executable, "-c", "from osallisuus.cli import main; main()"]
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [*program, "verify", str(served)],
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )

    assert result.returncode == 1
    assert "No space left on device" in result.stderr
    assert "Traceback" not in result.stderr
