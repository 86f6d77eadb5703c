"""What time a dataset is about, from what its own graph says.

The time of a practice is when its statement held, else when its page was read, else the period of the source
document. What none of these dates was published as holding, so it has the day of the dataset's first publication.
"""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from osallisuus.catalog.entries import Dataset
from osallisuus.vocabulary import PREFIXES, VOCAB

_OSA = PREFIXES["osa"]
_START, _END = (f"{PREFIXES['dcat']}{each}" for each in ("startDate", "endDate"))
_ISSUED = f"{PREFIXES['dct']}issued"
_TYPE = f"{PREFIXES['rdf']}type"


@dataclass(frozen=True)
class Period:
    """The time that a dataset is about.

    Attributes:
        start: its first day.
        end: its last day; empty where it goes on.
        source: IRI of the source document that the time of some statement was taken from, or empty.
    """

    start: str
    end: str
    source: str = ""


def period(dataset: Dataset, base: str) -> Period | None:
    """Return the time that a dataset is about; None where it lists no practice.

    That of the vocabulary goes on from the day when its version was issued.
    """
    if dataset.thing.path == "vocabulary":
        issued = _values(dataset, f"{VOCAB}ns").get(_ISSUED, "")
        return Period(issued, "") if issued else None
    source = f"{base}{dataset.thing.path}#source"
    of_source = _values(dataset, f"{source}-period")
    stated = (of_source[_START], of_source[_END]) if of_source else None
    found, from_source = [], ""
    for subject in dataset.by_subject:
        about = _values(dataset, subject)
        if about.get(_TYPE) == f"{_OSA}Practice":
            own = about.get(f"{_OSA}asOf") or about.get(f"{_OSA}sourceSeen")
            found.append(_days(own) if own else stated or _days(dataset.thing.issued))
            if not own and stated:
                from_source = source
    return Period(*_hull(found), from_source) if found else None


def joint(periods: Iterable[Period]) -> Period | None:
    """Return the time from the first to the last day of some periods; None where there are none."""
    found = [(each.start, each.end) for each in periods]
    return Period(*_hull(found)) if found else None


def _values(dataset: Dataset, subject: str) -> Mapping[str, str]:
    """Return IRI of a property of a subject → one of its values."""
    found = dataset.by_subject.get(subject, ())
    return {each.predicate.value: getattr(each.object, "value", "") for each in found}


def _hull(days: list[tuple[str, str]]) -> tuple[str, str]:
    return min(start for start, _ in days), max(end for _, end in days)


def _days(text: str) -> tuple[str, str]:
    """Return the first and last day of a day, a month or a year."""
    year, month, day = [*text.split("-"), "", ""][:3]
    if day:
        return text, text
    last = month or "12"
    return f"{year}-{month or '01'}-01", f"{year}-{last}-{calendar.monthrange(int(year), int(last))[1]}"
