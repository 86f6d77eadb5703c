"""What commands share: options, and how they end.

Exit status: 0 when all is well, 1 when something was found or failed, 2 when the command was misused.
"""

import datetime
import errno
import os
import sys
from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from osallisuus.errors import LANGUAGES, Finding, InputError, OsallisuusError
from osallisuus.terminal import printable, printable_lines

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

SITE = click.option(
    "--site",
    "root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Directory of the site: the one that holds data/ and publish/. Default: this directory.",
)
STRICT = click.option("--strict", is_flag=True, help="Let warnings stop it too.")


def today() -> str:
    """Return the day that the clock of this machine shows, as `YYYY-MM-DD`."""
    return datetime.datetime.now().astimezone().strftime("%Y-%m-%d")


def refuse_future(day: str) -> None:
    """Refuse a day, given as `YYYY-MM-DD`, that is nowhere yet: dates only go on, so a mistyped one could not be undone.

    Raises:
        click.BadParameter: it is later than tomorrow by UTC; tomorrow has begun somewhere.
    """
    latest = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)).strftime("%Y-%m-%d")
    if day > latest:
        raise click.BadParameter(
            f"{day} is in the future, and what is dated once cannot be dated back. Give a day up to {latest}."
        )


def _default_language() -> str:
    """Return the language that the environment asks for, by the order of POSIX; English where it is none of ours."""
    wanted = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    language = wanted.partition("_")[0].lower()
    return language if language in LANGUAGES else "en"


LANG = click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default=_default_language,
    help="Language of the findings: fi, sv or en. Default: that of the locale, else en.",
)


def failing(command: Callable[..., None]) -> Callable[..., None]:
    """Print what went wrong instead of a traceback, and exit with 1."""

    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except InputError as error:
            print_findings(error.findings, options.get("language", "en"))
            summary(len(error.findings), 0)
            sys.exit(1)
        except OsallisuusError as error:
            click.echo(printable_lines(str(error)), err=True)
            sys.exit(1)
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read our output has seen enough
                raise
            where = f"{error.filename}: " if error.filename else ""
            click.echo(printable(f"{where}{error.strerror or error}. Nothing more was done."), err=True)
            sys.exit(1)

    return update_wrapper(run, command)


def progress(label: str, steps: int) -> "ProgressBar[int]":
    """Return a progress bar on standard error, which shows on a terminal only."""
    return click.progressbar(length=steps, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())


def print_findings(findings: list[Finding], language: str, *, aside: bool = False) -> None:
    """Print findings with their places; `aside`, to standard error, where the command has a result of its own."""
    for finding in findings:
        click.echo(printable(f"{finding.place}: {finding.text(language)}"), err=aside)


def summary(problems: int, warnings: int) -> None:
    """Say on standard error how many problems and warnings there are."""
    counts = ((problems, "problem"), (warnings, "warning"))
    click.echo(", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts), err=True)
