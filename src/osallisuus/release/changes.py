"""The log of changes: what was created, updated and deleted at each build, to which every edition only adds. Pure.

The log is a file of the edition, one line of JSON for each activity, in the words of ActivityStreams. What it says of a
thing last is the thing's state, so an edition is compared with the log alone, and whoever replays it comes to the same.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from osallisuus import manifest, serialisation
from osallisuus.errors import PublishedError
from osallisuus.formats import NTRIPLES
from osallisuus.release.published import LABELS
from osallisuus.vocabulary import VOCAB, term

NAME = "changes.jsonl"
"""Path of the log under `publish/`."""

CREATE, UPDATE, DELETE = "Create", "Update", "Delete"

KINDS: Mapping[str, str] = {
    "practice": "osa:Practice",
    "dataset": "dcat:Dataset",
    "municipality": "cv:PublicOrganisation",
    "unit": "org:OrganizationalUnit",
    "organisation": "org:Organization",
    "scheme": "skos:ConceptScheme",
    "collection": "skos:Collection",
    "concept": "skos:Concept",
    "term": "skos:Concept",
    "law": "eli:LegalResource",
    "ontology": "owl:Ontology",
}
"""Kind of a thing that the log tells of → its class. A `term` is a concept of no scheme: a municipality's own word."""

_CLASSES = {term(name).value: kind for kind, name in KINDS.items() if kind != "term"}
_RDF_TYPE, _IN_SCHEME, _DEPRECATED = map(term, ("rdf:type", "skos:inScheme", "owl:deprecated"))


@dataclass(frozen=True, slots=True)
class State:
    """A thing as an edition describes it.

    Attributes:
        object: its IRI.
        kind: a key of `KINDS`.
        dataset: IRI of the dataset that it belongs to; of the catalog for a dataset.
        titles: language → its name.
        digest: SHA-256 of its N-Triples document as it is served, in hexadecimal.
        withdrawn: whether it says that it is no longer in use.
        changed: whether it is a dataset of which a file, be it beside its graph, is not that of the edition before.
    """

    object: str
    kind: str
    dataset: str
    titles: Mapping[str, str]
    digest: str
    withdrawn: bool = False
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """A line of the log.

    Attributes:
        type: `Create`, `Update` or `Delete`.
        day: the day of the build, as `YYYY-MM-DD`.
        number: its place among the activities of that day, from 1.
        object: IRI of the thing.
        kind: a key of `KINDS`.
        dataset: IRI of the dataset that the thing belongs to; of the catalog for a dataset.
        titles: language → the name that the thing had then.
        before: digest of its description before; empty for `Create`.
        after: digest of its description since then; empty for `Delete`.
        withdrawn: whether it is no longer in use since then.
    """

    type: str
    day: str
    number: int
    object: str
    kind: str
    dataset: str
    titles: Mapping[str, str] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    withdrawn: bool = False

    @property
    def id(self) -> str:
        """Its name in the log, which is the fragment of its IRI: `2026-11-25-1`."""
        return f"{self.day}-{self.number}"


def states(
    graphs: Mapping[str, Iterable[Triple]],
    things: Iterable[manifest.Published],
    before: Iterable[manifest.Published],
    files: Mapping[str, bytes],
    base: str,
) -> list[State]:
    """Return the things of an edition that the log tells of, by IRI.

    Args:
        graphs: path of each graph → its triples.
        things: the things of the manifest.
        before: those of the manifest of the edition before.
        files: path → content, where the documents of those things are found.
        base: IRI under which the site's things are named.
    """
    described: dict[str, dict[Triple, None]] = defaultdict(dict)
    home: dict[str, str] = {}
    for path, triples in graphs.items():
        for triple in triples:
            if isinstance(triple.subject, NamedNode):
                iri, fragment, _ = triple.subject.value.partition("#")
                described[iri][triple] = None
                if not fragment:
                    home.setdefault(iri, path)
    old = {each.path: each.digest for each in before}
    changed = {each.path for each in things if old.get(each.path, each.digest) != each.digest}
    found = []
    for iri in sorted(home):
        kind = _kind(iri, described[iri])
        if kind and iri.startswith((base, VOCAB)):
            path = iri.removeprefix(base).removeprefix(VOCAB)
            document = files.get(f"{path}{NTRIPLES.suffix}") or serialisation.write(described[iri], NTRIPLES)
            dataset = base + ("catalog" if kind == "dataset" else home[iri])
            own = [each for each in described[iri] if each.subject == NamedNode(iri)]
            withdrawn = any(each.predicate == _DEPRECATED and _text(each) == "true" for each in own)
            digest = manifest.digest(document)
            found.append(
                State(
                    iri, kind, dataset, _titles(own), digest, withdrawn, kind == "dataset" and path in changed
                )
            )
    return found


def _text(triple: Triple) -> str:
    return getattr(triple.object, "value", "")


def _kind(iri: str, triples: Iterable[Triple]) -> str:
    """Return the kind of a thing; empty when the log does not tell of such things."""
    own = [each for each in triples if each.subject == NamedNode(iri)]
    types = {_text(each) for each in own if each.predicate == _RDF_TYPE}
    kind = next((kind for name, kind in _CLASSES.items() if name in types), "")
    if kind == "concept" and not any(each.predicate == _IN_SCHEME for each in own):
        return "term"
    return kind


def _titles(triples: Sequence[Triple]) -> dict[str, str]:
    for predicate in LABELS:
        texts = [each.object for each in triples if each.predicate == predicate]
        found = {each.language: each.value for each in texts if isinstance(each, Literal) and each.language}
        if found:
            return dict(sorted(found.items()))
    return {}


def replay(log: Iterable[Activity]) -> dict[str, Activity]:
    """Return what there is after the activities of a log: IRI of a thing → what was last said of it."""
    found: dict[str, Activity] = {}
    for each in log:
        if each.type == DELETE:
            found.pop(each.object, None)
        else:
            found[each.object] = each
    return found


def following(log: Sequence[Activity], now: Iterable[State], today: str) -> list[Activity]:
    """Return the activities that lead from a log to an edition, by IRI; none when nothing differs.

    Those of a second build on one day go on in the numbers of the first. Days never run backwards: a build dated before
    the last day of the log is logged under that day.
    """
    day = max(today, log[-1].day) if log else today
    number = log[-1].number if log and log[-1].day == day else 0
    before, after = replay(log), {each.object: each for each in now}
    found: list[Activity] = []
    for iri in sorted(before.keys() | after.keys()):
        old, new = before.get(iri), after.get(iri)
        if old and new and not _differs(old, new):
            continue
        number += 1
        kind = CREATE if not old else UPDATE if new else DELETE
        about = new or old
        assert about is not None  # noqa: S101 # the IRI comes from one of the two
        was = old.after if old else ""
        withdrawn = new.withdrawn if new else False
        found.append(
            Activity(
                kind,
                day,
                number,
                iri,
                about.kind,
                about.dataset,
                about.titles,
                was,
                new.digest if new else "",
                withdrawn,
            )
        )
    return found


def _differs(old: Activity, new: State) -> bool:
    """Return whether a thing changed: its description, where it belongs, or a file beside the graph of a dataset."""
    return old.after != new.digest or old.dataset != new.dataset or new.changed


def write(log: Iterable[Activity]) -> bytes:
    """Return a log as the bytes of its file; a log that goes on begins with the bytes of the one before."""
    return b"".join(map(_line, log))


def _line(each: Activity) -> bytes:
    entry = {
        "id": each.id,
        "type": each.type,
        "object": each.object,
        "kind": each.kind,
        "dataset": each.dataset,
        "titles": each.titles,
        "before": each.before,
        "after": each.after,
        "withdrawn": each.withdrawn,
    }
    text = json.dumps({name: value for name, value in entry.items() if value}, ensure_ascii=False)
    return f"{text}\n".encode()


def read(content: bytes) -> tuple[Activity, ...]:
    """Read a log.

    Raises:
        PublishedError: a line is none of a log; names it.
    """
    found = []
    for number, line in enumerate(content.splitlines(), 1):
        try:
            entry = json.loads(line)
            day, _, place = entry.pop("id").rpartition("-")
            found.append(Activity(day=day, number=int(place), **entry))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PublishedError(
                f"{NAME}:{number} is no line of a log of changes ({error}). Restore publish/ from a copy."
            ) from error
    return tuple(found)
