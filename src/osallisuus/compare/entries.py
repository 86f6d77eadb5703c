"""Practices as lists and comparisons see them: what each has on every axis, stated by the source or read by the editors."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Axis:
    """A way to look at practices.

    Attributes:
        name: its name in addresses, commands and tables.
        scheme: path of the concept scheme of its values under the base of the vocabulary; empty where there is none.
        predicates: the properties of a practice that lead to its values, stated by the source or coded by the editors.
        implied: those that hold the editors' reading.
    """

    name: str
    scheme: str
    predicates: tuple[str, ...]
    implied: tuple[str, ...] = ()


MUNICIPALITY = "municipality"
"""The name of the axis of the municipalities."""
TARGET_GROUP = "target-group"
"""The name of the axis of the target groups."""

AXES: Mapping[str, Axis] = MappingProxyType(
    {
        each.name: each
        for each in (
            Axis(MUNICIPALITY, "", ()),
            Axis("purpose", "purpose", ("osa:purpose",)),
            Axis(TARGET_GROUP, "target-group", ("osa:targetGroup",), ("osa:impliedGroup",)),
            Axis("channel", "channel", ("osa:channel",)),
            Axis("unit-type", "unit-type", ("osa:usedBy", "org:classification")),
            Axis("level", "level", ("osa:purpose", "skos:broadMatch")),
            Axis("law", "fi/law", ("osa:legalBasis",), ("osa:impliedLegalBasis",)),
        )
    }
)
"""Name → axis, in the order in which pages show them. A path of two properties leads over the thing in between."""


@dataclass(frozen=True)
class Entry:
    """A practice that was not withdrawn.

    Attributes:
        iri: its IRI.
        municipality: IRI of its municipality.
        dataset: IRI of its dataset.
        coverage: IRI of the coverage of its dataset; empty when the dataset states none.
        is_outward: whether a target group, stated or implied, is outside the organisation.
        values: name of an axis → IRIs that the source states or the editors coded, in the order of the graph.
        implied: name of an axis → IRIs that are the editors' reading alone.
    """

    iri: str
    municipality: str
    dataset: str
    coverage: str
    is_outward: bool
    values: Mapping[str, tuple[str, ...]]
    implied: Mapping[str, tuple[str, ...]]

    def on(self, axis: str, *, with_implied: bool = False) -> tuple[str, ...]:
        """Return its values on an axis; with the editors' reading where that is asked for."""
        stated = self.values.get(axis, ())
        return (*stated, *self.implied.get(axis, ())) if with_implied else stated
