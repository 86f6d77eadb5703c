"""Commands that serve what is published, and those for the store that answers queries."""

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from osallisuus.cli.options import SITE, failing, summary
from osallisuus.terminal import printable

if TYPE_CHECKING:
    from osallisuus.web.forwarding import Network


def _networks(_: click.Context, __: click.Parameter, text: str) -> "tuple[Network, ...]":
    """Read the setting of the proxies that are believed; a wrong one is misuse."""
    from osallisuus.web import forwarding

    try:
        return forwarding.read_networks(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command()
@SITE
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
@click.option(
    "--trust-proxy",
    "trusted",
    metavar="ADDRESS[,ADDRESS|NETWORK]",
    default="",
    callback=_networks,
    help="Proxies in front, whose X-Forwarded-For says which client asks. Default: none is believed.",
)
@failing
def serve(
    root: Path,
    host: str,
    port: int,
    query_seconds: float,
    query_memory: int,
    setting: str | None,
    cache: int,
    access_log: IO[str] | None,
    trusted: "tuple[Network, ...]",
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
    serving.serve(serving.Serving(publish, host, port, limits, setting, cache << 20, access_log, trusted))


@click.command()
@SITE
@click.option(
    "--store",
    "setting",
    envvar="OSALLISUUS_STORE",
    help="The store, such as virtuoso+http://user@host:8890. Default: OSALLISUUS_STORE, else store in data/site.yaml.",
)
@click.option("--prune", is_flag=True, help="Then drop what neither this release nor the one before it has.")
@failing
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


@click.group()
def store() -> None:
    """Look at a remote store."""


@store.command(name="check")
@click.argument("setting", metavar="URL")
@failing
def check_store(setting: str) -> None:
    """Probe the store at a URL such as oxigraph+http://host:7878 and say whether it can serve a site.

    Nothing of what it holds is touched; graphs of the check's own are written, if it may, and taken away again.
    """
    from osallisuus.query import remote
    from osallisuus.query.remote import probing

    points = []
    for point in probing.probe(remote.open_client(setting)):
        points.append(point)
        click.echo(printable(f"{point.verdict:8} {point.name:26} {point.text}"))
    faults, warnings = (
        sum(each.verdict == kind for each in points) for kind in (probing.FAULT, probing.WARNING)
    )
    summary(faults, warnings)
    click.echo("The store cannot serve a site." if faults else "The store can serve a site.")
    if faults:
        sys.exit(1)
