"""The part of `check` that looks at a running site as a portal would."""

import sys
from urllib.parse import urlsplit

import click

from osallisuus.cli.options import summary
from osallisuus.terminal import printable, printable_lines

PORTAL = click.option(
    "--portal",
    metavar="URL",
    help="Check instead what an open data portal would see of a running site: URL is that of its catalog.",
)
MAP = click.option(
    "--map",
    "mapped",
    metavar="PUBLIC=URL",
    multiple=True,
    help="With --portal: ask for addresses that begin with PUBLIC at URL instead. May be repeated.",
)
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    help="With --portal: format of the report. Default: text.",
)


def check_portal(address: str, mapped: tuple[str, ...], form: str | None, language: str) -> None:
    """Print what a portal would see of a catalog; exit with 1 where anything is missing or wrong."""
    from osallisuus import portal

    _require_address(address, "--portal")
    report = portal.check(address, dict(_split(each) for each in mapped))
    if form == "json":
        click.echo(printable_lines(report.to_json(language)))
    else:
        for line in report.lines(language):
            click.echo(printable(line))
    summary(report.problems, 0)
    if report.problems:
        sys.exit(1)


def refuse_portal_options(mapped: tuple[str, ...], form: str | None) -> None:
    """Raise where an option for a portal was given without one.

    Raises:
        click.UsageError: one was.
    """
    if mapped or form:
        raise click.UsageError(f"{'--map' if mapped else '--format'} needs --portal URL.")


def _split(mapped: str) -> tuple[str, str]:
    public, mark, local = mapped.partition("=")
    if not mark:
        raise click.BadParameter(f"{mapped} is not PUBLIC=URL.", param_hint="--map")
    for each in (public, local):
        _require_address(each, "--map")
    return public, local


def _require_address(address: str, option: str) -> None:
    try:
        parts = urlsplit(address)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise click.BadParameter(f"{address} is not an http:// or https:// address.", param_hint=option)
