"""What the page of a concept shows beside its practices: its place, its names, what it maps to. Functions of a view."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from osallisuus.web.things import MATCHES, broader, outer_mappings
from osallisuus.web.views import Text, View, host, local_name

_NOTES = ("skos:editorialNote", "skos:note")
_REASONS = ("skos:changeNote", "skos:historyNote")


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


_VOCABULARIES: Mapping[str, str] = {
    "http://www.yso.fi/onto/yso/": _("General Finnish Ontology YSO"),
}
"""Start of the IRIs of another vocabulary → its name."""


def paths(view: View, iri: str) -> list[list[str]]:
    """Return the ways from a top concept down to a concept, itself left out; no way runs in a circle."""
    return _paths(view, iri, (iri,))


def _paths(view: View, iri: str, below: tuple[str, ...]) -> list[list[str]]:
    above = [each for each in broader(view, iri) if each not in below]
    if not above:
        return [list(below[:-1])]
    return [way for each in above for way in _paths(view, each, (each, *below))]


@dataclass(frozen=True)
class Names:
    """What a concept is called in one language.

    Attributes:
        tag: tag of the language.
        name: its preferred label.
        synonyms: its other labels.
        hidden: words by which it is found, though it is not called so.
        definition: its definition.
    """

    tag: str
    name: Text
    synonyms: list[Text]
    hidden: list[Text]
    definition: Text


def names(view: View, iri: str) -> list[Names]:
    """Return what a concept is called in each language that it has a text in, those of the site first."""
    predicates = ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel", "skos:definition")
    tags = {
        tag
        for each in predicates
        for value in view.publication.values(iri, each)
        if (tag := getattr(value, "language", None))
    }
    ordered = [*(each for each in view.languages if each in tags), *sorted(tags - set(view.languages))]
    return [
        Names(
            tag,
            view.in_language(iri, "skos:prefLabel", tag),
            _all(view, iri, "skos:altLabel", tag),
            _all(view, iri, "skos:hiddenLabel", tag),
            view.in_language(iri, "skos:definition", tag),
        )
        for tag in ordered
    ]


def _all(view: View, iri: str, predicate: str, tag: str) -> list[Text]:
    return [each for each in view.texts(iri, predicate) if (each.language or view.language) == tag]


@dataclass(frozen=True)
class Match:
    """A concept of another publisher that a concept maps to.

    Attributes:
        predicate: the kind of match, as a prefixed name.
        iri: IRI of the other concept.
        identifier: the last part of that IRI.
        vocabulary: key of the catalogues of the name of its vocabulary; empty where it is not known.
        host: host of its address.
        label: what it is called, where that is known here.
        reason: why the match is of this kind, in the editors' words, or empty.
    """

    predicate: str
    iri: str
    identifier: str
    vocabulary: str
    host: str
    label: Text
    reason: Text


def matches(view: View, iri: str) -> list[Match]:
    """Return the concepts of other publishers that a concept maps to, the closest kind of match first."""
    return [
        Match(
            predicate,
            each,
            local_name(each.rstrip("/")),
            next((name for start, name in _VOCABULARIES.items() if each.startswith(start)), ""),
            host(each),
            view.name(each) if view.is_named(each) else Text(""),
            _reason(view, iri, each),
        )
        for predicate in MATCHES
        for each in outer_mappings(view, iri, predicate)
    ]


def _reason(view: View, iri: str, other: str) -> Text:
    """Return what an editors' note such as `YSO p1236, close match: …` says after the colon."""
    wanted = _start(other)
    for note in view.texts(iri, "skos:editorialNote"):
        if found := wanted.match(note.value):
            return Text(note.value[found.end() :], note.language)
    return Text("")


def _start(other: str) -> re.Pattern[str]:
    return re.compile(rf"\S+ {re.escape(local_name(other.rstrip('/')))}, \w+ match: ")


def notes(view: View, iri: str) -> list[Text]:
    """Return the editors' notes about a concept that do not stand beside one of its matches."""
    starts = [_start(each) for predicate in MATCHES for each in outer_mappings(view, iri, predicate)]
    found = [each for name in _NOTES for each in view.texts(iri, name)]
    return [each for each in found if not any(start.match(each.value) for start in starts)]


def reasons(view: View, iri: str) -> list[Text]:
    """Return what is noted of the changes of a term, in the language of the page where there is such a note."""
    found = [each for name in _REASONS for each in view.texts(iri, name)]
    return [each for each in found if not each.language] or found


def usage(view: View, iri: str) -> list[Text]:
    """Return the notes on how to use a class or property, in the language of the page where there is such a note."""
    found = [
        each
        for name in ("skos:scopeNote", "vann:usageNote", "skos:example")
        for each in view.texts(iri, name)
    ]
    return [each for each in found if not each.language] or found
