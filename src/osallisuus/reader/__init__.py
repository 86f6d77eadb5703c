"""YAML that people edit → the model. Every value keeps its file and line; every fault is found in one go.

Scalars are text as written: `no` stays a language, `012` stays a code. A key written twice is a fault.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from osallisuus import vocabulary
from osallisuus.errors import Finding, Place, Word
from osallisuus.model import Located, Municipality, Practice, Site, Source, Term, Unit, Verbatim
from osallisuus.reader.block import Block, hint, open_block, place_of
from osallisuus.reader.statement import read_statement

_PUBLISHERS = (
    "Academia-ScientificOrganisation",
    "Company",
    "IndustryConsortium",
    "LocalAuthority",
    "NationalAuthority",
    "NonGovernmentalOrganisation",
    "NonProfitOrganisation",
    "PrivateIndividual(s)",
    "RegionalAuthority",
    "StandardisationBody",
    "SupraNationalAuthority",
)
"""The ADMS publisher types."""

_Entry = TypeVar("_Entry", Unit, Term, Practice)

__all__ = ["place_of", "read_municipality", "read_site", "read_store"]


def read_site(path: Path, shown: str, findings: list[Finding]) -> Site | None:
    """Read `site.yaml`; None when it is not YAML. Faults go to `findings`."""
    block = open_block(path, shown, findings)
    if block is None:
        return None
    base = block.address("base", required=True)
    if base and (not base.endswith("/") or "#" in base or "?" in base):
        block.fault(block.at("base"), "bad-iri", value=base, problem=Word("base"))
    publisher, contact = block.block("publisher"), block.block("contact")
    languages = block.languages("languages") or ("en",)
    name = contact.texts("name", required=True) if contact else {}
    email = contact.email("email") if contact else ""
    site = Site(
        base=base,
        url=block.address("url") or base,
        languages=languages,
        title=block.texts("title", required=True),
        description=block.texts("description", required=True),
        publisher=publisher.texts("name", required=True) if publisher else {},
        publisher_type=publisher.choice("type", _PUBLISHERS, default="NonProfitOrganisation")
        if publisher
        else "",
        publisher_url=publisher.address("url") if publisher else "",
        contact=name,
        email=email,
        licence=block.address("licence", required=True),
        datasets_per_page=block.number("datasets-per-page"),
        accessibility=read_statement(block, (name, email), languages),
    )
    block.text("store")  # a matter of serving: `read_store` reads it, and it is not published
    for key, part in (("publisher", publisher), ("contact", contact)):
        if part is None:
            block.fault(block.place, "missing-key", key=key)
        else:
            part.close()
    block.close()
    return site


def read_store(path: Path, shown: str, findings: list[Finding]) -> str:
    """Read from `site.yaml` which store serves the site; empty for the embedded one. Faults of YAML go to `findings`."""
    block = open_block(path, shown, findings)
    return str(block.text("store")) if block else ""


def read_municipality(paths: dict[str, tuple[Path, str]], findings: list[Finding]) -> Municipality | None:
    """Read the files of one municipality; None when its settings have a fault or its practices are not YAML.

    Args:
        paths: `municipality`, `practices` and, where there are such files, `units` and `terms`: the path and the
            name by which findings call it.
        findings: where faults are noted. A practice, unit or term with a fault is left out of the result, so that
            the rest can be validated in the same run.
    """
    blocks = {name: open_block(path, shown, findings) for name, (path, shown) in paths.items()}
    main, practices = blocks["municipality"], blocks["practices"]
    known = _Known(blocks.get("units"), practices)
    units = _entries(blocks.get("units"), "units", lambda block: _unit(block, known))
    known.add_terms(blocks.get("terms"), _entries(blocks.get("terms"), "terms", _term))
    listed = _entries(practices, "practices", lambda block: _practice(block, known))
    faults = len(findings)
    municipality = _municipality(main, known.whole(units, listed)) if main else None
    sound = len(findings) == faults
    for block in blocks.values():
        if block is not None:
            block.close()
    return municipality if sound and practices else None


@dataclass(frozen=True)
class _Parts:
    """The entries of a municipality that have no fault."""

    units: tuple[Unit, ...]
    terms: tuple[Term, ...]
    practices: tuple[Practice, ...]


def _municipality(block: Block, parts: _Parts) -> Municipality:
    keywords = block.block("keywords")
    source = block.block("source")
    return Municipality(
        country=block.identifier("country"),
        code=block.code("code"),
        name=block.texts("name", required=True),
        languages=block.languages("languages"),
        coverage=block.choice("coverage", vocabulary.load().concepts["coverage"]),
        title=block.texts("title", required=True),
        description=block.texts("description", required=True),
        keywords={language: keywords.items(language) for language in keywords.spoken()} if keywords else {},
        places=block.addresses("places"),
        same_as=block.addresses("same-as"),
        source=_source(source) if source else None,
        units=parts.units,
        terms=parts.terms,
        practices=parts.practices,
    )


def _source(block: Block) -> Source:
    headings = block.block("headings")
    fields = ("name", "units", "groups", "description")
    source = Source(
        title=block.texts("title", required=True),
        rights=block.texts("rights", required=True),
        holder=block.texts("holder", required=True),
        description=block.texts("description"),
        headings={field: text for field in fields if (text := headings.text(field))} if headings else {},
        language=block.language("language", required=True),
        period=block.text("period"),
    )
    if headings:
        headings.close()
    block.close()
    return source


class _Known:
    """The ids that the entries of a municipality may use: those of entries with a fault too, lest it be told twice."""

    def __init__(self, units: Block | None, practices: Block | None) -> None:
        self.units = units.listed("units") if units else []
        self.practices = practices.listed("practices") if practices else []
        self.terms: dict[str, Term] = {}
        self.faulty_terms: set[str] = set()
        self.shared = vocabulary.load().concepts
        self.laws = vocabulary.load().laws

    def add_terms(self, block: Block | None, terms: list[Term]) -> None:
        """Make the municipality's own words known."""
        self.terms = {each.id: each for each in terms}
        self.faulty_terms = set(block.listed("terms") if block else []) - self.terms.keys()

    def concepts(self, scheme: str) -> list[str]:
        """Return the ids of the shared concepts and the own words of a scheme."""
        own = (each.id for each in self.terms.values() if each.scheme == scheme)
        return [*self.shared[scheme], *own, *self.faulty_terms]

    def whole(self, units: list[Unit], practices: list[Practice]) -> _Parts:
        """Return the entries without fault, links to entries with one left out."""
        ids = {each.id for each in units}
        kept = [replace(each, parent=each.parent if each.parent in ids else "") for each in units]
        sound = [
            replace(
                each,
                units=tuple(unit for unit in each.units if unit in ids),
                organisers=tuple(unit for unit in each.organisers if unit in ids),
            )
            for each in practices
            if not self.faulty_terms & {*each.groups, *each.purposes, *each.channels}
        ]
        return _Parts(tuple(kept), tuple(self.terms.values()), tuple(sound))


def _entries(block: Block | None, key: str, read: Callable[[Block], _Entry]) -> list[_Entry]:
    """Read a list of entries that have ids; note a repeated id; leave out entries with a fault."""
    if block is None:
        return []
    found: list[_Entry] = []
    places: dict[str, Place] = {}
    faults = len(block.findings)
    for each in block.blocks(key):
        entry = read(each)
        each.close()
        if entry.id in places:
            each.fault(each.at("id"), "duplicate-id", value=entry.id, first=str(places[entry.id]))
        elif entry.id:
            places[entry.id] = each.at("id")
        if len(block.findings) == faults:
            found.append(entry)
        faults = len(block.findings)
    return found


def _unit(block: Block, known: _Known) -> Unit:
    parent = block.text("parent")
    if parent and parent not in known.units:
        block.fault(block.at("parent"), "unknown-id", value=parent, **hint(parent, known.units))
    return Unit(
        id=block.identifier(),
        name=block.texts("name", required=True),
        type=block.choice("type", vocabulary.load().concepts["unit-type"]),
        kind=block.choice("kind", ("unit", "organisation"), default="unit"),
        parent=parent,
        notes=block.items("notes"),
    )


def _term(block: Block) -> Term:
    scheme = block.choice("scheme", ("target-group", "purpose", "channel"))
    concepts = block.ids("concepts", vocabulary.load().concepts.get(scheme, {}))
    if not block.items("concepts"):
        block.fault(block.place, "missing-key", key="concepts")
    return Term(
        id=block.identifier(),
        name=block.texts("name", required=True),
        scheme=scheme,
        match=block.choice("match", ("exact", "close", "broad", "narrow")),
        concepts=concepts,
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
        translated_title=translated.languages("title") if translated else (),
        translated_description=translated.languages("description") if translated else (),
        source=_verbatim(block.block("source")),
        notes=block.items("notes"),
        withdrawn=withdrawn,
        replaced_by=block.ids("replaced-by", known.practices),
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
    words = {name: block.text(name) for name in ("name", "units", "groups", "description")}
    verbatim = Verbatim(
        row=block.text("row"),
        language=block.language("language", required=any(words.values())),
        pages=block.addresses("pages"),
        seen=block.text("seen"),
        **words,
    )
    block.close()
    return verbatim
