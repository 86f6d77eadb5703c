"""Answers a query from a remote store, in the bytes in which the embedded store would answer it.

The store is asked for rows and truth values only. Graphs are made of rows here, and every format is written here, so
that a format, a media type or the way to describe a thing does not depend on the engine.
"""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, cast

from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    parse_query_results,
)

from osallisuus.errors import QueryLimitError
from osallisuus.formats import RESULTS_JSON
from osallisuus.query import guard, store
from osallisuus.query.remote.client import Client
from osallisuus.query.remote.releases import Release
from osallisuus.query.remote.rewriting import Rewritten, rewrite
from osallisuus.query.remote.tokens import read
from osallisuus.query.store import Ask

_DESCRIBED_AT_ONCE = 200
_XSD = "http://www.w3.org/2001/XMLSchema#"
_Binding = dict[str, dict[str, str]]


def answer(client: Client, release: Release, ask: Ask) -> bytes:
    """Return the answer to a query, in the format that was asked for.

    Raises:
        RefusedQueryError: the query is not SPARQL, or the engine does not take it.
        QueryLimitError: the store did not answer, or not wholly.
    """
    columns = _columns(ask.query)
    if columns:
        ask = replace(ask, query=guard.with_columns(ask.query, columns))
        columns = _columns(ask.query) or []
    query = rewrite(ask, release.graphs, client.endpoint.profile)
    if query.steps and not release.steps:
        raise QueryLimitError("The store lacks what paths need there. Run: osallisuus load")
    source = _Source(client, (*query.default, *(release.steps if query.steps else ())), query.named)
    try:
        if query.form == "ASK":
            return _write({"head": {}, "boolean": source.truth(query)}, ask.form)
        if columns is not None:
            return _write(_table(columns, source.rows(query, columns)), ask.form)
        if query.form == "DESCRIBE":
            return _describe(source, query, ask.form)
        return store.evaluate(Store(), Ask(_construction(source, query), ask.form))
    except SyntaxError as error:
        raise QueryLimitError("The store answered with a term that RDF does not have.") from error


def _columns(query: str) -> list[str] | None:
    """Return the columns of a query for rows, None for another; an empty store is asked, to see that it is SPARQL."""
    with store.refusing(query), _sealed():
        found = Store().query(query)
    return [each.value for each in found.variables] if isinstance(found, QuerySolutions) else None


@contextmanager
def _sealed() -> Iterator[None]:
    """Let this process, which has one thread, open no connection and no file for a while; what is open stays so."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@dataclass(frozen=True)
class _Source:
    """The dataset of a query in a store."""

    client: Client
    default: tuple[str, ...]
    named: tuple[str, ...]

    def truth(self, query: Rewritten) -> bool:
        """Return the answer to an ASK."""
        return bool(self._ask(f"ASK {query.pattern}{query.tail}", "boolean"))

    def rows(self, query: Rewritten, columns: list[str]) -> list[_Binding]:
        """Return the rows of a query, every one of them or none: an engine may cut an answer without a sign."""
        found = self._bindings(query.select(query.head))
        cap = self.client.endpoint.profile.cap
        if cap is None or len(found) < cap:
            return found
        total = int(self._bindings(query.count())[0]["n"]["value"])
        if total > len(found):
            size = max(cap // 2, 1)
            pages = (query.page(columns, size, at) for at in range(0, total, size))
            found = [row for page in pages for row in self._bindings(page)]
        if total != len(found):
            raise QueryLimitError(
                f"The store gave {len(found)} of {total} rows. Ask for less, by LIMIT and OFFSET."
            )
        return found

    def _bindings(self, query: str) -> list[_Binding]:
        bindings: list[_Binding] = self._ask(query, "results", "bindings")
        return bindings

    def _ask(self, query: str, *path: str) -> Any:
        """Return what the answer to a query has under some keys, one within the other."""
        try:
            found = json.loads(self.client.select(query, self.default, self.named))
            for each in path:
                found = found[each]
        except (KeyError, TypeError) as error:
            raise QueryLimitError("The store did not answer in SPARQL JSON.") from error
        except ValueError as error:
            raise QueryLimitError(
                "The store broke its answer off, or did not answer in SPARQL JSON."
            ) from error
        return found


def _construction(source: _Source, query: Rewritten) -> str:
    """Return a query that makes the graph of a CONSTRUCT of the rows that the store found for it."""
    variables = dict.fromkeys(each.text[1:] for each in read(query.head) if each.kind == "variable")
    columns = list(variables) or ["found"]
    head = "".join(f"?{each} " for each in variables) or "(1 AS ?found) "
    found = _table(columns, source.rows(replace(query, head=head), columns))
    rows = " ".join(f"({' '.join(terms)})" for terms in _terms(found, columns))
    names = " ".join(f"?{each}" for each in columns)
    return f"CONSTRUCT {query.head} WHERE {{ VALUES ({names}) {{ {rows} }} }}"


def _describe(source: _Source, query: Rewritten, form: str) -> bytes:
    """Return what a DESCRIBE asks for: the triples about the things that it names or finds."""
    things = dict.fromkeys(f"<{each}>" for each in query.described)
    columns = [each.text[1:] for each in read(query.head) if each.kind == "variable"]
    if query.pattern and (columns or "*" in query.head.split()):
        head = "".join(f"?{each} " for each in columns) or "* "
        found = source.rows(replace(query, head=head), columns)
        names = columns or sorted({name for row in found for name in row})
        things |= dict.fromkeys(term for terms in _terms(_table(names, found), names) for term in terms)
    iris = [each for each in things if each.startswith("<")]
    described, about = Store(), ["s", "p", "o"]
    source = replace(source, default=query.default)  # the steps of paths describe nothing
    for at in range(0, len(iris), _DESCRIBED_AT_ONCE):
        values = " ".join(iris[at : at + _DESCRIBED_AT_ONCE])
        pattern = f"WHERE {{ VALUES ?s {{ {values} }} ?s ?p ?o }} "
        triples = Rewritten("SELECT", head="?s ?p ?o ", pattern=pattern)
        for row in _solutions(_table(about, source.rows(triples, about))):
            described.add(Quad(row["s"], row["p"], row["o"], NamedNode("urn:osallisuus:described")))
    return store.evaluate(described, Ask("CONSTRUCT WHERE { ?s ?p ?o }", form))


def _table(columns: list[str], bindings: list[_Binding]) -> dict[str, Any]:
    """Return rows in SPARQL JSON: the asked columns only, literals in the forms of the embedded store."""
    rows = [{each: _term(row[each]) for each in columns if each in row} for row in bindings]
    return {"head": {"vars": columns}, "results": {"bindings": rows}}


def _term(term: dict[str, str]) -> dict[str, str]:
    datatype = term.get("datatype", "")
    if not datatype.startswith(_XSD):
        return term
    return {**term, "type": "literal", **_canonical(term["value"], datatype)}


@lru_cache(maxsize=4096)
def _canonical(value: str, datatype: str) -> dict[str, str]:
    """Return value and datatype of a literal as the embedded store would answer them; Virtuoso has 1 for true."""
    held, some = Store(), NamedNode("urn:osallisuus:some")
    held.add(Quad(some, some, Literal(value, datatype=NamedNode(datatype))))
    literal = cast("Literal", next(iter(held)).object)
    return {"value": literal.value, "datatype": literal.datatype.value}


def _solutions(table: dict[str, Any]) -> QuerySolutions:
    found = parse_query_results(json.dumps(table).encode(), format=QueryResultsFormat.JSON)
    return cast("QuerySolutions", found)  # a table has rows


def _terms(table: dict[str, Any], columns: list[str]) -> Iterator[list[str]]:
    """Yield the terms of each row as SPARQL writes them."""
    for row in _solutions(table):
        yield ["UNDEF" if row[each] is None else str(row[each]) for each in columns]


def _write(results: dict[str, Any], form: str) -> bytes:
    """Return rows or a truth value in a format."""
    chosen = store.row_format(form) or RESULTS_JSON
    found = parse_query_results(json.dumps(results).encode(), format=QueryResultsFormat.JSON)
    media_type = QueryResultsFormat.from_media_type(chosen.media_type)
    return found.serialize(format=media_type or QueryResultsFormat.JSON) or b""
