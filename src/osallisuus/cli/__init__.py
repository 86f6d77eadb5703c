"""The command line: parse, call, print, exit.

Each module beside this one has the commands of one kind. They import what they need when they run, so that --help
answers at once.
"""

import click

from osallisuus.cli import building, comparing, reading, releases, serving


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="osallisuus")
def main() -> None:
    """Publish the ways in which municipalities let people take part as linked open data."""


for _command in (
    building.check,
    building.build,
    serving.serve,
    serving.load,
    serving.store,
    reading.query,
    comparing.compare,
    reading.export_table,
    releases.release,
    releases.verify,
    releases.diff,
):
    main.add_command(_command)
