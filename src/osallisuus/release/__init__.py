"""Writing, proving and reading what is published."""

from osallisuus.release.building import (
    check_base,
    differences,
    edition,
    edition_with,
    log_before,
    manifest_before,
)
from osallisuus.release.checking import check_catalog
from osallisuus.release.exchange import recover, replace, writing
from osallisuus.release.freezing import Freezing, Frozen, carried, freeze
from osallisuus.release.proving import Proof, prove, prove_release
from osallisuus.release.published import Publication, open_publication, settings

__all__ = [
    "Freezing",
    "Frozen",
    "Proof",
    "Publication",
    "carried",
    "check_base",
    "check_catalog",
    "differences",
    "edition",
    "edition_with",
    "freeze",
    "log_before",
    "manifest_before",
    "open_publication",
    "prove",
    "prove_release",
    "recover",
    "replace",
    "settings",
    "writing",
]
