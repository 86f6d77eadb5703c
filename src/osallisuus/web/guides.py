"""Short guides inside the site, one for each kind of user: Markdown files, rendered with the links of the page.

A guide begins with a heading, which is its title, and a paragraph that says what it is for. Links in it are paths under
the base, as in `[the list](practices)`; the names in braces stand for what this very site has.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from osallisuus.formats import HTML, Format
from osallisuus.release import Publication
from osallisuus.web import pages, things, words
from osallisuus.web.history import PATH as CHANGES
from osallisuus.web.offers import Offer
from osallisuus.web.views import GUIDE, GUIDES, HOME, Text, View

TEXTS = Path(__file__).parent / "guides"
"""Directory of the texts: `<user>.<language>.md`."""

_Environment = Mapping[str, Any]


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


@dataclass(frozen=True)
class Guide:
    """A guide in one language, for one site.

    Attributes:
        path: path of its page, such as `guide/residents`.
        title: its heading.
        lead: the paragraph that says what it is for.
        tokens: what follows, as the parser of Markdown gives it.
    """

    path: str
    title: str
    lead: str
    tokens: Sequence[Token]

    def html(self, view: View) -> Markup:
        """Return what follows the lead, for a page. HTML in the text would be shown as text."""
        markdown = _markdown()
        return Markup(markdown.renderer.render(self.tokens, markdown.options, {"view": view}))  # noqa: S704 - our own text


@cache
def _markdown() -> MarkdownIt:
    found = MarkdownIt("commonmark", {"html": False})
    found.add_render_rule("link_open", _open_link)
    found.add_render_rule("fence", _show_example)
    return found


def _open_link(
    _self: RendererHTML, tokens: Sequence[Token], at: int, _options: object, env: _Environment
) -> str:
    target = str(tokens[at].attrs["href"])
    href = target if ":" in target else _referred(env["view"], target)
    return f'<a href="{escapeHtml(href)}">' if href else "<a>"


def _referred(view: View, target: str) -> str:
    """Return the reference to a path under the base; empty for a page that this site does not have, such as releases."""
    stop = min((target.index(each) for each in "?#" if each in target), default=len(target))
    path, rest = target[:stop], target[stop:]
    if "." in path.rpartition("/")[2]:
        return view.rel(path) + rest
    return view.page(path) + rest if path in (HOME, CHANGES) or view.exists(path) else ""


def _show_example(
    _self: RendererHTML, tokens: Sequence[Token], at: int, _options: object, env: _Environment
) -> str:
    """Return a block of code, which the keyboard can reach, since it may be wider than the window."""
    number = sum(each.type == "fence" for each in tokens[: at + 1])
    name = words.translations(env["view"].language).gettext(_("Example %(number)s")) % {"number": number}
    code = escapeHtml(tokens[at].content)
    return f'<pre tabindex="0" role="region" aria-label="{escapeHtml(name)}"><code>{code}</code></pre>\n'


class Guides:
    """The guides of a site; their texts are read and parsed when it is made.

    Args:
        publication: what is published.
        languages: the languages of its pages.
    """

    def __init__(self, publication: Publication, languages: Sequence[str]) -> None:
        self.publication = publication
        filled = _filled(publication)
        self.guides = {(path, each): read_guide(path, each, filled) for path in GUIDES for each in languages}

    def offers(self) -> list[Offer]:
        """Return the pages: the list of the guides, and each of them."""
        listed = [Offer(each, (HTML,), self._maker(each)) for each in GUIDES]
        return [Offer(GUIDE, (HTML,), self._index), *listed]

    def _index(self, _form: Format, language: str, at: str) -> str:
        view = View(self.publication, at, language)
        page = pages.Page(GUIDE, self._iri(GUIDE), _title(language), [pages.home_crumb(view)])
        return pages.write(view, "guides", page, guides=self._in(language))

    def _maker(self, path: str) -> Callable[[Format, str, str], str]:
        def make(_form: Format, language: str, at: str) -> str:
            view, guide = View(self.publication, at, language), self.guides[path, language]
            above = pages.Crumb(_title(language), view.page(GUIDE))
            page = pages.Page(path, self._iri(path), Text(guide.title), [pages.home_crumb(view), above])
            others = [each for each in self._in(language) if each.path != path]
            return pages.write(view, "guide", page, guide=guide, text=guide.html(view), others=others)

        return make

    def _in(self, language: str) -> list[Guide]:
        return [self.guides[path, language] for path in GUIDES]

    def _iri(self, path: str) -> str:
        return self.publication.site.base + path


def _title(language: str) -> Text:
    return Text(words.translations(language).gettext(_("Guides")))


def read_guide(path: str, language: str, filled: Mapping[str, str]) -> Guide:
    """Return a guide in a language.

    Args:
        path: path of its page, such as `guide/residents`.
        language: language of the text.
        filled: name in braces → what stands there in this site.
    """
    text = (TEXTS / f"{path.rpartition('/')[2]}.{language}.md").read_text(encoding="utf-8")
    for name, value in filled.items():
        text = text.replace(f"{{{name}}}", value)
    tokens = _markdown().parse(text)
    title, lead = [each.content for each in tokens if each.type == "inline"][:2]
    return Guide(path, title, lead, tokens[6:])


def _filled(publication: Publication) -> Mapping[str, str]:
    """Return what stands for the names in braces: the addresses of the site, and a practice to show things by."""
    view = View(publication, "", publication.site.languages[0])
    found = [(each, things.practices(view, f"{each}/practices")) for each in publication.municipalities]
    municipality, listed = next((each for each in found if each[1]), found[0])
    practice = listed[0] if listed else f"{municipality}/practices"
    base, site = publication.site.base, publication.site
    return {
        "url": site.url,
        "base": base,
        "email": site.email,
        "municipality": municipality.removeprefix(base),
        "practice": practice.removeprefix(base),
    }
