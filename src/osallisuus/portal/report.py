"""What a portal would see of a site, put together: for people as lines, for machines as JSON."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from osallisuus.model import Texts
from osallisuus.portal import scoring
from osallisuus.portal.ckan import Stored
from osallisuus.portal.finding import Finding
from osallisuus.portal.scoring import DIMENSIONS, Mark


@dataclass(frozen=True)
class DatasetReport:
    """What a portal would see of one dataset.

    Attributes:
        iri: the dataset.
        marks: what it earned by each metric.
        stored: what CKAN would store.
        findings: what is wrong with it and its distributions.
    """

    iri: str
    marks: tuple[Mark, ...]
    stored: Stored
    findings: tuple[Finding, ...]

    @property
    def points(self) -> float:
        """Its points, of 405."""
        return scoring.total(self.marks)

    @property
    def by_dimension(self) -> dict[str, tuple[float, int]]:
        """Dimension → points earned and the most that can be."""
        found = {}
        for name in DIMENSIONS:
            marks = [each for each in self.marks if each.metric.dimension == name]
            found[name] = (
                round(sum(each.points for each in marks), 2),
                sum(each.metric.points for each in marks),
            )
        return found

    @property
    def missing(self) -> tuple[Mark, ...]:
        """The marks that are not full."""
        return tuple(each for each in self.marks if each.share < 1)


@dataclass(frozen=True)
class PortalReport:
    """What a portal would see of a site.

    Attributes:
        address: where the catalog was asked for.
        pages: addresses of the pages that were read.
        media_type: media type of the catalog.
        asked: how many addresses of the catalog were asked.
        datasets: its datasets, by IRI.
        findings: what is wrong with the catalog, with addresses, and with what datasets share.
    """

    address: str
    pages: tuple[str, ...]
    media_type: str
    asked: int
    datasets: tuple[DatasetReport, ...]
    findings: tuple[Finding, ...]

    @property
    def problems(self) -> int:
        """How many things are wrong or missing; zero when all is well."""
        of_datasets = sum(len(each.findings) + len(each.missing) for each in self.datasets)
        return len(self.findings) + of_datasets

    def to_json(self, language: str) -> str:
        """Return the report for machines; texts are in one language."""
        document = {
            "catalog": self.address,
            "pages": list(self.pages),
            "mediaType": self.media_type,
            "addressesAsked": self.asked,
            "problems": self.problems,
            "findings": [_as_json(each, language) for each in self.findings],
            "datasets": [_dataset_as_json(each, language) for each in self.datasets],
        }
        return json.dumps(document, ensure_ascii=False, indent=2)

    def lines(self, language: str) -> Iterator[str]:
        """Return the report for people, line by line."""
        words = _WORDS[language]
        yield words["catalog"].format(
            address=self.address,
            pages=len(self.pages),
            datasets=len(self.datasets),
            media_type=self.media_type or "–",
            asked=self.asked,
        )
        yield from _finding_lines(self.findings, language, "")
        for dataset in self.datasets:
            yield ""
            yield from _dataset_lines(dataset, language)


def _as_json(finding: Finding, language: str) -> dict[str, str]:
    return {"about": finding.about, "rule": finding.key, "text": finding.text(language)}


def _dataset_as_json(dataset: DatasetReport, language: str) -> dict[str, object]:
    return {
        "dataset": dataset.iri,
        "points": dataset.points,
        "rating": scoring.rating(dataset.points),
        "dimensions": {
            name: {"points": got, "of": most} for name, (got, most) in dataset.by_dimension.items()
        },
        "metrics": {
            each.metric.key: {"points": round(each.points, 2), "of": each.metric.points}
            for each in dataset.marks
        },
        "missing": [
            {
                "metric": each.metric.key,
                "points": round(each.metric.points - each.points, 2),
                "cure": each.metric.cure[language],
                "failing": list(each.failing),
            }
            for each in dataset.missing
        ],
        "ckan": dataset.stored.fields,
        "dropped": list(dataset.stored.dropped),
        "findings": [_as_json(each, language) for each in dataset.findings],
    }


def _dataset_lines(dataset: DatasetReport, language: str) -> Iterator[str]:
    words = _WORDS[language]
    title = dataset.stored.fields.get("title")
    name = _pick(title, language) if isinstance(title, dict) else "–"
    yield f"{name} <{dataset.iri}>"
    of_dimensions = ", ".join(
        f"{DIMENSIONS[name][language]} {got:g}/{most}" for name, (got, most) in dataset.by_dimension.items()
    )
    rated = words[scoring.rating(dataset.points)]
    yield f"  {dataset.points:g}/405, {rated}: {of_dimensions}"
    for mark in dataset.missing:
        lost = f"{mark.metric.points - mark.points:.3g}"
        yield f"  −{lost} {mark.metric.key}: {mark.metric.cure[language]} {_some(mark.failing)}"
    yield from _finding_lines(dataset.findings, language, "  ")
    yield f"  CKAN: {_stored(dataset.stored.fields, words)}"
    if dataset.stored.dropped:
        yield f"  {words['dropped']}: {', '.join(dataset.stored.dropped)}"


def _finding_lines(findings: tuple[Finding, ...], language: str, indent: str) -> Iterator[str]:
    for each in findings:
        yield f"{indent}✗ {each.text(language)} <{each.about}>"


def _some(iris: tuple[str, ...]) -> str:
    shown = ", ".join(f"<{each}>" for each in iris[:3])
    return f"{shown} (+{len(iris) - 3})" if len(iris) > 3 else shown


def _pick(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "–")


def _stored(fields: Mapping[str, object], words: Texts) -> str:
    """Return in a line what arrives: the languages of texts, how many tags and files, and names."""
    parts = []
    for name in ("guid", "license_id", "issued", "modified"):
        parts.append(f"{name} {fields.get(name, '–')}")
    for name in ("title", "notes", "tags"):
        found = fields.get(name)
        parts.append(f"{name} {' '.join(tag or '?' for tag in found) if isinstance(found, dict) else '–'}")
    for name in ("publisher", "contact"):
        found = fields.get(name)
        parts.append(f"{name} {_name(found[0]) if isinstance(found, list) else '–'}")
    resources = fields.get("resources")
    forms = (
        [str(each.get("format", "–")).rpartition("/")[2] for each in resources]
        if isinstance(resources, list)
        else []
    )
    parts.append(f"{words['files']} {len(forms)}: {', '.join(forms) or '–'}")
    return "; ".join(parts)


def _name(agent: Mapping[str, object]) -> str:
    name = agent.get("name")
    return next(iter(name.values()), "–") if isinstance(name, dict) else "–"


_WORDS: Mapping[str, Texts] = {
    "fi": {
        "catalog": "Luettelo {address}: {media_type}; sivuja {pages}, aineistoja {datasets}, kysyttyjä osoitteita {asked}",
        "dropped": "CKAN ei tallenna",
        "files": "tiedostoja",
        "excellent": "erinomainen",
        "good": "hyvä",
        "sufficient": "riittävä",
        "bad": "huono",
    },
    "sv": {
        "catalog": "Katalogen {address}: {media_type}; sidor {pages}, datamängder {datasets}, prövade adresser {asked}",
        "dropped": "CKAN sparar inte",
        "files": "filer",
        "excellent": "utmärkt",
        "good": "bra",
        "sufficient": "tillräckligt",
        "bad": "dåligt",
    },
    "en": {
        "catalog": "Catalog {address}: {media_type}; pages {pages}, datasets {datasets}, addresses asked {asked}",
        "dropped": "CKAN does not store",
        "files": "files",
        "excellent": "excellent",
        "good": "good",
        "sufficient": "sufficient",
        "bad": "bad",
    },
}
