"""Datasets and their files as the catalog sees them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import NamedNode, Triple

from osallisuus.formats import Format
from osallisuus.manifest import File, Published
from osallisuus.model import Texts


@dataclass(frozen=True)
class Distribution:
    """A file of a dataset as the catalog sees it.

    Attributes:
        name: end of the name of its fragment, such as `turtle` or `tidy-csv`; it never changes.
        form: its format.
        file: its entry in the manifest.
        kind: what tells it from the other files of the dataset in that format; empty where there is no other.
        conforms_to: IRIs of the standards and schemas that it follows.
    """

    name: str
    form: Format
    file: File
    kind: Texts = field(default_factory=dict)
    conforms_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """A dataset as the catalog sees it.

    Attributes:
        thing: its entry in the manifest.
        triples: the graph that it publishes; its own title, description and so on are among them.
        files: its distributions.
    """

    thing: Published
    triples: tuple[Triple, ...]
    files: tuple[Distribution, ...]

    @cached_property
    def by_subject(self) -> Mapping[str, list[Triple]]:
        """IRI of a subject → the triples of the graph that describe it."""
        found: dict[str, list[Triple]] = defaultdict(list)
        for triple in self.triples:
            if isinstance(triple.subject, NamedNode):
                found[triple.subject.value].append(triple)
        return dict(found)

    @property
    def fragment(self) -> str:
        """What the names of its fragments of the catalog begin with, such as `fi-235-practices`."""
        return self.thing.path.replace("/", "-")

    @property
    def municipality(self) -> str:
        """The path of the municipality whose practices it lists; empty for other datasets."""
        owner, _, last = self.thing.path.rpartition("/")
        return owner if last == "practices" else ""
