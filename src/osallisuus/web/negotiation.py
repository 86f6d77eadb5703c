"""Which format and which language a request wants. Werkzeug parses the headers; its gaps are filled here.

Werkzeug matches nothing for a media type with a profile and for an empty Accept, and ranks `sv-FI` behind any exact
tag; we match by type alone and by language alone, and an empty header takes what comes first.
"""

from collections.abc import Sequence

from werkzeug.datastructures import LanguageAccept, MIMEAccept

from osallisuus.formats import Format


def choose_format(accept: MIMEAccept, offered: Sequence[Format]) -> Format | None:
    """Return the format with the highest quality, the earlier offered one where two are equal; None when none will do.

    Args:
        accept: the parsed Accept header; an empty one accepts everything.
        offered: the formats that there are, in our order of preference.
    """
    if not accept:
        return offered[0] if offered else None
    ranked = [(_quality(accept, each), -place, each) for place, each in enumerate(offered)]
    acceptable = [each for each in ranked if each[0] > 0]
    return max(acceptable, key=lambda each: each[:2])[2] if acceptable else None


def _quality(accept: MIMEAccept, form: Format) -> float:
    """Return the quality that the most specific matching range gives a format (RFC 9110, 12.5.1)."""
    kind = form.media_type.partition("/")[0]
    ranges = {form.media_type: 3, f"{kind}/*": 2, "*/*": 1, "*": 1}
    found = (0, 0.0)
    for value, quality in accept:
        specific = ranges.get(str(value).partition(";")[0].strip().lower(), 0)
        if specific:
            found = max(found, (specific, float(quality)))
    return found[1]


def choose_language(accept: LanguageAccept, offered: Sequence[str]) -> str:
    """Return the language with the highest quality, the earlier offered one where two are equal or none is wanted.

    A regional tag asks for its language: `sv-FI` for `sv`.
    """
    return max(offered, key=lambda each: _wish(accept, each))


def _wish(accept: LanguageAccept, language: str) -> float:
    found = (0, 0.0)
    for value, quality in accept:
        tag = str(value).lower().replace("_", "-")
        specific = 3 if tag == language else 2 if tag.partition("-")[0] == language else int(tag == "*")
        if specific:
            found = max(found, (specific, float(quality)))
    return found[1]
