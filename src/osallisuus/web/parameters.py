"""The parameters of a request, read strictly: nothing is ignored, and a fault says what is possible."""

from collections.abc import Iterable, Mapping, Sequence

from werkzeug.exceptions import BadRequest

from osallisuus.web import words

_SHOWN = 100


def _(msgid: str) -> str:
    """Mark a text for the catalogues; it is translated when it is shown."""
    return msgid


class Parameters:
    """Reads parameters and refuses what it does not know; an empty one is as if it were not there.

    Args:
        given: name → values.
        known: the names that there are.
        language: language in which a fault is told.

    Raises:
        BadRequest: a name is unknown.
    """

    def __init__(self, given: Mapping[str, Sequence[str]], known: Sequence[str], language: str) -> None:
        self.given = {name: [each for each in values if each] for name, values in given.items()}
        self.language = language
        for name in given:
            if name not in known:
                self.refuse(
                    _("There is no parameter “%(name)s” here. There are: %(possible)s"),
                    known,
                    name=name[:_SHOWN],
                )

    def refuse(self, text: str, possible: Iterable[str] = (), **values: object) -> None:
        """Refuse the request, with a text that may name what is possible.

        Raises:
            BadRequest: always.
        """
        listed = list(possible)
        shown = ", ".join([*listed[:_SHOWN], *(["…"] if len(listed) > _SHOWN else [])])
        raise BadRequest(words.translations(self.language).gettext(text) % {"possible": shown, **values})

    def one(self, name: str) -> str:
        """Return the value of a parameter; empty where it has none."""
        values = self.given.get(name, ())
        if len(values) > 1:
            self.refuse(_("“%(name)s” may be given once only."), name=name)
        return values[0] if values else ""

    def _known(self, name: str, value: str, possible: Sequence[str]) -> str:
        if value not in possible:
            text = _("“%(name)s” cannot be “%(given)s”. It can be: %(possible)s")
            self.refuse(text, filter(None, possible), name=name, given=value[:_SHOWN])
        return value

    def any_of(self, name: str, possible: Sequence[str]) -> tuple[str, ...]:
        """Return the values of a parameter, each once, in the order given."""
        return tuple(dict.fromkeys(self._known(name, each, possible) for each in self.given.get(name, ())))

    def one_of(self, name: str, possible: Sequence[str]) -> str:
        """Return the value of a parameter; the first that is possible where it has none."""
        return self._known(name, self.one(name) or possible[0], possible)

    def number(self, name: str) -> int:
        """Return the value of a parameter as a number from 1 on; 0 where it has none."""
        value = self.one(name)
        if value and not (value.isascii() and value.isdecimal() and len(value) < 7 and int(value)):
            text = _("“%(name)s” must be a number from 1 on; it is: %(given)s")
            self.refuse(text, name=name, given=value[:_SHOWN])
        return int(value or 0)
