"""What the pages of the vocabulary take beside their view: the modules that they ask, the words for kinds and changes."""

from collections.abc import Callable, Mapping

from osallisuus.vocabulary import CONTEXT, DOCUMENTS, SCHEMES, VOCAB, term
from osallisuus.web import concepts, model_diagram, model_svg, reported, reuse, shapes, versions
from osallisuus.web.terms import Terms
from osallisuus.web.views import LAW, VOCABULARY, Text, View, is_vocabulary


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


_KINDS = {
    "owl:Class": _("class"),
    "owl:ObjectProperty": _("property that links to a thing"),
    "owl:DatatypeProperty": _("property with a value"),
    "owl:AnnotationProperty": _("annotation"),
}
_KIND_HEADINGS = {
    "owl:Class": _("Classes"),
    "owl:ObjectProperty": _("Properties that link to things"),
    "owl:DatatypeProperty": _("Properties with values"),
    "owl:AnnotationProperty": _("Annotations"),
}
_CHANGES = {
    versions.ADDED: _("added"),
    versions.CHANGED: _("changed"),
    versions.SAME: _("unchanged"),
    versions.WITHDRAWN: _("withdrawn"),
}
_CHANGES_OF_VERSIONS = {
    versions.ADDED: _("Added:"),
    versions.CHANGED: _("Changed:"),
    versions.WITHDRAWN: _("Withdrawn:"),
    versions.REMOVED: _("Removed:"),
}

GLOBALS: Mapping[str, object] = {
    "concepts": concepts,
    "model_diagram": model_diagram,
    "model_svg": model_svg,
    "reported": reported,
    "reuse": reuse,
    "versions": versions,
    "kinds": _KINDS,
    "kind_headings": _KIND_HEADINGS,
    "changes_by_version": _CHANGES,
    "changes_of_versions": _CHANGES_OF_VERSIONS,
}
"""Name → what the templates of the vocabulary find under it."""


def extras(view: View, path: str, named: Callable[[str], Text | None]) -> dict[str, object]:
    """Return what the template of a page of the vocabulary takes beside its thing; nothing for the other pages.

    Args:
        view: the view of the page.
        path: path of its thing.
        named: path of a document → its name, or None when it is not published.
    """
    if path not in (VOCABULARY, "ns", shapes.PATH):
        return {}
    publication = view.publication
    terms = sorted(each for each in publication.by_subject if is_vocabulary(each))
    others = (*(each for each in DOCUMENTS if each not in (*SCHEMES, "ns", LAW)), shapes.PATH, "comparison")
    context = CONTEXT.removeprefix(VOCAB)
    return {
        "terms": [
            (kind, [each for each in terms if term(kind).value in publication.types(each)]) for kind in _KINDS
        ],
        "schemes": view.sorted(publication.instances("skos:ConceptScheme")),
        "documents": [(each, name) for each in (LAW, *others) if (name := named(each))],
        "context": context if context in view.files else "",
        "frozen_versions": versions.listed(view) if path == VOCABULARY else [],
        "facts": Terms(view, shapes.read(publication)) if path != VOCABULARY else None,
    }
