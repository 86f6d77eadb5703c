"""How to cite a release: a sentence in each language of the tool, BibTeX, and the Citation File Format 1.2.0. Pure."""

import re
from collections.abc import Mapping
from typing import Protocol

import yaml

from osallisuus.errors import LANGUAGES
from osallisuus.model import Texts
from osallisuus.release.records import Record

_SENTENCES: Texts = {
    "fi": "{publisher} ({year}). {title} (julkaisu {version}) [aineisto]. {iri}",
    "sv": "{publisher} ({year}). {title} (utgåva {version}) [datamängd]. {iri}",
    "en": "{publisher} ({year}). {title} (release {version}) [data set]. {iri}",
}
_MESSAGE = "If you use this data, please cite it by the metadata of this file."
_SPDX: Mapping[str, str] = {
    "CC_BY_4_0": "CC-BY-4.0",
    "CC_BYSA_4_0": "CC-BY-SA-4.0",
    "CC_BYNC_4_0": "CC-BY-NC-4.0",
    "CC0": "CC0-1.0",
    "creativecommons.org/licenses/by/4.0": "CC-BY-4.0",
    "creativecommons.org/licenses/by-sa/4.0": "CC-BY-SA-4.0",
    "creativecommons.org/publicdomain/zero/1.0": "CC0-1.0",
    "ODC_BY": "ODC-By-1.0",
    "ODC_BL": "ODbL-1.0",
}
"""End of the IRI of a licence → its identifier in the list of SPDX."""

_ESCAPED = re.compile(r"([&%$#_{}])")


class Citable(Protocol):
    """What BibTeX takes of a work: its IRI, its title and publisher in several languages, its version and its day."""

    @property
    def release(self) -> str:
        """Its IRI."""

    @property
    def title(self) -> Texts:
        """Its title."""

    @property
    def publisher(self) -> Texts:
        """Name of its publisher."""

    @property
    def version(self) -> str:
        """Its version."""

    @property
    def date(self) -> str:
        """Its day, as `YYYY-MM-DD`."""


def _text(texts: Texts, language: str) -> str:
    return next((texts[each] for each in (language, *LANGUAGES) if each in texts), next(iter(texts.values())))


def sentence(record: Record, language: str) -> str:
    """Return the citation as a sentence in a language of `LANGUAGES`."""
    return _SENTENCES[language].format(
        publisher=_text(record.publisher, language),
        year=record.date[:4],
        title=_text(record.title, language),
        version=record.version,
        iri=record.release,
    )


def bibtex(record: Citable, language: str) -> str:
    """Return the citation as a BibTeX entry, with the texts of a language."""
    _, _, path = record.release.partition("://")
    key = re.sub(r"[^A-Za-z0-9]+", "-", path.partition("/")[2])
    publisher, title = (
        _ESCAPED.sub(r"\\\1", _text(each, language)) for each in (record.publisher, record.title)
    )
    fields = {
        "author": f"{{{publisher}}}",
        "title": f"{{{title}}}",
        "year": record.date[:4],
        "month": str(int(record.date[5:7])),
        "publisher": f"{{{publisher}}}",
        "version": record.version,
        "url": record.release,
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{key},\n{lines}}}\n"


def citation_file(record: Record) -> bytes:
    """Return the citation as a CITATION.cff, in English where the texts have it."""
    licence = record.licence.rstrip("/")
    spdx = next((name for end, name in _SPDX.items() if licence.endswith(f"/{end}")), "")
    entry = {
        "cff-version": "1.2.0",
        "message": _MESSAGE,
        "type": "dataset",
        "title": _text(record.title, "en"),
        "authors": [{"name": _text(record.publisher, "en")}],
        "version": record.version,
        "date-released": record.date,
        "url": record.release,
        "license" if spdx else "license-url": spdx or record.licence,
    }
    return yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=1000).encode()
