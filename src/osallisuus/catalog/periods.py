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
_DCAT = PREFIXES["dcat"]
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
    stated = "/".join(of_source.get(f"{_DCAT}{each}", "") for each in ("startDate", "endDate")).strip("/")
    found, from_source = [], ""
    for subject in dataset.by_subject:
        about = _values(dataset, subject)
        if about.get(_TYPE) == f"{_OSA}Practice":
            own = about.get(f"{_OSA}asOf") or about.get(f"{_OSA}sourceSeen")
            found.append(_days(own or stated or dataset.thing.issued))
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
    """Return the first and last day of a day, a month, a year, or two of them with a slash between them."""
    start, _, end = text.partition("/")
    return _day(start, last=False), _day(end or start, last=True)


def _day(text: str, *, last: bool) -> str:
    year, month, day = [*text.split("-"), "", ""][:3]
    month = month or ("12" if last else "01")
    ending = calendar.monthrange(int(year), int(month))[1] if last else 1
    return f"{year}-{month}-{day or f'{ending:02}'}"
