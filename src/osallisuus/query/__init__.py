"""Read-only SPARQL over what is published: the store, the guard and the disposable workers."""

import csv
import io
import re
from pathlib import Path

from osallisuus.errors import RefusedQueryError
from osallisuus.formats import CSV, RESULTS_JSON, TURTLE
from osallisuus.query import guard, store
from osallisuus.query.blocking import Workers
from osallisuus.query.limits import Limits
from osallisuus.terminal import printable, printable_lines

_LIMITS = Limits(seconds=60, memory=4 << 30, answer=1 << 30, light_seconds=60)
_SHIPPED = Path(__file__).parent.parent / "queries"
_HEADS = ("# title@", "# note@")
_NAMED = re.compile(r'(LANG\(\?\w+\) = )"(\w+)"')


def shipped() -> dict[str, str]:
    """Return the documented questions: name → text of the query."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(_SHIPPED.glob("*.rq"))}


def title(text: str, language: str) -> str:
    """Return the title of a documented question, from its head, in a language; else in English."""
    return _said(text, "title", language)


def note(text: str, language: str) -> str:
    """Return what a reader of a documented question's answer must know, as `title` does; empty where there is nothing."""
    return _said(text, "note", language)


def in_language(text: str, language: str) -> str:
    """Return a documented question that asks for names in a language, with its head in that language as a comment.

    One that asks for names in several languages asks for the same ones.
    """
    head = [f"# {each}\n" for each in (title(text, language), note(text, language)) if each]
    body = "".join(each for each in text.splitlines(keepends=True) if not each.startswith(_HEADS))
    if len({each[1] for each in _NAMED.findall(body)}) == 1:
        body = _NAMED.sub(rf'\1"{language}"', body)
    return "".join([*head, body])


def _said(text: str, kind: str, language: str) -> str:
    mark = f"# {kind}@"
    heads = [line.removeprefix(mark).partition(": ") for line in text.splitlines() if line.startswith(mark)]
    said = {head[0]: head[2] for head in heads}
    return said.get(language) or said.get("en", "")


def answer(publish: Path, base: str, question: str, form: str) -> str:
    """Answer a question on the command line; it is evaluated in a disposable worker, as those of the server are.

    Args:
        publish: the directory of what is published.
        base: the base IRI of the site.
        question: path of a `.rq` file, name of a shipped question, or the text of a query.
        form: `table`, `csv` or `json`; a query for a graph is always answered in Turtle.

    Raises:
        QueryError: the query is refused, or reaches a limit.
    """
    examined = guard.examine(_text(question), store.graph_names(publish, base))
    rows = RESULTS_JSON if form == "json" else CSV
    form_name = rows.name if examined.rows else TURTLE.name
    ask = store.Ask(examined.text, form_name, dataset=examined.dataset)
    with Workers(publish, base, _LIMITS) as workers:
        body = workers.ask(ask).decode()
    if not examined.rows:
        body = printable_lines(body)  # Turtle, in which the escapes mean the same
    return _table(body) if form == "table" and examined.rows else body if body.endswith("\n") else body + "\n"


def _text(question: str) -> str:
    if question.endswith(".rq"):
        try:
            return Path(question).read_text(encoding="utf-8")
        except OSError as error:
            raise RefusedQueryError(f"{question} cannot be read: {error.strerror}.") from error
    return shipped().get(question, question)


def _table(body: str) -> str:
    """Return CSV as aligned columns."""
    rows = [[printable(cell) for cell in row] for row in csv.reader(io.StringIO(body, newline=""))]
    widths = [max(len(row[i]) for row in rows if i < len(row)) for i in range(len(rows[0]))] if rows else []
    rows.insert(1, ["─" * width for width in widths])
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines)
