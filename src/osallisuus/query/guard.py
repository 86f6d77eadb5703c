"""What may be asked is decided on the tokens of the query, in one pass, before any parser sees it.

A parser may overflow its stack on a hostile text, and an engine may call out; neither gets the chance. Where a text can
be read in two ways, the reading that hides nothing is taken, or the query is refused. Engines read in more ways than the
standard has: the embedded one ends no word by force (“trueSERVICE” is “true” and “SERVICE”), and where a name is no
whole address or an escape is none, it takes less of the text and reads on behind that.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile, zip_longest

from pyoxigraph import NamedNode

from osallisuus.errors import QueryLimitError, RefusedQueryError

MAX_LENGTH = 256 * 1024
"""Characters of a query."""
MAX_NESTING = 100
"""Brackets of any kind open at once."""

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")
_LETTER = r"A-Za-z_\x80-\U0010ffff"
_NAME = f"0-9{_LETTER}"
"""What names and variables are made of. Engines read nothing else beyond ASCII, except in texts and comments."""
_LOCAL = rf":(?:(?:[{_NAME}:%]|\\.)(?:[{_NAME}:%-]|\\.)*+(?:\.++(?:[{_NAME}:%-]|\\.)++)?+)?"
"""What follows a prefix; the engine reads full stops in one place of it only, and ends the name at the next."""
_SIGN = r"""\\(?:[tbnrf"'\\]|u(?![Dd][89A-Fa-f])[0-9A-Fa-f]{4}|U00(?!00[Dd][89A-Fa-f])(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})"""
"""An escape in a text."""
TOKEN = re.compile(
    rf"""
      (?P<blank>[ \t\r\n]++|\#[^\r\n]*+)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
    | (?P<string>"{{3}}(?:"{{0,2}}(?:[^"\\]|{_SIGN}))*+"{{3}} | '{{3}}(?:'{{0,2}}(?:[^'\\]|{_SIGN}))*+'{{3}}
        | "(?!"")(?:[^"\\\r\n]|{_SIGN})*+" | '(?!'')(?:[^'\\\r\n]|{_SIGN})*+')
    | (?P<broken>["'])
    | (?P<variable>[?$][{_NAME}]++)
    | (?P<number>(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)
    | (?P<blanknode>_:[{_NAME}](?:[{_NAME}-]|\.+(?=[{_NAME}-]))*+)
    | (?P<word>[{_LETTER}](?:[{_NAME}-]|\.+(?=[{_NAME}-]))*+)(?P<name>{_LOCAL})?
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
UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING"}
"""Words of updates. One that comes before a form is refused here; as a query the engine reads none anyway."""
UPDATED = "Updates are not offered, this endpoint only reads"
"""What is said of them."""
_OPERANDS = {"iri", "string", "tag", "variable", "name", "short", "number", "close", ">"}
"""What “less than” may follow on; “>” ends a triple in an expression."""
_DEMANDING = ("SERVICE", "FROM")
_BEGUN = re.compile(rf"(?<![?$])(?<![{_NAME}])[{_NAME}]*?(?:{'|'.join(_DEMANDING)})")
"""A demanding word in a text in upper case, wherever an engine may find it: it is hidden in variables only."""
_WHOLE = re.compile("<[A-Za-z][A-Za-z0-9+.-]*+://")
"""The beginning of an address that no expression has: nothing goes on after “//”."""
_CLAUSES = {"GRAPH", "FROM", "NAMED", "DESCRIBE"}
"""Words after which a name stands before a pattern."""


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
    dataset = scan.dataset
    plain = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text)
    if plain != text:  # engines may resolve \u escapes before they parse: both readings must pass
        scan = _scan(plain, graphs)
    if not scan.form:
        start = len(text) - len(text.lstrip())
        reason = "This is no query: there is no SELECT, ASK, CONSTRUCT or DESCRIBE"
        raise RefusedQueryError(marked(reason, text, start))
    return Question(text, rows=scan.form in _ROWS, dataset=dataset or scan.dataset)


def _plain_form(text: str) -> str:
    """Return the form of a query that no reading of its tokens would refuse; empty where the tokens must be read.

    After the comments that it begins with, no demanding word stands in it but in variables; it opens few brackets, and
    every reading divides it alike.
    """
    rest = _HEAD.sub("", text, count=1)
    upper = rest.upper()
    if any(map(upper.__contains__, _DEMANDING)) and _BEGUN.search(upper):
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
    scan = _Scan(text, graphs)
    for match in TOKEN.finditer(text):
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
        self._brackets: list[str] = []  # those that are open; parentheses may be some too many
        self._braces = 0  # how many braces are open: addresses have none, so this is certain
        self._before = ""  # kind of the token before this one; the sign itself where its kind is “other”
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

    def take(self, match: re.Match[str]) -> None:
        """Take a token in."""
        kind = match.lastgroup or ""
        if kind == "blank":
            return
        if kind == "broken":
            raise self._refusal("The signs after a backslash are no escape, or a text is not closed", match)
        if kind in self._take:
            self._take[kind](match)
        else:
            self._words = [self._words[1], ""]
        self._before = match[0] if kind == "other" else kind

    def _word(self, match: re.Match[str]) -> None:
        for word in match[0].upper().split("."):
            if "SERVICE" in word:
                raise self._refusal("SERVICE is not offered, no other endpoint is asked", match)
            if "FROM" in word and word != "FROM":
                raise self._refusal("A blank is missing before or after FROM", match)
            if word in UPDATES and not self.form:
                raise self._refusal(UPDATED, match)
            if word in _FORMS and not self.form:
                self.form = word
            self._words = [self._words[1], word]

    def _name(self, match: re.Match[str]) -> None:
        prefix, _, local = match[0].partition(":")
        if self._words[1] == "PREFIX":
            self._prefix = prefix
            return
        if not self.form:
            raise self._refusal("A blank is missing after PREFIX, or this is no beginning of a query", match)
        address = self.prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local)
        if any(map(local.upper().__contains__, _DEMANDING)):
            self._refuse_half(prefix, address, match)
        upper = prefix.upper()
        if self._names_a_graph():
            if upper.startswith("NAMED") and self._words[1] == "FROM":
                raise self._refusal("A blank is missing after NAMED", match)
            self._check(address, match)
        elif "FROM" in upper and not self._braces:
            raise self._refusal("A blank is missing after FROM, or the prefix needs another name", match)
        self._words = [self._words[1], "SERVICE:" if "SERVICE" in upper else ""]

    def _refuse_half(self, prefix: str, address: str, match: re.Match[str]) -> None:
        """Refuse a name that is no whole address: an engine may take a part of it, and the rest for words."""
        if prefix not in self.prefixes:
            reason = f"The prefix {prefix}: is not declared; begin with PREFIX {prefix}: <…>"
            raise self._refusal(reason, match)
        try:
            NamedNode(address)
        except ValueError as error:
            reason = f"The prefix {prefix}: and what follows make no address; declare another prefix"
            raise self._refusal(reason, match) from error

    def _iri(self, match: re.Match[str]) -> None:
        if self._may_compare(match):
            self._take_both_readings(match)
        address = match[0][1:-1]
        if self._words[1] == "PREFIX":
            self.prefixes[self._prefix] = address
        elif self._names_a_graph():
            self._check(address, match)
        self._words = [self._words[1], ""]

    def _may_compare(self, match: re.Match[str]) -> bool:
        """Return whether “<” may be “less than”: after an operand in parentheses, if these hold an expression."""
        operand = self._before in _OPERANDS or self._words[1].endswith(("TRUE", "FALSE"))
        return operand and self._brackets[-1:] == ["("] and not _WHOLE.match(match[0])

    def _take_both_readings(self, match: re.Match[str]) -> None:
        """Refuse what one reading hides: a word in an address; or what is behind a sign in it that is none in an address.

        Of parentheses in it only the opening ones count, so that more seem to be open than are, never less.
        """
        if "#" in match[0] or "'" in match[0] or _BEGUN.search(match[0].upper()):
            reason = (
                "This may be an address or “less than”; put a blank after “<”, or give the address a PREFIX"
            )
            raise self._refusal(reason, match)
        self._brackets += "(" * match[0].count("(")

    def _names_a_graph(self) -> bool:
        return self._words[1] == "FROM" or self._words == ["FROM", "NAMED"]

    def _check(self, graph: str, match: re.Match[str]) -> None:
        self.dataset = True
        if graph not in self.graphs:
            raise self._refusal(f"There is no graph <{graph}> here", match)

    def _open(self, match: re.Match[str]) -> None:
        if match[0] == "{" and self._words[1] == "SERVICE:" and self._words[0] not in _CLAUSES:
            reason = "SERVICE is not offered; if it is part of a prefix, put a full stop before “{”"
            raise self._refusal(reason, match)
        self._brackets.append(match[0])
        self._braces += match[0] == "{"
        if len(self._brackets) > MAX_NESTING:
            raise QueryLimitError(f"The query nests deeper than {MAX_NESTING} brackets.", 413)
        self._words = [self._words[1], ""]

    def _close(self, match: re.Match[str]) -> None:
        """Close a bracket; a brace closes what is open within it too, for an address may have hidden the end of that."""
        if match[0] == "}" and self._braces:
            while self._brackets.pop() != "{":
                pass
            self._braces -= 1
        elif self._brackets[-1:] == [{")": "(", "]": "["}.get(match[0])]:
            self._brackets.pop()
        self._words = [self._words[1], ""]

    def _refusal(self, reason: str, match: re.Match[str]) -> RefusedQueryError:
        return RefusedQueryError(marked(reason, self.text, match.start()))
