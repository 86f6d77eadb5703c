"""A small site that tests build, change and release."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from osallisuus import manifest, release
from osallisuus.cli import main
from osallisuus.manifest import Manifest
from osallisuus.release import records
from osallisuus.release.records import DatasetRecord
from osallisuus.site import Layout, read

DAY, LATER, LATEST = "2026-09-25", "2026-10-02", "2026-11-03"
PRACTICES, DATASET, RELEASES = "mallila/practices.yaml", "xx/999/practices", "xx/999/releases"


def run(*arguments: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)


def on_disk(directory: Path) -> dict[str, bytes]:
    """Return path → content of every file under a directory."""
    return {
        each.relative_to(directory).as_posix(): each.read_bytes()
        for each in directory.rglob("*")
        if each.is_file()
    }


@dataclass(frozen=True)
class Made:
    """A site that a test may change."""

    root: Path

    @property
    def publish(self) -> Path:
        """Return its directory of what is published."""
        return self.root / "publish"

    def edit(self, old: str, new: str) -> None:
        """Replace a text of its practices once."""
        path = self.root / "data" / PRACTICES
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def build(self, day: str) -> None:
        """Build it as the command does, but for the validation, which takes seconds."""
        contents = read(Layout(self.root))
        before, log = release.manifest_before(self.publish), release.log_before(self.publish)
        frozen = release.carried(self.publish, before)
        release.replace(self.publish, release.edition(contents, before, day, log, frozen))

    def add_other(self) -> Path:
        """Add a second municipality, xx/998; return its directory."""
        other = self.root / "data" / "toinen"
        shutil.copytree(self.root / "data" / "mallila", other)
        file = other / "municipality.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("'999'", "'998'"), encoding="utf-8")
        return other

    def release(self, version: str) -> Result:
        """Freeze what it publishes."""
        return run("release", "--site", self.root, "--date", version)

    def listed(self) -> Manifest:
        """Return its manifest."""
        return manifest.read(self.publish)

    def record(self, version: str) -> DatasetRecord:
        """Return the record of a release of its municipality."""
        return records.read_dataset((self.publish / RELEASES / version / "release.json").read_bytes())


def make(repository: Path, root: Path) -> Made:
    """Copy the minimal site and build it."""
    shutil.copytree(repository / "tests" / "sites" / "minimal", root)
    made = Made(root)
    made.build(DAY)
    return made
