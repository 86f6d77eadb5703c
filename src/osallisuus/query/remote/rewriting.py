"""A query over the published graphs → the same query over the graphs as the store has them.

The store keeps each graph under a name made of its content, so the names that a query uses are exchanged on its tokens:
in `GRAPH`, `FROM` and `FROM NAMED`. Where an engine answers otherwise than the standard says, the query is put so that
its answer is right, or refused. What is sent has words of SPARQL and whole addresses only, without prefixes, so that it is
divided into the same tokens by every engine, also by one that ends no word by force.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from osallisuus.errors import RefusedQueryError
from osallisuus.query import faults
from osallisuus.query.remote import numbers, paths
from osallisuus.query.remote.client import NOTHING
from osallisuus.query.remote.profiles import Profile
from osallisuus.query.remote.tokens import WORDS, Level, Token, read
from osallisuus.query.store import Ask

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_AFTER_ORDER = {"LIMIT", "OFFSET", "VALUES"}


@dataclass(frozen=True)
class Rewritten:
    """A query as the store is asked it, taken apart.

    Attributes:
        form: SELECT, ASK, CONSTRUCT or DESCRIBE.
        head: what stands between the form and the pattern: columns of SELECT, template of CONSTRUCT, terms of DESCRIBE.
        pattern: the pattern with its WHERE, and what follows it up to ORDER BY, included.
        tail: LIMIT, OFFSET and VALUES after that.
        ordered: whether there is an ORDER BY.
        default: graphs of the store whose union is the default graph.
        named: graphs of the store that may be named.
        steps: whether the default graph needs the steps of `paths` too.
        described: the IRIs that a DESCRIBE names.
    """

    form: str
    head: str
    pattern: str
    tail: str = ""
    ordered: bool = False
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    steps: bool = False
    described: tuple[str, ...] = ()

    def select(self, columns: str) -> str:
        """Return a query for some columns of the solutions."""
        return f"SELECT {columns} {self.pattern}{self.tail}"

    def page(self, columns: list[str], size: int, offset: int) -> str:
        """Return a query for some rows of a SELECT, in an order that is the same each time.

        A store that cuts answers also limits what it sorts for LIMIT; it does not when a query inside has sorted.
        """
        every = "".join(f" ?{each}" for each in columns)
        order = f"{'' if self.ordered else ' ORDER BY'}{every}"
        inside = f"SELECT {self.head} {self.pattern}{order} {self.tail}"
        return f"SELECT{every} WHERE {{ {{ {inside} }} }} LIMIT {size} OFFSET {offset}"

    def count(self) -> str:
        """Return a query for the number of rows of a SELECT, as the column `n`."""
        inside = f"SELECT {self.head} {self.pattern}{self.tail}"
        return f"SELECT (COUNT(*) AS ?n) WHERE {{ {{ {inside} }} }}"


def rewrite(ask: Ask, graphs: Mapping[str, str], profile: Profile) -> Rewritten:
    """Return what the store is asked for a query.

    Args:
        ask: the query, which has passed the guard and a parser.
        graphs: IRI of each published graph → its name in the store.
        profile: what the engine expects.

    Raises:
        RefusedQueryError: the engine would answer wrongly, and no other way to put the query is known; or the query has
            a word that is none of SPARQL, or a prefix that is not declared, which some engines take for two words.
    """
    return _Rewriting(ask, graphs, profile).run()


class _Rewriting:
    def __init__(self, ask: Ask, graphs: Mapping[str, str], profile: Profile) -> None:
        self.graphs = graphs
        self.profile = profile
        self.tokens = read(ask.query)
        self.significant = [i for i, each in enumerate(self.tokens) if each.kind != "blank"]
        self.ask = ask
        self._refuse_joined()
        self.form = next(i for i in self.significant if self.tokens[i].upper in _FORMS)
        self._write_names_out()
        self.fresh = "stored"
        while self.fresh in ask.query:
            self.fresh += "_"

    def run(self) -> Rewritten:
        """Change the tokens and put the query together."""
        default, named = self._dataset()
        steps = self.profile.loses_zero_length and paths.rewrite(self.tokens, self.form)
        if self.profile.counts_truth:
            numbers.rewrite(self.tokens)
        self._refuse_wrong()
        self._name_graphs(named)
        head, pattern = self._parts()
        tail = next((i for i in self._top(_AFTER_ORDER) if i >= pattern), len(self.tokens))
        return Rewritten(
            form=self.tokens[self.form].upper,
            head=head,
            pattern=self._text(pattern, tail),
            tail=self._text(tail, len(self.tokens)),
            ordered=bool(self._top({"ORDER"})),
            default=tuple(dict.fromkeys(default.values())),
            named=tuple(dict.fromkeys(named.values())),
            steps=steps,
            described=self._described(pattern),
        )

    def _text(self, start: int, end: int) -> str:
        """Return the text of some tokens; a line break keeps a comment from swallowing what follows."""
        text = "".join(each.text for each in self.tokens[start:end])
        return f"{text}\n" if text else ""

    def _top(self, words: set[str]) -> list[int]:
        """Return where some words stand outside of all brackets, after the form."""
        return [
            i
            for i in self.significant
            if i > self.form and self.tokens[i].upper in words and self.tokens[i].level.above is None
        ]

    def _parts(self) -> tuple[str, int]:
        """Return the head, and where the pattern begins."""
        brackets = [i for i in self.significant if i > self.form and self._opens(i)]
        template = self.tokens[self.form].upper == "CONSTRUCT" and self._follows(self.form) == brackets[0]
        if template:
            end = self.tokens[brackets[0]].level.closed + 1
            return self._text(brackets[0], end), end
        where = [*self._top({"WHERE"})[:1], *brackets[:1]]
        start = min(where, default=len(self.tokens))
        if self.tokens[self.form].upper == "CONSTRUCT":  # the short form: the pattern is the template
            return self._text(brackets[0], self.tokens[brackets[0]].level.closed + 1), start
        return self._text(self.form + 1, start), start

    def _described(self, end: int) -> tuple[str, ...]:
        """Return the IRIs that a DESCRIBE names before its pattern."""
        if self.tokens[self.form].upper != "DESCRIBE":
            return ()
        terms = (self.tokens[i] for i in self.significant if self.form < i < end)
        return tuple(each.text[1:-1] for each in terms if each.kind == "iri" and each.text)

    def _opens(self, index: int) -> bool:
        token = self.tokens[index]
        above = token.level.above
        return token.text.endswith("{") and token.kind == "open" and above is not None and above.above is None

    def _follows(self, index: int) -> int:
        return next((i for i in self.significant if i > index), -1)

    def _dataset(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the graphs of the default graph and those that may be named, and take FROM out of the text."""
        default: list[str] = []
        named: list[str] = []
        for i in self._top({"FROM"}):
            after = self._follows(i)
            found = default
            if self.tokens[after].upper == "NAMED":
                self.tokens[after].text = ""
                after, found = self._follows(after), named
            found.append(self.tokens[after].text[1:-1])
            self.tokens[i].text = self.tokens[after].text = ""
        if self.ask.default_graphs or self.ask.named_graphs:  # the request goes above the query
            default, named = list(self.ask.default_graphs), list(self.ask.named_graphs)
        elif not default and not named:
            default = named = list(self.graphs)
        return self._stored(default), self._stored(named)

    def _stored(self, names: list[str]) -> dict[str, str]:
        return {each: self.graphs[each] for each in names if each in self.graphs}

    def _name_graphs(self, named: Mapping[str, str]) -> None:
        """Exchange the names after GRAPH; a variable is bound to the published name beside the stored one."""
        for i in self.significant:
            token = self.tokens[i]
            if token.upper != "GRAPH" or token.level.expression:
                continue
            name = self.tokens[self._follows(i)]
            if name.kind != "variable":
                name.text = f"<{named.get(name.text[1:-1], NOTHING)}>"
                continue
            self._bind_graph(token, name, self.tokens[self._follows(self._follows(i))].level, named)

    def _bind_graph(self, graph: Token, name: Token, level: Level, named: Mapping[str, str]) -> None:
        """Put `{ VALUES (?g ?stored) {…} GRAPH ?stored {…} }` in the place of `GRAPH ?g {…}`."""
        self.fresh += "1"
        stored = f"?{self.fresh}"
        rows = " ".join(f"(<{public}> <{content}>)" for public, content in named.items())
        values = f"{{ VALUES ({name.text} {stored}) {{ {rows} }} "
        inside = range(level.opened + 1, level.closed)
        if all(
            self.tokens[i].kind == "blank" for i in inside
        ):  # Virtuoso finds no graph for an empty pattern
            graph.text, name.text = values, ""
            self.tokens[level.opened].text = ""
            self.tokens[level.closed].text = "}"
            return
        graph.text, name.text = f"{values}GRAPH", f" {stored} "
        self.tokens[level.closed].text += " }"

    def _refuse_wrong(self) -> None:
        for i in self.significant:
            token = self.tokens[i]
            if token.upper in self.profile.wrong:
                raise RefusedQueryError(
                    f"The store behind this endpoint answers {token.upper} wrongly; put the query otherwise."
                )
            if token.kind == "iri" and token.text[1:].lower().startswith(self.profile.inner):
                raise RefusedQueryError("Functions inside of the store are not offered.")

    def _refuse_joined(self) -> None:
        """Refuse words that are none, such as “trueGRAPH”, which some engines take apart."""
        for token in self.tokens:
            if token.kind == "word" and token.upper not in WORDS:
                raise RefusedQueryError(f"“{token.text}” is no word of SPARQL; a blank may be missing in it.")

    def _write_names_out(self) -> None:
        """Put the whole address in the place of each address and name, and take BASE and PREFIX out of the text."""
        names = _Names(self.tokens[: self.form])
        for token in self.tokens[self.form :]:
            if token.kind in {"iri", "name", "short"}:
                found = names.resolve(token)
                if found is None:
                    raise RefusedQueryError(faults.explain(self.ask.query, ""))
                token.kind, token.text = "iri", f"<{found}>"


class _Names:
    """What the prologue says about names."""

    def __init__(self, tokens: list[Token]) -> None:
        self._base = ""
        self._prefixes: dict[str, str] = {}
        shown = [each for each in tokens if each.kind != "blank"]
        for word, first, second in zip(shown, shown[1:], [*shown[2:], *shown[:1]], strict=False):
            if word.upper == "BASE":
                self._base = self._absolute(first.text)
            elif word.upper == "PREFIX":
                self._prefixes[first.text.removesuffix(":")] = self._absolute(second.text)

    def resolve(self, token: Token) -> str | None:
        """Return the IRI that an address or a prefixed name stands for; None when the prefix is not declared."""
        if token.kind == "iri":
            return self._absolute(token.text)
        prefix, _, local = token.text.partition(":")
        declared = self._prefixes.get(prefix)
        return None if declared is None else declared + re.sub(r"\\(.)", r"\1", local)

    def _absolute(self, written: str) -> str:
        iri = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), written[1:-1])
        if not self._base or _WHOLE.match(iri):
            return iri
        return urljoin(self._base, iri) + (
            "#" if iri.endswith("#") else ""
        )  # urljoin drops an empty fragment
