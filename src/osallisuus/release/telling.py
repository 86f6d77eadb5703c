"""A comparison of two states, told: as text for a terminal, as RDF, and the words that a page needs for it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pyoxigraph import Literal

from osallisuus import serialisation
from osallisuus.formats import Format
from osallisuus.model import Texts
from osallisuus.release.changeset import describe_differences
from osallisuus.release.difference import GROUPS, KINDS, Change, Difference, Value, counted, group
from osallisuus.release.published import LABELS, Publication
from osallisuus.release.spans import CURRENT, Comparison, Span, state_iri
from osallisuus.terminal import printable
from osallisuus.vocabulary import PREFIXES

GROUP_NAMES: Mapping[str, Texts] = {
    "practices": {"fi": "Käytännöt", "sv": "Praxis", "en": "Practices"},
    "units": {"fi": "Yksiköt ja toimielimet", "sv": "Enheter och organ", "en": "Units and bodies"},
    "terms": {"fi": "Omat sanat", "sv": "Egna ord", "en": "Own words"},
    "concepts": {"fi": "Käsitteet", "sv": "Begrepp", "en": "Concepts"},
    "others": {"fi": "Muut kuvaukset", "sv": "Övriga beskrivningar", "en": "Other descriptions"},
}
"""Group of things → its name."""

KIND_NAMES: Mapping[str, Texts] = {
    "added": {"fi": "lisätty", "sv": "tillagda", "en": "added"},
    "changed": {"fi": "muutettu", "sv": "ändrade", "en": "changed"},
    "removed": {"fi": "poistettu", "sv": "borttagna", "en": "removed"},
}
"""Kind of difference → the word for things of it."""

ONE_NAMES: Mapping[str, Texts] = {
    "added": {"fi": "lisätty", "sv": "tillagd", "en": "added"},
    "changed": {"fi": "muutettu", "sv": "ändrad", "en": "changed"},
    "removed": {"fi": "poistettu", "sv": "borttagen", "en": "removed"},
}
"""Kind of difference → the word for one thing of it."""

PROPERTY_NAMES: Mapping[str, Texts] = {
    "rdf:type": {"fi": "tyyppi", "sv": "typ", "en": "type"},
    "dct:title": {"fi": "nimi", "sv": "namn", "en": "name"},
    "dct:description": {"fi": "kuvaus", "sv": "beskrivning", "en": "description"},
    "dct:identifier": {"fi": "tunniste", "sv": "identifierare", "en": "identifier"},
    "dct:isPartOf": {"fi": "kuuluu aineistoon", "sv": "ingår i", "en": "is part of"},
    "dct:isReplacedBy": {"fi": "korvattu", "sv": "ersatt av", "en": "is replaced by"},
    "dcat:keyword": {"fi": "avainsana", "sv": "nyckelord", "en": "keyword"},
    "owl:deprecated": {"fi": "poistettu käytöstä", "sv": "tagen ur bruk", "en": "withdrawn"},
    "org:classification": {"fi": "yksikön tyyppi", "sv": "enhetstyp", "en": "unit type"},
    "prov:wasDerivedFrom": {"fi": "lähde", "sv": "källa", "en": "source"},
    "skos:prefLabel": {"fi": "nimi", "sv": "namn", "en": "name"},
    "skos:altLabel": {"fi": "muu nimi", "sv": "annat namn", "en": "other name"},
    "skos:definition": {"fi": "määritelmä", "sv": "definition", "en": "definition"},
    "skos:editorialNote": {
        "fi": "toimituksen huomautus",
        "sv": "redaktionell anmärkning",
        "en": "editors’ note",
    },
}
"""Property → its name, where the vocabulary has none for it."""

_NOW: Texts = {"fi": "nyt julkaistu", "sv": "nu publicerat", "en": "published now"}
_TITLE: Texts = {
    "fi": "{title}: muutokset {before} – {after}",
    "sv": "{title}: ändringar {before} – {after}",
    "en": "{title}: changes {before} – {after}",
}
_SAME: Texts = {
    "fi": "Kuvauksissa ei ole eroja.",
    "sv": "Beskrivningarna skiljer sig inte.",
    "en": "The descriptions do not differ.",
}
_SIGNS = {"added": "+", "changed": "~", "removed": "-"}


def count_text(counts: Mapping[str, Mapping[str, int]], language: str) -> str:
    """Return counts by group and kind as a text, such as `Practices: 2 added, 1 changed; Concepts: 1 changed`."""
    return "; ".join(
        f"{GROUP_NAMES[name][language]}: {', '.join(_number(counts[name], language))}"
        for name in GROUPS
        if name in counts
    )


def _number(counts: Mapping[str, int], language: str) -> Iterator[str]:
    for kind in KINDS:
        if kind in counts:
            names = ONE_NAMES if counts[kind] == 1 else KIND_NAMES
            yield f"{counts[kind]} {names[kind][language]}"


def title(publication: Publication, span: Span, language: str) -> str:
    """Return the title of a comparison in a language."""
    versions = (_NOW[language] if each == CURRENT else each for each in (span.before, span.after))
    before, after = versions
    if span.dataset:
        name = publication.label(publication.site.base + span.dataset, language)
    else:
        texts = publication.site.title
        name = texts.get(language) or next(iter(texts.values()))
    return _TITLE[language].format(title=name, before=before, after=after)


def naming(publication: Publication, comparison: Comparison) -> Publication:
    """Return a publication that can name what either state describes; where names differ, by the later one."""
    before = {f"{path}#before": triples for path, triples in comparison.before.items()}
    return replace(publication, graphs={**before, **publication.graphs, **comparison.after})


def sections(differences: Iterable[Difference]) -> dict[str, dict[str, list[Difference]]]:
    """Return dataset → group → what differs, in the order in which it is told."""
    found: dict[str, dict[str, list[Difference]]] = {}
    for each in differences:
        found.setdefault(each.path, {}).setdefault(group(each.types, each.path), []).append(each)
    return {
        path: {
            name: sorted(groups[name], key=lambda each: (KINDS.index(each.kind), each.subject))
            for name in GROUPS
            if name in groups
        }
        for path, groups in found.items()
    }


def tell(publication: Publication, comparison: Comparison, language: str) -> str:
    """Return a comparison as text, value by value, with the names of things in a language."""
    named = naming(publication, comparison)
    lines = [title(publication, comparison.span, language)]
    for path, groups in sections(comparison.differences).items():
        together = [each for found in groups.values() for each in found]
        lines += ["", f"{path}: {named.label(publication.site.base + path, language)}"]
        lines.append(count_text(counted(together), language))
        for each in together:
            lines += ["", *_tell(named, each, language)]
    if not comparison.differences:
        lines.append(_SAME[language])
    return "".join(f"{printable(line)}\n" for line in lines)


def _tell(named: Publication, found: Difference, language: str) -> Iterator[str]:
    yield f"{_SIGNS[found.kind]} {named.label(found.subject, language)} <{found.subject}>"
    for change in found.changes:
        yield f"    {_property(named, change, language)}"
        for sign, values in (("-", change.old), ("+", change.new)):
            for value in values:
                yield f"      {sign} {_value(named, value, language)}"


def _property(named: Publication, change: Change, language: str) -> str:
    iri = change.predicate
    if any(named.values(iri, each) for each in ("skos:prefLabel", "rdfs:label")):
        return named.label(iri, language)
    short = (
        f"{prefix}:{iri.removeprefix(start)}" for prefix, start in PREFIXES.items() if iri.startswith(start)
    )
    name = next(short, iri)
    return PROPERTY_NAMES[name][language] if name in PROPERTY_NAMES else name


def _value(named: Publication, value: Value, language: str) -> str:
    if isinstance(value, Literal):
        return f'"{value.value}"@{value.language}' if value.language else f'"{value.value}"'
    is_named = any(each.predicate in LABELS for each in named.by_subject.get(value.value, ()))
    return f"{named.label(value.value, language)} <{value.value}>" if is_named else f"<{value.value}>"


def document(
    publication: Publication, comparison: Comparison, form: Format, context: str | None = None
) -> bytes:
    """Return a comparison as RDF in a format of `formats.RDF_FORMATS`; `context` as in `serialisation.write`."""
    span = comparison.span
    iri = publication.site.base + span.path
    states = (state_iri(publication, span, span.before), state_iri(publication, span, span.after))
    titles = {each: title(publication, span, each) for each in _TITLE}
    triples = describe_differences(iri, states, titles, comparison.differences)
    return serialisation.write(triples, form, context)
