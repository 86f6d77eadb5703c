"""Dated releases: frozen once and for good, carried over by every build, proven by checksum, citable."""

import datetime
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from osallisuus import manifest, release
from osallisuus.errors import InputError, PublishedError
from osallisuus.release import citing, records
from osallisuus.site import Layout, read
from releasing import DATASET, DAY, LATER, LATEST, PRACTICES, RELEASES, Made, make, on_disk, run

PROGRAM = Path(sys.executable).with_name("osallisuus")


# Freezing


def test_a_release_holds_the_graph_and_the_tables_with_their_checksums(first_release: Made) -> None:
    """Each dataset is frozen byte for byte: N-Triples, every CSV and its metadata, and nothing else but citation and record."""
    found = on_disk(first_release.publish / RELEASES / DAY)
    published = on_disk(first_release.publish / "xx" / "999")
    own = {name for name in published if name.startswith("practices") and "/" not in name}
    expected = {name for name in own if name.endswith((".nt", ".csv", ".csv-metadata.json"))}

    assert {"practices.nt", "practices.csv"} < expected
    assert found.keys() == {*expected, "release.json", "CITATION.cff"}
    assert all(found[name] == published[name] for name in expected)
    assert {each.name: (each.size, each.sha256) for each in first_release.record(DAY).files} == {
        name: (len(content), manifest.digest(content))
        for name, content in found.items()
        if name != "release.json"
    }


def test_a_release_says_what_it_is(first_release: Made) -> None:
    """The record of a release names itself, its dataset, day, licence, vocabulary and the number of what it has."""
    record, base = first_release.record(DAY), "https://example.org/"

    assert (record.release, record.dataset) == (f"{base}{RELEASES}/{DAY}", f"{base}{DATASET}")
    assert (record.version, record.date, record.vocabulary, record.previous) == (DAY, DAY, "1.0.0", "")
    assert (record.counts["practices"], record.counts["units"], record.counts["terms"]) == (3, 2, 1)
    assert set(record.title) == {"fi", "sv", "en"}
    assert record.changes == {}


def test_a_release_of_the_site_names_that_of_each_dataset(first_release: Made) -> None:
    """The record of the site lists every dataset with its release and the checksum of that release's record."""
    record = records.read_site((first_release.publish / "releases" / f"{DAY}.json").read_bytes())

    assert [each.dataset for each in record.datasets] == ["comparison", "vocabulary", DATASET]
    for each in record.datasets:
        content = (first_release.publish / each.release / "release.json").read_bytes()
        assert each.release.endswith(f"/releases/{DAY}")
        assert manifest.digest(content) == each.sha256


def test_a_release_changes_nothing_that_was_published(
    repository: Path, first_release: Made, tmp_path: Path
) -> None:
    """Beside the frozen files only the list of releases is new: the catalog has no dataset more for a portal to take in."""
    before = on_disk(make(repository, tmp_path / "site").publish)
    after = on_disk(first_release.publish)
    frozen = {file.path for each in first_release.listed().releases for file in each.files}
    described = {f"releases.{each}" for each in ("ttl", "nt", "jsonld", "rdf")}

    assert after.keys() - before.keys() == frozen | described
    assert {path for path in before if before[path] != after[path]} == {"manifest.json"}


def test_what_did_not_change_is_not_frozen_again(second_release: Made) -> None:
    """A later release freezes the changed datasets; the release of the site names the older one of the others."""
    record = records.read_site((second_release.publish / "releases" / f"{LATER}.json").read_bytes())

    assert {each.dataset: each.release for each in record.datasets} == {
        DATASET: f"{RELEASES}/{LATER}",
        "comparison": f"comparison/releases/{LATER}",
        "vocabulary": f"vocabulary/releases/{DAY}",
    }
    assert not (second_release.publish / "vocabulary" / "releases" / LATER).exists()
    assert record.previous == f"https://example.org/releases/{DAY}"


def test_a_release_counts_what_changed_since_the_one_before(second_release: Made) -> None:
    """The record names the release before it, and how many things of each group differ."""
    record = second_release.record(LATER)

    assert record.previous.endswith(f"{RELEASES}/{DAY}")
    assert record.changes == {"practices": {"changed": 1}}


@pytest.mark.parametrize("day", [DAY, LATEST])
def test_the_same_content_is_not_released_twice(
    day: str, first_release: Made, copied: Callable[[Made], Made]
) -> None:
    """Where nothing changed, a further release, of that day or a later one, writes nothing and says so."""
    made = copied(first_release)
    result = made.release(day)

    assert (result.exit_code, "no new one" in result.output) == (0, True)
    assert f"{DATASET}: has not changed; {RELEASES}/{DAY} stands for it" in result.output
    assert on_disk(made.publish) == on_disk(first_release.publish)


def test_a_release_never_changes(first_release: Made, copied: Callable[[Made], Made]) -> None:
    """Other content under a version that exists is refused with the cure, which then works; the first stays as it was."""
    made = copied(first_release)
    made.edit("Village survey", "Survey of the villages")
    made.build(DAY)
    built = on_disk(made.publish)
    result = made.release(DAY)

    assert (result.exit_code, f"--date {DAY}-2" in result.output) == (1, True)
    assert on_disk(made.publish) == built
    assert made.release(f"{DAY}-2").exit_code == 0
    assert [each.version for each in made.listed().releases if not each.dataset] == [DAY, f"{DAY}-2"]
    assert (made.record(f"{DAY}-2").date, made.record(f"{DAY}-2").version) == (DAY, f"{DAY}-2")
    assert made.record(DAY) == first_release.record(DAY)
    assert run("verify", made.root).exit_code == 0


@pytest.mark.parametrize(
    ("version", "reason"), [("2026-09-24", "The last release is"), ("2026-09-26", f"changed on {LATER}")]
)
def test_a_release_is_not_dated_back(
    version: str, reason: str, changed_after: Made, copied: Callable[[Made], Made]
) -> None:
    """A day before the last release, or before the last change of what is published, is refused."""
    made = copied(changed_after)
    result = made.release(version)

    assert (result.exit_code, reason in result.output) == (1, True)
    assert on_disk(made.publish) == on_disk(changed_after.publish)


@pytest.mark.parametrize("version", ["today", "2026-13-01", "2026-11-25-1", "25.11.2026"])
def test_what_is_no_day_is_a_misuse(version: str, first_release: Made) -> None:
    """A version that is no day ends with 2 and says how a day is written."""
    result = first_release.release(version)

    assert (result.exit_code, "Write it as 2026-11-25" in result.output) == (2, True)


def test_what_is_not_published_is_not_released(make_site: Callable[..., Layout]) -> None:
    """Where nothing is published there is nothing to freeze."""
    result = Made(make_site().root).release(DAY)

    assert (result.exit_code, "Run: osallisuus build" in result.output) == (1, True)


def test_a_release_freezes_what_is_published_and_published_is_what_data_says(
    first_release: Made, copied: Callable[[Made], Made]
) -> None:
    """Data that was changed but not built, or that cannot be read, stops a release; nothing is written."""
    made = copied(first_release)
    made.edit("Village survey", "Survey of the villages")
    outdated = made.release(LATER)
    made.edit("units: [viestinta]", "units: [viestint]")
    unreadable = made.release(LATER)

    assert (outdated.exit_code, "publish/ is out of date" in outdated.output) == (1, True)
    assert (unreadable.exit_code, f"{PRACTICES}:" in unreadable.output) == (1, True)
    assert on_disk(made.publish) == on_disk(first_release.publish)


def test_a_damaged_edition_is_not_released(first_release: Made, copied: Callable[[Made], Made]) -> None:
    """A published file that is not what was written stops a release, and is named."""
    made = copied(first_release)
    (made.publish / f"{DATASET}.csv").write_bytes(b"x")
    result = made.release(LATER)

    assert (result.exit_code, f"{DATASET}.csv: changed" in result.output) == (1, True)


def test_a_host_that_has_only_publish_can_release(
    changed_after: Made, copied: Callable[[Made], Made]
) -> None:
    """Without data/ what is published is frozen as it is."""
    made = copied(changed_after)
    shutil.rmtree(made.root / "data")

    assert made.release(LATER).exit_code == 0
    assert made.record(LATER).changes == {"practices": {"changed": 1}}


def test_a_dataset_that_is_gone_is_not_in_the_next_release(repository: Path, tmp_path: Path) -> None:
    """A municipality that left is missing from the next release of the site; its own releases stay."""
    made = make(repository, tmp_path / "site")
    other = made.add_other()
    made.build(DAY)
    made.release(DAY)
    shutil.rmtree(other)
    made.build(LATER)

    assert made.release(LATER).exit_code == 0
    record = records.read_site((made.publish / "releases" / f"{LATER}.json").read_bytes())
    assert [each.dataset for each in record.datasets] == ["comparison", "vocabulary", DATASET]
    assert (made.publish / "xx" / "998" / "releases" / DAY / "practices.csv").is_file()
    assert run("verify", made.root).exit_code == 0


def test_a_dataset_that_is_gone_is_reason_enough_for_a_release(second_release: Made) -> None:
    """Where a dataset left and nothing else changed, only a release of the site is made."""
    listed = second_release.listed()
    fewer = replace(listed, things=tuple(each for each in listed.things if each.path != DATASET))
    frozen = release.carried(second_release.publish, listed)
    done = release.freeze(fewer, {}, frozen, release.settings(second_release.publish), LATEST)

    assert done.made == (f"releases/{LATEST}",)
    assert set(done.kept) == {"comparison", "vocabulary"}


# Dates and names


@pytest.mark.parametrize("command", ["build", "release"])
def test_a_day_in_the_future_is_a_misuse(command: str, first_release: Made) -> None:
    """A day later than tomorrow ends with 2 before anything is done: nothing could be dated truthfully after it."""
    before = on_disk(first_release.publish)
    far = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=2)
    for day in (f"{far:%Y-%m-%d}", "2099-01-01"):
        result = run(command, "--site", first_release.root, "--date", day)
        assert (result.exit_code, f"{day} is in the future" in result.output) == (2, True)
    assert on_disk(first_release.publish) == before


def test_tomorrow_has_begun_somewhere(first_release: Made, copied: Callable[[Made], Made]) -> None:
    """A clock that is ahead of UTC may date with its own day."""
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    result = copied(first_release).release(f"{tomorrow:%Y-%m-%d}")

    assert (result.exit_code, "no new one" in result.output) == (0, True)


def rebase(made: Made) -> None:
    """Give a site another base."""
    path = made.root / "data" / "site.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("base: https://example.org/", "base: https://other.example/"), encoding="utf-8"
    )


@pytest.mark.parametrize("command", ["build", "build --check", "release"])
def test_a_base_with_releases_under_it_stays(
    command: str, first_release: Made, copied: Callable[[Made], Made]
) -> None:
    """Another base is refused with file, line and cure: the IRIs of the releases would lead nowhere."""
    made = copied(first_release)
    rebase(made)
    lines = (made.root / "data" / "site.yaml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith("base:"))
    result = (
        run(*command.split(), "--site", made.root, "--lang", "en")
        if command != "release"
        else made.release(DAY)
    )

    assert result.exit_code == 1
    assert f"data/site.yaml:{line}: “https://other.example/” is not the base" in result.output
    assert on_disk(made.publish) == on_disk(first_release.publish)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_refusal_of_a_base_speaks_each_language(
    language: str, first_release: Made, copied: Callable[[Made], Made]
) -> None:
    """Both bases and the number of releases stand in the message, in the language that was asked for."""
    made = copied(first_release)
    rebase(made)
    frozen = release.carried(made.publish, made.listed())
    with pytest.raises(InputError) as raised:
        release.check_base(read(Layout(made.root)).site, frozen)
    text = raised.value.findings[0].text(language)

    assert all(
        each in text
        for each in ("https://other.example/", "https://example.org/", f"({len(frozen.releases)})")
    )


def test_a_base_without_releases_may_change(repository: Path, tmp_path: Path) -> None:
    """Before the first release another base is a build like any other."""
    made = make(repository, tmp_path / "site")
    rebase(made)

    assert run("build", "--site", made.root, "--date", LATER).exit_code == 0
    assert release.settings(made.publish).base == "https://other.example/"


@pytest.mark.parametrize("memory", ["log", "release"])
def test_what_comes_back_is_as_old_as_it_was(memory: str, repository: Path, tmp_path: Path) -> None:
    """A dataset that left and returned has the day of its first publication, by the log or else by its first release."""
    made = make(repository, tmp_path / "site")
    other = made.add_other()
    made.build(DAY)
    assert made.release(DAY).exit_code == 0
    aside = other.rename(tmp_path / "aside")
    made.build(LATER)
    aside.rename(other)
    before = made.listed()
    log = (made.publish / "changes.jsonl").read_bytes() if memory == "log" else b""
    frozen = release.carried(made.publish, before)
    written = release.edition(read(Layout(made.root)), before, LATEST, log, frozen)
    release.replace(made.publish, written)
    back = made.listed().thing("xx/998/practices")
    file = made.listed().file("xx/998/practices.csv")

    assert back
    assert file
    assert (back.issued, back.modified) == (DAY, LATEST)
    assert (file.issued, file.modified) == (DAY, LATEST)
    assert run("verify", made.root).exit_code == 0


# Builds after it


def test_a_build_carries_releases_over(second_release: Made, copied: Callable[[Made], Made]) -> None:
    """A rebuild on another day changes no byte and is known to be up to date; a change leaves every frozen file alone."""
    made = copied(second_release)
    frozen = {file.path for each in made.listed().releases for file in each.files}
    before = on_disk(made.publish)

    assert run("build", "--site", made.root, "--date", LATEST).exit_code == 0
    assert on_disk(made.publish) == before
    assert run("build", "--check", "--site", made.root).exit_code == 0
    made.edit("Survey of the villages", "Another survey")
    made.build(LATEST)
    after = on_disk(made.publish)
    assert after[f"{DATASET}.csv"] != before[f"{DATASET}.csv"]
    assert {path: after[path] for path in frozen} == {path: before[path] for path in frozen}


def test_a_notebook_pinned_to_a_release_keeps_its_numbers(
    first_release: Made, copied: Callable[[Made], Made], tmp_path: Path
) -> None:
    """A script over the CSV of one release prints the same after the next; over the current file it does not."""
    script = tmp_path / "notebook.py"
    script.write_text(
        "import csv, collections, sys\n"
        "rows = list(csv.DictReader(open(sys.argv[1], encoding='utf-8', newline='')))\n"
        "column = next(name for name in rows[0] if name.startswith('purpose'))\n"
        "print(len(rows), sorted(collections.Counter(row[column] for row in rows).items()))\n",
        encoding="utf-8",
    )

    def numbers(path: str) -> str:
        """Run the notebook over a file of the site."""
        command: list[Path | str] = [sys.executable, script, made.publish / path]
        return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout

    made = copied(first_release)
    pinned = f"{RELEASES}/{DAY}/practices.csv"
    before = numbers(pinned)
    assert before.startswith("3 ")
    assert numbers(f"{DATASET}.csv") == before
    made.edit("purposes: [consult]", "purposes: [inform, consult]")
    made.build(LATER)
    made.release(LATER)

    assert numbers(pinned) == before
    assert numbers(f"{DATASET}.csv") == numbers(f"{RELEASES}/{LATER}/practices.csv") != before


@pytest.mark.parametrize("command", ["build", "build --check"])
def test_a_build_does_not_make_a_touched_release_final(
    command: str, second_release: Made, copied: Callable[[Made], Made]
) -> None:
    """A frozen file that was changed or removed stops the build, all of them named, and nothing is written."""
    made = copied(second_release)
    (made.publish / RELEASES / DAY / "practices.csv").write_bytes(b"x")
    (made.publish / "releases" / f"{LATER}.json").unlink()
    damaged = on_disk(made.publish)
    result = run(*command.split(), "--site", made.root)

    assert result.exit_code == 1
    assert f"{RELEASES}/{DAY}/practices.csv: changed" in result.output
    assert f"releases/{LATER}.json: missing" in result.output
    assert on_disk(made.publish) == damaged


@pytest.mark.parametrize("loss", ["an entry", "the manifest"])
def test_a_build_does_not_lose_a_release(
    loss: str, second_release: Made, copied: Callable[[Made], Made]
) -> None:
    """A release that the manifest does not list, or a manifest that is gone, stops the build: it would delete the release."""
    made = copied(second_release)
    path = made.publish / manifest.NAME
    if loss == "the manifest":
        path.unlink()
    else:
        listed = made.listed()
        path.write_bytes(replace(listed, releases=listed.releases[:-1]).to_json())
    damaged = on_disk(made.publish)
    with pytest.raises(PublishedError, match=f"releases/{LATER}.json: a release that"):
        made.build(LATEST)
    assert on_disk(made.publish) == damaged


# Proving


def test_verify_proves_what_was_not_touched(second_release: Made) -> None:
    """An untouched site is proven: the current edition and each release with its number of files."""
    result = run("verify", second_release.root)
    lines = result.output.splitlines()

    assert result.exit_code == 0
    assert lines[0].endswith(f"the current edition is untouched ({len(second_release.listed().files)} files)")
    assert [each.partition(":")[0] for each in lines[1:]] == [
        each.path for each in second_release.listed().releases
    ]
    assert run("verify", second_release.publish).output == result.output


def test_verify_names_every_fault_at_once(second_release: Made, copied: Callable[[Made], Made]) -> None:
    """Changed, missing and foreign files, in the current edition, in releases and among the settings, are all named."""
    made = copied(second_release)
    (made.publish / "catalog.ttl").write_bytes(b"x")
    (made.publish / "site.json").write_text('{"base": ""}', encoding="utf-8")
    (made.publish / RELEASES / DAY / "practices.nt").unlink()
    (made.publish / RELEASES / DAY / "more.csv").write_bytes(b"x")
    (made.publish / "xx" / "foreign.txt").write_bytes(b"x")
    result = run("verify", made.root)

    assert result.exit_code == 1
    assert {
        "catalog.ttl: changed",
        "site.json: changed",
        f"{RELEASES}/{DAY}/practices.nt: missing",
        f"{RELEASES}/{DAY}/more.csv: not listed in manifest.json",
        "xx/foreign.txt: not listed in manifest.json",
    } == set(result.output.splitlines()[:5])


def rewrite(made: Made, **changes: Any) -> None:
    """Change entries of the manifest."""
    (made.publish / manifest.NAME).write_bytes(replace(made.listed(), **changes).to_json())


@pytest.mark.parametrize("field", ["issued", "modified"])
@pytest.mark.parametrize("kind", ["things", "files"])
def test_verify_finds_a_forged_day(
    kind: str, field: str, second_release: Made, copied: Callable[[Made], Made]
) -> None:
    """A manifest that dates a dataset or one of its files otherwise than the catalog is named."""
    made = copied(second_release)
    path = DATASET if kind == "things" else f"{DATASET}.csv"
    entries = getattr(made.listed(), kind)
    rewrite(
        made,
        **{
            kind: tuple(
                replace(each, **{field: "2020-01-01"}) if each.path == path else each for each in entries
            )
        },
    )
    result = run("verify", made.root)

    assert result.exit_code == 1
    assert f"{path}: manifest.json gives it other days than the catalog" in result.output


def test_verify_finds_that_releases_were_taken_away(
    second_release: Made, copied: Callable[[Made], Made]
) -> None:
    """Releases that are gone from the disk and the manifest are missed, since their description still names them."""
    made = copied(second_release)
    for each in made.publish.rglob("releases"):
        shutil.rmtree(each)
    rewrite(made, releases=())
    result = run("verify", made.root)

    assert result.exit_code == 1
    assert "releases.nt: tells of other releases than manifest.json lists" in result.output


def test_verify_finds_a_dataset_that_was_taken_out_of_the_manifest(
    second_release: Made, copied: Callable[[Made], Made]
) -> None:
    """A table that the catalog offers and the manifest does not know is named."""
    made = copied(second_release)
    (made.publish / f"{DATASET}.csv").unlink()
    rewrite(made, files=tuple(each for each in made.listed().files if each.path != f"{DATASET}.csv"))
    result = run("verify", made.root)

    assert (result.exit_code, f"{DATASET}.csv: is in the catalog" in result.output) == (1, True)


def test_verify_of_a_part_names_the_whole(second_release: Made) -> None:
    """A directory inside what is published cannot be proven alone; the answer says what can."""
    result = run("verify", second_release.publish / "releases")

    assert (result.exit_code, f"Run: osallisuus verify {second_release.publish}" in result.output) == (
        1,
        True,
    )


@pytest.mark.parametrize("command", ["verify", "query", "export-table", "diff", "build --check"])
def test_between_two_renames_reading_says_where_the_old_edition_is(
    command: str, second_release: Made, copied: Callable[[Made], Made]
) -> None:
    """While or after a build puts an edition in place by two renames, no command claims that nothing was published."""
    made = copied(second_release)
    old = made.publish.rename(made.root / "publish.old-1")
    more = {"query": ["ASK {}"], "export-table": ["xx/999"], "diff": [DAY, LATER]}.get(command, [])
    site = [made.root] if command == "verify" else ["--site", made.root]
    result = run(*command.split(), *site, *more)

    assert (result.exit_code, f"stands in {old}" in result.output) == (1, True)
    assert old.is_dir()


def forge(made: Made, path: str, content: bytes) -> None:
    """Change a frozen file and have the manifest vouch for it."""
    (made.publish / path).write_bytes(content)
    listed = made.listed()
    releases = []
    for frozen in listed.releases:
        files = [
            replace(each, sha256=manifest.digest(content), size=len(content)) if each.path == path else each
            for each in frozen.files
        ]
        releases.append(replace(frozen, files=tuple(files)))
    (made.publish / manifest.NAME).write_bytes(replace(listed, releases=tuple(releases)).to_json())


def test_verify_finds_a_forged_file_of_a_release(
    second_release: Made, copied: Callable[[Made], Made]
) -> None:
    """A frozen file for which the manifest was changed too does not agree with the record of its release."""
    made = copied(second_release)
    forge(made, f"{RELEASES}/{DAY}/practices.csv", b"forged")

    result = run("verify", made.root)
    assert result.exit_code == 1
    assert f"{RELEASES}/{DAY}/release.json: lists other files than manifest.json" in result.output


def test_verify_finds_a_forged_record(second_release: Made, copied: Callable[[Made], Made]) -> None:
    """A record that was changed with the manifest does not agree with the releases of the site that name it."""
    made = copied(second_release)
    record = replace(second_release.record(LATER), licence="https://example.org/other")
    forge(made, f"{RELEASES}/{LATER}/release.json", records.to_json(record))

    result = run("verify", made.root)
    assert result.exit_code == 1
    assert f"releases/{LATER}.json: {RELEASES}/{LATER} is not the release that it names" in result.output


def test_verify_finds_a_forged_release_of_the_site(
    second_release: Made, copied: Callable[[Made], Made]
) -> None:
    """An older release of the site that was changed with the manifest does not agree with the next one."""
    made = copied(second_release)
    path = f"releases/{DAY}.json"
    record = records.read_site((made.publish / path).read_bytes())
    forge(made, path, records.to_json(replace(record, licence="https://example.org/other")))

    result = run("verify", made.root)
    assert result.exit_code == 1
    assert f"releases/{LATER}.json: the release before it is not the one that it names" in result.output


@pytest.mark.parametrize("path", [f"releases/{DAY}.json", f"{RELEASES}/{DAY}/release.json"])
def test_verify_finds_a_record_that_is_none(
    path: str, second_release: Made, copied: Callable[[Made], Made]
) -> None:
    """A record that cannot be read is a fault like others, not a crash."""
    made = copied(second_release)
    forge(made, path, b"[]")

    result = run("verify", made.root)
    assert (result.exit_code, f"{path}: cannot be read" in result.output) == (1, True)


def test_a_copied_release_proves_itself(second_release: Made, tmp_path: Path) -> None:
    """One release in a directory of its own is proven by its record; what was touched is named."""
    copy = Path(shutil.copytree(second_release.publish / RELEASES / DAY, tmp_path / "copy"))
    proven = run("verify", copy)
    (copy / "practices.csv").write_bytes(b"x")
    (copy / "practices.nt").unlink()
    (copy / "notes.txt").write_bytes(b"x")
    touched = run("verify", copy)

    assert (proven.exit_code, "untouched" in proven.output) == (0, True)
    assert touched.exit_code == 1
    assert touched.output.splitlines()[:3] == [
        "notes.txt: not part of the release",
        "practices.csv: changed",
        "practices.nt: missing",
    ]
    (copy / "release.json").write_bytes(b"{}")
    assert "cannot be read" in run("verify", copy).output


# Citing


@pytest.mark.parametrize(
    "licence", ["", "https://creativecommons.org/publicdomain/zero/1.0/", "https://example.org/own"]
)
def test_the_citation_file_is_valid(licence: str, first_release: Made) -> None:
    """CITATION.cff follows the schema of the Citation File Format 1.2.0, whatever the licence, and says what the record says."""
    record = first_release.record(DAY)
    if licence:
        record = replace(record, licence=licence)
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "citation-file-format.json"
    found = yaml.safe_load(citing.citation_file(record))
    jsonschema.validate(found, json.loads(schema.read_text(encoding="utf-8")), jsonschema.Draft7Validator)

    assert found["cff-version"] == "1.2.0"
    assert (found["url"], found["version"], found["date-released"]) == (record.release, DAY, DAY)
    assert (found.get("license"), found.get("license-url")) == {
        "": ("CC-BY-4.0", None),
        "https://creativecommons.org/publicdomain/zero/1.0/": ("CC0-1.0", None),
        "https://example.org/own": (None, "https://example.org/own"),
    }[licence]
    if not licence:
        assert (first_release.publish / RELEASES / DAY / "CITATION.cff").read_bytes() == citing.citation_file(
            record
        )


def test_a_citation_is_a_sentence_in_each_language(first_release: Made) -> None:
    """The sentence has publisher, year, title, version and the permanent address, in Finnish, Swedish and English."""
    record = first_release.record(DAY)
    iri = f"https://example.org/{RELEASES}/{DAY}"

    for language, word in (("fi", "julkaisu"), ("sv", "utgåva"), ("en", "release")):
        title, publisher = record.title[language], record.publisher[language]
        sentence = citing.sentence(record, language)
        assert sentence.startswith(f"{publisher} (2026). {title} ({word} {DAY}) [")
        assert sentence.endswith(f" {iri}")


def test_bibtex_escapes_what_tex_would_read(first_release: Made) -> None:
    """Signs that mean something in TeX are escaped in names; the address stays as it is."""
    record = replace(first_release.record(DAY), title={"en": "Roads & parks: 100 % of_them"})
    text = citing.bibtex(record, "en")

    assert "title = {{Roads \\& parks: 100 \\% of\\_them}}," in text
    assert f"url = {{{record.release}}}," in text
    assert text.startswith(f"@misc{{xx-999-releases-{DAY},\n")
    assert text.count("{") == text.count("}")


# Always the same, and all or nothing


@pytest.mark.parametrize(
    ("locale", "seed", "folder"), [("C", "1", "one"), ("fi_FI.UTF-8", "77", "another, with spaces å")]
)
def test_a_release_is_the_same_everywhere(
    locale: str, seed: str, folder: str, first_release: Made, repository: Path, tmp_path: Path
) -> None:
    """The same data released in another folder, locale and hash seed gives the same bytes."""
    root = tmp_path / folder / "site"
    shutil.copytree(repository / "tests" / "sites" / "minimal", root)
    for command in ("build", "release"):
        environment = {**os.environ, "LC_ALL": locale, "PYTHONHASHSEED": seed, "TZ": "Pacific/Kiritimati"}
        arguments = [PROGRAM, command, "--site", root, "--date", DAY]
        subprocess.run(arguments, env=environment, check=True, capture_output=True)

    assert on_disk(root / "publish") == on_disk(first_release.publish)


def _kill(made: Made, arguments: list[Path | str], window: float) -> bool:
    """Start a program and kill it at some moment after it began to write; return whether that was in time."""
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not list(made.root.glob("publish.*")):
            time.sleep(0.002)
        time.sleep(random.uniform(0, window))  # noqa: S311 - nothing secret
        in_time = process.poll() is None
        process.kill()
    return in_time


def test_a_killed_release_is_whole_or_not_there(
    second_release: Made, changed_after: Made, tmp_path: Path
) -> None:
    """Whenever `osallisuus release` is killed, publish/ is what it was or has the whole release; the next run completes it."""
    made = Made(shutil.copytree(changed_after.root, tmp_path / "site"))
    before, after = on_disk(changed_after.publish), on_disk(second_release.publish)
    killed = 0
    for _ in range(8):
        killed += _kill(made, [PROGRAM, "release", "--site", made.root, "--date", LATER], 0.12)
        assert on_disk(made.publish) in (before, after)
        if on_disk(made.publish) == after:
            shutil.rmtree(made.publish)
            shutil.copytree(changed_after.publish, made.publish)

    assert killed > 1
    assert made.release(LATER).exit_code == 0
    assert on_disk(made.publish) == after
    assert list(made.root.glob("publish.*")) == []
