"""YAML that people edit → the model. Every value keeps its file and line; every fault is found in one go.

Scalars are text as written: `no` stays a language, `012` stays a code. A key written twice is a fault.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from osallisuus import vocabulary
from osallisuus.errors import Finding, Place
from osallisuus.model import Located, Municipality, Practice, Site, Source, Term, Unit, Verbatim
from osallisuus.reader.block import Block, hint, open_block, place_of

_Entry = TypeVar("_Entry", Unit, Term, Practice)

__all__ = ["read_municipality", "read_site"]


def read_site(path: Path, shown: str, findings: list[Finding]) -> Site | None:
    """Read `site.yaml`; None when it is not YAML. Faults go to `findings`."""
    block = open_block(path, shown, findings)
    if block is None:
        return None
    base = block.address("base", required=True)
    if base and not base.endswith("/"):
        block.fault(block.at("base"), "bad-iri", value=base, problem="no slash at the end")
    publisher, contact = block.block("publisher"), block.block("contact")
    site = Site(
        base=base,
        url=block.address("url") or base,
        languages=block.items("languages") or ("en",),
        title=block.texts("title", required=True),
        description=block.texts("description", required=True),
        publisher=publisher.texts("name", required=True) if publisher else {},
        publisher_type=publisher.text("type") if publisher else "",
        publisher_url=publisher.address("url") if publisher else "",
        contact=contact.texts("name", required=True) if contact else {},
        email=contact.text("email", required=True) if contact else "",
        licence=block.address("licence", required=True),
    )
    for key, part in (("publisher", publisher), ("contact", contact)):
        if part is None:
            block.fault(block.place, "missing-key", key=key)
        else:
            part.close()
    block.close()
    return site


def read_municipality(paths: dict[str, tuple[Path, str]], findings: list[Finding]) -> Municipality | None:
    """Read the files of one municipality; None when its settings or practices are not YAML.

    Args:
        paths: `municipality`, `practices` and, where there are such files, `units` and `terms`: the path and the
            name by which findings call it.
        findings: where faults are noted. A practice, unit or term with a fault is left out of the result, so that
            the rest can be validated in the same run.
    """
    blocks = {name: open_block(path, shown, findings) for name, (path, shown) in paths.items()}
    main, practices = blocks["municipality"], blocks["practices"]
    if main is None or practices is None:
        return None
    units = _entries(blocks.get("units"), "units", _unit)
    terms = _entries(blocks.get("terms"), "terms", _term)
    _check_parents(units, findings)
    known = _Known([each.id for each in units], {each.id: each for each in terms})
    listed = _entries(practices, "practices", lambda block: _practice(block, known))
    _check_successors(listed, findings)
    municipality = _municipality(main, units, terms, listed)
    for block in blocks.values():
        if block is not None:
            block.close()
    return municipality


def _municipality(
    block: Block, units: list[Unit], terms: list[Term], practices: list[Practice]
) -> Municipality:
    keywords = block.block("keywords")
    source = block.block("source")
    return Municipality(
        country=block.identifier("country"),
        code=block.text("code", required=True),
        name=block.texts("name", required=True),
        languages=block.items("languages"),
        coverage=block.choice("coverage", vocabulary.load().concepts["coverage"]),
        title=block.texts("title", required=True),
        description=block.texts("description", required=True),
        keywords={language: keywords.items(language) for language in keywords.names()} if keywords else {},
        places=block.addresses("places"),
        same_as=block.addresses("same-as"),
        source=_source(source) if source else None,
        units=tuple(units),
        terms=tuple(terms),
        practices=tuple(practices),
    )


def _source(block: Block) -> Source:
    headings = block.block("headings")
    fields = ("name", "units", "groups", "description")
    source = Source(
        title=block.texts("title", required=True),
        rights=block.texts("rights", required=True),
        holder=block.texts("holder", required=True),
        description=block.texts("description"),
        headings={field: headings.text(field) for field in fields} if headings else {},
        language=block.text("language", required=True),
    )
    if headings:
        headings.close()
    block.close()
    return source


class _Known:
    """The ids that a practice of this municipality may use."""

    def __init__(self, units: list[str], terms: dict[str, Term]) -> None:
        self.units = units
        self.terms = terms
        self.shared = vocabulary.load().concepts
        self.laws = vocabulary.load().laws

    def concepts(self, scheme: str) -> list[str]:
        """Return the ids of the shared concepts and the own words of a scheme."""
        return [*self.shared[scheme], *(each.id for each in self.terms.values() if each.scheme == scheme)]


def _entries(block: Block | None, key: str, read: Callable[[Block], _Entry]) -> list[_Entry]:
    """Read a list of entries that have ids; note a repeated id; leave out entries with a fault."""
    found: dict[str, _Entry] = {}
    for each in block.blocks(key) if block else []:
        faults = len(each.findings)
        entry = read(each)
        each.close()
        if entry.id in found:
            first = place_of(found[entry.id].id, each.place)
            each.fault(each.at("id"), "duplicate-id", value=entry.id, first=str(first))
        if len(each.findings) == faults:
            found[entry.id] = entry
    return list(found.values())


def _unit(block: Block) -> Unit:
    return Unit(
        id=block.identifier(),
        name=block.texts("name", required=True),
        type=block.choice("type", vocabulary.load().concepts["unit-type"]),
        kind=block.choice("kind", ("unit", "organisation"), default="unit"),
        parent=block.text("parent"),
        notes=block.items("notes"),
    )


def _check_parents(units: list[Unit], findings: list[Finding]) -> None:
    known = [each.id for each in units]
    for unit in units:
        if unit.parent and unit.parent not in known:
            place = place_of(unit.parent, Place("", 0))
            findings.append(Finding(place, "unknown-id", {"value": unit.parent, **hint(unit.parent, known)}))


def _term(block: Block) -> Term:
    scheme = block.choice("scheme", ("target-group", "purpose", "channel"))
    return Term(
        id=block.identifier(),
        name=block.texts("name", required=True),
        scheme=scheme,
        match=block.choice("match", ("exact", "close", "broad", "narrow")),
        concepts=block.ids("concepts", vocabulary.load().concepts.get(scheme, {})),
        notes=block.items("notes"),
    )


def _practice(block: Block, known: _Known) -> Practice:
    groups = block.ids("groups", known.concepts("target-group"))
    purposes = block.ids("purposes", known.concepts("purpose"))
    channels = block.ids("channels", known.concepts("channel"))
    translated = block.block("translated")
    withdrawn = block.boolean("withdrawn")
    practice = Practice(
        id=block.identifier(),
        title=block.texts("title", required=True),
        description=block.texts("description", required=True),
        purposes=_shared(purposes, known),
        organisers=block.ids("organisers", known.units),
        units=block.ids("units", known.units),
        groups=_shared(groups, known),
        implied_groups=block.ids("implied-groups", known.shared["target-group"]),
        example_groups=block.ids("example-groups", known.shared["target-group"]),
        open_groups=block.boolean("open-groups"),
        channels=_shared(channels, known),
        terms=tuple(each for each in (*groups, *purposes, *channels) if each in known.terms),
        statutory=block.boolean("statutory"),
        legal_basis=block.ids("legal-basis", known.laws),
        implied_legal_basis=block.ids("implied-legal-basis", known.laws),
        times_per_year=block.text("times-per-year"),
        recurrence=block.texts("recurrence"),
        as_of=block.text("as-of"),
        started=block.text("started"),
        ended=block.text("ended"),
        translated_title=translated.items("title") if translated else (),
        translated_description=translated.items("description") if translated else (),
        source=_verbatim(block.block("source")),
        notes=block.items("notes"),
        withdrawn=withdrawn,
        replaced_by=block.items("replaced-by"),
    )
    if translated:
        translated.close()
    return practice


def _shared(ids: tuple[str, ...], known: _Known) -> tuple[str, ...]:
    """Put the shared concepts in the place of the municipality's own words, each once."""
    found: dict[str, None] = {}
    for each in ids:
        if each in known.terms:
            found.update(
                dict.fromkeys(
                    Located.at(concept, place_of(each, Place("", 0)))
                    for concept in known.terms[each].concepts
                )
            )
        else:
            found[each] = None
    return tuple(found)


def _verbatim(block: Block | None) -> Verbatim:
    if block is None:
        return Verbatim()
    verbatim = Verbatim(
        row=block.text("row"),
        language=block.text("language"),
        name=block.text("name"),
        units=block.text("units"),
        groups=block.text("groups"),
        description=block.text("description"),
        pages=block.addresses("pages"),
        seen=block.text("seen"),
    )
    block.close()
    return verbatim


def _check_successors(practices: list[Practice], findings: list[Finding]) -> None:
    known = [each.id for each in practices]
    for practice in practices:
        for successor in practice.replaced_by:
            if successor not in known:
                place = place_of(successor, Place("", 0))
                findings.append(Finding(place, "unknown-id", {"value": successor, **hint(successor, known)}))
