"""A column of a table, and the ways to make one: what it is called and means, and how its cells are taken.

The files, their CSVW metadata and the codebook are all made from columns, so that they cannot differ.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode

from osallisuus import vocabulary
from osallisuus.model import Texts
from osallisuus.release.tables import texts
from osallisuus.release.tables.rows import Row
from osallisuus.vocabulary import VOCAB, term

Datatype = str | Mapping[str, str]

SEPARATOR = "; "
"""What stands between the values of a cell."""

IRI: Datatype = "anyURI"
TIME: Datatype = {"base": "string", "format": r"-?\d{4,}(-\d{2}(-\d{2})?)?"}
"""A year, a month or a day; CSVW has no datatype that is any of the three."""
TAG: Datatype = {"base": "string", "format": "[a-z]{2,3}(-[A-Za-z0-9]+)*"}
"""A language tag; readers of CSVW do not all know the datatype `language`."""
_EXACT = ("boolean", "date", "decimal", "integer")


@dataclass(frozen=True)
class Column:
    """A column, or the columns of one thing in several languages.

    Attributes:
        name: its heading; with languages, what stands before the language, as in `title_fi`.
        title: its name for people.
        meaning: what its cells say.
        basis: where its values come from, a key of `texts.BASES`; in the tidy table each row says its own.
        take: row and language → cell.
        missing: what an empty cell means; empty where no cell is empty.
        languages: its languages; one empty language where it has none.
        predicate: the property of the practice that it holds, as a prefixed name, or empty.
        datatype: datatype of a value, as CSVW says it.
        is_list: whether a cell may hold several values.
        values: each value of a closed list → what it means.
    """

    name: str
    title: Texts
    meaning: Texts
    basis: str
    take: Callable[[Row, str], str]
    missing: Texts = field(default_factory=dict)
    languages: tuple[str, ...] = ("",)
    predicate: str = ""
    datatype: Datatype = "string"
    is_list: bool = False
    values: Mapping[str, Texts] = field(default_factory=dict)

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings in the file, one for each language."""
        return tuple(f"{self.name}_{each}" if each else self.name for each in self.languages)

    @property
    def is_exact(self) -> bool:
        """Whether the practice, the property and a value of a cell make the very statement that the graph has."""
        return bool(self.predicate) and (self.languages != ("",) or self.datatype in _EXACT)

    def cells(self, row: Row) -> list[str]:
        """Return the cells of a row, one a language."""
        return [self.take(row, each) for each in self.languages]


def described(iri: str, predicate: str) -> Texts:
    """Return what the vocabulary says of one of its own terms or coverages, by language."""
    documents = vocabulary.load().documents
    wanted = NamedNode(iri), term(predicate)
    return {
        triple.object.language or "": triple.object.value
        for triple in (*documents["ns"], *documents["coverage"])
        if (triple.subject, triple.predicate) == wanted and isinstance(triple.object, Literal)
    }


def own(name: str, basis: str, take: Callable[[Row], str], missing: str = "") -> Column:
    """Return a column that our own texts describe; `missing` is the key of what an empty cell means, if any is."""
    title, meaning = texts.TEXTS[name]
    said = texts.MISSING[missing] if missing else {}
    return Column(name, title, meaning, basis, lambda row, _language: take(row), said)


def own_names(name: str, text: str, iri: Callable[[Row], str], missing: str) -> Column:
    """Return the columns of the name of one thing in each language, which the texts of `text` describe."""
    title, meaning = texts.TEXTS[text]
    take = _name_of(iri)
    return Column(name, title, meaning, "edited", take, texts.MISSING[missing], texts.LANGUAGES)


def _name_of(iri: Callable[[Row], str]) -> Callable[[Row, str], str]:
    return lambda row, language: row.practices.name(iri(row), language)


def held(name: str, predicate: str, missing: str = "") -> Column:
    """Return a column of a property's values as they are: described by the vocabulary, else by our own texts.

    `missing` is the key of what an empty cell means; the basis of the property when not given.
    """
    if name in texts.TEXTS:
        title, meaning = texts.TEXTS[name]
        basis = "edited"
    else:
        iri = term(predicate).value
        title, meaning = described(iri, "rdfs:label"), described(iri, "skos:definition")
        basis = described(iri, "osa:basis")[""]
    found = Column(
        name, title, meaning, basis, lambda row, _: join(row.texts(predicate)), predicate=predicate
    )
    return replace(found, missing=texts.MISSING.get(missing or basis, {}))


def linked(name: str, predicate: str, missing: str = "", *, always: bool = False) -> tuple[Column, Column]:
    """Return two columns: the IRIs that a property points to, and their names.

    `missing` is the key of what an empty cell means, as for `held`; `always` says that no cell is empty.
    """
    found = replace(held(name, predicate, missing), datatype=IRI, is_list=True)
    found = replace(found, missing={}) if always else found
    return found, names_of(found, lambda row: row.texts(predicate))


def names_of(column: Column, iris: Callable[[Row], Sequence[str]]) -> Column:
    """Return the column of the names of the values of another one, in each language."""
    return Column(
        name=column.name,
        title={tag: text % column.title[tag] for tag, text in texts.NAMES_TITLE.items()},
        meaning=_of(texts.NAMES_MEANING, column.name),
        basis="edited",
        take=lambda row, language: join_names(row.names(iris(row), language)),
        missing=_of(texts.NAMES_MISSING, column.name),
        languages=texts.LANGUAGES,
        is_list=column.is_list,
    )


def _of(said: Texts, name: str) -> Texts:
    return {tag: text % name for tag, text in said.items()}


def join(values: Sequence[str]) -> str:
    """Return several values as one cell."""
    return SEPARATOR.join(values)


def join_names(names: Sequence[str]) -> str:
    """Return several names as one cell; a separator within a name becomes a comma, so that they can be told apart."""
    return join([each.replace(SEPARATOR, ", ") for each in names]) if any(names) else ""


def in_languages(name: str, predicate: str) -> Column:
    """Return the columns of a property that is a text in each language."""
    return replace(
        held(name, predicate),
        take=lambda row, language: row.in_language(predicate, language),
        missing=texts.MISSING["language"],
        languages=texts.LANGUAGES,
    )


def coverages() -> Mapping[str, Texts]:
    """Return each coverage → its definition."""
    ids = sorted(vocabulary.load().concepts["coverage"])
    return {each: described(f"{VOCAB}coverage/{each}", "skos:definition") for each in ids}
