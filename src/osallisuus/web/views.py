"""What a page shows: names, texts and links of things, as values that a template prints. Pure; no request.

Every link is relative to the page that is served, so that a path prefix or a static export needs no setting.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from osallisuus.formats import CSV, RDF_FORMATS, Format
from osallisuus.graph.description import EU_LANGUAGES, language_iri
from osallisuus.release import tables
from osallisuus.release.published import Publication
from osallisuus.vocabulary import PREFIXES, VOCAB, term
from osallisuus.web import words

HOME = "index"
QUERY = "sparql"
CODEBOOK = "codebook"
VOCABULARY = "vocabulary"
CATALOG = "catalog"
LAW = "fi/law"
PRACTICES = "practices"
COMPARE = "compare"
ACCESSIBILITY = "accessibility"
GUIDE = "guide"
GUIDES = tuple(f"{GUIDE}/{each}" for each in ("residents", "clerks", "researchers", "cities", "portals"))
OPENAPI = "openapi.json"
MODEL = "ns/model"
PAGES: tuple[str, ...] = (PRACTICES, COMPARE, QUERY, CODEBOOK, ACCESSIBILITY, GUIDE, *GUIDES, MODEL)
"""The paths of the pages that are about no thing, the home page apart."""

_TAGS = {language_iri(tag): tag for tag in EU_LANGUAGES}
_LABELS = ("skos:prefLabel", "dct:title", "rdfs:label", "foaf:name")


def rel(at: str, path: str) -> str:
    """Return the relative reference from the page at `at` to `path`; both are paths under the base."""
    here, there = at.split("/")[:-1], path.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "/".join([".."] * (len(here) - shared) + there[shared:]) or "./"


def address(publication: Publication, at: str) -> str:
    """Return the whole address of the page at a path: what is served at two paths has one address."""
    if at in ("", f"{HOME}.html"):
        return publication.site.url
    return publication.site.url + (at if at.endswith(".html") else f"{at}.html")


@dataclass(frozen=True)
class Text:
    """A text for a template; marks its language where that is not the language of the page.

    Attributes:
        value: the text.
        language: its language tag; empty when it is the language of the page or unknown.
    """

    value: str
    language: str = ""

    def __str__(self) -> str:
        return self.value

    def __html__(self) -> str:
        if self.language:
            return Markup('<span lang="{}">{}</span>').format(self.language, self.value)
        return Markup("{}").format(self.value)


@dataclass(frozen=True)
class View:
    """What a template asks of a publication for one page.

    Attributes:
        publication: what is published.
        at: path of the page that is served, such as `fi/235.html`; empty for the home page at `/`.
        language: language of the page, one of `words.LANGUAGES`.
    """

    publication: Publication
    at: str
    language: str

    # Links

    def rel(self, path: str) -> str:
        """Return the relative reference to a file or document."""
        return rel(self.at, path)

    def page(self, path: str, language: str = "") -> str:
        """Return the reference to the page of a path: in a language, else as the page itself was asked for."""
        if not language and self.at.endswith(f".{self.language}.html"):
            language = self.language
        return self.rel(f"{path}.{language}.html" if language else f"{path}.html")

    @property
    def address(self) -> str:
        """The address at which the page is served: search engines keep one for each language version."""
        return address(self.publication, self.at)

    def exists(self, path: str) -> bool:
        """Whether a path has a page."""
        if path == ACCESSIBILITY:
            return self.publication.site.accessibility is not None
        return path in PAGES or (path != "" and self.publication.iri(path) is not None)

    def href(self, iri: str) -> str:
        """Return the reference to a thing: its page here, its own address elsewhere, or empty when it has none."""
        path = self.publication.path(iri)
        if path is None:
            return iri if iri.startswith(("http://", "https://", "mailto:")) else ""
        owner, mark, fragment = path.partition("#")
        if not owner:
            return self.page(HOME)
        if not self.exists(owner):
            return self.rel(owner) if owner in self.files else ""
        return self.page(owner) + mark + fragment

    def link(self, iri: str) -> Markup:
        """Return the name of a thing, linked to it where it has a page."""
        href = self.href(iri)
        return (
            Markup('<a href="{}">{}</a>').format(href, self.name(iri))
            if href
            else Markup("{}").format(self.name(iri))
        )

    @cached_property
    def files(self) -> frozenset[str]:
        """The paths of the published files."""
        return frozenset(each.path for each in self.publication.manifest.files)

    def formats(self, path: str) -> list[Format]:
        """Return the formats in which what is at a path can be downloaded: its files, else those of any description."""
        if self.publication.manifest.thing(path):
            return [each for each in (*RDF_FORMATS, CSV) if path + each.suffix in self.files]
        return list(RDF_FORMATS)

    def tables(self, path: str) -> list[tuple[str, str]]:
        """Return the tables of the dataset at a path: each file with the name of its form, the tidy one first."""
        found = (each for each in self.files if each.startswith(path) and each.endswith(CSV.suffix))
        return sorted(((each, tables.form_of(each).name) for each in found), key=lambda each: each[1])

    # Names, texts and times

    def _text(self, value: str, literals: Iterable[NamedNode | Literal]) -> Text:
        tags = [each.language or "" for each in literals if isinstance(each, Literal) and each.value == value]
        tag = next(iter(tags), "")
        return Text(value, "" if self.language in tags else tag)

    def name(self, iri: str) -> Text:
        """Return the name of a thing; an address of others that has none is shown as it is."""
        found = self._names.get(iri)
        if found is None:
            found = self._names[iri] = self._name(iri)
        return found

    @cached_property
    def _names(self) -> dict[str, Text]:
        """The names that the page has asked for: most are asked for twice, to sort them and to show them."""
        return {}

    def _name(self, iri: str) -> Text:
        literals = [each for label in _LABELS for each in self.publication.values(iri, label)]
        if not literals and self.publication.path(iri) is None:
            return Text(iri)
        return self._text(self.publication.label(iri, self.language), literals)

    def is_named(self, iri: str) -> bool:
        """Whether a thing has a name."""
        return any(self.publication.values(iri, label) for label in _LABELS)

    def text(self, iri: str, predicate: str) -> Text:
        """Return a text of a thing in the language of the page, else in another; empty when it has none."""
        value = self.publication.text(iri, predicate, self.language)
        return self._text(value, self.publication.values(iri, predicate))

    def texts(self, iri: str, predicate: str) -> list[Text]:
        """Return every text of a property, those in the language of the page first."""
        literals = [each for each in self.publication.values(iri, predicate) if isinstance(each, Literal)]
        found = [self._text(each.value, [each]) for each in literals]
        return sorted(found, key=lambda each: (each.language, words.collation(each.value, self.language)))

    def own(self, iri: str, predicate: str) -> list[Text]:
        """Return the texts of a property in the language of the page."""
        return [each for each in self.texts(iri, predicate) if not each.language]

    def in_language(self, iri: str, predicate: str, language: str) -> Text:
        """Return the text of a property in one language; empty when it has none."""
        for each in self.publication.values(iri, predicate):
            if isinstance(each, Literal) and each.language == language:
                return self._text(each.value, [each])
        return Text("")

    def plain(self, iri: str, predicate: str) -> str:
        """Return the first value of a property without language, such as a number; empty when it has none."""
        return next((each.value for each in self.publication.values(iri, predicate)), "")

    def time(self, text: str) -> str:
        """Return a day, a month or a year as people write it."""
        return words.time(text, self.language)

    def number(self, text: str | int) -> str:
        """Return a number as people write it."""
        return words.number(text, self.language)

    def language_name(self, tag: str) -> str:
        """Return the name of a language by its tag or its IRI in the EU list."""
        return words.language_name(_TAGS.get(tag, tag), self.language)

    def term_name(self, predicate: str) -> Text:
        """Return the name of a property or class: its label, else its prefixed name."""
        return self.name(predicate) if self.is_named(predicate) else Text(prefixed(predicate))

    def values(self, iri: str, predicate: str) -> list[str]:
        """Return the values of a property as plain text, in the order of the graph."""
        return [each.value for each in self.publication.values(iri, predicate)]

    def language_names(self, iri: str) -> list[str]:
        """Return the names of the languages of a dataset or document."""
        return sorted(self.language_name(each) for each in self.publication.links(iri, "dct:language"))

    def licence_name(self) -> str:
        """Return the name of the licence of the data: `CC BY 4.0` for `…/CC_BY_4_0`."""
        licence = self.publication.site.licence
        return re.sub(r"_(\d)_(\d)$", r" \1.\2", local_name(licence.rstrip("/"))).replace("_", " ")

    def term_link(self, iri: str) -> Markup:
        """Return a property or class by its name or prefixed name, linked to where it is defined."""
        name = self.term_name(iri)
        href = self.href(iri)
        return Markup('<a href="{}">{}</a>').format(href, name) if href else Markup("{}").format(name)

    @property
    def languages(self) -> list[str]:
        """The languages of the pages of this site that have a catalogue."""
        return [each for each in self.publication.site.languages if each in words.LANGUAGES] or [
            self.language
        ]

    def site_text(self, texts: Mapping[str, str]) -> Text:
        """Return a text of the settings."""
        for tag in (self.language, *self.publication.site.languages, *texts):
            if tag in texts:
                return Text(texts[tag], "" if tag == self.language else tag)
        return Text("")

    def modified(self, path: str) -> str:
        """Return the day when the published thing that a path belongs to last changed; empty when it is not known."""
        if ".." in path:
            return ""
        dated = [
            each for each in self.publication.manifest.releases if f"{each.path}/".startswith(f"{path}/")
        ]
        if dated and "releases" in path:
            return dated[-1].version[:10]
        steps = path.split("/")
        owners = ["/".join(steps[:size]) for size in range(len(steps), 0, -1)]
        home = self.publication.graph_of.get(self.publication.iri(path) or "", VOCABULARY)
        names = (*(name for owner in owners for name in (owner, f"{owner}/practices")), home)
        found = (self.publication.manifest.thing(each) for each in names)
        return next((each.modified for each in found if each), "")

    # Things

    def sorted(self, iris: Iterable[str]) -> list[str]:
        """Return things by name, each once."""
        return sorted(
            dict.fromkeys(iris), key=lambda iri: (words.collation(self.name(iri).value, self.language), iri)
        )

    def links(self, iri: str, *predicates: str) -> list[str]:
        """Return the things that some properties point to, by name."""
        return self.sorted(
            each for predicate in predicates for each in self.publication.links(iri, predicate)
        )

    def inverse(self, iri: str, *predicates: str) -> list[str]:
        """Return the things that point to a thing by some properties, by name."""
        return self.sorted(
            each for predicate in predicates for each in self.publication.inverse(iri, predicate)
        )

    def basis(self, predicate: str) -> str:
        """Return whether values of a property are `stated`, `coded` or `implied`; empty when the ontology does not say."""
        return self.plain(term(predicate).value, "osa:basis")

    def is_deprecated(self, iri: str) -> bool:
        """Whether a thing was withdrawn."""
        return self.plain(iri, "owl:deprecated") == "true"

    def properties(self, iri: str) -> list[tuple[str, list[NamedNode | Literal]]]:
        """Return every property of a thing with its values, in the order of the graph."""
        found: dict[str, list[NamedNode | Literal]] = {}
        for triple in self.publication.by_subject.get(iri, ()):
            if isinstance(triple.object, NamedNode | Literal):
                found.setdefault(triple.predicate.value, []).append(triple.object)
        return sorted(found.items())

    def value(self, node: NamedNode | Literal) -> Markup:
        """Return a value of any kind: a text with its language, or a link."""
        if isinstance(node, NamedNode):
            return self.link(node.value)
        return Markup("{}").format(self._text(node.value, [node]))


def prefixed(iri: str) -> str:
    """Return an IRI as a prefixed name such as `dct:title`; as it is when no prefix fits."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def local_name(iri: str) -> str:
    """Return what stands after the last `#` or `/` of an IRI."""
    return iri.rpartition("#" if "#" in iri else "/")[2]


def host(iri: str) -> str:
    """Return the host of an address, without `www.`."""
    return (urlsplit(iri).hostname or "").removeprefix("www.")


def is_vocabulary(iri: str) -> bool:
    """Whether an IRI is a term of the ontology."""
    return iri.startswith(f"{VOCAB}ns#")
