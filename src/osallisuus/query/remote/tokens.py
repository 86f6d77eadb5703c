"""The tokens of a query, each with what stands around it: its bracket, and whether it is part of an expression.

The text has passed the guard and a parser, so that it is SPARQL; what is decided here is only what the grammar leaves
to the context: “/” divides in an expression and joins steps in a path, “<” compares or opens an address.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from osallisuus.query.guard import TOKEN

_OPERANDS = {"iri", "string", "tag", "variable", "name", "short", "number", "close"}
WORDS = frozenset(
    """
    BASE PREFIX VERSION SELECT ASK CONSTRUCT DESCRIBE DISTINCT REDUCED AS FROM NAMED WHERE GROUP BY HAVING ORDER ASC DESC
    LIMIT OFFSET VALUES UNDEF OPTIONAL LATERAL UNION MINUS GRAPH FILTER BIND EXISTS NOT IN A TRUE FALSE
    COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR
    STR LANG LANGMATCHES LANGDIR HASLANG HASLANGDIR DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT SUBSTR
    STRLEN REPLACE UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES
    SECONDS TIMEZONE TZ NOW ADJUST UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRLANGDIR STRDT SAMETERM
    ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC REGEX ISTRIPLE TRIPLE SUBJECT PREDICATE OBJECT
    """.split()  # noqa: SIM905 - a list of as many texts says less
)
"""The words of a query in SPARQL 1.1 and 1.2, but for SERVICE, and what Oxigraph adds to them, in upper case."""
_ONE_EXPRESSION = {"FILTER", "BIND"}
_EXPRESSIONS = {"SELECT", "BY", "HAVING"}
_NO_EXPRESSIONS = {"WHERE", "VALUES", "FROM"}


@dataclass
class Level:
    """A bracket that is open.

    Attributes:
        bracket: its sign; empty for the query as a whole.
        opened: index of the token that opened it.
        expression: whether an expression stands in it.
        above: the level around it; None for the query as a whole.
        expects: whether parentheses that open now hold an expression: `once`, in a whole `clause`, or not (empty).
        name: the graph whose GRAPH opened it, as it is written; empty for none.
        closed: index of the token that closed it.
    """

    bracket: str
    opened: int = -1
    expression: bool = False
    above: "Level | None" = None
    expects: str = ""
    name: str = ""
    closed: int = -1

    @property
    def depth(self) -> int:
        """How many brackets are open, this one included."""
        return len(list(self.around())) - 1

    def around(self) -> Iterator["Level"]:
        """Yield this level and those around it, inside first."""
        level: Level | None = self
        while level is not None:
            yield level
            level = level.above


@dataclass
class Token:
    """A token of a query.

    Attributes:
        kind: its kind, as the guard names it.
        text: the token as it is written; empty it to leave it out, or write more in its place.
        level: the innermost bracket around it; for a bracket, the one that it opens or closes.
        clause: whether it stands in a clause such as SELECT or GROUP BY, outside of its brackets.
        before: index of the token before it that is no blank; -1 for none.
    """

    kind: str
    text: str
    level: Level
    clause: bool
    before: int
    upper: str = field(init=False)

    def __post_init__(self) -> None:
        self.upper = self.text.upper() if self.kind == "word" else ""


def read(query: str) -> list[Token]:
    """Return the tokens of a query, blanks and comments included, so that they joined are the query again."""
    return _Reader(query).tokens


class _Reader:
    def __init__(self, query: str) -> None:
        self.tokens: list[Token] = []
        self._level = Level("")
        self._last = -1
        position = 0
        while match := TOKEN.match(query, position):
            kind, text = match.lastgroup or "", match[0]
            if kind == "iri" and self._compares():
                kind, text = "other", "<"
            position += len(text)
            if kind == "word" and "." in text:  # “true.” may end a triple before a word
                text = text.partition(".")[0]
                position = match.start() + len(text)
            self._take(kind, text)

    def _compares(self) -> bool:
        before = self.tokens[self._last] if self._last >= 0 else None
        operand = before is not None and (before.kind in _OPERANDS or before.upper in {"TRUE", "FALSE"})
        return self._level.expression and operand

    def _take(self, kind: str, text: str) -> None:
        if kind == "open":
            self._open(text)
        token = Token(kind, text, self._level, self._level.expects == "clause", self._last)
        self.tokens.append(token)
        if kind == "close" and self._level.above is not None:
            self._level.closed = len(self.tokens) - 1
            self._level = self._level.above
        if kind == "word":
            self._expect(token.upper)
        if kind != "blank":
            self._last = len(self.tokens) - 1

    def _open(self, bracket: str) -> None:
        above = self._level
        expression = bracket == "(" and (above.expression or above.expects != "")
        name = ""
        if bracket == "{" and self._last >= 0:
            name = self._named()
        if above.expects == "once" or bracket == "{":
            above.expects = ""
        self._level = Level(bracket, len(self.tokens), expression, above, name=name)

    def _named(self) -> str:
        """Return the graph that GRAPH names before the bracket that opens."""
        last = self.tokens[self._last]
        before = self.tokens[last.before] if last.before >= 0 else None
        return last.text if before is not None and before.upper == "GRAPH" else ""

    def _expect(self, word: str) -> None:
        if word in _ONE_EXPRESSION:
            self._level.expects = "once"
        elif word in _EXPRESSIONS:
            self._level.expects = "clause"
        elif word in _NO_EXPRESSIONS:
            self._level.expects = ""
