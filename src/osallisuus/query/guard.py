"""What may be asked is decided on the tokens of the query, in one pass, before any parser sees it.

A parser may overflow its stack on a hostile text, and an engine may call out; neither gets the chance. Where the
grammar lets a text be read in two ways, the reading that hides nothing is taken, or the query is refused.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from osallisuus.errors import QueryLimitError, RefusedQueryError

MAX_LENGTH = 256 * 1024
"""Characters of a query."""
MAX_NESTING = 100
"""Brackets of any kind open at once."""

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")
_LOCAL = r":(?:(?:[\w:%]|\\.)(?:[\w:%·-]|\\.|\.+(?=[\w:%·\\-]))*+)?"
_TOKEN = re.compile(
    rf"""
      (?P<blank>[ \t\r\n]++|\#[^\r\n]*+)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
    | (?P<string>"{{3}}(?:"{{0,2}}(?:[^"\\]|\\.))*+"{{3}} | '{{3}}(?:'{{0,2}}(?:[^'\\]|\\.))*+'{{3}}
        | "(?!"")(?:[^"\\\r\n]|\\.)*+" | '(?!'')(?:[^'\\\r\n]|\\.)*+')
    | (?P<broken>["'])
    | (?P<variable>[?$][\w·]++)
    | (?P<blanknode>_:\w(?:[\w·-]|\.+(?=[\w·-]))*+)
    | (?P<word>[^\W\d](?:[\w·-]|\.+(?=[\w·-]))*+)(?P<name>{_LOCAL})?
    | (?P<short>{_LOCAL})
    | (?P<tag>@[A-Za-z0-9-]++)
    | (?P<number>\d++)
    | (?P<open>[({{\[])
    | (?P<close>[)}}\]])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING"}
_OPERANDS = {"iri", "string", "variable", "name", "short", "number", "close", "word"}


@dataclass(frozen=True)
class Question:
    """A query that may be evaluated.

    Attributes:
        text: the query.
        rows: whether it asks for rows or a truth value (SELECT, ASK), not for a graph.
        dataset: whether it names the graphs of its dataset itself (FROM).
    """

    text: str
    rows: bool
    dataset: bool = False


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
    scan = _scan(text, graphs)
    plain = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text)
    if plain != text:  # engines may resolve \u escapes before they parse: both readings must pass
        scan = _scan(plain, graphs)
    if not scan.form:
        raise RefusedQueryError("This is no query: there is no SELECT, ASK, CONSTRUCT or DESCRIBE.")
    return Question(text, rows=scan.form in {"SELECT", "ASK"}, dataset=scan.dataset)


def _scan(text: str, graphs: Collection[str]) -> "_Scan":
    scan = _Scan(text, graphs)
    for match in _TOKEN.finditer(text):
        scan.take(match)
    return scan


class _Scan:
    """What is known after each token."""

    def __init__(self, text: str, graphs: Collection[str]) -> None:
        self.text = text
        self.graphs = graphs
        self.form = ""
        self.dataset = False
        self.prefixes: dict[str, str] = {}
        self._brackets: list[str] = []
        self._before = ""  # kind of the token before this one
        self._words = ["", ""]  # the last two bare words, in upper case
        self._prefix = ""  # a prefix that is being declared
        self._take = {
            "word": self._word,
            "name": self._name,
            "short": self._name,
            "iri": self._iri,
            "open": self._open,
            "close": self._close,
        }

    def take(self, match: re.Match[str]) -> None:
        kind = match.lastgroup or ""
        if kind == "blank":
            return
        if kind == "broken":
            raise self._refusal("A text is not closed", match)
        if kind in self._take:
            self._take[kind](match)
        else:
            self._words = [self._words[1], ""]
        self._before = kind

    def _word(self, match: re.Match[str]) -> None:
        for word in match[0].upper().split("."):
            if word == "SERVICE":
                raise self._refusal("SERVICE is not offered, no other endpoint is asked", match)
            if word in _UPDATES:
                raise self._refusal("Updates are not offered, this endpoint only reads", match)
            if word in _FORMS and not self.form:
                self.form = word
            self._words = [self._words[1], word]

    def _name(self, match: re.Match[str]) -> None:
        prefix, _, local = match[0].partition(":")
        if self._words[1] == "PREFIX":
            self._prefix = prefix
            return
        if self._names_a_graph():
            self._check(self.prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local), match)
        self._words = [self._words[1], "SERVICE:" if prefix.upper().split(".")[-1] == "SERVICE" else ""]

    def _iri(self, match: re.Match[str]) -> None:
        if self._before in _OPERANDS and self._brackets[-1:] == ["("] and ")" in match[0]:
            raise self._refusal("Write a space after “<”, or %29 for “)” in an address", match)
        address = match[0][1:-1]
        if self._words[1] == "PREFIX":
            self.prefixes[self._prefix] = address
        elif self._names_a_graph():
            self._check(address, match)
        self._words = [self._words[1], ""]

    def _names_a_graph(self) -> bool:
        return self._words[1] == "FROM" or self._words == ["FROM", "NAMED"]

    def _check(self, graph: str, match: re.Match[str]) -> None:
        self.dataset = True
        if graph not in self.graphs:
            raise self._refusal(f"There is no graph <{graph}> here", match)

    def _open(self, match: re.Match[str]) -> None:
        if match[0] == "{" and self._words[1] == "SERVICE:" and self._words[0] != "GRAPH":
            raise self._refusal("SERVICE is not offered, no other endpoint is asked", match)
        self._brackets.append(match[0])
        if len(self._brackets) > MAX_NESTING:
            raise QueryLimitError(f"The query nests deeper than {MAX_NESTING} brackets.", 413)
        self._words = [self._words[1], ""]

    def _close(self, _: re.Match[str]) -> None:
        if self._brackets:
            self._brackets.pop()

    def _refusal(self, reason: str, match: re.Match[str]) -> RefusedQueryError:
        line = self.text.count("\n", 0, match.start()) + 1
        column = match.start() - self.text.rfind("\n", 0, match.start())
        return RefusedQueryError(f"{reason} (line {line}, column {column}).")
