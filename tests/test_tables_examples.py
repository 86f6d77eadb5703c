"""The examples of docs/tables.md, run as a reader runs them: Python and R, against the files of our own data."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BLOCK = re.compile(r"^```(python|r|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RSCRIPT = shutil.which("Rscript")


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    """Return the page with the examples."""
    return (repository / "docs" / "tables.md").read_text(encoding="utf-8")


def _examples(page: str, language: str) -> tuple[str, str]:
    """Return the program that the blocks of a language make together, and what the page says that they print."""
    program, printed, current = "", "", ""
    for kind, text in BLOCK.findall(page):
        if kind == "text":
            printed += text if current == language else ""
        else:
            current = kind
            program += text if kind == language else ""
    return program, printed


def _printed(command: list[str], publish: Path) -> str:
    done = subprocess.run(
        command,
        cwd=publish.parent,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def test_the_examples_for_pandas_print_what_the_page_says(page: str, publish: Path) -> None:
    """The Python blocks, one after the other, run without a warning and print the blocks below them."""
    program, printed = _examples(page, "python")

    assert printed.count("\n") > 10
    assert _printed([sys.executable, "-W", "error", "-c", program], publish) == printed


@pytest.mark.skipif(RSCRIPT is None and os.environ.get("CI") != "true", reason="R is not installed")
def test_the_examples_for_r_print_what_the_page_says(page: str, publish: Path, tmp_path: Path) -> None:
    """The R blocks, one after the other, run in base R and print the blocks below them."""
    program, printed = _examples(page, "r")
    (tmp_path / "examples.R").write_text(f"options(warn = 2)\n{program}", encoding="utf-8")

    assert printed.count("\n") > 10
    assert _printed([RSCRIPT or "Rscript", "--vanilla", str(tmp_path / "examples.R")], publish) == printed
