"""Every exception of the tool, and what a finding in somebody's file looks like.

OsallisuusError
├── InputError       files that people edit cannot be read; carries every finding
├── ConformanceError the data is readable but breaks a rule; carries the report's text
├── PublishedError   what is published is missing, damaged or out of date
├── AddressError     the server cannot listen where it was told to
└── QueryError       a query was not answered
    ├── RefusedQueryError   its text is wrong or asks for something that is not offered (HTTP 400)
    └── QueryLimitError     a limit was reached (HTTP 413 or 503)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

LANGUAGES = ("fi", "sv", "en")
"""The languages in which the tool speaks."""


class Place(NamedTuple):
    """Where a value stands: file as people name it, and line counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Word(str):
    """A value of a message that is itself a key of `WORDS`, and so has its own form in each language."""

    __slots__ = ()


@dataclass(frozen=True)
class Finding:
    """One fault in a file that people edit, with its place, in every language of the tool.

    Attributes:
        place: file and line.
        key: name of the rule, a key of `MESSAGES`.
        values: what fills the placeholders of the message.
    """

    place: Place
    key: str
    values: Mapping[str, str] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """Return the message with its cure in a language of `LANGUAGES`."""
        values = {
            name: WORDS[value][language] if isinstance(value, Word) else value
            for name, value in self.values.items()
        }
        return MESSAGES[self.key][language].format(**values)


class OsallisuusError(Exception):
    """What the tool raises when it cannot do what was asked; the text says cause and cure."""


class InputError(OsallisuusError):
    """Files that people edit cannot be read; `findings` has every fault, in the order of file and line."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = sorted(findings, key=lambda each: (each.place, each.key))
        super().__init__("\n".join(f"{each.place}: {each.text('en')}" for each in self.findings))


class ConformanceError(OsallisuusError):
    """The data is readable but breaks a rule, so nothing was published."""


class PublishedError(OsallisuusError):
    """What is published is missing, damaged or out of date; the text says what to run."""


class AddressError(OsallisuusError):
    """The server cannot listen where it was told to."""


class QueryError(OsallisuusError):
    """A query was not answered."""


class RefusedQueryError(QueryError):
    """The text of a query is wrong or asks for something that is not offered."""


class QueryLimitError(QueryError):
    """A query reached a limit; `status` is the HTTP status that says so: 413 for size, 503 for time and load."""

    def __init__(self, message: str, status: int = 503) -> None:
        self.status = status
        super().__init__(message)


WORDS: Mapping[str, Mapping[str, str]] = {
    "list": {"fi": "luettelo", "sv": "en lista", "en": "a list"},
    "mapping": {"fi": "avaimia ja arvoja", "sv": "nycklar och värden", "en": "keys and values"},
    "scalar": {"fi": "tekstiä", "sv": "text", "en": "a text"},
    "nothing": {"fi": "tyhjä tiedosto", "sv": "en tom fil", "en": "an empty file"},
    "sign": {
        "fi": "siinä on merkki, joka ei kuulu osoitteeseen, tai alku puuttuu",
        "sv": "det har ett tecken som inte hör till en adress, eller början saknas",
        "en": "it has a sign that no address has, or its scheme is missing",
    },
    "scheme": {
        "fi": "alku ei ole http tai https",
        "sv": "den börjar inte med http eller https",
        "en": "it is not http or https",
    },
    "base": {
        "fi": "sen pitää päättyä vinoviivaan, eikä siinä saa olla merkkiä # tai ?",
        "sv": "den ska sluta med ett snedstreck och inte innehålla tecknet # eller ?",
        "en": "it must end in a slash and have no # and no ?",
    },
    "email": {
        "fi": "se ei ole sähköpostiosoite",
        "sv": "den är ingen e-postadress",
        "en": "it is no e-mail address",
    },
}
"""The words that fill messages, in every language of the tool."""

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "no-site": {
        "fi": "Sivuston asetuksia ei ole. Anna hakemisto, jossa on data/site.yaml.",
        "sv": "Webbplatsens inställningar saknas. Ange en katalog med data/site.yaml.",
        "en": "There are no settings of a site. Name a directory that has data/site.yaml.",
    },
    "no-file": {
        "fi": "Tiedosto puuttuu. Lisää se kunnan hakemistoon.",
        "sv": "Filen saknas. Lägg till den i kommunens katalog.",
        "en": "The file is missing. Add it to the municipality's directory.",
    },
    "bad-language": {
        "fi": "”{value}” ei ole kielitunnus. Käytä tunnusta kuten fi, sv tai en.",
        "sv": "”{value}” är ingen språkkod. Använd en kod som fi, sv eller en.",
        "en": "“{value}” is not the tag of a language. Use a tag such as fi, sv or en.",
    },
    "not-utf8": {
        "fi": "Tiedosto ei ole UTF-8-tekstiä. Tallenna se UTF-8-muodossa.",
        "sv": "Filen är inte UTF-8-text. Spara den som UTF-8.",
        "en": "The file is not UTF-8 text. Save it as UTF-8.",
    },
    "yaml": {
        "fi": "YAML-virhe: {problem}. Korjaa rivin rakenne.",
        "sv": "YAML-fel: {problem}. Rätta radens struktur.",
        "en": "YAML error: {problem}. Mend the structure of this line.",
    },
    "turtle": {
        "fi": "Turtle-virhe: {problem}. Korjaa rivi.",
        "sv": "Turtle-fel: {problem}. Rätta raden.",
        "en": "Turtle error: {problem}. Mend this line.",
    },
    "duplicate-key": {
        "fi": "Avain ”{key}” on jo rivillä {first}. Yhdistä arvot tai poista toinen.",
        "sv": "Nyckeln ”{key}” finns redan på rad {first}. Slå ihop värdena eller ta bort den ena.",
        "en": "The key “{key}” is already on line {first}. Join the values or remove one of the two.",
    },
    "alias": {
        "fi": "YAML-viittauksia (& ja *) ei lueta. Kirjoita arvo auki.",
        "sv": "YAML-referenser (& och *) läses inte. Skriv ut värdet.",
        "en": "YAML anchors and aliases (& and *) are not read. Write the value out.",
    },
    "unknown-key": {
        "fi": "Tuntematon avain ”{key}”.{hint} Tunnetut avaimet: {known}.",
        "sv": "Okänd nyckel ”{key}”.{hint} Kända nycklar: {known}.",
        "en": "Unknown key “{key}”.{hint} Known keys: {known}.",
    },
    "missing-key": {
        "fi": "Avain ”{key}” puuttuu. Lisää se.",
        "sv": "Nyckeln ”{key}” saknas. Lägg till den.",
        "en": "The key “{key}” is missing. Add it.",
    },
    "empty": {
        "fi": "Avaimella ”{key}” ei ole arvoa. Anna arvo tai poista avain.",
        "sv": "Nyckeln ”{key}” har inget värde. Ange ett värde eller ta bort nyckeln.",
        "en": "The key “{key}” has no value. Give one or remove the key.",
    },
    "kind": {
        "fi": "Tässä pitää olla {expected}, mutta tässä on {found}.",
        "sv": "Här ska det stå {expected}, men här står {found}.",
        "en": "This should be {expected}, but it is {found}.",
    },
    "choice": {
        "fi": "”{value}” ei käy.{hint} Sallitut arvot: {known}.",
        "sv": "”{value}” duger inte.{hint} Tillåtna värden: {known}.",
        "en": "“{value}” will not do.{hint} Allowed values: {known}.",
    },
    "boolean": {
        "fi": "”{value}” ei ole totuusarvo. Kirjoita true tai false.",
        "sv": "”{value}” är inget sanningsvärde. Skriv true eller false.",
        "en": "“{value}” is not a yes or no. Write true or false.",
    },
    "number": {
        "fi": "”{value}” ei ole kokonaisluku, joka on vähintään 1. Kirjoita luku numeroin tai poista avain.",
        "sv": "”{value}” är inget heltal som är minst 1. Skriv talet med siffror eller ta bort nyckeln.",
        "en": "“{value}” is not a whole number of 1 or more. Write it in digits or remove the key.",
    },
    "unknown-id": {
        "fi": "Tuntematon tunnus ”{value}”.{hint} Tunnetut: {known}.",
        "sv": "Okänd beteckning ”{value}”.{hint} Kända: {known}.",
        "en": "Unknown id “{value}”.{hint} Known: {known}.",
    },
    "duplicate-id": {
        "fi": "Tunnus ”{value}” on jo kohdassa {first}. Anna toinen tunnus.",
        "sv": "Beteckningen ”{value}” används redan på {first}. Ange en annan.",
        "en": "The id “{value}” is already used at {first}. Give another one.",
    },
    "repeated": {
        "fi": "”{value}” on luettelossa kahdesti. Poista toinen.",
        "sv": "”{value}” står två gånger i listan. Ta bort den ena.",
        "en": "“{value}” is in the list twice. Remove one.",
    },
    "bad-id": {
        "fi": "”{value}” ei käy tunnukseksi. Käytä pieniä kirjaimia a–z, numeroita ja yhdysmerkkejä.",
        "sv": "”{value}” duger inte som beteckning. Använd små bokstäver a–z, siffror och bindestreck.",
        "en": "“{value}” cannot be an id. Use lower-case letters a–z, digits and hyphens.",
    },
    "bad-iri": {
        "fi": "”{value}” ei ole kelvollinen verkko-osoite ({problem}). Kirjoita koko osoite, alku mukaan lukien.",
        "sv": "”{value}” är ingen giltig webbadress ({problem}). Skriv hela adressen, inklusive början.",
        "en": "“{value}” is not a valid web address ({problem}). Write the whole address with its scheme.",
    },
    "base-moved": {
        "fi": (
            "”{value}” ei ole se base, jonka alla on jo pysyviä julkaisuja ({count}): ”{old}”. Niiden tunnukset lakkaisivat"
            " toimimasta. Palauta vanha arvo; uusi osoite, josta sivusto tarjotaan, kuuluu avaimeen url."
        ),
        "sv": (
            "”{value}” är inte den base under vilken det redan finns fasta utgåvor ({count}): ”{old}”. Deras identifierare"
            " skulle sluta fungera. Återställ det gamla värdet; en ny adress där webbplatsen finns hör till nyckeln url."
        ),
        "en": (
            "“{value}” is not the base under which there are frozen releases already ({count}): “{old}”. Their IRIs would"
            " lead nowhere. Put the old value back; a new address where the site is served belongs to the key url."
        ),
    },
    "space": {
        "fi": "Teksti alkaa tai päättyy välilyöntiin tai sisältää näkymättömän merkin: {value}. Poista se.",
        "sv": "Texten börjar eller slutar med mellanslag eller innehåller ett osynligt tecken: {value}. Ta bort det.",
        "en": "The text begins or ends with a space or holds an invisible character: {value}. Remove it.",
    },
    "date": {
        "fi": "”{value}” ei ole päivä. Kirjoita se muodossa 2026-11-25.",
        "sv": "”{value}” är ingen dag. Skriv den i formen 2026-11-25.",
        "en": "“{value}” is not a day. Write it like 2026-11-25.",
    },
    "missing-language": {
        "fi": "Avaimelta ”{key}” puuttuu teksti näillä sivuston kielillä: {languages}. Lisää se.",
        "sv": "Nyckeln ”{key}” saknar text på dessa av webbplatsens språk: {languages}. Lägg till den.",
        "en": "The key “{key}” has no text in these languages of the site: {languages}. Add it.",
    },
    "no-statement": {
        "fi": "Saavutettavuusseloste puuttuu. Lisää avain ”accessibility”; docs/accessibility.md näyttää mallin.",
        "sv": "Tillgänglighetsutlåtandet saknas. Lägg till nyckeln ”accessibility”; docs/accessibility.md visar en mall.",
        "en": "There is no accessibility statement. Add the key “accessibility”; docs/accessibility.md shows a model.",
    },
    "conformity": {
        "fi": "”{value}” ja kohta ”barriers” eivät sovi yhteen. Luettele siinä, mikä ei ole saavutettavaa, tai kirjoita full ja jätä se pois.",
        "sv": "”{value}” och ”barriers” stämmer inte överens. Räkna där upp vad som inte är tillgängligt, eller skriv full och lämna bort den.",
        "en": "“{value}” and “barriers” do not agree. List there what is not accessible, or write full and leave it out.",
    },
    "revised": {
        "fi": "Selostetta ei voi tarkistaa ({value}) ennen kuin se on laadittu ({made}). Korjaa päivä.",
        "sv": "Utlåtandet kan inte ses över ({value}) innan det upprättats ({made}). Rätta dagen.",
        "en": "The statement cannot be revised ({value}) before it was made ({made}). Correct the day.",
    },
    "old-statement": {
        "fi": "Saavutettavuusseloste on tarkistettu viimeksi {value}, yli vuosi sitten. Tarkista se ja vaihda ”revised”.",
        "sv": "Tillgänglighetsutlåtandet sågs senast över {value}, för över ett år sedan. Se över det och ändra ”revised”.",
        "en": "The accessibility statement was last revised on {value}, more than a year ago. Look it through and change “revised”.",
    },
    "no-municipalities": {
        "fi": "Hakemistossa ei ole yhtään kuntaa. Lisää data/<kunta>/municipality.yaml.",
        "sv": "Det finns ingen kommun i katalogen. Lägg till data/<kommun>/municipality.yaml.",
        "en": "There is no municipality here. Add data/<municipality>/municipality.yaml.",
    },
}
"""The messages of findings: what is wrong and the cure, in every language of the tool."""
