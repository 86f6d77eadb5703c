"""Starts the server: the process that forks the query workers, and the processes that answer requests."""

import socket
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from osallisuus.errors import AddressError
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
        AddressError: the address is taken or not this machine's.
    """
    base = settings(publish).base
    _probe(address)
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
        _publication(publish)  # serving processes are forked and share it
        click.echo(f"Serving {base} at http://{address.host}:{address.port}/ (Ctrl-C ends it)", err=True)
        server.serve(target_loader=partial(_load, publish, workers.socket, limits), wrap_loader=False)


def _probe(address: Address) -> None:
    """Refuse an address that is taken; granian would share it with another server, and neither would say so."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            where = f"{address.host}:{address.port}"
            raise AddressError(
                f"Cannot listen on {where}: {error.strerror}. Choose another with --port."
            ) from error


_publication = cache(open_publication)


def _load(publish: Path, workers: Path, limits: Limits) -> Flask:
    """Make the application in a serving process."""
    return create_app(_publication(publish), lambda question: worker.ask(workers, question, limits))
