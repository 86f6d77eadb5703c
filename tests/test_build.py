"""Editions: the same bytes for the same data on any day, dates that move only with content, all or nothing on disk."""

import json
import platform
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from osallisuus import manifest, release
from osallisuus.errors import PublishedError
from osallisuus.manifest import Manifest
from osallisuus.site import Contents, Layout, read

MakeSite = Callable[..., Layout]
DAY, LATER = "2026-11-25", "2027-01-02"
BUILD = "from osallisuus.cli import main; main()"
TITLE = "Village survey"
LOG = "changes.jsonl"


def _manifest(files: Mapping[str, bytes], directory: Path) -> Manifest:
    release.replace(directory, files)
    return manifest.read(directory)


def _on_disk(directory: Path) -> dict[str, bytes]:
    files = (each for each in directory.rglob("*") if each.is_file())
    return {each.relative_to(directory).as_posix(): each.read_bytes() for each in files}


def _without_log(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files but the log of changes, which tells of every build before; it must be the one that is listed."""
    listed = json.loads(files[manifest.NAME])
    (entry,) = (each for each in listed["files"] if each["path"] == LOG)
    assert entry["sha256"] == manifest.digest(files[LOG])
    listed["files"].remove(entry)
    rest = {path: content for path, content in files.items() if path != LOG}
    return {**rest, manifest.NAME: json.dumps(listed).encode()}


def _blocks(turtle: bytes) -> dict[str, str]:
    """Return the first word of each description of a Turtle file → its text."""
    found = {}
    for block in turtle.decode().replace("\n\n", "\n").split(" .\n"):
        found[block.strip().partition(" ")[0] + (block if block.startswith("@prefix") else "")] = block
    return found


@pytest.fixture(scope="module")
def before(edition: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Return the manifest of the first edition of the repository's data."""
    return _manifest(edition, tmp_path_factory.mktemp("before") / "publish")


@pytest.fixture
def changed(repository: Path, tmp_path: Path) -> Callable[[str, str], Contents]:
    """Return a function that reads the repository's data with one text of Kauniainen's practices replaced."""

    def read_changed(old: str, new: str) -> Contents:
        shutil.copytree(repository / "data", tmp_path / "data", dirs_exist_ok=True)
        path = tmp_path / "data" / "kauniainen" / "practices.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return read(Layout(tmp_path))

    return read_changed


def test_a_rebuild_on_another_day_changes_no_byte(
    contents: Contents, edition: dict[str, bytes], before: Manifest
) -> None:
    """The same data built on another day, with the manifest of before, gives the same files (C12, C19)."""
    assert release.edition(contents, before, LATER, edition[LOG]) == edition


def test_the_first_edition_is_dated_by_its_day(before: Manifest) -> None:
    """Every thing and file of a first edition has the day of the build."""
    assert {each.issued for each in before.things} == {DAY}
    assert {each.modified for each in before.things} | {each.modified for each in before.files} == {DAY}


def test_a_changed_word_changes_only_its_dataset(
    changed: Callable[[str, str], Contents], edition: dict[str, bytes], before: Manifest
) -> None:
    """A corrected title changes the files of its dataset and what dates them: catalog, VoID, manifest; nothing else."""
    files = release.edition(
        changed("en: City website", "en: Website of the city"), before, LATER, edition[LOG]
    )
    suffixes = (".ttl", ".jsonld", ".nt", ".rdf")

    assert {path for path in files if files[path] != edition.get(path)} == {
        "manifest.json",
        LOG,
        "fi/235/practices.csv",
        "fi/235/practices-tidy.csv",
        "comparison.csv",
        "comparison-wide.csv",
        *(f"fi/235/practices{each}" for each in suffixes),
        *(f"fi/235/services{each}" for each in suffixes),
        *(f".well-known/void{each}" for each in suffixes),
        *(f"catalog{each}" for each in suffixes),
    }
    assert files.keys() == edition.keys()


def test_what_counts_triples_changes_with_their_number(
    changed: Callable[[str, str], Contents], edition: dict[str, bytes], before: Manifest
) -> None:
    """A removed statement changes the sizes in the VoID description too."""
    files = release.edition(changed("    channels: [website]\n", ""), before, LATER, edition[LOG])

    assert {path.rpartition(".")[0] for path in files if files[path] != edition[path]} == {
        "manifest",
        "changes",
        "fi/235/practices",
        "fi/235/practices-tidy",
        "fi/235/services",
        "comparison",
        "comparison-wide",
        "catalog",
        ".well-known/void",
    }


def test_a_changed_practice_changes_only_its_own_lines(
    changed: Callable[[str, str], Contents], edition: dict[str, bytes], before: Manifest
) -> None:
    """In the Turtle of the dataset no line of another practice moves or changes (C12)."""
    files = release.edition(changed("en: City website", "en: Website of the city"), before, LATER)
    old, new = (_blocks(each["fi/235/practices.ttl"]) for each in (edition, files))

    assert list(old) == list(new)
    assert [each for each in old if old[each] != new[each]] == [
        "<https://w3id.org/osallisuus/fi/235/practices/kaupungin-kotisivut>"
    ]
    assert len(old) > 52


def test_a_change_moves_modified_and_keeps_issued(
    changed: Callable[[str, str], Contents], before: Manifest, tmp_path: Path
) -> None:
    """What has changed gets the new day as `modified`, each file by itself; every `issued` stays (C19)."""
    contents = changed("en: City website", "en: Website of the city")
    after = _manifest(release.edition(contents, before, LATER), tmp_path / "publish")

    assert {each.path for each in after.things if each.modified == LATER} == {
        "fi/235/practices",
        "fi/235/services",
        "comparison",
        "catalog",
        ".well-known/void",
    }
    assert {each.issued for each in after.things} == {DAY}
    assert {each.path.rpartition(".")[0] for each in after.files if each.modified == LATER} == {
        "fi/235/practices",
        "fi/235/practices-tidy",
        "fi/235/services",
        "comparison",
        "comparison-wide",
        "catalog",
        ".well-known/void",
        "changes",
    }


def test_a_new_dataset_is_issued_on_its_own_day(make_site: MakeSite, tmp_path: Path) -> None:
    """A municipality that joins later has its own first day; the others keep theirs."""
    layout = make_site()
    first = _manifest(release.edition(read(layout), None, DAY), tmp_path / "first" / "publish")
    other = layout.root / "data" / "toinen"
    shutil.copytree(layout.root / "data" / "mallila", other)
    text = (other / "municipality.yaml").read_text(encoding="utf-8")
    (other / "municipality.yaml").write_text(text.replace("'999'", "'998'"), encoding="utf-8")
    second = _manifest(release.edition(read(layout), first, LATER), tmp_path / "second" / "publish")
    issued = {each.path: each.issued for each in second.things}

    assert (issued["xx/999/practices"], issued["xx/998/practices"]) == (DAY, LATER)
    assert second.thing("xx/999/practices") == first.thing("xx/999/practices")


def test_iris_do_not_depend_on_the_order_of_rows(make_site: MakeSite) -> None:
    """The same practices in another order give the same graph, byte for byte; only the tables follow the rows (C08)."""
    layout = make_site()
    path = layout.root / "data" / "mallila" / "practices.yaml"
    plain = release.edition(read(layout), None, DAY)
    head, *entries = path.read_text(encoding="utf-8").split("  - id: ")
    path.write_text(
        "  - id: ".join([head, *(f"{each.rstrip()}\n" for each in reversed(entries))]), encoding="utf-8"
    )
    moved = release.edition(read(layout), None, DAY)

    assert [path for path in plain if path.startswith("xx/") and plain[path] != moved[path]] == [
        "xx/999/practices.csv",
        "xx/999/practices-tidy.csv",
    ]


def test_the_manifest_proves_every_file(publish: Path) -> None:
    """The manifest lists each file but itself and the settings, with its checksum and size."""
    listed = manifest.read(publish)
    found = {
        path: content
        for path, content in _on_disk(publish).items()
        if path not in {"manifest.json", "site.json"}
    }

    assert {each.path: (each.sha256, each.size) for each in listed.files} == {
        path: (manifest.digest(content), len(content)) for path, content in found.items()
    }


def test_the_manifest_reads_as_it_was_written(edition: dict[str, bytes], publish: Path) -> None:
    """Writing the manifest that was read gives its bytes."""
    assert manifest.read(publish).to_json() == edition["manifest.json"]


def test_differences_names_each_file(edition: dict[str, bytes], tmp_path: Path) -> None:
    """A changed, a missing and a foreign file are named; an untouched directory has no difference."""
    publish = tmp_path / "publish"
    release.replace(publish, edition)

    assert release.differences(publish, edition) == []
    (publish / "catalog.ttl").write_bytes(b"")
    (publish / "ns.nt").unlink()
    (publish / "fi" / "foreign.txt").write_bytes(b"x")
    assert release.differences(publish, edition) == ["catalog.ttl", "fi/foreign.txt", "ns.nt"]


def test_differences_of_nothing_are_all_files(edition: dict[str, bytes], tmp_path: Path) -> None:
    """Where nothing is published every file differs."""
    assert release.differences(tmp_path / "publish", edition) == sorted(edition)


def test_replace_leaves_only_the_new_files(tmp_path: Path) -> None:
    """After replacing, the directory holds the new files and nothing of the old, and nothing is left beside it."""
    publish = tmp_path / "publish"
    release.replace(publish, {"a/b.txt": b"old", "c.txt": b"old"})
    release.replace(publish, {"c.txt": b"new"})

    assert _on_disk(tmp_path) == {"publish/c.txt": b"new"}


def test_there_is_no_manifest_before_the_first_build(tmp_path: Path) -> None:
    """A directory without a manifest has no edition before; a damaged manifest is an error, not a first build."""
    assert release.manifest_before(tmp_path) is None
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(PublishedError, match="cannot be read"):
        release.manifest_before(tmp_path)


@pytest.mark.parametrize("name", ["manifest.json", "site.json", "catalog.nt"])
@pytest.mark.parametrize("damage", [None, b"\x00{"])
def test_what_is_published_opens_whole_or_not_at_all(
    name: str, damage: bytes | None, edition: dict[str, bytes], tmp_path: Path
) -> None:
    """A missing or damaged file of what is published is an error that says how to mend it."""
    publish = tmp_path / "publish"
    release.replace(publish, edition)
    if damage is None:
        (publish / name).unlink()
    else:
        (publish / name).write_bytes(damage)

    with pytest.raises(PublishedError, match="Run: osallisuus build"):
        release.open_publication(publish)


@pytest.mark.parametrize("damage", ["a word missing", "a file missing"])
def test_a_build_mends_what_was_damaged(damage: str, edition: dict[str, bytes], tmp_path: Path) -> None:
    """Replacing after damage gives the edition back whole."""
    publish = tmp_path / "publish"
    release.replace(publish, edition)
    (publish / "catalog.ttl").write_bytes(b"x") if damage == "a word missing" else (
        publish / "catalog.ttl"
    ).unlink()
    release.replace(publish, edition)

    assert _on_disk(publish) == edition


# Killed writers


def _start(layout: Layout) -> "subprocess.Popen[bytes]":
    arguments = ["build", "--site", str(layout.root), "--date", DAY]
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _leftovers(layout: Layout) -> list[Path]:
    return list(layout.root.glob("publish.*"))


def _await(process: "subprocess.Popen[bytes]", condition: Callable[[], object]) -> float:
    """Wait until something holds or a process has ended; return the time."""
    while process.poll() is None and not condition():
        time.sleep(0.002)
    return time.monotonic()


def _writing_time(layout: Layout) -> float:
    """Return how many seconds an undisturbed build takes from its first file until it has cleared up."""
    process = _start(layout)
    begun = _await(process, lambda: _leftovers(layout))
    ended = _await(process, lambda: not _leftovers(layout))
    assert process.wait() == 0
    return ended - begun


def _kill_builds(layout: Layout, texts: Mapping[str, str], editions: Mapping[str, dict[str, bytes]]) -> int:
    """Kill 13 builds that would take a site from one state to the other; return how many were killed as they wrote."""
    path = layout.root / "data" / "mallila" / "practices.yaml"
    window = _writing_time(layout)
    killed = 0
    for _ in range(13):
        now = next(name for name in editions if editions[name] == _without_log(_on_disk(layout.publish)))
        path.write_text(texts["new" if now == "old" else "old"], encoding="utf-8")
        stale = set(_leftovers(layout))
        process = _start(layout)
        _await(process, lambda: set(_leftovers(layout)) - stale)  # noqa: B023 - called at once
        time.sleep(random.uniform(0, window))  # noqa: S311 - nothing secret
        killed += process.poll() is None
        process.kill()
        process.wait()
        assert _without_log(_on_disk(layout.publish)) in editions.values()
    return killed


def test_a_killed_build_leaves_the_old_edition_or_the_new(make_site: MakeSite, tmp_path: Path) -> None:
    """Whenever `osallisuus build` is killed, publish/ is whole: the edition before or the one it was writing."""
    layout = make_site()
    path = layout.root / "data" / "mallila" / "practices.yaml"
    text = path.read_text(encoding="utf-8")
    texts = {"new": text.replace(TITLE, "Survey of villages"), "old": text}
    editions = {}
    for name, each in texts.items():
        path.write_text(each, encoding="utf-8")
        editions[name] = _without_log(release.edition(read(layout), None, DAY))
    copies = [Layout(shutil.copytree(layout.root, tmp_path / f"copy-{number}")) for number in (1, 2)]
    with ThreadPoolExecutor() as pool:
        killed = sum(pool.map(lambda each: _kill_builds(each, texts, editions), copies))

    assert killed > 5
    for copy in copies:
        assert _start(copy).wait() == 0
        assert (_without_log(_on_disk(copy.publish)) in editions.values(), _leftovers(copy)) == (True, [])


ALTERNATOR = """
import json, sys
from pathlib import Path
from osallisuus import release
target = Path(sys.argv[1])
editions = json.load(sys.stdin)
while True:
    for edition in editions:
        with release.writing(target):
            release.replace(target, {path: content.encode() for path, content in edition.items()})
        print("written", flush=True)
"""


def test_a_killed_writer_leaves_one_of_two_editions(tmp_path: Path) -> None:
    """A writer that does nothing but exchange two editions leaves, at whatever moment it is killed, one of them whole."""
    publish = tmp_path / "publish"
    editions = [
        {f"{folder}/{number}.txt": text for folder in "abc" for number in range(9)} for text in ("old", "new")
    ]
    whole = [{path: text.encode() for path, text in each.items()} for each in editions]
    for _ in range(25):
        with subprocess.Popen(
            [sys.executable, "-c", ALTERNATOR, str(publish)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps(editions).encode())
            process.stdin.close()
            assert process.stdout.readline() == b"written\n"
            time.sleep(random.uniform(0, 0.1))  # noqa: S311 - nothing secret
            process.kill()
        assert _on_disk(publish) in whole


WRITER = """
import sys
from pathlib import Path
from osallisuus import release
with release.writing(Path(sys.argv[1])):
    print("writing", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writer(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a process that holds the right to write `publish/` until it is killed."""
    arguments = [sys.executable, "-c", WRITER, str(tmp_path / "publish")]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"writing\n"
        yield process
        process.kill()


def test_a_second_writer_is_refused(writer: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    """While one process writes, another is refused at once; when the first is killed, the right is free."""
    publish = tmp_path / "publish"
    with pytest.raises(PublishedError, match="Another build is writing"), release.writing(publish):
        pass
    writer.kill()
    writer.wait()
    with release.writing(publish):
        release.replace(publish, {"a.txt": b"a"})

    assert _on_disk(tmp_path) == {"publish/a.txt": b"a"}


def test_the_right_to_write_ends_with_the_writing(tmp_path: Path) -> None:
    """A writer that ended, by an error too, does not hold up the next."""
    publish = tmp_path / "publish"
    with pytest.raises(ZeroDivisionError), release.writing(publish):
        raise ZeroDivisionError
    with release.writing(publish):
        release.replace(publish, {"a.txt": b"a"})

    assert _on_disk(publish) == {"a.txt": b"a"}


def _write(directory: Path, content: bytes) -> None:
    directory.mkdir()
    (directory / "a.txt").write_bytes(content)


def test_what_a_killed_writer_left_is_cleared(tmp_path: Path) -> None:
    """Half-written directories beside publish/ are removed by the next writer; publish/ is not touched by that."""
    _write(tmp_path / "publish", b"old")
    _write(tmp_path / "publish.new-1", b"half")
    _write(tmp_path / "publish.new-22", b"half")
    with release.writing(tmp_path / "publish"):
        assert _on_disk(tmp_path) == {"publish/a.txt": b"old"}


def test_a_kill_between_two_renames_is_mended(tmp_path: Path) -> None:
    """Where the old directory was moved away and the new one not yet put in its place, the old one comes back."""
    _write(tmp_path / "publish.old-1", b"old")
    _write(tmp_path / "publish.new-1", b"new")
    release.recover(tmp_path / "publish")

    assert (tmp_path / "publish" / "a.txt").read_bytes() == b"old"
    with release.writing(tmp_path / "publish"):
        assert _on_disk(tmp_path) == {"publish/a.txt": b"old"}


def test_a_kill_after_two_renames_is_mended(tmp_path: Path) -> None:
    """Where the new directory is in its place, the old one that was not yet removed is cleared away."""
    _write(tmp_path / "publish.old-1", b"old")
    _write(tmp_path / "publish", b"new")
    release.recover(tmp_path / "publish")

    assert _on_disk(tmp_path) == {"publish/a.txt": b"new"}


def test_a_server_may_mend_while_nothing_is_broken(tmp_path: Path) -> None:
    """Mending a directory that is whole, or that does not exist, changes nothing."""
    release.recover(tmp_path / "publish")
    assert _on_disk(tmp_path) == {}
    _write(tmp_path / "publish", b"new")
    release.recover(tmp_path / "publish")
    assert _on_disk(tmp_path) == {"publish/a.txt": b"new"}


WITHOUT_EXCHANGE = """
import ctypes, errno, json, sys
from pathlib import Path
from osallisuus import release

class Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("value", ctypes.c_uint)]

class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(Instruction))]

# The kernel answers ENOSYS to system call number argv[2], as one that does not have it: load, compare, refuse, allow.
instructions = (Instruction * 4)(
    Instruction(0x20, 0, 0, 0), Instruction(0x15, 0, 1, int(sys.argv[2])),
    Instruction(0x06, 0, 0, 0x50000 | errno.ENOSYS), Instruction(0x06, 0, 0, 0x7FFF0000),
)
system = ctypes.CDLL(None, use_errno=True)
assert system.prctl(38, 1, 0, 0, 0) == 0
assert system.prctl(22, 2, ctypes.byref(Program(4, instructions)), 0, 0) == 0
assert system.renameat2(-100, b".", -100, b".", 2) == -1
target = Path(sys.argv[1])
with release.writing(target):
    release.replace(target, {path: content.encode() for path, content in json.load(sys.stdin).items()})
"""
RENAMEAT2 = {"x86_64": 316, "aarch64": 276}


@pytest.mark.skipif(
    platform.machine() not in RENAMEAT2, reason="the number of the system call is not known here"
)
def test_two_renames_do_where_directories_cannot_be_exchanged(tmp_path: Path) -> None:
    """On a system without the exchange of directories the new edition takes the place of the old all the same."""
    publish = tmp_path / "publish"
    release.replace(publish, {"a.txt": b"old", "b/c.txt": b"old"})
    arguments = [sys.executable, "-c", WITHOUT_EXCHANGE, str(publish), str(RENAMEAT2[platform.machine()])]
    subprocess.run(arguments, input=json.dumps({"a.txt": "new"}).encode(), check=True)

    assert _on_disk(tmp_path) == {"publish/a.txt": b"new"}


def test_an_exchange_that_fails_leaves_the_old_edition(tmp_path: Path) -> None:
    """Where the disk refuses the new directory, that is said, the old edition stays and nothing is left beside it."""
    publish = tmp_path / "publish"
    release.replace(publish, {"a.txt": b"old"})
    with pytest.raises(PublishedError, match="File name too long"):
        release.replace(publish, {"a.txt": b"new", "x" * 300: b"new"})

    assert _on_disk(publish) == {"a.txt": b"old"}
    assert list(tmp_path.iterdir()) == [publish]


LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from osallisuus.cli import main
main()
"""


def test_a_full_disk_is_said_and_leaves_nothing(make_site: MakeSite) -> None:
    """Where no more can be written a build ends with 1, cause and cure; what was published stays, and no half of the new."""
    layout = make_site()
    release.replace(layout.publish, {"a.txt": b"old"})
    arguments = [sys.executable, "-c", LIMITED, "build", "--site", str(layout.root)]
    result = subprocess.run(arguments, capture_output=True, encoding="utf-8", check=False)

    assert (result.returncode, "Traceback" in result.stderr) == (1, False)
    assert "File too large" in result.stderr
    assert "Allow larger files, and run this again" in result.stderr
    assert _on_disk(layout.publish) == {"a.txt": b"old"}
    assert sorted(each.name for each in layout.root.iterdir()) == ["data", "publish"]


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """Where not even the place of what is published can be made, the cause is said and no traceback shown."""
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(PublishedError, match="cannot be written: File exists"),
        release.writing(tmp_path / "file" / "publish"),
    ):
        pass


def test_a_second_rename_that_fails_puts_the_old_edition_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the exchange of directories, a failure between the two renames leaves the old edition in its place."""
    publish = tmp_path / "publish"
    release.replace(publish, {"a.txt": b"old"})
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        """Refuse to put the new edition in place."""
        if ".new-" in path.name:
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr("osallisuus.release.exchange._exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PublishedError, match="Input/output error"):
        release.replace(publish, {"a.txt": b"new"})

    assert _on_disk(tmp_path) == {"publish/a.txt": b"old"}


def test_dates_do_not_run_backwards(make_site: MakeSite, tmp_path: Path) -> None:
    """A change that is built under an earlier day than the last edition is dated with the last; no change, no date."""
    layout = make_site()
    first = _manifest(release.edition(read(layout), None, DAY), tmp_path / "publish")
    log = (tmp_path / "publish" / LOG).read_bytes()
    before = (tmp_path / "publish" / manifest.NAME).read_bytes()
    assert release.edition(read(layout), first, "2026-01-01", log)[manifest.NAME] == before
    path = layout.root / "data" / "mallila" / "practices.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(TITLE, "Survey"), encoding="utf-8")
    second = _manifest(release.edition(read(layout), first, "2026-01-01", log), tmp_path / "publish")

    assert second.thing("xx/999/practices") != first.thing("xx/999/practices")
    assert {each.modified for each in second.things} | {each.modified for each in second.files} == {DAY}
