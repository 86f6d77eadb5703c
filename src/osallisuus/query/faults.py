"""Says what is wrong with a query, and where, in words of people rather than of an engine."""

import re
from collections.abc import Iterator

from osallisuus.query.guard import UPDATED, UPDATES, marked, tokens

_ENGINE = re.compile(r"error at (\d+):(\d+): (?:expected )?(.*)", re.DOTALL)
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_BAD_ADDRESS = re.compile(r"<(?=[A-Za-z][A-Za-z0-9+.-]*+:)[^<>\r\n]*+>")
_KNOWN = {
    "SELECT contains a variable that is unbound": (
        "SELECT names a variable that the pattern does not have, or that is neither in GROUP BY nor in a function such as"
        " COUNT or SAMPLE"
    ),
    "SELECT * is not authorized with GROUP BY": "SELECT * cannot stand with GROUP BY; name the columns",
    "Duplicated variable name in SELECT": "SELECT names a column twice",
    "escape sequence": "The signs after a backslash are no escape",
}
"""What the engine says of meanings → what we say."""
_FUNCTION = re.compile(r"The custom (?:aggregate )?function <(.*)> is not supported", re.DOTALL)


def explain(text: str, message: str) -> str:
    """Return what is wrong with a query that the engine does not read.

    The engine tells how far its parser came, which is often far behind the fault; the common faults are looked for here.

    Args:
        text: the query.
        message: what the engine says.
    """
    found = _ENGINE.fullmatch(message)
    reason, place = _found(text) or ("", 0)
    for said, meant in _KNOWN.items():
        if said in message and not reason:
            form = re.search("SELECT", text, re.IGNORECASE)
            reason, place = meant, form.start() if form else 0
    if not reason and found:
        reason = "The query is not complete or has a word or sign too many, here or just before"
        place = _place(text, int(found[1]), int(found[2]))
    return marked(f"This is not SPARQL. {reason}" if reason else "This is not SPARQL", text, place)


def explain_failure(text: str, message: str) -> str:
    """Return why a query that the engine reads cannot be evaluated, or its answer not be written.

    Args:
        text: the query.
        message: what the engine says.
    """
    if function := _FUNCTION.fullmatch(message):
        called = (each.start() for each in tokens(text) if _is_called(each[0], function[1]))
        return marked(f"There is no function <{function[1]}> here", text, next(called, 0))
    if "RDF 1.2" in message:
        return "This format has no statements about statements; ask for Turtle or N-Triples."
    return "The query cannot be evaluated."


def _is_called(written: str, function: str) -> bool:
    """Return whether an address or a name may stand for a function."""
    local = written.partition(":")[2]
    return written == f"<{function}>" or (local != "" and function.endswith(local))


def _place(text: str, line: int, column: int) -> int:
    """Return the index of a line and column; of the last sign before it where only blanks follow."""
    begin = sum(len(each) for each in text.splitlines(keepends=True)[: line - 1])
    place = min(begin + column - 1, len(text))
    return place if text[place:].strip() else max(0, len(text.rstrip()) - 1)


def _found(text: str) -> tuple[str, int] | None:
    """Return the first of the common faults, with its place: of brackets, addresses and prefixes."""
    return _bracket(text) or _address(text) or _prefix(text) or _update(text)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    return (each for each in tokens(text) if each.lastgroup != "blank")


def _bracket(text: str) -> tuple[str, int] | None:
    opened: list[re.Match[str]] = []
    for each in _tokens(text):
        if each.lastgroup == "open":
            opened.append(each)
        elif each.lastgroup == "close":
            if not opened:
                return f"The bracket {each[0]} closes nothing", each.start()
            if _PAIRS[opened[-1][0]] != each[0]:
                return f"The bracket {each[0]} stands where {_PAIRS[opened[-1][0]]} should", each.start()
            opened.pop()
    return (f"The bracket {opened[-1][0]} is not closed", opened[-1].start()) if opened else None


def _prefix(text: str) -> tuple[str, int] | None:
    declared: set[str] = set()
    before = ""
    for each in _tokens(text):
        if each.lastgroup in {"name", "short"}:
            prefix = each[0].partition(":")[0]
            if before == "PREFIX":
                declared.add(prefix)
            elif prefix not in declared:
                return f"The prefix {prefix}: is not declared; begin with PREFIX {prefix}: <…>", each.start()
        before = each[0].upper()
    return None


def _update(text: str) -> tuple[str, int] | None:
    words = (each for each in _tokens(text) if each.lastgroup == "word" and each[0].upper() in UPDATES)
    return next(((UPDATED, each.start()) for each in words), None)


def _address(text: str) -> tuple[str, int] | None:
    based = False
    for each in _tokens(text):
        based = based or each[0].upper() == "BASE"
        if each.lastgroup == "iri" and ":" not in each[0] and not based:
            return (
                f"The address {each[0]} is not whole; write it from https:// on, or declare BASE",
                each.start(),
            )
        broken = _BAD_ADDRESS.match(text, each.start()) if each[0] == "<" else None
        if broken:
            return "An address has a blank or another sign that may not stand in it", broken.start()
    return None
