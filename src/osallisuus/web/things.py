"""What the pages list: practices by municipality, concepts as a tree, the parts of a document. Functions of a view."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from osallisuus.graph.description import VERBATIM as VERBATIM_OF
from osallisuus.vocabulary import VOCAB, term
from osallisuus.web.reported import Reported, reported
from osallisuus.web.views import CATALOG, Text, View

VERBATIM = tuple(VERBATIM_OF.values())
"""The properties that hold the source's own words, in the order in which a page shows them."""

ONTOLOGY = f"{VOCAB}ns"
"""The IRI of the document of classes and properties."""

USES = (
    "osa:usedBy",
    "osa:organiser",
    "osa:purpose",
    "osa:channel",
    "osa:targetGroup",
    "osa:impliedGroup",
    "osa:localTerm",
    "osa:legalBasis",
    "osa:impliedLegalBasis",
)
"""The properties by which a practice points to a thing that has a page of its own."""

MATCHES = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch")
"""The properties that map a concept to one of another scheme."""


@dataclass(frozen=True)
class Group:
    """The practices of one municipality among those that a page lists.

    Attributes:
        municipality: its IRI.
        dataset: IRI of its dataset.
        practices: IRIs of the practices, by name.
    """

    municipality: str
    dataset: str
    practices: list[str]


@dataclass(frozen=True)
class Use:
    """The practices that point to a thing by one property.

    Attributes:
        predicate: the property as a prefixed name.
        basis: `stated`, `coded` or `implied`.
        groups: the practices by municipality.
    """

    predicate: str
    basis: str
    groups: list[Group]

    @property
    def count(self) -> int:
        """Number of practices."""
        return sum(len(each.practices) for each in self.groups)


@dataclass(frozen=True)
class Node:
    """A concept in the tree of its scheme.

    Attributes:
        iri: its IRI.
        count: number of practices with it or a narrower concept, whoever says so.
        implied: number of those where it is the editors' reading alone.
        children: the narrower concepts.
    """

    iri: str
    count: int
    implied: int
    children: list["Node"]


# Practices


def municipality(view: View, iri: str) -> str:
    """Return the IRI of the municipality that a practice, unit or dataset belongs to; empty for other things."""
    return next((each for each in view.publication.municipalities if iri.startswith(f"{each}/")), "")


def practices(view: View, dataset: str) -> list[str]:
    """Return the practices of a dataset that were not withdrawn, by name."""
    return view.sorted(_kept(view, dataset))


def number(view: View, dataset: str) -> int:
    """Return how many practices of a dataset were not withdrawn."""
    return len(set(_kept(view, dataset)))


def _kept(view: View, dataset: str) -> Iterator[str]:
    kind = term("osa:Practice").value
    parts = (
        each
        for each in view.publication.inverse(dataset, "dct:isPartOf")
        if kind in view.publication.types(each)
    )
    return (each for each in parts if not view.is_deprecated(each))


def grouped(view: View, found: Iterable[str]) -> list[Group]:
    """Return practices by municipality, those that were withdrawn left out."""
    groups: dict[str, list[str]] = {}
    for practice in view.sorted(each for each in found if not view.is_deprecated(each)):
        groups.setdefault(municipality(view, practice), []).append(practice)
    return [
        Group(each, view.plain(groups[each][0], "dct:isPartOf"), groups[each]) for each in view.sorted(groups)
    ]


def uses(view: View, iri: str) -> list[Use]:
    """Return the practices that point to a thing, apart for each property; those of a unit type by its units."""
    inverse = view.publication.inverse
    found = [Use(each, view.basis(each), grouped(view, inverse(iri, each))) for each in USES]
    by_units = (each for unit in inverse(iri, "org:classification") for each in inverse(unit, "osa:usedBy"))
    found.append(Use("org:classification", "stated", grouped(view, by_units)))
    return [each for each in found if each.groups]


def sources(view: View, dataset: str) -> list[str]:
    """Return the pages that the practices of a dataset were read on."""
    found = (
        each
        for practice in practices(view, dataset)
        for each in view.publication.links(practice, "prov:wasDerivedFrom")
    )
    return sorted(set(found))


def verbatim_languages(view: View, practice: str) -> list[str]:
    """Return the names of the languages of the source's own words; empty when none are recorded."""
    tags = {
        getattr(each, "language", None)
        for name in VERBATIM
        for each in view.publication.values(practice, name)
    }
    return sorted(view.language_name(each) for each in tags if each)


def text_languages(view: View, practice: str) -> list[str]:
    """Return the language tags of the titles of a practice: those of the site first, in its order."""
    tags = [getattr(each, "language", None) or "" for each in view.publication.values(practice, "dct:title")]
    listed = list(view.publication.site.languages)
    return sorted(
        filter(None, tags), key=lambda tag: (listed.index(tag) if tag in listed else len(listed), tag)
    )


def columns(view: View, source: str) -> list[tuple[str, Text]]:
    """Return the columns of a source document, IRI and heading, in the order of the verbatim properties."""
    order = {term(each).value: rank for rank, each in enumerate(VERBATIM)}
    kinds = {
        each: view.plain(each, "csvw:propertyUrl")
        for each in view.publication.inverse(source, "dct:isPartOf")
    }
    listed = sorted((each for each in kinds if kinds[each] in order), key=lambda each: order[kinds[each]])
    return [(each, view.text(each, "csvw:title")) for each in listed]


def heading(view: View, source: str, predicate: str) -> Text:
    """Return what the source calls the column of a verbatim property; the property's own name when it has none."""
    wanted = term(predicate).value
    found = (name for each, name in columns(view, source) if view.plain(each, "csvw:propertyUrl") == wanted)
    return next(found, view.term_name(wanted))


# Municipalities


def units(view: View, owner: str) -> list[str]:
    """Return the units and bodies of a municipality, by name."""
    return _of(view, owner, "unit")


def own_words(view: View, owner: str) -> list[str]:
    """Return a municipality's own words, by name."""
    return _of(view, owner, "term")


def _of(view: View, owner: str, kind: str) -> list[str]:
    start = f"{owner}/{kind}/"
    return view.sorted(each for each in view.publication.by_subject if each.startswith(start))


# Concepts


def narrower(view: View, iri: str) -> list[str]:
    """Return the narrower concepts, whichever of the two says so."""
    return view.sorted(
        [*view.publication.links(iri, "skos:narrower"), *view.publication.inverse(iri, "skos:broader")]
    )


def broader(view: View, iri: str) -> list[str]:
    """Return the broader concepts, whichever of the two says so."""
    return view.sorted(
        [*view.publication.links(iri, "skos:broader"), *view.publication.inverse(iri, "skos:narrower")]
    )


def tree(view: View, scheme: str) -> list[Node]:
    """Return the concepts of a scheme, broader ones above; each once, even if the links run in a circle.

    Those that were withdrawn are left out: `withdrawn` lists them.
    """
    concepts = view.inverse(scheme, "skos:inScheme")
    left = dict.fromkeys(each for each in concepts if not view.is_deprecated(each))
    tops = [each for each in left if not any(other in left for other in broader(view, each))]
    return [_node(view, each, left)[0] for each in (*tops, *left) if each in left]


def _node(view: View, iri: str, left: dict[str, None]) -> tuple[Node, Reported]:
    left.pop(iri)
    found = [_node(view, each, left) for each in narrower(view, iri) if each in left]
    every = reduce(or_, (below for _, below in found), reported(view, iri))
    node = Node(iri, len(every.stated | every.implied), len(every.implied), [child for child, _ in found])
    return node, every


def withdrawn(view: View, scheme: str) -> list[str]:
    """Return the concepts of a scheme that were withdrawn, by name."""
    return [each for each in view.inverse(scheme, "skos:inScheme") if view.is_deprecated(each)]


def collections(view: View, scheme: str) -> list[str]:
    """Return the collections whose IRIs are under that of a scheme."""
    return view.sorted(
        each for each in view.publication.instances("skos:Collection") if each.startswith(f"{scheme}/")
    )


def mapped_to(view: View, iri: str) -> list[str]:
    """Return the concepts that a local word maps to."""
    return view.links(iri, *MATCHES)


def own_mappings(view: View, iri: str) -> list[tuple[str, list[str]]]:
    """Return the concepts of the other schemes here that a concept maps to, by scheme."""
    found: dict[str, list[str]] = {}
    for concept in view.links(iri, *MATCHES):
        for scheme in view.publication.links(concept, "skos:inScheme"):
            found.setdefault(scheme, []).append(concept)
    return [(each, found[each]) for each in view.sorted(found)]


def outer_mappings(view: View, iri: str, predicate: str) -> list[str]:
    """Return the concepts of other publishers that a concept maps to by a property."""
    return [each for each in view.links(iri, predicate) if view.publication.path(each) is None]


def mapped_here(view: View, iri: str) -> list[str]:
    """Return the concepts and local words that map to a concept."""
    return view.inverse(iri, *MATCHES)


def acts(view: View) -> list[str]:
    """Return the legal resources that are part of no other."""
    found = view.publication.instances("eli:LegalResource")
    return view.sorted(each for each in found if not view.publication.links(each, "eli:is_part_of"))


# The catalog and other documents


def datasets(view: View) -> list[str]:
    """Return the datasets of the catalog; every dataset while the catalog lists none."""
    listed = view.links(view.publication.site.base + CATALOG, "dcat:dataset")
    return listed or view.sorted(view.publication.instances("dcat:Dataset"))


def services_document(view: View, path: str) -> str:
    """Return the path of the public services of a dataset's municipality; empty where it has none."""
    found = f"{path.rpartition('/')[0]}/services"
    return found if view.publication.manifest.thing(found) else ""


def services(view: View) -> list[str]:
    """Return the data services of the catalog."""
    return view.sorted(view.publication.instances("dcat:DataService"))


def distribution_label(view: View, iri: str) -> Text:
    """Return the name of a distribution without that of its dataset, which stands above it: its format and kind."""
    name = view.name(iri)
    owners = view.publication.inverse(iri, "dcat:distribution")
    start = f"{view.name(owners[0])} (" if owners else ""
    if start and name.value.startswith(start) and name.value.endswith(")"):
        return Text(name.value[len(start) : -1], name.language)
    return name


def file_href(view: View, iri: str) -> str:
    """Return the reference to a file by its address: relative when it is one of ours."""
    path = view.publication.path(iri)
    return iri if path is None else view.rel(path)


def parts(view: View, iri: str) -> list[str]:
    """Return the described fragments of a document, by IRI."""
    return sorted(view.publication.fragments.get(iri, ()))


@dataclass(frozen=True)
class Check:
    """The size and checksum of a file, from the catalog.

    Attributes:
        iri: IRI of the checksum.
        file: address of the file.
        size: its size in bytes, or empty.
        value: its SHA-256 in hexadecimal.
    """

    iri: str
    file: str
    size: str
    value: str


def checks(view: View) -> list[Check]:
    """Return the sizes and checksums of the files that the catalog lists, by address."""
    found = []
    for iri in view.publication.instances("spdx:Checksum"):
        for distribution in view.publication.inverse(iri, "spdx:checksum"):
            size, file = (
                view.plain(distribution, "dcat:byteSize"),
                view.plain(distribution, "dcat:downloadURL"),
            )
            found.append(Check(iri, file, size, view.plain(iri, "spdx:checksumValue")))
    return sorted(found, key=lambda each: (each.file, each.iri))


def catalog_parts(view: View) -> list[str]:
    """Return the described fragments of the catalog that its lists of datasets and checksums do not show."""
    shown = {file for each in datasets(view) for file in view.publication.links(each, "dcat:distribution")}
    shown |= {each.iri for each in checks(view)}
    return [each for each in parts(view, view.publication.site.base + CATALOG) if each not in shown]
