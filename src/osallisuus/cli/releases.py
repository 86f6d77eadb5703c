"""Commands for dated releases: release, verify and diff."""

import datetime
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from osallisuus.cli.options import LANG, SITE, failing, refuse_future, today
from osallisuus.terminal import printable

if TYPE_CHECKING:
    from osallisuus.manifest import Manifest
    from osallisuus.model import Site
    from osallisuus.release import Frozen
    from osallisuus.site import Layout


def _version(_context: click.Context, _option: click.Parameter, text: str) -> str:
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})(-([2-9]|[1-9]\d+))?", text)
    try:
        datetime.date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no day. Write it as 2026-11-25, a second release on that day as 2026-11-25-2."
        ) from None
    refuse_future(text[:10])
    return text


@click.command()
@SITE
@click.option(
    "--date",
    "version",
    metavar="YYYY-MM-DD",
    callback=_version,
    default=today,
    help="Day of the release; with -2 behind it for a second one on that day. Default: today.",
)
@failing
def release(root: Path, version: str) -> None:
    """Freeze what is published: each dataset that changed since its last release, with checksums and citation."""
    from osallisuus import release as releasing
    from osallisuus import site

    layout = site.Layout(root.resolve())
    with releasing.writing(layout.publish):
        listed, files, frozen, settings = _published(layout)
        done = releasing.freeze(listed, files, frozen, settings, version)
        if done.made:
            written = releasing.edition_with(listed, files, settings, done.frozen, version[:10])
            releasing.replace(layout.publish, written)
    for path in done.made:
        click.echo(f"{path}: frozen")
    for dataset, path in done.kept.items():
        click.echo(f"{dataset}: has not changed; {path} stands for it")
    if not done.made:
        click.echo("Nothing has changed since the last release, so there is no new one.")


def _published(layout: "Layout") -> "tuple[Manifest, dict[str, bytes], Frozen, Site]":
    """Return what is published, proven, and as a build would write it.

    Raises:
        PublishedError: nothing is published, it is damaged, or it is not what `data/` says.
        InputError: `data/` cannot be read.
    """
    from osallisuus import manifest
    from osallisuus import release as releasing
    from osallisuus.errors import InputError, PublishedError
    from osallisuus.release.published import SETTINGS
    from osallisuus.site import read

    publish = layout.publish
    listed = manifest.read(publish)
    if faults := releasing.prove(publish).faults:
        text = f"{publish} is not as it was written. Run: osallisuus build"
        raise PublishedError("\n".join([text, *faults]))
    frozen = releasing.carried(publish, listed)
    if layout.settings.is_file():
        contents = read(layout)
        if contents.findings:
            raise InputError(list(contents.findings))
        releasing.check_base(contents.site, frozen)
        latest = max(each.modified for each in listed.things)
        files = releasing.edition(contents, listed, latest, releasing.log_before(publish), frozen)
        if releasing.differences(publish, files):
            raise PublishedError(
                "publish/ is out of date, and a release freezes what is published. Run: osallisuus build"
            )
    names = [*(each.path for each in listed.files), SETTINGS]
    return (
        listed,
        {name: (publish / name).read_bytes() for name in names},
        frozen,
        releasing.settings(publish),
    )


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path())
@failing
def verify(path: Path) -> None:
    """Prove that nothing was touched in PATH: a site, its publish/, or one release that was copied. Default: here."""
    from osallisuus import manifest, release
    from osallisuus.errors import PublishedError
    from osallisuus.release.records import RECORD
    from osallisuus.site import Layout

    published = path if (path / manifest.NAME).is_file() else Layout(path).publish
    one = (path / RECORD).is_file()
    if not one and not published.exists():
        whole = next((each for each in path.resolve().parents if (each / manifest.NAME).is_file()), None)
        if whole:
            raise PublishedError(
                f"{path} is a part of what is published, and only the whole can be proven. Run: osallisuus verify {whole}"
            )
    proof = release.prove_release(path) if one else release.prove(published)
    for fault in proof.faults:
        click.echo(printable(fault))
    if proof.faults:
        place = path if one else published
        click.echo(f"{place} is not as it was published. Put these files back from a copy.", err=True)
        sys.exit(1)
    if not one:
        click.echo(f"{published}: the current edition is untouched ({proof.files} files)")
    for name, count in proof.releases.items():
        click.echo(f"{name}: untouched ({count} file{'' if count == 1 else 's'})")


@click.command()
@SITE
@LANG
@click.argument("before")
@click.argument("after")
@click.option(
    "--dataset", default="", help="Tell of one dataset only, such as fi/235/practices or vocabulary."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonld"]),
    default="text",
    show_default=True,
    help="Format of the answer.",
)
@failing
def diff(root: Path, language: str, before: str, after: str, dataset: str, form: str) -> None:
    """Tell what differs from BEFORE to AFTER: days of releases, or current for what is published now."""
    from osallisuus import release, site
    from osallisuus.formats import JSONLD
    from osallisuus.release import spans, telling

    publication = release.open_publication(site.Layout(root.resolve()).publish)
    comparison = spans.compare(publication, spans.find_span(publication, dataset, before, after))
    if form == "text":
        click.echo(telling.tell(publication, comparison, language), nl=False)
    else:
        sys.stdout.buffer.write(telling.document(publication, comparison, JSONLD))
