"""The diagram of the model as a page and as a file of its own, in each language."""

from osallisuus.formats import HTML, SVG, Format
from osallisuus.release import Publication
from osallisuus.web import model_diagram, model_svg, pages, words
from osallisuus.web.offers import Offer
from osallisuus.web.views import Text, View


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


def offer(publication: Publication) -> Offer:
    """Return the offer of the diagram of what is published."""

    def make(form: Format, language: str, at: str) -> str:
        if form is SVG:
            return model_svg.svg(View(publication, at, language))
        return render(publication, at, language)

    return Offer(model_diagram.PATH, (HTML, SVG), make)


def render(publication: Publication, at: str, language: str) -> str:
    """Return the page of the diagram."""
    view = View(publication, at, language)
    say = words.translations(language).gettext
    crumbs = [pages.home_crumb(view)]
    for path, name in (("vocabulary", _("Vocabulary")), ("ns", _("Classes and properties"))):
        crumbs.append(pages.Crumb(Text(say(name)), view.page(path)))
    iri = publication.site.base + model_diagram.PATH
    page = pages.Page(model_diagram.PATH, iri, Text(say(_("Diagram of the model"))), crumbs)
    return pages.write(view, "model", page)
