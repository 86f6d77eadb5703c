"""What may be asked is decided on the tokens of the query, in one pass, before any parser sees it.

A parser may overflow its stack on a hostile text, and an engine may call out; neither gets the chance. Where the
grammar lets a text be read in two ways, the reading that hides nothing is taken, or the query is refused.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile, zip_longest

from osallisuus.errors import QueryLimitError, RefusedQueryError

MAX_LENGTH = 256 * 1024
"""Characters of a query."""
MAX_NESTING = 100
"""Brackets of any kind open at once."""

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")
_LOCAL = r":(?:(?:[\w:%]|\\.)(?:[\w:%·-]|\\.|\.+(?=[\w:%·\\-]))*+)?"
TOKEN = re.compile(
    rf"""
      (?P<blank>[ \t\r\n]++|\#[^\r\n]*+)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
    | (?P<string>"{{3}}(?:"{{0,2}}(?:[^"\\]|\\.))*+"{{3}} | '{{3}}(?:'{{0,2}}(?:[^'\\]|\\.))*+'{{3}}
        | "(?!"")(?:[^"\\\r\n]|\\.)*+" | '(?!'')(?:[^'\\\r\n]|\\.)*+')
    | (?P<broken>["'])
    | (?P<variable>[?$][\w·]++)
    | (?P<number>(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?)
    | (?P<blanknode>_:\w(?:[\w·-]|\.+(?=[\w·-]))*+)
    | (?P<word>[^\W\d](?:[\w·-]|\.+(?=[\w·-]))*+)(?P<name>{_LOCAL})?
    | (?P<short>{_LOCAL})
    | (?P<tag>@[A-Za-z0-9-]++)
    | (?P<open>[({{\[])
    | (?P<close>[)}}\]])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
"""A token of a query; each group is a kind."""
_EXOTIC = "\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What `str.split` takes for blanks and SPARQL does not."""
_ADDRESS = rf"""<[^<>"{{}}|^`\\\x00-\x20{_EXOTIC}]*+>"""
_PLAIN = rf"""
    (?: [ \t\r\n]++ | COMMENT
      | (?ai:PREFIX)[ \t\r\n]++(?:[A-Za-z][A-Za-z0-9_-]*+)?+:[ \t\r\n]*+{_ADDRESS} | (?ai:BASE)[ \t\r\n]*+{_ADDRESS}
    )*+
    (?P<form>(?ai:SELECT|ASK|CONSTRUCT|DESCRIBE))(?=[ \t\r\n*{{(?$<])
    (?: [^"'<\#\\{_EXOTIC}]++ | TEXT | COMMENT
      | <[A-Za-z][A-Za-z0-9+.-]*+://[^<>"{{}}|^`'\\\x00-\x20{_EXOTIC}]*+>
      | <(?![^<>"{{}}|^`'\#\\\x00-\x20]*+['\#])
    )*+
"""
"""A query that every reading divides alike, so far as texts and comments go.

It begins with a prologue and a form; has texts on one line, without escapes; and no “<” of which it is open whether it
begins an address with a quote or a number sign in it, or is “less than” before a text or a comment.
"""
_HARMLESS = re.compile(
    _PLAIN.replace("COMMENT", r"\#[^\r\n]*+").replace(
        "TEXT", r""""(?!"")[^"\\\r\n]*+" | '(?!'')[^'\\\r\n]*+'"""
    ),
    re.VERBOSE,
)
"""Such a query with comments and any texts."""
_TIDY = re.compile(
    _PLAIN.replace(" | COMMENT", "").replace(
        "TEXT", r""""(?!"")(?:[ ]?+[^"\\\s]++)*+[ ]?+" | '(?!'')(?:[ ]?+[^'\\\s]++)*+[ ]?+'"""
    ),
    re.VERBOSE,
)
"""Such a query without comments, and with no blanks in its texts but single spaces."""
_HEAD = re.compile(r"(?:[ \t\r\n]++|\#[^\r\n]*+)*+", re.VERBOSE)
"""The blanks and comments that a query begins with."""
_PIECES = re.compile(
    r"""
    ( "{3}(?:"{0,2}[^"])*+"{3} | '{3}(?:'{0,2}[^'])*+'{3} | "(?!"")[^"\r\n]*+" | '(?!'')[^'\r\n]*+'
      | <[A-Za-z][A-Za-z0-9+.-]*+://[^<>"{}|^`\\\x00-\x20]*+> )
    | \#[^\r\n]*+
    | ([^"'<\#]++ | .)
    """,
    re.VERBOSE | re.DOTALL,
)
"""A text or an address, which is kept as it is; a comment; or what stands between them."""
_BLANKS = re.compile(r"[\ ][ \t\r\n]++|[\t\r\n][ \t\r\n]*+")
_TWO_READINGS = re.compile(r"""<(?![A-Za-z][A-Za-z0-9+.-]*+://)[^<>"{}|^`\\\x00-\x20'#]*+['#]""")
_STAR = re.compile(
    r"""
    (?: [ \t\r\n]++ | \#[^\r\n]*+
      | (?ai:PREFIX)[ \t\r\n]++[^ \t\r\n\#:<]*+:[ \t\r\n]*+<[^<> \t\r\n]*+>
      | (?ai:BASE)[ \t\r\n]*+<[^<> \t\r\n]*+>
    )*+
    (?ai:SELECT) (?:[ \t\r\n]++ | \#[^\r\n]*+)*+
    (?:(?ai:DISTINCT|REDUCED) (?:[ \t\r\n]++ | \#[^\r\n]*+)*+)?+ (?=\*)
    """,
    re.VERBOSE,
)
"""The beginning of a query that selects every variable, up to its star."""
_SHOWN = 100
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_ROWS = {"SELECT", "ASK"}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING"}
_OPERANDS = {"iri", "string", "tag", "variable", "name", "short", "number", "close"}
_FORBIDDEN = ("SERVICE", "FROM", *sorted(_UPDATES))
_AS_A_WORD = re.compile(rf"(?<![A-Z_])(?:{'|'.join(_FORBIDDEN)})(?![A-Z0-9_-])")
"""A forbidden word in a text in upper case, but not within a longer word."""
_EXPRESSIONS = {"SELECT", "BY", "HAVING"}
_PATTERNS = {"WHERE", "VALUES", "FROM"}


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
    if form := _plain_form(text):
        return Question(text, rows=form in _ROWS)
    scan = _scan(text, graphs)
    plain = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text)
    if plain != text:  # engines may resolve \u escapes before they parse: both readings must pass
        scan = _scan(plain, graphs)
    if not scan.form:
        start = len(text) - len(text.lstrip())
        reason = "This is no query: there is no SELECT, ASK, CONSTRUCT or DESCRIBE"
        raise RefusedQueryError(marked(reason, text, start))
    return Question(text, rows=scan.form in _ROWS, dataset=scan.dataset)


def _plain_form(text: str) -> str:
    """Return the form of a query that no reading of its tokens would refuse; empty where the tokens must be read.

    After the comments that it begins with, no forbidden word stands in it anywhere; it opens few brackets, and every
    reading divides it alike.
    """
    rest = _HEAD.sub("", text, count=1)
    upper = rest.upper()
    if any(map(upper.__contains__, _FORBIDDEN)) and _AS_A_WORD.search(upper):
        return ""
    if "\\" in text or rest.count("(") + rest.count("{") + rest.count("[") > MAX_NESTING:
        return ""
    found = _HARMLESS.fullmatch(rest)
    return found["form"].upper() if found else ""


def marked(reason: str, text: str, position: int) -> str:
    """Return a reason with the place that it is about: line, column, and the line with a mark under the place.

    Args:
        reason: a sentence without its full stop.
        text: the query.
        position: index of the place in it.
    """
    line = text.count("\n", 0, position) + 1
    begin = text.rfind("\n", 0, position) + 1
    column = position - begin
    skipped = max(0, column - _SHOWN // 2)
    shown = text[begin + skipped :].partition("\n")[0][:_SHOWN]
    shown = "".join(each if each.isprintable() else " " for each in shown).rstrip()
    place = f"\n\n{shown}\n{' ' * (column - skipped)}^" if shown else ""
    return f"{reason} (line {line}, column {column + 1}).{place}"


def normalise(text: str) -> str:
    """Return a query without its comments and with one space for any blanks outside of texts.

    Queries of the same normal form mean the same. One of which that is not certain, because it has escapes or may be
    read in two ways, is its own normal form.
    """
    if "\\" in text or "\0" in text:
        return text
    rest = _HEAD.sub("", text, count=1)
    if _TIDY.fullmatch(rest):
        return " ".join(rest.split())
    if _TWO_READINGS.search(rest):
        return text
    pieces = _PIECES.findall(rest)
    kept = [text for text, _ in pieces if text]
    around = "".join("\0" if text else between or " " for text, between in pieces)
    around = _BLANKS.sub(" ", around).strip(" ")
    if '"' in around or "'" in around:  # a text is not closed
        return text
    return "".join(chain.from_iterable(zip_longest(around.split("\0"), kept, fillvalue="")))


def with_columns(text: str, names: Sequence[str]) -> str:
    """Return a query with its columns named in the order in which they appear in it, when it selects them with a star.

    Args:
        text: the query, which a parser has read.
        names: the names of its columns, in any order.
    """
    star = _STAR.match(text) if len(names) > 1 else None
    if not star:
        return text
    found = (each[0][1:] for each in tokens(text) if each.lastgroup == "variable")
    places = {name: place for place, name in enumerate(dict.fromkeys(found))}
    ordered = sorted(names, key=lambda each: places.get(each, len(places)))
    columns = " ".join(f"?{each}" for each in ordered)
    return f"{star[0]} {columns} {text[star.end() + 1 :]}" if ordered != list(names) else text


def tokens(text: str) -> Iterator[re.Match[str]]:
    """Return the tokens of a query, addresses wherever there may be one, up to a text that is not closed."""
    return takewhile(lambda each: each.lastgroup != "broken", TOKEN.finditer(text))


def _scan(text: str, graphs: Collection[str]) -> "_Scan":
    scan, position = _Scan(text, graphs), 0
    while match := TOKEN.match(text, position):
        position = scan.take(match)
    return scan


@dataclass
class _Level:
    """A bracket that is open: its sign, whether an expression stands in it, and whether its parentheses hold some."""

    bracket: str
    expression: bool = False
    clause: bool = False


class _Scan:
    """What is known after each token."""

    def __init__(self, text: str, graphs: Collection[str]) -> None:
        self.text = text
        self.graphs = graphs
        self.form = ""
        self.dataset = False
        self.prefixes: dict[str, str] = {}
        self._levels = [_Level("")]
        self._before = ""  # kind of the token before this one
        self._words = ["", ""]  # the last two tokens as far as they are bare words, in upper case
        self._prefix = ""  # a prefix that is being declared
        self._take = {
            "word": self._word,
            "name": self._name,
            "short": self._name,
            "iri": self._iri,
            "open": self._open,
            "close": self._close,
        }

    def take(self, match: re.Match[str]) -> int:
        """Take a token in; return where the next one begins."""
        kind = match.lastgroup or ""
        if kind == "blank":
            return match.end()
        if kind == "broken":
            raise self._refusal("A text is not closed", match)
        if kind == "iri" and self._compares():
            self._before = "other"
            return match.start() + 1
        if kind in self._take:
            self._take[kind](match)
        else:
            self._words = [self._words[1], ""]
        self._before = kind
        return match.end()

    def _compares(self) -> bool:
        """Return whether “<” is “less than” here: in an expression no address follows on an operand."""
        operand = self._before in _OPERANDS or self._words[1] in {"TRUE", "FALSE"}
        return self._levels[-1].expression and operand

    def _word(self, match: re.Match[str]) -> None:
        for word in match[0].upper().split("."):
            if word == "SERVICE":
                raise self._refusal("SERVICE is not offered, no other endpoint is asked", match)
            if word in _UPDATES:
                raise self._refusal("Updates are not offered, this endpoint only reads", match)
            if word in _FORMS and not self.form:
                self.form = word
            self._words = [self._words[1], word]
            if word in _EXPRESSIONS | _PATTERNS:
                self._levels[-1].clause = word in _EXPRESSIONS

    def _name(self, match: re.Match[str]) -> None:
        prefix, _, local = match[0].partition(":")
        if self._words[1] == "PREFIX":
            self._prefix = prefix
            return
        if self._names_a_graph():
            self._check(self.prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local), match)
        self._words = [self._words[1], "SERVICE:" if prefix.upper().split(".")[-1] == "SERVICE" else ""]

    def _iri(self, match: re.Match[str]) -> None:
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
        self._levels.append(_Level(match[0], expression=match[0] == "(" and self._begins_expression()))
        if len(self._levels) > MAX_NESTING + 1:  # the first level has no bracket
            raise QueryLimitError(f"The query nests deeper than {MAX_NESTING} brackets.", 413)
        self._words = [self._words[1], ""]

    def _begins_expression(self) -> bool:
        """Return whether an expression, not a list or a path, stands in the parentheses that open here."""
        above = self._levels[-1]
        called = self._before in {"name", "short", "iri"} and self._words[0] != ""
        return above.expression or above.clause or self._before in {"word", "other"} or called

    def _close(self, _: re.Match[str]) -> None:
        if len(self._levels) > 1:
            self._levels.pop()
        self._words = [self._words[1], ""]

    def _refusal(self, reason: str, match: re.Match[str]) -> RefusedQueryError:
        return RefusedQueryError(marked(reason, self.text, match.start()))
