"""What the diagram of the model shows, read from the ontology: as values that are drawn and told in words. Functions of a view.

What is ours is read from the ontology: every property that links to a thing is an arrow, every property with a value a
line in the box of the practice.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from osallisuus.vocabulary import VOCAB
from osallisuus.web import words
from osallisuus.web.views import MODEL, View, is_vocabulary, local_name


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


PATH = MODEL
"""The path of the diagram, without suffix."""

PRACTICE = f"{VOCAB}ns#Practice"
"""The IRI of the class in the middle."""

LEFT = ("municipality", "unit", "unit-type", "dataset", "coverage", "source", "agent")
RIGHT = ("purpose", "levels", "target-group", "channel", "word", "law")
"""The boxes on both sides of the practice, from above."""
_SCHEMES: Mapping[str, tuple[str, ...]] = {
    "unit-type": ("unit-type",),
    "coverage": ("coverage",),
    "purpose": ("purpose",),
    "levels": ("level", "finnish-division"),
    "target-group": ("target-group",),
    "channel": ("channel",),
}
"""Box → the concept schemes in it."""
_OTHERS: Mapping[str, tuple[str, str]] = {
    "municipality": (_("Municipality or other organiser"), "org:Organization"),
    "unit": (_("Unit or body"), "org:OrganizationalUnit"),
    "dataset": (_("Dataset"), "dcat:Dataset"),
    "source": (_("Source"), "prov:Entity"),
    "agent": (_("Who coded"), "prov:Agent"),
    "word": (_("Municipality’s own word"), "skos:Concept"),
    "law": (_("Act or section"), "eli:LegalResource"),
}
"""Box → what it is called and its class."""
_PLACES: Mapping[str, str] = {
    "organiser": "municipality",
    "usedBy": "unit",
    "purpose": "purpose",
    "channel": "channel",
    "targetGroup": "target-group",
    "exampleGroup": "target-group",
    "impliedGroup": "target-group",
    "localTerm": "word",
    "legalBasis": "law",
    "impliedLegalBasis": "law",
    "codedBy": "agent",
    "coverage": "coverage",
}
"""Property of ours that links to a thing → the box that it leads to; a property with no place has no arrow."""
_BORROWED = (
    ("practice", "dataset", _("is part of"), "dct:isPartOf"),
    ("practice", "source", _("was read from"), "prov:wasDerivedFrom"),
    ("unit", "municipality", _("is part of"), "org:subOrganizationOf"),
    ("unit", "unit-type", _("unit type"), "org:classification"),
    ("purpose", "levels", _("belongs to"), "skos:broadMatch"),
    ("word", "purpose", _("corresponds to"), "skos:mappingRelation"),
    ("word", "target-group", _("corresponds to"), "skos:mappingRelation"),
    ("word", "channel", _("corresponds to"), "skos:mappingRelation"),
)
"""Arrows by properties of other vocabularies: from, to, what it is called, property."""
LEGEND: Mapping[str, str] = {
    "stated": _("stated in the source"),
    "coded": _("coded by the editors"),
    "implied": _("the editors’ reading"),
    "": _("other vocabularies"),
}
"""Basis of a property, empty for those of other vocabularies → what it is called."""


@dataclass(frozen=True)
class Box:
    """A thing of the model.

    Attributes:
        key: its key.
        titles: what it is called; several for schemes that stand together.
        code: its class as a prefixed name.
        lines: the properties with a value that it has: name and basis.
    """

    key: str
    titles: tuple[str, ...]
    code: str
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Arrow:
    """A property between two things of the model.

    Attributes:
        source: key of the box that it goes from.
        target: key of the box that it leads to.
        name: what it is called.
        code: the property as a prefixed name.
        basis: `stated`, `coded` or `implied`; empty for a property of another vocabulary.
    """

    source: str
    target: str
    name: str
    code: str
    basis: str


@dataclass(frozen=True)
class Model:
    """What the diagram shows, with the names of one language.

    Attributes:
        boxes: key → box, those of the left first, then the practice, then those of the right.
        arrows: the arrows, in the order of their boxes.
    """

    boxes: Mapping[str, Box]
    arrows: tuple[Arrow, ...]

    def said(self, arrow: Arrow) -> tuple[str, str]:
        """Return what the boxes at both ends of an arrow are called."""
        return " / ".join(self.boxes[arrow.source].titles), " / ".join(self.boxes[arrow.target].titles)


def model(view: View) -> Model:
    """Return what the diagram shows, in the language of the page."""
    boxes = {key: _box(view, key) for key in (*LEFT, "practice", *RIGHT)}
    say = words.translations(view.language).gettext
    own = [
        Arrow(
            "dataset" if key == "coverage" else "practice",
            key,
            str(view.name(iri)),
            f"osa:{local_name(iri)}",
            view.plain(iri, "osa:basis"),
        )
        for iri in _ours(view, "owl:ObjectProperty")
        if (key := _PLACES.get(local_name(iri), ""))
    ]
    borrowed = [Arrow(source, target, say(name), code, "") for source, target, name, code in _BORROWED]
    order = list(boxes)
    ranks, special = list(LEGEND), _special(view)
    found = sorted(
        (*own, *borrowed),
        key=lambda each: (
            each.source != "practice",
            order.index(each.source),
            order.index(each.target),
            ranks.index(each.basis),
            each.code in special,
            each.code,
        ),
    )
    return Model(boxes, tuple(found))


def _special(view: View) -> set[str]:
    """Return the properties that are special cases of others: they are drawn below them."""
    found = _ours(view, "owl:ObjectProperty")
    return {f"osa:{local_name(each)}" for each in found if view.publication.links(each, "rdfs:subPropertyOf")}


def _ours(view: View, kind: str) -> list[str]:
    found = (each for each in view.publication.instances(kind) if is_vocabulary(each))
    return sorted(each for each in found if not view.is_deprecated(each))


def _box(view: View, key: str) -> Box:
    say = words.translations(view.language).gettext
    if key in _SCHEMES:
        titles = tuple(view.name(VOCAB + each).value for each in _SCHEMES[key])
        return Box(key, titles, "skos:ConceptScheme")
    if key in _OTHERS:
        name, code = _OTHERS[key]
        return Box(key, (say(name),), code)
    name = view.name(PRACTICE).value
    found = [
        (view.name(each).value, view.plain(each, "osa:basis"))
        for each in view.sorted(_ours(view, "owl:DatatypeProperty"))
    ]
    lines = tuple(sorted(found, key=lambda each: list(LEGEND).index(each[1])))
    return Box(key, (name[:1].upper() + name[1:],), "osa:Practice", lines)
