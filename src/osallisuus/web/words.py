"""The words of the pages: gettext catalogues, and dates, numbers and names of languages as people write them."""

import re
from datetime import date
from functools import cache
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
# Å, Ä and Ö stand after Z in this order, in Finnish and in Swedish.
_AFTER_Z = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


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


def collation(text: str) -> str:
    """Return the sort key of a name, in Finnish and Swedish order."""
    return text.casefold().translate(_AFTER_Z)


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
