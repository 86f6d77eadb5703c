"""Texts of hits: cut to a line around the words that were found, and these marked."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import replace

from markupsafe import Markup

from osallisuus import search
from osallisuus.web.views import Text

LENGTH = 240
"""Characters of a description that a list shows."""

_BEFORE = 60
_WORD = re.compile(r"[^\W_]+")


def _is_found(word: str, found: AbstractSet[str]) -> bool:
    parts = search.words(word)
    return bool(parts) and all(each in found for each in parts)


def mark(text: Text, found: AbstractSet[str]) -> Markup:
    """Return a text with the words in `found`, as `search.words` cuts them, in `<mark>`; its language stays marked too."""
    made, done = Markup(""), 0
    for each in _WORD.finditer(text.value) if found else ():
        if _is_found(each[0], found):
            made += text.value[done : each.start()] + Markup("<mark>{}</mark>").format(each[0])
            done = each.end()
    made += text.value[done:]
    return Markup('<span lang="{}">{}</span>').format(text.language, made) if text.language else made


def shorten(text: Text, found: AbstractSet[str]) -> Text:
    """Return a text cut to a line that has the first word in `found`, at spaces, with … where it was cut."""
    value = " ".join(text.value.split())
    if len(value) <= LENGTH:
        return replace(text, value=value)
    at = next((each.start() for each in _WORD.finditer(value) if _is_found(each[0], found)), 0)
    start = 0 if at <= LENGTH - _BEFORE else value.index(" ", at - _BEFORE) + 1
    end = len(value) if len(value) - start <= LENGTH else value.rfind(" ", start + 1, start + LENGTH)
    end = end if end > start else start + LENGTH
    line = value[start:end].rstrip(" ,;:–-")
    return replace(text, value=f"{'… ' if start else ''}{line}{' …' if end < len(value) else ''}")
