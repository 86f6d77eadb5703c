"""Write a clearly synthetic site of N municipalities: a published edition, what its endpoint holds as N-Quads, or YAML.

Run: python tests/benchmarks/generate.py N DIR [--seed S] [--data]. The same (N, S) gives the same bytes, and a
municipality is the same whatever N is. Every name says that it is synthetic, and nothing is named outside `BASE`.
"""

import argparse
import random
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml
from pyoxigraph import RdfFormat

from osallisuus import release, vocabulary
from osallisuus.model import (
    Accessibility,
    Municipality,
    Practice,
    Site,
    Source,
    Texts,
    Unit,
    Verbatim,
)
from osallisuus.query import store
from osallisuus.site import Contents, Layout

BASE = "https://example.org/synthetic/"
COUNTRY = "xx"
PRACTICES = 52
"""Practices of a municipality: as many as the first real table had."""
DAY = "2026-01-01"
QUADS = "endpoint.nq"

LANGUAGES = ("fi", "sv", "en")
_TABLE = """
avoimuus öppenhet openness
arviointi utvärdering evaluation
kysely enkät survey
palaute respons feedback
aloite initiativ initiative
tapaaminen möte meeting
neuvosto råd council
budjetti budget budget
suunnittelu planering planning
palvelu service service
keskustelu samtal discussion
tiedote meddelande notice
kuulutus kungörelse announcement
asukas invånare resident
yhdistys förening association
nuori ung youth
vanhus äldre elder
koulu skola school
kaavoitus planläggning zoning
ympäristö miljö environment
liikunta idrott sport
kulttuuri kultur culture
verkko nät network
kokous sammanträde session
valtuusto fullmäktige assembly
"""
WORDS: Mapping[str, Sequence[str]] = dict(
    zip(LANGUAGES, zip(*map(str.split, _TABLE.strip().splitlines()), strict=True), strict=True)
)
"""Words of which titles are made; the same place in each language means the same."""
CHANNELS = (
    "survey",
    "website",
    "discussion-event",
    "panel",
    "documents",
    "online-service",
    "work-group",
    "social-media",
    "meeting",
    "public-event",
    "workshop",
    "newspaper",
)
UNIT_TYPES = (
    "education",
    "social-health",
    "urban-environment",
    "central-administration",
    "culture-leisure",
    "communications",
    "human-resources",
    "resident-services",
    "finance",
)
LAWS = ("kuntalaki-2015/22", "kuntalaki-2015/23", "kuntalaki-2015/26", "kuntalaki-2015/29", "mrl-1999/62")
GROUPS = (
    "residents",
    "service-users",
    "staff",
    "youth",
    "pupils",
    "elected-officials",
    "associations",
    "older-people",
    "guardians",
    "partners",
    "businesses",
    "students",
    "supervisors",
    "immigrants",
)

SITE = Site(
    base=BASE,
    url=BASE,
    languages=LANGUAGES,
    title={"fi": "Synteettinen sivusto", "sv": "Syntetisk webbplats", "en": "Synthetic site"},
    description={
        "fi": "Keksittyä aineistoa mittauksia varten; ei yhtään todellista kuntaa.",
        "sv": "Påhittade data för mätningar; ingen verklig kommun.",
        "en": "Invented data for measurements; no real municipality.",
    },
    publisher={"fi": "Synteettinen julkaisija", "sv": "Syntetisk utgivare", "en": "Synthetic publisher"},
    publisher_type="NonProfitOrganisation",
    publisher_url="",
    contact={"fi": "Synteettinen yhteys", "sv": "Syntetisk kontakt", "en": "Synthetic contact"},
    email="synthetic@example.org",
    licence="http://publications.europa.eu/resource/authority/licence/CC_BY_4_0",
    accessibility=Accessibility(
        conformity="full",
        barriers=(),
        assessed="self",
        method={"fi": "Keksitty.", "sv": "Påhittad.", "en": "Invented."},
        made="2026-11-25",
        revised="2026-11-25",
        contact={"fi": "Synteettinen yhteys", "sv": "Syntetisk kontakt", "en": "Synthetic contact"},
        email="synthetic@example.org",
        authority={"fi": "Keksitty valvoja", "sv": "Påhittad tillsyn", "en": "Invented supervisor"},
        authority_url=dict.fromkeys(LANGUAGES, "https://supervisor.example/"),
    ),
)


def code(number: int) -> str:
    """Return the code of a municipality, counted from 1."""
    return f"{number:05}"


def practice_id(number: int) -> str:
    """Return the id of a practice, counted from 1."""
    return f"synthetic-practice-{number:02}"


def municipality(number: int, seed: int = 1) -> Municipality:
    """Return a municipality, counted from 1; the same for a number and a seed."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311  # invented data, no secrets
    return Municipality(
        country=COUNTRY,
        code=code(number),
        name={
            "fi": f"Synteettinen kunta {number}",
            "sv": f"Syntetisk kommun {number}",
            "en": f"Synthetic municipality {number}",
        },
        languages=LANGUAGES,
        coverage=("sample", "own-list")[number % 2],
        title={
            "fi": f"Synteettisen kunnan {number} osallisuuskäytännöt",
            "sv": f"Delaktighetspraxis i syntetisk kommun {number}",
            "en": f"Participation practices of synthetic municipality {number}",
        },
        description={
            "fi": f"Keksitty luettelo mittauksia varten, kunta {number}.",
            "sv": f"Påhittad förteckning för mätningar, kommun {number}.",
            "en": f"Invented list for measurements, municipality {number}.",
        },
        keywords={"fi": ("synteettinen",), "sv": ("syntetisk",), "en": ("synthetic",)},
        source=_source(number),
        units=_units(number),
        practices=tuple(_practice(chance, number, each) for each in range(1, PRACTICES + 1)),
    )


def _source(number: int) -> Source:
    return Source(
        title={
            "fi": f"Synteettinen taulukko {number}",
            "sv": f"Syntetisk tabell {number}",
            "en": f"Synthetic table {number}",
        },
        rights={"fi": "Keksittyä tekstiä.", "sv": "Påhittad text.", "en": "Invented text."},
        holder={"fi": "Synteettinen kunta", "sv": "Syntetisk kommun", "en": "Synthetic municipality"},
        description={"fi": "Ei lähdettä.", "sv": "Ingen källa.", "en": "No source."},
        headings={
            "name": "Toiminta",
            "units": "Käytössä",
            "groups": "Kenen osallisuutta",
            "description": "Tavoite",
        },
        language="fi",
    )


def _units(number: int) -> tuple[Unit, ...]:
    whole = Unit(
        id="synthetic-whole",
        name={"fi": "synteettinen hallinto", "sv": "syntetisk förvaltning", "en": "synthetic administration"},
        type="whole-organisation",
        kind="organisation",
    )
    labels = vocabulary.load().concepts["unit-type"]
    parts = (
        Unit(
            id=f"synthetic-{each}",
            name={language: f"synt. {labels[each][language]} {number}" for language in LANGUAGES},
            type=each,
            parent=whole.id,
        )
        for each in UNIT_TYPES
    )
    return (whole, *parts)


def _some(chance: random.Random, values: Sequence[str], most: int) -> tuple[str, ...]:
    """Return one to `most` of the values, the first ones more often than the last."""
    found = {
        values[int(chance.random() * chance.random() * len(values))]: None
        for _ in range(chance.randint(1, most))
    }
    return tuple(found)


def _practice(chance: random.Random, municipality: int, number: int) -> Practice:
    picked = [chance.randrange(len(WORDS["fi"])) for _ in range(6)]
    groups = _some(chance, GROUPS, 3)
    implied = chance.random() < 0.2
    channels, purposes = _some(chance, CHANNELS, 2), _some(chance, _purposes(), 2)
    units = tuple(f"synthetic-{each}" for each in _some(chance, UNIT_TYPES, 2))
    title, description = _texts(picked, f"{municipality}-{number}")
    law = (LAWS[picked[0] % len(LAWS)],) if chance.random() < 0.2 else ()
    started = f"20{chance.randint(10, 25)}" if chance.random() < 0.3 else ""
    return Practice(
        id=practice_id(number),
        title=title,
        description=description,
        purposes=purposes,
        units=units,
        groups=() if implied else groups,
        implied_groups=groups if implied else (),
        channels=channels,
        legal_basis=law if picked[1] % 5 == 0 else (),
        implied_legal_basis=law if picked[1] % 5 else (),
        times_per_year=str(chance.randint(1, 12)) if chance.random() < 0.2 else "",
        recurrence={"fi": "synt. vuosittain", "en": "synth. every year"} if chance.random() < 0.1 else {},
        started=started,
        as_of=f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        translated_title=("sv", "en"),
        translated_description=("sv", "en"),
        source=_words(number, title, description, groups, units),
        withdrawn=chance.random() < 0.01,
    )


def _purposes() -> tuple[str, ...]:
    return tuple(sorted(vocabulary.load().concepts["purpose"]))


def _texts(picked: Sequence[int], mark: str) -> tuple[Texts, Texts]:
    fi, sv, en = ([WORDS[language][each] for each in picked] for language in LANGUAGES)
    title = {
        "fi": f"Synteettinen {fi[0]}, {fi[1]} {mark}",
        "sv": f"Syntetisk {sv[0]}, {sv[1]} {mark}",
        "en": f"Synthetic {en[0]}, {en[1]} {mark}",
    }
    description = {
        "fi": f"Keksitty tavoite: {fi[2]} ja {fi[3]} kunnan työssä, mukana {fi[4]} ja {fi[5]}",
        "sv": f"Påhittat mål: {sv[2]} och {sv[3]} i kommunens arbete, med {sv[4]} och {sv[5]}",
        "en": f"Invented aim: {en[2]} and {en[3]} in the work of the municipality, with {en[4]} and {en[5]}",
    }
    return title, description


def _words(
    row: int, title: Texts, description: Texts, groups: Sequence[str], units: Sequence[str]
) -> Verbatim:
    labels = vocabulary.load().concepts["target-group"]
    return Verbatim(
        row=str(row),
        language="fi",
        name=title["fi"],
        units=", ".join(units),
        groups=", ".join(labels[each]["fi"] for each in groups),
        description=description["fi"],
    )


def contents(count: int, seed: int = 1) -> Contents:
    """Return a whole site as its files would say it."""
    return Contents(SITE, tuple(municipality(each, seed) for each in range(1, count + 1)), ())


def edition(count: int, seed: int = 1) -> dict[str, bytes]:
    """Return the files of the published edition of a site; it is not validated."""
    return release.edition(contents(count, seed), None, DAY)


def write_quads(publish: Path, path: Path) -> int:
    """Write what the endpoint of a published edition holds as N-Quads; return the number of quads."""
    held = store.load(publish, BASE)
    held.dump(str(path), format=RdfFormat.N_QUADS)
    return len(held)


def write_data(root: Path, count: int, seed: int = 1) -> None:
    """Write the files under `data/` that people would edit."""
    _write_yaml(root / "data" / "site.yaml", _site_file())
    for each in contents(count, seed).municipalities:
        directory = root / "data" / f"synthetic-{each.code}"
        _write_yaml(directory / "municipality.yaml", _municipality_file(each))
        _write_yaml(directory / "units.yaml", {"units": [_plain(unit) for unit in each.units]})
        practices = [_practice_entry(practice) for practice in each.practices]
        _write_yaml(directory / "practices.yaml", {"practices": practices})


def _write_yaml(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _site_file() -> dict[str, object]:
    fields = _plain(SITE)
    name, kind = fields.pop("publisher"), fields.pop("publisher-type")
    contact, email = fields.pop("contact"), fields.pop("email")
    statement = _plain(fields.pop("accessibility"))
    for each in ("contact", "email"):  # those of the site
        del statement[each]
    statement["authority"] = {"name": statement["authority"], "url": statement.pop("authority-url")}
    fields["accessibility"] = statement
    return {**fields, "publisher": {"name": name, "type": kind}, "contact": {"name": contact, "email": email}}


def _municipality_file(each: Municipality) -> dict[str, object]:
    fields = _plain(each)
    del fields["units"], fields["practices"]
    fields["keywords"] = {language: list(words) for language, words in each.keywords.items()}
    return {**fields, "source": _plain(each.source)}


def _practice_entry(practice: Practice) -> dict[str, object]:
    fields = _plain(practice)
    translated = {
        "title": fields.pop("translated-title"),
        "description": fields.pop("translated-description"),
    }
    return {**fields, "translated": translated, "source": _plain(practice.source)}


def _plain(value: object) -> dict[str, object]:
    """Return what a value of the model says as YAML has it: keys with hyphens, what is empty left out."""
    plain: dict[str, object] = {}
    for name, each in vars(value).items():
        if each:
            written = list(each) if isinstance(each, tuple) else "true" if each is True else each
            plain[name.replace("_", "-")] = written
    return plain


class Written(NamedTuple):
    """What was written: files of the edition, quads of the endpoint, seconds that it took."""

    files: int
    quads: int
    seconds: float


def write(root: Path, count: int, seed: int = 1) -> Written:
    """Write the published edition of a site, and beside it what its endpoint holds."""
    started = time.perf_counter()
    root.mkdir(parents=True, exist_ok=True)
    publish = Layout(root).publish
    files = edition(count, seed)
    release.replace(publish, files)
    quads = write_quads(publish, root / QUADS)
    return Written(len(files), quads, time.perf_counter() - started)


def main() -> None:
    """Write a site as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("count", metavar="N", type=int, help="number of municipalities")
    parser.add_argument("root", metavar="DIR", type=Path, help="directory of the site")
    parser.add_argument("--seed", type=int, default=1, help="another number gives other data")
    parser.add_argument("--data", action="store_true", help="write data/ instead: the files that people edit")
    options = parser.parse_args()
    if options.data:
        write_data(options.root, options.count, options.seed)
        return
    written = write(options.root, options.count, options.seed)
    sys.stdout.write(f"{written.files} files, {written.quads} quads in {written.seconds:.1f} s\n")


if __name__ == "__main__":
    main()
