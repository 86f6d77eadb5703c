"""Expressions for an engine that has truth values as integers and divides integers to integers, as SQL does.

A quotient is multiplied by a decimal first, which changes nothing where it is a decimal anyway. A truth value that
becomes a column is made one by its text. Where the engine takes an error for “false”, that remains.
"""

from osallisuus.query.remote.tokens import Token

_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
_COMPARISONS = frozenset({"=", "<", ">", "!", "|", "&"})
_TESTS = frozenset(
    {
        "BOUND",
        "CONTAINS",
        "EXISTS",
        "ISBLANK",
        "ISIRI",
        "ISLITERAL",
        "ISNUMERIC",
        "ISURI",
        "LANGMATCHES",
        "NOT",
        "REGEX",
        "SAMETERM",
        "STRENDS",
        "STRSTARTS",
    }
)


def rewrite(tokens: list[Token]) -> None:
    """Rewrite the expressions of a query, in place."""
    for index, token in enumerate(tokens):
        if token.text == "/" and token.level.expression:
            token.text = "*1.0/"
        elif token.upper == "AS" and _is_truth(tokens, index):
            first = token.level.opened
            tokens[first].text += "STRDT(IF("
            token.text = f',"true","false"),<{_BOOLEAN}>) {token.text}'


def _is_truth(tokens: list[Token], end: int) -> bool:
    """Return whether the expression that AS names is a truth value, as far as its outer part shows."""
    level = tokens[end].level
    inside = [each for each in tokens[level.opened + 1 : end] if each.kind != "blank"]
    if any(each.level is level and (each.text in _COMPARISONS or each.upper == "IN") for each in inside):
        return True
    if len(inside) == 1:
        return inside[0].upper in {"TRUE", "FALSE"}
    return bool(inside) and inside[0].upper in _TESTS
