"""Paths of zero length for an engine that loses them: each becomes a path of real steps.

Virtuoso 7 leaves out the zero steps of `p*` and `p?` where both ends are bound when it evaluates them, and whether they
are is up to its planner. So each node of the published graphs gets a shadow, with a step into it and one out of it, in
graphs of their own: `p*` is then `(p|into)+/out`, which ends at a shadow that no other step leaves, and `p?` is
`p|(into/out)`. A literal has no shadow, so such a path does not end at a literal.
"""

import hashlib
from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Triple

from osallisuus.errors import RefusedQueryError
from osallisuus.query.remote.tokens import Level, Token

INTO = NamedNode("urn:osallisuus:into")
OUT = NamedNode("urn:osallisuus:out")


def steps(nodes: Iterable[NamedNode]) -> Iterator[Triple]:
    """Return the steps into the shadow of each node and out of it."""
    for node in nodes:
        shadow = NamedNode(f"urn:osallisuus:shadow:{hashlib.sha256(node.value.encode()).hexdigest()[:32]}")
        yield Triple(node, INTO, shadow)
        yield Triple(shadow, OUT, node)


def rewrite(tokens: list[Token], form: int) -> bool:
    """Rewrite the paths of a query that may be of zero length; return whether there is one.

    Args:
        tokens: the tokens of the query, which are changed.
        form: where the form stands among them.

    Raises:
        RefusedQueryError: a path stands inside GRAPH, or beside a negated one, where the steps cannot be had.
    """
    starred = [i for i, each in enumerate(tokens) if i > form and _modifies(each, tokens)]
    if not starred:
        return False
    pattern = [each for each in tokens[form:] if each.kind == "other" and each.text == "!"]
    if any(not each.level.expression for each in pattern):
        raise _refusal("“!” in a path")
    for i in starred:
        if any(level.name for level in tokens[i].level.around()):
            raise _refusal("GRAPH around it")
        _lengthen(tokens, i)
    _Predicates(tokens, form).hide_steps()
    return True


def _refusal(what: str) -> RefusedQueryError:
    return RefusedQueryError(
        f"The store behind this endpoint cannot answer a path with “*” or “?” and {what} rightly. "
        "Use “+” or name each step."
    )


def _modifies(token: Token, tokens: list[Token]) -> bool:
    """Return whether a token says that a step may be left out."""
    if token.kind != "other" or token.text not in {"*", "?"} or token.level.expression:
        return False
    before = tokens[token.before]
    return before.kind in {"iri", "name", "short", "close"} or (before.text == "a" and before.kind == "word")


def _lengthen(tokens: list[Token], modifier: int) -> None:
    """Rewrite one step with its modifier."""
    last = tokens[modifier].before
    first = tokens[last].level.opened if tokens[last].kind == "close" else last
    before = tokens[first].before
    if before >= 0 and tokens[before].text.endswith("^"):  # the inverse of “p*” is “(^p)*”
        first = before
    into, out = f"<{INTO.value}>", f"<{OUT.value}>"
    if tokens[modifier].text == "*":
        tokens[first].text = f"(({tokens[first].text}"
        tokens[modifier].text = f"|{into})+/{out})"
    else:
        tokens[first].text = f"({tokens[first].text}"
        tokens[modifier].text = f"|({into}/{out}))"


class _Predicates:
    """Finds the variables that stand for predicates, so that none is ever bound to a step."""

    _TERMS = frozenset({"iri", "name", "short", "variable", "blanknode", "string", "number"})

    def __init__(self, tokens: list[Token], form: int) -> None:
        self._tokens = tokens
        self._place: dict[int, str] = {}
        self._found: dict[int, tuple[Level, set[str]]] = {}
        template = tokens[form].upper == "CONSTRUCT"
        for i in range(form + 1, len(tokens)):
            token = tokens[i]
            if token.kind == "blank":
                continue
            if template and token.upper == "WHERE":
                template = False
            if template and token.kind == "close" and token.level.depth == 1:
                template = False
            elif not template:
                self._take(token)

    def hide_steps(self) -> None:
        """Add to each group that its predicates are no steps."""
        for level, names in self._found.values():
            filters = "".join(
                f" FILTER({each} NOT IN (<{INTO.value}>, <{OUT.value}>))" for each in sorted(names)
            )
            self._tokens[level.closed].text = f"{filters} {self._tokens[level.closed].text}"

    def _take(self, token: Token) -> None:
        level = token.level
        if token.kind == "open":
            self._place[id(level)] = {"{": "subject", "[": "predicate"}.get(level.bracket, "object")
        elif token.kind == "close":
            self._close(level)
        elif not level.expression and not token.clause:
            self._move(token, level)

    def _close(self, level: Level) -> None:
        above = level.above
        if above is None:
            return
        term = level.bracket == "[" or (level.bracket == "(" and not level.expression)
        if not term:
            self._place[id(above)] = "subject"
        elif self._place.get(id(above)) == "subject":
            self._place[id(above)] = "predicate"

    def _move(self, token: Token, level: Level) -> None:
        """Move on in the triples of a level; note a variable that stands for a predicate."""
        place = self._place.get(id(level), "subject")
        if token.kind == "other":
            place = {";": "predicate", ",": "object", ".": "subject"}.get(token.text, place)
        elif token.kind in self._TERMS or (token.text == "a" and place == "predicate"):
            if place == "predicate" and token.kind == "variable":
                group = next(each for each in level.around() if each.bracket == "{")
                self._found.setdefault(id(group), (group, set()))[1].add(token.text)
            place = "predicate" if place == "subject" else "object"
        elif token.kind == "word" and token.upper not in {"TRUE", "FALSE"}:
            place = "subject"
        self._place[id(level)] = place
