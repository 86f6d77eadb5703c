"""The accessibility statement: a page made of the settings of the site, in the words that public bodies use."""

from collections.abc import Mapping
from urllib.parse import quote

from werkzeug.exceptions import NotFound

from osallisuus.formats import HTML, Format
from osallisuus.model import Accessibility, Barrier
from osallisuus.release import Publication
from osallisuus.web import pages, words
from osallisuus.web.offers import Offer
from osallisuus.web.views import ACCESSIBILITY, Text, View


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


_CONFORMITY: Mapping[str, str] = {
    "full": _("The service meets the accessibility requirements in full."),
    "partial": _("The service meets the accessibility requirements in part."),
    "none": _("The service does not meet the accessibility requirements."),
}
_ASSESSED: Mapping[str, str] = {
    "self": _("self-assessment by the publisher"),
    "external": _("assessment by somebody outside the publisher"),
}
_GROUNDS: Mapping[str, str] = {
    "non-compliance": _("Requirements that are not met"),
    "disproportionate-burden": _("Disproportionate burden"),
    "out-of-scope": _("Content to which the act does not apply"),
}
"""Ground of a barrier → its heading, in the order of Decision (EU) 2018/1523."""


def offer(publication: Publication) -> Offer:
    """Return the page of the statement."""

    def make(_form: Format, language: str, at: str) -> str:
        return render(publication, at, language)

    return Offer(ACCESSIBILITY, (HTML,), make)


def render(publication: Publication, at: str, language: str) -> str:
    """Return the page.

    Args:
        publication: what is published.
        at: path of the page that is served, such as `accessibility.sv.html`.
        language: language of the page.

    Raises:
        NotFound: it was published before statements were.
    """
    statement = publication.site.accessibility
    if statement is None:
        raise NotFound
    view = View(publication, at, language)
    title = Text(words.translations(language).gettext(_("Accessibility statement")))
    iri = publication.site.base + ACCESSIBILITY
    page = pages.Page(ACCESSIBILITY, iri, title, [pages.home_crumb(view)])
    return pages.write(view, "accessibility", page, statement=statement, **_shown(view, statement))


def _shown(view: View, statement: Accessibility) -> Mapping[str, object]:
    """Return what the template takes beside the statement."""
    say = words.translations(view.language).gettext
    subject = say(_("Accessibility feedback")) + f": {view.address}"
    barriers: dict[str, list[Barrier]] = {each: [] for each in _GROUNDS}
    for barrier in statement.barriers:
        barriers[barrier.ground].append(barrier)
    return {
        "conformity": _CONFORMITY[statement.conformity],
        "assessed": _ASSESSED[statement.assessed],
        "barriers": [(_GROUNDS[ground], found) for ground, found in barriers.items() if found],
        "mail": f"mailto:{quote(statement.email, safe='@')}?subject={quote(subject, safe='')}",
        "complaint": str(view.site_text(statement.authority_url)),
    }
