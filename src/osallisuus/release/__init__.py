"""Writing, proving and reading what is published."""

from osallisuus.release.building import differences, edition, manifest_before
from osallisuus.release.exchange import recover, replace, writing
from osallisuus.release.published import Publication, open_publication, settings

__all__ = [
    "Publication",
    "differences",
    "edition",
    "manifest_before",
    "open_publication",
    "recover",
    "replace",
    "settings",
    "writing",
]
