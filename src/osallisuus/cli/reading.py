"""Commands that answer from what is published: query and export-table."""

import sys
from pathlib import Path

import click

from osallisuus.cli.options import SITE, failing


@click.command()
@SITE
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="Format of the answer.",
)
@click.argument("question")
@failing
def query(root: Path, form: str, question: str) -> None:
    """Answer a SPARQL QUESTION over what is published: a .rq file, the name of a shipped question, or the text."""
    from osallisuus import query as asking
    from osallisuus import release, site

    publish = site.Layout(root.resolve()).publish
    click.echo(asking.answer(publish, release.settings(publish).base, question, form), nl=False)


@click.command(name="export-table")
@SITE
@click.argument("municipality")
@failing
def export_table(root: Path, municipality: str) -> None:
    """Write the source rows of a MUNICIPALITY such as fi/235, from what is published, separated by tabs."""
    from osallisuus import release, site

    publication = release.open_publication(site.Layout(root.resolve()).publish)
    sys.stdout.buffer.write(publication.source_table(municipality).encode())
