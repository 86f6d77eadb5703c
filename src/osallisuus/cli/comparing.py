"""The command that compares municipalities by what is published."""

import sys
from pathlib import Path

import click

from osallisuus.cli.options import LANG, SITE, failing

_AXES = ["purpose", "target-group", "channel", "unit-type", "level"]


@click.command()
@SITE
@LANG
@click.argument("municipalities", nargs=-1, metavar="[MUNICIPALITY]...")
@click.option("--by", type=click.Choice(_AXES), default=_AXES[0], show_default=True, help="What is compared.")
@click.option("--cross", type=click.Choice(_AXES), help="A second thing that the first is crossed with.")
@click.option("--inward", is_flag=True, help="Count practices only for people inside the organisation too.")
@click.option("--stated", is_flag=True, help="Leave out what only the editors read.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="Format of the answer.",
)
@failing
def compare(
    root: Path,
    language: str,
    municipalities: tuple[str, ...],
    by: str,
    cross: str | None,
    inward: bool,
    stated: bool,
    form: str,
) -> None:
    """Compare what municipalities such as fi/235 report; all of them when none is named."""
    from osallisuus import release, site
    from osallisuus.compare import Choice
    from osallisuus.release.comparing import Comparing, tables, telling

    comparing = Comparing(release.open_publication(site.Layout(root.resolve()).publish))
    chosen = tuple(map(comparing.municipality, dict.fromkeys(municipalities)))
    if cross and (cross == by or len(chosen or comparing.lists) != 1):
        raise click.UsageError("--cross takes one MUNICIPALITY and another thing than --by.")
    matrix = comparing.matrix(Choice(by, cross or "", chosen, inward, stated))
    if form == "table":
        click.echo(telling.tell(comparing, matrix, language), nl=False)
    elif form == "csv":
        sys.stdout.buffer.write(tables.sheet(comparing, matrix).csv())
    else:
        sys.stdout.buffer.write(tables.document(comparing, matrix))
