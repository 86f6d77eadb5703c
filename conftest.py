"""The transcript in the README is run as a test: each `$ osallisuus …` line must print what stands below it.

A line that is only `…` stands for any lines.
"""

import re
import subprocess
import sys
from pathlib import Path

from sybil import Document, Region, Sybil

_ROOT = Path(__file__).parent
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _sessions(document: Document) -> list[Region]:
    return [Region(match.start(), match.end(), match[1], _run) for match in _BLOCK.finditer(document.text)]


def _run(example: object) -> str | None:
    """Run the commands of a block in turn; return what differs, or None."""
    for step in re.split(r"^\$ ", getattr(example, "parsed"), flags=re.MULTILINE)[1:]:  # noqa: B009 - sybil is untyped here
        command, _, wanted = step.partition("\n")
        program, *arguments = command.split()
        done = subprocess.run(
            [Path(sys.executable).parent / program, *arguments],
            cwd=_ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        pattern = "".join(
            "(?:.*\n)*" if line == "…\n" else re.escape(line).replace("…", ".*")
            for line in wanted.splitlines(True)
        )
        if not re.fullmatch(pattern, done.stdout):
            return f"$ {command}\nwanted:\n{wanted}\nprinted:\n{done.stdout}{done.stderr}"
    return None


pytest_collect_file = Sybil(parsers=[_sessions], patterns=["README.md"]).pytest()
