"""Commands that make what is published: check and build."""

import datetime
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from osallisuus.cli.options import (
    LANG,
    SITE,
    STRICT,
    failing,
    print_findings,
    progress,
    refuse_future,
    summary,
    today,
)
from osallisuus.cli.portal import FORMAT, MAP, PORTAL, check_portal, refuse_portal_options
from osallisuus.errors import Finding
from osallisuus.terminal import printable

if TYPE_CHECKING:
    from osallisuus.site import Contents
    from osallisuus.validation import Report


@click.command()
@SITE
@LANG
@STRICT
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    default=today,
    help="Day by which to judge whether the accessibility statement is due again. Default: today.",
)
@PORTAL
@MAP
@FORMAT
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@failing
def check(
    root: Path,
    language: str,
    strict: bool,
    day: datetime.datetime,
    portal: str | None,
    mapped: tuple[str, ...],
    form: str | None,
    files: tuple[Path, ...],
) -> None:
    """Validate the data of the site, or the given Turtle FILES, and print every finding with its place.

    With --portal, check what a portal would see of a running site.
    """
    from osallisuus import site, validation, vocabulary

    if portal is not None:
        if files:
            raise click.UsageError("--portal checks a running site; leave the FILES out.")
        check_portal(portal, mapped, form, language)
        return
    refuse_portal_options(mapped, form)
    if files:
        triples = [triple for path in files for triple in vocabulary.read_turtle(path, str(path))]
        everything = dict.fromkeys([*triples, *vocabulary.load().triples])
        _conclude(validation.validate(everything, vocabulary.shapes()), (), language, strict)
    else:
        contents, report = _validated(root)
        due = site.warnings(contents.site, f"{day:%Y-%m-%d}")
        _conclude(report, contents.findings, language, strict, due=due)
        practices = sum(len(each.practices) for each in contents.municipalities)
        click.echo(f"ok: {practices} practices of {len(contents.municipalities)} municipalities")


def _validated(root: Path) -> "tuple[Contents, Report]":
    from osallisuus import site, validation

    with progress("Reading and validating", 2) as bar:
        contents = site.read(site.Layout(root.resolve()))
        bar.update(1)
        report = validation.validate_contents(contents)
        bar.update(1)
    return contents, report


def _conclude(
    report: "Report",
    findings: tuple[Finding, ...],
    language: str,
    strict: bool,
    *,
    due: Sequence[Finding] = (),
    aside: bool = False,
) -> None:
    """Print findings, results and faults, and what is due, which is a warning; exit with 1 unless the data conforms.

    They are the result of `check`; for a command with a result of its own they go `aside`, to standard error.
    """
    print_findings(sorted(findings, key=lambda each: each.place), language, aside=aside)
    for each in due:
        click.echo(f"{each.place}: warning: {each.text(language)}", err=aside)
    for result in report.results:
        place = f"{result.place}: " if result.place else ""
        value = f" [{result.value}]" if result.value else ""
        line = f"{place}{result.severity}: {result.text(language)}{value} <{result.focus}>"
        click.echo(printable(line), err=aside)
    for fault in report.faults:
        click.echo(printable(f"shapes: {fault}"), err=aside)
    if not aside:
        _print_counts(report)
    conforms = report.conforms(strict=strict) and not findings and not (strict and due)
    lesser = sum(each.severity != "violation" for each in report.results)
    if not conforms or lesser or due:
        summary(len(findings) + len(report.results) - lesser + len(report.faults), lesser + len(due))
    if not conforms:
        sys.exit(1)


def _print_counts(report: "Report") -> None:
    counts = ", ".join(f"{shape.rpartition('#')[2] or shape} {n}" for shape, n in report.checked.items())
    text = f"nodes checked by each shape: {counts or 'none'}"
    click.echo(click.wrap_text(text, width=110, subsequent_indent="  "))


def _day(_context: click.Context, _option: click.Parameter, given: datetime.datetime) -> str:
    day = f"{given:%Y-%m-%d}"
    refuse_future(day)
    return day


@click.command()
@SITE
@LANG
@STRICT
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a build would change publish/."
)
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    default=today,
    help="Day that changed things are dated with, unless something has a later one already. Default: today.",
)
@failing
def build(root: Path, language: str, strict: bool, only_check: bool, day: str) -> None:
    """Validate the data and write publish/: every dataset in every format, the vocabulary, the catalog."""
    from osallisuus import release, site

    layout = site.Layout(root.resolve())
    contents, report = _validated(root)
    due = site.warnings(contents.site, day)
    _conclude(report, contents.findings, language, strict, due=due, aside=True)
    if only_check:
        files = _edition(contents, layout.publish, day)
        _conclude(release.check_catalog(contents, files), (), language, strict, aside=True)
        _compare(release.differences(layout.publish, files))
        return
    with release.writing(layout.publish):
        files = _edition(contents, layout.publish, day)
        _conclude(release.check_catalog(contents, files), (), language, strict, aside=True)
        if changed := release.differences(layout.publish, files):
            release.replace(layout.publish, files)
    click.echo(f"publish/: {len(files)} files, {len(changed)} changed")


def _edition(contents: "Contents", publish: Path, day: str) -> dict[str, bytes]:
    """Return the edition that follows the one that is published."""
    from osallisuus import release

    before, log = release.manifest_before(publish), release.log_before(publish)
    frozen = release.carried(publish, before)
    release.check_base(contents.site, frozen)
    return release.edition(contents, before, day, log, frozen)


def _compare(changed: list[str]) -> None:
    for path in changed:
        click.echo(f"publish/{path}: a build would change it")
    if changed:
        click.echo("publish/ is out of date. Run: osallisuus build", err=True)
        sys.exit(1)
    click.echo("publish/ is up to date")
