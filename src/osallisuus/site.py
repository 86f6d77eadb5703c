"""The directory layout of a site: the only module that joins its paths.

A site is a directory with `data/site.yaml`; `publish/` beside `data/` holds what is published.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from osallisuus.errors import Finding, InputError, Place
from osallisuus.model import Municipality, Site
from osallisuus.reader import place_of, read_municipality, read_site, read_store

_FILES = ("municipality", "practices", "units", "terms")
_STATEMENT_DAYS = 366
"""Days after which a statement is due again: a year, in a leap year too."""


@dataclass(frozen=True)
class Layout:
    """Where things are in a site's directory."""

    root: Path

    @property
    def settings(self) -> Path:
        """The file of the site's settings."""
        return self.root / "data" / "site.yaml"

    @property
    def publish(self) -> Path:
        """The directory of what is published."""
        return self.root / "publish"

    @property
    def municipalities(self) -> list[Path]:
        """The directories of the municipalities, by name."""
        return sorted(each.parent for each in (self.root / "data").glob("*/municipality.yaml"))

    def shown(self, path: Path) -> str:
        """Return the name of a file as findings call it: relative to the site."""
        return path.relative_to(self.root).as_posix()


@dataclass(frozen=True)
class Contents:
    """What the files under `data/` say.

    Attributes:
        site: the settings.
        municipalities: every municipality whose files could be read, by directory name.
        findings: the faults found on the way; entries with one are left out of `municipalities`.
    """

    site: Site
    municipalities: tuple[Municipality, ...]
    findings: tuple[Finding, ...]


def read(layout: Layout) -> Contents:
    """Read a whole site.

    Raises:
        InputError: there are no settings, or they have a fault; it tells the faults of the other files too.
    """
    shown = layout.shown(layout.settings)
    if not layout.settings.is_file():
        raise InputError([Finding(Place(str(layout.settings), 1), "no-site")])
    findings: list[Finding] = []
    site = read_site(layout.settings, shown, findings)
    if site is None:
        raise InputError(findings)
    are_settings_faulty = bool(findings)
    municipalities = []
    for directory in layout.municipalities:
        municipality = read_municipality(_paths(layout, directory), findings)
        if municipality is not None:
            municipalities.append(municipality)
    if not layout.municipalities:
        findings.append(Finding(Place(shown, 1), "no-municipalities"))
    if are_settings_faulty:
        raise InputError(findings)
    return Contents(site, tuple(municipalities), tuple(findings))


def warnings(site: Site, day: str) -> list[Finding]:
    """Return what stops nothing but is due: an accessibility statement that nobody has looked through for a year.

    Args:
        site: the settings, as they were read.
        day: the day to judge by, `YYYY-MM-DD`; the command line knows which it is, what is published does not.
    """
    statement = site.accessibility
    due = date.fromisoformat(day) - timedelta(days=_STATEMENT_DAYS)
    if statement is None or date.fromisoformat(statement.revised) >= due:
        return []
    place = place_of(statement.revised, Place("", 0))
    return [Finding(place, "old-statement", {"value": statement.revised})]


def site_store(root: Path) -> str:
    """Return the setting of the store that serves a site: empty for the embedded one, and where there is no `data/`.

    Raises:
        InputError: the settings of the site are no YAML.
    """
    layout, findings = Layout(root), list[Finding]()
    if not layout.settings.is_file():
        return ""
    store = read_store(layout.settings, layout.shown(layout.settings), findings)
    if findings:
        raise InputError(findings)
    return store


def _paths(layout: Layout, directory: Path) -> dict[str, tuple[Path, str]]:
    found = {name: directory / f"{name}.yaml" for name in _FILES}
    needed = ("municipality", "practices")
    return {
        name: (path, layout.shown(path)) for name, path in found.items() if path.is_file() or name in needed
    }
