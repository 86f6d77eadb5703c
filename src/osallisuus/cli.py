"""The command line: parse, call, print, exit.

Exit status: 0 when all is well, 1 when something was found or failed, 2 when the command was misused.
"""

import datetime
import os
import sys
from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from osallisuus.errors import LANGUAGES, Finding, InputError, OsallisuusError

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from osallisuus.site import Contents
    from osallisuus.validation import Report

# Commands import what they need when they run, so that --help answers at once.

_SITE = click.option(
    "--site",
    "root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Directory of the site: the one that holds data/ and publish/. Default: this directory.",
)
_STRICT = click.option("--strict", is_flag=True, help="Let warnings stop it too.")


def _default_language() -> str:
    """Return the language that the environment asks for, by the order of POSIX; English where it is none of ours."""
    wanted = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    language = wanted.partition("_")[0].lower()
    return language if language in LANGUAGES else "en"


_LANG = click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default=_default_language,
    help="Language of the findings: fi, sv or en. Default: that of the locale, else en.",
)


def _failing(command: Callable[..., None]) -> Callable[..., None]:
    """Print what went wrong instead of a traceback, and exit with 1."""

    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except InputError as error:
            _print_findings(error.findings, options.get("language", "en"))
            _summary(len(error.findings), 0)
            sys.exit(1)
        except OsallisuusError as error:
            click.echo(str(error), err=True)
            sys.exit(1)

    return update_wrapper(run, command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="osallisuus")
def main() -> None:
    """Publish the ways in which municipalities let people take part as linked open data."""


@main.command()
@_SITE
@_LANG
@_STRICT
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_failing
def check(root: Path, language: str, strict: bool, files: tuple[Path, ...]) -> None:
    """Validate the data of the site, or the given Turtle FILES, and print every finding with its place."""
    from osallisuus import validation, vocabulary

    if files:
        triples = [triple for path in files for triple in vocabulary.read_turtle(path, str(path))]
        everything = dict.fromkeys([*triples, *vocabulary.load().triples])
        _conclude(validation.validate(everything, vocabulary.shapes()), (), language, strict)
    else:
        contents, report = _validated(root)
        _conclude(report, contents.findings, language, strict)
        practices = sum(len(each.practices) for each in contents.municipalities)
        click.echo(f"ok: {practices} practices of {len(contents.municipalities)} municipalities")


def _validated(root: Path) -> "tuple[Contents, Report]":
    from osallisuus import site, validation

    with _progress("Reading and validating", 2) as bar:
        contents = site.read(site.Layout(root.resolve()))
        bar.update(1)
        report = validation.validate_contents(contents)
        bar.update(1)
    return contents, report


def _progress(label: str, steps: int) -> "ProgressBar[int]":
    """Return a progress bar on standard error, which shows on a terminal only."""
    return click.progressbar(length=steps, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())


def _conclude(
    report: "Report", findings: tuple[Finding, ...], language: str, strict: bool, *, aside: bool = False
) -> None:
    """Print findings, results and faults; exit with 1 unless the data conforms.

    They are the result of `check`; for a command with a result of its own they go `aside`, to standard error.
    """
    _print_findings(sorted(findings, key=lambda each: each.place), language, aside=aside)
    for result in report.results:
        place = f"{result.place}: " if result.place else ""
        value = f" [{result.value}]" if result.value else ""
        click.echo(f"{place}{result.severity}: {result.text(language)}{value} <{result.focus}>", err=aside)
    for fault in report.faults:
        click.echo(f"shapes: {fault}", err=aside)
    if not aside:
        _print_counts(report)
    conforms = report.conforms(strict=strict) and not findings
    warnings = sum(each.severity != "violation" for each in report.results)
    if not conforms or warnings:
        _summary(len(findings) + len(report.results) - warnings + len(report.faults), warnings)
    if not conforms:
        sys.exit(1)


def _print_counts(report: "Report") -> None:
    counts = ", ".join(f"{shape.rpartition('#')[2] or shape} {n}" for shape, n in report.checked.items())
    text = f"nodes checked by each shape: {counts or 'none'}"
    click.echo(click.wrap_text(text, width=110, subsequent_indent="  "))


def _print_findings(findings: list[Finding], language: str, *, aside: bool = False) -> None:
    for finding in findings:
        click.echo(f"{finding.place}: {finding.text(language)}", err=aside)


def _summary(problems: int, warnings: int) -> None:
    counts = ((problems, "problem"), (warnings, "warning"))
    click.echo(", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts), err=True)


@main.command()
@_SITE
@_LANG
@_STRICT
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a build would change publish/."
)
@click.option(
    "--date",
    "today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=lambda: datetime.datetime.now().astimezone().strftime("%Y-%m-%d"),
    help="Day that changed things are dated with. Default: today.",
)
@_failing
def build(root: Path, language: str, strict: bool, only_check: bool, today: datetime.datetime) -> None:
    """Validate the data and write publish/: every dataset in every format, the vocabulary, the catalog."""
    from osallisuus import release, site

    layout = site.Layout(root.resolve())
    contents, report = _validated(root)
    _conclude(report, contents.findings, language, strict, aside=True)
    if only_check:
        files = release.edition(contents, release.manifest_before(layout.publish), f"{today:%Y-%m-%d}")
        _compare(release.differences(layout.publish, files))
        return
    with release.writing(layout.publish):
        files = release.edition(contents, release.manifest_before(layout.publish), f"{today:%Y-%m-%d}")
        if changed := release.differences(layout.publish, files):
            release.replace(layout.publish, files)
    click.echo(f"publish/: {len(files)} files, {len(changed)} changed")


def _compare(changed: list[str]) -> None:
    for path in changed:
        click.echo(f"publish/{path}: a build would change it")
    if changed:
        click.echo("publish/ is out of date. Run: osallisuus build", err=True)
        sys.exit(1)
    click.echo("publish/ is up to date")


@main.command()
@_SITE
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.option(
    "--query-seconds",
    default=3.0,
    show_default=True,
    type=click.FloatRange(0.1, 600),
    help="Longest time of a query.",
)
@click.option(
    "--query-memory",
    default=1024,
    show_default=True,
    type=click.IntRange(64),
    help="Largest memory of a query, in MiB.",
)
@click.option(
    "--store",
    "setting",
    envvar="OSALLISUUS_STORE",
    help="Store that answers queries. Default: OSALLISUUS_STORE, else store in data/site.yaml, else the embedded one.",
)
@click.option(
    "--cache",
    default=256,
    show_default=True,
    type=click.IntRange(1),
    help="Memory for answers that may be asked for again, in MiB.",
)
@click.option(
    "--access-log",
    type=click.File("a", encoding="utf-8"),
    help="File for a line of JSON about each request, without personal data; - for standard output.",
)
@_failing
def serve(
    root: Path,
    host: str,
    port: int,
    query_seconds: float,
    query_memory: int,
    setting: str | None,
    cache: int,
    access_log: IO[str] | None,
) -> None:
    """Serve publish/: pages, downloads, content negotiation and the SPARQL endpoint."""
    from osallisuus import release, site
    from osallisuus.query import remote
    from osallisuus.query.limits import Limits
    from osallisuus.web import serving

    publish = site.Layout(root.resolve()).publish
    release.recover(publish)
    limits = Limits(seconds=query_seconds, memory=query_memory << 20)
    setting = site.site_store(root.resolve()) if setting is None else setting
    setting = setting if remote.is_remote(setting) else ""
    serving.serve(serving.Serving(publish, host, port, limits, setting, cache << 20, access_log))


@main.command()
@_SITE
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="Format of the answer.",
)
@click.argument("question")
@_failing
def query(root: Path, form: str, question: str) -> None:
    """Answer a SPARQL QUESTION over what is published: a .rq file, the name of a shipped question, or the text."""
    from osallisuus import query as asking
    from osallisuus import release, site

    publish = site.Layout(root.resolve()).publish
    click.echo(asking.answer(publish, release.settings(publish).base, question, form), nl=False)


@main.command(name="export-table")
@_SITE
@click.argument("municipality")
@_failing
def export_table(root: Path, municipality: str) -> None:
    """Write the source rows of a MUNICIPALITY such as fi/235, from what is published, separated by tabs."""
    from osallisuus import release, site

    publication = release.open_publication(site.Layout(root.resolve()).publish)
    sys.stdout.buffer.write(publication.source_table(municipality).encode())


@main.command()
@_SITE
@click.option(
    "--store",
    "setting",
    envvar="OSALLISUUS_STORE",
    help="The store, such as virtuoso+http://user@host:8890. Default: OSALLISUUS_STORE, else store in data/site.yaml.",
)
@click.option("--prune", is_flag=True, help="Then drop what neither this release nor the one before it has.")
@_failing
def load(root: Path, setting: str | None, prune: bool) -> None:
    """Load what is published into a remote store; a server goes on with the old release until it is there whole.

    The password stands in OSALLISUUS_STORE_PASSWORD, or in a file that OSALLISUUS_STORE_PASSWORD_FILE names.
    """
    from osallisuus import release, site
    from osallisuus.query import remote

    setting = site.site_store(root.resolve()) if setting is None else setting
    if not remote.is_remote(setting):
        click.echo(
            "The store is the embedded one, which loads itself. Name a remote one with --store.", err=True
        )
        sys.exit(1)
    publish = site.Layout(root.resolve()).publish
    client = remote.open_client(setting)
    loaded, dropped = remote.load(client, publish, release.settings(publish).base, prune=prune)
    for iri in loaded.put:
        click.echo(f"loaded {iri}")
    graphs, sent = len(loaded.release.graphs), len(loaded.put)
    click.echo(f"{client.endpoint.host}: {graphs} graphs, {sent} sent, {loaded.triples} triples")
    if prune:
        click.echo(f"{client.endpoint.host}: {dropped} old graphs dropped")


@main.group()
def store() -> None:
    """Look at a remote store."""


@store.command(name="check")
@click.argument("setting", metavar="URL")
@_failing
def check_store(setting: str) -> None:
    """Probe the store at a URL such as oxigraph+http://host:7878 and say whether it can serve a site.

    Nothing of what it holds is touched; graphs of the check's own are written, if it may, and taken away again.
    """
    from osallisuus.query import remote
    from osallisuus.query.remote import probing

    points = []
    for point in probing.probe(remote.open_client(setting)):
        points.append(point)
        click.echo(f"{point.verdict:8} {point.name:26} {point.text}")
    faults, warnings = (
        sum(each.verdict == kind for each in points) for kind in (probing.FAULT, probing.WARNING)
    )
    _summary(faults, warnings)
    click.echo("The store cannot serve a site." if faults else "The store can serve a site.")
    if faults:
        sys.exit(1)
