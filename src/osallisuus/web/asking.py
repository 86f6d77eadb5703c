"""What a reader asks of the list of practices, and the same as an address: parameters in, a query string out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from werkzeug.exceptions import BadRequest

from osallisuus.compare import AXES, MUNICIPALITY
from osallisuus.search import MAX_LENGTH
from osallisuus.vocabulary import VOCAB
from osallisuus.web import words
from osallisuus.web.views import PRACTICES

PATH = PRACTICES
"""The path of the list."""

SORTS = ("relevance", "name", "municipality")
"""The orders of the list; the first is for a search only."""

PARAMETERS = ("q", *AXES, "basis", "inward", "sort", "page")
"""The parameters, in the order in which an address has them."""

_SHOWN = 100


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


def start(axis: str, base: str) -> str:
    """Return what stands before the id of a value of an axis in its IRI; `base` is that of the site."""
    return base if axis == MUNICIPALITY else f"{VOCAB}{AXES[axis].scheme}/"


@dataclass(frozen=True)
class Asked:
    """What is asked of the list.

    Attributes:
        text: what is searched for; empty for nothing.
        chosen: axis → ids of values, any of which a practice must have; `fi/235` for a municipality.
        is_stated: whether the editors' readings are left out.
        is_outward: whether practices for groups inside the organisation alone are left out.
        sort: one of `SORTS`.
        page: number of the page; 0 where none is named.
    """

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_stated: bool = False
    is_outward: bool = False
    sort: str = "name"
    page: int = 0

    @property
    def usual_sort(self) -> str:
        """The order where none is named."""
        return "relevance" if self.text else "name"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Its parameters, in their order; what is usual is not named."""
        found = [("q", self.text)] if self.text else []
        found += [(axis, each) for axis in AXES for each in self.chosen.get(axis, ())]
        found += [("basis", "stated")] if self.is_stated else []
        found += [("inward", "0")] if self.is_outward else []
        found += [("sort", self.sort)] if self.sort != self.usual_sort else []
        return found + ([("page", str(self.page))] if self.page else [])

    @property
    def query(self) -> str:
        """The query string with its question mark; empty when everything is as usual."""
        parts = [f"{name}={quote(value, safe='/')}" for name, value in self.pairs]
        return f"?{'&'.join(parts)}" if parts else ""

    @property
    def is_whole(self) -> bool:
        """Whether the list is not narrowed."""
        return not (self.text or any(self.chosen.values()) or self.is_stated or self.is_outward)

    def on(self, axis: str, ids: Sequence[str]) -> "Asked":
        """Return the same with other values chosen on an axis, from the first page on."""
        return replace(self, chosen={**self.chosen, axis: tuple(ids)}, page=0)

    def toggled(self, axis: str, value: str) -> "Asked":
        """Return the same with a value chosen, or not chosen any more."""
        ids = self.chosen.get(axis, ())
        return self.on(axis, [each for each in ids if each != value] if value in ids else [*ids, value])

    def searching(self, text: str) -> "Asked":
        """Return the same with another text searched for, in the order that is usual then."""
        sort = self.sort if self.sort not in (self.usual_sort, SORTS[0]) else "relevance" if text else "name"
        return replace(self, text=text, sort=sort, page=0)

    def within(self, **changes: object) -> "Asked":
        """Return the same with other attributes, from the first page on."""
        return replace(self, **{"page": 0, **changes})  # type: ignore[arg-type]


def parse(given: Mapping[str, Sequence[str]], ids: Mapping[str, Sequence[str]], language: str) -> Asked:
    """Return what the parameters of a request ask; an empty one is as if it were not there.

    Args:
        given: name → values.
        ids: axis → ids of its values.
        language: language in which a fault is told.

    Raises:
        BadRequest: a parameter or a value is unknown, too long, or there more than once; says what is possible.
    """
    reader = _Reader({name: [each for each in values if each] for name, values in given.items()}, language)
    text = reader.text()
    return Asked(
        text=text,
        chosen={axis: found for axis in AXES if (found := reader.any_of(axis, ids[axis]))},
        is_stated=reader.one_of("basis", ("all", "stated")) == "stated",
        is_outward=reader.one_of("inward", ("1", "0")) == "0",
        sort=reader.one_of("sort", SORTS if text else SORTS[1:]),
        page=reader.number("page"),
    )


class _Reader:
    """Reads parameters and refuses what it does not know."""

    def __init__(self, given: Mapping[str, Sequence[str]], language: str) -> None:
        self.given = given
        self.language = language
        for name in given:
            if name not in PARAMETERS:
                text = _("The list has no parameter “%(name)s”. It has: %(possible)s")
                self._refuse(text, name=name[:_SHOWN], possible=", ".join(PARAMETERS))

    def _refuse(self, text: str, **values: object) -> None:
        raise BadRequest(words.translations(self.language).gettext(text) % values)

    def _one(self, name: str) -> str:
        values = self.given.get(name, ())
        if len(values) > 1:
            self._refuse(_("“%(name)s” may be given once only."), name=name)
        return values[0] if values else ""

    def text(self) -> str:
        """Return what is searched for, control characters and the space around it left out."""
        found = "".join(each if each.isprintable() else " " for each in self._one("q")).strip()
        if len(found) > MAX_LENGTH:
            text = _("A search may have %(limit)s characters; this one has %(count)s.")
            self._refuse(text, limit=MAX_LENGTH, count=len(found))
        return found

    def _known(self, name: str, value: str, possible: Sequence[str]) -> str:
        if value not in possible:
            listed = [*possible[:_SHOWN], *(["…"] if len(possible) > _SHOWN else [])]
            text = _("“%(name)s” cannot be “%(given)s”. It can be: %(possible)s")
            self._refuse(text, name=name, given=value[:_SHOWN], possible=", ".join(listed))
        return value

    def any_of(self, name: str, possible: Sequence[str]) -> tuple[str, ...]:
        """Return the values of a parameter, each once, in the order given."""
        return tuple(dict.fromkeys(self._known(name, each, possible) for each in self.given.get(name, ())))

    def one_of(self, name: str, possible: Sequence[str]) -> str:
        """Return the value of a parameter; the first that is possible where it has none."""
        return self._known(name, self._one(name) or possible[0], possible)

    def number(self, name: str) -> int:
        """Return the value of a parameter as a number from 1 on; 0 where it has none."""
        value = self._one(name)
        if value and not (value.isascii() and value.isdecimal() and len(value) < 7 and int(value)):
            text = _("“%(name)s” must be a number from 1 on; it is: %(given)s")
            self._refuse(text, name=name, given=value[:_SHOWN])
        return int(value or 0)
