"""What a municipality says of how people take part: plain values, no input or output, no RDF.

Ids are the last part of an IRI; the graph module knows the whole. Texts are read as written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from osallisuus.errors import Place

Texts = Mapping[str, str]
"""Language tag → text in that language."""


class Located(str):
    """Text that remembers the place in the file that it was read from."""

    __slots__ = ("place",)
    place: Place

    @classmethod
    def at(cls, text: str, place: Place) -> "Located":
        """Return the text with its place."""
        located = cls(text)
        located.place = place
        return located


@dataclass(frozen=True)
class Source:
    """The document that a dataset was made from, such as the table that a municipality gave.

    Attributes:
        title: name of the document.
        rights: who may do what with it.
        holder: name of the holder of its rights.
        description: where it comes from and what is known of its age.
        headings: field of `Verbatim` → heading of its column, in the order of the columns.
        language: language of the document.
        period: time that its statements are about, a day or two as `2019-01-01/2022-12-31`; empty when each practice
            has its own or it is not known.
    """

    title: Texts
    rights: Texts
    holder: Texts
    description: Texts
    headings: Mapping[str, str]
    language: str
    period: str = ""


@dataclass(frozen=True)
class Unit:
    """An organisation or a part of one that uses practices.

    Attributes:
        id: last part of its IRI.
        name: its name in the languages of the dataset.
        type: id of a shared unit type.
        kind: `unit`, or `organisation` for scopes, councils and independent bodies.
        parent: id of the unit that it is a part of; empty for the municipality itself.
        notes: remarks of the editors, in English.
    """

    id: str
    name: Texts
    type: str
    kind: str = "unit"
    parent: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Term:
    """A municipality's own word, mapped to the shared vocabulary.

    Attributes:
        id: last part of its IRI.
        name: the word in the languages of the dataset.
        scheme: the shared scheme it maps to: `target-group`, `purpose` or `channel`.
        match: `exact`, `close` or `broad` with one concept, `narrow` with two or more.
        concepts: ids of the shared concepts.
        notes: remarks of the editors, in English.
    """

    id: str
    name: Texts
    scheme: str
    match: str
    concepts: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verbatim:
    """What a source says of one practice, word for word; empty where it says nothing.

    Attributes:
        row: number of the row in the source, counted from 1, as text.
        language: language of the words.
        name: cell of the practice's name.
        units: cell of the units that use it.
        groups: cell of those whose participation it is.
        description: cell of the aim or explanation.
        pages: addresses of the public pages that say so; empty when the dataset has a source document.
        seen: day when the pages were read.
    """

    row: str = ""
    language: str = ""
    name: str = ""
    units: str = ""
    groups: str = ""
    description: str = ""
    pages: tuple[str, ...] = ()
    seen: str = ""


@dataclass(frozen=True)
class Practice:
    """A way in which a municipality lets people take part.

    Attributes:
        id: last part of its IRI; never changes.
        title: its name in the languages of the dataset.
        description: what it is or aims at, in the languages of the dataset.
        purposes: ids of shared purposes.
        organisers: ids of the organisations in charge; empty for the municipality itself.
        units: ids of the units that use it.
        groups: ids of the shared target groups that the source states.
        implied_groups: ids of the shared target groups that the editors read from it.
        example_groups: those of `groups` that the source gives as examples.
        open_groups: whether the source adds “or others”.
        channels: ids of shared channels.
        terms: ids of the municipality's own words for its groups, purposes and channels.
        statutory: whether the source says “statutory” without naming an act.
        legal_basis: ids of acts and sections that the source states.
        implied_legal_basis: ids of acts and sections that the editors infer.
        times_per_year: decimal number as text, or empty.
        recurrence: language → how often it happens, in the words of the source.
        as_of: date, month or year when the statement held; empty when not known.
        started: when the practice began, or empty.
        ended: when the practice ended, or empty.
        translated_title: languages in which the title is a translation.
        translated_description: languages in which the description is a translation.
        source: the words of the source.
        notes: remarks of the editors, in English.
        withdrawn: whether the record was withdrawn.
        replaced_by: ids of the practices that took its place.
    """

    id: str
    title: Texts
    description: Texts
    purposes: tuple[str, ...]
    organisers: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    implied_groups: tuple[str, ...] = ()
    example_groups: tuple[str, ...] = ()
    open_groups: bool = False
    channels: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    statutory: bool = False
    legal_basis: tuple[str, ...] = ()
    implied_legal_basis: tuple[str, ...] = ()
    times_per_year: str = ""
    recurrence: Texts = field(default_factory=dict)
    as_of: str = ""
    started: str = ""
    ended: str = ""
    translated_title: tuple[str, ...] = ()
    translated_description: tuple[str, ...] = ()
    source: Verbatim = field(default_factory=Verbatim)
    notes: tuple[str, ...] = ()
    withdrawn: bool = False
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Municipality:
    """A municipality and the practices that its dataset lists.

    Attributes:
        country: ISO 3166 alpha-2 code in lower case.
        code: national code of the municipality; text, for it may begin with zero.
        name: its name in the languages of the dataset.
        languages: languages in which every title and description is given.
        coverage: `complete`, `own-list` or `sample`.
        title: title of the dataset.
        description: description of the dataset.
        keywords: language → keywords of the dataset.
        places: IRIs of the municipality as a place in public gazetteers.
        same_as: IRIs of the municipality in public code lists.
        source: the source document, or None when each practice names its pages.
        units, terms, practices: the contents, in the order of the files.
    """

    country: str
    code: str
    name: Texts
    languages: tuple[str, ...]
    coverage: str
    title: Texts
    description: Texts
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    source: Source | None = None
    units: tuple[Unit, ...] = ()
    terms: tuple[Term, ...] = ()
    practices: tuple[Practice, ...] = ()

    @property
    def key(self) -> str:
        """The path of the municipality under the base, such as `fi/235`."""
        return f"{self.country}/{self.code}"


@dataclass(frozen=True)
class Barrier:
    """Content of the pages that not everybody can use.

    Attributes:
        content: what it is.
        reason: why it is so, and what is done about it.
        ground: `non-compliance`, `disproportionate-burden` or `out-of-scope`, as Decision (EU) 2018/1523 parts them.
    """

    content: Texts
    reason: Texts
    ground: str


@dataclass(frozen=True)
class Accessibility:
    """The accessibility statement of a site.

    Attributes:
        conformity: `full`, `partial` or `none`.
        barriers: what is not accessible; empty for full conformity alone.
        assessed: `self` or `external`: who assessed it.
        method: how it was assessed.
        made: day when the statement was made.
        revised: day when it was last looked through; the day when it was made, until then.
        contact: name of whoever answers what people report.
        email: its address, without `mailto:`.
        authority: name of the authority that supervises.
        authority_url: language → address of its page that says how to complain.
    """

    conformity: str
    barriers: tuple[Barrier, ...]
    assessed: str
    method: Texts
    made: str
    revised: str
    contact: Texts
    email: str
    authority: Texts
    authority_url: Texts


@dataclass(frozen=True)
class Site:
    """The settings of a site: who publishes what, and where.

    Attributes:
        base: IRI under which the site's things are named; ends in a slash.
        url: address where the site is served while `base` does not resolve, or the base itself.
        languages: languages of the pages; the first is the one when nobody asks for another.
        title: name of the site.
        description: what it publishes.
        publisher: name of the publisher.
        publisher_type: last part of an ADMS publisher type IRI.
        publisher_url: home page of the publisher, or empty.
        contact: name of the contact point.
        email: its address, without `mailto:`.
        licence: IRI of the licence of the data.
        datasets_per_page: how many datasets a document of the catalog describes; 0 for all of them in one.
        accessibility: the accessibility statement; None only in what was published before statements were.
    """

    base: str
    url: str
    languages: tuple[str, ...]
    title: Texts
    description: Texts
    publisher: Texts
    publisher_type: str
    publisher_url: str
    contact: Texts
    email: str
    licence: str
    datasets_per_page: int = 0
    accessibility: Accessibility | None = None
