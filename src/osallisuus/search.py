"""Full-text search in Finnish, Swedish and English: an index in memory that forgives endings, missing dots and slips.

SQLite's FTS5 keeps the index and ranks what it finds. What a reader types never reaches its query language: it is cut into
words of letters and digits, and each is looked up among the words of the index. A word finds, the best first:

1. the words that begin as it was typed; ä is not a, å is not a, ö is not o;
2. the words that begin alike and end otherwise (`nuorten` finds `nuoret`), and the longer words that it is a part of
   (`valtuusto` finds `nuorisovaltuusto`);
3. where there are none of these, the words that differ in dots and rings only, as who has no such keys types them;
4. where there are none of these either, the words that are a slip or two away.
"""

import re
import sqlite3
import unicodedata
import weakref
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import takewhile
from threading import Lock

from rapidfuzz import process
from rapidfuzz.distance import OSA

MAX_LENGTH = 200
"""Characters of a text that is searched for."""

_WORD = re.compile(r"[^\W_]+")
_WEIGHTS = (10.0, 4.0, 2.0, 1.0)
"""How much a word counts in the name, the labels, the description and the source's own words of a document."""
_BEGINNING = 4
_ENDING = 3
"""Letters that words must have in common at the beginning, and may differ in at the end."""
_LONG = 6
"""Letters in common from which the ends may differ in one more."""
_PART = 5
"""Letters of a word that is looked for within longer ones."""
_NEAR = 60
"""Words taken besides those that begin as typed."""
_SLIPS = ((7, 2), (4, 1))
"""Letters of a word and how many slips it may have."""


@dataclass(frozen=True)
class Document:
    """What is searched of one thing, in every language together.

    Attributes:
        name: its names.
        labels: names and synonyms of what it is coded with.
        description: its descriptions.
        source: the source's own words.
    """

    name: str
    labels: str = ""
    description: str = ""
    source: str = ""


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        positions: of the documents, the best first.
        words: the words of the index that were taken for those typed, as `words` cuts them.
        instead: pairs of a word that no document has and the words that were taken for it.
    """

    positions: tuple[int, ...] = ()
    words: frozenset[str] = frozenset()
    instead: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class _Term:
    """A word that was typed and the words of the index for it: as typed, near, and, where there is neither, instead."""

    typed: str
    begun: Sequence[str]
    near: Sequence[str]
    instead: Sequence[str]

    @property
    def taken(self) -> list[str]:
        return [*self.begun, *self.near, *self.instead]


def words(text: str) -> list[str]:
    """Return the words of a text, in small letters, their dots and rings kept."""
    return _WORD.findall(unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold()))


def plain(word: str) -> str:
    """Return a word without dots, rings and accents."""
    return "".join(each for each in unicodedata.normalize("NFD", word) if not unicodedata.combining(each))


class Index:
    """An index of documents, which several threads may ask at once.

    Args:
        documents: what is searched; `Found` names them by their positions here.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self._lock = Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        weakref.finalize(self, self._connection.close)
        self._connection.execute(
            "CREATE VIRTUAL TABLE documents USING fts5(name, labels, description, source, content='',"
            " tokenize='unicode61 remove_diacritics 0')"
        )
        rows = [
            tuple(" ".join(words(text)) for text in (each.name, each.labels, each.description, each.source))
            for each in documents
        ]
        self._connection.executemany(
            "INSERT INTO documents (rowid, name, labels, description, source) VALUES (?, ?, ?, ?, ?)",
            ((number, *row) for number, row in enumerate(rows)),
        )
        self._words = sorted({word for row in rows for text in row for word in text.split()})
        self._plain = [plain(each) for each in self._words]

    def find(self, text: str) -> Found:
        """Return the documents that have every word of a text; nothing for a text without letters and digits."""
        terms = [self._look_up(each) for each in dict.fromkeys(words(text))]
        if not terms:
            return Found()
        first = self._match([_any(each.instead) or _begun(each.typed) for each in terms])
        wide = self._match([_any(each.instead) or _begun(each.typed, each.near) for each in terms])
        return Found(
            positions=tuple(dict.fromkeys((*first, *wide))),
            words=frozenset(word for each in terms for word in each.taken),
            instead=tuple((each.typed, tuple(each.instead)) for each in terms if each.instead),
        )

    def _match(self, wanted: Iterable[str]) -> list[int]:
        """Return the positions of the documents that an expression of FTS5 matches, the best first."""
        ranked = f"bm25(documents, {', '.join(map(str, _WEIGHTS))})"
        query = f"SELECT rowid FROM documents WHERE documents MATCH ? ORDER BY {ranked}, rowid"  # noqa: S608 - our numbers
        with self._lock, closing(self._connection.execute(query, (" AND ".join(wanted),))) as rows:
            return [row[0] for row in rows]

    def _look_up(self, typed: str) -> _Term:
        start = bisect_left(self._words, typed)
        begun = list(takewhile(lambda word: word.startswith(typed), self._words[start:]))
        near = [each for each in self._words if _is_near(typed, each)][:_NEAR]
        if begun or near:
            return _Term(typed, begun, near, ())
        return _Term(typed, (), (), self._without_dots(typed) or self._slips(typed))

    def _without_dots(self, typed: str) -> list[str]:
        """Return the words that begin as typed but for dots and rings; none where the reader typed some."""
        if plain(typed) != typed:
            return []
        pairs = zip(self._plain, self._words, strict=True)
        return [word for bare, word in pairs if bare.startswith(typed)][:_NEAR]

    def _slips(self, typed: str) -> list[str]:
        """Return the words that are the fewest slips away, be they whole or cut to the length of what was typed."""
        bare = plain(typed)
        allowed = next((slips for letters, slips in _SLIPS if len(bare) >= letters), 0)
        if not allowed:
            return []
        choices = [*self._plain, *(each[: len(bare)] for each in self._plain)]
        found = process.extract(bare, choices, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        fewest = min((distance for _, distance, _ in found), default=0)
        numbers = {number % len(self._words) for _, distance, number in found if distance == fewest}
        return [self._words[each] for each in sorted(numbers)][:_NEAR]


def _is_near(typed: str, word: str) -> bool:
    """Return whether a word begins like what was typed and ends otherwise, or has it within."""
    if word.startswith(typed):
        return False
    if len(typed) >= _PART and typed in word:
        return True
    if typed[:_BEGINNING] != word[:_BEGINNING] or len(typed) <= _BEGINNING:
        return False
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(typed, word, strict=False)))
    if shared == _BEGINNING and len(typed) == _BEGINNING + 1:  # kunta is not kunto
        return False
    ending = _ENDING + (shared >= _LONG)
    return len(typed) - shared <= ending and len(word) - shared <= ending


def _any(wanted: Iterable[str]) -> str:
    """Return the expression of FTS5 for any of some words; empty for none."""
    listed = " OR ".join(f'"{each}"' for each in wanted)
    return f"({listed})" if listed else ""


def _begun(typed: str, near: Iterable[str] = ()) -> str:
    """Return the expression of FTS5 for the words that begin as typed, the very word above the others."""
    return "(" + " OR ".join((f'"{typed}"', f'"{typed}" *', *(f'"{each}"' for each in near))) + ")"
