"""What may be asked is decided on the tokens of the query, in one pass, before any parser sees it.

A parser may overflow its stack on a hostile text, and an engine may call out; neither gets the chance.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from osallisuus.errors import QueryLimitError, RefusedQueryError

MAX_LENGTH = 256 * 1024
"""Characters of a query."""
MAX_NESTING = 100
"""Brackets of any kind open at once."""

_TOKEN = re.compile(
    r"""
      (?P<blank>[ \t\r\n]++|\#[^\r\n]*+)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)
    | (?P<string>"{3}(?:"{0,2}(?:[^"\\]|\\.))*+"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}
        | "(?!"")(?:[^"\\\r\n]|\\.)*+" | '(?!'')(?:[^'\\\r\n]|\\.)*+')
    | (?P<broken>["'])
    | (?P<variable>[?$][\w·]++)
    | (?P<blanknode>_:[\w.·-]*+)
    | (?P<name>(?:[^\W\d_][\w.·-]*+)?:(?:[\w:.·%-]|\\.)*+)
    | (?P<tag>@[A-Za-z0-9-]++)
    | (?P<word>[A-Za-z_][\w-]*+)
    | (?P<open>[({\[])
    | (?P<close>[)}\]])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING"}


@dataclass(frozen=True)
class Question:
    """A query that may be evaluated.

    Attributes:
        text: the query.
        rows: whether it asks for rows or a truth value (SELECT, ASK), not for a graph.
    """

    text: str
    rows: bool


def examine(text: str, graphs: Collection[str]) -> Question:
    """Return the query as a question, or refuse it.

    Args:
        text: the query as it was sent.
        graphs: IRIs of the graphs that there are.

    Raises:
        RefusedQueryError: it is no query, or asks for an update, another service or an unknown graph.
        QueryLimitError: it is too long or too deeply nested.
    """
    if len(text) > MAX_LENGTH:
        raise QueryLimitError(f"The query is longer than {MAX_LENGTH} characters.", 413)
    scan = _Scan(text, graphs)
    for match in _TOKEN.finditer(text):
        scan.take(match)
    if not scan.form:
        raise RefusedQueryError("This is no query: there is no SELECT, ASK, CONSTRUCT or DESCRIBE.")
    return Question(text, rows=scan.form in {"SELECT", "ASK"})


class _Scan:
    """What is known after each token: the query's form, how deep it nests, whether a graph's name comes next."""

    def __init__(self, text: str, graphs: Collection[str]) -> None:
        self.text = text
        self.graphs = graphs
        self.form = ""
        self.depth = 0
        self.source = False
        self._take = {"word": self._word, "iri": self._iri, "open": self._open, "close": self._close}

    def take(self, match: re.Match[str]) -> None:
        kind = match.lastgroup or ""
        if kind == "broken":
            raise RefusedQueryError(f"A text is not closed{self._where(match)}.")
        if kind in self._take:
            self._take[kind](match)

    def _word(self, match: re.Match[str]) -> None:
        word = match[0].upper()
        if word == "SERVICE":
            raise RefusedQueryError(
                f"SERVICE is not offered: no other endpoint is asked{self._where(match)}."
            )
        if word in _UPDATES:
            raise RefusedQueryError(f"Updates are not offered: this endpoint only reads{self._where(match)}.")
        if word in _FORMS and not self.form:
            self.form = word
        self.source = word == "FROM" or (self.source and word == "NAMED")

    def _iri(self, match: re.Match[str]) -> None:
        if self.source and match[0][1:-1] not in self.graphs:
            raise RefusedQueryError(f"There is no graph {match[0]} here{self._where(match)}.")
        self.source = False

    def _open(self, _: re.Match[str]) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise QueryLimitError(f"The query nests deeper than {MAX_NESTING} brackets.", 413)

    def _close(self, _: re.Match[str]) -> None:
        self.depth -= 1

    def _where(self, match: re.Match[str]) -> str:
        line = self.text.count("\n", 0, match.start()) + 1
        column = match.start() - self.text.rfind("\n", 0, match.start())
        return f" (line {line}, column {column})"
