"""What the page of the ontology shows of each class and property: examples from the data, the rules, how to use it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Triple

from osallisuus import serialisation
from osallisuus.formats import TURTLE
from osallisuus.vocabulary import term
from osallisuus.web.shapes import Shape, Shapes
from osallisuus.web.views import Text, View


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


_NUMBERS: Mapping[tuple[str, str], str] = {
    ("1", "1"): _("exactly one"),
    ("1", ""): _("at least one"),
    ("", "1"): _("at most one"),
}
"""The least and the most values that the rules ask → how it is said."""

_SHOWN = ("osa:organiser", "osa:usedBy", "osa:targetGroup", "osa:purpose", "osa:channel")
_LONGEST = 4
"""Values of one property that an example shows."""


@dataclass(frozen=True)
class Example:
    """Where a class or property stands in the published data.

    Attributes:
        iri: IRI of the thing that has it.
        turtle: what is said there, as Turtle that can be read as it stands.
    """

    iri: str
    turtle: str


@dataclass(frozen=True)
class Terms:
    """The classes and properties of the ontology.

    Attributes:
        view: the view of the page.
        shapes: the rules for data.
    """

    view: View
    shapes: Shapes

    def example(self, iri: str) -> Example | None:
        """Return an example of a class or property: the thing with the first IRI that has it; None where none has."""
        subject = self.view.publication.examples.get(iri, "")
        if not subject:
            return None
        triples = self.view.publication.by_subject[subject]
        shown = list(self._of_class(triples) if iri in self.view.publication.types(subject) else ())
        shown = shown or [each for each in triples if each.predicate.value == iri][:_LONGEST]
        return Example(subject, serialisation.write(shown, TURTLE).decode().strip())

    def _of_class(self, triples: Iterable[Triple]) -> Iterable[Triple]:
        """Yield what shows a practice: its type, its name in the language of the page and its main properties."""
        wanted = {term(each) for each in ("rdf:type", *_SHOWN)}
        for each in triples:
            is_name = each.predicate == term("dct:title")
            is_in_language = getattr(each.object, "language", "") == self.view.language
            if each.predicate in wanted or (is_name and is_in_language):
                yield each

    def rules(self, iri: str) -> list[tuple[Shape, Text]]:
        """Return the rules that concern a class or property, each with what it says."""
        return [(each, self.message(each)) for each in self.shapes.about(iri)]

    def message(self, shape: Shape) -> Text:
        """Return what a shape says, in the language of the page where it has one."""
        for tag in (self.view.language, *self.view.publication.site.languages, *sorted(shape.messages)):
            if tag in shape.messages:
                return Text(shape.messages[tag], "" if tag == self.view.language else tag)
        return Text("")

    def number(self, iri: str) -> str:
        """Return how many values a property has by the rules, as a key of the catalogues; empty when they do not say."""
        found = self.shapes.of(iri)
        least = next((each.least for each in found if each.least not in ("", "0")), "")
        most = next((each.most for each in found if each.most), "")
        return _NUMBERS.get((least, most), "")

    def schemes(self, iri: str) -> list[str]:
        """Return the concept schemes that the values of a property are taken from."""
        return self.view.sorted(scheme for each in self.shapes.of(iri) for scheme in each.schemes)

    def special_cases(self, iri: str) -> list[str]:
        """Return the properties that are special cases of a property."""
        return self.view.inverse(iri, "rdfs:subPropertyOf", "rdfs:subClassOf")
