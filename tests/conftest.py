"""Fixtures that several test modules share: the repository's own data, its edition, and a small site to change."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from osallisuus import release
from osallisuus.query.blocking import Workers
from osallisuus.query.limits import Limits
from osallisuus.release import Publication
from osallisuus.site import Contents, Layout, read
from releasing import DAY, LATER, Made, make, run

TODAY, TOMORROW = "2026-11-25", "2026-11-26"
"""The day of the edition of the repository's own data, and the next."""

Change = str | bytes | tuple[str, str] | None


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the top of the repository, which is itself a site."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def contents(repository: Path) -> Contents:
    """Return what the repository's own data says, without a finding."""
    found = read(Layout(repository))
    assert found.findings == ()
    return found


@pytest.fixture(scope="session")
def edition(contents: Contents) -> dict[str, bytes]:
    """Return the files of the repository's own data, as its first edition."""
    return release.edition(contents, None, TODAY)


@pytest.fixture(scope="session")
def publish(edition: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a `publish/` that holds the edition."""
    directory = tmp_path_factory.mktemp("site") / "publish"
    release.replace(directory, edition)
    return directory


@pytest.fixture(scope="session")
def publication(publish: Path) -> Publication:
    """Read the edition as a server reads it."""
    return release.open_publication(publish)


@pytest.fixture(scope="session")
def evaluate(publish: Path, publication: Publication) -> Iterator[Callable[..., bytes]]:
    """Return a function that has the workers of the edition answer a query."""
    with Workers(publish, publication.site.base, Limits(wait=10)) as workers:
        yield workers.ask


@pytest.fixture
def make_site(repository: Path, tmp_path: Path) -> Callable[..., Layout]:
    """Return a function that copies the minimal site afresh and changes files of its `data/`.

    It takes path → new content, `(old text, new text)` to replace once, or None to delete the file.
    """

    def make(files: Mapping[str, Change] | None = None) -> Layout:
        root = tmp_path / "minimal"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(repository / "tests" / "sites" / "minimal", root)
        for name, change in (files or {}).items():
            _change(root / "data" / name, change)
        return Layout(root)

    return make


def _change(path: Path, change: Change) -> None:
    if change is None:
        path.unlink()
        return
    if isinstance(change, tuple):
        old, new = change
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old} is not in {path}"
        change = text.replace(old, new, 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(change.encode() if isinstance(change, str) else change)


@pytest.fixture(scope="session")
def first_release(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make a site with one release; tests only read it."""
    made = make(repository, tmp_path_factory.mktemp("first") / "site")
    assert made.release(DAY).exit_code == 0
    return made


@pytest.fixture(scope="session")
def changed_after(first_release: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make a site whose practices changed after its release; tests only read it."""
    made = Made(shutil.copytree(first_release.root, tmp_path_factory.mktemp("changed") / "site"))
    made.edit("Village survey", "Survey of the villages")
    made.build(LATER)
    return made


@pytest.fixture(scope="session")
def second_release(changed_after: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Make a site with a release more after its practices changed; tests only read it."""
    made = Made(shutil.copytree(changed_after.root, tmp_path_factory.mktemp("second") / "site"))
    assert made.release(LATER).exit_code == 0
    return made


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Made], Made]:
    """Return a function that copies a site for a test to change."""
    return lambda made: Made(shutil.copytree(made.root, tmp_path / "copy"))


@pytest.fixture(scope="session")
def site_shown(repository: Path, publish: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a `publish/` of the repository's own data with one release and one change after it."""
    root = tmp_path_factory.mktemp("shown") / "site"
    shutil.copytree(repository / "data", root / "data")
    shutil.copytree(publish, root / "publish")
    released = run("release", "--site", root, "--date", TODAY)
    assert released.exit_code == 0, released.output
    practices = root / "data" / "kauniainen" / "practices.yaml"
    text = practices.read_text(encoding="utf-8")
    practices.write_text(text.replace("en: City website", "en: Website of the city", 1), encoding="utf-8")
    Made(root).build(TOMORROW)
    return root / "publish"
