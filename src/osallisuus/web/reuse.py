"""How the vocabulary is cited and reused: what stands on each of its pages beside the downloads. Functions of a view."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from osallisuus.model import Texts
from osallisuus.release import citing
from osallisuus.vocabulary import CONTEXT, PREFIXES, SCHEMES, VOCAB
from osallisuus.web import words
from osallisuus.web.reported import axis_of
from osallisuus.web.views import View, local_name

_ONTOLOGY = f"{VOCAB}ns"
_KEYS = {
    "purpose": "purposes",
    "target-group": "groups",
    "channel": "channels",
    "unit-type": "type",
    "law": "legal-basis",
}
"""Axis → the key of a site's own files that takes an id of its values."""


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


@dataclass(frozen=True)
class Work:
    """A part of the vocabulary as one cites it.

    Attributes:
        release: its IRI: that of a version that never changes, or of a concept, which stays for good.
        title: what it is called.
        publisher: who publishes the vocabulary.
        version: version of the vocabulary.
        date: day of that version.
    """

    release: str
    title: Texts
    publisher: Texts
    version: str
    date: str


@dataclass(frozen=True)
class Reuse:
    """What a page of the vocabulary says of itself.

    Attributes:
        view: the view of the page.
        path: path of its thing.
        iri: IRI of its thing.
    """

    view: View
    path: str
    iri: str

    @property
    def document(self) -> str:
        """The path of the document of the vocabulary that the thing stands in: its scheme, the acts, or the ontology."""
        for each in (*SCHEMES, "fi/law"):
            if f"{self.path}/".startswith(f"{each}/"):
                return each
        return "ns"

    @property
    def version(self) -> str:
        """The version of the vocabulary; empty when it does not say."""
        found = self.view.plain(VOCAB + self.document, "owl:versionInfo")
        return found or self.view.plain(_ONTOLOGY, "owl:versionInfo")

    @property
    def frozen(self) -> str:
        """The path of the document in the frozen version; empty where that version is not frozen yet."""
        start = f"ns/{self.version}"
        path = start if self.document == "ns" else f"{start}/{self.document}"
        return path if self.view.publication.manifest.thing(path) else ""

    @property
    def licence(self) -> str:
        """The IRI of the licence of the vocabulary; empty when it does not say."""
        found = self.view.publication.links
        own = found(VOCAB + self.document, "dct:license") or found(_ONTOLOGY, "dct:license")
        return next(iter(own), "")

    @property
    def licence_name(self) -> str:
        """The name of the licence of the vocabulary: `CC BY 4.0` for `…/licenses/by/4.0/`."""
        known = re.search(r"creativecommons\.org/licenses/([a-z-]+)/([\d.]+)", self.licence)
        return f"CC {known[1].upper()} {known[2]}" if known else local_name(self.licence.rstrip("/"))

    @property
    def work(self) -> Work:
        """What is cited: a document in its frozen version, or a concept by its own IRI."""
        is_document = self.path in (self.document, "vocabulary")
        publication = self.view.publication
        return Work(
            VOCAB + self.frozen if is_document and self.frozen else self.iri,
            {tag: self._title(tag) for tag in words.LANGUAGES},
            {tag: publication.label(self.maintainer, tag) for tag in words.LANGUAGES},
            self.version,
            self._date,
        )

    def _title(self, tag: str) -> str:
        say, label = words.translations(tag).gettext, self.view.publication.label
        vocabulary = label(_ONTOLOGY, tag)
        if self.path in ("ns", "vocabulary"):
            return vocabulary
        if self.path == "fi/law":
            return f"{say(_('Acts and sections'))}. {vocabulary}"
        own = label(self.iri, tag)
        scheme = VOCAB + self.document
        return (
            f"{own}. {vocabulary}"
            if self.iri == scheme
            else f"{own}. {self._name(scheme, tag)}. {vocabulary}"
        )

    def _name(self, scheme: str, tag: str) -> str:
        say = words.translations(tag).gettext
        return (
            say(_("Acts and sections"))
            if self.document == "fi/law"
            else self.view.publication.label(scheme, tag)
        )

    @property
    def _date(self) -> str:
        days = [self.view.plain(_ONTOLOGY, each) for each in ("dct:modified", "dct:issued")]
        return max(days) or self.view.modified(self.path)

    def citation(self) -> str:
        """Return the citation as a sentence in the language of the page."""
        work, language = self.work, self.view.language
        text = words.translations(language).gettext(
            _("%(publisher)s (%(year)s). %(title)s (version %(version)s) [vocabulary]. %(iri)s")
        )
        return text % {
            "publisher": work.publisher[language],
            "year": work.date[:4],
            "title": work.title[language],
            "version": work.version,
            "iri": work.release,
        }

    def bibtex(self) -> str:
        """Return the citation as a BibTeX entry, with the texts of the language of the page."""
        return citing.bibtex(self.work, self.view.language)

    @property
    def prefixes(self) -> list[str]:
        """The prefixes to write in Turtle or SPARQL: that of the terms, and that of the concepts where the page has some."""
        found = [f"@prefix osa: <{PREFIXES['osa']}> ."]
        if self.document != "ns":
            found.append(f"@prefix {self.document.rpartition('/')[2]}: <{VOCAB}{self.document}/> .")
        return found

    @property
    def yaml(self) -> str:
        """The line of a site's own files that names the concept, act or section; empty where there is none."""
        axis = axis_of(self.iri)
        key = _KEYS.get(axis.name, "") if axis else ""
        if not axis or not key:
            return ""
        own = self.iri.removeprefix(f"{VOCAB}{axis.scheme}/")
        return f"{key}: {own}" if axis.name == "unit-type" else f"{key}: [{own}]"

    @property
    def context(self) -> str:
        """The line of JSON-LD that names the context; empty where the context is not published."""
        is_there = CONTEXT.removeprefix(VOCAB) in self.view.files
        return f'"@context": "{CONTEXT}"' if is_there else ""

    @property
    def is_home(self) -> bool:
        """Whether the vocabulary is published here, and not only used."""
        return self.view.publication.site.base == VOCAB

    @property
    def home(self) -> str:
        """The address of the vocabulary where it is maintained."""
        return f"{VOCAB}vocabulary"

    @property
    def maintainer(self) -> str:
        """The IRI of the maintainer; of the vocabulary itself where none is described here."""
        makers = self.view.publication.links(_ONTOLOGY, "dct:publisher")
        return makers[0] if makers and self.view.is_named(makers[0]) else _ONTOLOGY

    def proposal(self) -> str:
        """Return the address of a mail that proposes a term, its subject and questions already written."""
        say = words.translations(self.view.language).gettext
        thing = self.view.name(self.iri).value if self.iri not in (_ONTOLOGY, "") else ""
        subject = say(_("Proposal for the vocabulary"))
        lines = (
            say(_("The word in Finnish, Swedish and English:")),
            say(_("What it means, in a sentence:")),
            say(_("The scheme that it belongs to:")),
            say(_("A practice that needs it, and the page where it is described:")),
            say(_("The concepts that come nearest to it, and why they do not do:")),
            say(_("Sent from:")) + f" {self.view.address}",
        )
        title = f"{subject}: {thing}" if thing and self.path != "vocabulary" else subject
        body = "\r\n\r\n".join(lines)
        return f"mailto:{self.view.publication.site.email}?subject={quote(title)}&body={quote(body)}"


def of(view: View, path: str, iri: str) -> Reuse:
    """Return what a page of the vocabulary says of citing and reusing its thing."""
    return Reuse(view, path, iri)
