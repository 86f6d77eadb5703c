r"""Other people's text for a terminal: what would steer it, or turn the order of what is read, is written as `\uXXXX`.

A title or an address of somebody's catalog may hold anything: escape sequences that clear the screen or set the title of
the window, line breaks that forge a line of ours, marks that turn text round.
"""

import re

_STEERING = "\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
"""The controls C0 and C1, the separators of lines, and halves of characters, which no terminal can be sent."""
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""The marks that steer the direction of text."""

_ANY = re.compile(f"[{_STEERING}{_TURNING}]")
_ANY_BUT_LAYOUT = re.compile(f"(?![\n\t])[{_STEERING}{_TURNING}]")


def printable(text: str) -> str:
    """Return a line, or a value that is to stand in one, with every control escaped, line breaks and tabs too."""
    return _ANY.sub(_escape, text)


def printable_lines(text: str) -> str:
    """Return a text of many lines whose line breaks and tabs are ours, with every other control escaped.

    In JSON and in Turtle the escapes mean the same as what they stand for.
    """
    return _ANY_BUT_LAYOUT.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04X}"
