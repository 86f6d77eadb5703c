"""Starts the server: the process that forks the query workers, and the processes that answer requests."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from osallisuus.query import worker
from osallisuus.query.worker import Limits, Workers
from osallisuus.release import open_publication, settings
from osallisuus.web import create_app


@dataclass(frozen=True)
class Address:
    """Where to listen, and with how many processes."""

    host: str
    port: int
    workers: int


def serve(publish: Path, address: Address, limits: Limits) -> None:
    """Serve a `publish/` directory until interrupted.

    Raises:
        PublishedError: nothing is published, or a file is missing or damaged.
    """
    base = settings(publish).base
    open_publication(publish)
    with Workers(publish, base, limits) as workers:
        server = Granian(
            "osallisuus",
            address=address.host,
            port=address.port,
            interface=Interfaces.WSGI,
            workers=address.workers,
            blocking_threads=4,
            log_enabled=False,
            respawn_failed_workers=True,
        )
        click.echo(f"Serving {base} at http://{address.host}:{address.port}/ (Ctrl-C ends it)", err=True)
        server.serve(target_loader=partial(_load, publish, workers.socket, limits), wrap_loader=False)


def _load(publish: Path, socket: Path, limits: Limits) -> Flask:
    """Make the application in a serving process."""
    publication = open_publication(publish)
    return create_app(publication, lambda question: worker.ask(socket, question, limits))
