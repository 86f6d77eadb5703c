"""The quality of a dataset's description as data.europa.eu measures it: 23 metrics, 5 dimensions, 405 points.

A metric on distributions earns the share of those that pass, so that nothing hides behind one good file. The two
metrics of dates are taken over the dataset and its distributions together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from osallisuus.formats import EU_FILE_TYPE, IANA_MEDIA_TYPE
from osallisuus.model import Texts
from osallisuus.portal import authorities
from osallisuus.portal.description import Description, Node, text
from osallisuus.portal.probing import Answers

DIMENSIONS: Mapping[str, Texts] = {
    "findability": {"fi": "löydettävyys", "sv": "sökbarhet", "en": "findability"},
    "accessibility": {"fi": "saavutettavuus", "sv": "åtkomlighet", "en": "accessibility"},
    "interoperability": {"fi": "yhteentoimivuus", "sv": "interoperabilitet", "en": "interoperability"},
    "reusability": {"fi": "uudelleenkäytettävyys", "sv": "återanvändbarhet", "en": "reusability"},
    "contextuality": {"fi": "taustatiedot", "sv": "kontext", "en": "contextuality"},
}
RATINGS = ((351, "excellent"), (221, "good"), (121, "sufficient"), (0, "bad"))
"""Least points of a rating, best first."""

_CREATIVE_COMMONS = ("//creativecommons.org/licenses/", "//creativecommons.org/publicdomain/")
_TOP_LEVELS = {"application", "audio", "font", "image", "message", "model", "multipart", "text", "video"}


@dataclass(frozen=True)
class Scene:
    """What metrics look at.

    Attributes:
        description: the catalog.
        answers: address → what it answered.
        conforms: whether no rule is broken by the dataset or what it shares with others.
    """

    description: Description
    answers: Mapping[str, Answers]
    conforms: bool


@dataclass(frozen=True)
class Metric:
    """One of the metrics.

    Attributes:
        key: its name at data.europa.eu.
        dimension: a key of `DIMENSIONS`.
        points: the most that it earns.
        subject: `dataset`, `distribution` or `both`: whose property it is.
        passes: whether a dataset or a distribution passes.
        cure: what to do where it does not.
    """

    key: str
    dimension: str
    points: int
    subject: str
    passes: Callable[[Scene, Node], bool]
    cure: Texts


@dataclass(frozen=True)
class Mark:
    """What a dataset earned by a metric.

    Attributes:
        metric: the metric.
        share: how much of what was looked at passed, from 0 to 1.
        failing: IRIs of what did not pass.
    """

    metric: Metric
    share: float
    failing: tuple[str, ...]

    @property
    def points(self) -> float:
        """The points earned."""
        return self.metric.points * self.share


def score(scene: Scene, dataset: Node) -> tuple[Mark, ...]:
    """Return what a dataset earns by each metric."""
    files = scene.description.nodes(dataset, "dcat:distribution")
    nodes = {"dataset": [dataset], "distribution": files, "both": [dataset, *files]}
    return tuple(_mark(scene, metric, nodes[metric.subject], dataset) for metric in METRICS)


def _mark(scene: Scene, metric: Metric, nodes: list[Node], dataset: Node) -> Mark:
    failing = tuple(text(each) for each in nodes if not metric.passes(scene, each))
    return Mark(
        metric,
        (len(nodes) - len(failing)) / len(nodes) if nodes else 0.0,
        failing or (() if nodes else (text(dataset),)),
    )


def total(marks: tuple[Mark, ...]) -> float:
    """Return the points of a dataset, rounded to two digits."""
    return round(sum(each.points for each in marks), 2)


def rating(points: float) -> str:
    """Return the rating of points: excellent, good, sufficient or bad."""
    return next(name for least, name in RATINGS if points >= least)


def _has(name: str) -> Callable[[Scene, Node], bool]:
    return lambda scene, node: bool(scene.description.values(node, name))


def _answers(name: str) -> Callable[[Scene, Node], bool]:
    """Return whether the first address of a property is alive: no other is asked."""

    def passes(scene: Scene, node: Node) -> bool:
        asked = scene.answers.get(scene.description.value(node, name))
        return asked is not None and asked.reachable

    return passes


def _codes(scene: Scene, node: Node, name: str, prefix: str) -> list[str]:
    """Return the last parts of the IRIs of a property that begin with a prefix."""
    found = [each.value for each in scene.description.values(node, name) if isinstance(each, NamedNode)]
    return [each.removeprefix(prefix) for each in found if each.startswith(prefix)]


def _format_in(codes: frozenset[str]) -> Callable[[Scene, Node], bool]:
    return lambda scene, node: any(each in codes for each in _codes(scene, node, "dct:format", EU_FILE_TYPE))


def _aligned(scene: Scene, node: Node) -> bool:
    prefixes = (IANA_MEDIA_TYPE, IANA_MEDIA_TYPE.replace("http:", "https:"))
    media = [each for prefix in prefixes for each in _codes(scene, node, "dcat:mediaType", prefix)]
    is_known = any(each.partition("/")[0] in _TOP_LEVELS and each.count("/") == 1 for each in media)
    return is_known and _format_in(authorities.FILE_TYPES)(scene, node)


def _known_licence(scene: Scene, node: Node) -> bool:
    """Return whether a licence is on the EU's list, by its IRI there or by that of Creative Commons."""
    found = [
        each.value for each in scene.description.values(node, "dct:license") if isinstance(each, NamedNode)
    ]
    codes = _codes(scene, node, "dct:license", authorities.LICENCE)
    return bool(authorities.LICENCES.intersection(codes)) or any(
        each.partition(":")[2].startswith(_CREATIVE_COMMONS) for each in found
    )


def _known_rights(scene: Scene, node: Node) -> bool:
    return bool(
        authorities.ACCESS_RIGHTS.intersection(
            _codes(scene, node, "dct:accessRights", authorities.ACCESS_RIGHT)
        )
    )


def _add(name: str, *, on: str) -> Texts:
    """Return the advice to add a property."""
    places = _PLACES[on]
    return {
        "fi": f"Lisää {name} {places['fi']}.",
        "sv": f"Lägg till {name} {places['sv']}.",
        "en": f"Add {name} to {places['en']}.",
    }


_PLACES: Mapping[str, Texts] = {
    "dataset": {"fi": "aineistoon", "sv": "på datamängden", "en": "the dataset"},
    "distribution": {"fi": "jokaiseen jakeluun", "sv": "på varje distribution", "en": "each distribution"},
    "both": {
        "fi": "aineistoon ja jokaiseen jakeluun",
        "sv": "på datamängden och varje distribution",
        "en": "the dataset and each distribution",
    },
}


def _available(key: str, dimension: str, points: int, subject: str, name: str) -> Metric:
    return Metric(key, dimension, points, subject, _has(name), _add(name, on=subject))


def _listed(key: str, points: int, passes: Callable[[Scene, Node], bool], cure: Texts) -> Metric:
    return Metric(key, "interoperability", points, "distribution", passes, cure)


_REVIVE: Texts = {
    "fi": "Tee osoitteesta toimiva: HEADin on saatava 200 myös uudelleenohjausten jälkeen.",
    "sv": "Se till att adressen fungerar: HEAD ska besvaras med 200, också efter omdirigeringar.",
    "en": "Make the address work: HEAD has to be answered 200, after redirects too.",
}
METRICS = (
    _available("keywordAvailability", "findability", 30, "dataset", "dcat:keyword"),
    _available("categoryAvailability", "findability", 30, "dataset", "dcat:theme"),
    _available("spatialAvailability", "findability", 20, "dataset", "dct:spatial"),
    _available("temporalAvailability", "findability", 20, "dataset", "dct:temporal"),
    Metric("accessUrlStatusCode", "accessibility", 50, "distribution", _answers("dcat:accessURL"), _REVIVE),
    _available("downloadUrlAvailability", "accessibility", 20, "distribution", "dcat:downloadURL"),
    Metric(
        "downloadUrlStatusCode", "accessibility", 30, "distribution", _answers("dcat:downloadURL"), _REVIVE
    ),
    _available("formatAvailability", "interoperability", 20, "distribution", "dct:format"),
    _available("mediaTypeAvailability", "interoperability", 10, "distribution", "dcat:mediaType"),
    _listed(
        "formatMediaTypeVocabularyAlignment",
        10,
        _aligned,
        {
            "fi": "Anna dct:format EU:n file-type-listasta ja dcat:mediaType IANAn listasta, molemmat IRIinä.",
            "sv": "Ange dct:format ur EU:s lista file-type och dcat:mediaType ur IANA:s lista, båda som IRI.",
            "en": "Give dct:format from the EU's file-type list and dcat:mediaType from IANA's, both as IRIs.",
        },
    ),
    _listed(
        "formatMediaTypeNonProprietary",
        20,
        _format_in(authorities.NON_PROPRIETARY),
        {
            "fi": "Tarjoa tiedosto avoimessa muodossa, kuten CSV tai Turtle, ja sano se EU:n file-type-IRIllä.",
            "sv": "Erbjud filen i ett öppet format, såsom CSV eller Turtle, och ange det med EU:s file-type-IRI.",
            "en": "Offer the file in an open format such as CSV or Turtle, and say so with the EU's file-type IRI.",
        },
    ),
    _listed(
        "formatMediaTypeMachineReadable",
        20,
        _format_in(authorities.MACHINE_READABLE),
        {
            "fi": "Tarjoa tiedosto koneluettavana, kuten CSV tai Turtle; verkkosivu on dcat:landingPage, ei jakelu.",
            "sv": "Erbjud filen i maskinläsbart format, såsom CSV eller Turtle; en webbsida är dcat:landingPage, ingen distribution.",
            "en": "Offer the file in a machine-readable format such as CSV or Turtle; a page is dcat:landingPage, no distribution.",
        },
    ),
    Metric(
        "dcatApCompliance",
        "interoperability",
        30,
        "dataset",
        lambda scene, _: scene.conforms,
        {
            "fi": "Korjaa alla luetellut sääntöjen rikkomukset.",
            "sv": "Rätta de regelbrott som räknas upp nedan.",
            "en": "Mend the broken rules that are listed below.",
        },
    ),
    _available("licenceAvailability", "reusability", 20, "distribution", "dct:license"),
    Metric(
        "knownLicence",
        "reusability",
        10,
        "distribution",
        _known_licence,
        {
            "fi": "Anna lisenssi EU:n licence-listan IRIllä, esimerkiksi …/authority/licence/CC_BY_4_0.",
            "sv": "Ange licensen med en IRI ur EU:s lista licence, till exempel …/authority/licence/CC_BY_4_0.",
            "en": "Give the licence by an IRI of the EU's licence list, such as …/authority/licence/CC_BY_4_0.",
        },
    ),
    _available("accessRightsAvailability", "reusability", 10, "dataset", "dct:accessRights"),
    Metric(
        "accessRightsVocabularyAlignment",
        "reusability",
        5,
        "dataset",
        _known_rights,
        {
            "fi": "Anna dct:accessRights EU:n access-right-listan IRIllä: PUBLIC, RESTRICTED tai NON_PUBLIC.",
            "sv": "Ange dct:accessRights med en IRI ur EU:s lista access-right: PUBLIC, RESTRICTED eller NON_PUBLIC.",
            "en": "Give dct:accessRights by an IRI of the EU's access-right list: PUBLIC, RESTRICTED or NON_PUBLIC.",
        },
    ),
    _available("contactPointAvailability", "reusability", 20, "dataset", "dcat:contactPoint"),
    _available("publisherAvailability", "reusability", 10, "dataset", "dct:publisher"),
    _available("rightsAvailability", "contextuality", 5, "distribution", "dct:rights"),
    _available("byteSizeAvailability", "contextuality", 5, "distribution", "dcat:byteSize"),
    _available("dateIssuedAvailability", "contextuality", 5, "both", "dct:issued"),
    _available("dateModifiedAvailability", "contextuality", 5, "both", "dct:modified"),
)
"""The metrics, in the order in which data.europa.eu gives them."""
