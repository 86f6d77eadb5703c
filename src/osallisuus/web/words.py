"""The words of the pages: gettext catalogues, and dates, numbers and names of languages as people write them."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from osallisuus.errors import LANGUAGES

TRANSLATIONS = Path(__file__).parent / "translations"
"""Directory of the catalogues, one `.po` a language; they are read as they are, so that nothing is compiled."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")
_SIGNS = " _-‐–—,;:!?.…'\"«»()[]{}§@*/\\&#%†•´`^¨°©+±<=>|~$€0123456789"
"""What stands before the letters, in its order (CLDR, root)."""
_BASES: Mapping[str, str] = {
    **dict.fromkeys("‘’‚", "'"),
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("\u00a0\u2009\u202f", " "),
    "‑": "‐",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "ŋ": "n",
    "ø": "o",
    "ŧ": "t",
    "ʒ": "z",
    "æ": "ae",
}
"""What stands with other characters, as if it were those with an accent."""
_NORDIC: Mapping[str, str] = {"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "ü": "y"}
"""Letters of their own in Finnish and Swedish: å, ä and ö after z, the others with theirs; w is a letter beside v."""


@cache
def translations(language: str) -> GNUTranslations:
    """Return the catalogue of a language of `LANGUAGES`."""
    with (TRANSLATIONS / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def time(text: str, language: str) -> str:
    """Return a day (`2026-11-25`), a month (`2026-11`) or a year as people write it; other texts as they are."""
    if _DAY.fullmatch(text):
        return str(format_date(date.fromisoformat(text), "long", locale=language))
    if _MONTH.fullmatch(text):
        return str(format_skeleton("yMMMM", date.fromisoformat(f"{text}-01"), locale=language))
    return text


def number(text: str | int, language: str) -> str:
    """Return a number as people write it."""
    return str(format_decimal(text, locale=language))


def language_name(tag: str, language: str) -> str:
    """Return the name of a language; its tag when it has none."""
    return str(Locale.parse(language).languages.get(tag, tag))


def own_name(tag: str) -> str:
    """Return the name that a language of `LANGUAGES` has for itself, with a capital."""
    return language_name(tag, tag).capitalize()


@lru_cache(maxsize=1 << 16)
def collation(text: str, language: str = "fi") -> str:
    """Return the sort key of a name in the order of a language, as the Unicode collation algorithm has it for names.

    Letters decide first, then their accents, then small before capital; signs and spaces come before digits and letters.
    """
    own = _NORDIC if language in ("fi", "sv") else {}
    letters, accents, cases = [], [], []
    for char in unicodedata.normalize("NFC", text):
        small = char.casefold()
        parts = unicodedata.normalize("NFD", small) if small not in own else small
        base = "".join(each for each in parts if not unicodedata.combining(each))
        letters.append(own.get(small) or "".join(map(_placed, _BASES.get(base, base))))
        is_plain = small not in _BASES and own.get(small) != "y"
        accents.append(parts[len(base) :] or ("\1" if is_plain else "\2"))
        cases.append("\1" if char == small else "\2")
    return "\0".join("".join(each) for each in (letters, accents, cases))


def _placed(char: str) -> str:
    """Return signs, then digits, as characters that stand before the letters; any other character as it is."""
    place = _SIGNS.find(char)
    return chr(1 + place) if place >= 0 else char


__all__ = [
    "LANGUAGES",
    "TRANSLATIONS",
    "collation",
    "language_name",
    "number",
    "own_name",
    "time",
    "translations",
]
